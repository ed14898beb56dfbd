"""Wrong ideas about sizing tranches: a plan in named steps, with one replaced."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np

from answer_key.exercise import Answer, Floats, Misconception


class Options(TypedDict, total=False):
    """What is passed to an answer by name."""

    stop: float
    side: int
    equity: float
    risk_budget: float
    max_leverage: float


@dataclass(frozen=True)
class _Plan:
    """A plan in named steps; subclasses replace one."""

    entries: Sequence[float]
    splits: Sequence[float] | Floats
    stop: float
    side: int
    equity: float
    risk_budget: float
    max_leverage: float = 3.0

    @property
    def prices(self) -> Floats:
        """The entries as an array."""
        return np.array(self.entries, dtype=float)

    def quantities(self) -> Floats:
        """Units of each tranche: its share of the whole."""
        return self.units(self.money() / self.loss(), self.cap() / self.value()) * self.shares()

    def shares(self) -> Floats:
        """Shares of the tranches."""
        return np.array(self.splits, dtype=float) / np.sum(self.splits)

    def loss(self) -> float:
        """What one unit of the whole loses at the stop."""
        return float(np.sum(self.shares() * self.side * (self.prices - self.stop)))

    def money(self) -> float:
        """What may be lost."""
        return self.risk_budget * self.equity

    def value(self) -> float:
        """What one unit of the whole is worth at the entries."""
        return float(np.sum(self.shares() * self.prices))

    def cap(self) -> float:
        """What the whole may be worth."""
        return self.max_leverage * self.equity

    def units(self, by_risk: float, by_cap: float) -> float:
        """Units of the whole."""
        return min(by_risk, by_cap)


class _EntriesSorted(_Plan):
    @property
    def prices(self) -> Floats:
        return np.sort(np.array(self.entries, dtype=float))


class _EntriesSortedDown(_Plan):
    @property
    def prices(self) -> Floats:
        return np.sort(np.array(self.entries, dtype=float))[::-1]


class _TranchesSorted(_Plan):
    """Entries are sorted with their splits, and quantities returned in that order."""

    def quantities(self) -> Floats:
        return super().quantities()[np.argsort(self.entries, kind="stable")]


class _TranchesSortedDown(_Plan):
    def quantities(self) -> Floats:
        return super().quantities()[np.argsort(self.entries, kind="stable")[::-1]]


class _EqualTranches(_Plan):
    def shares(self) -> Floats:
        return np.full(len(self.splits), 1.0 / len(self.splits))


class _Reversed(_Plan):
    def shares(self) -> Floats:
        return np.array(self.splits)[::-1] / np.sum(self.splits)


class _SplitsOfMoney(_Plan):
    def shares(self) -> Floats:
        of_units = np.array(self.splits, dtype=float) / self.prices
        return of_units / np.sum(of_units)


class _SplitsOfRisk(_Plan):
    def shares(self) -> Floats:
        of_units = np.array(self.splits, dtype=float) / np.abs(self.prices - self.stop)
        return of_units / np.sum(of_units)


class _FirstDistance(_Plan):
    def loss(self) -> float:
        return self.side * (self.entries[0] - self.stop)


class _LastDistance(_Plan):
    def loss(self) -> float:
        return self.side * (self.entries[-1] - self.stop)


class _DistanceOfPlainAverage(_Plan):
    def loss(self) -> float:
        return self.side * (float(np.mean(self.prices)) - self.stop)


class _BudgetSpent(_Plan):
    def loss(self) -> float:
        return self.value()


class _DistanceAsShare(_Plan):
    def loss(self) -> float:
        return float(np.sum(self.shares() * self.side * (self.prices - self.stop) / self.prices))


class _LeverageMultiplies(_Plan):
    def money(self) -> float:
        return self.risk_budget * self.equity * self.max_leverage


class _WithoutEquity(_Plan):
    def money(self) -> float:
        return self.risk_budget


class _BudgetInPercent(_Plan):
    def money(self) -> float:
        return self.risk_budget * self.equity / 100


class _NoCap(_Plan):
    def units(self, by_risk: float, by_cap: float) -> float:
        return by_risk


class _AlwaysAtTheCap(_Plan):
    def units(self, by_risk: float, by_cap: float) -> float:
        return by_cap


class _LargerSize(_Plan):
    def units(self, by_risk: float, by_cap: float) -> float:
        return max(by_risk, by_cap)


class _CapOfEquity(_Plan):
    def cap(self) -> float:
        return self.equity


class _CapDivided(_Plan):
    def cap(self) -> float:
        return self.equity / self.max_leverage


class _CapInUnits(_Plan):
    def value(self) -> float:
        return 1.0


class _CapAtFirstEntry(_Plan):
    def value(self) -> float:
        return self.entries[0]


class _CapAtPlainAverage(_Plan):
    def value(self) -> float:
        return float(np.mean(self.prices))


class _CutsLast(_Plan):
    """Entries are filled in order until the cap is reached; those after it get nothing."""

    def quantities(self) -> Floats:
        room, quantities = self.cap(), []
        for quantity, entry in zip(_uncapped(self), self.entries, strict=True):
            quantities.append(min(quantity, room / entry))
            room -= quantities[-1] * entry
        return np.array(quantities)


class _CutsEach(_Plan):
    """Each tranche may use its own share of the cap."""

    def quantities(self) -> Floats:
        most: Floats = self.cap() * np.array(self.splits) / np.sum(self.splits) / self.prices
        return np.minimum(_uncapped(self), most)


class _GivesUp(_Plan):
    """No position at all where the cap would be passed."""

    def quantities(self) -> Floats:
        wanted = _uncapped(self)
        return wanted * float(np.sum(wanted * np.array(self.entries)) <= self.cap())


class _WholeBudgetEach(_Plan):
    """Every entry risks the whole budget on its own."""

    def quantities(self) -> Floats:
        quantities = self.money() / np.abs(self.prices - self.stop)
        return quantities / max(1.0, float(np.sum(quantities * self.prices)) / self.cap())


class _RawSplits(_Plan):
    def quantities(self) -> Floats:
        return super().quantities() * sum(self.splits)


class _MoneyInEach(_Plan):
    def quantities(self) -> Floats:
        return super().quantities() * self.prices


class _NegativeUnits(_Plan):
    def quantities(self) -> Floats:
        return super().quantities() * self.side


class _WholeUnits(_Plan):
    def quantities(self) -> Floats:
        return np.floor(super().quantities())


class _Rounded(_Plan):
    def quantities(self) -> Floats:
        return np.round(super().quantities(), 2)


def _uncapped(plan: _Plan) -> Floats:
    """The right quantities where no cap binds."""
    return _Plan(plan.entries, plan.splits, plan.stop, plan.side, plan.equity, plan.risk_budget, math.inf).quantities()


def _planned(kind: type[_Plan], **fixed: Unpack[Options]) -> Answer:
    """A plan made in another way; arguments that are ``fixed`` have no effect."""
    return lambda entries, splits, **options: kind(entries, splits, **{**options, **fixed}).quantities()


def _normalises_in_place(entries: Sequence[float], splits: list[float], **options: Unpack[Options]) -> Floats:
    total = sum(splits)
    for place in range(len(splits)):
        splits[place] = splits[place] / total
    return _Plan(entries, splits, **options).quantities()


def _example(entries: Sequence[float], splits: Sequence[float], **options: Unpack[Options]) -> list[float]:
    return ([78.125, 46.875, 31.25] * len(entries))[: len(entries)]


PLAN_MISCONCEPTIONS = (
    Misconception(
        "splits of money",
        _planned(_SplitsOfMoney),
        "You split the money, so that cheaper entries get more units. `splits` are shares of the total quantity.",
        ("split",),
    ),
    Misconception(
        "splits of risk",
        _planned(_SplitsOfRisk),
        "You split the risk, so that entries near the stop get more units. `splits` are shares of the total quantity.",
        ("split",),
    ),
    Misconception(
        "equal tranches",
        _planned(_EqualTranches),
        "All your tranches have the same size. Each entry gets its own share of the total quantity, `splits[i] / Σ splits`.",
    ),
    Misconception(
        "splits in reverse",
        _planned(_Reversed),
        "Your shares are in reverse order: `splits[0]` belongs to `entries[0]`.",
    ),
    Misconception(
        "entries sorted first",
        _planned(_EntriesSorted),
        "You sort the entries first, so that they no longer stand beside their `splits`.",
        alike=(_planned(_EntriesSortedDown), _planned(_TranchesSorted), _planned(_TranchesSortedDown)),
    ),
    Misconception(
        "each entry sized for the same loss",
        _planned(_WholeBudgetEach),
        "Each of your entries is sized on its own, for the same loss at the stop. `splits` share out the total quantity, and "
        "the budget is for all entries together, with every entry filled.",
    ),
    Misconception(
        "splits not normalised",
        _planned(_RawSplits),
        "You use `splits` as they come. They need not add up to 1: divide them by their sum first.",
        ("risk", "cap"),
    ),
    Misconception(
        "distance of the first entry",
        _planned(_FirstDistance),
        "You size all of the position by the first entry's distance to the stop. The others stand nearer or farther: add "
        "up what each of them loses.",
        ("risk",),
    ),
    Misconception(
        "distance of the last entry",
        _planned(_LastDistance),
        "You size all of the position by the last entry's distance to the stop. The others stand nearer or farther: add "
        "up what each of them loses.",
        ("risk",),
    ),
    Misconception(
        "plain average of the entries",
        _planned(_DistanceOfPlainAverage),
        "You measure the risk from the plain average of the entries. They are not of equal size: weight each with its "
        "share.",
        ("risk",),
    ),
    Misconception(
        "leverage multiplies the risk budget",
        _planned(_LeverageMultiplies),
        "This is what you get when leverage multiplies the risk budget. Leverage is a limit on notional; the loss at the "
        "stop is risk_budget · equity, however high the limit.",
        ("risk", "cap"),
    ),
    Misconception(
        "the budget is spent, not risked",
        _planned(_BudgetSpent),
        "You buy units worth the risk budget. The budget is what may be lost between the entries and the stop, so the "
        "position may be worth far more.",
        ("risk",),
    ),
    Misconception(
        "the budget without equity",
        _planned(_WithoutEquity),
        "Your loss at the stop is `risk_budget` itself. It is a fraction of equity: multiply by `equity`.",
        ("risk",),
    ),
    Misconception(
        "the budget in percent",
        _planned(_BudgetInPercent),
        "You divide `risk_budget` by 100. It is a fraction already: 0.01 is one percent.",
        ("risk",),
    ),
    Misconception(
        "distance as a share of the price",
        _planned(_DistanceAsShare),
        "You divide the budget by the stop's distance in percent, which gives money, not units. The loss per unit is the "
        "distance in price.",
        ("risk",),
    ),
    Misconception(
        "money instead of units",
        _planned(_MoneyInEach),
        "Your result is the money in each tranche. Return quantities: units of the asset.",
    ),
    Misconception(
        "no cap",
        _planned(_NoCap),
        "You never look at notional. Where it would pass max_leverage · equity, all quantities shrink until it does not.",
        ("cap",),
    ),
    Misconception(
        "always at the cap",
        _planned(_AlwaysAtTheCap),
        "Your position is always as large as leverage allows. The cap is a limit, not a target: the risk budget sets the "
        "size where it asks for less.",
        ("risk", "cap"),
    ),
    Misconception(
        "the larger of the two sizes",
        _planned(_LargerSize),
        "You take the larger of the two sizes. Both limits have to hold: take the smaller.",
        ("risk", "cap"),
    ),
    Misconception(
        "a cap of equity",
        _planned(_CapOfEquity),
        "You cap notional at equity. The cap is max_leverage · equity.",
    ),
    Misconception(
        "the cap divided by leverage",
        _planned(_CapDivided),
        "You divide equity by `max_leverage`. More leverage allows more notional: the cap is max_leverage · equity.",
    ),
    Misconception(
        "a cap in units",
        _planned(_CapInUnits),
        "You compare a number of units with an amount of money. Notional is Σ quantity · entry.",
        ("cap",),
    ),
    Misconception(
        "the cap measured at the first entry",
        _planned(_CapAtFirstEntry),
        "You value all units at the first entry's price. Notional is Σ quantity · entry, each at its own.",
        ("cap",),
    ),
    Misconception(
        "the cap measured at the plain average",
        _planned(_CapAtPlainAverage),
        "You value all units at the plain average of the entries. Notional is Σ quantity · entry, each at its own.",
        ("cap",),
    ),
    Misconception(
        "max_leverage ignored",
        _planned(_Plan, max_leverage=3.0),
        "Your cap is three times equity whatever `max_leverage` says. 3.0 is only its default.",
    ),
    Misconception(
        "the cap cuts the last entries",
        _planned(_CutsLast),
        "You fill the first entries in full and let the cap cut the last ones. It shrinks all quantities alike, so that "
        "the shares stay.",
        ("split",),
    ),
    Misconception(
        "the cap cuts each entry",
        _planned(_CutsEach),
        "You cap each tranche on its own, which bends the shares. The cap is on the whole: shrink all quantities by the "
        "same factor.",
    ),
    Misconception(
        "nothing where the cap binds",
        _planned(_GivesUp),
        "Where the cap binds you take no position. Take the largest that the cap allows.",
        ("split", "cap"),
    ),
    Misconception(
        "shorts in negative units",
        _planned(_NegativeUnits),
        "Your quantities are negative when short. They are positive for both sides; `side` says which it is.",
        ("risk", "cap"),
    ),
    Misconception(
        "whole units",
        _planned(_WholeUnits),
        "You round down to whole units. Fractions of a unit are allowed; the loss is to be exactly the budget.",
    ),
    Misconception(
        "rounded to cents",
        _planned(_Rounded),
        "Your quantities are rounded. Return them as computed; the loss is to be exactly the budget.",
    ),
    Misconception(
        "changes its inputs",
        _normalises_in_place,
        "You normalise `splits` in the caller's own list. Build a new one.",
    ),
    Misconception(
        "the worked example written down",
        _example,
        "The result is that of the worked example, whatever the arguments. Compute it from them.",
    ),
)
