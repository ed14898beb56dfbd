"""Runs a rebuilt notebook: the student's cells in their kernel, the instructor's tests outside it, and turns what is seen into points.

The trusted namespace holds what the instructor's locked cells make. A name that a test uses and that is not there is asked for in the
student's kernel: plain data are rebuilt here; a function becomes an :class:`Answer`, a stand-in that sends plain arguments in and
gets plain data back. The same test cell runs unchanged in the student's own notebook.
"""

import ast
import builtins
import contextlib
import copy
import ctypes
import functools
import hashlib
import inspect
import io
import math
import os
import random
import symtable
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from proctor.bridge import codec
from proctor.bridge.outputs import printable
from proctor.grading.kernel import GRACE, KernelLost, StudentKernel, copy_data
from proctor.grading.rebuild import Rebuilt, grade_id
from proctor.settings import Settings

ROOM = 64 * 2**20
"""Characters of questions and answers that are kept of one notebook."""
HINT = "student_message"
"""An exception with this attribute set is worded for the student; its text is shown as it is."""
LONGEST = 4000
"""Characters of a message for the student."""


@dataclass
class Verdict:
    """What a test cell came to: points between 0 and the most there are, and for the student a message when points are missing.

    ``reason`` is "passed", "partial", "wrong", "missing", "lost" (the kernel died or took too long) or "odd" (an answer that is not
    plain data). ``misconception`` names the wrong idea where the test knows it.
    """

    name: str
    points: float
    most: float
    reason: str
    message: str = ""
    misconception: str | None = None
    seconds: float = 0.0


class Odd(AssertionError):
    """The student's function gave no plain data; worded for the student."""

    student_message = True


class Overdue(KernelLost):
    """A test did not come to its end in the time that its notebook has, whatever it was doing."""

    def __init__(self, why: str = "the time for this notebook ran out") -> None:
        super().__init__(why)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise :class:`Overdue` in this thread when what runs inside takes longer; an answer may make a test's own loops endless."""
    thread, turn, over = threading.get_ident(), threading.Lock(), False

    def ring() -> None:
        with turn:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Overdue))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with turn:
            over = True
        timer.cancel()


class Given:
    """What the student's functions have answered since a cell was last run: tests of one exercise ask many questions alike.

    A stand-in takes an answer from here once. When a test asks the same again, to see whether the function keeps something between
    calls, it is the function that is asked.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}
        self._room = ROOM
        self._occasions: dict[str, object] = {}

    def occasion(self, name: str) -> object:
        """What stays the same for as long as a function's answers are known."""
        return self._occasions.setdefault(name, object())

    def find(self, name: str, question: str) -> dict[str, Any] | None:
        """The answer of a function to a question, if it is known."""
        return self._answers.get((name, question))

    def keep(self, name: str, question: str, said: dict[str, Any]) -> None:
        """Remember an answer, as far as there is room."""
        size = len(question) + sum(len(text) for text in said.values() if isinstance(text, str))
        if size <= self._room:
            self._room -= size
            self._answers.setdefault((name, question), said)

    def forget(self) -> None:
        """Forget everything, because a cell was run that may change what functions say."""
        self._answers.clear()
        self._occasions.clear()
        self._room = ROOM


class Answer:
    """Stand-in for a function of the student's: takes and gives plain data.

    Stand-ins with the same ``occasion`` give the same answer to the same question, the first time that each is asked it. ``changed``
    collects the arguments that the function changed, each with a copy of what it was before.
    """

    def __init__(
        self,
        name: str,
        kernel: StudentKernel,
        parameters: list[list[Any]] | None,
        given: Given,
        changed: list[tuple[Any, Any]] | None = None,
    ) -> None:
        self.__name__ = self.__qualname__ = name
        self._kernel = kernel
        self._changed = changed if changed is not None else []
        self._given = given
        self.occasion = given.occasion(name)
        self._taken: set[str] = set()
        self.__signature__ = _signature(parameters)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            question = codec.dumps([args, kwargs])
        except codec.NotPlain as error:
            raise TypeError(f"a test may pass only plain data to a student's function: {error}") from error
        said = self._given.find(self.__name__, question) if question not in self._taken else None
        self._taken.add(question)
        if said is None:
            said = self._kernel.ask(self.__name__, question)
            self._given.keep(self.__name__, question, said)
        if isinstance(said.get("error"), str):
            raise _their_error(said)
        if not isinstance(said.get("value"), str):
            raise Odd(f"`{self.__name__}` should return plain data: {str(said.get('odd', 'it gave no answer'))[:300]}.")
        if isinstance(said.get("changed"), str):
            with contextlib.suppress(Exception):
                now_args, now_kwargs = codec.loads(said["changed"], self._kernel.settings.answer)
                for mine, now in [*zip(args, now_args, strict=True), *((value, now_kwargs[key]) for key, value in kwargs.items())]:
                    self._changed.append((mine, copy.deepcopy(mine)))
                    _take_over(mine, now)
        try:
            return codec.loads(said["value"], self._kernel.settings.answer)
        except codec.NotPlain as error:
            raise Odd(f"`{self.__name__}` returned something that cannot be read: {error}.") from error


def _signature(parameters: Any) -> inspect.Signature | None:
    try:
        made = [
            inspect.Parameter(str(name), inspect._ParameterKind(int(kind)), default=None if optional else inspect.Parameter.empty)
            for name, kind, optional in parameters[:50]
        ]
        return inspect.Signature(made)
    except (TypeError, ValueError):
        return inspect.Signature([
            inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL), inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
        ])


def _their_error(said: dict[str, Any]) -> Exception:
    """The student's exception, as one of Python's own types where it has its name, with its line as a note.

    Not those that end a loop: in a test's ``all(map(…))`` they would mean that all is well.
    """
    name, text = said["error"][:80], str(said.get("message", ""))[:500]
    known = getattr(builtins, name, None)
    special = UnicodeError | BaseExceptionGroup | StopIteration | StopAsyncIteration
    plain = isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, special)
    kind: Any = known if plain else type(name if name.isidentifier() else "Error", (Exception,), {})
    error: Exception = kind(text)
    line = str(said.get("line", ""))[:600]
    if line.startswith("line "):
        error.add_note(line)
    error.from_student = True  # type: ignore[attr-defined]
    return error


def _take_over(mine: Any, now: Any) -> None:
    """Make a mutable argument what the student's function made of it, so that a test sees a changed input."""
    if type(mine) is not type(now):
        return
    if isinstance(mine, list):
        mine[:] = now
    elif isinstance(mine, dict | set):
        mine.clear()
        mine.update(now)
    elif hasattr(mine, "iloc"):
        if mine.shape == now.shape and mine.index.equals(now.index):
            with contextlib.suppress(Exception):
                if mine.ndim == 1:
                    mine.iloc[:] = now.to_numpy()
                else:
                    for place in range(mine.shape[1]):
                        mine.isetitem(place, now.iloc[:, place])
                    mine.columns = now.columns
                return
        with contextlib.suppress(Exception):
            mine.drop(mine.index, inplace=True)
    elif hasattr(mine, "dtype") and getattr(mine, "shape", ()) == getattr(now, "shape", None) and mine.ndim:
        mine[...] = now


class _NoMagic:
    """What `get_ipython()` is in the trusted process: it runs no magics."""

    def run_line_magic(self, *_: Any, **__: Any) -> None: ...

    def run_cell_magic(self, *_: Any, **__: Any) -> None: ...

    def system(self, *_: Any) -> None: ...

    getoutput = system


class Examiner:
    """The trusted side of one notebook: its namespace, and the tests run in it."""

    def __init__(self, settings: Settings, seed: bytes = b"") -> None:
        self.settings = settings
        self.seed = seed
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins, "get_ipython": _NoMagic}
        self.printed = ""
        self.given = Given()

    def run(self, source: str, borrowed: dict[str, Any] | None = None) -> Any:
        """Run code in the trusted namespace; returns the value of a last expression. ``borrowed`` names exist for this run only."""
        code = _compiled(source)
        names = {**self.namespace, **borrowed} if borrowed is not None else self.namespace
        written = io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(code.statements, names)
                value = eval(code.last, names) if code.last is not None else None
                return None if code.silenced else value
            finally:
                self.printed = written.getvalue()[:10_000]
                if borrowed is not None:
                    self.namespace.update({name: made for name, made in names.items() if name not in borrowed})

    def learn(self, source: str) -> None:
        """Run a locked cell; where it needs what only the student has, it is the student's kernel that shows its result."""
        with contextlib.suppress(Exception):
            self.run(source)

    def unknown(self, source: str) -> list[str]:
        """Names that code uses and that neither the trusted namespace nor Python has."""
        return sorted(name for name in _compiled(source).free if name not in self.namespace and not hasattr(builtins, name))

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
            with limited(GRACE + (self.settings.notebook_timeout if seconds is None else seconds)):
                needed = self.unknown(cell.source)
                borrowed = borrow(needed, kernel, self.settings, self.given, changed)
                absent = [item for item in needed if item not in borrowed]
                if absent and lost:
                    gone = f"While your cell ran, {lost}. What it defines is not there, so this could not be tested."
                    return verdict(0, "lost", gone)
                if absent:
                    listed = " and ".join(f"`{item}`" for item in absent)
                    return verdict(0, "missing", f"{listed} {'is' if len(absent) == 1 else 'are'} not defined. Was the cell run?")
                random.seed(hashlib.sha256(self.seed).digest())
                if self.settings.preamble:
                    self.run(self.settings.preamble)
                value = self.run(cell.source, borrowed)
        except KernelLost as error:
            kernel.lost = True
            return verdict(0, "lost", f"While your answer was tested, {error}.")
        except Exception as error:
            return verdict(0, *told(error))
        finally:
            self.put_back(changed)
        points = partial(value, most)
        if points is None:
            return verdict(most, "passed")
        return verdict(points, "passed" if points == most else "partial", "" if points == most else f"{points:g} of {most:g} points.")


    def put_back(self, changed: list[tuple[Any, Any]]) -> None:
        """Give changed values their content again, so that no answer decides what later tests begin with."""
        for mine, before in reversed(changed):
            _take_over(mine, before)
            self.namespace.update({name: before for name, value in self.namespace.items() if value is mine and hasattr(mine, "iloc")})


def told(error: Exception) -> tuple[str, str, str | None]:
    """Reason, message for the student and misconception of an exception that a test raised. No path, no test source."""
    misconception = getattr(error, "misconception", None)
    if getattr(error, HINT, False):
        return "odd" if isinstance(error, Odd) else "wrong", str(error), misconception if isinstance(misconception, str) else None
    if getattr(error, "from_student", False):
        line = next((f" at {note}" for note in getattr(error, "__notes__", [])), "")
        return "wrong", f"Your code raised {type(error).__name__}: {error}{line}", None
    if isinstance(error, AssertionError):
        return "wrong", str(error) or "The result is not what the question asks for.", None
    return "wrong", f"Your answer could not be used: {type(error).__name__}: {str(error)[:300]}", None


def partial(value: Any, most: float) -> float | None:
    """Points that a test cell's last value stands for: a finite number, kept between 0 and the most; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(max(float(value), 0.0), most)


@dataclass(frozen=True)
class _Code:
    """An instructor's cell, ready to run: its statements, the expression at its end if there is one, and the names it needs."""

    statements: CodeType
    last: CodeType | None
    silenced: bool
    free: frozenset[str]


@functools.lru_cache(maxsize=512)
def _compiled(source: str) -> _Code:
    """A cell of the instructor's, the same for every submission."""
    plain = TransformerManager().transform_cell(source)
    tree = ast.parse(plain)
    last, end = tree.body[-1] if tree.body else None, None
    if isinstance(last, ast.Expr):
        tree.body.pop()
        end = compile(ast.Expression(last.value), "<test>", "eval")
    silenced = source.rstrip().endswith(";")
    return _Code(compile(tree, "<test>", "exec"), end, silenced, frozenset(free_names(plain)))


def free_names(source: str) -> set[str]:
    """Global names that code reads, at any depth, and does not bind itself before it is run."""
    found: set[str] = set()

    def walk(table: symtable.SymbolTable, top: bool) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or (top and not symbol.is_assigned() and not symbol.is_imported())):
                found.add(symbol.get_name())
        for child in table.get_children():
            walk(child, False)

    table = symtable.symtable(source, "<test>", "exec")
    walk(table, True)
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    return {name for name in found if name not in bound}


def borrow(
    names: list[str], kernel: StudentKernel, settings: Settings, given: Given, changed: list[tuple[Any, Any]] | None = None
) -> dict[str, Any]:
    """What the student's kernel has for the names: plain data rebuilt here, stand-ins for functions; absent names are left out."""
    if not names:
        return {}
    borrowed: dict[str, Any] = {}
    for name, said in kernel.look(names).items():
        kind = said[0] if said else "missing"
        if kind == "data":
            try:
                borrowed[name] = codec.loads(said[1], settings.answer)
            except codec.NotPlain as error:
                raise Odd(f"`{name}` cannot be read: {error}.") from error
        elif kind == "function":
            borrowed[name] = Answer(name, kernel, said[1], given, changed)
        elif kind == "other":
            raise Odd(f"`{name}` should be plain data or a function: {str(said[2])[:300]}.")
    return borrowed


@contextlib.contextmanager
def elsewhere(data: Path | None) -> Iterator[None]:
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


@dataclass
class Examined:
    """A notebook after its examination, with a verdict for every test cell."""

    notebook: NotebookNode
    verdicts: list[Verdict]
    notes: list[str]


def examine(
    rebuilt: Rebuilt,
    settings: Settings,
    *,
    data: Path | None = None,
    warm: Any = None,
    seed: bytes = b"",
    kernel: StudentKernel | None = None,
) -> Examined:
    """Run a rebuilt notebook and judge its tests; ``data`` is the folder of the assignment's files, ``seed`` makes cases repeatable.

    ``kernel`` is one that nothing has run in, made with the same settings and data; by default one is made with ``warm``.

    The notebook that comes back has the student's outputs in the student's cells and the verdicts in the test cells, in the form that
    nbgrader reads scores from. Never raises for anything that a student wrote.
    """
    return _Sitting(rebuilt, settings, data, kernel or StudentKernel(settings, data, warm), seed).hold()


def is_test(cell: NotebookNode) -> bool:
    """Whether a code cell is a test: it gives points, and is not the student's to write."""
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


class _Sitting:
    """One notebook's examination: the cells in their order, with a fresh kernel whenever one is lost."""

    def __init__(self, rebuilt: Rebuilt, settings: Settings, data: Path | None, kernel: StudentKernel, seed: bytes) -> None:
        self.rebuilt, self.settings, self.data = rebuilt, settings, data
        self.spent, self.since, self.room = 0.0, 0.0, settings.notebook_output
        self.kernel = kernel
        kernel.budget = lambda: settings.notebook_timeout - self.elapsed
        self.examiner = Examiner(settings, seed)
        self.done: list[str] = []
        self.lost: str | None = None
        self.verdicts: list[Verdict] = []

    def hold(self) -> Examined:
        notebook = self.rebuilt.notebook
        if not self.rebuilt.readable:
            self.mark_absent()
            return Examined(notebook, self.verdicts, list(self.rebuilt.notes))
        with elsewhere(self.data), self.kernel:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    self.take(cell)
        return Examined(notebook, self.verdicts, list(self.rebuilt.notes))

    def mark_absent(self) -> None:
        """No points for the tests of a notebook that is not there or cannot be read."""
        for cell in self.rebuilt.notebook.cells:
            if cell.cell_type == "code" and is_test(cell):
                why = " ".join(self.rebuilt.notes)
                verdict = Verdict(grade_id(cell) or "", 0.0, float(cell.metadata.nbgrader["points"]), "missing", why)
                write(cell, verdict)
                self.verdicts.append(verdict)

    def take(self, cell: NotebookNode) -> None:
        """One code cell: judged when it is a test, run otherwise."""
        self.since = time.monotonic()
        try:
            if is_test(cell):
                self.judge(cell)
            else:
                self.run(cell)
        finally:
            self.spent, self.since = self.elapsed, 0.0

    @property
    def elapsed(self) -> float:
        """Seconds that this notebook has taken, with those of the cell that is at work."""
        return self.spent + (time.monotonic() - self.since if self.since else 0.0)

    @property
    def exhausted(self) -> bool:
        return self.elapsed >= self.settings.notebook_timeout

    def run(self, cell: NotebookNode) -> None:
        """A cell in the student's kernel; an instructor's cell also in the trusted namespace."""
        answer = utils.is_solution(cell)
        if answer:
            self.lost = None
        if utils.is_locked(cell):
            self.examiner.learn(cell.source)
        if self.exhausted:
            self.lost = self.out_of_time()
            return
        self.examiner.given.forget()
        try:
            ran = self.kernel.run(cell.source)
        except KernelLost as error:
            self.lost = str(error)
            text = f"While this cell ran, {error}."
            cell.outputs = [new_output("error", ename="KernelLost", evalue=text, traceback=[text])]
            self.fresh()
            return
        self.room -= ran.size
        left_out = "(This output is left out: all of this notebook's together are larger than is kept.)"
        cell.outputs = ran.outputs if self.room >= 0 else [new_output("stream", name="stdout", text=left_out)]
        self.done.append(cell.source)

    def judge(self, cell: NotebookNode) -> None:
        if self.exhausted:
            most = float(cell.metadata.nbgrader["points"])
            verdict = Verdict(grade_id(cell) or "", 0.0, most, "lost", f"Not tested: {self.out_of_time()}.")
        else:
            verdict = self.examiner.judge(cell, self.kernel, self.lost, self.settings.notebook_timeout - self.elapsed)
        write(cell, verdict, self.examiner.printed)
        self.verdicts.append(verdict)
        if self.kernel.lost:
            self.fresh()

    def out_of_time(self) -> str:
        return f"the code of this notebook took longer than {self.settings.notebook_timeout:.3g} seconds in all"

    def fresh(self) -> None:
        """A fresh kernel in which the cells that did no harm are run again."""
        self.examiner.given.forget()
        self.kernel.stop()
        self.kernel.start()
        place = 0
        while place < len(self.done) and not self.exhausted:
            try:
                self.kernel.run(self.done[place])
                place += 1
            except KernelLost:
                del self.done[place]
                self.kernel.stop()
                self.kernel.start()
                place = 0


def write(cell: NotebookNode, verdict: Verdict, printed: str = "") -> None:
    """Lay a verdict into a test cell's outputs, such that nbgrader's own rule gives the same points."""
    cell.execution_count, printed = None, printable(printed)
    cell.metadata["proctor"] = {key: value for key, value in asdict(verdict).items() if key != "seconds"}
    if verdict.points >= verdict.most:
        cell.outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    elif verdict.points > 0:
        cell.outputs = [new_output("execute_result", data={"text/plain": repr(verdict.points)})]
    else:
        cell.outputs = [new_output("error", ename="Hint", evalue=verdict.message, traceback=[verdict.message])]
