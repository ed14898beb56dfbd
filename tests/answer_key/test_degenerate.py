"""Nothing scores without the idea, and an honest slip costs its own part alone."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises
from answer_key.degenerate import search
from answer_key.exercise import Exercise
from answer_key.held_out.set_1 import ANSWERS
from answer_key.matrix import verdicts

KNOWN: dict[str, Any] = {**exercises()}


CODED = ("pyramid_risk", "risk_sweep", "scale_out", "conviction_size")


@pytest.mark.parametrize("name", [*CODED, *(name for name in KNOWN if name[0] == "q")])
def test_no_answer_without_the_idea_passes_a_part(name):
    """Those that are judged by what follows from own figures; the matrix searches for all."""
    assert search(KNOWN[name], 5) == []


def test_the_search_finds_a_part_that_asks_for_nothing():
    import dataclasses

    lazy = dataclasses.replace(KNOWN["risk_sweep"], judges={"equity": lambda got: None})
    assert any("always 0: equity" in found for found in search(lazy, 5))


def failing(name, answer):
    return verdicts(KNOWN[name], answer, 3)


@pytest.mark.parametrize(("name", "part", "spoil"), [
    ("ledger", "average", lambda a, *args, **kw: a | {"average_price": None if a["position"] == 0 else a["average_price"]}),
    ("ledger", "average", lambda a, *args, **kw: a | {"average_price": a["average_price"] if a["position"] else math.nan}),
    ("risk_sweep", "ruin", lambda a, *args, **kw: a.where(a["final_equity"] > 0)),
])
def test_none_or_nan_costs_its_own_part_only(name, part, spoil):
    right = KNOWN[name].reference
    assert set(failing(name, lambda *args, **kw: spoil(right(*args, **kw), *args, **kw))) == {part}


def test_one_asset_of_the_wrong_size_costs_the_size_only():
    def answer(forecast, volatility, **options):
        scale = np.ones(np.broadcast(np.atleast_1d(forecast), np.asarray(volatility)).shape)
        if len(scale) > 1:
            scale[1] = -1.0
        return KNOWN["conviction_size"].reference(forecast, volatility, **options) * scale

    assert set(failing("conviction_size", answer)) == {"size"}


def by_name(name: str, what: str):
    return next(item for item in ANSWERS if item.exercise == name and item.what == what)


@pytest.mark.parametrize(("name", "what", "part"), [
    ("scale_out", "strict comparisons", None), ("levels_experiment", "drawdown of 60 bars", "drawdown"),
    ("correlation_filter", "mean correlation with twins", "cut"), ("correlation_filter", "hardly anything cut", "cut"),
    ("conviction_size", "a floor of five basis points", "size"), ("conviction_size", "small estimates ignored", "kelly"),
])
def test_wrong_answers_that_once_passed_are_refused_on_every_seed(name, what, part):
    for seed in range(3):
        parts = [part] if part else KNOWN[name].parts
        assert not all(KNOWN[name].accepts(by_name(name, what).answer, each, seed) for each in parts)


@pytest.mark.parametrize("item", [item for item in ANSWERS if item.right], ids=lambda item: f"{item.exercise}: {item.what}")
def test_right_answers_that_were_set_aside_pass(item):
    KNOWN[item.exercise].examine(item.answer, seed=1)


def test_hints_name_no_idea_that_the_student_does_not_have():
    risk = KNOWN["pyramid_risk"].reference

    def stop_too_far(n_levels, **options):
        side, atr, step = options.get("side", 1), options.get("atr", 2.0), options.get("add_threshold_atr", 1.0)
        figures = risk(n_levels, **options)
        return figures | {"stop": figures["stop"] + side * step * atr}

    assert failing("pyramid_risk", stop_too_far)["stop"].misconception is None

    def negative(n_levels, **options):
        figures = risk(n_levels, **options)
        sizes = options.get("side", 1) * np.asarray(figures["quantities"])
        loss = [sizes * options.get("side", 1) * (np.asarray(figures["entries"]) - figures["stop"])]
        heat = np.sum(sizes) * options.get("side", 1) * (figures["entries"][-1] - figures["stop"])
        money = options.get("equity", 100_000.0)
        return figures | {"quantities": sizes, "stop_risk": np.sum(loss) / money, "open_heat": heat / money}

    assert {wrong.misconception for wrong in failing("pyramid_risk", negative).values()} == {"negative quantities for shorts"}
    sweep = KNOWN["compare_lookbacks"].reference
    last_left_out = failing("compare_lookbacks", lambda prices, lookbacks: sweep(prices.iloc[:-1], lookbacks))["sample"]
    assert "begins one row late" not in str(last_left_out)
    short = failing("conviction_size", by_name("conviction_size", "last asset left out").answer)
    assert {wrong.misconception for wrong in short.values()} == {None}
    assert "is a `return` missing?" not in str(failing("ledger", lambda fills, mark: dict.fromkeys(
        ("position", "average_price", "realised", "unrealised")))["average"])


def test_strange_fills_cost_points_and_break_nothing():
    exercise = KNOWN["scale_out"]
    assert isinstance(exercise, Exercise)
    for bar in (1e30, -1e300):
        assert set(failing("scale_out", lambda *a, bar=bar, **kw: exercise.reference(*a, **kw) | {"fills": [(bar, 1.0, 1.0)]}))


def test_a_table_of_objects_is_told_and_breaks_nothing():
    found = failing("risk_sweep", lambda r, f, equity=1.0: pd.DataFrame({"final_equity": [object()] * len(f), "max_drawdown": 0}, f))
    assert set(found) == {"equity", "drawdown", "ruin"}
