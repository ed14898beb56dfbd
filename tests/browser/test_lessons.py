"""Every lesson in JupyterLab: it runs, its explorers follow every control, nothing complains."""

import html
import json

import pytest
from conftest import LESSONS
from labbing import OpenNotebook, write_notebook

import phase6.explorers
from phase6.explorers._live import artist_data

pytestmark = pytest.mark.browser

NAMES = phase6.explorers.__all__

READ = """root => ({
    picture: root.querySelector('.phase6-view .widget-html-content').innerHTML,
    alt: root.querySelector('svg.phase6-svg')?.getAttribute('aria-label'),
    message: root.querySelector('.phase6-error')?.textContent,
    readout: [...root.querySelectorAll('.phase6-readout td')].map(cell => cell.textContent),
    code: root.querySelector('.phase6-code pre').textContent,
    view: Number(root.querySelector('.phase6-code pre').dataset.view),
    settings: JSON.parse(root.querySelector('.phase6-code pre').dataset.settings),
    preset: root.querySelector('.phase6-controls select').selectedOptions[0].textContent,
})"""


class Driven:
    """An explorer in the browser, and its twin in this process that is given the same moves."""

    def __init__(self, notebook, root):
        self.notebook, self.root = notebook, root
        name = next(
            part.removeprefix("phase6-")
            for part in root.get_attribute("class").split()
            if part.removeprefix("phase6-") in NAMES
        )
        self.twin = getattr(phase6.explorers, name)(**self.read()["settings"])

    def read(self):
        return self.root.evaluate(READ)

    def control(self, name):
        return self.root.query_selector(f".phase6-set-{name}")

    def move(self, name):
        """Move a control by one step with the keyboard, as its twin is moved."""
        widget, element = self.twin.controls[name], self.control(name)
        kind = type(widget).__name__
        if kind.endswith("Slider"):
            up = widget.value + widget.step <= widget.max + 1e-12
            element.query_selector(".noUi-handle").focus()
            self.notebook.page.keyboard.press("ArrowRight" if up else "ArrowLeft")
            widget.value += widget.step if up else -widget.step
        elif kind == "Dropdown":
            place = (widget.index + 1) % len(widget.options)
            element.query_selector("select").select_option(index=place)
            widget.index = place
        elif kind == "Checkbox":
            element.query_selector("input").focus()
            self.notebook.page.keyboard.press("Space")
            widget.value = not widget.value
        elif kind == "BoundedIntText":
            element.query_selector("input").focus()
            self.notebook.page.keyboard.press("ArrowUp")
            widget.value += 1
        else:
            raise TypeError(f"no hand for a {kind}")

    def choose(self, preset):
        self.root.query_selector(".phase6-controls select").select_option(label=preset)
        self.twin.preset.value = preset

    def press(self, label):
        self.root.query_selector(f"button:has-text('{label}')").click()
        button = next(
            button for button in [*self.twin.buttons(), self.twin.reset_button] if button.description == label
        )
        button.click()

    def arrived(self, *, seconds=20):
        """What the browser shows once it has caught up with the twin."""
        self.notebook.page.wait_for_function(
            "([root, view]) => Number(root.querySelector('.phase6-code pre').dataset.view) >= view",
            arg=[self.root, self.twin.views_shown],
            timeout=seconds * 1000,
        )
        return self.read()

    def agrees(self):
        """Assert that picture, readout, text alternative and code are those of the engine's answer."""
        seen, twin = self.arrived(), self.twin
        assert seen["view"] == twin.views_shown
        assert seen["settings"] == json.loads(json.dumps(twin.settings))
        if 'role="alert"' in twin.picture.value:
            assert seen["message"] and seen["message"] in html.unescape(twin.picture.value).replace(
                "<br>", ""
            )
            return seen
        view = twin.view(twin.settings)
        assert seen["alt"] == view.scene.alt
        assert seen["readout"] == [value for row in view.readout.rows.values() for value in row]
        for name in [*view.scene.points, *view.scene.notes]:
            here, there = artist_data(seen["picture"], name), artist_data(twin.picture.value, name)
            assert json.dumps(here, default=plain) == json.dumps(there, default=plain), name
        assert seen["code"] == twin.code(twin.settings)
        return seen


def plain(array):
    return array.round(2).tolist()


def check_notebook(notebook, *, explorers=None):
    """Run a notebook, move every control of every explorer in it, and listen for complaints."""
    notebook.run_all()
    assert notebook.tracebacks() == []
    if explorers is not None:
        notebook.page.wait_for_selector(".phase6-explorer .phase6-code pre", state="attached", timeout=30_000)
    roots = notebook.page.query_selector_all(".phase6-explorer")
    if explorers is not None:
        assert len(roots) == explorers
    for root in roots:
        driven = Driven(notebook, root)
        driven.agrees()
        for name in driven.twin.controls:
            before = driven.read()
            driven.move(name)
            after = driven.agrees()
            assert after["settings"] != before["settings"], name
        for preset in driven.twin.presets:
            driven.choose(preset)
            driven.agrees()
        for button in [*driven.twin.buttons(), driven.twin.reset_button]:
            driven.press(button.description)
            driven.agrees()
    assert notebook.complaints == []
    assert notebook.tracebacks() == []


@pytest.mark.parametrize("lesson", sorted(path.name for path in LESSONS.glob("*.ipynb")))
def test_a_lesson_runs_and_its_explorers_follow(browser, lab, lesson):
    notebook = OpenNotebook(browser, lab, lesson)
    try:
        check_notebook(notebook)
    finally:
        notebook.close()


@pytest.fixture(params=NAMES)
def explorer(request, browser, lab):
    name = request.param
    write_notebook(lab.folder / f"{name}.ipynb", f"from phase6.explorers import {name}\n{name}()")
    notebook = OpenNotebook(browser, lab, f"{name}.ipynb")
    notebook.run_all()
    notebook.page.wait_for_selector(".phase6-explorer .phase6-code pre", state="attached", timeout=30_000)
    yield Driven(notebook, notebook.page.query_selector(".phase6-explorer"))
    assert notebook.complaints == []
    notebook.close()


def test_every_control_can_be_reached_by_tab_and_shows_that_it_has_the_focus(explorer):
    page = explorer.notebook.page
    explorer.root.query_selector(".phase6-controls select").focus()
    reached = []
    for _ in range(3 * len(explorer.twin.controls) + 12):
        page.keyboard.press("Tab")
        reached += page.evaluate(
            """() => [...(document.activeElement.closest('[class*=phase6-set-]')?.classList ?? [])]
                .filter(name => name.startsWith('phase6-set-'))
                .map(name => [name.slice(11), getComputedStyle(document.activeElement).outlineStyle])"""
        )
    order = list(dict.fromkeys(name for name, _ in reached))
    assert order == list(explorer.twin.controls)
    focused = {name: outline for name, outline in reached}
    assert set(focused.values()) == {"solid"}


def test_every_control_has_a_label(explorer):
    for name, widget in explorer.twin.controls.items():
        text = explorer.control(name).inner_text().strip()
        assert widget.description in text and text, name


def test_an_error_takes_the_pictures_place_and_the_next_move_recovers(explorer):
    notebook = explorer.notebook
    notebook.execute("_kept = _.view; _.view = lambda settings: 1 / 0; _explorer = _")
    name = next(iter(explorer.twin.controls))
    explorer.move(name)
    seen = explorer.arrived()
    assert "ZeroDivisionError" in seen["message"]
    assert "Traceback" not in seen["picture"]
    notebook.execute("_explorer.view = _kept")
    explorer.move(name)
    explorer.agrees()


def test_nothing_is_wider_than_the_page(explorer):
    wide = explorer.root.evaluate(
        "root => [...root.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right >"
        " root.getBoundingClientRect().right + 1 && !e.closest('svg')).map(e => e.className)"
    )
    assert wide == []
