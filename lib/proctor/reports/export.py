"""Marks as tables: plain CSV, marks of every question, and gradebook imports.

The imports are those of Canvas and Moodle. Canvas finds a student by ``ID`` (its own number), else
by ``SIS User ID``, and expects a row ``Points Possible``; Moodle finds one by ``ID number`` or
``Email address``. A cell that a spreadsheet would take for a formula is kept as text by a leading
apostrophe. Each format is a plugin of ``nbgrader export`` too.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from traitlets import Bool

from proctor.course.folders import Course, write_whole
from proctor.course.gradebook import penalties_before_marks_go_out, penalty_of
from proctor.course.records import Record, records
from proctor.course.status import GRADED, NOT_GRADED, NOT_HANDED_IN
from proctor.errors import CannotGrade, writing

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
INNER = re.compile(r"(?<=[;\t\r\n])\s*[=+\-@＝＋－＠]")
"""Where a formula begins for a spreadsheet that parts cells at semicolons."""
TO_BE_READ = "to be read"
HOUR = 3600.0

Rows = list[list[str]]


def _text(value: str) -> str:
    """A string as a spreadsheet's text, also where it begins like a formula.

    Numbers stay as they are.
    """
    value = INNER.sub(r"'\g<0>", value)
    return f"'{value}" if FORMULA.match(value) and not NUMBER.fullmatch(value) else value


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _about(record: Record) -> list[str]:
    return [record.student, record.name, record.email, record.lms_id]


def _sheets(found: Sequence[Record]) -> list[str]:
    """The assignment's notebooks, from whoever has them all."""
    return [sheet.name for sheet in max((record.sheets for record in found), key=len, default=[])]


def _most(found: Sequence[Record]) -> float:
    return max((record.most for record in found), default=0.0)


def as_csv(assignment: str, found: Sequence[Record]) -> Rows:
    """One row a student: status, points by notebook and in all, and what a reader should know.

    That is lateness, answers still to be read, and whether the grading was confined. Who handed
    nothing in has 0 points; who could not be graded, or is not graded yet, has none.
    """
    names, most = _sheets(found), _number(_most(found))
    head = ["student_id", "name", "email", "lms_id", "status", *names, "late_hours", "late_penalty"]
    rows = [[*head, "points", "max_points", "to_be_read", "confined"]]
    for record in found:
        points = {sheet.name: _number(sheet.points) for sheet in record.sheets}
        penalty = sum(sheet.penalty for sheet in record.sheets)
        total = _number(record.points) if record.state in {GRADED, NOT_HANDED_IN} else ""
        marks = [*(points.get(name, "") for name in names), _number(record.late / HOUR), _number(penalty), total, most]
        rows.append([*_about(record), record.standing, *marks, str(record.waiting), "yes" if record.confined else "no"])
    return rows


def as_questions(assignment: str, found: Sequence[Record]) -> Rows:
    """One row a student: the points of every graded cell, "to be read" where nobody has read it.

    The second row holds the most. Extra points that a reader gave count with their cell; the
    penalty for lateness has a column of its own.
    """
    cells: dict[tuple[str, str], float] = {}
    for record in found:
        for sheet in record.sheets:
            cells.update({(sheet.name, part.name): part.most for question in sheet.questions for part in question.parts})
    head = ["student_id", "name", "email", "lms_id", "status"]
    most = _number(_most(found))
    rows = [
        [*head, *(f"{sheet}/{name}" for sheet, name in cells), "late_hours", "late_penalty", "points"],
        ["", "most", "", "", "", *(_number(value) for value in cells.values()), "", "", most],
    ]
    for record in found:
        got = {
            (sheet.name, part.name): TO_BE_READ if part.waiting else _number(part.points + part.extra)
            for sheet in record.sheets for question in sheet.questions for part in question.parts
        }
        penalty = sum(sheet.penalty for sheet in record.sheets)
        total = _number(record.points) if record.sheets else ""
        marks = [*(got.get(cell, "") for cell in cells), _number(record.late / HOUR), _number(penalty), total]
        rows.append([*_about(record), record.standing, *marks])
    return rows


def as_canvas(assignment: str, found: Sequence[Record]) -> Rows:
    """Canvas: Student, ID, SIS User ID, SIS Login ID, Section, then the assignment.

    The second row holds the points possible.
    """
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
        ["Points Possible", "", "", "", "", _number(_most(found))],
    ]
    return rows + [[record.name, record.lms_id, record.student, record.student, "", _total(record)] for record in found]


def as_moodle(assignment: str, found: Sequence[Record]) -> Rows:
    """Moodle: ID number, e-mail, the assignment's grade, and a line of feedback."""
    rows = [["ID number", "Full name", "Email address", assignment, f"{assignment} feedback"]]
    for record in found:
        said = "; ".join(f"{sheet.name}: {_number(sheet.points)} of {_number(sheet.most)}" for sheet in record.sheets)
        rows.append([record.student, record.name, record.email, _total(record), said or record.state])
    return rows


def _total(record: Record) -> str:
    """A student's points; "" where there is no grade, so that an import changes nothing."""
    return _number(record.points) if record.state == GRADED and record.sheets else ""


FORMATS: dict[str, Callable[[str, Sequence[Record]], Rows]] = {
    "csv": as_csv, "questions": as_questions, "canvas": as_canvas, "moodle": as_moodle,
}
FINAL = {"canvas", "moodle"}
"""Formats that a platform takes for final marks."""


def table(form: str, assignment: str, found: Sequence[Record], *, partial: bool = False) -> Rows:
    """The rows of a format.

    In those that a platform imports, a student has no mark who has answers to be read, or handed in
    again since the grading, unless ``partial``.
    """
    rows = FORMATS[form](assignment, found)
    if form in FINAL and not partial:
        place = rows[0].index(assignment)
        for row, record in zip(rows[-len(found) :], found, strict=True):
            row[place] = "" if record.waiting or record.again else row[place]
            row[place + 1 :] = [NOT_GRADED if record.again else said for said in row[place + 1 :]]
    return rows


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV, quoted where needed, with the line ends that RFC 4180 asks for."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([_text(cell) for cell in row] for row in rows)
    return stream.getvalue()


def write_export(course: Course, form: str, target: Path, *, partial: bool = False) -> list[Record]:
    """Write the marks of everybody on the roster and everybody who handed in; returns them.

    Raises CannotGrade for an unknown format or when nobody is graded.
    """
    if form not in FORMATS:
        raise CannotGrade(f"{form!r} is not a format; the formats are {', '.join(FORMATS)}")
    found = records(course, everyone=True)
    if not any(record.sheets for record in found):
        raise CannotGrade(f"nobody is graded yet in {course.autograded}; grade with: proctor grade {course.assignment}")
    with writing(target):
        write_whole(target, written(table(form, course.assignment, found, partial=partial)))
    return found


def about_unread(found: Sequence[Record], form: str, *, partial: bool) -> str:
    """What an instructor should know before a table is taken for final marks.

    It is "" when everything is read.
    """
    unread = [record.student for record in found if record.waiting]
    if not unread:
        return ""
    if form in FINAL and not partial:
        return f"answers of {', '.join(unread)} are still to be read; their marks are left out (--partial to write what there is)"
    return f"answers of {', '.join(unread)} are still to be read; they count 0 so far"


def about_stale(found: Sequence[Record], assignment: str, *, left_out: bool = False) -> str:
    """What an instructor should know about marks of submissions that were handed in again since.

    It is "" when there are none. ``left_out`` says that a table has no mark for them.
    """
    stale = [record.student for record in found if record.again]
    if not stale:
        return ""
    marks = "their marks are left out (--partial to write those of before)" if left_out else "marks are those of before"
    return f"handed in again and not graded since: {', '.join(stale)}; {marks}. Grade with: proctor grade {assignment}"


def cautions(found: Sequence[Record], form: str, assignment: str, *, partial: bool) -> list[str]:
    """All that an instructor should know before a table is taken for final marks."""
    stale = about_stale(found, assignment, left_out=form in FINAL and not partial)
    return [said for said in (stale, about_unread(found, form, partial=partial)) if said]


class Export(ExportPlugin):
    """Marks of one assignment in a format of proctor's.

    ``--assignment`` names it where the gradebook has several.
    """

    form = "csv"
    partial = Bool(False, help="Write marks of students with answers still to be read, which count 0.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to ``to``, or into the course's report folder.

        The file there is report/<assignment>-grades-<format>.csv.
        """
        names = [str(name) for name in self.assignment] or [assignment.name for assignment in gradebook.assignments]
        if self.to and len(names) > 1:
            raise CannotGrade(f"one file holds one assignment; name it with --assignment: {', '.join(names)}")
        for name in names:
            course = Course.of(CourseDirectory(parent=self), name)
            for student, why in penalties_before_marks_go_out(course, penalty_of(parent=self)).items():
                self.log.error("the late penalty of %s is as it was: %s", student, why)
            target = Path(self.to) if self.to else target_of(course, self.form)
            found = write_export(course, self.form, target, partial=self.partial)
            for said in cautions(found, self.form, name, partial=self.partial):
                self.log.warning(said)
            self.log.info("%d students in %s", len(found), target)


def target_of(course: Course, form: str) -> Path:
    """Where a table of an assignment is written when nothing else is said."""
    return course.report / f"{course.assignment}-grades-{form}.csv"


class Csv(Export):
    """Marks by notebook, with status and lateness."""


class Questions(Export):
    """Marks of every question."""

    form = "questions"


class Canvas(Export):
    """What Canvas's gradebook imports."""

    form = "canvas"


class Moodle(Export):
    """What Moodle's gradebook imports."""

    form = "moodle"
