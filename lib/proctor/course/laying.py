"""Lays one student's files into ``submitted/`` and notes when they were handed in.

What is replaced is kept in ``submitted/.earlier/``.
"""

import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from proctor.course.folders import Course, write_whole
from proctor.course.moments import own_stamp
from proctor.course.places import TIMESTAMP, Handed

LAID = {"new", "replaces", "unchanged"}
LONGEST = 300


@dataclass(frozen=True)
class Line:
    """What was done with one file.

    ``done`` is "new", "replaces", "unchanged", "not used" or "not collected"; a line
    "received" says how the time was understood that was given for all.
    """

    done: str
    found: str
    student: str = ""
    target: str = ""
    why: str = ""

    @property
    def text(self) -> str:
        """The line as it is printed; a file's name may hold what moves a terminal's cursor."""
        found = self.found if len(self.found) <= LONGEST else f"{self.found[:200]}…{self.found[-80:]}"
        place = f"{self.student}: {self.target}" if self.student and self.target else self.student or found
        source = f"  (from {found})" if self.student else ""
        said = f"{self.done:<13}  {place}{source}{f': {self.why}' if self.why else ''}"
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in said)


class Submission:
    """One student's folder of an assignment, to lay files into.

    With ``dry_run`` nothing is written. With ``keep`` a file that is there stays, where it differs.
    """

    def __init__(self, course: Course, student: str, *, dry_run: bool = False, keep: bool = False) -> None:
        self.student, self.dry_run, self.keep = student, dry_run, keep
        self.folder = course.submitted / student / course.assignment
        self.within = course.submitted.resolve() / student / course.assignment
        self.top = course.submitted.parent
        self.aside = _free(course.submitted / ".earlier" / student / course.assignment)
        self.stamp = self.folder / TIMESTAMP
        self.files: set[PurePosixPath] = set()
        self.folders: set[PurePosixPath] = set()

    def lay(self, handed: Iterable[Handed], received: str | None) -> list[Line]:
        """Lay files, and note the time that was given, or came with them, for the due date.

        A file that cannot be laid hinders no other. A run that was cut off anywhere comes to the
        same end when it is repeated: the time of a notebook is gone before the notebook is.
        """
        files = sorted(handed, key=lambda one: (not one.notebook, one.target))
        lines = [self._planned(one) for one in files]
        if self.dry_run:
            return lines
        try:
            old = self.stamp.read_bytes() if self.stamp.is_file() else None
            if old is not None and any(_changed(line) and line.done == "replaces" for line in lines):
                self._put_aside(self.stamp)
                self.stamp.unlink()
        except OSError as error:
            return [self._failed(one, error) for one in files]
        lines = [self._written(one, line) for one, line in zip(files, lines, strict=True)]
        try:
            self._note(old, self._time(files, lines, old, received))
        except OSError as error:
            reason = f"the time could not be noted ({error.strerror or error})"
            lines.append(Line("not collected", TIMESTAMP, self.student, TIMESTAMP, reason))
        return lines

    def _planned(self, one: Handed) -> Line:
        """What is to be done with a file, where those before it are laid."""
        try:
            line = self._plan(one)
        except (OSError, RuntimeError) as error:  # pathlib raises RuntimeError for links in a circle
            return self._failed(one, error)
        if line.done in LAID:
            path = PurePosixPath(one.target)
            self.files.add(path)
            self.folders.update(path.parents)
        return line

    def _plan(self, one: Handed) -> Line:
        target, path = self.folder / one.target, PurePosixPath(one.target)

        def line(done: str, why: str = "") -> Line:
            return Line(done, one.incoming.text, self.student, one.target, why)

        if not target.resolve().is_relative_to(self.within):
            return line("not collected", f"a link leads out of {self.folder.relative_to(self.top)}/")
        if any(folder in self.files or (self.folder / folder).is_file() for folder in path.parents[:-1]):
            return line("not collected", "there is a file where its folder would be")
        if target.is_dir() or path in self.folders:
            return line("not collected", "there is a folder of this name")
        if not target.is_file():
            there = target.is_symlink() or target.exists()  # a link that leads nowhere is there too
            return line("not collected", "there is something else of this name") if there else line("new")
        if target.read_bytes() == one.incoming.content:
            return line("unchanged")
        if self.keep:
            return line("not used", "another one is there, which is kept")
        return line("replaces", f"the one before is kept as {(self.aside / one.target).relative_to(self.top)}")

    def _failed(self, one: Handed, error: Exception) -> Line:
        why = str(getattr(error, "strerror", None) or error)
        return Line("not collected", one.incoming.text, self.student, one.target, why)

    def _written(self, one: Handed, line: Line) -> Line:
        try:
            if line.done == "replaces":
                self._put_aside(self.folder / one.target)
            if line.done in {"new", "replaces"}:
                write_whole(self.folder / one.target, one.incoming.content)
        except OSError as error:
            return self._failed(one, error)
        return line

    def _put_aside(self, path: Path) -> None:
        aside = self.aside / path.relative_to(self.folder)
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, aside)

    def _time(
        self, files: Sequence[Handed], lines: Sequence[Line], old: bytes | None, received: str | None
    ) -> bytes | None:
        """What the time stamp is to hold after the files are laid; None where nothing is known."""
        laid = [(one, line) for one, line in zip(files, lines, strict=True) if line.done in LAID]
        changed = [line for _, line in laid if _changed(line)]
        if received is not None and laid and not (self.keep and old is not None and not changed):
            return received.encode()
        known = {line.target: one.time for one, line in laid if one.notebook and one.time}
        if known and (changed or old is None):
            last = max(known.values())
            others = {path.name for path in self.folder.glob("*.ipynb")} - known.keys()
            before = own_stamp(old) if old is not None and others else None
            return max(last, before or last).encode()
        return None if any(line.done == "replaces" for line in changed) else old

    def _note(self, old: bytes | None, new: bytes | None) -> None:
        """Write the time stamp, unless it is there; another one is kept aside."""
        there = self.stamp.read_bytes() if self.stamp.is_file() else None
        if there == new:
            return
        if there is not None:
            self._put_aside(self.stamp)
        if new is not None:
            write_whole(self.stamp, new)
        else:
            self.stamp.unlink()


def _changed(line: Line) -> bool:
    """Whether a notebook is another than before."""
    return line.done in {"new", "replaces"} and line.target.endswith(".ipynb")


def _free(folder: Path) -> Path:
    """A folder that is not there yet, named after the day."""
    day, number = time.strftime("%Y-%m-%d"), 1
    while (folder / f"{day}-{number}").exists():
        number += 1
    return folder / f"{day}-{number}"
