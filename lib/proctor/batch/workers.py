"""Processes that grade: forked from one that has imported what each of them needs.

:func:`prepare` may be called before anything large is imported: the other process then imports at
the same time as this one.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

from proctor.bridge.channel import folder_for_sockets

PRELOAD = ["proctor.batch.preload"]
UNUSED = "rfc3987_syntax"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A worker has one core. It also must have one thread to be forked from, and linear algebra would
start some.
"""


def context() -> BaseContext:
    """How worker processes are started."""
    return multiprocessing.get_context("forkserver")


def leave_out_unused() -> None:
    """Import nothing that takes long and serves nothing here.

    jsonschema, which reads the schema of notebooks, compiles a grammar of internationalised
    addresses where one is installed: a second for each process, and the schema has no such address.
    """
    sys.modules.setdefault(UNUSED, None)  # type: ignore[arg-type]


def prepare() -> None:
    """Start the process from which workers are forked, if it does not run yet."""
    context().set_forkserver_preload(PRELOAD)
    before, tempfile.tempdir = tempfile.tempdir, folder_for_sockets()
    try:
        with _environment(ONE_THREAD):
            forkserver.ensure_running()
    finally:
        tempfile.tempdir = before


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values.keys() - before.keys():
            del os.environ[name]
        os.environ.update({name: before[name] for name in values.keys() & before.keys()})
