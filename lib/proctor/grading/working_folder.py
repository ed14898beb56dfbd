"""The folder in which tests run.

Copies of the assignment's data, and what the student's code wrote into its own folder.
"""

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from proctor.bridge import codec
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
        self._seen: dict[str, tuple[int, int]] = {}
        """Time and size of each file that is here, as the student's code knows it."""

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
        self._seen = self._here()
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

    def give(self, kernel: StudentKernel, asked: str) -> None:
        """Have the student's code find files as a test left them.

        Those that the student's code knows, and of others those that ``asked`` names: what a test
        asks with.
        """
        here = self._here()
        changed = [name for name, state in here.items() if self._seen.get(name) != state]
        wanted = [name for name in changed if name in self._seen or _is_named(name, asked)]
        gone = sorted(self._seen.keys() - here.keys())
        if not (wanted or gone) or sum(here[name][1] for name in wanted) > MAX_BYTES:
            return
        kernel.question({"put": codec.dumps([{name: (self.place / name).read_bytes() for name in wanted}, gone])})
        self._seen = {name: state for name, state in here.items() if name in self._seen or name in wanted}

    def _here(self) -> dict[str, tuple[int, int]]:
        files = [path for path in self.place.rglob("*") if path.is_file() and not path.is_symlink()][:MAX_FILES]
        return {path.relative_to(self.place).as_posix(): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}

    def fetch(self, kernel: StudentKernel) -> None:
        """Copy files that the student's code has made or changed.

        Files that it removed go, those of the assignment stay. At most ``MAX_FILES`` files of at
        most ``MAX_BYTES`` bytes in all are here at a time.
        """
        said = kernel.question({"files": self._known})
        names, changed = said.get("names"), said.get("changed")
        if not isinstance(names, list) or not isinstance(changed, dict):
            return
        here = self._here()
        tests = {name for name, state in here.items() if self._seen.get(name) != state}
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
        self._seen = {name: state for name, state in self._here().items() if name not in tests or here[name] != state}

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


def _is_named(name: str, asked: str) -> bool:
    """Whether a text names a file, or a folder that it is in."""
    return any(json.dumps(place.as_posix())[1:-1] in asked for place in (PurePosixPath(name), *PurePosixPath(name).parents[:-1]))
