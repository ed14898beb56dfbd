"""Tranches sized from one risk budget: reference, cases and wrong ideas.

The reference works with loss and value per unit of the whole position.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Misconception


def plan_reference(
    entries: Sequence[float],
    splits: Sequence[float],
    *,
    stop: float,
    side: int,
    equity: float,
    risk_budget: float,
    max_leverage: float = 3.0,
) -> list[float]:
    """One unit of ``splits`` loses and is worth so much.

    The plan has as many units as the budget buys, fewer where their value passes the cap.
    """
    loss = math.fsum(split * abs(entry - stop) for entry, split in zip(entries, splits, strict=True))
    value = math.fsum(split * entry for entry, split in zip(entries, splits, strict=True))
    units = risk_budget * equity / loss
    if units * value > max_leverage * equity:
        units = max_leverage * equity / value
    return [units * split for split in splits]


NO_CAP = 1e6
"""A ``max_leverage`` that no plan reaches."""


def _plan_case(rng: np.random.Generator, tightness: float, label: str, parts: tuple[str, ...], **fixed: Any) -> Case:
    """A plan whose cap on notional is ``tightness`` times what the risk budget alone buys.

    It binds below 1. ``fixed`` may set side, count (of entries), splits, price, spread (of the
    entries) and default (max_leverage is not passed).
    """
    side = fixed.get("side", int(rng.choice([-1, 1])))
    count = fixed.get("count", int(rng.integers(2, 6)))
    price = fixed.get("price", float(rng.uniform(15, 250)))
    spread = fixed.get("spread", float(rng.uniform(0.02, 0.12)))
    steps = np.sort(rng.uniform(0.0, spread, count)) * float(rng.choice([-1, 1]))
    entries = [round(price * (1.0 + step), 4) for step in steps.tolist()]
    splits = fixed.get("splits", rng.uniform(0.1, 1.0, count).tolist())
    worst = min(entries) if side == 1 else max(entries)
    stop = round(worst * (1.0 - side * float(rng.uniform(0.01, 0.08))), 4)
    equity, budget = round(float(rng.uniform(5_000, 400_000)), 2), round(float(rng.uniform(0.002, 0.03)), 4)
    loss, value = np.dot(splits, np.abs(np.subtract(entries, stop))), np.dot(splits, entries)
    named = {"stop": stop, "side": side, "equity": equity, "risk_budget": budget}
    if fixed.get("default"):
        named["risk_budget"] = float(3.0 / tightness * loss / value)
    else:
        named["max_leverage"] = float(tightness * budget * value / loss)
    return Case((entries, splits), named, label, parts)


def _plan_cases(rng: np.random.Generator) -> list[Case]:
    """Plans, long and short, with one entry and several, and splits of any total.

    ``max_leverage`` is at its default and not. For the split and the risk the cap is slack. For the
    cap each plan is asked for twice, with the cap and with one out of reach.
    """
    numbers = {"stop": 92, "side": 1, "equity": 20_000, "risk_budget": 0.01}
    cases = [Case(([100, 98, 95], [5, 3, 2]), numbers, "whole numbers, splits that add up to 10", ("split", "risk"))]
    shapes: dict[str, dict[str, Any]] = {
        "": {"splits": [0.5, 0.3, 0.2], "count": 3},
        ", one entry": {"splits": [1.0], "count": 1},
        ", splits that add up to 3": {"splits": [1.0, 1.0, 1.0], "count": 3},
        ", splits that add up to 0.4": {"splits": [0.3, 0.1], "count": 2},
        ", max_leverage at its default": {"default": True},
        ", prices below 1": {"price": 0.4},
        ", entries far apart": {"spread": 0.4, "count": 3},
        ", splits of any total": {},
    }
    for side, name in ((1, "long"), (-1, "short")):
        for shape, fixed in shapes.items():
            options = {"side": side, **fixed}
            slack, binding = float(rng.uniform(6, 20)), float(rng.uniform(0.2, 0.7))
            cases.append(_plan_case(rng, slack, f"{name}, the cap does not bind{shape}", ("split", "risk"), **options))
            cases += _with_and_without_cap(_plan_case(rng, binding, f"{name}, the cap binds{shape}", ("split", "cap"), **options))
        for tightness, how in ((1.03, "almost"), (0.97, "just")):
            cases += _with_and_without_cap(_plan_case(rng, tightness, f"{name}, the cap {how} binds", ("split", "cap"), side=side))
        cases += _with_and_without_cap(_plan_case(rng, 1e-10, f"{name}, a cap of almost nothing", ("cap",), side=side))
        cases.append(_plan_case(rng, 1e5, f"{name}, a cap out of reach", ("split", "risk"), side=side))
    return cases


def _with_and_without_cap(case: Case) -> list[Case]:
    return [case, Case(case.args, {**case.kwargs, "max_leverage": NO_CAP}, "a cap out of reach", ("cap",))]


def _read_plan(result: Any, case: Case) -> Fields:
    entries, named = np.asarray(case.args[0], dtype=float), case.kwargs
    if isinstance(result, dict):
        result = list(result.values())
    quantities = base.numbers("the result of `plan_scale_in`", result, len(entries))
    total = float(quantities.sum())
    return {
        "share of the total": quantities / total if total else np.zeros(len(entries)),
        "loss at the stop": float(np.sum(quantities * named["side"] * (entries - named["stop"]))),
        "notional": float(np.sum(quantities * entries)),
    }


def _judge_cap(got: Sequence[tuple[Case, Fields]]) -> str | None:
    """With the cap, the notional is the smaller of the cap and of the notional without one.

    Both are asked of the same function. So an answer that gets the risk wrong can still get the cap
    right. One that hardly takes a position is never cut, and wrong.
    """
    for (case, mine), (free_case, free) in sorted(zip(got[::2], got[1::2], strict=True), key=lambda pair: len(pair[0][0].args[0])):
        equity, leverage = case.kwargs["equity"], case.kwargs.get("max_leverage", 3.0)
        if free["notional"] > 0.1 * NO_CAP * equity:
            return (
                f"In `{free_case.call('plan_scale_in')}` ({free_case.label}), notional is {free['notional'] / equity:.3g} times "
                "equity. The rule: the cap limits the position, the risk budget sets it."
            )
        if free["notional"] < 0.001 * case.kwargs["risk_budget"]:
            return (
                f"In `{free_case.call('plan_scale_in')}` ({free_case.label}), notional is {free['notional']:.3g}. The rule: the "
                "position is as large as the risk budget allows; nothing else limits it here."
            )
        if not base.close(mine["notional"], min(free["notional"], leverage * equity)):
            return (
                f"In `{case.call('plan_scale_in')}` ({case.label}), notional is {mine['notional'] / equity:.4g} times equity; with a "
                f"cap out of reach it is {free['notional'] / equity:.4g} times. The rule: notional, Σ quantity · entry, is what the "
                "risk budget asks for, but where that is more than max_leverage · equity, it is max_leverage · equity."
            )
    return None


def _plan_numpy(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Arrays; the plan sized by risk is scaled down by the share of the cap it would use."""
    shares = np.array(splits) / np.sum(splits)
    quantities = equity * risk_budget * shares / (shares @ (side * (np.array(entries) - stop)))
    used = quantities @ np.array(entries) / (equity * max_leverage)
    return quantities / max(used, 1)


def _plan_pandas(entries: Any, splits: Any, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """A frame with an odd index; the average entry is what all is measured from."""
    frame = pd.DataFrame({"entry": entries, "split": splits}, index=[f"tranche {-place}" for place in range(len(entries))])
    frame["split"] = frame.split.div(frame.split.sum())
    average = frame.entry.mul(frame.split).sum()
    return frame.split * min(risk_budget * equity / abs(average - stop), max_leverage * equity / average)


def _plan_steps(entries: Any, splits: Any, **named: Any) -> Any:
    """Halving the interval between no position and the cap until the loss fits.

    It returns a tuple of NumPy scalars.
    """
    tranches = list(zip(splits, entries, strict=True))
    low, high = 0.0, named.get("max_leverage", 3.0) * named["equity"] / sum(split * entry for split, entry in tranches)

    def loss(units: float) -> float:
        return float(sum(units * split * (entry - named["stop"]) * named["side"] for split, entry in tranches))

    wanted = named["risk_budget"] * named["equity"]
    if loss(high) > wanted:
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if loss(middle) <= wanted else (low, middle)
    return tuple(np.float64(high * split) for split in splits)


def _plan(
    entries: Any,
    splits: Any,
    *,
    stop: float,
    side: int,
    equity: float,
    risk_budget: float,
    max_leverage: float = 3.0,
    shares: Callable[..., Any] = lambda splits: np.array(splits, dtype=float) / np.sum(splits),
    loss: Callable[..., Any] = lambda shares, entries, stop, side: np.sum(shares * side * (entries - stop)),
    value: Callable[..., Any] = lambda shares, entries: np.sum(shares * entries),
    money: Callable[..., float] = lambda risk_budget, equity, max_leverage: risk_budget * equity,
    limit: Callable[..., float] = lambda risk_budget, equity, max_leverage: max_leverage * equity,
    choose: Callable[..., Any] = min,
    finish: Callable[..., Any] = lambda quantities, entries, stop, side: quantities,
) -> Any:
    """The exercise with one idea replaced."""
    prices, parts, amounts = np.array(entries, dtype=float), shares(splits), (risk_budget, equity, max_leverage)
    total = choose(money(*amounts) / loss(parts, prices, stop, side), limit(*amounts) / value(parts, prices))
    return finish(total * parts, prices, stop, side)


def _plan_with(**idea: Any) -> Callable[..., Any]:
    def wrong(
        entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0
    ) -> Any:
        named = {"stop": stop, "side": side, "equity": equity, "risk_budget": risk_budget, "max_leverage": max_leverage}
        return _plan(entries, splits, **named, **idea)

    return wrong


def _plan_weights(weight: Callable[..., Any]) -> Callable[..., Any]:
    """The splits as shares of something else than quantity.

    The whole plan still has the right loss and the right cap.
    """

    def wrong(
        entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0
    ) -> Any:
        other = np.array(splits, dtype=float) / weight(np.array(entries, dtype=float), stop)
        return _plan(entries, other, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)

    return wrong


def _plan_cut_last(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Entries are filled in order until the cap is reached; those after it get nothing."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    room, quantities = max_leverage * equity, []
    for quantity, entry in zip(wanted, entries, strict=True):
        quantities.append(min(quantity, room / entry))
        room -= quantities[-1] * entry
    return quantities


def _plan_cut_each(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Each tranche may use its own share of the cap."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    return np.minimum(wanted, max_leverage * equity * np.array(splits) / np.sum(splits) / np.array(entries))


def _plan_gives_up(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """No position at all where the cap would be passed."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    return wanted * (np.sum(wanted * np.array(entries)) <= max_leverage * equity)


def _plan_default(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    return _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget)


def _plan_in_place(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    total = sum(splits)
    for place in range(len(splits)):
        splits[place] = splits[place] / total
    return _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)


def _plan_full_each(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Every entry risks the whole budget on its own."""
    prices = np.array(entries, dtype=float)
    quantities = risk_budget * equity / np.abs(prices - stop)
    return quantities / max(1.0, np.sum(quantities * prices) / (max_leverage * equity))


def _plan_raw_splits(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3) -> Any:
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)
    return wanted * sum(splits)


def _plan_example(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    return ([78.125, 46.875, 31.25] * len(entries))[: len(entries)]


PLAN_SCALE_IN = Exercise(
    name="plan_scale_in",
    section="6.2",
    parameters=("entries", "splits", "stop", "side", "equity", "risk_budget", "max_leverage"),
    reference=plan_reference,
    cases=_plan_cases,
    read=_read_plan,
    fields=(
        Field("share of the total", "entry i gets the share splits[i] / Σ splits of the total quantity, whether or not the cap binds"),
        Field("loss at the stop", "Σ quantity · side · (entry − stop) is risk_budget · equity wherever the cap does not bind"),
        Field("notional", "Σ quantity · entry is never above max_leverage · equity, and equal to it only where the cap binds"),
    ),
    parts={"split": ("share of the total",), "risk": ("loss at the stop",), "cap": ("notional",)},
    judges={"cap": _judge_cap},
    misconceptions=(
        Misconception(
            "splits of money",
            _plan_weights(lambda entries, stop: entries),
            "You split the money, so that cheaper entries get more units. `splits` are shares of the total quantity.",
            ("split",),
        ),
        Misconception(
            "splits of risk",
            _plan_weights(lambda entries, stop: np.abs(entries - stop)),
            "You split the risk, so that entries near the stop get more units. `splits` are shares of the total quantity.",
            ("split",),
        ),
        Misconception(
            "equal tranches",
            _plan_with(shares=lambda splits: np.full(len(splits), 1.0 / len(splits))),
            "All your tranches have the same size. Each entry gets its own share of the total quantity, `splits[i] / Σ splits`.",
        ),
        Misconception(
            "splits in reverse",
            _plan_with(shares=lambda splits: np.array(splits)[::-1] / np.sum(splits)),
            "Your shares are in reverse order: `splits[0]` belongs to `entries[0]`.",
        ),
        Misconception(
            "each entry sized for the same loss",
            _plan_full_each,
            "Each of your entries is sized on its own, for the same loss at the stop. `splits` share out the total quantity, and "
            "the budget is for all entries together, with every entry filled.",
        ),
        Misconception(
            "splits not normalised",
            _plan_raw_splits,
            "You use `splits` as they come. They need not add up to 1: divide them by their sum first.",
            ("risk", "cap"),
        ),
        Misconception(
            "distance of the first entry",
            _plan_with(loss=lambda shares, entries, stop, side: side * (entries[0] - stop)),
            "You size all of the position by the first entry's distance to the stop. The others stand nearer or farther: add "
            "up what each of them loses.",
            ("risk",),
        ),
        Misconception(
            "distance of the last entry",
            _plan_with(loss=lambda shares, entries, stop, side: side * (entries[-1] - stop)),
            "You size all of the position by the last entry's distance to the stop. The others stand nearer or farther: add "
            "up what each of them loses.",
            ("risk",),
        ),
        Misconception(
            "plain average of the entries",
            _plan_with(loss=lambda shares, entries, stop, side: side * (np.mean(entries) - stop)),
            "You measure the risk from the plain average of the entries. They are not of equal size: weight each with its "
            "share.",
            ("risk",),
        ),
        Misconception(
            "leverage multiplies the risk budget",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget * equity * max_leverage),
            "This is what you get when leverage multiplies the risk budget. Leverage is a limit on notional; the loss at the "
            "stop is risk_budget · equity, however high the limit.",
            ("risk", "cap"),
        ),
        Misconception(
            "the budget is spent, not risked",
            _plan_with(loss=lambda shares, entries, stop, side: np.sum(shares * entries)),
            "You buy units worth the risk budget. The budget is what may be lost between the entries and the stop, so the "
            "position may be worth far more.",
            ("risk",),
        ),
        Misconception(
            "the budget without equity",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget),
            "Your loss at the stop is `risk_budget` itself. It is a fraction of equity: multiply by `equity`.",
            ("risk",),
        ),
        Misconception(
            "the budget in percent",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget * equity / 100),
            "You divide `risk_budget` by 100. It is a fraction already: 0.01 is one percent.",
            ("risk",),
        ),
        Misconception(
            "distance as a share of the price",
            _plan_with(loss=lambda shares, entries, stop, side: np.sum(shares * side * (entries - stop) / entries)),
            "You divide the budget by the stop's distance in percent, which gives money, not units. The loss per unit is the "
            "distance in price.",
            ("risk",),
        ),
        Misconception(
            "money instead of units",
            _plan_with(finish=lambda quantities, entries, stop, side: quantities * entries),
            "Your result is the money in each tranche. Return quantities: units of the asset.",
        ),
        Misconception(
            "no cap",
            _plan_with(choose=lambda by_risk, by_cap: by_risk),
            "You never look at notional. Where it would pass max_leverage · equity, all quantities shrink until it does not.",
            ("cap",),
        ),
        Misconception(
            "always at the cap",
            _plan_with(choose=lambda by_risk, by_cap: by_cap),
            "Your position is always as large as leverage allows. The cap is a limit, not a target: the risk budget sets the "
            "size where it asks for less.",
            ("risk", "cap"),
        ),
        Misconception(
            "the larger of the two sizes",
            _plan_with(choose=max),
            "You take the larger of the two sizes. Both limits have to hold: take the smaller.",
            ("risk", "cap"),
        ),
        Misconception(
            "a cap of equity",
            _plan_with(limit=lambda risk_budget, equity, max_leverage: equity),
            "You cap notional at equity. The cap is max_leverage · equity.",
        ),
        Misconception(
            "the cap divided by leverage",
            _plan_with(limit=lambda risk_budget, equity, max_leverage: equity / max_leverage),
            "You divide equity by `max_leverage`. More leverage allows more notional: the cap is max_leverage · equity.",
        ),
        Misconception(
            "a cap in units",
            _plan_with(value=lambda shares, entries: 1.0),
            "You compare a number of units with an amount of money. Notional is Σ quantity · entry.",
            ("cap",),
        ),
        Misconception(
            "the cap measured at the first entry",
            _plan_with(value=lambda shares, entries: entries[0]),
            "You value all units at the first entry's price. Notional is Σ quantity · entry, each at its own.",
            ("cap",),
        ),
        Misconception(
            "the cap measured at the plain average",
            _plan_with(value=lambda shares, entries: np.mean(entries)),
            "You value all units at the plain average of the entries. Notional is Σ quantity · entry, each at its own.",
            ("cap",),
        ),
        Misconception(
            "max_leverage ignored",
            _plan_default,
            "Your cap is three times equity whatever `max_leverage` says. 3.0 is only its default.",
        ),
        Misconception(
            "the cap cuts the last entries",
            _plan_cut_last,
            "You fill the first entries in full and let the cap cut the last ones. It shrinks all quantities alike, so that "
            "the shares stay.",
            ("split",),
        ),
        Misconception(
            "the cap cuts each entry",
            _plan_cut_each,
            "You cap each tranche on its own, which bends the shares. The cap is on the whole: shrink all quantities by the "
            "same factor.",
        ),
        Misconception(
            "nothing where the cap binds",
            _plan_gives_up,
            "Where the cap binds you take no position. Take the largest that the cap allows.",
            ("split", "cap"),
        ),
        Misconception(
            "shorts in negative units",
            _plan_with(finish=lambda quantities, entries, stop, side: quantities * side),
            "Your quantities are negative when short. They are positive for both sides; `side` says which it is.",
            ("risk", "cap"),
        ),
        Misconception(
            "whole units",
            _plan_with(finish=lambda quantities, entries, stop, side: np.floor(quantities)),
            "You round down to whole units. Fractions of a unit are allowed; the loss is to be exactly the budget.",
        ),
        Misconception(
            "rounded to cents",
            _plan_with(finish=lambda quantities, entries, stop, side: np.round(quantities, 2)),
            "Your quantities are rounded. Return them as computed; the loss is to be exactly the budget.",
        ),
        Misconception(
            "changes its inputs",
            _plan_in_place,
            "You normalise `splits` in the caller's own list. Build a new one.",
        ),
        Misconception(
            "the worked example written down",
            _plan_example,
            "The result is that of the worked example, whatever the arguments. Compute it from them.",
        ),
    ),
    variants=(_plan_numpy, _plan_pandas, _plan_steps),
)
