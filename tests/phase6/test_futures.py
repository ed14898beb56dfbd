"""Real futures: read at run time from a folder of the package's layout, made up here.

Where the package is absent, one line says so.
"""

import builtins
import importlib
import importlib.util
import sys

import numpy as np
import pandas as pd
import pytest
from phase6 import futures, metrics
from phase6.plots import plot_decades
from phase6.plots.pictures import alt_text
from phase6.pyramiding import run_pyramid_backtest

CONTRACTS = {"ES1 Index": "Equities", "GC1 Comdty": "Metals", "TY1 Comdty": "Bonds"}


def bars_of(closes, dates):
    opens = np.concatenate([[closes[0]], closes[:-1]])
    high, low = np.maximum(opens, closes) * 1.002, np.minimum(opens, closes) * 0.998
    return pd.DataFrame({"PX_OPEN": opens, "PX_HIGH": high, "PX_LOW": low, "PX_LAST": closes}, index=dates.rename("date"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six years of three made-up contracts, the second of which begins two years late."""
    place = tmp_path_factory.mktemp("futures")
    dates = pd.bdate_range("1998-01-01", "2003-12-31")
    rng = np.random.default_rng(1)
    drift = np.repeat(rng.choice([-1, 1], (len(dates) // 100 + 1, 3)), 100, axis=0)[: len(dates)] * 0.002
    returns = pd.DataFrame(drift + rng.normal(0, [0.01, 0.012, 0.004], (len(dates), 3)), index=dates, columns=list(CONTRACTS))
    returns.iloc[0] = np.nan
    returns.loc[:"1999-12-31", "GC1 Comdty"] = np.nan
    costs = pd.DataFrame({"ES1 Index": 0.0011, "GC1 Comdty": 0.0019, "TY1 Comdty": 0.0002}, index=dates)
    costs.loc["2003":] /= 2
    level = pd.DataFrame({"60/40": 100.0, "SG Trend": 100 * (1 + returns.mean(axis=1)).cumprod()}, index=dates)
    level.loc[:"1999-12-30", "SG Trend"] = np.nan
    about = pd.DataFrame({"group_data": CONTRACTS, "names": {name: name[:2] for name in CONTRACTS}}).rename_axis("ticker")
    tables = {"usd_returns": returns, "volume_costs": costs, "benchmark_prices": level, "descriptive_df": about}
    tables["prices"] = 100 * (1 + returns.fillna(0)).cumprod()
    for name, file in futures.BARS.items():
        tables[file] = bars_of(tables["prices"][futures.CONTRACTS[name]].to_numpy(), dates)
    tables["ohlc_gc1"].iloc[5] = np.nan
    tables["ohlc_gc1"].iloc[7, 1] = tables["ohlc_gc1"].iloc[7, [0, 3]].max() - 1e-6
    for name, table in tables.items():
        table.to_csv(place / f"{futures.PREFIX}{name}.csv")
    return place


@pytest.fixture(scope="module")
def read(folder):
    return futures.read_futures(folder, start="1998-01-01")


def test_returns_costs_and_benchmark_are_read_as_they_lie_there(folder, read):
    raw = pd.read_csv(folder / f"{futures.PREFIX}usd_returns.csv", index_col=0, parse_dates=True)
    assert np.array_equal(read.returns.to_numpy(), raw.to_numpy(), equal_nan=True)
    assert read.groups.to_dict() == CONTRACTS
    assert read.costs.iloc[0].tolist() == [0.0011, 0.0019, 0.0002]
    assert read.benchmark.first_valid_index() == pd.Timestamp("2000-01-03")
    assert list(futures.read_futures(folder, contracts=["TY1 Comdty"], start="2001-01-01").returns.columns) == ["TY1 Comdty"]


def test_prices_grow_by_the_returns_from_the_day_before_the_first(read):
    grown = read.prices
    again = grown.pct_change(fill_method=None)
    assert np.allclose(again.iloc[1:], read.returns.iloc[1:], equal_nan=True)
    assert grown["GC1 Comdty"].first_valid_index() == pd.Timestamp("1999-12-31")
    assert grown.attrs["bars_per_year"] == 261


def test_the_rule_pays_the_costs_of_the_file(read):
    trend = futures.real_trend(read)
    weights = trend.result.weights
    traded = weights.diff().abs()
    traded.iloc[0] = weights.iloc[0].abs()
    paid = trend.gross - trend.net
    day = weights.index[800]
    assert paid[day] == pytest.approx(float((traded.loc[day] * read.costs.loc[day]).sum()))
    assert (paid >= 0).all()
    assert (weights.loc[:"2000-03-01", "GC1 Comdty"] == 0).all()
    assert weights["GC1 Comdty"].iloc[-1] != 0


def test_decades_and_the_whole_come_with_errors_that_allow_for_autocorrelation(read):
    trend = futures.real_trend(read)
    table = futures.trend_by_decade(trend).set_index(["period", "measure"])
    assert {period for period, _ in table.index} == {"2000s", "all"}
    row = table.loc[("all", "after costs")]
    assert row["estimate"] == pytest.approx(metrics.sharpe(trend.net, 261))
    assert row["standard_error"] == pytest.approx(metrics.sharpe_error(trend.net.to_numpy(), 261))
    assert table.loc[("all", "before costs"), "estimate"] > row["estimate"]


def test_the_benchmark_is_compared_on_the_same_days(read):
    trend = futures.real_trend(read)
    table = futures.trend_against_benchmark(trend).set_index("measure")["estimate"]
    both = pd.DataFrame({"rule": trend.net, "index": trend.benchmark}).dropna()
    ratios = [metrics.sharpe(both[name], 261) for name in both]
    assert table["difference"] == pytest.approx(ratios[0] - ratios[1])
    assert table["SG Trend"] == pytest.approx(ratios[1])
    assert -1 <= table["correlation"] <= 1


def test_the_error_of_a_difference_is_that_of_many_samples():
    rng = np.random.default_rng(2)
    gaps, errors = [], []
    for _ in range(400):
        common = rng.normal(0, 1, 800)
        first, second = (pd.Series(0.03 + common + rng.normal(0, 0.5, 800)) for _ in range(2))
        gap, error = futures.sharpe_difference(first, second)
        gaps.append(gap)
        errors.append(error)
    assert np.mean(errors) == pytest.approx(np.std(gaps), rel=0.12)
    one = pd.Series(rng.normal(0, 1, 50))
    assert futures.sharpe_difference(one, one) == (0.0, 0.0)


def test_the_mean_of_single_markets_has_an_error_over_years(read):
    alone = futures.trend_alone(read, years=3)
    assert list(alone.columns) == list(CONTRACTS)
    mean, error = futures.mean_single_sharpe(alone)
    assert mean == pytest.approx(np.mean([metrics.sharpe(alone[name].dropna(), 261) for name in alone]))
    assert 0 < error < 1
    with pytest.raises(ValueError, match="no contract has 50 years"):
        futures.trend_alone(read, years=50)


def test_bars_are_whole_and_the_pyramid_pays_each_windows_costs(folder):
    frame = futures.futures_ohlcv("Gold", folder)
    assert len(frame) == len(pd.bdate_range("1998-01-01", "2003-12-31")) - 1
    found = futures.futures_pyramid_or_single(folder, bars=500)
    assert found.groupby("market")["n"].first().to_dict() == {"S&P 500": 3, "Gold": 3, "US 10-year note": 3, "all three": 9}
    bars, gains = futures.futures_ohlcv("S&P 500", folder), []
    costs = pd.read_csv(folder / f"{futures.PREFIX}volume_costs.csv", index_col=0, parse_dates=True)["ES1 Index"]
    for number in (3, 2, 1):
        window = bars.iloc[len(bars) - 500 * number : len(bars) - 500 * (number - 1)]
        paid = 1e4 * costs[window.index].mean()
        ends = [run_pyramid_backtest(window, cost_bps=paid, max_levels=levels).equity.iloc[-1] / 1e5 for levels in (4, 1)]
        gains.append(ends[0] - ends[1])
    row = found[(found["market"] == "S&P 500") & (found["comparison"] == "equal initial risk")].iloc[0]
    assert row["estimate"] == pytest.approx(np.mean(gains))
    assert row["standard_error"] == pytest.approx(np.std(gains, ddof=1) / np.sqrt(3))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda place: futures.read_futures(place, contracts=["XX"]), "'XX' is no contract of the files; expected some of"),
        (lambda place: futures.read_futures(place, start="2030-01-01"), "there are 0 days with returns from 2030-01-01 on"),
        (lambda place: futures.futures_ohlcv("Moon", place), "name is 'Moon'; expected one of 'S&P 500'"),
        (lambda place: futures.futures_pyramid_or_single(place, bars=1_000), "bars is 1000; expected at most half of the"),
    ],
)
def test_bad_values_are_named(folder, call, error):
    with pytest.raises(ValueError, match=error):
        call(folder)


def test_a_folder_without_the_files_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"tf_system_data_usd_returns.csv is not in .*pip install"):
        futures.read_futures(tmp_path)
    (tmp_path / "tf_system_data_usd_returns.csv").write_text("date,A\n2000-01-03,much\n2000-01-04,0.1\n")
    with pytest.raises(ValueError, match=r"cannot be read: .*expected dates and numbers"):
        futures.read_futures(tmp_path)


def test_without_the_package_the_one_line_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not futures.available()
    for call in (futures.read_futures, futures.futures_ohlcv, futures.futures_pyramid_or_single):
        with pytest.raises(ModuleNotFoundError, match=r'pip install --no-deps "trendfollowing==1\.4\.0"'):
            call()


def test_the_package_is_found_and_never_imported(folder, tmp_path, monkeypatch):
    package = tmp_path / "trendfollowing"
    (package / "resources").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('its dependencies are not here')\n")
    (package / "resources" / "futures").symlink_to(folder)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    refused = builtins.__import__

    def guarded(name, *args, **kwargs):
        assert name.split(".")[0] != "trendfollowing"
        return refused(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert futures.available()
    assert len(futures.read_futures(start="2000-01-01").returns.columns) == 3
    assert "trendfollowing" not in sys.modules


def test_what_the_data_are_not_is_said():
    for word in ("What these data are", "What they are not", "holidays", "fees", "MIT", "autocorrelation"):
        assert word in futures.ABOUT


def test_the_picture_of_decades_says_each_with_its_error(read):
    frame = futures.trend_by_decade(futures.real_trend(read))
    said = alt_text(plot_decades(frame))
    row = frame[(frame["period"] == "all") & (frame["measure"] == "after costs")].iloc[0]
    assert f"all: {row['estimate']:.2f} ± {row['standard_error']:.2f}" in said
    with pytest.raises(ValueError, match="expected that of trend_by_decade"):
        plot_decades(frame.drop(columns="period"))
