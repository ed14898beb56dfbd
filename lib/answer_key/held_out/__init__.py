"""Wrong and right answers that nobody looked at while checks, cases and hints were made.

They measure what the known wrong ideas cannot: how many slips that are in no list are refused and
named before handing in and after grading, and whether anything is ever named wrongly. Whoever
improves a check or a hint must not do it by looking here; add answers, do not tune to these.
"""

import linecache
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from phase6.metrics import max_drawdown
from phase6.pyramiding import run_pyramid_backtest


@dataclass(frozen=True)
class HeldOutAnswer:
    """One answer: what the student did, and the names of wrong ideas that are true of it.

    ``means`` lists names of wrong ideas or of transformations that are true of it; nothing else may
    be named. A right answer has ``right`` set and may not be refused.
    """

    exercise: str
    what: str
    answer: Callable[..., Any] | Any
    means: tuple[str, ...] = ()
    listed: bool = False
    """Whether the answer key's list has this idea: the same is only written in another way."""
    right: bool = False


Changes = tuple[tuple[str, str], ...]
"""Pieces of a text and what stands in their place."""


def written(texts: Mapping[str, str], exercise: str, changes: Changes = ()) -> Any:
    """The function that a text with changes defines; ValueError where a change is not in it."""
    text = texts[exercise]
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{exercise}: {old!r} is not in the text")
        text = text.replace(old, new)
    names: dict[str, Any] = {"np": np, "pd": pd, "run_pyramid_backtest": run_pyramid_backtest, "max_drawdown": max_drawdown}
    file = f"<{exercise} {zlib.crc32(text.encode()):08x}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)
    return names[exercise]


def prepared(
    texts: Mapping[str, str],
    also_right: Iterable[tuple[str, str, Changes]],
    wrong: Iterable[tuple[str, str, Changes]],
    unlisted: Collection[str],
    means: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
) -> tuple[HeldOutAnswer, ...]:
    """A set of answers from right texts, further right ones and slips in them.

    ``unlisted`` names the slips that no list has; ``means`` holds names that are true of a slip.
    """
    return (
        *(HeldOutAnswer(name, "as the prompt says", written(texts, name), right=True) for name in texts),
        *(HeldOutAnswer(name, what, written(texts, name, changes), right=True) for name, what, changes in also_right),
        *(
            HeldOutAnswer(name, what, written(texts, name, changes), (means or {}).get((name, what), ()), what not in unlisted)
            for name, what, changes in wrong
        ),
    )


def sets() -> dict[str, tuple[HeldOutAnswer, ...]]:
    """All sets by name; all but the first were written from the prompts alone."""
    found = {f"set {number}": import_module(f"answer_key.held_out.set_{number}").ANSWERS for number in range(1, 9)}
    return {**found, "set 8, unusual": import_module("answer_key.held_out.set_8").UNUSUAL}
