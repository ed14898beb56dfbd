"""The trend portfolio: what is known when, what the target means, what diversification gives."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import market, metrics, original
from phase6 import portfolio as pf

VOLATILITIES = [spec.sigma for spec in market.UNIVERSE.values()]
QUICK = settings(max_examples=20)


def universe(seed, bars=400, **options):
    return market.close_prices(market.generate_universe(bars, seed=seed, **options))


@pytest.fixture(scope="module")
def closes():
    return universe(1, 600, drift_sharpe=1.5)


@pytest.mark.parametrize(("correlation", "shown"), [(0.0, "1.41"), (0.1, "1.08"), (0.3, "0.80"), (0.5, "0.67")])
def test_eight_assets_of_half_a_sharpe(correlation, shown):
    assert f"{pf.portfolio_sharpe(0.5, 8, correlation):.2f}" == shown


def test_the_law_of_many_assets_holds_in_a_simulation():
    """Eight correlated return streams of Sharpe 0.5 added up over 2,000 years."""
    rng = np.random.default_rng(3)
    shared, own = rng.standard_normal((252 * 2000, 1)), rng.standard_normal((252 * 2000, 8))
    total = (0.5 / np.sqrt(252) + np.sqrt(0.3) * shared + np.sqrt(0.7) * own).sum(axis=1)
    found = metrics.sharpe(pd.Series(total))
    assert abs(found - pf.portfolio_sharpe(0.5, 8, 0.3)) < 4 / np.sqrt(2000)


def test_in_equal_dollars_bitcoin_is_more_than_half_of_the_variance():
    shares = pf.risk_shares([1 / 8] * 8, VOLATILITIES)
    assert f"{shares[list(market.UNIVERSE).index('BTC')]:.4f}" == "0.5485"
    assert f"{pf.effective_bets(shares):.2f}" == "2.84"


def test_sized_by_volatility_there_are_eight_bets():
    shares = pf.risk_shares([0.1 / sigma for sigma in VOLATILITIES], VOLATILITIES)
    assert shares == pytest.approx(np.full(8, 1 / 8))
    assert pf.effective_bets(shares) == pytest.approx(8.0)


def test_risk_shares_with_a_hedge_by_hand():
    """Long 1 and short 1 of two assets correlated 0.5, volatilities 1 and 2: variance 1 + 4 − 2."""
    shares = pf.risk_shares([1.0, -1.0], [1.0, 2.0], 0.5)
    assert shares == pytest.approx([0.0, 1.0])
    assert pf.risk_shares([1.0, -1.0], [1.0, 2.0], np.array([[1.0, 0.5], [0.5, 1.0]])) == pytest.approx(shares)


@given(st.lists(st.floats(0.01, 2.0), min_size=1, max_size=8), st.floats(0.0, 1.0), st.floats(0.1, 10.0))
@QUICK
def test_risk_shares_add_up_and_know_no_size(weights, correlation, factor):
    sigma = np.linspace(0.1, 0.5, len(weights))
    shares = pf.risk_shares(weights, sigma, correlation)
    assert shares.sum() == pytest.approx(1.0)
    assert pf.risk_shares(np.array(weights) * factor, sigma, correlation) == pytest.approx(shares)
    assert 1 - 1e-9 <= pf.effective_bets(shares) <= len(weights) + 1e-9


@pytest.mark.parametrize(
    ("weights", "correlation", "expected"),
    [
        ([1] * 8, 1.0, 1.0),
        ([1] * 4, 0.0, 2.0),
        ([1] * 8, 0.0, 2.5),
        ([5, 0, 0], 0.0, 1.0),
        ([1, 1], -0.9, np.sqrt(2)),
        ([1, -1], 0.0, np.sqrt(2)),
        ([3, 4], 0.0, 7 / 5),
    ],
)
def test_diversification_multiplier_by_hand(weights, correlation, expected):
    assert pf.diversification_multiplier(weights, correlation) == pytest.approx(expected)


def test_the_cap_of_the_multiplier_can_be_lifted():
    assert pf.diversification_multiplier([1] * 8, 0.0, cap=10.0) == pytest.approx(np.sqrt(8))


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8), st.floats(0.0, 1.0))
@QUICK
def test_the_multiplier_brings_the_sum_of_risks_to_the_target(weights, correlation):
    risk = np.array(weights) / sum(weights)
    matrix = np.full((len(risk), len(risk)), correlation) + (1 - correlation) * np.eye(len(risk))
    scaled = risk * pf.diversification_multiplier(weights, correlation, cap=100.0)
    assert scaled @ matrix @ scaled == pytest.approx(1.0)


def test_trend_signal_by_hand():
    signal = pf.trend_signal(pd.Series([1.0, 2.0, 3.0, 1.0, 2.0, 1.5]), 3)
    assert signal.isna().tolist() == [True, True, False, False, False, False]
    assert signal.iloc[2:].tolist() == [1.0, -1.0, 0.0, 0.0]


def test_the_warming_up_signal_is_unknown_and_not_zero(closes):
    assert pf.trend_signal(closes, 100).iloc[:99].isna().all().all()
    assert (original.trend_signal(closes["BTC"], 100).iloc[:99] == 0).all()


def test_a_forecast_averages_ten_on_a_random_walk():
    """E|forecast| = 10 before the cap, for a driftless price; rows far apart, one path each."""
    rng = np.random.default_rng(4)
    paths = pd.DataFrame(np.exp(np.cumsum(0.01 * rng.standard_normal((101, 3000)), axis=0)))
    last = pf.trend_forecast(paths, 100, cap=1e9).iloc[-1].abs()
    assert abs(last.mean() - 10) < 4 * last.std() / np.sqrt(len(last)) + 0.2


def test_a_forecast_is_capped_causal_and_zero_for_a_flat_asset(closes):
    forecast = pf.trend_forecast(closes)
    assert forecast.max().max() == 20.0
    assert forecast.min().min() == -20.0
    assert forecast.iloc[:100].isna().all().all()
    assert forecast.iloc[:300].equals(pf.trend_forecast(closes.iloc[:300]))
    assert (pf.trend_forecast(pd.Series(100.0, index=range(150))).iloc[100:] == 0).all()


def test_volatility_weights_by_hand():
    """Two assets, one flat, one with returns ±1 %.

    Half the target over its volatility, then the cap.
    """
    returns = pd.DataFrame({"still": [0.0] * 6, "busy": [0.01, -0.01] * 3})
    annual = returns["busy"].iloc[:4].std() * np.sqrt(252)
    found = pf.volatility_weights(returns, window=4)
    assert found.iloc[:3].isna().all().all()
    assert (found["still"].iloc[3:] == 0).all()
    assert found["busy"].iloc[3:].to_numpy() == pytest.approx(0.05 / annual)
    assert pf.volatility_weights(returns, window=4, leverage_cap=0.2)["busy"].iloc[-1] == 0.1


def test_rolling_sharpe_with_its_band():
    returns = pd.Series(np.random.default_rng(5).normal(0.001, 0.01, 300))
    found = pf.rolling_sharpe(returns, 126)
    assert found["sharpe"].iloc[:125].isna().all()
    assert found["sharpe"].iloc[200] == pytest.approx(metrics.sharpe(returns.iloc[75:201]))
    error = metrics.sharpe_error(returns.iloc[75:201])
    assert found["high"].iloc[200] - found["sharpe"].iloc[200] == pytest.approx(error)
    assert found["sharpe"].iloc[200] - found["low"].iloc[200] == pytest.approx(error)
    assert pf.rolling_sharpe(pd.Series([0.0] * 10), 5)["sharpe"].isna().all()


def test_the_warm_up_is_left_out_and_not_counted_as_zeros(closes):
    result = pf.run_trend_portfolio(closes)
    assert result.returns.index.equals(closes.index[101:])
    assert (result.weights != 0).all().all()
    assert result.years == (600 - 101) / 252
    assert pf.run_trend_portfolio(closes, lookback=20).returns.index.equals(closes.index[61:])


def test_a_longer_lag_warms_up_longer(closes):
    result = pf.run_trend_portfolio(closes, lag=5, diversify=False)
    assert result.returns.index[0] == closes.index[105]
    assert (result.weights != 0).all().all()


def test_a_common_start_gives_two_lookbacks_the_same_sample(closes):
    short, long = (pf.run_trend_portfolio(closes, lookback=lookback, start=201) for lookback in (100, 200))
    assert short.returns.index.equals(long.returns.index)


@pytest.mark.parametrize(
    "options", [{}, {"signal": "forecast"}, {"sizing": "equal_dollar"}, {"correlation": 0.2}, {"diversify": False}]
)
def test_the_weight_of_a_day_does_not_know_that_day(closes, options):
    """Whatever the last close is, the last weight is the same.

    The days before are the same altogether.
    """
    other = closes.copy()
    other.iloc[-1] *= np.linspace(0.5, 1.5, 8)
    one, two = pf.run_trend_portfolio(closes, **options), pf.run_trend_portfolio(other, **options)
    assert one.weights.equals(two.weights)
    assert one.returns.iloc[:-1].equals(two.returns.iloc[:-1])
    assert one.returns.iloc[-1] != two.returns.iloc[-1]


@given(st.integers(0, 2**32 - 1), st.integers(110, 249), st.sampled_from(pf.SIGNALS), st.sampled_from(pf.SIZINGS))
@QUICK
def test_cutting_the_future_changes_nothing_before(seed, cut, signal, sizing):
    prices = universe(seed, 250)
    whole, part = (pf.run_trend_portfolio(piece, signal=signal, sizing=sizing, cost_bps=5) for piece in (prices, prices.iloc[:cut]))
    assert part.weights.equals(whole.weights.iloc[: len(part.weights)])
    assert part.returns.equals(whole.returns.iloc[: len(part.returns)])


def test_looking_ahead_pays_where_nothing_can_be_earned():
    """Driftless random walks: with a lag the mean Sharpe ratio is zero, without it far from it."""
    flat = {name: market.AssetSpec(0.0, spec.sigma) for name, spec in market.UNIVERSE.items()}
    markets = [universe(seed, 500, assets=flat) for seed in range(60)]
    lagged = np.array([pf.run_trend_portfolio(prices, lag=1, correlation=0.0).sharpe for prices in markets])
    ahead = np.array([pf.run_trend_portfolio(prices, lag=0, correlation=0.0).sharpe for prices in markets])
    error = lagged.std(ddof=1) / np.sqrt(len(markets))
    assert abs(lagged.mean()) < 4 * error
    assert ahead.mean() > 1.0 + 4 * error


@pytest.mark.parametrize("correlation", [0.3, 0.6])
def test_the_target_volatility_is_reached(correlation):
    """Ten per cent over twenty years, within a twentieth."""
    prices = universe(7, 5000, correlation=correlation)
    assert pf.run_trend_portfolio(prices).volatility == pytest.approx(0.10, rel=0.05)
    assert pf.run_trend_portfolio(prices, target_volatility=0.05).volatility == pytest.approx(0.05, rel=0.05)


def test_eight_uncorrelated_assets_reach_it_as_far_as_the_cap_of_the_multiplier_goes():
    """√8 = 2.83 would be needed, 2.5 is the most that is taken: 8.8 %."""
    found = pf.run_trend_portfolio(universe(7, 5000)).volatility
    assert found == pytest.approx(0.10 * pf.MULTIPLIER_CAP / np.sqrt(8), rel=0.05)


def test_without_the_multiplier_the_target_is_missed_by_the_root_of_eight():
    prices = universe(8, 5000)
    assert pf.run_trend_portfolio(prices, diversify=False).volatility == pytest.approx(0.10 / np.sqrt(8), rel=0.05)


def test_equal_dollars_hold_as_much_in_each(closes):
    result = pf.run_trend_portfolio(closes, sizing="equal_dollar")
    sizes = result.weights.abs()
    assert np.allclose(sizes.sub(sizes.mean(axis=1), axis=0), 0.0)
    variance = (result.strategy_returns**2).mean()
    assert variance.idxmax() == "BTC"
    assert variance["BTC"] / variance.sum() > 0.4
    by_risk = (pf.run_trend_portfolio(closes).strategy_returns ** 2).mean()
    assert by_risk["BTC"] / by_risk.sum() < 0.2


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 4.0), st.floats(0.02, 0.5))
@QUICK
def test_no_weight_passes_its_share_of_the_leverage_cap(seed, cap, target):
    result = pf.run_trend_portfolio(universe(seed, 200), leverage_cap=cap, target_volatility=target)
    assert (result.weights.abs() <= cap / 8 + 1e-12).all().all()


def test_returns_are_weights_times_returns_less_costs(closes):
    result = pf.run_trend_portfolio(closes, cost_bps=10.0)
    assert result.asset_returns.equals(closes.pct_change().iloc[101:])
    assert np.allclose(result.strategy_returns, result.weights * result.asset_returns)
    traded = result.weights.diff().fillna(result.weights.iloc[:1]).abs().sum(axis=1)
    assert np.allclose(result.costs, 0.001 * traded)
    assert np.allclose(result.returns, result.strategy_returns.sum(axis=1) - result.costs)
    assert np.allclose(result.equity.iloc[1:], (1 + result.returns).cumprod())
    assert (result.equity.iloc[0], result.equity.index[0]) == (1.0, closes.index[100])
    assert result.turnover == pytest.approx(traded.iloc[1:].mean() * 252, rel=0.01)
    free = pf.run_trend_portfolio(closes)
    assert free.weights.equals(result.weights)
    assert free.sharpe > result.sharpe


def test_measures_are_those_of_the_metrics(closes):
    result = pf.run_trend_portfolio(closes)
    assert result.sharpe == metrics.sharpe(result.returns)
    assert result.volatility == metrics.volatility(result.returns)
    assert result.sharpe_error == metrics.sharpe_error(result.returns)


def test_correlations_of_assets_are_not_those_of_strategies():
    """Assets correlated 0.6; what the strategy earns on them is less so, since signs differ."""
    result = pf.run_trend_portfolio(universe(9, 3000, correlation=0.6))
    pairs = np.triu_indices(8, 1)
    assets, strategies = result.correlation.to_numpy()[pairs], result.strategy_correlation.to_numpy()[pairs]
    assert assets.mean() == pytest.approx(0.6, abs=0.05)
    assert strategies.mean() < assets.mean() - 0.1


def test_a_trend_follower_earns_where_there_are_trends():
    trending = [pf.run_trend_portfolio(universe(seed, 1000, drift_sharpe=2.5)).sharpe for seed in range(12)]
    assert np.mean(trending) > 4 * np.std(trending, ddof=1) / np.sqrt(12)


def test_a_universe_and_its_closes_give_the_same(closes):
    frames = market.generate_universe(300, seed=2)
    assert pf.run_trend_portfolio(frames).returns.equals(pf.run_trend_portfolio(market.close_prices(frames)).returns)


def test_a_flat_asset_gets_no_weight(closes):
    prices = closes.assign(Still=50.0)
    for sizing in pf.SIZINGS:
        result = pf.run_trend_portfolio(prices, sizing=sizing)
        assert (result.weights["Still"] == 0).all()
        assert np.isfinite(result.returns).all()


def test_a_flat_universe_earns_nothing(flat_market):
    result = pf.run_trend_portfolio({"one": flat_market, "two": flat_market}, lookback=20, vol_window=20)
    assert (result.returns == 0).all()
    assert np.isnan(result.sharpe)
    assert result.sharpe_error > 0


def test_ruin_stays_ruin():
    """An asset that loses nearly all it is worth in a day, held at three times equity."""
    prices = pd.DataFrame({"one": [*(100 * 1.001 ** np.arange(60) * (1 + 1e-4 * (np.arange(60) % 2))), *[1.0] * 10]})
    result = pf.run_trend_portfolio(prices, lookback=20, vol_window=20, target_volatility=0.5)
    assert result.returns.min() < -1
    ruined = int(np.argmax(result.returns.to_numpy() <= -1))
    assert result.equity.iloc[ruined] > 0
    assert (result.equity.iloc[ruined + 1 :] == 0).all()


BAD_PRICES = {
    "rows": (lambda closes: closes.iloc[:50], r"prices have 50 rows; expected at least 103"),
    "empty": (lambda closes: closes.iloc[:, :0], r"prices are a DataFrame; expected a DataFrame with one column of closes per asset"),
    "array": (lambda closes: closes.to_numpy(), r"prices are a ndarray; expected a DataFrame"),
    "nan": (lambda closes: closes.assign(Oil=np.nan), r"Oil has no price at all; expected at least one"),
    "too few of each": (
        lambda closes: closes.where(np.repeat(np.arange(600)[:, None] >= 550, 8, axis=1)),
        r"the longest history, of US_Equity, has 50 prices; expected at least 103",
    ),
    "words": (lambda closes: closes.assign(Oil="n/a"), r"Oil is 'n/a' at 2023-\S+ .*; expected a number"),
    "infinite": (lambda closes: closes.assign(Oil=np.inf), r"Oil is inf at 2023-\S+ .*; expected finite prices above 0"),
    "zero": (lambda closes: closes.assign(Oil=0.0), r"Oil is 0\.0 at 2023-\S+ .*; expected finite prices above 0"),
    "negative": (lambda closes: closes.assign(Oil=-37.63), r"Oil is -37\.63 at 2023-\S+ .*; expected finite prices above 0"),
    "reversed": (lambda closes: closes.iloc[::-1], r"dates do not increase; expected each row later than the one before"),
    "repeated": (lambda closes: pd.concat([closes.iloc[:150], closes.iloc[149:]]), r"dates do not increase; expected each row"),
    "no close": (lambda closes: {"Oil": closes[["Oil"]]}, r"Oil has no column close; expected a DataFrame of bars for each asset"),
    "series": (lambda closes: {"Oil": closes["Oil"]}, r"Oil has no column close; expected a DataFrame of bars for each asset"),
}


@pytest.mark.parametrize("fault", BAD_PRICES)
def test_bad_prices_are_named(closes, fault):
    spoil, error = BAD_PRICES[fault]
    with pytest.raises(ValueError, match=error):
        pf.run_trend_portfolio(spoil(closes))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"lookback": 1}, r"lookback is 1; expected at least 2"),
        ({"lookback": 100.0}, r"lookback is 100\.0; expected a whole number"),
        ({"vol_window": 0}, r"vol_window is 0; expected at least 2"),
        ({"lag": -1}, r"lag is -1; expected at least 0"),
        ({"target_volatility": 0}, r"target_volatility is 0; expected a number above 0"),
        ({"leverage_cap": -3}, r"leverage_cap is -3; expected a number above 0"),
        ({"cost_bps": np.nan}, r"cost_bps is nan; expected a finite number"),
        ({"sizing": "all in"}, r"sizing is 'all in'; expected one of 'volatility', 'equal_dollar'"),
        ({"signal": "hunch"}, r"signal is 'hunch'; expected one of 'sign', 'forecast'"),
        ({"correlation": 1.5}, r"correlation is 1\.5; expected a number at most 1"),
        ({"start": 100}, r"start is 100; expected at least 101, when every rule is warmed up"),
        ({"start": 599}, r"prices have 600 rows; expected at least 601"),
        ({"lookback": 600}, r"prices have 600 rows; expected at least 603"),
    ],
)
def test_errors_name_the_value_and_the_rule(closes, options, error):
    with pytest.raises(ValueError, match=error):
        pf.run_trend_portfolio(closes, **options)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: pf.portfolio_sharpe(0.5, 0), r"count is 0; expected at least 1"),
        (lambda: pf.portfolio_sharpe(0.5, 8, 1.1), r"correlation is 1\.1; expected a number at most 1"),
        (lambda: pf.portfolio_sharpe(0.5, 8, -1 / 7), r"correlation is -0\.14\d+; expected a number above -0\.14"),
        (lambda: pf.effective_bets([0.0, 0.0]), r"shares add up to 0\.0; expected a sum above 0"),
        (lambda: pf.risk_shares([0.0, 0.0], [0.1, 0.2]), r"variance is 0\.0; expected at least one weight and volatility above 0"),
        (lambda: pf.risk_shares([1.0, 1.0], [0.1, 0.2], np.eye(3)), r"correlation has shape \(3, 3\); expected \(2, 2\)"),
        (lambda: pf.diversification_multiplier([0.0, 0.0], 0.0), r"weights are .*; expected at least one that is not 0"),
        (lambda: pf.diversification_multiplier([1, 1], np.nan), r"correlation is nan; expected a finite number"),
        (lambda: pf.diversification_multiplier([1, 1], 2 * np.eye(2)), r"correlation has the entry 2\.0; expected numbers from"),
        (lambda: pf.diversification_multiplier([1, 1], np.full((2, 2), np.nan)), r"correlation has the entry nan; expected numbers"),
        (lambda: pf.risk_shares([1.0], [0.1, 0.2]), r"weights have shape \(1,\) and volatilities \(2,\); expected one of each"),
        (lambda: pf.independent_bets([1.0, 1.0], [-0.1, 0.2]), r"volatilities are .*; expected finite numbers, none below 0"),
        (lambda: pf.trend_signal(pd.Series([1.0]), 0), r"lookback is 0; expected at least 1"),
        (lambda: pf.trend_forecast(pd.Series([1.0]), 1), r"lookback is 1; expected at least 2"),
        (lambda: pf.rolling_sharpe(pd.Series([0.0]), 1), r"window is 1; expected at least 2"),
        (lambda: pf.volatility_weights(pd.DataFrame({"a": [0.0]}), target=0), r"target is 0; expected a number above 0"),
    ],
)
def test_errors_of_the_parts_name_the_value_and_the_rule(call, error):
    with pytest.raises(ValueError, match=error):
        call()


def test_prices_that_are_written_as_text_are_numbers_all_the_same(closes):
    assert pf.run_trend_portfolio(closes.astype(str)).sharpe == pf.run_trend_portfolio(closes).sharpe


def test_markets_of_different_dates_are_put_in_order_without_a_warning(closes):
    later, earlier = closes.iloc[300:, :1], closes.iloc[[*range(300), 310], 1:2]
    universe = {"later": later.set_axis(["close"], axis=1), "earlier": earlier.set_axis(["close"], axis=1)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pf.check_prices(universe, gaps=True)
        pf.run_trend_portfolio(found)
    assert found.index.equals(closes.index)
    assert list(found.columns) == ["later", "earlier"]


def test_a_loss_on_the_first_day_is_a_drawdown():
    """One asset that rises for 100 days, is bought, and falls by a tenth on the day after."""
    prices = pd.DataFrame({"one": [*(100 * 1.001 ** np.arange(101) * (1 + 1e-3 * (np.arange(101) % 2))), *[90.0] * 5]})
    result = pf.run_trend_portfolio(prices)
    assert result.returns.iloc[0] < -0.05
    assert metrics.max_drawdown(result.equity) >= -result.returns.iloc[0] - 1e-12
    assert len(result.equity) == len(result.returns) + 1


def test_the_multiplier_of_the_first_days_is_not_guessed_from_one_day():
    """The warm-up once counted as days without risk, so that one day decided on the second."""
    second = []
    for seed in range(40):
        prices = universe(seed, 300, correlation=0.3)
        with_it = pf.run_trend_portfolio(prices, leverage_cap=100.0)
        without = pf.run_trend_portfolio(prices, leverage_cap=100.0, diversify=False)
        ratio = (with_it.weights / without.weights).to_numpy()
        assert np.ptp(ratio[:58]) < 1e-9
        second.append(ratio[1, 0])
    assert np.mean(second) == pytest.approx(pf.diversification_multiplier(np.ones(8), 0.3), abs=0.1)
    assert np.std(second) < 0.2


def test_counts_of_bets_under_correlation():
    """At 0.9 eight assets are one bet, whatever their shares of the variance say.

    Without correlation the counts agree.
    """
    sigma = [spec.sigma for spec in market.UNIVERSE.values()]
    dollars, parity = np.ones(8), 1 / np.array(sigma)
    assert pf.effective_bets(pf.risk_shares(parity, sigma, 0.9)) == pytest.approx(8.0)
    assert f"{pf.independent_bets(parity, sigma, 0.9):.2f} {pf.independent_bets(dollars, sigma, 0.9):.2f}" == "1.10 1.09"
    assert pf.principal_bets(dollars, sigma, 0.9) < 1.5
    assert pf.independent_bets(parity, sigma) == pytest.approx(8.0)
    assert pf.principal_bets(parity, sigma) == pytest.approx(8.0)
    assert 2.84 < pf.principal_bets(dollars, sigma) < 4.5
    assert pf.independent_bets([1.0, 1.0], [0.2, 0.1], 0.5) == pytest.approx(0.3**2 / (0.04 + 0.01 + 0.02))


def test_the_shares_of_a_hedge_are_no_count_of_bets():
    shares = pf.risk_shares([1.0, -0.5], [0.2, 0.2], 0.9)
    assert shares.min() < 0
    with pytest.raises(ValueError, match="hedge between correlated assets"):
        pf.effective_bets(shares)


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.95))
@QUICK
def test_bets_know_no_size_and_lie_between_one_and_the_number_of_assets(seed, correlation):
    rng = np.random.default_rng(seed)
    weights, sigma = rng.uniform(0.1, 2, 5), rng.uniform(0.05, 0.6, 5)
    for count in (pf.independent_bets, pf.principal_bets):
        found = count(weights, sigma, correlation)
        assert 1 - 1e-9 <= found <= 5 + 1e-9
        assert count(3 * weights, sigma, correlation) == pytest.approx(found, rel=1e-6)


def test_an_asset_joins_when_it_has_its_history(closes):
    """Until then the portfolio is that of the others, to the last digit; then it has its share."""
    late = closes.assign(BTC=closes["BTC"].where(np.arange(600) >= 250))
    whole = pf.run_trend_portfolio(late, correlation=0.0, leverage_cap=50.0)
    seven = pf.run_trend_portfolio(closes.drop(columns="BTC"), correlation=0.0, leverage_cap=50.0)
    joins = 250 + 100 - 101
    assert (whole.weights["BTC"].iloc[:joins] == 0).all()
    assert (whole.weights["BTC"].iloc[joins:] != 0).all()
    scale = pf.diversification_multiplier(np.ones(8), 0.0) / pf.diversification_multiplier(np.ones(7), 0.0)
    others = whole.weights.drop(columns="BTC")
    assert np.allclose(others.iloc[:joins], seven.weights.iloc[:joins] * scale)
    assert np.allclose(others.iloc[joins:], seven.weights.iloc[joins:] * 7 / 8 * scale)
    assert whole.returns.notna().all()


def test_holidays_are_no_flat_days_and_an_asset_may_leave(closes):
    """With every tenth close of gold missing its volatility is that of its own days.

    After its last price it is sold.
    """
    rows = np.arange(600)
    gold = closes["Gold"].where((rows % 10 != 0) & (rows < 500))
    result = pf.run_trend_portfolio(closes.assign(Gold=gold), correlation=0.0)
    own = gold.dropna()
    day = own.index[300]
    year = 252 * len(own) / 499
    sized = 0.10 / 8 / (own.pct_change().rolling(60).std() * np.sqrt(year)) * pf.diversification_multiplier(np.ones(8), 0.0)
    after = result.weights.index[result.weights.index.get_loc(day) + 1]
    assert abs(result.weights.loc[after, "Gold"]) == pytest.approx(sized.loc[day])
    holiday = closes.index[310]
    assert result.weights.loc[holiday, "Gold"] != 0
    assert result.strategy_returns.loc[holiday, "Gold"] == 0
    assert (result.weights["Gold"].loc[closes.index[501] :] == 0).all()


def test_a_year_has_as_many_bars_as_the_data_say(closes):
    daily, always = pf.run_trend_portfolio(closes), pf.run_trend_portfolio(closes, periods_per_year=365)
    assert always.periods_per_year == 365
    assert always.volatility == pytest.approx(metrics.volatility(always.returns, 365))
    assert np.allclose(always.weights.iloc[0] / daily.weights.iloc[0], np.sqrt(252 / 365))
    closes.attrs["bars_per_year"] = 365.0
    assert pf.run_trend_portfolio(closes).weights.equals(always.weights)


def test_the_portfolio_is_the_mean_of_its_strategies_alone(closes):
    result = pf.run_trend_portfolio(closes, cost_bps=0.0)
    assert np.allclose(result.alone.mean(axis=1), result.returns)
    assert result.alone_equity.index.equals(result.equity.index)
    assert (result.alone_equity.iloc[0] == 1.0).all()
    name = closes.columns[0]
    assert result.alone_equity[name].iloc[-1] == pytest.approx((1.0 + result.alone[name]).prod())
    assert result.rolling_sharpe(60).equals(pf.rolling_sharpe(result.returns, 60, result.periods_per_year))
