"""Marks go out as they are now: with penalties of now, and never a stale one without a word."""

import csv
import shutil

import pytest
from proctor import cli

from tests.proctor.making import right, write
from tests.proctor.test_putting_right import mark, some
from tests.proctor.toy_class import command, course_at

RULE = """
from nbgrader.plugins import BasePlugin

class Rule(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "zoe":
            raise KeyError(student_id)
        return score
"""
WAYS = [["export"], ["export", "--format", "canvas", "--partial"], ["feedback"], ["report"]]


@pytest.fixture
def late(graded, monkeypatch):
    """Ada and Zoe handed in late, after they were graded in time; Ada has a mark by hand since."""
    some(graded, "ada", "zoe")
    mark(graded, "ada", "why", 2.0)
    with course_at(graded).gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-01-10 12:00:00 UTC")
    (graded / "rule.py").write_text(RULE)
    monkeypatch.chdir(graded)
    return graded


def configured(root, line):
    config = root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nsys.path.insert(0, {str(root)!r})\n{line}\n")


def penalties(root):
    with course_at(root).gradebook() as gradebook:
        return {one.student.id: one.notebooks[0].late_submission_penalty for one in gradebook.find_assignment("toys").submissions}


def column(path, key, value):
    return {row[key]: row[value] for row in csv.DictReader(path.open(newline=""))}


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_penalties_are_those_of_now_whatever_goes_out(late, way, capsys):
    configured(late, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    assert cli.main([way[0], "toys", *way[1:]]) == 0
    assert {student: penalties(late)[student] for student in ("ada", "zoe")} == {"ada": 8, "zoe": 4}
    if way == WAYS[0]:
        marks = column(late / "report" / "toys-grades-csv.csv", "student_id", "points")
        assert (marks["ada"], marks["zoe"]) == ("0", "0")


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_a_rule_that_fails_is_told_by_student(late, way, capsys):
    configured(late, 'c.AssignLatePenalties.plugin_class = "rule.Rule"')
    assert cli.main([way[0], "toys", *way[1:]]) == 1
    told = capsys.readouterr().err
    assert "the late penalty of zoe is as it was: the rule for late penalties failed for zoe (KeyError: 'zoe')" in told
    assert (penalties(late)["ada"], penalties(late)["zoe"]) == (8, None)


def test_nbgraders_export_has_the_penalties_of_now_too(late):
    configured(late, 'c.AssignLatePenalties.plugin_class = "rule.Rule"')
    done = command(late, "nbgrader", "export", "--exporter", "proctor.reports.export.Csv")
    assert "the late penalty of zoe is as it was" in done.stderr
    assert column(late / "report" / "toys-grades-csv.csv", "student_id", "points")["ada"] == "0"


@pytest.fixture
def again(graded, monkeypatch):
    """Zoe's new submission is collected and not graded yet."""
    write(right(), graded / "submitted" / "zoe" / "toys" / "toys.ipynb")
    shutil.rmtree(graded / "submitted" / "crash")
    for student in ("ada", "wrong", "zoe"):
        mark(graded, student, "why", 1.0)
    monkeypatch.chdir(graded)
    return graded


@pytest.mark.parametrize(("form", "key"), [("canvas", "SIS User ID"), ("moodle", "ID number")])
def test_a_platform_gets_no_mark_of_a_submission_before(again, form, key, capsys):
    target = again / "report" / f"toys-grades-{form}.csv"
    assert cli.main(["export", "toys", "--format", form]) == 0
    told = capsys.readouterr().err
    assert "handed in again and not graded since: zoe; their marks are left out (--partial" in told
    assert "proctor grade toys" in told
    marks = column(target, key, "toys")
    assert (marks["ada"], marks["zoe"]) == ("7", "")
    if form == "moodle":
        assert column(target, key, "toys feedback")["zoe"] == "not graded yet"
    assert cli.main(["export", "toys", "--format", form, "--partial"]) == 0
    assert "zoe; marks are those of before" in capsys.readouterr().err
    assert column(target, key, "toys")["zoe"] == "5"


@pytest.mark.parametrize("form", ["csv", "questions"])
def test_a_table_says_whose_marks_are_of_a_submission_before(again, form, capsys):
    assert cli.main(["export", "toys", "--format", form]) == 0
    assert "zoe; marks are those of before" in capsys.readouterr().err
    states = column(again / "report" / f"toys-grades-{form}.csv", "student_id", "status")
    assert {student for student, state in states.items() if state == "stale"} == {"zoe"}


def test_pages_and_report_say_it_too(again, capsys):
    assert cli.main(["feedback", "toys", "--zip"]) == 0
    assert "handed in again and not graded since: zoe" in capsys.readouterr().err
    said = {path.parent.parent.name: "handed in again" in path.read_text() for path in again.glob("feedback/*/toys/feedback.html")}
    assert {student for student, told in said.items() if told} == {"zoe"}
    assert cli.main(["report", "toys"]) == 0
    assert "handed in again and not graded since: zoe" in (again / "report" / "toys.html").read_text()
    assert cli.main(["grade", "toys", "--student", "zoe", "--workers", "1"]) == 0
    capsys.readouterr()
    assert cli.main(["feedback", "toys"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("command", "target"),
    [
        (["export", "toys", "--to", "/proc/none/marks.csv"], "/proc/none/marks.csv"),
        (["export", "toys", "--to", "source"], "source"),
        (["feedback", "toys", "--zip", "/proc/none/pages.zip"], "/proc/none/pages.zip"),
        (["feedback", "toys", "--zip", "source"], "source"),
        (["report", "toys"], "report"), (["regrade", "toys", "--workers", "1"], "report"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(graded, monkeypatch, capsys, command, target):
    monkeypatch.chdir(graded)
    if target == "report":
        shutil.rmtree(graded / "report", ignore_errors=True)
        (graded / "report").write_text("a file")
    assert cli.main(command) == 2
    assert f"{target}" in (told := capsys.readouterr().err)
    assert "cannot be written (" in told
    assert [path.name for path in graded.iterdir() if path.name.endswith(".new")] == []
