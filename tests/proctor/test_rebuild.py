"""Only answers and own cells of a submission reach the notebook that is graded."""

import base64
import json
import os

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from proctor.grading import matching
from proctor.grading.flags import evidence
from proctor.grading.matching import grade_id
from proctor.grading.rebuild import Handed, content_of, rebuild, skeleton
from proctor.settings import Proctor
from traitlets.config import Config

from tests.proctor.making import DOUBLE, answered, handed_in, marks, released, right, solution, source_notebook, write


def rebuilt(notebook, tmp_path):
    return rebuild(source_notebook(), handed_in(write(notebook, tmp_path / "toys.ipynb")))


def source_of(built, name):
    return next(cell.source for cell in built.notebook.cells if grade_id(cell) == name)


def test_answers_are_laid_in_and_tests_are_the_instructors(tmp_path):
    handed = right()
    handed.cells[4].source = "pass"
    built = rebuilt(handed, tmp_path)
    assert source_of(built, "double") == DOUBLE
    assert "a secret rule" in source_of(built, "test_double")
    assert built.notes == ()
    assert built.answered == {"double", "shift", "answer", "why"}


def test_a_blank_has_neither_solution_nor_mark_scheme(tmp_path):
    built = rebuilt(released(), tmp_path)
    text = json.dumps(built.notebook)
    assert "2 * x" not in text.replace("2 * math.pi", "")
    assert "the scheme" not in text
    assert built.answered == frozenset()


def test_metadata_tags_and_outputs_stay_outside(tmp_path):
    handed = right()
    for cell in handed.cells:
        cell.metadata["tags"] = ["skip-execution"]
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="forged")]
    handed.cells[4].metadata["nbgrader"]["points"] = 1000
    built = rebuilt(handed, tmp_path)
    assert "skip-execution" not in json.dumps(built.notebook)
    assert "forged" not in json.dumps(built.notebook)
    assert [cell.metadata.nbgrader["points"] for cell in built.notebook.cells if grade_id(cell) == "test_double"] == [3]


def test_added_cells_follow_the_cell_they_followed(tmp_path):
    handed = right()
    handed.cells.insert(3, new_code_cell("helper = 1"))
    handed.cells.insert(5, new_markdown_cell("my thoughts"))
    names = [grade_id(cell) or cell.source for cell in rebuilt(handed, tmp_path).notebook.cells]
    assert names.index("helper = 1") == names.index("double") - 1
    assert names.index("my thoughts") == names.index("double") + 1


@pytest.mark.parametrize(("place", "before"), [(4, "double"), (5, "test_double")])
def test_a_doubled_answer_is_run_where_it_stands(tmp_path, place, before):
    handed = right()
    handed.cells.insert(place, new_code_cell("double = None", metadata=dict(handed.cells[3].metadata)))
    built = rebuilt(handed, tmp_path)
    names = [grade_id(cell) or cell.source for cell in built.notebook.cells]
    assert names.index("double = None") == names.index(before) + 1
    assert "twice" in built.notes[0]


def test_an_answer_in_a_copy_of_its_cell_alone_is_an_answer(tmp_path):
    """The cell itself is as it was released."""
    handed = released()
    blank = handed.cells[3]
    handed.cells.insert(4, new_code_cell(DOUBLE, metadata=dict(blank.metadata)))
    built = rebuilt(handed, tmp_path)
    assert grade_id(blank) in built.answered


@pytest.mark.parametrize("kind", ["code", "raw"])
def test_a_written_answer_in_a_cell_of_another_type_is_read_and_told(tmp_path, kind):
    handed = right(why="my words")
    handed.cells[-1].cell_type = kind
    path = tmp_path / "toys.ipynb"
    path.write_text(json.dumps(handed))
    built = rebuild(source_notebook(), handed_in(path))
    assert (source_of(built, "why"), built.answered >= {"why"}) == ("my words", True)
    assert built.notes == (f"The answer `why` is in a {kind} cell; it was read as markdown.",)


@pytest.mark.parametrize("where", ["a copy of the cell", "a cell below", "a cell below the emptied one", "nowhere", "code below"])
def test_a_written_answer_below_its_cell_is_for_the_reader(tmp_path, where):
    handed = released(double=DOUBLE)
    cell = handed.cells[-1]
    if where == "a copy of the cell":
        handed.cells.append(NotebookNode({**cell, "source": "my words", "id": "copy"}))
    elif where.startswith("a cell below"):
        cell.source = "" if "emptied" in where else cell.source
        handed.cells.append(new_markdown_cell("my words"))
    elif where == "code below":
        handed.cells.append(new_code_cell("double(3)"))
    built = rebuilt(handed, tmp_path)
    by_reader = where not in ("nowhere", "code below")
    assert ("why" in built.answered) == by_reader
    assert any(cell.source == "my words" for cell in built.notebook.cells) == by_reader


def test_other_line_ends_are_no_answer(tmp_path):
    source = source_notebook()
    source.cells[-1].source = "Say in two lines\nwhy."
    path = tmp_path / "toys.ipynb"
    path.write_text(json.dumps(skeleton(source)).replace("\\n", "\\r\\n"))
    assert rebuild(source, handed_in(path)).answered == frozenset()


def test_deleted_and_reordered_cells_come_back_in_order(tmp_path):
    handed = right()
    del handed.cells[3]
    handed.cells.reverse()
    built = rebuilt(handed, tmp_path)
    assert [grade_id(cell) for cell in built.notebook.cells] == [grade_id(cell) for cell in source_notebook().cells]
    assert built.missing == {"double"}
    assert "`double`" in built.notes[0]


def test_open_cells_are_the_students(tmp_path):
    handed = right()
    handed.cells[7].source = "mine = 1"
    built = rebuilt(handed, tmp_path)
    assert [cell.source for cell in built.notebook.cells].count("mine = 1") == 1
    assert "# room to try things" not in [cell.source for cell in built.notebook.cells]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"), (b"{", "damaged"), (b'{"cells": [', "damaged"), (b"[1, 2]", "could not be read"),
        (b'"text"', "could not be read"), (b'{"nbformat": 4}', "could not be read"), (b"\xff\xfe{}", "could not be read"),
        (b"\x00" * 100, "damaged"), (b"[" * 200_000, "could not be read"),
    ],
    ids=["empty", "brace", "cut", "list", "string", "no cells", "utf-16", "zeros", "deep"],
)
def test_a_damaged_file_is_told_and_counts_as_absent(tmp_path, content, said):
    path = tmp_path / "toys.ipynb"
    path.write_bytes(content)
    handed = handed_in(path)
    assert not handed.readable
    assert said in " ".join(handed.notes)
    assert not rebuild(source_notebook(), handed).readable


def test_a_missing_file_and_a_link_are_not_read(tmp_path):
    assert not handed_in(tmp_path / "none.ipynb").readable
    write(right(), tmp_path / "other.ipynb")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "other.ipynb")
    assert "link" in handed_in(tmp_path / "link.ipynb").notes[0]


@pytest.mark.parametrize("put", ["link", "folder that is a link", "pipe", "folder", "too large", "too many parts"])
def test_what_is_no_file_of_its_own_or_too_much_is_not_read(tmp_path, put):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    path = mine / "toys.ipynb"
    write(right(), theirs / "toys.ipynb")
    if put == "folder that is a link":
        mine.symlink_to(theirs)
    else:
        mine.mkdir()
    if put == "link":
        path.symlink_to(theirs / "toys.ipynb")
    elif put == "pipe":
        os.mkfifo(path)
    elif put == "folder":
        path.mkdir()
    elif put == "too large":
        with path.open("wb") as file:
            file.truncate(2**36)
    elif put == "too many parts":
        path.write_text('{"cells": [' + "{}," * 1_000_000 + "{}]}")
    handed = handed_in(path)
    assert (handed.cells, handed.readable, len(handed.notes)) == ((), False, 1)
    assert put == "too many parts" or content_of(path) is None


def test_only_so_much_source_is_looked_at(tmp_path):
    notebook = released()
    notebook.cells += [new_code_cell("#" * 190_000) for _ in range(12)]
    handed = handed_in(write(notebook, tmp_path / "toys.ipynb"))
    assert sum(len(cell["source"]) for cell in handed.cells) <= 2_000_000
    assert "characters" in handed.notes[-1]


def test_letters_of_another_encoding_cost_nothing(tmp_path):
    text = nbformat.writes(right(double="def double(x):\n    # d\u00e9j\u00e0 vu\n    return 2 * x"))
    (tmp_path / "toys.ipynb").write_bytes(text.replace("\\u00e9", "\u00e9").replace("\\u00e0", "\u00e0").encode("latin-1"))
    handed = handed_in(tmp_path / "toys.ipynb")
    assert handed.readable
    assert "déjà vu" in source_of(rebuild(source_notebook(), handed), "double")


def test_an_old_notebook_format_is_converted(tmp_path):
    old = nbformat.convert(right(), 3)
    (tmp_path / "toys.ipynb").write_text(json.dumps(old))
    handed = handed_in(tmp_path / "toys.ipynb")
    assert handed.readable
    assert any("old notebook format" in note for note in handed.notes)


@pytest.mark.parametrize(
    "cells", [None, 3, [3], [{"cell_type": "code"}], [{"cell_type": "code", "source": 5, "metadata": []}]], ids=str
)
def test_cells_of_any_shape_are_read_or_told(tmp_path, cells):
    (tmp_path / "toys.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    rebuild(source_notebook(), handed_in(tmp_path / "toys.ipynb"))


def test_evidence_states_changed_tests_and_odd_lines(tmp_path):
    handed = right(double="import sys\nsys.displayhook(3)\ndef double(x):\n    return 2 * x")
    handed.cells[4].source = "print('passed')"
    handed.cells[6].metadata["tags"] = ["skip-execution"]
    facts = evidence(source_notebook(), handed_in(write(handed, tmp_path / "toys.ipynb")).cells)
    assert any("`sys.displayhook(3)`" in fact for fact in facts)
    assert any("locked cell `test_double` was changed" in fact for fact in facts)
    assert any("skip-execution" in fact for fact in facts)


@pytest.mark.timeout(60)  # minutes where a pattern goes back over what it has read
def test_evidence_is_found_in_a_line_of_any_length():
    facts = evidence(source_notebook(), (answered(None, ".kernel" * 28_000),) * 10)
    assert "has a line of 196,000 characters" in facts[0]


def test_a_tag_is_evidence_where_the_release_has_none(tmp_path):
    source, handed = source_notebook(), right()
    for cell in (source.cells[4], handed.cells[4], handed.cells[3]):
        cell.metadata["tags"] = ["raises-exception"]
    facts = evidence(source, handed_in(write(handed, tmp_path / "toys.ipynb")).cells)
    assert facts == [f"cell `{grade_id(handed.cells[3])}` carries the tag `raises-exception`"]


def test_honest_work_leaves_no_evidence(tmp_path):
    handed = right(double="import warnings\nwarnings.warn('hm')\n# os._exit\ndef double(x):\n    print(x)\n    return 2 * x")
    assert evidence(source_notebook(), handed_in(write(handed, tmp_path / "toys.ipynb")).cells) == []


def test_the_skeleton_keeps_hidden_tests():
    assert "a secret rule" in json.dumps(skeleton(source_notebook()))
    assert rebuild(source_notebook(), Handed()).missing == {"double", "shift", "answer", "why"}


def task(name, source):
    return new_markdown_cell(source, id=name, metadata=marks(name, task=True, locked=True, points=2))


def task_source():
    cells = [
        task("draw", "Draw below.\n=== BEGIN MARK SCHEME ===\nneat\n=== END MARK SCHEME ==="),
        new_code_cell("# draw here", id="room"), new_markdown_cell("next", id="next"), task("write", "Write below."),
    ]
    return new_notebook(cells=cells, metadata=source_notebook().metadata)


@pytest.mark.parametrize(
    ("change", "answered"),
    [
        (lambda cells: cells, set()),
        (lambda cells: [cells[0], new_code_cell("plot()", id="mine"), *cells[1:]], {"draw"}),
        (lambda cells: [cells[0], new_code_cell("plot()", id="room"), *cells[2:]], {"draw"}),
        (lambda cells: [*cells, new_markdown_cell("my text", id="mine")], {"write"}),
        (lambda cells: [*cells, new_markdown_cell("   ", id="mine")], set()),
        (lambda cells: [new_code_cell("import math", id="mine"), *cells], set()),
    ],
    ids=["nothing", "a cell of one's own", "the open cell", "text", "an empty cell", "a cell above"],
)
def test_a_task_is_answered_by_what_stands_below_it(change, answered, tmp_path):
    source = task_source()
    handed = new_notebook(cells=change(skeleton(source).cells))
    assert rebuild(source, handed_in(write(handed, tmp_path / "one.ipynb"))).answered == answered


def test_the_mark_scheme_of_a_task_is_in_no_students_notebook(tmp_path):
    source = task_source()
    for notebook in (skeleton(source), rebuild(source, handed_in(write(source, tmp_path / "one.ipynb"))).notebook):
        assert notebook.cells[0].source.strip() == "Draw below."


def test_the_courses_own_delimiters_and_stubs_decide_what_is_blank():
    regions = json.dumps({"ClearSolutions": {
        "begin_solution_delimeter": "## SOLVE", "end_solution_delimeter": "## DONE", "code_stub": {"python": "# yours"},
    }})
    source = new_notebook(cells=[solution("a", "def f(x):\n    ## SOLVE\n    return x\n    ## DONE")])
    blank = skeleton(source, regions)
    assert blank.cells[0].source == "def f(x):\n    # yours"
    handed = Handed((answered("a", blank.cells[0].source, "a"),))
    assert rebuild(source, handed, regions).answered == frozenset()
    assert rebuild(source, handed).answered == {"a"}


def test_a_courses_delimiters_come_from_its_configuration():
    config = Config()
    config.ClearSolutions.begin_solution_delimeter = "## SOLVE"
    assert json.loads(Proctor(config=config).settings().regions) == {"ClearSolutions": {"begin_solution_delimeter": "## SOLVE"}}
    assert Proctor(config=Config()).settings().regions == ""


def test_pictures_of_a_model_answer_are_not_handed_out():
    cell = new_markdown_cell(
        "![q](attachment:question.png)\n### BEGIN SOLUTION\n![a](attachment:answer.png)\n### END SOLUTION", id="t",
        metadata=marks("t", grade=True, solution=True, points=1),
    )
    cell["attachments"] = {name: {"image/png": "aGk="} for name in ("question.png", "answer.png")}
    assert list(skeleton(new_notebook(cells=[cell])).cells[0].attachments) == ["question.png"]


def test_a_cell_added_without_ids_takes_nobodys_place(tmp_path):
    source = source_notebook()
    source.nbformat_minor = 4
    for cell in source.cells:
        cell.pop("id", None)
    handed = released(double=DOUBLE)
    handed.nbformat_minor = 4
    for cell in handed.cells:
        cell.pop("id", None)
    added = NotebookNode(cell_type="code", source="mine = 1", metadata={}, outputs=[], execution_count=None)
    handed.cells.insert(3, added)
    built = rebuild(source, handed_in(write(handed, tmp_path / "toys.ipynb")))
    sources = [cell.source for cell in built.notebook.cells]
    assert sources.index("mine = 1") < sources.index(DOUBLE)
    assert "# room to try things" in sources
    nbformat.validate(built.notebook)


def test_a_text_of_many_pictures_is_read_in_time_in_proportion_to_them(tmp_path):
    text = "![](data:image/png;base64,AAAA) " * 6_000
    handed = handed_in(write(right(why=text), tmp_path / "handed.ipynb"))
    (answer,) = [cell for cell in rebuild(source_notebook(), handed).notebook.cells if grade_id(cell) == "why"]
    assert answer.source.endswith("![](attachment:pasted-6000) ")
    huge = write(right(why=text * 25), tmp_path / "huge.ipynb")
    assert any("more than" in note for note in handed_in(huge).notes)


def test_cells_that_are_costly_to_compare_are_compared_a_number_of_times_at_most(monkeypatch):
    monkeypatch.setattr(matching, "MOST_COMPARED", 2)
    prose = "the price falls when we add to winners and the stop moves up behind the level that we bought last " * 20
    source = new_notebook(cells=[solution("a", "a = 1"), new_code_cell("# " + prose, id="open"), solution("b", "b = 1")])
    costly = "# " + "".join(sorted(prose, reverse=True))
    own = [answered(None, costly, f"mine-{number}") for number in range(400)]
    handed = Handed((answered("a", "a = 1"), *own, answered("b", "b = 1")))
    assert len(rebuild(source, handed).notebook.cells) == 403


@pytest.mark.parametrize("size", [1_000, 300_000])
def test_a_picture_pasted_into_the_text_hides_no_word(tmp_path, size):
    """As Colab pastes them: the picture's data would be most of the answer's characters."""
    data = base64.b64encode(b"\x89PNG" + bytes(size)).decode()
    words = "The stop moves up behind the newest level."
    handed = handed_in(write(right(why=f"![plot](data:image/png;base64,{data})\n\n{words}"), tmp_path / "handed.ipynb"))
    (answer,) = [cell for cell in rebuild(source_notebook(), handed).notebook.cells if grade_id(cell) == "why"]
    assert answer.source == f"![plot](attachment:pasted-1)\n\n{words}"
    assert answer.attachments == {"pasted-1": {"image/png": data}}
    assert handed.notes == ()
