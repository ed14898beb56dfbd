"""Functions of Python's and of modules that a test replaces, such as ``print``.

The student's code has those of the test meanwhile, and the grader its own.
"""

import builtins
import contextlib
import importlib
import io
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

from proctor.bridge.replaced import MISSING, Replaced
from proctor.grading.process_state import lacks

REPLACES = re.compile(r"patch|setattr|delattr|^\s*del\s|\w\.\w+\s*=(?!=)", re.MULTILINE)
"""What code looks like that replaces something of a module."""
IMPORTED = re.compile(r"^\s*(?:import|from)\s+([\w.]+)", re.MULTILINE)
NEVER = frozenset({"sys", "warnings", "builtins", "unittest", "mock", "threading", "importlib", "proctor"})
"""Modules that other things are done with, or that are of no concern to a student's code."""
_BUILTINS = {name: value for name, value in vars(builtins).items() if name[:1] != "_"}
_PARTS = list[tuple[types.ModuleType, str, Any]]


class Replacements:
    """What a test has replaced, as seen from what was there before."""

    def __init__(self) -> None:
        self._known: dict[types.ModuleType, dict[str, object]] = {builtins: _BUILTINS}
        self._words: set[str] = set()
        self.found: _PARTS = []
        """What stands in the places of others while the student's code is asked."""

    def watch(self, source: str, names: dict[str, object]) -> None:
        """Remember the functions of modules that a cell, or one before it, may replace."""
        if REPLACES.search(source):
            self._words.update(re.findall(r"\w+", source))
            for name in IMPORTED.findall(source):
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        self._known = {builtins: _BUILTINS}
        if not self._words:
            return
        modules = [module for name, module in list(sys.modules.items()) if name.rpartition(".")[2] in self._words]
        for module in (*modules, *(names.get(word) for word in self._words)):
            if isinstance(module, types.ModuleType) and module.__name__.split(".")[0] not in NEVER:
                self._known[module] = {name: value for name, value in vars(module).items() if name[:1] != "_" and callable(value)}

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """While the grader is at work: have its own functions in their places."""
        before, self.found = self.found, self._find()
        own = Replaced([(module, name, self._known[module][name]) for module, name, _ in self.found])
        own.put(True)
        try:
            yield
        finally:
            own.put(False)
            self.found = before

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """While a function of the test runs: have what it put there again."""
        tests = Replaced(self.found)
        tests.put(True)
        try:
            yield
        finally:
            tests.put(False)

    def _find(self) -> _PARTS:
        found: _PARTS = []
        for module, known in self._known.items():
            held = vars(module)
            if lacks(held, known):
                now = {name: held.get(name, MISSING) for name in known}
                found += [(module, name, value) for name, value in now.items() if value is not known[name]]
        if isinstance(sys.stdin, io.StringIO) and builtins.input is _BUILTINS["input"]:
            found.append((builtins, "input", _line_of_input))
        return found


def _line_of_input(prompt: object = "") -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.rstrip("\n")
