"""Reading an answer's fields one by one, and whether others can be judged by them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from phase6.checks._base import Hint

PLAUSIBLE = 1e3
"""Figures from which others are to follow lie within this factor of the right ones.

What follows from figures near nothing shows nothing.
"""


def plausible(mine: Any, right: Any) -> bool:
    """Whether own figures are of the size and the sign of the right ones.

    Then others can be judged by what follows from them.
    """
    got, wanted = np.asarray(mine, dtype=float), np.asarray(right, dtype=float)
    if got.shape != wanted.shape or not np.isfinite(got).all():
        return False
    return bool(((got * np.sign(wanted) <= PLAUSIBLE * np.abs(wanted)) & (got * np.sign(wanted) >= np.abs(wanted) / PLAUSIBLE)).all())


def read_each(readers: Mapping[str, Callable[[], Any]], missing: Mapping[str, Any]) -> dict[str, Any]:
    """Every field on its own, so that others count where one cannot be read.

    Such a field has its value in ``missing``; ``problems`` says what is wrong with it.
    """
    read: dict[str, Any] = {"problems": {}}
    for name, reader in readers.items():
        try:
            read[name] = reader()
        except Hint as hint:
            read["problems"][name] = str(hint)
            read[name] = missing[name]
    return read
