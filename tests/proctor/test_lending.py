"""What a test holds and the student's code keeps, such as a list, is one on both sides."""

import numpy as np
import pytest
from proctor.bridge import codec
from proctor.grading import sharing
from proctor.grading.lending import Lending
from proctor.student import responder
from proctor.student.lent import Lent

COPIES = """
import numpy as np
class Box:
    def __init__(self, things=()): self._things = list(things)
    def things(self): return list(self._things)
    def add(self, thing): self._things.append(thing)
    def __len__(self): return len(self._things)
class Basket:
    def __init__(self): self.content, self.prices = [], {}
table = {'a': [1]}
def lookup(key): return list(table[key])
def same(values): return values.copy()
def start(values=None):
    values = [] if values is None else values
    values.append(1)
    return values
def both(first, second): return first is second
listeners = []
def listen(events): listeners.append(events)
def say(text):
    for each in listeners: each.append(text)
"""
SHARES = """
import numpy as np
class Box:
    def __init__(self, things=[]): self._things = things
    def things(self): return self._things
    def add(self, thing): self._things.append(thing)
    def __len__(self): return len(self._things)
class Basket:
    content, prices = [], {}
table = {'a': [1]}
def lookup(key): return table[key]
def same(values): return values
def start(values=[]):
    values.append(1)
    return values
def both(first, second): return False
def listen(events): pass
def say(text): pass
"""


@pytest.fixture
def points(judge):
    """Points of tests on an answer."""
    return lambda answer, *tests: [verdict.points for verdict in judge(answer, *tests, known=COPIES)]


TESTS = (
    "box = Box([1])\ngot = box.things()\ngot.append(9)\nassert len(box) == 1 and box.things() == [1]",
    "given = [1]\nbox = Box(given)\ngiven.append(2)\nassert len(box) == 1",
    "given = [1]\nbox = Box(given)\nbox.add(2)\nassert given == [1] and len(box) == 2",
    "assert Basket().content is not Basket().content and Basket().content == []",
    "first, second = Basket(), Basket()\nfirst.prices['a'] = 1\nassert second.prices == {}",
    "got = lookup('a')\ngot.append(2)\nassert lookup('a') == [1]",
    "given = [1]\ngot = same(given)\ngot.append(2)\nassert given == [1] and got == [1, 2]",
    "import numpy as np\ngiven = np.ones(2)\ngot = same(given)\ngot[0] = 5\nassert same(given).tolist() == [1, 1]",
    "assert start() == [1]",
    "assert start() == [1]",
    "given = []\nlisten(given)\nsay('x')\nsay('y')\nassert given == ['x', 'y']",
    "given = []\nlisten(given)\nlisten(given)\nsay('z')\nassert given == ['z'] * 2\ngiven.clear()\nsay('z')\nassert len(given) == 2",
)


def test_a_test_tells_what_is_kept_from_what_is_copied(points):
    assert points(COPIES, *TESTS) == [1] * len(TESTS)
    assert points(SHARES, *TESTS) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_what_is_kept_is_the_tests_own_until_its_end(points):
    tests = (
        "things = [1, 2]\nbox = Box(things)\nassert box.things() is things\nbox.add(3)\nassert things == [1, 2, 3]",
        "assert box.things() == [1, 2, 3]\nkept = box.things()",
        "kept.append(4)\nassert len(box) == 3",
        "for number in range(100):\n    assert Box([number]).things() == [number]",
    )
    assert points(SHARES, *tests) == [1, 1, 1, 1]


def test_a_kernel_that_makes_up_what_is_kept_gains_nothing(points):
    lie = (
        "import proctor.student.responder as responder, proctor.bridge.codec as codec, json\n"
        "told = responder._answer\n"
        "def lying(*args):\n"
        "    said = codec.loads(told(*args))\n"
        "    said.update(held=1, kept=[1, 'x', None, 2], became={'1': json.dumps(['l', [1]]), '2': 3, 'x': '?'})\n"
        "    return codec.dumps(said)\n"
        "responder._answer = lying\ndef same(values): return values\n"
    )
    tests = ("assert same([2, 3]) == [2, 3, 4]", "want = [2, 3, 4]\nassert same([2]) == want", "want = {1: 2}\nassert same(3) == want")
    assert points(lie, *tests) == [0, 0, 0]


def test_only_what_somebody_else_holds_is_followed():
    kept, passed = [1], ([2], [3], {})
    assert Lent().kept((kept, [2], 3, "x", None), repr) == [1, None, None, None, None]
    assert Lent().kept(passed, repr) == [None, None, None]
    lending = Lending(repr)
    assert lending.lend(1, kept) is kept
    assert lending.lend(2, [5]) == [5]
    assert lending.live() == {"1": None}
    kept.append(2)
    lending.lend(3, []).append(4)
    assert lending.live() == {"1": "[1, 2]", "3": "[4]"}
    assert lending.live() == {"1": None}


def test_only_what_is_kept_is_followed(monkeypatch):
    names: dict = {}
    exec("box = []\ndef f(m, k): return m[0][0] + k['a'][0]\ndef keep(m): box.append(m[0])\ndef out(): return list(box)", names)
    monkeypatch.setattr(responder, "_limit", 10**6)
    said = []
    for name, args in (("f", ([[1], [2]], {"a": [1]})), ("keep", ([[1], [2]],)), ("out", ())):
        answer = codec.loads(responder.ask(names, name, codec.dumps([args, {}]), 10**6))
        said.append({key: [path for path, number in value] for key, value in answer.items() if key != "value"})
    assert said == [{}, {"kept_within": [[0, 0]]}, {"held_within": [[0]]}]


def test_a_number_of_an_object_is_none_of_a_plain_value():
    lending = Lending(repr)
    for number in (-3, 0, True, "1"):
        lending.lend(number, [1])
    assert lending.live() == {}


@pytest.mark.parametrize(
    ("array", "view"),
    [
        (np.arange(4.0), [0, [5], [2**62]]),  # NumPy's own check overflows, and finds room
        (np.arange(4.0), [0, [2**20 + 1], [2**44]]),
        (np.arange(4.0), [8, [4], [8]]),
        (np.arange(4.0), [-8, [2], [8]]),
        (np.arange(4.0), [0, [3], [-8]]),
        (np.arange(4.0), [True, [2], [8]]),
        (np.arange(4.0), [0, [2], [8.0]]),
        (np.arange(4.0), [0, [2], [8, 8]]),
        (np.array([None, 1], dtype=object), [4, [1], [8]]),
        (np.array([None, 1], dtype=object), [0, [2], [8]]),
    ],
)
def test_a_view_that_a_kernel_makes_up_is_none_of_the_tests_memory(array, view):
    copy_of_it = np.zeros(view[1], array.dtype) if max(view[1]) < 100 else np.broadcast_to(array[0], view[1])
    (said,) = sharing.found([[[0], [0], *view]], [array])
    (taken,) = sharing.restored((copy_of_it,), [said])
    assert taken is copy_of_it


def test_a_view_of_a_tests_array_is_one_in_the_test():
    array = np.arange(6.0)
    views = (([0, [3], [16]], [0, 2, 4]), ([40, [3], [-8]], [5, 4, 3]), ([8, [2, 2], [16, 8]], [[1, 2], [3, 4]]))
    for view, expected in views:
        (taken,) = sharing.restored((np.array(expected, dtype=float),), sharing.found([[[0], [0], *view]], [array]))
        assert np.shares_memory(taken, array) and taken.tolist() == expected
