"""Section 6.4: whether numbers are numbers and choices are letters that the question offers. Which are right is not told here."""

from collections.abc import Iterable, Sequence
from typing import Any

from phase6.checks import _base as base

CHOICES = ("a", "b", "c", "d")


def q1(*, q1_nominal_risk: Any, q1_stop_risk: Any, q1_peak_level: Any, q1_peak_stop_risk: Any) -> None:
    """Question 1: three fractions of equity and a number of levels."""
    for name, value in (
        ("q1_nominal_risk", q1_nominal_risk),
        ("q1_stop_risk", q1_stop_risk),
        ("q1_peak_level", q1_peak_level),
        ("q1_peak_stop_risk", q1_peak_stop_risk),
    ):
        _number(name, value)
    level = _number("q1_peak_level", q1_peak_level)
    base.need(level == int(level) and level >= 1, f"`q1_peak_level` is {base.shown(level)}; expected a number of levels: 1, 2, …")
    _told("q1")


def q2(*, q2_win_rate: Any, q2_variance: Any, q2_expectancy_no_edge: Any, q2_expectancy_trend: Any) -> None:
    """Question 2: four letters."""
    _letter("q2_win_rate", q2_win_rate)
    _letter("q2_variance", q2_variance)
    _letter("q2_expectancy_no_edge", q2_expectancy_no_edge)
    _letter("q2_expectancy_trend", q2_expectancy_trend)
    _told("q2")


def q3(*, q3_portfolio_sharpe: Any, q3_standard_error_two_years: Any, q3_sharpe_with_correlation: Any) -> None:
    """Question 3: three positive numbers."""
    for name, value in (
        ("q3_portfolio_sharpe", q3_portfolio_sharpe),
        ("q3_standard_error_two_years", q3_standard_error_two_years),
        ("q3_sharpe_with_correlation", q3_sharpe_with_correlation),
    ):
        _positive(name, value)
    _told("q3")


def q4(*, q4_regime: Any, q4_leverage: Any, q4_after_matching: Any) -> None:
    """Question 4: a set of letters, and two letters."""
    _answered("q4_regime", q4_regime)
    letters("q4_regime", q4_regime, CHOICES, many=True)
    _letter("q4_leverage", q4_leverage)
    _letter("q4_after_matching", q4_after_matching)
    _told("q4")


def q5(*, q5_btc_variance_share: Any, q5_effective_bets: Any) -> None:
    """Question 5: a fraction, and a positive number."""
    share = _positive("q5_btc_variance_share", q5_btc_variance_share)
    base.need(share <= 1, f"`q5_btc_variance_share` is {base.shown(share)}; a share is a fraction between 0 and 1.")
    _positive("q5_effective_bets", q5_effective_bets)
    _told("q5")


def letters(name: str, answer: Any, choices: Sequence[str], *, many: bool) -> frozenset[str]:
    """The choices that an answer names, in small letters; raises a hint unless they are offered, and one where one is asked for.

    One choice is a string. Several are any collection of strings, or one string such as "a, b" or "ab".
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
    base.need(bool(found), f"`{name}` names no choice; the choices are {', '.join(choices)}.")
    base.need(not strange, f"`{name}` names {', '.join(map(repr, strange))}; the choices are {', '.join(choices)}.")
    return found


def _answered(name: str, value: Any) -> None:
    base.need(value is not None and value is not Ellipsis, f"`{name}` is not answered yet: it is {value!r}.")


def _number(name: str, value: Any) -> float:
    _answered(name, value)
    base.need(not callable(value), f"`{name}` is a function; expected a number.")
    return base.number(f"`{name}`", value)


def _positive(name: str, value: Any) -> float:
    found = _number(name, value)
    base.need(found > 0, f"`{name}` is {base.shown(found)}; expected a number above 0.")
    return found


def _letter(name: str, value: Any) -> None:
    _answered(name, value)
    letters(name, value, CHOICES, many=False)


def _told(question: str) -> None:
    print(f"✓ {question}: every answer is of the right kind. Whether it is right is told when the notebook is graded.")
