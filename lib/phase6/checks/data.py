"""Frames and Series that exercises are tried on, each drawn from its seed.

So any case can be built again in a cell:

    from phase6.checks import data
    returns = data.asset_returns(260, 4, seed=7, missing=0.1)
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6._validation import BARS_PER_YEAR


def _index(rng: np.random.Generator, rows: int, start: str, index: str) -> pd.Index:
    """Business days from ``start``, or (``index="numbers"``) whole numbers in no order."""
    if index == "numbers":
        return pd.Index(rng.permutation(np.arange(7, 7 + rows)))
    return pd.bdate_range(start, periods=rows)


def asset_returns(
    days: int, count: int, *, seed: int, missing: float = 0.0, drift: float = 0.0, late: tuple[int, int] | None = None, index: str = ""
) -> pd.DataFrame:
    """Correlated daily returns of assets of unlike volatilities and Sharpe ratios.

    Parameters
    ----------
    days, count : int
        Rows, and assets.
    seed : int
    missing : float
        Share of each asset's rows that is NaN.
    drift : float
        Moves all Sharpe ratios, a year.
    late : (int, int), optional
        (Rows, column): lets one asset begin late.
    index : str
        "numbers": rows are labelled by whole numbers in no order, in place of dates.

    Returns
    -------
    DataFrame of shape (days, count)
        Simple returns.
    """
    rng = np.random.default_rng(seed)
    risk = rng.permutation(np.geomspace(0.06, 0.7, count)) / math.sqrt(BARS_PER_YEAR)
    mean = (drift + rng.uniform(-0.6, 1.8, count)) * risk / math.sqrt(BARS_PER_YEAR)
    shocks = 0.5 * rng.standard_normal((days, 1)) + math.sqrt(0.75) * rng.standard_normal((days, count))
    values = mean + risk * np.clip(shocks, -4.5, 4.5)
    values[rng.random(values.shape) < missing] = np.nan
    if late is not None:
        values[: late[0], late[1]] = np.nan
    names = [f"asset_{place}" for place in rng.permutation(count)]
    return pd.DataFrame(values, index=_index(rng, days, "2021-03-01", index), columns=names)


def closing_prices(days: int, *, seed: int, sigma: float, drift: float = 0.0, index: str = "") -> pd.Series:
    """Closes with a drift that wanders and a volatility that changes.

    Trends, flips and sizes then all matter.

    Parameters
    ----------
    days : int
        Rows.
    seed : int
    sigma, drift : float
        Volatility and Sharpe ratio, a year.
    index : str
        As in :func:`asset_returns`.
    """
    rng = np.random.default_rng(seed)
    risk = sigma / math.sqrt(BARS_PER_YEAR) * np.exp(0.5 * np.sin(np.arange(days) / rng.uniform(15, 30) + rng.uniform(0, 6)))
    wandering = np.cumsum(rng.standard_normal(days)) / math.sqrt(days) * 0.15
    steps = risk * np.clip(rng.standard_normal(days) + wandering + drift / math.sqrt(BARS_PER_YEAR), -4.0, 4.0)
    return pd.Series(rng.uniform(20, 200) * np.exp(np.cumsum(steps)), index=_index(rng, days, "2019-06-03", index), name="close")


def linked_returns(
    days: int,
    links: Sequence[Sequence[float]],
    *,
    seed: int,
    span: tuple[float, float] = (0.0, 1.0),
    shift: float = 0.0,
    index: str = "",
) -> pd.DataFrame:
    """Daily returns of assets in groups.

    Volatilities differ up to fivefold.

    Parameters
    ----------
    days : int
        Rows.
    links : sequence of sequence of float
        A group each, one number per asset: its loading on the group's factor (negative: a hedge).
        With a loading of 0 an asset moves by itself.
    seed : int
    span : (float, float)
        Shares of the sample between which the loadings hold; outside of it assets move by
        themselves.
    shift : float
        Is added to every return.
    index : str
        As in :func:`asset_returns`.

    Returns
    -------
    DataFrame
        Columns A1, A2, B1 …, in a drawn order.
    """
    rng = np.random.default_rng(seed)
    live = (np.arange(days) >= span[0] * days) & (np.arange(days) < span[1] * days)
    columns = {}
    for group, loadings in zip("ABCDEFG", links, strict=False):
        factor = rng.standard_normal(days)
        for place, loading in enumerate(loadings, start=1):
            own = rng.standard_normal(days)
            moves = np.where(live, loading * factor + math.sqrt(1.0 - loading**2) * own, own)
            columns[f"{group}{place}"] = rng.uniform(0.004, 0.02) * moves + rng.normal(0.0, 0.001) + shift
    order = list(rng.permutation(list(columns)))
    return pd.DataFrame(columns, index=_index(rng, days, "2022-01-03", index))[order]


def another_future(returns: pd.DataFrame, row: int, *, seed: int) -> pd.DataFrame:
    """The same returns up to ``row``.

    From there on the twins A1 and A2 part, and the strangers B1 and C1 move as one.

    Parameters
    ----------
    returns : DataFrame
        With the columns A1, A2, B1 and C1.
    row : int
        First row that changes.
    seed : int
    """
    rng = np.random.default_rng(seed)
    changed = returns.copy()
    rows = len(returns) - row
    shock = 0.2 * (1.0 + rng.random(rows)) * np.where(np.arange(rows) % 2, -1.0, 1.0)
    for name, sign in (("A1", 1.0), ("A2", -1.0), ("B1", 1.0), ("C1", 1.0)):
        changed.iloc[row:, changed.columns.get_loc(name)] = sign * shock
    return changed


def with_weaker_twin(returns: pd.DataFrame, name: str, *, seed: int) -> pd.DataFrame:
    """The returns, and a column ``name`` that follows A1 with noise of its own.

    Parameters
    ----------
    returns : DataFrame
        With the column A1.
    name : str
        Of the new column.
    seed : int
    """
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(len(returns)) * 0.45 * returns["A1"].std()
    return returns.assign(**{name: returns["A1"] * (0.8 + 0.05 * rng.random()) + noise})
