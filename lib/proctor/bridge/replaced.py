"""Names of modules that stand for what a test put there, for as long as a call runs."""

import types
from typing import Any

MISSING: Any = object()
"""What a name stands for where there is none."""


class Replaced:
    """Values by module and name, which change places with what these names stand for."""

    def __init__(self, parts: list[tuple[types.ModuleType, str, Any]]) -> None:
        self._parts = parts
        self.there = False
        """Whether the values are in their places."""

    def put(self, there: bool) -> None:
        """Put the values into their places, or take them out."""
        if there != self.there:
            self.there = there
            self._parts = [(module, name, _exchange(module, name, value)) for module, name, value in self._parts]


def _exchange(module: types.ModuleType, name: str, value: Any) -> Any:
    before = vars(module).get(name, MISSING)
    if value is MISSING:
        vars(module).pop(name, None)
    else:
        vars(module)[name] = value
    return before
