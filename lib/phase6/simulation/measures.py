"""The measures of :mod:`phase6.metrics` for many markets at once, column by column.

A test holds the two equal.
"""

import numpy as np

from phase6._validation import BARS_PER_YEAR
from phase6.simulation.paths import Array

PATH_MEASURES = ("total_return", "mean_return", "volatility", "sharpe", "max_drawdown")


def simple_returns_paths(equity: Array) -> Array:
    """:func:`phase6.metrics.simple_returns` down each column."""
    before = equity[:-1]
    alive = before > 0
    return np.where(alive, equity[1:] / np.where(alive, before, 1.0) - 1.0, 0.0)


def compounded(start: float, returns: Array) -> Array:
    """Equity from ``start`` by simple returns of shape (bars − 1, paths).

    An account that loses everything stays at 0.
    """
    growth = 1.0 + returns
    alive = np.minimum.accumulate(growth > 0, axis=0)
    path = np.cumprod(np.where(alive, growth, 0.0), axis=0)
    return start * np.concatenate([np.ones_like(path[:1]), path])


def sharpe_paths(returns: Array) -> Array:
    """:func:`phase6.metrics.sharpe` of each column of simple returns; NaN where nothing moves."""
    spread = returns.std(axis=0, ddof=1)
    moved = spread > 1e-15 * np.maximum(1.0, np.abs(returns).max(axis=0))
    return np.where(moved, returns.mean(axis=0) / np.where(moved, spread, 1.0) * np.sqrt(BARS_PER_YEAR), np.nan)


def max_drawdown_paths(equity: Array) -> Array:
    """:func:`phase6.metrics.max_drawdown` of each column."""
    deepest: Array = (1.0 - equity / np.maximum.accumulate(equity, axis=0)).max(axis=0)
    return deepest


def path_measures(equity: Array) -> Array:
    """`PATH_MEASURES` of each column, shape (5, paths)."""
    equity = np.ascontiguousarray(equity)
    returns = simple_returns_paths(equity)
    mean, spread = returns.mean(axis=0) * BARS_PER_YEAR, returns.std(axis=0, ddof=1) * np.sqrt(BARS_PER_YEAR)
    return np.stack([equity[-1] / equity[0] - 1.0, mean, spread, sharpe_paths(returns), max_drawdown_paths(equity)])
