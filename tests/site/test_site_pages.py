"""Front page and plain pages.

Readable on a phone and at 200 %, by keyboard, without serious faults for assistive technology.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile

import nbformat
import pytest
from playwright.sync_api import ViewportSize

from tests.site.siting import PATIENCE, READY, ROOT, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

AXE, AXE_HASH = "axe-core@4.10.3", "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
SERIOUS = {"serious", "critical"}
PAGES = ["index.html", "read/glossary.html", *(f"read/{path.stem}.html" for path in sorted((ROOT / "notebooks").glob("*.ipynb")))]
PHONE: ViewportSize = {"width": 390, "height": 844}
HALF: ViewportSize = {"width": 683, "height": 384}
"""What is left of a screen of 1366 × 768 at 200 %."""


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """axe-core's script, from npm, checked by its hash."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    run = subprocess.run([npm or "npm", "pack", "--silent", AXE], cwd=folder, capture_output=True, check=False) if npm else None
    archives = list(folder.glob("*.tgz"))
    if run is None or run.returncode or not archives:
        pytest.skip(f"NO AXE: npm could not get {AXE}, so accessibility was not tested")
    with tarfile.open(archives[0]) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        script = member.read()
    assert hashlib.sha256(script).hexdigest() == AXE_HASH
    return script.decode()


def serious(page, axe, inside="document"):
    """What axe-core finds serious, as `rule: element`."""
    page.evaluate(axe)
    found = page.evaluate(f"axe.run({inside}, {{ resultTypes: ['violations'] }}).then(all => JSON.stringify(all.violations))")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in json.loads(found) if rule["impact"] in SERIOUS for node in rule["nodes"]]


LINKED = re.compile(r'(?:href|src)="([^"#]+)[^"]*"')
IN_NOTEBOOK = re.compile(r"\]\(([^)\s#]+)[^)\s]*\)")
ELSEWHERE = ("https:", "data:", "attachment:")


def test_every_link_leads_to_something_that_the_site_has(site):
    for page in [site / "index.html", *(site / "read").glob("*.html")]:
        for link in set(LINKED.findall(page.read_text())):
            if not link.startswith(ELSEWHERE):
                path, _, asked = link.partition("?path=")
                assert (page.parent / path).resolve().exists(), f"{page.name}: {link}"
                assert not asked or (site / "files" / asked.removesuffix("&amp;hand-in=1")).exists(), f"{page.name}: {link}"
    for notebook in (site / "files").rglob("*.ipynb"):
        for cell in nbformat.read(notebook, as_version=4).cells:
            for link in IN_NOTEBOOK.findall(cell.source) if cell.cell_type == "markdown" else ():
                known = link.startswith(ELSEWHERE) or link == "glossary.md"
                assert known or (notebook.parent / link).resolve().exists(), f"{notebook.name}: {link}"


def test_the_glossary_opens_as_a_page(visitor):
    page = visitor.open(f"notebooks/{PAGES[4].removeprefix('read/').removesuffix('.html')}.ipynb", ready=False)
    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name="glossary").first.click()
    opened.value.get_by_role("heading", name="Glossary").wait_for(timeout=PATIENCE)


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_serious_fault_and_fit_a_phone(browser, address, axe, path):
    with visiting(browser, address) as visitor:
        page = visitor.context.new_page()
        page.goto(address + path)
        for size in (PHONE, HALF):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
            assert serious(page, axe) == []
            assert visitor.refused == []
            assert visitor.missing == []


def test_a_live_lessons_content_has_no_serious_fault(visitor, axe):
    page = visitor.open(f"notebooks/{PAGES[3].removeprefix('read/').removesuffix('.html')}.ipynb")
    page.wait_for_timeout(500)
    inside = "{ include: ['.jp-RenderedMarkdown', '.phase6-explorer', '.course-line', '.course-button'] }"
    assert serious(page, axe, inside) == []


def test_the_front_page_leads_to_a_lesson_by_keyboard_and_loads_python_ahead(visitor):
    page = visitor.front()
    page.locator("#state[data-preloaded=true]").wait_for(timeout=PATIENCE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Open the lesson 6.1"):
            break
    page.keyboard.press("Enter")
    page.wait_for_function(READY, timeout=PATIENCE)
    assert "notebooks/index.html?path=notebooks/6.1" in page.url
    visitor.clean()


def test_without_scripts_the_front_page_still_tells_everything(browser, address):
    with visiting(browser, address, java_script_enabled=False) as visitor:
        page = visitor.front()
        assert page.get_by_role("link", name="Read it as a page").count() == len(PAGES) - 2
        assert page.get_by_role("heading", name="Hand in").is_visible()
        page.get_by_role("link", name=re.compile("Read it as a page.*Pyramiding: adding")).click()
        assert page.locator("main img").count() > 3
