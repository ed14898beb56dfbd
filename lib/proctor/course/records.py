"""What the gradebook and the graded notebooks say about a class, put together question by question for pages and tables."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from proctor.course.folders import Course
from proctor.grading.rebuild import ADDED, grade_id

HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.M)
LESSON = re.compile(r"\[([^\]]+)\]\(([^)\s]+\.ipynb(?:#[^)\s]*)?)\)")


@dataclass
class Part:
    """One graded cell: points, most, the message for the student, and whether a reader marks it."""

    name: str
    points: float
    most: float
    message: str = ""
    reason: str = ""
    misconception: str | None = None
    by_hand: bool = False
    waiting: bool = False
    comment: str = ""
    extra: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.points >= self.most and not self.waiting


@dataclass
class Question:
    """An answer and the parts it is marked by."""

    name: str
    title: str
    cells: list[NotebookNode] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    lessons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def points(self) -> float:
        """Points of all parts."""
        return sum(part.points + part.extra for part in self.parts)

    @property
    def most(self) -> float:
        """The most there are."""
        return sum(part.most for part in self.parts)


@dataclass
class Sheet:
    """One notebook of one student: questions, notes, penalty."""

    name: str
    title: str
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    handed_in: bool = True
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """Points of all questions, less the penalty for lateness."""
        return sum(question.points for question in self.questions) - self.penalty

    @property
    def most(self) -> float:
        """The most there are."""
        return sum(question.most for question in self.questions)


@dataclass
class Record:
    """One student's whole assignment."""

    student: str
    name: str
    sheets: list[Sheet]
    confined: bool = True
    evidence: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """Points of all notebooks."""
        return sum(sheet.points for sheet in self.sheets)

    @property
    def most(self) -> float:
        """The most there are."""
        return sum(sheet.most for sheet in self.sheets)

    @property
    def waiting(self) -> int:
        """Answers that a reader has still to mark."""
        return sum(part.waiting for sheet in self.sheets for question in sheet.questions for part in question.parts)


def records(course: Course) -> list[Record]:
    """Every graded student of an assignment, by id."""
    with course.gradebook() as gradebook:
        return [_record(course, gradebook, summary) for summary in course.summaries()]


def _record(course: Course, gradebook: Gradebook, summary: dict[str, Any]) -> Record:
    student = summary["student"]
    entry = gradebook.find_student(student)
    named = " ".join(part for part in (entry.first_name, entry.last_name) if part)
    sheets = [_sheet(course, gradebook, student, about) for about in summary["notebooks"]]
    evidence = [item for about in summary["notebooks"] for item in about.get("evidence", ())]
    return Record(student, named or student, sheets, summary.get("confined", True), evidence, summary.get("seconds", 0.0))


def _sheet(course: Course, gradebook: Gradebook, student: str, about: dict[str, Any]) -> Sheet:
    verdicts = {verdict["name"]: verdict for verdict in about["verdicts"]}
    notebook = nbformat.read(course.autograded / student / course.assignment / f"{about['name']}.ipynb", as_version=4)
    grades, comments, penalty = {}, {}, 0.0
    try:
        saved = gradebook.find_submission_notebook(about["name"], course.assignment, student)
        grades = {grade.name: grade for grade in saved.grades}
        comments = {comment.name: comment for comment in saved.comments}
        penalty = saved.late_submission_penalty or 0.0
    except MissingEntry:
        pass
    sheet = Sheet(about["name"], about["name"], notes=about["notes"], handed_in=about["handed_in"], penalty=penalty)
    heading = ""
    lessons: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    current: Question | None = None
    for cell in notebook.cells:
        name = grade_id(cell)
        if cell.cell_type == "markdown" and not utils.is_solution(cell) and cell.metadata.get("proctor", {}).get("role") != ADDED:
            found = HEADING.findall(cell.source)
            links = [(text, place) for text, target in LESSON.findall(cell.source) if (place := _resolved(course, target))]
            general = general or links
            if found:
                heading, lessons = found[-1].strip("# "), general
            lessons = links or lessons
            if found and sheet.title == sheet.name:
                sheet.title = found[0].strip("# ")
        if name and utils.is_solution(cell):
            current = Question(name, heading or name, lessons=list(lessons))
            current.cells.append(cell)
            sheet.questions.append(current)
        elif cell.metadata.get("proctor", {}).get("role") == ADDED and current is not None:
            current.cells.append(cell)
        if name and (utils.is_grade(cell) or utils.is_task(cell)):
            if current is None:
                current = Question(name, heading or name, lessons=list(lessons))
                sheet.questions.append(current)
            current.parts.append(_part(cell, name, verdicts.get(name), grades.get(name), comments.get(current.name)))
    sheet.questions = [question for question in sheet.questions if question.parts]
    return sheet


def _part(cell: NotebookNode, name: str, verdict: dict[str, Any] | None, grade: Any, comment: Any) -> Part:
    most = float(cell.metadata.nbgrader.get("points", 0) or 0)
    part = Part(name, verdict["points"] if verdict else 0.0, most, by_hand=verdict is None)
    if verdict:
        part.message, part.reason, part.misconception = verdict["message"], verdict["reason"], verdict["misconception"]
    if grade is not None:
        part.waiting = bool(grade.needs_manual_grade)
        part.extra = grade.extra_credit or 0.0
        by_reader = grade.manual_score if grade.manual_score is not None else grade.auto_score
        part.points = by_reader if by_reader is not None else part.points
    if comment is not None and comment.manual_comment:
        part.comment = comment.manual_comment
    return part


def _resolved(course: Course, target: str) -> str:
    """A link in a source notebook as a path from the course folder."""
    path, _, section = target.partition("#")
    if ":" in path:
        return target if path.startswith(("http://", "https://")) else ""
    top = course.autograded.parent
    return os.path.relpath(os.path.normpath(course.source / path), top).replace(os.sep, "/") + (f"#{section}" if section else "")


def from_page(course: Course, page: Path, target: str) -> str:
    """A link from a page to a path given from the course folder."""
    if "://" in target:
        return target
    path, _, section = target.partition("#")
    return os.path.relpath(course.autograded.parent / path, page.parent).replace(os.sep, "/") + (f"#{section}" if section else "")
