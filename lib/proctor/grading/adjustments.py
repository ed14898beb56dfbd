"""What an instructor decided about a test cell beside its source.

Everybody gets its points, or another answer is right too.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from proctor.errors import CannotGrade
from proctor.grading.matching import grade_id

KEY = "adjustment"


@dataclass(frozen=True)
class Adjustment:
    """A decision about one test cell.

    ``full`` gives its points to everybody who handed the notebook in; ``accept`` holds the code of
    further tests, of which passing one is enough.
    """

    full: bool = False
    accept: tuple[str, ...] = ()


Adjustments = Mapping[str, Adjustment]
"""By grade id of the test cell."""


def read_adjustments(path: Path) -> dict[str, Adjustment]:
    """The decisions in a file; none when there is no file.

    Raises CannotGrade for a file that cannot be read.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {cell: Adjustment(bool(one.get("full")), tuple(map(str, one.get("accept", ())))) for cell, one in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise CannotGrade(f"{path} cannot be read: {error}") from error


def as_text(adjustments: Adjustments) -> str:
    """The content of the file."""
    return json.dumps({cell: asdict(one) for cell, one in sorted(adjustments.items())}, indent=1) + "\n"


def attach(notebook: NotebookNode, adjustments: Adjustments) -> None:
    """Write the decisions into the metadata of a notebook that is to be examined."""
    for cell in notebook.cells:
        found = adjustments.get(grade_id(cell) or "")
        if found is not None:
            cell.metadata[KEY] = asdict(found)


def detach(cell: NotebookNode) -> Adjustment:
    """The decision about a cell, taken out of its metadata."""
    found = cell.metadata.pop(KEY, {})
    return Adjustment(bool(found.get("full")), tuple(found.get("accept", ())))
