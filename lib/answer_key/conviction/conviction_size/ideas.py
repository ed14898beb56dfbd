"""Wrong ideas about sizing by conviction, with a hint each."""

from collections.abc import Callable
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from answer_key.conviction.conviction_size import sizing
from answer_key.conviction.conviction_size.sizing import Options, Sizing, side_by_side
from answer_key.exercise import Answer, Floats, Misconception


def _sized(kind: type[Sizing], **fixed: float | None) -> Answer:
    """Weights sized in another way; arguments that are ``fixed`` have no effect."""
    return lambda forecast, volatility, **options: kind(**{**options, **fixed}).weights(forecast, volatility)


def _after(change: Callable[[Floats], Floats]) -> Answer:
    """Right weights, then changed."""
    return lambda forecast, volatility, **options: change(Sizing(**options).weights(forecast, volatility))


def _multiplied_last(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    """The diversification multiplier after the cap on weights."""
    times: float = options.pop("diversification_multiplier", 1.0)
    return times * Sizing(**options).weights(forecast, volatility)


def _forward_filled(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    views, risks = (pd.Series(values).ffill() for values in side_by_side(forecast, volatility))
    return Sizing(**options).weights(views, risks)


def _filled_with_average(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    views, risks = side_by_side(forecast, volatility)
    return Sizing(**options).weights(np.nan_to_num(views, nan=10.0), risks)


def _fills_in_place(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    if isinstance(forecast, np.ndarray):
        forecast[np.isnan(forecast)] = 0.0
        np.clip(forecast, -options.get("forecast_cap", 20.0), options.get("forecast_cap", 20.0), out=forecast)
    return Sizing(**options).weights(forecast, volatility)


def _leaves_out(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    views, risks = side_by_side(forecast, volatility)
    known = ~(np.isnan(views) | np.isnan(risks))
    return Sizing(**options).weights(views[known], risks[known])


def _example(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> Floats:
    return np.resize([0.5, -0.5, 2.0, 0.0], len(side_by_side(forecast, volatility)[0]))


CONVICTION_MISCONCEPTIONS = (
    Misconception(
        "a forecast of 10 counts as 10",
        _sized(sizing.TenCountsAsTen),
        "Your weights are ten times too large: the forecast is not divided by 10. On this scale 10 is an average "
        "forecast, which takes the target volatility once.",
    ),
    Misconception(
        "divided by the forecast cap",
        _sized(sizing.DividedByTheCap),
        "You divide the forecast by its cap. 10 is the average forecast, whatever the cap: divide by 10.",
    ),
    Misconception(
        "the sign alone",
        _sized(sizing.SignAlone),
        "Your weight does not depend on how strong the forecast is, only on its sign. Conviction is forecast / 10.",
    ),
    Misconception(
        "long only",
        _sized(sizing.LongOnly),
        "Your negative forecasts get no position. They are sales: the rule is odd, a forecast of −f gets minus the weight"
        " of f.",
    ),
    Misconception(
        "the size without the side",
        _sized(sizing.SizeWithoutSide),
        "Your weights are positive for negative forecasts too. The rule is odd: a forecast of −f gets minus the weight of"
        " f.",
    ),
    Misconception(
        "against the forecast",
        _sized(sizing.AgainstTheForecast),
        "Your weights have the wrong sign: a positive forecast buys.",
    ),
    Misconception(
        "the forecast squared",
        _sized(sizing.ForecastSquared),
        "You square the forecast. The weight is proportional to it: twice the forecast, twice the weight.",
    ),
    Misconception(
        "multiplied by volatility",
        _sized(sizing.MultipliedByVolatility),
        "You multiply by volatility. Wilder markets get smaller weights: divide by it.",
    ),
    Misconception(
        "divided by the variance",
        _sized(sizing.DividedByVariance),
        "You divide by the variance. The weight that brings a market to a target volatility is target / volatility.",
    ),
    Misconception(
        "volatility ignored",
        _sized(sizing.VolatilityIgnored),
        "Your weight does not depend on the market's volatility. Divide by it, so that every market carries the same "
        "risk.",
    ),
    Misconception(
        "annualised again",
        _sized(sizing.AnnualisedAgain),
        "You annualise the volatility once more. It is annual already, as is the target.",
    ),
    Misconception(
        "volatility as a daily one",
        _sized(sizing.VolatilityAsDaily),
        "You take the volatility for a daily figure, or the target. Both are annual.",
    ),
    Misconception(
        "no diversification multiplier",
        _sized(Sizing, diversification_multiplier=1.0),
        "You leave out `diversification_multiplier`. It multiplies the weight.",
    ),
    Misconception(
        "divided by the diversification multiplier",
        _sized(sizing.DividedByMultiplier),
        "You divide by `diversification_multiplier`. Diversified portfolios move less, so each weight may be larger: "
        "multiply.",
    ),
    Misconception(
        "the multiplier after the cap",
        _multiplied_last,
        "You multiply by `diversification_multiplier` after the weights are cut, which takes them beyond the cap. Cut "
        "last.",
        ("caps",),
    ),
    Misconception(
        "a target of ten percent",
        _sized(Sizing, target_volatility=0.10),
        "Your target is 10 % whatever `target_volatility` says; 0.10 is only its default.",
    ),
    Misconception(
        "weights that add up to one",
        _sized(sizing.AddUpToOne),
        "You scale the weights to add up to 1. Each weight is set on its own; the sum can be anything.",
    ),
    Misconception(
        "no cap on the forecast",
        _sized(sizing.ForecastsNotCut),
        "Your forecasts are not cut at ±`forecast_cap`.",
        ("caps",),
    ),
    Misconception(
        "only positive forecasts are cut",
        _sized(sizing.PositiveForecastsCut),
        "You cut forecasts above `forecast_cap`, but not those below its negative.",
        ("caps",),
    ),
    Misconception(
        "a forecast cap of 20",
        _sized(Sizing, forecast_cap=20.0),
        "You cut forecasts at 20 whatever `forecast_cap` says; 20 is only its default.",
        ("caps",),
    ),
    Misconception(
        "forecasts cut after dividing by 10",
        _sized(sizing.CutAfterDividing),
        "You divide by 10 first and then cut at ±`forecast_cap`, ten times too late. The cap is on the forecast's own "
        "scale.",
        ("caps",),
    ),
    Misconception(
        "strong forecasts are dropped",
        _sized(sizing.StrongForecastsDropped),
        "Forecasts beyond the cap get no weight. They count as the cap.",
        ("caps",),
    ),
    Misconception(
        "no cap on the weight",
        _sized(sizing.WeightsNotCut),
        "Your weights are not cut at ±`max_weight`.",
        ("caps",),
    ),
    Misconception(
        "only positive weights are cut",
        _sized(sizing.PositiveWeightsCut),
        "You cut weights above `max_weight`, but not those below its negative.",
        ("caps",),
    ),
    Misconception(
        "a weight cap of 2",
        _sized(Sizing, max_weight=2.0),
        "You cut weights at 2 whatever `max_weight` says; 2 is only its default.",
    ),
    Misconception(
        "all weights shrink together",
        _sized(sizing.ShrinkTogether),
        "Where one weight is beyond `max_weight` you shrink all. Each weight is cut on its own.",
        ("caps",),
    ),
    Misconception(
        "a cap on the sum of the weights",
        _sized(sizing.SumShrinks),
        "You shrink all weights where their sizes add up to more than `max_weight`. The cap is on each weight, not on their sum.",
        ("caps",),
    ),
    Misconception(
        "weights cut before Kelly",
        _sized(sizing.CappedBeforeKelly),
        "You cut the weights first and then take Kelly's share of them. Kelly limits the target; the weights are cut last.",
        ("caps",),
    ),
    Misconception(
        "the estimate ignored",
        _sized(Sizing, sharpe_estimate=None),
        "You never look at `sharpe_estimate`. It limits the target to kelly_fraction · sharpe_estimate.",
        ("kelly",),
    ),
    Misconception(
        "an estimate of 0 is no estimate",
        _sized(sizing.ZeroIsNoEstimate),
        "You treat an estimate of 0 as if there were none: `if sharpe_estimate` is false for 0 too. No edge means no "
        "position; ask for `is not None`.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate turns the weights around",
        _sized(sizing.NegativeTarget),
        "With an estimate below 0 your target is negative, which reverses every position. No edge means "
        "no position.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate counts as positive",
        _sized(sizing.NegativeAsPositive),
        "You take the size of the estimate without its sign. An estimate below 0 means no position.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate is no estimate",
        _sized(sizing.NegativeIsNoEstimate),
        "Without a positive estimate you fall back on the full target. No edge means no position; only None means that "
        "there is no estimate.",
        ("kelly",),
    ),
    Misconception(
        "Kelly raises the target",
        _sized(sizing.KellyRaises),
        "A large estimate raises your target beyond `target_volatility`. The target is the smaller of the two.",
        ("kelly",),
    ),
    Misconception(
        "the larger of the two targets",
        _sized(sizing.LargerTarget),
        "You take the larger of the target and of what Kelly allows. Take the smaller.",
        ("kelly",),
    ),
    Misconception(
        "full Kelly",
        _sized(Sizing, kelly_fraction=1.0),
        "You bet full Kelly. Multiply the estimate by `kelly_fraction`.",
        ("kelly",),
    ),
    Misconception(
        "always half Kelly",
        _sized(Sizing, kelly_fraction=0.5),
        "You bet half Kelly whatever `kelly_fraction` says; 0.5 is only its default.",
        ("kelly",),
    ),
    Misconception(
        "the fraction after the minimum",
        _sized(sizing.FractionAfterMinimum),
        "You take the fraction of the smaller target. The fraction belongs to the estimate: it cuts what Kelly allows, "
        "not `target_volatility`.",
        ("kelly",),
    ),
    Misconception(
        "Kelly multiplies the target",
        _sized(sizing.KellyMultiplies),
        "You multiply the target by what Kelly allows. kelly_fraction · sharpe_estimate is itself a volatility; take the "
        "smaller of the two.",
        ("kelly",),
    ),
    Misconception(
        "the estimate squared",
        _sized(sizing.EstimateSquared),
        "You square the estimate. The volatility at which growth is largest is the Sharpe ratio itself; its square is the"
        " growth.",
        ("kelly",),
        alike=(_sized(sizing.EstimateSquaredWithoutSign), _sized(sizing.KellySquared)),
    ),
    Misconception(
        "Kelly against ten percent",
        _sized(sizing.AtMostTenPercent),
        "You compare what Kelly allows with 10 % whatever `target_volatility` says; 0.10 is only its default.",
        ("kelly",),
    ),
    Misconception(
        "no multiplier with an estimate",
        _sized(sizing.NoMultiplierWithEstimate),
        "With a `sharpe_estimate` you leave out `diversification_multiplier`. It multiplies the weight with an estimate and without.",
        ("kelly",),
    ),
    Misconception(
        "the multiplier in what Kelly allows",
        _sized(sizing.KellyTimesMultiplier),
        "You change what Kelly allows by `diversification_multiplier`. Kelly limits the target, whatever the multiplier.",
        ("kelly",),
        alike=(_sized(sizing.KellyTimesMultiplierAlone),),
    ),
    Misconception(
        "the multiplier before the minimum",
        _sized(sizing.MultiplierBeforeMinimum),
        "Your `diversification_multiplier` decides whether the target or what Kelly allows is the smaller. Compare these two "
        "themselves.",
        ("kelly",),
    ),
    Misconception(
        "unknown stays unknown",
        _sized(sizing.UnknownStays),
        "An unknown forecast or volatility gives you an unknown weight. What is not known gets no position: weight 0.",
        ("unknown",),
    ),
    Misconception(
        "an unknown volatility is the floor",
        _sized(sizing.UnknownVolatilityIsTheFloor),
        "You treat an unknown volatility as the smallest, which gives the largest weight of all. It gets no position.",
        ("unknown",),
    ),
    Misconception(
        "an unknown forecast is an average one",
        _filled_with_average,
        "You fill unknown forecasts with 10, which buys. They get no position.",
        ("unknown",),
    ),
    Misconception(
        "one unknown value empties the portfolio",
        _sized(sizing.AllOrNothing),
        "One unknown value sets all your weights to 0. Only that asset gets no position.",
        ("unknown",),
    ),
    Misconception(
        "unknown values are carried on",
        _forward_filled,
        "You fill unknown values from the asset before. The entries are different assets, and what is not known gets no "
        "position.",
        ("unknown",),
    ),
    Misconception(
        "unknown assets are left out",
        _leaves_out,
        "Your result is shorter than the forecasts, as unknown assets are left out. Return one weight each, 0 for these.",
        ("unknown",),
    ),
    Misconception(
        "no floor",
        _sized(sizing.NoFloor),
        "You divide by a volatility of 0, or nearly 0. Floor it at 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "a floor of five basis points",
        _sized(sizing.FloorOfFiveBasisPoints),
        "Your floor on volatility is a little too high. It is 0.0001, one basis point.",
        ("size",),
    ),
    Misconception(
        "small estimates ignored",
        _sized(sizing.SmallIsNoEstimate),
        "You treat a small estimate as if there were none. However small it is, it limits the target; only None means no estimate.",
        ("kelly",),
    ),
    Misconception(
        "a floor of one percent",
        _sized(sizing.FloorOfOnePercent),
        "Your floor on volatility is too high. It is 0.0001.",
        ("size",),
    ),
    Misconception(
        "a floor of almost nothing",
        _sized(sizing.FloorOfAlmostNothing),
        "Your floor on volatility is too low. It is 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "no position in a calm market",
        _sized(sizing.NothingInCalmMarkets),
        "Volatility below the floor gives you no position. It counts as 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "the floor added",
        _sized(sizing.FloorAdded),
        "You add 0.0001 to every volatility. The floor raises only what is below it.",
    ),
    Misconception(
        "rounded weights",
        _after(lambda weights: np.round(weights, 2)),
        "Your weights are rounded. Return them as computed.",
    ),
    Misconception(
        "percent",
        _after(lambda weights: 100.0 * weights),
        "Your weights are in percent. Return fractions: 1.0 is the whole capital.",
    ),
    Misconception(
        "changes its inputs",
        _fills_in_place,
        "You write into the forecasts that were passed. Work on a copy.",
    ),
    Misconception(
        "the worked example written down",
        _example,
        "The result is that of the worked example, whatever the arguments. Compute it from them.",
    ),
)
