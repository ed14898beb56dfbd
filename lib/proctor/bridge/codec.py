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
import zoneinfo
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

MAX_DEPTH = 24
MAX_ITEMS = 2_000_000
MAX_BYTES = 2**28
MAX_COLUMNS = 10_000
MAX_ALIKE = 1000
"""Keys of one dict or set that may have the same hash: many of them take the square of their number to compare."""
LONGEST_NAME = 64
KINDS = "biufMm"
"""NumPy's kinds of array that cross as bytes; arrays of objects and strings cross item by item."""
BUILTIN = (float, int, str, list, tuple, dict)
READ_AS_ITSELF = frozenset([float, str, int, bool, type(None)])
SEQUENCES = (("l", list), ("u", tuple), ("s", (set, frozenset)))
MAPPINGS = (dict, Mapping)
OTHER_SEQUENCES: tuple[type, ...] = (range, type({}.keys()), type({}.values()))
DTYPE = re.compile(r"[<>|=]?[biufMm][1248](\[\d{0,9}[a-zA-Z]{1,7}\])?")
ZONE = re.compile(r"UTC([+-])(\d\d):(\d\d)")


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
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else ["f", repr(float(value))]
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            if value.bit_length() > 4096:
                raise NotPlain("a whole number has more than 4096 bits")
            return ["i", format(int(value), "x")] if abs(value) >= 2**53 else int(value)
        for tag, kind in SEQUENCES:
            if isinstance(value, kind):
                return [tag, self._many(value, depth)]
        if isinstance(value, MAPPINGS):
            pairs = [[self.write(key, depth + 1), self.write(item, depth + 1)] for key, item in value.items()]
            return ["d", pairs]
        if isinstance(value, complex):
            return ["c", self.write(value.real, depth + 1), self.write(value.imag, depth + 1)]
        if isinstance(value, bytes | bytearray):
            return ["y", base64.b64encode(bytes(value)).decode()]
        if isinstance(value, OTHER_SEQUENCES):
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
        self.reach = 0

    def read(self, node: Any, depth: int = 0) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlain("the text is nested too deep or holds too many items")
        if type(node) in READ_AS_ITSELF:
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

    def unlike(self, keys: Sequence[Hashable]) -> Sequence[Hashable]:
        """Keys of a dict or set, unless they are made to be compared one with every other."""
        if len(keys) - len({hash(key) for key in keys}) > MAX_ALIKE:
            raise NotPlain("the text holds keys that are too much alike")
        return keys

    def pairs(self, nodes: Any, depth: int) -> dict[Any, Any]:
        keys = self.unlike([self.read(key, depth) for key, _ in nodes])
        return dict(zip(keys, [self.read(item, depth) for _, item in nodes], strict=True))

    def shape(self, sizes: Any) -> tuple[int, ...]:
        found = tuple(sizes)
        if len(found) > 8 or not all(type(size) is int and 0 <= size <= MAX_ITEMS for size in found):
            raise NotPlain("the text holds an array of a strange shape")
        return found

    def array(self, parts: list[Any], depth: int) -> np.ndarray:
        if not isinstance(parts[0], str) or not DTYPE.fullmatch(parts[0]):
            raise NotPlain("the text holds an array of a strange kind")
        dtype, shape, content = np.dtype(parts[0]), self.shape(parts[1]), base64.b64decode(parts[2], validate=True)
        self.items += math.prod(shape)
        if math.prod(shape) * dtype.itemsize != len(content):
            raise NotPlain("the text holds an array of another size than it says")
        return np.frombuffer(content, dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="))

    def objects(self, parts: list[Any], depth: int) -> Any:
        items, shape = self.many(parts[1], depth), self.shape(parts[0])
        if math.prod(shape) != len(items):
            raise NotPlain("the text holds an array of another size than it says")
        if parts[2] == "str":
            return pd.array(items, dtype="str")
        if parts[2] == "U":
            texts = [str(item) for item in items]
            if 4 * len(texts) * max(map(len, texts), default=0) > MAX_BYTES:
                raise NotPlain("the text holds an array of strings that would take too much memory")
            return np.array(texts, dtype=str).reshape(shape)
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(shape)

    def range_index(self, parts: list[Any], depth: int) -> pd.RangeIndex:
        start, stop, step = (int(part) for part in parts[:3])
        self.reach += len(range(start, stop, step)) if abs(stop - start) < 2**62 else MAX_ITEMS + 1
        if self.reach > MAX_ITEMS:
            raise NotPlain("the text holds indexes that are too long")
        return pd.RangeIndex(start, stop, step, name=self.read(parts[3], depth))

    def zoned(self, parts: list[Any], depth: int) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.column(parts[1], depth)).tz_localize("UTC").tz_convert(zone(parts[0]))

    def index(self, parts: list[Any], depth: int) -> pd.Index:
        return pd.Index(self.column(parts[0], depth), name=self.read(parts[1], depth))

    def column(self, node: Any, depth: int, index: pd.Index | None = None) -> Any:
        """Values in a row, as many as ``index`` has: pandas would repeat a single one as often as it likes."""
        values = self.read(node, depth)
        if not isinstance(values, np.ndarray | pd.Index | pd.api.extensions.ExtensionArray) or values.ndim != 1:
            raise NotPlain("the text holds a column that is none")
        if index is not None and len(values) != len(index):
            raise NotPlain("the text holds a column and an index of different lengths")
        return values

    def labels(self, node: Any, depth: int) -> pd.Index:
        index = self.read(node, depth)
        if not isinstance(index, pd.Index):
            raise NotPlain("the text holds an index that is none")
        return index

    def series(self, parts: list[Any], depth: int) -> pd.Series:
        index = self.labels(parts[1], depth)
        return pd.Series(self.column(parts[0], depth, index), index=index, name=self.read(parts[2], depth))

    def frame(self, parts: list[Any], depth: int) -> pd.DataFrame:
        columns, index = self.labels(parts[0], depth), self.labels(parts[1], depth)
        if len(columns) > MAX_COLUMNS or len(columns) != len(parts[2]):
            raise NotPlain("the text holds a frame with too many columns, or another number than it names")
        frame = pd.DataFrame({place: self.column(node, depth, index) for place, node in enumerate(parts[2])}, index=index)
        frame.columns = columns
        return frame

    def block(self, parts: list[Any], depth: int) -> pd.DataFrame:
        columns, index, values = self.labels(parts[0], depth), self.labels(parts[1], depth), self.read(parts[2], depth)
        if len(columns) > MAX_COLUMNS or not isinstance(values, np.ndarray) or values.shape != (len(index), len(columns)):
            raise NotPlain("the text holds a frame with too many columns, or of another shape than it says")
        return pd.DataFrame(values, index=index, columns=columns)


def zone(name: str) -> datetime.tzinfo:
    """A time zone by its name; a file of a student's choosing is never opened for it."""
    fixed = ZONE.fullmatch(name)
    if fixed:
        sign, hours, minutes = fixed.groups()
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
        return datetime.timezone(offset if sign == "+" else -offset)
    if name not in zoneinfo.available_timezones():
        raise NotPlain("the text names a time zone that is not known")
    return zoneinfo.ZoneInfo(name)


def _moment(text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        raise NotPlain("the text holds a time that is none")
    return text


READERS: dict[str, Callable[[_Reader, list[Any], int], Any]] = {
    "e": lambda reader, parts, depth: ...,
    "i": lambda reader, parts, depth: int(parts[0][:2000], 16),
    "f": lambda reader, parts, depth: float(parts[0]),
    "c": lambda reader, parts, depth: complex(reader.read(parts[0], depth), reader.read(parts[1], depth)),
    "y": lambda reader, parts, depth: base64.b64decode(parts[0], validate=True),
    "l": lambda reader, parts, depth: reader.many(parts[0], depth),
    "u": lambda reader, parts, depth: tuple(reader.many(parts[0], depth)),
    "s": lambda reader, parts, depth: set(reader.unlike(reader.many(parts[0], depth))),
    "d": lambda reader, parts, depth: reader.pairs(parts[0], depth),
    "a": lambda reader, parts, depth: reader.array(parts, depth),
    "n": lambda reader, parts, depth: reader.array(parts, depth)[()],
    "o": lambda reader, parts, depth: reader.objects(parts, depth),
    "z": lambda reader, parts, depth: reader.zoned(parts, depth),
    "t": lambda reader, parts, depth: pd.NaT,
    "na": lambda reader, parts, depth: pd.NA,
    "T": lambda reader, parts, depth: pd.Timestamp(_moment(parts[0])),
    "D": lambda reader, parts, depth: pd.Timedelta(_moment(parts[0])),
    "R": lambda reader, parts, depth: reader.range_index(parts, depth),
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
