"""Question 2: what scaling out buys and costs."""

import math
from collections.abc import Mapping

from answer_key.comprehension._common import SECTION, styles
from answer_key.value import Value, WrongValue

STOP, TARGETS = 2, (1, 2, 3, 4)
"""The trade of the prompt in ATR: the stop below the entry, and where plan B sells a quarter each;
plan A sells at the last.
"""
NO_EDGE, TREND = 0.5, 0.55
"""Chance that the price gains the next ATR before it loses one."""


def outcomes(chance: float, sold: Mapping[int, float]) -> list[tuple[float, float]]:
    """Probability and result in ATR of every way a trade can end.

    ``sold`` is the share sold at each target, the rest at the stop. How far the price comes before
    the stop is gambler's ruin (Feller, *An Introduction to Probability Theory*, volume 1, XIV.2).
    """
    odds = (1 - chance) / chance

    def reaches(target: int) -> float:
        if odds == 1:
            return STOP / (STOP + target)
        return (1 - odds**STOP) / (1 - odds ** (STOP + target))

    ends, gained, left = [], 0.0, 1.0
    for target, further in zip(TARGETS, (*TARGETS[1:], None), strict=True):
        ends.append(((1.0 if target == TARGETS[0] else reaches(target - 1)) - reaches(target), gained - STOP * left))
        gained, left = gained + sold.get(target, 0.0) * target, left - sold.get(target, 0.0)
        if further is None:
            ends.append((reaches(target), gained))
    return ends


def trade(chance: float, sold: Mapping[int, float]) -> dict[str, float]:
    """Share of winning trades, expected result and its variance."""
    ends = outcomes(chance, sold)
    expected = sum(probability * result for probability, result in ends)
    return {
        "win rate": sum(probability for probability, result in ends if result > 0),
        "expectancy": expected,
        "variance": sum(probability * (result - expected) ** 2 for probability, result in ends),
    }


ALL_AT_ONCE, IN_QUARTERS = {TARGETS[-1]: 1.0}, dict.fromkeys(TARGETS, 0.25)
MORE_OR_LESS = ("a", "b", "c", "d")
"""a: higher with plan B; b: lower; c: the same; d: cannot be told without the market's volatility.
"""


def compared(measure: str, chance: float) -> str:
    """The letter for plan B against plan A."""
    parts, whole = trade(chance, IN_QUARTERS)[measure], trade(chance, ALL_AT_ONCE)[measure]
    if math.isclose(parts, whole, abs_tol=1e-12):
        return "c"
    return "a" if parts > whole else "b"


NEEDS_VOLATILITY = "Stop and targets are in ATR, so a wilder market only stretches the picture. The answer is the same in all."
SCALING = (
    Value(
        "q2_win_rate",
        SECTION,
        compared("win rate", NO_EDGE),
        "count the ways in which each plan ends above zero",
        (
            WrongValue(
                "selling winners early wins less often",
                "b",
                "Selling early makes wins smaller, not rarer. Which trades does plan A lose where plan B has banked enough?",
            ),
            WrongValue(
                "no edge, so nothing changes",
                "c",
                "Without an edge the mean cannot change; how often you win can. Follow a trade that gains 3 ATR and is then stopped.",
            ),
            WrongValue("depends on volatility", "d", NEEDS_VOLATILITY),
        ),
        choices=MORE_OR_LESS,
        variants=styles(compared("win rate", NO_EDGE)),
    ),
    Value(
        "q2_variance",
        SECTION,
        compared("variance", NO_EDGE),
        "compare how far the results of the two plans lie from their means",
        (
            WrongValue(
                "more exits, more variance",
                "a",
                "More exits are not more risk. Every part that is sold no longer moves with the price.",
            ),
            WrongValue(
                "same stop, same variance",
                "c",
                "The worst case is the same; what lies between it and the best is not. Plan A has only two results, both far out.",
            ),
            WrongValue("depends on volatility", "d", NEEDS_VOLATILITY),
        ),
        choices=MORE_OR_LESS,
        variants=styles(compared("variance", NO_EDGE)),
    ),
    Value(
        "q2_expectancy_no_edge",
        SECTION,
        compared("expectancy", NO_EDGE),
        "without an edge every price at which you may sell is a fair price",
        (
            WrongValue(
                "profits taken are profits made",
                "a",
                "Taking profits creates none. Without an edge, the market is as likely to rise as to fall from each price of sale.",
            ),
            WrongValue(
                "profits cut short",
                "b",
                "Cutting profits costs something only where the price tends to run on. Without an edge it does not.",
            ),
            WrongValue("depends on volatility", "d", NEEDS_VOLATILITY),
        ),
        choices=MORE_OR_LESS,
        variants=styles(compared("expectancy", NO_EDGE)),
    ),
    Value(
        "q2_expectancy_trend",
        SECTION,
        compared("expectancy", TREND),
        "in a trend each unit earns for as long as it is held",
        (
            WrongValue(
                "more winners, more money",
                "a",
                "Wins are more frequent, but in a trend the large ones pay for everything, and those are cut.",
            ),
            WrongValue(
                "as without an edge",
                "c",
                "That holds without an edge. In a trend a unit that is sold no longer earns the drift.",
            ),
            WrongValue("depends on volatility", "d", NEEDS_VOLATILITY),
        ),
        choices=MORE_OR_LESS,
        variants=styles(compared("expectancy", TREND)),
    ),
)
