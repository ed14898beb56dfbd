"""For instructors: per exercise a reference, cases, and the known wrong ideas.

Students never see this package. A hidden test calls :func:`examine` with the exercise's name, the
student's answer and the part that the test cell is about.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from answer_key import comprehension
from answer_key.exercise import Case, Exercise, Field, Misconception, WrongAnswer
from answer_key.value import Value, WrongValue

__all__ = ["Case", "Exercise", "Field", "Misconception", "Value", "WrongAnswer", "WrongValue", "examine", "exercises"]

SECTIONS = ("pyramiding", "scaling", "portfolio", "comprehension", "conviction")


def exercises() -> dict[str, Exercise | Value]:
    """Every exercise of the unit, by name, in the order of the sections."""
    found: dict[str, Exercise | Value] = {}
    for section in SECTIONS:
        for item in import_module(f"answer_key.{section}").EXERCISES:
            found[item.name] = item
    return found


def examine(name: str, answer: Any, part: str | None = None, seed: int | None = None, students: Sequence[str] = ("",)) -> None:
    """Raise :class:`WrongAnswer` unless ``answer`` to exercise ``name`` is right.

    The exception's message is for the student. ``part`` limits the test to one idea. ``seed`` draws
    the same cases again; when None it is drawn from :mod:`random`, which a grader may seed to be
    able to repeat a grading. A student's answer that was wrong, and of which changes were tried to
    name what is wrong, keeps the cases of then, whatever the seed. ``students`` are the ids whose
    numbers a question of section 6.4 may be answered for, the student's own first; "" stands for
    the standard numbers. Raises KeyError for a name or part that does not exist.
    """
    known = exercises()
    if name not in known:
        raise KeyError(f"there is no exercise {name!r}; there are {list(known)}")
    item = known[name]
    if part is not None and part not in item.parts:
        raise KeyError(f"{name} has no part {part!r}; it has {list(item.parts)}")
    if isinstance(item, Value):
        comprehension.examine(name, answer, students)
    else:
        item.examine(answer, part=part, seed=seed)
