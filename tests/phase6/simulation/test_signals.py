"""Indicators of many markets: those of one market, to the last bit."""

import numpy as np
import pandas as pd
import pytest
from phase6 import indicators
from phase6 import simulation as mc


def test_indicators_are_the_same_to_the_last_bit():
    paths = mc.make_paths("trend", 5, 300, seed=4)
    signals = mc.make_signals(paths, fast=7, slow=31, atr_period=5)
    for path in range(5):
        frame = paths.frame(path)
        assert np.array_equal(indicators.atr(frame, 5), signals.atr[:, path], equal_nan=True)
        side = np.sign(indicators.ema(frame["close"], 7) - indicators.ema(frame["close"], 31))
        assert np.array_equal(side, signals.trend[:, path])
    assert signals.warm_up == 30


@pytest.mark.parametrize("price", [100.1, 33.3, 7.77, 0.003])
def test_where_prices_stand_still_the_averages_are_the_same_to_the_last_bit(price):
    moves = np.random.default_rng(2).normal(0, 0.02, 120)
    moves[20:60] = moves[80:] = 0.0
    close = pd.Series(price * np.exp(np.cumsum(moves)))
    for span in (3, 20, 50):
        assert np.array_equal(mc.ema_paths(close.to_numpy()[:, None], span)[:, 0], indicators.ema(close, span))
    for window in (1, 5, 14):
        ours = mc.rolling_mean_paths(close.to_numpy()[:, None], window)[:, 0]
        assert np.array_equal(ours, close.rolling(window).mean(), equal_nan=True)


def test_an_average_of_one_price_is_that_price():
    prices = np.tile(np.random.default_rng(3).uniform(1, 1_000, 2_000), (30, 1))
    assert np.array_equal(mc.ema_paths(prices, 20), prices)
    assert np.array_equal(pd.DataFrame(prices).apply(lambda close: indicators.ema(close, 20)), prices)


@pytest.mark.parametrize("seed", range(8))
def test_means_of_values_of_any_size_are_those_of_pandas(seed):
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(0, 15, (400, 5))) * (rng.random((400, 5)) < 0.7)
    for window in (2, 14):
        ours = mc.rolling_mean_paths(values, window)
        assert np.array_equal(ours, pd.DataFrame(values).rolling(window).mean(), equal_nan=True)
