"""Ways out of one trade, each over thousands of markets: what an exit policy changes when there is an edge, and when there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6 import montecarlo as mc
from phase6.experiments._tidy import share, spread, tidy
from phase6.market import Seed
from phase6.scaling import EXIT_POLICIES

EXIT_MARKETS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "random walk": ("random walk", {}),
    "strong trend": ("trend", {"drift_sharpe": 2.5}),
    "range, 60 days": ("range", {"half_life": 60.0}),
    "range, 20 days": ("range", {"half_life": 20.0}),
}
"""Markets by name: regime and its options."""

ENTRY = 50
"""Bar of the entry: the first at whose previous close the 50-day average is warmed up."""
LEFT = 1e-12


def exit_r_paths(
    paths: mc.Paths,
    *,
    policy: str,
    side: mc.Array,
    atr: mc.Array,
    atr_stop_mult: float = 2.0,
    target_atr: float = 2.0,
    parts: int = 4,
    cost_bps: float = 0.0,
) -> mc.Array:
    """:func:`phase6.scaling.exit_r_multiple` on every path: entered at the first open, one ``side`` (±1) and ``atr`` a path."""
    valid.choice("policy", policy, EXIT_POLICIES)
    entry, distance = paths.opens[0], atr_stop_mult * atr
    stop = entry - side * distance
    if policy == "target":
        reach, portion = [target_atr], 1.0
    elif policy == "quarter per ATR":
        reach, portion = [float(number + 1) for number in range(parts)], 1.0 / parts
    else:
        reach, portion = [], 0.0
    targets = [entry + side * step * atr for step in reach]
    left, gain, traded = np.ones(paths.count), np.zeros(paths.count), entry.copy()
    taken = np.zeros(paths.count, dtype=np.int64)
    long = side > 0

    def leave(which: np.ndarray, part: mc.Array, price: mc.Array) -> None:
        nonlocal gain, traded, left
        part = np.where(which, part, 0.0)
        gain = gain + part * side * (price - entry)
        traded = traded + part * price
        left = left - part

    def take(price: mc.Array, *, at_target: bool) -> None:
        for number, target in enumerate(targets):
            which = (taken == number) & (left > LEFT) & (side * (price - target) >= 0)
            if which.any():
                leave(which, np.minimum(portion, left), target if at_target else price)
                taken[which] += 1

    for bar in range(paths.bars):
        opening, highs, lows = paths.opens[bar], paths.highs[bar], paths.lows[bar]
        far, near = np.where(long, highs, lows), np.where(long, lows, highs)
        if bar:
            take(opening, at_target=False)
        hit = (left > LEFT) & (side * (near - stop) <= 0)
        leave(hit, left, np.where(side * (opening - stop) <= 0, opening, stop))
        take(far, at_target=True)
        left = np.where(left > LEFT, left, 0.0)
        if not left.any():
            break
        if policy == "trailing":
            stop = side * np.maximum(side * stop, side * paths.closes[bar] - distance)
    leave(left > 0, left, paths.closes[-1])
    return (gain - cost_bps / 10_000 * traded) / distance


def exit_samples(
    market: str = "strong trend",
    *,
    paths: int = 10_000,
    horizon: int = 80,
    policies: Sequence[str] = EXIT_POLICIES,
    side: int | None = None,
    seed: Seed = 0,
    markets: Mapping[str, tuple[str, Mapping[str, Any]]] = EXIT_MARKETS,
    **rules: Any,
) -> pd.DataFrame:
    """R multiples, one row a market and one column a policy: the same entry under each.

    Entered at the open of bar `ENTRY` on the side of the 20- against the 50-day average at the close before (or on ``side``), held for
    at most ``horizon`` bars. ``rules`` go to :func:`exit_r_paths`.
    """
    regime, options = markets[valid.choice("market", market, markets)]
    horizon = valid.count("horizon", horizon, at_least=2)
    if side not in (None, 1, -1):
        raise ValueError(f"side is {side!r}; expected +1 for long, -1 for short, or None for the side of the trend")
    whole = mc.make_paths(regime, paths, ENTRY + horizon, seed=seed, workers=2, **options)
    signals = mc.make_signals(whole)
    way = signals.trend[ENTRY - 1].astype(float) if side is None else np.full(paths, float(side))
    window = mc.Paths(whole.opens[ENTRY:], whole.highs[ENTRY:], whole.lows[ENTRY:], whole.closes[ENTRY:])
    ranges = signals.atr[ENTRY - 1]
    entered = way != 0
    table = {name: exit_r_paths(window, policy=name, side=way, atr=ranges, **rules)[entered] for name in policies}
    return pd.DataFrame(table)


def exit_policies(
    markets: Mapping[str, tuple[str, Mapping[str, Any]]] = EXIT_MARKETS,
    *,
    paths: int = 10_000,
    horizon: int = 80,
    policies: Sequence[str] = EXIT_POLICIES,
    seed: Seed = 0,
    **rules: Any,
) -> pd.DataFrame:
    """Mean R multiple, win rate and spread of every exit policy in every market.

    Columns: market, policy, measure (R multiple, win rate, better than hold), then those of every experiment. "better than hold"
    is the difference on the same market, so that its error is that of the comparison.
    """
    rows = []
    for market in markets:
        sample = exit_samples(market, paths=paths, horizon=horizon, policies=policies, seed=seed, markets=markets, **rules)
        for policy in policies:
            case = {"market": market, "policy": policy}
            rows.append(({**case, "measure": "R multiple"}, spread(sample[policy])))
            rows.append(({**case, "measure": "win rate"}, share(sample[policy] > 0)))
            if policy != "hold" and "hold" in policies:
                rows.append(({**case, "measure": "better than hold"}, spread(sample[policy] - sample["hold"])))
    return tidy(rows)
