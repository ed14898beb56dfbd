"""Every claim of the lessons, the figure claimed, and what thousands of random markets say: ``python -m phase6.evidence [--quick]``.

It writes report/evidence.html, one page that stands alone. A claim agrees where the difference between its figure and ours is at most
`CLOSE` standard errors: ours, the claim's own and that of its rounding taken together. Interrupted, it writes what is done.
"""

import argparse
import base64
import html
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phase6 import experiments as ex
from phase6.market import UNIVERSE
from phase6.plots.distributions import plot_estimates
from phase6.portfolio import DAYS, portfolio_sharpe

CLOSE = 3.0
"""Standard errors within which a claim agrees."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """One figure: which row of the topic's frame it is about, what was claimed of it, and how exactly.

    ``error`` is the claim's own standard error, ``digit`` the place to which it was rounded; ``plain`` where it is no
    percentage in a topic of such. Where it is known that ours differs, ``disputed`` says who is right and why.
    """

    text: str
    case: Row
    figure: float
    digit: float
    error: float = 0.0
    disputed: str = ""
    plain: bool = False

    def row(self, frame: pd.DataFrame) -> pd.Series:
        """The row of the frame that the claim is about."""
        chosen = only(frame, **self.case)
        if len(chosen) != 1:
            raise ValueError(f"{len(chosen)} rows are {dict(self.case)}; expected one")
        return chosen.iloc[0]

    def distance(self, frame: pd.DataFrame) -> float:
        """Ours less the claim's figure, in standard errors."""
        row = self.row(frame)
        own = float(row["standard_error"])
        return (float(row["estimate"]) - self.figure) / math.sqrt(own**2 + self.error**2 + self.digit**2 / 12.0)


@dataclass(frozen=True)
class Check:
    """A claim without a figure: whether it holds in the topic's frame."""

    text: str
    holds: Callable[[pd.DataFrame], bool]


@dataclass(frozen=True)
class Topic:
    """What one experiment is asked: its frame by ``run(effort)``, what is shown of it, and the claims about it."""

    name: str
    section: str
    question: str
    answer: str
    run: Callable[[float], pd.DataFrame]
    by: tuple[str, ...]
    unit: str
    claims: tuple[Claim, ...] = ()
    checks: tuple[Check, ...] = ()
    shown: Row = field(default_factory=dict)
    percent: bool = False
    note: str = ""


@dataclass(frozen=True)
class Found:
    """A topic with its frame and the seconds it took."""

    topic: Topic
    frame: pd.DataFrame
    seconds: float

    @property
    def failures(self) -> list[str]:
        """Claims that do not agree and are not known not to; checks that do not hold."""
        wrong = [claim.text for claim in self.topic.claims if not claim.disputed and abs(claim.distance(self.frame)) > CLOSE]
        return wrong + [check.text for check in self.topic.checks if not check.holds(self.frame)]


def few(number: int, effort: float, *, least: int = 100) -> int:
    """``number`` of paths at full effort, fewer at less, never below ``least``."""
    return max(least, round(number * effort))


def only(frame: pd.DataFrame, **case: Any) -> pd.DataFrame:
    """Rows of a frame in which every named column has the given value, or one of a tuple of values."""
    for name, value in case.items():
        frame = frame[frame[name].isin(value if isinstance(value, tuple) else (value,))]
    return frame


def at(frame: pd.DataFrame, column: str = "estimate", **case: Any) -> float:
    """One figure of a frame."""
    (value,) = only(frame, **case)[column]
    return float(value)


def sure(frame: pd.DataFrame, errors: float = 2.0, **case: Any) -> int:
    """Sign of an estimate that is at least ``errors`` standard errors from 0, else 0."""
    value, error = at(frame, **case), at(frame, "standard_error", **case)
    return int(np.sign(value)) if abs(value) >= errors * error else 0


def investigate(topic: Topic, effort: float = 1.0) -> Found:
    """Run a topic's experiment at a share of the full number of paths."""
    begin = time.perf_counter()
    frame = topic.run(effort)
    return Found(topic, frame, time.perf_counter() - begin)


EQUAL_VOLATILITY: dict[str, Any] = {"comparison": "equal volatility", "measure": "difference"}
_RANGE_20 = (
    "Ours is smaller, and we trust it: the engine agrees with the bar-by-bar engine to the last bit; a second engine and a second "
    "generator, written anew from the rules, say the same (tests/phase6/test_second_opinion.py); and no other start within the range, "
    "no other volatility, no other average in the ATR brings the figure near the claim. How the single entry is enlarged does "
    "(next question): each market's own volatility ratio, known with hindsight, comes closest, and meets it when returns are "
    "compounded, but then none of the other five figures comes out. Sign and order are as claimed."
)


def _pyramid_topics() -> Iterator[Topic]:
    risks = (0.500, 0.650, 0.533, 0.202)
    yield Topic(
        "stop-risk",
        "6.1",
        "What does a pyramid lose at its stop after 1 … 4 levels?",
        "The most after the second level: new stops relieve the levels before",
        lambda effort: ex.stop_risk_after_levels(paths=few(2_000, effort)),
        ("level", "measure"),
        "Loss at the stop [% of equity]",
        claims=(
            *(
                Claim(f"after level {level}, entries one ATR apart", {"level": level, "measure": "one ATR apart"}, risk / 100, 1e-5)
                for level, risk in enumerate(risks, start=1)
            ),
            Claim("given back from the peak to the stop, four levels", {"level": 4, "measure": "give-back"}, 0.0152, 1e-4),
        ),
        checks=(
            Check("it peaks at level 2", lambda frame: only(frame, measure="one ATR apart")["estimate"].argmax() == 1),
            Check(
                "so it does with entries as the market fills them, which lie further apart",
                lambda frame: only(frame, measure="as filled")["estimate"].argmax() == 1,
            ),
        ),
        percent=True,
        note="By the rule there is no chance in it; “as filled” are trending markets, where an add-on comes at the next open.",
    )
    yield Topic(
        "turtles",
        "6.1",
        "What did the Turtles' four units risk?",
        "Five N, not eight: every unit raises the stop of those before it",
        lambda effort: ex.turtle_stop_risk(),
        ("level",),
        "Stop risk [N]",
        claims=(Claim("four units, half an N apart, stops two N behind the newest", {"level": 4}, 5.0, 0.01),),
    )
    yield Topic(
        "published",
        "6.1",
        "Was the published result luck?",
        "On most seeds the pyramid loses to its single entry",
        lambda effort: ex.published_notebook(few(2_000, effort)),
        ("rule",),
        "Total return [%]",
        claims=(
            Claim("the pyramid beats the single entry", {"rule": "pyramid wins"}, 0.47, 0.01),
            Claim("median of the pyramid", {"rule": "pyramid", "measure": "median"}, -0.009, 0.001),
            Claim("median of the single entry", {"rule": "single", "measure": "median"}, 0.012, 0.001),
            Claim("mean of the pyramid", {"rule": "pyramid", "measure": "mean"}, 0.090, 0.001),
            Claim("mean of the single entry", {"rule": "single", "measure": "mean"}, 0.035, 0.001),
            Claim("5th percentile of the pyramid", {"rule": "pyramid", "measure": "5th percentile"}, -0.33, 0.01),
            Claim("5th percentile of the single entry", {"rule": "single", "measure": "5th percentile"}, -0.17, 0.01),
            Claim("seed 42 does better than this share of seeds", {"rule": "printed seed"}, 0.70, 0.01),
        ),
        shown={"measure": "mean"},
        percent=True,
        note="The published rules and data, faults and all, on seeds 0, 1, 2, …",
    )
    claimed = {
        "random walk": (-0.0030, 0.0007),
        "trend 1.0": (0.0047, 0.0010),
        "trend 1.5": (0.0114, 0.0010),
        "trend 2.5": (0.0223, 0.0010),
        "range, 60 days": (-0.0107, 0.0006),
        "range, 20 days": (-0.0196, 0.0006),
    }
    yield Topic(
        "equal-volatility",
        "6.1, 6.4",
        "What does pyramiding add beyond more risk?",
        "At equal volatility: a little in trends, less than nothing in ranges",
        lambda effort: ex.pyramid_or_single(paths=few(20_000, effort)),
        ("market",),
        "Pyramid − single entry [% of equity]",
        claims=tuple(
            Claim(name, {**EQUAL_VOLATILITY, "market": name}, figure, 1e-4, error, _RANGE_20 if name == "range, 20 days" else "")
            for name, (figure, error) in claimed.items()
        ),
        checks=(
            Check(
                "most of what it earns in trends is extra risk: at equal volatility less than half is left",
                lambda frame: all(
                    at(frame, market=name, **EQUAL_VOLATILITY)
                    < 0.5 * at(frame, market=name, comparison="equal initial risk", measure="difference")
                    for name in ("trend 1.0", "trend 1.5", "trend 2.5")
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
        note="Equal initial risk; the single entry's trades are enlarged to the pyramid's volatility. 500 bars, 5 bp a side.",
    )
    yield Topic(
        "enlarging",
        "6.1",
        "Does it matter how the single entry is enlarged?",
        "Raising its risk says the same; each market's own ratio is biased",
        lambda effort: ex.pyramid_or_single(paths=few(5_000, effort), enlarge=("trades", "risk", "own")),
        ("market", "enlarged"),
        "Pyramid − single entry [% of equity]",
        checks=(
            Check(
                "risk raised in the engine gives the same signs",
                lambda frame: all(
                    sure(frame, market=name, enlarged="risk", **EQUAL_VOLATILITY)
                    * sure(frame, market=name, enlarged="trades", **EQUAL_VOLATILITY)
                    >= 0
                    for name in claimed
                ),
            ),
            Check(
                "by each market's own ratio the pyramid looks worse, in every market",
                lambda frame: all(
                    at(frame, market=name, enlarged="own", **EQUAL_VOLATILITY)
                    < at(frame, market=name, enlarged="trades", **EQUAL_VOLATILITY)
                    for name in claimed
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
    )
    yield Topic(
        "leverage",
        "6.1",
        "What does leverage 3 change?",
        "It multiplies the tails, and the sign stays",
        lambda effort: ex.leverage_compared(paths=few(10_000, effort)),
        ("market", "multiple"),
        "Pyramid − single entry [% of equity]",
        checks=(
            Check(
                "the sign never changes (where it is two standard errors from 0)",
                lambda frame: all(
                    len({sure(frame, market=name, multiple=multiple, **EQUAL_VOLATILITY) for multiple in (1.0, 3.0)} - {0}) < 2
                    for name in claimed
                ),
            ),
            Check(
                "nine markets in ten lie at least twice as far apart",
                lambda frame: all(
                    _width(frame, market=name, multiple=3.0, **EQUAL_VOLATILITY)
                    > 2.0 * _width(frame, market=name, multiple=1.0, **EQUAL_VOLATILITY)
                    for name in claimed
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
        note="Every position three times as large, as the published notebook's leverage made it; at equal volatility.",
    )
    mild = {"mild trend": ex.PYRAMID_MARKETS["trend 1.0"]}
    yield Topic(
        "re-entry",
        "6.1",
        "How much does the re-entry policy decide?",
        "Waiting for a fresh cross misses the trend",
        lambda effort: ex.reentries_compared(mild, paths=few(20_000, effort), measures=("sharpe",)),
        ("rule",),
        "Sharpe ratio",
        claims=(
            Claim("entered again at the next bar", {"rule": "pyramid, next bar", "measure": "sharpe"}, 0.17, 0.01),
            Claim("only after a fresh cross", {"rule": "pyramid, fresh cross", "measure": "sharpe"}, -0.05, 0.01),
        ),
        shown={"measure": "sharpe"},
        note="Trends of drift-Sharpe 1.0; the 49 bars of warm-up count as zeros, as they did in the claim.",
    )
    returns = {"measure": "total_return"}
    some = {name: ex.PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5", "range, 60 days")}
    yield Topic(
        "levels",
        "6.1",
        "Are more levels better?",
        "Each adds to gain in trends, to loss elsewhere; past four it is little",
        lambda effort: ex.levels_compared(markets=some, paths=few(10_000, effort)),
        ("market", "rule"),
        "Total return [%]",
        checks=(
            Check(
                "the drawdown grows from one level to two to four, in every market",
                lambda frame: all((np.diff(_drawdowns(frame, name))[:2] > 0).all() for name in some),
            ),
            Check(
                "without a trend the Sharpe ratio falls from one level to two to four",
                lambda frame: all(
                    (np.diff(only(frame, market=name, measure="sharpe")["estimate"][:3]) < 0).all()
                    for name in ("random walk", "range, 60 days")
                ),
            ),
            Check(
                "levels five and six change the drawdown by less than a tenth",
                lambda frame: all(abs(np.diff(np.log(_drawdowns(frame, name)))[2]) < 0.1 for name in some),
            ),
        ),
        shown=returns,
        percent=True,
    )
    yield Topic(
        "risk-doubled",
        "6.1",
        "What does twice the risk per level do?",
        "It doubles gain, loss and drawdown alike: the Sharpe ratio stays",
        lambda effort: ex.risks_compared(markets=some, paths=few(10_000, effort)),
        ("market", "rule"),
        "Total return [%]",
        checks=(
            Check(
                "the Sharpe ratio moves by less than 0.02 when risk is doubled",
                lambda frame: all(np.ptp(only(frame, market=name, measure="sharpe")["estimate"].iloc[:2]) < 0.02 for name in some),
            ),
            Check(
                "the drawdown grows by at least 1.8 times",
                lambda frame: all(_drawdowns(frame, name)[1] > 1.8 * _drawdowns(frame, name)[0] for name in some),
            ),
        ),
        shown=returns,
        percent=True,
    )


def _width(frame: pd.DataFrame, **case: Any) -> float:
    return at(frame, "q95", **case) - at(frame, "q05", **case)


def _drawdowns(frame: pd.DataFrame, market: str) -> np.ndarray:
    """Mean largest drawdown of each rule in a market, in the order of the rules."""
    return only(frame, market=market, measure="max_drawdown")["estimate"].to_numpy()


def _scaling_topics() -> Iterator[Topic]:
    multiple = {"measure": "R multiple"}
    policies = ("hold", "target", "quarter per ATR", "trailing")
    yield Topic(
        "exits",
        "6.2, 6.4",
        "Which exit earns most?",
        "No edge, no gain; holding wins in trends, loses in ranges",
        lambda effort: ex.exit_policies(paths=few(40_000, effort)),
        ("market", "policy"),
        "Profit of a trade [R]",
        claims=(
            *(Claim(f"no edge: {policy}", {**multiple, "market": "random walk", "policy": policy}, 0.0, 1e-3) for policy in policies),
            Claim("strong trend: one exit", {**multiple, "market": "strong trend", "policy": "hold"}, 1.26, 0.01),
            Claim("strong trend: a quarter per ATR", {**multiple, "market": "strong trend", "policy": "quarter per ATR"}, 0.23, 0.01),
        ),
        checks=(
            Check(
                "scaling out wins more often than holding, in every market",
                lambda frame: all(
                    at(frame, market=name, policy="quarter per ATR", measure="win rate")
                    > at(frame, market=name, policy="hold", measure="win rate")
                    for name in ex.EXIT_MARKETS
                ),
            ),
            Check(
                "it varies less: its standard error is smaller on as many markets",
                lambda frame: all(
                    at(frame, "standard_error", market=name, policy="quarter per ATR", **multiple)
                    < at(frame, "standard_error", market=name, policy="hold", **multiple)
                    for name in ("random walk", "strong trend", "range, 60 days")
                ),
            ),
            Check(
                "it loses less in ranges",
                lambda frame: all(
                    sure(frame, 3.0, market=name, policy="quarter per ATR", measure="better than hold") > 0
                    for name in ("range, 60 days", "range, 20 days")
                ),
            ),
        ),
        shown=multiple,
        note="Stop 2 ATR away, held for at most 80 days, no costs; strong trend: drift-Sharpe 2.5. The claim states no horizon; "
        "what a single exit earns grows with it, what scaling out earns hardly does.",
    )


def _measured_in_two_years(correlation: float, sharpe: float = 0.5, count: int = 8) -> str:
    """Why the mean of the measured ratios is not quite the formula's (the mean of a noncentral t, to first order)."""
    formula = portfolio_sharpe(sharpe, count, correlation)
    measured = formula * (1.0 + 0.75 / (2 * DAYS - 1))
    return (
        f"Each asset has a true Sharpe ratio of {sharpe}. At correlation {correlation} the formula gives {formula:.4f}; a ratio "
        f"measured in two years of days is {measured / formula - 1:.2%} larger on average, for its volatility is measured as well: "
        f"{measured:.4f}, which rounds to {measured:.2f} as claimed. All rows share their luck: where one is high, the others are."
    )


def _portfolio_topics() -> Iterator[Topic]:
    none = {"correlation": 0.0, "years": 2.0}
    yield Topic(
        "square-root",
        "6.3, 6.4",
        "What is diversification worth?",
        "Eight assets: √8 times the Sharpe ratio, unless they move together",
        lambda effort: ex.square_root_law(samples=few(10_000, effort)),
        ("correlation",),
        "Two-year Sharpe ratio of the portfolio",
        claims=(
            Claim("0.5·√8, eight uncorrelated assets", {**none, "measure": "portfolio"}, 0.5 * math.sqrt(8), 0.01),
            Claim("the ratio √8 within two years of data", {**none, "measure": "ratio"}, 2.83, 0.01),
            Claim("sampling error of a two-year Sharpe ratio", {**none, "measure": "sampling error"}, 0.71, 0.01),
            *(
                Claim(f"correlation {level}", {"correlation": level, "measure": "portfolio"}, figure, 0.01)
                for level, figure in ((0.1, 1.09), (0.3, 0.80), (0.5, 0.67))
            ),
        ),
        shown={"measure": "portfolio"},
        note=_measured_in_two_years(0.1),
    )
    yield Topic(
        "power",
        "6.3, 6.4",
        "How long until the portfolio is told from one asset?",
        "Twelve years of data for a chance of 80 %",
        lambda effort: ex.power_of_comparison(samples=few(2_000, effort)),
        ("years",),
        "Chance of telling them apart [%]",
        claims=(Claim("80 % power after about 12 years", {"years": 12}, 0.80, 0.05),),
        percent=True,
        note="Two-sided test at 5 %, daily returns, eight uncorrelated assets of Sharpe ratio 0.5 against one of them. A chance "
        "has no spread: both sides show how well it is known.",
    )
    yield Topic(
        "asset-removed",
        "6.3",
        "What does removing BTC change?",
        "Nothing to be seen: scaled by volatility it is one of eight",
        lambda effort: _btc_removed(few(4_000, effort)),
        ("growth", "measure"),
        "Sharpe ratio of the trend portfolio",
        claims=(
            Claim("mu taken as log drift, as published", {"growth": "log drift", "measure": "difference"}, -0.017, 1e-3, 0.007),
            Claim(
                "mu the growth of the mean",
                {"growth": "mean growth", "measure": "difference"},
                -0.017,
                1e-3,
                0.007,
                "The claim's figure is that of the published drift, by which BTC grows 46 % a year; the row above reproduces it. At "
                "the growth that the course uses, BTC's log price drifts by 2 % a year: there is nothing to miss. Noise either way.",
            ),
        ),
        checks=(
            Check(
                "single universes differ by a standard deviation of 0.30, give or take 0.03",
                lambda frame: bool(
                    only(frame, measure="difference").eval("abs(standard_error * sqrt(n) - 0.30) < 0.03 + 0.6 / sqrt(n)").all()
                ),
            ),
        ),
    )
    yield Topic(
        "lookback",
        "6.3",
        "Is a lookback of 200 days worse than one of 100?",
        "On the same days there is no difference; warm-up zeros fake one",
        lambda effort: ex.lookbacks_compared(universes=few(4_000, effort)),
        ("lookback", "measure"),
        "Sharpe ratio of the trend portfolio",
        claims=(Claim("200 less 100 days, same days", {"lookback": 200, "measure": "difference"}, 0.001, 1e-3, 0.016),),
        checks=(
            Check(
                "with warm-up zeros the longer one seems worse",
                lambda frame: (
                    at(frame, lookback=200, measure="with warm-up zeros")
                    < at(frame, lookback=100, measure="with warm-up zeros") - 0.05
                ),
            ),
        ),
        note="True trends, drift-Sharpe 1.0, 500 bars.",
    )
    yield Topic(
        "sizing",
        "6.3, 6.4",
        "Who carries the risk when every asset gets as much money?",
        "BTC carries more than half of it: eight assets, fewer than three bets",
        lambda effort: ex.sizings_compared(universes=few(1_000, effort)),
        ("measure",),
        "Share of the variance [%]",
        claims=(
            Claim("BTC's share of the variance", {"sizing": "equal dollars", "measure": "share of BTC"}, 0.549, 1e-3),
            Claim("effective bets", {"sizing": "equal dollars", "measure": "effective bets"}, 2.84, 0.01, plain=True),
        ),
        shown={"measure": tuple(f"share of {name}" for name in UNIVERSE), "sizing": "equal dollars"},
        percent=True,
    )


def _btc_removed(universes: int) -> pd.DataFrame:
    kinds = {"mean growth": False, "log drift": True}
    parts = [ex.asset_removed(universes=universes, log_drift=kind).assign(growth=name) for name, kind in kinds.items()]
    return pd.concat(parts, ignore_index=True)


def _conviction_topics() -> Iterator[Topic]:
    yield Topic(
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
    yield Topic(
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
    yield Topic(
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
    yield Topic(
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


def topics() -> tuple[Topic, ...]:
    """Every topic, in the order of the lessons."""
    return (*_pyramid_topics(), *_scaling_topics(), *_portfolio_topics(), *_conviction_topics())


QUICK = 0.1
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c1c1c; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 3rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #d9d9da; text-align: right; }
th:first-child, td:first-child, td:last-child, th:last-child { text-align: left; }
td:not(:first-child) { white-space: nowrap; }
.no { background: #fdeee4; } .why { background: #f4f4f4; padding: .6rem 1rem; border-left: 4px solid #0072b2; }
.quiet { color: #555; } img { display: block; margin: 1rem 0; width: 52rem; max-width: 100%; } details { margin: 1rem 0; }
details table { font-size: .85em; } ul.checks { list-style: none; padding-left: 0; } ul.checks span { margin-right: .5rem; }
"""


def number(value: float, percent: bool, decimals: int | None = None) -> str:
    """A figure as the page writes it, with ``decimals`` of its unit (by default two of a percentage, else three)."""
    places = (2 if percent else 3) if decimals is None else decimals
    said = f"{abs(100 * value if percent else value):.{places}f}"
    minus = "−" if value < 0 and float(said) else ""
    return f"{minus}{said} %" if percent else f"{minus}{said}"


def _verdict(claim: Claim, frame: pd.DataFrame) -> str:
    if abs(claim.distance(frame)) <= CLOSE:
        return "✓ agrees"
    return "≠ differs, see below" if claim.disputed else "✗ disagrees"


def _claims_table(found: Found) -> str:
    topic, rows = found.topic, []
    for claim in topic.claims:
        row, distance = claim.row(found.frame), claim.distance(found.frame)
        percent = topic.percent and not claim.plain
        places = max(0, math.ceil(-math.log10(claim.digit) - 1e-9) - 2 * percent)
        error = f" ± {number(claim.error, percent, places)}" if claim.error else ""
        ours = number(row["estimate"], percent, places + 1)
        chance = float(row["standard_error"]) > 0
        cells = (
            html.escape(claim.text),
            number(claim.figure, percent, places) + error,
            f"{ours} ± {number(row['standard_error'], percent, places + 1)}" if chance else ours,
            f"{distance:+.1f}".replace("-", "−").replace("−0.0", "0.0").replace("+0.0", "0.0"),
            f"{int(row['n']):,}" if chance else "by rule",
            _verdict(claim, found.frame),
        )
        mark = "" if abs(distance) <= CLOSE else ' class="no"'
        rows.append(f"<tr{mark}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Claim", "Claimed", "Ours", "Difference [s.e.]", "n", "Verdict"))
    return f"<table><caption>Claims and figures</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _claimed(topic: Topic, shown: pd.DataFrame) -> list[float]:
    """The figure claimed of every row shown, NaN where there is none."""
    figures = dict.fromkeys(shown.index, math.nan)
    for claim in topic.claims:
        rows = only(shown, **claim.case)
        if len(rows) == 1:
            figures[rows.index[0]] = claim.figure
    return list(figures.values())


def _section(found: Found) -> str:
    topic = found.topic
    shown = only(found.frame, **topic.shown)
    picture = plot_estimates(
        shown, topic.by, title=topic.answer, unit=topic.unit, percent=topic.percent, claims=_claimed(topic, shown)
    )
    pixels = base64.b64encode(picture.png()).decode()
    parts = [
        f'<h2 id="{topic.name}">{html.escape(topic.question)}</h2>',
        f'<img alt="{html.escape(picture.alt)}" src="data:image/png;base64,{pixels}">',
    ]
    if topic.note:
        parts.append(f'<p class="quiet">{html.escape(topic.note)}</p>')
    if topic.claims:
        parts.append(_claims_table(found))
    reasons = [html.escape(f"{claim.text}: {claim.disputed}") for claim in topic.claims if claim.disputed]
    parts += [f'<p class="why">{reason}</p>' for reason in reasons]
    if topic.checks:
        marks = [(("✓" if check.holds(found.frame) else "✗ not so:"), html.escape(check.text)) for check in topic.checks]
        parts.append('<ul class="checks">' + "".join(f"<li><span>{mark}</span>{text}</li>" for mark, text in marks) + "</ul>")
    table = found.frame.to_html(index=False, float_format=lambda value: f"{value:.5g}", border=0)
    parts.append(f"<details><summary>All rows ({found.seconds:.1f} s, lesson {topic.section})</summary>{table}</details>")
    return "\n".join(parts)


def page(found: Sequence[Found], effort: float = 1.0) -> str:
    """The whole page as HTML that needs nothing beside itself."""
    claims = [(each, claim) for each in found for claim in each.topic.claims]
    agree = sum(abs(claim.distance(each.frame)) <= CLOSE for each, claim in claims)
    disputed = sum(bool(claim.disputed) and abs(claim.distance(each.frame)) > CLOSE for each, claim in claims)
    failures = [(each.topic, text) for each in found for text in each.failures]
    wrong = "".join(f'<li><a href="#{topic.name}">{html.escape(text)}</a></li>' for topic, text in failures)
    contents = "".join(f'<li><a href="#{each.topic.name}">{html.escape(each.topic.question)}</a></li>' for each in found)
    left = len(topics()) - len(found)
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Evidence for every claim</title>',
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>',
            "<h1>Evidence for every claim of the lessons</h1>",
            f"<p>{len(claims)} figures were claimed; {agree} agree with ours within {CLOSE:g} standard errors, {disputed} differ for "
            f"a reason given below, {len(claims) - agree - disputed} disagree. Every number comes from random markets made for it, at "
            f"{effort:.0%} of the full number of paths. ± is one standard error; a difference counts ours, the claim's own where it "
            "is known, and the rounding of its figure.</p>",
            "<p>In each picture the left side shows how single markets are spread, the right side how well their mean is known.</p>",
            f"<p>{left} questions were not reached: the run was interrupted.</p>" if left else "",
            f"<p><strong>Not as claimed:</strong></p><ul>{wrong}</ul>" if wrong else "",
            f"<ol>{contents}</ol>",
            *(_section(each) for each in found),
            "</body></html>",
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Investigate every topic and write the page; 1 if a claim disagrees that is not known to, else 0."""
    parser = argparse.ArgumentParser(prog="python -m phase6.evidence", description="Every claim, over thousands of random markets.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:.0%} of the paths: seconds, with larger errors")
    parser.add_argument("--to", type=Path, default=Path("report/evidence.html"), help="the page to write (default: %(default)s)")
    options = parser.parse_args(arguments)
    effort = QUICK if options.quick else 1.0
    found: list[Found] = []
    try:
        for topic in topics():
            answer = investigate(topic, effort)
            if answer.frame.attrs.get("interrupted"):
                raise KeyboardInterrupt
            found.append(answer)
            marks = [f"✗ {text}" for text in found[-1].failures] or ["✓"]
            print(f"{found[-1].seconds:6.1f} s  {topic.question}  {'; '.join(marks)}", flush=True)
    except KeyboardInterrupt:
        print("interrupted: writing what is done", file=sys.stderr)
    options.to.parent.mkdir(parents=True, exist_ok=True)
    options.to.write_text(page(found, effort), encoding="utf-8")
    print(f"written: {options.to}")
    return int(any(each.failures for each in found))


if __name__ == "__main__":
    sys.exit(main())
