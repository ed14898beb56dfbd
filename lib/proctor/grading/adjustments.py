"""What an instructor decided about a test cell beside its source.

Everybody gets its points, or another answer is right too.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from proctor.errors import CannotGrade
from proctor.grading.matching import grade_id
from proctor.grading.verdict import Verdict

KEY = "adjustment"


@dataclass(frozen=True)
class Adjustment:
    """A decision about one test cell.

    ``full`` gives its points to everybody who handed the notebook in; ``accept`` holds the code of
    further tests, of which passing one is enough. A test that ends in a number counts in the points
    that its cell had before it was given others: ``out_of`` is how many, as long as the cell has
    ``points``.
    """

    full: bool = False
    accept: tuple[str, ...] = ()
    out_of: float = 0.0
    points: float = 0.0


Adjustments = Mapping[str, Adjustment]
"""By grade id of the test cell, or NOTEBOOK/ID where several notebooks have a cell of that id."""


def read_adjustments(path: Path) -> dict[str, Adjustment]:
    """The decisions in a file; none when there is no file.

    Raises CannotGrade for a file that cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {cell: _adjustment(one) for cell, one in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CannotGrade(f"{path} cannot be read: {error}") from error


def as_text(adjustments: Adjustments) -> str:
    """The content of the file."""
    return json.dumps({cell: asdict(one) for cell, one in sorted(adjustments.items())}, indent=1) + "\n"


def _adjustment(found: Mapping[str, Any]) -> Adjustment:
    accept = tuple(map(str, found.get("accept", ())))
    return Adjustment(bool(found.get("full")), accept, float(found.get("out_of", 0)), float(found.get("points", 0)))


def attach(notebook: NotebookNode, adjustments: Adjustments, name: str = "") -> None:
    """Write the decisions into the metadata of a notebook that is to be examined.

    ``name`` is the notebook's.
    """
    for cell in notebook.cells:
        known = grade_id(cell) or ""
        found = adjustments.get(f"{name}/{known}") or adjustments.get(known)
        if found is not None:
            cell.metadata[KEY] = asdict(found)


def detach(cell: NotebookNode) -> Adjustment:
    """The decision about a cell, taken out of its metadata."""
    return _adjustment(cell.metadata.pop(KEY, {}))


def counted_in(cell: NotebookNode, decided: Adjustment) -> NotebookNode:
    """A test cell with the points that the test counts in."""
    if not decided.out_of or decided.points != float(cell.metadata.nbgrader["points"]):
        return cell
    other = copy.deepcopy(cell)
    other.metadata.nbgrader["points"] = decided.out_of
    return other


def in_proportion(verdict: Verdict, most: float) -> Verdict:
    """A verdict in the points that its cell has now."""
    if verdict.most == most:
        return verdict
    points = verdict.points * most / verdict.most if verdict.most else 0.0
    message = verdict.message if verdict.reason != "partial" else f"{points:g} of {most:g} points."
    return replace(verdict, points=points, most=most, message=message)


def given(verdict: Verdict) -> Verdict:
    """A verdict with all points, because the instructor gives them to everybody."""
    return replace(verdict, points=verdict.most, reason="given", message="", misconception=None)
