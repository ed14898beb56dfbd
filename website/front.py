"""The front page: sections, minutes and points, and what a student has to know."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from phase6 import cockpit

from website.lessons import makes_explorer
from website.pages import TEMPLATES

MEASURED = Path(__file__).with_name("seconds.json")
"""Seconds from a click to an explorer that moves, the first time and again.

`make bench-site` measured them.
"""
WORDS_A_MINUTE = 200
MINUTES_A_CELL = 0.5
MINUTES_AN_EXPLORER = 4
MINUTES_A_POINT = 2
SAYS = re.compile(r"^\*About (\d+) minutes\b", re.MULTILINE)
"""The line of a lesson that says how long it takes."""
START = "start-here"
"""In the name of the page that comes before all others."""


def title_of(notebook: NotebookNode) -> str:
    """The first heading."""
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return str(next(line.lstrip("# ") for line in lines if line.startswith("# ")))


def _to_five(minutes: float) -> int:
    return max(5, round(minutes / 5) * 5)


def minutes_of(lesson: NotebookNode) -> int:
    """About how long a lesson takes: as it says itself, else by its words and cells, to five."""
    if said := SAYS.search("\n".join(cell.source for cell in lesson.cells[:1])):
        return int(said[1])
    words = sum(len(cell.source.split()) for cell in lesson.cells if cell.cell_type == "markdown")
    cells = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    explorers = sum(map(makes_explorer, cells))
    return _to_five(words / WORDS_A_MINUTE + MINUTES_A_CELL * len(cells) + MINUTES_AN_EXPLORER * explorers)


def points_of(exercise: NotebookNode) -> float:
    """The points that an exercise notebook gives."""
    return float(sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in exercise.cells))


@dataclass(frozen=True)
class Exercise:
    """The graded notebook of a section, and where it lies in the site."""

    path: str
    points: float
    minutes: int


@dataclass(frozen=True)
class Section:
    """A section of the unit.

    Its lesson, the lesson's plain page, and its exercise if it has one.
    """

    number: str
    title: str
    lesson: str
    page: str
    minutes: int
    exercise: Exercise | None = None


def number_of(path: Path) -> str:
    """The section's number, with which the names of its notebooks begin."""
    match = re.match(r"\d+\.\d+", path.name)
    if match is None:
        raise ValueError(f"{path.name} does not begin with the number of a section, such as 6.1")
    return match.group()


def sections(lessons: Path, exercises: Path, places: tuple[str, str]) -> list[Section]:
    """All sections in order; ``places`` are the folders of lessons and exercises in the site."""
    graded = {number_of(path): path for path in sorted(exercises.glob("*.ipynb"))}
    known = {section.number: section.minutes[1] for section in cockpit.SECTIONS}
    found = []
    for path in sorted(lessons.glob("*.ipynb"), key=lambda path: (number_of(path), START not in path.stem, path.stem)):
        lesson = nbformat.read(path, as_version=4)
        number = number_of(path)
        title = re.sub(rf"^{re.escape(number)}\s*", "", title_of(lesson))
        work = None
        if number in graded:
            points = points_of(nbformat.read(graded[number], as_version=4))
            minutes = known.get(number, _to_five(MINUTES_A_POINT * points))
            work = Exercise(f"{places[1]}/{graded[number].name}", points, minutes)
        place = f"{places[0]}/{path.name}"
        found.append(Section(number, title, place, f"read/{path.stem}.html", minutes_of(lesson), work))
    return found


def write_front(target: Path, found: list[Section], size: int) -> None:
    """Write the front page; ``size`` is how many bytes Python takes."""
    seconds = json.loads(MEASURED.read_text())
    page = TEMPLATES.get_template("front.html").render(
        sections=found,
        points=sum(section.exercise.points for section in found if section.exercise),
        first=round(seconds["first"]),
        again=round(seconds["again"]),
        megabytes=round(size / 1e6),
    )
    target.write_text(page)
