"""How the command line is read, and how a command ends."""

import os
import subprocess
import sys

import pytest
from proctor import cli


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("asked", [["settings"], ["status", "toys"], ["--help"]])
def test_a_reader_that_leaves_is_no_fault(asked, unbuffered, root):
    ours, theirs = os.pipe()
    os.close(ours)
    begin = [sys.executable, "-m", "proctor", *asked]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(begin, cwd=root, env=environment, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert done.stderr == ""
    assert done.returncode == cli.UNREAD or asked == ["--help"]  # the parser swallows it


def test_a_pipe_that_breaks_elsewhere_is_told(monkeypatch):
    def broken(_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("proctor.commands.doctor", broken)
    with pytest.raises(BrokenPipeError):
        cli.main(["doctor"])


def test_cells_of_several_options_are_all_named():
    arguments = cli.parser().parse_args(["regrade", "toys", "--only", "a", "b", "--only", "c"])
    assert arguments.only == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["regrade", "toys", "--void", "test_answer", "--points", "test_answer", "5"], "'test_answer' cannot have 0 and 5 points"),
        (["regrade", "toys", "--points", "test_answer", "5", "--points", "test_answer", "6"], "cannot have 5 and 6 points"),
        (["grade", "toys", "--scheduler", "nowhere"], "no cluster can be reached at 'nowhere'"),
        (["history", "nobody"], "no submission of 'nobody' is graded in toys"),
        (["history", "nobody", "toys"], "no submission of 'nobody' is graded in toys"),
    ],
)
def test_what_cannot_be_done_is_told(asked, said, root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert cli.main(asked) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["grade", "status", "settings"])
def test_a_setting_of_another_type_is_told_in_one_sentence(asked, root, monkeypatch, capsys):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Proctor.memory = '4 GB'\n")
    monkeypatch.chdir(root)
    assert cli.main([asked, *(["toys"] if asked != "settings" else [])]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "'memory'" in line
    assert "'4 GB'" in line


def test_a_folder_that_cannot_be_made_is_told(root, monkeypatch, capsys):
    (root / "autograded").write_text("a file where a folder should be")
    monkeypatch.chdir(root)
    assert cli.main(["grade", "toys", "--workers", "1"]) == 2
    assert "autograded cannot be written" in capsys.readouterr().err


def test_a_student_who_is_named_twice_is_graded_once(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert cli.main(["grade", "toys", "--student", "ada", "--student", "ada", "--workers", "1"]) == 0
    assert "1 graded" in capsys.readouterr().out
