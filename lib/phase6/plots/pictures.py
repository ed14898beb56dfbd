"""Pictures: figures that know their text alternative and are drawn without pyplot.

So pictures can be drawn on any thread. Of matplotlib's global settings only those of SVG files are
changed, by :func:`svg_settings`, under a lock while one file is written; they are restored then.
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from phase6.plots.style import PAPER, dress

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
