"""Several speeds of trend against each alone, with and without a buffer.

Sharpe ratios and turnover on the same markets.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.conviction import forecast_to_weight
from phase6.experiments._tidy import certain, pooled, spread, tidy
from phase6.market import REALISTIC_TREND
from phase6.metrics import PooledSharpe, pooled_sharpe
from phase6.seeds import Seed
from phase6.speeds import (
    SPEEDS,
    Speed,
    buffered,
    combined_forecast,
    crossover_forecast,
    forecast_multiplier,
    held_returns,
    price_volatility,
)

SPEED_MARKETS: mc.Markets = {
    "trend": ("trend", {"drift_sharpe": REALISTIC_TREND}),
    "fat tails": ("fat tails", {"drift_sharpe": REALISTIC_TREND}),
    "volatility clusters": ("volatility clusters", {"drift_sharpe": REALISTIC_TREND}),
    "random walk": ("random walk", {}),
}
"""Markets by name: regime and its options; the first three trend alike."""


BUFFER = 0.10
"""Half the buffer's width, a fraction of the position that an average forecast takes."""


def speeds_compared(
    markets: mc.Markets = SPEED_MARKETS,
    *,
    speeds: Sequence[Speed] = SPEEDS,
    cost_bps: float = 5.0,
    target_volatility: float = 0.10,
    paths: int = 1_000,
    bars: int = 1_250,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Speeds of crossover on the same markets: each alone, all together, and with a buffer.

    Parameters
    ----------
    markets : mapping
        Regime and options by name.
    speeds : sequence of (fast, slow)
        Spans in days.
    cost_bps : float
        A side.
    target_volatility : float
        Of a position at an average forecast, a year.
    paths, bars, seed
        Of the random markets; as many days as the slowest average has are left out at the
        beginning.

    Returns
    -------
    DataFrame
        Columns market, rule, measure, then those of every experiment. Rules: each speed ("8/32",
        …), "together", "with a buffer". Measures: "sharpe" and "sharpe before costs" (pooled over
        markets), "turnover" (value traded a year over equity), "less the others" (of "together":
        its Sharpe ratio less the mean of the single ones; of "with a buffer": less "together", as
        pairs), "multiplier" (of "together").

    Raises
    ------
    ValueError
        For fewer bars than twice the slowest average has days, or a value out of range.
    """
    skip = max(slow for _, slow in speeds)
    if valid.count("bars", bars) < 2 * skip:
        raise ValueError(f"bars is {bars}; expected at least {2 * skip}, twice the slowest average")
    rows = []
    for name, (regime, options) in markets.items():
        closes = mc.make_paths(regime, paths, bars, seed=seed, workers=2, **options).closes
        risk = price_volatility(closes)
        forecasts = {f"{fast}/{slow}": crossover_forecast(closes, fast, slow) for fast, slow in speeds}
        multiplier = forecast_multiplier(list(forecasts.values()), skip=skip)
        forecasts["together"] = combined_forecast(list(forecasts.values()), multiplier)
        weights = {rule: forecast_to_weight(each, risk, target=target_volatility) for rule, each in forecasts.items()}
        weights["with a buffer"] = buffered(weights["together"], BUFFER * target_volatility / np.maximum(risk, 1e-4))
        ratios = {}
        for rule, held in weights.items():
            net, traded = (part[skip:] for part in held_returns(closes, held, cost_bps=cost_bps))
            ratios[rule] = pooled_sharpe(net)
            rows.append(({"market": name, "rule": rule, "measure": "sharpe"}, pooled(ratios[rule])))
            gross = pooled_sharpe(net + cost_bps / 10_000 * traded)
            rows.append(({"market": name, "rule": rule, "measure": "sharpe before costs"}, pooled(gross)))
            rows.append(({"market": name, "rule": rule, "measure": "turnover"}, spread(traded.mean(axis=0) * valid.BARS_PER_YEAR)))
        single = [ratios[f"{fast}/{slow}"] for fast, slow in speeds]
        estimate, influence = (np.mean([getattr(each, name) for each in single], axis=0) for name in ("estimate", "influence"))
        mean = PooledSharpe(float(estimate), influence)
        rows.append(({"market": name, "rule": "together", "measure": "less the others"}, pooled(ratios["together"] - mean)))
        gain = ratios["with a buffer"] - ratios["together"]
        rows.append(({"market": name, "rule": "with a buffer", "measure": "less the others"}, pooled(gain)))
        rows.append(({"market": name, "rule": "together", "measure": "multiplier"}, certain(multiplier)))
    return tidy(rows)
