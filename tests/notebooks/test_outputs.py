"""What is saved in the lessons.

No errors, pictures with a text alternative, links that lead somewhere, the form of a lesson.
"""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
PICTURE = re.compile(r"<img\b[^>]*>", re.S)
LONGEST_CELL = 20


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def without_alternative(cell):
    """Pictures of a cell that say nothing to a reader who cannot see them."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        for picture in PICTURE.findall(data.get("text/html", "")):
            alternative = re.search(r'\balt="([^"]*)"', picture)
            if alternative is None or len(alternative[1].split()) < 4:
                found.append(picture[:80])
        bare = "image/png" in data or "image/svg+xml" in data
        if bare and not re.search(r"\b(set_title|suptitle|entitle)\(", cell.source):
            found.append("a bare picture without a title")
    return found


def test_it_is_a_sound_notebook_of_python(lesson):
    nbformat.validate(lesson)
    assert lesson.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in lesson.cells}) == len(lesson.cells)


def test_every_code_cell_was_run_in_order(lesson):
    counts = [cell.execution_count for cell in code_cells(lesson)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_output_is_an_error_or_a_warning(lesson):
    for cell in code_cells(lesson):
        for output in cell.outputs:
            assert output.output_type != "error", cell.id
            text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert output.get("name") != "stderr", f"{cell.id}: {text}"
            assert "Traceback (most recent call last)" not in text, cell.id
            assert not re.search(r"\bnan\b.*±|±.*\bnan\b", text), f"{cell.id}: an estimate that is not a number"


def test_no_output_names_an_address_in_memory_or_on_disk(lesson):
    for cell in code_cells(lesson):
        for output in cell.outputs:
            text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert not re.search(r"\bat 0x[0-9a-f]{6,}|/(?:tmp|home|root|work|Users)/", text), f"{cell.id}: {text[:200]}"


def test_every_picture_says_what_it_shows(lesson):
    for cell in code_cells(lesson):
        assert without_alternative(cell) == [], cell.id


def explorer_cells(notebook) -> list[int]:
    """Places of the cells that make an explorer."""
    return [place for place, cell in enumerate(notebook.cells) if re.search(r"\b[A-Z]\w*Explorer\(", cell.source)]


def test_every_explorer_has_a_static_picture_beside_it(lesson):
    for place in explorer_cells(lesson):
        cell = lesson.cells[place]
        shown = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
        assert any(re.fullmatch(r"\w+Explorer\(.*\)", text) for text in shown), f"{cell.id} makes an explorer and does not show it"
        near = [output.get("data", {}) for later in lesson.cells[place : place + 3] for output in later.get("outputs", [])]
        assert any(PICTURE.search(data.get("text/html", "")) for data in near), f"{cell.id} shows nothing without a kernel"


def test_lessons_have_explorers():
    """What the test above looks for is there.

    An explorer in each lesson but the comprehension check.
    """
    without = {path.stem for path in LESSONS if not explorer_cells(nbformat.read(path, as_version=4))}
    assert without <= {"6.4-lesson-comprehension", "6.0-a-notebook-found-online"}


def test_every_lesson_asks_for_predictions_and_ends_with_what_was_guessed():
    for path in LESSONS:
        cells = code_cells(nbformat.read(path, as_version=4))
        asked = [cell for cell in cells if re.search(r"predict\.(choice|number)\(", cell.source)]
        assert len(asked) >= 3, f"{path.stem} asks {len(asked)} times"
        open_ones = [cell.id for cell in asked if not cell.metadata.get("jupyter", {}).get("source_hidden")]
        assert not open_ones, f"{path.stem}: replies can be read beforehand in {open_ones}"
        if "lesson" in path.stem:
            assert any("predict.summary()" in cell.source for cell in cells), path.stem


def test_lessons_draw_with_one_call_and_style_nothing(lesson):
    for cell in code_cells(lesson):
        assert "plots import style" not in cell.source, f"{cell.id} styles a picture"
        assert not re.search(r"\baxes\.|\bplt\.", cell.source), f"{cell.id} draws by hand"


def test_section_6_1_is_short_enough():
    (path,) = (path for path in LESSONS if path.stem.startswith("6.1"))
    assert len(nbformat.read(path, as_version=4).cells) <= 60


def test_every_link_to_a_file_leads_somewhere(lesson):
    targets = [target for text in prose(lesson) for target in LINK.findall(text)]
    for target in targets:
        if not re.match(r"[a-z]+:|#", target):
            assert (ROOT / "notebooks" / target.split("#")[0]).is_file(), target


def test_it_opens_with_what_the_reader_will_be_able_to_do_and_closes_with_a_question(lesson):
    texts = prose(lesson)
    assert lesson.cells[0].cell_type == "markdown"
    assert re.match(r"# \S", texts[0])
    assert "able to" in texts[0]
    assert lesson.cells[-1].cell_type == "markdown"
    assert "?" in texts[-1]


def test_cells_are_short_and_do_not_leave_the_lesson(lesson):
    for cell in code_cells(lesson):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert 1 <= len(lines) <= LONGEST_CELL, f"{cell.id} has {len(lines)} lines"
        assert not re.search(r"^\s*[!%]", cell.source, re.M), cell.id
        unseeded = re.search(r"np\.random\.(seed|normal|rand\w*|choice)\(|default_rng\(\)", cell.source)
        assert not unseeded, f"{cell.id} draws from {unseeded}"


def test_a_picture_without_words_is_found():
    def cell(source, **data):
        return nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("display_data", data)])

    told = '<img alt="Equity grows over two years" src="data:image/png;base64,AA">'
    assert without_alternative(cell("show", **{"text/html": told})) == []
    assert without_alternative(cell("show", **{"text/html": '<img src="data:image/png;base64,AA">'}))
    assert without_alternative(cell("show", **{"text/html": '<img alt="" src="data:image/png;base64,AA">'}))
    assert without_alternative(cell("axes.plot(x)", **{"image/png": "AA"}))
    assert without_alternative(cell("axes.set_title('Up')", **{"image/png": "AA"})) == []
