"""A headless Firefox, driven by WebDriver BiDi, the protocol that it speaks itself.

No driver program is needed.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websocket import WebSocket, WebSocketTimeoutException, create_connection

NAMES = ("firefox-esr", "firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
SETTINGS = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
}
KEYS = {"ArrowRight": "\ue014", "Enter": "\ue007", "Tab": "\ue004"}


def firefox() -> str | None:
    """Path of a Firefox, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """The one tab of a Firefox: goes to addresses, evaluates, presses keys.

    Notes requests and complaints.
    """

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._number = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._command("session.new", capabilities={})
        self._context = self._command("browsingContext.getTree")["contexts"][0]["context"]
        self._command("session.subscribe", events=["network.beforeRequestSent", "log.entryAdded"])

    def _command(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("type") == "event":
                self._note(message["method"], message["params"])
            elif message.get("id") == self._number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                result: dict[str, Any] = message["result"]
                return result

    def _note(self, event: str, content: dict[str, Any]) -> None:
        if event == "network.beforeRequestSent":
            self.requests.append(content["request"]["url"])
        elif content["level"] == "error":
            self.complaints.append(content["text"])

    def goto(self, address: str) -> None:
        """Open an address and wait until it has loaded."""
        self._command("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The plain value of a JavaScript expression, awaited if it is a promise."""
        wrapped = f"Promise.resolve({expression}).then(value => JSON.stringify(value ?? null))"
        answer = self._command("script.evaluate", expression=wrapped, target={"context": self._context}, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for(self, expression: str, *, seconds: float) -> None:
        """Wait until an expression is true; raises TimeoutError after some seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(f"Boolean({expression})"):
                return
            time.sleep(0.3)
        raise TimeoutError(f"not within {seconds:.0f} s: {expression}; complaints: {self.complaints}")

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        value = KEYS[key]
        actions = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        self._command("input.performActions", context=self._context, actions=[{"type": "key", "id": "keys", "actions": actions}])


@contextlib.contextmanager
def open_firefox(path: str) -> Iterator[Tab]:
    """A headless Firefox with a profile that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines))
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                socket = create_connection(f"{_address(process)}/session", suppress_origin=True, timeout=180)
                yield Tab(socket)
                with contextlib.suppress(WebSocketTimeoutException, OSError):
                    socket.close(timeout=2)
            finally:
                process.terminate()
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    """Where Firefox listens; what it says afterwards is read and dropped."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := LISTENING.search(line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found.group(1)
    raise RuntimeError("Firefox ended before it listened")
