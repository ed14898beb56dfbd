"""Kernels of Jupyter that are confined.

``ConfinedProvisioner`` is what ``jupyter_client`` starts them with. It is the entry point
``proctor`` of ``jupyter_client.kernel_provisioners``. A kernel manager that uses it takes three
more arguments: ``start_kernel(settings=…, scratch=…, server=…)``: the limits, the folder whose
files the kernel gets as its working folder, and a fork server. Without them: the settings of the
configuration, an empty folder, a cold start. Whatever a notebook says about its kernel, it is
IPython in this interpreter that starts; the command line of the kernelspec is not used.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from proctor.bridge.channel import folder_for_sockets
from proctor.sandbox.confine import clean_environment, view_for
from proctor.sandbox.process import ForksKernels, Process, StartError
from proctor.sandbox.request import fonts_file, request
from proctor.settings import Proctor, Settings

READY = 60.0
ENDED = 10.0
PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class ConfinedProvisioner(KernelProvisionerBase):
    """Starts a kernel that sees, uses and reaches no more than its settings allow.

    Forked by a fork server where there is one. Raises :class:`~proctor.sandbox.process.StartError`
    when no kernel comes up; its ``kind`` is ``ConfinementError`` where this machine could not hold
    a student's code.
    """

    process: Process | None = None
    forked = False
    _settings = Settings()
    _scratch: Path | None = None
    _own_scratch: Path | None = None
    _used: Path | None = None  # a scratch folder into which the student's code wrote itself, folders of any depth included
    _server: ForksKernels | None = None
    _place: int | None = None
    _prefix = ""

    @property
    def has_process(self) -> bool:
        """Whether a kernel has been started and not been waited for."""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, object]:
        """Take our arguments out of ``kwargs``, and choose the sockets of the kernel."""
        settings, scratch, self._server = kwargs.pop("settings", None), kwargs.pop("scratch", None), kwargs.pop("server", None)
        self._settings = settings if settings is not None else Proctor(parent=self.parent).settings()
        if scratch is None:
            scratch = self._own_scratch = Path(tempfile.mkdtemp(prefix="p", dir=folder_for_sockets()))
        self._scratch = Path(scratch).resolve()
        self._prefix = f"k{secrets.token_hex(4)}"
        manager: Any = self.parent
        manager.transport = "ipc"
        if sys.platform == "linux":
            self._release_place()
            self._place = os.open(self._scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            manager.ip = f"/proc/self/fd/{self._place}/{self._prefix}"
        else:
            manager.ip = str(self._scratch / self._prefix)
        for number, port in enumerate(PORTS, 1):
            setattr(manager, port, number)
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: object) -> KernelConnectionInfo:
        """Start the kernel, and give its connection once its sockets are bound."""
        try:
            self.process = await self._launched()
        except BaseException:
            await self.cleanup()
            raise
        if self._place is not None and self.process.scratch is not None:
            os.dup2(self.process.scratch, self._place, inheritable=False)
        if not self.process.own_root:
            self._used = self._scratch
        return self.connection_info

    async def _launched(self) -> Process:
        if self._scratch is None:
            raise RuntimeError("a kernel is launched after pre_launch")
        view = view_for(self._settings, self._scratch)
        connection: dict[str, Any] = {**self.connection_info, "ip": self._prefix}
        connection["key"] = connection["key"].decode()
        asked = request(view, self._settings, connection, fonts_file())
        return await self._forked(asked) or await self._started(started_cold(asked, self._scratch))

    async def _forked(self, asked: bytes) -> Process | None:
        """A kernel from the fork server, or None where a cold one is worth a try.

        There was no server, or it broke.
        """
        self.forked = False
        if self._server is None:
            return None
        try:
            process = await self._started(self._server.fork(asked))
        except StartError as error:
            if error.kind:
                raise
            return None
        self.forked = True
        return process

    async def _started(self, process: Process) -> Process:
        try:
            await process.started(READY)
        except BaseException:
            process.close()
            raise
        return process

    async def poll(self) -> int | None:
        """None while the kernel runs, else its exit code."""
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        """Wait for the kernel and everything it started to end; gives the exit code."""
        if self.process is None:
            return 0
        code = self.process.wait(ENDED)
        self._ended = self.process.why_ended()
        self.process.close()
        self.process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel's own process."""
        if self.process is not None:
            self.process.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and all of its descendants, and wait until they have ended."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(ENDED)

    async def terminate(self, restart: bool = False) -> None:
        """The same as :meth:`kill`: nothing in a student's kernel is worth waiting for."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel's sockets and scratch folder."""
        if self.process is not None:
            self.process.close()
            self.process = None
        if self._used is not None:
            subprocess.run(["rm", "-rf", "--", *map(str, self._used.iterdir())], check=False, stderr=subprocess.DEVNULL)
            self._used = None
        self._release_place()
        if self._own_scratch is not None:
            shutil.rmtree(self._own_scratch, ignore_errors=True)
            self._own_scratch = None

    def why_ended(self) -> str:
        """Why the kernel ended, in words for the student."""
        return self.process.why_ended() if self.process is not None else self._ended

    _ended = "the kernel was ended"

    def _release_place(self) -> None:
        if self._place is not None:
            os.close(self._place)
            self._place = None


def started_cold(asked: bytes, scratch: Path) -> Process:
    """A new interpreter that serves one request.

    Its first environment is clean, because a process can read that for ever.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        started = subprocess.Popen(
            [sys.executable, "-P", "-m", "proctor.student.launch", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=clean_environment(scratch),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    ours.sendall(asked)
    return Process(ours, started)
