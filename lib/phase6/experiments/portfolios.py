"""Diversification, sizing and signals over thousands of universes.

What helps, and how many years it takes to see it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.diversification import effective_bets, independent_bets, principal_bets, risk_shares
from phase6.experiments._tidy import certain, deviation, pooled, share, spread, tidy
from phase6.market import UNIVERSE, AssetSpec
from phase6.metrics import PooledSharpe, pooled_sharpe, sharpe_paths
from phase6.seeds import Seed, children
from phase6.simulation.paths import Array
from phase6.simulation.universes import trend_returns, universe_blocks

BATCH = 200
"""Samples that share one seed sequence."""


def portfolio_returns(
    universes: int = 2_000, bars: int = 500, *, seed: Seed = 0, markets: Mapping[str, Any] | None = None, **rule: Any
) -> Array:
    """Daily returns of the trend portfolio, shape (days, universes).

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    markets : mapping, optional
        Goes to :func:`phase6.simulation.universes.universe_blocks`.
    **rule : Any
        Goes to :func:`phase6.simulation.universes.trend_returns`.
    """
    blocks = universe_blocks(universes, bars, seed=seed, **(markets or {}))
    return np.concatenate([trend_returns(closes, **rule) for closes in blocks], axis=1)


def portfolio_sharpe_pooled(universes: int = 2_000, bars: int = 500, *, zeros: int = 0, **settings: Any) -> PooledSharpe:
    """Pooled Sharpe ratio of the trend portfolio over universes.

    Parameters
    ----------
    universes, bars, **settings
        As in :func:`portfolio_returns`.
    zeros : int
        Days without a return that are counted in each universe, as one does who forgets to leave
        the warm-up out.
    """
    return pooled_sharpe(np.pad(portfolio_returns(universes, bars, **settings), ((zeros, 0), (0, 0))))


def asset_removed(
    name: str = "BTC",
    *,
    universes: int = 2_000,
    bars: int = 500,
    assets: Mapping[str, AssetSpec] = UNIVERSE,
    log_drift: bool = False,
    seed: Seed = 0,
    **rule: Any,
) -> pd.DataFrame:
    """Pooled Sharpe ratio of the trend portfolio with and without an asset, and the difference.

    The difference is taken within each universe. Columns: measure (with, without, difference), then
    those of every experiment.

    Parameters
    ----------
    name : str
        Of the asset.
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    assets : mapping of str to AssetSpec
        Growth and volatility by name.
    log_drift : bool
        Take each mu as the drift of the log price, as the published notebook did, which makes the
        growth of volatile assets σ²/2 larger.
    **rule : Any
        Goes to the portfolio.

    Raises
    ------
    ValueError
        For an unknown asset.
    """
    valid.choice("name", name, assets)
    if log_drift:
        assets = {each: AssetSpec(spec.mu + 0.5 * spec.sigma**2, spec.sigma) for each, spec in assets.items()}
    fewer = {each: spec for each, spec in assets.items() if each != name}
    whole, rest = (portfolio_sharpe_pooled(universes, bars, seed=seed, markets={"assets": part}, **rule) for part in (assets, fewer))
    return tidy(({"measure": each}, pooled(x)) for each, x in (("with", whole), ("without", rest), ("difference", rest - whole)))


def lookbacks_compared(
    lookbacks: Sequence[int] = (100, 200), *, universes: int = 2_000, bars: int = 500, drift_sharpe: float = 1.0, seed: Seed = 0
) -> pd.DataFrame:
    """Pooled Sharpe ratio of the trend portfolio by lookback on the same days, and differences.

    Each lookback is compared with the first. Columns: lookback, measure (sharpe, difference, with
    warm-up zeros), then those of every experiment. "with warm-up zeros" counts the days on which a
    rule cannot trade yet as returns of 0, as the published notebook did: the longer lookback seems
    worse.

    Parameters
    ----------
    lookbacks : sequence of int
        In days.
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    drift_sharpe : float
        Strength of the trends.
    """
    start = max(*lookbacks, 60) + 1
    settings: dict[str, Any] = {"seed": seed, "markets": {"drift_sharpe": drift_sharpe}}
    matched = {each: portfolio_sharpe_pooled(universes, bars, lookback=each, start=start, **settings) for each in lookbacks}
    rows = []
    for each in lookbacks:
        rows.append(({"lookback": each, "measure": "sharpe"}, pooled(matched[each])))
        own = portfolio_sharpe_pooled(universes, bars, lookback=each, zeros=max(each, 60) + 1, **settings)
        rows.append(({"lookback": each, "measure": "with warm-up zeros"}, pooled(own)))
        if each != lookbacks[0]:
            rows.append(({"lookback": each, "measure": "difference"}, pooled(matched[each] - matched[lookbacks[0]])))
    return tidy(rows)


def signals_compared(
    *,
    samples: int = 4_000,
    bars: int = 1_000,
    strong: float = 1.5,
    growth: float = 0.1442,
    sigma: float = 0.22,
    estimator: str = "pooled",
    seed: Seed = 0,
) -> pd.DataFrame:
    """Sharpe ratio on one asset by the trend's sign and by the capped forecast.

    The rules are compared in three kinds of market: "strong trend", "steady growth" and "random
    walk", which has neither. Columns: market, signal (sign, forecast, difference), then those of
    every experiment.

    Parameters
    ----------
    samples, bars, seed
        Number and length of the random markets, and their seed.
    strong : float
        Drift-Sharpe of the "strong trend".
    growth : float
        Annual mu of "steady growth"; by default that of a log drift of 12 %.
    sigma : float
        Volatility, an annual fraction.
    estimator : str
        "pooled", or "mean of ratios" to see what that makes of it: a forecast's positions are
        largest where the market has run, so that it is biased as a pyramid's is
        (:mod:`phase6.experiments.estimators`).

    Raises
    ------
    ValueError
        For an unknown estimator.
    """
    valid.choice("estimator", estimator, ("pooled", "mean of ratios"))
    worlds = {"strong trend": (0.0, strong), "steady growth": (growth, 0.0), "random walk": (0.0, 0.0)}
    rows = []
    for world, (mu, drift_sharpe) in worlds.items():
        markets = {"assets": {"asset": AssetSpec(mu, sigma)}, "drift_sharpe": drift_sharpe}
        settings: dict[str, Any] = {"seed": seed, "markets": markets}
        earned = {each: portfolio_returns(samples, bars, signal=each, **settings) for each in ("sign", "forecast")}
        if estimator == "pooled":
            ratios = {each: pooled_sharpe(returns) for each, returns in earned.items()}
            ratios["difference"] = ratios["forecast"] - ratios["sign"]
            rows += [({"market": world, "signal": each}, pooled(ratio)) for each, ratio in ratios.items()]
        else:
            found = {each: sharpe_paths(returns) for each, returns in earned.items()}
            found["difference"] = found["forecast"] - found["sign"]
            rows += [({"market": world, "signal": each}, spread(values)) for each, values in found.items()]
    return tidy(rows)


def _returns(samples: int, days: int, count: int, sharpe: float, correlation: float, seed: Seed) -> Iterator[Array]:
    """Batches of daily returns in units of daily volatility, shape (samples, days, count).

    ``samples`` are those of the batch.
    """
    begins = range(0, samples, BATCH)
    for begin, child in zip(begins, children(seed, 0, len(begins)), strict=True):
        rng = np.random.default_rng(child)
        own = rng.standard_normal((BATCH, days, count))[: min(BATCH, samples - begin)]
        common = rng.standard_normal((BATCH, days, 1))[: len(own)]
        own *= np.sqrt(1.0 - correlation)
        own += np.sqrt(correlation) * common + sharpe / np.sqrt(valid.BARS_PER_YEAR)
        yield own


def square_root_law(
    *,
    count: int = 8,
    sharpe: float = 0.5,
    correlations: Sequence[float] = (0.0, 0.1, 0.3, 0.5),
    years: Sequence[float] = (2.0,),
    samples: int = 2_000,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Pooled Sharpe ratio of equally good assets held at equal risk.

    Columns: correlation, years, measure, then those of every experiment. Measures: "portfolio" and
    "one asset" (pooled Sharpe ratios), "ratio" (portfolio's over the mean of the assets'; its error
    allows for what both share), and "sampling error" (the standard deviation, over samples, of the
    portfolio's ratio in one of them).

    Parameters
    ----------
    count : int
        Assets.
    sharpe : float
        True ratio of each, a year.
    correlations : sequence of float
        Of every pair, from 0 to below 1.
    years : sequence of float
        Lengths of the daily data.
    samples, seed
        Number of the samples, and their seed.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    count, rows = valid.count("count", count), []
    for correlation in correlations:
        for length in years:
            whole, parts, ratios = [], [], []
            days = max(2, round(valid.number("years", length, above=0) * valid.BARS_PER_YEAR))
            for batch in _returns(samples, days, count, sharpe, valid.number("correlation", correlation, at_least=0, below=1), seed):
                whole.append(batch.sum(axis=-1).T)
                parts.append(np.moveaxis(batch, 0, 1).reshape(-1, batch.shape[0], count))
                ratios.append(sharpe_paths(whole[-1]))
            portfolio = pooled_sharpe(np.concatenate(whole, axis=1))
            each = [pooled_sharpe(np.concatenate([part[..., asset] for part in parts], axis=1)) for asset in range(count)]
            case = {"correlation": correlation, "years": length}
            average = float(np.mean([one.estimate for one in each]))
            moved = np.mean([one.influence for one in each], axis=0)
            ratio = portfolio.estimate / average
            divided = PooledSharpe(ratio, (portfolio.influence - ratio * moved) / average)
            rows.append(({**case, "measure": "portfolio"}, pooled(portfolio)))
            rows.append(({**case, "measure": "one asset"}, pooled(each[0])))
            rows.append(({**case, "measure": "ratio"}, pooled(divided)))
            rows.append(({**case, "measure": "sampling error"}, deviation(np.concatenate(ratios))))
    return tidy(rows)


def power_of_comparison(
    years: Sequence[float] = (2, 5, 10, 12, 15), *, count: int = 8, sharpe: float = 0.5, samples: int = 1_000, seed: Seed = 0
) -> pd.DataFrame:
    """How often a portfolio of uncorrelated assets is told from one of them, by years.

    A two-sided test at 5 % of the difference of the two Sharpe ratios, its standard error √(2(1 −
    r)/years) from the correlation r of portfolio and asset in the sample (Jobson and Korkie 1981,
    small ratios). Columns: years, then those of every experiment.

    Parameters
    ----------
    years : sequence of float
        Lengths of the daily data, above 0.1.
    count : int
        Assets of the portfolio.
    sharpe : float
        True ratio of each, a year.
    samples, seed
        Number of the samples, and their seed.

    Raises
    ------
    ValueError
        For years out of range.
    """
    rows = []
    for length in years:
        days, told = round(valid.number("years", length, above=0.1) * valid.BARS_PER_YEAR), []
        for batch in _returns(samples, days, count, sharpe, 0.0, seed):
            whole, one = batch.sum(axis=-1), batch[..., 0]
            ratios = sharpe_paths(whole.T) - sharpe_paths(one.T)
            both = ((whole - whole.mean(axis=1, keepdims=True)) * (one - one.mean(axis=1, keepdims=True))).mean(axis=1)
            related = both / (whole.std(axis=1) * one.std(axis=1))
            told.append(np.abs(ratios) > 1.959964 * np.sqrt(2.0 * (1.0 - related) / length))
        rows.append(({"years": length}, share(np.concatenate(told))))
    return tidy(rows)


def sizings_compared(
    *, universes: int = 1_000, bars: int = 500, assets: Mapping[str, AssetSpec] = UNIVERSE, drift_sharpe: float = 0.0, seed: Seed = 0
) -> pd.DataFrame:
    """As much money in each asset against as much risk in each.

    Shares of the variance, effective bets, the trend rule's Sharpe ratio. Columns: sizing (equal
    dollars, equal risk), measure ("share of " each asset, effective bets, trend sharpe), then those
    of every experiment. A share is the covariance of the asset's part with the whole over the
    variance of the whole, so they sum to 1; the effective bets are those of the assets' own
    variances, which ignores correlation: here there is none (:func:`bets_compared`).

    Parameters
    ----------
    universes, bars, seed
        Number and length in bars of the random universes, and their seed.
    assets : mapping of str to AssetSpec
        Growth and volatility by name.
    drift_sharpe : float
        Strength of the trends.
    """
    found: dict[tuple[str, str], list[Array]] = {}
    traded: dict[str, list[Array]] = {}
    for closes in universe_blocks(universes, bars, assets=assets, drift_sharpe=drift_sharpe, seed=seed):
        returns = np.diff(closes, axis=0) / closes[:-1]
        returns -= returns.mean(axis=0)
        for sizing, parts in (("equal dollars", returns), ("equal risk", returns / returns.std(axis=0))):
            pull = (parts * parts.sum(axis=-1, keepdims=True)).mean(axis=0)
            shares = pull / pull.sum(axis=-1, keepdims=True)
            for number, name in enumerate(assets):
                found.setdefault((sizing, f"share of {name}"), []).append(shares[:, number])
            alone = (parts**2).mean(axis=0)
            found.setdefault((sizing, "effective bets"), []).append(np.array([effective_bets(row) for row in alone]))
        for sizing, rule in (("equal dollars", "equal_dollar"), ("equal risk", "volatility")):
            traded.setdefault(sizing, []).append(trend_returns(closes, sizing=rule))
    rows = [({"sizing": sizing, "measure": measure}, spread(np.concatenate(parts))) for (sizing, measure), parts in found.items()]
    ratios = {sizing: pooled_sharpe(np.concatenate(parts, axis=1)) for sizing, parts in traded.items()}
    return tidy([*rows, *(({"sizing": sizing, "measure": "trend sharpe"}, pooled(ratio)) for sizing, ratio in ratios.items())])


def bets_compared(
    correlations: Sequence[float] = (0.0, 0.3, 0.6, 0.9), *, assets: Mapping[str, AssetSpec] = UNIVERSE
) -> pd.DataFrame:
    """How many bets a universe is, by three counts.

    Equal dollars against equal risk, at several correlations of every pair. Columns: correlation,
    sizing, measure ("shares alone": :func:`phase6.portfolio.effective_bets`, which ignores
    correlation; "diversification ratio": :func:`phase6.portfolio.independent_bets`; "principal
    components": :func:`phase6.portfolio.principal_bets`), then those of every experiment. By rule,
    without chance.

    Raises
    ------
    ValueError
        For a correlation out of range.
    """
    sigma = np.array([spec.sigma for spec in assets.values()])
    rows = []
    for correlation in correlations:
        valid.number("correlation", correlation, at_least=0, below=1)
        for sizing, weights in (("equal dollars", np.ones(len(sigma))), ("equal risk", 1.0 / sigma)):
            counts = {
                "shares alone": effective_bets(risk_shares(weights, sigma, correlation)),
                "diversification ratio": independent_bets(weights, sigma, correlation),
                "principal components": principal_bets(weights, sigma, correlation),
            }
            case = {"correlation": correlation, "sizing": sizing}
            rows += [({**case, "measure": measure}, certain(count)) for measure, count in counts.items()]
    return tidy(rows)
