"""How much to bet: position rules, Kelly fractions, and an edge that is estimated."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.experiments._tidy import share, spread, tidy
from phase6.metrics import log_drawdown_paths, sharpe_paths, sharpe_standard_error, standard_error
from phase6.seeds import Seed, children
from phase6.selection import deflated_sharpe, probabilistic_sharpe

FRACTIONS = (0.25, 0.5, 1.0, 1.5, 2.0)
EDGE = 0.03
"""Standard deviations of a day's return foretold by a forecast of one standard deviation.

It is small, as in markets.
"""
CONFIDENT = 0.95
"""Confidence in a Sharpe ratio above which a test believes it."""
BATCH = 1_000
"""Samples that share one seed sequence."""


def position_rules(
    rules: Sequence[str] = ("linear", "capped", "sign"), *, samples: int = 2_000, days: int = 10_000, cap: float = 20.0, seed: Seed = 0
) -> pd.DataFrame:
    """Share of the linear rule's Sharpe ratio that other rules keep.

    The forecast f is normal and predicts returns linearly: they are `EDGE`·f + noise. Positions are
    f, f capped, or its sign. Columns: rule, then those of every experiment (error of a ratio of
    means).

    Parameters
    ----------
    rules : sequence of str
        Of "linear", "capped", "sign".
    samples, seed
        Number of the samples, at least 2, and their seed.
    days : int
        Forecasts in each.
    cap : float
        Largest forecast, on the scale where the mean of |f| is 10.

    Raises
    ------
    ValueError
        For an unknown rule or too few samples.
    """
    limit = valid.number("cap", cap, above=0) * np.sqrt(2.0 / np.pi) / 10.0
    days = valid.count("days", days, at_least=2)
    found: dict[str, list[float]] = {rule: [] for rule in ("linear", *rules)}
    for child in children(seed, 0, valid.count("samples", samples, at_least=2)):
        rng = np.random.default_rng(child)
        forecast = rng.standard_normal(days)
        earned = EDGE * forecast + rng.standard_normal(days)
        positions = {"linear": forecast, "capped": np.clip(forecast, -limit, limit), "sign": np.sign(forecast)}
        for rule, ratios in found.items():
            profit = positions[valid.choice("rule", rule, positions)] * earned
            ratios.append(float(profit.mean() / profit.std()))
    whole = np.array(found["linear"])
    rows = []
    for rule in rules:
        own = np.array(found[rule])
        kept = own.mean() / whole.mean()
        error = standard_error(own - kept * whole) / whole.mean()
        rows.append(({"rule": rule}, spread(own / whole.mean()) | {"estimate": float(kept), "standard_error": float(error)}))
    return tidy(rows)


def kelly_fractions(
    fractions: Sequence[float] = FRACTIONS,
    *,
    sharpe: float = 0.5,
    years: int = 400,
    level: float = 0.5,
    samples: int = 4_000,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Growth and danger of betting a fraction of Kelly when the true Sharpe ratio is known.

    Log wealth moves (c − c²/2)·S² a year with volatility c·S; its minimum within each year is drawn
    from the Brownian bridge, so the only approximation to "ever" is the horizon of ``years``.
    Columns: fraction, measure ("growth" a year, "share of full Kelly's growth", "ever below"
    ``level`` of the start, "largest drawdown in ten years" at year ends), then those of every
    experiment.

    Parameters
    ----------
    fractions : sequence of float
        Multiples c of Kelly.
    sharpe : float
        True ratio S, a year.
    years : int
        Length of a life.
    level : float
        Share of the start of "ever below", between 0 and 1.
    samples, seed
        Number of the lives, and their seed.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    valid.number("sharpe", sharpe, above=0)
    samples, years = valid.count("samples", samples, at_least=2), valid.count("years", years)
    level = valid.number("level", level, above=0, below=1)
    draws = np.random.default_rng(children(seed, 0, 1)[0])
    shocks, chances = draws.standard_normal((samples, years)), draws.standard_exponential((samples, years))
    best = sharpe**2 * 0.5
    rows = []
    for fraction in fractions:
        bet = valid.number("fraction", fraction, above=0) * sharpe
        steps = fraction * sharpe**2 - 0.5 * bet**2 + bet * shocks
        wealth = np.cumsum(steps, axis=1)
        before = wealth - steps
        lowest = 0.5 * (before + wealth - np.sqrt(steps**2 + 2.0 * bet**2 * chances))
        growth = wealth[:, -1] / years
        decade = np.concatenate([np.zeros((samples, 1)), wealth[:, :10]], axis=1)
        case = {"fraction": fraction}
        rows.append(({**case, "measure": "growth"}, spread(growth)))
        rows.append(({**case, "measure": "share of full Kelly's growth"}, spread(growth / best)))
        rows.append(({**case, "measure": "ever below"}, share(lowest.min(axis=1) <= np.log(level))))
        rows.append(({**case, "measure": "largest drawdown in ten years"}, spread(log_drawdown_paths(decade.T).max(axis=0))))
    return tidy(rows)


def kelly_estimated(
    fractions: Sequence[float] = FRACTIONS,
    *,
    sharpe: float = 0.5,
    years: float = 2.0,
    level: float = 0.5,
    samples: int = 20_000,
    shorts: bool = False,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Growth a year of a fraction of Kelly, the edge estimated from ``years`` of daily data.

    Columns: fraction, measure ("growth": what the bet is worth at the true Sharpe ratio; "loses":
    how often that is negative; "no position"; "ever below": the chance that wealth ever falls to
    ``level`` of its start), then those of every experiment.

    Parameters
    ----------
    fractions : sequence of float
        Multiples of the estimated Kelly bet.
    sharpe : float
        True ratio, a year.
    years : float
        Length of a sample, above 0.1.
    level : float
        Share of the start, between 0 and 1.
    samples, seed
        Number of the samples, at least 2, and their seed.
    shorts : bool
        Whether a negative estimate is bet on by selling; else it is not bet on.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    valid.number("sharpe", sharpe, above=0)
    level = valid.number("level", level, above=0, below=1)
    days = round(valid.number("years", years, above=0.1) * valid.BARS_PER_YEAR)
    begins = range(0, valid.count("samples", samples, at_least=2), BATCH)
    parts = []
    for begin, child in zip(begins, children(seed, 0, len(begins)), strict=True):
        noise = np.random.default_rng(child).standard_normal((BATCH, days))[: samples - begin]
        parts.append(sharpe_paths(noise + sharpe / np.sqrt(valid.BARS_PER_YEAR), axis=1))
    estimate = np.concatenate(parts)
    rows = []
    for fraction in fractions:
        bet = valid.number("fraction", fraction, at_least=0) * (estimate if shorts else np.maximum(estimate, 0.0))
        growth = sharpe * bet - 0.5 * bet**2
        power = np.divide(2.0 * sharpe, bet, out=np.full_like(bet, np.inf), where=bet != 0) - 1.0
        fallen = np.where(bet < 0, 1.0, level ** np.maximum(power, 0.0))
        rows.append(({"fraction": fraction, "measure": "growth"}, spread(growth)))
        rows.append(({"fraction": fraction, "measure": "loses"}, share(growth < 0)))
        rows.append(({"fraction": fraction, "measure": "no position"}, share(bet == 0)))
        rows.append(({"fraction": fraction, "measure": "ever below"}, spread(fallen)))
    return tidy(rows)


def best_of_many(
    ideas: Sequence[int] = (1, 10),
    *,
    sharpe: float = 0.0,
    years: float = 2.0,
    samples: int = 4_000,
    seed: Seed = 0,
) -> pd.DataFrame:
    """The best of several unrelated ideas, each of true Sharpe ratio ``sharpe``.

    The figures say what it shows, and which tests believe it. Columns: ideas, measure ("shown": the
    best idea's Sharpe ratio in ``years`` of daily data; "probabilistic" and "deflated": how often
    that confidence in it is above `CONFIDENT`), then those of every experiment.

    Parameters
    ----------
    ideas : sequence of int
        Numbers of ideas.
    sharpe : float
        True ratio of each, a year.
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
    most = max(valid.count("ideas", number) for number in ideas)
    begins = range(0, valid.count("samples", samples, at_least=2), BATCH // 10)
    parts = []
    for begin, child in zip(begins, children(seed, 0, len(begins)), strict=True):
        rng = np.random.default_rng(child)
        drawn = rng.standard_normal((BATCH // 10, most, days))[: samples - begin] + sharpe / np.sqrt(valid.BARS_PER_YEAR)
        parts.append(sharpe_paths(drawn, axis=2))
    ratios = np.concatenate(parts)
    error = sharpe_standard_error(sharpe, years)
    rows = []
    for number in ideas:
        best = ratios[:, :number].max(axis=1)
        confident = np.array([probabilistic_sharpe(value, error) for value in best])
        deflated = np.array([deflated_sharpe(value, error, number) for value in best])
        rows.append(({"ideas": number, "measure": "shown"}, spread(best)))
        rows.append(({"ideas": number, "measure": "probabilistic"}, share(confident > CONFIDENT)))
        rows.append(({"ideas": number, "measure": "deflated"}, share(deflated > CONFIDENT)))
    return tidy(rows)
