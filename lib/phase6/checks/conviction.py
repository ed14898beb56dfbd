"""Section 6.5: what `conviction_size` returns, and the figures that its prompt prints.

The check takes the part that a test cell is about; without one it looks at everything. Caps,
Kelly's target and unknown values are compared with the same function's weights in a plain call, so
a slip in the size fails the part for the size alone.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from phase6.checks import _base as base
from phase6.checks._practice import case, practised
from phase6.progress import recorded

__all__ = ["case", "conviction_size"]

PARAMETERS = (
    "forecast",
    "volatility",
    "diversification_multiplier",
    "target_volatility",
    "forecast_cap",
    "sharpe_estimate",
    "kelly_fraction",
    "max_weight",
)
FORECAST, VOLATILITY = [10.0, -5.0, 30.0, float("nan")], [0.20, 0.10, 0.08, 0.15]
PRINTED: tuple[tuple[dict[str, float], tuple[float, ...]], ...] = (
    ({}, (0.5, -0.5, 2.0, 0.0)),
    ({"sharpe_estimate": 0.1}, (0.25, -0.25, 1.25, 0.0)),
    ({"sharpe_estimate": 3.0}, (0.5, -0.5, 2.0, 0.0)),
)
"""What the prompt prints: options, and the weights with them."""
TARGETS = {0.1: 0.05, 3.0: 0.10}
"""What the prompt prints: τ by `sharpe_estimate`; without one it is 0.10."""
NO_CAP = {"max_weight": 1e9}


@recorded
@practised
def conviction_size(answer: Any, part: str | None = None) -> None:
    """Signature, one finite weight per asset, untouched inputs, and the prompt's table.

    ``part`` is unknown, size, caps or kelly: those assets and rows of the table that it is about.
    Without it, all of the table too.

    Raises
    ------
    ValueError
        For another part.
    """
    looks = {"unknown": _unknown, "size": _size, "caps": _caps, "kelly": _kelly}
    base.known_part("conviction_size", part, looks)
    base.need_function("conviction_size", answer, PARAMETERS)
    if part is None:
        for options, printed in PRINTED:
            _compare(FORECAST, VOLATILITY, options, _weights(answer, FORECAST, VOLATILITY, options), printed)
    for name, look in looks.items():
        if part in (None, name):
            look(answer)


def _size(answer: Any) -> None:
    """The two assets of the example that no cap touches, every kind of argument, and oddness."""
    two, their = FORECAST[:2], VOLATILITY[:2]
    _compare(two, their, {}, _weights(answer, two, their, {}), PRINTED[0][1][:2])
    views, risks, index = np.array([12.0, -7.0, 3.0]), np.array([0.3, 0.15, 0.6]), ["gold", "oil", "wheat"]
    plain = _weights(answer, views, risks, {})
    for kind, forecast, volatility in (
        ("lists", views.tolist(), risks.tolist()),
        ("Series", pd.Series(views, index), pd.Series(risks, index)),
    ):
        other = _weights(answer, forecast, volatility, {})
        base.need(np.allclose(plain, other), f"`conviction_size` gives other weights for {kind} than for arrays of the same numbers.")
    _weights(answer, 10.0, 0.2, {})
    _weights(answer, views, 0.2, {})
    turned = _weights(answer, -views, risks, {})
    base.need(np.allclose(turned, -plain), "The rule is odd: forecasts of the opposite sign get the opposite weights. Yours do not.")


def _caps(answer: Any) -> None:
    """Forecasts beyond the cap count as the cap.

    Weights beyond theirs are cut, those within it stay.
    """
    views, risks = [30.0, -30.0, 10.0], [0.08, 0.08, 0.20]
    at_cap = _plain(answer, [20.0, -20.0, 10.0], risks, NO_CAP)
    for options, wanted in ((NO_CAP, at_cap), ({}, np.clip(at_cap, -2.0, 2.0))):
        mine = _weights(answer, views, risks, options)
        for place, (got, right) in enumerate(zip(mine, wanted, strict=True)):
            base.need(
                base.close(got, right),
                f"`{_shown(views, risks, options)}` cuts forecasts at ±20{'' if options else ' and weights at ±2'}. From your own "
                f"weights of forecasts of 20, -20 and 10, {base.shown(at_cap)}, weight {place} (counted from 0) is then "
                f"{base.shown(right)}; yours is {base.shown(got)}.",
            )


def _kelly(answer: Any) -> None:
    """Weights with an estimate, as the printed share of those without."""
    views, risks = FORECAST[:2], VOLATILITY[:2]
    plain = _plain(answer, views, risks, NO_CAP)
    for estimate, target in TARGETS.items():
        options = {"sharpe_estimate": estimate, **NO_CAP}
        for place, (got, whole) in enumerate(zip(_weights(answer, views, risks, options), plain, strict=True)):
            base.need(
                base.close(got, whole * target / 0.10),
                f"With sharpe_estimate {estimate:g} the prompt's example has τ = {target:g}, without one 0.1. So in "
                f"`{_shown(views, risks, options)}` weight {place} (counted from 0), {base.shown(whole)} without an estimate, becomes "
                f"{base.shown(whole * target / 0.10)}; yours is {base.shown(got)}.",
            )


def _unknown(answer: Any) -> None:
    """The example's unknown asset gets 0, and beside it others keep what they have alone.

    Weights are finite at volatility 0.
    """
    views, risks = FORECAST[:2], VOLATILITY[:2]
    known = _plain(answer, views, risks, {})
    for view, risk in ((FORECAST[3], VOLATILITY[3]), (10.0, math.nan)):
        mine, shown = _weights(answer, [*views, view], [*risks, risk], {}), f"`{_shown([*views, view], [*risks, risk], {})}`"
        base.need(
            base.close(mine[2], 0.0),
            f"In {shown} the last asset has an unknown value, so its weight is 0; yours is {base.shown(mine[2])}.",
        )
        base.need(
            np.allclose(mine[:2], known, rtol=1e-6),
            f"In {shown} the first two assets are known and keep the weights that they have alone, {base.shown(known)}; yours get "
            f"{base.shown(mine[:2])}.",
        )
    _weights(answer, [12.0, -7.0, 3.0], [0.0, 1e-9, 0.2], {})


def _plain(answer: Any, forecast: list[float], volatility: list[float], options: dict[str, float]) -> base.Array:
    """Weights that others are compared with; each has the sign of its forecast."""
    weights = _weights(answer, forecast, volatility, options)
    for place, (mine, view) in enumerate(zip(weights, forecast, strict=True)):
        base.need(
            bool(np.sign(mine) == np.sign(view)),
            f"In `{_shown(forecast, volatility, options)}` weight {place} (counted from 0) is {base.shown(mine)}; it has the sign of "
            f"its forecast, {view:g}.",
        )
    return weights


def _compare(forecast: Any, volatility: Any, options: dict[str, float], mine: base.Array, printed: tuple[float, ...]) -> None:
    for place, wanted in enumerate(printed):
        base.need(
            base.close(mine[place], wanted),
            f"In the prompt's example, `{_shown(forecast, volatility, options)}`, weight {place} (counted from 0) is "
            f"{base.shown(wanted)}; yours is {base.shown(mine[place])}.",
        )


def _shown(forecast: Any, volatility: Any, options: dict[str, float]) -> str:
    named = "".join(f", {key}={value:g}" for key, value in options.items())
    return f"conviction_size({base.shown(forecast)}, {base.shown(volatility)}{named})"


def _weights(answer: Any, forecast: Any, volatility: Any, options: dict[str, float]) -> base.Array:
    given = (base.twin(forecast), base.twin(volatility))
    shown = _shown(forecast, volatility, options)
    result = base.call("conviction_size", answer, given, options, shown)
    base.unchanged("conviction_size", (forecast, volatility), given)
    return base.numbers(f"the result of `{shown}`", result, max(np.size(forecast), np.size(volatility)))
