"""Checks and the grader take the same kinds of data: what one praises, the other can read."""

import array
import collections
import datetime
import decimal
import fractions
from typing import Any

import numpy as np
import pandas as pd
import pytest
from phase6.checks import _base as base
from phase6.checks import pyramiding as check
from phase6.checks import scaling
from phase6.checks._base import Hint
from proctor.bridge.codec import NotPlain, dumps

BOTH = [
    *(1, 1.5, True, None, "text", 2 + 1j, np.float64(1), np.int32(1), np.bool_(True), pd.Timestamp("2024-01-02"), pd.NaT),
    *([1, 2], (1, 2), {"a": 1}, {1, 2}, range(3), {"a": 1}.keys(), {"deep": [{"er": np.float32(2)}]}, datetime.date(2024, 1, 2)),
    *(np.arange(3), np.array([1, "a"], dtype=object), pd.Series([1.0]), pd.Index([1]), pd.DataFrame({"a": [1]})),
    pd.Series([1, None], dtype=object),
]
HALF = fractions.Fraction(1, 2)
NEITHER = [
    *(HALF, decimal.Decimal("0.5"), (number for number in [1]), map(float, [1]), collections.deque([1]), array.array("d", [1])),
    *(object(), len, [HALF], {"trade": object()}, np.array([object()], dtype=object), pd.Series([decimal.Decimal(1)])),
    pd.DataFrame({"a": [object()]}),
]


@pytest.mark.parametrize("value", BOTH, ids=lambda value: type(value).__name__)
def test_both_take(value):
    base.need_plain("it", value)
    dumps(value)


@pytest.mark.parametrize("value", NEITHER, ids=lambda value: type(value).__name__)
def test_a_check_refuses_what_it_knows_that_grading_may_not_read(value):
    with pytest.raises(Hint, match="it"):
        base.need_plain("it", value)


def test_a_check_says_where_and_what_to_do():
    with pytest.raises(Hint, match=r"`stop_risk` is a Fraction.*return float"):
        base.number("`stop_risk`", fractions.Fraction(17, 8400))
    with pytest.raises(Hint, match="key 'quantities' is a generator, and not plain data"):
        check.pyramid_risk(lambda n_levels, **kw: {"quantities": (1.0 for _ in range(4)), "entries": 1, "stop": 1}, "sizes")
    with pytest.raises(Hint, match="key 'note', key 'trade' is a object, and not plain data"):
        base.call("f", lambda: {"note": {"trade": object()}}, (), {}, "f()")


def holds_itself():
    values: list[Any] = [1.0]
    values += [values, values]
    return values


def shares_its_parts():
    values: list[Any] = [1.0]
    for _ in range(60):
        values = [values, values]
    return values


@pytest.mark.parametrize("value", [holds_itself(), {"a": holds_itself()}, tuple(shares_its_parts())])
def test_a_list_that_holds_itself_is_refused_before_it_fills_the_memory(value):
    """As an array it has 2 or 3 to the power of 60 numbers."""
    for read in (base.need_plain, base.number, base.numbers):
        with pytest.raises(Hint, match=r"more than 6 levels deep|expected a list of numbers"):
            read("it", value)


def test_a_function_that_puts_a_list_into_itself_is_told_so():
    def plan(entries, splits, **kw):
        quantities = []
        for _ in splits:
            quantities.append(quantities)
        return quantities

    with pytest.raises(Hint, match="more than 6 levels deep"):
        scaling.plan_scale_in(plan)


def test_what_is_refused_by_the_codec_is_refused_by_checks():
    for value in NEITHER:
        try:
            dumps(value)
        except NotPlain:
            with pytest.raises(Hint):
                base.need_plain("it", value)
