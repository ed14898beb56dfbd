"""Validate says how many checks are done, as the students' bundle sets it up."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from tests.proctor.making import graded

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = runpy.run_path(str(ROOT / "scripts" / "bundle" / "start.py"))["VALIDATE"]


@pytest.fixture
def validated(tmp_path):
    """What `nbgrader validate` prints about a notebook of checks with these sources."""

    def run(*sources: str) -> str:
        (tmp_path / "nbgrader_config.py").write_text(CONFIGURATION)
        nbformat.write(new_notebook(cells=[graded(f"c{place}", each, 1) for place, each in enumerate(sources)]), tmp_path / "n.ipynb")
        command = [sys.executable, "-m", "nbgrader", "validate", "n.ipynb"]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"JUPYTER_CONFIG_PATH": str(tmp_path)}, capture_output=True, text=True
        )
        return done.stdout

    return run


def test_the_first_failing_check_says_how_many_are_done(validated):
    said = validated("assert True", "assert 1 == 2, 'one'", "assert 2 == 3, 'two'", "print('fine')")
    assert said.count("2 of 4 done; fresh data decide the points.") == 1
    assert said.index("2 of 4 done") < said.index("AssertionError: one") < said.index("AssertionError: two")


def test_nothing_is_added_where_every_check_passes(validated):
    assert validated("assert True").strip() == "Success! Your notebook passes all the tests."
