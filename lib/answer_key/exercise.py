"""What an exercise is to its examiner.

A reference, cases drawn afresh, and the wrong ideas that learners have. A coded exercise is an
:class:`Exercise`. Its ``read`` turns whatever a student returned into canonical fields (floats and
arrays) or raises a hint about type, shape or keys; each :class:`Field` says within what tolerance a
field must agree with the reference's and which rule of the prompt it expresses; ``parts`` groups
fields into separate ideas, one test cell each. A :class:`Misconception` is a wrong implementation
with the hint a teacher would give. It serves three times: as a mutant that the tests must reject,
as the hint when a student's results are those of the mutant, and as a name for the class report.

    EXERCISE = Exercise(
        name="double",
        section="6.0",
        parameters=("x",),
        reference=lambda x: 2 * x,
        cases=lambda rng: [Case((float(rng.normal()),)) for _ in range(5)],
        read=lambda result, case: {"double": checks.number("`double(x)`", result)},
        fields=(Field("double", "the result is twice the argument"),),
        parts={"value": ("double",)},
        misconceptions=(Misconception("squares", lambda x: x * x, "Twice is not the square."),),
        variants=(lambda x: x + x,),
    )

A comprehension value is a :class:`answer_key.value.Value`.
"""

import contextlib
import functools
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from phase6.checks import _base as base
from phase6.checks import _practice, data
from phase6.checks._base import Hint
from phase6.checks._transform import SLIPS, slips
from phase6.market import trend_ohlcv

from answer_key import draws, mending, mutations

Fields = dict[str, Any]
Floats = NDArray[np.float64]
Answer = Callable[..., Any]
"""A function that is, or stands for, an answer to a coded exercise."""


def _nothing(*args: object, **kwargs: object) -> None:
    """The implementation of a slip or a change: never called, as results identify these."""


class WrongAnswer(Hint):
    """An answer that a test rejects.

    ``misconception`` names the wrong idea it shows, ``seed`` draws the same cases again. ``fact``
    is a sentence for the instructor about the answer, and about no wrong idea.
    """

    def __init__(
        self, message: str, *, misconception: str | None = None, seed: int | None = None, lines: str = "", fact: str = ""
    ) -> None:
        super().__init__(message + (f"{base.AGAIN}{lines}" if lines else ""))
        self.misconception = misconception
        self.seed = seed
        self.lines = lines
        self.fact = fact


@dataclass(frozen=True)
class Case:
    """One call: its arguments, what is special about it, and the parts it is for.

    Arguments are positional and by keyword; the student is shown what is special.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    parts: tuple[str, ...] = ()
    """Parts of the exercise that this call tests; all of them when empty."""
    made: Mapping[str, str] = field(default_factory=dict)
    """For arguments too long to be typed: by the argument's name, the code that assigns it."""

    def is_for(self, part: str | None) -> bool:
        """Whether the call tests ``part``.

        A call tests the whole exercise (None) whatever its parts.
        """
        return part is None or not self.parts or part in self.parts

    def lines(self, name: str, parameters: Sequence[str]) -> str:
        """Code that makes this very call, to be pasted into a cell below the answer."""
        return base.replay(name, parameters, self.args, self.kwargs, self.made)

    def call(self, name: str) -> str:
        """The call in one line, long values cut."""
        parts = [base.shown(value, 60) for value in self.args]
        parts += [f"{key}={base.shown(value, 60)}" for key, value in self.kwargs.items()]
        return f"{name}({', '.join(parts)})"


def built(code: str) -> tuple[Any, dict[str, str]]:
    """The value that code assigns to its last name, and ``made`` for a case that uses it.

    It becomes an argument of that case.
    """
    names: dict[str, Any] = {"np": np, "pd": pd, "data": data, "trend_ohlcv": trend_ohlcv}
    exec(code, names)
    name = code.splitlines()[-1].split("=")[0].split(".")[0].split("[")[0].strip()
    return names[name], {name: code}


@dataclass(frozen=True)
class Field:
    """One canonical field of a result, its rule and the tolerance of a comparison.

    ``absolute`` may depend on the case.
    """

    name: str
    rule: str
    relative: float = 1e-6
    absolute: float | Callable[[Case], float] = 1e-9

    def agrees(self, got: ArrayLike, wanted: ArrayLike, case: Case) -> bool:
        """Whether two canonical values agree; arrays element by element, NaN with NaN."""
        absolute = self.absolute(case) if callable(self.absolute) else self.absolute
        first, second = np.asarray(got, dtype=float), np.asarray(wanted, dtype=float)
        if first.shape != second.shape:
            return False
        return bool(np.allclose(first, second, rtol=self.relative, atol=absolute, equal_nan=True))


@dataclass(frozen=True)
class Misconception:
    """A wrong idea: its name, the implementation it leads to, the hint, and the parts it fails.

    Where no part is named it fails at least one.
    """

    name: str
    wrong: Answer
    hint: str
    parts: tuple[str, ...] = ()
    alike: tuple[Answer, ...] = ()
    """Other implementations of the same idea, whose results differ."""


Judge = Callable[[Sequence[tuple[Case, Fields]]], str | None]


@dataclass(frozen=True, eq=False)
class Exercise:
    """A coded answer and all that is needed to examine it; see the module's text."""

    name: str
    section: str
    parameters: tuple[str, ...]
    reference: Answer
    cases: Callable[[np.random.Generator], list[Case]]
    read: Callable[[Any, Case], Fields]
    parts: Mapping[str, tuple[str, ...]]
    misconceptions: tuple[Misconception, ...]
    variants: tuple[Answer, ...]
    fields: tuple[Field, ...] = ()
    judges: Mapping[str, Judge] = field(default_factory=dict)
    """Complaints, or None, by part: parts that are judged by properties of the results.

    They are judged over all cases instead of field by field.
    """
    invariants: Callable[[Fields, Case], None] | None = None
    """Raises a hint where a result cannot be right whatever the rule (conservation, bounds)."""

    @property
    def check(self) -> Callable[..., None]:
        """The visible check that students call, with an answer and the name of a part."""
        section = {"6.1": "pyramiding", "6.2": "scaling", "6.3": "portfolio", "6.5": "conviction"}[self.section]
        check: Callable[..., None] = getattr(import_module(f"phase6.checks.{section}"), self.name)
        return check

    def results(self, answer: Answer, cases: Iterable[Case]) -> list[tuple[Case, Fields]]:
        """Canonical results of an answer on cases, called anew.

        Raises a hint for exceptions, changed inputs and wrong shapes.
        """
        found = []
        for case in cases:
            args, kwargs = base.twin(case.args), {key: base.twin(value) for key, value in case.kwargs.items()}
            result = base.call(self.name, answer, args, kwargs, functools.partial(case.call, self.name))
            base.unchanged(self.name, (case.args, dict(case.kwargs)), (args, kwargs))
            found.append((case, self.read(result, case)))
        return found

    def complaint(self, part: str, got: Sequence[tuple[Case, Fields]], wanted: Sequence[tuple[Case, Fields]]) -> str | None:
        """What is wrong with a part of the results, shown on the smallest failing case.

        None when nothing is.
        """
        if part in self.judges:
            return self.judges[part](_only(part, got))
        failing = list(self._failing(part, got, wanted))
        if not failing:
            return None
        case, item, fields, right = min(failing, key=lambda entry: len(entry[0].call(self.name)))
        call = f"In `{case.call(self.name)}`" + (f" ({case.label})" if case.label else "")
        if problem := fields.get("problems", {}).get(item.name):
            return f"{call}: {problem}"
        return f"{call}, your `{item.name}` is {_where(fields[item.name], right, item, case)}. The rule: {item.rule}."

    def holds(self, part: str, got: Sequence[tuple[Case, Fields]], wanted: Sequence[tuple[Case, Fields]]) -> bool:
        """Whether nothing is wrong with a part of the results."""
        if part in self.judges:
            return self.judges[part](_only(part, got)) is None
        return next(self._failing(part, got, wanted), None) is None

    def _failing(
        self, part: str, got: Sequence[tuple[Case, Fields]], wanted: Sequence[tuple[Case, Fields]]
    ) -> Iterator[tuple[Case, Field, Fields, Any]]:
        """Cases of a part with a field that is wrong, the answer's fields and the right value."""
        for (case, mine), (_, right) in zip(_only(part, got), _only(part, wanted), strict=True):
            for item in self.fields:
                if item.name in self.parts[part] and not item.agrees(mine[item.name], right[item.name], case):
                    yield case, item, mine, right[item.name]

    def misconceptions_of(
        self, part: str, got: Sequence[tuple[Case, Fields]], wanted: Sequence[tuple[Case, Fields]]
    ) -> list[tuple[Misconception, Answer]]:
        """Wrong ideas whose results these are on every case of the part, and what they are made by.

        An idea that gives all the student's results comes before one that gives those of the part
        alone; the latter counts only where the part is one that the idea gets wrong.
        """
        got = _only(part, got)
        names = set(self.parts[part])
        alike = []
        for idea, wrong in [(item, wrong) for item in self.misconceptions for wrong in (item.wrong, *item.alike)]:
            whole, same, others = True, not idea.parts or part in idea.parts, list[tuple[Case, Fields]]()
            try:
                for case, mine in got:
                    others += self.results(wrong, [case])
                    whole = whole and self._same(mine, others[-1][1], self._every, case)
                    same = same and self._same(mine, others[-1][1], names, case)
                    if not (whole or same):
                        break
                else:
                    if whole or not self.holds(part, others, wanted):
                        alike.append((not whole, idea, wrong))
            except Exception:  # a mutant may fail where the student's own code does not
                continue
        return [(idea, wrong) for _, idea, wrong in sorted(alike, key=lambda each: each[0])]

    @property
    def _every(self) -> set[str]:
        """Names of the fields of all parts."""
        return {name for names in self.parts.values() for name in names}

    def _gives(self, wrong: Answer, got: Sequence[tuple[Case, Fields]]) -> bool:
        """Whether a function gives these results."""
        try:
            return all(self._same(mine, self.results(wrong, [case])[0][1], self._every, case) for case, mine in got)
        except Exception:  # a mutant may fail where the student's own code does not
            return False

    def idea_of(
        self,
        part: str,
        answer: Answer,
        draw: draws.Draw,
        got: Sequence[tuple[Case, Fields]],
        wanted: Sequence[tuple[Case, Fields]],
    ) -> Misconception | None:
        """The wrong idea, slip or change that gives an answer's results in a part.

        One that gives its results on the cases of all parts comes first.
        """
        got, wanted = _only(part, got), _only(part, wanted)
        everywhere: Sequence[tuple[Case, Fields]] = ()
        if listed := self.misconceptions_of(part, got, wanted):
            try:
                everywhere = draw.answered(answer, draw.cases)
            except Hint:
                everywhere = got
            for idea, wrong in listed:
                if self._gives(wrong, everywhere):
                    return idea
        elif slip := self.slip_of(part, got, wanted) or self.practised(part, answer):
            return slip
        changed = mutations.named(self, part, got, wanted, everywhere, functools.partial(self._elsewhere, answer))
        if changed is None and listed:
            return listed[0][0]
        changed = changed or self._mended(part, answer, draw)
        return Misconception(changed[0], _nothing, changed[1], (part,)) if changed else None

    def _mended(self, part: str, answer: Answer, draw: draws.Draw) -> tuple[str, str] | None:
        """The one change of the answer's own text that makes a part right; None without one.

        The process that runs the changes learns what is right from which of them are tried next. So
        all results of the answer are read before, and none is asked for later (:meth:`Draw.close`).
        """
        token = base.cache_token(answer) or answer
        if draw.mended is None or draw.mended[0] is not token:
            found: dict[str, tuple[str, str]] = {}
            with contextlib.suppress(Hint):
                got = draw.answered(answer, draw.cases)
                draw.close(answer, got)
                further = draws.drawn(self, mutations.OTHER_CASES).right(None)
                found = mending.named(self, answer, got, [draw.right(None), further])
            draw.mended = token, found
        return draw.mended[1].get(part)

    def _elsewhere(self, answer: Answer) -> Sequence[tuple[Case, Fields]]:
        """An answer's results on the cases on which changes are compared; none where it fails."""
        try:
            return self.results(answer, draws.drawn(self, mutations.OTHER_CASES).cases)
        except Hint:
            return ()

    def _same(self, mine: Fields, other: Fields, names: set[str], case: Case) -> bool:
        if self.fields:
            return all(item.agrees(mine[item.name], other[item.name], case) for item in self.fields if item.name in names)
        pairs = [(mine[name], other[name]) for name in sorted(names)]
        if any(np.shape(one) != np.shape(two) for one, two in pairs):
            return False
        return all(np.allclose(one, two, rtol=1e-9, atol=1e-12, equal_nan=True) for one, two in pairs)

    def examine(self, answer: Any, part: str | None = None, seed: int | None = None) -> None:
        """Raise :class:`WrongAnswer` unless the answer is right in ``part`` (all parts when None).

        The cases are drawn from ``seed``, or from :mod:`random` when it is None. Raises KeyError
        for a part that does not exist.
        """
        wanted_parts = list(self.parts) if part is None else [part]
        if part is not None and part not in self.parts:
            raise KeyError(f"{self.name} has no part {part!r}; it has {list(self.parts)}")
        drawn = random.getrandbits(32) if seed is None else seed
        cases: list[Case] = []
        try:
            base.need_function(self.name, answer, self.parameters)
            draw = draws.closed(self.name, answer) or draws.drawn(self, drawn)
            drawn = draw.seed
            cases = [case for case in draw.cases if case.is_for(part)]
            if not cases:
                raise ValueError(f"{self.name} has no case for part {part!r}")
            got = draw.answered(answer, cases)
            again = self.results(answer, cases[:1])
        except WrongAnswer:
            raise
        except Hint as hint:
            idea = self._idea_behind(hint, answer, cases, draw.cases) if cases else None
            message = f"{hint} {idea.hint}" if idea and "changed its inputs" not in str(hint) else str(hint)
            raise self._refused(message, idea, drawn, cases, hint.misconception) from hint
        if not self._same(got[0][1], again[0][1], self._every, cases[0]):
            raise WrongAnswer(
                f"`{cases[0].call(self.name)}` gave one result and, called again, another. "
                "Does the function keep something between calls, or draw random numbers?",
                misconception="keeps state between calls",
                seed=drawn,
            )
        wanted = draw.right(part)
        for name in wanted_parts:
            complaint = self.complaint(name, got, wanted)
            if complaint is not None:
                idea = self.idea_of(name, answer, draw, got, wanted)
                message = f"{idea.hint} {complaint}" if idea else self._broken_invariant(got) or complaint
                raise self._refused(message, idea, drawn, cases)

    def accepts(self, answer: Answer, part: str, seed: int) -> bool:
        """Whether :meth:`examine` accepts a part; much quicker, for it looks for no reason."""
        draw = draws.drawn(self, seed)
        cases = [case for case in draw.cases if case.is_for(part)]
        try:
            base.need_function(self.name, answer, self.parameters)
            got, again = self.results(answer, cases), self.results(answer, cases[:1])
        except Hint:
            return False
        return self._same(got[0][1], again[0][1], self._every, cases[0]) and self.holds(part, got, draw.right(part))

    def slip_of(self, part: str, got: Sequence[tuple[Case, Fields]], wanted: Sequence[tuple[Case, Fields]]) -> Misconception | None:
        """The slip that turns right figures of a field into the student's on every case.

        A slip is a factor, a sign, a place, rounding …. It is named only where it changes something
        in one of the cases, fits all of them, and no other slip does. Figures that are the same in
        all cases are given no name: too many slips lead to them.
        """
        got, wanted = _only(part, got), _only(part, wanted)
        for name in self.parts[part]:
            item = next((item for item in self.fields if item.name == name), None)
            if item is None and name != "weights":
                continue
            if not mutations.varied([mine[name] for _, mine in got]):
                continue
            tolerance = item or Field(name, "")
            fits: dict[int, bool] = {}
            changes: set[int] = set()
            for (case, mine), (_, right) in zip(got, wanted, strict=True):
                given = dict(zip(self.parameters, case.args, strict=False)) | dict(case.kwargs)
                for place, (_slip, made) in enumerate(slips(np.asarray(right[name], dtype=float), given)):
                    other = right[name] if made is None else made
                    fits[place] = fits.get(place, True) and tolerance.agrees(mine[name], other, case)
                    if made is not None and not tolerance.agrees(made, right[name], case):
                        changes.add(place)
            named = {SLIPS[place].name: SLIPS[place].hint for place in sorted(changes) if fits[place]}
            if len(named) == 1:
                ((slip, hint),) = named.items()
                return Misconception(slip, _nothing, f"Your `{name}` {hint}", (part,))
        return None

    def practised(self, part: str, answer: Answer) -> Misconception | None:
        """The wrong idea that an answer shows on the practice cases.

        It is for parts that are judged by properties. There, results of one idea may differ from
        student to student; the practice cases compare what is done to each weight.
        """
        if part not in self.judges or self.name not in _practice.table()["exercises"]:
            return None
        found = _practice.Compared(self.name, answer).idea(part)
        return Misconception(found[0], _nothing, found[1], (part,)) if found else None

    def _refused(
        self, message: str, idea: Misconception | None, seed: int, cases: Sequence[Case], form: str | None = None
    ) -> WrongAnswer:
        """The refusal, with lines that make the call again that it tells of.

        ``form`` is the name that a hint about the result's form brings with it.
        """
        failing = next((case for case in cases if f"`{case.call(self.name)}`" in message), None)
        lines = failing.lines(self.name, self.parameters) if failing else ""
        return WrongAnswer(message, misconception=idea.name if idea else form, seed=seed, lines=lines)

    def _idea_behind(self, hint: Hint, answer: Answer, cases: Sequence[Case], every: Sequence[Case]) -> Misconception | None:
        """The wrong idea that stops with the same hint at the same cases.

        It has the same results before them. ``cases`` are those of the part, ``every`` those of all
        parts: where an answer stops says what it gets wrong.
        """
        if isinstance(hint.__cause__, NotImplementedError) or self._until(answer, cases)[1] != str(hint):
            return None
        before, stopped = self._until(answer, every)
        if len(before) == len(every):
            return None
        for idea in self.misconceptions:
            try:
                if self._until(idea.wrong, [every[len(before)]])[1] != stopped:
                    continue
                others, complaint = self._until(idea.wrong, every)
                pairs = zip(before, others, strict=True)
                if complaint == stopped and all(self._same(mine, other, self._every, case) for (case, mine), (_, other) in pairs):
                    return idea
            except Exception:  # another number of results, or none that can be compared
                continue
        return None

    def _until(self, answer: Answer, cases: Sequence[Case]) -> tuple[list[tuple[Case, Fields]], str]:
        """Results up to the first case that raises a hint, and the hint."""
        found: list[tuple[Case, Fields]] = []
        for case in cases:
            try:
                found += self.results(answer, [case])
            except Hint as hint:
                return found, str(hint)
        return found, ""

    def _broken_invariant(self, got: Sequence[tuple[Case, Fields]]) -> str | None:
        if self.invariants is None:
            return None
        for case, mine in got:
            try:
                self.invariants(mine, case)
            except Hint as hint:
                return f"In `{case.call(self.name)}`: {hint}"
        return None


def _only(part: str, results: Sequence[tuple[Case, Fields]]) -> list[tuple[Case, Fields]]:
    return [(case, found) for case, found in results if case.is_for(part)]


def _where(mine: ArrayLike, right: ArrayLike, item: Field, case: Case) -> str:
    got, wanted = np.asarray(mine, dtype=float), np.asarray(right, dtype=float)
    if got.ndim == 0 or got.shape != wanted.shape:
        return base.shown(mine)
    flat = [position for position in range(got.size) if not item.agrees(got.reshape(-1)[position], wanted.reshape(-1)[position], case)]
    return f"{base.shown(got.reshape(-1)[flat[0]])} at position {flat[0]}" if flat else base.shown(mine)
