"""Real futures, where the package ``trendfollowing`` is installed.

Its CSV files are read when asked for, never copied, never needed. The package itself is not
imported, so none of its dependencies need be there. What the data are and are not stands in
`ABOUT`; read it before a figure. Without the package :func:`available` is False and everything else
of the course runs all the same.
"""

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6.experiments._tidy import measured, spread, tidy
from phase6.metrics import long_run_error, newey_west_lags, sharpe, sharpe_error, sharpe_influence, simple_returns, volatility
from phase6.portfolio import PortfolioResult, run_trend_portfolio
from phase6.pyramiding import run_pyramid_backtest

PACKAGE = "trendfollowing"
HOW = 'Real futures come with one line: python -m pip install --no-deps "trendfollowing==1.4.0", then restart the kernel.'
DAYS = 261.0
"""Days a year in these files: Monday to Friday, holidays included."""
LEVERAGE_CAP = 30.0
"""Times equity. A future needs a margin only, and the lessons' cap would decide a bond's size."""
PREFIX = "tf_system_data_"
BENCHMARK = "SG Trend"
BARS = {"S&P 500": "ohlc_es1", "Gold": "ohlc_gc1", "US 10-year note": "ohlc_ty1"}
"""Markets with open, high, low and close, and their files.

Each pays the costs of its contract in `CONTRACTS`.
"""
CONTRACTS = {"S&P 500": "ES1 Index", "Gold": "GC1 Comdty", "US 10-year note": "TY1 Comdty"}

ABOUT = """\
**What these data are.** Daily dollar returns of 84 futures contracts (equity indexes, bonds, short rates, currencies, energy, metals,
agriculture), July 1959 to July 2026, as the package `trendfollowing` 1.4.0 (Sepp and Lucic) ships them. Each series is the front
contract, rolled, with the jumps at rolls taken out: what a holder would have earned over cash. Costs are a schedule by asset class
and period, after Hurst, Ooi and Pedersen (2017): 0.34 % a side for equities until 1992, 0.06 % since 2003; a hundredth of a per cent
for bonds today. SG Trend is an index of ten large trend-following funds since the end of 1999, after their fees.

**What they are not.** Not a sample of all futures that ever traded: the list is that of today, so contracts that died are missing.
Not prices one could have traded at the minute of the close, and the costs are a schedule, not quotes. On holidays the return is 0.
Our rule pays no fees, the funds in SG Trend do. The rule was known when this test was made: it is a record, not a forecast. The
software is MIT; the rights to the data are not part of that licence, so the course reads them where you have installed them and holds
no copy. Errors are standard errors that allow for autocorrelation (Newey and West); a decade has about ten years, so even a Sharpe
ratio of 0.6 is less than two of them from 0."""


@dataclass(frozen=True)
class Futures:
    """Futures as they were read.

    ``returns``: simple daily dollar returns, one column a contract, NaN before its first;
    ``costs``: of a side, a fraction of the value traded, same shape; ``groups`` and ``names``: by
    contract; ``benchmark``: daily returns of SG Trend, NaN before its first.
    """

    returns: pd.DataFrame
    costs: pd.DataFrame
    groups: pd.Series
    names: pd.Series
    benchmark: pd.Series

    @property
    def prices(self) -> pd.DataFrame:
        """Growth of 1 in each contract from the day before its first return, NaN before that."""
        known = self.returns.notna()
        grown = (1.0 + self.returns.fillna(0.0)).cumprod()
        begins = known | known.shift(-1, fill_value=False)
        prices = grown.where(begins)
        prices.attrs["bars_per_year"] = DAYS
        return prices


def folder_of_package() -> Path | None:
    """Where the installed package keeps its CSV files, or None; the package is not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) / "resources" / "futures" if places else None


def available() -> bool:
    """Whether the files can be read."""
    folder = folder_of_package()
    return folder is not None and (folder / f"{PREFIX}usd_returns.csv").is_file()


def _file(folder: str | Path | None, name: str) -> Path:
    place = folder_of_package() if folder is None else Path(folder)
    if place is None:
        raise ModuleNotFoundError(HOW, name=PACKAGE)
    path = place / f"{PREFIX}{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {place}; expected the files of {PACKAGE} 1.4. {HOW}")
    return path


def _table(folder: str | Path | None, name: str) -> pd.DataFrame:
    frame = pd.read_csv(_file(folder, name), index_col=0)
    try:
        frame.index = pd.to_datetime(frame.index)
        return frame.astype(float).rename_axis(index="date").sort_index()
    except (TypeError, ValueError) as error:
        raise ValueError(f"{PREFIX}{name}.csv cannot be read: {error}; expected dates and numbers") from error


def read_futures(folder: str | Path | None = None, *, start: str = "1990-01-01", contracts: Sequence[str] | None = None) -> Futures:
    """Returns, costs and benchmark from ``start`` on.

    Parameters
    ----------
    folder : path, optional
        Where the CSV files lie; by default the installed package's.
    start : str
        First date.
    contracts : sequence of str, optional
        Columns to keep, such as "ES1 Index"; by default all.

    Raises
    ------
    ModuleNotFoundError
        Without the package; it says how to get it.
    FileNotFoundError, ValueError
        If a file is missing, or is not what it should be.
    """
    returns, costs = _table(folder, "usd_returns"), _table(folder, "volume_costs")
    about = pd.read_csv(_file(folder, "descriptive_df"), index_col=0)
    chosen = list(returns.columns) if contracts is None else list(contracts)
    if missing := [name for name in chosen if name not in returns or name not in costs or name not in about.index]:
        some = ", ".join(map(repr, returns.columns[:5]))
        raise ValueError(f"{missing[0]!r} is no contract of the files; expected some of {some}, …")
    level = _table(folder, "benchmark_prices")
    if BENCHMARK not in level:
        raise ValueError(f"the benchmarks are {', '.join(level.columns)}; expected {BENCHMARK} among them")
    returns = returns.loc[start:, chosen]
    kept = returns.columns[returns.notna().any()]
    if len(returns) < 2 or not len(kept):
        raise ValueError(f"there are {len(returns)} days with returns from {start} on; expected at least 2")
    earned = level[BENCHMARK].pct_change(fill_method=None).reindex(returns.index)
    costs = costs.reindex(returns.index).ffill()[kept]
    return Futures(returns[kept], costs, about["group_data"][kept], about["names"][kept], earned)


@dataclass(frozen=True)
class RealTrend:
    """The course's trend rule on real futures.

    Daily returns before and after costs, the benchmark's, and the portfolio itself.
    """

    gross: pd.Series
    net: pd.Series
    benchmark: pd.Series
    result: PortfolioResult


def real_trend(futures: Futures, *, lookback: int = 100, target_volatility: float = 0.10) -> RealTrend:
    """The rule of :func:`phase6.portfolio.run_trend_portfolio` on every contract.

    A contract joins when its own history is long enough. Costs are those of the files: of a side,
    on the value traded, by asset class and date.

    Parameters
    ----------
    futures : Futures
        From :func:`read_futures`.
    lookback : int
        Days of the rule.
    target_volatility : float
        An annual fraction.
    """
    result = run_trend_portfolio(
        futures.prices, lookback=lookback, target_volatility=target_volatility, leverage_cap=LEVERAGE_CAP
    )
    gross = result.strategy_returns.sum(axis=1)
    held = result.weights
    traded = held.diff().fillna(held.iloc[:1]).abs()
    paid = (traded * futures.costs.reindex(held.index)).sum(axis=1)
    return RealTrend(gross, gross - paid, futures.benchmark.reindex(held.index), result)


def _ratio(returns: pd.Series) -> dict[str, float]:
    return measured(sharpe(returns, DAYS), sharpe_error(returns.to_numpy(), DAYS), len(returns))


def sharpe_difference(first: pd.Series, second: pd.Series, periods_per_year: float = DAYS) -> tuple[float, float]:
    """Annualised Sharpe ratio of ``first`` less that of ``second``, and its standard error.

    The error is the long-run deviation (Newey and West) of the daily difference of the ratios'
    influences: it allows for autocorrelation and for the days that both share.

    Parameters
    ----------
    first, second : Series
        Simple returns on the same dates.
    periods_per_year : float
        Returns a year.

    Raises
    ------
    ValueError
        For dates that differ.
    """
    if not first.index.equals(second.index):
        raise ValueError(f"the returns have {len(first)} and {len(second)} dates; expected the same")
    moves = -np.diff(sharpe_influence(np.stack([first.to_numpy(float), second.to_numpy(float)])), axis=0)
    error = float(long_run_error(moves, newey_west_lags(len(first)), periods_per_year)[0])
    return sharpe(first, periods_per_year) - sharpe(second, periods_per_year), error


def trend_by_decade(trend: RealTrend) -> pd.DataFrame:
    """Sharpe ratios of the rule on real futures, whole and by decade.

    Their errors allow for autocorrelation. Columns: period ("1990s", …, "all"), measure ("before
    costs", "after costs"), then those of every experiment; n counts days. A decade of less than two
    years is left out.
    """
    decades = (pd.DatetimeIndex(trend.net.index).year // 10) * 10
    rows = []
    for period in [*sorted(set(decades)), "all"]:
        days = np.ones(len(decades), dtype=bool) if period == "all" else np.asarray(decades == period)
        if days.sum() < 2 * DAYS:
            continue
        name = "all" if period == "all" else f"{period}s"
        rows.append(({"period": name, "measure": "before costs"}, _ratio(trend.gross[days])))
        rows.append(({"period": name, "measure": "after costs"}, _ratio(trend.net[days])))
    return tidy(rows)


def trend_against_benchmark(trend: RealTrend) -> pd.DataFrame:
    """The rule after costs beside SG Trend, on the days that both have.

    Columns: measure ("rule after costs", "SG Trend", "difference" of the Sharpe ratios on the same
    days, "correlation" of monthly returns), then those of every experiment. The funds' returns are
    after fees, the rule's before.

    Raises
    ------
    ValueError
        For less than two years that both have.
    """
    both = pd.DataFrame({"rule": trend.net, "index": trend.benchmark}).dropna()
    if len(both) < 2 * DAYS:
        raise ValueError(f"the rule and {BENCHMARK} share {len(both)} days; expected at least two years")
    gap, error = sharpe_difference(both["rule"], both["index"])
    monthly = (1.0 + both).resample("ME").prod() - 1.0
    related, months = float(monthly.corr().iloc[0, 1]), len(monthly)
    return tidy([
        ({"measure": "rule after costs"}, _ratio(both["rule"])),
        ({"measure": BENCHMARK}, _ratio(both["index"])),
        ({"measure": "difference"}, measured(gap, error, len(both))),
        ({"measure": "correlation"}, measured(related, (1.0 - related**2) / math.sqrt(months - 1.0), months)),
    ])


def trend_alone(futures: Futures, *, lookback: int = 100, years: float = 10.0) -> pd.DataFrame:
    """Daily returns, before costs, of the rule on each contract alone.

    Parameters
    ----------
    futures : Futures
        From :func:`read_futures`.
    lookback : int
        Days of the rule.
    years : float
        Least length of the prices of a contract that counts.

    Returns
    -------
    DataFrame
        One column a contract, NaN where it has none.

    Raises
    ------
    ValueError
        If no contract has as many years.
    """
    prices, parts = futures.prices, {}
    for name in prices:
        own = prices[[name]].dropna()
        own.attrs["bars_per_year"] = DAYS
        if len(own) >= years * DAYS:
            parts[name] = run_trend_portfolio(own, lookback=lookback, leverage_cap=LEVERAGE_CAP).strategy_returns[name]
    if not parts:
        raise ValueError(f"no contract has {years:g} years; expected at least one")
    return pd.DataFrame(parts)


def mean_single_sharpe(alone: pd.DataFrame) -> tuple[float, float]:
    """Mean over contracts of their Sharpe ratios, from :func:`trend_alone`, and its standard error.

    Contracts share their years, so the error is the jackknife's over calendar years, not that of
    independent contracts.
    """

    def mean(part: pd.DataFrame) -> float:
        return float(np.mean([sharpe(part[name].dropna(), DAYS) for name in part]))

    of_year = pd.DatetimeIndex(alone.index).year
    again = np.array([mean(alone[of_year != year]) for year in sorted(set(of_year))])
    count = len(again)
    return mean(alone), float(math.sqrt((count - 1) / count * ((again - again.mean()) ** 2).sum()))


def futures_ohlcv(name: str = "S&P 500", folder: str | Path | None = None) -> pd.DataFrame:
    """Daily bars of a market of `BARS`, columns open, high, low, close.

    Days without a price are left out. Where a printed high or low lies inside the day's open and
    close, it is moved there.

    Raises
    ------
    ModuleNotFoundError, FileNotFoundError
        As in :func:`read_futures`.
    ValueError
        For an unknown market, or a file that is not what it should be.
    """
    frame = _table(folder, BARS[valid.choice("name", name, BARS)]).dropna()
    frame = frame.rename(columns={"PX_OPEN": "open", "PX_HIGH": "high", "PX_LOW": "low", "PX_LAST": "close"})
    ends = frame[["open", "close"]]
    frame = frame.assign(high=np.maximum(frame["high"], ends.max(axis=1)), low=np.minimum(frame["low"], ends.min(axis=1)))
    return valid.ohlcv(frame)


def futures_pyramid_or_single(folder: str | Path | None = None, *, bars: int = 500, **rule: float) -> pd.DataFrame:
    """The pyramid less the single entry on real futures, over windows of ``bars`` days.

    Differences are fractions of equity, after costs. Each window pays the mean cost of its own days
    and contract. Columns: market (each of `BARS`, "all three"), comparison ("equal initial risk";
    "equal volatility": the single entry's trades enlarged by one ratio a market), then those of
    every experiment. Windows follow one another without overlap; the error takes them as
    independent.

    Parameters
    ----------
    folder : path, optional
        Where the CSV files lie; by default the installed package's.
    bars : int
        Days of a window, at least 100.
    **rule : float
        Goes to both, as to :func:`phase6.pyramiding.run_pyramid_backtest`.

    Raises
    ------
    ValueError
        For windows that are too short, or too long for two of them. Others as in
        :func:`read_futures`.
    """
    costs = _table(folder, "volume_costs")
    bars, rows = valid.count("bars", bars, at_least=100), []
    pooled: dict[str, list[NDArray[np.float64]]] = {}
    for name in BARS:
        frame = futures_ohlcv(name, folder)
        count = len(frame) // bars
        if count < 2:
            raise ValueError(f"bars is {bars}; expected at most half of the {len(frame)} days of {name}")
        found = []
        for window in np.array_split(np.arange(len(frame) - count * bars, len(frame)), count):
            part = frame.iloc[window]
            paid = float(costs[CONTRACTS[name]].reindex(part.index).ffill().bfill().mean())
            settings: dict[str, Any] = {"cost_bps": 1e4 * paid, **rule}
            equities = [run_pyramid_backtest(part, **{**settings, **levels}).equity for levels in ({}, {"max_levels": 1})]
            totals = [float(each.iloc[-1] / each.iloc[0] - 1.0) for each in equities]
            found.append((*totals, *(volatility(simple_returns(each)) for each in equities)))
        many, one, swing, other = np.array(found).T
        for comparison, size in (("equal initial risk", 1.0), ("equal volatility", swing.mean() / other.mean())):
            gain = many - size * one
            pooled.setdefault(comparison, []).append(gain)
            rows.append(({"market": name, "comparison": comparison}, spread(gain)))
    rows += [({"market": "all three", "comparison": each}, spread(np.concatenate(parts))) for each, parts in pooled.items()]
    return tidy(rows)
