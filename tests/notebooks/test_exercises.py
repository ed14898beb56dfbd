"""Every check of an exercise notebook can be run without the others.

Run All goes on past what fails.
"""

import json
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
