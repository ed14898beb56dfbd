"""Averages and ranges that the rules look at. Each uses today's bar and earlier ones only."""

import numpy as np
import pandas as pd

from phase6 import _validation as valid


def ema(s: pd.Series, p: int) -> pd.Series:
    """Exponential moving average with span ``p`` bars, started at the first value.

    Raises
    ------
    ValueError
        For ``p`` below 1.
    """
    return s.ewm(span=valid.count("p", p), adjust=False).mean()


def true_range(df: pd.DataFrame) -> pd.Series:
    """Wilder's true range, in price units.

    The bar's range, reaching back to the previous close over a gap.
    """
    high, low, close = (df[name].to_numpy(float) for name in ("high", "low", "close"))
    before = np.concatenate([np.full_like(close[:1], np.nan), close[:-1]])
    reach = np.fmax(high, before) - np.fmin(low, before)
    return pd.Series(reach, index=df.index, name="true_range")


def atr(df: pd.DataFrame, p: int = 14) -> pd.Series:
    """Average true range, in price units: the simple mean of the last ``p`` true ranges.

    NaN for the first p − 1.

    Raises
    ------
    ValueError
        For ``p`` below 1.
    """
    return true_range(df).rolling(valid.count("p", p)).mean().rename("atr")


def rolling_volatility(
    returns: pd.Series | pd.DataFrame, window: int = 60, periods_per_year: float | None = None
) -> pd.Series | pd.DataFrame:
    """Annualised standard deviation (ddof 1) of the last ``window`` returns, as a fraction.

    Parameters
    ----------
    returns : Series or DataFrame
        Returns, one a bar.
    window : int
        Bars, at least 2.
    periods_per_year : float, optional
        By default ``returns.attrs["bars_per_year"]``, else 252.

    Returns
    -------
    Series or DataFrame
        As ``returns``; NaN for the first window − 1.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    periods_per_year = valid.bars_per_year(periods_per_year, returns)
    return returns.rolling(valid.count("window", window, at_least=2)).std() * np.sqrt(periods_per_year)
