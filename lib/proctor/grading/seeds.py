"""Seeds that a test sets, which hold for the student's code, too."""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy

SEEDED = {"random": random, "numpy.random": numpy.random}


@contextlib.contextmanager
def noted(note: Callable[[list[Any]], None]) -> Iterator[None]:
    """Note each call of ``random.seed`` and ``np.random.seed``, as the module and the arguments."""

    def noting(name: str, seed: Callable[..., None]) -> Callable[..., None]:
        def set_and_note(*args: Any, **kwargs: Any) -> None:
            seed(*args, **kwargs)
            note([name, args, kwargs])

        return set_and_note

    with contextlib.ExitStack() as stack:
        for name, module in SEEDED.items():
            stack.enter_context(mock.patch.object(module, "seed", noting(name, module.seed)))
        yield
