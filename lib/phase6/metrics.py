"""Measures of a result: returns, risk, and how sure one can be of them. Fractions, annualised with 252 periods."""

import math

import numpy as np
import pandas as pd

from phase6 import _validation as valid


def simple_returns(equity: pd.Series) -> pd.Series:
    """Simple returns of an equity curve, one per bar but the first; 0 where the equity before was 0 (ruin)."""
    values = equity.to_numpy(dtype=float)
    before = values[:-1]
    safe = np.where(before > 0, before, 1.0)
    return pd.Series(np.where(before > 0, values[1:] / safe - 1.0, 0.0), index=equity.index[1:], name="return")


def volatility(returns: pd.Series, periods_per_year: float = 252) -> float:
    """Annualised standard deviation (ddof 1); NaN for fewer than two returns."""
    values = np.asarray(returns, dtype=float)
    return float(np.std(values, ddof=1) * math.sqrt(periods_per_year)) if values.size > 1 else math.nan


def sharpe(returns: pd.Series, periods_per_year: float = 252) -> float:
    """Annualised Sharpe ratio, excess of nothing; NaN where there is no variation to divide by."""
    values = np.asarray(returns, dtype=float)
    if values.size < 2:
        return math.nan
    spread = float(np.std(values, ddof=1))
    if spread <= 1e-15 * max(1.0, float(np.abs(values).max())):
        return math.nan
    return float(values.mean()) / spread * math.sqrt(periods_per_year)


def sharpe_standard_error(sharpe: float, years: float, periods_per_year: float = 252) -> float:
    """Standard error of an annualised Sharpe ratio from ``years`` of independent returns.

    √((1 + S²/(2·periods_per_year)) / years), for S annualised: Lo (2002), "The statistics of Sharpe ratios",
    Financial Analysts Journal 58(4). For daily data it is very nearly 1/√years, whatever the ratio.
    """
    valid.number("years", years, above=0)
    return math.sqrt((1.0 + sharpe**2 / (2.0 * periods_per_year)) / years)


def drawdown(equity: pd.Series) -> pd.Series:
    """Fall from the running peak at every bar, a fraction from 0 (at a peak) to 1 (nothing left)."""
    values = equity.to_numpy(dtype=float)
    peak = np.maximum.accumulate(values)
    return pd.Series(1.0 - values / np.where(peak > 0, peak, 1.0), index=equity.index, name="drawdown")


def max_drawdown(equity: pd.Series) -> float:
    """Largest fall from a running peak, a positive fraction; 0 for an equity that never falls."""
    return float(drawdown(equity).max()) if len(equity) else math.nan


def cagr(equity: pd.Series, periods_per_year: float = 252) -> float:
    """Compound growth a year, a fraction; −1 after ruin, NaN for fewer than two bars."""
    values = equity.to_numpy(dtype=float)
    if values.size < 2 or values[0] <= 0:
        return math.nan
    if values[-1] <= 0:
        return -1.0
    with np.errstate(over="ignore"):
        return float((values[-1] / values[0]) ** (periods_per_year / (values.size - 1)) - 1.0)


def turnover(positions: pd.Series, prices: pd.Series, equity: pd.Series, periods_per_year: float = 252) -> float:
    """Value traded a year over equity: mean of |change of position| · price / equity, annualised."""
    traded = positions.diff().fillna(positions.iloc[:1]).abs() * prices
    share = (traded / equity.where(equity > 0)).fillna(0.0)
    return float(share.mean() * periods_per_year)


def summarise(equity: pd.Series, periods_per_year: float = 252) -> dict[str, float]:
    """Total return, CAGR, volatility, Sharpe ratio with its standard error, and max drawdown of an equity curve."""
    returns = simple_returns(equity)
    ratio = sharpe(returns, periods_per_year)
    years = max(len(returns), 1) / periods_per_year
    return {
        "total_return": float(equity.iloc[-1] / equity.iloc[0] - 1.0),
        "cagr": cagr(equity, periods_per_year),
        "volatility": volatility(returns, periods_per_year),
        "sharpe": ratio,
        "sharpe_standard_error": sharpe_standard_error(0.0 if math.isnan(ratio) else ratio, years, periods_per_year),
        "max_drawdown": max_drawdown(equity),
    }
