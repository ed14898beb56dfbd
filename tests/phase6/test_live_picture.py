"""The live picture: where a move puts things is where Matplotlib itself would draw them."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from phase6.explorers._picture import GAP, LivePicture
from phase6.plots import geometry, ranges, scenes, style
from phase6.plots.pictures import Picture, new_picture
from phase6.plots.scenes import Note, Scene

BARS = 120


@dataclass(frozen=True)
class Bars:
    """How many bars a scene has."""

    count: int


def scene(seed=0, *, scale=1.0, bars=BARS, empty=False, label="up") -> Scene[Bars]:
    rng = np.random.default_rng(seed)
    x = np.arange(bars, dtype=float)
    walk = 100 + scale * rng.standard_normal(bars).cumsum()
    gappy = walk.copy()
    gappy[20:30] = np.nan
    steps = rng.integers(0, 5, bars).astype(float)
    points = {
        "walk": geometry.curve(x, walk),
        "gappy": np.empty((0, 2)) if empty else geometry.curve(x, gappy),
        "steps": geometry.staircase(x, steps),
        "band": geometry.between(x, gappy - 1, gappy + 1),
        "filled": geometry.above_zero(geometry.staircase(x, steps)),
        "spots": geometry.curve(x[::40], walk[::40]),
    }
    spans = {"price": ranges.span_of(walk - 1, walk + 1), "levels": (0.0, 5.0)}
    return Scene(points, spans, f"walk ends at {walk[-1]:.2f}", {"end": Note(x[-5], walk[-5], label)}, frame=Bars(bars))


def draw(given_scene: Scene[Bars]) -> Picture:
    picture = new_picture({"price": 2.0, "levels": 1.0}, height=360)
    price, levels = picture.panels.values()
    scenes.line(price, "walk", given_scene, color=style.BLUE, label="walk")
    scenes.line(price, "gappy", given_scene, color=style.GREEN, label="gappy")
    scenes.area(price, "band", given_scene, colour=style.SKY)
    scenes.marks(price, "spots", given_scene, marker="^", color=style.VERMILLION)
    scenes.note(price, "end", given_scene)
    scenes.line(levels, "steps", given_scene, color=style.INK)
    scenes.area(levels, "filled", given_scene, colour=style.ORANGE)
    style.entitle(price, "A walk")
    style.legend(price)
    price.set_xlim(0, given_scene.frame.count - 1)
    return scenes.place(picture, given_scene)


def matplotlibs_own(given_scene: Scene[Bars], limits) -> Picture:
    """The whole figure drawn anew at the same limits."""
    return scenes.place(draw(given_scene), given_scene, limits)


def placed(live, move):
    """The points of a move in SVG units by artist, one array for each part.

    Marks come as one part.
    """
    rows = np.frombuffer(move["points"], "<i2").reshape(-1, 2)
    names = [name for name, kind in live.frame["artists"] if kind != "note"]
    parts = np.split(rows, np.cumsum(move["lengths"])[:-1])
    found = {}
    for name, part in zip(names, parts, strict=True):
        points = part.astype(float) / 10
        points[part[:, 0] == GAP] = np.nan
        found[name] = geometry.split_at_gaps(points)
    return found


def by_matplotlib(picture, axes, points):
    """Points in data units where Matplotlib draws them, in SVG units from the upper left corner."""
    where = axes.transData.transform(points)
    where[:, 1] = picture.get_figheight() * 72 - where[:, 1]
    return where


@pytest.mark.parametrize("name", ["walk", "gappy", "steps", "band", "filled", "spots"])
def test_moved_points_stand_where_matplotlib_draws_them(name):
    live = LivePicture(draw)
    live.move(scene(0))
    moved = scene(3)
    ours = placed(live, live.move(moved))[name]
    own = matplotlibs_own(moved, live.limits)
    axes = own.panels["levels" if name in ("steps", "filled") else "price"]
    theirs = geometry.split_at_gaps(by_matplotlib(own, axes, moved.points[name]))
    assert len(ours) == len(theirs) >= 1 and len(ours[0]) > 2
    for mine, their in zip(ours, theirs, strict=True):
        assert np.abs(mine - their).max() <= 0.0501


def test_moved_notes_stand_where_matplotlib_puts_them():
    live = LivePicture(draw)
    live.move(scene(0))
    moved = scene(5, label="the 2nd & last <one>")
    x, y, text = live.move(moved)["notes"]["end"]
    own = matplotlibs_own(moved, live.limits)
    note = moved.notes["end"]
    assert np.abs(by_matplotlib(own, own.panels["price"], np.array([[note.x, note.y]])) - (x, y)).max() <= 0.0051
    assert text == "the 2nd & last <one>"


@pytest.mark.parametrize("scale", [1, 7, 30, 0.01, 1e6])
def test_moved_ticks_equal_matplotlibs_own(scale):
    live = LivePicture(draw)
    live.move(scene(0))
    moved = scene(2, scale=scale)
    ticks = live.move(moved)["ticks"]
    own = matplotlibs_own(moved, live.limits)
    own.canvas.draw()
    for name, axes in own.panels.items():
        low, high = axes.get_ylim()
        drawn = [tick for tick in axes.yaxis.get_major_ticks() if low <= tick.get_loc() <= high]
        assert [label for _, label in ticks[name]] == [tick.label1.get_text() for tick in drawn]
        heights = by_matplotlib(own, axes, np.array([[0.0, tick.get_loc()] for tick in drawn]))[:, 1]
        assert np.allclose([y for y, _ in ticks[name]], heights, atol=0.0051)
        assert len(drawn) >= 2


def test_no_move_draws_a_new_frame_even_when_the_limits_change():
    live = LivePicture(draw)
    first, frame = live.move(scene(0)), live.frame
    for scale in (1, 30, 0.01, 1e6):
        live.move(scene(0, scale=scale))
    assert live.frame is frame
    live.forget()
    assert live.move(scene(0)) == first


def test_the_drawing_has_a_place_for_everything_that_moves():
    live = LivePicture(draw)
    live.move(scene(0))
    names = [name for name, _ in live.frame["artists"]]
    assert sorted(names) == sorted([*scene(0).points, *scene(0).notes])
    for name in [*names, *(f"ticks-{panel}" for panel in live.frame["panels"])]:
        assert live.frame["svg"].count(f'<g id="{name}">') == 1
    kinds = dict(live.frame["artists"])
    assert (kinds["walk"], kinds["band"], kinds["spots"], kinds["end"]) == ("line", "area", "marks", "note")


def test_drawings_of_two_pictures_share_no_name_of_a_clip_path():
    drawings = []
    for _ in range(2):
        live = LivePicture(draw)
        live.move(scene(0))
        drawings.append(set(re.findall(r'<clipPath id="(\w+)"', live.frame["svg"])))
    assert drawings[0] and not drawings[0] & drawings[1]


def test_data_are_always_inside_the_limits():
    live = LivePicture(draw)
    for seed, scale in enumerate([1, 2, 0.1, 40, 3, 1e-3, 1e4]):
        shown = scene(seed, scale=scale)
        live.move(shown)
        for name, (low, high) in shown.spans.items():
            bottom, top = live.limits[name]
            assert bottom <= low < high <= top


def test_an_empty_line_is_drawn_empty_and_comes_back():
    live = LivePicture(draw)
    assert placed(live, live.move(scene(0, empty=True)))["gappy"] == []
    frame = live.frame
    assert len(placed(live, live.move(scene(0)))["gappy"]) == 2
    assert live.frame is frame


def test_another_frame_is_drawn_anew():
    live = LivePicture(draw)
    live.move(scene(0))
    frame = live.frame
    assert len(placed(live, live.move(scene(0, bars=50)))["walk"][0]) == 50
    assert live.frame is not frame and live.frame["svg"] != frame["svg"]


def test_colours_can_be_changed_by_a_theme():
    live = LivePicture(draw)
    assert live.move(scene(1))["alt"] == scene(1).alt
    svg = live.frame["svg"]
    assert f"var(--p6-blue, {style.BLUE})" in svg
    assert not re.search(r"(?<!, )#[0-9a-f]{6}\b(?!\))", re.sub(r'(xlink:href|url\()="?#[^"]*', "", svg))


def test_points_far_away_do_not_overflow():
    live = LivePicture(draw)
    far = scene(0)
    far.points["walk"][3, 1] = 1e300
    assert np.isfinite(placed(live, live.move(far))["walk"][0]).all()


def test_a_misspelt_artist_is_an_error_at_once_in_live_and_static_pictures():
    odd = scene(0)
    ghost = Scene({**odd.points, "ghost": np.zeros((2, 2))}, odd.spans, "alt", odd.notes, frame=odd.frame)
    with pytest.raises(ValueError, match=r"no artist for .*ghost"):
        LivePicture(draw).move(ghost)
    with pytest.raises(ValueError, match=r"no artist for .*ghost"):
        draw(ghost)
    with pytest.raises(ValueError, match=r"no panel for .*prize"):
        draw(Scene(odd.points, {"prize": (0.0, 1.0)}, "alt", odd.notes, frame=odd.frame))
    axes = draw(odd).panels["price"]
    with pytest.raises(ValueError, match=r"no points 'wlak'; it has .*'walk'"):
        scenes.line(axes, "wlak", odd)
    with pytest.raises(ValueError, match=r"no note 'edn'; it has .*'end'"):
        scenes.note(axes, "edn", odd)
