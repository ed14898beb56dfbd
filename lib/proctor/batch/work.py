"""What a worker process does.

It grades one submission at a time, in memory, within a limit of time and of memory.
"""

import contextlib
import faulthandler
import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import threading
from multiprocessing.connection import wait
from pathlib import Path

from proctor.batch import workers
from proctor.grading.grade import Graded, Job, grade
from proctor.sandbox import fork_server
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings

MARGIN = 10.0
"""Seconds beyond a notebook's limit after which a worker ends itself, whatever it is doing."""

_server: ForksKernels | None = None
_begun = _settled = False
_turn = threading.Lock()
_nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 (the watchdog needs an open file for as long as the process lives)


def begin(settings: Settings, handle: fork_server.ForkServerHandle | None = None, folder: Path | None = None) -> None:
    """Start of a worker process.

    One thread for linear algebra, and a fork server for kernels, its own if it was not given one. A
    process that is ours alone is given the ``folder`` for its temporary files. It also gets a limit
    on its memory, and a SIGTERM ends it at once, whatever it is doing: who sends one removes the
    folder.
    """
    global _server, _begun
    _begun = True
    _end_with_parent()
    if folder is not None:
        tempfile.tempdir = str(folder)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with contextlib.suppress(ValueError, OSError):  # a lower limit of the machine's stays
            resource.setrlimit(resource.RLIMIT_DATA, (settings.worker_memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    os.environ.update(workers.ONE_THREAD)
    os.environ["MPLBACKEND"] = "agg"
    _server = handle or fork_server.shared(settings)


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

    Threads of one process (a Dask worker may have several) take turns: tests run in a working
    folder of their own, and print into a stream of their own, which a process has one of.

    A notebook that takes much longer than its limit ends the process: no exception stops a call
    into C.
    """
    global _settled
    with _turn:
        if not _begun:
            begin(job.settings)
        limit = job.settings.notebook_timeout + MARGIN
        try:
            graded = grade(job, _server, lambda: faulthandler.dump_traceback_later(limit, exit=True, file=_nowhere))
        finally:
            faulthandler.cancel_dump_traceback_later()
        if not _settled:  # what the tests import is there for good, and need not be looked through for garbage again
            gc.collect()
            gc.freeze()
            _settled = True
        return graded
