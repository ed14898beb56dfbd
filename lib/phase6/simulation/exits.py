"""One trade's way out by every policy of :mod:`phase6.exits`, on many markets at once."""

import numpy as np

from phase6 import _validation as valid
from phase6.exits import EXIT_POLICIES, LEFT
from phase6.simulation.paths import Array, Paths


def exit_r_paths(
    paths: Paths,
    *,
    policy: str,
    side: Array,
    atr: Array,
    atr_stop_mult: float = 2.0,
    target_atr: float = 2.0,
    parts: int = 4,
    cost_bps: float = 0.0,
) -> Array:
    """:func:`phase6.exits.exit_r_multiple` on every path, entered at the first open.

    Parameters
    ----------
    paths : Paths
        Bars from the entry on.
    policy : str
        One of :data:`phase6.exits.EXIT_POLICIES`; the other arguments as there.
    side, atr : array of shape (paths,)
        +1 or −1, and what the stop and the targets are measured in.

    Returns
    -------
    array of shape (paths,)
        R multiples.
    """
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

    def leave(which: np.ndarray, part: Array, price: Array) -> None:
        nonlocal gain, traded, left
        part = np.where(which, part, 0.0)
        gain = gain + part * side * (price - entry)
        traded = traded + part * price
        left = left - part

    def take(price: Array, *, at_target: bool) -> None:
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
    multiples: Array = (gain - cost_bps / 10_000 * traded) / distance
    return multiples
