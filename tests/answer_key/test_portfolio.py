"""Section 6.3: right answers of every style pass, wrong ideas fail and are named.

Each part is judged for its own reason.
"""

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from answer_key import WrongAnswer
from answer_key import portfolio as key
from answer_key.exercise import Misconception
from answer_key.portfolio._statistics import windowed
from answer_key.portfolio.compare_lookbacks import compare_lookbacks_reference
from answer_key.portfolio.correlation_filter import correlation_filter_halves
from answer_key.portfolio.leave_one_out import leave_one_out_reference
from phase6.checks import portfolio as check
from phase6.checks._base import Hint

SOURCE = Path(__file__).resolve().parents[2] / "source" / "phase6" / "6.3-trend-portfolio.ipynb"
CELLS = json.loads(SOURCE.read_text())["cells"]
EXERCISES = {exercise.name: exercise for exercise in key.EXERCISES}
SEEDS = (1, 20)
NAMING_SEED = 1
IDEAS = [(name, idea.name) for name, exercise in EXERCISES.items() for idea in exercise.misconceptions]


def solution(name: str):
    """The instructor's solution, from the notebook."""
    source = next("".join(cell["source"]) for cell in CELLS if cell["id"] == name)
    space: dict = {"np": np, "pd": pd}
    exec(source, space)
    return space[name]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_check_refuses_a_part_that_does_not_exist(name):
    with pytest.raises(ValueError, match="part is 'nothing'"):
        getattr(check, name)(EXERCISES[name].reference, "nothing")


def idea_of(name: str, idea: str) -> Misconception:
    return next(item for item in EXERCISES[name].misconceptions if item.name == idea)


def verdict(name: str, answer, part: str | None = None, seed: int = NAMING_SEED) -> WrongAnswer | None:
    """What the examiner raises, None when it raises nothing."""
    try:
        EXERCISES[name].examine(answer, part=part, seed=seed)
    except WrongAnswer as wrong:
        return wrong
    return None


@functools.cache
def right_results(name: str):
    """The cases of one draw, and what the reference gives for them."""
    cases = EXERCISES[name].cases(np.random.default_rng(NAMING_SEED))
    return cases, EXERCISES[name].results(EXERCISES[name].reference, cases)


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, str], WrongAnswer | None]:
    return {(name, idea): verdict(name, idea_of(name, idea).wrong) for name, idea in IDEAS}


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_of_every_style_pass(name, seed):
    variants = EXERCISES[name].variants if seed == SEEDS[0] else ()
    for answer in (EXERCISES[name].reference, solution(name), *variants):
        EXERCISES[name].examine(answer, seed=seed)


@pytest.mark.parametrize(("name", "idea"), IDEAS, ids=[f"{name}-{idea}" for name, idea in IDEAS])
def test_wrong_ideas_are_rejected(verdicts, name, idea):
    assert isinstance(verdicts[name, idea], WrongAnswer)


@pytest.mark.parametrize(("name", "idea"), [pair for pair in IDEAS if idea_of(*pair).parts])
def test_wrong_ideas_fail_the_parts_they_are_about(name, idea):
    exercise, (cases, wanted) = EXERCISES[name], right_results(name)
    got = exercise.results(idea_of(name, idea).wrong, cases)
    for part in idea_of(name, idea).parts:
        assert exercise.complaint(part, got, wanted), part


@pytest.mark.parametrize("name", EXERCISES)
def test_hints_name_the_wrong_idea(verdicts, name):
    named = [found.misconception == idea for (of, idea), found in verdicts.items() if of == name and found]
    assert np.mean(named) >= 0.9


def test_hints_tell_a_case_and_no_code(verdicts):
    for (name, _), found in verdicts.items():
        assert str(found).startswith(idea_of(name, found.misconception).hint) or "changed its inputs" in str(found)
        assert "examine(" not in str(found)


@pytest.mark.parametrize("exercise", key.EXERCISES, ids=EXERCISES)
def test_there_are_enough_ideas_and_styles(exercise):
    assert len(exercise.misconceptions) >= 8
    assert len(exercise.variants) >= 2
    assert len({idea.name for idea in exercise.misconceptions}) == len(exercise.misconceptions)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_visible_check_passes_right_answers_part_by_part(name, capsys):
    for answer in (solution(name), *EXERCISES[name].variants):
        for part in (None, *EXERCISES[name].parts):
            getattr(check, name)(answer, part)
    assert capsys.readouterr().out.count("✓") == (1 + len(EXERCISES[name].variants)) * (1 + len(EXERCISES[name].parts))


@pytest.mark.parametrize(
    ("name", "idea", "failing"),
    [
        ("leave_one_out", "one scale for both portfolios", "without"),
        ("compare_lookbacks", "nothing is lagged", "sharpe"),
        ("compare_lookbacks", "a flip counts twice", "flips"),
        ("correlation_filter", "today's return is in the window", "lag"),
        ("correlation_filter", "lags twice", "lag"),
        ("correlation_filter", "no weights in the warm-up", "lag"),
        ("correlation_filter", "begins a row late", "lag"),
        ("correlation_filter", "only the later twin is cut", "cut"),
        ("correlation_filter", "twins are removed", "cut"),
        ("correlation_filter", "weight times 1 − ρ", "cut"),
        ("correlation_filter", "more twins, smaller cut", "cut"),
        ("correlation_filter", "hedges are cut", "untouched"),
        ("correlation_filter", "the cut is given to others", "untouched"),
    ],
)
def test_a_mistake_costs_the_part_that_it_is_about(name, idea, failing):
    wrong = idea_of(name, idea).wrong
    for part in EXERCISES[name].parts:
        assert (verdict(name, wrong, part) is not None) == (part == failing), part
        if part != failing:
            getattr(check, name)(wrong, part)


@pytest.mark.parametrize("name", EXERCISES)
def test_who_changes_the_inputs_is_told_that_and_nothing_else(name):
    with pytest.raises(Hint, match="changed its inputs") as caught:
        getattr(check, name)(idea_of(name, "changes its inputs").wrong)
    assert caught.value.misconception in (None, "changes its inputs")
    assert "practice case" not in str(caught.value)


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("answer", [None, ..., 3.0, "text", lambda: None, lambda *args, **kwargs: None, lambda *args, **kwargs: {}])
def test_what_is_no_answer_gets_a_plain_hint(name, answer):
    for examined in (lambda: EXERCISES[name].examine(answer), lambda: getattr(check, name)(answer)):
        with pytest.raises(Hint, match=name):
            examined()


@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_that_is_not_written_or_fails_says_so(name):
    def unwritten(*args, **kwargs):
        raise NotImplementedError

    def failing(*args, **kwargs):
        raise KeyError("BTC")

    assert "not written yet" in str(verdict(name, unwritten))
    assert "raised KeyError: 'BTC'" in str(verdict(name, failing))


@pytest.mark.parametrize("name", EXERCISES)
def test_a_memory_between_calls_is_found(name):
    calls = []

    def counting(*args, **kwargs):
        calls.append(1)
        answer = EXERCISES[name].reference(*args, **kwargs)
        if len(calls) <= len(EXERCISES[name].cases(np.random.default_rng(1))):
            return answer
        return {field: 2 * value for field, value in answer.items()} if isinstance(answer, dict) else 2 * answer

    assert verdict(name, counting).misconception == "keeps state between calls"


def test_no_filter_passes_by_doing_nothing():
    def idle(returns, base_weights, *, window=60, threshold=0.7):
        return pd.DataFrame({name: base_weights[name] for name in returns}, index=returns.index)

    for part in EXERCISES["correlation_filter"].parts:
        assert verdict("correlation_filter", idle, part), part


@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_any_share_from_a_fifth_to_95_percent_is_right(share):
    def filtered(returns, base_weights, *, window=60, threshold=0.7):
        halves = correlation_filter_halves(returns, base_weights, window=window, threshold=threshold)
        return halves.where(halves == base_weights, base_weights * share, axis=1)

    EXERCISES["correlation_filter"].examine(filtered, seed=4)
    check.correlation_filter(filtered)


@pytest.mark.parametrize("share", [0.19, 0.96, 1.001, -0.1])
def test_other_shares_are_wrong(share):
    def filtered(returns, base_weights, *, window=60, threshold=0.7):
        halves = correlation_filter_halves(returns, base_weights, window=window, threshold=threshold)
        return halves.where(halves == base_weights, base_weights * share, axis=1)

    assert verdict("correlation_filter", filtered)
    with pytest.raises(Hint):
        check.correlation_filter(filtered)


def test_windowed_correlations_are_those_of_numpy():
    values = np.random.default_rng(5).normal(size=(30, 4))
    found = windowed(values, 9)
    assert np.isnan(found[:9]).all()
    for row in range(9, 31):
        np.testing.assert_allclose(found[row], np.corrcoef(values[row - 9 : row], rowvar=False), atol=1e-12)


def test_prompts_print_what_the_references_give():
    text = "".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    five = leave_one_out_reference(check.example_returns(), "B")
    assert {name: round(value, 3) for name, value in five.items()} == check.LEAVE_ONE_OUT
    order = ("sharpe_all", "volatility_all", "sharpe_without", "volatility_without", "sharpe_change")
    assert "| " + " | ".join(f"{five[name]:.3f}" for name in order) + " |" in text
    table = compare_lookbacks_reference(check.example_prices(), (20, 50))
    for lookback, row in table.iterrows():
        assert f"| {lookback} | {row['sharpe']:.3f} | {row['n_days']:.0f} | {row['flips']:.0f} |" in text
    assert {name: tuple(table[name].round(3)) for name in table} == check.LOOKBACKS
    related = windowed(check.example_twins().to_numpy(), check.WINDOW)[check.WINDOW :]
    assert related[:, 0, 1].min() > 0.99
    assert related[:, :2, 3].max() < -0.98
    assert np.abs(related[:, 2, [0, 1, 3]]).max() < 0.02


def test_points_are_the_contracts():
    points = {cell["id"]: cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in CELLS}
    for name, most in {"leave_one_out": 7, "compare_lookbacks": 7, "correlation_filter": 8}.items():
        assert sum(points[f"test_{name}_{part}"] for part in EXERCISES[name].parts) == most
    assert sum(points.values()) == 22


@pytest.mark.parametrize("idea", [idea for name, idea in IDEAS if name == "correlation_filter" and idea != "changes its inputs"])
def test_check_and_grading_agree_on_the_lag_of_a_filter(idea):
    wrong = idea_of("correlation_filter", idea).wrong
    cases, wanted = right_results("correlation_filter")
    exercise = EXERCISES["correlation_filter"]
    refused = False
    try:
        check.correlation_filter(wrong, "lag")
    except Hint:
        refused = True
    assert refused == (exercise.complaint("lag", exercise.results(wrong, cases), wanted) is not None)


def test_the_check_names_what_becomes_of_a_price_on_its_average():
    for idea in ("a price on the average keeps the side", "a price on the average is short", "flips from long to short alone"):
        with pytest.raises(Hint) as caught:
            check.compare_lookbacks(idea_of("compare_lookbacks", idea).wrong, "flips")
        assert caught.value.misconception == idea


def test_the_first_row_with_a_full_window_is_filtered():
    """An answer that begins one row late is late, whatever it cuts."""
    exercise = EXERCISES["correlation_filter"]

    def late(returns, weights, **options):
        window = options.get("window", 60)
        found = exercise.reference(returns, weights, **options)
        found.iloc[window] = weights[found.columns].to_numpy()
        return found

    for seed in range(5):
        with pytest.raises(WrongAnswer, match="the first row with a full window before it"):
            exercise.examine(late, part="lag", seed=seed)
        exercise.examine(exercise.reference, part="lag", seed=seed)
