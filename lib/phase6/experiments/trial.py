"""Put an idea on trial: run it and a rival on the same random markets, and say whether the difference could be luck."""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phase6 import _validation as valid
from phase6 import montecarlo as mc
from phase6.experiments._tidy import spread
from phase6.experiments.pyramids import PYRAMID_MARKETS, Markets
from phase6.market import Seed
from phase6.metrics import summarise
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest

Positions = Callable[[pd.DataFrame], ArrayLike]
Idea = type[PyramidingStrategy] | Positions

TRIAL_MARKETS: Markets = {name: PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5", "range, 60 days")}
TRIAL_MEASURES = ("sharpe", "total_return", "max_drawdown")
CERTAIN = 0.05
"""Chance that a verdict of "not luck" is given at all, in any market, where there is no difference."""


@dataclass(frozen=True)
class Trial:
    """What a trial found; shown, it speaks in sentences.

    ``frame``: the idea less its rival, one row a market and measure, with ``p_value`` and ``verdict`` beside the columns of every
    experiment. ``samples``: the measures of both on every path.
    """

    frame: pd.DataFrame
    samples: pd.DataFrame
    asked: int

    def __str__(self) -> str:
        lines = []
        for market, part in self.frame.groupby("market", sort=False):
            row = part[part["measure"] == "sharpe"].iloc[0]
            side = "above" if row["estimate"] >= 0 else "below"
            lines.append(
                f"{market}: the idea's Sharpe ratio is {abs(row['estimate']):.3f} ± {row['standard_error']:.3f} {side} its rival's "
                f"({row['n']} markets): {row['verdict']}."
            )
        if (done := int(self.frame["n"].max())) < self.asked:
            lines.append(f"Interrupted: {done} of {self.asked} markets.")
        return "\n".join(lines)

    __repr__ = __str__


def position_equity(frame: pd.DataFrame, positions: ArrayLike, *, equity: float = 100_000.0, cost_bps: float = 5.0) -> pd.Series:
    """Equity at each close of holding ``positions``, fractions of equity decided at a close and traded at the next open.

    The position decided at the close of row t is held from the open of row t + 1 to that of row t + 2; ``cost_bps`` a side on what
    is traded. An account that loses everything stays at 0. ValueError for positions that are not one finite number a row.
    """
    wanted = np.asarray(positions, dtype=float)
    if wanted.shape != (len(frame),) or not np.isfinite(wanted).all():
        raise ValueError(f"the positions have shape {wanted.shape} or are not finite; expected {len(frame)} finite numbers, one a row")
    opens, closes = frame["open"].to_numpy(float), frame["close"].to_numpy(float)
    overnight, by_day = np.concatenate([[0.0, 0.0], wanted[:-2]]), np.concatenate([[0.0], wanted[:-1]])
    gap = np.concatenate([[0.0], opens[1:] / closes[:-1] - 1.0])
    growth = (1.0 + overnight * gap) * (1.0 - cost_bps / 10_000 * np.abs(by_day - overnight)) * (1.0 + by_day * (closes / opens - 1.0))
    alive = np.minimum.accumulate(growth > 0)
    return pd.Series(equity * np.cumprod(np.where(alive, growth, 0.0)), index=frame.index, name="equity")


def check_no_look_ahead(idea: Positions, frame: pd.DataFrame) -> None:
    """ValueError if positions change once later rows are hidden: then the idea looks at what it cannot know."""
    whole = np.asarray(idea(frame.copy()), dtype=float)
    for rows in (len(frame) * 3 // 4, len(frame) - 1):
        part = np.asarray(idea(frame.iloc[:rows].copy()), dtype=float)
        if part.shape != (rows,):
            raise ValueError(f"the idea gives positions of shape {part.shape} for {rows} rows; expected one number a row")
        changed = np.flatnonzero(~np.isclose(part, whole[:rows], rtol=1e-9, atol=1e-12, equal_nan=True))
        if changed.size:
            raise ValueError(
                f"the position of row {changed[0]} changes when rows from {rows} on are hidden; "
                "expected positions that depend on their own row and earlier ones only"
            )


def _runner(idea: Idea, settings: Mapping[str, Any]) -> Callable[[pd.DataFrame], pd.Series]:
    if inspect.isclass(idea):
        if not issubclass(idea, PyramidingStrategy):
            raise ValueError(f"{idea.__name__} is no PyramidingStrategy; expected a subclass of it, or a function of an OHLC frame")
        return lambda frame: run_pyramid_backtest(frame, **{**settings, "strategy": idea}).equity
    if not callable(idea):
        raise ValueError(f"the idea is {idea!r}; expected a subclass of PyramidingStrategy or a function of an OHLC frame")
    costs = {name: settings[name] for name in ("equity", "cost_bps") if name in settings}
    return lambda frame: position_equity(frame, idea(frame.copy()), **costs)


def experiment(
    strategy: Idea,
    *,
    against: Idea = PyramidingStrategy,
    markets: Markets = TRIAL_MARKETS,
    paths: int = 300,
    bars: int = 500,
    seed: Seed = 0,
    progress: mc.Progress | None = None,
    **settings: Any,
) -> Trial:
    """Put ``strategy`` on trial ``against`` another one, on the same ``paths`` random markets of each kind.

    Either is a subclass of :class:`phase6.pyramiding.PyramidingStrategy`, run by :func:`phase6.pyramiding.run_pyramid_backtest`
    with ``settings``; or a function that takes an OHLC frame and returns one position a row, a fraction of equity (see
    :func:`position_equity`), refused if it looks ahead. The verdict is "not luck" where a two-sided test of the mean difference is
    beyond `CERTAIN`, divided by the number of markets tried (Bonferroni). Interrupted from the keyboard, it judges the markets done.
    """
    paths = valid.count("paths", paths, at_least=30)
    runs = {"idea": _runner(strategy, settings), "rival": _runner(against, settings)}
    together = {each for each, idea in (("idea", strategy), ("rival", against)) if idea is PyramidingStrategy}
    if not markets:
        raise ValueError("markets is empty; expected at least one name with its regime and options")
    cells: list[tuple[str, int, str, dict[str, float]]] = []
    kinds = {name: mc.make_paths(regime, paths, bars, seed=seed, **options) for name, (regime, options) in markets.items()}
    for idea in (strategy, against):
        if not inspect.isclass(idea):
            check_no_look_ahead(idea, next(iter(kinds.values())).frame(0))
    known = {name: mc.run_pyramids(market, **settings).equity for name, market in kinds.items()} if together else {}
    done = 0
    try:
        for path in range(paths):
            found = []
            for name, market in kinds.items():
                frame = market.frame(path)
                for each, run in runs.items():
                    equity = pd.Series(known[name][:, path], index=frame.index) if each in together else run(frame)
                    found.append((name, path, each, summarise(equity)))
            cells += found
            done = path + 1
            if progress:
                progress(done, paths)
    except KeyboardInterrupt:
        if done < 30:
            raise
    samples = pd.DataFrame([{"market": name, "path": path, "rule": each, **measures} for name, path, each, measures in cells])
    return Trial(_judged(samples, len(kinds)), samples, paths)


def _judged(samples: pd.DataFrame, tests: int) -> pd.DataFrame:
    rows = []
    for market in samples["market"].unique():
        mine = samples[samples["market"] == market]
        for measure in TRIAL_MEASURES:
            table = mine.pivot(index="path", columns="rule", values=measure)
            gain = (table["idea"].fillna(0.0) - table["rival"].fillna(0.0)).to_numpy()
            figures = spread(gain)
            error = figures["standard_error"]
            distance = abs(figures["estimate"]) / error if error > 0 else (math.inf if figures["estimate"] else 0.0)
            p_value = math.erfc(distance / math.sqrt(2.0))
            judged = {"p_value": p_value, "verdict": _verdict(distance, p_value, tests, gain)}
            rows.append({"market": market, "measure": measure, **figures, **judged})
    return pd.DataFrame(rows)


def _verdict(distance: float, p_value: float, tests: int, gain: np.ndarray) -> str:
    if not gain.any():
        return "they are the same"
    if p_value * tests < CERTAIN:
        return f"not luck ({distance:.1f} standard errors)"
    return f"could be luck ({distance:.1f} standard errors)"
