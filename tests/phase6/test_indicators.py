"""Averages and ranges: right by hand, causal, and sound on degenerate input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import indicators, market, original


@pytest.fixture
def three_bars():
    """A range of 4; a gap up whose reach is to the close before; a gap down likewise."""
    rows = [(100.0, 102.0, 98.0, 101.0), (105.0, 106.0, 104.0, 105.5), (99.0, 100.0, 97.0, 98.0)]
    return pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=pd.bdate_range("2024-01-01", periods=3))


def test_true_range_reaches_back_over_a_gap(three_bars):
    assert indicators.true_range(three_bars).tolist() == [4.0, 106.0 - 101.0, 105.5 - 97.0]


def test_atr_is_the_mean_of_the_last_true_ranges(three_bars):
    found = indicators.atr(three_bars, 2)
    assert np.isnan(found.iloc[0])
    assert found.iloc[1:].tolist() == [4.5, 6.75]
    assert found.index.equals(three_bars.index)


def test_atr_of_a_flat_market_is_zero(flat_market):
    assert (indicators.atr(flat_market).iloc[13:] == 0.0).all()


def test_atr_longer_than_the_market_is_never_known(three_bars):
    assert indicators.atr(three_bars, 14).isna().all()


def test_true_range_of_one_bar_is_its_range(three_bars):
    assert indicators.true_range(three_bars.iloc[:1]).tolist() == [4.0]
    assert len(indicators.true_range(three_bars.iloc[:0])) == 0


def test_ema_by_hand():
    """Span 3 gives the newest value a weight of one half."""
    assert indicators.ema(pd.Series([8.0, 4.0, 2.0, 2.0]), 3).tolist() == [8.0, 6.0, 4.0, 3.0]


def test_rolling_volatility_by_hand():
    returns = pd.Series([0.01, -0.01, 0.01, 0.03])
    found = indicators.rolling_volatility(returns, 2)
    assert np.isnan(found.iloc[0])
    assert found.iloc[1:].to_numpy() == pytest.approx(np.sqrt(252) * np.array([0.02, 0.02, 0.02]) / np.sqrt(2))
    assert indicators.rolling_volatility(returns, 2, 12).iloc[1] == pytest.approx(np.sqrt(12) * 0.02 / np.sqrt(2))


def test_rolling_volatility_takes_a_frame_column_by_column():
    returns = pd.DataFrame(np.random.default_rng(0).normal(0, 0.01, (50, 3)), columns=list("abc"))
    found = indicators.rolling_volatility(returns, 20)
    assert all(found[name].equals(indicators.rolling_volatility(returns[name], 20)) for name in "abc")


def test_they_agree_with_the_published_ones():
    """On honest bars the published averages and ranges are right, but for the first range."""
    frame = market.trend_ohlcv(200, seed=1)
    assert np.allclose(indicators.ema(frame["close"], 20), original.ema(frame["close"], 20), rtol=1e-14)
    assert np.allclose(indicators.atr(frame), original.atr(frame), rtol=1e-12, equal_nan=True)


RULES = {
    "ema": lambda frame: indicators.ema(frame["close"], 10),
    "true_range": indicators.true_range,
    "atr": indicators.atr,
    "rolling_volatility": lambda frame: indicators.rolling_volatility(frame["close"].pct_change(), 10),
}


@pytest.mark.parametrize("rule", RULES)
@given(st.integers(0, 2**32 - 1), st.integers(20, 79))
@settings(max_examples=15)
def test_cutting_the_future_changes_nothing_before(rule, seed, cut):
    frame = market.generate_ohlcv(80, seed=seed)
    assert RULES[rule](frame.iloc[:cut]).equals(RULES[rule](frame).iloc[:cut])


@pytest.mark.parametrize("rule", ["ema", "true_range", "atr"])
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100.0))
@settings(max_examples=15)
def test_prices_in_another_unit_give_ranges_in_that_unit(rule, seed, factor):
    frame = market.generate_ohlcv(60, seed=seed)
    prices = frame[["open", "high", "low", "close"]]
    assert np.allclose(RULES[rule](prices * factor), RULES[rule](prices) * factor, rtol=1e-9, atol=1e-9 * factor, equal_nan=True)


@pytest.mark.parametrize("rule", RULES)
def test_what_goes_in_is_left_as_it_was(rule, sound_market):
    before = sound_market.copy(deep=True)
    RULES[rule](sound_market)
    assert sound_market.equals(before)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda frame: indicators.ema(frame["close"], 0), r"p is 0; expected at least 1"),
        (lambda frame: indicators.atr(frame, 1.5), r"p is 1\.5; expected a whole number"),  # type: ignore[arg-type]
        (lambda frame: indicators.rolling_volatility(frame["close"], 1), r"window is 1; expected at least 2"),
    ],
)
def test_errors_name_the_value_and_the_rule(sound_market, call, error):
    with pytest.raises(ValueError, match=error):
        call(sound_market)
