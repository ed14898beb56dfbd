"""Wrong ideas about scaling out: one simulation in named steps, and per idea a simulation with one step replaced."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from answer_key.exercise import Misconception

Bars = Sequence[float]
Fill = tuple[int, float, float]


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
    def wanted(self, fraction: float) -> float:
        return fraction * self.left


class SellsMoreThanHeld(Trade):
    def sell(self, price: float, amount: float) -> None:
        self.book(price, amount)


class LastTargetSellsTheRest(Trade):
    def wanted(self, fraction: float) -> float:
        return fraction * self.quantity if self.waiting else self.left


class OneTargetABar(Trade):
    def fill_targets_within(self) -> None:
        if self.waiting and self.touches_target():
            target, fraction = self.waiting.pop(0)
            self.sell(target, self.wanted(fraction))


class TargetsFromBarOne(Trade):
    def fill_targets_within(self) -> None:
        if self.bar:
            super().fill_targets_within()


class StopFromBarOne(Trade):
    def touches_stop(self) -> bool:
        return self.bar > 0 and super().touches_stop()


class StopAtCloses(Trade):
    def worst(self) -> float:
        return self.close[self.bar]

    def stop_price(self) -> float:
        return self.close[self.bar]


class ClosesOnly(StopAtCloses):
    def best(self) -> float:
        return self.close[self.bar]

    def target_price(self, target: float) -> float:
        return self.close[self.bar]


class NoStop(Trade):
    def touches_stop(self) -> bool:
        return False


class TargetBeforeStop(Trade):
    def work(self) -> None:
        self.fill_targets_at_open()
        self.fill_targets_within()
        if self.touches_stop():
            self.sell_at_stop()


class StopSellsOriginal(Trade):
    def sell_at_stop(self) -> None:
        if self.left > 1e-12 * self.quantity:
            self.book(self.stop_price(), self.quantity)
            self.waiting = []


class StopToBreakEven(Trade):
    def work(self) -> None:
        super().work()
        if self.fills:
            self.stop = self.entry


class GapsFillTargetAtItsPrice(Trade):
    def gap_price(self, target: float) -> float:
        return target


class GapsFillStopAtItsPrice(Trade):
    def stop_price(self) -> float:
        return self.stop


class OpensNotComparedWithTargets(Trade):
    def fill_targets_at_open(self) -> None:
        """Nothing fills at an open."""


class OpensNotLookedAt(OpensNotComparedWithTargets, GapsFillStopAtItsPrice):
    """Neither targets nor the stop fill at an open."""


class StopBeforeOpen(Trade):
    def work(self) -> None:
        if self.touches_stop():
            self.waiting = []
        super().work()


class TouchIsNotEnough(Trade):
    def fill_targets_at_open(self) -> None:
        while self.waiting and self.bar and self.side * (self.open[self.bar] - self.waiting[0][0]) > 0:
            target, fraction = self.waiting.pop(0)
            self.sell(self.gap_price(target), self.wanted(fraction))

    def touches_target(self) -> bool:
        return self.side * (self.best() - self.waiting[0][0]) > 0

    def touches_stop(self) -> bool:
        return self.side * (self.worst() - self.stop) < 0


class AlwaysLong(Trade):
    def __init__(self, open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> None:
        super().__init__(open_, high, low, close, **(given | {"side": 1}))


class EnteredAtTheClose(Trade):
    def entry_price(self) -> float:
        return self.close[0]


def _answer(trade: Trade) -> dict[str, Any]:
    return {"fills": trade.fills, "pnl": trade.pnl, "position": trade.position}


def _simulated(kind: type[Trade]) -> Callable[..., dict[str, Any]]:
    """An answer that works the trade in another way."""
    return lambda open_, high, low, close, **given: _answer(kind(open_, high, low, close, **given))


def _reported(rewrite: Callable[[Any], None]) -> Callable[..., dict[str, Any]]:
    """An answer that works the trade as it should, and tells its results in another way."""

    def scale_out(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
        trade = Trade(open_, high, low, close, **given)
        rewrite(trade)
        return _answer(trade)

    return scale_out


def _scale_in_place(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
    result = _simulated(Trade)(open_, high, low, close, **given)
    given["targets"].pop(0)
    return result


def _fills(rewrite: Callable[[Any, int, float, float], tuple[float, float, float]]) -> Callable[[Any], None]:
    def apply(t: Any) -> None:
        t.fills = [rewrite(t, *fill) for fill in t.fills]

    return apply


def _pnl(rewrite: Callable[[Any, np.ndarray, np.ndarray], Any]) -> Callable[[Any], None]:
    """The profit told anew from the curve of what is earned by fills and the curve of what is left."""

    def apply(t: Any) -> None:
        t.pnl = rewrite(t, np.array(t.earned), np.array(t.held))

    return apply


def _position(rewrite: Callable[[Any], float]) -> Callable[[Any], None]:
    def apply(t: Any) -> None:
        t.position = rewrite(t)

    return apply


SCALE_MISCONCEPTIONS = (
    Misconception(
        "fractions of what is left",
        _simulated(SellsOfWhatIsLeft),
        "Each target sells its fraction of what is left, so the sales get smaller and something always stays. The fractions are of "
        "the original quantity.",
    ),
    Misconception(
        "more sold than held",
        _simulated(SellsMoreThanHeld),
        "More is sold than was held: where the fractions make more than 1, the last sale is capped at what is left.",
    ),
    Misconception(
        "the last target sells the rest",
        _simulated(LastTargetSellsTheRest),
        "The last target sells everything. It sells its fraction; what is left stays in the market until the stop or the end.",
    ),
    Misconception(
        "one target a bar",
        _simulated(OneTargetABar),
        "Only one target fills in a bar. A wide bar can touch several, and all of them fill.",
    ),
    Misconception(
        "targets from the bar after the entry",
        _simulated(TargetsFromBarOne),
        "No target fills within the bar of the entry. The position is there from that bar's open on.",
    ),
    Misconception(
        "the stop from the bar after the entry",
        _simulated(StopFromBarOne),
        "The stop does nothing within the bar of the entry. The position is there from that bar's open on.",
        ("stop",),
    ),
    Misconception(
        "only closes are looked at",
        _simulated(ClosesOnly),
        "Stop and targets are tested at closes and filled there. A bar touches what lies between its low and its high.",
    ),
    Misconception(
        "the stop at closes",
        _simulated(StopAtCloses),
        "The stop is tested at the close and filled there. It works within the bar: the low (for a short the high) decides.",
    ),
    Misconception(
        "no stop",
        _simulated(NoStop),
        "The stop never sells anything.",
    ),
    Misconception(
        "the target before the stop",
        _simulated(TargetBeforeStop),
        "In a bar that touches both, your target fills first. Which came first cannot be seen in a bar; the rule takes the worse "
        "case, the stop.",
        ("stop",),
    ),
    Misconception(
        "the stop sells the original quantity",
        _simulated(StopSellsOriginal),
        "The stop sells the quantity of the entry, although targets have sold a part of it. Only what is left can be sold.",
    ),
    Misconception(
        "the stop at break-even",
        _simulated(StopToBreakEven),
        "After the first target your stop moves to the entry. That is another rule; here the stop stays where it is.",
    ),
    Misconception(
        "gaps fill the target at its price",
        _simulated(GapsFillTargetAtItsPrice),
        "Where the open has passed a target, yours fills at the target, where nobody traded. It fills at the open, which is better.",
        ("gaps",),
    ),
    Misconception(
        "gaps fill the stop at its price",
        _simulated(GapsFillStopAtItsPrice),
        "Where the open lies beyond the stop, yours fills at the stop, where nobody traded. It fills at the open, which is worse.",
        ("gaps",),
    ),
    Misconception(
        "opens are not compared with targets",
        _simulated(OpensNotComparedWithTargets),
        "The first step of a bar is missing: targets that the open has passed fill at the open, before the stop is tested.",
        ("gaps",),
    ),
    Misconception(
        "opens are not looked at",
        _simulated(OpensNotLookedAt),
        "Every fill is at the price of a target or of the stop. Where the open has passed one of them, the fill is at the open.",
        ("gaps",),
    ),
    Misconception(
        "the stop before the open",
        _simulated(StopBeforeOpen),
        "The open has passed a target and later the bar touches the stop: yours sells all at the stop. The open comes first.",
        ("gaps",),
    ),
    Misconception(
        "a touch is not enough",
        _simulated(TouchIsNotEnough),
        "A price that just reaches a target or the stop does nothing in your code: `<` and `>` stand where `<=` and `>=` belong.",
    ),
    Misconception(
        "shorts handled as longs",
        _simulated(AlwaysLong),
        "Your shorts are longs: `side` has no effect. For a short the targets lie below the entry, the stop above it.",
    ),
    Misconception(
        "fills in fractions",
        _reported(_fills(lambda t, bar, price, sold: (bar, price, sold / t.quantity))),
        "The quantities in `fills` are fractions of the position. Tell how many units were sold.",
    ),
    Misconception(
        "fills with a sign",
        _reported(_fills(lambda t, bar, price, sold: (bar, price, -t.side * sold))),
        "The quantities in `fills` carry the sign of the order. Here they are positive on either side.",
    ),
    Misconception(
        "bars counted from one",
        _reported(_fills(lambda t, bar, price, sold: (bar + 1, price, sold))),
        "The bars in `fills` are one too late: the bar of the entry is number 0.",
    ),
    Misconception(
        "fills at the close of the bar",
        _reported(_fills(lambda t, bar, price, sold: (bar, t.close[bar], sold))),
        "Every fill is at the bar's close. A target fills at its price, the stop at its own, and either at the open after a gap.",
    ),
    Misconception(
        "the entry among the fills",
        _reported(lambda t: t.fills.insert(0, (0, t.open[0], t.quantity))),
        "The first fill is the entry. `fills` lists exits only.",
    ),
    Misconception(
        "entered at the close",
        _simulated(EnteredAtTheClose),
        "The profit starts from the close of the first bar. The entry is at its open, `open_[0]`.",
        ("account",),
    ),
    Misconception(
        "realised profit alone",
        _reported(_pnl(lambda t, earned, held: earned)),
        "`pnl` holds realised profit only. Add what the rest of the position has gained or lost at each close.",
        ("account",),
    ),
    Misconception(
        "realised profit lost",
        _reported(_pnl(lambda t, earned, held: t.side * (np.array(t.close) - t.entry) * held)),
        "`pnl` holds the profit of what is left only; what the fills have earned is lost.",
        ("account",),
    ),
    Misconception(
        "profit as if nothing were sold",
        _reported(_pnl(lambda t, earned, held: t.side * (np.array(t.close) - t.entry) * t.quantity)),
        "`pnl` is the profit of the whole quantity at every close. What is sold has its price and moves no more.",
        ("account",),
    ),
    Misconception(
        "profit bar by bar",
        _reported(_pnl(lambda t, earned, held: np.diff(np.array(t.pnl), prepend=0.0))),
        "`pnl` holds the change of each bar. The profit since the entry is asked for: add the changes up.",
        ("account",),
    ),
    Misconception(
        "profit of the bar before",
        _reported(_pnl(lambda t, earned, held: np.concatenate([[0.0], np.array(t.pnl)[:-1]]))),
        "`pnl` is one bar late: bar 0 already has a profit at its close.",
        ("account",),
    ),
    Misconception(
        "what is left counted before the fills",
        _reported(
            _pnl(lambda t, earned, held: earned + t.side * (np.array(t.close) - t.entry) * np.append(t.quantity, held[:-1]))
        ),
        "In a bar with a fill, what was sold counts twice: as realised and still at the close. Count what is left after the fills.",
        ("account",),
    ),
    Misconception(
        "profit of shorts with the sign of longs",
        _reported(_pnl(lambda t, earned, held: t.side * np.array(t.pnl))),
        "The profit of your shorts has the wrong sign: multiply each price difference by `side`.",
        ("account",),
    ),
    Misconception(
        "profit per unit",
        _reported(_pnl(lambda t, earned, held: np.array(t.pnl) / t.quantity)),
        "`pnl` is the profit per unit. Multiply by the quantity.",
        ("account",),
    ),
    Misconception(
        "profit as a fraction",
        _reported(_pnl(lambda t, earned, held: np.array(t.pnl) / (t.quantity * t.entry))),
        "`pnl` is a return, a fraction of what was invested. Money is asked for.",
        ("account",),
    ),
    Misconception(
        "position sold instead of left",
        _reported(_position(lambda t: t.quantity - t.held[-1])),
        "`position` is what was sold. What is left is asked for.",
        ("account",),
    ),
    Misconception(
        "position with a sign",
        _reported(_position(lambda t: t.side * t.held[-1])),
        "`position` is negative for a short. Here it is a quantity, positive on either side.",
        ("account",),
    ),
    Misconception(
        "position as a fraction",
        _reported(_position(lambda t: t.held[-1] / t.quantity)),
        "`position` is a fraction of the original quantity. Units are asked for.",
        ("account",),
    ),
    Misconception(
        "changes its inputs",
        _scale_in_place,
        "Targets are taken out of the caller's own list.",
    ),
)
