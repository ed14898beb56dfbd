"""Proxies in the trusted process for what only the student's kernel has.

Functions, classes, objects, iterators. A proxy takes and gives plain data and other proxies;
nothing of the student's runs here. What decides a test stays with the test: a proxy never equals
plain data and takes part in no arithmetic, unless the test itself made the object by calling the
student's class. Otherwise an object that claims to be equal to everything would be worth full
marks.
"""

import inspect
import linecache
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from proctor.grading.link import Link, NotPlainAnswer, builtin_exception
from proctor.grading.source_code import function_shell

MANY = 1_000
MAX_KINDS = 2_000
"""Types of proxies that are made for the objects of one notebook."""
MAX_DEPTH = 8
MAX_ITEMS = 1_000_000
"""Items that are taken from one iterator."""
ASKED_FIRST = 16
"""Items of an iterator that are asked for one by one, before many are at once."""
DATA_MODULES = {"builtins", "numpy", "pandas", "collections", "decimal", "fractions", "datetime", "array", "abc", "typing", "numbers"}
SPECIAL = {"__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__defaults__", "__kwdefaults__", "__match_args__"}
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
        if isinstance(other, Proxy):
            return False
        self._proctor_refuse()

    def __ne__(self, other: object) -> bool:
        if self._proctor_made and self is not other:
            return bool(self._proctor_do("ne", other))
        return not self == other


def _operator(name: str, *, reflected: bool = False) -> Callable[[object, object], object]:
    """An operator of objects that a test made itself, or whose other operand it did.

    What comes of it counts as made by the test.
    """

    def operate(self: Any, other: object) -> object:
        if not (self._proctor_made or (isinstance(other, Proxy) and other._proctor_made)):
            self._proctor_refuse()
        link, kind = self._proctor_link, self._proctor_kind
        operands = (other, self) if reflected else (self, other)
        found = link.do(name, *operands, label=f"`{kind}`")
        if isinstance(found, ObjectProxy):
            object.__setattr__(found, "_proctor_made", True)
        return found

    return operate


def _conversion(name: str) -> Callable[..., object]:
    """A conversion to a number, of objects that a test made itself."""

    def convert(self: Any, *more: object) -> object:
        if not self._proctor_made:
            self._proctor_refuse()
        return self._proctor_do(name, *more)

    return convert


class ObjectProxy(Proxy):
    """An object that is neither plain data nor a function.

    Its attributes, methods, items and operators are asked for.
    """

    __slots__ = ()

    def __len__(self) -> int:
        return int(self._proctor_do("len"))

    def __iter__(self) -> Iterator[object]:
        return iter(self._proctor_do("iter"))

    def __reversed__(self) -> Iterator[object]:
        return iter(self._proctor_do("reversed"))

    def __contains__(self, item: object) -> bool:
        if self._proctor_made:
            return bool(self._proctor_do("contains", item))
        return any(item is each or item == each for each in self)

    def __getitem__(self, key: object) -> object:
        return self._proctor_do("getitem", key)

    def __setitem__(self, key: object, value: object) -> None:
        self._proctor_do("setitem", key, value)

    def __delitem__(self, key: object) -> None:
        self._proctor_do("delitem", key)

    def __enter__(self) -> object:
        return self._proctor_do("enter")

    def __exit__(self, *_: object) -> None:
        self._proctor_do("exit")

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return _text_or_none(self._proctor_do("doc"))


BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "xor", "divmod")
for _name in BINARY:
    setattr(ObjectProxy, f"__{_name}__", _operator(_name))
    setattr(ObjectProxy, f"__r{_name}__", _operator(_name, reflected=True))
for _name in ("and", "or"):
    setattr(ObjectProxy, f"__{_name}__", _operator(f"{_name}_"))
    setattr(ObjectProxy, f"__r{_name}__", _operator(f"{_name}_", reflected=True))
for _name in ("lt", "le", "gt", "ge", "iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow"):
    setattr(ObjectProxy, f"__{_name}__", _operator(_name))
for _name in ("float", "int", "complex", "index", "round", "abs", "neg", "pos", "invert"):
    setattr(ObjectProxy, f"__{_name}__", _conversion(_name))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


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
            "__name__": shown,
            "__qualname__": shown,
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
        return function_shell(name)


FunctionProxy.__name__ = "function"  # which is what a message of a test calls its type


class ClassProxy(type):
    """The type of proxies of the student's own classes.

    Calling one makes an object in the student's kernel.
    """

    _proctor_class_link: Link
    _proctor_class_number: int
    _proctor_class_starts: int
    _proctor_class_signature: inspect.Signature

    def __new__(mcs, name: str, bases: tuple[type, ...], held: dict[str, object]) -> "ClassProxy":
        """A class for :func:`make`; a test cannot derive from a student's class."""
        if "_proctor_class_link" not in held:
            raise TypeError("a test cannot derive a class from a student's one; let it call the class and ask the object")
        return super().__new__(mcs, name, bases, held)

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

    def __iter__(cls) -> Iterator[object]:
        return iter(cls._proctor_class_link.do("iter", cls, label=f"`{cls.__name__}`"))

    def __getitem__(cls, key: object) -> object:
        return cls._proctor_class_link.do("getitem", cls, key, label=f"`{cls.__name__}`")

    def __len__(cls) -> int:
        return int(cls._proctor_class_link.do("len", cls, label=f"`{cls.__name__}`"))

    def __bool__(cls) -> bool:
        return True


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
    own_class = described.get("class") is not None
    if kind == "callable" and not own_class:
        return FunctionProxy(link, number, described, expected)
    base = {"iterator": IteratorProxy, "awaitable": AwaitableProxy}.get(str(kind), ObjectProxy)
    proxy_type: type = base
    if own_class and base is ObjectProxy:
        found = link.class_of(described["class"], expected)
        proxy_type = found if isinstance(found, type) and issubclass(found, ObjectProxy) else base
    elif base is ObjectProxy:
        proxy_type = _library_kind(link, text_of(described.get("module")), name)
    elif base is IteratorProxy:
        proxy_type = _iterator_kind(link, name)
    proxy: Proxy = object.__new__(proxy_type)
    Proxy.__init__(proxy, link, number, name, expected)
    return proxy


def _library_kind(link: Link, module: str, name: str) -> type:
    """Type of proxies for a library's objects; ``isinstance`` holds where the class is known."""
    key = (module, name)
    if key not in link.kinds and len(link.kinds) < MAX_KINDS and name.isidentifier():
        real = getattr(sys.modules.get(module), name, None) if module.split(".")[0] not in DATA_MODULES else None
        held: dict[str, object] = {"__slots__": ()}
        if isinstance(real, type) and not issubclass(real, type | BaseException):
            held["__class__"] = property(lambda self: real)
        link.kinds[key] = type(name, (ObjectProxy,), held)
    return link.kinds.get(key, ObjectProxy)


def _iterator_kind(link: Link, name: str) -> type:
    """The type of proxies of iterators, under the name the student knows, such as "generator"."""
    key = ("", name)
    if key not in link.kinds and len(link.kinds) < MAX_KINDS and name.isidentifier():
        link.kinds[key] = type(name, (IteratorProxy,), {"__slots__": ()})
    return link.kinds.get(key, IteratorProxy)


def _class(link: Link, number: int, described: dict[str, Any]) -> type:
    name = text_of(described.get("name"))
    name = name if name.isidentifier() else "Class"
    if described.get("builtin"):
        base = builtin_exception(text_of(described["builtin"])) or Exception
        return type(name, (base,), {})
    bases: list[type] = []
    for reference in described.get("bases", ())[:MAX_DEPTH]:
        base_class = link.class_of(reference, "a class")
        if isinstance(base_class, type) and issubclass(base_class, ObjectProxy) and base_class not in bases:
            bases.append(base_class)
    own = CallableProxy if described.get("callable") is True else ObjectProxy
    held: dict[str, object] = {
        "__slots__": (),
        "__doc__": text_of(described.get("doc"), 2000) or None,
        "__module__": "__main__",
        "_proctor_class_link": link,
        "_proctor_class_number": number,
        "_proctor_class_starts": link.kernel.starts,
        "_proctor_class_signature": signature(described.get("parameters")),
    }
    try:
        return ClassProxy(name, tuple(bases) or (own,), held)
    except TypeError:
        return ClassProxy(name, (own,), held)


def signature(parameters: Any) -> inspect.Signature:
    """A signature from what a kernel says about parameters.

    It is one that takes anything where that makes no sense.
    """
    try:
        made = [
            inspect.Parameter(str(name), inspect._ParameterKind(int(kind)), default=None if optional else inspect.Parameter.empty)
            for name, kind, optional in parameters[:50]
        ]
        return inspect.Signature(made)
    except (TypeError, ValueError):
        return inspect.Signature([
            inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL), inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
        ])
