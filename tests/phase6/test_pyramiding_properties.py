"""What holds for the pyramid on any market and with any rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import market
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest

QUICK = settings(max_examples=30)
BARS = 200


@st.composite
def markets(draw):
    """A random market of any regime, some with gaps of up to a third in either direction."""
    regime, seed = draw(st.sampled_from(sorted(market.REGIMES))), draw(st.integers(0, 2**32 - 1))
    frame = market.regime_ohlcv(regime, BARS, seed=seed, sigma=draw(st.floats(0.05, 0.9))).drop(columns="volume")
    for bar in draw(st.lists(st.integers(51, BARS - 1), max_size=3)):
        frame.iloc[bar:] *= draw(st.sampled_from([0.7, 0.9, 1.1, 1.5]))
    return frame


@st.composite
def rules(draw, /, **fixed):
    """Any rules: from one level to ten, from cautious to ruinous."""
    options = {
        "equity": draw(st.sampled_from([1e3, 1e5, 1e8])),
        "max_levels": draw(st.integers(1, 10)),
        "leverage": draw(st.floats(0.2, 20.0)),
        "risk_per_level": draw(st.floats(0.001, 0.3)),
        "max_total_risk": draw(st.floats(0.005, 1.0)),
        "atr_stop_mult": draw(st.floats(0.5, 4.0)),
        "add_threshold_atr": draw(st.floats(0.0, 2.0)),
        "size_decay": draw(st.floats(0.0, 1.0)),
        "cost_bps": draw(st.floats(0.0, 30.0)),
        "funding_rate": draw(st.sampled_from([0.0, 0.1])),
        "reentry": draw(st.sampled_from(["next_bar", "fresh_cross"])),
    }
    return options | fixed


@given(markets(), rules())
@QUICK
def test_equity_is_cash_and_the_position_at_every_close(frame, options):
    result = run_pyramid_backtest(frame, **options)
    assert np.allclose(result.equity, result.cash + result.position * frame["close"], rtol=1e-12, atol=1e-9 * options["equity"])
    assert (result.equity >= 0).all()
    assert (result.position[result.levels == 0] == 0).all()
    assert (result.position[result.levels > 0] != 0).all()
    assert (result.stop.notna() == (result.levels > 0)).all()


@given(markets(), rules(funding_rate=0.0))
@QUICK
def test_the_account_can_be_built_again_from_its_fills(frame, options):
    """Cash, position, levels and costs bar by bar from nothing but the executions.

    A debt that is let go ends it.
    """
    result = run_pyramid_backtest(frame, **options)
    cash, position, levels, paid = options["equity"], 0.0, 0, 0.0
    fills = list(result.fill_list)
    size = options["equity"]
    for bar in range(BARS):
        while fills and fills[0].bar == bar:
            fill = fills.pop(0)
            cash -= fill.quantity * fill.price + fill.cost
            position, levels, paid = position + fill.quantity, fill.level, paid + fill.cost
            if fill.reason == "liquidation":
                assert cash <= 1e-9 * size
                cash = 0.0
        assert result.cash.iloc[bar] == pytest.approx(cash, rel=1e-9, abs=1e-7 * size)
        assert result.position.iloc[bar] * frame["close"].iloc[bar] == pytest.approx(
            position * frame["close"].iloc[bar], rel=1e-9, abs=1e-7 * size
        )
        assert result.levels.iloc[bar] == levels
        assert result.costs.iloc[bar] == pytest.approx(paid, rel=1e-9)
    assert not fills
    exits = [fill.bar for fill in result.fill_list if fill.level == 0]
    assert [trade.exit_bar for trade in result.trade_list] == exits
    if exits:
        closed = result.fill_list[: 1 + max(number for number, fill in enumerate(result.fill_list) if fill.level == 0)]
        assert sum(trade.costs for trade in result.trade_list) == pytest.approx(sum(fill.cost for fill in closed))


@given(markets(), rules())
@QUICK
def test_reported_risk_is_what_the_stop_would_cost(frame, options):
    """Σ quantity · (entry − stop) over equity, from the fills of what is held."""
    result = run_pyramid_backtest(frame, **options)
    for bar in np.flatnonzero(result.levels):
        upto = [fill for fill in result.fill_list if fill.bar <= bar]
        held = upto[len(upto) - int(result.levels.iloc[bar]) :]
        assert [fill.level for fill in held] == list(range(1, len(held) + 1))
        loss = sum(fill.quantity * (fill.price - result.stop.iloc[bar]) for fill in held)
        assert result.stop_risk.iloc[bar] == pytest.approx(loss / result.equity.iloc[bar], rel=1e-6, abs=1e-9)


@given(markets(), rules())
@QUICK
def test_every_fill_lies_inside_its_bar(frame, options):
    for fill in run_pyramid_backtest(frame, **options).fill_list:
        bar = frame.iloc[fill.bar]
        assert bar["low"] <= fill.price <= bar["high"]
        assert fill.price == bar["open"] or fill.reason in ("stop", "liquidation")
        assert fill.quantity != 0


@given(markets(), rules(), st.integers(51, BARS - 1))
@QUICK
def test_cutting_the_future_changes_nothing_before(frame, options, cut):
    whole, part = (run_pyramid_backtest(piece, **options) for piece in (frame, frame.iloc[:cut]))
    for name in ("equity", "levels", "position", "stop", "stop_risk", "cash", "costs"):
        assert getattr(part, name).equals(getattr(whole, name).iloc[:cut])
    assert part.fill_list == whole.fill_list[: len(part.fill_list)]
    assert all(fill.bar >= cut for fill in whole.fill_list[len(part.fill_list) :])
    assert part.trade_list == whole.trade_list[: len(part.trade_list)]


@given(markets(), rules(leverage=1e9, cost_bps=0.0, funding_rate=0.0))
@QUICK
def test_long_and_short_mirror_each_other(frame, options):
    """Reflect the market around a high level: the same account, sides exchanged.

    Leverage and costs, which go by value, set aside.
    """
    level = 3 * frame["high"].max()
    mirror = (level - frame[["open", "low", "high", "close"]]).set_axis(["open", "high", "low", "close"], axis=1)
    one, other = run_pyramid_backtest(frame, **options), run_pyramid_backtest(mirror, **options)
    size = options["equity"]
    assert np.allclose(one.equity, other.equity, rtol=1e-7, atol=1e-9 * size)
    assert np.allclose(one.position, -other.position, rtol=1e-7)
    assert one.levels.equals(other.levels)
    assert np.allclose(one.stop, level - other.stop, rtol=1e-9, equal_nan=True)
    assert [trade.reason for trade in one.trade_list] == [trade.reason for trade in other.trade_list]
    assert [trade.side for trade in one.trade_list] == [-trade.side for trade in other.trade_list]


@given(markets(), rules(), st.integers(-8, 8), st.integers(-8, 8))
@QUICK
def test_prices_and_equity_in_other_units_give_the_same_account(frame, options, prices, money):
    """Powers of two, so that no comparison can fall out otherwise by rounding.

    Every fraction is the same to the last bit.
    """
    price_unit, money_unit = 2.0**prices, 2.0**money
    one = run_pyramid_backtest(frame, **options)
    other = run_pyramid_backtest(frame * price_unit, **{**options, "equity": options["equity"] * money_unit})
    assert other.equity.equals(one.equity * money_unit)
    assert other.position.equals(one.position * money_unit / price_unit)
    assert other.stop.equals(one.stop * price_unit)
    assert other.stop_risk.equals(one.stop_risk)
    assert [trade.r_multiple for trade in other.trade_list] == [trade.r_multiple for trade in one.trade_list]


@given(markets(), rules(), st.floats(0.001, 1000.0))
@QUICK
def test_any_other_unit_of_money_gives_the_same_returns(frame, options, unit):
    one = run_pyramid_backtest(frame, **options)
    other = run_pyramid_backtest(frame, **{**options, "equity": options["equity"] * unit})
    assert np.allclose(other.equity, one.equity * unit, rtol=1e-7, atol=1e-7 * options["equity"] * unit)


class Watched(PyramidingStrategy):
    """Looks at every level as it is opened."""

    opened = 0

    def add_level(self, price, atr_val):
        before = [(level.quantity, level.stop_price) for level in self.levels]
        quantity = super().add_level(price, atr_val)
        assert quantity >= 0
        if not quantity:
            assert [(level.quantity, level.stop_price) for level in self.levels] == before
            return quantity
        Watched.opened += 1
        stop = self.levels[0].stop_price
        room = 1 + 1e-9
        assert len(self.levels) == len(before) + 1 <= self.max_levels
        assert self.total_risk_pct <= self.max_total_risk * room
        assert self.total_quantity * price <= self.leverage * self.equity * room
        assert quantity * abs(price - stop) <= self.risk_per_level * self.equity / (1 + self.size_decay * len(before)) * room
        assert all(level.stop_price == stop for level in self.levels)
        assert self.side * (price - stop) > 0
        if before:
            assert quantity <= before[-1][0]
            assert self.side * (stop - before[-1][1]) >= 0
        else:
            assert self.total_risk_pct <= self.risk_per_level * room
        return quantity


@given(markets(), rules())
@settings(max_examples=40)
def test_no_level_is_opened_beyond_a_cap(frame, options):
    """Stop risk, notional, levels, size against the level before, and the stop's way.

    At every fill of every backtest.
    """
    before = Watched.opened
    result = run_pyramid_backtest(frame, strategy=Watched, **options)
    assert Watched.opened - before == sum(fill.level > 0 for fill in result.fill_list)


@given(
    st.lists(st.tuples(st.floats(-0.05, 0.15), st.floats(0.1, 5.0)), min_size=1, max_size=12),
    st.sampled_from([1, -1]),
    st.floats(0.001, 0.1),
    st.floats(0.001, 0.3),
    st.floats(0.1, 30.0),
)
@settings(max_examples=60)
def test_no_sequence_of_add_ons_breaks_a_cap(steps, side, risk, cap, leverage):
    """Levels at any prices and any ATR, in or out of favour."""
    book = Watched(risk_per_level=risk, max_total_risk=cap, leverage=leverage, max_levels=20)
    book.side, price = side, 100.0
    for step, atr_val in steps:
        price *= 1 + side * step
        book.add_level(price, atr_val)


@given(markets(), rules())
@QUICK
def test_within_a_trade_the_stop_never_loosens_and_reported_risk_stands_at_the_stop(frame, options):
    result = run_pyramid_backtest(frame, **options)
    side = np.sign(result.position)
    held = result.fills.groupby("date")["level"].max().reindex(frame.index)
    for bar in range(1, BARS):
        if side.iloc[bar] and side.iloc[bar] == side.iloc[bar - 1] and held.iloc[bar] != 1:
            assert side.iloc[bar] * (result.stop.iloc[bar] - result.stop.iloc[bar - 1]) >= 0
        if side.iloc[bar]:
            assert side.iloc[bar] * (frame["close"].iloc[bar] - result.stop.iloc[bar]) > 0
    assert (result.stop_risk[result.levels == 0] == 0).all()


@given(markets(), rules(funding_rate=0.0))
@QUICK
def test_profits_of_trades_add_up_to_the_equity_of_a_flat_account(frame, options):
    result = run_pyramid_backtest(frame, **options)
    flat = result.levels == 0
    closed = result.trades.groupby("exit_date")["pnl"].sum().reindex(frame.index, fill_value=0.0).cumsum()
    assert np.allclose(result.equity[flat], options["equity"] + closed[flat], rtol=1e-9, atol=1e-7 * options["equity"])
    for trade in result.trade_list:
        assert trade.entry_bar <= trade.exit_bar
        assert 1 <= trade.levels <= options["max_levels"]
        assert trade.reason in ("stop", "reversal", "liquidation")


@given(markets(), rules(), st.floats(1.0, 30.0))
@QUICK
def test_costs_never_help(frame, options, bps):
    """One trade each way, before anything compounds.

    The first closed trade earns less the dearer it is.
    """
    trades = [run_pyramid_backtest(frame, **{**options, "max_levels": 1, "cost_bps": cost}).trade_list for cost in (0.0, bps)]
    if trades[0] and trades[1] and trades[1][0].exit_bar == trades[0][0].exit_bar:
        assert trades[1][0].pnl < trades[0][0].pnl or trades[0][0].reason == "liquidation"
