"""What this machine can do to confine students' code: ``proctor doctor`` prints :func:`report`."""

import os
import platform
import sys
import textwrap
from pathlib import Path

from proctor.sandbox import confine, fork_server, linux

WIDTH = 100


def report() -> str:
    """A page of text about the machine and its layers of confinement.

    It says of each layer what it stops and whether it is there, then what is missing, and what
    follows.
    """
    layers, holes = confine.layers(), confine.holes()
    abi = linux.landlock_abi()
    machine = f"{platform.system()} {platform.release()} on {platform.machine()}, Python {platform.python_version()}"
    lines = [machine, "", "Layers, and what each stops:"]
    for layer in layers:
        name = f"{layer.name} {abi}" if layer.name == "Landlock" and layer.available else layer.name
        lines += _item("yes" if layer.available else "NO", name, layer.what)
        if not layer.available:
            lines += textwrap.wrap(layer.why, WIDTH, initial_indent=" " * 22 + "because: ", subsequent_indent=" " * 22)
    forks = "kernels are forked from a process that has imported everything" if fork_server.supported() else f"not on {sys.platform}"
    lines += _item("yes" if fork_server.supported() else "NO", "fork server", forks)
    lines.append("")
    if holes:
        lines.append("Students' code cannot be confined on this machine:")
        for hole in holes:
            lines += textwrap.wrap(hole, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        lines += ["Grading stops before any of it runs. What helps:"]
        for remedy in remedies():
            lines += textwrap.wrap(remedy, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        lines += ["An instructor who trusts the students may say --unconfined; every grade then says so."]
    elif all(layer.available for layer in layers):
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
