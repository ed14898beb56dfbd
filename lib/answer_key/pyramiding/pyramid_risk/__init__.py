"""What a pyramid of some levels risks at its stop: reference, cases and other right answers."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.pyramiding import PyramidingStrategy

from answer_key.exercise import Case, Exercise, Field, Fields, Floats, Judge
from answer_key.pyramiding.pyramid_risk.ideas import RISK_DEFAULTS, RISK_MISCONCEPTIONS
from answer_key.reading import read_each

NOT_ABOVE_0 = "Some of your sizes are not above 0, so that nothing is taken to follow from them."
RISK_PARTS = {"sizes": ("quantities", "entries"), "stop": ("stop",), "risk": ("stop_risk", "open_heat")}
RISK_FIELDS = (
    Field("quantities", "level k gets equity · risk_per_level / (atr_stop_mult · atr) / (1 + size_decay · k), k counted from 0"),
    Field("entries", "level k is entered at price + side · k · add_threshold_atr · atr, k counted from 0"),
    Field("stop", "one stop for all levels, atr_stop_mult · atr behind the newest entry: below it when long, above it when short"),
    Field("stop_risk", "the sum of quantity · side · (entry − stop) over all levels, divided by equity; negative is profit locked in"),
    Field("open_heat", "the sum of quantity · side · (newest entry − stop) over all levels, divided by equity"),
)


def _reference_risk(
    n_levels: int,
    *,
    side: int = 1,
    price: float = 100.0,
    atr: float = 2.0,
    equity: float = 100_000.0,
    risk_per_level: float = 0.005,
    atr_stop_mult: float = 2.0,
    add_threshold_atr: float = 1.0,
    size_decay: float = 0.25,
) -> Fields:
    """Running totals: an add-on takes one step off all risk held and adds one stop distance."""
    distance, step = atr_stop_mult * atr, add_threshold_atr * atr
    held = at_risk = 0.0
    entry = price - side * step
    quantities, entries = [], []
    for level in range(n_levels):
        entry += side * step
        at_risk -= held * step
        fresh = equity * risk_per_level / (distance * (1.0 + level * size_decay))
        held += fresh
        at_risk += fresh * distance
        quantities.append(fresh)
        entries.append(entry)
    stop = entry - side * distance
    return {
        "quantities": quantities,
        "entries": entries,
        "stop": stop,
        "stop_risk": at_risk / equity,
        "open_heat": held * distance / equity,
    }


def _risk_cases(rng: np.random.Generator) -> list[Case]:
    """The defaults; one level; shorts; no step; no decay; profit locked in; no limits; draws."""
    cases = [
        Case((4,), label="the worked example"),
        Case((1,), {"side": -1}, "one level, short"),
        Case((3,), {"side": -1, "price": float(rng.uniform(50, 150))}, "short"),
        Case((int(rng.integers(3, 7)),), {"add_threshold_atr": 0.0}, "all levels at one price"),
        Case((int(rng.integers(3, 7)),), {"size_decay": 0.0, "side": int(rng.choice([-1, 1]))}, "levels of equal size"),
        Case((int(rng.integers(4, 7)),), {"add_threshold_atr": 2.0, "side": -1}, "the stop has passed the first entries"),
        Case((6,), {"side": int(rng.choice([-1, 1])), "atr": 0.4, "risk_per_level": 0.02}, "a position far larger than the equity"),
    ]
    for _ in range(8):
        price = float(rng.uniform(20, 400))
        drawn: dict[str, Any] = {
            "side": int(rng.choice([-1, 1])),
            "price": price,
            "atr": price * float(rng.uniform(0.005, 0.04)),
            "equity": float(rng.uniform(5_000, 500_000)),
            "risk_per_level": float(rng.uniform(0.001, 0.02)),
            "atr_stop_mult": float(rng.uniform(0.7, 4.0)),
            "add_threshold_atr": float(rng.uniform(0.25, 2.0)),
            "size_decay": float(rng.uniform(0.05, 1.0)),
        }
        least = 10 * drawn["atr_stop_mult"] * drawn["atr"] / drawn["risk_per_level"]  # no size is rounded to 0
        drawn["equity"] = max(drawn["equity"], least)
        cases.append(Case((int(rng.integers(2, 9)),), drawn, "short" if drawn["side"] == -1 else ""))
    return cases


def _read_risk(result: Any, case: Case) -> Fields:
    """Every field on its own.

    One that is missing or of a wrong kind is NaN, and ``problems`` says why, so that others still
    count.
    """
    given = base.need_keys("pyramid_risk", result, ())
    levels = case.args[0]

    def reader(name: str) -> Callable[[], float | Floats]:
        def one() -> float | Floats:
            value = base.need_keys("pyramid_risk", given, (name,))[name]
            many = name in RISK_PARTS["sizes"]
            return base.numbers(f"`{name}`", value, levels) if many else base.number(f"`{name}`", value)

        return one

    names = [name for part in RISK_PARTS.values() for name in part]
    missing = {name: np.full(levels, np.nan) if name in RISK_PARTS["sizes"] else float("nan") for name in names}
    return read_each({name: reader(name) for name in names}, missing)


def _risk_arguments(case: Case) -> SimpleNamespace:
    return SimpleNamespace(**{**RISK_DEFAULTS, **case.kwargs}, n=case.args[0])


def _follows(name: str, mine: Fields, case: Case) -> tuple[float, float] | None:
    """What a field is by its rule, from the student's own other figures, and its scale.

    The scale is what a difference is measured by. None where these cannot be figures of a position.
    So a slip in the sizes costs the points for sizes and not those for stop and risk as well.
    Sizes have to be above 0.
    """
    p = _risk_arguments(case)
    entries, quantities, distance = np.asarray(mine["entries"]), np.asarray(mine["quantities"]), p.atr_stop_mult * p.atr
    far = np.max(np.abs(entries - p.price)) > 100 * p.n * (distance + p.add_threshold_atr * p.atr)
    if not np.isfinite(entries).all() or far:
        return None
    if name == "stop":
        return entries[-1] - p.side * distance, distance
    if not (np.isfinite(quantities) & (quantities > 0)).all() or not abs(mine["stop"] - p.price) < 200 * p.n * distance:
        return None
    reached = entries if name == "stop_risk" else entries[-1]
    parts = quantities * p.side * (reached - mine["stop"]) / p.equity
    return float(np.sum(parts)), float(np.sum(np.abs(parts)))


def _risk_judge(part: str) -> Judge:
    rules = [item for item in RISK_FIELDS if item.name in RISK_PARTS[part]]

    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        follows = part != "sizes" and not all(np.allclose(mine["entries"], mine["stop"]) for _, mine in got)
        for case, mine in sorted(got, key=lambda entry: len(entry[0].call("pyramid_risk"))):
            right = _reference_risk(*case.args, **case.kwargs)
            call = f"In `{case.call('pyramid_risk')}`" + (f" ({case.label})" if case.label else "")
            for item in rules:
                if item.name in mine["problems"]:
                    return f"{call}: {mine['problems'][item.name]}"
                if item.agrees(mine[item.name], right[item.name], case):
                    continue
                own = _follows(item.name, mine, case) if follows else None
                if own is not None and abs(mine[item.name] - own[0]) <= item.relative * own[1]:
                    continue
                said = f"{call}, your `{item.name}` is {base.shown(mine[item.name])}. The rule: {item.rule}."
                return said if part != "risk" or (mine["quantities"] > 0).all() else f"{said} {NOT_ABOVE_0}"
        return None

    return judge


def _risk_by_list(
    n_levels: int,
    *,
    side: int = 1,
    price: float = 100.0,
    atr: float = 2.0,
    equity: float = 100_000.0,
    risk_per_level: float = 0.005,
    atr_stop_mult: float = 2.0,
    add_threshold_atr: float = 1.0,
    size_decay: float = 0.25,
) -> Fields:
    quantities, entries = [], []
    for k in range(n_levels):
        entries.append(price + side * k * add_threshold_atr * atr)
        quantities.append(equity * risk_per_level / (atr_stop_mult * atr) / (1 + size_decay * k))
    stop = entries[-1] - side * atr_stop_mult * atr
    risk = heat = 0.0
    for quantity, entry in zip(quantities, entries, strict=True):
        risk += quantity * side * (entry - stop)
        heat += quantity * side * (entries[-1] - stop)
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": risk / equity, "open_heat": heat / equity}


def _risk_by_frame(n_levels: int, **given: float) -> pd.Series:
    """A Series of Series with an index of their own, and figures that nobody asked for."""
    p = SimpleNamespace(**RISK_DEFAULTS | given)
    levels = pd.DataFrame({"k": np.arange(n_levels)}, index=[f"level {k + 1}" for k in range(n_levels)])
    levels["quantity"] = p.equity * p.risk_per_level / (p.atr_stop_mult * p.atr) / (1 + p.size_decay * levels["k"])
    levels["entry"] = p.price + p.side * levels["k"] * p.add_threshold_atr * p.atr
    stop = levels["entry"].iloc[-1] - p.side * p.atr_stop_mult * p.atr
    loss = p.side * (levels["entry"] - stop) * levels["quantity"]
    heat = p.side * (levels["entry"].iloc[-1] - stop) * levels["quantity"]
    return pd.Series(
        {
            "quantities": levels["quantity"],
            "entries": levels["entry"],
            "stop": np.float64(stop),
            "stop_risk": loss.sum() / p.equity,
            "open_heat": np.array([heat.sum() / p.equity]),
            "nominal": n_levels * p.risk_per_level,
        }
    )


def _risk_by_library(n_levels: int, **given: float) -> Fields:
    p = SimpleNamespace(**RISK_DEFAULTS | given)
    book = PyramidingStrategy(
        p.equity, p.risk_per_level, n_levels, p.atr_stop_mult, p.add_threshold_atr, 1e9, size_decay=p.size_decay, max_total_risk=1.0
    )
    book.side = int(p.side)
    for k in range(n_levels):
        book.add_level(p.price + p.side * k * p.add_threshold_atr * p.atr, p.atr)
    newest, stop = book.levels[-1].entry_price, book.levels[-1].stop_price
    return {
        "quantities": tuple(level.quantity for level in book.levels),
        "entries": tuple(level.entry_price for level in book.levels),
        "stop": stop,
        "stop_risk": book.total_risk_pct,
        "open_heat": book.total_quantity * p.side * (newest - stop) / p.equity,
    }


PYRAMID_RISK = Exercise(
    name="pyramid_risk",
    section="6.1",
    parameters=("n_levels", *RISK_DEFAULTS),
    reference=_reference_risk,
    cases=_risk_cases,
    read=_read_risk,
    fields=RISK_FIELDS,
    parts=RISK_PARTS,
    judges={part: _risk_judge(part) for part in RISK_PARTS},
    misconceptions=RISK_MISCONCEPTIONS,
    variants=(_risk_by_list, _risk_by_frame, _risk_by_library),
)
