"""A live picture: Matplotlib draws it once as SVG, and a move sends only the points that moved.

Drawing a figure takes Matplotlib some tenths of a second, a hundred times what a backtest takes. So
a figure is drawn once for each frame (dates, names, legends), with a name on every artist that can
move. For a move, the points of those artists are placed with the axes' own transform, and the ticks
of the vertical axes with their own locator and formatter; `explorer.js` writes them into the
drawing. So live and static pictures come from the same figure function, and new vertical limits
need no new drawing.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Generic, Literal, TypedDict, cast
from uuid import uuid4

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform
from numpy.typing import NDArray

from phase6.plots.pictures import Picture, svg_settings
from phase6.plots.ranges import lasting_limits
from phase6.plots.scenes import FrameT, Scene
from phase6.plots.style import PALETTE

GAP = int(np.iinfo(np.int16).min)
"""Stands for a coordinate that is not a number, where a line is interrupted."""
FURTHEST = 32_000
"""Tenths of an SVG unit, far outside of every picture: what lies further out is drawn there."""

Kind = Literal["line", "area", "marks", "note"]


class Frame(TypedDict):
    """A drawing, and what can move in it.

    ``svg`` is the drawing as Matplotlib wrote it, with the colours of the palette as style
    variables such as ``--p6-blue``. ``artists`` has the name (the ``id`` of its group) and the kind
    of every artist that can move, and ``panels`` the names of the panels, whose vertical axes have
    the id ``ticks-`` and the name.
    """

    svg: str
    artists: list[tuple[str, Kind]]
    panels: list[str]


class Move(TypedDict):
    """Where everything stands that can move, in SVG units from the upper left corner.

    ``points`` are those of all artists but notes, in the order of ``Frame.artists``: pairs of
    little-endian 16-bit integers, in tenths; a pair of `GAP` lifts the pen. ``lengths`` says how
    many pairs each of them has. ``notes`` are (x, y, text) by name, ``ticks`` (y, label) from the
    lowest by panel; ``alt`` is the text alternative.
    """

    points: bytes
    lengths: list[int]
    notes: dict[str, tuple[float, float, str]]
    ticks: dict[str, list[tuple[float, str]]]
    alt: str


class LivePicture(Generic[FrameT]):
    """The drawing of scenes that have the same frame, and the moves from one scene to the next.

    Parameters
    ----------
    draw : callable
        Figure function: takes a `Scene`, gives a `Picture` whose moving artists carry the scene's
        names.

    Attributes
    ----------
    frame : Frame or None
        The drawing; another object whenever the figure was drawn anew.
    """

    def __init__(self, draw: Callable[[Scene[FrameT]], Picture]) -> None:
        self._draw = draw
        self._salt = uuid4().hex
        self._key: object = None
        self._picture: Picture | None = None
        self._limits: dict[str, tuple[float, float]] = {}
        self._home: dict[str, str] = {}
        self.frame: Frame | None = None

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Vertical limits of the panels as shown."""
        return dict(self._limits)

    def forget(self) -> None:
        """Choose limits anew at the next scene, as for another market."""
        self._limits.clear()

    def move(self, scene: Scene[FrameT]) -> Move:
        """Where everything in a scene stands; draws the figure first if its frame is another.

        Raises
        ------
        ValueError
            If the scene has points or notes for which the picture has no artist.
        """
        key = (scene.frame, frozenset(scene.points), frozenset(scene.notes))
        if self._picture is None or self.frame is None or key != self._key:
            self._picture, self.frame = self._drawn(scene)
            self._key = key
            self._limits.clear()
        picture, frame = self._picture, self.frame
        height = picture.get_figheight() * 72
        for name, span in scene.spans.items():
            self._limits[name] = lasting_limits(*span, self._limits.get(name))
            picture.panels[name].set_ylim(*self._limits[name])
        to_page = {name: cast(Transform, axes.transData.frozen()) for name, axes in picture.panels.items()}
        placed = []
        for name, kind in frame["artists"]:
            if kind != "note":
                points = scene.points[name]
                placed.append(_tenths(to_page[self._home[name]].transform(points) if len(points) else points, height))
        notes = {}
        for name, note in scene.notes.items():
            x, y = to_page[self._home[name]].transform((note.x, note.y))
            notes[name] = (round(float(x), 2), round(height - float(y), 2), note.text)
        return {
            "points": np.concatenate(placed).astype("<i2").tobytes() if placed else b"",
            "lengths": [len(points) for points in placed],
            "notes": notes,
            "ticks": {name: _ticks(axes, height) for name, axes in picture.panels.items()},
            "alt": scene.alt,
        }

    def _drawn(self, scene: Scene[FrameT]) -> tuple[Picture, Frame]:
        picture = self._draw(scene)
        artists: list[tuple[str, Kind]] = []
        for name, axes in picture.panels.items():
            axes.yaxis.set_gid(f"ticks-{name}")
            for mover, artist in _movers(axes, scene).items():
                artists.append((mover, _kind(artist)))
                self._home[mover] = name
                _stand_in(axes, artist)
        buffer = io.StringIO()
        with svg_settings(**{"svg.hashsalt": self._salt}):
            picture.savefig(buffer, format="svg", metadata={"Date": None})
        svg = buffer.getvalue()
        for name, colour in PALETTE.items():
            svg = svg.replace(colour, f"var(--p6-{name}, {colour})")
        return picture, {"svg": svg, "artists": artists, "panels": list(picture.panels)}


def _movers(axes: Axes, scene: Scene[FrameT]) -> dict[str, Artist]:
    """The artists of a panel that the scene moves, by name."""
    named = {str(artist.get_gid()): artist for artist in axes.get_children()}
    return {name: artist for name, artist in named.items() if name in scene.points or name in scene.notes}


def _kind(artist: Artist) -> Kind:
    if isinstance(artist, Line2D):
        return "marks" if artist.get_linestyle() == "None" else "line"
    if isinstance(artist, PathPatch):
        return "area"
    if isinstance(artist, Text):
        return "note"
    raise TypeError(f"{artist.get_gid()!r} is a {type(artist).__name__}; only lines, marks, areas and notes can move")


def _stand_in(axes: Axes, artist: Artist) -> None:
    """Give an artist something to draw, so that the drawing has an element to move."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    middle, corner = ((left + right) / 2, (bottom + top) / 2), (right, top)
    if isinstance(artist, Line2D):
        artist.set_data(*zip(middle, corner, strict=True))
    elif isinstance(artist, PathPatch):
        artist.set_path(Path(np.asarray([middle, corner, middle])))
    elif isinstance(artist, Text):
        artist.set_position(middle)
        artist.set_text("·")


def _tenths(placed: NDArray[np.float64], height: float) -> NDArray[np.float64]:
    """Points as whole tenths from the upper left corner, shape (n, 2); rows with a NaN as `GAP`."""
    tenths = np.rint(np.clip([0.0, 10 * height] + np.asarray([10.0, -10.0]) * placed, -FURTHEST, FURTHEST))
    tenths[np.isnan(tenths).any(axis=1)] = GAP
    return tenths


def _ticks(axes: Axes, height: float) -> list[tuple[float, str]]:
    """Height and label of the vertical ticks in view."""
    low, high = sorted(axes.get_ylim())
    room = 1e-9 * (high - low)
    values = np.asarray(axes.yaxis.get_majorticklocs(), dtype=float)
    labels = axes.yaxis.get_major_formatter().format_ticks(values.tolist())
    ys = height - axes.transData.transform(np.column_stack([np.zeros_like(values), values]))[:, 1]
    return [
        (round(y, 2), label)
        for value, y, label in zip(values.tolist(), ys.tolist(), labels, strict=True)
        if low - room <= value <= high + room
    ]
