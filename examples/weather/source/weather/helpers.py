"""Handed out beside the notebook: both the students' cells and the tests import it."""


def fahrenheit(celsius: float) -> float:
    """Degrees Fahrenheit."""
    return celsius * 9 / 5 + 32


def same(first: float, second: float) -> bool:
    """Whether two temperatures are the same, to a thousandth of a degree."""
    return abs(first - second) < 1e-3
