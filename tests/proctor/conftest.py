"""A folder with the toy course, its graded class, and one fork server for all tests."""

import copy
import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from proctor.grading.notebook import examine
from proctor.grading.rebuild import Handed, rebuild
from proctor.sandbox import fork_server
from proctor.settings import Settings

from tests.proctor import making
from tests.proctor.making import answered, solution, source_notebook, write
from tests.proctor.toy_class import CLASS, command, grade, place

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)
ONE_QUESTION = Settings(cell_timeout=5.0, notebook_timeout=30.0)


@pytest.fixture(scope="session")
def server():
    """A fork server for the whole run; None where each kernel starts anew."""
    made = fork_server.shared(QUICK)
    yield made
    fork_server.close_shared()


@pytest.fixture
def judge(server):
    """Verdicts of tests on an answer.

    The solution that the instructor had is ``known``, other cells are locked ones.
    """

    def run(answer, *tests, known="def f(x):\n    return x", given=(), data=None, settings=ONE_QUESTION):
        cells = [*given, solution("a", known), *(making.graded(f"t{place}", test, 1) for place, test in enumerate(tests))]
        source = new_notebook(cells=copy.deepcopy(cells))
        return examine(rebuild(source, Handed((answered("a", answer),))), settings, server=server, data=data).verdicts

    return run


@pytest.fixture(scope="session")
def fresh_course(once) -> Path:
    """A course with a class that handed in, and nothing graded; never to be changed."""

    def fill(root: Path) -> None:
        write(source_notebook(), root / "source" / "toys" / "toys.ipynb")
        for student, notebook in CLASS.items():
            write(notebook, root / "submitted" / student / "toys" / "toys.ipynb")
            (root / "submitted" / student / "toys" / "timestamp.txt").write_text("2026-01-15 12:00:00 UTC")
        place(root)
        command(root, "nbgrader", "generate_assignment", "toys", "--create")

    return once("toys", fill)


@pytest.fixture
def root(fresh_course, tmp_path) -> Path:
    shutil.copytree(fresh_course, tmp_path / "toys")
    place(tmp_path / "toys")
    return tmp_path / "toys"


@pytest.fixture(scope="session")
def graded_course(fresh_course, once) -> Path:
    """The same course, graded; never to be changed."""

    def fill(root: Path) -> None:
        shutil.copytree(fresh_course, root, dirs_exist_ok=True)
        place(root)
        outcome = grade(root, workers=2)
        assert (sorted(outcome.graded), outcome.skipped, outcome.failed) == (sorted(CLASS), [], {})

    return once("graded-toys", fill)


@pytest.fixture
def graded(graded_course, tmp_path) -> Path:
    shutil.copytree(graded_course, tmp_path / "graded")
    place(tmp_path / "graded")
    return tmp_path / "graded"
