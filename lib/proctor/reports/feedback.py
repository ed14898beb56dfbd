"""Feedback: one page a student that works offline and prints well. What a student wrote is shown, and does nothing."""

import re
from pathlib import Path
from typing import Any

import jinja2
from nbformat import NotebookNode

from proctor.course.folders import Course, write_whole
from proctor.course.records import Record, from_page, records
from proctor.reports.sanitize import PICTURES, Cleaner

TEMPLATES = Path(__file__).with_name("templates")
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a page may load: its own style and pictures that it holds itself. No script runs, whatever it contains."""


def environment() -> jinja2.Environment:
    """Templates with everything escaped that does not say otherwise."""
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["points"] = lambda value: f"{value:.1f}".removesuffix(".0")
    made.filters["inline_code"] = inline_code
    made.globals["policy"] = POLICY
    return made


def inline_code(message: str) -> Any:
    """A message with what stands between backticks as code; everything else is escaped."""
    from markupsafe import Markup, escape

    pieces = message.split("`")
    if len(pieces) % 2 == 0:
        return escape(message)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def shown_cell(cleaner: Cleaner, cell: NotebookNode) -> dict[str, Any]:
    """What the page shows of a student's cell."""
    if cell.cell_type == "markdown":
        return {"html": cleaner.markdown(cell.source, cell.get("attachments"))}
    cleaned = [made for output in cell.get("outputs", []) if (made := cleaner.output(output)) is not None]
    return {"source": cleaner.plain(cell.source), "outputs": [shown for output in cleaned if (shown := shown_output(output))]}


def shown_output(output: NotebookNode) -> dict[str, Any]:
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


def page(course: Course, record: Record, target: Path) -> str:
    """The feedback page of one student as HTML."""
    cleaner = Cleaner(folder=course.submitted / record.student / course.assignment)
    return environment().get_template("feedback.html").render(
        record=record,
        assignment=course.assignment,
        cell=lambda item: shown_cell(cleaner, item),
        link=lambda path: from_page(course, target, path),
    )


def write_all(course: Course) -> int:
    """Write the page of every graded student into feedback/<student>/<assignment>/feedback.html; returns how many."""
    found = records(course)
    for record in found:
        target = course.feedback / record.student / course.assignment / "feedback.html"
        write_whole(target, page(course, record, target))
    return len(found)
