"""What this machine can do to confine students' code: ``proctor doctor`` prints :func:`report`."""

import platform
import sys
import textwrap

from proctor.sandbox import confine, linux, fork_server

WIDTH = 100


def report() -> str:
    """A page of text: the machine, each layer with what it stops and whether it is there, what is missing, and what follows."""
    layers, holes = confine.layers(), confine.holes()
    abi = linux.landlock_abi()
    machine = f"{platform.system()} {platform.release()} on {platform.machine()}, Python {platform.python_version()}"
    lines = [machine, "", "Layers, and what each stops:"]
    for layer in layers:
        name = f"{layer.name} {abi}" if layer.name == "Landlock" and layer.available else layer.name
        lines += _item("yes" if layer.available else "NO", name, layer.what)
        if not layer.available:
            lines += textwrap.wrap(layer.why, WIDTH, initial_indent=" " * 22 + "because: ", subsequent_indent=" " * 22)
    warmly = "kernels are forked from a process that has imported everything" if fork_server.supported() else f"not on {sys.platform}"
    lines += _item("yes" if fork_server.supported() else "NO", "warm kernels", warmly)
    lines.append("")
    if holes:
        lines.append("Students' code cannot be confined on this machine:")
        for hole in holes:
            lines += textwrap.wrap(hole, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        lines += ["Grading stops before any of it runs. An instructor who trusts the students may say --unconfined;"]
        lines += ["every grade then says so."]
    elif all(layer.available for layer in layers):
        lines.append("Students' code is confined by every layer.")
    else:
        lines.append("Students' code is confined: what is missing is covered by the layers that are there.")
    return "\n".join(lines) + "\n"


def _item(mark: str, name: str, what: str) -> list[str]:
    return textwrap.wrap(what, WIDTH, initial_indent=f"  {mark:<4}{name:<16}", subsequent_indent=" " * 22)
