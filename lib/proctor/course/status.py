"""Where each student of an assignment stands.

Graded, stale, awaiting marks, failed, not graded yet, or not handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nbgrader.api import Gradebook

from proctor.course.folders import Course
from proctor.course.gradebook import Scores, saved_scores
from proctor.course.inputs import course_inputs, reasons
from proctor.course.results import ResultRecord, read_result
from proctor.grading.grade import SUBMISSION
from proctor.grading.submission import read_submission
from proctor.settings import Settings

GRADED, STALE, WAITING, FAILED = "graded", "stale", "awaiting marks", "failed"
NOT_GRADED, NOT_HANDED_IN = "not graded yet", "not handed in"
STATES = (FAILED, STALE, NOT_GRADED, WAITING, NOT_HANDED_IN, GRADED)
Inputs = Mapping[str, Mapping[str, str]]
"""By notebook, what its points depend on."""


@dataclass(frozen=True)
class Status:
    """A student's state, the reason for it, and how many answers wait for a reader."""

    student: str
    state: str
    why: str = ""
    waiting: int = 0


def expected_inputs(course: Course, student: str, common: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the points of a submission depend on as it lies there now, by notebook."""
    found = read_submission(course.source, course.submitted / student / course.assignment)
    return {name: {**common, SUBMISSION: file.digest} for name, file in found.items()}


def handed_in_again(course: Course, record: ResultRecord) -> list[str]:
    """Notebooks whose file is not the one that was graded."""
    now = read_submission(course.source, course.submitted / record.student / course.assignment)
    return [
        one.name for one in record.notebooks
        if one.name in now and SUBMISSION in one.inputs and one.inputs[SUBMISSION] != now[one.name].digest
    ]


def stale_reasons(course: Course, record: ResultRecord | None, expected: Inputs, scores: Scores | None) -> list[str]:
    """Why a submission has to be graded (again); empty when its grade is up to date.

    Parameters
    ----------
    record
        What the last grading found; None when there was none.
    expected
        What the points depend on now, by notebook.
    scores
        What the gradebook holds of this student; None when nothing.
    """
    if record is None:
        return ["it was not graded yet"]
    if record.failure:
        return [record.failure]
    if scores is None:
        return ["the gradebook has no grade of it"]
    found: list[str] = []
    for name, inputs in expected.items():
        result = record.notebook(name)
        if result is None:
            found.append(f"notebook {name} was not graded yet")
            continue
        found += reasons(result.inputs, inputs)
        if not (course.autograded / record.student / course.assignment / f"{name}.ipynb").is_file() and result.handed_in:
            found.append(f"the graded notebook {name} is gone")
        if any(scores.get((name, verdict.name)) != verdict.points for verdict in result.verdicts):
            found.append("the gradebook has other points than were found")
    return list(dict.fromkeys(found))


def statuses(course: Course, settings: Settings, gradebook: Gradebook) -> list[Status]:
    """Everybody who handed something in or is on the roster, by id."""
    common, scores = course_inputs(course, settings), saved_scores(gradebook, course.assignment)
    submitted, roster = course.students(), [student.id for student in gradebook.students]
    misplaced = course.misplaced()
    waiting = {
        submission.student.id: sum(grade.needs_manual_grade for notebook in submission.notebooks for grade in notebook.grades)
        for submission in gradebook.find_assignment(course.assignment).submissions
    }
    found = []
    for student in sorted({*submitted, *misplaced, *roster}):
        record, unread = read_result(course, student), waiting.get(student, 0)
        if student in misplaced:
            found.append(Status(student, FAILED, misplaced[student]))
        elif student not in submitted:
            found.append(Status(student, NOT_HANDED_IN))
        elif record is None:
            found.append(Status(student, NOT_GRADED, "graded by other means" if scores.get(student) else ""))
        elif record.failure:
            found.append(Status(student, FAILED, record.failure))
        elif why := stale_reasons(course, record, expected_inputs(course, student, common), scores.get(student)):
            found.append(Status(student, STALE, "; ".join(why), unread))
        elif unread:
            found.append(Status(student, WAITING, f"{unread} answer{'s' if unread > 1 else ''} to read", unread))
        else:
            found.append(Status(student, GRADED))
    return found
