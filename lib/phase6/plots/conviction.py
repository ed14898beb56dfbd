"""Pictures of sizing by conviction: what betting more earns, what it risks, and how a forecast becomes a weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phase6.conviction import (
    chance_of_ever_falling_to,
    estimated_kelly_growth,
    expected_growth,
    forecast_to_weight,
    kelly_target,
)
from phase6.plots import style
from phase6.plots.style import Picture, Scene

LARGEST_FRACTION = 2.5
LARGEST_FORECAST = 40.0
MARKET_VOLATILITY = 0.20
"""Volatility of the market whose weight is shown, a year."""

_FRACTIONS = np.linspace(0.01, LARGEST_FRACTION, 250)
_FORECASTS = np.linspace(-LARGEST_FORECAST, LARGEST_FORECAST, 161)


@dataclass(frozen=True)
class ConvictionFrame:
    """Nothing but the points changes in this picture."""


def conviction_scene(
    sharpe: float = 0.5,
    *,
    years: float = 2.0,
    kelly_fraction: float = 0.5,
    cap: float = 20.0,
    target_volatility: float = 0.10,
) -> Scene[ConvictionFrame]:
    """What `plot_conviction` shows.

    Parameters
    ----------
    sharpe : float
        The true Sharpe ratio, a year.
    years : float
        Length of the sample from which the edge is estimated.
    kelly_fraction : float
        The bet as a multiple of full Kelly.
    cap : float
        Largest absolute forecast (10 is an average one).
    target_volatility : float
        Largest volatility target, a year; fractional Kelly may set a lower one.
    """
    known = expected_growth(_FRACTIONS * sharpe, sharpe)
    estimated = estimated_kelly_growth(_FRACTIONS, sharpe, years)
    halving = np.array([chance_of_ever_falling_to(0.5, fraction) for fraction in _FRACTIONS.tolist()])
    target = min(target_volatility, kelly_target(sharpe, kelly_fraction))
    weights = forecast_to_weight(_FORECASTS, MARKET_VOLATILITY, target=target, cap=cap)
    uncapped = forecast_to_weight(_FORECASTS, MARKET_VOLATILITY, target=target, cap=1e9)
    here_known = float(expected_growth(kelly_fraction * sharpe, sharpe))
    here_estimated = float(estimated_kelly_growth(kelly_fraction, sharpe, years))
    here_halving = float(chance_of_ever_falling_to(0.5, kelly_fraction))
    best = float(known.max())
    lowest = max(float(estimated.min()), -3.0 * best)
    below = here_estimated if here_estimated >= lowest else np.nan
    edges = np.array([0.0, LARGEST_FRACTION])
    sides = np.array([-LARGEST_FORECAST, LARGEST_FORECAST])
    points = {
        "growth-known": style.curve(_FRACTIONS, known),
        "growth-estimated": style.curve(_FRACTIONS, np.where(estimated >= lowest, estimated, np.nan)),
        "growth-zero": style.curve(edges, [0.0, 0.0]),
        "growth-here": style.curve([kelly_fraction] * 2, [here_known, below]),
        "halving": style.curve(_FRACTIONS, halving),
        "halving-here": style.curve([kelly_fraction], [here_halving]),
        "weight": style.curve(_FORECASTS, weights),
        "weight-uncapped": style.curve(_FORECASTS, uncapped),
        "weight-sign": style.staircase(
            np.array([sides[0], 0.0, sides[1]]),
            forecast_to_weight([-10.0, 10.0, 10.0], MARKET_VOLATILITY, target=target),
        ),
    }
    spans = {
        "growth": style.span_of([here_known, below, best, lowest], include=(0.0,)),
        "halving": (0.0, 1.0),
        "weight": style.span_of(weights, uncapped, include=(-0.5, 0.5)),
    }
    alt = (
        f"At a true Sharpe ratio of {sharpe:.2f}, {kelly_fraction:.2f} of Kelly grows by {here_known:+.2%} a year; with the "
        f"edge estimated from {years:g} years, {here_estimated:+.2%}. Chance of ever halving {here_halving:.1%}. An "
        f"average forecast in a market of {MARKET_VOLATILITY:.0%} volatility gets a weight of "
        f"{float(forecast_to_weight(10.0, MARKET_VOLATILITY, target=target, cap=cap)):.2f}."
    )
    return Scene(points, spans, alt, frame=ConvictionFrame())


def draw_conviction(scene: Scene[ConvictionFrame]) -> Picture:
    """Draw a `conviction_scene`."""
    picture = style.new_picture({"growth": 2.2, "halving": 1.3, "weight": 1.8}, width=640, height=490, gap=0.48, own_x=("weight",))
    growth, halving, weight = picture.panels.values()
    level = {"color": style.QUIET, "linewidth": 0.9, "linestyle": (0, (5, 3))}
    style.line(growth, "growth-zero", scene, label="_zero", **level)
    style.line(growth, "growth-known", scene, color=style.GREEN, linewidth=1.9, label="edge known")
    style.line(
        growth,
        "growth-estimated",
        scene,
        color=style.VERMILLION,
        linestyle=style.DASHED,
        linewidth=1.6,
        label="edge estimated from the data",
    )
    style.marks(growth, "growth-here", scene, marker="o", size=8, color=style.INK, label="your bet")
    style.entitle(growth, "Where does more risk begin to earn less?", pad=20)
    style.legend(growth, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(growth, y="Growth [% a year]")
    style.percent_axis(growth)

    style.line(halving, "halving", scene, color=style.BLUE, linewidth=1.9, label="chance")
    style.marks(halving, "halving-here", scene, marker="o", size=8, color=style.INK, label="your bet")
    style.entitle(halving, "Chance of ever losing half, at each bet")
    style.label_axes(halving, x="Bet [× full Kelly]", y="Chance [%]")
    style.percent_axis(halving)
    halving.set_xlim(0, LARGEST_FRACTION)

    style.line(weight, "weight-uncapped", scene, color=style.ORANGE, linestyle=style.DOTTED, label="no cap")
    style.line(weight, "weight-sign", scene, color=style.SKY, linestyle=style.DASHED, label="sign alone")
    style.line(weight, "weight", scene, color=style.BLUE, linewidth=1.9, label="capped forecast")
    style.entitle(weight, "How much weight does a forecast get?", pad=18)
    style.legend(weight, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(weight, x="Forecast [10 = average]", y="Weight [% of equity]")
    style.percent_axis(weight)
    weight.set_xlim(-LARGEST_FORECAST, LARGEST_FORECAST)
    return style.place(picture, scene)


def plot_conviction(
    sharpe: float = 0.5,
    *,
    years: float = 2.0,
    kelly_fraction: float = 0.5,
    cap: float = 20.0,
    target_volatility: float = 0.10,
) -> Picture:
    """The growth parabola, the chance of ever halving, and weight against forecast.

    Arguments are those of `conviction_scene`.
    """
    return draw_conviction(
        conviction_scene(sharpe, years=years, kelly_fraction=kelly_fraction, cap=cap, target_volatility=target_volatility)
    )


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
    x = style.date_numbers(forecast.index)
    picture = style.new_picture({"forecast": 1.0, "weight": 1.0}, height=420)
    above, below = picture.panels.values()
    above.plot(x, forecast.to_numpy(dtype=float), color=style.BLUE, linewidth=1.3)
    below.plot(x, weights.to_numpy(dtype=float), color=style.GREEN, linewidth=1.3)
    for axes in (above, below):
        axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    style.entitle(above, "How strong the trend is said to be")
    style.label_axes(above, y="Forecast [10 = average]")
    style.entitle(below, "What is held because of it")
    style.label_axes(below, x="Date", y="Weight [% of equity]")
    style.percent_axis(below)
    style.date_axis(below, float(x[0]), float(x[-1]))
    picture.alt = (
        f"Forecast between {forecast.min():.1f} and {forecast.max():.1f} over {len(forecast)} days, and the weight that "
        f"follows it, between {weights.min():.0%} and {weights.max():.0%} of equity."
    )
    return picture
