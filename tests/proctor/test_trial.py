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
    "same object": ([locked("i", "import numpy as np\na = np.zeros(3)"), function("def f(n):", "return n.copy()"),
                     tested("assert f(a) is not a")], "=="),
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


def test_a_test_whose_right_answer_is_a_stub_may_say_so(server):
    cells = [function("def f(n):", "return [x for x in n if x > 9]"), tested("assert f([1, 2]) == []")]
    cells[1].metadata["tags"] = [ALLOWED]
    assert refusals(cells, server) == ""
    assert refusals([solved("a", "x = 0"), tested("assert x == 0")], server) == ""


def test_an_open_cells_name_is_the_instructors(server):
    helper = "def same(a, b):\n    return a == b"
    assert refusals([unlocked(helper), solved("a", "x = 5"), tested("assert same(x, 5)")], server) == ""
