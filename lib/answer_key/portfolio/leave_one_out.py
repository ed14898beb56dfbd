"""Leaving an asset out of a portfolio: reference, cases and wrong ideas."""

import math
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Answer, Case, Exercise, Field, Fields, Floats, Misconception, built
from answer_key.portfolio._statistics import deviation as _deviation

LEAVE_KEYS = ("sharpe_all", "sharpe_without", "volatility_all", "volatility_without", "sharpe_change")


def leave_one_out_reference(
    returns: pd.DataFrame, asset: str, *, target_volatility: float = 0.10, periods_per_year: float = 252
) -> dict[str, float]:
    """Row by row on plain floats.

    Keep complete rows, divide by each asset's deviation, add, scale to the target, measure.
    """
    names = list(returns.columns)
    rows = [row for row in returns.to_numpy(dtype=float).tolist() if not any(math.isnan(value) for value in row)]
    deviations = [_deviation([row[place] for row in rows]) for place in range(len(names))]

    def measured(places: list[int]) -> tuple[float, float]:
        days = [math.fsum(row[place] / deviations[place] for place in places) for row in rows]
        year = math.sqrt(periods_per_year)
        scale = target_volatility / (_deviation(days) * year)
        scaled = [scale * day for day in days]
        return math.fsum(scaled) / len(scaled) / _deviation(scaled) * year, _deviation(scaled) * year

    sharpe_all, volatility_all = measured(list(range(len(names))))
    sharpe_without, volatility_without = measured([place for place, name in enumerate(names) if name != asset])
    return {
        "sharpe_all": sharpe_all,
        "sharpe_without": sharpe_without,
        "volatility_all": volatility_all,
        "volatility_without": volatility_without,
        "sharpe_change": sharpe_without - sharpe_all,
    }



def leave_one_out_cases(rng: np.random.Generator) -> list[Case]:
    """Complete data and data with gaps, two assets, losing assets, and other settings.

    Gaps are at different assets; other settings are weekly data, another target and an odd index.
    """
    cases = []

    def add(drawn: str, place: int, label: str, **options: float) -> None:
        call, *more = drawn.splitlines()
        frame, made = built("\n".join([f"returns = data.asset_returns({call}, seed={rng.integers(2**31)})", *more]))
        cases.append(Case((frame, str(frame.columns[place])), options, label, made=made))

    add("260, 4", int(rng.integers(4)), "no row is missing")
    add("340, 4, missing=0.12", 0, "returns are missing on different days of different assets")
    add("420, 3, missing=0.03, late=(200, 1)", 1, "the asset that leaves began later than the others")
    add("260, 2, missing=0.1", 1, "one asset stays")
    add("260, 5, drift=-2.0", 2, "most assets lose", target_volatility=0.15)
    add('300, 4, missing=0.05, index="numbers"', 3, "weekly returns, an index of numbers", periods_per_year=52)
    add('250, 3\nreturns.columns = ["gold", "gold_mini", "oil"]', 0, "a name is part of another")
    add("280, 6, drift=1.0, missing=0.04", 0, "another target", target_volatility=0.2, periods_per_year=365)
    return cases


def leave_one_out_read(result: Any, case: Case) -> Fields:
    """The five numbers."""
    answer = base.need_keys("leave_one_out", result, LEAVE_KEYS)
    return {key: base.number(f"`{key}`", answer[key]) for key in LEAVE_KEYS}


def leave_one_out_pandas(
    returns: pd.DataFrame, asset: str, *, target_volatility: float = 0.10, periods_per_year: float = 252
) -> pd.Series:
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


def leave_one_out_numpy(
    returns: pd.DataFrame, asset: str, target_volatility: float = 0.10, periods_per_year: float = 252
) -> Fields:
    """NumPy with ddof 0 and covariances instead of daily sums.

    It returns NumPy scalars and more keys than were asked for.
    """
    values = returns.values[~np.isnan(returns.values).any(axis=1)]
    answer: Fields = {"asset": asset, "days": len(values)}
    for name, kept in (("all", returns.columns == returns.columns), ("without", returns.columns != asset)):
        weights = kept / values.std(axis=0)
        risk = np.sqrt(weights @ np.cov(values.T, ddof=0) @ weights * periods_per_year)
        weights = weights * target_volatility / risk
        answer["sharpe_" + name] = np.float64(weights @ values.mean(axis=0) * periods_per_year / target_volatility)
        answer["volatility_" + name] = np.array([np.std(values @ weights) * np.sqrt(periods_per_year)])
    answer["sharpe_change"] = np.subtract(answer["sharpe_without"], answer["sharpe_all"])
    return answer


class _LeavingOut:
    """Both portfolios in named steps; subclasses replace one."""

    def __init__(
        self, returns: pd.DataFrame, asset: str, *, target_volatility: float = 0.10, periods_per_year: float = 252
    ) -> None:
        self.returns, self.asset = returns, asset
        self.target, self.periods = target_volatility, periods_per_year
        self.root = math.sqrt(periods_per_year)

    def figures(self) -> dict[str, float]:
        """What the exercise asks for."""
        tables = [frame.to_numpy() for frame in self.frames()]
        totals = [np.nansum(values / self.spread(values), axis=1) for values in tables]
        days = [self.at_target(total, totals[0], values.shape[1]) for total, values in zip(totals, tables, strict=True)]
        sharpes = [each.mean() / each.std() * self.annual() for each in days]
        return {
            "sharpe_all": sharpes[0],
            "sharpe_without": sharpes[1],
            "volatility_all": days[0].std() * self.root,
            "volatility_without": days[1].std() * self.root,
            "sharpe_change": self.change(*sharpes),
        }

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Returns of all assets, and of the others on the same rows."""
        complete = self.complete(self.returns)
        return complete, self.others(complete)

    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that count."""
        return frame.dropna()

    def others(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Returns without the asset's."""
        return frame.drop(columns=self.asset)

    def spread(self, values: Floats) -> Floats | float:
        """What the assets' returns are divided by."""
        deviations: Floats = np.nanstd(values, axis=0)
        return deviations

    def at_target(self, total: Floats, of_all: Floats, count: int) -> Floats:
        """A total of ``count`` assets, scaled to the target volatility."""
        scaled: Floats = total * (self.target / (total.std() * self.root))
        return scaled

    def annual(self) -> float:
        """What a ratio of one period is multiplied by."""
        return self.root

    def change(self, with_it: float, without: float) -> float:
        """The change of the Sharpe ratio."""
        return without - with_it


class _DropsRowsApart(_LeavingOut):
    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self.complete(self.returns), self.complete(self.others(self.returns))


class _ScalesFirst(_DropsRowsApart):
    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        return (frame / frame.std()).dropna()

    def spread(self, values: Floats) -> Floats | float:
        return 1.0


class _MissingAsZero(_LeavingOut):
    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.fillna(0.0)


class _AddsWhatIsThere(_LeavingOut):
    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.dropna(how="all")


class _LogReturns(_LeavingOut):
    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        return np.log1p(frame.dropna())


class _EqualDollars(_LeavingOut):
    def spread(self, values: Floats) -> Floats | float:
        return 1.0


class _DividesByVariance(_LeavingOut):
    def spread(self, values: Floats) -> Floats | float:
        variances: Floats = np.nanvar(values, axis=0)
        return variances


class _MultipliesByVolatility(_LeavingOut):
    def spread(self, values: Floats) -> Floats | float:
        volatilities: Floats = 1.0 / np.nanstd(values, axis=0)
        return volatilities


class _NotRescaled(_LeavingOut):
    def at_target(self, total: Floats, of_all: Floats, count: int) -> Floats:
        return total * self.target / self.root / count


class _OneScale(_LeavingOut):
    def at_target(self, total: Floats, of_all: Floats, count: int) -> Floats:
        scaled: Floats = total * (self.target / (of_all.std() * self.root))
        return scaled


class _OnePeriod(_LeavingOut):
    def annual(self) -> float:
        return 1.0


class _ScaledBy252(_LeavingOut):
    def at_target(self, total: Floats, of_all: Floats, count: int) -> Floats:
        return super().at_target(total, of_all, count) * (self.root / math.sqrt(252))


class _MeasuredBy252(_LeavingOut):
    def __init__(self, returns: pd.DataFrame, asset: str, **options: float) -> None:
        super().__init__(returns, asset, **options)
        self.measured_by, self.root = self.root, math.sqrt(252)

    def at_target(self, total: Floats, of_all: Floats, count: int) -> Floats:
        return super().at_target(total, of_all, count) * (self.root / self.measured_by)


class _PeriodsNotTheirRoot(_LeavingOut):
    def annual(self) -> float:
        return float(self.periods)


class _WithMinusWithout(_LeavingOut):
    def change(self, with_it: float, without: float) -> float:
        return with_it - without


class _RelativeChange(_LeavingOut):
    def change(self, with_it: float, without: float) -> float:
        return without / with_it - 1.0


class _AssetAlone(_LeavingOut):
    def others(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[[self.asset]]


class _LastColumnLeaves(_LeavingOut):
    def others(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[:, :-1]


def _left_out(kind: type[_LeavingOut], **fixed: float) -> Answer:
    """Portfolios made in another way; arguments that are ``fixed`` have no effect."""
    return lambda returns, asset, **options: kind(returns, asset, **{**options, **fixed}).figures()


def _average_of_sharpes(returns: pd.DataFrame, asset: str, **options: float) -> dict[str, float]:
    complete = returns.dropna()
    each = complete.mean() / complete.std() * math.sqrt(options.get("periods_per_year", 252))
    with_it, without = each.mean(), each.drop(asset).mean()
    answer = _LeavingOut(returns, asset, **options).figures()
    return answer | {"sharpe_all": with_it, "sharpe_without": without, "sharpe_change": without - with_it}


def _deletes(returns: pd.DataFrame, asset: str, **options: float) -> dict[str, float]:
    answer = _LeavingOut(returns, asset, **options).figures()
    del returns[asset]
    return answer


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
            _left_out(_DropsRowsApart),
            "The two portfolios are measured on different days: you drop incomplete rows again after the asset has gone. "
            "Drop them once, while every asset is there; otherwise part of the change is a change of sample.",
            ("without",),
            alike=(_left_out(_ScalesFirst),),
        ),
        Misconception(
            "fills missing returns with 0",
            _left_out(_MissingAsZero),
            "A missing return is not a return of 0. Keep only the rows in which every asset has a return.",
        ),
        Misconception(
            "adds what is there",
            _left_out(_AddsWhatIsThere),
            "On days when an asset has no return you add up the others, so the portfolio holds fewer assets on some days. "
            "Keep only the rows in which every asset has a return.",
        ),
        Misconception(
            "equal dollars",
            _left_out(_EqualDollars),
            "This is what equal dollars give: the most volatile asset is nearly the whole portfolio. "
            "Divide each asset's returns by its own standard deviation first.",
        ),
        Misconception(
            "divides by the variance",
            _left_out(_DividesByVariance),
            "Dividing by the variance goes too far: now the calmest asset dominates. Equal volatility means dividing by the standard "
            "deviation.",
        ),
        Misconception(
            "multiplies by volatility",
            _left_out(_MultipliesByVolatility),
            "Multiplying by volatility makes risky assets riskier still. Divide by it.",
        ),
        Misconception(
            "portfolio is not rescaled",
            _left_out(_NotRescaled),
            "Each asset has its share of the target, but the portfolio delivers less than the target: risks that are not perfectly "
            "correlated do not add up. Rescale the portfolio by its own volatility.",
        ),
        Misconception(
            "one scale for both portfolios",
            _left_out(_OneScale),
            "The smaller portfolio still has the scale of the full one. "
            "Rescale each by its own volatility, so that both run at the target.",
            ("without",),
        ),
        Misconception(
            "daily Sharpe ratio",
            _left_out(_OnePeriod),
            "These are Sharpe ratios of one period. Multiply by the square root of periods_per_year.",
        ),
        Misconception(
            "annualises by the periods, not their root",
            _left_out(_PeriodsNotTheirRoot),
            "The mean grows with the number of periods and the deviation with its root, so their ratio grows with the root of "
            "periods_per_year.",
        ),
        Misconception(
            "252 days whatever the data",
            _left_out(_LeavingOut, periods_per_year=252),
            "252 is written into the function, but the data need not be daily: use periods_per_year.",
            alike=(_left_out(_ScaledBy252), _left_out(_MeasuredBy252)),
        ),
        Misconception(
            "target of 10 % whatever is asked",
            _left_out(_LeavingOut, target_volatility=0.10),
            "The portfolio runs at 10 % whatever target_volatility says.",
        ),
        Misconception(
            "change with the wrong sign",
            _left_out(_WithMinusWithout),
            "Your sharpe_change is with minus without. It is without minus with: positive when the portfolio is better off.",
            ("without",),
        ),
        Misconception(
            "change in percent of the ratio",
            _left_out(_RelativeChange),
            "A relative change of a ratio near 0 says nothing. sharpe_change is a plain difference.",
            ("without",),
        ),
        Misconception(
            "keeps the asset alone",
            _left_out(_AssetAlone),
            "This is the portfolio of the asset alone. Leave it out and keep the others.",
            ("without",),
        ),
        Misconception(
            "always drops the last column",
            _left_out(_LastColumnLeaves),
            "The asset that leaves is always the last column. Drop the one named by `asset`.",
            ("without",),
        ),
        Misconception(
            "log returns of the total",
            _left_out(_LogReturns),
            "Logarithms of returns do not add up across assets. Portfolio returns are sums of simple returns.",
        ),
        Misconception(
            "averages Sharpe ratios",
            _average_of_sharpes,
            "The average of the assets' Sharpe ratios leaves diversification out. "
            "Form the portfolio's returns first, then measure them.",
        ),
        Misconception(
            "changes its inputs",
            _deletes,
            "The asset is deleted from the caller's frame. Use `returns.drop(columns=asset)`, which makes a new one.",
        ),
    ),
    variants=(leave_one_out_pandas, leave_one_out_numpy),
)
