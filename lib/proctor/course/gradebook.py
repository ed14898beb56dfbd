"""nbgrader's gradebook, written one whole submission at a time.

A grade is there complete, or not at all.
"""

import datetime
import math
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, Notebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import parse_utc
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from proctor.course.folders import Course
from proctor.course.results import NotebookResult, ResultRecord
from proctor.errors import CannotGrade

Penalty = Callable[[str, float, float], float | None]
"""A late penalty from student, score and seconds late, as nbgrader's plugins give it."""
Scores = dict[tuple[str, str], float | None]
"""Automatic points by (notebook, cell)."""
PATIENCE = 600.0
"""Seconds that a locked gradebook is waited for."""
T = TypeVar("T")


def patiently(action: Callable[[], T], say: Callable[[str], None] = print, patience: float = PATIENCE) -> T:
    """What ``action`` returns, tried again while another program has locked the gradebook.

    ``say`` is told once. Raises CannotGrade when the gradebook stays locked for ``patience``
    seconds.
    """
    told, until = False, time.monotonic() + patience
    while True:
        try:
            return action()
        except OperationalError as error:
            if not any(word in str(error.orig).lower() for word in ("locked", "busy")):
                raise
            if time.monotonic() > until:
                raise CannotGrade("the gradebook stayed locked by another program; what is graded is kept, run this again") from error
        if not told:
            told = True
            say("the gradebook is locked by another program; waiting for it")
        time.sleep(0.2)


def open_gradebook(course: Course, say: Callable[[str], None] = print) -> Gradebook:
    """The gradebook of a course, waited for while it is locked.

    Raises CannotGrade when the assignment is not in it.
    """
    gradebook = patiently(course.gradebook, say)
    try:
        patiently(lambda: gradebook.find_assignment(course.assignment), say)
    except MissingEntry:
        gradebook.close()
        raise CannotGrade(
            f"{course.assignment!r} is not in the gradebook; run: nbgrader generate_assignment {course.assignment}"
        ) from None
    return gradebook


def saved_scores(gradebook: Gradebook, assignment: str) -> dict[str, Scores]:
    """Automatic points of every submission of an assignment, by student."""
    found: dict[str, Scores] = {}
    for submission in gradebook.find_assignment(assignment).submissions:
        scores = found.setdefault(submission.student.id, {})
        for notebook in submission.notebooks:
            scores.update({(notebook.name, grade.name): grade.auto_score for grade in notebook.grades})
    return found


def changed_answers(previous: ResultRecord | None, record: ResultRecord) -> set[tuple[str, str]]:
    """Graded cells, as (notebook, cell), whose answer may differ from the last grading's."""
    changed = set()
    for notebook in record.notebooks:
        before = previous.notebook(notebook.name) if previous else None
        known = before.answers if before else {}
        changed |= {(notebook.name, cell) for cell, answer in notebook.answers.items() if known.get(cell) != answer}
    return changed


def save_grades(
    gradebook: Gradebook,
    record: ResultRecord,
    previous: ResultRecord | None = None,
    *,
    timestamp: str | None = None,
    penalty: Penalty | None = None,
    notebooks: Collection[str] | None = None,
) -> None:
    """Write what grading found into the gradebook, in one transaction.

    Marks, extra credit and comments given by hand stay as they are. A mark by hand whose answer
    changed since ``previous`` is to be read again. A cell that a reader marks and that nobody wrote
    in gets 0 at once.

    Parameters
    ----------
    notebooks
        Names of those to write (default: all of the assignment).

    Raises
    ------
    MissingEntry
        The assignment is not in the gradebook.
    """
    assignment = gradebook.find_assignment(record.assignment)
    session = gradebook.db()
    try:
        student = session.get(Student, record.student)
        if student is None:
            student = Student(id=record.student)
            session.add(student)
        query = select(SubmittedAssignment).filter_by(student_id=record.student, assignment_id=assignment.id)
        submission = session.execute(query).scalar_one_or_none()
        if submission is None:
            submission = SubmittedAssignment(assignment=assignment, student=student)
            session.add(submission)
        submission.timestamp = moment(timestamp)
        changed = changed_answers(previous, record)
        for notebook in assignment.notebooks:
            mine = next((item for item in submission.notebooks if item.notebook_id == notebook.id), None)
            if mine is None:
                mine = SubmittedNotebook(notebook=notebook, assignment=submission)
                session.add(mine)
            result = record.notebook(notebook.name)
            if result is not None and (notebooks is None or notebook.name in notebooks):
                _fill(session, mine, notebook, result, {cell for name, cell in changed if name == notebook.name})
        session.flush()
        if penalty is not None:
            penalise(session, submission, penalty)
        session.commit()
    except BaseException:
        session.rollback()
        raise


def moment(timestamp: str | None) -> datetime.datetime | None:
    """A submission's time stamp in UTC; None when there is none that can be read."""
    try:
        return parse_utc(timestamp) if timestamp else None
    except Exception:  # the text may be a student's, and the parser raises whatever its parts raise
        return None


def _fill(session: Session, mine: SubmittedNotebook, notebook: Notebook, result: NotebookResult, changed: set[str]) -> None:
    points = {verdict.name: verdict.points for verdict in result.verdicts}
    grades = {grade.cell_id: grade for grade in mine.grades}
    comments = {comment.cell_id: comment for comment in mine.comments}
    for cell in [*notebook.grade_cells, *notebook.task_cells]:
        grade = grades.get(cell.id)
        if grade is None:
            grade = Grade(cell_id=cell.id, notebook=mine)
            session.add(grade)
        grade.auto_score = points.get(cell.name, None if cell.name in result.answered else 0.0)
        if grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None
        else:
            grade.needs_manual_grade = bool(grade.needs_manual_grade) or cell.name in changed
    for cell in [*notebook.solution_cells, *notebook.task_cells]:
        comment = comments.get(cell.id)
        if comment is None:
            comment = Comment(cell_id=cell.id, notebook=mine)
            session.add(comment)
        comment.auto_comment = None if cell.name in result.answered else "No response."


class LatePenaltyError(CannotGrade):
    """The course's rule for late penalties gave none that can be used for a student."""


def late_cost(penalty: Penalty, student: str, score: float, late: float) -> float | None:
    """What a course's rule takes off a score for being late, between 0 and the score.

    None where the rule says so. Raises LatePenaltyError when it fails, or gives what is no number.
    """
    try:
        cost = penalty(student, score, late)
        cost = None if cost is None else float(cost)
    except Exception as error:  # the rule is a course's own code
        raise LatePenaltyError(f"the rule for late penalties failed for {student} ({type(error).__name__}: {error})") from error
    if cost is not None and math.isnan(cost):
        raise LatePenaltyError(f"the rule for late penalties gave NaN for {student}")
    return None if cost is None else max(min(cost, score), 0.0)


def penalise(session: Session, submission: SubmittedAssignment, penalty: Penalty) -> bool:
    """Set a submission's late penalties anew, between 0 and the score of each notebook.

    Returns whether one changed. Raises LatePenaltyError as :func:`late_cost`, before any is set.
    """
    late, student = submission.total_seconds_late, submission.student.id
    for notebook in submission.notebooks:
        session.refresh(notebook)
    costs = [late_cost(penalty, student, notebook.score, late) if late > 0 else None for notebook in submission.notebooks]
    changed = False
    for notebook, after in zip(submission.notebooks, costs, strict=True):
        if notebook.late_submission_penalty != after:
            notebook.late_submission_penalty, changed = after, True
    return changed


def penalty_of(**given: Any) -> Penalty:
    """The course's rule for late penalties.

    ``given`` is what nbgrader makes its plugin with: ``config``, or ``parent``.
    """
    from nbgrader.preprocessors import AssignLatePenalties

    late = AssignLatePenalties(**given)
    late.init_plugin()
    penalty: Penalty = late.plugin_inst.late_submission_penalty
    return penalty


def penalties_before_marks_go_out(course: Course, penalty: Penalty, say: Callable[[str], None] = print) -> dict[str, str]:
    """Set all late penalties anew, for marks by hand and due dates may have changed since.

    Returns by student why a penalty is as it was.
    """
    with patiently(course.gradebook, say) as gradebook:
        try:
            _, failed = patiently(lambda: renew_penalties(gradebook, course.assignment, penalty), say)
        except MissingEntry:  # there is no such assignment yet, so nothing goes out
            return {}
    return failed


def renew_penalties(gradebook: Gradebook, assignment: str, penalty: Penalty) -> tuple[list[str], dict[str, str]]:
    """Set all late penalties anew, for due dates, extensions, marks and rules may have changed.

    Returns who is concerned, and by student why a penalty is as it was because the rule failed.
    """
    session = gradebook.db()
    concerned, failed = [], {}
    try:
        for submission in gradebook.find_assignment(assignment).submissions:
            was_late = any(notebook.late_submission_penalty is not None for notebook in submission.notebooks)
            try:
                if (was_late or submission.total_seconds_late > 0) and penalise(session, submission, penalty):
                    concerned.append(submission.student.id)
            except LatePenaltyError as error:
                failed[submission.student.id] = str(error)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return concerned, failed
