"""Handle of the fork server.

The process that has imported what every notebook imports, and from which kernels are forked. The
server itself is :mod:`proctor.student.fork_server`: a process of its own with a clean first
environment and a single thread. It runs no student's code and reads no request: a child that it
forks reads its request, confines itself, and becomes the kernel.
"""

import atexit
import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from multiprocessing import reduction
from pathlib import Path
from typing import Any

from proctor.sandbox.confine import clean_environment
from proctor.sandbox.process import Process, StartError
from proctor.sandbox.request import fonts_file
from proctor.settings import Settings

READY = 60.0
"""Seconds within which the server has to have imported what it should."""

log = logging.getLogger("proctor")


def supported() -> bool:
    """Whether kernels can be forked here: on macOS, system libraries do not bear it."""
    return sys.platform == "linux"


class ForkServer:
    """A fork server for kernels, started at once; a context manager.

    ``settings.preload`` names what it imports beside IPython's kernel, NumPy, pandas and
    Matplotlib. A student's code can look at everything that these modules hold, so they must hold
    no secret.
    """

    def __init__(self, settings: Settings) -> None:
        if not supported():
            raise StartError(f"kernels cannot be forked on {sys.platform}")
        self.maker = os.getpid()
        self.failure = ""
        self._lock = threading.Lock()
        self._ready = self._closed = False
        self._home = Path(tempfile.mkdtemp(prefix="proctor-fork-server-"))
        fonts = fonts_file()
        if fonts is not None:
            (self._home / ".matplotlib").mkdir()
            shutil.copyfile(fonts, self._home / ".matplotlib" / fonts.name)
        self._line, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "proctor.student.fork_server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=clean_environment(self._home) | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._line.sendall(json.dumps({"home": str(self._home), "preload": settings.preload}).encode() + b"\n")

    def fork(self, asked: bytes) -> Process:
        """The process that serves a request; raises StartError when the server cannot."""
        self.wait()
        try:
            return _forked(self._line, asked)
        except StartError as error:
            self.failure = str(error)
            raise

    def handle(self) -> "ForkServerHandle":
        """A handle of this server, for processes that this one starts."""
        return ForkServerHandle(self._line)

    def tell_failure(self) -> None:
        """Wait as :meth:`wait` does, but only tell a failure in the log."""
        with contextlib.suppress(StartError, OSError):
            self.wait()

    def wait(self) -> None:
        """Wait until the server has imported what it should.

        Raises StartError when it failed, and tells so in the log once.
        """
        with self._lock:
            if os.getpid() != self.maker:
                raise StartError("the fork server belongs to another process")
            if not self._ready and not self.failure:
                self._line.settimeout(READY)
                try:
                    said = self._line.makefile("rb").readline()
                    self.failure = "" if said == b"ready\n" else said.decode().strip() or "the fork server did not start"
                except OSError as error:
                    self.failure = f"the fork server did not get ready ({error})"
                self._line.settimeout(None)
                self._ready = not self.failure
                if self.failure and not self._closed:
                    log.warning("Each kernel starts anew instead of being forked: %s", self.failure)
        if self.failure:
            raise StartError(self.failure)

    def ended(self) -> bool:
        """Whether a server that was ready has ended since, so that a new one is worth a try."""
        return self._ready and self._server.poll() is not None

    def close(self) -> None:
        """End the server and every kernel that it forked."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        if os.getpid() == self.maker:
            try:
                self._server.wait(2.0)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ForkServerHandle:
    """The fork server of a process that started this one.

    It can be given to a process only while that is being started.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def fork(self, asked: bytes) -> Process:
        """The process that serves a request, once the server is ready.

        Raises StartError when the server has ended.
        """
        return _forked(self._line, asked)

    def __reduce__(self) -> tuple[object, ...]:
        return _taken, (reduction.DupFd(self._line.fileno()),)


def _taken(held: Any) -> ForkServerHandle:
    return ForkServerHandle(socket.socket(fileno=held.detach()))


def _forked(line: socket.socket, asked: bytes) -> Process:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            socket.send_fds(line, [b"+"], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise StartError(f"the fork server has ended ({error.strerror})") from error
    ours.sendall(asked)
    return Process(ours)


_shared: dict[tuple[str, ...], ForkServer] = {}
_sharing = threading.Lock()


def shared(settings: Settings) -> ForkServer | None:
    """The fork server of this process for ``settings.preload``, made at the first call.

    None where each kernel starts anew instead.
    """
    if not settings.warm or not supported():
        return None
    with _sharing:
        found = _shared.get(settings.preload)
        if found is None or found.maker != os.getpid() or found.ended():
            if not _shared:
                atexit.register(close_shared)
            found = _shared[settings.preload] = ForkServer(settings)
        return found


def close_shared() -> None:
    """End this process's fork servers; they also end with the process itself."""
    with _sharing:
        for server in _shared.values():
            server.close()
        _shared.clear()
