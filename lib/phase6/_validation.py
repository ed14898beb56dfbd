"""Rules that inputs must keep. Each raises ValueError that names the value and the rule."""

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np
import pandas as pd

OHLC = ("open", "high", "low", "close")
BARS_PER_YEAR = 252
"""Bars a year where nothing else is said: trading days."""


def number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """``value`` as a finite float within the bounds."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError(f"{name} is {value!r}; expected a finite number")
    result = float(value)
    for holds, rule in (
        (above is None or result > above, f"above {above}"),
        (at_least is None or result >= at_least, f"at least {at_least}"),
        (below is None or result < below, f"below {below}"),
        (at_most is None or result <= at_most, f"at most {at_most}"),
    ):
        if not holds:
            raise ValueError(f"{name} is {value!r}; expected a number {rule}")
    return result


def count(name: str, value: object, *, at_least: int = 1) -> int:
    """``value`` as an int that is not too small."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"{name} is {value!r}; expected a whole number")
    if value < at_least:
        raise ValueError(f"{name} is {value!r}; expected at least {at_least}")
    return int(value)


def side(value: object) -> int:
    """``value`` as +1 for long or −1 for short."""
    if isinstance(value, bool) or value not in (1, -1):
        raise ValueError(f"side is {value!r}; expected +1 for long or -1 for short")
    return int(value)


def choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """``value`` as one of the allowed words."""
    words = list(allowed)
    if value not in words:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(map(repr, words))}")
    return str(value)


def prices(name: str, series: pd.Series) -> pd.Series:
    """A Series of at least two finite positive prices, whose labels increase."""
    if not isinstance(series, pd.Series):
        raise ValueError(f"{name} is a {type(series).__name__}; expected a pandas Series of prices")
    if len(series) < 2:
        raise ValueError(f"{name} has {len(series)} rows; expected at least 2")
    values = series.to_numpy(dtype=float)
    bad = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
    if bad.size:
        raise ValueError(f"{name} is {values[bad[0]]} at {series.index[bad[0]]}; expected finite prices above 0")
    increasing(f"the dates of {name}", series.index)
    return series


def increasing(name: str, index: pd.Index) -> None:
    """Each label later than the one before, none missing."""
    try:
        rising = index.is_monotonic_increasing and index.is_unique and not index.hasnans
    except TypeError:
        rising = False
    if not rising:
        raise ValueError(f"{name} do not increase; expected each row later than the one before")


def floats(frame: pd.DataFrame) -> np.ndarray:
    """The frame's values as floats, NaN where one is missing.

    Raises ValueError that names the first that is not a number.
    """
    try:
        values: np.ndarray = frame.to_numpy(dtype=float, na_value=np.nan)
        return values
    except (TypeError, ValueError):
        pass
    for place, column in enumerate(frame.columns):
        for row, value in zip(frame.index, frame.iloc[:, place], strict=True):
            try:
                float(value) if value is not None and value is not pd.NA else None
            except (TypeError, ValueError):
                raise ValueError(f"{column} is {value!r} at {row}; expected a number") from None
    raise ValueError(f"the columns {', '.join(map(str, frame.columns))} are not numbers; expected finite prices above 0")


def bars_per_year(value: object, data: object = None) -> float:
    """``value``, or where it is None the bars a year of the data.

    They are what the data's ``attrs`` say (of a mapping, the most of its frames), else
    `BARS_PER_YEAR`.
    """
    if value is None:
        every = data.values() if isinstance(data, Mapping) else (data,)
        notes = [getattr(each, "attrs", {}) for each in every]
        said = [note["bars_per_year"] for note in notes if "bars_per_year" in note]
        value = max(said, default=BARS_PER_YEAR)
    return number("bars_per_year", value, above=0)


def ohlcv(frame: pd.DataFrame, *, min_rows: int = 2) -> pd.DataFrame:
    """An OHLC frame, checked.

    Its columns are there, prices are finite and positive, low ≤ open and close ≤ high, and the
    index increases. Raises ValueError otherwise.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"the market data are a {type(frame).__name__}; expected a DataFrame with {', '.join(OHLC)}")
    missing = [name for name in OHLC if name not in frame.columns]
    if missing:
        raise ValueError(f"columns {', '.join(missing)} are missing; expected {', '.join(OHLC)}")
    if twice := [name for name in OHLC if list(frame.columns).count(name) > 1]:
        raise ValueError(f"columns {', '.join(twice)} come more than once; expected one of each")
    if len(frame) < min_rows:
        raise ValueError(f"the frame has {len(frame)} rows; expected at least {min_rows}")
    increasing("the frame's dates", frame.index)
    values = floats(frame[list(OHLC)])
    sound = np.isfinite(values) & (values > 0)
    if not sound.all():
        row, column = np.argwhere(~sound)[0]
        raise ValueError(
            f"{OHLC[column]} is {values[row, column]} at {frame.index[row]}; expected finite prices above 0"
        )
    opens, highs, lows, closes = values.T
    outside = np.flatnonzero((lows > np.minimum(opens, closes)) | (highs < np.maximum(opens, closes)))
    if outside.size:
        row = outside[0]
        raise ValueError(
            f"the bar at {frame.index[row]} has open {opens[row]}, high {highs[row]}, low {lows[row]}, "
            f"close {closes[row]}; expected low ≤ open, close ≤ high"
        )
    return frame
