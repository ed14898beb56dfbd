"""What a pyramid of some levels risks at its stop: reference, cases and wrong ideas."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.pyramiding import PyramidingStrategy

from answer_key.exercise import Answer, Case, Exercise, Field, Fields, Floats, Judge, Misconception
from answer_key.reading import plausible, read_each

Arguments = SimpleNamespace
"""Arguments of a call by name, and the figures that follow from them."""
RISK_DEFAULTS: dict[str, float] = {
    "side": 1,
    "price": 100.0,
    "atr": 2.0,
    "equity": 100_000.0,
    "risk_per_level": 0.005,
    "atr_stop_mult": 2.0,
    "add_threshold_atr": 1.0,
    "size_decay": 0.25,
}
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
        drawn = {
            "side": int(rng.choice([-1, 1])),
            "price": price,
            "atr": price * float(rng.uniform(0.005, 0.04)),
            "equity": float(rng.uniform(5_000, 500_000)),
            "risk_per_level": float(rng.uniform(0.001, 0.02)),
            "atr_stop_mult": float(rng.uniform(0.7, 4.0)),
            "add_threshold_atr": float(rng.uniform(0.25, 2.0)),
            "size_decay": float(rng.uniform(0.05, 1.0)),
        }
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


def _follows(name: str, mine: Fields, right: Fields, case: Case) -> tuple[float, float] | None:
    """What a field is by its rule, from the student's own other figures, and its scale.

    The scale is what a difference is measured by. None where these cannot be figures of a position.
    So a slip in the sizes costs the points for sizes and not those for stop and risk as well.
    """
    p = _risk_arguments(case)
    entries, quantities, distance = np.asarray(mine["entries"]), np.asarray(mine["quantities"]), p.atr_stop_mult * p.atr
    far = np.max(np.abs(entries - p.price)) > 100 * p.n * (distance + p.add_threshold_atr * p.atr)
    if not np.isfinite(entries).all() or far:
        return None
    if name == "stop":
        return entries[-1] - p.side * distance, distance
    if not plausible(quantities, right["quantities"]) or not abs(mine["stop"] - p.price) < 200 * p.n * distance:
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
                own = _follows(item.name, mine, right, case) if follows else None
                if own is not None and abs(mine[item.name] - own[0]) <= item.relative * own[1]:
                    continue
                return f"{call}, your `{item.name}` is {base.shown(mine[item.name])}. The rule: {item.rule}."
        return None

    return judge


def _wrong_risk(
    *,
    size: Callable[[Arguments, int], float] = lambda p, k: _size(p) / (1 + p.size_decay * k),
    entry: Callable[[Arguments, int], float] = lambda p, k: p.price + p.side * k * p.add_threshold_atr * p.atr,
    stop: Callable[[Arguments], float] = lambda p: p.e[-1] - p.side * p.atr_stop_mult * p.atr,
    stop_risk: Callable[[Arguments], float] = lambda p: sum(p.q * p.side * (p.e - p.stop)) / p.equity,
    open_heat: Callable[[Arguments], float] = lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / p.equity,
    uses: Sequence[str] = tuple(RISK_DEFAULTS),
) -> Answer:
    """An answer with some steps replaced; arguments that are not in ``uses`` are ignored."""

    def pyramid_risk(n_levels: int, **given: float) -> Fields:
        p = SimpleNamespace(**RISK_DEFAULTS | {name: value for name, value in given.items() if name in uses}, n=n_levels)
        p.q = np.array([size(p, k) for k in range(n_levels)])
        p.e = np.array([entry(p, k) for k in range(n_levels)])
        p.stop = stop(p)
        return {"quantities": p.q, "entries": p.e, "stop": p.stop, "stop_risk": stop_risk(p), "open_heat": open_heat(p)}

    return pyramid_risk


def _size(p: Arguments) -> float:
    return float(p.equity * p.risk_per_level / (p.atr_stop_mult * p.atr))


def _worked_example(n_levels: int, **given: float) -> Fields:
    return _reference_risk(4)


RISK_MISCONCEPTIONS = (
    Misconception(
        "leverage multiplies the risk budget",
        _wrong_risk(size=lambda p, k: 3.0 * _size(p) / (1 + p.size_decay * k)),
        "Three times as much: this is what you get when leverage multiplies the size. Leverage says how much you may hold, not "
        "how much you may lose; the size comes from the risk and the distance to the stop.",
        ("sizes",),
    ),
    Misconception(
        "sized by price",
        _wrong_risk(size=lambda p, k: p.equity * p.risk_per_level / p.price / (1 + p.size_decay * k)),
        "The budget is divided by the price, so you hold that share of equity. It is a loss that is budgeted: divide it by what one "
        "unit loses at the stop.",
        ("sizes",),
    ),
    Misconception(
        "stop distance of one ATR",
        _wrong_risk(size=lambda p, k: p.equity * p.risk_per_level / p.atr / (1 + p.size_decay * k)),
        "The size is right for a stop one ATR away. How far away is the stop?",
        ("sizes",),
    ),
    Misconception(
        "levels of equal size",
        _wrong_risk(size=lambda p, k: _size(p)),
        "Every level is as large as the first. Each add-on is to be smaller than the one before it.",
        ("sizes",),
    ),
    Misconception(
        "decay counted from one",
        _wrong_risk(size=lambda p, k: _size(p) / (1 + p.size_decay * (k + 1))),
        "The first level is already reduced: the levels are counted from 0, and level 0 has its full size.",
        ("sizes",),
    ),
    Misconception(
        "geometric decay",
        _wrong_risk(size=lambda p, k: _size(p) / (1 + p.size_decay) ** k),
        "The sizes shrink by the same factor each time. The divisor grows by addition, 1, 1 + d, 1 + 2d …, not by powers of 1 + d.",
        ("sizes",),
    ),
    Misconception(
        "decay subtracted",
        _wrong_risk(size=lambda p, k: _size(p) * max(1 - p.size_decay * k, 0.01)),
        "The decay is taken off the size (1 − d·k). It belongs in the divisor, 1 + d·k; otherwise sizes can fall to nothing.",
        ("sizes",),
    ),
    Misconception(
        "whole units",
        _wrong_risk(size=lambda p, k: float(round(_size(p) / (1 + p.size_decay * k)))),
        "The quantities are rounded to whole units. Nothing is rounded here: fractions of a unit can be held.",
        ("sizes",),
    ),
    Misconception(
        "negative quantities for shorts",
        _wrong_risk(size=lambda p, k: p.side * _size(p) / (1 + p.size_decay * k)),
        "Your quantities are negative for shorts. They are positive for both sides; `side` says which it is.",
        ("sizes", "risk"),
    ),
    Misconception(
        "entries counted from one",
        _wrong_risk(entry=lambda p, k: p.price + p.side * (k + 1) * p.add_threshold_atr * p.atr),
        "All entries lie one step too far: the first level is entered at `price` itself.",
        ("sizes",),
    ),
    Misconception(
        "adding to losers",
        _wrong_risk(entry=lambda p, k: p.price - p.side * k * p.add_threshold_atr * p.atr),
        "The entries move against the position. That is averaging down; a pyramid adds after the price has moved in its favour.",
        ("sizes",),
    ),
    Misconception(
        "steps of the stop distance",
        _wrong_risk(entry=lambda p, k: p.price + p.side * k * p.add_threshold_atr * p.atr_stop_mult * p.atr),
        "The entries are stop distances apart. The step is `add_threshold_atr` ATR; `atr_stop_mult` is for the stop alone.",
        ("sizes",),
        alike=(_wrong_risk(entry=lambda p, k: p.price + p.side * k * p.atr_stop_mult * p.atr),),
    ),
    Misconception(
        "compounded steps",
        _wrong_risk(entry=lambda p, k: p.price * (1 + p.side * p.add_threshold_atr * p.atr / p.price) ** k),
        "The steps grow from level to level: they are compounded as percentages. ATR is a distance in price, the same for every step.",
        ("sizes",),
    ),
    Misconception(
        "the stop never moves",
        _wrong_risk(stop=lambda p: p.e[0] - p.side * p.atr_stop_mult * p.atr),
        "The stop still stands behind the first entry. Each add-on brings it up behind the newest one, for all levels.",
        ("stop",),
    ),
    Misconception(
        "the stop behind the average entry",
        _wrong_risk(stop=lambda p: float(np.average(p.e, weights=p.q)) - p.side * p.atr_stop_mult * p.atr),
        "The stop stands behind the average entry. It belongs behind the newest one.",
        ("stop",),
        alike=(_wrong_risk(stop=lambda p: float(np.mean(p.e)) - p.side * p.atr_stop_mult * p.atr),),
    ),
    Misconception(
        "the stop at break-even",
        _wrong_risk(stop=lambda p: p.e[0] if p.n > 1 else p.e[0] - p.side * p.atr_stop_mult * p.atr),
        "After an add-on your stop stands at the first entry. That is another rule (break-even); here it trails the newest entry.",
        ("stop",),
    ),
    Misconception(
        "the stop one level late",
        _wrong_risk(stop=lambda p: p.e[max(p.n - 2, 0)] - p.side * p.atr_stop_mult * p.atr),
        "The stop is that of the level before the newest: it has not moved for the last add-on.",
        ("stop",),
    ),
    Misconception(
        "the stop below shorts",
        _wrong_risk(stop=lambda p: p.e[-1] - p.atr_stop_mult * p.atr),
        "The stop of a short lies below its entries. A short loses when the price rises, so its stop is above.",
        ("stop",),
    ),
    Misconception(
        "the stop one step behind",
        _wrong_risk(stop=lambda p: p.e[-1] - p.side * p.add_threshold_atr * p.atr),
        "The stop is `add_threshold_atr` ATR away. That is the distance between entries; the stop is `atr_stop_mult` ATR away.",
        ("stop",),
    ),
    Misconception(
        "nominal risk",
        _wrong_risk(stop_risk=lambda p: p.n * p.risk_per_level),
        "This is the nominal risk, levels times `risk_per_level`. It knows neither the smaller add-ons nor where the stop stands.",
        ("risk",),
    ),
    Misconception(
        "each level at its own first stop",
        _wrong_risk(stop_risk=lambda p: sum(p.q) * p.atr_stop_mult * p.atr / p.equity),
        "This counts a full stop distance for every level. The older entries are nearer to the common stop, or beyond it.",
        ("risk",),
    ),
    Misconception(
        "locked-in profit counted as risk",
        _wrong_risk(stop_risk=lambda p: sum(p.q * abs(p.e - p.stop)) / p.equity),
        "You ignore the sign of the distances. A level whose entry the stop has passed makes a profit there; it lowers the risk.",
        ("risk",),
    ),
    Misconception(
        "risk cut off at zero",
        _wrong_risk(stop_risk=lambda p: sum(p.q * np.maximum(p.side * (p.e - p.stop), 0)) / p.equity),
        "Levels that are already in profit at the stop count as nothing. Their profit offsets the loss of the others.",
        ("risk",),
    ),
    Misconception(
        "risk in money",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)), open_heat=lambda p: sum(p.q * p.side * (p.e[-1] - p.stop))
        ),
        "This is an amount of money. Divide it by equity.",
        ("risk",),
    ),
    Misconception(
        "risk in percent",
        _wrong_risk(
            stop_risk=lambda p: 100 * sum(p.q * p.side * (p.e - p.stop)) / p.equity,
            open_heat=lambda p: 100 * sum(p.q * p.side * (p.e[-1] - p.stop)) / p.equity,
        ),
        "A hundred times too large: this is in percent. Fractions are asked for, 0.005 for 0.5 %.",
        ("risk",),
    ),
    Misconception(
        "risk of shorts with the sign of longs",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * (p.e - p.stop)) / p.equity, open_heat=lambda p: sum(p.q * (p.e[-1] - p.stop)) / p.equity
        ),
        "For shorts the sign is turned round: `side` is missing from the sum. A short loses from its entry up to the stop.",
        ("risk",),
    ),
    Misconception(
        "profit and loss at the stop",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.stop - p.e)) / p.equity,
            open_heat=lambda p: sum(p.q * p.side * (p.stop - p.e[-1])) / p.equity,
        ),
        "This is the profit at the stop, stop − entry. Risk is the loss: entry − stop, positive when money is lost.",
        ("risk",),
    ),
    Misconception(
        "plain average of the entries",
        _wrong_risk(stop_risk=lambda p: sum(p.q) * p.side * (np.mean(p.e) - p.stop) / p.equity),
        "The entries are averaged as if all levels were of one size. Weight each entry with its quantity, or sum level by level.",
        ("risk",),
    ),
    Misconception(
        "heat from the entries",
        _wrong_risk(open_heat=lambda p: sum(p.q * p.side * (p.e - p.stop)) / p.equity),
        "Your `open_heat` is the stop risk again. Heat is what the whole position gives back from the newest entry to the stop.",
        ("risk",),
    ),
    Misconception(
        "heat of the newest level alone",
        _wrong_risk(open_heat=lambda p: p.q[-1] * p.side * (p.e[-1] - p.stop) / p.equity),
        "Your `open_heat` counts only the newest level. When the price falls back to the stop, every level gives that distance back.",
        ("risk",),
    ),
    Misconception(
        "heat from the first entry",
        _wrong_risk(open_heat=lambda p: sum(p.q * p.side * (p.e[0] - p.stop)) / p.equity),
        "Your `open_heat` is measured from the first entry. The price stands at the newest one, and falls from there to the stop.",
        ("risk",),
    ),
    Misconception(
        "risk over the position's value",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)) / sum(p.q * p.e),
            open_heat=lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / sum(p.q * p.e),
        ),
        "The loss is divided by the value of the position. What counts is the share of the whole account: divide by equity.",
        ("risk",),
        alike=(_wrong_risk(stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)) / sum(p.q * p.e)),),
    ),
    Misconception(
        "always long",
        _wrong_risk(uses=[name for name in RISK_DEFAULTS if name != "side"]),
        "Your shorts are entered like longs: `side` has no effect there. A short adds as the price falls.",
    ),
    Misconception(
        "arguments ignored",
        _wrong_risk(uses=("side", "price", "equity", "risk_per_level")),
        "Some arguments have no effect: the stop multiple, the step, the ATR or the decay are written into the code as numbers.",
    ),
    Misconception(
        "the worked example written down",
        _worked_example,
        "Whatever it is asked, the function returns the figures of the worked example. Calculate them from the arguments.",
    ),
)


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
