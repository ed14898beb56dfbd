"""How an answer is examined, on a toy.

Each tier of messages, wrong ideas named, parts that fail for their own reason only.
"""

import dataclasses
import random
import sys

import answer_key
import numpy as np
import pandas as pd
import pytest
from answer_key.exercise import Case, Exercise, Field, Misconception, WrongAnswer
from answer_key.value import Value, WrongValue
from phase6.checks import _base as base

SEED = 7


def reference(values, *, weight=1.0):
    return {"total": weight * sum(values), "count": len(values)}


def cases(rng):
    drawn = [Case((rng.normal(size=int(rng.integers(3, 7))).tolist(),), {"weight": float(rng.uniform(2, 3))}) for _ in range(4)]
    return [*drawn, Case(([5.0],), label="one value"), Case(([],), label="no value", parts=("count",))]


def read(result, case):
    found = base.need_keys("weigh", result, ("total", "count"))
    return {name: base.number(f"`{name}`", found[name]) for name in ("total", "count")}


def short_of_one(values, *, weight=1.0):
    values.pop()
    return reference(values, weight=weight)


def wrong_kind(values, *, weight=1.0):
    return {"total": [1.0, 2.0], "count": 1}


WEIGH = Exercise(
    name="weigh",
    section="6.0",
    parameters=("values", "weight"),
    reference=reference,
    cases=cases,
    read=read,
    fields=(Field("total", "the sum times the weight"), Field("count", "the number of values")),
    parts={"total": ("total",), "count": ("count",)},
    misconceptions=(
        Misconception("weight ignored", lambda values, *, weight=1.0: reference(values), "The weight multiplies the sum.", ("total",)),
        Misconception("one too few", lambda values, *, weight=1.0: {**reference(values, weight=weight), "count": len(values) - 1},
                      "The last one counts too.", ("count",)),
        Misconception("changes its inputs", short_of_one, "Do not take from the list."),
        Misconception("two totals", wrong_kind, "One sum is asked for."),
    ),
    variants=(lambda values, weight=1.0: pd.Series({"total": weight * np.sum(values), "count": np.int64(len(values)), "extra": "x"}),),
)


def said(answer, part=None, exercise=WEIGH, seed=SEED) -> WrongAnswer:
    with pytest.raises(WrongAnswer) as caught:
        exercise.examine(answer, part, seed=seed)
    return caught.value


@pytest.mark.parametrize("answer", [reference, *WEIGH.variants])
@pytest.mark.parametrize("part", [None, "total", "count"])
def test_right_answers_pass(answer, part):
    WEIGH.examine(answer, part, seed=SEED)


@pytest.mark.parametrize(("answer", "expected"), [
    (None, "`weigh` is None. Define a function"),
    (..., "`weigh` is Ellipsis. Define a function"),
    (3, "`weigh` is a int; expected a function"),
    (lambda values: 0, "`weigh` does not take `weight`"),
    (lambda values, weight, more: 0, "`weigh` needs `more`, which is never passed to it"),
    (lambda values, weight=1.0: None, "is a `return` missing?"),
    (lambda values, weight=1.0: 3.0, "returned a float; expected a dict with the keys 'total', 'count'"),
    (lambda values, weight=1.0: {"total": 1.0}, "returned no 'count'"),
    (lambda values, weight=1.0: {"total": "much", "count": 1}, "`total` is a str; expected one number"),
    (lambda values, weight=1.0: {"total": float("nan"), "count": 1}, "`total` is NaN"),
])
def test_what_cannot_be_compared_is_told_in_the_order_of_the_tiers(answer, expected):
    assert expected in str(said(answer))


@pytest.mark.skipif(sys.version_info < (3, 14), reason="before Python 3.14 a definition evaluates its annotations")
def test_annotations_may_name_what_does_not_exist():
    names: dict = {}
    exec("def weigh(values: List[float], *, weights: Number = 1.0) -> Dict[str, Number]:\n    return {}\n", names)
    assert "`weigh` does not take `weight`" in str(said(names["weigh"]))


def test_a_blank_answer_is_told_so():
    def weigh(values, *, weight=1.0):
        raise NotImplementedError

    assert "`weigh` is not written yet" in str(said(weigh))


def test_an_exception_is_shown_with_its_line_and_the_call():
    names: dict = {}
    typed = "def weigh(values, *, weight=1.0):\n    half = weight / 2\n    return values[99] * half\n"
    exec(compile(typed, "<ipython-input-3>", "exec"), names)
    message = str(said(names["weigh"]))
    assert "raised IndexError: list index out of range" in message
    assert "at line 3 of your cell" in message
    assert message.startswith("`weigh([")


def test_an_exception_from_a_confined_kernel_brings_its_line_as_a_note():
    def weigh(values, *, weight=1.0):
        error = ZeroDivisionError("division by zero")
        error.add_note("line 2 of your cell: 1 / 0")
        raise error

    assert "raised ZeroDivisionError: division by zero at line 2 of your cell: 1 / 0" in str(said(weigh))


def test_changed_inputs_are_told_and_named():
    error = said(short_of_one)
    assert "changed its inputs" in str(error)
    assert error.misconception == "changes its inputs"


def test_inputs_that_are_changed_back_pass():
    def weigh(values, *, weight=1.0):
        values.append(0.0)
        values.pop()
        return reference(values, weight=weight)

    WEIGH.examine(weigh, seed=SEED)


def test_what_a_mutant_cannot_be_read_for_is_named_too():
    error = said(wrong_kind)
    assert error.misconception == "two totals"
    assert "`total`" in str(error)
    assert str(error).endswith("One sum is asked for.")


def test_the_same_hint_after_other_results_names_no_idea():
    def weigh(values, *, weight=1.0):
        return wrong_kind(values) if len(values) == 1 else reference(values, weight=weight)

    assert said(weigh).misconception is None


@pytest.mark.parametrize("idea", WEIGH.misconceptions[:2], ids=lambda idea: idea.name)
def test_a_wrong_idea_is_rejected_and_named_in_its_own_part_only(idea):
    (part,) = idea.parts
    for seed in range(20):
        error = said(idea.wrong, part, seed=seed)
        assert (error.misconception, error.seed) == (idea.name, seed)
        assert str(error).startswith(idea.hint)
        for other in set(WEIGH.parts) - {part}:
            WEIGH.examine(idea.wrong, other, seed=seed)


def test_a_wrong_value_is_told_on_the_smallest_failing_case_with_the_rule():
    def weigh(values, *, weight=1.0):
        return {"total": weight * sum(values) + 0.5, "count": len(values)}

    error = said(weigh)
    place = "Your function is right but for one place: line 2 needs `weight * sum(values)` in place of `weight * sum(values) + 0.5`."
    assert str(error).startswith(f"{place} In `weigh([5])` (one value), your `total` is 5.5. The rule: the sum times the weight.")
    assert str(error).endswith("paste into a cell:\n\nweigh([5.0])")
    assert error.misconception == "one place: something too much"


def test_the_right_figure_is_not_told():
    message = str(said(lambda values, weight=1.0: {"total": 123456.0 if len(values) > 1 else 5.0, "count": len(values)}))
    assert "your `total` is 123456. The rule" in message
    for case in cases(np.random.default_rng(SEED)):
        assert base.shown(float(reference(*case.args, **case.kwargs)["total"])) not in message or len(case.args[0]) < 2


def test_what_lies_within_the_tolerance_is_right():
    WEIGH.examine(lambda values, weight=1.0: {"total": weight * sum(values) * (1 + 1e-9), "count": len(values)}, seed=SEED)
    said(lambda values, weight=1.0: {"total": weight * sum(values) * (1 + 1e-5), "count": len(values)}, "total")


def test_what_is_kept_between_calls_is_told():
    calls = []

    def weigh(values, *, weight=1.0):
        calls.append(1)
        return {**reference(values, weight=weight), "total": weight * sum(values) + len(calls)}

    error = said(weigh)
    assert "called again" in str(error)
    assert error.misconception == "keeps state between calls"


def test_a_random_answer_is_told_so():
    assert "draw random numbers" in str(said(lambda values, weight=1.0: {"total": random.random(), "count": len(values)}))


def test_a_part_without_a_name_or_a_case_is_the_authors_error():
    with pytest.raises(KeyError, match="no part 'mean'"):
        WEIGH.examine(reference, "mean", seed=SEED)
    empty = dataclasses.replace(WEIGH, cases=lambda rng: [Case(([1.0],), parts=("count",))])
    with pytest.raises(ValueError, match="no case for part 'total'"):
        empty.examine(reference, "total", seed=SEED)


def test_fresh_seeds_come_from_random_and_draw_the_same_cases_again():
    def seeds():
        random.seed(64)
        return [said(WEIGH.misconceptions[0].wrong, "total", seed=None) for _ in range(3)]

    first, second = seeds(), seeds()
    assert [error.seed for error in first] == [error.seed for error in second]
    assert len({error.seed for error in first}) == 3
    assert str(said(WEIGH.misconceptions[0].wrong, "total", seed=first[0].seed)) == str(first[0])


def test_an_invariant_is_told_before_a_value():
    def invariants(fields, case):
        base.need(fields["count"] >= 0, f"`count` is {base.shown(fields['count'])}; a number of values is never negative.")

    strict = dataclasses.replace(WEIGH, invariants=invariants)
    error = said(lambda values, weight=1.0: {"total": weight * sum(values), "count": -1}, exercise=strict)
    assert "a number of values is never negative" in str(error)
    strict.examine(reference, seed=SEED)


def test_a_judge_decides_from_all_results():
    def judge(results):
        grows = all(fields["total"] >= 0 for _, fields in results)
        return None if grows else "The total is below zero for some values."

    judged = dataclasses.replace(WEIGH, judges={"total": judge})
    error = said(lambda values, weight=1.0: {"total": -1.0, "count": len(values)}, exercise=judged)
    assert str(error) == "The total is below zero for some values."
    judged.examine(lambda values, weight=1.0: {"total": 1.0, "count": len(values)}, "total", seed=SEED)


@pytest.mark.parametrize("name", ["risk_sweep", "ledger"])
def test_a_part_holds_exactly_where_nothing_is_wrong_with_it(name):
    exercise = answer_key.exercises()[name]
    assert isinstance(exercise, Exercise)
    cases = exercise.cases(np.random.default_rng(SEED))
    wanted, seen = exercise.results(exercise.reference, cases), set()
    for function in (exercise.reference, *exercise.variants, *(idea.wrong for idea in exercise.misconceptions)):
        try:
            got = exercise.results(function, cases)
        except base.Hint:
            continue
        for part in exercise.parts:
            assert exercise.holds(part, got, wanted) == (exercise.complaint(part, got, wanted) is None)
            seen.add((part, exercise.holds(part, got, wanted)))
    assert seen == {(part, right) for part in exercise.parts for right in (True, False)}


def test_arrays_are_told_by_the_position_that_is_wrong():
    doubled = Exercise(
        name="double", section="6.0", parameters=("values",), reference=lambda values: [2 * x for x in values],
        cases=lambda rng: [Case(([1.0, 2.0, 3.0],))],
        read=lambda result, case: {"double": base.numbers("`double(values)`", result, 3)},
        fields=(Field("double", "twice each value"),), parts={"value": ("double",)}, misconceptions=(), variants=(),
    )
    assert "your `double` is 9 at position 2" in str(said(lambda values: (2, 4, 9), exercise=doubled))
    assert "should have 3 numbers, yours has 2" in str(said(lambda values: [2, 4], exercise=doubled))
    doubled.examine(lambda values: pd.Series([2, 4, 6], index=[9, 9, 9]), seed=SEED)


SHARE = Value("share", "6.0", 0.25, "a part over the whole", (WrongValue("percent", 25.0, "A fraction is asked for."),), relative=0.02)
LETTERS = ("a", "b", "c")
PICK = Value("pick", "6.0", frozenset("ac"), "those that move", (WrongValue("all", frozenset("abc"), "One stays."),), choices=LETTERS)
ONE = Value("one", "6.0", "b", "the one that stays", (WrongValue("moves", "a", "That one moves."),), choices=LETTERS)


@pytest.mark.parametrize(("value", "answer"), [
    (SHARE, 0.25), (SHARE, 0.2549), (SHARE, np.float32(0.25)), (SHARE, [0.25]), (SHARE, pd.Series([0.25], index=["x"])),
    (PICK, {"a", "c"}), (PICK, "ac"), (PICK, "c, a"), (PICK, ["C", " a"]), (PICK, np.array(["a", "c"])), (ONE, "b"), (ONE, " B "),
])
def test_right_values_of_any_style_pass(value, answer):
    value.examine(answer, part="value")


@pytest.mark.parametrize(("value", "answer", "expected", "idea"), [
    (SHARE, 0.256, "`share` = 0.256 is not right. The rule: a part over the whole.", None),
    (SHARE, 25, "A fraction is asked for.", "percent"),
    (SHARE, ..., "`share` is not answered yet", None),
    (SHARE, None, "`share` is not answered yet", None),
    (SHARE, "a quarter", "`share` is a str; expected one number", None),
    (SHARE, True, "`share` is a bool; expected one number", None),
    (SHARE, lambda: 0.25, "`share` is a function; expected a number", None),
    (SHARE, [0.25, 0.5], "`share` is a list; expected one number", None),
    (PICK, "abc", "One stays.", "all"),
    (PICK, "a", "is not right. The rule: those that move.", None),
    (PICK, "ad", "names 'ad'; the choices are a, b, c", None),
    (PICK, set(), "is empty; the choices are", None),
    (PICK, 3, "expected a set of letters", None),
    (ONE, "a", "That one moves.", "moves"),
    (ONE, "ab", "names 'ab'; the choices are a, b, c", None),
    (ONE, {"b"}, "expected one letter", None),
    (ONE, ..., "`one` is not answered yet", None),
])
def test_wrong_values_are_told(value, answer, expected, idea):
    with pytest.raises(WrongAnswer) as caught:
        value.examine(answer)
    assert expected in str(caught.value)
    assert caught.value.misconception == idea


def test_examining_by_name():
    with pytest.raises(KeyError, match="there is no exercise 'pyramid'"):
        answer_key.examine("pyramid", reference)
    with pytest.raises(WrongAnswer, match="is None"):
        answer_key.examine("pyramid_risk", None)


def test_a_part_that_does_not_exist_is_refused_for_every_exercise():
    for name in ("ledger", "q3_sharpe_with_correlation"):
        with pytest.raises(KeyError, match=f"{name} has no part 'no such part'"):
            answer_key.examine(name, lambda *_: 0.0, part="no such part")


@pytest.mark.parametrize("item", answer_key.exercises().values(), ids=list(answer_key.exercises()))
def test_a_hint_is_a_sentence_of_its_own(item):
    """The visible check takes a hint that begins in lower case for the end of a sentence."""
    for idea in item.misconceptions:
        assert not idea.hint[0].islower(), (idea.name, idea.hint)
