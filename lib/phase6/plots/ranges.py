"""What an axis shows: the span of some values, and round limits around a span."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def roomy(low: float, high: float, *, room: float = 0.08) -> tuple[float, float]:
    """Round limits around a span, with `room` of it to spare on both sides.

    A span that starts at zero keeps zero as its limit. Limits lie on a coarse grid, so that nearby
    spans share them.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low == high == 0:
        return (0.0, 1.0)
    width = high - low
    if width <= 0:
        width = abs(high) * 0.1 or 1.0
    unit = 10.0 ** math.floor(math.log10(width / 8))
    step = next(unit * digit for digit in (5, 2, 1) if unit * digit <= width / 8 * (1 + 1e-9))
    bottom = 0.0 if low == 0 else math.floor((low - room * width) / step) * step
    top = 0.0 if high == 0 else math.ceil((high + room * width) / step) * step
    return (round(bottom, 12), round(top, 12))


def lasting_limits(low: float, high: float, before: tuple[float, float] | None, *, least_filled: float = 0.4) -> tuple[float, float]:
    """Limits for a moving picture.

    They stay as before while the span lies in them and fills enough of them. The first are those of
    the static picture; later ones have more room, so that they last.
    """
    if before is None:
        return roomy(low, high)
    if math.isfinite(low) and math.isfinite(high):
        bottom, top = before
        if bottom <= low and high <= top and (high - low) >= least_filled * (top - bottom):
            return before
    return roomy(low, high, room=0.15)


def span_of(*series: ArrayLike, include: Sequence[float] = ()) -> tuple[float, float]:
    """Lowest and highest finite value of series and of the values to include.

    Returns (0, 1) if there is none.
    """
    parts = [np.ravel(np.asarray(part, dtype=np.float64)) for part in (*series, list(include))]
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
