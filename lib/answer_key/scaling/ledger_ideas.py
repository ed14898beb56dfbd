"""Wrong ideas about the average-cost method: one right ledger, with one rule replaced at a time."""

import math
from collections.abc import Callable
from typing import Any

from answer_key.exercise import Misconception

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
    """First in first out, or last in first out.

    Every reduction is matched with one entry instead of with the average.
    """

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
    """The average over everything ever bought (when long) or sold (when short).

    Entries from before the position was last flat count too.
    """
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


LEDGER_MISCONCEPTIONS = (
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
        "You average the old average and the new price, no matter how much was held and bought. Weight both by quantity.",
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
        "no number when flat",
        _ledger_with(flat=lambda average: math.nan),
        "Where nothing is held, `average_price` is the number 0, not NaN or None.",
        ("average", "pnl"),
        alike=(_ledger_then(lambda answer, fills, mark: {} if answer["position"] else {"average_price": math.nan}),),
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
        "This is first in, first out: you match each reduction with the oldest entry. The average-cost method has no lots; a "
        "reduction closes at the average.",
        ("average", "pnl"),
    ),
    Misconception(
        "last in, first out",
        _ledger_lots(newest=True),
        "This is last in, first out: you match each reduction with the newest entry. The average-cost method has no lots; a "
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
)
