"""A JupyterLab of one's own and a Chromium to look at it with.

For the browser tests and for the slider benchmark.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
STEP = 0.05
PORTS_TRIED = 3
"""A free port can be taken by another program before the server listens on it."""


def chromium() -> str | None:
    """Path of a Chromium: the one that the environment names, the system's, or Playwright's own.

    None if there is none.
    """
    named = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if named:
        return named
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    import nbformat.v4 as v4

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(
        cells=[v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    path.write_text(json.dumps(notebook))


class Lab:
    """A JupyterLab server on the loopback interface, with its own settings and folder."""

    def __init__(self, folder: Path, *, theme: str = "light") -> None:
        self.folder = folder
        self.theme = theme
        self.token = secrets.token_hex(16)
        self._home = Path(tempfile.mkdtemp(prefix="lab-home-"))
        self._page: Page | None = None
        self.complaints: list[str] = []

    def __enter__(self) -> Lab:
        settings = dict(SETTINGS)
        if self.theme == "dark":
            settings["apputils-extension/themes"] = {"theme": "JupyterLab Dark"}
        for plugin, content in settings.items():
            path = self._home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content))
        environment = {
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(self._home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._home / "workspaces"),
            "JUPYTER_CONFIG_DIR": str(self._home / "config"),
            "JUPYTER_RUNTIME_DIR": str(self._home / "runtime"),
            "JUPYTER_DATA_DIR": str(self._home / "data"),
            "IPYTHONDIR": str(self._home / "ipython"),
        }
        self._log = (self._home / "lab.log").open("w+")
        for left in reversed(range(PORTS_TRIED)):
            self._start(environment)
            try:
                self._wait_until_it_answers()
                break
            except RuntimeError as error:
                if left == 0 or "port is already in use" not in re.sub(r"port \d+", "port", str(error)):
                    raise
        return self

    def _start(self, environment: dict[str, str]) -> None:
        """Start the server on a port that was free a moment ago."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                "--expose-app-in-browser",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                f"--ServerApp.root_dir={self.folder}",
                f"--IdentityProvider.token={self.token}",
            ],
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def __exit__(self, *_exc: object) -> None:
        self._server.terminate()
        try:
            self._server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def show(self, browser: Browser, notebook: str, size: ViewportSize) -> Page:
        """Lab's one page, loaded at the first call, with the notebook in front, maybe not ready."""
        if self._page is None:
            self._page = browser.new_page(viewport=size)
            self._page.on("console", self._heard)
            self._page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
            self._page.goto(self.address(notebook))
            self._page.wait_for_function("window.jupyterapp && jupyterapp.shell.currentWidget", timeout=120_000)
            self._page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        else:
            self._page.set_viewport_size(size)
            self._page.evaluate("path => void jupyterapp.commands.execute('docmanager:open', { path })", notebook)
        return self._page

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def address(self, notebook: str) -> str:
        """Where a notebook of the folder opens in Lab."""
        return f"http://127.0.0.1:{self.port}/lab/workspaces/{secrets.token_hex(4)}/tree/{notebook}?token={self.token}"

    def _wait_until_it_answers(self, seconds: float = 90) -> None:
        status = f"http://127.0.0.1:{self.port}/api/status?token={self.token}"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._server.poll() is not None:
                break
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(status, timeout=5).close()
                return
            time.sleep(0.2)
        log = (self._home / "lab.log").read_text()[-3000:]
        raise RuntimeError(f"JupyterLab did not answer within {seconds:.0f} s\n{log}")


@contextlib.contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """A headless Chromium with a profile that is thrown away."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class OpenNotebook:
    """A notebook in front in Lab's page."""

    def __init__(
        self, browser: Browser, lab: Lab, name: str, *, width: int = 1000, height: int = 1100
    ) -> None:
        self._lab, self._before = lab, len(lab.complaints)
        self.page = lab.show(browser, name, {"width": width, "height": height})
        self.page.wait_for_function(
            "path => jupyterapp.shell.currentWidget?.context?.path === path && jupyterapp.shell.currentWidget.content?.widgets"
            " && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            arg=name,
            timeout=120_000,
        )

    @property
    def complaints(self) -> list[str]:
        """What the browser's console called an error since the notebook was opened."""
        return self._lab.complaints[self._before :]

    def close(self) -> None:
        """Shut the kernel down and close the notebook."""
        self.page.evaluate(
            """async () => { const { currentWidget } = jupyterapp.shell;
                await currentWidget.sessionContext.shutdown();
                currentWidget.dispose(); }"""
        )

    def start(self) -> None:
        """Take the saved outputs away and begin to run every cell."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        self.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")

    def finish(self, *, seconds: float = 300) -> None:
        """Wait until every cell that was asked to run has run."""
        self.page.wait_for_function(
            """() => {
                const cells = jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code');
                const asked = cells.filter(c => c.model.sharedModel.source.trim());
                return asked.every(c => c.model.executionCount !== null && c.model.executionState !== 'running')
                    && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle';
            }""",
            timeout=seconds * 1000,
        )

    def run_all(self) -> None:
        """Run every cell and wait for the last."""
        self.start()
        self.finish()

    def tracebacks(self) -> list[str]:
        """The error outputs of the notebook."""
        found: list[str] = self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets
                .filter(c => c.model.type === 'code')
                .flatMap(c => c.model.outputs.toJSON())
                .filter(o => o.output_type === 'error' || o.name === 'stderr')
                .map(o => o.ename ? o.ename + ': ' + o.evalue : o.text)"""
        )
        return found

    def execute(self, code: str) -> None:
        """Run code in the notebook's kernel, beside its cells."""
        reply = self.page.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                return (await kernel.requestExecute({code, store_history: false}).done).content;
            }""",
            code,
        )
        if reply["status"] != "ok":
            raise RuntimeError(f"{reply.get('ename')}: {reply.get('evalue')}")

    def settled(self, read: str, *, quiet: float = 0.4, seconds: float = 20) -> Any:
        """The value of a JavaScript expression once it has stopped changing."""
        end, last, since = time.monotonic() + seconds, object(), time.monotonic()
        while time.monotonic() < end:
            value = self.page.evaluate(read)
            if value != last:
                last, since = value, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return value
            time.sleep(STEP)
        raise TimeoutError(f"{read} still changes after {seconds} s")
