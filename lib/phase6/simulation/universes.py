"""Many universes at once, and the trend portfolio of :mod:`phase6.portfolio` on each.

The rules are the same, and a test holds the results equal. Arrays have shape (bars, universes,
assets). As in :func:`phase6.market.generate_universe` every asset draws from a stream chosen by its
name, and the factor from another: leaving an asset out changes no other.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from phase6 import _validation as valid
from phase6.diversification import MULTIPLIER_CAP, diversification_multiplier
from phase6.market import UNIVERSE, AssetSpec, check_assets
from phase6.portfolio import CORRELATION_WINDOW, LEAST, VOLATILITY_FLOOR, check_trend_rule
from phase6.processes import check_options, closes_trend
from phase6.seeds import Seed, children, stream
from phase6.simulation.paths import Array

BLOCK = 100
"""Universes that share one seed sequence."""


def universe_blocks(
    universes: int,
    bars: int = 500,
    *,
    assets: Mapping[str, AssetSpec] = UNIVERSE,
    correlation: float = 0.0,
    drift_sharpe: float = 0.0,
    half_life: float = 60.0,
    seed: Seed = 0,
) -> Iterator[Array]:
    """Closes of many universes, block by block.

    Parameters
    ----------
    universes, bars : int
        How many universes, and bars in each.
    assets : mapping of str to AssetSpec
        Growth and volatility by name; an asset draws from a stream of its own, chosen by its name.
    correlation, drift_sharpe, half_life, seed
        As in :func:`phase6.market.generate_universe`.

    Yields
    ------
    array of shape (bars, universes of the block, assets)
        At most `BLOCK` universes.

    Raises
    ------
    ValueError
        For a value out of range, or no assets.
    """
    universes, bars = valid.count("universes", universes), valid.count("bars", bars, at_least=2)
    correlation = valid.number("correlation", correlation, at_least=0, below=1)
    trend = check_options({"drift_sharpe": drift_sharpe, "half_life": half_life, "start": 100.0})
    check_assets(assets)
    begins = range(0, universes, BLOCK)
    for begin, child in zip(begins, children(seed, 0, len(begins)), strict=True):
        factor = stream(child, "the factor that all assets share").standard_normal((BLOCK, bars))
        width = min(BLOCK, universes - begin)
        closes = np.empty((bars, width, len(assets)))
        for number, (name, spec) in enumerate(assets.items()):
            rng = stream(child, name)
            shocks = np.sqrt(correlation) * factor + np.sqrt(1.0 - correlation) * rng.standard_normal((BLOCK, bars))
            drift = rng.standard_normal((BLOCK, bars)) if trend["drift_sharpe"] else np.zeros((BLOCK, bars))
            path = closes_trend(shocks, drift, sigma=spec.sigma, mu=spec.mu, **trend)
            closes[:, :, number] = path[:width].T
        yield closes


def rolling_sum(values: Array, window: int) -> Array:
    """Sum of the last ``window`` rows; NaN for the first window − 1."""
    total = np.cumsum(values, axis=0)
    out = np.full_like(total, np.nan)
    out[window - 1] = total[window - 1]
    out[window:] = total[window:] - total[:-window]
    return out


def rolling_std(values: Array, window: int) -> Array:
    """Standard deviation (ddof 1) of the last ``window`` rows; NaN for the first window − 1."""
    first, second = rolling_sum(values, window), rolling_sum(values * values, window)
    return np.sqrt(np.maximum(second - first * first / window, 0.0) / (window - 1))


def _after_nan(values: Array) -> Array:
    """The values with a row of NaN before them."""
    return np.concatenate([np.full_like(values[:1], np.nan), values])


def views(closes: Array, lookback: int, signal: str) -> Array:
    """Sign of the trend, or the forecast over 10.

    Parameters
    ----------
    closes : array of shape (bars, …)
        Prices.
    lookback : int
        Bars.
    signal : str
        "sign", else the forecast, which is capped at ±20.

    Returns
    -------
    array of the shape of ``closes``
        NaN while warming up.
    """
    if signal == "sign":
        return np.sign(closes - rolling_sum(closes, lookback) / lookback)
    logs = np.log(closes)
    spread = _after_nan(rolling_std(np.diff(logs, axis=0), lookback)) * np.sqrt(lookback / 3.0)
    distance = logs - rolling_sum(logs, lookback) / lookback
    forecasts: Array = np.clip(10.0 / np.sqrt(2.0 / np.pi) * distance / spread, -20.0, 20.0) / 10.0
    return forecasts


def trend_returns(
    closes: Array,
    *,
    lookback: int = 100,
    vol_window: int = 60,
    target_volatility: float = 0.10,
    leverage_cap: float = 3.0,
    lag: int = 1,
    cost_bps: float = 0.0,
    sizing: str = "volatility",
    signal: str = "sign",
    correlation: float | None = None,
    diversify: bool = True,
    start: int | None = None,
) -> Array:
    """Daily returns, after costs, of the trend portfolio on many universes.

    The rules are those of :func:`phase6.portfolio.run_trend_portfolio`.

    Parameters
    ----------
    closes : array of shape (bars, universes, assets)
        Finite prices above 0.
    lookback, vol_window, target_volatility, leverage_cap, lag, cost_bps
        As there.
    sizing, signal, correlation, diversify, start
        As there.

    Returns
    -------
    array of shape (days, universes)
        From the first day for which a rule is warmed up, or ``start``.

    Raises
    ------
    ValueError
        For values out of range.
    """
    check_trend_rule(lookback, vol_window, target_volatility, leverage_cap, lag, cost_bps, sizing, signal, correlation)
    if closes.ndim != 3 or not (np.isfinite(closes) & (closes > 0)).all():
        raise ValueError(f"closes have shape {closes.shape}; expected finite prices above 0 of shape (bars, universes, assets)")
    warm = max(lookback, vol_window) + max(lag, 1)
    first = warm if start is None else valid.count("start", start)
    if first < warm or first > len(closes) - 2:
        raise ValueError(f"start is {first}; expected at least {warm}, at most {len(closes) - 2}")
    count = closes.shape[-1]
    earned = np.diff(closes, axis=0) / closes[:-1]
    risk = _after_nan(rolling_std(earned, vol_window)) * np.sqrt(valid.BARS_PER_YEAR)
    live = risk >= VOLATILITY_FLOOR
    if sizing == "volatility":
        size = target_volatility / count / np.where(live, risk, np.inf)
    else:
        squares = np.where(live, risk, 0.0) ** 2
        average = np.sqrt(squares.sum(axis=-1, keepdims=True) / np.maximum(live.sum(axis=-1, keepdims=True), 1))
        size = np.where(live, target_volatility / count / np.maximum(average, VOLATILITY_FLOOR), 0.0)
    weights = views(closes, lookback, signal) * size
    if diversify:
        weights = weights * _multipliers(weights, earned, correlation, lag)
    weights = np.nan_to_num(np.clip(weights, -leverage_cap / count, leverage_cap / count))
    held = weights[first - lag : len(weights) - lag]
    returns: Array = (held * earned[first - 1 :]).sum(axis=-1)
    if cost_bps:
        traded = np.abs(np.diff(held, axis=0, prepend=np.zeros_like(held[:1]))).sum(axis=-1)
        returns = returns - cost_bps / 10_000 * traded
    return returns


def _multipliers(weights: Array, earned: Array, correlation: float | None, lag: int) -> Array:
    """The diversification multiplier of every row and universe.

    It is that of :func:`phase6.portfolio.run_trend_portfolio`.
    """
    count = weights.shape[-1]
    if correlation is not None:
        return np.full((1, 1, 1), diversification_multiplier(np.ones(count), correlation))
    shift = max(lag, 1)
    begin = int(np.isfinite(weights).any(axis=(1, 2)).argmax()) + shift
    parts = np.zeros_like(weights)
    parts[shift:] = np.nan_to_num(weights[: len(weights) - shift])
    parts[0] = 0.0
    parts[1:] *= earned
    days = np.clip(np.arange(1, len(weights) + 1) - begin, 1, CORRELATION_WINDOW)[:, None]

    def mean_square(values: Array) -> Array:
        total = np.cumsum(values * values, axis=0)
        total[CORRELATION_WINDOW:] -= total[:-CORRELATION_WINDOW].copy()
        return np.maximum(total, 0.0) / days.reshape(-1, *[1] * (values.ndim - 1))

    single, joint = np.sqrt(mean_square(parts)).sum(axis=-1), np.sqrt(mean_square(parts.sum(axis=-1)))
    known = (joint > 0) & (single > 0) & (np.arange(len(weights)) >= begin + LEAST - 1)[:, None]
    at_first = _multiplier_at_first(earned[: begin - shift])
    return np.clip(np.where(known, single / np.where(known, joint, 1.0), at_first), 1.0, MULTIPLIER_CAP)[:, :, None]


def _multiplier_at_first(earned: Array) -> Array:
    """Diversification multiplier of equal risks at the assets' mean correlation, one a universe.

    Negative correlations count as 0.
    """
    count = earned.shape[-1]
    if count == 1:
        return np.ones(earned.shape[1])
    centred = earned - earned.mean(axis=0)
    deviation = np.sqrt((centred**2).mean(axis=0))
    scored = centred / np.where(deviation > 0, deviation, np.inf)
    pairs = np.maximum(np.einsum("tui,tuj->uij", scored, scored) / len(scored), 0.0)
    mean = np.minimum(pairs[:, ~np.eye(count, dtype=bool)].mean(axis=1), 1.0)
    multiplier: Array = 1.0 / np.sqrt((1.0 + (count - 1) * mean) / count)
    return multiplier
