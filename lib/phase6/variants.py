"""Numbers for each student for the questions of section 6.4.

There are the standard numbers, and 32 variants of the same difficulty. A student writes an id into
``STUDENT``; the id decides which variant is theirs. The numbers of every variant stand below: they
are what the questions ask about, and no answer is in them.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache

from phase6.market import UNIVERSE


@dataclass(frozen=True)
class Pyramid:
    """The pyramid of question 1.

    Attributes
    ----------
    levels : int
        How many levels it has; they are one ATR apart.
    risk : float
        Risk budget of each level, a fraction of equity.
    stop : float
        Distance of the shared stop below the newest entry, in ATR.
    decay : float
        Level k, counted from 0, has the size of the first divided by 1 + decay · k.
    """

    levels: int
    risk: float
    stop: float
    decay: float

    def _repr_markdown_(self) -> str:
        return (
            f"**Your pyramid:** {self.levels} levels, one ATR apart, at {100 * self.risk:g} % risk each (`levels`, `risk`); the stop "
            f"{self.stop:g} ATR below the newest entry (`stop`); level k, counted from 0, has the quantity "
            f"`equity · {self.risk:g} / ({self.stop:g} · ATR) / (1 + {self.decay:g}·k)` (`decay` = {self.decay:g})."
        )


@dataclass(frozen=True)
class Assets:
    """The assets of question 3.

    Attributes
    ----------
    count : int
        How many there are.
    sharpe : float
        True annual Sharpe ratio of each.
    correlation : float
        Correlation of every pair, where they are correlated.
    """

    count: int
    sharpe: float
    correlation: float

    def _repr_markdown_(self) -> str:
        return (
            f"**Your assets:** {self.count} of them (`count`), each with a true Sharpe ratio of {self.sharpe:g} a year (`sharpe`); "
            f"where they are correlated, every pair has {self.correlation:g} (`correlation`)."
        )


class Volatilities(dict[str, float]):
    """Annual volatilities of question 5, fractions, by the name of the asset."""

    def _repr_markdown_(self) -> str:
        names, figures = " | ".join(self), " | ".join(f"{sigma:.2f}" for sigma in self.values())
        return f"**Your volatilities**, a year:\n\n| {names} |\n|{'---|' * len(self)}\n| {figures} |"


@dataclass(frozen=True)
class Variant:
    """All numbers of one variant; ``number`` 0 is the standard."""

    number: int
    pyramid: Pyramid
    assets: Assets
    volatilities: Volatilities

    def _repr_markdown_(self) -> str:
        if not self.number:
            return "You work with the **standard numbers**, those of the text. (`STUDENT` is empty.)"
        return f"You work with **numbers of your own**, variant {self.number} of {COUNT}. They are printed below each question."


STANDARD = Variant(
    0, Pyramid(4, 0.005, 2.0, 0.25), Assets(8, 0.5, 0.3), Volatilities({name: asset.sigma for name, asset in UNIVERSE.items()})
)
ROWS: tuple[tuple[tuple[int, float, float, float], tuple[int, float, float], tuple[float, ...]], ...] = (
    ((5, 0.0055, 2.5, 0.2), (7, 0.8, 0.45), (0.15, 0.18, 0.14, 0.26, 0.57, 0.07, 0.23, 0.08)),
    ((5, 0.007, 3.0, 0.4), (8, 0.95, 0.45), (0.15, 0.25, 0.14, 0.39, 0.69, 0.08, 0.26, 0.09)),
    ((4, 0.0055, 2.0, 0.35), (8, 0.6, 0.35), (0.14, 0.19, 0.19, 0.3, 0.66, 0.07, 0.3, 0.09)),
    ((5, 0.0055, 3.0, 0.45), (7, 0.95, 0.45), (0.15, 0.19, 0.16, 0.44, 0.48, 0.07, 0.19, 0.11)),
    ((4, 0.0045, 2.0, 0.35), (6, 0.8, 0.25), (0.22, 0.22, 0.14, 0.33, 0.45, 0.09, 0.24, 0.11)),
    ((5, 0.0035, 3.0, 0.4), (9, 0.8, 0.5), (0.22, 0.21, 0.11, 0.26, 0.63, 0.09, 0.24, 0.11)),
    ((4, 0.008, 2.5, 0.35), (5, 0.55, 0.5), (0.15, 0.23, 0.19, 0.28, 0.66, 0.1, 0.23, 0.11)),
    ((4, 0.0035, 2.0, 0.35), (9, 0.7, 0.5), (0.22, 0.17, 0.13, 0.28, 0.66, 0.09, 0.19, 0.08)),
    ((4, 0.007, 2.5, 0.3), (8, 0.8, 0.45), (0.22, 0.17, 0.14, 0.28, 0.63, 0.09, 0.29, 0.1)),
    ((5, 0.0035, 2.5, 0.2), (7, 0.6, 0.35), (0.16, 0.22, 0.19, 0.3, 0.57, 0.09, 0.29, 0.09)),
    ((4, 0.004, 2.0, 0.4), (8, 0.95, 0.3), (0.17, 0.24, 0.13, 0.3, 0.69, 0.09, 0.28, 0.12)),
    ((5, 0.009, 3.0, 0.45), (7, 0.75, 0.35), (0.21, 0.24, 0.11, 0.28, 0.45, 0.08, 0.29, 0.12)),
    ((5, 0.0075, 3.0, 0.4), (8, 0.7, 0.3), (0.21, 0.23, 0.19, 0.33, 0.48, 0.1, 0.28, 0.11)),
    ((4, 0.003, 2.5, 0.45), (6, 0.75, 0.35), (0.22, 0.21, 0.16, 0.37, 0.66, 0.07, 0.2, 0.11)),
    ((5, 0.008, 3.0, 0.45), (7, 0.65, 0.4), (0.21, 0.15, 0.18, 0.37, 0.69, 0.08, 0.19, 0.08)),
    ((4, 0.004, 2.5, 0.5), (7, 0.5, 0.45), (0.16, 0.21, 0.14, 0.3, 0.54, 0.06, 0.28, 0.1)),
    ((4, 0.0045, 2.0, 0.15), (8, 0.65, 0.3), (0.22, 0.25, 0.12, 0.39, 0.48, 0.06, 0.2, 0.08)),
    ((5, 0.0055, 3.0, 0.4), (8, 0.7, 0.5), (0.21, 0.19, 0.16, 0.26, 0.51, 0.09, 0.24, 0.09)),
    ((5, 0.007, 2.5, 0.2), (5, 0.85, 0.5), (0.21, 0.23, 0.17, 0.4, 0.63, 0.08, 0.24, 0.11)),
    ((5, 0.0045, 3.0, 0.45), (7, 0.7, 0.35), (0.14, 0.17, 0.13, 0.26, 0.63, 0.07, 0.24, 0.08)),
    ((5, 0.009, 3.0, 0.4), (7, 0.9, 0.25), (0.21, 0.22, 0.11, 0.44, 0.63, 0.1, 0.31, 0.11)),
    ((4, 0.008, 2.0, 0.15), (7, 0.7, 0.3), (0.16, 0.25, 0.11, 0.28, 0.63, 0.08, 0.29, 0.08)),
    ((5, 0.007, 3.0, 0.45), (8, 0.9, 0.4), (0.21, 0.17, 0.18, 0.44, 0.66, 0.07, 0.31, 0.11)),
    ((4, 0.009, 2.0, 0.3), (8, 0.75, 0.4), (0.14, 0.23, 0.11, 0.28, 0.57, 0.06, 0.2, 0.09)),
    ((4, 0.003, 2.5, 0.4), (8, 0.65, 0.4), (0.14, 0.16, 0.16, 0.32, 0.66, 0.06, 0.21, 0.1)),
    ((4, 0.0055, 2.5, 0.45), (9, 0.8, 0.45), (0.15, 0.18, 0.12, 0.26, 0.48, 0.09, 0.24, 0.12)),
    ((4, 0.0055, 2.5, 0.5), (9, 0.65, 0.45), (0.14, 0.23, 0.17, 0.33, 0.63, 0.08, 0.24, 0.12)),
    ((4, 0.007, 2.5, 0.35), (7, 0.75, 0.4), (0.19, 0.17, 0.12, 0.33, 0.69, 0.08, 0.29, 0.09)),
    ((4, 0.003, 2.5, 0.3), (6, 0.65, 0.25), (0.14, 0.18, 0.11, 0.26, 0.57, 0.08, 0.28, 0.08)),
    ((5, 0.0045, 3.0, 0.4), (9, 0.5, 0.5), (0.14, 0.23, 0.14, 0.3, 0.66, 0.09, 0.23, 0.08)),
    ((4, 0.009, 2.0, 0.4), (6, 0.95, 0.25), (0.21, 0.25, 0.13, 0.37, 0.69, 0.07, 0.28, 0.08)),
    ((4, 0.0075, 2.5, 0.35), (8, 0.65, 0.45), (0.2, 0.19, 0.19, 0.33, 0.69, 0.09, 0.26, 0.11)),
)
"""Per variant the pyramid, the assets, and the volatilities in the order of the universe."""
COUNT = len(ROWS)


@cache
def variant(number: int) -> Variant:
    """The variant of a number from 0 (the standard) to :data:`COUNT`.

    Raises
    ------
    ValueError
        For another number.
    """
    if not 0 <= number <= COUNT:
        raise ValueError(f"number is {number}; expected 0 to {COUNT}")
    if number == 0:
        return STANDARD
    pyramid, assets, sigmas = ROWS[number - 1]
    return Variant(number, Pyramid(*pyramid), Assets(*assets), Volatilities(zip(UNIVERSE, sigmas, strict=True)))


def number_of(student: object) -> int:
    """Which variant an id has: 0 for an empty one or None.

    Capitals and spaces around it do not matter.
    """
    text = "" if student is None else unicodedata.normalize("NFKC", str(student)).strip().casefold()
    return 1 + int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8]) % COUNT if text else 0


def of(student: object) -> Variant:
    """The numbers of a student, by id; the standard numbers for an empty id."""
    return variant(number_of(student))
