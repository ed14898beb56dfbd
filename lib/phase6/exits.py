"""Ways out of one trade.

Hold it, sell at a target, sell in parts, or move the stop up behind the price.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.indicators import atr, ema

EXIT_POLICIES = ("hold", "target", "quarter per ATR", "trailing")
LEFT = 1e-12
"""Part of the position below which nothing is left: the rounding of parts that make up 1."""


def check_exit(policy: str, atr_stop_mult: float, target_atr: float, parts: int, cost_bps: float) -> None:
    """Refuse an unknown policy, or a rule out of range.

    Parameters
    ----------
    policy, atr_stop_mult, target_atr, parts, cost_bps
        As in :func:`exit_r_multiple`.

    Raises
    ------
    ValueError
        It names the value and the rule.
    """
    valid.choice("policy", policy, EXIT_POLICIES)
    valid.number("atr_stop_mult", atr_stop_mult, above=0)
    valid.number("target_atr", target_atr, above=0)
    valid.count("parts", parts)
    valid.number("cost_bps", cost_bps, at_least=0)


def exit_r_multiple(
    opens: Sequence[float],
    highs: Sequence[float],
    lows: Sequence[float],
    closes: Sequence[float],
    *,
    policy: str,
    side: int = 1,
    atr_val: float,
    atr_stop_mult: float = 2.0,
    target_atr: float = 2.0,
    parts: int = 4,
    cost_bps: float = 0.0,
) -> float:
    """R multiple (profit over initial risk) of one trade, left by one of `EXIT_POLICIES`.

    All policies share the initial stop, filled at the stop or at an open beyond it, and sell what
    is left at the last close. "hold" does nothing else; "target" sells all at ``target_atr`` ATR;
    "quarter per ATR" sells 1/``parts`` at each ATR of gain; "trailing" moves the stop up behind the
    best close so far. In a bar that touches both, the stop comes first.

    Parameters
    ----------
    opens, highs, lows, closes : sequence of float
        Bars from the entry on; entered at ``opens[0]``.
    policy : str
        One of `EXIT_POLICIES`.
    side : int
        +1 long, −1 short.
    atr_val : float
        ATR in units of the price.
    atr_stop_mult, target_atr : float
        Multiples of ATR: distance of the stop, and of the target.
    parts : int
        Parts of "quarter per ATR".
    cost_bps : float
        Cost of a side in basis points of the value traded.

    Raises
    ------
    ValueError
        For values out of range, or prices of different lengths or that are not finite and above 0.
    """
    side, atr_val = valid.side(side), valid.number("atr_val", atr_val, above=0)
    check_exit(policy, atr_stop_mult, target_atr, parts, cost_bps)
    prices = {"open": opens, "high": highs, "low": lows, "close": closes}
    if not len(opens) == len(highs) == len(lows) == len(closes) > 0:
        counts = ", ".join(f"{len(each)} {name}s" for name, each in prices.items())
        raise ValueError(f"there are {counts}; expected as many of each, at least one")
    for name, each in prices.items():
        for bar, price in enumerate(each):
            if not 0 < price < math.inf:
                raise ValueError(f"{name} is {price!r} at bar {bar}; expected finite prices above 0")
    entry, distance = opens[0], atr_stop_mult * atr_val
    stop = entry - side * distance
    waiting = _targets(policy, entry, side * atr_val, target_atr, parts)
    trade = _Trade(side, entry, traded=entry)
    for bar, (opening, close) in enumerate(zip(opens, closes, strict=True)):
        far, near = (highs[bar], lows[bar]) if side == 1 else (lows[bar], highs[bar])
        while bar and waiting and side * (opening - waiting[0][0]) >= 0:
            trade.sell(waiting.pop(0)[1], opening)
        if trade.left > LEFT and side * (near - stop) <= 0:
            trade.sell(trade.left, opening if side * (opening - stop) <= 0 else stop)
        while trade.left > LEFT and waiting and side * (far - waiting[0][0]) >= 0:
            target, part = waiting.pop(0)
            trade.sell(part, target)
        if trade.left <= LEFT:
            break
        if policy == "trailing":
            stop = side * max(side * stop, side * close - distance)
    else:
        trade.sell(trade.left, closes[-1])
    return (trade.gain - cost_bps / 10_000 * trade.traded) / distance


@dataclass
class _Trade:
    """One unit entered at a price.

    What is left of it, the gain so far, and the value bought and sold.
    """

    side: int
    entry: float
    traded: float
    left: float = 1.0
    gain: float = 0.0

    def sell(self, part: float, price: float) -> None:
        part = min(part, self.left)
        self.gain += part * self.side * (price - self.entry)
        self.traded += part * price
        self.left -= part


def _targets(policy: str, entry: float, step: float, target_atr: float, parts: int) -> list[tuple[float, float]]:
    """Prices at which a policy sells, nearest first, with the parts; ``step`` is a signed ATR."""
    if policy == "target":
        return [(entry + step * target_atr, 1.0)]
    if policy == "quarter per ATR":
        return [(entry + step * (number + 1), 1.0 / parts) for number in range(parts)]
    return []


def exit_policies(
    df: pd.DataFrame,
    *,
    every: int = 50,
    horizon: int = 100,
    atr_stop_mult: float = 2.0,
    target_atr: float = 2.0,
    parts: int = 4,
    side: int | None = None,
    cost_bps: float = 0.0,
    policies: Sequence[str] = EXIT_POLICIES,
) -> pd.DataFrame:
    """R multiples of the same entries under every exit policy; rules as in :func:`exit_r_multiple`.

    Parameters
    ----------
    df : DataFrame
        OHLC bars.
    every, horizon : int
        An entry at the open every ``every`` bars, held for at most ``horizon`` bars.
    side : int, optional
        +1 or −1; by default that of the 20- against the 50-day exponential average at the close
        before.
    atr_stop_mult, target_atr, parts, cost_bps
        As there; the ATR is that of the close before.
    policies : sequence of str
        Some of `EXIT_POLICIES`.

    Returns
    -------
    DataFrame
        One row an entry (index: its date), one column a policy.

    Raises
    ------
    ValueError
        For an unsound frame, or values out of range.
    """
    every, horizon = valid.count("every", every), valid.count("horizon", horizon, at_least=2)
    if side not in (None, 1, -1):
        raise ValueError(f"side is {side!r}; expected +1 for long, -1 for short, or None for the side of the trend")
    names = list(policies)
    for name in names:
        check_exit(name, atr_stop_mult, target_atr, parts, cost_bps)
    valid.ohlcv(df, min_rows=51 + horizon)
    opens, highs, lows, closes = (df[name].to_numpy(float).tolist() for name in valid.OHLC)
    trend = np.sign((ema(df["close"], 20) - ema(df["close"], 50)).to_numpy()).tolist()
    ranges = atr(df).to_numpy().tolist()
    rows, dates = [], []
    for start in range(50, len(closes) - horizon + 1, every):
        way = side if side is not None else int(trend[start - 1])
        if not way or not ranges[start - 1] > 0:
            continue
        window = slice(start, start + horizon)
        market = (opens[window], highs[window], lows[window], closes[window])
        rows.append([
            exit_r_multiple(
                *market,
                policy=policy,
                side=way,
                atr_val=ranges[start - 1],
                atr_stop_mult=atr_stop_mult,
                target_atr=target_atr,
                parts=parts,
                cost_bps=cost_bps,
            )
            for policy in names
        ])
        dates.append(df.index[start])
    return pd.DataFrame(rows, columns=names, index=pd.Index(dates, name=df.index.name))
