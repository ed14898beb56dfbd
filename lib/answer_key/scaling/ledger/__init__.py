"""A ledger by the average-cost method: reference, cases and other right answers.

The reference keeps what the position has cost and takes the profit from the conservation of money.
"""

import functools
import math
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields
from answer_key.reading import read_each
from answer_key.scaling.ledger.ideas import LEDGER_MISCONCEPTIONS, Fills

LEDGER_KEYS = ("position", "average_price", "realised", "unrealised")


def ledger_reference(fills: Fills, mark: float) -> dict[str, float]:
    """The figures from what the position has cost, which a reduction shrinks in proportion.

    Realised profit is that cost less all cash paid so far.
    """
    position = cost = paid = 0.0
    for quantity, price in fills:
        paid += quantity * price
        after = position + quantity
        if after == 0:
            cost = 0.0
        elif position * after <= 0:
            cost = after * price
        elif abs(after) < abs(position):
            cost *= after / position
        else:
            cost += quantity * price
        position = after
    return {
        "position": position,
        "average_price": cost / position if position else 0.0,
        "realised": cost - paid,
        "unrealised": position * mark - cost,
    }


def _fills(rng: np.random.Generator, count: int, start: float) -> list[tuple[float, float]]:
    """Fills that add, reduce, close and flip with like chances.

    Quantities are multiples of a quarter, so that closing leaves 0.
    """
    fills: list[tuple[float, float]] = []
    position, price = 0.0, start
    for _ in range(count):
        price = round(price * math.exp(float(rng.normal(0.0, 0.06))), 2)
        size = 0.25 * float(rng.integers(2, 80))
        kind = rng.choice(["add", "reduce", "close", "flip"], p=[0.4, 0.3, 0.1, 0.2]) if position else "open"
        held, way = abs(position), math.copysign(1.0, position)
        if kind == "open":
            quantity = size * float(rng.choice([-1, 1]))
        elif kind == "add":
            quantity = way * size
        elif kind == "reduce" and held > 0.25:
            quantity = -way * 0.25 * float(rng.integers(1, round(held / 0.25)))
        else:
            quantity = -position if kind == "close" else -way * (held + size)
        fills.append((quantity, price))
        position += quantity
    return fills


def _ledger_cases(rng: np.random.Generator) -> list[Case]:
    """Each event alone, long and short, at drawn prices; then long records of all of them.

    Others have whole numbers, or no fills at all.
    """

    def price() -> float:
        return round(float(rng.uniform(20, 180)), 2)

    def size() -> float:
        return 0.25 * float(rng.integers(8, 80))

    first, second, third = price(), price(), price()
    a, b = size(), size()
    part = 0.25 * float(rng.integers(1, round(a / 0.25)))
    cases = [Case(([], price()), label="no fill at all")]
    for side, name in ((1, "long"), (-1, "short")):
        opened = (side * a, first)
        scripts = {
            f"one entry, {name}": [opened],
            f"two entries, {name}": [opened, (side * b, second)],
            f"three entries, {name}": [opened, (side * b, second), (side * part, third)],
            f"a {name} position is reduced": [opened, (-side * part, second)],
            f"a {name} position is built and reduced": [opened, (side * b, second), (-side * part, third)],
            f"a {name} position is closed": [opened, (-side * a, second)],
            f"a {name} position is built and closed in parts": [
                opened,
                (side * b, second),
                (-side * part, third),
                (-side * (a + b - part), price()),
            ],
            f"closed and opened anew, {name}": [opened, (-side * a, second), (side * b, third)],
            f"a {name} position flips": [opened, (-side * (a + b), second)],
            f"flips to and fro, first {name}": [opened, (-side * (a + b), second), (side * (b + part), third), (-side * a, price())],
            f"reduced, then added to, {name}": [opened, (-side * part, second), (side * b, third)],
            f"the market gaps against a {name} position": [opened, (-side * part, first * (1 - side * 0.45))],
        }
        cases += [Case((fills, price()), label=label) for label, fills in scripts.items()]
    whole = [(int(rng.integers(5, 50)), int(rng.integers(20, 90))) for _ in range(3)]
    cases.append(Case(([*whole, (-sum(quantity for quantity, _ in whole) - 3, 60)], 55), label="whole numbers"))
    for count in (3, 5, 8, 12, 20, 40):
        cases.append(Case((_fills(rng, count, price()), price()), label="a drawn record"))
    return cases


def _read_ledger(result: Any, case: Case) -> Fields:
    answer = base.need_keys("ledger", result, LEDGER_KEYS)
    readers = {key: functools.partial(base.number, f"`{key}`", answer[key]) for key in LEDGER_KEYS}
    return read_each(readers, dict.fromkeys(LEDGER_KEYS, math.nan))


def _conserved(mine: Fields, case: Case) -> None:
    """Money is conserved: both profits add up to the cash received and the position's value.

    It is so whatever the method; the value is at the mark.
    """
    if mine["problems"]:
        return
    fills, mark = case.args
    total = sum(quantity * (mark - price) for quantity, price in fills)
    base.need(
        base.close(mine["realised"] + mine["unrealised"], total, absolute=1e-6),
        f"your `realised` and `unrealised` add up to {base.shown(mine['realised'] + mine['unrealised'])}, but cash received less cash "
        f"paid, plus the position at the mark, is {base.shown(total)}. Money has appeared or vanished.",
    )


def _ledger_numpy(fills: Fills, mark: float) -> dict[str, object]:
    """Positions before and after each fill as arrays, then averages and gains fill by fill.

    It returns NumPy scalars, and an array for one number.
    """
    if not len(fills):
        return dict.fromkeys(LEDGER_KEYS, 0)
    quantity, price = np.array(fills, dtype=float).T
    held = np.cumsum(quantity)
    before = held - quantity
    average, gain = np.zeros(len(held)), np.zeros(len(held))
    for i in range(len(held)):
        old = average[i - 1] if i else 0.0
        if np.sign(before[i]) * np.sign(quantity[i]) < 0:
            gain[i] = np.sign(before[i]) * min(abs(quantity[i]), abs(before[i])) * (price[i] - old)
            average[i] = 0.0 if held[i] == 0 else price[i] if held[i] * before[i] < 0 else old
        else:
            average[i] = np.average([old, price[i]], weights=np.abs([before[i], quantity[i]]))
    return {
        "position": held[-1],
        "average_price": average[-1],
        "realised": gain.sum(),
        "unrealised": np.array([held[-1] * (mark - average[-1])]),
    }


def _ledger_pieces(fills: Fills, mark: float) -> pd.Series:
    """Each fill is cut into what closes and what opens.

    It returns a Series with one more entry than was asked for.
    """
    pieces, held = [], 0.0
    for quantity, price in fills:
        closing = -math.copysign(min(abs(quantity), abs(held)), held) if held * quantity < 0 else 0.0
        pieces += [(closing, price, True)] * (closing != 0) + [(quantity - closing, price, False)] * (quantity != closing)
        held += quantity
    held, paid, realised = 0.0, 0.0, 0.0
    for quantity, price, closes in pieces:
        if closes:
            mean = paid / held
            realised -= quantity * (price - mean)
            held, paid = held + quantity, paid + quantity * mean
        else:
            held, paid = held + quantity, paid + quantity * price
        paid = paid if held else 0.0
    mean = paid / held if held else 0.0
    values = {"position": held, "average_price": mean, "realised": realised, "unrealised": held * (mark - mean)}
    return pd.Series(values | {"total": realised + held * (mark - mean)})


LEDGER = Exercise(
    name="ledger",
    section="6.2",
    parameters=("fills", "mark"),
    reference=ledger_reference,
    cases=_ledger_cases,
    read=_read_ledger,
    fields=(
        Field("position", "the sum of the signed quantities, negative when short"),
        Field(
            "average_price",
            "weighted by quantity, unchanged by a reduction, the fill's own price after a flip, and 0 when nothing is held",
        ),
        Field("realised", "a reduction earns (fill price − average) · quantity closed if long, minus that if short", absolute=1e-6),
        Field("unrealised", "signed position · (mark − average)", absolute=1e-6),
    ),
    parts={"position": ("position",), "average": ("average_price",), "pnl": ("realised", "unrealised")},
    invariants=_conserved,
    misconceptions=LEDGER_MISCONCEPTIONS,
    variants=(_ledger_numpy, _ledger_pieces),
)
