"""The live picture: what a move replaces is what matplotlib itself would have drawn."""

import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phase6.explorers._live import LivePicture, artist_data, path_data, points_of
from phase6.plots import style
from phase6.plots.style import Note, Picture, Scene

BARS = 120


def scene(seed=0, *, scale=1.0, bars=BARS, empty=False, label="up") -> Scene:
    rng = np.random.default_rng(seed)
    x = np.arange(bars, dtype=float)
    walk = 100 + scale * rng.standard_normal(bars).cumsum()
    gappy = walk.copy()
    gappy[20:30] = np.nan
    steps = rng.integers(0, 5, bars).astype(float)
    points = {
        "walk": style.curve(x, walk),
        "gappy": np.empty((0, 2)) if empty else style.curve(x, gappy),
        "steps": style.staircase(x, steps),
        "band": style.between(x, gappy - 1, gappy + 1),
        "filled": style.above_zero(style.staircase(x, steps)),
        "spots": style.curve(x[::40], walk[::40]),
    }
    spans = {"price": style.span_of(walk - 1, walk + 1), "levels": (0.0, 5.0)}
    return Scene(points, spans, f"walk ends at {walk[-1]:.2f}", {"end": Note(x[-5], walk[-5], label)}, frame=(bars,))


def draw(given_scene: Scene) -> Picture:
    picture = style.new_picture({"price": 2.0, "levels": 1.0}, height=360)
    price, levels = picture.panels.values()
    style.line(price, "walk", given_scene, color=style.BLUE, label="walk")
    style.line(price, "gappy", given_scene, color=style.GREEN, label="gappy")
    style.area(price, "band", given_scene, colour=style.SKY)
    style.marks(price, "spots", given_scene, marker="^", color=style.VERMILLION)
    style.note(price, "end", given_scene)
    style.line(levels, "steps", given_scene, color=style.INK)
    style.area(levels, "filled", given_scene, colour=style.ORANGE)
    style.entitle(price, "A walk")
    style.legend(price)
    price.set_xlim(0, given_scene.frame[0] - 1)
    return style.place(picture, given_scene)


def matplotlibs_own(given_scene: Scene, limits) -> str:
    """The whole figure drawn anew by matplotlib at the same limits."""
    picture = style.place(draw(given_scene), given_scene, limits)
    buffer = io.StringIO()
    with style.svg_settings(**{"path.simplify": False}):
        for axes in picture.axes:
            for artist in axes.lines:
                artist.get_path().should_simplify = False
        picture.savefig(buffer, format="svg")
    return re.sub(r"\s*\n\s*", " ", buffer.getvalue())


def unclosed(outlines):
    """Outlines without the last points that repeat the first: matplotlib writes them, `z` says them."""
    short = []
    for part in outlines:
        while np.allclose(part[0], part[-1]):
            part = part[:-1]
        short.append(part)
    return short


@pytest.mark.parametrize("name", ["walk", "gappy", "steps", "band", "filled"])
def test_moved_paths_equal_matplotlibs_own(name, same_line):
    live = LivePicture(draw)
    live.svg(scene(0))
    moved = scene(3)
    svg = live.svg(moved)
    ours, theirs = artist_data(svg, name), artist_data(matplotlibs_own(moved, live.limits), name)
    assert len(ours[0]) > 2
    if name in ("band", "filled"):
        ours, theirs = unclosed(ours), unclosed(theirs)
    assert len(ours) == len(theirs)
    assert all(map(same_line, ours, theirs))


def test_moved_marks_and_notes_stand_where_matplotlib_puts_them():
    live = LivePicture(draw)
    live.svg(scene(0))
    moved = scene(5, label="the 2nd & last <one>")
    svg = live.svg(moved)
    own = matplotlibs_own(moved, live.limits)
    assert np.abs(artist_data(svg, "spots") - artist_data(own, "spots")).max() <= 0.0501
    assert artist_data(svg, "end") == artist_data(own, "end") == "the 2nd & last <one>"
    place = r'<g id="end">.*?<text [^>]*? x="([\d.]+)" y="([\d.]+)"'
    (ours,), (theirs,) = re.findall(place, svg), re.findall(place, own)
    assert np.allclose(np.float64(ours), np.float64(theirs), atol=0.01)


def test_no_move_draws_a_new_frame_even_when_the_limits_change():
    live = LivePicture(draw)
    first, backdrop = live.svg(scene(0)), live.backdrop
    for scale in (1, 30, 0.01, 1e6):
        live.svg(scene(0, scale=scale))
    assert live.frames == 1
    assert live.backdrop is backdrop
    live.forget()
    assert live.svg(scene(0)) == first


@pytest.mark.parametrize("scale", [1, 7, 30, 0.01, 1e6])
def test_moved_ticks_equal_matplotlibs_own(scale):
    live = LivePicture(draw)
    live.svg(scene(0))
    moved = scene(2, scale=scale)
    svg, own = live.svg(moved), matplotlibs_own(moved, live.limits)
    theirs = re.findall(
        r'<g id="ytick_\d+">.*?<path d="M (\S+) (\S+) L (\S+) .*?<use [^>]*? x="(\S+?)" y="(\S+?)"'
        r'.*?<text [^>]*? x="(\S+?)" y="(\S+?)"[^>]*>(.*?)</text>',
        own,
    )
    ours = []
    for ticks in re.findall(r'<g class="yticks">.*?</g></g>', svg):
        lines, dashes = re.findall(r'<path d="(.*?)"', ticks)
        places = zip(
            re.findall(r"M(\S+) (\S+?)H(\d+)", lines),
            re.findall(r"M(\S+) (\S+?)l-3 0", dashes),
            re.findall(r'<text x="(\S+)" y="(\S+)">(.*?)</text>', ticks),
            strict=True,
        )
        ours += [sum(place, ()) for place in places]
    assert len(ours) == len(theirs) >= 6
    everything = svg + live.backdrop
    assert len(re.findall(r"<text\b", everything)) == len(re.findall(r"<text\b", own)), "some ticks are drawn twice"
    for one, other in zip(ours, theirs, strict=True):
        assert one[7] == other[7]
        assert np.allclose(np.float64(one[:7]), np.float64(other[:7]), atol=0.0101)


def test_what_moves_is_told_apart_from_what_stands_still():
    live = LivePicture(draw)
    moving = live.svg(scene(0))
    assert len(re.findall(r'<g id="', moving)) == len(scene(0).points) + len(scene(0).notes)
    assert "aria-hidden" in live.backdrop and "aria-hidden" not in moving
    assert not re.search(r'<g id="', live.backdrop), "names that may be taken by another picture of the page"
    assert set(re.findall(r"url\(#(\w+)\)", moving)) <= set(re.findall(r'<clipPath id="(\w+)"', live.backdrop))


def test_data_are_always_inside_the_limits():
    live = LivePicture(draw)
    for seed, scale in enumerate([1, 2, 0.1, 40, 3, 1e-3, 1e4]):
        shown = scene(seed, scale=scale)
        live.svg(shown)
        for name, (low, high) in shown.spans.items():
            bottom, top = live.limits[name]
            assert bottom <= low < high <= top


def test_an_empty_line_is_drawn_empty_and_comes_back():
    live = LivePicture(draw)
    assert artist_data(live.svg(scene(0, empty=True)), "gappy") is None
    assert len(artist_data(live.svg(scene(0)), "gappy")) == 2
    assert live.frames == 1


def test_another_frame_is_drawn_anew():
    live = LivePicture(draw)
    live.svg(scene(0))
    backdrop = live.backdrop
    assert 45 < len(artist_data(live.svg(scene(0, bars=50)), "walk")[0]) <= 50
    assert live.frames == 2
    assert live.backdrop != backdrop


def test_the_markup_carries_the_text_alternative_and_colours_that_a_theme_can_change():
    live = LivePicture(draw)
    svg = live.svg(scene(1))
    assert 'role="img"' in svg and f'aria-label="{scene(1).alt}"' in svg
    svg += live.backdrop
    assert f"var(--p6-blue, {style.BLUE})" in svg
    assert not re.search(r"(?<!, )#[0-9a-f]{6}\b(?!\))", re.sub(r'(xlink:href|url\()="?#[^"]*', "", svg))
    assert "·" not in svg


def test_a_scene_without_its_artist_is_refused():
    odd = scene(0)
    with pytest.raises(ValueError, match="ghost"):
        LivePicture(draw).svg(Scene({**odd.points, "ghost": np.zeros((2, 2))}, odd.spans, "alt", odd.notes, odd.frame))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-900, 900), st.floats(-900, 900)) | st.just((float("nan"), 0.0)),
        min_size=1,
        max_size=40,
    )
)
def test_path_data_reads_back_to_a_twentieth_of_a_point(same_line, pairs):
    points = np.array(pairs)
    parts = style.split_at_gaps(points)
    back = points_of(path_data(points))
    assert len(back) == len(parts)
    assert all(map(same_line, back, parts))


@given(
    st.lists(st.sampled_from([(1, 0), (2, 0), (-1, 0), (0, 1), (0, -3), (1, 2), (2, 4), (0, 0)]), min_size=1, max_size=30),
)
def test_a_line_keeps_its_turns_and_no_point_on_a_straight_stretch(same_line, steps):
    points = np.vstack([[(0.0, 0.0)], np.cumsum(steps, axis=0) / 10])
    (drawn,) = points_of(path_data(points))
    assert same_line(drawn, points)
    walked = np.hypot(*np.diff(points, axis=0).T).sum()
    assert np.hypot(*np.diff(drawn, axis=0).T).sum() == pytest.approx(walked), "a turn was cut short"
    tenths = np.rint(10 * np.diff(drawn, axis=0))
    before, after = tenths[:-1], tenths[1:]
    assert ((before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]) | ((before * after).sum(axis=1) < 0)).all()
