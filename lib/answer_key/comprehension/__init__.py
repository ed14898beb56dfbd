"""Section 6.4: right answers computed from their rules, and the values of wrong ideas.

Questions 1, 3 and 5 have numbers that a student may have of their own; :func:`questions` gives the
values for any variant.
"""

import functools
from collections.abc import Sequence
from typing import Any

from phase6.checks import _base as base
from phase6.variants import COUNT, number_of, variant

from answer_key.comprehension import q1, q3, q5
from answer_key.comprehension.q2 import SCALING
from answer_key.comprehension.q4 import HURTS
from answer_key.exercise import WrongAnswer
from answer_key.value import Value

ANOTHERS = "another variant's numbers"
"""Name of the idea that a right answer to other numbers shows."""
CLOSE = 1e-6
DIGITS = 5
"""An answer is another variant's where it agrees this closely, and has this many digits.

Fewer digits agree by chance.
"""


@functools.cache
def questions(number: int) -> dict[str, Value]:
    """Every value of the section by name, for a variant's numbers (0: the standard ones)."""
    mine = variant(number)
    own = (*q1.questions(mine.pyramid), *SCALING, *q3.questions(mine.assets), *HURTS, *q5.questions(mine.volatilities))
    return {value.name: value for value in own}


EXERCISES: tuple[Value, ...] = tuple(questions(0).values())


def examine(name: str, answer: Any, students: Sequence[str]) -> None:
    """Raise :class:`WrongAnswer` unless an answer is right for one of the students.

    The first of them is the one who handed it in. A wrong idea about any of their numbers is named,
    the first one's before the others'. Where an answer is right for the numbers of yet another
    variant, the message says so.
    """
    counted = list(dict.fromkeys(number_of(student) for student in students))
    refusals = []
    for number in counted:
        try:
            questions(number)[name].examine(answer)
        except WrongAnswer as wrong:
            refusals.append(wrong)
        else:
            return
    for refusal in refusals:
        if refusal.misconception:
            raise refusal
    own = counted[0]
    whose = [number for number in range(COUNT + 1) if number != own and _is_exactly(questions(number)[name], answer)]
    if not whose:
        raise refusals[0]
    raise WrongAnswer(_of_another(whose[0], own), misconception=ANOTHERS, fact=_fact(name, whose, own)) from refusals[0]


def _is_exactly(value: Value, answer: Any) -> bool:
    """Whether an answer is a value's right one, too exactly for chance.

    The value must have enough digits, and the answer be close enough to it.
    """
    if value.choices or len(f"{value.answer:.9g}".replace(".", "").strip("0")) < DIGITS or not value.is_right(answer):
        return False
    return base.close(value.read(answer), value.answer, relative=CLOSE)


def _of_another(number: int, own: int) -> str:
    if not number:
        return "This is right for the standard numbers. Yours are others: write your id into STUDENT, and use what is printed then."
    if not own:
        return "This is right for other numbers than the standard ones, which are asked for here: leave STUDENT empty."
    return "This is right for another student's numbers: is STUDENT your own id?"


def _fact(name: str, whose: Sequence[int], own: int) -> str:
    def called(number: int) -> str:
        return f"variant {number}" if number else "the standard numbers"

    return f"the answer `{name}` is right for {' and '.join(map(called, whose))}; this student has {called(own)}"
