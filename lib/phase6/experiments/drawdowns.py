"""Betting under a limit on the drawdown, over thousands of lives.

What the limit keeps, and what it costs in growth.
"""

import math

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.drawdown import bet_paths, constrained_fraction
from phase6.experiments._tidy import share, spread, tidy
from phase6.metrics import drawdown_paths
from phase6.seeds import Seed, children

BATCH = 500
"""Lives that share one seed sequence."""


def drawdown_rules(floor: float = 0.8, chance: float = 0.10) -> dict[str, tuple[float, float]]:
    """The rules that :func:`drawdown_control` compares.

    (fraction of Kelly, floor of the drawdown) by name. "fixed, same growth in the long run" is the
    fixed fraction that grows as the drawdown floor does over a long time: 1 − √floor, from 2c − c²
    = 1 − floor. Over 20 years the floor still grows a little faster.

    Raises
    ------
    ValueError
        For a floor or a chance not between 0 and 1.
    """
    return {
        "full Kelly": (1.0, 0.0),
        "half Kelly": (0.5, 0.0),
        "risk-constrained": (constrained_fraction(floor, chance), 0.0),
        "drawdown floor": (1.0, floor),
        "fixed, same growth in the long run": (1.0 - math.sqrt(valid.number("floor", floor, above=0, below=1)), 0.0),
    }


def drawdown_control(
    *, sharpe: float = 0.5, floor: float = 0.8, chance: float = 0.10, years: int = 20, samples: int = 4_000, seed: Seed = 0
) -> pd.DataFrame:
    """Growth and drawdown of the rules of :func:`drawdown_rules` on the same random lives.

    The bets are daily, on a known edge.

    Parameters
    ----------
    sharpe : float
        The true Sharpe ratio a year.
    floor, chance : float
        Share of wealth below which one does not want to fall, and how often one would bear it.
    years, samples, seed
        Length and number of the lives.

    Returns
    -------
    DataFrame
        Columns rule, measure, then those of every experiment. Measures: "growth" (of log wealth a
        year), "largest drawdown", "ever below the floor" (share of lives that fall below ``floor``
        of their start), "drawdown beyond" (share whose drawdown exceeds 1 − ``floor``).

    Raises
    ------
    ValueError
        For a value out of range.
    """
    rules, years = drawdown_rules(floor, chance), valid.count("years", years)
    samples = valid.count("samples", samples, at_least=2)
    found: dict[str, list[mc.Array]] = {rule: [] for rule in rules}
    begins = range(0, samples, BATCH)
    for begin, child in zip(begins, children(seed, 0, len(begins)), strict=True):
        shocks = np.random.default_rng(child).standard_normal((years * valid.BARS_PER_YEAR, BATCH))[:, : samples - begin]
        for rule, (fraction, below) in rules.items():
            logs = bet_paths(shocks, sharpe=sharpe, fraction=fraction, floor=below)
            wealth = np.exp(logs)
            found[rule].append(np.stack([logs[-1] / years, drawdown_paths(wealth).max(axis=0), wealth.min(axis=0)]))
    rows = []
    for rule, parts in found.items():
        growth, fall, lowest = np.concatenate(parts, axis=1)
        rows.append(({"rule": rule, "measure": "growth"}, spread(growth)))
        rows.append(({"rule": rule, "measure": "largest drawdown"}, spread(fall)))
        rows.append(({"rule": rule, "measure": "ever below the floor"}, share(lowest < floor)))
        rows.append(({"rule": rule, "measure": "drawdown beyond"}, share(fall > 1.0 - floor + 1e-12)))
    return tidy(rows)
