"""A position built and sold in parts: fills on the price, what is held, what is earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from phase6.plots import style
from phase6.plots.style import Note, Picture, Scene

if TYPE_CHECKING:
    from phase6.scaling import ScalingResult

NOTED_FILLS = 12
"""How many fills are labelled."""


def scaling_scene(prices: pd.Series | pd.DataFrame, result: ScalingResult) -> Scene:
    """What `plot_scaling` shows.

    Parameters
    ----------
    prices : Series or OHLCV frame
        The prices that the plan was run on.
    result : ScalingResult
        From `phase6.scaling.scale_in_out_simulation`.
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

    fills = result.fills
    at = index.get_indexer(pd.DatetimeIndex(fills["date"])).astype(float)
    price = fills["price"].to_numpy(dtype=float)
    quantity = fills["quantity"].to_numpy(dtype=float)
    reason = fills["reason"].to_numpy()
    adds = reason == "entry"
    stopped = np.isin(reason, ["stop", "liquidation"])
    targets = ~adds & ~stopped
    below = np.where(quantity > 0, -1.0, 1.0)
    room = 0.035 * (np.nanmax(high) - np.nanmin(low))
    planned = np.abs(quantity[adds]).sum() or 1.0
    notes = {f"fill-note-{k}": Note(0.0, float(close[0]), "") for k in range(NOTED_FILLS)}
    for k, (where, value, amount, why, side) in enumerate(zip(at, price, quantity, reason, below, strict=True)):
        if k >= NOTED_FILLS:
            break
        said = f"{abs(amount) / planned:.0%}" + ("" if why == "entry" else f" {why}")
        notes[f"fill-note-{k}"] = Note(where + 0.8, value + (2.1 * side - 0.35) * room, said)

    points = {
        "price": style.curve(x, close),
        "price-range": style.between(x, low, high),
        "average-entry": style.staircase(x, average),
        "stop": style.staircase(x, stop),
        "bought": style.curve(at[adds], price[adds] + below[adds] * room),
        "sold": style.curve(at[targets], price[targets] + below[targets] * room),
        "stopped": style.curve(at[stopped], price[stopped]),
        "position": style.above_zero(style.staircase(x, position)),
        "realised": style.staircase(x, realised),
        "unrealised": style.curve(x, unrealised),
        "total": style.curve(x, realised + unrealised),
        "zero": style.curve(x[[0, -1]], [0.0, 0.0]),
    }
    spans = {
        "price": style.span_of(high, low, average, stop, price),
        "position": style.span_of(position, include=(0.0,)),
        "earned": style.span_of(realised, unrealised, realised + unrealised, include=(0.0,)),
    }
    parts = [f"{int(count)} part{'' if count == 1 else 's'}" for count in (adds.sum(), targets.sum())]
    alt = (
        f"Price over {len(x)} bars after the plan. Bought in {parts[0]}, sold at targets in {parts[1]}"
        + (", the rest stopped out" if stopped.any() else "")
        + f". Realised {realised[-1]:+,.0f}, unrealised {unrealised[-1]:+,.0f} at the end."
    )
    return Scene(points, spans, alt, notes, frame=("scaling", len(x), frame is None))


def draw_scaling(scene: Scene) -> Picture:
    """Draw a `scaling_scene`."""
    _, bars, closes_only = scene.frame
    picture = style.new_picture({"price": 3.0, "position": 1.0, "earned": 1.6}, height=580)
    price, position, earned = picture.panels.values()
    style.area(
        price,
        "price-range",
        scene,
        colour=style.GRID,
        alpha=1.0,
        label="_range" if closes_only else "high–low",
    )
    style.line(price, "price", scene, color=style.INK, linewidth=1.2, label="close")
    style.line(price, "average-entry", scene, color=style.ORANGE, linewidth=1.6, label="average entry")
    style.line(price, "stop", scene, color=style.VERMILLION, linewidth=1.2, linestyle=style.DASHED, label="stop")
    style.marks(price, "bought", scene, marker="^", color=style.GREEN, label="add")
    style.marks(price, "sold", scene, marker="v", color=style.BLUE, label="take profit")
    style.marks(price, "stopped", scene, marker="X", color=style.VERMILLION, label="stopped out")
    for name in scene.notes:
        style.note(price, name, scene)
    style.entitle(price, "Where each part is bought and sold", pad=32)
    style.legend(price, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(price, y="Price [$]")

    style.area(position, "position", scene, colour=style.ORANGE, alpha=0.6)
    style.entitle(position, "What is held")
    style.label_axes(position, y="Units")

    style.line(earned, "zero", scene, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)), label="_zero")
    style.line(earned, "realised", scene, color=style.BLUE, label="realised")
    style.line(earned, "unrealised", scene, color=style.ORANGE, linestyle=style.DASHED, label="unrealised")
    style.line(earned, "total", scene, color=style.GREEN, linewidth=1.9, label="total")
    style.entitle(earned, "Profit that is taken stays; the rest still moves", pad=18)
    style.legend(earned, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(earned, x="Bars since the plan", y="Profit [$]")
    style.money_axis(earned)
    earned.set_xlim(0, bars - 1)
    return style.place(picture, scene)


def plot_scaling(prices: pd.Series | pd.DataFrame, result: ScalingResult) -> Picture:
    """Fills on the price with average entry and stop, the position, and realised and unrealised profit.

    Arguments are those of `scaling_scene`.
    """
    return draw_scaling(scaling_scene(prices, result))
