"""What the site makes of notebooks.

Marks, the cells that run by themselves, plain pages, the front page.
"""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import make_bundle
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from phase6 import predict

from website import front, glossary, lessons, pages, wheels

ROOT = Path(__file__).resolve().parents[2]

SCRIPTS = ROOT / "website" / "extension" / "phase6-course" / "static"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def in_node(script: str) -> str:
    run = subprocess.run([wheels.node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def cells(*sources):
    return [new_code_cell(source) for source in sources]


def test_an_explorer_brings_the_cells_that_it_needs_and_no_others():
    notebook = cells(
        "import numpy as np\nx = 3",
        "y = 4",
        "def f(a):\n    return a + x",
        "from phase6.explorers import PyramidExplorer\nPyramidExplorer(levels=f(1))",
    )
    assert lessons.needed(notebook, 3) == [0, 2, 3]
    alone = cells("y = 4", "from phase6.explorers import PyramidExplorer\n\nexplorer = PyramidExplorer()\nexplorer")
    assert lessons.needed(alone, 1) == [1]
    apart = cells("from phase6.explorers import PyramidExplorer", "PyramidExplorer()")
    assert lessons.needed(apart, 1) == [0, 1]
    for made, expected in ((notebook, [3]), (alone, [1]), (apart, [1])):
        assert [place for place, cell in enumerate(made) if lessons.makes_explorer(cell.source)] == expected


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_cells_before_a_lessons_explorer_are_enough_for_it(path):
    notebook = nbformat.read(path, as_version=4)
    places = [place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code" and lessons.makes_explorer(cell.source)]
    for place in places:
        scope: dict[str, object] = {}
        for each in lessons.needed(notebook.cells, place):
            exec(compile(notebook.cells[each].source, path.name, "exec"), scope)


@pytest.mark.parametrize("text", ["", "a", "Größe ≤ 3 – “x”\n\tend", "x" * 1000])
def test_page_and_builder_compute_the_same_fingerprint(text):
    said = in_node(f"import {{ fingerprint }} from '{SCRIPTS / 'python.js'}'; console.log(fingerprint({json.dumps(text)}));")
    assert said.strip() == lessons.fingerprint(text)


def test_the_scripts_know_an_untouched_notebook_by_the_builders_mark(tmp_path):
    lessons.ship(LESSONS[0].read_bytes(), tmp_path / "shipped.ipynb")
    said = in_node(
        f"""import {{ readFileSync }} from 'node:fs';
        import {{ sources }} from '{SCRIPTS / "work.js"}';
        const notebook = JSON.parse(readFileSync('{tmp_path / "shipped.ipynb"}', 'utf8'));
        const before = sources(notebook);
        notebook.cells[0].source += ' and a word';
        console.log(before === notebook.metadata.course.sources, sources(notebook) === before);"""
    )
    assert said.split() == ["true", "false"]


def test_the_page_writes_archives_that_others_read(tmp_path):
    import zipfile

    files = {"ada/phase6/6.1.ipynb": '{"text": "Größe"}\n' * 50, "ada/phase6/ü.txt": "", "b": "x"}
    in_node(
        f"""import {{ writeFileSync }} from 'node:fs';
        import {{ zip }} from '{SCRIPTS / "zip.js"}';
        const parts = zip({json.dumps(files)}, new Date(2026, 10, 28, 13, 45, 58));
        writeFileSync('{tmp_path / "out.zip"}', Buffer.concat(parts.map(part => Buffer.from(part))));"""
    )
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
        assert archive.infolist()[0].date_time == (2026, 11, 28, 13, 45, 58)


def test_a_plain_page_has_text_formulas_folded_code_and_pictures_as_files(tmp_path):
    picture = f'<img alt="a line &amp; a dot" src="data:image/png;base64,{PIXEL}">'
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Title\n\nRisk is $\\frac{a}{b}$, costs \\$5, see [next](6.2-lesson.ipynb#Part-two).\n\n$$x^2$$"),
            new_code_cell("x = 1\nprint('<b>')", outputs=[new_output("stream", name="stdout", text="<b>\n")]),
            new_code_cell("show()", outputs=[new_output("execute_result", data={"text/html": picture, "text/plain": "<x>"})]),
            new_code_cell(
                "from phase6.explorers import PyramidExplorer\nPyramidExplorer()",
                outputs=[new_output("execute_result", data={"text/html": f"<p>Run this cell.</p>{picture}", "text/plain": "<x>"})],
            ),
        ]
    )
    pages.write_page(notebook, tmp_path / "read" / "p.html", "Title", "../live", {"Next: 6.2": "6.2-lesson.html"})
    page = (tmp_path / "read" / "p.html").read_text()
    assert page.count("<math") == 2
    assert "<mfrac>" in page
    assert "$5" in page
    assert 'href="6.2-lesson.html#Part-two"' in page
    assert "&lt;b&gt;\n</pre>" in page
    (file,) = (tmp_path / "read" / "pictures").iterdir()
    assert f'src="pictures/{file.name}"' in page
    assert "base64" not in page
    assert page.count("<details>") == 3
    assert page.count('alt="a line &amp; a dot"') == 2, "also the still picture of an explorer"
    assert "Run this cell" not in page
    assert "Open the live lesson</a> to move the sliders here" in page


def test_a_corner_without_text_is_no_header():
    table = '<table><tr><th></th><th class="a"> </th><th>R</th></tr><tr><td></td></tr></table>'
    shown = pages.output(new_output("display_data", data={"text/html": table}))
    assert '<tr><td></td><td class="a"></td><th>R</th></tr><tr><td></td></tr>' in shown
    assert re.search("<t(h|d)></td>", pages.markdown("| | R |\n|---|---|\n| a | 1 |")).group(1) == "d"


def test_links_lead_to_plain_pages_and_exercises_to_where_they_run(tmp_path):
    table = '<table><tr><td><a href="../assignments/phase6/6.1.ipynb">6.1</a> <a href="6.2-lesson.ipynb">6.2</a></td></tr></table>'
    cells = [new_code_cell("show()", outputs=[new_output("execute_result", data={"text/html": table, "text/plain": ""})])]
    cells.append(new_markdown_cell("[words](glossary.md) [elsewhere](https://example.org/a.md)"))
    pages.write_page(new_notebook(cells=cells), tmp_path / "p.html", "t", "live", {})
    found = re.findall(r'<a href="([^"]+)"', (tmp_path / "p.html").read_text())
    wanted = ["../notebooks/index.html?path=assignments/phase6/6.1.ipynb", "6.2-lesson.html", "glossary.html", "https://example.org/a.md"]
    assert [each for each in wanted if each in found] == wanted


def test_the_first_use_of_a_term_shows_its_meaning_and_no_other_use_does():
    rows = ('| **stop risk** | money "lost" | 6.1 |', "| **down, up** | ways | 6.2 |", "| **R** | risk | 6.1 |")
    known = glossary.terms("\n".join(("| term | meaning | lesson |", "|---|---|---|", *rows)))
    assert sorted(known) == ["R", "down", "stop risk", "up"]
    said = glossary.linked("<h2>Up</h2><p>Stop risk, <code>R</code>, R and r; stop risk.</p><p>upwards, up</p>", known)
    assert re.findall(r'href="glossary.html#([^"]+)" title="([^"]+)">([^<]+)<', said) == [
        ("stop-risk", "money &quot;lost&quot;", "Stop risk"), ("r", "risk", "R"), ("down", "ways", "up")
    ]
    assert sorted(known) == ["down"]
    assert re.sub("</?a[^>]*>", "", said).startswith("<h2>Up</h2><p>Stop risk, <code>R</code>, R and r; stop risk.")


def test_every_term_of_the_glossary_has_a_row_that_links_lead_to(tmp_path):
    text = (ROOT / "notebooks" / "glossary.md").read_text()
    known = glossary.terms(text)
    assert len({term.row for term in known.values()}) == text.count("| **")
    pages.write_glossary(text, tmp_path / "glossary.html")
    page = (tmp_path / "glossary.html").read_text()
    assert all(page.count(f'id="{term.row}"') == 1 for term in known.values())


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_becomes_a_page_whose_pictures_have_alternatives(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    pages.write_page(notebook, tmp_path / "p.html", "t", "live", {})
    page = (tmp_path / "p.html").read_text()
    found: list[dict[str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag == "img":
                found.append(dict(attributes))

    Reader().feed(page)
    assert found
    assert all(each.get("alt") for each in found)
    assert not re.search(r'(?:src|href)="https?://(?!\w)', page)


def test_the_front_page_lists_every_section_with_its_points():
    found = front.sections(ROOT / "notebooks", ROOT / "release" / "phase6", ("notebooks", "assignments/phase6"))
    assert sorted({section.number for section in found}) == [f"6.{n}" for n in range(6)]
    assert sum(section.exercise.points for section in found if section.exercise) == 100
    assert found[0].lesson == "notebooks/6.0-start-here.ipynb"
    assert found[0].exercise is None
    graded = [section for section in found if section.exercise]
    assert [section.number for section in graded] == [f"6.{n}" for n in range(1, 6)]
    assert all(section.exercise.path.startswith(f"assignments/phase6/{section.number}") for section in graded)
    assert all(section.minutes >= 5 for section in found)
    for section in found:
        text = nbformat.read(ROOT / section.lesson, as_version=4).cells[0].source
        assert f"*About {section.minutes} minutes" in text, f"{section.lesson} says another time"
    assert not any(section.title.startswith("6.") for section in found)


def asking():
    """A lesson that asks for a guess, as saved, with a cell below it that prints the answer."""
    prediction = predict.number("q", "How much?", low=0, high=9000, step=1, unit="$", truth=1945, then=lambda guess: "a picture")
    saved = prediction._repr_mimebundle_()
    return new_notebook(
        cells=[
            new_markdown_cell("# A lesson"),
            new_code_cell("predict.number(...)", outputs=[new_output("execute_result", data=saved)]),
            new_code_cell("print(missing)", outputs=[new_output("stream", name="stdout", text="It is $1,945 exactly\n")]),
            new_markdown_cell("So much."),
            new_code_cell("print(2)", outputs=[new_output("stream", name="stdout", text="two\n")]),
            new_code_cell("predict.summary()", outputs=[new_output("execute_result", data={"text/html": "<table>$1,945</table>"})]),
        ]
    )


def test_a_plain_page_folds_the_answer_to_a_question_and_what_gives_it_away(tmp_path):
    notebook = asking()
    pages.write_page(notebook, tmp_path / "p.html", "t", "live", {})
    before, _, rest = (tmp_path / "p.html").read_text().partition('<details class="held"><summary>Show what happens</summary>')
    assert "How much?" in before and "1,945" not in before
    folded, _, after = rest.partition("So much.")
    assert "$1,945</p>" in folded and "a picture" in folded and "$1,945 exactly" in folded
    assert folded.count("<details") + 1 == folded.count("</details>")
    assert "two" in after


def test_a_lesson_to_be_run_holds_its_answers_back():
    notebook = asking()
    held = nbformat.reads(make_bundle.without_answers(nbformat.writes(notebook).encode()).decode(), as_version=4)
    nbformat.validate(held)
    assert "1,945" not in nbformat.writes(held)
    assert "How much?" in held.cells[1].outputs[0].data["text/html"] and "Run this cell" in held.cells[1].outputs[0].data["text/html"]
    assert held.cells[4].outputs == notebook.cells[4].outputs
    assert [cell.source for cell in held.cells] == [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_saved_question_folds_its_answer(path):
    held = nbformat.reads(make_bundle.without_answers(path.read_bytes()).decode(), as_version=4)
    for cell, to_run in zip(nbformat.read(path, as_version=4).cells, held.cells, strict=True):
        if cell.cell_type == "code" and make_bundle.ASKS.search(cell.source):
            (output,), (left,) = cell.outputs, to_run.outputs
            assert "What happens:" not in output.data["text/html"] or pages.question(cell), cell.id
            assert "What happens:" not in left.data["text/html"], cell.id
