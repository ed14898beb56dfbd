"""Held-out answers to the exercise of section 6.5, and a few comprehension values."""

import math
from typing import Any

import numpy as np

from answer_key.held_out import HeldOutAnswer


def size(what: str, change: Any = lambda w, **o: w, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `conviction_size` with another target, floor or view.

    Or its weights are changed by ``change``.
    """
    target_of, floor, view_of = (
        more.pop("target", None),
        more.pop("floor", 1e-4),
        more.pop("view", lambda f, cap: np.clip(f, -cap, cap) / 10),
    )

    def conviction_size(
        forecast: Any,
        volatility: Any,
        *,
        diversification_multiplier: float = 1.0,
        target_volatility: float = 0.10,
        forecast_cap: float = 20.0,
        sharpe_estimate: float | None = None,
        kelly_fraction: float = 0.5,
        max_weight: float = 2.0,
    ) -> Any:
        f, v = np.broadcast_arrays(np.atleast_1d(np.array(forecast, dtype=float)), np.array(volatility, dtype=float))
        target = target_volatility
        if sharpe_estimate is not None:
            target = max(0.0, min(target, kelly_fraction * sharpe_estimate))
        if target_of:
            target = target_of(target_volatility, sharpe_estimate, kelly_fraction)
        with np.errstate(all="ignore"):
            weights = view_of(f, forecast_cap) * target * diversification_multiplier / np.maximum(v, floor)
        weights = np.where(np.isnan(weights), 0.0, np.clip(weights, -max_weight, max_weight))
        return change(weights, f=f, v=v, cap=max_weight)

    return HeldOutAnswer("conviction_size", what, conviction_size, means, **more)


ANSWERS = (
    size("a right one", right=True),
    size("a right list", lambda w, **o: w.tolist(), right=True),
    size("percent, other code", lambda w, **o: [100 * x for x in w], ("percent", "a hundred times too large"), listed=True),
    size("a hundredth", lambda w, **o: w / 100, ("a hundred times too small",)),
    size("negated, other code", lambda w, **o: -w, ("against the forecast", "sign turned round"), listed=True),
    size(
        "shorts bought, other code",
        lambda w, **o: np.abs(w),
        ("the size without the side", "sign turned round for shorts"),
        listed=True,
    ),
    size("whole weights", lambda w, **o: np.round(w), ("rounded",)),
    size("three digits", lambda w, **o: np.round(w, 3), ("rounded",)),
    size("last asset left out", lambda w, **o: w[:-1], ("last missing",)),
    size("assets reversed", lambda w, **o: w[::-1], ("reversed",)),
    size("assets sorted", lambda w, **o: np.sort(w), ("sorted",)),
    size("annual volatility taken for daily, 365 days", lambda w, cap, **o: np.clip(w * math.sqrt(365), -cap, cap)),
    size("a floor of five basis points", floor=5e-4, means=("a floor of five basis points",), listed=True),
    size("a floor of a tenth", floor=0.1, means=("a floor of one percent",)),
    size("no floor, other code", floor=0.0, means=("no floor",), listed=True),
    size(
        "negative estimates taken as they are, other code",
        target=lambda t, s, k: t if s is None else min(t, k * s),
        means=("a negative estimate turns the weights around",),
        listed=True,
    ),
    size(
        "small estimates ignored",
        target=lambda t, s, k: t if s is None or 0 < s < 0.1 else max(0.0, min(t, k * s)),
        means=("small estimates ignored",),
        listed=True,
    ),
    size("Kelly twice", target=lambda t, s, k: t if s is None else max(0.0, min(t, 2 * k * s))),
    size("a tanh of the forecast", view=lambda f, cap: np.tanh(f / cap) * cap / 10),
    size("no cap on the forecast, other code", view=lambda f, cap: f / 10, means=("no cap on the forecast",), listed=True),
    size("one asset wrong", lambda w, **o: np.where(np.arange(len(w)) == 1, w * 1.1, w)),
)
