"""Scaling out in named steps, and per wrong idea the same with one step replaced."""

from collections.abc import Sequence
from typing import TypedDict

Bars = Sequence[float]
Fill = tuple[int, float, float]


class Terms(TypedDict):
    """What is passed to an answer by name."""

    side: int
    quantity: float
    stop: float
    targets: list[float]
    fractions: list[float]


class Trade:
    """A trade that is worked bar by bar as the prompt says; subclasses replace one step."""

    def __init__(
        self,
        open_: Bars,
        high: Bars,
        low: Bars,
        close: Bars,
        *,
        side: int,
        quantity: float,
        stop: float,
        targets: Bars,
        fractions: Bars,
    ) -> None:
        self.open, self.high, self.low, self.close = open_, high, low, close
        self.side, self.quantity, self.stop = side, quantity, stop
        self.waiting = list(zip(targets, fractions, strict=True))
        self.bar, self.left, self.realised = 0, quantity, 0.0
        self.entry = self.entry_price()
        self.fills: list[Fill] = []
        self.pnl: list[float] = []
        self.earned: list[float] = []
        self.held: list[float] = []
        for self.bar in range(len(close)):
            self.work()
            self.pnl.append(self.realised + self.side * (close[self.bar] - self.entry) * self.left)
            self.earned.append(self.realised)
            self.held.append(self.left)
        self.position = self.left

    def entry_price(self) -> float:
        """The price from which profit is counted."""
        return self.open[0]

    def work(self) -> None:
        """One bar: the open, then the stop, and targets only where the stop is not touched."""
        self.fill_targets_at_open()
        if self.touches_stop():
            self.sell_at_stop()
        else:
            self.fill_targets_within()

    def best(self) -> float:
        """The bar's extreme in the position's favour."""
        return self.high[self.bar] if self.side == 1 else self.low[self.bar]

    def worst(self) -> float:
        """The bar's extreme against the position."""
        return self.low[self.bar] if self.side == 1 else self.high[self.bar]

    def fill_targets_at_open(self) -> None:
        """Fill what the open has passed, from bar 1 on."""
        while self.waiting and self.bar and self.side * (self.open[self.bar] - self.waiting[0][0]) >= 0:
            target, fraction = self.waiting.pop(0)
            self.sell(self.gap_price(target), self.wanted(fraction))

    def gap_price(self, target: float) -> float:
        """The price of a target that the open has passed."""
        return self.open[self.bar]

    def fill_targets_within(self) -> None:
        """Fill every target that the bar touches."""
        while self.waiting and self.touches_target():
            target, fraction = self.waiting.pop(0)
            self.sell(self.target_price(target), self.wanted(fraction))

    def touches_target(self) -> bool:
        """Whether the bar touches the nearest target."""
        return self.side * (self.best() - self.waiting[0][0]) >= 0

    def target_price(self, target: float) -> float:
        """The price of a target touched within the bar."""
        return target

    def wanted(self, fraction: float) -> float:
        """How many units a target asks for."""
        return fraction * self.quantity

    def touches_stop(self) -> bool:
        """Whether the bar touches the stop."""
        return self.side * (self.worst() - self.stop) <= 0

    def sell_at_stop(self) -> None:
        """Sell what is left, and wait for no target any more."""
        if self.left > 1e-12 * self.quantity:
            self.sell(self.stop_price(), self.left)
            self.waiting = []

    def stop_price(self) -> float:
        """The stop, or the open where that is beyond it."""
        opening = self.open[self.bar]
        return opening if self.side * (opening - self.stop) <= 0 else self.stop

    def sell(self, price: float, amount: float) -> None:
        """Book a fill, at most of what is left."""
        self.book(price, min(amount, self.left))

    def book(self, price: float, amount: float) -> None:
        """Book a fill as it is."""
        if amount > 1e-12 * self.quantity:
            self.fills.append((self.bar, price, amount))
            self.realised += self.side * (price - self.entry) * amount
            self.left -= amount


class SellsOfWhatIsLeft(Trade):
    """Fractions are taken of what is left."""

    def wanted(self, fraction: float) -> float:
        return fraction * self.left


class SellsMoreThanHeld(Trade):
    """Sales are not capped at what is left."""

    def sell(self, price: float, amount: float) -> None:
        self.book(price, amount)


class LastTargetSellsTheRest(Trade):
    """The last target sells all that is left."""

    def wanted(self, fraction: float) -> float:
        return fraction * self.quantity if self.waiting else self.left


class OneTargetABar(Trade):
    """At most one target fills within a bar."""

    def fill_targets_within(self) -> None:
        if self.waiting and self.touches_target():
            target, fraction = self.waiting.pop(0)
            self.sell(target, self.wanted(fraction))


class TargetsFromBarOne(Trade):
    """No target fills within the bar of the entry."""

    def fill_targets_within(self) -> None:
        if self.bar:
            super().fill_targets_within()


class StopFromBarOne(Trade):
    """The stop does nothing in the bar of the entry."""

    def touches_stop(self) -> bool:
        return self.bar > 0 and super().touches_stop()


class StopAtCloses(Trade):
    """The stop is tested at closes and filled there."""

    def worst(self) -> float:
        return self.close[self.bar]

    def stop_price(self) -> float:
        return self.close[self.bar]


class ClosesOnly(StopAtCloses):
    """Targets too are tested at closes and filled there."""

    def best(self) -> float:
        return self.close[self.bar]

    def target_price(self, target: float) -> float:
        return self.close[self.bar]


class TargetsByTheClose(Trade):
    """Targets fill where the bar closes beyond them."""

    def touches_target(self) -> bool:
        return self.side * (self.close[self.bar] - self.waiting[0][0]) >= 0


class NoStop(Trade):
    """The stop does nothing."""

    def touches_stop(self) -> bool:
        return False


class TargetBeforeStop(Trade):
    """Within a bar targets fill before the stop."""

    def work(self) -> None:
        self.fill_targets_at_open()
        self.fill_targets_within()
        if self.touches_stop():
            self.sell_at_stop()


class StopSellsOriginal(Trade):
    """The stop sells the original quantity."""

    def sell_at_stop(self) -> None:
        if self.left > 1e-12 * self.quantity:
            self.book(self.stop_price(), self.quantity)
            self.waiting = []


class StopToBreakEven(Trade):
    """After the first fill the stop moves to the entry."""

    def work(self) -> None:
        super().work()
        if self.fills:
            self.stop = self.entry


class GapsFillTargetAtItsPrice(Trade):
    """A target that the open has passed fills at the target."""

    def gap_price(self, target: float) -> float:
        return target


class GapsFillStopAtItsPrice(Trade):
    """A stop that the open has passed fills at the stop."""

    def stop_price(self) -> float:
        return self.stop


class OpensNotComparedWithTargets(Trade):
    """Targets fill within bars only."""

    def fill_targets_at_open(self) -> None:
        """Nothing fills at an open."""


class OpensNotLookedAt(OpensNotComparedWithTargets, GapsFillStopAtItsPrice):
    """Neither targets nor the stop fill at an open."""


class StopBeforeOpen(Trade):
    """In a bar that touches the stop no target fills at the open."""

    def work(self) -> None:
        if self.touches_stop():
            self.waiting = []
        super().work()


class TouchIsNotEnough(Trade):
    """Prices must pass a target or the stop."""

    def fill_targets_at_open(self) -> None:
        while self.waiting and self.bar and self.side * (self.open[self.bar] - self.waiting[0][0]) > 0:
            target, fraction = self.waiting.pop(0)
            self.sell(self.gap_price(target), self.wanted(fraction))

    def touches_target(self) -> bool:
        return self.side * (self.best() - self.waiting[0][0]) > 0

    def touches_stop(self) -> bool:
        return self.side * (self.worst() - self.stop) < 0


class EnteredAtTheClose(Trade):
    """Profit is counted from the first close."""

    def entry_price(self) -> float:
        return self.close[0]
