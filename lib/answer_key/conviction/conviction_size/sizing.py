"""Sizing by conviction in named steps, and per wrong idea the same with one step replaced."""

import math
from dataclasses import asdict, dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from answer_key.exercise import Floats

FLOOR = 1e-4
"""The least volatility that is divided by."""


def side_by_side(forecast: ArrayLike, volatility: ArrayLike) -> tuple[Floats, Floats]:
    """Two flat arrays of one length; a single number counts for all."""
    views, risks = np.broadcast_arrays(np.atleast_1d(np.asarray(forecast, dtype=float)), np.asarray(volatility, dtype=float))
    return views, risks


class Options(TypedDict, total=False):
    """What is passed to an answer by name."""

    diversification_multiplier: float
    target_volatility: float
    forecast_cap: float
    sharpe_estimate: float | None
    kelly_fraction: float
    max_weight: float


@dataclass(frozen=True)
class Sizing:
    """Options, and weights by them as the prompt says; subclasses replace a step."""

    diversification_multiplier: float = 1.0
    target_volatility: float = 0.10
    forecast_cap: float = 20.0
    sharpe_estimate: float | None = None
    kelly_fraction: float = 0.5
    max_weight: float = 2.0

    def weights(self, forecast: ArrayLike, volatility: ArrayLike) -> Floats:
        """Weights of assets, one each."""
        views, risks = side_by_side(forecast, volatility)
        target = self.kelly() if self.has_estimate() else self.target_volatility
        with np.errstate(all="ignore"):
            weights = self.conviction(self.cut(views)) * target * self.multiplier() * self.by_volatility(self.floor(risks))
            return self.known(self.limit(weights), views, risks)

    def cut(self, views: Floats) -> Floats:
        """Forecasts within their cap."""
        return np.clip(views, -self.forecast_cap, self.forecast_cap)

    def conviction(self, views: Floats) -> Floats:
        """Forecasts as multiples of an average one."""
        return views / 10.0

    def has_estimate(self) -> bool:
        """Whether the estimate limits the target."""
        return self.sharpe_estimate is not None

    def kelly(self) -> float:
        """The target where there is an estimate."""
        return min(self.target_volatility, max(0.0, self.kelly_fraction * self.estimate))

    @property
    def estimate(self) -> float:
        """The estimate; 0 without one."""
        return self.sharpe_estimate or 0.0

    def multiplier(self) -> float:
        """What every weight is multiplied by."""
        return self.diversification_multiplier

    def floor(self, risks: Floats) -> Floats:
        """Volatilities, none too small to divide by."""
        return np.maximum(risks, FLOOR)

    def by_volatility(self, risks: Floats) -> Floats:
        """What volatility multiplies a weight by."""
        return 1.0 / risks

    def limit(self, weights: Floats) -> Floats:
        """Weights within their cap."""
        return np.clip(weights, -self.max_weight, self.max_weight)

    def known(self, weights: Floats, views: Floats, risks: Floats) -> Floats:
        """Weights, 0 where the forecast or the volatility is unknown."""
        return np.where(np.isnan(views) | np.isnan(risks), 0.0, weights)


DEFAULTS = asdict(Sizing())


class TenCountsAsTen(Sizing):
    """The forecast is not divided by 10."""

    def conviction(self, views: Floats) -> Floats:
        return views


class DividedByTheCap(Sizing):
    """The forecast is divided by its cap."""

    def conviction(self, views: Floats) -> Floats:
        return views / self.forecast_cap


class SignAlone(Sizing):
    """How strong a forecast is does not count."""

    def conviction(self, views: Floats) -> Floats:
        return np.sign(views)


class LongOnly(Sizing):
    """Negative forecasts count as 0."""

    def cut(self, views: Floats) -> Floats:
        return np.clip(views, 0.0, self.forecast_cap)


class SizeWithoutSide(Sizing):
    """Negative forecasts count as positive."""

    def conviction(self, views: Floats) -> Floats:
        return np.abs(views) / 10.0


class AgainstTheForecast(Sizing):
    """A positive forecast sells."""

    def conviction(self, views: Floats) -> Floats:
        return -views / 10.0


class ForecastSquared(Sizing):
    """The forecast is squared, its sign kept."""

    def conviction(self, views: Floats) -> Floats:
        return np.sign(views) * (views / 10.0) ** 2


class MultipliedByVolatility(Sizing):
    """Wilder markets get larger weights."""

    def by_volatility(self, risks: Floats) -> Floats:
        return risks


class DividedByVariance(Sizing):
    """The variance in place of the volatility."""

    def by_volatility(self, risks: Floats) -> Floats:
        return 1.0 / risks**2


class VolatilityIgnored(Sizing):
    """All markets count as equally volatile."""

    def by_volatility(self, risks: Floats) -> Floats:
        return np.ones(len(risks))


class AnnualisedAgain(Sizing):
    """The annual volatility is annualised."""

    def by_volatility(self, risks: Floats) -> Floats:
        return 1.0 / (risks * math.sqrt(252))


class VolatilityAsDaily(Sizing):
    """The target is annualised, as if it or the volatility were daily."""

    def by_volatility(self, risks: Floats) -> Floats:
        return math.sqrt(252) / risks


class DividedByMultiplier(Sizing):
    """The diversification multiplier divides."""

    def multiplier(self) -> float:
        return 1.0 / self.diversification_multiplier


class AddUpToOne(Sizing):
    """Weights are scaled to a sum of 1."""

    def limit(self, weights: Floats) -> Floats:
        return weights / float(np.sum(np.abs(weights)))


class ForecastsNotCut(Sizing):
    """Forecasts have no cap."""

    def cut(self, views: Floats) -> Floats:
        return views


class PositiveForecastsCut(Sizing):
    """Negative forecasts have no cap."""

    def cut(self, views: Floats) -> Floats:
        return np.minimum(views, self.forecast_cap)


class CutAfterDividing(Sizing):
    """The cap comes after the division by 10."""

    def cut(self, views: Floats) -> Floats:
        return views / 10.0

    def conviction(self, views: Floats) -> Floats:
        return super().cut(views)


class StrongForecastsDropped(Sizing):
    """Forecasts beyond the cap count as 0."""

    def cut(self, views: Floats) -> Floats:
        return np.where(np.abs(views) > self.forecast_cap, 0.0, views)


class WeightsNotCut(Sizing):
    """Weights have no cap."""

    def limit(self, weights: Floats) -> Floats:
        return weights


class PositiveWeightsCut(Sizing):
    """Negative weights have no cap."""

    def limit(self, weights: Floats) -> Floats:
        return np.minimum(weights, self.max_weight)


class ShrinkTogether(Sizing):
    """One weight beyond its cap shrinks all."""

    def limit(self, weights: Floats) -> Floats:
        shrunk: Floats = weights / max(1.0, np.abs(np.nan_to_num(weights)).max() / self.max_weight)
        return shrunk


class SumShrinks(Sizing):
    """All shrink where their sizes add up to more than the cap."""

    def limit(self, weights: Floats) -> Floats:
        shrunk: Floats = weights / max(1.0, np.abs(np.nan_to_num(weights)).sum() / self.max_weight)
        return shrunk


class ZeroIsNoEstimate(Sizing):
    """The estimate is tested for truth."""

    def has_estimate(self) -> bool:
        return bool(self.sharpe_estimate)


class NegativeIsNoEstimate(Sizing):
    """Only a positive estimate limits the target."""

    def has_estimate(self) -> bool:
        return self.estimate > 0


class SmallIsNoEstimate(Sizing):
    """An estimate between 0 and 0.1 does not limit the target."""

    def has_estimate(self) -> bool:
        return self.sharpe_estimate is not None and (self.estimate <= 0 or self.estimate >= 0.1)


class NegativeTarget(Sizing):
    """A negative estimate makes the target negative."""

    def kelly(self) -> float:
        return min(self.target_volatility, self.kelly_fraction * self.estimate)


class NegativeAsPositive(Sizing):
    """The estimate counts without its sign."""

    def kelly(self) -> float:
        return min(self.target_volatility, self.kelly_fraction * abs(self.estimate))


class KellyRaises(Sizing):
    """The estimate alone sets the target."""

    def kelly(self) -> float:
        return max(0.0, self.kelly_fraction * self.estimate)


class LargerTarget(Sizing):
    """The larger of the two targets."""

    def kelly(self) -> float:
        return max(self.target_volatility, self.kelly_fraction * self.estimate)


class FractionAfterMinimum(Sizing):
    """The fraction multiplies the smaller target."""

    def kelly(self) -> float:
        return self.kelly_fraction * min(self.target_volatility, max(0.0, self.estimate))


class KellyMultiplies(Sizing):
    """What Kelly allows multiplies the target."""

    def kelly(self) -> float:
        return self.target_volatility * max(0.0, self.kelly_fraction * self.estimate)


class AtMostTenPercent(Sizing):
    """Kelly's target is compared with 0.10, whatever the target."""

    def kelly(self) -> float:
        return min(0.10, max(0.0, self.kelly_fraction * self.estimate))


class EstimateSquared(Sizing):
    """The estimate is squared."""

    def kelly(self) -> float:
        return min(self.target_volatility, self.kelly_fraction * max(0.0, self.estimate) ** 2)


class EstimateSquaredWithoutSign(Sizing):
    """The estimate is squared before it is compared with 0."""

    def kelly(self) -> float:
        return min(self.target_volatility, self.kelly_fraction * self.estimate**2)


class KellySquared(Sizing):
    """What Kelly allows is squared."""

    def kelly(self) -> float:
        return min(self.target_volatility, max(0.0, self.kelly_fraction * self.estimate) ** 2)


class NoMultiplierWithEstimate(Sizing):
    """The diversification multiplier counts only where there is no estimate."""

    def multiplier(self) -> float:
        return 1.0 if self.has_estimate() else self.diversification_multiplier


class KellyTimesMultiplier(Sizing):
    """The diversification multiplier also multiplies what Kelly allows."""

    def kelly(self) -> float:
        return min(self.target_volatility, max(0.0, self.kelly_fraction * self.estimate * self.diversification_multiplier))


class KellyTimesMultiplierAlone(KellyTimesMultiplier, NoMultiplierWithEstimate):
    """With an estimate the diversification multiplier multiplies only what Kelly allows."""


class MultiplierBeforeMinimum(NoMultiplierWithEstimate):
    """Kelly limits the product of the target and the diversification multiplier."""

    def kelly(self) -> float:
        return min(self.target_volatility * self.diversification_multiplier, max(0.0, self.kelly_fraction * self.estimate))


class CappedBeforeKelly(Sizing):
    """Weights of the full target are cut; Kelly then takes its share of them."""

    def limit(self, weights: Floats) -> Floats:
        share = self.kelly() / self.target_volatility if self.has_estimate() else 1.0
        with np.errstate(all="ignore"):
            return super().limit(weights / share) * share if share else weights


class UnknownStays(Sizing):
    """An unknown value makes the weight unknown."""

    def known(self, weights: Floats, views: Floats, risks: Floats) -> Floats:
        return weights


class UnknownVolatilityIsTheFloor(Sizing):
    """An unknown volatility counts as the smallest."""

    def floor(self, risks: Floats) -> Floats:
        return np.fmax(risks, FLOOR)

    def known(self, weights: Floats, views: Floats, risks: Floats) -> Floats:
        return np.nan_to_num(weights)


class AllOrNothing(Sizing):
    """One unknown value sets all weights to 0."""

    def known(self, weights: Floats, views: Floats, risks: Floats) -> Floats:
        return weights if np.isfinite(views).all() and np.isfinite(risks).all() else np.zeros(len(weights))


class NoFloor(Sizing):
    """Volatilities are divided by as they are."""

    def floor(self, risks: Floats) -> Floats:
        return risks


class FloorOfFiveBasisPoints(Sizing):
    """A floor that is five times too high."""

    def floor(self, risks: Floats) -> Floats:
        return np.maximum(risks, 5e-4)


class FloorOfOnePercent(Sizing):
    """A floor that is far too high."""

    def floor(self, risks: Floats) -> Floats:
        return np.maximum(risks, 0.01)


class FloorOfAlmostNothing(Sizing):
    """A floor that is far too low."""

    def floor(self, risks: Floats) -> Floats:
        return np.maximum(risks, 1e-8)


class FloorAdded(Sizing):
    """The floor is added to every volatility."""

    def floor(self, risks: Floats) -> Floats:
        return risks + FLOOR


class NothingInCalmMarkets(Sizing):
    """A volatility below the floor gets no position."""

    def known(self, weights: Floats, views: Floats, risks: Floats) -> Floats:
        return np.where((risks > FLOOR) & ~np.isnan(views), weights, 0.0)
