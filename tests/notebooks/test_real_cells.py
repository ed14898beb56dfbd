"""The lessons' cells on real prices, without the package that holds them.

They say how to get it, and nothing fails. With it they run as every other cell does, in
test_lessons.py.
"""

import importlib.util
from pathlib import Path

import nbformat
import pytest
from phase6 import real

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"


def cells(lesson):
    """The cells under the heading about real prices."""
    (path,) = LESSONS.glob(f"{lesson}-*.ipynb")
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and "real." in cell.source]


@pytest.mark.parametrize("lesson", ["6.1", "6.3"])
def test_without_the_extra_the_cells_say_how_to_get_it(lesson, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = cells(lesson)
    assert len(found) >= 2
    names = {}
    for cell in found:
        exec(compile(cell.source, lesson, "exec"), names)
    assert capsys.readouterr().out.strip() == real.HOW


@pytest.mark.parametrize("lesson", ["6.1", "6.3"])
def test_what_is_saved_comes_from_real_prices(lesson):
    said = "".join(output.get("text", "") for cell in cells(lesson) for output in cell.outputs)
    assert "S&P 500" in said
    assert "pip install" not in said
