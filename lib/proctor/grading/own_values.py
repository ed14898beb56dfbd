"""Values of a student's own class that are plain data, too.

Such are a member of an ``IntEnum``, a named tuple with methods, or a stack that is a list. A test
has them as what their class is derived from, which compares and counts as such; other attributes,
and methods that the class has in place of that one's, are asked for.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from proctor.bridge.held import contents
from proctor.bridge.limits import BINARY, HELD, IN_ORDER, OWN, WRITTEN
from proctor.grading.link import Link, NotPlainAnswer
from proctor.grading.proxies import ClassProxy
from proctor.grading.proxy import SPECIAL
from proctor.grading.special_methods import METHODS

ASKED = frozenset({"__len__", "__iter__", "__reversed__", "__getitem__", "__setitem__", "__delitem__"})
"""Special methods of a list or dict that a student's class may have in place of its own.

None that compares: the test compares the content.
"""
OPERATORS = frozenset(f"__{prefix}{name.rstrip('_')}__" for name in (*BINARY, *IN_ORDER[4:]) for prefix in ("", "r"))


def make(link: Link, number: int, kind: object, plain: Any) -> object:
    """The value of a number, of a proxy's class and of plain data; the plain data for odd ones."""
    data = type(plain)
    if not isinstance(kind, ClassProxy) or not (data in (*OWN, *HELD) or (issubclass(data, tuple) and data.__base__ is tuple)):
        return plain
    key = (kind, data)
    if key not in link.kinds:
        link.kinds[key] = _kind(link, kind, data)
    value = link.kinds[key](*plain) if hasattr(data, "_fields") else link.kinds[key](plain)
    value.__dict__["_proctor_number"] = number
    return value


def _kind(link: Link, kind: ClassProxy, data: type) -> type:
    """The type of values of one class of a student's."""

    def number_of(self: Any) -> int:
        link.check(kind._proctor_class_starts)
        return int(self.__dict__["_proctor_number"])

    def attribute(self: Any, name: str) -> object:
        if name.startswith(("__", "_proctor_")) and name not in SPECIAL:
            raise AttributeError(name)
        return link.do("getattr", self, name, label=f"`{kind.__name__}.{name}`")

    def written(operation: str) -> Any:
        return lambda self, *form: str(link.do(operation, self, *form, label=f"`{kind.__name__}`"))

    held: dict[str, object] = {
        "__module__": "__main__",
        "__class__": property(lambda self: kind),
        "__getattr__": attribute,
        "__copy__": lambda self: self,
        "__deepcopy__": lambda self, memo: self,
        "__reduce_ex__": lambda self, protocol: (data, tuple(self) if hasattr(data, "_fields") else (data(contents(self)),)),
        "proctor_number": number_of,
        "_proctor_made": False,
    }
    held |= {name: written(name.strip("_")) for name in WRITTEN & kind._proctor_own}
    return type(kind.__name__, (data,), held | (_of_container(link, kind, data) if data in HELD else {}))


def _of_container(link: Link, kind: ClassProxy, data: type) -> dict[str, object]:
    """What values have in addition whose content may change."""

    def do(self: Any, operation: str, *operands: object) -> object:
        return link.do(operation, self, *operands, label=f"`{kind.__name__}.{operation}`")

    def refuse(self: object) -> NoReturn:
        raise NotPlainAnswer(f"a `{kind.__name__}` of your own class takes part in no arithmetic of a test")

    def method(name: str) -> Callable[..., object]:
        return lambda self, *args, **kwargs: do(self, "getattr", name)(*args, **kwargs)  # type: ignore[operator]

    own = kind._proctor_own
    special = own & (ASKED | OPERATORS) | {name for name in METHODS if hasattr(kind, name) and not hasattr(data, name)}
    return {
        "__setattr__": lambda self, name, value: do(self, "setattr", name, value),
        "__delattr__": lambda self, name: do(self, "delattr", name),
        "__copy__": lambda self: do(self, "copy"),
        "__deepcopy__": lambda self, memo: do(self, "deepcopy"),
        "_proctor_do": do,
        "_proctor_refuse": refuse,
        "_proctor_link": link,
        "_proctor_kind": kind.__name__,
        **{name: method(name) for name in own & set(dir(data)) if name[:1] != "_"},
        **{name: METHODS[name] for name in special if name in METHODS},
    }
