"""Front page and plain pages.

Readable on a phone and at 200 %, by keyboard, without serious faults for assistive technology.
"""

import re

import nbformat
import pytest
from playwright.sync_api import ViewportSize

from tests.site.siting import PATIENCE, READY, ROOT, serious, visiting

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1500)]

PAGES = ["index.html", "read/glossary.html", *(f"read/{path.stem}.html" for path in sorted((ROOT / "notebooks").glob("*.ipynb")))]
PHONE: ViewportSize = {"width": 390, "height": 844}
HALF: ViewportSize = {"width": 683, "height": 384}
"""What is left of a screen of 1366 × 768 at 200 %."""


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


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_serious_fault_and_fit_a_phone(browser, address, path):
    with visiting(browser, address) as visitor:
        page = visitor.context.new_page()
        page.goto(address + path)
        for size in (HALF, PHONE):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        assert serious(page) == []
        assert visitor.refused == []
        assert visitor.missing == []


def test_the_front_page_loads_python_ahead_and_leads_to_a_lesson_by_keyboard_which_leads_to_the_glossary(visitor):
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
    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name="glossary").first.click()
    opened.value.get_by_role("heading", name="Glossary").wait_for(timeout=PATIENCE)
    visitor.clean()


def test_without_scripts_the_front_page_still_tells_everything(browser, address):
    with visiting(browser, address, java_script_enabled=False) as visitor:
        page = visitor.front()
        assert page.get_by_role("link", name="Read it as a page").count() == len(PAGES) - 2
        assert page.get_by_role("heading", name="Hand in").is_visible()
        page.get_by_role("link", name=re.compile("Read it as a page.*Pyramiding: adding")).click()
        assert page.locator("main img").count() > 3
