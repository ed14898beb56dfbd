"""The matrix counts what it should, and its exit code says whether the goal is met."""

import dataclasses

import numpy as np
import pytest
from answer_key import exercises, matrix
from answer_key.exercise import Case, Exercise, Field, Misconception
from answer_key.value import Value, WrongValue
from phase6.checks import _base as base

SEEDS = (1, 2, 3)

DOUBLE = Exercise(
    name="double",
    section="6.0",
    parameters=("x",),
    reference=lambda x: (2 * x, -2 * x),
    cases=lambda rng: [Case((float(rng.normal()),)) for _ in range(4)],
    read=lambda result, case: dict(zip(("double", "mirror"), base.numbers("`double(x)`", result, 2), strict=True)),
    fields=(Field("double", "twice the argument"), Field("mirror", "minus that")),
    parts={"double": ("double",), "mirror": ("mirror",)},
    misconceptions=(
        Misconception("squares", lambda x: (x * x, -x * x), "Twice a number is not its square."),
        Misconception("sign", lambda x: (2 * x, 2 * x), "Mind the sign.", ("mirror",)),
    ),
    variants=(lambda x: [x + x, -x - x], lambda x: np.array([2.0, -2.0]) * x),
)
WRONG_HALVES = (WrongValue("two", 2, "Upside down."), WrongValue("percent", 50, "A fraction."))
HALF = Value("half", "6.0", 0.5, "one of two", WRONG_HALVES, variants=([0.5],))
RIGHT = Misconception("right after all", lambda x: (2 * x, -2 * x), "This is no mistake.")


def table_of(*items, seeds=SEEDS):
    return matrix.run({item.name: item for item in items}, seeds)


def command(monkeypatch, *items, arguments=("--seeds", "3", "--workers", "1")) -> int:
    monkeypatch.setattr(matrix, "exercises", lambda: {item.name: item for item in items})
    return matrix.main(list(arguments))


def test_right_and_wrong_are_counted_over_seeds_and_values_once():
    double, half = table_of(DOUBLE, HALF)
    assert (double.right, double.right_passed, double.wrong, double.wrong_rejected, double.named) == (9, 9, 6, 6, 6)
    assert (half.right, half.right_passed, half.wrong, half.wrong_rejected, half.named) == (2, 2, 2, 2, 2)
    assert matrix.holds([double, half])


def test_what_holds_exits_with_0(monkeypatch, capsys):
    assert command(monkeypatch, DOUBLE, HALF) == 0
    shown = capsys.readouterr().out
    assert "holds: 100.0% of the rejections name their idea" in shown
    assert "✗" not in shown
    (line,) = [line for line in shown.splitlines() if line.startswith("double ")]
    assert line.split() == ["double", "9/9", "6/6", "6/6", "0/0"]


def test_a_survivor_exits_with_1_and_is_listed(monkeypatch, capsys):
    lax = dataclasses.replace(DOUBLE, misconceptions=(*DOUBLE.misconceptions, RIGHT))
    assert command(monkeypatch, lax, HALF, arguments=["--seeds", "2", "--workers", "1", "--first-seed", "8"]) == 1
    shown = capsys.readouterr().out
    assert "✗ double, a wrong answer passes: right after all, seed 8" in shown
    assert "✗ double, a wrong answer passes: right after all, seed 9" in shown
    assert "DOES NOT HOLD" in shown
    assert "4/6" in shown


def test_passing_a_part_that_should_reject_is_surviving(monkeypatch, capsys):
    both = dataclasses.replace(DOUBLE.misconceptions[1], parts=("double", "mirror"))
    assert command(monkeypatch, dataclasses.replace(DOUBLE, misconceptions=(both,))) == 1
    assert "sign, seed" in (shown := capsys.readouterr().out)
    assert ": passes double" in shown


@pytest.mark.parametrize(("variant", "expected"), [
    (lambda x: (2 * x, 1 - 2 * x), "mirror: "),
    (lambda x: None, "double: `double(x)` is None"),
    (lambda y: (2 * y, -2 * y), "does not take `x`"),
])
def test_a_right_answer_that_fails_exits_with_1_and_is_listed(monkeypatch, capsys, variant, expected):
    strict = dataclasses.replace(DOUBLE, variants=(*DOUBLE.variants, variant))
    assert command(monkeypatch, strict, HALF) == 1
    shown = capsys.readouterr().out
    (line, *_) = [line for line in shown.splitlines() if "a right answer fails: variant 3, seed" in line]
    assert expected in line
    assert "9/12" in shown


def test_a_wrong_value_that_passes_exits_with_1(monkeypatch, capsys):
    lax = dataclasses.replace(HALF, misconceptions=(*HALF.misconceptions, WrongValue("rounded", 0.5 + 1e-9, "Do not round.")))
    assert command(monkeypatch, DOUBLE, lax) == 1
    assert "✗ half, a wrong answer passes: rounded" in capsys.readouterr().out


def test_a_test_that_breaks_exits_with_1(monkeypatch, capsys):
    def cases(rng):
        raise ZeroDivisionError("no cases today")

    assert command(monkeypatch, dataclasses.replace(DOUBLE, cases=cases)) == 1
    assert "the test broke: ZeroDivisionError: no cases today" in capsys.readouterr().out


def test_hints_that_name_another_idea_are_listed_and_too_many_exit_with_1(monkeypatch, capsys):
    twin = dataclasses.replace(DOUBLE.misconceptions[0], name="squares as well")
    confused = dataclasses.replace(DOUBLE, misconceptions=(*DOUBLE.misconceptions, twin))
    assert command(monkeypatch, confused) == 1
    shown = capsys.readouterr().out
    assert "“squares as well” is rejected, and the message names squares" in shown
    assert "a wrong answer passes" not in shown
    assert "DOES NOT HOLD: 66.7%" in shown


def test_nothing_tried_does_not_hold():
    assert not matrix.holds([matrix.Row("nothing")])


def test_one_exercise_and_repeated_seeds(monkeypatch, capsys):
    arguments = ["--exercise", "half", "--workers", "1", "--first-seed", "5", "--seeds", "2"]
    assert command(monkeypatch, DOUBLE, HALF, arguments=arguments) == 0
    shown = capsys.readouterr().out
    assert "double" not in shown
    assert "Seeds 5 to 6" in shown


@pytest.mark.parametrize(("arguments", "expected"), [
    (["--exercise", "triple"], "no exercise 'triple'; there are double, half"),
    (["--seeds", "0"], "--seeds is 0"),
])
def test_nonsense_is_refused(monkeypatch, capsys, arguments, expected):
    with pytest.raises(SystemExit) as caught:
        command(monkeypatch, DOUBLE, HALF, arguments=arguments)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err


def test_processes_count_the_same_as_one_after_the_other():
    names = ["q1_stop_risk", "pyramid_risk"]
    seen: list[tuple[int, int]] = []
    parallel = matrix.run_in_parallel(names, (4, 5), 2, progress=lambda done, jobs: seen.append((done, jobs)))
    assert parallel == matrix.run({name: exercises()[name] for name in names}, (4, 5))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_values_are_tried_for_every_students_numbers_and_choices_once():
    number, choice = exercises()["q3_sharpe_with_correlation"], exercises()["q2_variance"]
    assert len(matrix.versions(number)) == 33
    assert len({version.answer for version in matrix.versions(number) if isinstance(version, Value)}) > 20
    assert matrix.versions(choice) == [choice]
    row = matrix.tried(number, 1)
    assert (row.right_passed, row.wrong_rejected, row.named) == (33 * 3, 33 * 6, 33 * 6)


def test_ideas_named_before_handing_in_are_counted(monkeypatch, capsys):
    row = matrix.tried(exercises()["q5_effective_bets"], 1, degenerate=True)
    assert (row.named_before, row.ideas) == (3, 7)
    monkeypatch.setattr(matrix, "exercises", exercises)
    assert matrix.main(["--exercise", "q5_effective_bets", "--workers", "1", "--seeds", "1"]) == 0
    assert "Before handing in, checks name 42.9% of the wrong ideas." in capsys.readouterr().out
    coded = exercises()["risk_sweep"]
    named, ideas = matrix.named_before(coded)
    assert 0.6 * ideas <= named <= ideas == len(coded.misconceptions)
