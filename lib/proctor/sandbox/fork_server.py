"""Warm kernels: forked from a process that has already imported what every notebook imports.

The fork server is a process of its own with a clean first environment and a single thread. It runs no student's code and reads no
request: a child that it forks reads its request itself, confines itself, and becomes the kernel. It ends with its maker.
"""

import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from multiprocessing import reduction
from pathlib import Path
from typing import Any, NoReturn

from proctor.sandbox import supervisor, linux
from proctor.sandbox.confine import clean_environment
from proctor.student.launch import fonts_file, prepare, serve
from proctor.sandbox.process import Process, StartError
from proctor.settings import Settings

USUAL = (
    *("numpy", "numpy.random", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib_inline.config"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("faulthandler", "pdb", "tornado.platform.asyncio"),
)
WARMED = 60.0

log = logging.getLogger("proctor")


def supported() -> bool:
    """Whether kernels can be forked from a warm process here: on macOS, system libraries do not bear it."""
    return sys.platform == "linux"


class Warm:
    """A fork server for kernels, started at once; a context manager.

    ``settings.preload`` names what it imports beside IPython's kernel, NumPy, pandas and Matplotlib. A student's code can look at
    everything that these modules hold, so they must hold no secret.
    """

    def __init__(self, settings: Settings) -> None:
        if not supported():
            raise StartError(f"kernels cannot be forked on {sys.platform}")
        self.maker = os.getpid()
        self.failure = ""
        self._lock = threading.Lock()
        self._ready = self._closed = False
        self._home = Path(tempfile.mkdtemp(prefix=HOME))
        fonts = fonts_file()
        if fonts is not None:
            (self._home / ".matplotlib").mkdir()
            shutil.copyfile(fonts, self._home / ".matplotlib" / fonts.name)
        self._line, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "proctor.sandbox.fork_server", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=clean_environment(self._home) | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._line.sendall(json.dumps([*settings.preload]).encode() + b"\n")

    def fork(self, asked: bytes) -> Process:
        """The process that serves a request; raises StartError when the server cannot."""
        self.wait()
        try:
            return _forked(self._line, asked)
        except StartError as error:
            self.failure = str(error)
            raise

    def lent(self) -> "Lent":
        """This server, for processes that this one starts."""
        return Lent(self._line)

    def tell_failure(self) -> None:
        """Wait as :meth:`wait` does, but only tell a failure in the log."""
        with contextlib.suppress(StartError, OSError):
            self.wait()

    def wait(self) -> None:
        """Wait until the server has imported what it should; raises StartError when it failed, and tells so in the log once."""
        with self._lock:
            if os.getpid() != self.maker:
                raise StartError("the fork server belongs to another process")
            if not self._ready and not self.failure:
                self._line.settimeout(WARMED)
                try:
                    said = self._line.makefile("rb").readline()
                    self.failure = "" if said == b"ready\n" else said.decode().strip() or "the fork server did not start"
                except OSError as error:
                    self.failure = f"the fork server did not get ready ({error})"
                self._line.settimeout(None)
                self._ready = not self.failure
                if self.failure and not self._closed:
                    log.warning("Kernels start cold: %s", self.failure)
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

    def __enter__(self) -> "Warm":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Lent:
    """The fork server of a process that started this one. It can be given to a process only while that is being started."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def fork(self, asked: bytes) -> Process:
        """The process that serves a request, once the server is ready; raises StartError when the server has ended."""
        return _forked(self._line, asked)

    def __reduce__(self) -> tuple[Any, ...]:
        return _taken, (reduction.DupFd(self._line.fileno()),)


def _taken(held: Any) -> Lent:
    return Lent(socket.socket(fileno=held.detach()))


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


HOME = "proctor-warm-"
_shared: dict[tuple[str, ...], Warm] = {}
_sharing = threading.Lock()


def shared(settings: Settings) -> Warm | None:
    """This process's fork server for ``settings.preload``, made at the first call; None where kernels start cold."""
    if not settings.warm or not supported():
        return None
    with _sharing:
        found = _shared.get(settings.preload)
        if found is None or found.maker != os.getpid() or found.ended():
            if not _shared:
                atexit.register(close_shared)
            found = _shared[settings.preload] = Warm(settings)
        return found


def close_shared() -> None:
    """End this process's fork servers; they also end with the process itself."""
    with _sharing:
        for server in _shared.values():
            server.close()
        _shared.clear()


def main(arguments: list[str]) -> None:
    """The fork server: import, say so, and fork whenever asked, until the asker is gone."""
    line = socket.socket(fileno=int(arguments[0]))
    line.set_inheritable(False)
    try:
        _serve(line, os.getppid())
    finally:
        home = Path(os.environ["HOME"])
        if home.name.startswith(HOME):
            shutil.rmtree(home, ignore_errors=True)


def _serve(line: socket.socket, parent: int) -> None:
    try:
        _import(json.loads(line.makefile("rb").readline()))
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
            child = -1  # the asker sees its line close, and starts a kernel cold
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
    prepare()


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
