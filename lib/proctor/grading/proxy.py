"""What every proxy of something in the student's kernel has."""

from pathlib import PurePath
from typing import Any, NoReturn

from proctor.grading.link import Link, NotPlainAnswer

SPECIAL = {
    *("__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__defaults__", "__kwdefaults__", "__match_args__"),
    *("__closure__", "__abstractmethods__"),
}
"""Names with two underscores that are asked for; libraries probe for many others."""


def text_of(value: object, most: int = 100) -> str:
    """A short string out of what a kernel says; empty for anything else."""
    return value[:most] if isinstance(value, str) else ""


class Proxy:
    """An object in the student's kernel, known here by its number."""

    __slots__ = (
        *("__weakref__", "_proctor_expected", "_proctor_kind", "_proctor_link"),
        *("_proctor_made", "_proctor_starts", "_proctor_target"),
    )
    __array_ufunc__ = None

    def __init__(self, link: Link, target: int, kind: str, expected: str, *, made: bool = False) -> None:
        held = {"link": link, "target": target, "kind": kind, "expected": expected, "made": made, "starts": link.kernel.starts}
        for name, value in held.items():
            object.__setattr__(self, f"_proctor_{name}", value)

    def proctor_number(self) -> int:
        """The number by which the kernel knows this object; NotPlainAnswer where it has ended."""
        self._proctor_link.check(self._proctor_starts)
        return int(self._proctor_target)

    def _proctor_do(self, operation: str, *operands: object) -> Any:
        label = f"`{self._proctor_kind}.{operation}`"
        return self._proctor_link.do(operation, self, *operands, label=label)

    def _proctor_refuse(self) -> NoReturn:
        kind, expected = self._proctor_kind, self._proctor_expected
        article = "an" if kind[:1].lower() in "aeiou" else "a"
        what = f"{article} {kind} is not plain data (numbers, strings, lists, dicts, arrays, Series, frames)"
        raise NotPlainAnswer(f"{expected}: {what}.")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in SPECIAL:
            raise AttributeError(name)
        return self._proctor_do("getattr", name)

    def __setattr__(self, name: str, value: object) -> None:
        self._proctor_do("setattr", name, value)

    def __delattr__(self, name: str) -> None:
        self._proctor_do("delattr", name)

    def __dir__(self) -> list[str]:
        return list(self._proctor_do("dir"))

    def __repr__(self) -> str:
        return str(self._proctor_do("repr"))

    def __str__(self) -> str:
        return str(self._proctor_do("str"))

    def __format__(self, form: str) -> str:
        return str(self._proctor_do("format", form))

    def __bool__(self) -> bool:
        return bool(self._proctor_do("bool"))

    def __hash__(self) -> int:
        if self._proctor_made:
            return hash(self._proctor_do("hash"))
        return id(self)

    def __copy__(self) -> object:
        return self._proctor_do("copy")

    def __deepcopy__(self, memo: object) -> object:
        return self._proctor_do("deepcopy")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an object of a student's cannot be pickled")

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        self._proctor_refuse()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if other is None:
            return False
        if self._proctor_made or (isinstance(other, Proxy) and other._proctor_made):
            return bool(self._proctor_do("eq", other))
        if isinstance(other, PurePath):
            return isinstance(self, PurePath) and PurePath(str(self)) == other
        if isinstance(other, Proxy) or not self._proctor_link.is_plain(other):
            return False
        self._proctor_refuse()

    def __ne__(self, other: object) -> bool:
        if self._proctor_made and self is not other:
            return bool(self._proctor_do("ne", other))
        return not self == other
