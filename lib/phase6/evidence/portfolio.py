"""Claims of lesson 6.3: what diversification is worth, and how many years it takes to see it."""

import math

import pandas as pd

from phase6 import experiments as ex
from phase6._validation import BARS_PER_YEAR
from phase6.diversification import portfolio_sharpe
from phase6.evidence.claims import Check, Claim, Topic, at, few, only
from phase6.market import UNIVERSE


def _measured_in_two_years(correlation: float, sharpe: float = 0.5, count: int = 8) -> str:
    """Why the mean of the measured ratios differs a little from the formula's.

    It is the mean of a noncentral t, to first order.
    """
    formula = portfolio_sharpe(sharpe, count, correlation)
    measured = formula * (1.0 + 0.75 / (2 * BARS_PER_YEAR - 1))
    return (
        f"Each asset has a true Sharpe ratio of {sharpe}. At correlation {correlation} the formula gives {formula:.4f}; a ratio "
        f"measured in two years of days is {measured / formula - 1:.2%} larger on average, for its volatility is measured as well: "
        f"{measured:.4f}, which rounds to {measured:.2f} as claimed. All rows share their luck: where one is high, the others are."
    )


UNCORRELATED = {"correlation": 0.0, "years": 2.0}


def _btc_removed(universes: int) -> pd.DataFrame:
    kinds = {"mean growth": False, "log drift": True}
    parts = [ex.asset_removed(universes=universes, log_drift=kind).assign(growth=name) for name, kind in kinds.items()]
    return pd.concat(parts, ignore_index=True)


def _square_root() -> Topic:
    return Topic(
        "square-root",
        "6.3, 6.4",
        "What is diversification worth?",
        "Eight assets: √8 times the Sharpe ratio, unless they move together",
        lambda effort: ex.square_root_law(samples=few(10_000, effort)),
        ("correlation",),
        "Two-year Sharpe ratio of the portfolio",
        claims=(
            Claim("0.5·√8, eight uncorrelated assets", {**UNCORRELATED, "measure": "portfolio"}, 0.5 * math.sqrt(8), 0.01),
            Claim("the ratio √8 within two years of data", {**UNCORRELATED, "measure": "ratio"}, 2.83, 0.01),
            Claim("sampling error of a two-year Sharpe ratio", {**UNCORRELATED, "measure": "sampling error"}, 0.71, 0.01),
            *(
                Claim(f"correlation {level}", {"correlation": level, "measure": "portfolio"}, figure, 0.01)
                for level, figure in ((0.1, 1.09), (0.3, 0.80), (0.5, 0.67))
            ),
        ),
        shown={"measure": "portfolio"},
        note=_measured_in_two_years(0.1),
    )


def _power() -> Topic:
    return Topic(
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


def _asset_removed() -> Topic:
    return Topic(
        "asset-removed",
        "6.3",
        "What does removing BTC change?",
        "Nothing to be seen: scaled by volatility it is one of eight",
        lambda effort: _btc_removed(few(4_000, effort)),
        ("growth", "measure"),
        "Sharpe ratio of the trend portfolio",
        claims=(Claim("mu taken as log drift, as published", {"growth": "log drift", "measure": "difference"}, -0.017, 1e-3, 0.007),),
        checks=(
            Check(
                "at the growth that the course uses, by which BTC's log price drifts by 2 % a year, it is less than 0.03 either way",
                lambda frame: abs(at(frame, growth="mean growth", measure="difference")) < 0.03,
            ),
            Check(
                "single universes differ by a standard deviation of 0.30, give or take 0.03",
                lambda frame: bool(
                    only(frame, measure="difference").eval("abs(standard_error * sqrt(n) - 0.30) < 0.03 + 0.6 / sqrt(n)").all()
                ),
            ),
        ),
    )


def _lookback() -> Topic:
    return Topic(
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


def _sizing() -> Topic:
    return Topic(
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


def _bets() -> Topic:
    def case(correlation: float, sizing: str, measure: str) -> dict[str, object]:
        return {"correlation": correlation, "sizing": sizing, "measure": measure}

    return Topic(
        "bets",
        "6.3, 6.4",
        "How many bets are eight assets that move together?",
        "One, at a correlation of 0.9; shares of the variance alone do not see it",
        lambda effort: ex.bets_compared(),
        ("correlation", "measure"),
        "Effective bets",
        claims=(
            Claim("shares alone, equal risk, correlation 0.9", case(0.9, "equal risk", "shares alone"), 8.0, 0.01),
            Claim("shares alone, equal dollars, uncorrelated", case(0.0, "equal dollars", "shares alone"), 2.84, 0.01),
            Claim("shares alone, equal dollars, correlation 0.9", case(0.9, "equal dollars", "shares alone"), 5.49, 0.01),
            Claim("diversification ratio, equal risk", case(0.9, "equal risk", "diversification ratio"), 1.10, 0.01),
            Claim("diversification ratio, equal dollars", case(0.9, "equal dollars", "diversification ratio"), 1.09, 0.01),
        ),
        shown={"sizing": "equal risk"},
        note="By rule, without chance: the eight volatilities of section 6.3, one correlation for every pair.",
    )


def _strength() -> Topic:
    figures = {0.5: 0.05, 1.0: 0.25, 1.5: 0.54, 2.0: 0.90, 2.5: 1.20}
    return Topic(
        "strength",
        "6.3",
        "How strong must trends be to pay what real ones paid?",
        "Between 1.0 and 1.25: what the course takes as its default",
        lambda effort: ex.trend_strengths(samples=few(2_000, effort)),
        ("strength",),
        "Sharpe ratio on one market",
        claims=tuple(
            Claim(f"drift-Sharpe {strength:g}", {"strength": strength}, figure, 0.01, 0.02) for strength, figure in figures.items()
        ),
        checks=(
            Check(
                "the 0.35 ± 0.06 of 82 real futures asks for a strength less than two errors from 1.25",
                lambda frame: abs(ex.strength_of(0.35, frame)[0] - 1.25) < 2.0 * ex.strength_of(0.35, frame, error=0.06)[1],
            ),
        ),
        note="The 100-day rule, five years of days, no costs. The figure of real futures comes from phase6.futures.",
    )


TOPICS = (
    _square_root(),
    _power(),
    _asset_removed(),
    _lookback(),
    _sizing(),
    _bets(),
    _strength(),
)
