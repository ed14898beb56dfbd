"""What a test gave to a student's function, found again in what comes back.

:mod:`proctor.student.sharing` is the other side, of whose words nothing is trusted.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from proctor.bridge.limits import SHARED

MOST = 1_000
ODD = (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError)
"""What a path that leads nowhere, or a view of what is not there, raises."""


@dataclass(frozen=True)
class Shared:
    """The test's own object ``found``, and the path at which it came back.

    A ``view`` of an array is its offset in bytes, shape and strides.
    """

    path: list[int]
    found: Any
    view: list[Any]


def found(said: object, given: object) -> list[Shared]:
    """What pairs of paths stand for in what a test gave; what others hold is first."""
    shared: list[Shared] = []
    for each in said[:MOST] if isinstance(said, list) else ():
        with contextlib.suppress(*ODD):
            path, place, *view = each
            mine = _at(given, place)
            if type(mine) in SHARED and len(view) in (0, 3):
                shared.append(Shared(path, mine, view))
    return sorted(shared, key=lambda each: -len(each.path))


def pairs(said: object) -> list[list[Any]]:
    """Pairs of a path and a number, of which nothing is known yet."""
    return [each for each in said[:MOST] if isinstance(each, list) and len(each) == 2] if isinstance(said, list) else []


def restored(value: Any, shared: Sequence[Shared]) -> Any:
    """A value with the test's own objects in their places."""
    for each in shared:
        with contextlib.suppress(*ODD):
            now, mine = _at(value, each.path), each.found
            if type(now) is not type(mine):
                continue
            if not each.view:
                value = _put(value, each.path, mine)
            elif now.dtype == mine.dtype and list(now.shape) == each.view[1] and _is_within(mine, *each.view):
                value = _put(value, each.path, np.ndarray(now.shape, mine.dtype, mine, each.view[0], each.view[2]))
    return value


def kept(now: Any, moved: list[Shared], become: Callable[[Any, Any], None]) -> Any:
    """Arguments as the student's code left them, made of the test's own objects.

    ``become`` gives each of these its new content.
    """
    for each in moved:
        with contextlib.suppress(*ODD):
            new = _at(now, each.path)
            if len(each.path) > 2 and not each.view and type(new) is type(each.found):
                become(each.found, new)
                now = _put(now, each.path, each.found)
    return now


def _is_within(array: Any, offset: int, shape: list[int], strides: list[int]) -> bool:
    """Whether a view of an array looks at numbers of its own and nowhere else.

    NumPy's own check overflows where strides are large, and takes any bytes for objects.
    """
    if array.dtype.hasobject or not array.flags.c_contiguous or not all(type(each) is int for each in (offset, *shape, *strides)):
        return False
    ways = [stride * (length - 1) for stride, length in zip(strides, shape, strict=True)]
    first, last = offset + sum(way for way in ways if way < 0), offset + sum(way for way in ways if way > 0)
    largest = max(map(abs, strides), default=0) <= array.nbytes
    return bool(min(shape, default=1) > 0 and largest and first >= 0 and last + array.itemsize <= array.nbytes)


def _at(value: Any, path: list[int]) -> Any:
    for place in path:
        if type(place) is not int or type(value) not in (list, tuple, dict):
            raise TypeError("a path leads nowhere")
        value = (list(value.values()) if type(value) is dict else value)[place]
    return value


def _put(value: Any, path: list[int], found: Any) -> Any:
    """The value with ``found`` at a path; tuples on the way are made anew."""
    if not path:
        return found
    place, *rest = path
    if type(value) is dict:
        key = list(value)[place]
        value[key] = _put(value[key], rest, found)
    elif type(value) is list:
        value[place] = _put(value[place], rest, found)
    else:
        items = list(value)
        items[place] = _put(items[place], rest, found)
        value = tuple(items)
    return value
