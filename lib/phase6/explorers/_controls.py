"""The controls of an explorer: their labels, the values they take, and how the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

Setting = float | int | str | bool
Settings = Mapping[str, Any]
"""Settings by control. An explorer knows the type of each; a mapping cannot say so."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """What all controls have.

    Attributes
    ----------
    label : str
        What it sets, with its unit in brackets.
    value : float, int, str or bool
        The setting at the start.
    rare : bool
        Whether it is folded away under "More settings".
    noted : bool
        Whether there is room under it for a line that says what the setting does just now.
    """

    kind: ClassVar[str]
    label: str
    value: Setting
    rare: bool = False
    noted: bool = False

    def checked(self, value: object) -> Setting:
        """The value as this control holds it.

        Raises
        ------
        ValueError
            If the control does not take it; the message names the value and what was expected.
        """
        raise NotImplementedError

    def described(self) -> dict[str, Any]:
        """What the page needs to know, as plain data."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number between two ends: a slider, and a box to type it.

    ``digits`` are those shown after the point; a ``percent`` is kept as a fraction and shown and
    typed in percent; ``whole`` numbers come as int.
    """

    kind: ClassVar[str] = "slider"
    low: float
    high: float
    step: float
    digits: int = 2
    percent: bool = False
    whole: bool = False

    def checked(self, value: object) -> Setting:
        if not isinstance(value, int | float) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise ValueError(f"{self.label} is {value!r}; expected a number from {self.low:g} to {self.high:g}")
        if not self.whole:
            return round(float(value), 10)
        if value != int(value):
            raise ValueError(f"{self.label} is {value!r}; expected a whole number")
        return int(value)


@dataclass(frozen=True, kw_only=True)
class Counter(Slider):
    """A whole number to type or to step through, such as the number of a path."""

    kind: ClassVar[str] = "counter"


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of several options."""

    kind: ClassVar[str] = "choice"
    options: tuple[str, ...]

    def checked(self, value: object) -> Setting:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{self.label} is {value!r}; expected one of {', '.join(map(repr, self.options))}")
        return value


@dataclass(frozen=True, kw_only=True)
class Switch(Control):
    """On or off. Switches that follow one another stand side by side."""

    kind: ClassVar[str] = "switch"

    def checked(self, value: object) -> Setting:
        if not isinstance(value, bool):
            raise ValueError(f"{self.label} is {value!r}; expected True or False")
        return value


def whole(label: str, value: int, low: int, high: int, *, step: int = 1, rare: bool = False) -> Slider:
    """A slider of whole numbers."""
    return Slider(label=label, value=value, low=low, high=high, step=step, digits=0, whole=True, rare=rare)


def number(
    label: str,
    value: float,
    low: float,
    high: float,
    step: float,
    *,
    digits: int = 2,
    unit: Literal["", "%"] = "",
    rare: bool = False,
    noted: bool = False,
) -> Slider:
    """A slider of real numbers; with the unit ``%`` a fraction, shown and typed in percent."""
    return Slider(
        label=label,
        value=value,
        low=low,
        high=high,
        step=step,
        digits=digits,
        percent=unit == "%",
        rare=rare,
        noted=noted,
    )


def choice(label: str, options: Sequence[str], value: str, *, rare: bool = False) -> Choice:
    """A drop-down list."""
    return Choice(label=label, value=value, options=tuple(options), rare=rare)


def switch(label: str, value: bool, *, rare: bool = False) -> Switch:
    """A tick box."""
    return Switch(label=label, value=value, rare=rare)


def counter(label: str, value: int) -> Counter:
    """A box for a whole number, such as the number of a path."""
    return Counter(label=label, value=value, low=0, high=999_999, step=1, digits=0, whole=True)
