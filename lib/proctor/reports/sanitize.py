"""What a student wrote or printed, made harmless to a browser: no script runs, nothing is loaded, nothing is sent."""

import base64
import binascii
import re
from typing import Any

import bleach
from markupsafe import escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

TEXT_TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])
ATTRIBUTES = {"a": ["href", "title"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"], "ol": ["start"]}
PROTOCOLS = frozenset({"http", "https", "mailto"})
PICTURES = ("image/png", "image/jpeg")
SIGNATURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8"}
LONGEST = 20_000
MACROS = re.compile(
    r"\\(href|url|unicode|class|cssId|style|require|html\w*|data|special|input|include\w*|[egx]?def|let|csname|mmlToken|bbox"
    r"|(re)?new\w+|provide\w+|Declare\w+|action|toggle|\w*tip|\w*Tip)\b"
)


def clean_html(html: str) -> str:
    """HTML with harmless tags and attributes, and formulas with harmless macros, only."""
    html = MACROS.sub(r"\1", html)
    return str(bleach.clean(html, tags=TEXT_TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True))


class _Renderer(IPythonRenderer):
    """Names a picture instead of loading it; nbconvert's own refuses a text whose attached picture is not there."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"(picture: {text})" if text else "(a picture)"


def markdown_to_html(source: str) -> str:
    """A student's Markdown as harmless HTML. Formulas stay text; macros that reach beyond a formula are named, not run.

    What cannot be read as Markdown is shown as it was typed.
    """
    source = MACROS.sub(r"\1", source[:LONGEST])
    try:
        html = MarkdownWithMath(renderer=_Renderer(escape=False, exclude_anchor_links=True)).render(source)
    except Exception:
        html = f"<pre>{escape(source)}</pre>"
    return clean_html(html)


def clean_markdown(source: str) -> str:
    """Markdown that shows the same as a student's and is harmless: one block of HTML without blank lines, so nothing is read again."""
    return "<div>" + re.sub(r"\n\s*(?=\n)", "\n&#10;", markdown_to_html(source)) + "</div>"


def clean_output(output: NotebookNode) -> NotebookNode | None:
    """An output as text, a harmless table or a picture; None where nothing is left to show."""
    if output.output_type == "stream":
        return NotebookNode(output_type="stream", name="stdout", text=str(output.get("text", ""))[:LONGEST])
    if output.output_type == "error":
        trace = [str(line)[:LONGEST] for line in output.get("traceback", [])][-30:]
        name, value = str(output.get("ename", "")), str(output.get("evalue", ""))[:LONGEST]
        return NotebookNode(output_type="error", ename=name, evalue=value, traceback=trace)
    data = clean_data(output.get("data", {}))
    return NotebookNode(output_type="display_data", data=data, metadata={}) if data else None


def clean_data(data: Any) -> NotebookNode:
    """Of a bundle of representations, the picture, or the cleaned table, or the text."""
    for kind in PICTURES:
        if isinstance(data.get(kind), str):
            try:
                content = base64.b64decode(data[kind], validate=False)
            except (binascii.Error, ValueError):
                continue
            if content.startswith(SIGNATURES[kind]):
                return NotebookNode({kind: base64.b64encode(content).decode()})
    if isinstance(data.get("text/html"), str) and "<table" in data["text/html"]:
        return NotebookNode({"text/html": clean_html(re.sub(r"(?is)<style.*?</style>", "", data["text/html"][:LONGEST]))})
    if isinstance(data.get("text/plain"), str):
        return NotebookNode({"text/plain": data["text/plain"][:LONGEST]})
    return NotebookNode()
