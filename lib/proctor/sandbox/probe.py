"""What this machine can do to confine students' code: ``proctor doctor`` prints :func:`report`."""

import functools
import json
import os
import platform
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from proctor.sandbox import confine, fork_server, linux
from proctor.settings import Settings

WIDTH = 100
WHAT = {
    "root": ("own root", "files outside do not exist; scratch is a file system of limited size, and links in it lead nowhere"),
    "landlock": ("Landlock", "reading and writing files outside; without namespaces also signals and abstract sockets to others"),
    "calls": ("call filter", "network sockets of every kind, tracing, mounting, new namespaces, kernel interfaces with a bad record"),
    "network": ("own network", "every network address, and abstract Unix sockets"),
    "processes": ("own processes", "seeing or signalling others, and outliving the kernel"),
    "ipc": ("own IPC", "shared memory, semaphores and message queues of others"),
    "user": ("own user", "the rights of the grader's user; the limit on processes counts for each kernel alone"),
    "limits": ("limits", "filling memory, forking without end, huge files, core dumps, too many open files"),
    "group": ("memory group", "filling memory with many processes; taking the processor from other kernels"),
}


@dataclass(frozen=True)
class Layer:
    """One layer of confinement.

    Its name, what it stops, whether this machine has it, and why not.
    """

    name: str
    what: str
    available: bool
    why: str = ""


def layers() -> list[Layer]:
    """Every layer of confinement, and whether this machine has it.

    It is found out by confining a child that is then thrown away.
    """
    lacks = _probed()[0]
    return [Layer(name, what, key not in lacks, lacks.get(key, "")) for key, (name, what) in WHAT.items()]


def holes() -> list[str]:
    """What would not hold on this machine, in words; empty where students' code can be confined."""
    return _probed()[1]


@functools.lru_cache(maxsize=1)
def _probed() -> tuple[dict[str, str], list[str]]:
    with tempfile.TemporaryDirectory(prefix="p") as folder:
        command = [sys.executable, "-P", "-c", "import sys; from proctor.sandbox.probe import probe; probe(sys.argv[1])", folder]
        environment = confine.clean_environment(Path(folder))
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)
    if not done.stdout:
        why = done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
        return dict.fromkeys(WHAT, why), [f"a child cannot be confined ({why})"]
    lacks, found = json.loads(done.stdout)
    return lacks, found


def probe(folder: str) -> None:
    """Confine this process as far as can be, and print what is missing, as JSON.

    What that leaves open is printed, too.
    """
    settings = Settings()
    lacks = confine.confined_child(confine.view_for(settings, Path(folder)), settings, None)
    print(json.dumps([lacks, confine.holes_left_by(lacks)]), flush=True)
    os._exit(0)


def report() -> str:
    """A page of text about the machine and its layers of confinement.

    It says of each layer what it stops and whether it is there, then what is missing, and what
    follows.
    """
    found, open_to = layers(), holes()
    abi = linux.landlock_abi()
    machine = f"{platform.system()} {platform.release()} on {platform.machine()}, Python {platform.python_version()}"
    lines = [machine, "", "Layers, and what each stops:"]
    for layer in found:
        name = f"{layer.name} {abi}" if layer.name == "Landlock" and layer.available else layer.name
        lines += _item("yes" if layer.available else "NO", name, layer.what)
        if not layer.available:
            lines += textwrap.wrap(layer.why, WIDTH, initial_indent=" " * 22 + "because: ", subsequent_indent=" " * 22)
    forks = "kernels are forked from a process that has imported everything" if fork_server.supported() else f"not on {sys.platform}"
    lines += _item("yes" if fork_server.supported() else "NO", "fork server", forks)
    lines.append("")
    if open_to:
        lines.append("Students' code cannot be confined on this machine:")
        for hole in open_to:
            lines += textwrap.wrap(hole, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        lines += ["Grading stops before any of it runs. What helps:"]
        for remedy in remedies():
            lines += textwrap.wrap(remedy, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        lines += ["An instructor who trusts the students may say --unconfined; every grade then says so."]
    elif all(layer.available for layer in found):
        lines.append("Students' code is confined by every layer.")
    else:
        lines.append("Students' code is confined: what is missing is covered by the layers that are there.")
    return "\n".join(lines) + "\n"


def remedies() -> list[str]:
    """What an administrator can do where students' code cannot be confined.

    It goes as far as this machine's settings show the cause.
    """
    if sys.platform != "linux":
        return [f"Grade on Linux: a virtual machine, a container or a server. Confinement cannot be had on {sys.platform}."]
    found = []
    if os.geteuid() != 0:
        found.append("Run proctor as root, such as with sudo: kernels then run as a user that nobody is, with namespaces.")
        if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
            found.append(
                "AppArmor keeps namespaces from users here (Ubuntu 23.10 and later): give the interpreter a profile with `userns,`, "
                "or run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`."
            )
        if _setting("user/max_user_namespaces") == "0" or _setting("kernel/unprivileged_userns_clone") == "0":
            found.append(
                "User namespaces are switched off: `sudo sysctl user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1`."
            )
    else:
        found.append(
            "In a container, let it make namespaces: `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add "
            "SYS_ADMIN`, or `--privileged`; on a machine of its own, run as root outside a container."
        )
    if linux.landlock_abi() < NEEDED_ALONE:
        found.append(
            f"Without namespaces Landlock {NEEDED_ALONE} is needed, which Linux 6.12 or newer has; this is Linux {platform.release()} "
            f"with Landlock {linux.landlock_abi() or 'switched off'}. A newer kernel helps, "
            "or one that is started with `lsm=landlock,...`."
        )
    return found


NEEDED_ALONE = 6
"""Version of Landlock that can stand in for namespaces."""


def _setting(name: str) -> str:
    """A setting of this Linux, or "" where there is none."""
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""


def _item(mark: str, name: str, what: str) -> list[str]:
    return textwrap.wrap(what, WIDTH, initial_indent=f"  {mark:<4}{name:<16}", subsequent_indent=" " * 22)
