"""What decides a grade after the tests have run, tried without kernels.

Gradings made by hand go through gradebook and records.
"""

import dataclasses
import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import nbformat
import numpy as np
import pytest
from proctor.course.consistency import Differences, check, source_cells
from proctor.course.folders import Course, write_whole
from proctor.course.gradebook import LatePenaltyError, changed_answers, late_cost, renew_penalties, save_grades, saved_scores
from proctor.course.inputs import common_inputs, reasons
from proctor.course.records import records
from proctor.course.regrading import Choice, Wishes, cell_changes, merged, points_of, set_max_scores, total, wished_sources
from proctor.course.results import ResultRecord, read_result, results
from proctor.course.saving import previous_result, save, save_failure, save_notebook
from proctor.course.status import FAILED, GRADED, NOT_GRADED, NOT_HANDED_IN, STALE, WAITING, expected_inputs, stale_reasons, statuses
from proctor.errors import CannotGrade
from proctor.grading.adjustments import Adjustment, attach, detach
from proctor.grading.answers import answer_digests
from proctor.grading.grade import SUBMISSION, Graded, GradedNotebook
from proctor.grading.matching import grade_id
from proctor.grading.rebuild import parse_handed, rebuild
from proctor.grading.submission import read_submission
from proctor.grading.verdict import Verdict, partial
from proctor.grading.verdict import write as write_verdict
from proctor.reports.export import FORMATS
from proctor.reports.regrade import rows
from proctor.settings import Settings

from tests.proctor.making import released, right, source_notebook, write

QUICK = Settings()
MOST = {"test_double": 3.0, "test_shift": 2.0, "test_answer": 1.0}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A gradebook that knows the toy assignment, made once.

    The file that TOY_GRADEBOOK names is taken, or made, where it is set.
    """
    kept = os.environ.get("TOY_GRADEBOOK")
    if kept and Path(kept).exists():
        return Path(kept)
    root = tmp_path_factory.mktemp("template")
    with course_in(root).gradebook() as gradebook:
        gradebook.add_assignment("toys", duedate="2026-01-15 12:00:00 UTC")
        gradebook.add_notebook("toys", "toys")
        for name, most in MOST.items():
            gradebook.add_grade_cell(name, "toys", "toys", max_score=most, cell_type="code")
        gradebook.add_grade_cell("why", "toys", "toys", max_score=2, cell_type="markdown")
        for name in ("double", "shift", "answer", "why"):
            gradebook.add_solution_cell(name, "toys", "toys")
    if kept:
        shutil.copy(root / "gradebook.db", kept)
    return root / "gradebook.db"


def course_in(root):
    submitted, autograded, feedback, report = (root / name for name in ("submitted", "autograded", "feedback", "report"))
    address = f"sqlite:///{root / 'gradebook.db'}"
    return Course(root / "source" / "toys", submitted, autograded, feedback, report, address, "toys", "toys")


@pytest.fixture
def course(template, tmp_path):
    shutil.copy(template, tmp_path / "gradebook.db")
    write(source_notebook(), tmp_path / "source" / "toys" / "toys.ipynb")
    return course_in(tmp_path)


def hand_in(course, student, notebook, stamp="2026-01-15 11:00:00 UTC"):
    folder = course.submitted / student / "toys"
    write(notebook, folder / "toys.ipynb")
    (folder / "timestamp.txt").write_text(stamp)


def grading(course, student, points, seconds=1.5):
    """A grading of what a student handed in, with the given points for the test cells."""
    folder = course.submitted / student / "toys"
    found = read_submission(course.source, folder)["toys"]
    rebuilt = rebuild(source_notebook(), found.parse())
    answers, verdicts = answer_digests(rebuilt.notebook), []
    for cell in rebuilt.notebook.cells:
        name = grade_id(cell)
        if name in MOST:
            got = points.get(name, MOST[name])
            message = "" if got == MOST[name] else f"{name} is wrong"
            verdict = Verdict(name, got, MOST[name], "passed" if got == MOST[name] else "wrong", message)
            write_verdict(cell, verdict)
            verdicts.append(verdict)
    inputs = {**common_inputs(course.source, QUICK), SUBMISSION: found.digest}
    content = nbformat.writes(rebuilt.notebook)
    one = GradedNotebook("toys", content, verdicts, [], found.path is not None, rebuilt.answered, answers, ("a fact",), inputs)
    return Graded(student, "toys", [one], seconds)


def graded(course, student, notebook=None, penalty=None, stamp="2026-01-15 11:00:00 UTC", **points):
    hand_in(course, student, notebook or right(), stamp)
    with course.gradebook() as gradebook:
        save(course, gradebook, grading(course, student, points), penalty, cause="because")


def row(course, student, cell):
    with course.gradebook() as gradebook:
        found = gradebook.find_grade(cell, "toys", "toys", student)
        return found.auto_score, found.manual_score, found.needs_manual_grade


def mark(course, student, cell, points, extra=None):
    with course.gradebook() as gradebook:
        found = gradebook.find_grade(cell, "toys", "toys", student)
        found.manual_score, found.needs_manual_grade, found.extra_credit = points, False, extra
        gradebook.db.commit()


def states(course):
    with course.gradebook() as gradebook:
        return {one.student: (one.state, one.why) for one in statuses(course, QUICK, gradebook)}


def test_points_arrive_and_a_blank_written_answer_gets_nothing_at_once(course):
    graded(course, "ada", test_shift=0.5)
    graded(course, "blank", released(), test_double=0, test_shift=0, test_answer=0)
    assert [row(course, "ada", cell) for cell in (*MOST, "why")] == [
        (3, None, False), (0.5, None, False), (1, None, False), (None, None, True)
    ]
    assert row(course, "blank", "why") == (0, None, False)
    assert [one.waiting for one in records(course)] == [1, 0]
    with course.gradebook() as gradebook:
        assert saved_scores(gradebook, "toys")["ada"] == {
            ("toys", "test_double"): 3, ("toys", "test_shift"): 0.5, ("toys", "test_answer"): 1, ("toys", "why"): None
        }
        comments = {one.name: one.auto_comment for one in gradebook.find_submission_notebook("toys", "toys", "blank").comments}
        assert set(comments.values()) == {"No response."}
        comments = {one.name: one.auto_comment for one in gradebook.find_submission_notebook("toys", "toys", "ada").comments}
        assert set(comments.values()) == {None}
        assert str(gradebook.find_submission("toys", "ada").timestamp) == "2026-01-15 11:00:00"


def test_a_grading_replaces_the_one_before_and_marks_stay(course):
    graded(course, "ada", test_shift=0)
    mark(course, "ada", "why", 1.5, 0.25)
    mark(course, "ada", "test_double", 2.0)
    graded(course, "ada", test_answer=0)
    assert row(course, "ada", "test_shift") == (2, None, False)
    assert row(course, "ada", "test_answer") == (0, None, False)
    assert row(course, "ada", "why") == (None, 1.5, False)
    assert row(course, "ada", "test_double") == (3, 2, False)
    record = records(course)[0]
    assert record.points == 2.0 + 2.0 + 0 + 1.5 + 0.25
    assert (record.most, record.waiting) == (8, 0)
    history = read_result(course, "ada").history
    assert [(one.cell, one.old, one.new, one.cause) for one in history] == [
        ("test_shift", 0, 2, "because"), ("test_answer", 1, 0, "because")
    ]
    graded(course, "ada")
    assert [one.cell for one in read_result(course, "ada").history] == ["test_shift", "test_answer", "test_answer"]


@pytest.mark.parametrize("through", ["proctor", "nbgrader"])
def test_a_changed_answer_is_read_again_and_no_other(course, through):
    graded(course, "ada")
    for cell in ("why", "test_double", "test_shift"):
        mark(course, "ada", cell, 1.0)
    hand_in(course, "ada", right(why="Another reason.", shift="def shift(values, by=1):\n    return [by + v for v in values]"))
    found = grading(course, "ada", {})
    with course.gradebook() as gradebook:
        if through == "proctor":
            save(course, gradebook, found)
        else:
            from proctor.course.results import NotebookResult

            save_notebook(course, gradebook, "ada", NotebookResult.of(found.notebooks[0]), None)
    assert [row(course, "ada", cell)[2] for cell in ("why", "test_double", "test_shift")] == [True, False, True]
    assert row(course, "ada", "why")[1] == 1.0
    assert [one.name for one in read_result(course, "ada").notebooks] == ["toys"]
    with course.gradebook() as gradebook:
        save(course, gradebook, grading(course, "ada", {}))
    assert row(course, "ada", "why")[2], "still not read"


def test_what_a_student_adds_below_an_answer_belongs_to_it():
    one, other = rebuild(source_notebook(), parse_handed(None)).notebook, rebuild(source_notebook(), parse_handed(None)).notebook
    other.cells[3].source += "\n# more"
    first, second = answer_digests(one), answer_digests(other)
    assert {name for name in first if first[name] != second[name]} == {"test_double"}
    assert set(first) == {*MOST, "why"}


def test_unknown_answers_count_as_changed(course):
    hand_in(course, "ada", right())
    record = ResultRecord.of(grading(course, "ada", {}))
    assert changed_answers(None, record) == {("toys", name) for name in (*MOST, "why")}
    assert changed_answers(record, record) == set()


def test_late_penalties_are_within_the_score_and_renewed(course):
    late, said = "2026-01-15 13:00:00 UTC", []

    def penalty(student, score, seconds):
        said.append((student, score, seconds))
        return {"ada": 2.5, "much": 99.0, "less": -1.0}.get(student)

    for student in ("ada", "much", "less", "none"):
        graded(course, student, stamp=late, penalty=penalty)
    graded(course, "early", penalty=penalty)
    assert said == [(student, 6, 3600) for student in ("ada", "much", "less", "none")]

    def penalties():
        with course.gradebook() as gradebook:
            return {one.student.id: one.notebooks[0].late_submission_penalty for one in gradebook.find_assignment("toys").submissions}

    assert penalties() == {"ada": 2.5, "much": 6, "less": 0, "none": None, "early": None}
    assert {one.student: (one.points, one.late) for one in records(course)}["ada"] == (3.5, 3600)
    with course.gradebook() as gradebook:
        assert [total(gradebook, "toys", student, lambda *_: 1.0, {}) for student in ("ada", "early")] == [5.0, 6.0]
        assert renew_penalties(gradebook, "toys", penalty) == ([], {})
        gradebook.update_or_create_assignment("toys", duedate="2026-01-16 12:00:00 UTC")
        concerned, failed = renew_penalties(gradebook, "toys", penalty)
        assert (sorted(concerned), failed) == (["ada", "less", "much"], {})
    assert set(penalties().values()) == {None}


@pytest.mark.parametrize(
    ("cost", "wanted"),
    [
        *((Decimal("0.5"), 0.5), (np.float32(0.5), 0.5), (math.inf, 6.0), (-3, 0.0), (None, None)),
        *((math.nan, str), ("x", str)),
    ],
    ids=repr,
)
def test_a_late_penalty_is_a_number_or_told(cost, wanted):
    if wanted is str:
        with pytest.raises(LatePenaltyError, match="for ada"):
            late_cost(lambda *_: cost, "ada", 6.0, 60.0)
    else:
        assert late_cost(lambda *_: cost, "ada", 6.0, 60.0) == wanted
    assert late_cost(lambda *_: 1.0, "ada", -2.0, 60.0) == 0


def test_a_rule_for_late_penalties_that_fails_for_one_concerns_that_one(course):
    def penalty(student, score, seconds):
        return {"ada": 2.5}[student]

    late = "2026-01-15 13:00:00 UTC"
    graded(course, "ada", stamp=late, penalty=penalty)
    with pytest.raises(LatePenaltyError, match=r"bob \(KeyError"):
        graded(course, "bob", stamp=late, penalty=penalty)
    graded(course, "bob", stamp=late)
    graded(course, "ada", stamp=late)
    with course.gradebook() as gradebook:
        concerned, failed = renew_penalties(gradebook, "toys", penalty)
        assert gradebook.find_submission("toys", "ada").notebooks[0].late_submission_penalty == 2.5
    assert (concerned, list(failed)) == ([], ["bob"])


def test_a_failure_in_the_middle_leaves_the_gradebook_as_it_was(course):
    graded(course, "ada", test_double=1)
    hand_in(course, "ada", right())

    def penalty(*_):
        raise RuntimeError("in the middle")

    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 12:00:00 UTC")
        with pytest.raises(RuntimeError):
            save_grades(gradebook, ResultRecord.of(grading(course, "ada", {})), timestamp="2026-01-15 11:00:00 UTC", penalty=penalty)
    assert row(course, "ada", "test_double") == (1, None, False)
    assert read_result(course, "ada").notebooks[0].verdict("test_double").points == 1


def test_states_and_their_reasons(course):
    graded(course, "ada")
    graded(course, "read")
    mark(course, "read", "why", 2)
    graded(course, "again")
    hand_in(course, "again", released())
    hand_in(course, "new", right())
    graded(course, "failed")
    save_failure(course, "failed", "the reason")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("absent", first_name="Ab", last_name="Sent")
    assert states(course) == {
        "absent": (NOT_HANDED_IN, ""),
        "ada": (WAITING, "1 answer to read"),
        "again": (STALE, "it was handed in again"),
        "failed": (FAILED, "the reason"),
        "new": (NOT_GRADED, ""),
        "read": (GRADED, ""),
    }
    everyone = {one.student: one for one in records(course, everyone=True)}
    assert {name: one.state for name, one in everyone.items()} == {
        "absent": NOT_HANDED_IN, "ada": GRADED, "again": GRADED, "failed": FAILED, "new": NOT_GRADED, "read": GRADED
    }
    assert (everyone["absent"].name, everyone["failed"].why, everyone["failed"].points) == ("Ab Sent", "the reason", 6)
    assert [one.student for one in records(course)] == ["ada", "again", "failed", "read"]
    graded(course, "failed")
    assert states(course)["failed"][0] == WAITING


def test_a_grade_is_stale_for_every_reason_alone(course):
    graded(course, "ada")
    record, common = read_result(course, "ada"), common_inputs(course.source, QUICK)
    expected = expected_inputs(course, "ada", common)
    with course.gradebook() as gradebook:
        scores = saved_scores(gradebook, "toys")["ada"]

    def why(record=record, expected=expected, scores=scores):
        return stale_reasons(course, record, expected, scores)

    assert why() == []
    assert why(record=None) == ["it was not graded yet"]
    assert why(record=dataclasses.replace(record, failure="no")) == ["no"]
    assert why(scores=None) == ["the gradebook has no grade of it"]
    assert why(scores={**scores, ("toys", "test_double"): 2.0}) == ["the gradebook has other points than were found"]
    assert why(expected={**expected, "more": {}}) == ["notebook more was not graded yet"]
    for name in common:
        assert len(why(expected={"toys": {**expected["toys"], name: "x"}})) == 1
    (course.autograded / "ada" / "toys" / "toys.ipynb").unlink()
    assert why() == ["the graded notebook toys is gone"]
    assert reasons({"a": "1"}, {"a": "1", "package key": "2"}) == ["the package key changed"]


def test_inputs_are_of_files_settings_and_packages(course, tmp_path, monkeypatch):
    before = common_inputs(course.source, QUICK)
    assert common_inputs(course.source, dataclasses.replace(QUICK, warm=False, worker_memory=2**29)) == before
    assert common_inputs(course.source, dataclasses.replace(QUICK, memory=2**29))["settings"] != before["settings"]
    (course.source / "data.csv").write_text("1")
    assert common_inputs(course.source, QUICK)["source"] != before["source"]
    package = tmp_path / "place" / "key_of_tests"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("a = 1")
    monkeypatch.syspath_prepend(package.parent)
    with_package = dataclasses.replace(QUICK, test_packages=("key_of_tests",))
    first = common_inputs(course.source, with_package)["package key_of_tests"]
    (package / "inner.py").write_text("a = 2")
    assert common_inputs(course.source, with_package)["package key_of_tests"] != first
    assert "package key_of_tests" in common_inputs(course.source, dataclasses.replace(QUICK, packages=("key_of_tests",)))


def test_a_wheel_made_of_a_package_leaves_grades_as_they_are(course, tmp_path, monkeypatch):
    package = tmp_path / "place" / "key_of_tests"
    (package / "build").mkdir(parents=True)
    for name in ("__init__.py", "build/__init__.py"):
        (package / name).write_text("")
    monkeypatch.syspath_prepend(package.parent)
    settings = dataclasses.replace(QUICK, test_packages=("key_of_tests",))
    before = common_inputs(course.source, settings)
    (package / "build" / "__init__.py").write_text("a = 1")
    assert reasons(before, common_inputs(course.source, settings)) == ["the package key_of_tests changed"]
    (package / "build" / "__init__.py").unlink()
    (package / "pyproject.toml").write_text(
        '[project]\nname = "key_of_tests"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\n'
        '[tool.setuptools]\npackages = ["key_of_tests"]\npackage-dir = { key_of_tests = "." }\n'
    )
    before = common_inputs(course.source, settings)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(package)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    assert {"build", "key_of_tests.egg-info"} <= {path.name for path in package.iterdir()}
    assert reasons(before, common_inputs(course.source, settings)) == []


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", '"text"', "[" * 100_000),
        *('{"cells": 3}', '{"cells": [3]}', '{"cells": [{}]}', '{"cells": [{"metadata": {"nbgrader": 3}}]}'),
    ],
    ids=lambda content: content[:30],
)
def test_a_source_that_is_no_notebook_is_told(tmp_path, content):
    (tmp_path / "toys.ipynb").write_text(content)
    with pytest.raises(CannotGrade, match="cannot be read as a notebook"):
        source_cells(tmp_path / "toys.ipynb")


def test_two_cells_of_one_name_are_told(tmp_path):
    notebook = source_notebook()
    next(cell for cell in notebook.cells if grade_id(cell) == "test_shift").metadata.nbgrader.grade_id = "test_double"
    with pytest.raises(CannotGrade, match=r"two cells of .* 'test_double'"):
        source_cells(write(notebook, tmp_path / "toys.ipynb"))


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "xr", "display_name": "R"}, "language_info": {"name": "R"}}, "R"),
        ({"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "julia"}}, "julia"),
        ({}, None),
        ({"kernelspec": {"name": "conda-base-py", "display_name": "Python [conda]", "language": "python"}}, None),
        ({"kernelspec": {"name": "x", "display_name": "x", "language": "Python"}, "language_info": {"name": "ipython"}}, None),
        ({"kernelspec": {"name": "python3", "display_name": "Python 3"}}, None),
        ({"kernelspec": None, "language_info": ["R"]}, None),
    ],
    ids=str,
)
def test_a_source_in_another_language_is_refused_before_everybody_gets_nothing(tmp_path, metadata, language):
    notebook = source_notebook()
    notebook.metadata = metadata
    (tmp_path / "toys.ipynb").write_text(json.dumps(notebook))
    if language is None:
        assert source_cells(tmp_path / "toys.ipynb")
        return
    with pytest.raises(CannotGrade, match=rf"toys\.ipynb is a notebook in {language}; proctor grades Python"):
        source_cells(tmp_path / "toys.ipynb")


def test_source_and_gradebook_are_compared_cell_by_cell(course):
    with course.gradebook() as gradebook:
        check(course, gradebook)
        set_max_scores(gradebook, "toys", {"test_double": 4.0})
        with pytest.raises(CannotGrade, match="'test_double' of toys has 3 points in the source and 4 in the gradebook"):
            check(course, gradebook)
        set_max_scores(gradebook, "toys", {"test_double": 3.0})
        write(source_notebook(), course.source / "other.ipynb")
        with pytest.raises(CannotGrade, match="notebook other is not in the gradebook"):
            check(course, gradebook)
        (course.source / "toys.ipynb").rename(course.source / "other.ipynb")
        with pytest.raises(CannotGrade, match="notebook toys is no longer in the source"):
            check(course, gradebook)
    known = source_cells(course.source / "other.ipynb")
    assert known["graded", "why"] == 2
    assert ("answer", "why") in known
    found = Differences()
    found.add("n", {("graded", "a"): 1.0}, {("graded", "b"): 1.0})
    assert found.cells + found.points == [
        "graded cell 'a' of n is not in the gradebook", "graded cell 'b' of n is no longer in the source"
    ]


def test_a_removed_student_and_broken_records_stop_nobody(course):
    graded(course, "ada")
    graded(course, "zoe", test_double=0)
    course.result_path("broken").write_text("{")
    with course.gradebook() as gradebook:
        gradebook.remove_student("zoe")
    assert [one.student for one in results(course)] == ["ada", "zoe"]
    assert [one.student for one in records(course)] == ["ada"]
    course.result_path("ada").unlink()
    assert previous_result(course, "ada").notebooks[0].verdict("test_double").points == 3
    assert [one.points for one in records(course)] == [6]


def test_regrading_is_compared_cell_by_cell(course):
    graded(course, "ada", test_double=0, test_shift=2)
    mark(course, "ada", "why", 1.0, 0.5)
    previous, found = read_result(course, "ada"), grading(course, "ada", {"test_shift": 1.0})
    with course.gradebook() as gradebook:
        changes = cell_changes(previous, found, {("toys", "why"): 1.0})
        assert [(one.cell, one.old, one.new, one.old_message, one.overridden) for one in changes] == [
            ("test_double", 0, 3, "test_double is wrong", False), ("test_shift", 2, 1, "", False)
        ]
        assert total(gradebook, "toys", "ada", None, points_of(previous.notebooks)) == 4.5
        assert total(gradebook, "toys", "ada", None, points_of(found.notebooks)) == 6.5
        gradebook.update_or_create_assignment("toys", duedate="2026-01-14 11:00:00 UTC")
        assert total(gradebook, "toys", "ada", lambda *_: 2.0, points_of(found.notebooks)) == 4.5
        assert total(gradebook, "toys", "ada", lambda *_: 99.0, points_of(found.notebooks)) == 0
    assert [one.overridden for one in cell_changes(previous, found, {("toys", "test_double"): 1.0})] == [True, False]

    def chosen(only=(), decided=(), **how):
        made, kept = merged(previous, found, Choice(frozenset(only), frozenset(decided), **how))
        return [verdict.points for verdict in made.notebooks[0].verdicts], dict(kept["toys"])

    assert chosen() == ([3, 1, 1], {})
    assert chosen(never_lower=True) == ([3, 2, 1], {"test_shift": "at least"})
    assert chosen(only=["test_shift"]) == ([0, 1, 1], {"test_double": "as graded"})
    assert chosen(only=["toys/test_shift"]) == ([0, 1, 1], {"test_double": "as graded"})
    assert chosen(["test_answer"], ["test_double"]) == ([3, 2, 1], {"test_shift": "as graded"})
    assert chosen(decided=["test_double"]) == ([3, 2, 1], {})
    assert chosen(decided=["test_shift"], never_lower=True, repointed=frozenset({"test_shift"})) == ([0, 1, 1], {})
    only, _ = merged(previous, found, Choice(frozenset({"test_shift"})))
    kept = nbformat.reads(only.notebooks[0].content, as_version=4)
    shown = {grade_id(cell): cell.metadata.proctor.points for cell in kept.cells if "points" in cell.metadata.get("proctor", {})}
    assert shown == {"test_double": 0, "test_shift": 1, "test_answer": 1}


def test_wishes_change_the_source_and_the_decisions(course):
    texts = wished_sources(course, Wishes(points={"test_double": 5.0}))
    changed = nbformat.reads(texts["toys"], as_version=4)
    marks = [cell.metadata.nbgrader for cell in changed.cells if "nbgrader" in cell.metadata]
    assert {one.grade_id: one.points for one in marks if one.grade} == {"test_double": 5, "test_shift": 2, "test_answer": 1, "why": 2}
    assert wished_sources(course, Wishes(points={"test_double": 3.0})) == {}
    known = {"a": Adjustment(accept=("x",))}
    wishes = Wishes(full=frozenset({"b"}), accept=(("a", "y"), ("a", "x")))
    assert wishes.adjusted(known, {}) == {"a": Adjustment(accept=("x", "y")), "b": Adjustment(full=True)}
    notebook = source_notebook()
    attach(notebook, {"test_double": Adjustment(True, ("x",))})
    assert [detach(cell) for cell in notebook.cells if "adjustment" in cell.metadata] == [Adjustment(True, ("x",))]
    assert detach(notebook.cells[4]) == Adjustment()
    for wrong in (Wishes(full=frozenset({"why"})), Wishes(points={"why": 0.0}), Wishes(points={"none": 1.0})):
        with pytest.raises(CannotGrade):
            wished_sources(course, wrong)


def test_a_notebook_is_found_by_name_form_or_cells(course):
    folder = course.submitted / "ada" / "toys"
    write(right(), folder / "deep" / "other name.ipynb")
    found = read_submission(course.source, folder)["toys"]
    assert found.note == "The file `deep/other name.ipynb` was read as `toys.ipynb`."
    assert len(found.digest) == 64
    few = right()
    few.cells = few.cells[:4]
    write(few, folder / "few.ipynb")
    (folder / "deep" / "other name.ipynb").unlink()
    assert read_submission(course.source, folder)["toys"].digest == "absent"
    write(right(), folder / "toys.ipynb")
    assert read_submission(course.source, folder)["toys"].note == ""
    (folder / "toys.ipynb").unlink()
    (folder / "toys.ipynb").symlink_to(course.source / "toys.ipynb")
    assert read_submission(course.source, folder)["toys"].digest == "unreadable"


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (1, 1), (0, 0), (2.5, 2.5), (9, 3), (-1, 0), (True, None), (np.True_, None), (None, None), ("2", None), ([2], None),
        (np.int64(2), 2), (np.float32(0.5), 0.5), (np.array(1.5), 1.5), (Fraction(1, 2), 0.5), (Decimal("1.5"), 1.5),
        *((odd, 0) for odd in (math.nan, math.inf, -math.inf, np.float64("nan"), np.array(np.nan), Decimal("sNaN"), 10**400)),
    ],
    ids=repr,
)
def test_partial_points_are_finite_and_within_the_most(value, points):
    assert partial(value, 3.0) == points


def test_tables_have_the_points_that_count(course):
    graded(course, "ada", test_double=1)
    mark(course, "ada", "why", 1.5)
    found = records(course)
    assert "5.5" in FORMATS["csv"]("toys", found)[1]
    assert FORMATS["canvas"]("toys", found)[1][-1] == "8"
    assert FORMATS["canvas"]("toys", found)[2][-1] == "5.5"
    assert FORMATS["moodle"]("toys", found)[1][3] == "5.5"
    assert rows.__doc__


def test_a_file_is_whole_or_as_it_was(tmp_path):
    write_whole(tmp_path / "deep" / "a.txt", "one")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "deep" / "a.txt", 3)  # type: ignore[arg-type]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]
    assert (tmp_path / "deep" / "a.txt").read_text() == "one"


def test_a_gradebook_that_is_locked_for_ever_is_told(course):
    from proctor.course.gradebook import patiently
    from sqlalchemy.exc import OperationalError

    told = []

    def locked():
        raise OperationalError("x", {}, sqlite3.OperationalError("database is locked"))

    with pytest.raises(CannotGrade, match="stayed locked"):
        patiently(locked, told.append, patience=0.3)
    assert len(told) == 1

    def broken():
        raise OperationalError("x", {}, sqlite3.OperationalError("no such table"))

    with pytest.raises(OperationalError):
        patiently(broken, told.append, patience=0.3)
