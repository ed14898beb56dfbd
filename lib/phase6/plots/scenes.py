"""Scenes: what a picture shows, in data units, and how its parts are drawn and moved by name."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from numpy.typing import NDArray

from phase6.plots.geometry import outline
from phase6.plots.pictures import Picture
from phase6.plots.ranges import roomy
from phase6.plots.style import FONT_SIZE, INK


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
