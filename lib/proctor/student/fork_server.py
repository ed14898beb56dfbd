"""The fork server's own process.

Imports what notebooks import, then forks a kernel whenever it is asked, until its parent is gone.
``python -m proctor.student.fork_server N`` is asked over the open socket N: first a line of JSON
with the names to import (``preload``) and the folder that goes with the server (``home``), then a
byte and an open socket for each kernel. Its handle is :mod:`proctor.sandbox.fork_server`.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from proctor.compat import ipykernel
from proctor.sandbox import linux, supervisor
from proctor.student.launch import serve

USUAL = (
    *("numpy", "numpy.random", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib_inline.config"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("faulthandler", "pdb", "tornado.platform.asyncio"),
)


def main(arguments: list[str]) -> None:
    """The fork server: import, say so, and fork whenever asked, until the parent is gone."""
    line, parent = socket.socket(fileno=int(arguments[0])), os.getppid()
    line.set_inheritable(False)
    asked = json.loads(line.makefile("rb").readline())
    try:
        _serve(line, parent, asked["preload"])
    finally:
        shutil.rmtree(asked["home"], ignore_errors=True)


def _serve(line: socket.socket, parent: int, preload: list[str]) -> None:
    try:
        _import(preload)
    except BaseException as error:
        line.sendall(f"importing failed: {type(error).__name__}: {error}\n".replace("\n", " ").encode() + b"\n")
        return
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        line.sendall(b"what is imported first starts threads, and a process with threads cannot be forked safely\n")
        return
    supervisor.hierarchies()
    for path in set(sys.path_importer_cache) - set(sys.path):  # each kernel would drop them, and copy the memory that they are in
        del sys.path_importer_cache[path]
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    line.sendall(b"ready\n")
    poller = select.poll()
    poller.register(line, select.POLLIN)
    while os.getppid() == parent:
        if not poller.poll(1000):
            continue
        word, files, _, _ = socket.recv_fds(line, 1, 1)
        if not word:
            return
        if not files:
            continue
        try:
            child = os.fork()
        except OSError:
            child = -1  # the parent sees its line close, and starts a kernel anew
        if child == 0:
            try:
                _child(line, files[0])
            finally:
                os._exit(1)
        os.close(files[0])


def _import(preload: list[str]) -> None:
    for name in ("proctor.student.responder", *preload):
        importlib.import_module(name)
    for name in USUAL:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    ipykernel.prepare()


def _child(line: socket.socket, number: int) -> NoReturn:
    server = os.getppid()
    line.close()
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
    serve(socket.socket(fileno=number))


if __name__ == "__main__":
    main(sys.argv[1:])
