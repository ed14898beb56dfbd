"""The responder in a student's kernel: says what a name stands for, and what a function returns for given arguments.

It runs among the student's code and is not trusted: whatever it says is text that the grader reads as plain data.
"""

import inspect
import json
import linecache
import re
import sys
import traceback
from typing import Any

from proctor.bridge import channel, codec

LONGEST = 500


def attend(namespace: dict[str, Any], limit: int) -> None:
    """Answer the grader's questions about a namespace until there are no more."""
    line = channel.accepted()
    while question := channel.receive(line):
        try:
            answer = _answer(namespace, json.loads(question), limit)
        except BaseException as error:
            answer = codec.dumps({"odd": f"it was ended by {type(error).__name__}"})
        channel.send(line, answer)


def _answer(namespace: dict[str, Any], question: dict[str, Any], limit: int) -> str:
    if "look" in question:
        return look(namespace, question["look"], limit)
    try:
        return ask(namespace, question["ask"], question["with"], limit)
    finally:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")


def look(namespace: dict[str, Any], names: list[str], limit: int) -> str:
    """What each name stands for: missing, plain data, a function with its parameters, or something else."""
    found: dict[str, list[Any]] = {}
    for name in names:
        if name not in namespace:
            found[name] = ["missing"]
            continue
        value = namespace[name]
        try:
            found[name] = ["data", codec.dumps(value, limit)]
        except Exception as error:
            reason = str(error) if isinstance(error, codec.NotPlain) else type(error).__name__
            found[name] = ["function", _parameters(value)] if callable(value) else ["other", type(value).__name__, reason]
    return codec.dumps(found)


def _parameters(function: Any) -> list[list[Any]] | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        [parameter.name, int(parameter.kind), parameter.default is not inspect.Parameter.empty]
        for parameter in signature.parameters.values()
    ]


def ask(namespace: dict[str, Any], name: str, question: str, limit: int) -> str:
    """The function's answer: its value, its exception, or that it gave no plain data; and the arguments where it changed them."""
    args, kwargs = codec.loads(question)
    try:
        value = namespace[name](*args, **kwargs)
    except (Exception, SystemExit) as error:
        return codec.dumps({"error": type(error).__name__, "message": _text(error), "line": _line(error)})
    try:
        answer: dict[str, Any] = {"value": codec.dumps(value, limit)}
    except codec.NotPlain as error:
        return codec.dumps({"odd": str(error)})
    try:
        after = codec.dumps([args, kwargs])
    except codec.NotPlain:
        after = "null"
    if after != question and after != codec.dumps(codec.loads(question)):
        answer["changed"] = after
    return codec.dumps(answer)


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
