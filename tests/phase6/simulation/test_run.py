"""Rules on the same markets: the same whatever the chunk size, with progress, and a clean stop."""

import numpy as np
import pandas as pd
import pytest
from phase6 import simulation as mc
from phase6.simulation import run as sim_run


def test_path_k_is_the_same_whatever_chunks_threads_and_numbers_are():
    whole = mc.simulate("trend", paths=1_300, bars=80, seed=5, chunk=10_000, workers=2)
    parts = mc.simulate("trend", paths=1_300, bars=80, seed=5, chunk=300, workers=1)
    few = mc.simulate("trend", paths=270, bars=80, seed=5)
    other = mc.simulate("trend", paths=270, bars=80, seed=6)
    for rule in ("pyramid", "single"):
        pd.testing.assert_frame_equal(whole[rule], parts[rule], check_exact=True)
        pd.testing.assert_frame_equal(whole[rule].iloc[:270], few[rule], check_exact=True)
    assert not other["single"]["total_return"].equals(few["single"]["total_return"])
    assert whole["single"]["total_return"].nunique() > 1_200


def test_progress_is_told_and_an_interrupt_keeps_what_is_done():
    told = []

    def progress(done, asked):
        told.append((done, asked))
        if done >= 500:
            raise KeyboardInterrupt

    outcomes = mc.simulate(paths=1_000, bars=60, chunk=250, progress=progress)
    assert told == [(250, 1_000), (500, 1_000)]
    assert (outcomes.done, outcomes.asked, outcomes.complete) == (500, 1_000, False)
    whole = mc.simulate(paths=1_000, bars=60)
    assert whole.complete
    pd.testing.assert_frame_equal(outcomes["pyramid"], whole["pyramid"].iloc[:500], check_exact=True)


def test_an_interrupt_before_anything_is_done_is_passed_on(monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(sim_run, "make_paths", interrupted)
    with pytest.raises(KeyboardInterrupt):
        mc.simulate(paths=10, bars=60)


def test_rules_share_the_market_and_may_have_their_own_periods():
    outcomes = mc.simulate("trend", {"a": {}, "b": {"fast": 5, "slow": 30}, "c": {"fast": 20}}, paths=20, bars=100, seed=1)
    pd.testing.assert_frame_equal(outcomes["a"], outcomes["c"])
    alone = mc.run_pyramids(mc.make_paths("trend", 20, 100, seed=1), fast=5, slow=30).summary()
    assert np.array_equal(outcomes["b"]["total_return"], alone["total_return"])
