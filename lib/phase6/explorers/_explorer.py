"""What every explorer is: labelled controls beside a picture and a readout that follow the hand.

An explorer joins controls to an engine and a picture. It computes nothing itself: `Explorer.view` calls the
engine that the lesson reads and hands the result to the figure function that the lesson's static picture
uses.
"""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import ipywidgets as widgets
from traitlets import CFloat, CInt

from phase6.explorers._live import LivePicture
from phase6.plots.style import Picture, Scene

OWN_SETTINGS = "your own settings"

_MINUS = re.compile(r"-(?=\d)")

_STYLE = """<style>
.phase6-explorer { --p6-ink: #1c1c1c; --p6-quiet: #666667; --p6-grid: #d9d9da; --p6-paper: #ffffff;
  container-type: inline-size; overflow: visible; margin: 4px 0 8px 0; }
body[data-jp-theme-light="false"] .phase6-explorer { --p6-ink: #e8e8e8; --p6-quiet: #a9a9aa; --p6-grid: #3c3c3e;
  --p6-paper: #111111; --p6-blue: #4ba3e3; --p6-orange: #f0b13c; --p6-green: #2fc79a; --p6-vermillion: #f07f3c;
  --p6-purple: #e29cc3; --p6-sky: #8fd0f7; }
.phase6-explorer, .phase6-explorer svg { font-family: var(--jp-ui-font-family, system-ui, sans-serif); }
.phase6-explorer .widget-html-content { line-height: 1.4; color: var(--p6-ink); }
.phase6-explorer .phase6-heading h3 { margin: 0 0 2px 0; font-size: 15px; font-weight: 600; line-height: 1.3;
  color: var(--p6-ink); }
.phase6-explorer .phase6-heading p { margin: 0 0 4px 0; }
.phase6-explorer .phase6-svg { display: block; width: 100%; height: auto; }
.phase6-view .phase6-layers { display: grid !important; overflow: hidden; contain: content; }
.phase6-layers > * { grid-area: 1 / 1; align-self: start; margin: 0; height: auto; }
.phase6-layers:has(.phase6-error) > .phase6-backdrop { visibility: hidden; }
.phase6-body { display: flex !important; flex-flow: row wrap !important; gap: 4px 16px; align-items: flex-start; }
.phase6-controls { flex: 0 0 250px; width: 250px; min-width: 0; overflow: visible; }
.phase6-view { flex: 1 1 420px; min-width: 0; max-width: 700px; overflow: hidden; }
@container (max-width: 690px) {
  .phase6-controls { flex: 1 1 100%; display: grid !important; grid-template-columns: 1fr 1fr; gap: 0 16px;
    align-items: end; }
  .phase6-controls > .phase6-assets, .phase6-controls > .phase6-buttons { grid-column: 1 / -1; }
}
.phase6-controls .widget-hslider, .phase6-controls .widget-dropdown, .phase6-controls .widget-text {
  display: grid !important; width: auto; height: auto; margin: 0 2px 3px 2px; column-gap: 6px; }
.phase6-controls .widget-hslider { grid-template: "label readout" 19px "slider slider" 19px / minmax(0, 1fr) auto; }
.phase6-controls .widget-dropdown { grid-template: "label" 19px "field" 27px / minmax(0, 1fr); }
.phase6-controls .widget-text { grid-template: "label field" 26px / minmax(0, 1fr) 92px; align-items: center; }
.phase6-controls .widget-label { grid-area: label; width: auto; text-align: left; height: 19px; line-height: 19px;
  margin: 0; color: var(--p6-ink); overflow: visible; }
.phase6-controls .widget-hslider .slider-container { grid-area: slider; box-sizing: border-box; height: 19px;
  margin: 0 9px; padding-top: 7px; }
.phase6-controls .widget-hslider .widget-readout { grid-area: readout; height: 19px; line-height: 19px; min-width: 44px;
  max-width: none; margin: 0; padding: 0 3px; text-align: right; color: var(--p6-ink);
  font-variant-numeric: tabular-nums; }
.phase6-controls .widget-dropdown select, .phase6-controls .widget-text input { grid-area: field; width: 100%;
  min-width: 0; height: 24px; }
.phase6-controls .widget-checkbox { width: auto; height: 22px; margin: 0 2px; }
.phase6-controls .widget-checkbox label { color: var(--p6-ink); width: auto; line-height: 22px; }
.phase6-assets { display: grid !important; grid-template-columns: 1fr 1fr; margin: 2px 0 6px 0; overflow: hidden; }
.phase6-buttons { display: flex !important; flex-flow: row wrap !important; gap: 4px; margin: 8px 2px 2px 2px;
  overflow: visible; }
.phase6-buttons .jupyter-button { width: auto; margin: 0; padding: 0 8px; flex: 1 1 auto; }
.phase6-controls .phase6-see { font-size: 12.5px; margin: 2px 2px 8px 2px; padding-left: 8px; min-height: 0;
  border-left: 3px solid var(--p6-blue, #0072b2); }
.phase6-controls .phase6-see:not(:has(.widget-html-content:not(:empty))) { display: none; }
.phase6-explorer .noUi-handle:focus-visible, .phase6-explorer button:focus-visible,
.phase6-explorer select:focus-visible, .phase6-explorer input:focus-visible,
.phase6-explorer .widget-readout:focus-visible, .phase6-explorer pre:focus-visible {
  outline: 3px solid var(--p6-vermillion, #d55e00) !important; outline-offset: 2px; }
.phase6-readout { margin-top: 8px; }
.phase6-readout table { border-collapse: collapse; width: 100%; margin: 0; font-size: 12.5px; color: var(--p6-ink);
  font-variant-numeric: tabular-nums; }
.phase6-readout th, .phase6-readout td { padding: 2px 8px; text-align: right; font-weight: 400; white-space: nowrap;
  border-bottom: 1px solid var(--p6-grid); line-height: 1.35; }
.phase6-readout thead th { font-weight: 600; border-bottom-color: var(--p6-quiet); vertical-align: bottom; }
.phase6-readout tbody th, .phase6-readout thead th:first-child { text-align: left; }
.phase6-error { border-left: 4px solid var(--p6-vermillion, #d55e00); padding: 10px 14px; margin: 8px 0; }
.phase6-code pre { user-select: all; background: transparent; color: var(--p6-ink); border: 1px solid var(--p6-quiet);
  padding: 8px 10px; margin: 6px 0; font-size: 12px; line-height: 1.4; white-space: pre-wrap;
  font-family: var(--jp-code-font-family, monospace); }
</style>"""

_SAY_SLIDERS = """<img hidden alt="" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" onload="
const begin = () => {
  const controls = this.closest('.phase6-explorer')?.querySelector('.phase6-controls');
  if (!controls?.querySelector('.phase6-buttons button')) return setTimeout(begin, 100);
  const set = (part, name, said) => { if (part.getAttribute(name) !== said) part.setAttribute(name, said); };
  const say = () => { for (const slider of controls.querySelectorAll('.widget-hslider')) {
    const [label, handle, readout] = ['label', '.noUi-handle', '.widget-readout'].map(part => slider.querySelector(part));
    set(handle, 'aria-label', label.textContent);
    set(handle, 'aria-valuetext', readout.textContent);
    set(readout, 'role', 'textbox');
    set(readout, 'aria-label', label.textContent);
  } };
  say();
  new MutationObserver(say).observe(controls, {subtree: true, childList: true, attributeFilter: ['aria-valuetext']});
};
begin();">"""
"""Gives sliders their label and their value for those who listen: ipywidgets leaves them nameless, and fractions at 0."""


@dataclass(frozen=True)
class Readout:
    """The figures beside a picture: a small table of texts.

    Attributes
    ----------
    columns : sequence of str
        Headings of the columns of values.
    rows : mapping of str to sequence of str
        What is measured (with its unit), and one text for each column.
    """

    columns: Sequence[str]
    rows: Mapping[str, Sequence[str]]

    def html(self) -> str:
        """The table as HTML."""
        heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in self.columns)
        body = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th>' + "".join(f"<td>{_figure(value)}</td>" for value in values) + "</tr>"
            for name, values in self.rows.items()
        )
        return f'<table aria-label="Figures"><thead><tr><th scope="col"></th>{heads}</tr></thead><tbody>{body}</tbody></table>'


@dataclass(frozen=True)
class View:
    """What an explorer shows for some settings.

    Attributes
    ----------
    scene : Scene
        What the picture shows.
    readout : Readout
        The figures beside it.
    """

    scene: Scene
    readout: Readout


@dataclass(frozen=True)
class Preset:
    """Settings that stage a surprise, and what to look for in it."""

    see: str
    settings: Mapping[str, Any] = field(default_factory=dict)


class Explorer(widgets.VBox):
    """Controls, a live picture, a readout, presets, a reset, and the code that makes the same picture.

    A subclass says what its controls are (`make_controls`), what it shows (`view`) and how the reader gets
    the same picture in a cell (`code`).

    Attributes
    ----------
    controls : dict of str to widget
        The controls by the name of the setting they hold.
    picture : ipywidgets.HTML
        What follows the hand, in one message for each move: what moves in the picture, and the readout.
    backdrop : ipywidgets.HTML
        What stands still under it.
    code_shown : ipywidgets.HTML
        The code, kept up to date while it is shown.
    """

    heading: ClassVar[str]
    question: ClassVar[str]
    presets: ClassVar[Mapping[str, Preset]]
    fresh_limits: ClassVar[frozenset[str]] = frozenset()
    """Settings after whose change the limits are chosen anew."""

    def __init__(self, **settings: Any) -> None:
        self.controls = self.make_controls()
        self._check(settings)
        self._defaults = {name: control.value for name, control in self.controls.items()}
        self._live = LivePicture(self.draw)
        self._asked: object = None
        self._shown: object = None
        self._turn = threading.Lock()
        self._holder: int | None = None
        self._before: dict[str, Any] = {}
        self._choose_limits_anew = False
        self.views_shown = 0

        self.backdrop = widgets.HTML()
        self.backdrop.add_class("phase6-backdrop")
        self.picture = widgets.HTML()
        self.picture.add_class("phase6-picture")
        self.code_shown = widgets.HTML()
        self.code_shown.add_class("phase6-code")
        self.code_shown.layout.display = "none"
        self.preset = choice("Try this", [*self.presets, OWN_SETTINGS], next(iter(self.presets)))
        self.see = widgets.HTML()
        self.see.add_class("phase6-see")
        self.reset_button = widgets.Button(description="Reset", tooltip="Back to the settings at the start")
        self.code_button = widgets.ToggleButton(
            description="Show the code",
            tooltip="The library call that makes this picture, to copy into a cell",
        )
        classes = ("phase6-explorer", f"phase6-{type(self).__name__}")
        super().__init__(children=self._layout(), _dom_classes=classes)

        for name, control in self.controls.items():
            control.add_class(f"phase6-set-{name}")
            control.observe(self._moved, names="value")
        self.preset.observe(self._preset_chosen, names="value")
        self.reset_button.on_click(lambda _button: self.reset())
        self.code_button.observe(self._code_toggled, names="value")
        with self._quietly():
            self._apply(self.presets[self.preset.value].settings)
            self._start = self.settings
            self._apply(settings)
            if self.settings != self._start:
                self.preset.value = OWN_SETTINGS
            self._start_preset = self.preset.value
            self._start = self.settings
        self._tell_what_to_see()
        self._refresh()

    @staticmethod
    def draw(scene: Scene) -> Picture:
        """The figure function of the scenes that `view` gives."""
        raise NotImplementedError

    def make_controls(self) -> dict[str, widgets.Widget]:
        """The controls by setting, in tab order, each with a label that carries its unit."""
        raise NotImplementedError

    def view(self, settings: Mapping[str, Any]) -> View:
        """What to show: calls the engine with the settings and reads its result."""
        raise NotImplementedError

    def code(self, settings: Mapping[str, Any]) -> str:
        """Python source whose last expression is the picture of the settings."""
        raise NotImplementedError

    def arrange(self) -> list[widgets.Widget]:
        """The controls as laid out; one below the other unless a subclass groups them."""
        return list(self.controls.values())

    def buttons(self) -> list[widgets.Widget]:
        """Further buttons of a subclass, before reset."""
        return []

    @property
    def settings(self) -> dict[str, Any]:
        """The values of all controls by name, without the last digits that a browser's slider gets wrong."""
        return {name: _tidy(control.value) for name, control in self.controls.items()}

    def set(self, **settings: Any) -> None:
        """Move several controls and draw once.

        Raises
        ------
        ValueError
            If there is no such control.
        """
        self._check(settings)
        with self._quietly():
            self._apply(settings)
        self._now_own_settings()
        self._refresh()

    def reset(self) -> None:
        """Go back to the settings at the start."""
        with self._quietly():
            self._apply(self._start)
            self.preset.value = self._start_preset
        self._tell_what_to_see()
        self._choose_limits_anew = True
        self._refresh()

    def figure(self) -> Picture:
        """The picture of the current settings as a static figure; straight after making, that of the
        start."""
        return self.draw(self.view(self.settings).scene)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _check(self, settings: Mapping[str, Any]) -> None:
        if unknown := sorted(set(settings) - set(self.controls)):
            name = type(self).__name__
            raise ValueError(f"{name} has no setting {unknown}; it has {sorted(self.controls)}")

    def _layout(self) -> list[widgets.Widget]:
        said = f"<h3>{html.escape(self.heading)}</h3><p>{html.escape(self.question)}</p>"
        heading = widgets.HTML(_STYLE + said + _SAY_SLIDERS)
        heading.add_class("phase6-heading")
        buttons = widgets.Box([*self.buttons(), self.reset_button, self.code_button])
        buttons.add_class("phase6-buttons")
        controls = widgets.VBox([self.preset, self.see, *self.arrange(), buttons])
        controls.add_class("phase6-controls")
        layers = widgets.Box([self.backdrop, self.picture])
        layers.add_class("phase6-layers")
        view = widgets.VBox([layers])
        view.add_class("phase6-view")
        body = widgets.Box([controls, view])
        body.add_class("phase6-body")
        return [heading, body, self.code_shown]

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Let this thread move controls without drawing; moves that come in on other threads still draw."""
        before, self._holder = self._holder, threading.get_ident()
        try:
            yield
        finally:
            self._holder = before

    def _apply(self, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            self.controls[name].value = value

    def _moved(self, change: Any) -> None:
        if self._holder != threading.get_ident() and _tidy(change["new"]) != _tidy(change["old"]):
            self._now_own_settings()
            self._refresh()

    def _preset_chosen(self, change: Any) -> None:
        if self._holder == threading.get_ident() or change["new"] == OWN_SETTINGS:
            return
        with self._quietly():
            self._apply({**self._defaults, **self.presets[change["new"]].settings})
        self._tell_what_to_see()
        self._choose_limits_anew = True
        self._refresh()

    def _now_own_settings(self) -> None:
        if self.preset.value != OWN_SETTINGS:
            with self._quietly():
                self.preset.value = OWN_SETTINGS
            self._tell_what_to_see()

    def _tell_what_to_see(self) -> None:
        preset = self.presets.get(self.preset.value)
        self.see.value = html.escape(preset.see) if preset else ""

    def _code_toggled(self, change: Any) -> None:
        self._tell_code(self.settings)
        self.code_shown.layout.display = "" if change["new"] else "none"
        self.code_button.description = "Hide the code" if change["new"] else "Show the code"

    def _tell_code(self, settings: Mapping[str, Any]) -> None:
        self.code_shown.value = (
            f'<pre tabindex="0" aria-label="Code that makes this picture" data-view="{self.views_shown}">'
            f"{html.escape(self.code(settings))}</pre>"
            if self.code_button.value
            else ""
        )

    def _refresh(self) -> None:
        """Show the current settings; a call that comes while another draws is served by that one, with the
        latest values."""
        self._asked = object()
        while self._shown is not self._asked:
            if not self._turn.acquire(blocking=False):
                return
            try:
                asked = self._asked
                self._show(self.settings)
                self._shown = asked
            finally:
                self._turn.release()

    def _show(self, settings: Mapping[str, Any]) -> None:
        try:
            view = self.view(settings)
            another = any(self._before.get(name) != settings[name] for name in self.fresh_limits)
            if another or self._choose_limits_anew:
                self._live.forget()
                self._choose_limits_anew = False
            shown = f'{self._live.svg(view.scene)}<div class="phase6-readout">{view.readout.html()}</div>'
            self.backdrop.value = self._live.backdrop
            self._before = dict(settings)
        except Exception as error:
            shown = _message(error)
        self.views_shown += 1
        self.picture.value = (
            f'<div class="phase6-shown" data-view="{self.views_shown}" '
            f'data-settings="{html.escape(json.dumps(settings))}">{shown}</div>'
        )
        self._tell_code(settings)


def _tidy(value: Any) -> Any:
    return round(value, 10) if isinstance(value, float) else value


def _figure(said: str) -> str:
    """A figure as HTML, with a minus sign where it is below zero."""
    return _MINUS.sub("−", html.escape(said))


def _message(error: Exception) -> str:
    said = html.escape(str(error)) or "no further word"
    return (
        f'<div class="phase6-error" role="alert"><strong>These settings have no picture.</strong><br>'
        f"{html.escape(type(error).__name__)}: {said}<br>Move any control to go on.</div>"
    )


def _named(label: str) -> dict[str, str]:
    return {"description": label, "tooltip": label}


class _WholeSlider(widgets.IntSlider):
    """A slider whose moves the browser is not told again, so that the picture is the first answer to a move."""

    value = CInt(0).tag(sync=True, echo_update=False)


class _NumberSlider(widgets.FloatSlider):
    """As `_WholeSlider`, for real numbers."""

    value = CFloat(0.0).tag(sync=True, echo_update=False)


def whole(label: str, value: int, low: int, high: int, *, step: int = 1, **kwargs: Any) -> widgets.IntSlider:
    """A slider of whole numbers."""
    return _WholeSlider(value=value, min=low, max=high, step=step, **_named(label), **kwargs)


def number(
    label: str, value: float, low: float, high: float, step: float, *, shown: str = ".2f", **kwargs: Any
) -> widgets.FloatSlider:
    """A slider of real numbers; `shown` is the readout's format, such as ``.1%`` for a fraction."""
    return _NumberSlider(value=value, min=low, max=high, step=step, readout_format=shown, **_named(label), **kwargs)


def choice(label: str, options: Sequence[Any], value: Any) -> widgets.Dropdown:
    """A drop-down list."""
    return widgets.Dropdown(options=options, value=value, **_named(label))


def switch(label: str, value: bool) -> widgets.Checkbox:
    """A tick box."""
    return widgets.Checkbox(value=value, indent=False, **_named(label))


def counter(label: str, value: int, low: int = 0, high: int = 999_999) -> widgets.BoundedIntText:
    """A box for a whole number, such as the number of a path."""
    return widgets.BoundedIntText(value=value, min=low, max=high, **_named(label))
