"""Times the pyramid comparison on many random markets, beside engines that walk the bars.

    make bench-engine
    python benchmarks/engine.py [--paths 10000] [--bars 500] [--runs 3]

The comparison is a pyramid of four levels and a single entry on the same markets.
`phase6.simulation` is timed with making the markets and the indicators, in a process of its own
whose peak memory is reported. The others are timed on fewer markets, indicators included, and their
time for all is reckoned from that. vectorbt and backtesting.py are timed where they are installed
(`make bench-engine` gets them); where their rules differ, and what that does to their round trips
and returns, is printed below the times. Returns 1 if ten thousand markets take more than 2 s or 2
GiB, or if a rival no longer trades as `LEAST_SAME` says.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from phase6 import indicators, original, pyramiding
from phase6 import simulation as mc

Frames = list[pd.DataFrame]
Trips = set[tuple[int, int, int]]
"""Closed round trips: bar of the first entry, bar of the exit, side."""
LEVELS = (4, 1)
SECONDS, GIBIBYTES = 2.0, 2.0
WARM_UP = 49
CASH, FEE = 100_000.0, 0.0005
LARGE = 1e9
"""An account so large that whole units are no constraint."""


def ours(paths: int, bars: int, regime: str) -> float:
    """Seconds for markets, indicators, both rules and the measures of every path."""
    began = time.perf_counter()
    done = mc.simulate(regime, paths=paths, bars=bars, seed=time.perf_counter_ns())
    assert done.complete
    return time.perf_counter() - began


def bar_by_bar(frames: Frames) -> None:
    """The readable engine."""
    for frame in frames:
        for levels in LEVELS:
            pyramiding.run_pyramid_backtest(frame, max_levels=levels)


def published(frames: Frames) -> None:
    """The published notebook's engine."""
    for frame in frames:
        for levels in LEVELS:
            original.run_pyramid_backtest(frame, max_levels=levels)


@cache
def stop_unless_leaving() -> Any:
    """A stop for vectorbt: none on a bar that is left at its open.

    vectorbt would let a stop go before an exit at the same bar's open.
    """
    from numba import njit

    @njit
    def distance(c, long_exits, short_exits):  # type: ignore[no-untyped-def]
        leaving = long_exits[c.i, c.col] if c.position_now > 0 else short_exits[c.i, c.col]
        return (np.inf if leaving else c.curr_stop), c.curr_trail

    return distance


def with_vectorbt(frames: Frames) -> Any:
    """All markets in one call.

    One position at a time, sized by the equity of the moment, stop 2 ATR from its fill.
    """
    import vectorbt as vbt

    names = ("open", "high", "low", "close")
    prices = {name: pd.DataFrame({k: frame[name].to_numpy() for k, frame in enumerate(frames)}) for name in names}
    close, opening = prices["close"], prices["open"]
    trend = np.sign(close.ewm(span=20, adjust=False).mean() - close.ewm(span=50, adjust=False).mean())
    trend.iloc[:WARM_UP] = np.nan
    known = trend.shift(1)
    distance = 2.0 * pd.DataFrame({k: indicators.atr(frame).to_numpy() for k, frame in enumerate(frames)}).shift(1)
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=known == 1,
        exits=known != 1,
        short_entries=known == -1,
        short_exits=known != -1,
        upon_opposite_entry="close",
        price=opening,
        size=0.005 * opening / distance * (1.0 + FEE),  # its share of the cash pays the fee as well
        size_type="percent",
        sl_stop=distance / opening,
        stop_entry_price="fillprice",
        adjust_sl_func_nb=stop_unless_leaving(),
        adjust_sl_args=((known != 1).to_numpy(), (known != -1).to_numpy()),
        open=opening,
        high=prices["high"],
        low=prices["low"],
        fees=FEE,
        init_cash=CASH,
        freq="1D",
    )
    portfolio.total_return()
    return portfolio


def read_vectorbt(portfolio: Any, count: int) -> tuple[list[float], list[Trips]]:
    """Total returns and round trips."""
    records = portfolio.trades.records
    records = records[records["status"] == 1]
    sides = np.where(records["direction"] == 0, 1, -1)
    trips: list[Trips] = [set() for _ in range(count)]
    for column, entry, left, side in zip(records["col"], records["entry_idx"], records["exit_idx"], sides, strict=True):
        trips[column].add((int(entry), int(left), int(side)))
    return portfolio.total_return().tolist(), trips


def with_backtesting(frames: Frames) -> list[pd.Series]:  # noqa: C901 - it holds a class
    """One market after another, the pyramid's rules in `next`; the results of the pyramids."""
    from backtesting import Backtest, Strategy

    class Pyramid(Strategy):  # type: ignore[misc, unused-ignore] # installed, if at all, without types
        max_levels = 4
        atr = 0.0

        def init(self) -> None:
            pass

        def next(self) -> None:
            if len(self.data) <= WARM_UP:
                return
            if self.trades and self.trades[-1].entry_bar == len(self.data) - 1:
                self.follow()
            side, atr, price = int(self.data.Trend[-1]), self.data.Range[-1], self.data.Close[-1]
            held = 0 if not self.position else (1 if self.position.is_long else -1)
            if held and side != held:
                self.position.close()
            elif side and not held and atr > 0:
                self.order(side, price, atr)
            elif held and len(self.trades) < self.max_levels and held * (price - self.trades[-1].entry_price) > atr > 0:
                self.order(held, price, atr)

        def follow(self) -> None:
            """The newest fill moves the stop of every level, unless the old one is tighter."""
            newest = self.trades[-1]
            side = 1 if newest.is_long else -1
            stop = newest.entry_price - side * 2.0 * self.atr
            if len(self.trades) > 1:
                stop = side * max(side * stop, side * self.trades[0].sl)
            for trade in self.trades:
                trade.sl = stop

        def order(self, side: int, price: float, atr: float) -> None:
            units = int(self.equity * 0.005 / (2.0 * atr) / (1.0 + 0.25 * len(self.trades)))
            if self.trades:
                units = min(units, abs(self.trades[-1].size))
            if units >= 1:
                self.atr = atr
                (self.buy if side == 1 else self.sell)(size=units, sl=price - side * 2.0 * atr)

    results = []
    for frame in frames:
        data = frame.rename(columns=str.title)
        data["Trend"] = np.sign(indicators.ema(frame["close"], 20) - indicators.ema(frame["close"], 50))
        data["Range"] = indicators.atr(frame).fillna(0.0)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Some trades remain open", UserWarning)
            both = [Backtest(data, Pyramid, cash=LARGE, commission=FEE, margin=1 / 3).run(max_levels=levels) for levels in LEVELS]
        results.append(both[0])
    return results


def read_backtesting(results: list[pd.Series], count: int) -> tuple[list[float], list[Trips]]:
    """Total returns and round trips."""
    trips = []
    for table in (result["_trades"] for result in results):
        first = table.groupby("ExitBar").agg({"EntryBar": "min", "Size": "first"})
        trips.append({(int(row.EntryBar), int(left), int(np.sign(row.Size))) for left, row in first.iterrows()})
    return [result["Equity Final [$]"] / LARGE - 1.0 for result in results], trips


@dataclass(frozen=True)
class Rival:
    """Another engine: how many markets it is timed on, and how its rules differ.

    They are compared with the readable engine's at ``levels``.
    """

    name: str
    run: Callable[[Frames], Any]
    markets: int
    rules: str
    needs: str = ""
    read: Callable[[Any, int], tuple[list[float], list[Trips]]] | None = None
    levels: int = 4


RIVALS = (
    Rival("phase6.pyramiding", bar_by_bar, 100, "the same, number for number"),
    Rival("phase6.original", published, 3, "faults and all: stops on closes, fills at the signal's close, no costs"),
    Rival("vectorbt", with_vectorbt, 1_000, "single entry alone; no stop on the bar of the entry", "vectorbt", read_vectorbt, 1),
    Rival(
        "backtesting.py",
        with_backtesting,
        40,
        "sized at the signal's close, and stopped from that close on the bar of a fill",
        "backtesting",
        read_backtesting,
    ),
)
LEAST_SAME = 0.9
"""Share of round trips that a rival must have in common with the readable engine, or its adapter is
wrong.
"""


def agreement(rival: Rival, answer: Any, frames: Frames) -> tuple[float, str]:
    """Share of round trips that are the readable engine's, and a line that says so.

    The line compares the returns too.
    """
    assert rival.read is not None
    returns, trips = rival.read(answer, len(frames))
    common = either = 0
    apart = []
    for frame, total, theirs in zip(frames, returns, trips, strict=True):
        result = pyramiding.run_pyramid_backtest(frame, max_levels=rival.levels)
        mine = {(trade.entry_bar, trade.exit_bar, trade.side) for trade in result.trade_list}
        common += len(mine & theirs)
        either += len(mine | theirs)
        apart.append(100.0 * (total - (result.equity.iloc[-1] / CASH - 1.0)))
    gap = np.array(apart)
    return common / either, (
        f"  {rival.name:<18} {common:,} of {either:,} round trips are the same to the bar ({common / either:.1%}); "
        f"total return {gap.mean():+.3f} points apart on average, {np.median(np.abs(gap)):.3f} on the median market, "
        f"{np.abs(gap).max():.2f} at most"
    )


def alone(paths: int, bars: int, runs: int, regime: str) -> tuple[float, float, float]:
    """Median seconds of several runs, processor seconds of one, and peak memory in GiB.

    They run in a process of their own.
    """
    sizes = ["--paths", str(paths), "--bars", str(bars), "--runs", str(runs), "--regime", regime]
    command = [sys.executable, __file__, "--inner", *sizes]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return median(answer["seconds"]), answer["processor"], answer["gibibytes"]


def inner(paths: int, bars: int, runs: int, regime: str) -> None:
    """What :func:`alone` starts."""
    began = time.process_time()
    seconds = [ours(paths, bars, regime) for _ in range(runs)]
    processor = (time.process_time() - began) / runs
    scale = 1024**3 if sys.platform == "darwin" else 1024**2
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    print(json.dumps({"seconds": seconds, "processor": processor, "gibibytes": memory}))


def timed(run: Callable[[Frames], Any], frames: Frames) -> tuple[float, Any]:
    """Seconds of a run and its answer.

    A run on two markets comes first, to warm up compilers and imports.
    """
    run(frames[:2])
    began = time.perf_counter()
    answer = run(frames)
    return time.perf_counter() - began, answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--bars", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--regime", default="", choices=["", *mc.REGIME_OPTIONS])
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["TQDM_DISABLE"] = "1"
    if options.inner:
        inner(options.paths, options.bars, options.runs, options.regime)
        return 0
    print(f"{options.paths:,} markets of {options.bars} bars: pyramid and single entry; median of {options.runs} runs")
    worst = heaviest = 0.0
    for regime in [options.regime] if options.regime else mc.REGIME_OPTIONS:
        seconds, processor, memory = alone(options.paths, options.bars, options.runs, regime)
        worst, heaviest = max(worst, seconds), max(heaviest, memory)
        print(
            f"  phase6.simulation {regime:<12} {seconds:6.2f} s ({processor:.2f} s of processor time)  {memory:.2f} GiB  "
            "markets, indicators, backtests and measures"
        )
    markets = mc.make_paths("trend", 1_000, options.bars, seed=1)
    frames = [markets.frame(path) for path in range(markets.count)]
    print(f"  {'others':<18} {'markets':>8} {'ms each':>9} {'for all':>10} {'slower':>8}   rules")
    lines, same = [], 1.0
    for rival in RIVALS:
        if rival.needs and importlib.util.find_spec(rival.needs) is None:
            print(f"  {rival.name:<18} not installed here: `make bench-engine` gets it, and so does the extra `bench`")
            continue
        few = frames[: rival.markets]
        seconds, answer = timed(rival.run, few)
        each = seconds / len(few)
        whole = each * options.paths
        print(f"  {rival.name:<18} {len(few):8,} {1000 * each:9.2f} {whole:8.1f} s {whole / worst:7.1f}×   {rival.rules}")
        if rival.read:
            share, line = agreement(rival, answer, few)
            same = min(same, share)
            lines.append(line)
    if lines:
        print("\n".join(["beside phase6.pyramiding, on the same markets", *lines]))
    met = worst <= SECONDS and heaviest <= GIBIBYTES
    print(f"slowest {worst:.2f} s (bound {SECONDS:g}), most memory {heaviest:.2f} GiB (bound {GIBIBYTES:g})")
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    if not met and busy > cores:
        print(f"the machine is busy with other work ({busy:.1f} processes want {cores} cores): run it again when it is not")
    return 0 if (met or options.paths < 10_000) and same >= LEAST_SAME else 1


if __name__ == "__main__":
    sys.exit(main())
