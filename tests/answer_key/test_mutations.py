"""Slips in no list are named by one change of a plain text, truly and within bounds."""

import ast
import inspect

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises, mutations, plain, plain_other_structure
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.held_out import written
from answer_key.held_out.set_3.right import RIGHT
from answer_key.matrix import verdicts
from phase6.checks._base import Hint

from tests.answer_key.slips import UNLISTED
from tests.marks import with_long

CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}
CHEAP = ("pyramid_risk", "ledger", "plan_scale_in", "conviction_size")


def graded(name, answer, part, seed=5):
    """The refusal of one part."""
    with pytest.raises(WrongAnswer) as caught:
        CODED[name].examine(answer, part, seed=seed)
    return caught.value


def results(name, answer, part, seed=5):
    """What the detector is asked with."""
    exercise = CODED[name]
    cases = [case for case in exercise.cases(np.random.default_rng(seed)) if case.is_for(part)]
    return exercise, part, exercise.results(answer, cases), exercise.results(exercise.reference, cases)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("text", [*plain.PLAIN, *plain_other_structure.PLAIN], ids=lambda text: text.__name__)
def test_plain_texts_are_right_answers(text, seed):
    CODED[text.__name__].examine(text, seed=seed)


def test_every_coded_exercise_has_a_plain_text():
    assert {text.__name__ for text in plain.PLAIN} == set(CODED)


@pytest.mark.parametrize(("name", "part", "old", "new", "expected"), UNLISTED)
def test_a_slip_is_named_by_what_it_changes(name, part, old, new, expected):
    error = graded(name, written(RIGHT, name, ((old, new),)), part)
    assert expected.replace("`", "") in error.misconception
    assert expected in str(error)
    assert str(error).startswith("These are the results of the rule with one change: ")


@pytest.mark.parametrize(
    ("name", "part", "pieces", "expected"),
    [
        ("risk_sweep", "drawdown", (("rows = []\n", "rows, max_drawdown = [], 0.0\n"), ("        max_drawdown = 0.0\n", "")),
         "max_drawdown carried from one round to the next"),
        ("risk_sweep", "ruin", (("peak = max(", "if not current_equity:\n                break\n            peak = max("),),
         "the loop left once the current equity is 0"),
        ("ledger", "pnl", (("                average_price = 0.0\n", "                average_price = realised = 0.0\n"),),
         "realised started anew in the case that depends on position"),
        ("scale_out", "targets", ((" if side == 1 else low[bar]", ""), ("low[bar] if side == 1 else high[bar]", "low[bar]")),
         "the best price and the worst price not exchanged"),
    ],
)
def test_a_change_of_the_structure_is_named(name, part, pieces, expected):
    text = next(inspect.getsource(text) for text in plain.PLAIN if text.__name__ == name)
    assert graded(name, written({name: text}, name, pieces), part).misconception.startswith(expected)


@pytest.mark.parametrize("name", ["levels_experiment", "risk_sweep", "compare_lookbacks"])
def test_rows_that_are_numbered_or_in_another_order_are_named(name):
    exercise = CODED[name]
    part = next(iter(exercise.parts))
    numbered = graded(name, lambda *args, **kwargs: exercise.reference(*args, **kwargs).reset_index(drop=True), part)
    assert numbered.misconception == "row numbers in place of the index"
    assert "numbered from 0" in str(numbered)
    with pytest.raises(Hint) as caught:
        exercise.check(lambda *args, **kwargs: exercise.reference(*args, **kwargs).reset_index(drop=True), part)
    assert caught.value.misconception == numbered.misconception
    assert graded(name, lambda *args, **kwargs: exercise.reference(*args, **kwargs).sort_index(), part).misconception


def test_a_list_is_never_put_into_itself():
    for name in CODED:
        for mutant in mutations.mutants(name):
            assert "`quantities` in place of the quantity" not in mutant.change.words


def test_changes_that_fit_are_told_apart_by_further_cases():
    """On these cases another cap would do the same; on others the answer shows that it has none."""
    answer = written(RIGHT, "conviction_size", (("np.clip(size, -max_weight, max_weight)", "size"),))
    exercise, part, got, wanted = results("conviction_size", answer, "caps")
    elsewhere = exercise.results(answer, exercise.cases(np.random.default_rng(6)))
    assert mutations.named(exercise, part, got, wanted) is None
    assert mutations.named(exercise, part, got, wanted, further=lambda: elsewhere)[0] == "the weight not cut off"


@pytest.mark.parametrize(
    ("name", "part", "old", "new", "idea"),
    [
        ("pyramid_risk", "sizes", "/ distance /", "/ distance / side /", "negative quantities for shorts"),
        ("levels_experiment", "return", "- 1", "", "growth factor instead of return"),
        ("ledger", "pnl", "held * (mark - average)", "held * mark", "value as profit"),
        ("leave_one_out", "all", "clean.std()", "clean.var()", "divides by the variance"),
    ],
)
def test_an_idea_of_the_list_comes_before_a_change_of_the_text(name, part, old, new, idea):
    answer = written(RIGHT, name, ((old, new),))
    assert mutations.named(*results(name, answer, part)) is not None
    assert graded(name, answer, part).misconception == idea


@pytest.mark.parametrize("name", with_long(CHEAP, {"conviction_size"}))
def test_known_ideas_keep_their_names(name, monkeypatch):
    exercise = CODED[name]
    with_changes = [verdicts(exercise, idea.wrong, 3) for idea in exercise.misconceptions]
    monkeypatch.setattr(mutations, "named", lambda *given: None)
    for idea, now in zip(exercise.misconceptions, with_changes, strict=True):
        before = verdicts(exercise, idea.wrong, 3)
        assert list(now) == list(before), idea.name
        for part, error in before.items():
            assert error.misconception in (None, now[part].misconception), idea.name


def test_right_results_are_no_slip():
    for name in CHEAP:
        for part in CODED[name].parts:
            assert mutations.named(*results(name, written(RIGHT, name), part)) is None


def test_changes_that_other_cases_tell_apart_are_not_named():
    """The larger of two sizes is the cap where the budget asks for less: this part cannot tell."""
    answer = written(RIGHT, "plan_scale_in", (("min(by_risk, by_cap)", "max(by_risk, by_cap)"),))
    found = {mutant.change.words for mutant in mutations.matching(*results("plan_scale_in", answer, "risk"))}
    assert len(found) > 1
    assert mutations.named(*results("plan_scale_in", answer, "risk")) is None
    assert mutations.named(*results("plan_scale_in", answer, "cap"))[0] == "the larger of two, not the smaller, in the size"


def test_a_change_must_leave_right_what_is_right():
    """Half a step a level gives the stop behind the mean entry, but other entries."""
    heat = ("np.sum(quantities) * distance", "np.sum(quantities * side * (entries[-1] - stop))")
    answer = written(RIGHT, "pyramid_risk", (("stop = entries[-1]", "stop = entries.mean()"), heat))
    assert mutations.named(*results("pyramid_risk", answer, "stop"))[0] == "the mean of entries in place of the last, in stop"


@pytest.mark.parametrize("constant", [0.0, 1.0, float("nan")])
def test_constants_are_named_by_no_detector(constant):
    def levels(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
        return pd.DataFrame(constant, index=list(max_levels), columns=["total_return", "max_drawdown"])

    def leave(returns, asset, *, target_volatility=0.10, periods_per_year=252):
        return dict.fromkeys(("sharpe_all", "volatility_all", "sharpe_without", "volatility_without", "sharpe_change"), constant)

    for name, answer in (("levels_experiment", levels), ("leave_one_out", leave)):
        for part in CODED[name].parts:
            assert graded(name, answer, part).misconception is None


def test_a_filter_that_never_cuts_is_no_single_change():
    def never(returns, base_weights, *, window=60, threshold=0.7):
        return pd.DataFrame(np.tile(base_weights.to_numpy(), (len(returns), 1)), returns.index, returns.columns)

    assert mutations.named(*results("correlation_filter", never, "cut")) is None


@pytest.mark.parametrize("name", CODED)
def test_the_number_of_trials_is_bounded(name, monkeypatch):
    """An answer that nothing names costs hardly more than one trial of each change."""
    exercise, calls = CODED[name], []
    part = next(iter(exercise.parts))
    _, _, got, wanted = results(name, exercise.reference, part)
    field = exercise.parts[part][-1]
    rng = np.random.default_rng(0)
    noisy = [(case, {**fields, field: np.asarray(fields[field], dtype=float) * rng.uniform(1.1, 1.9)}) for case, fields in got]
    made = mutations._Recent.result

    def counted(*given):
        calls.append(given[1])
        return made(*given)

    monkeypatch.setattr(mutations._Recent, "result", counted)
    if name == "correlation_filter":  # of weights only classes are compared
        noisy = [
            (case, {**fields, field: rng.permutation(np.asarray(fields[field]).reshape(-1)).reshape(np.shape(fields[field]))})
            for case, fields in got
        ]
    assert mutations.named(exercise, part, noisy, wanted) is None
    assert 50 < len(mutations.mutants(name)) <= 2 * mutations.MOST
    assert len(calls) <= 1.1 * len(mutations.mutants(name))


def test_a_change_that_makes_a_loop_endless_is_given_up():
    module = ast.parse("def endless():\n    while True:\n        pass\n")
    endless = module.body[0]
    assert isinstance(endless, ast.FunctionDef)
    mutations._guarded(endless)
    with pytest.raises(RuntimeError, match="rounds"):
        mutations._made(compile(module, "<endless>", "exec"), "endless", {})()


def test_ratios_may_divide_by_n_or_by_n_less_one():
    changes = (("returns[returns.notna().all(axis=1)]", "returns.fillna(0.0)"), ("book.std()", "book.std(ddof=0)"))
    answer = written(RIGHT, "leave_one_out", changes)
    assert mutations.named(*results("leave_one_out", answer, "all"))[0] == "0 in place of missing values, in the complete rows"
