"""Sizing by conviction: what a forecast, a cap, and a share of Kelly keep."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import conviction as cv
from phase6 import market
from phase6 import portfolio as pf

QUICK = settings(max_examples=25)


@pytest.fixture(scope="module")
def closes():
    return market.close_prices(market.generate_universe(500, drift_sharpe=1.5, seed=1))


@pytest.mark.parametrize(("rule", "share"), [("capped", 0.985), ("sign", 0.798)])
def test_what_a_rule_keeps_of_a_linear_edge(rule, share):
    assert cv.sharpe_kept_by(rule) == pytest.approx(share, abs=0.001)


@pytest.mark.parametrize("cap", [1.0, 10.0, 20.0, 40.0])
def test_what_a_cap_keeps_is_what_integration_by_parts_gives(cap):
    """E[clip(z)·z] = P(|z| < L) and E[clip(z)²] = P(|z| < L) − 2Lφ(L) + L²P(|z| > L).

    L is the cap in standard deviations.
    """
    limit = cap / 10 * math.sqrt(2 / math.pi)
    inside, density = math.erf(limit / math.sqrt(2)), math.exp(-(limit**2) / 2) / math.sqrt(2 * math.pi)
    square = inside - 2 * limit * density + limit**2 * (1 - inside)
    assert cv.sharpe_kept_by("capped", cap=cap) == pytest.approx(inside / math.sqrt(square), rel=1e-4)


def test_the_sign_keeps_the_root_of_two_over_pi():
    assert cv.sharpe_kept_by("sign") == pytest.approx(math.sqrt(2 / math.pi), rel=1e-4)
    assert cv.sharpe_kept_by("capped", cap=1e6) == pytest.approx(1.0)
    assert cv.sharpe_kept_by("capped", cap=0.001) == pytest.approx(cv.sharpe_kept_by("sign"), rel=1e-3)


@pytest.mark.parametrize("rule", ["capped", "sign"])
def test_a_simulation_agrees(rule):
    """Half a million days whose expected return is proportional to the forecast.

    Ratio of the Sharpe ratios, same noise.
    """
    rng = np.random.default_rng(2)
    forecast = rng.standard_normal(500_000)
    scaled = 10 * forecast / np.sqrt(2 / np.pi)
    position = np.sign(scaled) if rule == "sign" else np.clip(scaled, -20, 20)
    kept = np.mean(position * forecast) / np.sqrt(np.mean(position**2)) / np.sqrt(np.mean(forecast**2))
    assert kept == pytest.approx(cv.sharpe_kept_by(rule), abs=4 / np.sqrt(500_000))


def test_half_kelly_keeps_three_quarters_of_the_growth():
    assert float(cv.growth_share(0.5)) == 0.75
    assert cv.growth_share([0.0, 1.0, 2.0]).tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(("fraction", "expected"), [(0.5, 0.125), (1.0, 0.5), (2.0, 1.0), (3.0, 1.0)])
def test_the_chance_of_ever_halving(fraction, expected):
    assert float(cv.chance_of_ever_falling_to(0.5, fraction)) == pytest.approx(expected)


@pytest.mark.parametrize(("fraction", "level"), [(0.5, 0.5), (1.0, 0.5), (1.0, 0.8)])
def test_the_chance_of_ever_falling_that_far_in_a_simulation(fraction, level):
    """3,000 lives of 100 years at a Sharpe ratio of 1.

    The barrier moved by 0.5826 steps for being looked at 50 times a year.
    """
    step = 1 / 50
    drift, spread = fraction - 0.5 * fraction**2, fraction * np.sqrt(step)
    rng = np.random.default_rng(3)
    wealth, lowest = np.zeros(3000), np.zeros(3000)
    for _ in range(5000):
        wealth += drift * step + spread * rng.standard_normal(3000)
        np.minimum(lowest, wealth, out=lowest)
    chance = np.mean(lowest <= np.log(level) + 0.5826 * spread)
    expected = float(cv.chance_of_ever_falling_to(level, fraction))
    assert abs(chance - expected) < 4 * np.sqrt(expected * (1 - expected) / 3000)


@given(st.floats(0.05, 3.0), st.floats(0.0, 3.0))
@QUICK
def test_growth_is_most_at_full_kelly_and_its_share_follows(sharpe, fraction):
    best = float(cv.expected_growth(sharpe, sharpe))
    assert best == pytest.approx(sharpe**2 / 2)
    found = float(cv.expected_growth(fraction * sharpe, sharpe))
    assert found <= best + 1e-12
    assert found == pytest.approx(float(cv.growth_share(fraction)) * best, abs=1e-9)


@pytest.mark.parametrize(("sharpe", "fraction", "expected"), [(0.5, 0.5, 0.25), (0.8, 1.0, 0.8), (-0.3, 0.5, 0.0), (0.4, 0.0, 0.0)])
def test_kelly_target(sharpe, fraction, expected):
    assert cv.kelly_target(sharpe, fraction) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sharpe", "full", "half", "best"), [(0.5, -0.040, 0.065, 0.44), (0.6, 0.003, 0.102, 0.50)]
)
def test_kelly_from_two_years_of_data(sharpe, full, half, best):
    """Nothing is held on a negative estimate; full Kelly hardly grows all the same."""
    assert float(cv.estimated_kelly_growth(1.0, sharpe, 2.0)) == pytest.approx(full, abs=5e-4)
    assert float(cv.estimated_kelly_growth(0.5, sharpe, 2.0)) == pytest.approx(half, abs=5e-4)
    assert cv.best_estimated_fraction(sharpe, 2.0) == pytest.approx(best, abs=5e-3)
    assert float(cv.estimated_kelly_growth(1.0, sharpe, 1e9)) == pytest.approx(sharpe**2 / 2)


@pytest.mark.parametrize(("sharpe", "years"), [(-0.1, 2), (-1.0, 49), (-0.9, 100), (-2.0, 25), (-4.0, 100), (0.0, 2)])
def test_no_bet_grows_where_there_is_no_edge(sharpe, years):
    assert cv.best_estimated_fraction(sharpe, years) == 0


def test_selling_on_a_negative_estimate_is_an_option_with_its_name():
    assert float(cv.estimated_kelly_growth(1.0, 0.5, 2.0, shorts=True)) == pytest.approx(-0.125)
    assert cv.best_estimated_fraction(0.5, 2.0, shorts=True) == pytest.approx(1 / 3)


@pytest.mark.parametrize("shorts", [False, True])
@pytest.mark.parametrize("fraction", [0.25, 0.5, 1.0])
def test_growth_with_estimated_kelly_is_the_mean_over_estimates(fraction, shorts):
    estimates = 0.5 + np.random.default_rng(4).standard_normal(200_000) / np.sqrt(2.0)
    bets = fraction * (estimates if shorts else np.maximum(estimates, 0.0))
    growth = cv.expected_growth(bets, 0.5)
    error = growth.std() / np.sqrt(growth.size)
    assert abs(growth.mean() - float(cv.estimated_kelly_growth(fraction, 0.5, 2.0, shorts=shorts))) < 4 * error


@pytest.mark.parametrize(
    ("forecast", "volatility", "expected"),
    [
        (10, 0.2, 0.5),
        (-10, 0.2, -0.5),
        (40, 0.2, 1.0),
        (-40, 0.2, -1.0),
        (0, 0.2, 0.0),
        (20, 0.01, 2.0),
        (np.nan, 0.2, 0.0),
        (10, np.nan, 0.0),
    ],
)
def test_forecast_to_weight_by_hand(forecast, volatility, expected):
    assert float(cv.forecast_to_weight(forecast, volatility)) == pytest.approx(expected)


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(0.0, 1e3, allow_nan=False), st.floats(0.0, 1.0))
@QUICK
def test_a_weight_is_odd_in_the_forecast_finite_and_capped(forecast, volatility, target):
    weight = float(cv.forecast_to_weight(forecast, volatility, target=target))
    assert np.isfinite(weight)
    assert abs(weight) <= 2.0
    assert float(cv.forecast_to_weight(-forecast, volatility, target=target)) == -weight


def test_weights_of_many_at_once():
    found = cv.forecast_to_weight([[10.0, -5.0], [0.0, 30.0]], [0.1, 0.2])
    assert found == pytest.approx(np.array([[1.0, -0.25], [0.0, 1.0]]))


def test_by_conviction_it_is_the_trend_portfolio_on_forecasts(closes):
    found = cv.run_conviction_portfolio(closes, cost_bps=5.0)
    assert found.weights.equals(pf.run_trend_portfolio(closes, signal="forecast", cost_bps=5.0).weights)
    plain = cv.run_conviction_portfolio(closes, by_conviction=False, lookback=50, correlation=0.1)
    assert plain.returns.equals(pf.run_trend_portfolio(closes, lookback=50, correlation=0.1).returns)


@pytest.mark.parametrize(
    ("estimate", "fraction", "target"), [(0.1, 0.5, 0.05), (0.1, 1.0, 0.10), (5.0, 0.5, 0.10), (0.16, 0.25, 0.04)]
)
def test_the_target_is_what_kelly_allows_and_no_more(closes, estimate, fraction, target):
    found = cv.run_conviction_portfolio(closes, sharpe_estimate=estimate, kelly_fraction=fraction)
    assert found.target_volatility == pytest.approx(target)
    assert found.weights.equals(pf.run_trend_portfolio(closes, signal="forecast", target_volatility=found.target_volatility).weights)


@pytest.mark.parametrize(("estimate", "fraction"), [(0.0, 0.5), (-1.0, 0.5), (0.5, 0.0)])
def test_without_an_edge_there_is_no_position(closes, estimate, fraction):
    found = cv.run_conviction_portfolio(closes, sharpe_estimate=estimate, kelly_fraction=fraction, cost_bps=10.0)
    assert (found.weights == 0).all().all()
    assert (found.returns == 0).all()
    assert (found.equity == 1).all()
    assert found.target_volatility == 0.0
    assert np.isnan(found.sharpe)


def test_tomorrows_weight_does_not_know_tomorrow(closes):
    other = closes.copy()
    other.iloc[-1] *= np.linspace(0.5, 1.5, 8)
    one, two = cv.run_conviction_portfolio(closes), cv.run_conviction_portfolio(other)
    assert one.weights.equals(two.weights)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda closes: cv.sharpe_kept_by("log"), r"rule is 'log'; expected one of 'capped', 'sign'"),
        (lambda closes: cv.sharpe_kept_by("sign", draws=10), r"draws is 10; expected at least 101"),
        (lambda closes: cv.sharpe_kept_by("capped", cap=0), r"cap is 0; expected a number above 0"),
        (lambda closes: cv.kelly_target(np.nan), r"sharpe is nan; expected a finite number"),
        (lambda closes: cv.kelly_target(0.5, -1), r"fraction is -1; expected a number at least 0"),
        (lambda closes: cv.chance_of_ever_falling_to(0.5, 0), r"fraction is 0; expected a number above 0"),
        (lambda closes: cv.chance_of_ever_falling_to(0.0, 1.0), r"level is 0\.0; expected shares of the start above 0, at most 1"),
        (lambda closes: cv.chance_of_ever_falling_to(1.5, 1.0), r"level is 1\.5; expected shares of the start above 0, at most 1"),
        (lambda closes: cv.estimated_kelly_growth(0.5, 0.5, 0), r"years is 0; expected a number above 0"),
        (lambda closes: cv.best_estimated_fraction(np.nan, 2), r"sharpe is nan; expected a finite number"),
        (lambda closes: cv.forecast_to_weight(10, [0.1, -0.2]), r"volatility is -0\.2; expected none below 0"),
        (lambda closes: cv.trend_forecast(closes, cap=-1), r"cap is -1; expected a number above 0"),
        (lambda closes: cv.forecast_to_weight(10, 0.2, target=-0.1), r"target is -0\.1; expected a number at least 0"),
        (lambda closes: cv.forecast_to_weight(10, 0.2, cap=0), r"cap is 0; expected a number above 0"),
        (lambda closes: cv.forecast_to_weight(10, 0.2, max_weight=0), r"max_weight is 0; expected a number above 0"),
        (lambda closes: cv.run_conviction_portfolio(closes, target_volatility=0), r"target_volatility is 0; expected a number above"),
        (lambda closes: cv.run_conviction_portfolio(closes, sharpe_estimate=np.nan), r"sharpe is nan; expected a finite number"),
        (lambda closes: cv.run_conviction_portfolio(closes.iloc[:50]), r"prices have 50 rows; expected at least 103"),
        (lambda closes: cv.run_conviction_portfolio(closes, lookback=1), r"lookback is 1; expected at least 2"),
    ],
)
def test_errors_name_the_value_and_the_rule(closes, call, error):
    with pytest.raises(ValueError, match=error):
        call(closes)


def test_the_outlook_of_a_bet_holds_what_the_formulas_say():
    outlook = cv.bet_outlook(0.6, years=4.0, kelly_fraction=0.7, cap=15.0, target_volatility=0.2)
    assert outlook.target == pytest.approx(0.2)
    assert cv.bet_outlook(0.6, kelly_fraction=0.1, target_volatility=0.2).target == pytest.approx(0.06)
    assert outlook.here_known == pytest.approx(float(cv.expected_growth(0.42, 0.6)))
    assert outlook.here_halving == pytest.approx(0.5 ** (2 / 0.7 - 1))
    at = int(np.argmin(np.abs(outlook.fractions - 0.7)))
    assert outlook.known[at] == pytest.approx(outlook.here_known, abs=1e-4)
    assert outlook.estimated[at] == pytest.approx(outlook.here_estimated, abs=1e-3)
    assert outlook.weights.max() == pytest.approx(1.5 * outlook.average_weight)
    assert outlook.uncapped.max() > outlook.weights.max()
    assert sorted(set(outlook.sign_weights)) == pytest.approx([-outlook.average_weight, 0.0, outlook.average_weight])
