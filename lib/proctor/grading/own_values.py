"""Values of a student's own class that are plain data, too.

Such are a member of an ``IntEnum``, or a named tuple with methods. A test has them as what their
class is derived from, which compares and counts as such; other attributes are asked for.
"""

from typing import Any

from proctor.bridge.limits import OWN
from proctor.grading.link import Link
from proctor.grading.proxies import ClassProxy
from proctor.grading.proxy import SPECIAL


def make(link: Link, number: int, kind: object, plain: Any) -> object:
    """The value of a number, of a proxy's class and of plain data; the plain data for odd ones."""
    data = type(plain)
    if not isinstance(kind, ClassProxy) or not (data in OWN or (issubclass(data, tuple) and data.__base__ is tuple)):
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
        "__reduce_ex__": lambda self, protocol: (data, tuple(self) if hasattr(data, "_fields") else (data(self),)),
        "proctor_number": number_of,
        "_proctor_made": False,
    }
    held |= {name: written(name.strip("_")) for name in kind._proctor_written}
    return type(kind.__name__, (data,), held)
