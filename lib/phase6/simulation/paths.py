"""Many random markets at once.

Arrays of shape (bars, paths), the same path by path whatever their number. Randomness comes in
blocks of `BLOCK` paths, each with its own child of one ``SeedSequence``: path k is the same
whatever the number of paths, the chunk size and the number of threads.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phase6 import _validation as valid
from phase6 import market, processes
from phase6._threads import in_threads
from phase6.seeds import Seed, children

Array = NDArray[np.float64]
Market = tuple[str, Mapping[str, Any]]
"""A regime and its options."""
Markets = Mapping[str, Market]
"""Markets by name."""

BLOCK = 250
"""Paths that share a random stream."""


def slices(count: int, width: int = 1_000) -> Iterator[slice]:
    """Columns 0 to ``count`` in parts whose arrays fit into a processor's cache."""
    return (slice(begin, min(begin + width, count)) for begin in range(0, count, width))


REGIME_OPTIONS: dict[str, dict[str, float]] = {
    "trend": {"sigma": 0.22, "mu": 0.0, "start": 100.0, "drift_sharpe": market.REALISTIC_TREND, "half_life": 60.0},
    "range": {"sigma": 0.22, "start": 100.0, "half_life": 60.0},
    "random walk": {"sigma": 0.22, "mu": 0.0, "start": 100.0},
    "fat tails": {"sigma": 0.22, "mu": 0.0, "start": 100.0, "degrees": 4.0, "drift_sharpe": 0.0, "half_life": 60.0},
    "volatility clusters": {
        "sigma": 0.22,
        "mu": 0.0,
        "start": 100.0,
        "alpha": 0.08,
        "beta": 0.90,
        "drift_sharpe": 0.0,
        "half_life": 60.0,
    },
}
"""What each regime can be told, with its defaults: those of its generator in :mod:`phase6.market`.
"""


@dataclass(frozen=True)
class Paths:
    """Many markets: four arrays of shape (bars, paths), and how many bars a year has."""

    opens: Array
    highs: Array
    lows: Array
    closes: Array
    bars_per_year: float = field(default=valid.BARS_PER_YEAR, kw_only=True)

    def __post_init__(self) -> None:
        shapes = {part.shape for part in (self.opens, self.highs, self.lows, self.closes)}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2:
            raise ValueError(f"opens, highs, lows, closes have shapes {sorted(shapes)}; expected one shape (bars, paths)")

    @property
    def bars(self) -> int:
        """Number of bars."""
        bars: int = self.closes.shape[0]
        return bars

    @property
    def count(self) -> int:
        """Number of paths."""
        count: int = self.closes.shape[1]
        return count

    def frame(self, path: int, *, start_date: str = "2023-01-02") -> pd.DataFrame:
        """One path as an OHLC frame on business days."""
        dates = pd.date_range(start_date, periods=self.bars, freq="B", name="date")
        parts = {"open": self.opens, "high": self.highs, "low": self.lows, "close": self.closes}
        return pd.DataFrame({name: part[:, path] for name, part in parts.items()}, index=dates)

    def take(self, columns: slice) -> "Paths":
        """Some of the paths, as arrays of their own."""
        parts = (np.ascontiguousarray(part[:, columns]) for part in (self.opens, self.highs, self.lows, self.closes))
        return Paths(*parts, bars_per_year=self.bars_per_year)

    @classmethod
    def from_frames(cls, frames: Iterable[pd.DataFrame]) -> "Paths":
        """Paths from OHLC frames of equal length; a year is what their ``attrs`` say, else 252."""
        every = list(frames)
        parts = [valid.ohlcv(frame)[list(valid.OHLC)].to_numpy(float) for frame in every]
        if len({len(part) for part in parts}) != 1:
            raise ValueError(f"the frames have {[len(part) for part in parts]} rows; expected at least one frame, all as long")
        opens, highs, lows, closes = np.moveaxis(np.stack(parts), (0, 1, 2), (2, 1, 0))
        year = valid.bars_per_year(None, dict(enumerate(every)))
        return cls(*(np.ascontiguousarray(part) for part in (opens, highs, lows, closes)), bars_per_year=year)


def regime_options(regime: str, options: Mapping[str, float]) -> dict[str, float]:
    """The regime's options with its defaults filled in.

    Raises
    ------
    ValueError
        For an option that it does not have or that is out of range.
    """
    known = REGIME_OPTIONS[valid.choice("regime", regime, REGIME_OPTIONS)]
    for name in options:
        if name not in known:
            raise ValueError(f"{name} is no option of {regime!r}; expected one of {', '.join(known)}")
    return processes.check_options({**known, **options})


def _block(regime: str, bars: int, child: np.random.SeedSequence, options: Mapping[str, float]) -> tuple[Array, ...]:
    """Open, high, low, close of one block of paths, each of shape (BLOCK, bars)."""
    rng = np.random.default_rng(child)
    closes, sigma = processes.closes_of(regime, rng, (BLOCK, bars), options)
    return (*processes.bars(closes, rng, sigma=sigma, start=options["start"]), closes)


def make_paths(
    regime: str = "random walk",
    paths: int = 1_000,
    bars: int = 500,
    *,
    seed: Seed = None,
    first: int = 0,
    workers: int = 1,
    **options: float,
) -> Paths:
    """Random markets of a regime, side by side.

    Parameters
    ----------
    regime : str
        A key of `REGIME_OPTIONS`.
    paths, bars : int
        How many markets, and bars in each.
    seed : int, SeedSequence, Generator or None
        None for fresh markets.
    first : int
        Number of the first path of the seed's, a multiple of `BLOCK`.
    workers : int
        Threads; the result does not depend on it.
    **options : float
        Those of the regime.

    Raises
    ------
    ValueError
        For values out of range.
    """
    settings = regime_options(regime, options)
    paths, bars = valid.count("paths", paths), valid.count("bars", bars, at_least=2)
    if valid.count("first", first, at_least=0) % BLOCK:
        raise ValueError(f"first is {first}; expected a multiple of {BLOCK}")
    parts = tuple(np.empty((bars, paths)) for _ in range(4))

    def fill(job: tuple[int, np.random.SeedSequence]) -> None:
        begin, child = job
        width = min(BLOCK, paths - begin)
        for whole, part in zip(parts, _block(regime, bars, child, settings), strict=True):
            whole[:, begin : begin + width] = part[:width].T

    begins = range(0, paths, BLOCK)
    jobs = list(zip(begins, children(seed, first // BLOCK, first // BLOCK + len(begins)), strict=True))
    in_threads(fill, jobs, workers)
    return Paths(*parts)
