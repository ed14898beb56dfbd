"""The folder in which tests run.

Copies of the assignment's data, and what the student's code wrote into its own folder.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from proctor.bridge.limits import MAX_BYTES, MAX_FILES
from proctor.grading.kernel import StudentKernel, copy_data

MAX_DEPTH = 8
LONGEST_NAME = 200
IMPORTED = frozenset({".py", ".pyc", ".pyw", ".so", ".pyd", ".dll", ".dylib", ".pth", ".zip", ".egg", ".whl", ".pkl", ".pickle"})
"""Suffixes of files that Python may run. Of a student's files, none of these comes here."""


class WorkingFolder:
    """A context manager: tests run in a working folder of their own.

    The working folder and the import path come back afterwards. Modules that the instructor hands
    out beside the notebook can be imported. A student's files are there to be
    read, never imported: the folder from which helper modules come is another one.
    """

    def __init__(self, data: Path | None) -> None:
        self.data = data
        self._known: dict[str, list[int]] = {}
        self._sizes: dict[str, int] = {}
        """Bytes of each file of the student's that is here."""
        self._own: set[str] = set()

    def __enter__(self) -> "WorkingFolder":
        self._before = (Path.cwd(), list(sys.path), set(sys.modules))
        self._made = tempfile.TemporaryDirectory(prefix="examiner")
        top = Path(self._made.name)
        self.place, modules = top / "work", top / "modules"
        for folder in (self.place, modules):
            folder.mkdir()
            copy_data(self.data, folder)
        self._own = {path.relative_to(self.place).as_posix() for path in self.place.rglob("*")}
        self._modules = modules
        working = {"", ".", str(self._before[0])}
        sys.path[:] = [entry for entry in sys.path if entry not in working or entry == str(self._before[0])]
        if any(path.suffix == ".py" for path in modules.rglob("*.py")):
            sys.path.append(str(modules))
        os.chdir(self.place)
        return self

    def __exit__(self, *_: object) -> None:
        folder, path, modules = self._before
        os.chdir(folder)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(self._modules)):
                del sys.modules[name]
        sys.path_importer_cache.pop(str(self._modules), None)
        self._made.cleanup()

    def fetch(self, kernel: StudentKernel) -> None:
        """Copy files that the student's code has made or changed.

        Files that it removed go, those of the assignment stay. At most ``MAX_FILES`` files of at
        most ``MAX_BYTES`` bytes in all are here at a time.
        """
        said = kernel.question({"files": self._known})
        names, changed = said.get("names"), said.get("changed")
        if not isinstance(names, list) or not isinstance(changed, dict):
            return
        there = {name for name in names if isinstance(name, str)}
        for name in self._known.keys() - there:
            del self._known[name]
            self._sizes.pop(name, None)
            with contextlib.suppress(OSError):
                (self.place / name).unlink()
                for folder in PurePosixPath(name).parents[:-1]:
                    (self.place / folder).rmdir()
        for name, found in list(changed.items())[:MAX_FILES]:
            with contextlib.suppress(OSError, ValueError, TypeError, OverflowError):
                self._write(name, found)

    def _write(self, name: object, found: Any) -> None:
        state, content = found
        if not isinstance(name, str) or len(name) > LONGEST_NAME or "\0" in name:
            return
        path = PurePosixPath(name)
        hidden = any(part.startswith(".") for part in path.parts)
        if path.is_absolute() or hidden or ".." in path.parts or len(path.parts) > MAX_DEPTH or path.as_posix() in self._own:
            return
        sizes = {**self._sizes, name: len(content)}
        if len(sizes) > MAX_FILES or sum(sizes.values()) > MAX_BYTES:
            return
        if not {suffix.lower() for suffix in path.suffixes} & IMPORTED:
            self._sizes = sizes
            target = self.place.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self._known[name] = [int(part) for part in state]
