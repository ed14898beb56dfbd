"""Put an idea on trial: run it and a rival on the same random markets, and say whether the difference could be luck."""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments._tidy import spread
from phase6.experiments.pyramids import PYRAMID_MARKETS, Markets
from phase6.market import Seed
from phase6.metrics import summarise
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest

Positions = Callable[[pd.DataFrame], ArrayLike]
Idea = type[PyramidingStrategy] | Positions

TRIAL_MARKETS: Markets = {name: PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5", "range, 60 days")}
_EXAMPLE = '{"strong trend": ("trend", {"drift_sharpe": 2.5})}'
TRIAL_MEASURES = ("sharpe", "total_return", "max_drawdown")
CERTAIN = 0.05
"""Chance that a verdict of "not luck" is given at all, in any market, where there is no difference."""


MANY = 1e6
"""Markets beyond which a difference is not worth looking for."""


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
        tests = self.frame["market"].nunique()
        for market, part in self.frame.groupby("market", sort=False):
            row = part.set_index("measure").loc["sharpe"]
            side = "above" if row["estimate"] >= 0 else "below"
            line = (
                f"{market}: the idea's Sharpe ratio is {abs(row['estimate']):.3f} ± {row['standard_error']:.3f} {side} its rival's "
                f"({row['n']} markets): {row['verdict']}."
            )
            if row["verdict"].startswith("could") and (needed := _needed(row, tests)) <= MANY:
                line += f" If it is real, about {needed:,.0f} markets would show it."
            lines += [line, *self._warnings(str(market))]
        if (done := int(self.frame["n"].max())) < self.asked:
            lines.append(f"Interrupted: {done} of {self.asked} markets.")
        return "\n".join(lines)

    def _warnings(self, market: str) -> list[str]:
        """What makes a comparison less than it seems: no trade, or ruin."""
        lines = []
        for who, rule in (("idea", "idea"), ("rival", "rival")):
            mine = self.samples[(self.samples["market"] == market) & (self.samples["rule"] == rule)]
            if idle := int((mine["volatility"] == 0).sum()):
                lines.append(f"    The {who} never traded on {idle} of the {len(mine)} markets; its Sharpe ratio there counts as 0.")
            if lost := int((mine["total_return"] <= -1).sum()):
                lines.append(f"    The {who} lost everything on {lost} of the {len(mine)} markets.")
        return lines

    __repr__ = __str__


def position_equity(frame: pd.DataFrame, positions: ArrayLike, *, equity: float = 100_000.0, cost_bps: float = 5.0) -> pd.Series:
    """Equity at each close of holding ``positions``, fractions of equity decided at a close and traded at the next open.

    The position decided at the close of row t is held from the open of row t + 1 to that of row t + 2; ``cost_bps`` a side on what
    is traded. An account that loses everything stays at 0. ValueError for positions that are not one finite number a row.
    """
    wanted = _numbers(positions, len(frame))
    if unknown := np.flatnonzero(~np.isfinite(wanted)).tolist():
        raise ValueError(
            f"{len(unknown)} positions are not finite, the first in row {unknown[0]}; expected a finite number a row: 0 where nothing "
            "is known yet, for instance by .fillna(0)"
        )
    opens, closes = frame["open"].to_numpy(float), frame["close"].to_numpy(float)
    overnight, by_day = np.concatenate([[0.0, 0.0], wanted[:-2]]), np.concatenate([[0.0], wanted[:-1]])
    gap = np.concatenate([[0.0], opens[1:] / closes[:-1] - 1.0])
    growth = (1.0 + overnight * gap) * (1.0 - cost_bps / 10_000 * np.abs(by_day - overnight)) * (1.0 + by_day * (closes / opens - 1.0))
    alive = np.minimum.accumulate(growth > 0)
    return pd.Series(equity * np.cumprod(np.where(alive, growth, 0.0)), index=frame.index, name="equity")


def _numbers(positions: ArrayLike, rows: int) -> np.ndarray:
    try:
        found = np.asarray(positions, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"the positions are {positions!r:.60}; expected {rows} finite numbers, one a row") from None
    if found.shape != (rows,):
        raise ValueError(f"the positions have shape {found.shape}; expected {rows} finite numbers, one a row")
    return found


def check_no_look_ahead(idea: Positions, frame: pd.DataFrame) -> None:
    """ValueError if positions change once later rows are hidden: then the idea looks at what it cannot know."""
    whole, again = (_numbers(idea(frame.copy()), len(frame)) for _ in range(2))
    if not np.array_equal(whole, again, equal_nan=True):
        raise ValueError("asked twice about one market, the idea gives other positions; expected the same (a seed for its randomness)")
    for rows in (len(frame) // 2, len(frame) * 3 // 4, len(frame) - 1):
        part = _numbers(idea(frame.iloc[:rows].copy()), rows)
        changed = np.flatnonzero(~np.isclose(part, whole[:rows], rtol=1e-9, atol=1e-12, equal_nan=True))
        if changed.size:
            raise ValueError(
                f"the position of row {changed[0]} changes when rows from {rows} on are hidden; "
                "expected positions that depend on their own row and earlier ones only"
            )


def _watched(idea: type[PyramidingStrategy]) -> type[PyramidingStrategy]:
    """The same strategy; a side or a quantity that cannot be one is refused where it is given."""

    class Watched(idea):  # type: ignore[misc, valid-type]
        def should_enter(self, fast_ma: float, slow_ma: float) -> int:
            side = super().should_enter(fast_ma, slow_ma)
            if side not in (1, -1, 0):
                raise ValueError(f"should_enter returned {side!r}; expected +1 for long, -1 for short, or 0")
            return side

        def level_quantity(self, price: float, atr_val: float) -> float:
            quantity = super().level_quantity(price, atr_val)
            if not (isinstance(quantity, (int, float, np.number)) and 0 <= quantity < math.inf):
                raise ValueError(f"level_quantity returned {quantity!r}; expected a finite number, 0 or more")
            return float(quantity)

    Watched.__name__ = idea.__name__
    return Watched


def _runner(idea: Idea, settings: Mapping[str, Any]) -> Callable[[pd.DataFrame], pd.Series]:
    if inspect.isclass(idea):
        if not issubclass(idea, PyramidingStrategy):
            raise ValueError(f"{idea.__name__} is no PyramidingStrategy; expected a subclass of it, or a function of an OHLC frame")
        watched = _watched(idea)
        return lambda frame: run_pyramid_backtest(frame, **{**settings, "strategy": watched}).equity
    if not callable(idea):
        raise ValueError(f"the idea is {idea!r}; expected a subclass of PyramidingStrategy or a function of an OHLC frame")
    costs = {name: settings[name] for name in ("equity", "cost_bps") if name in settings}
    return lambda frame: position_equity(frame, idea(frame.copy()), **costs)


def _settings(settings: Mapping[str, Any]) -> None:
    known = [name for name in inspect.signature(run_pyramid_backtest).parameters if name not in ("df", "strategy")]
    if unknown := [name for name in settings if name not in known]:
        raise ValueError(f"{unknown[0]} is no setting; expected one of {', '.join(known)}")


def _failed(who: str, market: str, path: int, error: Exception) -> ValueError:
    where = f"(the {who}, on path {path} of {market!r})"
    if isinstance(error, ValueError):
        return ValueError(f"{error} {where}")
    return ValueError(f"{type(error).__name__}: {error} {where}; expected an idea that runs on every market")


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
    An idea that raises, or returns what is no position, is refused with ValueError that names the market and keeps its traceback.
    """
    paths = valid.count("paths", paths, at_least=30)
    _settings(settings)
    runs = {"idea": _runner(strategy, settings), "rival": _runner(against, settings)}
    together = {each for each, idea in (("idea", strategy), ("rival", against)) if idea is PyramidingStrategy}
    if not isinstance(markets, Mapping) or not markets:
        raise ValueError(f"markets is {markets!r}; expected at least one name with its regime and options, like {_EXAMPLE}")
    cells: list[tuple[str, int, str, dict[str, float]]] = []
    kinds = {name: mc.make_paths(regime, paths, bars, seed=seed, **options) for name, (regime, options) in markets.items()}
    for who, idea in (("idea", strategy), ("rival", against)):
        if isinstance(idea, type):
            continue
        for name, market in kinds.items():
            try:
                check_no_look_ahead(idea, market.frame(0))
            except Exception as error:
                raise _failed(who, name, 0, error) from error
    known = {name: mc.run_pyramids(market, **settings).equity for name, market in kinds.items()} if together else {}
    done = 0
    try:
        for path in range(paths):
            found = []
            for name, market in kinds.items():
                frame = market.frame(path)
                for each, run in runs.items():
                    try:
                        equity = pd.Series(known[name][:, path], index=frame.index) if each in together else run(frame)
                    except Exception as error:
                        raise _failed(each, name, path, error) from error
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


def _needed(row: pd.Series, tests: int) -> float:
    """Markets on which a difference of this size would be told from luck in one trial of two."""
    distance = abs(row["estimate"]) / row["standard_error"]
    beyond = NormalDist().inv_cdf(1.0 - CERTAIN / tests / 2.0)
    return math.inf if distance == 0 else float(row["n"]) * (beyond / distance) ** 2


def _verdict(distance: float, p_value: float, tests: int, gain: np.ndarray) -> str:
    if not gain.any():
        return "they are the same"
    if p_value * tests < CERTAIN:
        return f"not luck ({distance:.1f} standard errors)"
    return f"could be luck ({distance:.1f} standard errors)"
