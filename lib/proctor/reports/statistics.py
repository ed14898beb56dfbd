"""What a class's points say about the questions.

How hard each is, whether it tells strong from weak, who shares a wrong idea.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from proctor.course.records import Part, Record

FEWEST = 10
"""Fewer students than this are too few to tell anything about a question."""
SURE = 1.959964
"""Standard errors on either side of an interval of 95 %."""
FIFTHS = 5


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN where there is too little to tell."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is a figure with an interval."""
        return not math.isnan(self.low)


def mean_share(shares: Sequence[float]) -> Estimate:
    """Mean of shares between 0 and 1 with Wilson's score interval.

    The interval is exact for right or wrong and wide for partial points. Wilson, E. B. (1927),
    Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    number = len(shares)
    if not number:
        return Estimate(math.nan)
    mean = math.fsum(shares) / number
    if number < FEWEST:
        return Estimate(mean)
    centre = (mean + SURE**2 / (2 * number)) / (1 + SURE**2 / number)
    half = SURE / (1 + SURE**2 / number) * math.sqrt(mean * (1 - mean) / number + SURE**2 / (4 * number**2))
    return Estimate(mean, max(centre - half, 0.0), min(centre + half, 1.0))


def correlation(own: Sequence[float], rest: Sequence[float]) -> Estimate:
    """Pearson's correlation with Fisher's interval; NaN where one of the two does not vary.

    Fisher, R. A. (1921), On the probable error of a coefficient of correlation, Metron 1.
    """
    if len(own) < 3 or np.ptp(own) == 0 or np.ptp(rest) == 0:
        return Estimate(math.nan)
    value = float(np.clip(np.corrcoef(own, rest)[0, 1], -1, 1))
    if len(own) < FEWEST:
        return Estimate(value)
    if abs(value) > 1 - 1e-12:
        return Estimate(value, value, value)
    half = SURE / math.sqrt(len(own) - 3)
    return Estimate(value, math.tanh(math.atanh(value) - half), math.tanh(math.atanh(value) + half))


@dataclass
class Item:
    """One graded cell over all who handed its notebook in.

    ``rests`` are their points of all other cells.
    """

    sheet: str
    name: str
    most: float
    by_hand: bool
    shares: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    waiting: int = 0

    @property
    def difficulty(self) -> Estimate:
        """Mean share of the points that the class got (low is hard)."""
        return mean_share(self.shares)

    @property
    def discrimination(self) -> Estimate:
        """Correlation of this cell's points with all other points."""
        return correlation(self.shares, self.rests)

    @property
    def never_failed(self) -> bool:
        """Whether everybody got all the points, so that the cell told nothing."""
        return bool(self.shares) and min(self.shares) >= 1


@dataclass
class Idea:
    """A wrong idea that was met: where, who shares it, and the hint they got.

    ``fifths`` are the shares of the class that show it, from the weakest fifth to the strongest;
    empty for a class too small to tell.
    """

    question: str
    name: str
    hint: str
    students: list[str] = field(default_factory=list)
    fifths: list[float] = field(default_factory=list)


def parts_of(record: Record) -> list[tuple[str, str, Part]]:
    """Every graded cell of a student with its notebook and question."""
    return [(sheet.name, question.name, part) for sheet in record.sheets for question in sheet.questions for part in question.parts]


def _read(record: Record) -> float:
    """Points of all cells that need no reader any more, without penalties."""
    return math.fsum(part.points for _, _, part in parts_of(record) if not part.waiting)


def items(found: Sequence[Record]) -> list[Item]:
    """Every graded cell in the assignment's order.

    One that waits for a reader has no figures yet.
    """
    table: dict[tuple[str, str], Item] = {}
    for record in found:
        handed_in = {sheet.name for sheet in record.sheets if sheet.handed_in}
        total = _read(record)
        for sheet, _, part in parts_of(record):
            item = table.setdefault((sheet, part.name), Item(sheet, part.name, part.most, part.by_hand))
            if sheet not in handed_in:
                continue
            if part.most and not part.waiting:
                item.shares.append(part.points / part.most)
                item.rests.append(total - part.points)
            item.reasons[part.reason] += 1
            item.waiting += part.waiting
    for item in table.values():
        if item.waiting:
            item.shares, item.rests = [], []
    return list(table.values())


def ideas(found: Sequence[Record]) -> list[Idea]:
    """Wrong ideas by how many students share them; a student counts once an idea."""
    table: dict[tuple[str, str], Idea] = {}
    for record in found:
        for _, question, part in parts_of(record):
            if part.misconception:
                idea = table.setdefault((question, part.misconception), Idea(question, part.misconception, part.message))
                if record.student not in idea.students:
                    idea.students.append(record.student)
    for idea in table.values():
        idea.fifths = over_fifths(found, set(idea.students))
    return sorted(table.values(), key=lambda idea: (-len(idea.students), idea.question, idea.name))


def over_fifths(found: Sequence[Record], who: set[str]) -> list[float]:
    """Share of ``who`` in each fifth of the class by points, the weakest first.

    [] when a fifth has fewer than two students.
    """
    ranked = sorted(found, key=_read)
    if len(ranked) < 2 * FIFTHS:
        return []
    ends = [round(len(ranked) * place / FIFTHS) for place in range(FIFTHS + 1)]
    fifths = [ranked[start:end] for start, end in pairwise(ends)]
    return [sum(record.student in who for record in fifth) / len(fifth) for fifth in fifths]
