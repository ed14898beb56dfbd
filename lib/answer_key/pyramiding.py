"""Section 6.1: the risk of a pyramid, levels tried on a market, risk per trade tried on a record, and scaling out bar by bar.

Wrong implementations are built from the right pieces with one piece exchanged, so that each differs by one idea only. The references
are written another way: running totals where the pieces are sums, exits looked up instead of simulated.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.checks._base import Hint
from phase6.market import trend_ohlcv
from phase6.metrics import cagr, max_drawdown, simple_returns
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest

from answer_key.exercise import Case, Exercise, Field, Fields, Judge, Misconception

# ---------------------------------------------------------------------------------------------------------------- pyramid_risk

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
) -> dict[str, Any]:
    """Running totals: each add-on takes one step of risk off all that is held, and adds one full stop distance for itself."""
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
    """The defaults; one level; shorts; a step of nothing; no decay; profit locked in; and draws of everything."""
    cases = [
        Case((4,), label="the worked example"),
        Case((1,), {"side": -1}, "one level, short"),
        Case((3,), {"side": -1, "price": float(rng.uniform(50, 150))}, "short"),
        Case((int(rng.integers(3, 7)),), {"add_threshold_atr": 0.0}, "all levels at one price"),
        Case((int(rng.integers(3, 7)),), {"size_decay": 0.0, "side": int(rng.choice([-1, 1]))}, "levels of equal size"),
        Case((int(rng.integers(4, 7)),), {"add_threshold_atr": 2.0, "side": -1}, "the stop has passed the first entries"),
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
    """Every field on its own: one that is missing or of a wrong kind is NaN and told in ``problems``, so that others still count."""
    given = base.need_keys("pyramid_risk", result, ())
    levels = case.args[0]
    read: Fields = {"problems": {}}
    for part in RISK_PARTS.values():
        for name in part:
            many = name in RISK_PARTS["sizes"]
            try:
                value = base.need_keys("pyramid_risk", given, (name,))[name]
                read[name] = base.numbers(f"`{name}`", value, levels) if many else base.number(f"`{name}`", value)
            except Hint as hint:
                read["problems"][name] = str(hint)
                read[name] = np.full(levels, np.nan) if many else float("nan")
    return read


def _risk_arguments(case: Case) -> SimpleNamespace:
    return SimpleNamespace(**{**RISK_DEFAULTS, **case.kwargs}, n=case.args[0])


def _follows(name: str, mine: Fields, case: Case) -> Any:
    """What a field is by its rule from the student's own other figures, None where these cannot be the figures of a position.

    So a slip in the sizes costs the points for sizes and not those for the stop and the risk as well.
    """
    p = _risk_arguments(case)
    entries, quantities = np.asarray(mine["entries"]), np.asarray(mine["quantities"])
    if name == "stop":
        return entries[-1] - p.side * p.atr_stop_mult * p.atr
    if not (quantities > 0).all():
        return None
    reached = entries if name == "stop_risk" else entries[-1]
    return float(np.sum(quantities * p.side * (reached - mine["stop"])) / p.equity)


def _risk_judge(part: str) -> Judge:
    rules = [item for item in RISK_FIELDS if item.name in RISK_PARTS[part]]

    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        follows = part != "sizes" and not all(np.allclose(mine["entries"], mine["stop"]) for _, mine in got)
        for case, mine in sorted(got, key=lambda entry: len(entry[0].call("pyramid_risk"))):
            right = _reference_risk(*case.args, **case.kwargs)
            told = f"In `{case.call('pyramid_risk')}`" + (f" ({case.label})" if case.label else "")
            for item in rules:
                if item.name in mine["problems"]:
                    return f"{told}: {mine['problems'][item.name]}"
                if item.agrees(mine[item.name], right[item.name], case):
                    continue
                own = _follows(item.name, mine, case) if follows else None
                if own is not None and item.agrees(mine[item.name], own, case):
                    continue
                return f"{told}, your `{item.name}` is {base.shown(mine[item.name])}. The rule: {item.rule}."
        return None

    return judge


def _wrong_risk(
    *,
    size: Callable[[Any, int], float] = lambda p, k: p.equity * p.risk_per_level / (p.atr_stop_mult * p.atr) / (1 + p.size_decay * k),
    entry: Callable[[Any, int], float] = lambda p, k: p.price + p.side * k * p.add_threshold_atr * p.atr,
    stop: Callable[[Any], float] = lambda p: p.e[-1] - p.side * p.atr_stop_mult * p.atr,
    stop_risk: Callable[[Any], float] = lambda p: sum(p.q * p.side * (p.e - p.stop)) / p.equity,
    open_heat: Callable[[Any], float] = lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / p.equity,
    hears: Sequence[str] = tuple(RISK_DEFAULTS),
) -> Callable[..., dict[str, Any]]:
    """An answer with some pieces exchanged; ``hears`` names the arguments it does not ignore."""

    def pyramid_risk(n_levels: int, **given: float) -> dict[str, Any]:
        p = SimpleNamespace(**RISK_DEFAULTS | {name: value for name, value in given.items() if name in hears}, n=n_levels)
        p.q = np.array([size(p, k) for k in range(n_levels)])
        p.e = np.array([entry(p, k) for k in range(n_levels)])
        p.stop = stop(p)
        return {"quantities": p.q, "entries": p.e, "stop": p.stop, "stop_risk": stop_risk(p), "open_heat": open_heat(p)}

    return pyramid_risk


def _size(p: Any) -> float:
    return p.equity * p.risk_per_level / (p.atr_stop_mult * p.atr)


def _worked_example(n_levels: int, **given: float) -> dict[str, Any]:
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
        "The decay is taken off the size (1 − d·k). It belongs into the divisor, 1 + d·k; otherwise sizes can fall to nothing.",
        ("sizes",),
    ),
    Misconception(
        "whole units",
        _wrong_risk(size=lambda p, k: float(round(_size(p) / (1 + p.size_decay * k)))),
        "The quantities are rounded to whole units. Nothing is rounded here: fractions of a unit can be held.",
        ("sizes",),
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
        "The entries are `add_threshold_atr` stop distances apart. The step is counted in ATR; `atr_stop_mult` is for the stop alone.",
        ("sizes",),
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
        "Distances are taken without their sign. A level whose entry the stop has passed makes a profit there; it lowers the risk.",
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
        "risk over the position's value",
        _wrong_risk(
            stop_risk=lambda p: sum(p.q * p.side * (p.e - p.stop)) / sum(p.q * p.e),
            open_heat=lambda p: sum(p.q * p.side * (p.e[-1] - p.stop)) / sum(p.q * p.e),
        ),
        "The loss is divided by the value of the position. What counts is the share of the whole account: divide by equity.",
        ("risk",),
    ),
    Misconception(
        "always long",
        _wrong_risk(hears=[name for name in RISK_DEFAULTS if name != "side"]),
        "Your shorts are entered like longs: `side` has no effect there. A short adds as the price falls.",
    ),
    Misconception(
        "arguments ignored",
        _wrong_risk(hears=("side", "price", "equity", "risk_per_level")),
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
) -> dict[str, Any]:
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
    """A Series of results, itself of Series with an index of their own, and figures that nobody asked for."""
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


def _risk_by_library(n_levels: int, **given: float) -> dict[str, Any]:
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

# ----------------------------------------------------------------------------------------------------------- levels_experiment

LEVELS_COLUMNS = ("total_return", "max_drawdown")


def _read_table(name: str, result: Any, columns: Sequence[str], index: Sequence[float]) -> Fields:
    """The columns, aligned to ``index``, and as ``index`` the order in which the rows came."""
    wanted = np.asarray(index, dtype=float)
    order = np.arange(len(wanted))
    try:
        given = np.asarray(result.index, dtype=float) if isinstance(result, pd.DataFrame) else np.empty(0)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.shape == wanted.shape and np.allclose(np.sort(given), np.sort(wanted)):
        order[np.argsort(wanted, kind="stable")] = np.argsort(given, kind="stable")
        base.table(name, result, columns, list(result.index))
    else:
        base.table(name, result, columns, list(index))
    read: Fields = {"index": given}
    for column in columns:
        read[column] = base.numbers(f"the column `{column}`", result[column], len(wanted))[order]
    return read


def _reference_levels(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    """The library is the rule for the trades; return and drawdown are read off the curve in one pass."""
    rows = {}
    for count in max_levels:
        peak, deepest, value = 100_000.0, 0.0, 100_000.0
        for value in run_pyramid_backtest(prices, max_levels=int(count), leverage=leverage).equity.tolist():
            peak = max(peak, value)
            deepest = max(deepest, (peak - value) / peak)
        rows[count] = {"total_return": (value - 100_000.0) / 100_000.0, "max_drawdown": deepest}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(LEVELS_COLUMNS))


def _tells_levels_apart(frame: pd.DataFrame) -> bool:
    """Whether the market builds a pyramid of three levels or more, gains, falls from a later peak, and ends with a position open."""
    result = run_pyramid_backtest(frame, max_levels=6)
    equity = result.equity.to_numpy()
    peak = np.maximum.accumulate(equity)
    share, worst = 1 - equity / peak, int(np.argmax(1 - equity / peak))
    return bool(
        result.levels.max() >= 4
        and result.levels.iloc[-1] > 0
        and peak[worst] > 1.005 * equity[0]
        and share[-1] < 0.9 * share.max()
        and equity.max() > 1.003 * peak[worst]
        and abs(equity[-1] - equity[0]) > 500
    )


def _building_market(rng: np.random.Generator, bars: int, sigma: float) -> pd.DataFrame:
    while True:
        frame = trend_ohlcv(bars, drift_sharpe=3.0, sigma=sigma, seed=rng)
        if _tells_levels_apart(frame):
            return frame


def _ruinous_market(rng: np.random.Generator) -> pd.DataFrame:
    """Calm enough for a large position, then a gap that takes more than the account from four levels, but not from one."""
    while True:
        frame = trend_ohlcv(80, mu=0.5, drift_sharpe=0.0, sigma=0.03, seed=rng)
        frame.iloc[74:, :4] *= 0.3
        ends = [run_pyramid_backtest(frame, max_levels=count).equity.iloc[-1] for count in (1, 4)]
        if ends[0] > 1_000 and ends[1] == 0:
            return frame


def _levels_cases(rng: np.random.Generator) -> list[Case]:
    """Markets on which levels and leverage matter; a flat one; one that gaps down until nothing is left."""
    calm = _building_market(rng, 140, 0.04)
    lively = _building_market(rng, 150, 0.22)
    flat = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), 50.0), index=range(60))
    return [
        Case((lively,), {"max_levels": (6, 1, 3)}, "levels in no order"),
        Case((calm,), label="a calm market, where the cap on notional binds"),
        Case((lively,), {"max_levels": [2, 5], "leverage": float(rng.uniform(0.10, 0.18))}, "a tight cap on notional"),
        Case((_ruinous_market(rng),), {"max_levels": (4, 1)}, "a gap that takes everything"),
        Case((flat,), {"max_levels": (1, 2)}, "a market that does not move"),
    ]


def _read_levels(result: Any, case: Case) -> Fields:
    return _read_table("levels_experiment", result, LEVELS_COLUMNS, case.kwargs.get("max_levels", (1, 2, 4, 6)))


def _wrong_levels(
    *,
    run: Callable[[pd.DataFrame, int, float], Any] = lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, leverage=leverage),
    total_return: Callable[[pd.Series], float] = lambda equity: equity.iloc[-1] / equity.iloc[0] - 1,
    drawdown: Callable[[pd.Series], float] = lambda equity: (1 - equity / equity.cummax()).max(),
    order: Callable[[Sequence[int]], Sequence[int]] = lambda levels: levels,
) -> Callable[..., pd.DataFrame]:
    """An answer with some pieces exchanged."""

    def levels_experiment(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
        curves = {n: run(prices, n, leverage) for n in order(max_levels)}
        curves = {n: curve if isinstance(curve, pd.Series) else curve.equity for n, curve in curves.items()}
        rows = [(total_return(curve), drawdown(curve)) for curve in curves.values()]
        return pd.DataFrame(rows, columns=list(LEVELS_COLUMNS), index=list(curves))

    return levels_experiment


def _carried_over(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    money, rows = 100_000.0, []
    for n in max_levels:
        equity = run_pyramid_backtest(prices, equity=max(money, 1.0), max_levels=n, leverage=leverage).equity
        money = equity.iloc[-1]
        rows.append((money / 100_000.0 - 1, max_drawdown(equity)))
    return pd.DataFrame(rows, columns=list(LEVELS_COLUMNS), index=list(max_levels))


def _curve_in_the_frame(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    rows = []
    for n in max_levels:
        prices["equity"] = run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity
        rows.append((prices["equity"].iloc[-1] / 100_000 - 1, max_drawdown(prices["equity"])))
    return pd.DataFrame(rows, columns=list(LEVELS_COLUMNS), index=list(max_levels))


def _realised(df: pd.DataFrame, n: int, leverage: float) -> pd.Series:
    trades = run_pyramid_backtest(df, max_levels=n, leverage=leverage).trades
    booked = trades.set_index("exit_date")["pnl"].groupby(level=0).sum() if len(trades) else pd.Series(dtype=float)
    return 100_000 + booked.reindex(df.index, fill_value=0.0).cumsum()


LEVELS_MISCONCEPTIONS = (
    Misconception(
        "final equity instead of return",
        _wrong_levels(total_return=lambda equity: equity.iloc[-1]),
        "`total_return` holds the final equity, an amount of money. The return is final over initial equity, minus 1.",
        ("return",),
    ),
    Misconception(
        "growth factor instead of return",
        _wrong_levels(total_return=lambda equity: equity.iloc[-1] / equity.iloc[0]),
        "`total_return` is the growth factor, final over initial equity. A curve that goes nowhere has return 0: subtract 1.",
        ("return",),
    ),
    Misconception(
        "return in percent",
        _wrong_levels(total_return=lambda equity: 100 * (equity.iloc[-1] / equity.iloc[0] - 1)),
        "`total_return` is in percent. Fractions are asked for, 0.05 for 5 %.",
        ("return",),
    ),
    Misconception(
        "log return",
        _wrong_levels(total_return=lambda equity: float(np.log(max(equity.iloc[-1], 1e-9) / equity.iloc[0]))),
        "`total_return` is the logarithm of the growth. The simple return is asked for: final over initial equity, minus 1.",
        ("return",),
    ),
    Misconception(
        "daily returns summed",
        _wrong_levels(total_return=lambda equity: simple_returns(equity).sum()),
        "`total_return` is the sum of the daily returns. Returns compound: take final over initial equity, minus 1.",
        ("return",),
    ),
    Misconception(
        "return per year",
        _wrong_levels(total_return=lambda equity: cagr(equity)),
        "`total_return` is annualised. The return over the whole sample is asked for.",
        ("return",),
    ),
    Misconception(
        "sorted index",
        _wrong_levels(order=sorted),
        "The rows are sorted. The index is `max_levels` as it was given, in that order.",
        ("return",),
    ),
    Misconception(
        "drawdown negative",
        _wrong_levels(drawdown=lambda equity: (equity / equity.cummax() - 1).min()),
        "The drawdown is negative. Here it is a positive fraction: 0.2 for a fall of 20 %.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown in percent",
        _wrong_levels(drawdown=lambda equity: 100 * (1 - equity / equity.cummax()).max()),
        "`max_drawdown` is in percent. Fractions are asked for, 0.05 for 5 %.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown from the start",
        _wrong_levels(drawdown=lambda equity: max(1 - equity.min() / equity.iloc[0], 0.0)),
        "The fall is measured from the initial equity. A drawdown is measured from the highest value so far.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown from the highest value of all",
        _wrong_levels(drawdown=lambda equity: 1 - equity.min() / equity.max()),
        "This takes the highest and the lowest value of the whole curve, also where the low came first. Compare each value with the "
        "highest before it.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown over initial equity",
        _wrong_levels(drawdown=lambda equity: (equity.cummax() - equity).max() / equity.iloc[0]),
        "The fall in money is divided by the initial equity. Divide it by the peak from which it fell.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown in money",
        _wrong_levels(drawdown=lambda equity: (equity.cummax() - equity).max()),
        "`max_drawdown` is an amount of money. Divide each fall by the peak from which it fell.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown at the end",
        _wrong_levels(drawdown=lambda equity: 1 - equity.iloc[-1] / equity.max()),
        "This is how far the curve stands below its peak at the end. The deepest fall may have been recovered since.",
        ("drawdown",),
    ),
    Misconception(
        "the worst day",
        _wrong_levels(drawdown=lambda equity: max(-simple_returns(equity).min(), 0.0)),
        "This is the worst single day. A drawdown runs from a peak to the lowest point after it, however many days that takes.",
        ("drawdown",),
    ),
    Misconception(
        "leverage ignored",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n)),
        "`leverage` has no effect: pass it on to the backtest.",
    ),
    Misconception(
        "leverage multiplies the risk budget",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, risk_per_level=0.005 * leverage)),
        "These are the trades with `risk_per_level` times leverage. Leverage only caps the notional; `risk_per_level` stays as it is.",
    ),
    Misconception(
        "risk shared between the levels",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, leverage=leverage, risk_per_level=0.02 / n)),
        "The risk per level changes with the number of levels here. That is a good experiment, but another one: all else stays at its "
        "default.",
    ),
    Misconception(
        "levels counted as add-ons",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n + 1, leverage=leverage)),
        "Every row has one level too many. `max_levels` counts the first entry: four levels are an entry and three add-ons.",
    ),
    Misconception(
        "levels ignored",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, leverage=leverage)),
        "Every row is the same run: the entry of `max_levels` does not reach the backtest.",
    ),
    Misconception(
        "no costs",
        _wrong_levels(run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, leverage=leverage, cost_bps=0.0)),
        "These are the trades without costs. All else stays at the library's defaults, costs too.",
    ),
    Misconception(
        "closed trades alone",
        _wrong_levels(run=_realised),
        "This curve knows only closed trades. The equity curve also marks the open position at every close.",
    ),
    Misconception(
        "equity carried over",
        _carried_over,
        "A run starts with what the run before it ended with. Each number of levels is a fresh account of the same size.",
    ),
    Misconception(
        "changes its inputs",
        _curve_in_the_frame,
        "The function writes into the frame that it was given.",
    ),
)


def _levels_by_metrics(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    curves = [run_pyramid_backtest(prices, 100_000, int(n), leverage).equity for n in max_levels]
    returns = [curve.iloc[-1] / curve.iloc[0] - 1 for curve in curves]
    falls = [max_drawdown(curve) for curve in curves]
    return pd.DataFrame({"total_return": returns, "max_drawdown": falls}, index=pd.Index(list(max_levels), name="max_levels"))


def _levels_by_frame(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    """All curves side by side; an index of floats, columns in another order, a column that nobody asked for."""
    curves = pd.concat({float(n): run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity for n in max_levels}, axis=1)
    table = pd.DataFrame({"max_drawdown": (1 - curves / curves.cummax()).max(), "final": curves.iloc[-1]})
    table["total_return"] = table["final"] / 100_000 - 1
    return table


def _levels_by_array(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for n in max_levels:
        equity, *_ = run_pyramid_backtest(prices, max_levels=n, leverage=leverage)
        values = np.asarray(equity)
        growth = values[1:] / np.where(values[:-1] > 0, values[:-1], 1.0)
        peak = np.maximum.accumulate(values)
        rows.append({"levels": n, "total_return": np.prod(growth) - 1, "max_drawdown": np.max((peak - values) / peak)})
    return pd.DataFrame(rows).set_index("levels")


LEVELS_EXPERIMENT = Exercise(
    name="levels_experiment",
    section="6.1",
    parameters=("prices", "max_levels", "leverage"),
    reference=_reference_levels,
    cases=_levels_cases,
    read=_read_levels,
    fields=(
        Field("index", "the index is `max_levels` as it was given, in that order"),
        Field("total_return", "final equity over initial equity, minus 1, of a backtest with that `max_levels` and that `leverage`"),
        Field("max_drawdown", "the largest fall of the equity curve from its highest value so far, a positive fraction of that value"),
    ),
    parts={"return": ("index", "total_return"), "drawdown": ("max_drawdown",)},
    misconceptions=LEVELS_MISCONCEPTIONS,
    variants=(_levels_by_metrics, _levels_by_frame, _levels_by_array),
)

# ------------------------------------------------------------------------------------------------------------------ risk_sweep

SWEEP_COLUMNS = ("final_equity", "max_drawdown")


def _reference_sweep(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
    """All fractions at once: growth by a running product that a first factor of 0 or less cuts to nothing."""
    fractions = np.asarray(risk_fractions, dtype=float)
    factors = 1.0 + np.outer(fractions, np.asarray(r_multiples, dtype=float))
    alive = np.logical_and.accumulate(factors > 0, axis=1)
    curves = np.hstack([np.ones((len(fractions), 1)), np.cumprod(np.where(alive, factors, 0.0), axis=1)])
    falls = 1.0 - curves / np.maximum.accumulate(curves, axis=1)
    return pd.DataFrame({"final_equity": equity * curves[:, -1], "max_drawdown": falls.max(axis=1)}, index=fractions)


def _record(rng: np.random.Generator, trades: int) -> list[float]:
    """R multiples of a system that loses often and a little, and wins seldom and more."""
    wins = rng.random(trades) < 0.4
    return [float(r) for r in np.where(wins, rng.exponential(2.2, trades), -rng.uniform(0.6, 1.3, trades))]


def _sweep_cases(rng: np.random.Generator) -> list[Case]:
    """Records short and long, as list, array and Series; losses first; nothing but losses; ruin by a gap, twice over and exactly."""
    gap = -float(rng.uniform(3.5, 5.0))
    after_gap = [1.0, gap, *rng.uniform(1.0, 4.0, 3).tolist(), float(rng.uniform(-1, 1))]
    twice = [float(rng.uniform(0.5, 2)), gap, float(rng.uniform(1, 2)), gap - 1, 2.0]
    losses = (-rng.uniform(0.5, 1.5, 5)).tolist()
    losses_first = [-1.5, *losses[:2], 6.0, float(rng.uniform(5, 9)), -0.5, 3.0]
    long_record = _record(rng, 60)
    return [
        Case((_record(rng, 12), [0.03, 0.005, 0.01]), label="fractions in no order"),
        Case((losses_first, (0.02, 0.1)), {"equity": float(rng.uniform(5_000, 50_000))}, "losses first, gains later"),
        Case((losses, (0.01, 0.05)), label="nothing but losses"),
        Case(([float(rng.uniform(1, 3))], [0.0, 0.02]), label="one winning trade, and a fraction of nothing"),
        Case((np.array(long_record), np.sort(rng.uniform(0.002, 0.06, 4))), {"equity": float(rng.uniform(20_000, 900_000))}),
        Case((pd.Series(_record(rng, 30), index=range(100, 130)), (0.005, 0.01)), label="a Series with an index of its own"),
        Case((after_gap, (0.01, 0.4, float(rng.uniform(0.35, 0.6)))), label="a gap takes everything, wins follow"),
        Case((twice, (0.02, 0.45)), {"equity": 10_000.0}, "everything lost, twice over"),
        Case(([1.0, -2.0, 3.0], (0.25, 0.5)), {"equity": 8_000.0}, "exactly everything lost"),
    ]


def _read_sweep(result: Any, case: Case) -> Fields:
    """Rows that end in ruin stand apart, and there the sign of the drawdown does not count again."""
    records, fractions = (np.asarray(value, dtype=float) for value in case.args)
    read = _read_table("risk_sweep", result, SWEEP_COLUMNS, list(fractions))
    ruined = (1.0 + np.outer(fractions, records) <= 0).any(axis=1)
    for column in SWEEP_COLUMNS:
        values = read[column]
        read[column] = np.where(ruined, np.nan, values)
        read[f"{column} after ruin"] = np.where(ruined, np.abs(values) if column == "max_drawdown" else values, np.nan)
    return read


def _wrong_sweep(
    *,
    curve: Callable[[np.ndarray, float, float], np.ndarray] | None = None,
    final: Callable[[np.ndarray], float] = lambda path: path[-1],
    drawdown: Callable[[np.ndarray], float] = lambda path: _deepest(path),
    order: Callable[[Any], Any] = lambda fractions: fractions,
    hears_equity: bool = True,
) -> Callable[..., pd.DataFrame]:
    """An answer with some pieces exchanged; ``curve`` makes the path of equity, start included, from records, fraction and equity."""

    def risk_sweep(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
        start = equity if hears_equity else 100_000.0
        paths = [(curve or _account)(np.asarray(r_multiples, dtype=float), f, start) for f in order(risk_fractions)]
        rows = [(final(path), drawdown(path)) for path in paths]
        return pd.DataFrame(rows, columns=list(SWEEP_COLUMNS), index=list(order(risk_fractions)))

    return risk_sweep


def _account(records: np.ndarray, fraction: float, equity: float) -> np.ndarray:
    path = [equity]
    for r in records:
        path.append(max(path[-1] * (1 + fraction * r), 0.0))
    return np.array(path)


def _unfloored(records: np.ndarray, fraction: float, equity: float) -> np.ndarray:
    return equity * np.cumprod(np.concatenate([[1.0], 1 + fraction * records]))


def _until_ruin(records: np.ndarray, fraction: float, equity: float) -> np.ndarray:
    path = _account(records, fraction, equity)
    return path[path > 0]


def _refilled(records: np.ndarray, fraction: float, equity: float) -> np.ndarray:
    path = [equity]
    for r in records:
        value = path[-1] * (1 + fraction * r)
        path.append(value if value > 0 else equity)
    return np.array(path)


def _deepest(path: np.ndarray) -> float:
    return float(np.max(1 - path / np.maximum.accumulate(path)))


def _sweep_in_place(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
    if isinstance(r_multiples, list):
        r_multiples.insert(0, 0.0)
    return _reference_sweep(r_multiples, risk_fractions, equity)


def _sweep_carried_over(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
    rows = []
    for f in risk_fractions:
        path = _account(np.asarray(r_multiples, dtype=float), f, equity)
        equity = max(path[-1], 1e-3)
        rows.append((path[-1], _deepest(path)))
    return pd.DataFrame(rows, columns=list(SWEEP_COLUMNS), index=list(risk_fractions))


SWEEP_MISCONCEPTIONS = (
    Misconception(
        "gains not reinvested",
        _wrong_sweep(curve=lambda r, f, start: np.maximum(start * (1 + f * np.concatenate([[0.0], np.cumsum(r)])), 0.0)),
        "Every trade risks a fraction of the starting equity. The fraction is taken of the equity before each trade: gains and losses "
        "compound.",
    ),
    Misconception(
        "growth as an exponential",
        _wrong_sweep(curve=lambda r, f, start: start * np.exp(f * np.concatenate([[0.0], np.cumsum(r)]))),
        "The results are added up in an exponent. A trade multiplies equity by 1 + f·R, which is less than exp(f·R).",
    ),
    Misconception(
        "fractions read as percent",
        _wrong_sweep(curve=lambda r, f, start: _account(r, f / 100, start)),
        "The effect is a hundred times too small: `risk_fractions` are fractions already, 0.01 is 1 %.",
    ),
    Misconception(
        "the start is no peak",
        _wrong_sweep(drawdown=lambda path: _deepest(path[1:])),
        "The first peak is the equity after the first trade. It is the starting equity: a first trade that loses is a drawdown.",
    ),
    Misconception(
        "first trade left out",
        _wrong_sweep(curve=lambda r, f, start: _account(r[1:], f, start)),
        "The first trade has no effect. The starting equity comes before it, not in its place.",
    ),
    Misconception(
        "last trade left out",
        _wrong_sweep(curve=lambda r, f, start: _account(r[:-1], f, start)),
        "The last trade has no effect: the curve is one point longer than the list of trades.",
    ),
    Misconception(
        "every trade the average trade",
        _wrong_sweep(curve=lambda r, f, start: _account(np.full(len(r), r.mean()), f, start)),
        "Every trade is counted as the average one. Equity compounds trade by trade; the spread of the results costs growth.",
    ),
    Misconception(
        "growth factor instead of equity",
        _wrong_sweep(final=lambda path: path[-1] / path[0]),
        "`final_equity` is the growth factor. Money is asked for: multiply by the starting equity.",
        ("equity",),
    ),
    Misconception(
        "profit instead of equity",
        _wrong_sweep(final=lambda path: path[-1] - path[0]),
        "`final_equity` is the profit. The whole account is asked for, what it started with included.",
    ),
    Misconception(
        "starting equity written down",
        _wrong_sweep(hears_equity=False),
        "The account always starts with 100,000: use the argument `equity`.",
        ("equity",),
    ),
    Misconception(
        "equity carried over",
        _sweep_carried_over,
        "Each fraction starts with what the fraction before it left. Every row is a fresh account.",
    ),
    Misconception(
        "sorted index",
        _wrong_sweep(order=sorted),
        "The rows are sorted. The index is `risk_fractions` as it was given, in that order.",
        ("equity",),
    ),
    Misconception(
        "drawdown negative",
        _wrong_sweep(drawdown=lambda path: -_deepest(path)),
        "The drawdown is negative. Here it is a positive fraction: 0.2 for a fall of 20 %.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown in percent",
        _wrong_sweep(drawdown=lambda path: 100 * _deepest(path)),
        "`max_drawdown` is in percent. Fractions are asked for, 0.05 for 5 %.",
    ),
    Misconception(
        "drawdown from the start",
        _wrong_sweep(drawdown=lambda path: max(float(1 - path.min() / path[0]), 0.0)),
        "The fall is measured from the starting equity. A drawdown is measured from the highest value so far.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown over starting equity",
        _wrong_sweep(drawdown=lambda path: float(np.max(np.maximum.accumulate(path) - path) / path[0])),
        "The fall in money is divided by the starting equity. Divide it by the peak from which it fell.",
    ),
    Misconception(
        "drawdown in money",
        _wrong_sweep(drawdown=lambda path: float(np.max(np.maximum.accumulate(path) - path))),
        "`max_drawdown` is an amount of money. Divide each fall by the peak from which it fell.",
    ),
    Misconception(
        "drawdown from the highest value of all",
        _wrong_sweep(drawdown=lambda path: float(1 - path.min() / path.max())),
        "This takes the highest and the lowest value of the whole path, also where the low came first. Compare each value with the "
        "highest before it.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown at the end",
        _wrong_sweep(drawdown=lambda path: float(1 - path[-1] / path.max())),
        "This is how far the account stands below its peak at the end. The deepest fall may have been recovered since.",
        ("drawdown",),
    ),
    Misconception(
        "the worst trade",
        _wrong_sweep(drawdown=lambda path: max(float(np.max(1 - path[1:] / np.maximum(path[:-1], 1e-12) * (path[:-1] > 0))), 0.0)),
        "This is the fall of the single worst trade. A drawdown runs from a peak to the lowest point after it, however many trades "
        "that takes.",
        ("drawdown",),
    ),
    Misconception(
        "no floor at zero",
        _wrong_sweep(curve=_unfloored),
        "Equity falls below zero, and two losses of everything even multiply to a gain. An account that has lost everything is at 0.",
        ("ruin",),
    ),
    Misconception(
        "floored at the end alone",
        _wrong_sweep(curve=_unfloored, final=lambda path: max(path[-1], 0.0), drawdown=lambda path: min(_deepest(path), 1.0)),
        "Only the final equity is kept from being negative. On its way an account that was lost comes back; once at 0 it stays at 0.",
        ("ruin",),
    ),
    Misconception(
        "the last trade before ruin",
        _wrong_sweep(curve=_until_ruin),
        "The account stops before the loss that takes everything, and keeps what it had. That loss counts: equity is then 0.",
        ("ruin",),
    ),
    Misconception(
        "a fresh account after ruin",
        _wrong_sweep(curve=_refilled),
        "After losing everything the account starts again with fresh money. Once at 0 it stays at 0.",
        ("ruin",),
    ),
    Misconception(
        "changes its inputs",
        _sweep_in_place,
        "The list of results is changed by the function.",
    ),
)


def _sweep_by_list(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
    finals, falls = [], []
    for f in risk_fractions:
        money = peak = equity
        fall = 0.0
        for r in r_multiples:
            money *= 1 + f * r
            if money <= 0:
                money, fall = 0.0, 1.0
                break
            peak = max(peak, money)
            fall = max(fall, 1 - money / peak)
        finals.append(money)
        falls.append(fall)
    return pd.DataFrame({"final_equity": finals, "max_drawdown": falls}, index=risk_fractions)


def _sweep_by_frame(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
    """One column of growth per fraction; an extra column and a named index."""
    records = pd.Series(list(r_multiples), dtype=float)
    growth = pd.DataFrame({f: 1 + f * records for f in risk_fractions}).clip(lower=0)
    curves = pd.concat([pd.DataFrame(1.0, index=[-1], columns=growth.columns), growth]).cumprod() * equity
    table = pd.DataFrame({"max_drawdown": (1 - curves / curves.cummax()).max(), "final_equity": curves.iloc[-1]})
    table["return"] = table["final_equity"] / equity - 1
    return table.rename_axis("risk_fraction")


def _sweep_by_array(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
    def one(f: float) -> tuple[float, float]:
        curve = np.append(equity, equity * np.maximum(1 + f * np.asarray(r_multiples), 0).cumprod())
        return curve[-1], float((1 - curve / np.maximum.accumulate(curve)).max())

    return pd.DataFrame([one(f) for f in risk_fractions], columns=["final_equity", "max_drawdown"], index=pd.Index(risk_fractions))


RISK_SWEEP = Exercise(
    name="risk_sweep",
    section="6.1",
    parameters=("r_multiples", "risk_fractions", "equity"),
    reference=_reference_sweep,
    cases=_sweep_cases,
    read=_read_sweep,
    fields=(
        Field("index", "the index is `risk_fractions` as it was given, in that order"),
        Field("final_equity", "trade i multiplies equity by 1 + f·R_i, starting from `equity`", absolute=1e-6),
        Field("max_drawdown", "the largest fall from the running peak, a positive fraction of it; the start is the first peak"),
        Field("final_equity after ruin", "equity never goes below 0 and, once 0, stays 0", absolute=1e-6),
        Field("max_drawdown after ruin", "an account that has lost everything has fallen by 1, the whole of its peak"),
    ),
    parts={
        "equity": ("index", "final_equity"),
        "drawdown": ("max_drawdown",),
        "ruin": ("final_equity after ruin", "max_drawdown after ruin"),
    },
    misconceptions=SWEEP_MISCONCEPTIONS,
    variants=(_sweep_by_list, _sweep_by_frame, _sweep_by_array),
)

# ------------------------------------------------------------------------------------------------------------------- scale_out

Bars = Sequence[float]
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
) -> dict[str, Any]:
    """Exits are looked up, not simulated: the first bar of each touch, then what comes before the first touch of the stop."""
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


def _scale_kind(case: Case) -> str:
    """What a case is about: an open beyond a target or the stop, else the stop, else targets."""
    given = case.kwargs
    prices = {price for _, price, _ in _reference_scale_out(*case.args, **given)["fills"]} - set(given["targets"])
    if prices - {given["stop"]}:
        return "gaps"
    return "stop" if prices else "targets"


def _market(
    rng: np.random.Generator, side: int, path: Sequence[Offsets]
) -> tuple[tuple[list[float], ...], Callable[[float], float]]:
    """Four lists of prices from offsets (open, best, worst, close) from the entry, a little shaken; and the price of an offset."""
    entry, unit = float(rng.uniform(60, 200)), float(rng.uniform(0.5, 4.0))

    def price(offset: float) -> float:
        return entry + side * unit * offset

    bars = []
    for number, (opening, best, worst, closing) in enumerate(path):
        shaken = [value + float(rng.uniform(-0.04, 0.04)) for value in (opening, closing)]
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
)
"""What happens, targets and fractions, and bars as offsets from the entry in the position's favour; the stop is at −1."""


def _wandering(rng: np.random.Generator, bars: int) -> list[Offsets]:
    """Offsets of a random path with gaps, a stop's distance wide in a few bars."""
    path, at = [], 0.0
    for number in range(bars):
        opening = at + (float(rng.normal(0, 0.35)) if number else 0.0)
        at = opening + float(rng.normal(0.12, 0.5))
        reach = rng.exponential(0.35, 2)
        path.append((opening, max(opening, at) + float(reach[0]), min(opening, at) - float(reach[1]) * 0.7, at))
    return path


def _scale_cases(rng: np.random.Generator) -> list[Case]:
    """Every situation of the rules on both sides of the market, and random paths with random targets."""
    cases = []
    for number, (label, targets, fractions, path) in enumerate(SCALE_PATHS):
        for side in (1, -1) if number in (0, 7, 10, 11) else (int(rng.choice([-1, 1])),):
            cases.append(_scale_case(rng, side, label, targets, fractions, path))
    for _ in range(6):
        targets = np.cumsum(rng.uniform(0.4, 1.0, int(rng.integers(1, 5)))).tolist()
        fractions = rng.uniform(0.15, 0.5, len(targets)).tolist()
        cases.append(_scale_case(rng, int(rng.choice([-1, 1])), "", targets, fractions, _wandering(rng, int(rng.integers(6, 15)))))
    return cases


def _scale_case(
    rng: np.random.Generator, side: int, label: str, targets: Sequence[float], fractions: Sequence[float], path: Sequence[Offsets]
) -> Case:
    bars, price = _market(rng, side, path)
    given = {
        "side": side,
        "quantity": float(rng.uniform(2, 500)),
        "stop": price(-1.0),
        "targets": [price(target) for target in targets],
        "fractions": list(fractions),
    }
    return Case(bars, given, ", ".join(filter(None, (label, "short" if side == -1 else "long"))))


def _read_scale(result: Any, case: Case) -> Fields:
    """Fills as sorted rows (bar, price, share of the quantity), those at one price of one bar together; money per unit of quantity."""
    given = base.need_keys("scale_out", result, ())
    quantity, kind = case.kwargs["quantity"], _scale_kind(case)
    read: Fields = {"problems": {}, "told": {}, "kind": kind, "fills": np.full((1, 3), np.nan)}
    for name in SCALE_KEYS:
        try:
            value = base.need_keys("scale_out", given, (name,))[name]
            read["told"][name] = value
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
        key = (int(bar), round(float(price), 6))
        together[key] = together.get(key, 0.0) + float(sold) / quantity
    return np.array(sorted((*key, share) for key, share in together.items() if abs(share) > 1e-9)).reshape(-1, 3)


def _own_account(mine: Fields, case: Case) -> tuple[np.ndarray, float] | None:
    """Profit per unit and position that follow from the student's own fills; None where these cannot be judged."""
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


def _scale_judge(part: str) -> Judge:
    rules = [item for item in SCALE_FIELDS if item.name in SCALE_PARTS[part]]

    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        follows = part == "account" and any(len(mine["fills"]) for _, mine in got)
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
                told = f"In `{case.call('scale_out')}`" + (f" ({case.label})" if case.label else "")
                if problem is not None:
                    return f"{told}: {problem}"
                return f"{told}, your `{name}` is {base.shown(mine['told'][name])}. The rule: {item.rule}."
        return None

    return judge


def _wrong_scale(*, account: Callable[[Any], None] | None = None, book: Callable[[Any], None] | None = None, **knobs: Any) -> Callable:
    """An answer with knobs turned; ``book`` may rewrite the fills, ``account`` the profit and the position, after the simulation."""

    def scale_out(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
        t = SimpleNamespace(**given, o=open_, c=close, **{**SCALE_KNOBS, **knobs})
        sign = t.side if t.hears_side else 1
        entry, left, realised, stop = t.entry(open_, close), t.quantity, 0.0, t.stop
        waiting = list(zip(t.targets, t.fractions, strict=True))
        t.fills, t.pnl, t.earned, t.held = [], [], [], []

        def sell(bar: int, price: float, amount: float, capped: bool) -> None:
            nonlocal left, realised
            amount = min(amount, left) if capped else amount
            if amount > 1e-12 * t.quantity:
                t.fills.append((bar, price, amount))
                realised += sign * (price - entry) * amount
                left -= amount

        def part(fraction: float) -> float:
            if t.last_takes_all and not waiting:
                return left
            return fraction * (left if t.of_remainder else t.quantity)

        for bar, (o, h, lo, c) in enumerate(zip(open_, high, low, close, strict=True)):
            best, worst = (h, lo) if sign == 1 else (lo, h)
            if t.closes_only:
                best = worst = c
            if t.stop_by_close:
                worst = c
            stopping = sign * (worst - stop) <= 0 and bar >= t.stop_from and t.stops
            if stopping and t.stop_before_open:
                waiting = waiting if left <= 0 else []
            while waiting and bar and t.gaps and sign * (o - waiting[0][0]) >= 0:
                target, fraction = waiting.pop(0)
                sell(bar, o if t.target_gap_at_open else target, part(fraction), not t.uncapped)
            touched = 0
            if bar >= t.targets_from and (t.targets_before_stop or not stopping):
                while waiting and sign * (best - waiting[0][0]) >= 0 and touched < t.targets_a_bar:
                    target, fraction = waiting.pop(0)
                    sell(bar, c if t.closes_only else target, part(fraction), not t.uncapped)
                    touched += 1
            if stopping and left > 1e-12 * t.quantity:
                beyond = sign * (o - stop) <= 0
                price = c if t.closes_only or t.stop_by_close else o if beyond and t.stop_gap_at_open else stop
                sell(bar, price, t.quantity if t.stop_sells_original else left, not t.stop_sells_original)
                waiting = []
            if t.break_even and t.fills:
                stop = entry
            t.pnl.append(realised + sign * (c - entry) * left)
            t.earned.append(realised)
            t.held.append(left)
        t.entry, t.position = entry, left
        for rewrite in (account, book):
            if rewrite:
                rewrite(t)
        return {"fills": t.fills, "pnl": t.pnl, "position": t.position}

    return scale_out


SCALE_KNOBS: dict[str, Any] = {
    **dict.fromkeys(("hears_side", "stops", "gaps", "target_gap_at_open", "stop_gap_at_open"), True),
    **dict.fromkeys(("uncapped", "last_takes_all", "of_remainder", "closes_only", "stop_by_close", "stop_before_open"), False),
    **dict.fromkeys(("targets_before_stop", "stop_sells_original", "break_even"), False),
    "stop_from": 0,
    "targets_from": 0,
    "targets_a_bar": 99,
    "entry": lambda open_, close: open_[0],
}


def _scale_in_place(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
    result = _reference_scale_out(open_, high, low, close, **given)
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
        _wrong_scale(of_remainder=True),
        "Each target sells its fraction of what is left, so the sales get smaller and something always stays. The fractions are of "
        "the original quantity.",
    ),
    Misconception(
        "more sold than held",
        _wrong_scale(uncapped=True),
        "More is sold than was held: where the fractions make more than 1, the last sale is capped at what is left.",
    ),
    Misconception(
        "the last target sells the rest",
        _wrong_scale(last_takes_all=True),
        "The last target sells everything. It sells its fraction; what is left stays in the market until the stop or the end.",
    ),
    Misconception(
        "one target a bar",
        _wrong_scale(targets_a_bar=1),
        "Only one target fills in a bar. A wide bar can touch several, and all of them fill.",
    ),
    Misconception(
        "targets from the bar after the entry",
        _wrong_scale(targets_from=1),
        "No target fills within the bar of the entry. The position is there from that bar's open on.",
    ),
    Misconception(
        "the stop from the bar after the entry",
        _wrong_scale(stop_from=1),
        "The stop does nothing within the bar of the entry. The position is there from that bar's open on.",
        ("stop",),
    ),
    Misconception(
        "only closes are looked at",
        _wrong_scale(closes_only=True),
        "Stop and targets are tested at closes and filled there. A bar touches what lies between its low and its high.",
    ),
    Misconception(
        "the stop at closes",
        _wrong_scale(stop_by_close=True),
        "The stop is tested at the close and filled there. It works within the bar: the low (for a short the high) decides.",
    ),
    Misconception(
        "no stop",
        _wrong_scale(stops=False),
        "The stop never sells anything.",
    ),
    Misconception(
        "the target before the stop",
        _wrong_scale(targets_before_stop=True),
        "In a bar that touches both, your target fills first. Which came first cannot be seen in a bar; the rule takes the worse "
        "case, the stop.",
        ("stop",),
    ),
    Misconception(
        "the stop sells the original quantity",
        _wrong_scale(stop_sells_original=True),
        "The stop sells the quantity of the entry, although targets have sold a part of it. Only what is left can be sold.",
    ),
    Misconception(
        "the stop at break-even",
        _wrong_scale(break_even=True),
        "After the first target your stop moves to the entry. That is another rule; here the stop stays where it is.",
    ),
    Misconception(
        "gaps fill the target at its price",
        _wrong_scale(target_gap_at_open=False),
        "Where the open has passed a target, yours fills at the target, where nobody traded. It fills at the open, which is better.",
        ("gaps",),
    ),
    Misconception(
        "gaps fill the stop at its price",
        _wrong_scale(stop_gap_at_open=False),
        "Where the open lies beyond the stop, yours fills at the stop, where nobody traded. It fills at the open, which is worse.",
        ("gaps",),
    ),
    Misconception(
        "opens are not compared with targets",
        _wrong_scale(gaps=False),
        "The first step of a bar is missing: targets that the open has passed fill at the open, before the stop is tested.",
        ("gaps",),
    ),
    Misconception(
        "opens are not looked at",
        _wrong_scale(gaps=False, stop_gap_at_open=False),
        "Every fill is at the price of a target or of the stop. Where the open has passed one of them, the fill is at the open.",
        ("gaps",),
    ),
    Misconception(
        "the stop before the open",
        _wrong_scale(stop_before_open=True),
        "The open has passed a target and later the bar touches the stop: yours sells all at the stop. The open comes first.",
        ("gaps",),
    ),
    Misconception(
        "shorts handled as longs",
        _wrong_scale(hears_side=False),
        "Your shorts are longs: `side` has no effect. For a short the targets lie below the entry, the stop above it.",
    ),
    Misconception(
        "fills in fractions",
        _wrong_scale(book=_fills(lambda t, bar, price, sold: (bar, price, sold / t.quantity))),
        "The quantities in `fills` are fractions of the position. Tell how many units were sold.",
    ),
    Misconception(
        "fills with a sign",
        _wrong_scale(book=_fills(lambda t, bar, price, sold: (bar, price, -t.side * sold))),
        "The quantities in `fills` carry the sign of the order. Here they are positive on either side.",
    ),
    Misconception(
        "bars counted from one",
        _wrong_scale(book=_fills(lambda t, bar, price, sold: (bar + 1, price, sold))),
        "The bars in `fills` are one too late: the bar of the entry is number 0.",
    ),
    Misconception(
        "fills at the close of the bar",
        _wrong_scale(book=_fills(lambda t, bar, price, sold: (bar, t.c[bar], sold))),
        "Every fill is at the bar's close. A target fills at its price, the stop at its own, and either at the open after a gap.",
    ),
    Misconception(
        "the entry among the fills",
        _wrong_scale(book=lambda t: t.fills.insert(0, (0, t.o[0], t.quantity))),
        "The first fill is the entry. `fills` lists exits only.",
    ),
    Misconception(
        "entered at the close",
        _wrong_scale(entry=lambda open_, close: close[0]),
        "The profit starts from the close of the first bar. The entry is at its open, `open_[0]`.",
        ("account",),
    ),
    Misconception(
        "realised profit alone",
        _wrong_scale(account=_pnl(lambda t, earned, held: earned)),
        "`pnl` holds realised profit only. Add what the rest of the position has gained or lost at each close.",
        ("account",),
    ),
    Misconception(
        "realised profit lost",
        _wrong_scale(account=_pnl(lambda t, earned, held: t.side * (np.array(t.c) - t.entry) * held)),
        "`pnl` holds the profit of what is left only; what the fills have earned is lost.",
        ("account",),
    ),
    Misconception(
        "profit as if nothing were sold",
        _wrong_scale(account=_pnl(lambda t, earned, held: t.side * (np.array(t.c) - t.entry) * t.quantity)),
        "`pnl` is the profit of the whole quantity at every close. What is sold has its price and moves no more.",
        ("account",),
    ),
    Misconception(
        "profit bar by bar",
        _wrong_scale(account=_pnl(lambda t, earned, held: np.diff(np.array(t.pnl), prepend=0.0))),
        "`pnl` holds the change of each bar. The profit since the entry is asked for: add the changes up.",
        ("account",),
    ),
    Misconception(
        "profit of the bar before",
        _wrong_scale(account=_pnl(lambda t, earned, held: np.concatenate([[0.0], np.array(t.pnl)[:-1]]))),
        "`pnl` is one bar late: bar 0 already has a profit at its close.",
        ("account",),
    ),
    Misconception(
        "what is left counted before the fills",
        _wrong_scale(
            account=_pnl(lambda t, earned, held: earned + t.side * (np.array(t.c) - t.entry) * np.append(t.quantity, held[:-1]))
        ),
        "In a bar with a fill, what was sold counts twice: as realised and still at the close. Count what is left after the fills.",
        ("account",),
    ),
    Misconception(
        "profit of shorts with the sign of longs",
        _wrong_scale(account=_pnl(lambda t, earned, held: t.side * np.array(t.pnl))),
        "The profit of your shorts has the wrong sign: multiply each price difference by `side`.",
        ("account",),
    ),
    Misconception(
        "profit per unit",
        _wrong_scale(account=_pnl(lambda t, earned, held: np.array(t.pnl) / t.quantity)),
        "`pnl` is the profit per unit. Multiply by the quantity.",
        ("account",),
    ),
    Misconception(
        "profit as a fraction",
        _wrong_scale(account=_pnl(lambda t, earned, held: np.array(t.pnl) / (t.quantity * t.entry))),
        "`pnl` is a return, a fraction of what was invested. Money is asked for.",
        ("account",),
    ),
    Misconception(
        "position sold instead of left",
        _wrong_scale(account=_position(lambda t: t.quantity - t.held[-1])),
        "`position` is what was sold. What is left is asked for.",
        ("account",),
    ),
    Misconception(
        "position with a sign",
        _wrong_scale(account=_position(lambda t: t.side * t.held[-1])),
        "`position` is negative for a short. Here it is a quantity, positive on either side.",
        ("account",),
    ),
    Misconception(
        "position as a fraction",
        _wrong_scale(account=_position(lambda t: t.held[-1] / t.quantity)),
        "`position` is a fraction of the original quantity. Units are asked for.",
        ("account",),
    ),
    Misconception(
        "changes its inputs",
        _scale_in_place,
        "Targets are taken out of the caller's own list.",
    ),
)


def _scale_by_loop(
    open_: Bars, high: Bars, low: Bars, close: Bars, *, side: int, quantity: float, stop: float, targets: Bars, fractions: Bars
) -> dict[str, Any]:
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


def _scale_by_orders(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
    """One frame of orders, each with its share, bar and price, shorts turned into longs by the sign; a Series of profit."""
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


def _scale_by_tranches(open_: Bars, high: Bars, low: Bars, close: Bars, **given: Any) -> dict[str, Any]:
    """Every tranche on its own, the rest of the quantity one without a target: each has one exit, and the profits add up."""
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

EXERCISES = (PYRAMID_RISK, LEVELS_EXPERIMENT, RISK_SWEEP, SCALE_OUT)
