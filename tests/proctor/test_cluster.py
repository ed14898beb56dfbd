"""The same class on a real Dask cluster: several worker processes, one of them killed while it grades."""

import io
import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from proctor import schedule
from proctor.grade import Job
from proctor.schedule import Progress, run, work
from proctor.settings import Settings
from test_schedule import CLASS, POINTS, course_at, everything, fresh_course, grade, place, points, root  # noqa: F401

distributed = pytest.importorskip("distributed")
QUICK = Settings(cell_timeout=5.0)


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of one thread each, on loopback."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as made:
        made.wait_for_workers(2)
        yield made


@pytest.mark.timeout(300)
def test_a_cluster_gives_the_same_gradebook_and_notebooks(root, cluster, tmp_path):  # noqa: F811
    local = tmp_path / "local" / "toys"
    shutil.copytree(root, local)
    place(local)
    outcome = grade(root, scheduler=cluster.scheduler_address)
    assert (sorted(outcome.graded), outcome.failed) == (sorted(CLASS), {})
    assert points(root) == POINTS
    grade(local, workers=2)
    assert everything(root) == everything(local)
    assert sorted(grade(root, scheduler=cluster.scheduler_address).skipped) == sorted(CLASS)


class Killer(Progress):
    """Kills a worker in the middle of its work as soon as the first submission is graded."""

    def __init__(self, cluster) -> None:
        super().__init__(len(CLASS), stream=io.StringIO())
        self.client = distributed.Client(cluster.scheduler_address)
        self.pids = self.client.run(os.getpid)
        self.killed: int | None = None
        self.children: list[Path] = []

    def step(self, student: str, *, failed: bool = False) -> None:
        super().step(student, failed=failed)
        busy = [worker for worker, tasks in self.client.processing().items() if tasks]
        if self.killed is None and busy:
            self.killed = self.pids[busy[0]]
            self.children = [Path("/proc", number) for number in children_of(self.killed)]
            os.kill(self.killed, signal.SIGKILL)


def children_of(pid: int) -> list[str]:
    """Processes that a process has started, and those that these have started."""
    found = [number for file in Path(f"/proc/{pid}/task").glob("*/children") for number in file.read_text().split()]
    return found + [deeper for number in found for deeper in children_of(int(number))]


@pytest.mark.timeout(300)
def test_a_worker_killed_in_the_middle_loses_nothing(root, cluster):  # noqa: F811
    with_kill = Killer(cluster)
    with with_kill.client:
        outcome = run(course_at(root), QUICK, scheduler=cluster.scheduler_address, progress=with_kill)
        assert with_kill.killed
        assert with_kill.killed not in with_kill.client.run(os.getpid).values()
    assert (sorted(outcome.graded), outcome.failed) == (sorted(CLASS), {})
    assert points(root) == POINTS
    until = time.monotonic() + 20
    while left := [path for path in with_kill.children if path.exists()]:
        assert time.monotonic() < until, f"the killed worker left {left} behind"
        time.sleep(0.1)


def test_threads_of_one_process_take_turns(root, server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(schedule, "_warm", server)
    course = course_at(root)
    jobs = [
        Job(student, "toys", course.source, course.submitted / student / "toys", QUICK) for student in ("ada", "wrong", "zoe", "ada")
    ]
    with ThreadPoolExecutor(4) as pool:
        graded = list(pool.map(work, jobs))
    found = [sum(verdict.points for notebook in one.notebooks for verdict in notebook.verdicts) for one in graded]
    assert found == [POINTS[job.student] for job in jobs]
