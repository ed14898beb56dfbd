"""The trusted side of one notebook.

A namespace that holds what the instructor's locked cells make, and the tests run in it. Every name
has one owner. What a locked cell or a test binds is the instructor's and is never asked for in the
student's kernel; what a solution cell should bind is the student's and is always asked for there,
also when Python has something of that name. The same test cell runs unchanged in the student's own
notebook.
"""

import asyncio
import builtins
import contextlib
import hashlib
import io
import random
import sys
import time
import types
import warnings
from collections.abc import Coroutine, Iterable, Iterator

import numpy
from nbformat import NotebookNode

from proctor.bridge.outputs import printable
from proctor.grading import own_values, proxies, seeds
from proctor.grading.kernel import GRACE, KernelLost, StudentKernel
from proctor.grading.link import Link, copy_into
from proctor.grading.matching import grade_id
from proctor.grading.names import resolve_names
from proctor.grading.source_code import NAMESPACE_READERS, CellCode, compiled, imports
from proctor.grading.time_limit import time_limit
from proctor.grading.verdict import Verdict, describe_failure, line_of, partial
from proctor.grading.working_folder import WorkingFolder
from proctor.settings import Settings
from proctor.variants import examining

LONGEST = 4000
"""Characters of a message for the student."""
HARMLESS = frozenset({
    *("matplotlib", "config", "load_ext", "reload_ext", "autoreload", "pip", "conda", "mamba", "precision", "pylab", "pdb", "xmode"),
    *("colors", "env", "set_env", "who", "whos", "who_ls", "pwd", "cd", "logstop", "logoff", "automagic", "matplotlib_inline"),
})
"""Magics that have no effect on what a test sees, and are passed over."""


class MagicError(NameError):
    """A magic or a system command has nothing to run it outside the student's kernel."""


class _NoMagic:
    """What `get_ipython()` is in the trusted process.

    It runs no magics, and passes over those that do not matter there.
    """

    def run_line_magic(self, name: str, *_: object, **__: object) -> None:
        """Pass over a harmless magic; raises MagicError for any other."""
        if name not in HARMLESS:
            raise MagicError(f"the magic %{name} does not run outside the notebook; write it in Python")

    def run_cell_magic(self, name: str, *_: object, **__: object) -> None:
        """Raises MagicError."""
        raise MagicError(f"the magic %%{name} does not run outside the notebook; write the cell in Python")

    def system(self, command: str) -> None:
        """Raises MagicError."""
        raise MagicError(f"!{command} does not run outside the notebook; write it in Python")

    getoutput = system


class TrustedNamespace:
    """What a notebook's locked cells and tests run in, on the trusted side."""

    def __init__(
        self, settings: Settings, kernel: StudentKernel, folder: WorkingFolder, seed: bytes, keys: tuple[str, ...]
    ) -> None:
        self.settings = settings
        self.seed = seed
        self.keys = keys
        self.folder = folder
        self.namespace: dict[str, object] = {"__name__": "__main__", "__builtins__": builtins, "get_ipython": _NoMagic}
        self.namespace |= {"isinstance": proxies.is_instance, "issubclass": proxies.is_subclass}
        self.link = Link(kernel, proxies.make, own_values.make)
        self.link.namespace = self.namespace
        self.students: set[str] = set()
        """Names that are the student's."""
        self.instructors: set[str] = set()
        """Names that are the instructor's."""
        self.failures: dict[str, str] = {}
        """For each name that a locked cell should have bound and did not, why."""
        self.failed_at: dict[str, int] = {}
        """For each test that raised something, in which of its lines."""
        self.printed = ""
        self.holding: dict[str, None] = {}
        """Locked cells that made objects of the student's classes, in their order."""

    def expect(self, names: Iterable[str]) -> None:
        """Take names to be the student's from now on: a solution cell is about to bind them."""
        for name in names:
            self.students.add(name)
            self.instructors.discard(name)
            self.namespace.pop(name, None)
            self.failures.pop(name, None)

    def run(self, code: CellCode, resolved: dict[str, object] | None = None) -> object:
        """Run code in the trusted namespace; returns the value of a last expression.

        ``resolved`` names exist for this run only.
        """
        main = types.ModuleType("__main__")
        names = main.__dict__
        names.update(self.namespace)
        names.update(resolved or {})
        before, written = sys.modules["__main__"], io.StringIO()
        self.link.own_output, self.link.names, self.link.watched = written, names, _watched(resolved or {})
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sys.modules["__main__"] = main
            try:
                _finish(eval(code.statements, names))
                value = _finish(eval(code.last, names)) if code.last is not None else None
                return None if code.silenced else value
            finally:
                sys.modules["__main__"] = before
                self.link.own_output, self.link.names, self.link.watched = None, {}, []
                self.printed = written.getvalue()[:10_000]
                kept = {name: made for name, made in names.items() if name not in (resolved or ())}
                self.namespace.update(kept)

    def run_locked(self, source: str) -> str:
        """Run a locked cell; returns why that failed, or "".

        What it binds is the instructor's from here on, also when it failed.
        """
        why, binds = "", frozenset[str]()
        try:
            code = compiled(source)
            binds = code.binds
            with self._asking(code):
                resolved = resolve_names(self.needed(code), self.link, code.binds)
                known = self.link.known
                self.link.replacements.watch(source, self.namespace)
                self.run(code, resolved)
                if self.link.known > known:
                    self.holding[source] = None
        except (KernelLost, KeyboardInterrupt):
            raise
        except BaseException as error:
            why = f"{type(error).__name__}: {error}"
        self.students -= binds
        self.instructors |= binds
        for name in binds:
            if name not in self.namespace:
                self.failures[name] = why or "the cell left it out"
            else:
                self.failures.pop(name, None)
        return why

    def run_open(self, source: str) -> None:
        """Run a cell that the instructor left open, as it was released.

        What it binds is the instructor's where it can run here.
        """
        with _whatever_it_raises():
            code = compiled(source)
            if not self.needed(code):
                self.run(code)
                self.instructors |= code.binds

    def run_imports(self, source: str) -> None:
        """Import what the instructor's own solution of a cell imports."""
        for statement in imports(source):
            with _whatever_it_raises():
                self.run(compiled(statement))

    def needed(self, code: CellCode) -> list[str]:
        """Names that code reads and that are the student's, or nobody's here."""
        names = {name for name in code.reads if self._asked_for(name, code)}
        if code.reads & NAMESPACE_READERS:
            names |= self.students
        return sorted(names)

    def _asked_for(self, name: str, code: CellCode) -> bool:
        if name in self.students:
            return True
        if name in self.instructors or name in self.namespace or hasattr(builtins, name):
            return False
        return name not in code.binds

    @contextlib.contextmanager
    def _asking(self, code: CellCode) -> Iterator[None]:
        """While code runs: where it looks at files, fetch the student's after each question."""
        if not code.files:
            yield
            return

        def fetch() -> None:
            self.folder.fetch(self.link.kernel)

        fetch()
        self.link.before_call = lambda asked: self.folder.give(self.link.kernel, asked)
        self.link.after_call = fetch
        try:
            yield
        finally:
            self.link.before_call = self.link.after_call = None

    def judge(self, cell: NotebookNode, kernel: StudentKernel, lost: str | None, seconds: float | None = None) -> Verdict:
        """Run one test cell against the student's kernel.

        ``lost`` says why the question's own cell left nothing behind. The kernel keeps to its own
        limits; the test as a whole ends a little after ``seconds`` (those of a whole notebook when
        None), and the kernel counts as lost then.
        """
        name, most = grade_id(cell) or "", float(cell.metadata.nbgrader["points"])
        began = time.monotonic()

        def verdict(points: float, reason: str, message: str = "", misconception: str | None = None, fact: str = "") -> Verdict:
            said = printable(message[:LONGEST])
            return Verdict(name, points, most, reason, said, misconception, time.monotonic() - began, printable(fact))

        self.link.changed = []
        self.printed = ""
        try:
            limit = GRACE + (self.settings.notebook_timeout if seconds is None else seconds)
            with time_limit(limit), examining(self.keys):
                code = compiled(cell.source)
                with self._asking(code):
                    resolved = resolve_names(self.needed(code), self.link, code.binds)
                    absent = sorted(name for name in code.free if self._is_absent(name, resolved))
                    if absent:
                        return verdict(0, *self._told_absent(absent, lost))
                    self._seed_random_numbers()
                    if self.settings.preamble:
                        self.run(compiled(self.settings.preamble))
                    with seeds.noted(self.link.seed):
                        self.link.replacements.watch(cell.source, self.namespace)
                        value = self.run(code, resolved)
        except KernelLost as error:
            kernel.give_up()
            return verdict(0, "lost", f"While your answer was tested, {error}.")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest.raises and pytest.fail raise one that is no Exception, as sys.exit does
            self.failed_at[name] = line_of(error)
            return verdict(0, *describe_failure(error))
        finally:
            self.link.lending.forget()
            self.link.seeds, self.link.seeded = [], False
            self.put_back(self.link.changed)
        points = partial(value, most)
        if points is None:
            return verdict(most, "passed")
        return verdict(points, "passed" if points == most else "partial", "" if points == most else f"{points:g} of {most:g} points.")

    def _seed_random_numbers(self) -> None:
        """Have a test draw the same numbers whenever this submission is graded."""
        seed = hashlib.sha256(self.seed).digest()
        random.seed(seed)
        numpy.random.seed(list(seed))  # noqa: NPY002 (for tests that use the numbers of NumPy as a whole)

    def _is_absent(self, name: str, resolved: dict[str, object]) -> bool:
        if name in resolved:
            return False
        if name in self.students:
            return True
        return name not in self.namespace and not hasattr(builtins, name)

    def _told_absent(self, names: list[str], lost: str | None) -> tuple[str, str]:
        """Reason and message for names that are not there."""
        failed = next((name for name in names if name in self.failures), None)
        if failed is not None:
            return "missing", f"`{failed}`, which the notebook itself computes, could not be made: {self.failures[failed][:500]}"
        if lost:
            return "lost", f"While your cell ran, {lost}. What it defines is not there, so this could not be tested."
        listed = " and ".join(f"`{item}`" for item in names)
        return "missing", f"{listed} {'is' if len(names) == 1 else 'are'} not defined. Was the cell run?"

    def put_back(self, changed: list[tuple[object, object]]) -> None:
        """Give changed values their content again, so that no answer affects later tests."""
        for mine, before in reversed(changed):
            copy_into(mine, before)


@contextlib.contextmanager
def _whatever_it_raises() -> Iterator[None]:
    """Go on after code of the instructor's that decides no points, whatever it raises.

    ``sys.exit()`` and ``pytest.importorskip`` raise what is no ``Exception``.
    """
    try:
        yield
    except (KernelLost, KeyboardInterrupt):
        raise
    except BaseException:
        return


def _watched(resolved: dict[str, object]) -> list[str]:
    """Plain data among names, where something of the student's may change them."""
    plain = [name for name, value in resolved.items() if getattr(type(value), "proctor_number", None) is None]
    return plain if len(plain) < len(resolved) else []


def _finish(value: object) -> object:
    """The value of code, which is a coroutine where the code awaits at its top level."""
    if not isinstance(value, Coroutine):
        return value
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(value)
    finally:
        loop.close()
