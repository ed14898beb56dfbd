"""Section 6.5: what `conviction_size` returns, and the figures that its prompt prints."""

from typing import Any

import numpy as np
import pandas as pd

from phase6.checks import _base as base

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


def conviction_size(answer: Any) -> None:
    """Signature, one finite weight per asset for every kind of argument, the prompt's table, oddness, untouched inputs."""
    base.need_function("conviction_size", answer, PARAMETERS)
    for options, printed in PRINTED:
        shown = _shown(FORECAST, VOLATILITY, options)
        mine = _weights(answer, FORECAST, VOLATILITY, options)
        for place, wanted in enumerate(printed):
            base.need(
                base.close(mine[place], wanted),
                f"In the prompt's example, `{shown}`, weight {place} (counted from 0) is {base.shown(wanted)}; "
                f"yours is {base.shown(mine[place])}.",
            )
    views, risks = np.array([12.0, -7.0, 3.0]), np.array([0.3, 0.15, 0.6])
    plain = _weights(answer, views, risks, {})
    index = ["gold", "oil", "wheat"]
    for kind, forecast, volatility in (
        ("lists", views.tolist(), risks.tolist()),
        ("Series", pd.Series(views, index), pd.Series(risks, index)),
    ):
        other = _weights(answer, forecast, volatility, {})
        base.need(np.allclose(plain, other), f"`conviction_size` gives other weights for {kind} than for arrays of the same numbers.")
    _weights(answer, 10.0, 0.2, {})
    _weights(answer, views, 0.2, {})
    _weights(answer, views, [0.0, 1e-9, 0.2], {})
    turned = _weights(answer, -views, risks, {})
    base.need(np.allclose(turned, -plain), "The rule is odd: forecasts of the opposite sign get the opposite weights. Yours do not.")
    print("✓ conviction_size: shapes and the worked example are right. Fresh data decide the points.")


def _shown(forecast: Any, volatility: Any, options: dict[str, float]) -> str:
    named = "".join(f", {key}={value:g}" for key, value in options.items())
    return f"conviction_size({base.shown(forecast)}, {base.shown(volatility)}{named})"


def _weights(answer: Any, forecast: Any, volatility: Any, options: dict[str, float]) -> base.Array:
    given = (base.twin(forecast), base.twin(volatility))
    shown = _shown(forecast, volatility, options)
    result = base.call("conviction_size", answer, given, options, shown)
    base.unchanged("conviction_size", (forecast, volatility), given)
    return base.numbers(f"the result of `{shown}`", result, max(np.size(forecast), np.size(volatility)))
