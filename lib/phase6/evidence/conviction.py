"""Claims of lesson 6.5: what position rules keep of an edge, and what Kelly fractions risk."""

from phase6 import experiments as ex
from phase6.evidence.claims import Check, Claim, Topic, few, sure


def _position_rules() -> Topic:
    return Topic(
        "position-rules",
        "6.5",
        "What does a position rule keep of an edge?",
        "A capped forecast nearly all, the sign alone four fifths",
        lambda effort: ex.position_rules(samples=few(4_000, effort)),
        ("rule",),
        "Share of the linear rule's Sharpe ratio [%]",
        claims=(
            Claim("forecast capped at ±20", {"rule": "capped"}, 0.985, 1e-3),
            Claim("sign alone", {"rule": "sign"}, 0.798, 1e-3),
        ),
        percent=True,
    )


def _conviction() -> Topic:
    return Topic(
        "conviction",
        "6.5",
        "Does sizing by signal strength pay?",
        "It pays with strong trends, it costs with steady growth",
        lambda effort: ex.signals_compared(samples=few(8_000, effort)),
        ("market", "signal"),
        "Sharpe ratio on one asset",
        claims=(
            Claim("strong trends, sign", {"market": "strong trend", "signal": "sign"}, 0.556, 1e-3),
            Claim("strong trends, capped forecast", {"market": "strong trend", "signal": "forecast"}, 0.614, 1e-3),
            Claim("steady growth, sign", {"market": "steady growth", "signal": "sign"}, 0.152, 1e-3),
            Claim("steady growth, capped forecast", {"market": "steady growth", "signal": "forecast"}, 0.112, 1e-3),
        ),
        checks=(
            Check(
                "it gains in strong trends, beyond doubt, and does not in steady growth",
                lambda frame: (
                    sure(frame, market="strong trend", signal="difference") == 1
                    and sure(frame, market="steady growth", signal="difference") < 1
                ),
            ),
        ),
        note="One asset of 22 % volatility, 1,000 days: drift-Sharpe 1.5 without growth, and a log drift of 12 % without trends. "
        "The forecast's figure depends on the number of days: the shorter the sample, the lower.",
    )


def _kelly() -> Topic:
    return Topic(
        "kelly",
        "6.5",
        "What do Kelly fractions risk when the edge is known?",
        "Half-Kelly keeps most of the growth; full Kelly often halves",
        lambda effort: ex.kelly_fractions((0.5, 1.0), samples=few(40_000, effort)),
        ("fraction", "measure"),
        "Chance, or share of growth [%]",
        claims=(
            Claim("half-Kelly keeps of the growth", {"fraction": 0.5, "measure": "share of full Kelly's growth"}, 0.75, 0.01),
            Claim("half-Kelly ever halves", {"fraction": 0.5, "measure": "ever below"}, 0.125, 1e-3),
            Claim("full Kelly ever halves", {"fraction": 1.0, "measure": "ever below"}, 0.50, 0.01),
        ),
        shown={"measure": ("share of full Kelly's growth", "ever below")},
        percent=True,
        note="True Sharpe ratio 0.5, 400 years; “ever below”: below half of the start at any moment.",
    )


def _kelly_estimated() -> Topic:
    return Topic(
        "kelly-estimated",
        "6.5",
        "And when the edge is estimated from two years?",
        "Full Kelly's expected growth is negative",
        lambda effort: ex.kelly_estimated(samples=few(40_000, effort)),
        ("fraction",),
        "Growth a year [%]",
        claims=(Claim("full Kelly: S² − (S² + 1/years)/2", {"fraction": 1.0, "measure": "growth"}, -0.125, 1e-3),),
        checks=(Check("it is negative beyond doubt", lambda frame: sure(frame, 3.0, fraction=1.0, measure="growth") == -1),),
        shown={"measure": "growth"},
        percent=True,
    )


TOPICS = (
    _position_rules(),
    _conviction(),
    _kelly(),
    _kelly_estimated(),
)
