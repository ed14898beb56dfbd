"""Risk per trade tried on a record of trades: reference, cases and wrong ideas."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Answer, Case, Exercise, Field, Fields, Misconception
from answer_key.pyramiding._table import read_table as _read_table

SWEEP_COLUMNS = ("final_equity", "max_drawdown")
RUIN_RULE = "The rule: equity never goes below 0 and, once 0, stays 0; an account that has lost everything has fallen by 1."


def _reference_sweep(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
    """All fractions at once.

    Growth by a running product that a first factor of 0 or less cuts to nothing.
    """
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
    """Records short and long, as list, array and Series; losses first; nothing but losses.

    Ruin comes by a gap, twice over, and exactly.
    """
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
    """Rows that end in ruin, read apart: the sign of their drawdown does not count again."""
    records, fractions = (np.asarray(value, dtype=float) for value in case.args)
    read = _read_table("risk_sweep", result, SWEEP_COLUMNS, list(fractions))
    ruined = (1.0 + np.outer(fractions, records) <= 0).any(axis=1)
    for column in SWEEP_COLUMNS:
        values = np.where(np.isnan(read[column]), np.inf, read[column])
        read[column] = np.where(ruined, np.nan, values)
        read[f"{column} after ruin"] = np.where(ruined, np.abs(values) if column == "max_drawdown" else values, np.nan)
    return read


def _judge_ruin(got: Sequence[tuple[Case, Fields]]) -> str | None:
    """Equity of 0 and a drawdown of 1 wherever everything is lost.

    Where it is not, there has to be equity to compare with.
    """
    for case, mine in sorted(got, key=lambda entry: len(entry[0].call("risk_sweep"))):
        lost, kept = mine["final_equity after ruin"], mine["final_equity"]
        ruined = ~np.isnan(lost)
        call = f"In `{case.call('risk_sweep')}`" + (f" ({case.label})" if case.label else "")
        if not ruined.all() and not (np.abs(kept[~ruined]) > 0).all():
            return f"{call}, `final_equity` is 0 for a fraction that does not lose everything."
        most = 1e-6 * (np.min(np.abs(kept[~ruined]), initial=np.inf) if not ruined.all() else 1.0)
        if not (np.abs(lost[ruined]) <= min(most, 1e-6)).all():
            return f"{call}, `final_equity` is {base.shown(lost[ruined][0])} after everything was lost. {RUIN_RULE}"
        if not np.allclose(mine["max_drawdown after ruin"][ruined], 1.0, rtol=1e-6, atol=0):
            return f"{call}, `max_drawdown` is {base.shown(mine['max_drawdown after ruin'][ruined][0])}. {RUIN_RULE}"
    return None


def _wrong_sweep(
    *,
    curve: Callable[[np.ndarray, float, float], np.ndarray] | None = None,
    final: Callable[[np.ndarray], float] = lambda path: path[-1],
    drawdown: Callable[[np.ndarray], float] = lambda path: _deepest(path),
    order: Callable[[Sequence[float]], Sequence[float]] = lambda fractions: fractions,
    uses_equity: bool = True,
) -> Answer:
    """An answer with some steps replaced.

    ``curve`` makes the path of equity, start included, from records, fraction and equity.
    """

    def risk_sweep(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
        start = equity if uses_equity else 100_000.0
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


def _sweep_in_place(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
    if isinstance(r_multiples, list):
        r_multiples.insert(0, 0.0)
    return _reference_sweep(r_multiples, risk_fractions, equity)


def _sweep_carried_over(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
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
        "no loss beyond what was risked",
        _wrong_sweep(curve=lambda r, f, start: _account(np.maximum(r, -1.0), f, start)),
        "You let no trade lose more than it risked. A gap through the stop does: −4 costs four times the risk.",
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
        _wrong_sweep(uses_equity=False),
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


def _sweep_by_list(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
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


def _sweep_by_frame(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
    """One column of growth per fraction; an extra column and a named index."""
    records = pd.Series(list(r_multiples), dtype=float)
    growth = pd.DataFrame({f: 1 + f * records for f in risk_fractions}).clip(lower=0)
    curves = pd.concat([pd.DataFrame(1.0, index=[-1], columns=growth.columns), growth]).cumprod() * equity
    table = pd.DataFrame({"max_drawdown": (1 - curves / curves.cummax()).max(), "final_equity": curves.iloc[-1]})
    table["return"] = table["final_equity"] / equity - 1
    return table.rename_axis("risk_fraction")


def _sweep_by_array(r_multiples: Sequence[float], risk_fractions: Sequence[float], equity: float = 100_000.0) -> pd.DataFrame:
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
    judges={"ruin": _judge_ruin},
    misconceptions=SWEEP_MISCONCEPTIONS,
    variants=(_sweep_by_list, _sweep_by_frame, _sweep_by_array),
)
