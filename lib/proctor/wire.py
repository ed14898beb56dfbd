"""Plain data as JSON text: what crosses the border between a student's kernel and the examiner, in both directions.

Plain data are None, bool, int, float, str, bytes, list, tuple, set, dict, datetime, and NumPy's and pandas' scalars, arrays, Series,
Indexes and DataFrames. :func:`dumps` writes them down; :func:`loads` builds them anew from the text, with types of its own process and
within bounds, so that nothing of the sender's (classes, methods, lazy objects) comes along. NaN and infinities are kept, and so is the
difference between a list, a tuple and an array.

A value is written as itself (None, bool, str) or as ``[tag, …]``. Raises :class:`NotPlain` for anything else.
"""

import base64
import datetime
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

MAX_DEPTH = 24
MAX_ITEMS = 2_000_000
KINDS = "biufMm"
"""NumPy's kinds of array that cross as bytes; arrays of objects and strings cross item by item."""
BUILTIN = (float, int, str, list, tuple, dict)
DTYPE = re.compile(rf"[<|][{KINDS}][1248](\[\d*[a-zA-Zμ]+\])?")


class NotPlain(ValueError):
    """A value, or a text, that is not plain data within the bounds."""


class _Writer:
    """Counts what it writes, so that a large or endless structure stops early."""

    def __init__(self) -> None:
        self.items = 0

    def write(self, value: Any, depth: int = 0) -> Any:
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotPlain(f"the value is nested more than {MAX_DEPTH} deep")
        self._check()
        if value is None or value is ... or isinstance(value, bool):
            return ["e"] if value is ... else value
        if type(value) in BUILTIN:
            return self._builtin(value, depth)
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value, depth)
        if isinstance(value, pd.DataFrame):
            if value.shape[1] > 1 and _alike(value):
                names, rows = self.write(value.columns, depth + 1), self.write(value.index, depth + 1)
                return ["G", names, rows, self._array(value.to_numpy(), depth)]
            columns = [self.write(value.iloc[:, place].array, depth + 1) for place in range(value.shape[1])]
            return ["F", self.write(value.columns, depth + 1), self.write(value.index, depth + 1), columns]
        if isinstance(value, pd.Series):
            return ["S", self.write(value.array, depth + 1), self.write(value.index, depth + 1), self.write(value.name, depth + 1)]
        if isinstance(value, pd.RangeIndex):
            return ["R", value.start, value.stop, value.step, self.write(value.name, depth + 1)]
        if isinstance(value, pd.MultiIndex):
            return ["X", self._many(value, depth), [self.write(name, depth + 1) for name in value.names]]
        if isinstance(value, pd.Index):
            return ["I", self.write(value.array, depth + 1), self.write(value.name, depth + 1)]
        if isinstance(value, pd.api.extensions.ExtensionArray):
            return self._extension(value, depth)
        if value is pd.NaT or value is pd.NA:
            return ["t"] if value is pd.NaT else ["na"]
        if isinstance(value, pd.Timestamp | datetime.datetime | datetime.date):
            return ["T", pd.Timestamp(value).isoformat()]
        if isinstance(value, pd.Timedelta | datetime.timedelta):
            return ["D", pd.Timedelta(value).isoformat()]
        return self._builtin(value, depth)

    def _builtin(self, value: Any, depth: int) -> Any:
        if isinstance(value, int):
            if value.bit_length() > 4096:
                raise NotPlain("a whole number has more than 4096 bits")
            return ["i", format(int(value), "x")] if abs(value) >= 2**53 else int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else ["f", repr(float(value))]
        if isinstance(value, complex):
            return ["c", self.write(value.real, depth + 1), self.write(value.imag, depth + 1)]
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, bytes | bytearray):
            return ["y", base64.b64encode(bytes(value)).decode()]
        for tag, kind in (("l", list), ("u", tuple), ("s", set | frozenset)):
            if isinstance(value, kind):
                return [tag, self._many(value, depth)]
        if isinstance(value, dict | Mapping):
            pairs = [[self.write(key, depth + 1), self.write(item, depth + 1)] for key, item in value.items()]
            return ["d", pairs]
        if isinstance(value, range | type({}.keys()) | type({}.values())):
            return ["l", self._many(value, depth)]
        raise NotPlain(f"a {type(value).__name__} is not plain data (numbers, strings, lists, dicts, arrays, Series, frames)")

    def _many(self, values: Any, depth: int) -> list[Any]:
        written = []
        for value in values:
            if type(value) is float and math.isfinite(value):
                self.items += 1
                written.append(value)
            else:
                written.append(self.write(value, depth + 1))
        self._check()
        return written

    def _check(self) -> None:
        if self.items > MAX_ITEMS:
            raise NotPlain(f"the value has more than {MAX_ITEMS:,} items")

    def _array(self, value: Any, depth: int) -> Any:
        scalar = isinstance(value, np.generic)
        array = np.asarray(value)
        self.items += array.size
        self._check()
        if array.dtype.kind in "OUST":
            items = [self.write(item, depth + 1) for item in array.reshape(-1).tolist()]
            return ["o", list(array.shape), items, "O" if array.dtype.kind == "O" else "U"]
        if array.dtype.kind not in KINDS or array.dtype.itemsize > 8:
            if array.dtype.kind == "f":
                array = array.astype(np.float64)
            else:
                raise NotPlain(f"an array of {array.dtype} is not plain data")
        plain = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        return ["n" if scalar else "a", plain.dtype.str, list(array.shape), base64.b64encode(plain.tobytes()).decode()]

    def _extension(self, value: Any, depth: int) -> Any:
        if isinstance(value, pd.arrays.DatetimeArray) and value.tz is not None:
            return ["z", str(value.tz), self._array(np.asarray(value.tz_convert("UTC").tz_localize(None)), depth)]
        if isinstance(value, pd.Categorical) or value.dtype.kind not in KINDS or value.isna().any():
            array = np.asarray(value) if value.dtype.kind in KINDS and isinstance(value, pd.arrays.NumpyExtensionArray) else None
            if array is not None and array.dtype.kind in KINDS:
                return self._array(array, depth)
            if isinstance(value, pd.arrays.DatetimeArray | pd.arrays.TimedeltaArray):
                return self._array(np.asarray(value), depth)
            text = isinstance(value.dtype, pd.StringDtype)
            return ["o", [len(value)], self._many(list(value), depth), "str" if text else "O"]
        return self._array(np.asarray(value), depth)


def _alike(frame: pd.DataFrame) -> bool:
    """Whether all columns are of one of NumPy's kinds of number."""
    first = frame.dtypes.iloc[0]
    return isinstance(first, np.dtype) and first.kind in "biuf" and bool((frame.dtypes == first).all())


def dumps(value: Any, limit: int | None = None) -> str:
    """The value as text; raises :class:`NotPlain` when it is not plain data or takes more than ``limit`` characters."""
    text = json.dumps(_Writer().write(value), allow_nan=False, separators=(",", ":"))
    if limit is not None and len(text) > limit:
        raise NotPlain(f"the value takes {len(text):,} characters; at most {limit:,} are looked at")
    return text


class _Reader:
    """Builds values from parsed JSON; whatever is odd raises NotPlain."""

    def __init__(self) -> None:
        self.items = 0

    def read(self, node: Any, depth: int = 0) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlain("the text is nested too deep or holds too many items")
        if node is None or isinstance(node, bool | int | float | str):
            return node
        if not isinstance(node, list) or not node or not isinstance(node[0], str) or node[0] not in READERS:
            raise NotPlain("the text is not a value")
        return READERS[node[0]](self, node[1:], depth + 1)

    def many(self, nodes: Any, depth: int) -> list[Any]:
        if not isinstance(nodes, list):
            raise NotPlain("the text is not a list of values")
        self.items += len(nodes)
        if self.items > MAX_ITEMS:
            raise NotPlain("the text holds too many items")
        return [node if type(node) is float else self.read(node, depth) for node in nodes]

    def array(self, parts: list[Any], depth: int) -> np.ndarray:
        if not DTYPE.fullmatch(parts[0]):
            raise NotPlain("the text holds an array of a strange kind")
        dtype, shape, content = np.dtype(parts[0]), tuple(int(size) for size in parts[1]), base64.b64decode(parts[2], validate=True)
        if len(shape) > 8 or min(shape, default=0) < 0:
            raise NotPlain("the text holds an array of a strange shape")
        self.items += math.prod(shape)
        if math.prod(shape) * dtype.itemsize != len(content):
            raise NotPlain("the text holds an array of another size than it says")
        return np.frombuffer(content, dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="))

    def objects(self, parts: list[Any], depth: int) -> Any:
        items = self.many(parts[1], depth)
        if parts[2] == "str":
            return pd.array(items, dtype="str")
        if math.prod(parts[0]) != len(items):
            raise NotPlain("the text holds an array of another size than it says")
        if parts[2] == "U":
            return np.array([str(item) for item in items], dtype=str).reshape(parts[0])
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return array.reshape(parts[0])

    def index(self, parts: list[Any], depth: int) -> pd.Index:
        return pd.Index(self.read(parts[0], depth), name=self.read(parts[1], depth))

    def series(self, parts: list[Any], depth: int) -> pd.Series:
        return pd.Series(self.read(parts[0], depth), index=self.read(parts[1], depth), name=self.read(parts[2], depth))

    def frame(self, parts: list[Any], depth: int) -> pd.DataFrame:
        columns, index = self.read(parts[0], depth), self.read(parts[1], depth)
        frame = pd.DataFrame(dict(enumerate(self.many(parts[2], depth))), index=index)
        if len(frame.columns) != len(columns):
            raise NotPlain("the text holds a frame with another number of columns than it names")
        frame.columns = columns
        return frame

    def block(self, parts: list[Any], depth: int) -> pd.DataFrame:
        columns, index, values = (self.read(part, depth) for part in parts)
        return pd.DataFrame(values, index=index, columns=columns)


READERS: dict[str, Callable[[_Reader, list[Any], int], Any]] = {
    "e": lambda reader, parts, depth: ...,
    "i": lambda reader, parts, depth: int(parts[0][:2000], 16),
    "f": lambda reader, parts, depth: float(parts[0]),
    "c": lambda reader, parts, depth: complex(reader.read(parts[0], depth), reader.read(parts[1], depth)),
    "y": lambda reader, parts, depth: base64.b64decode(parts[0], validate=True),
    "l": lambda reader, parts, depth: reader.many(parts[0], depth),
    "u": lambda reader, parts, depth: tuple(reader.many(parts[0], depth)),
    "s": lambda reader, parts, depth: set(reader.many(parts[0], depth)),
    "d": lambda reader, parts, depth: {reader.read(key, depth): reader.read(item, depth) for key, item in parts[0]},
    "a": lambda reader, parts, depth: reader.array(parts, depth),
    "n": lambda reader, parts, depth: reader.array(parts, depth)[()],
    "o": lambda reader, parts, depth: reader.objects(parts, depth),
    "z": lambda reader, parts, depth: (
        pd.DatetimeIndex(reader.read(parts[1], depth)).tz_localize("UTC").tz_convert(parts[0])
    ),
    "t": lambda reader, parts, depth: pd.NaT,
    "na": lambda reader, parts, depth: pd.NA,
    "T": lambda reader, parts, depth: pd.Timestamp(parts[0]),
    "D": lambda reader, parts, depth: pd.Timedelta(parts[0]),
    "R": lambda reader, parts, depth: pd.RangeIndex(*(int(part) for part in parts[:3]), name=reader.read(parts[3], depth)),
    "X": lambda reader, parts, depth: pd.MultiIndex.from_tuples(reader.many(parts[0], depth), names=reader.many(parts[1], depth)),
    "I": lambda reader, parts, depth: reader.index(parts, depth),
    "S": lambda reader, parts, depth: reader.series(parts, depth),
    "F": lambda reader, parts, depth: reader.frame(parts, depth),
    "G": lambda reader, parts, depth: reader.block(parts, depth),
}


def loads(text: str, limit: int | None = None) -> Any:
    """The value that a text holds; raises :class:`NotPlain` for a text that :func:`dumps` would not write or that is too long."""
    if not isinstance(text, str) or (limit is not None and len(text) > limit):
        raise NotPlain(f"the answer is larger than {limit:,} characters" if isinstance(text, str) else "the answer is no text")
    try:
        return _Reader().read(json.loads(text))
    except NotPlain:
        raise
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError, AttributeError, MemoryError) as error:
        raise NotPlain(f"the text does not hold plain data ({type(error).__name__})") from None
