# ruff: noqa: E501
"""Ordinary ways to write a question, each as its cells: what instructors of other courses write."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.proctor.making import graded, locked, marks, solution


def solved(name: str, answer: str, before: str = "", indent: int = 0) -> NotebookNode:
    """A solution cell whose ``answer`` stands between nbgrader's delimiters."""
    lines = ["### BEGIN SOLUTION", *answer.splitlines(), "### END SOLUTION"]
    return solution(name, "\n".join([*([before] if before else []), *(" " * indent + line for line in lines)]))


def function(head: str, body: str) -> NotebookNode:
    return solved("a", body, before=head, indent=4)


def tested(source: str, name: str = "t", points: float = 2) -> NotebookNode:
    return graded(name, source, points)


def manual(name: str, source: str, points: float) -> NotebookNode:
    return new_markdown_cell(source, id=name, metadata=marks(name, grade=True, solution=True, points=points))


def task(name: str, source: str, points: float) -> NotebookNode:
    return new_markdown_cell(source, id=name, metadata=marks(name, task=True, locked=True, points=points))


def unlocked(source: str) -> NotebookNode:
    return new_code_cell(source, id=f"open-{abs(hash(source)) % 10**6}")


STYLES: dict[str, list[NotebookNode]] = {
    "variables": [locked("i", "import numpy as np"), solved("a", "x = 3"), tested("assert x == 3\nassert isinstance(x, int)")],
    "arrays": [
        locked("i", "import numpy as np"),
        solved("a", "z = np.arange(6).reshape(2, 3)"),
        tested("np.testing.assert_allclose(z, [[0, 1, 2], [3, 4, 5]])\nassert z.shape == (2, 3)\nassert z.dtype == int"),
    ],
    "unlocked import": [
        unlocked("import numpy as np"), solved("a", "z = np.arange(6)"), tested("np.testing.assert_allclose(z, [0, 1, 2, 3, 4, 5])"),
    ],
    "magic import": [
        locked("i", "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt"),
        solved("a", "z = np.arange(6)"), tested("np.testing.assert_allclose(z, [0, 1, 2, 3, 4, 5])"),
    ],
    "function": [function("def f(n):", "return n**2"), tested("assert f(3) == 9\nassert f(0) == 0")],
    "raises": [
        function("def f(n):", "if n < 0:\n    raise ValueError('negative')\nreturn n**.5"),
        tested("try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no ValueError')"),
    ],
    "class": [
        function("class Account:", "def __init__(self, b=0): self.b = b\ndef deposit(self, x): self.b += x; return self.b"),
        tested("acc = Account(10)\nassert acc.deposit(5) == 15\nassert acc.b == 15"),
    ],
    "instance": [
        solved("a", "class P:\n    def __init__(self): self.x = 1\np = P()"), tested("assert p.x == 1\nassert type(p).__name__ == 'P'"),
    ],
    "plot's axes": [
        locked("i", "import matplotlib.pyplot as plt"),
        solved("a", "fig, ax = plt.subplots()\nax.plot([1, 2, 3])\nax.set_xlabel('time')"),
        tested("assert ax.get_xlabel() == 'time'\nassert len(ax.lines) == 1\nassert list(ax.lines[0].get_ydata()) == [1, 2, 3]"),
    ],
    "printed output": [
        function("def hello():", "print('Hello, world')"),
        tested("import io, contextlib\nbuf = io.StringIO()\nwith contextlib.redirect_stdout(buf):\n    hello()\n"
             "assert buf.getvalue().strip() == 'Hello, world'"),
    ],
    "IPython's capture": [
        function("def hello():", "print('Hello, world')"),
        tested("from IPython.utils.capture import capture_output\nwith capture_output() as c:\n    hello()\nassert 'Hello' in c.stdout"),
    ],
    "file": [
        solved("a", "open('out.csv', 'w').write('a,b\\n1,2\\n')"),
        tested("import csv\nassert list(csv.reader(open('out.csv')))[1] == ['1', '2']"),
    ],
    "generator": [function("def gen(n):", "yield from range(n)"), tested("assert list(gen(3)) == [0, 1, 2]")],
    "callback": [function("def twice(g, x):", "return g(g(x))"), tested("assert twice(lambda v: v + 1, 0) == 2")],
    "returns a function": [function("def adder(k):", "return lambda v: v + k"), tested("assert adder(2)(3) == 5")],
    "namedtuple": [
        locked("i", "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')"),
        function("def origin():", "return Point(0, 0)"), tested("assert origin().x == 0"),
    ],
    "fraction": [
        solved("a", "from fractions import Fraction\ndef half():\n    return Fraction(1, 2)"), tested("assert half() == 0.5"),
    ],
    "decimal": [
        locked("i", "from decimal import Decimal"), solved("a", "d = Decimal('0.1') + Decimal('0.2')"), tested("assert d == Decimal('0.3')"),
    ],
    "given class": [
        locked("i", "class Model:\n    def __init__(self): self.w = None\n    def fit(self, x): self.w = sum(x); return self"),
        solved("a", "m = Model().fit([1, 2])"), tested("assert m.w == 3"),
    ],
    "source": [
        function("def f(n):", "return sum(range(n))"), tested("import inspect\nassert 'for' not in inspect.getsource(f)\nassert f(4) == 6"),
    ],
    "docstring": [solved("a", "def f(n):\n    'adds'\n    return n"), tested("assert f.__doc__")],
    "kind of function": [
        function("def f(n):", "return n + 1"), tested("import types\nassert callable(f)\nassert isinstance(f, types.FunctionType)\nassert f(1) == 2"),
    ],
    "Series": [
        locked("i", "import pandas as pd\ndf = pd.DataFrame({'d': pd.date_range('2024-01-01', periods=3, tz='Europe/Berlin'), "
                    "'v': [1, 2, 3], 'c': pd.Categorical(['a', 'b', 'a'])})"),
        solved("a", "g = df.groupby('c', observed=True)['v'].sum()"),
        tested("pd.testing.assert_series_equal(g, df.groupby('c', observed=True)['v'].sum())"),
    ],
    "name of an earlier test": [
        solved("a", "def area(r): return 3.14 * r * r"),
        tested("radius = 2\nassert abs(area(radius) - 12.56) < .01", "t1", 1), tested("assert abs(area(radius + 1) - 28.26) < .01", "t2", 1),
    ],
    "unlocked helper": [
        unlocked("def check(a, b):\n    return abs(a - b) < 1e-6"), solved("a", "x = 1.0"), tested("assert check(x, 1)"),
    ],
    "locked cell uses the answer": [
        function("def f(n):", "return n * 2"), locked("h", "table = [f(i) for i in range(3)]"), tested("assert table == [0, 2, 4]"),
    ],
    "input": [
        function("def ask():", "return int(input('n? '))"),
        tested("from unittest import mock\nwith mock.patch('builtins.input', return_value='7'):\n    assert ask() == 7"),
    ],
    "names": [solved("a", "x = 3"), tested("assert 'x' in globals()\nassert 'x' in dir()")],
    "last value": [solved("a", "1 + 1"), tested("assert _ == 2")],
    "time of day": [solved("a", "import datetime\nt = datetime.time(9, 30)"), tested("assert t.hour == 9")],
    "async": [function("async def f():", "return 3"), tested("assert await f() == 3")],
    "unittest": [
        function("def f(n):", "return n + 1"),
        tested("import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(f(1), 2)\n"
             "r = unittest.main(argv=['x'], exit=False, verbosity=0)\nassert r.result.wasSuccessful()"),
    ],
    "marked by hand": [
        manual("essay", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION", 3),
        task("draw", "Draw something below.\n=== BEGIN MARK SCHEME ===\n2 if neat\n=== END MARK SCHEME ===", 2),
    ],
    # beside the thirty-four: what the same courses go on to write
    "operators of a class": [
        solved("a", "class V:\n    def __init__(self, x, y): self.x, self.y = x, y\n"
                    "    def __add__(self, o): return V(self.x + o.x, self.y + o.y)\n"
                    "    def __mul__(self, k): return V(self.x * k, self.y * k)\n    __rmul__ = __mul__\n"
                    "    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)\n    def __hash__(self): return hash((self.x, self.y))\n"
                    "    def __len__(self): return 2\n    def __getitem__(self, i): return (self.x, self.y)[i]\n"
                    "    def __repr__(self): return f'V({self.x}, {self.y})'\n    def __abs__(self): return (self.x**2 + self.y**2)**.5\n"
                    "    def __bool__(self): return bool(self.x or self.y)\n    def __lt__(self, o): return abs(self) < abs(o)\n"
                    "    def __contains__(self, z): return z in (self.x, self.y)\n    def __call__(self): return 'called'"),
        tested("a, b = V(1, 2), V(3, 4)\nassert a + b == V(4, 6)\nassert a * 3 == 3 * a == V(3, 6)\nassert len(a) == 2 and a[1] == 2\n"
             "assert repr(b) == 'V(3, 4)' and abs(b) == 5\nassert not V(0, 0) and a\nassert a < b and sorted([b, a])[0] == a\n"
             "assert 4 in b and 5 not in b and b() == 'called'\nassert list(a) == [1, 2]\nassert len({a, V(1, 2)}) == 1\nassert a != b"),
    ],
    "inheritance": [
        solved("a", "class Shape:\n    sides = 0\n    def area(self): raise NotImplementedError\n"
                    "class Square(Shape):\n    'A square.'\n    sides = 4\n    def __init__(self, a): self.a = a\n"
                    "    def area(self): return self.a**2\n    @classmethod\n    def unit(cls): return cls(1)\n"
                    "    @property\n    def edge(self): return self.a\n    @staticmethod\n    def name(): return 'square'"),
        tested("s = Square(3)\nassert isinstance(s, Square) and isinstance(s, Shape) and issubclass(Square, Shape)\nassert s.area() == 9\n"
             "assert Square.sides == 4 and Square.unit().a == 1 and s.edge == 3 and Square.name() == 'square'\nassert Square.__doc__\n"
             "s.a = 5\nassert s.area() == 25\nassert hasattr(s, 'area') and not hasattr(s, 'volume')\nassert s.__dict__ == {'a': 5}\n"
             "try:\n    Shape().area()\nexcept NotImplementedError:\n    pass\nelse:\n    assert False"),
    ],
    "exception of one's own": [
        solved("a", "class TooMuch(ValueError):\n    def __init__(self, by): super().__init__(f'{by} too much'); self.by = by\n"
                    "def pay(x):\n    if x > 10: raise TooMuch(x - 10)\n    return x"),
        tested("try:\n    pay(12)\nexcept TooMuch as error:\n    assert error.by == 2 and 'too much' in str(error)\nelse:\n    assert False\n"
             "assert issubclass(TooMuch, ValueError) and pay(3) == 3"),
    ],
    "dataclass and enum": [
        solved("a", "import dataclasses, enum\nclass Colour(enum.Enum):\n    RED = 1\n    BLUE = 2\n"
                    "@dataclasses.dataclass\nclass Car:\n    colour: Colour\n    wheels: int = 4\n"
                    "def paint(car, colour): return dataclasses.replace(car, colour=colour)"),
        tested("car = Car(Colour.RED)\nassert car.colour is Colour.RED and car.wheels == 4\nassert paint(car, Colour.BLUE).colour == Colour.BLUE\n"
             "assert [c.name for c in Colour] == ['RED', 'BLUE'] and Colour['RED'].value == 1 and car == Car(Colour.RED)"),
    ],
    "linked nodes": [
        locked("i", "class Node:\n    def __init__(self, value, next=None): self.value, self.next = value, next"),
        function("def build(values):", "head = None\nfor v in reversed(values): head = Node(v, head)\nreturn head"),
        solution("b", "def total(node):\n    ### BEGIN SOLUTION\n    return 0 if node is None else node.value + total(node.next)\n    ### END SOLUTION"),
        tested("n = build([1, 2, 3])\nassert n.value == 1 and n.next.next.value == 3 and n.next.next.next is None\n"
             "assert total(Node(1, Node(5))) == 6 and total(n) == 6"),
    ],
    "stack that is a list": [
        solved("a", "class Stack(list):\n    def push(self, x): self.append(x)\n    def peek(self): return self[-1]"),
        tested("s = Stack()\ns.push(1)\ns.push(2)\nassert s.peek() == 2 and len(s) == 2 and s.pop() == 2"),
    ],
    "context manager": [
        solved("a", "class Log:\n    def __init__(self): self.lines = []\n    def __enter__(self): self.lines.append('in'); return self\n"
                    "    def __exit__(self, *a): self.lines.append('out')"),
        tested("with Log() as log:\n    assert log.lines == ['in']\nassert log.lines == ['in', 'out']"),
    ],
    "decorator": [
        function("def twice(f):", "def wrapped(*a):\n    f(*a)\n    return f(*a)\nreturn wrapped"),
        tested("calls = []\n@twice\ndef g(x):\n    calls.append(x)\n    return x + 1\nassert g(3) == 4 and calls == [3, 3]"),
    ],
    "endless generator": [
        function("def naturals():", "n = 0\nwhile True:\n    yield n\n    n += 1"),
        tested("import itertools\ng = naturals()\nassert next(g) == 0 and list(itertools.islice(g, 100)) == list(range(1, 101))"),
    ],
    "sort by a key": [
        function("def order(words, key):", "return sorted(words, key=key)"),
        tested("assert order(['bb', 'a', 'ccc'], len) == ['a', 'bb', 'ccc']\nassert order([3, 1], lambda v: -v) == [3, 1]"),
    ],
    "numerical callback": [
        locked("i", "import numpy as np"),
        function("def trapezoid(f, a, b, n):", "x = np.linspace(a, b, n + 1)\ny = f(x)\nreturn float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum())"),
        tested("assert abs(trapezoid(np.sin, 0, np.pi, 1000) - 2) < 1e-4\nassert abs(trapezoid(lambda x: x**2, 0, 1, 1000) - 1 / 3) < 1e-5"),
    ],
    "Counter": [
        solved("a", "from collections import Counter\ndef count(text): return Counter(text)"),
        tested("c = count('aab')\nassert c.most_common(1) == [('a', 2)] and c['z'] == 0"),
    ],
    "stdin": [
        function("def total():", "n = int(input())\nreturn sum(int(input()) for _ in range(n))"),
        tested("import io, sys\nold = sys.stdin\nsys.stdin = io.StringIO('2\\n3\\n4\\n')\ntry:\n    assert total() == 7\nfinally:\n    sys.stdin = old"),
    ],
    "file of a function": [
        function("def save(rows, name):", "import csv\nwith open(name, 'w', newline='') as f: csv.writer(f).writerows(rows)"),
        tested("import pandas as pd, os\nsave([['a'], [1]], 'made.csv')\nassert os.path.exists('made.csv')\nassert pd.read_csv('made.csv')['a'][0] == 1"),
    ],
    "timed test": [function("def f(n):", "return n + 1"), tested("%%time\nassert f(1) == 2")],
}
