"""Pictures of limits: the heat of pyramids on one account, and betting above a floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from phase6._validation import BARS_PER_YEAR
from phase6.metrics import log_drawdown_paths
from phase6.plots import style, ticks
from phase6.plots.pictures import Picture, new_picture

if TYPE_CHECKING:
    from phase6.heat import HeatResult


def plot_heat(results: Mapping[str, HeatResult], *, max_heat: float | None = None, max_units: int | None = None) -> Picture:
    """Heat over time, and units held on the fuller side, of the same markets under several limits.

    Parameters
    ----------
    results : mapping of str to HeatResult
        One to eight results of :func:`phase6.heat.run_pyramid_portfolio` on the same dates, by
        name.
    max_heat, max_units : optional
        Limits to draw: a fraction of equity, a number of units.

    Raises
    ------
    ValueError
        If there are none, more than eight, or results on different dates.
    """
    if not 1 <= len(results) <= len(style.SERIES):
        raise ValueError(f"there are {len(results)} results; expected one to {len(style.SERIES)}")
    index = next(iter(results.values())).equity.index
    if any(not result.equity.index.equals(index) for result in results.values()):
        raise ValueError("the results are not on the same dates; expected the same markets under several limits")
    x = ticks.date_numbers(index)
    picture = new_picture({"heat": 1.4, "units": 1.0}, height=460)
    heat, units = picture.panels.values()
    said = []
    for (name, result), (colour, dash) in zip(results.items(), style.SERIES, strict=False):
        fuller = np.maximum(result.units.clip(lower=0).sum(axis=1), -result.units.clip(upper=0).sum(axis=1))
        heat.plot(x, result.heat.to_numpy(dtype=float), color=colour, linestyle=dash, linewidth=1.4, label=name)
        units.step(x, fuller, where="post", color=colour, linestyle=dash, linewidth=1.4)
        said.append(f"{name}: heat up to {result.heat.max():.0%} of equity, up to {result.most_units} units on a side")
    for axes, limit in ((heat, max_heat), (units, max_units)):
        if limit is not None:
            axes.axhline(limit, color=style.QUIET, linewidth=1.0, linestyle=(0, (5, 3)))
        axes.set_ylim(bottom=0.0)
    style.entitle(heat, "Lost if every stop is hit at once", pad=20 if len(results) <= 4 else 30)
    style.legend(heat, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(heat, y="Heat [% of equity]")
    ticks.percent_axis(heat)
    style.entitle(units, "Levels held on the fuller side")
    style.label_axes(units, x="Date", y="Units")
    ticks.date_axis(units, float(x[0]), float(x[-1]))
    picture.alt = f"Pyramids in {result.units.shape[1]} markets on one account. {'; '.join(said)}."
    return picture


def plot_drawdown_control(paths: Mapping[str, ArrayLike], *, floor: float, periods_per_year: float = BARS_PER_YEAR) -> Picture:
    """One life under several ways to bet: wealth on a log scale, and the drawdown with its limit.

    Parameters
    ----------
    paths : mapping of str to array of shape (periods + 1,)
        Log wealth from 0 by name, as a column of :func:`phase6.drawdown.bet_paths`; one to eight,
        equally long.
    floor : float
        Share of the peak that the limit protects.
    periods_per_year : float
        For the axis of time.

    Raises
    ------
    ValueError
        If there are none, more than eight, or paths of different lengths.
    """
    lives = {name: np.asarray(path, dtype=float) for name, path in paths.items()}
    lengths = sorted({life.shape for life in lives.values()})
    if not 1 <= len(lives) <= len(style.SERIES) or len(lengths) != 1 or len(lengths[0]) != 1:
        raise ValueError(f"there are {len(lives)} paths of shapes {lengths}; expected one to {len(style.SERIES)} of one length")
    years = np.arange(lengths[0][0]) / periods_per_year
    picture = new_picture({"wealth": 1.3, "drawdown": 1.0}, height=460)
    wealth, fallen = picture.panels.values()
    said, deepest = [], 1.0 - floor
    for (name, life), (colour, dash) in zip(lives.items(), style.SERIES, strict=False):
        fall = log_drawdown_paths(life)
        wealth.plot(years, np.exp(life), color=colour, linestyle=dash, linewidth=1.4, label=name)
        fallen.plot(years, fall, color=colour, linestyle=dash, linewidth=1.1)
        deepest = max(deepest, float(fall.max()))
        said.append(f"{name}: {np.exp(life[-1]):.2f} at the end, largest drawdown {fall.max():.0%}")
    wealth.set_yscale("log")
    wealth.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    wealth.yaxis.set_minor_formatter(lambda value, _: "")
    fallen.axhline(1.0 - floor, color=style.QUIET, linewidth=1.0, linestyle=(0, (5, 3)))
    fallen.set_ylim(min(1.0, 1.1 * deepest), 0.0)
    style.entitle(wealth, "The same luck, different bets", pad=20 if len(lives) <= 4 else 30)
    style.legend(wealth, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(wealth, y="Growth of 1 [log scale]")
    style.entitle(fallen, "Fall from the peak; dashed, the limit")
    style.label_axes(fallen, x="Time [years]", y="Drawdown [%]")
    ticks.percent_axis(fallen)
    picture.alt = f"One life of {years[-1]:.0f} years, limit {1 - floor:.0%}. {'; '.join(said)}."
    return picture


