"""Plots of pyramids: equity with the levels below, and true against claimed stop risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from phase6.plots import geometry, ranges, scenes, style, ticks
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Scene

if TYPE_CHECKING:
    from phase6.pyramiding import PyramidResult

_EQUITY_LOOKS: tuple[dict[str, object], ...] = (
    {"color": style.GREEN, "linewidth": 1.9, "zorder": 4},
    {"color": style.BLUE, "linewidth": 1.3},
    {"color": style.PURPLE, "linewidth": 1.3, "linestyle": (0, (4, 1.5))},
    {"color": style.ORANGE, "linewidth": 1.3, "linestyle": (0, (1, 1.2))},
)


@dataclass(frozen=True)
class PyramidFrame:
    """What stands still in the picture.

    Names in the legend, first and last date number, whether a cap is drawn.
    """

    names: tuple[str, ...]
    begin: float
    end: float
    capped: bool


def pyramid_scene(
    results: Mapping[str, PyramidResult | pd.Series],
    *,
    risk_per_level: float = 0.005,
    max_total_risk: float | None = None,
) -> Scene[PyramidFrame]:
    """What `plot_equity_and_levels` shows.

    Parameters
    ----------
    results : mapping of str to PyramidResult
        One to four results on the same bars by the name they have in the legend; levels and risk
        are those of the first.
    risk_per_level : float
        Fraction of equity that each level is said to risk: the nominal claim is this times the
        number of levels.
    max_total_risk : float, optional
        Cap on the total risk, drawn as a line.

    Raises
    ------
    ValueError
        If there is no result or more than four, or they are not on the same bars.
    """
    if not 1 <= len(results) <= len(_EQUITY_LOOKS):
        raise ValueError(f"one to {len(_EQUITY_LOOKS)} results can be compared, got {len(results)}")
    names = tuple(results)
    first = results[names[0]]
    if isinstance(first, pd.Series):
        raise ValueError(f"{names[0]!r} is an equity alone; the first must be a result, whose levels are shown")
    index = first.equity.index
    equities = []
    for name, result in results.items():
        equity = result if isinstance(result, pd.Series) else result.equity
        if not equity.index.equals(index):
            raise ValueError(f"{name!r} is not on the same bars as {names[0]!r}")
        equities.append(equity.to_numpy(dtype=float))
    x = ticks.date_numbers(index)
    levels = first.levels.to_numpy(dtype=float)
    claim = levels * risk_per_level
    risk = first.stop_risk.to_numpy(dtype=float)
    ends = x[[0, -1]]
    cap = np.nan if max_total_risk is None else max_total_risk
    points = {f"equity-{k}": geometry.curve(x, equity) for k, equity in enumerate(equities)}
    points |= {
        "equity-start": geometry.curve(ends, [equities[0][0]] * 2),
        "levels": geometry.above_zero(geometry.staircase(x, levels)),
        "risk-claim": geometry.staircase(x, claim),
        "risk-true": geometry.above_zero(geometry.staircase(x, risk)),
        "risk-cap": geometry.curve(ends, [cap, cap]),
    }
    spans = {
        "equity": ranges.span_of(*equities),
        "levels": (0.0, max(4.0, float(levels.max()))),
        "risk": ranges.span_of(risk, claim, include=(0.0, 0.0 if max_total_risk is None else max_total_risk)),
    }
    grown = ", ".join(f"{name} {equity[-1] / equity[0] - 1:+.1%}" for name, equity in zip(names, equities, strict=True))
    alt = (
        f"Equity over {len(x)} bars: {grown}. Below: the levels held, at most {levels.max():.0f}; and "
        f"its true stop risk, at most {risk.max():.2%} of equity, against a claim of {claim.max():.2%}."
    )
    return Scene(points, spans, alt, frame=PyramidFrame(names, float(x[0]), float(x[-1]), max_total_risk is not None))


def draw_pyramid(scene: Scene[PyramidFrame]) -> Picture:
    """Draw a `pyramid_scene`."""
    frame = scene.frame
    picture = new_picture({"equity": 3.0, "levels": 1.0, "risk": 1.5}, width=640, height=470)
    equity, levels, risk = picture.panels.values()
    for k, name in enumerate(frame.names):
        scenes.line(equity, f"equity-{k}", scene, label=name, **_EQUITY_LOOKS[k])
    scenes.line(equity, "equity-start", scene, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    style.entitle(equity, "Does adding to winners earn more, or only risk more?", pad=20)
    style.legend(equity, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(equity, y="Equity [$]")
    ticks.money_axis(equity)

    scenes.area(levels, "levels", scene, colour=style.ORANGE, alpha=0.6)
    style.entitle(levels, "How many levels the pyramid holds")
    style.label_axes(levels, y="Levels")
    levels.yaxis.set_major_locator(MaxNLocator(4, integer=True))

    true, claimed = "true: loss at the stop (below 0: gain)", "claimed: levels × risk per level"
    scenes.area(risk, "risk-true", scene, colour=style.VERMILLION, alpha=0.55, label=true)
    scenes.line(risk, "risk-claim", scene, color=style.BLUE, linewidth=1.2, label=claimed)
    scenes.line(
        risk,
        "risk-cap",
        scene,
        color=style.INK,
        linewidth=1.0,
        linestyle=(0, (1, 1.5)),
        label="cap" if frame.capped else "_cap",
    )
    style.entitle(risk, "Stop risk: what is claimed, and what the stops say", pad=18)
    style.legend(risk, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(risk, x="Date", y="Risk [% of equity]")
    ticks.percent_axis(risk)
    ticks.date_axis(risk, frame.begin, frame.end)
    return scenes.place(picture, scene)


def plot_equity_and_levels(
    results: Mapping[str, PyramidResult | pd.Series],
    *,
    risk_per_level: float = 0.005,
    max_total_risk: float | None = None,
) -> Picture:
    """Equity of pyramids and single entries, levels held, and true against claimed stop risk.

    Parameters
    ----------
    results, risk_per_level, max_total_risk
        As for `pyramid_scene`, as are the errors.
    """
    return draw_pyramid(pyramid_scene(results, risk_per_level=risk_per_level, max_total_risk=max_total_risk))
