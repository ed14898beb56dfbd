"""Figures with an error in the lessons.

Behind each stands a row of the evidence, or a reason why there is none.
"""

import re
from pathlib import Path

import nbformat
import pytest
from phase6 import evidence
from phase6.evidence.lessons import COVERED, WITHOUT_ROW

LESSONS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
IN_PROSE = re.compile(r"(?<![\w.])\d[\d.,]*\s*%|±\s*\d")
"""A share, or a figure's error, that someone wrote."""
TOPICS = {topic.name for topic in evidence.topics()}


def said(cell):
    """What a code cell prints or shows, as text."""
    parts = (output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", []))
    return " ".join(parts)


def claims(notebook):
    """Ids of the cells that claim a figure: "±" in what code says, a share or an error in prose."""
    for cell in notebook.cells:
        if (cell.cell_type == "code" and "±" in said(cell)) or (cell.cell_type == "markdown" and IN_PROSE.search(cell.source)):
            yield cell.id


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_claim_of_a_lesson_has_a_row_or_a_reason(path):
    number = path.stem[:3]
    known = {**COVERED.get(number, {}), **WITHOUT_ROW.get(number, {})}
    found = list(claims(nbformat.read(path, as_version=4)))
    missing = [cell for cell in found if cell not in known]
    assert missing == [], f"expected each of these cells of {path.name} in phase6.evidence.lessons, with its topic or a reason"


def test_what_is_said_to_stand_behind_a_cell_exists():
    cells = {}
    for path in LESSONS:
        cells.setdefault(path.stem[:3], set()).update(cell.id for cell in nbformat.read(path, as_version=4).cells)
    for number, table in (*COVERED.items(), *WITHOUT_ROW.items()):
        assert set(table) <= cells[number], f"cells that {number} does not have"
    assert {topic for table in COVERED.values() for topic in table.values()} <= TOPICS


def test_a_new_figure_is_found():
    notebook = nbformat.v4.new_notebook()
    new = nbformat.v4
    shown = new.new_code_cell("print()", id="shown", outputs=[new.new_output("stream", name="stdout", text="mean 3 ± 1\n")])
    quiet = new.new_code_cell("print()", id="quiet", outputs=[new.new_output("stream", name="stdout", text="mean 3\n")])
    written, silent = new.new_markdown_cell("It keeps 98.5 % of it.", id="written"), new.new_markdown_cell("Seed 42", id="silent")
    notebook.cells = [shown, quiet, written, silent]
    assert list(claims(notebook)) == ["shown", "written"]
