"""Question 3: what diversification gives."""

import math

import numpy as np
from phase6.variants import Assets

from answer_key.comprehension._common import PLANNING, SECTION
from answer_key.value import Value, WrongValue

YEARS, DAYS = 2, 252


def portfolio_sharpe(assets: Assets, correlation: float = 0.0, others: float | None = None) -> float:
    """Sharpe ratio of equally risky assets.

    Each is correlated with ``others`` more, all but itself by default.
    """
    return assets.sharpe * math.sqrt(assets.count / (1 + ((assets.count - 1) if others is None else others) * correlation))


def sharpe_standard_error(sharpe: float, years: float, periods: int = DAYS) -> float:
    """Standard error of an annualised Sharpe ratio from ``periods`` returns a year.

    Lo (2002), "The Statistics of Sharpe Ratios".
    """
    per_period = sharpe / math.sqrt(periods)
    return math.sqrt((1 + per_period**2 / 2) / years)


SIMULATED = 0.05
"""Relative tolerance of what may be simulated.

The deviation of 2,000 histories has a standard error of 1.6 %.
"""


def _diversified_sharpe(assets: Assets) -> Value:
    count, each, rho, diversified = assets.count, assets.sharpe, assets.correlation, portfolio_sharpe(assets)
    return Value(
        "q3_portfolio_sharpe",
        SECTION,
        diversified,
        "the means of the assets add up, and the standard deviations of uncorrelated ones add up as squares",
        (
            WrongValue("adds up", count * each, "The mean grows with the number of assets, and the risk with its square root."),
            WrongValue(
                "averages",
                each,
                "That is the Sharpe ratio of one asset. Part of the risk of many cancels; their return does not.",
            ),
            WrongValue(
                "divided by the square root",
                each / math.sqrt(count),
                "You divide by the root of the count. The risk falls by that root, and it stands below the fraction bar.",
            ),
            WrongValue("the factor alone", math.sqrt(count), "That is the factor. No asset has a Sharpe ratio of 1."),
            WrongValue(
                "with correlation",
                portfolio_sharpe(assets, rho),
                "That is the portfolio of correlated assets. Here they are uncorrelated.",
            ),
        ),
        relative=PLANNING,
        variants=(np.float64(diversified), round(diversified, 2), [diversified]),
    )


def _standard_error(assets: Assets) -> Value:
    count, each, diversified = assets.count, assets.sharpe, portfolio_sharpe(assets)
    return Value(
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
                sharpe_standard_error(each, YEARS, 1),
                "That is the formula for annual returns, with the annual ratio inside. From daily returns that term vanishes.",
            ),
            WrongValue(
                "shrinks with the number of assets",
                1 / math.sqrt(YEARS * count),
                "The error is that of one series of returns, the portfolio's. How many assets are in it does not matter.",
            ),
        ),
        relative=SIMULATED,
        variants=(
            *(np.float64(0.71), 0.6897539499, 0.715, sharpe_standard_error(each, YEARS)),
            sharpe_standard_error(diversified, YEARS),
        ),
    )


def _sharpe_with_correlation(assets: Assets) -> Value:
    count, each, rho, diversified = assets.count, assets.sharpe, assets.correlation, portfolio_sharpe(assets)
    return Value(
        "q3_sharpe_with_correlation",
        SECTION,
        portfolio_sharpe(assets, rho),
        "the variance of the sum of n equal risks is n + n·(n − 1)·ρ times that of one",
        (
            WrongValue("correlation ignored", diversified, "That is the portfolio of uncorrelated assets."),
            WrongValue(
                "correlated with itself",
                portfolio_sharpe(assets, rho, count),
                "You count an asset among the others. Its correlation with itself is the 1 that is there already.",
            ),
            WrongValue(
                "correlation of one pair",
                portfolio_sharpe(assets, rho, 1),
                "You count one correlation for each asset. It has one with every other.",
            ),
            WrongValue(
                "discount of the ratio",
                diversified * (1 - rho),
                "You take the correlation off the ratio. It adds to the variance: write the variance of the sum down.",
            ),
            WrongValue(
                "discount under the root",
                each * math.sqrt(count * (1 - rho)),
                "You take the correlation off the number of assets. It adds to the variance: write the variance of the sum down.",
            ),
            WrongValue(
                "no root below",
                diversified / (1 + (count - 1) * rho),
                "You divide by the variance. A Sharpe ratio divides by the standard deviation.",
            ),
        ),
        relative=PLANNING,
        variants=(np.float64(round(portfolio_sharpe(assets, rho), 2)), [portfolio_sharpe(assets, rho)]),
    )


def questions(assets: Assets) -> tuple[Value, ...]:
    """The three values of question 3 for some assets."""
    return _diversified_sharpe(assets), _standard_error(assets), _sharpe_with_correlation(assets)
