"""Generated markets keep what they promise.

Drift, honest bars, regimes, and one generator an asset.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import market, original, processes

FRAMES: dict[str, Callable[..., pd.DataFrame]] = {
    "generate": market.generate_ohlcv,
    "trend": market.trend_ohlcv,
    "range": market.range_ohlcv,
    "random walk": market.random_walk_ohlcv,
}
BANDS = 4.0
"""Standard errors that an estimate may lie from what it estimates."""


def within(estimates, truth):
    """Whether the mean of independent estimates lies within the band around the truth."""
    values = np.asarray(estimates, dtype=float)
    return abs(values.mean() - truth) <= BANDS * values.std(ddof=1) / np.sqrt(values.size)


def logs(frame):
    return {name: np.log(frame[name].to_numpy()) for name in ("open", "high", "low", "close")}


@pytest.mark.parametrize(("mu", "sigma"), [(0.20, 0.60), (-0.10, 0.30)])
def test_the_mean_close_grows_by_mu(mu, sigma):
    """E[S_T] = S_0 exp(mu T): Bitcoin's 20 % is 20 %, not 46 %."""
    ends = [market.generate_ohlcv(252, mu, sigma, seed=seed)["close"].iloc[-1] / 100.0 for seed in range(500)]
    assert within(ends, np.exp(mu))


def test_the_published_generator_does_not_pass_that():
    rng = np.random.RandomState(0)
    ends = [original.generate_ohlcv(252, 0.20, 0.60, rng=rng)["close"].iloc[-1] / 100.0 for _ in range(500)]
    assert not within(ends, np.exp(0.20))
    assert within(ends, np.exp(0.20 + 0.18))


def test_daily_returns_have_the_volatility_asked_for():
    steps = np.diff(logs(market.generate_ohlcv(40_000, 0.1, 0.3, seed=1))["close"])
    assert within(steps**2 * 252, 0.3**2)
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < BANDS / np.sqrt(steps.size)


@given(
    st.sampled_from(sorted(FRAMES)), st.integers(0, 2**32 - 1), st.floats(0.0, 3.0), st.floats(0.01, 1e6), st.integers(1, 80)
)
@settings(max_examples=60)
def test_every_bar_is_sound(kind, seed, sigma, start, bars):
    frame = FRAMES[kind](bars, sigma=sigma, start=start, seed=seed)
    assert len(frame) == bars
    assert list(frame.columns) == ["open", "high", "low", "close", "volume"]
    assert (frame["low"] <= frame[["open", "close"]].min(axis=1)).all()
    assert (frame["high"] >= frame[["open", "close"]].max(axis=1)).all()
    assert (frame > 0).all().all()
    assert market.check_ohlcv(frame, min_rows=1) is frame


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.95), st.floats(0.0, 3.0))
@settings(max_examples=25)
def test_every_bar_of_a_universe_is_sound(seed, correlation, drift_sharpe):
    for frame in market.generate_universe(40, correlation=correlation, drift_sharpe=drift_sharpe, seed=seed).values():
        assert market.check_ohlcv(frame) is frame


def test_the_open_does_not_know_the_close():
    """The gap is independent of what the day does after it: nothing is earned by fading it."""
    price = logs(market.random_walk_ohlcv(40_000, seed=2))
    gap, day = price["open"][1:] - price["close"][:-1], price["close"][1:] - price["open"][1:]
    assert abs(np.corrcoef(gap, day)[0, 1]) < BANDS / np.sqrt(gap.size)
    assert within(-np.sign(gap) * day, 0.0)
    assert within(gap**2, processes.GAP_SHARE * 0.22**2 / 252)


def test_the_published_open_does():
    price = logs(original.generate_ohlcv(40_000, rng=np.random.RandomState(2)))
    gap, day = price["open"][1:] - price["close"][:-1], price["close"][1:] - price["open"][1:]
    faded = -np.sign(gap) * day
    assert 5.0 < faded.mean() / faded.std() * np.sqrt(252) < 7.0


def test_the_mean_range_is_that_of_a_brownian_path():
    """√(8/π) σ for the part of the day that trades; the published bars had half of it."""
    price = logs(market.random_walk_ohlcv(40_000, sigma=0.22, seed=3))
    day = 0.22 / np.sqrt(252)
    assert within((price["high"] - price["low"]) / day, np.sqrt(8 / np.pi * (1 - processes.GAP_SHARE)))
    old = logs(original.generate_ohlcv(40_000, rng=np.random.RandomState(3)))
    assert 0.75 < np.mean(old["high"] - old["low"]) / day < 0.85


def test_high_and_low_are_those_of_one_path():
    """The range varies as that of Brownian motion, √(4 ln 2 − 8/π) = 0.475 (Feller 1951).

    High and low drawn apart give 0.55.
    """
    prices = [logs(market.random_walk_ohlcv(50_000, sigma=0.22, seed=seed)) for seed in range(4)]
    day = 0.22 / np.sqrt(252)
    ranges = np.concatenate([price["high"] - price["low"] for price in prices]) / day
    expected = np.sqrt((4 * np.log(2) - 8 / np.pi) * (1 - processes.GAP_SHARE))
    error = expected * np.sqrt((((ranges - ranges.mean()) / ranges.std()) ** 4).mean() - 1) / 2 / np.sqrt(len(ranges))
    assert abs(ranges.std() - expected) < 4 * error + 0.003 * expected


def test_the_extremes_are_those_of_the_path_within_the_day():
    """Against a path of 2,000 steps from open to close.

    The same share of days reaches each height above the open.
    """
    rng = np.random.default_rng(5)
    deviation = 0.22 / np.sqrt(252) * np.sqrt(1 - processes.GAP_SHARE)
    peaks = [np.cumsum(rng.standard_normal((200, 2000)), axis=1).max(axis=1) / np.sqrt(2000) for _ in range(10)]
    path = np.maximum(np.concatenate(peaks) + 0.5826 / np.sqrt(2000), 0.0)
    price = logs(market.random_walk_ohlcv(20_000, sigma=0.22, seed=4))
    made = (price["high"] - price["open"]) / deviation
    for height in (0.25, 0.5, 1.0, 1.5, 2.0):
        share = np.mean(path > height)
        error = np.sqrt(share * (1 - share) * (1 / path.size + 1 / made.size))
        assert abs(np.mean(made > height) - share) < BANDS * error


def variance_ratio(frame, horizon):
    """Variance of ``horizon``-day moves over that of independent days: 1 for a random walk."""
    price = np.log(frame["close"].to_numpy())
    daily = np.diff(price)
    return np.var(price[horizon:] - price[:-horizon]) / (horizon * np.var(daily))


def test_the_regimes_are_what_they_are_called():
    """Over 60 days: moves that persist, moves that are taken back, and neither."""
    ratios = {
        regime: [variance_ratio(market.regime_ohlcv(regime, 2000, seed=seed, **options), 60) for seed in range(30)]
        for regime, options in (("trend", {"drift_sharpe": 2.5}), ("range", {"half_life": 20}), ("random walk", {}))
    }
    error = {regime: np.std(values, ddof=1) / np.sqrt(30) for regime, values in ratios.items()}
    mean = {regime: np.mean(values) for regime, values in ratios.items()}
    assert mean["trend"] - BANDS * error["trend"] > 1.5
    assert mean["range"] + BANDS * error["range"] < 0.6
    assert abs(mean["random walk"] - 1.0) < BANDS * error["random walk"] + 0.05


def test_the_drift_of_a_trend_has_the_spread_and_half_life_asked_for():
    shocks = np.random.default_rng(6).standard_normal((4000, 121))
    drift = processes.persistent(shocks, half_life=60, spread=1.5)
    assert within(drift[:, 0] ** 2, 1.5**2)
    assert within(drift[:, -1] ** 2, 1.5**2)
    assert within(drift[:, 0] * drift[:, 60], 1.5**2 / 2)
    assert within(drift[:, 0] * drift[:, 120], 1.5**2 / 4)


def test_a_trend_of_no_strength_is_a_random_walk():
    shocks, drift = np.random.default_rng(7).standard_normal((2, 300))
    plain = processes.closes_random_walk(shocks, sigma=0.3, mu=0.1, start=50.0)
    flat = processes.closes_trend(shocks, drift, sigma=0.3, drift_sharpe=0.0, half_life=60, mu=0.1, start=50.0)
    assert np.allclose(plain, flat, rtol=1e-12)


def test_a_range_bound_log_price_has_the_spread_of_its_pull():
    shocks = np.random.default_rng(8).standard_normal((4000, 400))
    level = np.log(processes.closes_range(shocks, sigma=0.22, half_life=20, start=100.0) / 100.0)
    keep = 0.5 ** (1 / 20)
    stationary = 0.22**2 / 252 / (1 - keep**2)
    assert within(level[:, -1], 0.0)
    assert within(level[:, -1] ** 2, stationary)
    assert within(level[:, 379] * level[:, -1], stationary / 2)


def test_no_market_that_never_moves_breaks():
    frame = market.generate_ohlcv(10, 0.0, 0.0, seed=1)
    assert np.allclose(frame[["open", "high", "low", "close"]], 100.0, rtol=1e-12)
    assert len(market.generate_ohlcv(1, seed=1)) == 1


@pytest.mark.parametrize("kind", FRAMES)
def test_a_seed_fixes_the_market(kind):
    make = FRAMES[kind]
    assert make(50, seed=9).equals(make(50, seed=9))
    assert make(50, seed=9).equals(make(50, seed=np.random.default_rng(9)))
    assert make(50, seed=9).equals(make(50, seed=np.random.SeedSequence(9)))
    assert not make(50, seed=9).equals(make(50, seed=10))
    assert not make(50).equals(make(50))


def test_dates_are_business_days_from_the_start():
    frame = market.trend_ohlcv(7, seed=0, start_date="2024-03-01")
    assert frame.index.equals(pd.bdate_range("2024-03-01", periods=7, name="date"))


def test_a_generator_that_is_passed_moves_on():
    rng = np.random.default_rng(11)
    assert not market.generate_ohlcv(20, seed=rng).equals(market.generate_ohlcv(20, seed=rng))
    rng = np.random.default_rng(11)
    first, second = (market.generate_universe(20, seed=rng) for _ in range(2))
    assert not first["BTC"].equals(second["BTC"])


def test_the_universe_is_the_published_one():
    assert {name: (spec.mu, spec.sigma) for name, spec in market.UNIVERSE.items()} == original.ASSETS
    assert list(market.generate_universe(5, seed=1)) == list(original.ASSETS)


@given(st.integers(0, 2**32 - 1), st.sets(st.sampled_from(sorted(market.UNIVERSE)), min_size=1), st.floats(0.0, 0.9))
@settings(max_examples=25)
def test_removing_or_reordering_assets_changes_no_others_data(seed, kept, correlation):
    whole = market.generate_universe(30, correlation=correlation, drift_sharpe=1.0, seed=seed)
    part = {name: market.UNIVERSE[name] for name in reversed(list(market.UNIVERSE)) if name in kept}
    for name, frame in market.generate_universe(30, assets=part, correlation=correlation, drift_sharpe=1.0, seed=seed).items():
        assert frame.equals(whole[name])


def test_another_spec_changes_only_its_own_asset():
    whole = market.generate_universe(30, seed=1)
    wilder = market.generate_universe(30, assets={**market.UNIVERSE, "BTC": market.AssetSpec(0.2, 0.9)}, seed=1)
    assert [name for name in whole if not wilder[name].equals(whole[name])] == ["BTC"]


def pairwise(universe, rows=slice(None)):
    """Fisher's z of each pair's correlation of daily returns."""
    steps = np.log(market.close_prices(universe)).diff().iloc[1:].iloc[rows]
    return np.arctanh(steps.corr().to_numpy()[np.triu_indices(len(steps.columns), 1)])


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8])
def test_every_pair_has_the_correlation_asked_for(correlation):
    found = pairwise(market.generate_universe(10_000, correlation=correlation, seed=12))
    assert len(found) == 28
    assert np.abs(found - np.arctanh(correlation)).max() < BANDS / np.sqrt(10_000)


def test_correlation_regimes_follow_one_another():
    regimes = [(0.25, 0.1), (0.75, 0.8)]
    universe = market.generate_universe(8000, correlation_regimes=regimes, seed=13)
    assert np.abs(pairwise(universe, slice(0, 1999)) - np.arctanh(0.1)).max() < BANDS / np.sqrt(2000)
    assert np.abs(pairwise(universe, slice(2000, None)) - np.arctanh(0.8)).max() < BANDS / np.sqrt(6000)


def test_shares_of_correlation_regimes_count_in_proportion():
    shares = market.generate_universe(400, correlation_regimes=[(0.25, 0.1), (0.75, 0.8)], seed=14)
    counts = market.generate_universe(400, correlation_regimes=[(1, 0.1), (3, 0.8)], seed=14)
    assert all(frame.equals(counts[name]) for name, frame in shares.items())


def test_close_prices_are_the_closes():
    universe = market.generate_universe(12, seed=15)
    closes = market.close_prices(universe)
    assert list(closes.columns) == list(universe)
    assert all(closes[name].equals(frame["close"].rename(name)) for name, frame in universe.items())


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("generate", {"n": 0}, r"n is 0; expected at least 1"),
        ("generate", {"n": 10.5}, r"n is 10\.5; expected a whole number"),
        ("generate", {"n": True}, r"n is True; expected a whole number"),
        ("generate", {"mu": float("nan")}, r"mu is nan; expected a finite number"),
        ("generate", {"mu": "0.1"}, r"mu is '0\.1'; expected a finite number"),
        ("generate", {"sigma": -0.1}, r"sigma is -0\.1; expected a number at least 0"),
        ("generate", {"start": 0.0}, r"start is 0\.0; expected a number above 0"),
        ("trend", {"drift_sharpe": -1.0}, r"drift_sharpe is -1\.0; expected a number at least 0"),
        ("trend", {"half_life": 0}, r"half_life is 0; expected a number above 0"),
        ("range", {"half_life": -3}, r"half_life is -3; expected a number above 0"),
        ("range", {"sigma": float("inf")}, r"sigma is inf; expected a finite number"),
    ],
)
def test_errors_name_the_value_and_the_rule(kind, options, error):
    with pytest.raises(ValueError, match=error):
        FRAMES[kind](**options)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"n": -1}, r"n is -1; expected at least 1"),
        ({"assets": {}}, r"assets is empty; expected at least one name with an AssetSpec"),
        ({"assets": {"Oil": (0.03, 0.35)}}, r"Oil is \(0\.03, 0\.35\); expected an AssetSpec"),
        ({"assets": {"Oil": market.AssetSpec(0.03, -1.0)}}, r"sigma of Oil is -1\.0; expected a number at least 0"),
        ({"assets": {"Oil": market.AssetSpec(float("nan"), 0.1)}}, r"mu of Oil is nan; expected a finite number"),
        ({"correlation": 1.0}, r"correlation is 1\.0; expected a number below 1"),
        ({"correlation": -0.2}, r"correlation is -0\.2; expected a number at least 0"),
        ({"correlation_regimes": [(0.5, 0.1), (0.0, 0.8)]}, r"share of a correlation regime is 0\.0; expected a number above 0"),
        ({"correlation_regimes": []}, r"correlation_regimes are empty; expected at least one"),
        ({"start": -5.0}, r"start is -5\.0; expected a number above 0"),
        ({"drift_sharpe": -1}, r"drift_sharpe is -1; expected a number at least 0"),
        ({"half_life": 0}, r"half_life is 0; expected a number above 0"),
    ],
)
def test_errors_of_the_universe_name_the_value_and_the_rule(options, error):
    with pytest.raises(ValueError, match=error):
        market.generate_universe(**options)


def test_an_unknown_regime_is_named():
    with pytest.raises(ValueError, match=r"regime is 'bull'; expected one of 'trend', 'range', 'random walk'"):
        market.regime_ohlcv("bull")


def test_check_ohlcv_names_what_is_wrong(unsound):
    frame, error = unsound
    with pytest.raises(ValueError, match=error):
        market.check_ohlcv(frame)


def test_check_ohlcv_returns_a_sound_frame_as_it_is(sound_market, flat_market):
    assert market.check_ohlcv(sound_market) is sound_market
    assert market.check_ohlcv(flat_market) is flat_market


VARYING = {"fat tails": {"degrees": 5.0}, "volatility clusters": {"alpha": 0.1, "beta": 0.85}}


@pytest.mark.parametrize(("regime", "options"), VARYING.items())
def test_a_market_of_varying_volatility_has_the_volatility_and_the_mean_it_was_asked_for(regime, options):
    frames = [market.regime_ohlcv(regime, 500, seed=seed, sigma=0.3, mu=0.1, **options) for seed in range(300)]
    closes = np.stack([frame["close"].to_numpy() for frame in frames])
    logs = np.diff(np.log(closes), axis=1)
    by_path = logs.var(axis=1) * 252
    error = by_path.std(ddof=1) / np.sqrt(len(by_path))
    assert abs(by_path.mean() - 0.09) < 4 * error
    grown = closes[:, -1] / 100
    assert abs(grown.mean() - np.exp(0.1 * 500 / 252)) < 4 * grown.std(ddof=1) / np.sqrt(len(grown))


def test_fat_tails_are_fat_and_clusters_cluster():
    def logs(regime):
        frames = [market.regime_ohlcv(regime, 500, seed=seed) for seed in range(100)]
        return np.diff(np.log(np.stack([frame["close"] for frame in frames])), axis=1)

    def kurtosis(values):
        return float(((values - values.mean()) ** 4).mean() / values.var() ** 2)

    def of_squares(values):
        return float(np.corrcoef((values[:, 1:] ** 2).ravel(), (values[:, :-1] ** 2).ravel())[0, 1])

    fat, clustered, plain = logs("fat tails"), logs("volatility clusters"), logs("random walk")
    assert kurtosis(fat) > 6 > 4 > kurtosis(plain)
    assert kurtosis(clustered) > kurtosis(plain)
    assert of_squares(clustered) > 0.1 > 0.03 > abs(of_squares(plain))


def test_the_variance_of_a_garch_market_follows_from_the_days_before_by_hand():
    variances = processes.garch_variances(np.array([2.0, 0.0, 1.0]), alpha=0.1, beta=0.8)
    assert variances == pytest.approx([1.0, 0.1 + 0.4 + 0.8, 0.1 + 0.8 * 1.3])


@pytest.mark.parametrize(
    ("regime", "options", "error"),
    [
        ("fat tails", {"degrees": 2}, "degrees is 2; expected a number above 2"),
        ("volatility clusters", {"alpha": 0.2, "beta": 0.8}, r"beta is 0\.8; expected a number below 0\.8"),
    ],
)
def test_a_market_of_varying_volatility_refuses_what_has_no_variance(regime, options, error):
    with pytest.raises(ValueError, match=error):
        market.regime_ohlcv(regime, 10, seed=1, **options)
