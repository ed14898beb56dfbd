"""The published notebook's market and rules, faults and all, on many seeds at once."""

from collections.abc import Iterable

import numpy as np

from phase6._validation import BARS_PER_YEAR
from phase6.simulation.paths import Array, Paths
from phase6.simulation.signals import ema_paths, rolling_mean_paths, true_range_paths


def published_paths(seeds: Iterable[int], n: int = 500) -> Paths:
    """The bars of :func:`phase6.original.generate_ohlcv`, one path a seed."""
    day, sigma = 1 / BARS_PER_YEAR, 0.22
    noise = sigma * np.sqrt(day) * 0.5
    parts = []
    for seed in seeds:
        stream = np.random.RandomState(seed)
        close = 100.0 * np.exp(np.cumsum(stream.normal(0.12 * day, sigma * np.sqrt(day), n)))
        opening, high, low = (stream.normal(0, noise, n) for _ in range(3))
        parts.append((close * (1 + opening), close * (1 + np.abs(high)), close * (1 - np.abs(low)), close))
    return Paths(*(np.ascontiguousarray(np.stack(part, axis=1)) for part in zip(*parts, strict=True)))


def published_equity(paths: Paths, *, max_levels: int = 4, leverage: float = 3.0, equity: float = 100_000.0) -> Array:
    """Equity after the last bar by the published rules, faults and all, one a path.

    The rules are those of :func:`phase6.original.run_pyramid_backtest`.

    Parameters
    ----------
    paths : Paths
        Bars, as of :func:`published_paths`.
    max_levels : int
        Levels.
    leverage : float
        By which every quantity is multiplied, as published.
    equity : float
        At the start, in account currency.

    Returns
    -------
    array of shape (paths,)
    """
    count = paths.count
    ahead, behind = ema_paths(paths.closes, 20), ema_paths(paths.closes, 50)
    trend = np.sign(ahead - behind)
    ranges = rolling_mean_paths(true_range_paths(paths), 14)
    worth = np.full(count, float(equity))
    side, stop, newest = np.zeros(count), np.zeros(count), np.zeros(count)
    held = np.zeros(count, dtype=np.int64)
    entries, quantities = np.zeros((max_levels, count)), np.zeros((max_levels, count))

    def open_profit(price: Array) -> Array:
        total = np.zeros(count)
        for number in range(max_levels):
            part = side * quantities[number] * (price - entries[number])
            total = total + np.where(number < held, part, 0.0)
        return total

    def close(which: np.ndarray, price: Array) -> None:
        worth[which] += open_profit(price)[which]
        side[which] = 0.0
        held[which] = 0

    def add(which: np.ndarray, price: Array, atr: Array) -> None:
        level = held[which]
        distance = atr[which] * 2.0
        size = worth[which] * 0.005 / distance * leverage * (1.0 / (1 + level * 0.25))
        own = price[which] - side[which] * distance
        tighter = np.where(side[which] == 1, np.maximum(own, stop[which]), np.minimum(own, stop[which]))
        stop[which] = np.where(level == 0, own, tighter)
        entries[level, which], quantities[level, which] = price[which], size
        newest[which] = price[which]
        held[which] = level + 1

    for bar in range(50, paths.bars):
        price, atr, signal = paths.closes[bar], ranges[bar], trend[bar]
        close(np.flatnonzero((held > 0) & (side * (price - stop) <= 0)), price)
        flat = side == 0
        beyond = np.where(side > 0, price > newest + atr, price < newest - atr)
        further = np.flatnonzero(~flat & (held < max_levels) & beyond)
        entering = np.flatnonzero(flat & (signal != 0))
        side[entering] = signal[entering]
        add(entering, price, atr)
        add(further, price, atr)
        close(np.flatnonzero((side != 0) & (signal != side)), price)
    return worth + open_profit(paths.closes[-1])


def published_stop_outs(paths: Paths) -> list[Array]:
    """R multiples of the stop-outs of one level by the published rules: an array a path.

    These rules test the stop at the close.
    """
    trend = np.sign(ema_paths(paths.closes, 20) - ema_paths(paths.closes, 50))
    ranges = rolling_mean_paths(true_range_paths(paths), 14)
    side, entry, distance = np.zeros(paths.count), np.zeros(paths.count), np.ones(paths.count)
    found: list[list[float]] = [[] for _ in range(paths.count)]
    for bar in range(50, paths.bars):
        price, signal = paths.closes[bar], trend[bar]
        multiple = side * (price - entry) / distance
        stopped = np.flatnonzero((side != 0) & (multiple <= -1.0))
        for path in stopped.tolist():
            found[path].append(float(multiple[path]))
        side[stopped] = 0.0
        entering = np.flatnonzero((side == 0) & (signal != 0))
        side[entering], entry[entering], distance[entering] = signal[entering], price[entering], 2.0 * ranges[bar, entering]
        side[(side != 0) & (signal != side)] = 0.0
    return [np.array(multiples) for multiples in found]
