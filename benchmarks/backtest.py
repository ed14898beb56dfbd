"""Times one backtest of 500 bars against the published notebook's, indicators included, in turns.

    python benchmarks/backtest.py [--bars 500] [--rounds 15]

Prints the median of each and the median of the ratios within a round; both run on the same bars.
The rules differ: the published ones test stops on closes, fill at the signal's close and know no
costs.
"""

import argparse
import sys
import time
from collections.abc import Callable
from statistics import median

import pandas as pd
from phase6 import original
from phase6.comparison import published_market
from phase6.pyramiding import run_pyramid_backtest

REPEATS = 10
"""Backtests of ours in a round, against one of the published."""


def timed(run: Callable[..., object], frame: pd.DataFrame, repeats: int = 1) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    for _ in range(repeats):
        run(frame, max_levels=4)
    return (time.perf_counter() - began) / repeats


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    frame = published_market(options.bars)
    timed(run_pyramid_backtest, frame), timed(original.run_pyramid_backtest, frame)
    rounds = [
        (timed(run_pyramid_backtest, frame, REPEATS), timed(original.run_pyramid_backtest, frame)) for _ in range(options.rounds)
    ]
    own, published = (median(times) for times in zip(*rounds, strict=True))
    ratio = median(theirs / ours for ours, theirs in rounds)
    print(f"phase6.pyramiding {1000 * own:8.2f} ms   one backtest of {options.bars} bars, median of {options.rounds} rounds")
    print(f"phase6.original   {1000 * published:8.2f} ms")
    print(f"ratio             {ratio:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
