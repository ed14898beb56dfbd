"""Like with like: two strategies can be compared only at equal risk, and on bars that can exist.

**Equal volatility** means one thing in this course: every trade of one strategy is made k times as
large, with k such that its volatility is that of the other. The account's gains and losses are k
times what they were: equity = start + k · (equity − start). On one market k is that market's own;
over many markets it is the ratio of the mean volatilities, one number for all
(:func:`phase6.experiments.pyramid_or_single`, which names the other meanings the words can have:
risk raised in the engine, daily returns scaled, each market's own k).
"""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6._validation import BARS_PER_YEAR
from phase6.metrics import simple_returns, volatility


def scaled_to_volatility(equity: pd.Series, like: pd.Series) -> pd.Series:
    """The equity of the same trades at a size that gives it the volatility of another equity.

    Gains and losses are multiplied by `volatility_ratio`; the result starts where ``equity`` starts
    and, should it lose everything, stays at 0. Costs scale with the size; caps on leverage do not
    bind.

    Parameters
    ----------
    equity, like : Series
        Account values, one per bar. Their indexes need not be equal.
    """
    return enlarged(equity, volatility_ratio(equity, like))


def enlarged(equity: pd.Series, times: float) -> pd.Series:
    """The equity of the same trades, each ``times`` as large.

    It is 0 from where it has lost everything.

    Raises
    ------
    ValueError
        For ``times`` below 0, or an equity that is not known at some bar.
    """
    values, times = _known(equity), valid.number("times", times, at_least=0)
    path = values[0] + times * (values - values[0])
    larger = pd.Series(np.where(np.minimum.accumulate(path > 0), path, 0.0), index=equity.index, name=equity.name)
    larger.attrs = dict(equity.attrs)
    return larger


def _known(equity: pd.Series) -> NDArray[np.float64]:
    """Account values; raises ValueError that names the first that is not a finite number."""
    values: NDArray[np.float64] = equity.to_numpy(dtype=float)
    if not values.size:
        raise ValueError("equity has 0 bars; expected at least 1")
    if (unknown := np.flatnonzero(~np.isfinite(values))).size:
        raise ValueError(f"equity is {values[unknown[0]]} at {equity.index[unknown[0]]}; expected finite numbers")
    return values


def volatility_ratio(equity: pd.Series, like: pd.Series) -> float:
    """By how much a strategy's trades must be enlarged to have the volatility of another.

    It is 1 where it has none itself. Where no size reaches it, because the account is lost before,
    it is the size that comes nearest of those tried.

    Raises
    ------
    ValueError
        For an equity that is not known at some bar.
    """
    for each in (equity, like):
        _known(each)
    own, wanted = volatility(simple_returns(equity)), volatility(simple_returns(like))
    if not (own > 0 and math.isfinite(wanted)):
        return 1.0
    times, best, gap = wanted / own, 1.0, math.inf
    for _ in range(60):
        reached = volatility(simple_returns(enlarged(equity, times)))
        if abs(reached - wanted) < gap:
            best, gap = times, abs(reached - wanted)
        if gap <= 1e-12 * wanted or not reached > 0:
            break
        times *= wanted / reached
    return best


def with_honest_opens(frame: pd.DataFrame) -> pd.DataFrame:
    """The same closes with bars that can exist.

    Each opens at the close before, and holds its open and close. It is for frames such as the
    published notebook's, whose open lies outside [low, high] on half of the days. The first bar
    opens at its own close. Returns a new frame.
    """
    opens = frame["close"].shift().fillna(frame["close"])
    ends = pd.concat([opens, frame["close"]], axis=1)
    return frame.assign(
        open=opens,
        high=np.maximum(frame["high"], ends.max(axis=1)),
        low=np.minimum(frame["low"], ends.min(axis=1)),
    )


def published_market(n: int = 500, *, seed: int = 42) -> pd.DataFrame:
    """The published notebook's closes, from its one global random stream, on bars that can exist.

    Its highs and lows, drawn beside the close, are widened by `with_honest_opens` and no further,
    so its days are calmer than those of a real market of its volatility. Volume is left out.
    """
    stream = np.random.RandomState(seed)
    day = 1 / BARS_PER_YEAR
    daily = 0.22 * np.sqrt(day)
    closes = 100.0 * np.exp(np.cumsum(stream.normal(0.12 * day, daily, n)))
    noise = daily * 0.5
    stream.normal(0, noise, n)
    highs = closes * (1 + np.abs(stream.normal(0, noise, n)))
    lows = closes * (1 - np.abs(stream.normal(0, noise, n)))
    dates = pd.date_range("2023-01-02", periods=n, freq="B", name="date")
    frame = pd.DataFrame({"open": closes, "high": highs, "low": lows, "close": closes}, index=dates)
    return with_honest_opens(frame)
