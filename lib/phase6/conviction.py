"""Dynamic position management: size by forecast, volatility and trust in the edge.

A forecast is on Carver's scale: +10 an average buy, −10 an average sell, capped at ±20 (*Systematic
Trading*, 2015, ch. 7). Weight is forecast/10 · target / volatility. How large the target may be is
Kelly's question (Kelly 1956; Thorp 2006, "The Kelly criterion in blackjack, sports betting and the
stock market"): with Sharpe ratio S, betting at volatility τ grows wealth by S·τ − τ²/2 a year, most
at τ = S; at c·S it keeps 2c − c² of that growth.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from phase6 import _validation as valid
from phase6.portfolio import PortfolioResult, run_trend_portfolio, trend_forecast

__all__ = [
    "BetOutlook",
    "best_estimated_fraction",
    "bet_outlook",
    "chance_of_ever_falling_to",
    "estimated_kelly_growth",
    "expected_growth",
    "forecast_to_weight",
    "growth_share",
    "kelly_target",
    "run_conviction_portfolio",
    "sharpe_kept_by",
    "trend_forecast",
]

Array = NDArray[np.float64]


def forecast_to_weight(
    forecast: ArrayLike, volatility: ArrayLike, *, target: float = 0.10, cap: float = 20.0, max_weight: float = 2.0
) -> Array:
    """Signed weights, forecast/10 · target/volatility.

    Parameters
    ----------
    forecast : array
        10 is an average one; one that is not known (NaN) takes no position.
    volatility : array
        Annual fractions; shapes that go together.
    target : float
        Volatility at an average forecast, an annual fraction.
    cap : float
        Largest absolute forecast.
    max_weight : float
        Largest absolute weight, a fraction of equity.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    target = valid.number("target", target, at_least=0)
    cap, max_weight = valid.number("cap", cap, above=0), valid.number("max_weight", max_weight, above=0)
    view = np.clip(np.asarray(forecast, dtype=float), -cap, cap)
    risk = np.asarray(volatility, dtype=float)
    if (risk < 0).any():
        raise ValueError(f"volatility is {np.nanmin(risk)}; expected none below 0")
    risk = np.maximum(risk, 1e-4)
    weights: Array = np.nan_to_num(np.clip(view / 10.0 * target / risk, -max_weight, max_weight))
    return weights


def expected_growth(target: ArrayLike, sharpe: float) -> Array:
    """Expected log growth a year at volatility ``target``: S·τ − τ²/2."""
    bet = np.asarray(target, dtype=float)
    return sharpe * bet - 0.5 * bet**2


def kelly_target(sharpe: float, fraction: float = 0.5) -> float:
    """Volatility target of fractional Kelly: ``fraction``·S, 0 where there is no edge.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    valid.number("fraction", fraction, at_least=0)
    return max(0.0, fraction * valid.number("sharpe", sharpe))


def growth_share(fraction: ArrayLike) -> Array:
    """Share of full Kelly's growth that a Kelly ``fraction`` keeps: 2c − c²."""
    bet = np.asarray(fraction, dtype=float)
    growth: Array = 2.0 * bet - bet**2
    return growth


def chance_of_ever_falling_to(level: ArrayLike, fraction: float) -> Array:
    """Chance that wealth ever falls to the share ``level`` of its start: level^(2/c − 1).

    The bet is c = ``fraction`` of Kelly. Continuous betting with the true edge known (Thorp 2006,
    eq. 7.7); 1 from twice Kelly on.

    Raises
    ------
    ValueError
        For a fraction not above 0, or a level outside 0 to 1.
    """
    bet = valid.number("fraction", fraction, above=0)
    shares = np.asarray(level, dtype=float)
    if not ((shares > 0) & (shares <= 1)).all():
        raise ValueError(f"level is {level!r}; expected shares of the start above 0, at most 1")
    return shares ** max(2.0 / bet - 1.0, 0.0)


def estimated_kelly_growth(fraction: ArrayLike, sharpe: float, years: float, *, shorts: bool = False) -> Array:
    """Expected growth a year at c times an estimate of Kelly from ``years`` of data.

    No position on a negative estimate. The estimate X is normal with mean S and variance 1/years.
    The growth is c·S·E[X⁺] − c²·E[(X⁺)²]/2, X⁺ the larger of X and 0.

    Parameters
    ----------
    fraction : array
        Multiples c of the estimated Kelly bet.
    sharpe : float
        True ratio S, a year.
    years : float
        Length of the sample.
    shorts : bool
        Whether a negative estimate is bet on as well, by selling: c·S² − c²(S² + 1/years)/2.

    Raises
    ------
    ValueError
        For years not above 0, or a Sharpe ratio that is not finite.
    """
    first, second = _estimate_moments(sharpe, years, shorts=shorts)
    bet = np.asarray(fraction, dtype=float)
    return bet * sharpe * first - 0.5 * bet**2 * second


def best_estimated_fraction(sharpe: float, years: float, *, shorts: bool = False) -> float:
    """Fraction of the estimated Kelly bet that grows most: S·E[X⁺]/E[(X⁺)²]; 0 where no bet grows.

    None does where S is not above 0. With ``shorts`` it is S²/(S² + 1/years).

    Parameters
    ----------
    sharpe, years, shorts
        As in :func:`estimated_kelly_growth`.

    Raises
    ------
    ValueError
        For years not above 0, or a Sharpe ratio that is not finite.
    """
    first, second = _estimate_moments(sharpe, years, shorts=shorts)
    return sharpe * first / second if shorts or sharpe > 0 else 0.0


def _estimate_moments(sharpe: float, years: float, *, shorts: bool) -> tuple[float, float]:
    """Mean and mean square of the estimate that is bet on.

    That is the estimate, or its positive part (a normal distribution cut off at 0).
    """
    sharpe, error = valid.number("sharpe", sharpe), 1.0 / math.sqrt(valid.number("years", years, above=0))
    if shorts:
        return sharpe, sharpe**2 + error**2
    normal = NormalDist()
    above, density = normal.cdf(sharpe / error), normal.pdf(sharpe / error)
    first = sharpe * above + error * density
    return first, (sharpe**2 + error**2) * above + sharpe * error * density


def sharpe_kept_by(rule: str, *, cap: float = 20.0, draws: int = 400_001) -> float:
    """Share of a linear edge's Sharpe ratio that a position rule keeps.

    The forecast is normal and predicts returns linearly. It is the correlation of the position with
    the forecast, integrated over the normal distribution's quantiles: for the sign √(2/π).

    Parameters
    ----------
    rule : str
        "capped" (the forecast, capped) or "sign".
    cap : float
        Of the forecast, on the scale where E|f| = 10.
    draws : int
        Points of the integral, at least 101.

    Raises
    ------
    ValueError
        For an unknown rule or a value out of range.
    """
    valid.choice("rule", rule, ("capped", "sign"))
    grid = np.linspace(-8.0, 8.0, valid.count("draws", draws, at_least=101))
    density = np.exp(-0.5 * grid**2)
    density /= density.sum()
    limit = valid.number("cap", cap, above=0) * np.sqrt(2.0 / np.pi) / 10.0
    position = np.sign(grid) if rule == "sign" else np.clip(grid, -limit, limit)
    return float((position * grid * density).sum() / np.sqrt((position**2 * density).sum()))


MARKET_VOLATILITY = 0.20
"""Volatility, a year, of the market whose weights a :class:`BetOutlook` shows."""
LARGEST_FRACTION, LARGEST_FORECAST = 2.5, 40.0
"""How far the curves of a :class:`BetOutlook` reach."""


@dataclass(frozen=True)
class BetOutlook:
    """What a bet on an edge earns and risks, as curves and at the bet itself.

    The curves are over Kelly ``fractions`` and over ``forecasts``. ``known`` and ``estimated``:
    growth a year with the edge known, or estimated from ``years``; ``halving``: the chance of ever
    losing half; ``weights``, ``uncapped``, ``sign_weights``: signed fractions of equity in a market
    of `MARKET_VOLATILITY`, by the capped forecast, without a cap, and by the sign alone. ``here_…``
    are the values at ``kelly_fraction``; ``target`` is the volatility that the bet may have,
    ``average_weight`` the weight of a forecast of 10.
    """

    sharpe: float
    years: float
    kelly_fraction: float
    target: float
    fractions: Array
    known: Array
    estimated: Array
    halving: Array
    forecasts: Array
    weights: Array
    uncapped: Array
    sign_weights: Array
    here_known: float
    here_estimated: float
    here_halving: float
    average_weight: float


def bet_outlook(
    sharpe: float = 0.5,
    *,
    years: float = 2.0,
    kelly_fraction: float = 0.5,
    cap: float = 20.0,
    target_volatility: float = 0.10,
) -> BetOutlook:
    """What a bet of ``kelly_fraction`` on an edge of ``sharpe`` earns and risks.

    Parameters
    ----------
    sharpe : float
        The true Sharpe ratio, a year.
    years : float
        Length of the sample from which the edge is estimated.
    kelly_fraction : float
        The bet as a multiple of full Kelly.
    cap : float
        Largest absolute forecast (10 is an average one).
    target_volatility : float
        Largest volatility target, a year; fractional Kelly may set a lower one.
    """
    fractions = np.linspace(0.01, LARGEST_FRACTION, 250)
    forecasts = np.linspace(-LARGEST_FORECAST, LARGEST_FORECAST, 161)
    target = min(target_volatility, kelly_target(sharpe, kelly_fraction))

    def weights(forecast: ArrayLike, most: float = cap) -> Array:
        return forecast_to_weight(forecast, MARKET_VOLATILITY, target=target, cap=most)

    return BetOutlook(
        sharpe,
        years,
        kelly_fraction,
        target,
        fractions,
        expected_growth(fractions * sharpe, sharpe),
        estimated_kelly_growth(fractions, sharpe, years),
        np.array([chance_of_ever_falling_to(0.5, fraction) for fraction in fractions.tolist()]),
        forecasts,
        weights(forecasts),
        weights(forecasts, 1e9),
        forecast_to_weight(10.0 * np.sign(forecasts), MARKET_VOLATILITY, target=target),
        float(expected_growth(kelly_fraction * sharpe, sharpe)),
        float(estimated_kelly_growth(kelly_fraction, sharpe, years)),
        float(chance_of_ever_falling_to(0.5, kelly_fraction)),
        float(weights(10.0)),
    )


def run_conviction_portfolio(
    prices: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    lookback: int = 100,
    target_volatility: float = 0.10,
    sharpe_estimate: float | None = None,
    kelly_fraction: float = 0.5,
    by_conviction: bool = True,
    cost_bps: float = 0.0,
    correlation: float | None = None,
    leverage_cap: float = 3.0,
    periods_per_year: float | None = None,
) -> PortfolioResult:
    """The trend portfolio, sized by conviction.

    Forecast strength, volatility, and the target that fractional Kelly allows. Result as of
    :func:`phase6.portfolio.run_trend_portfolio`.

    Parameters
    ----------
    prices, lookback, cost_bps, correlation, leverage_cap, periods_per_year
        As there.
    target_volatility : float
        An annual fraction.
    sharpe_estimate : float, optional
        With one the target is min(``target_volatility``, kelly_fraction · estimate); an estimate of
        0 or less means no position.
    kelly_fraction : float
        Multiple of full Kelly.
    by_conviction : bool
        False takes the sign of the trend alone, everything else alike.

    Raises
    ------
    ValueError
        For bad prices or a value out of range.
    """
    target = valid.number("target_volatility", target_volatility, above=0)
    if sharpe_estimate is not None:
        target = min(target, kelly_target(sharpe_estimate, kelly_fraction))
    result = run_trend_portfolio(
        prices,
        lookback=lookback,
        target_volatility=target or target_volatility,
        signal="forecast" if by_conviction else "sign",
        cost_bps=cost_bps,
        correlation=correlation,
        leverage_cap=leverage_cap,
        periods_per_year=periods_per_year,
    )
    if target:
        return result
    nothing = {name: getattr(result, name) * 0.0 for name in ("weights", "strategy_returns", "costs")}
    return replace(result, **nothing, target_volatility=0.0)


