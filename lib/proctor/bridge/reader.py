"""Builds plain data anew from parsed JSON, within bounds, with types of its own process."""

import array
import base64
import collections
import datetime
import decimal
import fractions
import keyword
import math
import zoneinfo
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from proctor.bridge.limits import (
    DTYPE,
    FACTORIES,
    LARGEST_INT,
    LONGEST_NAME,
    MASKED,
    MAX_ALIKE,
    MAX_BITS,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_FIELDS,
    MAX_ITEMS,
    READ_AS_ITSELF,
    TYPES,
    ZONE,
    NotPlain,
    Resolve,
)


class Reader:
    """Builds values from parsed JSON; whatever is odd raises NotPlain."""

    def __init__(self, resolve: Resolve | None = None) -> None:
        self.items = 0
        self.reach = 0
        self.same_hash: dict[int, set[Hashable]] = {}
        self.resolve = resolve
        self.deepest = 0
        self.shared: dict[object, tuple[object, int, int]] = {}
        """Values that are held more than once, by number: with how many items and how deep."""

    def read(self, node: object, depth: int = 0) -> Any:
        """The value that a node stands for.

        Itself, or what the reader of its tag makes of a list ``[tag, …]``.
        """
        self.items += 1
        self.deepest = max(self.deepest, depth)
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlain("the text is nested too deep or holds too many items")
        if type(node) in READ_AS_ITSELF:
            if type(node) is int and abs(node) >= LARGEST_INT:
                raise NotPlain("the text holds a large whole number that is not in hexadecimal")
            return node
        if not isinstance(node, list) or not node or not isinstance(node[0], str) or node[0] not in READERS:
            raise NotPlain("the text is not a value")
        return READERS[node[0]](self, node[1:], depth + 1)

    def many(self, nodes: object, depth: int) -> list[object]:
        """Values of a list of nodes, each counted."""
        if not isinstance(nodes, list):
            raise NotPlain("the text is not a list of values")
        self.items += len(nodes)
        if self.items > MAX_ITEMS:
            raise NotPlain("the text holds too many items")
        return [node if type(node) is float else self.read(node, depth) for node in nodes]

    def same(self, parts: list[Any], depth: int) -> object:
        """A value that is held more than once: with its number the first time, then by that alone.

        Each time counts with all that is in it, as if it had been written again.
        """
        if len(parts) == 2:
            items, deepest, self.deepest = self.items, self.deepest, depth
            value = self.read(parts[1], depth)
            self.shared[parts[0]] = value, self.items - items, self.deepest - depth
            self.deepest = max(deepest, self.deepest)
            return value
        value, items, height = self.shared[parts[0]]
        self.items += items
        self.deepest = max(self.deepest, depth + height)
        if self.deepest > MAX_DEPTH or self.items > MAX_ITEMS:
            raise NotPlain("the text is nested too deep or holds too many items")
        return value

    def unlike(self, keys: Sequence[Hashable]) -> Sequence[Hashable]:
        """Keys of a dict or set, unless they are made to be compared one with every other."""
        if len(keys) - len({hash(key) for key in keys}) > MAX_ALIKE:
            raise NotPlain("the text holds keys that are too much alike")
        return keys

    def reference(self, parts: list[object]) -> object:
        """A value that stays on its own side of the border, as ``resolve`` finds it."""
        if self.resolve is None:
            raise NotPlain("the text refers to a value that stays where it is")
        return self.resolve(parts)

    def named(self, parts: list[Any], depth: int) -> object:
        """A named tuple from its name, field names and items."""
        name, fields = parts[0], tuple(parts[1])
        items = self.many(parts[2], depth)
        if len(fields) != len(items):
            raise NotPlain("the text holds a named tuple of another length than it says")
        return named_tuple(name, fields)(*items)

    def range(self, parts: list[Any]) -> range:
        """A range from start, stop and step in hexadecimal.

        The lengths of all ranges together are bounded.
        """
        start, stop, step = (int(part[:40], 16) for part in parts[:3])
        self.reach += max(min(abs(stop - start) // abs(step), MAX_ITEMS + 1), 0)
        if self.reach > MAX_ITEMS:
            raise NotPlain("the text holds ranges that are too long")
        return range(start, stop, step)

    def categorical(self, parts: list[object], depth: int) -> pd.Categorical:
        """A categorical from its categories, codes and whether they are ordered."""
        return pd.Categorical.from_codes(self.read(parts[1], depth), pd.Index(self.column(parts[0], depth)), ordered=parts[2] is True)

    def masked(self, parts: list[object], depth: int) -> object:
        """An array of one of pandas' nullable types from its name and items."""
        if parts[0] not in MASKED:
            raise NotPlain("the text holds a column of a strange kind")
        return pd.array(self.many(parts[1], depth), dtype=parts[0])

    def factory(self, parts: list[Any], depth: int) -> object:
        """A defaultdict from the name of its factory, one of `FACTORIES`, and its pairs."""
        return collections.defaultdict(FACTORIES[parts[0]], self.pairs(parts[1], depth))

    def counter(self, parts: list[object], depth: int) -> object:
        """A Counter with exactly the counts that it had, whatever their types."""
        found: collections.Counter[object] = collections.Counter()
        dict.update(found, self.pairs(parts[0], depth))
        return found

    def intervals(self, parts: list[object], depth: int) -> object:
        """An array of intervals from left and right ends and the side that is closed."""
        return pd.arrays.IntervalArray.from_arrays(self.column(parts[0], depth), self.column(parts[1], depth), closed=_short(parts[2]))

    def periods(self, parts: list[Any], depth: int) -> object:
        """An array of periods from their frequency and ordinals."""
        ordinals = self.array(parts[1][1:], depth).astype("int64")
        return pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(_short(parts[0])))

    def whole(self, text: Any) -> int:
        """A whole number in hexadecimal.

        Large ones may be made to be alike in hashing, and then cost a set their number squared.
        """
        value = int(text[: MAX_BITS // 4 + 1], 16)
        self.spread(value)
        return value

    def spread(self, value: Hashable) -> None:
        """Count a number whose hash says little of it.

        Raises NotPlain where too many different ones have the same.
        """
        same = self.same_hash.setdefault(hash(value), set())
        if len(same) > MAX_ALIKE:
            raise NotPlain("the text holds numbers that are too much alike")
        same.add(value)

    def fraction(self, parts: list[object]) -> fractions.Fraction:
        """A fraction from numerator and denominator in hexadecimal."""
        value = fractions.Fraction(_whole(parts[0]), _whole(parts[1]))
        self.spread(value)
        return value

    def decimal(self, parts: list[object]) -> decimal.Decimal:
        """A decimal from its digits.

        Many different ones of one hash are refused as for whole numbers.
        """
        value = _decimal(parts[0])
        if value.is_finite():
            self.spread(value)
        return value

    def multi_index(self, parts: list[Any], depth: int) -> pd.MultiIndex:
        """A multi-index from the values of each of its levels, and their names."""
        levels = [self.column(node, depth) for node in parts[0]]
        self.unlike(list(zip(*levels, strict=True)))
        return pd.MultiIndex.from_arrays(levels, names=self.many(parts[1], depth))

    def pairs(self, nodes: Any, depth: int) -> dict[object, Any]:
        """A dict from pairs of nodes, in their order."""
        keys = self.unlike([self.read(key, depth) for key, _ in nodes])
        return dict(zip(keys, [self.read(item, depth) for _, item in nodes], strict=True))

    def shape(self, sizes: Any) -> tuple[int, ...]:
        """Sizes of at most eight axes."""
        found = tuple(sizes)
        if len(found) > 8 or not all(type(size) is int and 0 <= size <= MAX_ITEMS for size in found):
            raise NotPlain("the text holds an array of a strange shape")
        return found

    def array(self, parts: list[Any], depth: int) -> np.ndarray:
        """An array of numbers or times from type, shape and its bytes in base 64.

        Their count must fit.
        """
        if not isinstance(parts[0], str) or not DTYPE.fullmatch(parts[0]):
            raise NotPlain("the text holds an array of a strange kind")
        dtype, shape, content = np.dtype(parts[0]), self.shape(parts[1]), base64.b64decode(parts[2], validate=True)
        self.items += math.prod(shape)
        if math.prod(shape) * dtype.itemsize != len(content):
            raise NotPlain("the text holds an array of another size than it says")
        return np.frombuffer(content, dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="))

    def objects(self, parts: list[object], depth: int) -> object:
        """An array of objects or strings from shape, items and kind."""
        items, shape = self.many(parts[1], depth), self.shape(parts[0])
        if math.prod(shape) != len(items):
            raise NotPlain("the text holds an array of another size than it says")
        if parts[2] in ("str", "string"):
            return pd.array(items, dtype=parts[2])
        if parts[2] in ("U", "S"):
            as_bytes = parts[2] == "S" and all(type(item) is bytes for item in items)
            texts: list[Any] = items if as_bytes else [str(item) for item in items]
            if 4 * len(texts) * max(map(len, texts), default=0) > MAX_BYTES:
                raise NotPlain("the text holds an array of strings that would take too much memory")
            return np.array(texts, dtype=parts[2]).reshape(shape)
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(shape)

    def range_index(self, parts: list[Any], depth: int) -> pd.RangeIndex:
        """A range index from start, stop, step and name.

        The lengths of all together are bounded.
        """
        start, stop, step = (int(part) for part in parts[:3])
        self.reach += len(range(start, stop, step)) if abs(stop - start) < 2**62 else MAX_ITEMS + 1
        if self.reach > MAX_ITEMS:
            raise NotPlain("the text holds indexes that are too long")
        return pd.RangeIndex(start, stop, step, name=self.read(parts[3], depth))

    def zoned(self, parts: list[Any], depth: int) -> pd.DatetimeIndex:
        """Times of a zone from its name and the same times in UTC."""
        return pd.DatetimeIndex(self.column(parts[1], depth)).tz_localize("UTC").tz_convert(zone(parts[0]))

    def index(self, parts: list[object], depth: int) -> pd.Index:
        """An index from its values, name and, for times, frequency."""
        index = pd.Index(self.column(parts[0], depth), name=self.read(parts[1], depth))
        if len(parts) > 2 and isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
            index.freq = _short(parts[2])
        return index

    def column(self, node: object, depth: int, index: pd.Index | None = None) -> object:
        """Values in a row, as many as ``index`` has.

        Pandas would repeat a single one as often as it likes.
        """
        values = self.read(node, depth)
        if not isinstance(values, np.ndarray | pd.Index | pd.api.extensions.ExtensionArray) or values.ndim != 1:
            raise NotPlain("the text holds an invalid column")
        if index is not None and len(values) != len(index):
            raise NotPlain("the text holds a column and an index of different lengths")
        # pandas would take objects that happen to be strings for a column of strings
        return pd.Index(values, dtype=object) if isinstance(values, np.ndarray) and values.dtype == object else values

    def labels(self, node: object, depth: int) -> pd.Index:
        """An index; NotPlain for a node that is any other value."""
        index = self.read(node, depth)
        if not isinstance(index, pd.Index):
            raise NotPlain("the text holds an invalid index")
        return index

    def series(self, parts: list[object], depth: int) -> pd.Series:
        """A series from values, index and name."""
        index = self.labels(parts[1], depth)
        return pd.Series(self.column(parts[0], depth, index), index=index, name=self.read(parts[2], depth))

    def frame(self, parts: list[Any], depth: int) -> pd.DataFrame:
        """A frame from column labels, index and one column after the other."""
        columns, index = self.labels(parts[0], depth), self.labels(parts[1], depth)
        if len(columns) > MAX_COLUMNS or len(columns) != len(parts[2]):
            raise NotPlain("the text holds a frame with too many columns, or another number than it names")
        frame = pd.DataFrame({place: self.column(node, depth, index) for place, node in enumerate(parts[2])}, index=index)
        frame.columns = columns
        return frame

    def block(self, parts: list[object], depth: int) -> pd.DataFrame:
        """A frame whose columns all have one type.

        It is made from column labels, index and one array of shape (rows, columns).
        """
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


@lru_cache(maxsize=64)
def named_tuple(name: str, fields: tuple[str, ...]) -> type:
    """A class of named tuples; a student's text is checked before it names anything."""
    for text in (name, *fields):
        if not isinstance(text, str) or len(text) > LONGEST_NAME or not text.isidentifier() or keyword.iskeyword(text):
            raise NotPlain("the text holds a named tuple with a strange name")
    if len(fields) > MAX_FIELDS or len(set(fields)) < len(fields) or any(field.startswith("_") for field in fields):
        raise NotPlain("the text holds a named tuple with strange fields")
    return collections.namedtuple(name, fields)


def _short(text: object) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        raise NotPlain("the text holds an invalid name or time")
    return text


def _decimal(text: object) -> decimal.Decimal:
    if not isinstance(text, str) or len(text) > MAX_DIGITS + 40:
        raise NotPlain("the text holds a Decimal that is too long")
    return decimal.Decimal(text)


def _whole(text: Any) -> int:
    return int(text[:2000], 16)


def _dtype(text: object) -> object:
    if not isinstance(text, str) or not DTYPE.fullmatch(text):
        raise NotPlain("the text holds a strange kind of array")
    return np.dtype(text)


def _typed_array(parts: list[object], reader: Reader, depth: int) -> object:
    if parts[0] not in set("bBhHiIlLqQfd"):
        raise NotPlain("the text holds an array of a strange kind")
    return array.array(parts[0], reader.read(parts[1], depth).tolist())


def _items(reader: Reader, parts: list[object], depth: int) -> object:
    pairs: list[Any] = reader.many(parts[0], depth)
    reader.unlike([key for key, _ in pairs])
    return dict(pairs).items()


def _masked(data: object, mask: object) -> object:
    if not isinstance(data, np.ndarray) or not isinstance(mask, np.ndarray) or data.shape != mask.shape or mask.dtype != bool:
        raise NotPlain("the text holds a mask of another shape than its array")
    return np.ma.MaskedArray(data, mask)


READERS: dict[str, Callable[[Reader, list[Any], int], object]] = {
    "e": lambda reader, parts, depth: ...,
    "i": lambda reader, parts, depth: reader.whole(parts[0]),
    "q": lambda reader, parts, depth: reader.fraction(parts),
    "dec": lambda reader, parts, depth: reader.decimal(parts),
    "dt": lambda reader, parts, depth: datetime.datetime.fromisoformat(_short(parts[0])),
    "da": lambda reader, parts, depth: datetime.date.fromisoformat(_short(parts[0])),
    "ti": lambda reader, parts, depth: datetime.time.fromisoformat(_short(parts[0])),
    "td": lambda reader, parts, depth: datetime.timedelta(*(int(part) for part in parts[:3])),
    "P": lambda reader, parts, depth: pd.Period(ordinal=int(parts[0]), freq=_short(parts[1])),
    "v": lambda reader, parts, depth: pd.Interval(reader.read(parts[0], depth), reader.read(parts[1], depth), _short(parts[2])),
    "ty": lambda reader, parts, depth: TYPES[parts[0]],
    "dp": lambda reader, parts, depth: _dtype(parts[0]),
    "r": lambda reader, parts, depth: reader.reference(parts),
    "own": lambda reader, parts, depth: reader.reference(["own", *parts[:2], reader.read(parts[2], depth)]),
    "nt": lambda reader, parts, depth: reader.named(parts, depth),
    "fs": lambda reader, parts, depth: frozenset(reader.unlike(reader.many(parts[0], depth))),
    "dq": lambda reader, parts, depth: collections.deque(reader.many(parts[0], depth)),
    "rg": lambda reader, parts, depth: reader.range(parts),
    "sl": lambda reader, parts, depth: slice(*(part if part is None else int(part[:40], 16) for part in parts[:3])),
    "ar": lambda reader, parts, depth: _typed_array(parts, reader, depth),
    "dd": lambda reader, parts, depth: reader.factory(parts, depth),
    "dc": lambda reader, parts, depth: reader.counter(parts, depth),
    "do": lambda reader, parts, depth: collections.OrderedDict(reader.pairs(parts[0], depth)),
    "k": lambda reader, parts, depth: reader.categorical(parts, depth),
    "m": lambda reader, parts, depth: reader.masked(parts, depth),
    "va": lambda reader, parts, depth: reader.intervals(parts, depth),
    "pa": lambda reader, parts, depth: reader.periods(parts, depth),
    "f": lambda reader, parts, depth: float(parts[0]),
    "c": lambda reader, parts, depth: complex(reader.read(parts[0], depth), reader.read(parts[1], depth)),
    "y": lambda reader, parts, depth: base64.b64decode(parts[0], validate=True),
    "l": lambda reader, parts, depth: reader.many(parts[0], depth),
    "=": lambda reader, parts, depth: reader.same(parts, depth),
    "vk": lambda reader, parts, depth: dict.fromkeys(reader.unlike(reader.many(parts[0], depth))).keys(),
    "vv": lambda reader, parts, depth: dict(enumerate(reader.many(parts[0], depth))).values(),
    "vi": lambda reader, parts, depth: _items(reader, parts, depth),
    "ma": lambda reader, parts, depth: _masked(reader.read(parts[0], depth), reader.read(parts[1], depth)),
    "u": lambda reader, parts, depth: tuple(reader.many(parts[0], depth)),
    "s": lambda reader, parts, depth: set(reader.unlike(reader.many(parts[0], depth))),
    "d": lambda reader, parts, depth: reader.pairs(parts[0], depth),
    "a": lambda reader, parts, depth: reader.array(parts, depth),
    "n": lambda reader, parts, depth: reader.array(parts, depth)[()],
    "o": lambda reader, parts, depth: reader.objects(parts, depth),
    "z": lambda reader, parts, depth: reader.zoned(parts, depth),
    "t": lambda reader, parts, depth: pd.NaT,
    "na": lambda reader, parts, depth: pd.NA,
    "T": lambda reader, parts, depth: pd.Timestamp(_short(parts[0])),
    "D": lambda reader, parts, depth: pd.Timedelta(_short(parts[0])),
    "R": lambda reader, parts, depth: reader.range_index(parts, depth),
    "X": lambda reader, parts, depth: reader.multi_index(parts, depth),
    "I": lambda reader, parts, depth: reader.index(parts, depth),
    "S": lambda reader, parts, depth: reader.series(parts, depth),
    "F": lambda reader, parts, depth: reader.frame(parts, depth),
    "G": lambda reader, parts, depth: reader.block(parts, depth),
}
