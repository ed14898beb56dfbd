"""The histogram of many paths.

Every path is in it, on the right side of zero, with the mean and its error.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6.plots import geometry
from phase6.plots.tally import draw_tally, tally_scene

WORDS: dict[str, Any] = {"title": "Who wins?", "unit": "ours minus theirs [%]"}


def heights(points):
    """The heights of the bars of an outline, as drawn from left to right, with their middles."""
    bars = geometry.split_at_gaps(points)
    return [(bar[:, 0].mean(), bar[:, 1].max()) for bar in bars]


@settings(max_examples=60)
@given(st.lists(st.floats(-3, 3).filter(lambda value: abs(value) > 1e-6), min_size=1, max_size=80))
def test_every_path_is_counted_on_its_side(values):
    scene = tally_scene(values, **WORDS)
    won, lost = heights(scene.points["won"]), heights(scene.points["lost"])
    assert sum(count for _, count in won + lost) == len(values)
    assert sum(count for _, count in won) == sum(value > 0 for value in values)
    assert all(middle > 0 for middle, _ in won) and all(middle < 0 for middle, _ in lost)
    assert scene.frame.low <= min(values) and max(values) <= scene.frame.high


def test_the_mean_stands_with_one_standard_error_to_either_side():
    values = np.random.default_rng(1).normal(0.01, 0.02, 50)
    scene = tally_scene(values, **WORDS)
    error = values.std(ddof=1) / np.sqrt(50)
    assert np.allclose(scene.points["mean"][:, 0], values.mean())
    band = scene.points["mean-band"][:, 0]
    assert np.allclose([np.nanmin(band), np.nanmax(band)], [values.mean() - error, values.mean() + error])
    difference = f"{100 * values.mean():+.2f} ± {100 * error:.2f} percentage points"
    assert f"{(values > 0).sum()} of 50 paths won; mean difference {difference}." in scene.alt


def test_one_path_has_no_error_yet_and_equal_paths_are_shown():
    assert len(tally_scene([0.3], **WORDS).points["mean-band"]) == 0
    picture = draw_tally(tally_scene([0.0, 0.0], **WORDS))
    assert picture.panels["paths"].get_xlim() == (-0.01, 0.01)


@pytest.mark.parametrize("values", [[], [[1.0]], [1.0, np.nan], [np.inf]])
def test_what_is_no_difference_is_refused(values):
    with pytest.raises(ValueError, match="expected one finite number for each path"):
        tally_scene(values, **WORDS)
