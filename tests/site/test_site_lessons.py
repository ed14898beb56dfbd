"""Lessons and exercises in the site.

Alive at once, whole, with the numbers that are printed in them, asking nobody else.
"""

import json
import re
from pathlib import Path

import pytest

from tests.marks import with_long
from tests.site.siting import EXERCISE, EXPLORER, PATIENCE, PICTURE, ROOT, SLIDER, errors, kernel_run, outputs, run_all, serious

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
QUICK = next(name for name in LESSONS if name.startswith("6.1"))
REAL_PRICES = "real."
"""In cells that ask for real prices: the site lacks their package, so they say how to get it."""


def printed(outputs):
    """What a cell printed."""
    return "".join("".join(each["text"]) for each in outputs if each["output_type"] == "stream" and each["name"] == "stdout")


def saved(path: Path):
    """The code cells of a lesson as saved: source and outputs."""
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    return [("".join(cell["source"]), cell["outputs"]) for cell in cells]


@pytest.mark.parametrize("view", with_long(["notebooks", "lab"], ["lab"]))
def test_a_lesson_shows_progress_then_an_explorer_that_follows_the_keyboard(visitor, view):
    page = visitor.open(f"notebooks/{QUICK}", view=view, ready=False)
    line = page.locator(".course-progress")
    line.get_by_text(re.compile(r"Python is loading, \d+ %")).wait_for(timeout=PATIENCE)
    assert line.bounding_box()["height"] > 15
    shares = []
    while page.evaluate("!document.querySelector('[data-python=ready]')"):
        shares.append(page.evaluate("document.querySelector('.course-progress:not([hidden]) progress')?.value ?? 1"))
        page.wait_for_timeout(50)
    assert shares == sorted(shares)
    assert len(set(shares)) >= 2
    assert shares[0] > 0, "Python began before JupyterLab was there"
    assert line.is_hidden()
    page.locator(PICTURE).first.wait_for(timeout=PATIENCE)
    before = page.locator(PICTURE).first.inner_html()
    page.locator(SLIDER).first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([picture, before]) => document.querySelector(picture).innerHTML !== before", arg=[PICTURE, before], timeout=PATIENCE
    )
    assert errors(page) == []
    assert serious(page, "{ include: ['.jp-RenderedMarkdown', '.phase6-explorer', '.course-line', '.course-button'] }") == []
    visitor.clean()


def check_lesson(visitor, page, name):
    """Run an open lesson whole: no error, its saved text, and every explorer with its picture."""
    explorers = page.evaluate(
        "jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.getMetadata('course')?.explorer).length"
    )
    run_all(page)
    assert errors(page) == []
    page.wait_for_function(
        "([explorer, count]) => document.querySelectorAll(explorer).length === count", arg=[EXPLORER, explorers], timeout=PATIENCE
    )
    assert page.locator(f"{EXPLORER}:has(.p6-picture svg)").count() == explorers
    cells = saved(ROOT / "notebooks" / name)
    for (source, there), here in zip(cells, outputs(page), strict=True):
        if REAL_PRICES not in source:
            assert printed(here) == printed(there), source
    visitor.clean()


MARKS = {name: pytest.mark.long if name == QUICK else pytest.mark.slow for name in LESSONS}


@pytest.mark.parametrize("name", [pytest.param(name, marks=mark) for name, mark in MARKS.items()])
def test_every_lesson_runs_whole_and_prints_the_saved_numbers(visitor, name):
    check_lesson(visitor, visitor.open(f"notebooks/{name}"), name)


def test_an_exercise_says_what_is_to_be_written(visitor):
    page = visitor.open(EXERCISE)
    run_all(page)
    said = errors(page)
    assert said
    code = "jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')"
    assert all(page.evaluate(f"{code}.map(cell => cell.model.executionCount)")), "Run All stopped at a check"
    assert all("NotImplementedError" in each or "not written yet" in each for each in said), said
    visitor.clean()


@pytest.mark.long
def test_numbers_without_a_seed_are_others_at_every_start(visitor):
    """Python goes on from a saved memory, in which the generators have a state."""
    code = "import random, numpy; print(random.random(), numpy.random.random())"
    seen = [kernel_run(visitor.open(f"notebooks/{QUICK}"), code).split() for _ in range(2)]
    assert all(first != second for first, second in zip(*seen, strict=True)), seen
