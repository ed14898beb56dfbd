"""Prices that users bring.

As Yahoo and Stooq write them, spoilt in every way, and turned down in words.
"""

import io
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phase6 import market, metrics
from phase6 import simulation as mc
from phase6.comparison import enlarged
from phase6.experiments.ideas import position_equity
from phase6.heat import run_pyramid_portfolio
from phase6.market import bars_per_year_of, read_ohlcv
from phase6.portfolio import run_trend_portfolio, volatility_weights
from phase6.pyramiding import run_pyramid_backtest
from phase6.scaling import scale_in_out_simulation


@pytest.fixture(scope="module")
def bars():
    return market.trend_ohlcv(300, seed=8)


def renamed(frame, **names):
    return frame.rename(columns={name: names.get(name, name.title()) for name in frame})


def same(found, bars):
    assert list(found.columns) == [name for name in ("open", "high", "low", "close", "volume") if name in bars]
    assert found.index.equals(bars.index.as_unit(found.index.unit))
    assert np.allclose(found["close"], bars["close"])
    assert market.check_ohlcv(found) is found


def yahoo(bars):
    return renamed(bars).assign(**{"Adj Close": bars["close"] * 0.9}).rename_axis("Date")


def several(bars, *, field_first=True):
    names = ("SPY", "QQQ")
    parts = {name: renamed(bars) * (number + 1) for number, name in enumerate(names)}
    wide = pd.concat(parts, axis=1, names=["Ticker", "Price"])
    return wide.swaplevel(axis=1).sort_index(axis=1) if field_first else wide


def stooq_ascii(bars):
    table = renamed(bars).rename(columns={"Volume": "Vol"}).rename(columns=lambda name: f"<{name.upper()}>")
    table.insert(0, "<DATE>", bars.index.strftime("%Y%m%d").astype(int))
    table.insert(1, "<TIME>", "000000")
    table.insert(0, "<TICKER>", "SPY.US")
    return table.reset_index(drop=True)


BROUGHT = {
    "as the course makes it": lambda bars: bars,
    "Yahoo": yahoo,
    "Yahoo, one ticker in two levels": lambda bars: pd.concat({"SPY": yahoo(bars)}, axis=1).swaplevel(axis=1),
    "upper case, spaces": lambda bars: bars.rename(columns=lambda name: f" {name.upper()} "),
    "dates in a column": lambda bars: renamed(bars).rename_axis("Date").reset_index(),
    "dates as text": lambda bars: renamed(bars).set_axis(bars.index.strftime("%Y-%m-%d"), axis=0),
    "a time zone": lambda bars: bars.tz_localize("America/New_York"),
    "numbers as text": lambda bars: bars.map(lambda value: f"{value:,.6f}"),
    "Stooq, text files": stooq_ascii,
    "a CSV": lambda bars: io.StringIO(yahoo(bars).to_csv()),
    "Stooq's CSV": lambda bars: io.StringIO(renamed(bars).rename_axis("Date").to_csv()),
    "yfinance's CSV": lambda bars: io.StringIO(
        pd.concat({"SPY": yahoo(bars)}, axis=1, names=["Ticker", "Price"]).swaplevel(axis=1).to_csv()
    ),
    "without volume": lambda bars: bars.drop(columns="volume"),
}


@pytest.mark.parametrize("kind", BROUGHT)
def test_what_users_bring_is_read_without_a_word(bars, kind):
    brought = BROUGHT[kind](bars)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_ohlcv(brought)
    same(found, bars.drop(columns="volume") if kind == "without volume" else bars)
    assert found.attrs == {"bars_per_year": 252.0}
    run_pyramid_backtest(found)


@pytest.mark.parametrize("field_first", [True, False])
def test_one_of_several_tickers_is_chosen_by_name(bars, field_first):
    wide = several(bars, field_first=field_first)
    same(read_ohlcv(wide, ticker="SPY"), bars)
    assert np.allclose(read_ohlcv(wide, ticker="QQQ")["close"], 2 * bars["close"])
    with pytest.raises(ValueError, match=r"hold 2 tickers, (SPY, QQQ|QQQ, SPY); expected one, chosen by ticker="):
        read_ohlcv(wide)
    with pytest.raises(ValueError, match="ticker is 'IWM'; expected one of"):
        read_ohlcv(wide, ticker="IWM")


def test_a_file_is_read_by_its_path(bars, tmp_path):
    path = tmp_path / "spy.csv"
    yahoo(bars).to_csv(path)
    same(read_ohlcv(path), bars)
    with pytest.raises(FileNotFoundError):
        read_ohlcv(tmp_path / "none.csv")


def test_rounding_in_high_and_low_is_forgiven_and_no_more(bars):
    rounded = bars.assign(high=bars[["open", "close"]].max(axis=1) * (1 - 1e-10), low=bars[["open", "close"]].min(axis=1))
    assert (read_ohlcv(rounded)["high"] >= bars["close"]).all()
    wrong = bars.copy()
    wrong.loc[wrong.index[7], "high"] = wrong["close"].iloc[7] * 0.99
    with pytest.raises(ValueError, match=r"the bar at 2023-01-11.*expected low ≤ open, close ≤ high"):
        read_ohlcv(wrong)
    assert read_ohlcv(wrong, tolerance=0.05)["high"].iloc[7] == pytest.approx(wrong[["open", "close", "low"]].iloc[7].max())


def test_rows_out_of_order_twice_or_empty_are_mended_and_counted(bars):
    messy = pd.concat([bars.iloc[[5]] * 2, bars.iloc[10:], bars.iloc[:10]])
    messy.iloc[20] = np.nan
    said = "1 rows without any price were left out; 1 rows came before an earlier one, and were sorted; 1 rows had the date of a later"
    with pytest.warns(UserWarning, match=said):
        found = read_ohlcv(messy)
    assert len(found) == 299
    assert found["close"].loc[bars.index[5]] == bars["close"].iloc[5]


def test_a_split_is_named_and_an_adjusted_close_mends_it(bars):
    halves = np.where(np.arange(300) < 150, 4.0, 1.0)
    raw = bars.mul(halves, axis=0).assign(volume=bars["volume"], adj_close=bars["close"])
    with pytest.warns(UserWarning, match=r"looks like a 4:1 split; expected prices adjusted for splits"):
        read_ohlcv(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same(read_ohlcv(raw, adjust=True), bars)
    with pytest.warns(UserWarning, match=r"1:10 reverse split"):
        read_ohlcv(bars.mul(np.where(np.arange(300) < 150, 0.1, 1.0), axis=0))
    with pytest.raises(ValueError, match="no adjusted close"):
        read_ohlcv(bars, adjust=True)


def test_a_crash_is_no_split():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_ohlcv(market.generate_ohlcv(2000, 0.2, 0.8, seed=4))


CALENDARS = {
    "weekdays": (pd.bdate_range("2023-01-02", periods=300), 252),
    "every day": (pd.date_range("2023-01-02", periods=300), 365),
    "weeks": (pd.date_range("2020-01-03", periods=150, freq="W-FRI"), 52),
    "months": (pd.date_range("2000-01-31", periods=80, freq="ME"), 12),
    "quarters": (pd.date_range("2000-03-31", periods=40, freq="QE"), 4),
    "years": (pd.date_range("1950-12-31", periods=60, freq="YE"), 1),
    "minutes of a coin": (pd.date_range("2024-01-01", periods=1440 * 14, freq="min"), 365 * 1440),
    "hours of a share": (
        pd.DatetimeIndex([day + pd.Timedelta(hours=at) for day in pd.bdate_range("2024-01-01", periods=20) for at in range(10, 17)]),
        252 * 7,
    ),
}


@pytest.mark.parametrize("kind", CALENDARS)
def test_bars_a_year_are_those_of_the_calendar(kind):
    dates, expected = CALENDARS[kind]
    assert bars_per_year_of(dates) == expected


def test_every_annualisation_and_funding_use_the_calendars_year(bars):
    always = read_ohlcv(bars.set_axis(pd.date_range("2023-01-02", periods=300), axis=0))
    assert always.attrs["bars_per_year"] == 365
    run = run_pyramid_backtest(always)
    returns = metrics.simple_returns(run.equity)
    found = metrics.summarise(run.equity)
    assert found["sharpe"] == metrics.sharpe(returns.to_numpy(), 365)
    assert found["volatility"] == metrics.volatility(returns.to_numpy(), 365)
    assert found["cagr"] == metrics.cagr(run.equity, 365)
    funded: dict[str, Any] = {"funding_rate": 0.5, "leverage": 30.0, "risk_per_level": 0.05, "max_total_risk": 0.5}
    weekdays = run_pyramid_backtest(bars, **funded)
    yearly = run_pyramid_backtest(always, **funded)
    assert yearly.costs.iloc[-1] < weekdays.costs.iloc[-1]
    assert run_pyramid_backtest(bars, bars_per_year=365, **funded).costs.iloc[-1] == yearly.costs.iloc[-1]
    assert read_ohlcv(bars, bars_per_year=260).attrs["bars_per_year"] == 260
    one = {name: always * (1 + 0.1 * number) for number, name in enumerate("abc")}
    for frame in one.values():
        frame.attrs = dict(always.attrs)
    assert run_trend_portfolio(one).periods_per_year == 365
    assert market.close_prices(one).attrs["bars_per_year"] == 365


def test_whatever_comes_of_such_bars_is_annualised_by_their_year(bars):
    bars = bars.copy()
    bars.attrs = {"bars_per_year": 365.0}
    traded = run_trend_portfolio({"a": bars})
    run = run_pyramid_backtest(bars)
    made = {
        "portfolio": traded.equity,
        "its returns": traded.returns,
        "each alone": traded.alone_equity["a"],
        "its returns alone": traded.alone["a"],
        "on one account": run_pyramid_portfolio({"a": bars}).equity,
        "in tranches": scale_in_out_simulation(bars, 100).equity,
        "positions": position_equity(bars, np.ones(len(bars))),
        "enlarged": enlarged(run.equity, 2.0),
    }
    assert {name: part.attrs for name, part in made.items()} == dict.fromkeys(made, bars.attrs)
    assert metrics.sharpe(traded.returns) == traded.sharpe
    many = mc.run_pyramids(mc.Paths.from_frames([bars, bars]), keep=["costs"], funding_rate=0.5)
    assert metrics.summarise(run.equity)["sharpe"] == pytest.approx(many.summary()["sharpe"][0])
    assert many.sharpe.estimate == pytest.approx(metrics.pooled_sharpe(many.returns, 365).estimate)
    assert many.kept["costs"][-1, 0] == pytest.approx(run_pyramid_backtest(bars, funding_rate=0.5).costs.iloc[-1])
    returns = bars[["close"]].pct_change()
    returns.attrs = {}
    weekdays = volatility_weights(returns, leverage_cap=1e9)
    returns.attrs = bars.attrs
    assert np.allclose(volatility_weights(returns, leverage_cap=1e9).dropna(), np.sqrt(252 / 365) * weekdays.dropna())


def test_a_rule_of_another_year_is_annualised_by_it():
    outcomes = mc.simulate(rules={"a": {}, "b": {"bars_per_year": 365}}, paths=50, bars=200, seed=1)
    assert outcomes.sharpe("b").estimate == pytest.approx(outcomes.sharpe("a").estimate * np.sqrt(365 / 252))


def with_dates(bars, first):
    return bars.set_axis([first, *bars.index[1:].strftime("%Y-%m-%d")], axis=0)


REFUSED = {
    "no dates": (lambda bars: bars.reset_index(drop=True), r"no dates; expected a DatetimeIndex, or a column named Date"),
    "an invalid date": (lambda bars: with_dates(bars, "soon"), r"'soon' in row 0; expected a date"),
    "a date long ago": (lambda bars: with_dates(bars, "1066-10-14"), r"'1066-10-14' in row 0; expected a date from 1678"),
    "a missing date": (
        lambda bars: bars.set_axis(bars.index.where(np.arange(300) != 3), axis=0),
        r"missing in row 3; expected a date in every",
    ),
    "no high": (
        lambda bars: bars.drop(columns="high"),
        r"columns high are missing; expected open, high, low and close in any case, found open",
    ),
    "two closes": (lambda bars: bars.assign(Close=1.0), r"columns close, Close are all close; expected one"),
    "words": (lambda bars: bars.assign(open="n.m."), r"open is 'n.m.' at 2023-01-02.*expected a number"),
    "truth": (lambda bars: bars.assign(open=True), r"open holds bool values; expected numbers"),
    "one price missing": (
        lambda bars: bars.assign(open=bars["open"].where(np.arange(300) != 9)),
        r"open is nan at 2023-01-13.*expected finite",
    ),
    "a price of 0": (lambda bars: bars.assign(low=0.0), r"low is 0\.0 at .*; expected finite prices above 0"),
    "nothing": (lambda bars: pd.DataFrame(), r"no dates; expected"),
    "an empty file": (lambda bars: io.StringIO(""), r"cannot be read as CSV \(No columns.*; expected a line of names"),
    "levels of something else": (
        lambda bars: pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
        r"no level of the columns holds open, high, low, close; expected",
    ),
    "a row": (lambda bars: bars.iloc[:1], r"the frame has 1 rows; expected at least 2"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_bars_is_told_in_words(bars, kind):
    spoil, said = REFUSED[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match=said):
            read_ohlcv(spoil(bars))


VALUES = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(1, 200),
    st.integers(-5, 300),
    st.none(),
    st.booleans(),
    st.text(max_size=6),
    st.just(pd.NaT),
    st.just(pd.NA),
    st.complex_numbers(max_magnitude=3),
    st.dates(),
)
LABELS = st.one_of(
    st.sampled_from(["open", "High", "LOW", "Close", "close", "Adj Close", "Volume", "Date", "time", "<DATE>"]),
    st.text(max_size=5),
    st.integers(0, 3),
    st.tuples(st.sampled_from(["Open", "High", "Low", "Close"]), st.text(max_size=2)),
)
INDEXES = st.tuples(st.sampled_from(["dates", "odd", "range"]), st.integers(0, 10**9))
ROWS = st.lists(st.one_of(st.floats(), st.floats(50, 60), st.text(max_size=4)), min_size=4, max_size=4)


def index_of(kind, size):
    name, seed = kind
    rng = np.random.default_rng(seed)
    if name == "range":
        return pd.RangeIndex(size)
    if name == "dates":
        return pd.DatetimeIndex(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2 * size + 1, size), "D"))
    odd = ["2020-01-01", "31/12/2020", 20200131, 1.5, None, "x", pd.NaT, (1, 2), pd.Timestamp("1600-01-01"), True, "9999-01-01"]
    return pd.Index([odd[number] for number in rng.integers(0, len(odd), size)], dtype=object)


def read_or_refused(source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read_ohlcv(source)
        except ValueError as error:
            assert "expected" in str(error), f"a raw error: {error!r}"
            return
    assert market.check_ohlcv(found) is found


@given(st.integers(0, 6), st.lists(LABELS, max_size=7), INDEXES, st.data())
@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
def test_any_frame_is_read_or_refused_in_our_own_words(size, labels, kind, data):
    columns = [data.draw(st.lists(VALUES, min_size=size, max_size=size)) for _ in labels]
    frame = pd.DataFrame(dict(enumerate(columns)), index=index_of(kind, size))
    frame.columns = pd.Index(labels, tupleize_cols=False) if labels else frame.columns
    read_or_refused(frame)


@given(st.lists(ROWS, min_size=1, max_size=6), INDEXES)
@settings(max_examples=150)
def test_any_four_columns_are_read_or_refused_in_our_own_words(rows, kind):
    read_or_refused(pd.DataFrame(rows, columns=["Open", "High", "Low", "Close"], index=index_of(kind, len(rows)), dtype=object))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=150)
def test_any_text_is_read_or_refused_in_our_own_words(text):
    read_or_refused(io.StringIO(text))
    read_or_refused(io.StringIO("Date,Open,High,Low,Close\n" + text))
