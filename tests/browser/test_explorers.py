"""The page's side of explorers and predictions, in a bare page.

Layout, keys, words for those who listen, themes. What is promised of the layout is measured:
nothing moves under the pointer, all fits beside Lab's chrome on a laptop, one column on a narrow
page, nothing is cut off at 320 pixels.
"""

import io
from typing import Any

import numpy as np
import pandas as pd
import phase6.explorers
import pytest
from axe_playwright_python.sync_playwright import Axe
from phase6 import predict
from phase6.plots import pictures, plot_lines, scenes
from PIL import Image

from tests.browser.bare import BarePage
from tests.marks import with_long

pytestmark = pytest.mark.browser

NAMES = phase6.explorers.__all__
LAB_HEIGHT = 620
"""Pixels that a notebook has at 1366 × 768 beside JupyterLab's bars."""

PLACES = """() => Object.fromEntries([...document.querySelectorAll(
    '.p6-control, .p6-control :is(input, select, label), .p6-buttons > button, .p6-picture svg, .p6-fold, .p6-view th')]
    .map((part, k) => {
        const {x, y, width, height} = part.getBoundingClientRect();
        const home = part.closest('.p6-control')?.className ?? '';
        return [`${k} ${part.tagName} in ${home}`, [x, y, width, height].map(Math.round)];
    }))"""


@pytest.fixture
def show(browser):
    """A function that shows a widget in a bare page, which is closed at the end."""
    opened = []

    def open_page(widget, **options):
        opened.append(BarePage(browser, widget, **options))
        opened[-1].settle()
        return opened[-1]

    yield open_page
    for one in opened:
        one.close()
        assert one.complaints == []


def made(name):
    return getattr(phase6.explorers, name)()


def moved(explorer):
    """For each control, a value that it does not have."""
    for name, control in explorer.controls.items():
        now = explorer.settings[name]
        if control.kind in ("slider", "counter"):
            yield name, control.low if now != control.low else min(control.high, control.low + 3 * control.step)
        elif control.kind == "choice":
            yield name, next(option for option in control.options if option != now)
        else:
            yield name, not now


@pytest.mark.parametrize("name", NAMES)
def test_all_of_it_fits_on_a_laptop(show, name):
    shown = show(made(name))
    page = shown.page
    for width in (900, 1280):
        page.set_viewport_size({"width": width, "height": 768})
        shown.settle()
        assert page.evaluate("document.querySelector('.phase6-explorer').getBoundingClientRect().height") <= LAB_HEIGHT, width
        figures, picture, controls = (
            page.locator(part).bounding_box() for part in (".p6-view .p6-figures", ".p6-picture", ".p6-controls")
        )
        assert figures["y"] + figures["height"] <= picture["y"], width
        assert controls["x"] + controls["width"] <= picture["x"], width


@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_page_has_one_column_and_cuts_nothing_off(show, name):
    shown = show(made(name))
    for width in (740, 390, 320, 290):
        shown.page.set_viewport_size({"width": width, "height": 1000})
        shown.settle()
        check_one_column(shown.page, width)


def check_one_column(page, width):
    """Hint above picture above controls, nothing over anything else, and nothing cut off."""
    hint, picture, controls = (page.locator(part).bounding_box() for part in (".p6-hints", ".p6-picture", ".p6-controls"))
    assert hint["y"] + hint["height"] <= picture["y"] and picture["y"] + picture["height"] <= controls["y"]
    page.evaluate("() => { for (const fold of document.querySelectorAll('details')) fold.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    overlapping = page.evaluate(
        """() => {
            const parts = [...document.querySelectorAll('.p6-control > *, .p6-buttons > button')]
                .filter(part => part.checkVisibility());
            const boxes = parts.map(part => [part, part.getBoundingClientRect()]);
            const found = [];
            for (const [one, a] of boxes) for (const [other, b] of boxes)
                if (one !== other && !one.contains(other) && !other.contains(one) &&
                    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                    found.push([one.textContent || one.className, other.textContent || other.className]);
            return found;
        }"""
    )
    assert overlapping == [], width
    wide = "() => [...document.querySelectorAll('.p6-figures :is(th, td)')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    assert page.evaluate(f"({wide})().map(e => e.textContent)") == [], width


CUT_OPTIONS = """() => {
    const pen = document.createElement('canvas').getContext('2d');
    const found = [];
    for (const select of document.querySelectorAll('.p6-control select')) {
        const style = getComputedStyle(select);
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const arrow = 18;
        const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
        for (const { textContent } of select.options) if (pen.measureText(textContent).width > room) found.push(textContent);
    }
    return found;
}"""


@pytest.mark.parametrize("width", with_long([1280, 390], {390}))
@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_is_chosen_is_read_whole(show, name, width):
    page = show(made(name), width=width, height=768).page
    page.evaluate("() => { document.querySelector('.p6-rare')?.setAttribute('open', ''); }")
    assert page.evaluate(CUT_OPTIONS) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_moves_under_the_pointer(show, name):
    explorer = made(name)
    shown = show(explorer)
    shown.page.evaluate("() => { document.querySelector('.p6-rare')?.setAttribute('open', ''); }")
    before = shown.page.evaluate(PLACES)
    for setting, value in moved(explorer):
        explorer.set(**{setting: value})
        shown.outbox.append({"settings": dict(explorer.settings)})
        shown.settle(20)
        assert shown.page.evaluate(PLACES) == before, setting
    for preset in explorer.presets:
        shown.page.locator(".p6-preset select").select_option(preset)
        shown.settle(20)
        assert shown.page.evaluate(PLACES) == before, preset
    if explorer.race:
        shown.page.get_by_role("button", name="100 new paths").click()
        shown.settle(20)
        assert shown.page.locator(".p6-status").inner_text() != ""
        assert shown.page.evaluate(PLACES) == before


def test_on_a_small_page_the_tally_is_read_beside_the_button_and_moves_nothing(show):
    shown = show(made("PyramidExplorer"), width=567, height=384)
    button = shown.page.get_by_role("button", name="100 new paths")
    button.focus()
    before = shown.page.evaluate(PLACES)
    button.click()
    shown.settle(20)
    near = shown.page.locator(".p6-near")
    assert near.inner_text() == shown.page.locator(".p6-status").inner_text() != ""
    box = near.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 384
    assert shown.page.evaluate(PLACES) == before


def test_the_hint_stays_until_another_preset_is_chosen(show):
    shown = show(made("PyramidExplorer"))
    hint = shown.page.locator(".p6-hints > .p6-shown")
    first = hint.inner_text()
    shown.page.locator(".p6-set-max_levels [type=range]").focus()
    shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert hint.inner_text() == first
    assert shown.page.get_by_text("changed since").is_visible()
    shown.page.locator(".p6-preset select").select_option("The lucky seed")
    shown.settle()
    assert hint.inner_text() == shown.widget.presets["The lucky seed"].see != first
    assert not shown.page.get_by_text("changed since").is_visible()


def test_a_percent_box_takes_what_people_type_and_says_what_it_made_of_it(show):
    shown = show(made("PyramidExplorer"))
    box = shown.page.locator(".p6-set-risk_per_level .p6-number")
    for typed, value, said in [
        ("1.5", 0.015, ""),
        ("1.6 %", 0.016, ""),
        ("1,5%", 0.015, ""),
        ("1.234", 0.01234, ""),
        ("150", 0.02, "goes from 0.10 % to 2.00 %: set to 2.00 %"),
        ("-1", 0.001, "set to 0.10 %"),
        ("much", 0.001, "“much” is not a number"),
        ("0.5", 0.005, ""),
        ("", 0.005, "is not a number"),
    ]:
        box.fill(typed)
        box.press("Enter")
        shown.settle()
        assert shown.widget.settings["risk_per_level"] == pytest.approx(value), typed
        assert said in shown.page.locator(".p6-status").inner_text(), typed
        assert box.input_value() == f"{100 * value:.2f} %", typed


def test_numbers_are_written_and_read_alike(show):
    page = show(made("ConvictionExplorer")).page
    spec = "{digits: 2, percent: true}"
    for value in ("0.0125", "-0.5", "0", "1"):
        assert page.evaluate(f"front.understood(front.written({value}, {spec}), {spec})") == float(value)
    for text in ("1.2.3", "1e5", "--1", "Infinity", "1 000", "%", "0x10"):
        assert page.evaluate("text => front.understood(text, {percent: false})", text) is None
    data = "front.pathData(new Int16Array([10, 20, 35, 20, -32768, -32768, 5, 5, -7, 5]), {})"
    assert page.evaluate(data.format("false")) == "M1 2L3.5 2M0.5 0.5L-0.7 0.5"
    assert page.evaluate(data.format("true")) == "M1 2L3.5 2ZM0.5 0.5L-0.7 0.5Z"


@pytest.mark.parametrize("name", NAMES)
def test_every_control_is_reached_by_tab_in_order_and_shows_the_focus(show, name):
    explorer = made(name)
    page = show(explorer).page
    page.evaluate("() => { document.querySelector('.p6-rare')?.setAttribute('open', ''); }")
    page.locator(".p6-preset select").focus()
    reached = []
    for _ in range(3 * len(explorer.controls) + 12):
        page.keyboard.press("Tab")
        reached += page.evaluate(
            """() => [...(document.activeElement.closest('[class*=p6-set-]')?.classList ?? [])]
                .filter(name => name.startsWith('p6-set-'))
                .map(name => [name.slice(7), getComputedStyle(document.activeElement).outlineStyle])"""
        )
    assert list(dict.fromkeys(setting for setting, _ in reached)) == list(explorer.controls)
    assert {outline for _, outline in reached} == {"solid"}


@pytest.mark.parametrize("name", NAMES)
def test_who_listens_hears_label_value_and_key_figures(show, name):
    explorer = made(name)
    shown = show(explorer)
    shown.page.evaluate("() => { document.querySelector('.p6-rare')?.setAttribute('open', ''); }")
    for setting, control in explorer.controls.items():
        if control.kind == "slider":
            slider = shown.page.get_by_role("slider", name=control.label, exact=True)
            box = shown.page.locator(f".p6-set-{setting} .p6-number")
            slider.press("ArrowRight" if explorer.settings[setting] < control.high else "ArrowLeft")
            shown.settle(20)
            assert slider.get_attribute("aria-valuetext") == box.input_value() != ""
    shown.page.wait_for_timeout(900)
    heard = shown.page.locator("[aria-live=polite]").inner_text()
    name, row = explorer.shown["figures"]["rows"][0]
    assert heard.startswith(f"{name}: {explorer.shown['figures']['columns'][0]} {row[0]}")
    assert shown.page.get_by_role("img", name=explorer.shown["move"]["alt"]).count() == 1


IN_LIGHT_AND_DARK = [(name, theme) for name in NAMES for theme in ("light", "dark")]


@pytest.mark.parametrize(("name", "theme"), with_long(IN_LIGHT_AND_DARK, {(name, "dark") for name in NAMES[1:]}))
def test_axe_finds_nothing(show, name, theme):
    shown = show(made(name), theme=theme)
    shown.page.evaluate("() => { for (const fold of document.querySelectorAll('details')) fold.open = true; }")
    if shown.widget.race:
        shown.page.get_by_role("button", name="100 new paths").click()
        shown.settle(20)
    found = Axe().run(shown.page, options={"rules": {"page-has-heading-one": {"enabled": False}}})
    assert found.violations_count == 0, found.generate_report()


def test_a_dark_page_changes_the_colours_of_the_picture(show):
    strokes = []
    for theme in ("light", "dark"):
        page = show(made("PyramidExplorer"), theme=theme).page
        look = "getComputedStyle(document.querySelector('[data-artist=\"{}\"] > path')).{}"
        strokes.append((page.evaluate(look.format("equity-0", "stroke")), page.evaluate(look.format("levels", "fill"))))
    assert strokes[0][0] == "rgb(0, 158, 115)"
    assert all(light != dark for light, dark in zip(*strokes, strict=True))


def test_forced_colours_keep_the_tracks_of_sliders_and_the_picture(show):
    shown = show(made("PyramidExplorer"), forced_colors="active")
    look = shown.page.evaluate("getComputedStyle(document.querySelector('[type=range]')).appearance")
    assert look == "auto", "the browser draws the slider, in the reader's colours"
    for part in (".p6-set-max_levels [type=range]", ".p6-picture"):
        pixels = np.asarray(Image.open(io.BytesIO(shown.page.locator(part).screenshot())).convert("L"), dtype=float)
        assert pixels.std() > 5, f"{part} shows nothing"


@pytest.mark.parametrize(("theme", "medium", "dark"), [("light", "screen", False), ("dark", "screen", True), ("dark", "print", False)])
def test_a_still_picture_has_the_paper_of_its_page(browser, theme, medium, dark):
    page = browser.new_page()
    still = plot_lines({"a": pd.Series([1.0, 3.0, 2.0])}, title="Up and down", x="Day", y="Price [$]")._repr_mimebundle_()["text/html"]
    page.set_content(f'<body data-jp-theme-light="{str(theme == "light").lower()}">{still}</body>')
    page.emulate_media(media=medium)
    pixels = pixels_of(page.locator("img"))
    assert (np.median(pixels) < 40) == dark
    assert np.abs(pixels - np.median(pixels)).max() > 150, "lines and letters stand out from the paper"
    page.close()


def pixels_of(locator):
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("L"), dtype=float)


@pytest.mark.parametrize("name", NAMES)
def test_a_moved_picture_looks_like_one_that_matplotlib_draws(show, name):
    explorer = made(name)
    shown = show(explorer, width=1000, height=1400)
    explorer.choose(list(explorer.presets)[1])
    shown.outbox.append({"settings": dict(explorer.settings)})
    shown.settle()
    scene = explorer.view(explorer.settings).scene
    buffer = io.StringIO()
    with pictures.svg_settings():
        scenes.place(explorer.draw(scene), scene, explorer._live.limits).savefig(buffer, format="svg")
    live = pixels_of(shown.page.locator(".p6-stage"))
    shown.page.evaluate(
        """svg => {
            const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
            for (const style of drawn.querySelectorAll('style')) style.remove();
            drawn.classList.add('p6-svg');
            for (const name of ['width', 'height']) drawn.removeAttribute(name);
            document.querySelector('.p6-picture').replaceChildren(document.adoptNode(drawn));
        }""",
        buffer.getvalue(),
    )
    own = pixels_of(shown.page.locator(".p6-stage"))
    off = np.abs(live - own)
    assert (off > 60).mean() < 0.004, f"{(off > 60).mean():.2%} of the pixels differ"
    assert (own < 200).mean() > 0.01, "there is something to compare"


def test_a_deaf_kernel_is_told_in_one_line_that_moves_nothing(show, browser):
    shown = show(made("ConvictionExplorer"))
    before = shown.page.evaluate(PLACES)
    assert not shown.page.locator(".p6-asleep").is_visible()
    shown.deaf = True
    shown.page.locator(".p6-set-years [type=range]").press("ArrowRight")
    shown.page.wait_for_timeout(3400)
    assert "Shift+Enter" in shown.page.locator(".p6-asleep").inner_text()
    assert shown.page.locator(".p6-asleep").is_visible()
    assert shown.page.evaluate(PLACES) == before
    shown.deaf = False
    shown.page.locator(".p6-set-years [type=range]").press("ArrowRight")
    shown.settle()
    assert not shown.page.locator(".p6-asleep").is_visible()


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A student's folder, and somebody who reads."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(predict, "batch_run", lambda: False)
    return tmp_path


def asked(name):
    if name == "choice":
        return predict.choice(
            "peak",
            "When is the risk highest?",
            {"at the first": "Only the first?", "at the second": "", "at the last": "You added the risks."},
            right="at the second",
            then=lambda guess: f"the result for {guess}",
        )
    limits: dict[str, Any] = {"low": -0.05, "high": 0.05, "step": 0.005, "unit": "%"}
    return predict.number("mean", "How much?", truth=0.01, then=lambda guess: f"{guess:.4f}", **limits)


def test_a_guess_is_made_with_the_keyboard_alone(show, reader):
    shown = show(asked("choice"))
    page = shown.page
    assert "the result for" not in page.content()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("they add up")
    page.keyboard.press("Enter")
    shown.settle()
    text = page.locator(".p6-outcome").inner_text()
    assert "at the last (they add up)" in text and "at the second (not what you said)" in text
    assert "You added the risks." in text and "the result for at the last" in text
    assert page.evaluate("document.activeElement.className") == "p6-outcome"
    assert not page.locator("form").is_visible()
    page.get_by_role("button", name="Guess again").press("Enter")
    shown.settle()
    assert page.locator("form").is_visible() and "the result" not in page.locator(".p6-outcome").inner_text()


def test_nothing_is_committed_without_a_guess(show, reader):
    for kind, said in (("choice", "Pick an answer first."), ("number", "Write a number first.")):
        shown = show(asked(kind))
        shown.page.get_by_role("button", name="Commit and show").click()
        shown.settle()
        assert shown.page.locator(".p6-complaint").inner_text() == said
        assert shown.widget.guess is None


@pytest.mark.parametrize(("typed", "guess"), [("1.5", 0.015), ("1,5 %", 0.015), ("-2", -0.02)])
def test_a_number_is_typed_or_set_with_the_slider(show, reader, typed, guess):
    shown = show(asked("number"))
    shown.page.get_by_label("Your guess", exact=True).fill(typed)
    shown.page.keyboard.press("Enter")
    shown.settle()
    assert shown.widget.guess == guess
    shown.page.get_by_role("button", name="Guess again").click()
    shown.settle()
    slider = shown.page.get_by_role("slider")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == f"{100 * guess + 0.5:.1f} %".replace("-", "−")
    shown.page.get_by_role("button", name="Commit and show").click()
    shown.settle()
    assert shown.widget.guess == pytest.approx(guess + 0.005)


def test_a_guess_out_of_reach_is_refused_in_words(show, reader):
    shown = show(asked("number"))
    shown.page.get_by_label("Your guess", exact=True).fill("80")
    shown.page.keyboard.press("Enter")
    shown.settle()
    assert "expected a number from −5.0 % to 5.0 %" in shown.page.locator(".p6-complaint").inner_text()
    assert shown.page.locator("form").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["choice", "number"])
def test_axe_finds_nothing_in_a_prediction(show, reader, kind, theme):
    shown = show(asked(kind), theme=theme, width=390)
    rules = {"rules": {"page-has-heading-one": {"enabled": False}}}
    assert (found := Axe().run(shown.page, options=rules)).violations_count == 0, found.generate_report()
    shown.widget.commit("at the first" if kind == "choice" else 0.02)
    shown.settle()
    assert (found := Axe().run(shown.page, options=rules)).violations_count == 0, found.generate_report()
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390
