# ruff: noqa: E501
"""What a proxy lets a test see, and what a hostile object gains by it: nothing."""

import dataclasses
import random
import sys
from typing import Any

import pytest
from nbformat.v4 import new_notebook
from proctor.grading.notebook import examine
from proctor.grading.rebuild import Handed, rebuild
from proctor.settings import Settings

from tests.proctor.making import answered, graded, locked, solution

QUICK = Settings(cell_timeout=5.0, notebook_timeout=30.0)


LIAR = """
class Liar:
    def yes(self, *a, **k): return True
    def me(self, *a, **k): return self
    def zero(self, *a, **k): return 0
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = yes
    __sub__ = __rsub__ = __mod__ = __abs__ = __float__ = __int__ = __index__ = __round__ = zero
    __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __neg__ = __call__ = __getitem__ = me
    __hash__ = __len__ = zero
    def __iter__(self): return iter(())
def f(*a, **k): return Liar()
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert f(2) == 4", "assert 4 == f(2)", "assert f(2) > 3", "assert 3 < f(2)", "assert abs(f(2) - 4) < 1e-9",
        "assert 4 - f(2) == 0", "import math\nassert math.isclose(f(2), 4)", "import numpy as np\nassert np.isclose(f(2), 4)",
        "import numpy as np\nnp.testing.assert_allclose(f(2), 4)", "import numpy as np\nassert np.array_equal(f(2), [4])",
        "assert 3 in f(2)", "assert f(2) in (4, 5)", "assert float(f(2)) == 0.0 and int(f(2)) == 0", "assert round(f(2)) == 0",
        "assert f(2) % 2 == 0", "assert f(3) == f(1) + f(2)", "assert {f(2): 1}[4]", "assert [10, 20][f(2)] == 10",
        "import numpy as np\nassert np.float64(4) == f(2)", "import pandas as pd\nassert (pd.Series([4]) == f(2)).all()",
        "assert f(2) == f(1) + 2", "assert isinstance(f(2), float) or isinstance(f(2), int)", "assert sorted([f(2), 3])[0] == 3",
        "assert -f(2) == -4", "assert sum([f(1), f(2)]) == 3", "assert max(f(2), 3) == 4", "assert range(9)[f(2)] == 0",
    ],
)
def test_an_object_that_agrees_with_everything_gains_nothing(judge, test):
    (verdict,) = judge(LIAR, test)
    assert verdict.points == 0, verdict


RAISES = "ok = False\ntry:\n    f('x')\nexcept {}:\n    ok = True\nassert ok"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("import statistics; statistics.mean([])", "ValueError"),
        ("import json; json.loads(x)", "ValueError"),
        ("b'\\xff'.decode()", "ValueError"),
        ("b'\\xff'.decode()", "UnicodeError"),
        ("import numpy as np; np.linalg.inv(np.zeros((2, 2)))", "ValueError"),
        ("import decimal; decimal.Decimal(x)", "ArithmeticError"),
        ("import io, pandas as pd; pd.read_csv(io.StringIO(''))", "ValueError"),
        ("import numpy as np; np.sum(np.zeros(3), axis=4)", "ValueError"),
        ("import subprocess; raise subprocess.TimeoutExpired('c', 1)", "Exception"),
        ("import numpy as np; np.sum(np.zeros(3), axis=4)", "IndexError"),
        ("raise TimeoutError(x)", "OSError"),
    ],
)
def test_an_exception_of_a_library_is_caught_by_what_it_is_derived_from(judge, body, kind):
    (verdict,) = judge(f"def f(x):\n    {body}", RAISES.format(kind))
    assert verdict.points == 1, verdict.message


def test_an_exception_of_a_library_is_no_other_kind(judge):
    (verdict,) = judge("def f(x):\n    import json\n    json.loads(x)", RAISES.format("TypeError"))
    assert verdict.points == 0
    assert verdict.message.startswith("Your code raised JSONDecodeError: Expecting value")


@pytest.mark.parametrize(
    ("body", "kind", "holds"),
    [
        ("{}[x]", "KeyError", "e.args == ('x',)"),
        ("raise ValueError('a', 3)", "ValueError", "e.args == ('a', 3)"),
        ("open('not there')", "OSError", "(e.errno, e.filename) == (2, 'not there')"),
        ("raise ValueError(x)", "ValueError", "str(e) == 'x'"),
        ("raise ValueError(object())", "ValueError", "str(e).startswith('<object')"),
    ],
)
def test_an_exception_holds_what_it_was_raised_with(judge, body, kind, holds):
    (verdict,) = judge(f"def f(x):\n    {body}", f"try:\n    f('x')\nexcept {kind} as e:\n    assert {holds}, repr(e)\nelse:\n    assert 0")
    assert verdict.points == 1, verdict.message


FRAME = locked("prices", "import pandas as pd\nprices = pd.DataFrame({'p': [1.0, 2.0, 4.0]})\nframes = {'a': prices.copy()}\n"
               "numbers = {'n': pd.Series([3, 1, 2])}")


@pytest.mark.parametrize(
    ("body", "changed", "after"),
    [
        ("d['r'] = d.p.pct_change(); return d.r.sum()", "f(prices) == 2 and f(prices) == 2", "prices.p.sum() == 7 and list(prices) == ['p']"),
        ("d['r'] = d.p.pct_change(); return d.r.sum()", "f(frames['a']) == 2 and f(frames['a']) == 2", "frames['a'].p.sum() == 7"),
        ("d.drop(index=d.index[0], inplace=True); return len(d)", "f(prices) == 2 and f(prices) == 1", "len(prices) == 3"),
        ("d.index = range(10, 13); return d.p.iloc[0]", "f(prices) == 1 and f(prices) == 1", "list(prices.index) == [0, 1, 2]"),
        ("d.loc[99] = 0; return d.max()", "f(numbers['n']) == 3 and len(numbers['n']) == 4", "numbers['n'].tolist() == [3, 1, 2]"),
        ("d['r'] = 1", "(prices.copy(), f(prices))[0].equals(prices)", None),
    ],
)
def test_a_table_that_an_answer_changes_is_changed_and_is_itself_again_after_the_test(judge, body, changed, after):
    tests = [f"assert {changed}", *([f"assert f is not None and {after}"] if after else [])]
    verdicts = judge(f"def f(d):\n    {body}", *tests, given=[FRAME])
    assert [verdict.points for verdict in verdicts] == ([1, 1] if after else [0]), [verdict.message for verdict in verdicts]


def test_an_exception_says_nothing_in_the_name_of_a_test(judge):
    code = (
        "class Praise(Exception):\n    student_message = True\n    misconception = 'none'\n"
        "def f(x):\n    error = Praise('well done')\n    error.from_student = False\n    error.misconception = 'y'\n    raise error"
    )
    (verdict,) = judge(code, "assert f(1) == 2")
    assert (verdict.points, verdict.misconception) == (0, None)
    assert verdict.message.startswith("Your code raised Praise")


def test_a_name_of_the_instructors_is_never_the_students(judge):
    given = [locked("g", "from nowhere_at_all import same"), locked("h", "def fine(a, b):\n    return a == b")]
    code = "def same(a, b):\n    return True\ndef fine(a, b):\n    return True\ndef f(x):\n    return 0"
    first, second = judge(code, "assert same(f(1), 5)", "assert fine(f(1), 5)", given=given)
    assert (first.points, second.points) == (0, 0)
    assert "which the notebook itself computes" in first.message


def test_a_name_that_python_has_is_asked_for(judge):
    known = "def max(values):\n    return 3"
    assert judge("def max(values):\n    return values[0]", "assert max([1, 3]) == 3", known=known)[0].points == 0
    assert judge("", "assert max([1, 3]) == 3", known=known)[0].points == 0
    assert judge("def max(values):\n    return sorted(values)[-1]", "assert max([1, 3]) == 3", known=known)[0].points == 1


def test_a_students_files_are_read_and_never_imported(judge, tmp_path):
    (tmp_path / "helper.py").write_text("def same(a, b):\n    return a == b\n")
    (tmp_path / "numbers.csv").write_text("a\n1\n")
    given = [locked("g", "from helper import same")]
    code = (
        "for name in ('csv.py', 'helper.py', 'statistics.py', 'numbers.csv', 'fine.txt'):\n"
        "    open(name, 'w').write('raise SystemExit(0)')\n"
        "import pathlib\npathlib.Path('colorsys').mkdir()\nopen('colorsys/__init__.py', 'w').write('raise SystemExit(0)')\n"
        "def same(a, b):\n    return True\ndef f(x):\n    return 0"
    )
    tests = (
        "import csv, statistics, colorsys, helper\nassert open('fine.txt').read() == 'raise SystemExit(0)'",
        "assert open('numbers.csv').read() == 'a\\n1\\n'", "assert same(f(1), 1)",
        "import os\nassert not os.path.exists('statistics.py') and not os.path.exists('csv.py')",
    )
    assert [verdict.points for verdict in judge(code, *tests, given=given, data=tmp_path)] == [1, 1, 0, 1]


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "a/../../out.txt", ".hidden", "x\0y", "d" * 300])
def test_a_files_name_leads_nowhere_else(tmp_path, name):
    from proctor.grading.working_folder import WorkingFolder

    class Kernel:
        def question(self, question):
            return {"names": [name], "changed": {name: [[1, 1], b"x"]}}

    kernel: Any = Kernel()
    with WorkingFolder(None) as folder:
        folder.fetch(kernel)
        assert list(folder.place.rglob("*")) == []
        assert [path.name for path in folder.place.parent.rglob("*")] in (["work", "modules"], ["modules", "work"])


def test_a_function_that_ends_the_program_raised_that_and_no_type_error(judge):
    code = "import sys\ndef f(x):\n    sys.exit('bye')"
    plain, caught = judge(code, "assert f(1) == 1", "try:\n    f('a')\nexcept TypeError:\n    pass")
    assert (plain.points, plain.message) == (0, "Your code raised SystemExit: bye at line 3 of your cell: sys.exit('bye')")
    assert caught.points == 0


def test_so_many_files_come_and_no_more():
    from proctor.bridge.limits import MAX_FILES
    from proctor.grading import working_folder

    class Kernel:
        names: tuple[str, ...] = tuple(f"{number}/{number}.txt" for number in range(3 * MAX_FILES))

        def question(self, question):
            return {"names": [*self.names], "changed": {name: [[1, 1], b"x"] for name in self.names}}

    kernel: Any = Kernel()
    with working_folder.WorkingFolder(None) as folder:
        for _ in range(2):
            folder.fetch(kernel)
            kernel.names = kernel.names[::-1]
        assert len(list(folder.place.rglob("*.txt"))) == MAX_FILES
        kernel.names = ("last/one.txt",)
        folder.fetch(kernel)
        assert sorted(path.name for path in folder.place.rglob("*")) == ["last", "one.txt"]


def test_files_have_so_many_bytes_and_no_more(monkeypatch):
    from proctor.grading import working_folder

    class Kernel:
        def question(self, question):
            return {"names": ["a", "b", "c"], "changed": {name: [[1, 1], b"x" * 60] for name in ("a", "b", "c")}}

    monkeypatch.setattr(working_folder, "MAX_BYTES", 130)
    kernel: Any = Kernel()
    with working_folder.WorkingFolder(None) as folder:
        folder.fetch(kernel)
        assert [path.name for path in sorted(folder.place.iterdir())] == ["a", "b"]


def test_the_types_that_one_student_made_are_nobody_elses(judge):
    many = "def f(n):\n    return [type(f'K{i}', (), {'__module__': 'm'})() for i in range(n)]"
    test = "import pathlib\nassert isinstance(f('a'), pathlib.PurePath)"
    assert [verdict.points for verdict in judge(many, "assert len(f(2500)) == 2500", known=many)] == [1]
    assert [verdict.points for verdict in judge("import pathlib\ndef f(x):\n    return pathlib.Path(x)", test)] == [1]


def test_what_a_function_changes_is_seen_after_the_call(judge):
    code = "total = 0\ndef f(n):\n    global total\n    total += n\n    return total"
    tests = ("before = total\nf(1)\nassert total == before", "start = total\nf(2)\nassert total == start + 2")
    assert [verdict.points for verdict in judge(code, *tests, known=code)] == [0, 1]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="before Python 3.14 a definition evaluates its annotations")
def test_annotations_may_name_what_does_not_exist(judge):
    code = "def f(x: List[float], *, y: Number = 1) -> Gone:\n    return x"
    (verdict,) = judge(code, "import inspect\nassert list(inspect.signature(f).parameters) == ['x', 'y'] and f(2) == 2")
    assert verdict.points == 1, verdict


def test_warnings_and_printed_text_are_seen_where_a_test_looks(judge):
    code = "import warnings\ndef f(n):\n    print(n)\n    warnings.warn('old', DeprecationWarning)\n    return n + 1"
    tests = (
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    assert f(1) == 2",
        "import io, contextlib\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    assert f(1) == 2\nassert b.getvalue() == ''",
        "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    f(1)\n"
        "assert seen[0].category is DeprecationWarning",
        "assert f(1) == 2",
    )
    assert [verdict.points for verdict in judge(code, *tests)] == [0, 0, 1, 1]


def test_what_is_printed_under_test_shows_no_hidden_argument(judge, server):
    source = new_notebook(cells=[solution("a", "def f(x):\n    return x"), graded("t", "assert f(123456) == 0\n", 1)])
    cell = answered("a", "def f(x):\n    print('argument', x)\n    return 0")
    examined = examine(rebuild(source, Handed((cell,))), QUICK, server=server)
    assert "argument 123456" not in str(examined.notebook)


def test_callbacks_and_iterators_have_bounds(judge):
    endless = "import itertools\ndef f(g):\n    while True:\n        g(1)"
    settings = Settings(cell_timeout=2.0, notebook_timeout=8.0)
    assert judge(endless, "f(lambda x: x)", settings=settings)[0].points == 0
    deep = "def f(g, n=0):\n    return g(f, n)"
    assert judge(deep, "def again(h, n):\n    return h(again, n + 1)\nassert f(again) == 0", settings=settings)[0].points == 0
    flood = "import itertools\ndef f(x):\n    return itertools.count()"
    assert judge(flood, "assert sum(f(1)) == 3", settings=settings)[0].points == 0


@pytest.mark.parametrize("answer", ["{'value': next(said)}", "{'call': 0, 'with': '1'}", "{'call': 'x'}"])
def test_a_kernel_that_makes_up_references_and_calls_gains_nothing(judge, answer):
    code = (
        "import json, proctor.student.responder as responder, proctor.bridge.codec as codec\n"
        "made_up = [['r', 1, 5], ['r', 'x', {}], ['r', 'call', 99], ['r', 7, {'kind': 'class', 'bases': [[1]]}]]\n"
        "said = iter([json.dumps(each) for each in made_up] * 9)\ndef f(x): return 0\n"
        f"responder.ask = lambda *a, **k: codec.dumps({answer})\n"
    )
    verdicts = judge(code, "assert f(1) == 5", "assert f(2) == 6", settings=Settings(cell_timeout=2.0, notebook_timeout=10.0))
    assert [verdict.points for verdict in verdicts] == [0, 0]


def test_tests_do_not_run_a_students_class_as_their_own(judge):
    code = "class f:\n    def __init__(self, *a): pass\n    def __init_subclass__(cls): raise SystemExit"
    (verdict,) = judge(code, "class Mine(f):\n    pass\nassert Mine()")
    assert verdict.points == 0
    assert verdict.message.startswith("Your code raised SystemExit")  # in the kernel, where the class is made


HELPER = """from answer_key import mending
def given(text, *args):
    return f.examined_by(mending.results, "f", [text], [(list(args), {})], 2.0)[1]
"""


def test_a_function_of_the_test_examines_the_students_where_it_is(judge):
    """What runs there sees the student's names, and leaves them as they were."""
    answer = "seen = {}\ndef f(x):\n    return seen.setdefault(x, x)"
    verdicts = judge(
        answer,
        HELPER + "assert given('def f(x):\\n    return seen.setdefault(x, 2 * x)\\n', 4) == [[8]]\nassert f(4) == 4",
        HELPER + "assert given('def f(x):\\n    while True: pass', 4) == [None]\nassert f(5) == 5",
        HELPER + "assert given('import os\\ndef f(x):\\n    os.kill(os.getppid(), 0)\\n    os._exit(1)', 4) == []\nassert f(6) == 6",
        HELPER + "import pandas as pd\nframe = pd.DataFrame({'a': [1.0, 2.0]})\n"
        "assert given('def f(x):\\n    return x.shift(1)', frame)[0][0]['a'][1] == 1.0",
    )
    assert [verdict.points for verdict in verdicts] == [1, 1, 1, 1], [verdict.message for verdict in verdicts]


def test_an_attribute_of_the_students_function_is_no_examination(judge):
    """The test asks by the proxy's type, where the student has no say."""
    verdicts = judge("def f(x):\n    return x\nf.examined_by = lambda *a: [0, [[8]]]", HELPER + "assert given('def f(x): return 3', 1) == [[3]]")
    assert [verdict.points for verdict in verdicts] == [1]


def test_an_object_that_is_called_has_not_the_arguments_of_its_class(judge):
    answer = "class Double:\n    def __init__(self, factor):\n        self.factor = factor\n    def __call__(self, x):\n        return self.factor * x\nf = Double(2)"
    test = "from phase6.checks._base import need_function\nneed_function('f', f, ['x'])\nassert f(3) == 6 and f(x=4) == 8"
    klass = "import inspect\nassert list(inspect.signature(Double).parameters) == ['factor'] and Double(3)(2) == 6"
    known = "class Double:\n    def __init__(self, factor): ...\nf = Double(2)"
    assert [verdict.points for verdict in judge(answer, test, klass, known=known)] == [1, 1]


@pytest.mark.parametrize("made", ["import string as x", "x = [0] * 10**7", "x = 3"])
def test_a_variable_of_a_tests_own_loop_is_not_the_students(judge, made):
    """Also where the solution binds the same name."""
    (verdict,) = judge(f"{made}\ndef f(a):\n    return a", "for x in [1, 2]:\n    assert f(x) == x", known="x = 3\ndef f(a):\n    return a")
    assert verdict.points == 1, verdict.message


SHOP = "class Shop:\n    def __init__(self):\n        self.stock = {}\n    def add(self, name, count):\n        self.stock[name] = count"
SLOW = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)"


def judged_after_a_slow_answer(server, *tests):
    """Verdicts of tests that come after one in which the student's kernel ended."""
    cells = [solution("a", SHOP), locked("shop", "shop = Shop()\nshop.add('a', 3)\nstock = [shop]"), graded("first", "mine = Shop()", 1)]
    cells += [solution("b", "def fib(n):\n    return n"), graded("slow", "assert fib(60) == 0", 1)]
    cells += [graded(f"t{place}", test, 1) for place, test in enumerate(tests)]
    handed = Handed((answered("a", SHOP), answered("b", SLOW)))
    examined = examine(rebuild(new_notebook(cells=cells), handed), dataclasses.replace(QUICK, cell_timeout=2.0), server=server)
    assert [verdict.points for verdict in examined.verdicts[:2]] == [1, 0]
    return examined.verdicts[2:]


def test_a_locked_cells_objects_are_made_again_when_a_kernel_was_lost(server):
    tests = ["assert shop.stock == {'a': 3}", "assert stock[0].stock == {'a': 3}", "shop.add('b', 1)\nassert len(shop.stock) == 2"]
    verdicts = judged_after_a_slow_answer(server, *tests)
    assert [verdict.points for verdict in verdicts] == [1, 1, 1], [verdict.message for verdict in verdicts]


def test_an_object_of_a_kernel_that_ended_is_never_taken_for_another(server):
    (verdict,) = judged_after_a_slow_answer(server, "other = Shop()\nother.add('a', 1)\nassert mine.stock == {}")
    assert verdict.points == 0
    assert "was started again" in verdict.message


SHELF = """
class Shelf:
    sizes = [3]
    def __init__(self, books=()): self.books = list(books)
    def __iter__(self): return iter(self.books)
    def __len__(self): return len(self.books)
    def __lt__(self, other): return len(self) < len(other)
    def __hash__(self): return 1
    def __eq__(self, other): return self.books == other.books
    def __call__(self): return 7
    def __enter__(self): return self
    def __exit__(self, *error): self.books.append(error[0])
class Small(Shelf):
    pass
class Down:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise StopIteration
        self.n -= 1
        return self.n
"""
BARE = "class Shelf:\n    def __init__(self, books=()): self.books = list(books)\n    def __eq__(self, other): return self.books == other.books\n"
BARE += "class Small(Shelf):\n    def __len__(self): return len(self.books)\nclass Down:\n    def __init__(self, n): self.n = n"


@pytest.mark.parametrize(
    "test",
    [
        "from collections.abc import Iterable\nassert isinstance(Shelf(), Iterable)",
        "from collections.abc import Sized\nassert issubclass(Shelf, Sized)",
        "from collections.abc import Hashable\nassert isinstance(Shelf(), Hashable)",
        "from contextlib import AbstractContextManager\nassert isinstance(Shelf(), AbstractContextManager)",
        "assert hasattr(Shelf(), '__len__')", "assert hasattr(Shelf, '__iter__') and not hasattr(Shelf, '__getitem__')",
        "assert len(Small('ab')) == 2 and '__len__' not in Small.__dict__ and '__len__' in vars(Shelf)",
        "assert callable(Small()) and Small()() == 7", "assert Shelf() < Small('a')", "assert len({Shelf('a'), Small('a')}) == 1",
        "from collections.abc import Iterator\nd = Down(2)\nassert isinstance(d, Iterator) and isinstance(d, Down) and list(d) == [1, 0]",
        "with Shelf() as shelf:\n    pass\nassert shelf.books == [None]",
    ],
)
def test_an_object_has_the_special_methods_that_its_class_has_and_no_others(judge, test):
    guarded = f"assert Shelf('ab').books == ['a', 'b'] and Down(3).n == 3\n{test}"
    assert [verdict.points for verdict in judge(SHELF, guarded, known=SHELF)] == [1]
    assert [verdict.points for verdict in judge(BARE, guarded, known=SHELF)] == [0]


def test_what_an_object_cannot_do_raises_what_python_raises(judge):
    for act in ("len(s)", "s + 1", "s < s", "s[0]", "list(s)", "float(s)", "s()", "next(s)", "{s}", "1 in s", "round(s)"):
        test = f"s = Shelf('a')\nassert s.books == ['a']\ntry:\n    {act}\nexcept TypeError:\n    pass\nelse:\n    assert False"
        assert judge(BARE, test, known=BARE)[0].points == 1, act


def test_a_class_derived_from_one_of_pythons_own_is_one(judge):
    code = "class Stack(list):\n    def push(self, x): self.append(x)\nclass Deep(Stack): pass\nclass Bag(dict): pass"
    tests = (
        "s = Stack()\ns.push(1)\nassert len(s) == 1 and not isinstance(s, list)",
        "assert len(Deep()) == 0 and not issubclass(Deep, (list, str))",
        "from collections.abc import Mapping\nassert isinstance(Bag(), dict) and isinstance(Bag(), Mapping) and not isinstance(Bag(), list)",
    )
    assert [verdict.points for verdict in judge(code, *tests, known=code)] == [0, 0, 1]


CONTEXT = """
class Quiet:
    def __init__(self, *kinds): self.kinds, self.said = kinds, None
    def __enter__(self): return self
    def __exit__(self, kind, error, trace):
        self.said = str(error)
        return kind is not None and issubclass(kind, {kinds})
from contextlib import contextmanager
notes = []
def noted_so_far(): return list(notes)
@contextmanager
def noted():
    notes.append('in')
    try:
        yield 5
    finally:
        notes.append('out')
"""


def test_a_context_manager_is_told_of_an_exception_and_cannot_leave_out_the_rest(judge):
    tests = (
        "q = Quiet(KeyError)\ntry:\n    with q:\n        raise ValueError('boom')\nexcept ValueError:\n    assert q.said == 'boom'\n"
        "else:\n    assert False",
        "q = Quiet(KeyError)\nassert q.__exit__(KeyError, KeyError('k'), None) and not q.__exit__(ValueError, ValueError(), None)",
        "try:\n    with noted() as n:\n        assert n == 5\n        1 / 0\nexcept ZeroDivisionError:\n    assert noted_so_far() == ['in', 'out']",
        "with Quiet(KeyError):\n    assert 1 == 2",
    )
    assert [verdict.points for verdict in judge(CONTEXT.replace("{kinds}", "self.kinds"), *tests)] == [1, 1, 1, 0]
    verdicts = judge(CONTEXT.replace("{kinds}", "Exception"), *tests)
    assert [verdict.points for verdict in verdicts] == [0, 0, 1, 0]
    assert "swallowed a ValueError" in verdicts[0].message


ERRORS = """
class Trouble(Exception):
    code = 7
    def __init__(self, what, size=0): super().__init__(what, size); self.what, self.size = what, size
    def __str__(self): return f'{self.what}: {self.size}'
    @property
    def large(self): return self.size > 3
class Worse(Trouble): pass
def f(x):
    try:
        return {'a': 1}[x]
    except KeyError as error:
        raise Worse(x, 5) from error
"""


@pytest.mark.parametrize(
    "holds",
    [
        "type(e) is Worse and issubclass(Worse, Trouble) and issubclass(Trouble, Exception) and not issubclass(Trouble, Worse)",
        "e.args == ('b', 5) and str(e) == 'b: 5' and e.what == 'b'", "e.large is True and e.code == 7 and not hasattr(e, 'small')",
        "isinstance(e.__cause__, KeyError) and e.__cause__.args == ('b',) and e.__cause__.__cause__ is None",
    ],
)
def test_an_exception_is_of_its_classes_and_has_their_attributes(judge, holds):
    test = f"try:\n    f('b')\nexcept Trouble as e:\n    assert {holds}\nelse:\n    assert False"
    assert judge(ERRORS, test)[0].points == 1
    flat = "class Trouble(Exception): pass\nclass Worse(Exception): pass\ndef f(x): raise Trouble('b: 5')"
    assert judge(flat, test)[0].points == 0


SEEDS = "import random\nimport numpy as np\ndef f(n): return [random.randint(1, 6) for _ in range(n)]\ndef g(n): return np.random.rand(n)"


def test_a_seed_that_a_test_sets_holds_for_the_answer(judge):
    tests = (
        "import random\nrandom.seed(42)\nassert f(5) == [6, 1, 1, 6, 3]",
        "from random import seed, randint\nseed('x')\nwant = [randint(1, 6) for _ in range(9)]\nseed('x')\nassert f(9) == want",
        "import random\nrandom.seed(1)\na = f(20)\nb = f(20)\nrandom.seed(1)\nassert a == f(20) and a != b",
        "import numpy as np\nnp.random.seed(0)\na = g(3)\nnp.random.seed(seed=0)\nassert (a == np.random.rand(3)).all()",
        "import random, numpy\nassert random.seed.__name__ == 'seed' or random.seed(3) is None\nassert len(f(2)) == 2",
    )
    assert [verdict.points for verdict in judge(SEEDS, *tests, known=SEEDS)] == [1] * 5
    own = "import random\nimport numpy as np\ndef f(n): return random.Random().choices(range(7), k=n)\ndef g(n): return np.random.default_rng().random(n)"
    assert [verdict.points for verdict in judge(own, *tests, known=SEEDS)] == [0, 0, 0, 0, 1]
    assert random.seed.__name__ == "seed"


def test_a_seed_of_a_locked_cell_is_set_once(judge):
    given = [locked("i", "import numpy as np\nnp.random.seed(3)\nfirst = np.random.rand()")]
    test = "import numpy as np\nwant = np.random.RandomState(3).rand(3)[1:]\nassert (g(2) == want).all()"
    assert judge(SEEDS, test, given=given)[0].points == 1


def test_a_test_passes_an_iterator_of_which_as_much_is_taken_as_is_needed(judge):
    code = "def f(items, n=99):\n    found = []\n    for item in items:\n        found.append(item)\n        if len(found) == n: break\n    return found"
    tests = (
        "import itertools\ncount = itertools.count()\nassert f(count, 3) == [0, 1, 2] and next(count) == 3 and f(count, 1) == [4]",
        "def numbers():\n    yield 1\n    yield 2\n    raise RuntimeError('too far')\nassert f(numbers(), 2) == [1, 2]",
        "assert f(map(str, [1, 2])) == ['1', '2'] and f(zip('ab', 'cd')) == [('a', 'c'), ('b', 'd')] and f(iter([])) == []",
        "try:\n    f(1 / n for n in [1, 0])\nexcept ZeroDivisionError:\n    pass\nelse:\n    assert False",
    )
    assert [verdict.points for verdict in judge(code, *tests)] == [1, 1, 1, 1]
    into = "def f(items, found):\n    found.extend(items)\n    return items"
    assert judge(into, "found, given = [], iter([1, 2])\nassert f(given, found) is not None and found == [1, 2]")[0].points == 1
    greedy = judge("def f(items, n=99):\n    return list(items)[:n]", *tests, settings=Settings(cell_timeout=2.0, notebook_timeout=20.0))
    assert [verdict.points for verdict in greedy] == [0, 0, 1, 1]


def test_a_test_passes_a_generator_of_random_numbers_that_goes_on(judge):
    code = "def f(rng, n): return rng.normal(size=n)\ndef g(r, items):\n    r.shuffle(items)\n    return r.choice(items)"
    tests = (
        "import numpy as np\na, b = np.random.default_rng(1), np.random.default_rng(1)\n"
        "assert (f(a, 3) == b.normal(size=3)).all() and (f(a, 3) == b.normal(size=3)).all() and a.random() == b.random()",
        "import random\na, b, items = random.Random(3), random.Random(3), [1, 2, 3, 4]\nwant = items[:]\nb.shuffle(want)\n"
        "assert g(a, items) == b.choice(want) and items == want and a.random() == b.random()",
    )
    assert [verdict.points for verdict in judge(code, *tests)] == [1, 1]
    own = "import random\nimport numpy as np\ndef f(rng, n): return np.random.normal(size=n)\ndef g(r, items): return random.choice(items)"
    assert [verdict.points for verdict in judge(own, *tests)] == [0, 0]


@pytest.mark.parametrize("state", ["[3, [1], None]", "['x', 'y']", "[3, [2**40] * 625, None]", "[3, [1] * 624 + [10**6], None]", "[]", "3", "['ab', None]", "[b'a', 0]"])
def test_an_object_in_a_strange_state_is_refused(state):
    from proctor.bridge import states
    from proctor.bridge.limits import NotPlain

    for kind in ("Random", "PCG64", "StringIO", "BytesIO"):
        with pytest.raises(NotPlain):
            states.read(["state", kind, eval(state)])


def test_a_decorated_function_of_the_test_has_its_name_where_the_decorator_keeps_it(judge):
    code = "import functools\ndef f(g):\n    @functools.wraps(g)\n    def inner(*a): return g(*a) + 1\n    return inner"
    test = "@f\ndef area(x):\n    'The area.'\n    return x\nassert area(2) == 3 and area.__name__ == 'area' and area.__doc__ == 'The area.'"
    assert judge(code, test)[0].points == 1
    assert judge(code.replace("@functools.wraps(g)", ""), test)[0].points == 0


def test_a_table_of_functions_that_a_decorator_fills_holds_the_tests_functions(judge):
    code = "def f(table, name):\n    def keep(g):\n        table[name] = g\n        return g\n    return keep"
    test = "table = {}\n@f(table, 'square')\ndef square(x): return x * x\nassert table['square'](4) == 16 and table['square'] is square"
    assert judge(code, test)[0].points == 1
    assert judge("def f(table, name):\n    return lambda g: g", test)[0].points == 0


def test_every_operator_of_a_class_is_an_operator_of_its_objects(judge):
    binary = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "xor", "and", "or", "lt", "ge")
    code = "class N:\n    def __init__(self, said=''): self.said = said\n"
    code += "".join(f"    def __{name}__(self, other): return N('{name}')\n" for name in binary)
    signs = dict(zip(binary, ("+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "^", "&", "|", "<", ">="), strict=True))
    tests = [f"assert (N() {sign} N()).said == '{name}'" for name, sign in signs.items()]
    assert [verdict.points for verdict in judge(code, *tests, known=code)] == [1] * len(tests)
