"""A position built and sold in parts: fills on the price, what is held, what is earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6.plots import geometry, ranges, scenes, style, ticks
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Note, Scene

if TYPE_CHECKING:
    from phase6.scaling import ScalingResult

NOTED_FILLS = 12
"""How many fills are labelled."""
NOTE_WIDTH = 7.0
"""Bars that a label takes."""


@dataclass(frozen=True)
class ScalingFrame:
    """What stands still in the picture.

    How many bars it shows, whether they have highs and lows, and whether a trade at once is
    compared.
    """

    bars: int
    ranges: bool
    compared: bool


def scaling_scene(
    prices: pd.Series | pd.DataFrame, result: ScalingResult, at_once: ScalingResult | None = None
) -> Scene[ScalingFrame]:
    """What `plot_scaling` shows.

    Parameters
    ----------
    prices : Series or OHLCV frame
        The prices that the plan was run on.
    result : ScalingResult
        From `phase6.scaling.scale_in_out_simulation`.
    at_once : ScalingResult, optional
        The trade that it is compared with, on the same bars: its position and total profit are
        drawn dashed.

    Raises
    ------
    ValueError
        If the two trades are not on the same bars.
    """
    index = result.equity.index
    frame = prices if isinstance(prices, pd.DataFrame) else None
    close = (prices if frame is None else frame["close"]).reindex(index).to_numpy(dtype=float)
    high, low = (close, close) if frame is None else (frame[side].reindex(index).to_numpy(dtype=float) for side in ("high", "low"))
    x = np.arange(len(index), dtype=float)
    position = result.position.to_numpy(dtype=float)
    average = np.where(position == 0, np.nan, result.average_entry.to_numpy(dtype=float))
    stop = result.stop.to_numpy(dtype=float)
    realised = result.realised.to_numpy(dtype=float)
    unrealised = result.unrealised.to_numpy(dtype=float)

    marks = _fill_marks(result, float(np.nanmax(high) - np.nanmin(low)), float(close[0]))
    points = {
        "price": geometry.curve(x, close),
        "price-range": geometry.between(x, low, high),
        "average-entry": geometry.staircase(x, average),
        "stop": geometry.staircase(x, stop),
        "bought": marks.bought,
        "sold": marks.sold,
        "stopped": marks.stopped,
        "position": geometry.above_zero(geometry.staircase(x, position)),
        "realised": geometry.staircase(x, realised),
        "unrealised": geometry.curve(x, unrealised),
        "total": geometry.curve(x, realised + unrealised),
        "zero": geometry.curve(x[[0, -1]], [0.0, 0.0]),
    }
    other, other_profit = np.empty(0), np.empty(0)
    if at_once is not None:
        if not at_once.equity.index.equals(index):
            raise ValueError(f"the trade at once has {len(at_once.equity)} bars, the other {len(index)}; expected the same bars")
        other = at_once.position.to_numpy(dtype=float)
        other_profit = at_once.realised.to_numpy(dtype=float) + at_once.unrealised.to_numpy(dtype=float)
        points |= {"position-at-once": geometry.staircase(x, other), "total-at-once": geometry.curve(x, other_profit)}
    spans = {
        "price": ranges.span_of(high, low, average, stop, marks.prices),
        "position": ranges.span_of(position, other, include=(0.0,)),
        "earned": ranges.span_of(realised, unrealised, realised + unrealised, other_profit, include=(0.0,)),
    }
    parts = [f"{count} part{'' if count == 1 else 's'}" for count in (len(marks.bought), len(marks.sold))]
    alt = (
        f"Price over {len(x)} bars after the plan. Bought in {parts[0]}, sold at targets in {parts[1]}"
        + (", the rest stopped out" if len(marks.stopped) else "")
        + f". Realised {realised[-1]:+,.0f}, unrealised {unrealised[-1]:+,.0f} at the end."
    )
    if at_once is not None:
        alt += f" All at once with the same stop: {other_profit[-1]:+,.0f} at the end."
    return Scene(points, spans, alt, marks.notes, frame=ScalingFrame(len(x), frame is not None, at_once is not None))


@dataclass(frozen=True)
class FillMarks:
    """Where a trade's fills are marked.

    Points of entries, targets and stops, all their prices, and what is noted at them.
    """

    bought: NDArray[np.float64]
    sold: NDArray[np.float64]
    stopped: NDArray[np.float64]
    prices: NDArray[np.float64]
    notes: dict[str, Note]


def _fill_marks(result: ScalingResult, span: float, nowhere: float) -> FillMarks:
    """Marks a little beside the prices of the fills.

    ``span`` is that of the prices, notes that are empty lie at ``nowhere``.
    """
    fills = result.fills
    at = result.equity.index.get_indexer(pd.DatetimeIndex(fills["date"])).astype(float)
    price, quantity = (fills[name].to_numpy(dtype=float) for name in ("price", "quantity"))
    reason = fills["reason"].to_numpy()
    adds, stopped = reason == "entry", np.isin(reason, ["stop", "liquidation"])
    targets = ~adds & ~stopped
    beyond = np.where(stopped, 0.0, np.where(quantity > 0, -1.0, 1.0))
    room = 0.035 * span
    placed = price + beyond * room
    planned = np.abs(quantity[adds]).sum() or 1.0
    notes = {f"fill-note-{k}": Note(0.0, nowhere, "") for k in range(NOTED_FILLS)}
    noted = placed - np.where(stopped, 1.8 * room, 0.0)
    heights = _apart(at[:NOTED_FILLS], noted[:NOTED_FILLS], np.where(beyond > 0, 1.0, -1.0)[:NOTED_FILLS], 2.2 * room)
    for k, (where, height, amount) in enumerate(zip(at, heights, quantity, strict=False)):
        notes[f"fill-note-{k}"] = Note(where - 1.5, height - 0.6 * room, f"{abs(amount) / planned:.0%}")
    bought, sold, out = (geometry.curve(at[which], placed[which]) for which in (adds, targets, stopped))
    return FillMarks(bought, sold, out, price, notes)


def _apart(x: NDArray[np.float64], y: NDArray[np.float64], way: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Heights of notes at points, moved until those near one another do not overlap.

    ``way`` is −1 for down, 1 for up.
    """
    heights = y.copy()
    for k in range(1, len(x)):
        for j in range(k):
            if abs(x[k] - x[j]) < NOTE_WIDTH and abs(heights[k] - heights[j]) < gap:
                heights[k] = heights[j] + way[k] * gap
    return heights


def draw_scaling(scene: Scene[ScalingFrame]) -> Picture:
    """Draw a `scaling_scene`."""
    picture = new_picture({"price": 3.0, "position": 1.0, "earned": 1.6}, width=640, height=470)
    price, position, earned = picture.panels.values()
    scenes.area(
        price,
        "price-range",
        scene,
        colour=style.GRID,
        alpha=1.0,
        label="high–low" if scene.frame.ranges else "_range",
    )
    scenes.line(price, "price", scene, color=style.INK, linewidth=1.2, label="close")
    scenes.line(price, "average-entry", scene, color=style.ORANGE, linewidth=1.6, label="average entry")
    scenes.line(price, "stop", scene, color=style.VERMILLION, linewidth=1.2, linestyle=style.DASHED, label="stop")
    scenes.marks(price, "bought", scene, marker="^", color=style.GREEN, label="add")
    scenes.marks(price, "sold", scene, marker="v", color=style.BLUE, label="take profit")
    scenes.marks(price, "stopped", scene, marker="X", color=style.VERMILLION, label="stopped out")
    for name in scene.notes:
        scenes.note(price, name, scene, horizontalalignment="right")
    style.entitle(price, "Where each part is bought and sold", pad=29)
    style.legend(price, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(price, y="Price [$]")

    scenes.area(position, "position", scene, colour=style.ORANGE, alpha=0.6)
    if scene.frame.compared:
        scenes.line(position, "position-at-once", scene, color=style.PURPLE, linestyle=style.DASHED, linewidth=1.3)
    style.entitle(position, "What is held")
    style.label_axes(position, y="Units")

    scenes.line(earned, "zero", scene, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)), label="_zero")
    scenes.line(earned, "realised", scene, color=style.BLUE, label="realised")
    scenes.line(earned, "unrealised", scene, color=style.ORANGE, linestyle=style.DASHED, label="unrealised")
    if scene.frame.compared:
        looks = {"color": style.PURPLE, "linestyle": style.DASHED, "linewidth": 1.6}
        scenes.line(earned, "total-at-once", scene, label="total, all at once with the same stop", **looks)
    scenes.line(earned, "total", scene, color=style.GREEN, linewidth=1.9, label="total")
    style.entitle(earned, "How much of the profit is taken, how much still open?", pad=18)
    style.legend(earned, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(earned, x="Bars since the plan", y="Profit [$]")
    ticks.money_axis(earned)
    earned.set_xlim(-NOTE_WIDTH, scene.frame.bars - 1)
    return scenes.place(picture, scene)


def plot_scaling(
    prices: pd.Series | pd.DataFrame, result: ScalingResult, at_once: ScalingResult | None = None
) -> Picture:
    """Fills on the price with average entry and stop, the position, and the profits.

    Profits are realised and unrealised.

    Parameters
    ----------
    prices, result, at_once
        As for `scaling_scene`, as are the errors.
    """
    return draw_scaling(scaling_scene(prices, result, at_once))
