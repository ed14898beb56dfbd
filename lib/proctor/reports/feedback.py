"""Feedback: pages for a student that work offline and alone, and print well.

What a student wrote is shown, and does nothing.
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex

import jinja2
from markupsafe import Markup, escape
from nbformat import NotebookNode
from traitlets import Unicode
from traitlets.config import Configurable

from proctor.course.collect import origins
from proctor.course.folders import Course, whole, write_whole
from proctor.course.records import Record, Sheet, records
from proctor.course.saving import SECRET, TIMESTAMP
from proctor.errors import CannotGrade, writing
from proctor.grading.rebuild import content_of
from proctor.reports.sanitize import PICTURES, Cleaner

TEMPLATES = Path(__file__).with_name("templates")
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a page may load: its own style, and pictures that it holds itself.

No script runs, whatever it contains.
"""
LONGEST_STAMP = 10_000
"""Bytes of a file of the exchange's receipt.

A student's folder may hold a pipe, a link or a huge file in its place.
"""
WHOLE = "feedback.html"
"""The page of all notebooks of an assignment."""


class FeedbackPages(Configurable):
    """Settings of the feedback pages."""

    lesson_address = Unicode(
        help="Where students find a lesson on the web; `{path}` (such as notebooks/6.1.ipynb), `{name}` (6.1) and `{section}` stand "
        "for its parts. Without it, pages name a lesson's file and section and link nowhere.",
    ).tag(config=True)


@dataclass(frozen=True)
class Place:
    """Where a lesson is: an address, or words when there is none."""

    address: str
    words: str


def environment() -> jinja2.Environment:
    """Templates with everything escaped that does not say otherwise."""
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["points"] = lambda value: f"{value:.1f}".removesuffix(".0").replace("-", "−")
    made.filters["inline_code"] = inline_code
    made.filters["span"] = span
    made.globals["policy"] = POLICY
    return made


def span(seconds: float) -> str:
    """A span of time in the two units that matter: "3 days 4 hours"."""
    parts = []
    rest = int(seconds)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number} {unit}{'s' if number > 1 else ''}")
    return " ".join(parts[:2]) or "less than a minute"


def inline_code(message: str) -> Markup:
    """A message with what stands between backticks as code; everything else is escaped."""
    pieces = message.split("`")
    if len(pieces) % 2 == 0:
        return escape(message)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def inline(title: str) -> Markup:
    """A heading's Markdown, formulas set, without a block around it."""
    html = Cleaner().markdown(title).strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return escape(title) if re.search(r"<(?!/?(code|em|strong|s|span|sub|sup|m[a-z]+)\b)", inner) else Markup(inner)


def shown_cell(cleaner: Cleaner, cell: NotebookNode) -> dict[str, object]:
    """What the page shows of a student's cell."""
    if cell.cell_type == "markdown":
        return {"html": cleaner.markdown(cell.source, cell.get("attachments"))}
    cleaned = [made for output in cell.get("outputs", []) if (made := cleaner.output(output)) is not None]
    return {"source": cleaner.plain(cell.source), "outputs": [shown for output in cleaned if (shown := shown_output(output))]}


def shown_output(output: NotebookNode) -> dict[str, object]:
    """One cleaned output as text, harmless HTML or a picture."""
    if output.output_type == "stream":
        return {"text": ANSI.sub("", output.text)}
    if output.output_type == "error":
        lines = [ANSI.sub("", line) for line in output.traceback]
        own = [line for line in "\n".join(lines).splitlines() if line.lstrip().startswith("---->")][-1:]
        return {"text": "\n".join([*own, f"{output.ename}: {ANSI.sub('', output.evalue)}"]), "error": True}
    for kind in PICTURES:
        if kind in output.data:
            return {"picture": f"data:{kind};base64,{output.data[kind]}"}
    if "text/html" in output.data:
        return {"html": output.data["text/html"]}
    return {"text": output.data.get("text/plain", "")}


def place_of(lesson: str, address: str) -> Place:
    """Where a lesson is, given its path from the course folder.

    ``address`` is the course's for its lessons, or "". A page is sent away, so it never links to a
    file that lies beside the course.
    """
    if "://" in lesson:
        return Place(lesson, "")
    path, _, section = lesson.partition("#")
    if address:
        try:
            made = address.format(path=path, name=PurePosixPath(path).stem, section=section)
        except (KeyError, IndexError, ValueError) as error:
            expected = "it may name {path}, {name} and {section}"
            raise CannotGrade(f"FeedbackPages.lesson_address is {address!r}; {expected}") from error
        return Place(made.removesuffix("#"), "")
    return Place("", path + (f", section “{section.replace('-', ' ')}”" if section else ""))


def page(course: Course, record: Record, sheets: Sequence[Sheet] | None = None, lesson_address: str = "") -> str:
    """The feedback page of one student as HTML, of all notebooks or of ``sheets``."""
    cleaner = Cleaner(folder=course.submitted / record.student / course.assignment)
    return environment().get_template("feedback.html").render(
        record=record,
        sheets=list(record.sheets if sheets is None else sheets),
        assignment=course.assignment,
        cell=lambda item: shown_cell(cleaner, item),
        comment=lambda text: Cleaner().markdown(text),
        inline=inline,
        place=lambda path: place_of(path, lesson_address),
    )


def write_all(course: Course, lesson_address: str = "") -> list[Record]:
    """Write the pages of every graded student into feedback/<student>/<assignment>/.

    Returns those students. ``feedback.html`` is the page of all notebooks. Beside it lies a page
    for each notebook, under the names that ``nbgrader release_feedback`` gives back through the
    exchange.
    """
    found = records(course)
    for record in found:
        folder = course.feedback / record.student / course.assignment
        with writing(folder):
            write_whole(folder / WHOLE, page(course, record, lesson_address=lesson_address))
            _copy_receipt(course.submitted / record.student / course.assignment, folder)
            for sheet in record.sheets:
                write_whole(folder / f"{sheet.name}.html", page(course, record, [sheet], lesson_address))
    return found


def _copy_receipt(handed_in: Path, folder: Path) -> None:
    """Put the exchange's receipt beside the pages, where it looks for whose they are.

    Of a submission that came another way there is none; ``nbgrader release_feedback`` stops at such
    a one, so it gets a secret that nobody knows, under which nobody fetches anything.
    """
    for name, otherwise in ((TIMESTAMP, ""), (SECRET, token_hex(32))):
        content = content_of(handed_in / name, LONGEST_STAMP)
        if content is not None:
            write_whole(folder / name, content.decode(errors="replace"))
        elif not (folder / name).is_file():
            write_whole(folder / name, otherwise)


def write_zip(course: Course, target: Path) -> int:
    """Put the written pages into a zip that the learning platform takes back.

    Returns how many pages. What ``proctor collect`` took from Moodle or Canvas goes back under the
    name that it came with; everybody else's page is named like the student. Raises CannotGrade when
    there are no pages.
    """
    known = origins(course)
    pages = sorted(course.feedback.glob(f"*/{course.assignment}/{WHOLE}"))
    if not pages:
        raise CannotGrade(f"there are no pages in {course.feedback}; write them with: proctor feedback {course.assignment}")
    with writing(target), whole(target) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pages:
            student = path.parent.parent.name
            archive.write(path, _name_for(student, course.assignment, known.get(student)))
    return len(pages)


def _name_for(student: str, assignment: str, origin: dict[str, str] | None) -> str:
    """A page's name in the zip for the platform."""
    if origin is None:
        return f"{student}/{assignment}-feedback.html"
    if origin["platform"] == "Moodle":
        return f"{origin['label']}/{assignment}-feedback.html"
    return f"{PurePosixPath(origin['name']).stem}-feedback.html"
