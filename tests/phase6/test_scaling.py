"""Scaling in and out: the account keeps every cent, and ruin ends the trade.

The stop's loss is decided before the first fill.
"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import market, original
from phase6.scaling import (
    AverageCostAccount,
    scale_in_out_simulation,
    tranche_plan,
)

QUICK = settings(max_examples=30)


def series(*prices):
    return pd.Series(prices, index=pd.bdate_range("2024-01-01", periods=len(prices)), dtype=float)


def candles(*rows):
    index = pd.bdate_range("2024-01-01", periods=len(rows))
    return pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=index, dtype=float)


FILLS = st.lists(st.tuples(st.floats(-50, 50).filter(lambda q: abs(q) > 1e-3), st.floats(1, 1000)), min_size=1, max_size=30)


def test_one_dollar_at_100_and_one_at_50_average_66_67():
    account = AverageCostAccount(10_000.0)
    account.fill(1 / 100, 100.0)
    account.fill(1 / 50, 50.0)
    assert f"{account.average:.2f}" == "66.67"


def test_a_reduction_keeps_the_average_and_realises_its_part():
    account = AverageCostAccount(10_000.0)
    account.fill(10.0, 100.0)
    assert account.fill(-4.0, 110.0) == pytest.approx(40.0)
    assert (account.position, account.average, account.realised) == pytest.approx((6.0, 100.0, 40.0))
    assert account.unrealised(120.0) == pytest.approx(120.0)


def test_a_flip_starts_a_new_average():
    account = AverageCostAccount(10_000.0)
    account.fill(10.0, 100.0)
    assert account.fill(-15.0, 90.0) == pytest.approx(-100.0)
    assert (account.position, account.average) == (-5.0, 90.0)
    assert account.fill(5.0, 80.0) == pytest.approx(50.0)
    assert (account.position, account.average, account.realised) == pytest.approx((0.0, 0.0, -50.0))


def test_costs_go_by_value_on_either_side():
    account = AverageCostAccount(10_000.0)
    account.fill(10.0, 100.0, 0.001)
    account.fill(-10.0, 110.0, 0.001)
    assert account.costs == pytest.approx(2.1)
    assert account.cash == pytest.approx(10_000 + 100 - 2.1)


@given(FILLS, st.floats(1, 1000), st.floats(0, 0.01))
@QUICK
def test_the_account_is_worth_its_cash_and_its_position_after_every_fill(fills, mark, rate):
    account = AverageCostAccount(10_000.0)
    for quantity, price in fills:
        account.fill(quantity, price, rate)
        whole = account.capital + account.realised + account.unrealised(mark) - account.costs
        assert account.equity(mark) == pytest.approx(whole, rel=1e-9, abs=1e-6)
        assert (account.average > 0) == (account.position != 0)


@given(FILLS)
@QUICK
def test_long_and_short_accounts_mirror_each_other(fills):
    long, short = AverageCostAccount(1000.0), AverageCostAccount(1000.0)
    for quantity, price in fills:
        assert long.fill(quantity, price) == pytest.approx(-short.fill(-quantity, price))
    assert long.average == pytest.approx(short.average)
    assert long.position == -short.position


@given(FILLS.map(lambda fills: [(abs(q), p) for q, p in fills]))
@QUICK
def test_the_average_of_purchases_is_weighted_by_quantity(fills):
    account = AverageCostAccount(1000.0)
    for quantity, price in fills:
        account.fill(quantity, price)
    assert account.average == pytest.approx(sum(q * p for q, p in fills) / sum(q for q, _ in fills))


@pytest.mark.parametrize(("quantity", "price", "error"), [
    (1.0, 0.0, r"price is 0\.0; expected a number above 0"),
    (1.0, math.nan, r"price is nan; expected a finite number"),
    (math.inf, 100.0, r"quantity is inf; expected a finite number"),
])
def test_a_fill_needs_a_quantity_and_a_price(quantity, price, error):
    account = AverageCostAccount(1000.0)
    with pytest.raises(ValueError, match=error):
        account.fill(quantity, price)
    assert account.cash == 1000.0


def test_all_tranches_together_lose_the_budget_at_the_stop():
    plan = tranche_plan(100.0)
    assert plan.entries == pytest.approx((100.0, 99.0, 98.0))
    assert plan.stop == pytest.approx(98.0 * 0.98)
    assert plan.loss_at_stop == pytest.approx(0.02 * 10_000)
    assert sum(q * (e - plan.stop) for q, e in zip(plan.quantities, plan.entries, strict=True)) == pytest.approx(200.0)
    assert not plan.cap_binds


def test_leverage_caps_the_notional_and_then_less_is_lost():
    plan = tranche_plan(100.0, risk_budget=0.5, leverage=2.0)
    assert plan.cap_binds
    assert plan.notional == pytest.approx(20_000.0)
    assert plan.loss_at_stop < 0.5 * 10_000


@given(
    st.floats(1, 1e4),
    st.sampled_from([1, -1]),
    st.lists(st.floats(0.05, 3.0), min_size=1, max_size=6),
    st.floats(0.0, 0.1),
    st.sampled_from(["down", "up"]),
    st.floats(0.001, 0.5),
    st.floats(0.001, 1.0),
    st.floats(0.1, 20.0),
)
@settings(max_examples=60)
def test_a_plan_keeps_its_budget_its_cap_and_its_splits(price, side, splits, spacing, averaging, stop_loss, budget, leverage):
    plan = tranche_plan(
        price,
        side=side,
        splits=splits,
        spacing=spacing,
        averaging=averaging,
        stop_loss=stop_loss,
        risk_budget=budget,
        leverage=leverage,
    )
    legs = list(zip(plan.quantities, plan.entries, strict=True))
    assert all(side * (entry - plan.stop) > 0 for _, entry in legs)
    assert sum(q * side * (e - plan.stop) for q, e in legs) == pytest.approx(plan.loss_at_stop)
    assert sum(q * e for q, e in legs) == pytest.approx(plan.notional)
    assert plan.loss_at_stop <= budget * 10_000 * (1 + 1e-9)
    assert plan.notional <= leverage * 10_000 * (1 + 1e-9)
    assert plan.cap_binds or plan.loss_at_stop == pytest.approx(budget * 10_000)
    assert [q / sum(plan.quantities) for q in plan.quantities] == pytest.approx([s / sum(splits) for s in splits])
    way = side if averaging == "up" else -side
    assert all(way * (after - before) >= 0 for before, after in zip(plan.entries, plan.entries[1:], strict=False))


def test_averaging_up_puts_the_stop_behind_the_first_entry():
    plan = tranche_plan(100.0, averaging="up")
    assert plan.entries == pytest.approx((100.0, 101.0, 102.0))
    assert plan.stop == pytest.approx(98.0)


def test_a_trade_is_followed_from_its_entry():
    prices = series(90, 100, 101, 100.5, 100, 101)
    result = scale_in_out_simulation(prices, 1)
    assert result.equity.index.equals(prices.index[1:])
    assert result.fills["date"].tolist() == [prices.index[1]]
    assert result.fills["price"].tolist() == [100.0]
    assert result.position.nunique() == 1


def test_entries_targets_and_stop_by_hand():
    """Three entries on closes, one target, then the stop.

    Prices, quantities, and the cash that is left.
    """
    prices = series(100, 99, 98, 102, 95)
    result = scale_in_out_simulation(prices, 0, exit_levels=[0.02], exit_splits=[0.5])
    quantities = result.plan.quantities
    bought = sum(quantities)
    average = (100 * quantities[0] + 99 * quantities[1] + 98 * quantities[2]) / bought
    assert result.fills["reason"].tolist() == ["entry"] * 3 + ["target", "stop"]
    assert result.fills["price"].tolist() == [100.0, 99.0, 98.0, 102.0, 95.0]
    assert result.fills["quantity"].tolist() == pytest.approx([*quantities, -bought / 2, -bought / 2])
    assert result.average_entry.iloc[2] == pytest.approx(average)
    assert result.fills["gain"].iloc[3] == pytest.approx(102 / average - 1)
    assert result.equity.iloc[-1] == pytest.approx(10_000 + bought / 2 * (102 - average) + bought / 2 * (95 - average))
    assert result.realised.iloc[3] == pytest.approx(bought / 2 * (102 - average))


def test_the_last_exit_leaves_nothing_behind():
    result = scale_in_out_simulation(series(100, 104, 106, 110, 120), 0)
    assert result.fills["quantity"].sum() == 0.0
    assert result.position.tolist()[-2:] == [0.0, 0.0]
    shares = -result.fills["quantity"].iloc[1:] / result.fills["quantity"].iloc[0]
    assert shares.tolist() == pytest.approx([0.33, 0.33, 0.34])


def test_splits_below_one_leave_the_rest_to_the_stop():
    result = scale_in_out_simulation(series(100, 104, 110, 111), 0, exit_levels=[0.03], exit_splits=[0.25])
    assert result.position.iloc[-1] == pytest.approx(0.75 * result.plan.quantities[0])


def test_splits_above_one_are_scaled_to_one():
    result = scale_in_out_simulation(series(100, 104, 110, 111), 0, exit_levels=[0.03, 0.09], exit_splits=[3, 1])
    shares = -result.fills["quantity"].iloc[1:] / result.fills["quantity"].iloc[0]
    assert shares.tolist() == pytest.approx([0.75, 0.25])
    assert result.position.iloc[-1] == 0.0


def test_after_a_target_open_entries_are_cancelled():
    """Up to the target, then down through the second and third entry.

    Nothing is bought after taking profit.
    """
    result = scale_in_out_simulation(series(100, 103.5, 99, 98, 97), 0)
    assert result.fills["reason"].tolist() == ["entry", "target"]


def test_a_stop_is_filled_at_the_open_beyond_it():
    frame = candles((100, 100, 100, 100), (90, 91, 89, 90), (90, 91, 89, 90))
    result = scale_in_out_simulation(frame, 0)
    assert result.fills["reason"].tolist() == ["entry", "stop"]
    assert result.fills["price"].tolist() == [100.0, 90.0]
    assert result.stop.isna().tolist() == [False, True, True]


def test_entries_on_the_way_to_a_stop_fill_before_it():
    frame = candles((100, 100, 100, 100), (99.5, 99.6, 90, 95), (95, 95, 95, 95))
    result = scale_in_out_simulation(frame, 0)
    assert result.fills["reason"].tolist() == ["entry"] * 3 + ["stop"]
    assert result.fills["price"].tolist() == pytest.approx([100, 99, 98, 98 * 0.98])
    assert result.equity.iloc[-1] == pytest.approx(10_000 - 200)


def test_averaging_up_buys_nothing_in_the_bar_that_stops():
    frame = candles((100, 100, 100, 100), (99.5, 103, 97, 98), (98, 98, 98, 98))
    result = scale_in_out_simulation(frame, 0, averaging="up")
    assert result.fills["reason"].tolist() == ["entry", "stop"]


def test_where_an_entry_and_a_target_lie_in_one_bar_the_worse_order_is_taken():
    frame = candles((100, 100, 100, 100), (100, 104, 98.5, 103), (103, 104, 102.9, 103))
    result = scale_in_out_simulation(frame, 0)
    assert result.fills["reason"].tolist() == ["entry", "entry", "target"]
    assert result.fills["date"].iloc[2] == frame.index[2]


def test_targets_are_filled_at_their_price_or_at_an_open_beyond():
    frame = candles((100, 100, 100, 100), (101, 104, 100.5, 102), (106, 107, 105, 106))
    result = scale_in_out_simulation(frame, 0)
    assert result.fills["price"].tolist() == pytest.approx([100.0, 103.0, 106.0])


def test_a_gap_that_costs_more_than_there_is_ends_at_zero():
    """Five times equity and an open a quarter lower: the published code showed −2,500."""
    prices = series(100, 75, 80)
    owed = original.scale_in_out_simulation(prices, 0, entry_splits=[1.0])["equity_path"]
    assert owed[-1] == pytest.approx(-2_500.0)
    result = scale_in_out_simulation(prices, 0, entry_splits=[1.0], risk_budget=1.0)
    assert result.plan.notional == pytest.approx(50_000.0)
    assert result.equity.tolist() == pytest.approx([10_000.0, 0.0, 0.0])
    assert result.position.tolist()[1:] == [0.0, 0.0]
    assert result.realised.iloc[-1] == pytest.approx(-10_000.0)


def test_an_account_with_nothing_left_is_liquidated_at_the_close():
    """Everything is at risk at a stop that is nearly touched, and costs come on top."""
    frame = candles((100, 100, 100, 100), (95, 95, 79.2, 79.5), (80, 90, 80, 90))
    result = scale_in_out_simulation(frame, 0, entry_splits=[1.0], stop_loss_pct=0.21, risk_budget=1.0, cost_bps=100.0)
    assert result.fills["reason"].tolist() == ["entry", "liquidation"]
    assert result.equity.tolist()[1:] == [0.0, 0.0]


def test_a_flat_market_fills_one_entry_and_nothing_more(flat_market):
    result = scale_in_out_simulation(flat_market, 5)
    assert len(result.fills) == 1
    assert (result.equity == 10_000).all()
    assert len(result.equity) == 100


def test_a_series_is_bars_without_a_range(sound_market):
    closes = sound_market["close"]
    bars = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), closes))
    one, other = scale_in_out_simulation(closes, 100), scale_in_out_simulation(bars, 100)
    assert one.equity.equals(other.equity)
    assert one.fills.equals(other.fills)


@st.composite
def trades(draw):
    """A random market and a random plan on it, with or without a range within the bar."""
    frame = market.regime_ohlcv(
        draw(st.sampled_from(sorted(market.REGIMES))), 120, seed=draw(st.integers(0, 2**32 - 1)), sigma=draw(st.floats(0.05, 1.0))
    )
    count = draw(st.integers(1, 4))
    options = {
        "direction": draw(st.sampled_from([1, -1])),
        "entry_splits": draw(st.lists(st.floats(0.1, 1.0), min_size=1, max_size=4)),
        "entry_spacing_pct": draw(st.floats(0.0, 0.03)),
        "exit_levels": sorted(draw(st.lists(st.floats(0.005, 0.1), min_size=count, max_size=count))),
        "exit_splits": draw(st.lists(st.floats(0.05, 1.0), min_size=count, max_size=count)),
        "stop_loss_pct": draw(st.floats(0.005, 0.2)),
        "leverage": draw(st.floats(0.5, 20.0)),
        "averaging": draw(st.sampled_from(["down", "up"])),
        "risk_budget": draw(st.floats(0.005, 1.0)),
        "cost_bps": draw(st.floats(0.0, 30.0)),
    }
    return frame if draw(st.booleans()) else frame["close"], options


@given(trades())
@settings(max_examples=60)
def test_every_cent_is_accounted_for(trade):
    """Equity = capital + realised + unrealised − costs at every bar; fills add up to the position.

    Nothing is oversold.
    """
    prices, options = trade
    result = scale_in_out_simulation(prices, 10, **options)
    whole = 10_000 + result.realised + result.unrealised - result.costs
    assert np.allclose(result.equity, whole, rtol=1e-9, atol=1e-6)
    assert (result.equity > -1e-9).all()
    closes = prices if isinstance(prices, pd.Series) else prices["close"]
    closes = closes.loc[result.equity.index]
    held = result.fills.groupby("date")["quantity"].sum().reindex(closes.index, fill_value=0.0).cumsum()
    assert np.allclose(held, result.position, rtol=1e-9, atol=1e-9)
    assert (result.position * options["direction"] >= 0).all()
    assert np.allclose(result.unrealised, result.position * (closes - result.average_entry), rtol=1e-9, atol=1e-6)
    paid = (result.fills["price"] * result.fills["quantity"].abs()).sum() * options["cost_bps"] / 10_000
    assert result.costs.iloc[-1] == pytest.approx(paid)
    if result.fills["reason"].iloc[-1] not in ("stop", "liquidation") and result.equity.iloc[-1] > 0:
        cash = 10_000 - (result.fills["price"] * result.fills["quantity"]).sum() - paid
        assert result.equity.iloc[-1] == pytest.approx(cash + held.iloc[-1] * closes.iloc[-1])


@given(trades())
@QUICK
def test_fills_lie_inside_their_bars_and_orders_keep_their_sequence(trade):
    prices, options = trade
    result = scale_in_out_simulation(prices, 10, **options)
    for fill in result.fills.itertuples():
        low, high = (prices.at[fill.date, side] if isinstance(prices, pd.DataFrame) else prices[fill.date] for side in ("low", "high"))
        assert low * (1 - 1e-12) <= fill.price <= high * (1 + 1e-12)
    reasons = result.fills["reason"].tolist()
    assert reasons == sorted(reasons, key=["entry", "target", "stop", "liquidation"].index)
    assert reasons.count("entry") <= len(options["entry_splits"])
    assert reasons.count("target") <= len(options["exit_levels"])
    assert reasons.count("stop") + reasons.count("liquidation") <= 1
    assert (result.fills.loc[result.fills["reason"] == "target", "gain"] > 0).all()


@given(trades(), st.integers(13, 109))
@QUICK
def test_cutting_the_future_changes_nothing_before(trade, cut):
    prices, options = trade
    whole, part = (scale_in_out_simulation(piece, 10, **options) for piece in (prices, prices.iloc[:cut]))
    for name in ("equity", "position", "average_entry", "realised", "unrealised", "stop", "costs"):
        assert getattr(part, name).equals(getattr(whole, name).iloc[: cut - 10])


@given(trades(), st.integers(-6, 6), st.integers(-6, 6))
@QUICK
def test_prices_and_capital_in_other_units_give_the_same_trade(trade, prices_unit, money_unit):
    prices, options = trade
    one = scale_in_out_simulation(prices, 10, **options)
    columns = ["open", "high", "low", "close"]
    scaled = prices * 2.0**prices_unit if isinstance(prices, pd.Series) else prices[columns] * 2.0**prices_unit
    other = scale_in_out_simulation(scaled, 10, total_position=10_000 * 2.0**money_unit, **options)
    assert other.equity.equals(one.equity * 2.0**money_unit)
    assert other.fills["price"].equals(one.fills["price"] * 2.0**prices_unit)


@given(trades())
@QUICK
def test_without_gaps_the_stop_loses_no_more_than_the_budget(trade):
    prices, options = trade
    if isinstance(prices, pd.Series):
        return
    frame = prices.drop(columns="volume")
    frame["open"] = frame["close"].shift().fillna(frame["open"])
    frame["high"], frame["low"] = frame[["open", "high"]].max(axis=1), frame[["open", "low"]].min(axis=1)
    result = scale_in_out_simulation(frame, 10, **{**options, "cost_bps": 0.0})
    assert result.equity.iloc[-1] >= 10_000 - result.plan.loss_at_stop - 1e-6


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"entry_idx": -1}, r"entry_idx is -1; expected at least 0"),
        ({"entry_idx": 299}, r"entry_idx is 299 with 300 rows of prices; expected at least one bar after the entry"),
        ({"horizon": 1}, r"horizon is 1; expected at least 2"),
        ({"direction": 0}, r"side is 0; expected \+1 for long or -1 for short"),
        ({"entry_splits": []}, r"entry splits are empty; expected at least one share"),
        ({"entry_splits": [0.5, -0.5]}, r"entry split is -0\.5; expected a number above 0"),
        ({"entry_spacing_pct": 1.0}, r"entry spacing is 1\.0; expected a number below 1"),
        ({"entry_spacing_pct": 0.6}, r"3 entries 60% apart reach -\S+; expected prices above 0"),
        ({"exit_levels": [0.05, 0.03, 0.08]}, r"exit_levels are \[0\.05, 0\.03, 0\.08\]; expected the nearest first"),
        ({"exit_levels": [0.0, 0.03, 0.08]}, r"exit level is 0\.0; expected a number above 0"),
        ({"exit_levels": [0.03]}, r"there are 1 exit levels and 3 exit splits; expected as many of each"),
        ({"exit_splits": [0.5, 0.0, 0.5]}, r"exit split is 0\.0; expected a number above 0"),
        ({"stop_loss_pct": 0}, r"stop_loss is 0; expected a number above 0"),
        ({"stop_loss_pct": 1.0}, r"stop_loss is 1\.0; expected a number below 1"),
        ({"total_position": -1}, r"capital is -1; expected a number above 0"),
        ({"leverage": math.nan}, r"leverage is nan; expected a finite number"),
        ({"risk_budget": 1.1}, r"risk_budget is 1\.1; expected a number at most 1"),
        ({"cost_bps": -1}, r"cost_bps is -1; expected a number at least 0"),
        ({"averaging": "sideways"}, r"averaging is 'sideways'; expected one of 'down', 'up'"),
    ],
)
def test_errors_name_the_value_and_the_rule(sound_market, options, error):
    with pytest.raises(ValueError, match=error):
        scale_in_out_simulation(sound_market, **{"entry_idx": 100, **options})


def test_an_unsound_market_is_named(unsound):
    frame, error = unsound
    others = r"at least one bar after the entry|prices are a ndarray; expected a Series of closes or an OHLCV frame"
    with pytest.raises(ValueError, match=rf"{error}|{others}"):
        scale_in_out_simulation(frame, 0)


@pytest.mark.parametrize("name", ["unsorted_dates", "repeated_date"])
def test_closes_in_no_order_are_refused_as_bars_are(request, name):
    with pytest.raises(ValueError, match="the dates of prices do not increase; expected each row later than the one before"):
        scale_in_out_simulation(request.getfixturevalue(name)["close"], 100)


def test_a_price_that_is_not_a_number_is_named(nan_bar):
    with pytest.raises(ValueError, match=r"prices is nan at 2023-\S+ .*; expected finite prices above 0"):
        scale_in_out_simulation(nan_bar["close"], 0)
