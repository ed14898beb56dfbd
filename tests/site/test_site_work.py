"""Nothing of a student's work is lost.

Reload, crash, full storage, reset, a new release, an endless loop.
"""

import json
import os
import shutil
import signal
import time
import zipfile

import pytest

from tests.browser.labbing import FLAGS, chromium
from tests.site.siting import EXERCISE, FOLDER, PATIENCE, READY, kernel_run, visiting
from website.server import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

TYPED = "answer_that_must_not_be_lost = 42"
STORED = """async path => {
    const model = await jupyterapp.serviceManager.contents.get(path, { content: true });
    return model.content.cells.map(cell => [cell.source].flat().join('')).join('\\n');
}"""
SHOWN = "jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.sharedModel.source).join('\\n')"
FILES = """async folder => (await jupyterapp.serviceManager.contents.get(folder, { content: true }))
    .content.map(file => file.name)"""


def type_answer(page, text=TYPED):
    """Write at the top of the first cell that is for an answer, at one go.

    So the editor indents nothing.
    """
    page.get_by_role("button", name="Reset notebook").wait_for(timeout=PATIENCE)
    place = page.evaluate(
        "jupyterapp.shell.currentWidget.content.widgets.findIndex(cell => cell.model.getMetadata('nbgrader')?.solution)"
    )
    cell = page.locator(".jp-Notebook .jp-Cell").nth(place).locator(".cm-content")
    cell.click(timeout=PATIENCE)
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text(f"{text}\n")
    page.wait_for_function(f"text => ({SHOWN}).includes(text)", arg=text, timeout=PATIENCE)


def wait_until_stored(page, path, text=TYPED):
    """`wait_for_function` does not wait for promises."""
    end = time.monotonic() + PATIENCE / 1000
    while text not in page.evaluate(STORED, path):
        assert time.monotonic() < end, f"{path} was not stored"
        page.wait_for_timeout(100)


def shown(page):
    """The text of all cells of the open notebook."""
    return page.evaluate(SHOWN)


def test_what_is_typed_survives_a_crash_of_the_page(browser, address):
    own = browser.browser_type.launch(executable_path=chromium(), args=FLAGS)  # all of its pages crash
    with own, visiting(own, address) as visitor:
        page = visitor.open(EXERCISE, ready=False)
        type_answer(page)
        wait_until_stored(page, EXERCISE)
        with page.expect_event("crash", timeout=PATIENCE):
            for process in own.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]:
                if process["type"] == "renderer":
                    os.kill(process["id"], signal.SIGKILL)
        page.close()
        assert TYPED in shown(visitor.open(EXERCISE, ready=False))


@pytest.mark.long
def test_a_guess_is_asked_for_again_by_running_its_cell_after_a_reload(visitor):
    """Python is another then; JupyterLab would say "Loading widget..." for ever."""
    page = visitor.open("notebooks/6.2-lesson-scaling.ipynb")
    run = """() => {
        const { content } = jupyterapp.shell.currentWidget;
        content.activeCellIndex = content.widgets.findIndex(cell => cell.model.sharedModel.source.includes('6.2-splits'));
        void jupyterapp.commands.execute('notebook:run-cell');
    }"""
    page.evaluate(run)
    form = page.locator(".phase6-predict").first
    form.get_by_label("larger").check(timeout=PATIENCE)
    form.get_by_role("button", name="Commit and show").click()
    form.get_by_text("as you said").wait_for(timeout=PATIENCE)
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    page.reload()
    page.wait_for_function(READY, timeout=PATIENCE)
    page.get_by_text("to bring back what it showed").wait_for(timeout=PATIENCE)
    assert not page.get_by_text("Loading widget").count()
    page.evaluate(run)
    form.get_by_text("as you said").wait_for(timeout=PATIENCE)
    visitor.clean()


LATE = """(() => {
    if (!window.ServiceWorkerContainer) return;
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = async function (...what) {
        await new Promise(resolve => setTimeout(resolve, 7000));
        return register.apply(this, what);
    };
})()"""
"""A computer on which service workers are slow to start."""


@pytest.mark.long
def test_python_has_the_notebooks_folder_however_late_the_service_worker_is(visitor):
    visitor.context.add_init_script(LATE)
    page = visitor.open(EXERCISE)
    kernel_run(page, "from pathlib import Path\nPath('guess.json').write_text('{}')")
    assert "guess.json" in page.evaluate(FILES, FOLDER)
    visitor.clean()


FULL = """() => {
    Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };
    window.put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError'); };
}"""
"""Storage as it is when the disk is full: every write throws what browsers then throw."""


def test_a_full_storage_is_told_and_a_download_offered(visitor):
    page = visitor.open(EXERCISE, ready=False)
    type_answer(page, "before = 1")
    wait_until_stored(page, EXERCISE, "before = 1")
    page.evaluate(FULL)
    page.keyboard.insert_text(TYPED)
    page.get_by_text("could not keep your work").wait_for(timeout=PATIENCE)
    page.locator(".jp-Dialog").get_by_role("button", name="Close").click(timeout=PATIENCE)
    page.locator(".jp-Dialog").wait_for(state="detached", timeout=PATIENCE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this notebook").click()
    kept = json.loads(download.value.path().read_text())
    assert TYPED in "".join("".join(cell["source"]) for cell in kept["cells"])
    page.get_by_role("button", name="Hand in").click()
    page.get_by_label("Your user name").fill("ada")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the zip file").click()
    with zipfile.ZipFile(download.value.path()) as handed_in:
        assert TYPED in handed_in.read(f"ada/phase6/{EXERCISE.rpartition('/')[2]}").decode()
    page.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    type_answer(page, "room_again = 1")
    wait_until_stored(page, EXERCISE, "room_again = 1")


def test_reset_asks_first_and_keeps_the_text_beside(visitor):
    page = visitor.open(EXERCISE, ready=False)
    page.get_by_role("button", name="Reset notebook").wait_for(timeout=PATIENCE)
    type_answer(page)
    wait_until_stored(page, EXERCISE)
    page.get_by_role("button", name="Reset notebook").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel").click()
    assert TYPED in shown(page)
    page.get_by_role("button", name="Reset notebook").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(f"!({SHOWN}).includes('{TYPED}')", timeout=PATIENCE)
    (kept,) = [name for name in page.evaluate(FILES, FOLDER) if "before reset" in name]
    assert TYPED in page.evaluate(STORED, f"{FOLDER}/{kept}")


def changed_release(site, target):
    """A copy of the site whose exercise says something new."""
    shutil.copytree(site, target, ignore=shutil.ignore_patterns("static", "build", "extensions"))
    for name in ("static", "build", "extensions"):
        (target / name).symlink_to(site / name)
    course = json.loads((target / "course.json").read_text())
    course["notebooks"][EXERCISE]["release"] = "feedfacefeed"
    (target / "course.json").write_text(json.dumps(course))
    notebook = json.loads((target / "files" / EXERCISE).read_text())
    notebook["metadata"]["course"]["release"] = "feedfacefeed"
    notebook["cells"][0]["source"] = "# A new release\n"
    (target / "files" / EXERCISE).write_text(json.dumps(notebook))


@pytest.mark.long
def test_a_new_release_stands_beside_a_students_copy_and_replaces_an_untouched_one(site, browser, tmp_path):
    changed_release(site, tmp_path / "changed")
    current = tmp_path / "current"
    current.symlink_to(site)
    with serving(current) as address:
        for typed in (True, False):
            current.unlink()
            current.symlink_to(site)
            with visiting(browser, address) as visitor:
                page = visitor.open(EXERCISE, ready=False)
                if typed:
                    type_answer(page)
                    wait_until_stored(page, EXERCISE)
                else:
                    page.evaluate("jupyterapp.shell.currentWidget.context.save()")
                page.close()
                current.unlink()
                current.symlink_to(tmp_path / "changed")
                page = visitor.open(EXERCISE, ready=False)
                if typed:
                    page.get_by_text("new release of this notebook").wait_for(timeout=PATIENCE)
                    assert TYPED in shown(page)
                    (new,) = [name for name in page.evaluate(FILES, FOLDER) if "new release" in name]
                    assert "# A new release" in page.evaluate(STORED, f"{FOLDER}/{new}")
                else:
                    page.wait_for_function(f"({SHOWN}).startsWith('# A new release')", timeout=PATIENCE)
                    assert not [name for name in page.evaluate(FILES, FOLDER) if "new release" in name]


UNREACHABLE = """(() => {
    const asked = window.fetch;
    window.fetch = async (what, ...how) => {
        const path = new URL(what.url ?? what, location.href).pathname;
        if (path.endsWith('.ipynb') && path.includes('/files/')) return new Response('', { status: 504 });
        const answer = await asked(what, ...how);
        if (!path.endsWith('/course.json')) return answer;
        const course = await answer.json();
        for (const notebook of Object.values(course.notebooks)) notebook.release = 'feedfacefeed';
        return new Response(JSON.stringify(course));
    };
})()"""
"""A course with a new release of every notebook, of which none can be fetched."""


@pytest.mark.long
def test_a_new_release_that_cannot_be_had_is_told_and_work_is_kept(visitor):
    page = visitor.open(EXERCISE, ready=False)
    type_answer(page, "before = 1")
    wait_until_stored(page, EXERCISE, "before = 1")
    page.close()
    visitor.context.add_init_script(UNREACHABLE)
    page = visitor.open(EXERCISE, ready=False)
    page.get_by_text("new release of this notebook, which could not be put beside yours").wait_for(timeout=PATIENCE)
    type_answer(page)
    wait_until_stored(page, EXERCISE)
    assert page.get_by_role("button", name="Hand in").is_visible()


HEARD = """() => {
    window.loaded = 0;
    new BroadcastChannel('course-python').onmessage = ({ data }) => { window.loaded = data.fraction; };
}"""
"""Notes how far the Python that is loading has come."""


def test_an_endless_loop_ends_with_a_restart_and_no_text_is_lost(alive):
    page = alive
    type_answer(page, "while True: pass")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'", timeout=PATIENCE)
    page.evaluate(HEARD)
    page.wait_for_function("window.loaded >= 0.9", timeout=PATIENCE)
    began = page.evaluate("(window.loaded = 0, performance.now())")
    page.get_by_role("button", name="Restart Python").click()
    page.wait_for_function("!document.querySelector('[data-python=ready]')", timeout=PATIENCE)
    page.wait_for_function(READY, timeout=PATIENCE)
    taken = (page.evaluate("performance.now()") - began) / 1000
    assert page.evaluate("window.loaded") == 0, "the Python that had been loaded beside the loop was not used"
    assert "while True: pass" in shown(page)
    kernel_run(page, "assert 1 + 1 == 2")
    print(f"Python was ready again after {taken:.1f} s")


def test_a_cell_that_ends_leaves_no_second_python_behind(alive):
    page = alive
    page.evaluate(HEARD)
    workers = len(page.workers)
    kernel_run(page, "import time\nbegan = time.monotonic()\nwhile time.monotonic() - began < 8: pass")
    assert page.evaluate("window.loaded") > 0
    end = time.monotonic() + 60
    while len(page.workers) > workers:
        assert time.monotonic() < end, "the second Python is still there"
        page.wait_for_timeout(200)
