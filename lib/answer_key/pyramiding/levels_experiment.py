"""Numbers of levels tried on a market: reference, cases and wrong ideas."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.metrics import cagr, max_drawdown, simple_returns
from phase6.pyramiding import run_pyramid_backtest

from answer_key.exercise import Answer, Case, Exercise, Field, Fields, Misconception, built
from answer_key.pyramiding._table import read_table as _read_table

LEVELS_COLUMNS = ("total_return", "max_drawdown")



def _reference_levels(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    """The library is the rule for the trades.

    Return and drawdown are read off the curve in one pass.
    """
    rows = {}
    for count in max_levels:
        peak, deepest, value = 100_000.0, 0.0, 100_000.0
        for value in run_pyramid_backtest(prices, max_levels=int(count), leverage=leverage).equity.tolist():
            peak = max(peak, value)
            deepest = max(deepest, (peak - value) / peak)
        rows[count] = {"total_return": (value - 100_000.0) / 100_000.0, "max_drawdown": deepest}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(LEVELS_COLUMNS))


def _tells_levels_apart(frame: pd.DataFrame) -> bool:
    """Whether a market shows the differences that numbers of levels make.

    It builds a pyramid of three levels or more, gains, falls from a later peak, and ends with a
    position open.
    """
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


Market = tuple[pd.DataFrame, dict[str, str]]


def _drawn(rng: np.random.Generator, options: str, suits: Callable[[pd.DataFrame], bool], change: str = "") -> Market:
    """The first market drawn that suits, and the code that makes it."""
    while True:
        frame, made = built(f"prices = trend_ohlcv({options}, seed={rng.integers(2**31)}){change}")
        if suits(frame):
            return frame, made


def _has_a_long_fall(frame: pd.DataFrame) -> bool:
    """Whether the deepest fall takes more than 126 bars and depends on the rule of re-entry."""
    equity = run_pyramid_backtest(frame, max_levels=4).equity.to_numpy()
    fall = 1 - equity / np.maximum.accumulate(equity)
    end = int(np.argmax(fall))
    lasts = end - int(np.argmax(equity[: end + 1]))
    again = run_pyramid_backtest(frame, max_levels=4, reentry="fresh_cross").equity.to_numpy()
    other = 1 - again / np.maximum.accumulate(again)
    return lasts > 126 and abs(again[-1] - equity[-1]) > 200 and abs(other.max() - fall.max()) > 0.003


def _is_ruinous(frame: pd.DataFrame) -> bool:
    """Whether a gap ruins an account of four levels, but not one of a single level."""
    ends = [run_pyramid_backtest(frame, max_levels=count).equity.iloc[-1] for count in (1, 4)]
    return bool(ends[0] > 1_000 and ends[1] == 0)


def _levels_cases(rng: np.random.Generator) -> list[Case]:
    """Markets on which levels and leverage matter; a flat one.

    Another one gaps down until nothing is left.
    """
    calm, made_calm = _drawn(rng, "140, drift_sharpe=3.0, sigma=0.04", _tells_levels_apart)
    lively, made_lively = _drawn(rng, "150, drift_sharpe=3.0, sigma=0.22", _tells_levels_apart)
    long, made_long = _drawn(rng, "420, drift_sharpe=1.5, sigma=0.3", _has_a_long_fall)
    gap = "\nprices.iloc[74:, :4] *= 0.3"
    ruinous, made_ruinous = _drawn(rng, "80, mu=0.5, drift_sharpe=0.0, sigma=0.03", _is_ruinous, gap)
    flat, made_flat = built('prices = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), 50.0), index=range(60))')
    tight = {"max_levels": [2, 5], "leverage": float(rng.uniform(0.10, 0.18))}
    return [
        Case((lively,), {"max_levels": (6, 1, 3)}, "levels in no order", made=made_lively),
        Case((calm,), {}, "a calm market, where the cap on notional binds", made=made_calm),
        Case((lively,), tight, "a tight cap on notional", made=made_lively),
        Case((ruinous,), {"max_levels": (4, 1)}, "a gap that takes everything", made=made_ruinous),
        Case((long,), {"max_levels": (4,)}, "a long market, with a fall that lasts for half a year", made=made_long),
        Case((flat,), {"max_levels": (1, 2)}, "a market that does not move", made=made_flat),
    ]


def _read_levels(result: Any, case: Case) -> Fields:
    return _read_table("levels_experiment", result, LEVELS_COLUMNS, case.kwargs.get("max_levels", (1, 2, 4, 6)))


def _wrong_levels(
    *,
    run: Callable[[pd.DataFrame, int, float], Any] = lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, leverage=leverage),
    total_return: Callable[[pd.Series], float] = lambda equity: equity.iloc[-1] / equity.iloc[0] - 1,
    drawdown: Callable[[pd.Series], float] = lambda equity: (1 - equity / equity.cummax()).max(),
    order: Callable[[Sequence[int]], Sequence[int]] = lambda levels: levels,
) -> Answer:
    """An answer with some steps replaced."""

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
        "drawdown over 60 bars",
        _wrong_levels(drawdown=lambda equity: (1 - equity / equity.rolling(60, min_periods=1).max()).max()),
        "The peak is forgotten after some bars. A drawdown is measured from the highest value so far, however long ago that was.",
        ("drawdown",),
    ),
    Misconception(
        "drawdown over half a year",
        _wrong_levels(drawdown=lambda equity: (1 - equity / equity.rolling(126, min_periods=1).max()).max()),
        "The peak is forgotten after half a year. A drawdown is measured from the highest value so far, however long ago that was.",
        ("drawdown",),
    ),
    Misconception(
        "a fresh cross before each entry",
        _wrong_levels(
            run=lambda df, n, leverage: run_pyramid_backtest(df, max_levels=n, leverage=leverage, reentry="fresh_cross")
        ),
        "These are the trades that wait for a fresh cross before they enter again. All else stays at the library's defaults.",
    ),
    Misconception(
        "drawdown at the end",
        _wrong_levels(drawdown=lambda equity: 1 - equity.iloc[-1] / equity.max()),
        "This is how far the curve stands below its peak at the end. The deepest fall may have been recovered since.",
        ("drawdown",),
    ),
    Misconception(
        "return from the highest value",
        _wrong_levels(total_return=lambda equity: equity.iloc[-1] / equity.max() - 1),
        "Your return starts from the highest value of the curve. The total return starts from the first one.",
        ("return",),
    ),
    Misconception(
        "return over the average value",
        _wrong_levels(total_return=lambda equity: (equity.iloc[-1] - equity.iloc[0]) / equity.mean()),
        "The gain is divided by the average value of the account. Divide it by what the account began with.",
        ("return",),
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
    """All curves side by side.

    It has an index of floats, columns in another order, a column that nobody asked for.
    """
    curves = pd.concat({float(n): run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity for n in max_levels}, axis=1)
    table = pd.DataFrame({"max_drawdown": (1 - curves / curves.cummax()).max(), "final": curves.iloc[-1]})
    table["total_return"] = table["final"] / 100_000 - 1
    return table


def _levels_by_array(prices: pd.DataFrame, *, max_levels: Sequence[int] = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
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
