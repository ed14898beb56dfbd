# ruff: noqa: E501
"""What cannot be graded as it reads is refused before it is handed out.

The refusal names the line and the way to write it.
"""

import copy

import pytest
from nbformat.v4 import new_notebook
from proctor.grading.trial import ALLOWED, problems
from proctor.settings import Settings

from tests.marks import with_long
from tests.proctor.making import locked, source_notebook
from tests.proctor.styles import STYLES, function, solved, tested, unlocked

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)
ADD = function("def f(n):", "return n + 1")

REFUSED = {
    "AUTOTEST": ([solved("a", "x = 3"), tested("### AUTOTEST x")], "write the assert"),
    "hashed AUTOTEST": ([solved("a", "x = 3"), tested("### HASHED AUTOTEST x")], "write the assert"),
    "doctest": ([ADD, tested("import doctest\nassert doctest.testmod().failed == 0")], "call the function"),
    "docstring only": ([function("def f(n):", "return n + 1"), tested("assert callable(f)")], "None"),
    "pickle": ([solved("a", "x = 1"), tested("import pickle\nassert pickle.load(open('m.pkl', 'rb')) == 1")], "CSV"),
    "pickled frame": ([solved("a", "x = 1"), tested("import pandas as pd\nassert pd.read_pickle('m.pkl') is not None")], "CSV"),
    "eval": ([solved("a", "x = '1 + 1'"), tested("assert eval(x) == 2")], "student's text"),
    "program": ([ADD, tested("import os\nassert os.system('true') == 0 and f(1) == 2")], "no program"),
    "subprocess": ([ADD, tested("from subprocess import call\nassert f(1) == 2")], "no program"),
    "run magic": ([ADD, tested("%run check.py\nassert f(1) == 2")], "%run"),
    "shell": ([ADD, tested("!true\nassert f(1) == 2")], "write it in Python"),
    "timeit": ([ADD, tested("r = %timeit -o -q -n1 -r1 f(3)\nassert f(1) == 2")], "timeit"),
    "same object": ([locked("i", "base = [1, 2]"), function("def f():", "return list(base)"),
                     tested("assert f() == [1, 2] and f() is not base")], "=="),
    "alias": ([solved("a", "a = [1, 2]\nb = list(a)"), tested("assert a == b and a is not b")], "=="),
    "memory": ([locked("i", "import numpy as np"), solved("a", "a = np.arange(6)\nb = a.copy()"),
                tested("assert not np.shares_memory(a, b)")], "change one"),
    "negative": ([function("def f(n):", "return n"), tested("import os\nf(1)\nassert not os.path.exists('debug.txt')")], "None"),
    "prints nothing": ([function("def f():", "pass"), tested("import io, contextlib\nb = io.StringIO()\n"
                        "with contextlib.redirect_stdout(b):\n    f()\nassert b.getvalue() == ''")], "None"),
    "any error": ([function("def f(n):", "raise ValueError('bad n')"),
                   tested("try:\n    f(1)\n    raised = False\nexcept Exception:\n    raised = True\nassert raised")], "a blank"),
    "its argument": ([function("def f(n):", "return n"), tested("assert f(5) == 5")], "argument"),
    "empty list": ([function("def f(n):", "return [x for x in n if x > 9]"), tested("assert f([1, 2]) == []")], "[]"),
    "not Python": ([ADD, tested("assert f(1) == 2)")], "line 1 is not Python"),
    "wrong test": ([ADD, tested("assert f(1) == 3")], "not what the question asks for"),
    "locked cell that fails": ([ADD, locked("h", "from nowhere import same"), tested("assert f(1) == 2")], "fails outside"),
    "locked cell with a program": ([ADD, locked("h", "%run helpers.py"), tested("assert f(1) == 2")], "fails outside"),
}


CONSTRUCTS = {
    "super() in a class of the test": (
        function("class A:", "def m(self): return 1"), "class B(A):\n    def m(self): return super().m() + 1\nassert B().m() == 2",
        "line 1, `class B(A):`: the class is made beside the student's", "`Shape.area(self)`",
    ),
    "object of the test's class": (
        function("def f(d):", "return d.sound()"), "class Dog:\n    def sound(self): return 'wuff'\nassert f(Dog()) == 'wuff'",
        "line 1, `class Dog:`: an object of a class that the test defines", "in a locked cell above",
    ),
    "name rebound": (
        solved("a", "rate = 2\ndef f(x): return x * rate"), "rate = 5\nassert f(2) == 10",
        "line 1, `rate = 5`: the test gives the name a value of its own", "take it as an argument",
    ),
    "print rebound": (
        function("def f():", "print('hi')"), "said = []\ndef print(text): said.append(text)\nf()\nassert said == ['hi']",
        "line 2, `def print(text): said.append(text)`", "patch('builtins.print')",
    ),
    "pyplot's figure": (
        solved("a", "import matplotlib.pyplot as plt\ndef f():\n    plt.figure()\n    plt.xlabel('t')"),
        "import matplotlib.pyplot as plt\nf()\nassert plt.gca().get_xlabel() == 't'",
        "line 3, `assert plt.gca().get_xlabel() == 't'`: figures are drawn in the student's kernel", "return its axes",
    ),
    "mock": (
        function("def f(user, mailer):", "mailer.send(user)"),
        "from unittest.mock import Mock\nm = Mock()\nf('ada', m)\nm.send.assert_called_once_with('ada')",
        "line 2, `m = Mock()`", "`said.append`",
    ),
    "temporary file": (
        function("def f(name):", "return open(name).read()"),
        "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as t:\n    t.write('x')\n    t.flush()\n    assert f(t.name) == 'x'",
        "line 1, `import tempfile`: the student's code does not see", "open('sample.txt', 'w')",
    ),
    "logging": (
        solved("a", "import logging\ndef f(): logging.getLogger('app').error('bad')"),
        "import unittest\nwith unittest.TestCase().assertLogs('app') as logs:\n    f()\nassert 'bad' in logs.output[0]",
        "line 2, `with unittest.TestCase().assertLogs('app') as logs:`", "redirect_stdout",
    ),
    "exception of a library": (
        solved("a", "import json\ndef f(text): return json.loads(text)"),
        "import json\ntry:\n    f('{')\n    caught = False\nexcept json.JSONDecodeError:\n    caught = True\nassert caught and f('1') == 1",
        "line 5, `except json.JSONDecodeError:`: an exception of a library", "such as ValueError",
    ),
    "arithmetic of results": (
        solved("a", "class V:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return V(self.x + o.x)\ndef f(x): return V(x)"),
        "assert (f(1) + f(2)).x == 3", "line 1, `assert (f(1) + f(2)).x == 3`: an object that a function returns", "an attribute or a method",
    ),
    "none of those known": (
        function("def f(n):", "return n + 1"), "assert f(1) == 2\nassert f(1) == 3", "line 2, `assert f(1) == 3`: The result", "f.examined_by",
    ),
}


@pytest.mark.parametrize("name", with_long(CONSTRUCTS, CONSTRUCTS.keys() - list(CONSTRUCTS)[::3]))
def test_a_refusal_names_the_construct_and_a_rewrite(name, server):
    answer, test, line, rewrite = CONSTRUCTS[name]
    told = refusals([answer, tested(test)], server)
    assert line in told
    assert rewrite in told


def refusals(cells, server):
    return "\n".join(map(str, problems(new_notebook(cells=copy.deepcopy(cells)), QUICK, server=server)))


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_not_grade_as_it_reads_is_refused(name, server):
    cells, way = REFUSED[name]
    assert way in refusals(cells, server)


def test_the_toy_course_may_be_handed_out(server):
    assert problems(source_notebook(), QUICK, server=server) == []


MAY_PASS_A_STUB = {"names"}


@pytest.mark.parametrize("name", with_long(STYLES, STYLES.keys() - list(STYLES)[::4]))
def test_ordinary_styles_may_be_handed_out(name, server):
    assert name in MAY_PASS_A_STUB or refusals(STYLES[name], server) == ""


SAME = {
    "member of an enum": (solved("a", "import enum\nclass C(enum.Enum):\n    RED = 1\n    BLUE = 2\ndef f(): return C.RED"), "assert f() is C.RED"),
    "its argument": (function("def f(n):", "return n[:] + [1]"), "a = [0]\nassert f(a) is not a and f(a) == [0, 1] and a == [0]"),
    "object of a list": (
        solved("a", "class P:\n    def __init__(self, n): self.n = n\ndef f(ps): return max(ps, key=lambda p: p.n)"),
        "ps = [P(3), P(9), P(1)]\nassert f(ps) is ps[1]",
    ),
}


@pytest.mark.parametrize("name", with_long(SAME, list(SAME)[1:]))
def test_identity_that_crosses_is_not_refused(name, server):
    answer, test = SAME[name]
    assert refusals([answer, tested(test)], server) == ""


def test_a_test_whose_right_answer_is_a_stub_may_say_so(server):
    cells = [function("def f(n):", "return [x for x in n if x > 9]"), tested("assert f([1, 2]) == []")]
    cells[1].metadata["tags"] = [ALLOWED]
    assert refusals(cells, server) == ""
    assert refusals([solved("a", "x = 0"), tested("assert x == 0")], server) == ""


def test_an_open_cells_name_is_the_instructors(server):
    helper = "def same(a, b):\n    return a == b"
    assert refusals([unlocked(helper), solved("a", "x = 5"), tested("assert same(x, 5)")], server) == ""
