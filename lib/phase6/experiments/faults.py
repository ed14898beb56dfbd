"""What faults of the published notebook, and of a backtest in general, are worth.

Each is measured on many seeds, with its error.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.comparison import published_market
from phase6.experiments._tidy import deviation, pooled, share, spread, tidy
from phase6.market import UNIVERSE, AssetSpec
from phase6.metrics import pooled_sharpe, sharpe_paths
from phase6.portfolio import run_trend_portfolio
from phase6.processes import closes_random_walk
from phase6.pyramiding import run_pyramid_backtest
from phase6.seeds import Seed, children
from phase6.simulation.published import published_paths, published_stop_outs
from phase6.simulation.universes import rolling_std, rolling_sum, trend_returns, universe_blocks

FITTED_MARKETS: mc.Markets = {"random walk": ("random walk", {}), "strong trend": ("trend", {"drift_sharpe": 2.5})}
"""Markets by name: regime and its options."""
GROUPS = np.array([-20.5, -15.0, -9.0, -3.0, 3.0, 9.0, 15.0, 20.5])
"""Edges of the seven groups of forecasts whose gains are measured."""


def growth_promised(*, mu: float = 0.20, sigma: float = 0.60, samples: int = 100_000, seed: Seed = 0) -> pd.DataFrame:
    """Growth of a year where ``mu`` is taken as the drift of the log price, and where it is not.

    The published notebook takes it so. Columns: generator ("published", "library"), then those of
    every experiment. The truth is exp(mu) − 1; the first is larger by a factor exp(sigma²/2).

    Parameters
    ----------
    mu, sigma : float
        Growth and volatility, annual fractions.
    samples, seed
        Number of the random years, at least 2, and their seed.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    mu, sigma = valid.number("mu", mu), valid.number("sigma", sigma, at_least=0)
    shocks = np.random.default_rng(children(seed, 0, 1)[0]).standard_normal((valid.count("samples", samples, at_least=2), 1))
    year = np.sqrt(valid.BARS_PER_YEAR) * shocks
    drift = {"published": mu + 0.5 * sigma**2, "library": mu}
    rows = []
    for name, growth in drift.items():
        moves = closes_random_walk(year, sigma=sigma, mu=0.0, start=1.0) * np.exp(0.5 * sigma**2 / valid.BARS_PER_YEAR)
        rows.append(({"generator": name}, spread(moves[:, 0] * np.exp(growth - 0.5 * sigma**2) - 1.0)))
    return tidy(rows)


def stop_outs(seeds: int = 120) -> pd.DataFrame:
    """What a stop-out of one level costs in R on the published markets.

    The stop is tested at the close, as published, and inside the bar. Columns: tested ("at the
    close", "inside the bar"), measure ("mean": over seeds, so that its error allows for what
    stop-outs of one market share; "worst" of a seed), then those of every experiment.

    Raises
    ------
    ValueError
        For fewer than two seeds.
    """
    numbers = range(valid.count("seeds", seeds, at_least=2))
    runs = [run_pyramid_backtest(published_market(seed=seed), max_levels=1, cost_bps=0).trades for seed in numbers]
    found: dict[str, list[np.ndarray]] = {
        "at the close": published_stop_outs(published_paths(numbers)),
        "inside the bar": [trades.loc[trades["reason"] == "stop", "r_multiple"].to_numpy() for trades in runs],
    }
    rows = []
    for name, parts in found.items():
        parts = [part for part in parts if part.size]
        sizes = np.array([part.size for part in parts])
        totals = np.array([part.sum() for part in parts])
        mean = totals.sum() / sizes.sum()
        influence = (totals - mean * sizes) / sizes.mean()
        rows.append(({"tested": name, "measure": "mean"}, spread(mean + influence)))
        rows.append(({"tested": name, "measure": "worst"}, spread([part.min() for part in parts])))
    return tidy(rows)


def look_ahead(*, universes: int = 2_000, bars: int = 500, seed: Seed = 0) -> pd.DataFrame:
    """What looking ahead is worth where nothing can be earned.

    There are eight markets without growth or trends. Columns: rule ("honest"; "today's volatility":
    yesterday's signal, sized by today's volatility; "today's signal and volatility"), measure
    ("sharpe", pooled; "difference": less the honest rule's, in pairs), then those of every
    experiment.

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    """
    still = {name: AssetSpec(0.0, spec.sigma) for name, spec in UNIVERSE.items()}
    found: dict[str, list[mc.Array]] = {}
    for closes in universe_blocks(universes, bars, assets=still, seed=seed):
        earned = np.diff(closes, axis=0) / closes[:-1]
        signal = np.sign(closes - rolling_sum(closes, 100) / 100)[1:]
        sized = 1.0 / rolling_std(earned, 60)
        days = slice(101, None)
        yesterday = np.roll(signal, 1, axis=0)
        rules = {
            "honest": yesterday * np.roll(sized, 1, axis=0),
            "today's volatility": yesterday * sized,
            "today's signal and volatility": signal * sized,
        }
        for rule, weights in rules.items():
            found.setdefault(rule, []).append((weights * earned)[days].sum(axis=-1))
    ratios = {rule: pooled_sharpe(np.concatenate(parts, axis=1)) for rule, parts in found.items()}
    rows = [({"rule": rule, "measure": "sharpe"}, pooled(ratio)) for rule, ratio in ratios.items()]
    honest = ratios.pop("honest")
    rows += [({"rule": rule, "measure": "difference"}, pooled(ratio - honest)) for rule, ratio in ratios.items()]
    return tidy(rows)


def volatility_delivered(*, universes: int = 1_000, bars: int = 756, drift_sharpe: float = 1.25, seed: Seed = 0) -> pd.DataFrame:
    """Annual volatility that a target of 10 % delivers over eight markets.

    It is measured without the diversification multiplier and with it. Columns: weights
    ("published", "with the multiplier"), then those of every experiment.

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    drift_sharpe : float
        Strength of the trends.
    """
    found: dict[str, list[mc.Array]] = {"published": [], "with the multiplier": []}
    for closes in universe_blocks(universes, bars, drift_sharpe=drift_sharpe, seed=seed):
        for name, parts in found.items():
            returns = trend_returns(closes, diversify=name != "published")
            parts.append(returns.std(axis=0, ddof=1) * np.sqrt(valid.BARS_PER_YEAR))
    return tidy(({"weights": name}, spread(np.concatenate(parts))) for name, parts in found.items())


def strategies_correlation(*, universes: int = 60, bars: int = 756, correlation: float = 0.6, seed: int = 0) -> pd.DataFrame:
    """Mean correlation of pairs: of the assets' returns, and of what the trend rule earns on them.

    Columns: of ("assets", "strategies"), then those of every experiment.

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    correlation : float
        Of every pair of assets.
    """
    found: dict[str, list[float]] = {"assets": [], "strategies": []}
    pairs = ~np.eye(len(UNIVERSE), dtype=bool)
    for closes in universe_blocks(universes, bars, correlation=correlation, drift_sharpe=1.25, seed=seed):
        for number in range(closes.shape[1]):
            done = run_trend_portfolio(pd.DataFrame(closes[:, number], columns=list(UNIVERSE)))
            found["assets"].append(float(done.correlation.to_numpy()[pairs].mean()))
            found["strategies"].append(float(done.strategy_correlation.to_numpy()[pairs].mean()))
    return tidy(({"of": name}, spread(values)) for name, values in found.items())


def published_trends(*, universes: int = 4_000, bars: int = 500, seed: Seed = 0) -> pd.DataFrame:
    """Trend following against holding, on the published kind of market.

    Eight random walks whose log price drifts by mu are held at equal risk. Columns: rule ("trend
    following", "buy and hold"), measure ("sharpe", pooled; "deviation": of single runs' ratios),
    then those of every experiment.

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    """
    drifting = {name: AssetSpec(spec.mu + 0.5 * spec.sigma**2, spec.sigma) for name, spec in UNIVERSE.items()}
    found: dict[str, list[mc.Array]] = {"trend following": [], "buy and hold": []}
    for closes in universe_blocks(universes, bars, assets=drifting, seed=seed):
        earned = np.diff(closes, axis=0) / closes[:-1]
        sized = 1.0 / np.roll(rolling_std(earned, 60), 1, axis=0)
        signal = np.roll(np.sign(closes - rolling_sum(closes, 100) / 100)[1:], 1, axis=0)
        found["trend following"].append((signal * sized * earned)[101:].sum(axis=-1))
        found["buy and hold"].append((sized * earned)[101:].sum(axis=-1))
    rows = []
    for rule, parts in found.items():
        returns = np.concatenate(parts, axis=1)
        rows.append(({"rule": rule, "measure": "sharpe"}, pooled(pooled_sharpe(returns))))
        rows.append(({"rule": rule, "measure": "deviation"}, deviation(sharpe_paths(returns))))
    return tidy(rows)


def autocorrelated_errors(
    correlations: Sequence[float] = (0.0, 0.1, 0.2, 0.3), *, years: float = 2.0, samples: int = 10_000, seed: Seed = 0
) -> pd.DataFrame:
    """Standard deviation of a measured Sharpe ratio whose truth is 0, by autocorrelation.

    Daily returns are AR(1) with that first autocorrelation. Columns: correlation, then those of
    every experiment.

    Parameters
    ----------
    correlations : sequence of float
        First autocorrelations, between −1 and 1.
    years : float
        Length of a sample, above 0.1.
    samples, seed
        Number of the samples, at least 2, and their seed.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    days = round(valid.number("years", years, above=0.1) * valid.BARS_PER_YEAR)
    rng = np.random.default_rng(children(seed, 0, 1)[0])
    shocks = rng.standard_normal((days, valid.count("samples", samples, at_least=2)))
    rows = []
    for correlation in correlations:
        keep = valid.number("correlation", correlation, above=-1, below=1)
        steps = np.sqrt(1.0 - keep**2) * shocks
        steps[0] = shocks[0]
        for day in range(1, days):
            steps[day] += keep * steps[day - 1]
        rows.append(({"correlation": correlation}, deviation(sharpe_paths(steps))))
    return tidy(rows)


def fitted_conviction(*, samples: int = 600, fit: int = 390, after: int = 500, lookback: int = 100, seed: Seed = 0) -> pd.DataFrame:
    """A conviction measured from data.

    Seven groups of forecasts, each held in proportion to what it earned, and a straight line. On
    random walks there is nothing to find. Columns: market ("random walk", "strong trend"), days
    ("measured on", "after"), rule ("measured", "straight line"), then those of every experiment;
    pooled Sharpe ratios.

    Parameters
    ----------
    samples, seed
        Number of the random markets, and their seed.
    fit, after : int
        Days on which the conviction is measured, and days after them.
    lookback : int
        Days of the forecast.
    """
    rows = []
    for name, (regime, options) in FITTED_MARKETS.items():
        closes = mc.make_paths(regime, samples, lookback + 10 + fit + after, seed=seed, **options).closes
        logs = np.log(closes)
        moves = np.concatenate([np.full((1, samples), np.nan), np.diff(closes, axis=0) / closes[:-1]])
        spreads = np.concatenate([np.full((1, samples), np.nan), rolling_std(np.diff(logs, axis=0), lookback)])
        distance = (logs - rolling_sum(logs, lookback) / lookback) / (spreads * np.sqrt(lookback / 3.0))
        view = np.roll(np.clip(10.0 / np.sqrt(2.0 / np.pi) * distance, -20.0, 20.0), 1, axis=0)
        first, then = slice(lookback + 10, lookback + 10 + fit), slice(lookback + 10 + fit, None)
        group = np.digitize(view, GROUPS)
        held = np.zeros_like(view)
        for number in range(1, len(GROUPS)):
            inside = group[first] == number
            earned = np.where(inside, moves[first], 0.0).sum(axis=0) / np.maximum(inside.sum(axis=0), 1)
            held += (group == number) * earned
        for days, part in (("measured on", first), ("after", then)):
            for rule, weights in (("measured", held / np.abs(held[first]).mean(axis=0)), ("straight line", view / 10.0)):
                ratio = pooled_sharpe((weights * moves)[part])
                rows.append(({"market": name, "days": days, "rule": rule}, pooled(ratio)))
    return tidy(rows)


def best_of_ten_bet(
    *, sharpe: float = 0.2, years: float = 2.0, ideas: int = 10, samples: int = 40_000, seed: Seed = 0
) -> pd.DataFrame:
    """Growth of half Kelly on one idea's measured Sharpe ratio, and on the best idea's.

    Columns: chosen ("one", "the best"), measure ("growth" a year; "growth, target at most 10 %";
    "shrinks": how often the growth is below 0), then those of every experiment.

    Parameters
    ----------
    sharpe : float
        True ratio of every idea.
    years : float
        Length of the sample in which they are measured.
    ideas : int
        Ideas among which the best is chosen.
    samples, seed
        Number of the samples, and their seed.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    rng = np.random.default_rng(children(seed, 0, 1)[0])
    shown = sharpe + rng.standard_normal((samples, valid.count("ideas", ideas))) / np.sqrt(valid.number("years", years, above=0))
    rows = []
    for chosen, estimate in (("one", shown[:, 0]), ("the best", shown.max(axis=1))):
        bet = 0.5 * np.maximum(estimate, 0.0)
        capped = np.minimum(bet, 0.10)
        growth = sharpe * bet - 0.5 * bet**2
        rows.append(({"chosen": chosen, "measure": "growth"}, spread(growth)))
        rows.append(({"chosen": chosen, "measure": "growth, target at most 10 %"}, spread(sharpe * capped - 0.5 * capped**2)))
        rows.append(({"chosen": chosen, "measure": "shrinks"}, share(growth < 0)))
    return tidy(rows)
