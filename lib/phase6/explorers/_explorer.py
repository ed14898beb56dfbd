"""What every explorer is: labelled controls beside a picture and figures that follow the hand.

An explorer joins controls to an engine and a picture. It computes nothing itself: `Explorer.view`
calls the engine that the lesson reads and hands the result to the figure function that the lesson's
static picture uses. The page's side is `explorer.js`: it shows what the traits hold, and asks for
things by messages (`Explorer._asked`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic

import anywidget
import traitlets

from phase6 import _front
from phase6._notebook import batch_run
from phase6.explorers._controls import Control, Setting, Settings
from phase6.explorers._picture import LivePicture
from phase6.explorers._tally import Race, Tally
from phase6.plots.pictures import Picture
from phase6.plots.scenes import FrameT, Scene

OWN_SETTINGS = "your own settings"
HOW_TO_WAKE = "To move the controls, run this cell: click it and press Shift+Enter."


@dataclass(frozen=True)
class Readout:
    """The figures beside a picture: a small table of texts.

    Attributes
    ----------
    columns : sequence of str
        Headings of the columns of values.
    rows : mapping of str to sequence of str
        What is measured (with its unit), and one text for each column.
    key : int
        How many rows stand above the picture; the others are folded away.
    """

    columns: Sequence[str]
    rows: Mapping[str, Sequence[str]]
    key: int = 3

    def described(self) -> dict[str, Any]:
        """What the page needs to know, as plain data."""
        return {"columns": list(self.columns), "rows": [[name, list(row)] for name, row in self.rows.items()], "key": self.key}


@dataclass(frozen=True)
class View(Generic[FrameT]):
    """What an explorer shows for some settings.

    Attributes
    ----------
    scene : Scene
        What the picture shows.
    readout : Readout
        The figures beside it.
    notes : mapping of str to str
        What a setting does just now, by the name of its control; shown under the control.
    """

    scene: Scene[FrameT]
    readout: Readout
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """Settings that stage a surprise, and what to look for in it."""

    see: str
    settings: Settings = field(default_factory=dict)


class Explorer(anywidget.AnyWidget, Generic[FrameT]):
    """Controls, a live picture, figures, presets, and the code that makes the same picture.

    A subclass says what its controls are (`make_controls`), what it shows (`view`) and how the
    reader gets the same picture in a cell (`code`).

    Parameters
    ----------
    **settings : float, int, str or bool
        Settings other than those of the first preset, by the names of the controls.

    Attributes
    ----------
    controls : dict of str to Control
        The controls by the name of the setting they hold, in tab order.
    settings : dict of str to float, int, str or bool
        What the controls are set to.
    preset : str
        The preset chosen last.
    page : dict
        What the page shows and never changes: texts, controls, presets.
    frame, shown : dict
        The drawing, and what the last move showed: the picture's `Move`, figures, notes, code, or
        an error.
    tally_frame, tally : dict
        The same for the tally of many paths.

    Raises
    ------
    ValueError
        If there is no such control, or it does not take the value.
    """

    _esm = _front.module("explorers/explorer.js")
    _css = _front.styles("explorers/explorer.css")

    page = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True, echo_update=False)
    preset = traitlets.Unicode().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    tally_frame = traitlets.Dict().tag(sync=True)
    tally = traitlets.Dict().tag(sync=True)

    heading: ClassVar[str]
    question: ClassVar[str]
    presets: ClassVar[Mapping[str, Preset]]
    fresh_limits: ClassVar[frozenset[str]] = frozenset()
    """Settings after whose change the limits are chosen anew."""
    race: ClassVar[Race | None] = None
    """What is compared on many paths; None where there are no paths."""

    def __init__(self, **settings: Setting) -> None:
        self.controls = self.make_controls()
        self._live: LivePicture[FrameT] = LivePicture(self.draw)
        self._tally = Tally()
        self._lock = threading.RLock()
        self._before: Settings = {}
        self._presets = dict(self.presets)
        first = next(iter(self._presets))
        start = self._complete(self._presets[first].settings)
        if (own := {**start, **self._checked(settings)}) != start:
            first = OWN_SETTINGS
            self._presets = {first: Preset("The settings that the cell gives.", own), **self._presets}
        super().__init__(page=self._described(), preset=first, settings=own)
        self._show()
        self.observe(lambda _change: self._show(), names="settings")
        self.on_msg(lambda _widget, content, _buffers: self._asked(content))

    @staticmethod
    def draw(scene: Scene[Any]) -> Picture:
        """The figure function of the scenes that `view` gives."""
        raise NotImplementedError

    def make_controls(self) -> dict[str, Control]:
        """The controls by setting, in tab order, each with a label that carries its unit."""
        raise NotImplementedError

    def view(self, settings: Settings) -> View[FrameT]:
        """What to show: calls the engine with the settings and reads its result."""
        raise NotImplementedError

    def code(self, settings: Settings) -> str:
        """Python source whose last expression is the picture of the settings."""
        raise NotImplementedError

    def compare(self, settings: Settings) -> tuple[float, float]:
        """The two outcomes that `race` compares, on the path of the settings."""
        raise NotImplementedError

    def another_path(self, settings: Settings, steps: int = 1) -> Settings:
        """The settings of a path further on."""
        return {**settings, "seed": settings["seed"] + steps}

    def set(self, **settings: Setting) -> None:
        """Move several controls and draw once.

        Raises
        ------
        ValueError
            If there is no such control, or it does not take the value.
        """
        self.settings = {**self.settings, **self._checked(settings)}

    def choose(self, preset: str) -> None:
        """Go to a preset: its settings, and every other as at the start.

        Raises
        ------
        ValueError
            If there is no such preset.
        """
        if preset not in self._presets:
            raise ValueError(f"{type(self).__name__} has no preset {preset!r}; it has {list(self._presets)}")
        self.preset = preset
        self._live.forget()
        self._tally.clear()
        goal = self._complete(self._presets[preset].settings)
        if goal == self._complete(self.settings):
            self._show()
        self.settings = goal

    def reset(self) -> None:
        """Go back to the settings of the preset chosen last."""
        self.choose(self.preset)

    def next_path(self) -> None:
        """Go to another path of the same kind."""
        self.settings = dict(self.another_path(self.settings))

    def figure(self) -> Picture:
        """The picture of the current settings as a static figure."""
        return self.draw(self.view(self._checked(self.settings)).scene)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live explorer and its static picture; in a run without a person the picture alone."""
        still = f"<p>{HOW_TO_WAKE}</p>{self.figure()._repr_mimebundle_()['text/html']}"
        plain = {"text/plain": repr(self), "text/html": still}
        if batch_run():
            return plain
        live: Any = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live, {})
        return {**data, **plain}, metadata

    def _complete(self, settings: Settings) -> dict[str, Setting]:
        """All settings, those that are not given as the controls have them at the start."""
        return {name: control.value for name, control in self.controls.items()} | self._checked(settings)

    def _checked(self, settings: Settings) -> dict[str, Setting]:
        name = type(self).__name__
        if unknown := sorted(set(settings) - set(self.controls)):
            raise ValueError(f"{name} has no setting {unknown}; it has {sorted(self.controls)}")
        return {name: self.controls[name].checked(value) for name, value in settings.items()}

    def _described(self) -> dict[str, Any]:
        return {
            "kind": type(self).__name__,
            "heading": self.heading,
            "question": self.question,
            "controls": [{"name": name, **control.described()} for name, control in self.controls.items()],
            "presets": [{"name": name, "see": preset.see} for name, preset in self._presets.items()],
            "paths": "seed" in self.controls,
            "race": self.race.label if self.race else "",
            "wake": HOW_TO_WAKE,
        }

    def _asked(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks for: a message ``{"do": what, ...}``."""
        match content:
            case {"do": "hello"}:
                self.send({"alive": True})
            case {"do": "preset", "name": str(name)}:
                self.choose(name)
            case {"do": "reset"}:
                self.reset()
            case {"do": "next path"}:
                self.next_path()
            case {"do": "paths", "run": int(run)}:
                with self._lock:
                    self._tally.begin(run)
                    self._more_paths(run)
            case {"do": "more paths", "run": int(run)}:
                with self._lock:
                    self._more_paths(run)

    def _more_paths(self, run: int) -> None:
        """Play some more paths of a run that the page still wants, and show the tally."""
        if self.race is None or not self._tally.wanted(run):
            return
        try:
            settings = self._checked(self.settings)
            move = self._tally.play(self.race, lambda step: self.compare(self.another_path(settings, step)))
        except Exception as error:
            self.tally = {"run": run, "over": True, "said": _message(error), "done": self._tally.done}
            return
        if self._tally.frame != self.tally_frame:
            self.tally_frame = dict(self._tally.frame or {})
        self.tally = {"run": run, "over": self._tally.over, "said": self._tally.said, "done": self._tally.done, "move": move}

    def _show(self) -> None:
        """Show the current settings: the picture and its figures, or what is wrong with them."""
        with self._lock:
            self._tally.clear()
            shown: dict[str, Any] = {"view": self.shown.get("view", 0) + 1, "error": ""}
            try:
                settings = self._checked(self.settings)
                view = self.view(settings)
                if any(self._before.get(name) != settings[name] for name in self.fresh_limits):
                    self._live.forget()
                shown["move"] = self._live.move(view.scene)
                shown["figures"] = view.readout.described()
                shown["notes"] = dict(view.notes)
                shown["code"] = self.code(settings)
                shown["moved"] = settings != self._complete(self._presets[self.preset].settings)
                self._before = settings
            except Exception as error:
                shown["error"] = _message(error)
            shown["settings"] = dict(self.settings)
            if self._live.frame is not None and self.frame.get("svg") != self._live.frame["svg"]:
                self.frame = dict(self._live.frame)
            self.shown = shown


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
