"""Marks as tables: plain CSV, and the column formats that the gradebooks of Canvas and Moodle import.

Canvas matches rows by ``SIS User ID`` and expects a ``Points Possible`` row; Moodle matches by ``ID number``. A cell that a
spreadsheet would take for a formula is kept as text by a leading apostrophe.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from proctor.course.folders import Course, write_whole
from proctor.course.records import Record, records
from proctor.errors import CannotGrade

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def _text(value: str) -> str:
    """A string as a spreadsheet's text, also where it begins like a formula; numbers as they are."""
    return f"'{value}" if FORMULA.match(value) and not NUMBER.fullmatch(value) else value


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def as_csv(assignment: str, found: Sequence[Record]) -> list[list[str]]:
    """One row a student: points by notebook and in all, answers still to be read, whether confined."""
    sheets = [sheet.name for sheet in found[0].sheets] if found else []
    rows = [["student_id", "name", *sheets, "points", "max_points", "to_be_read", "confined"]]
    for record in found:
        points = [_number(sheet.points) for sheet in record.sheets]
        tail = [_number(record.points), _number(record.most), str(record.waiting), "yes" if record.confined else "no"]
        rows.append([record.student, record.name, *points, *tail])
    return rows


def as_canvas(assignment: str, found: Sequence[Record]) -> list[list[str]]:
    """Canvas: Student, ID, SIS User ID, SIS Login ID, Section, then the assignment; the second row holds the points possible."""
    most = _number(max((record.most for record in found), default=0.0))
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment], ["Points Possible", "", "", "", "", most]]
    for record in found:
        rows.append([record.name, "", record.student, record.student, "", _number(record.points)])
    return rows


def as_moodle(assignment: str, found: Sequence[Record]) -> list[list[str]]:
    """Moodle: ID number, the assignment's grade, and a line of feedback."""
    rows = [["ID number", "Full name", assignment, f"{assignment} feedback"]]
    for record in found:
        said = "; ".join(f"{sheet.name}: {_number(sheet.points)} of {_number(sheet.most)}" for sheet in record.sheets)
        rows.append([record.student, record.name, _number(record.points), said])
    return rows


FORMATS = {"csv": as_csv, "canvas": as_canvas, "moodle": as_moodle}


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV, quoted where needed, with the line ends that RFC 4180 asks for."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([_text(cell) for cell in row] for row in rows)
    return stream.getvalue()


def write_export(course: Course, form: str, target: Path) -> int:
    """Write the marks of all graded students; returns how many. Raises CannotGrade for an unknown format or when nobody is graded."""
    if form not in FORMATS:
        raise CannotGrade(f"{form!r} is no format; there are {', '.join(FORMATS)}")
    found = records(course)
    if not found:
        raise CannotGrade(f"nobody is graded yet in {course.autograded}")
    write_whole(target, written(FORMATS[form](course.assignment, found)))
    return len(found)
