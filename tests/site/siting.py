"""The browser site in a Chromium that may talk to the site's own server and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "assignments/phase6"
EXERCISE = f"{FOLDER}/{min(path.name for path in (ROOT / 'release' / 'phase6').glob('*.ipynb'))}"
HARMLESS = (
    "is duplicated",  # JupyterLite adds two entries twice to a menu
    "No exact match found for python",
    "Disabling terminals plugin",  # there are none in a page
)
OPEN = "window.jupyterapp && jupyterapp.shell.currentWidget?.content?.widgets && jupyterapp.shell.currentWidget.context.isReady"
READY = "document.querySelector('[data-python=ready]') !== null"
EXPLORER = ".phase6-explorer"
PICTURE = f"{EXPLORER} .p6-picture svg"
SLIDER = f"{EXPLORER} .p6-controls input[type=range]"
SERIOUS = {"serious", "critical"}
PATIENCE = 300_000
"""Milliseconds that Python may take on a machine with other work to do."""


class Visitor:
    """A browser profile of its own that refuses other sites, and notes what went wrong."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.refused: list[str] = []
        self.missing: list[str] = []
        self.complaints: list[str] = []
        context.route("**/*", self._judge)
        context.on("response", lambda answer: self.missing.append(answer.url) if answer.status >= 400 else None)
        context.on("requestfailed", self._failed)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))

    def _judge(self, route: Route) -> None:
        if route.request.url.startswith(self.address):
            route.continue_()
        else:
            self.refused.append(route.request.url)
            route.abort()

    def _failed(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.refused.append(request.url)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in HARMLESS):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def front(self) -> Page:
        """The front page."""
        page = self.context.new_page()
        page.goto(self.address)
        return page

    def open(self, path: str, *, view: str = "notebooks", ready: bool = True) -> Page:
        """A notebook in one of the two views, with Python ready unless said otherwise."""
        page = self.context.new_page()
        page.goto(f"{self.address}{view}/index.html?path={path}")
        page.wait_for_function(OPEN, timeout=PATIENCE)
        if ready:
            page.wait_for_function(READY, timeout=PATIENCE)
        return page

    def clean(self) -> None:
        """Assert that nobody else was asked, nothing was missing and nothing complained."""
        assert not self.refused, self.refused
        assert not self.missing, self.missing
        assert not self.complaints, self.complaints


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Visitor]:
    """A visitor with an empty profile."""
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, "accept_downloads": True, **options})
    try:
        yield Visitor(context, address)
    finally:
        context.close()


def run_all(page: Page) -> None:
    """Run every cell of the open notebook and wait until all have run."""
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells').then(done => { window.ranAll = true; })")
    page.wait_for_function("window.ranAll", timeout=2 * PATIENCE)


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """The outputs of the open notebook's code cells, cell by cell."""
    found: list[list[dict[str, Any]]] = page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === 'code').map(cell => cell.model.outputs.toJSON())"""
    )
    return found


def errors(page: Page) -> list[str]:
    """Names and texts of the errors among the outputs."""
    return [f"{each['ename']}: {each['evalue']}" for cell in outputs(page) for each in cell if each["output_type"] == "error"]


def kernel_run(page: Page, code: str) -> str:
    """Run code in the open notebook's Python, beside its cells; gives what it prints."""
    reply, text = page.evaluate(
        """async code => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code, store_history: false });
            let text = '';
            future.onIOPub = ({ content }) => { text += content.text ?? ''; };
            return [(await future.done).content, text];
        }""",
        code,
    )
    assert reply["status"] == "ok", reply
    return str(text)


def serious(page: Page, inside: str = "document") -> list[str]:
    """What axe-core finds serious, as `rule: element`."""
    page.evaluate(AXE_FILE_PATH.read_text())
    found = page.evaluate(f"axe.run({inside}, {{ resultTypes: ['violations'] }}).then(all => JSON.stringify(all.violations))")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in json.loads(found) if rule["impact"] in SERIOUS for node in rule["nodes"]]
