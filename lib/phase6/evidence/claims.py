"""A claim: a figure about one row of an experiment's frame, with its rounding and error.

It also says how far ours lies from it.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

CLOSE = 3.0
"""Standard errors within which a claim agrees."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """One figure: the row of the topic's frame it is about, the value claimed, and its precision.

    ``error`` is the claim's own standard error, ``digit`` the place to which it was rounded;
    ``plain`` where it is no percentage in a topic of such. Where it is known that ours differs,
    ``disputed`` says who is right and why.
    """

    text: str
    case: Row
    figure: float
    digit: float
    error: float = 0.0
    disputed: str = ""
    plain: bool = False

    def row(self, frame: pd.DataFrame) -> pd.Series:
        """The row of the frame that the claim is about."""
        chosen = only(frame, **self.case)
        if len(chosen) != 1:
            raise ValueError(f"{len(chosen)} rows are {dict(self.case)}; expected one")
        return chosen.iloc[0]

    def distance(self, frame: pd.DataFrame) -> float:
        """Ours less the claim's figure, in standard errors."""
        row = self.row(frame)
        own = float(row["standard_error"])
        return (float(row["estimate"]) - self.figure) / math.sqrt(own**2 + self.error**2 + self.digit**2 / 12.0)


@dataclass(frozen=True)
class Check:
    """A claim without a figure: whether it holds in the topic's frame."""

    text: str
    holds: Callable[[pd.DataFrame], bool]


@dataclass(frozen=True)
class Topic:
    """What one experiment is asked.

    Its frame by ``run(effort)``, what is shown of it, and the claims about it.
    """

    name: str
    section: str
    question: str
    answer: str
    run: Callable[[float], pd.DataFrame]
    by: tuple[str, ...]
    unit: str
    claims: tuple[Claim, ...] = ()
    checks: tuple[Check, ...] = ()
    shown: Row = field(default_factory=dict)
    percent: bool = False
    note: str = ""


@dataclass(frozen=True)
class Found:
    """A topic with its frame and the seconds it took."""

    topic: Topic
    frame: pd.DataFrame
    seconds: float

    @property
    def failures(self) -> list[str]:
        """Claims that do not agree and are not known not to; checks that do not hold."""
        wrong = [claim.text for claim in self.topic.claims if not claim.disputed and abs(claim.distance(self.frame)) > CLOSE]
        return wrong + [check.text for check in self.topic.checks if not check.holds(self.frame)]


def few(number: int, effort: float, *, least: int = 100) -> int:
    """Number of paths of a claim, fewer at less effort.

    Parameters
    ----------
    number : int
        At full effort.
    effort : float
        1 is full effort.
    least : int
        It is never below that.
    """
    return max(least, round(number * effort))


def only(frame: pd.DataFrame, **case: Any) -> pd.DataFrame:
    """Rows of a frame in which every named column has the given value, or one of a tuple's."""
    for name, value in case.items():
        frame = frame[frame[name].isin(value if isinstance(value, tuple) else (value,))]
    return frame


def at(frame: pd.DataFrame, column: str = "estimate", **case: Any) -> float:
    """One figure of a frame.

    Parameters
    ----------
    frame : DataFrame
        A tidy result.
    column : str
        Which figure.
    **case : Any
        Column and value of each name of the row.
    """
    (value,) = only(frame, **case)[column]
    return float(value)


def sure(frame: pd.DataFrame, errors: float = 2.0, **case: Any) -> int:
    """Sign of an estimate that is far enough from 0, else 0.

    Parameters
    ----------
    frame : DataFrame
        A tidy result.
    errors : float
        How many standard errors are far enough.
    **case : Any
        Column and value of each name of the row.
    """
    value, error = at(frame, **case), at(frame, "standard_error", **case)
    return int(np.sign(value)) if abs(value) >= errors * error else 0


def investigate(topic: Topic, effort: float = 1.0) -> Found:
    """Run a topic's experiment at a share of the full number of paths."""
    begin = time.perf_counter()
    frame = topic.run(effort)
    return Found(topic, frame, time.perf_counter() - begin)
