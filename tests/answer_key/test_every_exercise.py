"""What holds of every coded exercise: right answers of any style pass, wrong ones are refused.

A wrong idea costs its own parts and is named; check, grading and the notebook's cells agree.
"""

import functools
import math
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from answer_key import exercises
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.matrix import verdicts
from answer_key.value import Value
from phase6.checks._base import Hint

SOURCE = Path(__file__).resolve().parents[2] / "source" / "phase6"
CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}
EACH = pytest.mark.parametrize("exercise", CODED.values(), ids=CODED)
IDEAS = [(exercise, idea) for exercise in CODED.values() for idea in exercise.misconceptions]
TOLD_BY_THEIR_FORM = {"changes its inputs", "keeps state between calls", "unknown assets are left out"}
"""Ideas whose message begins with what was seen, not with the idea's hint."""
POINTS = {
    "pyramid_risk": 8, "levels_experiment": 4, "risk_sweep": 6, "scale_out": 7, "ledger": 8, "plan_scale_in": 8,
    "leave_one_out": 7, "compare_lookbacks": 7, "correlation_filter": 8, "conviction_size": 12,
}
ALSO_OTHER_PARTS = {"compare_lookbacks", "correlation_filter"}
"""Exercises with ideas that spoil figures of other parts than those they are about."""


@functools.cache
def cells(section: str) -> dict:
    """The cells of a section's notebook by their ids."""
    (path,) = SOURCE.glob(f"{section}-*.ipynb")
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def solution(exercise: Exercise):
    """The function that the instructor's notebook defines."""
    names: dict = {}
    for cell in ("preamble", exercise.name):
        exec(cells(exercise.section)[cell].source, names)
    return names[exercise.name]


@EACH
def test_there_are_enough_ideas_and_styles(exercise):
    hints = [idea.hint for idea in exercise.misconceptions]
    assert len(hints) >= 8
    assert len(set(hints)) == len({idea.name for idea in exercise.misconceptions}) == len(hints)
    assert all(hint[-1] in ".?" for hint in hints)
    assert len(exercise.variants) >= 2


@EACH
def test_right_answers_of_any_style_pass(exercise, capsys):
    for answer in (exercise.reference, *exercise.variants, solution(exercise)):
        exercise.examine(answer, seed=22)
        for part in (None, *exercise.parts):
            exercise.check(answer, part)
            assert capsys.readouterr().out.startswith(f"✓ {exercise.name}, {part}:" if part else f"✓ {exercise.name}:")


@EACH
def test_the_notebook_tests_each_part_by_the_hidden_test_and_then_the_check(exercise):
    tests = {name: cell for name, cell in cells(exercise.section).items() if name.startswith(f"test_{exercise.name}_")}
    assert set(tests) == {f"test_{exercise.name}_{part}" for part in exercise.parts}
    assert sum(cell.metadata.nbgrader.points for cell in tests.values()) == POINTS[exercise.name]
    for part in exercise.parts:
        hidden, visible = tests[f"test_{exercise.name}_{part}"].source.split("### END HIDDEN TESTS")
        assert f'examine("{exercise.name}", {exercise.name}, part="{part}")' in hidden
        assert visible == f'\ncheck.{exercise.name}({exercise.name}, "{part}")'


@pytest.mark.parametrize("section", ["6.2", "6.5"])
def test_every_cell_of_the_instructors_notebook_runs(section):
    names: dict = {}
    for cell in cells(section).values():
        if cell.cell_type == "code":
            exec(cell.source, names)


@pytest.mark.parametrize(("exercise", "idea"), IDEAS, ids=[f"{exercise.name}: {idea.name}" for exercise, idea in IDEAS])
def test_a_wrong_idea_costs_the_parts_it_gets_wrong_and_is_named(exercise, idea):
    refused = verdicts(exercise, idea.wrong, 1)
    assert {(said.misconception, said.seed) for said in refused.values()} == {(idea.name, 1)}
    assert {part for part in exercise.parts if not exercise.accepts(idea.wrong, part, 1)} == set(refused)
    if idea.parts and exercise.name not in ALSO_OTHER_PARTS:
        assert set(refused) == set(idea.parts)
    assert set(refused) >= set(idea.parts)
    for said in refused.values():
        assert "examine(" not in str(said)
        assert len(str(said).removesuffix(said.lines)) < 900
        if idea.name not in TOLD_BY_THEIR_FORM:
            assert str(said).startswith(idea.hint)
            assert exercise.judges or f"`{exercise.name}(" in str(said)
            assert exercise.judges or "The rule:" in str(said) or "expected a number" in str(said)
    for part in exercise.parts.keys() - refused.keys():
        if exercise.name != "correlation_filter":  # before handing in, it is judged by more than the part
            exercise.check(idea.wrong, part)


@pytest.mark.parametrize("exercise", [CODED[name] for name in CODED if name not in ALSO_OTHER_PARTS], ids=lambda item: item.name)
def test_cells_of_the_notebook_name_the_wrong_idea(exercise):
    """What grading tells is the hint, not that the visible example differs.

    The cells of other parts pass.
    """
    names: dict = {}
    exec(cells(exercise.section)["preamble"].source, names)
    for idea in [idea for idea in exercise.misconceptions if idea.parts][::12]:
        for part in exercise.parts:
            source = cells(exercise.section)[f"test_{exercise.name}_{part}"].source
            if part in idea.parts:
                with pytest.raises(WrongAnswer) as caught:
                    exec(source, names | {exercise.name: idea.wrong})
                assert caught.value.misconception == idea.name
            else:
                exec(source, names | {exercise.name: idea.wrong})


@EACH
def test_checks_refuse_a_part_that_does_not_exist(exercise):
    with pytest.raises(ValueError, match="part is 'nothing'"):
        exercise.check(exercise.reference, "nothing")


@EACH
@pytest.mark.parametrize(
    "answer",
    [None, ..., 3.0, "later", print, lambda: None, lambda *args, **kwargs: None, lambda *args, **kwargs: {}],
    ids=["None", "...", "number", "text", "print", "no arguments", "returns None", "returns a dict"],
)
def test_what_is_no_answer_gets_a_plain_hint(exercise, answer):
    with pytest.raises(WrongAnswer, match=exercise.name):
        exercise.examine(answer, seed=1)
    for part in (None, *exercise.parts):
        with pytest.raises(Hint, match=exercise.name):
            exercise.check(answer, part)


@EACH
def test_an_answer_that_is_not_written_or_fails_says_so(exercise):
    def unwritten(*args, **kwargs):
        raise NotImplementedError

    def failing(*args, **kwargs):
        raise KeyError("BTC")

    for answer, expected in ((unwritten, "not written yet"), (failing, "raised KeyError: 'BTC'")):
        with pytest.raises(WrongAnswer, match=expected):
            exercise.examine(answer, seed=1)


NOTHINGS = {
    "NaN": math.nan, "empty list": [], "array of nothing": np.zeros((0, 3)), "NaN array": np.full(3, np.nan),
    "empty frame": pd.DataFrame(),
}


@pytest.mark.parametrize("item", exercises().values(), ids=exercises())
def test_what_solves_nothing_gets_nothing(item):
    """Such as NaN, an empty frame or the argument itself: no point in any part."""
    if isinstance(item, Value):
        assert not any(item.is_right(nothing) for nothing in NOTHINGS.values())
        return
    answers = {what: (lambda *args, nothing=nothing, **kwargs: nothing) for what, nothing in NOTHINGS.items()}
    answers["its argument"] = lambda *args, **kwargs: args[0] if args else None
    passed = [(what, part) for what, answer in answers.items() for part in item.parts if item.accepts(answer, part, 5)]
    assert not passed


@EACH
def test_a_result_of_nan_alone_costs_every_part(exercise):
    def emptied(value):
        if isinstance(value, pd.DataFrame):
            return value * math.nan
        if isinstance(value, dict):
            return {key: [(0, math.nan, math.nan)] if key == "fills" else np.asarray(item) * math.nan for key, item in value.items()}
        return np.asarray(value) * math.nan

    def answer(*args, **kwargs):
        return emptied(exercise.reference(*args, **kwargs))

    assert not [part for part in exercise.parts if exercise.accepts(answer, part, 2)]


@EACH
def test_cases_are_drawn_afresh_and_again_from_their_seed(exercise):
    def shown(seed):
        return repr(exercise.results(exercise.reference, exercise.cases(np.random.default_rng(seed))))

    assert shown(4) == shown(4)
    assert shown(4) != shown(5)
