"""One look for every picture of the course, and what a picture is made of.

Colours are those of Okabe and Ito (2008), which readers with any of the common colour-vision
deficiencies can tell apart; yellow is left out, for it cannot be seen on white. Wherever colour
carries meaning, dashes or shapes carry it too.

Nothing here touches pyplot or matplotlib's global settings, so pictures can be drawn on any thread.
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
import math
import threading
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import Formatter, FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike, NDArray

BLUE, ORANGE, GREEN, VERMILLION = "#0072b2", "#e69f00", "#009e73", "#d55e00"
PURPLE, SKY = "#cc79a7", "#56b4e9"
INK, QUIET, GRID, PAPER = "#1c1c1c", "#666667", "#d9d9da", "#ffffff"

PALETTE: Mapping[str, str] = {
    **{"blue": BLUE, "orange": ORANGE, "green": GREEN, "vermillion": VERMILLION, "purple": PURPLE, "sky": SKY},
    **{"ink": INK, "quiet": QUIET, "grid": GRID, "paper": PAPER},
}
"""Every colour that a picture uses, by name (sRGB, lower-case hexadecimal)."""

Dash = str | tuple[int, tuple[float, ...]]

DASHED: Dash = (0, (4, 1.5))
DOTTED: Dash = (0, (1, 1.3))

SERIES: Sequence[tuple[str, Dash]] = tuple((colour, dash) for dash in ("-", DASHED) for colour in (BLUE, ORANGE, GREEN, PURPLE))
"""Eight distinguishable (colour, line style) pairs, for the eight assets."""

FONT_SIZE = 10.5
"""Points; the live pictures are shown at about one pixel a point."""

DARK = (
    '@media screen { :is(body[data-jp-theme-light="false"], body.vscode-dark, [data-theme="dark"]) .p6-still '
    "{ filter: invert(0.93) hue-rotate(180deg); } }"
)
"""Style of a still picture on a dark page: dark paper, light ink, and hues much the same."""

_SVG_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "phase6"}
_settings_lock = threading.RLock()


class Picture(Figure):
    """A figure that knows its text alternative and shows itself in a notebook without pyplot.

    Attributes
    ----------
    alt : str
        What a reader who cannot see the picture should know; see `alt_text`.
    panels : dict of str to Axes
        The parts of the picture by name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        FigureCanvasAgg(self)
        self.alt = ""
        self.panels: dict[str, Axes] = {}

    def png(self, *, scale: float = 2.0) -> bytes:
        """The picture as PNG bytes, `scale` pixels for each point."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=72 * scale, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        data = base64.b64encode(self.png()).decode()
        width = round(self.get_figwidth() * 72)
        return {
            "text/html": f'<img alt="{html.escape(self.alt)}" class="p6-still" style="width:{width}px;max-width:100%" '
            f'src="data:image/png;base64,{data}"><style>{DARK}</style>',
            "text/plain": f"Picture: {self.alt}",
        }


def alt_text(figure: Figure) -> str:
    """The text alternative of a figure: what it shows and what there is to see in it.

    Raises
    ------
    ValueError
        If the figure has none; every figure function of the course gives one.
    """
    alt = getattr(figure, "alt", "")
    if not alt:
        raise ValueError(f"{figure!r} has no text alternative; make it with a function of phase6.plots")
    return str(alt)


@dataclass(frozen=True)
class Note:
    """A short text at a point of a panel, in that panel's data units."""

    x: float
    y: float
    text: str


FrameT = TypeVar("FrameT", bound=Hashable)


@dataclass(frozen=True)
class Scene(Generic[FrameT]):
    """What a picture shows, in data units and ready to be drawn.

    The result of reading an engine's result.

    Attributes
    ----------
    points : mapping of str to array of shape (n, 2)
        Artist name to its points; a row of NaN lifts the pen. Drawn as a line, a closed outline or
        marks, as the picture decides.
    spans : mapping of str to (float, float)
        Panel name to the lowest and highest value that must be in view.
    alt : str
        Text alternative.
    notes : mapping of str to Note
        Artist name to a short text; an empty text shows nothing.
    frame : hashable
        Everything else the picture depends on (dates, names, legends), as a frozen dataclass of its
        own: two scenes of equal frame differ only in points, notes and spans.
    """

    points: Mapping[str, NDArray[np.float64]]
    spans: Mapping[str, tuple[float, float]]
    alt: str
    notes: Mapping[str, Note] = field(default_factory=dict)
    frame: FrameT = field(kw_only=True)

    def points_of(self, name: str) -> NDArray[np.float64]:
        """The points of an artist, shape (n, 2).

        Raises ValueError for a name that the scene does not have.
        """
        if name not in self.points:
            raise ValueError(f"the scene has no points {name!r}; it has {sorted(self.points)}")
        return self.points[name]

    def note_of(self, name: str) -> Note:
        """The note of an artist; raises ValueError for a name that the scene does not have."""
        if name not in self.notes:
            raise ValueError(f"the scene has no note {name!r}; it has {sorted(self.notes)}")
        return self.notes[name]


@contextlib.contextmanager
def svg_settings(**extra: Any) -> Iterator[None]:
    """Hold matplotlib's SVG settings (text as text, reproducible ids) while an SVG is written.

    Sets and restores only its own keys, so settings that another thread changes meanwhile survive.
    """
    wanted = {**_SVG_SETTINGS, **extra}
    with _settings_lock:
        settings: dict[str, Any] = mpl.rcParams  # type: ignore[assignment]
        before = {key: settings[key] for key in wanted}
        settings.update(wanted)
        try:
            yield
        finally:
            settings.update(before)


def new_picture(
    panels: Mapping[str, float],
    *,
    width: float = 640,
    height: float = 560,
    left: float = 66,
    bottom: float = 42,
    gap: float = 0.34,
    own_x: Collection[str] = (),
) -> Picture:
    """An empty picture of panels above one another that share their horizontal axis.

    Parameters
    ----------
    panels : mapping of str to float
        Panel names from top to bottom, with their relative heights.
    width, height : float
        Size in points.
    left, bottom : float
        Room for the labels of the axes, in points.
    gap : float
        Space between panels as a share of their mean height.
    own_x : collection of str
        Panels with a horizontal axis of their own.
    """
    picture = Picture(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)
    grid = picture.add_gridspec(
        len(panels),
        1,
        height_ratios=list(panels.values()),
        hspace=gap,
        left=left / width,
        right=1 - 14 / width,
        top=1 - 40 / height,
        bottom=bottom / height,
    )
    first: Axes | None = None
    sharing = [name for name in panels if name not in own_x]
    for row, name in enumerate(panels):
        axes = picture.add_subplot(grid[row, 0], sharex=None if name in own_x else first)
        if name not in own_x:
            first = first or axes
        dress(axes)
        axes.tick_params(labelbottom=name in own_x or name == sharing[-1])
        picture.panels[name] = axes
    return picture


def dress(axes: Axes) -> None:
    """Give axes the course's look.

    Left and bottom spine, quiet grid, ticks and texts in ink, numbers written out.
    """
    axes.set_facecolor("none")
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set(color=QUIET, linewidth=0.8)
    axes.grid(True, color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET, labelcolor=INK, labelsize=FONT_SIZE - 0.5, width=0.8, length=3)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)


def entitle(axes: Axes, title: str, *, size: float = FONT_SIZE + 0.5, pad: float = 6) -> None:
    """Put a title at the left above a panel: it says what to see there."""
    axes.set_title(title, loc="left", color=INK, fontsize=size, fontweight="bold", pad=pad)


def label_axes(axes: Axes, *, x: str | None = None, y: str | None = None) -> None:
    """Label the axes of a panel; each label carries its unit in brackets."""
    if x is not None:
        axes.set_xlabel(x, color=INK, fontsize=FONT_SIZE, labelpad=3)
    if y is not None:
        axes.set_ylabel(y, color=INK, fontsize=FONT_SIZE)
        axes.yaxis.set_label_coords(-52 / axes.bbox.width, 0.5)


def legend(axes: Axes, *, columns: int = 4, loc: str = "upper left", **kwargs: Any) -> None:
    """A frameless legend over a panel in the course's font."""
    box = axes.legend(  # type: ignore[call-overload]
        loc=loc,
        ncols=columns,
        frameon=False,
        fontsize=FONT_SIZE - 1,
        labelcolor=INK,
        handlelength=2.0,
        columnspacing=1.2,
        handletextpad=0.5,
        borderaxespad=0.2,
        borderpad=0.1,
        labelspacing=0.25,
        **kwargs,
    )
    box.set_zorder(6)


def line(axes: Axes, name: str, scene: Scene[FrameT], **kwargs: Any) -> Line2D:
    """Draw a scene's points as a line that can be moved under its name."""
    points = scene.points_of(name)
    (artist,) = axes.plot(points[:, 0], points[:, 1], **{"linewidth": 1.4, **kwargs})
    artist.set_gid(name)
    artist.get_path().should_simplify = False
    return artist


def marks(axes: Axes, name: str, scene: Scene[FrameT], *, marker: str, size: float = 9, **kwargs: Any) -> Line2D:
    """Draw a scene's points as unconnected marks that can be moved under their name."""
    points = scene.points_of(name)
    (artist,) = axes.plot(points[:, 0], points[:, 1], marker=marker, markersize=size, linestyle="none", zorder=5, **kwargs)
    artist.set_gid(name)
    return artist


def area(axes: Axes, name: str, scene: Scene[FrameT], *, colour: str, alpha: float = 0.25, **kwargs: Any) -> PathPatch:
    """Draw a scene's points as a filled outline that can be moved under its name."""
    artist = PathPatch(outline(scene.points_of(name)), facecolor=colour, edgecolor="none", alpha=alpha, linewidth=0, **kwargs)
    artist.set_gid(name)
    axes.add_patch(artist)
    return artist


def note(axes: Axes, name: str, scene: Scene[FrameT], **kwargs: Any) -> Text:
    """Write a scene's note, which can be moved under its name."""
    content = scene.note_of(name)
    artist = axes.text(
        content.x,
        content.y,
        content.text,
        **{"color": INK, "fontsize": FONT_SIZE - 1.5, "clip_on": True, "zorder": 7, **kwargs},
    )
    artist.set_gid(name)
    return artist


def outline(points: NDArray[np.float64]) -> Path:
    """Closed path through points; a row of NaN begins a new part."""
    if len(points) == 0:
        return Path(np.empty((0, 2)))
    closed = [Path(np.vstack([part, part[:1]]), closed=True) for part in split_at_gaps(points) if len(part) > 1]
    return Path.make_compound_path(*closed) if closed else Path(np.empty((0, 2)))


def split_at_gaps(points: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The parts of an (n, 2) array between its rows that hold a NaN."""
    finite = np.isfinite(points).all(axis=1)
    if finite.all():
        return [points] if len(points) else []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], finite, [False])).astype(np.int8)))
    return [points[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def place(
    picture: Picture, scene: Scene[FrameT], limits: Mapping[str, tuple[float, float]] | None = None
) -> Picture:
    """Set the vertical limits of a drawn scene and give the picture the scene's text alternative.

    Raises
    ------
    ValueError
        If an artist, a note or a panel of the scene is not in the picture.
    """
    drawn = {artist.get_gid() for axes in picture.panels.values() for artist in axes.get_children()}
    if missing := sorted({*scene.points, *scene.notes} - drawn):
        raise ValueError(f"the picture has no artist for {missing}")
    if missing := sorted(set(scene.spans) - set(picture.panels)):
        raise ValueError(f"the picture has no panel for {missing}; it has {list(picture.panels)}")
    for name, span in scene.spans.items():
        picture.panels[name].set_ylim(*(limits or {}).get(name, roomy(*span)))
    picture.alt = scene.alt
    return picture


def roomy(low: float, high: float, *, room: float = 0.08) -> tuple[float, float]:
    """Round limits around a span, with `room` of it to spare on both sides.

    A span that starts at zero keeps zero as its limit. Limits lie on a coarse grid, so that nearby
    spans share them.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low == high == 0:
        return (0.0, 1.0)
    width = high - low
    if width <= 0:
        width = abs(high) * 0.1 or 1.0
    unit = 10.0 ** math.floor(math.log10(width / 8))
    step = next(unit * digit for digit in (5, 2, 1) if unit * digit <= width / 8 * (1 + 1e-9))
    bottom = 0.0 if low == 0 else math.floor((low - room * width) / step) * step
    top = 0.0 if high == 0 else math.ceil((high + room * width) / step) * step
    return (round(bottom, 12), round(top, 12))


def lasting_limits(low: float, high: float, before: tuple[float, float] | None, *, least_filled: float = 0.4) -> tuple[float, float]:
    """Limits for a moving picture.

    They stay as before while the span lies in them and fills enough of them. The first are those of
    the static picture; later ones have more room, so that they last.
    """
    if before is None:
        return roomy(low, high)
    if math.isfinite(low) and math.isfinite(high):
        bottom, top = before
        if bottom <= low and high <= top and (high - low) >= least_filled * (top - bottom):
            return before
    return roomy(low, high, room=0.15)


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


def curve(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Points of a line, shape (n, 2)."""
    return np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])


def staircase(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Points of a line that keeps each value until the next one, shape (at most 2n − 1, 2).

    Points within flat stretches are left out.
    """
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(across) == 0:
        return np.empty((0, 2))
    changes = np.flatnonzero(~((up[1:] == up[:-1]) | (np.isnan(up[1:]) & np.isnan(up[:-1])))) + 1
    corners = np.concatenate(([0], changes))
    ends = np.concatenate((changes, [len(across) - 1]))
    points = np.empty((2 * len(corners), 2))
    points[0::2, 0], points[1::2, 0] = across[corners], across[ends]
    points[0::2, 1] = points[1::2, 1] = up[corners]
    return points


def above_zero(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline between a line and zero, part by part where the line has gaps."""
    parts = []
    for part in split_at_gaps(points):
        base = np.array([[part[-1, 0], 0.0], [part[0, 0], 0.0], [np.nan, np.nan]])
        parts.append(np.vstack([part, base]))
    return np.vstack(parts) if parts else np.empty((0, 2))


def between(x: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """The outline of a band between two lines; bars where either is NaN are left out."""
    across = np.asarray(x, dtype=np.float64)
    both = np.column_stack([np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)])
    parts = []
    for part in split_at_gaps(np.column_stack([across, both.sum(axis=1)])):
        rows = np.searchsorted(across, part[:, 0])
        upper = np.column_stack([across[rows], both[rows, 1]])
        lower = np.column_stack([across[rows], both[rows, 0]])[::-1]
        parts.append(np.vstack([upper, lower, [[np.nan, np.nan]]]))
    return np.vstack(parts) if parts else np.empty((0, 2))


def span_of(*series: ArrayLike, include: Sequence[float] = ()) -> tuple[float, float]:
    """Lowest and highest finite value of series and of the values to include.

    Returns (0, 1) if there is none.
    """
    parts = [np.ravel(np.asarray(part, dtype=np.float64)) for part in (*series, list(include))]
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
