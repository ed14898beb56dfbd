"""Pictures of a trend-following portfolio.

Curves, rolling Sharpe with its error, weights, correlations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from phase6.plots import geometry, ranges, scenes, style, ticks
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Scene

if TYPE_CHECKING:
    from phase6.portfolio import PortfolioResult

WINDOW = 126
"""Bars of the rolling Sharpe ratio: half a year."""
LEGEND_COLUMNS = 4
"""Curves of `plot_growth` in a row of its legend."""

_DIVERGING = LinearSegmentedColormap.from_list("phase6", [style.VERMILLION, style.PAPER, style.BLUE])


@dataclass(frozen=True)
class PortfolioFrame:
    """What stands still in the picture.

    Names in the legend, first and last date number, bars of the rolling Sharpe ratio.
    """

    names: tuple[str, ...]
    begin: float
    end: float
    window: int


def portfolio_scene(
    result: PortfolioResult,
    *,
    window: int = WINDOW,
    names: tuple[str, ...] = (),
    since: pd.Timestamp | str | None = None,
) -> Scene[PortfolioFrame]:
    """What `plot_portfolio` shows.

    The curve of each asset is that of all the money in its strategy alone: before costs, the
    portfolio's daily return is the mean of theirs. Of the weights it shows the size, long and short
    alike.

    Parameters
    ----------
    result : PortfolioResult
        From `phase6.portfolio.run_trend_portfolio`.
    window : int
        Bars of the rolling Sharpe ratio.
    names : tuple of str
        All assets that may appear, so that colours stay when one leaves; by default those of the
        result.
    since : date, optional
        Where the horizontal axis begins, to show the warm-up; by default at the first day of the
        result.
    """
    parts = result.strategy_returns
    every = names or tuple(parts.columns)
    dates = ticks.date_numbers(pd.DatetimeIndex(result.equity.index))
    x = dates[1:]
    begin = dates[0] if since is None else ticks.date_numbers(pd.DatetimeIndex([since]))[0]
    ends = np.array([begin, x[-1]])
    growth = {name: curve.to_numpy(dtype=float) for name, curve in result.alone_equity.items()}
    whole = result.equity.to_numpy(dtype=float)
    band = result.rolling_sharpe(window)
    rolled, low, high = (band[name].to_numpy(dtype=float) for name in ("sharpe", "low", "high"))
    sizes = np.abs(result.weights.to_numpy(dtype=float))
    weights = dict(zip(result.weights.columns, sizes.T, strict=True))
    nothing = np.empty((0, 2))
    points = {
        "portfolio": geometry.curve(dates, whole),
        "start": geometry.curve(ends, [1.0, 1.0]),
        "sharpe": geometry.curve(x, rolled),
        "sharpe-band": geometry.between(x, low, high),
        "sharpe-zero": geometry.curve(ends, [0.0, 0.0]),
        "sharpe-one": geometry.curve(ends, [1.0, 1.0]),
    }
    for k, name in enumerate(every):
        points[f"asset-{k}"] = geometry.curve(dates, growth[name]) if name in growth else nothing
        points[f"weight-{k}"] = geometry.curve(x, weights[name]) if name in weights else nothing
    spans = {
        "growth": ranges.span_of(whole, *growth.values(), include=(1.0,)),
        "sharpe": ranges.span_of(low, high, include=(-1.0, 1.0)),
        "weights": ranges.span_of(*weights.values(), include=(0.0,)),
    }
    known = np.isfinite(rolled)
    said = (
        f"The {window}-day Sharpe ratio runs from {rolled[known].min():.1f} to {rolled[known].max():.1f}, "
        f"each value give or take {(high - low)[known].mean() / 2:.1f}."
        if known.any()
        else f"The sample is too short for a {window}-day Sharpe ratio."
    )
    ends_of_parts = [path[-1] for path in growth.values()]
    single = f"; in one of them alone, between {min(ends_of_parts):.3f} and {max(ends_of_parts):.3f}" if len(growth) > 1 else ""
    spread = f"{len(growth)} trend strategies together" if len(growth) > 1 else "one trend strategy"
    alt = f"One unit of money in {spread} becomes {whole[-1]:.3f} over {len(x)} bars{single}. {said}"
    return Scene(points, spans, alt, frame=PortfolioFrame(every, float(begin), float(x[-1]), window))


def draw_portfolio(scene: Scene[PortfolioFrame]) -> Picture:
    """Draw a `portfolio_scene`."""
    frame = scene.frame
    picture = new_picture({"growth": 3.0, "sharpe": 1.7, "weights": 1.5}, width=640, height=470)
    growth, sharpe, weights = picture.panels.values()
    for k, name in enumerate(frame.names):
        colour, dash = style.SERIES[k % len(style.SERIES)]
        looks = {"color": colour, "linestyle": dash, "linewidth": 1.0}
        scenes.line(growth, f"asset-{k}", scene, label=name.replace("_", " "), **looks)
        scenes.line(weights, f"weight-{k}", scene, label=f"_{name}", **looks)
    scenes.line(growth, "start", scene, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)), label="_start")
    scenes.line(growth, "portfolio", scene, color=style.INK, linewidth=2.2, label="portfolio", zorder=4)
    style.entitle(growth, "Is the whole smoother than its parts?", pad=29)
    style.legend(growth, columns=5, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(growth, y="Growth of 1")

    scenes.area(sharpe, "sharpe-band", scene, colour=style.SKY, alpha=0.45, label="± one standard error")
    scenes.line(sharpe, "sharpe", scene, color=style.BLUE, label=f"Sharpe ratio of {frame.window} days")
    level = {"color": style.QUIET, "linewidth": 0.9, "linestyle": (0, (5, 3))}
    scenes.line(sharpe, "sharpe-zero", scene, label="_zero", **level)
    scenes.line(sharpe, "sharpe-one", scene, color=style.GREEN, linewidth=0.9, linestyle=style.DOTTED, label="+1")
    style.entitle(sharpe, "What does half a year say about skill?", pad=18)
    style.legend(sharpe, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(sharpe, y="Sharpe [per √year]")

    style.entitle(weights, "Which assets get the larger weights?")
    style.label_axes(weights, x="Date", y="Weight [% of equity]")
    ticks.percent_axis(weights)
    ticks.date_axis(weights, frame.begin, frame.end)
    return scenes.place(picture, scene)


def plot_portfolio(
    result: PortfolioResult,
    *,
    window: int = WINDOW,
    names: tuple[str, ...] = (),
    since: pd.Timestamp | str | None = None,
) -> Picture:
    """Growth of the strategies and of the portfolio, rolling Sharpe ratio, and weights.

    The Sharpe ratio has its error band.

    Parameters
    ----------
    result, window, names, since
        As for `portfolio_scene`.
    """
    return draw_portfolio(portfolio_scene(result, window=window, names=names, since=since))


def plot_correlation(correlation: pd.DataFrame, *, title: str = "Who moves with whom") -> Picture:
    """A correlation matrix as a map with its numbers.

    Parameters
    ----------
    correlation : DataFrame of shape (k, k)
        Correlations between −1 and 1, rows and columns in the same order.

    Raises
    ------
    ValueError
        If the frame is not square with equal labels, or a value lies outside [−1, 1].
    """
    values = correlation.to_numpy(dtype=float)
    if values.shape[0] != values.shape[1] or list(correlation.index) != list(correlation.columns):
        raise ValueError(f"correlation must be square with equal labels, got shape {values.shape}")
    if np.nanmax(np.abs(values)) > 1 + 1e-9:
        raise ValueError(f"a correlation lies in [-1, 1], got {values.flat[np.nanargmax(np.abs(values))]:.3f}")
    names = [str(name).replace("_", " ") for name in correlation.columns]
    size = len(names)
    picture = new_picture({"map": 1.0}, width=600, height=440, left=108, bottom=88)
    axes = picture.panels["map"]
    image = axes.imshow(values, cmap=_DIVERGING, vmin=-1, vmax=1, aspect="auto")
    for row in range(size):
        for column in range(size):
            value = values[row, column]
            colour = style.PAPER if abs(value) > 0.6 else style.INK
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour, fontsize=9)
    axes.grid(False)
    axes.set_xticks(range(size), names, rotation=30, ha="right")
    axes.set_yticks(range(size), names)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = picture.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("Correlation of daily returns", color=style.INK, fontsize=style.FONT_SIZE)
    bar.ax.tick_params(labelsize=style.FONT_SIZE - 1, labelcolor=style.INK)
    bar.outline.set_visible(False)
    style.entitle(axes, title)
    style.label_axes(axes, x="Asset")
    axes.set_ylabel("Asset", color=style.INK, fontsize=style.FONT_SIZE)
    between = values[~np.eye(size, dtype=bool)]
    if len(between):
        low, high = np.nanmin(between), np.nanmax(between)
        strongest = np.nanargmax(np.where(np.eye(size, dtype=bool), -np.inf, values))
        pair = names[strongest // size], names[strongest % size]
        spread = f"from {low:.2f} to {high:.2f}, the highest between {pair[0]} and {pair[1]}"
    else:
        spread = "of one asset with itself"
    picture.alt = f"Correlations of {size} assets, {spread}."
    return picture


def plot_growth(curves: Mapping[str, pd.Series], *, title: str, y: str = "Growth of 1") -> Picture:
    """Up to eight growth curves on one panel.

    Parameters
    ----------
    curves : mapping of str to Series
        Legend name to values on a date index.
    title : str
        What to see.
    y : str
        Label of the vertical axis, with the unit.

    Raises
    ------
    ValueError
        If there is no curve, or more than eight.
    """
    if not 1 <= len(curves) <= len(style.SERIES):
        raise ValueError(f"one to {len(style.SERIES)} curves can be told apart, got {len(curves)}")
    picture = new_picture({"growth": 1.0}, height=340)
    axes = picture.panels["growth"]
    edges = [(ticks.date_numbers(curve.index[[0, -1]])) for curve in curves.values()]
    for (name, values), (colour, dash) in zip(curves.items(), style.SERIES, strict=False):
        x = ticks.date_numbers(values.index)
        axes.plot(x, values.to_numpy(dtype=float), color=colour, linestyle=dash, linewidth=1.4, label=name)
    style.entitle(axes, title, pad=20 if len(curves) <= LEGEND_COLUMNS else 30)
    style.legend(axes, columns=LEGEND_COLUMNS, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(axes, x="Date", y=y)
    ticks.date_axis(axes, min(edge[0] for edge in edges), max(edge[1] for edge in edges))
    ends = ", ".join(f"{name} {values.iloc[-1]:.3g}" for name, values in curves.items())
    picture.alt = f"{title}. At the end: {ends}."
    return picture
