"""Cells that were added, removed or renamed when there are submissions: nothing is lost."""

import nbformat
import pytest
from proctor.course.consistency import need_same_cells
from proctor.errors import CannotGrade

from tests import commands
from tests.marks import with_long
from tests.proctor.making import graded as cell_with_points
from tests.proctor.making import locked, source_notebook, write
from tests.proctor.test_putting_right import mark, marked, some
from tests.proctor.toy_class import command, course_at, grade, points

GENERATE = ("nbgrader", "generate_assignment", "toys", "--force")
CHANGES = {
    "renamed": (lambda cells: cells[10].metadata.nbgrader.update(grade_id="reason"), "'reason' of toys is not in the"),
    "removed": (lambda cells: cells.pop(6), "graded cell 'test_shift' of toys is no longer in the source"),
    "added": (lambda cells: cells.append(cell_with_points("test_more", "assert answer", 1)), "graded cell 'test_more' of"),
    "locked": (lambda cells: cells.append(locked("more", "x = 1")), "locked cell 'more' of toys is not in the gradebook"),
    "unlocked": (lambda cells: cells.pop(1), "locked cell 'preamble' of toys is no longer in the source"),
}


def changed(root, how):
    source = source_notebook()
    CHANGES[how][0](source.cells)
    write(source, root / "source" / "toys" / "toys.ipynb")


@pytest.mark.parametrize("how", with_long(CHANGES, set(CHANGES) - {"renamed", "unlocked"}))
def test_generating_stops_before_the_release_is_removed(graded, how):
    changed(graded, how)
    before = (graded / "release" / "toys" / "toys.ipynb").read_text()
    done = commands.run(*GENERATE, cwd=graded)
    assert done.returncode != 0
    assert CHANGES[how][1] in done.stderr
    assert "nbgrader db assignment remove toys --force" in done.stderr
    assert "Traceback" not in done.stderr
    assert (graded / "release" / "toys" / "toys.ipynb").read_text() == before
    if "lock" not in how:
        with pytest.raises(CannotGrade, match=r"(?s)With submissions in the gradebook.*nbgrader db assignment remove toys --force"):
            grade(graded)


def test_a_notebook_more_or_less_is_told_as_well(graded):
    write(source_notebook(), graded / "source" / "toys" / "more.ipynb")
    assert "notebook more is not in the gradebook" in commands.run(*GENERATE, cwd=graded).stderr
    (graded / "source" / "toys" / "toys.ipynb").unlink()
    with course_at(graded).gradebook() as gradebook, pytest.raises(CannotGrade, match="notebook toys is no longer in the source"):
        need_same_cells(course_at(graded), gradebook)
    assert (graded / "release" / "toys" / "toys.ipynb").is_file()


@pytest.mark.long
@pytest.mark.parametrize("how", ["renamed", "added", "removed"])
def test_the_commands_that_begin_anew_work(graded, how):
    some(graded, "ada", "zoe")
    changed(graded, how)
    told = commands.run(*GENERATE, cwd=graded).stderr
    named = [words for line in told.splitlines() if (words := line.split())[:1] in (["nbgrader"], ["proctor"])]
    assert len(named) == 3
    for words in named:
        command(graded, *words)
    assert points(graded)["ada"] == {"renamed": 6, "added": 7, "removed": 4}[how]
    assert grade(graded).graded == []


def test_keeping_to_the_cells_keeps_marks_by_hand(graded):
    """As the message says: a new test goes into a cell that is there; one to go counts nothing."""
    some(graded, "ada", "zoe")
    mark(graded, "ada", "why", 2.0)
    source = nbformat.read(graded / "source" / "toys" / "toys.ipynb", as_version=4)
    source.cells[9].source += "\nassert double(5) == 10"
    write(source, graded / "source" / "toys" / "toys.ipynb")
    command(graded, *GENERATE)
    command(graded, "proctor", "grade", "toys", "--workers", "1")
    command(graded, "proctor", "regrade", "toys", "--void", "test_shift", "--apply", "--workers", "1")
    assert (points(graded)["ada"], marked(graded, "ada", "why")) == (4, 2)


def test_points_alone_are_brought_together_by_generating(graded):
    source = source_notebook()
    source.cells[4].metadata.nbgrader.update(points=5)
    write(source, graded / "source" / "toys" / "toys.ipynb")
    with pytest.raises(CannotGrade, match="Bring them together with: nbgrader generate_assignment toys --force"):
        grade(graded)
    command(graded, *GENERATE)
    assert (graded / "release" / "toys" / "toys.ipynb").is_file()
