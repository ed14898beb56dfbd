"""The rules of :mod:`phase6.pyramiding` over thousands of markets at once.

The bar-by-bar engine is the rule book; this module does the same arithmetic in the same order for many paths side by side, so
that positions agree to the last bit (a test compares them path by path). Arrays are time-major, shape (bars, paths): the loop
walks the bars, NumPy the paths, and what happens on few paths (fills) is done on those alone.

Randomness comes in blocks of `BLOCK` paths, each with its own child of one ``SeedSequence``: path k is the same whatever the number
of paths, the chunk size and the number of threads.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6 import market
from phase6.pyramiding import REENTRY, SMALLEST_SHARE, PyramidingStrategy

Array = NDArray[np.float64]
Signs = NDArray[np.int8]

BLOCK = 250
"""Paths that share a random stream."""
CHUNK = 10_000
"""Paths that are worked on at once unless said otherwise."""


def slices(count: int, width: int = 1_000) -> Iterator[slice]:
    """Columns 0 to ``count`` in parts whose arrays fit into a processor's cache."""
    return (slice(begin, min(begin + width, count)) for begin in range(0, count, width))


REGIME_OPTIONS: dict[str, dict[str, float]] = {
    "trend": {"sigma": 0.22, "mu": 0.0, "start": 100.0, "drift_sharpe": 1.5, "half_life": 60.0},
    "range": {"sigma": 0.22, "start": 100.0, "half_life": 60.0},
    "random walk": {"sigma": 0.22, "mu": 0.0, "start": 100.0},
}
"""What each regime can be told, with its defaults: those of its generator in :mod:`phase6.market`."""


@dataclass(frozen=True)
class Paths:
    """Many markets: four arrays of shape (bars, paths)."""

    opens: Array
    highs: Array
    lows: Array
    closes: Array

    def __post_init__(self) -> None:
        shapes = {part.shape for part in (self.opens, self.highs, self.lows, self.closes)}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2:
            raise ValueError(f"opens, highs, lows, closes have shapes {sorted(shapes)}; expected one shape (bars, paths)")

    @property
    def bars(self) -> int:
        """Number of bars."""
        return self.closes.shape[0]

    @property
    def count(self) -> int:
        """Number of paths."""
        return self.closes.shape[1]

    def frame(self, path: int, *, start_date: str = "2023-01-02") -> pd.DataFrame:
        """One path as an OHLC frame on business days."""
        dates = pd.date_range(start_date, periods=self.bars, freq="B", name="date")
        parts = {"open": self.opens, "high": self.highs, "low": self.lows, "close": self.closes}
        return pd.DataFrame({name: part[:, path] for name, part in parts.items()}, index=dates)

    def take(self, columns: slice) -> "Paths":
        """Some of the paths, as arrays of their own."""
        return Paths(*(np.ascontiguousarray(part[:, columns]) for part in (self.opens, self.highs, self.lows, self.closes)))

    @classmethod
    def from_frames(cls, frames: Iterable[pd.DataFrame]) -> "Paths":
        """Paths from OHLC frames of equal length."""
        parts = [valid.ohlcv(frame)[list(valid.OHLC)].to_numpy(float) for frame in frames]
        if len({len(part) for part in parts}) != 1:
            raise ValueError(f"the frames have {[len(part) for part in parts]} rows; expected at least one frame, all as long")
        opens, highs, lows, closes = np.moveaxis(np.stack(parts), (0, 1, 2), (2, 1, 0))
        return cls(*(np.ascontiguousarray(part) for part in (opens, highs, lows, closes)))


def regime_options(regime: str, options: Mapping[str, float]) -> dict[str, float]:
    """The regime's options with its defaults filled in; ValueError for one that it does not have or that is out of range."""
    known = REGIME_OPTIONS[valid.choice("regime", regime, REGIME_OPTIONS)]
    for name, value in options.items():
        if name not in known:
            raise ValueError(f"{name} is no option of {regime!r}; expected one of {', '.join(known)}")
        valid.number(name, value)
        if name in ("start", "half_life"):
            valid.number(name, value, above=0)
        elif name != "mu":
            valid.number(name, value, at_least=0)
    return {**known, **{name: float(value) for name, value in options.items()}}


def _block(regime: str, bars: int, child: np.random.SeedSequence, options: Mapping[str, float]) -> tuple[Array, ...]:
    """Open, high, low, close of one block of paths, each of shape (BLOCK, bars)."""
    rng = np.random.default_rng(child)
    shocks = rng.standard_normal((BLOCK, bars))
    if regime == "trend":
        closes = market.closes_trend(shocks, rng.standard_normal((BLOCK, bars)), **options)
    elif regime == "range":
        closes = market.closes_range(shocks, **options)
    else:
        closes = market.closes_random_walk(shocks, **options)
    return (*market.bars(closes, rng, sigma=options["sigma"], start=options["start"]), closes)


def children(seed: market.Seed, first: int, last: int) -> list[np.random.SeedSequence]:
    """The seed sequences of blocks ``first`` to ``last`` − 1 under one seed."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(whole_seed(seed))
    return [np.random.SeedSequence(root.entropy, spawn_key=(*root.spawn_key, number)) for number in range(first, last)]


def whole_seed(seed: market.Seed) -> int | None:
    """A seed as an int, drawn from it if it is a Generator, or None for a fresh one."""
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**63))
    return seed  # type: ignore[return-value]


def make_paths(
    regime: str = "random walk",
    paths: int = 1_000,
    bars: int = 500,
    *,
    seed: market.Seed = None,
    first: int = 0,
    workers: int = 1,
    **options: float,
) -> Paths:
    """``paths`` markets of a regime (a key of `REGIME_OPTIONS`), from path number ``first`` (a multiple of `BLOCK`) of the seed's.

    ``options`` as in :func:`phase6.market.regime_ohlcv`; ``workers`` threads. Raises ValueError for values out of range.
    """
    settings = regime_options(regime, options)
    paths, bars = valid.count("paths", paths), valid.count("bars", bars, at_least=2)
    if valid.count("first", first, at_least=0) % BLOCK:
        raise ValueError(f"first is {first}; expected a multiple of {BLOCK}")
    parts = tuple(np.empty((bars, paths)) for _ in range(4))

    def fill(job: tuple[int, np.random.SeedSequence]) -> None:
        begin, child = job
        width = min(BLOCK, paths - begin)
        for whole, part in zip(parts, _block(regime, bars, child, settings), strict=True):
            whole[:, begin : begin + width] = part[:width].T

    begins = range(0, paths, BLOCK)
    jobs = list(zip(begins, children(seed, first // BLOCK, first // BLOCK + len(begins)), strict=True))
    if workers == 1:
        for job in jobs:
            fill(job)
    else:
        with ThreadPoolExecutor(valid.count("workers", workers)) as pool:
            list(pool.map(fill, jobs))
    return Paths(*parts)


@dataclass(frozen=True)
class Signals:
    """What the rules look at: ``trend`` side of the averages (+1, −1, 0) and ``atr`` (NaN while warming up), shape (bars, paths)."""

    trend: Signs
    atr: Array
    warm_up: int


def ema_paths(closes: Array, span: int) -> Array:
    """:func:`phase6.indicators.ema` down each column, to the last bit."""
    fresh = 2.0 / (span + 1.0)
    keep = 1.0 - fresh
    whole = keep + fresh
    out = np.empty_like(closes)
    out[0] = closes[0]
    old, new = np.empty_like(closes[0]), np.empty_like(closes[0])
    for bar in range(1, len(closes)):
        np.multiply(out[bar - 1], keep, out=old)
        np.multiply(closes[bar], fresh, out=new)
        old += new
        np.divide(old, whole, out=out[bar])
        np.copyto(out[bar], closes[bar], where=out[bar - 1] == closes[bar])
    return out


def rolling_mean_paths(values: Array, window: int) -> Array:
    """pandas' rolling mean down each column, to the last bit, for values that are never negative.

    It is a running sum with one compensation (Kahan) for what is added and one for what leaves. NaN for the first window − 1 rows.
    """
    out = np.full_like(values, np.nan)
    total, added, left = (np.zeros_like(values[0]) for _ in range(3))
    step, after = np.empty_like(total), np.empty_like(total)
    same = np.zeros(total.shape, dtype=np.int64)

    def book(change: Array, compensation: Array) -> None:
        np.subtract(change, compensation, out=step)
        np.add(total, step, out=after)
        np.subtract(after, total, out=compensation)
        np.subtract(compensation, step, out=compensation)
        total[:] = after

    for bar in range(len(values)):
        if bar >= window:
            book(-values[bar - window], left)
        book(values[bar], added)
        if bar:
            same *= values[bar] == values[bar - 1]
        same += 1
        if bar >= window - 1:
            np.divide(total, float(window), out=out[bar])
            np.maximum(out[bar], 0.0, out=out[bar])
            np.copyto(out[bar], values[bar], where=same >= window)
    return out


def true_range_paths(paths: Paths) -> Array:
    """:func:`phase6.indicators.true_range` down each column."""
    reach = np.empty_like(paths.closes)
    reach[0] = paths.highs[0] - paths.lows[0]
    np.maximum(paths.highs[1:], paths.closes[:-1], out=reach[1:])
    reach[1:] -= np.minimum(paths.lows[1:], paths.closes[:-1])
    return reach


def make_signals(paths: Paths, *, fast: int = 20, slow: int = 50, atr_period: int = 14) -> Signals:
    """Averages and ranges of many paths; arguments in bars, as in :func:`phase6.pyramiding.run_pyramid_backtest`."""
    slow = valid.count("slow", slow)
    fast, atr_period = valid.count("fast", fast), valid.count("atr_period", atr_period)
    if fast >= slow:
        raise ValueError(f"fast is {fast} and slow is {slow}; expected fast below slow")
    warm_up = max(slow, atr_period) - 1
    if paths.bars < warm_up + 2:
        raise ValueError(f"the paths have {paths.bars} bars; expected at least {warm_up + 2}")
    trend, ranges = np.empty(paths.closes.shape, dtype=np.int8), np.empty(paths.closes.shape)
    for part in slices(paths.count):
        few = paths.take(part)
        ahead, behind = ema_paths(few.closes, fast), ema_paths(few.closes, slow)
        np.subtract(ahead > behind, ahead < behind, out=trend[:, part], dtype=np.int8)
        ranges[:, part] = rolling_mean_paths(true_range_paths(few), atr_period)
    return Signals(trend, ranges, warm_up)


REASONS = ("stop", "reversal", "liquidation")
_TRADE_COLUMNS = ("path", "entry_bar", "exit_bar", "side", "levels", "reason", "pnl", "r_multiple", "costs")


@dataclass(frozen=True)
class PyramidPaths:
    """What the backtests did. Arrays of shape (bars, paths), as the columns of :class:`phase6.pyramiding.PyramidResult`.

    ``levels`` and ``position`` are empty unless asked for; ``trade_columns`` has one array per column of ``trades``.
    """

    equity: Array
    stop_risk_peak: Array
    costs_paid: Array
    trade_columns: dict[str, NDArray[Any]]
    initial_equity: float
    kept: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Closed round trips, sorted by path and time; ``path`` and bars are numbers, ``reason`` one of `REASONS`."""
        frame = pd.DataFrame(self.trade_columns).sort_values(["path", "exit_bar"], kind="stable", ignore_index=True)
        return frame.assign(reason=np.array(REASONS, dtype=object)[frame["reason"].to_numpy()])

    @property
    def returns(self) -> Array:
        """Simple returns, shape (bars − 1, paths); 0 where the equity before was 0."""
        return simple_returns_paths(self.equity)

    def summary(self) -> pd.DataFrame:
        """One row a path.

        Columns: total_return, volatility, sharpe (NaN where nothing moved), max_drawdown, peak_stop_risk, trades, costs (over the
        initial equity), ruined.
        """
        measures = np.concatenate([_measures(self.equity[:, part]) for part in slices(self.equity.shape[1])], axis=1)
        return pd.DataFrame({
            **dict(zip(("total_return", "volatility", "sharpe", "max_drawdown"), measures, strict=True)),
            "peak_stop_risk": self.stop_risk_peak,
            "trades": np.bincount(self.trade_columns["path"], minlength=self.equity.shape[1]),
            "costs": self.costs_paid / self.initial_equity,
            "ruined": self.equity[-1] <= 0,
        })


def simple_returns_paths(equity: Array) -> Array:
    """:func:`phase6.metrics.simple_returns` down each column."""
    before = equity[:-1]
    alive = before > 0
    return np.where(alive, equity[1:] / np.where(alive, before, 1.0) - 1.0, 0.0)


def _measures(equity: Array) -> Array:
    """Total return, annual volatility, Sharpe ratio and largest drawdown of each column, shape (4, paths)."""
    equity = np.ascontiguousarray(equity)
    returns = simple_returns_paths(equity)
    spread = returns.std(axis=0, ddof=1)
    moved = spread > 1e-15 * np.maximum(1.0, np.abs(returns).max(axis=0))
    ratio = np.where(moved, returns.mean(axis=0) / np.where(moved, spread, 1.0) * np.sqrt(252), np.nan)
    fall = (1.0 - equity / np.maximum.accumulate(equity, axis=0)).max(axis=0)
    return np.stack([equity[-1] / equity[0] - 1.0, spread * np.sqrt(252), ratio, fall])


def run_pyramids(
    paths: Paths,
    equity: float = 100_000,
    max_levels: int = 4,
    leverage: float = 3.0,
    *,
    risk_per_level: float = 0.005,
    atr_stop_mult: float = 2.0,
    add_threshold_atr: float = 1.0,
    size_decay: float = 0.25,
    max_total_risk: float = 0.02,
    cost_bps: float = 5.0,
    funding_rate: float = 0.0,
    reentry: str = "next_bar",
    fast: int = 20,
    slow: int = 50,
    atr_period: int = 14,
    signals: Signals | None = None,
    keep: Iterable[str] = (),
) -> PyramidPaths:
    """:func:`phase6.pyramiding.run_pyramid_backtest` on every path at once: same arguments, same rules, same numbers.

    ``signals`` saves making them again when several rules run on the same paths. ``keep`` names columns to return beside the equity:
    levels, position, stop, stop_risk, cash, costs. Raises ValueError for values out of range.
    """
    engine = _Engine(
        paths,
        signals if signals is not None else make_signals(paths, fast=fast, slow=slow, atr_period=atr_period),
        PyramidingStrategy(
            equity,
            risk_per_level,
            max_levels,
            atr_stop_mult,
            add_threshold_atr,
            leverage,
            size_decay=size_decay,
            max_total_risk=max_total_risk,
        ),
        valid.number("cost_bps", cost_bps, at_least=0) / 10_000,
        valid.number("funding_rate", funding_rate, at_least=0) / 252,
        valid.choice("reentry", reentry, REENTRY) == "fresh_cross",
        tuple(valid.choice("keep", name, KEEPABLE) for name in keep),
    )
    return engine.run()


KEEPABLE = ("levels", "position", "stop", "stop_risk", "cash", "costs")


class _Engine:
    """State of every path: one array each. A flat path has side 0, position 0, and NaN where a price would be."""

    def __init__(
        self,
        paths: Paths,
        signals: Signals,
        book: PyramidingStrategy,
        cost_rate: float,
        funding: float,
        fresh_cross: bool,
        keep: tuple[str, ...],
    ) -> None:
        self.paths, self.signals, self.book = paths, signals, book
        self.cost_rate, self.funding, self.fresh_cross = cost_rate, funding, fresh_cross
        count = paths.count
        self.cash = np.full(count, book.equity)
        self.position, self.at_risk, self.paid, self.peak = (np.zeros(count) for _ in range(4))
        self.long_stop, self.short_stop, self.anchor = (np.full(count, np.nan) for _ in range(3))
        self.side, self.held = np.zeros(count, dtype=np.int8), np.zeros(count, dtype=np.int64)
        self.last_side = np.zeros(count, dtype=np.int8)
        self.alive = np.ones(count, dtype=bool)
        self.entries, self.quantities = np.zeros((book.max_levels, count)), np.zeros((book.max_levels, count))
        self.entry_bar = np.zeros(count, dtype=np.int64)
        self.cash_before, self.paid_before, self.first_risk = (np.zeros(count) for _ in range(3))
        self.trades: list[tuple[NDArray[Any], ...]] = []
        self.equity = np.empty((paths.bars, count))
        self.kept = {name: np.zeros((paths.bars, count)) for name in keep}

    def run(self) -> PyramidPaths:
        """Walk the bars."""
        paths, signals, atr = self.paths, self.signals, self.signals.atr
        nothing = np.empty(0, dtype=np.int64)
        exits = entries = adds = nothing
        value, reach = np.empty(paths.count), np.empty(paths.count)
        for bar in range(paths.bars):
            opens, closes = paths.opens[bar], paths.closes[bar]
            stopped = np.flatnonzero((opens <= self.long_stop) | (opens >= self.short_stop))
            if stopped.size:
                self.sell(bar, stopped, opens[stopped], 0)
                exits, adds = exits[self.side[exits] != 0], adds[self.side[adds] != 0]
            if exits.size:
                self.sell(bar, exits, opens[exits], 1)
            if entries.size:
                self.side[entries] = signals.trend[bar - 1, entries]
                self.fill(bar, entries, opens[entries], self.cash[entries], atr[bar - 1, entries], first=True)
            if adds.size:
                worth = self.cash[adds] + self.position[adds] * opens[adds]
                self.fill(bar, adds, opens[adds], worth, atr[bar - 1, adds], first=False)
            stopped = np.flatnonzero((paths.lows[bar] <= self.long_stop) | (paths.highs[bar] >= self.short_stop))
            if stopped.size:
                stops = np.where(self.side[stopped] > 0, self.long_stop[stopped], self.short_stop[stopped])
                self.sell(bar, stopped, stops, 0)

            np.multiply(self.position, closes, out=value)
            value += self.cash
            if self.funding:
                self.charge(closes, value)
            broke = np.flatnonzero(value <= 0)
            broke = broke[self.side[broke] != 0]
            if broke.size:
                self.sell(bar, broke, closes[broke], 2)
                value[broke] = self.cash[broke]
            self.equity[bar] = value
            self.note(bar, value)

            exits = entries = adds = nothing
            if bar < signals.warm_up:
                continue
            trend = signals.trend[bar]
            flat = self.side == 0
            wanted = np.flatnonzero(flat & (trend != 0) & self.alive)
            if self.fresh_cross and bar > signals.warm_up:
                side = trend[wanted]
                wanted = wanted[(side != self.last_side[wanted]) | (side != signals.trend[bar - 1, wanted])]
            entries = wanted[atr[bar, wanted] > 0]
            exits = np.flatnonzero((self.side != trend) & ~flat)
            np.subtract(closes, self.anchor, out=reach)
            reach *= self.side
            adds = np.flatnonzero(reach > self.book.add_threshold_atr * atr[bar])
            adds = adds[(trend[adds] == self.side[adds]) & (atr[bar, adds] > 0)]
        return self.result()

    def sell(self, bar: int, which: NDArray[np.int64], prices: Array, reason: int) -> None:
        """Close the whole position of some paths."""
        position = self.position[which]
        cost = self.cost_rate * np.abs(position) * prices
        self.cash[which] += position * prices - cost
        self.paid[which] += cost
        reasons = np.full(which.size, reason)
        gone = self.cash[which] <= 0
        if gone.any():
            ruined = which[gone]
            self.cash[ruined] = 0.0
            self.alive[ruined] = False
            reasons[gone] = 2
        pnl = self.cash[which] - self.cash_before[which]
        numbers = (which, self.entry_bar[which], np.full(which.size, bar), self.side[which], self.held[which], reasons)
        self.trades.append((*numbers, pnl, pnl / self.first_risk[which], self.paid[which] - self.paid_before[which]))
        self.side[which] = 0
        self.held[which] = 0
        self.position[which] = self.at_risk[which] = 0.0
        self.long_stop[which] = self.short_stop[which] = self.anchor[which] = np.nan

    def fill(self, bar: int, which: NDArray[np.int64], prices: Array, equity: Array, atr: Array, *, first: bool) -> None:
        """Open a first level, or one more, on some paths; where there is no room for it nothing happens."""
        book = self.book
        side = self.side[which].astype(float)
        distance = book.atr_stop_mult * atr
        stop = prices - side * distance
        level = self.held[which]
        full = equity * book.risk_per_level / distance / (1.0 + book.size_decay * level)
        quantity, shared, risk = full, stop, np.zeros(which.size)
        if not first:
            long = side > 0
            shared = np.where(long, np.fmax(stop, self.long_stop[which]), np.fmin(stop, self.short_stop[which]))
            quantity = np.minimum(full, self.quantities[level - 1, which])
            for number in range(int(level.max())):
                part = self.quantities[number, which] * side * (self.entries[number, which] - shared)
                risk += np.where(number < level, part, 0.0)
            distance = side * (prices - shared)
        room = (book.max_total_risk * equity - risk) / np.where(distance > 0, distance, 1.0)
        quantity = np.minimum(quantity, np.where(distance > 0, room, np.inf))
        quantity = np.minimum(quantity, book.leverage * equity / prices - np.abs(self.position[which]))
        sound = (equity > 0) & ((stop > 0) | (side < 0)) & (quantity > SMALLEST_SHARE * full)
        if first:
            self.side[which[~sound]] = 0
        if not sound.all():
            which, level = which[sound], level[sound]
            prices, side, quantity, shared = prices[sound], side[sound], quantity[sound], shared[sound]
        if not which.size:
            return
        self.entries[level, which], self.quantities[level, which] = prices, quantity
        self.held[which] = level = level + 1
        self.long_stop[which], self.short_stop[which] = np.where(side > 0, shared, np.nan), np.where(side < 0, shared, np.nan)
        self.anchor[which] = np.where(level < book.max_levels, prices, np.nan)
        if first:
            self.entry_bar[which], self.last_side[which] = bar, self.side[which]
            self.cash_before[which], self.paid_before[which] = self.cash[which], self.paid[which]
            self.first_risk[which] = quantity * np.abs(prices - shared)
        cost = self.cost_rate * quantity * prices
        self.cash[which] -= side * quantity * prices + cost
        self.paid[which] += cost
        self.position[which] = side * (np.abs(self.position[which]) + quantity)
        risk = np.zeros(which.size)
        for number in range(int(level.max())):
            part = self.quantities[number, which] * side * (self.entries[number, which] - shared)
            risk += np.where(number < level, part, 0.0)
        self.at_risk[which] = risk

    def charge(self, closes: Array, value: Array) -> None:
        """Funding on what is borrowed; ``value`` is brought up to date."""
        borrowed = np.abs(self.position) * closes - np.maximum(value, 0.0)
        owing = np.flatnonzero((borrowed > 0) & (self.side != 0))
        fee = self.funding * borrowed[owing]
        self.cash[owing] -= fee
        self.paid[owing] += fee
        value[owing] = self.cash[owing] + self.position[owing] * closes[owing]

    def note(self, bar: int, value: Array) -> None:
        """Keep what was asked for, and the peak of the stop risk."""
        share = np.divide(self.at_risk, value, out=np.zeros_like(value), where=self.side != 0)
        np.maximum(self.peak, share, out=self.peak)
        if self.kept:
            stop = np.where(self.side > 0, self.long_stop, self.short_stop)
            state = {"levels": self.held, "position": self.position, "stop": stop, "stop_risk": share}
            state |= {"cash": self.cash, "costs": self.paid}
            for name, column in self.kept.items():
                column[bar] = state[name]

    def result(self) -> PyramidPaths:
        """What was done."""
        columns = [np.concatenate(parts) for parts in zip(*self.trades, strict=True)] or [np.empty(0, dtype=int)] * len(_TRADE_COLUMNS)
        trades = dict(zip(_TRADE_COLUMNS, columns, strict=True))
        return PyramidPaths(self.equity, self.peak, self.paid, trades, self.book.equity, self.kept)


Progress = Callable[[int, int], object]
"""Called with (paths done, paths asked for) after every chunk."""


def progress_line(done: int, asked: int) -> None:
    """A line on standard error that is rewritten as paths are done."""
    sys.stderr.write(f"\r{done:,} of {asked:,} paths" + ("\n" if done >= asked else ""))
    sys.stderr.flush()


@dataclass(frozen=True)
class Outcomes:
    """What several rules did on the same markets: by rule a frame with one row a path (columns of :meth:`PyramidPaths.summary`).

    ``asked`` is the number of paths wanted; where the run was interrupted, fewer are there, all of them whole.
    """

    by_rule: dict[str, pd.DataFrame]
    asked: int

    def __getitem__(self, rule: str) -> pd.DataFrame:
        return self.by_rule[rule]

    @property
    def done(self) -> int:
        """Number of paths that were finished."""
        return min((len(table) for table in self.by_rule.values()), default=0)

    @property
    def complete(self) -> bool:
        """Whether every path was finished."""
        return self.done == self.asked


def simulate(
    regime: str = "random walk",
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    paths: int = 10_000,
    bars: int = 500,
    seed: market.Seed = 0,
    chunk: int = CHUNK,
    workers: int = 2,
    progress: Progress | None = None,
    **options: float,
) -> Outcomes:
    """Run several rules on the same ``paths`` markets of a regime.

    ``rules`` by name: the arguments that :func:`run_pyramids` gets (default: the pyramid of four levels and the single entry).
    ``options`` go to the regime. The result depends on ``seed`` alone, not on ``chunk`` (rounded up to `BLOCK`) or ``workers``
    (threads).
    Interrupted from the keyboard it returns the chunks that are done.
    """
    chosen = {"pyramid": {}, "single": {"max_levels": 1}} if rules is None else {name: dict(rule) for name, rule in rules.items()}
    if not chosen:
        raise ValueError("rules is empty; expected at least one name with its arguments")
    paths, chunk = valid.count("paths", paths), valid.count("chunk", chunk)
    root = np.random.SeedSequence(whole_seed(seed)) if not isinstance(seed, np.random.SeedSequence) else seed
    step = -(-chunk // BLOCK) * BLOCK
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in chosen}
    try:
        for first in range(0, paths, step):
            markets = make_paths(regime, min(step, paths - first), bars, seed=root, first=first, workers=workers, **options)
            periods = {name: tuple(rule.get(key, default) for key, default in PERIODS.items()) for name, rule in chosen.items()}
            made = {each: make_signals(markets, **dict(zip(PERIODS, each, strict=True))) for each in set(periods.values())}

            def run(name: str, markets: Paths = markets, made: dict = made, periods: dict = periods) -> pd.DataFrame:
                return run_pyramids(markets, **{**chosen[name], "signals": made[periods[name]]}).summary()

            with ThreadPoolExecutor(valid.count("workers", workers)) as pool:
                tables = dict(zip(chosen, pool.map(run, chosen), strict=True))
            for name, table in tables.items():
                parts[name].append(table.set_index(pd.RangeIndex(first, first + len(table), name="path")))
            if progress:
                progress(min(first + step, paths), paths)
    except KeyboardInterrupt:
        if not parts[next(iter(chosen))]:
            raise
    done = min(len(tables) for tables in parts.values())
    return Outcomes({name: pd.concat(tables[:done]) for name, tables in parts.items()}, paths)


PERIODS = {"fast": 20, "slow": 50, "atr_period": 14}
"""The periods that decide the signals, with their defaults."""
