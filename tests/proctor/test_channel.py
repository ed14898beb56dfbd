"""Questions to a student's kernel go over a line of their own.

Whatever the kernel does with it, the examiner goes on.
"""

import socket
import threading

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from proctor.bridge import channel, codec
from proctor.grading.kernel import KernelLost, StudentKernel
from proctor.grading.notebook import examine
from proctor.grading.rebuild import rebuild
from proctor.settings import Settings

from tests.proctor.making import graded, handed_in, released, solution, source_notebook, write

QUICK = Settings(cell_timeout=3.0, notebook_timeout=60.0)


@pytest.fixture
def kernel(server):
    with StudentKernel(QUICK, None, server) as made:
        yield made


@pytest.fixture
def points(tmp_path, server):
    """Points by test of a notebook of graded cells, answered by a student's own cells."""

    def run(answer, *tests):
        cells = [solution("f", "..."), *(graded(f"test_{number}", test, 1) for number, test in enumerate(tests))]
        source = new_notebook(cells=cells, metadata=source_notebook().metadata)
        handed = new_notebook(cells=[solution("f", answer)])
        examined = examine(rebuild(source, handed_in(write(handed, tmp_path / "one.ipynb"))), QUICK, server=server)
        return [verdict.points for verdict in examined.verdicts]

    return run


def question(*args, **kwargs):
    return codec.dumps([args, kwargs])


def asked(kernel, x):
    return kernel.question({"ask": "f", "with": question(x)})


def test_frames_of_any_length_arrive_whole():
    one, other = socket.socketpair()
    texts = ["", "ä€🙂", "x" * 3_000_000]

    def send_all():
        for text in texts:
            channel.send(one, text)

    sender = threading.Thread(target=send_all)
    sender.start()
    assert [channel.receive(other) for _ in texts] == texts
    sender.join()
    one.close()
    with pytest.raises(channel.Closed, match="has gone"):
        channel.receive(other)
    other.close()


def test_a_frame_that_says_it_is_too_long_is_not_read():
    one, other = socket.socketpair()
    one.sendall((2**62).to_bytes(channel.HEAD, "big"))
    with pytest.raises(channel.Closed, match="at most 1,000 are read"):
        channel.receive(other, 1_000)
    one.close()
    other.close()


def test_cells_and_questions_may_follow_each_other(kernel):
    for number in range(3):
        kernel.run(f"def f(x):\n    return x + {number}")
        assert [codec.loads(asked(kernel, x)["value"]) for x in (1, 2)] == [1 + number, 2 + number]
        assert kernel.run("print('on')").outputs[0].text == "on\n"


def test_what_a_function_draws_or_prints_under_test_is_in_no_cell(kernel):
    kernel.run("import matplotlib.pyplot as plt\ndef f(x):\n    plt.figure(); plt.plot([x]); print(x); return len(plt.get_fignums())")
    assert [codec.loads(asked(kernel, x)["value"]) for x in (1, 2)] == [1, 1]
    assert kernel.run("1 + 1;").outputs == []


def test_a_question_that_takes_too_long_is_interrupted(kernel):
    kernel.run("def f(x):\n    while True: pass")
    with pytest.raises(KernelLost, match=r"took longer than 3 seconds$"):
        asked(kernel, 1)


def test_a_function_that_does_not_stop_when_interrupted_is_given_up(kernel):
    kernel.run("import time\ndef f(x):\n    while True:\n        try:\n            time.sleep(9)\n        except BaseException: pass")
    with pytest.raises(KernelLost, match="did not stop when interrupted"):
        asked(kernel, 1)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("import os; os._exit(3)", "the code ended the process itself"),
        ("import proctor.bridge.channel; proctor.bridge.channel.accepted().close()", "it closed its connection to the grader"),
        ("import ctypes; ctypes.string_at(0)", "the interpreter crashed"),
    ],
    ids=["exit", "close", "crash"],
)
def test_why_a_question_was_not_answered(kernel, act, why):
    kernel.run(f"def f(x):\n    {act}")
    with pytest.raises(KernelLost, match=why):
        asked(kernel, 1)


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "raise SystemExit", "raise GeneratorExit"])
def test_a_function_that_raises_what_ends_programs_ends_nothing(kernel, end):
    kernel.run(f"def f(x):\n    {end}")
    assert not isinstance(asked(kernel, 1).get("value"), str)
    kernel.run("def f(x):\n    return x")
    assert codec.loads(asked(kernel, 1)["value"]) == 1


def test_a_responder_that_does_not_respond_gives_no_answer(kernel):
    kernel.run("import proctor.student.responder\nproctor.student.responder.attend = lambda *a: None\ndef f(x):\n    return x")
    assert "no answer" in asked(kernel, 1)["odd"]


def test_an_answer_larger_than_may_be_is_not_read(server):
    small = Settings(cell_timeout=3.0, answer=1_000)
    with StudentKernel(small, None, server) as kernel:
        kernel.run("import proctor.student.responder as responder\nresponder.look = lambda *a: 'x' * 10_000\nx = 1")
        with pytest.raises(KernelLost, match="its connection to the grader"):
            kernel.look(["x"])


def test_an_answer_is_asked_for_once_while_nothing_runs_in_between(points):
    counting = "asked = []\ndef f(x):\n    asked.append(x)\n    return x"
    assert points(counting, "assert f(1) == 1", "assert f(1) == 1", "assert f(2) == 2", "assert asked == [1, 2]") == [1, 1, 1, 1]


def test_a_test_that_asks_twice_hears_the_function_twice(points):
    stateful = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    assert points(stateful, "assert f(1) == f(1)", "assert f(1) == f(1)") == [0, 0]


def test_a_cell_between_makes_answers_be_asked_for_again(tmp_path, server):
    first, second = graded("test_1", "assert f(1) == 1", 1), graded("test_2", "assert f(1) == 2", 1)
    source = new_notebook(cells=[solution("f", "..."), first, new_code_cell("...", id="open"), second], metadata=released().metadata)
    handed = new_notebook(cells=[solution("f", "def f(x):\n    return 1"), new_code_cell("def f(x):\n    return 2", id="open")])
    examined = examine(rebuild(source, handed_in(write(handed, tmp_path / "one.ipynb"))), QUICK, server=server)
    assert [verdict.points for verdict in examined.verdicts] == [1, 1]


def test_an_input_that_a_function_changes_is_changed_in_every_test(points):
    changing = "def f(values):\n    values.append(9)\n    return 1"
    test = "given = [1]\nf(given)\nassert given == [1, 9]"
    assert points(changing, test, test) == [1, 1]


def test_all_tests_of_a_notebook_draw_the_same_numbers(points):
    draw = "import random\nassert f(random.getrandbits(32)) >= 0"
    keeping = "asked = []\ndef f(x):\n    asked.append(x)\n    return x"
    assert points(keeping, draw, draw, "assert len(asked) == 1") == [1, 1, 1]
