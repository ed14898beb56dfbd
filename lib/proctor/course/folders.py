"""One assignment's folders and its gradebook."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from proctor.compat import alembic
from proctor.errors import CannotGrade
from proctor.grading.submission import same_name

GROUP_WRITES = 0o020
NO_COURSE_ID = "default_course"
"""What nbgrader calls a course without an id."""


@dataclass(frozen=True)
class Course:
    """Folders and gradebook of one assignment.

    ``root`` is the course folder; ``source`` and the files in it belong to this assignment,
    the other folders hold all assignments by student. ``decisions`` is another file of decisions
    about tests than the usual one.
    """

    source: Path
    submitted: Path
    autograded: Path
    feedback: Path
    report: Path
    url: str
    course_id: str
    assignment: str
    decisions: Path | None = None

    @classmethod
    def of(cls, directory: CourseDirectory, assignment: str) -> "Course":
        """The folders that nbgrader's configuration names.

        Raises CannotGrade for an assignment without a source.
        """
        source = Path(directory.format_path(directory.source_directory, ".", assignment))
        if not any(source.glob("*.ipynb")):
            raise CannotGrade(f"there is no notebook in {source}; is {assignment!r} the assignment's name?")
        top = Path(directory.root)
        names = (directory.submitted_directory, directory.autograded_directory, directory.feedback_directory)
        submitted, autograded, feedback = (top / name for name in names)
        return cls(source, submitted, autograded, feedback, top / "report", directory.db_url, directory.course_id, assignment)

    @property
    def root(self) -> Path:
        """The course folder."""
        return self.autograded.parent

    @property
    def results(self) -> Path:
        """The folder of the result records; hidden, so that nbgrader takes it for no student."""
        return self.autograded / ".proctor" / self.assignment

    @property
    def adjustments(self) -> Path:
        """The file of the instructor's decisions about test cells, beside the source."""
        return self.decisions or self.root / "adjustments" / f"{self.assignment}.json"

    @property
    def notebooks(self) -> list[str]:
        """Names of the assignment's notebooks, without ending, sorted."""
        return sorted(path.stem for path in self.source.glob("*.ipynb"))

    def students(self) -> list[str]:
        """Who handed something in."""
        found = sorted(path.name for path in self.submitted.glob("*") if os.path.isdir(path / self.assignment))  # noqa: PTH112
        return [name for name in found if not name.startswith(".")]

    def misplaced(self) -> dict[str, str]:
        """Who handed in under another spelling of the assignment's name, with what to do.

        Such a folder comes from an archive made on macOS, or from a system that ignores case.
        """
        found = {}
        for path in sorted(self.submitted.glob("*/*")):
            student, name = path.parent.name, path.name
            there = name == self.assignment or os.path.isdir(path.parent / self.assignment)  # noqa: PTH112
            if not there and same_name(name, self.assignment) and os.path.isdir(path):  # noqa: PTH112
                found[student] = f"it lies in the folder {name!a}, not {self.assignment!a}; rename the folder"
        return {student: why for student, why in found.items() if not student.startswith(".")}

    def result_path(self, student: str) -> Path:
        """The file of a student's result record."""
        return self.results / f"{student}.json"

    def gradebook(self) -> Gradebook:
        """The gradebook, open.

        Raises CannotGrade where the driver of its database is not installed.
        """
        return gradebook_at(self.url, self.course_id)


def gradebook_at(url: str, course_id: str) -> Gradebook:
    """The gradebook at an address, open.

    Raises CannotGrade where the driver of its database is not installed.
    """
    alembic.put_on_path()
    try:
        return Gradebook(url, course_id or NO_COURSE_ID)
    except ModuleNotFoundError as error:
        raise CannotGrade(f"the gradebook's database needs a driver that is not installed: {error}") from error


def assignments(directory: CourseDirectory) -> list[str]:
    """Names of all assignments that have a source, sorted."""
    pattern = Path(directory.format_path(directory.source_directory, ".", "*"))
    found = {path.name for path in pattern.parent.glob("*") if any(path.glob("*.ipynb"))}
    return sorted(name for name in found if not name.startswith("."))


def make_folder(path: Path) -> Path:
    """Make a folder with its parents.

    Where a parent is shared with a group, the group may write there too.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        share(path)
    return path


def share(path: Path) -> None:
    """Let a path's group read and write it where the folder around it lets the group write.

    A course whose assistants share a folder needs this, whatever the umask of each of them.
    """
    around = path.parent.stat().st_mode
    if around & GROUP_WRITES:
        mode = path.stat().st_mode
        more = (0o070 if path.is_dir() else 0o060) | (around & 0o2000 if path.is_dir() else 0)
        if mode & more != more:
            path.chmod((mode | more) & 0o7777)


@contextlib.contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """A new folder to fill inside the ``with``, which then takes the place of what stands there.

    Whenever it is stopped, the old or the new one is whole, in its place or beside it.
    """
    fresh, old = (place.with_name(f".{place.name}.{which}") for which in ("new", "old"))
    for leftover in (fresh, old):
        _remove(leftover)
    yield make_folder(fresh)
    if os.path.lexists(place):
        place.rename(old)
    fresh.rename(place)
    _remove(old)


def _remove(path: Path) -> None:
    """Remove a file, link or folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to write inside the ``with``, which then takes the place of ``path``.

    So ``path`` is there complete, or as it was.
    """
    make_folder(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield aside
        share(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, text in UTF-8, such that it is there complete, or as it was."""
    with whole(path) as aside:
        if isinstance(content, bytes):
            aside.write_bytes(content)
        else:
            aside.write_text(content, encoding="utf-8", errors="backslashreplace")
