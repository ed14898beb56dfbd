"""Points of lines, staircases, areas and bands, shape (n, 2); a row of NaN is a gap."""

import numpy as np
from matplotlib.path import Path
from numpy.typing import ArrayLike, NDArray


def outline(points: NDArray[np.float64]) -> Path:
    """Closed path through points; a row of NaN begins a new part."""
    if len(points) == 0:
        return Path(np.empty((0, 2)))
    closed = [Path(np.vstack([part, part[:1]]), closed=True) for part in split_at_gaps(points) if len(part) > 1]
    return Path.make_compound_path(*closed) if closed else Path(np.empty((0, 2)))


def split_at_gaps(points: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The parts of an (n, 2) array between its rows that hold a NaN."""
    finite = np.isfinite(points).all(axis=1)
    if finite.all():
        return [points] if len(points) else []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], finite, [False])).astype(np.int8)))
    return [points[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def curve(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Points of a line, shape (n, 2)."""
    return np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])


def staircase(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Points of a line that keeps each value until the next one, shape (at most 2n − 1, 2).

    Points within flat stretches are left out.
    """
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(across) == 0:
        return np.empty((0, 2))
    changes = np.flatnonzero(~((up[1:] == up[:-1]) | (np.isnan(up[1:]) & np.isnan(up[:-1])))) + 1
    corners = np.concatenate(([0], changes))
    ends = np.concatenate((changes, [len(across) - 1]))
    points = np.empty((2 * len(corners), 2))
    points[0::2, 0], points[1::2, 0] = across[corners], across[ends]
    points[0::2, 1] = points[1::2, 1] = up[corners]
    return points


def above_zero(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline between a line and zero, part by part where the line has gaps."""
    parts = []
    for part in split_at_gaps(points):
        base = np.array([[part[-1, 0], 0.0], [part[0, 0], 0.0], [np.nan, np.nan]])
        parts.append(np.vstack([part, base]))
    return np.vstack(parts) if parts else np.empty((0, 2))


def between(x: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """The outline of a band between two lines; bars where either is NaN are left out."""
    across = np.asarray(x, dtype=np.float64)
    both = np.column_stack([np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)])
    parts = []
    for part in split_at_gaps(np.column_stack([across, both.sum(axis=1)])):
        rows = np.searchsorted(across, part[:, 0])
        upper = np.column_stack([across[rows], both[rows, 1]])
        lower = np.column_stack([across[rows], both[rows, 0]])[::-1]
        parts.append(np.vstack([upper, lower, [[np.nan, np.nan]]]))
    return np.vstack(parts) if parts else np.empty((0, 2))
