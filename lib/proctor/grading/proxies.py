"""Proxies in the trusted process for what only the student's kernel has.

Functions, classes, objects, iterators. A proxy takes and gives plain data and other proxies;
nothing of the student's runs here. What decides a test stays with the test: a proxy never equals
plain data and takes part in no arithmetic, unless the test itself made the object by calling the
student's class. Otherwise an object that claims to be equal to everything would be worth full
marks.
"""

import dataclasses
import inspect
import linecache
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any

from proctor.bridge import codec
from proctor.bridge.limits import MAX_FIELDS, REAL
from proctor.grading.link import Link, NotPlainAnswer, builtin_exception
from proctor.grading.proxy import SPECIAL, Proxy, text_of
from proctor.grading.source_code import function_shell
from proctor.grading.special_methods import methods_of

MANY = 1_000
MAX_KINDS = 2_000
"""Types of proxies that are made for the objects of one notebook."""
MAX_DEPTH = 8
MAX_ITEMS = 1_000_000
"""Items that are taken from one iterator."""
ASKED_FIRST = 16
"""Items of an iterator that are asked for one by one, before many are at once."""
KINDS: dict[str, type] = {
    **{kind.__name__: kind for kind in (property, classmethod, staticmethod)}, "generator": types.GeneratorType
}
"""Python's own types of objects that are no data, by which a test knows what a student wrote."""
OF_DEFINITION = frozenset(f"__{name}__" for name in (
    *("module", "qualname", "firstlineno", "static_attributes", "annotations"),
    *("annotate", "annotate_func", "classdictcell", "conditional_annotations"),  # of Python 3.14
))
"""What Python puts into a class beside what its text says."""
DATA_MODULES = {"builtins", "numpy", "pandas", "collections", "decimal", "fractions", "datetime", "array", "abc", "typing", "numbers"}


class ObjectProxy(Proxy):
    """An object that is neither plain data nor a function.

    Its attributes and methods are asked for, and of special methods those that it has.
    """

    __slots__ = ()
    _proctor_real: tuple[type, ...] = ()
    """Python's own types that its class is derived from."""

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return _text_or_none(self._proctor_do("doc"))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def is_instance(value: object, kinds: Any) -> bool:
    """``isinstance`` for tests: an object whose class a student derived from ``list`` is one."""
    return isinstance(value, kinds) or any(issubclass(real, kinds) for real in _real(type(value)))


def is_subclass(value: Any, kinds: Any) -> bool:
    """``issubclass`` for tests, in the same way."""
    return issubclass(value, kinds) or any(issubclass(real, kinds) for real in _real(value))


def _real(kind: type) -> tuple[type, ...]:
    return kind._proctor_real if isinstance(kind, type) and issubclass(kind, ObjectProxy) else ()


class CallableProxy(ObjectProxy):
    """An object that can be called."""

    __slots__ = ()

    @property
    def __signature__(self) -> inspect.Signature:
        """That of anything; which arguments the object takes is seen when it is called."""
        return signature(None)

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the object where it is; returns and raises what it does."""
        return self._proctor_link.ask(self.proctor_number(), args, kwargs, f"`{self._proctor_kind}`")


class IteratorProxy(ObjectProxy):
    """An iterator, such as a generator: items come when they are asked for, and not without end."""

    __slots__ = ("_proctor_items",)

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        try:
            state = self._proctor_items
        except AttributeError:
            state = {"held": [], "over": False, "taken": 0}
            object.__setattr__(self, "_proctor_items", state)
        if not state["held"] and not state["over"]:
            batch = self._proctor_do("next", 1 if state["taken"] < ASKED_FIRST else MANY)
            if not isinstance(batch, list) or len(batch) != 2 or not isinstance(batch[0], list):
                raise NotPlainAnswer(f"{self._proctor_expected}: it gave no items that can be read.")
            state["held"], state["over"] = batch[0][::-1], batch[1] is True or not batch[0]
        if not state["held"]:
            raise StopIteration
        state["taken"] += 1
        if state["taken"] > MAX_ITEMS:
            raise NotPlainAnswer(f"{self._proctor_expected}: it gives more than {MAX_ITEMS:,} items.")
        return state["held"].pop()


class AwaitableProxy(ObjectProxy):
    """What an ``async def`` function gives.

    It runs to its end in the student's kernel when it is awaited.
    """

    __slots__ = ()

    def __await__(self) -> object:
        async def wait() -> object:
            return self._proctor_do("await")

        return wait().__await__()


class FunctionProxy(Proxy):
    """A function of the student's: takes and gives plain data.

    Proxies with the same ``cache_token`` give the same answer to the same question, the first time
    that each is asked it.
    """

    def __init__(self, link: Link, number: int, described: dict[str, object], expected: str, name: str = "") -> None:
        shown = name or text_of(described.get("name")) or "function"
        super().__init__(link, number, shown, expected)
        self.__dict__.update({
            "__name__": text_of(described.get("name")) or shown,
            "__signature__": signature(described.get("parameters")),
            "cache_token": link.cache.token(name) if name else object(),
            "_proctor_name": name,
            "_proctor_taken": set(),
            "_proctor_described": described,
        })

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the student's function in its own process; returns and raises what it does."""
        held, kind = self.__dict__, self._proctor_kind
        link: Link = self._proctor_link
        if held["_proctor_name"]:
            return link.ask(held["_proctor_name"], args, kwargs, f"`{kind}`", held["_proctor_taken"])
        return link.ask(self.proctor_number(), args, kwargs, f"`{kind}`")

    def examined_by(self, helper: Callable[..., object], *more: object) -> object:
        """What a test's own function says of the student's, run beside it.

        ``helper`` is called in the student's kernel with the student's function and ``more``, which
        are plain data. Only its text is sent there, so it imports inside what it uses; what comes
        back is read as any answer.
        """
        source = textwrap.dedent(inspect.getsource(helper))
        return self._proctor_do("examined", source, helper.__name__, *more)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<function {self._proctor_kind}>"

    __str__ = __repr__

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        plain = object.__getattribute__(self, "__dict__").get("_proctor_described", {}).get("plain") is True
        return types.FunctionType if plain else type(self)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return _text_or_none(self._proctor_do("doc"))

    @property
    def __code__(self) -> types.CodeType:
        return self.__wrapped__.__code__

    @property
    def __wrapped__(self) -> types.FunctionType:
        """An empty function whose source is that of the student's function, as text."""
        source = self._proctor_do("source")
        if not isinstance(source, str):
            raise OSError("could not get source code")
        name = f"<source of {self._proctor_kind}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        return function_shell(name, self.__dict__["_proctor_described"].get("form"))


FunctionProxy.__name__ = "function"  # which is what a message of a test calls its type


class ClassProxy(type):
    """The type of proxies of the student's own classes.

    Calling one makes an object in the student's kernel.
    """

    _proctor_class_link: Link
    _proctor_class_number: int
    _proctor_class_starts: int
    _proctor_class_signature: inspect.Signature
    _proctor_own: frozenset[str]
    """Names that the class, or one that it is derived from, defines itself."""

    def __new__(mcs, name: str, bases: tuple[type, ...], held: dict[str, object]) -> "ClassProxy":
        """A class for :func:`make`; one that a test derives from it is made in the kernel."""
        if "_proctor_class_link" in held:
            return super().__new__(mcs, name, bases, held)
        if "__classcell__" in held:
            raise TypeError(f"`super()` does not work in `{name}`, which a test derives from a student's class")
        link: Link = next(base for base in bases if isinstance(base, ClassProxy))._proctor_class_link
        own = {key: value for key, value in held.items() if key not in OF_DEFINITION}
        derived: ClassProxy = link.do("derived", name, bases, own, label=f"`{name}`")
        return derived

    def __init__(cls, name: str, bases: tuple[type, ...], held: dict[str, object]) -> None:
        super().__init__(name, bases, held)

    def proctor_number(cls) -> int:
        """The number by which the kernel knows this class; NotPlainAnswer where it has ended."""
        cls._proctor_class_link.check(cls._proctor_class_starts)
        return cls._proctor_class_number

    @property
    def __signature__(cls) -> inspect.Signature:
        """How the class is called; its objects are called in another way."""
        return cls._proctor_class_signature

    def __call__(cls, *args: object, **kwargs: object) -> object:
        """An object of the class, made in the student's kernel."""
        made = cls._proctor_class_link.ask(ClassProxy.proctor_number(cls), args, kwargs, f"`{cls.__name__}`")
        if isinstance(made, ObjectProxy):
            object.__setattr__(made, "_proctor_made", True)
        return made

    def __getattr__(cls, name: str) -> object:
        if name.startswith("__") and name not in SPECIAL | {"__members__"}:
            raise AttributeError(name)
        return cls._proctor_class_link.do("getattr", cls, name, label=f"`{cls.__name__}.{name}`")

    def __setattr__(cls, name: str, value: object) -> None:
        cls._proctor_class_link.do("setattr", cls, name, value, label=f"`{cls.__name__}.{name}`")

    def __dir__(cls) -> list[str]:
        return list(cls._proctor_class_link.do("dir", cls, label=f"`{cls.__name__}`"))

    def __bool__(cls) -> bool:
        return True

    def _slots(cls) -> object:
        """The names that the student's class leaves room for."""
        return cls._proctor_class_link.do("getattr", cls, "__slots__", label=f"`{cls.__name__}`")

    @property  # type: ignore[misc]
    def __dict__(cls) -> types.MappingProxyType[str, object]:  # type: ignore[override]
        """What the student's class defines itself."""
        return types.MappingProxyType(cls._proctor_class_link.do("getattr", cls, "__dict__", label=f"`{cls.__name__}`"))


setattr(ClassProxy, "__slots__", property(ClassProxy._slots))  # noqa: B010 - in its body it would be its own


class CollectionProxy(ClassProxy):
    """The type of proxies of classes that have items of their own, such as those of an ``Enum``."""

    def __iter__(cls) -> Iterator[object]:
        return iter(cls._proctor_class_link.do("iter", cls, label=f"`{cls.__name__}`"))

    def __getitem__(cls, key: object) -> object:
        return cls._proctor_class_link.do("getitem", cls, key, label=f"`{cls.__name__}`")

    def __len__(cls) -> int:
        return int(cls._proctor_class_link.do("len", cls, label=f"`{cls.__name__}`"))


def make(link: Link, number: int, described: dict[str, object], expected: str) -> object:
    """The proxy for a reference.

    ``described`` is what the kernel says of the object, of which nothing is trusted.
    """
    kind, name = described.get("kind"), text_of(described.get("name")) or "object"
    if kind == "class":
        return _class(link, number, described)
    if kind == "function":
        return FunctionProxy(link, number, described, expected)
    if kind == "module":
        raise NotPlainAnswer(f"{expected}: the module {name} is not plain data.")
    base = {"iterator": IteratorProxy, "awaitable": AwaitableProxy, "callable": CallableProxy}.get(str(kind), ObjectProxy)
    methods = methods_of(described, base)
    proxy_type: type = base
    if described.get("class") is not None and base is not AwaitableProxy:
        found = link.class_of(described["class"], expected)
        proxy_type = found if isinstance(found, type) and issubclass(found, ObjectProxy) else base
    elif base is CallableProxy and not methods.keys() & {"__enter__", "__getitem__", "__iter__", "__add__"}:
        return FunctionProxy(link, number, described, expected)
    elif base is not AwaitableProxy:
        proxy_type = _library_kind(link, text_of(described.get("module")), name, base, methods)
    proxy: Proxy = object.__new__(proxy_type)
    Proxy.__init__(proxy, link, number, name, expected)
    return proxy


def _library_kind(link: Link, module: str, name: str, base: type, methods: dict[str, Any]) -> type:
    """Type of proxies for a library's objects; ``isinstance`` holds where the class is known.

    That of an iterator has the name that the student knows, such as "generator".
    """
    key = (module, name, base, *methods)
    if key not in link.kinds and len(link.kinds) < MAX_KINDS:
        known = base is not IteratorProxy and module.split(".")[0] not in DATA_MODULES
        real = getattr(sys.modules.get(module), name, None) if known else KINDS.get(name) if module == "builtins" else None
        held: dict[str, object] = {"__slots__": (), **methods}
        if isinstance(real, type) and not issubclass(real, type | BaseException):
            held["__class__"] = property(lambda self: real)
        link.kinds[key] = type(name if name.isidentifier() else "object", (base,), held)
    return link.kinds.get(key, base)


def _class(link: Link, number: int, described: dict[str, Any]) -> type:
    name = text_of(described.get("name"))
    name = name if name.isidentifier() else "Class"
    if described.get("builtin"):
        return _exception_class(link, name, described)
    bases: list[type] = []
    for reference in described.get("bases", ())[:MAX_DEPTH]:
        base_class = link.class_of(reference, "a class")
        if isinstance(base_class, type) and issubclass(base_class, ObjectProxy) and base_class not in bases:
            bases.append(base_class)
    own = CallableProxy if described.get("callable") is True else ObjectProxy
    own = IteratorProxy if described.get("iterator") is True else own
    if not any(issubclass(base_class, own) for base_class in bases):
        bases.append(own)
    real, names = described.get("real"), described.get("own")
    held: dict[str, object] = {
        "__slots__": (),
        **methods_of(described, own),
        "_proctor_real": tuple(REAL[kind] for kind in real[:MAX_DEPTH] if kind in REAL) if isinstance(real, list) else (),
        "_proctor_own": frozenset(filter(str.isidentifier, map(text_of, names))) if isinstance(names, list) else frozenset(),
        "__doc__": text_of(described.get("doc"), 2000) or None,
        "__module__": "__main__",
        **_fields(described.get("fields")),
        "_proctor_class_link": link,
        "_proctor_class_number": number,
        "_proctor_class_starts": link.kernel.starts,
        "_proctor_class_signature": signature(described.get("parameters")),
    }
    metaclass = CollectionProxy if described.get("collection") is True else ClassProxy
    try:
        return metaclass(name, tuple(bases), held)
    except TypeError:
        return metaclass(name, (own,), held)


def _exception_class(link: Link, name: str, described: dict[str, Any]) -> type:
    """A class of exceptions, derived from the student's own bases or from one of Python's."""
    found = [link.class_of(reference, "a class") for reference in described.get("bases", ())[:MAX_DEPTH]]
    bases = [base for base in dict.fromkeys(found) if isinstance(base, type) and issubclass(base, BaseException)]
    held = {"__str__": _said, "__doc__": text_of(described.get("doc"), 2000) or None, "__module__": "__main__"}
    base = builtin_exception(text_of(described["builtin"])) or Exception
    try:
        return type(name, tuple(bases) or (base,), held)
    except TypeError:
        return type(name, (base,), held)


def _said(error: BaseException) -> str:
    """What a student's exception reads like in their kernel; that of a test's, as of any."""
    text = error.__dict__.get("proctor_text")
    return text if isinstance(text, str) else Exception.__str__(error)


def signature(parameters: Any) -> inspect.Signature:
    """A signature from what a kernel says about parameters.

    It is one that takes anything where that makes no sense.
    """
    try:
        made = [
            inspect.Parameter(str(name), inspect._ParameterKind(int(kind)), default=_part(default), annotation=_part(annotation))
            for name, kind, default, annotation in parameters[:50]
        ]
        return inspect.Signature(made)
    except (TypeError, ValueError):  # NotPlain is one
        return inspect.Signature([
            inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL), inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
        ])


def _part(text: object) -> Any:
    """A parameter's default or annotation from its text; None where it is no plain data."""
    if text is None:
        return inspect.Parameter.empty
    return codec.loads(str(text)) if text else None


def _fields(names: object) -> dict[str, object]:
    """What says that a class is a dataclass, where it has such fields; nothing where it is none."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return {}
    try:
        made = dataclasses.make_dataclass("Fields", names[:MAX_FIELDS], init=False, repr=False, eq=False)
    except TypeError:
        return {}
    return {"__dataclass_fields__": made.__dict__["__dataclass_fields__"]}
