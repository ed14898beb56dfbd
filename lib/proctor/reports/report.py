"""The class report: one self-contained page that says how the class did, what it misunderstood, and who needs a conversation."""

import base64
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from proctor.course.folders import Course, write_whole
from proctor.course.records import Part, Record, records
from proctor.errors import CannotGrade
from proctor.reports.export import FORMATS, written
from proctor.reports.feedback import environment

BLUE, ORANGE, GREEN, INK = "#0072B2", "#D55E00", "#009E73", "#1d2430"
LOW = 0.5
"""A conversation is suggested below this share of the points."""


@dataclass
class Item:
    """One graded cell over the whole class: how hard it was, and whether it tells the strong from the weak."""

    sheet: str
    name: str
    most: float
    by_hand: bool
    shares: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    waiting: int = 0

    @property
    def difficulty(self) -> float:
        """Mean share of the points that the class got (low is hard)."""
        return mean(self.shares) if self.shares else float("nan")

    @property
    def discrimination(self) -> float:
        """Correlation of this cell's points with all other points; NaN where one of them does not vary."""
        if len(self.shares) < 3 or np.std(self.shares) == 0 or np.std(self.rests) == 0:
            return float("nan")
        return float(np.corrcoef(self.shares, self.rests)[0, 1])


@dataclass
class Idea:
    """A wrong idea that was met: where, who shares it, and the hint they got."""

    question: str
    name: str
    hint: str
    students: list[str] = field(default_factory=list)


def parts_of(record: Record) -> list[tuple[str, str, Part]]:
    """Every graded cell of a student with its notebook and question."""
    return [(sheet.name, question.name, part) for sheet in record.sheets for question in sheet.questions for part in question.parts]


def items(found: Sequence[Record]) -> list[Item]:
    """Every graded cell with its difficulty and discrimination; one that waits for a reader has neither yet."""
    table: dict[tuple[str, str], Item] = {}
    for record in found:
        for sheet, _, part in parts_of(record):
            item = table.setdefault((sheet, part.name), Item(sheet, part.name, part.most, part.by_hand))
            if part.most and not part.waiting:
                item.shares.append(part.points / part.most)
                item.rests.append(record.points - part.points)
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
    return sorted(table.values(), key=lambda idea: (-len(idea.students), idea.question, idea.name))


def conversations(found: Sequence[Record]) -> list[tuple[Record, list[str]]]:
    """Students an instructor should talk to, each with the reasons, lowest score first."""
    talks = []
    for record in found:
        reasons = []
        absent = [sheet.name for sheet in record.sheets if not sheet.handed_in]
        notes = [note for sheet in record.sheets if sheet.handed_in for note in sheet.notes if "could not be read" in note]
        lost = [part.name for _, _, part in parts_of(record) if part.reason == "lost"]
        if record.most and record.points < LOW * record.most:
            reasons.append(f"{100 * record.points / record.most:.0f} % of the points")
        if absent:
            reasons.append(f"not handed in: {', '.join(absent)}")
        reasons += notes
        if lost:
            reasons.append(f"code that crashed or never ended: {', '.join(lost)}")
        if reasons:
            talks.append((record, reasons))
    return sorted(talks, key=lambda talk: talk[0].points)


def crashes(found: Sequence[Record]) -> list[tuple[str, str, str]]:
    """Time-outs and crashes: student, cell, what happened."""
    return [(record.student, part.name, part.message) for record in found for _, _, part in parts_of(record) if part.reason == "lost"]


def picture(figure: Figure, what: str) -> dict[str, str]:
    """A figure as an inline SVG picture with its text alternative."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    return {"source": "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue().encode()).decode(), "alt": what}


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def score_picture(found: Sequence[Record]) -> dict[str, str]:
    """Distribution of the points."""
    points, most = [record.points for record in found], max(record.most for record in found)
    figure, axes = _axes(7, 2.8)
    axes.hist(points, bins=np.linspace(0, most, 21), color=BLUE, edgecolor="white")
    axes.axvline(median(points), color=ORANGE, lw=2)
    axes.annotate(f"median {median(points):.1f}", (median(points), 1), xycoords=("data", "axes fraction"), color=ORANGE,
                  xytext=(0, 3), textcoords="offset points", va="bottom", ha="center")
    axes.set(xlabel=f"points of {most:g}", ylabel="students", xlim=(0, most))
    axes.set_title("Where the class stands", loc="left", pad=14)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return picture(figure, f"Histogram of the points of {len(points)} students, median {median(points):.1f} of {most:g}")


def item_picture(found: Sequence[Item]) -> dict[str, str]:
    """Share of the points by graded cell, in the assignment's order."""
    automatic = [item for item in found if item.shares]
    figure, axes = _axes(7, 0.6 + 0.24 * len(automatic))
    colours = [ORANGE if item.difficulty < LOW else BLUE for item in automatic]
    places = range(len(automatic))
    axes.barh(places, [100 * item.difficulty for item in automatic], color=colours)
    axes.set_yticks(places, [item.name for item in automatic], fontsize=8)
    axes.set_ylim(len(automatic) - 0.4, -0.6)
    axes.set(xlabel="share of the points that the class got [%]", xlim=(0, 100), title="Hard questions stand out in orange")
    hardest = min(automatic, key=lambda item: item.difficulty)
    return picture(figure, f"Share of points by question; the hardest is {hardest.name} with {100 * hardest.difficulty:.0f} %")


def idea_picture(found: Sequence[Idea]) -> dict[str, str]:
    """The wrong ideas that most students share."""
    top = found[:15]
    figure, axes = _axes(7, 0.6 + 0.28 * len(top))
    axes.barh(range(len(top)), [len(idea.students) for idea in top], color=GREEN)
    axes.set_yticks(range(len(top)), [f"{idea.name}  ({idea.question})" for idea in top], fontsize=8)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="students", title="What was misunderstood, and by how many")
    return picture(figure, "Wrong ideas by number of students: " + "; ".join(f"{idea.name}, {len(idea.students)}" for idea in top))


def download(rows: Sequence[Sequence[str]]) -> str:
    """A table as an address that the page holds itself."""
    return "data:text/csv;base64," + base64.b64encode(written(rows).encode()).decode()


def page(course: Course, found: Sequence[Record]) -> str:
    """The report as HTML."""
    listed, met = items(found), ideas(found)
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "report", "font.size": 9, "text.color": INK}):
        pictures = {"scores": score_picture(found), "items": item_picture(listed)}
        if met:
            pictures["ideas"] = idea_picture(met)
    tables = {
        "questions": [["notebook", "cell", "most", "mean share", "discrimination", "lost"]]
        + [[i.sheet, i.name, f"{i.most:g}", f"{i.difficulty:.4f}", f"{i.discrimination:.4f}", str(i.reasons["lost"])] for i in listed],
        "ideas": [["question", "wrong idea", "students", "who", "hint"]]
        + [[i.question, i.name, str(len(i.students)), " ".join(i.students), i.hint] for i in met],
        "students": FORMATS["csv"](course.assignment, found),
    }
    return environment().get_template("report.html").render(
        assignment=course.assignment,
        records=found,
        pictures=pictures,
        items=listed,
        ideas=met,
        talks=conversations(found),
        crashes=crashes(found),
        facts=[record for record in found if record.evidence],
        downloads={name: download(rows) for name, rows in tables.items()},
        waiting=sum(record.waiting for record in found),
        unconfined=[record.student for record in found if not record.confined],
        seconds=sum(record.seconds for record in found),
    )


def write_report(course: Course) -> Path:
    """Write report/<assignment>.html; raises CannotGrade when nobody is graded."""
    found = records(course)
    if not found:
        raise CannotGrade(f"nobody is graded yet in {course.autograded}")
    target = course.report / f"{course.assignment}.html"
    write_whole(target, page(course, found))
    return target
