"""Pyramids in several markets on one account: portfolio heat (total open risk) and its limits.

Each market has a pyramid by the rules of :mod:`phase6.pyramiding`; all share the equity. **Heat**
is what the account would lose from here if every stop were filled at its price at once, as a
fraction of equity. Pyramids in markets that move together are one large pyramid: the Turtles
therefore counted units (levels) across markets, at most 4 in one market, 6 in closely and 10 in
loosely correlated ones, and 12 in one direction (Faith 2003, *The Original Turtle Trading Rules*).

Within a bar: at the open first every stop and exit, then entries and add-ons in the order of the
markets; then stops that the bar touches; at the close the account is marked and the next orders are
decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.indicators import atr, ema
from phase6.pyramiding import PyramidingStrategy, PyramidParameters


@dataclass(frozen=True)
class UnitLimits:
    """Most units (levels) on one side.

    There is a limit for one market, for closely and for loosely correlated markets, and for all, by
    default the Turtles'. ``close`` and ``loose`` name the group that a market belongs to; a market
    without one is alone.
    """

    market: int = 4
    close: int = 6
    loose: int = 10
    direction: int = 12
    close_groups: Mapping[str, str] = field(default_factory=dict)
    loose_groups: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("market", "close", "loose", "direction"):
            valid.count(f"limit {name}", getattr(self, name))

    def allows(self, units: Mapping[str, int], market: str) -> bool:
        """Whether one more unit fits in ``market``.

        ``units`` are those held on the side in question, by market.
        """
        return (
            units.get(market, 0) < self.market
            and self._together(units, market, self.close_groups) < self.close
            and self._together(units, market, self.loose_groups) < self.loose
            and sum(units.values()) < self.direction
        )

    @staticmethod
    def _together(units: Mapping[str, int], market: str, groups: Mapping[str, str]) -> int:
        group = groups.get(market)
        return sum(count for name, count in units.items() if name == market or (group is not None and groups.get(name) == group))


EQUITIES = ("US_Equity", "EU_Equity", "EM_Equity")
TURTLE_LIMITS = UnitLimits(
    close_groups=dict.fromkeys(EQUITIES, "equities"),
    loose_groups={
        **dict.fromkeys((*EQUITIES, "Oil", "BTC"), "risk assets"),
        **dict.fromkeys(("Gold", "Bonds", "JPY"), "havens"),
    },
)
"""The Turtles' limits on the course's universe of eight markets."""


@dataclass(frozen=True)
class HeatResult:
    """What pyramids on one account did, bar by bar, on the markets' own index.

    ``equity``; ``heat`` as a fraction of equity; ``units`` held in each market, negative when
    short; ``refused``: entries and add-ons that a limit stopped; ``costs`` paid.
    """

    equity: pd.Series
    heat: pd.Series
    units: pd.DataFrame
    refused: int
    costs: float

    @property
    def most_units(self) -> int:
        """The most units that were held on one side."""
        held = self.units.to_numpy()
        return int(max(np.maximum(side * held, 0).sum(axis=1).max() for side in (1, -1)))


class _Member:
    """One market of the account.

    Its bars, what the rules look at, its pyramid, and the order for the next open.
    """

    def __init__(self, name: str, frame: pd.DataFrame, parameters: PyramidParameters) -> None:
        self.name = name
        self.opens, self.highs, self.lows, self.closes = (frame[each].to_numpy(float).tolist() for each in valid.OHLC)
        close = frame["close"]
        self.trend = np.sign((ema(close, parameters.fast) - ema(close, parameters.slow)).to_numpy()).astype(int).tolist()
        self.ranges = atr(frame, parameters.atr_period).to_numpy().tolist()
        self.book = PyramidingStrategy(**parameters.rules)
        self.order, self.order_side, self.order_atr, self.position = "", 0, 0.0, 0.0
        self.last_side = self.last_trend = 0

    def decide(self, bar: int, fresh_cross: bool) -> None:
        """The order for the next open: "enter", "add", "exit" or none."""
        book, trend, width = self.book, self.trend[bar], self.ranges[bar]
        self.order, self.order_side, self.order_atr = "", trend, width
        if book.levels:
            if trend != book.side:
                self.order = "exit"
            elif width > 0 and book.should_add(self.closes[bar], width):
                self.order = "add"
        elif trend and width > 0 and not (fresh_cross and trend == self.last_side == self.last_trend):
            self.order = "enter"
        self.last_trend = trend

    def at_stops(self, price: float) -> float:
        """What is lost from ``price`` if the stop is filled at its own."""
        return self.position * (price - self.book.levels[0].stop_price) if self.book.levels else 0.0


class _SharedAccount:
    """Cash and records of the pyramids, and the steps of a bar."""

    def __init__(
        self, members: list[_Member], parameters: PyramidParameters, limits: UnitLimits | None, max_heat: float | None
    ) -> None:
        self.members, self.limits, self.max_heat = members, limits, max_heat
        self.cash, self.cost_rate, self.paid = parameters.equity, parameters.cost_rate, 0.0
        self.refused = 0
        self.rows: list[tuple[float, float, list[int]]] = []

    def value(self, prices: list[float]) -> float:
        """The account at the given prices, one a market."""
        total = self.cash
        for member, price in zip(self.members, prices, strict=True):
            total += member.position * price
        return total

    def at_open(self, bar: int) -> None:
        """Stops and exits, then entries and add-ons."""
        prices = [member.opens[bar] for member in self.members]
        for member, price in zip(self.members, prices, strict=True):
            if member.book.levels and (member.book.check_stop(price) or member.order == "exit"):
                self.sell(member, price)
        for member, price in zip(self.members, prices, strict=True):
            if member.order in ("enter", "add"):
                self.buy(member, price, prices)
            member.order = ""

    def within_bar(self, bar: int) -> None:
        """Stops that the bar touches are filled at their prices."""
        for member in self.members:
            if member.book.levels:
                side, stop = member.book.side, member.book.levels[0].stop_price
                if (member.lows[bar] <= stop) if side == 1 else (member.highs[bar] >= stop):
                    self.sell(member, stop)

    def at_close(self, bar: int) -> None:
        """Mark the account.

        Where nothing is left, everything is sold and the account stays at 0.
        """
        prices = [member.closes[bar] for member in self.members]
        value = self.value(prices)
        if value <= 0:
            for member, price in zip(self.members, prices, strict=True):
                if member.book.levels:
                    self.sell(member, price)
            self.cash = value = 0.0
        at_stops = 0.0
        for member, price in zip(self.members, prices, strict=True):
            at_stops += member.at_stops(price)
        heat = at_stops / value if value > 0 else 0.0
        self.rows.append((value, heat, [member.book.side * len(member.book.levels) for member in self.members]))

    def buy(self, member: _Member, price: float, prices: list[float]) -> None:
        """A first level or one more, unless a limit or the rules leave no room.

        The limits are on units and on heat.
        """
        book, side = member.book, member.order_side
        units = {each.name: len(each.book.levels) for each in self.members if each.book.side == side}
        if self.limits is not None and not self.limits.allows(units, member.name):
            self.refused += 1
            return
        equity = self.value(prices)
        room = None
        if self.max_heat is not None:
            room = self.max_heat * equity
            for each, now in zip(self.members, prices, strict=True):
                room -= each.at_stops(now) if each is not member else 0.0
        book.equity, book.side = equity, side
        quantity = self._add(member, price, room)
        if quantity <= 0:
            book.side = side if book.levels else 0
            return
        member.last_side = side
        member.position = side * book.total_quantity
        cost = self.cost_rate * quantity * price
        self.cash -= side * quantity * price + cost
        self.paid += cost

    def _add(self, member: _Member, price: float, room: float | None) -> float:
        """Open the level if the heat afterwards, at the open, fits; returns its quantity."""
        book = member.book
        if room is not None:
            quantity = book.level_quantity(price, member.order_atr)
            stop = price - book.side * book.atr_stop_mult * member.order_atr
            if book.levels:
                own = book.levels[0].stop_price
                stop = max(stop, own) if book.side == 1 else min(stop, own)
            if book.side * (price - stop) * (book.total_quantity + quantity) > room:
                self.refused += quantity > 0
                return 0.0
        return book.add_level(price, member.order_atr)

    def sell(self, member: _Member, price: float) -> None:
        """Close a market's whole pyramid."""
        cost = self.cost_rate * abs(member.position) * price
        self.cash += member.position * price - cost
        self.paid += cost
        member.book.close_all(price)
        member.position, member.order = 0.0, ""


def run_pyramid_portfolio(
    frames: Mapping[str, pd.DataFrame],
    *,
    limits: UnitLimits | None = None,
    max_heat: float | None = None,
    **parameters: Any,
) -> HeatResult:
    """Pyramids in several markets on one account; the order of events is in the module's text.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        OHLC bars of each market, all on the same dates.
    limits : UnitLimits, optional
        Limits on units; by default each market has its own ``max_levels`` alone.
    max_heat : float, optional
        A level is opened only if the heat right after it, at the opens, is at most this fraction of
        equity.
    **parameters
        The fields of :class:`phase6.pyramiding.PyramidParameters`; funding is not charged.
        ``bars_per_year`` is by default what the frames' ``attrs`` say, else 252.

    Raises
    ------
    ValueError
        For an unsound frame, frames on different dates, or a parameter out of range.
    """
    if not isinstance(frames, Mapping) or not frames:
        raise ValueError(f"frames are {frames!r:.60}; expected a mapping of at least one market's name to its bars")
    parameters.setdefault("bars_per_year", valid.bars_per_year(None, frames))
    chosen = PyramidParameters(**parameters)
    if chosen.funding_rate:
        raise ValueError(f"funding_rate is {chosen.funding_rate}; expected 0: a shared account is not charged funding")
    if max_heat is not None:
        max_heat = valid.number("max_heat", max_heat, above=0)
    index = next(iter(frames.values())).index
    for name, frame in frames.items():
        valid.ohlcv(frame, min_rows=chosen.warm_up + 2)
        if not frame.index.equals(index):
            raise ValueError(f"{name} has other dates than the first market; expected the same dates in all")
    members = [_Member(name, frame, chosen) for name, frame in frames.items()]
    account = _SharedAccount(members, chosen, limits, max_heat)
    fresh_cross = chosen.reentry == "fresh_cross"
    for bar in range(len(index)):
        account.at_open(bar)
        account.within_bar(bar)
        account.at_close(bar)
        if bar >= chosen.warm_up and account.rows[-1][0] > 0:
            for member in members:
                member.decide(bar, fresh_cross)
    values, heats, units = zip(*account.rows, strict=True)
    equity = pd.Series(values, index=index, name="equity")
    equity.attrs = {"bars_per_year": chosen.bars_per_year}
    return HeatResult(
        equity,
        pd.Series(heats, index=index, name="heat"),
        pd.DataFrame(list(units), index=index, columns=list(frames)),
        account.refused,
        account.paid,
    )
