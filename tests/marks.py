"""Which parameters of a test are left to the long run."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def with_long(values: Iterable[object], long: Collection[object]) -> list[Any]:
    """Parameters of a test, of which those in ``long`` run in `make test-long` alone.

    A tuple is several parameters.
    """
    every = [(value, value if isinstance(value, tuple) else (value,)) for value in values]
    return [pytest.param(*parameters, marks=[pytest.mark.long] * (value in long)) for value, parameters in every]
