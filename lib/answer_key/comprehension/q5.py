"""Question 5: what equal dollars hide."""

import math
from collections.abc import Mapping

import numpy as np

from answer_key.comprehension._common import PLANNING, SECTION
from answer_key.value import Value, WrongValue


def shares(parts: Mapping[str, float]) -> dict[str, float]:
    """Each part over their sum."""
    whole = sum(parts.values())
    return {name: part / whole for name, part in parts.items()}


def effective_bets(parts: Mapping[str, float]) -> float:
    """The inverse of the sum of squared shares."""
    return 1 / sum(share**2 for share in shares(parts).values())


def _btc_share(volatility: Mapping[str, float]) -> Value:
    variance = {name: sigma**2 for name, sigma in volatility.items()}
    btc = shares(variance)["BTC"]
    return Value(
        "q5_btc_variance_share",
        SECTION,
        btc,
        "with equal weights and no correlation, an asset's share is its variance over the sum of all eight variances",
        (
            WrongValue("percent", 100 * btc, "That is percent. The answer is a fraction: 1 % is 0.01."),
            WrongValue("share of the dollars", 1 / len(volatility), "That is its share of the money, not of the risk."),
            WrongValue(
                "share of the volatilities",
                shares(volatility)["BTC"],
                "You add volatilities. Those of uncorrelated assets add as squares, so that large ones count for more.",
            ),
            WrongValue("its variance", variance["BTC"], "That is the variance of BTC itself. Divide by the sum of all eight."),
            WrongValue(
                "against the others",
                variance["BTC"] / (sum(variance.values()) - variance["BTC"]),
                "You compare BTC with the other seven. Its share is of all eight, itself included.",
            ),
            WrongValue("the others' share", 1 - btc, "That is what the other seven have together."),
            WrongValue("of the volatility", math.sqrt(btc), "You took a root of the share. A share of variance stays squared."),
        ),
        relative=PLANNING,
        variants=(round(btc, 2), np.float64(btc), [btc]),
    )


def _bets(volatility: Mapping[str, float]) -> Value:
    variance = {name: sigma**2 for name, sigma in volatility.items()}
    btc, bets = shares(variance)["BTC"], effective_bets(variance)
    return Value(
        "q5_effective_bets",
        SECTION,
        bets,
        "one over the sum of the squared shares of variance",
        (
            WrongValue("counts the assets", float(len(volatility)), "That is the number of names. One has most of the variance."),
            WrongValue(
                "shares of the volatilities",
                effective_bets(volatility),
                "Your shares are those of volatility. Take shares of variance, and square these once more.",
            ),
            WrongValue(
                "largest share only",
                1 / btc,
                "That is one over the largest share. Add up the squares of all eight.",
            ),
            WrongValue("not inverted", 1 / bets, "That is the sum of the squares. The number of bets is one over it."),
            WrongValue(
                "shares not squared", 1.0, "Shares add up to one, so one over their sum is always one. Square each before adding."
            ),
            WrongValue(
                "root of the sum",
                math.sqrt(bets),
                "You took a root of the sum of squares. The number of bets is one over the sum itself.",
            ),
            WrongValue(
                "without BTC",
                effective_bets({name: part for name, part in variance.items() if name != "BTC"}),
                "You left BTC out. Count all eight.",
            ),
        ),
        relative=PLANNING,
        variants=(round(bets, 2), np.float64(bets), [bets]),
    )


def questions(volatility: Mapping[str, float]) -> tuple[Value, ...]:
    """The two values of question 5 for assets of these annual volatilities."""
    return _btc_share(volatility), _bets(volatility)
