"""The trusted end of the link to a student's kernel.

Asks functions and objects there, and lets them ask functions of a test.
"""

import builtins
import contextlib
import copy
import itertools
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

import numpy

from proctor.bridge import codec, states
from proctor.bridge.held import become
from proctor.bridge.limits import HELD, LONGEST_NAME
from proctor.bridge.replaced import MISSING
from proctor.grading import sharing
from proctor.grading.answer_cache import AnswerCache
from proctor.grading.kernel import StudentKernel
from proctor.grading.lending import Lending
from proctor.grading.replacements import Replacements

LIBRARIES = ("builtins", "math", "cmath", "operator", "statistics", "numpy", "_operator")
"""Modules whose functions a test may pass by name; they then run in the student's kernel."""
MAX_CALLS = 100_000
"""Calls of a test's functions from the student's kernel, in one notebook."""
READING = frozenset({"getattr", "dir", "doc", "source", "isinstance", "issubclass", "len", "str", "repr", "format", "hash", "bool"})
"""Operations that change no variable of the student's."""
MAX_CAUSES = 3
MAX_WARNINGS = 20
MAX_PROXIES = 200_000
MAX_CLASSES = 1_000
"""Classes of a student's that are known in one notebook."""
LONGEST_REASON = 300
LONGEST_ARGUMENTS = 10_000


class NotPlainAnswer(AssertionError):
    """The student's function gave no plain data where a test needs it; worded for the student."""

    student_message = True


class Link:
    """Asks a student's kernel for one notebook.

    Holds what is the same for all of its tests: the cache of answers, proxies by the number of
    their object, functions of tests that the student's code may call. ``make`` makes a proxy from a
    reference, ``make_own`` a value of a student's class that is plain data, too.
    """

    def __init__(
        self,
        kernel: StudentKernel,
        make: "Callable[[Link, int, dict[str, object], str], object]",
        make_own: "Callable[[Link, int, object, object], object]",
    ) -> None:
        self.kernel = kernel
        self.cache = AnswerCache()
        self.changed: list[tuple[object, object]] = []
        """Arguments that a function changed, each with a copy of what it was before."""
        self.own_output: object = None
        """The stream into which a test prints while it captures nothing."""
        self.before_call: Callable[[str], None] | None = None
        """Called with the text of what a test asks, before the student's code is asked."""
        self.after_call: Callable[[], None] | None = None
        self.names: dict[str, object] = {}
        """The names that the code which runs now sees."""
        self.watched: list[str] = []
        """Those of them that are plain data of the student's, which a call may change."""
        self.namespace: dict[str, object] = {}
        self.seeds: list[list[Any]] = []
        """Seeds that a test has set, and the student's kernel is yet to be told."""
        self.seeded = False
        """Whether the test has set any, so that what was answered before says nothing."""
        self.kinds: dict[tuple[object, ...], type] = {}
        """Types of proxies of a library's objects."""
        self.lending = Lending(self.write)
        self.replacements = Replacements()
        self._make, self._make_own = make, make_own
        self._one_at_a_time = threading.RLock()
        """Held by the thread of a test that asks."""
        self._functions: list[Callable[..., object]] = []
        self._passed: list[object] = []
        """What the functions stand for: themselves, or an iterator."""
        self._paths: dict[str, PurePath] = {}
        """Paths that a test passed, which are the only ones that come back as such."""
        self._numbers: dict[int, int] = {}
        self._proxies: dict[int, object] = {}
        self._starts = kernel.starts
        self._calls = self._classes = 0

    def ask(
        self, target: str | int, args: tuple[object, ...], kwargs: dict[str, object], label: str, taken: set[str] | None = None
    ) -> object:
        """What a function says to arguments.

        With ``taken``, questions asked before, answers are taken from the cache once each.
        """
        with self._one_at_a_time, self.replacements.suspended():
            return self._ask(target, args, kwargs, label, taken)

    def _ask(
        self, target: str | int, args: tuple[object, ...], kwargs: dict[str, object], label: str, taken: set[str] | None
    ) -> object:
        question = self.write([args, kwargs])
        name = target if isinstance(target, str) else ""
        given = self.lending.numbers(args)
        known = any(number is not None for number in given)
        taken = None if self.seeded or self.replacements.found else taken
        cached = self.cache.find(name, question) if taken is not None and question not in taken and not known else None
        if taken is not None:
            taken.add(question)
        said = cached
        if said is None:
            more: dict[str, object] = {"watch": self.watched} if self.watched else {}
            said = self._sent({"ask": target, "with": question, **more, **({"given": given} if known else {})})
            alone = not said.keys() & {"held", "kept", "became", "refers", "kept_within", "held_within"}
            if taken is not None and alone and '["r",' not in question:
                self.cache.keep(name, question, said)
        shared = sharing.found(said.get("same"), (args, kwargs))
        self.lending.lend_within(args, said.get("kept_within"))
        if isinstance(said.get("changed"), str):
            self._take_over(args, kwargs, said["changed"], sharing.found(said.get("moved"), (args, kwargs)))
        for arg, number in zip(args, said["kept"], strict=False) if isinstance(said.get("kept"), list) else ():
            self.lending.lend(number, arg)
        self._take_rebound(said)
        return self.value(said, label, shared)

    def _take_rebound(self, said: dict[str, Any]) -> None:
        """Give the names of the test what the student's code made them stand for."""
        for name, text in said["rebound"].items() if isinstance(said.get("rebound"), dict) else ():
            if name in self.watched:
                self.names[name] = self.read(text, f"`{name}` should be plain data")

    def seed(self, said: list[Any]) -> None:
        """Have the student's kernel set a seed of random numbers before the next question."""
        self.seeds.append(said)
        self.seeded = True

    def do(self, operation: str, *operands: object, label: str) -> Any:
        """What an operation gives for operands, of which some are proxies."""
        with self._one_at_a_time, self.replacements.suspended():
            watch: dict[str, object] = {"watch": self.watched} if self.watched and operation not in READING else {}
            said = self._sent({"do": operation, "with": self.write([operands, {}]), **watch})
            self._take_rebound(said)
            return self.value(said, label)

    def _sent(self, question: dict[str, object]) -> dict[str, Any]:
        if self.replacements.found:
            parts = [[module.__name__, name, value] for module, name, value in self.replacements.found]
            question["replaced"] = self.write([part[:2] if part[2] is MISSING else part for part in parts])
        if self.seeds:
            question["seeds"], self.seeds = self.write(self.seeds), []
        self._forget_lost()
        live = self.lending.live()
        if live:
            question["live"] = live
        if self.before_call is not None:
            self.before_call(str(question["with"]))
        said = self.kernel.question(question, self._called)
        if self.after_call is not None:
            self.after_call()
        with contextlib.suppress(codec.NotPlain):
            self.changed += self.lending.take_over(said.get("became"), lambda text: self.read(text, "plain data"), copy_into)
        return said

    def value(self, said: dict[str, Any], label: str, shared: Sequence[sharing.Shared] = ()) -> object:
        """The value in an answer, in which ``shared`` objects are the test's own.

        Raises the student's exception, or NotPlainAnswer for an answer that cannot be read.
        """
        for key, stream in (("out", sys.stdout), ("err", sys.stderr)):
            if isinstance(said.get(key), str) and stream is not self.own_output:
                stream.write(said[key])
        warned = said.get("warned")
        for each in warned[:MAX_WARNINGS] if isinstance(warned, list) else ():
            warn(each)
        if isinstance(said.get("error"), str):
            raise self._error(said)
        if not isinstance(said.get("value"), str):
            reason = str(said.get("odd", "it gave no answer"))[:LONGEST_REASON]
            raise NotPlainAnswer(f"{label} should return plain data: {reason}.")
        try:
            value = sharing.restored(self.read(said["value"], f"{label} should return plain data"), shared)
            value = self.lending.lend_within(value, said.get("held_within"))
            return self.lending.lend(said.get("held"), value)
        except codec.NotPlain as error:
            raise NotPlainAnswer(f"{label} returned something that cannot be read: {error}.") from error

    def read(self, text: str, label: str) -> Any:
        """A value from the student's kernel, with proxies for what is no plain data.

        ``label`` says what was expected of it.
        """

        def resolve(parts: list[object]) -> object:
            if parts[0] == "call":
                return self._functions[self._valid(parts[1], len(self._functions))]
            if parts[0] == "iterator":
                return self._passed[self._valid(parts[1], len(self._passed))]
            if parts[0] == "state":
                return self._paths[str(parts[2])] if parts[1] == "Path" else states.read(parts)
            if parts[0] == "own":
                return self._value_of_own(parts[1], parts[2], parts[3], label)
            number, described = parts
            if type(number) is not int or not isinstance(described, dict):
                raise codec.NotPlain("the text refers to nothing")
            return self._proxy(number, described, label)

        return codec.loads(text, self.kernel.settings.answer, resolve)

    def class_of(self, reference: object, label: str) -> object:
        """The proxy of a class from a reference to it, which is its number alone once known."""
        match reference:
            case [int(number)] if number in self._proxies:
                return self._proxies[number]
            case [number, dict(described)]:
                return self._proxy(number, described, label)
        raise codec.NotPlain("the text refers to no class")

    def _value_of_own(self, number: object, reference: object, plain: object, label: str) -> object:
        """Plain data that a student's class is derived from, with the attributes of that class."""
        self._forget_lost()
        if type(number) is not int or len(self._proxies) >= MAX_PROXIES:
            return plain
        if number in self._proxies:
            return self._proxies[number]
        value = self.lending.of_class(number)
        if value is None:
            value = self._make_own(self, number, self.class_of(reference, label), plain)
        elif type(plain) in HELD:
            become(value, plain)
        if isinstance(value, HELD):
            if value is not plain:
                self.lending.follow(number, value)
        else:
            self._proxies[number] = value
        return value

    def _proxy(self, number: Any, described: dict[str, object], label: str) -> object:
        """The proxy of an object by its number.

        Raises NotPlain where there are too many, of which classes are the costly ones.
        """
        self._forget_lost()
        if type(number) is int and number not in self._proxies:
            self._classes += described.get("kind") == "class"
            if len(self._proxies) >= MAX_PROXIES or self._classes > MAX_CLASSES:
                raise codec.NotPlain("the text refers to too many objects")
            self._proxies[number] = self._make(self, number, described, label)
        return self._proxies[number]

    def write(self, value: object) -> str:
        """A test's arguments as text: proxies and functions of the test go as references."""
        try:
            return codec.dumps(value, None, self._refer)
        except codec.NotPlain as error:
            raise TypeError(f"a test may pass only plain data to a student's function: {error}") from error

    @staticmethod
    def is_plain(value: object) -> bool:
        """Whether a value is plain data through and through."""
        try:
            return bool(codec.dumps(value))
        except codec.NotPlain:
            return False

    def _refer(self, value: object) -> list[object] | None:
        number = getattr(type(value), "proctor_number", None)
        if number is not None:
            return [number(value)]
        if isinstance(value, Iterator) and type(value).__module__ in ("builtins", "itertools"):
            return ["iterator", self._number(value, _next_of(value))]
        if isinstance(value, states.STATED):
            if isinstance(value, PurePath):
                self._paths[str(value)] = value
            return states.written(value)
        if callable(value) and not isinstance(value, type):
            module, name = str(getattr(value, "__module__", "")), str(getattr(value, "__name__", ""))
            if isinstance(value, numpy.ufunc):
                module = "numpy"
            if module in LIBRARIES and getattr(sys.modules.get(module), name, None) is value:
                return ["named", module, name]
            about: list[object] = [name, value.__doc__] if isinstance(value, types.FunctionType) and len(name) <= LONGEST_NAME else []
            return ["call", self._number(value, value), *about]
        if isinstance(value, type):
            name = str(value.__name__)
            return ["named", "builtins", name] if getattr(builtins, name, None) is value else None
        kind = type(value)
        if self.namespace.get(kind.__name__) is kind and isinstance(getattr(value, "__dict__", None), dict):
            return ["instance", kind.__name__, codec.dumps(value.__dict__, None, self._refer)]
        return None

    @property
    def known(self) -> int:
        """How many objects of the student's are known by their number."""
        return len(self._proxies)

    def check(self, starts: int) -> None:
        """Raises NotPlainAnswer where an object was in a kernel that has ended since."""
        if starts != self.kernel.starts:
            raise NotPlainAnswer("What an earlier cell made of your objects is gone: your code ended, and was started again.")

    def _number(self, value: object, function: Callable[..., object]) -> int:
        """The number by which the kernel calls ``function``, which stands for a value."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._functions)
            self._functions.append(function)
            self._passed.append(value)
        return self._numbers[id(value)]

    def _called(self, said: dict[str, Any]) -> dict[str, object]:
        """What a test's function says to a student's code that calls it."""
        self._calls += 1
        if self._calls > MAX_CALLS:
            return {"raised": "RuntimeError", "message": f"a function of the test was called more than {MAX_CALLS:,} times"}
        try:
            function = self._functions[self._valid(said["call"], len(self._functions))]
            args, kwargs = self.read(said["with"], "what your code passes to a function")
            with self.replacements.in_place():
                said_by_test = function(*args, **kwargs)
            return {"result": self.write(said_by_test)}
        except (Exception, SystemExit) as error:
            return {"raised": type(error).__name__, "message": str(error)[:LONGEST_REASON]}

    @staticmethod
    def _valid(number: object, most: int) -> int:
        if type(number) is not int or not 0 <= number < most:
            raise codec.NotPlain("the text names an unknown function")
        return number

    def _forget_lost(self) -> None:
        """Forget proxies of a kernel that is gone.

        In the next one the same numbers mean other objects.
        """
        if self.kernel.starts != self._starts:
            self._starts = self.kernel.starts
            self._proxies.clear()
            self.lending.forget_all()

    def _take_over(self, args: tuple[object, ...], kwargs: dict[str, object], text: str, moved: list[sharing.Shared]) -> None:
        def become(mine: Any, now: Any) -> None:
            self.changed.append((mine, copy.copy(mine) if type(mine) in (list, dict) else copy.deepcopy(mine)))
            copy_into(mine, now)

        with contextlib.suppress(Exception):
            now_args, now_kwargs = sharing.kept(self.read(text, "what your code made of an argument"), moved, become)
            for mine, now in [*zip(args, now_args, strict=True), *((value, now_kwargs[key]) for key, value in kwargs.items())]:
                if now is not mine and type(now) is type(mine):
                    become(mine, now)

    def _error(self, said: dict[str, Any], deep: int = 0) -> BaseException:
        """The student's exception, as one of Python's own types, or derived from one.

        With it comes what it was raised from. Its line is a note. It is none of those that end a
        loop: in a test's ``all(map(…))`` they would mean that all is well.
        """
        name, text = str(said["error"])[:80], str(said.get("message", ""))[:500]
        error: BaseException | None = None
        if isinstance(said.get("class"), str):
            with contextlib.suppress(codec.NotPlain, KeyError, TypeError):
                own = self.read(said["class"], "an exception")
                if isinstance(own, type) and issubclass(own, Exception):
                    error = own(text)
                    error.__dict__["proctor_text"] = text
                    with contextlib.suppress(Exception):
                        error.args = tuple(codec.loads(str(said.get("args")), LONGEST_ARGUMENTS))
                    self._fill(error, said.get("held"))
        if error is None:
            error = _of_library(name, text, said.get("kinds"), said.get("args"))
        line = str(said.get("line", ""))[:600]
        if line.startswith("line "):
            error.add_note(line)
        error.__dict__["from_student"] = True
        if isinstance(said.get("cause"), dict) and deep < MAX_CAUSES:
            error.__cause__ = self._error({"error": "Error", **said["cause"]}, deep + 1)
        return error

    def _fill(self, error: BaseException, held: object) -> None:
        for name, text in list(held.items())[:20] if isinstance(held, dict) else ():
            if isinstance(name, str) and name.isidentifier() and not name.startswith("_") and name not in FORBIDDEN:
                setattr(error, name, self.read(text, "an exception"))


FORBIDDEN = frozenset({"student_message", "misconception", "proctor_text", "from_student", "args", "with_traceback", "add_note"})
"""Attributes of an exception that a student's one must not set here."""


def builtin_exception(name: str) -> type[Exception] | type[SystemExit] | None:
    """Python's own exception of that name, unless it means more than an error.

    ``sys.exit`` is how a command line of a student's ends, which a test may catch.
    """
    known = getattr(builtins, name, None)
    if known is SystemExit:
        return SystemExit
    special = UnicodeEncodeError | UnicodeDecodeError | UnicodeTranslateError | BaseExceptionGroup | StopIteration | StopAsyncIteration
    return known if isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, special) else None


def _derived(name: str, kinds: list[object]) -> type[Exception] | type[SystemExit]:
    """A class of exceptions of this name that is derived from Python's own of these names."""
    bases: list[type[Exception] | type[SystemExit]] = []
    for found in map(builtin_exception, map(str, kinds)):
        if found is not None and not any(issubclass(base, found) for base in bases):
            bases.append(found)
    with contextlib.suppress(TypeError):
        return type(name, tuple(bases) or (Exception,), {})
    return type(name, (bases[0],), {})


def _of_library(name: str, text: str, kinds: object, raised: object) -> BaseException:
    """An exception of Python's own or a library's, which reads ``text``.

    It is derived from the nearest of Python's own ``kinds``, and was raised with arguments, given
    as text.
    """
    kind = builtin_exception(name)
    if kind is None:
        kind = _derived(name if name.isidentifier() else "Error", kinds[:20] if isinstance(kinds, list) else [])
    with contextlib.suppress(Exception):
        error = kind(*codec.loads(str(raised), LONGEST_ARGUMENTS))
        if str(error) == text:
            return error
    return kind(text)


def _next_of(iterator: Iterator[object]) -> Callable[[], list[object]]:
    """A function that gives the next item in a list, which is empty where there are no more."""

    def following() -> list[object]:
        return list(itertools.islice(iterator, 1))

    return following


def warn(warned: object) -> None:
    """Warn of what a student's function warned of; a test decides what becomes of it."""
    name, message = (warned if isinstance(warned, list) and len(warned) == 2 else ("", ""))
    kind = getattr(builtins, name, None) if isinstance(name, str) else None
    known = isinstance(kind, type) and issubclass(kind, Warning)
    warnings.warn(str(message)[:LONGEST_REASON], kind if known else UserWarning, stacklevel=4)


def copy_into(mine: Any, now: Any) -> None:
    """Make a mutable argument what the student's function made of it.

    So a test sees a changed input.
    """
    if isinstance(mine, HELD) and type(now) in HELD:
        become(mine, now)
    elif type(mine) is not type(now):
        return
    elif isinstance(mine, states.STATED):
        states.go_on(mine, now)
    elif hasattr(mine, "iloc"):
        type(mine).__init__(mine, now)  # the same table with another content: rows, columns and types may have changed
    elif hasattr(mine, "dtype") and getattr(mine, "shape", ()) == getattr(now, "shape", None) and mine.ndim:
        mine[...] = now
