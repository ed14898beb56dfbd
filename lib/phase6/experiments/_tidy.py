"""One shape for every result.

A row a case, with the estimate, how sure it is, and how the single markets are spread.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phase6.metrics import PooledSharpe, standard_error

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
COLUMNS = ("estimate", "standard_error", *QUANTILES, "n")
"""Columns that every experiment's frame has, after those that name the case."""


def spread(values: ArrayLike) -> dict[str, float]:
    """Mean, its standard error and the quantiles of independent values, one a market.

    Values that are not known are left out.
    """
    sample = np.asarray(values, dtype=float)
    sample = sample[np.isfinite(sample)]
    if sample.size < 2:
        raise ValueError(f"there are {sample.size} values to estimate from; expected at least 2")
    quantiles = dict(zip(QUANTILES, np.quantile(sample, list(QUANTILES.values())).tolist(), strict=True))
    return {"estimate": float(sample.mean()), "standard_error": standard_error(sample), **quantiles, "n": sample.size}


def deviation(values: ArrayLike) -> dict[str, float]:
    """Standard deviation s of independent values, one a market, and its standard error.

    The error s/√(2(n − 1)) is that of normal values; the quantiles are those of the values.
    """
    sample = np.asarray(values, dtype=float)
    estimate = float(sample.std(ddof=1))
    error = estimate / math.sqrt(2.0 * (sample.size - 1))
    return {**spread(sample), "estimate": estimate, "standard_error": error}


def pooled(ratio: PooledSharpe) -> dict[str, float]:
    """A pooled Sharpe ratio, or a paired difference of two, with its error over markets.

    The error is by the delta method. The quantiles are those of the single markets' contributions,
    whose mean is the estimate. ValueError where nothing moved.
    """
    if not math.isfinite(ratio.estimate):
        raise ValueError("nothing moved on any market; expected returns whose Sharpe ratio can be estimated")
    parts = np.quantile(ratio.estimate + ratio.influence, list(QUANTILES.values())).tolist()
    quantiles = dict(zip(QUANTILES, parts, strict=True))
    return {"estimate": ratio.estimate, "standard_error": ratio.standard_error, **quantiles, "n": ratio.influence.size}


def share(hits: ArrayLike) -> dict[str, float]:
    """How often something happened, with the binomial standard error, at least 1/n.

    The quantiles are those of the share itself.
    """
    sample = np.asarray(hits, dtype=float)
    rate = float(sample.mean())
    error = float(np.sqrt(max(rate * (1.0 - rate), 1.0 / sample.size) / sample.size))
    figures = measured(rate, error, sample.size)
    return figures | {name: float(np.clip(figures[name], 0.0, 1.0)) for name in QUANTILES}


def measured(estimate: float, error: float, count: int) -> dict[str, float]:
    """Figures of one estimate: the quantiles are those of its sampling error, taken as normal."""
    normal = dict(zip(QUANTILES, (-1.6449, -0.6745, 0.0, 0.6745, 1.6449), strict=True))
    quantiles = {name: estimate + error * at for name, at in normal.items()}
    return {"estimate": estimate, "standard_error": error, **quantiles, "n": count}


def quantile(values: ArrayLike, at: float) -> dict[str, float]:
    """A quantile of independent values with its bootstrap standard error, from 400 draws.

    The quantiles are those of the bootstrap.
    """
    sample = np.asarray(values, dtype=float)
    rng = np.random.default_rng(0)
    again = np.quantile(sample[rng.integers(0, sample.size, (400, sample.size))], at, axis=1)
    spreads = dict(zip(QUANTILES, np.quantile(again, list(QUANTILES.values())).tolist(), strict=True))
    return {"estimate": float(np.quantile(sample, at)), "standard_error": float(again.std(ddof=1)), **spreads, "n": sample.size}


def certain(value: float) -> dict[str, float]:
    """A figure that follows from the rules alone: no sampling, no error."""
    return {"estimate": float(value), "standard_error": 0.0, **dict.fromkeys(QUANTILES, float(value)), "n": 1}


def tidy(rows: Iterable[tuple[Mapping[str, object], Mapping[str, float]]], *, interrupted: bool = False) -> pd.DataFrame:
    """A frame from (what names the case, its figures); columns are the names, then `COLUMNS`.

    Where the run was interrupted the frame holds what was done, and its ``attrs["interrupted"]`` is
    True.
    """
    frame = pd.DataFrame([{**case, **figures} for case, figures in rows])
    if interrupted:
        frame.attrs["interrupted"] = True
    return frame
