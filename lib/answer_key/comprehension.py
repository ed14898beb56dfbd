"""Section 6.4: what a pyramid risks, what scaling out buys, what diversification gives, when pyramids hurt, what equal dollars hide.

Every right answer is computed from its rule, and so is the value that each wrong idea leads to.
"""


import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from phase6.market import UNIVERSE

from answer_key.exercise import Value, WrongValue

SECTION = "6.4"
PLANNING = 0.02
"""The contract's relative tolerance for the figures of portfolios."""

# ------------------------------------------------------------------------------------------------------- 1: the risk of a pyramid

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

# ------------------------------------------------------------------------------------------------------- 2: what scaling out buys

STOP, TARGETS = 2, (1, 2, 3, 4)
"""The trade of the prompt in ATR: the stop below the entry, and where plan B sells a quarter each; plan A sells at the last."""
NO_EDGE, TREND = 0.5, 0.55
"""Chance that the price gains the next ATR before it loses one."""


def outcomes(chance: float, sold: Mapping[int, float]) -> list[tuple[float, float]]:
    """Probability and result in ATR of every way a trade can end: ``sold`` is the share sold at each target, the rest at the stop.

    How far the price comes before the stop is gambler's ruin (Feller, *An Introduction to Probability Theory*, volume 1, XIV.2).
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
"""a: higher with plan B; b: lower; c: the same; d: cannot be told without the market's volatility."""


def compared(measure: str, chance: float) -> str:
    """The letter for plan B against plan A."""
    parts, whole = trade(chance, IN_QUARTERS)[measure], trade(chance, ALL_AT_ONCE)[measure]
    if math.isclose(parts, whole, abs_tol=1e-12):
        return "c"
    return "a" if parts > whole else "b"


def styles(letter: str) -> tuple[str, ...]:
    """The letter as others type it."""
    return letter.upper(), f" {letter} "


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
                "The worst case is the same; what lies between it and the best is not. Plan A knows two results, both far out.",
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

# ---------------------------------------------------------------------------------------------------- 3: what diversification gives

COUNT, SHARPE_EACH, YEARS, CORRELATION, DAYS = 8, 0.5, 2, 0.3, 252


def portfolio_sharpe(count: float, correlation: float = 0.0, others: float | None = None) -> float:
    """Sharpe ratio of ``count`` equally risky assets; each is correlated with ``others`` more, all but itself by default."""
    return SHARPE_EACH * math.sqrt(count / (1 + ((count - 1) if others is None else others) * correlation))


def sharpe_standard_error(sharpe: float, years: float, periods: int = DAYS) -> float:
    """Of an annualised Sharpe ratio from ``periods`` returns a year (Lo, "The Statistics of Sharpe Ratios", 2002)."""
    per_period = sharpe / math.sqrt(periods)
    return math.sqrt((1 + per_period**2 / 2) / years)


DIVERSIFIED = portfolio_sharpe(COUNT)
DIVERSIFICATION = (
    Value(
        "q3_portfolio_sharpe",
        SECTION,
        DIVERSIFIED,
        "the means of eight assets add up, and the standard deviations of uncorrelated ones add up as squares",
        (
            WrongValue("adds up", COUNT * SHARPE_EACH, "The mean grows by eight, and the risk by the square root of eight."),
            WrongValue(
                "averages",
                SHARPE_EACH,
                "That is the Sharpe ratio of one asset. Part of the risk of eight cancels; their return does not.",
            ),
            WrongValue(
                "divided by the square root",
                SHARPE_EACH / math.sqrt(COUNT),
                "You divide by √8. The risk of the average falls by √8, and it stands below the fraction bar.",
            ),
            WrongValue("the factor alone", math.sqrt(COUNT), "That is the factor. Each asset has a Sharpe ratio of 0.5, not of 1."),
            WrongValue(
                "with correlation",
                portfolio_sharpe(COUNT, CORRELATION),
                "That is the portfolio of correlated assets. Here they are uncorrelated.",
            ),
        ),
        relative=PLANNING,
        variants=(np.float64(DIVERSIFIED), 1.41, [DIVERSIFIED]),
    ),
    Value(
        "q3_standard_error_two_years",
        SECTION,
        1 / math.sqrt(YEARS),
        "from daily returns, the standard error of an annual Sharpe ratio is close to 1/√years",
        (
            WrongValue(
                "counts days",
                1 / math.sqrt(YEARS * DAYS),
                "That is the error of the Sharpe ratio of a day. Annualised, it is larger by √252, like the ratio itself.",
            ),
            WrongValue("no square root", 1 / YEARS, "That is one over the years. Errors fall with the square root of the sample."),
            WrongValue("grows with the sample", math.sqrt(YEARS), "Your error grows with the years. More data make it smaller."),
            WrongValue("one year", 1.0, "That is the error from one year of daily returns. You have two years."),
            WrongValue(
                "annual returns",
                sharpe_standard_error(SHARPE_EACH, YEARS, 1),
                "That is the formula for annual returns, with the annual ratio inside. From daily returns that term all but vanishes.",
            ),
            WrongValue(
                "shrinks with the number of assets",
                1 / math.sqrt(YEARS * COUNT),
                "The error is that of one series of returns, the portfolio's. How many assets are in it does not matter.",
            ),
        ),
        relative=PLANNING,
        variants=(np.float64(0.71), sharpe_standard_error(SHARPE_EACH, YEARS), sharpe_standard_error(DIVERSIFIED, YEARS)),
    ),
    Value(
        "q3_sharpe_with_correlation",
        SECTION,
        portfolio_sharpe(COUNT, CORRELATION),
        "the variance of the sum of eight equal risks is 8 + 8·7·0.3 times that of one",
        (
            WrongValue("correlation ignored", DIVERSIFIED, "That is the portfolio of uncorrelated assets."),
            WrongValue(
                "correlated with itself",
                portfolio_sharpe(COUNT, CORRELATION, COUNT),
                "You count eight correlations for each asset. It has seven others; the eighth is itself and is already the 1.",
            ),
            WrongValue(
                "correlation of one pair",
                portfolio_sharpe(COUNT, CORRELATION, 1),
                "You count one correlation for each asset. It has seven others.",
            ),
            WrongValue(
                "discount of the ratio",
                DIVERSIFIED * (1 - CORRELATION),
                "You take 30 % off the ratio. The correlation adds to the variance: write the variance of the sum down.",
            ),
            WrongValue(
                "discount under the root",
                SHARPE_EACH * math.sqrt(COUNT * (1 - CORRELATION)),
                "You take 30 % off the number of assets. The correlation adds to the variance: write the variance of the sum down.",
            ),
            WrongValue(
                "no root below",
                DIVERSIFIED / (1 + (COUNT - 1) * CORRELATION),
                "You divide by the variance. A Sharpe ratio divides by the standard deviation.",
            ),
        ),
        relative=PLANNING,
        variants=(np.float64(0.80), [portfolio_sharpe(COUNT, CORRELATION)]),
    ),
)

# ------------------------------------------------------------------------------------------------------- 4: when pyramiding hurts


@dataclass(frozen=True)
class Measured:
    """Total return of the pyramid less that of the single entry, in percentage points over 500 bars: means and quantiles.

    ``risk``: at equal initial risk; ``matched``: at equal volatility, with its standard error; ``low`` and ``high``: the 5th and 95th
    percentile of that. From ``phase6.experiments.leverage_compared(paths=10_000, seed=0)``.
    """

    risk: float
    matched: float
    error: float
    low: float
    high: float


ONCE = {
    "trend 2.5": Measured(10.45, 2.41, 0.05, -4.51, 10.45),
    "range, 60 days": Measured(-3.74, -1.08, 0.03, -5.54, 3.49),
    "trend 1.0": Measured(1.76, 0.44, 0.04, -5.10, 6.10),
    "range, 20 days": Measured(-5.67, -1.53, 0.02, -5.30, 2.45),
}
THRICE = {
    "trend 2.5": Measured(32.68, 10.85, 0.20, -12.67, 45.13),
    "range, 60 days": Measured(-10.19, -2.73, 0.08, -15.82, 10.36),
    "trend 1.0": Measured(5.19, 1.53, 0.11, -14.87, 19.09),
    "range, 20 days": Measured(-14.54, -2.96, 0.07, -13.93, 8.19),
}
"""The same with every position multiplied by three."""
REGIMES = {"a": "trend 2.5", "b": "range, 60 days", "c": "trend 1.0", "d": "range, 20 days"}


def loses(found: Measured) -> bool:
    """Whether the pyramid is behind by more than chance."""
    return found.matched < -3 * found.error


def leverage_claims() -> dict[str, bool]:
    """The prompt's claims about positions of three times the size, and whether the figures bear them out."""
    pairs = [(ONCE[name], THRICE[name]) for name in ONCE]
    return {
        "a": any(one.matched < 0 < three.matched for one, three in pairs),
        "b": all(one.matched * three.matched > 0 and three.low < 2 * one.low and three.high > 2 * one.high for one, three in pairs),
        "c": all(math.isclose(one.matched, three.matched, rel_tol=0.1) for one, three in pairs),
        "d": all(three.high > 2 * one.high and math.isclose(one.low, three.low, rel_tol=0.1) for one, three in pairs),
    }


def matching_claims() -> dict[str, bool]:
    """The prompt's claims about what volatility matching leaves of the pyramid's lead in trends."""
    shares = [found.matched / found.risk for name, found in ONCE.items() if name.startswith("trend")]
    return {
        "a": all(share > 0.9 for share in shares),
        "b": all(0.1 < share < 0.5 for share in shares),
        "c": all(abs(share) <= 0.1 for share in shares),
        "d": all(share < -0.1 for share in shares),
    }


def the_one(claims: Mapping[str, bool]) -> str:
    """The letter of the only claim that holds."""
    (letter,) = [letter for letter, holds in claims.items() if holds]
    return letter


HURTS = (
    Value(
        "q4_regime",
        SECTION,
        frozenset(letter for letter, name in REGIMES.items() if loses(ONCE[name])),
        "an add-on pays when the move goes on after it, and costs when the price comes back",
        (
            WrongValue(
                "turned round",
                frozenset("ac"),
                "You name the markets where the pyramid is ahead. It adds to what has moved: where does that move come back?",
            ),
            WrongValue("everywhere", frozenset("abcd"), "Where moves go on for longer than it takes to add, the pyramid is ahead."),
            WrongValue(
                "only the fastest range",
                frozenset("d"),
                "That one is the worst, and not the only one: a price that comes back slowly comes back as well.",
            ),
            WrongValue(
                "only the slow range",
                frozenset("b"),
                "A price that comes back sooner hurts the add-ons more, not less.",
            ),
            WrongValue(
                "weak trends as well",
                frozenset("bcd"),
                "In the weak trend the lead is small, but it is one: its drift still lasts for months.",
            ),
        ),
        choices=tuple(REGIMES),
        variants=("bd", "b, d", ["d", "b"], {"B", "D"}, ("b", "d")),
    ),
    Value(
        "q4_leverage",
        SECTION,
        the_one(leverage_claims()),
        "multiplying every position multiplies what is won and what is lost",
        (
            WrongValue(
                "leverage makes an edge",
                "a",
                "Three times a loss is a larger loss. Leverage cannot turn the sign of what it multiplies.",
            ),
            WrongValue("returns are relative", "c", "Equity stays while positions triple, so results in equity triple too."),
            WrongValue(
                "stops bound the bad",
                "d",
                "A stop bounds the loss for each unit held. With three times the units the loss at the stop is three times as large.",
            ),
        ),
        choices=("a", "b", "c", "d"),
        variants=styles(the_one(leverage_claims())),
    ),
    Value(
        "q4_after_matching",
        SECTION,
        the_one(matching_claims()),
        "compare the lead at equal initial risk with the lead at equal volatility",
        (
            WrongValue(
                "timing, not risk",
                "a",
                "The pyramid has about twice the volatility of the single entry. A larger single entry earns much of the lead too.",
            ),
            WrongValue(
                "nothing but risk",
                "c",
                "Most of the lead is risk, but in a trend adding to what has moved keeps a part of it.",
            ),
            WrongValue(
                "behind even in trends",
                "d",
                "Look at the trends: the enlarged single entry closes most of the gap there, and does not overtake.",
            ),
        ),
        choices=("a", "b", "c", "d"),
        variants=styles(the_one(matching_claims())),
    ),
)

# ---------------------------------------------------------------------------------------------------- 5: what equal dollars hide

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

EXERCISES: tuple[Value, ...] = (*PYRAMID, *SCALING, *DIVERSIFICATION, *HURTS, *EQUAL_DOLLARS)
