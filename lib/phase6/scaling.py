"""Scaling in and out: building a position in tranches and taking it off in parts, with every fill accounted for.

What happens within one bar of :func:`scale_in_out_simulation`, in this order:

1. **At the open.** If it lies beyond the stop, all is sold at the open. Otherwise every entry and every target that the open has
   already passed fills at the open.
2. **Within the bar.** If the bar touches the stop, entries that lie on the way to it fill at their prices, then all is sold at the
   stop. Otherwise entries the bar touches fill at their prices; targets it touches fill at theirs, unless an entry was filled in
   the same bar (which came first cannot be known, so the worse order is taken).
3. **At the close** the account is marked.

The stop is decided with the plan and never moves away. Targets are gains on the average entry. Once a target has filled, entries
that are still open are cancelled. Exits are fractions of what was bought, so the last one leaves nothing behind.
"""

import math
from collections.abc import Sequence
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

    ``position`` is signed; ``average`` is weighted by quantity, unchanged by a reduction, restarted at the fill price when the
    position flips, and 0 when flat. ``cash`` starts at ``capital``, so equity = cash + position · price.
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


@dataclass(frozen=True)
class TranchePlan:
    """Entries, their quantities, and one stop, decided before the first fill; ``loss_at_stop`` is in money, all entries filled."""

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
    """Entries ``spacing`` apart from ``price``, sized so that all of them together lose ``risk_budget``·capital at one stop.

    The stop lies ``stop_loss`` (a fraction) behind the entry that is worst placed. Notional stays within ``leverage``·capital: where
    that binds, the loss is smaller. Raises ValueError for values out of range.
    """
    price = valid.number("price", price, above=0)
    if side not in (1, -1):
        raise ValueError(f"side is {side!r}; expected +1 for long or -1 for short")
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
    per_unit = [share / sum(shares) for share in shares]
    loss = sum(share * side * (entry - stop) for share, entry in zip(per_unit, entries, strict=True))
    value = sum(share * entry for share, entry in zip(per_unit, entries, strict=True))
    by_risk, by_notional = risk_budget * capital / loss, leverage * capital / value
    total = min(by_risk, by_notional)
    quantities = tuple(total * share for share in per_unit)
    return TranchePlan(tuple(entries), quantities, stop, total * loss, total * value, by_notional < by_risk)


@dataclass(frozen=True)
class ScalingResult:
    """One scaled trade, bar by bar from the entry on; every Series has the prices' own index.

    ``equity`` = capital + ``realised`` + ``unrealised`` − ``costs``; ``position`` signed; ``average_entry`` 0 when flat. ``fills`` has
    date, price, quantity (signed), reason (entry, target, stop, liquidation) and gain (on the average entry, exits only).
    """

    index: pd.Index
    columns: dict[str, list[float]]
    fill_list: tuple[tuple[int, float, float, str, float], ...]
    plan: TranchePlan
    capital: float
    side: int

    def _series(self, name: str) -> pd.Series:
        return pd.Series(self.columns[name], index=self.index, name=name)

    @cached_property
    def equity(self) -> pd.Series:
        """Account value at each close."""
        return self._series("equity")

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


def _bars(prices: pd.Series | pd.DataFrame, start: int, stop: int) -> tuple[pd.Index, list[list[float]]]:
    if isinstance(prices, pd.DataFrame):
        window = valid.ohlcv(prices).iloc[start:stop]
        return window.index, [window[name].to_numpy(float).tolist() for name in valid.OHLC]
    series = valid.prices("prices", prices).iloc[start:stop]
    return series.index, [series.to_numpy(float).tolist()] * 4


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
    """One position, built in tranches and taken off in parts; the order of events is in the module's text.

    ``prices`` is a Series of closes or an OHLCV frame; the first tranche fills at the close of row ``entry_idx`` and the trade is
    followed for ``horizon`` bars. ``direction`` +1 long, −1 short; ``averaging`` "down" adds on the way against the position, "up"
    with it. Splits, spacing, exit levels and the stop are fractions; ``total_position`` is the capital; ``leverage`` caps the
    notional and ``risk_budget`` (a fraction of capital) fixes the loss at the stop with every tranche filled. Raises ValueError for
    bad prices or values out of range.
    """
    if not isinstance(prices, pd.Series | pd.DataFrame):
        raise ValueError(f"prices are a {type(prices).__name__}; expected a Series of closes or an OHLCV frame")
    entry_idx = valid.count("entry_idx", entry_idx, at_least=0)
    horizon = valid.count("horizon", horizon, at_least=2)
    if entry_idx > len(prices) - 2:
        raise ValueError(f"entry_idx is {entry_idx} with {len(prices)} rows of prices; expected at least one bar after the entry")
    gains = [valid.number("exit level", level, above=0) for level in exit_levels]
    if gains != sorted(gains):
        raise ValueError(f"exit_levels are {list(exit_levels)}; expected the nearest first")
    if len(gains) != len(exit_splits):
        raise ValueError(f"there are {len(gains)} exit levels and {len(exit_splits)} exit splits; expected as many of each")
    parts = [valid.number("exit split", share, above=0) for share in exit_splits]
    parts = [share / max(sum(parts), 1.0) for share in parts]
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
    side, stop = direction, plan.stop
    sells_all = abs(sum(parts) - 1.0) < 1e-9
    towards = -side if averaging == "down" else side
    account = AverageCostAccount(float(total_position))
    waiting = list(zip(plan.entries, plan.quantities, strict=True))
    taken, done = 0, False
    bought = 0.0
    names = ("equity", "position", "average_entry", "realised", "unrealised", "stop", "costs")
    columns: dict[str, list[float]] = {name: [] for name in names}
    fills: list[tuple[int, float, float, str, float]] = []

    def buy(bar: int, price: float) -> None:
        nonlocal bought
        quantity = waiting.pop(0)[1]
        bought += quantity
        account.fill(side * quantity, price, rate)
        fills.append((bar, price, side * quantity, "entry", math.nan))

    def sell(bar: int, price: float, quantity: float, reason: str) -> None:
        nonlocal done
        gain = side * (price - account.average) / account.average
        account.fill(-side * quantity, price, rate)
        fills.append((bar, price, -side * quantity, reason, gain))
        waiting.clear()
        if account.position == 0:
            done = True

    def take(bar: int, price: float) -> None:
        nonlocal taken
        last = taken == len(parts) - 1 and sells_all
        quantity = abs(account.position) if last else min(parts[taken] * bought, abs(account.position))
        taken += 1
        sell(bar, price, quantity, "target")

    def target() -> float:
        return account.average * (1 + side * gains[taken])

    buy(0, closes[0])
    for i in range(len(closes)):
        if i and not done:
            opening = opens[i]
            far, near = (highs[i], lows[i]) if side == 1 else (lows[i], highs[i])
            entered = False
            if side * (opening - stop) <= 0:
                sell(i, opening, abs(account.position), "stop")
            else:
                while waiting and towards * (opening - waiting[0][0]) >= 0:
                    buy(i, opening)
                while not done and taken < len(gains) and side * (opening - target()) >= 0:
                    take(i, opening)
                reach = near if towards == -side else far
                stopped = not done and side * (near - stop) <= 0
                while waiting and towards * (reach - waiting[0][0]) >= 0 and (not stopped or towards == -side):
                    entered = True
                    buy(i, waiting[0][0])
                if stopped:
                    sell(i, stop, abs(account.position), "stop")
                while not done and not entered and taken < len(gains) and side * (far - target()) >= 0:
                    take(i, target())
        price = closes[i]
        if not done and account.equity(price) <= 0:
            sell(i, price, abs(account.position), "liquidation")
        if done and account.cash < 0:
            account.realised -= account.cash
            account.cash = 0.0
        columns["equity"].append(account.equity(price))
        columns["position"].append(account.position)
        columns["average_entry"].append(account.average)
        columns["realised"].append(account.realised)
        columns["unrealised"].append(account.unrealised(price))
        columns["stop"].append(stop if account.position else math.nan)
        columns["costs"].append(account.costs)
    return ScalingResult(index, columns, tuple(fills), plan, float(total_position), side)
