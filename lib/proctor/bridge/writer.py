"""Writes plain data down as lists that JSON can hold."""

import array
import base64
import collections
import datetime
import decimal
import fractions
import math
from typing import Any

import numpy as np
import pandas as pd

from proctor.bridge.held import contents
from proctor.bridge.limits import (
    BUILTIN,
    DTYPE,
    FACTORIES,
    HELD,
    KINDS,
    LARGEST_INT,
    LISTED,
    MAPPINGS,
    MASKED,
    MAX_BITS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_ITEMS,
    OWN,
    READ_AS_ITSELF,
    SHARED,
    TYPES,
    NotPlain,
    Refer,
)


class Writer:
    """Counts what it writes, so that a large or endless structure stops early."""

    def __init__(self, refer: Refer | None = None) -> None:
        self.items = 0
        self.refer = refer
        self.written: dict[int, tuple[object, list[Any]]] = {}
        """Values that may be shared, by id, with their lists; kept, so that no id is used twice."""
        self.shared = 0
        self.kinds: dict[type, list[Any]] = {}
        """Classes of which a text says once what they are."""

    def write(self, value: object, depth: int = 0) -> Any:
        """What JSON can hold of a value: itself or a list ``[tag, …]``.

        NotPlain for a value that is not plain data.
        """
        if type(value) in READ_AS_ITSELF or not isinstance(value, SHARED):
            return self._written(value, depth)
        if id(value) in self.written:
            self.items += 1
            self._check()
            _, first = self.written[id(value)]
            if first[0] != "=":
                first[:] = ["=", self.shared, [*first]]
                self.shared += 1
            return ["=", first[1]]
        found = self._written(value, depth)
        self.written[id(value)] = value, found
        return found

    def _written(self, value: object, depth: int) -> Any:  # noqa: C901 - one branch a type
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotPlain(f"the value is nested more than {MAX_DEPTH} deep")
        self._check()
        if value is None or value is ... or isinstance(value, bool):
            return ["e"] if value is ... else value
        if type(value) in BUILTIN or isinstance(value, np.str_ | np.bytes_):
            return self._builtin(value, depth)
        if isinstance(value, (*OWN, *HELD)) and _has_more(type(value)) and (own := self._own(value, depth)):
            return own
        if isinstance(value, np.ma.MaskedArray):
            return ["ma", self._array(value.data, depth), self._array(np.ma.getmaskarray(value), depth)]
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
            levels = [self.write(value.get_level_values(place).array, depth + 1) for place in range(value.nlevels)]
            return ["X", levels, [self.write(name, depth + 1) for name in value.names]]
        if isinstance(value, pd.Index):
            freq = getattr(value, "freqstr", None) if isinstance(value, pd.DatetimeIndex | pd.TimedeltaIndex) else None
            return ["I", self.write(value.array, depth + 1), self.write(value.name, depth + 1), *([freq] if freq else [])]
        if isinstance(value, pd.api.extensions.ExtensionArray):
            return self._extension(value, depth)
        if value is pd.NaT or value is pd.NA:
            return ["t"] if value is pd.NaT else ["na"]
        if isinstance(value, pd.Timestamp):
            return ["T", value.isoformat()]
        if isinstance(value, pd.Timedelta):
            return ["D", value.isoformat()]
        if isinstance(value, pd.Period):
            return ["P", value.ordinal, value.freqstr]
        if isinstance(value, pd.Interval):
            return ["v", self.write(value.left, depth + 1), self.write(value.right, depth + 1), value.closed]
        return self._builtin(value, depth)

    def _own(self, value: object, depth: int) -> list[object] | None:
        """A value of a student's class that is derived from plain data.

        In the kernel its number, its class and the plain data; in the test its number alone.
        """
        number = self.refer(value) if self.refer else None
        if number is None or type(number[0]) is not int:
            return None
        kind = type(value)
        known = self.kinds.get(kind)
        if known is None:
            known = self.refer(kind) if self.refer else None
            self.kinds[kind] = known[:1] if known else []
        return ["own", *number, known, self._builtin(contents(value), depth)] if known else ["r", *number]

    def _builtin(self, value: Any, depth: int) -> object:
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else ["f", repr(float(value))]
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            if value.bit_length() > MAX_BITS:
                raise NotPlain(f"a whole number has more than {MAX_BITS:,} bits")
            return ["i", format(int(value), "x")] if abs(value) >= LARGEST_INT else int(value)
        fields = getattr(type(value), "_fields", None) if isinstance(value, tuple) else None
        if isinstance(fields, tuple) and len(fields) == len(value):
            return ["nt", type(value).__name__, [str(field) for field in fields], self._many(value, depth)]
        for tag, kind in LISTED:
            if isinstance(value, kind):
                return [tag, self._many(value, depth)]
        if isinstance(value, MAPPINGS):
            pairs = [[self.write(key, depth + 1), self.write(item, depth + 1)] for key, item in value.items()]
            return self._mapping(value, pairs)
        if isinstance(value, complex):
            return ["c", self.write(value.real, depth + 1), self.write(value.imag, depth + 1)]
        if isinstance(value, bytes | bytearray):
            return ["y", base64.b64encode(bytes(value)).decode()]
        return self._standard(value)

    @staticmethod
    def _mapping(value: object, pairs: list[Any]) -> list[object]:
        if type(value) is collections.defaultdict and value.default_factory in FACTORIES.values():
            return ["dd", getattr(value.default_factory, "__name__", None), pairs]
        known: dict[type, str] = {collections.Counter: "dc", collections.OrderedDict: "do"}
        return [known.get(type(value), "d"), pairs]

    def _standard(self, value: object) -> object:  # noqa: C901 - one branch a type
        """Plain data of the standard library, or a reference."""
        if isinstance(value, datetime.datetime):
            return ["dt", value.isoformat()]
        if isinstance(value, datetime.date):
            return ["da", value.isoformat()]
        if isinstance(value, datetime.time):
            return ["ti", value.isoformat()]
        if isinstance(value, datetime.timedelta):
            return ["td", value.days, value.seconds, value.microseconds]
        if isinstance(value, fractions.Fraction):
            if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_DIGITS:
                raise NotPlain(f"a Fraction has more than {MAX_DIGITS} bits")
            return ["q", format(value.numerator, "x"), format(value.denominator, "x")]
        if isinstance(value, decimal.Decimal):
            if len(value.as_tuple().digits) > MAX_DIGITS:
                raise NotPlain(f"a Decimal has more than {MAX_DIGITS} digits")
            return ["dec", str(value)]
        if isinstance(value, range):
            if not -MAX_ITEMS <= value.stop - value.start <= MAX_ITEMS * abs(value.step):
                raise NotPlain(f"a range has more than {MAX_ITEMS:,} items")
            return ["rg", *(format(part, "x") for part in (value.start, value.stop, value.step))]
        if type(value) is slice and all(type(part) is int or part is None for part in (value.start, value.stop, value.step)):
            return ["sl", *(part if part is None else format(part, "x") for part in (value.start, value.stop, value.step))]
        if isinstance(value, array.array) and value.typecode in "bBhHiIlLqQfd":
            return ["ar", value.typecode, self._array(np.asarray(value), 0)]
        if isinstance(value, type) and TYPES.get(value.__name__) is value:
            return ["ty", value.__name__]
        if isinstance(value, np.dtype) and DTYPE.fullmatch(value.str):
            return ["dp", value.str]
        reference = self.refer(value) if self.refer else None
        if reference is not None:
            return ["r", *reference]
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

    def _array(self, value: object, depth: int) -> object:
        scalar = isinstance(value, np.generic)
        array = np.asarray(value)
        self.items += array.size
        self._check()
        if array.dtype.kind in "OUST":
            items = [self.write(item, depth + 1) for item in array.reshape(-1).tolist()]
            return ["o", list(array.shape), items, array.dtype.kind if array.dtype.kind in "OS" else "U"]
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        if array.dtype.kind == "c" and array.dtype.itemsize > 16:
            array = array.astype(np.complex128)
        if array.dtype.kind not in KINDS:
            raise NotPlain(f"an array of {array.dtype} is not plain data")
        plain = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        return ["n" if scalar else "a", plain.dtype.str, list(array.shape), base64.b64encode(plain.tobytes()).decode()]

    def _extension(self, value: Any, depth: int) -> object:
        if isinstance(value, pd.arrays.DatetimeArray) and value.tz is not None:
            return ["z", str(value.tz), self._array(np.asarray(value.tz_convert("UTC").tz_localize(None)), depth)]
        if isinstance(value, pd.Categorical):
            codes = self._array(value.codes, depth)
            return ["k", self.write(value.categories.array, depth + 1), codes, bool(value.ordered)]
        if str(value.dtype) in MASKED:
            return ["m", str(value.dtype), self._many(list(value), depth)]
        if isinstance(value, pd.arrays.IntervalArray):
            return ["va", self.write(value.left.array, depth + 1), self.write(value.right.array, depth + 1), value.closed]
        if isinstance(value, pd.arrays.PeriodArray):
            return ["pa", value.freqstr, self._array(np.asarray(value.asi8), depth)]
        if value.dtype.kind not in KINDS or value.isna().any():
            array = np.asarray(value) if value.dtype.kind in KINDS and isinstance(value, pd.arrays.NumpyExtensionArray) else None
            if array is not None and array.dtype.kind in KINDS:
                return self._array(array, depth)
            if isinstance(value, pd.arrays.DatetimeArray | pd.arrays.TimedeltaArray):
                return self._array(np.asarray(value), depth)
            kind = ("string" if value.dtype.na_value is pd.NA else "str") if isinstance(value.dtype, pd.StringDtype) else "O"
            return ["o", [len(value)], self._many(list(value), depth), kind]
        return self._array(np.asarray(value), depth)


def _has_more(kind: type) -> bool:
    """Whether values have attributes of their own: those of students' classes, results of SciPy."""
    return kind.__module__ == "__main__" or (issubclass(kind, dict) and hasattr(kind, "__getattr__"))


def _alike(frame: pd.DataFrame) -> bool:
    """Whether all columns are of one of NumPy's kinds of number."""
    first = frame.dtypes.iloc[0]
    return isinstance(first, np.dtype) and first.kind in "biuf" and bool((frame.dtypes == first).all())
