"""The start of a student's kernel.

A fresh process reads what is asked for, confines itself, and becomes an IPython kernel. ``python -m
proctor.student.launch N`` serves one request that comes over the open socket N; a fork server calls
:func:`serve` in its child.
"""

import json
import os
import socket
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

from proctor.bridge import channel
from proctor.compat import ipykernel
from proctor.sandbox import supervisor
from proctor.sandbox.confine import View, confine
from proctor.settings import Settings

CONNECTION_FILE = ".kernel.json"
LONGEST = 2**20


def serve(line: socket.socket) -> NoReturn:
    """Read a request, and be the kernel that it asks for until the kernel ends.

    Errors before that go to the process that asked.
    """
    try:
        _silence()
        asked = _read(line)
        known = {field.name: asked["settings"][field.name] for field in fields(Settings)}
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
        settings = Settings(**values)
        view = View(Path(asked["scratch"]), tuple(map(Path, asked["readable"])), tuple(map(tuple, asked["steps"])))
        fonts = [(path.name, path.read_bytes()) for path in map(Path, [asked["fonts"]] if asked["fonts"] else [])]
        confine(view, settings, line)
        for name, content in fonts:
            (Path(os.environ["MPLCONFIGDIR"]) / name).write_bytes(content)
        Path(CONNECTION_FILE).write_text(json.dumps(asked["connection"]))
        app = ipykernel.kernel_app(CONNECTION_FILE)
        channel.listen(asked["connection"]["ip"])
    except BaseException as error:
        supervisor.say(line, {"error": f"{error}" if isinstance(error, Exception) else repr(error), "kind": type(error).__name__})
        os._exit(1)
    supervisor.say(line, {"ready": True})
    line.close()
    try:
        app.start()
    finally:
        os._exit(0)


def _silence() -> None:
    """No input, and no output but through the kernel's messages."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _read(line: socket.socket) -> dict[str, Any]:
    text = b""
    while not text.endswith(b"\n"):
        part = line.recv(65536)
        if not part or len(text) > LONGEST:
            raise ConnectionError("the request for a kernel did not arrive whole")
        text += part
    return dict(json.loads(text))


def main(arguments: list[str]) -> None:
    """Serve the one request that comes over the socket of the given number."""
    line = socket.socket(fileno=int(arguments[0]))
    line.set_inheritable(False)
    serve(line)


if __name__ == "__main__":
    main(sys.argv[1:])
