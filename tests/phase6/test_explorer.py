"""What every explorer does: follow, reset, stage, tell what is wrong and recover, keep up with two hands.

First with a small explorer made here, then with those of the lessons.
"""

import ast
import html
import itertools
import json
import re
import threading
import time
from pathlib import Path
from typing import ClassVar

import ipywidgets as widgets
import numpy as np
import phase6.explorers
import pytest
from phase6.explorers import PortfolioExplorer, PyramidExplorer, _explorer
from phase6.explorers._explorer import OWN_SETTINGS, Explorer, Preset, Readout, View
from phase6.explorers._live import artist_data
from phase6.plots import style
from phase6.plots.style import Scene


def draw(scene):
    picture = style.new_picture({"only": 1.0}, height=240)
    (axes,) = picture.panels.values()
    style.line(axes, "wave", scene, color=style.BLUE, label="wave")
    style.entitle(axes, "A wave")
    axes.set_xlim(0, 49)
    return style.place(picture, scene)


class Waves(Explorer):
    """A small explorer: height and length of a wave."""

    heading = "Waves & tides"
    question = "How high?"
    presets: ClassVar = {
        "Calm": Preset("Nearly flat.", {"height": 1.0}),
        "Storm": Preset("Look at the top.", {"height": 5.0, "waves": 7}),
    }
    draw = staticmethod(draw)
    pause = 0.0

    def __init__(self, **settings):
        self.asked = []
        super().__init__(**settings)

    def make_controls(self):
        return {
            "height": _explorer.number("Height [m]", 2.0, 0.5, 9.0, 0.5),
            "waves": _explorer.whole("Waves", 2, 1, 9),
            "storm": _explorer.switch("Storm warning", False),
        }

    def view(self, settings):
        time.sleep(self.pause)
        self.asked.append(settings)
        if settings["waves"] == 9:
            raise ValueError("waves must be below 9 <m>, got 9")
        x = np.arange(50.0)
        y = settings["height"] * np.sin(x / 50 * settings["waves"])
        scene = Scene({"wave": style.curve(x, y)}, {"only": style.span_of(y)}, f"up to {y.max():.2f} m")
        return View(scene, Readout(["now"], {"top [m]": [f"{y.max():.2f}"]}))

    def code(self, settings):
        return f"wave({settings['height']!r}, {settings['waves']!r})"


@pytest.fixture
def waves():
    return Waves()


def shown(explorer):
    return artist_data(explorer.picture.value, "wave")[0]


def content(explorer):
    """What the picture's place shows, without the count of views."""
    return re.sub(r' data-view="\d+"', "", explorer.picture.value)


def told(explorer):
    """The figures of the readout."""
    return re.findall(r"<td>(.*?)</td>", explorer.picture.value)


def test_starts_with_the_first_preset(waves):
    assert waves.settings == {"height": 1.0, "waves": 2, "storm": False}
    assert waves.preset.value == "Calm"
    assert waves.see.value == "Nearly flat."
    assert "Waves &amp; tides" in waves.children[0].value


def test_picture_readout_and_code_follow_a_control(waves):
    waves.code_button.value = True
    before = shown(waves)
    waves.controls["waves"].value = 6
    assert not np.array_equal(before, shown(waves))
    assert "6" in waves.code_shown.value
    top = f"{np.sin(np.arange(50.0) / 50 * 6).max():.2f}"
    assert told(waves) == [top]
    assert f'aria-label="up to {top} m"' in waves.picture.value
    assert waves.preset.value == OWN_SETTINGS
    assert waves.see.value == ""


def test_one_move_draws_once(waves):
    drawn = waves.views_shown
    waves.controls["height"].value = 3.0
    assert waves.views_shown == drawn + 1
    waves.set(height=4.0, waves=5, storm=True)
    assert waves.views_shown == drawn + 2
    waves.preset.value = "Storm"
    assert waves.views_shown == drawn + 3
    waves.reset()
    assert waves.views_shown == drawn + 4


def test_a_move_of_the_browser_is_answered_by_one_message(of_a_lesson, monkeypatch):
    sliders = [widget for widget in of_a_lesson.controls.values() if isinstance(widget, (widgets.IntSlider, widgets.FloatSlider))]
    for slider in sliders:
        slider.value = slider.min
    sent = []
    monkeypatch.setattr(widgets.Widget, "_send", lambda widget, message, buffers=None: sent.append((widget, message)))
    for slider in sliders:
        sent.clear()
        slider.set_state({"value": slider.min + slider.step})
        ((widget, message),) = sent
        assert widget is of_a_lesson.picture and set(message["state"]) == {"value"}, slider.description
        assert len(message["state"]["value"]) < 100_000


def test_a_preset_sets_what_it_names_and_the_rest_to_the_start(waves):
    waves.set(storm=True, waves=4)
    waves.preset.value = "Storm"
    assert waves.settings == {"height": 5.0, "waves": 7, "storm": False}
    assert waves.see.value == "Look at the top."


def test_reset_goes_back_to_the_start():
    waves = Waves(height=3.0)
    start = content(waves)
    assert waves.preset.value == OWN_SETTINGS
    waves.set(height=8.0, storm=True)
    waves.reset_button.click()
    assert waves.settings == {"height": 3.0, "waves": 2, "storm": False}
    assert content(waves) == start


def test_an_error_is_readable_and_the_next_move_recovers(waves):
    waves.controls["waves"].value = 9
    assert 'role="alert"' in waves.picture.value
    assert "waves must be below 9 &lt;m&gt;, got 9" in waves.picture.value
    assert "Traceback" not in waves.picture.value
    assert told(waves) == []
    waves.controls["waves"].value = 3
    assert 40 < len(shown(waves)) <= 50
    assert told(waves) == [f"{np.sin(np.arange(50.0) / 50 * 3).max():.2f}"]


def test_the_code_can_be_shown_and_hidden(waves):
    assert waves.code_shown.layout.display == "none"
    waves.code_button.value = True
    assert waves.code_shown.layout.display == ""
    assert "wave(1.0, 2)" in waves.code_shown.value
    waves.set(waves=4)
    assert "wave(1.0, 4)" in waves.code_shown.value
    waves.code_button.value = False
    assert waves.code_shown.layout.display == "none"
    waves.set(waves=5)
    waves.code_button.value = True
    assert "wave(1.0, 5)" in waves.code_shown.value


def test_a_setting_that_does_not_exist_is_refused(waves):
    with pytest.raises(ValueError, match="depth"):
        waves.set(depth=3)
    with pytest.raises(ValueError, match="depth"):
        Waves(depth=3)


def test_the_last_digits_of_a_browsers_slider_are_no_move(waves):
    waves.reset()
    drawn = waves.views_shown
    waves.controls["height"].value = 0.9999999999999999
    assert waves.views_shown == drawn
    assert waves.preset.value == "Calm"
    assert waves.settings["height"] == 1.0


def test_the_static_figure_is_the_live_pictures_twin(waves, same_line):
    figure = waves.figure()
    (axes,) = figure.panels.values()
    axes.set_ylim(waves._live.limits["only"])
    points = axes.transData.transform(axes.lines[0].get_xydata())
    points[:, 1] = figure.get_figheight() * 72 - points[:, 1]
    assert same_line(shown(waves), points)
    assert figure.alt in waves.picture.value


def test_it_shows_itself_in_a_line(waves):
    assert repr(waves) == "Waves()"


def test_two_hands_at_once_end_on_the_latest_of_both_without_a_queue():
    waves = Waves()
    waves.pause = 0.02
    waves.asked.clear()
    heights, counts = np.linspace(1.0, 8.0, 15), [1, 2, 3, 4, 5, 6, 7, 8] * 2

    def drag(name, values):
        for value in values:
            waves.controls[name].value = value
            time.sleep(0.012)

    hands = [
        threading.Thread(target=drag, args=("height", heights.tolist())),
        threading.Thread(target=drag, args=("waves", counts)),
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert waves.asked[-1]["height"] == 8.0
    assert waves.asked[-1]["waves"] == counts[-1]
    assert len(waves.asked) < len(heights) + len(counts)
    assert len({asked["height"] for asked in waves.asked}) > 3
    assert len({asked["waves"] for asked in waves.asked}) > 2
    twin = Waves(height=8.0, waves=counts[-1])
    assert (
        np.array_equal(shown(waves)[:, 0], shown(twin)[:, 0])
        and f"up to {8 * np.sin(np.arange(50.0) / 50 * 8).max():.2f} m" in waves.picture.value
    )


def test_no_pyplot_anywhere():
    import subprocess
    import sys

    program = "import sys, phase6.explorers._explorer; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


NAMES = phase6.explorers.__all__
LESSONS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(params=NAMES)
def of_a_lesson(request):
    return getattr(phase6.explorers, request.param)()


def run_code(source):
    """The value of the last expression of a cell, in a namespace of its own."""
    tree = ast.parse(source)
    *before, last = tree.body
    names: dict = {}
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def ends_of(widget):
    if hasattr(widget, "max"):
        return [widget.min, widget.max] if hasattr(widget, "step") and widget.max < 1e5 else [0, 77]
    return list(widget.options) if hasattr(widget, "options") else [True, False]


def drawn(explorer):
    assert 'role="alert"' not in explorer.picture.value, explorer.picture.value
    return explorer.picture.value


def same_picture(one, other):
    """Whether two pictures show the same lines, outlines and texts within the same limits."""
    for here, there in zip(one.panels.values(), other.panels.values(), strict=True):
        assert here.get_ylim() == there.get_ylim()
        assert here.get_xlim() == there.get_xlim()
        for mine, theirs in zip(here.lines, there.lines, strict=True):
            assert np.array_equal(mine.get_xydata(), theirs.get_xydata(), equal_nan=True)
        for mine, theirs in zip(here.patches, there.patches, strict=True):
            assert np.array_equal(mine.get_path().vertices, theirs.get_path().vertices)
        texts = [[(text.get_text(), text.get_position()) for text in axes.texts] for axes in (here, there)]
        assert texts[0] == texts[1]
    return one.alt == other.alt


def test_the_shown_code_runs_and_makes_the_same_picture(of_a_lesson):
    assert run_code(of_a_lesson.code(of_a_lesson.settings)).png(scale=1) == of_a_lesson.figure().png(scale=1)
    for preset in of_a_lesson.presets:
        of_a_lesson.preset.value = preset
        assert same_picture(run_code(of_a_lesson.code(of_a_lesson.settings)), of_a_lesson.figure()), preset


def test_the_shown_code_follows_every_control(of_a_lesson):
    for name, widget in of_a_lesson.controls.items():
        start, before = widget.value, of_a_lesson.code(of_a_lesson.settings)
        widget.value = next(value for value in reversed(ends_of(widget)) if value != start)
        code = of_a_lesson.code(of_a_lesson.settings)
        assert code != before, name
        assert run_code(code).alt == of_a_lesson.view(of_a_lesson.settings).scene.alt
        widget.value = start


def test_every_setting_has_a_picture(of_a_lesson):
    rng = np.random.default_rng(1)
    for name, widget in of_a_lesson.controls.items():
        for value in ends_of(widget):
            of_a_lesson.reset()
            of_a_lesson.set(**{name: value})
            drawn(of_a_lesson)
    for _ in range(12):
        corner = {name: ends[rng.integers(len(ends))] for name, ends in ((k, ends_of(w)) for k, w in of_a_lesson.controls.items())}
        if corner.get("BTC") is False:
            corner["Gold"] = True
        of_a_lesson.set(**corner)
        drawn(of_a_lesson)


def test_every_control_says_what_it_sets_and_in_which_unit(of_a_lesson):
    for name, widget in of_a_lesson.controls.items():
        assert widget.description and widget.tooltip == widget.description, name
        if isinstance(widget.value, float):
            assert re.search(r"\[.+\]$", widget.description), f"{widget.description!r} names no unit"


def test_every_preset_shows_something_of_its_own_and_says_what_to_see(of_a_lesson):
    seen = set()
    for name, preset in of_a_lesson.presets.items():
        of_a_lesson.preset.value = name
        assert len(preset.see) > 30
        assert of_a_lesson.see.value
        drawn(of_a_lesson)
        seen.add(re.sub(r' data-(view|settings)="[^"]*"', "", of_a_lesson.picture.value))
    assert len(seen) >= len(of_a_lesson.presets) - 1, "two presets show the same"


def test_the_first_picture_is_the_static_one(of_a_lesson, same_line):
    figure = of_a_lesson.figure()
    for name, axes in figure.panels.items():
        if name in of_a_lesson._live.limits:
            assert axes.get_ylim() == of_a_lesson._live.limits[name]
        for artist in axes.get_lines():
            shown_points = artist_data(of_a_lesson.picture.value, artist.get_gid()) if artist.get_gid() else None
            if not isinstance(shown_points, list) or not len(artist.get_xdata()):
                continue
            parts = style.split_at_gaps(artist.get_xydata())
            for part, seen in zip(parts, shown_points, strict=True):
                points = axes.transData.transform(part)
                points[:, 1] = figure.get_figheight() * 72 - points[:, 1]
                assert same_line(seen, points) if artist.get_linestyle() != "None" else np.abs(points - seen).max() <= 0.0501
    assert figure.alt in of_a_lesson.picture.value


def test_beside_each_explorer_a_lesson_has_the_static_picture_of_its_start(of_a_lesson):
    name, found = type(of_a_lesson).__name__, 0
    for lesson in LESSONS.glob("*.ipynb"):
        cells = json.loads(lesson.read_text())["cells"]
        for cell, after in itertools.pairwise(cells):
            if cell["cell_type"] == "code" and f"{name}(" in "".join(cell["source"]):
                found += 1
                said = "".join(line for output in after["outputs"] for line in output["data"]["text/html"])
                assert f'alt="{html.escape(of_a_lesson.figure().alt)}"' in said, f"the picture in {lesson.name} is an old one"
    assert found


def test_a_new_path_is_another_market_of_the_same_kind():
    explorer = PyramidExplorer()
    explorer.code_button.value = True
    before = told(explorer)
    explorer.new_path.click()
    assert explorer.settings["seed"] == 5 and explorer.settings["market"] == "trend"
    assert told(explorer) != before
    explorer.preset.value = "The lucky seed"
    lucky = told(explorer)
    explorer.new_path.click()
    assert told(explorer) != lucky
    assert "published_market(seed=43)" in explorer.code_shown.value


def test_a_portfolio_of_nothing_is_told_in_words_and_any_asset_brings_it_back():
    explorer = PortfolioExplorer()
    explorer.set(**dict.fromkeys(phase6.explorers.portfolio.NAMES, False))
    assert 'role="alert"' in explorer.picture.value
    assert "no asset is ticked" in explorer.picture.value
    explorer.controls["BTC"].value = True
    (alt,) = re.findall('role="img" aria-label="(.*?)"', drawn(explorer))
    assert alt.startswith("One unit of money in one trend strategy becomes")
