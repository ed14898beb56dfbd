"""Wrong ideas about sizing by conviction: one right answer, with one rule replaced at a time."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from answer_key.exercise import Misconception

DEFAULTS: dict[str, Any] = {
    "diversification_multiplier": 1.0,
    "target_volatility": 0.10,
    "forecast_cap": 20.0,
    "sharpe_estimate": None,
    "kelly_fraction": 0.5,
    "max_weight": 2.0,
}

FLOOR = 1e-4



def side_by_side(forecast: Any, volatility: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two flat arrays of one length; a single number counts for all."""
    views, risks = np.broadcast_arrays(np.atleast_1d(np.asarray(forecast, dtype=float)), np.asarray(volatility, dtype=float))
    return views, risks



Piece = Callable[..., Any]


def _cut(views: Any, o: Mapping[str, Any]) -> Any:
    return np.clip(views, -o["forecast_cap"], o["forecast_cap"])


def _conviction(
    forecast: Any,
    volatility: Any,
    *,
    cap: Piece = _cut,
    conviction: Piece = lambda views, o: views / 10.0,
    floor: Piece = lambda risks: np.maximum(risks, FLOOR),
    over: Piece = lambda risks: 1.0 / risks,
    target: Piece = lambda o: o["target_volatility"],
    kelly: Piece = lambda target, o: min(target, max(0.0, o["kelly_fraction"] * o["sharpe_estimate"])),
    estimated: Piece = lambda estimate: estimate is not None,
    multiplier: Piece = lambda o: o["diversification_multiplier"],
    limit: Piece = lambda weights, o: np.clip(weights, -o["max_weight"], o["max_weight"]),
    unknown: Piece = lambda weights, views, risks: np.where(np.isnan(views) | np.isnan(risks), 0.0, weights),
    **options: Any,
) -> Any:
    """The exercise with one idea replaced."""
    o = DEFAULTS | options
    views, risks = side_by_side(forecast, volatility)
    tau = target(o)
    if estimated(o["sharpe_estimate"]):
        tau = kelly(tau, o)
    with np.errstate(all="ignore"):
        weights = conviction(cap(views, o), o) * tau * multiplier(o) * over(floor(risks))
        return unknown(limit(weights, o), views, risks)


def _with(**idea: Any) -> Callable[..., Any]:
    return lambda forecast, volatility, **options: _conviction(forecast, volatility, **idea, **options)


def _fixed(**values: Any) -> Callable[..., Any]:
    """Arguments that are not listened to."""
    return lambda forecast, volatility, **options: _conviction(forecast, volatility, **{**options, **values})


def _after(change: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    return lambda forecast, volatility, **options: change(_conviction(forecast, volatility, **options))


def _multiplied_last(forecast: Any, volatility: Any, **options: Any) -> Any:
    """The diversification multiplier after the cap on weights."""
    times = options.pop("diversification_multiplier", 1.0)
    return times * _conviction(forecast, volatility, **options)


def _forward_filled(forecast: Any, volatility: Any, **options: Any) -> Any:
    views, risks = (pd.Series(values).ffill() for values in side_by_side(forecast, volatility))
    return _conviction(views, risks, **options)


def _filled_with_average(forecast: Any, volatility: Any, **options: Any) -> Any:
    views, risks = side_by_side(forecast, volatility)
    return _conviction(np.nan_to_num(views, nan=10.0), risks, **options)


def _fills_in_place(forecast: Any, volatility: Any, **options: Any) -> Any:
    if isinstance(forecast, np.ndarray):
        forecast[np.isnan(forecast)] = 0.0
        np.clip(forecast, -options.get("forecast_cap", 20.0), options.get("forecast_cap", 20.0), out=forecast)
    return _conviction(forecast, volatility, **options)


def _leaves_out(forecast: Any, volatility: Any, **options: Any) -> Any:
    views, risks = side_by_side(forecast, volatility)
    known = ~(np.isnan(views) | np.isnan(risks))
    return _conviction(views[known], risks[known], **options)


def _all_or_nothing(weights: Any, views: Any, risks: Any) -> Any:
    return weights if np.isfinite(views).all() and np.isfinite(risks).all() else np.zeros(len(weights))


def _example(forecast: Any, volatility: Any, **options: Any) -> Any:
    return np.resize([0.5, -0.5, 2.0, 0.0], len(side_by_side(forecast, volatility)[0]))


CONVICTION_MISCONCEPTIONS = (
    Misconception(
        "a forecast of 10 counts as 10",
        _with(conviction=lambda views, o: views),
        "Your weights are ten times too large: the forecast is not divided by 10. On this scale 10 is an average "
        "forecast, which takes the target volatility once.",
    ),
    Misconception(
        "divided by the forecast cap",
        _with(conviction=lambda views, o: views / o["forecast_cap"]),
        "You divide the forecast by its cap. 10 is the average forecast, whatever the cap: divide by 10.",
    ),
    Misconception(
        "the sign alone",
        _with(conviction=lambda views, o: np.sign(views)),
        "Your weight does not depend on how strong the forecast is, only on its sign. Conviction is forecast / 10.",
    ),
    Misconception(
        "long only",
        _with(cap=lambda views, o: np.clip(views, 0.0, o["forecast_cap"])),
        "Your negative forecasts get no position. They are sales: the rule is odd, a forecast of −f gets minus the weight"
        " of f.",
    ),
    Misconception(
        "the size without the side",
        _with(conviction=lambda views, o: np.abs(views) / 10.0),
        "Your weights are positive for negative forecasts too. The rule is odd: a forecast of −f gets minus the weight of"
        " f.",
    ),
    Misconception(
        "against the forecast",
        _with(conviction=lambda views, o: -views / 10.0),
        "Your weights have the wrong sign: a positive forecast buys.",
    ),
    Misconception(
        "the forecast squared",
        _with(conviction=lambda views, o: np.sign(views) * (views / 10.0) ** 2),
        "You square the forecast. The weight is proportional to it: twice the forecast, twice the weight.",
    ),
    Misconception(
        "multiplied by volatility",
        _with(over=lambda risks: risks),
        "You multiply by volatility. Wilder markets get smaller weights: divide by it.",
    ),
    Misconception(
        "divided by the variance",
        _with(over=lambda risks: 1.0 / risks**2),
        "You divide by the variance. The weight that brings a market to a target volatility is target / volatility.",
    ),
    Misconception(
        "volatility ignored",
        _with(over=lambda risks: np.ones(len(risks))),
        "Your weight does not depend on the market's volatility. Divide by it, so that every market carries the same "
        "risk.",
    ),
    Misconception(
        "annualised again",
        _with(over=lambda risks: 1.0 / (risks * math.sqrt(252))),
        "You annualise the volatility once more. It is annual already, as is the target.",
    ),
    Misconception(
        "volatility as a daily one",
        _with(over=lambda risks: math.sqrt(252) / risks),
        "You take the volatility for a daily figure, or the target. Both are annual.",
    ),
    Misconception(
        "no diversification multiplier",
        _fixed(diversification_multiplier=1.0),
        "You leave out `diversification_multiplier`. It multiplies the weight.",
    ),
    Misconception(
        "divided by the diversification multiplier",
        _with(multiplier=lambda o: 1.0 / o["diversification_multiplier"]),
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
        _with(target=lambda o: 0.10),
        "Your target is 10 % whatever `target_volatility` says; 0.10 is only its default.",
    ),
    Misconception(
        "weights that add up to one",
        _with(limit=lambda weights, o: weights / np.sum(np.abs(weights))),
        "You scale the weights to add up to 1. Each weight is set on its own; the sum can be anything.",
    ),
    Misconception(
        "no cap on the forecast",
        _with(cap=lambda views, o: views),
        "Your forecasts are not cut at ±`forecast_cap`.",
        ("caps",),
    ),
    Misconception(
        "only positive forecasts are cut",
        _with(cap=lambda views, o: np.minimum(views, o["forecast_cap"])),
        "You cut forecasts above `forecast_cap`, but not those below its negative.",
        ("caps",),
    ),
    Misconception(
        "a forecast cap of 20",
        _fixed(forecast_cap=20.0),
        "You cut forecasts at 20 whatever `forecast_cap` says; 20 is only its default.",
        ("caps",),
    ),
    Misconception(
        "forecasts cut after dividing by 10",
        _with(cap=lambda views, o: views / 10.0, conviction=_cut),
        "You divide by 10 first and then cut at ±`forecast_cap`, ten times too late. The cap is on the forecast's own "
        "scale.",
        ("caps",),
    ),
    Misconception(
        "strong forecasts are dropped",
        _with(cap=lambda views, o: np.where(np.abs(views) > o["forecast_cap"], 0.0, views)),
        "Forecasts beyond the cap get no weight. They count as the cap.",
        ("caps",),
    ),
    Misconception(
        "no cap on the weight",
        _with(limit=lambda weights, o: weights),
        "Your weights are not cut at ±`max_weight`.",
        ("caps",),
    ),
    Misconception(
        "only positive weights are cut",
        _with(limit=lambda weights, o: np.minimum(weights, o["max_weight"])),
        "You cut weights above `max_weight`, but not those below its negative.",
        ("caps",),
    ),
    Misconception(
        "a weight cap of 2",
        _fixed(max_weight=2.0),
        "You cut weights at 2 whatever `max_weight` says; 2 is only its default.",
    ),
    Misconception(
        "all weights shrink together",
        _with(limit=lambda weights, o: weights / max(1.0, np.abs(np.nan_to_num(weights)).max() / o["max_weight"])),
        "Where one weight is beyond `max_weight` you shrink all. Each weight is cut on its own.",
        ("caps",),
    ),
    Misconception(
        "the estimate ignored",
        _fixed(sharpe_estimate=None),
        "You never look at `sharpe_estimate`. It limits the target to kelly_fraction · sharpe_estimate.",
        ("kelly",),
    ),
    Misconception(
        "an estimate of 0 is no estimate",
        _with(estimated=bool),
        "You treat an estimate of 0 as if there were none: `if sharpe_estimate` is false for 0 too. No edge means no "
        "position; ask for `is not None`.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate turns the weights around",
        _with(kelly=lambda target, o: min(target, o["kelly_fraction"] * o["sharpe_estimate"])),
        "With an estimate below 0 your target is negative, which reverses every position. No edge means "
        "no position.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate counts as positive",
        _with(kelly=lambda target, o: min(target, o["kelly_fraction"] * abs(o["sharpe_estimate"]))),
        "You take the size of the estimate without its sign. An estimate below 0 means no position.",
        ("kelly",),
    ),
    Misconception(
        "a negative estimate is no estimate",
        _with(estimated=lambda estimate: estimate is not None and estimate > 0),
        "Without a positive estimate you fall back on the full target. No edge means no position; only None means that "
        "there is no estimate.",
        ("kelly",),
    ),
    Misconception(
        "Kelly raises the target",
        _with(kelly=lambda target, o: max(0.0, o["kelly_fraction"] * o["sharpe_estimate"])),
        "A large estimate raises your target beyond `target_volatility`. The target is the smaller of the two.",
        ("kelly",),
    ),
    Misconception(
        "the larger of the two targets",
        _with(kelly=lambda target, o: max(target, o["kelly_fraction"] * o["sharpe_estimate"])),
        "You take the larger of the target and of what Kelly allows. Take the smaller.",
        ("kelly",),
    ),
    Misconception(
        "full Kelly",
        _fixed(kelly_fraction=1.0),
        "You bet full Kelly. Multiply the estimate by `kelly_fraction`.",
        ("kelly",),
    ),
    Misconception(
        "always half Kelly",
        _fixed(kelly_fraction=0.5),
        "You bet half Kelly whatever `kelly_fraction` says; 0.5 is only its default.",
        ("kelly",),
    ),
    Misconception(
        "the fraction after the minimum",
        _with(kelly=lambda target, o: o["kelly_fraction"] * min(target, max(0.0, o["sharpe_estimate"]))),
        "You take the fraction of the smaller target. The fraction belongs to the estimate: it cuts what Kelly allows, "
        "not `target_volatility`.",
        ("kelly",),
    ),
    Misconception(
        "Kelly multiplies the target",
        _with(kelly=lambda target, o: target * max(0.0, o["kelly_fraction"] * o["sharpe_estimate"])),
        "You multiply the target by what Kelly allows. kelly_fraction · sharpe_estimate is itself a volatility; take the "
        "smaller of the two.",
        ("kelly",),
    ),
    Misconception(
        "the estimate squared",
        _with(kelly=lambda target, o: min(target, o["kelly_fraction"] * max(0.0, o["sharpe_estimate"]) ** 2)),
        "You square the estimate. The volatility at which growth is largest is the Sharpe ratio itself; its square is the"
        " growth.",
        ("kelly",),
    ),
    Misconception(
        "unknown stays unknown",
        _with(unknown=lambda weights, views, risks: weights),
        "An unknown forecast or volatility gives you an unknown weight. What is not known gets no position: weight 0.",
        ("unknown",),
    ),
    Misconception(
        "an unknown volatility is the floor",
        _with(floor=lambda risks: np.fmax(risks, FLOOR), unknown=lambda weights, views, risks: np.nan_to_num(weights)),
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
        _with(unknown=_all_or_nothing),
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
        _with(floor=lambda risks: risks),
        "You divide by a volatility of 0, or nearly 0. Floor it at 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "a floor of five basis points",
        _with(floor=lambda risks: np.maximum(risks, 5e-4)),
        "Your floor on volatility is a little too high. It is 0.0001, one basis point.",
        ("size",),
    ),
    Misconception(
        "small estimates ignored",
        _with(estimated=lambda estimate: estimate is not None and (estimate <= 0 or estimate >= 0.1)),
        "You treat a small estimate as if there were none. However small it is, it limits the target; only None means no estimate.",
        ("kelly",),
    ),
    Misconception(
        "a floor of one percent",
        _with(floor=lambda risks: np.maximum(risks, 0.01)),
        "Your floor on volatility is too high. It is 0.0001.",
        ("size",),
    ),
    Misconception(
        "a floor of almost nothing",
        _with(floor=lambda risks: np.maximum(risks, 1e-8)),
        "Your floor on volatility is too low. It is 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "no position in a calm market",
        _with(unknown=lambda weights, views, risks: np.where((risks > FLOOR) & ~np.isnan(views), weights, 0.0)),
        "Volatility below the floor gives you no position. It counts as 0.0001.",
        ("unknown",),
    ),
    Misconception(
        "the floor added",
        _with(floor=lambda risks: risks + FLOOR),
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
