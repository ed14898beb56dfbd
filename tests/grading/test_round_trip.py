"""generate → hand in → autograde → feedback → export, with nbgrader's own commands.

The configuration is the course's own.
"""

import csv
import json
import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from phase6.variants import number_of

from tests import commands

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from make_release import ASSIGNMENT  # noqa: E402
from sample_class import CLASS, Student, numbers_of, prepend  # noqa: E402

WARNING = "import sys, warnings\nwarnings.warn('harmless')\nprint('harmless', file=sys.stderr)"
STUDENTS = (
    Student("solved", "the instructor's solutions", {}),
    Student("blank", "as released"),
    Student("own", "right for numbers of their own, with a warning on stderr", {}, (
        numbers_of("own"), prepend("pyramid_risk", WARNING), prepend("ledger", WARNING), prepend("conviction_size", WARNING),
    )),
    Student("copied", "right for somebody else's numbers", {}, (numbers_of("own"),)),
)
AUTOMATIC = {"6.1-pyramiding": 25, "6.2-scaling": 16, "6.3-trend-portfolio": 22, "6.5-conviction-sizing": 12}
"""Points of the notebooks without written answers; 6.4 has both kinds."""


def nbgrader(course: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "COURSE_ROOT": str(course),
        "GRADEBOOK_URL": f"sqlite:///{course / 'gradebook.db'}",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    run = commands.run("nbgrader", *arguments, cwd=ROOT, env=environment)
    assert run.returncode == 0, f"nbgrader {' '.join(arguments)}\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def course(course_with, once) -> Path:
    """A graded class in a folder that all processes of a run share, so nothing changes it."""

    def fill(empty: Path) -> None:
        folder = course_with(empty / "course", STUDENTS)
        nbgrader(folder, "autograde", ASSIGNMENT)
        nbgrader(folder, "generate_feedback", ASSIGNMENT)
        nbgrader(folder, "export", f"--CsvExportPlugin.to={folder / 'grades.csv'}")

    return once("round-trip", fill) / "course"


@pytest.fixture(scope="module")
def gradebook(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        yield gradebook


def automatic(gradebook: Gradebook, student: str) -> dict[str, tuple[float, float]]:
    """Automatic score and its maximum of each automatically graded cell, by grade id."""
    submission = gradebook.find_submission(ASSIGNMENT, student)
    return {
        grade.cell.name: (grade.auto_score, grade.max_score)
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.cell.cell_type == "code"
    }


@pytest.mark.parametrize("student", ["solved", "own"])
def test_right_answers_get_every_automatic_point(gradebook, student):
    assert {name: got for name, (got, most) in automatic(gradebook, student).items() if got != most} == {}


def test_automatic_points_are_the_contracts(gradebook):
    notebooks = {notebook.name: notebook for notebook in gradebook.find_submission(ASSIGNMENT, "solved").notebooks}
    assert {name: notebooks[name].score for name in AUTOMATIC} == AUTOMATIC
    assert sum(notebook.max_score for notebook in notebooks.values()) == 100


def test_blanks_get_none(gradebook):
    assert {name: got for name, (got, _) in automatic(gradebook, "blank").items() if got} == {}


def test_written_answers_wait_for_a_reader(gradebook):
    notebook = gradebook.find_submission_notebook("6.4-comprehension", ASSIGNMENT, "solved")
    waiting = [grade.cell.name for grade in notebook.grades if grade.needs_manual_grade]
    assert len(waiting) == 5
    assert not gradebook.find_submission_notebook("6.1-pyramiding", ASSIGNMENT, "solved").needs_manual_grade


@pytest.mark.parametrize("student", [student.name for student in STUDENTS])
def test_feedback_is_there_for_every_notebook(course, student):
    pages = {path.stem for path in (course / "feedback" / student / ASSIGNMENT).glob("*.html")}
    assert pages >= {*AUTOMATIC, "6.4-comprehension"}


def test_feedback_shows_no_hidden_test(course):
    for page in (course / "feedback").rglob("*.html"):
        text = page.read_text()
        assert "answer_key" not in text, page
        assert "HIDDEN TESTS" not in text, page
        assert "MARK SCHEME" not in text, page


def test_export_has_a_row_for_every_student(course):
    with (course / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {student.name for student in STUDENTS}
    score = {student: float(row["raw_score"]) for student, row in rows.items()}
    assert score["solved"] == score["own"] > score["copied"] > score["blank"] == 0


def test_somebody_elses_numbers_are_recognised(course, gradebook):
    assert number_of("own") != number_of("copied")
    lost = {name for name, (got, most) in automatic(gradebook, "copied").items() if got < most}
    assert {"test_q1_stop_risk", "test_q1_peak_stop_risk", "test_q3_sharpe_with_correlation"} <= lost
    assert all(name.startswith(("test_q1_", "test_q3_", "test_q5_")) for name in lost)
    record = json.loads((course / "autograded" / ".proctor" / ASSIGNMENT / "copied.json").read_text())
    facts = [fact for notebook in record["notebooks"] for fact in notebook["evidence"]]
    own, copied = number_of("own"), number_of("copied")
    assert f"the answer `q1_stop_risk` is right for variant {own}; this student has variant {copied}" in facts
    page = (course / "feedback" / "copied" / ASSIGNMENT / "6.4-comprehension.html").read_text()
    assert "This is right for another student" in page


def test_sample_class_lays_every_answer_into_a_cell_that_exists(course_with, tmp_path):
    course = course_with(tmp_path / "course", CLASS)
    handed_in = {path.parent.parent.name for path in (course / "submitted").rglob("*.ipynb")}
    assert handed_in == {student.name for student in CLASS}
