"""What *Validate* in the notebook's toolbar says beside what failed: how many checks are done.

Validate lets nbgrader's ``Execute`` run the notebook, whose hooks :func:`configure` sets.
"""

import os
from collections.abc import Mapping
from typing import Any

Cell = Mapping[str, Any]
"""A cell of a notebook, as nbformat reads it."""


def errors(cell: Cell) -> list[Any]:
    """Errors among a cell's outputs."""
    return [output for output in cell.get("outputs", ()) if output["output_type"] == "error"]


class CountDone:
    """Begins the error of the first check that failed with the number of those that passed.

    Told of a notebook's cells in their order; a check that has only begun counts as passed.
    """

    def __init__(self) -> None:
        self._place = -1
        self._checks: list[Cell] = []
        self._said: list[str] = []
        """Lines of the first error; the first of them is the sentence."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "CountDone":
        """Itself: traitlets copies what a configuration holds, each hook on its own."""
        return self

    def begins(self, cell: Cell, cell_index: int) -> None:
        """Note a cell that is about to run."""
        if "NBGRADER_VALIDATING" not in os.environ:
            return
        if cell_index <= self._place:
            self._checks, self._said = [], []
        self._place = cell_index
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and not marks.get("solution"):
            self._checks.append(cell)
            self._say()

    def fails(self, cell: Cell, **_: Any) -> None:
        """Note a cell that has ended with an error."""
        if cell not in self._checks:
            return
        if not self._said:
            self._said = errors(cell)[0]["traceback"]
            self._said.insert(0, "")
        self._say()

    def _say(self) -> None:
        if self._said:
            done = sum(not errors(check) for check in self._checks)
            self._said[0] = f"{done} of {len(self._checks)} done; fresh data decide the points.\n"


def configure(c: Any) -> None:
    """Let Validate say how many checks are done, in a traitlets configuration ``c``."""
    count = CountDone()
    c.Execute.on_cell_start = count.begins
    c.Execute.on_cell_error = count.fails
