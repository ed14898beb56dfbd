"""Question 3: what diversification gives."""

import math

import numpy as np

from answer_key.comprehension._common import PLANNING, SECTION
from answer_key.exercise import Value, WrongValue

COUNT, SHARPE_EACH, YEARS, CORRELATION, DAYS = 8, 0.5, 2, 0.3, 252


def portfolio_sharpe(count: float, correlation: float = 0.0, others: float | None = None) -> float:
    """Sharpe ratio of ``count`` equally risky assets; each is correlated with ``others`` more, all but itself by default."""
    return SHARPE_EACH * math.sqrt(count / (1 + ((count - 1) if others is None else others) * correlation))


def sharpe_standard_error(sharpe: float, years: float, periods: int = DAYS) -> float:
    """Of an annualised Sharpe ratio from ``periods`` returns a year (Lo, "The Statistics of Sharpe Ratios", 2002)."""
    per_period = sharpe / math.sqrt(periods)
    return math.sqrt((1 + per_period**2 / 2) / years)


SIMULATED = 0.05
"""Relative tolerance of what may be simulated: the deviation of 2,000 histories has a standard error of 1.6 %."""
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
        relative=SIMULATED,
        variants=(
            *(np.float64(0.71), 0.6897539499, 0.715, sharpe_standard_error(SHARPE_EACH, YEARS)),
            sharpe_standard_error(DIVERSIFIED, YEARS),
        ),
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
