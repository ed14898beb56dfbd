"""The trusted side of one notebook: a namespace that holds what the instructor's locked cells make, and the tests run in it.

A name that a test uses and that is not there is asked for in the student's kernel: plain data are rebuilt here; a function becomes a
:class:`~proctor.grading.proxies.FunctionProxy`. The same test cell runs unchanged in the student's own notebook.
"""

import builtins
import contextlib
import hashlib
import io
import os
import random
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from proctor.bridge.outputs import printable
from proctor.grading.answer_cache import AnswerCache
from proctor.grading.kernel import GRACE, KernelLost, StudentKernel, copy_data
from proctor.grading.proxies import copy_into, resolve_names
from proctor.grading.rebuild import grade_id
from proctor.grading.source_code import compiled
from proctor.grading.time_limit import time_limit
from proctor.grading.verdict import Verdict, describe_failure, partial
from proctor.settings import Settings

LONGEST = 4000
"""Characters of a message for the student."""


class _NoMagic:
    """What `get_ipython()` is in the trusted process: it runs no magics."""

    def run_line_magic(self, *_: Any, **__: Any) -> None: ...

    def run_cell_magic(self, *_: Any, **__: Any) -> None: ...

    def system(self, *_: Any) -> None: ...

    getoutput = system


class TrustedNamespace:
    """The trusted side of one notebook: its namespace, and the tests run in it."""

    def __init__(self, settings: Settings, seed: bytes = b"") -> None:
        self.settings = settings
        self.seed = seed
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins, "get_ipython": _NoMagic}
        self.printed = ""
        self.cache = AnswerCache()

    def run(self, source: str, resolved: dict[str, Any] | None = None) -> Any:
        """Run code in the trusted namespace; returns the value of a last expression. ``resolved`` names exist for this run only."""
        code = compiled(source)
        names = {**self.namespace, **resolved} if resolved is not None else self.namespace
        written = io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(code.statements, names)
                value = eval(code.last, names) if code.last is not None else None
                return None if code.silenced else value
            finally:
                self.printed = written.getvalue()[:10_000]
                if resolved is not None:
                    self.namespace.update({name: made for name, made in names.items() if name not in resolved})

    def run_locked(self, source: str) -> None:
        """Run a locked cell; where it needs what only the student has, it is the student's kernel that shows its result."""
        with contextlib.suppress(Exception):
            self.run(source)

    def unknown(self, source: str) -> list[str]:
        """Names that code uses and that neither the trusted namespace nor Python has."""
        return sorted(name for name in compiled(source).free if name not in self.namespace and not hasattr(builtins, name))

    def judge(self, cell: NotebookNode, kernel: StudentKernel, lost: str | None, seconds: float | None = None) -> Verdict:
        """Run one test cell against the student's kernel. ``lost`` says why the question's own cell left nothing behind.

        The kernel keeps to its own limits; the test as a whole ends a little after ``seconds`` (those of a whole notebook when None),
        and the kernel counts as lost then.
        """
        name, most = grade_id(cell) or "", float(cell.metadata.nbgrader["points"])
        began = time.monotonic()

        def verdict(points: float, reason: str, message: str = "", misconception: str | None = None) -> Verdict:
            said = printable(message[:LONGEST])
            return Verdict(name, points, most, reason, said, misconception, time.monotonic() - began)

        changed: list[tuple[Any, Any]] = []
        try:
            with time_limit(GRACE + (self.settings.notebook_timeout if seconds is None else seconds)):
                needed = self.unknown(cell.source)
                resolved = resolve_names(needed, kernel, self.settings, self.cache, changed)
                absent = [item for item in needed if item not in resolved]
                if absent and lost:
                    gone = f"While your cell ran, {lost}. What it defines is not there, so this could not be tested."
                    return verdict(0, "lost", gone)
                if absent:
                    listed = " and ".join(f"`{item}`" for item in absent)
                    return verdict(0, "missing", f"{listed} {'is' if len(absent) == 1 else 'are'} not defined. Was the cell run?")
                random.seed(hashlib.sha256(self.seed).digest())
                if self.settings.preamble:
                    self.run(self.settings.preamble)
                value = self.run(cell.source, resolved)
        except KernelLost as error:
            kernel.give_up()
            return verdict(0, "lost", f"While your answer was tested, {error}.")
        except Exception as error:
            return verdict(0, *describe_failure(error))
        finally:
            self.put_back(changed)
        points = partial(value, most)
        if points is None:
            return verdict(most, "passed")
        return verdict(points, "passed" if points == most else "partial", "" if points == most else f"{points:g} of {most:g} points.")


    def put_back(self, changed: list[tuple[Any, Any]]) -> None:
        """Give changed values their content again, so that no answer decides what later tests begin with."""
        for mine, before in reversed(changed):
            copy_into(mine, before)
            self.namespace.update({name: before for name, value in self.namespace.items() if value is mine and hasattr(mine, "iloc")})


@contextlib.contextmanager
def working_folder(data: Path | None) -> Iterator[None]:
    """Run in a folder with copies of the assignment's data; the working folder, random state and environment come back afterwards."""
    before, state, environment = Path.cwd(), random.getstate(), dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="examiner") as folder:
        copy_data(data, Path(folder))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            random.setstate(state)
            os.environ.clear()
            os.environ.update(environment)
