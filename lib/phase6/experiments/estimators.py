"""Two estimators of a rule's Sharpe ratio over markets, and the bias of one.

The mean of Sharpe ratios over markets is not the Sharpe ratio of the rule. A pyramid adds where it
wins, so the markets on which it earns most are those on which it is most volatile. Each good
market's ratio is then divided by a large number and each bad one's by a small one, and the mean of
the ratios is below 0 where nothing is lost. The pooled ratio, :func:`phase6.metrics.pooled_sharpe`,
divides once, by the volatility of all days.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import QUANTILES, pooled, spread, tidy
from phase6.seeds import Seed


def _correlation(first: mc.Array, second: mc.Array) -> dict[str, float]:
    """A correlation with its bootstrap standard error over markets, from 200 draws.

    The quantiles are those of the bootstrap.
    """
    rng = np.random.default_rng(0)
    picks = rng.integers(0, first.size, (200, first.size))
    again = np.array([np.corrcoef(first[pick], second[pick])[0, 1] for pick in picks])
    spreads = dict(zip(QUANTILES, np.quantile(again, list(QUANTILES.values())).tolist(), strict=True))
    estimate = float(np.corrcoef(first, second)[0, 1])
    return {"estimate": estimate, "standard_error": float(again.std(ddof=1)), **spreads, "n": first.size}


def estimators_compared(
    levels: Sequence[int] = (1, 2, 4, 6),
    *,
    paths: int = 10_000,
    bars: int = 500,
    cost_bps: float = 0.0,
    seed: Seed = 0,
    progress: mc.Progress | None = None,
) -> pd.DataFrame:
    """Two estimators of a pyramid's Sharpe ratio where the truth is 0.

    On a random walk without drift. Columns: levels, measure ("correlation": of a market's
    volatility with its total return; "mean of ratios"; "pooled"), then those of every experiment.

    Parameters
    ----------
    levels : sequence of int
        Largest numbers of levels.
    paths, bars, seed
        Number and length of the random markets, and their seed.
    cost_bps : float
        Basis points a side.
    progress : callable, optional
        Called with (paths done, paths asked for).

    Raises
    ------
    ValueError
        For a value out of range.
    """
    rules = {str(valid.count("levels", number)): {"max_levels": number, "cost_bps": cost_bps} for number in levels}
    outcomes = mc.simulate("random walk", rules, paths=paths, bars=bars, seed=seed, progress=progress)
    rows = []
    for number, rule in zip(levels, rules, strict=True):
        table = outcomes[rule]
        related = _correlation(table["volatility"].to_numpy(), table["total_return"].to_numpy())
        rows.append(({"levels": number, "measure": "correlation"}, related))
        rows.append(({"levels": number, "measure": "mean of ratios"}, spread(table["sharpe"])))
        rows.append(({"levels": number, "measure": "pooled"}, pooled(outcomes.sharpe(rule))))
    return tidy(rows, interrupted=not outcomes.complete)
