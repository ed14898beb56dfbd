"""Checks name wrong ideas at once from hashes, refuse nothing right, and give nothing away."""

import contextlib
import inspect
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises, mutations, plain, practice
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.held_out import written
from answer_key.held_out.set_3.right import RIGHT
from answer_key.value import Value
from phase6 import variants
from phase6.checks import _base as base
from phase6.checks import _practice, _values, comprehension, pyramiding, scaling
from phase6.checks._base import Hint
from phase6.checks._transform import SLIPS, slips

from tests.answer_key.slips import UNLISTED
from tests.marks import with_long

KNOWN = exercises()
CODED = {name: item for name, item in KNOWN.items() if isinstance(item, Exercise)}
NUMBERS = {name: item for name, item in KNOWN.items() if isinstance(item, Value) and not item.choices}
TEXT = practice.TABLE.read_text(encoding="utf-8")
ENTRIES = json.loads(TEXT)["exercises"]
SAME_EITHER_WAY = {
    ("scale_out", "equality counted in the comparison of the bar"),  # no target can be passed at the entry
    ("scale_out", "equality counted in the comparison of `side`, `stop`, `open_` and the bar"),  # both prices are one
    ("ledger", "equality not counted in the comparison of `position` and the quantity"),  # nothing held is nothing to close
    ("ledger", "equality counted in the comparison of the position before and the quantity"),
    ("ledger", "equality counted in the comparison of the position before"),  # asked where it is not 0
    ("ledger", "equality counted in the comparison of `position` and the position before"),
    ("plan_scale_in", "equality counted in the comparison of the notional and the cap"),  # it shrinks by nothing
    ("correlation_filter", "equality counted in the comparison of the correlation and `threshold`"),  # rounding decides
    ("correlation_filter", "equality counted in the comparison of `threshold`, the correlation, the asset and the other"),
    ("correlation_filter", "equality counted in the comparison of the twins"),  # in the second text: a share of 1
}
"""Changes of a comparison that give the same results, or others that rounding may give."""
LONG = {"scale_out", "conviction_size", "compare_lookbacks", "leave_one_out", "correlation_filter", "levels_experiment"}
"""Exercises whose part of the table takes longest to write; a change of how it is written shows in
the others.
"""


@pytest.mark.parametrize("name", with_long(CODED, LONG))
def test_the_table_is_what_release_would_write(name):
    """Whatever was called before: some wrong ideas keep something between calls."""
    for idea in CODED[name].misconceptions:
        with contextlib.suppress(Hint, WrongAnswer):
            CODED[name].results(idea.wrong, CODED[name].cases(np.random.default_rng(1))[:6])
    made = json.loads(json.dumps(practice.entry(CODED[name]), default=list))
    assert made == ENTRIES[name], "practice.json is stale: make release"


def test_the_rest_of_the_table_is_what_release_would_write():
    assert list(ENTRIES) == list(CODED)
    assert practice.spelt(ENTRIES) == TEXT, "practice.json is stale: make release"


@pytest.mark.parametrize("name", CODED)
def test_numbers_of_a_practice_case_are_the_same_on_every_processor(name):
    """One rounds a power or a sum of products otherwise than another, in the last of 17 digits."""
    for case in ENTRIES[name]["cases"]:
        typed = [float(number) for number in re.findall(r"\d+\.\d+(?:e[+-]?\d+)?", case["lines"])]
        assert typed == [float(f"{number:.{practice.DIGITS}g}") for number in typed]


@pytest.mark.parametrize("name", CODED)
def test_right_answers_agree_on_every_practice_case(name):
    for answer in (CODED[name].reference, *CODED[name].variants):
        compared = _practice.Compared(name, answer)
        assert [compared.wrong_case(part) for part in CODED[name].parts] == [None] * len(CODED[name].parts)


def rounded_otherwise(result):
    """The same figures as other arithmetic leaves them: a digit far behind, and hardly 0 for 0."""
    if isinstance(result, dict):
        return {key: rounded_otherwise(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return type(result)(map(rounded_otherwise, result))
    if isinstance(result, pd.DataFrame):
        return pd.DataFrame({name: rounded_otherwise(result[name]) for name in result.columns}, index=result.index)
    if isinstance(result, np.ndarray | pd.Series) and result.dtype.kind == "f":
        return result * (1 + 2e-13) + np.where(np.asarray(result) == 0, 3e-11, 0.0)
    if isinstance(result, float):
        return result * (1 + 2e-13) or 3e-11
    return result


@pytest.mark.parametrize("name", CODED)
def test_right_answers_that_round_otherwise_are_refused_nowhere(name):
    check = CODED[name].check
    for answer in (CODED[name].reference, *CODED[name].variants):

        def other(*args, _answer=answer, **kwargs):
            return rounded_otherwise(_answer(*args, **kwargs))

        check(other)
        for part in CODED[name].parts:
            check(other, part)
        CODED[name].examine(other, seed=3)


@pytest.mark.parametrize("name", [name for name in CODED if "side" in CODED[name].parameters])
def test_practice_cases_of_every_part_are_long_and_short(name):
    entry = _practice.table()["exercises"][name]
    sides = {(part, _practice.built(case, name)[1].get("side", 1)) for case in entry["cases"] for part in case["parts"]}
    assert sides == {(part, side) for part in CODED[name].parts for side in (1, -1)}


def test_a_sale_of_next_to_nothing_is_none():
    """What rounding leaves of a position that the targets have sold is no fill at the stop."""

    def sold(*args, **kwargs):
        answer = CODED["scale_out"].reference(*args, **kwargs)
        return answer | {"fills": [*answer["fills"], (len(args[0]) - 1, kwargs["stop"], 1e-14 * kwargs["quantity"])]}

    for part in (None, *CODED["scale_out"].parts):
        pyramiding.scale_out(sold, part)
    CODED["scale_out"].examine(sold, seed=3)


@pytest.mark.parametrize("name", with_long(CODED, {"scale_out"}))
def test_what_the_prompt_says_of_a_boundary_is_decided_by_a_case(name):
    """Comparisons that count equality or do not, and signs of 0, before and after handing in."""
    exercise = CODED[name]
    for mutant in mutations.mutants(name):
        words = mutant.change.words
        if ("equality" in words or words.startswith("0 counted as")) and (name, words) not in SAME_EITHER_WAY:
            assert _practice.Compared(name, mutant.run).wrong_parts, words
            for seed in (1, 2, 3):
                assert not all(exercise.accepts(mutant.run, part, seed) for part in exercise.parts), words


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("scale_out", "quantity_sold = min(waiting_fractions.pop(0) * quantity, quantity_left)\n            fills.append((bar, gap",
         "quantity_sold = waiting_fractions.pop(0) * quantity\n            fills.append((bar, gap"),
        ("conviction_size", "np.clip(forecast, -forecast_cap, forecast_cap)", "np.clip(forecast, 1 - forecast_cap, forecast_cap - 1)"),
        ("compare_lookbacks", "np.sign(prices - moving_average)", "(prices > moving_average) * 2.0 - 1.0"),
        ("compare_lookbacks", "np.sign(prices - moving_average)", "(prices >= moving_average) * 2.0 - 1.0"),
    ],
)
def test_a_rule_that_seldom_counts_is_tested_too(name, old, new):
    text = next(inspect.getsource(text) for text in plain.PLAIN if text.__name__ == name)
    answer = written({name: text}, name, ((old, new),))
    assert _practice.Compared(name, answer).wrong_parts
    for seed in (1, 2, 3):
        assert not all(CODED[name].accepts(answer, part, seed) for part in CODED[name].parts)


@pytest.mark.parametrize("name", CODED)
def test_most_known_ideas_are_named_before_handing_in(name):
    named = 0
    for idea in CODED[name].misconceptions:
        found_by_part = _practice.Compared(name, idea.wrong).told.values()
        named += any(found is not None and found[0] == idea.name for found in found_by_part)
    assert named >= 0.6 * len(CODED[name].misconceptions)


def test_a_known_idea_is_told_at_once_with_lines_that_make_the_call_again(capsys):
    idea = next(idea for idea in CODED["risk_sweep"].misconceptions if idea.name == "the start is no peak")
    with pytest.raises(Hint) as caught:
        pyramiding.risk_sweep(idea.wrong, "drawdown")
    assert caught.value.misconception == idea.name
    assert str(caught.value).startswith(idea.hint)
    setup, _, call = caught.value.lines.rpartition("\n")
    names = {"risk_sweep": lambda *args, **kwargs: (args, kwargs)}
    exec(setup, names)
    assert base.same_data(eval(call, names), pyramiding.case())
    assert capsys.readouterr().out.strip() == caught.value.lines


def test_lines_of_another_call_than_the_message_is_about_are_called_that():
    def no_books(fills, mark):
        return {"position": 0.0, "average_price": 0.0, "realised": 0.0, "unrealised": 0.0}

    with pytest.raises(Hint) as told:
        scaling.ledger(no_books, "pnl")
    message, _, lines = str(told.value).partition("A practice case goes wrong, too. To try it, paste into a cell:")
    assert "In the prompt's example" in message and "try it again" not in message
    assert told.value.lines == lines.strip()


def test_a_refusal_of_grading_ends_with_lines_that_make_the_call_again():
    exercise = CODED["leave_one_out"]
    idea = next(idea for idea in exercise.misconceptions if idea.name == "equal dollars")
    with pytest.raises(WrongAnswer) as caught:
        exercise.examine(idea.wrong, "all", seed=4)
    assert str(caught.value).endswith(caught.value.lines)
    setup, _, call = caught.value.lines.rpartition("\n")
    names = {"leave_one_out": lambda *args, **kwargs: (args, kwargs)}
    exec(setup, names)
    args, kwargs = eval(call, names)
    cases = exercise.cases(np.random.default_rng(4))
    assert any(base.same_data((case.args, dict(case.kwargs)), (args, kwargs)) for case in cases)


@pytest.mark.parametrize("name", CODED)
def test_every_case_can_be_made_again_from_its_lines(name):
    for case in CODED[name].cases(np.random.default_rng(8)):
        setup, _, call = case.lines(name, CODED[name].parameters).rpartition("\n")
        names = {name: lambda *args, **kwargs: (args, kwargs)}
        exec(setup, names)
        assert base.same_data(eval(call, names), (tuple(case.args), dict(case.kwargs)))


def test_no_right_figure_and_no_reference_is_shipped():
    """Right results of every practice case, and right values of the questions, by their digits."""
    table = json.loads(TEXT)
    assert not re.search(r"\bdef \w+\(|lambda|import answer", TEXT)
    shown = 0
    for name, entry in table["exercises"].items():
        given = json.dumps([entry["parts"], entry["hints"]], ensure_ascii=False)
        for case in entry["cases"]:
            args, kwargs = _practice.built(case, name)
            for key, figures in _practice.figures(name, CODED[name].reference(*args, **kwargs), args, kwargs).items():
                for value in np.asarray(figures).reshape(-1)[:6].tolist():
                    digits = f"{abs(value):.9g}"
                    if key not in ("order", "classes", "alike", "flips", "n_days") and len(digits) >= 10:
                        shown += 1
                        assert digits[:9] not in given, (name, key, digits)
    assert shown > 200
    for value in NUMBERS.values():
        digits = f"{float(value.answer):.6g}"
        assert len(digits) < 7 or digits[:6] not in json.dumps(table["values"])


@pytest.mark.parametrize("name", NUMBERS)
def test_trying_numbers_tells_nothing_of_the_right_one(name):
    """The right number is treated as any unknown one, and no hint can tell it.

    No hint belongs to a number from which the right one could be worked out.
    """
    right = float(NUMBERS[name].answer)
    others = [float(value.answer) for value in NUMBERS.values()]
    assert _values.wrong_idea(name, right) is None
    factors = practice.factors_of(variants.variant(0))
    assert practice.gives_away(100 * right, others, factors) and practice.gives_away(right / 3, others, factors)
    wrong = [float(idea.value) for idea in NUMBERS[name].misconceptions]
    assert not any(math.isclose(value, right, rel_tol=0.03) for value in wrong if _values.wrong_idea(name, value))


def test_wrong_ideas_of_questions_are_named_and_choices_and_counts_never(capsys):
    idea = next(idea for idea in NUMBERS["q1_stop_risk"].misconceptions if idea.name == "open heat")
    with pytest.raises(Hint, match="full stop distance") as caught:
        comprehension.q1(q1_stop_risk=idea.value)
    assert caught.value.misconception == idea.name
    for level in (1, 2, 3, 4):
        comprehension.q1(q1_peak_level=level)
    for letter in "abcd":
        comprehension.q2(q2_variance=letter)
    assert capsys.readouterr().out.count("○") == 8
    choices = {item.name for item in KNOWN.values() if isinstance(item, Value) and item.choices}
    assert not choices & json.loads(TEXT)["values"].keys()


@pytest.mark.parametrize(("name", "part", "old", "new", "words"), UNLISTED)
def test_a_slip_in_no_list_is_named_before_handing_in(name, part, old, new, words):
    found = _practice.Compared(name, written(RIGHT, name, ((old, new),))).told[part]
    assert found[0].startswith(words.replace("`", ""))
    assert found[1].startswith("These are the results of the rule with one change: ")
    assert found[0] not in {idea.name for idea in CODED[name].misconceptions}


def test_words_of_a_change_can_be_read_only_with_its_results():
    """No words in the table, and none opened by right results or by those of another change."""
    table = json.loads(TEXT)["exercises"]
    changes = {mutant.change.words for name in CODED for mutant in mutations.mutants(name)}
    long = [words for words in changes if len(words) > 25]
    assert len(long) > 1000 and not [words for words in long if words in TEXT]
    for name, exercise in CODED.items():
        compared = _practice.Compared(name, exercise.reference)
        assert table[name]["changes"] and compared.wrong_parts == set()
        assert [text for tags, text in table[name]["changes"] if compared._opened(tags, text)] == []
    hashes = ["0123456789ab", "ba9876543210"]
    text = _practice.sealed("`equity` left out", hashes)
    assert _practice.unsealed(text, hashes) == "`equity` left out"
    assert [_practice.unsealed(text, other) for other in (hashes[:1], hashes[::-1], ["0123456789ab", "ba9876543211"])] == [None] * 3


def test_an_idea_that_accounts_for_all_parts_comes_before_one_that_fits_a_part():
    """Without the first trade the falls are often those measured without the start as a peak."""
    first_left_out = written(RIGHT, "risk_sweep", (("np.cumprod(growth)", "np.cumprod(growth[1:])"),))
    assert {found[0] for found in _practice.Compared("risk_sweep", first_left_out).told.values()} == {"first trade left out"}
    larger = written(RIGHT, "plan_scale_in", (("min(by_risk, by_cap)", "max(by_risk, by_cap)"),))
    assert {found[0] for found in _practice.Compared("plan_scale_in", larger).told.values()} == {"the larger of the two sizes"}
    for part in ("risk", "cap"):
        with pytest.raises(WrongAnswer) as caught:
            CODED["plan_scale_in"].examine(larger, part, seed=5)
        assert caught.value.misconception == "the larger of the two sizes"


def test_two_slips_in_two_parts_are_named_each_in_its_own():
    two = (("curve[-1] / curve[0] - 1", "np.log(curve[-1] / curve[0])"), ("np.max((top", "np.mean((top"))
    compared = _practice.Compared("levels_experiment", written(RIGHT, "levels_experiment", two))
    assert {part: found[0] for part, found in compared.told.items()} == {
        "return": "log(a/b) in place of a/b − 1, in total_return",
        "drawdown": "the mean in place of the largest, in max_drawdown",
    }


def test_a_change_is_named_whether_deviations_divide_by_n_or_one_less():
    for std in ("book.std()", "book.std(ddof=0)"):
        changes = (("book.mean()", "book.median()"), ("book.std()", std))
        compared = _practice.Compared("leave_one_out", written(RIGHT, "leave_one_out", changes))
        assert compared.told["all"][0].startswith("the median in place of the mean")


def test_percent_and_rounding_are_said_of_any_number(capsys):
    with pytest.raises(Hint, match="means 200 % of equity"):
        comprehension.q1(q1_nominal_risk=2)
    for value in (0.02, 0.03, 0.002):
        comprehension.q1(q1_nominal_risk=value)
        assert "if it is rounded, type the expression" in capsys.readouterr().out
    comprehension.q1(q1_stop_risk=0.0017654321)
    assert "rounded" not in capsys.readouterr().out


def test_figures_near_a_boundary_count_as_either_side():
    for value in (1.2345675, 1.2345675 * (1 + 3e-13), 1.2345675 * (1 - 3e-13)):
        assert _practice.hashes("s", "x", {"a": np.array([value, 2.0])}, ("a",)) & _practice.hashes(
            "s", "x", {"a": np.array([1.2345675, 2.0])}, ("a",)
        )
    one = _practice.hashes("s", "x", {"a": np.array([1.0, 2.0])}, ("a",))
    assert not one & _practice.hashes("s", "x", {"a": np.array([1.0, 2.00001])}, ("a",))
    assert not one & _practice.hashes("s", "x", {"a": np.array([100.0, 200.0])}, ("a",))
    assert not one & _practice.hashes("s", "x", {"a": np.array([1.0])}, ("a",))


def test_slips_are_named_by_what_they_do():
    right = np.array([0.3, -0.1, 0.25])
    made = {slip.name: figures for slip, figures in slips(right, {"side": -1}) if figures is not None}
    assert made["a hundred times too large"] == pytest.approx(100 * right)
    assert made["sign turned round for shorts"] == pytest.approx(-right)
    assert made["one place late"].tolist() == [0.3, 0.3, -0.1]
    assert made["last missing"].tolist() == [0.3, -0.1]
    assert made["scaled by √(365/252)"] == pytest.approx(right * math.sqrt(365 / 252))
    assert len({slip.name for slip in SLIPS}) >= 20
    assert dict(slips(np.array(0.5), {}))[next(slip for slip in SLIPS if slip.name == "reversed")] is None


def test_grading_names_slips_that_are_in_no_list_and_only_when_one_fits():
    exercise = CODED["risk_sweep"]

    def failing(change):
        with pytest.raises(WrongAnswer) as caught:
            exercise.examine(lambda *args, **kwargs: change(exercise.reference(*args, **kwargs)), "equity", seed=5)
        return caught.value

    assert failing(lambda frame: frame.assign(final_equity=frame["final_equity"] / 1000)).misconception == "a thousand times too small"
    assert failing(lambda frame: frame.assign(final_equity=frame["final_equity"].round())).misconception == "rounded"
    assert failing(lambda frame: frame.assign(final_equity=pd.Series(7.0, frame.index))).misconception is None


@pytest.mark.parametrize("name", CODED)
def test_whoever_knows_every_right_result_of_the_table_gains_nothing_on_fresh_data(name):
    """More than any reader of the tables can have.

    All right results of the practice cases, and a wrong idea for everything else.
    """
    exercise, idea = CODED[name], CODED[name].misconceptions[0]
    known = []
    for case in _practice.table()["exercises"][name]["cases"]:
        args, kwargs = _practice.built(case, name)
        known.append(((args, kwargs), exercise.reference(*_practice.built(case, name)[0], **kwargs)))

    def solver(*args, **kwargs):
        for call, result in known:
            if base.same_data(call, (args, kwargs)):
                return base.twin(result)
        return idea.wrong(*args, **kwargs)

    compared = _practice.Compared(name, solver)
    assert [compared.wrong_case(part) for part in exercise.parts] == [None] * len(exercise.parts)
    for seed in (7, 8):
        for part in exercise.parts:
            assert exercise.accepts(solver, part, seed) == exercise.accepts(idea.wrong, part, seed)


def test_an_argument_that_became_an_array_is_a_changed_input():
    assert not base.same_data((0.5, [1.0]), (np.array([0.5, 0.5]), [1.0]))
    assert not base.same_data([1.0, 2.0], [np.array([1.0, 3.0]), 2.0])
    assert not base.same_data(pd.Series([1.0]), 1.0) and not base.same_data(1.0, pd.Series([1.0]))
