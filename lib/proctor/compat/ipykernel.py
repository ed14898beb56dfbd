"""IPython's kernel made before it has sockets.

A fork server makes it once for all of its kernels. Touches private names of ipykernel (``_stdout``,
``_stderr``, ``_topic``), IPython (``_sys_modules_keys``) and matplotlib-inline
(``_enable_matplotlib_integration``). Tried with ipykernel 7.4.0, IPython 9.18.1 and
matplotlib-inline 0.2.2.
"""

import contextlib
import importlib
import io
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESPONDER = "proctor.responder"
"""Key of the grader's own request among a message's user expressions."""


def prepare() -> None:
    """Make the kernel and its shell, which need no socket and no folder.

    A fork server does it once for all of its kernels. What a kernel is given when it is made, and
    what it takes from its process then, it is given in :func:`kernel_app`.
    """
    _import_without_debugger()
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython.utils.text import LSString, SList
    from traitlets import Type
    from traitlets.config import Config

    class Application(IPKernelApp):
        """An application without a command line, a configuration file or a file to start with."""

        def parse_command_line(self, argv: object = None) -> None: ...

        def load_config_file(self, *_: Any, **__: Any) -> None: ...

        def init_code(self) -> None: ...

    class Shell(ZMQInteractiveShell):
        """A shell whose ``!command`` needs no terminal, and whose ``exit`` ends no later cell."""

        def ask_exit(self) -> None: ...

        def system(self, cmd: str) -> None:
            """Run a command and print what it writes."""
            self.user_ns["_exit_code"] = _run(self.var_expand(cmd, depth=1), lambda text: print(text, end="", flush=True))

        system_piped = system

        def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> object:
            """What a command writes, as a list of lines or as one string."""
            parts: list[str] = []
            _run(self.var_expand(cmd, depth=depth + 1), parts.append)
            text = "".join(parts)
            return SList(text.splitlines()) if split else LSString(text)

    class Kernel(IPythonKernel):
        """A kernel that may have been made before what its application gives it."""

        shell_class = Type(Shell)

        @classmethod
        def instance(cls, *args: object, **given: object) -> Any:
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

        async def do_execute(self, *args: object, **given: Any) -> object:
            """As in ipykernel, but the grader's own request has the responder run.

            It does so whatever names the student has defined.
            """
            limit = (given.get("user_expressions") or {}).get(RESPONDER)
            if limit is None:
                return await super().do_execute(*args, **given)
            with contextlib.suppress(BaseException):
                importlib.import_module("proctor.student.responder").attend(user_names(self), int(limit))
            return {"status": "ok", "execution_count": self.execution_count, "user_expressions": {}, "payload": []}

    warnings.filterwarnings("ignore", "Couldn't bind IOPub Pipe")  # by which forked processes tell their output, over TCP
    settings = {"IPKernelApp": {"ignore_cwd": True}, "HistoryManager": {"enabled": False, "hist_file": ":memory:"}}
    app = Application.instance(config=Config(settings))
    app.kernel_class = Kernel
    shell: Any = Kernel.instance(parent=app, log=app.log).shell
    shell.user_ns_hidden.update(shell.user_ns)
    shell._sys_modules_keys = set(sys.modules)


def user_names(kernel: Any) -> dict[str, object]:
    """The names that a student's cells have defined in a kernel."""
    found: dict[str, object] = kernel.shell.user_ns
    return found


def _run(command: str, write: Callable[[str], object]) -> int:
    """The exit code of a command; what it writes is given on as it comes."""
    started = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with started.stdout or io.BytesIO() as pipe:
        for line in pipe:
            write(line.decode(errors="replace"))
    return started.wait()


def kernel_app(connection_file: str) -> Any:
    """An IPython kernel application whose sockets are bound, ready to start.

    Imports look in the scratch folder last.
    """
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    if not IPythonKernel.initialized():
        prepare()
    sys.argv[:] = ["ipykernel_launcher.py", "-f", connection_file]
    app: Any = IPKernelApp.instance()
    shell: Any = IPythonKernel.instance().shell
    app.connection_file = str(Path(connection_file).absolute())
    shell.starting_dir = str(Path.cwd())
    shell.init_environment()
    app.initialize([])
    shell.ipython_dir, shell.profile_dir = app.ipython_dir, app.profile_dir
    app.log.setLevel(logging.WARNING)
    inline: Any = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:  # imported before there was a shell whose figures it could show
        inline._enable_matplotlib_integration()
    return app


def _import_without_debugger() -> None:
    """IPython's kernel without the debugger that a frontend may attach.

    The debugger has a hundred modules, and nobody attaches one here.
    """
    unless: object = sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        if unless is None:
            del sys.modules["debugpy"]
