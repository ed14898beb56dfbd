"""The notebook that is graded: the instructor's, with only the student's answers and own cells laid into it.

Everything else of a submission (tests, locked cells, tags, metadata, outputs, order) is evidence, not input. What was odd about the
submission is kept as notes, one plain sentence each.
"""

import copy
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.preprocessors import ClearMarkScheme, ClearSolutions

from proctor.bridge.outputs import printable

MAX_BYTES = 50_000_000
MAX_CELLS = 500
MAX_SOURCE = 200_000
MAX_SOURCES = 2_000_000
MAX_PARTS = 1_000_000
"""Brackets in a file: each may become an object of a hundred bytes."""
ADDED = "added"


@dataclass(frozen=True)
class Handed:
    """A notebook as handed in: its cells as far as they can be read, what was wrong with the file, and whether there is one."""

    cells: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    readable: bool = True
    there: bool = True


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to grade, notes for the student, grade ids of answers that were not there, whether the file
    could be read, grade ids of answers that differ from what was released, and the instructor's notebook."""

    notebook: NotebookNode
    notes: tuple[str, ...] = ()
    missing: frozenset[str] = field(default_factory=frozenset)
    readable: bool = True
    answered: frozenset[str] = field(default_factory=frozenset)
    source: NotebookNode | None = None


ABSENT = Handed(notes=("This notebook was not handed in.",), readable=False, there=False)


def read_handed(path: Path | None) -> Handed:
    """What a student handed in, read so that no file can stop the grading."""
    if path is None or not os.path.isfile(path):  # noqa: PTH113 (Path's raises where a folder may not be entered)
        return ABSENT
    return parse_handed(content_of(path))


def parse_handed(content: bytes | None, known: tuple[str, ...] = ()) -> Handed:
    """The bytes of a submitted file as a notebook; None stands for a file that was not read, ``known`` are notes about it."""
    if content is None or content.count(b"{") + content.count(b"[") > MAX_PARTS:
        size = f"{MAX_BYTES // 10**6} MB or {MAX_PARTS:,} parts"
        why = f"The file was not read: it is a link, cannot be opened, or is larger than {size}."
        return Handed(notes=(*known, why), readable=False)
    notes = list(known)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        notes.append("The file is not UTF-8; letters beyond ASCII may look odd.")
    try:
        notebook = nbformat.reader.reads(text)
        if notebook.get("nbformat", 4) < 4:
            notes.append(f"The file is of the old notebook format {notebook.nbformat}; it was converted.")
            notebook = nbformat.convert(notebook, 4)
        cells = list(notebook["cells"])
    except Exception as error:
        reason = "it is cut off or damaged" if isinstance(error, ValueError | nbformat.reader.NotJSONError) else type(error).__name__
        return Handed(notes=(*notes, f"The file could not be read as a notebook: {reason}."), readable=False)
    return Handed(tuple(_plain_cells(cells, notes)), tuple(notes))


def content_of(path: Path, most: int = MAX_BYTES) -> bytes | None:
    """What a submitted file holds; None when there is none, or it is larger than ``most``, or what is there is no file of its own.

    A link could lead to anyone's work, in place of the file or of the folder that it was handed in with; a pipe could wait for ever.
    """
    try:
        if path.parent.is_symlink():
            return None
        with open(path, "rb", opener=_open) as opened:
            about = os.fstat(opened.fileno())
            return opened.read(most) if stat.S_ISREG(about.st_mode) and about.st_size <= most else None
    except OSError:
        return None


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _plain_cells(cells: Iterable[Any], notes: list[str]) -> Iterable[dict[str, Any]]:
    left = MAX_SOURCES
    for position, cell in enumerate(cells):
        if position >= MAX_CELLS:
            notes.append(f"Only the first {MAX_CELLS} cells were looked at.")
            return
        if not isinstance(cell, dict) or cell.get("cell_type") not in {"code", "markdown", "raw"}:
            continue
        source = cell.get("source", "")
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if len(source) > MAX_SOURCE:
            notes.append(f"Cell {position + 1} has more than {MAX_SOURCE:,} characters and was left out.")
            continue
        left -= len(source)
        if left < 0:
            notes.append(f"Only the first {MAX_SOURCES:,} characters in cells were looked at.")
            return
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = marks.get("grade_id") if isinstance(marks, dict) else None
        identity = cell.get("id")
        yield {
            "cell_type": cell["cell_type"],
            "source": printable(source),
            "grade_id": printable(name) if isinstance(name, str) else None,
            "id": identity if isinstance(identity, str) else None,
            "tags": [str(tag)[:80] for tag in tags[:20]] if isinstance(tags, list) else [],
        }


def skeleton(source: NotebookNode) -> NotebookNode:
    """The instructor's notebook with solutions and mark schemes taken out, hidden tests left in, outputs cleared."""
    notebook = copy.deepcopy(source)
    resources: dict[str, Any] = {}
    notebook, resources = ClearSolutions().preprocess(notebook, resources)
    notebook, resources = ClearMarkScheme().preprocess(notebook, resources)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def rebuild(source: NotebookNode, handed: Handed) -> Rebuilt:
    """The instructor's ``source`` notebook with what a student may write taken from ``handed``.

    Answers go into the cells of their grade id. Cells without a grade id that the instructor left open are the student's. Cells that
    the student added follow the cell they followed in the submission; so does a second cell with the grade id of an answer.
    """
    notebook = skeleton(source)
    places = {name: place for place, cell in enumerate(notebook.cells) if (name := grade_id(cell))}
    open_cells = {cell.get("id"): place for place, cell in enumerate(notebook.cells) if not grade_id(cell)}
    by_text = {(cell.cell_type, cell.source): place for place, cell in enumerate(notebook.cells) if not grade_id(cell)}
    seen: set[str] = set()
    answered: set[str] = set()
    after: dict[int, list[NotebookNode]] = {}
    notes = list(handed.notes)
    anchor = -1
    for cell in handed.cells:
        name = cell["grade_id"]
        if name in places:
            place = places[name]
            target = notebook.cells[place]
            if not utils.is_solution(target):
                anchor = place
            elif name not in seen:
                seen.add(name)
                anchor = place
                if target.source.strip() != cell["source"].strip():
                    answered.add(name)
                target.source = cell["source"]
            else:
                notes.append(f"The answer `{name}` is there twice; both are run, one after the other.")
                _add(after, place, cell)
            continue
        if name is None and (cell["id"] in open_cells or (cell["cell_type"], cell["source"]) in by_text):
            anchor = open_cells.get(cell["id"], by_text.get((cell["cell_type"], cell["source"]), anchor))
            if notebook.cells[anchor].cell_type == cell["cell_type"]:
                notebook.cells[anchor].source = cell["source"]
            continue
        _add(after, anchor, cell)
    missing = frozenset(name for name, place in places.items() if utils.is_solution(notebook.cells[place]) and name not in seen)
    if handed.readable and missing:
        notes.append(f"The submission has no cell for {', '.join(f'`{name}`' for name in sorted(missing))}.")
    cells = list(after.get(-1, []))
    for place, cell in enumerate(notebook.cells):
        cells += [cell, *after.get(place, [])]
    notebook.cells = cells
    notebook.metadata = copy.deepcopy(source.metadata)
    notebook.metadata["proctor"] = {"notes": notes, "missing": sorted(missing), "readable": handed.readable}
    return Rebuilt(notebook, tuple(notes), missing, handed.readable, frozenset(answered), source)


def grade_id(cell: NotebookNode) -> str | None:
    """The grade id of a cell, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _add(after: dict[int, list[NotebookNode]], place: int, cell: dict[str, Any]) -> None:
    if cell["cell_type"] == "raw" or not cell["source"].strip():
        return
    make = new_code_cell if cell["cell_type"] == "code" else new_markdown_cell
    position = sum(map(len, after.values()))
    after.setdefault(place, []).append(make(cell["source"], id=f"added-{position}", metadata={"proctor": {"role": ADDED}}))


def empty() -> NotebookNode:
    """A notebook without cells, for a file that cannot be read."""
    return new_notebook()
