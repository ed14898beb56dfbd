"""A widget of the course in a bare page, without a notebook.

Its own front end, and a model that this process answers. Quick to open at any width and theme, so
that layout can be measured; what needs a real kernel is tested in Lab.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import ipywidgets
from playwright.sync_api import Browser, Page

MODEL = """
const state = {}, listeners = {}, changed = new Set();
const plain = (value) => value && value.bytes !== undefined
  ? new DataView(Uint8Array.from(atob(value.bytes), (one) => one.charCodeAt(0)).buffer)
  : Array.isArray(value) ? value.map(plain)
  : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)])) : value;
const tell = (event, ...rest) => { for (const one of [...(listeners[event] ?? [])]) one(...rest); };
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; changed.add(name); tell(`change:${name}`); },
  save_changes: () => { const names = [...changed]; changed.clear();
    window.answer(JSON.stringify({set: Object.fromEntries(names.map((name) => [name, state[name]]))})); },
  send: (content) => window.answer(JSON.stringify({message: content})),
  on: (event, one) => { (listeners[event] ??= []).push(one); },
  off: (event, one) => { listeners[event] = (listeners[event] ?? []).filter((other) => other !== one); },
};
window.told = (json) => { for (const [name, value] of Object.entries(JSON.parse(json))) {
  if (name === 'custom') tell('msg:custom', value); else { state[name] = plain(value); tell(`change:${name}`); } } };
null;
"""


def packed(value: Any) -> Any:
    """The same value with bytes as text that JSON can hold."""
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict):
        return {name: packed(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [packed(part) for part in value]
    return value


class BarePage:
    """A page that shows one widget.

    Parameters
    ----------
    theme : str
        Name of the theme that the body carries as Lab's does: light or dark.
    deaf : bool
        Whether nothing answers, as after the kernel died.
    """

    def __init__(
        self,
        browser: Browser,
        widget: ipywidgets.DOMWidget,
        *,
        width: int = 950,
        height: int = 700,
        theme: str = "light",
        **context: Any,
    ) -> None:
        self.widget = widget
        self.deaf = False
        self.page: Page = browser.new_page(viewport={"width": width, "height": height}, **context)
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.expose_function("answer", self._answer)
        self.traits = [name for name in widget.keys if not name.startswith("_") and name not in ("layout", "tabbable", "tooltip")]
        self.outbox: list[dict[str, Any]] = []
        widget.observe(self._changed, names=[name for name in self.traits if name != "settings"])
        paper = "#111111" if theme == "dark" else "#ffffff"
        self.page.set_content(
            f'<!doctype html><html lang="en"><title>A widget</title><style>{widget._css}</style><body '
            f'data-jp-theme-light="{str(theme == "light").lower()}" style="margin:8px;background:{paper}">'
            '<main id="host"></main></body></html>'
        )
        self.page.evaluate(MODEL)
        state = {name: getattr(widget, name) for name in self.traits}
        self.page.evaluate("json => told(json)", json.dumps(packed(state)))
        self.page.evaluate(
            """async source => {
                const module = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
                window.front = module;
                await module.default.render({model, el: document.getElementById('host')});
            }""",
            str(widget._esm),
        )

    def _changed(self, change: Any) -> None:
        self.outbox.append({change["name"]: change["new"]})

    def _answer(self, said: str) -> None:
        if self.deaf:
            return
        request = json.loads(said)
        if "set" in request:
            self.widget.set_state(request["set"])
        else:
            before = dict(self.widget.settings) if hasattr(self.widget, "settings") else None
            self.widget._handle_custom_msg(request["message"], [])
            if before is not None and self.widget.settings != before:
                self.outbox.append({"settings": dict(self.widget.settings)})
            if request["message"].get("do") == "hello":
                self.outbox.append({"custom": {"alive": True}})

    def settle(self, milliseconds: float = 60) -> None:
        """Give the page what the widget said, until neither says anything more."""
        self.page.wait_for_timeout(milliseconds)
        while self.outbox:
            told: dict[str, Any] = {}
            sent, self.outbox = self.outbox, []
            for part in sent:
                told |= part
            order = sorted(told, key=lambda name: (name != "settings", "frame" not in name))
            self.page.evaluate("json => told(json)", json.dumps(packed({name: told[name] for name in order})))
            self.page.wait_for_timeout(milliseconds)

    def close(self) -> None:
        """Close the page."""
        self.widget.unobserve_all()
        self.page.close()
