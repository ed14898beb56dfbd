"""Pictures of many markets: how single ones are spread, and how well their mean is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from phase6.metrics import standard_error
from phase6.plots import style, ticks
from phase6.plots.pictures import Picture, new_picture

ROW = 27
"""Height of a row, in points."""
NEEDED = ("estimate", "standard_error", "q05", "q25", "q50", "q75", "q95", "n")


def _labels(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    def written(value: object) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value)

    return [", ".join(written(row[name]) for name in by) for _, row in frame.iterrows()]


def _check(frame: pd.DataFrame, by: Sequence[str]) -> None:
    missing = [name for name in (*by, *NEEDED) if name not in frame.columns]
    if missing:
        raise ValueError(f"columns {', '.join(missing)} are missing; expected the frame of an experiment and names of its columns")
    if not len(frame):
        raise ValueError("the frame is empty; expected at least one row")


def _unit(axes: Axes, percent: bool) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    if percent:
        ticks.percent_axis(axes, which="x")


def plot_estimates(
    frame: pd.DataFrame,
    by: str | Sequence[str],
    *,
    title: str,
    unit: str,
    percent: bool = False,
    claims: ArrayLike | None = None,
) -> Picture:
    """The rows of an experiment.

    On the left how single markets are spread, on the right how well the mean is known. Left, for
    each row, the middle half of the markets (thick), nine in ten (thin) and the median (tick).
    Right, on an own scale, the estimate with two standard errors to either side; a diamond marks
    what was claimed.

    Parameters
    ----------
    frame : DataFrame
        Rows of an experiment that share one measure and one unit.
    by : str or sequence of str
        Columns that name a row.
    title, unit : str
        What there is to see; what the numbers are, for the axis.
    percent : bool
        Whether to write them as percent.
    claims : array of shape (rows,), optional
        What was claimed of each row; NaN where nothing was.

    Raises
    ------
    ValueError
        If the frame is empty, is not that of an experiment, or ``claims`` has another length.
    """
    names = [by] if isinstance(by, str) else list(by)
    _check(frame, names)
    claimed = np.full(len(frame), np.nan) if claims is None else np.asarray(claims, dtype=float)
    if claimed.shape != (len(frame),):
        raise ValueError(f"claims has shape {claimed.shape}; expected one for each of the {len(frame)} rows")
    labels = _labels(frame, names)
    height = 96 + ROW * len(frame)
    picture = Picture(figsize=(640 / 72, height / 72), dpi=72, facecolor=style.PAPER)
    left = min(0.36, 0.03 + 0.0098 * max(len(label) for label in labels))
    grid = picture.add_gridspec(
        1, 2, width_ratios=(1.25, 1.0), wspace=0.09, left=left, right=0.975, top=1 - 52 / height, bottom=44 / height
    )
    spread, mean = picture.add_subplot(grid[0, 0]), picture.add_subplot(grid[0, 1])
    picture.panels = {"spread": spread, "mean": mean}
    rows = np.arange(len(frame))[::-1]
    figures = {name: frame[name].to_numpy(dtype=float) for name in NEEDED}
    for axes in (spread, mean):
        style.dress(axes)
        axes.set_ylim(-0.6, len(frame) - 0.4)
        axes.set_yticks(rows, labels if axes is spread else [""] * len(frame))
        axes.grid(False, axis="y")
        axes.axvline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
        _unit(axes, percent)
    spread.hlines(rows, figures["q05"], figures["q95"], color=style.SKY, linewidth=2.0)
    spread.hlines(rows, figures["q25"], figures["q75"], color=style.BLUE, linewidth=6.0)
    spread.plot(figures["q50"], rows, linestyle="none", marker="|", markersize=12, color=style.INK, markeredgewidth=1.6)
    reach = 2.0 * figures["standard_error"]
    mean.hlines(rows, figures["estimate"] - reach, figures["estimate"] + reach, color=style.VERMILLION, linewidth=2.2)
    mean.plot(figures["estimate"], rows, linestyle="none", marker="o", markersize=5.5, color=style.VERMILLION, label="ours, ±2 s.e.")
    if np.isfinite(claimed).any():
        look: dict[str, Any] = {"marker": "D", "markersize": 6.5, "markerfacecolor": "none", "markeredgecolor": style.INK}
        mean.plot(claimed, rows, linestyle="none", zorder=4, label="claimed", **look)
        style.legend(mean, columns=2, loc="lower right", bbox_to_anchor=(1.01, 0.995))
    style.entitle(spread, title, pad=24)
    spread.text(0.0, 1.0, "single markets: 5, 25, 50, 75, 95 %", transform=spread.transAxes, va="bottom", **_small())
    if not np.isfinite(claimed).any():
        mean.text(0.0, 1.0, "their mean, ±2 standard errors", transform=mean.transAxes, va="bottom", **_small())
    middle = (left + 0.975) / 2
    picture.supxlabel(unit, x=middle, y=5 / height, va="bottom", color=style.INK, fontsize=style.FONT_SIZE)  # one for both
    picture.alt = f"{title}. " + "; ".join(
        f"{label}: {_written(estimate, percent)} ± {_written(error, percent)}"
        for label, estimate, error in zip(labels, figures["estimate"], figures["standard_error"], strict=True)
    )
    return picture


def _small() -> dict[str, Any]:
    return {"color": style.QUIET, "fontsize": style.FONT_SIZE - 1.5}


def _written(value: float, percent: bool) -> str:
    return f"{value:.2%}" if percent else f"{value:.3g}"


TAILS = 0.01
"""Share of the outcomes at either end that the outermost steps of a histogram gather."""


def plot_distributions(
    samples: Mapping[str, ArrayLike], *, title: str, unit: str, percent: bool = False, bins: int = 60
) -> Picture:
    """How often each outcome came, one line a rule.

    The legend shows the mean of each and its standard error.

    Parameters
    ----------
    samples : mapping of str to array
        One to eight sets of outcomes, one number a market; numbers that are not known are left out.
    title, unit : str
        What there is to see; what the numbers are, for the axis.
    percent : bool
        Whether to write them as percent.
    bins : int
        Number of steps across the picture; the outermost gather `TAILS` of the outcomes each.

    Raises
    ------
    ValueError
        If there are no samples, more than eight, or one with fewer than two numbers.
    """
    if not 1 <= len(samples) <= len(style.SERIES):
        raise ValueError(f"there are {len(samples)} sets of outcomes; expected one to {len(style.SERIES)}")
    sets = {name: np.asarray(values, dtype=float) for name, values in samples.items()}
    sets = {name: values[np.isfinite(values)] for name, values in sets.items()}
    for name, values in sets.items():
        if values.size < 2:
            raise ValueError(f"{name!r} has {values.size} outcomes; expected at least 2")
    pooled = np.concatenate(list(sets.values()))
    low, high = np.quantile(pooled, [TAILS, 1.0 - TAILS])
    if high <= low:
        low, high = float(pooled.min()) - 0.5, float(pooled.max()) + 0.5
    edges = np.linspace(low, high, bins + 1)
    picture = new_picture({"outcomes": 1.0}, height=330)
    axes = picture.panels["outcomes"]
    means = []
    for (name, values), (colour, dash) in zip(sets.items(), style.SERIES, strict=False):
        counts, _ = np.histogram(np.clip(values, low, high), edges)
        means.append(f"{name}: {_written(values.mean(), percent)} ± {_written(standard_error(values), percent)}")
        axes.stairs(counts / values.size, edges, color=colour, linestyle=dash, linewidth=1.6, label=means[-1])
        axes.axvline(values.mean(), color=colour, linestyle=dash, linewidth=1.0, alpha=0.8)
    axes.axvline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom=0.0)
    style.entitle(axes, title, pad=6)
    style.label_axes(axes, x=unit, y="Share of markets [%]")
    ticks.percent_axis(axes)
    _unit(axes, percent)
    style.legend(axes, columns=1, loc="upper right")
    picture.alt = f"{title}. Means with standard errors: {'; '.join(means)}."
    return picture


def plot_estimators(frame: pd.DataFrame) -> Picture:
    """What two estimators make of a pyramid whose Sharpe ratio is 0, and why.

    The rows of `estimators_compared`. Above, the correlation of a market's volatility with its
    return, by number of levels; below, the mean of the markets' own ratios and the pooled ratio,
    with two standard errors to either side.

    Raises
    ------
    ValueError
        If the frame is empty or is not that of `estimators_compared`.
    """
    _check(frame, ("levels", "measure"))
    parts = {name: part.sort_values("levels") for name, part in frame.groupby("measure")}
    if missing := [name for name in ("correlation", "mean of ratios", "pooled") if name not in parts]:
        raise ValueError(f"there are no rows of {missing[0]!r}; expected the frame of estimators_compared")
    picture = new_picture({"correlation": 1.0, "ratio": 1.5}, height=440)
    above, below = picture.panels.values()
    looks = {
        "correlation": (above, style.BLUE, "o", 0.0),
        "mean of ratios": (below, style.VERMILLION, "X", -0.06),
        "pooled": (below, style.GREEN, "o", 0.06),
    }
    for name, (axes, colour, marker, shift) in looks.items():
        part = parts[name]
        at, reach = part["levels"].to_numpy(float) + shift, 2.0 * part["standard_error"].to_numpy(float)
        label = {"pooled": "pooled ratio", "mean of ratios": "mean of the markets' own ratios"}.get(name)
        axes.errorbar(at, part["estimate"], reach, fmt=marker, color=colour, markersize=6.5, elinewidth=1.8, label=label)
    for axes in (above, below):
        axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    style.entitle(above, "The more levels, the more volatility and return of a market go together")
    style.label_axes(above, y="Correlation")
    style.entitle(below, "So the mean of ratios is below 0, where nothing is lost", pad=18)
    style.legend(below, columns=2, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(below, x="Largest number of levels", y="Sharpe ratio [per √year]")
    said = []
    for number in parts["pooled"]["levels"]:
        rows = {name: part[part["levels"] == number].iloc[0] for name, part in parts.items()}
        said.append(
            f"{number:g} levels: correlation {rows['correlation']['estimate']:.2f}, mean of ratios "
            f"{rows['mean of ratios']['estimate']:+.3f} ± {rows['mean of ratios']['standard_error']:.3f}, pooled "
            f"{rows['pooled']['estimate']:+.3f} ± {rows['pooled']['standard_error']:.3f}"
        )
    picture.alt = "A pyramid on random walks, whose Sharpe ratio is 0. " + "; ".join(said) + "."
    return picture
