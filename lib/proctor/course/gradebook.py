"""nbgrader's gradebook, written one whole submission at a time: a grade is there complete, or not at all."""

import datetime
from collections.abc import Callable

from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import parse_utc
from sqlalchemy import select

from proctor.grading.grade import Graded

Penalty = Callable[[str, float, float], float | None]


def saved_scores(gradebook: Gradebook, assignment: str) -> dict[str, dict[tuple[str, str], float | None]]:
    """Automatic scores by student, then by (notebook, cell)."""
    found: dict[str, dict[tuple[str, str], float | None]] = {}
    try:
        submissions = gradebook.find_assignment(assignment).submissions
    except MissingEntry:
        return found
    for submission in submissions:
        scores = found.setdefault(submission.student.id, {})
        for notebook in submission.notebooks:
            scores.update({(notebook.name, grade.name): grade.auto_score for grade in notebook.grades})
    return found


def record(gradebook: Gradebook, graded: Graded, timestamp: str | None, penalty: Penalty | None = None) -> None:
    """Write one graded submission in a single transaction; marks and comments given by hand stay as they are.

    A cell that a reader marks and that nobody wrote in gets 0 at once. Raises MissingEntry for an assignment that is not there.
    """
    assignment = gradebook.find_assignment(graded.assignment)
    session = gradebook.db()
    try:
        student = session.get(Student, graded.student)
        if student is None:
            student = Student(id=graded.student)
            session.add(student)
        query = select(SubmittedAssignment).filter_by(student_id=graded.student, assignment_id=assignment.id)
        submission = session.execute(query).scalar_one_or_none()
        if submission is None:
            submission = SubmittedAssignment(assignment=assignment, student=student)
            session.add(submission)
        submission.timestamp = moment(timestamp)
        for notebook in assignment.notebooks:
            mine = next((item for item in submission.notebooks if item.notebook_id == notebook.id), None)
            if mine is None:
                mine = SubmittedNotebook(notebook=notebook, assignment=submission)
                session.add(mine)
            _fill(session, mine, notebook, graded)
        session.flush()
        if penalty is not None:
            _penalise(session, submission, penalty)
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


def _fill(session, mine, notebook, graded: Graded) -> None:  # type: ignore[no-untyped-def]
    points = {v.name: v.points for item in graded.notebooks if item.name == notebook.name for v in item.verdicts}
    answered = {name for item in graded.notebooks if item.name == notebook.name for name in item.answered}
    grades = {grade.cell_id: grade for grade in mine.grades}
    comments = {comment.cell_id: comment for comment in mine.comments}
    for cell in [*notebook.grade_cells, *notebook.task_cells]:
        grade = grades.get(cell.id)
        if grade is None:
            grade = Grade(cell_id=cell.id, notebook=mine)
            session.add(grade)
        by_hand = cell.name not in points
        grade.auto_score = points[cell.name] if not by_hand else (None if cell.name in answered else 0.0)
        grade.needs_manual_grade = grade.auto_score is None if grade.manual_score is None else by_hand and grade.needs_manual_grade
    for cell in [*notebook.solution_cells, *notebook.task_cells]:
        comment = comments.get(cell.id)
        if comment is None:
            comment = Comment(cell_id=cell.id, notebook=mine)
            session.add(comment)
        comment.auto_comment = None if cell.name in answered else "No response."


def _penalise(session, submission, penalty: Penalty) -> None:  # type: ignore[no-untyped-def]
    late = submission.total_seconds_late
    for notebook in submission.notebooks:
        session.refresh(notebook)
        notebook.late_submission_penalty = None
        if late > 0:
            cost = penalty(submission.student.id, notebook.score, late)
            notebook.late_submission_penalty = None if cost is None else min(max(cost, 0.0), notebook.score)
