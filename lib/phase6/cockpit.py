"""Where a student stands: sections, links, minutes, points, checks, and what is still missing.

Everything is read from the student's own notebooks and from what their checks noted
(`phase6.progress`).

Examples
--------
As the last expression of a cell::

    from phase6 import cockpit

    cockpit.show()
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phase6 import progress
from phase6._notebook import batch_run

__all__ = ["Cockpit", "Section", "show"]

PLACES = ("../assignments/phase6", "assignments/phase6", ".", "../phase6", "../release/phase6")
"""Where the exercises may lie, seen from the asking notebook; students have them in the first."""
LEFT = 'style="text-align:left"'
UNWRITTEN = re.compile(r"YOUR (CODE|ANSWER) HERE|^\s*raise NotImplementedError", re.M)


@dataclass(frozen=True)
class Section:
    """A section of the unit.

    Attributes
    ----------
    number, title : str
        As in "6.1" and "Pyramiding".
    lesson, exercises : str
        File names of its two notebooks.
    minutes : (int, int)
        What lesson and exercises take, about.
    """

    number: str
    title: str
    lesson: str
    exercises: str
    minutes: tuple[int, int]


SECTIONS = (
    Section("6.1", "Pyramiding", "6.1-lesson-pyramiding.ipynb", "6.1-pyramiding.ipynb", (60, 90)),
    Section("6.2", "Scaling in and out", "6.2-lesson-scaling.ipynb", "6.2-scaling.ipynb", (50, 60)),
    Section("6.3", "A trend-following portfolio", "6.3-lesson-trend-portfolio.ipynb", "6.3-trend-portfolio.ipynb", (60, 75)),
    Section("6.4", "Comprehension", "6.4-lesson-comprehension.ipynb", "6.4-comprehension.ipynb", (50, 60)),
    Section("6.5", "Conviction sizing", "6.5-lesson-conviction-sizing.ipynb", "6.5-conviction-sizing.ipynb", (60, 45)),
)


@dataclass(frozen=True)
class Standing:
    """How far the exercises of a section are.

    Attributes
    ----------
    points : float
        What they give together.
    checks, passed : int
        How many checks there are, and how many passed when they were last run.
    missing : tuple of str
        What has to be done before handing in, in words.
    """

    points: float = 0.0
    checks: int = 0
    passed: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cockpit:
    """The table of sections; shows itself in a cell.

    Attributes
    ----------
    folder : Path or None
        Where the exercises lie; None where there are none.
    standings : dict of str to Standing
        By number of the section.
    """

    folder: Path | None
    standings: dict[str, Standing] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """What has to be done before handing in, section by section."""
        return [f"{number}: {word}" for number, standing in self.standings.items() for word in standing.missing]

    def __repr__(self) -> str:
        lines = [
            f"{section.number} {section.title}: {at.passed} of {at.checks} checks pass, {at.points:g} points"
            for section in SECTIONS
            if (at := self.standings[section.number])
        ]
        return "\n".join([*lines, *self.missing()])

    def _repr_html_(self) -> str:
        place = PLACES[0] if batch_run() or self.folder is None else self.folder.as_posix()
        rows = "".join(self._row(section, place) for section in SECTIONS)
        heads = f'<th scope="col" {LEFT}>Section</th><th scope="col">Points</th><th scope="col" {LEFT}>Your checks</th>'
        table = f"<table><caption>Your way through the unit</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return table + self._last_word()

    def _row(self, section: Section, place: str) -> str:
        at = self.standings[section.number]
        lesson, exercises = section.minutes
        done = f"{at.passed} of {at.checks} pass<br>{_bar(at.passed, at.checks)}" if not batch_run() else f"{at.checks}"
        name = f"<strong>{section.number} {html.escape(section.title)}</strong>"
        return (
            f'<tr><th scope="row" style="text-align:left;font-weight:normal">{name}<br>'
            f'<a href="{html.escape(section.lesson)}">Lesson</a>, {lesson} min · '
            f'<a href="{html.escape(place)}/{html.escape(section.exercises)}">Exercises</a>, {exercises} min</th>'
            f"<td>{at.points:g}</td><td {LEFT}>{done}</td></tr>"
        )

    def _last_word(self) -> str:
        if batch_run():
            return "<p>Run this cell to see how many of your own checks pass and what is missing before you hand in.</p>"
        if not (missing := self.missing()):
            count = len(SECTIONS)
            last = f"Hand in the {count} exercise notebooks, names unchanged. Fresh data decide the points."
            return f"<p><strong>Nothing is missing.</strong> {last}</p>"
        words = "".join(f"<li>{html.escape(word)}</li>" for word in missing)
        return f"<p><strong>Before you hand in:</strong></p><ul>{words}</ul>"


def show() -> Cockpit:
    """Where the student stands now, as far as the notebooks are saved; run the cell again later."""
    folder = next((place for place in map(Path, PLACES) if (place / SECTIONS[0].exercises).is_file()), None)
    done = progress.passed(folder) if folder is not None else frozenset()
    return Cockpit(folder, {section.number: _standing(section, folder, done) for section in SECTIONS})


def _standing(section: Section, folder: Path | None, done: frozenset[str]) -> Standing:
    if folder is None:
        return Standing(missing=(f"{section.exercises} was not found in {PLACES[0]}.",))
    try:
        cells = json.loads((folder / section.exercises).read_text(encoding="utf-8"))["cells"]
        described = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Standing(missing=(f"{section.exercises} cannot be read; its name must be unchanged.",))
    points, tests = 0.0, []
    unwritten: dict[str, list[str]] = {"code": [], "markdown": []}
    for cell, about in described:
        name = str(about.get("grade_id", ""))
        points += float(about.get("points") or 0.0)
        if about.get("solution"):
            if UNWRITTEN.search(_source(cell)):
                unwritten.setdefault(cell["cell_type"], []).append(name)
        elif about.get("grade"):
            tests.append(name.removeprefix("test_"))
    open_ones = [name for name in tests if name not in done]
    to_do = {
        "Not written yet": unwritten["code"],
        "Written answers that are empty": unwritten["markdown"],
        "Checks that have not passed yet": [name for name in open_ones if _owner(name) not in unwritten["code"]],
    }
    missing = tuple(f"{what}: {', '.join(names)}." for what, names in to_do.items() if names)
    return Standing(points, len(tests), len(tests) - len(open_ones), missing)


def _owner(test: str) -> str:
    """A test's exercise: ``pyramid_risk`` of ``pyramid_risk_sizes``, ``q1`` of ``q1_stop_risk``."""
    return test.split("_")[0] if re.match(r"q\d_", test) else test.rpartition("_")[0]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _bar(done: int, of: int) -> str:
    """Progress for the eye, as wide as there is room; the numbers stand before it."""
    return f'<progress aria-hidden="true" value="{done}" max="{max(of, 1)}" style="width:100%;max-width:8em"></progress>'
