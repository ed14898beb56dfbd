"""What tests may change in the process that examines, put back after each notebook.

One process examines many students. What a test sets for all of Python, such as how NumPy prints,
would otherwise decide the points of whoever comes next.
"""

import builtins
import contextlib
import decimal
import gc
import locale
import logging
import os
import random
import socket
import sys
import time
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

DEPTH = 1
"""Dots in the names of modules whose functions are put back: ``numpy.random``, no deeper."""
METHODS = (types.FunctionType, classmethod, staticmethod, property)
"""What is put back of a class; its data may be a cache that is filled for good."""


class ProcessState:
    """A context manager: the state of the process comes back afterwards.

    That is: the environment, random numbers, functions and classes of modules, methods of these
    classes and built-in names that were replaced, settings of NumPy, pandas and Matplotlib, open
    figures, the decimal context, the locale, the time zone, the recursion limit, the limit on
    sockets, garbage collection and the level of logging.
    """

    _modules: ClassVar[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {}
    _classes: ClassVar[dict[int, tuple[type, dict[str, object]]]] = {}
    _seen: ClassVar[set[str]] = set()

    def __enter__(self) -> "ProcessState":
        self._remember_modules()
        self._environment, self._random, self._builtins = dict(os.environ), random.getstate(), dict(vars(builtins))
        self._decimal, self._locale = decimal.getcontext().copy(), locale.setlocale(locale.LC_ALL)
        self._limits = sys.getrecursionlimit(), socket.getdefaulttimeout(), gc.isenabled()
        self._logging = logging.root.level, logging.root.manager.disable
        numpy = sys.modules.get("numpy")
        self._numpy = (numpy.get_printoptions(), numpy.geterr(), numpy.random.get_state()) if numpy else None
        pandas = sys.modules.get("pandas")
        self._pandas = _options(pandas) if pandas else None
        matplotlib = sys.modules.get("matplotlib")
        self._matplotlib = dict.copy(matplotlib.rcParams) if matplotlib else None
        return self

    def __exit__(self, *_: object) -> None:
        self._restore_modules()
        for name in vars(builtins).keys() - self._builtins.keys():
            delattr(builtins, name)
        vars(builtins).update(self._builtins)
        zone = os.environ.get("TZ")
        os.environ.clear()
        os.environ.update(self._environment)
        if os.environ.get("TZ") != zone and hasattr(time, "tzset"):
            time.tzset()
        random.setstate(self._random)
        decimal.setcontext(self._decimal)
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        recursion, timeout, collects = self._limits
        sys.setrecursionlimit(recursion)
        socket.setdefaulttimeout(timeout)
        (gc.enable if collects else gc.disable)()
        logging.root.setLevel(self._logging[0])
        logging.disable(self._logging[1])
        self._restore_libraries()

    def _restore_libraries(self) -> None:
        numpy, pandas, matplotlib = (sys.modules.get(name) for name in ("numpy", "pandas", "matplotlib"))
        if numpy and self._numpy:
            printing, errors, state = self._numpy
            numpy.set_printoptions(**printing)
            numpy.seterr(**errors)
            numpy.random.set_state(state)
        if pandas and self._pandas is not None:
            now = _options(pandas)
            for name, value in self._pandas.items():
                if _differs(value, now[name]):
                    pandas.set_option(name, value)
        if matplotlib:
            if self._matplotlib is None:  # it was imported by a test
                matplotlib.rc_file_defaults()
            elif dict.copy(matplotlib.rcParams) != self._matplotlib:
                dict.update(matplotlib.rcParams, self._matplotlib)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")

    @classmethod
    def _remember_modules(cls) -> None:
        for name in sys.modules.keys() - cls._seen:
            cls._seen.add(name)
            module = sys.modules.get(name)
            if isinstance(module, types.ModuleType) and _is_public(name):
                held = vars(module)
                cls._modules[name] = held, {key: value for key, value in held.items() if key[:2] != "__" and callable(value)}
                for kind in held.values():
                    if issubclass(type(kind), type) and id(kind) not in cls._classes:
                        methods: dict[str, object] = {key: value for key, value in vars(kind).items() if isinstance(value, METHODS)}
                        cls._classes[id(kind)] = kind, methods

    @classmethod
    def _restore_modules(cls) -> None:
        for name, (held, functions) in list(cls._modules.items()):
            if name not in sys.modules or vars(sys.modules[name]) is not held:
                del cls._modules[name]
                cls._seen.discard(name)
                continue
            if lacks(held, functions):
                held.update(functions)
        for kind, methods in cls._classes.values():
            if lacks(vars(kind), methods):
                for key, value in methods.items():
                    if vars(kind).get(key) is not value:
                        type.__setattr__(kind, key, value)


def lacks(held: Mapping[str, object], known: dict[str, Any]) -> bool:
    """Whether names do not stand any more for what they are known to stand for."""
    try:
        return not known.items() <= held.items()
    except Exception:  # what took something's place may refuse to be compared, as an array does
        return True


def _is_public(name: str) -> bool:
    return name.count(".") <= DEPTH and not any(part.startswith("_") for part in name.split("."))


def _options(pandas: Any) -> dict[str, object]:
    """Every option of pandas by its full name."""

    def walk(found: Any, prefix: str) -> Iterator[tuple[str, object]]:
        for name in dir(found):
            value = getattr(found, name)
            if isinstance(value, type(found)):
                yield from walk(value, f"{prefix}{name}.")
            else:
                yield prefix + name, value

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of options that have no effect any more
        return dict(walk(pandas.options, ""))


def _differs(one: object, other: object) -> bool:
    with contextlib.suppress(Exception):
        return bool(one != other)
    return one is not other

