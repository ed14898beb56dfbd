"""Averaging down against adding up.

The same budget, stop rule and far target on the same markets, compared in pairs.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import share, spread, tidy
from phase6.scaling import scale_in_out_simulation
from phase6.seeds import Seed

TRANCHE_MARKETS: mc.Markets = {
    "random walk": ("random walk", {}),
    "strong trend": ("trend", {"drift_sharpe": 2.5}),
    "tight range": ("range", {"half_life": 20.0}),
    "fat tails": ("fat tails", {}),
    "volatility clusters": ("volatility clusters", {}),
}
ENTRY = 100
"""Bar at which a plan begins."""
PLAN: Mapping[str, Any] = {"entry_spacing_pct": 0.02, "stop_loss_pct": 0.03, "exit_levels": (0.08,), "exit_splits": (1.0,)}
"""What the lesson's plans have in common; other arguments are the defaults of
`scale_in_out_simulation`.
"""


def averaging_compared(
    markets: mc.Markets = TRANCHE_MARKETS,
    *,
    paths: int = 1_500,
    bars: int = 300,
    seed: Seed = 0,
    progress: mc.Progress | None = None,
    **plan: Any,
) -> pd.DataFrame:
    """Profit of a plan that buys at lower prices, of one at higher prices, and the difference.

    The second is subtracted from the first market by market. Columns: market, measure ("down",
    "up", "down less up": mean profits in account currency; "wins, down" and "wins, up": how often a
    plan ends with a gain), then those of every experiment. Interrupted from the keyboard it returns
    the markets that are done.

    Parameters
    ----------
    markets : mapping
        Regime and options by name.
    paths, bars, seed
        Number and length of the random markets, and their seed.
    progress : callable, optional
        Called with (markets done, markets in all).
    **plan : Any
        Goes to :func:`phase6.scaling.scale_in_out_simulation`, over what `PLAN` says.

    Raises
    ------
    ValueError
        For fewer than two paths, or a plan out of range.
    """
    paths = valid.count("paths", paths, at_least=2)
    rules = {**PLAN, **plan}
    rows: list[tuple[Mapping[str, object], Mapping[str, float]]] = []
    interrupted = False
    for number, (name, (regime, options)) in enumerate(markets.items()):
        many = mc.make_paths(regime, paths, bars, seed=seed, **options)
        profit = {way: np.empty(paths) for way in ("down", "up")}
        try:
            for path in range(paths):
                frame = many.frame(path)
                for way, earned in profit.items():
                    done = scale_in_out_simulation(frame, ENTRY, averaging=way, **rules)
                    earned[path] = done.equity.iloc[-1] - done.capital
        except KeyboardInterrupt:
            if not rows:
                raise
            interrupted = True
            break
        rows += [({"market": name, "measure": way}, spread(earned)) for way, earned in profit.items()]
        rows.append(({"market": name, "measure": "down less up"}, spread(profit["down"] - profit["up"])))
        rows.append(({"market": name, "measure": "wins, down"}, share(profit["down"] > 0)))
        rows.append(({"market": name, "measure": "wins, up"}, share(profit["up"] > 0)))
        if progress:
            progress(number + 1, len(markets))
    return tidy(rows, interrupted=interrupted)
