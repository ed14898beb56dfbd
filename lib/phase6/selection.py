"""Selection: how far a Sharpe ratio can be trusted that is the best of several."""

import math
from statistics import NormalDist

from phase6 import _validation as valid

EULER_GAMMA = 0.5772156649015329


def probabilistic_sharpe(sharpe: float, standard_error: float, benchmark: float = 0.0) -> float:
    """1 − p-value, 0 to 1, of a true Sharpe ratio of ``benchmark`` or less.

    How surprising the measured ratio would be then; not the probability that the truth is above.
    Φ((S − S*)/standard error). Bailey and López de Prado (2012), "The Sharpe ratio efficient
    frontier", Journal of Risk 15(2), with the error of :func:`phase6.metrics.sharpe_error`.

    Parameters
    ----------
    sharpe, standard_error : float
        Measured ratio and its error, in the same unit of time.
    benchmark : float
        S*.

    Raises
    ------
    ValueError
        For a standard error not above 0.
    """
    return NormalDist().cdf((sharpe - benchmark) / valid.number("standard_error", standard_error, above=0))


def expected_best_sharpe(trials: int, spread: float) -> float:
    """Sharpe ratio that the best of ``trials`` ideas without merit shows on average.

    ``spread`` is the standard deviation of the ideas' measured ratios. Spread · ((1 − γ) Φ⁻¹(1 −
    1/N) + γ Φ⁻¹(1 − 1/(N e))), γ Euler's constant: Bailey and López de Prado (2014).

    Raises
    ------
    ValueError
        For a value out of range.
    """
    trials, spread = valid.count("trials", trials), valid.number("spread", spread, at_least=0)
    if trials == 1:
        return 0.0
    normal = NormalDist()
    first, second = normal.inv_cdf(1.0 - 1.0 / trials), normal.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return spread * ((1.0 - EULER_GAMMA) * first + EULER_GAMMA * second)


def deflated_sharpe(sharpe: float, standard_error: float, trials: int, spread: float | None = None) -> float:
    """1 − p-value, 0 to 1, of the best of ``trials`` ideas, of which none has merit.

    It allows for the selection: :func:`probabilistic_sharpe` against :func:`expected_best_sharpe`.
    Bailey and López de Prado (2014), "The deflated Sharpe ratio", Journal of Portfolio Management
    40(5).

    Parameters
    ----------
    sharpe, standard_error : float
        Ratio of the best idea and its error.
    trials : int
        Ideas tried.
    spread : float, optional
        Standard deviation of the ratios of all ideas tried; by default the standard error.

    Raises
    ------
    ValueError
        For a standard error not above 0, a spread below 0, or no trials.
    """
    wide = standard_error if spread is None else spread
    return probabilistic_sharpe(sharpe, standard_error, expected_best_sharpe(trials, wide))
