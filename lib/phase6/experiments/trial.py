"""Put an idea on trial.

Run it and a rival on the same random markets, and say whether the difference could be luck. Every
idea tried is counted, for as long as the kernel runs: who tries twenty finds one that looks real by
luck alone. The first idea may be called real with a chance of `verdicts.CERTAIN`/2 where it is not,
the k-th with 1/(k(k + 1)) of it, all together with no more than the whole. To run the same idea on
the same markets again counts nothing; another seed does. What looks real can be confirmed on
markets that nobody has seen: :meth:`Trial.confirm`.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import simulation as mc
from phase6.experiments.ideas import Idea, check_no_look_ahead, fingerprint, runner
from phase6.experiments.pyramids import PYRAMID_MARKETS
from phase6.experiments.verdicts import CERTAIN, MEASURES, allowance, differences, judged, markets_needed
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest
from phase6.seeds import Seed, branch, seed_sequence
from phase6.simulation.measures import PATH_MEASURES, path_measures

TRIAL_MARKETS: mc.Markets = {
    name: PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5", "range, 60 days", "fat tails", "volatility clusters")
}
_EXAMPLE = '{"strong trend": ("trend", {"drift_sharpe": 2.5})}'
MANY = 1e6
"""Markets beyond which a difference is not worth looking for."""
FEWEST = 30
"""Markets below which nothing is judged."""
WIDTH = 110
"""Longest line of a report."""
CONFIRMING = 2**31 + 1
"""Branch of a seed on which an idea is confirmed."""

_tried: dict[str, int] = {}
"""Number of every idea tried in this session, by what it is and where it was tried."""


def ideas_tried() -> int:
    """How many ideas were put on trial since the kernel started, or since :func:`forget_ideas`."""
    return len(_tried)


def forget_ideas() -> None:
    """Begin to count anew: for a question that has nothing to do with those before."""
    _tried.clear()


@dataclass(frozen=True)
class Trial:
    """What a trial found; shown, it speaks in sentences.

    ``frame``: each idea less its rival, one row an idea, market and measure, with ``p_value``,
    ``adjusted`` (Holm, over all rows) and ``verdict`` beside the columns of every experiment.
    ``samples``: the measures of all rules on every path. ``allowed``: the chance that any verdict
    is "not luck" where there is no difference. ``numbers``: the ideas' places among all tried in
    this session.
    """

    frame: pd.DataFrame
    samples: pd.DataFrame
    asked: int
    allowed: float = CERTAIN
    numbers: tuple[int, ...] = ()
    confirms: bool = False
    again: Callable[[int | None, list[str]], "Trial"] | None = field(default=None, repr=False)

    @property
    def real(self) -> pd.DataFrame:
        """The rows whose verdict is "not luck"."""
        return self.frame[self.frame["verdict"].str.startswith("not luck")]

    def confirm(self, *, paths: int | None = None) -> "Trial":
        """The same ideas on as many fresh markets, or on ``paths`` of them.

        Their seed follows from the trial's, so that there is no second choice of luck. Only ideas
        with a verdict of "not luck" are run again; ValueError where there is none.
        """
        if self.again is None or not len(self.real):
            raise ValueError("no verdict of this trial is \"not luck\"; expected one to confirm")
        return self.again(paths, self.real["idea"].unique().tolist())

    def __str__(self) -> str:
        lines = []
        named = self.frame["idea"].nunique() > 1 if "idea" in self.frame else False
        for case, part in self.frame.groupby(["idea", "market"] if named else ["market"], sort=False):
            market = str(case[-1])
            who = str(case[0]) if named else "the idea"
            lines += [self._sentence(f"{who} in {market}" if named else market, who, part), *self._others(part)]
            lines += self._warnings(market, str(part["idea"].iloc[0]) if "idea" in part else "idea")
        if (done := int(self.frame["n"].max())) < self.asked:
            lines.append(f"Interrupted: {done} of {self.asked} markets.")
        return "\n".join(_wrapped(line) for line in [*lines, *self._footer()])

    def _sentence(self, where: str, who: str, part: pd.DataFrame) -> str:
        row = part.set_index("measure").loc["sharpe"]
        side = "above" if row["estimate"] >= 0 else "below"
        line = (
            f"{where}: the pooled Sharpe ratio of {who} is {abs(row['estimate']):.3f} ± {row['standard_error']:.3f} {side} "
            f"its rival's ({row['n']} markets): {row['verdict']}."
        )
        needed = markets_needed(row, self.allowed, len(self.frame)) if row["verdict"].startswith("could") else np.inf
        return line + (f" If it is real, about {needed:,.0f} markets would show it." if needed <= MANY else "")

    def _others(self, part: pd.DataFrame) -> list[str]:
        """The mean differences of return and drawdown."""
        names = {"total_return": "total return", "max_drawdown": "largest drawdown"}
        said = [
            f"{names[row['measure']]} {100 * row['estimate']:+.2f} ± {100 * row['standard_error']:.2f} %: {row['verdict']}"
            for _, row in part.iterrows()
            if row["measure"] in names
        ]
        return [f"    {'; '.join(said)}."] if said else []

    def _warnings(self, market: str, idea: str) -> list[str]:
        """What makes a comparison less than it seems: no trade, or ruin."""
        lines = []
        for who, rule in (("idea", idea), ("rival", "rival")):
            mine = self.samples[(self.samples["market"] == market) & (self.samples["rule"] == rule)]
            if idle := int((mine["volatility"] == 0).sum()):
                lines.append(f"    The {who} never traded on {idle} of the {len(mine)} markets; its returns there count as 0.")
            if lost := int((mine["total_return"] <= -1).sum()):
                lines.append(f"    The {who} lost everything on {lost} of the {len(mine)} markets.")
        return lines

    def _footer(self) -> list[str]:
        """How the verdicts were corrected, and what to do with them."""
        if self.confirms:
            return [f"A confirmation on fresh markets: {len(self.frame)} verdicts, corrected together (Holm) at {self.allowed:.1%}."]
        if not self.numbers:
            return []
        several = len(self.numbers) > 1
        which = f"{len(self.numbers)} ideas, the last number {self.numbers[-1]}" if several else f"idea {self.numbers[0]}"
        line = f"This was {which} of this session: {len(self.frame)} verdicts, corrected together (Holm) at {self.allowed:.2%}."
        return [line, *(["Confirm it on markets that nobody has seen: .confirm()"] if len(self.real) else [])]

    __repr__ = __str__


def _wrapped(line: str) -> str:
    """A line of the report, broken between words.

    A notebook breaks what is too long within words.
    """
    return "\n".join(textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False))


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
    strategy: Idea | Mapping[str, Idea],
    *,
    against: Idea = PyramidingStrategy,
    markets: mc.Markets = TRIAL_MARKETS,
    paths: int = 300,
    bars: int = 500,
    seed: Seed = 0,
    progress: mc.Progress | None = None,
    **settings: Any,
) -> Trial:
    """Put ideas on trial ``against`` another one on the same random markets.

    Compared are the pooled Sharpe ratio and the means of return and largest drawdown, in pairs; the
    verdict is "not luck" where a two-sided test, corrected for all verdicts of the trial (Holm), is
    beyond what the ideas are allowed (module's text). Interrupted from the keyboard, it judges the
    markets done.

    Parameters
    ----------
    strategy : idea, or mapping of str to idea
        An idea is a subclass of :class:`phase6.pyramiding.PyramidingStrategy`, run by
        :func:`phase6.pyramiding.run_pyramid_backtest`; or a function that takes an OHLC frame and
        returns one position a row, a fraction of equity (see
        :func:`phase6.experiments.ideas.position_equity`).
    against : idea
        The rival.
    markets : mapping
        Regime and options by name.
    paths : int
        Markets of each kind.
    bars, seed
        Length of the markets, and their seed.
    progress : callable, optional
        Called with (paths done, paths asked for).
    **settings : Any
        Of the backtest.

    Raises
    ------
    ValueError
        For an idea that looks ahead, raises, or returns what is no position: it names the market
        and keeps the traceback. For a value out of range.
    """
    ideas = dict(strategy) if isinstance(strategy, Mapping) else {"idea": strategy}
    if not ideas or "rival" in ideas:
        raise ValueError(f"the ideas are {list(ideas)}; expected at least one name, and none that is 'rival'")
    paths = valid.count("paths", paths, at_least=FEWEST)
    _settings(settings)
    if not isinstance(markets, Mapping) or not markets:
        raise ValueError(f"markets is {markets!r}; expected at least one name with its regime and options, like {_EXAMPLE}")
    root = seed_sequence(seed)
    rules = {**ideas, "rival": against}
    equities = _run(rules, markets, paths=paths, bars=bars, seed=root, progress=progress, settings=settings)
    place = repr((fingerprint(against), sorted(settings.items()), markets, paths, bars, root.entropy, root.spawn_key))
    numbers = tuple(_tried.setdefault(fingerprint(idea) + place, len(_tried) + 1) for idea in ideas.values())

    def again(more: int | None, names: list[str]) -> Trial:
        chosen = {**{name: ideas[name] for name in names}, "rival": against}
        wanted = paths if more is None else valid.count("paths", more, at_least=FEWEST)
        found = _run(chosen, markets, paths=wanted, bars=bars, seed=branch(root, CONFIRMING), progress=progress, settings=settings)
        return Trial(*_compared(found), wanted, CERTAIN, confirms=True)

    allowed = allowance(numbers)
    return Trial(*_compared(equities, allowed), paths, allowed, numbers, again=again)


Equities = dict[str, dict[str, mc.Array]]
"""By market and rule: equities of shape (bars, paths)."""


def _compared(equities: Equities, allowed: float = CERTAIN) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The judged differences of every idea from its rival, and all measures on every path."""
    names = [name for name in next(iter(equities.values())) if name != "rival"]
    cases = []
    for name in names:
        for market, of_market in equities.items():
            found = differences(of_market[name], of_market["rival"])
            cases += [({"idea": name, "market": market, "measure": each}, found[each]) for each in MEASURES]
    tables = []
    for market, of_market in equities.items():
        for rule, equity in of_market.items():
            table = pd.DataFrame(dict(zip(PATH_MEASURES, path_measures(equity), strict=True)))
            tables.append(table.assign(market=market, path=np.arange(len(table)), rule=rule))
    return judged(cases, allowed), pd.concat(tables, ignore_index=True)


def _refuse_look_ahead(rules: Mapping[str, Idea], kinds: Mapping[str, mc.Paths]) -> None:
    """Look for look-ahead in every function of a frame, on the first path of every market.

    Classes of strategies cannot have it.
    """
    for who, idea in rules.items():
        for name, market in kinds.items():
            if not isinstance(idea, type):
                try:
                    check_no_look_ahead(idea, market.frame(0))
                except Exception as error:
                    raise _failed(who, name, 0, error) from error


def _run(
    rules: Mapping[str, Idea],
    markets: mc.Markets,
    *,
    paths: int,
    bars: int,
    seed: np.random.SeedSequence,
    progress: mc.Progress | None,
    settings: Mapping[str, Any],
) -> Equities:
    """Equities of every rule on every path.

    Where it is interrupted after `FEWEST` paths, they are those of the paths done.
    """
    runs = {who: runner(idea, settings) for who, idea in rules.items()}
    kinds = {name: mc.make_paths(regime, paths, bars, seed=seed, **options) for name, (regime, options) in markets.items()}
    _refuse_look_ahead(rules, kinds)
    together = {who for who, idea in rules.items() if idea is PyramidingStrategy}
    equities: Equities = {}
    for name, market in kinds.items():
        at_once = mc.run_pyramids(market, **settings).equity if together else np.empty(0)
        equities[name] = {who: at_once if who in together else np.empty((bars, paths)) for who in rules}
    done = 0
    try:
        for path in range(paths):
            for name, market in kinds.items():
                frame = market.frame(path)
                for who in (each for each in rules if each not in together):
                    try:
                        equities[name][who][:, path] = runs[who](frame).to_numpy()
                    except Exception as error:
                        raise _failed(who, name, path, error) from error
            done = path + 1
            if progress:
                progress(done, paths)
    except KeyboardInterrupt:
        if done < FEWEST:
            raise
    return {name: {who: equity[:, :done] for who, equity in of_market.items()} for name, of_market in equities.items()}
