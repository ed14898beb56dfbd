"""Wrong ideas about the average-cost method: a ledger in named steps, with one replaced."""

import math
from collections.abc import Callable, Sequence

from answer_key.exercise import Answer, Misconception

Fills = Sequence[tuple[float, float]]
Figures = dict[str, float]


class _Ledger:
    """The average-cost method in named steps; subclasses replace one."""

    def __init__(self, fills: Fills, mark: float) -> None:
        self.position, self.average, self.mark = 0.0, 0.0, mark
        self.gains: list[float] = []
        for quantity, price in fills:
            self.book(quantity, price)

    def figures(self) -> Figures:
        """What the exercise asks for."""
        return {
            "position": self.position,
            "average_price": self.average,
            "realised": self.realised() if self.gains else 0.0,
            "unrealised": self.unrealised(),
        }

    def book(self, quantity: float, price: float) -> None:
        """Book one fill."""
        after = self.position + quantity
        if self.position * quantity >= 0:
            self.average = self.added(quantity, price)
        else:
            self.gains.append(self.gain(quantity, price))
            if after * self.position < 0:
                after = self.overfilled(quantity)
            if after == 0:
                self.average = self.flat()
            else:
                self.average = self.flipped(quantity, price) if after * self.position < 0 else self.reduced(quantity, price)
        self.position = after

    def added(self, quantity: float, price: float) -> float:
        """The average after a fill that adds, weighted by quantity."""
        return (abs(self.position) * self.average + abs(quantity) * price) / (abs(self.position) + abs(quantity))

    def reduced(self, quantity: float, price: float) -> float:
        """The average after a reduction."""
        return self.average

    def flipped(self, quantity: float, price: float) -> float:
        """The average after a flip."""
        return price

    def flat(self) -> float:
        """The average of nothing."""
        return 0.0

    def overfilled(self, quantity: float) -> float:
        """The position after a fill that is larger than it."""
        return self.position + quantity

    def closed(self, quantity: float) -> float:
        """How many units a fill closes, with the sign of the position."""
        return math.copysign(min(abs(quantity), abs(self.position)), self.position)

    def gain(self, quantity: float, price: float) -> float:
        """What a fill earns that closes something."""
        return self.closed(quantity) * (price - self.average)

    def realised(self) -> float:
        """All gains."""
        return sum(self.gains)

    def unrealised(self) -> float:
        """What the position would earn at the mark."""
        return self.position * (self.mark - self.average)


class _WeightedByValue(_Ledger):
    def added(self, quantity: float, price: float) -> float:
        old, new = abs(self.position) * self.average, abs(quantity) * price
        return (old * self.average + new * price) / (old + new)


class _PlainAverage(_Ledger):
    entries = 0

    def added(self, quantity: float, price: float) -> float:
        self.entries = self.entries + 1 if self.position else 1
        return (self.average * (self.entries - 1) + price) / self.entries

    def flipped(self, quantity: float, price: float) -> float:
        self.entries = 1
        return price


class _HalfTheWay(_Ledger):
    def added(self, quantity: float, price: float) -> float:
        return (self.average + price) / 2 if self.position else price


class _LastPrice(_Ledger):
    def added(self, quantity: float, price: float) -> float:
        return price


class _BreakEven(_Ledger):
    def reduced(self, quantity: float, price: float) -> float:
        return (self.position * self.average + quantity * price) / (self.position + quantity)


class _ReductionAveragesIn(_Ledger):
    def reduced(self, quantity: float, price: float) -> float:
        return self.added(quantity, price)


class _ReductionRestarts(_Ledger):
    def reduced(self, quantity: float, price: float) -> float:
        return price


class _FlipKeepsAverage(_Ledger):
    def flipped(self, quantity: float, price: float) -> float:
        return self.average


class _FlipBlends(_Ledger):
    def flipped(self, quantity: float, price: float) -> float:
        return self.added(quantity, price)


class _FlipStopsAtFlat(_Ledger):
    def overfilled(self, quantity: float) -> float:
        return 0.0


class _WholeFillRealised(_Ledger):
    def gain(self, quantity: float, price: float) -> float:
        return quantity * (self.average - price)


class _AverageStays(_Ledger):
    def flat(self) -> float:
        return self.average


class _UnknownWhenFlat(_Ledger):
    def flat(self) -> float:
        return math.nan


class _ShortsRealiseLikeLongs(_Ledger):
    def closed(self, quantity: float) -> float:
        return min(abs(quantity), abs(self.position))


class _ShortsMarkedLikeLongs(_Ledger):
    def unrealised(self) -> float:
        return abs(self.position) * (self.mark - self.average)


class _LastReduction(_Ledger):
    def realised(self) -> float:
        return self.gains[-1]


class _ProfitPerUnit(_Ledger):
    def gain(self, quantity: float, price: float) -> float:
        return math.copysign(price - self.average, self.position * (price - self.average))


class _ValueAsProfit(_Ledger):
    def unrealised(self) -> float:
        return self.position * self.mark


def _kept(kind: type[_Ledger]) -> Answer:
    """A ledger kept in another way."""
    return lambda fills, mark: kind(fills, mark).figures()


def _right(fills: Fills, mark: float) -> Figures:
    return _Ledger(fills, mark).figures()


def _then(change: Callable[[Figures, Fills], Figures]) -> Answer:
    """Right figures, some of them then changed."""

    def wrong(fills: Fills, mark: float) -> Figures:
        answer = _right(fills, mark)
        return answer | change(answer, fills)

    return wrong


def _lots(newest: bool) -> Answer:
    """First in first out, or last in first out.

    Every reduction is matched with one entry instead of with the average.
    """

    def wrong(fills: Fills, mark: float) -> Figures:
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


def _all_entries(fills: Fills, mark: float) -> Figures:
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


def _unsigned(fills: Fills, mark: float) -> Figures:
    return _right([(abs(quantity), price) for quantity, price in fills], mark)


def _pops(fills: list[tuple[float, float]], mark: float) -> Figures:
    taken = []
    while fills:
        taken.append(fills.pop(0))
    return _right(taken, mark)


def _long_only(fills: Fills, mark: float) -> Figures:
    held, kept = 0.0, []
    for quantity, price in fills:
        kept.append((max(quantity, -held), price))
        held += kept[-1][0]
    return _right([(quantity, price) for quantity, price in kept if quantity], mark)


_TAKEN = [0.0]


def _never_reset(fills: Fills, mark: float) -> Figures:
    """A running total outside the function."""
    answer = _right(fills, mark)
    _TAKEN[0] += answer["realised"]
    return answer | {"realised": _TAKEN[0]}


def _example(fills: Fills, mark: float) -> Figures:
    return {"position": -30.0, "average_price": 52.0, "realised": 330.0, "unrealised": -60.0}


LEDGER_MISCONCEPTIONS = (
    Misconception(
        "average weighted by value",
        _kept(_WeightedByValue),
        "You weight the entry prices by money. Weight them by quantity: one dollar's worth at 100 and one at 50 are 0.01 and 0.02 "
        "units, bought at 66.67 on average, not at 75.",
        ("average", "pnl"),
    ),
    Misconception(
        "plain average of the prices",
        _kept(_PlainAverage),
        "You average the prices as if all fills had the same size. A fill of 100 units counts ten times as much as one of 10.",
        ("average", "pnl"),
    ),
    Misconception(
        "half the way to each new price",
        _kept(_HalfTheWay),
        "You average the old average and the new price, no matter how much was held and bought. Weight both by quantity.",
        ("average", "pnl"),
    ),
    Misconception(
        "the last price is the average",
        _kept(_LastPrice),
        "Adding to a position does not restart the average. Only a flip does, and an entry out of a flat position.",
        ("average", "pnl"),
    ),
    Misconception(
        "a reduction moves the average",
        _kept(_BreakEven),
        "Your average moves when part of the position is sold: it is the break-even price of what is left. In the average-cost "
        "method a reduction realises profit and leaves the average alone; otherwise the same profit is counted twice.",
        ("average", "pnl"),
    ),
    Misconception(
        "a reduction averages in",
        _kept(_ReductionAveragesIn),
        "You average the price of a reduction in as if it were an entry. Only fills that add to the position change the average.",
        ("average", "pnl"),
    ),
    Misconception(
        "a reduction restarts the average",
        _kept(_ReductionRestarts),
        "After a reduction your average is the exit's price. What is left was bought at the old average; leave it.",
        ("average", "pnl"),
    ),
    Misconception(
        "a flip keeps the average",
        _kept(_FlipKeepsAverage),
        "After a flip the old position is gone, and with it its average. The new position was entered at the fill's price.",
        ("average", "pnl"),
    ),
    Misconception(
        "a flip blends the averages",
        _kept(_FlipBlends),
        "A flip is two fills in one: the first part closes all that was held, the rest opens a new position at the fill's price. "
        "You mix the old average into the new one.",
        ("average", "pnl"),
    ),
    Misconception(
        "a flip stops at flat",
        _kept(_FlipStopsAtFlat),
        "A fill larger than the position closes it and opens the rest on the other side. Your rest is lost.",
    ),
    Misconception(
        "a flip realises the whole fill",
        _kept(_WholeFillRealised),
        "On a flip you take profit on the whole fill. Only the quantity that was held can be closed; the rest is a new position.",
        ("pnl",),
    ),
    Misconception(
        "the average stays when flat",
        _kept(_AverageStays),
        "Where nothing is held, `average_price` is 0. Yours is that of the position that was closed.",
        ("average",),
    ),
    Misconception(
        "no number when flat",
        _kept(_UnknownWhenFlat),
        "Where nothing is held, `average_price` is the number 0, not NaN or None.",
        ("average", "pnl"),
        alike=(_then(lambda answer, fills: {} if answer["position"] else {"average_price": math.nan}),),
    ),
    Misconception(
        "the average never restarts",
        _all_entries,
        "You average over all entries since the first fill. Once a position is closed or flipped, its entries no longer count.",
        ("average", "pnl"),
    ),
    Misconception(
        "the average is negative when short",
        _then(lambda answer, fills: {"average_price": math.copysign(answer["average_price"], answer["position"])}),
        "An average price is a price: positive when short as well. The sign belongs to the position.",
        ("average",),
    ),
    Misconception(
        "first in, first out",
        _lots(newest=False),
        "This is first in, first out: you match each reduction with the oldest entry. The average-cost method has no lots; a "
        "reduction closes at the average.",
        ("average", "pnl"),
    ),
    Misconception(
        "last in, first out",
        _lots(newest=True),
        "This is last in, first out: you match each reduction with the newest entry. The average-cost method has no lots; a "
        "reduction closes at the average.",
        ("average", "pnl"),
    ),
    Misconception(
        "shorts realise like longs",
        _kept(_ShortsRealiseLikeLongs),
        "A short earns when it is bought back below its average. Your realised profit of shorts has the sign of longs.",
        ("pnl",),
    ),
    Misconception(
        "shorts are marked like longs",
        _kept(_ShortsMarkedLikeLongs),
        "A short loses when the mark rises. Your unrealised profit of shorts has the sign of longs; use the signed position.",
        ("pnl",),
    ),
    Misconception(
        "profits with the wrong sign",
        _then(lambda answer, fills: {"realised": -answer["realised"], "unrealised": -answer["unrealised"]}),
        "Both profits have the wrong sign: a long earns when the price is above its average.",
        ("pnl",),
    ),
    Misconception(
        "only the last reduction",
        _kept(_LastReduction),
        "`realised` is the sum over all reductions; yours is that of the last one. Is it overwritten where it should be added to?",
        ("pnl",),
    ),
    Misconception(
        "profit per unit",
        _kept(_ProfitPerUnit),
        "You add up price differences. Each has to be multiplied by the quantity that was closed.",
        ("pnl",),
    ),
    Misconception(
        "cash received as profit",
        _then(lambda answer, fills: {"realised": -sum(quantity * price for quantity, price in fills)}),
        "Your `realised` is the cash received less the cash paid. Buying is no loss and selling no profit: only what was closed "
        "counts, against its average.",
        ("pnl",),
    ),
    Misconception(
        "value as profit",
        _kept(_ValueAsProfit),
        "Your `unrealised` is what the position is worth. Its profit is that less what it has cost.",
        ("pnl",),
    ),
    Misconception(
        "realised contains the unrealised",
        _then(lambda answer, fills: {"realised": answer["realised"] + answer["unrealised"]}),
        "Your `realised` is the whole profit. What is still held is not realised.",
        ("pnl",),
    ),
    Misconception(
        "marked at the last fill",
        lambda fills, mark: _right(fills, fills[-1][1] if fills else mark),
        "You value the position at the price of the last fill. Value it at `mark`.",
        ("pnl",),
    ),
    Misconception(
        "an unsigned position",
        _then(lambda answer, fills: {"position": abs(answer["position"])}),
        "A short position is negative. Yours has lost its sign.",
        ("position",),
    ),
    Misconception(
        "every fill is a purchase",
        _unsigned,
        "You treat every fill as a purchase. The sign of the quantity says which it is: positive is bought, negative sold.",
    ),
    Misconception(
        "a short position is no position",
        _long_only,
        "A sale out of a flat account opens a short position, and a larger sale than the position flips it. You ignore what is "
        "sold beyond what is held.",
    ),
    Misconception(
        "changes its inputs",
        _pops,
        "The list of fills is empty after your function has read it. Loop over it without taking anything out.",
    ),
    Misconception(
        "keeps state between calls",
        _never_reset,
        "Does the function keep something between calls? Every call starts with nothing held and nothing realised.",
    ),
    Misconception(
        "the worked example written down",
        _example,
        "The result is that of the worked example, whatever the fills. Compute it from `fills` and `mark`.",
    ),
)
