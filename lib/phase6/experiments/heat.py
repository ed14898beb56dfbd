"""Pyramids in markets that move together, on one account.

How hot they get, and what limits on units and heat change.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.experiments._tidy import pooled, spread, tidy
from phase6.heat import TURTLE_LIMITS, run_pyramid_portfolio
from phase6.market import REALISTIC_TREND, generate_universe
from phase6.metrics import max_drawdown, pooled_sharpe, simple_returns, volatility
from phase6.seeds import Seed, children

HEAT_RULES: Mapping[str, Mapping[str, Any]] = {
    "no limits": {},
    "Turtle limits": {"limits": TURTLE_LIMITS},
    "no unit above 10 % heat": {"max_heat": 0.10},
}
"""Rules by name: arguments of :func:`phase6.heat.run_pyramid_portfolio`."""


def heat_compared(
    rules: Mapping[str, Mapping[str, Any]] = HEAT_RULES,
    *,
    correlations: tuple[float, ...] = (0.0, 0.6),
    drift_sharpe: float = REALISTIC_TREND,
    universes: int = 100,
    bars: int = 500,
    seed: Seed = 0,
    **parameters: Any,
) -> pd.DataFrame:
    """Pyramids in the eight markets of the course's universe under several limits.

    All limits are tried on the same random universes.

    Parameters
    ----------
    rules : mapping
        Limits by name, the first of them the one that others are compared with.
    correlations : tuple of float
        Of every pair of markets.
    drift_sharpe : float
        Strength of their trends.
    universes, bars, seed
        Of the random markets.
    **parameters : Any
        Those of every pyramid.

    Returns
    -------
    DataFrame
        Columns correlation, rule, measure, then those of every experiment. Measures: "highest
        heat", "heat" (mean over days), "most units", "volatility", "largest drawdown", "total
        return" (means over universes), "sharpe" (pooled), "sharpe less the first rule's" (pooled,
        as pairs).

    Raises
    ------
    ValueError
        For no rules, fewer than two universes, or a parameter out of range.
    """
    if not rules:
        raise ValueError("rules is empty; expected at least one name with its limits")
    rows = []
    for correlation in correlations:
        measured: dict[str, list[tuple[float, ...]]] = {rule: [] for rule in rules}
        returns: dict[str, list[np.ndarray]] = {rule: [] for rule in rules}
        for child in children(seed, 0, valid.count("universes", universes, at_least=2)):
            frames = generate_universe(bars, correlation=correlation, drift_sharpe=drift_sharpe, seed=child)
            for rule, limits in rules.items():
                done = run_pyramid_portfolio(frames, **{**parameters, **limits})
                earned = simple_returns(done.equity)
                total = float(done.equity.iloc[-1] / done.equity.iloc[0] - 1.0)
                heats = float(done.heat.max()), float(done.heat.mean()), float(done.most_units)
                measured[rule].append((*heats, volatility(earned), max_drawdown(done.equity), total))
                returns[rule].append(earned.to_numpy())
        ratios = {rule: pooled_sharpe(np.stack(found, axis=1)) for rule, found in returns.items()}
        names = ("highest heat", "heat", "most units", "volatility", "largest drawdown", "total return")
        first = next(iter(rules))
        for rule, found in measured.items():
            case = {"correlation": correlation, "rule": rule}
            columns = zip(names, zip(*found, strict=True), strict=True)
            rows += [({**case, "measure": name}, spread(values)) for name, values in columns]
            rows.append(({**case, "measure": "sharpe"}, pooled(ratios[rule])))
            if rule != first:
                rows.append(({**case, "measure": "sharpe less the first rule's"}, pooled(ratios[rule] - ratios[first])))
    return tidy(rows)
