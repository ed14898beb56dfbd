"""How many answers that were set aside are refused and named, by checks and by grading.

``python -m answer_key.told`` prints every set twice: as it is graded, and with the lists of wrong
ideas switched off, so that all slips are in no list and only detectors can name them. Below each
are right answers that were refused, and the namings that nobody has read and found true
(:mod:`answer_key.unseen.read`).
"""

import contextlib
import importlib
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from phase6.checks._base import Hint

from answer_key import exercises
from answer_key.exercise import Exercise, WrongAnswer
from answer_key.mending import ONE_PLACE
from answer_key.unseen import Unseen, answers, sets
from answer_key.unseen.read import TRUE


@dataclass
class Told:
    """Counts over answers that were set aside.

    ``slips`` are wrong answers whose idea is in no list.
    """

    wrong: int = 0
    refused_before: int = 0
    named_before: int = 0
    refused_after: int = 0
    named_after: int = 0
    slips: int = 0
    slips_named_after: int = 0
    right: int = 0
    right_refused: list[str] = field(default_factory=list)
    named_wrongly: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether enough answers are refused and named, and nothing right refused or misnamed.

        Enough is 97 % refused and 75 % named before, and 60 % of slips named after.
        """
        enough = self.refused_before >= 0.97 * self.wrong and self.named_before >= 0.75 * self.wrong
        return enough and self.slips_named_after >= 0.6 * self.slips and not self.right_refused and not self.named_wrongly

    def __str__(self) -> str:
        before = f"before handing in {self.refused_before}/{self.wrong} refused, {self.named_before}/{self.wrong} named"
        after = f"graded {self.refused_after}/{self.wrong} refused, {self.named_after}/{self.wrong} named"
        slips = f"named after grading among those in no list {self.slips_named_after}/{self.slips}"
        right = f"right ones refused {len(self.right_refused)}/{self.right}"
        return f"{before}; {after}; {slips}; {right}; named wrongly {len(self.named_wrongly)}."


def check_of(exercise: Exercise) -> Callable[..., None]:
    """The visible check of an exercise."""
    section = {"6.1": "pyramiding", "6.2": "scaling", "6.3": "portfolio", "6.5": "conviction"}[exercise.section]
    check: Callable[..., None] = getattr(importlib.import_module(f"phase6.checks.{section}"), exercise.name)
    return check


def before(item: Unseen, exercise: Exercise) -> dict[str, str | None]:
    """Refusals of the visible checks, by part, with the name of the idea."""
    check = check_of(exercise)
    said: dict[str, str | None] = {}
    for part in exercise.parts:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                check(item.answer, part)
            except Hint as hint:
                said[part] = hint.misconception
    return said


def after(item: Unseen, exercise: Exercise, seed: int) -> dict[str, str | None]:
    """Refusals of grading, by part, with the name of the idea."""
    said: dict[str, str | None] = {}
    for part in exercise.parts:
        try:
            exercise.examine(item.answer, part, seed=seed)
        except WrongAnswer as wrong:
            said[part] = wrong.misconception
    return said


class _Unlisted(Exercise):
    """An exercise without its list of wrong ideas and the table of practice cases."""

    def __init__(self, exercise: Exercise) -> None:
        super().__init__(**{field.name: getattr(exercise, field.name) for field in fields(exercise)} | {"misconceptions": ()})

    def practised(self, part: str, answer: Callable[..., Any]) -> None:
        """No idea: the table is one of the lists."""


def measured(seed: int, among: Sequence[Unseen] | None = None, *, lists: bool = True) -> Told:
    """All answers that were set aside, once; without ``lists`` every slip is in none."""
    known, told = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}, Told()
    if not lists:
        known = {name: _Unlisted(item) for name, item in known.items()}
    warnings.simplefilter("ignore")
    for item in answers() if among is None else among:
        exercise = known[item.exercise]
        checked, graded = before(item, exercise), after(item, exercise, seed)
        label = f"{item.exercise}: {item.what}"
        if item.right:
            told.right += 1
            if checked or graded:
                told.right_refused.append(label)
            continue
        told.wrong += 1
        told.refused_before += bool(checked)
        told.refused_after += bool(graded)
        told.named_before += any(checked.values())
        told.named_after += any(graded.values())
        if not (item.listed and lists):
            told.slips += 1
            told.slips_named_after += any(graded.values())
        # that one place decides was seen: with it changed, the answer's own code is right
        for name in [name for name in {*checked.values(), *graded.values()} if name and not name.startswith(ONE_PLACE)]:
            meant = any(name in meaning or meaning in name for meaning in item.means)
            if not meant and f"{label}, as {name}" not in TRUE:
                told.named_wrongly.append(f"{label}, as {name}")
    return told


if __name__ == "__main__":
    for name, among in sets().items():
        for how, lists in (("", True), (", lists switched off", False)):
            result = measured(5, among, lists=lists)
            print(f"{name}{how}: {result}", *result.right_refused, *result.named_wrongly, sep="\n")
