"""What gradebook and graded notebooks say about a class, question by question.

Pages and tables are made from it.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook

from proctor.course.folders import Course
from proctor.course.history import REGRADED, sentence
from proctor.course.results import Change, NotebookResult, ResultRecord, results
from proctor.course.saving import previous_result
from proctor.course.status import FAILED, GRADED, NOT_GRADED, NOT_HANDED_IN, STALE, handed_in_again
from proctor.errors import CannotGrade
from proctor.grading.matching import grade_id
from proctor.grading.rebuild import ABSENT, ADDED, rebuild
from proctor.grading.verdict import Verdict

HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.M)
AGAIN = "This notebook was handed in again and that is not graded yet; these are the points of the one before."
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
    """One student's whole assignment.

    ``state`` is "graded", "failed" (``why`` says the reason), "not graded yet" or "not handed in";
    only graded and failed ones can have sheets. ``late`` is how many seconds after the due date it
    was handed in, extensions allowed for. ``history`` lists what changed since the first grading;
    ``again`` names the notebooks that were handed in again since they were graded.
    """

    student: str
    name: str
    sheets: list[Sheet]
    confined: bool = True
    evidence: list[str] = field(default_factory=list)
    seconds: float = 0.0
    state: str = GRADED
    why: str = ""
    late: float = 0.0
    email: str = ""
    lms_id: str = ""
    history: tuple[Change, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def standing(self) -> str:
        """The state, or "stale" where it is graded and was handed in again since."""
        return STALE if self.again and self.state == GRADED else self.state

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


def records(course: Course, *, everyone: bool = False) -> list[Record]:
    """Students of an assignment, by id.

    They are those with a grade, or ``everyone`` who handed in or is on the roster. Who was taken
    off the gradebook's roster is left out, unless their submission is still there.
    """
    with course.gradebook() as gradebook:
        roster = {student.id: student for student in gradebook.students}
        saved = {submission.student.id: submission for submission in _submissions(gradebook, course.assignment)}
        found = {result.student: result for result in results(course)}
        submitted = set(course.students())
        for student in submitted - found.keys():
            before = previous_result(course, student)  # graded by a program that leaves no result records
            if before is not None and student in saved:
                found[student] = before
        listed = []
        for student in sorted(roster.keys() | submitted):
            result = found.get(student)
            record = Record(student, _full_name(roster.get(student)) or student, [])
            entry = roster.get(student)
            record.email, record.lms_id = (entry.email or "", entry.lms_user_id or "") if entry else ("", "")
            if result is not None and student in roster:
                _fill(course, record, result, saved.get(student))
                _tell_again(record, handed_in_again(course, result) if student in submitted else ())
            else:
                record.state = NOT_GRADED if student in submitted else NOT_HANDED_IN
                record.why = result.failure if result else ""
                record.state = FAILED if record.why else record.state
            if everyone or record.sheets:
                listed.append(record)
        return listed


def _submissions(gradebook: Gradebook, assignment: str) -> list[SubmittedAssignment]:
    try:
        return list(gradebook.find_assignment(assignment).submissions)
    except MissingEntry:
        return []


def _full_name(entry: Student | None) -> str:
    return " ".join(part for part in (entry.first_name, entry.last_name) if part) if entry else ""


def _fill(course: Course, record: Record, result: ResultRecord, saved: SubmittedAssignment | None) -> None:
    rows = {notebook.name: notebook for notebook in saved.notebooks} if saved else {}
    record.sheets = [
        _sheet(course, record.student, result.notebook(name) or _unknown(name), rows.get(name))
        for name in course.notebooks
        if result.notebooks
    ]
    record.evidence = [item for notebook in result.notebooks for item in notebook.evidence]
    record.confined, record.seconds, record.history = result.confined, result.seconds, result.history
    record.state, record.why = (FAILED, result.failure) if result.failure else (GRADED, "")
    record.late = max(saved.total_seconds_late, 0.0) if saved else 0.0
    for change in result.history:
        if change.cause.startswith(REGRADED):
            sheet = next((sheet for sheet in record.sheets if sheet.name == change.notebook), None)
            if sheet is not None:
                sheet.notes.append(sentence(change))


def _tell_again(record: Record, names: Sequence[str]) -> None:
    record.again = tuple(names)
    for sheet in record.sheets:
        if sheet.name in names:
            sheet.notes.append(AGAIN)


def _unknown(name: str) -> NotebookResult:
    return NotebookResult(name, handed_in=False, notes=ABSENT.notes)


def _notebook(course: Course, student: str, name: str) -> NotebookNode:
    """The graded notebook; where nbgrader wrote none because none was handed in, the empty one.

    Raises CannotGrade for one that cannot be read, such as a file that was cut off.
    """
    path = course.autograded / student / course.assignment / f"{name}.ipynb"
    try:
        found: NotebookNode = nbformat.read(path, as_version=4)
    except (FileNotFoundError, NotADirectoryError):
        return rebuild(nbformat.read(course.source / f"{name}.ipynb", as_version=4), ABSENT).notebook
    except Exception as error:  # what another program left may hold anything
        again = f"proctor grade {course.assignment} --student {student} --force"
        raise CannotGrade(f"{path} cannot be read as a notebook ({type(error).__name__}); grade it again with: {again}") from error
    return found


def _sheet(course: Course, student: str, result: NotebookResult, saved: SubmittedNotebook | None) -> Sheet:
    verdicts = {verdict.name: verdict for verdict in result.verdicts}
    notebook = _notebook(course, student, result.name)
    grades = {grade.name: grade for grade in saved.grades} if saved else {}
    comments = {comment.name: comment for comment in saved.comments} if saved else {}
    penalty = saved.late_submission_penalty or 0.0 if saved else 0.0
    sheet = Sheet(result.name, result.name, notes=list(result.notes), handed_in=result.handed_in, penalty=penalty)
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


def _part(cell: NotebookNode, name: str, verdict: Verdict | None, grade: Any, comment: Any) -> Part:
    most = float(cell.metadata.nbgrader.get("points", 0) or 0)
    part = Part(name, verdict.points if verdict else 0.0, most, by_hand=verdict is None)
    if verdict:
        part.message, part.reason, part.misconception = verdict.message, verdict.reason, verdict.misconception
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
    top = course.root
    return os.path.relpath(os.path.normpath(course.source / path), top).replace(os.sep, "/") + (f"#{section}" if section else "")
