"""What the pyramid's rules look at, for many markets at once.

Exponential averages and average true range, column by column.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6.simulation.paths import Array, Paths, slices

Signs = NDArray[np.int8]


@dataclass(frozen=True)
class Signals:
    """What the rules look at, shape (bars, paths).

    ``trend`` is the side of the averages (+1, −1, 0), ``atr`` the ATR (NaN while warming up);
    ``periods`` are the bars of the fast and the slow average and of the ATR.
    """

    trend: Signs
    atr: Array
    periods: tuple[int, int, int]

    @property
    def warm_up(self) -> int:
        """The first bar whose close can decide an order."""
        return max(self.periods[1:]) - 1


def ema_paths(closes: Array, span: int) -> Array:
    """:func:`phase6.indicators.ema` down each column, to the last bit."""
    fresh = 2.0 / (span + 1.0)
    keep = 1.0 - fresh
    whole = keep + fresh
    out = np.empty_like(closes)
    out[0] = closes[0]
    old, new = np.empty_like(closes[0]), np.empty_like(closes[0])
    for bar in range(1, len(closes)):
        np.multiply(out[bar - 1], keep, out=old)
        np.multiply(closes[bar], fresh, out=new)
        old += new
        np.divide(old, whole, out=out[bar])
        np.copyto(out[bar], closes[bar], where=out[bar - 1] == closes[bar])
    return out


def rolling_mean_paths(values: Array, window: int) -> Array:
    """pandas' rolling mean down each column, to the last bit, for values that are never negative.

    It is a running sum with one compensation (Kahan) for what is added and one for what leaves. NaN
    for the first window − 1 rows.
    """
    out = np.full_like(values, np.nan)
    total, added, left = (np.zeros_like(values[0]) for _ in range(3))
    step, after = np.empty_like(total), np.empty_like(total)
    same = np.zeros(total.shape, dtype=np.int64)

    def book(change: Array, compensation: Array) -> None:
        np.subtract(change, compensation, out=step)
        np.add(total, step, out=after)
        np.subtract(after, total, out=compensation)
        np.subtract(compensation, step, out=compensation)
        total[:] = after

    for bar in range(len(values)):
        if bar >= window:
            book(-values[bar - window], left)
        book(values[bar], added)
        if bar:
            same *= values[bar] == values[bar - 1]
        same += 1
        if bar >= window - 1:
            np.divide(total, float(window), out=out[bar])
            np.maximum(out[bar], 0.0, out=out[bar])
            np.copyto(out[bar], values[bar], where=same >= window)
    return out


def true_range_paths(paths: Paths) -> Array:
    """:func:`phase6.indicators.true_range` down each column."""
    reach = np.empty_like(paths.closes)
    reach[0] = paths.highs[0] - paths.lows[0]
    np.maximum(paths.highs[1:], paths.closes[:-1], out=reach[1:])
    reach[1:] -= np.minimum(paths.lows[1:], paths.closes[:-1])
    return reach


def make_signals(paths: Paths, *, fast: int = 20, slow: int = 50, atr_period: int = 14) -> Signals:
    """Sides of the averages and average true ranges of many markets.

    Parameters
    ----------
    paths : Paths
        The markets.
    fast, slow, atr_period : int
        Bars, as in :func:`phase6.pyramiding.run_pyramid_backtest`.

    Raises
    ------
    ValueError
        For periods out of range, or paths shorter than they need.
    """
    slow = valid.count("slow", slow)
    fast, atr_period = valid.count("fast", fast), valid.count("atr_period", atr_period)
    if fast >= slow:
        raise ValueError(f"fast is {fast} and slow is {slow}; expected fast below slow")
    warm_up = max(slow, atr_period) - 1
    if paths.bars < warm_up + 2:
        raise ValueError(f"the paths have {paths.bars} bars; expected at least {warm_up + 2}")
    trend, ranges = np.empty(paths.closes.shape, dtype=np.int8), np.empty(paths.closes.shape)
    for part in slices(paths.count):
        few = paths.take(part)
        ahead, behind = ema_paths(few.closes, fast), ema_paths(few.closes, slow)
        np.subtract(ahead > behind, ahead < behind, out=trend[:, part], dtype=np.int8)
        ranges[:, part] = rolling_mean_paths(true_range_paths(few), atr_period)
    return Signals(trend, ranges, (fast, slow, atr_period))
