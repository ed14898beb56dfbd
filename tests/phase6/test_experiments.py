"""Experiments: the readable engines' rules, tidy frames, and trials that call luck luck."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import exits as bar_by_bar
from phase6 import experiments as ex
from phase6 import market, metrics, original
from phase6 import simulation as mc
from phase6.experiments import _tidy, ideas
from phase6.plots.distributions import plot_distributions, plot_estimates, plot_estimators
from phase6.plots.pictures import alt_text
from phase6.portfolio import run_trend_portfolio
from phase6.pyramiding import PyramidingStrategy
from phase6.simulation import exits, published, universes
from phase6.simulation import run as sim_run


def tidy(frame, *names):
    assert list(frame.columns) == [*names, *ex.COLUMNS]
    figures = frame[list(ex.COLUMNS)]
    assert np.isfinite(figures.to_numpy(float)).all()
    assert (frame["standard_error"] >= 0).all()
    assert (np.diff(frame[list(_tidy.QUANTILES)].to_numpy(float), axis=1) >= 0).all()
    return frame


def test_the_standard_error_is_that_of_the_mean():
    values = np.random.default_rng(0).normal(3, 2, 400)
    row = _tidy.spread([*values, np.nan])
    assert row["estimate"] == pytest.approx(values.mean())
    assert row["n"] == 400
    assert row["standard_error"] == pytest.approx(values.std(ddof=1) / 20)
    assert row["q50"] == pytest.approx(np.median(values))
    with pytest.raises(ValueError, match="at least 2"):
        _tidy.spread([1.0, np.nan])


def test_shares_and_quantiles_come_with_their_error():
    assert _tidy.share([True] * 30 + [False] * 70)["standard_error"] == pytest.approx(np.sqrt(0.21 / 100))
    assert _tidy.share([False] * 100)["standard_error"] == pytest.approx(0.01)
    values = np.random.default_rng(1).standard_normal(4_000)
    row = _tidy.quantile(values, 0.5)
    assert row["estimate"] == np.median(values)
    assert row["standard_error"] == pytest.approx(np.sqrt(np.pi / 2 / 4_000), rel=0.2)


@settings(max_examples=40)
@given(
    st.sampled_from(bar_by_bar.EXIT_POLICIES),
    st.integers(0, 2**32 - 1),
    st.floats(0.5, 4),
    st.floats(0.3, 5),
    st.integers(1, 6),
    st.floats(0, 50),
)
def test_exits_are_those_of_the_readable_rule(policy, seed, stop, target, parts, cost):
    paths = mc.make_paths("trend", 5, 60, seed=seed, drift_sharpe=3)
    rng = np.random.default_rng(seed)
    side, atr = np.where(rng.random(5) < 0.5, -1.0, 1.0), rng.uniform(0.2, 5, 5)
    rules = {"atr_stop_mult": stop, "target_atr": target, "parts": parts, "cost_bps": cost}
    many = exits.exit_r_paths(paths, policy=policy, side=side, atr=atr, **rules)
    for path in range(5):
        prices = (part[:, path].tolist() for part in (paths.opens, paths.highs, paths.lows, paths.closes))
        one = bar_by_bar.exit_r_multiple(*prices, policy=policy, side=int(side[path]), atr_val=atr[path], **rules)
        assert many[path] == pytest.approx(one, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"lookback": 40, "signal": "forecast", "cost_bps": 5},
        {"sizing": "equal_dollar"},
        {"correlation": 0.2, "lag": 0},
        {"diversify": False, "start": 250},
        {"lag": 3, "vol_window": 20, "leverage_cap": 1.0},
    ],
)
def test_universes_are_run_as_the_readable_portfolio_is(rule):
    (closes,) = universes.universe_blocks(3, 420, correlation=0.3, drift_sharpe=1, seed=2)
    many = universes.trend_returns(closes, **rule)
    for number in range(3):
        prices = pd.DataFrame(closes[:, number], columns=list(market.UNIVERSE))
        one = run_trend_portfolio(prices, **rule)
        assert np.allclose(many[:, number], one.returns, rtol=1e-9, atol=1e-12)
        assert metrics.sharpe_paths(many)[number] == pytest.approx(one.sharpe, rel=1e-9)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"lookback": 0}, r"lookback is 0; expected at least 2"),
        ({"vol_window": 20.5}, r"vol_window is 20\.5; expected a whole number"),
        ({"target_volatility": -1.0}, r"target_volatility is -1\.0; expected a number above 0"),
        ({"leverage_cap": -1.0}, r"leverage_cap is -1\.0; expected a number above 0"),
        ({"cost_bps": -5.0}, r"cost_bps is -5\.0; expected a number at least 0"),
        ({"correlation": 1.5}, r"correlation is 1\.5; expected a number at most 1"),
        ({"closes": np.full((200, 2, 3), np.nan)}, r"closes have shape \(200, 2, 3\); expected finite prices above 0"),
    ],
)
def test_errors_of_many_portfolios_name_the_value_and_the_rule(options, error):
    with pytest.raises(ValueError, match=error):
        universes.trend_returns(**{"closes": np.full((200, 2, 3), 100.0), **options})


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"half_life": -5.0, "drift_sharpe": 1.0}, r"half_life is -5\.0; expected a number above 0"),
        ({"assets": {}}, r"assets is empty; expected at least one name"),
        ({"assets": {"a": (0.0, 0.1)}}, r"a is \(0\.0, 0\.1\); expected an AssetSpec"),
        ({"assets": {"a": market.AssetSpec(0.0, np.nan)}}, r"sigma of a is nan; expected a finite number"),
    ],
)
def test_errors_of_many_universes_name_the_value_and_the_rule(options, error):
    with pytest.raises(ValueError, match=error):
        next(universes.universe_blocks(2, 50, **options))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: ex.position_rules(samples=5, cap=-1), r"cap is -1; expected a number above 0"),
        (lambda: ex.position_rules(samples=5, days=1), r"days is 1; expected at least 2"),
        (lambda: ex.kelly_fractions(samples=5, years=5, level=2), r"level is 2; expected a number below 1"),
        (lambda: ex.kelly_fractions(samples=5, years=0), r"years is 0; expected at least 1"),
        (lambda: ex.kelly_estimated((-1,), samples=5), r"fraction is -1; expected a number at least 0"),
        (lambda: ex.square_root_law(years=(-1,), samples=5), r"years is -1; expected a number above 0"),
        (lambda: ex.square_root_law(count=0, samples=5), r"count is 0; expected at least 1"),
        (lambda: ex.growth_promised(sigma=-1, samples=5), r"sigma is -1; expected a number at least 0"),
        (lambda: ex.published_notebook(0), r"seeds is 0; expected at least 1"),
        (lambda: ideas.position_equity(market.trend_ohlcv(9), np.ones(9), cost_bps=-5), r"cost_bps is -5; expected a number at"),
        (lambda: ideas.position_equity(market.trend_ohlcv(9), np.ones(9), equity=0), r"equity is 0; expected a number above 0"),
    ],
)
def test_errors_of_experiments_name_the_value_and_the_rule(call, error):
    with pytest.raises(ValueError, match=error):
        call()


def test_leaving_an_asset_out_changes_no_other():
    names = [name for name in market.UNIVERSE if name != "BTC"]
    fewer = {name: market.UNIVERSE[name] for name in names}
    (whole,) = universes.universe_blocks(4, 50, correlation=0.2, seed=3)
    (rest,) = universes.universe_blocks(4, 50, correlation=0.2, seed=3, assets=fewer)
    kept = [number for number, name in enumerate(market.UNIVERSE) if name != "BTC"]
    assert np.array_equal(whole[:, :, kept], rest)


@pytest.mark.parametrize("seed", [0, 7, 42])
@pytest.mark.parametrize("max_levels", [1, 4])
def test_published_rules_are_the_published_ones(seed, max_levels):
    paths = published.published_paths([seed], 300)
    frame = original.generate_ohlcv(300, rng=np.random.RandomState(seed))
    assert np.array_equal(paths.closes[:, 0], frame["close"])
    assert np.array_equal(paths.highs[:, 0], frame["high"])
    equity = original.run_pyramid_backtest(frame, max_levels=max_levels)[0].iloc[-1]
    assert published.published_equity(paths, max_levels=max_levels)[0] == pytest.approx(equity, rel=1e-12)


COMPARED = ("market", "comparison", "enlarged", "measure", "size")
SMALL: dict[str, Any] = {"paths": 60, "bars": 120}
TWO = {name: ex.PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5")}


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (lambda s: ex.pyramid_or_single(TWO, seed=s, **SMALL), COMPARED),
        (lambda s: ex.pyramid_or_single(TWO, seed=s, enlarge=("risk", "own"), **SMALL), COMPARED),
        (lambda s: ex.levels_compared(markets=TWO, seed=s, **SMALL), ("market", "rule", "measure")),
        (lambda s: ex.risks_compared(markets=TWO, seed=s, **SMALL), ("market", "rule", "measure")),
        (lambda s: ex.reentries_compared(TWO, seed=s, **SMALL), ("market", "rule", "measure")),
        (lambda s: ex.leverage_compared(markets=TWO, seed=s, **SMALL), ("multiple", *COMPARED)),
        (lambda s: ex.exit_policies(paths=60, seed=s), ("market", "policy", "measure")),
        (lambda s: ex.asset_removed(universes=20, bars=200, seed=s), ("measure",)),
        (lambda s: ex.lookbacks_compared(universes=20, bars=300, seed=s), ("lookback", "measure")),
        (lambda s: ex.signals_compared(samples=20, bars=200, seed=s), ("market", "signal")),
        (lambda s: ex.square_root_law(samples=20, seed=s), ("correlation", "years", "measure")),
        (lambda s: ex.power_of_comparison([2], samples=40, seed=s), ("years",)),
        (lambda s: ex.sizings_compared(universes=20, bars=200, seed=s), ("sizing", "measure")),
        (lambda s: ex.position_rules(samples=20, days=500, seed=s), ("rule",)),
        (lambda s: ex.kelly_fractions(samples=50, years=50, seed=s), ("fraction", "measure")),
        (lambda s: ex.kelly_estimated(samples=50, seed=s), ("fraction", "measure")),
        (lambda s: ex.growth_promised(samples=50, seed=s), ("generator",)),
        (lambda s: ex.look_ahead(universes=20, bars=200, seed=s), ("rule", "measure")),
        (lambda s: ex.volatility_delivered(universes=20, bars=200, seed=s), ("weights",)),
        (lambda s: ex.strategies_correlation(universes=4, bars=250, seed=s), ("of",)),
        (lambda s: ex.published_trends(universes=20, bars=200, seed=s), ("rule", "measure")),
        (lambda s: ex.autocorrelated_errors(samples=50, seed=s), ("correlation",)),
        (lambda s: ex.fitted_conviction(samples=20, fit=100, after=100, seed=s), ("market", "days", "rule")),
        (lambda s: ex.best_of_ten_bet(samples=50, seed=s), ("chosen", "measure")),
        (lambda s: ex.averaging_compared(paths=20, bars=150, seed=s), ("market", "measure")),
        (lambda s: ex.signals_compared(samples=20, bars=200, estimator="mean of ratios", seed=s), ("market", "signal")),
        (lambda s: ex.estimators_compared((1, 4), seed=s, **SMALL), ("levels", "measure")),
        (lambda s: ex.best_of_many(samples=50, seed=s), ("ideas", "measure")),
        (lambda s: ex.stop_risk_after_levels(paths=60, bars=200, seed=s), ("level", "measure")),
    ],
)
def test_an_experiment_is_tidy_and_depends_on_its_seed_alone(run, names):
    first = tidy(run(3), *names)
    pd.testing.assert_frame_equal(first, run(3))
    assert not first["estimate"].equals(run(4)["estimate"])


def test_at_equal_volatility_the_volatility_is_equal():
    rule, single = {}, {"max_levels": 1}
    risk = ex.pyramids.risk_for_equal_volatility(("trend", {}), single, rule, pilot=500)
    rules = {"pyramid": rule, "enlarged": ex.pyramids.at_risk(single, risk)}
    done = mc.simulate("trend", rules, paths=500, seed=9)
    pooled = {name: np.sqrt((done[name]["volatility"] ** 2).mean()) for name in rules}
    assert pooled["enlarged"] == pytest.approx(pooled["pyramid"], rel=0.05)
    assert 1.8 < risk / 0.005 < 3.0


@pytest.mark.parametrize("run", [ex.pyramid_or_single, ex.levels_compared, ex.leverage_compared])
def test_an_interrupted_experiment_returns_the_markets_done(run, monkeypatch):
    told = []

    def progress(done, asked):
        told.append(done)
        if len(told) == 3:
            raise KeyboardInterrupt

    simulate = mc.simulate
    monkeypatch.setattr(mc, "simulate", lambda *given, **named: simulate(*given, **{**named, "chunk": 250}))
    frame = run(markets=TWO, paths=500, bars=80, progress=progress)
    assert told == [250, 500, 250]
    assert frame.attrs["interrupted"]
    assert frame.groupby("market", sort=False)["n"].max().tolist() == [500, 250]
    assert not ex.levels_compared((1,), markets=TWO, **SMALL).attrs


@pytest.mark.parametrize("run", [ex.pyramid_or_single, ex.levels_compared, ex.leverage_compared])
@pytest.mark.parametrize("calls", [1, 2])
def test_an_interrupt_within_a_market_loses_that_market_alone(run, calls, monkeypatch):
    made = []

    def make(*given, **named):
        made.append(given)
        if len(made) == calls:
            raise KeyboardInterrupt
        return make_paths(*given, **named)

    make_paths = mc.make_paths
    monkeypatch.setattr(sim_run, "make_paths", make)
    if calls == 1:
        with pytest.raises(KeyboardInterrupt):
            run(markets=TWO, **SMALL)
    else:
        frame = run(markets=TWO, **SMALL)
        assert frame.attrs["interrupted"]
        assert set(frame["market"]) == {"random walk"}


def test_the_turtles_held_five_n():
    assert ex.turtle_stop_risk()["estimate"].tolist() == pytest.approx([2, 3.5, 4.5, 5])


class NeverAdds(PyramidingStrategy):
    def should_add(self, price, atr_val):
        return False


class NoChange(PyramidingStrategy):
    pass


def test_a_trial_calls_what_is_the_same_the_same():
    found = ex.experiment(NoChange, paths=30, bars=150)
    assert (found.frame["estimate"] == 0).all()
    assert " ".join(str(found).split()).count("they are the same") == len(found.frame) == 15


def test_a_trial_sees_a_difference_that_is_there():
    found = ex.experiment(strategy=NeverAdds, paths=60, seed=1)
    table = found.frame.set_index(["market", "measure"])
    assert (table.xs("max_drawdown", level="measure")["estimate"] < -0.03).all()
    assert "not luck" in table.loc[("range, 60 days", "sharpe"), "verdict"]
    single = mc.run_pyramids(mc.make_paths("range", 60, 500, seed=1, half_life=60), max_levels=1).summary()
    mine = found.samples[(found.samples["market"] == "range, 60 days") & (found.samples["rule"] == "idea")]
    assert np.allclose(mine["sharpe"], single["sharpe"], rtol=1e-7)


def test_a_trial_refuses_an_idea_that_looks_ahead():
    with pytest.raises(ValueError, match="hidden"):
        ex.experiment(lambda frame: np.sign(frame["close"].shift(-1) - frame["close"]).fillna(0.0), paths=30, bars=60)


class ForgotReturn(PyramidingStrategy):
    def should_enter(self, fast_ma, slow_ma):
        super().should_enter(fast_ma, slow_ma)


class SaysLong(PyramidingStrategy):
    def should_enter(self, fast_ma, slow_ma):
        return "long"


class NoQuantity(PyramidingStrategy):
    def level_quantity(self, price, atr_val):
        return float("nan")


class Misspelt(PyramidingStrategy):
    def should_add(self, price, atr_val):
        return price > self.last_entry  # type: ignore[attr-defined]


class TakesNothing(PyramidingStrategy):
    def __init__(self):
        super().__init__()


@pytest.mark.parametrize(
    ("idea", "said"),
    [
        (ForgotReturn, r"should_enter returned None; expected \+1 .*\(the idea, on path 0 of 'random walk'\)"),
        (SaysLong, "should_enter returned 'long'"),
        (NoQuantity, "level_quantity returned nan; expected a finite number"),
        (Misspelt, r"AttributeError: 'Misspelt' object has no attribute 'last_entry' \(the idea"),
        (TakesNothing, "TypeError: .*unexpected keyword argument 'equity'"),
        (lambda frame: frame["Close"], "KeyError: 'Close' .*the idea, on path 0"),
        (lambda frame: ["long"] * len(frame), "the positions are .'long', .*expected 60 finite numbers"),
        (lambda frame: None, r"shape \(\); expected 60"),
        (lambda frame: frame["close"].rolling(20).mean(), r"19 positions are not finite, the first in row 0; .*fillna\(0\)"),
        (lambda frame: np.random.default_rng().choice([-1, 1], len(frame)), "asked twice"),
        (lambda frame: np.sign(frame["close"] - frame["close"].mean()), "hidden"),
        (lambda frame: np.where(np.arange(len(frame)) < 35, frame["close"].iloc[min(40, len(frame) - 1)] / 100, 0), "hidden"),
    ],
)
def test_an_idea_that_cannot_be_judged_is_told_why(idea, said):
    with pytest.raises(ValueError, match=said):
        ex.experiment(idea, paths=30, bars=60)


def test_a_failing_idea_keeps_its_traceback():
    with pytest.raises(ValueError, match="last_entry") as refused:
        ex.experiment(Misspelt, paths=30, bars=60)
    assert isinstance(refused.value.__cause__, AttributeError)


def test_watching_an_idea_changes_nothing():
    class Sooner(PyramidingStrategy):
        def should_add(self, price, atr_val):
            return super().should_add(price, 0.5 * atr_val)

    found = ex.experiment(Sooner, paths=30, bars=150, markets=TWO, seed=3)
    plain = mc.run_pyramids(mc.make_paths("trend", 30, 150, seed=3, drift_sharpe=1.5), add_threshold_atr=0.5).summary()
    mine = found.samples[(found.samples["market"] == "trend 1.5") & (found.samples["rule"] == "idea")]
    assert np.allclose(mine["total_return"], plain["total_return"], rtol=1e-9)


def test_a_trial_says_what_its_comparison_hides():
    quiet = str(ex.experiment(lambda frame: np.zeros(len(frame)), paths=30, bars=60))
    assert quiet.count("The idea never traded on 30 of the 30 markets") == 5
    rash = str(ex.experiment(lambda frame: np.full(len(frame), 80.0), against=NeverAdds, paths=30, bars=60))
    assert rash.count("The idea lost everything on") == 5
    assert "The rival lost" not in rash


def test_a_trial_says_how_many_markets_would_show_a_difference():
    rows = pd.DataFrame(
        [{"market": "a", "measure": "sharpe", "estimate": 0.1, "standard_error": 0.1, "n": 100, "verdict": "could be"}]
    )
    samples = pd.DataFrame({"market": ["a"], "rule": ["idea"], "volatility": [1.0], "total_return": [0.0]})
    assert "about 384 markets would show it" in str(ex.Trial(rows, samples, 100))
    sure = rows.assign(estimate=0.5, verdict="not luck (5.0 standard errors)")
    assert "would show it" not in str(ex.Trial(sure, samples, 100))


def test_positions_are_traded_at_the_next_open():
    frame = pd.DataFrame({"open": [10.0, 10, 12, 9], "high": 13.0, "low": 8.0, "close": [10.0, 11, 12, 9]})
    equity = ideas.position_equity(frame, [1.0, 0.0, 2.0, 5.0], equity=100.0, cost_bps=0.0)
    assert equity.tolist() == pytest.approx([100, 110, 120, 120])
    costly = ideas.position_equity(frame, [1.0, 0.0, 2.0, 5.0], equity=100.0, cost_bps=100.0)
    assert costly.tolist() == pytest.approx([100, 108.9, 108.9 * 12 / 11 * 0.99, 108.9 * 12 / 11 * 0.99 * 0.98])
    ruin = ideas.position_equity(frame.assign(close=[10.0, 11, 12, 3]), [0.0, 0, 3, 0], equity=100.0)
    assert ruin.iloc[-1] == 0


def test_a_trial_that_is_interrupted_judges_what_is_done():
    def progress(done, asked):
        if done == 35:
            raise KeyboardInterrupt

    found = ex.experiment(NeverAdds, paths=50, bars=120, progress=progress)
    assert (found.frame["n"] == 35).all()
    assert "35 of 50" in str(found)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ex.experiment(dict),  # type: ignore[arg-type]
        lambda: ex.experiment(7),  # type: ignore[arg-type]
        lambda: ex.experiment(NeverAdds, paths=5),
        lambda: ex.experiment(NeverAdds, markets={}),
        lambda: ex.experiment(NeverAdds, markets="trend"),  # type: ignore[arg-type]
        lambda: ex.experiment(NeverAdds, levarage=2),
        lambda: ex.experiment(lambda frame: 1.0, paths=30, bars=60),
        lambda: ideas.position_equity(mc.make_paths(paths=1, bars=3).frame(0), [1.0, np.nan, 0.0]),
        lambda: ex.pyramid_or_single(enlarge="luck"),
        lambda: ex.levels_compared(levels=(0,)),
        lambda: ex.exit_samples("sideways"),
        lambda: ex.exit_samples(side=2),
        lambda: ex.exit_samples(horizon=1),
        lambda: ex.asset_removed("Tulips"),
        lambda: ex.square_root_law(correlations=(1.0,)),
        lambda: ex.kelly_fractions((0.0,)),
        lambda: ex.position_rules(("mood",), samples=2, days=10),
        lambda: ex.portfolio_sharpe_pooled(2, 80),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()


def test_the_picture_of_a_frame_shows_its_rows_and_what_was_claimed():
    frame = pd.DataFrame({"case": ["a", "b"], **{name: [1.0, 3.0] for name in ex.COLUMNS}})
    frame = frame.assign(estimate=[2.0, -1.0], standard_error=[0.5, 0.1], q95=[4.0, 5.0])
    picture = plot_estimates(frame, "case", title="What there is to see", unit="Profit [R]", claims=[np.nan, -0.8])
    spread, mean = picture.panels["spread"], picture.panels["mean"]
    assert [tick.get_text() for tick in spread.get_yticklabels()] == ["a", "b"]
    estimates, claims = mean.lines[1], mean.lines[2]
    assert np.array_equal(estimates.get_xydata(), [(2.0, 1), (-1.0, 0)])
    assert np.array_equal(claims.get_xdata(), [np.nan, -0.8], equal_nan=True)
    (bands,) = mean.collections
    assert [tuple(np.asarray(path.vertices)[:, 0]) for path in bands.get_paths()] == [(1.0, 3.0), (-1.2, -0.8)]
    assert "a: 2 ± 0.5" in alt_text(picture)
    assert picture.get_supxlabel() == "Profit [R]"
    assert spread.get_xlabel() == mean.get_xlabel() == "", "two labels side by side overlap where they are long"


def test_the_picture_of_outcomes_counts_every_market():
    outcomes = mc.simulate("trend", paths=250, bars=120)
    samples = {rule: outcomes[rule]["total_return"] for rule in outcomes.by_rule}
    picture = plot_distributions(samples, title="Most earn little", unit="Total return [%]", percent=True, bins=20)
    patches: list[Any] = list(picture.panels["outcomes"].patches)
    heights = [patch.get_data().values for patch in patches]
    assert [part.sum() for part in heights] == pytest.approx([1.0, 1.0])
    assert f"{samples['single'].mean():.2%}" in alt_text(picture)


@pytest.mark.parametrize(
    "call",
    [
        lambda frame: plot_estimates(frame.drop(columns="q25"), "rule", title="t", unit="u"),
        lambda frame: plot_estimates(frame, "mood", title="t", unit="u"),
        lambda frame: plot_estimates(frame.iloc[:0], "rule", title="t", unit="u"),
        lambda frame: plot_estimates(frame, "rule", title="t", unit="u", claims=[1.0]),
        lambda frame: plot_distributions({}, title="t", unit="u"),
        lambda frame: plot_distributions({"a": [np.nan, 1.0]}, title="t", unit="u"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call(ex.position_rules(samples=3, days=20))


def one_figure(frame, **case):
    for name, value in case.items():
        frame = frame[frame[name] == value]
    (row,) = frame.itertuples()
    return row


def test_kelly_on_an_estimate_takes_no_position_on_a_negative_one():
    """The figures of the lesson.

    Full Kelly halves with about 49 %, half Kelly with about 26 %, where 12.5 % were promised.
    """
    found = ex.kelly_estimated((0.5, 1.0), samples=20_000)
    for fraction, growth, fallen in ((0.5, 0.065, 0.262), (1.0, -0.040, 0.488)):
        row = one_figure(found, fraction=fraction, measure="growth")
        assert abs(row.estimate - growth) < 4 * row.standard_error + 5e-4
        row = one_figure(found, fraction=fraction, measure="ever below")
        assert abs(row.estimate - fallen) < 4 * row.standard_error + 5e-4
    assert one_figure(found, fraction=1.0, measure="no position").estimate == pytest.approx(0.24, abs=0.012)
    short = ex.kelly_estimated((1.0,), samples=20_000, shorts=True)
    row = one_figure(short, fraction=1.0, measure="growth")
    assert abs(row.estimate + 0.125) < 4 * row.standard_error


def test_the_best_of_ten_ideas_without_merit_is_believed_unless_the_ten_are_counted():
    found = ex.best_of_many((1, 10), samples=2_000)
    assert one_figure(found, ideas=1, measure="probabilistic").estimate == pytest.approx(0.05, abs=0.015)
    assert one_figure(found, ideas=10, measure="probabilistic").estimate == pytest.approx(0.40, abs=0.04)
    assert one_figure(found, ideas=10, measure="deflated").estimate < 0.05
    assert one_figure(found, ideas=10, measure="shown").estimate == pytest.approx(1.09, abs=0.05)


def test_bets_are_counted_under_correlation():
    found = ex.bets_compared((0.0, 0.9))
    tidy(found, "correlation", "sizing", "measure")
    one = {"correlation": 0.9, "sizing": "equal risk"}
    assert one_figure(found, **one, measure="shares alone").estimate == pytest.approx(8.0)
    assert one_figure(found, **one, measure="diversification ratio").estimate == pytest.approx(1.10, abs=5e-3)
    assert one_figure(found, correlation=0.0, sizing="equal dollars", measure="shares alone").estimate == pytest.approx(2.84, abs=5e-3)


def test_a_rule_without_edge_has_a_pooled_ratio_of_0_where_the_mean_of_ratios_says_otherwise():
    """Four levels on costless random walks.

    The mean of ratios lies several standard errors below 0, the pooled ratio does not.
    """
    found = ex.estimators_compared((1, 4), paths=4_000)
    ratios, whole = (one_figure(found, levels=4, measure=measure) for measure in ("mean of ratios", "pooled"))
    assert ratios.estimate < -4 * ratios.standard_error
    assert abs(whole.estimate) < 3 * whole.standard_error
    assert one_figure(found, levels=4, measure="correlation").estimate == pytest.approx(0.70, abs=0.06)
    assert one_figure(found, levels=1, measure="correlation").estimate == pytest.approx(0.20, abs=0.08)
    picture = plot_estimators(found)
    assert "4 levels: correlation 0.7" in alt_text(picture)
    with pytest.raises(ValueError, match="no rows of 'correlation'"):
        plot_estimators(found[found["measure"] != "correlation"])


def test_sharpe_rows_of_the_laboratory_are_pooled():
    rules = {"pyramid": {}, "single": {"max_levels": 1}}
    done = mc.simulate("trend", rules, paths=300, seed=4)
    run = mc.run_pyramids(mc.make_paths("trend", 300, 500, seed=4))
    frame = ex.rules_compared(rules, {"trend": ("trend", {})}, paths=300, seed=4, measures=("sharpe",))
    row = one_figure(frame, rule="pyramid", measure="sharpe")
    assert row.estimate == pytest.approx(run.sharpe.estimate, rel=1e-9)
    assert row.standard_error == pytest.approx(done.sharpe("pyramid").standard_error, rel=1e-9)
    assert run.returns.mean() / run.returns.std() * np.sqrt(252) == pytest.approx(row.estimate, rel=1e-9)
    gap = done.sharpe("pyramid") - done.sharpe("single")
    assert gap.standard_error < 0.5 * row.standard_error


def test_averaging_down_and_adding_up_are_compared_on_the_same_markets():
    """In pairs the error is smaller than that of two means; trend and range show their signs."""
    markets = {name: ex.TRANCHE_MARKETS[name] for name in ("strong trend", "tight range")}
    found = ex.averaging_compared(markets, paths=400)
    for name, sign in (("strong trend", -1), ("tight range", 1)):
        gap = one_figure(found, market=name, measure="down less up")
        down, up = (one_figure(found, market=name, measure=way) for way in ("down", "up"))
        assert gap.estimate == pytest.approx(down.estimate - up.estimate)
        assert gap.standard_error < 0.95 * np.hypot(down.standard_error, up.standard_error)
        assert sign * gap.estimate > -2 * gap.standard_error
    assert one_figure(found, market="tight range", measure="down less up").estimate > 0


@pytest.mark.parametrize("seed", [0, 7, 42])
def test_published_stop_outs_are_the_published_ones(seed):
    frame = original.generate_ohlcv(400, rng=np.random.RandomState(seed))
    trades = original.run_pyramid_backtest(frame, max_levels=1)[2]
    before = 100_000 + trades["pnl"].cumsum().shift(fill_value=0.0)
    (many,) = published.published_stop_outs(published.published_paths([seed], 400))
    assert many == pytest.approx((trades["pnl"] / before / 0.015)[trades["type"] == "stop"].to_numpy(), rel=1e-9)
