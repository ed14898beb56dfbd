"""Where a result of a student's function holds the very objects that it was given.

So a test sees whether a copy of a table has rows of its own. Places are paths: the position among
the items of a list, of a tuple, or of the values of a dict, one level after the other.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from proctor.bridge.limits import LENT, SHARED

MOST = 50_000
"""Objects that are looked at."""
MOST_FOUND = 1_000
MOST_KEPT = 16
_ALONE = sys.maxsize
"""References to a part of a value that nothing else holds."""
PARENTS = (list, tuple, dict)
Places = dict[int, tuple[Any, list[int]]]


def places(given: object, where: Sequence[int] = ()) -> Places:
    """What a test may change of what it knows, by id, and its place below ``where``."""
    found: Places = {}
    for value, path in _walk(given):
        if type(value) in SHARED:
            found.setdefault(id(value), (value, [*where, *path]))
    return found


def kept_within(value: object, known: int) -> list[tuple[Any, list[int]]]:
    """Lists, dicts, sets and arrays inside a value that something else holds as well.

    ``known`` is how many references to each there are beside, from here.
    """
    return [(part, path) for part, path in _inside(value) if sys.getrefcount(part) > _ALONE + known][:MOST_KEPT]


def same(value: object, given: Places) -> list[list[Any]]:
    """Paths to what was given, as pairs: where it is now, and where it was.

    A view of an array comes with its offset in bytes, shape and strides.
    """
    found: list[list[Any]] = []
    arrays = [held for held in given.values() if type(held[0]) is np.ndarray]
    for part, path in _walk(value) if given else ():
        if len(found) >= MOST_FOUND:
            break
        if id(part) in given:
            found.append([path, given[id(part)][1]])
        elif type(part) is np.ndarray and part.base is not None:
            found += [[path, where, *view] for array, where in arrays if (view := _view(part, array))]
    return found


def _view(part: Any, array: Any) -> list[Any] | None:
    if part.dtype != array.dtype or not array.flags.c_contiguous or not np.may_share_memory(part, array):
        return None
    offset = part.__array_interface__["data"][0] - array.__array_interface__["data"][0]
    return [offset, list(part.shape), list(part.strides)]


def _walk(value: object) -> Iterator[tuple[Any, list[int]]]:
    """A value and what it holds, each with its path; each object once."""
    left: list[tuple[Any, list[int]]] = [(value, [])]
    seen: set[int] = set()
    for _ in range(MOST):
        if not left:
            return
        part, path = left.pop()
        yield part, path
        if type(part) in PARENTS and id(part) not in seen and len(part) <= MOST:
            seen.add(id(part))
            items = list(part.values()) if type(part) is dict else part
            left += [(item, [*path, place]) for place, item in enumerate(items) if type(item) in PARENTS or type(item) in SHARED]


def _inside(value: object) -> list[tuple[Any, list[int]]]:
    return [(part, path) for part, path in _walk(value) if len(path) > 0 and type(part) in LENT]


def _references(value: object) -> int:
    return max([sys.getrefcount(part) for part, path in _inside(value)])


_ALONE = _references([[]])
