"""Pyramids on one account.

Alone they are the pyramid, together they keep the limits and the account.
"""

import numpy as np
import pandas as pd
import pytest
from phase6 import experiments as ex
from phase6 import market, plots
from phase6.heat import TURTLE_LIMITS, UnitLimits, run_pyramid_portfolio
from phase6.plots.pictures import alt_text
from phase6.pyramiding import run_pyramid_backtest


@pytest.mark.parametrize("number", range(12))
def test_one_market_without_limits_is_the_pyramid(number):
    bars = market.regime_ohlcv(("trend", "range", "fat tails")[number % 3], 300, seed=number)
    rule = {"max_levels": 1 + number % 5, "reentry": ("next_bar", "fresh_cross")[number % 2], "cost_bps": number}
    alone, shared = run_pyramid_backtest(bars, **rule), run_pyramid_portfolio({"a": bars}, **rule)
    assert np.allclose(alone.equity, shared.equity, rtol=1e-12)
    assert (alone.levels.to_numpy() == shared.units["a"].abs().to_numpy()).all()
    held = alone.position * (alone.close - alone.stop.fillna(0.0))
    assert np.allclose(held / alone.equity, shared.heat, atol=1e-12)


@pytest.fixture(scope="module")
def universe():
    return market.generate_universe(400, correlation=0.6, drift_sharpe=2.0, seed=7)


def on_a_side(units, names):
    part = units[list(names)]
    return max(part.clip(lower=0).sum(axis=1).max(), -part.clip(upper=0).sum(axis=1).min())


def test_the_turtles_limits_hold_on_every_bar(universe):
    free, held = run_pyramid_portfolio(universe), run_pyramid_portfolio(universe, limits=TURTLE_LIMITS)
    equities = ("US_Equity", "EU_Equity", "EM_Equity")
    assert on_a_side(free.units, equities) > 6
    assert on_a_side(free.units, universe) > 12
    assert on_a_side(held.units, equities) == 6
    assert on_a_side(held.units, (*equities, "Oil", "BTC")) <= 10
    assert on_a_side(held.units, universe) == held.most_units == 12
    assert held.refused > 0 == free.refused
    assert held.heat.max() < free.heat.max()


def test_a_unit_fits_only_where_every_limit_has_room():
    limits = UnitLimits(close_groups={"a": "x", "b": "x"}, loose_groups={"a": "y", "b": "y", "c": "y"})
    assert limits.allows({"a": 3, "b": 2}, "a")
    assert not limits.allows({"a": 4}, "a")
    assert not limits.allows({"a": 3, "b": 3}, "b")
    assert not limits.allows({"a": 3, "b": 3, "c": 4}, "c")
    assert limits.allows({"a": 3, "b": 3, "c": 4}, "d")
    assert not limits.allows({"a": 3, "b": 3, "c": 4, "d": 2}, "e")


def test_no_unit_is_opened_above_the_heat_allowed(universe):
    capped = run_pyramid_portfolio(universe, max_heat=0.05)
    opened = capped.units.abs().sum(axis=1).diff() > 0
    assert opened.any()
    assert capped.refused > 0
    free = run_pyramid_portfolio(universe)
    assert capped.heat.mean() < free.heat.mean()
    assert run_pyramid_portfolio(universe, max_heat=1e-6).units.abs().to_numpy().sum() == 0


def test_ruin_ends_the_account():
    bars = market.trend_ohlcv(120, drift_sharpe=3, seed=1)[["open", "high", "low", "close"]]
    plain = run_pyramid_portfolio({"a": bars}, risk_per_level=0.5, max_total_risk=1.0, leverage=30.0)
    at = int(np.flatnonzero(plain.units["a"].to_numpy())[5])
    factor = 0.3 if plain.units["a"].iloc[at] > 0 else 3.0
    crash = bars.copy()
    crash.iloc[at + 1 :] *= factor
    done = run_pyramid_portfolio({"a": crash}, risk_per_level=0.5, max_total_risk=1.0, leverage=30.0)
    assert (done.equity.iloc[at + 1 :] == 0).all()
    assert (done.units.iloc[at + 1 :] == 0).to_numpy().all()


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda frames: run_pyramid_portfolio({}), "frames are {}; expected a mapping of at least one market"),
        (lambda frames: run_pyramid_portfolio([1, 2]), r"frames are \[1, 2\]; expected a mapping"),  # type: ignore[arg-type]
        (lambda frames: run_pyramid_portfolio(frames, max_heat=0), "max_heat is 0; expected a number above 0"),
        (lambda frames: run_pyramid_portfolio(frames, funding_rate=0.1), "funding_rate is 0.1; expected 0"),
        (lambda frames: run_pyramid_portfolio({**frames, "b": next(iter(frames.values())).iloc[1:]}), "b has other dates"),
        (lambda frames: UnitLimits(close=0), "limit close is 0; expected at least 1"),
        (lambda frames: plots.plot_heat({}), "there are 0 results"),
    ],
)
def test_bad_values_are_named(call, error):
    with pytest.raises(ValueError, match=error):
        call({"a": market.trend_ohlcv(200, seed=1)})


def test_limits_matter_where_markets_move_together():
    frame = ex.heat_compared(universes=6, bars=300, seed=1)
    table = frame.set_index(["correlation", "rule", "measure"])["estimate"]
    for correlation in (0.0, 0.6):
        assert table[correlation, "Turtle limits", "most units"] <= 12 < table[correlation, "no limits", "most units"]
        assert table[correlation, "Turtle limits", "volatility"] < table[correlation, "no limits", "volatility"]
    assert set(frame["rule"]) == set(ex.HEAT_RULES)


def test_the_picture_says_how_hot_each_was(universe):
    results = {"free": run_pyramid_portfolio(universe), "limited": run_pyramid_portfolio(universe, limits=TURTLE_LIMITS)}
    picture = plots.plot_heat(results, max_heat=0.1, max_units=12)
    assert f"free: heat up to {results['free'].heat.max():.0%}" in alt_text(picture)
    assert "up to 12 units on a side" in alt_text(picture)
    with pytest.raises(ValueError, match="not on the same dates"):
        later = run_pyramid_portfolio({name: bars.set_axis(bars.index + pd.Timedelta(days=1)) for name, bars in universe.items()})
        plots.plot_heat({"free": results["free"], "later": later})
