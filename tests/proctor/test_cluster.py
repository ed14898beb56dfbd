"""The same class on a real Dask cluster.

Several worker processes, one of them killed while it grades.
"""

import dataclasses
import io
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from proctor.batch import work as worker
from proctor.batch.progress import Progress
from proctor.batch.schedule import run
from proctor.batch.work import work
from proctor.course.folders import Course
from proctor.course.gradebook import save_grades
from proctor.course.results import ResultRecord
from proctor.grading.grade import Graded, Job
from proctor.settings import Settings

from tests.needs import missing
from tests.proctor.toy_class import CLASS, POINTS, command, course_at, everything, grade, place, points

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


@pytest.fixture(scope="module")
def local(fresh_course, tmp_path_factory) -> Path:
    """The class graded on this machine alone, into SQLite."""
    made = tmp_path_factory.mktemp("local") / "toys"
    shutil.copytree(fresh_course, made)
    place(made)
    assert sorted(grade(made, workers=2).graded) == sorted(CLASS)
    return made


@pytest.mark.timeout(300)
def test_a_cluster_gives_the_same_gradebook_and_notebooks(root, cluster, local):
    outcome = grade(root, scheduler=cluster.scheduler_address)
    assert (sorted(outcome.graded), outcome.failed) == (sorted(CLASS), {})
    assert points(root) == POINTS
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
def test_a_worker_killed_in_the_middle_loses_nothing(root, cluster):
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


@pytest.mark.long
def test_threads_of_one_process_take_turns(root, server, monkeypatch):
    monkeypatch.setattr(worker, "_server", server)
    course = course_at(root)
    jobs = [
        Job(student, "toys", course.source, course.submitted / student / "toys", QUICK) for student in ("ada", "wrong", "zoe", "ada")
    ]
    with ThreadPoolExecutor(4) as pool:
        graded = list(pool.map(work, jobs))
    found = [sum(verdict.points for notebook in one.notebooks for verdict in notebook.verdicts) for one in graded]
    assert found == [POINTS[job.student] for job in jobs]


@pytest.fixture(scope="module")
def server_of_databases():
    """A PostgreSQL server; where none can be had, loudly nothing."""
    postgres = pytest.importorskip("tests.proctor.postgres", exc_type=ImportError)
    place = postgres.installation()
    if place is None:
        missing("NO POSTGRESQL: neither the package pgserver nor the system has one, so no gradebook in PostgreSQL was tried")
    with postgres.Server(place) as server:
        yield server


@pytest.fixture(scope="module")
def generated(server_of_databases, fresh_course, tmp_path_factory) -> str:
    """Name of a database into which nbgrader itself has generated the toy assignment."""
    made = tmp_path_factory.mktemp("generated") / "toys"
    shutil.copytree(fresh_course, made)
    (made / "gradebook.db").unlink()
    use(made, server_of_databases.database("generated"))
    command(made, "nbgrader", "generate_assignment", "toys", "--create", "--force")
    assert not (made / "gradebook.db").exists()
    return "generated"


@pytest.fixture
def shared(root, server_of_databases, generated, request) -> Course:
    """The toy course with its gradebook in a PostgreSQL database of the test's own."""
    url = server_of_databases.database(request.node.name, like=generated)
    (root / "gradebook.db").unlink()
    use(root, url)
    return dataclasses.replace(course_at(root), url=url)


def use(root: Path, url: str) -> None:
    """Write down in a course's configuration where its gradebook is."""
    place(root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")


def rows(course: Course) -> list[tuple]:
    """Every grade and comment of the toy assignment."""
    with course.gradebook() as gradebook:
        submissions = gradebook.find_assignment("toys").submissions
        grades = [
            (one.student.id, str(one.timestamp), notebook.name, grade.name, grade.auto_score, grade.manual_score,
             grade.needs_manual_grade, grade.max_score)
            for one in submissions for notebook in one.notebooks for grade in notebook.grades
        ]
        comments = [
            (one.student.id, notebook.name, comment.name, comment.auto_comment, comment.manual_comment)
            for one in submissions for notebook in one.notebooks for comment in notebook.comments
        ]
    return sorted(grades, key=str) + sorted(comments, key=str)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_cluster_and_a_gradebook_in_postgresql_give_the_same_rows(root, shared, cluster, local):
    done = command(root, "proctor", "grade", "toys", "--scheduler", cluster.scheduler_address)
    assert f"{len(CLASS)} graded, 0 unchanged, 0 not graded" in done.stdout
    assert rows(shared) == rows(course_at(local))
    assert len(rows(shared)) == len(CLASS) * (4 + 4)
    assert f"0 graded, {len(CLASS)} unchanged" in command(root, "proctor", "grade", "toys").stdout


@pytest.mark.long
def test_two_students_are_recorded_at_once(root, shared, server, monkeypatch):
    """Both transactions have written all their rows before either is committed."""
    monkeypatch.setattr(worker, "_server", server)
    students = ("ada", "zoe")
    graded = [work(Job(name, "toys", shared.source, shared.submitted / name / "toys", QUICK)) for name in students]
    with shared.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 12:00:00 UTC")
    meeting = threading.Barrier(2, timeout=30)

    def penalty(student: str, score: float, late: float) -> float:
        meeting.wait()
        return 1.0

    def write_down(one: Graded) -> None:
        with shared.gradebook() as gradebook:
            save_grades(gradebook, ResultRecord.of(one), timestamp="2026-01-15 12:00:00 UTC", penalty=penalty)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write_down, graded))
    with shared.gradebook() as gradebook:
        found = {one.student.id: one for one in gradebook.find_assignment("toys").submissions}
        assert {name: (one.notebooks[0].score, one.notebooks[0].late_submission_penalty) for name, one in found.items()} == {
            name: (POINTS[name], 1.0) for name in students
        }
    assert len(rows(shared)) == 2 * (4 + 4)
