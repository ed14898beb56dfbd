"""Scaling in and out: a position built in tranches and reduced in parts, every fill counted.

What happens within one bar of :func:`scale_in_out_simulation`, in this order:

1. **At the open.** If it lies beyond the stop, all is sold at the open. Otherwise every entry and
   every target that the open has already passed fills at the open.
2. **Within the bar.** If the bar touches the stop, entries that lie on the way to it fill at their
   prices, then all is sold at the stop. Otherwise entries the bar touches fill at their prices;
   targets it touches fill at theirs, unless an entry was filled in the same bar (which came first
   cannot be known, so the worse order is taken).
3. **At the close** the account is marked.

The stop is decided with the plan and never moves away. Targets are gains on the average entry. Once
a target has filled, entries that are still open are cancelled. Exits are fractions of what was
bought, so the last one leaves nothing behind.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from phase6 import _validation as valid

AVERAGING = ("down", "up")
NOTHING = 1e-12
"""A share of the bought quantity below which nothing is left."""


@dataclass(slots=True)
class AverageCostAccount:
    """A position in one market, kept by the average-cost method, with its cash.

    ``position`` is signed; ``average`` is weighted by quantity, unchanged by a reduction, restarted
    at the fill price when the position flips, and 0 when flat. ``cash`` starts at ``capital``, so
    equity = cash + position · price.
    """

    capital: float
    position: float = 0.0
    average: float = 0.0
    realised: float = 0.0
    costs: float = 0.0
    cash: float = field(init=False)

    def __post_init__(self) -> None:
        self.cash = self.capital

    def fill(self, quantity: float, price: float, cost_rate: float = 0.0) -> float:
        """Book a signed ``quantity`` at ``price``; returns the profit realised, before costs."""
        quantity, price = valid.number("quantity", quantity), valid.number("price", price, above=0)
        before, after = self.position, self.position + quantity
        gain = 0.0
        if before * quantity >= 0:
            self.average = (abs(before) * self.average + abs(quantity) * price) / abs(after) if after else 0.0
        else:
            closed = min(abs(quantity), abs(before))
            gain = math.copysign(closed, before) * (price - self.average)
            if abs(after) <= NOTHING * abs(before):
                after = self.average = 0.0
            elif after * before < 0:
                self.average = price
        cost = cost_rate * abs(quantity) * price
        self.position = after
        self.realised += gain
        self.costs += cost
        self.cash -= quantity * price + cost
        return gain

    def unrealised(self, price: float) -> float:
        """Profit on what is held, at ``price``."""
        return self.position * (price - self.average)

    def equity(self, price: float) -> float:
        """Cash and the position at market."""
        return self.cash + self.position * price


def in_order(numbers: Iterable[float]) -> float:
    """Sum from left to right, the same to the last bit on every Python.

    Since 3.12 ``sum`` of floats is compensated.
    """
    total = 0.0
    for each in numbers:
        total += each
    return total


@dataclass(frozen=True)
class TranchePlan:
    """Entries, their quantities, and one stop, decided before the first fill.

    ``loss_at_stop`` is in money, all entries filled.
    """

    entries: tuple[float, ...]
    quantities: tuple[float, ...]
    stop: float
    loss_at_stop: float
    notional: float
    cap_binds: bool


def tranche_plan(
    price: float,
    *,
    side: int = 1,
    splits: Sequence[float] = (0.5, 0.3, 0.2),
    spacing: float = 0.01,
    averaging: str = "down",
    stop_loss: float = 0.02,
    capital: float = 10_000.0,
    risk_budget: float = 0.02,
    leverage: float = 5.0,
) -> TranchePlan:
    """Entries and one stop, sized so that all entries together lose ``risk_budget``·capital there.

    Parameters
    ----------
    price : float
        Of the first entry.
    side : int
        +1 long, −1 short.
    splits : sequence of float
        Shares of the whole that the entries buy.
    spacing : float
        Between entries, a fraction of ``price``.
    averaging : str
        "down": entries lie on the way against the position; "up": with it.
    stop_loss : float
        From the entry that is worst placed to the stop, a fraction.
    capital, risk_budget, leverage : float
        Money; the fraction of it lost at the stop; the cap on notional, times capital. Where the
        cap binds, the loss is smaller.

    Raises
    ------
    ValueError
        For values out of range.
    """
    price = valid.number("price", price, above=0)
    side = valid.side(side)
    shares = [valid.number("entry split", share, above=0) for share in splits]
    if not shares:
        raise ValueError("entry splits are empty; expected at least one share")
    spacing = valid.number("entry spacing", spacing, at_least=0, below=1)
    stop_loss = valid.number("stop_loss", stop_loss, above=0, below=1)
    capital = valid.number("capital", capital, above=0)
    risk_budget = valid.number("risk_budget", risk_budget, above=0, at_most=1)
    leverage = valid.number("leverage", leverage, above=0)
    towards = -side if valid.choice("averaging", averaging, AVERAGING) == "down" else side
    entries = [price * (1 + towards * number * spacing) for number in range(len(shares))]
    if min(entries) <= 0:
        raise ValueError(f"{len(shares)} entries {spacing:.0%} apart reach {min(entries):.2f}; expected prices above 0")
    worst = min(entries) if side == 1 else max(entries)
    stop = worst * (1 - side * stop_loss)
    whole = in_order(shares)
    per_unit = [share / whole for share in shares]
    loss = in_order(share * side * (entry - stop) for share, entry in zip(per_unit, entries, strict=True))
    value = in_order(share * entry for share, entry in zip(per_unit, entries, strict=True))
    by_risk, by_notional = risk_budget * capital / loss, leverage * capital / value
    total = min(by_risk, by_notional)
    quantities = tuple(total * share for share in per_unit)
    return TranchePlan(tuple(entries), quantities, stop, total * loss, total * value, by_notional < by_risk)


@dataclass(frozen=True)
class ScalingResult:
    """One scaled trade, bar by bar from the entry on; every Series has the prices' own index.

    ``equity`` = capital + ``realised`` + ``unrealised`` − ``costs``; ``position`` signed;
    ``average_entry`` 0 when flat. ``fills`` has date, price, quantity (signed), reason (entry,
    target, stop, liquidation) and gain (on the average entry, exits only).
    """

    index: pd.Index
    columns: dict[str, list[float]]
    fill_list: tuple[tuple[int, float, float, str, float], ...]
    plan: TranchePlan
    capital: float
    side: int
    bars_per_year: float

    def _series(self, name: str) -> pd.Series:
        return pd.Series(self.columns[name], index=self.index, name=name)

    @cached_property
    def equity(self) -> pd.Series:
        """Account value at each close.

        Its ``attrs`` hold ``bars_per_year``, by which measures annualise.
        """
        equity = self._series("equity")
        equity.attrs = {"bars_per_year": self.bars_per_year}
        return equity

    @cached_property
    def position(self) -> pd.Series:
        """Signed quantity held at each close."""
        return self._series("position")

    @cached_property
    def average_entry(self) -> pd.Series:
        """Average entry price, weighted by quantity; 0 when flat."""
        return self._series("average_entry")

    @cached_property
    def realised(self) -> pd.Series:
        """Profit taken so far, before costs."""
        return self._series("realised")

    @cached_property
    def unrealised(self) -> pd.Series:
        """Profit on what is held, at each close."""
        return self._series("unrealised")

    @cached_property
    def stop(self) -> pd.Series:
        """Stop price at each close, NaN when flat."""
        return self._series("stop")

    @cached_property
    def costs(self) -> pd.Series:
        """Costs paid so far."""
        return self._series("costs")

    @cached_property
    def fills(self) -> pd.DataFrame:
        """Executions, in order."""
        rows = [(self.index[bar], *rest) for bar, *rest in self.fill_list]
        return pd.DataFrame(rows, columns=["date", "price", "quantity", "reason", "gain"])


COLUMNS = ("equity", "position", "average_entry", "realised", "unrealised", "stop", "costs")
"""What is noted of every bar."""


class _ScaledTrade:
    """One trade in progress.

    Its plan, its account, the entries still open and the targets not yet reached.
    """

    def __init__(
        self, plan: TranchePlan, side: int, towards: int, gains: Sequence[float], parts: Sequence[float], capital: float, rate: float
    ) -> None:
        self.side, self.towards, self.stop, self.rate = side, towards, plan.stop, rate
        self.gains, self.parts = gains, parts
        self.sells_all = abs(in_order(parts) - 1.0) < 1e-9
        self.account = AverageCostAccount(capital)
        self.waiting = list(zip(plan.entries, plan.quantities, strict=True))
        self.taken, self.bought, self.done = 0, 0.0, False
        self.fills: list[tuple[int, float, float, str, float]] = []
        self.rows: list[tuple[float, ...]] = []

    def at_open(self, bar: int, price: float) -> None:
        """Step 1: beyond the stop, sell all.

        Otherwise fill every entry and target that the open has passed.
        """
        if self.beyond_stop(price):
            self.sell(bar, price, abs(self.account.position), "stop")
            return
        while self.reaches_entry(price):
            self.buy(bar, price)
        while self.reaches_target(price):
            self.take(bar, price)

    def within_bar(self, bar: int, low: float, high: float) -> None:
        """Step 2: the stop and the entries on the way to it.

        Otherwise entries, and targets unless an entry came first.
        """
        far, near = (high, low) if self.side == 1 else (low, high)
        adds_against = self.towards == -self.side
        stopped, entered = self.beyond_stop(near), False
        while self.reaches_entry(near if adds_against else far) and (adds_against or not stopped):
            entered = True
            self.buy(bar, self.waiting[0][0])
        if stopped:
            self.sell(bar, self.stop, abs(self.account.position), "stop")
        while not entered and self.reaches_target(far):
            self.take(bar, self.target)

    def at_close(self, bar: int, price: float) -> None:
        """Step 3: mark the account; one without money is closed, and what it owes is forgiven."""
        account = self.account
        value = account.equity(price)
        if value <= 0 and not self.done:
            self.sell(bar, price, abs(account.position), "liquidation")
        if self.done:
            account.realised -= min(account.cash, 0.0)
            value = account.cash = max(account.cash, 0.0)
        held, stop = account.position, math.nan if self.done else self.stop
        self.rows.append((value, held, account.average, account.realised, account.unrealised(price), stop, account.costs))

    def beyond_stop(self, price: float) -> bool:
        """Whether the price is at or beyond the stop of a trade that is on."""
        return not self.done and self.side * (price - self.stop) <= 0

    def reaches_entry(self, price: float) -> bool:
        """Whether the price has come to the next entry."""
        return bool(self.waiting) and self.towards * (price - self.waiting[0][0]) >= 0

    def reaches_target(self, price: float) -> bool:
        """Whether the price has come to the next target."""
        return not self.done and self.taken < len(self.gains) and self.side * (price - self.target) >= 0

    @property
    def target(self) -> float:
        """Price of the next target: a gain on the average entry."""
        return self.account.average * (1 + self.side * self.gains[self.taken])

    def buy(self, bar: int, price: float) -> None:
        """Fill the next entry."""
        quantity = self.waiting.pop(0)[1]
        self.bought += quantity
        self.account.fill(self.side * quantity, price, self.rate)
        self.fills.append((bar, price, self.side * quantity, "entry", math.nan))

    def take(self, bar: int, price: float) -> None:
        """Sell the next target's share of what was bought.

        At the last one of a whole, all that is left.
        """
        held, last = abs(self.account.position), self.taken == len(self.parts) - 1 and self.sells_all
        quantity = held if last else min(self.parts[self.taken] * self.bought, held)
        self.taken += 1
        self.sell(bar, price, quantity, "target")

    def sell(self, bar: int, price: float, quantity: float, reason: str) -> None:
        """Sell a quantity and cancel the entries that are still open."""
        gain = self.side * (price - self.account.average) / self.account.average
        self.account.fill(-self.side * quantity, price, self.rate)
        self.fills.append((bar, price, -self.side * quantity, reason, gain))
        self.waiting.clear()
        self.done = self.done or self.account.position == 0


def _bars(prices: pd.Series | pd.DataFrame, start: int, stop: int) -> tuple[pd.Index, list[list[float]]]:
    """Index and open, high, low, close of some rows; of a Series, its closes four times."""
    if isinstance(prices, pd.DataFrame):
        window = valid.ohlcv(prices).iloc[start:stop]
        return window.index, [window[name].to_numpy(float).tolist() for name in valid.OHLC]
    series = valid.prices("prices", prices).iloc[start:stop]
    return series.index, [series.to_numpy(float).tolist()] * 4


def _exits(levels: Sequence[float], splits: Sequence[float]) -> tuple[list[float], list[float]]:
    """Gains and shares of the targets, checked; shares that sum to more than 1 are scaled to 1."""
    gains = [valid.number("exit level", level, above=0) for level in levels]
    if gains != sorted(gains):
        raise ValueError(f"exit_levels are {list(levels)}; expected the nearest first")
    if len(gains) != len(splits):
        raise ValueError(f"there are {len(gains)} exit levels and {len(splits)} exit splits; expected as many of each")
    parts = [valid.number("exit split", share, above=0) for share in splits]
    whole = max(in_order(parts), 1.0)
    return gains, [share / whole for share in parts]


def scale_in_out_simulation(
    prices: pd.Series | pd.DataFrame,
    entry_idx: int,
    direction: int = 1,
    entry_splits: Sequence[float] = (0.50, 0.30, 0.20),
    entry_spacing_pct: float = 0.01,
    exit_levels: Sequence[float] = (0.03, 0.05, 0.08),
    exit_splits: Sequence[float] = (0.33, 0.33, 0.34),
    stop_loss_pct: float = 0.02,
    total_position: float = 10_000,
    leverage: float = 5.0,
    *,
    averaging: str = "down",
    risk_budget: float = 0.02,
    horizon: int = 100,
    cost_bps: float = 0.0,
) -> ScalingResult:
    """One position, built in tranches and taken off in parts.

    The order of events is in the module's text.

    Parameters
    ----------
    prices : Series or DataFrame
        Closes, or OHLCV bars.
    entry_idx : int
        Row at whose close the first tranche fills.
    direction : int
        +1 long, −1 short.
    entry_splits, exit_splits : sequence of float
        Shares of the whole that each entry buys and each target sells.
    entry_spacing_pct, exit_levels, stop_loss_pct : float
        Fractions: between entries, of gain on the average entry, from the worst entry to the stop.
    total_position, leverage : float
        The capital, and how many times it the notional may be.
    averaging : str
        "down" adds on the way against the position, "up" with it.
    risk_budget : float
        Fraction of the capital lost at the stop with every tranche filled.
    horizon : int
        Bars for which the trade is followed.
    cost_bps : float
        Basis points a side of the value traded.

    Raises
    ------
    ValueError
        For bad prices, or values out of range.
    """
    if not isinstance(prices, pd.Series | pd.DataFrame):
        raise ValueError(f"prices are a {type(prices).__name__}; expected a Series of closes or an OHLCV frame")
    entry_idx = valid.count("entry_idx", entry_idx, at_least=0)
    horizon = valid.count("horizon", horizon, at_least=2)
    if entry_idx > len(prices) - 2:
        raise ValueError(f"entry_idx is {entry_idx} with {len(prices)} rows of prices; expected at least one bar after the entry")
    gains, parts = _exits(exit_levels, exit_splits)
    rate = valid.number("cost_bps", cost_bps, at_least=0) / 10_000
    index, (opens, highs, lows, closes) = _bars(prices, entry_idx, entry_idx + horizon)
    plan = tranche_plan(
        closes[0],
        side=direction,
        splits=entry_splits,
        spacing=entry_spacing_pct,
        averaging=averaging,
        stop_loss=stop_loss_pct,
        capital=total_position,
        risk_budget=risk_budget,
        leverage=leverage,
    )
    towards = -direction if averaging == "down" else direction
    trade = _ScaledTrade(plan, direction, towards, gains, parts, float(total_position), rate)
    trade.buy(0, closes[0])
    for bar, price in enumerate(closes):
        if bar and not trade.done:
            trade.at_open(bar, opens[bar])
        if bar and not trade.done:
            trade.within_bar(bar, lows[bar], highs[bar])
        trade.at_close(bar, price)
    columns = {name: list(values) for name, values in zip(COLUMNS, zip(*trade.rows, strict=True), strict=True)}
    return ScalingResult(index, columns, tuple(trade.fills), plan, trade.account.capital, direction, valid.bars_per_year(None, prices))
