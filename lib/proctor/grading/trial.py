"""Tries an instructor's notebook before it is handed out.

Every test must pass the solution from outside, and fail every stub.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils

from proctor.grading.constructs import ELSE, IDENTITY, UNSAFE_CALLS, UNSAFE_MODULES, found_in, imported, name_of
from proctor.grading.matching import grade_id
from proctor.grading.notebook import Examined, examine
from proctor.grading.rebuild import Rebuilt, skeleton
from proctor.grading.source_code import bound_names, python
from proctor.grading.verdict import Verdict
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings

STUBS = ("None", "0", '""', "[]", "args")
"""What the functions and variables of a stub are; ``args`` is the first argument of a function."""
ALLOWED = "stub-may-pass"
"""Tag of a test cell that may pass for a stub, because the right answer is one."""
AUTOTEST = re.compile(r"^\s*#+\s*(HASHED\s+)?AUTOTEST\b", re.MULTILINE)
MOST_CONSTRUCTS = 3
"""Constructs that are told of for one cell."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell of the instructor's, and how to write it instead."""

    cell: str
    what: str

    def __str__(self) -> str:
        return f"  {self.cell}: {self.what}"


def problems(source: NotebookNode, settings: Settings, data: Path | None = None, server: ForksKernels | None = None) -> list[Problem]:
    """Everything that keeps a notebook from being graded as it reads.

    There is none where it can be handed out. ``source`` is the instructor's notebook with its
    solutions, ``data`` the folder of the assignment's files.
    """
    found = list(unsuitable(source))
    if found:
        return found
    own = _tried(source, copy.deepcopy(source), settings, data, server)
    found += [Problem(name, f"the cell fails outside the student's kernel ({why})") for name, why in own.failures.items()]
    for verdict in own.verdicts:
        if verdict.points < verdict.most:
            found += _why_a_solution_fails(source, verdict, own.failed_at.get(verdict.name, 0))
    if found:
        return found
    allowed = {grade_id(cell) for cell in source.cells if ALLOWED in cell.metadata.get("tags", ())}
    passed: dict[str, list[str]] = {}
    blank = _tried(source, skeleton(source, settings.regions), settings, data, server)
    for verdict in blank.verdicts:
        if verdict.points > 0:
            passed.setdefault(verdict.name, []).append("a blank")
    for stub in STUBS:
        tried = _tried(source, stubbed(source, stub), settings, data, server)
        for verdict in tried.verdicts:
            if verdict.points >= verdict.most > 0 and not _right_by_chance(source, verdict.name, stub):
                what = "one that returns its argument" if stub == "args" else f"one that is {stub}"
                passed.setdefault(verdict.name, []).append(what)
    for name, which in passed.items():
        if name not in allowed:
            told = " and ".join(which[:3])
            why = f"the test passes for answers that solve nothing: {told}. If that is meant, tag the cell `{ALLOWED}`"
            found.append(Problem(name, why))
    return found


def _why_a_solution_fails(source: NotebookNode, verdict: Verdict, line: int) -> Iterator[Problem]:
    """What a test said of the instructor's own solution, and constructs of it that may be why."""
    students: set[str] = set()
    for cell in source.cells:
        if cell.cell_type == "code" and utils.is_solution(cell):
            students |= bound_names(cell.source)
        if grade_id(cell) == verdict.name:
            break
    lines = cell.source.splitlines()
    yield Problem(verdict.name, f"{_shown(lines, line)}{verdict.message}")
    known = list(found_in(ast.parse(python(cell.source)), frozenset(students))) if _is_python(cell.source) else []
    for node, construct in known[:MOST_CONSTRUCTS]:
        yield Problem(verdict.name, f"{_shown(lines, getattr(node, 'lineno', 0))}{construct}")
    if not known and verdict.reason == "wrong":
        yield Problem(verdict.name, ELSE)


def _is_python(source: str) -> bool:
    try:
        return bool(ast.parse(python(source)).body)
    except SyntaxError:
        return False


def _shown(lines: list[str], number: int) -> str:
    """A line of a cell in front of what is said of it; empty where none is known."""
    return f"line {number}, `{lines[number - 1].strip()[:120]}`: " if 0 < number <= len(lines) else ""


def _tried(
    source: NotebookNode, answers: NotebookNode, settings: Settings, data: Path | None, server: ForksKernels | None
) -> Examined:
    return examine(Rebuilt(answers, source=source), settings, data=data, server=server)


def unsuitable(source: NotebookNode) -> Iterator[Problem]:
    """What reading the tests and locked cells shows, with the line and the way to write it."""
    students: set[str] = set()
    for cell in source.cells:
        name = grade_id(cell) or ""
        if cell.cell_type != "code":
            continue
        if utils.is_solution(cell):
            students |= bound_names(cell.source)
        if AUTOTEST.search(cell.source):
            line = next(line for line in cell.source.splitlines() if AUTOTEST.match(line))
            yield Problem(name, f"`{line.strip()}` is not graded here; write the assert that it stands for")
        elif utils.is_locked(cell):
            yield from _unsuitable_code(name, cell.source, students)


def _unsuitable_code(name: str, source: str, students: set[str]) -> Iterator[Problem]:
    try:
        tree = ast.parse(python(source))
    except SyntaxError as error:
        yield Problem(name, f"line {error.lineno} is not Python: {error.msg}")
        return
    lines = source.splitlines()

    def at(node: Any, why: str) -> Problem:
        return Problem(name, f"{_shown(lines, node.lineno)}{why}")

    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (at(node, UNSAFE_MODULES[package]) for package in imported(node) if package in UNSAFE_MODULES)
        elif isinstance(node, ast.Call):
            called = name_of(node.func)
            of_module = isinstance(node.func, ast.Attribute)
            plain_compile = called == "compile" and of_module  # such as re.compile
            if of_module and ast.unparse(node.func.value) == "get_ipython()":  # type: ignore[attr-defined]
                continue  # magics and !commands; they fail where they are run
            if called in UNSAFE_CALLS and not plain_compile and not (called in ("eval", "exec") and of_module):
                yield at(node, UNSAFE_CALLS[called])
        elif isinstance(node, ast.Compare) and any(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops):
            sides = [node.left, *node.comparators]
            said = not any(_is_single(side) for side in sides) and any(_is_students(side, students) for side in sides)
            if said and not all(isinstance(operator, ast.Is) for operator in node.ops) and not _is_of_its_argument(sides):
                yield at(node, IDENTITY)


def _is_single(node: ast.expr) -> bool:
    """Whether an expression is one of the objects of which there is one, or a type."""
    if isinstance(node, ast.Constant):
        return node.value is None or node.value is ... or isinstance(node.value, bool)
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "type"


def _is_of_its_argument(sides: list[ast.expr]) -> bool:
    """Whether what a call returns is compared with what it was given, which crosses as one."""
    call = next((side for side in sides if isinstance(side, ast.Call)), None)
    others = {ast.unparse(side) for side in sides if side is not call}
    return call is not None and others <= {ast.unparse(arg) for arg in (*call.args, *(word.value for word in call.keywords))}


def _is_students(node: ast.expr, students: set[str]) -> bool:
    """Whether an expression is a student's variable, or what a student's function returns."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in students and node.func.id[:1].islower()
    return isinstance(node, ast.Name) and node.id in students


def stubbed(source: NotebookNode, stub: str) -> NotebookNode:
    """The notebook with answers that only look like some.

    They are functions that return ``stub``, and variables that are it.
    """
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        if cell.cell_type == "code" and utils.is_solution(cell):
            try:
                tree = ast.parse(python(cell.source))
            except SyntaxError:
                continue
            cell.source = "\n".join(line for statement in tree.body for line in _stub_of(statement, stub))
    return notebook


def _stub_of(statement: ast.stmt, stub: str) -> Iterator[str]:
    value = "None" if stub == "args" else stub
    returned = "(args[0] if args else None)" if stub == "args" else stub
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield ast.unparse(statement)
    elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield f"def {statement.name}(*args, **kwargs):\n    return {returned}"
    elif isinstance(statement, ast.ClassDef):
        methods = [inner.name for inner in statement.body if isinstance(inner, ast.FunctionDef) and inner.name != "__init__"]
        yield f"class {statement.name}:\n    def __init__(self, *args, **kwargs):\n        pass"
        yield from (f"    def {method}(self, *args, **kwargs):\n        return {returned}" for method in methods)
    else:
        yield from (f"{name} = {value}" for name in sorted(bound_names(ast.unparse(statement))))


def _right_by_chance(source: NotebookNode, test: str, stub: str) -> bool:
    """Whether the right answer of the question above a test is the stub, such as ``x = 0``."""
    above: NotebookNode | None = None
    for cell in source.cells:
        if grade_id(cell) == test:
            break
        above = cell if cell.cell_type == "code" and utils.is_solution(cell) else above
    if above is None:
        return False
    try:
        tree = ast.parse(python(above.source))
    except SyntaxError:
        return False
    assigned = [ast.unparse(statement.value) for statement in tree.body if isinstance(statement, ast.Assign)]
    return bool(assigned) and len(assigned) == len(tree.body) and all(value.replace("''", '""') == stub for value in assigned)


def report(name: str, found: list[Problem]) -> str:
    """The problems of a notebook as one message for the instructor."""
    told = "\n".join(map(str, found))
    return (
        f"{name} cannot be handed out: its tests would not grade as they read. They run outside the student's kernel; what they use "
        f"of the student's is asked for there, as plain data, functions and objects.\n{told}"
    )
