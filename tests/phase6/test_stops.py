"""Stops on a held position.

By hand, without looking ahead, and what they earn where nothing can be known.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import experiments as ex
from phase6 import plots
from phase6.plots.pictures import alt_text
from phase6.stops import days_in, stopped_returns


def test_a_stop_by_hand():
    returns = [0.02, -0.03, -0.03, 0.10, 0.10, -0.06, 0.01]
    on = days_in(returns, stop=0.04, wait=2)
    assert on.tolist() == [True, True, True, False, False, True, False]
    assert stopped_returns(returns, stop=0.04, wait=2).tolist() == [0.02, -0.03, -0.03, 0.0, 0.0, -0.06, 0.0]


def test_costs_fall_on_the_days_on_which_the_position_changes():
    returns = [-0.06, 0.0, 0.0, 0.01]
    net = stopped_returns(returns, stop=0.05, wait=1, cost_bps=10)
    assert net == pytest.approx([-0.06, -0.001, -0.001, 0.01])


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.floats(0.01, 0.5), st.integers(1, 30), st.integers(1, 59))
def test_a_day_is_decided_by_the_days_before(seed, stop, wait, day):
    returns = np.random.default_rng(seed).normal(0, 0.03, (60, 3))
    changed = returns.copy()
    changed[day:] *= -1
    assert (days_in(returns, stop=stop, wait=wait)[: day + 1] == days_in(changed, stop=stop, wait=wait)[: day + 1]).all()


def test_columns_are_markets_of_their_own():
    returns = np.random.default_rng(1).normal(0, 0.02, (100, 4))
    many = days_in(returns, stop=0.05, wait=7)
    for path in range(4):
        assert (many[:, path] == days_in(returns[:, path], stop=0.05, wait=7)).all()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"stop": 0}, "stop is 0; expected a number above 0"),
        ({"stop": 1}, "stop is 1; expected a number below 1"),
        ({"stop": 0.1, "wait": 0}, "wait is 0; expected at least 1"),
    ],
)
def test_a_stop_that_is_none_is_refused(given, error):
    with pytest.raises(ValueError, match=error):
        days_in([0.01, 0.02], **given)
    with pytest.raises(ValueError, match="expected finite returns of at least -1"):
        days_in([0.1, -1.5], stop=0.1)
    with pytest.raises(ValueError, match="expected finite returns"):
        days_in([np.nan], stop=0.1)


@pytest.fixture(scope="module")
def compared():
    return ex.stops_compared(stops=(0.05,), paths=2_000, seed=3)


def premium(frame, market):
    row = frame[(frame["market"] == market) & (frame["measure"] == "premium")].iloc[0]
    return row["estimate"] / row["standard_error"]


def test_a_stop_earns_nothing_on_a_martingale(compared):
    for market in ("random walk", "fat tails", "volatility clusters"):
        assert abs(premium(compared, market)) < 4


def test_a_stop_earns_where_moves_last_and_loses_elsewhere(compared):
    assert premium(compared, "trend") > 5
    assert premium(compared, "steady growth") < -5
    assert premium(compared, "range, 60 days") < -5


def test_a_stop_calms_wherever_it_is_used(compared):
    assert (compared[compared["measure"] == "volatility"]["estimate"] < 0).all()


def test_the_picture_shows_every_market(compared):
    assert all(name in alt_text(plots.plot_stop_premium(compared)) for name in ex.STOP_MARKETS)
    with pytest.raises(ValueError, match="expected that of stops_compared"):
        plots.plot_stop_premium(compared.drop(columns="stop"))
