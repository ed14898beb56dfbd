"""What a stop on a held position is worth.

Nothing on a martingale, something where moves last, less than nothing elsewhere.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import spread, tidy
from phase6.market import REALISTIC_TREND
from phase6.metrics import drawdown_paths
from phase6.seeds import Seed
from phase6.simulation.measures import compounded
from phase6.stops import days_in, stopped_returns

STOP_MARKETS: mc.Markets = {
    "random walk": ("random walk", {}),
    "fat tails": ("fat tails", {}),
    "volatility clusters": ("volatility clusters", {}),
    "steady growth": ("random walk", {"mu": 0.08}),
    "trend": ("trend", {"drift_sharpe": REALISTIC_TREND}),
    "range, 60 days": ("range", {"half_life": 60.0}),
}
"""Markets by name: regime and its options; the first three are martingales."""


def _falls(returns: mc.Array) -> mc.Array:
    """Largest drawdown of each column of simple returns, from the start on."""
    fallen: mc.Array = drawdown_paths(compounded(1.0, returns)).max(axis=0)
    return fallen


def stops_compared(
    markets: mc.Markets = STOP_MARKETS,
    *,
    stops: Sequence[float] = (0.05, 0.10),
    wait: int = 20,
    paths: int = 4_000,
    bars: int = 500,
    cost_bps: float = 0.0,
    seed: Seed = 0,
) -> pd.DataFrame:
    """A long position with a stop less the same position without one, on the same markets.

    Parameters
    ----------
    markets : mapping
        Regime and options by name.
    stops : sequence of float
        Losses since the entry at which the position is sold.
    wait : int
        Days after which it is bought again.
    paths, bars, seed
        Of the random markets.
    cost_bps : float
        Basis points a side.

    Returns
    -------
    DataFrame
        Columns market, stop, measure, then those of every experiment. Measures: "premium" (mean
        return a year, the stopped position's less the held one's: Kaminski and Lo's stopping
        premium), "volatility" and "largest drawdown" (the same differences), "days out" (share of
        the days). Every difference is within a market, so that its error is that of the comparison.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    rows = []
    for name, (regime, options) in markets.items():
        closes = mc.make_paths(regime, paths, bars, seed=seed, workers=2, **options).closes
        held = closes[1:] / closes[:-1] - 1.0
        fall, swing = _falls(held), held.std(axis=0, ddof=1)
        for stop in stops:
            stopped = stopped_returns(held, stop=stop, wait=wait, cost_bps=cost_bps)
            case = {"market": name, "stop": valid.number("stop", stop)}
            found = {
                "premium": (stopped - held).mean(axis=0) * valid.BARS_PER_YEAR,
                "volatility": (stopped.std(axis=0, ddof=1) - swing) * np.sqrt(valid.BARS_PER_YEAR),
                "largest drawdown": _falls(stopped) - fall,
                "days out": 1.0 - days_in(held, stop=stop, wait=wait).mean(axis=0),
            }
            rows += [({**case, "measure": measure}, spread(values)) for measure, values in found.items()]
    return tidy(rows)
