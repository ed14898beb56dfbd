"""Work in threads, and the same work where there are none."""

import sys
import threading
from typing import Any

import pandas as pd
import pytest
from phase6 import _threads
from phase6.simulation import simulate


def test_results_come_in_the_order_of_the_jobs_and_from_several_threads():
    met = threading.Barrier(2, timeout=10)

    def work(job):
        met.wait()
        return 2 * job

    assert _threads.in_threads(work, range(4), 2) == [0, 2, 4, 6]


def test_without_threads_a_simulation_gives_the_same_markets(monkeypatch):
    asked: dict[str, Any] = {"paths": 600, "bars": 120, "seed": 3}
    threaded = simulate(**asked, workers=2)

    def no_threads(*_args):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(_threads, "ThreadPoolExecutor", no_threads)
    alone = simulate(**asked, workers=2)
    for name, table in threaded.by_rule.items():
        pd.testing.assert_frame_equal(table, alone[name])


@pytest.mark.parametrize("workers", [0, 1.5, True, "2"])
def test_a_number_of_workers_that_is_none_is_named(workers):
    with pytest.raises(ValueError, match="workers is"):
        _threads.in_threads(abs, [1], workers)
