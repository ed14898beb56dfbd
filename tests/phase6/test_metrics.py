"""Measures: right by hand, invariant where they must be, and defined on degenerate series."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import metrics, selection

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
@settings(max_examples=25)
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
@settings(max_examples=25)
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
@settings(max_examples=25)
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


@pytest.mark.parametrize("part", range(3))
def test_turnover_is_not_known_where_a_value_is_missing(part):
    given = [pd.Series([1.0, 2.0, 2.0]) for _ in range(3)]
    given[part].iloc[1] = math.nan
    assert math.isnan(metrics.turnover(*given))


def test_turnover_needs_the_same_dates():
    one = pd.Series([1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="positions, prices and equity have 3, 2 and 3 dates; expected the same"):
        metrics.turnover(one, one.iloc[1:], one)


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
        "mean_return": returns.mean() * 252,
        "volatility": metrics.volatility(returns),
        "sharpe": metrics.sharpe(returns),
        "sharpe_standard_error": metrics.sharpe_error(returns),
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


@pytest.mark.parametrize("place", [0, 1, 3])
def test_where_a_value_is_missing_no_measure_guesses(place):
    values = [100.0, 110.0, 90.0, 80.0, 120.0]
    values[place] = math.nan
    equity = pd.Series(values)
    found = metrics.summarise(equity)
    assert math.isnan(metrics.max_drawdown(equity))
    assert np.isnan(metrics.simple_returns(equity)).sum() == (1 if place == 0 else 2)
    assert all(math.isnan(found[name]) for name in ("mean_return", "volatility", "sharpe", "max_drawdown"))


def test_an_equity_without_a_bar_cannot_be_summarised():
    with pytest.raises(ValueError, match="equity has 0 bars; expected at least 1"):
        metrics.summarise(pd.Series([], dtype=float))


def ar1(rng, rho, shape):
    """Stationary AR(1) of variance 1 down the rows."""
    steps = rng.standard_normal(shape) * math.sqrt(1 - rho**2)
    steps[0] /= math.sqrt(1 - rho**2)
    for row in range(1, shape[0]):
        steps[row] += rho * steps[row - 1]
    return steps


@pytest.mark.parametrize(("rho", "said"), [(0.1, 0.78), (0.2, 0.87), (0.3, 0.96)])
def test_autocorrelation_widens_the_error_of_a_sharpe_ratio(rho, said):
    """Lo (2002): by rule, in simulation, and as estimated from single samples of two years."""
    assert metrics.sharpe_standard_error(0.0, 2, autocorrelation=rho) == pytest.approx(said, abs=0.006)
    powers = [rho**k for k in range(1, 60)]
    assert metrics.sharpe_standard_error(0.0, 2, autocorrelation=powers) == pytest.approx(said, abs=0.006)
    draws = ar1(np.random.default_rng(2), rho, (504, 3000))
    spread = np.std(draws.mean(axis=0) / draws.std(axis=0, ddof=1) * math.sqrt(252), ddof=1)
    assert spread == pytest.approx(metrics.sharpe_standard_error(0.0, 2, autocorrelation=rho), rel=4 / math.sqrt(6000))
    told = np.mean([metrics.sharpe_error(column) for column in draws[:, :300].T])
    assert told == pytest.approx(spread, rel=0.08)  # Bartlett weights leave out a part of a long memory
    assert told > 1.05 * metrics.sharpe_standard_error(0.0, 2)


def test_skewness_and_kurtosis_change_the_error_as_mertens_says():
    """Exponential losses at a ratio of 0.3 a period.

    The normal formula is too narrow by a quarter.
    """
    rng = np.random.default_rng(3)
    draws = 1.3 - rng.standard_exponential((1000, 3000))
    spread = np.std(draws.mean(axis=0) / draws.std(axis=0, ddof=1), ddof=1)
    shaped = metrics.sharpe_standard_error(0.3, 1000, 1, skewness=-2.0, kurtosis=9.0)
    assert spread == pytest.approx(shaped, rel=4 / math.sqrt(6000))
    assert shaped > 1.25 * metrics.sharpe_standard_error(0.3, 1000, 1)
    told = np.mean([metrics.sharpe_error(column, 1, lags=0) for column in draws[:, :200].T])
    assert told == pytest.approx(shaped, rel=0.03)
    column = draws[:, 0]
    z = (column - column.mean()) / column.std()
    by_formula = metrics.sharpe_standard_error(column.mean() / column.std(), 1000, 1, skewness=(z**3).mean(), kurtosis=(z**4).mean())
    assert metrics.sharpe_error(column, 1, lags=0) == pytest.approx(by_formula, rel=1e-12)


@pytest.mark.parametrize("moments", [{"kurtosis": -5.0}, {"autocorrelation": [-0.6, -0.3]}, {"autocorrelation": 1.0}])
def test_moments_that_no_returns_have_are_refused(moments):
    with pytest.raises(ValueError, match="expected"):
        metrics.sharpe_standard_error(10.0, 2, 4, **moments)


def test_the_rolling_band_is_the_error_of_each_window():
    returns = pd.Series(ar1(np.random.default_rng(4), 0.3, (200, 1))[:, 0] * 0.01, index=pd.bdate_range("2024-01-01", periods=200))
    band = metrics.rolling_sharpe(returns, 60)
    assert band.iloc[:59].isna().all().all()
    for row in (59, 120, 199):
        window = returns.iloc[row - 59 : row + 1]
        assert band["sharpe"].iloc[row] == pytest.approx(metrics.sharpe(window))
        half = (band["high"].iloc[row] - band["low"].iloc[row]) / 2
        assert half == pytest.approx(metrics.sharpe_error(window))
    narrow = math.sqrt(252 / 60)
    assert ((band["high"] - band["low"]) / 2).iloc[59:].mean() > 1.1 * narrow
    assert metrics.rolling_sharpe(pd.Series([0.0] * 9), 5).isna().all().all()
    assert metrics.rolling_sharpe(returns.iloc[:3], 5).isna().all().all()


def lucky_risk(rng, days, paths):
    """Daily returns without any edge whose size doubles after gains: what a pyramid does."""
    shocks = rng.standard_normal((days, paths)) * 0.01
    ahead = np.zeros(paths)
    out = np.empty_like(shocks)
    for day in range(days):
        out[day] = shocks[day] * np.where(ahead > 0, 2.0, 0.5)
        ahead += out[day]
    return out


def test_the_pooled_ratio_has_no_bias_where_the_mean_of_ratios_has():
    found = lucky_risk(np.random.default_rng(5), 250, 8000)
    pooled = metrics.pooled_sharpe(found)
    assert abs(pooled.estimate) < 3 * pooled.standard_error
    ratios = metrics.sharpe_paths(found)
    ratios = ratios[np.isfinite(ratios)]
    assert ratios.mean() < -5 * ratios.std(ddof=1) / math.sqrt(ratios.size)


def test_the_error_of_the_pooled_ratio_is_that_of_a_bootstrap_over_paths():
    rng = np.random.default_rng(6)
    found = lucky_risk(rng, 120, 400) + 0.002
    pooled = metrics.pooled_sharpe(found)
    again = [metrics.pooled_sharpe(found[:, rng.integers(0, 400, 400)]).estimate for _ in range(1500)]
    assert pooled.standard_error == pytest.approx(np.std(again, ddof=1), rel=0.08)
    assert pooled.influence.mean() == pytest.approx(0.0, abs=1e-12)


def test_two_rules_on_the_same_paths_are_compared_in_pairs():
    rng = np.random.default_rng(7)
    one = rng.normal(0.0005, 0.01, (200, 300))
    other = one + rng.normal(0.0, 0.001, one.shape)
    gap = metrics.pooled_sharpe(one) - metrics.pooled_sharpe(other)
    assert gap.standard_error < 0.3 * metrics.pooled_sharpe(one).standard_error
    picks = (rng.integers(0, 300, 300) for _ in range(1000))
    again = [metrics.pooled_sharpe(one[:, k]).estimate - metrics.pooled_sharpe(other[:, k]).estimate for k in picks]
    assert gap.standard_error == pytest.approx(np.std(again, ddof=1), rel=0.1)
    with pytest.raises(ValueError, match="from 300 and 299 markets"):
        metrics.pooled_sharpe(one) - metrics.pooled_sharpe(other[:, 1:])


def test_the_pooled_ratio_comes_from_summaries_as_well():
    found = lucky_risk(np.random.default_rng(8), 60, 50) + 0.001
    whole = metrics.pooled_sharpe(found)
    parts = metrics.pooled_sharpe_from(found.mean(axis=0) * 252, found.std(axis=0, ddof=1) * math.sqrt(252), 60)
    assert parts.estimate == pytest.approx(whole.estimate, rel=1e-12)
    assert parts.influence == pytest.approx(whole.influence, rel=1e-9)
    assert math.isnan(metrics.pooled_sharpe(np.zeros((5, 3))).estimate)


@pytest.mark.parametrize("returns", [[0.1, 0.2], [[0.1], [0.2]], [[0.1, math.nan]]])
def test_the_pooled_ratio_needs_markets(returns):
    with pytest.raises(ValueError, match="returns have shape"):
        metrics.pooled_sharpe(returns)


def test_a_year_has_periods():
    rows = np.random.default_rng(0).normal(0, 0.01, (50, 3))
    with pytest.raises(ValueError, match="periods_per_year is 0; expected a number above 0"):
        metrics.pooled_sharpe(rows, 0)
    with pytest.raises(ValueError, match="periods_per_year is -1; expected a number above 0"):
        metrics.pooled_sharpe_from(rows.mean(axis=0), rows.std(axis=0), 50, -1)
    with pytest.raises(ValueError, match="periods_per_year is 0; expected a number above 0"):
        metrics.sharpe_standard_error(1.0, 2.0, 0)


def test_the_best_of_ten_without_merit_shows_what_the_formula_says():
    rng = np.random.default_rng(9)
    best = rng.standard_normal((20_000, 10)).max(axis=1)
    assert selection.expected_best_sharpe(10, 1.0) == pytest.approx(best.mean(), abs=0.05)
    assert selection.expected_best_sharpe(1, 1.0) == 0.0
    confident = [selection.probabilistic_sharpe(value, 1.0) for value in best[:4000]]
    deflated = [selection.deflated_sharpe(value, 1.0, 10) for value in best[:4000]]
    assert np.mean(np.array(confident) > 0.95) == pytest.approx(1 - 0.95**10, abs=0.03)
    assert np.mean(np.array(deflated) > 0.95) < 0.05
    assert selection.probabilistic_sharpe(1.0, 0.5) == pytest.approx(0.97725, abs=1e-4)


def test_each_column_of_an_array_has_the_measures_of_a_series():
    moves = np.random.default_rng(11).normal(0.001, 0.02, (60, 4))
    moves[20, 1], moves[:, 2] = -1.0, 0.0
    equity = np.asarray(100.0 * np.cumprod(1.0 + np.concatenate([np.zeros((1, 4)), moves]), axis=0), dtype=np.float64)
    equity[:, 3] = 0.0
    returns, fallen = metrics.simple_returns_paths(equity), metrics.drawdown_paths(equity)
    ratios = metrics.sharpe_paths(returns, 365)
    assert metrics.sharpe_paths(returns.T, 365, axis=1) == pytest.approx(ratios, nan_ok=True)
    assert fallen[-1].tolist()[1:] == [1.0, 0.0, 1.0]
    for number in range(4):
        one = pd.Series(equity[:, number])
        assert metrics.simple_returns(one).to_numpy() == pytest.approx(returns[:, number])
        assert metrics.sharpe(metrics.simple_returns(one), 365) == pytest.approx(ratios[number], nan_ok=True)
        assert np.array_equal(metrics.drawdown(one), fallen[:, number])


def test_the_drawdown_of_logs_is_that_of_their_wealth():
    logs = np.cumsum(np.random.default_rng(12).normal(0.0, 0.1, (50, 3)), axis=0)
    assert metrics.log_drawdown_paths(logs) == pytest.approx(metrics.drawdown_paths(np.exp(logs)))
