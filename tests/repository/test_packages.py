"""The three packages stand alone.

Their wheels are whole, and grade a course in an environment that has nothing else.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ("phase6", "proctor", "answer_key")
NOT_SHIPPED = {"pyproject.toml", "README.md", "LICENSE"}


def run(*command: str | Path, **options) -> str:
    """What a command prints; the test fails with its output when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.mark.parametrize("package", PROJECTS)
def test_a_wheel_holds_every_file_of_its_package(package, wheels):
    with zipfile.ZipFile(wheels[package]) as archive:
        held = {name for name in archive.namelist() if name.startswith(f"{package}/")}
    listing = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", f"lib/{package}", cwd=ROOT)
    tracked = {name.removeprefix("lib/") for name in listing.split("\0") if name and (ROOT / name).is_file()}
    assert tracked - {f"{package}/{name}" for name in NOT_SHIPPED} == held
    assert f"{package}/py.typed" in held


def test_the_index_would_take_the_wheels(wheels):
    assert "FAILED" not in run(sys.executable, "-m", "twine", "check", "--strict", *wheels.values())


def course(root: Path) -> None:
    """A course of one notebook with two cells, one right and one wrong submission."""

    def marks(name: str, **more: object) -> dict[str, object]:
        base = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False}
        return {"nbgrader": base | more}

    answer = "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION"
    cells = [
        new_code_cell(answer, metadata=marks("double", solution=True)),
        new_code_cell("assert double(4) == 8", metadata=marks("test_double", grade=True, locked=True, points=2)),
    ]
    source = root / "source" / "sums" / "sums.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), source)
    (root / "nbgrader_config.py").write_text("import proctor\nc = get_config()\nproctor.configure(c)\n")


def hand_in(root: Path, student: str, answer: str) -> None:
    released = nbformat.read(root / "release" / "sums" / "sums.ipynb", as_version=4)
    released.cells[0].source = answer
    place = root / "submitted" / student / "sums"
    place.mkdir(parents=True)
    nbformat.write(released, place / "sums.ipynb")


@pytest.mark.long
def test_installed_from_its_wheel_alone_proctor_grades_a_course(installed, clean, tmp_path):
    root = tmp_path / "course"
    course(root)
    # By their paths, as from an environment that is not activated.
    run(installed / "bin" / "nbgrader", "generate_assignment", "sums", cwd=root, env=clean)
    hand_in(root, "right", "def double(x):\n    return x + x")
    hand_in(root, "wrong", "def double(x):\n    return x + 2")
    run(installed / "bin" / "proctor", "grade", "sums", cwd=root, env=clean)
    run(installed / "bin" / "proctor", "feedback", "sums", cwd=root, env=clean)
    run(installed / "bin" / "proctor", "report", "sums", cwd=root, env=clean)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        points = {student: gradebook.find_submission("sums", student).score for student in ("right", "wrong")}
    assert points == {"right": 2, "wrong": 0}
    run(installed / "bin" / "python", "-c", "import answer_key; assert answer_key.exercises()", cwd=root, env=clean)
