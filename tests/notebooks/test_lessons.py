"""Every lesson, run from the top in a fresh kernel, says again what is saved in it.

Of pictures the text alternative counts.
"""

import copy
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONG = ("6.1", "6.2", "6.3", "6.4", "6.5")
"""Lessons that take 10 seconds and more; the browser site's tests run 6.1 whole in any case."""
SAID = ("text/plain", "text/html", "text/markdown", "text/latex")
"""Kinds of output that are compared; pixels are not."""


def runner() -> ModuleType:
    """`scripts/run_lessons.py`, which saves the lessons: what it does to them is done here too."""
    specification = importlib.util.spec_from_file_location("run_lessons", ROOT / "scripts" / "run_lessons.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def said(cell: NotebookNode) -> list[tuple[str, str]]:
    """What a code cell says, as (kind, text).

    Printed text in one piece a stream, results without the bytes of pictures.
    """
    streams: dict[str, str] = {}
    results = []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        elif output.output_type == "error":
            results.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            results += [(kind, output.data[kind]) for kind in SAID if kind in output.data]
    results = [(kind, re.sub(r"data:image/[^\"')\s]+", "picture", text)) for kind, text in results]
    return [*streams.items(), *results]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def differences(saved: NotebookNode, fresh: NotebookNode) -> list[str]:
    """A sentence for each code cell that says something else in ``fresh`` than in ``saved``."""
    found = []
    for before, after in zip(code_cells(saved), code_cells(fresh), strict=True):
        if said(before) != said(after):
            found.append(f"cell {before.id}\n  saved: {said(before)}\n  now:   {said(after)}")
    return found


def complaints(notebook: NotebookNode) -> list[str]:
    """What cells wrote to stderr, warnings for instance."""
    return [f"cell {cell.id}: {text}" for cell in code_cells(notebook) for kind, text in said(cell) if kind == "stderr"]


def test_there_is_a_lesson_for_every_section():
    begins = {path.name.split("-")[0] for path in LESSONS}
    assert begins == {f"6.{number}" for number in range(6)}


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem, marks=[pytest.mark.long] * path.name.startswith(LONG)) for path in LESSONS]
)
def test_a_lesson_says_again_what_is_saved(path):
    saved = nbformat.read(path, as_version=4)
    fresh = copy.deepcopy(saved)
    for cell in code_cells(fresh):
        cell.outputs, cell.execution_count = [], None
    script = runner()
    script.execute(fresh)
    script.settle(fresh)
    assert complaints(fresh) == []
    assert differences(saved, fresh) == []


def notebook(*outputs: NotebookNode) -> NotebookNode:
    return new_notebook(cells=[new_code_cell("1", id="one", outputs=list(outputs))])


def picture(data: str, alt: str) -> NotebookNode:
    return new_output("display_data", {"text/html": f'<img alt="{alt}" src="data:image/png;base64,{data}">', "image/png": data})


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


@pytest.mark.parametrize(
    ("saved", "fresh", "same"),
    [
        ([printed("1.50\n")], [printed("1.50\n")], True),
        ([printed("1.50\n")], [printed("1.5"), printed("0\n")], True),
        ([printed("1.50\n")], [printed("1.51\n")], False),
        ([printed("1.50\n")], [printed("1.50\n", "stderr")], False),
        ([printed("1.50\n")], [], False),
        ([picture("AAAA", "up")], [picture("BBBB", "up")], True),
        ([picture("AAAA", "up")], [picture("AAAA", "down")], False),
        ([new_output("execute_result", {"text/plain": "3"})], [new_output("execute_result", {"text/plain": "4"})], False),
        ([printed("1\n")], [printed("1\n"), new_output("error", ename="ValueError", evalue="no", traceback=[])], False),
    ],
)
def test_a_changed_text_is_seen_and_a_changed_pixel_is_not(saved, fresh, same):
    assert (differences(notebook(*saved), notebook(*fresh)) == []) == same


def test_a_warning_is_a_complaint():
    assert complaints(notebook(printed("fine\n"))) == []
    assert complaints(notebook(printed("RuntimeWarning: overflow\n", "stderr"))) == ["cell one: RuntimeWarning: overflow\n"]
