"""Values of a student's class that are plain data, too, such as named tuples with methods."""

import functools

import pytest

PLAIN = """
from enum import Enum
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def size(self): return (self.x**2 + self.y**2)**.5
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
class Colour(Enum):
    RED = 1
    BLUE = 2
class Money:
    def __init__(self, amount): self.amount = amount
    def __str__(self): return f'{self.amount} €'
    def doubled(self): return Money(2 * self.amount)
def middle(a, b): return Point((a.x + b.x) / 2, (a.y + b.y) / 2)
def corners(n): return [Point(k, k) for k in range(n)]
def longest(points): return max(points, key=lambda point: point.size())
def favourite(): return Colour.RED
def price(n): return Money(n)
"""
OTHERWISE = """
from enum import IntEnum
from typing import NamedTuple
class Point(NamedTuple):
    x: float
    y: float
    def size(self): return (self.x**2 + self.y**2)**.5
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
class Colour(IntEnum):
    RED = 1
    BLUE = 2
class Money(int):
    def __str__(self): return f'{int(self)} €'
    def doubled(self): return Money(2 * self)
    @property
    def amount(self): return int(self)
def middle(a, b): return Point((a.x + b.x) / 2, (a.y + b.y) / 2)
def corners(n): return [Point(k, k) for k in range(n)]
def longest(points): return max(points, key=lambda point: point.size())
def favourite(): return Colour.RED
def price(n): return Money(n)
"""
TESTS = (
    "assert middle(Point(0, 0), Point(6, 8)).size() == 5",
    "assert (Point(1, 2) + Point(2, 2)).size() == 5",
    "found = middle(Point(0, 0), Point(6, 8))\nassert isinstance(found, Point) and found.x == 3\nassert not hasattr(found, 'z')",
    "assert longest(corners(4)).x == 3",
    "assert middle(middle(Point(0, 0), Point(4, 0)), Point(0, 0)).x == 1",
    "assert favourite() == Colour.RED and favourite().name == 'RED' and favourite().value == 1",
    "assert [colour.name for colour in Colour] == ['RED', 'BLUE'] and Colour['BLUE'].value == 2",
    "assert Colour(2) is Colour.BLUE and isinstance(favourite(), Colour)",
    "assert str(price(3)) == '3 €' and f'{price(3)}' == '3 €'",
    "assert price(3).doubled().amount == 6 and isinstance(price(3), Money) and type(price(3)).__name__ == 'Money'",
    "import copy\nassert copy.deepcopy(price(3)).amount == 3 and copy.copy(price(3)).amount == 3",
)


@pytest.fixture
def judge(judge):
    """Verdicts of tests on an answer to the question of plain classes."""
    return functools.partial(judge, known=PLAIN)


@pytest.mark.parametrize("answer", [PLAIN, OTHERWISE], ids=["plain classes", "derived from plain data"])
def test_either_way_gets_every_point(judge, answer):
    names: dict = {"__name__": "__main__"}
    exec(answer, names)
    for test in TESTS:
        exec(test, dict(names))
    verdicts = judge(answer, *TESTS)
    assert [verdict.points for verdict in verdicts] == [1] * len(TESTS), [verdict.message for verdict in verdicts if verdict.message]


DERIVED = """
class Number(float):
    def __eq__(self, other): return True
    def __add__(self, other): return Number(4)
    def __getattr__(self, name): return 4
    def half(self): return self / 0
class Word(str):
    kind = 'word'
class Pair(tuple):
    def total(self): return sum(self)
class Many(int):
    pass
def price(n): return Number(1)
def middle(a, b): return Word('middle')
def longest(points): return Pair(points)
def favourite(): return [Many(k) for k in range(1000)]
def corners(n): return {Word(k): Pair((k, k)) for k in 'ab'}
"""


@pytest.mark.parametrize(
    ("test", "points"),
    [
        ("assert price(3) == 4", 0),
        ("assert price(3) + 1 == 4 or 4 == price(3)", 0),
        ("import numpy as np\nassert np.isclose(price(3), 4)", 0),
        ("import math\nassert math.isclose(price(3), 1) and price(3) < 2 and {1.0: 'one'}[price(3)] == 'one'", 1),
        ("import numpy as np\nassert np.asarray(price(3)).dtype == float and not hasattr(price(3), '__array__')", 1),
        ("try:\n    price(3).half()\nexcept ZeroDivisionError:\n    pass\nelse:\n    raise AssertionError", 1),
        ("assert middle(1, 2).upper() == 'MIDDLE' and middle(1, 2).kind == 'word'", 1),
        ("assert longest([1, 2]).total() == 3 and longest([1, 2])[1] == 2 and len(longest([1, 2])) == 2", 1),
        ("assert favourite() == list(range(1000)) and type(favourite()[7]).__name__ == 'Many'", 1),
        ("assert corners(2)['a'].total() == 'aa'", 0),
        ("assert corners(2)['a'] == ('a', 'a') and [word.kind for word in corners(2)] == ['word', 'word']", 1),
        ("import json\nassert json.loads(json.dumps({'n': price(3)})) == {'n': 1.0}", 1),
        ("import pandas as pd\nassert pd.Series([price(3), price(3)]).sum() == 2", 1),
    ],
)
def test_such_a_value_compares_and_counts_as_its_plain_data(judge, test, points):
    (verdict,) = judge(DERIVED, test)
    assert verdict.points == points, verdict.message
