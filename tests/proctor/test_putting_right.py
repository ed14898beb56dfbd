"""What was decided about grades holds, and does what it says, whatever is graded later."""

import csv
import re
import shutil

import nbformat
import pytest
from nbgrader.api import MissingEntry
from proctor import cli
from proctor.batch.regrade import check_cells
from proctor.course.history import lines
from proctor.course.regrading import Wishes, wished_sources
from proctor.course.results import read_result
from proctor.errors import CannotGrade
from proctor.grading.adjustments import Adjustment, read_adjustments
from proctor.reports.regrade import write_regrading

from tests.proctor.making import right, source_notebook, write
from tests.proctor.test_regrade import again, totals
from tests.proctor.toy_class import CLASS, POINTS, command, course_at, grade, points

LENIENT = "assert shift([1]) == [1]"
"""A test that zoe alone passes, whose shift does nothing."""


def edit(root, cell, source):
    """Write another test into the source."""
    notebook = nbformat.read(root / "source" / "toys" / "toys.ipynb", as_version=4)
    next(one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == cell).source = source
    write(notebook, root / "source" / "toys" / "toys.ipynb")


def some(root, *names):
    """Take the others off the class, so that a test is quick."""
    for student in set(CLASS) - set(names):
        shutil.rmtree(root / "submitted" / student)


def journal(root, student="ada"):
    return lines(read_result(course_at(root), student))


def mark(root, student, cell, value):
    with course_at(root).gradebook() as gradebook:
        found = gradebook.find_grade(cell, "toys", "toys", student)
        found.manual_score, found.needs_manual_grade = value, False
        gradebook.db.commit()


def marked(root, student, cell):
    with course_at(root).gradebook() as gradebook:
        return gradebook.find_grade(cell, "toys", "toys", student).manual_score


def kept(root, student="ada"):
    return read_result(course_at(root), student).notebooks[0].kept


def test_what_nobody_lost_is_kept_by_later_decisions_and_gradings(graded):
    some(graded, "ada", "zoe")
    edit(graded, "test_shift", LENIENT)
    again(graded, never_lower=True, apply=True)
    lenient = {"ada": 6, "zoe": 6}
    held = lambda: {student: points(graded)[student] for student in lenient}  # noqa: E731
    assert (held(), journal(graded)) == (lenient, [])
    assert again(graded, Wishes(full=frozenset({"test_answer"})), apply=True).students == []
    assert grade(graded, force=True).failed == {}
    assert (held(), journal(graded), kept(graded)) == (lenient, [], {"test_shift": "at least"})
    command(graded, "nbgrader", "autograde", "toys", "--student", "ada", "--force")
    assert (held(), journal(graded), kept(graded)) == (lenient, [], {"test_shift": "at least"})
    shown = nbformat.read(graded / "autograded" / "ada" / "toys" / "toys.ipynb", as_version=4)
    assert [cell.metadata.proctor.points for cell in shown.cells if "points" in cell.metadata.get("proctor", {})] == [3, 2, 1]
    assert grade(graded).graded == []

    edit(graded, "test_shift", LENIENT + "\nassert True")
    told = again(graded)
    assert (told.students, told.kept) == ([], {"toys/test_shift": ["ada"]})
    named = again(graded, only=frozenset({"test_shift"}), apply=True)
    assert (totals(named), kept(graded)) == ({"ada": (6, 4)}, {})


def test_what_was_kept_ends_with_a_new_submission_or_when_it_is_named(graded):
    some(graded, "ada", "zoe")
    edit(graded, "test_shift", LENIENT)
    again(graded, never_lower=True, apply=True)
    assert totals(again(graded, only=frozenset({"toys/test_shift"}))) == {"ada": (6, 4)}
    assert again(graded, only=frozenset({"test_shift"}), never_lower=True, apply=True).students == []
    assert kept(graded) == {"test_shift": "at least"}
    write(right(answer="answer = 40 + 2"), graded / "submitted" / "ada" / "toys" / "toys.ipynb")
    grade(graded)
    assert (points(graded)["ada"], kept(graded)) == (4, {})


def test_cells_that_were_left_as_graded_stay_so(graded):
    some(graded, "ada", "zoe")
    edit(graded, "test_shift", LENIENT)
    edit(graded, "test_answer", "assert answer == 43")
    again(graded, only=frozenset({"test_answer"}), apply=True)
    grade(graded, force=True)
    assert {student: points(graded)[student] for student in ("ada", "zoe")} == {"ada": 5, "zoe": 3}


def test_a_decision_touches_its_own_cell_and_leaves_a_mended_test_to_later(graded):
    some(graded, "ada", "zoe")
    edit(graded, "test_shift", LENIENT)
    decided = Wishes(points={"test_double": 5.0})
    for apply in (False, True):
        assert totals(again(graded, decided, apply=apply)) == {"ada": (6, 8), "zoe": (4, 6)}
    assert [line.split("  ")[1] for line in journal(graded)] == ["toys/toys/test_double"]
    assert again(graded, decided, apply=True).students == []
    assert totals(again(graded, apply=True)) == {"ada": (8, 6), "zoe": (6, 8)}
    assert grade(graded).graded == []


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(points={"test_double": 0.0}), Wishes(full=frozenset({"test_double"})),
        Wishes(accept=(("test_double", "assert True"),)),
    ],
)
def test_a_decision_is_for_the_whole_class(graded, wishes):
    with pytest.raises(CannotGrade, match=r"about test_double .* is about the whole class, not ada; leave out --student"):
        again(graded, wishes, students=["ada"], apply=True)
    assert points(graded) == POINTS


def test_who_is_not_in_the_gradebook_stops_nobody(graded):
    some(graded, "ada", "zoe", "wrong")
    with course_at(graded).gradebook() as gradebook:
        gradebook.remove_student("zoe")
        gradebook.remove_submission("toys", "wrong")
        with pytest.raises(MissingEntry):
            gradebook.find_student("zoe")
    edit(graded, "test_shift", LENIENT)
    for apply in (False, True):
        found = again(graded, apply=apply)
        assert totals(found) == {"ada": (6, 4)}
        assert set(found.failed) == {"wrong", "zoe"}
        assert "remove that folder, or add the student (nbgrader db student add zoe)" in found.failed["zoe"]
        assert "proctor grade toys --student wrong" in found.failed["wrong"]


@pytest.mark.parametrize("edited", [True, False])
def test_a_rule_for_lateness_that_fails_for_one_stops_nobody(graded, edited):
    some(graded, "ada", "zoe")
    with course_at(graded).gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 12:00:00 UTC")

    def rule(student, score, late):
        return {"ada": 1.0}[student]

    if edited:
        edit(graded, "test_shift", LENIENT)
    found = again(graded, penalty=rule, apply=True)
    assert (totals(found), found.new_totals["ada"]) == ({"ada": (5, 3)} if edited else {}, 3 if edited else 5)
    assert list(found.failed) == ["zoe"]
    assert "the rule for late penalties failed for zoe (KeyError: 'zoe')" in found.failed["zoe"]
    assert points(graded)["zoe"] == POINTS["zoe"]


def test_a_void_cell_takes_marks_by_hand_with_it(graded):
    some(graded, "wrong", "ada")
    mark(graded, "wrong", "test_double", 2.0)
    wishes = Wishes(points={"test_double": 0.0})
    for apply in (False, True):
        found = again(graded, wishes, apply=apply)
        assert totals(found) == {"ada": (6, 3), "wrong": (5, 3)}
    assert marked(graded, "wrong", "test_double") is None
    assert "toys/toys/test_double  2 -> 0  (regraded: test_double is void)" in journal(graded, "wrong")[-1]
    assert again(graded, wishes, apply=True).students == []
    _, table = write_regrading(course_at(graded), found)
    rows = {row["student_id"]: row["old_message"] for row in csv.DictReader(table.open(newline=""))}
    assert rows == {"ada": "", "wrong": "Marked by hand."}


def test_marks_by_hand_change_in_proportion(graded):
    some(graded, "ada", "zoe")
    mark(graded, "zoe", "test_double", 1.5)
    mark(graded, "ada", "why", 1.0)
    wishes = Wishes(points={"test_double": 6.0, "why": 4.0})
    found = again(graded, wishes, apply=True)
    assert totals(found) == {"ada": (7, 11), "zoe": (2.5, 4)}
    assert (marked(graded, "zoe", "test_double"), marked(graded, "ada", "why")) == (3, 2)


def test_points_of_a_test_that_ends_in_a_number_change_in_proportion(graded):
    some(graded, "ada", "wrong", "zoe")
    edit(graded, "test_double", "1.5 * (double(2) == 4) + 1.5 * (double(3) == 6)")
    grade(graded)
    before = {"ada": 3, "wrong": 1.5, "zoe": 3}
    for wanted in (6.0, 0.0, 6.0):
        again(graded, Wishes(points={"test_double": wanted}), apply=True)
        found = {student: read_result(course_at(graded), student).notebooks[0].verdict("test_double") for student in before}
        assert {student: one.points for student, one in found.items()} == {s: value * wanted / 3 for s, value in before.items()}
        assert {one.most for one in found.values()} == {wanted}
        assert grade(graded, students=list(before)).graded == []
    assert found["wrong"].message == "3 of 6 points."
    assert read_adjustments(course_at(graded).adjustments) == {"test_double": Adjustment(out_of=3.0, points=6.0)}


def test_everybody_who_handed_in_gets_full_points_whatever_the_file(graded):
    some(graded, "ada")
    (graded / "submitted" / "bad" / "toys").mkdir(parents=True)
    (graded / "submitted" / "bad" / "toys" / "toys.ipynb").write_text('{"cells": [')
    (graded / "submitted" / "none" / "toys").mkdir(parents=True)
    grade(graded)
    again(graded, Wishes(full=frozenset({"test_double"})), apply=True)
    assert {student: points(graded)[student] for student in ("ada", "bad", "none")} == {"ada": 6, "bad": 3, "none": 0}
    shown = nbformat.read(graded / "autograded" / "bad" / "toys" / "toys.ipynb", as_version=4)
    assert [cell for cell in shown.cells if "adjustment" in cell.metadata] == []
    command(graded, "nbgrader", "autograde", "toys", "--student", "bad", "--force")
    assert points(graded)["bad"] == 3


@pytest.fixture
def twice(root):
    """Two notebooks with the same names of cells."""
    some(root, "ada", "zoe")
    write(source_notebook(), root / "source" / "toys" / "more.ipynb")
    for student in ("ada", "zoe"):
        write(right(double="def double(x):\n    return x + 2"), root / "submitted" / student / "toys" / "more.ipynb")
    command(root, "nbgrader", "generate_assignment", "toys", "--force")
    grade(root, workers=2)
    return root


def test_a_name_that_two_notebooks_have_is_told_with_the_notebook(twice):
    said = r"several notebooks have .* 'test_double'; name one of more/test_double, toys/test_double"
    for wishes in (
        Wishes(points={"test_double": 0.0}), Wishes(full=frozenset({"test_double"})), Wishes(accept=(("test_double", "assert True"),))
    ):
        with pytest.raises(CannotGrade, match=said):
            again(twice, wishes)
    with pytest.raises(CannotGrade, match="several notebooks"):
        check_cells(course_at(twice), ["test_double"])
    with pytest.raises(CannotGrade, match="there is no graded cell 'less/test_double'"):
        check_cells(course_at(twice), ["less/test_double"])
    assert totals(again(twice, Wishes(full=frozenset({"more/test_double"})))) == {"ada": (9, 12), "zoe": (7, 10)}
    assert totals(again(twice, Wishes(accept=(("more/test_double", "assert True"),)))) == {"ada": (9, 12), "zoe": (7, 10)}
    assert list(wished_sources(course_at(twice), Wishes(points={"toys/test_double": 0.0}))) == ["toys"]
    found = again(twice, Wishes(points={"toys/test_double": 0.0}), apply=True)
    assert totals(found) == {"ada": (9, 6), "zoe": (7, 4)}
    assert grade(twice).graded == []


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("assert answer ==", "is no Python, line 1: .*'assert answer =='"), ("x = 1\nif x\n", "line 2: .*'if x'"),
        ("", "is empty"), ("# later\n", "is empty"), ("nofile.py", r"nofile\.py cannot be read \(No such file"),
        ("latin.py", r"latin\.py cannot be read"),
    ],
)
def test_a_further_test_that_cannot_be_is_told_before_anything_is_done(graded, monkeypatch, capsys, test, said):
    (graded / "latin.py").write_bytes(b"# \xe9\n")
    monkeypatch.chdir(graded)
    assert cli.main(["regrade", "toys", "--accept", "test_answer", test, "--workers", "1", "--apply"]) == 2
    told = capsys.readouterr().err
    assert re.search(said, told), told
    assert not course_at(graded).adjustments.exists()


def test_who_is_left_out_of_a_regrading_is_told(graded, monkeypatch, capsys):
    write(right(shift="def shift(values, by=1):\n    return 3"), graded / "submitted" / "zoe" / "toys" / "toys.ipynb")
    monkeypatch.chdir(graded)
    assert cli.main(["regrade", "toys", "--student", "zoe", "--workers", "1"]) == 0
    assert "left out: zoe (never graded, or handed in again since; for them: proctor grade toys)" in capsys.readouterr().err
