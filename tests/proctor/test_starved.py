"""On a machine kept busy by others, no limit of time costs points at the first try.

The work is tried once more, alone.
"""

from concurrent.futures import Future

import pytest
from proctor.batch.pool import Results
from proctor.grading.grade import Graded, GradedNotebook, Job
from proctor.grading.kernel import KernelLost, StudentKernel
from proctor.settings import Settings

from tests.proctor.making import right, source_notebook, write

QUICK = Settings(cell_timeout=2.0, notebook_timeout=40.0)


@pytest.mark.parametrize(("code", "starved"), [("while True: pass", False), ("import time; time.sleep(60)", True)])
def test_a_kernel_that_waited_is_told_from_one_that_worked(server, code, starved, monkeypatch):
    used = iter(number * (0.0 if starved else 1e6) for number in range(100))
    monkeypatch.setattr(StudentKernel, "processor_seconds", lambda self: next(used))
    with StudentKernel(QUICK, None, server) as kernel:
        with pytest.raises(KernelLost):
            kernel.run(code)
        assert kernel.starved is starved


def test_processor_time_of_a_kernel_is_seen(server):
    with StudentKernel(Settings(), None, server) as kernel:
        before = kernel.processor_seconds()
        kernel.run("import time\nwhile time.process_time() < 3: pass")
        assert kernel.processor_seconds() - before > 1


class Pool:
    """Gives what it is told, and counts what runs at once."""

    def __init__(self, *results):
        self.results, self.jobs = list(results), []

    def submit(self, job):
        self.jobs.append(job)
        future = Future()
        future.set_result(self.results.pop(0))
        return future

    def stop(self):
        pass


def graded(points, *, starved):
    return Graded("ada", "toys", [GradedNotebook("toys", "", [], [str(points)], True, starved=starved)])


def test_a_starved_job_is_done_again_after_all_others(tmp_path):
    write(source_notebook(), tmp_path / "toys.ipynb")
    write(right(), tmp_path / "handed" / "toys.ipynb")
    jobs = [Job(name, "toys", tmp_path, tmp_path / "handed", QUICK) for name in ("slow", "quick")]
    pool = Pool(graded(1, starved=True), graded(3, starved=False), graded(2, starved=True))
    found = [(job.student, result.notebooks[0].notes) for job, result in Results(jobs, pool) if isinstance(result, Graded)]
    assert found == [("quick", ["3"]), ("slow", ["2"])]
    assert [job.student for job in pool.jobs] == ["slow", "quick", "slow"]
