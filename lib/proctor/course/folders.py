"""One assignment's folders, its gradebook, and the result record of each graded submission."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from proctor.compat import alembic
from proctor.errors import CannotGrade

MARK = "proctor.json"
"""File beside the graded notebooks that says what was graded and how; it is written last."""


@dataclass(frozen=True)
class Course:
    """Folders and gradebook of one assignment."""

    source: Path
    submitted: Path
    autograded: Path
    feedback: Path
    report: Path
    url: str
    course_id: str
    assignment: str

    @classmethod
    def of(cls, directory: CourseDirectory, assignment: str) -> "Course":
        """As nbgrader's configuration says; raises CannotGrade for an assignment without a source."""
        def folder(name: str, student: str = ".") -> Path:
            return Path(directory.format_path(name, student, assignment))

        source = folder(directory.source_directory)
        if not any(source.glob("*.ipynb")):
            raise CannotGrade(f"there is no notebook in {source}; is {assignment!r} the assignment's name?")
        top = Path(directory.root)
        names = (directory.submitted_directory, directory.autograded_directory, directory.feedback_directory)
        submitted, autograded, feedback = (top / name for name in names)
        course_id = directory.course_id or "default_course"
        return cls(source, submitted, autograded, feedback, top / "report", directory.db_url, course_id, assignment)

    def students(self) -> list[str]:
        """Who handed something in."""
        found = sorted(path.name for path in self.submitted.glob("*") if os.path.isdir(path / self.assignment))  # noqa: PTH112
        return [name for name in found if not name.startswith(".")]

    def mark(self, student: str) -> Path:
        """Where the mark of a graded submission lies."""
        return self.autograded / student / self.assignment / MARK

    def summary(self, student: str) -> dict[str, Any] | None:
        """What the mark of a graded submission says; None when there is none."""
        try:
            found = json.loads(self.mark(student).read_text())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def summaries(self) -> list[dict[str, Any]]:
        """The marks of all graded submissions, by student."""
        students = sorted(path.parent.parent.name for path in self.autograded.glob(f"*/{self.assignment}/{MARK}"))
        return [summary for name in students if (summary := self.summary(name)) is not None]

    def gradebook(self) -> Gradebook:
        """The gradebook, open."""
        alembic.put_on_path()
        return Gradebook(self.url, self.course_id)


def write_whole(path: Path, text: str) -> None:
    """Write a file such that it is there complete, or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text)
    aside.replace(path)
