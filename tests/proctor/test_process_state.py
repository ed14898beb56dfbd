"""What one student's tests change in the process decides no other student's points."""

import builtins
import decimal
import gc
import locale
import logging
import math
import os
import random
import socket
import statistics
import sys
import time

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from nbformat.v4 import new_notebook
from proctor.grading.notebook import examine
from proctor.grading.process_state import ProcessState
from proctor.grading.rebuild import Handed, rebuild
from proctor.settings import Settings

from tests.proctor.making import answered, graded, solution

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)


def set_locale() -> None:
    locale.setlocale(locale.LC_NUMERIC, "C.UTF-8" if locale.setlocale(locale.LC_NUMERIC) == "C" else "C")


def set_zone() -> None:
    os.environ["TZ"] = "Pacific/Kiritimati"
    time.tzset()


CHANGES = {
    "NumPy's printing": (lambda: np.set_printoptions(precision=2), lambda: str(np.array([1 / 3]))),
    "NumPy's errors": (lambda: np.seterr(divide="raise"), np.geterr),
    "NumPy's random numbers": (lambda: np.random.seed(3), lambda: str(np.random.get_state())),  # noqa: NPY002
    "random numbers": (lambda: random.seed(3), random.getstate),
    "pandas' options": (lambda: pd.set_option("display.precision", 2), lambda: pd.get_option("display.precision")),
    "Matplotlib's settings": (lambda: mpl.rcParams.update({"lines.linewidth": 9.0}), lambda: mpl.rcParams["lines.linewidth"]),
    "open figures": (plt.figure, plt.get_fignums),
    "a function of a module": (lambda: setattr(math, "floor", math.ceil), lambda: math.floor(1.5)),
    "a class of a module": (lambda: setattr(statistics, "NormalDist", int), lambda: statistics.NormalDist),
    "an inner function of a module": (lambda: setattr(statistics, "_sum", max), lambda: vars(statistics)["_sum"]),
    "a function replaced by an array": (lambda: setattr(math, "ceil", np.array([1, 2])), lambda: type(math.ceil)),
    "a method replaced by an array": (
        lambda: setattr(statistics.NormalDist, "cdf", np.array([1, 2])), lambda: type(statistics.NormalDist.cdf)
    ),
    "a method of a class": (lambda: setattr(statistics.NormalDist, "zscore", max), lambda: statistics.NormalDist.zscore),
    "a property of a class": (lambda: setattr(statistics.NormalDist, "mean", 0), lambda: statistics.NormalDist(1).mean),
    "a method that is taken away": (lambda: delattr(pd.Series, "nlargest"), lambda: hasattr(pd.Series, "nlargest")),
    "a built-in name": (lambda: setattr(builtins, "sum", max), lambda: sum([1, 2])),
    "a new built-in name": (lambda: setattr(builtins, "double", max), lambda: hasattr(builtins, "double")),
    "a decimal context": (lambda: setattr(decimal.getcontext(), "prec", 3), lambda: decimal.Decimal(1) / 3),
    "the locale": (set_locale, lambda: locale.setlocale(locale.LC_ALL)),
    "the time zone": (set_zone, lambda: time.localtime(0).tm_hour),
    "an environment variable": (lambda: os.environ.update(ANSWER="42"), lambda: os.environ.get("ANSWER")),
    "the recursion limit": (lambda: sys.setrecursionlimit(5000), sys.getrecursionlimit),
    "sockets": (lambda: socket.setdefaulttimeout(3), socket.getdefaulttimeout),
    "garbage collection": (gc.disable, gc.isenabled),
    "the level of logging": (lambda: logging.disable(logging.ERROR), lambda: logging.getLogger("x").isEnabledFor(logging.ERROR)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_notebooks_tests_change_comes_back(name):
    change, look = CHANGES[name]
    before = look()
    with ProcessState():
        change()
        assert look() != before
    assert look() == before


def test_options_of_pandas_that_have_no_effect_are_left_alone(recwarn):
    with ProcessState():
        pass
    assert list(recwarn) == []


def test_the_next_student_is_tested_as_the_first(server):
    """By one process, as a worker examines many."""
    first = "import numpy as np\nassert str(np.array([f(1) / 3])) == '[0.33333333]'"
    second = "import numpy as np\nnp.set_printoptions(precision=2)\nassert str(np.array([f(1) / 3])) == '[0.33]'"
    source = new_notebook(cells=[solution("a", "def f(x):\n    return x"), graded("first", first, 1), graded("second", second, 1)])
    for _ in range(2):
        examined = examine(rebuild(source, Handed((answered("a", "def f(x):\n    return x"),))), QUICK, server=server)
        assert [verdict.points for verdict in examined.verdicts] == [1, 1], [verdict.message for verdict in examined.verdicts]


def test_a_test_draws_the_same_numbers_of_numpy_whenever_a_submission_is_graded(server):
    test = "import numpy as np\nimport random\nassert f(0), (np.random.randint(10**6), random.randint(0, 10**6))"
    source = new_notebook(cells=[solution("a", "def f(x):\n    return 1"), graded("one", test, 1), graded("two", test, 1)])
    handed = Handed((answered("a", "def f(x):\n    return 0"),))
    said = [
        [verdict.message for verdict in examine(rebuild(source, handed), QUICK, server=server, seed=seed).verdicts]
        for seed in (b"ada", b"ada", b"bob")
    ]
    assert said[0] == said[1] != said[2]
    assert said[0][0] == said[0][1]
