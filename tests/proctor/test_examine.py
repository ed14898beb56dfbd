"""Tests run outside the student's kernel, and honest work is never punished."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from proctor.grading import notebook as module
from proctor.grading.kernel import Ran
from proctor.grading.matching import grade_id
from proctor.grading.notebook import examine
from proctor.grading.rebuild import rebuild
from proctor.grading.source_code import bound_names, compiled
from proctor.grading.time_limit import Overdue, time_limit
from proctor.grading.verdict import partial
from proctor.settings import Settings

from tests.proctor.making import DOUBLE, SHIFT, handed_in, released, right, source_notebook, write

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)


@pytest.fixture
def judge(tmp_path, server):
    """Examine a submission of the toy course; points by test."""

    def run(notebook, settings=QUICK, data=None, **tests):
        handed, source = handed_in(write(notebook, tmp_path / "toys.ipynb")), source_notebook()
        for cell in source.cells:
            cell.source = tests.get(grade_id(cell), cell.source)
        return examine(rebuild(source, handed), settings, server=server, data=data)

    return run


def points(examined):
    return {verdict.name: verdict.points for verdict in examined.verdicts}


def verdict(examined, name):
    return next(verdict for verdict in examined.verdicts if verdict.name == name)


FULL = {"test_double": 3, "test_shift": 2, "test_answer": 1}
NONE = dict.fromkeys(FULL, 0)


def test_right_answers_get_every_point_and_blanks_none(judge):
    assert points(judge(right())) == FULL
    assert points(judge(released())) == NONE


@pytest.mark.parametrize(
    "first",
    [
        "import warnings\nwarnings.warn('hm')",
        "import sys\nprint('x', file=sys.stderr)",
        "print('working')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "%timeit -n 1 -r 1 1 + 1",
        "from IPython.display import display\ndisplay(3.0)",
        "import logging\nlogging.error('hm')",
        "1 / 0",
        "def helper(x):\n    return x",
    ],
    ids=["warning", "stderr", "print", "plot", "magic", "display", "log", "error in another cell", "helper"],
)
def test_what_honest_work_does_costs_nothing(judge, first):
    notebook = right()
    notebook.cells.insert(3, new_code_cell(first))
    assert points(judge(notebook)) == FULL


def test_every_style_of_answer_is_an_answer(judge):
    styles = {
        "double": "import numpy as np\ndouble = lambda x: np.float64(2) * x",
        "shift": "import numpy as np\ndef shift(values, by=1):\n    return [int(v) for v in np.asarray(values) + by]",
        "answer": "import numpy as np\nanswer = np.int64(42)",
    }
    assert points(judge(right(**styles))) == FULL


def test_a_callable_object_and_a_decorated_function_are_functions(judge):
    code = "import functools\nclass Double:\n    def __call__(self, x):\n        return 2 * x\ndouble = Double()"
    assert points(judge(right(double=code, shift="import functools\n@functools.cache\ndef one():\n    return 1\n" + SHIFT))) == FULL


def test_a_plot_of_the_student_is_in_the_graded_notebook(judge):
    examined = judge(right(double=DOUBLE + "\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);"))
    cell = next(cell for cell in examined.notebook.cells if grade_id(cell) == "double")
    assert any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_a_dead_kernel_costs_its_question_only(judge):
    examined = judge(right(double=DOUBLE + "\nimport os\nos._exit(1)"))
    assert points(examined) == {**FULL, "test_double": 0}
    assert verdict(examined, "test_double").reason == "lost"


def test_a_kernel_that_dies_while_it_is_asked_costs_that_question_only(judge):
    examined = judge(right(double="import os\ndef double(x):\n    os._exit(1)"))
    assert points(examined) == {**FULL, "test_double": 0}


def test_a_loop_without_end_costs_its_question_only(judge):
    examined = judge(right(double=DOUBLE + "\nwhile True:\n    pass"), replace(QUICK, cell_timeout=1.5))
    assert points(examined) == {**FULL, "test_double": 0}
    assert "1.5 seconds" in verdict(examined, "test_double").message


def test_the_whole_notebook_has_a_limit(judge):
    sleeps = right(double=DOUBLE + "\nimport time\ntime.sleep(0.6)", shift=SHIFT + "\nimport time\ntime.sleep(0.6)")
    examined = judge(sleeps, replace(QUICK, notebook_timeout=1.0))
    assert "in all" in verdict(examined, "test_answer").message


def test_what_runs_out_of_memory_costs_its_question_only(judge):
    examined = judge(right(double="held = bytearray(3 * 2**30)\n" + DOUBLE), replace(QUICK, memory=700 * 2**20))
    assert points(examined) == {**FULL, "test_double": 0}


def test_a_students_exception_is_told_with_its_line(judge):
    message = verdict(judge(right(double="def double(x):\n    return x['none']")), "test_double").message
    assert "TypeError" in message
    assert "line 2 of your cell: return x['none']" in message


def test_an_undefined_name_is_told(judge):
    told = verdict(judge(right(double="pass")), "test_double")
    assert (told.reason, told.points) == ("missing", 0)
    assert "`double`" in told.message


def test_a_changed_input_is_seen_from_outside(judge):
    code = "def shift(values, by=1):\n    for i in range(len(values)):\n        values[i] += by\n    return list(values)"
    assert verdict(judge(right(shift=code)), "test_shift").message == "the input was changed"


def test_messages_hold_no_test_source_and_no_path(judge):
    for code in ("def double(x):\n    return 'no'", "def double(x):\n    return open", "double = 3", "def double():\n    return 3"):
        for told in judge(right(double=code)).verdicts:
            assert "assert" not in told.message
            assert "proctor/" not in told.message
            assert "HIDDEN" not in told.message


def test_what_is_not_plain_data_is_told(judge):
    assert "not plain data" in verdict(judge(right(double="def double(x):\n    return open")), "test_double").message
    assert verdict(judge(right(answer="answer = object()")), "test_answer").reason == "odd"


def test_names_of_locked_cells_are_the_instructors(judge):
    notebook = right(shift=SHIFT + "\nbase = []")
    assert points(judge(notebook)) == FULL


def test_the_same_submission_is_judged_the_same(judge):
    first, second = judge(right(double="def double(x):\n    return 5")), judge(right(double="def double(x):\n    return 5"))
    assert [v.message for v in first.verdicts] == [v.message for v in second.verdicts]


def test_data_files_of_the_assignment_are_there(judge, tmp_path):
    data = tmp_path / "assignment"
    data.mkdir()
    (data / "numbers.txt").write_text("2")
    (data / "toys.ipynb").write_text("secret")
    code = "import os\nfactor = int(open('numbers.txt').read())\nassert not os.path.exists('toys.ipynb')\n"
    code += "def double(x):\n    return factor * x"
    assert points(judge(right(double=code), data=data)) == FULL


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(1.5, 1.5), (99, 3.0), (-2, 0.0), (True, None), (None, None), ("2", None), (float("nan"), 0.0), (float("inf"), 0.0)],
)
def test_partial_credit_is_finite_and_within_bounds(value, wanted):
    assert partial(value, 3.0) == wanted


def test_free_names_are_those_that_must_come_from_elsewhere():
    source = "import math\nx = f(1)\ndef g(a):\n    return a + h(x)\n[b for b in c]\ny: int = len(d)"
    assert compiled(source).free - {"len"} == {"f", "h", "c", "d", "int"} - {"len"}


def test_names_are_found_where_a_cell_awaits():
    source = (
        "async def g(a):\n    return await h(a)\nx = await f(await e)\nasync with k() as y: pass\n"
        "async for z in m(): pass\nw = [v async for v in n]"
    )
    assert compiled(source).free == {"h", "f", "e", "k", "m", "n"}
    assert bound_names(source) == {"g", "x", "y", "z", "w"}


def test_a_comprehensions_names_are_its_own():
    source = "a = [b for b in c]\nd = {e: f for e, f in g if (h := e)}\ni = {j for k in l for j in k}\nm = list(n for n in o)"
    assert bound_names(source) == {"a", "d", "h", "i", "m"}
    assert compiled(source).free == {"c", "g", "l", "o", "list"}


def test_an_exception_of_the_students_does_not_end_a_tests_loop(judge):
    tests = {"test_double": "assert all(map(lambda x: double(x) == 2 * x, [1, 2]))"}
    assert points(judge(right(), **tests)) == FULL
    told = verdict(judge(right(double="def double(x):\n    raise StopIteration"), **tests), "test_double")
    assert told.points == 0
    assert "StopIteration" in told.message


def test_a_changed_argument_is_seen_by_its_test_and_by_no_later_one(judge):
    tests = {"test_shift": "shift(base)\nassert base == []", "test_answer": "assert base == [1, 2, 3] and answer == 42"}
    assert points(judge(right(shift="def shift(values):\n    values.clear()"), **tests)) == FULL


def test_a_changed_frame_is_given_back(judge):
    frame = "import math\nimport pandas as pd\nframe = pd.DataFrame({'a': [1, 2]})"
    emptied, whole = "shift(frame)\nassert len(frame) == 0", "assert list(frame['a']) == [1, 2]"
    tests = {"preamble": frame, "test_shift": emptied, "test_answer": whole}
    code = "def shift(frame):\n    frame.drop(frame.index, inplace=True)"
    assert points(judge(right(shift=code), **tests)) == FULL


@pytest.mark.timeout(60)
def test_a_test_that_an_answer_makes_endless_ends_with_the_notebooks_time(judge):
    endless = "left = answer\nwhile left:\n    left -= 1"
    examined = judge(right(answer="answer = 10**15"), replace(QUICK, notebook_timeout=3.0), test_answer=endless)
    assert points(examined) == {**FULL, "test_answer": 0}
    assert verdict(examined, "test_answer").reason == "lost"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("where", ["an open cell", "an import of the solution"])
def test_code_of_the_instructor_that_never_ends_costs_a_cells_time(tmp_path, server, where, monkeypatch):
    endless = "while True:\n    pass\n"
    source, handed = source_notebook(), right()
    if where == "an open cell":
        for notebook in (source, handed):
            notebook.cells.insert(1, new_code_cell(endless, id="endless"))
    else:
        (tmp_path / "never.py").write_text(endless)
        monkeypatch.syspath_prepend(str(tmp_path))
        cell = next(cell for cell in source.cells if grade_id(cell) == "shift")
        cell.source = f"import never\n{cell.source}"
    built = rebuild(source, handed_in(write(handed, tmp_path / "toys.ipynb")))
    assert points(examine(built, replace(QUICK, cell_timeout=1.0), server=server)) == FULL


def test_a_limit_ends_what_runs_inside_and_nothing_after():
    with pytest.raises(Overdue), time_limit(0.05):
        while True:
            pass
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_running_cells_again_counts_as_time_of_the_notebook(monkeypatch):
    clock: Any = SimpleNamespace(now=1.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(module, "time", clock)

    class Kernel:
        ran, starts, lost = 0, 1, False

        def start(self):
            pass

        stop = start

        def run(self, source):
            self.ran += 1
            clock.now += 10.0
            return Ran()

    rebuilt: Any = SimpleNamespace(source=None)
    kernel: Any = Kernel()
    sitting = module._NotebookExamination(rebuilt, replace(QUICK, notebook_timeout=50.0), None, kernel, b"")
    sitting.done, sitting.since = ["cell"] * 100, clock.now
    sitting.fresh()
    assert kernel.ran == 5
    assert sitting.exhausted


def test_output_does_not_pile_up_while_a_function_is_asked(judge):
    code = "def double(x):\n    for _ in range(40):\n        print('x' * 10_000_000, flush=True)\n    return 2 * x"
    before = memory()
    Path("/proc/self/clear_refs").write_text("5")
    judge(right(double=code), replace(QUICK, cell_timeout=20.0))
    assert memory("VmHWM") - before < 200


def memory(kind="VmRSS"):
    """MB that this process uses now, or used at most since that was forgotten."""
    lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[kind].split()[0]) // 1024


def test_output_of_a_whole_notebook_is_bounded(judge):
    notebook = right(double="print('x' * 800)\n" + DOUBLE, shift="print('x' * 800)\n" + SHIFT)
    examined = judge(notebook, replace(QUICK, notebook_output=1000))
    assert points(examined) == FULL
    texts = [cell.outputs[0].text for cell in examined.notebook.cells if grade_id(cell) in {"double", "shift"}]
    assert [len(text) > 800 for text in texts] == [True, False]
    assert "left out" in texts[1]


def test_a_message_holds_no_more_than_a_reader_reads_and_what_files_can_hold(judge):
    examined = judge(right(double="def double(x):\n    return '\\ud800' * 9000"), test_double="assert False, double(2)")
    told = verdict(examined, "test_double")
    assert told.message == "?" * 4000


def renamed_kernel(notebook):
    notebook.metadata["kernelspec"] = {"name": "conda-env-mine", "display_name": "mine", "language": "python"}


def reordered(notebook):
    notebook.cells.reverse()


def doubled(notebook):
    notebook.cells += [NotebookNode({**cell, "id": f"again-{place}"}) for place, cell in enumerate(notebook.cells)]


def only_the_answers(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


@pytest.mark.parametrize("damage", [renamed_kernel, reordered, doubled, only_the_answers])
def test_what_happens_to_honest_notebooks_costs_nothing(judge, damage):
    notebook = right()
    damage(notebook)
    assert points(judge(notebook)) == FULL


@pytest.mark.parametrize("how", ["format 3", "latin-1", "byte order mark"])
def test_how_an_honest_file_is_written_costs_nothing(tmp_path, server, how):
    notebook, path = right(why="weil es so schön ist"), tmp_path / "toys.ipynb"
    if how == "format 3":
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            cell.pop("id", None)
        path.write_text(nbformat.writes(nbformat.convert(notebook, 3), version=3))
    else:
        path.write_bytes(nbformat.writes(notebook).encode("latin-1" if how == "latin-1" else "utf-8-sig"))
    examined = examine(rebuild(source_notebook(), handed_in(path)), QUICK, server=server)
    assert points(examined) == FULL
    assert len(examined.notes) == (how != "byte order mark")


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("import pytest\nwith pytest.raises(ValueError):\n    double(2)", "DID NOT RAISE"),
        ("import pytest\npytest.fail('not doubled')", "not doubled"),
        ("import pytest\npytest.importorskip('no_such_module_at_all')", "no_such_module_at_all"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("raise GeneratorExit", "GeneratorExit"),
    ],
)
def test_a_test_that_raises_what_is_no_exception_fails_and_the_others_count(judge, test, said):
    examined = judge(right(), test_double=test)
    assert points(examined) == {**FULL, "test_double": 0}
    assert said in verdict(examined, "test_double").message


def test_pytest_raises_passes_where_the_answer_raises(judge):
    double = "def double(x):\n    if x < 0:\n        raise ValueError('negative numbers')\n    return 2 * x"
    test = "import pytest\nwith pytest.raises(ValueError, match='negative') as info:\n    double(-1)\nassert info.value.args"
    assert points(judge(right(double=double), test_double=test)) == FULL


def test_a_command_line_of_a_students_may_exit(judge):
    double = "import sys\ndef double(x):\n    if x < 0:\n        sys.exit(2)\n    return 2 * x"
    test = "try:\n    double(-1)\nexcept SystemExit as error:\n    assert error.code == 2\nelse:\n    assert False"
    assert points(judge(right(double=double), test_double=test)) == FULL
    assert points(judge(right(), test_double=test)) == {**FULL, "test_double": 0}
    not_caught = verdict(judge(right(double=double), test_double="assert double(-1) == -2"), "test_double")
    assert (not_caught.points, "SystemExit: 2" in not_caught.message) == (0, True)


def test_a_locked_or_open_cell_that_exits_ends_no_examination(judge):
    assert points(judge(right(), preamble="import math\nbase = [1, 2, 3]\nraise SystemExit")) == FULL
