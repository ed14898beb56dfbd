"""The published notebook's own comparison, on thousands of seeds instead of the one it printed.

A second experiment says what its stops really risk.
"""

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import certain, quantile, share, spread, tidy
from phase6.pyramiding import stop_risk_by_level
from phase6.seeds import Seed
from phase6.simulation.published import published_equity, published_paths

PRINTED_SEED = 42


def published_returns(seeds: int = 2_000) -> pd.DataFrame:
    """Total returns of the published notebook's pyramid and single entry, one row a seed.

    Seeds begin at 0.

    Raises
    ------
    ValueError
        For no seeds.
    """
    paths = published_paths(range(valid.count("seeds", seeds)))
    levels = {"pyramid": 4, "single": 1}
    return pd.DataFrame({name: published_equity(paths, max_levels=number) / 100_000 - 1.0 for name, number in levels.items()})


def published_notebook(seeds: int = 2_000) -> pd.DataFrame:
    """What the published notebook would have printed on other seeds.

    Columns: rule (pyramid, single, pyramid wins, printed seed), measure (mean, median, 5th
    percentile, share), then those of every experiment. "printed seed" is the share of seeds on
    which the pyramid earned less than on seed 42, so at least 43 seeds are run.

    Raises
    ------
    ValueError
        For no seeds.
    """
    table = published_returns(max(valid.count("seeds", seeds), PRINTED_SEED + 1))
    rows = []
    for rule in ("pyramid", "single"):
        rows.append(({"rule": rule, "measure": "mean"}, spread(table[rule])))
        rows.append(({"rule": rule, "measure": "median"}, quantile(table[rule], 0.5)))
        rows.append(({"rule": rule, "measure": "5th percentile"}, quantile(table[rule], 0.05)))
    rows.append(({"rule": "pyramid wins", "measure": "share"}, share(table["pyramid"] > table["single"])))
    rows.append(({"rule": "printed seed", "measure": "share"}, share(table["pyramid"] < table["pyramid"][PRINTED_SEED])))
    return tidy(rows)


def stop_risk_after_levels(*, paths: int = 2_000, bars: int = 500, seed: Seed = 0, max_levels: int = 4) -> pd.DataFrame:
    """What is lost at the stop after each level, as a fraction of equity.

    It is given by the rule, and as it happens in trending markets. Columns: level, measure ("one
    ATR apart" by the rule, "give-back" from the newest entry to the stop by the rule, "as filled":
    at the close of the bar in which the level was filled, in trends of drift-Sharpe 1.5), then
    those of every experiment.

    Parameters
    ----------
    paths, bars, seed
        Number and length of the random markets, and their seed.
    max_levels : int
        Levels.
    """
    rule = stop_risk_by_level(max_levels)
    rows = []
    for level in rule.index:
        rows.append(({"level": level, "measure": "one ATR apart"}, certain(rule.loc[level, "stop_risk"])))
        rows.append(({"level": level, "measure": "give-back"}, certain(rule.loc[level, "open_heat"])))
    markets = mc.make_paths("trend", paths, bars, seed=seed, drift_sharpe=1.5)
    done = mc.run_pyramids(markets, max_levels=max_levels, keep=("levels", "stop_risk"))
    levels, risk = done.kept["levels"], done.kept["stop_risk"]
    for level in range(1, max_levels + 1):
        filled = (levels[1:] == level) & (levels[:-1] == level - 1)
        by_path = np.where(filled, risk[1:], 0.0).sum(axis=0) / np.maximum(filled.sum(axis=0), 1)
        rows.append(({"level": level, "measure": "as filled"}, spread(by_path[filled.any(axis=0)])))
    return tidy(rows)


def turtle_stop_risk(units: int = 4) -> pd.DataFrame:
    """Stop risk of the Turtles' pyramid in N (their ATR).

    Units half an N apart, every stop two N behind the newest. Columns: level, then those of every
    experiment. Faith (2003), *The Original Turtle Trading Rules*.
    """
    rule = stop_risk_by_level(units, spacing_atr=0.5, size_decay=0.0)
    unit = float(rule["stop_risk"].iloc[0]) / 2.0
    return tidy(({"level": level}, certain(rule.loc[level, "stop_risk"] / unit)) for level in rule.index)
