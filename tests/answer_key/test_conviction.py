"""Section 6.5: prompt, check, key and library agree, and what its rules ask for."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from answer_key.conviction import CONVICTION_SIZE
from answer_key.conviction.conviction_size.sizing import DEFAULTS
from answer_key.matrix import verdicts
from phase6.checks import conviction as checks
from phase6.checks._base import Hint
from phase6.conviction import forecast_to_weight, kelly_target

SEEDS = (1, 22)
NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "source/phase6/6.5-conviction-sizing.ipynb", as_version=4)
CELLS = {cell.metadata.nbgrader.grade_id: cell for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}
IDEAS = {idea.name: idea for idea in CONVICTION_SIZE.misconceptions}


def numbers(forecast, volatility):
    return len(np.broadcast_arrays(np.atleast_1d(forecast), volatility)[0])


@pytest.mark.parametrize(
    "answer",
    [
        lambda forecast, volatility, **options: np.zeros(numbers(forecast, volatility)),
        lambda forecast, volatility, **options: np.full(numbers(forecast, volatility), np.nan),
        lambda forecast, volatility, **options: np.full(numbers(forecast, volatility), np.inf),
        lambda forecast, volatility, **options: np.ones(numbers(forecast, volatility)),
    ],
    ids=["zeros", "unknown", "infinite", "ones"],
)
def test_a_constant_earns_nothing(answer):
    assert set(verdicts(CONVICTION_SIZE, answer, 1)) == set(CONVICTION_SIZE.parts)
    for part in CONVICTION_SIZE.parts:
        with pytest.raises(Hint):
            checks.conviction_size(answer, part)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "Define a function"),
        (lambda forecast, volatility: forecast, "does not take `diversification_multiplier`"),
        (lambda forecast, volatility, **options: None, "is None"),
        (lambda forecast, volatility, **options: {}, "expected a list of numbers"),
        (lambda forecast, volatility, **options: "much", "expected a list of numbers"),
        (lambda forecast, volatility, **options: np.ones((3, 3)), "2 dimensions"),
        (lambda forecast, volatility, **options: [1.0] * 17, "yours has 17"),
        (lambda forecast, volatility, **options: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_what_was_expected(answer, expected):
    with pytest.raises(Hint) as caught:
        CONVICTION_SIZE.examine(answer, "size", seed=1)
    assert expected in str(caught.value)
    for part in CONVICTION_SIZE.parts:
        with pytest.raises(Hint) as caught:
            checks.conviction_size(answer, part)
            assert expected in str(caught.value)


def test_a_slip_in_the_size_costs_the_size_alone():
    def twice(forecast, volatility, **options):
        widest = options.pop("max_weight", 2.0)
        weights = 2.0 * np.asarray(CONVICTION_SIZE.reference(forecast, volatility, max_weight=1e12, **options))
        return np.clip(weights, -widest, widest)

    assert set(verdicts(CONVICTION_SIZE, twice, 1)) == {"size"}
    for part in CONVICTION_SIZE.parts.keys() - {"size"}:
        checks.conviction_size(twice, part)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_the_library(seed):
    for case in CONVICTION_SIZE.cases(np.random.default_rng(seed)):
        options = DEFAULTS | dict(case.kwargs)
        target = options["target_volatility"]
        if options["sharpe_estimate"] is not None:
            target = min(target, kelly_target(options["sharpe_estimate"], options["kelly_fraction"]))
        weights = forecast_to_weight(
            *map(np.atleast_1d, case.args),
            target=target * options["diversification_multiplier"],
            cap=options["forecast_cap"],
            max_weight=options["max_weight"],
        )
        np.testing.assert_allclose(CONVICTION_SIZE.reference(*case.args, **case.kwargs), weights)


def test_cases_hold_what_learners_stumble_over():
    for seed in range(20):
        cases = CONVICTION_SIZE.cases(np.random.default_rng(seed))
        results = {id(case): np.asarray(CONVICTION_SIZE.reference(*case.args, **case.kwargs)) for case in cases}
        assert all(np.isfinite(weights).all() for weights in results.values())
        widest = [results[id(case)] / case.kwargs.get("max_weight", 2.0) for case in cases if case.parts == ("caps",)]
        assert sum((share == 1).any() and (share == -1).any() for share in widest) >= 3
        assert sum(case.kwargs.get("sharpe_estimate") == 0 for case in cases) >= 2
        assert any((case.kwargs.get("sharpe_estimate") or 0) < 0 for case in cases)
        assert sum(bool(np.isnan(np.asarray(case.args[0], dtype=float)).any()) for case in cases) >= 4
        assert sum(bool(np.isnan(np.asarray(case.args[1], dtype=float)).any()) for case in cases) >= 4
        assert {type(case.args[0]).__name__ for case in cases} >= {"ndarray", "list", "Series", "float"}
        free = [case for case in cases if case.parts == ("size",)]
        assert all((np.abs(results[id(case)]) < case.kwargs.get("max_weight", 2.0)).all() for case in free)


def test_the_prompt_prints_what_the_check_expects():
    prompt = CELLS["prompt_conviction_size"].source.replace("−", "-")
    for options, weights in checks.PRINTED:
        estimate = options.get("sharpe_estimate")
        target = min(0.10, 0.5 * estimate) if estimate is not None else 0.10
        assert estimate is None or checks.TARGETS[estimate] == target
        assert f"| {estimate} | {target:.2f} | {', '.join(map(str, weights))} |" in prompt
        right = CONVICTION_SIZE.reference(checks.FORECAST, checks.VOLATILITY, **options)
        np.testing.assert_allclose(right, weights)
    for parameter, default in DEFAULTS.items():
        assert f"{parameter}={default}" in prompt.replace("0.10", "0.1")


MULTIPLIED_WRONGLY = {
    "left out with an estimate": lambda m, target, allowed: (min(target, allowed)),
    "in what Kelly allows": lambda m, target, allowed: m * min(target, allowed * m),
    "in what Kelly allows alone": lambda m, target, allowed: min(target, allowed * m),
    "divides what Kelly allows": lambda m, target, allowed: m * min(target, allowed / m),
    "before the minimum": lambda m, target, allowed: min(target * m, allowed),
}


@pytest.mark.parametrize("wrong", MULTIPLIED_WRONGLY)
def test_the_multiplier_and_the_estimate_are_tested_together(wrong):
    def answer(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.1, sharpe_estimate=None, **options):
        kelly = options.pop("kelly_fraction", 0.5)
        target = diversification_multiplier * target_volatility
        if sharpe_estimate is not None:
            allowed = max(0.0, kelly * sharpe_estimate)
            target = MULTIPLIED_WRONGLY[wrong](diversification_multiplier, target_volatility, allowed)
        return CONVICTION_SIZE.reference(forecast, volatility, target_volatility=target, **options)

    for seed in range(5):
        found = verdicts(CONVICTION_SIZE, answer, seed)
        assert set(found) == {"kelly"}
        assert "multiplier" in (found["kelly"].misconception or "")
    with pytest.raises(Hint) as caught:
        checks.conviction_size(answer, "kelly")
    assert "multiplier" in (caught.value.misconception or "")


def test_a_target_that_is_written_down_in_the_minimum_costs_the_part_in_every_draw():
    def answer(forecast, volatility, *, target_volatility=0.1, sharpe_estimate=None, kelly_fraction=0.5, **options):
        if sharpe_estimate is not None:
            target_volatility = min(0.10, max(0.0, kelly_fraction * sharpe_estimate))
        return CONVICTION_SIZE.reference(forecast, volatility, target_volatility=target_volatility, **options)

    for seed in range(20):
        assert [part for part in CONVICTION_SIZE.parts if not CONVICTION_SIZE.accepts(answer, part, seed)] == ["kelly"]


def test_weights_that_are_missing_are_counted():
    refused = verdicts(CONVICTION_SIZE, IDEAS["unknown assets are left out"].wrong, 1)
    assert "should have 6 numbers, yours has 5" in str(refused["unknown"])


def test_a_size_that_depends_on_the_cap_costs_the_size_alone():
    """Weights are divided by the cap, so without caps all of them are near 0."""
    for seed in range(5):
        found = verdicts(CONVICTION_SIZE, IDEAS["divided by the forecast cap"].wrong, seed)
        assert set(found) == {"size"}
        assert str(found["size"]).startswith(IDEAS["divided by the forecast cap"].hint)


def test_a_cap_that_is_written_down_is_seen_beside_a_size_that_depends_on_it():
    def answer(forecast, volatility, *, forecast_cap=20.0, **options):
        weights = CONVICTION_SIZE.reference(forecast, volatility, forecast_cap=20.0, **options)
        return [weight * 10.0 / forecast_cap for weight in weights]

    assert all("caps" in verdicts(CONVICTION_SIZE, answer, seed) for seed in range(5))
