"""Which cell of a submission is which cell of the instructor's notebook.

Cells are recognised also where editors have dropped names and ids.
"""

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TypedDict

from nbformat import NotebookNode
from nbgrader import utils

from proctor.grading.source_code import bound_names

ALIKE = 0.5
"""Share of its text by which a cell without an id is still taken for a changed open cell."""
COMPARED = 500
"""Characters of two cells that are compared, which may take the cube of their number."""
MOST_COMPARED = 50
"""Pairs of cells of one notebook that are compared."""
HIDDEN = re.compile(r"(?s)[^\n]*### BEGIN HIDDEN TESTS.*?(### END HIDDEN TESTS[^\n]*\n?|\Z)")
BINDS = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=[^=]", re.MULTILINE)


class HandedCell(TypedDict):
    """One cell of a submission, as far as grading takes it: plain, and of bounded size."""

    cell_type: str
    source: str
    grade_id: str | None
    id: str | None
    tags: list[str]
    attachments: dict[str, dict[str, str]]
    as_released: bool
    """Whether the cell is still as some release handed it out."""


def grade_id(cell: NotebookNode) -> str | None:
    """The grade id of a cell, or None."""
    found: str | None = cell.metadata.get("nbgrader", {}).get("grade_id")
    return found


@dataclass
class Matching:
    """Places of cells of the instructor's notebook by position in the submission.

    ``places`` holds every cell that was recognised; ``recognised`` those solution cells, by place,
    that had lost their grade id; ``again`` positions of further cells with the grade id of an
    answer, each with that answer's place; ``changed`` places that differ from what was released.
    """

    places: dict[int, int] = field(default_factory=dict)
    recognised: set[int] = field(default_factory=set)
    again: dict[int, int] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def known(self, position: int) -> bool:
        """Whether it was recognised which cell a position holds."""
        return position in self.places or position in self.again

    def before(self, position: int) -> int:
        """Place of the last recognised cell before a position, -1 when there is none."""
        return next((self.places[at] for at in range(position - 1, -1, -1) if at in self.places), -1)

    def after(self, position: int, end: int, cells: int) -> int:
        """Place of the next recognised cell after a position.

        It is the number of places when there is none.
        """
        return next((self.places[at] for at in range(position + 1, cells) if at in self.places), end)


def match(source: list[NotebookNode], solutions: dict[str, str], handed: tuple[HandedCell, ...]) -> Matching:
    """Recognise cells by grade id, else by id, else by text, else answers by other marks.

    These are what they define or where they stand. ``source`` are the cells as released, with
    hidden tests; ``solutions`` the instructor's own solutions by grade id.
    """
    found = Matching()
    _by_grade_id(source, handed, found)
    _by_id(source, handed, found)
    _by_text(source, handed, found)
    _answers(source, solutions, handed, found)
    _open_cells(source, handed, found)
    return found


def _by_grade_id(source: list[NotebookNode], handed: tuple[HandedCell, ...], found: Matching) -> None:
    """Cells by grade id; of several with that of an answer, the first that was written in."""
    places = {name: place for place, cell in enumerate(source) if (name := grade_id(cell))}
    copies: dict[int, list[int]] = {}
    for position, cell in enumerate(handed):
        if (place := places.get(cell["grade_id"] or "")) is not None:
            copies.setdefault(place, []).append(position)
    for place, positions in copies.items():
        written = (at for at in positions if handed[at]["source"].strip() not in {"", source[place].source.strip()})
        first = next(written, positions[0]) if utils.is_solution(source[place]) else positions[0]
        found.places[first] = place
        found.again.update((at, place) for at in positions if at != first)


def _left(source: list[NotebookNode], found: Matching) -> list[int]:
    taken = set(found.places.values())
    return [place for place in range(len(source)) if place not in taken]


def _by_id(source: list[NotebookNode], handed: tuple[HandedCell, ...], found: Matching) -> None:
    ids = {source[place].get("id"): place for place in _left(source, found)}
    ids.pop(None, None)
    for position, cell in enumerate(handed):
        place = ids.get(cell["id"]) if not found.known(position) else None
        if place is not None and source[place].cell_type == cell["cell_type"]:
            found.places[position] = place
            del ids[cell["id"]]
            if utils.is_solution(source[place]):
                found.recognised.add(place)


def _by_text(source: list[NotebookNode], handed: tuple[HandedCell, ...], found: Matching) -> None:
    texts: dict[tuple[str, str], list[int]] = {}
    for place in _left(source, found):
        for text in {source[place].source.strip(), HIDDEN.sub("", source[place].source).strip()} - {""}:
            texts.setdefault((source[place].cell_type, text), []).append(place)
    for position, cell in enumerate(handed):
        if found.known(position):
            continue
        same = [place for place in texts.get((cell["cell_type"], cell["source"].strip()), ()) if place not in found.places.values()]
        if same:
            found.places[position] = next((place for place in same if place > found.before(position)), same[0])


def _answers(source: list[NotebookNode], solutions: dict[str, str], handed: tuple[HandedCell, ...], found: Matching) -> None:
    """Answers that have lost their names.

    Code is matched by the names that it defines, text by where it stands.
    """
    binds = {at: names_bound(cell["source"]) for at, cell in enumerate(handed) if cell["cell_type"] == "code"}
    for place in _left(source, found):
        if not utils.is_solution(source[place]):
            continue
        free = [at for at, cell in enumerate(handed) if not found.known(at) and cell["cell_type"] == source[place].cell_type]
        free = [at for at in free if handed[at]["source"].strip()]
        wanted = bound_names(solutions.get(grade_id(source[place]) or "", ""))
        shares = Counter({at: len(wanted & binds.get(at, set())) for at in free})
        best = max(shares.values(), default=0)
        if wanted and source[place].cell_type == "code":
            chosen = [at for at in free if best and shares[at] == best]
        else:
            end = len(source)
            chosen = [at for at in free if found.before(at) < place < found.after(at, end, len(handed))][:1]
        if chosen:
            found.places[chosen[-1]] = place
            found.recognised.add(place)


def _open_cells(source: list[NotebookNode], handed: tuple[HandedCell, ...], found: Matching) -> None:
    """Changed open cells of notebooks without ids, or whose ids an editor has replaced.

    Older notebook formats have no ids.
    """
    room = MOST_COMPARED
    for place in _left(source, found):
        if grade_id(source[place]) or not source[place].source.strip():
            continue
        for at, cell in enumerate(handed):
            if found.known(at) or cell["cell_type"] != source[place].cell_type:
                continue
            if not found.before(at) < place < found.after(at, len(source), len(handed)):
                continue
            pair = difflib.SequenceMatcher(None, cell["source"][:COMPARED], source[place].source[:COMPARED], autojunk=False)
            if room and pair.quick_ratio() >= ALIKE:
                room -= 1
                if pair.ratio() >= ALIKE:
                    found.places[at] = place
                    break


def names_bound(source: str) -> set[str]:
    """Names that a student's code defines at its top level, also where it is not quite Python."""
    return {first or second for first, second in BINDS.findall(source)}
