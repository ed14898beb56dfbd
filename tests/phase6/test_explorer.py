"""What every explorer does.

Follow, reset, stage, say what is wrong and recover, compare on many paths. First with a small
explorer made here, then with those of the lessons.
"""

import ast
import html
import itertools
import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import ipywidgets as widgets
import numpy as np
import phase6.explorers
import pytest
from phase6.explorers import PortfolioExplorer, PyramidExplorer, ScalingExplorer, _controls, _tally
from phase6.explorers._controls import Choice, Slider, Switch
from phase6.explorers._explorer import OWN_SETTINGS, Explorer, Preset, Readout, View
from phase6.explorers._tally import PATHS, Race
from phase6.plots import geometry, ranges, scenes, style
from phase6.plots.pictures import new_picture
from phase6.plots.scenes import Scene


@dataclass(frozen=True)
class Sea:
    """Nothing but the points changes."""


def draw(scene):
    picture = new_picture({"only": 1.0}, height=240)
    (axes,) = picture.panels.values()
    scenes.line(axes, "wave", scene, color=style.BLUE, label="wave")
    style.entitle(axes, "A wave")
    axes.set_xlim(0, 49)
    return scenes.place(picture, scene)


class Waves(Explorer[Sea]):
    """A small explorer: height and length of a wave."""

    heading = "Waves & tides"
    question = "How high?"
    presets: ClassVar = {
        "Calm": Preset("Nearly flat.", {"height": 1.0}),
        "Storm": Preset("Look at the top.", {"height": 5.0, "waves": 7}),
    }
    draw = staticmethod(draw)
    race = Race("high", "low", "height [m]", percent=False)
    pause = 0.0

    def __init__(self, **settings):
        self.asked = []
        super().__init__(**settings)

    def make_controls(self):
        return {
            "height": _controls.number("Height [m]", 2.0, 0.5, 9.0, 0.5, noted=True),
            "waves": _controls.whole("Waves", 2, 1, 9),
            "storm": _controls.switch("Storm warning", False),
            "seed": _controls.counter("Path [seed]", 1),
        }

    def view(self, settings):
        time.sleep(self.pause)
        self.asked.append(settings)
        if settings["waves"] == 9:
            raise ValueError("waves must be below 9 <m>, got 9")
        x = np.arange(50.0)
        y = settings["height"] * np.sin(x / 50 * settings["waves"])
        scene = Scene({"wave": geometry.curve(x, y)}, {"only": ranges.span_of(y)}, f"up to {y.max():.2f} m", frame=Sea())
        return View(scene, Readout(["now"], {"top [m]": [f"{y.max():.2f}"]}), {"height": f"that is {settings['height']:g} m"})

    def code(self, settings):
        return f"wave({settings['height']!r}, {settings['waves']!r})"

    def compare(self, settings):
        time.sleep(self.pause)
        if settings["waves"] == 8:
            raise ValueError("no path of 8 waves")
        return float(np.random.default_rng(settings["seed"]).normal(1.0, 2.0)), 0.0


@pytest.fixture
def waves():
    return Waves()


def content(explorer):
    """What the page shows, without the count of views."""
    return {name: value for name, value in explorer.shown.items() if name != "view"}


def told(explorer):
    """The figures of the readout."""
    return [value for _, row in explorer.shown["figures"]["rows"] for value in row]


def from_the_page(explorer, **settings):
    """Move controls as the page does.

    The whole set of settings comes in, and nothing is sent back of it.
    """
    explorer.set_state({"settings": {**explorer.settings, **settings}})


def ask(explorer, **content):
    """Send a message as the page does."""
    explorer._handle_custom_msg(content, [])


def test_starts_with_the_first_preset(waves):
    assert waves.settings == {"height": 1.0, "waves": 2, "storm": False, "seed": 1}
    assert waves.preset == "Calm"
    assert waves.page["heading"] == "Waves & tides"
    assert waves.page["presets"][0] == {"name": "Calm", "see": "Nearly flat."}
    assert [control["name"] for control in waves.page["controls"]] == list(waves.settings)


def test_picture_figures_notes_and_code_follow_a_control(waves):
    before = waves.shown["move"]["points"]
    from_the_page(waves, waves=6)
    assert waves.shown["move"]["points"] != before
    assert waves.shown["code"] == "wave(1.0, 6)"
    top = f"{np.sin(np.arange(50.0) / 50 * 6).max():.2f}"
    assert told(waves) == [top]
    assert waves.shown["move"]["alt"] == f"up to {top} m"
    assert waves.shown["notes"] == {"height": "that is 1 m"}


def test_a_move_keeps_the_preset_and_its_hint_and_says_that_settings_changed(waves):
    assert waves.shown["moved"] is False
    from_the_page(waves, waves=6)
    assert waves.preset == "Calm" and waves.shown["moved"] is True
    from_the_page(waves, waves=2)
    assert waves.shown["moved"] is False


def test_one_move_draws_once(waves):
    drawn = waves.shown["view"]
    for count, move in enumerate(
        [
            lambda: waves.set(height=3.0),
            lambda: waves.set(height=4.0, waves=5, storm=True),
            lambda: waves.choose("Storm"),
            lambda: waves.set(height=2.0),
            waves.reset,
        ],
        start=1,
    ):
        move()
        assert waves.shown["view"] == drawn + count


def test_a_move_of_the_page_is_answered_by_one_message(of_a_lesson, monkeypatch):
    sent = []
    monkeypatch.setattr(widgets.Widget, "_send", lambda widget, message, buffers=None: sent.append((message, buffers)))
    for name, control in of_a_lesson.controls.items():
        if isinstance(control, Slider):
            sent.clear()
            from_the_page(of_a_lesson, **{name: control.low if of_a_lesson.settings[name] != control.low else control.high})
            ((message, buffers),) = sent
            assert list(message["state"]) == ["shown"], name
            assert len(json.dumps(message["state"])) + sum(map(len, buffers)) < 100_000


def test_whole_numbers_of_the_page_are_as_good_as_real_ones(waves):
    waves.set_state({"settings": {"height": 3, "waves": 4, "storm": True, "seed": 1}})
    assert waves.shown["code"] == "wave(3.0, 4)"
    assert type(waves.asked[-1]["height"]) is float and type(waves.asked[-1]["waves"]) is int


def test_a_preset_sets_what_it_names_and_the_rest_to_the_start(waves):
    waves.set(storm=True, waves=4)
    ask(waves, do="preset", name="Storm")
    assert waves.settings == {"height": 5.0, "waves": 7, "storm": False, "seed": 1}
    assert waves.preset == "Storm"
    with pytest.raises(ValueError, match="no preset 'Hurricane'"):
        waves.choose("Hurricane")


def test_reset_goes_back_to_the_preset_chosen_last(waves):
    waves.choose("Storm")
    start = content(waves)
    waves.set(height=8.0, storm=True)
    assert content(waves) != start
    ask(waves, do="reset")
    assert content(waves) == start


def test_settings_of_the_cell_are_a_preset_of_their_own():
    waves = Waves(height=3.0)
    assert waves.preset == OWN_SETTINGS == waves.page["presets"][0]["name"]
    waves.choose("Storm")
    waves.choose(OWN_SETTINGS)
    assert waves.settings == {"height": 3.0, "waves": 2, "storm": False, "seed": 1}


def test_an_error_is_readable_and_the_next_move_recovers(waves):
    from_the_page(waves, waves=9)
    assert waves.shown["error"] == "ValueError: waves must be below 9 <m>, got 9"
    assert "move" not in waves.shown
    from_the_page(waves, waves=3)
    assert waves.shown["error"] == ""
    assert told(waves) == [f"{np.sin(np.arange(50.0) / 50 * 3).max():.2f}"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("height", 99.0, r"Height \[m\] is 99.0; expected a number from 0.5 to 9"),
        ("height", "high", "expected a number"),
        ("height", float("nan"), "expected a number"),
        ("height", True, "expected a number"),
        ("waves", 2.5, "expected a whole number"),
        ("storm", 1, "expected True or False"),
        ("depth", 3, r"no setting \['depth'\]"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(waves, name, value, said):
    before = dict(waves.settings)
    with pytest.raises(ValueError, match=said):
        waves.set(**{name: value})
    with pytest.raises(ValueError, match=said):
        Waves(**{name: value})
    assert waves.settings == before


def test_a_wrong_option_names_the_right_ones():
    control = Choice(label="Side", value="long", options=("long", "short"))
    with pytest.raises(ValueError, match="Side is 'up'; expected one of 'long', 'short'"):
        control.checked("up")


def test_the_static_figure_shows_what_the_live_picture_shows(waves):
    figure = waves.figure()
    (axes,) = figure.panels.values()
    assert axes.get_ylim() == waves._live.limits["only"]
    points = axes.transData.transform(axes.lines[0].get_xydata())
    points[:, 1] = figure.get_figheight() * 72 - points[:, 1]
    shown = np.frombuffer(waves.shown["move"]["points"], "<i2").reshape(-1, 2) / 10
    assert np.abs(shown - points).max() <= 0.0501
    assert figure.alt == waves.shown["move"]["alt"]


def test_a_page_without_a_kernel_has_the_picture_and_the_way_to_wake_it(waves):
    data = waves._repr_mimebundle_()
    assert data["text/plain"] == "Waves()"
    assert "Shift+Enter" in data["text/html"] and f'alt="{waves.figure().alt}"' in data["text/html"]


def test_settings_set_by_two_hands_at_once_end_on_a_picture_of_the_latest(waves):
    waves.pause = 0.005

    def drag(name, values):
        for value in values:
            from_the_page(waves, **{name: value})

    hands = [
        threading.Thread(target=drag, args=("height", np.linspace(1.0, 8.0, 15).tolist())),
        threading.Thread(target=drag, args=("waves", [1, 2, 3, 4, 5, 6, 7, 8])),
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert waves.asked[-1] == waves.settings == waves.shown["settings"]
    assert waves.shown["code"] == waves.code(waves.settings)


def test_no_pyplot_anywhere():
    program = "import sys, phase6.explorers; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def play(explorer, run=7):
    """Ask for many paths as the page does, slice by slice; gives the tallies it shows."""
    seen = []
    ask(explorer, do="paths", run=run)
    seen.append(explorer.tally)
    while not explorer.tally["over"]:
        ask(explorer, do="more paths", run=run)
        seen.append(explorer.tally)
    return seen


def test_many_paths_come_in_slices_and_are_told_with_their_error(waves, monkeypatch):
    monkeypatch.setattr(_tally, "SLICE", 0.0)
    seen = play(waves)
    assert [tally["done"] for tally in seen] == list(range(1, PATHS + 1))
    assert [tally["over"] for tally in seen] == [False] * (PATHS - 1) + [True]
    differences = np.array([np.random.default_rng(1 + step).normal(1.0, 2.0) for step in range(1, PATHS + 1)])
    won, mean = int((differences > 0).sum()), differences.mean()
    error = differences.std(ddof=1) / np.sqrt(PATHS)
    said = f"High won {won} of {PATHS} paths: mean difference {mean:+.2f} ± {error:.2f} (standard error)."
    assert seen[-1]["said"] == said
    assert waves.settings["seed"] == 1, "the picture's own path stays"


def test_a_difference_of_percentages_is_told_in_percentage_points():
    said = Race("the pyramid", "the single entry", "return [% points]").told([0.01, -0.03, 0.05])
    assert said == "The pyramid won 2 of 3 paths: mean difference +1.00 ± 2.31 percentage points (standard error)."
    without_unit = Race("the portfolio", "its parts", "Sharpe ratio", percent=False).told([1.0, 3.0])
    assert without_unit == "The portfolio won 2 of 2 paths: mean difference +2.00 ± 1.00 (standard error)."


def test_a_slice_ends_after_its_time(waves):
    waves.pause = 0.02
    ask(waves, do="paths", run=1)
    assert 1 <= waves.tally["done"] <= 4


def test_a_run_that_nobody_wants_any_more_plays_no_path(waves, monkeypatch):
    monkeypatch.setattr(_tally, "SLICE", 0.0)
    ask(waves, do="paths", run=1)
    ask(waves, do="paths", run=2)
    before = waves.tally
    ask(waves, do="more paths", run=1)
    assert waves.tally is before
    from_the_page(waves, waves=5)
    ask(waves, do="more paths", run=2)
    assert waves.tally is before, "the settings are others now"


def test_a_second_run_plays_further_paths(waves):
    first = play(waves, run=1)[-1]["said"]
    second = play(waves, run=2)[-1]["said"]
    assert first != second
    from_the_page(waves, height=3.0)
    assert play(waves, run=3)[-1]["said"] == first


def test_an_error_on_a_path_is_told_and_ends_the_run(waves):
    from_the_page(waves, waves=8)
    ask(waves, do="paths", run=1)
    assert waves.tally["over"] and waves.tally["said"] == "ValueError: no path of 8 waves"


def test_an_unknown_message_does_nothing(waves):
    before = waves.shown
    ask(waves, do="explode")
    ask(waves)
    assert waves.shown is before


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


def ends_of(control):
    if isinstance(control, Slider):
        return [control.low, control.high] if control.kind == "slider" else [0, 77]
    return list(control.options) if isinstance(control, Choice) else [True, False]


def drawn(explorer):
    assert explorer.shown["error"] == ""
    return explorer.shown["move"]


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
        of_a_lesson.choose(preset)
        assert same_picture(run_code(of_a_lesson.code(of_a_lesson.settings)), of_a_lesson.figure()), preset


def test_the_shown_code_imports_nothing_that_it_does_not_use(of_a_lesson):
    tree = ast.parse(of_a_lesson.code(of_a_lesson.settings))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported == imported & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_the_shown_code_follows_every_control(of_a_lesson):
    for name, control in of_a_lesson.controls.items():
        start, before = of_a_lesson.settings[name], of_a_lesson.code(of_a_lesson.settings)
        of_a_lesson.set(**{name: next(value for value in reversed(ends_of(control)) if value != start)})
        code = of_a_lesson.code(of_a_lesson.settings)
        assert code != before, name
        assert run_code(code).alt == of_a_lesson.view(of_a_lesson.settings).scene.alt
        of_a_lesson.set(**{name: start})


def test_every_setting_has_a_picture(of_a_lesson):
    rng = np.random.default_rng(1)
    for name, control in of_a_lesson.controls.items():
        for value in ends_of(control):
            of_a_lesson.reset()
            of_a_lesson.set(**{name: value})
            drawn(of_a_lesson)
    for _ in range(12):
        corner = {name: ends[rng.integers(len(ends))] for name, ends in ((k, ends_of(w)) for k, w in of_a_lesson.controls.items())}
        if corner.get("BTC") is False:
            corner["Gold"] = True
        of_a_lesson.set(**corner)
        drawn(of_a_lesson)


def test_every_control_names_its_unit_and_the_rare_ones_come_last(of_a_lesson):
    for control in of_a_lesson.controls.values():
        if isinstance(control, Slider) and not control.whole:
            assert re.search(r"\[.+\]$", control.label), f"{control.label!r} names no unit"
            assert control.percent == control.label.endswith(("%]", "% of equity]", "% of capital]", "% a year]", "% of price]"))
    rare = [control.rare for control in of_a_lesson.controls.values()]
    assert rare == sorted(rare)


def test_every_preset_shows_something_of_its_own_and_says_what_to_see(of_a_lesson):
    seen = set()
    for name, preset in of_a_lesson.presets.items():
        of_a_lesson.choose(name)
        assert len(preset.see) > 30
        move = drawn(of_a_lesson)
        seen.add((move["points"], str(move["ticks"]), str(told(of_a_lesson))))
    assert len(seen) >= len(of_a_lesson.presets) - 1, "two presets show the same"


def test_titles_of_a_picture_promise_nothing(of_a_lesson):
    for axes in of_a_lesson.figure().panels.values():
        title = axes.get_title(loc="left")
        assert re.search(r"\?$|\b(how|where|what|chance)\b", title, re.I), title


def test_beside_each_explorer_a_lesson_has_the_static_picture_of_its_start(of_a_lesson):
    name, found = type(of_a_lesson).__name__, 0
    for lesson in LESSONS.glob("*.ipynb"):
        cells = json.loads(lesson.read_text())["cells"]
        for cell, after in itertools.pairwise(cells):
            if cell["cell_type"] == "code" and f"{name}(" in "".join(cell["source"]):
                found += 1
                outputs = [*cell["outputs"], *after.get("outputs", [])]
                said = "".join(line for output in outputs for line in output.get("data", {}).get("text/html", ""))
                assert f'alt="{html.escape(of_a_lesson.figure().alt)}"' in said, f"the picture in {lesson.name} is an old one"
    assert found


def test_a_new_path_is_another_market_of_the_same_kind():
    explorer = PyramidExplorer()
    before = told(explorer)
    ask(explorer, do="next path")
    assert explorer.settings["seed"] == 5 and explorer.settings["market"] == "trend"
    assert told(explorer) != before
    explorer.choose("The lucky seed")
    lucky = told(explorer)
    ask(explorer, do="next path")
    assert told(explorer) != lucky
    assert "published_market(seed=43)" in explorer.shown["code"]


def test_the_seed_changes_the_path_on_every_market():
    explorer = PyramidExplorer()
    control = explorer.controls["market"]
    assert isinstance(control, Choice)
    for market in control.options:
        explorer.set(market=market, seed=1)
        before = explorer.shown["move"]["points"]
        explorer.set(seed=2)
        assert explorer.shown["move"]["points"] != before, market


def test_leverage_says_whether_it_changes_anything_and_is_right():
    explorer = PyramidExplorer()
    free = told(explorer)
    bound = 0
    for leverage in np.arange(0.1, 1.05, 0.1):
        explorer.set(leverage=round(float(leverage), 1))
        binds = explorer.shown["notes"]["leverage"].startswith("Binds")
        assert binds == (told(explorer) != free), leverage
        bound += binds
    assert 2 <= bound <= 8


@pytest.mark.parametrize("leverage", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("averaging", ["down", "up"])
@pytest.mark.parametrize("budget", [0.02, 0.20])
def test_scaling_compares_plans_of_the_same_stop_and_the_same_risk(leverage, averaging, budget):
    explorer = ScalingExplorer()
    explorer.set(leverage=leverage, averaging=averaging, risk_budget=budget)
    scaled, at_once, used = explorer.equal_plans(explorer.settings)
    assert at_once.plan.stop == pytest.approx(scaled.plan.stop)
    assert at_once.plan.entries[0] == scaled.plan.entries[0]
    assert at_once.plan.loss_at_stop == pytest.approx(scaled.plan.loss_at_stop, rel=1e-9)
    assert scaled.plan.loss_at_stop == pytest.approx(used * scaled.capital, rel=1e-9)
    notional = max(each.plan.notional / each.capital for each in (scaled, at_once))
    assert notional <= leverage * (1 + 1e-9)
    assert used == budget or notional == pytest.approx(leverage, rel=1e-9)
    assert explorer.shown["notes"]["leverage"].startswith("Binds" if used < budget else "Changes nothing")
    drawn_names = dict(explorer.frame["artists"])
    assert {"position", "position-at-once", "total", "total-at-once"} <= set(drawn_names)


def test_scaling_computes_its_two_plans_once_for_picture_and_code(monkeypatch):
    explorer = ScalingExplorer()
    calls = []
    plan = ScalingExplorer.plan

    def counted(*args, **options):
        calls.append(options)
        return plan(*args, **options)

    monkeypatch.setattr(ScalingExplorer, "plan", counted)
    explorer.set(entry_spacing=0.02)
    assert len(calls) == 2, "in parts and at once"
    calls.clear()
    explorer.set(risk_budget=0.20, leverage=0.5)
    assert len(calls) == 4, "and both again with the budget that the leverage allows"
    calls.clear()
    explorer.set(seed=explorer.settings["seed"] + 1)
    assert len(calls) == 4, "another market is computed anew"


@pytest.mark.parametrize("name", [name for name in NAMES if getattr(phase6.explorers, name).race])
def test_the_tally_of_a_lesson_compares_what_its_figures_show(name):
    explorer = getattr(phase6.explorers, name)()
    further = explorer.another_path(explorer.settings, 3)
    ours, other = explorer.compare(further)
    explorer.set(**further)
    shown = told(explorer)
    pairs = {
        "PyramidExplorer": (f"{100 * ours:+.1f}", f"{100 * other:+.1f}"),
        "ScalingExplorer": (f"{10_000 * ours:+,.0f}", f"{10_000 * other:+,.0f}"),
        "PortfolioExplorer": (f"{ours:.2f}", f"{other:.2f}"),
    }[name]
    for value in pairs:
        assert any(figure.split(" ±")[0] == value for figure in shown), (value, shown)


def test_a_portfolio_of_nothing_is_told_in_words_and_any_asset_brings_it_back():
    explorer = PortfolioExplorer()
    explorer.set(**dict.fromkeys(phase6.explorers.portfolio.NAMES, False))
    assert "no asset is ticked" in explorer.shown["error"]
    explorer.set(BTC=True)
    assert drawn(explorer)["alt"].startswith("One unit of money in one trend strategy becomes")


def test_controls_of_every_kind_are_used():
    kinds = {type(control) for name in NAMES for control in getattr(phase6.explorers, name)().controls.values()}
    assert {Slider, Choice, Switch} < kinds
