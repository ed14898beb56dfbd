"""The class report: one self-contained page about a class.

It says how the class did, what it misunderstood, and who needs a conversation.
"""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from proctor.course.folders import Course, write_whole
from proctor.course.records import Record, records
from proctor.course.status import GRADED
from proctor.errors import CannotGrade, writing
from proctor.reports.export import FORMATS, about_stale, written
from proctor.reports.feedback import environment, inline
from proctor.reports.statistics import Idea, Item, ideas, items, parts_of

BLUE, ORANGE, GREEN, INK = "#0072B2", "#D55E00", "#009E73", "#1d2430"
LOW = 0.5
"""A conversation is suggested below this share of the points."""


def conversations(found: Sequence[Record]) -> list[tuple[Record, list[str]]]:
    """Students an instructor should talk to, each with the reasons, lowest score first."""
    talks = []
    for record in found:
        reasons = [] if record.state == GRADED else [f"{record.state}{f': {record.why}' if record.why else ''}"]
        absent = [sheet.name for sheet in record.sheets if not sheet.handed_in]
        notes = [note for sheet in record.sheets if sheet.handed_in for note in sheet.notes if "could not be read" in note]
        lost = [part.name for _, _, part in parts_of(record) if part.reason == "lost"]
        read = sum(part.most for _, _, part in parts_of(record) if not part.waiting)
        if read and record.points < LOW * read:
            reasons.append(f"{100 * record.points / read:.0f} % of the points")
        if absent:
            reasons.append(f"not handed in: {', '.join(absent)}")
        reasons += notes
        if lost:
            reasons.append(f"code that crashed or never finished: {', '.join(lost)}")
        if reasons:
            talks.append((record, reasons))
    return sorted(talks, key=lambda talk: talk[0].points)


def crashes(found: Sequence[Record]) -> list[tuple[str, str, str]]:
    """Time-outs and crashes: the student's name, cell, what happened."""
    return [(record.name, part.name, part.message) for record in found for _, _, part in parts_of(record) if part.reason == "lost"]


def picture(figure: Figure, what: str) -> dict[str, str]:
    """A figure as an inline SVG picture with its text alternative."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    drawn = base64.b64encode(stream.getvalue().encode(errors="backslashreplace")).decode()
    return {"source": f"data:image/svg+xml;base64,{drawn}", "alt": what}


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def score_picture(found: Sequence[Record]) -> dict[str, str] | None:
    """Distribution of the points; None where there are no points to get."""
    points, most = [record.points for record in found], max((record.most for record in found), default=0.0)
    if not most:
        return None
    figure, axes = _axes(7, 2.8)
    axes.hist(points, bins=np.linspace(0, max(most, *points), 21).tolist(), color=BLUE, edgecolor="white")
    axes.axvline(median(points), color=ORANGE, lw=2)
    axes.annotate(f"median {median(points):.1f}", (median(points), 1), xycoords=("data", "axes fraction"), color=ORANGE,
                  xytext=(0, 3), textcoords="offset points", va="bottom", ha="center")
    axes.set(xlabel=f"points of {most:g}", ylabel="students", xlim=(0, max(most, *points)))
    axes.set_title("Where the class stands", loc="left", pad=20)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return picture(figure, f"Histogram of the points of {len(points)} students, median {median(points):.1f} of {most:g}")


def item_picture(found: Sequence[Item]) -> dict[str, str] | None:
    """Share of the points by graded cell, in the assignment's order.

    None where every cell awaits its marks.
    """
    marked = [item for item in found if item.shares]
    if not marked:
        return None
    figure, axes = _axes(7, 0.6 + 0.24 * len(marked))
    means = [item.difficulty.value for item in marked]
    places = range(len(marked))
    axes.barh(places, [100 * mean for mean in means], color=[ORANGE if mean < LOW else BLUE for mean in means])
    for place, item in zip(places, marked, strict=True):
        if item.difficulty.known:
            axes.plot([100 * item.difficulty.low, 100 * item.difficulty.high], [place, place], color=INK, lw=1)
    axes.set_yticks(places, [item.name for item in marked], fontsize=8)
    axes.set_ylim(len(marked) - 0.4, -0.6)
    axes.set(xlabel="share of the points that the class got [%]", xlim=(0, 100), title="Hard questions stand out in orange")
    hardest = min(marked, key=lambda item: item.difficulty.value)
    return picture(figure, f"Share of points by question; the hardest is {hardest.name} with {100 * hardest.difficulty.value:.0f} %")


def idea_picture(found: Sequence[Idea]) -> dict[str, str] | None:
    """The wrong ideas that most students share; None where none was met."""
    top = found[:15]
    if not top:
        return None
    figure, axes = _axes(7, 0.6 + 0.28 * len(top))
    axes.barh(range(len(top)), [len(idea.students) for idea in top], color=GREEN)
    axes.set_yticks(range(len(top)), [f"{idea.name}  ({idea.question})" for idea in top], fontsize=8)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="students", title="What was misunderstood, and by how many")
    return picture(figure, "Wrong ideas by number of students: " + "; ".join(f"{idea.name}, {len(idea.students)}" for idea in top))


def download(rows: Sequence[Sequence[str]]) -> str:
    """A table as an address that the page holds itself."""
    return "data:text/csv;base64," + base64.b64encode(written(rows).encode(errors="backslashreplace")).decode()


def tables(course: Course, found: Sequence[Record], listed: Sequence[Item], met: Sequence[Idea]) -> dict[str, list[list[str]]]:
    """The tables that the page offers as CSV, by name."""
    heads = ["notebook", "cell", "most", "students", "mean share", "low", "high", "discrimination", "low", "high", "crashed"]
    figures = [
        [f"{value:.4f}" for one in (item.difficulty, item.discrimination) for value in (one.value, one.low, one.high)]
        for item in listed
    ]
    return {
        "questions": [heads] + [
            [item.sheet, item.name, f"{item.most:g}", str(len(item.shares)), *row, str(item.reasons["lost"])]
            for item, row in zip(listed, figures, strict=True)
        ],
        "ideas": [["question", "wrong idea", "students", "who", "hint"]]
        + [[i.question, i.name, str(len(i.students)), " ".join(i.students), i.hint] for i in met],
        "students": FORMATS["csv"](course.assignment, found),
    }


def page(course: Course, found: Sequence[Record]) -> str:
    """The report as HTML, over ``found``: who has no grade is named, and counts in no figure."""
    graded = [record for record in found if record.sheets]
    listed, met = items(graded), ideas(graded)
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "report", "font.size": 9, "text.color": INK}):
        pictures = {"scores": score_picture(graded), "items": item_picture(listed), "ideas": idea_picture(met)}
    return environment().get_template("report.html").render(
        assignment=course.assignment,
        records=found,
        graded=graded,
        sheets=max((record.sheets for record in found), key=len, default=[]),
        most=max((record.most for record in found), default=0.0),
        pictures=pictures,
        items=listed,
        never_failed=[item.name for item in listed if item.never_failed],
        ideas=met,
        talks=conversations(found),
        crashes=crashes(found),
        facts=[record for record in found if record.evidence],
        downloads={name: download(rows) for name, rows in tables(course, found, listed, met).items()},
        waiting=sum(record.waiting for record in found),
        stale=about_stale(found, course.assignment),
        unconfined=[record.student for record in found if not record.confined],
        inline=inline,
    )


def write_report(course: Course) -> Path:
    """Write report/<assignment>.html over everybody on the roster and everybody who handed in.

    Raises CannotGrade when nobody is graded.
    """
    found = records(course, everyone=True)
    if not any(record.sheets for record in found):
        raise CannotGrade(f"nobody is graded yet in {course.autograded}; grade with: proctor grade {course.assignment}")
    target = course.report / f"{course.assignment}.html"
    with writing(target):
        write_whole(target, page(course, found))
    return target
