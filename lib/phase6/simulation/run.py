"""Several rules on the same random markets, in chunks and threads.

Progress is shown, and an interrupt from the keyboard stops cleanly.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from phase6 import _validation as valid
from phase6._threads import in_threads
from phase6.metrics import PooledSharpe, pooled_sharpe_from
from phase6.pyramid_parameters import PyramidParameters
from phase6.seeds import Seed, seed_sequence
from phase6.simulation.engine import run_pyramids
from phase6.simulation.paths import BLOCK, Paths, make_paths
from phase6.simulation.signals import Signals, make_signals

CHUNK = 10_000
"""Paths that are worked on at once unless said otherwise."""
PERIODS = {name: getattr(PyramidParameters, name) for name in ("fast", "slow", "atr_period")}
"""The periods that decide the signals, with their defaults."""
Made = dict[tuple[int, ...], Signals]

Progress = Callable[[int, int], object]
"""Called with (paths done, paths asked for) after every chunk."""


def progress_line(done: int, asked: int) -> None:
    """A line on standard error that is rewritten as paths are done."""
    sys.stderr.write(f"\r{done:,} of {asked:,} paths" + ("\n" if done >= asked else ""))
    sys.stderr.flush()


@dataclass(frozen=True)
class Outcomes:
    """What several rules did on the same markets.

    By rule a frame with one row a path (columns of :meth:`PyramidPaths.summary`). ``asked`` is the
    number of paths wanted; where the run was interrupted, fewer are there, all of them whole.
    ``bars`` of each; ``bars_per_year`` by rule, where it is not 252.
    """

    by_rule: dict[str, pd.DataFrame]
    asked: int
    bars: int
    bars_per_year: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, rule: str) -> pd.DataFrame:
        return self.by_rule[rule]

    def sharpe(self, rule: str) -> PooledSharpe:
        """A rule's pooled Sharpe ratio over the paths.

        Subtract another rule's for the paired difference.
        """
        table = self[rule]
        year = self.bars_per_year.get(rule, valid.BARS_PER_YEAR)
        return pooled_sharpe_from(table["mean_return"], table["volatility"], self.bars - 1, year)

    @property
    def done(self) -> int:
        """Number of paths that were finished."""
        return min((len(table) for table in self.by_rule.values()), default=0)

    @property
    def complete(self) -> bool:
        """Whether every path was finished."""
        return self.done == self.asked


def simulate(
    regime: str = "random walk",
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    paths: int = 10_000,
    bars: int = 500,
    seed: Seed = 0,
    chunk: int = CHUNK,
    workers: int = 2,
    progress: Progress | None = None,
    **options: float,
) -> Outcomes:
    """Run several rules on the same markets of a regime.

    Parameters
    ----------
    regime : str
        A key of `REGIME_OPTIONS`.
    rules : mapping of str to mapping, optional
        By name the arguments of :func:`run_pyramids`, and ``returns_times``, by which the daily
        returns of what it earns are multiplied. By default the pyramid of four levels and the
        single entry.
    paths, bars, seed
        Of the markets; the result depends on these alone.
    chunk : int
        Markets worked on at once, rounded up to `BLOCK`.
    workers : int
        Threads.
    progress : callable, optional
        Called with (paths done, paths asked for) after every chunk.
    **options : float
        Those of the regime.

    Returns
    -------
    Outcomes
        Interrupted from the keyboard, the chunks that are done.

    Raises
    ------
    ValueError
        For values out of range.
    """
    chosen = {"pyramid": {}, "single": {"max_levels": 1}} if rules is None else {name: dict(rule) for name, rule in rules.items()}
    if not chosen:
        raise ValueError("rules is empty; expected at least one name with its arguments")
    times = {name: valid.number("returns_times", rule.pop("returns_times", 1.0), at_least=0) for name, rule in chosen.items()}
    paths, chunk = valid.count("paths", paths), valid.count("chunk", chunk)
    root = seed_sequence(seed)
    step = -(-chunk // BLOCK) * BLOCK
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in chosen}
    periods = {name: tuple(rule.get(key, default) for key, default in PERIODS.items()) for name, rule in chosen.items()}
    try:
        for first in range(0, paths, step):
            markets = make_paths(regime, min(step, paths - first), bars, seed=root, first=first, workers=workers, **options)
            made = {each: make_signals(markets, **dict(zip(PERIODS, each, strict=True))) for each in set(periods.values())}

            def run(name: str, markets: Paths = markets, made: Made = made) -> pd.DataFrame:
                return run_pyramids(markets, **chosen[name], signals=made[periods[name]]).summary(returns_times=times[name])

            tables = dict(zip(chosen, in_threads(run, chosen, workers), strict=True))
            for name, table in tables.items():
                parts[name].append(table.set_index(pd.RangeIndex(first, first + len(table), name="path")))
            if progress:
                progress(min(first + step, paths), paths)
    except KeyboardInterrupt:
        if not parts[next(iter(chosen))]:
            raise
    done = min(len(tables) for tables in parts.values())
    years = {name: rule["bars_per_year"] for name, rule in chosen.items() if "bars_per_year" in rule}
    return Outcomes({name: pd.concat(tables[:done]) for name, tables in parts.items()}, paths, bars, years)
