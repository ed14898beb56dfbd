"""The pyramid: true risk, caps, stops, re-entry, costs, ruin, records."""

import math

import numpy as np
import pytest
from phase6 import market
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest, stop_risk_by_level

FREE = {"cost_bps": 0.0}


def long_book(**options):
    book = PyramidingStrategy(**{"max_total_risk": 1.0, "leverage": 1e9, **options})
    book.side = 1
    return book


def test_stop_risk_after_each_level():
    """One ATR apart, stops 2 ATR behind the newest: 0.500, 0.650, 0.533, 0.202 % of equity, most after the second."""
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
    """The first level is equity · risk / distance, unless its notional would pass leverage · equity."""
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
    """Two levels half an ATR apart would risk 0.775 %; capped at 0.6 % the second is cut to fill it exactly."""
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
    """The ATR triples: the new stop would lie below the old one, which stays, and the level risks what that distance risks."""
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
