"""Grades a class: many submissions at once, each whole or not at all, again only what changed.

Workers grade in memory. This process alone writes: the graded notebooks, then the gradebook in one transaction, then a mark that says
what was graded. Killed at any moment and started again, it finds the mark missing and grades that submission again, to the same end.
"""

import contextlib
import fcntl
import gc
import json
import multiprocessing
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Any, TextIO

from nbgrader.api import Gradebook, MissingEntry

from proctor.batch import workers as processes
from proctor.course.folders import Course, write_whole
from proctor.course.gradebook import Penalty, record, saved_scores
from proctor.errors import CannotGrade
from proctor.grading.grade import STAMP, Graded, Job, digest_of, grade
from proctor.grading.rebuild import content_of
from proctor.sandbox import fork_server
from proctor.sandbox.confine import ConfinementError
from proctor.settings import Settings

LONGEST_STAMP = 200


@dataclass
class Outcome:
    """What a run did: students graded now, students already graded, and for those that could not be graded the reason."""

    graded: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def save(course: Course, gradebook: Gradebook, graded: Graded, penalty: Penalty | None = None) -> None:
    """Notebooks, then gradebook, then mark; whatever was there of this student before is replaced as a whole."""
    home = course.autograded / graded.student
    home.mkdir(parents=True, exist_ok=True)
    place, fresh, old = (home / name for name in (course.assignment, f".{course.assignment}.new", f".{course.assignment}.old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir()
    for notebook in graded.notebooks:
        (fresh / f"{notebook.name}.ipynb").write_text(notebook.content)
    stamp = content_of(course.submitted / graded.student / course.assignment / STAMP, LONGEST_STAMP)
    timestamp = stamp.decode(errors="replace").strip() if stamp else None
    if timestamp:
        (fresh / STAMP).write_text(timestamp)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
    record(gradebook, graded, timestamp, penalty)
    write_whole(course.mark(graded.student), json.dumps(graded.summary(), indent=1))


def is_done(course: Course, job: Job, scores: dict[tuple[str, str], float | None] | None) -> bool:
    """Whether just this submission was graded already and the gradebook holds what was found."""
    summary = course.summary(job.student)
    if summary is None or summary.get("digest") != job.digest or scores is None:
        return False
    return all(
        scores.get((notebook["name"], verdict["name"])) == verdict["points"]
        for notebook in summary["notebooks"]
        for verdict in notebook["verdicts"]
    )


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Hold the course's grading lock; raises CannotGrade when another run has it."""
    course.autograded.mkdir(parents=True, exist_ok=True)
    with (course.autograded / ".proctor.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotGrade(f"another run is grading in {course.autograded}; wait for it, or end it") from None
        yield


_warm: Any = None
_begun = _settled = False
_turn = threading.Lock()


def _begin(settings: Settings, handle: fork_server.ForkServerHandle | None = None) -> None:
    """Start of a worker process: one thread for linear algebra, and a fork server for kernels, its own if it was not given one."""
    global _warm, _begun
    _begun = True
    _end_with_parent()
    os.environ.update(processes.ONE_THREAD)
    os.environ["MPLBACKEND"] = "agg"
    _warm = handle or fork_server.shared(settings)


def _end_with_parent() -> None:
    """A worker whose parent was killed has nobody to report to, and would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def work(job: Job) -> Graded:
    """One job in a worker process; the fork server of the process is used where there is one.

    Threads of one process (a Dask worker may have several) take turns: tests run in a working folder of their own, and print into a
    stream of their own, which a process has one of.
    """
    global _settled
    with _turn:
        if not _begun:
            _begin(job.settings)
        graded = grade(job, _warm)
        if not _settled:  # what the tests import is there for good, and need not be looked through for garbage again
            gc.collect()
            gc.freeze()
            _settled = True
        return graded


def executor(workers: int, settings: Settings) -> Executor:
    """Processes on this machine, with one fork server for the kernels of all."""
    processes.prepare()
    server = fork_server.shared(settings)
    if server:
        threading.Thread(target=server.tell_failure, daemon=True).start()
    given = (settings, server.handle() if server else None)
    return ProcessPoolExecutor(workers, mp_context=processes.context(), initializer=_begin, initargs=given)


def run(
    course: Course,
    settings: Settings,
    *,
    students: Iterable[str] = (),
    workers: int = 1,
    force: bool = False,
    scheduler: str | None = None,
    penalty: Penalty | None = None,
    progress: "Progress | None" = None,
) -> Outcome:
    """Grade the submissions of an assignment; see the module's text for what is promised.

    ``students`` limits the run (all when empty; CannotGrade for one who handed nothing in); ``force`` grades again what is unchanged;
    ``scheduler`` is the address of a Dask cluster whose workers share the course folder.
    """
    wanted, there = list(students), course.students()
    unknown = sorted(set(wanted) - set(there))
    if unknown:
        raise CannotGrade(f"nothing was handed in by {', '.join(unknown)} in {course.submitted}")
    outcome = Outcome()
    with alone(course), course.gradebook() as gradebook:
        try:
            gradebook.find_assignment(course.assignment)
        except MissingEntry:
            raise CannotGrade(f"{course.assignment!r} is not in the gradebook; generate it first") from None
        scores = saved_scores(gradebook, course.assignment)
        jobs = []
        for student in wanted or there:
            if not student.isprintable():
                outcome.failed[ascii(student)] = "the name of the folder has characters that cannot be shown; give it another one"
                continue
            submitted = course.submitted / student / course.assignment
            job = Job(student, course.assignment, course.source, submitted, settings, digest_of(course.source, submitted, settings))
            if not force and is_done(course, job, scores.get(student)):
                outcome.skipped.append(student)
            else:
                jobs.append(job)
        told = progress or Progress(len(jobs), len(outcome.skipped))
        with told:
            for job, result in results(jobs, settings, min(workers, max(len(jobs), 1)), scheduler):
                if isinstance(result, Graded):
                    try:
                        save(course, gradebook, result, penalty)
                    except (ValueError, TypeError, OverflowError) as error:  # nothing of one submission may end the run for all
                        result = f"its grade cannot be saved: {type(error).__name__}: {error}"
                if isinstance(result, Graded):
                    outcome.graded.append(job.student)
                else:
                    outcome.failed[job.student] = result
                told.step(job.student, failed=not isinstance(result, Graded))
    return outcome


def results(jobs: list[Job], settings: Settings, workers: int, scheduler: str | None) -> Iterator[tuple[Job, Graded | str]]:
    """Each job with its result or the reason why there is none, as they come in. A worker that dies takes no other job with it."""
    if not jobs:
        return
    if scheduler:
        from distributed import Client

        with Client(scheduler) as client, client.get_executor(pure=False) as remote:
            yield from _gather(remote, jobs)
        return
    again: list[Job] = []
    with executor(workers, settings) as pool:
        for job, result in _gather(pool, jobs):
            if result is None:
                again.append(job)
            else:
                yield job, result
    for job in again:
        with executor(1, settings) as pool:
            for _, result in _gather(pool, [job]):
                yield job, result if result is not None else "the worker that graded it died twice"


def _gather(pool: Executor, jobs: list[Job]) -> Iterator[tuple[Job, Any]]:
    pending: dict[Future[Graded], Job] = {}
    for job in jobs:
        try:
            pending[pool.submit(work, job)] = job
        except BrokenExecutor:
            yield job, None
    for future in as_completed(pending):
        job = pending.pop(future)
        try:
            yield job, future.result()
        except BrokenExecutor:
            yield job, None
        except ConfinementError as error:
            raise CannotGrade(f"{error}. Nothing is run without confinement unless you say --unconfined") from error
        except Exception as error:
            yield job, "".join(traceback.format_exception_only(error)).strip()


class Progress:
    """Done, failed, rate and time left: one line that changes on a terminal, now and then a plain line elsewhere."""

    def __init__(
        self, total: int, skipped: int = 0, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total, self.skipped, self.stream, self.clock = total, skipped, stream or sys.stderr, clock
        self.done = self.failed = 0
        self.live = self.stream.isatty()

    def __enter__(self) -> "Progress":
        self.began = self.last = self.clock()
        already = f", {self.skipped} already graded and unchanged" if self.skipped else ""
        print(f"{self.total} to grade{already}", file=self.stream, flush=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self.live and self.done:
            print(file=self.stream)

    def line(self) -> str:
        """The state of things."""
        spent = max(self.clock() - self.began, 1e-9)
        rate = self.done / spent
        left = (self.total - self.done) / rate if rate else 0.0
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done} of {self.total} graded{failed}, {60 * rate:.0f} a minute, {left:.0f} s left"

    def step(self, student: str, *, failed: bool = False) -> None:
        """One more is done."""
        self.done += 1
        self.failed += failed
        if self.live:
            print(f"\r\x1b[K{self.line()}", end="", file=self.stream, flush=True)
        elif self.done == self.total or self.clock() - self.last > 5 or failed:
            self.last = self.clock()
            print(self.line() + (f" ({student} failed)" if failed else ""), file=self.stream, flush=True)

