"""Section 6.3, the trend portfolio: leaving an asset out, comparing lookbacks on one sample, and cutting assets that move as one."""

import itertools
import math
from collections.abc import Callable, Sequence
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
    spread: Any = lambda frame: frame.std(),
    year: Any = math.sqrt,
    rescale: bool = True,
    one_scale: bool = False,
    change: Any = lambda with_it, without: without - with_it,
) -> dict[str, float]:
    """The exercise with one idea replaced."""
    frames = (clean(returns), clean(rest(returns, asset)) if apart else rest(clean(returns), asset))
    found, scales = [], []
    for frame in frames:
        days = (frame / spread(frame)).sum(axis=1)
        scales.append(target_volatility / (days.std() * math.sqrt(periods_per_year)))
        scale = scales[0] if one_scale else scales[-1]
        days = days * scale if rescale else days * target_volatility / math.sqrt(periods_per_year) / len(frame.columns)
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
            _leave_with(spread=lambda frame: 1.0),
            "This is what equal dollars give: the most volatile asset is nearly the whole portfolio. "
            "Divide each asset's returns by its own standard deviation first.",
        ),
        Misconception(
            "divides by the variance",
            _leave_with(spread=lambda frame: frame.var()),
            "Dividing by the variance turns the tables: now the calmest asset rules. Equal volatility means dividing by the standard "
            "deviation.",
        ),
        Misconception(
            "multiplies by volatility",
            _leave_with(spread=lambda frame: 1.0 / frame.std()),
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


def _above_average(prices: Any, lookback: int) -> Any:
    return np.sign(prices - prices.rolling(lookback).mean())


def _common_start(lookbacks: Any, lookback: int) -> int:
    return max(*lookbacks, VOL_WINDOW) + 1


def _changes(held: Any, start: int) -> int:
    return int((held.iloc[start:].diff().iloc[1:] != 0).sum())


def _look(
    prices: Any,
    lookbacks: Any,
    *,
    signal: Any = _above_average,
    moves: Any = lambda prices: prices.pct_change(),
    lag: int = 1,
    risk: Any = lambda returns, lookback: returns.rolling(VOL_WINDOW).std().shift(1),
    start: Any = _common_start,
    year: float = math.sqrt(252),
    flips: Any = _changes,
) -> pd.DataFrame:
    """The exercise with one idea replaced."""
    returns = moves(prices)
    rows = []
    for lookback in lookbacks:
        held = signal(prices, lookback).shift(lag)
        first = start(lookbacks, lookback)
        earned = (held * returns / risk(returns, lookback)).iloc[first:].fillna(0.0)
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
            _look_with(lag=0, risk=lambda returns, lookback: returns.rolling(VOL_WINDOW).std()),
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
            _look_with(risk=lambda returns, lookback: returns.rolling(VOL_WINDOW).std()),
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
            _look_with(risk=lambda returns, lookback: returns.rolling(lookback).std().shift(1)),
            "The volatility is taken over the lookback. It is over 60 days whatever the lookback, so that only the signal differs.",
            ("sharpe",),
        ),
        Misconception(
            "divides by the variance",
            _look_with(risk=lambda returns, lookback: returns.rolling(VOL_WINDOW).var().shift(1)),
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
            _look_with(signal=lambda prices, lookback: (_above_average(prices, lookback) > 0).astype(float)),
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
            _look_with(signal=lambda prices, lookback: np.sign(prices - prices.shift(lookback - 1))),
            "The price is compared with one old price. Compare it with the average of the last `lookback` prices.",
            ("sharpe",),
        ),
        Misconception(
            "exponential average",
            _look_with(signal=lambda prices, lookback: np.sign(prices - prices.ewm(span=lookback, adjust=False).mean())),
            "This average is exponential. The rule asks for the simple one: every price of the window counts alike.",
            ("sharpe",),
        ),
        Misconception(
            "average without today",
            _look_with(signal=lambda prices, lookback: np.sign(prices - prices.shift(1).rolling(lookback).mean())),
            "The average stops one day before the price that it is compared with. "
            "Both end on the same day; only the holding is lagged.",
            ("sharpe", "flips"),
        ),
        Misconception(
            "log returns",
            _look_with(moves=lambda prices: np.log(prices).diff()),
            "These are log returns, which lie below simple ones by half the variance. What a position earns is the simple return.",
            ("sharpe",),
        ),
        Misconception(
            "a flip counts twice",
            _look_with(flips=lambda held, start: held.iloc[start:].diff().abs().sum()),
            "From +1 to −1 is a step of 2, but one flip. Count the changes, do not add their sizes.",
            ("flips",),
        ),
        Misconception(
            "flips of the whole history",
            _look_with(flips=lambda held, start: _changes(held.dropna(), 0)),
            "The flips before the sample are counted too. Count them on the same rows as the Sharpe ratio.",
            ("flips",),
        ),
        Misconception(
            "flips in one direction",
            _look_with(flips=lambda held, start: (held.iloc[start:].diff() > 0).sum()),
            "Only changes from short to long are counted. A change from long to short is a flip too.",
            ("flips",),
        ),
        Misconception(
            "days in the market instead of flips",
            _look_with(flips=lambda held, start: (held.iloc[start:] > 0).sum()),
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


EXERCISES: tuple[Exercise, ...] = (LEAVE_ONE_OUT, COMPARE_LOOKBACKS)
