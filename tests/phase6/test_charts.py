"""Charts for lessons: what they draw, what they say, what they refuse."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.text import Text
from phase6.plots import (
    alt_text,
    mean_and_error,
    plot_cumulative,
    plot_histogram,
    plot_histograms,
    plot_lines,
    plot_means,
    plot_shares,
)


def outcomes(mean, count=200):
    return np.random.default_rng(7).normal(mean, 1.0, count)


def labels(picture):
    return {text for axes in picture.axes for text in axes.get_legend_handles_labels()[1]}


def test_a_mean_has_the_error_of_independent_numbers():
    mean, error = mean_and_error([1.0, 2.0, 3.0, np.nan])
    assert mean == 2.0
    assert error == pytest.approx(1 / 3**0.5)
    with pytest.raises(ValueError, match="expected at least 2"):
        mean_and_error([1.0, np.nan])


@pytest.mark.parametrize("draw", [
    lambda guess: plot_lines({"a": pd.Series([1.0, 2.0])}, title="t", x="x", y="y", guess=guess),
    lambda guess: plot_histogram({"a": outcomes(0)}, title="t", x="x", guess=guess),
    lambda guess: plot_cumulative({"a": outcomes(0)}, title="t", x="x", guess=guess),
    lambda guess: plot_means({"": {"a": outcomes(0), "b": outcomes(1)}}, title="t", x="x", guess=guess),
])
def test_a_guess_stands_in_the_picture_only_where_there_is_one(draw):
    assert "your guess" not in labels(draw(None))
    guessed = draw(0.5)
    assert "your guess" in labels(guessed)
    (line,) = [line for axes in guessed.axes for line in axes.lines if line.get_label() == "your guess"]
    assert 0.5 in (*line.get_xdata(), *line.get_ydata())


def test_bars_hold_every_outcome_also_those_beyond_the_edges():
    picture = plot_histogram({"a": [-9.0, 0.5, 0.5, 9.0]}, title="t", x="x", edges=[0.0, 1.0, 2.0], means=False)
    stairs: Any
    (stairs,) = picture.axes[0].patches
    assert list(stairs.get_data().values) == [0.75, 0.25]


def test_a_curve_of_shares_reaches_a_half_at_the_median():
    picture = plot_cumulative({"a": np.arange(101.0)}, title="t", x="x")
    line = picture.axes[0].lines[0]
    assert np.interp(50.0, *np.asarray(line.get_xydata()).T) == pytest.approx(0.5)


def test_rows_of_means_say_mean_and_error():
    values = outcomes(2.0)
    picture = plot_means({"": {"strong": values}}, title="What?", x="x")
    mean, error = mean_and_error(values)
    assert f"strong {mean:+.3g} ± {error:.3g}" in alt_text(picture)


def test_panels_share_their_edges_and_name_every_mean():
    kinds = {kind: {"down": outcomes(0), "up": outcomes(mean)} for kind, mean in (("walk", 1), ("trend", 3))}
    picture = plot_histograms(kinds, x="x")
    patches: list[Any] = [patch for axes in picture.axes for patch in axes.patches]
    edges = [patch.get_data().edges for patch in patches]
    assert all(np.array_equal(edges[0], other) for other in edges)
    assert alt_text(picture).count("trend") == 2


def test_parts_of_a_bar_add_up():
    picture = plot_shares({"dollars": {"a": 0.25, "b": 0.75}}, title="How many bets?", x="x")
    patches: list[Any] = list(picture.axes[0].patches)
    assert sum(patch.get_width() for patch in patches) == pytest.approx(1.0)
    assert "a 25%, b 75%" in alt_text(picture)


@pytest.mark.parametrize("samples", [{}, {str(k): [1.0] for k in range(9)}, {"a": [np.nan]}])
def test_what_cannot_be_drawn_is_an_error_that_says_why(samples):
    with pytest.raises(ValueError, match="expected"):
        plot_histogram(samples, title="t", x="x")


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("draw", [
    lambda sets: plot_lines({name: pd.Series(values) for name, values in sets.items()}, title="A title", x="x", y="y", guess=0.5),
    lambda sets: plot_histogram(sets, title="A title", x="x", guess=0.5),
    lambda sets: plot_cumulative(sets, title="A title", x="x", guess=0.5),
], ids=["lines", "histogram", "cumulative"])
def test_the_title_is_whole_and_stands_above_the_legend(draw, count):
    picture = draw({f"set number {k}": outcomes(k) for k in range(count)})
    renderer = FigureCanvasAgg(picture).get_renderer()
    (axes,) = picture.axes
    (title,) = [text for text in axes.findobj(Text) if text.get_text() == "A title"]
    legend = axes.get_legend()
    picture.draw(renderer)
    assert legend is not None
    head, names = title.get_window_extent(renderer), legend.get_window_extent(renderer)
    assert head.y1 <= picture.bbox.y1
    assert names.y1 <= head.y0 + 2


def test_whole_numbers_are_ticked_in_round_steps():
    picture = plot_lines({"a": pd.Series(range(600))}, title="t", x="Day", y="y")
    ticks = picture.axes[0].get_xticks()
    assert set(np.diff(ticks)) == {100.0}


def test_means_of_many_rows_leave_out_what_is_no_number_and_refuse_too_many_groups():
    rows = {f"row {number}": [number, number + 1.0, np.nan] for number in range(9)}
    picture = plot_means({"": rows}, title="What?", x="x")
    (bars,) = [each for each in picture.panels["means"].collections if each.get_label() == "middle half"]
    assert isinstance(bars, LineCollection)
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [[n + 0.25, n + 0.75] for n in range(9)]
    with pytest.raises(ValueError, match="there are 9 sets of numbers; expected one to 8"):
        plot_means({f"group {number}": rows for number in range(9)}, title="What?", x="x")


def test_rows_stand_further_apart_than_the_groups_within_one():
    sets = {group: {"a": outcomes(0), "b": outcomes(1)} for group in ("1", "2", "3", "4")}
    axes = plot_means(sets, title="t", x="x", spread=False).panels["means"]
    bars: list[Any] = list(axes.containers)
    heights = np.sort([each.lines[0].get_ydata() for each in bars], axis=None)
    steps = np.diff(heights)
    assert steps[3] > 1.5 * max(np.delete(steps, 3))


def test_the_line_at_a_mean_is_named():
    assert "mean" in labels(plot_histogram({"a": outcomes(0)}, title="t", x="x"))
    assert "mean" not in labels(plot_histogram({"a": outcomes(0)}, title="t", x="x", means=False))
