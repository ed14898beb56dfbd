"""Every lesson in JupyterLab: it runs, its explorers follow every control, nothing complains."""

import json
import re

import phase6.explorers
import pytest
from conftest import LESSONS
from labbing import OpenNotebook, write_notebook
from phase6.explorers._live import artist_data

pytestmark = pytest.mark.browser

NAMES = phase6.explorers.__all__
TITLES = sorted(path.name for path in LESSONS.glob("*.ipynb"))

READ = """root => ({
    picture: root.querySelector('.phase6-shown').innerHTML,
    backdrop: root.querySelector('.phase6-backdrop .widget-html-content').innerHTML,
    alt: root.querySelector('.phase6-shown svg')?.getAttribute('aria-label'),
    message: root.querySelector('.phase6-error')?.textContent,
    readout: [...root.querySelectorAll('.phase6-readout td')].map(cell => cell.textContent),
    code: root.querySelector('.phase6-code pre')?.textContent,
    view: Number(root.querySelector('.phase6-shown').dataset.view),
    settings: JSON.parse(root.querySelector('.phase6-shown').dataset.settings),
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

    def show_code(self):
        """Show the code, which then follows too."""
        self.root.query_selector("button:has-text('Show the code')").click()
        self.root.wait_for_selector(".phase6-code pre")
        self.twin.code_button.value = True

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
            """([root, view]) => [...root.querySelectorAll('.phase6-shown, .phase6-code pre')]
                .every(part => Number(part.dataset.view) >= view)""",
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
            assert seen["message"] == re.sub(r"<[^>]*>", "", twin.picture.value)
            return seen
        view = twin.view(twin.settings)
        assert seen["alt"] == view.scene.alt
        assert seen["readout"] == [value.replace("-", "−") for row in view.readout.rows.values() for value in row]
        for name in [*view.scene.points, *view.scene.notes]:
            here, there = artist_data(seen["picture"], name), artist_data(twin.picture.value, name)
            assert json.dumps(here, default=plain) == json.dumps(there, default=plain), name
        if twin.code_button.value:
            assert seen["code"] == twin.code(twin.settings)
        assert twin.backdrop.value.count("<text") == seen["backdrop"].count("<text") > 5
        return seen


def plain(array):
    return array.round(2).tolist()


def move_everything(driven):
    """Move every control, choose every preset, press every button; after each, the browser shows what the engine says.

    Returns the names of the controls whose move changed the picture.
    """
    changing = set()
    driven.agrees()
    for name, widget in driven.twin.controls.items():
        before = driven.read()
        driven.move(name)
        after = driven.agrees()
        assert after["settings"] != before["settings"], name
        if after["picture"] != before["picture"]:
            changing.add(name)
        if type(widget).__name__ == "Checkbox":
            driven.move(name)
            driven.agrees()
    for preset in driven.twin.presets:
        driven.choose(preset)
        driven.agrees()
    for button in [*driven.twin.buttons(), driven.twin.reset_button]:
        driven.press(button.description)
        driven.agrees()
    return changing


def explorers_in(lesson):
    """Names of the explorers that a lesson makes."""
    cells = json.loads((LESSONS / lesson).read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [name for name in NAMES if f"{name}(" in code]


@pytest.fixture(scope="module")
def running(browser, lab):
    """A function that gives a lesson whose cells run; the next lesson's cells begin to run at the same time."""
    started = {}

    def give(name):
        for lesson in TITLES[TITLES.index(name) :][:2]:
            if lesson not in started:
                started[lesson] = OpenNotebook(browser, lab, lesson)
                started[lesson].start()
        return started[name]

    yield give
    for notebook in started.values():
        if not notebook.page.is_closed():
            notebook.close()


@pytest.mark.parametrize("lesson", TITLES)
def test_a_lesson_runs_and_its_explorers_follow(running, lesson):
    notebook = running(lesson)
    notebook.finish()
    assert notebook.tracebacks() == []
    for name in explorers_in(lesson):
        root = notebook.page.wait_for_selector(f".phase6-{name}:has(.phase6-shown)", timeout=30_000)
        driven = Driven(notebook, root)
        driven.show_code()
        changing = move_everything(driven)
        assert len(changing) > len(driven.twin.controls) / 2, f"only {sorted(changing)} change the picture"
    assert notebook.tracebacks() == []
    assert notebook.complaints == []
    notebook.close()


def test_every_explorer_is_in_a_lesson():
    assert {name for lesson in LESSONS.glob("*.ipynb") for name in explorers_in(lesson.name)} == set(NAMES)


@pytest.fixture(scope="module")
def page_of(browser, lab):
    """A function that gives each explorer, open in a notebook of its own."""
    opened = {}

    def give(name):
        if name not in opened:
            write_notebook(lab.folder / f"{name}.ipynb", f"from phase6.explorers import {name}\nexplorer = {name}()\nexplorer")
            notebook = OpenNotebook(browser, lab, f"{name}.ipynb")
            notebook.run_all()
            root = notebook.page.wait_for_selector(".phase6-explorer:has(.phase6-shown)", timeout=30_000)
            opened[name] = Driven(notebook, root)
        return opened[name]

    yield give
    for driven in opened.values():
        driven.notebook.close()


@pytest.fixture(params=NAMES)
def explorer(request, page_of):
    driven = page_of(request.param)
    yield driven
    assert driven.notebook.complaints == []


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
    assert {outline for _, outline in reached} == {"solid"}


def test_every_control_has_a_label(explorer):
    for name, widget in explorer.twin.controls.items():
        text = explorer.control(name).inner_text().strip()
        assert widget.description in text and text, name


def test_who_listens_hears_the_label_and_the_value_of_every_slider(explorer):
    for name, widget in explorer.twin.controls.items():
        if not type(widget).__name__.endswith("Slider"):
            continue
        explorer.move(name)
        shown = explorer.control(name).query_selector(".widget-readout").inner_text()
        handle = explorer.notebook.page.get_by_role("slider", name=widget.description, exact=True)
        handle.wait_for(timeout=5_000)
        explorer.notebook.page.wait_for_function(
            "([handle, said]) => handle.getAttribute('aria-valuetext') === said", arg=[handle.element_handle(), shown], timeout=5_000
        )
        assert re.search(r"\d", shown)
    explorer.agrees()


def test_an_error_takes_the_pictures_place_and_the_next_move_recovers(explorer, monkeypatch):
    def broken(settings):
        return 1 / 0

    notebook, name = explorer.notebook, next(iter(explorer.twin.controls))
    notebook.execute("_kept = explorer.view; explorer.view = lambda settings: 1 / 0")
    with monkeypatch.context() as patch:
        patch.setattr(explorer.twin, "view", broken)
        explorer.move(name)
        assert "ZeroDivisionError" in explorer.agrees()["message"]
    notebook.execute("explorer.view = _kept")
    explorer.move(name)
    assert explorer.agrees()["message"] is None


def test_nothing_is_wider_than_the_page(explorer):
    wide = explorer.root.evaluate(
        "root => [...root.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right >"
        " root.getBoundingClientRect().right + 1 && !e.closest('svg')).map(e => e.className)"
    )
    assert wide == []


def test_the_code_can_be_shown_and_hidden(explorer):
    page, root = explorer.notebook.page, explorer.root
    assert root.query_selector(".phase6-code pre") is None
    root.query_selector("button:has-text('Show the code')").click()
    assert root.wait_for_selector(".phase6-code pre").inner_text() == explorer.twin.code(explorer.twin.settings)
    root.query_selector("button:has-text('Hide the code')").click()
    page.wait_for_function("root => !root.querySelector('.phase6-code pre')", arg=root)
