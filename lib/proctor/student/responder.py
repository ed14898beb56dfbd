"""The responder in a student's kernel.

Says what a name stands for, and what a function or an object does when it is asked. It runs among
the student's code and is not trusted: whatever it says is text that the grader reads as plain data.
What is not plain data stays here; the grader is told a number that stands for it, and asks by that
number.
"""

import builtins
import contextlib
import importlib
import inspect
import json
import linecache
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from proctor.bridge import channel, codec, states
from proctor.bridge.limits import HELD, OWN
from proctor.bridge.replaced import MISSING, Replaced
from proctor.student import operations, sharing
from proctor.student.lent import Lent
from proctor.student.objects import Callback, Items, Objects, instance_of

LONGEST = 500
LONGEST_HELD = 10_000
MAX_WARNINGS = 20
NOTED = 1
"""References to an argument from the note of where it was."""

_objects = Objects()
_lent = Lent()
_shown: dict[str, str] = {}
"""Plain data as the grader was told of them, by name."""
_namespace: dict[str, object] = {}
_limit = 0
_replaced = Replaced([])
"""What a test has replaced, in its place while code of the student's runs."""


def attend(namespace: dict[str, object], limit: int) -> None:
    """Answer the grader's questions about a namespace until there are no more."""
    global _namespace, _limit
    _namespace, _limit = namespace, limit
    line = channel.accepted()
    while question := channel.receive(line):
        channel.send(line, respond(json.loads(question)))


def respond(question: dict[str, Any]) -> str:
    """The answer to one question, as text."""
    try:
        return _answer(_namespace, question, _limit)
    except BaseException as error:
        return codec.dumps({"odd": f"it was ended by {type(error).__name__}"})


def _answer(namespace: dict[str, object], question: dict[str, Any], limit: int) -> str:
    if "look" in question:
        return look(namespace, question["look"], limit)
    if "files" in question:
        return codec.dumps(operations.changed_files(question["files"], limit))
    if "put" in question:
        operations.take_files(*codec.loads(question["put"]))
        return codec.dumps({})
    with _having_replaced(_load(question["replaced"])) if "replaced" in question else _AS_IT_IS:
        try:
            for module, args, kwargs in _load(question["seeds"]) if "seeds" in question else ():
                operations.library_function(module, "seed")(*args, **kwargs)
            _lent.take(question.get("live", {}), _load, _write)
            if "do" in question:
                said = operate(namespace, question["do"], question["with"], limit)
            else:
                said = ask(namespace, question["ask"], question["with"], limit, question.get("given", ()))
            return _with_rebound(said, namespace, question["watch"], limit) if question.get("watch") else said
        finally:
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot is not None and pyplot.get_fignums() and not question.get("figures"):
                pyplot.close("all")


def look(namespace: dict[str, object], names: list[str], limit: int) -> str:
    """What each name stands for.

    Missing, plain data, a reference to something else, or something that cannot be shown.
    """
    found: dict[str, list[object]] = {}
    known: list[object] = []
    places: sharing.Places = {}
    for name in names:
        if name not in namespace:
            found[name] = ["missing"]
            continue
        value = namespace[name]
        if inspect.isfunction(value) or inspect.isclass(value):
            found[name] = ["reference", codec.dumps(_Kept(value), None, _refer)]
            continue
        try:
            _shown[name] = codec.dumps(value, limit, _refer)
            found[name] = ["data", _shown[name], sharing.same(value, places)]
            places = sharing.places(value, [len(known)]) | places
            known.append(value)
        except Exception as error:
            reason = str(error) if isinstance(error, codec.NotPlain) else type(error).__name__
            found[name] = ["other", type(value).__name__, reason]
    return codec.dumps(found)


class _Kept:
    """Marks a value that is referred to even where it is plain data.

    An example is a new instance of a student's list class.
    """

    def __init__(self, value: object) -> None:
        self.value = value


def _refer(value: object) -> list[object] | None:
    if type(value) is _Kept:
        return _objects.refer(value.value)
    if isinstance(value, OWN):
        return _objects.refer_to_own(value)
    if not isinstance(value, HELD):
        return _objects.refer(value)
    number = _objects.refer_to_own(value)
    if number is not None:
        _lent.follow(number[0], value, _write)
    return number


def ask(namespace: dict[str, object], target: str | int, question: str, limit: int, given: Sequence[int | None] = ()) -> str:
    """The function's answer: its value, its exception, or that it gave no plain data.

    The arguments come too where it changed them. ``given`` are the numbers of those that are held
    here.
    """
    function: Any = namespace[target] if isinstance(target, str) else _objects.find(target)
    args, kwargs = _load(question)
    args = _lent.in_place_of(given, args) if given else args
    places = sharing.places((args, kwargs))
    answer, value = _called(lambda: function(*args, **kwargs))
    _tell_lent(answer, args)
    if value is _FAILED:
        return codec.dumps(answer)
    alone: list[object] = []
    if sys.getrefcount(value) > sys.getrefcount(alone) and (number := _lent.number(value, _write)):
        answer["held"] = number
    if inspect.isclass(function) and function.__module__ == "__main__" and isinstance(value, function):
        value = _Kept(value)
    if shared := sharing.same(value, places):
        answer["same"] = shared
    said = _with_value(answer, value, limit)
    if "value" in answer:
        with contextlib.suppress(codec.NotPlain):
            after = codec.dumps([args, kwargs], None, _refer_back)
            if after != question and after != codec.dumps(_load(question), None, _refer_back):
                answer |= {"changed": after, "moved": sharing.same((args, kwargs), places)}
                said = codec.dumps(answer)
    return said


def _tell_lent(answer: dict[str, object], args: tuple[object, ...]) -> None:
    """Add what became of the values that a test holds, too, and which arguments are such now."""
    with contextlib.suppress(codec.NotPlain):
        became = _lent.changes(_write)
        if became:
            answer["became"] = became
    kept = _lent.kept(args, _write, NOTED)
    if any(number is not None for number in kept):
        answer["kept"] = kept
    if within := [each for each in _lent.within(args, _write, NOTED) if len(each[0]) > 1]:
        answer["kept_within"] = within


def _write(value: object) -> str:
    return codec.dumps(value, _limit, _refer)


def operate(namespace: dict[str, object], name: str, operands: str, limit: int) -> str:
    """What an operation gives for operands, some of which are referred to.

    An operation is, for example, reading an attribute.
    """
    values, _ = _load(operands)
    answer, value = _called(lambda: operations.OPERATIONS[name](*values))
    _tell_lent(answer, ())
    alone: list[object] = []
    if sys.getrefcount(value) > sys.getrefcount(alone) and (number := _lent.number(value, _write)):
        answer["held"] = number
    return codec.dumps(answer) if value is _FAILED else _with_value(answer, value, limit)


def _with_rebound(said: str, namespace: dict[str, object], names: list[str], limit: int) -> str:
    """An answer, with the names of which the call has changed the value."""
    changed = {}
    for name in names:
        with contextlib.suppress(Exception):
            text = codec.dumps(namespace[name], limit, _refer)
            if text != _shown.get(name):
                changed[name] = _shown[name] = text
    return codec.dumps({**codec.loads(said), "rebound": changed}) if changed else said


_FAILED = object()
_AS_IT_IS = contextlib.nullcontext()


def _called(act: Callable[[], object]) -> tuple[dict[str, object], object]:
    """What a call says beside its value, and the value."""
    out, err = operations.Captured(_limit), operations.Captured(_limit)
    answer: dict[str, object] = {}
    value: object = _FAILED
    warned: list[warnings.WarningMessage] = []
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            _replaced.put(True)
            value = act()
    except (Exception, SystemExit) as error:
        answer |= {"error": type(error).__name__, "message": _text(error), "line": _line(error), **_kind(error)}
        if error.__cause__ is not None:
            answer["cause"] = {"error": type(error.__cause__).__name__, "message": _text(error.__cause__), **_kind(error.__cause__)}
    finally:
        _replaced.put(False)
        sys.stdout, sys.stderr = streams
    if out.written:
        answer["out"] = out.getvalue()
    if err.written:
        answer["err"] = err.getvalue()
    if warned:
        answer["warned"] = [[each.category.__name__, str(each.message)[:LONGEST]] for each in warned[:MAX_WARNINGS]]
    return answer, value


def _kind(error: BaseException) -> dict[str, object]:
    """What an exception is derived from, and what it was raised with.

    Its arguments where they are plain data. For a class that the student defined, the class and the
    plain data among the attributes. For one of a library, the names of Python's own classes that it
    is derived from, nearest first.
    """
    if type(error).__module__ != "__main__":
        known = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
        raised: list[object] = list(error.args)
        if isinstance(error, OSError) and error.filename is not None:
            raised = [error.errno, error.strerror, error.filename]
        with contextlib.suppress(Exception):
            return {"kinds": known, "args": codec.dumps(raised, LONGEST)}
        return {"kinds": known}
    held = {}
    for name in [name for name in dir(error) if not name.startswith("_") and not hasattr(BaseException, name)][:20]:
        with contextlib.suppress(Exception):
            held[name] = codec.dumps(getattr(error, name), LONGEST_HELD)
    found: dict[str, object] = {"class": codec.dumps(_Kept(type(error)), None, _refer), "held": held}
    with contextlib.suppress(codec.NotPlain):
        found["args"] = codec.dumps(list(error.args), LONGEST_HELD)
    return found


def _with_value(answer: dict[str, object], value: object, limit: int) -> str:
    before = _objects.count
    if within := _lent.within(value, _write):
        answer["held_within"] = within
    try:
        answer["value"] = codec.dumps(value, limit, _refer)
    except codec.NotPlain as error:
        return codec.dumps({**answer, "odd": str(error)})
    if _objects.count != before:
        answer["refers"] = True
    return codec.dumps(answer)


def _refer_back(value: object) -> list[object] | None:
    """A reference as the grader itself writes it, so that unchanged arguments are written alike."""
    if isinstance(value, Callback):
        return value.written
    if isinstance(value, Items):
        return ["iterator", value.number]
    number = _objects.number(value)
    return states.written(value) if number is None else [number]


def _load(text: str) -> Any:
    return codec.loads(text, None, _resolve)


def _resolve(parts: list[Any]) -> object:
    if parts[0] == "call":
        return Callback(parts[1], _call_back, *parts[2:])
    if parts[0] == "iterator":
        return Items(Callback(parts[1], _call_back))
    if parts[0] == "state":
        return states.read(parts)
    if parts[0] == "named":
        return operations.library_function(parts[1], parts[2])
    if parts[0] == "instance":
        return instance_of(_namespace.get(parts[1]), parts[1], codec.loads(parts[2], None, _resolve))
    return _objects.find(parts[0])


def _call_back(number: int, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    """What a function of the grader's says, which was passed as an argument.

    Meanwhile the grader may ask questions, too.
    """
    replaced = _replaced
    there = replaced.there
    replaced.put(False)
    try:
        return _called_back(number, args, kwargs)
    finally:
        replaced.put(there)


def _called_back(number: int, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    line = channel.accepted()
    channel.send(line, codec.dumps({"call": number, "with": codec.dumps([args, kwargs], _limit, _refer)}))
    while True:
        said = json.loads(channel.receive(line))
        if "result" in said:
            return _load(said["result"])
        if "raised" in said:
            kind = getattr(builtins, said["raised"], None)
            known = isinstance(kind, type) and issubclass(kind, Exception)
            raise (kind if known else RuntimeError)(said["message"])  # type: ignore[misc]
        channel.send(line, respond(said))


@contextlib.contextmanager
def _having_replaced(parts: list[list[Any]]) -> Iterator[None]:
    """While a test replaces functions of modules, have the student's code find those of the test.

    A part is a module, a name, and what it stands for, if anything.
    """
    global _replaced
    found = []
    for module, name, *value in parts:
        with contextlib.suppress(ImportError):
            found.append((importlib.import_module(module), name, value[0] if value else MISSING))
    before, _replaced = _replaced, Replaced(found)
    try:
        yield
    finally:
        _replaced = before


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST]
    except Exception:
        return ""


def _line(error: BaseException) -> str:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if re.search(r"ipykernel_|<ipython|<string>", frame.filename):
            source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()[:LONGEST]
            return f"line {frame.lineno} of your cell: {source}" if source else f"line {frame.lineno} of your cell"
    return ""
