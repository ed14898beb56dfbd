"""Pictures of sizing by conviction.

What betting more earns, what it risks, and how a forecast becomes a weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phase6.conviction import LARGEST_FORECAST, LARGEST_FRACTION, MARKET_VOLATILITY, BetOutlook
from phase6.plots import geometry, ranges, scenes, style, ticks
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Scene


@dataclass(frozen=True)
class ConvictionFrame:
    """Nothing but the points changes in this picture."""


def conviction_scene(outlook: BetOutlook) -> Scene[ConvictionFrame]:
    """What `plot_conviction` shows.

    Parameters
    ----------
    outlook : BetOutlook
        From `phase6.conviction.bet_outlook`.
    """
    fractions, forecasts = outlook.fractions, outlook.forecasts
    best = float(outlook.known.max())
    lowest = max(float(outlook.estimated.min()), -3.0 * best)
    below = outlook.here_estimated if outlook.here_estimated >= lowest else np.nan
    here = outlook.kelly_fraction
    sides = forecasts[[0, -1]]
    points = {
        "growth-known": geometry.curve(fractions, outlook.known),
        "growth-estimated": geometry.curve(fractions, np.where(outlook.estimated >= lowest, outlook.estimated, np.nan)),
        "growth-zero": geometry.curve([0.0, fractions[-1]], [0.0, 0.0]),
        "growth-here": geometry.curve([here] * 2, [outlook.here_known, below]),
        "halving": geometry.curve(fractions, outlook.halving),
        "halving-here": geometry.curve([here], [outlook.here_halving]),
        "weight": geometry.curve(forecasts, outlook.weights),
        "weight-uncapped": geometry.curve(forecasts, outlook.uncapped),
        "weight-sign": geometry.staircase(
            np.array([sides[0], 0.0, sides[1]]),
            outlook.sign_weights[[0, -1, -1]],
        ),
    }
    spans = {
        "growth": ranges.span_of([outlook.here_known, below, best, lowest], include=(0.0,)),
        "halving": (0.0, 1.0),
        "weight": ranges.span_of(outlook.weights, outlook.uncapped, include=(-0.5, 0.5)),
    }
    alt = (
        f"At a true Sharpe ratio of {outlook.sharpe:.2f}, {here:.2f} of Kelly grows by {outlook.here_known:+.2%} a year; with the "
        f"edge estimated from {outlook.years:g} years, {outlook.here_estimated:+.2%}. Chance of ever halving "
        f"{outlook.here_halving:.1%}. An average forecast in a market of {MARKET_VOLATILITY:.0%} volatility gets a weight of "
        f"{outlook.average_weight:.2f}."
    )
    return Scene(points, spans, alt, frame=ConvictionFrame())


def draw_conviction(scene: Scene[ConvictionFrame]) -> Picture:
    """Draw a `conviction_scene`."""
    picture = new_picture({"growth": 2.2, "halving": 1.3, "weight": 1.8}, width=640, height=470, gap=0.74, own_x=("weight",))
    growth, halving, weight = picture.panels.values()
    level = {"color": style.QUIET, "linewidth": 0.9, "linestyle": (0, (5, 3))}
    scenes.line(growth, "growth-zero", scene, label="_zero", **level)
    scenes.line(growth, "growth-known", scene, color=style.GREEN, linewidth=1.9, label="edge known")
    scenes.line(
        growth,
        "growth-estimated",
        scene,
        color=style.VERMILLION,
        linestyle=style.DASHED,
        linewidth=1.6,
        label="edge estimated from the data",
    )
    scenes.marks(growth, "growth-here", scene, marker="o", size=8, color=style.INK, label="your bet")
    style.entitle(growth, "Where does more risk begin to earn less?", pad=20)
    style.legend(growth, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(growth, y="Growth [% a year]")
    ticks.percent_axis(growth)

    scenes.line(halving, "halving", scene, color=style.BLUE, linewidth=1.9, label="chance")
    scenes.marks(halving, "halving-here", scene, marker="o", size=8, color=style.INK, label="your bet")
    style.entitle(halving, "Chance of ever losing half, at each bet")
    style.label_axes(halving, x="Bet [× full Kelly]", y="Chance [%]")
    ticks.percent_axis(halving)
    halving.set_xlim(0, LARGEST_FRACTION)

    scenes.line(weight, "weight-uncapped", scene, color=style.ORANGE, linestyle=style.DOTTED, label="no cap")
    scenes.line(weight, "weight-sign", scene, color=style.SKY, linestyle=style.DASHED, label="sign alone")
    scenes.line(weight, "weight", scene, color=style.BLUE, linewidth=1.9, label="capped forecast")
    style.entitle(weight, "How much weight does a forecast get?", pad=18)
    style.legend(weight, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(weight, x="Forecast [10 = average]", y="Weight [% of equity]")
    ticks.percent_axis(weight)
    weight.set_xlim(-LARGEST_FORECAST, LARGEST_FORECAST)
    return scenes.place(picture, scene)


def plot_conviction(outlook: BetOutlook) -> Picture:
    """The growth parabola, the chance of ever halving, and weight against forecast.

    Arguments are those of `conviction_scene`.
    """
    return draw_conviction(conviction_scene(outlook))


def plot_forecast(forecast: pd.Series, weights: pd.Series) -> Picture:
    """A forecast over time and the weight that it leads to.

    Parameters
    ----------
    forecast, weights : Series
        On the same dates; the forecast with 10 for an average one, the weight a fraction of equity.

    Raises
    ------
    ValueError
        If the two are not on the same dates.
    """
    if not forecast.index.equals(weights.index):
        raise ValueError(f"forecast has {len(forecast)} dates and weights {len(weights)}; they must be the same")
    x = ticks.date_numbers(forecast.index)
    picture = new_picture({"forecast": 1.0, "weight": 1.0}, height=420)
    above, below = picture.panels.values()
    above.plot(x, forecast.to_numpy(dtype=float), color=style.BLUE, linewidth=1.3)
    below.plot(x, weights.to_numpy(dtype=float), color=style.GREEN, linewidth=1.3)
    for axes in (above, below):
        axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    style.entitle(above, "How strong the trend is said to be")
    style.label_axes(above, y="Forecast [10 = average]")
    style.entitle(below, "What is held because of it")
    style.label_axes(below, x="Date", y="Weight [% of equity]")
    ticks.percent_axis(below)
    ticks.date_axis(below, float(x[0]), float(x[-1]))
    picture.alt = (
        f"Forecast between {forecast.min():.1f} and {forecast.max():.1f} over {len(forecast)} days, and the weight that "
        f"follows it, between {weights.min():.0%} and {weights.max():.0%} of equity."
    )
    return picture
