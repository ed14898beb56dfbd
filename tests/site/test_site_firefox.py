"""The site in Firefox: Python loads, an explorer follows keys, and work is kept.

A check speaks, too.
"""

import time

import pytest

from tests.needs import missing
from tests.site.firefox import firefox, open_firefox
from tests.site.siting import OPEN, PATIENCE, PICTURE, READY, ROOT, SLIDER

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1500)]

SECONDS = PATIENCE / 1000
FIRST_CELL = "model => [model.content.cells[0].source].flat().join('')"
LESSON = f"notebooks/{next(path.name for path in (ROOT / 'notebooks').glob('6.1*.ipynb'))}"


@pytest.fixture(scope="module")
def tab():
    path = firefox()
    if path is None:
        missing("NO FIREFOX: firefox-esr is not installed, so nothing was tested in it")
    with open_firefox(path) as tab:
        yield tab


def test_a_lesson_is_alive_and_nobody_else_is_asked(tab, address):
    tab.goto(f"{address}notebooks/index.html?path={LESSON}")
    tab.wait_for(READY, seconds=SECONDS)
    tab.wait_for(f"document.querySelector('{PICTURE}') && document.querySelector('{SLIDER}')", seconds=60)
    tab.evaluate(f"(window.before = document.querySelector('{PICTURE}').innerHTML, document.querySelector('{SLIDER}').focus())")
    tab.press("ArrowRight")
    tab.wait_for(f"document.querySelector('{PICTURE}').innerHTML !== window.before", seconds=60)
    assert tab.evaluate("Boolean(document.querySelector('.p6-error')?.textContent)") is False
    assert [url for url in tab.requests if not url.startswith((address, "data:", "blob:", "about:"))] == []


def test_what_is_written_is_there_after_a_reload(tab, address):
    place = f"{address}notebooks/index.html?path={LESSON}"
    tab.goto(place)
    tab.wait_for(OPEN, seconds=SECONDS)
    tab.evaluate("jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.setSource('# kept in Firefox')")
    stored = f"jupyterapp.serviceManager.contents.get('{LESSON}', {{content: true}}).then({FIRST_CELL})"
    end = time.monotonic() + 60
    while tab.evaluate(stored) != "# kept in Firefox":
        assert time.monotonic() < end
        time.sleep(0.3)
    tab.goto(place)
    tab.wait_for(OPEN, seconds=SECONDS)
    assert tab.evaluate("jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.source") == "# kept in Firefox"
