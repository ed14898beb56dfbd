"""When adding to winners helps and when it hurts, over thousands of markets.

The pyramid is compared at equal initial risk and at equal volatility. "Equal initial risk": both
risk the same at their first entry, so the pyramid ends up with about twice the volatility. "Equal
volatility": the single entry is enlarged until it has the pyramid's volatility; what is left of the
difference is what pyramiding adds beyond more risk. The course means one thing by it
(:mod:`phase6.comparison`): the same trades k times as large ("trades"), k being the ratio of the
mean volatilities. Three other things can be meant, and give other figures: the single entry's risk
is raised in the engine, so that profits are reinvested at the larger size ("risk"); its daily
returns are multiplied and compounded ("returns"), as a leveraged account would have them; both are
matched by simulation on `PILOT` further markets. Or k is each market's own ratio ("own"), known
only with hindsight, so that the difference is biased: k is large where the pyramid was lucky enough
to add. Differences are taken market by market.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import pooled, share, spread, tidy
from phase6.pyramiding import REENTRY
from phase6.seeds import Seed, branch, seed_sequence

Rule = Mapping[str, Any]
Rows = list[tuple[Mapping[str, object], Mapping[str, float]]]

PYRAMID_MARKETS: mc.Markets = {
    "random walk": ("random walk", {}),
    "trend 1.0": ("trend", {"drift_sharpe": 1.0}),
    "trend 1.5": ("trend", {"drift_sharpe": 1.5}),
    "trend 2.5": ("trend", {"drift_sharpe": 2.5}),
    "range, 60 days": ("range", {"half_life": 60.0}),
    "range, 20 days": ("range", {"half_life": 20.0}),
    "fat tails": ("fat tails", {}),
    "volatility clusters": ("volatility clusters", {}),
}
"""A trend's number is the standard deviation of its annual drift-Sharpe ratio.

A range's is the half-life of its pull, in days.
"""

PILOT = 3_000
"""Markets on which risks are matched: others than those that are reported."""

RISK = 0.005
"""Risk per level where a rule says nothing else."""
ENLARGE = ("trades", "risk", "returns", "own")
MEASURES = ("total_return", "volatility", "sharpe", "max_drawdown", "peak_stop_risk", "costs")


def _pilot(seed: Seed) -> np.random.SeedSequence:
    return branch(seed_sequence(seed), 2**31)


def _pooled_volatility(table: pd.DataFrame) -> float:
    return float(np.sqrt((table["volatility"] ** 2).mean()))


def risk_for_equal_volatility(
    market: mc.Market, rule: Rule, like: Rule, *, bars: int = 500, seed: Seed = 0, pilot: int = PILOT
) -> float:
    """Risk per level at which ``rule`` has the pooled volatility of ``like`` in a market.

    The volatility is the root mean square over paths; caps of ``rule`` are opened as its risk
    grows.

    Parameters
    ----------
    market : (str, mapping)
        Regime and options.
    rule, like : mapping
        Arguments of :func:`phase6.simulation.run_pyramids`.
    bars, seed
        Of the random markets; others are drawn than by an experiment of that seed.
    pilot : int
        Number of markets.
    """
    regime, options = market
    risk = float(rule.get("risk_per_level", RISK))
    settings: dict[str, Any] = {"paths": pilot, "bars": bars, "seed": _pilot(seed), **options}
    first = mc.simulate(regime, {"like": like, "rule": rule}, **settings)
    wanted = _pooled_volatility(first["like"])
    risk *= wanted / _pooled_volatility(first["rule"])
    again = mc.simulate(regime, {"rule": at_risk(rule, risk)}, **settings)
    return risk * wanted / _pooled_volatility(again["rule"])


def returns_for_equal_volatility(
    market: mc.Market, rule: Rule, like: Rule, *, bars: int = 500, seed: Seed = 0, pilot: int = PILOT
) -> float:
    """The multiple of ``rule``'s daily returns that has the pooled volatility of ``like``.

    Parameters
    ----------
    market, rule, like, bars, seed, pilot
        As in :func:`risk_for_equal_volatility`.
    """
    regime, options = market
    found = mc.simulate(regime, {"like": like, "rule": rule}, paths=pilot, bars=bars, seed=_pilot(seed), **options)
    return _pooled_volatility(found["like"]) / _pooled_volatility(found["rule"])


def at_risk(rule: Rule, risk: float) -> dict[str, Any]:
    """A rule at another risk per level, its caps opened in proportion."""
    scale = risk / float(rule.get("risk_per_level", RISK))
    total = min(1.0, float(rule.get("max_total_risk", 0.02)) * max(scale, 1.0))
    return {**rule, "risk_per_level": risk, "max_total_risk": total, "leverage": float(rule.get("leverage", 3.0)) * max(scale, 1.0)}


def pyramid_or_single(
    markets: mc.Markets = PYRAMID_MARKETS,
    *,
    paths: int = 10_000,
    bars: int = 500,
    seed: Seed = 0,
    enlarge: str | Sequence[str] = "trades",
    progress: mc.Progress | None = None,
    **rule: Any,
) -> pd.DataFrame:
    """Total return of the pyramid less that of a single entry, as a fraction of the initial equity.

    Columns: market, comparison ("equal initial risk" or "equal volatility"), enlarged (the way, or
    "not"), measure ("difference", or "pyramid wins": the share of markets in which it earned more),
    size (that of the single entry, as a multiple), then those of every experiment. The standard
    error of a difference counts that k is estimated: from the same markets for "trades" (delta
    method), from others for "risk" and "returns". Interrupted from the keyboard it returns the
    markets that are done.

    Parameters
    ----------
    markets : mapping
        Regime and options by name.
    paths, bars, seed
        Number and length of the random markets, and their seed.
    enlarge : str or sequence of str
        One or more of the ways of the module's text.
    progress : callable, optional
        Called with (paths done, paths asked for).
    **rule : Any
        Goes to both, for example ``reentry``, ``leverage``, ``risk_per_level``; ``max_levels`` to
        the pyramid.

    Raises
    ------
    ValueError
        For an unknown way or a value out of range.
    """
    ways = [valid.choice("enlarge", way, ENLARGE) for way in ([enlarge] if isinstance(enlarge, str) else enlarge)]
    single = {**rule, "max_levels": 1}
    settings: dict[str, Any] = {"bars": bars, "seed": seed}

    def look(name: str) -> tuple[Rows, bool]:
        regime, options = markets[name]
        rules: dict[str, Rule] = {"pyramid": rule, "single": single}
        if "risk" in ways:
            risk = risk_for_equal_volatility((regime, options), single, rule, pilot=min(PILOT, paths), **settings)
            rules["at more risk"] = at_risk(single, risk)
        if "returns" in ways:
            times = returns_for_equal_volatility((regime, options), single, rule, pilot=min(PILOT, paths), **settings)
            rules["at more leverage"] = {**single, "returns_times": times}
        outcomes = mc.simulate(regime, rules, paths=paths, progress=progress, **settings, **options)
        own, other = outcomes["pyramid"], outcomes["single"]
        rows: Rows = []
        gain = own["total_return"] - other["total_return"]
        rows += _compared({"market": name, "comparison": "equal initial risk", "enlarged": "not"}, 1.0, gain, spread(gain))
        for way in ways:
            if way == "trades":
                size, gain, figures = at_equal_volatility(own, other)
            elif way == "own":
                ratio = (own["volatility"] / other["volatility"].where(other["volatility"] > 0)).fillna(1.0)
                size, gain = float(ratio.mean()), own["total_return"] - ratio * other["total_return"]
                figures = spread(gain)
            else:
                size = risk / float(rule.get("risk_per_level", RISK)) if way == "risk" else times
                rival = "at more risk" if way == "risk" else "at more leverage"
                gain = own["total_return"] - outcomes[rival]["total_return"]
                figures = spread(gain)
                pilot = _size_influence(own, other).std() / np.sqrt(min(PILOT, paths)) * outcomes[rival]["total_return"].mean()
                figures["standard_error"] = float(np.hypot(figures["standard_error"], pilot))
            rows += _compared({"market": name, "comparison": "equal volatility", "enlarged": way}, size, gain, figures)
        return rows, outcomes.complete

    return _every(markets, look)


def _compared(case: dict[str, object], size: float, gain: pd.Series, figures: dict[str, float]) -> Rows:
    """The two rows of a comparison: the mean difference, and how often the pyramid earned more."""
    return [
        ({**case, "measure": "difference", "size": size}, figures),
        ({**case, "measure": "pyramid wins", "size": size}, share(gain > 0)),
    ]


def at_equal_volatility(own: pd.DataFrame, other: pd.DataFrame) -> tuple[float, pd.Series, dict[str, float]]:
    """Two rules' total returns on the same markets, the other's trades at the first's volatility.

    There is one row a market. Returns k, the differences market by market, and their mean with an
    error that counts that k is estimated from the same markets.
    """
    size = float(own["volatility"].mean() / other["volatility"].mean())
    gain = own["total_return"] - size * other["total_return"]
    doubt = size * other["total_return"].mean() * _size_influence(own, other)
    return size, gain, spread(gain) | {"standard_error": spread(gain - doubt)["standard_error"]}


def _size_influence(own: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """By what share of itself each market moves the ratio of the two mean volatilities."""
    return own["volatility"] / own["volatility"].mean() - other["volatility"] / other["volatility"].mean()


def _every(markets: mc.Markets, look: Callable[[str], tuple[Rows, bool]]) -> pd.DataFrame:
    """The rows of every market; of those done, where the run is interrupted after the first."""
    rows: Rows = []
    for name in markets:
        try:
            found, complete = look(name)
        except KeyboardInterrupt:
            if not rows:
                raise
            found, complete = [], False
        rows += found
        if not complete:
            return tidy(rows, interrupted=True)
    return tidy(rows)


def rules_compared(
    rules: Mapping[str, Rule],
    markets: mc.Markets = PYRAMID_MARKETS,
    *,
    paths: int = 10_000,
    bars: int = 500,
    seed: Seed = 0,
    measures: Sequence[str] = MEASURES,
    progress: mc.Progress | None = None,
) -> pd.DataFrame:
    """Every measure of every rule in every market.

    Columns: market, rule, measure, then those of every experiment. "sharpe" is the pooled ratio,
    every other measure a mean over markets.

    Parameters
    ----------
    rules : mapping of str to mapping
        By name the arguments of :func:`phase6.simulation.run_pyramids`.
    markets : mapping
        Regime and options by name.
    paths, bars, seed
        Number and length of the random markets, and their seed.
    measures : sequence of str
        Columns of :meth:`phase6.simulation.PyramidPaths.summary`.
    progress : callable, optional
        Called with (paths done, paths asked for).
    """

    def look(name: str) -> tuple[Rows, bool]:
        regime, options = markets[name]
        outcomes = mc.simulate(regime, rules, paths=paths, bars=bars, seed=seed, progress=progress, **options)
        rows: Rows = []
        for rule in rules:
            table = outcomes[rule]
            for measure in measures:
                if measure == "sharpe":
                    rows.append(({"market": name, "rule": rule, "measure": measure}, pooled(outcomes.sharpe(rule))))
                    continue
                known = table[measure].dropna()
                if len(known) > 1:
                    rows.append(({"market": name, "rule": rule, "measure": measure}, spread(known)))
            rows.append(({"market": name, "rule": rule, "measure": "ruined"}, share(table["ruined"])))
        return rows, outcomes.complete

    return _every(markets, look)


def levels_compared(levels: Sequence[int] = (1, 2, 4, 6), markets: mc.Markets = PYRAMID_MARKETS, **settings: Any) -> pd.DataFrame:
    """:func:`rules_compared` for pyramids of several heights.

    Parameters
    ----------
    levels : sequence of int
        Largest numbers of levels.
    markets : mapping
        Regime and options by name.
    **settings : Any
        Those of :func:`rules_compared`.

    Raises
    ------
    ValueError
        For a number below 1.
    """
    rules = {f"{number} levels" if number > 1 else "1 level": {"max_levels": valid.count("levels", number)} for number in levels}
    return rules_compared(rules, markets, **settings)


def risks_compared(
    risks: Sequence[float] = (0.005, 0.01, 0.02), markets: mc.Markets = PYRAMID_MARKETS, **settings: Any
) -> pd.DataFrame:
    """:func:`rules_compared` for pyramids that risk more a level.

    The cap on total risk is out of the way.

    Parameters
    ----------
    risks : sequence of float
        Risks per level, fractions of equity.
    markets : mapping
        Regime and options by name.
    **settings : Any
        Those of :func:`rules_compared`.
    """
    rules = {f"{risk:.2%} a level": {"risk_per_level": risk, "max_total_risk": 1.0, "leverage": 100.0} for risk in risks}
    return rules_compared(rules, markets, **settings)


def reentries_compared(markets: mc.Markets = PYRAMID_MARKETS, **settings: Any) -> pd.DataFrame:
    """:func:`rules_compared` for both re-entry policies, with four levels and with one."""
    rules = {
        f"{name}, {policy.replace('_', ' ')}": {"max_levels": levels, "reentry": policy}
        for name, levels in (("pyramid", 4), ("single", 1))
        for policy in REENTRY
    }
    return rules_compared(rules, markets, **settings)


def leverage_compared(multiples: Sequence[float] = (1.0, 3.0), markets: mc.Markets = PYRAMID_MARKETS, **settings: Any) -> pd.DataFrame:
    """Pyramid less single entry at equal volatility when every position is multiplied.

    Leverage did so in the published notebook. Columns: multiple, then those of
    :func:`pyramid_or_single`.

    Parameters
    ----------
    multiples : sequence of float
        Of the risk per level and its caps.
    markets : mapping
        Regime and options by name.
    **settings : Any
        Those of :func:`pyramid_or_single`.
    """
    parts: list[pd.DataFrame] = []
    for multiple in multiples:
        rule = {"risk_per_level": 0.005 * multiple, "max_total_risk": min(1.0, 0.02 * multiple), "leverage": 3.0 * multiple}
        try:
            part = pyramid_or_single(markets, **{**settings, **rule})
        except KeyboardInterrupt:
            if not parts:
                raise
            parts[-1].attrs["interrupted"] = True
            break
        part.insert(0, "multiple", multiple)
        parts.append(part)
        if part.attrs.get("interrupted"):
            break
    whole = pd.concat(parts, ignore_index=True)
    whole.attrs = dict(parts[-1].attrs)
    return whole
