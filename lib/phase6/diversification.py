"""Diversification: shares of the risk, effective bets, and what several assets are worth."""

from collections.abc import Sequence

import numpy as np

from phase6 import _validation as valid

MULTIPLIER_CAP = 2.5
"""Largest diversification multiplier, as in Carver (2015)."""


def risk_shares(
    weights: Sequence[float] | np.ndarray, volatilities: Sequence[float] | np.ndarray, correlation: np.ndarray | float = 0.0
) -> np.ndarray:
    """Share of the portfolio's variance that each asset brings.

    X_i (Cx)_i / xᵀCx with x = weight · volatility.

    Parameters
    ----------
    weights, volatilities : sequence of shape (assets,)
        Signed weights, and volatilities in any one unit.
    correlation : array of shape (assets, assets), or float
        Of the assets; one number for every pair.

    Returns
    -------
    array of shape (assets,)
        They sum to 1; that of a hedge may be below 0.

    Raises
    ------
    ValueError
        For shapes that differ, volatilities below 0, correlations outside −1 to 1, or a portfolio
        without variance.
    """
    exposure, pull = _exposure(weights, volatilities, correlation)
    shares: np.ndarray = exposure * pull / float(exposure @ pull)
    return shares


def effective_bets(shares: Sequence[float] | np.ndarray) -> float:
    """Number of equal bets as concentrated as these, for **uncorrelated** assets.

    1/Σ share² (the inverse Herfindahl index). It sees shares of the variance alone and so ignores
    correlation: eight assets that move as one count as eight. For correlated ones use
    :func:`independent_bets` or :func:`principal_bets`.

    Raises
    ------
    ValueError
        For a share below 0, which is the mark of a correlation, or shares whose sum is not above 0.
    """
    values = np.asarray(shares, dtype=float)
    if not values.sum() > 0:
        raise ValueError(f"shares add up to {values.sum()}; expected a sum above 0")
    if values.min() < -1e-12:
        raise ValueError(
            f"a share is {values.min():.4g}; expected none below 0: that is a hedge between correlated assets, "
            "whose bets independent_bets or principal_bets count"
        )
    return float(1.0 / np.sum((values / values.sum()) ** 2))


def independent_bets(
    weights: Sequence[float] | np.ndarray, volatilities: Sequence[float] | np.ndarray, correlation: np.ndarray | float = 0.0
) -> float:
    """Number of uncorrelated bets of equal risk that would diversify as well.

    It is the squared diversification ratio, (Σ |w|σ)² / wᵀΣw. It is n for n uncorrelated assets of
    equal risk and 1 for assets that move as one; where shorts hedge longs it may exceed n.
    Choueifaty and Coignard (2008), "Toward maximum diversification", Journal of Portfolio
    Management 35(1).

    Parameters
    ----------
    weights, volatilities, correlation
        As in :func:`risk_shares`, as are the errors.
    """
    exposure, pull = _exposure(weights, volatilities, correlation)
    return float(np.abs(exposure).sum() ** 2 / (exposure @ pull))


def principal_bets(
    weights: Sequence[float] | np.ndarray, volatilities: Sequence[float] | np.ndarray, correlation: np.ndarray | float = 0.0
) -> float:
    """Number of effective bets by the entropy of principal risk shares: exp(−Σ p ln p).

    p is the share of the variance that each principal component of the covariance brings. Meucci
    (2009), "Managing diversification", Risk 22(5). Where components have equal variance, which of
    them are taken is arbitrary, and so is the count.

    Parameters
    ----------
    weights, volatilities, correlation
        As in :func:`risk_shares`, as are the errors.
    """
    _exposure(weights, volatilities, correlation)
    risk = np.asarray(volatilities, dtype=float)
    variances, vectors = np.linalg.eigh(_matrix(correlation, len(risk)) * np.outer(risk, risk))
    parts = np.maximum(variances, 0.0) * (vectors.T @ np.asarray(weights, dtype=float)) ** 2
    shares = parts[parts > 0] / parts.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _exposure(
    weights: Sequence[float] | np.ndarray, volatilities: Sequence[float] | np.ndarray, correlation: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Weight · volatility of each asset, and what the correlations make of it.

    Raises ValueError for shapes that differ, a volatility below 0, or a portfolio without variance.
    """
    sizes, risk = np.asarray(weights, dtype=float), np.asarray(volatilities, dtype=float)
    if sizes.ndim != 1 or sizes.shape != risk.shape:
        raise ValueError(f"weights have shape {sizes.shape} and volatilities {risk.shape}; expected one of each an asset")
    if not (np.isfinite(risk) & (risk >= 0)).all():
        raise ValueError(f"volatilities are {risk.tolist()}; expected finite numbers, none below 0")
    exposure = sizes * risk
    pull = _matrix(correlation, len(exposure)) @ exposure
    total = float(exposure @ pull)
    if not total > 0:
        raise ValueError(f"the portfolio's variance is {total}; expected at least one weight and volatility above 0")
    return exposure, pull


def _matrix(correlation: np.ndarray | float, count: int) -> np.ndarray:
    if np.ndim(correlation) == 0:
        valid.number("correlation", correlation, at_least=-1, at_most=1)
        return np.full((count, count), float(correlation)) + (1.0 - float(correlation)) * np.eye(count)
    matrix = np.asarray(correlation, dtype=float)
    if matrix.shape != (count, count):
        raise ValueError(f"correlation has shape {matrix.shape}; expected ({count}, {count})")
    sound = np.abs(matrix) <= 1 + 1e-9
    if not sound.all():
        raise ValueError(f"correlation has the entry {matrix[~sound][0]}; expected numbers from -1 to 1")
    return matrix


def diversification_multiplier(
    weights: Sequence[float] | np.ndarray, correlation: np.ndarray | float, *, cap: float = MULTIPLIER_CAP
) -> float:
    """Diversification multiplier 1/√(wᵀρw), at most ``cap`` (Carver 2015, ch. 11).

    Parameters
    ----------
    weights : sequence of shape (assets,)
        Risk weights; their sizes are scaled to sum 1.
    correlation : array of shape (assets, assets), or float
        Of the assets; one number for every pair. Negative ones count as 0.
    cap : float
        Largest multiplier.

    Raises
    ------
    ValueError
        For weights that are all 0, or correlations outside −1 to 1 or of another shape.
    """
    risk = np.abs(np.asarray(weights, dtype=float))
    if not risk.sum() > 0:
        raise ValueError(f"weights are {list(risk)}; expected at least one that is not 0")
    risk = risk / risk.sum()
    variance = float(risk @ np.maximum(_matrix(correlation, len(risk)), 0.0) @ risk)
    return float(min(cap, 1.0 / np.sqrt(variance)))


def portfolio_sharpe(sharpe_each: float, count: int, correlation: float = 0.0) -> float:
    """Sharpe ratio of ``count`` equally good assets at equal risk: S·√(n/(1 + (n − 1)ρ)).

    Parameters
    ----------
    sharpe_each : float
        Ratio S of one asset.
    count : int
        Assets, n.
    correlation : float
        Of every pair, ρ: above −1/(n − 1), at most 1.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    count = valid.count("count", count)
    valid.number("correlation", correlation, at_most=1, above=-1.0 / (count - 1) if count > 1 else None)
    return sharpe_each * float(np.sqrt(count / (1.0 + (count - 1) * correlation)))
