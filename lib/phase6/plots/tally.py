"""Two rules on many paths: how often each wins, and how well the mean difference is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from phase6.metrics import standard_error
from phase6.plots import geometry, scenes, style, ticks
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Scene

BINS = 24


@dataclass(frozen=True)
class TallyFrame:
    """What stands still: ends of the horizontal axis, title, unit, whether it is in percent."""

    low: float
    high: float
    title: str
    unit: str
    percent: bool


def tally_scene(differences: ArrayLike, *, title: str, unit: str, percent: bool = True, said: str = "") -> Scene[TallyFrame]:
    """A histogram of differences between two rules, with their mean and its standard error.

    Parameters
    ----------
    differences : array of shape (n,)
        One rule's outcome minus the other's, one number a path.
    title, unit : str
        The question; what the numbers are, for the axis.
    percent : bool
        Whether to write them as percent.
    said : str
        The tally in words, for the text alternative.

    Raises
    ------
    ValueError
        If there is no difference, or one is not a finite number.
    """
    values = np.asarray(differences, dtype=float)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(f"differences are {values!r}; expected one finite number for each path, and at least one path")
    reach = _reach(float(np.abs(values).max()))
    edges = np.linspace(-reach, reach, BINS + 1)
    counts, _ = np.histogram(values, edges)
    mean = float(values.mean())
    error = standard_error(values)
    top = max(4.0, float(counts.max()))
    half = BINS // 2
    points = {
        "lost": _bars(edges[: half + 1], counts[:half]),
        "won": _bars(edges[half:], counts[half:]),
        "zero": geometry.curve([0.0, 0.0], [0.0, 1.15 * top]),
        "mean": geometry.curve([mean, mean], [0.0, 1.15 * top]),
        "mean-band": geometry.between([mean - error, mean + error], [0.0, 0.0], [1.15 * top] * 2),
    }
    written = f"{100 * mean:+.2f} ± {100 * error:.2f} percentage points" if percent else f"{mean:+.3g} ± {error:.3g}"
    alt = f"{title} {said or f'{int((values > 0).sum())} of {len(values)} paths won; mean difference {written}.'}"
    return Scene(points, {"paths": (0.0, 1.15 * top)}, alt, frame=TallyFrame(-reach, reach, title, unit, percent))


def _reach(largest: float) -> float:
    """A round number at or above the largest difference; 1 % where all are zero."""
    if largest == 0:
        return 0.01
    unit = 10.0 ** math.floor(math.log10(largest))
    return next(step * unit for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * unit >= largest)


def _bars(edges: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The outline of bars on a common base, with room between them."""
    room = 0.06 * (edges[1] - edges[0])
    bars = [
        [[left + room, 0.0], [left + room, count], [right - room, count], [right - room, 0.0], [math.nan, math.nan]]
        for left, right, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    ]
    return np.asarray(bars, dtype=float).reshape(-1, 2)


def draw_tally(scene: Scene[TallyFrame]) -> Picture:
    """Draw a `tally_scene`."""
    frame = scene.frame
    picture = new_picture({"paths": 1.0}, width=640, height=470)
    (axes,) = picture.panels.values()
    scenes.area(axes, "lost", scene, colour=style.ORANGE, alpha=0.8, label="lost")
    scenes.area(axes, "won", scene, colour=style.GREEN, alpha=0.8, label="won")
    scenes.area(axes, "mean-band", scene, colour=style.SKY, alpha=0.5, label="± one standard error", zorder=3)
    scenes.line(axes, "mean", scene, color=style.BLUE, linewidth=1.9, label="mean difference", zorder=4)
    scenes.line(axes, "zero", scene, color=style.INK, linewidth=1.0, linestyle=style.DASHED, label="_zero", zorder=4)
    style.entitle(axes, frame.title, pad=20)
    style.legend(axes, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(axes, x=f"{frame.unit[:1].upper()}{frame.unit[1:]}", y="Paths")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    if frame.percent:
        ticks.percent_axis(axes, which="x")
    axes.set_xlim(frame.low, frame.high)
    return scenes.place(picture, scene)
