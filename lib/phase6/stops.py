"""Stops on a position that is held: what leaving after a loss changes, and what it cannot change.

A stop decides from the past when a position is on. Where the price is a martingale nothing of the
past says anything about tomorrow, so the mean return of the days that are left in is that of any
day: zero. What a stop changes there is the shape, not the mean. Kaminski and Lo (2014), "When do
stop-loss rules stop losses?", Journal of Financial Markets 18, call the difference in mean return
the stopping premium: zero on a martingale, below zero where the price grows steadily (days of
growth are missed) or returns to its mean, above zero where moves last.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phase6 import _validation as valid

Array = NDArray[np.float64]


def days_in(returns: ArrayLike, *, stop: float, wait: int = 20) -> NDArray[np.bool_]:
    """Whether a long position with a stop is on, day by day.

    It begins on. At the close at which it has lost ``stop`` since it was entered it is sold, and it
    is bought again ``wait`` days later.

    Parameters
    ----------
    returns : array of shape (days,) or (days, paths)
        Simple returns, one column a market.
    stop : float
        Loss since the entry that ends the position, a fraction above 0.
    wait : int
        Days out of the market.

    Returns
    -------
    array of bool, of the shape of ``returns``
        What is decided by day t − 1 at the latest.

    Raises
    ------
    ValueError
        For returns that are not finite, below −1 or of another shape, or a value out of range.
    """
    stop, wait = valid.number("stop", stop, above=0, below=1), valid.count("wait", wait)
    earned = np.asarray(returns, dtype=float)
    if earned.ndim not in (1, 2) or not (np.isfinite(earned) & (earned >= -1)).all():
        raise ValueError(f"returns have shape {earned.shape}; expected finite returns of at least -1, shape (days,) or (days, paths)")
    on = np.empty(earned.shape, dtype=bool)
    grown, left = np.ones(earned.shape[1:]), np.zeros(earned.shape[1:], dtype=np.int64)
    for day, moved in enumerate(earned):
        on[day] = inside = left == 0
        grown = np.where(inside, grown * (1.0 + moved), 1.0)
        hit = inside & (grown <= 1.0 - stop)
        left = np.where(hit, wait, np.maximum(left - 1, 0))
        grown = np.where(hit, 1.0, grown)
    return on


def stopped_returns(returns: ArrayLike, *, stop: float, wait: int = 20, cost_bps: float = 0.0) -> Array:
    """Returns of the position of :func:`days_in`.

    They are those of the days it is on, 0 on the others, less costs.

    Parameters
    ----------
    returns, stop, wait
        As there.
    cost_bps : float
        Basis points a side, charged on the day after each sale and on each day of a purchase but
        the first.

    Returns
    -------
    array of the shape of ``returns``

    Raises
    ------
    ValueError
        As there, and for costs below 0.
    """
    rate = valid.number("cost_bps", cost_bps, at_least=0) / 10_000
    on = days_in(returns, stop=stop, wait=wait).astype(float)
    traded = np.abs(np.diff(on, axis=0, prepend=on[:1]))
    net: Array = on * np.asarray(returns, dtype=float) - rate * traded
    return net
