"""Which parameters of a test are left to the long run."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def with_long(names: Iterable[str], long: Collection[str]) -> list[Any]:
    """Parameters of a test, of which those in ``long`` run in `make test-long` alone."""
    return [pytest.param(name, marks=[pytest.mark.long] * (name in long)) for name in names]
