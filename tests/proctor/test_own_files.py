"""What a student hands in beside the notebooks is there in their kernel.

It is part of what the grade depends on, and is nothing else.
"""

import os

import pytest
from proctor.grading import grade as graded_module
from proctor.grading import submission
from proctor.grading.grade import Job, grade
from proctor.grading.own_files import own_files
from proctor.grading.submission import read_submission
from proctor.settings import Settings

from tests.proctor.making import right, source_notebook, write

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)
FULL = {"test_double": 3, "test_shift": 2, "test_answer": 1}


@pytest.fixture
def job(tmp_path):
    write(source_notebook(), tmp_path / "source" / "toys.ipynb")
    (tmp_path / "source" / "given.txt").write_text("2")
    code = "from mine import factor\nassert open('given.txt').read() == '2'\ndef double(x):\n    return factor * x"
    write(right(double=code), tmp_path / "handed" / "toys.ipynb")
    (tmp_path / "handed" / "mine.py").write_text("factor = 2")
    (tmp_path / "handed" / "given.txt").write_text("3")
    return Job("ada", "toys", tmp_path / "source", tmp_path / "handed", QUICK)


def test_a_helper_module_that_was_handed_in_works_and_the_assignments_files_win(job, server):
    (notebook,) = grade(job, server).notebooks
    assert {verdict.name: verdict.points for verdict in notebook.verdicts} == FULL


def test_the_limit_of_time_holds_before_a_submission_is_read(job, server, monkeypatch):
    began, reading = [], graded_module._papers

    def read(job):
        began.append("read")
        return reading(job)

    monkeypatch.setattr(graded_module, "_papers", read)
    grade(job, server, lambda: began.append("watch"))
    assert began == ["watch", "read", "watch"]


def test_other_notebooks_are_read_up_to_a_number_of_bytes(job, monkeypatch):
    name = job.submitted / "toys.ipynb"
    (job.submitted / "b.ipynb").write_bytes(name.read_bytes())
    name.rename(job.submitted / "a.ipynb")
    (job.submitted / "a.ipynb").write_text("x" * 10_000)
    assert read_submission(job.source, job.submitted)["toys"].path == job.submitted / "b.ipynb"
    monkeypatch.setattr(submission, "MOST_BYTES", 10_000)
    assert read_submission(job.source, job.submitted)["toys"].path is None


def test_a_changed_file_is_another_submission(job):
    before = read_submission(job.source, job.submitted)["toys"].digest
    (job.submitted / "timestamp.txt").write_text("2026-01-01")
    assert read_submission(job.source, job.submitted)["toys"].digest == before
    (job.submitted / "mine.py").write_text("factor = 3")
    assert read_submission(job.source, job.submitted)["toys"].digest != before


def test_links_pipes_hidden_files_and_too_much_stay_outside(tmp_path):
    (tmp_path / "secret").write_text("s")
    folder = tmp_path / "handed"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    (folder / ".hidden").write_text("x")
    (folder / "other.ipynb").write_text("x")
    (folder / "a" / "b" / "c.txt").write_text("deep")
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(10**12)
    assert list(own_files(folder)) == [("a/b/c.txt", b"deep")]
    for number in range(300):
        (folder / f"n{number}").write_text("x")
    assert len(list(own_files(folder))) == 200
    (tmp_path / "other").symlink_to(folder)
    assert list(own_files(tmp_path / "other")) == []
