"""Lookbacks compared on one sample: reference, cases and wrong ideas."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Misconception, built
from answer_key.portfolio._statistics import deviation as _deviation

LOOKBACK_COLUMNS = ("sharpe", "n_days", "flips")
VOL_WINDOW = 60
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

    def case(drawn: str, lookbacks: Any, label: str, then: str = "") -> Case:
        prices, made = built(f"prices = data.closing_prices({drawn}, seed={rng.integers(2**31)}){then}")
        return Case((prices, lookbacks), {}, label, made=made)

    def on_average() -> Case:
        while True:
            drawn = case("300, sigma=0.25", (16, 8), "prices in whole numbers, some of them on their average", WHOLE)
            right = compare_lookbacks_reference(*drawn.args)
            differences = [abs(_look(*drawn.args, signal=other) - right).max() for other in (_short_on_average, _long_on_average)]
            if all(most["flips"] > 1 and most["sharpe"] > 0.05 for most in differences):
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


def compare_lookbacks_pandas(prices: Any, lookbacks: Any) -> pd.DataFrame:
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


def compare_lookbacks_numpy(prices: Any, lookbacks: Any) -> pd.DataFrame:
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


def _rolling(values: np.ndarray, window: int, measure: Any) -> np.ndarray:
    """A measure of every full window, NaN before the first."""
    views = np.lib.stride_tricks.sliding_window_view(values, window)
    return np.concatenate([np.full(window - 1, np.nan), measure(views, axis=1)])


def _shift(values: np.ndarray, rows: int = 1) -> np.ndarray:
    return np.concatenate([np.full(rows, np.nan), values[: len(values) - rows]])


def _above_average(prices: np.ndarray, lookback: int) -> np.ndarray:
    signal: np.ndarray = np.sign(prices - _rolling(prices, lookback, np.mean))
    return signal


def _short_on_average(prices: np.ndarray, lookback: int) -> np.ndarray:
    return np.where(_above_average(prices, lookback) > 0, 1.0, -1.0)


def _long_on_average(prices: np.ndarray, lookback: int) -> np.ndarray:
    return np.where(_above_average(prices, lookback) >= 0, 1.0, -1.0)


def _above_exponential_average(prices: np.ndarray, lookback: int) -> np.ndarray:
    signal: np.ndarray = np.sign(prices - pd.Series(prices).ewm(span=lookback, adjust=False).mean().to_numpy())
    return signal


def _simple(prices: np.ndarray) -> np.ndarray:
    return np.append(np.nan, prices[1:] / prices[:-1] - 1.0)


def _yesterdays_risk(returns: np.ndarray, lookback: int) -> np.ndarray:
    return _shift(_rolling(returns, VOL_WINDOW, np.std))


def _common_start(lookbacks: Sequence[int], lookback: int) -> int:
    return max(*lookbacks, VOL_WINDOW) + 1


def _changes(held: np.ndarray, start: int) -> int:
    return int(np.count_nonzero(np.diff(held[start:])))


def _look(
    prices: Any,
    lookbacks: Any,
    *,
    end: int | None = None,
    signal: Any = _above_average,
    moves: Any = _simple,
    lag: int = 1,
    risk: Any = _yesterdays_risk,
    start: Any = _common_start,
    year: float = math.sqrt(252),
    flips: Any = _changes,
) -> pd.DataFrame:
    """The exercise with one idea replaced."""
    closes = prices.to_numpy(dtype=float)
    returns = moves(closes)
    rows = []
    for lookback in lookbacks:
        held = _shift(signal(closes, lookback), lag)
        first = start(lookbacks, lookback)
        held = held[:end]
        earned = np.nan_to_num((held * returns[:end] / risk(returns, lookback)[:end])[first:])
        with np.errstate(invalid="ignore"):
            rows.append((earned.mean() / earned.std() * year, len(earned), flips(held, first)))
    return pd.DataFrame(rows, index=list(lookbacks), columns=list(LOOKBACK_COLUMNS))


def _look_with(**idea: Any) -> Callable[..., Any]:
    return lambda prices, lookbacks: _look(prices, lookbacks, **idea)


def _look_fills(prices: Any, lookbacks: Any) -> Any:
    answer = _look(prices, lookbacks)
    prices.iloc[: max(lookbacks)] = 0.0
    return answer


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
    misconceptions=(
        Misconception(
            "nothing is lagged",
            _look_with(lag=0, risk=lambda returns, lookback: _rolling(returns, VOL_WINDOW, np.std)),
            "Today's signal and today's volatility are both used on today's return, before they could be known. "
            "Shift both by one row: what was known yesterday earns today's return.",
            ("sharpe",),
        ),
        Misconception(
            "today's signal on today's return",
            _look_with(lag=0),
            "Today's close decides today's signal, and today's return was earned before that close was known. "
            "Hold yesterday's signal: shift it by one row.",
            ("sharpe",),
        ),
        Misconception(
            "today's volatility on today's return",
            _look_with(risk=lambda returns, lookback: _rolling(returns, VOL_WINDOW, np.std)),
            "The signal is lagged, the volatility is not: today's return is part of the volatility that sizes it, "
            "so large moves are held small. Use yesterday's volatility.",
            ("sharpe",),
        ),
        Misconception(
            "lags twice",
            _look_with(lag=2),
            "The signal is two days old. One shift is enough: yesterday's signal earns today's return.",
            ("sharpe",),
        ),
        Misconception(
            "each lookback has a sample of its own",
            _look_with(start=lambda lookbacks, lookback: max(lookback, VOL_WINDOW) + 1),
            "Shorter lookbacks start earlier here, so you compare periods as well as lookbacks. "
            "Start them all where the slowest is ready.",
            ("sample",),
        ),
        Misconception(
            "counts the warm-up",
            _look_with(start=lambda lookbacks, lookback: 0),
            "The days of the warm-up are in the sample, as returns of 0. They pull the ratio to 0, most for the longest lookback.",
            ("sample",),
        ),
        Misconception(
            "forgets the 60 days of the volatility",
            _look_with(start=lambda lookbacks, lookback: max(lookbacks) + 1),
            "With lookbacks below 60 days the sample begins before the volatility has its 60 returns.",
            ("sample",),
        ),
        Misconception(
            "starts a day early",
            _look_with(start=lambda lookbacks, lookback: max(*lookbacks, VOL_WINDOW)),
            "Your sample begins one row early. Counted from 0, the first row with a lagged signal and volatility is "
            "max(max(lookbacks), 60) + 1.",
            ("sample",),
        ),
        Misconception(
            "starts a day late",
            _look_with(start=lambda lookbacks, lookback: max(*lookbacks, VOL_WINDOW) + 2),
            "Your sample is one row short: does it begin one row late, or is its last row left out? Counted from 0, the first row "
            "with a lagged signal and volatility is max(max(lookbacks), 60) + 1.",
            ("sample",),
        ),
        Misconception(
            "the last day left out",
            _look_with(end=-1),
            "Your sample ends one row early: the last row counts too. A shift already leaves the last signal without a return.",
            ("sample",),
        ),
        Misconception(
            "adds lookback and volatility window",
            _look_with(start=lambda lookbacks, lookback: max(lookbacks) + VOL_WINDOW + 1),
            "The two windows run side by side, not one after the other: the sample starts after the longer of them.",
            ("sample",),
        ),
        Misconception(
            "no volatility scaling",
            _look_with(risk=lambda returns, lookback: np.ones_like(returns)),
            "The position has the same size in calm and in wild weeks. Divide by yesterday's 60-day volatility.",
            ("sharpe",),
        ),
        Misconception(
            "volatility over the lookback",
            _look_with(risk=lambda returns, lookback: _shift(_rolling(returns, lookback, np.std))),
            "The volatility is taken over the lookback. It is over 60 days whatever the lookback, so that only the signal differs.",
            ("sharpe",),
        ),
        Misconception(
            "divides by the variance",
            _look_with(risk=lambda returns, lookback: _shift(_rolling(returns, VOL_WINDOW, np.var))),
            "The return is divided by a variance. Volatility is the standard deviation.",
            ("sharpe",),
        ),
        Misconception(
            "price changes in place of returns",
            _look_with(moves=lambda prices: np.append(np.nan, np.diff(prices))),
            "You work with changes of the price. A simple return is the change over the price of the day before.",
            ("sharpe",),
        ),
        Misconception(
            "daily Sharpe ratio",
            _look_with(year=1.0),
            "These are ratios of one day. Multiply by the square root of 252.",
            ("sharpe",),
        ),
        Misconception(
            "annualises by 252, not its root",
            _look_with(year=252.0),
            "The mean grows with 252 and the deviation with its root, so the ratio grows with the root of 252.",
            ("sharpe",),
        ),
        Misconception(
            "long only",
            _look_with(signal=lambda prices, lookback: np.maximum(_above_average(prices, lookback), 0.0)),
            "Below the average your signal is 0. The sign of price minus average is −1 there: the strategy is short.",
            ("sharpe",),
        ),
        Misconception(
            "signal upside down",
            _look_with(signal=lambda prices, lookback: -_above_average(prices, lookback)),
            "You are long below the average. Trend following is long above it: sign(price − average).",
            ("sharpe",),
        ),
        Misconception(
            "a price on the average is short",
            _look_with(signal=_short_on_average),
            "A price that is just on its average counts as below it. The sign of 0 is 0: no position.",
            ("sharpe", "flips"),
        ),
        Misconception(
            "a price on the average is long",
            _look_with(signal=_long_on_average),
            "A price that is just on its average counts as above it. The sign of 0 is 0: no position.",
            ("sharpe", "flips"),
        ),
        Misconception(
            "momentum instead of an average",
            _look_with(signal=lambda prices, lookback: np.sign(prices - _shift(prices, lookback - 1))),
            "The price is compared with one old price. Compare it with the average of the last `lookback` prices.",
            ("sharpe",),
        ),
        Misconception(
            "exponential average",
            _look_with(signal=_above_exponential_average),
            "This average is exponential. The rule asks for the simple one: every price of the window counts alike.",
            ("sharpe",),
            alike=(
                _look_with(signal=lambda prices, n: np.sign(prices - pd.Series(prices).ewm(span=n).mean().to_numpy())),
                _look_with(signal=lambda prices, n: np.sign(prices - pd.Series(prices).ewm(halflife=n).mean().to_numpy())),
            ),
        ),
        Misconception(
            "average without today",
            _look_with(signal=lambda prices, lookback: np.sign(prices - _shift(_rolling(prices, lookback, np.mean)))),
            "The average stops one day before the price that it is compared with. "
            "Both end on the same day; only the holding is lagged.",
            ("sharpe", "flips"),
        ),
        Misconception(
            "log returns",
            _look_with(moves=lambda prices: np.append(np.nan, np.diff(np.log(prices)))),
            "These are log returns, which lie below simple ones by half the variance. What a position earns is the simple return.",
            ("sharpe",),
        ),
        Misconception(
            "a flip counts twice",
            _look_with(flips=lambda held, start: np.abs(np.diff(held[start:])).sum()),
            "From +1 to −1 is a step of 2, but one flip. Count the changes, do not add their sizes.",
            ("flips",),
        ),
        Misconception(
            "flips of the whole history",
            _look_with(flips=lambda held, start: _changes(held[~np.isnan(held)], 0)),
            "The flips before the sample are counted too. Count them on the same rows as the Sharpe ratio.",
            ("flips",),
        ),
        Misconception(
            "flips in one direction",
            _look_with(flips=lambda held, start: (np.diff(held[start:]) > 0).sum()),
            "Only changes from short to long are counted. A change from long to short is a flip too.",
            ("flips",),
            alike=(_look_with(flips=lambda held, start: (np.diff(held[start:]) < 0).sum()),),
        ),
        Misconception(
            "days in the market instead of flips",
            _look_with(flips=lambda held, start: (held[start:] > 0).sum()),
            "This is the number of long days. A flip is a change from one day to the next.",
            ("flips",),
        ),
        Misconception(
            "changes its inputs",
            _look_fills,
            "The caller's prices are overwritten. Work on a copy.",
        ),
    ),
    variants=(compare_lookbacks_pandas, compare_lookbacks_numpy),
)
