"""One path against many: a comparison on path after path, in slices that leave the page alive."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phase6.explorers._picture import Frame, LivePicture, Move
from phase6.metrics import standard_error
from phase6.plots.tally import TallyFrame, draw_tally, tally_scene

SLICE = 0.05
"""Seconds after which a slice of paths ends."""
PATHS = 100


@dataclass(frozen=True)
class Race:
    """What is compared on every path.

    Attributes
    ----------
    ours, other : str
        The two ways, as the subject of a sentence: "the pyramid".
    measure : str
        What is compared, with the unit of a difference: "return [% points]".
    percent : bool
        Whether outcomes are fractions; their differences are told in percentage points.
    """

    ours: str
    other: str
    measure: str
    percent: bool = True

    @property
    def label(self) -> str:
        """The label of the button."""
        return f"{PATHS} new paths"

    def told(self, differences: list[float]) -> str:
        """How many paths were won, and the mean difference with its standard error."""
        known = np.asarray(differences)
        n, won, drawn = len(known), int((known > 0).sum()), int((known == 0).sum())
        draws = f", {drawn} drawn" if drawn else ""
        said = f"{self.ours[:1].upper()}{self.ours[1:]} won {won} of {n} paths{draws}"
        if n < 2:
            return f"{said}."
        scale, unit = (100.0, " percentage points") if self.percent else (1.0, "")
        mean, error = scale * known.mean(), scale * standard_error(known)
        return f"{said}: mean difference {mean:+.2f} ± {error:.2f}{unit} (standard error).".replace("-", "−")


class Tally:
    """The paths of one run so far.

    Attributes
    ----------
    differences : list of float
        Our way's outcome minus the other's, path by path.
    said : str
        The tally in words.
    """

    def __init__(self) -> None:
        self._live: LivePicture[TallyFrame] = LivePicture(draw_tally)
        self._run: int | None = None
        self._next = 1
        self.differences: list[float] = []
        self.said = ""

    @property
    def frame(self) -> Frame | None:
        """The drawing of the histogram."""
        return self._live.frame

    @property
    def done(self) -> int:
        """How many paths were played."""
        return len(self.differences)

    @property
    def over(self) -> bool:
        """Whether all paths were played."""
        return self.done >= PATHS

    def begin(self, run: int) -> None:
        """Begin a run; its paths follow those of the run before."""
        self._run, self.differences = run, []

    def clear(self) -> None:
        """Forget the run: the settings are others now."""
        self._run, self._next = None, 1

    def wanted(self, run: int) -> bool:
        """Whether a run is the one that goes on."""
        return run == self._run and not self.over

    def play(self, race: Race, compare: Callable[[int], tuple[float, float]]) -> Move:
        """Play paths for a slice of time, at least one; gives the histogram of all so far."""
        end = time.perf_counter() + SLICE
        while not self.over:
            ours, other = compare(self._next)
            self._next += 1
            self.differences.append(ours - other)
            if time.perf_counter() >= end:
                break
        self.said = race.told(self.differences)
        scene = tally_scene(
            np.asarray(self.differences),
            title=f"Who wins on {PATHS} new paths?",
            unit=f"{race.ours} minus {race.other}: {race.measure}",
            percent=race.percent,
            said=self.said,
        )
        return self._live.move(scene)
