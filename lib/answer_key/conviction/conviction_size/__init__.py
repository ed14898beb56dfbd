"""A weight from the forecast, the volatility and the trust in an edge.

Reference, cases and other right answers. The reference goes number by number; `sizing`, whose steps
the wrong ideas replace, works on arrays. Caps, Kelly's target and unknown values are judged against
the same answer's weights in a plain call, so that a slip in the size costs the points for the size
alone.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from phase6.checks import _base as base

from answer_key.conviction.conviction_size.ideas import CONVICTION_MISCONCEPTIONS
from answer_key.conviction.conviction_size.sizing import DEFAULTS, FLOOR, Options, Sizing, side_by_side
from answer_key.exercise import Case, Exercise, Field, Fields, Floats, Judge
from answer_key.reading import plausible

NO_CAP = 1e9


def conviction_reference(
    forecast: ArrayLike,
    volatility: ArrayLike,
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

    views, risks = side_by_side(forecast, volatility)
    return [weight(view, risk) for view, risk in zip(views.tolist(), risks.tolist(), strict=True)]


def _draw(rng: np.random.Generator, count: int, *, strongest: float = 18.0) -> tuple[np.ndarray, np.ndarray]:
    """Forecasts of both signs, none near 0, and volatilities that leave every weight below 2.

    Volatilities are annual.
    """
    views = rng.uniform(1.0, strongest, count) * np.where(rng.permutation(count) % 2, 1.0, -1.0)
    return views, np.exp(rng.uniform(math.log(0.12), math.log(0.8), count))


def _size_cases(rng: np.random.Generator) -> list[Case]:
    """No cap binds, whatever the type of the arguments.

    Arrays, lists, Series with an odd index, single numbers, one volatility for all, whole numbers,
    other targets. Where the cap on weights is the default, all weights together are below it.
    """
    views, risks = _draw(rng, 5)
    risks *= max(1.0, float(np.sum(np.abs(views / risks))) / 190.0)
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
        ((views, float(risks[0])), roomy, "one volatility for all forecasts"),
        (([10, -5, 0, 16], [1, 2, 1, 4]), {}, "whole numbers, a forecast of 0"),
        (([20.0, -20.0, 19.5], [0.4, 0.3, 0.8]), {}, "forecasts at the cap and just within it"),
        ((views, risks), {"diversification_multiplier": multiplier, **roomy}, "a diversification multiplier"),
        ((views, risks), {"target_volatility": target, **roomy}, "a higher target"),
        ((views, risks), {"target_volatility": low}, "a lower target"),
        ((views, risks), {"forecast_cap": 40.0}, "a higher cap on forecasts"),
        ((views, risks / 150.0), {"max_weight": NO_CAP}, "calm markets, volatility above its floor"),
        ((views, rng.uniform(1.05, 1.6, 5) * FLOOR), {"max_weight": NO_CAP}, "the calmest markets, volatility just above its floor"),
    ]
    for _ in range(3):
        options = {"diversification_multiplier": float(rng.uniform(1.1, 2.5)), "target_volatility": float(rng.uniform(0.12, 0.25))}
        drawn.append((_draw(rng, int(rng.integers(3, 9))), {**options, **roomy, "forecast_cap": 30.0}, "drawn"))
    return [Case(args, kwargs, label, ("size",)) for args, kwargs, label in drawn]


Call = tuple[ArrayLike, ArrayLike, Mapping[str, float]]
"""Forecast, volatility, options."""


def _pair(part: str, call: Call, plain: Call, label: str) -> list[Case]:
    """A call, and the plain call that its result follows from."""
    return [Case(given[:2], dict(given[2]), text, (part,)) for given, text in ((call, label), (plain, "a plain call"))]


def _caps_cases(rng: np.random.Generator) -> list[Case]:
    """Forecasts beyond the cap and weights beyond theirs, of both signs, with other options or not.

    The plain call has neither. The last forecast is within its cap.
    """
    cases = []
    usual: dict[str, float] = {}
    estimated = {"sharpe_estimate": round(float(rng.uniform(0.1, 0.13)), 4), "kelly_fraction": 0.7}
    for label, cap, widest, strongest, more in (
        ("forecasts beyond the cap", None, NO_CAP, 60.0, usual),
        ("forecasts beyond a cap of their own", float(rng.uniform(8, 15)), NO_CAP, 40.0, {"diversification_multiplier": 1.4}),
        ("forecasts beyond a narrow cap", float(rng.uniform(2, 4)), NO_CAP, 60.0, {"target_volatility": 0.16}),
        ("weights beyond the cap", None, None, 18.0, usual),
        ("weights beyond a cap of their own", None, float(rng.uniform(0.3, 0.6)), 18.0, {"target_volatility": 0.13}),
        ("forecasts and weights beyond their caps", float(rng.uniform(8, 15)), float(rng.uniform(0.3, 0.9)), 60.0, estimated),
        (
            "a diversification multiplier that carries weights beyond the cap",
            *(None, float(rng.uniform(0.4, 0.8)), 25.0, {"diversification_multiplier": 1.7}),
        ),
    ):
        views, risks = _draw(rng, 8, strongest=strongest)
        limit = cap or DEFAULTS["forecast_cap"]
        views[:4] = np.array([0.95, -0.9, 0.99, -1.0]) * strongest
        views[-1] = math.copysign(0.8 * limit, views[-1])
        if widest != NO_CAP:
            risks[:4] = rng.uniform(0.035, 0.05, 4)
        named = {**more, **{key: value for key, value in (("forecast_cap", cap), ("max_weight", widest)) if value is not None}}
        plain = (np.clip(views, -limit, limit), risks, {**named, "max_weight": NO_CAP})
        cases += _pair("caps", (views, risks, named), plain, label)
        cases.append(Case((views, risks), {**named, "max_weight": NO_CAP, "forecast_cap": NO_CAP}, "no cap", ("caps",)))
    return cases


def _kelly_cases(rng: np.random.Generator) -> list[Case]:
    """Estimates below and above the target's, of 0 and below it, with other options.

    The plain call has no estimate. With a diversification multiplier, what Kelly allows is once
    below the target and once between the target and its product with the multiplier. Without caps
    no weight would pass 2.
    """
    cases = []
    multiplied = {"diversification_multiplier": round(float(rng.uniform(1.5, 2.2)), 3)}
    for label, estimate, options in (
        ("an estimate of 0", 0.0, {}),
        ("an estimate of 0, a whole number", 0, {"target_volatility": 0.2}),
        ("an estimate below 0", -float(rng.uniform(0.05, 0.8)), {}),
        ("a very small estimate", round(float(rng.uniform(0.01, 0.03)), 4), {}),
        ("a small estimate", round(float(rng.uniform(0.05, 0.15)), 4), {}),
        ("a large estimate: the target is the smaller", round(float(rng.uniform(0.3, 1.5)), 4), {}),
        ("a large estimate, a small fraction", round(float(rng.uniform(0.6, 0.95)), 4), {"kelly_fraction": 0.1}),
        (
            "full Kelly",
            round(float(rng.uniform(0.12, 0.2)), 4),
            {"kelly_fraction": 1.0, "target_volatility": 0.25, "forecast_cap": 30.0},
        ),
        ("a quarter of Kelly, an estimate above the target", round(float(rng.uniform(0.14, 0.2)), 4), {"kelly_fraction": 0.25}),
        ("no trust at all", round(float(rng.uniform(0.3, 1.5)), 4), {"kelly_fraction": 0.0}),
        (
            "a diversification multiplier and a small estimate",
            *(round(float(rng.uniform(0.07, 0.11)), 4), {**multiplied, "kelly_fraction": 0.8}),
        ),
        ("a diversification multiplier and a large estimate", round(float(rng.uniform(0.22, 0.28)), 4), multiplied),
    ):
        views, risks = _draw(rng, 4, strongest=7.0)
        plain = {**options, "max_weight": NO_CAP}
        plain.pop("kelly_fraction", None)
        named = {**options, "sharpe_estimate": estimate, "max_weight": NO_CAP}
        cases += _pair("kelly", (views, risks, named), (views, risks, plain), label)
    return cases


def _unknown_cases(rng: np.random.Generator) -> list[Case]:
    """NaN in either or both, alone and among others; volatility of 0 and below the floor.

    The plain call knows everything. Once all other options are given too.
    """
    cases = []
    every = {"diversification_multiplier": 1.3, "target_volatility": 0.13, "forecast_cap": 15.0}
    every |= {"sharpe_estimate": 0.15, "kelly_fraction": 0.7, "max_weight": NO_CAP}
    for label, views_lost, risks_lost, risks_tiny in (
        ("an unknown forecast", [1], [], []),
        ("an unknown volatility", [], [2], []),
        ("unknown forecasts first, unknown volatilities last", [0, 1], [4, 5], []),
        ("nothing is known", [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], []),
        ("volatilities of 0 and below the floor", [], [], [0, 3]),
        ("unknown values and a volatility of 0", [2], [4], [0, 1]),
    ):
        views, risks = _draw(rng, 6)
        named = {"max_weight": NO_CAP}
        if views_lost and risks_tiny:
            named, views = every, np.append(0.7 * views[:5], 25.0)
        known_risks = risks.copy()
        if risks_tiny:
            risks[risks_tiny] = [0.0, float(rng.uniform(1e-6, 5e-5))]
            known_risks[risks_tiny] = FLOOR
            views[risks_tiny[0]] = 0.02
        known_views = views.copy()
        views[views_lost], risks[risks_lost] = np.nan, np.nan
        cases += _pair("unknown", (views, risks, named), (known_views, known_risks, named), label)
    for label, view, risk in (("one unknown forecast", math.nan, 0.2), ("one unknown volatility", -10.0, math.nan)):
        cases += _pair("unknown", (view, risk, {}), (-10.0, 0.2, {}), label)
    flat: Call = ([0.0, round(float(rng.uniform(5, 15)), 2)], [0.0, 0.0], {"max_weight": NO_CAP})
    return cases + _pair("unknown", flat, (flat[0], [FLOOR, FLOOR], flat[2]), "a forecast of 0 and a volatility of 0")


def conviction_cases(rng: np.random.Generator) -> list[Case]:
    """Calls for each of the parts, in pairs for all but the size."""
    return _size_cases(rng) + _caps_cases(rng) + _kelly_cases(rng) + _unknown_cases(rng)


def _read(result: Any, case: Case) -> Fields:
    length = len(side_by_side(*case.args)[0])
    return {"weight": base.numbers("the result of `conviction_size`", result, length, allow_nan=True)}


RULES = {
    "size": "forecast / 10 · target_volatility · diversification_multiplier / volatility",
    "caps": "the forecast is cut at ±forecast_cap before it is used, the weight at ±max_weight at the end",
    "kelly": "the target is min(target_volatility, max(0, kelly_fraction · sharpe_estimate)); only None means no estimate",
    "unknown": "an unknown forecast or volatility gives weight 0, the others stay; a volatility below 0.0001 counts as 0.0001",
}


def _follows(part: str, case: Case, plain: np.ndarray) -> np.ndarray:
    """The weights of a call by its part's rule, from the answer's weights in the plain call."""
    views, risks = side_by_side(*case.args)
    options = DEFAULTS | dict(case.kwargs)
    if part == "caps":
        capped: np.ndarray = np.clip(plain, -options["max_weight"], options["max_weight"])
        return capped
    if part == "kelly":
        allowed = max(0.0, options["kelly_fraction"] * options["sharpe_estimate"])
        return plain * float(min(1.0, allowed / options["target_volatility"]))
    return np.where(np.isnan(views) | np.isnan(risks), 0.0, plain)


def _still_cut(case: Case, open_case: Case, uncut: Floats, capped: Floats, usable: list[bool]) -> str | None:
    """A complaint where a forecast beyond the cap gets no more without caps than the cap gets.

    Where the answer's own size depends on the cap, so do its weights of forecasts within the cap:
    they say how much.
    """
    limit = case.kwargs.get("forecast_cap") or DEFAULTS["forecast_cap"]
    views = np.asarray(open_case.args[0])
    within = np.flatnonzero((np.abs(views) < limit) & usable)
    scale = float(np.median(np.abs(uncut[within] / capped[within]))) if len(within) else 1.0
    more = np.abs(uncut) > 1.01 * (scale if scale > 0.0 else 1.0) * np.abs(capped)
    wrong = np.flatnonzero((np.abs(views) > 1.05 * limit) & usable & ~more)
    if not len(wrong):
        return None
    place = int(wrong[0])
    return (
        f"In `{open_case.call('conviction_size')}` ({open_case.label}), your weight is {base.shown(uncut[place])} at position "
        f"{place}, for a forecast of {base.shown(views[place])}; with the forecast cut at {base.shown(limit)} it is "
        f"{base.shown(capped[place])}. "
        f"The rule: {RULES['caps']}; here nothing is cut, so the stronger forecast has the larger weight."
    )


def _judge(part: str) -> Judge:
    step = 3 if part == "caps" else 2

    def judge(got: Sequence[tuple[Case, Fields]]) -> str | None:
        rows = [got[place : place + step] for place in range(0, len(got), step)]
        for (case, mine), (known, plain), *free in sorted(rows, key=lambda row: len(row[0][0].call("conviction_size"))):
            right = conviction_reference(*known.args, **known.kwargs)
            usable = [plausible(own, wanted) for own, wanted in zip(plain["weight"], right, strict=True)]
            if sum(usable) < max(1, len(usable) - max(1, len(usable) // 4)):
                place = usable.index(False)
                return (
                    f"In `{known.call('conviction_size')}`, your weight is {base.shown(plain['weight'][place])} at position {place}. "
                    f"The rule: {RULES['size']}."
                )
            wanted = _follows(part, case, plain["weight"])
            size = np.max(np.abs(plain["weight"][usable]))
            wrong = np.flatnonzero(~np.isclose(mine["weight"], wanted, rtol=1e-6, atol=1e-9 * size) & usable)
            if len(wrong):
                return (
                    f"In `{case.call('conviction_size')}` ({case.label}), your weight is {base.shown(mine['weight'][wrong[0]])} at "
                    f"position {wrong[0]}. The rule: {RULES[part]}."
                )
            for open_case, uncut in free:
                if complaint := _still_cut(case, open_case, uncut["weight"], plain["weight"], usable):
                    return complaint
        return None

    return judge


def _conviction_pandas(forecast: ArrayLike, volatility: ArrayLike, **options: Unpack[Options]) -> pd.Series:
    """Series throughout; unknown values are filled at the end."""
    chosen = Sizing(**options)
    target = chosen.target_volatility
    if chosen.sharpe_estimate is not None:
        target = np.clip(chosen.kelly_fraction * chosen.sharpe_estimate, 0, target)
    frame = pd.DataFrame(dict(zip(("view", "risk"), side_by_side(forecast, volatility), strict=True)))
    view = frame["view"].clip(-chosen.forecast_cap, chosen.forecast_cap)
    weights = view.div(10).mul(target * chosen.diversification_multiplier).div(frame["risk"].clip(lower=FLOOR))
    return weights.clip(-chosen.max_weight, chosen.max_weight).fillna(0.0)


def _conviction_plain(
    forecast: Any,
    volatility: Any,
    diversification_multiplier: float = 1.0,
    target_volatility: float = 0.1,
    forecast_cap: float = 20,
    sharpe_estimate: float | None = None,
    kelly_fraction: float = 0.5,
    max_weight: float = 2,
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
    misconceptions=CONVICTION_MISCONCEPTIONS,
    variants=(_conviction_pandas, _conviction_plain),
)
