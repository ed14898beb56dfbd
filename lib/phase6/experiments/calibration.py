"""How strong trends must be for a market to pay what real ones paid."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.experiments._tidy import pooled, tidy
from phase6.market import AssetSpec
from phase6.metrics import pooled_sharpe
from phase6.seeds import Seed
from phase6.simulation.universes import trend_returns, universe_blocks

STRENGTHS = (0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 2.5)


def trend_strengths(
    strengths: Sequence[float] = STRENGTHS,
    *,
    half_life: float = 60.0,
    lookback: int = 100,
    sigma: float = 0.22,
    samples: int = 2_000,
    bars: int = 1_260,
    cost_bps: float = 0.0,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Sharpe ratio of the course's trend rule on one market, by the strength of its trends.

    Parameters
    ----------
    strengths : sequence of float
        Standard deviations of the drift-Sharpe ratio.
    half_life : float
        Of the drift, in days.
    lookback : int
        Days of the rule (:func:`phase6.portfolio.run_trend_portfolio`, its sign, one asset).
    sigma : float
        Volatility, an annual fraction.
    samples, bars, seed
        Number and length of the random markets, and their seed.
    cost_bps : float
        Basis points a side.

    Returns
    -------
    DataFrame
        Columns strength, then those of every experiment; the estimate is pooled over markets.
    """
    rows = []
    for strength in strengths:
        blocks = universe_blocks(
            samples, bars, assets={"asset": AssetSpec(0.0, sigma)}, drift_sharpe=strength, half_life=half_life, seed=seed
        )
        returns = np.concatenate([trend_returns(closes, lookback=lookback, cost_bps=cost_bps) for closes in blocks], axis=1)
        rows.append(({"strength": strength}, pooled(pooled_sharpe(returns))))
    return tidy(rows)


def strength_of(sharpe: float, frame: pd.DataFrame, *, error: float = 0.0) -> tuple[float, float]:
    """The strength of trends at which the rule earns ``sharpe``, and its standard error.

    Linear between the strengths of the frame; the error is that of the frame there and that of
    ``sharpe``, together, over the slope.

    Parameters
    ----------
    sharpe : float
        Ratio a year.
    frame : DataFrame
        Of :func:`trend_strengths`.
    error : float
        Standard error of ``sharpe``.

    Raises
    ------
    ValueError
        For a ratio outside those of the frame, an error below 0, or a frame whose estimates do not
        rise from row to row.
    """
    sharpe, error = valid.number("sharpe", sharpe), valid.number("error", error, at_least=0)
    found, strengths = frame["estimate"].to_numpy(float), frame["strength"].to_numpy(float)
    if len(found) < 2 or not (np.diff(found) > 0).all():
        raise ValueError(f"the estimates are {found.round(3).tolist()}; expected at least two, each above the one before")
    if not found.min() <= sharpe <= found.max():
        raise ValueError(f"sharpe is {sharpe}; expected one between {found.min():.2f} and {found.max():.2f}, those of the frame")
    place = min(int(np.searchsorted(found, sharpe)), len(found) - 1) or 1
    slope = (found[place] - found[place - 1]) / (strengths[place] - strengths[place - 1])
    own = float(np.interp(sharpe, found, frame["standard_error"].to_numpy(float)))
    return float(np.interp(sharpe, found, strengths)), float(np.hypot(own, error) / slope)
