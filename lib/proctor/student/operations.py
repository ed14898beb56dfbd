"""What the grader can do with an object of a student's beside calling it.

Attributes, items, operators, files.
"""

import __future__

import asyncio
import builtins
import contextlib
import copy
import importlib
import inspect
import io
import operator
import os
import stat
import threading
import types
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from proctor.bridge.limits import BINARY, IN_ORDER, MAX_FILES

BATCH = 64


class Captured(io.StringIO):
    """What is printed, up to a number of characters; the rest is dropped."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room
        self.written = False

    def write(self, text: str) -> int:
        """Keep text for as long as there is room."""
        kept = text[: self._room]
        self._room -= len(kept)
        self.written |= bool(kept)
        super().write(kept)
        return len(text)


def _awaited(value: Awaitable[object]) -> object:
    """The result of an awaitable, in a thread of its own: the kernel's own loop is at work."""
    found: list[object] = []
    failed: list[BaseException] = []

    async def wait() -> object:
        return await value

    def run() -> None:
        try:
            found.append(asyncio.run(wait()))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]


def _next(iterator: Iterator[object], most: int) -> list[object]:
    """Up to ``most`` next items, and whether there are no more."""
    items: list[object] = []
    for _ in range(min(most, BATCH)):
        try:
            items.append(next(iterator))
        except StopIteration:
            return [items, True]
    return [items, False]


def _iterator(value: Iterable[object]) -> object:
    return _Iterator(iter(value))


class _Iterator:
    """An iterator that is never plain data, such as that of a list."""

    def __init__(self, inner: Iterator[object]) -> None:
        self._inner = inner

    def __iter__(self) -> "_Iterator":
        return self

    def __next__(self) -> object:
        return next(self._inner)


def _attributes(value: object) -> list[str]:
    return [str(name) for name in dir(value)][:2000]


def _enter(value: AbstractContextManager[object]) -> object:
    return type(value).__enter__(value)


def _leave(value: AbstractContextManager[object], raised: str = "", *held: object) -> object:
    """What ``__exit__`` says, to Python's exception of that name where a test raised one."""
    if not raised:
        return type(value).__exit__(value, None, None, None)
    error: Exception = getattr(builtins, raised)(*held)
    try:
        raise error
    except Exception:
        return bool(type(value).__exit__(value, type(error), error, error.__traceback__))


def _examined(value: object, source: str, name: str, *more: object) -> object:
    """What a test's own function, sent as text, says of an object here."""
    names: dict[str, Any] = {}
    exec(compile(source, "<test>", "exec", __future__.annotations.compiler_flag), names)
    return names[name](value, *more)


def _derived(name: str, bases: tuple[type, ...], held: dict[str, Any]) -> type:
    """A class that a test derives from a student's; its methods are functions of the test."""

    def method(function: Callable[..., object]) -> Callable[..., object]:
        return lambda self, *args, **kwargs: function(self, *args, **kwargs)

    made = {key: method(value) if callable(value) and not isinstance(value, type) else value for key, value in held.items()}
    return types.new_class(name, bases, {}, lambda namespace: namespace.update(made, __module__="__main__"))


OPERATIONS: dict[str, Callable[..., object]] = {
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "dir": _attributes,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "format": format,
    "hash": hash,
    "float": float,
    "int": int,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "abs": abs,
    "iter": _iterator,
    "reversed": lambda value: _Iterator(reversed(value)),
    "next": _next,
    "await": _awaited,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "enter": _enter,
    "exit": _leave,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "examined": _examined,
    "derived": _derived,
    "source": inspect.getsource,
    "doc": inspect.getdoc,
    "contains": operator.contains,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    "divmod": divmod,
    **{name: getattr(operator, name) for name in ("eq", "ne", *IN_ORDER, *BINARY) if name != "divmod"},
}


def library_function(module: str, name: str) -> Any:
    """A function of a library, which a test passed by its name."""
    return getattr(importlib.import_module(module), name)


def take_files(given: dict[str, bytes], gone: list[str]) -> None:
    """Write files that a test made into the working folder, and remove those that it removed."""
    for name, content in given.items():
        with contextlib.suppress(OSError):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(content)
    for name in gone:
        with contextlib.suppress(OSError):
            Path(name).unlink()


def changed_files(known: dict[str, list[int]], limit: int) -> dict[str, object]:
    """Files of the working folder that changed, with their content, and all names there are.

    They differ from ``known`` ones in time or size. Only regular files without a dot in front, and
    together no more than ``limit`` bytes.
    """
    names: list[str] = []
    changed: dict[str, object] = {}
    room = limit // 2
    for folder, inner, files in os.walk("."):
        inner[:] = [name for name in inner if not name.startswith((".", "_"))]
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith(".") or len(names) >= MAX_FILES:
                continue
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode):
                continue
            place = path.as_posix()
            names.append(place)
            state = [about.st_mtime_ns, about.st_size]
            if known.get(place) != state and about.st_size <= room:
                room -= about.st_size
                changed[place] = [state, path.read_bytes()]
    return {"names": names, "changed": changed}
