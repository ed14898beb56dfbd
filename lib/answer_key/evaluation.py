"""How many held-out answers are refused and named, by checks and by grading.

``python -m answer_key.evaluation`` prints every set twice: as it is graded, and with the lists of
wrong ideas switched off, so that all slips are in no list and only detectors can name them. Below
each are right answers that were refused, and the names that nobody has read and found true
(:mod:`answer_key.held_out.confirmed_names`).
"""

import contextlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from phase6.checks._base import Hint

from answer_key import exercises
from answer_key.exercise import Answer, Exercise, WrongAnswer
from answer_key.held_out import HeldOutAnswer, sets
from answer_key.held_out.confirmed_names import CONFIRMED
from answer_key.mending import ONE_PLACE


@dataclass
class Evaluation:
    """Counts over held-out answers.

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


def refusals_by_check(item: HeldOutAnswer, exercise: Exercise) -> dict[str, str | None]:
    """Refusals of the visible check, by part, with the name of the idea."""
    said: dict[str, str | None] = {}
    for part in exercise.parts:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                exercise.check(item.answer, part)
            except Hint as hint:
                said[part] = hint.misconception
    return said


def refusals_by_grading(item: HeldOutAnswer, exercise: Exercise, seed: int) -> dict[str, str | None]:
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

    def practised(self, part: str, answer: Answer) -> None:
        """None: the table of practice cases holds the lists' ideas."""


def evaluate(seed: int, answers: Sequence[HeldOutAnswer], *, lists: bool = True) -> Evaluation:
    """Counts over held-out answers, each checked and graded once.

    Without ``lists`` the lists of wrong ideas are switched off.
    """
    known, counts = {name: item for name, item in exercises().items() if isinstance(item, Exercise)}, Evaluation()
    if not lists:
        known = {name: _Unlisted(item) for name, item in known.items()}
    for item in answers:
        exercise = known[item.exercise]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checked, graded = refusals_by_check(item, exercise), refusals_by_grading(item, exercise, seed)
        label = f"{item.exercise}: {item.what}"
        if item.right:
            counts.right += 1
            if checked or graded:
                counts.right_refused.append(label)
            continue
        counts.wrong += 1
        counts.refused_before += bool(checked)
        counts.refused_after += bool(graded)
        counts.named_before += any(checked.values())
        counts.named_after += any(graded.values())
        if not (item.listed and lists):
            counts.slips += 1
            counts.slips_named_after += any(graded.values())
        # one place needs no reading: the answer's own code, changed there, was run and is right
        for name in [name for name in {*checked.values(), *graded.values()} if name and not name.startswith(ONE_PLACE)]:
            meant = any(name in meaning or meaning in name for meaning in item.means)
            if not meant and f"{label}, as {name}" not in CONFIRMED:
                counts.named_wrongly.append(f"{label}, as {name}")
    return counts


if __name__ == "__main__":
    for name, answers in sets().items():
        for how, lists in (("", True), (", lists switched off", False)):
            result = evaluate(5, answers, lists=lists)
            print(f"{name}{how}: {result}", *result.right_refused, *result.named_wrongly, sep="\n")
