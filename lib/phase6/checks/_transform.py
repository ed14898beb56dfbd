"""Slips that turn a right result into a wrong one whatever the exercise.

Factors, signs, places, rounding. :func:`slips` lists what each slip would make of right figures.
Grading compares a student's figures with these; the table of practice cases holds their hashes, so
that a check can name them without the right figures. A slip that leaves the figures as they are
says nothing and is left out.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from phase6._validation import BARS_PER_YEAR

Array = np.ndarray
Fields = Mapping[str, Array]
Arguments = Mapping[str, Any]
"""Arguments of a call by name."""
Change = Callable[[Array, Arguments], Array | None]


@dataclass(frozen=True)
class Slip:
    """A named slip: what it makes of a field's figures, given a call's arguments, and the hint."""

    name: str
    hint: str
    change: Change


def _times(factor: float) -> Change:
    return lambda right, given: right * factor


def _of_shorts(right: Array, given: Arguments) -> Array | None:
    if "forecast" in given:
        views = np.broadcast_to(np.asarray(given["forecast"], dtype=float), right.shape)
        return np.where(views < 0, -right, right)
    if "side" in given:
        return -right if given["side"] == -1 else right
    return None


def _of_periods(power: float) -> Change:
    return lambda right, given: right * given.get("periods_per_year", BARS_PER_YEAR) ** power


def _places(change: Callable[[Array], Array]) -> Change:
    """Only where there are two figures or more to change places."""
    return lambda right, given: change(right) if right.ndim == 1 and len(right) > 1 else None


def _rounded(digits: int) -> Change:
    return lambda right, given: np.round(right, digits)


def _log(right: Array, given: Arguments) -> Array | None:
    return np.log1p(np.maximum(right, -1 + 1e-12)) if (right > -1.0000001).all() and (np.abs(right) < 1.5).all() else None


def _log_fall(right: Array, given: Arguments) -> Array | None:
    return -np.log(np.maximum(1 - right, 1e-12)) if ((right >= 0) & (right <= 1)).all() else None


def _short_of_one(change: Callable[[Array], Array]) -> Change:
    return lambda right, given: change(right) if right.ndim == 1 and len(right) > 2 else None


SLIPS = (
    Slip("a hundred times too large", "is a hundred times too large: is it in percent where a fraction is asked for?", _times(100)),
    Slip("a hundred times too small", "is a hundred times too small: was a fraction taken for percent?", _times(0.01)),
    Slip("a thousand times too large", "is a thousand times too large.", _times(1000)),
    Slip("a thousand times too small", "is a thousand times too small.", _times(0.001)),
    Slip("sign turned round", "has the wrong sign, everywhere.", _times(-1)),
    Slip("sign turned round for shorts", "has the wrong sign for shorts, and the right one for longs.", _of_shorts),
    Slip("scaled by √(365/252)", "is too large by √(365/252): a year has 252 days here.", _times(math.sqrt(365 / BARS_PER_YEAR))),
    Slip("scaled by √(252/365)", "is too small by √(252/365): a year has 252 days here.", _times(math.sqrt(BARS_PER_YEAR / 365))),
    Slip(
        "annualised once too often",
        "is too large by the root of the periods a year: it is annualised once too often.",
        _of_periods(0.5),
    ),
    Slip("not annualised", "is too small by the root of the periods a year: it is not annualised.", _of_periods(-0.5)),
    Slip("annualised by the periods, not their root", "is too large by the root of the periods a year, twice.", _of_periods(1.0)),
    Slip(
        "one place late",
        "is one place late: each figure stands where the next one belongs.",
        _places(lambda a: np.append(a[:1], a[:-1])),
    ),
    Slip("one place late, 0 first", "is one place late, with a 0 at the start.", _places(lambda a: np.append(0.0, a[:-1]))),
    Slip(
        "one place early",
        "is one place early: each figure stands where the one before belongs.",
        _places(lambda a: np.append(a[1:], a[-1:])),
    ),
    Slip("last missing", "lacks its last figure.", _short_of_one(lambda a: a[:-1])),
    Slip("first missing", "lacks its first figure.", _short_of_one(lambda a: a[1:])),
    Slip("reversed", "is in reverse order.", _places(lambda a: a[::-1])),
    Slip("sorted", "is sorted. The order is the one that was asked for.", _places(np.sort)),
    Slip("added up", "is a running total; each figure should stand alone.", _places(np.cumsum)),
    *(Slip("rounded", "looks rounded. Return it as computed.", _rounded(digits)) for digits in (0, 1, 2, 3, 4)),
    Slip("logarithm for a simple return", "is a logarithm, log(1 + r), where the simple return r is asked for.", _log),
    Slip("logarithm for a fall", "is a logarithm, −log(1 − d), where the fall d is asked for.", _log_fall),
    Slip(
        "divided by the count",
        "is divided by how many there are.",
        lambda right, given: right / given["n_levels"] if "n_levels" in given and right.ndim == 0 else None,
    ),
)
"""In the order in which they are tried; the first that fits on every case is named."""


def slips(right: Array, given: Arguments) -> Iterator[tuple[Slip, Array | None]]:
    """Every slip and what it makes of right figures; None where it cannot be made."""
    for slip in SLIPS:
        try:
            with np.errstate(all="ignore"):
                yield slip, slip.change(right, given)
        except (TypeError, ValueError):
            yield slip, None
