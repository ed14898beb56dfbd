"""Cases decide every pair of rules, and a slip costs the same parts in every draw.

No argument may be forgotten where another one is given.
"""

import inspect
import warnings
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises, plain
from answer_key.exercise import Answer, Exercise

from tests.marks import with_long

SEEDS = (1, 2, 3)
TEXTS = {text.__name__: text for text in plain.PLAIN}
CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}
NEUTRAL: dict[str, Callable[[Any], Any]] = {
    "side": lambda side: 1,
    "splits": lambda splits: [1.0] * len(splits),
    "fractions": lambda fractions: [0.25] * len(fractions),
    "quantity": lambda quantity: 100.0,
    "risk_budget": lambda budget: 0.01,
    "forecast": lambda views: np.nan_to_num(np.asarray(views, dtype=float), nan=10.0),
    "volatility": lambda risks: np.maximum(np.nan_to_num(np.asarray(risks, dtype=float), nan=0.2), 1e-4),
    "returns": lambda returns: returns.fillna(0.0),
    "asset": lambda asset: "A",
}
"""By arguments without a default, what they are where there is nothing special about them."""


def neutral(exercise: Exercise, name: str, value: Any) -> Any:
    """An argument as it is where it does not count: its default, or one of ``NEUTRAL``."""
    default = inspect.signature(exercise.reference).parameters[name].default
    return NEUTRAL[name](value) if default is inspect.Parameter.empty else default


def counts(exercise: Exercise, name: str, given: dict[str, Any]) -> bool:
    """Whether a call gives an argument that is not neutral."""
    if name not in given:
        return False
    value, plain = given[name], neutral(exercise, name, given[name])
    if isinstance(value, pd.DataFrame):
        return bool(value.isna().to_numpy().any())
    if value is None or plain is None:
        return value is not plain
    return not np.array_equal(np.asarray(value), np.asarray(plain))


def rules(exercise: Exercise) -> list[str]:
    """Arguments that can be forgotten."""
    parameters = inspect.signature(exercise.reference).parameters
    optional = [name for name in exercise.parameters if parameters[name].default is not inspect.Parameter.empty]
    special = [name for name in exercise.parameters if name in NEUTRAL and name not in optional]
    return [*optional, *(name for name in special if name != "returns" or exercise.name == "leave_one_out")]


PAIRS = [(name, *pair) for name, item in CODED.items() for pair in permutations(rules(item), 2) if pair[0] != "asset"]


@pytest.mark.parametrize(("name", "forgotten", "given"), PAIRS)
def test_an_argument_that_is_forgotten_where_another_is_given_costs_points(name, forgotten, given):
    exercise = CODED[name]

    def answer(*args, **kwargs):
        call = dict(zip(exercise.parameters, args, strict=False)) | kwargs
        if forgotten in call and counts(exercise, given, call):
            call[forgotten] = neutral(exercise, forgotten, call[forgotten])
        return TEXTS[name](**call)

    for seed in SEEDS:
        assert any(refused(exercise, answer, seed, part) for part in exercise.parts), seed


def refused(exercise: Exercise, answer: Answer, seed: int, part: str) -> bool:
    """Whether a part costs its points; a warning costs none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return not exercise.accepts(answer, part, seed)


QUICK = {"pyramid_risk", "plan_scale_in", "risk_sweep", "ledger", "conviction_size"}


@pytest.mark.parametrize("name", with_long(CODED, CODED.keys() - QUICK))
def test_a_wrong_idea_costs_a_part_in_every_draw_or_in_none(name):
    exercise = CODED[name]
    seeds = range(5 if name in QUICK else 20)
    by_draw = []
    for idea in exercise.misconceptions:
        for place, wrong in enumerate((idea.wrong, *idea.alike)):
            for part in exercise.parts:
                costs = {refused(exercise, wrong, seed, part) for seed in seeds}
                by_draw += [(idea.name, place, part)] * (len(costs) > 1)
    assert not by_draw
