"""Question 1: what a pyramid risks."""

import numpy as np
from phase6.variants import Pyramid

from answer_key.comprehension._common import SECTION
from answer_key.value import Value, WrongValue

LEVERAGE = 3.0
"""What the published notebook multiplies positions by."""


def stop_risk(
    pyramid: Pyramid, levels: int, *, decay: bool = True, moved: bool = True, locked_in: float = 1.0, short: bool = False
) -> float:
    """Fraction of equity lost at the stop after ``levels``.

    Each level's size times its own distance to the stop, in stop distances. ``locked_in``
    multiplies what levels beyond the stop have safe (0 leaves it out); unless ``moved``, each level
    keeps its own stop; unless ``decay``, all are of equal size.
    """
    total = 0.0
    for level in range(levels):
        climbed = (levels - 1 - level) if moved else 0
        distance = (pyramid.stop - climbed) / pyramid.stop
        size = pyramid.risk / (1 + (pyramid.decay if decay else 0.0) * level)
        total += size * (distance if distance > 0 else locked_in * distance)
    return -total if short else total


def by_level(pyramid: Pyramid) -> dict[int, float]:
    """Stop risk after each number of levels."""
    return {levels: stop_risk(pyramid, levels) for levels in range(1, pyramid.levels + 1)}


def _nominal_risk(pyramid: Pyramid) -> Value:
    levels, risk, after = pyramid.levels, pyramid.risk, by_level(pyramid)
    nominal, true = levels * risk, after[levels]
    return Value(
        "q1_nominal_risk",
        SECTION,
        nominal,
        "nominal risk is the number of levels times the risk of a level, as a fraction of equity",
        (
            WrongValue("percent", 100 * nominal, "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue("one level", risk, "That is the risk budget of one level. Add up those of all levels."),
            WrongValue(
                "sizes decayed",
                stop_risk(pyramid, levels, moved=False),
                "You let the add-ons shrink. The nominal figure takes each level at its full budget.",
            ),
            WrongValue("true risk", true, "That is what is lost at the stop. The nominal risk ignores the moving stop."),
            WrongValue("leverage multiplies", LEVERAGE * nominal, "Leverage does not multiply the risk budget. It caps the notional."),
            WrongValue(
                "as the published notebook sizes",
                LEVERAGE * stop_risk(pyramid, levels, moved=False),
                "That is what the published notebook risks: shrinking add-ons times leverage. Leverage does not multiply the budget.",
            ),
            WrongValue("add-ons only", (levels - 1) * risk, "The first entry is a level too. Count it with the add-ons."),
        ),
        variants=(np.float64(nominal), [nominal]),
    )


def _risk_at_stop(pyramid: Pyramid) -> Value:
    levels, risk, after = pyramid.levels, pyramid.risk, by_level(pyramid)
    peak = max(after, key=lambda count: after[count])
    nominal, true = levels * risk, after[levels]
    return Value(
        "q1_stop_risk",
        SECTION,
        true,
        "add up quantity · side · (entry − stop) over all levels, the stop as far behind the newest as is said; divide by equity",
        (
            WrongValue("percent", 100 * true, "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue(
                "nominal risk",
                nominal,
                "That is the nominal risk. The stop has moved up behind the newest level, so the first levels lose less, or win.",
            ),
            WrongValue(
                "open heat",
                stop_risk(pyramid, levels, moved=False),
                "That counts a full stop distance for every level. All share one stop; measure each entry's own distance to it.",
            ),
            WrongValue(
                "equal sizes",
                stop_risk(pyramid, levels, decay=False),
                "Your levels are of equal size. Level k has the first one's size divided by 1 + decay · k.",
            ),
            WrongValue(
                "locked-in profit as a loss",
                stop_risk(pyramid, levels, locked_in=-1.0),
                "The first level's entry lies on the safe side of the stop: it wins there. Subtract it instead of adding it.",
            ),
            WrongValue(
                "locked-in profit left out",
                stop_risk(pyramid, levels, locked_in=0.0),
                "You leave out what is already safe. What it wins at the stop pays for a part of what the others lose.",
            ),
            WrongValue(
                "sign",
                stop_risk(pyramid, levels, short=True),
                "Your sign is turned round: a loss at the stop is a positive risk.",
            ),
            WrongValue(
                "leverage multiplies",
                LEVERAGE * true,
                "That is three times the risk: leverage has multiplied the sizes. It only caps the notional.",
            ),
            WrongValue("peak", after[peak], "That is the largest risk on the way. By the last level the stop has moved further."),
            *(
                WrongValue(
                    f"rounded to {digits} digits",
                    round(true, digits),
                    "Your figure looks rounded. Give the expression and let Python work it out.",
                )
                for digits in (4, 5, 6)
            ),
        ),
        variants=(np.float64(true), (true,)),
    )


def _peak_level(pyramid: Pyramid) -> Value:
    levels, after = pyramid.levels, by_level(pyramid)
    peak = max(after, key=lambda count: after[count])
    return Value(
        "q1_peak_level",
        SECTION,
        peak,
        "work out the stop risk after each number of levels; count levels from 1",
        (
            WrongValue(
                "risk grows with every level",
                levels,
                "Each add-on brings risk and takes some off those before it, for the stop moves. Work out the figures one by one.",
            ),
            WrongValue(
                "counted from zero, or no add-on",
                peak - 1,
                "Count levels from 1. If you did: the first add-on brings more risk than its stop takes off the first level.",
            ),
            WrongValue("one too far", peak + 1, "There the risk has begun to fall again. Work out the level before as well."),
        ),
        variants=(float(peak), np.int64(peak)),
    )


def _peak_risk(pyramid: Pyramid) -> Value:
    levels, risk, after = pyramid.levels, pyramid.risk, by_level(pyramid)
    peak = max(after, key=lambda count: after[count])
    nominal, true = levels * risk, after[levels]
    return Value(
        "q1_peak_stop_risk",
        SECTION,
        after[peak],
        "the largest of the stop risks after each number of levels, as a fraction of equity",
        (
            WrongValue("percent", 100 * after[peak], "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue("first level", risk, "That is the stop risk of the first level alone. It grows before it falls."),
            WrongValue(
                "stop not moved",
                stop_risk(pyramid, peak, moved=False),
                "You give each level its own stop. The first level's stop has moved up with the second entry.",
            ),
            WrongValue("nominal risk", peak * risk, "That is their nominal risk. Part of it went when the stop moved."),
            WrongValue(
                "equal sizes",
                stop_risk(pyramid, peak, decay=False),
                "Your levels are of equal size. Level k has the first one's size divided by 1 + decay · k.",
            ),
            WrongValue("nominal risk of all", nominal, "That is the nominal risk of all levels. The true one stays below."),
            WrongValue("last level", true, "That is the risk after the last level. It was larger on the way."),
        ),
        variants=(np.float64(after[peak]), [after[peak]]),
    )


def questions(pyramid: Pyramid) -> tuple[Value, ...]:
    """The four values of question 1 for a pyramid."""
    return _nominal_risk(pyramid), _risk_at_stop(pyramid), _peak_level(pyramid), _peak_risk(pyramid)
