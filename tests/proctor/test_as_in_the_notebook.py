# ruff: noqa: E501
"""Tests that look at more than values get the points that they get in the notebook itself.

Each group of tests is run in both ways, on right answers and on wrong ones.
"""

from dataclasses import dataclass

import pytest

from tests.proctor.conftest import QUICK
from tests.proctor.making import locked


@dataclass(frozen=True)
class Group:
    """Tests that a right answer passes, and a wrong one fails, every one."""

    right: str
    wrong: str
    tests: tuple[str, ...]
    given: str = "import numpy as np"


SHARED = Group(
    right="""
def deep(m): return [row[:] for row in m]
def shallow(m): return m[:]
def swap(m): m[0], m[1] = m[1], m[0]
def add(m): m[0].append(5)
def pair(a): return (a, list(a))
def view(a): return a[::-1, 1:]
def own(a): return a[:2].copy()
def put(d, key, v): d.setdefault(key, []).append(v)
def clean(df): return df.dropna()
class Board:
    def __init__(self, cells): self._cells = [list(row) for row in cells]
    def cells(self): return [list(row) for row in self._cells]
    def at(self, i, j): return self._cells[i][j]
rows = [[1], [2]]
few = rows[:]
other = [row[:] for row in rows]
class Shape:
    def __init__(self, name): self.name = name
    def area(self): raise NotImplementedError
    def describe(self): return f'{self.name}: {self.area()}'
""",
    wrong="""
def deep(m): return m[:]
def shallow(m): return [row[:] for row in m]
def swap(m): m[0][0], m[1][0] = m[1][0], m[0][0]
def add(m): m[0] = m[0] + [5]
def pair(a): return (list(a), list(a))
def view(a): return a[::-1, 1:].copy()
def own(a): return a[:2]
def put(d, key, v): d[key] = d.get(key, []) + [v]
def clean(df): return df
class Board:
    def __init__(self, cells): self._cells = list(cells)
    def cells(self): return list(self._cells)
    def at(self, i, j): return self._cells[i][j]
rows = [[1], [2]]
few = rows
other = rows[:]
class Shape:
    def __init__(self, name): self.name = name
    def area(self): return 0
    def describe(self): return f'{self.name}: 0'
""",
    tests=(
        "m = [[1], [2]]\nc = deep(m)\nc[0].append(9)\nassert m == [[1], [2]] and c == [[1, 9], [2]]",
        "m = [[1], [2]]\nc = shallow(m)\nassert c is not m and c[0] is m[0]\nc[0].append(9)\nassert m == [[1, 9], [2]]",
        "a, b = [1], [2]\nm = [a, b]\nswap(m)\nassert m == [[2], [1]] and m[0] is b and a == [1]",
        "a = [1]\nm = [a, [2]]\nadd(m)\nassert a == [1, 5] and m == [[1, 5], [2]]",
        "add(base)\nassert len(first) == 2 and len(base[0]) == 2 and base[0] is first",
        "x = [1]\np, q = pair(x)\np.append(3)\nassert x == [1, 3] and q == [1]",
        "a = np.arange(6.).reshape(2, 3)\nv = view(a)\nassert v.tolist() == [[4, 5], [1, 2]]\nv[0, 0] = 9\nassert a[1, 1] == 9",
        "a = np.arange(4)\nv = own(a)\nv[0] = 9\nassert a[0] == 0",
        "d = {'a': [1]}\nrow = d['a']\nput(d, 'a', v=2)\nput(d, key='b', v=3)\nassert d == {'a': [1, 2], 'b': [3]} and row == [1, 2]",
        "cells = [[1, 2], [3, 4]]\nboard = Board(cells)\ncells[1][0] = 99\nassert board.at(1, 0) == 3",
        "board = Board([[1, 2], [3, 4]])\nboard.cells()[0][1] = 99\nlast = board.cells()[1]\nlast[0] = 7\nassert (board.at(0, 1), board.at(1, 0)) == (2, 3)",
        "few.append(3)\nassert len(rows) == 2",
        "other[0].append(3)\nassert rows[0] == [1]",
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nassert clean(df) is not df and clean(df).equals(df)",
        "class Square(Shape):\n    sides = 4\n    def area(self): return len(self.name) ** 2\nassert Square('ab').describe() == 'ab: 4'\n"
        "assert isinstance(Square('a'), Shape) and issubclass(Square, Shape) and Square.sides == 4",
    ),
    given="import numpy as np\nfirst = [0]\nbase = [first]",
)
REPLACED = Group(
    right="""
import random, time
def hello():
    print('hi', 3)
    print('there', end='')
def ask(): return int(input('n? ')) + 1
def roll(): return random.randint(1, 6) + random.randint(1, 6)
def wait(n):
    time.sleep(n)
    return n
def total(values):
    found = 0
    for value in values: found += value
    return found
def solve(a, b): return np.linalg.solve(a, b)
def largest(values, key): return max(values, key=key)
""",
    wrong="""
import random
def hello(): print('hi')
def ask(): return 5
def roll(): return 8 - random.randint(1, 6)
def wait(n): return n
def total(values): return sum(values)
def solve(a, b): return np.linalg.inv(a) @ b
def largest(values, key): return sorted(values, key=key)[-1]
""",
    tests=(
        "from unittest.mock import patch\nwith patch('builtins.print') as p:\n    hello()\np.assert_any_call('hi', 3)\n"
        "assert [c.args[0] for c in p.call_args_list] == ['hi', 'there'] and p.call_args.kwargs == {'end': ''}",
        "import builtins\nsaid, old = [], builtins.print\nbuiltins.print = lambda *a, **k: said.append(a)\ntry:\n    hello()\n"
        "finally:\n    builtins.print = old\nassert said == [('hi', 3), ('there',)]",
        "from unittest import mock\nwith mock.patch('builtins.input', side_effect=['4']) as i:\n    assert ask() == 5\ni.assert_called_once()",
        "from unittest.mock import patch\nwith patch('random.randint', return_value=4):\n    assert roll() == 8",
        "from unittest.mock import patch\nwith patch('time.sleep') as s:\n    assert wait(0.01) == 0.01\ns.assert_called_once_with(0.01)",
        "from unittest.mock import patch\nwith patch('builtins.sum', side_effect=AssertionError('no sum')):\n    assert total([1, 2]) == 3",
        "old = np.linalg.inv\ndel np.linalg.inv\ntry:\n    x = solve(np.eye(2), np.ones(2))\nfinally:\n    np.linalg.inv = old\nassert x.tolist() == [1, 1]",
        "import builtins\nold, builtins.sorted = builtins.sorted, None\ntry:\n    found = largest([-3, 2], lambda v: sum(old([v, 0])))\n"
        "finally:\n    builtins.sorted = old\nassert found == 2",
    ),
)
CONTAINERS = Group(
    right="""
from collections import Counter, deque
class Stack(list):
    def push(self, x):
        self.append(x)
        return self
    def peek(self): return self[-1]
class Inventory(dict):
    def total(self): return sum(self.values())
    def __setitem__(self, key, value): super().__setitem__(key.lower(), value)
    def __missing__(self, key): return 0
class Tags(set):
    def join(self): return ','.join(sorted(self))
class Queue(deque):
    def dequeue(self): return self.popleft()
class Bag(Counter):
    def size(self): return sum(self.values())
class Matrix(list):
    def T(self): return Matrix(map(list, zip(*self)))
def stack(xs): return Stack(xs)
def inventory(pairs): return Inventory(pairs)
def tags(xs): return Tags(xs)
def queue(xs): return Queue(xs)
def bag(text): return Bag(text)
def two(): return [Stack([1]), Stack()]
def matrix(rows): return Matrix(rows)
class Row(list): pass
class Rows(list):
    def grow(self): self.append(Row([len(self)]))
def rows(): return Rows()
shelf = Stack([4])
""",
    wrong="""
class Stack(list):
    def push(self, x): return self
    def peek(self): return 7
class Inventory(dict):
    def total(self): return 5
class Tags(set):
    def join(self): return 'a,b'
def stack(xs): return Stack(xs)
def inventory(pairs): return Inventory(pairs)
def tags(xs): return Tags(xs)
def queue(xs): return list(xs)
def bag(text): return dict.fromkeys(text, 1)
def two(): return [Stack([1]), Stack()]
def matrix(rows): return rows
class Row(list): pass
class Rows(list):
    def grow(self): self.extend([Row()] * 2)
def rows(): return Rows()
shelf = [4]
""",
    tests=(
        "s = stack([1, 2])\nassert s == [1, 2] and isinstance(s, list) and isinstance(s, Stack) and type(s) is not list\n"
        "s.push(3).push(4)\nassert s == [1, 2, 3, 4] and s.peek() == 4 and sum(s) == 10 and s + [5] == [1, 2, 3, 4, 5] and s[1:3] == [2, 3]\n"
        "s.append(8)\ns[0] = 9\nassert s.peek() == 8 and s.pop() == 8 and s.peek() == 4 and sorted(s) == [2, 3, 4, 9]",
        "import json\ni = inventory([('a', 2)])\ni['B'] = 3\nassert i == {'a': 2, 'b': 3} and i.total() == 5 and i['q'] == 0 and i.get('q') is None\n"
        "i.update(c=1)\nassert i.total() == 6 and json.loads(json.dumps(i)) == {'a': 2, 'b': 3, 'c': 1} and {**i}['c'] == 1",
        "t = tags(['b', 'a'])\nassert t == {'a', 'b'} and t | {'c'} == {'a', 'b', 'c'}\nt.add('c')\nassert t.join() == 'a,b,c'",
        "q = queue([1, 2])\nq.append(3)\nassert q.dequeue() == 1 and list(q) == [2, 3]",
        "b = bag('aab')\nassert b.size() == 3 and b['z'] == 0 and b == {'a': 2, 'b': 1} and b.most_common(1) == [('a', 2)]",
        "a, b = two()\nb.push(5)\nassert a == [1] and b == [5] and np.asarray(a).tolist() == [1]",
        "kept = stack([1])\nkept.push(2)\nassert len(kept) == 2",
        "kept.push(3)\nassert kept == [1, 2, 3]",
        "m = matrix([[1, 2], [3, 4]])\nassert m.T() == [[1, 3], [2, 4]] and m.T().T() == m and m[0][1] == 2",
        "r = rows()\nfor _ in range(3): r.grow()\nr[0].append(9)\nassert r == [[0, 9], [1], [2]] and isinstance(r[2], Row)\nr.grow()\nassert len(r) == 4 and r[0] == [0, 9]",
        "shelf.push(5)\nassert shelf == [4, 5] and shelf.peek() == 5",
        "import copy\ns = stack([1])\nc = copy.copy(s)\nc.push(2)\nassert s == [1] and c == [1, 2] and copy.deepcopy(c).push(3) == [1, 2, 3]",
    ),
)
FORMS = Group(
    right="""
import csv, dataclasses, functools, sqlite3
from collections.abc import Sequence
def twice(f):
    @functools.wraps(f)
    def inner(*a): return 2 * f(*a)
    return inner
@twice
def g(x): return x
square = lambda x: x ** 2
def evens():
    yield from (0, 2)
async def later(x): return x
def scaled(a, b=2, *, c: int = 3): return a * b * c
class T:
    __slots__ = ('x',)
    @property
    def c(self): return 1
@dataclasses.dataclass
class P:
    x: int
    tags: list = dataclasses.field(default_factory=list)
entered = []
class Log:
    def __enter__(self): entered.append('in')
    def __exit__(self, *a): entered.append('out')
def adder(k): return lambda v: v + k
class S(Sequence):
    def __init__(self, xs): self.xs = list(xs)
    def __getitem__(self, i): return self.xs[i]
    def __len__(self): return len(self.xs)
def count(f): return sum(1 for line in f)
def report(rows, out):
    for r in rows: print(r, file=out)
def words(name): return open(name).read().split()
def suffix(path): return path.suffix
def inside(folder, name): return folder / name
def log(text):
    with open('l.txt', 'a') as f: f.write(text)
def make(name):
    c = sqlite3.connect(name)
    c.execute('create table t(a)')
    c.close()
class Counter:
    def __init__(self): self.n = 0
    def up(self): self.n += 1
""",
    wrong="""
def twice(f): return lambda *a: 2 * f(*a)
@twice
def g(x): return x
def square(x): return x ** 2
def evens(): return iter((0, 2))
def later(x): return x
def scaled(a, b=3, *, c=2): return a * b * c
class T:
    c = 1
class P:
    def __init__(self, x, tags=None): self.x, self.tags = x, tags or []
entered = []
class Log:
    def __enter__(self): entered.append('in')
    def __exit__(self, *a): pass
def adder(k): return {1: k}.get
class S(list): pass
def count(f): return 1
def report(rows, out):
    for r in rows: print(r)
def words(name): return ['a']
def suffix(path): return 'txt'
def inside(folder, name): return str(folder) + '/' + name
def log(text):
    with open('l.txt', 'w') as f: f.write(text)
def make(name): open(name, 'w').close()
class Counter:
    def __init__(self): self.n = 1
    def up(self): self.n = 1
""",
    tests=(
        "assert g(2) == 4 and g.__name__ == 'g'",
        "assert square(3) == 9 and square.__name__ == '<lambda>'",
        "import inspect, types\nassert inspect.isgeneratorfunction(evens) and isinstance(evens(), types.GeneratorType) and list(evens()) == [0, 2]",
        "import inspect\nassert inspect.iscoroutinefunction(later)",
        "import inspect\ns = inspect.signature(scaled)\nassert s.parameters['b'].default == 2 and s.parameters['c'].annotation is int and scaled(1) == 6",
        "assert isinstance(T.c, property) and T.__slots__ == ('x',) and not hasattr(T(), '__dict__')",
        "import dataclasses\np = P(1)\nassert dataclasses.is_dataclass(P) and dataclasses.asdict(p) == {'x': 1, 'tags': []}\n"
        "assert dataclasses.replace(p, x=3) == P(3) and [f.name for f in dataclasses.fields(P)] == ['x', 'tags']",
        "with Log():\n    assert entered[-1] == 'in'\nassert entered == ['in', 'out']",
        "assert adder(1)(2) == 3 and adder(7).__closure__[0].cell_contents == 7",
        "from collections.abc import Sequence\ns = S('abc')\nassert isinstance(s, Sequence) and s[0:2] == ['a', 'b'] and s.index('b') == 1 and not isinstance(s, list)",
        "import io\nassert count(io.StringIO('a\\nb\\nc')) == 3\nwith open('x.txt', 'w') as f: f.write('a\\nb')\nwith open('x.txt') as f:\n    assert count(f) == 2",
        "import io\nout = io.StringIO()\nreport([1, 2], out)\nassert out.getvalue() == '1\\n2\\n'",
        "with open('t.txt', 'w') as f: f.write('b c')\nassert words('t.txt') == ['b', 'c']",
        "from pathlib import Path\nassert suffix(Path('a.txt')) == '.txt'",
        "from pathlib import Path\nassert inside(Path('d'), 'a.txt') == Path('d/a.txt')",
        "import os\nlog('a'); log('b')\nassert open('l.txt').read() == 'ab'\nos.remove('l.txt')\nlog('c')\nassert open('l.txt').read() == 'c'",
        "import sqlite3\nmake('d.db')\nassert sqlite3.connect('d.db').execute('select a from t').fetchall() == []",
        "import threading\nc = Counter()\nts = [threading.Thread(target=lambda: [c.up() for _ in range(9)]) for _ in range(3)]\n"
        "[t.start() for t in ts]; [t.join() for t in ts]\nassert c.n == 27",
        "assert adder != object() and np.vectorize(adder(1))([1, 2]).tolist() == [2, 3]",
    ),
)
GROUPS = {"forms and files": FORMS, "classes of containers": CONTAINERS, "shared objects": SHARED, "replaced functions": REPLACED}


def in_the_notebook(test: str, names: dict[str, object]) -> bool:
    try:
        exec(test, names)
    except Exception:
        return False
    return True


def graded_by(judge, group: Group, answer: str, *tests: str):
    return judge(answer, *tests, known=group.right, given=[locked("g", group.given)], settings=QUICK)


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("which", ["right", "wrong"])
def test_points_are_those_of_the_notebook(name, which, judge, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    group = GROUPS[name]
    answer = getattr(group, which)
    names: dict[str, object] = {"__name__": "__main__"}
    exec("\n".join((group.given, answer)), names)
    for test, verdict in zip(group.tests, graded_by(judge, group, answer, *group.tests), strict=True):
        assert in_the_notebook(test, names) is (which == "right"), test
        assert verdict.points == (which == "right"), (test, verdict.message)


def test_what_a_row_became_is_undone_for_the_next_test(judge):
    tests = "add(base)\nassert first == [0, 5]", "assert callable(add) and first == [0] and base[0] is first"
    assert [verdict.points for verdict in graded_by(judge, SHARED, SHARED.right, *tests)] == [1, 1]


LIARS = """
class Liar(list):
    def yes(self, *a): return True
    def me(self, *a): return self
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = yes
    __add__ = __radd__ = __mul__ = __matmul__ = __sub__ = __iadd__ = me
class Free(dict):
    __eq__ = __contains__ = lambda self, other: True
def stack(xs): return Liar([7])
def inventory(pairs): return Free()
"""


def test_a_container_that_agrees_with_everything_gains_nothing(judge):
    tests = (
        "assert stack([1]) == [1]", "assert [1] == stack([1])", "assert 1 in stack([1])", "assert stack([1]) + [2] == [1, 2]",
        "assert stack([1]) - 1 == 0", "assert stack([1]) * 2 == [1, 1]", "np.testing.assert_array_equal(stack([1]), [1])",
        "assert not stack([1]) != [1]", "assert stack([1]) <= [1]", "assert inventory([]) == {'a': 1}", "assert 'a' in inventory([])",
        "s = stack([1])\ns += [2]\nassert s == [1, 2]", "assert stack([1]) == stack([]) + [1]",
    )
    for test, verdict in zip(tests, graded_by(judge, CONTAINERS, LIARS, *tests), strict=True):
        assert verdict.points == 0, test
