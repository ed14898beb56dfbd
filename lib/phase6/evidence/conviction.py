"""Claims of lesson 6.5: what position rules keep of an edge, and what Kelly fractions risk."""

from typing import Any

from phase6 import experiments as ex
from phase6.evidence.claims import Check, Claim, Topic, at, few, sure


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
        "It pays where strength predicts; without an edge it costs nothing but its fees",
        lambda effort: ex.signals_compared(samples=few(8_000, effort)),
        ("market", "signal"),
        "Pooled Sharpe ratio on one asset",
        claims=(
            Claim("random walk, sign", {"market": "random walk", "signal": "sign"}, 0.0, 1e-3),
            Claim("random walk, capped forecast", {"market": "random walk", "signal": "forecast"}, 0.0, 1e-3),
        ),
        checks=(
            Check(
                "it gains in strong trends, beyond doubt",
                lambda frame: sure(frame, 3.0, market="strong trend", signal="difference") == 1,
            ),
            Check(
                "it gains in strong trends twice what it gains from steady growth",
                lambda frame: (
                    at(frame, market="strong trend", signal="difference") > 2 * at(frame, market="steady growth", signal="difference")
                ),
            ),
            Check(
                "on a random walk it neither gains nor loses",
                lambda frame: sure(frame, 3.0, market="random walk", signal="difference") == 0,
            ),
        ),
        note="One asset of 22 % volatility, 1,000 days: drift-Sharpe 1.5 without growth, a log drift of 12 % "
        "without trends, and neither.",
    )


def _conviction_by_ratios() -> Topic:
    return Topic(
        "conviction-by-ratios",
        "6.5",
        "Why was it said that conviction costs with steady growth?",
        "By the mean of ratios a forecast loses even on random walks, where nothing is lost",
        lambda effort: ex.signals_compared(samples=few(8_000, effort), estimator="mean of ratios"),
        ("market", "signal"),
        "Mean of the markets' own Sharpe ratios",
        claims=(
            Claim("strong trends, sign", {"market": "strong trend", "signal": "sign"}, 0.556, 1e-3, 0.007),
            Claim("strong trends, capped forecast", {"market": "strong trend", "signal": "forecast"}, 0.614, 1e-3, 0.007),
            Claim("steady growth, sign", {"market": "steady growth", "signal": "sign"}, 0.152, 1e-3, 0.006),
            Claim("steady growth, capped forecast", {"market": "steady growth", "signal": "forecast"}, 0.112, 1e-3, 0.006),
        ),
        checks=(
            Check(
                "on random walks the forecast's mean of ratios is below the sign's, beyond doubt",
                lambda frame: sure(frame, 3.0, market="random walk", signal="difference") == -1,
            ),
        ),
        note="The same markets and rules as in the question before. A forecast's positions are largest where the market has run: its "
        "lucky markets are its volatile ones, and the mean of ratios is too low. The pooled ratio above is the rule's.",
    )


def _kelly() -> Topic:
    return Topic(
        "kelly",
        "6.5",
        "What do Kelly fractions risk when the edge is known?",
        "Half-Kelly keeps most of the growth; full Kelly often halves",
        lambda effort: ex.kelly_fractions((0.5, 1.0, 1.5, 2.0), samples=few(40_000, effort)),
        ("fraction", "measure"),
        "Chance, or share of growth [%]",
        claims=(
            Claim("half-Kelly keeps of the growth", {"fraction": 0.5, "measure": "share of full Kelly's growth"}, 0.75, 0.01),
            Claim("half-Kelly's growth a year, ¾·S²/2", {"fraction": 0.5, "measure": "growth"}, 0.09375, 1e-3),
            Claim("full Kelly's, S²/2", {"fraction": 1.0, "measure": "growth"}, 0.125, 1e-3),
            Claim("half-Kelly three times as large grows as itself", {"fraction": 1.5, "measure": "growth"}, 0.09375, 1e-3),
            Claim("four times as large, not at all", {"fraction": 2.0, "measure": "growth"}, 0.0, 1e-3),
            Claim("half-Kelly ever halves", {"fraction": 0.5, "measure": "ever below"}, 0.125, 1e-3),
            Claim("full Kelly ever halves", {"fraction": 1.0, "measure": "ever below"}, 0.50, 0.01),
        ),
        shown={"measure": ("share of full Kelly's growth", "ever below")},
        percent=True,
        note="True Sharpe ratio 0.5, 400 years; “ever below”: below half of the start at any moment.",
    )


def _kelly_estimated() -> Topic:
    def case(fraction: float, measure: str = "growth") -> dict[str, Any]:
        return {"fraction": fraction, "measure": measure}

    return Topic(
        "kelly-estimated",
        "6.5",
        "And when the edge is estimated from two years?",
        "Full Kelly's expected growth is negative, half Kelly's half of what was promised",
        lambda effort: ex.kelly_estimated((0.25, 0.44, 0.5, 1.0), samples=few(40_000, effort)),
        ("fraction",),
        "Growth a year [%]",
        claims=(
            Claim("full Kelly", case(1.0), -0.040, 1e-3),
            Claim("half Kelly", case(0.5), 0.065, 1e-3),
            Claim("full Kelly ever halves", case(1.0, "ever below"), 0.488, 1e-3),
            Claim("half Kelly ever halves", case(0.5, "ever below"), 0.262, 1e-3),
            Claim("no position, for the estimate is negative", case(1.0, "no position"), 0.24, 0.01),
        ),
        checks=(
            Check("full Kelly's growth is negative beyond doubt", lambda frame: sure(frame, 3.0, **case(1.0)) == -1),
            Check(
                "0.44 of Kelly, the best fraction, grows more than a quarter, a half and the whole",
                lambda frame: all(at(frame, **case(0.44)) >= at(frame, **case(other)) for other in (0.25, 0.5, 1.0)),
            ),
        ),
        shown={"measure": "growth"},
        percent=True,
        note="True Sharpe ratio 0.5; a negative estimate means no position. The mean has a formula, estimated_kelly_growth.",
    )


def _kelly_sold() -> Topic:
    return Topic(
        "kelly-sold",
        "6.5",
        "And if a negative estimate is sold short?",
        "Then full Kelly shrinks three times as fast",
        lambda effort: ex.kelly_estimated((0.5, 1.0), samples=few(40_000, effort), shorts=True),
        ("fraction",),
        "Growth a year [%]",
        claims=(
            Claim("full Kelly: S² − (S² + 1/years)/2", {"fraction": 1.0, "measure": "growth"}, -0.125, 1e-3),
            Claim("half Kelly", {"fraction": 0.5, "measure": "growth"}, 0.031, 1e-3),
        ),
        shown={"measure": "growth"},
        percent=True,
        note="The option shorts=True of estimated_kelly_growth and kelly_estimated; no rule of the course bets so.",
    )


def _best_of_ten() -> Topic:
    return Topic(
        "best-of-ten",
        "6.5",
        "Ten ideas without merit: who believes the best of them?",
        "Two years make the best of ten look good, until the ten are counted",
        lambda effort: ex.best_of_many((1, 10), samples=few(4_000, effort)),
        ("ideas", "measure"),
        "Called real at 95 % confidence [%]",
        claims=(
            Claim("probabilistic Sharpe ratio, one idea", {"ideas": 1, "measure": "probabilistic"}, 0.05, 0.01),
            Claim("probabilistic Sharpe ratio, the best of ten", {"ideas": 10, "measure": "probabilistic"}, 1 - 0.95**10, 0.01),
        ),
        checks=(
            Check("deflated by the ten, at most 5 %", lambda frame: at(frame, ideas=10, measure="deflated") <= 0.05),
            Check("the best of ten shows more than 1 on average", lambda frame: at(frame, ideas=10, measure="shown") > 1.0),
        ),
        shown={"measure": ("probabilistic", "deflated")},
        percent=True,
    )


def _drawdown_control() -> Topic:
    return Topic(
        "drawdown-control",
        "6.5",
        "What does a limit on the drawdown cost?",
        "A floor under the peak keeps a fifth of the growth",
        lambda effort: ex.drawdown_control(samples=few(4_000, effort)),
        ("rule", "measure"),
        "Growth a year, or share of lives [%]",
        claims=(
            Claim("full Kelly grows by S²/2", {"rule": "full Kelly", "measure": "growth"}, 0.125, 1e-3),
            Claim(
                "a fixed bet of 1 − √floor grows by (1 − floor) of it",
                {"rule": "fixed, same growth in the long run", "measure": "growth"},
                0.025,
                1e-3,
            ),
        ),
        checks=(
            Check("the floor holds in every life", lambda frame: at(frame, rule="drawdown floor", measure="drawdown beyond") == 0),
            Check(
                "the constrained bet falls below the floor in at most one life of ten",
                lambda frame: (
                    at(frame, rule="risk-constrained", measure="ever below the floor")
                    <= 0.10 + 3.0 * at(frame, "standard_error", rule="risk-constrained", measure="ever below the floor")
                ),
            ),
            Check(
                "but its drawdown exceeds the limit in most",
                lambda frame: at(frame, rule="risk-constrained", measure="drawdown beyond") > 0.5,
            ),
        ),
        shown={"measure": ("growth", "drawdown beyond")},
        percent=True,
        note="True Sharpe ratio 0.5, floor 80 %, chance 10 %, 20 years, betting once a day.",
    )


def _speeds() -> Topic:
    trending = ("trend", "fat tails", "volatility clusters")
    return Topic(
        "speeds",
        "6.5",
        "What do several speeds and a buffer change?",
        "A little more for less trading, in every market that trends",
        lambda effort: ex.speeds_compared(paths=few(1_000, effort)),
        ("market", "rule"),
        "Turnover [times equity a year]",
        checks=(
            Check(
                "together the speeds do better than the mean of each alone",
                lambda frame: all(sure(frame, 3.0, market=name, rule="together", measure="less the others") == 1 for name in trending),
            ),
            Check(
                "the buffer saves at least a third of the turnover",
                lambda frame: all(
                    at(frame, market=name, rule="with a buffer", measure="turnover")
                    < 0.67 * at(frame, market=name, rule="together", measure="turnover")
                    for name in trending
                ),
            ),
            Check(
                "and costs no Sharpe ratio",
                lambda frame: all(sure(frame, market=name, rule="with a buffer", measure="less the others") >= 0 for name in trending),
            ),
        ),
        shown={"measure": "turnover"},
        note="Crossovers of 8/32, 16/64, 32/128 and 64/256 days, 5 bp a side; the buffer is a tenth of an average position.",
    )


TOPICS = (
    _position_rules(),
    _conviction(),
    _conviction_by_ratios(),
    _kelly(),
    _kelly_estimated(),
    _kelly_sold(),
    _best_of_ten(),
    _drawdown_control(),
    _speeds(),
)
