"""The cockpit tells where a student stands, from the student's own notebooks and checks."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from phase6 import cockpit, progress
from phase6.checks import comprehension, pyramiding

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """What a student gets, seen from the folder of the lessons; somebody reads."""
    for folder in ("notebooks", "assignments"):
        (tmp_path / folder).mkdir()
    shutil.copytree(ROOT / "release" / "phase6", tmp_path / "assignments" / "phase6")
    for module in (cockpit, progress):
        monkeypatch.setattr(module, "batch_run", lambda: False)
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path / "assignments" / "phase6"


def change(path, grade_id, source):
    """Write an answer as a student does."""
    notebook = json.loads(path.read_text())
    (cell,) = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id]
    cell["source"] = source
    path.write_text(json.dumps(notebook))


def note(course, **notes):
    (course / "progress.json").write_text(json.dumps(notes))


def test_its_sections_are_those_of_the_course(course):
    for section in cockpit.SECTIONS:
        lesson = (ROOT / "notebooks" / section.lesson).read_text()
        assert f"About {section.minutes[0]} minutes" in lesson, "the lesson says another time"
        assert (ROOT / "source" / "phase6" / section.exercises).is_file()
    files = {path.name for path in (ROOT / "source" / "phase6").glob("*.ipynb")}
    assert {section.exercises for section in cockpit.SECTIONS} == files
    standings = cockpit.show().standings
    assert sum(standing.points for standing in standings.values()) == 100
    assert all(standing.checks > 3 and standing.passed == 0 for standing in standings.values())


def test_a_fresh_course_misses_every_answer(course):
    missing = cockpit.show().missing()
    assert "6.1: Not written yet: pyramid_risk, levels_experiment, risk_sweep, scale_out." in missing
    assert "6.4: Written answers that are empty: q1_explain, q2_explain, q3_explain, q4_explain, q5_explain." in missing


def test_an_answer_that_is_written_still_needs_its_checks(course):
    change(course / "6.1-pyramiding.ipynb", "pyramid_risk", "def pyramid_risk(n_levels): return {}")
    missing = cockpit.show().missing()
    assert "6.1: Checks that have not passed yet: pyramid_risk_sizes, pyramid_risk_stop, pyramid_risk_risk." in missing
    note(course, pyramid_risk_sizes=True, pyramid_risk_stop=True, pyramid_risk_risk=True)
    table = cockpit.show()
    assert table.standings["6.1"].passed == 3
    assert not any("pyramid_risk" in word for word in table.missing())
    assert "3 of 12 pass" in table._repr_html_()


def test_when_all_is_done_nothing_is_missing(course):
    done = {}
    for section in cockpit.SECTIONS:
        path = course / section.exercises
        for cell in json.loads(path.read_text())["cells"]:
            about = cell["metadata"].get("nbgrader", {})
            if about.get("solution"):
                change(path, about["grade_id"], "my answer")
            elif about.get("grade"):
                done[about["grade_id"].removeprefix("test_")] = True
    note(course, **done)
    table = cockpit.show()
    assert table.missing() == []
    assert "Nothing is missing" in table._repr_html_()


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"cells": 3}', '{"cells": [3]}'])
def test_a_notebook_that_is_lost_or_broken_is_named(course, content):
    path = course / "6.2-scaling.ipynb"
    path.unlink() if content is None else path.write_text(content)
    assert any("6.2-scaling.ipynb cannot be read" in word for word in cockpit.show().missing())


def test_without_exercises_it_says_where_they_were_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "6.1-pyramiding.ipynb was not found in ../assignments/phase6." in "\n".join(cockpit.show().missing())


def test_links_lead_to_the_notebooks(course):
    shown = cockpit.show()._repr_html_()
    for section in cockpit.SECTIONS:
        assert f'href="{section.lesson}"' in shown
        assert f'href="../assignments/phase6/{section.exercises}"' in shown


def test_checks_note_what_passed_and_take_it_back_when_it_fails(course, monkeypatch):
    monkeypatch.chdir(course)
    with pytest.raises(AssertionError):
        pyramiding.pyramid_risk(lambda n_levels: 3, "sizes")
    assert progress.passed(course) == frozenset()
    comprehension.q1(q1_nominal_risk=0.02)
    assert progress.passed(course) == {"q1_nominal_risk"}
    with pytest.raises(AssertionError):
        comprehension.q1(q1_nominal_risk="many")
    assert progress.passed(course) == frozenset()


def test_run_without_a_person_it_links_and_tells_points_and_leaves_no_trace(tmp_path):
    exercises = tmp_path / "assignments" / "phase6"
    shutil.copytree(ROOT / "release" / "phase6", exercises)
    (tmp_path / "notebooks").mkdir()
    note(exercises, pyramid_risk_sizes=True)
    cells = [
        "from phase6 import cockpit\ncockpit.show()",
        "from phase6.checks import comprehension as check\ncheck.q1(q1_nominal_risk=0.02)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path / "notebooks")}}).execute()
    shown = notebook.cells[0].outputs[0].data["text/html"]
    assert "../assignments/phase6/6.1-pyramiding.ipynb" in shown and "<td>25</td>" in shown
    assert "of 12" not in shown and "Not written" not in shown
    assert list((tmp_path / "notebooks").iterdir()) == []
