"""One store of results.

Whoever graded, the same records, and what people decided survives every grading.
"""

import datetime
import io
import json
import shutil
from dataclasses import asdict

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from proctor.batch.progress import Progress
from proctor.batch.schedule import run
from proctor.course.records import records
from proctor.course.results import NotebookResult, ResultRecord, read_result
from proctor.course.status import FAILED, GRADED, NOT_GRADED, NOT_HANDED_IN, STALE, WAITING, statuses
from proctor.errors import CannotGrade
from proctor.grading.submission import read_submission
from proctor.settings import Settings

from tests import commands
from tests.marks import with_long
from tests.proctor.making import released, right, source_notebook, write
from tests.proctor.toy_class import CLASS, POINTS, command, course_at, grade, points

QUICK = Settings(cell_timeout=5.0)


def without_times(record):
    """A record without what no two gradings share."""
    found = json.loads(json.dumps(asdict(record)))
    found["seconds"] = 0
    for notebook in found["notebooks"]:
        for verdict in notebook["verdicts"]:
            verdict["seconds"] = 0
    return found


def hand_in(root, student, notebook, name="toys.ipynb", stamp="2026-01-15 12:00:00 UTC"):
    folder = root / "submitted" / student / "toys"
    write(notebook, folder / name)
    (folder / "timestamp.txt").write_text(stamp)


def interface(root, monkeypatch):
    from nbgrader.apps.baseapp import NbGrader
    from nbgrader.coursedir import CourseDirectory

    monkeypatch.chdir(root)
    app = NbGrader()
    app.load_config_file()
    return NbGraderAPI(CourseDirectory(config=app.config), config=app.config)


def states(root):
    course = course_at(root)
    with course.gradebook() as gradebook:
        return {one.student: one for one in statuses(course, QUICK, gradebook)}


def mark(root, student, cell, points, needs=False):
    with course_at(root).gradebook() as gradebook:
        grade = gradebook.find_grade(cell, "toys", "toys", student)
        grade.manual_score, grade.needs_manual_grade = points, needs
        gradebook.db.commit()


def row(root, student, cell):
    with course_at(root).gradebook() as gradebook:
        grade = gradebook.find_grade(cell, "toys", "toys", student)
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::UserWarning")
def test_whoever_graded_the_same_record_is_written(root, graded, monkeypatch):
    course, other = course_at(root), course_at(graded)
    command(root, "nbgrader", "autograde", "toys", "--student", "ada")
    outcome = interface(root, monkeypatch).autograde("toys", "zoe")
    assert outcome["success"], outcome
    for student in ("ada", "zoe"):
        assert without_times(read_result(course, student)) == without_times(read_result(other, student))
    assert sorted(record.student for record in records(course)) == ["ada", "zoe"]
    done = command(root, "proctor", "grade", "toys")
    assert f"{len(CLASS) - 2} graded, 2 unchanged" in done.stdout
    assert points(root) == POINTS
    command(root, "proctor", "feedback", "toys")
    command(root, "proctor", "report", "toys")
    command(root, "proctor", "export", "toys")
    for student in CLASS:
        assert (root / "feedback" / student / "toys" / "feedback.html").is_file()
    rows = (root / "report" / "toys-grades-csv.csv").read_text()
    assert all(student in rows for student in CLASS)


def test_nbgrader_gives_notebooks_that_are_missing_a_record(root):
    source = source_notebook()
    source.cells[0].source = "# More toys"
    write(source, root / "source" / "toys" / "more.ipynb")
    command(root, "nbgrader", "generate_assignment", "toys", "--force")
    command(root, "nbgrader", "autograde", "toys", "--student", "ada")
    record = read_result(course_at(root), "ada")
    assert [(notebook.name, notebook.handed_in) for notebook in record.notebooks] == [("more", False), ("toys", True)]
    sheets = {sheet.name: sheet for sheet in records(course_at(root))[0].sheets}
    assert (sheets["more"].points, sheets["more"].most, sheets["more"].handed_in) == (0, 8, False)
    assert "0 graded, 1 unchanged" in command(root, "proctor", "grade", "toys", "--student", "ada").stdout


def test_a_grading_without_a_record_is_found_in_the_graded_notebooks(graded):
    shutil.rmtree(graded / "autograded" / ".proctor")
    found = {record.student: record.points for record in records(course_at(graded))}
    assert found == {student: float(value) for student, value in POINTS.items()}
    assert states(graded)["ada"].state == NOT_GRADED
    assert sorted(grade(graded).graded) == sorted(CLASS)


def test_a_submission_that_cannot_be_graded_has_a_row_with_its_reason(graded, monkeypatch):
    course = course_at(graded)
    (graded / "submitted" / "new" / "toys").mkdir(parents=True)
    shutil.rmtree(graded / "autograded" / "ada")
    (graded / "autograded" / "ada").write_text("a file where a folder should be")
    hand_in(graded, "ada", right(answer="answer = 41"))
    outcome = grade(graded)
    assert list(outcome.failed) == ["ada"]
    assert outcome.graded == ["new"]
    found = {record.student: record for record in records(course, everyone=True)}
    assert found["ada"].state == FAILED
    assert "cannot be saved" in found["ada"].why
    assert states(graded)["ada"].state == FAILED
    (graded / "autograded" / "ada").unlink()
    assert grade(graded).graded == ["ada"]
    assert states(graded)["ada"].state == WAITING


def test_roster_names_penalties_extensions_and_overridden_marks_survive(graded):
    course = course_at(graded)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="King", email="ada@example.org", lms_user_id="17")
        gradebook.update_or_create_student("iris", first_name="Iris")
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 12:00:00 UTC")
        gradebook.find_submission("toys", "zoe").extension = datetime.timedelta(days=2)
        gradebook.db.commit()
    mark(graded, "ada", "test_double", 2.5)
    late = lambda student, score, seconds: 1.0  # noqa: E731
    assert grade(graded, penalty=late).graded == []
    with course.gradebook() as gradebook:
        penalties = {one.student.id: one.notebooks[0].late_submission_penalty for one in gradebook.find_assignment("toys").submissions}
    assert penalties == {"ada": 1.0, "blank": 0.0, "crash": 1.0, "wrong": 1.0, "zoe": None}
    grade(graded, penalty=late, force=True)
    assert row(graded, "ada", "test_double") == (3.0, 2.5, False)
    found = {record.student: record for record in records(course, everyone=True)}
    assert (found["ada"].name, found["ada"].email, found["ada"].lms_id) == ("Ada King", "ada@example.org", "17")
    assert (found["ada"].points, found["ada"].late) == (4.5, 86400.0)
    assert (found["iris"].state, found["iris"].sheets) == (NOT_HANDED_IN, [])
    assert found["zoe"].late == 0
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-02-14 12:00:00 UTC")
    assert sorted(grade(graded, penalty=late).penalised) == ["ada", "blank", "crash", "wrong"]


@pytest.mark.parametrize("by", with_long(["proctor", "nbgrader"], ["nbgrader"]))
@pytest.mark.parametrize(
    ("answer", "again"), with_long([("I think so.", False), ("I thought again.", True), ("", True)], [("", True)])
)
def test_a_mark_whose_answer_changed_is_to_be_read_again(graded, by, answer, again):
    mark(graded, "ada", "why", 1.5)
    hand_in(graded, "ada", right(why=answer, double="def double(x):\n    return x + x"), stamp="2026-01-16 12:00:00 UTC")
    if by == "proctor":
        command(graded, "proctor", "grade", "toys")
    else:
        command(graded, "nbgrader", "autograde", "toys", "--student", "ada", "--force")
    assert row(graded, "ada", "why")[1:] == (1.5, again)


def test_an_overridden_mark_is_read_again_when_its_own_question_changed(graded):
    mark(graded, "ada", "test_double", 1.0)
    mark(graded, "ada", "test_shift", 1.0)
    hand_in(graded, "ada", right(double="def double(x):\n    return x + x"))
    grade(graded)
    assert row(graded, "ada", "test_double") == (3.0, 1.0, True)
    assert row(graded, "ada", "test_shift") == (2.0, 1.0, False)


def test_a_student_taken_off_the_roster_stops_nobody(graded):
    with course_at(graded).gradebook() as gradebook:
        gradebook.remove_student("zoe")
    shutil.rmtree(graded / "submitted" / "zoe")
    for name in ("feedback", "report", "export", "status"):
        assert commands.run("proctor", name, "toys", cwd=graded).returncode == 0 or name == "status"
    assert [record.student for record in records(course_at(graded))] == ["ada", "blank", "crash", "wrong"]


def test_status_says_where_everybody_stands(graded):
    with course_at(graded).gradebook() as gradebook:
        gradebook.update_or_create_student("iris")
    mark(graded, "ada", "why", 2)
    hand_in(graded, "new", right())
    hand_in(graded, "wrong", right())
    found = {student: one.state for student, one in states(graded).items()}
    assert found == {
        "ada": GRADED, "blank": GRADED, "crash": WAITING, "iris": NOT_HANDED_IN, "new": NOT_GRADED, "wrong": STALE, "zoe": WAITING
    }
    done = commands.run("proctor", "status", "toys", cwd=graded)
    assert done.returncode == 1
    assert "wrong  stale: it was handed in again" in done.stdout
    assert "crash  awaiting marks: 1 answer to read" in done.stdout


def test_a_grade_depends_on_every_file_that_decided_it(graded, tmp_path, monkeypatch):
    course = course_at(graded)
    package = tmp_path / "place" / "keyed"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(package.parent)
    settings = Settings(cell_timeout=5.0, test_packages=("keyed",))

    def why(settings=settings):
        with course.gradebook() as gradebook:
            return {one.student: one.why for one in statuses(course, settings, gradebook)}["ada"]

    def again(settings=settings):
        return run(course, settings, students=["ada"], progress=Progress(0, stream=io.StringIO())).graded

    assert why() == "the package keyed changed; the settings changed"
    assert again() == ["ada"]
    assert again() == []
    (package / "__init__.py").write_text("answer = 43\n")
    assert why() == "the package keyed changed"
    assert again() == ["ada"]
    changed = Settings(cell_timeout=6.0, test_packages=("keyed",))
    assert why(changed) == "the settings changed"
    assert why(Settings(cell_timeout=5.0, test_packages=("keyed",), warm=False)) == "1 answer to read"
    (course.source / "data.csv").write_text("1")
    assert why() == "the source notebooks or the files beside them changed"
    (course.source / "data.csv").unlink()
    hand_in(graded, "ada", right(answer="answer = 41"))
    assert why() == "it was handed in again"
    (graded / "autograded" / "zoe" / "toys" / "toys.ipynb").unlink()
    with course.gradebook() as gradebook:
        zoe = {one.student: one.why for one in statuses(course, QUICK, gradebook)}["zoe"]
    assert zoe == "the graded notebook toys is gone"


def test_the_digest_is_of_what_was_read(root, monkeypatch):
    """A submission that changes after planning is graded as it was read then, once."""
    from proctor.batch import schedule

    real = schedule.plan

    def plan_then_change(*arguments, **options):
        made = real(*arguments, **options)
        hand_in(root, "blank", right())
        return made

    monkeypatch.setattr(schedule, "plan", plan_then_change)
    grade(root, students=["blank"])
    monkeypatch.undo()
    assert points(root)["blank"] == 6
    assert grade(root, students=["blank"]).skipped == ["blank"]
    hand_in(root, "blank", released())
    assert grade(root, students=["blank"]).graded == ["blank"]
    assert points(root)["blank"] == 0


def test_force_grades_again_what_is_up_to_date(graded):
    assert sorted(grade(graded, force=True).graded) == sorted(CLASS)
    done = command(graded, "proctor", "grade", "--help")
    assert "--force" in done.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda cells: cells[4].metadata.nbgrader.update(points=5), "'test_double' of toys has 5 points in the source and 3 in the"),
        (lambda cells: cells[4].metadata.nbgrader.update(grade_id="test_twice"), "graded cell 'test_twice' of toys is not in"),
        (lambda cells: cells.pop(6), "graded cell 'test_shift' of toys is no longer in the source"),
        (lambda cells: cells[4].metadata.nbgrader.pop("points"), "'test_double' of .*toys.ipynb is graded and has no points"),
    ],
)
def test_source_and_gradebook_that_differ_are_refused_with_the_command(graded, change, said):
    source = source_notebook()
    change(source.cells)
    write(source, graded / "source" / "toys" / "toys.ipynb")
    with pytest.raises(CannotGrade, match=said) as refused:
        grade(graded)
    if "no points" not in said:
        assert "nbgrader generate_assignment toys --force" in str(refused.value)
    done = commands.run("nbgrader", "autograde", "toys", "--student", "ada", "--force", cwd=graded)
    assert done.returncode != 0
    assert "nbgrader generate_assignment toys --force" in done.stderr or "no points" in done.stderr


def test_no_command_takes_a_notebook_in_another_language(graded):
    """As Python every cell of it would fail, and everybody get nothing."""
    source = source_notebook()
    source.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    write(source, graded / "source" / "toys" / "toys.ipynb")
    with pytest.raises(CannotGrade, match="is a notebook in R"):
        grade(graded, force=True)
    for rest in (["autograde", "toys", "--student", "ada", "--force"], ["generate_assignment", "toys", "--force"]):
        done = commands.run("nbgrader", *rest, cwd=graded)
        assert done.returncode != 0
        assert "is a notebook in R; proctor grades Python" in done.stderr
    assert points(graded) == POINTS


def test_feedback_goes_back_through_the_exchange(root):
    exchange = root / "exchange"
    (root / "submitted" / "ada" / "toys" / "submission_secret.txt").write_text("secret-of-ada")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    command(root, "proctor", "grade", "toys", "--student", "ada")
    kept = sorted(path.name for path in (root / "autograded" / "ada" / "toys").iterdir())
    assert kept == ["submission_secret.txt", "timestamp.txt", "toys.ipynb"]
    command(root, "nbgrader", "generate_feedback", "toys")
    assert not [path for path in (root / "feedback").rglob("*") if "proctor" in path.name]
    command(root, "nbgrader", "release_feedback", "toys")
    assert len(list((exchange / "toys" / "feedback").glob("*.html"))) == 1


@pytest.mark.parametrize(
    "name", ["toys (1).ipynb", "nested/toys.ipynb", "my homework.ipynb", "TOYS.IPYNB", "toys.ipynb.txt", "toys.json"]
)
def test_a_notebook_by_another_name_is_recognised_by_its_cells(root, name):
    (root / "submitted" / "ada" / "toys" / "toys.ipynb").unlink()
    hand_in(root, "ada", right(), name)
    assert grade(root, students=["ada"]).graded == ["ada"]
    assert points(root)["ada"] == 6
    notes = read_result(course_at(root), "ada").notebooks[0].notes
    assert notes == (f"The file `{name}` was read as `toys.ipynb`.",)
    hand_in(root, "ada", released(), name)
    assert grade(root, students=["ada"]).graded == ["ada"]


def test_a_file_with_other_cells_is_not_taken_for_it(root):
    (root / "submitted" / "ada" / "toys" / "toys.ipynb").unlink()
    hand_in(root, "ada", nbformat.v4.new_notebook(), "other.ipynb")
    grade(root, students=["ada"])
    result = read_result(course_at(root), "ada").notebooks[0]
    assert not result.handed_in
    assert "`other.ipynb`" in " ".join(result.notes)


def test_another_file_with_the_same_cells_is_named(root):
    hand_in(root, "ada", right(), "toys (1).ipynb")
    hand_in(root, "ada", released(), "toys.ipynb")
    grade(root, students=["ada"])
    assert points(root)["ada"] == 0
    (note,) = read_result(course_at(root), "ada").notebooks[0].notes
    assert note == "There is also the file `toys (1).ipynb` with cells of this notebook; it was not graded."


def test_of_notebooks_with_the_same_cells_the_names_decide(tmp_path):
    for name in ("part one", "part two"):
        write(right(), tmp_path / "source" / f"{name}.ipynb")
        write(right(), tmp_path / "submitted" / f"{'x' if name == 'part two' else 'y'} {name} copy.ipynb")
    found = read_submission(tmp_path / "source", tmp_path / "submitted")
    assert {name: file.path.stem[2:] for name, file in found.items()} == {"part one": "part one copy", "part two": "part two copy"}


@pytest.mark.parametrize("name", ["Toys", "TOYS"])
def test_a_submission_under_another_spelling_of_the_assignment_is_told(root, name):
    (root / "submitted" / "ada" / "toys").rename(root / "submitted" / "ada" / name)
    outcome = grade(root, students=["ada"])
    assert (outcome.graded, list(outcome.failed)) == ([], ["ada"])
    assert outcome.failed["ada"] == f"it lies in the folder {name!r}, not 'toys'; rename the folder"
    with course_at(root).gradebook() as gradebook:
        told = {one.student: (one.state, one.why) for one in statuses(course_at(root), Settings(), gradebook)}
    assert told["ada"] == (FAILED, outcome.failed["ada"])
    assert told["zoe"][0] == NOT_GRADED


def test_a_folder_whose_name_cannot_be_shown_stops_no_report(graded):
    shutil.copytree(graded / "submitted" / "ada", graded / "submitted" / "bad\udcff")
    for asked in ("report", "feedback", "export"):
        command(graded, "proctor", asked, "toys")
    assert "bad" in (graded / "report" / "toys.html").read_text()


@pytest.mark.parametrize("content", [b"", b"{", "{}".encode("utf-16")], ids=repr)
def test_a_damaged_file_is_empty_for_nbgraders_own_command(tmp_path, content):
    from proctor.nbgrader import AnyFileExporter

    (tmp_path / "toys.ipynb").write_bytes(content)
    _, known = AnyFileExporter().from_filename(str(tmp_path / "toys.ipynb"), resources={"nbgrader": {"student": "ada"}})
    assert known["nbgrader"]["student"] == "ada"


def test_a_notebook_that_is_graded_alone_replaces_its_own_result_and_no_other():
    first, second = (NotebookResult(name, True, (), ()) for name in ("a", "b"))
    record = ResultRecord("ada", "toys", ()).with_notebook(second).with_notebook(first)
    assert record.notebooks == (first, second)
    again = NotebookResult("a", True, ("late",), ())
    assert record.with_notebook(again).notebooks == (again, second)


@pytest.mark.parametrize("content", ["", "5", "[]", "{", "null", '{"version": 1}', '{"version": 2, "notebooks": [5], "history": []}'])
def test_a_record_that_cannot_be_read_counts_as_absent(root, content):
    course = course_at(root)
    course.result_path("ada").parent.mkdir(parents=True)
    course.result_path("ada").write_text(content)
    assert read_result(course, "ada") is None


@pytest.mark.parametrize("content", ["", '{"cells": [', "5", '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 5}'])
def test_a_graded_notebook_that_cannot_be_read_is_named_with_what_mends_it(graded, content):
    path = graded / "autograded" / "ada" / "toys" / "toys.ipynb"
    path.write_text(content)
    with pytest.raises(CannotGrade, match=r"ada/toys/toys\.ipynb cannot be read .* proctor grade toys --student ada --force"):
        records(course_at(graded))
    assert grade(graded, students=["ada"], force=True).graded == ["ada"]
    assert len(records(course_at(graded))) == len(CLASS)


def test_a_record_with_a_field_of_before_is_read(graded):
    course = course_at(graded)
    known, path = read_result(course, "ada"), course.result_path("ada")
    path.write_text(json.dumps({**json.loads(path.read_text()), "lateness": "of before"}))
    assert read_result(course, "ada") == known
