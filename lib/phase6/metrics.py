"""Measures of a result: returns, risk, and how sure one can be of them.

Fractions, annualised with ``periods_per_year``: by default what the data's
``attrs["bars_per_year"]`` say, as :func:`phase6.market.read_ohlcv` leaves it, else 252.

A rule's Sharpe ratio over many markets is the **pooled** one, :func:`pooled_sharpe`: the mean of
the daily returns of all paths over their pooled standard deviation. The mean of the paths' own
ratios is another number, and a biased one wherever a path's volatility depends on its luck: a
pyramid adds where it wins, so its winning paths are the volatile ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from phase6 import _validation as valid
from phase6._validation import BARS_PER_YEAR

Array = NDArray[np.float64]


def simple_returns(equity: pd.Series) -> pd.Series:
    """Simple returns of an equity curve, one per bar but the first.

    They are 0 where the equity before was 0 (ruin), NaN where either equity is.
    """
    returns = pd.Series(simple_returns_paths(equity.to_numpy(dtype=float)), index=equity.index[1:], name="return")
    returns.attrs = dict(equity.attrs)
    return returns


def simple_returns_paths(equity: Array) -> Array:
    """:func:`simple_returns` of equities of shape (bars, …), shape (bars − 1, …)."""
    before = equity[:-1]
    lost = before <= 0
    return np.where(lost, 0.0, equity[1:] / np.where(lost, 1.0, before) - 1.0)


def volatility(returns: pd.Series, periods_per_year: float | None = None) -> float:
    """Annualised standard deviation (ddof 1); NaN for fewer than two returns.

    Raises
    ------
    ValueError
        For ``periods_per_year`` not above 0.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, returns)
    values = np.asarray(returns, dtype=float)
    return float(np.std(values, ddof=1) * math.sqrt(periods_per_year)) if values.size > 1 else math.nan


def sharpe(returns: pd.Series, periods_per_year: float | None = None) -> float:
    """Annualised Sharpe ratio, excess of nothing; NaN where there is no variation to divide by.

    Raises
    ------
    ValueError
        For ``periods_per_year`` not above 0.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, returns)
    values = np.asarray(returns, dtype=float)
    return float(sharpe_paths(values, periods_per_year)) if values.size > 1 else math.nan


def sharpe_paths(returns: Array, periods_per_year: float = BARS_PER_YEAR, *, axis: int = 0) -> Array:
    """Annualised Sharpe ratios of many series at once, each as of :func:`sharpe`.

    Parameters
    ----------
    returns : array
        Simple returns, at least two a series.
    periods_per_year : float
        Returns a year.
    axis : int
        Along which a series runs.

    Returns
    -------
    array of the shape of ``returns`` without that axis
        NaN where a series does not vary: its standard deviation is at most 1e-15 of its largest
        return, or of 1.
    """
    spread = returns.std(axis=axis, ddof=1)
    largest = np.maximum(returns.max(axis=axis), -returns.min(axis=axis))
    varies = spread > 1e-15 * np.maximum(1.0, largest)
    return np.where(varies, returns.mean(axis=axis) / np.where(varies, spread, 1.0) * math.sqrt(periods_per_year), np.nan)


def sharpe_standard_error(
    sharpe: float,
    years: float,
    periods_per_year: float = BARS_PER_YEAR,
    *,
    skewness: float = 0.0,
    kurtosis: float = 3.0,
    autocorrelation: float | Sequence[float] = 0.0,
) -> float:
    """Standard error of an annualised Sharpe ratio, from the moments of ``years`` of returns.

    √((1 − γ₃ s + (γ₄ − 1)/4 s²) (1 + 2 Σ ρₖ) / years), where s is the ratio of one period, γ₃ the
    skewness and γ₄ the kurtosis (3 for a normal distribution). Independent returns of any usual
    size make it very nearly 1/√years. :func:`sharpe_error` takes all of it from the returns
    themselves.

    Parameters
    ----------
    sharpe : float
        Annualised ratio.
    years : float
        Length of the sample.
    periods_per_year : float
        With which ``sharpe`` was annualised.
    skewness, kurtosis : float
        γ₃ and γ₄ of the returns of one period.
    autocorrelation : float or sequence of floats
        One number: that of an AR(1), so that 1 + 2 Σ ρₖ = (1 + ρ)/(1 − ρ); a sequence: ρ₁, ρ₂, …

    Raises
    ------
    ValueError
        For years or ``periods_per_year`` not above 0, or moments that returns cannot have.

    Notes
    -----
    Lo (2002), "The statistics of Sharpe ratios", Financial Analysts Journal 58(4), for
    autocorrelation (its leading term, that of the mean); Mertens (2002), "Comments on variance of
    the IID estimator in Lo (2002)", for skewness and kurtosis.
    """
    valid.number("years", years, above=0)
    period = sharpe / math.sqrt(valid.number("periods_per_year", periods_per_year, above=0))
    shape = 1.0 - skewness * period + (kurtosis - 1.0) / 4.0 * period**2
    if isinstance(autocorrelation, (int, float)):
        rho = valid.number("autocorrelation", autocorrelation, above=-1, below=1)
        longer = (1.0 + rho) / (1.0 - rho)
    else:
        longer = 1.0 + 2.0 * math.fsum(autocorrelation)
    if shape <= 0 or longer <= 0:
        raise ValueError(
            f"the moments give a variance of {shape * longer:.3g}; expected skewness, kurtosis and "
            "autocorrelations that returns can have"
        )
    return math.sqrt(shape * longer / years)


def newey_west_lags(periods: int) -> int:
    """Lags that are customary for ``periods`` returns: ⌊4 (T/100)^(2/9)⌋ (Newey and West 1994)."""
    return int(4.0 * (periods / 100.0) ** (2.0 / 9.0))


def sharpe_error(returns: ArrayLike, periods_per_year: float | None = None, *, lags: int | None = None) -> float:
    """Standard error of the annualised Sharpe ratio of ``returns``.

    It allows for skewness, kurtosis and autocorrelation. It is the long-run standard deviation
    (Newey and West 1987) of z − s (z² − 1)/2, z the standardised returns and s their ratio of one
    period: the generalised method of moments of Lo (2002). Without lags it is the formula of
    Mertens (2002) at the sample's skewness and kurtosis. NaN where there is no variation.

    Parameters
    ----------
    returns : array of shape (periods,)
        Simple returns.
    periods_per_year : float, optional
        By default what the data say, see the module's text.
    lags : int, optional
        Autocovariances; by default :func:`newey_west_lags`.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, returns)
    values = np.asarray(returns, dtype=float)
    if math.isnan(sharpe(pd.Series(values))):
        return math.nan
    lags = newey_west_lags(values.size) if lags is None else valid.count("lags", lags, at_least=0)
    return float(long_run_error(sharpe_influence(values[None, :]), min(lags, values.size - 2), periods_per_year)[0])


def sharpe_influence(rows: Array) -> Array:
    """By how much each return moves its row's Sharpe ratio of one period, times their number.

    It is z − s (z² − 1)/2 of :func:`sharpe_error`.

    Parameters
    ----------
    rows : array of shape (series, periods)
        Simple returns.

    Returns
    -------
    array of that shape
        NaN where a row does not vary.
    """
    mean = rows.mean(axis=1, keepdims=True)
    z = rows - mean
    deviation = np.sqrt(np.einsum("ij,ij->i", z, z) / rows.shape[1])[:, None]
    deviation[deviation <= 1e-15 * max(1.0, float(np.abs(rows).max(initial=0.0)))] = np.nan
    z /= deviation
    influence: Array = z * z
    influence -= 1.0
    influence *= -0.5 * mean / deviation
    influence += z
    return influence


def long_run_error(influence: Array, lags: int, periods_per_year: float) -> Array:
    """Standard errors of annualised Sharpe ratios, or of their differences (Newey and West 1987).

    Parameters
    ----------
    influence : array of shape (series, periods)
        Of :func:`sharpe_influence`, or the difference of two such.
    lags : int
        Autocovariances, at most two fewer than there are periods.
    periods_per_year : float
        Periods a year.

    Returns
    -------
    array of shape (series,)
    """
    variance = np.einsum("ij,ij->i", influence, influence)
    for lag in range(1, lags + 1):
        both = np.einsum("ij,ij->i", influence[:, lag:], influence[:, :-lag])
        variance += 2.0 * (1.0 - lag / (lags + 1.0)) * both
    error: Array = np.sqrt(np.maximum(variance, 0.0) * periods_per_year) / influence.shape[1]
    return error


def rolling_sharpe(
    returns: pd.Series, window: int = 126, periods_per_year: float | None = None, *, lags: int | None = None
) -> pd.DataFrame:
    """Rolling annualised Sharpe ratio with a band of one standard error.

    Parameters
    ----------
    returns : Series
        Simple returns.
    window : int
        Returns, at least 2.
    periods_per_year : float, optional
        By default what the data say, see the module's text.
    lags : int, optional
        Of the error; by default :func:`newey_west_lags` of the window.

    Returns
    -------
    DataFrame
        Columns sharpe, low, high; NaN before a full window. The error is :func:`sharpe_error` of
        the window: it allows for autocorrelation, skewness and fat tails.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, returns)
    window = valid.count("window", window, at_least=2)
    lags = newey_west_lags(window) if lags is None else valid.count("lags", lags, at_least=0)
    ratio, error = np.full(len(returns), np.nan), np.full(len(returns), np.nan)
    if len(returns) >= window:
        rows = np.lib.stride_tricks.sliding_window_view(returns.to_numpy(dtype=float), window)
        error[window - 1 :] = long_run_error(sharpe_influence(rows), min(lags, window - 2), periods_per_year)
        ratio[window - 1 :] = np.where(np.isfinite(error[window - 1 :]), sharpe_paths(rows, periods_per_year, axis=1), np.nan)
    return pd.DataFrame({"sharpe": ratio, "low": ratio - error, "high": ratio + error}, index=returns.index)


@dataclass(frozen=True)
class PooledSharpe:
    """A rule's Sharpe ratio over many markets, with its error.

    ``estimate`` is annualised; ``influence``, one number a market with mean 0, is by how much that
    market moves the estimate (times the number of markets). Differences of two rules on the same
    markets are paired: subtract them.
    """

    estimate: float
    influence: Array

    @property
    def standard_error(self) -> float:
        """Standard error by the delta method over markets."""
        return standard_error(self.influence)

    def __sub__(self, other: "PooledSharpe") -> "PooledSharpe":
        """The difference of two ratios measured on the same markets."""
        if self.influence.size != other.influence.size:
            raise ValueError(
                f"the ratios come from {self.influence.size} and {other.influence.size} markets; expected the same markets"
            )
        return PooledSharpe(self.estimate - other.estimate, self.influence - other.influence)


def pooled_sharpe(returns: ArrayLike, periods_per_year: float = BARS_PER_YEAR) -> PooledSharpe:
    """Pooled Sharpe ratio of simple returns of shape (periods, markets).

    The mean over all periods of all markets, over their pooled standard deviation, annualised. The
    error is that of the delta method with markets as independent draws; nothing is assumed of the
    days within a market. NaN where nothing moves.

    Raises
    ------
    ValueError
        For returns that are not finite or not of that shape, fewer than two markets, or
        ``periods_per_year`` not above 0.
    """
    values = np.asarray(returns, dtype=float)
    if values.ndim != 2 or values.shape[0] < 1 or values.shape[1] < 2 or not np.isfinite(values).all():
        raise ValueError(f"returns have shape {values.shape}; expected finite returns of shape (periods, markets), at least 2 markets")
    year = valid.number("periods_per_year", periods_per_year, above=0)
    return _pooled(values.mean(axis=0), (values**2).mean(axis=0), year)


def pooled_sharpe_from(
    means: ArrayLike, volatilities: ArrayLike, periods: int, periods_per_year: float = BARS_PER_YEAR
) -> PooledSharpe:
    """:func:`pooled_sharpe` from what summaries hold: each market's mean return and volatility.

    Parameters
    ----------
    means, volatilities : array of shape (markets,)
        Annualised mean return, and volatility (ddof 1).
    periods : int
        Returns a market, at least 2.
    periods_per_year : float
        With which they were annualised.

    Raises
    ------
    ValueError
        For numbers that are not finite, shapes that differ, fewer than two markets, or
        ``periods_per_year`` not above 0.
    """
    periods_per_year = valid.number("periods_per_year", periods_per_year, above=0)
    mean = np.asarray(means, dtype=float) / periods_per_year
    risk = np.asarray(volatilities, dtype=float)
    if mean.ndim != 1 or mean.shape != risk.shape or mean.size < 2 or not np.isfinite(mean + risk).all():
        raise ValueError(
            f"means and volatilities have shapes {mean.shape} and {risk.shape}; expected one finite number a market, at least 2"
        )
    periods = valid.count("periods", periods, at_least=2)
    return _pooled(mean, risk**2 / periods_per_year * (periods - 1) / periods + mean**2, periods_per_year)


def _pooled(first: Array, second: Array, periods_per_year: float) -> PooledSharpe:
    """From the mean and the mean square of the returns of each market."""
    mean, square = float(first.mean()), float(second.mean())
    variance = square - mean**2
    if variance <= 1e-30 * max(1.0, square):
        return PooledSharpe(math.nan, np.full(first.size, math.nan))
    deviation, year = math.sqrt(variance), math.sqrt(periods_per_year)
    influence = (first - mean) * square / deviation**3 - 0.5 * mean * (second - square) / deviation**3
    return PooledSharpe(mean / deviation * year, influence * year)


def standard_error(values: ArrayLike) -> float:
    """Standard error of the mean of independent values, s/√n; NaN for fewer than two."""
    sample = np.asarray(values, dtype=float)
    return float(sample.std(ddof=1) / math.sqrt(sample.size)) if sample.size > 1 else math.nan


def mean_and_error(values: ArrayLike) -> tuple[float, float]:
    """Mean of independent values and its standard error; values that are not finite are left out.

    Raises
    ------
    ValueError
        If fewer than two are finite.
    """
    known = np.asarray(values, dtype=float).ravel()
    known = known[np.isfinite(known)]
    if known.size < 2:
        raise ValueError(f"there are {known.size} finite numbers; expected at least 2")
    return float(known.mean()), standard_error(known)


def drawdown(equity: pd.Series) -> pd.Series:
    """Fall from the running peak at every bar, from 0 (at a peak) to 1 (nothing left)."""
    return pd.Series(drawdown_paths(equity.to_numpy(dtype=float)), index=equity.index, name="drawdown")


def drawdown_paths(equity: Array) -> Array:
    """:func:`drawdown` of equities of shape (bars, …); 1 where the peak is 0."""
    peak = np.maximum.accumulate(equity, axis=0)
    if not (equity[:1] > 0).all():
        peak = np.where(peak > 0, peak, 1.0)
    fall: Array = np.divide(equity, peak, out=peak)
    return np.subtract(1.0, fall, out=fall)


def log_drawdown_paths(log_wealth: Array) -> Array:
    """:func:`drawdown` of wealth whose logs have the shape (periods, …)."""
    return 1.0 - np.exp(log_wealth - np.maximum.accumulate(log_wealth, axis=0))


def max_drawdown(equity: pd.Series) -> float:
    """Largest fall from a running peak, a positive fraction; 0 for an equity that never falls.

    NaN for an equity without a bar, or with one that is missing.
    """
    return float(drawdown(equity).max(skipna=False)) if len(equity) else math.nan


def cagr(equity: pd.Series, periods_per_year: float | None = None) -> float:
    """Compound growth a year, a fraction; −1 after ruin, NaN for fewer than two bars.

    Raises
    ------
    ValueError
        For ``periods_per_year`` not above 0.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, equity)
    values = equity.to_numpy(dtype=float)
    if values.size < 2 or values[0] <= 0:
        return math.nan
    if values[-1] <= 0:
        return -1.0
    with np.errstate(over="ignore"):
        return float((values[-1] / values[0]) ** (periods_per_year / (values.size - 1)) - 1.0)


def turnover(positions: pd.Series, prices: pd.Series, equity: pd.Series, periods_per_year: float | None = None) -> float:
    """Value traded a year over equity.

    It is the mean of |change of position| · price / equity, annualised; 0 on bars without equity
    (ruin), NaN where a value is missing.

    Parameters
    ----------
    positions, prices, equity : Series
        Signed quantities, prices and account value, on the same dates.
    periods_per_year : float, optional
        By default what the data say, see the module's text.

    Raises
    ------
    ValueError
        For ``periods_per_year`` not above 0, or dates that differ.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, equity)
    if not positions.index.equals(prices.index) or not positions.index.equals(equity.index):
        counts = f"{len(positions)}, {len(prices)} and {len(equity)}"
        raise ValueError(f"positions, prices and equity have {counts} dates; expected the same")
    traded = positions.diff().abs() * prices
    traded.iloc[:1] = positions.iloc[:1].abs() * prices.iloc[:1]
    share = (traded / equity).mask(equity <= 0, 0.0)
    return float(share.mean(skipna=False) * periods_per_year)


def summarise(equity: pd.Series, periods_per_year: float | None = None) -> dict[str, float]:
    """Return, volatility, Sharpe ratio and drawdown of an equity curve.

    The figures are total return, CAGR, mean return, volatility, Sharpe ratio with its error, and
    maximum drawdown. ``mean_return`` is the mean simple return times ``periods_per_year``;
    ``sharpe_standard_error`` is that of :func:`sharpe_error`, and 1/√years where nothing moves.
    What depends on a missing value is NaN.

    Raises
    ------
    ValueError
        For ``periods_per_year`` not above 0, or an equity without a bar.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, equity)
    if not len(equity):
        raise ValueError("equity has 0 bars; expected at least 1")
    returns = simple_returns(equity)
    error = sharpe_error(returns, periods_per_year)
    years = max(len(returns), 1) / periods_per_year
    return {
        "total_return": float(equity.iloc[-1] / equity.iloc[0] - 1.0),
        "cagr": cagr(equity, periods_per_year),
        "mean_return": float(returns.mean(skipna=False) * periods_per_year) if len(returns) else math.nan,
        "volatility": volatility(returns, periods_per_year),
        "sharpe": sharpe(returns, periods_per_year),
        "sharpe_standard_error": sharpe_standard_error(0.0, years) if math.isnan(error) else error,
        "max_drawdown": max_drawdown(equity),
    }
