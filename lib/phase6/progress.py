"""Which checks a student has passed, in ``progress.json`` beside the exercises, for the cockpit.

Nothing is kept in a run without a person, so grading, Validate and exports leave no trace.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

from phase6._notebook import batch_run
from phase6._side_file import SideFile

KEPT = SideFile("progress.json")
P = ParamSpec("P")


def recorded(check: Callable[P, None]) -> Callable[P, None]:
    """A check that notes what passed: each of its keyword arguments, or its name and part."""

    @functools.wraps(check)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        parts = [str(part) for part in [*args[1:], kwargs.get("part")] if part is not None]
        others = [name for name in kwargs if name not in ("part", "student")]
        names = [f"{check.__name__}_{part}" for part in parts] if args else others
        try:
            check(*args, **kwargs)
        except AssertionError:
            _keep(names, passed=False)
            raise
        _keep(names, passed=True)

    return checked


def passed(folder: Path) -> frozenset[str]:
    """What passed its last check in a folder, such as ``pyramid_risk_sizes``."""
    return frozenset(name for name, note in KEPT.read(folder).items() if note is True)


def _keep(names: list[str], *, passed: bool) -> None:
    if names and not batch_run():
        KEPT.write(dict.fromkeys(names, True if passed else None))
