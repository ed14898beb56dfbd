# ruff: noqa: E501
"""A slip is named by the one place of the student's function that decides, truly, within bounds."""

import ast
import re
import textwrap
import time

import numpy as np
import pandas as pd
import pytest
from answer_key import exercises, mending, own_code
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.held_out import written
from answer_key.held_out.set_3.right import RIGHT

CODED = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}


def refused(name, answer, part, seed=5):
    with pytest.raises(WrongAnswer) as caught:
        CODED[name].examine(answer, part, seed=seed)
    return caught.value


def function(text, **names):
    """The function `f` that a text defines, as a cell defines it, among other names."""
    made = written({"f": text}, "f")
    made.__globals__.update(names)
    return made


def results(answer, texts, *calls, seconds=5.0):
    return mending.results(answer, "f", texts, [(list(call), {}) for call in calls], seconds)[1]


@pytest.mark.parametrize(
    ("exercise", "part", "old", "new", "kind", "expected"),
    [
        # Figures of the student's own: no list and no change of a plain text has them.
        ("risk_sweep", "equity", "risk_fractions:\n", "risk_fractions:\n        f = min(f, 0.04)\n", own_code.TOO_MUCH,
         "line 5, `f = min(f, 0.04)`, has to go"),
        ("plan_scale_in", "split", "min(by_risk, by_cap)", "np.minimum(min(by_risk, by_cap) * share, 17) / share", own_code.TOO_MUCH, "in place of"),
    ],
)
def test_a_slip_of_ones_own_is_named_by_its_place(exercise, part, old, new, kind, expected):
    error = refused(exercise, written(RIGHT, exercise, ((old, new),)), part)
    assert error.misconception == f"one place: {kind}"
    assert expected in str(error)
    assert "right but for one place: line" in str(error)


def test_what_is_named_is_true_of_the_answer():
    """Each change that is named makes the very function right in that part, on further cases."""
    exercise, text = CODED["ledger"], RIGHT["ledger"].replace("realised += held", "realised = held", 1)
    answer = written({"ledger": text}, "ledger")
    draws = [[(case, exercise.results(exercise.reference, [case])[0][1]) for case in exercise.cases(np.random.default_rng(seed))]
             for seed in (1, 2)]
    got = [exercise.results(answer, [case])[0] for case, _ in draws[0]]
    wrong = [part for part in exercise.parts if not exercise.holds(part, got, draws[0])]
    tried = mending._Answer(exercise, answer)
    found = list(mending._mending(tried, own_code.changes(text), wrong, got, draws))
    assert wrong
    assert found
    for change, mended in found:
        right = written({"ledger": change.text}, "ledger")
        for part in mended:
            exercise.examine(right, part, seed=77)


def test_an_answer_that_no_single_place_decides_is_not_named_after_a_bounded_search(monkeypatch):
    tried, results = set[str](), mending.results

    def noted(function, name, texts, *rest):
        tried.update(texts)
        return results(function, name, texts, *rest)

    monkeypatch.setattr(mending, "results", noted)
    text = RIGHT["plan_scale_in"].replace("share * min(by_risk, by_cap)", "np.sqrt(by_risk + 3 * share) + np.cos(by_cap)")
    assert refused("plan_scale_in", written({"plan_scale_in": text}, "plan_scale_in"), "risk").misconception is None
    assert len(own_code.changes(text)) > 2 * mending.MOST_TRIED
    assert mending.MOST_TRIED / 2 < len(tried) <= mending.MOST_TRIED


@pytest.mark.parametrize(("name", "part", "size"), [("ledger", "pnl", 1), ("plan_scale_in", "cap", 2), ("conviction_size", "kelly", 2)])
def test_a_part_is_shown_wrong_by_as_few_calls_as_it_is_judged_by(name, part, size):
    exercise = CODED[name]
    cases = exercise.cases(np.random.default_rng(1))
    right = exercise.results(exercise.reference, cases)
    wrong = next(idea.wrong for idea in exercise.misconceptions if part in idea.parts)
    got = exercise.results(wrong, cases)
    groups = mending._failing(exercise, part, got, right)
    assert {len(group) for group in groups} == {size}
    for group in groups:
        wanted = [right[place] for place in group]
        assert exercise.holds(part, wanted, wanted)
        assert not exercise.holds(part, [got[place] for place in group], wanted)


TEXT = """
def f(values, *, limit=2):
    # what is above the limit
    total = 0
    for value in values:
        if value > limit and value:
            total += value
        elif value == -1:
            break
    return total / len(values)
"""


def test_every_change_is_another_text_that_its_words_tell_of():
    changes = own_code.changes(TEXT)
    texts = [change.text for change in changes]
    assert TEXT.lstrip() not in texts
    assert len(texts) > 300
    assert [change.rank for change in changes] == sorted(change.rank for change in changes)
    for wanted in ("value >= limit", "total = value", "total -= value", "if value == -1", "limit=3", "(total) * (len(values))",
                   "if value > limit and value:\n            total += value\n        elif value == -1:\n            pass"):
        assert any(wanted in text for text in texts), wanted
    moved = [change for change in changes if change.kind == own_code.ORDER and "belongs before" in change.description]
    assert any("    total += value\n    return" in textwrap.dedent(change.text) or "\n    total += value\n" in change.text for change in moved)
    lines = [int(re.search(r"\bline (\d+)", change.description).group(1)) for change in changes]
    assert all(0 < line <= len(TEXT.splitlines()) + 1 for line in lines)
    parsed = 0
    for text in texts:
        try:
            ast.parse(text)
            parsed += 1
        except SyntaxError:
            continue
    assert parsed > 0.9 * len(texts)


def test_letters_of_other_alphabets_move_no_place():
    text = 'def f(größe):\n    über = "€ übrig"; rest = größe - 1\n    return rest  # größer\n'
    assert "def f(größe):\n    über = \"€ übrig\"; rest = (größe) + (1)\n    return rest  # größer\n" in {
        change.text for change in own_code.changes(text)
    }


@pytest.mark.parametrize(
    "text",
    ["", "f = 1", "def f(:", "class A: pass", "def f(): pass\ndef g(): pass", "def f(x):\n    return " + "-" * 3000 + "x", "def f():\n" + "    a = 1\n" * 2000,
     "def f(x):\n    return " + "(" * 150 + "x" + ")" * 150, "async def f(): pass", "def f(x):\n    return x" + ".a" * 3000, "def f(x):\n    return " + "x if x else " * 600 + "x",
     "def f(x):\n    return " + "lambda: " * 900 + "x", "def f(x):\n    return " + "not " * 1900 + "x", "def f(x):\n    return x" + "[0]" * 2600, "def f(x):\n\treturn x\n    return 1", "\0"],
    ids=range(16),
)
def test_a_text_that_is_no_short_function_is_left_alone(text):
    assert isinstance(own_code.changes(text), list)


def test_changed_functions_leave_nothing_behind_and_end():
    kept = {"seen": []}
    answer = function("def f(x):\n    seen.append(x)\n    return x\n", **kept)
    texts = [
        "def f(x):\n    seen.append(x)\n    return len(seen)\n",
        "def f(x):\n    while True:\n        pass\n",
        "def f(x):\n    import os\n    os._exit(3)\n",
    ]
    assert results(answer, texts, (1,), (2,)) == [[1, 2], None]
    assert kept["seen"] == []
    assert results(answer, ["def f(x):\n    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n"],
                   (1,), seconds=0.5) == []
    assert results(answer, ["def f(x):\n    raise SystemExit\n", "def f(", "def g(x): pass", "def f(x):\n    print('x' * 10**6)\n    return x\n"], (4,)) == [
        None, None, None, [4],
    ]


def test_what_grows_without_end_has_bounds():
    answer = function("def f(x):\n    return x\n")
    texts = ["def f(x):\n    return [0.5] * 10**7\n", "def f(x):\n    return len(bytearray(2**31))\n", "def f(x):\n    return 'x' * 10**9\n",
             "def f(x):\n    return x\n"]
    assert results(answer, texts, (1,)) == [None, None, None, [1]]
    long = "def f(a):\n    return " + " + ".join(["a"] * 1900) + "\n"
    started = time.process_time()
    assert 0 < len(own_code.changes(long)) <= own_code.MOST
    assert len(own_code.changes("def f(a):\n" + "    a = 1\n" * 700)) <= own_code.MOST
    assert time.process_time() - started < 20


def test_what_cannot_be_sent_is_no_result():
    answer = function("def f(x):\n    return x\n")
    assert results(answer, ["def f(x):\n    return lambda: x\n", "def f(x):\n    return x + 1\n"], (1,))[-1:] == [[2]]


def test_an_answer_without_a_text_is_not_named():
    assert mending.named(CODED["ledger"], eval("lambda fills, mark: {}"), [], []) == {}


def test_what_stands_for_an_object_elsewhere_is_not_run_here(monkeypatch):
    """Only a function of this process is tried, or one that its type says how to examine."""

    class Students(type):
        def __getattr__(cls, name):
            return lambda *a: pytest.fail("the student's class was asked")

    class Stand(metaclass=Students):
        def __init__(self):
            self.__wrapped__ = function("def f(fills, mark):\n    return {}\n")
            self.examined_by = lambda *a: [0.0, []]

        def __call__(self, fills, mark):
            return {}

    stand = Stand()
    monkeypatch.setattr(mending, "results", lambda *a: pytest.fail("it was run"))
    assert mending.named(CODED["ledger"], stand, [], []) == {}


def test_every_kind_of_argument_reaches_a_changed_function():
    answer = function("def f(x):\n    return x\n")
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    ((found,),) = results(answer, ["def f(x):\n    x['a'] += 1\n    return x\n"], (frame,))
    assert found["a"].tolist() == [2.0, 3.0]
    assert frame["a"].tolist() == [1.0, 2.0]
