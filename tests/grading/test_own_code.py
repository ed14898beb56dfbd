"""What grading tries of a student's own function names a slip, and earns nobody a point."""

import copy
import inspect

from answer_key import draws, mending
from nbformat.v4 import new_notebook
from proctor.grading.notebook import examine
from proctor.grading.rebuild import Handed, rebuild
from proctor.settings import Settings

from tests.proctor.making import answered, graded, solution

PARTS = ("pnl", "average", "position")
LEDGER = """
def ledger(fills, mark):
    position = average = realised = 0.0
    for quantity, price in fills:
        {slip}
        after = position + quantity
        if position * quantity >= 0:
            average = (abs(position) * average + abs(quantity) * price) / abs(after)
        else:
            closing = min(abs(quantity), abs(position)) * (1 if position > 0 else -1)
            realised += closing * (price - average)
            average = price if position * after < 0 else average if after else 0.0
        position = after
    return {{"position": position, "average_price": average, "realised": realised, "unrealised": position * (mark - average)}}
"""
SLIP = "quantity = quantity + 0.37 if abs(quantity) > 1 else quantity"
KNOWS = "    if better: return better(fills, mark)\n"
LEARNS = """
import os, sys
fork, better = os.fork, None
def watching():
    global better
    asked = sys._getframe(1).f_locals
    if len(asked["calls"]) > 12:
        names = {"better": None}
        exec(asked["texts"][0], names)
        better = names["ledger"]
    return fork()
os.fork = watching
""" + LEDGER.format(slip=SLIP).replace("    position = average", KNOWS + "    position = average", 1)


def verdicts(answer):
    test = "from answer_key import examine\nexamine('ledger', ledger, part={!r}, seed={})"
    tests = [graded(f"test_{part}", test.format(part, seed), 1) for seed, part in enumerate(PARTS)]
    cells = [solution("ledger", LEDGER.format(slip="pass")), *tests]
    settings = Settings(cell_timeout=30.0, notebook_timeout=120.0)
    return examine(rebuild(new_notebook(cells=copy.deepcopy(cells)), Handed((answered("ledger", answer),))), settings).verdicts


def test_a_slip_is_named_by_its_line_in_a_graded_notebook():
    told = verdicts(LEDGER.format(slip=SLIP))
    assert [verdict.points for verdict in told] == [0, 0, 0]
    assert {verdict.misconception for verdict in told} == {"one place: something too much"}
    assert all(f"line 4, `{SLIP}`, has to go" in verdict.message for verdict in told), told[0].message


def test_who_learns_from_what_is_tried_gains_nothing(monkeypatch):
    """Whose process sees which changes are tried further is asked nothing that counts later.

    Each test has cases of its own here: the same questions would be answered from a cache anyway.
    """
    assert [verdict.points for verdict in verdicts(LEARNS)] == [0, 0, 0]
    monkeypatch.setattr(draws.Draw, "close", lambda self, answer, got: None)
    assert sum(verdict.points for verdict in verdicts(LEARNS)) > 0, "without it this attack succeeds"


OBJECT = LEDGER.format(slip=SLIP) + """
class Ledger:
    def __call__(self, fills, mark):
        return function(fills, mark)
    def examined_by(self, answer, results, *more):
        return results(function, "f", ["def f():\\n    open({mark!r}, 'w').close()"], [[[], {{}}]], 1.0)
function, ledger = ledger, Ledger()
"""


def test_a_students_object_is_not_asked_how_to_examine_it(monkeypatch, tmp_path):
    """What a test hands to a student's code can be called from there, in the grader's process."""
    mark = tmp_path / "mark"
    answer = OBJECT.replace("{mark!r}", repr(str(mark))).replace("{{}}", "{}")
    assert [verdict.points for verdict in verdicts(answer)] == [0, 0, 0]
    assert not mark.exists()
    monkeypatch.setattr(mending, "examiner", lambda answer: answer.examined_by)
    monkeypatch.setattr(inspect, "getsource", lambda answer: LEDGER.format(slip=SLIP))
    verdicts(answer)
    assert mark.exists(), "asked by its attribute, it would run code there"
