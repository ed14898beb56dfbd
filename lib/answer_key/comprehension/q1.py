"""Question 1: what a pyramid risks."""


import numpy as np

from answer_key.comprehension._common import SECTION
from answer_key.exercise import Value, WrongValue

LEVELS, RISK, STOP_DISTANCE, DECAY = 4, 0.005, 2.0, 0.25
"""Levels, risk of each, distance of the stop in ATR, and size decay of the pyramid of section 6.1; levels are one ATR apart."""


def stop_risk(levels: int, *, decay: float = DECAY, moved: bool = True, locked_in: float = 1.0, short: bool = False) -> float:
    """Fraction of equity lost at the stop after ``levels``: each level's size times its own distance to the stop, in stop distances.

    ``locked_in`` multiplies what levels beyond the stop have safe (0 leaves it out); unless ``moved``, each level keeps its own stop.
    """
    total = 0.0
    for level in range(levels):
        climbed = (levels - 1 - level) if moved else 0
        distance = (STOP_DISTANCE - climbed) / STOP_DISTANCE
        total += RISK / (1 + decay * level) * (distance if distance > 0 else locked_in * distance)
    return -total if short else total


BY_LEVEL = {levels: stop_risk(levels) for levels in range(1, LEVELS + 1)}
PEAK = max(BY_LEVEL, key=lambda levels: BY_LEVEL[levels])
NOMINAL = LEVELS * RISK
TRUE_RISK = BY_LEVEL[LEVELS]
LEVERAGE = 3.0

PYRAMID = (
    Value(
        "q1_nominal_risk",
        SECTION,
        NOMINAL,
        "nominal risk is the number of levels times the risk of a level, as a fraction of equity",
        (
            WrongValue("percent", 100 * NOMINAL, "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue("one level", RISK, "That is the risk budget of one level. Add up those of all four."),
            WrongValue(
                "sizes decayed",
                stop_risk(LEVELS, moved=False),
                "You let the add-ons shrink. The nominal figure takes each level at its full budget.",
            ),
            WrongValue("true risk", TRUE_RISK, "That is what is lost at the stop. The nominal risk knows of no moving stop."),
            WrongValue("leverage multiplies", LEVERAGE * NOMINAL, "Leverage multiplies no risk budget; it only caps the notional."),
            WrongValue(
                "as the published notebook sizes",
                LEVERAGE * stop_risk(LEVELS, moved=False),
                "That is what the published notebook risks: shrinking add-ons times leverage. Leverage multiplies no risk budget.",
            ),
            WrongValue("three add-ons only", (LEVELS - 1) * RISK, "Four levels are the first entry and three add-ons; it counts too."),
        ),
        variants=(np.float64(NOMINAL), [NOMINAL]),
    ),
    Value(
        "q1_stop_risk",
        SECTION,
        TRUE_RISK,
        "add up quantity · side · (entry − stop) over the four levels, the stop two ATR behind the newest; divide by equity",
        (
            WrongValue("percent", 100 * TRUE_RISK, "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue(
                "nominal risk",
                NOMINAL,
                "That is the nominal risk. The stop has moved up behind the newest level, so the first levels lose less, or win.",
            ),
            WrongValue(
                "open heat",
                stop_risk(LEVELS, moved=False),
                "That counts a full stop distance for every level. All share one stop; measure each entry's own distance to it.",
            ),
            WrongValue("equal sizes", stop_risk(LEVELS, decay=0.0), "Your levels are of equal size. Level k is divided by 1 + k/4."),
            WrongValue(
                "locked-in profit as a loss",
                stop_risk(LEVELS, locked_in=-1.0),
                "The first level's entry lies on the safe side of the stop: it wins there. Subtract it instead of adding it.",
            ),
            WrongValue(
                "locked-in profit left out",
                stop_risk(LEVELS, locked_in=0.0),
                "You leave out the level that is already safe. What it wins at the stop pays for a part of what the others lose.",
            ),
            WrongValue("sign", stop_risk(LEVELS, short=True), "Your sign is turned round: a loss at the stop is a positive risk."),
            WrongValue(
                "leverage multiplies",
                LEVERAGE * TRUE_RISK,
                "That is three times the risk: leverage has multiplied the sizes. It only caps the notional.",
            ),
            WrongValue("peak", BY_LEVEL[PEAK], "That is the largest risk on the way. By the fourth level the stop has moved further."),
            *(
                WrongValue(
                    f"rounded to {digits} digits",
                    round(TRUE_RISK, digits),
                    "Your figure looks rounded. Give the expression and let Python work it out.",
                )
                for digits in (4, 5, 6)
            ),
        ),
        variants=(np.float64(TRUE_RISK), (TRUE_RISK,)),
    ),
    Value(
        "q1_peak_level",
        SECTION,
        PEAK,
        "work out the stop risk after one, two, three and four levels; count levels from 1",
        (
            WrongValue(
                "risk grows with every level",
                LEVELS,
                "Each add-on brings risk and takes some off those before it, for the stop moves. Work out all four figures.",
            ),
            WrongValue(
                "counted from zero, or no add-on",
                PEAK - 1,
                "Count levels from 1. If you did: the first add-on brings more risk than its stop takes off the first level.",
            ),
            WrongValue("one too far", PEAK + 1, "There the stop has reached the first entry. Work out the level before as well."),
        ),
        variants=(float(PEAK), np.int64(PEAK)),
    ),
    Value(
        "q1_peak_stop_risk",
        SECTION,
        BY_LEVEL[PEAK],
        "the largest of the stop risks after one, two, three and four levels, as a fraction of equity",
        (
            WrongValue("percent", 100 * BY_LEVEL[PEAK], "That is percent. The answer is a fraction of equity: 1 % is 0.01."),
            WrongValue("first level", RISK, "That is the stop risk of the first level alone. It grows before it falls."),
            WrongValue(
                "stop not moved",
                stop_risk(PEAK, moved=False),
                "You give each level its own stop. The first level's stop has moved up with the second entry.",
            ),
            WrongValue("nominal risk", PEAK * RISK, "That is the nominal risk of the levels. Part of it went when the stop moved."),
            WrongValue("equal sizes", stop_risk(PEAK, decay=0.0), "Your levels are of equal size. Level k is divided by 1 + k/4."),
            WrongValue("nominal risk of all", NOMINAL, "That is the nominal risk of four levels. The true one stays below."),
            WrongValue("last level", TRUE_RISK, "That is the risk after the fourth level. It was larger on the way."),
        ),
        variants=(np.float64(BY_LEVEL[PEAK]), [BY_LEVEL[PEAK]]),
    ),
)
