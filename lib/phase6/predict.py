"""Predict, commit, reveal: a question before an experiment, whose result shows after a guess.

Guesses are kept in ``predictions.json`` beside the notebook. They are never graded and never sent.

Examples
--------
A choice whose wrong options are known wrong ideas, answered by name::

    from phase6 import plots, predict

    predict.choice(
        "q61-peak",
        "After which level is the stop risk highest?",
        {
            "the first": "Only the first level risks its full budget; the second adds to it.",
            "the second": "",
            "the last": "You added the levels' risks. But every add moves the stop up for all.",
        },
        right="the second",
        then=lambda guess: plots.plot_lines(...),
    )

A number, typed or set with a slider; ``then`` gets it as a fraction where the unit is ``%``::

    predict.number(
        "q61-win", "On how many of 100 paths does the pyramid win?", low=0, high=100, step=1,
        truth=won, ideas={100: "Adding to winners is no free lunch."},
        then=lambda guess: plots.plot_histogram(..., guess=guess),
    )

At the end of a lesson, `summary` lists the guesses beside what happened.
"""

from __future__ import annotations

import contextlib
import html
import io
import math
import re
import time
import types
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from phase6 import _front
from phase6._notebook import batch_run, html_of
from phase6._side_file import SideFile

__all__ = ["Prediction", "Summary", "choice", "number", "reset", "summary"]

KEPT = SideFile("predictions.json")
Guess = str | float
Then = Callable[[Any], object]
"""Shows the experiment: takes the guess (None where nobody guesses), gives what a cell can show."""

SHOW = "<summary>Show what happens</summary>"
HELD = re.compile(rf"(?P<question>.*)<details>{SHOW}(?P<result>.*)</details>\s*", re.DOTALL)
"""What a question is saved as by a run without a person: the question and, folded, the result."""

_asked: dict[str, Prediction] = {}


class Prediction(anywidget.AnyWidget):
    """A question whose answer is held back until the reader commits to a guess.

    Made by `choice` and `number`. In a run without a person (nbconvert, nbval) it shows the
    question, and the result folded.

    Attributes
    ----------
    name : str
        Under which the guess is kept.
    guess : str, float or None
        What the reader committed to.
    truth : str, float or None
        What happens.
    """

    _esm = _front.module("predict.js")
    _css = _front.styles("predict.css")

    asked = traitlets.Dict().tag(sync=True)
    outcome = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, asked: dict[str, Any], truth: Guess | None, reply: Callable[[Any], str], then: Then) -> None:
        self.name, self.truth, self._reply, self._then = name, truth, reply, _with_names_of_now(then)
        self.guess: Guess | None = None
        self._why, self._kept = "", True
        super().__init__(asked=asked)
        _asked.pop(name, None)
        _asked[name] = self
        self.on_msg(lambda _widget, content, _buffers: self._said(content))
        kept = {} if batch_run() else KEPT.read().get(name)
        if isinstance(kept, dict) and self._possible(kept.get("guess")):
            self.guess, self._why = kept["guess"], str(kept.get("why", ""))
            self._reveal()

    def commit(self, guess: Guess, why: str = "") -> None:
        """Commit to a guess, as the reader does with the button.

        Raises
        ------
        ValueError
            If the guess is none of the options, or no number within the limits.
        """
        if not self._possible(guess):
            raise ValueError(f"the guess is {guess!r}; expected {self._expected()}")
        self.guess, self._why = guess, why
        entry = {"question": self.asked["question"], "guess": guess, "why": why, "time": time.strftime("%Y-%m-%d %H:%M")}
        self._kept = KEPT.write({self.name: entry})
        self._reveal()

    def reset(self) -> None:
        """Forget the guess and hold the result back again."""
        self.guess, self._why = None, ""
        KEPT.write({self.name: None})
        self.outcome = {}

    def written(self, value: Guess | None) -> str:
        """A guess or the truth in words; a dash for None."""
        if value is None:
            return "–"
        if isinstance(value, str):
            return value
        unit, digits = self.asked["unit"], self.asked["digits"]
        if unit == "$":
            return f"{'−' if value < 0 else ''}${abs(value):,.{digits}f}"
        number = f"{100 * value if unit == '%' else value:.{digits}f}".replace("-", "−")
        return f"{number} {unit}".strip()

    def verdict(self) -> str:
        """How the guess compares with what happens; empty where one of them is not known."""
        if self.guess is None or self.truth is None:
            return ""
        if isinstance(self.guess, str) or isinstance(self.truth, str):
            return "as you said" if self.guess == self.truth else "not what you said"
        off = self.guess - self.truth
        if self.written(self.guess) == self.written(self.truth):
            return "as you said"
        size = self.written(abs(off))
        if self.asked["unit"] == "%":
            size = size.replace("%", "percentage point" if size == "1 %" else "percentage points")
        return f"you were {size} too {'high' if off > 0 else 'low'}"

    def __repr__(self) -> str:
        return f"Prediction({self.asked['question']!r})"

    def _possible(self, guess: object) -> bool:
        if self.asked["kind"] == "choice":
            return isinstance(guess, str) and guess in self.asked["options"]
        low, high = self.asked["low"], self.asked["high"]
        known = isinstance(guess, int | float) and not isinstance(guess, bool) and math.isfinite(guess)
        return known and (low is None or guess >= low) and (high is None or guess <= high)

    def _expected(self) -> str:
        if self.asked["kind"] == "choice":
            return f"one of {', '.join(map(repr, self.asked['options']))}"
        low, high = (self.written(self.asked[end]) for end in ("low", "high"))
        return f"a number from {low} to {high}" if "–" not in (low, high) else "a number"

    def _said(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks for."""
        match content:
            case {"do": "commit", "guess": guess, "why": str(why)}:
                if self._possible(guess):
                    self.commit(guess, why[:300])
                else:
                    self.outcome = {"error": f"That is not possible; expected {self._expected()}."}
            case {"do": "reset"}:
                self.reset()

    def _reveal(self) -> None:
        self.outcome = {
            "guess": self.written(self.guess),
            "why": self._why,
            "truth": "" if self.truth is None else self.written(self.truth),
            "verdict": self.verdict(),
            "reply": self._reply(self.guess),
            "html": self._experiment(self.guess),
            "note": "" if self._kept else "This folder cannot be written to, so your guess is forgotten with the page.",
        }

    def _experiment(self, guess: Guess | None) -> str:
        """What the experiment shows and prints, as HTML; an error as a message."""
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                shown = html_of(self._then(guess))
        except Exception as error:
            shown = f'<p role="alert">The experiment failed. {html.escape(type(error).__name__)}: {html.escape(str(error))}</p>'
        text = printed.getvalue()
        return shown + (f"<pre>{html.escape(text)}</pre>" if text else "")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if not batch_run():
            live: Any = super()._repr_mimebundle_(**kwargs)
            data, metadata = live if isinstance(live, tuple) else (live, {})
            return {**data, "text/plain": repr(self)}, metadata
        return {"text/plain": repr(self), "text/html": self._without_a_person()}

    def _without_a_person(self) -> str:
        """Question, options and, folded, the result, for a page that nobody can answer on."""
        options = "".join(f"<li>{html.escape(option)}</li>" for option in self.asked.get("options", []))
        listed = f"<ul>{options}</ul>" if options else ""
        truth = f"<p><strong>What happens:</strong> {html.escape(self.written(self.truth))}</p>" if self.truth is not None else ""
        question = html.escape(self.asked["question"])
        result = f"{truth}{self._experiment(None)}"
        held = f"<details>{SHOW}{result}</details>" if result else ""
        return f"<p><strong>Predict first:</strong> {question}</p>{listed}{held}"


def choice(
    name: str,
    question: str,
    options: Mapping[str, str],
    *,
    right: str | None = None,
    then: Then = lambda guess: None,
) -> Prediction:
    """Ask the reader to pick one of several answers before an experiment shows.

    Parameters
    ----------
    name : str
        Under which the guess is kept; one name for each question of the course.
    question : str
        One sentence.
    options : mapping of str to str
        Answers, and what to reply to whoever picks them; an empty reply says nothing.
    right : str, optional
        The answer that the experiment gives.
    then : callable
        Shows the experiment: takes the chosen answer, or None where nobody is asked, and gives what
        a cell could show: a picture, a table, a text, or a tuple of them.

    Raises
    ------
    ValueError
        If there are fewer than two options, or ``right`` is none of them.
    """
    if len(options) < 2:
        raise ValueError(f"there are {len(options)} options; expected at least two")
    if right is not None and right not in options:
        raise ValueError(f"right is {right!r}; expected one of {', '.join(map(repr, options))}")
    asked = {"kind": "choice", "question": question, "options": list(options), "unit": "", "digits": 0}
    return Prediction(name, asked, right, lambda guess: options.get(guess, ""), then)


def number(
    name: str,
    question: str,
    *,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    digits: int | None = None,
    truth: float | None = None,
    ideas: Mapping[float, str] | None = None,
    near: float | None = None,
    then: Then = lambda guess: None,
) -> Prediction:
    """Ask the reader for a number before an experiment shows.

    Parameters
    ----------
    name, question : str
        As for `choice`.
    low, high, step : float, optional
        Limits, and the step of the slider that is shown beside the box when all three are given.
    unit : str
        Shown after the number. With ``%`` every number here, and the one that ``then`` gets, is a
        fraction: a reader who types 1.5 means 0.015.
    digits : int, optional
        Digits after the point; by default as many as ``step`` and ``low`` need, or 2.
    truth : float, optional
        What the experiment gives.
    ideas : mapping of float to str, optional
        Known wrong guesses, and what to reply to them.
    near : float, optional
        How near a guess must be to a known wrong one; by default 5 % of it, or half a ``step``
        where that is more.
    then : callable
        As for `choice`; takes the number.

    Raises
    ------
    ValueError
        If the limits are not in order, or ``truth`` lies outside of them.
    """
    if low is not None and high is not None and low >= high:
        raise ValueError(f"low is {low!r} and high {high!r}; expected low < high")
    if step is not None and step <= 0:
        raise ValueError(f"step is {step!r}; expected a number above 0")
    scale = 100.0 if unit == "%" else 1.0
    if digits is None:
        digits = 2 if step is None else max(_digits(scale * step), _digits(scale * (low or 0.0)))
    asked: dict[str, Any] = {"kind": "number", "question": question, "unit": unit, "digits": digits}
    asked |= {"low": low, "high": high, "step": step}

    def reply(guess: float) -> str:
        for wrong, answer in (ideas or {}).items():
            reach = max(0.05 * abs(wrong), (step or 0.0) / 2) if near is None else near
            if abs(guess - wrong) <= reach * (1 + 1e-9) and (truth is None or abs(guess - wrong) < abs(guess - truth)):
                return answer
        return ""

    prediction = Prediction(name, asked, None if truth is None else float(truth), reply, then)
    if truth is not None and not prediction._possible(float(truth)):
        raise ValueError(f"truth is {truth!r}; expected {prediction._expected()}, within what a reader can guess")
    return prediction


def _digits(value: float) -> int:
    """How many digits after the point a number has, ten at most."""
    return next(count for count in range(11) if count == 10 or math.isclose(round(value, count), value, abs_tol=1e-9))


def _with_names_of_now(then: Then) -> Then:
    """A function with the global names it has now.

    Cells below the question may give them another meaning.
    """
    if not isinstance(then, types.FunctionType):
        return then
    held = types.FunctionType(then.__code__, dict(then.__globals__), then.__name__, then.__defaults__, then.__closure__)
    held.__kwdefaults__ = then.__kwdefaults__
    return held


class Summary:
    """The guesses of a lesson beside what happened; shows itself in a cell."""

    def __init__(self, predictions: list[Prediction]) -> None:
        self.predictions = predictions

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Question, guess, what happens, and how they compare, for each question asked."""
        shown = [one.guess is not None or batch_run() for one in self.predictions]
        return [
            (one.asked["question"], one.written(one.guess), one.written(one.truth if known else None), one.verdict())
            for one, known in zip(self.predictions, shown, strict=True)
        ]

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in self.rows()) or "No question was asked in this notebook yet."

    def _repr_html_(self) -> str:
        if not self.predictions:
            return f"<p>{html.escape(repr(self))}</p>"
        left_aligned = 'style="text-align:left; vertical-align:top; padding:.25em"'
        heads = "".join(f'<th scope="col" {left_aligned}>{head}</th>' for head in ("Question", "You", "The market"))
        rows = ((question, you, f"{truth} ({verdict})" if verdict else truth) for question, you, truth, verdict in self.rows())
        cells = ("".join(f"<td {left_aligned}>{html.escape(cell)}</td>" for cell in row) for row in rows)
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        open_ones = sum(one.guess is None for one in self.predictions)
        waiting = f"{open_ones} of {len(self.predictions)} questions wait for your guess; then run this cell again."
        left = f"<p>{waiting}</p>" if open_ones and not batch_run() else ""
        caption = "<caption>You against the market</caption>"
        table = '<table class="mathjax_ignore tex2jax_ignore" style="break-inside:avoid">'  # two amounts in $ are no formula
        return f'{table}{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{left}'


def summary() -> Summary:
    """All questions that the running notebook asked, with your guesses beside what happened."""
    return Summary(list(_asked.values()))


def reset(name: str | None = None) -> None:
    """Forget the guess to a question, or all guesses of the running notebook.

    Raises
    ------
    ValueError
        If no question of that name was asked.
    """
    if name is not None and name not in _asked:
        raise ValueError(f"no question {name!r} was asked; asked were {', '.join(map(repr, _asked)) or 'none'}")
    for one in [_asked[name]] if name is not None else list(_asked.values()):
        one.reset()
