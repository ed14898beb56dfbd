"""Parent-side handle of a confined kernel process.

It tells whether the kernel is ready and how it ended, and can interrupt or end it.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from typing import Any, Protocol

FILES = 8
PATIENCE = 10.0


class StartError(RuntimeError):
    """No kernel came up; the message says why.

    ``kind`` names the error in the new process, such as ``ConfinementError``.
    """

    def __init__(self, why: str, kind: str = "") -> None:
        super().__init__(why)
        self.kind = kind


class ForksKernels(Protocol):
    """Whatever forks a kernel for a request, such as a fork server or the handle of one."""

    def fork(self, asked: bytes) -> "Process":
        """The process that serves a request; raises :class:`StartError` when none can be forked."""


class Process:
    """A confined kernel.

    All of it ends when :meth:`kill` is called, when :meth:`close` is, and when this process ends.
    ``pid`` is the kernel's process id, None until it is known. ``scratch`` is an open file of its
    scratch folder, with ``own_root`` telling whether that is a file system of its own. ``started``
    is the launcher to reap, where there is one.
    """

    def __init__(self, line: socket.socket, started: "subprocess.Popen[bytes] | None" = None) -> None:
        line.setblocking(False)
        self._line = line
        self._started = started
        self._text = b""
        self._files: list[int] = []
        self._over = False
        self._handle: int | None = None
        self.pid: int | None = None
        self.scratch: int | None = None
        self.own_root = False
        self.ready = False
        self.error: StartError | None = None
        self.code: int | None = None
        self.reason = ""
        self._complaint = ""

    def poll(self) -> int | None:
        """None while it runs, then its exit code (negative: the signal that ended it)."""
        self._listen()
        if self._over and self.code is None:
            self.code = -int(signal.SIGKILL)
        if self._over and self._started is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                _, complaint = self._started.communicate(timeout=1.0)
                self._complaint = complaint.decode(errors="replace").strip().rpartition("\n")[2] if complaint else ""
                self._started = None
        return self.code if self._over else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until all of it has ended; raises TimeoutError after ``timeout`` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        poller = select.poll()
        poller.register(self._line, select.POLLIN)
        while (code := self.poll()) is None:
            left = 1.0 if deadline is None else deadline - time.monotonic()
            if left < 0:
                raise TimeoutError(f"the process {self.pid} has not ended in {timeout:g} seconds")
            poller.poll(1000 * min(left, 1.0) + 1)
        return code

    async def started(self, timeout: float) -> None:
        """Wait until its sockets are bound.

        Raises StartError when it ends before that or is not ready in ``timeout`` seconds.
        """
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._line, told.set)
        try:
            async with asyncio.timeout(timeout):
                while not self.ready:
                    told.clear()
                    ended = self.poll()
                    if self.error is not None:
                        raise self.error
                    if ended is not None:
                        raise StartError(f"the kernel ended before it was ready ({self._complaint or self.why_ended()})")
                    if not self.ready:
                        await told.wait()
        except TimeoutError:
            raise StartError(f"the kernel was not ready in {timeout:g} seconds") from None
        finally:
            loop.remove_reader(self._line)

    def signal(self, number: int) -> None:
        """Send a signal to the kernel itself; nothing happens when it has ended."""
        if self.pid is None or self.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, number)
            else:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel and everything that it started, at once."""
        self.signal(signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End it if it runs, wait for that, and let go of its scratch folder."""
        if not self._over:
            self.kill()
            with contextlib.suppress(TimeoutError):
                self.wait(PATIENCE)
        for held in (self._handle, self.scratch, *self._files):
            if held is not None:
                os.close(held)
        self._handle, self.scratch, self._files = None, None, []
        self._line.close()

    def why_ended(self) -> str:
        """Why it ended, in words for the student."""
        code = self.poll()
        if code is None:
            return "the kernel is still running"
        if self.reason == "memory":
            return "it used more memory than it may"
        if self.reason == "scratch":
            return "it wrote more to files than it may"
        if code in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGILL, -signal.SIGFPE):
            return f"the interpreter crashed ({signal.Signals(-code).name})"
        return "something ended the process" if code < 0 else "the code ended the process itself"

    def _listen(self) -> None:
        while not self._over:
            try:
                text, files, _, _ = socket.recv_fds(self._line, 65536, FILES)
            except BlockingIOError:
                return
            except OSError:
                text, files = b"", []
            for file in files:
                os.set_inheritable(file, False)
            self._files += files
            self._over = not text
            *lines, self._text = (self._text + text).split(b"\n")
            for line in lines:
                self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        files = [self._files.pop(0) for _ in range(message.get("files", 0)) if self._files]
        if "pid" in message:
            self.pid, self._handle = message["pid"], files.pop(0) if files else None
        elif "scratch" in message:
            self.own_root, self.scratch = message["scratch"], files.pop(0) if files else None
        elif "error" in message:
            self.error = StartError(message["error"], message.get("kind", ""))
        elif "exit" in message:
            self.code, self.reason = message["exit"], message["reason"]
        self.ready |= "ready" in message
