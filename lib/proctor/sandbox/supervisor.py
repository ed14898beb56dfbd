"""The supervisor: the trusted process above a confined one.

It bounds memory, ends everything, and tells how it ended. The supervisor lives outside the
confinement, holds nothing that the student could want, and takes no word from within. It reads
``/proc`` itself: psutil finds children by reading every process of the machine, which is too much
for ten times a second, and does not know the share that a process has of swapped pages.
"""

import contextlib
import functools
import json
import os
import select
import signal
import socket
import stat
import time
from pathlib import Path

from proctor.settings import Settings

PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK = 0.1
PATIENCE = 10.0
PREFIX = "proctor-"


def say(line: socket.socket | None, message: dict[str, object], *descriptors: int) -> None:
    """One message to the process that asked for the kernel, with open files if there are any."""
    if line is not None:
        with contextlib.suppress(OSError):
            socket.send_fds(line, [json.dumps({**message, "files": len(descriptors)}).encode() + b"\n"], list(descriptors))


class Group:
    """A control group that bounds the memory and the processes of one kernel.

    Without effect where it cannot be had. All processes of a group together also get no more of a
    busy processor than one other process does.
    """

    def __init__(self, settings: Settings) -> None:
        self.folders: list[Path] = []
        memory = settings.memory + settings.scratch_size
        bounds = {
            "memory": {"memory.max": memory, "memory.swap.max": 0, "memory.oom.group": 1},
            "pids": {"pids.max": settings.processes + OWN_TASKS},
            "memory1": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
            "pids1": {"pids.max": settings.processes + OWN_TASKS},
            "cpu1": {"cpu.shares": 1024},
        }
        self.bounds_memory = False
        for version, parents in hierarchies().items():
            for parent in parents:
                folder = parent / f"{PREFIX}{os.getpid()}"
                try:
                    folder.mkdir()
                except OSError:
                    continue
                wanted = {"": ("memory", "pids")}.get(version, (version,))
                if self._bound(folder, [bounds[name] for name in wanted]):
                    self.folders.append(folder)
                    self.bounds_memory |= version in ("", "memory1")
                    break
                with contextlib.suppress(OSError):
                    folder.rmdir()

    @staticmethod
    def _bound(folder: Path, bounds: list[dict[str, int]]) -> bool:
        for files in bounds:
            for place, (name, value) in enumerate(files.items()):
                try:
                    (folder / name).write_text(str(value))
                except OSError:
                    if place == 0:
                        return False
        return True

    def take(self, pid: int) -> None:
        """Put a process that has not started to work yet under the bounds."""
        for folder in self.folders[:]:
            try:
                (folder / "cgroup.procs").write_text(str(pid))
            except OSError:
                self.folders.remove(folder)
                self.bounds_memory &= not (folder / "memory.stat").exists()
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def ran_out(self) -> bool:
        """Whether the kernel's processes asked for more memory than they may have."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError, ValueError):
                    counts = dict(line.split() for line in (folder / name).read_text().splitlines())
                    if int(counts.get("oom_kill", 0)):
                        return True
        return False

    def close(self) -> None:
        """End what is still in the group and remove it."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                (folder / "cgroup.kill").write_text("1")
            for _ in range(100):
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.01)


OWN_TASKS = 24  # threads of the kernel itself: shell, control, output, heartbeat, history, ZeroMQ


@functools.lru_cache(maxsize=1)
def hierarchies() -> dict[str, list[Path]]:
    """Folders in which a group may be made.

    "" for version 2, "memory1", "pids1" and "cpu1" for version 1. Groups that supervisors who were
    killed left behind are removed from them. A process that is forked after a call knows the
    answer.
    """
    found: dict[str, list[Path]] = {}
    try:
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        mounts = [line.split(" - ", 1) for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        return found
    for left, right in mounts:
        kind, _, options = right.split(" ", 2)
        top, place = left.split(" ")[3:5]
        for _, names, path in own:
            inner = Path(place) / os.path.relpath(path, top) if path.startswith(top) else Path(place)
            if kind == "cgroup2" and not names:
                found[""] = [folder for folder in (inner, inner.parent) if folder.is_relative_to(place)]
            elif kind == "cgroup":
                for name in ("memory", "pids", "cpu"):
                    if name in names.split(",") and name in options.split(","):
                        found[f"{name}1"] = [inner]
    for parent in {folder for folders in found.values() for folder in folders}:
        _sweep(parent)
    return found


def _sweep(parent: Path) -> None:
    with contextlib.suppress(OSError):
        for folder in list(parent.glob(PREFIX + "*")):
            if not Path(f"/proc/{folder.name.removeprefix(PREFIX)}").exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()


class Watch:
    """Counts memory and scratch space of a process and its descendants.

    It is needed where there is no control group to bound their memory, or no file system of their
    own to bound scratch.
    """

    def __init__(self, settings: Settings, scratch: Path, memory: bool, own_scratch: bool) -> None:
        self.memory = settings.memory + settings.scratch_size if memory else None
        self.interval = LOOK if memory or not own_scratch else 1.0
        self.space = settings.scratch_size
        self.scratch = scratch

    def reason(self, pid: int) -> str:
        """What the process and its descendants together use too much of.

        It is "memory", "scratch" or, if nothing, "".
        """
        family = descendants(pid)
        if self.memory is not None and self._memory(family) > self.memory:
            return "memory"
        return "scratch" if self._space(family) > self.space else ""

    def _memory(self, family: list[int]) -> int:
        """Bytes of memory that the processes hold together.

        Pages that several share count once, which is looked at more closely only when it matters.
        """
        resident = 0
        for member in family:
            with contextlib.suppress(OSError, ValueError, IndexError):
                resident += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * PAGE
        return resident if self.memory is None or resident <= self.memory else sum(map(_proportional, family))

    def _space(self, family: list[int]) -> int:
        """Bytes of the files in scratch, and of open files that have no name any more."""
        used = 0
        for folder, _, files in os.walk(self.scratch):
            for name in files:
                with contextlib.suppress(OSError):
                    used += (Path(folder) / name).lstat().st_blocks * 512
        for member in family:
            with contextlib.suppress(OSError):
                for descriptor in Path(f"/proc/{member}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        about = descriptor.stat()
                        used += about.st_blocks * 512 if stat.S_ISREG(about.st_mode) and about.st_nlink == 0 else 0
        return used


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("Pss:", "SwapPss:")))
    except (OSError, ValueError, IndexError):
        return 0


def descendants(pid: int) -> list[int]:
    """A process and all that it started and that are still its descendants."""
    family, at = [pid], 0
    while at < len(family):
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{family[at]}/task").iterdir():
                with contextlib.suppress(OSError, ValueError):
                    family += [int(child) for child in (task / "children").read_text().split()]
        at += 1
    return family


def supervise(pid: int, group: Group, watch: Watch, line: socket.socket | None) -> int:
    """Wait for a confined process, end it when it must end, and return its exit code.

    A negative code is that of a signal. It must end when the process that asked for it is gone or
    says so, when our own parent is gone, and when it uses too much.
    """
    parent = os.getppid()
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
    say(line, {"pid": pid}, *([handle] if handle >= 0 else []))
    reason = ""
    poller = select.poll()
    for descriptor in (handle, line.fileno() if line else -1):
        if descriptor >= 0:
            poller.register(descriptor, select.POLLIN)
    code = None
    while code is None:
        for descriptor, _ in poller.poll(1000 * (watch.interval if handle >= 0 else LOOK)):
            if line is not None and descriptor == line.fileno():
                _end(pid)
                poller.unregister(descriptor)
        if os.getppid() != parent:
            _end(pid)
        if not reason:
            try:
                reason = watch.reason(pid)
            except Exception:  # such as folders too deep to walk
                reason = "scratch"
            if reason:
                _end(pid)
        done, status = os.waitpid(pid, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if done else None
    if group.ran_out():
        reason = "memory"
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    group.close()
    _end_the_rest()
    say(line, {"exit": code, "reason": reason})
    return code


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _end_the_rest() -> None:
    """End what outlived the process without a process namespace.

    Such orphans come to their supervisor, who is their subreaper.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for orphan in descendants(os.getpid())[1:]:
            _end(orphan)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)
