"""Measures: right by hand, invariant where they must be, and defined on degenerate series."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import metrics

EQUITIES = st.lists(st.floats(1.0, 1e6), min_size=3, max_size=60).map(pd.Series)


def test_simple_returns_by_hand():
    found = metrics.simple_returns(pd.Series([100.0, 110.0, 99.0], index=list("abc")))
    assert found.to_numpy() == pytest.approx([0.1, -0.1])
    assert list(found.index) == ["b", "c"]


def test_simple_returns_after_ruin_are_zero():
    assert metrics.simple_returns(pd.Series([100.0, 0.0, 0.0])).tolist() == [-1.0, 0.0]


def test_volatility_and_sharpe_by_hand():
    returns = pd.Series([0.01, 0.03])
    assert metrics.volatility(returns) == pytest.approx(0.01 * math.sqrt(2) * math.sqrt(252))
    assert metrics.sharpe(returns) == pytest.approx(0.02 / (0.01 * math.sqrt(2)) * math.sqrt(252))
    assert metrics.sharpe(returns, 12) == pytest.approx(0.02 / (0.01 * math.sqrt(2)) * math.sqrt(12))


@pytest.mark.parametrize("returns", [[], [0.01], [0.0] * 10, [0.01] * 10, [0.1] * 1000])
def test_sharpe_without_variation_is_not_a_number(returns):
    assert math.isnan(metrics.sharpe(pd.Series(returns, dtype=float)))


@pytest.mark.parametrize(("returns", "expected"), [([], math.nan), ([0.01], math.nan), ([0.0] * 5, 0.0)])
def test_volatility_of_degenerate_series(returns, expected):
    assert metrics.volatility(pd.Series(returns, dtype=float)) == pytest.approx(expected, nan_ok=True)


@given(st.lists(st.floats(-0.05, 0.05), min_size=5, max_size=60), st.floats(0.1, 20.0))
@settings(max_examples=25, deadline=None)
def test_sharpe_knows_no_size_and_changes_sign_with_the_side(returns, factor):
    values = pd.Series(returns)
    if values.std() < 1e-6:
        return
    assert metrics.sharpe(values * factor) == pytest.approx(metrics.sharpe(values), rel=1e-6, abs=1e-6)
    assert metrics.sharpe(-values) == pytest.approx(-metrics.sharpe(values), rel=1e-9)
    assert metrics.volatility(values * factor) == pytest.approx(factor * metrics.volatility(values), rel=1e-6)


def test_the_standard_error_of_two_years_is_0_71():
    assert f"{metrics.sharpe_standard_error(0.5, 2):.2f}" == "0.71"
    assert metrics.sharpe_standard_error(0.0, 4) == 0.5
    assert metrics.sharpe_standard_error(1.0, 1, 12) == pytest.approx(math.sqrt(1 + 1 / 24))


@pytest.mark.parametrize("true_sharpe", [0.0, 1.5])
def test_the_standard_error_is_the_spread_of_estimates(true_sharpe):
    """3,000 samples of two years: the spread itself is known to 1.3 %, so four of those."""
    draws = np.random.default_rng(1).normal(true_sharpe / math.sqrt(252), 1.0, (3000, 504))
    estimates = [metrics.sharpe(pd.Series(row)) for row in draws]
    assert np.std(estimates, ddof=1) == pytest.approx(metrics.sharpe_standard_error(true_sharpe, 2), rel=4 / math.sqrt(6000))


@pytest.mark.parametrize("years", [0, -1, math.nan])
def test_a_standard_error_needs_years(years):
    with pytest.raises(ValueError, match=rf"years is {years}; expected a"):
        metrics.sharpe_standard_error(1.0, years)


def test_drawdown_by_hand():
    equity = pd.Series([100.0, 120.0, 90.0, 108.0, 130.0, 117.0])
    assert metrics.drawdown(equity).to_numpy() == pytest.approx([0.0, 0.0, 0.25, 0.1, 0.0, 0.1])
    assert metrics.max_drawdown(equity) == 0.25


@pytest.mark.parametrize(
    ("equity", "expected"),
    [([], math.nan), ([5.0], 0.0), ([5.0] * 4, 0.0), ([1.0, 2.0, 3.0], 0.0), ([1.0, 0.0, 0.0], 1.0), ([0.0, 0.0], 1.0)],
)
def test_max_drawdown_of_degenerate_series(equity, expected):
    assert metrics.max_drawdown(pd.Series(equity, dtype=float)) == pytest.approx(expected, nan_ok=True)


@given(EQUITIES, st.floats(0.01, 100.0))
@settings(max_examples=25, deadline=None)
def test_drawdown_is_the_worst_of_all_pairs_and_knows_no_size(equity, factor):
    values = equity.tolist()
    worst = max(1 - later / earlier for i, earlier in enumerate(values) for later in values[i:])
    assert metrics.max_drawdown(equity) == pytest.approx(max(worst, 0.0), abs=1e-12)
    assert metrics.max_drawdown(equity * factor) == pytest.approx(metrics.max_drawdown(equity), abs=1e-9)
    assert metrics.drawdown(equity).between(0, 1).all()


def test_cagr_by_hand():
    assert metrics.cagr(pd.Series([100.0] + [0.0] * 251 + [110.0])) == pytest.approx(0.10)
    assert metrics.cagr(pd.Series([100.0, 1.0, 121.0]), 1) == pytest.approx(0.10)


@pytest.mark.parametrize(("equity", "expected"), [([], math.nan), ([5.0], math.nan), ([0.0, 1.0], math.nan), ([5.0, 0.0], -1.0)])
def test_cagr_of_degenerate_series(equity, expected):
    assert metrics.cagr(pd.Series(equity, dtype=float)) == pytest.approx(expected, nan_ok=True)


@given(st.floats(0.2, 5.0), st.integers(253, 2000))
@settings(max_examples=25, deadline=None)
def test_cagr_compounds_to_the_total_return(ratio, bars):
    equity = pd.Series(np.linspace(100.0, 100.0 * ratio, bars))
    assert (1 + metrics.cagr(equity)) ** ((bars - 1) / 252) == pytest.approx(ratio, rel=1e-9)


def test_growth_too_large_for_a_number_is_infinite():
    assert metrics.cagr(pd.Series([1.0, 1000.0])) == math.inf


def test_turnover_by_hand():
    """Buy 10 at 10, hold, sell them at 20: 0.1 + 0.2 of an equity of 1,000 in four days."""
    positions, prices = pd.Series([0.0, 10.0, 10.0, 0.0]), pd.Series([10.0, 10.0, 15.0, 20.0])
    equity = pd.Series([1000.0] * 4)
    assert metrics.turnover(positions, prices, equity) == pytest.approx(0.3 / 4 * 252)
    assert metrics.turnover(-positions, prices, equity, 12) == pytest.approx(0.3 / 4 * 12)


def test_the_first_position_counts_as_bought():
    one = pd.Series([1.0, 1.0])
    assert metrics.turnover(one, one, one) == pytest.approx(0.5 * 252)


def test_turnover_after_ruin_counts_as_none():
    positions, prices = pd.Series([1.0, 0.0, 0.0]), pd.Series([1.0, 1.0, 1.0])
    assert metrics.turnover(positions, prices, pd.Series([2.0, 0.0, 0.0])) == pytest.approx(0.5 / 3 * 252)


def test_turnover_of_nothing_held_is_zero():
    zero, one = pd.Series([0.0] * 5), pd.Series([1.0] * 5)
    assert metrics.turnover(zero, one, one) == 0.0


def test_summarise_says_what_the_measures_say():
    equity = pd.Series(1e5 * np.cumprod(1 + np.random.default_rng(2).normal(0.0005, 0.01, 505)))
    returns = metrics.simple_returns(equity)
    found = metrics.summarise(equity)
    assert found == {
        "total_return": equity.iloc[-1] / equity.iloc[0] - 1,
        "cagr": metrics.cagr(equity),
        "volatility": metrics.volatility(returns),
        "sharpe": metrics.sharpe(returns),
        "sharpe_standard_error": metrics.sharpe_standard_error(found["sharpe"], 2.0),
        "max_drawdown": metrics.max_drawdown(equity),
    }


def test_summarise_of_a_flat_equity():
    found = metrics.summarise(pd.Series([1e5] * 253))
    assert math.isnan(found["sharpe"])
    assert found["sharpe_standard_error"] == 1.0
    assert (found["total_return"], found["cagr"], found["volatility"], found["max_drawdown"]) == (0.0, 0.0, 0.0, 0.0)


def test_summarise_of_ruin():
    found = metrics.summarise(pd.Series([1e5, 5e4, 0.0, 0.0]))
    assert (found["total_return"], found["cagr"], found["max_drawdown"]) == (-1.0, -1.0, 1.0)
