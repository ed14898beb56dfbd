"""A student's kernel as the grader sees it: run a cell, look at a name, ask a function.

All that comes back is text and data.
"""

import contextlib
import enum
import json
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat import NotebookNode

from proctor.bridge import channel, codec
from proctor.bridge.outputs import size, well_formed
from proctor.compat.ipykernel import RESPONDER
from proctor.compat.jupyter_client import ConfinedKernelManager, open_sockets
from proctor.grading.own_files import own_files
from proctor.sandbox.confine import ConfinementError
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings

READY = 30.0
GRACE = 2.0
PAUSE = 0.5
MAX_MESSAGE = 64 * 2**20
WAITING = 4
"""Messages of a socket that wait here to be read.

More of them wait in the kernel, where memory has a limit.
"""
OUTPUTS = 200
OWN_SHARE = 0.8
"""Share of a processor below which a kernel that takes too long may have waited for others."""


Called = Callable[[dict[str, object]], dict[str, object]]
"""What a test's function says to the student's code that calls it."""


class KernelLost(BaseException):
    """The student's kernel is gone, or has to be ended.

    The message says why, in words for the student. It passes through a test's own ``except
    Exception``, because no test can go on without the kernel.
    """


class NoKernel(RuntimeError):
    """No kernel comes up on this machine; nobody's submission is to blame."""


class State(enum.Enum):
    """What a student's kernel is doing.

    It runs cells when IDLE, and answers questions when RESPONDING. ``start`` makes STOPPED or LOST
    into IDLE; a question makes IDLE into RESPONDING; a cell, or the kernel itself, ends that; any
    failure makes it LOST; ``stop`` makes every state STOPPED.
    """

    STOPPED = enum.auto()
    IDLE = enum.auto()
    RESPONDING = enum.auto()
    LOST = enum.auto()


@dataclass
class Ran:
    """What one cell showed: outputs, and their size in bytes."""

    outputs: list[NotebookNode] = field(default_factory=list)
    size: int = 0


class StudentKernel:
    """One kernel with a scratch folder that holds copies of the assignment's ``data`` files.

    A context manager. ``own`` is the folder of the submission: its other files are there, too,
    where the assignment has none of that name. ``server`` forks kernels; None is a cold start.
    Raises NoKernel when none comes up. With a thread ``aside`` the kernel may :meth:`begin` before
    it is entered, and nobody waits for its end.
    """

    def __init__(
        self,
        settings: Settings,
        data: Path | None = None,
        server: ForksKernels | None = None,
        budget: Callable[[], float] | None = None,
        aside: Executor | None = None,
        own: Path | None = None,
    ) -> None:
        self.settings = settings
        self.data = data
        self.own = own
        self.server = server
        self.budget = budget or (lambda: float("inf"))
        self.folder: Path | None = None
        self.state = State.STOPPED
        self.starved = False
        """Whether a limit of time was hit while the kernel had little of a processor."""
        self.starts = 0
        """How many kernels there have been."""
        self.asked = 0
        self._responder: socket.socket | None = None
        self._request = ""
        """Id of the message that made the kernel respond."""
        self._aside = aside
        self._coming: Future[None] | None = None

    @property
    def lost(self) -> bool:
        """Whether the kernel is gone, or has to be ended."""
        return self.state is State.LOST

    def processor_seconds(self) -> float:
        """Processor time that the kernel's own process has used; 0 where that cannot be seen."""
        pid = getattr(getattr(self.manager.provisioner, "process", None), "pid", None)
        if pid is None:
            return 0.0
        try:
            used = psutil.Process(pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(used.user + used.system)

    def give_up(self) -> None:
        """Have the kernel replaced before anything else runs in it."""
        self.state = State.LOST

    def begin(self) -> None:
        """Start it aside; entering waits for that, and raises what went wrong."""
        if self._aside is not None:
            self._coming = self._aside.submit(self.start)

    def __enter__(self) -> "StudentKernel":
        if self._coming is None:
            self.start()
        else:
            self._coming.result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._aside is None:
            self.stop()
        else:
            self._aside.submit(self.stop)

    def start(self) -> None:
        """Start the kernel and wait until it answers."""
        self.starts += 1
        self.folder = Path(tempfile.mkdtemp(prefix="p", dir=channel.folder_for_sockets()))
        scratch = self.folder / "work"
        scratch.mkdir()
        copy_own_files(self.own, scratch)
        copy_data(self.data, scratch)
        self.manager = ConfinedKernelManager(transport="ipc", ip=str(self.folder / "k"), connection_file=str(self.folder / "c.json"))
        try:
            self.manager.start_kernel(cwd=str(scratch), settings=self.settings, scratch=scratch, server=self.server)
            self.client: BlockingKernelClient = self.manager.blocking_client()
            self.replies, self.outputs = open_sockets(self.client, MAX_MESSAGE, WAITING)
            self._wait_until_ready()
            self._responder = channel.connect(self.manager.ip)
            self.state = State.IDLE
        except (RuntimeError, channel.Closed) as error:
            self.stop()
            if getattr(error, "kind", "") == "ConfinementError":
                raise ConfinementError(str(error)) from error
            raise NoKernel(f"no kernel started ({error})") from error

    def _wait_until_ready(self) -> None:
        """Send ``kernel_info`` until both sockets, for replies and for outputs, have answered."""
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline:
            self.client.kernel_info()
            if self._receive(self.replies, 1.0) is not None and self._receive(self.outputs, 0.25) is not None:
                self._drain()
                return
            if not self.manager.is_alive():
                break
        raise NoKernel(self._cause() if not self.manager.is_alive() else f"it did not answer within {READY:g} seconds")

    def _receive(self, source: zmq.Socket[Any], timeout: float) -> dict[str, Any] | None:
        """The next message of a socket.

        None when none comes in time, and {} for what is no message.
        """
        if not source.poll(max(int(1000 * timeout), 1)):
            return None
        try:
            _, parts = self.client.session.feed_identities(source.recv_multipart())
            message = dict(self.client.session.deserialize(parts))
            return message if all(isinstance(message[part], dict) for part in ("header", "parent_header", "content")) else {}
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return {}

    def _drain(self) -> None:
        """Drop outputs of earlier requests, before they pile up."""
        while self.outputs.poll(0):
            self.outputs.recv_multipart()

    def stop(self) -> None:
        """End the kernel and everything it started, and remove its folder."""
        self.state = State.STOPPED
        if self.folder is None:
            return
        try:
            if self._responder is not None:
                self._responder.close()
                self._responder = None
            if hasattr(self, "client"):
                self.client.stop_channels()
            if self.manager.has_kernel:
                self.manager.shutdown_kernel(now=True)
        finally:
            self.manager.context.destroy(linger=0)
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def look(self, names: list[str]) -> dict[str, list[Any]]:
        """What names stand for, by name.

        It is ``["missing"]``, ``["data", text]``, ``["reference", text]`` or
        ``["other", type, reason]``.
        """
        said = self.question({"look": names})
        return {name: said[name] for name in names if isinstance(said.get(name), list) and said[name]}

    def question(self, question: dict[str, object], called: Called | None = None) -> dict[str, Any]:
        """What the responder in the kernel says, a dict of plain data.

        ``called`` answers when it calls a test's function.
        """
        said = self._question(question, called)
        return said if isinstance(said, dict) else {"odd": "the function gave no answer that can be read"}

    def _question(self, question: dict[str, object], called: Called | None) -> object:
        self.asked += 1
        if self.asked % 50 == 0:
            self._drain()
        responder = self._responder
        if responder is None:
            raise RuntimeError("the kernel has not been started, so it answers no question")
        if self.state is State.IDLE:
            asked = {RESPONDER: str(self.settings.answer)}
            self._request = self.client.execute("", silent=True, store_history=False, user_expressions=asked, allow_stdin=False)
            self.state = State.RESPONDING
        limit = _Limit(self)
        try:
            channel.send(responder, json.dumps(question), limit.patience)
            said = self._received(responder, limit)
            while called is not None and isinstance(said, dict) and "call" in said:
                channel.send(responder, json.dumps(called(said)), limit.patience)
                said = self._received(responder, limit)
        except channel.Closed:
            raise self._gone(self._cause_when_ended()) from None
        except _ResponderLeft:
            return None
        limit.over()
        return said

    def _received(self, responder: socket.socket, limit: "_Limit") -> object:
        """The next thing that the responder says; None for what is not plain data."""
        text = channel.receive(responder, 4 * self.settings.answer, limit.patience)
        try:
            return codec.loads(text, 2 * self.settings.answer)
        except codec.NotPlain:
            return None

    def _left(self) -> bool:
        """Whether the kernel responds no more, though nobody has told it to stop."""
        if self._replied(self._request):
            self.state = State.IDLE
        return self.state is not State.RESPONDING

    def _replied(self, asked: str) -> bool:
        """Whether the kernel has replied to a message; replies to earlier ones are dropped."""
        while self.replies.poll(0):
            reply = self._receive(self.replies, 0.0)
            if reply is not None and reply.get("parent_header", {}).get("msg_id") == asked:
                return True
        return False

    def _end_responding(self) -> None:
        """Tell the responder to stop, so that the kernel can run cells again."""
        if self.state is not State.RESPONDING or self._responder is None:
            return
        self.state = State.IDLE
        limit = _Limit(self)
        try:
            channel.send(self._responder, "", limit.patience)
        except channel.Closed:
            raise self._gone(self._cause_when_ended()) from None
        except _ResponderLeft:
            pass

    def _cause_when_ended(self) -> str:
        """Why the channel is closed.

        The kernel has ended, or is about to be ended for closing it.
        """
        deadline = time.monotonic() + GRACE
        while self.manager.is_alive():
            if time.monotonic() > deadline:
                return "it closed its connection to the grader"
            time.sleep(0.01)
        return self._cause()

    def run(self, source: str) -> Ran:
        """Run code as a cell; raises KernelLost when the kernel dies or takes too long."""
        self._end_responding()
        self._drain()
        self._replied("")
        ran, room = Ran(), [self.settings.output]
        asked = self.client.execute(source, allow_stdin=False)
        limit = _Limit(self)
        while True:
            message = self._receive(self.outputs, limit.pause())
            if message is None and self._replied(asked):
                break  # the kernel has told more than its socket for outputs holds, and the end is missing
            if message is not None and message.get("parent_header", {}).get("msg_id") == asked:
                kind, content = str(message["header"].get("msg_type")), message["content"]
                if kind == "status" and content.get("execution_state") == "idle":
                    break
                _keep(content, kind, ran, room)
            limit.check(alive=message is None)
        limit.over()
        ran.size = sum(map(size, ran.outputs))
        return ran

    def _gone(self, why: str) -> KernelLost:
        self.state = State.LOST
        return KernelLost(why)

    def _cause(self) -> str:
        status = getattr(self.manager.provisioner, "why_ended", None)
        return status() if callable(status) else "the kernel died (it used too much memory, or something ended the process)"


class _ResponderLeft(Exception):
    """The kernel left the responder in the middle of a question."""


class _Limit:
    """The time that one question may take.

    At its end the kernel is interrupted, and a little later given up.
    """

    def __init__(self, kernel: StudentKernel) -> None:
        self.kernel, self.began = kernel, time.monotonic()
        self.allowed = max(min(kernel.settings.cell_timeout, kernel.budget()), 0.05)
        self.deadline, self.interrupted, self.looked = self.began + self.allowed, False, self.began
        self.first_look: tuple[float, float] | None = None
        """When a pause had gone by, and how much processor time the kernel had used by then."""

    def pause(self) -> float:
        """For how long to wait for a message before looking around."""
        return min(PAUSE, max(0.01, self.deadline - time.monotonic()))

    def patience(self) -> float:
        """As :meth:`pause`, for a question to the responder.

        It looks around first where a pause has gone by.
        """
        now = time.monotonic()
        if now >= min(self.looked + PAUSE, self.deadline):
            self.looked = now
            self.check()
            if self.kernel._left():
                raise _ResponderLeft
        return self.pause()

    def check(self, *, alive: bool = True) -> None:
        """Raise KernelLost when the kernel is gone or does not stop.

        Interrupt it when its time is over.
        """
        if self.first_look is None and time.monotonic() > self.began + PAUSE:
            self.first_look = time.monotonic(), self.kernel.processor_seconds()
        if alive and not self.kernel.manager.is_alive():
            raise self.kernel._gone(self.kernel._cause())
        if time.monotonic() > self.deadline:
            if self.interrupted:
                raise self.kernel._gone(f"it took longer than {self.allowed:.3g} seconds and did not stop when interrupted")
            self._note_share()
            self.interrupted, self.deadline = True, time.monotonic() + GRACE
            self.kernel.manager.interrupt_kernel()

    def _note_share(self) -> None:
        """Note it where the kernel had too little of a processor.

        Then the machine, not the code, may be what took long.
        """
        when, used = self.first_look or (self.began, 0.0)
        passed = time.monotonic() - when
        self.kernel.starved |= self.kernel.processor_seconds() - used < OWN_SHARE * passed

    def over(self) -> None:
        """Raise KernelLost when the question was answered only because it was interrupted."""
        if self.interrupted:
            raise self.kernel._gone(f"it took longer than {self.allowed:.3g} seconds")


def _keep(content: dict[str, object], kind: str, ran: Ran, room: list[int]) -> None:
    if kind == "clear_output":
        ran.outputs.clear()
        return
    output = well_formed(kind, content, room[0]) if len(ran.outputs) < OUTPUTS and room[0] > 0 else None
    if output is None:
        return
    room[0] -= size(output)
    last = ran.outputs[-1] if ran.outputs else None
    if kind == "stream" and last is not None and last.output_type == kind and last.name == output.name:
        last.text += output.text
    else:
        ran.outputs.append(output)


def copy_data(data: Path | None, scratch: Path) -> None:
    """Copies of the assignment's data files.

    Notebooks, links and hidden files stay where they are.
    """
    if data is None or not data.is_dir():
        return
    for path in sorted(data.rglob("*")):
        parts = path.relative_to(data).parts
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and not any(part[0] in "._" for part in parts):
            target = scratch.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def copy_own_files(folder: Path | None, scratch: Path) -> None:
    """Copies of the files that a student handed in beside the notebooks."""
    for name, content in own_files(folder):
        with contextlib.suppress(OSError):
            target = scratch.joinpath(*Path(name).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
