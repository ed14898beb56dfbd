"""Scaling out of a trade bar by bar: reference, cases and how fills and profit are judged.

The reference looks exits up; the wrong ideas, in `ideas`, change one step of a simulation.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.checks._base import Hint

from answer_key.exercise import Case, Exercise, Field, Fields, Judge
from answer_key.pyramiding.scale_out import trades
from answer_key.pyramiding.scale_out.ideas import SCALE_MISCONCEPTIONS
from answer_key.pyramiding.scale_out.trades import Bars, Terms

Offsets = tuple[float, float, float, float]
SCALE_KEYS = ("fills", "pnl", "position")
SCALE_RULES = {
    "targets": "every target that a bar touches, the bar of the entry included, fills at its price, several in one bar if touched; "
    "each sells its fraction of the original quantity, at most what is left",
    "stop": "a bar that touches the stop, the bar of the entry included, sells all that is left at the stop and touches no target",
    "gaps": "from bar 1 on, first every target that the open has passed fills at the open; what is left fills at the open where that "
    "is beyond the stop, at the stop where the bar touches it later",
    "pnl": "one number per bar: what the fills so far have earned, plus side · (close − entry) · what is left",
    "position": "what is left at the end: the quantity less all fills, never negative",
}


def _reference_scale_out(
    open_: Bars,
    high: Bars,
    low: Bars,
    close: Bars,
    *,
    side: int,
    quantity: float,
    stop: float,
    targets: Sequence[float],
    fractions: Sequence[float],
) -> Fields:
    """Exits are looked up, not simulated.

    It finds the first bar of each touch, then what comes before the first touch of the stop.
    """
    opens, closes = side * np.asarray(open_, dtype=float), side * np.asarray(close, dtype=float)
    best, worst = np.sort(side * np.array([low, high], dtype=float), axis=0)[::-1]
    shares = np.diff(np.minimum(np.cumsum(fractions), 1.0), prepend=0.0)

    def first(touches: np.ndarray) -> int:
        return int(np.argmax(touches)) if touches.any() else len(opens)

    stopped = first(worst <= side * stop)
    fills: list[tuple[int, float, float]] = []
    for target, share in zip(targets, shares, strict=True):
        bar = first(best >= side * target)
        at_open = 0 < bar < len(opens) and opens[bar] >= side * target
        if share > 0 and bar < len(opens) and (bar < stopped or (bar == stopped and at_open)):
            fills.append((bar, float(open_[bar]) if at_open else float(target), quantity * share))
    left = quantity - sum(fill[2] for fill in fills)
    if stopped < len(opens) and left > 1e-12 * quantity:
        fills.append((stopped, float(open_[stopped]) if opens[stopped] <= side * stop else float(stop), left))
        left = 0.0
    bars = np.arange(len(opens))
    pnl = quantity * (closes - opens[0])
    for bar, price, sold in fills:
        pnl += np.where(bars >= bar, sold * (side * price - closes), 0.0)
    return {"fills": fills, "pnl": pnl, "position": left}


@dataclass(frozen=True)
class Traded(Case):
    """A case, and the part of the exercise that it tests."""

    @functools.cached_property
    def kind(self) -> str:
        """gaps where an open passes a target or the stop; else stop or targets, by what fills."""
        given = self.kwargs
        fills = _reference_scale_out(*self.args, **given)["fills"]
        if any(bar and price == self.args[0][bar] for bar, price, _ in fills):
            return "gaps"
        prices = {price for _, price, _ in fills} - set(given["targets"])
        if prices - {given["stop"]}:
            return "gaps"
        return "stop" if prices else "targets"


def kind_of(case: Case) -> str:
    """The part that a case tests; raises TypeError for a case of another exercise."""
    if not isinstance(case, Traded):
        raise TypeError(f"{case!r} is no case of scale_out")
    return case.kind


def _market(
    rng: np.random.Generator, side: int, path: Sequence[Offsets], levels: Sequence[float]
) -> tuple[tuple[list[float], ...], Callable[[float], float]]:
    """Four lists of prices from offsets from the entry, and the price of an offset.

    The offsets are those of open, best, worst and close. Opens and closes are shaken a little,
    unless they stand exactly on one of the ``levels``.
    """
    entry, unit = float(rng.uniform(60, 200)), float(rng.uniform(0.5, 4.0))

    def price(offset: float) -> float:
        return entry + side * unit * offset

    bars = []
    for number, (opening, best, worst, closing) in enumerate(path):
        shaken = [value + float(rng.uniform(-0.04, 0.04)) * (value not in levels) for value in (opening, closing)]
        opening, closing = (opening if number == 0 else shaken[0]), shaken[1]
        best, worst = max(best, opening, closing), min(worst, opening, closing)
        prices = [price(opening), price(best), price(worst), price(closing)]
        bars.append((prices[0], max(prices), min(prices), prices[3]))
    return tuple(list(column) for column in zip(*bars, strict=True)), price


SCALE_PATHS: tuple[tuple[str, tuple[float, ...], tuple[float, ...], tuple[Offsets, ...]], ...] = (
    ("one target after another", (1.0, 2.0), (0.3, 0.3), (
        (0, 0.5, -0.3, 0.4), (0.45, 1.3, 0.2, 1.1), (1.2, 1.6, 0.8, 1.4), (1.5, 2.4, 0.9, 2.2), (2.1, 2.3, 1.5, 1.6))),
    ("several targets in one bar", (1.0, 2.0, 3.0), (0.25, 0.25, 0.5), (
        (0, 0.4, -0.5, -0.2), (-0.1, 3.4, -0.4, 2.5), (2.3, 2.8, 1.9, 2.0))),
    ("a target within the bar of the entry", (1.0, 2.5), (0.5, 0.25), (
        (0, 1.3, -0.5, 0.6), (0.5, 0.8, 0.1, 0.3), (0.4, 2.7, 0.2, 2.2))),
    ("fractions that make more than one", (1.0, 2.0, 3.0), (0.5, 0.4, 0.4), (
        (0, 0.6, -0.4, 0.5), (0.7, 2.3, 0.4, 1.8), (1.9, 3.2, 1.5, 2.4), (2.2, 2.6, 1.4, 1.7))),
    ("no target is reached", (1.5,), (1.0,), ((0, 0.6, -0.7, 0.2), (0.3, 1.2, -0.4, -0.3), (-0.2, 0.9, -0.6, 0.7))),
    ("a target, then the stop within a bar that closes above it", (1.0, 2.0), (0.4, 0.4), (
        (0, 0.5, -0.4, 0.3), (0.4, 1.4, 0.1, 0.9), (0.7, 0.8, -1.5, -0.3), (-0.2, 2.4, -0.4, 2.1))),
    ("the stop, and a close beyond it", (1.0,), (0.5,), ((0, 0.3, -0.5, -0.2), (-0.1, 0.4, -1.6, -1.4), (-1.3, 1.2, -1.5, 1.1))),
    ("the stop and a target in one bar", (1.0, 2.0), (0.5, 0.5), ((0, 0.4, -0.5, 0.1), (0.2, 1.5, -1.4, 0.8), (0.9, 2.2, 0.5, 1.9))),
    ("the stop within the bar of the entry", (1.0,), (0.5,), ((0, 0.3, -1.3, -0.2), (-0.1, 1.4, -0.5, 1.2))),
    ("back to the entry after a target, then on", (1.0, 2.0), (0.5, 0.25), (
        (0, 0.8, -0.3, 0.7), (0.8, 1.2, -0.6, -0.5), (-0.4, 1.8, -0.5, 1.7), (1.6, 2.3, 1.2, 2.2), (2.1, 2.2, -1.2, -0.9))),
    ("an open beyond the stop", (1.0, 2.0), (0.4, 0.3), (
        (0, 0.5, -0.4, 0.3), (0.4, 1.3, 0.1, 0.7), (-1.8, -1.2, -2.3, -1.5), (-1.4, 1.2, -1.6, 1.1))),
    ("an open beyond two targets, a third touched", (1.0, 2.0, 3.0), (0.2, 0.3, 0.25), (
        (0, 0.5, -0.4, 0.3), (2.5, 3.3, 2.2, 2.7), (2.6, 2.9, 2.2, 2.4))),
    ("an open beyond a target, then the stop in the same bar", (1.0, 2.0), (0.4, 0.6), (
        (0, 0.5, -0.4, 0.3), (1.4, 1.7, -1.3, -0.5), (-0.4, 2.3, -0.6, 2.1))),
    ("an open beyond every target", (1.0, 2.0), (0.6, 0.4), ((0, 0.5, -0.4, 0.3), (2.6, 3.0, 2.3, 2.4), (2.5, 2.7, -1.5, -1.4))),
    ("targets that are touched and not passed", (1.0, 2.0), (0.5, 0.3), (
        (0, 0.5, -0.4, 0.3), (0.4, 1.0, 0.1, 0.6), (0.7, 0.9, 0.2, 0.5), (0.6, 2.0, 0.3, 1.5), (1.4, 1.8, 0.9, 1.1))),
    ("a stop that is touched and not passed", (1.0, 2.0), (0.5, 0.3), (
        (0, 0.5, -0.4, 0.3), (0.2, 0.6, -1.0, -0.5), (-0.4, 1.4, -0.6, 1.2), (1.1, 2.2, 0.9, 2.0))),
    ("an open just on a target, then the stop in the same bar", (1.0, 2.0), (0.4, 0.6), (
        (0, 0.5, -0.4, 0.3), (1.0, 1.2, -1.3, -0.5), (-0.4, 2.3, -0.6, 2.1))),
)
"""What happens, targets and fractions, and bars as offsets from the entry in the position's favour;
the stop is at −1.
"""

SCALE_MORE_THAN_ONE: tuple[str, tuple[float, ...], tuple[float, ...], tuple[Offsets, ...]] = (
    "an open beyond targets whose fractions make more than one", (1.0, 2.0, 3.0), (0.5, 0.4, 0.4), (
        (0, 0.5, -0.4, 0.3), (3.4, 3.6, 3.1, 3.2), (3.1, 3.3, 2.9, 3.0)))
"""The same, drawn after all others."""


def _wandering(rng: np.random.Generator, bars: int) -> list[Offsets]:
    """Offsets of a random path with gaps, a stop's distance wide in a few bars."""
    path, at = [], 0.0
    for number in range(bars):
        opening = at + (float(rng.normal(0, 0.35)) if number else 0.0)
        at = opening + float(rng.normal(0.12, 0.5))
        reach = rng.exponential(0.35, 2)
        path.append((opening, max(opening, at) + float(reach[0]), min(opening, at) - float(reach[1]) * 0.7, at))
    return path


SLIPS_OF = {
    "targets": (trades.TargetsFromBarOne, trades.OneTargetABar),
    "stop": (trades.StopToBreakEven, trades.StopFromBarOne, trades.TargetBeforeStop),
}
"""Slips by the part that they cost."""


def _is_clean(case: Traded) -> bool:
    """Whether slips that cost another part than the case's change none of its fills."""
    right = _read_scale(_reference_scale_out(*case.args, **case.kwargs), case)["fills"]
    others = [slip for part, slips in SLIPS_OF.items() for slip in slips if part != case.kind]
    found = [_merged(slip(*case.args, **case.kwargs).fills, case.kwargs["quantity"]) for slip in others]
    return all(fills.shape == right.shape and np.allclose(fills, right, atol=1e-6) for fills in found)


def _random_case(rng: np.random.Generator) -> Case:
    """A random path and random targets, so that a slip in one part costs no other part."""
    while True:
        reach = np.cumsum(rng.uniform(0.4, 1.0, int(rng.integers(1, 5)))).tolist()
        parts = rng.uniform(0.15, 0.5, len(reach)).tolist()
        case = _scale_case(rng, int(rng.choice([-1, 1])), "", reach, parts, _wandering(rng, int(rng.integers(6, 15))))
        if _is_clean(case):
            return case


def _scale_cases(rng: np.random.Generator) -> list[Case]:
    """Every situation of the rules on both sides of the market, and random paths and targets."""
    cases: list[Case] = []
    for number, (label, targets, fractions, path) in enumerate(SCALE_PATHS):
        for side in (1, -1) if number in (0, 7, 10, 11, 14, 15, 16) else (int(rng.choice([-1, 1])),):
            cases.append(_scale_case(rng, side, label, targets, fractions, path))
    cases += [_random_case(rng) for _ in range(6)]
    label, targets, fractions, path = SCALE_MORE_THAN_ONE
    return [*cases, _scale_case(rng, int(rng.choice([-1, 1])), label, targets, fractions, path)]


def _scale_case(
    rng: np.random.Generator, side: int, label: str, targets: Sequence[float], fractions: Sequence[float], path: Sequence[Offsets]
) -> Traded:
    bars, price = _market(rng, side, path, (-1.0, *targets))
    given = {
        "side": side,
        "quantity": float(rng.uniform(2, 500)),
        "stop": price(-1.0),
        "targets": [price(target) for target in targets],
        "fractions": list(fractions),
    }
    return Traded(bars, given, ", ".join(filter(None, (label, "short" if side == -1 else "long"))))


def _read_scale(result: Any, case: Case) -> Fields:
    """Fills as sorted rows (bar, price, share of the quantity), and money per unit of quantity.

    Fills at one price of one bar are one row.
    """
    given = base.need_keys("scale_out", result, ())
    quantity, kind = case.kwargs["quantity"], kind_of(case)
    read: Fields = {"problems": {}, "given": {}, "kind": kind, "fills": np.full((1, 3), np.nan)}
    for name in SCALE_KEYS:
        try:
            value = base.need_keys("scale_out", given, (name,))[name]
            read["given"][name] = value
            if name == "fills":
                read[name] = _merged(value, quantity)
            elif name == "pnl":
                read[name] = base.numbers("`pnl`", value, len(case.args[0])) / quantity
            else:
                read[name] = base.number("`position`", value) / quantity
        except Hint as hint:
            read["problems"][name] = str(hint)
            read.setdefault(name, np.full(len(case.args[0]), np.nan) if name == "pnl" else float("nan"))
    for part in ("targets", "stop", "gaps"):
        read[f"fills {part}"] = read["fills"] if part == kind else np.empty((0, 3))
    return read


def _merged(fills: Any, quantity: float) -> np.ndarray:
    if isinstance(fills, pd.DataFrame):
        fills = fills.to_numpy()
    base.need(
        isinstance(fills, Sequence | np.ndarray) and not isinstance(fills, str),
        f"`fills` is a {type(fills).__name__}; expected a list of (bar, price, quantity).",
    )
    together: dict[tuple[int, float], float] = {}
    for fill in fills:
        bar, price, sold = base.numbers("a fill, (bar, price, quantity),", fill, 3)
        base.need(abs(bar) < 1e6, f"a fill's bar is {base.shown(bar)}; expected the number of a bar, counted from 0.")
        key = (int(bar), round(float(price), 6))
        together[key] = together.get(key, 0.0) + float(sold) / quantity
    return np.array(sorted((*key, share) for key, share in together.items() if abs(share) > 1e-9)).reshape(-1, 3)


def _own_account(mine: Fields, case: Case) -> tuple[np.ndarray, float] | None:
    """Profit per unit and position that follow from the student's own fills.

    None where these cannot be judged.
    """
    fills = mine["fills"]
    if not np.isfinite(fills).all() or (fills[:, 2] < 0).any() or fills[:, 2].sum() > 1 + 1e-9:
        return None
    side, close = case.kwargs["side"], np.asarray(case.args[3])
    pnl = side * (close - case.args[0][0])
    for bar, price, share in fills:
        pnl = pnl + np.where(np.arange(len(close)) >= bar, share * side * (price - close), 0.0)
    return pnl, 1.0 - float(fills[:, 2].sum())


SCALE_FIELDS = (
    *(Field(f"fills {part}", SCALE_RULES[part], absolute=1e-6) for part in ("targets", "stop", "gaps")),
    *(Field(name, SCALE_RULES[name], absolute=1e-6) for name in ("pnl", "position")),
)
SCALE_PARTS = {"targets": ("fills targets",), "stop": ("fills stop",), "gaps": ("fills gaps",), "account": ("pnl", "position")}


def _exits_like(got: Sequence[tuple[Case, Fields]]) -> bool:
    """Whether own fills are those of a trade that is scaled out.

    Otherwise profit and position follow from nothing. Fills are such a trade's when the exits are
    in the right bars in a fifth of the cases that do not end in bar 1, where all may be sold by
    chance. Known wrong ideas have at least a quarter of these, answers without the idea at most a
    seventh.
    """
    shared = expected = 0
    for case, mine in got:
        bars = {bar for bar, *_ in _reference_scale_out(*case.args, **case.kwargs)["fills"] if bar}
        if bars and bars != {1}:
            expected += 1
            shared += bars == {int(bar) for bar in mine["fills"][:, 0] if np.isfinite(bar) and bar}
    return 5 * shared >= expected


def _scale_judge(part: str) -> Judge:
    rules = [item for item in SCALE_FIELDS if item.name in SCALE_PARTS[part]]

    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        follows = part == "account" and _exits_like(got)
        for case, mine in sorted(got, key=lambda entry: len(entry[0].args[0])):
            if part not in (mine["kind"], "account"):
                continue
            right = _read_scale(_reference_scale_out(*case.args, **case.kwargs), case)
            own = _own_account(mine, case) if follows else None
            for item in rules:
                name = item.name.split()[0]
                problem = mine["problems"].get(name)
                if problem is None:
                    if item.agrees(mine[item.name], right[item.name], case):
                        continue
                    if own is not None and item.agrees(mine[name], own[0] if name == "pnl" else own[1], case):
                        continue
                call = f"In `{case.call('scale_out')}`" + (f" ({case.label})" if case.label else "")
                if problem is not None:
                    return f"{call}: {problem}"
                return f"{call}, your `{name}` is {base.shown(mine['given'][name])}. The rule: {item.rule}."
        return None

    return judge


def _scale_by_loop(
    open_: Bars, high: Bars, low: Bars, close: Bars, *, side: int, quantity: float, stop: float, targets: Bars, fractions: Bars
) -> dict[str, object]:
    fills, pnl = [], []
    left, realised, following = quantity, 0.0, 0
    for bar in range(len(open_)):
        exits = []
        while bar > 0 and following < len(targets) and side * (open_[bar] - targets[following]) >= 0:
            exits.append((open_[bar], fractions[following] * quantity))
            following += 1
        if (low[bar] <= stop) if side == 1 else (high[bar] >= stop):
            exits.append((open_[bar] if side * (open_[bar] - stop) < 0 else stop, quantity))
            following = len(targets)
        while following < len(targets) and (high[bar] >= targets[following] if side == 1 else low[bar] <= targets[following]):
            exits.append((targets[following], fractions[following] * quantity))
            following += 1
        for price, wanted in exits:
            sold = min(wanted, left)
            if sold > 0:
                fills.append((bar, price, sold))
                realised += side * sold * (price - open_[0])
                left -= sold
        pnl.append(realised + side * left * (close[bar] - open_[0]))
    return {"fills": fills, "pnl": pnl, "position": left}


def _scale_by_orders(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Unpack[Terms]) -> dict[str, object]:
    """One frame of orders, each with its share, bar and price; a Series of profit.

    Shorts are turned into longs by the sign.
    """
    side, quantity = given["side"], given["quantity"]
    best, worst = (high, low) if side == 1 else (low, high)
    market = side * pd.DataFrame({"open": open_, "best": best, "worst": worst, "close": close})
    reached = market["worst"][market["worst"] <= side * given["stop"]].index
    last = reached[0] if len(reached) else len(market)
    orders, share_left = [], 1.0
    for target, fraction in zip(given["targets"], given["fractions"], strict=True):
        touched = market["best"][market["best"] >= side * target].index
        if not len(touched) or touched[0] > last:
            continue
        bar = touched[0]
        gap = bar > 0 and market["open"][bar] >= side * target
        if bar == last and not gap:
            continue
        orders.append((bar, side * market["open"][bar] if gap else target, min(fraction, share_left)))
        share_left -= orders[-1][2]
    if last < len(market):
        orders.append((last, side * min(market["open"][last], side * given["stop"]), share_left))
    book = pd.DataFrame(orders, columns=["bar", "price", "share"])
    book = book[book["share"] > 1e-12]
    profit = pd.Series(0.0, index=[f"bar {number}" for number in market.index])
    for number in market.index:
        done = book[book["bar"] <= number]
        earned = (done["share"] * (side * done["price"] - market["open"][0])).sum()
        profit.iloc[number] = quantity * (earned + (1 - done["share"].sum()) * (market["close"][number] - market["open"][0]))
    book["quantity"] = book["share"] * quantity
    fills = [list(row) for row in book[["bar", "price", "quantity"]].to_numpy()]
    return {"fills": fills, "pnl": profit, "position": np.float64(quantity * (1 - book["share"].sum())), "orders": len(orders)}


def _scale_by_tranches(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Unpack[Terms]) -> dict[str, object]:
    """Every tranche on its own, the rest of the quantity one without a target.

    Each has one exit, and the profits add up.
    """
    side, quantity, stop = given["side"], given["quantity"], given["stop"]
    shares, total = [], 0.0
    for fraction in given["fractions"]:
        shares.append(min(fraction, 1.0 - total))
        total += shares[-1]
    tranches = [*zip(given["targets"], shares, strict=True), (side * float("inf"), 1.0 - total)]
    pnl, held, fills = np.zeros(len(open_)), 0.0, []
    for target, share in tranches:
        amount, exit_price = quantity * share, None
        for bar, (o, h, lo, c) in enumerate(zip(open_, high, low, close, strict=True)):
            if exit_price is None:
                if bar and side * (o - target) >= 0:
                    exit_price = o
                elif lo <= stop <= h or side * (o - stop) <= 0:
                    exit_price = stop if bar == 0 or side * (o - stop) > 0 else o
                elif lo <= target <= h:
                    exit_price = target
                if exit_price is not None and amount > 1e-12 * quantity:
                    fills.append((bar, exit_price, amount))
            pnl[bar] += amount * side * ((c if exit_price is None else exit_price) - open_[0])
        held += amount if exit_price is None else 0.0
    return {"fills": tuple(sorted(fills, key=lambda fill: fill[0])), "pnl": tuple(pnl), "position": held}


SCALE_OUT = Exercise(
    name="scale_out",
    section="6.1",
    parameters=("open_", "high", "low", "close", "side", "quantity", "stop", "targets", "fractions"),
    reference=_reference_scale_out,
    cases=_scale_cases,
    read=_read_scale,
    fields=SCALE_FIELDS,
    parts=SCALE_PARTS,
    judges={part: _scale_judge(part) for part in SCALE_PARTS},
    misconceptions=SCALE_MISCONCEPTIONS,
    variants=(_scale_by_loop, _scale_by_orders, _scale_by_tranches),
)
