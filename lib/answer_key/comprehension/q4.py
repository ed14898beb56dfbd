"""Question 4: when pyramiding hurts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from answer_key.comprehension._common import SECTION, styles
from answer_key.value import Value, WrongValue


@dataclass(frozen=True)
class Measured:
    """Total return of the pyramid less that of the single entry: means and quantiles.

    It is in percentage points over 500 bars. ``risk``: at equal initial risk; ``matched``: at equal
    volatility, with its standard error; ``low`` and ``high``: the 5th and 95th percentile of that.
    From ``phase6.experiments.leverage_compared(paths=10_000, seed=0)``.
    """

    risk: float
    matched: float
    error: float
    low: float
    high: float


ONCE = {
    "trend 2.5": Measured(10.45, 2.41, 0.05, -4.51, 10.45),
    "range, 60 days": Measured(-3.74, -1.08, 0.03, -5.54, 3.49),
    "trend 1.0": Measured(1.76, 0.44, 0.04, -5.10, 6.10),
    "range, 20 days": Measured(-5.67, -1.53, 0.02, -5.30, 2.45),
}
THRICE = {
    "trend 2.5": Measured(32.68, 10.85, 0.20, -12.67, 45.13),
    "range, 60 days": Measured(-10.19, -2.73, 0.08, -15.82, 10.36),
    "trend 1.0": Measured(5.19, 1.53, 0.11, -14.87, 19.09),
    "range, 20 days": Measured(-14.54, -2.96, 0.07, -13.93, 8.19),
}
"""The same with every position multiplied by three."""
REGIMES = {"a": "trend 2.5", "b": "range, 60 days", "c": "trend 1.0", "d": "range, 20 days"}


def loses(found: Measured) -> bool:
    """Whether the pyramid is behind by more than chance."""
    return found.matched < -3 * found.error


def leverage_claims() -> dict[str, bool]:
    """The prompt's claims about positions of three times the size, and whether figures agree."""
    pairs = [(ONCE[name], THRICE[name]) for name in ONCE]
    return {
        "a": any(one.matched < 0 < three.matched for one, three in pairs),
        "b": all(one.matched * three.matched > 0 and three.low < 2 * one.low and three.high > 2 * one.high for one, three in pairs),
        "c": all(math.isclose(one.matched, three.matched, rel_tol=0.1) for one, three in pairs),
        "d": all(three.high > 2 * one.high and math.isclose(one.low, three.low, rel_tol=0.1) for one, three in pairs),
    }


def matching_claims() -> dict[str, bool]:
    """The prompt's claims about what volatility matching leaves of the pyramid's lead in trends."""
    shares = [found.matched / found.risk for name, found in ONCE.items() if name.startswith("trend")]
    return {
        "a": all(share > 0.9 for share in shares),
        "b": all(0.1 < share < 0.5 for share in shares),
        "c": all(abs(share) <= 0.1 for share in shares),
        "d": all(share < -0.1 for share in shares),
    }


def the_one(claims: Mapping[str, bool]) -> str:
    """The letter of the only claim that holds."""
    (letter,) = [letter for letter, holds in claims.items() if holds]
    return letter


HURTS = (
    Value(
        "q4_regime",
        SECTION,
        frozenset(letter for letter, name in REGIMES.items() if loses(ONCE[name])),
        "an add-on pays when the move goes on after it, and costs when the price comes back",
        (
            WrongValue(
                "turned round",
                frozenset("ac"),
                "You name the markets where the pyramid is ahead. It adds to what has moved: where does that move come back?",
            ),
            WrongValue("everywhere", frozenset("abcd"), "Where moves go on for longer than it takes to add, the pyramid is ahead."),
            WrongValue(
                "only the fastest range",
                frozenset("d"),
                "That one is the worst, and not the only one: a price that comes back slowly comes back as well.",
            ),
            WrongValue(
                "only the slow range",
                frozenset("b"),
                "A price that comes back sooner hurts the add-ons more, not less.",
            ),
            WrongValue(
                "weak trends as well",
                frozenset("bcd"),
                "In the weak trend the lead is small, but it is one: its drift still lasts for months.",
            ),
        ),
        choices=tuple(REGIMES),
        variants=("bd", "b, d", ["d", "b"], {"B", "D"}, ("b", "d")),
    ),
    Value(
        "q4_leverage",
        SECTION,
        the_one(leverage_claims()),
        "multiplying every position multiplies what is won and what is lost",
        (
            WrongValue(
                "leverage makes an edge",
                "a",
                "Three times a loss is a larger loss. Leverage cannot turn the sign of what it multiplies.",
            ),
            WrongValue("returns are relative", "c", "Equity stays while positions triple, so results in equity triple too."),
            WrongValue(
                "stops bound the bad",
                "d",
                "A stop bounds the loss for each unit held. With three times the units the loss at the stop is three times as large.",
            ),
        ),
        choices=("a", "b", "c", "d"),
        variants=styles(the_one(leverage_claims())),
    ),
    Value(
        "q4_after_matching",
        SECTION,
        the_one(matching_claims()),
        "compare the lead at equal initial risk with the lead at equal volatility",
        (
            WrongValue(
                "timing, not risk",
                "a",
                "The pyramid has about twice the volatility of the single entry. A larger single entry earns much of the lead too.",
            ),
            WrongValue(
                "nothing but risk",
                "c",
                "Most of the lead is risk, but in a trend adding to what has moved keeps a part of it.",
            ),
            WrongValue(
                "behind even in trends",
                "d",
                "Look at the trends: the enlarged single entry closes most of the gap there, and does not overtake.",
            ),
        ),
        choices=("a", "b", "c", "d"),
        variants=styles(the_one(matching_claims())),
    ),
)
