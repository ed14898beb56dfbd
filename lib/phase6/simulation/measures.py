"""What a path is summarised by: measures of :mod:`phase6.metrics`, one column a path."""

import numpy as np

from phase6._validation import BARS_PER_YEAR
from phase6.metrics import drawdown_paths, sharpe_paths, simple_returns_paths
from phase6.simulation.paths import Array

PATH_MEASURES = ("total_return", "mean_return", "volatility", "sharpe", "max_drawdown")


def compounded(start: float, returns: Array) -> Array:
    """Equity from ``start`` by simple returns of shape (bars − 1, paths).

    An account that loses everything stays at 0.
    """
    growth = 1.0 + returns
    alive = np.minimum.accumulate(growth > 0, axis=0)
    path = np.cumprod(np.where(alive, growth, 0.0), axis=0)
    return start * np.concatenate([np.ones_like(path[:1]), path])


def path_measures(equity: Array, bars_per_year: float = BARS_PER_YEAR) -> Array:
    """`PATH_MEASURES` of each column, shape (5, paths)."""
    equity = np.ascontiguousarray(equity)
    returns = simple_returns_paths(equity)
    mean, spread = returns.mean(axis=0) * bars_per_year, returns.std(axis=0, ddof=1) * np.sqrt(bars_per_year)
    ratio, fall = sharpe_paths(returns, bars_per_year), drawdown_paths(equity).max(axis=0)
    return np.stack([equity[-1] / equity[0] - 1.0, mean, spread, ratio, fall])
