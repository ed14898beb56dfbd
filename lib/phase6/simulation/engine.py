"""The rules of :mod:`phase6.pyramiding` over thousands of markets at once.

The bar-by-bar engine is the rule book; this module does the same arithmetic in the same order for
many paths side by side, so that positions agree to the last bit (a test compares them path by
path). Arrays are time-major, shape (bars, paths): the loop walks the bars, NumPy the paths, and
what happens on few paths (fills) is done on those alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6._signature import spells_out
from phase6.metrics import PooledSharpe, pooled_sharpe, simple_returns_paths
from phase6.pyramiding import SMALLEST_SHARE, PyramidParameters
from phase6.simulation.measures import PATH_MEASURES, compounded, path_measures
from phase6.simulation.paths import Array, Paths, slices
from phase6.simulation.signals import Signals, make_signals

REASONS = ("stop", "reversal", "liquidation")
STOP, REVERSAL, LIQUIDATION = range(3)
"""Their places in `REASONS`, as the arrays hold them."""
_TRADE_COLUMNS = ("path", "entry_bar", "exit_bar", "side", "levels", "reason", "pnl", "r_multiple", "costs")


@dataclass(frozen=True)
class PyramidPaths:
    """What the backtests did.

    Arrays of shape (bars, paths), as the columns of :class:`phase6.pyramiding.PyramidResult`.
    ``levels`` and ``position`` are empty unless asked for; ``trade_columns`` has one array per
    column of ``trades``.
    """

    equity: Array
    stop_risk_peak: Array
    costs_paid: Array
    trade_columns: dict[str, NDArray[Any]]
    initial_equity: float
    bars_per_year: float
    kept: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Closed round trips, sorted by path and time.

        ``path`` and bars are numbers, ``reason`` one of `REASONS`.
        """
        frame = pd.DataFrame(self.trade_columns).sort_values(["path", "exit_bar"], kind="stable", ignore_index=True)
        return frame.assign(reason=np.array(REASONS, dtype=object)[frame["reason"].to_numpy()])

    @property
    def returns(self) -> Array:
        """Simple returns, shape (bars − 1, paths); 0 where the equity before was 0."""
        return simple_returns_paths(self.equity)

    @property
    def sharpe(self) -> PooledSharpe:
        """The rule's Sharpe ratio over all paths, pooled, with its error.

        See :func:`phase6.metrics.pooled_sharpe`.
        """
        return pooled_sharpe(self.returns, self.bars_per_year)

    def summary(self, *, returns_times: float = 1.0) -> pd.DataFrame:
        """One row a path.

        With ``returns_times`` of the equity whose daily returns are that multiple of what they
        were. Columns: total_return, mean_return and volatility (annual, of simple daily returns),
        sharpe (the path's own; NaN where nothing moved; for the rule's see :attr:`sharpe`),
        max_drawdown, peak_stop_risk, trades, costs (over the initial equity), ruined.
        """
        valid.number("returns_times", returns_times, at_least=0)
        equity = self.equity if returns_times == 1.0 else compounded(self.initial_equity, returns_times * self.returns)
        measures = np.concatenate([path_measures(equity[:, part], self.bars_per_year) for part in slices(equity.shape[1])], axis=1)
        return pd.DataFrame({
            **dict(zip(PATH_MEASURES, measures, strict=True)),
            "peak_stop_risk": self.stop_risk_peak,
            "trades": np.bincount(self.trade_columns["path"], minlength=self.equity.shape[1]),
            "costs": self.costs_paid / self.initial_equity,
            "ruined": equity[-1] <= 0,
        })


KEEPABLE = ("levels", "position", "stop", "stop_risk", "cash", "costs")
"""Columns that a run can return beside the equity."""


@spells_out(PyramidParameters)
def run_pyramids(
    paths: Paths,
    equity: float = 100_000,
    max_levels: int = 4,
    leverage: float = 3.0,
    *,
    signals: Signals | None = None,
    keep: Iterable[str] = (),
    **parameters: Any,
) -> PyramidPaths:
    """:func:`phase6.pyramiding.run_pyramid_backtest` on every path at once.

    Same arguments, same rules, same numbers.

    Parameters
    ----------
    paths : Paths
        The markets.
    equity, max_levels, leverage, **parameters
        The fields of :class:`phase6.pyramiding.PyramidParameters`; ``bars_per_year`` is by default
        that of the paths.
    signals : Signals, optional
        Those of the paths, to save making them again when several rules run on the same markets.
    keep : iterable of str
        Columns to return beside the equity, of `KEEPABLE`.

    Raises
    ------
    ValueError
        For a parameter out of range, or signals of other periods or paths.
    """
    parameters.setdefault("bars_per_year", paths.bars_per_year)
    chosen = PyramidParameters(equity=equity, max_levels=max_levels, leverage=leverage, **parameters)
    periods = chosen.fast, chosen.slow, chosen.atr_period
    if signals is None:
        signals = make_signals(paths, fast=chosen.fast, slow=chosen.slow, atr_period=chosen.atr_period)
    if signals.periods != periods or signals.trend.shape != paths.closes.shape:
        raise ValueError(
            f"the signals have periods {signals.periods} and shape {signals.trend.shape}; expected those of the rule, {periods}, "
            f"and of the paths, {paths.closes.shape}"
        )
    return _Engine(paths, signals, chosen, tuple(valid.choice("keep", name, KEEPABLE) for name in keep)).run()


class _Engine:
    """State of every path: one array each.

    A flat path has side 0, position 0, and NaN where a price would be.
    """

    def __init__(self, paths: Paths, signals: Signals, book: PyramidParameters, keep: tuple[str, ...]) -> None:
        self.paths, self.signals, self.book = paths, signals, book
        self.cost_rate, self.funding, self.fresh_cross = book.cost_rate, book.funding, book.reentry == "fresh_cross"
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
                self.sell(bar, stopped, opens[stopped], STOP)
                exits, adds = exits[self.side[exits] != 0], adds[self.side[adds] != 0]
            if exits.size:
                self.sell(bar, exits, opens[exits], REVERSAL)
            if entries.size:
                self.side[entries] = signals.trend[bar - 1, entries]
                self.fill(bar, entries, opens[entries], self.cash[entries], atr[bar - 1, entries], first=True)
            if adds.size:
                worth = self.cash[adds] + self.position[adds] * opens[adds]
                self.fill(bar, adds, opens[adds], worth, atr[bar - 1, adds], first=False)
            stopped = np.flatnonzero((paths.lows[bar] <= self.long_stop) | (paths.highs[bar] >= self.short_stop))
            if stopped.size:
                stops = np.where(self.side[stopped] > 0, self.long_stop[stopped], self.short_stop[stopped])
                self.sell(bar, stopped, stops, STOP)

            np.multiply(self.position, closes, out=value)
            value += self.cash
            if self.funding:
                self.charge(closes, value)
            broke = np.flatnonzero(value <= 0)
            broke = broke[self.side[broke] != 0]
            if broke.size:
                self.sell(bar, broke, closes[broke], LIQUIDATION)
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
            reasons[gone] = LIQUIDATION
        pnl = self.cash[which] - self.cash_before[which]
        numbers = (which, self.entry_bar[which], np.full(which.size, bar), self.side[which], self.held[which], reasons)
        self.trades.append((*numbers, pnl, pnl / self.first_risk[which], self.paid[which] - self.paid_before[which]))
        self.side[which] = 0
        self.held[which] = 0
        self.position[which] = self.at_risk[which] = 0.0
        self.long_stop[which] = self.short_stop[which] = self.anchor[which] = np.nan

    def fill(self, bar: int, which: NDArray[np.int64], prices: Array, equity: Array, atr: Array, *, first: bool) -> None:
        """Open a first level, or one more, on some paths.

        Where there is no room for it nothing happens.
        """
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
        return PyramidPaths(self.equity, self.peak, self.paid, trades, self.book.equity, self.book.bars_per_year, self.kept)
