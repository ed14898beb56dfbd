"""What whoever marks by hand sees in the formgrader.

The mark scheme, and nothing of the student's that acts.
"""

import copy
import json
import os

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.preprocessors import ClearMarkScheme
from PIL import Image
from proctor.grading.rebuild import Handed, rebuild
from proctor.nbgrader import AnyFileExporter, HideTests, ShowToReader, mark_schemes
from traitlets.config import Config

from tests.proctor.making import handed_in, marks, right, source_notebook, write

SCRIPT = "<script>document.title = 'taken'</script>"
OPENED = {"submission_id": "12", "assignment_id": "toys", "notebook_id": "toys", "nbgrader": {}}


@pytest.fixture
def config(tmp_path) -> Config:
    """A course folder with the toy assignment's source."""
    write(source_notebook(), tmp_path / "source" / "toys" / "toys.ipynb")
    return Config({"CourseDirectory": {"root": str(tmp_path)}})


def graded(tmp_path, **answers):
    """A notebook as it lies in autograded/."""
    return rebuild(source_notebook(), handed_in(write(right(**answers), tmp_path / "handed.ipynb"))).notebook


def shown(notebook, config, resources=OPENED):
    return ShowToReader(config=config).preprocess(notebook, resources)[0]


def test_the_scheme_stands_before_the_answer(tmp_path, config):
    notebook = graded(tmp_path)
    cells = shown(notebook, config).cells
    place = next(place for place, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == "why")
    assert "the scheme" in cells[place - 1].source
    assert "because" in cells[place - 1].source
    assert "MARK SCHEME ===" not in cells[place - 1].source
    assert "nbgrader" not in cells[place - 1].metadata
    assert "I think so." in cells[place].source
    assert len(cells) == len(notebook.cells) + 1


def test_every_other_use_of_the_exporter_shows_what_it_was_given(tmp_path, config):
    notebook = graded(tmp_path)
    before = copy.deepcopy(notebook)
    about = {"nbgrader": {"student": "ada", "assignment": "toys", "notebook": "toys"}}
    assert shown(notebook, config, about) == before
    config.HTMLExporter.preprocessors = [ShowToReader]
    html, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources=about)
    assert "the scheme" not in html
    html, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources=dict(OPENED))
    assert "the scheme" in html
    assert notebook == before


def test_what_is_graded_holds_no_scheme(tmp_path):
    assert "the scheme" not in nbformat.writes(graded(tmp_path))
    assert "the scheme" not in nbformat.writes(rebuild(source_notebook(), Handed()).notebook)


def test_nothing_of_the_students_acts(tmp_path, config):
    student = right(why=f"Because. {SCRIPT}")
    student.cells.append(new_markdown_cell(f"<img src=x onerror=alert(1)> {SCRIPT}"))
    student.cells.append(new_code_cell("1"))
    notebook = rebuild(source_notebook(), handed_in(write(student, tmp_path / "handed.ipynb"))).notebook
    notebook.cells[-1].outputs = [
        new_output("display_data", data={"text/html": SCRIPT, "application/javascript": "1", "text/plain": "plain"}),
        new_output("display_data", data={"image/svg+xml": f"<svg>{SCRIPT}</svg>"}),
    ]
    text = nbformat.writes(shown(notebook, config))
    assert "<script" not in text
    assert "onerror" not in text
    assert "application/javascript" not in text
    assert "svg" not in text
    assert "plain" in text


def test_a_pipe_in_place_of_a_notebook_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "toys.ipynb")
    text, _ = AnyFileExporter().from_filename(str(tmp_path / "toys.ipynb"))
    assert json.loads(text)["cells"] == []


def test_a_notebook_without_a_source_is_still_shown(tmp_path, config):
    (tmp_path / "source" / "toys" / "toys.ipynb").unlink()
    assert len(shown(graded(tmp_path), config).cells) == len(graded(tmp_path).cells)


@pytest.mark.parametrize("minor", [4, 5])
def test_the_shown_notebook_is_valid(tmp_path, config, minor):
    notebook = graded(tmp_path)
    notebook.nbformat_minor = minor
    if minor < 5:
        for cell in notebook.cells:
            cell.pop("id", None)
    nbformat.validate(shown(notebook, config))


@pytest.mark.parametrize(
    ("source", "kind", "told"),
    [
        ("the model\n\n=== BEGIN MARK SCHEME ===\n1 point: x\n2 points: y\n=== END MARK SCHEME ===", "markdown",
         "1 point: x  \n2 points: y\n\n**A model answer.** the model"),
        ("=== BEGIN MARK SCHEME ===\nonly this\n=== END MARK SCHEME ===", "markdown", "only this"),
        ("only an answer", "markdown", "**A model answer.** only an answer"),
        ("", "markdown", "There is none."),
        ("x = 1\n### BEGIN MARK SCHEME\n# any x\n### END MARK SCHEME", "code", "# any x\n\n**A model answer.** ```python\nx = 1\n```"),
    ],
)
def test_schemes_are_read_from_the_source(tmp_path, source, kind, told):
    notebook = source_notebook()
    make = new_markdown_cell if kind == "markdown" else new_code_cell
    notebook.cells[-1] = make(source, id="why", metadata=marks("why", grade=True, solution=True, points=2))
    assert mark_schemes(write(notebook, tmp_path / "toys.ipynb"), ClearMarkScheme()) == {"why": told}


def test_an_answer_that_writes_of_mark_schemes_and_hidden_tests_gets_its_feedback(tmp_path, config):
    text = "BEGIN MARK SCHEME\n\nBEGIN HIDDEN TESTS\n\n![x](attachment:x.png)"
    notebook = graded(tmp_path, why=text, double="### BEGIN HIDDEN TESTS\ndouble = abs")
    hidden, _ = HideTests(config=config).preprocess(notebook, ResourcesDict())
    assert "BEGIN MARK SCHEME" in hidden.cells[-1].source
    assert "a secret rule" not in nbformat.writes(hidden)


def test_pictures_and_files_that_were_handed_in_are_at_hand(tmp_path, config):
    folder = tmp_path / "submitted" / "ada" / "toys"
    notebook = graded(tmp_path, why="Drawn: ![mine](mine.png)")
    write(notebook, folder / "toys.ipynb")
    Image.new("1", (3, 2)).save(folder / "mine.png")
    (folder / "helper.py").write_text(f"# {SCRIPT}\n")
    cells = shown(notebook, config, {**OPENED, "student": "ada"}).cells
    (answer,) = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "why"]
    assert 'Drawn: <img src="data:image/png;base64,' in answer.source
    assert "helper.py" in cells[-1].source
    assert "&lt;script&gt;" in cells[-1].source
