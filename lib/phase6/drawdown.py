"""Betting under a limit on the drawdown.

A floor that is never crossed, or one that is seldom crossed. Grossman and Zhou (1993), "Optimal
investment strategies for controlling drawdowns", Mathematical Finance 3, bet on the surplus over a
floor that follows the peak: exposure = Kelly · (1 − floor · peak / wealth). It goes to 0 as the
floor comes near, so with continuous betting the floor holds for certain; the growth is 1 − floor of
full Kelly's (Cvitanić and Karatzas 1995).

Busseti, Ryu and Boyd (2016), "Risk-constrained Kelly gambling", Journal of Investing 25, keep a
fixed bet and make the chance of ever falling to ``floor`` of the start at most ``chance``: most
growth subject to E[(1 + b·r)^−λ] ≤ 1, with λ = ln(chance) / ln(floor).
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phase6 import _validation as valid

Array = NDArray[np.float64]
STEPS = 200
"""Halvings of an interval: far beyond the last bit."""


def surplus_exposure(wealth: ArrayLike, peak: ArrayLike, floor: float) -> Array:
    """Share of the full bet that a drawdown floor allows: 1 − floor · peak / wealth, at least 0.

    Parameters
    ----------
    wealth, peak : array
        Wealth now and the highest it has been; shapes that go together.
    floor : float
        Share of the peak that is never to be lost, from 0 (no limit) to below 1.

    Raises
    ------
    ValueError
        For a floor out of range, or wealth that is not above 0 or is above its peak.
    """
    floor = valid.number("floor", floor, at_least=0, below=1)
    now, best = np.asarray(wealth, dtype=float), np.asarray(peak, dtype=float)
    if not ((now > 0) & (best >= now)).all():
        raise ValueError("wealth is not above 0, or above its peak; expected 0 < wealth ≤ peak")
    share: Array = np.maximum(1.0 - floor * best / now, 0.0)
    return share


def constrained_fraction(floor: float, chance: float) -> float:
    """Largest fraction of Kelly whose chance of ever falling to ``floor`` is at most ``chance``.

    ``floor`` is a share of the start; betting is continuous. The chance is floor^(2/c − 1) at c
    times Kelly (see :func:`phase6.conviction.chance_of_ever_falling_to`), so c = 2/(1 + λ), λ =
    ln(chance)/ln(floor); at most 1, for beyond full Kelly growth falls.
    """
    return min(1.0, 2.0 / (1.0 + _aversion(floor, chance)))


def _aversion(floor: float, chance: float) -> float:
    floor = valid.number("floor", floor, above=0, below=1)
    return math.log(valid.number("chance", chance, above=0, below=1)) / math.log(floor)


def risk_constrained_kelly(outcomes: ArrayLike, *, floor: float, chance: float, most: float = 100.0) -> float:
    """The bet of most growth whose chance of ever falling to ``floor`` is at most ``chance``.

    ``floor`` is a share of the start.

    Parameters
    ----------
    outcomes : array of shape (samples,)
        Simple returns of one bet of all the money, equally likely and independent.
    floor, chance : float
        Between 0 and 1.
    most : float
        Bets, as multiples of wealth, are looked for up to here.

    Returns
    -------
    float
        Multiple of wealth; 0 where the mean outcome is not above 0. It is at most the Kelly bet,
        which it is where the bound does not bind. The bound holds for whatever outcomes there are;
        it is not the smallest that would.

    Raises
    ------
    ValueError
        For outcomes that are not finite, or fewer than two.
    """
    returns = np.asarray(outcomes, dtype=float)
    if returns.ndim != 1 or returns.size < 2 or not np.isfinite(returns).all():
        raise ValueError(f"outcomes have shape {returns.shape}; expected at least two finite returns of shape (samples,)")
    aversion = _aversion(floor, chance)
    if returns.mean() <= 0:
        return 0.0
    worst = float(returns.min())
    ruin = min(valid.number("most", most, above=0), -1.0 / worst if worst < 0 else math.inf)

    def grows_less(bet: float) -> bool:
        return float((returns / (1.0 + bet * returns)).mean()) < 0

    def too_risky(bet: float) -> bool:
        with np.errstate(over="ignore"):
            return float(((1.0 + bet * returns) ** -aversion).mean()) > 1.0

    return min(_last(grows_less, ruin), _last(too_risky, ruin))


def _last(beyond: Callable[[float], bool], most: float) -> float:
    """The largest bet up to ``most`` that is not beyond, where all larger ones are; by halving."""
    low, high = 0.0, most * (1.0 - 1e-12)
    if not beyond(high):
        return high
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return low


def bet_paths(
    shocks: ArrayLike, *, sharpe: float, fraction: float = 1.0, floor: float = 0.0, periods_per_year: float = valid.BARS_PER_YEAR
) -> Array:
    """Log wealth, from 0, of a bet with a known Sharpe ratio, rebalanced once a period.

    Parameters
    ----------
    shocks : array of shape (periods, paths)
        Standard normal draws.
    sharpe, fraction : float
        The market's Sharpe ratio a year, and the bet as a multiple of Kelly: volatility = fraction
        · sharpe a year.
    floor : float
        With a floor above 0 the bet is that of :func:`surplus_exposure`.
    periods_per_year : float
        Shocks a year.

    Returns
    -------
    array of shape (periods + 1, paths)
        A bet moves log wealth by (S·τ − τ²/2)·dt + τ·√dt·shock at volatility τ.

    Raises
    ------
    ValueError
        For shocks of another shape, or a value out of range.
    """
    draws = np.asarray(shocks, dtype=float)
    if draws.ndim != 2:
        raise ValueError(f"shocks have shape {draws.shape}; expected (periods, paths)")
    sharpe, fraction = valid.number("sharpe", sharpe, at_least=0), valid.number("fraction", fraction, at_least=0)
    floor = valid.number("floor", floor, at_least=0, below=1)
    dt = 1.0 / valid.number("periods_per_year", periods_per_year, above=0)
    logs = np.zeros((len(draws) + 1, draws.shape[1]))
    full = fraction * sharpe
    if not floor:
        logs[1:] = np.cumsum((sharpe * full - 0.5 * full**2) * dt + full * math.sqrt(dt) * draws, axis=0)
        return logs
    peak = logs[0].copy()
    for period, shock in enumerate(draws):
        bet = full * np.maximum(1.0 - floor * np.exp(peak - logs[period]), 0.0)
        logs[period + 1] = logs[period] + (sharpe * bet - 0.5 * bet**2) * dt + bet * math.sqrt(dt) * shock
        np.maximum(peak, logs[period + 1], out=peak)
    return logs
