"""What a student wrote is harmless in a browser; tests/browser sees that it is so in a real one."""

import base64
from html.parser import HTMLParser

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from proctor.reports.sanitize import ATTRIBUTES, TEXT_TAGS, clean_data, clean_html, clean_markdown, clean_output, markdown_to_html

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)>", "<iframe src='https://example.org'></iframe>", "<style>body{display:none}</style>",
    "<form action=//e><input>", "$\\href{javascript:alert(1)}{x}$", "```\n<script>alert(1)</script>\n```",
    "\\[x\\](javascript:alert(1))",
    "<math><mtext><script>alert(1)</script></mtext></math>", "<div style='background:url(//e)'>x</div>",
    "![x](https://example.org/track.png)",
    "<a\nhref='&#106;avascript:alert(1)'>x</a>", "<b/onclick=alert(1)>x</b>",
]


class Seen(HTMLParser):
    """Tags and attributes that a browser would make of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("render", [markdown_to_html, clean_markdown])
def test_markdown_loses_what_acts(source, render):
    html = render(source)
    for tag, attributes in Seen(html).found:
        assert tag in TEXT_TAGS
        assert set(attributes) <= set(ATTRIBUTES.get(tag, []))
        assert not attributes.get("href", "").strip().lower().startswith(("javascript", "data", "//"))
    assert "\\href" not in html


def test_markdown_keeps_what_explains():
    html = markdown_to_html("# Why\n\n*risk* is **bounded**, see `stop`:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.org)")
    for piece in ("<h1", "<em>risk</em>", "<strong>bounded</strong>", "<code>stop</code>", "<td>1</td>", 'href="https://example.org"'):
        assert piece in html


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("so ![the *curve*](attachment:curve.png) there", "(picture: the <em>curve</em>)"),
        ("![](attachment:x.png)", "(a picture)"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_markdown_names_a_picture(source, shown):
    assert shown in markdown_to_html(source)


def test_what_is_no_markdown_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr("proctor.reports.sanitize.MarkdownWithMath.render", lambda self, source: 1 / 0)
    assert markdown_to_html("**a** <script>") == "<pre>**a** &lt;script&gt;</pre>"


def test_cleaned_markdown_has_no_blank_line_to_be_read_again():
    assert "\n\n" not in clean_markdown("a\n\nb\n\n    code\n\n    more")


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("href", "{javascript:alert(1)}{x}"), ("mmlToken", "{mi}[href='javascript:alert(1)']{x}"), ("csname", " href{x}"),
        ("renewcommand", "{x}{y}"), ("texttip", "{x}{y}"), ("bbox", "[background:url(//e)]{x}"), ("gdef", "{x}"),
    ],
)
def test_formulas_reach_nothing_beyond_themselves(name, rest):
    macro = f"\\{name}{rest}"
    table = clean_data({"text/html": f"<table><tr><td>${macro}$</td></tr></table>"})["text/html"]
    for shown in (markdown_to_html(f"${macro}$"), table, clean_html(macro)):
        assert f"\\{name}" not in shown
        assert name in shown
    assert r"\frac" in markdown_to_html(r"$\frac{1}{2}$")


def test_outputs_keep_text_tables_and_pictures_only():
    png = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
    assert clean_data({"image/png": png, "text/html": "<script>"}) == {"image/png": png}
    assert clean_data({"image/png": base64.b64encode(b"<svg onload=1>").decode(), "text/plain": "x"}) == {"text/plain": "x"}
    table = clean_data({"text/html": "<table><tr><td>1<script>1</script></td></tr></table>"})["text/html"]
    assert [tag for tag, _ in Seen(table).found] == ["table", "tbody", "tr", "td"]
    assert clean_data({"application/javascript": "alert(1)", "image/svg+xml": "<svg/>"}) == {}


@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", data={"application/javascript": "1"}),
        new_output("stream", name="stderr", text="warned"),
        new_output("error", ename="E", evalue="v", traceback=["t"]),
    ],
)
def test_outputs_come_in_kinds_that_are_known(output):
    cleaned = clean_output(NotebookNode(output))
    assert cleaned is None or cleaned.output_type in {"stream", "display_data", "error"}
    assert cleaned is None or cleaned.get("name", "stdout") == "stdout"
