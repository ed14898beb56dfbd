"""Lookbacks compared on one sample: reference, cases and other right answers."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, built
from answer_key.portfolio._statistics import deviation as _deviation
from answer_key.portfolio.compare_lookbacks.ideas import (
    LOOKBACK_COLUMNS,
    LOOKBACK_MISCONCEPTIONS,
    VOL_WINDOW,
    FlipsFromSideToSide,
    KeptOnAverage,
    LongOnAverage,
    ShortOnAverage,
)

WHOLE = "\nprices = (100 * prices / prices.iloc[0]).round()"
"""Code that makes prices whole numbers."""


def compare_lookbacks_reference(prices: pd.Series, lookbacks: Sequence[int]) -> pd.DataFrame:
    """Day by day on plain floats: average and deviation of yesterday's windows, today's return."""
    closes = [float(price) for price in prices]
    moves = [math.nan] + [after / before - 1.0 for before, after in itertools.pairwise(closes)]
    first = max(*lookbacks, VOL_WINDOW) + 1
    rows = []
    for lookback in lookbacks:
        earned, held = [], []
        for today in range(first, len(closes)):
            yesterday = today - 1
            average = math.fsum(closes[yesterday - lookback + 1 : today]) / lookback
            side = (closes[yesterday] > average) - (closes[yesterday] < average)
            held.append(side)
            earned.append(side * moves[today] / _deviation(moves[yesterday - VOL_WINDOW + 1 : today]))
        flips = sum(before != after for before, after in itertools.pairwise(held))
        rows.append((math.fsum(earned) / len(earned) / _deviation(earned) * math.sqrt(252), len(earned), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=list(LOOKBACK_COLUMNS))


def compare_lookbacks_cases(rng: np.random.Generator) -> list[Case]:
    """Long and short lookbacks, all shorter than the volatility window, unsorted, one alone.

    Markets fall or are very volatile, one has an odd index, and one whole prices: with lookbacks
    that are powers of 2 any way of averaging them is exact. That one is drawn until it shows in
    every figure what becomes of a price on its average.
    """

    def case(drawn: str, lookbacks: Sequence[int], label: str, then: str = "") -> Case:
        prices, made = built(f"prices = data.closing_prices({drawn}, seed={rng.integers(2**31)}){then}")
        return Case((prices, lookbacks), {}, label, made=made)

    def on_average() -> Case:
        while True:
            drawn = case("300, sigma=0.25", (16, 8), "prices in whole numbers, some of them on their average", WHOLE)
            right = compare_lookbacks_reference(*drawn.args)
            found = [kind(*drawn.args).table() for kind in (ShortOnAverage, LongOnAverage, KeptOnAverage)]
            pairs = itertools.combinations([*found, right], 2)
            flips = [*found, FlipsFromSideToSide(*drawn.args).table()]
            apart = all(abs(one - two)["sharpe"].max() > 0.05 for one, two in pairs)
            if apart and all(abs(each - right)["flips"].max() > 2 for each in flips):
                return drawn

    return [
        case("440, sigma=0.2", (100, 200), "the longest lookback decides the sample of all"),
        case("280, sigma=0.3", (20, 50), "every lookback is shorter than the 60 days of the volatility"),
        case('380, sigma=0.25, index="numbers"', [150, 10, 60], "lookbacks in no order, an index of numbers"),
        case("300, sigma=0.8, drift=2.0", (80,), "one lookback, a volatile market"),
        case("320, sigma=0.5, drift=-2.0", [30, 120], "a falling market"),
        on_average(),
    ]


def compare_lookbacks_read(result: Any, case: Case) -> Fields:
    """One array per column, in the order of the lookbacks."""
    frame = base.table("compare_lookbacks", result, LOOKBACK_COLUMNS, list(case.args[1]))
    return {
        column: base.numbers(f"column `{column}`", frame[column], allow_nan=column == "sharpe") for column in LOOKBACK_COLUMNS
    }


def compare_lookbacks_pandas(prices: pd.Series, lookbacks: Sequence[int]) -> pd.DataFrame:
    """Rolling windows and shifts, an extra column, whole numbers as floats."""
    returns = prices.pct_change()
    sized = returns / returns.rolling(60).std().shift(1)
    start = max(*lookbacks, 60) + 1
    table = {}
    for lookback in lookbacks:
        signal = np.sign(prices - prices.rolling(lookback).mean())
        held = signal.shift(1).iloc[start:]
        days = held * sized.iloc[start:]
        table[lookback] = {
            "flips": (held.diff().dropna() != 0).sum(),
            "sharpe": days.mean() / days.std() * np.sqrt(252),
            "n_days": days.count(),
            "start": start,
        }
    return pd.DataFrame(table).T


def compare_lookbacks_numpy(prices: pd.Series, lookbacks: Sequence[int]) -> pd.DataFrame:
    """Arrays, cumulative sums, ddof 0, annual volatility.

    Flips are those of the signal before it is held.
    """
    closes = np.asarray(prices, dtype=float)
    moves = closes[1:] / closes[:-1] - 1
    risk = np.lib.stride_tricks.sliding_window_view(moves, 60).std(axis=1) * np.sqrt(252)
    start = max(60, *lookbacks) + 1
    frame = pd.DataFrame(index=np.array(lookbacks), columns=["sharpe", "n_days", "flips"], dtype=object)
    for lookback in lookbacks:
        sums = np.concatenate([[0.0], np.cumsum(closes)])
        average = (sums[lookback:] - sums[:-lookback]) / lookback
        side = np.sign(closes[lookback - 1 :] - average)[start - lookback :]
        days = side[:-1] * moves[start - 1 :] / risk[start - 61 : -1]
        flips = np.count_nonzero(side[1:] != side[:-1])
        frame.loc[lookback] = [np.sqrt(252) * np.mean(days) / np.std(days), np.int64(days.size), flips]
    return frame


COMPARE_LOOKBACKS = Exercise(
    name="compare_lookbacks",
    section="6.3",
    parameters=("prices", "lookbacks"),
    reference=compare_lookbacks_reference,
    cases=compare_lookbacks_cases,
    read=compare_lookbacks_read,
    fields=(
        Field("n_days", "every lookback is judged on the rows from position max(max(lookbacks), 60) + 1 to the end", 0.0, 1e-9),
        Field(
            "sharpe",
            "yesterday's signal times today's simple return over yesterday's 60-day volatility; "
            "mean over standard deviation, times √252",
            0.005,
            0.002,
        ),
        Field("flips", "changes of the held signal from one row of the sample to the next, each counted once", 0.0, 1.0),
    ),
    parts={"sharpe": ("sharpe",), "sample": ("n_days",), "flips": ("flips",)},
    misconceptions=LOOKBACK_MISCONCEPTIONS,
    variants=(compare_lookbacks_pandas, compare_lookbacks_numpy),
)
