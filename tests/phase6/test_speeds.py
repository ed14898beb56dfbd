"""Several speeds together: forecasts, the multiplier, the buffer, and turnover.

Forecasts are on Carver's scale.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import experiments as ex
from phase6 import market, plots
from phase6 import simulation as mc
from phase6.plots.pictures import alt_text
from phase6.speeds import (
    SPEEDS,
    buffered,
    combined_forecast,
    crossover_forecast,
    forecast_multiplier,
    held_returns,
    price_volatility,
)


def test_the_forecast_is_the_distance_of_the_averages_in_daily_deviations():
    closes = market.trend_ohlcv(400, seed=1)["close"]
    squares = (closes.pct_change() ** 2).bfill()
    day = closes * np.sqrt(squares.ewm(span=36, adjust=False).mean())
    averages = (closes.ewm(span=span, adjust=False).mean() for span in (16, 64))
    expected = (3.75 * (next(averages) - next(averages)) / day).clip(-20, 20)
    assert crossover_forecast(closes, 16, 64) == pytest.approx(expected.to_numpy())
    assert price_volatility(closes)[-1] == pytest.approx(float(day.iloc[-1] / closes.iloc[-1] * np.sqrt(252)))


def test_an_average_forecast_is_about_ten():
    closes = mc.make_paths("random walk", 300, 1_500, seed=2).closes
    for speed in SPEEDS[:3]:
        assert 7 < np.abs(crossover_forecast(closes, *speed)[300:]).mean() < 13


def test_a_column_is_a_market_of_its_own_and_rows_to_come_change_nothing():
    closes = mc.make_paths("trend", 3, 300, seed=3).closes
    many = crossover_forecast(closes, 8, 32)
    assert many[:, 1] == pytest.approx(crossover_forecast(closes[:, 1], 8, 32))
    assert many[:200] == pytest.approx(crossover_forecast(closes[:200], 8, 32))


def test_the_multiplier_brings_forecasts_back_to_their_scale():
    rng = np.random.default_rng(4)
    alone = [rng.normal(0, 12, 20_000) for _ in range(4)]
    assert forecast_multiplier(alone) == pytest.approx(2.0, abs=0.05)
    assert forecast_multiplier([alone[0]] * 3) == pytest.approx(1.0)
    assert forecast_multiplier(alone[:1]) == 1.0
    spread = combined_forecast([each / 4 for each in alone], 2.0).std()
    assert spread == pytest.approx(3.0, rel=0.03)
    assert combined_forecast([[30.0], [50.0]], 1.5) == pytest.approx([20.0])


def test_the_buffer_by_hand():
    assert buffered([1.0, 1.05, 1.3, 0.8, 0.9], 0.1) == pytest.approx([0.9, 0.95, 1.2, 0.9, 0.9])


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.floats(0, 2))
def test_a_buffer_keeps_near_and_trades_less(seed, width):
    wanted = np.random.default_rng(seed).normal(0, 1, 80)
    held = buffered(wanted, width)
    assert (np.abs(held - wanted) <= width + 1e-12).all()
    assert np.abs(np.diff(held, prepend=0)).sum() <= np.abs(np.diff(wanted, prepend=0)).sum() + 1e-9
    assert buffered(wanted, 0.0) == pytest.approx(wanted)


def test_returns_are_those_of_the_weights_held_less_what_trading_costs():
    net, traded = held_returns([100.0, 110.0, 99.0], [0.5, -0.5, 0.0], cost_bps=100)
    assert traded == pytest.approx([0.5, 1.0])
    assert net == pytest.approx([0.05 - 0.005, 0.05 - 0.01])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: crossover_forecast([1.0, 2.0, 3.0], 8, 8), "fast is 8 and slow is 8; expected fast below slow"),
        (lambda: crossover_forecast([1.0, -2.0, 3.0], 2, 8), "expected finite prices above 0"),
        (lambda: buffered([1.0], -0.1), "expected finite weights and widths of at least 0"),
        (lambda: combined_forecast([], 1.0), "forecasts are empty"),
        (lambda: held_returns([1.0, 2.0], [1.0]), "expected the same shape"),
        (lambda: held_returns([1.0, 0.0, 2.0], [1.0] * 3), r"closes have shape \(3,\); expected finite prices above 0"),
        (lambda: forecast_multiplier([]), "forecasts are empty; expected at least one"),
        (lambda: forecast_multiplier([[1.0, 2.0]] * 2, skip=-1), "skip is -1; expected at least 0"),
        (lambda: ex.speeds_compared(bars=300), "bars is 300; expected at least 512"),
    ],
)
def test_bad_values_are_named(call, error):
    with pytest.raises(ValueError, match=error):
        call()


@pytest.fixture(scope="module")
def compared():
    return ex.speeds_compared({"trend": ("trend", {"drift_sharpe": 1.25})}, paths=150, seed=5)


def test_together_speeds_do_better_and_a_buffer_halves_the_turnover(compared):
    table = compared.set_index(["rule", "measure"])
    gain = table.loc[("together", "less the others")]
    assert gain["estimate"] > 4 * gain["standard_error"]
    together, spared = (table.loc[(rule, "turnover"), "estimate"] for rule in ("together", "with a buffer"))
    assert 0.4 < spared / together < 0.8
    assert 1.05 < table.loc[("together", "multiplier"), "estimate"] < 1.25
    net, gross = (table.loc[("8/32", measure), "estimate"] for measure in ("sharpe", "sharpe before costs"))
    assert net < gross


def test_the_picture_shows_every_rule(compared):
    said = alt_text(plots.plot_speeds(compared))
    assert all(rule in said for rule in compared["rule"].unique())
    with pytest.raises(ValueError, match="market is 'moon'; expected one of 'trend'"):
        plots.plot_speeds(compared, "moon")
    with pytest.raises(ValueError, match="expected that of speeds_compared"):
        plots.plot_speeds(pd.DataFrame())
