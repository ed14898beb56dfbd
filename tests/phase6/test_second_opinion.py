"""A second engine and a second generator, written anew from the rules.

What they earn is what the library earns. The engine keeps one list of fills and nothing of the
library's; on the library's markets it has the same equity, path by path. The generator walks
through the day in steps and draws the extremes between them; on its markets the figures are those
of the library's.
"""

import math
from typing import Any

import numpy as np
import pytest
from phase6 import experiments as ex
from phase6 import simulation as mc

STEPS, NIGHT = 16, 0.1
DAY = 0.22 / math.sqrt(252)


def between(first, last, rng):
    """Maximum and minimum of Brownian bridges over one step of the day."""
    variance = (1 - NIGHT) / STEPS * DAY**2
    high, low = (np.sqrt((last - first) ** 2 + 2 * variance * rng.standard_exponential(first.shape)) for _ in range(2))
    return 0.5 * (first + last + high), 0.5 * (first + last - low)


def markets(paths, seed, bars=500, half_life=None, drift_sharpe=0.0):
    """Bars whose log price is pulled to 0, or has a drift of half-life 60 days.

    It is pulled with ``half_life`` at every step.
    """
    rng = np.random.default_rng(seed)
    keep, drift = 0.5 ** (1 / 60), rng.standard_normal(paths)
    pull = math.log(2) / half_life if half_life else 0.0
    log, whole = np.zeros(paths), np.empty((4, bars, paths))
    for day in range(bars):
        daily = drift_sharpe * DAY * drift / math.sqrt(252) - (0.0 if half_life else 0.5 * DAY**2)
        high, low = np.full(paths, -np.inf), np.full(paths, np.inf)
        for step in range(STEPS + 1):
            part = (1 - NIGHT) / STEPS if step else NIGHT
            before = log
            log = log * math.exp(-pull * part) + daily * part + DAY * math.sqrt(part) * rng.standard_normal(paths)
            if step:
                most, least = between(before, log, rng)
                high, low = np.maximum(high, most), np.minimum(low, least)
            else:
                whole[0, day] = log
        whole[1:, day] = high, low, log
        drift = keep * drift + math.sqrt(1 - keep**2) * rng.standard_normal(paths)
    return mc.Paths(*(100 * np.exp(whole)))


def averages(highs, lows, closes):
    """Side of the 20- against the 50-day average, and the mean true range of 14 days."""
    fast = slow = before = closes[0]
    sides, ranges, true = [], [], []
    for high, low, close in zip(highs, lows, closes, strict=True):
        fast, slow = fast + (close - fast) * 2 / 21, slow + (close - slow) * 2 / 51
        true.append(max(high, before) - min(low, before) if true else high - low)
        sides.append((fast > slow) - (fast < slow))
        ranges.append(sum(true[-14:]) / 14)
        before = close
    return sides, ranges


def account(bars, sides, ranges, most):
    """Equity at each close of a pyramid of up to ``most`` fills."""
    cash, fills, stop, side, equity = 100_000.0, [], 0.0, 0, []
    order: Any = None

    def leave(price):
        nonlocal cash, fills, side
        held = sum(quantity for _, quantity in fills)
        cash += side * held * price - 0.0005 * held * price
        fills, side = [], 0

    for day, (opening, high, low, close) in enumerate(zip(*bars, strict=True)):
        if order == "leave" or (side and side * (opening - stop) <= 0):
            leave(opening)
        elif order:
            way, reach = order
            worth = cash + side * sum(quantity for _, quantity in fills) * opening
            new = opening - way * 2 * reach
            if fills:
                new = way * max(way * new, way * stop)
            size = worth * 0.005 / (2 * reach) / (1 + 0.25 * len(fills))
            room = 0.02 * worth - sum(quantity * way * (price - new) for price, quantity in fills)
            ceiling = 3 * worth / opening - sum(quantity for _, quantity in fills)
            size = min([size, room / abs(opening - new), ceiling] + [quantity for _, quantity in fills[-1:]])
            if size > 0:
                cash -= way * size * opening + 0.0005 * size * opening
                fills, stop, side = [*fills, (opening, size)], new, way
        order = None
        if side and (low <= stop if side > 0 else high >= stop):
            leave(stop)
        equity.append(cash + side * sum(quantity for _, quantity in fills) * close)
        if day >= 49:
            if side and sides[day] != side:
                order = "leave"
            elif (side and len(fills) < most and side * (close - fills[-1][0]) > ranges[day]) or (not side and sides[day]):
                order = sides[day], ranges[day]
    return np.array(equity)


@pytest.mark.parametrize("regime", mc.REGIME_OPTIONS)
@pytest.mark.parametrize("most", [4, 1])
def test_a_second_engine_has_the_same_equity(regime, most):
    paths = mc.make_paths(regime, 20, 500, seed=9)
    ours = mc.run_pyramids(paths, max_levels=most).equity
    for path in range(20):
        bars = [part[:, path].tolist() for part in (paths.opens, paths.highs, paths.lows, paths.closes)]
        sides, ranges = averages(*bars[1:])
        assert np.allclose(account(bars, sides, ranges, most), ours[:, path], rtol=1e-9, atol=0)


def gain(paths):
    """Pyramid less single entry at equal volatility, with its standard error.

    The error counts that of the ratio.
    """
    signals = mc.make_signals(paths)
    many, one = (mc.run_pyramids(paths, max_levels=most, signals=signals).summary() for most in (4, 1))
    ratio = many["volatility"].mean() / one["volatility"].mean()
    single = many["total_return"] - ratio * one["total_return"]
    doubt = single - one["total_return"].mean() * (many["volatility"] - ratio * one["volatility"]) / one["volatility"].mean()
    return single.mean(), doubt.sem()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("range, 20 days", {"half_life": 20.0}), ("random walk", {}), ("trend 2.5", {"drift_sharpe": 2.5})],
)
def test_a_second_generator_gives_the_same_figures(name, kind):
    value, error = gain(markets(4_000, 20, **kind))
    frame = ex.pyramid_or_single({name: ex.PYRAMID_MARKETS[name]}, paths=4_000, seed=8)
    ours = frame[(frame["comparison"] == "equal volatility") & (frame["measure"] == "difference")].iloc[0]
    assert abs(value - ours["estimate"]) < 3.5 * math.hypot(error, ours["standard_error"])
    if name == "range, 20 days":
        assert (value + 0.0196) / math.hypot(error, 0.0006) > 4, "the claim of -1.96 percentage points does not come out here either"
