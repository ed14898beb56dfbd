"""The page and the table of a regrading.

Who changes, by how much, on which cell, and who would lose.
"""

from pathlib import Path
from statistics import mean

from proctor.course.folders import Course, write_whole
from proctor.course.regrading import Regrading
from proctor.errors import writing
from proctor.reports.export import written
from proctor.reports.feedback import environment


def rows(found: Regrading) -> list[list[str]]:
    """One row for each cell that changes, with the student's totals."""
    head = ["student_id", "name", "notebook", "cell", "old_points", "new_points", "old_message", "new_message", "marked_by_hand"]
    table = [[*head, "old_total", "new_total"]]
    for student in found.students:
        for cell in student.cells:
            table.append([
                student.student,
                student.name,
                cell.notebook,
                cell.cell,
                f"{cell.old:g}",
                f"{cell.new:g}",
                cell.old_message,
                cell.new_message,
                "yes" if cell.overridden else "no",
                f"{student.old_total:g}",
                f"{student.new_total:g}",
            ])
    return table


def page(found: Regrading) -> str:
    """The page as HTML."""
    means = [mean(totals.values()) if totals else None for totals in (found.old_totals, found.new_totals)]
    template = environment().get_template("regrade.html")
    return template.render(found=found, old_mean=means[0], new_mean=means[1])


def write_regrading(course: Course, found: Regrading) -> tuple[Path, Path]:
    """Write report/<assignment>-regrade.html and .csv; returns both paths."""
    target = course.report / f"{course.assignment}-regrade.html"
    table = target.with_suffix(".csv")
    with writing(course.report):
        write_whole(target, page(found))
        write_whole(table, written(rows(found)))
    return target, table
