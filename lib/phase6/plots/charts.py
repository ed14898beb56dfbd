"""Charts for lessons, one call a picture.

Lines, histograms, cumulative shares, rows of means, stacked bars. Each takes numbers that an engine
or an experiment made, and words for the axes. A reader's guess, where there is one, stands in the
picture beside the result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from phase6.metrics import mean_and_error
from phase6.plots import style, ticks
from phase6.plots.pictures import Picture, new_picture

LOOKS: Sequence[tuple[str, style.Dash, str]] = (
    (style.BLUE, "-", "o"),
    (style.VERMILLION, style.DASHED, "s"),
    (style.GREEN, style.DOTTED, "D"),
    (style.PURPLE, "-", "^"),
    (style.ORANGE, style.DASHED, "v"),
    (style.SKY, style.DOTTED, "P"),
    (style.INK, "-", "X"),
    (style.QUIET, style.DASHED, "<"),
)
"""Colour, dash and marker of the first, second, … set of numbers: none differs by colour alone."""

ROUNDING = 1e-9
"""What is nearer to 0 than this is said to be 0."""

Floats = NDArray[np.float64]


def _numbers(samples: Mapping[str, ArrayLike], least: int = 1) -> dict[str, Floats]:
    _few_enough(samples)
    return _finite(samples, least)


def _few_enough(samples: Collection[str]) -> None:
    if not 1 <= len(samples) <= len(LOOKS):
        raise ValueError(f"there are {len(samples)} sets of numbers; expected one to {len(LOOKS)}")


def _finite(samples: Mapping[str, ArrayLike], least: int) -> dict[str, Floats]:
    sets = {name: np.asarray(values, dtype=np.float64).ravel() for name, values in samples.items()}
    sets = {name: values[np.isfinite(values)] for name, values in sets.items()}
    for name, values in sets.items():
        if values.size < least:
            raise ValueError(f"{name!r} has {values.size} finite numbers; expected at least {least}")
    return sets


def _alt(title: str, rest: str) -> str:
    return f"{title}{'' if title[-1:] in '?!.' else '.'} {rest}."


def _said(value: float, percent: bool) -> str:
    return f"{value:+.2%}" if percent else f"{0.0 if abs(value) < ROUNDING else value:+.3g}"


def _finish(picture: Picture, axes: Axes, title: str, x: str, y: str, percent: str) -> None:
    labels = axes.get_legend_handles_labels()[1]
    columns = 4 if sum(map(len, labels)) < 62 and len(labels) <= 4 else 2
    rows = -(-len(labels) // columns)
    style.legend(axes, columns=columns, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.entitle(axes, title, pad=6 + 14 * rows)
    style.label_axes(axes, x=x, y=y)
    for which in percent:
        ticks.percent_axis(axes, which=which)
    if rows > 1:
        box, height = axes.get_position(), picture.get_figheight() * 72
        axes.set_position((box.x0, box.y0, box.width, 1 - (40 + 14 * (rows - 1)) / height - box.y0))


def _mark(axes: Axes, marks: Mapping[str, float] | None, guess: float | None, *, upright: bool) -> None:
    """Named reference lines, and the reader's guess."""
    draw = axes.axvline if upright else axes.axhline
    for number, (name, value) in enumerate((marks or {}).items()):
        draw(value, color=style.INK, linestyle=(style.DOTTED, style.DASHED)[number % 2], linewidth=1.2, label=name)
    if guess is not None:
        draw(guess, color=style.ORANGE, linestyle="-", linewidth=3.0, alpha=0.75, label="your guess")


def _scale(axes: Axes, indexes: Sequence[pd.Index], limits: tuple[float, float] | None, *, log: bool) -> None:
    """Scales of both axes.

    There is a zero line where zero is in view; whole numbers have whole ticks, dates have months.
    """
    if isinstance(indexes[0], pd.DatetimeIndex):
        days = ticks.date_numbers(indexes[0])
        ticks.date_axis(axes, days[0], days[-1])
    elif all(pd.api.types.is_integer_dtype(index) for index in indexes):
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    if log:
        axes.set_yscale("log")
    elif axes.get_ylim()[0] < 0 < axes.get_ylim()[1]:
        axes.axhline(0.0, color=style.QUIET, linewidth=0.9, zorder=1)
    if limits is not None:
        axes.set_ylim(*limits)


def plot_lines(
    lines: Mapping[str, pd.Series],
    *,
    title: str,
    x: str,
    y: str,
    percent: str = "",
    points: bool = False,
    errors: Mapping[str, ArrayLike] | None = None,
    band: tuple[str, ArrayLike, ArrayLike] | None = None,
    marks: Mapping[str, float] | None = None,
    upright: Mapping[str, float] | None = None,
    guess: float | None = None,
    limits: tuple[float, float] | None = None,
    log: bool = False,
    height: float = 320,
) -> Picture:
    """Lines over a common horizontal axis: numbers, or dates.

    Parameters
    ----------
    lines : mapping of str to Series
        One to eight lines; the index is the horizontal axis.
    title, x, y : str
        What to look for; labels of the axes with their units.
    percent : str
        Axes whose numbers are fractions to be written as percent: ``"x"``, ``"y"`` or ``"xy"``.
    points : bool
        Whether each value is marked.
    errors : mapping of str to array, optional
        Standard errors of a line's values; two of them are drawn to either side.
    band : (str, array, array), optional
        Label, lower and upper end of a band along the first line's index.
    marks, upright : mapping of str to float, optional
        Level and upright reference lines.
    guess : float, optional
        What the reader guessed, on the vertical axis.
    limits : (float, float), optional
        Ends of the vertical axis.
    log : bool
        Whether the vertical axis is logarithmic.
    height : float
        In points.

    Raises
    ------
    ValueError
        If there are no lines or more than eight.
    """
    _numbers(lines)
    picture = new_picture({"lines": 1.0}, height=height)
    axes = picture.panels["lines"]

    def across(index: pd.Index) -> Floats:
        return ticks.date_numbers(index) if isinstance(index, pd.DatetimeIndex) else np.asarray(index, dtype=np.float64)

    if band is not None:
        label, low, high = band
        lowest, highest = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        axes.fill_between(across(next(iter(lines.values())).index), lowest, highest, color=style.SKY, alpha=0.35, label=label)
    for (name, line), (colour, dash, marker) in zip(lines.items(), LOOKS, strict=False):
        at, shape = across(line.index), marker if points else ""
        axes.plot(at, line.to_numpy(dtype=np.float64), color=colour, linestyle=dash, marker=shape, markersize=5, label=name)
        if errors is not None and name in errors:
            reach = 2.0 * np.asarray(errors[name], dtype=np.float64)
            axes.errorbar(across(line.index), line.to_numpy(dtype=np.float64), reach, fmt="none", ecolor=colour, capsize=3)
    _mark(axes, marks, guess, upright=False)
    _mark(axes, upright, None, upright=True)
    _scale(axes, [line.index for line in lines.values()], limits, log=log)
    _finish(picture, axes, title, x, y, percent)
    ends = "; ".join(
        f"{name} from {_said(float(line.dropna().iloc[0]), 'y' in percent)} to {_said(float(line.dropna().iloc[-1]), 'y' in percent)}"
        for name, line in lines.items()
    )
    picture.alt = _alt(title, ends)
    return picture


def plot_histogram(
    samples: Mapping[str, ArrayLike],
    *,
    title: str,
    x: str,
    of: str = "markets",
    edges: ArrayLike | None = None,
    percent: bool = False,
    means: bool = True,
    marks: Mapping[str, float] | None = None,
    guess: float | None = None,
    log: bool = False,
    height: float = 310,
) -> Picture:
    """How often each outcome came, as a share; the first set is filled, the others are outlines.

    Parameters
    ----------
    samples : mapping of str to array
        One to eight sets of outcomes. What lies beyond the outermost edges counts in the outermost
        bars.
    title, x, of : str
        What to look for; the label with its unit; what is counted.
    edges : array, optional
        Borders of the bars; fifty equal ones over all but the outermost percent of the outcomes if
        left out.
    percent : bool
        Whether outcomes are fractions to be written as percent.
    means : bool
        Whether a dashed line stands at each mean.
    marks : mapping of str to float, optional
        Named upright lines.
    guess : float, optional
        What the reader guessed.
    log : bool
        Whether shares are drawn on a logarithmic axis.
    height : float
        In points.

    Raises
    ------
    ValueError
        If there are no samples, more than eight, or one without a finite number.
    """
    sets = _numbers(samples)
    picture = new_picture({"outcomes": 1.0}, height=height)
    axes = picture.panels["outcomes"]
    _histogram(axes, sets, _edges(sets, edges), means=means)
    _mark(axes, marks, guess, upright=True)
    if log:
        axes.set_yscale("log")
    _finish(picture, axes, title, x, f"Share of {of} [%]", "xy" if percent else "y")
    picture.alt = _alt(title, "Means: " + "; ".join(f"{name} {_said(float(v.mean()), percent)}" for name, v in sets.items()))
    return picture


def plot_histograms(
    panels: Mapping[str, Mapping[str, ArrayLike]],
    *,
    x: str,
    of: str = "markets",
    edges: ArrayLike | None = None,
    percent: bool = False,
    height: float = 480,
) -> Picture:
    """The same sets of outcomes in several kinds of market, one panel each, with a common scale.

    Parameters
    ----------
    panels : mapping of str to mapping of str to array
        Title of a panel to its sets of outcomes; see `plot_histogram`.
    x, of, edges, percent, height
        As for `plot_histogram`.
    """
    everything = {name: _numbers(samples) for name, samples in panels.items()}
    pooled = {name: np.concatenate(list(sets.values())) for name, sets in everything.items()}
    borders = _edges(pooled, edges)
    picture = new_picture(dict.fromkeys(panels, 1.0), height=height)
    for name, axes in picture.panels.items():
        _histogram(axes, everything[name], borders, means=True)
        style.entitle(axes, name)
        style.label_axes(axes, y=f"{of.capitalize()} [%]")
        ticks.percent_axis(axes)
    last = list(picture.panels.values())[-1]
    style.label_axes(last, x=x)
    if percent:
        ticks.percent_axis(last, which="x")
    style.legend(next(iter(picture.panels.values())), columns=1, loc="upper right")
    picture.alt = "Means (dashed). " + "; ".join(
        f"{name}, {rule} {_said(float(values.mean()), percent)}" for name, sets in everything.items() for rule, values in sets.items()
    )
    return picture


def _edges(sets: Mapping[str, Floats], edges: ArrayLike | None) -> Floats:
    if edges is not None:
        return np.asarray(edges, dtype=np.float64)
    low, high = np.quantile(np.concatenate(list(sets.values())), [0.005, 0.995])
    return np.linspace(low, high, 51) if high > low else np.linspace(low - 0.5, low + 0.5, 11)


def _histogram(axes: Axes, sets: Mapping[str, Floats], edges: Floats, *, means: bool) -> None:
    for number, ((name, values), (colour, dash, _)) in enumerate(zip(sets.items(), LOOKS, strict=False)):
        counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        filled = number == 0
        outline: dict[str, Any] = {"color": colour, "linestyle": dash, "linewidth": 1.8}
        axes.stairs(counts / values.size, edges, fill=filled, label=name, **({"color": style.SKY} if filled else outline))
        if means:
            axes.axvline(float(values.mean()), color=style.BLUE if filled else colour, linestyle=style.DASHED, linewidth=1.1)
    if means:
        axes.plot([], [], color=style.QUIET, linestyle=style.DASHED, linewidth=1.1, label="mean")


def plot_cumulative(
    samples: Mapping[str, ArrayLike],
    *,
    title: str,
    x: str,
    of: str = "markets",
    percent: bool = True,
    marks: Mapping[str, float] | None = None,
    guess: float | None = None,
    limits: tuple[float, float] | None = None,
    height: float = 310,
) -> Picture:
    """For each outcome the share that lies below it.

    A curve further right earns more, a flatter one spreads wider.

    Parameters
    ----------
    samples : mapping of str to array
        One to eight sets of outcomes.
    title, x, of : str
        What to look for; the label with its unit; what is counted.
    percent : bool
        Whether outcomes are fractions to be written as percent.
    marks : mapping of str to float, optional
        A dot on the curve of that name, at that outcome.
    guess : float, optional
        What the reader guessed.
    limits : (float, float), optional
        Ends of the horizontal axis.
    height : float
        In points.
    """
    sets = _numbers(samples)
    picture = new_picture({"shares": 1.0}, height=height)
    axes = picture.panels["shares"]
    for (name, values), (colour, dash, _) in zip(sets.items(), LOOKS, strict=False):
        share = (np.arange(values.size) + 0.5) / values.size
        axes.plot(np.sort(values), share, color=colour, linestyle=dash, linewidth=1.8, label=name)
        if marks and name in marks:
            axes.plot(marks[name], np.mean(values < marks[name]), "o", color=colour, markersize=9)
    _mark(axes, None, guess, upright=True)
    axes.axhline(0.5, color=style.QUIET, linewidth=0.8, zorder=1)
    if limits is not None:
        axes.set_xlim(*limits)
    _finish(picture, axes, title, x, f"Share of {of} below [%]", "xy" if percent else "y")
    picture.alt = _alt(title, "Medians: " + "; ".join(f"{name} {_said(float(np.median(v)), percent)}" for name, v in sets.items()))
    return picture


def plot_means(
    groups: Mapping[str, Mapping[str, ArrayLike]],
    *,
    title: str,
    x: str,
    percent: bool = False,
    spread: bool = True,
    guess: float | None = None,
    height: float | None = None,
) -> Picture:
    """Means with two standard errors, row by row, over the middle half of the single outcomes.

    Parameters
    ----------
    groups : mapping of str to mapping of str to array
        Group (a colour and a marker) to rows; each row holds one number a market. A single group
        has no legend.
    title, x : str
        What to look for; the label with its unit.
    percent : bool
        Whether outcomes are fractions to be written as percent.
    spread : bool
        Whether a light bar shows the middle half of the outcomes.
    guess : float, optional
        What the reader guessed.
    height : float, optional
        In points.
    """
    _few_enough(groups)
    rows = list(next(iter(groups.values())))
    tall = height if height is not None else 110 + (24 + 12 * (len(groups) - 1)) * len(rows)
    picture = new_picture({"means": 1.0}, height=tall, left=20 + 6.2 * max(len(row) for row in rows))
    axes = picture.panels["means"]
    places = np.arange(len(rows))[::-1].astype(np.float64)
    shifts = (np.arange(len(groups)) - (len(groups) - 1) / 2) * -min(0.26, 0.54 / max(1, len(groups) - 1))
    told = []
    for (group, samples), (colour, _, marker), shift in zip(groups.items(), LOOKS, shifts, strict=False):
        sets = _finite(samples, 2)
        if spread:
            quarters = np.array([np.quantile(sets[row], [0.25, 0.75]) for row in rows])
            label = "middle half" if len(groups) == 1 else "_spread"
            axes.hlines(places + shift, quarters[:, 0], quarters[:, 1], color=style.SKY, alpha=0.55, linewidth=7, label=label)
        means, errors = np.array([mean_and_error(sets[row]) for row in rows]).T
        name = "mean ± 2 standard errors" if len(groups) == 1 else group
        shown = style.INK if len(groups) == 1 else colour
        axes.errorbar(means, places + shift, xerr=2 * errors, label=name, fmt=marker, color=shown, capsize=4)
        for row, mean, error in zip(rows, means, errors, strict=True):
            told.append(f"{group} {row} {_said(mean, percent)} ± {_said(error, percent)[1:]}")
    axes.axvline(0.0, color=style.QUIET, linewidth=0.9, zorder=1)
    _mark(axes, None, guess, upright=True)
    axes.set_yticks(places, rows)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(False, axis="y")
    _finish(picture, axes, title, x, "", "x" if percent else "")
    picture.alt = _alt(title, "; ".join(told))
    return picture


def plot_shares(parts: Mapping[str, Mapping[str, float]], *, title: str, x: str, height: float = 240) -> Picture:
    """Bars that add up to one, cut into named parts.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        Bar to its parts; all bars have the same parts, at most eight, as fractions.
    title, x : str
        What to look for; the label with its unit.
    height : float
        In points.
    """
    picture = new_picture({"shares": 1.0}, height=height, left=20 + 6.2 * max(map(len, parts)))
    axes = picture.panels["shares"]
    places = -np.arange(len(parts), dtype=np.float64)
    start = np.zeros(len(parts))
    for name, (colour, _, _) in zip(next(iter(parts.values())), LOOKS, strict=False):
        width = np.array([bar[name] for bar in parts.values()])
        axes.barh(places, width, left=start, color=colour, height=0.55, label=name, edgecolor=style.PAPER)
        for place, left, wide in zip(places, start, width, strict=True):
            if wide > 0.06:
                axes.text(left + wide / 2, place, f"{wide:.0%}", color=style.PAPER, ha="center", va="center", fontsize=9)
        start = start + width
    axes.set_yticks(places, list(parts))
    axes.grid(False, axis="y")
    _finish(picture, axes, title, x, "", "x")
    told = (f"{bar}: " + ", ".join(f"{name} {share:.0%}" for name, share in of.items()) for bar, of in parts.items())
    picture.alt = _alt(title, "; ".join(told))
    return picture


def plot_bars(bars: pd.DataFrame, *, title: str, height: float = 300) -> Picture:
    """Daily bars from low to high with their open, which stands out where it is outside the bar.

    Parameters
    ----------
    bars : DataFrame
        Columns open, high and low, in money.
    title : str
        What to look for.
    height : float
        In points.
    """
    picture = new_picture({"bars": 1.0}, height=height)
    axes, x = picture.panels["bars"], np.arange(len(bars))
    opened = bars["open"].to_numpy()
    bad = (opened > bars["high"].to_numpy()) | (opened < bars["low"].to_numpy())
    axes.vlines(x, bars["low"], bars["high"], color=style.SKY, linewidth=6, label="low to high")
    axes.plot(x[~bad], opened[~bad], "o", color=style.INK, label="open, possible", markersize=5)
    axes.plot(x[bad], opened[bad], "X", color=style.VERMILLION, markersize=9, label="open, impossible")
    _finish(picture, axes, title, "Bar [days]", "Price [$]", "")
    picture.alt = _alt(title, f"{len(bars)} bars; on {int(bad.sum())} the open lies outside low to high")
    return picture
