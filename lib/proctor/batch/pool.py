"""Runs jobs on several processes, here or on a cluster.

A worker that dies or never ends costs the notebook it was at, no more.
"""

import contextlib
import shutil
import signal
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from proctor.batch import work, workers
from proctor.errors import CannotGrade
from proctor.grading.grade import Graded, Job, not_examined
from proctor.sandbox import fork_server
from proctor.sandbox.confine import ConfinementError
from proctor.settings import Settings

LOOK = 0.2
"""Seconds between two looks whether the user has interrupted."""


class Pool(Protocol):
    """Processes that take jobs."""

    def submit(self, job: Job) -> "Future[Graded]":
        """The result to come of a job."""

    def stop(self) -> None:
        """End the processes at once."""


class Lost(Exception):
    """The worker died or was overdue; nothing is known of its job."""


class LocalPool:
    """Processes on this machine, with one fork server for the kernels of all."""

    def __init__(self, count: int, settings: Settings) -> None:
        workers.prepare()
        server = fork_server.shared(settings)
        if server:
            threading.Thread(target=server.tell_failure, daemon=True).start()
        self._folder = Path(tempfile.mkdtemp(prefix="proctor-"))
        self._folder.chmod(0o711)  # a kernel that runs as another user gets through to its scratch folder
        given = [settings, server.handle() if server else None, self._folder]
        self._pool = ProcessPool(count, context=workers.context(), initializer=work.begin, initargs=given)

    def submit(self, job: Job) -> "Future[Graded]":
        """The result to come of a job; raises CannotGrade when no process can be started."""
        try:
            return self._pool.schedule(work.work, args=[job])
        except RuntimeError as error:
            raise CannotGrade(f"the processes that grade ended as they began ({error}); is there enough memory?") from error

    def stop(self) -> None:
        """End the processes at once, and remove what those leave behind that were at work."""
        self._pool.stop()
        self._pool.join()
        shutil.rmtree(self._folder, ignore_errors=True)


class ClusterPool:
    """Workers of a Dask cluster that share the course folder.

    Raises CannotGrade where no scheduler answers at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client

            self._client = Client(address)
        except (ImportError, OSError, ValueError) as error:
            expected = "expected that of a scheduler of Dask's, such as tcp://host:8786"
            raise CannotGrade(f"no cluster can be reached at {address!r} ({error}); {expected}") from error
        self._executor = self._client.get_executor(pure=False)

    def submit(self, job: Job) -> "Future[Graded]":
        """The result to come of a job."""
        result: Future[Graded] = self._executor.submit(work.work, job)
        return result

    def stop(self) -> None:
        """Take back what is not done yet and leave the cluster."""
        self._executor.shutdown(wait=False)
        self._client.close()


def outcome(future: "Future[Graded]") -> Graded | str:
    """What came of a job: its result, or the reason why there is none.

    Raises Lost when its worker died, CannotGrade when students' code cannot be confined here.
    """
    try:
        return future.result()
    except ConfinementError as error:
        raise CannotGrade(f"{error}. Nothing is run without confinement unless you say --unconfined") from error
    except (ProcessExpired, BrokenExecutor, CancelledError, TimeoutError) as error:
        raise Lost(str(error)) from error
    except Exception as error:
        if type(error).__name__ == "KilledWorker":
            raise Lost(str(error)) from error
        return "".join(traceback.format_exception_only(error)).strip()


class Results:
    """Each job with its result, as they come in; an iterator that can be interrupted.

    A job whose worker died is done once more, one notebook at a time; a notebook whose worker dies
    again gets no points, with the reason. A job that hit a limit of time while others kept the
    machine busy is done once more at the end, alone, before its result counts. ``finished`` gives
    what is done after an interruption.
    """

    def __init__(self, jobs: list[Job], pool: Pool) -> None:
        self._pool = pool
        self._done: SimpleQueue[Future[Graded]] = SimpleQueue()
        self._interrupted = threading.Event()
        self._whole = {self._submitted(job): job for job in jobs}
        self._parts: dict[Future[Graded], Job] = {}
        self._found: dict[str, list[Graded | str]] = {}
        self._missing: Counter[str] = Counter()
        self._starved: list[tuple[Job, Graded]] = []

    def __iter__(self) -> Iterator[tuple[Job, Graded | str]]:
        while self._whole or self._parts:
            yield from self._take(self._next())
        while self._starved:
            job, first = self._starved.pop(0)
            self._submitted(job)
            try:
                second = outcome(self._next())
            except Lost:
                second = first
            yield job, second if isinstance(second, Graded) else first

    def _submitted(self, job: Job) -> "Future[Graded]":
        future = self._pool.submit(job)
        future.add_done_callback(self._done.put)
        return future

    def _next(self) -> "Future[Graded]":
        """The next that is done; raises KeyboardInterrupt when the user interrupts."""
        while not self._interrupted.is_set():
            with contextlib.suppress(Empty):
                return self._done.get(timeout=LOOK)
        raise KeyboardInterrupt

    def each(self, take: Callable[[Job, Graded | str], None]) -> bool:
        """Give every result to ``take``.

        Returns whether the user interrupted that, when ``take`` was given what was done.
        """
        try:
            with _noted(self._interrupted):
                for job, result in self:
                    take(job, result)
        except KeyboardInterrupt:
            for job, result in self.finished():
                take(job, result)
            return True
        return False

    def finished(self) -> Iterator[tuple[Job, Graded | str]]:
        """What is done and was not given yet."""
        for future in [future for future in self._whole if future.done() and not future.cancelled()]:
            with contextlib.suppress(Lost, CannotGrade):
                yield self._whole.pop(future), outcome(future)

    def _take(self, future: "Future[Graded]") -> Iterator[tuple[Job, Graded | str]]:
        if future in self._whole:
            job = self._whole.pop(future)
            try:
                found = outcome(future)
            except Lost:
                self._by_notebook(job)
                return
            if isinstance(found, Graded) and found.starved:
                self._starved.append((job, found))
            else:
                yield job, found
        elif future in self._parts:
            part = self._parts.pop(future)
            try:
                found = outcome(future)
            except Lost:
                found = _lost(part)
            self._found[part.student].append(found)
            self._missing[part.student] -= 1
            if not self._missing[part.student]:
                yield replace(part, notebooks=()), _joined(self._found.pop(part.student))

    def _by_notebook(self, job: Job) -> None:
        names = job.notebooks or tuple(sorted(path.stem for path in job.source.glob("*.ipynb")))
        self._found[job.student], self._missing[job.student] = [], len(names)
        for name in names:
            part = replace(job, notebooks=(name,))
            self._parts[self._submitted(part)] = part


@contextlib.contextmanager
def _noted(interrupted: threading.Event) -> Iterator[None]:
    """The first Ctrl-C is noted, the second one interrupts at once.

    An interruption in the middle of a step could leave a lock of somebody's held for ever.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        interrupted.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _lost(job: Job) -> Graded | str:
    """The result of a notebook whose worker died twice."""
    why = f"the process that tested it died or took longer than {job.settings.notebook_timeout:g} seconds, twice"
    try:
        notebooks = not_examined(job, "lost", why)
    except Exception as error:
        return f"{why}; {error}"
    return Graded(job.student, job.assignment, notebooks, confined=not job.settings.unconfined)


def _joined(parts: list[Graded | str]) -> Graded | str:
    """One submission from its notebooks; the first reason when one could not be graded."""
    graded: list[Graded] = []
    for part in parts:
        if isinstance(part, str):
            return part
        graded.append(part)
    notebooks = sorted((notebook for part in graded for notebook in part.notebooks), key=lambda notebook: notebook.name)
    return Graded(graded[0].student, graded[0].assignment, notebooks, sum(part.seconds for part in graded), graded[0].confined)


@contextlib.contextmanager
def pool_for(jobs: list[Job], settings: Settings, count: int, scheduler: str | None) -> Iterator[Callable[[], Results]]:
    """Processes for some jobs, ended at once when the block is left."""
    pool: Pool = ClusterPool(scheduler) if scheduler else LocalPool(min(count, max(len(jobs), 1)), settings)
    try:
        yield lambda: Results(jobs, pool)
    finally:
        pool.stop()
