"""Section 6.3, the trend portfolio: leaving an asset out, comparing lookbacks on one sample, and cutting assets that move as one."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Misconception

# --- leave_one_out ------------------------------------------------------------------------------------------------------------------

LEAVE_KEYS = ("sharpe_all", "sharpe_without", "volatility_all", "volatility_without", "sharpe_change")


def leave_one_out_reference(
    returns: pd.DataFrame, asset: Any, *, target_volatility: float = 0.10, periods_per_year: float = 252
) -> dict[str, float]:
    """Row by row on plain floats: keep complete rows, divide by each asset's deviation, add, scale to the target, measure."""
    names = list(returns.columns)
    rows = [row for row in returns.to_numpy(dtype=float).tolist() if not any(math.isnan(value) for value in row)]
    deviations = [_deviation([row[place] for row in rows]) for place in range(len(names))]

    def measured(places: list[int]) -> tuple[float, float]:
        days = [sum(row[place] / deviations[place] for place in places) for row in rows]
        year = math.sqrt(periods_per_year)
        scale = target_volatility / (_deviation(days) * year)
        scaled = [scale * day for day in days]
        return sum(scaled) / len(scaled) / _deviation(scaled) * year, _deviation(scaled) * year

    sharpe_all, volatility_all = measured(list(range(len(names))))
    sharpe_without, volatility_without = measured([place for place, name in enumerate(names) if name != asset])
    return {
        "sharpe_all": sharpe_all,
        "sharpe_without": sharpe_without,
        "volatility_all": volatility_all,
        "volatility_without": volatility_without,
        "sharpe_change": sharpe_without - sharpe_all,
    }


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def asset_returns(
    rng: np.random.Generator, days: int, count: int, *, missing: float = 0.0, drift: float = 0.0, index: Any = None
) -> pd.DataFrame:
    """Correlated daily returns of unlike volatilities and Sharpe ratios; a share ``missing`` of each asset's rows is NaN."""
    risk = rng.permutation(np.geomspace(0.06, 0.7, count)) / math.sqrt(252)
    mean = (drift + rng.uniform(-0.6, 1.8, count)) * risk / math.sqrt(252)
    shocks = 0.5 * rng.standard_normal((days, 1)) + math.sqrt(0.75) * rng.standard_normal((days, count))
    values = mean + risk * np.clip(shocks, -4.5, 4.5)
    values[rng.random(values.shape) < missing] = np.nan
    rows = pd.bdate_range("2021-03-01", periods=days) if index is None else index
    return pd.DataFrame(values, index=rows, columns=[f"asset_{place}" for place in rng.permutation(count)])


def leave_one_out_cases(rng: np.random.Generator) -> list[Case]:
    """Complete data, data with gaps at different assets, two assets, losing assets, weekly data, another target, an odd index."""
    cases = []

    def add(frame: pd.DataFrame, place: int, label: str, **options: float) -> None:
        cases.append(Case((frame, frame.columns[place]), options, label))

    add(asset_returns(rng, 260, 4), int(rng.integers(4)), "no row is missing")
    add(asset_returns(rng, 340, 4, missing=0.12), 0, "returns are missing on different days of different assets")
    late = asset_returns(rng, 420, 3, missing=0.03)
    late.iloc[:200, 1] = np.nan
    add(late, 1, "the asset that leaves began later than the others")
    add(asset_returns(rng, 260, 2, missing=0.1), 1, "one asset stays")
    add(asset_returns(rng, 260, 5, drift=-2.0), 2, "most assets lose", target_volatility=0.15)
    odd = pd.Index(rng.permutation(np.arange(7, 7 + 300)))
    add(asset_returns(rng, 300, 4, missing=0.05, index=odd), 3, "weekly returns, an index of numbers", periods_per_year=52)
    add(asset_returns(rng, 280, 6, drift=1.0), 0, "another target", target_volatility=0.2, periods_per_year=365)
    return cases


def leave_one_out_read(result: Any, case: Case) -> Fields:
    """The five numbers."""
    answer = base.need_keys("leave_one_out", result, LEAVE_KEYS)
    return {key: base.number(f"`{key}`", answer[key]) for key in LEAVE_KEYS}


def leave_one_out_pandas(returns: Any, asset: Any, *, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    """Series and pandas' deviations."""
    complete = returns.dropna()
    equal = complete / complete.std()
    both = {"all": equal.mean(axis=1), "without": equal.drop(columns=asset).mean(axis=1)}
    answer = {}
    for name, days in both.items():
        days = days * target_volatility / (days.std() * periods_per_year**0.5)
        answer[f"volatility_{name}"] = days.std() * np.sqrt(periods_per_year)
        answer[f"sharpe_{name}"] = days.mean() * periods_per_year / answer[f"volatility_{name}"]
    answer["sharpe_change"] = answer["sharpe_without"] - answer["sharpe_all"]
    return pd.Series(answer)


def leave_one_out_numpy(returns: Any, asset: Any, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    """NumPy with ddof 0, covariances instead of daily sums, NumPy scalars and more keys than were asked for."""
    values = returns.values[~np.isnan(returns.values).any(axis=1)]
    answer: dict[str, Any] = {"asset": asset, "days": len(values)}
    for name, kept in (("all", returns.columns == returns.columns), ("without", returns.columns != asset)):
        weights = kept / values.std(axis=0)
        risk = np.sqrt(weights @ np.cov(values.T, ddof=0) @ weights * periods_per_year)
        weights = weights * target_volatility / risk
        answer["sharpe_" + name] = np.float64(weights @ values.mean(axis=0) * periods_per_year / target_volatility)
        answer["volatility_" + name] = np.array([np.std(values @ weights) * np.sqrt(periods_per_year)])
    answer["sharpe_change"] = np.subtract(answer["sharpe_without"], answer["sharpe_all"])
    return answer


def _leave(
    returns: Any,
    asset: Any,
    target_volatility: float = 0.10,
    periods_per_year: float = 252,
    *,
    clean: Any = lambda frame: frame.dropna(),
    rest: Any = lambda frame, asset: frame.drop(columns=asset),
    apart: bool = False,
    spread: Any = lambda values: np.nanstd(values, axis=0),
    year: Any = math.sqrt,
    rescale: bool = True,
    one_scale: bool = False,
    change: Any = lambda with_it, without: without - with_it,
) -> dict[str, float]:
    """The exercise with one idea replaced."""
    frames = (clean(returns), clean(rest(returns, asset)) if apart else rest(clean(returns), asset))
    found, scales = [], []
    for values in (frame.to_numpy() for frame in frames):
        days = np.nansum(values / spread(values), axis=1)
        scales.append(target_volatility / (days.std() * math.sqrt(periods_per_year)))
        scale = scales[0] if one_scale else scales[-1]
        days = days * scale if rescale else days * target_volatility / math.sqrt(periods_per_year) / values.shape[1]
        found.append((days.mean() / days.std() * year(periods_per_year), days.std() * math.sqrt(periods_per_year)))
    (sharpe_all, risk_all), (sharpe_rest, risk_rest) = found
    return {
        "sharpe_all": sharpe_all,
        "sharpe_without": sharpe_rest,
        "volatility_all": risk_all,
        "volatility_without": risk_rest,
        "sharpe_change": change(sharpe_all, sharpe_rest),
    }


def _leave_with(**idea: Any) -> Callable[..., Any]:
    return lambda returns, asset, *, target_volatility=0.10, periods_per_year=252: _leave(
        returns, asset, target_volatility, periods_per_year, **idea
    )


def _leave_average_of_sharpes(returns: Any, asset: Any, *, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    complete = returns.dropna()
    each = complete.mean() / complete.std() * math.sqrt(periods_per_year)
    answer = _leave(returns, asset, target_volatility, periods_per_year)
    with_it, without = each.mean(), each.drop(asset).mean()
    return answer | {"sharpe_all": with_it, "sharpe_without": without, "sharpe_change": without - with_it}


def _leave_deletes(returns: Any, asset: Any, *, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    answer = _leave(returns, asset, target_volatility, periods_per_year)
    del returns[asset]
    return answer


def _leave_fixed_target(returns: Any, asset: Any, *, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    return _leave(returns, asset, 0.10, periods_per_year)


def _leave_252(returns: Any, asset: Any, *, target_volatility: Any = 0.10, periods_per_year: Any = 252) -> Any:
    return _leave(returns, asset, target_volatility, 252)


LEAVE_ONE_OUT = Exercise(
    name="leave_one_out",
    section="6.3",
    parameters=("returns", "asset", "target_volatility", "periods_per_year"),
    reference=leave_one_out_reference,
    cases=leave_one_out_cases,
    read=leave_one_out_read,
    fields=(
        Field("sharpe_all", "mean over standard deviation of all assets' equally risky total, times √periods_per_year", 0.005, 1e-6),
        Field("volatility_all", "each portfolio is rescaled so that its own annual volatility is the target", 0.005, 1e-6),
        Field("sharpe_without", "the same rows as for all assets, the asset left out of the total, then rescaled", 0.005, 1e-6),
        Field("volatility_without", "each portfolio is rescaled so that its own annual volatility is the target", 0.005, 1e-6),
        Field("sharpe_change", "the Sharpe ratio without the asset minus the one with it", 0.005, 1e-6),
    ),
    parts={
        "all": ("sharpe_all", "volatility_all"),
        "without": ("sharpe_without", "volatility_without", "sharpe_change"),
    },
    misconceptions=(
        Misconception(
            "drops rows apart",
            _leave_with(apart=True),
            "The two portfolios are measured on different days: you drop incomplete rows again after the asset has gone. "
            "Drop them once, while every asset is there; otherwise part of the change is a change of sample.",
            ("without",),
        ),
        Misconception(
            "fills missing returns with 0",
            _leave_with(clean=lambda frame: frame.fillna(0.0)),
            "A missing return is not a return of 0. Keep only the rows in which every asset has a return.",
        ),
        Misconception(
            "adds what is there",
            _leave_with(clean=lambda frame: frame.dropna(how="all")),
            "On days when an asset has no return you add up the others, so the portfolio holds fewer assets on some days. "
            "Keep only the rows in which every asset has a return.",
        ),
        Misconception(
            "equal dollars",
            _leave_with(spread=lambda values: 1.0),
            "This is what equal dollars give: the most volatile asset is nearly the whole portfolio. "
            "Divide each asset's returns by its own standard deviation first.",
        ),
        Misconception(
            "divides by the variance",
            _leave_with(spread=lambda values: np.nanvar(values, axis=0)),
            "Dividing by the variance turns the tables: now the calmest asset rules. Equal volatility means dividing by the standard "
            "deviation.",
        ),
        Misconception(
            "multiplies by volatility",
            _leave_with(spread=lambda values: 1.0 / np.nanstd(values, axis=0)),
            "Multiplying by volatility makes risky assets riskier still. Divide by it.",
        ),
        Misconception(
            "portfolio is not rescaled",
            _leave_with(rescale=False),
            "Each asset has its share of the target, but the portfolio delivers less than the target: risks that are not perfectly "
            "correlated do not add up. Rescale the portfolio by its own volatility.",
        ),
        Misconception(
            "one scale for both portfolios",
            _leave_with(one_scale=True),
            "The smaller portfolio still has the scale of the full one. "
            "Rescale each by its own volatility, so that both run at the target.",
            ("without",),
        ),
        Misconception(
            "daily Sharpe ratio",
            _leave_with(year=lambda periods: 1.0),
            "These are Sharpe ratios of one period. Multiply by the square root of periods_per_year.",
        ),
        Misconception(
            "annualises by the periods, not their root",
            _leave_with(year=float),
            "The mean grows with the number of periods and the deviation with its root, so their ratio grows with the root of "
            "periods_per_year.",
        ),
        Misconception(
            "252 days whatever the data",
            _leave_252,
            "252 is written into the function, but the data need not be daily: use periods_per_year.",
        ),
        Misconception(
            "target of 10 % whatever is asked",
            _leave_fixed_target,
            "The portfolio runs at 10 % whatever target_volatility says.",
        ),
        Misconception(
            "change with the wrong sign",
            _leave_with(change=lambda with_it, without: with_it - without),
            "Your sharpe_change is with minus without. It is without minus with: positive when the portfolio is better off.",
            ("without",),
        ),
        Misconception(
            "change in percent of the ratio",
            _leave_with(change=lambda with_it, without: without / with_it - 1.0),
            "A relative change of a ratio near 0 says nothing. sharpe_change is a plain difference.",
            ("without",),
        ),
        Misconception(
            "keeps the asset alone",
            _leave_with(rest=lambda frame, asset: frame[[asset]]),
            "This is the portfolio of the asset alone. Leave it out and keep the others.",
            ("without",),
        ),
        Misconception(
            "always drops the last column",
            _leave_with(rest=lambda frame, asset: frame.iloc[:, :-1]),
            "The asset that leaves is always the last column. Drop the one named by `asset`.",
            ("without",),
        ),
        Misconception(
            "log returns of the total",
            _leave_with(clean=lambda frame: np.log1p(frame.dropna())),
            "Logarithms of returns do not add up across assets. Portfolio returns are sums of simple returns.",
        ),
        Misconception(
            "averages Sharpe ratios",
            _leave_average_of_sharpes,
            "The average of the assets' Sharpe ratios leaves diversification out. "
            "Form the portfolio's returns first, then measure them.",
        ),
        Misconception(
            "changes its inputs",
            _leave_deletes,
            "The asset is deleted from the caller's frame. Use `returns.drop(columns=asset)`, which makes a new one.",
        ),
    ),
    variants=(leave_one_out_pandas, leave_one_out_numpy),
)


# --- compare_lookbacks --------------------------------------------------------------------------------------------------------------

LOOKBACK_COLUMNS = ("sharpe", "n_days", "flips")
VOL_WINDOW = 60


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
        rows.append((sum(earned) / len(earned) / _deviation(earned) * math.sqrt(252), len(earned), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=list(LOOKBACK_COLUMNS))


def closing_prices(rng: np.random.Generator, days: int, *, sigma: float, drift: float = 0.0, index: Any = None) -> pd.Series:
    """Closes with a drift that wanders and a volatility that changes, so that trends, flips and sizes all matter."""
    risk = sigma / math.sqrt(252) * np.exp(0.5 * np.sin(np.arange(days) / rng.uniform(15, 30) + rng.uniform(0, 6)))
    wandering = np.cumsum(rng.standard_normal(days)) / math.sqrt(days) * 0.15
    steps = risk * np.clip(rng.standard_normal(days) + wandering + drift / math.sqrt(252), -4.0, 4.0)
    rows = pd.bdate_range("2019-06-03", periods=days) if index is None else index
    return pd.Series(rng.uniform(20, 200) * np.exp(np.cumsum(steps)), index=rows, name="close")


def compare_lookbacks_cases(rng: np.random.Generator) -> list[Case]:
    """Long and short lookbacks, all shorter than the volatility window, unsorted, one alone, falling and wild markets, odd index."""
    odd = pd.Index(rng.permutation(np.arange(3, 3 + 380)))
    wild = closing_prices(rng, 300, sigma=0.8, drift=2.0)
    return [
        Case((closing_prices(rng, 440, sigma=0.2), (100, 200)), label="the longest lookback decides the sample of all"),
        Case((closing_prices(rng, 280, sigma=0.3), (20, 50)), label="every lookback is shorter than the 60 days of the volatility"),
        Case((closing_prices(rng, 380, sigma=0.25, index=odd), [150, 10, 60]), label="lookbacks in no order, an index of numbers"),
        Case((wild, (80,)), label="one lookback, a volatile market"),
        Case((closing_prices(rng, 320, sigma=0.5, drift=-2.0), [30, 120]), label="a falling market"),
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
    """Arrays, cumulative sums, ddof 0, annual volatility; flips are those of the signal before it is held."""
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
    return np.sign(prices - _rolling(prices, lookback, np.mean))


def _above_exponential_average(prices: np.ndarray, lookback: int) -> np.ndarray:
    return np.sign(prices - pd.Series(prices).ewm(span=lookback, adjust=False).mean().to_numpy())


def _simple(prices: np.ndarray) -> np.ndarray:
    return np.append(np.nan, prices[1:] / prices[:-1] - 1.0)


def _yesterdays_risk(returns: np.ndarray, lookback: int) -> np.ndarray:
    return _shift(_rolling(returns, VOL_WINDOW, np.std))


def _common_start(lookbacks: Any, lookback: int) -> int:
    return max(*lookbacks, VOL_WINDOW) + 1


def _changes(held: np.ndarray, start: int) -> int:
    return int(np.count_nonzero(np.diff(held[start:])))


def _look(
    prices: Any,
    lookbacks: Any,
    *,
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
        earned = np.nan_to_num((held * returns / risk(returns, lookback))[first:])
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
            "The days of the warm-up are in the sample, as returns of 0. They water the ratio down, most for the longest lookback.",
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
            "Your sample begins one row late. Counted from 0, the first row with a lagged signal and volatility is "
            "max(max(lookbacks), 60) + 1.",
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
            _look_with(risk=lambda returns, lookback: 1.0),
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


# --- correlation_filter -------------------------------------------------------------------------------------------------------------

FLOOR = 0.2
"""Share of its base weight that an asset with one twin keeps at least."""
CLEAR = 1e-3
"""By how much a correlation exceeds the threshold before a cut is demanded: a right formula may cut in proportion to the excess."""
EXACT = 1e-6


@dataclass(frozen=True)
class Probe(Case):
    """A case of the filter; a ``kind`` says how it varies the case at position ``of``: future (from ``row`` on), more, order."""

    kind: str = ""
    of: int = -1
    row: int = 0


def correlation_filter_reference(
    returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """Row by row: the nearest twin's excess over the threshold, as a share of the most it can be, takes away up to 60 %."""
    values = returns.to_numpy(dtype=float)
    base_row = np.array([float(base_weights[name]) for name in returns.columns])
    weights = np.tile(base_row, (len(values), 1))
    for row in range(window, len(values)):
        known = values[row - window : row]
        units = known - known.mean(axis=0)
        units /= np.sqrt((units**2).sum(axis=0))
        nearest = (units.T @ units - 2.0 * np.eye(len(base_row))).max(axis=1)
        excess = np.clip((nearest - threshold) / (1.0 - threshold), 0.0, 1.0)
        weights[row] *= 1.0 - 0.6 * excess
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)


def linked_returns(
    rng: np.random.Generator, days: int, links: Sequence[Sequence[float]], *, span: tuple[float, float] = (0.0, 1.0)
) -> pd.DataFrame:
    """Daily returns in groups: one number per asset, its loading on the group's factor (negative: a hedge), within ``span``.

    Outside ``span`` (shares of the sample) and with a loading of 0 an asset moves by itself. Volatilities differ up to fivefold.
    """
    live = (np.arange(days) >= span[0] * days) & (np.arange(days) < span[1] * days)
    columns = {}
    for group, loadings in zip("ABCDEFG", links, strict=False):
        factor = rng.standard_normal(days)
        for place, loading in enumerate(loadings, start=1):
            own = rng.standard_normal(days)
            moves = np.where(live, loading * factor + math.sqrt(1.0 - loading**2) * own, own)
            columns[f"{group}{place}"] = rng.uniform(0.004, 0.02) * moves + rng.normal(0.0, 0.001)
    order = rng.permutation(list(columns))
    return pd.DataFrame(columns, index=pd.bdate_range("2022-01-03", periods=days))[list(order)]


def _future(rng: np.random.Generator, returns: pd.DataFrame, row: int) -> pd.DataFrame:
    """The same returns up to ``row``; from there on the twins A1 and A2 part, and the strangers B1 and C1 move as one."""
    changed = returns.copy()
    shock = 0.2 * (1.0 + rng.random(len(returns) - row)) * np.where(np.arange(len(returns) - row) % 2, -1.0, 1.0)
    for name, sign in (("A1", 1.0), ("A2", -1.0), ("B1", 1.0), ("C1", 1.0)):
        changed.iloc[row:, changed.columns.get_loc(name)] = sign * shock
    return changed


def correlation_filter_cases(rng: np.random.Generator) -> list[Case]:
    """Twins for a while, twins always, triplets, hedges, other windows and thresholds; the future, columns and twins varied."""
    cases: list[Case] = []

    def add(returns: pd.DataFrame, label: str, weights: pd.Series | None = None, **more: Any) -> int:
        varied = {key: more.pop(key) for key in ("kind", "of", "row") if key in more}
        if weights is None:
            weights = pd.Series(rng.uniform(0.05, 0.5, len(returns.columns)), index=returns.columns)
        cases.append(Probe((returns, weights), more, label, **varied))
        return len(cases) - 1

    passing = linked_returns(rng, 90, [(0.98, 0.98), (0.0,), (0.0,)], span=(0.3, 0.65))
    first = add(passing, "A1 and A2 are twins for a third of the time", window=15)
    for row in (45, 75):
        changed = _future(rng, passing, row)
        add(changed, f"row {row} and later are changed", cases[first].args[1], window=15, kind="future", of=first, row=row)
    add(linked_returns(rng, 60, [(0.97, 0.97)], span=(0.0, 0.5)), "two assets, twins for half of the time", window=20)
    pair = linked_returns(rng, 70, [(0.99, 0.97), (0.0,), (0.0,)])
    second = add(pair, "A1 and A2 are twins", window=20, threshold=0.75)
    wider = pair.assign(A3=3.0 * pair["A2"])[[*rng.permutation([*pair.columns, "A3"])]]
    weights = pd.concat([cases[second].args[1], pd.Series({"A3": 0.3})])[wider.columns]
    add(wider, "A3 = 3 · A2 has joined", weights, window=20, threshold=0.75, kind="more", of=second)
    turned = pair[pair.columns[::-1]]
    add(turned, "the columns in another order", cases[second].args[1][::-1], window=20, threshold=0.75, kind="order", of=second)
    add(linked_returns(rng, 130, [(0.96, 0.96, 0.96), (0.97, -0.97), (0.0,)]), "B2 is a hedge of B1, A1 to A3 are triplets")
    hedged = linked_returns(rng, 100, [(0.95, -0.95), (0.99, 0.99), (0.85, 0.85)], span=(0.0, 0.6))
    hedged.index = pd.Index(rng.permutation(np.arange(11, 111)))
    add(hedged - 0.004, "falling assets, an index of numbers", window=25, threshold=0.5)
    add(linked_returns(rng, 80, [(0.93, 0.93), (0.995, 0.995), (0.0,)]), "a high threshold", window=30, threshold=0.93)
    return cases


def correlation_filter_read(result: Any, case: Case) -> Fields:
    """The weights as an array, columns in the order of the returns."""
    returns = case.args[0]
    frame = base.table("correlation_filter", result, list(returns.columns), list(returns.index))
    columns = [base.numbers(f"column {name!r}", frame[name], len(returns), allow_nan=True) for name in returns.columns]
    return {"weights": np.column_stack(columns)}


Results = Sequence[tuple[Case, Fields]]
NOTHING_CUT = (
    "Nothing is cut in any of the cases, although some hold twins whose returns are nearly the same. "
    "Compare the correlation of two columns over the last `window` rows with `threshold`."
)


def windowed(values: np.ndarray, window: int) -> np.ndarray:
    """Correlations of the ``window`` rows before every row and after the last: (rows + 1, assets, assets), NaN before the first."""
    days, count = values.shape
    found = np.full((days + 1, count, count), np.nan)
    if window > days:
        return found
    units = np.lib.stride_tricks.sliding_window_view(values, window, axis=0)
    units = units - units.mean(axis=2, keepdims=True)
    units /= np.sqrt((units**2).sum(axis=2, keepdims=True))
    found[window:] = units @ units.transpose(0, 2, 1)
    return found


class _Seen:
    """A case as the judges see it: the answer's weights, and what the returns before every row say about every asset.

    ``related`` has shape (rows + 1, assets, assets), NaN before the first full window and on the diagonal;
    ``status`` (rows + 1, assets) is 1 where an asset has a twin, −1 where it has none, 0 where a hair decides.
    ``settled`` (rows, assets) marks the rows whose status is also that of the row before and the row after:
    there a formula is judged, elsewhere its timing.
    """

    def __init__(self, case: Case, fields: Fields) -> None:
        returns, weights = case.args
        options = {"window": 60, "threshold": 0.7} | dict(case.kwargs)
        self.case, self.window, self.threshold = case, int(options["window"]), float(options["threshold"])
        self.names = list(returns.columns)
        self.base = np.array([float(weights[name]) for name in self.names])
        self.weights = fields["weights"]
        self.kept = self.weights / self.base
        values = returns.to_numpy(dtype=float)
        count = len(self.names)
        self.related = windowed(values, self.window)
        self.related[:, range(count), range(count)] = np.nan
        self.over = self.related > self.threshold
        self.nearest = np.where(np.isnan(self.related), -1.0, self.related).max(axis=2)
        self.status = 1 * (self.nearest > self.threshold + CLEAR) - 1 * (self.nearest < self.threshold - EXACT)
        self.status[: self.window] = 0
        same = (self.status[1:-1] == self.status[:-2]) & (self.status[1:-1] == self.status[2:])
        self.settled = np.vstack([np.zeros((1, count), dtype=bool), same])
        self.cut = (self.kept < 1.0 - 1e-7) & (self.kept > -1e-9)
        self.base_kept = np.isclose(self.weights, self.base, rtol=EXACT, atol=1e-9)
        status = self.status[:-1]
        self.uncut = (status == 1) & ~self.cut
        self.touched = (status == -1) & ~self.base_kept

    def at(self, row: int, place: int) -> str:
        """The case, the place in it and the weight there, as a student reads them."""
        told = f" ({self.case.label})" if self.case.label else ""
        weight, whole = base.shown(self.weights[row, place]), base.shown(self.base[place])
        where = f"In `{self.case.call('correlation_filter')}`{told}, row {row}"
        return f"{where}, the weight of {self.names[place]} is {weight}, its base weight {whole}"

    def reason(self, row: int, place: int) -> str:
        """What the rows before say about an asset."""
        last = f"Over rows {row - self.window} to {row - 1}"
        if self.status[row, place] == 1:
            twin = self.names[int(np.nanargmax(self.related[row, place]))]
            return f"{last} its correlation with {twin} is {self.nearest[row, place]:.4g}, above {self.threshold}: both are to be cut."
        low = np.nanmin(self.related[row, place])
        return (
            f"{last} its correlations with the others lie between {low:.4g} and {self.nearest[row, place]:.4g}; "
            f"none is above {self.threshold}, so it stays untouched."
        )


def _first(wrong: np.ndarray) -> tuple[int, int] | None:
    found = np.argwhere(wrong)
    return (int(found[0][0]), int(found[0][1])) if len(found) else None


def _all_seen(got: Results) -> list[_Seen]:
    return [_Seen(case, fields) for case, fields in got]


def judge_lag(got: Results) -> str | None:
    """Base weights before the first full window; no weight knows its own row or a later one; none is a row late."""
    cases = _all_seen(got)
    for seen in cases:
        if place := _first(~seen.base_kept[: seen.window]):
            return f"{seen.at(*place)}. With fewer than {seen.window} rows before it, every asset keeps its base weight."
    for seen in cases:
        if isinstance(seen.case, Probe) and seen.case.kind == "future":
            end, before = seen.case.row + 1, cases[seen.case.of].weights
            same = np.isclose(seen.weights[:end], before[:end], rtol=EXACT, atol=1e-9, equal_nan=True)
            if place := _first(~same):
                was = base.shown(before[place])
                return f"{seen.at(*place)}; before the change the weight was {was}. The weights of row t use only rows before t."
    for seen in cases:
        bad = seen.uncut | seen.touched
        timed = ~seen.settled & ~(bad & seen.settled).any(axis=0) & seen.cut.any(axis=0)
        if place := _first(bad & timed):
            return f"{seen.at(*place)}. {seen.reason(*place)} Does your window end with the row before?"
    return None if any(seen.cut.any() for seen in cases) else NOTHING_CUT


def judge_cut(got: Results) -> str | None:
    """Twins are cut, alike, a pair to no less than a fifth; another twin raises nothing; the order of columns changes nothing."""
    cases = _all_seen(got)
    for seen in cases:
        if place := _first(seen.uncut & seen.settled):
            return f"{seen.at(*place)}. {seen.reason(*place)}"
        if complaint := _pairs(seen):
            return complaint
    for seen in cases:
        kind = seen.case.kind if isinstance(seen.case, Probe) else ""
        if kind not in ("more", "order") or not isinstance(seen.case, Probe):
            continue
        before = cases[seen.case.of]
        places = [seen.names.index(name) for name in before.names]
        mine = seen.weights[:, places]
        if kind == "more":
            good, rule = (mine <= before.weights + 1e-9) | ~before.cut, "One more twin never raises a weight"
        else:
            good, rule = np.isclose(mine, before.weights, rtol=EXACT, atol=1e-9), "The order of the columns does not matter"
        good[: seen.window] = True
        if place := _first(~good):
            was = base.shown(before.weights[place])
            return f"{seen.at(place[0], places[place[1]])}; before the change the weight was {was}. {rule}."
    return None if any(seen.cut.any() for seen in cases) else NOTHING_CUT


def _pairs(seen: _Seen) -> str | None:
    """A complaint about two assets that are twins of each other and of nobody else, now and in the rows around."""
    over = seen.over & (seen.over.sum(axis=2) == 1)[:, :, None] & (seen.over.sum(axis=1) == 1)[:, None, :]
    alone = over[1:-1] & over[:-2] & over[2:] & (seen.status[1:-1] == 1)[:, :, None]
    before, first, second = np.nonzero(alone)
    one, other = seen.kept[before + 1, first], seen.kept[before + 1, second]
    unlike = ~np.isclose(one, other, rtol=EXACT, atol=1e-9)
    for place in np.flatnonzero(unlike | ~(one >= FLOOR - EXACT))[:1]:
        mine, twin = seen.names[first[place]], seen.names[second[place]]
        shares = f"{mine} keeps {base.shown(one[place])} of it, its twin {twin} {base.shown(other[place])}"
        told = f"{seen.at(before[place] + 1, first[place])}. So {shares}"
        if unlike[place]:
            return f"{told}. Twins of each other, and of nobody else, keep the same share."
        return f"{told}. Of a pair, each keeps at least 20 %."
    return None


def judge_untouched(got: Results) -> str | None:
    """0 ≤ weight ≤ base, and the base weight itself for whoever has no twin, hedges included."""
    cases = _all_seen(got)
    for seen in cases:
        inside = (seen.weights >= -1e-9) & (seen.weights <= seen.base * (1.0 + EXACT))
        inside[: seen.window] = True
        if place := _first(~inside):
            return f"{seen.at(*place)}. The filter only cuts, and what it cuts goes to nobody: 0 ≤ weight ≤ base weight."
        if place := _first(seen.touched & seen.settled):
            return f"{seen.at(*place)}. {seen.reason(*place)}"
    return None if any(seen.cut.any() for seen in cases) else NOTHING_CUT


def correlation_filter_by_twins(returns: Any, base_weights: Any, window: Any = 60, threshold: Any = 0.7) -> pd.DataFrame:
    """pandas' rolling correlations, lagged by a shift; the weight is divided among the twins, to no less than a fifth."""
    twins = pd.DataFrame(1, index=returns.index, columns=returns.columns)
    for one in returns.columns:
        for other in returns.columns.difference([one]):
            twins[one] += (returns[one].rolling(window).corr(returns[other]).shift(1) > threshold).to_numpy()
    return (1 / twins).clip(lower=0.2) * base_weights


def correlation_filter_halves(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> pd.DataFrame:
    """Loops over rows and pairs, statistics from the standard library, weights in lists."""
    columns = {name: [float(value) for value in returns[name]] for name in returns.columns}
    weights: dict[Any, list[float]] = {name: [] for name in columns}
    for row in range(len(returns)):
        twins = set()
        if row >= window:
            units = {name: _unit(values[row - window : row]) for name, values in columns.items()}
            for one, other in itertools.combinations(columns, 2):
                if sum(map(float.__mul__, units[one], units[other])) > threshold:
                    twins |= {one, other}
        for name, column in weights.items():
            column.append(float(base_weights[name]) * (0.5 if name in twins else 1.0))
    return pd.DataFrame(weights, index=returns.index)


def _unit(values: list[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    length = math.sqrt(math.fsum((value - mean) ** 2 for value in values))
    return [(value - mean) / length for value in values]


def correlation_filter_fifths(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> pd.DataFrame:
    """A frame written to row by row; twins keep a fifth; columns come back sorted."""
    weights = pd.DataFrame({name: float(base_weights[name]) for name in returns}, index=range(len(returns)))
    for row in range(window, len(returns)):
        related = returns.iloc[row - window : row].corr() - 2.0 * np.eye(returns.shape[1])
        weights.loc[row, (related > threshold).any()] *= 0.2
    return weights.set_axis(returns.index).sort_index(axis=1)


def correlation_filter_multiplied(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> pd.DataFrame:
    """Every twin multiplies the weight by 1 − ρ/2: the closer and the more, the smaller."""
    frame = returns.rolling(window).corr().to_numpy().reshape(len(returns), returns.shape[1], -1)
    related = np.concatenate([np.zeros_like(frame[:1]), frame[:-1]])
    factors = np.where((related > threshold) & ~np.eye(returns.shape[1], dtype=bool), 1.0 - related / 2.0, 1.0)
    return pd.DataFrame(factors.prod(axis=2) * base_weights.to_numpy(), returns.index, returns.columns)


def _link(values: np.ndarray, window: int) -> np.ndarray:
    return windowed(values, window)[:-1]


def _covariances(values: np.ndarray, window: int) -> np.ndarray:
    deviations = pd.DataFrame(values).rolling(window).std().shift(1).to_numpy()
    return _link(values, window) * deviations[:, :, None] * deviations[:, None, :]


def _whole_sample(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    stack[window:] = np.corrcoef(values, rowvar=False)
    return stack


def _centred(values: np.ndarray, window: int) -> np.ndarray:
    stack = windowed(values, window)
    ahead = np.arange(window, len(values)) + window - window // 2
    return np.concatenate([stack[:window], stack[np.minimum(ahead, len(values))]])


def _growing(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    for row in range(window, len(values)):
        stack[row] = np.corrcoef(values[:row], rowvar=False)
    return stack


def _impatient(values: np.ndarray, window: int) -> np.ndarray:
    stack = _link(values, window)
    for row in range(3, window):
        stack[row] = np.corrcoef(values[:row], rowvar=False)
    return stack


def _late(values: np.ndarray, window: int) -> np.ndarray:
    stack = windowed(values, window)
    return np.concatenate([stack[:1], stack[:-2]])


def _any_twin(related: np.ndarray, threshold: float) -> Any:
    return (related > threshold).any(axis=2)


def _everyone_with_a_pair(related: np.ndarray, threshold: float) -> Any:
    over: Any = related > threshold
    return np.broadcast_to(over.any(axis=(1, 2))[:, None], over.shape[:2])


def _halve(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(twins, 0.5 * row, row)


def _filter(
    returns: Any,
    base_weights: Any,
    window: int = 60,
    threshold: float = 0.7,
    *,
    values: Any = lambda returns: returns.to_numpy(dtype=float),
    relate: Any = _link,
    own: float = -2.0,
    twins: Any = _any_twin,
    cut: Any = _halve,
    warm: float = 1.0,
) -> pd.DataFrame:
    """The exercise with one idea replaced; twins keep half. ``relate`` gives (rows, assets, assets), ``cut`` (rows, assets)."""
    row_base = base_weights.to_numpy(dtype=float)
    related = relate(values(returns), window)
    known = ~np.isnan(related).any(axis=(1, 2))
    related = np.where(known[:, None, None], related, -1.0)
    related[:, range(len(row_base)), range(len(row_base))] = own
    weights = cut(row_base, twins(related, threshold), related, threshold)
    weights = np.where(known[:, None], weights, row_base)
    weights[:window] *= warm
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)


def _filter_with(**idea: Any) -> Callable[..., Any]:
    return lambda returns, base_weights, *, window=60, threshold=0.7: _filter(returns, base_weights, window, threshold, **idea)


def _filter_fixed_window(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, 60, threshold)


def _filter_fixed_threshold(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, window, 0.7)


def _filter_shifted(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    weights = _filter(returns, base_weights, window, threshold, relate=lambda values, window: windowed(values, window)[1:])
    return weights.shift(1)


def _filter_never_restores(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    return _filter(returns, base_weights, window, threshold).cummin()


def _filter_in_place(returns: Any, base_weights: Any, *, window: Any = 60, threshold: Any = 0.7) -> Any:
    answer = _filter(returns, base_weights, window, threshold)
    base_weights *= answer.iloc[-1] / base_weights * 0.5
    return answer


def _later_twin(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(np.tril(related > threshold, -1).any(axis=2), 0.5 * row, row)


def _larger_twin(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    return np.where(((related > threshold) & (row[:, None] > row[None, :])).any(axis=2), 0.5 * row, row)


def _renormalised(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    kept = _halve(row, twins, related, threshold)
    return kept * row.sum() / kept.sum(axis=1, keepdims=True)


def _given_away(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    kept = _halve(row, twins, related, threshold)
    spare = (row.sum() - kept.sum(axis=1)) / np.maximum(1, (~twins).sum(axis=1))
    return kept + np.where(twins, 0.0, spare[:, None])


def _split_evenly(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    shared = (twins * row).sum(axis=1) / np.maximum(1, twins.sum(axis=1)) / 2.0
    return np.where(twins, shared[:, None], row)


def _softened(row: np.ndarray, twins: np.ndarray, related: np.ndarray, threshold: float) -> np.ndarray:
    count = np.maximum((related > threshold).sum(axis=2), 1)
    return np.where(twins, row * (1.0 - 0.5 / count), row)


CORRELATION_FILTER = Exercise(
    name="correlation_filter",
    section="6.3",
    parameters=("returns", "base_weights", "window", "threshold"),
    reference=correlation_filter_reference,
    cases=correlation_filter_cases,
    read=correlation_filter_read,
    parts={"lag": ("weights",), "cut": ("weights",), "untouched": ("weights",)},
    judges={"lag": judge_lag, "cut": judge_cut, "untouched": judge_untouched},
    misconceptions=(
        Misconception(
            "today's return is in the window",
            _filter_with(relate=lambda values, window: windowed(values, window)[1:]),
            "Your window ends with the row itself, whose return the weight is going to earn. "
            "Shift by one row: it ends with the row before.",
            ("lag",),
        ),
        Misconception(
            "correlation of the whole sample",
            _filter_with(relate=_whole_sample),
            "One correlation of all the data, future included, decides every row. "
            "Row t may use the `window` rows before it, no others.",
            ("lag",),
        ),
        Misconception(
            "window around the row",
            _filter_with(relate=_centred),
            "Half of your window lies in the future: it is centred on the row. It must end with the row before.",
            ("lag",),
        ),
        Misconception(
            "lags twice",
            _filter_with(relate=_late),
            "The window ends two rows before. One shift is enough: the return of the row before is known.",
            ("lag",),
        ),
        Misconception(
            "no weights in the warm-up",
            _filter_with(warm=float("nan")),
            "The rows before the first full window have no weight. With nothing known against an asset it keeps its base weight.",
            ("lag",),
        ),
        Misconception(
            "weight 0 in the warm-up",
            _filter_with(warm=0.0),
            "The rows before the first full window have weight 0, so nothing is held. Keep the base weight there.",
            ("lag",),
        ),
        Misconception(
            "cuts before the window is full",
            _filter_with(relate=_impatient),
            "You cut on the correlation of a few rows, which is mostly noise. Wait for `window` rows.",
            ("lag",),
        ),
        Misconception(
            "shifts the weights and leaves a hole",
            _filter_shifted,
            "Shifting the weights by one row is right, but it leaves the first row empty. Fill it with the base weights.",
            ("lag",),
        ),
        Misconception(
            "the window grows",
            _filter_with(relate=_growing),
            "Everything since the first row is in your window. Take the last `window` rows: old links are forgotten.",
        ),
        Misconception(
            "60 rows whatever the window",
            _filter_fixed_window,
            "60 is written into the function. Use `window`.",
        ),
        Misconception(
            "0.7 whatever the threshold",
            _filter_fixed_threshold,
            "0.7 is written into the function. Use `threshold`.",
        ),
        Misconception(
            "hedges are cut",
            _filter_with(own=0.0, twins=lambda related, threshold: (np.abs(related) > threshold).any(axis=2)),
            "You look at the absolute correlation. An asset that moves the other way is a hedge: it lowers risk and stays untouched.",
            ("untouched",),
        ),
        Misconception(
            "only the later twin is cut",
            _filter_with(cut=_later_twin),
            "The first column of a pair keeps its weight and the second pays. Which comes first is chance: cut both alike.",
            ("cut",),
        ),
        Misconception(
            "only the larger twin is cut",
            _filter_with(cut=_larger_twin),
            "Only the larger of two twins is cut. Cut both by the same share.",
            ("cut",),
        ),
        Misconception(
            "twins are removed",
            _filter_with(cut=lambda row, twins, related, threshold: np.where(twins, 0.0, row)),
            "Both twins are gone, and with them the bet they share. Each of a pair keeps at least 20 % of its base weight.",
            ("cut",),
        ),
        Misconception(
            "weight times 1 − ρ",
            _filter_with(cut=lambda row, twins, related, threshold: np.where(twins, row * (1.0 - related.max(axis=2)), row)),
            "1 − ρ leaves next to nothing of close twins. Put a floor under it: each of a pair keeps at least 20 %.",
            ("cut",),
        ),
        Misconception(
            "weights are renormalised",
            _filter_with(cut=_renormalised),
            "After the cut you scale all weights up to the old sum, "
            "which raises those that were to stay as they are. Leave the sum smaller.",
            ("untouched",),
        ),
        Misconception(
            "the cut is given to others",
            _filter_with(cut=_given_away),
            "What the twins lose goes to the other assets. Nothing goes to anybody: no weight is above its base.",
            ("untouched",),
        ),
        Misconception(
            "twins share evenly",
            _filter_with(cut=_split_evenly),
            "Twins end with the same weight instead of the same share of their own base weight.",
            ("cut",),
        ),
        Misconception(
            "more twins, smaller cut",
            _filter_with(cut=_softened),
            "The cut is divided among the twins, so an asset with two keeps more than with one. One more twin never raises a weight.",
            ("cut",),
        ),
        Misconception(
            "average correlation",
            _filter_with(own=0.0, twins=lambda related, threshold: related.sum(axis=2) / (related.shape[1] - 1) > threshold),
            "You compare the average correlation with all others. One twin is enough, however unlike the rest are: "
            "look at the largest.",
            ("cut",),
        ),
        Misconception(
            "nothing reaches the threshold",
            _filter_with(relate=_covariances),
            "Nothing is ever cut. Is it covariances that you compare? Those of daily returns are about 0.0001 and never reach 0.7; "
            "correlation divides by both deviations.",
        ),
        Misconception(
            "the diagonal counts",
            _filter_with(own=1.0),
            "Every asset is cut, for each has a correlation of 1 with itself. Leave the diagonal out.",
            ("untouched",),
        ),
        Misconception(
            "one pair cuts all",
            _filter_with(twins=_everyone_with_a_pair),
            "As soon as one pair is linked you cut every asset. Cut those two, leave the others.",
            ("untouched",),
        ),
        Misconception(
            "correlation of price levels",
            _filter_with(values=lambda returns: (1.0 + returns).cumprod().to_numpy()),
            "These are correlations of prices. Two walks that drift look alike without any link: correlate the returns.",
        ),
        Misconception(
            "correlation squared",
            _filter_with(relate=lambda values, window: _link(values, window) ** 2),
            "You compare the square of the correlation, which loses the sign and needs 0.84 to pass 0.7.",
        ),
        Misconception(
            "never restores",
            _filter_never_restores,
            "Once cut, a weight stays cut. When the twins part, each has its base weight again: every row starts from the base.",
            ("untouched",),
        ),
        Misconception(
            "changes its inputs",
            _filter_in_place,
            "The caller's base weights are changed. Work on a copy.",
        ),
    ),
    variants=(
        correlation_filter_by_twins,
        correlation_filter_halves,
        correlation_filter_fifths,
        correlation_filter_multiplied,
    ),
)


EXERCISES: tuple[Exercise, ...] = (LEAVE_ONE_OUT, COMPARE_LOOKBACKS, CORRELATION_FILTER)
