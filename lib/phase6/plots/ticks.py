"""How the ticks of an axis are written: money, percent, dates."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, FuncFormatter
from numpy.typing import NDArray


def money(value: float, _position: int | None = None) -> str:
    """An amount of the account's currency for an axis: 95k, 1.2M, 950."""
    size = abs(value)
    if size >= 999_500:
        said = f"{value / 1e6:.3g}M"
    elif size >= 10_000:
        said = f"{value / 1e3:.4g}k"
    else:
        said = f"{value:,.0f}"
    return said.replace("-", "−")


def money_axis(axes: Axes) -> None:
    """Write vertical ticks as amounts of money."""
    axes.yaxis.set_major_formatter(FuncFormatter(money))


def percent_axis(axes: Axes, *, which: str = "y") -> None:
    """Write the ticks of a fraction as percent."""

    def written(value: float, _position: int | None = None) -> str:
        return f"{round(100 * value, 6):g}%".replace("-", "−")

    (axes.yaxis if which == "y" else axes.xaxis).set_major_formatter(FuncFormatter(written))


class _MonthTicks(Formatter):
    """Months by their short name, and the year under the first tick of each year."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        when = mdates.num2date(value)
        return f"{when:%b}\n{when:%Y}" if pos == 0 or when.month == 1 else f"{when:%b}"


def date_axis(axes: Axes, low: float, high: float) -> None:
    """Dates along the bottom of a panel between two date numbers."""
    axes.set_xlim(low, high)
    months = max(1, round((high - low) / 30.4 / 9))
    if months <= 12:
        every = next(step for step in (1, 2, 3, 4, 6, 12) if step >= months)
        axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, every)))
        axes.xaxis.set_major_formatter(_MonthTicks())
    else:
        axes.xaxis.set_major_locator(mdates.YearLocator(max(1, months // 12)))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))


def date_numbers(index: pd.Index) -> NDArray[np.float64]:
    """A date index as matplotlib's date numbers (days since 1970-01-01), shape (n,)."""
    stamps = pd.DatetimeIndex(index).to_numpy().astype("datetime64[s]").astype(np.int64)
    return np.asarray(stamps / 86_400.0, dtype=np.float64)
