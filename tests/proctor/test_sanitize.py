"""What a student wrote is harmless in a browser; tests/browser sees that it is so in a real one."""

import base64
import io
import re
import struct
import zlib
from html import unescape
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from proctor.nbgrader import make_harmless
from proctor.reports.formulas import mathml
from proctor.reports.pictures import NoPicture, raster_address, svg_address
from proctor.reports.sanitize import ATTRIBUTES, LONGEST, TEXT_TAGS, Cleaner, files_beside, in_one_block


def markdown(source, attachments=None):
    return Cleaner().markdown(source, attachments)


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>", "<a href='//example.org'>x</a>",
    "<svg onload=alert(1)>", "<iframe src='https://example.org'></iframe>", "<style>body{display:none}</style>",
    "<form action=//e><input>", "$\\href{javascript:alert(1)}{x}$", "```\n<script>alert(1)</script>\n```",
    "\\[x\\](javascript:alert(1))",
    "<math><mtext><script>alert(1)</script></mtext></math>", "<div style='background:url(//e)'>x</div>",
    "![x](https://example.org/track.png)", "<img alt='\"><script>alert(1)</script>' src='attachment:x'>",
    "<a\nhref='&#106;avascript:alert(1)'>x</a>", "<b/onclick=alert(1)>x</b>",
    "<a title='\ue0000\ue001' href='https://a.b'>$x$</a>", "<a title='&#xe000;0&#xe001;' href='https://a.b'>$x$</a>",
]


class Seen(HTMLParser):
    """Tags and attributes that a browser would make of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


MATH = {"math", "mrow", "mi", "mo", "mn", "mtext"}


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("render", [markdown, lambda source: in_one_block(markdown(source)), lambda source: Cleaner().html(source)])
def test_markdown_loses_what_acts(source, render):
    html = render(source)
    for tag, attributes in Seen(html).found:
        assert tag in TEXT_TAGS | MATH
        assert set(attributes) <= set(ATTRIBUTES.get(tag, [])) | {"rel"} | ({"display"} if tag == "math" else set())
        assert not attributes.get("href", "").strip().lower().startswith(("javascript", "data", "//"))
    assert "\\href" not in html


def test_markdown_keeps_what_explains():
    html = markdown("# Why\n\n*risk* is **bounded**, see `stop`:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.org)")
    for piece in ("<h4>Why", "<em>risk</em>", "<strong>bounded</strong>", "<code>stop</code>", "<td>1</td>", 'href="https://example.org"'):
        assert piece in html


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("so ![the *curve*](attachment:curve.png) there", "(picture: the curve)"),
        ("![](attachment:x.png)", "(a picture)"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_markdown_names_a_picture_that_is_not_there(source, shown):
    assert shown in markdown(source)


def test_what_is_no_markdown_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr("proctor.reports.sanitize.MarkdownWithMath.render", lambda self, source: 1 / 0)
    assert markdown("**a** <script>") == "<pre>**a** &lt;script&gt;</pre>"


def test_cleaned_markdown_has_no_blank_line_to_be_read_again():
    assert "\n\n" not in in_one_block(markdown("a\n\nb\n\n    code\n\n    more"))


@pytest.mark.parametrize("heading", ["# A", "###### A", "A\n===", "<h1>A</h1>", "<H1 class=x>A</H1>"])
def test_no_heading_outranks_the_pages(heading):
    assert [tag for tag, _ in Seen(markdown(heading)).found if tag.startswith("h")] == ["h4"]


def test_headings_step_down_one_level_at_a_time():
    levels = [tag for tag, _ in Seen(markdown("# A\n\n### B\n\n## C\n\n# D")).found]
    assert levels == ["h4", "h5", "h5", "h4"]


# Formulas


@pytest.mark.parametrize(
    ("source", "elements"),
    [
        (r"so $\frac{1}{2}$", ["mfrac"]), (r"$$\sum_{k=1}^n x_k \le \sqrt{n}$$", ["munderover", "msqrt"]),
        ("\\begin{aligned}a&=b\\\\c&=d\\end{aligned}", ["mtable", "mtr", "mtd"]),
        ("\\begin{equation}x=1\\end{equation}", ["mi", "mn"]),
    ],
)
def test_formulas_are_set(source, elements):
    html = markdown(source)
    assert {"math", *elements} <= {tag for tag, _ in Seen(html).found}
    assert "$" not in html


def test_what_is_no_formula_is_shown_as_typed():
    assert "$</span>\\frac" in markdown(r"$\frac{$").replace("<span>\\</span>", "\\")
    with pytest.raises(ValueError, match="at most 2000"):
        mathml("x" * 2001)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("href", "{javascript:alert(1)}{x}"), ("mmlToken", "{mi}[href='javascript:alert(1)']{x}"), ("csname", " href{x}"),
        ("renewcommand", "{x}{y}"), ("texttip", "{x}{y}"), ("bbox", "[background:url(//e)]{x}"), ("gdef", "{x}"),
        ("style", "{background:url(//e)}{x}"), ("text", "{<script>alert(1)</script>}"), ("class", '{a"onload=alert(1)}{x}'),
        ("text", "{&lt;script&gt;alert(1)&lt;/script&gt;}"),
    ],
)
def test_formulas_reach_nothing_beyond_themselves(name, rest):
    cleaner = Cleaner()
    macro = f"\\{name}{rest}"
    table = cleaner.data({"text/html": f"<table><tr><td>${macro}$</td></tr></table>"})["text/html"]
    output = cleaner.data({"text/latex": f"${macro}$"}).get("text/html", "")
    for shown in (cleaner.markdown(f"${macro}$"), table, cleaner.html(macro), output):
        for tag, attributes in Seen(shown).found:
            assert tag not in {"script", "style"}
            assert set(attributes) <= {"display", "stretchy", "mathvariant"}


WAYS = {
    "Markdown, three backslashes": new_markdown_cell(r"$\\\href{javascript:alert(1)}{click}$"),
    "Markdown, an invalid formula": new_markdown_cell(r"$\frac{ \href{javascript:alert(1)}{click}$"),
    "Markdown, no delimiters": new_markdown_cell(r"\(\href{javascript:alert(1)}{click}\) \ref{x}"),
    "Markdown, an entity": new_markdown_cell(r"&#36;&#92;href{javascript:alert(1)}{click}&#36;"),
    "HTML, two backslashes": r"$\\href{javascript:alert(1)}{click}$",
    "HTML, an entity": r"$&#92;href{javascript:alert(1)}{click}$",
    "HTML, a comment": r"$\<!-- -->href{javascript:alert(1)}{click}$",
    "HTML, a soft break": r"$\<wbr>href{javascript:alert(1)}{click}$",
    "HTML, an environment": r"\begin{align}\href{javascript:alert(1)}{click}\end{align}",
}


@pytest.mark.parametrize("way", WAYS)
def test_no_script_of_a_page_finds_a_formula_of_a_students(way):
    """MathJax looks for delimiters and macros in text that only br and wbr interrupt."""
    cell = WAYS[way]
    if isinstance(cell, str):
        data = {"text/html": f"<table><tr><td>{cell}</td></tr></table>"}
        cell = new_code_cell("", outputs=[new_output("display_data", data=data)])
    notebook = new_notebook(cells=[cell])
    make_harmless(notebook)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    body = page[page.rindex("<body") :]
    seen = unescape(body.replace("<wbr>", "").replace("<br>", ""))
    assert "click" in re.sub("<[^>]+>", "", seen)
    for found in ("\\href", "\\(", "\\begin", "\\ref", "$\\", "$$"):
        assert found not in seen


# Pictures


def png(width=3, height=2, kind="PNG"):
    stream = io.BytesIO()
    Image.new("1", (width, height)).save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


def huge_png(side=30_000):
    """A picture of 110 kB that decodes to gigabytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" + bytes(side // 8 + 1)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")).decode()


def test_outputs_keep_text_tables_and_pictures_only():
    cleaner = Cleaner()
    assert cleaner.data({"image/png": png(), "text/html": "<script>"}) == {"image/png": png()}
    table = cleaner.data({"text/html": "<table><tr><td>1<script>1</script></td></tr></table>"})["text/html"]
    assert [tag for tag, _ in Seen(table).found] == ["table", "tbody", "tr", "td"]
    assert cleaner.data({"application/javascript": "alert(1)"}) == {}


def test_what_only_says_it_is_a_picture_is_not_shown():
    svg = base64.b64encode(b"<svg onload=1>").decode()
    assert "cannot be read" in Cleaner().data({"image/png": svg, "text/plain": "x"})["text/plain"]
    assert Cleaner().data({"image/png": png(kind="JPEG")}) == {"image/jpeg": png(kind="JPEG")}


@pytest.mark.parametrize("side", [7_000, 30_000])
def test_a_picture_that_decodes_to_gigabytes_is_not_passed_on(side):
    bomb = huge_png(side)
    assert len(bomb) < 200_000
    found = Cleaner().data({"image/png": bomb, "text/plain": "<Figure>"})
    assert "image/png" not in found
    assert "to show" in found["text/plain"]
    assert "data:" not in markdown(f"![x](data:image/png;base64,{bomb})")


def test_pictures_of_one_page_have_a_limit_together():
    cleaner = Cleaner(picture_size=3 * len(png()))
    found = [next(iter(cleaner.data({"image/png": png()}))) for _ in range(5)]
    assert found == ["image/png", "image/png", "text/plain", "text/plain", "text/plain"]


WORDS = "The stop moves up behind the newest level, so early levels are safe."


@pytest.mark.parametrize("side", [100, 6_000])
@pytest.mark.parametrize(
    "written", ["![plot](data:image/png;base64,{})\n\n" + WORDS, '<img src="data:image/png;base64,{}" alt="plot">\n\n' + WORDS]
)
def test_a_pasted_picture_and_the_words_after_it_are_shown(side, written):
    rng = __import__("random").Random(1)
    stream = io.BytesIO()
    Image.frombytes("L", (side // 10, side // 10), rng.randbytes((side // 10) ** 2)).save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode()
    html = markdown(written.format(data))
    assert WORDS in html
    pictures = [attributes for tag, attributes in Seen(html).found if tag == "img"]
    assert pictures == [{"src": f"data:image/png;base64,{data}", "alt": "plot"}]


def test_an_attached_picture_is_shown():
    html = markdown("![mine](attachment:a.png)", {"a.png": {"image/png": png()}})
    assert f'<img src="data:image/png;base64,{png()}" alt="mine">' in html
    assert "(picture: mine)" in markdown("![mine](attachment:a.png)", {"a.png": "no bundle"})


def test_a_picture_beside_the_notebook_is_shown_and_nothing_above_it(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    for place in (folder / "mine.png", tmp_path / "other.png"):
        place.write_bytes(base64.b64decode(png()))
    (folder / "link.png").symlink_to(tmp_path / "other.png")
    shown = Cleaner(folder=folder).markdown("![a](mine.png) ![b](../other.png) ![c](link.png) ![d](none.png)")
    assert shown.count("<img") == 1
    for text in ("(picture: b)", "(picture: c)", "(picture: d)"):
        assert text in shown


def test_files_beside_the_notebook_are_shown_to_the_reader(tmp_path):
    (tmp_path / "work.ipynb").write_text("{}")
    (tmp_path / "helper.py").write_text("def five():\n    return '<script>'\n")
    (tmp_path / "mine.png").write_bytes(base64.b64decode(png()))
    (tmp_path / "data.bin").write_bytes(b"\xff\xfe\x00")
    shown = files_beside(tmp_path)
    assert "work.ipynb" not in shown
    for piece in ("helper.py", "&lt;script&gt;", '<img src="data:image/png', "data.bin"):
        assert piece in shown
    assert files_beside(tmp_path / "nowhere") == ""


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def svg_of(html):
    (attributes,) = [attributes for tag, attributes in Seen(html).found if tag == "img"]
    return base64.b64decode(attributes["src"].removeprefix("data:image/svg+xml;base64,")).decode()


def test_an_svg_figure_is_a_picture():
    from matplotlib.figure import Figure

    figure, stream = Figure(), io.StringIO()
    figure.subplots().imshow([[1, 2], [3, 4]])
    figure.savefig(stream, format="svg")
    shown = Cleaner().data({"image/svg+xml": stream.getvalue(), "text/plain": "<Figure>"})["text/html"]
    kept = svg_of(shown)
    for piece in ("<path", "<use", "clip-path", "data:image/png;base64,"):
        assert piece in kept


@pytest.mark.parametrize(
    ("inside", "gone"),
    [
        ("<script>alert(1)</script>", "script"), ('<rect onclick="alert(1)"/>', "onclick"),
        ('<image href="https://example.org/a.png"/>', "example"), ('<use href="https://example.org/a.svg#b"/>', "example"),
        ('<image xlink:href="data:image/svg+xml;base64,AAAA"/>', "AAAA"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", "foreign"),
        ("<style>@import 'https://example.org'</style>", "example"), ('<rect style="fill:url(https://example.org/)"/>', "example"),
        ("<animate/>", "animate"), ("<filter/>", "filter"),
    ],
)
def test_an_svg_keeps_what_is_harmless(inside, gone):
    kept = svg_of(Cleaner().data({"image/svg+xml": SVG.format(inside + "<circle r='1'/>")})["text/html"])
    assert gone not in kept
    assert "circle" in kept


BOMBS = {
    "use doubles": "<g id='a0'><rect/></g>" + "".join(
        f"<g id='a{n}'><use xlink:href='#a{n - 1}'/><use xlink:href='#a{n - 1}'/></g>" for n in range(1, 40)
    ),
    "use of itself": "<g id='a'><use href='#a'/></g>",
    "deep": "<g>" * 50_000 + "</g>" * 50_000,
    "many": "<rect/>" * 60_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", BOMBS)
def test_an_svg_that_draws_without_end_is_refused(name):
    with pytest.raises(NoPicture):
        svg_address(SVG.format(BOMBS[name]))


def test_entities_of_an_svg_are_refused():
    with pytest.raises(NoPicture):
        svg_address('<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG.format("<text>&b;</text>"))
    with pytest.raises(NoPicture):
        svg_address("<p>no picture</p>")


def test_a_picture_of_no_known_kind_is_refused():
    with pytest.raises(NoPicture):
        raster_address(base64.b64encode(b"BM not a bitmap").decode())


# Limits


NESTED = {
    "formatting": "<table></table><p>" + "".join(f"<b id={i}>" for i in range(500)) + "<p>x" * 1400,
    "elements": "<table></table>" + "<div>" * 2_000,
    "quotes": "> " * 9_000,
    "lists": "- " * 9_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_nesting_does_not_grow_a_page(name):
    source = NESTED[name]
    for html in (markdown(source), Cleaner().html(source), Cleaner().data({"text/html": source + "<table>"})["text/html"]):
        assert len(html) < 15 * LONGEST


@pytest.mark.timeout(100)  # 200 times a second each, without a limit
def test_a_page_of_hostile_outputs_stays_small():
    cleaner = Cleaner()
    shown = [cleaner.output(new_output("display_data", data={"text/html": NESTED["formatting"]})) for _ in range(200)]
    assert sum(len(output.data.get("text/html", "")) for output in shown) < 9_000_000


def test_a_page_that_took_its_time_is_plain_from_there_on():
    ticks = iter(range(0, 1000, 6))
    cleaner = Cleaner(seconds=10, clock=lambda: next(ticks))
    assert [cleaner.markdown("*a*")[:3] for _ in range(4)] == ["<p>", "<p>", "<pr", "<pr"]


def test_a_page_that_is_full_says_so():
    cleaner = Cleaner(size=100)
    assert cleaner.markdown("*a*" * 20).startswith("<p>")
    assert cleaner.markdown("*b*").startswith("<pre>*b*")
    assert "more characters are not shown" in cleaner.plain("x" * 1000)
    assert cleaner.plain("y" * 50) == "\n(50 more characters are not shown)"


def test_a_long_text_is_shown_whole_and_as_typed():
    words = "a *word* " * 5_000
    assert words.strip() in markdown(words)


@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", data={"application/javascript": "1"}),
        new_output("stream", name="stderr", text="warned"),
        new_output("error", ename="E", evalue="v", traceback=["t"]),
    ],
)
def test_outputs_come_in_kinds_that_are_known(output):
    cleaned = Cleaner().output(NotebookNode(output))
    assert cleaned is None or cleaned.output_type in {"stream", "display_data", "error"}
    assert cleaned is None or cleaned.get("name", "stdout") == "stdout"


def test_a_harmless_notebook_is_valid():
    cells = [
        new_markdown_cell("![a](attachment:a.png)", attachments={"a.png": {"image/png": png()}}),
        new_code_cell("", outputs=[new_output("display_data", data={"image/svg+xml": SVG.format("<rect/>")})]),
    ]
    notebook = new_notebook(cells=cells)
    make_harmless(notebook)
    nbformat.validate(notebook)
    assert "data:image/png" in notebook.cells[0].source
