"""Several speeds of trend at once.

Crossovers as forecasts, what they add to one another, and trading only when it matters. A
crossover's forecast is the distance of a fast from a slow exponential average in daily standard
deviations of the price, scaled so that 10 is an average one and capped at ±20. Speeds disagree now
and then, so their mean is smaller than each: the forecast diversification multiplier brings it back
to an average of 10. A buffer leaves a position alone while it is near enough to the one that is
wanted. Carver (2015), *Systematic Trading*, ch. 7, 8, 11 and appendix B.

Arrays have time along the first axis: shape (days,) for one market, (days, paths) for many.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phase6 import _validation as valid
from phase6.diversification import diversification_multiplier
from phase6.simulation.signals import ema_paths

Array = NDArray[np.float64]
Speed = tuple[int, int]

SPEEDS: tuple[Speed, ...] = ((8, 32), (16, 64), (32, 128), (64, 256))
"""Spans of the fast and the slow average, in days."""
SCALARS: dict[Speed, float] = {(2, 8): 10.6, (4, 16): 7.5, (8, 32): 5.3, (16, 64): 3.75, (32, 128): 2.65, (64, 256): 1.87}
"""What makes the mean absolute forecast of a speed 10: Carver (2015), appendix B."""
CAP = 20.0
VOLATILITY_SPAN = 36
"""Days of the exponential average that estimates the volatility."""


def _columns(name: str, values: ArrayLike) -> Array:
    """The values as an array of shape (days, paths).

    Raises ValueError unless they are finite, positive and of one or two dimensions.
    """
    prices = np.asarray(values, dtype=float)
    if prices.ndim not in (1, 2) or len(prices) < 3 or not (np.isfinite(prices) & (prices > 0)).all():
        raise ValueError(f"{name} have shape {prices.shape}; expected finite prices above 0 of shape (days,) or (days, paths)")
    return prices.reshape(len(prices), -1)


def price_volatility(closes: ArrayLike, *, span: int = VOLATILITY_SPAN) -> Array:
    """Annual volatility of returns as known at each close.

    It is the root of the exponential average of squared returns.

    Raises
    ------
    ValueError
        For prices that are not so, or a span below 1.
    """
    prices = _columns("closes", closes)
    squares = np.empty_like(prices)
    squares[1:] = (prices[1:] / prices[:-1] - 1.0) ** 2
    squares[0] = squares[1]
    return np.sqrt(ema_paths(squares, valid.count("span", span)) * valid.BARS_PER_YEAR).reshape(np.shape(closes))


def crossover_forecast(closes: ArrayLike, fast: int, slow: int) -> Array:
    """Forecast of one speed at each close, capped at ±20; 10 is an average one.

    Parameters
    ----------
    closes : array of shape (days,) or (days, paths)
        Prices.
    fast, slow : int
        Spans of the averages in days; a pair of `SCALARS`, or any other with ``fast`` below
        ``slow``.

    Returns
    -------
    array of the shape of ``closes``
        What is known at each close; the first ``slow`` days are of little worth.

    Raises
    ------
    ValueError
        For spans of which ``fast`` is not below ``slow``, or prices that are not so.
    """
    fast, slow = valid.count("fast", fast), valid.count("slow", slow)
    if fast >= slow:
        raise ValueError(f"fast is {fast} and slow is {slow}; expected fast below slow")
    prices = _columns("closes", closes)
    day = prices * price_volatility(prices) / np.sqrt(valid.BARS_PER_YEAR)
    distance = (ema_paths(prices, fast) - ema_paths(prices, slow)) / np.maximum(day, 1e-12 * prices)
    scalar = SCALARS.get((fast, slow), 5.3 * np.sqrt(8.0 / fast))
    forecasts: Array = np.clip(scalar * distance, -CAP, CAP).reshape(np.shape(closes))
    return forecasts


def _need_forecasts(forecasts: Sequence[ArrayLike]) -> None:
    if not len(forecasts):
        raise ValueError("forecasts are empty; expected at least one")


def forecast_multiplier(forecasts: Sequence[ArrayLike], *, skip: int = 0) -> float:
    """Forecast diversification multiplier of equally weighted forecasts: 1/√(wᵀρw), at most 2.5.

    ρ are the correlations of the forecasts over all days from ``skip`` on and all markets; negative
    ones count as 0. Carver (2015), ch. 8.

    Raises
    ------
    ValueError
        For no forecasts, one that never changes, or ``skip`` below 0.
    """
    _need_forecasts(forecasts)
    skip = valid.count("skip", skip, at_least=0)
    rows = np.stack([np.asarray(each, dtype=float)[skip:].ravel() for each in forecasts])
    if len(rows) == 1:
        return 1.0
    if (still := np.flatnonzero(np.ptp(rows, axis=1) == 0)).size:
        raise ValueError(f"forecast {still[0]} is {rows[still[0], 0]} every day; expected forecasts that change")
    return diversification_multiplier(np.ones(len(rows)), np.clip(np.corrcoef(rows), -1.0, 1.0))


def combined_forecast(forecasts: Sequence[ArrayLike], multiplier: float) -> Array:
    """Mean of several forecasts times ``multiplier``, capped at ±20.

    Raises
    ------
    ValueError
        For no forecasts, or a multiplier not above 0.
    """
    _need_forecasts(forecasts)
    mean = np.mean([np.asarray(each, dtype=float) for each in forecasts], axis=0)
    combined: Array = np.clip(valid.number("multiplier", multiplier, above=0) * mean, -CAP, CAP)
    return combined


def buffered(wanted: ArrayLike, width: ArrayLike) -> Array:
    """Weights held when one trades only to the edge of a buffer around the weights that are wanted.

    Nothing is traded while the weight held lies within ``width`` of the one wanted; beyond that,
    just enough to lie within it again.

    Parameters
    ----------
    wanted : array of shape (days,) or (days, paths)
        Weights decided at each close.
    width : float or array of that shape
        Half the width of the buffer; 0 trades to ``wanted`` every day.

    Returns
    -------
    array of the shape of ``wanted``
        Weights held after each close; before the first nothing is held.

    Raises
    ------
    ValueError
        For weights or widths that are not finite, or a width below 0.
    """
    target = np.asarray(wanted, dtype=float)
    room = np.broadcast_to(np.asarray(width, dtype=float), target.shape)
    if not (np.isfinite(target).all() and np.isfinite(room).all() and (room >= 0).all()):
        raise ValueError("weights or widths are not finite, or a width is below 0; expected finite weights and widths of at least 0")
    held = np.empty_like(target)
    now = np.zeros(target.shape[1:])
    for day in range(len(target)):
        now = np.clip(now, target[day] - room[day], target[day] + room[day])
        held[day] = now
    return held


def held_returns(closes: ArrayLike, held: ArrayLike, *, cost_bps: float = 0.0) -> tuple[Array, Array]:
    """Daily returns after costs, and value traded a day over equity, of weights held.

    Weights are held from each close to the next.

    Parameters
    ----------
    closes : array of shape (days,) or (days, paths)
        Prices.
    held : array of that shape
        Weights after each close, fractions of equity.
    cost_bps : float
        Basis points a side.

    Returns
    -------
    two arrays, of one row fewer
        Row t is the day from close t to close t + 1, with what was traded at close t.

    Raises
    ------
    ValueError
        For shapes that differ, prices that are not finite and above 0, or costs below 0.
    """
    rate = valid.number("cost_bps", cost_bps, at_least=0) / 10_000
    prices, weights = np.asarray(closes, dtype=float), np.asarray(held, dtype=float)
    if prices.shape != weights.shape:
        raise ValueError(f"closes have shape {prices.shape} and weights {weights.shape}; expected the same shape")
    if not (np.isfinite(prices) & (prices > 0)).all():
        raise ValueError(f"closes have shape {prices.shape}; expected finite prices above 0")
    traded = np.abs(np.diff(weights, axis=0, prepend=np.zeros_like(weights[:1])))[:-1]
    return weights[:-1] * (prices[1:] / prices[:-1] - 1.0) - rate * traded, traded
