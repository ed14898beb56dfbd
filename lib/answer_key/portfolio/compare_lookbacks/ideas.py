"""Wrong ideas about comparing lookbacks: the comparison in named steps, with one replaced."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from answer_key.exercise import Answer, Floats, Misconception

LOOKBACK_COLUMNS = ("sharpe", "n_days", "flips")
VOL_WINDOW = 60


def _windows(values: Floats, window: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, window)


def _filled(measured: Floats, window: int) -> Floats:
    """A measure of every full window, NaN before the first."""
    return np.concatenate([np.full(window - 1, np.nan), measured])


def _average(values: Floats, window: int) -> Floats:
    return _filled(_windows(values, window).mean(axis=1), window)


def _deviation(values: Floats, window: int = VOL_WINDOW) -> Floats:
    return _filled(_windows(values, window).std(axis=1), window)


def _shift(values: Floats, rows: int = 1) -> Floats:
    return np.concatenate([np.full(rows, np.nan), values[: len(values) - rows]])


class Comparison:
    """Lookbacks compared in named steps; subclasses replace one."""

    lag = 1
    year = math.sqrt(252)
    end: int | None = None
    """The row before which the sample ends."""

    def __init__(self, prices: pd.Series, lookbacks: Sequence[int]) -> None:
        self.prices: Floats = prices.to_numpy(dtype=float)
        self.lookbacks = lookbacks
        self.returns = self.moves()

    def table(self) -> pd.DataFrame:
        """What the exercise asks for."""
        return pd.DataFrame([self.row(each) for each in self.lookbacks], index=list(self.lookbacks), columns=list(LOOKBACK_COLUMNS))

    def row(self, lookback: int) -> tuple[float, int, float]:
        """Sharpe ratio, days and flips of one lookback."""
        held, start = _shift(self.signal(lookback), self.lag)[: self.end], self.start(lookback)
        earned = np.nan_to_num((held * self.returns[: self.end] / self.risk(lookback)[: self.end])[start:])
        with np.errstate(invalid="ignore"):
            return earned.mean() / earned.std() * self.year, len(earned), self.flips(held, start)

    def moves(self) -> Floats:
        """What a position of 1 earns in each row."""
        return np.append(np.nan, self.prices[1:] / self.prices[:-1] - 1.0)

    def average(self, lookback: int) -> Floats:
        """What a price is compared with."""
        return _average(self.prices, lookback)

    def signal(self, lookback: int) -> Floats:
        """The side of each row, not yet held."""
        return np.sign(self.prices - self.average(lookback))

    def risk(self, lookback: int) -> Floats:
        """What each row's return is divided by."""
        return _shift(_deviation(self.returns))

    def start(self, lookback: int) -> int:
        """The first row of the sample."""
        return max(*self.lookbacks, VOL_WINDOW) + 1

    def flips(self, held: Floats, start: int) -> float:
        """Changes of the held signal in the sample."""
        return int(np.count_nonzero(np.diff(held[start:])))


class _SignalNotLagged(Comparison):
    lag = 0


class _RiskNotLagged(Comparison):
    def risk(self, lookback: int) -> Floats:
        return _deviation(self.returns)


class _NothingLagged(_RiskNotLagged):
    lag = 0


class _LagsTwice(Comparison):
    lag = 2


class _SampleOfItsOwn(Comparison):
    def start(self, lookback: int) -> int:
        return max(lookback, VOL_WINDOW) + 1


class _AllThatIsKnown(Comparison):
    def start(self, lookback: int) -> int:
        return max(lookback, VOL_WINDOW + 1)


class _CountsWarmUp(Comparison):
    def start(self, lookback: int) -> int:
        return 0


class _ForgetsVolatilityWindow(Comparison):
    def start(self, lookback: int) -> int:
        return max(self.lookbacks) + 1


class _StartsEarly(Comparison):
    def start(self, lookback: int) -> int:
        return super().start(lookback) - 1


class _AllThatIsKnownOfAll(Comparison):
    def start(self, lookback: int) -> int:
        return max(*self.lookbacks, VOL_WINDOW + 1)


class _StartsLate(Comparison):
    def start(self, lookback: int) -> int:
        return super().start(lookback) + 1


class _LastDayLeftOut(Comparison):
    end = -1


class _WindowsAdded(Comparison):
    def start(self, lookback: int) -> int:
        return max(self.lookbacks) + VOL_WINDOW + 1


class _NotScaled(Comparison):
    def risk(self, lookback: int) -> Floats:
        return np.ones_like(self.returns)


class _RiskOverLookback(Comparison):
    def risk(self, lookback: int) -> Floats:
        return _shift(_deviation(self.returns, lookback))


class _RiskAroundZero(Comparison):
    def risk(self, lookback: int) -> Floats:
        return _shift(np.sqrt(_average(self.returns**2, VOL_WINDOW)))


class _DividesByVariance(Comparison):
    def risk(self, lookback: int) -> Floats:
        return _shift(_filled(_windows(self.returns, VOL_WINDOW).var(axis=1), VOL_WINDOW))


class _PriceChanges(Comparison):
    def moves(self) -> Floats:
        return np.append(np.nan, np.diff(self.prices))


class _LogReturns(Comparison):
    def moves(self) -> Floats:
        return np.append(np.nan, np.diff(np.log(self.prices)))


class _OneDay(Comparison):
    year = 1.0


class _YearNotItsRoot(Comparison):
    year = 252.0


class _LongOnly(Comparison):
    def signal(self, lookback: int) -> Floats:
        return np.maximum(super().signal(lookback), 0.0)


class _UpsideDown(Comparison):
    def signal(self, lookback: int) -> Floats:
        return -super().signal(lookback)


class ShortOnAverage(Comparison):
    """A price on its average is sold."""

    def signal(self, lookback: int) -> Floats:
        """The side of each row, never 0."""
        return np.where(super().signal(lookback) > 0, 1.0, -1.0)


class LongOnAverage(Comparison):
    """A price on its average is bought."""

    def signal(self, lookback: int) -> Floats:
        """The side of each row, never 0."""
        return np.where(super().signal(lookback) >= 0, 1.0, -1.0)


class KeptOnAverage(Comparison):
    """A price on its average keeps the side of the row before."""

    def signal(self, lookback: int) -> Floats:
        """The side of each row, 0 only before the first one."""
        side = pd.Series(super().signal(lookback))
        kept: Floats = side.where(side != 0).ffill().where(side.notna()).fillna(side).to_numpy()
        return kept


class _Momentum(Comparison):
    def average(self, lookback: int) -> Floats:
        return _shift(self.prices, lookback - 1)


class _Exponential(Comparison):
    def average(self, lookback: int) -> Floats:
        average: Floats = pd.Series(self.prices).ewm(span=lookback, adjust=False).mean().to_numpy()
        return average


class _ExponentialAdjusted(Comparison):
    def average(self, lookback: int) -> Floats:
        average: Floats = pd.Series(self.prices).ewm(span=lookback).mean().to_numpy()
        return average


class _ExponentialHalfLife(Comparison):
    def average(self, lookback: int) -> Floats:
        average: Floats = pd.Series(self.prices).ewm(halflife=lookback).mean().to_numpy()
        return average


class _WithoutToday(Comparison):
    def average(self, lookback: int) -> Floats:
        return _shift(super().average(lookback))


class _FlipCountsTwice(Comparison):
    def flips(self, held: Floats, start: int) -> float:
        return float(np.abs(np.diff(held[start:])).sum())


class FlipsFromSideToSide(Comparison):
    """Changes from or to no position are no flips."""

    def flips(self, held: Floats, start: int) -> float:
        """Changes from long to short and back."""
        return int((held[start + 1 :] * held[start:-1] < 0).sum())


class _FlipsOfWholeHistory(Comparison):
    def flips(self, held: Floats, start: int) -> float:
        return super().flips(held[~np.isnan(held)], 0)


class _FlipsUp(Comparison):
    def flips(self, held: Floats, start: int) -> float:
        return int((np.diff(held[start:]) > 0).sum())


class _FlipsDown(Comparison):
    def flips(self, held: Floats, start: int) -> float:
        return int((np.diff(held[start:]) < 0).sum())


class _DaysLong(Comparison):
    def flips(self, held: Floats, start: int) -> float:
        return int((held[start:] > 0).sum())


def _compared(kind: type[Comparison]) -> Answer:
    """Lookbacks compared in another way."""
    return lambda prices, lookbacks: kind(prices, lookbacks).table()


def _overwrites(prices: pd.Series, lookbacks: Sequence[int]) -> pd.DataFrame:
    answer = Comparison(prices, lookbacks).table()
    prices.iloc[: max(lookbacks)] = 0.0
    return answer


LOOKBACK_MISCONCEPTIONS = (
    Misconception(
        "nothing is lagged",
        _compared(_NothingLagged),
        "Today's signal and today's volatility are both used on today's return, before they could be known. "
        "Shift both by one row: what was known yesterday earns today's return.",
        ("sharpe",),
    ),
    Misconception(
        "today's signal on today's return",
        _compared(_SignalNotLagged),
        "Today's close decides today's signal, and today's return was earned before that close was known. "
        "Hold yesterday's signal: shift it by one row.",
        ("sharpe",),
    ),
    Misconception(
        "today's volatility on today's return",
        _compared(_RiskNotLagged),
        "The signal is lagged, the volatility is not: today's return is part of the volatility that sizes it, "
        "so large moves are held small. Use yesterday's volatility.",
        ("sharpe",),
    ),
    Misconception(
        "lags twice",
        _compared(_LagsTwice),
        "The signal is two days old. One shift is enough: yesterday's signal earns today's return.",
        ("sharpe",),
    ),
    Misconception(
        "each lookback has a sample of its own",
        _compared(_SampleOfItsOwn),
        "Shorter lookbacks start earlier here, so you compare periods as well as lookbacks. "
        "Start them all where the slowest is ready.",
        ("sample",),
        alike=(_compared(_AllThatIsKnown),),
    ),
    Misconception(
        "counts the warm-up",
        _compared(_CountsWarmUp),
        "The days of the warm-up are in the sample, as returns of 0. They pull the ratio to 0, most for the longest lookback.",
        ("sample",),
    ),
    Misconception(
        "forgets the 60 days of the volatility",
        _compared(_ForgetsVolatilityWindow),
        "With lookbacks below 60 days the sample begins before the volatility has its 60 returns.",
        ("sample",),
    ),
    Misconception(
        "starts a day early",
        _compared(_StartsEarly),
        "Your sample begins one row early. Counted from 0, it begins at row max(max(lookbacks), 60) + 1, although a lookback "
        "above 60 has a signal to hold one row sooner.",
        ("sample",),
        alike=(_compared(_AllThatIsKnownOfAll),),
    ),
    Misconception(
        "starts a day late",
        _compared(_StartsLate),
        "Your sample is one row short: does it begin one row late, or is its last row left out? Counted from 0, it begins at row "
        "max(max(lookbacks), 60) + 1.",
        ("sample",),
    ),
    Misconception(
        "the last day left out",
        _compared(_LastDayLeftOut),
        "Your sample ends one row early: the last row counts too. A shift already leaves the last signal without a return.",
        ("sample",),
    ),
    Misconception(
        "adds lookback and volatility window",
        _compared(_WindowsAdded),
        "The two windows run side by side, not one after the other: the sample starts after the longer of them.",
        ("sample",),
    ),
    Misconception(
        "no volatility scaling",
        _compared(_NotScaled),
        "The position has the same size in calm and in wild weeks. Divide by yesterday's 60-day volatility.",
        ("sharpe",),
    ),
    Misconception(
        "volatility over the lookback",
        _compared(_RiskOverLookback),
        "The volatility is taken over the lookback. It is over 60 days whatever the lookback, so that only the signal differs.",
        ("sharpe",),
    ),
    Misconception(
        "volatility around zero",
        _compared(_RiskAroundZero),
        "You measure volatility around zero. A standard deviation is taken around the mean of its window.",
        ("sharpe",),
    ),
    Misconception(
        "divides by the variance",
        _compared(_DividesByVariance),
        "The return is divided by a variance. Volatility is the standard deviation.",
        ("sharpe",),
    ),
    Misconception(
        "price changes in place of returns",
        _compared(_PriceChanges),
        "You work with changes of the price. A simple return is the change over the price of the day before.",
        ("sharpe",),
    ),
    Misconception(
        "daily Sharpe ratio",
        _compared(_OneDay),
        "These are ratios of one day. Multiply by the square root of 252.",
        ("sharpe",),
    ),
    Misconception(
        "annualises by 252, not its root",
        _compared(_YearNotItsRoot),
        "The mean grows with 252 and the deviation with its root, so the ratio grows with the root of 252.",
        ("sharpe",),
    ),
    Misconception(
        "long only",
        _compared(_LongOnly),
        "Below the average your signal is 0. The sign of price minus average is −1 there: the strategy is short.",
        ("sharpe",),
    ),
    Misconception(
        "signal upside down",
        _compared(_UpsideDown),
        "You are long below the average. Trend following is long above it: sign(price − average).",
        ("sharpe",),
    ),
    Misconception(
        "a price on the average is short",
        _compared(ShortOnAverage),
        "A price that is just on its average counts as below it. The sign of 0 is 0: no position.",
        ("sharpe", "flips"),
    ),
    Misconception(
        "a price on the average is long",
        _compared(LongOnAverage),
        "A price that is just on its average counts as above it. The sign of 0 is 0: no position.",
        ("sharpe", "flips"),
    ),
    Misconception(
        "a price on the average keeps the side",
        _compared(KeptOnAverage),
        "A price that is just on its average keeps the side of the day before. The sign of 0 is 0: no position.",
        ("sharpe", "flips"),
    ),
    Misconception(
        "momentum instead of an average",
        _compared(_Momentum),
        "The price is compared with one old price. Compare it with the average of the last `lookback` prices.",
        ("sharpe",),
    ),
    Misconception(
        "exponential average",
        _compared(_Exponential),
        "This average is exponential. The rule asks for the simple one: every price of the window counts alike.",
        ("sharpe",),
        alike=(_compared(_ExponentialAdjusted), _compared(_ExponentialHalfLife)),
    ),
    Misconception(
        "average without today",
        _compared(_WithoutToday),
        "The average stops one day before the price that it is compared with. Both end on the same day; only the holding is lagged.",
        ("sharpe", "flips"),
    ),
    Misconception(
        "log returns",
        _compared(_LogReturns),
        "These are log returns, which lie below simple ones by half the variance. What a position earns is the simple return.",
        ("sharpe",),
    ),
    Misconception(
        "a flip counts twice",
        _compared(_FlipCountsTwice),
        "From +1 to −1 is a step of 2, but one flip. Count the changes, do not add their sizes.",
        ("flips",),
    ),
    Misconception(
        "flips from long to short alone",
        _compared(FlipsFromSideToSide),
        "You count changes from long to short and back. A change from or to no position is a flip too.",
        ("flips",),
    ),
    Misconception(
        "flips of the whole history",
        _compared(_FlipsOfWholeHistory),
        "The flips before the sample are counted too. Count them on the same rows as the Sharpe ratio.",
        ("flips",),
    ),
    Misconception(
        "flips in one direction",
        _compared(_FlipsUp),
        "Only changes from short to long are counted. A change from long to short is a flip too.",
        ("flips",),
        alike=(_compared(_FlipsDown),),
    ),
    Misconception(
        "days in the market instead of flips",
        _compared(_DaysLong),
        "This is the number of long days. A flip is a change from one day to the next.",
        ("flips",),
    ),
    Misconception(
        "changes its inputs",
        _overwrites,
        "The caller's prices are overwritten. Work on a copy.",
    ),
)
