"""The example courses go through make targets by name and get plain nbgrader's points."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests import commands

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SUBMISSIONS: dict[str, dict[str, dict[str, str]]] = {
    "shapes": {
        "right": {},
        "blank": dict.fromkeys(("circle", "table", "plot", "largest"), ""),
        "half": {
            "circle": "class Circle:\n    def __init__(self, radius):\n        self.radius = radius\n"
                      "    def area(self):\n        return math.pi * self.radius**2",
            "plot": "fig, ax = plt.subplots()\nax.plot(range(11), [math.pi * r**2 for r in range(11)]);",
            "table": "def print_areas(radii):\n    for radius in radii:\n        print(radius, math.pi * radius**2)",
        },
        "otherwise": {
            "circle": "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Circle:\n    radius: float\n"
                      "    def __post_init__(self):\n        if self.radius < 0:\n            raise ValueError(self.radius)\n"
                      "    def area(self):\n        return math.pi * self.radius**2\n"
                      "    def scaled(self, factor):\n        return Circle(self.radius * factor)",
            "table": "def print_areas(radii):\n    print('\\n'.join('%d: %.2f' % (r, math.pi * r * r) for r in radii))",
            "plot": "import numpy as np\nr = np.arange(11)\nfig, ax = plt.subplots()\nax.plot(r, np.pi * r**2, 'o')\n"
                    "ax.set(xlabel='r', ylabel='A');",
            "largest": "import itertools\ndef largest(values, key):\n    return sorted(values, key=key)[-1]\n"
                       "def growing():\n    return (2**n for n in itertools.count())",
        },
    },
    "weather": {
        "right": {"explain": "It is south."},
        "blank": dict.fromkeys(("load", "warmest", "save", "explain"), ""),
        "half": {
            "load": "days = pd.read_csv('temperatures.csv')\nmeans = days.groupby('city')['celsius'].mean()",
            "warmest": "def warmest(frame, city):\n    return fahrenheit(frame[frame['city'] == city]['celsius'].max())",
            "explain": "Because.",
        },
        "otherwise": {
            "load": "import csv\nrows = list(csv.DictReader(open('temperatures.csv')))\ndays = pd.DataFrame(rows)\n"
                    "days['date'], days['celsius'] = pd.to_datetime(days['date']), days['celsius'].astype(int)\n"
                    "means = days.pivot_table(index='city', values='celsius')['celsius']",
            "save": "def save_means(frame, name):\n    with open(name, 'w') as file:\n        file.write('city,celsius\\n')\n"
                    "        for city, rows in frame.groupby('city'):\n"
                    "            file.write(f\"{city},{rows['celsius'].mean()}\\n\")",
            "explain": "Rome is warmer.",
        },
    },
}


def run(course: Path, *command: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("COURSE_ROOT", None)
    done = commands.run(*command, cwd=course, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def make(course: Path, *targets: str) -> str:
    """Make targets of this repository for another course folder, whose assignment has its name."""
    given = {**os.environ, "COURSE_ROOT": str(course), "ASSIGNMENT": course.name, "WORKERS": "2"}
    given.pop("GRADEBOOK_URL", None)
    done = subprocess.run(["make", *targets], cwd=ROOT, env=given, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def hand_in(course: Path, name: str) -> None:
    """The submissions of an example, made from its release and the instructor's solutions."""
    source = nbformat.read(course / "source" / name / f"{name}.ipynb", as_version=4)
    solved = {cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in source.cells if "nbgrader" in cell.metadata}
    for student, answers in SUBMISSIONS[name].items():
        folder = course / "submitted" / student / name
        shutil.copytree(course / "release" / name, folder)
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution"):
                cell.source = answers.get(marks["grade_id"], re.sub(r"\n?### (BEGIN|END) SOLUTION", "", solved[marks["grade_id"]]))
        nbformat.write(notebook, folder / f"{name}.ipynb")


def scores(course: Path, name: str) -> dict[tuple[str, str], float | None]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", name) as gradebook:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(name)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def look_at_the_other_targets(course: Path) -> None:
    """Every make target about a graded class, by the assignment's name.

    What each leaves behind lies in its course folder.
    """
    said = make(course, "status", "regrade", "feedback", "report", "export")
    assert "4 awaiting marks" in said
    assert f"0 of 4 would change: {course / 'report' / course.name}-regrade.html" in said
    made = [".html", "-regrade.html", "-regrade.csv", *(f"-grades-{form}.csv" for form in ("csv", "questions", "canvas", "moodle"))]
    assert {path.name for path in (course / "report").glob("*")} == {course.name + ending for ending in made}
    assert len(list((course / "feedback").rglob("feedback.html"))) == 4


@pytest.mark.long
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_points_are_those_of_plain_nbgrader(name: str, tmp_path: Path) -> None:
    ours, plain = tmp_path / name, tmp_path / "plain"
    shutil.copytree(EXAMPLES / name, ours)
    if name == "weather":
        make(ours, "release")
    else:
        run(ours, "nbgrader", "generate_assignment", name, "--create")
    hand_in(ours, name)
    shutil.copytree(ours, plain)
    config = (plain / "nbgrader_config.py").read_text()
    (plain / "nbgrader_config.py").write_text(re.sub(r"(?m)^(import proctor|proctor\.configure.*)$", "", config))
    if name == "weather":
        make(ours, "grade-class")
    else:
        run(ours, "proctor", "grade", name, "--workers", "2")
    run(plain, "nbgrader", "autograde", name, "--create")
    found, wanted = scores(ours, name), scores(plain, name)
    by_machine = {cell: score for cell, score in wanted.items() if cell[1].startswith("test_")}
    assert {cell: found[cell] for cell in by_machine} == by_machine
    assert len(set(by_machine.values())) > 2
    if name == "weather":
        assert found["half", "explain"] is None
        look_at_the_other_targets(ours)
    else:
        assert found["half", "test_circle"] == 0
