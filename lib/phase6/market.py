"""Simulated markets.

Daily bars whose drift, regime and correlation are known, so that claims can be tested. A market is
built in two steps. First the path of the closes, by regime: a random walk with or without a growth
rate, a drift that persists (trend), or a log price that is pulled back (range). Then each day's bar
around it: the open is the previous close plus a gap that holds a tenth of the day's variance
(`phase6.processes.GAP_SHARE`), and high and low are those of one Brownian path between open and
close. So `low ≤ open, close ≤ high` always, the gap does not know the close, and the range is that
of Brownian motion for the part of the day that trades: its mean is √(8/π) σ, its standard deviation
√(4 ln 2 − 8/π) σ.

The functions here make frames of one path; those of :mod:`phase6.processes`, by which they do it,
take arrays of any leading shape.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.processes import Array, bars, check_options, closes_of, closes_trend
from phase6.reading import bars_per_year_of as bars_per_year_of
from phase6.reading import read_ohlcv as read_ohlcv
from phase6.seeds import Seed, seed_sequence, stream

REALISTIC_TREND = 1.25
"""Strength of trends (standard deviation of the drift-Sharpe ratio, half-life 60 days) at which the
100-day rule earns on one market what it earned on real futures since 1990: a Sharpe ratio of 0.35 ±
0.06 before costs asks for 1.12 ± 0.11 (:func:`phase6.experiments.trend_strengths`,
:func:`phase6.futures.mean_single_sharpe`).
"""
STRONG_TREND = 2.5
"""Twice that: trends that anyone would see."""


@dataclass(frozen=True)
class AssetSpec:
    """Growth rate ``mu`` and volatility ``sigma`` of an asset, both annual fractions."""

    mu: float
    sigma: float


UNIVERSE: dict[str, AssetSpec] = {
    "US_Equity": AssetSpec(0.10, 0.18),
    "EU_Equity": AssetSpec(0.07, 0.20),
    "Gold": AssetSpec(0.05, 0.15),
    "Oil": AssetSpec(0.03, 0.35),
    "BTC": AssetSpec(0.20, 0.60),
    "Bonds": AssetSpec(0.03, 0.08),
    "EM_Equity": AssetSpec(0.08, 0.25),
    "JPY": AssetSpec(0.01, 0.10),
}


def check_ohlcv(frame: pd.DataFrame, *, min_rows: int = 2) -> pd.DataFrame:
    """The frame itself, if it is sound.

    Sound: columns open, high, low, close; at least ``min_rows`` rows with increasing dates; finite
    prices above 0; low ≤ open, close ≤ high.

    Raises
    ------
    ValueError
        For a frame that is not sound; it names the value and the rule.
    """
    return valid.ohlcv(frame, min_rows=min_rows)


def _frame(closes: Array, rng: np.random.Generator, *, sigma: float | Array, start: float, start_date: str) -> pd.DataFrame:
    opens, highs, lows = bars(closes, rng, sigma=sigma, start=start)
    dates = pd.date_range(start_date, periods=len(closes), freq="B", name="date")
    volume = rng.lognormal(10.0, 1.0, len(closes)).astype(np.int64)
    return pd.DataFrame({"open": opens, "high": highs, "low": lows, "close": closes, "volume": volume}, index=dates)


def _regime_frame(regime: str, n: int, seed: Seed, start_date: str, **options: float) -> pd.DataFrame:
    """Daily bars of a regime; ValueError for an option out of range."""
    n, options = valid.count("n", n), check_options(options)
    rng = np.random.default_rng(seed)
    closes, sigma = closes_of(regime, rng, (n,), options)
    return _frame(closes, rng, sigma=sigma, start=options["start"], start_date=start_date)


def generate_ohlcv(
    n: int = 500,
    mu: float = 0.12,
    sigma: float = 0.22,
    start: float = 100.0,
    *,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> pd.DataFrame:
    """Daily bars of geometric Brownian motion that grows by ``mu`` a year on average.

    E[close] = start · exp(mu · years).

    Parameters
    ----------
    n : int
        Business days.
    mu, sigma : float
        Growth and volatility, annual fractions.
    start : float
        Price before the first day.
    seed : int, SeedSequence, Generator or None
        None for a fresh market each time.
    start_date : str
        First date.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    return _regime_frame("random walk", n, seed, start_date, mu=mu, sigma=sigma, start=start)


def random_walk_ohlcv(
    n: int = 500, *, sigma: float = 0.22, start: float = 100.0, seed: Seed = None, start_date: str = "2023-01-02"
) -> pd.DataFrame:
    """Daily bars of a driftless market (``generate_ohlcv`` with mu = 0).

    The control in which no rule has an edge.

    Parameters
    ----------
    n, sigma, start, seed, start_date
        As in :func:`generate_ohlcv`, as are the result and the errors.
    """
    return generate_ohlcv(n, 0.0, sigma, start, seed=seed, start_date=start_date)


def trend_ohlcv(
    n: int = 500,
    *,
    drift_sharpe: float = REALISTIC_TREND,
    half_life: float = 60,
    sigma: float = 0.22,
    mu: float = 0.0,
    start: float = 100.0,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> pd.DataFrame:
    """Daily bars of a market whose drift persists.

    The drift wanders around ``mu`` with standard deviation ``drift_sharpe``·σ a year.

    Parameters
    ----------
    n : int
        Business days.
    drift_sharpe : float
        By default such that trends are as strong as in real markets.
    half_life : float
        Of the drift, in days.
    sigma, mu : float
        Volatility and mean drift, annual fractions.
    start, seed, start_date
        As in :func:`generate_ohlcv`.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    options = {"sigma": sigma, "mu": mu, "start": start, "drift_sharpe": drift_sharpe, "half_life": half_life}
    return _regime_frame("trend", n, seed, start_date, **options)


def range_ohlcv(
    n: int = 500,
    *,
    half_life: float = 60,
    sigma: float = 0.22,
    start: float = 100.0,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> pd.DataFrame:
    """Daily bars of a range-bound market: the log price is pulled back to log(start).

    Parameters
    ----------
    n : int
        Business days.
    half_life : float
        Of the distance from log(start), in days.
    sigma : float
        Volatility of the daily shocks, an annual fraction.
    start, seed, start_date
        As in :func:`generate_ohlcv`.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    return _regime_frame("range", n, seed, start_date, sigma=sigma, start=start, half_life=half_life)


def fat_tails_ohlcv(
    n: int = 500,
    *,
    degrees: float = 4.0,
    drift_sharpe: float = 0.0,
    half_life: float = 60,
    sigma: float = 0.22,
    mu: float = 0.0,
    start: float = 100.0,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> pd.DataFrame:
    """Daily bars of a market whose log returns are Student's t.

    Quiet days, and now and then a very large one. Each day has a variance of its own, within which
    its path is Brownian.

    Parameters
    ----------
    n : int
        Business days.
    degrees : float
        Of freedom, above 2; the fewer, the fatter the tails. Stock indexes have about 4.
    drift_sharpe, half_life, sigma, mu, start, seed, start_date
        As in :func:`trend_ohlcv`; without ``drift_sharpe`` nothing can be known in advance.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    options = {"degrees": degrees, "sigma": sigma, "mu": mu, "start": start, "drift_sharpe": drift_sharpe, "half_life": half_life}
    return _regime_frame("fat tails", n, seed, start_date, **options)


def volatility_clusters_ohlcv(
    n: int = 500,
    *,
    alpha: float = 0.08,
    beta: float = 0.90,
    drift_sharpe: float = 0.0,
    half_life: float = 60,
    sigma: float = 0.22,
    mu: float = 0.0,
    start: float = 100.0,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> pd.DataFrame:
    """Daily bars of a market whose volatility comes in clusters, by GARCH(1,1).

    After a large move large ones are likely.

    Parameters
    ----------
    n : int
        Business days.
    alpha, beta : float
        What a squared shock adds to tomorrow's variance, and what is left of today's; their sum is
        below 1.
    drift_sharpe, half_life, sigma, mu, start, seed, start_date
        As in :func:`trend_ohlcv`; ``sigma`` is the volatility in the long run.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    options = {"sigma": sigma, "mu": mu, "start": start, "drift_sharpe": drift_sharpe, "half_life": half_life}
    return _regime_frame("volatility clusters", n, seed, start_date, alpha=alpha, beta=beta, **options)


REGIMES: dict[str, Callable[..., pd.DataFrame]] = {
    "trend": trend_ohlcv,
    "range": range_ohlcv,
    "random walk": random_walk_ohlcv,
    "fat tails": fat_tails_ohlcv,
    "volatility clusters": volatility_clusters_ohlcv,
}


def regime_ohlcv(regime: str, n: int = 500, *, seed: Seed = None, **options: float) -> pd.DataFrame:
    """Daily bars of the named regime.

    Parameters
    ----------
    regime : str
        A key of `REGIMES`.
    n : int
        Business days.
    seed : int, SeedSequence, Generator or None
        None for a fresh market each time.
    **options : float
        Go to its generator.

    Returns
    -------
    DataFrame
        ``n`` business days with columns open, high, low, close, volume.

    Raises
    ------
    ValueError
        For an unknown regime or a value out of range.
    """
    return REGIMES[valid.choice("regime", regime, REGIMES)](n, seed=seed, **options)


def check_assets(assets: Mapping[str, AssetSpec]) -> None:
    """Refuse assets of which there are none, or one without a growth rate and a volatility.

    Raises
    ------
    ValueError
        It names the asset, the value and the rule.
    """
    if not assets:
        raise ValueError("assets is empty; expected at least one name with an AssetSpec")
    for name, spec in assets.items():
        if not isinstance(spec, AssetSpec):
            raise ValueError(f"{name} is {spec!r}; expected an AssetSpec")
        valid.number(f"sigma of {name}", spec.sigma, at_least=0)
        valid.number(f"mu of {name}", spec.mu)


def generate_universe(
    n: int = 500,
    *,
    assets: Mapping[str, AssetSpec] = UNIVERSE,
    correlation: float = 0.0,
    correlation_regimes: Sequence[tuple[float, float]] | None = None,
    drift_sharpe: float = 0.0,
    half_life: float = 60,
    start: float = 100.0,
    seed: Seed = None,
    start_date: str = "2023-01-02",
) -> dict[str, pd.DataFrame]:
    """Daily bars of several assets that share one factor, by name.

    Each asset has a generator of its own, chosen by its name, and so has the factor: removing an
    asset changes no other.

    Parameters
    ----------
    n : int
        Business days.
    assets : mapping of str to AssetSpec
        Growth and volatility by name.
    correlation : float
        Of every pair of assets, 0 to below 1.
    correlation_regimes : sequence of (float, float), optional
        (Share of the sample, correlation), such as ``[(0.5, 0.1), (0.5, 0.8)]``: lets the
        correlation change with time, in place of ``correlation``.
    drift_sharpe, half_life : float
        Above 0 each asset also trends, as in :func:`trend_ohlcv`, independently of the others.
    start, seed, start_date
        As in :func:`generate_ohlcv`.

    Returns
    -------
    dict of str to DataFrame
        Frames as of :func:`generate_ohlcv`.

    Raises
    ------
    ValueError
        For a value out of range, or no assets or regimes.
    """
    n = valid.count("n", n)
    check_assets(assets)
    trend = check_options({"drift_sharpe": drift_sharpe, "half_life": half_life, "start": start})
    shares = [(1.0, correlation)] if correlation_regimes is None else list(correlation_regimes)
    if not shares:
        raise ValueError("correlation_regimes are empty; expected at least one (share of the sample, correlation)")
    total = 0.0
    for share, _ in shares:
        total += valid.number("share of a correlation regime", share, above=0)
    ends = np.cumsum([share / total for share, _ in shares])
    levels = np.array([valid.number("correlation", level, at_least=0, below=1) for _, level in shares])
    common = levels[np.searchsorted(ends, (np.arange(n) + 0.5) / n).clip(max=len(levels) - 1)]
    root = seed_sequence(seed)
    factor = stream(root, "the factor that all assets share").standard_normal(n)
    frames = {}
    for name, spec in assets.items():
        sigma, rng = float(spec.sigma), stream(root, name)
        shocks = np.sqrt(common) * factor + np.sqrt(1.0 - common) * rng.standard_normal(n)
        closes = closes_trend(shocks, rng.standard_normal(n), sigma=sigma, mu=float(spec.mu), **trend)
        frames[name] = _frame(closes, rng, sigma=sigma, start=trend["start"], start_date=start_date)
    return frames


def close_prices(universe: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The closes of a universe, one column per asset in its order, on all dates that one has."""
    closes = pd.concat({name: frame["close"] for name, frame in universe.items()}, axis=1, sort=True)
    years = {frame.attrs["bars_per_year"] for frame in universe.values() if "bars_per_year" in frame.attrs}
    if years:
        closes.attrs = {"bars_per_year": max(years)}
    return closes
