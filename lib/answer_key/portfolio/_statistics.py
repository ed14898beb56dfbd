"""Statistics that two references of this section share."""

import math
from collections.abc import Sequence

import numpy as np


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of a sample, the same to the last bit on every Python.

    Since 3.12 ``sum`` of floats is compensated.
    """
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def windowed(values: np.ndarray, window: int) -> np.ndarray:
    """Correlations of the ``window`` rows before every row and after the last.

    The shape is (rows + 1, assets, assets); values are NaN before the first full window.
    """
    days, count = values.shape
    found = np.full((days + 1, count, count), np.nan)
    if window > days:
        return found
    units = np.lib.stride_tricks.sliding_window_view(values, window, axis=0)
    units = units - units.mean(axis=2, keepdims=True)
    units /= np.sqrt((units**2).sum(axis=2, keepdims=True))
    found[window:] = units @ units.transpose(0, 2, 1)
    return found
