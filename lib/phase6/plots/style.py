"""The look of every picture: colours, dashes, font size, and the styling of axes.

Colours are those of Okabe and Ito (2008), which readers with any of the common colour-vision
deficiencies can tell apart; yellow is left out, for it cannot be seen on white. Wherever colour
carries meaning, dashes or shapes carry it too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

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


def entitle(axes: Axes, title: str, *, pad: float = 6) -> None:
    """Put a title at the left above a panel: it says what to see there."""
    axes.set_title(title, loc="left", color=INK, fontsize=FONT_SIZE + 0.5, fontweight="bold", pad=pad)


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
