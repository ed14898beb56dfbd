"""Which row of the page stands behind which cell of a lesson.

A test finds cells with a figure and an error that are not here. A lesson's own figures come from
few markets, so that it runs in seconds; the topics named here ask the same of thousands.
"""

from collections.abc import Mapping

COVERED: Mapping[str, Mapping[str, str]] = {
    "6.0": {"drift-words": "growth"},
    "6.1": {
        "stops-words": "stop-outs",
        "claim-words": "published",
        "regimes-4": "equal-volatility",
        "regimes-9": "leverage",
        "fooled-4": "estimators",
        "sweep-5": "re-entry",
        "heat-3": "heat",
    },
    "6.2": {"down-up-words": "averaging", "stops-words": "stops"},
    "6.3": {
        "portfolio-13": "pairs",
        "error-3": "autocorrelation",
        "lookahead-words": "look-ahead",
        "lookahead-9": "look-ahead",
        "target-words": "delivered",
        "trends-3": "published-trends",
        "strength-1": "strength",
        "btc-words": "asset-removed",
        "btc-10": "lookback",
    },
    "6.4": {
        "risk-9": "stop-risk",
        "out-6": "exits",
        "eight-4": "square-root",
        "hurts-6": "equal-volatility",
        "money-6": "sizing",
    },
    "6.5": {
        "strength-6": "position-rules",
        "strength-9": "conviction",
        "strength-words": "conviction",
        "kelly-2": "kelly",
        "kelly-7": "kelly",
        "estimate-8": "kelly-estimated",
        "drawdown-2": "drawdown-control",
        "hunt-words": "kelly",
        "hunt-6": "fitted",
        "hunt-9": "fitted",
        "hunt-12": "best-bet",
        "deflated-2": "best-of-ten",
    },
}
"""By lesson and cell, the name of the topic."""

WITHOUT_ROW: Mapping[str, Mapping[str, str]] = {
    "6.0": {
        "checks-5": "the headline of the original",
        "drift-1": "what the original gives its markets",
        "found-rules": "what the original says",
        "found-portfolio": "what the original says",
    },
    "6.1": {
        "intro-1": "the headline of the original",
        "risk-1": "a sum that the page corrects: stop-risk",
        "risk-hunt-1": "what the original says",
        "risk-hunt-4": "what the original says",
        "trial-run": "a trial of an idea, whose verdicts are calibrated in tests/phase6/test_trials.py",
        "real-picture": "real prices, where they are installed",
        "real-words": "real prices, where they are installed",
    },
    "6.2": {"intro-4": "shares of a plan"},
    "6.3": {
        "portfolio-3": "a division: an eighth of the target",
        "portfolio-add": "what the original says",
        "portfolio-4": "one portfolio on one universe",
        "target-3": "what the original says",
        "trends-5": "real futures, where they are installed",
        "real-words": "real prices, where they are installed",
    },
    "6.5": {
        "forecast-1": "a friend's question",
        "play-1": "promises to compare",
        "deflated-1": "a level of confidence",
    },
}
"""Why a cell's figures have no row, by lesson: quotations, definitions, one market, real data."""
