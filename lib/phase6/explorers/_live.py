"""A picture that follows the hand: drawn once by matplotlib as SVG, then moved by replacing path data.

Drawing a figure anew takes matplotlib some tenths of a second, a hundred times what a backtest takes. So the
figure is drawn once, panel by panel, and taken apart: what stands still (titles, legends, dates) is a backdrop that
stays in the page, and a move sends only what moves, to be laid over it. A move computes no more than the points of
the moving artists, with the axes' own transform. The ticks of the vertical axis move too: where they stand and what
they say comes from the axis's own locator and formatter, how they look from the first tick that matplotlib drew. So
new limits cost no new drawing; limits are chosen so that they change rarely all the same, for the eye's sake.
"""

from __future__ import annotations

import html
import io
import itertools
import re
from collections.abc import Callable, Hashable
from typing import Any, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform
from numpy.typing import NDArray

from phase6.plots.style import PALETTE, Note, Picture, Scene, lasting_limits, split_at_gaps, svg_settings

KEPT_TICKS = 64
"""For how many limits a panel's ticks are kept."""

_BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
_LEFT_OUT = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_FAMILY = re.compile(r"font-family: [^;\"]+;? ?")
_NO_TURN = re.compile(r' transform="rotate\(-0 [^"]*"')
_COLOUR = re.compile("|".join(PALETTE.values()))
_NAME_OF_COLOUR = {colour: name for name, colour in PALETTE.items()}

_NAME = re.compile(r'<g id="[^"]*">')

_serial = itertools.count(1)


def path_data(points: NDArray[np.float64], *, closed: bool = False) -> str:
    """SVG path data of points in SVG units, shape (n, 2); a row of NaN lifts the pen.

    Coordinates are rounded to a tenth of a point, which cannot be seen, and written as steps from the point before,
    which is half as long as writing them out; rounding does not add up, because the steps are differences of rounded
    coordinates. Steps that go on in the same direction are written as one.
    """
    pieces = []
    for part in split_at_gaps(points):
        corners = _corners(np.ascontiguousarray(np.rint(part * 10))).astype(np.int64)
        begin, steps = _written(corners[:1]), _written(np.diff(corners, axis=0))
        pieces.append(f"M{begin}l{steps or '0 0'}{'z' * closed}")
    return "".join(pieces)


def _corners(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points at which a line of whole coordinates begins, turns and ends."""
    places = points.view(np.complex128)[:, 0]
    steps = places[1:] - places[:-1]
    moves = np.flatnonzero(steps)
    if len(moves) == 0:
        return points[:1]
    steps = steps[moves]
    turned = steps[1:] * steps[:-1].conj()
    turns = (turned.imag != 0) | (turned.real < 0)
    return points[np.concatenate(([0], moves[1:][turns], [moves[-1] + 1]))]


def _written(tenths: NDArray[np.int64]) -> str:
    """Whole tenths as decimals in a row, each with the separator it needs."""
    numbers = tenths.ravel()
    small = len(numbers) and np.abs(numbers).max() <= _LARGEST
    return "".join(map(_TENTHS.__getitem__ if small else _tenth, numbers.tolist()))


def _tenth(units: int) -> str:
    whole, rest = divmod(abs(units), 10)
    digits = f"{whole or (0 if not rest else '')}{f'.{rest}' if rest else ''}"
    return f"{'-' if units < 0 else ' '}{digits}"


_LARGEST = 9_999
_TENTHS = [_tenth(units) for units in (*range(_LARGEST + 1), *range(-_LARGEST, 0))]
"""Every number of tenths that a picture needs, written; a negative index finds a negative number."""


def points_of(data: str) -> list[NDArray[np.float64]]:
    """The points of path data as `path_data` or matplotlib writes it, one array of shape (n, 2) for each
    part."""
    parts: list[list[tuple[float, float]]] = []
    at = (0.0, 0.0)
    for command, body in re.findall(r"([MLlz])([^MLlz]*)", data):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?", body)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            at = (at[0] + x, at[1] + y) if command == "l" else (x, y)
            if command == "M":
                parts.append([])
            parts[-1].append(at)
    return [np.asarray(part) for part in parts]


class _Slot:
    """One moving artist of a drawn panel."""

    def __init__(self, artist: Artist, height: float) -> None:
        self.height = height
        self.kind = "text" if isinstance(artist, Text) else "path"
        self.closed = isinstance(artist, PathPatch)
        if isinstance(artist, Line2D) and artist.get_linestyle() == "None":
            self.kind = "marks"

    def take(self, panel: str, name: str) -> str:
        """Take this artist out of a panel's SVG; gives the SVG that is left."""
        begin = panel.index(f'<g id="{name}">')
        end = _end_of_group(panel, begin)
        drawn = panel[begin:end]
        if self.kind == "path":
            hit = re.search(r' d="([^"]*)"', drawn)
        elif self.kind == "marks":
            hit = re.search(r"(<use [^>]*/>\s*)", drawn)
        else:
            hit = re.search(r"(<text\b.*?</text>)", drawn, re.DOTALL)
        if hit is None:
            raise LookupError(f"matplotlib drew no {self.kind} for {name!r}")
        self.pattern = hit.group(1)
        self.opening, self.closing = drawn[: hit.start(1)], drawn[hit.end(1) :]
        return panel[:begin] + panel[end:]

    def svg(self, content: NDArray[np.float64] | Note, transform: Transform) -> str:
        """The SVG for points or a note in data units, placed by the axes' transform."""
        return f"{self.opening}{self._moved(content, transform)}{self.closing}"

    def _moved(self, content: NDArray[np.float64] | Note, transform: Transform) -> str:
        if isinstance(content, Note):
            return self._text(content, transform)
        if len(content) == 0:
            return ""
        placed = transform.transform(content)
        placed[:, 1] = self.height - placed[:, 1]
        if self.kind == "path":
            return path_data(placed, closed=self.closed)
        finite = placed[np.isfinite(placed).all(axis=1)]
        return "".join(re.sub(r' x="[^"]*" y="[^"]*"', f' x="{x:.1f}" y="{y:.1f}"', self.pattern) for x, y in finite.tolist())

    def _text(self, content: Note, transform: Transform) -> str:
        if not content.text:
            return ""
        x, y = transform.transform((content.x, content.y))
        opening = re.sub(r' (x|y|transform)="[^"]*"', "", self.pattern[: self.pattern.index(">")])
        return f'{opening} x="{x:.2f}" y="{self.height - y:.2f}">{html.escape(content.text)}</text>'


class _Ticks:
    """A panel's vertical ticks, with the first that matplotlib drew as the stamp for all."""

    first = "ytick_1"

    def __init__(self, axes: Axes, height: float) -> None:
        self.axes, self.height = axes, height
        self._drawn: dict[tuple[float, float], str] = {}

    def take(self, panel: str, name: str) -> str:
        """Take the ticks out of a panel's SVG; gives the SVG that is left."""
        begin = panel.index(f'<g id="{name}">')
        end = _end_of_group(panel, begin)
        stamp = panel[begin:end]
        while (following := re.compile(r'\s*(<g id="ytick_\d+">)').match(panel, end)) is not None:
            end = _end_of_group(panel, following.start(1))
        definition = "".join(re.findall(r"<defs>.*?</defs>", stamp))
        (self._dash,) = re.findall(r'<path [^>]*d="M 0 0 L (\S+ \S+) "', definition)
        lines = re.findall(r"<path d=\"M (\S+) (\S+) L (\S+) \S+ \"([^>]*)/>", stamp.replace(definition, ""))
        (self._left, at, self._right, self._line_looks), *_ = lines
        ((self._dash_left, self._dash_looks),) = re.findall(r'<use [^>]*?x="(\S+)" y="\S+"([^>]*)/>', stamp)
        ((self._text_looks, self._text_left, text_at),) = re.findall(r'<text (style="[^"]*") x="(\S+)" y="(\S+)">', stamp)
        self._drop = float(text_at) - float(at)
        return panel[:begin] + panel[end:]

    def svg(self) -> str:
        """The SVG of the ticks at the axes' present limits."""
        limits = self.axes.get_ylim()
        if limits not in self._drawn:
            if len(self._drawn) >= KEPT_TICKS:
                self._drawn.clear()
            self._drawn[limits] = self._drawn_at(*sorted(limits))
        return self._drawn[limits]

    def _drawn_at(self, low: float, high: float) -> str:
        places = np.asarray(self.axes.yaxis.get_majorticklocs(), dtype=float)
        labels = self.axes.yaxis.get_major_formatter().format_ticks(places.tolist())
        room = 1e-9 * (high - low)
        lines, dashes, texts = [], [], []
        for value, label in zip(places.tolist(), labels, strict=True):
            if not low - room <= value <= high + room:
                continue
            y = self.height - float(self.axes.transData.transform((0.0, value))[1])
            lines.append(f"M{self._left} {y:.2f}H{self._right}")
            dashes.append(f"M{self._dash_left} {y:.2f}l{self._dash}")
            texts.append(f'<text x="{self._text_left}" y="{y + self._drop:.2f}">{html.escape(label)}</text>')
        return (
            f'<g class="yticks"><path d="{"".join(lines)}"{self._line_looks}/>'
            f'<path d="{"".join(dashes)}"{self._dash_looks}/><g {self._text_looks}>{"".join(texts)}</g></g>'
        )


def _end_of_group(svg: str, begin: int) -> int:
    """Where the group that begins at an index ends."""
    depth = 0
    for tag in re.compile(r"<g\b[^>]*?(/?)>|</g>").finditer(svg, begin):
        if tag.group().startswith("</"):
            depth -= 1
        elif not tag.group(1):
            depth += 1
        if depth == 0:
            return tag.end()
    raise ValueError("a group of the drawn SVG is never closed")


class LivePicture:
    """A scene as SVG in two layers, of which only the upper one changes with a move.

    Parameters
    ----------
    draw : callable
        Figure function: takes a `Scene`, gives a `Picture` whose moving artists carry the scene's names.

    Attributes
    ----------
    backdrop : str
        SVG of what stands still, to lie under what `svg` gives; changes only when the figure is drawn anew.
    frames : int
        How many times the whole figure was drawn.
    """

    def __init__(self, draw: Callable[[Scene], Picture]) -> None:
        self._draw = draw
        self._salt = f"phase6-{next(_serial)}"
        self._key: Hashable = None
        self._picture: Picture | None = None
        self._slots: dict[str, dict[str, _Slot]] = {}
        self._limits: dict[str, tuple[float, float]] = {}
        self._ticks: dict[str, _Ticks] = {}
        self.backdrop = ""
        self.frames = 0

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Vertical limits of the panels as shown."""
        return dict(self._limits)

    def svg(self, scene: Scene) -> str:
        """What moves in the scene, as SVG markup for an HTML page.

        Raises
        ------
        ValueError
            If the scene has points or notes for which the picture has no artist.
        """
        key = (scene.frame, frozenset(scene.points), frozenset(scene.notes))
        if self._picture is None or key != self._key:
            self._new_frame(scene)
            self._key = key
        picture = self._picture
        assert picture is not None
        shown = []
        for name, axes in picture.panels.items():
            if name in scene.spans:
                self._limits[name] = lasting_limits(*scene.spans[name], self._limits.get(name))
                if self._limits[name] != axes.get_ylim():
                    axes.set_ylim(*self._limits[name])
            transform = cast(Transform, axes.transData.frozen())
            shown.append(self._ticks[name].svg())
            for mover, slot in self._slots[name].items():
                shown.append(slot.svg(scene.points[mover] if mover in scene.points else scene.notes[mover], transform))
        return self._layer("".join(shown), f'role="img" aria-label="{html.escape(scene.alt)}"')

    def _layer(self, content: str, said: str) -> str:
        assert self._picture is not None
        width, height = self._picture.get_size_inches() * 72
        return (
            f'<svg class="phase6-svg" viewBox="0 0 {width:g} {height:g}" stroke-linejoin="round" {said} '
            f'xmlns:xlink="http://www.w3.org/1999/xlink">{content}</svg>'
        )

    def forget(self) -> None:
        """Choose limits anew at the next scene, as for another market."""
        self._limits.clear()

    def _new_frame(self, scene: Scene) -> None:
        picture = self._draw(scene)
        self._limits.clear()
        height = picture.get_size_inches()[1] * 72
        self._slots = {
            name: {
                str(artist.get_gid()): _Slot(artist, height)
                for artist in axes.get_children()
                if artist.get_gid() in scene.points or artist.get_gid() in scene.notes
            }
            for name, axes in picture.panels.items()
        }
        missing = {*scene.points, *scene.notes}.difference(*self._slots.values())
        if missing:
            raise ValueError(f"the picture has no artist for {sorted(missing)}")
        still = []
        for name, axes in picture.panels.items():
            self._ticks[name] = _Ticks(axes, height)
            _stand_in(axes, self._slots[name])
            drawn = self._ticks[name].take(self._drawn(axes), _Ticks.first)
            place = {drawn.index(f'<g id="{mover}">'): mover for mover in self._slots[name]}
            self._slots[name] = {place[at]: self._slots[name][place[at]] for at in sorted(place)}
            for mover, slot in self._slots[name].items():
                drawn = slot.take(drawn, mover)
            still.append(_NAME.sub("<g>", drawn))
        self._picture = picture
        self.backdrop = self._layer("".join(still), 'aria-hidden="true"')
        self.frames += 1

    def _drawn(self, axes: Axes) -> str:
        width, height = axes.figure.get_size_inches() * 72  # type: ignore[union-attr]
        buffer = io.StringIO()
        with svg_settings(**{"svg.hashsalt": self._salt}):
            renderer = RendererSVG(width, height, buffer, image_dpi=72)
            axes.draw(renderer)
            renderer.finalize()
        return themed(buffer.getvalue())


def _stand_in(axes: Axes, slots: dict[str, _Slot]) -> None:
    """Give every moving artist something to draw, so that the drawn panel has a slot for it."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    corner = [((left + right) / 2, (bottom + top) / 2), (right, top)]
    for artist in axes.get_children():
        if artist.get_gid() not in slots:
            continue
        if isinstance(artist, Line2D):
            seen = corner[:1] if slots[str(artist.get_gid())].kind == "marks" else corner
            artist.set_data(*zip(*seen, strict=True))
        elif isinstance(artist, PathPatch):
            artist.set_path(Path(np.asarray(corner)))
        elif isinstance(artist, Text):
            artist.set_position(corner[0])
            artist.set_text("·")


def themed(svg: str) -> str:
    """The body of matplotlib's SVG with the page's font, and with colours that a dark page can change.

    Each colour of the palette becomes a style variable such as ``--p6-blue`` with the colour itself as its
    default.
    """
    match = _BODY.search(svg)
    body = _LEFT_OUT.sub("", match.group(1) if match else svg)
    body = _NO_TURN.sub("", _FAMILY.sub("", body))
    body = _COLOUR.sub(lambda hit: f"var(--p6-{_NAME_OF_COLOUR[hit.group()]}, {hit.group()})", body)
    return re.sub(r"\s*\n\s*", " ", body)


def artist_data(svg: str, name: str) -> Any:
    """Path data, mark positions or text of one artist in a page's SVG; for tests and for curious readers.

    Returns a list of arrays of points for a line or outline, one array for marks, a string for a note; None
    if the artist is drawn empty.
    """
    begin = svg.find(f'<g id="{name}">')
    if begin < 0:
        raise KeyError(name)
    group = svg[begin : _end_of_group(svg, begin)]
    if "<text" in group:
        match = re.search(r"<text\b[^>]*>(.*?)</text>", group, re.DOTALL)
        return html.unescape(match.group(1)) if match else None
    if "<defs>" in group:
        places = re.findall(r'<use [^>]*? x="([^"]*)" y="([^"]*)"', group)
        return np.asarray(places, dtype=np.float64) if places else None
    match = re.search(r' d="([^"]*)"', group)
    return points_of(match.group(1)) if match and match.group(1) else None
