"""Verdicts of trials: right by hand, and corrected for all that was tried.

They are seldom wrong where nothing is to be found.
"""

import functools
from typing import Any

import numpy as np
import pytest
from phase6 import experiments as ex
from phase6 import simulation as mc
from phase6.experiments import ideas, trial, verdicts
from phase6.metrics import pooled_sharpe, simple_returns_paths
from phase6.pyramiding import PyramidingStrategy

RUNS = 400
WALK = {"random walk": ("random walk", {})}


@pytest.fixture(autouse=True)
def a_session_of_its_own():
    ex.forget_ideas()
    yield
    ex.forget_ideas()


def test_holm_by_hand():
    assert verdicts.holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert verdicts.holm([0.9, 0.8]).tolist() == [1.0, 1.0]


STUDENT = [(2.04523, 30, 0.05), (2.75639, 30, 0.01), (1.95996, 10**7, 0.05), (0.0, 50, 1.0)]


@pytest.mark.parametrize(("distance", "n", "chance"), STUDENT)
def test_the_chance_of_a_distance_is_students(distance, n, chance):
    assert verdicts.two_sided(distance, n) == pytest.approx(chance, rel=2e-3)


def test_all_ideas_ever_tried_spend_no_more_than_the_whole():
    assert verdicts.allowance([1]) == pytest.approx(0.025)
    assert verdicts.allowance(range(1, 11)) == pytest.approx(0.05 * 10 / 11)
    assert verdicts.allowance(range(1, 100_000)) < 0.05


def coins(rng, bars, paths, count):
    """Equities of ``count`` rules that toss a coin on every day of the same walks, without costs.

    The last is the rival.
    """
    market = mc.make_paths("random walk", paths, bars, seed=int(rng.integers(2**31)))
    tosses = rng.choice([-0.5, 0.5], (count, bars, paths))
    return [ideas.position_equity_paths(market.opens, market.closes, each, cost_bps=0.0) for each in tosses]


def called_real(equities, allowed, measures=verdicts.MEASURES):
    """Whether any verdict over all ideas and measures is "not luck".

    The last of the equities is the rival's.
    """
    found = [verdicts.differences(equity, equities[-1]) for equity in equities[:-1]]
    cases = [({"measure": measure}, each[measure]) for each in found for measure in measures]
    return verdicts.judged(cases, allowed)["verdict"].str.startswith("not luck").any()


@pytest.mark.parametrize("count", [1, pytest.param(10, marks=pytest.mark.long)])
def test_ideas_without_merit_are_called_real_in_at_most_5_percent_of_runs(count):
    """Coins against a coin, all three verdicts: one idea, and ten at once."""
    rng = np.random.default_rng([7, count])
    allowed = verdicts.allowance(range(1, count + 1))
    wrong = [called_real(coins(rng, 40, 40, count + 1), allowed) for _ in range(RUNS)]
    assert np.mean(wrong) <= 0.05


OTHERS = (
    {"max_levels": 1},
    {"max_levels": 6},
    {"max_levels": 2},
    {"reentry": "fresh_cross"},
    {"atr_stop_mult": 1.0},
    {"atr_stop_mult": 3.0},
    {"add_threshold_atr": 0.5},
    {"add_threshold_atr": 2.0},
    {"size_decay": 1.0},
    {"risk_per_level": 0.01},
)
"""Pyramids that are no better than the course's own on a walk without drift or costs."""


def pyramids(rules, *, paths, bars, seed):
    """Costless equities of several rules and of the course's own, the rival, on the same walks."""
    market = mc.make_paths("random walk", paths, bars, seed=seed)
    signals = mc.make_signals(market)
    return [mc.run_pyramids(market, cost_bps=0.0, signals=signals, **rule).equity for rule in (*rules, {})]


def share_called_real(equities, allowed, size):
    columns = range(0, equities[0].shape[1], size)
    parts = ([equity[:, begin : begin + size] for equity in equities] for begin in columns)
    return np.mean([called_real(part, allowed, ("sharpe", "total_return")) for part in parts])


def test_pyramids_without_merit_are_called_real_in_at_most_5_percent_of_runs():
    """Six levels and one against four, whose ratios averaged market by market differ.

    Drawdowns do differ, and are left out.
    """
    equities = pyramids(OTHERS[:2], paths=RUNS * 50, bars=150, seed=11)
    for idea in equities[:2]:
        assert share_called_real([idea, equities[-1]], verdicts.allowance([1]), 50) <= 0.05
    assert share_called_real(equities, verdicts.allowance([1, 2]), 50) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 10])
def test_pyramids_without_merit_on_as_many_markets_as_a_trial_has(count):
    """300 markets of 500 bars, 400 runs, in parts that fit into memory."""
    wrong = []
    for part in range(RUNS // 20):
        equities = pyramids(OTHERS[:count], paths=20 * 300, bars=500, seed=part)
        wrong.append(share_called_real(equities, verdicts.allowance(range(1, count + 1)), 300))
    print(f"\n{count} ideas without merit: called real in {np.mean(wrong):.1%} of {RUNS} runs")
    assert np.mean(wrong) <= 0.05


def test_the_difference_is_that_of_the_pooled_ratios_in_pairs():
    equities = pyramids(OTHERS[:1], paths=300, bars=200, seed=3)
    returns = [simple_returns_paths(equity) for equity in equities]
    gap = pooled_sharpe(returns[0]) - pooled_sharpe(returns[1])
    found = verdicts.differences(*equities)["sharpe"].figures
    assert found["estimate"] == pytest.approx(gap.estimate, rel=1e-9)
    assert found["standard_error"] == pytest.approx(gap.standard_error, rel=1e-9)


def test_a_rule_that_never_trades_has_a_ratio_of_0():
    still = np.full((50, 40), 1e5)
    moving = coins(np.random.default_rng(1), 50, 40, 1)[0]
    one, other = verdicts.differences(moving, still)["sharpe"], verdicts.differences(still, moving)["sharpe"]
    assert one.figures["estimate"] == pytest.approx(-other.figures["estimate"])
    assert list(one.figures)[:2] == ["estimate", "standard_error"]
    assert all(other.figures["q05"] <= other.figures[name] for name in ("q25", "q95"))
    assert verdicts.differences(still, still)["sharpe"].p_value == 1.0


class NeverAdds(PyramidingStrategy):
    def should_add(self, price, atr_val):
        return False


def held(share, frame):
    return np.full(len(frame), share)


def test_ideas_are_counted_and_judged_more_strictly_one_after_the_other():
    sizes: dict[str, Any] = {"markets": WALK, "paths": 30, "bars": 60}
    first = ex.experiment(functools.partial(held, 0.1), **sizes)
    again = ex.experiment(functools.partial(held, 0.1), **sizes)
    second = ex.experiment(functools.partial(held, 0.2), **sizes)
    third = ex.experiment(functools.partial(held, 0.1), seed=1, **sizes)
    assert [found.numbers for found in (first, again, second, third)] == [(1,), (1,), (2,), (3,)]
    assert [found.allowed for found in (first, second, third)] == pytest.approx([0.05 / 2, 0.05 / 6, 0.05 / 12])
    assert ex.ideas_tried() == 3
    assert "This was idea 2 of this session: 3 verdicts, corrected together (Holm) at 0.83%." in str(second)


def test_an_edited_idea_is_another_one():
    def made(times):
        return lambda frame: np.full(len(frame), times * 0.1)

    one = {"a": made(1), "b": made(2), "c": lambda frame: np.full(len(frame), 0.3), "d": lambda frame: np.full(len(frame), 0.4)}
    prints = [ideas.fingerprint(each) for each in (*one.values(), NeverAdds, PyramidingStrategy)]
    assert len(set(prints)) == 6
    assert ideas.fingerprint(made(2)) == prints[1]


def test_several_ideas_are_one_family():
    several = {"a tenth": functools.partial(held, 0.1), "a fifth": functools.partial(held, 0.2)}
    found = ex.experiment(several, markets=WALK, paths=30, bars=60)
    assert found.frame["idea"].unique().tolist() == list(several)
    assert len(found.frame) == 6
    assert found.allowed == pytest.approx(0.05 * 2 / 3)
    assert (found.frame["adjusted"] >= found.frame["p_value"]).all()
    assert "a fifth in random walk: the pooled Sharpe ratio of a fifth is" in str(found)
    assert "2 ideas, the last number 2" in str(found)
    with pytest.raises(ValueError, match="none that is 'rival'"):
        ex.experiment({"rival": NeverAdds})


def test_what_looks_real_is_confirmed_on_markets_that_nobody_has_seen():
    market = {"range": ("range", {"half_life": 20})}
    found = ex.experiment(NeverAdds, markets=market, paths=60, bars=300, seed=1)
    assert len(found.real)
    assert ".confirm()" in str(found)
    once, twice = found.confirm(), found.confirm()
    assert once.frame.equals(twice.frame)
    assert not once.samples["total_return"].isin(found.samples["total_return"]).any()
    assert "A confirmation on fresh markets: 3 verdicts" in str(once)
    assert len(once.real)
    assert found.confirm(paths=40).frame["n"].eq(40).all()
    assert ex.ideas_tried() == 1


def test_there_is_nothing_to_confirm_in_luck():
    found = ex.experiment(functools.partial(held, 0.0), against=functools.partial(held, 0.0), markets=WALK, paths=30, bars=60)
    with pytest.raises(ValueError, match="expected one to confirm"):
        found.confirm()


def test_an_interrupted_trial_judges_what_is_done():
    def stop(done, asked):
        if done == 35:
            raise KeyboardInterrupt

    found = ex.experiment(functools.partial(held, 0.1), markets=WALK, paths=60, bars=60, progress=stop)
    assert found.frame["n"].eq(35).all()
    assert "Interrupted: 35 of 60 markets." in str(found)
    assert trial.FEWEST == 30
