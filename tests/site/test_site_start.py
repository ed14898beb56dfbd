"""Python in a page goes on from what is kept, and starts without it."""

import json

import pytest

from tests.marks import with_long
from tests.site.siting import PATIENCE, kernel_run, visiting
from website.build import SCRIPTS, scripts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LESSON = "notebooks/6.0-start-here.ipynb"
FOLDER = """
const folder = async () => {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle('course-python', { create: true });
    const versions = await Array.fromAsync(all.keys());
    return [all, versions];
};
"""
SIZES = f"""async () => {{
    {FOLDER}
    const [all, versions] = await folder();
    const sizes = {{}};
    for (const version of versions)
        for await (const [name, file] of (await all.getDirectoryHandle(version)).entries()) sizes[name] = (await file.getFile()).size;
    return [versions, sizes];
}}"""
OVERWRITE = f"""async content => {{
    {FOLDER}
    const [all, [version]] = await folder();
    const file = await (await all.getDirectoryHandle(version)).getFileHandle('memory.bin');
    const writable = await file.createWritable();
    await writable.write(content);
    await writable.close();
}}"""
NEWER = f"""async () => {{
    {FOLDER}
    const [all] = await folder();
    await all.getDirectoryHandle('python-of-another-release', {{ create: true }});
}}"""

BELOW_THE_TOOLBAR = """() => {
    const bar = document.querySelector('.jp-NotebookPanel-toolbar');
    const bottom = bar.getBoundingClientRect().bottom + 1;
    const items = [...bar.children].map(item => [item, item.getBoundingClientRect()]);
    return items.filter(([, { width, bottom: low }]) => width && low > bottom).map(([item]) => item.textContent || item.className);
}"""
CHANGES = """async () => {
    let changes = 0;
    const watch = new MutationObserver(seen => { changes += seen.length; });
    watch.observe(document.querySelector('.jp-NotebookPanel-toolbar'), { childList: true, subtree: true, characterData: true });
    await new Promise(resolve => setTimeout(resolve, 1500));
    watch.disconnect();
    return changes;
}"""
"""How often a toolbar changes while nothing happens."""


@pytest.fixture
def wanted(site):
    """The place of Python in the site, and sizes of what is kept by name."""
    (place,) = (site / "static").glob("python-*")
    return place.name, json.loads((place / "state.json").read_text())["sizes"]


def plain_page(visitor):
    """A page of the site that loads no Python."""
    page = visitor.context.new_page()
    page.goto(f"{visitor.address}read/glossary.html")
    return page


def read_front(visitor):
    """The front page, once it has loaded Python ahead."""
    page = visitor.front()
    page.locator("#state[data-preloaded=true]").wait_for(timeout=PATIENCE)
    return page


def test_the_service_worker_keeps_jupyterlabs_scripts_while_it_is_installed(alive, address, site):
    names = SCRIPTS.read_text().split()
    assert scripts(site) == names, "bench-site --save writes scripts.txt anew"
    kept = alive.evaluate("async () => (await (await caches.open('course-files')).keys()).map(({ url }) => url)")
    assert {address + name for name in names} <= set(kept)


def test_the_front_page_keeps_what_python_goes_on_from(visitor, wanted):
    name, sizes = wanted
    plain_page(visitor).evaluate(NEWER)
    assert read_front(visitor).evaluate(SIZES) == [[name], sizes]
    visitor.clean()


@pytest.mark.long
@pytest.mark.parametrize("content", ["", "cut off"])
def test_a_file_that_is_not_whole_is_loaded_again(visitor, wanted, content):
    read_front(visitor).evaluate(OVERWRITE, content)
    page = visitor.open(LESSON)
    assert kernel_run(page, "import phase6.explorers; print('here')") == "here\n"
    visitor.clean()


@pytest.mark.long
def test_python_starts_where_nothing_can_be_kept(visitor):
    plain_page(visitor).evaluate(
        "async () => (await navigator.storage.getDirectory()).getFileHandle('course-python', { create: true })"
    )
    page = visitor.open(LESSON)
    assert kernel_run(page, "import phase6.explorers; print('here')") == "here\n"
    visitor.clean()


WIDE_AND_PATH = [(390, LESSON), (700, "assignments/phase6/6.5-conviction-sizing.ipynb")]


@pytest.mark.parametrize(("width", "path"), with_long(WIDE_AND_PATH, WIDE_AND_PATH[1:]))
def test_a_toolbar_without_room_for_all_of_it_lies_on_nothing(browser, address, width, path):
    with visiting(browser, address, viewport={"width": width, "height": 800}) as visitor:
        page = visitor.open(path)
        more = page.locator(".jp-NotebookPanel-toolbar > .jp-Toolbar-responsive-opener")
        more.wait_for(timeout=PATIENCE)
        page.wait_for_timeout(1000)
        assert page.evaluate(BELOW_THE_TOOLBAR) == []
        assert page.evaluate(CHANGES) < 20
        more.locator("button, jp-button").first.click()
        page.get_by_role("button", name="Reset notebook").wait_for(timeout=PATIENCE)
