"""The notebook that is graded.

It is the instructor's, with only the student's answers and own cells laid into it. Everything else
of a submission (tests, locked cells, tags, metadata, outputs, order) is evidence, not input. What
was odd about the submission is kept as notes, one plain sentence each.
"""

import base64
import binascii
import copy
import itertools
import json
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.preprocessors import ClearMarkScheme, ClearSolutions
from traitlets.config import Config

from proctor.bridge.outputs import printable
from proctor.grading.matching import HandedCell, Matching, grade_id, match, names_bound
from proctor.grading.source_code import bound_names

MAX_BYTES = 50_000_000
MAX_CELLS = 500
MAX_SOURCE = 200_000
MAX_SOURCES = 2_000_000
MAX_PARTS = 1_000_000
"""Brackets in a file: each may become an object of a hundred bytes."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MAX_PICTURES = 10_000_000
"""Characters of pasted pictures that are kept of one notebook."""
PASTED = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=]+)")
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"')
ADDED = "added"


@dataclass(frozen=True)
class Handed:
    """A notebook as handed in.

    Its cells as far as they can be read, what was wrong with the file, and whether there is one.
    """

    cells: tuple[HandedCell, ...] = ()
    notes: tuple[str, ...] = ()
    readable: bool = True
    there: bool = True


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to grade, and what was found while it was rebuilt.

    ``notes`` are sentences for the student. ``missing`` holds the grade ids of answers that were
    not there, ``answered`` those of answers that differ from what was released. ``source`` is the
    instructor's notebook.
    """

    notebook: NotebookNode
    notes: tuple[str, ...] = ()
    missing: frozenset[str] = field(default_factory=frozenset)
    readable: bool = True
    answered: frozenset[str] = field(default_factory=frozenset)
    source: NotebookNode | None = None


ABSENT = Handed(notes=("This notebook was not handed in.",), readable=False, there=False)


def parse_handed(content: bytes | None, known: tuple[str, ...] = ()) -> Handed:
    """The bytes of a submitted file as a notebook.

    None stands for a file that was not read, ``known`` are notes about it.
    """
    if content is None or _parts(content) > MAX_PARTS:
        size = f"{MAX_BYTES // 10**6} MB or {MAX_PARTS:,} parts"
        why = f"The file was not read: it is a link, cannot be opened, or is larger than {size}."
        return Handed(notes=(*known, why), readable=False)
    notes = list(known)
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        notes.append("The file is not UTF-8; letters beyond ASCII may look odd.")
    try:
        notebook, rest = _json(text)
        if rest:
            notes.append("Something follows the notebook in its file; that was not read.")
        if _is_old(notebook):
            notes.append(f"The file is of the old notebook format {notebook['nbformat']}; it was converted.")
            notebook = nbformat.convert(nbformat.reader.reads(json.dumps(notebook)), 4)
        cells = list(notebook["cells"])
    except RecursionError:
        return Handed(notes=(*notes, "The file could not be read as a notebook: it is nested too deep."), readable=False)
    except Exception as error:
        reason = "it is cut off or damaged" if isinstance(error, ValueError) else type(error).__name__
        return Handed(notes=(*notes, f"The file could not be read as a notebook: {reason}."), readable=False)
    return Handed(tuple(_plain_cells(cells, notes)), tuple(notes))


def _json(text: str) -> tuple[Any, str]:
    """The JSON value with which a text begins, and what follows it.

    Files end in zeros after a crash, and in another file after a merge.
    """
    text = text.lstrip("\ufeff \t\r\n")
    found, end = json.JSONDecoder(parse_int=_whole).raw_decode(text)
    return found, text[end:].strip()


def _whole(digits: str) -> float:
    return int(digits) if len(digits) < 20 else float(digits)


def _is_old(notebook: Any) -> bool:
    """Whether a notebook is of a format before 4, in which cells stood in worksheets."""
    version = notebook.get("nbformat")
    return isinstance(version, int) and version < 4


def _parts(content: bytes) -> int:
    """Brackets in a file, without those in its texts where there are many."""
    found = content.count(b"{") + content.count(b"[")
    if found <= MAX_PARTS:
        return found
    bare = STRINGS.sub(b"", content)
    return bare.count(b"{") + bare.count(b"[")


def content_of(path: Path, most: int = MAX_BYTES) -> bytes | None:
    """What a submitted file holds.

    None when there is none, or it is larger than ``most``, or it is not a regular file. A link
    could lead to anyone's work, in place of the file or of the folder that it was handed in with; a
    pipe could wait for ever.
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


def _plain_cells(cells: Iterable[object], notes: list[str]) -> Iterable[HandedCell]:
    left, room, looked = MAX_SOURCES, [MAX_PICTURES], 0
    for position, cell in enumerate(cells):
        if isinstance(cell, dict) and not cell.get("source") and not cell.get("attachments") and not _marks(cell):
            continue
        looked += 1
        if looked > MAX_CELLS:
            notes.append(f"Only the first {MAX_CELLS} cells were read.")
            return
        if not isinstance(cell, dict):
            continue
        kind, source = cell.get("cell_type"), cell.get("source") or ""
        if kind not in ("code", "markdown", "raw"):
            kind = "raw"
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        source = source.replace("\r\n", "\n")
        as_released, attachments = _as_released(cell, source), cell.get("attachments")
        if kind == "markdown":
            source, attachments = _pasted(source, attachments)
        if len(source) > MAX_SOURCE:
            notes.append(f"Cell {position + 1} has more than {MAX_SOURCE:,} characters and was left out.")
            continue
        left -= len(source)
        if left < 0:
            notes.append(f"Only the first {MAX_SOURCES:,} characters in cells were read.")
            return
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        name = _marks(cell).get("grade_id")
        identity = cell.get("id")
        yield {
            "cell_type": kind,
            "source": printable(source),
            "grade_id": printable(name) if isinstance(name, str) else None,
            "id": identity if isinstance(identity, str) else None,
            "tags": [str(tag)[:80] for tag in tags[:20]] if isinstance(tags, list) else [],
            "attachments": _pictures(attachments, room),
            "as_released": as_released,
        }


def _marks(cell: dict[str, object]) -> dict[str, object]:
    """nbgrader's metadata of a submitted cell, as far as there are any."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}


def _pasted(source: str, attachments: object) -> tuple[str, object]:
    """A text and its attachments, with pictures that stand in the text as data.

    Colab pastes them so; they become attachments.
    """
    known: dict[object, object] = dict(attachments) if isinstance(attachments, dict) else {}
    names = (f"pasted-{number}" for number in itertools.count(1))

    def lift(found: re.Match[str]) -> str:
        name = next(name for name in names if name not in known)
        known[name] = {found[1]: found[2]}
        return f"attachment:{name}"

    return PASTED.sub(lift, source), known


def _pictures(attachments: object, room: list[int]) -> dict[str, dict[str, str]]:
    """Pasted pictures of a cell, as long as there is room."""
    found: dict[str, dict[str, str]] = {}
    for name, bundle in list(attachments.items())[:20] if isinstance(attachments, dict) else ():
        for kind, content in list(bundle.items())[:5] if isinstance(bundle, dict) else ():
            content = "".join(map(str, content)) if isinstance(content, list) else content
            if kind in PICTURES and isinstance(content, str) and isinstance(name, str) and len(content) <= room[0]:
                try:
                    base64.b64decode(content, validate=False)
                except (binascii.Error, ValueError):
                    continue
                room[0] -= len(content)
                found.setdefault(printable(name)[:200], {})[kind] = printable(content)
    return found


def _as_released(cell: dict[str, object], source: str) -> bool:
    """Whether a cell is still as some release handed it out, by nbgrader's checksum of then."""
    marks = _marks(cell)
    if not isinstance(marks.get("checksum"), str):
        return False
    try:
        known = NotebookNode(cell_type=cell["cell_type"], source=source, metadata=nbformat.from_dict({"nbgrader": marks}))
        return bool(utils.compute_checksum(known) == marks["checksum"])
    except Exception:
        return False


def skeleton(source: NotebookNode, regions: str = "") -> NotebookNode:
    """The instructor's notebook with solutions and mark schemes taken out, outputs cleared.

    Hidden tests are left in. ``regions`` is the course's own configuration of nbgrader's delimiters
    and stubs, as JSON; nbgrader's defaults when empty.
    """
    notebook: NotebookNode = copy.deepcopy(source)
    config = Config(json.loads(regions or "{}"))
    resources: dict[str, object] = {}
    notebook, resources = ClearSolutions(config=config).preprocess(notebook, resources)
    notebook, resources = ClearMarkScheme(config=config).preprocess(notebook, resources)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif utils.is_solution(cell) and not utils.is_locked(cell):
            drop_unused_attachments(cell)
    return notebook


def drop_unused_attachments(cell: NotebookNode) -> None:
    """Take out of a cell the pictures that its text does not show, such as a model answer's."""
    used = {name: held for name, held in cell.get("attachments", {}).items() if f"attachment:{name}" in cell.source}
    cell.pop("attachments", None)
    if used:
        cell["attachments"] = used


def rebuild(source: NotebookNode, handed: Handed, regions: str = "") -> Rebuilt:
    """The instructor's ``source`` notebook with what a student may write taken from ``handed``.

    Answers go into the cells of their grade id, or where they can be recognised without one. Cells
    without a grade id that the instructor left open are the student's. Cells that the student added
    follow the cell they followed in the submission; so does a second cell with the grade id of an
    answer, unless it is as it was released. ``regions`` are the course's own delimiters, as for
    :func:`skeleton`.
    """
    notebook = skeleton(source, regions)
    solutions = {name: cell.source for cell in source.cells if (name := grade_id(cell))}
    found = match(notebook.cells, solutions, handed.cells)
    notes = list(handed.notes)
    after = _lay_all(notebook, handed, found, notes)
    seen = set(found.places.values())
    missing = {place for place, cell in enumerate(notebook.cells) if utils.is_solution(cell) and place not in seen}
    _stand_in(notebook, missing, solutions, handed)
    answered = {name for place in found.changed if (name := grade_id(notebook.cells[place]))}
    answered |= _answered_below(notebook, found, after)
    for place in sorted(found.recognised):
        notes.append(f"The answer `{grade_id(notebook.cells[place])}` had lost its name; it was recognised by what is in it.")
    absent = frozenset(str(grade_id(notebook.cells[place])) for place in missing)
    if handed.readable and absent:
        notes.append(f"The submission has no cell for {', '.join(f'`{name}`' for name in sorted(absent))}.")
    cells = list(after.get(-1, []))
    for place, cell in enumerate(notebook.cells):
        cells += [cell, *after.get(place, [])]
    if notebook.nbformat_minor < 5:
        for cell in cells:
            cell.pop("id", None)
    notebook.cells = cells
    notebook.metadata = copy.deepcopy(source.metadata)
    notebook.metadata["proctor"] = {"notes": notes, "missing": sorted(absent), "readable": handed.readable}
    return Rebuilt(notebook, tuple(notes), absent, handed.readable, frozenset(answered), source)


def _lay_all(notebook: NotebookNode, handed: Handed, found: Matching, notes: list[str]) -> dict[int, list[NotebookNode]]:
    """Lay what the student wrote into the instructor's notebook.

    Returns cells to add, by the place that they follow; ``found`` and ``notes`` are added to.
    """
    released = [cell.source.strip() for cell in notebook.cells]
    after: dict[int, list[NotebookNode]] = {}
    for position, cell in enumerate(handed.cells):
        place = found.places.get(position, found.again.get(position))
        if place is None:
            _add(after, found.before(position), cell)
            continue
        target = notebook.cells[place]
        if utils.is_locked(target) or utils.is_task(target):
            continue
        if position in found.again:
            if cell["source"].strip() != released[place]:
                notes.append(f"The answer `{grade_id(target)}` is there twice; both are run, each where it stands.")
                _add(after, found.before(position), {**cell, "cell_type": target.cell_type})
                found.changed.add(place)
            continue
        if target.cell_type != cell["cell_type"]:
            was, now = cell["cell_type"], target.cell_type
            notes.append(f"The answer `{grade_id(target)}` is in a {was} cell; it was read as {now}.")
        if _lay_in(target, cell):
            found.changed.add(place)
    return after


def _lay_in(target: NotebookNode, cell: HandedCell) -> bool:
    """Make a solution cell or an open cell what the student made of it.

    Returns whether that differs from what was released.
    """
    pictures = cell["attachments"] if target.cell_type == "markdown" else None
    differs = target.source.strip() != cell["source"].strip() or bool(pictures)
    target.source = cell["source"]
    if pictures:
        target["attachments"] = {**target.get("attachments", {}), **pictures}
    return differs


def _stand_in(notebook: NotebookNode, missing: set[int], solutions: dict[str, str], handed: Handed) -> None:
    """Give each answer without a cell of its own the student's cell that defines its names.

    It takes the place of the stub. The cell runs where the answer should stand, because tests may
    follow there, and once more where the student had it.
    """
    for place in missing:
        cell = notebook.cells[place]
        wanted = bound_names(solutions.get(grade_id(cell) or "", "")) if cell.cell_type == "code" else frozenset()
        makers = [other["source"] for other in handed.cells if other["cell_type"] == "code" and wanted & names_bound(other["source"])]
        if makers:
            cell.source = makers[-1]


def _answered_below(notebook: NotebookNode, found: Matching, after: dict[int, list[NotebookNode]]) -> set[str]:
    """Grade ids of cells that a reader marks below which the student wrote something.

    Below a task that is anything up to the next cell that has a grade id; below an answer, a cell
    of its type right after it.
    """
    answered = set()
    for place, cell in enumerate(notebook.cells):
        if utils.is_task(cell):
            below = [place]
            while below[-1] + 1 < len(notebook.cells) and not grade_id(notebook.cells[below[-1] + 1]):
                below.append(below[-1] + 1)
            wrote = bool(found.changed & set(below)) or any(after.get(at) for at in below)
        else:
            by_hand = utils.is_grade(cell) and utils.is_solution(cell)
            wrote = by_hand and any(added.cell_type == cell.cell_type for added in after.get(place, ()))
        if wrote:
            answered.add(str(grade_id(cell)))
    return answered


def _add(after: dict[int, list[NotebookNode]], place: int, cell: HandedCell) -> None:
    pictures = cell["attachments"]
    if cell["cell_type"] == "raw" or not (cell["source"].strip() or pictures):
        return
    make: Callable[..., NotebookNode] = new_code_cell if cell["cell_type"] == "code" else new_markdown_cell
    position = sum(map(len, after.values()))
    made = make(cell["source"], id=f"added-{position}", metadata={"proctor": {"role": ADDED}})
    if pictures and cell["cell_type"] == "markdown":
        made["attachments"] = pictures
    after.setdefault(place, []).append(made)


def empty() -> NotebookNode:
    """A notebook without cells, for a file that cannot be read."""
    notebook: NotebookNode = new_notebook()
    return notebook
