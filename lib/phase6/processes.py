"""Price processes: closes, and each day's bar around them, as arrays.

Any leading shape, one row a path, time along the last axis; :mod:`phase6.market` makes frames of
them.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from phase6 import _validation as valid

Array = NDArray[np.float64]

GAP_SHARE = 0.1
"""Share of a day's variance that falls between a close and the next open."""
PARTS = 4
"""Parts of a day whose extremes are drawn one by one. The range then has the standard deviation of
Brownian motion to 0.3 %.
"""


def persistent(shocks: Array, half_life: float, spread: float) -> Array:
    """Stationary Ornstein–Uhlenbeck series, started from its stationary distribution.

    Parameters
    ----------
    shocks : array of shape (…, bars)
        Standard normal draws.
    half_life : float
        In bars.
    spread : float
        Standard deviation of the series.

    Returns
    -------
    array of the shape of ``shocks``
    """
    keep = 0.5 ** (1.0 / half_life)
    steps = np.sqrt(1.0 - keep * keep) * shocks
    steps[..., 0] = shocks[..., 0]
    return spread * _recursion(keep, steps)


def _recursion(keep: float, steps: Array) -> Array:
    """x[t] = keep · x[t − 1] + steps[t] along the last axis, from x[0] = steps[0]."""
    if steps.ndim == 1:  # numbers of Python's own are ten times faster here than an array's, and end in the same bits
        plain: list[float] = steps.tolist()
        levels: Iterator[float] = accumulate(plain, lambda level, step: keep * level + step)
        return np.fromiter(levels, dtype=np.float64, count=len(plain))
    series = steps.copy()
    for bar in range(1, steps.shape[-1]):
        series[..., bar] += keep * series[..., bar - 1]
    return series


def closes_random_walk(shocks: Array, *, sigma: float, mu: float | Array, start: float) -> Array:
    """Closes of geometric Brownian motion.

    Log steps (mu − σ²/2) dt + σ √dt · shock, so that E[S_T] = S_0 exp(mu T).

    Parameters
    ----------
    shocks : array of shape (…, bars)
        Standard normal draws, one a day.
    sigma : float
        Volatility, an annual fraction.
    mu : float, or array of the shape of ``shocks``
        Growth, an annual fraction, of all days or of each.
    start : float
        Price before the first day.

    Returns
    -------
    array of the shape of ``shocks``
        Prices.
    """
    dt = 1.0 / valid.BARS_PER_YEAR
    closes: Array = start * np.exp(np.cumsum((mu - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * shocks, axis=-1))
    return closes


def closes_trend(
    shocks: Array, drift_shocks: Array, *, sigma: float, drift_sharpe: float, half_life: float, mu: float, start: float
) -> Array:
    """Closes whose annual drift is mu + σ·s, where s is an Ornstein–Uhlenbeck series.

    Parameters
    ----------
    shocks, drift_shocks : array of shape (…, bars)
        Standard normal draws of the price and of its drift.
    sigma, mu : float
        Volatility and mean drift, annual fractions.
    drift_sharpe : float
        Standard deviation of s.
    half_life : float
        That of s, in days.
    start : float
        Price before the first day.

    Returns
    -------
    array of the shape of ``shocks``
        Prices.
    """
    drift = mu + sigma * persistent(drift_shocks, half_life, drift_sharpe)
    return closes_random_walk(shocks, sigma=sigma, mu=drift, start=start)


def closes_range(shocks: Array, *, sigma: float, half_life: float, start: float) -> Array:
    """Closes whose log is an Ornstein–Uhlenbeck process around log(start), begun there.

    Daily shocks are σ √dt.

    Parameters
    ----------
    shocks : array of shape (…, bars)
        Standard normal draws, one a day.
    sigma : float
        Volatility, an annual fraction.
    half_life : float
        Of the distance from log(start), in days.
    start : float
        Price before the first day.

    Returns
    -------
    array of the shape of ``shocks``
        Prices.
    """
    keep = 0.5 ** (1.0 / half_life)
    return start * np.exp(_recursion(keep, sigma * np.sqrt(1.0 / valid.BARS_PER_YEAR) * shocks))


def student_variances(rng: np.random.Generator, shape: int | tuple[int, ...], degrees: float) -> Array:
    """Variance of each day over its mean, (ν − 2)/χ²(ν).

    A normal shock times its root is Student's t of variance 1.

    Parameters
    ----------
    rng : Generator
    shape : int or tuple of int
        Of the result.
    degrees : float
        Of freedom, ν, above 2.

    Returns
    -------
    array of that shape
        Independent draws with mean 1.
    """
    return (degrees - 2.0) / rng.chisquare(degrees, shape)


def garch_variances(shocks: Array, *, alpha: float, beta: float) -> Array:
    """Variance of each day over its mean by GARCH(1,1), started at 1.

    After a day of variance h the next has (1 − α − β) + α·h·shock² + β·h. Only shocks of days
    before decide a day's variance, so the price stays a martingale where it has no drift.
    Bollerslev (1986), "Generalized autoregressive conditional heteroskedasticity", Journal of
    Econometrics 31.

    Parameters
    ----------
    shocks : array of shape (…, bars)
        Standard normal draws, one a day.
    alpha, beta : float
        What a squared shock adds to the next variance, and what is left of this one.

    Returns
    -------
    array of the shape of ``shocks``
    """
    variance = np.empty_like(shocks)
    variance[..., 0] = 1.0
    for bar in range(1, shocks.shape[-1]):
        before = variance[..., bar - 1]
        variance[..., bar] = (1.0 - alpha - beta) + before * (alpha * shocks[..., bar - 1] ** 2 + beta)
    return variance


def closes_varying(shocks: Array, variances: Array, drift: Array | float, *, sigma: float, start: float) -> Array:
    """Closes whose day t has the annual variance σ²·``variances``.

    Parameters
    ----------
    shocks, variances : array of shape (…, bars)
        Standard normal draws, and variances of mean 1.
    drift : array of that shape, or float
        Annual drift of the mean.
    sigma : float
        Volatility, an annual fraction.
    start : float
        Price before the first day.

    Returns
    -------
    array of the shape of ``shocks``
        Prices.
    """
    dt = 1.0 / valid.BARS_PER_YEAR
    deviation = sigma * np.sqrt(variances * dt)
    return start * np.exp(np.cumsum(drift * dt - 0.5 * deviation**2 + deviation * shocks, axis=-1))


BOUNDS: Mapping[str, Mapping[str, float]] = {
    "mu": {},
    "start": {"above": 0},
    "half_life": {"above": 0},
    "degrees": {"above": 2},
    "alpha": {"at_least": 0, "below": 1},
}
"""Bounds of the options of processes; those that are not here are at least 0."""


def check_options(options: Mapping[str, float]) -> dict[str, float]:
    """Options of a process by name, as floats.

    Raises
    ------
    ValueError
        For an option out of range.
    """
    found = {name: valid.number(name, value, **BOUNDS.get(name, {"at_least": 0})) for name, value in options.items()}
    if "beta" in found:
        valid.number("beta", options["beta"], below=1.0 - found["alpha"])
    return found


def closes_of(
    regime: str, rng: np.random.Generator, shape: tuple[int, ...], options: Mapping[str, float]
) -> tuple[Array, float | Array]:
    """Closes of a regime, and the annual volatility of their days.

    Parameters
    ----------
    regime : str
        "random walk", "trend", "range", "fat tails" or "volatility clusters".
    rng : Generator
    shape : (…, bars)
        Of the closes.
    options : mapping of str to float
        Arguments of the regime's process, as of :func:`check_options`.

    Returns
    -------
    array of that shape, and a float or an array of that shape
        Prices, and an annual fraction.
    """
    shocks, sigma = rng.standard_normal(shape), options["sigma"]
    if regime == "random walk":
        return closes_random_walk(shocks, **options), sigma
    if regime == "trend":
        return closes_trend(shocks, rng.standard_normal(shape), **options), sigma
    if regime == "range":
        return closes_range(shocks, **options), sigma
    if regime == "fat tails":
        variances = student_variances(rng, shape, options["degrees"])
    else:
        variances = garch_variances(shocks, alpha=options["alpha"], beta=options["beta"])
    drift = options["mu"] + sigma * persistent(rng.standard_normal(shape), options["half_life"], options["drift_sharpe"])
    return closes_varying(shocks, variances, drift, sigma=sigma, start=options["start"]), sigma * np.sqrt(variances)


def bars(closes: Array, rng: np.random.Generator, *, sigma: float | Array, start: float) -> tuple[Array, Array, Array]:
    """Open, high and low around given closes.

    Given the day's move r, the gap is Gaussian with mean g·r and variance g(1 − g)σ²dt (a Brownian
    bridge at fraction g = `GAP_SHARE`). The bridge from open to close is drawn at `PARTS` − 1
    moments in between; the maximum of each part, a bridge from a to b with variance v, is (a + b +
    √((b − a)² − 2 v ln U))/2 in logs, likewise the minimum (Borodin and Salminen, *Handbook of
    Brownian Motion*). So a day's high and low depend on each other as those of one path do.

    Parameters
    ----------
    closes : array of shape (…, bars)
        Prices.
    rng : Generator
    sigma : float, or array of that shape
        Volatility, an annual fraction.
    start : float
        Price before the first day.

    Returns
    -------
    three arrays of the shape of ``closes``
        Opens, highs, lows.
    """
    variance = sigma**2 / valid.BARS_PER_YEAR
    after = np.log(closes)
    before = np.concatenate([np.full_like(after[..., :1], np.log(start)), after[..., :-1]], axis=-1)
    gap = GAP_SHARE * (after - before)
    gap += np.sqrt(GAP_SHARE * (1 - GAP_SHARE) * variance) * rng.standard_normal(after.shape)
    opening = before + gap
    part = (1.0 - GAP_SHARE) * variance / PARTS
    high, low, here = np.full_like(after, -np.inf), np.full_like(after, np.inf), opening
    for left in range(PARTS, 0, -1):
        there = after
        if left > 1:
            there = here + (after - here) / left + np.sqrt(part * (left - 1) / left) * rng.standard_normal(after.shape)
        square, middle = (there - here) ** 2, here + there
        np.maximum(high, middle + np.sqrt(square + 2.0 * part * rng.standard_exponential(after.shape)), out=high)
        np.minimum(low, middle - np.sqrt(square + 2.0 * part * rng.standard_exponential(after.shape)), out=low)
        here = there
    opens = np.exp(opening)
    highs = np.maximum(np.exp(0.5 * high), np.maximum(opens, closes))
    lows = np.minimum(np.exp(0.5 * low), np.minimum(opens, closes))
    return opens, highs, lows
