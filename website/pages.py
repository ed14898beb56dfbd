"""Lessons as plain pages.

Text, formulas, code to unfold and the saved pictures, for phones and for search engines.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from phase6.predict import HELD, SHOW
from proctor.reports.formulas import mathml
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from website.glossary import Term, linked, terms, with_rows
from website.lessons import makes_explorer

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
PICTURE = re.compile(r"<img\b[^>]*>")
IMAGE = re.compile(r'src="data:image/(png|jpeg);base64,([^"]+)"')
LINK = re.compile(r'href="(?P<path>[^":#?]+)\.(?:ipynb|md)(?P<part>#[^"]*)?"')
CORNER = re.compile(r"<th((?:\s[^>]*)?)>\s*</th>")
PERCENT = re.compile(r"(?<=\d) (?=%)")
HIGHLIGHT = HtmlFormatter(style="default", nowrap=False)


def formula(latex: str, *, block: bool) -> str:
    """MathML of a formula, which browsers draw by themselves.

    The source itself where it cannot be converted.
    """
    try:
        drawn = mathml(latex.strip(), block=block)
    except ValueError:
        drawn = f"<code>{html.escape(latex)}</code>"
    return scrollable(drawn, "formula") if block else drawn


class Renderer(IPythonRenderer):
    """Markdown as Jupyter shows it, with formulas without script and tables that scroll."""

    def block_math(self, body: str) -> str:
        return formula(html.unescape(body), block=True)

    def inline_math(self, body: str) -> str:
        return formula(html.unescape(body), block=False)

    def latex_environment(self, name: str, body: str) -> str:
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)

    def table(self, text: str) -> str:
        return scrollable(f"<table>{text}</table>")


def scrollable(wide: str, kind: str = "table") -> str:
    """What may be wider than a page, in a part that scrolls by itself, by touch and by keyboard.

    A table's corner without text is no header.
    """
    wide = CORNER.sub(r"<td\1></td>", wide)
    return f'<div class="scrolls" role="group" tabindex="0" aria-label="{kind}">{wide}</div>'


@dataclass
class Pictures:
    """Pictures taken out of notebooks, each a file that a page loads when it comes into view."""

    folder: Path

    def taken_out(self, markup: str) -> str:
        """The markup with every embedded picture replaced by a reference to its file."""
        return IMAGE.sub(self._file, markup)

    def _file(self, found: re.Match[str]) -> str:
        content = base64.b64decode(found.group(2))
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{found.group(1)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(content)
        return f'loading="lazy" src="{self.folder.name}/{name}"'


def markdown(source: str) -> str:
    """HTML of a markdown cell; a number and its percent sign stay on one line."""
    rendered = MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=False)).render(source)
    return PERCENT.sub("\u00a0", rendered)


def page_link(hit: re.Match[str]) -> str:
    """A link to a lesson or to the glossary leads to its plain page.

    To any other notebook, to where it can be run.
    """
    path, part = hit["path"], hit["part"] or ""
    if path.startswith("../"):
        return f'href="../notebooks/index.html?path={path.removeprefix("../")}.ipynb"'
    return f'href="{path}.html{part}"'


def output(content: NotebookNode) -> str:
    """HTML of one saved output; empty for what a page cannot show."""
    if content.output_type == "stream":
        return f'<pre class="printed" tabindex="0">{html.escape(content.text)}</pre>'
    data = content.get("data", {})
    if "text/html" in data:
        shown = "".join(data["text/html"])
        return scrollable(shown) if "<table" in shown else f"<figure>{shown}</figure>"
    if "image/png" in data:
        said = html.escape(content.get("metadata", {}).get("alt", "A picture"), quote=True)
        return f'<figure><img alt="{said}" src="data:image/png;base64,{data["image/png"].strip()}"></figure>'
    if "text/markdown" in data:
        return markdown(data["text/markdown"])
    if "text/latex" in data:
        return formula(data["text/latex"].strip("$ \n"), block=True)
    text = data.get("text/plain", "")
    return "" if not text or text.startswith("<") else f'<pre class="printed" tabindex="0">{html.escape(text)}</pre>'


def code(source: str) -> str:
    """A cell's code, folded."""
    if not source.strip():
        return ""
    first = next((line for line in source.splitlines() if line.strip() and not line.startswith(("from ", "import "))), "code")
    shown = highlight(source, PythonLexer(), HIGHLIGHT)
    return f"<details><summary>Code: <code>{html.escape(first.strip()[:60])}</code></summary>{shown}</details>"


def question(cell: NotebookNode) -> re.Match[str] | None:
    """Question and result of a cell that asks for a guess; None for any other cell."""
    pages = ("".join(each.get("data", {}).get("text/html", "")) for each in cell.outputs)
    return next((found for page in pages if (found := HELD.fullmatch(page))), None)


def body(notebook: NotebookNode, live: str, known: Mapping[str, Term]) -> str:
    """The page's content: all cells in order, with a link to the live explorer if there is one.

    What answers a question is folded: the result, and the code cells below it up to the next text.
    """
    parts: list[str] = []
    left = dict(known)
    folded = False
    for cell in notebook.cells:
        asked = question(cell) if cell.cell_type == "code" else None
        if folded and (asked or cell.cell_type == "markdown"):
            parts.append("</details>")
            folded = False
        if cell.cell_type == "markdown":
            parts.append(linked(markdown(cell.source), left))
        elif asked:
            parts.append(f'<div class="cell">{code(cell.source)}{asked["question"]}</div>')
            parts.append(f'<details class="held">{SHOW}<figure>{asked["result"]}</figure>')
            folded = True
        elif cell.cell_type == "code":
            shown = [output(each) for each in cell.outputs if each.output_type != "error"]
            if makes_explorer(cell.source):
                pictures = [picture[0] for each in shown for picture in PICTURE.finditer(each)]
                shown = [f'<p class="live"><a href="{live}">Open the live lesson</a> to move the sliders here.</p>', *pictures]
            parts.append(f'<div class="cell">{code(cell.source)}{"".join(shown)}</div>')
    if folded:
        parts.append("</details>")
    joined = PICTURE.sub(lambda picture: scrollable(picture[0], "picture"), "\n".join(parts))
    return LINK.sub(page_link, joined)


def write_page(
    notebook: NotebookNode, target: Path, title: str, live: str, links: Mapping[str, str], known: Mapping[str, Term] | None = None
) -> None:
    """Write a lesson's plain page.

    ``links`` by label are the pages before and after it, ``known`` the terms of the glossary.
    """
    content = Pictures(target.parent / "pictures").taken_out(body(notebook, live, known or {}))
    target.parent.mkdir(parents=True, exist_ok=True)
    page = TEMPLATES.get_template("lesson.html").render(title=title, content=Markup(content), live=live, links=links)
    target.write_text(page)


def write_glossary(text: str, target: Path) -> None:
    """Write the glossary's plain page."""
    content = Markup(with_rows(markdown(text), terms(text)))
    target.write_text(TEMPLATES.get_template("lesson.html").render(title="Glossary", content=content, live="", links={}))


def style_of_code() -> str:
    """Style sheet for highlighted code."""
    return str(HIGHLIGHT.get_style_defs(".highlight"))
