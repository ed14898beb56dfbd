"""Objects of a student's kernel that are no plain data.

Each gets a number by which the grader asks for it.
"""

import builtins
import dataclasses
import inspect
import sys
from collections.abc import Callable
from typing import Any

from proctor.bridge import codec
from proctor.bridge.limits import REAL, SPECIAL_METHODS

MAX_OBJECTS = 200_000
MAX_BASES = 8
MAX_NAMES = 500
LONGEST_DEFAULT = 1000
LONGEST_DOC = 2000
FORMS: dict[str, Callable[[object], bool]] = {
    "async": inspect.iscoroutinefunction, "generator": inspect.isgeneratorfunction, "async generator": inspect.isasyncgenfunction
}
"""Functions that give something of their own when they are called."""
AS_FAR_AS_KNOWN: dict[str, Any] = {}
"""Has :func:`inspect.signature` take annotations that name what does not exist.

From Python 3.14 on a definition does not evaluate them.
"""
if sys.version_info >= (3, 14):
    import annotationlib

    AS_FAR_AS_KNOWN["annotation_format"] = annotationlib.Format.FORWARDREF


class Callback:
    """A function of the grader's that was passed to a student's function."""

    def __init__(
        self,
        number: int,
        call: Callable[[int, tuple[object, ...], dict[str, object]], object],
        name: str = "function",
        doc: str | None = None,
    ) -> None:
        self.number, self._call = number, call
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        self.written = ["call", number] if name == "function" else ["call", number, name, doc]

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Have the grader call its function; returns and raises what that does."""
        return self._call(self.number, args, kwargs)


class Items:
    """An iterator of the grader's that was passed to a student's function."""

    def __init__(self, following: Callback) -> None:
        self.number, self._following = following.number, following

    def __iter__(self) -> "Items":
        return self

    def __next__(self) -> object:
        following = self._following()
        if not following:
            raise StopIteration
        return following[0]


class Objects:
    """Objects by number. The same object keeps its number for as long as the kernel lives."""

    def __init__(self) -> None:
        self._by_number: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self.count = 0
        """How often an object was referred to."""

    def find(self, number: int) -> Any:
        """The object with a number; raises KeyError for a number that was never given."""
        return self._by_number[number]

    def number(self, value: object) -> int | None:
        """The number of an object that has one."""
        return self._numbers.get(id(value))

    def refer(self, value: object) -> list[object]:
        """A reference to an object.

        A number and what kind of thing it is, or that it is a function of the grader's.
        """
        self.count += 1
        if isinstance(value, Callback):
            return ["call", value.number]
        number = self._counted(value)
        if number is None:
            raise MemoryError("too many objects")
        return [number, self.described(value)]

    def refer_to_own(self, value: object) -> list[Any] | None:
        """The number alone of a value that crosses as plain data too, while there are any left."""
        number = self._counted(value)
        if number is None:
            return None
        self.count += 1
        return [number]

    def _counted(self, value: object) -> int | None:
        """The number of an object, a new one if need be; None when there are too many."""
        if id(value) not in self._numbers:
            if len(self._by_number) >= MAX_OBJECTS:
                return None
            self._numbers[id(value)] = len(self._by_number) + 1
            self._by_number[len(self._by_number) + 1] = value
        return self._numbers[id(value)]

    def described(self, value: object) -> dict[str, object]:
        """What kind of thing an object is, as JSON."""
        kind = type(value)
        if inspect.isclass(value):
            return self._class(value, MAX_BASES)
        if inspect.ismodule(value):
            return {"kind": "module", "name": value.__name__}
        if inspect.isawaitable(value):
            what = "awaitable"
        elif callable(getattr(kind, "__next__", None)):
            what = "iterator"
        elif inspect.isfunction(value) or inspect.ismethod(value):
            form = next((name for name, holds in FORMS.items() if holds(value)), "")
            plain = inspect.isfunction(value)
            return {"kind": "function", "name": value.__name__, "plain": plain, "form": form, "parameters": parameters(value)}
        else:
            what = "callable" if callable(value) else "object"
        found: dict[str, object] = {"kind": what, "name": kind.__qualname__, "module": kind.__module__}
        if what == "callable":
            found["parameters"] = parameters(value)
        if kind.__module__ == "__main__":
            found["class"] = self.refer(kind)
        else:
            found |= special_methods(kind)
        return found

    def _class(self, value: type, depth: int) -> dict[str, object]:
        own = [base for base in value.__bases__ if base.__module__ == "__main__"] if depth else []
        builtin = next((base.__name__ for base in value.__mro__ if getattr(builtins, base.__name__, None) is base), "object")
        return {
            "kind": "class",
            "name": value.__name__,
            "module": value.__module__,
            "bases": [self.refer(base) for base in own[:MAX_BASES]],
            "builtin": builtin if issubclass(value, BaseException) else "",
            "callable": any("__call__" in base.__dict__ for base in value.__mro__),
            "iterator": callable(getattr(value, "__next__", None)),
            "collection": hasattr(type(value), "__iter__") or hasattr(value, "__class_getitem__"),
            "real": [base.__name__ for base in value.__mro__[:-1] if REAL.get(base.__name__) is base],
            **special_methods(value),
            "own": sorted({str(name) for base in value.__mro__ if base.__module__ == "__main__" for name in vars(base)})[:MAX_NAMES],
            "fields": [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else None,
            "doc": str(value.__doc__)[:LONGEST_DOC] if value.__doc__ else None,
            "parameters": parameters(value),
        }


def special_methods(kind: type) -> dict[str, object]:
    """Which special methods the objects of a class have beside those of every object."""
    held: dict[str, object] = {}
    for base in kind.__mro__[-2::-1]:
        held |= base.__dict__
    return {
        "special": sorted(name for name in SPECIAL_METHODS & held.keys() if held[name] is not None),
        "unhashable": kind.__hash__ is None,
    }


def parameters(function: Any) -> list[list[object]] | None:
    """Name, kind, default and annotation of each parameter of a function.

    It is None where that is not known.
    """
    try:
        signature = inspect.signature(function, **AS_FAR_AS_KNOWN)
    except Exception:  # a student's own comparison may raise whatever it likes
        return None
    return [
        [parameter.name, int(parameter.kind), *map(_text_of_part, (parameter.default, parameter.annotation))]
        for parameter in signature.parameters.values()
    ]


def _text_of_part(value: object) -> str | None:
    """A default or an annotation as text; None where there is none, empty for no plain data."""
    if value is inspect.Parameter.empty:
        return None
    try:
        return codec.dumps(value, LONGEST_DEFAULT)
    except codec.NotPlain:
        return ""


def instance_of(kind: Any, name: str, held: dict[str, Any]) -> Any:
    """An instance of a class that a locked cell defines, with the attributes of the grader's."""
    if not inspect.isclass(kind):
        raise NameError(f"name '{name}' is not defined")
    made = object.__new__(kind)
    for attribute, value in held.items():
        object.__setattr__(made, attribute, value)
    return made
