"""Question 5: what equal dollars hide."""

import math
from collections.abc import Mapping

import numpy as np
from phase6.market import UNIVERSE

from answer_key.comprehension._common import PLANNING, SECTION
from answer_key.exercise import Value, WrongValue

VOLATILITY = {name: asset.sigma for name, asset in UNIVERSE.items()}
VARIANCE = {name: sigma**2 for name, sigma in VOLATILITY.items()}


def shares(parts: Mapping[str, float]) -> dict[str, float]:
    """Each part over their sum."""
    whole = sum(parts.values())
    return {name: part / whole for name, part in parts.items()}


def effective_bets(parts: Mapping[str, float]) -> float:
    """The inverse of the sum of squared shares."""
    return 1 / sum(share**2 for share in shares(parts).values())


BTC_SHARE, BETS = shares(VARIANCE)["BTC"], effective_bets(VARIANCE)
EQUAL_DOLLARS = (
    Value(
        "q5_btc_variance_share",
        SECTION,
        BTC_SHARE,
        "with equal weights and no correlation, an asset's share is its variance over the sum of all eight variances",
        (
            WrongValue("percent", 100 * BTC_SHARE, "That is percent. The answer is a fraction: 1 % is 0.01."),
            WrongValue("share of the dollars", 1 / len(UNIVERSE), "That is its share of the money, not of the risk."),
            WrongValue(
                "share of the volatilities",
                shares(VOLATILITY)["BTC"],
                "You add volatilities. Those of uncorrelated assets add as squares, so that large ones count for more.",
            ),
            WrongValue("its variance", VARIANCE["BTC"], "That is the variance of BTC itself. Divide by the sum of all eight."),
            WrongValue(
                "against the others",
                VARIANCE["BTC"] / (sum(VARIANCE.values()) - VARIANCE["BTC"]),
                "You compare BTC with the other seven. Its share is of all eight, itself included.",
            ),
            WrongValue("the others' share", 1 - BTC_SHARE, "That is what the other seven have together."),
            WrongValue("of the volatility", math.sqrt(BTC_SHARE), "You took a root of the share. A share of variance stays squared."),
        ),
        relative=PLANNING,
        variants=(0.55, np.float64(BTC_SHARE), [BTC_SHARE]),
    ),
    Value(
        "q5_effective_bets",
        SECTION,
        BETS,
        "one over the sum of the squared shares of variance",
        (
            WrongValue("counts the assets", float(len(UNIVERSE)), "That is how many names there are. One has most of the variance."),
            WrongValue(
                "shares of the volatilities",
                effective_bets(VOLATILITY),
                "Your shares are those of volatility. Take shares of variance, and square these once more.",
            ),
            WrongValue(
                "largest share only",
                1 / BTC_SHARE,
                "That is one over the largest share. Add up the squares of all eight.",
            ),
            WrongValue("not inverted", 1 / BETS, "That is the sum of the squares. The number of bets is one over it."),
            WrongValue(
                "shares not squared", 1.0, "Shares add up to one, so one over their sum is always one. Square each before adding."
            ),
            WrongValue(
                "root of the sum",
                math.sqrt(BETS),
                "You took a root of the sum of squares. The number of bets is one over the sum itself.",
            ),
            WrongValue(
                "without BTC",
                effective_bets({name: variance for name, variance in VARIANCE.items() if name != "BTC"}),
                "You left BTC out. Count all eight.",
            ),
        ),
        relative=PLANNING,
        variants=(2.84, np.float64(BETS), [BETS]),
    ),
)
