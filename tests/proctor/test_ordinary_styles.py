"""Ordinary styles of question are graded as they stand.

A right answer gets the points, a blank none.
"""

import copy

import pytest
from nbformat.v4 import new_notebook
from proctor.grading.notebook import examine
from proctor.grading.rebuild import Handed, rebuild, skeleton
from proctor.settings import Settings

from tests.proctor.making import answered
from tests.proctor.styles import STYLES

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)


def cells_of(notebook):
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        yield {**answered(name, cell.source, cell.id), "cell_type": cell.cell_type}


def verdicts(name, server, *, blank):
    source = new_notebook(cells=copy.deepcopy(STYLES[name]))
    handed = Handed(tuple(cells_of(skeleton(source) if blank else source)))
    examined = examine(rebuild(source, handed), QUICK, server=server)
    assert not examined.failures or blank
    return [(verdict.points, verdict.most, verdict.message) for verdict in examined.verdicts]


@pytest.mark.parametrize("name", STYLES)
def test_a_right_answer_gets_every_point(name, server):
    for points, most, message in verdicts(name, server, blank=False):
        assert points == most, message


@pytest.mark.parametrize("name", [name for name in STYLES if name != "marked by hand"])
def test_a_blank_gets_none(name, server):
    assert {points for points, _, _ in verdicts(name, server, blank=True)} == {0}
