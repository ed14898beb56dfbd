"""Section 6.5: a weight from how strong the forecast is, how wild the market is, and how much one trusts the edge.

The reference goes number by number; the notebook's solution and the wrong ideas work on arrays. Caps, Kelly's target and unknown
values are judged against the same answer's weights in a plain call, so that a slip in the size costs the points for the size alone.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Judge, Misconception

DEFAULTS: dict[str, Any] = {
    "diversification_multiplier": 1.0,
    "target_volatility": 0.10,
    "forecast_cap": 20.0,
    "sharpe_estimate": None,
    "kelly_fraction": 0.5,
    "max_weight": 2.0,
}
NO_CAP = 1e9
FLOOR = 1e-4


def conviction_reference(
    forecast: Any,
    volatility: Any,
    *,
    diversification_multiplier: float = 1.0,
    target_volatility: float = 0.10,
    forecast_cap: float = 20.0,
    sharpe_estimate: float | None = None,
    kelly_fraction: float = 0.5,
    max_weight: float = 2.0,
) -> list[float]:
    """One asset at a time on plain floats."""
    target = target_volatility
    if sharpe_estimate is not None:
        target = 0.0 if sharpe_estimate <= 0 else min(target, sharpe_estimate * kelly_fraction)

    def weight(view: float, risk: float) -> float:
        if view != view or risk != risk:
            return 0.0
        size = min(abs(view), forecast_cap) * 0.1 * target * diversification_multiplier / (FLOOR if risk < FLOOR else risk)
        return math.copysign(min(size, max_weight), view)

    views, risks = _side_by_side(forecast, volatility)
    return [weight(view, risk) for view, risk in zip(views.tolist(), risks.tolist(), strict=True)]


def _side_by_side(forecast: Any, volatility: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two flat arrays of one length; a single number counts for all."""
    views, risks = np.broadcast_arrays(np.atleast_1d(np.asarray(forecast, dtype=float)), np.asarray(volatility, dtype=float))
    return views, risks


def _draw(rng: np.random.Generator, count: int, *, strongest: float = 18.0) -> tuple[np.ndarray, np.ndarray]:
    """Forecasts of both signs, none near 0, and annual volatilities that leave every weight below 2."""
    views = rng.uniform(1.0, strongest, count) * np.where(rng.permutation(count) % 2, 1.0, -1.0)
    return views, np.exp(rng.uniform(math.log(0.12), math.log(0.8), count))


def _size_cases(rng: np.random.Generator) -> list[Case]:
    """No cap binds: arrays, lists, Series with an odd index, single numbers, one volatility for all, whole numbers, other targets."""
    views, risks = _draw(rng, 5)
    index = [f"asset {place}" for place in rng.permutation(5)]
    multiplier, target = round(float(rng.uniform(1.2, 2.4)), 3), round(float(rng.uniform(0.12, 0.16)), 3)
    low = round(float(rng.uniform(0.03, 0.08)), 3)
    roomy = {"max_weight": 100.0}
    drawn = [
        ((views, risks), {}, "arrays"),
        ((views.tolist(), risks.tolist()), {}, "lists"),
        ((pd.Series(views, index), pd.Series(risks, index)), {}, "Series"),
        ((float(views[0]), float(risks[0])), {}, "two numbers"),
        ((-float(abs(views[1])), float(risks[1])), {}, "two numbers, a short"),
        ((views, float(risks[0])), {}, "one volatility for all forecasts"),
        (([10, -5, 0, 16], [1, 2, 1, 4]), {}, "whole numbers, a forecast of 0"),
        ((views, risks), {"diversification_multiplier": multiplier, **roomy}, "a diversification multiplier"),
        ((views, risks), {"target_volatility": target, **roomy}, "a higher target"),
        ((views, risks), {"target_volatility": low}, "a lower target"),
        ((views, risks), {"forecast_cap": 40.0}, "a higher cap on forecasts"),
        ((views, risks / 150.0), {"max_weight": NO_CAP}, "calm markets, volatility well above its floor"),
    ]
    for _ in range(3):
        options = {"diversification_multiplier": float(rng.uniform(1, 2.5)), "target_volatility": float(rng.uniform(0.05, 0.25))}
        drawn.append((_draw(rng, int(rng.integers(3, 9))), {**options, **roomy}, "drawn"))
    return [Case(args, kwargs, label, ("size",)) for args, kwargs, label in drawn]


Call = tuple[Any, Any, Mapping[str, Any]]
"""Forecast, volatility, options."""


def _pair(part: str, call: Call, plain: Call, label: str) -> list[Case]:
    """A call, and the plain call that its result follows from."""
    return [Case(given[:2], dict(given[2]), told, (part,)) for given, told in ((call, label), (plain, "a plain call"))]


def _caps_cases(rng: np.random.Generator) -> list[Case]:
    """Forecasts beyond the cap and weights beyond theirs, of both signs, at the defaults and not; the plain call has neither."""
    cases = []
    for label, cap, widest, strongest, calmer in (
        ("forecasts beyond the cap", None, NO_CAP, 60.0, 1.0),
        ("forecasts beyond a cap of their own", float(rng.uniform(8, 15)), NO_CAP, 40.0, 1.0),
        ("forecasts beyond a narrow cap", float(rng.uniform(2, 4)), NO_CAP, 60.0, 1.0),
        ("weights beyond the cap", None, None, 18.0, 12.0),
        ("weights beyond a cap of their own", None, float(rng.uniform(0.3, 0.6)), 18.0, 4.0),
        ("forecasts and weights beyond their caps", float(rng.uniform(8, 15)), float(rng.uniform(0.5, 1.5)), 60.0, 12.0),
        ("a diversification multiplier that carries weights beyond the cap", None, float(rng.uniform(0.4, 0.8)), 25.0, 4.0),
    ):
        views, risks = _draw(rng, 8, strongest=strongest)
        views[:4] = np.array([0.95, -0.9, 0.99, -1.0]) * strongest
        risks = risks / calmer
        options = {"forecast_cap": cap, "max_weight": widest, "diversification_multiplier": 1.7 if "multiplier" in label else None}
        named = {key: value for key, value in options.items() if value is not None}
        limit = cap or DEFAULTS["forecast_cap"]
        plain = (np.clip(views, -limit, limit), risks, {**named, "max_weight": NO_CAP})
        cases += _pair("caps", (views, risks, named), plain, label)
    return cases


def _kelly_cases(rng: np.random.Generator) -> list[Case]:
    """Estimates below and above the target's, of 0 and below it, with other fractions; the plain call has no estimate."""
    cases = []
    for label, estimate, options in (
        ("an estimate of 0", 0.0, {}),
        ("an estimate of 0, a whole number", 0, {"target_volatility": 0.2}),
        ("an estimate below 0", -float(rng.uniform(0.05, 0.8)), {}),
        ("a small estimate", round(float(rng.uniform(0.05, 0.15)), 4), {}),
        ("a large estimate: the target is the smaller", round(float(rng.uniform(0.3, 1.5)), 4), {}),
        ("a large estimate, a small fraction", round(float(rng.uniform(0.6, 1.2)), 4), {"kelly_fraction": 0.1}),
        ("full Kelly", round(float(rng.uniform(0.05, 0.15)), 4), {"kelly_fraction": 1.0, "target_volatility": 0.25}),
        ("a quarter of Kelly, an estimate above the target", round(float(rng.uniform(0.14, 0.2)), 4), {"kelly_fraction": 0.25}),
        ("no trust at all", round(float(rng.uniform(0.3, 1.5)), 4), {"kelly_fraction": 0.0}),
    ):
        views, risks = _draw(rng, 4)
        plain = {**options, "max_weight": NO_CAP}
        plain.pop("kelly_fraction", None)
        named = {**options, "sharpe_estimate": estimate, "max_weight": NO_CAP}
        cases += _pair("kelly", (views, risks, named), (views, risks, plain), label)
    return cases


def _unknown_cases(rng: np.random.Generator) -> list[Case]:
    """NaN in either or both, alone and among others; volatility of 0 and below the floor; the plain call knows everything."""
    cases = []
    for label, views_lost, risks_lost, risks_tiny in (
        ("an unknown forecast", [1], [], []),
        ("an unknown volatility", [], [2], []),
        ("unknown forecasts first, unknown volatilities last", [0, 1], [4, 5], []),
        ("nothing is known", [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], []),
        ("volatilities of 0 and below the floor", [], [], [0, 3]),
        ("unknown values and a volatility of 0", [2], [4], [0, 1]),
    ):
        views, risks = _draw(rng, 6)
        known_risks = risks.copy()
        if risks_tiny:
            risks[risks_tiny] = [0.0, float(rng.uniform(1e-6, 5e-5))]
            known_risks[risks_tiny] = FLOOR
            views[risks_tiny[0]] = 0.02
        known_views = views.copy()
        views[views_lost], risks[risks_lost] = np.nan, np.nan
        named = {"max_weight": NO_CAP} if risks_tiny else {}
        cases += _pair("unknown", (views, risks, named), (known_views, known_risks, named), label)
    for label, view, risk in (("one unknown forecast", math.nan, 0.2), ("one unknown volatility", -10.0, math.nan)):
        cases += _pair("unknown", (view, risk, {}), (-10.0, 0.2, {}), label)
    flat: Call = ([0.0, 10.0], [0.0, 0.0], {})
    return cases + _pair("unknown", flat, (flat[0], [FLOOR, FLOOR], {}), "a forecast of 0 and a volatility of 0")


def conviction_cases(rng: np.random.Generator) -> list[Case]:
    """Calls for each of the parts, in pairs for all but the size."""
    return _size_cases(rng) + _caps_cases(rng) + _kelly_cases(rng) + _unknown_cases(rng)


def _read(result: Any, case: Case) -> Fields:
    length = len(_side_by_side(*case.args)[0])
    return {"weight": base.numbers("the result of `conviction_size`", result, length, allow_nan=True)}


RULES = {
    "size": "forecast / 10 · target_volatility · diversification_multiplier / volatility",
    "caps": "the forecast is cut at ±forecast_cap before it is used, the weight at ±max_weight at the end",
    "kelly": "the target is min(target_volatility, max(0, kelly_fraction · sharpe_estimate)); only None means no estimate",
    "unknown": "an unknown forecast or volatility gives weight 0, the others stay; a volatility below 0.0001 counts as 0.0001",
}


def _follows(part: str, case: Case, plain: np.ndarray) -> np.ndarray:
    """The weights of a call by the rule of its part, from the same answer's weights in the plain call."""
    views, risks = _side_by_side(*case.args)
    options = DEFAULTS | dict(case.kwargs)
    if part == "caps":
        return np.clip(plain, -options["max_weight"], options["max_weight"])
    if part == "kelly":
        allowed = max(0.0, options["kelly_fraction"] * options["sharpe_estimate"])
        return plain * min(1.0, allowed / options["target_volatility"])
    return np.where(np.isnan(views) | np.isnan(risks), 0.0, plain)


def _judge(part: str) -> Judge:
    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        pairs = zip(got[::2], got[1::2], strict=True)
        for (case, mine), (known, plain) in sorted(pairs, key=lambda pair: len(pair[0][0].call("conviction_size"))):
            views, _ = _side_by_side(*known.args)
            usable = np.isfinite(plain["weight"]) & (np.sign(plain["weight"]) == np.sign(views))
            if not usable.all():
                place = int(np.argmin(usable))
                return (
                    f"In `{known.call('conviction_size')}`, your weight is {base.shown(plain['weight'][place])} at position {place}. "
                    f"The rule: {RULES['size']}."
                )
            wanted = _follows(part, case, plain["weight"])
            same = np.isclose(mine["weight"], wanted, rtol=1e-6, atol=1e-9)
            if not same.all():
                place = int(np.argmin(same))
                return (
                    f"In `{case.call('conviction_size')}` ({case.label}), your weight is {base.shown(mine['weight'][place])} at "
                    f"position {place}. The rule: {RULES[part]}."
                )
        return None

    return judge


def _conviction_pandas(forecast: Any, volatility: Any, **options: Any) -> Any:
    """Series throughout; unknown values are filled at the end."""
    chosen = DEFAULTS | options
    target = chosen["target_volatility"]
    if chosen["sharpe_estimate"] is not None:
        target = np.clip(chosen["kelly_fraction"] * chosen["sharpe_estimate"], 0, target)
    frame = pd.DataFrame(dict(zip(("view", "risk"), _side_by_side(forecast, volatility), strict=True)))
    view = frame["view"].clip(-chosen["forecast_cap"], chosen["forecast_cap"])
    weights = view.div(10).mul(target * chosen["diversification_multiplier"]).div(frame["risk"].clip(lower=FLOOR))
    return weights.clip(-chosen["max_weight"], chosen["max_weight"]).fillna(0.0)


def _conviction_plain(
    forecast: Any,
    volatility: Any,
    diversification_multiplier: Any = 1.0,
    target_volatility: Any = 0.1,
    forecast_cap: Any = 20,
    sharpe_estimate: Any = None,
    kelly_fraction: Any = 0.5,
    max_weight: Any = 2,
) -> Any:
    """Numbers in, a number out; otherwise a list, only over what is known."""
    if np.ndim(forecast) == np.ndim(volatility) == 0:
        if math.isnan(forecast) or math.isnan(volatility):
            return 0
        tau = target_volatility
        if sharpe_estimate is not None:
            tau = sorted([0.0, kelly_fraction * sharpe_estimate, target_volatility])[1] if sharpe_estimate > 0 else 0.0
        raw = sorted([-forecast_cap, forecast, forecast_cap])[1] * tau * diversification_multiplier / max(volatility, 1e-4) / 10
        return sorted([-max_weight, raw, max_weight])[1]
    views = list(forecast) if np.ndim(forecast) else [forecast] * len(volatility)
    risks = list(volatility) if np.ndim(volatility) else [volatility] * len(views)
    options = (diversification_multiplier, target_volatility, forecast_cap, sharpe_estimate, kelly_fraction, max_weight)
    return [_conviction_plain(view, risk, *options) for view, risk in zip(views, risks, strict=True)]


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
    views, risks = _side_by_side(forecast, volatility)
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
    views, risks = (pd.Series(values).ffill() for values in _side_by_side(forecast, volatility))
    return _conviction(views, risks, **options)


def _filled_with_average(forecast: Any, volatility: Any, **options: Any) -> Any:
    views, risks = _side_by_side(forecast, volatility)
    return _conviction(np.nan_to_num(views, nan=10.0), risks, **options)


def _fills_in_place(forecast: Any, volatility: Any, **options: Any) -> Any:
    if isinstance(forecast, np.ndarray):
        forecast[np.isnan(forecast)] = 0.0
        np.clip(forecast, -options.get("forecast_cap", 20.0), options.get("forecast_cap", 20.0), out=forecast)
    return _conviction(forecast, volatility, **options)


def _leaves_out(forecast: Any, volatility: Any, **options: Any) -> Any:
    views, risks = _side_by_side(forecast, volatility)
    known = ~(np.isnan(views) | np.isnan(risks))
    return _conviction(views[known], risks[known], **options)


def _all_or_nothing(weights: Any, views: Any, risks: Any) -> Any:
    return weights if np.isfinite(views).all() and np.isfinite(risks).all() else np.zeros(len(weights))


def _example(forecast: Any, volatility: Any, **options: Any) -> Any:
    return np.resize([0.5, -0.5, 2.0, 0.0], len(_side_by_side(forecast, volatility)[0]))


CONVICTION_SIZE = Exercise(
    name="conviction_size",
    section="6.5",
    parameters=("forecast", "volatility", *DEFAULTS),
    reference=conviction_reference,
    cases=conviction_cases,
    read=_read,
    fields=(Field("weight", RULES["size"]),),
    parts=dict.fromkeys(RULES, ("weight",)),
    judges={part: _judge(part) for part in ("caps", "kelly", "unknown")},
    misconceptions=(
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
            "You scale the weights to add up to 1. Each weight stands for itself; their sum is nothing in particular.",
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
            "With an estimate below 0 your target is negative, which turns every position around. An edge that is none means "
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
    ),
    variants=(_conviction_pandas, _conviction_plain),
)

EXERCISES = (CONVICTION_SIZE,)
