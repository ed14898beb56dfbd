"""The pyramid: true risk, caps, stops, re-entry, costs, ruin, records."""

import math
from typing import Any

import numpy as np
import pytest
from phase6 import market
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest, stop_risk_by_level

FREE: dict[str, Any] = {"cost_bps": 0.0}


def long_book(**options):
    book = PyramidingStrategy(**{"max_total_risk": 1.0, "leverage": 1e9, **options})
    book.side = 1
    return book


def test_stop_risk_after_each_level():
    """One ATR apart, stops 2 ATR behind the newest: the risk is largest after the second.

    It is 0.500, 0.650, 0.533 and 0.202 % of equity.
    """
    table = stop_risk_by_level(4)
    assert [f"{risk:.3%}" for risk in table["stop_risk"]] == ["0.500%", "0.650%", "0.533%", "0.202%"]
    assert table["stop_risk"].idxmax() == 2
    assert table["nominal"].tolist() == [0.005, 0.01, 0.015, 0.02]


def test_give_back_from_the_peak_to_the_stop():
    assert f"{stop_risk_by_level(4)['open_heat'].iloc[-1]:.2%}" == "1.52%"


def test_risk_by_level_is_the_same_for_shorts_and_in_any_unit():
    long = stop_risk_by_level(6)
    assert np.allclose(stop_risk_by_level(6, side=-1), long, rtol=1e-9)
    columns = ["stop_risk", "open_heat"]
    assert np.allclose(stop_risk_by_level(6, price=5000.0, atr_val=60.0)[columns], long[columns], rtol=1e-9)


def test_the_turtles_risk_adds_up_to_five_n():
    """Four equal units half an ATR apart, stops 2 ATR behind the newest: 0.5 + 1 + 1.5 + 2 ATR."""
    table = stop_risk_by_level(4, spacing_atr=0.5, size_decay=0.0, risk_per_level=0.01)
    assert table["stop_risk"].iloc[-1] / 0.01 * 2 == pytest.approx(5.0)


def test_the_default_caps_cut_nothing_from_four_levels():
    capped = stop_risk_by_level(4, max_total_risk=0.02, leverage=3.0)
    assert capped["stop_risk"].to_numpy() == pytest.approx(stop_risk_by_level(4)["stop_risk"].to_numpy())


@pytest.mark.parametrize("leverage", [0.5, 1.0, 3.0, 50.0])
def test_leverage_never_enlarges_what_is_risked(leverage):
    """The first level is equity · risk / distance, unless its notional passes the cap.

    The cap is leverage · equity.
    """
    book = long_book(leverage=leverage)
    book.add_level(100.0, 0.5)
    by_risk, by_notional = 100_000 * 0.005 / 1.0, leverage * 100_000 / 100.0
    assert book.total_quantity == pytest.approx(min(by_risk, by_notional))
    assert book.total_risk_pct <= 0.005 + 1e-15


def test_leverage_caps_the_notional_of_all_levels():
    book = long_book(leverage=1.0, max_levels=8)
    for price in (100.0, 101.0, 102.0, 103.0):
        if book.add_level(price, 0.5):
            assert book.total_quantity * price <= 100_000 * (1 + 1e-12)
    assert [level.quantity for level in book.levels] == pytest.approx([500.0, 400.0, 100_000 / 102.0 - 900.0])


def test_the_cap_on_total_risk_is_kept_from_where_stops_stand():
    """Two levels half an ATR apart would risk 0.775 %.

    Capped at 0.6 % the second is cut to fill it exactly.
    """
    wide, tight = long_book(), long_book(max_total_risk=0.006)
    for book in (wide, tight):
        book.add_level(100.0, 2.0)
        book.add_level(101.0, 2.0)
    assert wide.total_risk_pct == pytest.approx(0.00775)
    assert tight.total_risk_pct == pytest.approx(0.006)
    assert tight.levels[1].quantity < wide.levels[1].quantity


def test_eight_levels_of_equal_size_stay_under_the_cap():
    book = long_book(max_levels=8, max_total_risk=0.01, size_decay=0.0)
    risks = []
    for number in range(8):
        book.add_level(100.0 + 0.4 * number, 2.0)
        risks.append(book.total_risk_pct)
    assert max(risks) == pytest.approx(0.01)
    assert book.levels[3].quantity < book.levels[0].quantity


def test_an_add_on_is_never_larger_than_the_one_before():
    """The ATR falls to a quarter: by risk alone the second level would be 3.2 times the first."""
    book = long_book()
    first = book.add_level(100.0, 2.0)
    assert book.add_level(104.0, 0.5) == first


def test_a_stop_never_loosens():
    """The ATR triples: the new stop would lie below the old one, which stays.

    The level risks what that distance risks.
    """
    book = long_book()
    book.add_level(100.0, 1.0)
    book.add_level(101.0, 3.0)
    assert [level.stop_price for level in book.levels] == [98.0, 98.0]
    assert book.levels[1].quantity == pytest.approx(100_000 * 0.005 / 6.0 / 1.25)


def test_all_stops_move_up_with_an_add_on():
    book = long_book()
    book.add_level(100.0, 1.0)
    book.add_level(101.5, 1.0)
    assert [level.stop_price for level in book.levels] == [99.5, 99.5]
    assert book.stop_risk == pytest.approx(250.0 * 0.5 + 200.0 * 2.0)


def test_averages_are_weighted_by_quantity():
    book = long_book()
    assert (book.avg_entry, book.total_quantity, book.stop_risk, book.total_risk_pct) == (0.0, 0.0, 0.0, 0.0)
    book.add_level(100.0, 1.0)
    book.add_level(110.0, 1.0)
    assert book.total_quantity == pytest.approx(450.0)
    assert book.avg_entry == pytest.approx((250.0 * 100 + 200.0 * 110) / 450.0)
    assert book.close_all(120.0) == pytest.approx(250.0 * 20 + 200.0 * 10)
    assert (book.side, book.levels) == (0, [])


@pytest.mark.parametrize(("side", "price", "hit"), [(1, 98.0, True), (1, 98.01, False), (-1, 102.0, True), (-1, 101.99, False)])
def test_a_stop_is_hit_at_its_price_or_beyond(side, price, hit):
    book = long_book()
    book.side = side
    book.add_level(100.0, 1.0)
    assert book.check_stop(price) is hit


@pytest.mark.parametrize("atr_val", [0.0, -1.0, math.nan, 50.0])
def test_no_level_without_a_stop_that_can_stand(atr_val):
    """ATR 0, negative or unknown, or a long stop at 0 or below: nothing is bought."""
    book = long_book()
    assert book.add_level(100.0, atr_val) == 0.0
    assert book.levels == []


@pytest.mark.parametrize("price", [98.0, 97.0])
def test_no_add_on_at_the_stop_or_beyond_it(price):
    book = long_book()
    book.add_level(100.0, 1.0)
    assert book.add_level(price, 1.0) == 0.0
    assert len(book.levels) == 1


def test_no_level_without_equity():
    book = long_book()
    book.equity = -5.0
    assert book.add_level(100.0, 1.0) == 0.0
    assert book.total_risk_pct == 0.0


@pytest.mark.parametrize(("fast", "slow", "side"), [(2.0, 1.0, 1), (1.0, 2.0, -1), (1.0, 1.0, 0), (math.nan, 1.0, 0)])
def test_the_side_of_the_trend(fast, slow, side):
    assert PyramidingStrategy().should_enter(fast, slow) == side


def test_an_add_on_needs_a_move_and_a_free_level():
    book = long_book(max_levels=2)
    assert not book.should_add(200.0, 1.0)
    book.add_level(100.0, 1.0)
    assert not book.should_add(101.0, 1.0)
    assert book.should_add(101.01, 1.0)
    book.add_level(101.01, 1.0)
    assert not book.should_add(200.0, 1.0)


def mirrored(frame):
    """The market with up and down exchanged, around a level that keeps every price positive."""
    flipped = 3 * frame["high"].max() - frame[["open", "low", "high", "close"]]
    return flipped.set_axis(["open", "high", "low", "close"], axis=1)


def with_bar(frame, bar, **prices):
    """The frame with some prices of one bar replaced."""
    changed = frame.copy()
    for name, price in prices.items():
        changed.iloc[bar, changed.columns.get_loc(name)] = price
    return changed


def touching_stop(frame, bar, **options):
    """The frame with one bar's low pulled just through the stop that stands there."""
    stop = run_pyramid_backtest(frame, **options).stop.iloc[bar]
    return with_bar(frame, bar, low=stop * 0.9999), stop


def test_the_first_order_is_filled_at_the_open_after_the_averages_are_warm(rising_market):
    result = run_pyramid_backtest(rising_market, **FREE)
    assert (result.levels.iloc[:50] == 0).all()
    assert result.fills["date"].iloc[0] == rising_market.index[50]
    assert result.fills["price"].iloc[0] == rising_market["open"].iloc[50]
    assert result.fills["reason"].tolist() == ["entry", "add", "add", "add"]
    assert result.fills["level"].tolist() == [1, 2, 3, 4]


def test_add_ons_come_after_a_close_one_atr_beyond_the_newest_entry(rising_market):
    result = run_pyramid_backtest(rising_market, max_levels=3, **FREE)
    reach = rising_market["high"].sub(rising_market["low"]).rolling(14).mean()
    for before, after in zip(result.fill_list, result.fill_list[1:], strict=False):
        moved = rising_market["close"] - before.price > reach
        assert after.bar == 1 + next(bar for bar in range(before.bar, 120) if moved.iloc[bar])


def test_everything_is_dated_as_the_market_is(rising_market):
    result = run_pyramid_backtest(rising_market)
    for name in ("equity", "levels", "position", "stop", "stop_risk", "cash", "costs"):
        series = getattr(result, name)
        assert series.index.equals(rising_market.index)
        assert series.name == name
    equity, levels, trades = result
    assert equity is result.equity
    assert levels is result.levels
    assert trades is result.trades


def test_a_stop_is_filled_at_its_price_within_the_bar(rising_market):
    frame, stop = touching_stop(rising_market, 53, max_levels=1)
    trade = run_pyramid_backtest(frame, max_levels=1, **FREE).trades.iloc[0]
    assert trade["exit_date"] == frame.index[53]
    assert trade["exit_price"] == stop
    assert trade["reason"] == "stop"
    assert trade["r_multiple"] == pytest.approx(-1.0)
    assert trade["pnl"] == pytest.approx(-500.0)


def test_a_stop_is_filled_at_the_open_where_the_market_opens_beyond_it(gap_through_stop):
    trade = run_pyramid_backtest(gap_through_stop, **FREE).trades.iloc[0]
    assert trade["exit_date"] == gap_through_stop.index[70]
    assert trade["exit_price"] == gap_through_stop["open"].iloc[70]
    assert trade["reason"] == "stop"


def test_a_stop_is_looked_at_on_the_bar_of_the_entry_too(rising_market):
    frame = with_bar(rising_market, 50, low=rising_market["open"].iloc[50] * 0.9)
    trade = run_pyramid_backtest(frame, **FREE).trades.iloc[0]
    assert trade["entry_date"] == trade["exit_date"] == frame.index[50]
    assert trade["r_multiple"] == pytest.approx(-1.0)


def test_an_add_on_ordered_before_a_gap_through_the_stop_is_not_bought(gap_through_stop):
    result = run_pyramid_backtest(gap_through_stop, max_levels=50, max_total_risk=1.0, leverage=50.0, **FREE)
    assert [fill.reason for fill in result.fill_list if fill.bar == 70] == ["stop"]


def test_after_a_stop_the_next_bar_enters_again(rising_market):
    frame, _ = touching_stop(rising_market, 60)
    result = run_pyramid_backtest(frame, reentry="next_bar")
    again = result.fills[result.fills["reason"] == "entry"]["date"].tolist()
    assert again == [frame.index[50], frame.index[61]]
    assert result.levels.iloc[60] == 0


def test_with_a_fresh_cross_required_a_stop_ends_the_trend(rising_market):
    frame, _ = touching_stop(rising_market, 60)
    result = run_pyramid_backtest(frame, reentry="fresh_cross")
    assert (result.levels.iloc[60:] == 0).all()


def test_a_stop_on_the_bar_of_the_entry_needs_a_fresh_cross_as_well(rising_market):
    frame = with_bar(rising_market, 50, low=rising_market["open"].iloc[50] * 0.9)
    assert len(run_pyramid_backtest(frame, reentry="next_bar").fills) > 2
    result = run_pyramid_backtest(frame, reentry="fresh_cross")
    assert result.fills["reason"].tolist() == ["entry", "stop"]


def test_after_a_fresh_cross_the_other_side_and_the_same_side_enter_again():
    frame = market.random_walk_ohlcv(1500, seed=5)
    often = run_pyramid_backtest(frame, reentry="next_bar").trades
    once = run_pyramid_backtest(frame, reentry="fresh_cross")
    fast, slow = (frame["close"].ewm(span=span, adjust=False).mean() for span in (20, 50))
    side = np.sign(fast - slow)
    runs = (side != side.shift()).cumsum()
    entered = [runs.iloc[trade.entry_bar - 1] for trade in once.trade_list]
    assert len(entered) == len(set(entered)) > 10
    assert len(often) > len(entered)
    assert set(once.trades["side"]) == {1, -1}


class Scripted(PyramidingStrategy):
    """Signals by bar, from the first on which orders are decided."""

    def __init__(self, *args, signals, **options):
        super().__init__(*args, **options)
        self.signals = iter(signals)

    def should_enter(self, fast_ma, slow_ma):
        return next(self.signals)


@pytest.mark.parametrize(("between", "enters"), [(0, True), (1, False)])
def test_a_signal_that_was_gone_for_a_bar_counts_as_a_fresh_cross(rising_market, between, enters):
    """Stopped on bar 52.

    The signal of that close is +1, of the next one 0 or +1, then +1 to the end.
    """
    frame, _ = touching_stop(rising_market, 52, max_levels=1)
    signals = [1, 1, 1, 1, between] + [1] * 70
    result = run_pyramid_backtest(
        frame, max_levels=1, reentry="fresh_cross", strategy=lambda *args, **options: Scripted(*args, signals=signals, **options)
    )
    assert result.trades["exit_date"].iloc[0] == frame.index[52]
    assert (result.levels.iloc[55:] == 1).all() == enters
    assert (result.levels.iloc[52:55] == 0).all()


def test_without_stops_every_turn_is_a_fresh_cross():
    frame = market.random_walk_ohlcv(800, sigma=0.1, seed=6)
    often, fresh = (run_pyramid_backtest(frame, atr_stop_mult=50.0, reentry=policy) for policy in ("next_bar", "fresh_cross"))
    assert len(fresh.trades) > 5
    assert set(fresh.trades["reason"]) == {"reversal"}
    assert fresh.equity.equals(often.equity)


def test_a_turn_of_the_averages_ends_the_position_at_the_next_open():
    """The stop is so far away that only the averages can end a trade."""
    frame = market.range_ohlcv(300, half_life=15, sigma=0.1, seed=1)
    result = run_pyramid_backtest(frame, atr_stop_mult=30.0, max_levels=1, **FREE)
    assert set(result.trades["reason"]) == {"reversal"}
    side = np.sign(frame["close"].ewm(span=20, adjust=False).mean() - frame["close"].ewm(span=50, adjust=False).mean())
    for trade in result.trade_list:
        assert trade.exit_price == frame["open"].iloc[trade.exit_bar]
        assert side.iloc[trade.exit_bar - 1] == -trade.side
        assert (side.iloc[trade.entry_bar - 1 : trade.exit_bar - 1] == trade.side).all()


def test_a_flat_market_gives_no_order(flat_market):
    result = run_pyramid_backtest(flat_market)
    assert (result.equity == 100_000).all()
    assert result.stop.isna().all()
    assert len(result.trades) == len(result.fills) == 0
    assert list(result.trades.columns)[:4] == ["entry_date", "exit_date", "side", "levels"]
    assert list(result.fills.columns) == ["date", "price", "quantity", "reason", "level", "cost"]


def test_a_range_of_zero_gives_no_order_even_where_there_is_a_signal(flat_market):
    """One jump of the price, long before the averages are warm.

    They differ ever after, while the ATR is 0.
    """
    frame = flat_market.copy()
    frame.iloc[20:] = 101.0
    assert len(run_pyramid_backtest(frame).fills) == 0
    assert len(run_pyramid_backtest(frame, atr_period=40).fills) == 1


BIG: dict[str, Any] = {"risk_per_level": 0.3, "max_total_risk": 1.0, "leverage": 3.0, "size_decay": 0.0}


@pytest.mark.parametrize("side", [1, -1])
def test_ruin_closes_the_account_and_it_stays_closed(ruin, side):
    """A gap that costs more than there is.

    Liquidated at the open, the debt is let go, nothing happens after it.
    """
    frame = ruin if side == 1 else mirrored(ruin)
    result = run_pyramid_backtest(frame, **BIG)
    trade = result.trades.iloc[-1]
    assert trade["reason"] == "liquidation"
    assert trade["exit_date"] == frame.index[70]
    assert (result.equity.iloc[70:] == 0).all()
    assert (result.position.iloc[70:] == 0).all()
    assert result.fills["date"].max() == frame.index[70]
    assert result.trades["pnl"].sum() == pytest.approx(-100_000)


def test_an_account_that_costs_eat_up_is_liquidated_at_the_close(rising_market):
    """Everything is at risk at the stop, and costs come on top.

    Just above the stop nothing is left.
    """
    options: dict[str, Any] = {**BIG, "risk_per_level": 0.98, "leverage": 40.0, "max_levels": 1, "cost_bps": 100.0}
    opening, stop = rising_market["open"].iloc[50], run_pyramid_backtest(rising_market, **options).stop.iloc[50]
    close = stop + 0.1 * (opening - stop)
    frame = with_bar(rising_market, 50, low=stop + 0.05 * (opening - stop), close=close)
    result = run_pyramid_backtest(frame, **options)
    trade = result.trades.iloc[0]
    assert (trade["reason"], trade["exit_price"], trade["exit_date"]) == ("liquidation", close, frame.index[50])
    assert (result.equity.iloc[50:] == 0).all()


def test_costs_are_charged_on_every_fill(gap_through_stop):
    result = run_pyramid_backtest(gap_through_stop, cost_bps=10.0)
    values = result.fills["price"] * result.fills["quantity"].abs()
    assert result.fills["cost"].to_numpy() == pytest.approx(0.001 * values.to_numpy())
    assert result.costs.iloc[-1] == pytest.approx(result.fills["cost"].sum())
    assert result.costs.is_monotonic_increasing
    assert run_pyramid_backtest(gap_through_stop, cost_bps=0.0).costs.iloc[-1] == 0.0


def test_costs_lower_the_equity_by_what_they_are(rising_market):
    """One fill and nothing after it: the same position, less its cost."""
    dear, free = (run_pyramid_backtest(rising_market, max_levels=1, cost_bps=bps) for bps in (20.0, 0.0))
    assert dear.position.equals(free.position)
    assert np.allclose(free.equity - dear.equity, dear.costs)
    assert dear.costs.iloc[-1] > 0


def test_funding_is_charged_on_what_is_borrowed(rising_market):
    """Day by day: a year's rate over 252 on notional above equity, nothing below it."""
    result = run_pyramid_backtest(rising_market, funding_rate=0.1, risk_per_level=0.02, max_total_risk=0.1, **FREE)
    notional = result.position.abs() * rising_market["close"]
    paid = result.costs.diff().fillna(0.0)
    before = result.equity + paid
    assert np.allclose(paid, 0.1 / 252 * (notional - before).clip(lower=0.0))
    assert paid.iloc[-1] > 0
    assert (paid[notional < before] == 0).all()


def test_shorts_pay_funding_as_longs_do(rising_market):
    result = run_pyramid_backtest(mirrored(rising_market), funding_rate=0.1, risk_per_level=0.02, leverage=10.0, **FREE)
    assert result.position.iloc[-1] < 0
    assert result.costs.iloc[-1] > 0


def test_trades_say_what_was_done(gap_through_stop):
    result = run_pyramid_backtest(gap_through_stop, cost_bps=5.0)
    trade = result.trades.iloc[0]
    bought = result.fills.iloc[:4]
    assert (trade["side"], trade["levels"], trade["reason"]) == (1, 4, "stop")
    assert trade["entry_date"] == gap_through_stop.index[50]
    assert trade["quantity"] == pytest.approx(bought["quantity"].sum())
    assert trade["average_entry"] == pytest.approx((bought["price"] * bought["quantity"]).sum() / trade["quantity"])
    gross = trade["quantity"] * (trade["exit_price"] - trade["average_entry"])
    assert trade["costs"] == pytest.approx(result.fills["cost"].iloc[:5].sum())
    assert trade["pnl"] == pytest.approx(gross - trade["costs"])
    assert trade["r_multiple"] == pytest.approx(trade["pnl"] / 500.0)
    assert result.fills["reason"].tolist()[:5] == ["entry", "add", "add", "add", "stop"]
    assert result.fills["level"].tolist()[:5] == [1, 2, 3, 4, 0]


def test_whenever_flat_the_profits_of_closed_trades_are_the_change_of_equity(sound_market):
    result = run_pyramid_backtest(sound_market, funding_rate=0.05)
    assert len(result.trades) > 3
    flat = result.levels == 0
    closed = result.trades.groupby("exit_date")["pnl"].sum().reindex(sound_market.index, fill_value=0.0).cumsum()
    assert np.allclose(result.equity[flat], 100_000 + closed[flat])


def test_a_position_open_at_the_end_is_marked_and_not_sold(rising_market):
    result = run_pyramid_backtest(rising_market)
    assert result.levels.iloc[-1] == 4
    assert len(result.trades) == 0
    assert result.equity.iloc[-1] == pytest.approx(result.cash.iloc[-1] + result.position.iloc[-1] * rising_market["close"].iloc[-1])


def test_without_gaps_a_single_level_never_loses_more_than_one_r():
    """Each open is the close before, so every stop is filled at its price, whatever the market."""
    frame = market.random_walk_ohlcv(2000, sigma=0.4, seed=2)
    frame["open"] = frame["close"].shift().fillna(100.0)
    frame["high"], frame["low"] = frame[["open", "high"]].max(axis=1), frame[["open", "low"]].min(axis=1)
    trades = run_pyramid_backtest(frame, max_levels=1, **FREE).trades
    stopped = trades[trades["reason"] == "stop"]
    assert len(stopped) >= 10
    assert stopped["r_multiple"].to_numpy() == pytest.approx(-1.0)
    assert trades["r_multiple"].min() >= -1.0 - 1e-9


class Halved(PyramidingStrategy):
    """The rule changed in one place."""

    def level_quantity(self, price, atr_val):
        return super().level_quantity(price, atr_val) / 2


def test_a_subclass_changes_a_rule(rising_market):
    usual, halved = (run_pyramid_backtest(rising_market, max_levels=1, strategy=rule) for rule in (PyramidingStrategy, Halved))
    assert np.allclose(halved.position, usual.position / 2)


def test_the_market_is_left_as_it_was(sound_market):
    before = sound_market.copy(deep=True)
    run_pyramid_backtest(sound_market)
    assert sound_market.equals(before)


def test_the_shortest_market_that_can_be_traded(rising_market):
    result = run_pyramid_backtest(rising_market.iloc[:51])
    assert result.levels.tolist() == [0] * 50 + [1]
    with pytest.raises(ValueError, match=r"the frame has 50 rows; expected at least 51"):
        run_pyramid_backtest(rising_market.iloc[:50])


def test_an_unsound_market_is_named(unsound):
    frame, error = unsound
    with pytest.raises(ValueError, match=error):
        run_pyramid_backtest(frame)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"equity": 0}, r"equity is 0; expected a number above 0"),
        ({"equity": -1e5}, r"equity is -100000\.0; expected a number above 0"),
        ({"max_levels": 0}, r"max_levels is 0; expected at least 1"),
        ({"max_levels": 2.5}, r"max_levels is 2\.5; expected a whole number"),
        ({"leverage": 0}, r"leverage is 0; expected a number above 0"),
        ({"risk_per_level": 0}, r"risk_per_level is 0; expected a number above 0"),
        ({"risk_per_level": 1.0}, r"risk_per_level is 1\.0; expected a number below 1"),
        ({"atr_stop_mult": -2}, r"atr_stop_mult is -2; expected a number above 0"),
        ({"add_threshold_atr": -0.1}, r"add_threshold_atr is -0\.1; expected a number at least 0"),
        ({"size_decay": -1}, r"size_decay is -1; expected a number at least 0"),
        ({"max_total_risk": 0}, r"max_total_risk is 0; expected a number above 0"),
        ({"max_total_risk": 1.5}, r"max_total_risk is 1\.5; expected a number at most 1"),
        ({"cost_bps": -5}, r"cost_bps is -5; expected a number at least 0"),
        ({"funding_rate": math.nan}, r"funding_rate is nan; expected a finite number"),
        ({"reentry": "same_close"}, r"reentry is 'same_close'; expected one of 'next_bar', 'fresh_cross'"),
        ({"fast": 50}, r"fast is 50 and slow is 50; expected fast below slow"),
        ({"slow": 0}, r"slow is 0; expected at least 1"),
        ({"atr_period": 0}, r"atr_period is 0; expected at least 1"),
        ({"atr_period": 400}, r"the frame has 300 rows; expected at least 401"),
    ],
)
def test_errors_name_the_value_and_the_rule(sound_market, options, error):
    with pytest.raises(ValueError, match=error):
        run_pyramid_backtest(sound_market, **options)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"max_levels": 0}, r"max_levels is 0; expected at least 1"),
        ({"side": 2}, r"side is 2; expected \+1 for long or -1 for short"),
        ({"price": -5.0}, r"price is -5\.0; expected a number above 0"),
        ({"atr_val": float("nan")}, r"atr_val is nan; expected a finite number"),
        ({"spacing_atr": -1.0}, r"spacing_atr is -1\.0; expected a number at least 0"),
    ],
)
def test_errors_of_the_risk_table_name_the_value_and_the_rule(options, error):
    with pytest.raises(ValueError, match=error):
        stop_risk_by_level(**options)


def test_funding_is_charged_by_the_bars_a_year_of_the_data(sound_market):
    rule: dict[str, Any] = {"funding_rate": 0.2, "leverage": 30.0, "risk_per_level": 0.05, "max_total_risk": 0.5, "cost_bps": 0.0}
    daily = run_pyramid_backtest(sound_market, **rule)
    hourly = sound_market.copy()
    hourly.attrs["bars_per_year"] = 252 * 24
    spread = run_pyramid_backtest(hourly, **rule)
    assert daily.costs.iloc[-1] > 0
    assert 0 < spread.costs.iloc[-1] < daily.costs.iloc[-1] / 15
    assert spread.costs.iloc[-1] == run_pyramid_backtest(sound_market, bars_per_year=252 * 24, **rule).costs.iloc[-1]
    with pytest.raises(ValueError, match="bars_per_year is 0; expected a number above 0"):
        run_pyramid_backtest(sound_market, bars_per_year=0)
