"""Comprehension values: wrong ideas are named by the hash of their value.

Nothing is ever confirmed. The table holds no right value, and none of the wrong ideas from which
one could be told; so whoever tries numbers learns what they would not have guessed, and never what
is right.
"""

import hashlib
import math
from decimal import Decimal

from phase6.checks import _practice as practice

ROUNDS = 4000
"""Repeated hashing: a hundred thousand guesses take minutes, one takes milliseconds."""


def hashed(salt: str, name: str, cell: str) -> str:
    """A slow, salted hash of a value's cell."""
    text = f"{salt}|{name}|{cell}".encode()
    for _ in range(ROUNDS):
        text = hashlib.sha256(text).digest()
    return text.hex()[:16]


def cells(value: float, relative: float) -> list[str]:
    """The cells in which a value lies.

    They are its cell on a logarithmic grid as wide as the tolerance, and the nearer neighbour.
    """
    if value == 0 or not math.isfinite(value):
        return ["0"]
    place = math.log(abs(value)) / max(relative, 1e-6)
    sign = "-" if value < 0 else ""
    return [f"{sign}{math.floor(place)}", f"{sign}{math.floor(place) + 1}"]


def wrong_idea(name: str, value: float, number: int = 0) -> tuple[str, str] | None:
    """Name and hint of the known wrong idea that leads to a value.

    ``number`` is that of the variant whose numbers count (0: the standard ones).
    """
    entry = practice.table()["values"].get(name)
    if entry is None:
        return None
    for cell in cells(value, entry["relative"]):
        place = entry["ideas"].get(hashed(practice.table()["salt"], f"{name}|{number}", cell))
        if place is not None:
            idea, hint = entry["hints"][place]
            return str(idea), str(hint)
    return None


def digits(value: float) -> int:
    """Significant digits of a number as it would be typed."""
    return len(Decimal(repr(value)).normalize().as_tuple().digits)
