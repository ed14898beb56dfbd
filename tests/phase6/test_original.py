"""The published notebook comes out again, to the cent, with its faults."""

from typing import Any

import numpy as np
import pytest
from phase6 import metrics, original, scaling


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("candles", "500"),
        ("pyramiding", "117,968.39"),
        ("single entry", "107,490.39"),
        ("entries", "3"),
        ("exits", "3"),
        ("average entry", "88.17"),
        ("portfolio sharpe", "0.52"),
    ],
)
def test_the_printed_figures_come_out_again(published, figure, shown):
    value = published.printed[figure]
    assert (f"{value:,}" if isinstance(value, int) else f"{value:,.2f}") == shown


def test_the_printed_percentages_come_out_again(published):
    assert f"{published.printed['portfolio return']:.2%}" == "1.67%"
    assert f"{published.printed['portfolio volatility']:.2%}" == "3.20%"
    assert f"{published.eq_pyramid.iloc[-1] / 100_000 - 1:.1%}" == "18.0%"
    assert f"{published.eq_single.iloc[-1] / 100_000 - 1:.1%}" == "7.5%"


def test_what_it_did_not_print(published):
    assert f"{metrics.max_drawdown(published.eq_pyramid):.1%}" == "21.2%"
    assert f"{metrics.max_drawdown(published.eq_single):.1%}" == "9.5%"
    assert len(published.pyramid_trades) == 16
    assert len(published.single_trades) == 11


def test_half_of_its_opens_lie_outside_their_bar(published):
    frame = published.df
    assert int(((frame["open"] < frame["low"]) | (frame["open"] > frame["high"])).sum()) == 249


def test_running_it_leaves_the_global_random_stream_alone():
    np.random.seed(7)  # noqa: NPY002
    before: Any = np.random.get_state()  # noqa: NPY002
    original.run_all(42)
    after: Any = np.random.get_state()  # noqa: NPY002
    assert before[2] == after[2]
    assert np.array_equal(before[1], after[1])


def test_without_a_generator_it_draws_from_the_global_stream_as_published(published):
    np.random.seed(42)  # noqa: NPY002
    assert original.generate_ohlcv(500).equals(published.df)


def test_another_seed_gives_another_run(published):
    other = original.run_all(43)
    assert other.printed["pyramiding"] != published.printed["pyramiding"]
    assert other.printed["candles"] == 500


def test_its_equity_is_dated_49_bars_early(published):
    assert len(published.eq_pyramid) == 451
    assert published.eq_pyramid.index[-1] == published.df.index[450]


def test_its_trades_never_say_how_many_levels_were_held(published):
    assert published.levels.max() == 4
    assert published.pyramid_trades["levels"].fillna(0).eq(0).all()


def test_its_risk_figure_ignores_leverage_and_stops():
    book = original.PyramidingStrategy(leverage=3.0)
    book.side = 1
    book.add_level(100.0, 2.0)
    loss = book.total_quantity * (100.0 - book.levels[0].stop_price) / book.equity
    assert book.total_risk_pct == 0.005
    assert loss == pytest.approx(0.015)
    for number in range(1, 4):
        book.add_level(100.0 + 2.0 * number, 2.0)
    assert book.total_risk_pct == 0.02


def test_its_four_levels_are_4_56_per_cent_nominal():
    quantities = [3 * 0.005 / (1 + level / 4) for level in range(4)]
    assert f"{sum(quantities):.2%}" == "4.56%"


def test_its_scaled_example_drops_realised_profit(published):
    """Its path ends at 11,691.

    An account that keeps what the three exits earned holds 13,636, 29.6 % of it never sold.
    """
    outcome = published.scaling
    account = scaling.AverageCostAccount(10_000.0)
    for leg in outcome["entries"]:
        account.fill(leg["value"] / leg["price"], leg["price"])
    bought = account.position
    for leg, share in zip(outcome["exits"], (0.33, 0.33, 0.34), strict=True):
        account.fill(-account.position * share, leg["price"])
    last = 100 + len(outcome["equity_path"]) - 1
    assert round(outcome["equity_path"][-1]) == 11_691
    assert round(account.equity(published.df["close"].iloc[last])) == 13_636
    assert f"{account.position / bought:.1%}" == "29.6%"


def test_removing_an_asset_changes_the_assets_drawn_after_it(published, monkeypatch):
    monkeypatch.setattr(original, "ASSETS", {name: spec for name, spec in original.ASSETS.items() if name != "BTC"})
    fewer = original.run_all(42).assets
    assert fewer["Oil"].equals(published.assets["Oil"])
    assert not fewer["JPY"].equals(published.assets["JPY"])
