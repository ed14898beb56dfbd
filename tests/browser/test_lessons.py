"""Every lesson in JupyterLab: it runs, its explorers follow every control, nothing complains."""

import json
import re

import numpy as np
import phase6.explorers
import pytest
from phase6.explorers._picture import GAP

from tests.browser.conftest import LESSONS
from tests.browser.labbing import OpenNotebook, write_notebook
from tests.marks import with_long

pytestmark = pytest.mark.browser

NAMES = phase6.explorers.__all__
TITLES = sorted(path.name for path in LESSONS.glob("*.ipynb"))

READ = """root => ({
    drawn: root.querySelector('.p6-picture').innerHTML,
    alt: root.querySelector('.p6-picture svg')?.getAttribute('aria-label'),
    message: root.querySelector('.p6-error').textContent,
    figures: [...root.querySelectorAll('.p6-figures td:not(:empty)')].map(cell => cell.textContent),
    code: root.querySelector('.p6-code pre').textContent,
    view: Number(root.dataset.view),
    settings: JSON.parse(root.dataset.settings),
    preset: root.querySelector('.p6-preset select').value,
    paths: Object.fromEntries([...root.querySelectorAll('.p6-picture [data-artist] > path')]
        .map(path => [path.parentElement.dataset.artist, path.getAttribute('d')])),
})"""


class Driven:
    """An explorer in the browser, and its twin in this process that is given the same moves."""

    def __init__(self, notebook, root):
        self.notebook, self.root = notebook, root
        name = next(name for name in NAMES if f"phase6-{name}" in root.get_attribute("class").split())
        self.twin = getattr(phase6.explorers, name)()

    def read(self):
        return self.root.evaluate(READ)

    def control(self, name):
        return self.root.query_selector(f".p6-set-{name}")

    def move(self, name):
        """Move a control by one step with the keyboard, as its twin is moved."""
        control, element, value = self.twin.controls[name], self.control(name), self.twin.settings[name]
        self.root.evaluate("root => { for (const fold of root.querySelectorAll('details')) fold.open = true; }")
        keyboard = self.notebook.page.keyboard
        if control.kind == "slider":
            up = value + control.step <= control.high + 1e-12
            element.query_selector("[type=range]").focus()
            keyboard.press("ArrowRight" if up else "ArrowLeft")
            moved = value + (control.step if up else -control.step)
            self.twin.set(**{name: int(moved) if control.whole else round(moved, 10)})
        elif control.kind == "choice":
            place = (control.options.index(value) + 1) % len(control.options)
            element.query_selector("select").select_option(index=place)
            self.twin.set(**{name: control.options[place]})
        elif control.kind == "switch":
            element.query_selector("input").focus()
            keyboard.press("Space")
            self.twin.set(**{name: not value})
        elif control.kind == "counter":
            element.query_selector("input").focus()
            keyboard.press("ArrowUp")
            self.twin.set(**{name: value + 1})
        else:
            raise TypeError(f"no hand for a {control.kind}")

    def choose(self, preset):
        self.root.query_selector(".p6-preset select").select_option(label=preset)
        self.twin.choose(preset)

    def press(self, label):
        self.root.query_selector(f"button:text-is('{label}')").click()
        {"New path": self.twin.next_path, "Reset": self.twin.reset}[label]()

    def arrived(self, *, seconds=30):
        """What the browser shows once it has caught up with the twin."""
        self.notebook.page.wait_for_function(
            "([root, view]) => Number(root.dataset.view) >= view",
            arg=[self.root, self.twin.shown["view"]],
            timeout=seconds * 1000,
        )
        return self.read()

    def agrees(self):
        """Assert that picture, figures, text alternative and code are the engine's answer's."""
        seen, twin = self.arrived(), self.twin
        assert seen["view"] == twin.shown["view"]
        assert seen["settings"] == json.loads(json.dumps(twin.settings))
        assert seen["preset"] == twin.preset
        assert seen["message"].removeprefix("These settings have no picture. ") == twin.shown["error"]
        if twin.shown["error"]:
            return seen
        assert seen["alt"] == twin.shown["move"]["alt"]
        told = [value for _, row in twin.shown["figures"]["rows"] for value in row]
        assert seen["figures"] == [re.sub(r"-(?=\d)", "−", value) for value in told if value]
        assert seen["code"] == twin.shown["code"]
        for name, data in path_data(twin).items():
            assert seen["paths"][name] == data, name
        return seen


def path_data(explorer):
    """The path data of an explorer's lines and areas, by artist.

    They are read from its move as the page reads it.
    """
    move, kinds = explorer.shown["move"], [(name, kind) for name, kind in explorer.frame["artists"] if kind != "note"]
    rows = np.frombuffer(move["points"], "<i2").reshape(-1, 2)
    found = {}
    for (name, kind), part in zip(kinds, np.split(rows, np.cumsum(move["lengths"])[:-1]), strict=True):
        data, begun = "", False
        for x, y in part.tolist():
            if x == GAP:
                data += "Z" if kind == "area" and begun else ""
            else:
                data += f"{'L' if begun else 'M'}{x / 10:g} {y / 10:g}"
            begun = x != GAP
        if kind != "marks":
            found[name] = data + ("Z" if kind == "area" and begun else "")
    return found


def move_everything(driven):
    """Move every control, choose every preset, press every button.

    After each, the browser shows what the engine says. Returns the names of the controls whose move
    changed the picture.
    """
    changing = set()
    driven.agrees()
    for name, control in driven.twin.controls.items():
        before = driven.read()
        driven.move(name)
        after = driven.agrees()
        assert after["settings"] != before["settings"], name
        if after["drawn"] != before["drawn"]:
            changing.add(name)
        if control.kind == "switch":
            driven.move(name)
            driven.agrees()
    for preset in list(driven.twin.presets)[1:]:
        driven.choose(preset)
        driven.agrees()
    for label in ["New path", "Reset"] if driven.twin.page["paths"] else ["Reset"]:
        driven.press(label)
        driven.agrees()
    return changing


def explorers_in(lesson):
    """Names of the explorers that a lesson makes."""
    cells = json.loads((LESSONS / lesson).read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [name for name in NAMES if f"{name}(" in code]


QUICK = next(name for name in TITLES if name.startswith("6.2"))
"""The lesson that stands for the others in `make test`."""


@pytest.mark.parametrize("lesson", with_long(TITLES, set(TITLES) - {QUICK}))
def test_a_lesson_runs_and_its_explorers_follow(browser, lab, lesson):
    notebook = OpenNotebook(browser, lab, lesson)
    notebook.run_all()
    assert notebook.tracebacks() == []
    for name in explorers_in(lesson):
        root = notebook.page.wait_for_selector(f".phase6-{name}", timeout=30_000)
        driven = Driven(notebook, root)
        changing = move_everything(driven)
        assert len(changing) > len(driven.twin.controls) / 2, f"only {sorted(changing)} change the picture"
    assert notebook.tracebacks() == []
    assert notebook.complaints == []
    notebook.close()


@pytest.mark.parametrize("lesson", ["6.0-start-here.ipynb", "6.5-lesson-conviction-sizing.ipynb"])
def test_a_lesson_does_not_scroll_sideways_on_a_phone(browser, lab, lesson):
    notebook = OpenNotebook(browser, lab, lesson, width=390, height=844)
    page = notebook.page
    if lesson.startswith("6.0"):
        page.evaluate(
            """() => { const { content } = jupyterapp.shell.currentWidget;
                content.activeCellIndex = content.widgets.findIndex(cell => cell.model.sharedModel.source.includes('cockpit.show'));
                return jupyterapp.commands.execute('notebook:run-cell'); }"""
        )
        page.wait_for_selector("progress", state="attached", timeout=30_000)
        wide, there = page.locator("table:has(progress)").evaluate("table => [table.scrollWidth, table.parentElement.clientWidth]")
        assert wide <= there, "the table of sections scrolls"
    panel = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer")
    assert panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") == 0
    notebook.close()


def test_every_explorer_is_in_a_lesson():
    assert {name for lesson in LESSONS.glob("*.ipynb") for name in explorers_in(lesson.name)} == set(NAMES)


def test_many_paths_are_played_while_the_page_stays_alive_and_stop_at_once(browser, lab):
    cell = "from phase6.explorers import ScalingExplorer\nScalingExplorer()"
    write_notebook(lab.folder / "paths.ipynb", cell)
    notebook = OpenNotebook(browser, lab, "paths.ipynb")
    notebook.run_all()
    page = notebook.page
    root = page.wait_for_selector(".phase6-ScalingExplorer")
    root.query_selector("button:text-is('100 new paths')").click()
    page.wait_for_function("root => Number(root.dataset.paths) > 2", arg=root, timeout=30_000)
    root.query_selector("button:text-is('Stop')").click()
    page.wait_for_timeout(300)
    stopped = root.get_attribute("data-paths")
    page.wait_for_timeout(500)
    assert root.get_attribute("data-paths") == stopped and int(stopped) < 100
    root.query_selector("button:text-is('100 new paths')").click()
    page.wait_for_function("root => root.dataset.paths === '100'", arg=root, timeout=120_000)
    assert re.fullmatch(
        r"Buying in parts won \d+ of 100 paths.*: mean difference [+−].* ± .* percentage points \(standard error\)\.",
        root.query_selector(".p6-status").inner_text(),
    )
    assert root.query_selector(".p6-histogram svg").is_visible()
    assert notebook.complaints == [] and notebook.tracebacks() == []
    notebook.close()


def test_when_the_kernel_is_gone_one_line_says_how_to_wake_it(browser, lab):
    write_notebook(lab.folder / "gone.ipynb", "from phase6.explorers import ConvictionExplorer\nConvictionExplorer()")
    notebook = OpenNotebook(browser, lab, "gone.ipynb")
    notebook.run_all()
    root = notebook.page.wait_for_selector(".phase6-ConvictionExplorer")
    assert not root.query_selector(".p6-asleep").is_visible()
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    notebook.page.wait_for_timeout(3000)
    root.query_selector(".p6-set-years [type=range]").focus()
    notebook.page.keyboard.press("ArrowRight")
    root.wait_for_selector(".p6-asleep", state="visible", timeout=15_000)
    assert "Shift+Enter" in root.query_selector(".p6-asleep").inner_text()
    notebook.close()


PREDICTION = """from phase6 import predict

predict.choice("peak", "Which?", {"this": "Not this.", "that": ""}, right="that", then=lambda guess: f"the result for {guess}")"""


def test_a_guess_is_kept_beside_the_notebook_and_shows_again(browser, lab):
    folder = lab.folder / "student"
    folder.mkdir()
    write_notebook(folder / "guess.ipynb", PREDICTION)
    notebook = OpenNotebook(browser, lab, "student/guess.ipynb")
    notebook.run_all()
    page = notebook.page
    form = page.wait_for_selector(".phase6-predict form")
    shown = page.locator(".p6-outcome")
    assert shown.text_content() == ""
    form.query_selector("input[type=radio]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("just so")
    page.keyboard.press("Enter")
    shown.get_by_text("the result for this").wait_for(timeout=20_000)
    assert shown.get_by_text("Not this.").is_visible()
    assert json.loads((folder / "predictions.json").read_text())["peak"]["why"] == "just so"
    notebook.run_all()
    shown.get_by_text("the result for this").wait_for(timeout=20_000)
    page.get_by_role("button", name="Guess again").click()
    page.wait_for_selector(".phase6-predict form", state="visible")
    assert json.loads((folder / "predictions.json").read_text()) == {}
    assert notebook.complaints == [] and notebook.tracebacks() == []
    notebook.close()


def test_amounts_in_dollars_are_not_taken_for_a_formula(browser, lab):
    folder = lab.folder / "dollars"
    folder.mkdir()
    asked = 'predict.number("lost", "How much is lost?", low=0, high=4000, step=50, unit="$", truth=1945)'
    write_notebook(folder / "sum.ipynb", f"from phase6 import predict\n{asked}.commit(2050)", "predict.summary()")
    notebook = OpenNotebook(browser, lab, "dollars/sum.ipynb")
    notebook.run_all()
    table = notebook.page.locator("table:has(caption:text-is('You against the market'))")
    table.wait_for()
    notebook.page.wait_for_timeout(1500)
    assert "$1,945 (you were $105 too high)" in table.inner_text()
    assert table.locator("mjx-container").count() == 0
    notebook.close()
