"""Section 6.4: answers follow from the library, and wrong ideas are told apart.

Notebook, check and key agree.
"""

import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from answer_key.comprehension import EXERCISES
from answer_key.comprehension.q1 import by_level
from answer_key.comprehension.q2 import ALL_AT_ONCE, IN_QUARTERS, NO_EDGE, STOP, TREND, trade
from answer_key.comprehension.q4 import ONCE, THRICE
from answer_key.exercise import WrongAnswer
from phase6.checks import comprehension as checks
from phase6.checks._base import Hint
from phase6.experiments import PYRAMID_MARKETS, leverage_compared
from phase6.market import UNIVERSE
from phase6.metrics import sharpe_standard_error
from phase6.portfolio import effective_bets, portfolio_sharpe, risk_shares
from phase6.pyramiding import stop_risk_by_level
from phase6.variants import STANDARD

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "source/phase6/6.4-comprehension.ipynb", as_version=4)
CELLS = {cell.metadata.nbgrader.grade_id: cell for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}
KEY = {value.name: value for value in EXERCISES}
BOTH = pytest.mark.parametrize("value", EXERCISES, ids=lambda value: value.name)
CONTRACT = {
    "q1": ["q1_nominal_risk", "q1_stop_risk", "q1_peak_level", "q1_peak_stop_risk"],
    "q2": ["q2_win_rate", "q2_variance", "q2_expectancy_no_edge", "q2_expectancy_trend"],
    "q3": ["q3_portfolio_sharpe", "q3_standard_error_two_years", "q3_sharpe_with_correlation"],
    "q4": ["q4_regime", "q4_leverage", "q4_after_matching"],
    "q5": ["q5_btc_variance_share", "q5_effective_bets"],
}


@pytest.fixture(scope="module")
def answers() -> dict:
    """Names after the instructor's cells, with those of the locked ones."""
    names: dict = {}
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            exec(cell.source, names)
    return names


def test_the_contracts_variables_are_all_asked():
    assert list(KEY) == [name for names in CONTRACT.values() for name in names]


@pytest.mark.parametrize(("name", "value"), [
    ("q1_nominal_risk", 0.02), ("q1_stop_risk", 17 / 21 * 0.0025), ("q1_peak_level", 2), ("q1_peak_stop_risk", 0.0065),
    ("q3_portfolio_sharpe", 0.5 * 8**0.5), ("q3_sharpe_with_correlation", 0.5 * (8 / 3.1) ** 0.5),
])
def test_answers_are_the_contracts(name, value):
    assert math.isclose(KEY[name].answer, value, rel_tol=1e-12)


@pytest.mark.parametrize(("name", "value", "tolerance"), [("q5_btc_variance_share", 0.5485, 5e-5), ("q5_effective_bets", 2.84, 5e-3)])
def test_rounded_answers_are_the_contracts(name, value, tolerance):
    assert abs(KEY[name].answer - value) < tolerance


def test_answers_are_the_librarys():
    table = stop_risk_by_level(4)
    assert list(by_level(STANDARD.pyramid).values()) == pytest.approx(table["stop_risk"].to_list())
    assert KEY["q3_portfolio_sharpe"].answer == pytest.approx(portfolio_sharpe(0.5, 8))
    assert KEY["q3_sharpe_with_correlation"].answer == pytest.approx(portfolio_sharpe(0.5, 8, 0.3))
    assert KEY["q3_standard_error_two_years"].answer == pytest.approx(sharpe_standard_error(0.5, 2), rel=1e-3)
    shares = risk_shares(np.ones(8), [asset.sigma for asset in UNIVERSE.values()])
    assert KEY["q5_btc_variance_share"].answer == pytest.approx(shares[list(UNIVERSE).index("BTC")])
    assert KEY["q5_effective_bets"].answer == pytest.approx(effective_bets(shares))


@pytest.mark.parametrize("chance", [NO_EDGE, TREND])
@pytest.mark.parametrize("sold", [ALL_AT_ONCE, IN_QUARTERS], ids=["plan A", "plan B"])
def test_the_two_plans_are_those_of_a_walk(chance, sold):
    """Ten thousand walks, step by step."""
    rng = np.random.default_rng(64)
    results = np.zeros(10_000)
    for trial in range(len(results)):
        price, waiting = 0, dict(sold)
        while waiting:
            price += 1 if rng.random() < chance else -1
            if price == -STOP:
                results[trial] += sum(waiting.values()) * price
                break
            results[trial] += waiting.pop(price, 0.0) * price
    exact = trade(chance, sold)
    error = results.std() / 100
    assert abs(results.mean() - exact["expectancy"]) < 4 * error
    assert abs((results > 0).mean() - exact["win rate"]) < 4 * 0.5 / 100
    assert results.var() == pytest.approx(exact["variance"], rel=0.06)


def test_the_figures_of_question_4_are_measured_again():
    markets = {name: PYRAMID_MARKETS[name] for name in ONCE}
    found = leverage_compared(markets=markets, paths=1_000, seed=65)
    found = found[found["measure"] == "difference"].set_index(["multiple", "comparison", "market"])
    for multiple, kept in ((1.0, ONCE), (3.0, THRICE)):
        for name, stored in kept.items():
            for comparison, figure in (("equal initial risk", stored.risk), ("equal volatility", stored.matched)):
                row = found.loc[(multiple, comparison, name)]
                assert abs(100 * row["estimate"] - figure) < 4.5 * 100 * row["standard_error"], (multiple, comparison, name)
            matched = found.loc[(multiple, "equal volatility", name)]
            assert 100 * matched["q05"] == pytest.approx(stored.low, rel=0.15)
            assert 100 * matched["q95"] == pytest.approx(stored.high, rel=0.15)


@BOTH
def test_right_answers_of_any_style_pass(value, answers):
    assert len(value.variants) >= 2
    for answer in (value.answer, *value.variants, answers[value.name]):
        value.examine(answer, part="value")


@BOTH
def test_wrong_ideas_are_rejected_and_told_apart(value):
    assert len(value.misconceptions) >= 2
    assert len({idea.name for idea in value.misconceptions}) == len(value.misconceptions)
    for idea in value.misconceptions:
        with pytest.raises(WrongAnswer) as caught:
            value.examine(idea.value)
        assert (caught.value.misconception, str(caught.value)) == (idea.name, idea.hint)


@BOTH
def test_another_wrong_answer_is_told_the_rule(value):
    if not value.choices:
        with pytest.raises(WrongAnswer, match=r"is not right\. The rule: ") as caught:
            value.examine(value.answer * 0.91)
        assert caught.value.misconception is None
    elif not value.many:
        assert {idea.value for idea in value.misconceptions} == set(value.choices) - {value.answer}


@BOTH
def test_no_message_tells_the_answer(value):
    """Neither the number, to three digits, nor the letter, in quotes or bold."""
    texts = [value.rule, *(idea.hint for idea in value.misconceptions)]
    if value.choices:
        forms = [f"{quote}{letter}{quote}" for letter in value.answer for quote in "'\"`*"]
    elif value.answer == int(value.answer):
        forms = [f"level {value.answer}"]
    else:
        forms = [f"{value.answer:.3g}", f"{100 * value.answer:.3g} %"]
    assert [(form, text) for form in forms for text in texts if form in text] == []


@pytest.mark.parametrize("question", CONTRACT)
def test_a_check_accepts_right_and_wrong_alike(question, capsys):
    for name in CONTRACT[question]:
        value, said = KEY[name], set()
        kinds = [idea.value for idea in value.misconceptions] if value.choices or name == "q1_peak_level" else [value.answer * 1.21]
        for answer in (value.answer, *value.variants, *kinds):
            getattr(checks, question)(**{name: answer})
            said.add(re.sub(r" \S+ has few digits: .* instead\.", "", capsys.readouterr().out))
        assert said == {f"○ {name}: recorded. You learn whether it is right when the notebook is graded.\n"}


@pytest.mark.parametrize(("question", "name", "answer", "expected"), [
    ("q1", "q1_stop_risk", ..., "`q1_stop_risk` is not answered yet: it is Ellipsis."),
    ("q1", "q1_stop_risk", "2 %", "`q1_stop_risk` is a str; expected one number."),
    ("q1", "q1_peak_level", 2.5, "expected a number of levels"),
    ("q1", "q1_peak_level", 0, "expected a number of levels"),
    ("q2", "q2_variance", None, "`q2_variance` is not answered yet"),
    ("q2", "q2_variance", "e", "`q2_variance` names 'e'; the choices are a, b, c, d."),
    ("q2", "q2_variance", {"b"}, "expected one letter, such as 'a'"),
    ("q3", "q3_portfolio_sharpe", -1.4, "expected a number above 0"),
    ("q3", "q3_portfolio_sharpe", lambda: 1, "is a function; expected a number"),
    ("q3", "q3_portfolio_sharpe", float("inf"), "is infinite"),
    ("q4", "q4_regime", 2, "expected a set of letters"),
    ("q4", "q4_regime", "range", "names 'range'"),
    ("q4", "q4_regime", [], "is empty; the choices are a, b, c, d"),
    ("q5", "q5_btc_variance_share", 54.85, "a share is a fraction between 0 and 1"),
])
def test_a_check_names_the_wrong_kind(question, name, answer, expected):
    with pytest.raises(Hint) as caught:
        getattr(checks, question)(**{name: answer})
    assert expected in str(caught.value)


def test_a_check_knows_its_names():
    with pytest.raises(ValueError, match="q1 has no 'q1_risk'"):
        checks.q1(q1_risk=0.02)


@pytest.mark.parametrize("question", CONTRACT)
def test_the_notebooks_cells_are_the_contracts(question):
    tests = [CELLS[f"test_{name}"] for name in CONTRACT[question]]
    assert sum(cell.metadata.nbgrader.points for cell in tests) == 3
    for name, cell in zip(CONTRACT[question], tests, strict=True):
        hidden, _, seen = cell.source.partition("### END HIDDEN TESTS\n")
        assert f'examine("{name}", {name}, part="value", students=keys(STUDENT))' in hidden
        assert seen == f"check.{question}(student=STUDENT, {name}={name})"
    written = CELLS[f"{question}_explain"]
    assert (written.metadata.nbgrader.points, written.metadata.nbgrader.solution, written.metadata.nbgrader.grade) == (2, True, True)
    assert written.source.count("MARK SCHEME ===") == 2
    assert written.source.count("1 point: ") == 2


@pytest.mark.parametrize("question", CONTRACT)
def test_the_instructors_answers_pass_and_blanks_are_told_so(question, answers):
    blank: dict = {}
    exec(CELLS[question].source.split("### BEGIN SOLUTION")[0], blank)
    for name in CONTRACT[question]:
        exec(CELLS[f"test_{name}"].source, dict(answers))
        with pytest.raises(Hint, match=f"`{name}` is not answered yet"):
            exec(CELLS[f"test_{name}"].source, {**answers, name: blank[name]})


@pytest.mark.parametrize("asked", [
    "pyramid 4 times at 0.5 % risk each", "Why is the actual risk often less than 2 %", "Why do successful traders scale OUT",
    "0.5 × √8 ≈ 1.4. Verify this", "When does pyramiding hurt performance",
    "better than equal-dollar sizing across a diverse portfolio",
])
def test_the_published_notebooks_questions_are_asked(asked):
    assert asked in "".join(cell.source for cell in CELLS.values() if cell.metadata.nbgrader.locked)


def test_the_simulation_bears_out_question_3(answers):
    for count, correlation, name in ((8, 0.0, "q3_portfolio_sharpe"), (8, 0.3, "q3_sharpe_with_correlation")):
        measured = answers["two_year_sharpes"](count, correlation, histories=600)
        assert abs(measured.mean() - KEY[name].answer) < 4 * 0.71 / 600**0.5
        assert measured.std() == pytest.approx(KEY["q3_standard_error_two_years"].answer, rel=0.12)
