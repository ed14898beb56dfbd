"""Tranches sized from one risk budget: reference, cases and other right answers.

The reference works with loss and value per unit of the whole position.
"""

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Floats
from answer_key.scaling.plan_scale_in.ideas import PLAN_MISCONCEPTIONS, Options

Prices = Sequence[float]


def plan_reference(
    entries: Prices,
    splits: Prices,
    *,
    stop: float,
    side: int,
    equity: float,
    risk_budget: float,
    max_leverage: float = 3.0,
) -> list[float]:
    """Quantities from the loss and the value of one unit of ``splits``.

    The plan has as many units as the budget allows, fewer where their value passes the cap.
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

    It binds below 1; far above it the plan costs less than the equity. ``fixed`` may set side,
    count (of entries), splits, price, spread (of the entries) and default (max_leverage is not
    passed).
    """
    side = fixed.get("side", int(rng.choice([-1, 1])))
    count = fixed.get("count", int(rng.integers(2, 6)))
    price = fixed.get("price", float(rng.uniform(15, 250)))
    spread = fixed.get("spread", float(rng.uniform(0.02, 0.12)))
    steps = np.sort(rng.uniform(0.0, spread, count))
    if count > 1:
        steps[[0, -1]] = 0.0, spread
    steps = steps * float(rng.choice([-1, 1]))
    entries = [round(price * (1.0 + step), 4) for step in steps.tolist()]
    splits = fixed.get("splits", rng.uniform(0.1, 1.0, count).tolist())
    worst = min(entries) if side == 1 else max(entries)
    stop = round(worst * (1.0 - side * float(rng.uniform(0.01, 0.08))), 4)
    equity, budget = round(float(rng.uniform(5_000, 400_000)), 2), round(float(rng.uniform(0.002, 0.03)), 4)
    loss, value = np.dot(splits, np.abs(np.subtract(entries, stop))), np.dot(splits, entries)
    if tightness > 2:
        budget = min(budget, math.floor(9500 * loss / value) / 10_000)
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
        wide = {"side": side, "count": 3, "splits": [0.35, 0.3, 0.35], "spread": 0.12}
        for tightness, how in ((1.03, "almost"), (0.97, "just")):
            cases += _with_and_without_cap(_plan_case(rng, tightness, f"{name}, the cap {how} binds", ("split", "cap"), **wide))
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
    """A complaint unless notional is the smaller of the cap and of the notional without one.

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


def _plan_numpy(
    entries: Prices, splits: Prices, *, stop: float, side: int, equity: float, risk_budget: float, max_leverage: float = 3.0
) -> Floats:
    """Arrays; the plan sized by risk is scaled down by the share of the cap it would use."""
    shares = np.array(splits) / np.sum(splits)
    quantities = equity * risk_budget * shares / (shares @ (side * (np.array(entries) - stop)))
    used = quantities @ np.array(entries) / (equity * max_leverage)
    return np.array(quantities / max(used, 1))


def _plan_pandas(
    entries: Prices, splits: Prices, stop: float, side: int, equity: float, risk_budget: float, max_leverage: float = 3.0
) -> pd.Series:
    """A frame with an odd index; the average entry is what all is measured from."""
    frame = pd.DataFrame({"entry": entries, "split": splits}, index=[f"tranche {-place}" for place in range(len(entries))])
    frame["split"] = frame.split.div(frame.split.sum())
    average = frame.entry.mul(frame.split).sum()
    return frame.split * min(risk_budget * equity / abs(average - stop), max_leverage * equity / average)


def _plan_steps(entries: Prices, splits: Prices, **named: Unpack[Options]) -> tuple[np.float64, ...]:
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
    misconceptions=PLAN_MISCONCEPTIONS,
    variants=(_plan_numpy, _plan_pandas, _plan_steps),
)
