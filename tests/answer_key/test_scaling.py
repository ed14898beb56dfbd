"""Section 6.2: prompts, checks, key and library agree, and what its rules ask for."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from answer_key.exercise import WrongAnswer
from answer_key.matrix import verdicts
from answer_key.scaling import LEDGER, PLAN_SCALE_IN
from phase6.checks import scaling as checks
from phase6.checks._base import Hint
from phase6.scaling import AverageCostAccount, tranche_plan

SEEDS = (1, 22)
NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "source/phase6/6.2-scaling.ipynb", as_version=4)
CELLS = {cell.metadata.nbgrader.grade_id: cell for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "Define a function"),
        (lambda fills: {}, "does not take `mark`"),
        (lambda fills, mark: None, "is a `return` missing?"),
        (lambda fills, mark: {"position": 0, "average_price": 0, "realised": 0}, "no 'unrealised'"),
        (lambda fills, mark: dict.fromkeys(("position", "average_price", "realised", "unrealised"), "a"), "expected one number"),
        (lambda fills, mark: dict.fromkeys(("position", "average_price", "realised", "unrealised"), float("nan")), "NaN"),
        (lambda fills, mark: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_what_was_expected(answer, expected):
    with pytest.raises(Hint, match=r"ledger|realised|position") as caught:
        LEDGER.examine(answer, "pnl", seed=1)
    assert expected in str(caught.value)
    for part in LEDGER.parts:
        with pytest.raises(Hint, match=r"ledger|realised|position") as caught:
            checks.ledger(answer, part)
            assert expected in str(caught.value)


def test_money_out_of_nowhere_is_told():
    def answer(fills, mark):
        right = LEDGER.reference(fills, mark)
        return right | {"realised": right["realised"] * 1.5}

    with pytest.raises(WrongAnswer, match="Money has appeared or vanished"):
        LEDGER.examine(answer, "pnl", seed=1)


def test_the_cap_is_judged_by_the_answers_own_size():
    def half_the_risk(entries, splits, **named):
        return PLAN_SCALE_IN.reference(entries, splits, **{**named, "risk_budget": named["risk_budget"] / 2})

    assert set(verdicts(PLAN_SCALE_IN, half_the_risk, 3)) == {"risk"}


@pytest.mark.parametrize("size", [0.0, 1e-6, 1.0, 1e9, float("nan")])
def test_a_plan_of_constant_quantities_earns_nothing(size):
    def constant(entries, splits, **named):
        return [size] * len(entries)

    assert set(verdicts(PLAN_SCALE_IN, constant, 3)) == set(PLAN_SCALE_IN.parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_agrees_with_the_library(seed):
    for case in LEDGER.cases(np.random.default_rng(seed)):
        fills, mark = case.args
        account = AverageCostAccount(0.0)
        for quantity, price in fills:
            account.fill(quantity, price)
        right = LEDGER.reference(fills, mark)
        mine = (account.position, account.average, account.realised, account.unrealised(mark))
        np.testing.assert_allclose(mine, [right[key] for key in checks.LEDGER_KEYS], atol=1e-6)


@pytest.mark.parametrize("leverage", [0.3, 50.0])
@pytest.mark.parametrize("side", [1, -1])
def test_the_plan_agrees_with_the_library(side, leverage):
    plan = tranche_plan(80.0, side=side, splits=(5, 3, 2), capital=30_000.0, risk_budget=0.015, leverage=leverage)
    named = {"stop": plan.stop, "side": side, "equity": 30_000.0, "risk_budget": 0.015, "max_leverage": leverage}
    np.testing.assert_allclose(PLAN_SCALE_IN.reference(plan.entries, (5, 3, 2), **named), plan.quantities)
    assert plan.cap_binds == (leverage < 1)


def test_cases_hold_what_learners_stumble_over():
    for seed in range(20):
        ledgers = [case.args[0] for case in LEDGER.cases(np.random.default_rng(seed))]
        held = [np.cumsum([0.0, *(quantity for quantity, _ in fills)]) for fills in ledgers]
        assert sum((path[:-1] * path[1:] < 0).any() for path in held) >= 6
        assert sum(path[-1] == 0 and len(path) > 1 for path in held) >= 4
        assert sum(path[-1] < 0 for path in held) >= 6
        plans = PLAN_SCALE_IN.cases(np.random.default_rng(seed))
        assert {case.kwargs["side"] for case in plans} == {1, -1}
        binding = [case for case in plans if case.is_for("cap") and "binds" in case.label and "almost" not in case.label]
        for case in binding:
            notional = np.dot(PLAN_SCALE_IN.reference(*case.args, **case.kwargs), case.args[0])
            assert notional == pytest.approx(case.kwargs.get("max_leverage", 3.0) * case.kwargs["equity"])
        assert len(binding) >= 10


def test_the_prompts_print_what_the_checks_expect():
    ledger, plan = CELLS["prompt_ledger"].source.replace("−", "-"), CELLS["prompt_plan_scale_in"].source
    for figures in checks.LEDGER_AFTER:
        assert "| " + " | ".join(f"{figure:g}" for figure in figures) + " |" in ledger
    assert str(checks.LEDGER_FILLS) in ledger
    for _, quantities in checks.PLAN_PRINTED:
        assert ", ".join(map(str, quantities)) in plan
    for position, (quantity, price) in zip(checks.LEDGER_AFTER, checks.LEDGER_FILLS, strict=True):
        assert f"{quantity:+d} at {price:g} | {position[0]}" in ledger


def test_the_check_tells_a_cap_of_three_from_no_cap():
    for idea in ("max_leverage ignored", "no cap"):
        wrong = next(item for item in PLAN_SCALE_IN.misconceptions if item.name == idea).wrong
        with pytest.raises(Hint) as caught:
            checks.plan_scale_in(wrong, "cap")
        assert caught.value.misconception == idea
