"""Work done by several threads, or in turn where there are none (Python in a browser)."""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from phase6 import _validation as valid

Job = TypeVar("Job")
Result = TypeVar("Result")


def in_threads(work: Callable[[Job], Result], jobs: Iterable[Job], workers: int) -> list[Result]:
    """The result of ``work`` for each job, in the order of the jobs, from ``workers`` threads.

    With one worker, and on platforms without threads, the jobs run one after the other in the
    calling thread.

    Raises
    ------
    ValueError
        If ``workers`` is not a whole number of at least 1.
    """
    if valid.count("workers", workers) == 1 or sys.platform == "emscripten":
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, jobs))
