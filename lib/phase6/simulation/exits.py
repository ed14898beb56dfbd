"""One trade's way out by every policy of :mod:`phase6.exits`, on many markets at once."""

import numpy as np
from numpy.typing import NDArray

from phase6.exits import LEFT, check_exit
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
        One of :data:`phase6.exits.EXIT_POLICIES`.
    side, atr : array of shape (paths,)
        +1 or −1, and what the stop and the targets are measured in.
    atr_stop_mult, target_atr, parts, cost_bps
        As there.

    Returns
    -------
    array of shape (paths,)
        R multiples.

    Raises
    ------
    ValueError
        For an unknown policy, or a rule out of range; ``side`` and ``atr`` are not checked.
    """
    check_exit(policy, atr_stop_mult, target_atr, parts, cost_bps)
    distance = atr_stop_mult * atr
    steps, portion = _steps(policy, target_atr, parts)
    trades = _Trades(paths.opens[0], side, distance, [step * atr for step in steps], portion)
    for bar in range(paths.bars):
        trades.walk(paths, bar)
        if not trades.left.any():
            break
        if policy == "trailing":
            trades.trail(paths.closes[bar])
    trades.sell(trades.left > 0, trades.left, paths.closes[-1])
    multiples: Array = (trades.gain - cost_bps / 10_000 * trades.traded) / distance
    return multiples


def _steps(policy: str, target_atr: float, parts: int) -> tuple[list[float], float]:
    """Targets of a policy in ATR of gain, nearest first, and the part sold at each."""
    if policy == "target":
        return [target_atr], 1.0
    if policy == "quarter per ATR":
        return [float(number + 1) for number in range(parts)], 1.0 / parts
    return [], 0.0


class _Trades:
    """One unit entered on every path: one array of shape (paths,) for each part of its state."""

    def __init__(self, entry: Array, side: Array, distance: Array, gains: list[Array], portion: float) -> None:
        self.entry, self.side, self.distance, self.portion = entry, side, distance, portion
        self.long = side > 0
        self.stop = entry - side * distance
        self.targets = [entry + side * gain for gain in gains]
        self.taken = np.zeros(entry.size, dtype=np.int64)
        self.left, self.gain, self.traded = np.ones(entry.size), np.zeros(entry.size), entry.copy()

    def walk(self, paths: Paths, bar: int) -> None:
        """One bar: targets passed at the open, then the stop, then targets touched."""
        opening, highs, lows = paths.opens[bar], paths.highs[bar], paths.lows[bar]
        far, near = np.where(self.long, highs, lows), np.where(self.long, lows, highs)
        if bar:
            self.take(opening, at_target=False)
        self.stop_out(opening, near)
        self.take(far, at_target=True)
        self.left *= self.left > LEFT

    def take(self, price: Array, *, at_target: bool) -> None:
        """Sell a part at each target that a price has reached: at the target, or at the price."""
        for number, target in enumerate(self.targets):
            which = (self.taken == number) & (self.left > LEFT) & (self.side * (price - target) >= 0)
            if which.any():
                self.sell(which, np.minimum(self.portion, self.left), target if at_target else price)
                self.taken += which

    def stop_out(self, opening: Array, near: Array) -> None:
        """Sell what is left where a bar touches the stop: at the stop, or at an open beyond it."""
        hit = (self.left > LEFT) & (self.side * (near - self.stop) <= 0)
        self.sell(hit, self.left, np.where(self.side * (opening - self.stop) <= 0, opening, self.stop))

    def sell(self, which: NDArray[np.bool_], part: Array, price: Array) -> None:
        """Sell a part on some paths."""
        part = np.where(which, part, 0.0)
        self.gain += part * self.side * (price - self.entry)
        self.traded += part * price
        self.left -= part

    def trail(self, closes: Array) -> None:
        """Move the stop up behind a close, never down."""
        self.stop = self.side * np.maximum(self.side * self.stop, self.side * closes - self.distance)
