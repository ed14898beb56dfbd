"""How strong trends must be.

Stronger ones pay more, and the strength that pays a given ratio is found again.
"""

import pytest
from phase6 import experiments as ex
from phase6 import plots
from phase6.plots.pictures import alt_text


@pytest.fixture(scope="module")
def strengths():
    return ex.trend_strengths((0.0, 1.0, 2.0), samples=200, bars=800, seed=2)


def test_stronger_trends_pay_more_and_none_pays_nothing(strengths):
    assert strengths["estimate"].is_monotonic_increasing
    assert abs(strengths["estimate"].iloc[0]) < 4 * strengths["standard_error"].iloc[0]


def test_the_strength_that_pays_a_ratio_is_found_again(strengths):
    for row in strengths.itertuples():
        assert ex.strength_of(row.estimate, strengths)[0] == pytest.approx(row.strength)
    middle = float(strengths["estimate"].iloc[1:].mean())
    at, error = ex.strength_of(middle, strengths, error=0.1)
    assert at == pytest.approx(1.5)
    assert error > ex.strength_of(middle, strengths)[1] > 0
    with pytest.raises(ValueError, match=r"sharpe is 9\.0; expected one between .* and .*, those of the frame"):
        ex.strength_of(9.0, strengths)
    with pytest.raises(ValueError, match=r"estimates are .*; expected at least two, each above the one before"):
        ex.strength_of(middle, strengths.iloc[::-1])


def test_the_picture_says_the_strength_of_real_markets(strengths):
    middle = float(strengths["estimate"].iloc[1:].mean())
    assert "that of a strength of 1.50" in alt_text(plots.plot_calibration(strengths, middle, 0.05))
    with pytest.raises(ValueError, match="expected that of trend_strengths"):
        plots.plot_calibration(strengths.drop(columns="strength"))
