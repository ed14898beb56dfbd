"""Bounds on plain data, in depth, parts and bytes, and the kinds that there are.

The same for the writer and the reader.
"""

import collections
import collections.abc
import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

MAX_DEPTH = 24
MAX_ITEMS = 2_000_000
MAX_BYTES = 2**28
MAX_COLUMNS = 10_000
MAX_ALIKE = 1000
"""Keys of one dict or set that may have the same hash.

The time to compare many of them grows with the square of their number.
"""
LARGEST_INT = 2**53
"""Whole numbers from here on are written in hexadecimal, and counted by hash when read."""
LONGEST_NAME = 64
MAX_FILES = 200
"""Files of a student's working folder that cross."""
KINDS = "biufcMm"
"""NumPy's kinds of array that cross as bytes; arrays of objects and strings cross item by item."""
BUILTIN = (float, int, str, list, tuple, dict)
READ_AS_ITSELF = frozenset([float, str, int, bool, type(None)])
LISTED: tuple[tuple[str, type], ...] = (
    *(("l", list), ("u", tuple), ("s", set), ("fs", frozenset), ("dq", collections.deque)),
    *(("vk", type({}.keys())), ("vv", type({}.values())), ("vi", type({}.items()))),
)
"""What is written item by item, by tag."""
MAPPINGS = (dict, Mapping)
OWN = (int, float, complex, str, bytes, tuple, frozenset)
"""What never changes: of a class of a student's that is derived from one of these, both cross, the
value and its number, by which its attributes are asked for.
"""
HELD = (list, dict, set, collections.deque)
"""What a student's class may be derived from so that both cross, its content and its number; each
side is told what becomes of the content on the other one.
"""
SHARED = (list, dict, set, collections.deque, np.ndarray, pd.DataFrame, pd.Series)
"""What a test may change: where a value holds the same of these twice, it does when read, too."""
LENT = (list, dict, set, np.ndarray)
"""What a test may change and look at again where a student's code keeps it."""
LONGEST_LENT = 10_000
MAX_BITS = 14_000
"""Bits of a whole number, which Python can still write down as text without being told to."""
MAX_DIGITS = 5000
"""Digits of a Decimal, bits of a part of a Fraction."""
MAX_FIELDS = 64
_TYPES = (bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, type(None), object)
TYPES: dict[str, type] = {kind.__name__: kind for kind in _TYPES}
"""Types that are values themselves."""
REAL = {**TYPES, **{name: getattr(collections.abc, name) for name in collections.abc.__all__}}
"""Types that a student's class may be derived from, which a test knows too."""
FACTORIES: dict[str | None, type | None] = {
    None: None, **{kind.__name__: kind for kind in (bool, int, float, str, list, tuple, set, dict)}
}
"""What a defaultdict may fill in."""
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "xor", "divmod", "and_", "or_")
"""Operations by operators that have a reflected method; that of ``and_`` is ``__and__``."""
IN_ORDER = ("lt", "le", "gt", "ge", "iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow")
"""Operations by operators that have none."""
CONVERSIONS = ("float", "int", "complex", "index", "round", "abs", "neg", "pos", "invert")
SPECIAL_METHODS = frozenset(f"__{name.rstrip('_')}__" for name in (
    *BINARY, *(f"r{name}" for name in BINARY), *IN_ORDER, *CONVERSIONS,
    *("len", "iter", "reversed", "contains", "getitem", "setitem", "delitem", "enter", "exit", "missing"),
))
"""Methods that a proxy has where its object has them."""
WRITTEN = frozenset({"__str__", "__repr__", "__format__"})
"""Methods by which a value of a student's class is written, where that class has its own."""
MASKED = frozenset(f"{kind}{bits}" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)) | {"Float32", "Float64", "boolean"}
Refer = Callable[[object], list[object] | None]
Resolve = Callable[[list[object]], object]
DTYPE = re.compile(r"[<>|=]?([biufMm][1248]|c8|c16)(\[\d{0,9}[a-zA-Z]{1,7}\])?")
ZONE = re.compile(r"UTC([+-])(\d\d):(\d\d)")


class NotPlain(ValueError):
    """A value, or a text, that is not plain data within the bounds."""
