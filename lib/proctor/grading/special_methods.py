"""The special methods of proxies: operators, items, conversions, contexts.

A proxy has those that its object has in the student's kernel, so that a test finds no other ones:
``hasattr``, ``isinstance(answer, Iterable)`` and operators say what they would say there.
"""

import builtins
from collections.abc import Callable
from typing import Any

from proctor.bridge.limits import BINARY, CONVERSIONS, IN_ORDER, READ_AS_ITSELF
from proctor.grading.link import NotPlainAnswer
from proctor.grading.proxy import Proxy

Method = Callable[..., object]


def _operator(name: str, *, reflected: bool = False) -> Method:
    """An operator of objects that a test made itself, or whose other operand it did.

    What comes of it counts as made by the test.
    """

    def operate(self: Any, other: object) -> object:
        if not (self._proctor_made or (isinstance(other, Proxy) and other._proctor_made)):
            self._proctor_refuse()
        link, kind = self._proctor_link, self._proctor_kind
        operands = (other, self) if reflected else (self, other)
        found = link.do(name, *operands, label=f"`{kind}`")
        if isinstance(found, Proxy):
            object.__setattr__(found, "_proctor_made", True)
        return found

    return operate


def _conversion(name: str) -> Method:
    """A conversion to a number, of objects that a test made itself."""

    def convert(self: Any, *more: object) -> object:
        if not self._proctor_made:
            self._proctor_refuse()
        return self._proctor_do(name, *more)

    return convert


def _asked(name: str, result: Method | None = None) -> Method:
    """A method that asks for an operation, and makes of the answer what Python needs there."""

    def ask(self: Any, *operands: object) -> object:
        found = self._proctor_do(name, *operands)
        return found if result is None else result(found)

    return ask


def _contains(self: Any, item: object) -> bool:
    if self._proctor_made:
        return bool(self._proctor_do("contains", item))
    return any(item is each or item == each for each in self)


def _leave(self: Any, kind: Any, error: Any, trace: object) -> object:
    """Have the object leave its context; an exception that the test raised inside goes with it.

    What a test found to be wrong stays the test's, and the student's object cannot have the rest of
    a test left out. Where a test calls ``__exit__`` itself, it gets what that returns.
    """
    if kind is None or not issubclass(kind, Exception) or issubclass(kind, AssertionError):
        self._proctor_do("exit")
        return None
    known = next(base.__name__ for base in kind.__mro__ if hasattr(builtins, base.__name__))
    held = error.args if all(type(part) in READ_AS_ITSELF for part in error.args) else (str(error),)
    swallowed = bool(self._proctor_do("exit", known, *held))
    if swallowed and trace is not None:
        name = self._proctor_kind
        raise NotPlainAnswer(
            f"`{name}` swallowed a {kind.__name__}, and the rest of the block would be left out. A test of that calls "
            f"`__exit__({known}, {known}(), None)` itself and looks at what it returns."
        )
    return swallowed


METHODS: dict[str, Method] = {
    "__len__": _asked("len", lambda found: int(found)),
    "__iter__": _asked("iter", lambda found: iter(found)),
    "__reversed__": _asked("reversed", lambda found: iter(found)),
    "__contains__": _contains,
    "__getitem__": _asked("getitem"),
    "__missing__": _asked("getitem"),
    "__setitem__": _asked("setitem", lambda found: None),
    "__delitem__": _asked("delitem", lambda found: None),
    "__enter__": _asked("enter"),
    "__exit__": _leave,
}
for _name in BINARY:
    _plain = _name.rstrip("_")
    METHODS |= {f"__{_plain}__": _operator(_name), f"__r{_plain}__": _operator(_name, reflected=True)}
METHODS |= {f"__{_name}__": _operator(_name) for _name in IN_ORDER}
METHODS |= {f"__{_name}__": _conversion(_name) for _name in CONVERSIONS}


def methods_of(described: dict[str, Any], base: type) -> dict[str, Any]:
    """Those methods that an object has by what the kernel says of it, and ``base`` lacks."""
    special = described.get("special")
    names = {name for name in special if isinstance(name, str)} if isinstance(special, list) else set()
    held = {name for kind in base.__mro__[:-1] for name in vars(kind)}
    found: dict[str, Any] = {name: method for name, method in METHODS.items() if name in names - held}
    if described.get("unhashable") is True:
        found["__hash__"] = None
    return found
