"""Pyramiding: adding to winners while the risk of the whole position stays under a cap.

One bar at a time, on plain floats. What happens within bar i, in this order:

1. **At the open.** If the open lies beyond the stop of a position, all of it is sold at the open ("stop"). Otherwise the order
   decided at the previous close is filled at the open: an exit ("reversal"), a first entry, or an add-on. An entry's stop lies
   ``atr_stop_mult`` ATR (of the close that decided) behind its fill; after an add-on every level has the new stop, unless the old
   one is tighter: a stop never loosens.
2. **Within the bar.** If the bar touches the stop, all is sold at the stop; this holds for the bar of the entry too.
3. **At the close.** Funding is charged on what is borrowed (notional above equity), the account is marked, and, from bar
   ``slow − 1`` on, the next order is decided: flat and a signal → entry; the signal no longer on the position's side → exit;
   the close more than ``add_threshold_atr`` ATR beyond the newest entry → add-on. So a new entry comes at the earliest at the
   open of the bar after an exit ("next_bar"), or only once the averages have crossed afresh ("fresh_cross").

Sizes: a level risks ``risk_per_level`` of the equity at its fill, divided by 1 + ``size_decay``·k for level k, and is never larger
than the level before. It is cut so that the whole position's stop risk, Σ quantity·side·(entry − stop), stays within
``max_total_risk`` of equity and its notional within ``leverage`` times equity. Costs are charged on every fill. When equity is
gone the account is closed and stays at 0 ("liquidation"). An ATR of 0 gives no order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.indicators import atr, ema

REENTRY = ("next_bar", "fresh_cross")
SMALLEST_SHARE = 1e-9
"""A level smaller than this share of its risk-based size is not opened."""


@dataclass(slots=True)
class PyramidLevel:
    """One entry of a position: its price, its quantity (positive on either side) and its stop."""

    entry_price: float
    quantity: float
    stop_price: float


class PyramidingStrategy:
    """The rules of one pyramid: when to enter, when and how much to add, where the stop is.

    Parameters are fractions of equity (``risk_per_level``, ``max_total_risk``), multiples of ATR (``atr_stop_mult``,
    ``add_threshold_atr``) or of equity (``leverage``, a cap on notional). ``side`` is +1 long, −1 short, 0 flat. Subclass it and
    override a method to change a rule; :func:`run_pyramid_backtest` takes the subclass as ``strategy``.
    """

    def __init__(
        self,
        equity: float = 100_000,
        risk_per_level: float = 0.005,
        max_levels: int = 4,
        atr_stop_mult: float = 2.0,
        add_threshold_atr: float = 1.0,
        leverage: float = 3.0,
        *,
        size_decay: float = 0.25,
        max_total_risk: float = 0.02,
    ) -> None:
        self.equity = valid.number("equity", equity, above=0)
        self.risk_per_level = valid.number("risk_per_level", risk_per_level, above=0, below=1)
        self.max_levels = valid.count("max_levels", max_levels)
        self.atr_stop_mult = valid.number("atr_stop_mult", atr_stop_mult, above=0)
        self.add_threshold_atr = valid.number("add_threshold_atr", add_threshold_atr, at_least=0)
        self.leverage = valid.number("leverage", leverage, above=0)
        self.size_decay = valid.number("size_decay", size_decay, at_least=0)
        self.max_total_risk = valid.number("max_total_risk", max_total_risk, above=0, at_most=1)
        self.levels: list[PyramidLevel] = []
        self.side = 0

    @property
    def total_quantity(self) -> float:
        """Quantity held, positive on either side."""
        return sum(level.quantity for level in self.levels)

    @property
    def avg_entry(self) -> float:
        """Average entry price weighted by quantity; 0 when flat."""
        if not self.levels:
            return 0.0
        return sum(level.entry_price * level.quantity for level in self.levels) / self.total_quantity

    @property
    def stop_risk(self) -> float:
        """Money lost if the stop is filled at its price: Σ quantity·side·(entry − stop). Negative: profit locked in."""
        return sum(level.quantity * self.side * (level.entry_price - level.stop_price) for level in self.levels)

    @property
    def total_risk_pct(self) -> float:
        """Stop risk as a fraction of equity, from where the stops really stand."""
        return self.stop_risk / self.equity if self.equity > 0 else 0.0

    def should_enter(self, fast_ma: float, slow_ma: float) -> int:
        """The side of the trend: +1 if the fast average is above the slow one, −1 if below, else 0."""
        if fast_ma > slow_ma:
            return 1
        if fast_ma < slow_ma:
            return -1
        return 0

    def should_add(self, price: float, atr_val: float) -> bool:
        """Whether the price has moved ``add_threshold_atr`` ATR beyond the newest entry, and a level is left."""
        if not self.levels or len(self.levels) >= self.max_levels:
            return False
        return self.side * (price - self.levels[-1].entry_price) > self.add_threshold_atr * atr_val

    def level_quantity(self, price: float, atr_val: float) -> float:
        """Quantity of the next level at ``price``, after every cap; 0 if there is no room or the price is beyond the stop."""
        distance = self.atr_stop_mult * atr_val
        stop = price - self.side * distance
        if distance <= 0 or self.equity <= 0 or (stop <= 0 and self.side == 1):
            return 0.0
        full = self.equity * self.risk_per_level / distance / (1.0 + self.size_decay * len(self.levels))
        quantity = full
        at_risk = held = 0.0
        if self.levels:
            quantity = min(quantity, self.levels[-1].quantity)
            shared = self._tightest(stop)
            distance = self.side * (price - shared)
            if distance <= 0:
                return 0.0
            for level in self.levels:
                at_risk += level.quantity * self.side * (level.entry_price - shared)
                held += level.quantity
        quantity = min(quantity, (self.max_total_risk * self.equity - at_risk) / distance)
        quantity = min(quantity, self.leverage * self.equity / price - held)
        return quantity if quantity > SMALLEST_SHARE * full else 0.0

    def _tightest(self, stop: float) -> float:
        best = max if self.side == 1 else min
        for level in self.levels:
            stop = best(stop, level.stop_price)
        return stop

    def add_level(self, price: float, atr_val: float) -> float:
        """Open the next level at ``price`` and move every stop to the tightest; returns its quantity, 0 if none was opened."""
        quantity = self.level_quantity(price, atr_val)
        if quantity > 0:
            stop = self._tightest(price - self.side * self.atr_stop_mult * atr_val)
            self.levels.append(PyramidLevel(price, quantity, stop))
            for level in self.levels:
                level.stop_price = stop
        return quantity

    def check_stop(self, price: float) -> bool:
        """Whether ``price`` is at or beyond the stop."""
        return bool(self.levels) and self.side * (price - self.levels[0].stop_price) <= 0

    def close_all(self, price: float) -> float:
        """Close every level at ``price``; returns the profit before costs."""
        pnl = sum(self.side * level.quantity * (price - level.entry_price) for level in self.levels)
        self.levels = []
        self.side = 0
        return pnl


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution: bar number, price, signed quantity, its reason, the level it opened (1 = first; 0 for exits), its cost."""

    bar: int
    price: float
    quantity: float
    reason: str
    level: int
    cost: float


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip of a whole pyramid; ``pnl`` is after costs and funding, ``r_multiple`` is pnl over the first level's risk."""

    entry_bar: int
    exit_bar: int
    side: int
    levels: int
    quantity: float
    average_entry: float
    exit_price: float
    reason: str
    pnl: float
    r_multiple: float
    costs: float


@dataclass(frozen=True)
class PyramidResult:
    """What a backtest did, bar by bar; every Series has the market frame's own index.

    ``equity`` at the close; ``levels`` held; ``position`` signed quantity; ``stop`` price (NaN when flat); ``stop_risk`` fraction of
    equity; ``cash`` so that equity = cash + position · close; ``costs`` paid so far, funding included. ``trades`` and ``fills``
    are frames. A position open at the end is marked, not sold. Iterates as (equity, levels, trades).
    """

    index: pd.Index
    close: np.ndarray
    columns: dict[str, list[float]]
    fill_list: tuple[Fill, ...]
    trade_list: tuple[Trade, ...]
    initial_equity: float

    def _series(self, name: str) -> pd.Series:
        return pd.Series(self.columns[name], index=self.index, name=name)

    @cached_property
    def equity(self) -> pd.Series:
        """Account value at each close."""
        return self._series("equity")

    @cached_property
    def levels(self) -> pd.Series:
        """Number of levels held at each close."""
        return self._series("levels")

    @cached_property
    def position(self) -> pd.Series:
        """Signed quantity held at each close."""
        return self._series("position")

    @cached_property
    def stop(self) -> pd.Series:
        """Stop price at each close, NaN when flat."""
        return self._series("stop")

    @cached_property
    def stop_risk(self) -> pd.Series:
        """Loss if the stop were filled at its price, as a fraction of equity; negative where profit is locked in."""
        return self._series("stop_risk")

    @cached_property
    def cash(self) -> pd.Series:
        """Equity less the position at market."""
        return self._series("cash")

    @cached_property
    def costs(self) -> pd.Series:
        """Trading costs and funding paid up to each close."""
        return self._series("costs")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Closed round trips, in order."""
        names = ("side", "levels", "quantity", "average_entry", "exit_price", "reason", "pnl", "r_multiple", "costs")
        data: dict[str, list] = {
            "entry_date": [self.index[trade.entry_bar] for trade in self.trade_list],
            "exit_date": [self.index[trade.exit_bar] for trade in self.trade_list],
        }
        data |= {name: [getattr(trade, name) for trade in self.trade_list] for name in names}
        return pd.DataFrame(data)

    @cached_property
    def fills(self) -> pd.DataFrame:
        """Executions, in order; quantity signed."""
        names = ("price", "quantity", "reason", "level", "cost")
        data: dict[str, list] = {"date": [self.index[fill.bar] for fill in self.fill_list]}
        data |= {name: [getattr(fill, name) for fill in self.fill_list] for name in names}
        return pd.DataFrame(data)

    def __iter__(self) -> Iterator[pd.Series | pd.DataFrame]:
        return iter((self.equity, self.levels, self.trades))


def run_pyramid_backtest(
    df: pd.DataFrame,
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
    strategy: Callable[..., PyramidingStrategy] = PyramidingStrategy,
) -> PyramidResult:
    """Run the pyramid of :class:`PyramidingStrategy` over an OHLCV frame; the order of events is in the module's text.

    ``cost_bps`` is charged per side in basis points of the value traded, ``funding_rate`` a year on notional above equity.
    ``fast``, ``slow`` and ``atr_period`` are in bars. ``strategy`` is the class, or anything that is called like it.
    Raises ValueError for a frame that is unsound or shorter than ``slow`` + 1 bars and for parameters out of range.
    """
    slow = valid.count("slow", slow)
    fast, atr_period = valid.count("fast", fast), valid.count("atr_period", atr_period)
    if fast >= slow:
        raise ValueError(f"fast is {fast} and slow is {slow}; expected fast below slow")
    fresh_cross = valid.choice("reentry", reentry, REENTRY) == "fresh_cross"
    cost_rate = valid.number("cost_bps", cost_bps, at_least=0) / 10_000
    funding = valid.number("funding_rate", funding_rate, at_least=0) / 252
    warm_up = max(slow, atr_period) - 1
    valid.ohlcv(df, min_rows=warm_up + 2)
    book = strategy(
        equity=equity,
        risk_per_level=risk_per_level,
        max_levels=max_levels,
        atr_stop_mult=atr_stop_mult,
        add_threshold_atr=add_threshold_atr,
        leverage=leverage,
        size_decay=size_decay,
        max_total_risk=max_total_risk,
    )
    opens, highs, lows, closes = (df[name].to_numpy(float).tolist() for name in ("open", "high", "low", "close"))
    fast_ma, slow_ma = ema(df["close"], fast).to_numpy().tolist(), ema(df["close"], slow).to_numpy().tolist()
    ranges = atr(df, atr_period).to_numpy().tolist()

    nan = float("nan")
    bars = range(len(closes))
    columns: dict[str, list[float]] = {
        name: [0.0] * len(closes) for name in ("equity", "levels", "position", "stop", "stop_risk", "cash", "costs")
    }
    columns["levels"] = [0] * len(closes)
    out_equity, out_levels, out_position = columns["equity"], columns["levels"], columns["position"]
    out_stop, out_risk, out_cash, out_costs = columns["stop"], columns["stop_risk"], columns["cash"], columns["costs"]
    fills: list[Fill] = []
    trades: list[Trade] = []
    cash, paid, ruined = book.equity, 0.0, False
    order, order_atr, last_side, previous_signal = 0, 0.0, 0, 0
    # order: +1 or −1 an entry on that side or an add-on to it, 2 an exit
    position = at_risk = 0.0
    entry_bar, cash_before, paid_before, first_risk = 0, cash, 0.0, 0.0

    def sell(bar: int, price: float, reason: str) -> None:
        nonlocal cash, paid, ruined, order
        side, quantity, average, count = book.side, book.total_quantity, book.avg_entry, len(book.levels)
        cost = cost_rate * quantity * price
        cash += side * quantity * price - cost
        paid += cost
        book.close_all(price)
        if cash <= 0:
            cash, ruined, reason = 0.0, True, "liquidation"
        book.equity = cash
        order = 0
        fills.append(Fill(bar, price, -side * quantity, reason, 0, cost))
        pnl = cash - cash_before
        trades.append(
            Trade(entry_bar, bar, side, count, quantity, average, price, reason, pnl, pnl / first_risk, paid - paid_before)
        )

    for i in bars:
        opening = opens[i]
        if book.levels and book.check_stop(opening):
            sell(i, opening, "stop")
        elif order == 2:
            sell(i, opening, "reversal")
        elif order:
            first = not book.levels
            book.equity = cash if first else cash + position * opening
            book.side = order
            quantity = book.add_level(opening, order_atr)
            if quantity > 0:
                if first:
                    entry_bar, cash_before, paid_before, last_side = i, cash, paid, order
                    first_risk = quantity * abs(opening - book.levels[0].stop_price)
                cost = cost_rate * quantity * opening
                cash -= order * quantity * opening + cost
                paid += cost
                position, at_risk = order * book.total_quantity, book.stop_risk
                fills.append(Fill(i, opening, order * quantity, "entry" if first else "add", len(book.levels), cost))
            elif first:
                book.side = 0
        order = 0

        if book.levels:
            stop = book.levels[0].stop_price
            if (book.side == 1 and lows[i] <= stop) or (book.side == -1 and highs[i] >= stop):
                sell(i, stop, "stop")

        price = closes[i]
        if book.levels:
            value = cash + position * price
            if funding:
                borrowed = abs(position) * price - max(value, 0.0)
                if borrowed > 0:
                    cash -= funding * borrowed
                    paid += funding * borrowed
                    value = cash + position * price
            book.equity = value
            if value <= 0:
                sell(i, price, "liquidation")
        if book.levels:
            out_equity[i] = value
            out_levels[i] = len(book.levels)
            out_position[i] = position
            out_stop[i] = book.levels[0].stop_price
            out_risk[i] = at_risk / value
        else:
            out_equity[i] = cash
            out_stop[i] = nan
        out_cash[i] = cash
        out_costs[i] = paid

        if ruined or i < warm_up:
            continue
        signal = book.should_enter(fast_ma[i], slow_ma[i])
        if book.levels:
            if signal != book.side:
                order = 2
            elif ranges[i] > 0 and book.should_add(price, ranges[i]):
                order, order_atr = book.side, ranges[i]
        elif signal and ranges[i] > 0 and not (fresh_cross and signal == last_side == previous_signal):
            order, order_atr = signal, ranges[i]
        previous_signal = signal

    return PyramidResult(df.index, df["close"].to_numpy(float), columns, tuple(fills), tuple(trades), float(equity))


def stop_risk_by_level(
    max_levels: int = 8,
    *,
    side: int = 1,
    price: float = 100.0,
    atr_val: float = 2.0,
    spacing_atr: float = 1.0,
    **parameters: Any,
) -> pd.DataFrame:
    """What a pyramid risks after each level when the market moves ``spacing_atr`` ATR between entries.

    Index: level 1 … ``max_levels``. Columns, fractions of equity: ``nominal`` (risk per level times levels, the claim),
    ``stop_risk`` (from where the stop stands), ``open_heat`` (give-back from the newest entry to the stop), and ``quantity`` of
    the level. ``parameters`` go to :class:`PyramidingStrategy`; its caps are opened wide unless given.
    """
    book = PyramidingStrategy(**{"max_levels": max_levels, "max_total_risk": 1.0, "leverage": 1e9, **parameters})
    book.side = side
    rows = []
    for number in range(1, valid.count("max_levels", max_levels) + 1):
        entry = price + side * (number - 1) * spacing_atr * atr_val
        quantity = book.add_level(entry, atr_val)
        heat = book.total_quantity * side * (entry - book.levels[0].stop_price) / book.equity if book.levels else 0.0
        rows.append((number, book.risk_per_level * number, book.total_risk_pct, heat, quantity))
    names = ["level", "nominal", "stop_risk", "open_heat", "quantity"]
    return pd.DataFrame(rows, columns=names).set_index("level")
