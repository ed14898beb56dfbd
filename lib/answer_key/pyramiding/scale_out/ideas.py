"""Wrong ideas about scaling out.

Simulations with one step replaced, and right ones with rewritten results.
"""

from collections.abc import Callable
from typing import Unpack

import numpy as np

from answer_key.exercise import Answer, Floats, Misconception
from answer_key.pyramiding.scale_out import trades
from answer_key.pyramiding.scale_out.trades import Bars, Fill, Terms, Trade


def _answer(trade: Trade) -> dict[str, object]:
    return {"fills": trade.fills, "pnl": trade.pnl, "position": trade.position}


def _simulated(kind: type[Trade], **fixed: int) -> Answer:
    """A trade worked in another way; arguments that are ``fixed`` have no effect."""
    return lambda open_, high, low, close, **terms: _answer(kind(open_, high, low, close, **{**terms, **fixed}))


def _reported(rewrite: Callable[[Trade], None]) -> Answer:
    """A trade worked as it should be, its results then rewritten."""

    def scale_out(open_: Bars, high: Bars, low: Bars, close: Bars, **terms: Unpack[Terms]) -> dict[str, object]:
        trade = Trade(open_, high, low, close, **terms)
        rewrite(trade)
        return _answer(trade)

    return scale_out


def _scale_in_place(open_: Bars, high: Bars, low: Bars, close: Bars, **terms: Unpack[Terms]) -> dict[str, object]:
    result = _answer(Trade(open_, high, low, close, **terms))
    terms["targets"].pop(0)
    return result


def _fills(rewrite: Callable[[Trade, int, float, float], Fill]) -> Callable[[Trade], None]:
    def apply(t: Trade) -> None:
        t.fills = [rewrite(t, *fill) for fill in t.fills]

    return apply


def _pnl(rewrite: Callable[[Trade, Floats, Floats], Floats]) -> Callable[[Trade], None]:
    """The profit from two curves: what is earned by fills, and what is left."""

    def apply(t: Trade) -> None:
        t.pnl = rewrite(t, np.array(t.earned), np.array(t.held)).tolist()

    return apply


def _position(rewrite: Callable[[Trade], float]) -> Callable[[Trade], None]:
    def apply(t: Trade) -> None:
        t.position = rewrite(t)

    return apply


SCALE_MISCONCEPTIONS = (
    Misconception(
        "fractions of what is left",
        _simulated(trades.SellsOfWhatIsLeft),
        "Each target sells its fraction of what is left, so the sales get smaller and something always stays. The fractions are of "
        "the original quantity.",
    ),
    Misconception(
        "more sold than held",
        _simulated(trades.SellsMoreThanHeld),
        "More is sold than was held: where the fractions make more than 1, the last sale is capped at what is left.",
    ),
    Misconception(
        "the last target sells the rest",
        _simulated(trades.LastTargetSellsTheRest),
        "The last target sells everything. It sells its fraction; what is left stays in the market until the stop or the end.",
    ),
    Misconception(
        "one target a bar",
        _simulated(trades.OneTargetABar),
        "Only one target fills in a bar. A wide bar can touch several, and all of them fill.",
    ),
    Misconception(
        "targets judged by the close",
        _simulated(trades.TargetsByTheClose),
        "A target fills only when the bar closes beyond it. It is a waiting order: it fills as soon as the price touches it.",
        ("targets", "stop", "gaps"),
    ),
    Misconception(
        "targets from the bar after the entry",
        _simulated(trades.TargetsFromBarOne),
        "No target fills within the bar of the entry. The position is there from that bar's open on.",
    ),
    Misconception(
        "the stop from the bar after the entry",
        _simulated(trades.StopFromBarOne),
        "The stop does nothing within the bar of the entry. The position is there from that bar's open on.",
        ("stop",),
    ),
    Misconception(
        "only closes are looked at",
        _simulated(trades.ClosesOnly),
        "Stop and targets are tested at closes and filled there. A bar touches what lies between its low and its high.",
    ),
    Misconception(
        "the stop at closes",
        _simulated(trades.StopAtCloses),
        "The stop is tested at the close and filled there. It works within the bar: the low (for a short the high) decides.",
    ),
    Misconception(
        "no stop",
        _simulated(trades.NoStop),
        "The stop never sells anything.",
    ),
    Misconception(
        "the target before the stop",
        _simulated(trades.TargetBeforeStop),
        "In a bar that touches both, your target fills first. Which came first cannot be seen in a bar; the rule takes the worse "
        "case, the stop.",
        ("stop",),
    ),
    Misconception(
        "the stop sells the original quantity",
        _simulated(trades.StopSellsOriginal),
        "The stop sells the quantity of the entry, although targets have sold a part of it. Only what is left can be sold.",
    ),
    Misconception(
        "the stop at break-even",
        _simulated(trades.StopToBreakEven),
        "After the first target your stop moves to the entry. That is another rule; here the stop stays where it is.",
    ),
    Misconception(
        "gaps fill the target at its price",
        _simulated(trades.GapsFillTargetAtItsPrice),
        "Where the open has passed a target, yours fills at the target, where nobody traded. It fills at the open, which is better.",
        ("gaps",),
    ),
    Misconception(
        "gaps fill the stop at its price",
        _simulated(trades.GapsFillStopAtItsPrice),
        "Where the open lies beyond the stop, yours fills at the stop, where nobody traded. It fills at the open, which is worse.",
        ("gaps",),
    ),
    Misconception(
        "opens are not compared with targets",
        _simulated(trades.OpensNotComparedWithTargets),
        "The first step of a bar is missing: targets that the open has passed fill at the open, before the stop is tested.",
        ("gaps",),
    ),
    Misconception(
        "opens are not looked at",
        _simulated(trades.OpensNotLookedAt),
        "Every fill is at the price of a target or of the stop. Where the open has passed one of them, the fill is at the open.",
        ("gaps",),
    ),
    Misconception(
        "the stop before the open",
        _simulated(trades.StopBeforeOpen),
        "The open has passed a target and later the bar touches the stop: yours sells all at the stop. The open comes first.",
        ("gaps",),
    ),
    Misconception(
        "a touch is not enough",
        _simulated(trades.TouchIsNotEnough),
        "A price that just reaches a target or the stop does nothing in your code: `<` and `>` stand where `<=` and `>=` belong.",
    ),
    Misconception(
        "shorts handled as longs",
        _simulated(Trade, side=1),
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
        _simulated(trades.EnteredAtTheClose),
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
