"""Solved in the site, handed in, collected and graded.

The same points as the same answers from JupyterLab.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.site.siting import FOLDER, PATIENCE, ROOT, errors, run_all

sys.path.insert(0, str(ROOT / "scripts"))

from make_release import ASSIGNMENT
from sample_class import Student, proctor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

NAMES = sorted(path.name for path in (ROOT / "release" / ASSIGNMENT).glob("*.ipynb"))
IN_THE_PAGE = NAMES[0]
"""The notebook that is solved and run in the page; the others' answers are put into the page's
storage.
"""
ANSWER = """([id, source]) => {
    for (const cell of jupyterapp.shell.currentWidget.content.widgets) {
        const marks = cell.model.getMetadata('nbgrader');
        if (marks?.grade_id === id) cell.model.sharedModel.setSource(source);
    }
}"""
STORE = """async ([path, answers]) => {
    const { contents } = jupyterapp.serviceManager;
    const model = await contents.get(path, { content: true });
    for (const cell of model.content.cells) {
        const id = cell.metadata.nbgrader?.grade_id;
        if (id in answers) cell.source = answers[id];
    }
    await contents.save(path, { type: 'notebook', format: 'json', content: model.content });
}"""


@pytest.fixture(scope="module")
def course(course_with, tmp_path_factory):
    """A course folder with one submission that was written in JupyterLab."""
    return course_with(tmp_path_factory.mktemp("course") / "course", (Student("lab", "the instructor's solutions", {}),))


def answers(path: Path) -> dict[str, str]:
    """The answers in a notebook that was handed in, by grade id."""
    cells = nbformat.read(path, as_version=4).cells
    marked = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    return {marks["grade_id"]: source for marks, source in marked if marks.get("solution")}


def hand_in(page, student):
    """Press the button, give a name, and take the file."""
    page.get_by_role("button", name="Hand in").click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_label("Your user name").fill("not/a name")
    dialog.get_by_role("button", name="Make the zip file").click()
    dialog.get_by_text("cannot be a file's name").wait_for(timeout=PATIENCE)
    dialog.get_by_label("Your user name").fill(student)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Make the zip file").click()
    return download.value


def scores(course: Path, student: str) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        return {
            grade.cell.name: grade.auto_score
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell.cell_type == "code"
        }


def test_the_archive_holds_every_notebook_as_it_stands(visitor, tmp_path):
    page = visitor.open(f"{FOLDER}/{IN_THE_PAGE}", ready=False)
    page.get_by_role("button", name="Hand in").wait_for(timeout=PATIENCE)
    download = hand_in(page, "ada.l")
    assert download.suggested_filename == f"{ASSIGNMENT}-ada.l.zip"
    check_archive(download, tmp_path)
    visitor.clean()


def check_archive(download, folder) -> Path:
    """Keep the archive in a folder, once its names and notebooks are what a grader takes."""
    archive = folder / download.suggested_filename
    download.save_as(archive)
    with zipfile.ZipFile(archive) as handed_in:
        assert handed_in.testzip() is None
        assert sorted(handed_in.namelist()) == sorted(
            [f"ada.l/{ASSIGNMENT}/{name}" for name in NAMES] + [f"ada.l/{ASSIGNMENT}/timestamp.txt"]
        )
        for name in NAMES:
            text = handed_in.read(f"ada.l/{ASSIGNMENT}/{name}").decode()
            nbformat.validate(json.loads(text))
            assert '"course"' not in text
            assert '"trusted"' not in text
    return archive


@pytest.mark.long
def test_the_same_answers_get_the_same_points_from_the_site_and_from_jupyterlab(visitor, course, tmp_path):
    written = {name: answers(course / "submitted" / "lab" / ASSIGNMENT / name) for name in NAMES}
    page = visitor.open(f"{FOLDER}/{IN_THE_PAGE}")
    for identity, source in written[IN_THE_PAGE].items():
        page.evaluate(ANSWER, [identity, source])
    run_all(page)
    assert errors(page) == []
    for name in NAMES:
        if name != IN_THE_PAGE:
            page.evaluate(STORE, [f"{FOLDER}/{name}", written[name]])
    archive = check_archive(hand_in(page, "ada.l"), tmp_path)
    proctor(course, "collect", str(archive))
    proctor(course, "grade", ASSIGNMENT)
    here, there = scores(course, "ada.l"), scores(course, "lab")
    assert here == there
    assert sum(there.values()) > 75
    visitor.clean()


@pytest.mark.long
def test_nbgraders_own_collector_takes_the_archive(visitor, course, tmp_path):
    page = visitor.open(f"{FOLDER}/{IN_THE_PAGE}", ready=False)
    page.get_by_role("button", name="Hand in").wait_for(timeout=PATIENCE)
    downloads = course / "downloaded" / ASSIGNMENT / "archive"
    downloads.mkdir(parents=True)
    download = hand_in(page, "bob")
    download.save_as(downloads / download.suggested_filename)
    pattern = r".*/(?P<student_id>[^/]+)/phase6/(?P<file_id>[^/]+\.ipynb)"
    environment = {**os.environ, "COURSE_ROOT": str(course), "GRADEBOOK_URL": f"sqlite:///{course / 'gradebook.db'}"}
    command = [sys.executable, "-m", "nbgrader", "zip_collect", ASSIGNMENT, f"--FileNameCollectorPlugin.named_regexp={pattern}"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert sorted(path.name for path in (course / "submitted" / "bob" / ASSIGNMENT).glob("*.ipynb")) == NAMES
