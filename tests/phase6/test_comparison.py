"""Comparing at equal risk."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phase6 import market, metrics, original
from phase6.comparison import enlarged, published_market, scaled_to_volatility, volatility_ratio, with_honest_opens


def equity(seed, sigma=0.01, drift=0.0, bars=250):
    returns = np.random.default_rng(seed).normal(drift, sigma, bars)
    index = pd.bdate_range("2023-01-02", periods=bars + 1, name="date")
    return pd.Series(1e5 * np.concatenate([[1.0], np.cumprod(1 + returns)]), index=index)


@given(st.integers(0, 2**32 - 1), st.floats(0.001, 0.02), st.floats(0.001, 0.02))
def test_the_scaled_equity_has_the_others_volatility_from_the_same_trades(seed, sigma, other):
    own, like = equity(seed, sigma, 0.0005), equity(seed + 1, other)
    scaled, times = scaled_to_volatility(own, like), volatility_ratio(own, like)
    assert scaled.index.equals(own.index)
    assert scaled.iloc[0] == own.iloc[0]
    if (scaled > 0).all():
        assert metrics.volatility(metrics.simple_returns(scaled)) == pytest.approx(
            metrics.volatility(metrics.simple_returns(like)), rel=1e-6
        )
        assert np.allclose(scaled - 1e5, times * (own - 1e5))


def test_twice_the_trades_double_every_gain():
    own = equity(3)
    like = 1e5 + 2 * (own - 1e5)
    assert volatility_ratio(own, like) == pytest.approx(2.0)
    assert np.allclose(scaled_to_volatility(own, like), like)


def test_equal_volatility_is_the_same_whatever_a_year_is():
    own, like = equity(3, 0.004), equity(4, 0.012)
    times = volatility_ratio(own, like)
    own.attrs = like.attrs = {"bars_per_year": 365.0}
    assert volatility_ratio(own, like) == pytest.approx(times)
    scaled, wanted = (metrics.summarise(each)["volatility"] for each in (scaled_to_volatility(own, like), like))
    assert scaled == pytest.approx(wanted)


@pytest.mark.parametrize("place", ["own", "other"])
def test_an_equity_with_a_missing_value_has_no_size(place):
    pair = {"own": equity(3), "other": equity(4)}
    pair[place].iloc[7] = np.nan
    with pytest.raises(ValueError, match=r"equity is nan at 2023-\S+ .*; expected finite numbers"):
        scaled_to_volatility(pair["own"], pair["other"])


@pytest.mark.parametrize(("times", "error"), [(np.nan, "times is nan; expected a finite"), (-1.0, "times is -1.0; expected a number")])
def test_trades_are_enlarged_by_a_number(times, error):
    with pytest.raises(ValueError, match=error):
        enlarged(equity(3), times)


def test_a_flat_equity_stays_as_it_is():
    flat = pd.Series(100.0, index=range(10))
    assert volatility_ratio(flat, equity(0)) == 1.0
    assert scaled_to_volatility(flat, equity(0)).tolist() == flat.tolist()


def test_a_loss_of_everything_is_final():
    own = pd.Series([100.0, 50.0, 75.0, 60.0])
    like = pd.Series([100.0, 5.0, 30.0, 1.0, 20.0])
    scaled = scaled_to_volatility(own, like)
    assert scaled.iloc[0] == 100
    lost = int((scaled <= 0).to_numpy().argmax())
    assert lost
    assert (scaled.iloc[lost:] == 0).all()


def test_bars_that_could_not_exist_become_bars_that_can():
    frame = market.generate_ohlcv(60, seed=1)
    odd = frame.assign(open=frame["high"] * 1.1)
    with pytest.raises(ValueError, match="open"):
        market.check_ohlcv(odd)
    mended = with_honest_opens(odd)
    market.check_ohlcv(mended)
    assert mended["close"].equals(frame["close"])
    assert (mended["open"].iloc[1:].to_numpy() == frame["close"].iloc[:-1].to_numpy()).all()
    assert (mended["high"] >= frame["high"]).all()
    assert odd["open"].equals(frame["high"] * 1.1)


def test_the_published_market_has_the_published_closes():
    published = original.generate_ohlcv(500, rng=np.random.RandomState(42))
    ours = published_market()
    market.check_ohlcv(ours)
    assert np.array_equal(ours["close"], published["close"])
    assert np.array_equal(ours.index, published.index)
    assert np.array_equal(ours["high"], with_honest_opens(published)["high"])
    assert np.array_equal(ours["low"], with_honest_opens(published)["low"])
