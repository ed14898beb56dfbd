"""Section 6.1: prompts, checks and key agree, and each part fails for its own reason only."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from answer_key import WrongAnswer
from answer_key.matrix import verdicts
from answer_key.pyramiding import EXERCISES, PYRAMID_RISK, RISK_SWEEP, SCALE_OUT
from phase6.checks import pyramiding as check
from phase6.checks._base import Hint

NOTEBOOK = Path(__file__).resolve().parents[2] / "source" / "phase6" / "6.1-pyramiding.ipynb"


def test_sizes_that_are_wrong_cost_neither_stop_nor_risk():
    sized_by_price = next(idea for idea in PYRAMID_RISK.misconceptions if idea.name == "sized by price").wrong
    assert set(verdicts(PYRAMID_RISK, sized_by_price, 9)) == {"sizes"}


@pytest.mark.parametrize("missing", PYRAMID_RISK.parts)
def test_parts_may_be_left_out(missing):
    def answer(*args, **named):
        whole = PYRAMID_RISK.reference(*args, **named)
        return {key: value for key, value in whole.items() if key not in PYRAMID_RISK.parts[missing]}

    failing = verdicts(PYRAMID_RISK, answer, 3)
    assert set(failing) == {missing}
    assert f"no '{PYRAMID_RISK.parts[missing][0]}'" in str(failing[missing])
    for part in PYRAMID_RISK.parts:
        if part == missing:
            with pytest.raises(Hint, match=PYRAMID_RISK.parts[missing][0]):
                check.pyramid_risk(answer, part)
        else:
            check.pyramid_risk(answer, part)


def test_figures_that_agree_with_each_other_but_with_nothing_else_are_worth_nothing():
    def no_pyramid(n_levels, **named):
        return {"quantities": [0] * n_levels, "entries": [0] * n_levels, "stop": 0, "stop_risk": 0, "open_heat": 0}

    def no_exits(open_, high, low, close, *, side, quantity, stop, targets, fractions):
        return {"fills": [], "pnl": [side * quantity * (price - open_[0]) for price in close], "position": quantity}

    for exercise, answer in ((PYRAMID_RISK, no_pyramid), (SCALE_OUT, no_exits)):
        assert not [part for part in exercise.parts if exercise.accepts(answer, part, 5)]


def test_fills_of_one_price_may_be_split_and_told_in_any_order_within_a_bar():
    def split(*args, **named):
        result = SCALE_OUT.reference(*args, **named)
        halves = [(bar, price, sold / 2) for bar, price, sold in result["fills"]]
        return {**result, "fills": sorted([*halves, *halves, (0, args[0][0], 0.0)], key=lambda fill: (fill[0], -fill[1]))}

    def in_a_frame(*args, **named):
        result = SCALE_OUT.reference(*args, **named)
        return {**result, "fills": pd.DataFrame(result["fills"], columns=["bar", "price", "quantity"])}

    for answer in (split, in_a_frame):
        SCALE_OUT.examine(answer, seed=8)
        check.scale_out(answer)


def test_a_message_shows_the_case_the_students_figure_and_the_rule():
    right = RISK_SWEEP.reference

    def answer(r_multiples, risk_fractions, equity=100_000.0):
        return right(r_multiples, risk_fractions, equity).assign(max_drawdown=0.123)

    message = str(verdicts(RISK_SWEEP, answer, 1)["drawdown"])
    assert message.startswith("In `risk_sweep([")
    assert "your `max_drawdown` is 0.123 at position 0" in message
    assert "The rule: the largest fall from the running peak" in message


def test_an_error_of_the_students_own_is_shown_with_its_line():
    names: dict = {}
    source = "def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):\n    return r_multiples[0] / 0\n"
    exec(compile(source, "<answer>", "exec"), names)
    with pytest.raises(WrongAnswer, match=r"raised ZeroDivisionError.* at line 2 of your cell"):
        RISK_SWEEP.examine(names["risk_sweep"], part="equity", seed=1)


def test_an_answer_that_keeps_something_between_calls_is_found():
    calls = []

    def counts(*args, **named):
        calls.append(args)
        drift = 1.0 if len(calls) <= len(RISK_SWEEP.cases(np.random.default_rng(6))) else 1.01
        return RISK_SWEEP.reference(*args, **named) * drift

    with pytest.raises(WrongAnswer, match="called again") as caught:
        RISK_SWEEP.examine(counts, seed=6)
    assert caught.value.misconception == "keeps state between calls"


def test_printed_examples_are_the_references():
    """The checks' figures are the references': a change of the library that moves them is seen."""
    risk = PYRAMID_RISK.reference(4)
    assert {name: pytest.approx(value, rel=1e-6) for name, value in check.RISK_PRINTED.items()} == risk
    assert risk["stop_risk"] == pytest.approx(17 / 21 * 0.0025, rel=1e-12)
    levels = next(exercise for exercise in EXERCISES if exercise.name == "levels_experiment").reference
    assert levels(check.market(), max_levels=(2, 1)).to_numpy() == pytest.approx(np.array([*check.LEVELS_PRINTED.values()]), abs=5e-7)
    for record, printed in ((check.SWEEP_RECORD, check.SWEEP_PRINTED), (check.RUIN_RECORD, check.RUIN_PRINTED)):
        assert RISK_SWEEP.reference(record, list(printed)).to_numpy() == pytest.approx(np.array([*printed.values()]), abs=1e-5)
    for name, example in check.SCALE_PRINTED.items():
        result = SCALE_OUT.reference(*check.SCALE_BARS[name], **check.SCALE_GIVEN)
        assert result["fills"] == [pytest.approx(fill) for fill in example["fills"]]
        assert result["pnl"] == pytest.approx(example["pnl"])
        assert result["position"] == pytest.approx(example["position"])


def prompt(name):
    cells = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, 4).cells}
    return cells[f"prompt_{name}"].replace("−", "-").replace(",", "")


def shown(value):
    """A number or a row of numbers as a prompt prints it, commas left out."""
    if isinstance(value, tuple):
        return " ".join(map(shown, value))
    return f"{value:.8f}".rstrip("0").rstrip(".")


def test_prompts_print_the_examples_that_the_checks_compare_with():
    for value in check.RISK_PRINTED.values():
        assert f"| {shown(value)} " in prompt("pyramid_risk")
    for levels, row in check.LEVELS_PRINTED.items():
        assert f"| {levels} | {shown(row[0])} | {shown(row[1])} |" in prompt("levels_experiment")
    for record, printed in ((check.SWEEP_RECORD, check.SWEEP_PRINTED), (check.RUIN_RECORD, check.RUIN_PRINTED)):
        assert f"risk_sweep([{shown(record)}] [{shown(tuple(printed))}])" in prompt("risk_sweep")
        for final, fall in printed.values():
            assert f"| {shown(final)} | {shown(fall)} |" in prompt("risk_sweep").replace(".40 ", ".4 ")
    for name, example in check.SCALE_PRINTED.items():
        fills = " ".join(f"({shown(fill)})" for fill in example["fills"])
        bars = " | ".join(shown(column) for column in check.SCALE_BARS[name])
        assert f"| {bars} | {fills} | {shown(example['pnl'])} | {shown(example['position'])} |" in prompt("scale_out")


def linear(n_levels, **named):
    """An answer whose sizes fall to 0."""
    right = PYRAMID_RISK.reference(n_levels, **named)
    side, decay = named.get("side", 1), named.get("size_decay", 0.25)
    sizes = right["quantities"][0] * np.maximum(0.0, 1 - decay * np.arange(n_levels))
    distances = side * (np.array(right["entries"]) - right["stop"])
    equity = named.get("equity", 100_000.0)
    risks = {"stop_risk": sum(sizes * distances) / equity, "open_heat": sum(sizes) * distances[-1] / equity}
    return {**right, "quantities": sizes, **risks}


def test_risk_follows_from_sizes_above_0_before_and_after_handing_in(capsys):
    for seed in range(5):
        assert set(verdicts(PYRAMID_RISK, linear, seed)) == {"sizes", "risk"}
    with pytest.raises(Hint, match="above 0"):
        check.pyramid_risk(linear, "risk")
    average = next(idea for idea in PYRAMID_RISK.misconceptions if idea.name == "the stop behind the average entry")
    assert set(verdicts(PYRAMID_RISK, average.wrong, 3)) == {"stop"}
    check.pyramid_risk(average.wrong, "risk")
    said = capsys.readouterr().out
    assert "follows by the rules from your own sizes, entries and stop" in said
    assert "agrees with the example" not in said
