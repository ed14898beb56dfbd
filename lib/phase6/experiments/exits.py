"""Ways out of one trade, each over thousands of markets.

What an exit policy changes when there is an edge, and when there is none.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.exits import EXIT_POLICIES
from phase6.experiments._tidy import share, spread, tidy
from phase6.market import STRONG_TREND
from phase6.seeds import Seed
from phase6.simulation.exits import exit_r_paths

EXIT_MARKETS: mc.Markets = {
    "random walk": ("random walk", {}),
    "strong trend": ("trend", {"drift_sharpe": STRONG_TREND}),
    "range, 60 days": ("range", {"half_life": 60.0}),
    "range, 20 days": ("range", {"half_life": 20.0}),
    "fat tails": ("fat tails", {}),
    "volatility clusters": ("volatility clusters", {}),
}
"""Markets by name: regime and its options."""

ENTRY = 50
"""Bar of the entry: the first at whose previous close the 50-day average is warmed up."""


def exit_samples(
    market: str = "strong trend",
    *,
    paths: int = 10_000,
    horizon: int = 80,
    policies: Sequence[str] = EXIT_POLICIES,
    side: int | None = None,
    seed: Seed = 0,
    markets: mc.Markets = EXIT_MARKETS,
    **rules: Any,
) -> pd.DataFrame:
    """R multiples, one row a market and one column a policy: the same entry under each.

    Entered at the open of bar `ENTRY`.

    Parameters
    ----------
    market : str
        A key of ``markets``.
    paths, seed
        Number of the random markets, and their seed; those on which the trend has no side are left
        out.
    horizon : int
        Bars for which the position is held at most, at least 2.
    policies : sequence of str
        Of :data:`phase6.exits.EXIT_POLICIES`.
    side : int, optional
        +1 or −1; by default that of the 20- against the 50-day average at the close before.
    markets : mapping
        Regime and options by name.
    **rules : Any
        Go to :func:`phase6.simulation.exits.exit_r_paths`.

    Raises
    ------
    ValueError
        For an unknown market or policy, or a value out of range.
    """
    regime, options = markets[valid.choice("market", market, markets)]
    horizon = valid.count("horizon", horizon, at_least=2)
    if side not in (None, 1, -1):
        raise ValueError(f"side is {side!r}; expected +1 for long, -1 for short, or None for the side of the trend")
    whole = mc.make_paths(regime, paths, ENTRY + horizon, seed=seed, workers=2, **options)
    signals = mc.make_signals(whole)
    way = signals.trend[ENTRY - 1].astype(float) if side is None else np.full(paths, float(side))
    window = mc.Paths(whole.opens[ENTRY:], whole.highs[ENTRY:], whole.lows[ENTRY:], whole.closes[ENTRY:])
    ranges = signals.atr[ENTRY - 1]
    entered = way != 0
    table = {name: exit_r_paths(window, policy=name, side=way, atr=ranges, **rules)[entered] for name in policies}
    return pd.DataFrame(table)


def exit_policies(
    markets: mc.Markets = EXIT_MARKETS,
    *,
    paths: int = 10_000,
    horizon: int = 80,
    policies: Sequence[str] = EXIT_POLICIES,
    seed: Seed = 0,
    **rules: Any,
) -> pd.DataFrame:
    """Mean R multiple, win rate and spread of every exit policy in every market.

    Columns: market, policy, measure (R multiple, win rate, better than hold), then those of every
    experiment. "better than hold" is the difference on the same market, so that its error is that
    of the comparison.

    Parameters
    ----------
    markets : mapping
        Regime and options by name.
    paths, horizon, policies, seed, **rules
        As in :func:`exit_samples`, as are the errors.
    """
    rows = []
    for market in markets:
        sample = exit_samples(market, paths=paths, horizon=horizon, policies=policies, seed=seed, markets=markets, **rules)
        for policy in policies:
            case = {"market": market, "policy": policy}
            rows.append(({**case, "measure": "R multiple"}, spread(sample[policy])))
            rows.append(({**case, "measure": "win rate"}, share(sample[policy] > 0)))
            if policy != "hold" and "hold" in policies:
                rows.append(({**case, "measure": "better than hold"}, spread(sample[policy] - sample["hold"])))
    return tidy(rows)
