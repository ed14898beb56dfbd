"""Grades that are put right: a trial says who changes and touches nothing.

Applied, just these change, once, whatever is killed.
"""

import csv
import io
import shlex
import shutil
from pathlib import Path

import nbformat
import pytest
from proctor import cli
from proctor.batch.progress import Progress
from proctor.batch.regrade import Options, check_cells, regrade
from proctor.course import saving
from proctor.course.gradebook import save_grades
from proctor.course.history import lines
from proctor.course.regrading import Wishes, cell_names
from proctor.course.results import read_result, write_result
from proctor.errors import CannotGrade
from proctor.reports import feedback
from proctor.reports.regrade import write_regrading
from proctor.settings import Settings

from tests.marks import with_long
from tests.proctor.making import source_notebook, write
from tests.proctor.toy_class import CLASS, POINTS, course_at, everything, grade, place, points

QUICK = Settings(cell_timeout=5.0)
RIGHT = {"ada", "crash", "wrong", "zoe"}
"""Who has the answer that a faulty test refuses."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "grading.md"
SHOWN = [line.split("   #")[0].strip() for line in PAGE.read_text().splitlines() if line.startswith("    proctor regrade")]
"""The commands that the documentation shows."""


@pytest.fixture(scope="module")
def faulty_course(fresh_course, tmp_path_factory):
    """The class graded with a test that refuses the right answer."""
    root = tmp_path_factory.mktemp("faulty") / "toys"
    shutil.copytree(fresh_course, root)
    place(root)
    source = source_notebook()
    source.cells[9].source = "assert answer == 43, 'not the answer'"
    write(source, root / "source" / "toys" / "toys.ipynb")
    grade(root, workers=2)
    feedback.write_all(course_at(root))
    return root


@pytest.fixture
def faulty(faulty_course, tmp_path):
    shutil.copytree(faulty_course, tmp_path / "faulty")
    place(tmp_path / "faulty")
    return tmp_path / "faulty"


def mend(root):
    write(source_notebook(), root / "source" / "toys" / "toys.ipynb")


def again(root, wishes=None, students=(), penalty=None, **options):
    quiet = Progress(0, stream=io.StringIO())
    how = Options(**options)
    return regrade(course_at(root), QUICK, wishes or Wishes(), how, students=students, workers=2, penalty=penalty, progress=quiet)


def totals(found):
    return {one.student: (one.old_total, one.new_total) for one in found.students}


def less(values, names, amount):
    return {student: value - amount * (student in names) for student, value in values.items()}


def test_a_mended_test_changes_just_the_predicted_students(faulty):
    course = course_at(faulty)
    assert points(faulty) == less(POINTS, RIGHT, 1)
    mend(faulty)
    before = everything(faulty)
    found = again(faulty)
    page, table = write_regrading(course, found)
    assert {one.student for one in found.students} == RIGHT
    assert totals(found) == {student: (POINTS[student] - 1, POINTS[student]) for student in RIGHT}
    assert all([(cell.cell, cell.old, cell.new, cell.old_message) for cell in one.cells] == [("test_answer", 0, 1, "not the answer")]
               for one in found.students)
    assert found.losers == []
    assert (sum(found.old_totals.values()), sum(found.new_totals.values())) == (12, 16)
    text = page.read_text()
    assert "This is a trial" in text
    assert "2.40 → 3.20" in text
    listed = list(csv.DictReader(table.open(newline="")))
    assert {row["student_id"] for row in listed} == RIGHT
    for path in (page, table):
        path.unlink()
    assert everything(faulty) == before

    applied = again(faulty, apply=True, why="the test asked for 43")
    assert totals(applied) == totals(found)
    assert points(faulty) == POINTS
    assert "was touched" not in write_regrading(course, applied)[0].read_text()
    feedback.write_all(course)
    for student in CLASS:
        page = (faulty / "feedback" / student / "toys" / "feedback.html").read_text()
        assert ("were corrected on" in page) == (student in RIGHT)
        journal = lines(read_result(course, student))
        assert len(journal) == (student in RIGHT)
        assert all("toys/toys/test_answer  0 -> 1  (regraded: the test asked for 43)" in line for line in journal)

    settled = everything(faulty)
    twice = again(faulty, apply=True)
    assert (twice.students, len(twice.new_totals)) == ([], len(CLASS))
    assert grade(faulty).graded == []
    assert everything(faulty) == settled


@pytest.mark.parametrize("place_of_death", with_long(["gradebook", "record"], ["record"]))
def test_killed_in_the_middle_and_started_again_it_ends_the_same(faulty, monkeypatch, place_of_death):
    mend(faulty)
    real, saved = (save_grades, write_result)[place_of_death == "record"], []

    def die_at_the_third(*arguments, **options):
        saved.append(1)
        if len(saved) == 3:
            raise SystemExit("killed")
        return real(*arguments, **options)

    monkeypatch.setattr(saving, "save_grades" if place_of_death == "gradebook" else "write_result", die_at_the_third)
    with pytest.raises(SystemExit):
        again(faulty, apply=True)
    monkeypatch.undo()
    rest = again(faulty, apply=True)
    assert 0 < len(rest.students) < len(RIGHT) + 1
    assert all(new - old == 1 for old, new in totals(rest).values())
    assert points(faulty) == POINTS
    assert {student: len(read_result(course_at(faulty), student).history) for student in CLASS} == {
        student: int(student in RIGHT) for student in CLASS
    }


def test_only_some_cells_and_nobody_lower(faulty):
    source = source_notebook()
    source.cells[6].source = "assert shift([1]) == [1]"  # right for zoe alone
    write(source, faulty / "source" / "toys" / "toys.ipynb")
    every = again(faulty)
    assert {one.student for one in every.losers} == {"ada", "crash", "wrong"}
    kept = again(faulty, never_lower=True)
    assert (kept.losers, totals(kept)["zoe"], totals(kept)["ada"]) == ([], (3, 6), (5, 6))
    one = again(faulty, only=frozenset({"test_answer"}), apply=True, students=["ada", "zoe"])
    assert totals(one) == {"ada": (5, 6), "zoe": (3, 4)}
    assert points(faulty) == {**less(POINTS, RIGHT, 1), "ada": 6, "zoe": 4}
    assert again(faulty, only=frozenset({"test_answer"}), apply=True, students=["ada", "zoe"]).students == []
    shown = nbformat.read(faulty / "autograded" / "ada" / "toys" / "toys.ipynb", as_version=4)
    assert [cell.metadata.proctor.points for cell in shown.cells if "points" in cell.metadata.get("proctor", {})] == [3, 2, 1]
    with pytest.raises(CannotGrade, match="no graded cell 'test_none'"):
        check_cells(course_at(faulty), ["test_none"])


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(points={"test_double": 0.0}), {"ada": 3, "blank": 0, "crash": 3, "wrong": 3, "zoe": 1}),
        (Wishes(points={"test_double": 5.0}), {"ada": 8, "blank": 0, "crash": 3, "wrong": 3, "zoe": 6}),
        (Wishes(full=frozenset({"test_double"})), {"ada": 6, "blank": 3, "crash": 6, "wrong": 6, "zoe": 4}),
        (Wishes(accept=(("test_double", "assert double(2) == 4"),)), {"ada": 6, "blank": 0, "crash": 3, "wrong": 6, "zoe": 4}),
    ],
    ids=["void", "points", "full", "accept"],
)
def test_decisions_about_a_question_go_through_the_same_diff(graded, wishes, expected):
    course = course_at(graded)
    trial = again(graded, wishes)
    changed = {student: (POINTS[student], value) for student, value in expected.items() if value != POINTS[student]}
    assert totals(trial) == changed
    assert points(graded) == POINTS
    assert not course.adjustments.exists()
    applied = again(graded, wishes, apply=True)
    assert totals(applied) == changed
    assert points(graded) == expected
    assert again(graded, wishes, apply=True).students == []
    assert grade(graded).graded == []
    with course.gradebook() as gradebook:
        most = gradebook.find_graded_cell("test_double", "toys", "toys").max_score
    assert most == dict(wishes.points).get("test_double", 3)


def test_wishes_that_cannot_be_are_told(graded):
    with pytest.raises(CannotGrade, match="no graded cell 'test_treble'; there are test_answer, test_double"):
        again(graded, Wishes(points={"test_treble": 1.0}))
    with pytest.raises(CannotGrade, match="'why' is marked by hand"):
        again(graded, Wishes(full=frozenset({"why"})))


def test_marks_by_hand_stay_and_are_told_and_new_submissions_are_left_out(faulty):
    with course_at(faulty).gradebook() as gradebook:
        gradebook.find_grade("test_answer", "toys", "toys", "ada").manual_score = 0.5
        gradebook.db.commit()
    write(CLASS["ada"], faulty / "submitted" / "zoe" / "toys" / "toys.ipynb")
    write(CLASS["ada"], faulty / "submitted" / "new" / "toys" / "toys.ipynb")
    mend(faulty)
    late = lambda student, score, seconds: 1.0  # noqa: E731
    with course_at(faulty).gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 12:00:00 UTC")
    found = again(faulty, apply=True, penalty=late)
    assert found.left_out == ["new", "zoe"]
    assert totals(found) == {"ada": (4.5, 4.5), "crash": (1, 2), "wrong": (1, 2)}
    assert [cell.overridden for one in found.students for cell in one.cells] == [True, False, False]
    assert sorted(cell_names(course_at(faulty)).values()) == ["test_answer", "test_double", "test_shift", "why"]


def test_the_commands_that_the_documentation_shows_do_what_they_say(graded, monkeypatch, capsys):
    monkeypatch.chdir(graded)
    said = {}
    for shown in SHOWN:
        words = shlex.split(shown.replace("phase6", "toys").replace("test_ledger_2", "test_answer"))
        assert cli.main([*words[1:], "--workers", "2"]) == 0, shown
        said[shlex.join(words[3:])] = capsys.readouterr().out.splitlines()[:-1]
    four = ["ada", "crash", "wrong", "zoe"]
    assert said == {
        "": [], "--apply": [], "--accept test_answer 'assert answer == 43'": [], "--full test_answer": ["blank: 0 -> 1"],
        "--void test_answer": [f"{student}: {POINTS[student]} -> {POINTS[student] - 1}" for student in four],
        "--points test_answer 3": [f"{student}: {POINTS[student]} -> {POINTS[student] + 2}" for student in four],
    }
    assert len(SHOWN) == 6
    assert points(graded) == POINTS
