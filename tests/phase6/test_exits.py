"""Ways out of one trade: by hand, on markets without an edge, and on markets with one."""


import numpy as np
import pandas as pd
import pytest
from phase6 import market
from phase6.exits import EXIT_POLICIES, exit_policies, exit_r_multiple


def candles(*rows):
    index = pd.bdate_range("2024-01-01", periods=len(rows))
    return pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=index, dtype=float)


FLAT_THEN = {"up": [100.0, 102.0, 104.0, 106.0, 108.0], "down": [100.0, 98.0, 96.0, 94.0, 92.0]}


def r_of(closes, policy, **options):
    """R multiple on closes alone, with an ATR of 2 and the stop 4 away."""
    return exit_r_multiple(closes, closes, closes, closes, **{"policy": policy, "atr_val": 2.0, **options})


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("hold", 8 / 4), ("target", 4 / 4), ("quarter per ATR", (2 + 4 + 6 + 8) / 4 / 4), ("trailing", 8 / 4)],
)
def test_exit_policies_in_a_rise_by_hand(policy, expected):
    assert r_of(FLAT_THEN["up"], policy) == pytest.approx(expected)
    mirror = [200 - price for price in FLAT_THEN["up"]]
    assert r_of(mirror, policy, side=-1) == pytest.approx(expected)


@pytest.mark.parametrize("policy", EXIT_POLICIES)
def test_all_policies_share_the_initial_stop(policy):
    assert r_of(FLAT_THEN["down"], policy) == pytest.approx(-1.0)
    assert r_of([100.0, 90.0], policy) == pytest.approx(-2.5)


def test_a_trailing_stop_follows_the_best_close_and_never_falls_back():
    assert r_of([100.0, 110.0, 107.0, 106.0, 120.0], "trailing") == pytest.approx(6 / 4)
    assert r_of([100.0, 110.0, 107.0, 105.0, 120.0], "trailing") == pytest.approx(5 / 4)


def test_in_a_bar_that_touches_both_the_stop_comes_first():
    bars = ([100.0, 100.0], [100.0, 110.0], [100.0, 95.0], [100.0, 100.0])
    assert exit_r_multiple(*bars, policy="target", atr_val=2.0) == pytest.approx(-1.0)


def test_costs_of_an_exit_policy_are_on_entry_and_exit():
    assert r_of(FLAT_THEN["up"], "hold") - r_of(FLAT_THEN["up"], "hold", cost_bps=100.0) == pytest.approx(0.01 * 208 / 4)
    scaled = r_of(FLAT_THEN["up"], "quarter per ATR") - r_of(FLAT_THEN["up"], "quarter per ATR", cost_bps=100.0)
    assert scaled == pytest.approx(0.01 * 205 / 4)


def test_with_no_edge_every_exit_policy_earns_nothing():
    """Optional stopping: without drift (E[price] constant) no exit changes the expectation."""
    results = pd.concat(exit_policies(market.random_walk_ohlcv(1500, seed=seed), side=1, horizon=50) for seed in range(60))
    assert len(results) == 60 * 29
    assert (results.mean().abs() < 4 * results.std() / np.sqrt(len(results))).all()
    assert results["quarter per ATR"].std() < results["hold"].std()
    more_wins = (results["quarter per ATR"] > 0).astype(float) - (results["hold"] > 0)
    assert more_wins.mean() > 4 * more_wins.std() / np.sqrt(len(results))


def test_in_trends_scaling_out_costs_expectancy():
    results = pd.concat(exit_policies(market.trend_ohlcv(1500, drift_sharpe=2.5, seed=seed)) for seed in range(40))
    given_up = results["hold"] - results["quarter per ATR"]
    assert given_up.mean() > 4 * given_up.std() / np.sqrt(len(given_up))


def test_exit_policies_are_dated_by_entry_and_follow_the_trend(sound_market):
    found = exit_policies(sound_market, every=40, horizon=60)
    assert list(found.columns) == list(EXIT_POLICIES)
    assert set(found.index) <= set(sound_market.index[50:241:40])
    long, short = exit_policies(sound_market, side=1, horizon=60), exit_policies(sound_market, side=-1, horizon=60)
    assert not np.allclose(long["hold"], short["hold"])


def test_the_side_of_an_entry_does_not_know_its_own_bar(rising_market):
    """The bar of the entry falls to a twentieth, which turns the averages.

    The position is long all the same, and stopped.
    """
    frame = rising_market.copy()
    frame.iloc[50, frame.columns.get_indexer(["low", "close"])] = frame["open"].iloc[50] / 20
    found = exit_policies(frame, horizon=20, every=100)
    assert found.iloc[0].to_numpy() == pytest.approx(-1.0)


def test_exit_policies_skip_a_flat_market(flat_market):
    found = exit_policies(flat_market, side=1, horizon=50)
    assert found.empty
    assert list(found.columns) == list(EXIT_POLICIES)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"every": 0}, r"every is 0; expected at least 1"),
        ({"horizon": 1}, r"horizon is 1; expected at least 2"),
        ({"horizon": 280}, r"the frame has 300 rows; expected at least 331"),
        ({"side": 2}, r"side is 2; expected \+1 for long, -1 for short, or None"),
        ({"policies": ["hope"]}, r"policy is 'hope'; expected one of 'hold', 'target'"),
        ({"atr_stop_mult": 0}, r"atr_stop_mult is 0; expected a number above 0"),
        ({"target_atr": -1}, r"target_atr is -1; expected a number above 0"),
        ({"parts": 0}, r"parts is 0; expected at least 1"),
        ({"cost_bps": -1}, r"cost_bps is -1; expected a number at least 0"),
    ],
)
def test_errors_of_exit_policies_name_the_value_and_the_rule(sound_market, options, error):
    with pytest.raises(ValueError, match=error):
        exit_policies(sound_market, **options)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"policy": "hope"}, r"policy is 'hope'; expected one of"),
        ({"side": 0}, r"side is 0; expected \+1 for long or -1 for short"),
        ({"atr_val": 0.0}, r"atr_val is 0\.0; expected a number above 0"),
        ({"parts": 0}, r"parts is 0; expected at least 1"),
        ({"cost_bps": -1}, r"cost_bps is -1; expected a number at least 0"),
    ],
)
def test_errors_of_one_exit_name_the_value_and_the_rule(options, error):
    with pytest.raises(ValueError, match=error):
        r_of(FLAT_THEN["up"], **{"policy": "hold", **options})


def test_one_exit_needs_as_many_of_each_price():
    with pytest.raises(ValueError, match=r"there are 2 opens, 2 highs, 1 lows, 2 closes; expected as many of each"):
        exit_r_multiple([1.0, 1.0], [1.0, 1.0], [1.0], [1.0, 1.0], policy="hold", atr_val=1.0)


def test_one_exit_needs_prices_that_are_known():
    with pytest.raises(ValueError, match=r"low is nan at bar 1; expected finite prices above 0"):
        exit_r_multiple([100.0, 101.0], [101.0, 102.0], [99.0, np.nan], [100.0, 101.0], policy="hold", atr_val=1.0)
