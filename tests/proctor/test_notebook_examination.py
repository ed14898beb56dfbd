"""What a lost kernel, used-up time, a seed and the size of a file decide."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook
from proctor.grading import notebook as module
from proctor.grading.kernel import KernelLost, Ran
from proctor.grading.notebook import examine
from proctor.grading.rebuild import MAX_CELLS, Handed, rebuild
from proctor.settings import Settings

from tests.proctor.making import answered, graded, handed_in, right, solution, source_notebook, write

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)
REBUILT: Any = SimpleNamespace(source=None)


def judged(server, answer, *tests, settings=QUICK, seed=b""):
    cells = [solution("a", "def f(x):\n    return x"), *(graded(f"t{place}", test, 1) for place, test in enumerate(tests))]
    handed = Handed((answered("a", answer, "a"),))
    return examine(rebuild(new_notebook(cells=cells), handed), settings, server=server, seed=seed).verdicts


class Kernel:
    """Runs cells by remembering them.

    A cell that is named in ``deadly`` kills it the second time that it is run.
    """

    starts, lost, starved = 1, False, False

    def __init__(self, deadly=()):
        self.ran, self.deadly = [], set(deadly)

    def start(self):
        self.ran.append("start")

    stop = give_up = lambda self: None

    def run(self, source):
        self.ran.append(source)
        if source in self.deadly:
            raise KernelLost("it died")
        return Ran()


def test_after_a_second_loss_every_harmless_cell_runs_again_from_the_first():
    kernel: Any = Kernel(deadly={"b"})
    examination = module._NotebookExamination(REBUILT, QUICK, None, kernel, b"")
    examination.done = ["a", "b", "c"]
    examination.fresh()
    assert kernel.ran == ["start", "a", "b", "start", "a", "c"]
    assert examination.done == ["a", "c"]


def test_when_the_time_is_used_up_nothing_more_is_run_or_tested():
    kernel: Any = Kernel()
    examination = module._NotebookExamination(REBUILT, replace(QUICK, notebook_timeout=1.0), None, kernel, b"")
    examination.spent = 2.0
    examination.take(new_code_cell("x = 1"))
    test = graded("t", "assert True", 1)
    examination.take(test)
    assert kernel.ran == []
    assert (examination.verdicts[0].points, examination.verdicts[0].reason) == (0, "lost")


def test_a_tests_random_numbers_follow_from_the_seed(server):
    draw = "import random\nseen = f(random.getrandbits(32))\nassert False, str(seen)"
    said = [judged(server, "def f(x):\n    return x", draw, seed=seed)[0].message for seed in (b"1", b"1", b"2")]
    assert said[0] == said[1] != said[2]


def test_only_so_many_cells_are_looked_at(tmp_path):
    notebook = right()
    notebook.cells[:0] = [new_code_cell(f"x = {number}") for number in range(MAX_CELLS + 5)]
    handed = handed_in(write(notebook, tmp_path / "toys.ipynb"))
    assert len(handed.cells) == MAX_CELLS
    assert any(str(MAX_CELLS) in note for note in handed.notes)
    assert rebuild(source_notebook(), handed).missing == {"double", "shift", "answer", "why"}


def test_rows_that_are_one_list_are_seen_by_a_test_that_changes_one(server):
    test = "grid = f(2)\ngrid[0][0] = 1\nassert grid == [[1, 0], [0, 0]]"
    wrong, right = (f"def f(x):\n    return {grid}" for grid in ("[[0] * x] * x", "[[0] * x for _ in range(x)]"))
    assert [judged(server, answer, test)[0].points for answer in (wrong, right)] == [0, 1]


def test_a_numpy_string_is_a_string_and_a_numpy_score_a_score(server):
    answer = "import numpy as np\ndef f(x):\n    return np.array(['a', 'b'])[x] if x < 2 else np.float64('nan')"
    verdicts = judged(server, answer, "assert f(1).upper() == 'B'", "import numpy as np\nnp.float32(0.5)", "1 - f(2)")
    assert [verdict.points for verdict in verdicts] == [1, 0.5, 0]
