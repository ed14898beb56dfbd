"""Real prices: read where they are installed.

Where not, the way to get them is said and nothing else breaks.
"""

import builtins
import importlib.util
import sys

import numpy as np
import pytest
from phase6 import market, real
from phase6.experiments import COLUMNS
from phase6.portfolio import run_trend_portfolio
from phase6.pyramiding import run_pyramid_backtest

installed = pytest.mark.skipif(importlib.util.find_spec("arch") is None, reason="the extra `real` is not installed")


@installed
@pytest.mark.parametrize("name", real.BARS)
def test_bars_are_sound_and_the_pyramid_runs_on_them(name):
    frame = real.real_ohlcv(name, start="2005-01-01", end="2007-12-31")
    market.check_ohlcv(frame)
    assert (frame.index[0].year, frame.index[-1].year) == (2005, 2007)
    assert list(frame.columns) == ["open", "high", "low", "close", "volume"]
    result = run_pyramid_backtest(frame)
    assert len(result.trades) > 0
    assert result.equity.index.equals(frame.index)
    assert len(real.real_ohlcv(name)) == 5_031


@installed
def test_moving_highs_and_lows_changes_next_to_nothing():
    raw = real._load(real.BARS["S&P 500"])
    frame = real.real_ohlcv("S&P 500")
    assert (np.abs(frame["high"] / raw["High"] - 1).max(), np.abs(frame["low"] / raw["Low"] - 1).max()) < (0.001, 0.001)
    assert frame["close"].equals(raw["Close"].rename("close"))


@installed
def test_the_trend_portfolio_runs_on_real_closes():
    closes = real.real_closes(start="2010-01-01")
    assert list(closes.columns) == ["S&P 500", "Nasdaq", "WTI"]
    assert (closes > 0).all().all()
    result = run_trend_portfolio(closes)
    assert 0.02 < result.volatility < 0.25


@installed
def test_windows_lie_side_by_side_and_end_today():
    paths, days = real.real_windows("Nasdaq", bars=500)
    frame = real.real_ohlcv("Nasdaq")
    assert paths.count == len(days) == 10
    assert days["last"].iloc[-1] == frame.index[-1]
    assert (days["first"].iloc[1:].to_numpy() > days["last"].iloc[:-1].to_numpy()).all()
    assert np.array_equal(paths.closes.T.ravel(), frame["close"].iloc[-5_000:])


@installed
def test_the_comparison_is_tidy_and_its_error_large():
    frame = real.real_pyramid_or_single()
    assert list(frame.columns) == ["market", "comparison", *COLUMNS]
    assert (frame["n"] == 10).all()
    assert (frame["standard_error"] > 0.002).all()
    assert not real.real_pyramid_or_single(fast=5, slow=30).equals(frame)
    one = real.real_pyramid_or_single(max_levels=1)
    assert (one["estimate"].abs() < 1e-12).all()


@installed
@pytest.mark.parametrize(
    "call",
    [
        lambda: real.real_ohlcv("Tulips"),
        lambda: real.real_ohlcv(start="2030-01-01"),
        lambda: real.real_closes(start="2030-01-01"),
        lambda: real.real_windows(bars=1),
        lambda: real.real_windows(bars=50_000),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()


def test_without_the_extra_the_way_to_get_it_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not real.available()
    for call in (real.real_ohlcv, real.real_closes, real.real_windows, real.real_pyramid_or_single):
        with pytest.raises(ModuleNotFoundError, match=r"pip install .phase6\[real\]"):
            call()


def test_importing_it_imports_no_price_package(monkeypatch):
    refused = builtins.__import__

    def guarded(name, *args, **kwargs):
        assert not name.startswith("arch.") and name != "arch"
        return refused(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", guarded)
    monkeypatch.delitem(sys.modules, "phase6.real")
    assert importlib.import_module("phase6.real").BARS == real.BARS
