"""Every check of an exercise notebook can be run without the others.

Run All goes on past what fails.
"""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.utils import is_grade, is_solution

RELEASE = Path(__file__).resolve().parents[2] / "release" / "phase6"
NOTEBOOKS = sorted(RELEASE.glob("*.ipynb"))


def code_cells(path: Path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_answers_and_checks_and_nothing_else_may_fail(path):
    for cell in code_cells(path):
        may_fail = "raises-exception" in cell.metadata.get("tags", ())
        assert may_fail == (is_grade(cell) or is_solution(cell)), cell.source


def test_run_all_reaches_the_end_of_a_notebook_in_which_nothing_is_written():
    notebook = nbformat.read(next(path for path in NOTEBOOKS if path.name.startswith("6.4")), as_version=4)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    failed = [cell for cell in cells if "\"error\"" in json.dumps(cell.outputs)]
    assert [cell for cell in cells if is_grade(cell) or is_solution(cell)] == failed


def points_of(cells) -> float:
    return sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)


def sections(cells):
    """Cells of each question: what begins with a heading of the second level, up to the next."""
    starts = [place for place, cell in enumerate(cells) if cell.cell_type == "markdown" and cell.source.startswith("## ")]
    return [cells[one:other] for one, other in zip(starts, [*starts[1:], len(cells)], strict=True)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_points_that_a_prompt_names_are_those_of_its_cells(path):
    """In the introduction, in headings, in a list of parts, and above what is answered in words."""
    cells = nbformat.read(path, as_version=4).cells
    assert re.findall(r"^(\d+) points\.", cells[0].source, re.M) == [f"{points_of(cells):g}"]
    named = 0
    for section in sections(cells):
        heading, prompt = section[0].source.partition("\n")[0], section[0].source
        whole = [int(number) for number in re.findall(r"\((\d+) points\)$", heading)]
        parts = [re.findall(r" (\d+)(?=[,.] |[,.]$)", line) for line in re.findall(r"^Points: (.*?\d\.)(?: |$)", prompt, re.M)]
        assert whole in ([], [points_of(section)]), heading
        assert all(sum(map(int, part)) == points_of(section) for part in parts), heading
        named += len(whole) + len(parts)
        for place, cell in enumerate(section):
            words = re.match(r"\*\*In words \((\d+) points\)", cell.source) if cell.cell_type == "markdown" else None
            if words:
                assert points_of(section[place : place + 2]) == int(words[1]), cell.source
                named += 1
    assert named >= 1
