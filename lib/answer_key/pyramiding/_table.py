"""Reading a table of figures, one row per setting."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Fields


def read_table(name: str, result: Any, columns: Sequence[str], index: Sequence[float]) -> Fields:
    """The columns, aligned to ``index``, and as ``index`` the order in which the rows came."""
    wanted = np.asarray(index, dtype=float)
    order = np.arange(len(wanted))
    try:
        given = np.asarray(result.index, dtype=float) if isinstance(result, pd.DataFrame) else np.empty(0)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape == wanted.shape and np.allclose(np.sort(given), np.sort(wanted)):
        order[np.argsort(wanted, kind="stable")] = np.argsort(given, kind="stable")
        base.table(name, result, columns, list(result.index))
    else:
        base.table(name, result, columns, list(index))
    read: Fields = {"index": given}
    for column in columns:
        read[column] = base.numbers(f"the column `{column}`", result[column], len(wanted), allow_nan=True)[order]
    return read
