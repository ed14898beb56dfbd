"""Section 6.2: a ledger by the average-cost method, and tranches sized from one risk budget.

Wrong implementations share one right one with a piece exchanged. The references go another way: the ledger keeps what the position has
cost and takes the profit from the conservation of money; the plan works with losses and values per unit of the whole position.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base

from answer_key.exercise import Case, Exercise, Field, Fields, Misconception

# ---------------------------------------------------------------------------------------------------------------------- ledger

LEDGER_KEYS = ("position", "average_price", "realised", "unrealised")
LEDGER_EXAMPLE = [(100, 50.0), (50, 53.0), (-60, 55.0), (-120, 52.0)]


def ledger_reference(fills: Sequence[tuple[float, float]], mark: float) -> dict[str, float]:
    """The cost of what is held shrinks in proportion on a reduction; realised is that cost less all cash paid so far."""
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
    """Fills that add, reduce, close and flip with like chances; quantities are multiples of a quarter, so that closing leaves 0."""
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
    """Each event alone, long and short, at drawn prices; then long records of all of them; whole numbers; nothing at all."""

    def price() -> float:
        return round(float(rng.uniform(20, 180)), 2)

    def size() -> float:
        return 0.25 * float(rng.integers(8, 80))

    first, second, third = price(), price(), price()
    a, b = size(), size()
    part = 0.25 * float(rng.integers(1, round(a / 0.25)))
    cases = [Case(([], price()), label="no fill at all")]
    for side, told in ((1, "long"), (-1, "short")):
        opened = (side * a, first)
        scripts = {
            f"one entry, {told}": [opened],
            f"two entries, {told}": [opened, (side * b, second)],
            f"three entries, {told}": [opened, (side * b, second), (side * part, third)],
            f"a {told} position is reduced": [opened, (-side * part, second)],
            f"a {told} position is built and reduced": [opened, (side * b, second), (-side * part, third)],
            f"a {told} position is closed": [opened, (-side * a, second)],
            f"a {told} position is built and closed in parts": [
                opened,
                (side * b, second),
                (-side * part, third),
                (-side * (a + b - part), price()),
            ],
            f"closed and opened anew, {told}": [opened, (-side * a, second), (side * b, third)],
            f"a {told} position flips": [opened, (-side * (a + b), second)],
            f"flips to and fro, first {told}": [opened, (-side * (a + b), second), (side * (b + part), third), (-side * a, price())],
            f"reduced, then added to, {told}": [opened, (-side * part, second), (side * b, third)],
            f"the market gaps against a {told} position": [opened, (-side * part, first * (1 - side * 0.45))],
        }
        cases += [Case((fills, price()), label=label) for label, fills in scripts.items()]
    whole = [(int(rng.integers(5, 50)), int(rng.integers(20, 90))) for _ in range(3)]
    cases.append(Case(([*whole, (-sum(quantity for quantity, _ in whole) - 3, 60)], 55), label="whole numbers"))
    for count in (3, 5, 8, 12, 20, 40):
        cases.append(Case((_fills(rng, count, price()), price()), label="a drawn record"))
    return cases


def _read_ledger(result: Any, case: Case) -> Fields:
    answer = base.need_keys("ledger", result, LEDGER_KEYS)
    return {key: base.number(f"`{key}`", answer[key]) for key in LEDGER_KEYS}


def _conserved(mine: Fields, case: Case) -> None:
    """Money is conserved: whatever the method, both profits add up to the cash received and the position at the mark."""
    fills, mark = case.args
    total = sum(quantity * (mark - price) for quantity, price in fills)
    base.need(
        base.close(mine["realised"] + mine["unrealised"], total, absolute=1e-6),
        f"your `realised` and `unrealised` add up to {base.shown(mine['realised'] + mine['unrealised'])}, but cash received less cash "
        f"paid, plus the position at the mark, is {base.shown(total)}. Money has appeared or vanished.",
    )


def _ledger_numpy(fills: Any, mark: Any) -> Any:
    """Arrays: the fills since the position was last flat or flipped are looked up, then every reduction is booked against them."""
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


def _ledger_pieces(fills: Any, mark: Any) -> Any:
    """Each fill is cut into what closes and what opens; a Series with one more entry than was asked for."""
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


Blend = Callable[[float, float, float, float], float]
"""(position before, average before, quantity, price) → one number."""


def _by_quantity(position: float, average: float, quantity: float, price: float) -> float:
    return (abs(position) * average + abs(quantity) * price) / (abs(position) + abs(quantity))


def _by_value(position: float, average: float, quantity: float, price: float) -> float:
    old, new = abs(position) * average, abs(quantity) * price
    return (old * average + new * price) / (old + new)


def _break_even(position: float, average: float, quantity: float, price: float) -> float:
    return (position * average + quantity * price) / (position + quantity)


def _closed(position: float, average: float, quantity: float, price: float) -> float:
    return math.copysign(min(abs(quantity), abs(position)), position) * (price - average)


def _ledger(
    fills: Any,
    mark: Any,
    *,
    blend: Blend = _by_quantity,
    reduced: Blend = lambda position, average, quantity, price: average,
    flipped: Blend = lambda position, average, quantity, price: price,
    flat: Callable[[float], float] = lambda average: 0.0,
    gain: Blend = _closed,
    total: Callable[[list[float]], float] = sum,
    overfill: Callable[[float, float], float] = lambda position, quantity: position + quantity,
    unrealised: Callable[[float, float, float], float] = lambda position, average, mark: position * (mark - average),
) -> dict[str, float]:
    """The exercise with one idea replaced."""
    position, average, gains = 0.0, 0.0, []
    for quantity, price in fills:
        after = position + quantity
        if position * quantity >= 0:
            average = blend(position, average, quantity, price)
        else:
            gains.append(gain(position, average, quantity, price))
            if after * position < 0:
                after = overfill(position, quantity)
            if after == 0:
                average = flat(average)
            else:
                average = (flipped if after * position < 0 else reduced)(position, average, quantity, price)
        position = after
    return {
        "position": position,
        "average_price": average,
        "realised": total(gains) if gains else 0.0,
        "unrealised": unrealised(position, average, mark),
    }


def _ledger_with(**idea: Any) -> Callable[..., Any]:
    return lambda fills, mark: _ledger(fills, mark, **idea)


def _ledger_then(change: Callable[[dict[str, float], Any, Any], dict[str, float]]) -> Callable[..., Any]:
    def wrong(fills: Any, mark: Any) -> dict[str, float]:
        answer = _ledger(fills, mark)
        return answer | change(answer, fills, mark)

    return wrong


def _ledger_lots(newest: bool) -> Callable[..., Any]:
    """First in first out, or last in first out: every reduction is matched with one entry instead of with the average."""

    def wrong(fills: Any, mark: Any) -> dict[str, float]:
        lots: list[list[float]] = []
        realised = 0.0
        for quantity, price in fills:
            left = quantity
            while left and lots and lots[0][0] * left < 0:
                lot = lots[-1 if newest else 0]
                part = math.copysign(min(abs(left), abs(lot[0])), lot[0])
                realised += part * (price - lot[1])
                lot[0] -= part
                left += part
                if lot[0] == 0:
                    lots.remove(lot)
            if left:
                lots.append([left, price])
        position = sum(size for size, _ in lots)
        average = sum(size * price for size, price in lots) / position if lots else 0.0
        return {
            "position": position,
            "average_price": average,
            "realised": realised,
            "unrealised": position * (mark - average),
        }

    return wrong


def _ledger_all_entries(fills: Any, mark: Any) -> dict[str, float]:
    """The average over everything ever bought (when long) or sold (when short), also from before the position was last flat."""
    position = realised = 0.0
    bought = {1.0: [0.0, 0.0], -1.0: [0.0, 0.0]}

    def mean(way: float) -> float:
        size, paid = bought[way]
        return paid / size if size else 0.0

    for quantity, price in fills:
        way = math.copysign(1.0, quantity)
        if position * quantity < 0:
            realised += math.copysign(min(abs(quantity), abs(position)), position) * (price - mean(-way))
        opened = abs(quantity) if position * quantity >= 0 else max(abs(quantity) - abs(position), 0.0)
        bought[way][0] += opened
        bought[way][1] += opened * price
        position += quantity
    average = mean(math.copysign(1.0, position)) if position else 0.0
    return {"position": position, "average_price": average, "realised": realised, "unrealised": position * (mark - average)}


def _ledger_plain_average(fills: Any, mark: Any) -> dict[str, float]:
    count = 0

    def blend(position: float, average: float, quantity: float, price: float) -> float:
        nonlocal count
        count = count + 1 if position else 1
        return (average * (count - 1) + price) / count

    def flipped(position: float, average: float, quantity: float, price: float) -> float:
        nonlocal count
        count = 1
        return price

    return _ledger(fills, mark, blend=blend, flipped=flipped)


def _ledger_unsigned(fills: Any, mark: Any) -> dict[str, float]:
    return _ledger([(abs(quantity), price) for quantity, price in fills], mark)


def _ledger_pops(fills: Any, mark: Any) -> dict[str, float]:
    taken = []
    while fills:
        taken.append(fills.pop(0))
    return _ledger(taken, mark)


def _ledger_long_only(fills: Any, mark: Any) -> dict[str, float]:
    held, kept = 0.0, []
    for quantity, price in fills:
        kept.append((max(quantity, -held), price))
        held += kept[-1][0]
    return _ledger([(quantity, price) for quantity, price in kept if quantity], mark)


_TAKEN = [0.0]


def _ledger_never_reset(fills: Any, mark: Any) -> dict[str, float]:
    """A running total outside the function."""
    answer = _ledger(fills, mark)
    _TAKEN[0] += answer["realised"]
    return answer | {"realised": _TAKEN[0]}


def _ledger_example(fills: Any, mark: Any) -> dict[str, float]:
    return {"position": -30.0, "average_price": 52.0, "realised": 330.0, "unrealised": -60.0}


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
    misconceptions=(
        Misconception(
            "average weighted by value",
            _ledger_with(blend=_by_value),
            "You weight the entry prices by money. Weight them by quantity: one dollar's worth at 100 and one at 50 are 0.01 and 0.02 "
            "units, bought at 66.67 on average, not at 75.",
            ("average", "pnl"),
        ),
        Misconception(
            "plain average of the prices",
            _ledger_plain_average,
            "You average the prices as if all fills had the same size. A fill of 100 units counts ten times as much as one of 10.",
            ("average", "pnl"),
        ),
        Misconception(
            "half the way to each new price",
            _ledger_with(blend=lambda position, average, quantity, price: (average + price) / 2 if position else price),
            "You take the middle between the old average and the new price, whatever was held and bought. Weight both by quantity.",
            ("average", "pnl"),
        ),
        Misconception(
            "the last price is the average",
            _ledger_with(blend=lambda position, average, quantity, price: price),
            "Adding to a position does not restart the average. Only a flip does, and an entry out of a flat position.",
            ("average", "pnl"),
        ),
        Misconception(
            "a reduction moves the average",
            _ledger_with(reduced=_break_even),
            "Your average moves when part of the position is sold: it is the break-even price of what is left. In the average-cost "
            "method a reduction realises profit and leaves the average alone; otherwise the same profit is counted twice.",
            ("average", "pnl"),
        ),
        Misconception(
            "a reduction averages in",
            _ledger_with(reduced=_by_quantity),
            "You average the price of a reduction in as if it were an entry. Only fills that add to the position change the average.",
            ("average", "pnl"),
        ),
        Misconception(
            "a reduction restarts the average",
            _ledger_with(reduced=lambda position, average, quantity, price: price),
            "After a reduction your average is the exit's price. What is left was bought at the old average; leave it.",
            ("average", "pnl"),
        ),
        Misconception(
            "a flip keeps the average",
            _ledger_with(flipped=lambda position, average, quantity, price: average),
            "After a flip the old position is gone, and with it its average. The new position was entered at the fill's price.",
            ("average", "pnl"),
        ),
        Misconception(
            "a flip blends the averages",
            _ledger_with(flipped=_by_quantity),
            "A flip is two fills in one: the first part closes all that was held, the rest opens a new position at the fill's price. "
            "You mix the old average into the new one.",
            ("average", "pnl"),
        ),
        Misconception(
            "a flip stops at flat",
            _ledger_with(overfill=lambda position, quantity: 0.0),
            "A fill larger than the position closes it and opens the rest on the other side. Your rest is lost.",
        ),
        Misconception(
            "a flip realises the whole fill",
            _ledger_with(gain=lambda position, average, quantity, price: quantity * (average - price)),
            "On a flip you take profit on the whole fill. Only the quantity that was held can be closed; the rest is a new position.",
            ("pnl",),
        ),
        Misconception(
            "the average stays when flat",
            _ledger_with(flat=lambda average: average),
            "Where nothing is held, `average_price` is 0. Yours is that of the position that was closed.",
            ("average",),
        ),
        Misconception(
            "the average never restarts",
            _ledger_all_entries,
            "You average over all entries since the first fill. Once a position is closed or flipped, its entries no longer count.",
            ("average", "pnl"),
        ),
        Misconception(
            "the average is negative when short",
            _ledger_then(lambda answer, fills, mark: {"average_price": math.copysign(answer["average_price"], answer["position"])}),
            "An average price is a price: positive when short as well. The sign belongs to the position.",
            ("average",),
        ),
        Misconception(
            "first in, first out",
            _ledger_lots(newest=False),
            "This is first in, first out: you match each reduction with the oldest entry. The average-cost method knows no lots; a "
            "reduction closes at the average.",
            ("average", "pnl"),
        ),
        Misconception(
            "last in, first out",
            _ledger_lots(newest=True),
            "This is last in, first out: you match each reduction with the newest entry. The average-cost method knows no lots; a "
            "reduction closes at the average.",
            ("average", "pnl"),
        ),
        Misconception(
            "shorts realise like longs",
            _ledger_with(gain=lambda position, average, quantity, price: min(abs(quantity), abs(position)) * (price - average)),
            "A short earns when it is bought back below its average. Your realised profit of shorts has the sign of longs.",
            ("pnl",),
        ),
        Misconception(
            "shorts are marked like longs",
            _ledger_with(unrealised=lambda position, average, mark: abs(position) * (mark - average)),
            "A short loses when the mark rises. Your unrealised profit of shorts has the sign of longs; use the signed position.",
            ("pnl",),
        ),
        Misconception(
            "profits with the wrong sign",
            _ledger_then(lambda answer, fills, mark: {"realised": -answer["realised"], "unrealised": -answer["unrealised"]}),
            "Both profits have the wrong sign: a long earns when the price is above its average.",
            ("pnl",),
        ),
        Misconception(
            "only the last reduction",
            _ledger_with(total=lambda gains: gains[-1]),
            "`realised` is the sum over all reductions; yours is that of the last one. Is it overwritten where it should be added to?",
            ("pnl",),
        ),
        Misconception(
            "profit per unit",
            _ledger_with(gain=lambda position, average, quantity, price: math.copysign(price - average, position * (price - average))),
            "You add up price differences. Each has to be multiplied by the quantity that was closed.",
            ("pnl",),
        ),
        Misconception(
            "cash received as profit",
            _ledger_then(lambda answer, fills, mark: {"realised": -sum(quantity * price for quantity, price in fills)}),
            "Your `realised` is the cash received less the cash paid. Buying is no loss and selling no profit: only what was closed "
            "counts, against its average.",
            ("pnl",),
        ),
        Misconception(
            "value as profit",
            _ledger_with(unrealised=lambda position, average, mark: position * mark),
            "Your `unrealised` is what the position is worth. Its profit is that less what it has cost.",
            ("pnl",),
        ),
        Misconception(
            "realised contains the unrealised",
            _ledger_then(lambda answer, fills, mark: {"realised": answer["realised"] + answer["unrealised"]}),
            "Your `realised` is the whole profit. What is still held is not realised.",
            ("pnl",),
        ),
        Misconception(
            "marked at the last fill",
            lambda fills, mark: _ledger(fills, fills[-1][1] if fills else mark),
            "You value the position at the price of the last fill. Value it at `mark`.",
            ("pnl",),
        ),
        Misconception(
            "an unsigned position",
            _ledger_then(lambda answer, fills, mark: {"position": abs(answer["position"])}),
            "A short position is negative. Yours has lost its sign.",
            ("position",),
        ),
        Misconception(
            "every fill is a purchase",
            _ledger_unsigned,
            "You treat every fill as a purchase. The sign of the quantity says which it is: positive is bought, negative sold.",
        ),
        Misconception(
            "a short position is no position",
            _ledger_long_only,
            "A sale out of a flat account opens a short position, and a larger sale than the position flips it. You ignore what is "
            "sold beyond what is held.",
        ),
        Misconception(
            "changes its inputs",
            _ledger_pops,
            "The list of fills is empty after your function has read it. Loop over it without taking anything out.",
        ),
        Misconception(
            "keeps state between calls",
            _ledger_never_reset,
            "Does the function keep something between calls? Every call starts with nothing held and nothing realised.",
        ),
        Misconception(
            "the worked example written down",
            _ledger_example,
            "The result is that of the worked example, whatever the fills. Compute it from `fills` and `mark`.",
        ),
    ),
    variants=(_ledger_numpy, _ledger_pieces),
)

# --------------------------------------------------------------------------------------------------------------- plan_scale_in

def plan_reference(
    entries: Sequence[float],
    splits: Sequence[float],
    *,
    stop: float,
    side: int,
    equity: float,
    risk_budget: float,
    max_leverage: float = 3.0,
) -> list[float]:
    """One unit of ``splits`` loses and is worth so much; as many units as the budget buys, fewer where their value passes the cap."""
    loss = sum(split * abs(entry - stop) for entry, split in zip(entries, splits, strict=True))
    value = sum(split * entry for entry, split in zip(entries, splits, strict=True))
    units = risk_budget * equity / loss
    if units * value > max_leverage * equity:
        units = max_leverage * equity / value
    return [units * split for split in splits]


NO_CAP = 1e6
"""A ``max_leverage`` that no plan reaches."""


def _plan_case(rng: np.random.Generator, tightness: float, label: str, parts: tuple[str, ...], **fixed: Any) -> Case:
    """A plan whose cap on notional stands at ``tightness`` times what the risk budget alone would buy: it binds below 1.

    ``fixed`` may set side, count (of entries), splits, price, spread (of the entries) and default (max_leverage is not passed).
    """
    side = fixed.get("side", int(rng.choice([-1, 1])))
    count = fixed.get("count", int(rng.integers(2, 6)))
    price = fixed.get("price", float(rng.uniform(15, 250)))
    spread = fixed.get("spread", float(rng.uniform(0.02, 0.12)))
    steps = np.sort(rng.uniform(0.0, spread, count)) * float(rng.choice([-1, 1]))
    entries = [round(price * (1.0 + step), 4) for step in steps.tolist()]
    splits = fixed.get("splits", rng.uniform(0.1, 1.0, count).tolist())
    worst = min(entries) if side == 1 else max(entries)
    stop = round(worst * (1.0 - side * float(rng.uniform(0.01, 0.08))), 4)
    equity, budget = round(float(rng.uniform(5_000, 400_000)), 2), round(float(rng.uniform(0.002, 0.03)), 4)
    loss, value = np.dot(splits, np.abs(np.subtract(entries, stop))), np.dot(splits, entries)
    named = {"stop": stop, "side": side, "equity": equity, "risk_budget": budget}
    if fixed.get("default"):
        named["risk_budget"] = float(3.0 / tightness * loss / value)
    else:
        named["max_leverage"] = float(tightness * budget * value / loss)
    return Case((entries, splits), named, label, parts)


def _plan_cases(rng: np.random.Generator) -> list[Case]:
    """Long and short, one entry and several, splits of any total, max_leverage at its default and not.

    For the split and the risk the cap is slack. For the cap each plan is asked for twice, with the cap and with one out of reach.
    """
    numbers = {"stop": 92, "side": 1, "equity": 20_000, "risk_budget": 0.01}
    cases = [Case(([100, 98, 95], [5, 3, 2]), numbers, "whole numbers, splits that add up to 10", ("split", "risk"))]
    shapes: dict[str, dict[str, Any]] = {
        "": {"splits": [0.5, 0.3, 0.2], "count": 3},
        ", one entry": {"splits": [1.0], "count": 1},
        ", splits that add up to 3": {"splits": [1.0, 1.0, 1.0], "count": 3},
        ", splits that add up to 0.4": {"splits": [0.3, 0.1], "count": 2},
        ", max_leverage at its default": {"default": True},
        ", prices below 1": {"price": 0.4},
        ", entries far apart": {"spread": 0.4, "count": 3},
        ", splits of any total": {},
    }
    for side, told in ((1, "long"), (-1, "short")):
        for shape, fixed in shapes.items():
            options = {"side": side, **fixed}
            slack, binding = float(rng.uniform(6, 20)), float(rng.uniform(0.2, 0.7))
            cases.append(_plan_case(rng, slack, f"{told}, the cap does not bind{shape}", ("split", "risk"), **options))
            cases += _with_and_without_cap(_plan_case(rng, binding, f"{told}, the cap binds{shape}", ("split", "cap"), **options))
        for tightness, how in ((1.03, "almost"), (0.97, "just")):
            cases += _with_and_without_cap(_plan_case(rng, tightness, f"{told}, the cap {how} binds", ("split", "cap"), side=side))
        cases += _with_and_without_cap(_plan_case(rng, 1e-10, f"{told}, a cap of almost nothing", ("cap",), side=side))
        cases.append(_plan_case(rng, 1e5, f"{told}, a cap out of reach", ("split", "risk"), side=side))
    return cases


def _with_and_without_cap(case: Case) -> list[Case]:
    return [case, Case(case.args, {**case.kwargs, "max_leverage": NO_CAP}, "a cap out of reach", ("cap",))]


def _read_plan(result: Any, case: Case) -> Fields:
    entries, named = np.asarray(case.args[0], dtype=float), case.kwargs
    if isinstance(result, dict):
        result = list(result.values())
    quantities = base.numbers("the result of `plan_scale_in`", result, len(entries))
    total = float(quantities.sum())
    return {
        "share of the total": quantities / total if total else np.zeros(len(entries)),
        "loss at the stop": float(np.sum(quantities * named["side"] * (entries - named["stop"]))),
        "notional": float(np.sum(quantities * entries)),
    }


def _judge_cap(got: Sequence[tuple[Case, Fields]]) -> str | None:
    """With the cap, the notional is the smaller of the cap and of what the same function asks for without one.

    So an answer that gets the risk wrong can still get the cap right. One that hardly takes a position is never cut, and wrong.
    """
    for (case, mine), (free_case, free) in sorted(zip(got[::2], got[1::2], strict=True), key=lambda pair: len(pair[0][0].args[0])):
        equity, leverage = case.kwargs["equity"], case.kwargs.get("max_leverage", 3.0)
        if free["notional"] > 0.1 * NO_CAP * equity:
            return (
                f"In `{free_case.call('plan_scale_in')}` ({free_case.label}), notional is {free['notional'] / equity:.3g} times "
                "equity. The rule: the cap limits the position, the risk budget sets it."
            )
        if free["notional"] < 0.001 * case.kwargs["risk_budget"]:
            return (
                f"In `{free_case.call('plan_scale_in')}` ({free_case.label}), notional is {free['notional']:.3g}. The rule: the "
                "position is as large as the risk budget allows; nothing else limits it here."
            )
        if not base.close(mine["notional"], min(free["notional"], leverage * equity)):
            return (
                f"In `{case.call('plan_scale_in')}` ({case.label}), notional is {mine['notional'] / equity:.4g} times equity; with a "
                f"cap out of reach it is {free['notional'] / equity:.4g} times. The rule: notional, Σ quantity · entry, is what the "
                "risk budget asks for, but where that is more than max_leverage · equity, it is max_leverage · equity."
            )
    return None


def _plan_numpy(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Arrays; the plan sized by risk is scaled down by the share of the cap it would use."""
    shares = np.array(splits) / np.sum(splits)
    quantities = equity * risk_budget * shares / (shares @ (side * (np.array(entries) - stop)))
    used = quantities @ np.array(entries) / (equity * max_leverage)
    return quantities / max(used, 1)


def _plan_pandas(entries: Any, splits: Any, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """A frame with an odd index; the average entry is what all is measured from."""
    frame = pd.DataFrame({"entry": entries, "split": splits}, index=[f"tranche {-place}" for place in range(len(entries))])
    frame["split"] = frame.split.div(frame.split.sum())
    average = frame.entry.mul(frame.split).sum()
    return frame.split * min(risk_budget * equity / abs(average - stop), max_leverage * equity / average)


def _plan_steps(entries: Any, splits: Any, **named: Any) -> Any:
    """Halving the interval between no position and the cap until the loss fits; a tuple of NumPy scalars."""
    tranches = list(zip(splits, entries, strict=True))
    low, high = 0.0, named.get("max_leverage", 3.0) * named["equity"] / sum(split * entry for split, entry in tranches)

    def loss(units: float) -> float:
        return sum(units * split * (entry - named["stop"]) * named["side"] for split, entry in tranches)

    wanted = named["risk_budget"] * named["equity"]
    if loss(high) > wanted:
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if loss(middle) <= wanted else (low, middle)
    return tuple(np.float64(high * split) for split in splits)


def _plan(
    entries: Any,
    splits: Any,
    *,
    stop: float,
    side: int,
    equity: float,
    risk_budget: float,
    max_leverage: float = 3.0,
    shares: Callable[..., Any] = lambda splits: np.array(splits, dtype=float) / np.sum(splits),
    loss: Callable[..., Any] = lambda shares, entries, stop, side: np.sum(shares * side * (entries - stop)),
    value: Callable[..., Any] = lambda shares, entries: np.sum(shares * entries),
    money: Callable[..., float] = lambda risk_budget, equity, max_leverage: risk_budget * equity,
    limit: Callable[..., float] = lambda risk_budget, equity, max_leverage: max_leverage * equity,
    choose: Callable[..., Any] = min,
    finish: Callable[..., Any] = lambda quantities, entries, stop, side: quantities,
) -> Any:
    """The exercise with one idea replaced."""
    prices, parts, amounts = np.array(entries, dtype=float), shares(splits), (risk_budget, equity, max_leverage)
    total = choose(money(*amounts) / loss(parts, prices, stop, side), limit(*amounts) / value(parts, prices))
    return finish(total * parts, prices, stop, side)


def _plan_with(**idea: Any) -> Callable[..., Any]:
    def wrong(
        entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0
    ) -> Any:
        named = {"stop": stop, "side": side, "equity": equity, "risk_budget": risk_budget, "max_leverage": max_leverage}
        return _plan(entries, splits, **named, **idea)

    return wrong


def _plan_weights(weight: Callable[..., Any]) -> Callable[..., Any]:
    """The splits as shares of something else than quantity; the whole plan still has the right loss and the right cap."""

    def wrong(
        entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0
    ) -> Any:
        other = np.array(splits, dtype=float) / weight(np.array(entries, dtype=float), stop)
        return _plan(entries, other, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)

    return wrong


def _plan_cut_last(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Entries are filled in order until the cap is reached; those after it get nothing."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    room, quantities = max_leverage * equity, []
    for quantity, entry in zip(wanted, entries, strict=True):
        quantities.append(min(quantity, room / entry))
        room -= quantities[-1] * entry
    return quantities


def _plan_cut_each(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Each tranche may use its own share of the cap."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    return np.minimum(wanted, max_leverage * equity * np.array(splits) / np.sum(splits) / np.array(entries))


def _plan_gives_up(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """No position at all where the cap would be passed."""
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=math.inf)
    return wanted * (np.sum(wanted * np.array(entries)) <= max_leverage * equity)


def _plan_default(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    return _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget)


def _plan_in_place(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    total = sum(splits)
    for place in range(len(splits)):
        splits[place] = splits[place] / total
    return _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)


def _plan_full_each(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    """Every entry risks the whole budget on its own."""
    prices = np.array(entries, dtype=float)
    quantities = risk_budget * equity / np.abs(prices - stop)
    return quantities / max(1.0, np.sum(quantities * prices) / (max_leverage * equity))


def _plan_raw_splits(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3) -> Any:
    wanted = _plan(entries, splits, stop=stop, side=side, equity=equity, risk_budget=risk_budget, max_leverage=max_leverage)
    return wanted * sum(splits)


def _plan_example(entries: Any, splits: Any, *, stop: Any, side: Any, equity: Any, risk_budget: Any, max_leverage: Any = 3.0) -> Any:
    return ([78.125, 46.875, 31.25] * len(entries))[: len(entries)]


PLAN_SCALE_IN = Exercise(
    name="plan_scale_in",
    section="6.2",
    parameters=("entries", "splits", "stop", "side", "equity", "risk_budget", "max_leverage"),
    reference=plan_reference,
    cases=_plan_cases,
    read=_read_plan,
    fields=(
        Field("share of the total", "entry i gets the share splits[i] / Σ splits of the total quantity, whether or not the cap binds"),
        Field("loss at the stop", "Σ quantity · side · (entry − stop) is risk_budget · equity wherever the cap does not bind"),
        Field("notional", "Σ quantity · entry is never above max_leverage · equity, and equal to it only where the cap binds"),
    ),
    parts={"split": ("share of the total",), "risk": ("loss at the stop",), "cap": ("notional",)},
    judges={"cap": _judge_cap},
    misconceptions=(
        Misconception(
            "splits of money",
            _plan_weights(lambda entries, stop: entries),
            "You split the money, so that cheaper entries get more units. `splits` are shares of the total quantity.",
            ("split",),
        ),
        Misconception(
            "splits of risk",
            _plan_weights(lambda entries, stop: np.abs(entries - stop)),
            "You split the risk, so that entries near the stop get more units. `splits` are shares of the total quantity.",
            ("split",),
        ),
        Misconception(
            "equal tranches",
            _plan_with(shares=lambda splits: np.full(len(splits), 1.0 / len(splits))),
            "All your tranches have the same size. Each entry gets its own share of the total quantity, `splits[i] / Σ splits`.",
        ),
        Misconception(
            "splits in reverse",
            _plan_with(shares=lambda splits: np.array(splits)[::-1] / np.sum(splits)),
            "Your shares are in reverse order: `splits[0]` belongs to `entries[0]`.",
        ),
        Misconception(
            "the full budget at each entry",
            _plan_full_each,
            "Each of your entries risks the whole budget. The budget is for all of them together, with every entry filled.",
        ),
        Misconception(
            "splits not normalised",
            _plan_raw_splits,
            "You use `splits` as they come. They need not add up to 1: divide them by their sum first.",
            ("risk", "cap"),
        ),
        Misconception(
            "distance of the first entry",
            _plan_with(loss=lambda shares, entries, stop, side: side * (entries[0] - stop)),
            "You size all of the position by the first entry's distance to the stop. The others stand nearer or farther: add "
            "up what each of them loses.",
            ("risk",),
        ),
        Misconception(
            "distance of the last entry",
            _plan_with(loss=lambda shares, entries, stop, side: side * (entries[-1] - stop)),
            "You size all of the position by the last entry's distance to the stop. The others stand nearer or farther: add "
            "up what each of them loses.",
            ("risk",),
        ),
        Misconception(
            "plain average of the entries",
            _plan_with(loss=lambda shares, entries, stop, side: side * (np.mean(entries) - stop)),
            "You measure the risk from the plain average of the entries. They are not of equal size: weight each with its "
            "share.",
            ("risk",),
        ),
        Misconception(
            "leverage multiplies the risk budget",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget * equity * max_leverage),
            "This is what you get when leverage multiplies the risk budget. Leverage is a limit on notional; the loss at the "
            "stop is risk_budget · equity, however high the limit.",
            ("risk", "cap"),
        ),
        Misconception(
            "the budget is spent, not risked",
            _plan_with(loss=lambda shares, entries, stop, side: np.sum(shares * entries)),
            "You buy units worth the risk budget. The budget is what may be lost between the entries and the stop, so the "
            "position may be worth far more.",
            ("risk",),
        ),
        Misconception(
            "the budget without equity",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget),
            "Your loss at the stop is `risk_budget` itself. It is a fraction of equity: multiply by `equity`.",
            ("risk",),
        ),
        Misconception(
            "the budget in percent",
            _plan_with(money=lambda risk_budget, equity, max_leverage: risk_budget * equity / 100),
            "You divide `risk_budget` by 100. It is a fraction already: 0.01 is one percent.",
            ("risk",),
        ),
        Misconception(
            "distance as a share of the price",
            _plan_with(loss=lambda shares, entries, stop, side: np.sum(shares * side * (entries - stop) / entries)),
            "You divide the budget by the stop's distance in percent, which gives money, not units. The loss per unit is the "
            "distance in price.",
            ("risk",),
        ),
        Misconception(
            "money instead of units",
            _plan_with(finish=lambda quantities, entries, stop, side: quantities * entries),
            "Your result is the money in each tranche. Return quantities: units of the asset.",
        ),
        Misconception(
            "no cap",
            _plan_with(choose=lambda by_risk, by_cap: by_risk),
            "You never look at notional. Where it would pass max_leverage · equity, all quantities shrink until it does not.",
            ("cap",),
        ),
        Misconception(
            "always at the cap",
            _plan_with(choose=lambda by_risk, by_cap: by_cap),
            "Your position is always as large as leverage allows. The cap is a limit, not a target: the risk budget sets the "
            "size where it asks for less.",
            ("risk", "cap"),
        ),
        Misconception(
            "the larger of the two sizes",
            _plan_with(choose=max),
            "You take the larger of the two sizes. Both limits have to hold: take the smaller.",
            ("risk", "cap"),
        ),
        Misconception(
            "a cap of equity",
            _plan_with(limit=lambda risk_budget, equity, max_leverage: equity),
            "You cap notional at equity. The cap is max_leverage · equity.",
        ),
        Misconception(
            "the cap divided by leverage",
            _plan_with(limit=lambda risk_budget, equity, max_leverage: equity / max_leverage),
            "You divide equity by `max_leverage`. More leverage allows more notional: the cap is max_leverage · equity.",
        ),
        Misconception(
            "a cap in units",
            _plan_with(value=lambda shares, entries: 1.0),
            "You compare a number of units with an amount of money. Notional is Σ quantity · entry.",
            ("cap",),
        ),
        Misconception(
            "the cap measured at the first entry",
            _plan_with(value=lambda shares, entries: entries[0]),
            "You value all units at the first entry's price. Notional is Σ quantity · entry, each at its own.",
            ("cap",),
        ),
        Misconception(
            "the cap measured at the plain average",
            _plan_with(value=lambda shares, entries: np.mean(entries)),
            "You value all units at the plain average of the entries. Notional is Σ quantity · entry, each at its own.",
            ("cap",),
        ),
        Misconception(
            "max_leverage ignored",
            _plan_default,
            "Your cap is three times equity whatever `max_leverage` says. 3.0 is only its default.",
        ),
        Misconception(
            "the cap cuts the last entries",
            _plan_cut_last,
            "You fill the first entries in full and let the cap cut the last ones. It shrinks all quantities alike, so that "
            "the shares stay.",
            ("split",),
        ),
        Misconception(
            "the cap cuts each entry",
            _plan_cut_each,
            "You cap each tranche on its own, which bends the shares. The cap is on the whole: shrink all quantities by the "
            "same factor.",
        ),
        Misconception(
            "nothing where the cap binds",
            _plan_gives_up,
            "Where the cap binds you take no position. Take the largest that the cap allows.",
            ("split", "cap"),
        ),
        Misconception(
            "shorts in negative units",
            _plan_with(finish=lambda quantities, entries, stop, side: quantities * side),
            "Your quantities are negative when short. They are positive for both sides; `side` says which it is.",
            ("risk", "cap"),
        ),
        Misconception(
            "whole units",
            _plan_with(finish=lambda quantities, entries, stop, side: np.floor(quantities)),
            "You round down to whole units. Fractions of a unit are allowed; the loss is to be exactly the budget.",
        ),
        Misconception(
            "rounded to cents",
            _plan_with(finish=lambda quantities, entries, stop, side: np.round(quantities, 2)),
            "Your quantities are rounded. Return them as computed; the loss is to be exactly the budget.",
        ),
        Misconception(
            "changes its inputs",
            _plan_in_place,
            "You normalise `splits` in the caller's own list. Build a new one.",
        ),
        Misconception(
            "the worked example written down",
            _plan_example,
            "The result is that of the worked example, whatever the arguments. Compute it from them.",
        ),
    ),
    variants=(_plan_numpy, _plan_pandas, _plan_steps),
)

EXERCISES = (LEDGER, PLAN_SCALE_IN)
