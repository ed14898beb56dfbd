"""What every explorer does: follow, reset, stage, tell what is wrong and recover, keep up with two hands."""

import threading
import time
from typing import ClassVar

import numpy as np
import pytest
from phase6.explorers import _explorer
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
        return View(scene, lambda: Readout(["now"], {"top [m]": [f"{y.max():.2f}"]}))

    def code(self, settings):
        return f"wave({settings['height']!r}, {settings['waves']!r})"


@pytest.fixture
def waves():
    return Waves()


def shown(explorer):
    return artist_data(explorer.picture.value, "wave")[0]


def test_starts_with_the_first_preset(waves):
    assert waves.settings == {"height": 1.0, "waves": 2, "storm": False}
    assert waves.preset.value == "Calm"
    assert waves.see.value == "Nearly flat."
    assert "Waves &amp; tides" in waves.children[0].value


def test_picture_readout_and_code_follow_a_control(waves):
    before = shown(waves)
    waves.controls["waves"].value = 6
    assert not np.array_equal(before, shown(waves))
    assert "6" in waves.code_shown.value
    top = f"{np.sin(np.arange(50.0) / 50 * 6).max():.2f}"
    assert top in waves.readout.value
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


def test_a_preset_sets_what_it_names_and_the_rest_to_the_start(waves):
    waves.set(storm=True, waves=4)
    waves.preset.value = "Storm"
    assert waves.settings == {"height": 5.0, "waves": 7, "storm": False}
    assert waves.see.value == "Look at the top."


def test_reset_goes_back_to_the_start():
    waves = Waves(height=3.0)
    start = waves.picture.value
    assert waves.preset.value == OWN_SETTINGS
    waves.set(height=8.0, storm=True)
    waves.reset_button.click()
    assert waves.settings == {"height": 3.0, "waves": 2, "storm": False}
    assert waves.picture.value == start


def test_an_error_is_readable_and_the_next_move_recovers(waves):
    waves.controls["waves"].value = 9
    assert 'role="alert"' in waves.picture.value
    assert "waves must be below 9 &lt;m&gt;, got 9" in waves.picture.value
    assert "Traceback" not in waves.picture.value
    assert waves.readout.value == ""
    waves.controls["waves"].value = 3
    assert len(shown(waves)) == 50
    assert waves.readout.value != ""


def test_the_code_can_be_shown_and_hidden(waves):
    assert waves.code_shown.layout.display == "none"
    waves.code_button.value = True
    assert waves.code_shown.layout.display == ""
    assert "wave(1.0, 2)" in waves.code_shown.value
    waves.code_button.value = False
    assert waves.code_shown.layout.display == "none"


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


def test_the_static_figure_is_the_live_pictures_twin(waves):
    figure = waves.figure()
    (axes,) = figure.panels.values()
    axes.set_ylim(waves._live.limits["only"])
    points = axes.transData.transform(axes.lines[0].get_xydata())
    points[:, 1] = figure.get_figheight() * 72 - points[:, 1]
    assert np.abs(points - shown(waves)).max() <= 0.0501
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
