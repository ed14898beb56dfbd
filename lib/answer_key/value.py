"""A comprehension answer: a number with a tolerance, a choice, or a set of choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phase6.checks import _base as base
from phase6.checks._base import Hint
from phase6.checks.comprehension import letters

from answer_key.exercise import WrongAnswer


@dataclass(frozen=True)
class WrongValue:
    """A wrong idea about a comprehension question: its name, the value it leads to, the hint."""

    name: str
    value: Any
    hint: str


@dataclass(frozen=True)
class Value:
    """A comprehension answer: a number within a relative tolerance, one choice, or several."""

    name: str
    section: str
    answer: Any
    rule: str
    misconceptions: tuple[WrongValue, ...]
    relative: float = 1e-6
    choices: tuple[str, ...] = ()
    variants: tuple[Any, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"value": ()})

    @property
    def many(self) -> bool:
        """Whether several choices are to be named."""
        return isinstance(self.answer, frozenset)

    def read(self, answer: Any) -> Any:
        """The canonical form of an answer.

        Raises a hint where it is not of the kind that was asked for.
        """
        base.need(answer is not None and answer is not Ellipsis, f"`{self.name}` is not answered yet: it is {answer!r}.")
        if not self.choices:
            base.need(not callable(answer), f"`{self.name}` is a function; expected a number.")
            return base.number(f"`{self.name}`", answer)
        named = letters(self.name, answer, self.choices, many=self.many)
        return named if self.many else next(iter(named))

    def same(self, first: Any, second: Any) -> bool:
        """Whether two canonical answers are the same."""
        if self.choices:
            return bool(first == second)
        return base.close(first, float(second), relative=self.relative, absolute=1e-12)

    def is_right(self, answer: Any) -> bool:
        """Whether an answer is the right one."""
        try:
            return self.same(self.read(answer), self.answer)
        except Hint:
            return False

    def examine(self, answer: Any, part: str | None = None, seed: int | None = None) -> None:
        """Raise :class:`WrongAnswer` unless the answer is right."""
        try:
            mine = self.read(answer)
        except Hint as hint:
            raise WrongAnswer(str(hint)) from hint
        if self.same(mine, self.answer):
            return
        for idea in self.misconceptions:
            if self.same(mine, idea.value):
                raise WrongAnswer(idea.hint, misconception=idea.name)
        raise WrongAnswer(f"`{self.name}` = {base.shown(answer)} is not right. The rule: {self.rule}.")
