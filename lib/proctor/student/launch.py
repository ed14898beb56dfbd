"""The start of a student's kernel: a fresh process reads what is asked for, confines itself, and becomes an IPython kernel.

``python -m proctor.student.launch N`` serves one request that comes over the open socket N;
a fork server calls :func:`serve` in its child.
"""

import contextlib
import importlib
import json
import logging
import os
import socket
import sys
import warnings
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, NoReturn

from proctor.bridge import channel
from proctor.sandbox import supervisor
from proctor.sandbox.confine import View, confine
from proctor.settings import Settings

CONNECTION_FILE = ".kernel.json"
LONGEST = 2**20


def request(view: View, settings: Settings, connection: dict[str, Any], fonts: Path | None) -> bytes:
    """One request as a line of text; the preamble and other things that only the trusted side needs stay out of it."""
    asked = asdict(replace(settings, preamble="", preload=()))
    seen = {"scratch": str(view.scratch), "readable": [str(path) for path in view.readable], "steps": view.steps}
    return json.dumps({**seen, "settings": asked, "connection": connection, "fonts": str(fonts) if fonts else ""}).encode() + b"\n"


def serve(line: socket.socket) -> NoReturn:
    """Read a request, and be the kernel that it asks for until the kernel ends. Errors before that are told to the asker."""
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
        app = kernel_app()
        channel.open_door(asked["connection"]["ip"])
    except BaseException as error:
        supervisor.say(line, {"error": f"{error}" if isinstance(error, Exception) else repr(error), "kind": type(error).__name__})
        os._exit(1)
    supervisor.say(line, {"ready": True})
    line.close()
    try:
        app.start()
    finally:
        os._exit(0)


def prepare() -> None:
    """Make the kernel and its shell, which need no socket and no folder. A fork server does it once for all of its kernels.

    What a kernel is given when it is made, and what it takes from its process then, it is given in :func:`kernel_app`.
    """
    _import_without_debugger()
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    class Application(IPKernelApp):
        """There is no command line here, no configuration file and no file to start with, so that none need be looked for."""

        def parse_command_line(self, argv: Any = None) -> None: ...

        def load_config_file(self, *_: Any, **__: Any) -> None: ...

        def init_code(self) -> None: ...

    class Kernel(IPythonKernel):
        """A kernel that may have been made before what its application gives it."""

        @classmethod
        def instance(cls, *args: Any, **given: Any) -> Any:
            kernel: Any = super().instance(*args, **given)
            for name, value in given.items():
                if value is not None:
                    setattr(kernel, name, value)
            kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
            publisher, hook = kernel.shell.display_pub, kernel.shell.displayhook
            publisher.session = hook.session = kernel.session
            publisher.pub_socket = hook.pub_socket = kernel.iopub_socket
            hook.topic = kernel._topic("execute_result")
            return kernel

    warnings.filterwarnings("ignore", "Couldn't bind IOPub Pipe")  # by which forked processes tell their output, over TCP
    settings = Config()
    settings.IPKernelApp.ignore_cwd = True
    settings.HistoryManager.enabled = False
    settings.HistoryManager.hist_file = ":memory:"
    app = Application.instance(config=settings)
    app.kernel_class = Kernel
    shell: Any = Kernel.instance(parent=app, log=app.log).shell
    shell.user_ns_hidden.update(shell.user_ns)
    shell._sys_modules_keys = set(sys.modules)


def kernel_app() -> Any:
    """An IPython kernel application whose sockets are bound, ready to start; imports come from scratch only at last."""
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    if not IPythonKernel.initialized():
        prepare()
    sys.argv[:] = ["ipykernel_launcher.py", "-f", CONNECTION_FILE]
    app: Any = IPKernelApp.instance()
    shell: Any = IPythonKernel.instance().shell
    app.connection_file = str(Path(CONNECTION_FILE).absolute())
    shell.starting_dir = str(Path.cwd())
    shell.init_environment()
    app.initialize([])
    shell.ipython_dir, shell.profile_dir = app.ipython_dir, app.profile_dir
    app.log.setLevel(logging.WARNING)
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:  # imported before there was a shell whose figures it could show
        inline._enable_matplotlib_integration()
    return app


def _import_without_debugger() -> None:
    """IPython's kernel without the debugger that a frontend may attach, of a hundred modules; nobody attaches one here."""
    unless: Any = sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        if unless is None:
            del sys.modules["debugpy"]


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


def fonts_file() -> Path | None:
    """Matplotlib's list of fonts as the grader's user has it, so that each kernel need not search for fonts anew."""
    home = Path(os.environ.get("HOME", "/nonexistent"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "matplotlib"
    folder = Path(os.environ["MPLCONFIGDIR"]) if os.environ.get("MPLCONFIGDIR") else cache
    found: list[Path] = []
    with contextlib.suppress(OSError):
        found = sorted(folder.glob("fontlist-v*.json"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found and os.access(found[-1], os.R_OK) else None


if __name__ == "__main__":
    main(sys.argv[1:])
