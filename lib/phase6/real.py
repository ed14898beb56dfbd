"""Real daily prices, where the extra ``real`` is installed.

They are read from the package ``arch`` when asked for, never copied. S&P 500 and Nasdaq Composite,
open to close, 1999 to 2018; the price of WTI crude oil, one a day, 1986 to 2019. Without the extra,
:func:`available` is False and everything else of the course runs all the same.
"""

import importlib
import importlib.util

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import spread, tidy
from phase6.experiments.pyramids import at_equal_volatility

BARS = {"S&P 500": "arch.data.sp500", "Nasdaq": "arch.data.nasdaq"}
"""Markets with open, high, low and close, and where they are read."""
CLOSES = {**BARS, "WTI": "arch.data.wti"}
"""Markets with a price a day."""
HOW = 'Real prices come with the extra "real": python -m pip install "phase6[real]", then restart the kernel.'


def available() -> bool:
    """Whether the package that holds the prices is installed."""
    return importlib.util.find_spec("arch") is not None


def _load(module: str) -> pd.DataFrame:
    if not available():
        raise ModuleNotFoundError(HOW, name="arch")
    frame = importlib.import_module(module).load()
    return frame.rename_axis(index="date")


def real_ohlcv(name: str = "S&P 500", *, start: str | None = None, end: str | None = None) -> pd.DataFrame:
    """Daily bars of a market of `BARS`, columns open, high, low, close, volume.

    Where a printed high or low lies inside the day's open or close by a rounding, it is moved
    there.

    Parameters
    ----------
    name : str
        A key of `BARS`.
    start, end : str, optional
        Dates, both included.

    Raises
    ------
    ModuleNotFoundError
        Without the package that holds the prices; it says how to get it.
    ValueError
        For an unknown market, or a span without two bars.
    """
    frame = _load(BARS[valid.choice("name", name, BARS)])
    frame = frame.rename(columns=str.lower)[["open", "high", "low", "close", "volume"]].loc[start:end]
    ends = frame[["open", "close"]]
    frame = frame.assign(high=np.maximum(frame["high"], ends.max(axis=1)), low=np.minimum(frame["low"], ends.min(axis=1)))
    return valid.ohlcv(frame)


def real_closes(*, start: str | None = None, end: str | None = None) -> pd.DataFrame:
    """Closes of all markets of `CLOSES` on the days that all of them have, one column a market.

    Raises
    ------
    ModuleNotFoundError
        As in :func:`real_ohlcv`.
    ValueError
        For a span without two days.
    """
    columns = {}
    for name, module in CLOSES.items():
        frame = _load(module)
        columns[name] = frame["Close"] if "Close" in frame else frame.iloc[:, 0]
    closes = pd.DataFrame(columns).dropna().loc[start:end]
    if len(closes) < 2:
        raise ValueError(f"there are {len(closes)} days from {start} to {end}; expected at least 2")
    return closes


def real_windows(name: str = "S&P 500", *, bars: int = 500) -> tuple[mc.Paths, pd.DataFrame]:
    """A market cut into as many windows of ``bars`` days as fit, and the days of each.

    Windows stand side by side, the newest day in the last. The second is a frame with the columns
    first and last, one row a window.

    Raises
    ------
    ModuleNotFoundError
        As in :func:`real_ohlcv`.
    ValueError
        For an unknown market, or more bars than there are.
    """
    frame = real_ohlcv(name)
    bars = valid.count("bars", bars, at_least=2)
    count = len(frame) // bars
    if not count:
        raise ValueError(f"bars is {bars}; expected at most the {len(frame)} days that there are")
    parts = [frame.iloc[len(frame) - (count - k) * bars : len(frame) - (count - k - 1) * bars] for k in range(count)]
    days = pd.DataFrame({"first": [part.index[0] for part in parts], "last": [part.index[-1] for part in parts]})
    return mc.Paths.from_frames(parts), days


def real_pyramid_or_single(*, bars: int = 500, **rule: float) -> pd.DataFrame:
    """The pyramid less the single entry over the windows of every market of `BARS`.

    Differences are fractions of equity. Ten windows of 500 days a market are few: look at the
    standard error before the estimate. Columns: market, comparison ("equal initial risk"; "equal
    volatility", the single entry's trades enlarged), then those of every experiment.
    """
    rows = []
    for name in BARS:
        paths, _ = real_windows(name, bars=bars)
        many, one = (
            mc.run_pyramids(paths, **{**rule, **levels}).summary()  # type: ignore[arg-type]
            for levels in ({}, {"max_levels": 1})
        )
        rows.append(({"market": name, "comparison": "equal initial risk"}, spread(many["total_return"] - one["total_return"])))
        rows.append(({"market": name, "comparison": "equal volatility"}, at_equal_volatility(many, one)[2]))
    return tidy(rows)
