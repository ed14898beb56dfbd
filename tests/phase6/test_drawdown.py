"""Bets under a limit on the drawdown.

The floor holds, the constrained bet keeps its chance, and both cost growth as derived.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6 import experiments as ex
from phase6 import plots
from phase6.conviction import chance_of_ever_falling_to
from phase6.drawdown import bet_paths, constrained_fraction, risk_constrained_kelly, surplus_exposure
from phase6.plots.pictures import alt_text


def test_the_exposure_is_the_surplus_over_the_floor():
    assert surplus_exposure([100.0, 90.0, 80.0, 70.0], 100.0, 0.8) == pytest.approx([0.2, 1 - 8 / 9, 0.0, 0.0])
    assert surplus_exposure(50.0, 100.0, 0.0) == 1.0


@settings(max_examples=60)
@given(st.floats(0.1, 0.95), st.floats(0.01, 0.9))
def test_the_constrained_fraction_has_the_chance_that_was_asked_for(floor, chance):
    fraction = constrained_fraction(floor, chance)
    said = float(chance_of_ever_falling_to(floor, fraction))
    assert said == pytest.approx(chance, rel=1e-9) if fraction < 1 else said <= chance + 1e-9


def test_on_many_small_normal_bets_it_is_the_formula_for_continuous_ones():
    outcomes = np.expm1(np.random.default_rng(0).normal(0.08 / 252, 0.2 / np.sqrt(252), 200_000))
    sharpe = outcomes.mean() / outcomes.std() * np.sqrt(252)
    kelly = sharpe / (outcomes.std() * np.sqrt(252))
    assert risk_constrained_kelly(outcomes, floor=0.8, chance=0.1) / kelly == pytest.approx(constrained_fraction(0.8, 0.1), rel=0.02)


def test_where_the_bound_does_not_bind_it_is_kelly():
    coin = [1.0] * 6 + [-1.0] * 4
    assert risk_constrained_kelly(coin, floor=0.01, chance=0.99) == pytest.approx(0.2)
    bet = risk_constrained_kelly(coin, floor=0.5, chance=0.1)
    aversion = math.log(0.1) / math.log(0.5)
    assert 0.6 * (1 + bet) ** -aversion + 0.4 * (1 - bet) ** -aversion == pytest.approx(1.0)
    assert risk_constrained_kelly([-0.1, 0.1], floor=0.5, chance=0.1) == 0.0


def test_the_constrained_bet_falls_to_the_floor_no_more_often_than_asked():
    coin = np.array([1.0] * 6 + [-1.0] * 4)
    bet = risk_constrained_kelly(coin, floor=0.5, chance=0.2)
    rng = np.random.default_rng(1)
    wealth = np.cumsum(np.log1p(bet * rng.choice(coin, (600, 4_000))), axis=0)
    fell = (wealth.min(axis=0) <= math.log(0.5)).mean()
    assert fell < 0.2 + 3 * math.sqrt(0.2 * 0.8 / 4_000)


def test_the_floor_follows_the_peak_and_holds():
    logs = bet_paths(np.random.default_rng(2).standard_normal((2_520, 500)), sharpe=1.0, floor=0.7)
    falls = np.exp((logs - np.maximum.accumulate(logs, axis=0)).min(axis=0))
    assert falls.min() >= 0.7
    assert falls.max() < 0.95


def test_without_a_floor_the_growth_is_the_formula():
    logs = bet_paths(np.random.default_rng(3).standard_normal((252, 4_000)), sharpe=0.8, fraction=0.5)
    assert logs[-1].mean() == pytest.approx(0.8 * 0.4 - 0.08, abs=4 * 0.4 / math.sqrt(4_000))
    assert logs[0].tolist() == [0.0] * 4_000


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: surplus_exposure(2.0, 1.0, 0.5), "expected 0 < wealth ≤ peak"),
        (lambda: surplus_exposure(1.0, 1.0, 1.0), "floor is 1.0; expected a number below 1"),
        (lambda: constrained_fraction(0.8, 0), "chance is 0; expected a number above 0"),
        (lambda: risk_constrained_kelly([0.1], floor=0.5, chance=0.1), "expected at least two finite returns"),
        (lambda: bet_paths([0.1, 0.2], sharpe=1.0), r"expected \(periods, paths\)"),
        (lambda: plots.plot_drawdown_control({}, floor=0.8), "there are 0 paths"),
        (lambda: plots.plot_drawdown_control({"a": [0.0, 1.0], "b": [0.0]}, floor=0.8), "of one length"),
    ],
)
def test_bad_values_are_named(call, error):
    with pytest.raises(ValueError, match=error):
        call()


def test_over_many_lives_the_limits_keep_what_they_promise():
    frame = ex.drawdown_control(samples=400, years=10, seed=4)
    table = frame.set_index(["rule", "measure"])
    assert table.loc[("drawdown floor", "drawdown beyond"), "estimate"] == 0
    held = table.loc[("risk-constrained", "ever below the floor")]
    assert held["estimate"] < 0.10 + 4 * held["standard_error"]
    growth = table.xs("growth", level="measure")["estimate"]
    assert growth["drawdown floor"] < growth["half Kelly"]
    fixed = table.loc[("fixed, same growth in the long run", "growth")]
    assert fixed["estimate"] == pytest.approx(0.125 * 0.2, abs=5 * fixed["standard_error"])


def test_the_picture_names_every_bet_and_the_limit():
    shocks = np.random.default_rng(5).standard_normal((504, 1))
    lives = {name: bet_paths(shocks, sharpe=0.5, floor=floor)[:, 0] for name, floor in (("free", 0.0), ("limited", 0.8))}
    said = alt_text(plots.plot_drawdown_control(lives, floor=0.8))
    assert "One life of 2 years, limit 20%" in said
    assert "free: " in said
    assert "limited: " in said
