"""A browser and a JupyterLab for the session; where no browser can be had, loudly nothing."""

import shutil
from pathlib import Path

import pytest

from tests.browser import labbing

LESSONS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the lessons."""
    folder = tmp_path_factory.mktemp("lessons")
    for lesson in LESSONS.glob("*.ipynb"):
        shutil.copy(lesson, folder)
    with labbing.Lab(folder) as lab:
        yield lab
