"""Whether differences between rules could be luck.

Paired tests, corrected for every verdict and every idea tried. A Sharpe ratio is the pooled one
(:func:`phase6.metrics.pooled_sharpe`), a return or a drawdown the mean over markets; the two rules
are compared on the same markets. All verdicts of a trial are one family, corrected by Holm's
method, so that the chance that any of them is wrong where there is no difference is at most what
the family is allowed. Ideas tried one after the other share `CERTAIN` out: the k-th may spend
1/(k(k + 1)) of it (alpha-spending), so that all ideas ever tried together spend no more than the
whole.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from phase6.experiments._tidy import pooled, spread
from phase6.metrics import pooled_sharpe_from
from phase6.simulation.measures import PATH_MEASURES, path_measures
from phase6.simulation.paths import Array

MEASURES = ("sharpe", "total_return", "max_drawdown")
"""What a trial compares, in the order in which it says so."""
CERTAIN = 0.05
"""Chance of any verdict of "not luck" where there is no difference.

It holds however many ideas are tried.
"""


def allowance(numbers: Iterable[int]) -> float:
    """Share of `CERTAIN` that the ideas with these numbers may spend together.

    The first idea tried has the number 1.
    """
    return CERTAIN * sum(1.0 / (number * (number + 1)) for number in numbers)


def holm(p_values: Sequence[float]) -> Array:
    """Adjusted p-values: below α where Holm's step-down method at level α rejects.

    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6(2).
    """
    raw = np.asarray(p_values, dtype=float)
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * (raw.size - np.arange(raw.size)))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def two_sided(distance: float, n: int) -> float:
    """Chance of a mean of ``n`` values at least ``distance`` standard errors from 0, where it is 0.

    Student's t by Wallace (1959), "Bounds on normal approximations to Student's and the chi-square
    distributions".
    """
    if math.isinf(distance):
        return 0.0
    freedom = n - 1
    normal = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(distance**2 / freedom))
    return math.erfc(normal / math.sqrt(2.0))


@dataclass(frozen=True)
class Difference:
    """An idea less its rival.

    The figures of a tidy row, and the chance of one as large where there is none.
    """

    figures: dict[str, float]
    p_value: float

    @property
    def distance(self) -> float:
        """Standard errors from 0."""
        error, estimate = self.figures["standard_error"], abs(self.figures["estimate"])
        return estimate / error if error > 0 else (math.inf if estimate else 0.0)


def differences(idea: Array, rival: Array) -> dict[str, Difference]:
    """The idea less its rival by measure, from their equities on the same markets.

    Equities have the shape (bars, markets).
    """
    bars = len(idea)
    mine, other = (dict(zip(PATH_MEASURES, path_measures(equity), strict=True)) for equity in (idea, rival))
    found = {}
    for measure in MEASURES:
        if measure == "sharpe":
            figures = _sharpe_figures(mine, other, bars - 1)
        else:
            figures = spread(mine[measure] - other[measure])
        known = Difference(figures, 1.0)
        found[measure] = Difference(figures, two_sided(known.distance, int(figures["n"])))
    return found


def _sharpe_figures(mine: Mapping[str, Array], other: Mapping[str, Array], periods: int) -> dict[str, float]:
    """Difference of two pooled Sharpe ratios; that of a rule that never trades is 0."""
    ratios = [pooled_sharpe_from(each["mean_return"], each["volatility"], periods) for each in (mine, other)]
    moved = [ratio for ratio in ratios if math.isfinite(ratio.estimate)]
    if not moved:
        return spread(np.zeros_like(mine["volatility"]))
    if len(moved) == 2:
        return pooled(ratios[0] - ratios[1])
    figures = pooled(moved[0])
    if moved[0] is ratios[0]:
        return figures
    turned = {f"q{100 - int(name[1:]):02d}": -value for name, value in figures.items() if name.startswith("q")}
    return {**figures, "estimate": -figures["estimate"], **turned}


def judged(cases: Sequence[tuple[Mapping[str, object], Difference]], allowed: float) -> pd.DataFrame:
    """A row a case, with its p-value and verdict.

    The columns are ``p_value``, ``adjusted`` (Holm, over all rows) and the ``verdict`` at the level
    ``allowed``.
    """
    adjusted = holm([difference.p_value for _, difference in cases])
    rows = []
    for (case, difference), corrected in zip(cases, adjusted.tolist(), strict=True):
        verdict = _verdict(difference, corrected < allowed)
        rows.append({**case, **difference.figures, "p_value": difference.p_value, "adjusted": corrected, "verdict": verdict})
    return pd.DataFrame(rows)


def _verdict(difference: Difference, real: bool) -> str:
    if not difference.figures["estimate"] and not difference.figures["standard_error"]:
        return "they are the same"
    return f"{'not luck' if real else 'could be luck'} ({difference.distance:.1f} standard errors)"


def markets_needed(row: pd.Series, allowed: float, tests: int) -> float:
    """Markets on which a difference of this size would be told from luck in one trial of two.

    Parameters
    ----------
    row : Series
        Of :func:`judged`.
    allowed : float
        Chance of a wrong verdict that the trial's ideas may spend.
    tests : int
        Verdicts of the trial.

    Returns
    -------
    float
        Infinite where the difference or its error is 0.
    """
    distance = abs(row["estimate"]) / row["standard_error"] if row["standard_error"] > 0 else 0.0
    beyond = NormalDist().inv_cdf(1.0 - allowed / tests / 2.0)
    return math.inf if distance == 0 else float(row["n"]) * (beyond / distance) ** 2
