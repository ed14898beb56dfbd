"""The pyramid's parameters: checked where they are made, and listed once.

Every function that takes them shows them.
"""

import inspect
from dataclasses import FrozenInstanceError, fields

import pytest
from phase6._signature import spells_out
from phase6.pyramid_parameters import PyramidParameters, PyramidRules
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest
from phase6.simulation import run_pyramids

NAMES = [each.name for each in fields(PyramidParameters)]


@pytest.mark.parametrize("run", [run_pyramid_backtest, run_pyramids])
def test_help_shows_every_parameter_with_its_default(run):
    shown = inspect.signature(run).parameters
    assert set(NAMES) <= set(shown)
    assert all(shown[name].default == getattr(PyramidParameters, name) for name in NAMES)
    positional = [name for name, each in shown.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert positional[1:] == ["equity", "max_levels", "leverage"]


def test_the_strategy_takes_its_rules_by_position_and_by_name():
    shown = inspect.signature(PyramidingStrategy).parameters
    assert list(shown) == [each.name for each in fields(PyramidRules)]
    book = PyramidingStrategy(50_000, 0.01, 3, size_decay=0.0)
    assert (book.equity, book.risk_per_level, book.max_levels, book.size_decay) == (50_000.0, 0.01, 3, 0.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'cost_bps'"):
        PyramidingStrategy(cost_bps=5)


def test_parameters_stay_as_they_were_checked():
    chosen = PyramidParameters(equity=10, leverage=2)
    assert isinstance(chosen.equity, float)
    assert PyramidRules(**chosen.rules).leverage == 2.0
    assert (chosen.cost_rate, chosen.warm_up) == (5e-4, 49)
    with pytest.raises(FrozenInstanceError):
        chosen.leverage = 3.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"equity": 0}, "equity is 0; expected a number above 0"),
        ({"max_levels": 1.5}, r"max_levels is 1\.5; expected a whole number"),
        ({"fast": 50}, "fast is 50 and slow is 50; expected fast below slow"),
        ({"reentry": "soon"}, "reentry is 'soon'; expected one of 'next_bar', 'fresh_cross'"),
        ({"max_total_risk": 1.01}, r"max_total_risk is 1\.01; expected a number at most 1"),
        ({"funding_rate": -1}, "funding_rate is -1; expected a number at least 0"),
    ],
)
def test_a_value_out_of_range_is_named(given, error):
    with pytest.raises(ValueError, match=error):
        PyramidParameters(**given)


def test_a_functions_own_names_come_first_and_once():
    @spells_out(PyramidRules)
    def run(bars, leverage=7.0, **parameters):
        return bars, leverage, parameters

    shown = inspect.signature(run).parameters
    assert list(shown)[:2] == ["bars", "leverage"]
    assert shown["leverage"].default == 7.0
    assert shown["equity"].kind is shown["equity"].KEYWORD_ONLY
    assert run(1, equity=2) == (1, 7.0, {"equity": 2})
