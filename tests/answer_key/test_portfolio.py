"""Section 6.3: prompts, checks and key agree, and each part is judged for its own reason."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from answer_key import WrongAnswer
from answer_key import portfolio as key
from answer_key.draws import drawn
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
FILTER = EXERCISES["correlation_filter"]


def idea_of(name: str, idea: str) -> Misconception:
    return next(item for item in EXERCISES[name].misconceptions if item.name == idea)


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
        assert EXERCISES[name].accepts(wrong, part, 1) == (part != failing), part
        if part != failing:
            getattr(check, name)(wrong, part)


@pytest.mark.parametrize("name", EXERCISES)
def test_who_changes_the_inputs_is_told_that_and_nothing_else(name):
    with pytest.raises(Hint, match="changed its inputs") as caught:
        getattr(check, name)(idea_of(name, "changes its inputs").wrong)
    assert caught.value.misconception in (None, "changes its inputs")
    assert "practice case" not in str(caught.value)


@pytest.mark.parametrize("name", EXERCISES)
def test_a_memory_between_calls_is_found(name):
    calls = []

    def counting(*args, **kwargs):
        calls.append(1)
        answer = EXERCISES[name].reference(*args, **kwargs)
        if len(calls) <= len(EXERCISES[name].cases(np.random.default_rng(1))):
            return answer
        return {field: 2 * value for field, value in answer.items()} if isinstance(answer, dict) else 2 * answer

    with pytest.raises(WrongAnswer) as caught:
        EXERCISES[name].examine(counting, seed=1)
    assert caught.value.misconception == "keeps state between calls"


def test_no_filter_passes_by_doing_nothing():
    def idle(returns, base_weights, *, window=60, threshold=0.7):
        return pd.DataFrame({name: base_weights[name] for name in returns}, index=returns.index)

    assert not [part for part in FILTER.parts if FILTER.accepts(idle, part, 1)]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_any_share_from_a_fifth_to_95_percent_is_right(share):
    def filtered(returns, base_weights, *, window=60, threshold=0.7):
        halves = correlation_filter_halves(returns, base_weights, window=window, threshold=threshold)
        return halves.where(halves == base_weights, base_weights * share, axis=1)

    FILTER.examine(filtered, seed=4)
    check.correlation_filter(filtered)


@pytest.mark.parametrize("share", [0.19, 0.96, 1.001, -0.1])
def test_other_shares_are_wrong(share):
    def filtered(returns, base_weights, *, window=60, threshold=0.7):
        halves = correlation_filter_halves(returns, base_weights, window=window, threshold=threshold)
        return halves.where(halves == base_weights, base_weights * share, axis=1)

    assert not all(FILTER.accepts(filtered, part, 1) for part in FILTER.parts)
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


@pytest.mark.parametrize("idea", FILTER.misconceptions, ids=lambda idea: idea.name)
def test_check_and_grading_agree_on_the_lag_of_a_filter(idea):
    refused = False
    try:
        check.correlation_filter(idea.wrong, "lag")
    except Hint:
        refused = True
    assert refused != FILTER.accepts(idea.wrong, "lag", 1)


def test_the_check_names_what_becomes_of_a_price_on_its_average():
    for idea in ("a price on the average keeps the side", "a price on the average is short", "flips from long to short alone"):
        with pytest.raises(Hint) as caught:
            check.compare_lookbacks(idea_of("compare_lookbacks", idea).wrong, "flips")
        assert caught.value.misconception == idea


def test_the_first_row_with_a_full_window_is_filtered():
    """An answer that begins one row late is late, whatever it cuts."""
    def late(returns, weights, **options):
        window = options.get("window", 60)
        found = FILTER.reference(returns, weights, **options)
        found.iloc[window] = weights[found.columns].to_numpy()
        return found

    for seed in range(5):
        draw = drawn(FILTER, seed)
        complaint = FILTER.complaint("lag", FILTER.results(late, draw.cases), draw.right("lag"))
        assert "the first row with a full window before it" in complaint
        assert FILTER.accepts(FILTER.reference, "lag", seed)
