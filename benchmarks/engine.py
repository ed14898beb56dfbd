"""Times the pyramid comparison on many random markets: `phase6.montecarlo` beside engines that walk the bars.

    python benchmarks/engine.py [--paths 10000] [--bars 500] [--runs 3]

The comparison is a pyramid of four levels and a single entry on the same markets. `phase6.montecarlo` is timed with making the markets
and the indicators, in a process of its own whose peak memory is reported. The others are timed on fewer markets, indicators included,
and their time for all is reckoned from that. vectorbt and backtesting.py are timed where they are installed (extra `bench`); their
rules differ, as the last column says. Returns 1 if ten thousand markets take more than 2 s or 2 GiB.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd
from phase6 import indicators, original, pyramiding
from phase6 import montecarlo as mc

LEVELS = (4, 1)
SECONDS, GIBIBYTES = 2.0, 2.0


def ours(paths: int, bars: int, regime: str) -> float:
    """Seconds for markets, indicators, both rules and the measures of every path."""
    began = time.perf_counter()
    done = mc.simulate(regime, paths=paths, bars=bars, seed=time.perf_counter_ns())
    assert done.complete
    return time.perf_counter() - began


def bar_by_bar(frames: list[pd.DataFrame]) -> None:
    """The readable engine."""
    for frame in frames:
        for levels in LEVELS:
            pyramiding.run_pyramid_backtest(frame, max_levels=levels)


def published(frames: list[pd.DataFrame]) -> None:
    """The published notebook's engine."""
    for frame in frames:
        for levels in LEVELS:
            original.run_pyramid_backtest(frame, max_levels=levels)


def with_vectorbt(frames: list[pd.DataFrame]) -> None:
    """All markets in one call: one position at a time, stop 2 ATR from its entry."""
    import vectorbt as vbt

    names = ("open", "high", "low", "close")
    prices = {name: pd.DataFrame({k: frame[name].to_numpy() for k, frame in enumerate(frames)}) for name in names}
    close = prices["close"]
    trend = np.sign(close.ewm(span=20, adjust=False).mean() - close.ewm(span=50, adjust=False).mean())
    ranges = pd.DataFrame({k: indicators.atr(frame).to_numpy() for k, frame in enumerate(frames)})
    known = trend.where(ranges.notna()).shift(1)
    distance = (2.0 * ranges / close).shift(1)
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=known == 1,
        exits=known != 1,
        short_entries=known == -1,
        short_exits=known != -1,
        price=prices["open"],
        size=(100_000 * 0.005 / (2.0 * ranges)).shift(1),
        sl_stop=distance,
        open=prices["open"],
        high=prices["high"],
        low=prices["low"],
        fees=0.0005,
        init_cash=100_000.0,
        freq="1D",
    )
    portfolio.total_return()


def with_backtesting(frames: list[pd.DataFrame]) -> None:
    """One market after another, the pyramid's rules in `next`, whole units."""
    from backtesting import Backtest, Strategy

    class Pyramid(Strategy):
        max_levels = 4

        def init(self) -> None:
            pass

        def next(self) -> None:
            side, atr, price = int(self.data.Trend[-1]), self.data.Range[-1], self.data.Close[-1]
            if len(self.data) < 50 or not atr > 0:
                return
            held = 0 if not self.position else (1 if self.position.is_long else -1)
            if held and side != held:
                self.position.close()
            elif held and len(self.trades) < self.max_levels and held * (price - self.trades[-1].entry_price) > atr:
                self.add(held, price, atr)
            elif side and not held:
                self.add(side, price, atr)

        def add(self, side: int, price: float, atr: float) -> None:
            units = int(self.equity * 0.005 / (2.0 * atr) / (1.0 + 0.25 * len(self.trades)))
            if self.trades:
                units = min(units, abs(self.trades[-1].size))
            if units < 1:
                return
            stop = price - side * 2.0 * atr
            (self.buy if side == 1 else self.sell)(size=units, sl=stop)
            for trade in self.trades:
                trade.sl = stop if trade.sl is None else side * max(side * stop, side * trade.sl)

    for frame in frames:
        data = frame.rename(columns=str.title)
        data["Trend"] = np.sign(indicators.ema(frame["close"], 20) - indicators.ema(frame["close"], 50))
        data["Range"] = indicators.atr(frame).fillna(0.0)
        for levels in LEVELS:
            Backtest(data, Pyramid, cash=100_000, commission=0.0005, margin=1 / 3).run(max_levels=levels)


RIVALS: tuple[tuple[str, str, Callable[[list[pd.DataFrame]], None], int, str], ...] = (
    ("phase6.pyramiding", "", bar_by_bar, 100, "the same, number for number"),
    ("phase6.original", "", published, 3, "faults and all: stops on closes, fills at the signal's close, no costs"),
    ("vectorbt", "vectorbt", with_vectorbt, 1_000, "single entry alone, sized by the first equity; stop from the signal's close"),
    ("backtesting.py", "backtesting", with_backtesting, 20, "stop from the signal's close; whole units; no cap on total risk"),
)


def alone(paths: int, bars: int, runs: int, regime: str) -> tuple[float, float, float]:
    """Median seconds of several runs in a process of their own, processor seconds of one, and the peak memory in GiB."""
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


def timed(run: Callable[[list[pd.DataFrame]], None], frames: list[pd.DataFrame]) -> float:
    """Seconds of a run after one on two markets that warms it up (compilers, imports)."""
    run(frames[:2])
    began = time.perf_counter()
    run(frames)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--bars", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--regime", default="", choices=["", *mc.REGIME_OPTIONS])
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        inner(options.paths, options.bars, options.runs, options.regime)
        return 0
    print(f"{options.paths:,} markets of {options.bars} bars: pyramid and single entry; median of {options.runs} runs")
    worst = heaviest = 0.0
    for regime in [options.regime] if options.regime else mc.REGIME_OPTIONS:
        seconds, processor, memory = alone(options.paths, options.bars, options.runs, regime)
        worst, heaviest = max(worst, seconds), max(heaviest, memory)
        print(
            f"  phase6.montecarlo {regime:<12} {seconds:6.2f} s ({processor:.2f} s of processor time)  {memory:.2f} GiB  "
            "markets, indicators, backtests and measures"
        )
    markets = mc.make_paths("trend", 1_000, options.bars, seed=1)
    frames = [markets.frame(path) for path in range(markets.count)]
    print(f"  {'others':<18} {'markets':>8} {'ms each':>9} {'for all':>10} {'slower':>8}   rules")
    for name, needs, run, count, rules in RIVALS:
        if needs and importlib.util.find_spec(needs) is None:
            print(f'  {name:<18} not installed: python -m pip install "phase6[bench]"')
            continue
        each = timed(run, frames[:count]) / count
        whole = each * options.paths
        print(f"  {name:<18} {count:8,} {1000 * each:9.2f} {whole:8.1f} s {whole / worst:7.0f}×   {rules}")
    met = worst <= SECONDS and heaviest <= GIBIBYTES
    print(f"slowest {worst:.2f} s (bound {SECONDS:g}), most memory {heaviest:.2f} GiB (bound {GIBIBYTES:g})")
    return 0 if met or options.paths < 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
