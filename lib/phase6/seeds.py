"""Where randomness comes in, and how one seed is shared out among markets and assets."""

from zlib import crc32

import numpy as np

Seed = int | np.random.SeedSequence | np.random.Generator | None
"""None stands for other numbers each time; a Generator is drawn from."""


def seed_sequence(seed: Seed) -> np.random.SeedSequence:
    """The seed sequence of a seed."""
    if isinstance(seed, np.random.SeedSequence):
        return seed
    if isinstance(seed, np.random.Generator):
        return np.random.SeedSequence(int(seed.integers(2**63)))
    return np.random.SeedSequence(seed)


def branch(root: np.random.SeedSequence, number: int) -> np.random.SeedSequence:
    """The seed sequence that belongs to ``number`` and to nothing else under ``root``."""
    return np.random.SeedSequence(root.entropy, spawn_key=(*root.spawn_key, number))


def stream(root: np.random.SeedSequence, name: str) -> np.random.Generator:
    """The generator that belongs to ``name`` and to nothing else under ``root``."""
    return np.random.default_rng(branch(root, crc32(name.encode())))


def children(seed: Seed, first: int, last: int) -> list[np.random.SeedSequence]:
    """The seed sequences of blocks ``first`` to ``last`` − 1 under one seed.

    Parameters
    ----------
    seed : int, SeedSequence, Generator or None
        None for fresh ones.
    first, last : int
        Numbers of blocks.
    """
    root = seed_sequence(seed)
    return [branch(root, number) for number in range(first, last)]
