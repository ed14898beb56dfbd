"""What a student wrote or printed, made harmless to a browser.

No script runs, nothing is loaded, nothing is sent.
"""

import base64
import re
import time
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import nh3
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from proctor.grading.own_files import NOT_THEIRS
from proctor.reports.formulas import mathml
from proctor.reports.pictures import LARGEST, RASTER, VECTOR, NoPicture, raster_address, svg_address

TEXT_TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])
ATTRIBUTES = {
    "a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "ol": {"start"},
}
PROTOCOLS = frozenset({"http", "https", "mailto"})
ADDRESS = re.compile(r"(https?://|mailto:|#)", re.I)
PICTURES = tuple(RASTER.values())
LONGEST = 20_000
"""Most characters of one text that are read as Markdown or HTML, or kept of one output."""
LONGEST_PLAIN = 100_000
"""Most characters of one text that are shown at all."""
DEEPEST = 100
"""Elements within elements, at most."""
GROWTH = 10
"""Times that HTML may grow while it is made harmless; hostile nesting grows it a thousandfold."""
OWN_HEADINGS = 3
"""Levels of headings that a page keeps for itself."""
TOKEN = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^>"'])*>""")
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
EMPTY_TAGS = frozenset({"br", "hr"})
EMPTY_HEAD = re.compile(r'<th(?: (?:colspan|rowspan|scope)="\w*")*>\s*</th>')
"""A head that names nothing, such as the corner of a table that pandas shows."""
DELIMITER = re.compile(r"[\\$]")
"""What a formula begins with where a page's own script looks for formulas."""
HELD, HOLD = re.compile("\ue000(\\d{1,6})\ue001"), "\ue000{}\ue001"
RESERVED = re.compile("[\ue000\ue001]")
PASTED = re.compile(r"data:image/(?:png|jpe?g|gif|svg\+xml);base64,[A-Za-z0-9+/=]+")
IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.I)
IMAGE_PART = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)


class Cleaner:
    """Makes harmless what one page shows of a student, within limits for the whole page.

    Past ``size`` characters or ``seconds`` of work, what is still to come is shown as plain text,
    and past twice the size not at all. ``folder`` is where pictures that a text names lie, if
    anywhere.
    """

    def __init__(
        self,
        *,
        size: int = 4_000_000,
        picture_size: int = 40_000_000,
        seconds: float = 10.0,
        folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size, self._picture_size, self._seconds = size, picture_size, seconds
        self._folder, self._clock = folder, clock
        self._spent = 0.0
        self._shown = 0
        self._pictures = 0

    def plain(self, text: str, most: int = LONGEST_PLAIN) -> str:
        """Text as it is, cut where it has more than ``most`` characters or the page is full.

        It is not escaped.
        """
        room = max(0, min(most, 2 * self._size - self._shown))
        self._shown += min(len(text), room)
        return text if len(text) <= room else f"{text[:room]}\n({len(text) - room:,} more characters are not shown)"

    def html(self, html: str) -> str:
        """HTML with harmless tags and attributes only; what goes beyond a limit as plain text."""
        return self._within_limits(html, lambda: _harmless(html, {}))

    def markdown(self, source: str, attachments: Mapping[str, object] | None = None) -> str:
        """Markdown as harmless HTML, formulas as MathML, pictures that it holds as pictures.

        ``attachments`` are the cell's: data by kind, by name. What cannot be read as Markdown, and
        what goes beyond a limit, is shown as it was typed.
        """
        known: dict[str, object] = dict(attachments or {})

        def pasted(found: re.Match[str]) -> str:
            kind, _, data = found.group()[len("data:") :].partition(";base64,")
            name = f"pasted-{len(known)}"
            known[name] = {kind: data}
            return f"attachment:{name}"

        source = PASTED.sub(pasted, RESERVED.sub("", source))
        renderer = _Renderer(lambda address, text: self._picture(address, text, known))

        def read() -> str:
            html = MarkdownWithMath(renderer=renderer).render(source)
            return _harmless(html, dict(enumerate(renderer.held)))

        return self._within_limits(source, read)

    def output(self, output: Mapping[str, Any]) -> NotebookNode | None:
        """An output as text, a harmless table or a picture; None where nothing is left to show."""
        kind = output["output_type"]
        if kind == "stream":
            return NotebookNode(output_type="stream", name="stdout", text=self._short(output.get("text", "")))
        if kind == "error":
            trace = [self._short(line) for line in output.get("traceback", [])][-30:]
            name, value = str(output.get("ename", ""))[:200], self._short(output.get("evalue", ""))
            return NotebookNode(output_type="error", ename=name, evalue=value, traceback=trace)
        data = self.data(output.get("data", {}))
        return NotebookNode(output_type="display_data", data=data, metadata={}) if data else None

    def data(self, data: Mapping[str, Any]) -> NotebookNode:
        """Of a bundle of representations, the picture, formula, cleaned table, or text."""
        refused = ""
        for kind in (*PICTURES, VECTOR):
            if isinstance(data.get(kind), str):
                try:
                    address = self._address(kind, data[kind])
                except NoPicture as error:
                    refused = f"({error})"
                    continue
                if kind == VECTOR:
                    return NotebookNode({"text/html": _image(address, "a picture that this cell draws")})
                return NotebookNode({address[len("data:") :].partition(";")[0]: address.partition(",")[2]})
        if isinstance(data.get("text/html"), str) and "<table" in data["text/html"]:
            return NotebookNode({"text/html": self.html(data["text/html"])})
        if isinstance(data.get("text/latex"), str):
            try:
                return NotebookNode({"text/html": mathml(data["text/latex"].strip().strip("$"), block=True)})
            except ValueError:
                pass
        if isinstance(data.get("text/plain"), str) or refused:
            return NotebookNode({"text/plain": refused or self._short(data["text/plain"])})
        return NotebookNode()

    def file(self, path: Path) -> str:
        """What a file holds, as harmless HTML: a picture, or text; "" for anything else."""
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST)
            if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".gif"}:
                return _image(self._address("image/png", base64.b64encode(content).decode()), path.name)
            if path.suffix.lower() == ".svg":
                return _image(self._address(VECTOR, content.decode(errors="replace")), path.name)
            return _as_typed(self.plain(content.decode(), LONGEST))
        except NoPicture as error:
            return str(escape(f"({error})"))
        except (OSError, UnicodeDecodeError):
            return ""

    def _short(self, text: object) -> str:
        return self.plain(str(text), LONGEST)

    def _within_limits(self, source: str, make: Callable[[], str]) -> str:
        if len(source) > LONGEST or self._shown > self._size or self._spent > self._seconds:
            return _as_typed(self.plain(source))
        began = self._clock()
        try:
            made = make()
        except Exception:  # a parser raises whatever its parts raise; the text is there all the same
            made = ""
        self._spent += self._clock() - began
        pictures = sum(len(found) for found in re.findall(r'src="data:[^"]*"', made))
        if (source.strip() and not made) or len(made) - pictures > GROWTH * LONGEST:
            return _as_typed(self.plain(source))
        self._shown += len(made) - pictures
        return made

    def _address(self, kind: str, data: str) -> str:
        """The ``data:`` address of a picture.

        Raises NoPicture when it or the page's pictures are too large.
        """
        if self._pictures + len(data) > self._picture_size:
            raise NoPicture("a picture; the page holds as many as it can")
        address = svg_address(data) if kind == VECTOR else raster_address(data)
        self._pictures += len(address)
        return address

    def _picture(self, source: str, text: str, attachments: Mapping[str, object]) -> str:
        """A picture that a text names, or in its place what it shows."""
        try:
            for kind in (*PICTURES, VECTOR):
                data = self._found(source, attachments).get(kind)
                if isinstance(data, str):
                    return _image(self._address(kind, data), text or "a picture")
        except NoPicture as error:
            return str(escape(f"({error}{': ' if text else ''}{text})"))
        return str(escape(f"(picture: {text})" if text else "(a picture)"))

    def _found(self, source: str, attachments: Mapping[str, object]) -> Mapping[str, object]:
        """The data of a picture by kind: an attachment, or a file beside the notebook."""
        if source.startswith("attachment:"):
            bundle = attachments.get(source.removeprefix("attachment:"), {})
            if not isinstance(bundle, Mapping):
                return {}
            inside = {"image/jpeg" if kind == "image/jpg" else kind: data for kind, data in bundle.items()}
            if isinstance(inside.get(VECTOR), str) and not inside[VECTOR].lstrip().startswith("<"):
                inside[VECTOR] = base64.b64decode(inside[VECTOR]).decode(errors="replace")
            return inside
        if self._folder is None or ":" in source or not source:
            return {}
        try:
            top = self._folder.resolve()
            path = (top / source).resolve()
            if not path.is_relative_to(top) or not path.is_file() or path.stat().st_size > LARGEST:
                return {}
            content = path.read_bytes()
        except (OSError, ValueError):
            return {}
        if path.suffix.lower() == ".svg":
            return {VECTOR: content.decode(errors="replace")}
        return {"image/png": base64.b64encode(content).decode()}


class _Renderer(IPythonRenderer):
    """Keeps formulas and pictures aside while the rest is made harmless.

    A placeholder stands in their place.
    """

    def __init__(self, picture: Callable[[str, str], str]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.held: list[str] = []
        self._show = picture

    def _hold(self, made: str) -> str:
        self.held.append(made)
        return HOLD.format(len(self.held) - 1)

    def _formula(self, body: str, typed: str, *, block: bool) -> str:
        try:
            return self._hold(mathml(body, block=block))
        except ValueError:
            return f"<code>{escape(typed)}</code>"

    def inline_math(self, body: str) -> str:
        return self._formula(body, f"${body}$", block=False)

    def block_math(self, body: str) -> str:
        return self._formula(body, f"$${body}$$", block=True)

    def latex_environment(self, name: str, body: str) -> str:
        typed = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formula(typed, typed, block=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self._hold(self._show(url, Markup(text).striptags()))

    def block_html(self, html: str) -> str:
        return super().block_html(IMAGE_TAG.sub(self._image_tag, html))

    def inline_html(self, html: str) -> str:
        return super().inline_html(IMAGE_TAG.sub(self._image_tag, html))

    def _image_tag(self, found: re.Match[str]) -> str:
        parts = {name.lower(): unescape(a or b or c) for name, a, b, c in IMAGE_PART.findall(found.group())}
        return self._hold(self._show(parts.get("src", ""), parts.get("alt", "")))


def _allowed(tag: str, name: str, value: str) -> str | None:
    """An attribute's value where it may stay; None where not."""
    return None if name == "href" and not ADDRESS.match(value) else value


def _harmless(html: str, held: Mapping[int, str]) -> str:
    """Cleaned HTML in which no heading outranks the page's and no script finds a formula to set.

    ``held`` are the formulas and pictures that placeholders in the text stand for. Raises
    ValueError for elements that are nested too deeply.
    """
    cleaned = nh3.clean(
        html, tags=set(TEXT_TAGS), attributes=ATTRIBUTES, url_schemes=set(PROTOCOLS), attribute_filter=_allowed,
    )
    made: list[str] = []
    place = depth = 0
    level = OWN_HEADINGS
    for found in TOKEN.finditer(cleaned):
        made.append(_text(cleaned[place : found.start()], held))
        place = found.end()
        token = found.group()
        known = TAG.match(token)
        if known and known[2] not in EMPTY_TAGS:
            depth += -1 if known[1] else 1
            if depth > DEEPEST:
                raise ValueError(f"elements nested more than {DEEPEST} deep")
        if known and re.fullmatch(r"h[1-6]", known[2]):
            if not known[1]:
                level = max(OWN_HEADINGS + 1, min(OWN_HEADINGS + int(known[2][1]), level + 1, 6))
            token = f"<{known[1]}h{level}>"
        made.append(token)
    return EMPTY_HEAD.sub("<td></td>", "".join([*made, _text(cleaned[place:], held)]))


def _text(text: str, held: Mapping[int, str]) -> str:
    """A piece of text between tags: formulas' delimiters apart, placeholders filled."""
    apart = DELIMITER.sub(lambda found: f"<span>{found.group()}</span>", text)
    return HELD.sub(lambda found: held.get(int(found[1]), ""), apart)


def _image(address: str, text: str) -> str:
    return str(Markup('<img src="{}" alt="{}">').format(address, text[:500]))


def _as_typed(text: str) -> str:
    return f"<pre>{_text(str(escape(RESERVED.sub('', text))), {})}</pre>"


def in_one_block(html: str) -> str:
    """HTML that a Markdown reader passes on as it is: one block without blank lines."""
    return "<div>" + re.sub(r"\n\s*(?=\n)", "\n&#10;", html) + "</div>"


def files_beside(folder: Path) -> str:
    """The files that a student handed in beside the notebooks, as harmless HTML.

    It is "" when there are none. Pictures and text are shown, of other files the name and size.
    """
    cleaner = Cleaner(folder=folder)
    shown = []
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    except OSError:
        return ""
    for path in found[:100]:
        name = path.relative_to(folder).as_posix()
        if path.suffix != ".ipynb" and name not in NOT_THEIRS and not name.startswith("."):
            shown.append(f"<p><b>{escape(name)}</b>, {path.stat().st_size:,} bytes</p>{cleaner.file(path)}")
    return f"<h4>Handed in beside the notebook</h4>{''.join(shown)}" if shown else ""
