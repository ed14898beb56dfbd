"""Many paths at once: the bar-by-bar engine's numbers, whatever the chunk size."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phase6 import market, metrics
from phase6 import simulation as mc
from phase6.pyramiding import run_pyramid_backtest

MONEY = ("stop", "stop_risk", "cash", "costs")


def same(paths, rule, chosen):
    many = mc.run_pyramids(paths, **rule, keep=mc.KEEPABLE)
    for path in chosen:
        one = run_pyramid_backtest(paths.frame(path), **rule)
        for name in ("levels", "position"):
            assert np.array_equal(one.columns[name], many.kept[name][:, path]), (name, path)
        for name in MONEY:
            assert np.allclose(one.columns[name], many.kept[name][:, path], rtol=1e-9, atol=1e-9, equal_nan=True), (name, path)
        assert np.allclose(one.equity, many.equity[:, path], rtol=1e-9, atol=0), path
        mine = many.trades[many.trades["path"] == path].reset_index(drop=True)
        assert mine["reason"].tolist() == one.trades["reason"].tolist()
        assert mine["side"].tolist() == one.trades["side"].tolist()
        assert mine["levels"].tolist() == one.trades["levels"].tolist()
        dates = paths.frame(path).index
        assert dates[mine["entry_bar"]].tolist() == one.trades["entry_date"].tolist()
        assert dates[mine["exit_bar"]].tolist() == one.trades["exit_date"].tolist()
        for name in ("pnl", "r_multiple", "costs"):
            assert np.allclose(mine[name], one.trades[name].astype(float), rtol=1e-9, atol=1e-7), name
        summary = many.summary().iloc[path]
        assert summary["peak_stop_risk"] == pytest.approx(max(0.0, one.stop_risk.max()), rel=1e-9, abs=1e-15)
        assert summary["trades"] == len(one.trades)
        assert summary["max_drawdown"] == pytest.approx(metrics.max_drawdown(one.equity), rel=1e-9, abs=1e-12)
        returns = metrics.simple_returns(one.equity)
        assert summary["volatility"] == pytest.approx(metrics.volatility(returns), rel=1e-9)
        assert summary["sharpe"] == pytest.approx(metrics.sharpe(returns), rel=1e-7, nan_ok=True)
    return many


RULES = st.fixed_dictionaries(
    {},
    optional={
        "max_levels": st.integers(1, 8),
        "leverage": st.floats(0.2, 40),
        "risk_per_level": st.floats(0.0005, 0.3),
        "atr_stop_mult": st.floats(0.3, 6),
        "add_threshold_atr": st.floats(0, 3),
        "size_decay": st.floats(0, 1),
        "max_total_risk": st.floats(0.002, 1),
        "cost_bps": st.floats(0, 100),
        "funding_rate": st.floats(0, 0.5),
        "reentry": st.sampled_from(["next_bar", "fresh_cross"]),
        "fast": st.integers(1, 25),
        "slow": st.integers(26, 70),
        "atr_period": st.integers(1, 80),
        "equity": st.floats(10, 1e9),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(mc.REGIME_OPTIONS)), st.integers(0, 2**32 - 1), st.floats(0.03, 1.2), RULES)
def test_path_by_path_it_is_the_bar_by_bar_engine(regime, seed, sigma, rule):
    same(mc.make_paths(regime, 4, 220, seed=seed, sigma=sigma), rule, range(4))


def jumpy(seed, paths=10, bars=200, size=0.35):
    """Markets with overnight gaps of either sign, large enough to jump stops and to ruin."""
    frames = []
    for number in range(paths):
        rng = np.random.default_rng([seed, number])
        frame = market.trend_ohlcv(bars, drift_sharpe=3, seed=rng)
        gaps = np.where(rng.random(bars) < 0.04, rng.normal(0, size, bars), 0.0)
        frames.append(frame[["open", "high", "low", "close"]].mul(np.exp(np.cumsum(gaps)), axis=0))
    return mc.Paths.from_frames(frames)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reentry", ["next_bar", "fresh_cross"])
def test_gaps_and_ruin_are_the_same(seed, reentry):
    paths = jumpy(seed, paths=9)
    rule = {"risk_per_level": 0.2, "max_total_risk": 1.0, "leverage": 25.0, "funding_rate": 0.08, "size_decay": 0.0}
    rule["reentry"] = reentry
    many = same(paths, rule, range(paths.count))
    assert many.summary()["ruined"].any()
    assert set(many.trades["reason"]) == {"stop", "reversal", "liquidation"}
    assert set(many.trades["side"]) == {1, -1}


def stepped(seed, paths=4, bars=160):
    """Markets whose prices are whole numbers, so that stops and averages are met exactly.

    Thresholds are met so too.
    """
    rng = np.random.default_rng(seed)
    moves = rng.choice([-2, -1, 0, 1, 2], (bars, paths, 3)).cumsum(axis=2)
    before = 300.0 + np.concatenate([np.zeros((1, paths)), moves[:-1, :, 2].cumsum(axis=0)])
    opens, middles, closes = before + moves[..., 0], before + moves[..., 1], before + moves[..., 2]
    parts = np.stack([opens, middles, closes])
    return mc.Paths(opens, parts.max(axis=0), parts.min(axis=0), closes)


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3), st.sampled_from(["next_bar", "fresh_cross"])
)
def test_prices_that_meet_a_stop_exactly_are_the_same(seed, stop, add, fast, reentry):
    periods = {"fast": fast, "slow": fast + 3, "atr_period": 1}
    same(stepped(seed), {"atr_stop_mult": stop, "add_threshold_atr": add, "reentry": reentry, **periods}, range(4))


def test_a_stop_below_zero_is_no_order_for_a_long_side_alone():
    many = same(mc.make_paths("random walk", 6, 200, seed=1, sigma=0.8), {"atr_stop_mult": 30.0, "max_total_risk": 1.0}, range(6))
    assert set(many.trades["side"]) == {-1}


@pytest.mark.parametrize("seed", range(3))
def test_an_account_that_funding_eats_is_closed_at_the_same_bar(seed):
    rule = {
        "risk_per_level": 0.9,
        "max_total_risk": 1.0,
        "leverage": 30.0,
        "funding_rate": 20.0,
        "atr_stop_mult": 4.0,
        "max_levels": 2,
    }
    many = same(mc.make_paths("trend", 5, 200, seed=seed), rule, range(5))
    at_close = many.trades[many.trades["reason"] == "liquidation"]
    assert len(at_close) > 0
    assert many.summary()["ruined"].all()


def test_a_market_that_stands_still_gives_no_trade():
    flat = pd.DataFrame(100.0, index=pd.bdate_range("2023-01-02", periods=120), columns=["open", "high", "low", "close"])
    steps = flat.copy()
    steps.iloc[60:] = 101.0
    many = same(mc.Paths.from_frames([flat, steps]), {}, range(2))
    assert not many.trades["path"].isin([0]).any()
    assert np.isnan(many.summary()["sharpe"][0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: mc.make_paths("sideways"),
        lambda: mc.make_paths("range", drift_sharpe=1.0),
        lambda: mc.make_paths("trend", sigma=-1.0),
        lambda: mc.make_paths("trend", half_life=0),
        lambda: mc.make_paths(paths=0),
        lambda: mc.make_paths(first=7),
        lambda: mc.make_signals(mc.make_paths(paths=2, bars=20)),
        lambda: mc.make_signals(mc.make_paths(paths=2, bars=90), fast=50, slow=20),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90), reentry="now"),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90), max_levels=0),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90), keep=["mood"]),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90), fast=5, signals=mc.make_signals(mc.make_paths(paths=2, bars=90))),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90), signals=mc.make_signals(mc.make_paths(paths=3, bars=90))),
        lambda: mc.run_pyramids(mc.make_paths(paths=2, bars=90)).summary(returns_times=np.nan),
        lambda: mc.simulate(rules={}),
        lambda: mc.Paths(*np.ones((4, 3))),
        lambda: mc.Paths.from_frames([]),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()
