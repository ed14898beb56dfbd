"""Commands of proctor and nbgrader, each in a process forked from one that has imported both.

Importing is most of what a command costs on a small course. What the start of a process decides,
such as its locale, is tested with processes of their own.
"""

import atexit
import contextlib
import functools
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

IMPORTED = (
    *("nbgrader.apps.nbgraderapp", "proctor.nbgrader", "proctor.cli", "proctor.batch.schedule", "proctor.batch.work"),
    *("proctor.course.collect", "proctor.reports.export", "proctor.reports.feedback", "proctor.reports.report"),
)


class Importer:
    """The process that has imported everything, asked over a socket."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            begin = [sys.executable, "-P", __file__, str(theirs.fileno())]
            one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            self.process = subprocess.Popen(begin, pass_fds=(theirs.fileno(),), env={**os.environ, **one_thread})
        self.line = ours.makefile("rw", encoding="utf-8")
        ours.close()
        atexit.register(self.close)

    def run(self, request: Mapping[str, object]) -> int:
        """The exit code of a command."""
        self.line.write(json.dumps(request) + "\n")
        self.line.flush()
        answer = self.line.readline()
        if not answer:
            raise RuntimeError(f"the process that runs commands ended with {self.process.wait()}")
        return int(answer)

    def close(self) -> None:
        self.line.close()
        self.process.wait()


@functools.cache
def importer() -> Importer:
    """One for all tests of a process."""
    return Importer()


def run(
    *command: str, cwd: Path, env: Mapping[str, str] | None = None, timeout: int = 0
) -> subprocess.CompletedProcess[str]:
    """What ``python -m command`` leaves, run in a folder.

    It is ended after ``timeout`` seconds, unless that is 0.
    """
    with tempfile.TemporaryDirectory(prefix="command-") as folder:
        files = [Path(folder) / name for name in ("stdout", "stderr")]
        known = dict(os.environ if env is None else env)
        request = {"command": command, "cwd": str(cwd), "env": known, "files": [*map(str, files)], "timeout": timeout}
        code = importer().run(request)
        return subprocess.CompletedProcess(command, code, *(file.read_text(encoding="utf-8", errors="replace") for file in files))


def serve(line: socket.socket) -> None:
    """Fork a process for every command that is asked for, until the asker is gone."""
    for module in IMPORTED:
        importlib.import_module(module)
    for request in line.makefile("r", encoding="utf-8"):
        child = os.fork()
        if child == 0:
            line.close()
            _be_command(**json.loads(request))
        _, status = os.waitpid(child, 0)
        line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _be_command(command: list[str], cwd: str, env: dict[str, str], files: list[str], timeout: int) -> NoReturn:
    signal.alarm(timeout)
    code = 1
    try:
        for place, file in enumerate((os.devnull, *files)):
            os.dup2(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), place)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        sys.path.insert(0, cwd)
        sys.argv = list(command)
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        serve(asked)
