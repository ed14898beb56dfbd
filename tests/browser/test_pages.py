"""Feedback, class report and regrading as a browser shows them.

Readable on a screen, a phone and paper, by keyboard and to a screen reader, and with nothing that
they load from anywhere.
"""

import functools
import itertools
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from proctor.course.folders import Course
from proctor.course.regrading import Regrading
from proctor.reports import feedback, regrade, report

from tests.proctor.sample_pages import CLASS, regrading

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1366, 768), "phone": (390, 844)}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The pages of a made-up class, sent away: in a folder where nothing else is."""
    root = tmp_path_factory.mktemp("pages")
    none = root / "none"
    course = Course(none, none, none, none, none, url="", course_id="", assignment="phase6")
    made = {
        "feedback": feedback.page(course, CLASS[3]),
        "one notebook": feedback.page(course, CLASS[12], CLASS[12].sheets[:1]),
        "report": report.page(course, CLASS),
        "small report": report.page(course, CLASS[:2]),
        "trial": regrade.page(regrading(applied=False)),
        "regraded": regrade.page(regrading(applied=True)),
        "nobody changes": regrade.page(Regrading("phase6", new_totals={"ada": 1.0}, old_totals={"ada": 1.0})),
    }
    found = {}
    for name, html in made.items():
        found[name] = root / f"{name}.html"
        found[name].write_text(html)
    return found


@pytest.fixture(params=SIZES)
def size(request):
    return SIZES[request.param]


@pytest.fixture(scope="module")
def loaded(browser, pages):
    """Loads a page once; every request but for the page itself fails the test."""
    context = browser.new_context()

    @functools.cache
    def load(name):
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(pages[name].as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]
        assert said == []
        return page

    yield load
    context.close()


@pytest.fixture
def opened(loaded, size):
    """Gives a page of some name in a window of the size."""

    def open_page(name):
        page = loaded(name)
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        return page

    return open_page


ILLUSTRATED = ["feedback", "one notebook", "report", "small report"]
ALL = [*ILLUSTRATED, "trial", "regraded", "nobody changes"]


@pytest.mark.parametrize("name", ALL)
def test_axe_finds_nothing(opened, name):
    page = opened(name)
    page.evaluate(AXE_FILE_PATH.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    told = [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert told == []


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("medium", ["screen", "print"])
def test_a_page_is_as_wide_as_its_window(opened, name, medium):
    page = opened(name)
    page.emulate_media(media=medium)
    if medium == "print":
        page.set_viewport_size({"width": 718, "height": 1047})  # A4 within its margins, at 96 points an inch
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", ILLUSTRATED)
def test_every_picture_is_shown(opened, name):
    page = opened(name)
    pictures = page.evaluate(
        "[...document.images].map(image => [image.naturalWidth > 0, image.alt.length > 0])"
    )
    assert pictures
    assert all(all(one) for one in pictures)


def test_each_fact_about_a_submission_stands_by_itself(opened):
    page = opened("report")
    rows = page.locator("table:has(caption:text-is('By student')) tbody tr")
    assert rows.count() == 1
    boxes = rows.locator("li").evaluate_all("facts => facts.map(fact => fact.getBoundingClientRect().toJSON())")
    assert len(boxes) == 3
    assert all(above["bottom"] <= below["top"] for above, below in itertools.pairwise(boxes))
    assert all(box["right"] <= page.viewport_size["width"] for box in boxes)


def test_a_list_of_students_is_read_without_scrolling_on_a_phone(opened, size):
    if size == SIZES["phone"]:
        page = opened("report")
        table = page.locator(".wide:has(caption:text-is('Points by notebook'))")
        assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert table.locator("td:empty").first.is_hidden()


def test_formulas_take_room(opened):
    page = opened("feedback")
    sizes = page.evaluate(
        "[...document.querySelectorAll('math')].map(m => [m.getBoundingClientRect().width, m.innerHTML.length])"
    )
    assert len(sizes) >= 6
    assert all(width > 4 for width, _ in sizes)
    fraction = page.evaluate("document.querySelector('mfrac').getBoundingClientRect().height")
    letter = page.evaluate("document.querySelector('math mi').getBoundingClientRect().height")
    assert fraction > 1.5 * letter


@pytest.mark.parametrize("name", ["feedback", "trial"])
def test_what_scrolls_is_reached_by_keyboard(opened, name):
    page = opened(name)
    unreached = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)"
        " && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))"
    )
    assert unreached == []


def test_links_to_notebooks_lead_into_the_page(opened):
    page = opened("feedback")
    targets = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    inside = [target for target in targets if target.startswith("#")]
    assert len(inside) == 2
    assert all(page.locator(target).count() == 1 for target in inside)
    assert all(target.startswith(("#", "https://")) for target in targets)


def test_who_loses_is_linked_to_what_changes(opened):
    page = opened("trial")
    targets = page.evaluate("[...document.querySelectorAll('a')].map(a => a.hash.slice(1))")
    assert targets == ["cy@example.org"]
    assert "Dent" in page.evaluate("id => document.getElementById(id).innerText", targets[0])
