"""Plain data as JSON text.

What crosses the border between a student's kernel and the examiner, in both directions. Plain data
are None, bool, numbers (with Fraction and Decimal), str, bytes, lists, tuples, named tuples,
deques, ranges, sets, dicts, dates and times, and NumPy's and pandas' scalars, arrays, Series,
Indexes and DataFrames. :func:`dumps` writes them down; :func:`loads` builds them anew from the
text, with types of its own process and within bounds, so that nothing of the sender's (classes,
methods, lazy objects) comes along. NaN and infinities are kept, and so is the difference between a
list, a tuple and an array.

A value is written as itself (None, bool, str) or as ``[tag, …]``. Raises :class:`NotPlain` for
anything else, unless the caller says how to refer to it: ``refer`` gives the parts of a reference
to a value that stays where it is, ``resolve`` what stands for it here.
"""

import json
from typing import Any

from proctor.bridge.limits import MAX_DEPTH, MAX_ITEMS, NotPlain, Refer, Resolve
from proctor.bridge.reader import Reader
from proctor.bridge.writer import Writer

__all__ = ["MAX_DEPTH", "MAX_ITEMS", "NotPlain", "Refer", "Resolve", "dumps", "loads"]

UNREADABLE = (
    *(ValueError, TypeError, IndexError, KeyError, OverflowError, ArithmeticError),
    *(RecursionError, AttributeError, MemoryError),
)


def dumps(value: object, limit: int | None = None, refer: Refer | None = None) -> str:
    """The value as text.

    Raises :class:`NotPlain` when it is not plain data or takes more than ``limit`` characters.
    """
    text = json.dumps(Writer(refer).write(value), allow_nan=False, separators=(",", ":"))
    if limit is not None and len(text) > limit:
        raise NotPlain(f"the value takes {len(text):,} characters; at most {limit:,} are looked at")
    return text


def loads(text: str, limit: int | None = None, resolve: Resolve | None = None) -> Any:
    """The value that a text holds.

    Raises :class:`NotPlain` for a text that :func:`dumps` would not write or that is too long.
    """
    if not isinstance(text, str) or (limit is not None and len(text) > limit):
        raise NotPlain(f"the answer is larger than {limit:,} characters" if isinstance(text, str) else "the answer is no text")
    try:
        return Reader(resolve).read(json.loads(text))
    except NotPlain:
        raise
    except UNREADABLE as error:
        raise NotPlain(f"the text does not hold plain data ({type(error).__name__})") from None
