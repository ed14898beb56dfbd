"""Section 6.2: right answers of any style pass, wrong ones fail and are told why.

Prompt, check, key and library agree.
"""

import contextlib
import functools
import io
from pathlib import Path

import nbformat
import numpy as np
import pytest
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.scaling import EXERCISES, LEDGER, PLAN_SCALE_IN
from phase6.checks import scaling as checks
from phase6.checks._base import Hint
from phase6.scaling import AverageCostAccount, tranche_plan

SEEDS = (1, 22)
NAMING_SEED = 1
NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "source/phase6/6.2-scaling.ipynb", as_version=4)
CELLS = {cell.metadata.nbgrader.grade_id: cell for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}
BOTH = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
IDEAS = [(exercise, idea) for exercise in EXERCISES for idea in exercise.misconceptions]


def rejected(exercise: Exercise, answer, seed: int) -> dict[str, WrongAnswer]:
    """The parts that reject an answer, with what they say."""
    found = {}
    for part in exercise.parts:
        try:
            exercise.examine(answer, part, seed=seed)
        except WrongAnswer as error:
            found[part] = error
    return found


@functools.cache
def rejections(name: str, wrong: str) -> dict[str, WrongAnswer]:
    """What the tests say to a known wrong idea."""
    exercise, idea = next(pair for pair in IDEAS if (pair[0].name, pair[1].name) == (name, wrong))
    return rejected(exercise, idea.wrong, NAMING_SEED)


def from_notebook(name: str):
    """The function that the instructor's notebook defines."""
    names: dict = {}
    for cell in ("preamble", name):
        exec(CELLS[cell].source, names)
    return names[name]


@BOTH
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_of_any_style_pass(exercise, seed):
    assert len(exercise.variants) >= 2
    for answer in (exercise.reference, *exercise.variants, from_notebook(exercise.name)):
        assert rejected(exercise, answer, seed) == {}


@BOTH
def test_the_visible_check_accepts_right_answers(exercise, capsys):
    for answer in (exercise.reference, *exercise.variants, from_notebook(exercise.name)):
        for part in (None, *exercise.parts):
            getattr(checks, exercise.name)(answer, part)
            assert capsys.readouterr().out.startswith(f"✓ {exercise.name}, {part}:" if part else f"✓ {exercise.name}:")


@BOTH
def test_checks_refuse_a_part_that_does_not_exist(exercise):
    with pytest.raises(ValueError, match="part is 'nothing'"):
        getattr(checks, exercise.name)(exercise.reference, "nothing")


@pytest.mark.parametrize(("exercise", "idea"), IDEAS, ids=[f"{exercise.name}: {idea.name}" for exercise, idea in IDEAS])
def test_a_wrong_idea_costs_the_parts_it_gets_wrong_and_no_other(exercise, idea):
    found = rejections(exercise.name, idea.name)
    assert found
    if idea.parts:
        assert set(found) == set(idea.parts)
    for part in exercise.parts.keys() - found.keys():
        getattr(checks, exercise.name)(idea.wrong, part)


@BOTH
def test_the_hint_names_the_idea(exercise):
    assert len(exercise.misconceptions) >= 8
    named = [
        (error.misconception, idea.name)
        for idea in exercise.misconceptions
        for error in rejections(exercise.name, idea.name).values()
    ]
    assert np.mean([said == meant for said, meant in named]) >= 0.95
    assert {meant for said, meant in named if said == meant} == {idea.name for idea in exercise.misconceptions}


@BOTH
def test_messages_show_the_call_and_the_rule(exercise):
    for idea in exercise.misconceptions:
        if idea.name in ("changes its inputs", "keeps state between calls"):
            continue
        for error in rejections(exercise.name, idea.name).values():
            assert f"`{exercise.name}(" in str(error)
            assert "The rule:" in str(error) or "expected a number" in str(error)
            assert len(str(error).removesuffix(error.lines)) < 900


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

    assert set(rejected(PLAN_SCALE_IN, half_the_risk, 3)) == {"risk"}


@pytest.mark.parametrize("size", [0.0, 1e-6, 1.0, 1e9, float("nan")])
def test_a_plan_of_constant_quantities_earns_nothing(size):
    def constant(entries, splits, **named):
        return [size] * len(entries)

    assert set(rejected(PLAN_SCALE_IN, constant, 3)) == set(PLAN_SCALE_IN.parts)


@BOTH
def test_cells_of_the_notebook_name_the_wrong_idea(exercise):
    """What grading tells is the hint, not that the visible example differs.

    The cells of other parts pass.
    """
    for idea in [idea for idea in exercise.misconceptions if idea.parts][::4]:
        for part in exercise.parts:
            names = {"check": checks, exercise.name: idea.wrong}
            source = CELLS[f"test_{exercise.name}_{part}"].source
            if part in idea.parts:
                with pytest.raises(WrongAnswer) as caught:
                    exec(source, names)
                assert caught.value.misconception == idea.name
            else:
                exec(source, names)


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


def test_the_notebook_gives_sixteen_points_and_every_answer_in_it_is_right():
    points = [cell.metadata.nbgrader.get("points", 0) for cell in CELLS.values()]
    assert sum(points) == 16
    tested = {f"test_{exercise.name}_{part}" for exercise in EXERCISES for part in exercise.parts}
    assert tested == {name for name in CELLS if name.startswith("test_")}
    for exercise in EXERCISES:
        for part in exercise.parts:
            hidden, visible = CELLS[f"test_{exercise.name}_{part}"].source.split("### END HIDDEN TESTS")
            assert f'examine("{exercise.name}", {exercise.name}, part="{part}")' in hidden
            assert visible == f'\ncheck.{exercise.name}({exercise.name}, "{part}")'
    names: dict = {"by_name": by_name}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in NOTEBOOK.cells:
            if cell.cell_type == "code":
                exec(cell.source.replace("from answer_key import examine", "examine = by_name"), names)


def by_name(name: str, answer, part: str) -> None:
    """What hidden tests call, for this section alone."""
    {exercise.name: exercise for exercise in EXERCISES}[name].examine(answer, part)


def test_the_check_tells_a_cap_of_three_from_no_cap():
    for idea in ("max_leverage ignored", "no cap"):
        wrong = next(item for item in PLAN_SCALE_IN.misconceptions if item.name == idea).wrong
        with pytest.raises(Hint) as caught:
            checks.plan_scale_in(wrong, "cap")
        assert caught.value.misconception == idea
