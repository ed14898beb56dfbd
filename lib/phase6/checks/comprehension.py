"""Section 6.4: whether numbers are numbers and choices are letters that the question offers.

Which are right is not told here. Each function takes those of its question's variables that are to
be looked at, by keyword, and the student's id: a known wrong idea is told by the figure that it
leads to, and that depends on the student's numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from phase6.checks import _base as base
from phase6.checks import _values as values
from phase6.progress import recorded
from phase6.variants import number_of

CHOICES = ("a", "b", "c", "d")


@recorded
def q1(student: object = "", **given: object) -> None:
    """Question 1: fractions of equity, and a number of levels."""
    kinds = dict.fromkeys(("q1_nominal_risk", "q1_stop_risk", "q1_peak_stop_risk"), _of_equity)
    _look(student, "q1", given, {**kinds, "q1_peak_level": _levels})


@recorded
def q2(student: object = "", **given: object) -> None:
    """Question 2: letters."""
    names = ("q2_win_rate", "q2_variance", "q2_expectancy_no_edge", "q2_expectancy_trend")
    _look(student, "q2", given, dict.fromkeys(names, _letter))


@recorded
def q3(student: object = "", **given: object) -> None:
    """Question 3: positive numbers."""
    names = ("q3_portfolio_sharpe", "q3_standard_error_two_years", "q3_sharpe_with_correlation")
    _look(student, "q3", given, dict.fromkeys(names, _positive))


@recorded
def q4(student: object = "", **given: object) -> None:
    """Question 4: a set of letters, and two letters."""
    _look(student, "q4", given, {"q4_regime": _letters, "q4_leverage": _letter, "q4_after_matching": _letter})


@recorded
def q5(student: object = "", **given: object) -> None:
    """Question 5: a fraction, and a positive number."""
    _look(student, "q5", given, {"q5_btc_variance_share": _fraction, "q5_effective_bets": _positive})


def letters(name: str, answer: object, choices: Sequence[str], *, many: bool) -> frozenset[str]:
    """The choices that an answer names, in small letters.

    Parameters
    ----------
    name : str
        Of the answer, for the hints.
    answer : object
        One choice is a string. Several are any collection of strings, or one string such as "a, b"
        or "ab".
    choices : sequence of str
        What is offered.
    many : bool
        Whether several may be named.

    Raises
    ------
    Hint
        Unless it names what is offered, and at least one.
    """
    if isinstance(answer, str):
        named = answer.replace(",", " ").split() if many else [answer.strip()]
        if many and len(named) == 1 and all(letter.lower() in choices for letter in named[0]):
            named = list(named[0])
    elif many and isinstance(answer, Iterable):
        named = [str(part).strip() for part in answer]
    else:
        expected = "a set of letters, such as {'a', 'b'}" if many else "one letter, such as 'a'"
        raise base.Hint(f"`{name}` is a {type(answer).__name__}; expected {expected}.")
    found = frozenset(letter.lower() for letter in named if letter)
    strange = sorted(found - set(choices))
    base.need(bool(found), f"`{name}` is empty; the choices are {', '.join(choices)}.")
    base.need(not strange, f"`{name}` names {', '.join(map(repr, strange))}; the choices are {', '.join(choices)}.")
    return found


def _look(student: object, question: str, given: Mapping[str, object], kinds: Mapping[str, Callable[[str, object], object]]) -> None:
    """Look at each of the values that are given.

    Raises ValueError for a name that the question does not have.
    """
    if strange := sorted(set(given) - set(kinds)):
        raise ValueError(f"{question} has no {strange[0]!r}; it has {', '.join(kinds)}")
    for name, value in given.items():
        base.need(value is not None and value is not Ellipsis, f"`{name}` is not answered yet: it is {value!r}.")
        kinds[name](name, value)
        note = ""
        if kinds[name] not in (_letter, _letters, _levels):
            figure = _number(name, value)
            if idea := values.wrong_idea(name, figure, number_of(student)):
                hint = base.Hint(idea[1])
                hint.misconception = idea[0]
                raise hint
            note = _note(question, figure)
        print(f"○ {name}: recorded.{note} You learn whether it is right when the notebook is graded.")


def _note(question: str, figure: float) -> str:
    """What can be said of a number without knowing the right one."""
    if question != "q1" or values.digits(figure) > 4:
        return ""
    return f" {base.shown(figure)} has few digits: if it is rounded, type the expression instead."


def _number(name: str, value: object) -> float:
    base.need(not callable(value), f"`{name}` is a function; expected a number.")
    return base.number(f"`{name}`", value)


def _of_equity(name: str, value: object) -> float:
    found = _number(name, value)
    base.need(abs(found) < 1, f"`{name}` = {base.shown(found)} means {100 * found:,.6g} % of equity. Give a fraction: 1 % is 0.01.")
    return found


def _levels(name: str, value: object) -> None:
    found = _number(name, value)
    base.need(found == int(found) and found >= 1, f"`{name}` is {base.shown(found)}; expected a number of levels: 1, 2, …")


def _positive(name: str, value: object) -> float:
    found = _number(name, value)
    base.need(found > 0, f"`{name}` is {base.shown(found)}; expected a number above 0.")
    return found


def _fraction(name: str, value: object) -> None:
    found = _positive(name, value)
    base.need(found <= 1, f"`{name}` is {base.shown(found)}; a share is a fraction between 0 and 1.")


def _letter(name: str, value: object) -> None:
    letters(name, value, CHOICES, many=False)


def _letters(name: str, value: object) -> None:
    letters(name, value, CHOICES, many=True)
