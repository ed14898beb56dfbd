"""A toy course: one notebook with two coded questions, a value and a written answer.

It has nothing to do with trading.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from proctor.grading.matching import HandedCell
from proctor.grading.rebuild import Handed
from proctor.grading.submission import read_file

DOUBLE = "def double(x):\n    return 2 * x"
SHIFT = "def shift(values, by=1):\n    return [value + by for value in values]"
VALUE = "answer = 42"


def marks(name: str, **kinds) -> dict:
    """nbgrader metadata of a cell."""
    known = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": {**known, **kinds}}


def locked(name: str, source: str) -> NotebookNode:
    return new_code_cell(source, id=name, metadata=marks(name, locked=True))


def solution(name: str, source: str) -> NotebookNode:
    return new_code_cell(source, id=name, metadata=marks(name, solution=True))


def graded(name: str, source: str, points: float) -> NotebookNode:
    return new_code_cell(source, id=name, metadata=marks(name, grade=True, locked=True, points=points))


def source_notebook() -> NotebookNode:
    """The instructor's version."""
    text = new_markdown_cell(
        "because\n=== BEGIN MARK SCHEME ===\nthe scheme\n=== END MARK SCHEME ===",
        id="why", metadata=marks("why", grade=True, solution=True, points=2),
    )
    cells = [
        new_markdown_cell("# Toys\nSee [the lesson](../../notebooks/toys.ipynb).", id="head"),
        locked("preamble", "import math\nbase = [1, 2, 3]"),
        new_markdown_cell("## Doubling", id="about-double"),
        solution("double", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
        graded("test_double", "assert double(2) == 4, 'double(2) is 4'\n### BEGIN HIDDEN TESTS\n"
               "assert double(math.pi) == 2 * math.pi, 'a secret rule'\n### END HIDDEN TESTS", 3),
        solution("shift",
                 "def shift(values, by=1):\n    ### BEGIN SOLUTION\n    return [v + by for v in values]\n    ### END SOLUTION"),
        graded("test_shift", "given = list(base)\nassert shift(given) == [2, 3, 4]\nassert given == base, 'the input was changed'", 2),
        new_code_cell("# room to try things", id="open"),
        solution("answer", "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION"),
        graded("test_answer", "assert answer == 42, 'not the answer'", 1),
        text,
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def released(**answers: str) -> NotebookNode:
    """A student's copy with some answers filled in."""
    from proctor.grading.rebuild import skeleton

    notebook = skeleton(source_notebook())
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = cell.source.split("### BEGIN HIDDEN TESTS")[0]
    return notebook


def right(**others: str) -> NotebookNode:
    """A student's copy with right answers, some replaced."""
    return released(**{"double": DOUBLE, "shift": SHIFT, "answer": VALUE, "why": "I think so.", **others})


def write(notebook: NotebookNode, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def handed_in(path: Path) -> Handed:
    """A notebook as grading reads it."""
    return read_file(path).parse()


def answered(name: str | None, source: str, identity: str | None = None) -> HandedCell:
    """A code cell as grading takes it from a submission."""
    return HandedCell(cell_type="code", source=source, grade_id=name, id=identity, tags=[], attachments={}, as_released=False)
