"""Honest work keeps every point it earned, whatever has been done to the file.

An editor, a habit or an old release may have done it.
"""

from typing import Any

import pytest
from nbformat import NotebookNode
from proctor.grading.flags import evidence
from proctor.grading.matching import grade_id
from proctor.grading.notebook import examine
from proctor.grading.rebuild import rebuild
from proctor.settings import Settings

from tests.proctor.making import handed_in, source_notebook, write
from tests.proctor.oddities import ODDITIES, PIXEL

QUICK = Settings(cell_timeout=10.0, notebook_timeout=60.0)
FULL = {"test_double": 3, "test_shift": 2, "test_answer": 1}


def handed(name, tmp_path):
    made, path = ODDITIES[name](), tmp_path / "toys.ipynb"
    if isinstance(made, bytes):
        path.write_bytes(made)
    elif made.nbformat_minor > 5 or any("id" in cell for cell in made.cells) != (made.nbformat_minor > 4):
        path.write_text(__import__("json").dumps(made))
    else:
        write(NotebookNode(made), path)
    return handed_in(path)


@pytest.mark.parametrize("name", ODDITIES)
def test_honest_work_keeps_its_points(name, tmp_path, server):
    examined = examine(rebuild(source_notebook(), handed(name, tmp_path)), QUICK, server=server)
    assert {verdict.name: verdict.points for verdict in examined.verdicts} == FULL, [v.message for v in examined.verdicts]


def test_there_are_enough_of_them():
    assert len(ODDITIES) >= 120


@pytest.mark.parametrize(
    "name", ["marks of one answer and all ids lost", "marks of the written answer lost", "an answer replaced by a new cell"]
)
def test_an_answer_that_lost_its_name_is_recognised_and_says_so(name, tmp_path):
    built = rebuild(source_notebook(), handed(name, tmp_path))
    assert "why" in built.answered
    assert any("had lost its name" in note for note in built.notes)


def test_a_pasted_picture_stays_with_the_answer(tmp_path):
    built = rebuild(source_notebook(), handed("a picture pasted into the answer", tmp_path))
    answer = next(cell for cell in built.notebook.cells if grade_id(cell) == "why")
    assert answer.attachments == {"x.png": {"image/png": PIXEL}}


def test_an_older_release_is_no_tampering(tmp_path):
    from nbgrader.utils import compute_checksum

    notebook: Any = ODDITIES["an older release: another test"]()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    cells = handed_in(write(notebook, tmp_path / "toys.ipynb")).cells
    assert evidence(source_notebook(), cells) == []
    next(cell for cell in notebook.cells if grade_id(cell) == "test_double").source = "assert True"
    assert len(evidence(source_notebook(), handed_in(write(notebook, tmp_path / "toys.ipynb")).cells)) == 1
