"""Pyramiding: adding to winners while the risk of the whole position stays under a cap.

One bar at a time, on plain floats. What happens within bar i, in this order:

1. **At the open.** If the open lies beyond the stop of a position, all of it is sold at the open
   ("stop"). Otherwise the order decided at the previous close is filled at the open: an exit
   ("reversal"), a first entry, or an add-on. An entry's stop lies ``atr_stop_mult`` ATR (of the
   close that decided) behind its fill; after an add-on every level has the new stop, unless the old
   one is tighter: a stop never loosens.
2. **Within the bar.** If the bar touches the stop, all is sold at the stop; this holds for the bar
   of the entry too.
3. **At the close.** Funding is charged on what is borrowed (notional above equity), the account is
   marked, and, from bar max(``slow``, ``atr_period``) − 1 on, the next order is decided: flat and a
   signal → entry; the signal no longer on the position's side → exit; the close more than
   ``add_threshold_atr`` ATR beyond the newest entry → add-on. So a new entry comes at the earliest
   at the open of the bar after an exit ("next_bar"), or only once the averages have crossed afresh
   ("fresh_cross").

Sizes: a level risks ``risk_per_level`` of the equity at its fill, divided by 1 + ``size_decay``·k
for level k, and is never larger than the level before. It is cut so that the whole position's stop
risk, Σ quantity·side·(entry − stop), stays within ``max_total_risk`` of equity and its notional
within ``leverage`` times equity. Costs are charged on every fill. When equity is gone the account
is closed and stays at 0 ("liquidation"). An ATR of 0 gives no order.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from phase6 import _validation as valid
from phase6._signature import spells_out
from phase6.indicators import atr, ema
from phase6.pyramid_parameters import REENTRY, PyramidParameters, PyramidRules
from phase6.pyramid_result import COLUMNS, Fill, PyramidResult, Trade

__all__ = [
    "REENTRY",
    "Fill",
    "PyramidLevel",
    "PyramidParameters",
    "PyramidResult",
    "PyramidRules",
    "PyramidingStrategy",
    "Trade",
    "run_pyramid_backtest",
    "stop_risk_by_level",
]
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

    Its arguments are the fields of :class:`PyramidRules`. ``side`` is +1 long, −1 short, 0 flat;
    ``equity`` is kept up to date by the backtest. Subclass it and override a method to change a
    rule; :func:`run_pyramid_backtest` takes the subclass as ``strategy``.
    """

    @spells_out(PyramidRules)
    def __init__(self, *values: Any, **named: Any) -> None:
        rules = PyramidRules(*values, **named)
        self.equity = rules.equity
        self.risk_per_level = rules.risk_per_level
        self.max_levels = rules.max_levels
        self.atr_stop_mult = rules.atr_stop_mult
        self.add_threshold_atr = rules.add_threshold_atr
        self.leverage = rules.leverage
        self.size_decay = rules.size_decay
        self.max_total_risk = rules.max_total_risk
        self.levels: list[PyramidLevel] = []
        self.side = 0

    @property
    def total_quantity(self) -> float:
        """Quantity held, positive on either side."""
        total = 0.0
        for level in self.levels:
            total += level.quantity
        return total

    @property
    def avg_entry(self) -> float:
        """Average entry price weighted by quantity; 0 when flat."""
        if not self.levels:
            return 0.0
        value = 0.0
        for level in self.levels:
            value += level.entry_price * level.quantity
        return value / self.total_quantity

    @property
    def stop_risk(self) -> float:
        """Money lost if the stop is filled at its price: Σ quantity·side·(entry − stop).

        It is negative where profit is locked in.
        """
        risk = 0.0
        for level in self.levels:
            risk += level.quantity * self.side * (level.entry_price - level.stop_price)
        return risk

    @property
    def total_risk_pct(self) -> float:
        """Stop risk as a fraction of equity, from where the stops really stand."""
        return self.stop_risk / self.equity if self.equity > 0 else 0.0

    def should_enter(self, fast_ma: float, slow_ma: float) -> int:
        """The side of the trend.

        It is +1 if the fast average is above the slow one, −1 if below, else 0.
        """
        if fast_ma > slow_ma:
            return 1
        if fast_ma < slow_ma:
            return -1
        return 0

    def should_add(self, price: float, atr_val: float) -> bool:
        """Whether a level is left and the price is ``add_threshold_atr`` ATR beyond the newest."""
        if not self.levels or len(self.levels) >= self.max_levels:
            return False
        return self.side * (price - self.levels[-1].entry_price) > self.add_threshold_atr * atr_val

    def level_quantity(self, price: float, atr_val: float) -> float:
        """Quantity of the next level at ``price``, after every cap.

        It is 0 if there is no room or the price is beyond the stop.
        """
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
        """Open the next level at ``price`` and move every stop to the tightest.

        Returns its quantity, 0 if none was opened.
        """
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
        pnl = 0.0
        for level in self.levels:
            pnl += self.side * level.quantity * (price - level.entry_price)
        self.levels = []
        self.side = 0
        return pnl


class Order(NamedTuple):
    """What a close decides and the next open fills.

    "enter", "add" or "exit", the side, and the ATR that sets the stop.
    """

    action: str
    side: int
    atr: float = 0.0


class _Account:
    """Cash and records of one pyramid backtest, and what can happen to them in a bar."""

    def __init__(self, book: PyramidingStrategy, parameters: PyramidParameters) -> None:
        self.book = book
        self.cost_rate, self.funding = parameters.cost_rate, parameters.funding
        self.fresh_cross = parameters.reentry == "fresh_cross"
        self.cash, self.paid, self.ruined = book.equity, 0.0, False
        self.position = self.at_risk = 0.0
        self.order: Order | None = None
        self.last_side = self.last_signal = 0
        self.entry_bar, self.cash_before, self.paid_before, self.first_risk = 0, self.cash, 0.0, 0.0
        self.fills: list[Fill] = []
        self.trades: list[Trade] = []
        self.rows: list[tuple[float, int, float, float, float, float, float]] = []

    def fill(self, bar: int, price: float) -> None:
        """At the open: the order of the close before."""
        order, self.order = self.order, None
        if order is not None and order.action == "exit":
            self.sell(bar, price, "reversal")
        elif order is not None:
            self._buy(bar, price, order)

    def mark(self, bar: int, price: float) -> None:
        """At the close: charge funding, mark the position, and note the bar.

        The account is closed when nothing is left.
        """
        book, cash, position = self.book, self.cash, self.position
        if levels := book.levels:
            book.equity = value = self._charge(price) if self.funding else cash + position * price
            if value > 0:
                stop, risk = levels[0].stop_price, self.at_risk / value
                self.rows.append((value, len(levels), position, stop, risk, self.cash, self.paid))
                return
            self.sell(bar, price, "liquidation")
        self.rows.append((self.cash, 0, 0.0, math.nan, 0.0, self.cash, self.paid))

    def decide(self, price: float, signal: int, atr_val: float) -> None:
        """After marking to market: the order for the next open.

        It follows from the signal, the close and the ATR.
        """
        book = self.book
        if book.levels:
            if signal != book.side:
                self.order = Order("exit", book.side)
            elif atr_val > 0 and book.should_add(price, atr_val):
                self.order = Order("add", book.side, atr_val)
        elif signal and atr_val > 0 and not (self.fresh_cross and signal == self.last_side == self.last_signal):
            self.order = Order("enter", signal, atr_val)
        self.last_signal = signal

    def _buy(self, bar: int, price: float, order: Order) -> None:
        """Open the first level, or one more.

        Nothing happens where the rules leave no room for it.
        """
        book, first = self.book, not self.book.levels
        book.equity = self.cash if first else self.cash + self.position * price
        book.side = order.side
        quantity = book.add_level(price, order.atr)
        if quantity <= 0:
            book.side = 0 if first else book.side
            return
        if first:
            self.entry_bar, self.cash_before, self.paid_before, self.last_side = bar, self.cash, self.paid, order.side
            self.first_risk = quantity * abs(price - book.levels[0].stop_price)
        cost = self.cost_rate * quantity * price
        self.cash -= order.side * quantity * price + cost
        self.paid += cost
        self.position, self.at_risk = order.side * book.total_quantity, book.stop_risk
        self.fills.append(Fill(bar, price, order.side * quantity, "entry" if first else "add", len(book.levels), cost))

    def sell(self, bar: int, price: float, reason: str) -> None:
        """Close the whole position, and the account with it if no money is left."""
        book = self.book
        side, quantity, average, count = book.side, book.total_quantity, book.avg_entry, len(book.levels)
        cost = self.cost_rate * quantity * price
        self.cash += side * quantity * price - cost
        self.paid += cost
        book.close_all(price)
        if self.cash <= 0:
            self.cash, self.ruined, reason = 0.0, True, "liquidation"
        book.equity, self.order = self.cash, None
        pnl, paid = self.cash - self.cash_before, self.paid - self.paid_before
        self.fills.append(Fill(bar, price, -side * quantity, reason, 0, cost))
        self.trades.append(
            Trade(self.entry_bar, bar, side, count, quantity, average, price, reason, pnl, pnl / self.first_risk, paid)
        )

    def _charge(self, price: float) -> float:
        """Funding on what is borrowed; returns the value after it."""
        borrowed = abs(self.position) * price - max(self.cash + self.position * price, 0.0)
        if borrowed > 0:
            self.cash -= self.funding * borrowed
            self.paid += self.funding * borrowed
        return self.cash + self.position * price


@spells_out(PyramidParameters)
def run_pyramid_backtest(
    df: pd.DataFrame,
    equity: float = 100_000,
    max_levels: int = 4,
    leverage: float = 3.0,
    *,
    strategy: Callable[..., PyramidingStrategy] = PyramidingStrategy,
    **parameters: Any,
) -> PyramidResult:
    """What a pyramid does on one market, bar by bar; the order of events is in the module's text.

    Parameters
    ----------
    df : DataFrame
        OHLC bars, at least max(``slow``, ``atr_period``) + 1 of them.
    equity, max_levels, leverage, **parameters
        The fields of :class:`PyramidParameters`; ``bars_per_year`` is by default what ``df.attrs``
        says, as :func:`phase6.market.read_ohlcv` leaves it, else 252.
    strategy : callable
        A subclass of :class:`PyramidingStrategy`, or anything that is called like it.

    Raises
    ------
    ValueError
        For a frame that is unsound or too short, or a parameter out of range.
    """
    parameters.setdefault("bars_per_year", valid.bars_per_year(None, df))
    chosen = PyramidParameters(equity=equity, max_levels=max_levels, leverage=leverage, **parameters)
    warm_up = chosen.warm_up
    valid.ohlcv(df, min_rows=warm_up + 2)
    book = strategy(**chosen.rules)
    close = df["close"]
    opens, highs, lows = (df[name].to_numpy(float).tolist() for name in ("open", "high", "low"))
    closes = close.to_numpy(float).tolist()
    fast_ma, slow_ma = ema(close, chosen.fast).to_numpy().tolist(), ema(close, chosen.slow).to_numpy().tolist()
    ranges = atr(df, chosen.atr_period).to_numpy().tolist()
    account = _Account(book, chosen)
    for bar, price in enumerate(closes):
        opening = opens[bar]
        if book.levels and book.check_stop(opening):
            account.sell(bar, opening, "stop")
        elif account.order:
            account.fill(bar, opening)
        if book.levels:
            stop = book.levels[0].stop_price
            if lows[bar] <= stop if book.side == 1 else highs[bar] >= stop:
                account.sell(bar, stop, "stop")
        account.mark(bar, price)
        if bar >= warm_up and not account.ruined:
            account.decide(price, book.should_enter(fast_ma[bar], slow_ma[bar]), ranges[bar])
    columns = {name: list(values) for name, values in zip(COLUMNS, zip(*account.rows, strict=True), strict=True)}
    done = tuple(account.fills), tuple(account.trades)
    return PyramidResult(df.index, close.to_numpy(float), columns, *done, chosen.equity, chosen.bars_per_year)


def stop_risk_by_level(
    max_levels: int = 8,
    *,
    side: int = 1,
    price: float = 100.0,
    atr_val: float = 2.0,
    spacing_atr: float = 1.0,
    **parameters: Any,
) -> pd.DataFrame:
    """What a pyramid risks after each level, when the market moves evenly between entries.

    Parameters
    ----------
    max_levels : int
        Levels.
    side, price, atr_val
        +1 or −1; of the first entry; in units of the price.
    spacing_atr : float
        ATR between entries.
    **parameters
        Those of :class:`PyramidingStrategy`; its caps are opened wide unless given.

    Returns
    -------
    DataFrame
        Index: level 1 … ``max_levels``. Columns, fractions of equity: ``nominal`` (risk per level
        times levels, the claim), ``stop_risk`` (from where the stop stands), ``open_heat``
        (give-back from the newest entry to the stop), and ``quantity`` of the level.

    Raises
    ------
    ValueError
        For a parameter out of range.
    """
    side, spacing = valid.side(side), valid.number("spacing_atr", spacing_atr, at_least=0)
    price, atr_val = valid.number("price", price, above=0), valid.number("atr_val", atr_val, above=0)
    book = PyramidingStrategy(**{"max_levels": max_levels, "max_total_risk": 1.0, "leverage": 1e9, **parameters})
    book.side = side
    rows = []
    for number in range(1, valid.count("max_levels", max_levels) + 1):
        entry = price + side * (number - 1) * spacing * atr_val
        quantity = book.add_level(entry, atr_val)
        heat = book.total_quantity * side * (entry - book.levels[0].stop_price) / book.equity if book.levels else 0.0
        rows.append((number, book.risk_per_level * number, book.total_risk_pct, heat, quantity))
    names = ["level", "nominal", "stop_risk", "open_heat", "quantity"]
    return pd.DataFrame(rows, columns=names).set_index("level")
