"""docs/grade-your-own-course.md, tried as a newcomer would.

Its blocks are run one after the other, from the built wheel.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.repository.fenced import blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "grade-your-own-course.md"
CONFIGURATION_LINES = 10


def hand_in(root, student, answer):
    released = nbformat.read(root / "release" / "week1" / "sums.ipynb", as_version=4)
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "total":
            cell.source = answer
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "why":
            cell.source = "Zero adds nothing."
    folder = root / "submitted" / student / "week1"
    folder.mkdir(parents=True)
    nbformat.write(released, folder / "sums.ipynb")


@pytest.mark.long
def test_the_page_gets_a_course_graded(installed, clean, wheels, tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    shutil.copy(wheels["proctor"], root)
    clean["PATH"] = f"{installed / 'bin'}:{clean['PATH']}"
    clean["UV_PYTHON"] = str(installed / "bin" / "python")
    (configured,) = [block for block in blocks(PAGE) if block.heading == "Configure"]
    assert len([line for line in configured.text.splitlines() if line]) <= CONFIGURATION_LINES
    for block in blocks(PAGE):
        if block.heading == "Configure":
            (root / "nbgrader_config.py").write_text(block.text)
            continue
        if block.heading == "Grade" and "proctor grade" in block.text:
            hand_in(root, "right", "def total(values):\n    return sum(value for value in values)")
            hand_in(root, "wrong", "def total(values):\n    return 6")
        if block.language == "python":
            command = [str(installed / "bin" / "python"), "-c", block.text]
        else:
            text = block.text.replace("pip install", f"{sys.executable} -m uv pip install --quiet --offline")
            command = ["sh", "-eu", "-c", text]
        done = subprocess.run(command, cwd=root, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block.text}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    released = (root / "release" / "week1" / "sums.ipynb").read_text()
    assert "every list" not in released
    assert "neutral element" not in released
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "sums") as gradebook:
        points = {student: gradebook.find_submission("week1", student).score for student in ("right", "wrong")}
    assert points == {"right": 3, "wrong": 0}
    page = (root / "feedback" / "wrong" / "week1" / "feedback.html").read_text()
    assert "1 written answer is still to be read" in page
    assert (root / "report" / "week1.html").is_file()
    assert (root / "report" / "week1-grades-csv.csv").is_file()
