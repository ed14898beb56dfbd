"""What decides points while tests run and while a class is graded.

It is tried with a made-up kernel and made-up workers.
"""

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from nbformat.v4 import new_notebook
from nbgrader.utils import determine_grade
from pebble import ProcessExpired
from proctor.batch import schedule
from proctor.batch.pool import Results
from proctor.bridge import codec
from proctor.course.saving import save
from proctor.grading import notebook
from proctor.grading.adjustments import Adjustment, attach
from proctor.grading.grade import Graded, GradedNotebook, Job
from proctor.grading.kernel import KernelLost, Ran
from proctor.grading.notebook import examine, is_test
from proctor.grading.rebuild import ADDED, Rebuilt
from proctor.grading.test_cell import TrustedNamespace
from proctor.grading.verdict import Verdict, write
from proctor.settings import Settings

from tests.proctor.making import graded, locked, right, solution, source_notebook
from tests.proctor.making import write as write_notebook
from tests.proctor.test_grades_by_hand import QUICK, course, grading, hand_in, row, template  # noqa: F401

F = "def f(x):\n    return x"


class Kernel:
    """Holds plain data under some names; the cells named in ``deadly`` kill it each time."""

    def __init__(self, values=(), deadly=(), *, starved=False):
        self.values, self.deadly, self.starved, self.ran = dict(values), set(deadly), starved, []
        self.settings, self.starts, self.lost = QUICK, 1, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self):
        self.lost = False
        self.starts += 1
        self.ran.append("start")

    def stop(self):
        pass

    def give_up(self):
        self.lost = True

    def run(self, source):
        self.ran.append(source)
        if source in self.deadly:
            self.lost = True
            raise KernelLost("it died")
        return Ran()

    def look(self, names):
        if "endless" in names:
            raise KernelLost("it took too long")
        return {name: ["data", codec.dumps(self.values[name])] if name in self.values else ["missing"] for name in names}


def examined(*cells, kernel=None, seed=b"", settings=QUICK, **adjusted):
    source = new_notebook(cells=[*cells])
    rebuilt = Rebuilt(new_notebook(cells=[cell.copy() for cell in cells]), source=source)
    attach(rebuilt.notebook, adjusted)
    used: Any = kernel or Kernel()
    return examine(rebuilt, settings, kernel=used, seed=seed)


def points(*cells, **options):
    return [verdict.points for verdict in examined(*cells, **options).verdicts]


def test_a_cell_that_the_student_writes_is_no_test():
    written = graded("t", "x = 1", 2)
    written.metadata.nbgrader.update(solution=True, locked=False)
    assert is_test(graded("t", "x = 1", 2))
    assert not is_test(written)
    assert points(written, graded("u", "assert True", 1)) == [1]


def test_a_test_that_holds_gives_all_points_and_one_that_fails_none():
    cells = [graded("a", "assert True", 2), graded("b", "assert False", 2), graded("c", "0.5", 2), graded("d", "1 / 0", 2)]
    assert points(*cells) == [2, 0, 0.5, 0]


def test_a_test_during_which_the_kernel_is_lost_gives_none():
    assert points(solution("s", "endless = 1"), graded("t", "assert endless == 1", 2)) == [0]


def test_a_lost_cell_is_told_until_the_next_question():
    kernel = Kernel({"y": 1}, deadly={"x = 1"})
    found = examined(
        solution("s", "x = 1"), graded("t", "assert x == 1", 1), solution("r", "y = 1"), graded("u", "assert x == y", 1), kernel=kernel
    )
    assert [verdict.reason for verdict in found.verdicts] == ["lost", "missing"]


def test_what_did_no_harm_is_there_again_after_a_loss():
    kernel = Kernel({"x": 1}, deadly={"y = 1"})
    examined(solution("s", "x = 1"), solution("r", "y = 1"), graded("t", "assert x == 1", 1), kernel=kernel)
    assert kernel.ran == ["x = 1", "y = 1", "start", "x = 1"]


def test_time_that_is_used_up_leaves_nothing_to_be_gained():
    short = replace(QUICK, notebook_timeout=0.0)
    assert points(graded("t", "assert True", 2), graded("u", "assert True", 2), settings=short) == [0, 0]


def test_every_test_begins_with_the_same_random_numbers():
    draw = "import random\nassert random.random() == first"
    first = "import random\nfirst = random.random()"
    assert points(graded("a", first, 1), graded("b", draw, 1), seed=b"1") == [1, 1]


def test_what_an_answer_changes_is_put_back_before_the_next_test(monkeypatch):
    class Changing(TrustedNamespace):
        def run(self, code, resolved=None):
            value = super().run(code, resolved)
            base: Any = self.namespace["base"]
            if code.reads:
                self.link.changed.append((base, list(base)))
                base.append(4)
            return value

    monkeypatch.setattr(notebook, "TrustedNamespace", Changing)
    tests = graded("a", "assert base == [1, 2]", 1), graded("b", "assert base == [1, 2]", 1)
    assert points(locked("i", "base = [1, 2]"), *tests) == [1, 1]


def test_a_name_has_one_owner():
    """What a locked cell binds is the instructor's, also where it fails.

    What a solution binds is asked for, also a builtin's name.
    """
    lying = Kernel({"same": 1, "max": 7, "x": 3})
    failing = locked("i", "from nowhere_at_all import same")
    assert points(solution("s", "same = 1"), failing, graded("t", "assert same == 1", 1), kernel=lying) == [0]
    assert points(solution("s", "max = 7"), graded("t", "assert max == 7", 1), kernel=lying) == [1]
    again = [locked("i", "x = 1"), solution("s", "x = 3"), graded("t", "assert x == 3", 1)]
    assert points(*again, kernel=lying) == [1]
    assert points(*again, kernel=Kernel()) == [0]


def test_the_instructors_decisions_count_and_take_nothing_away():
    test = graded("t", "0.5", 2)
    assert points(test, t=Adjustment(accept=("assert False",))) == [0.5]
    assert points(test, t=Adjustment(accept=("1.5", "1"))) == [1.5]
    assert points(graded("t", "assert False", 2), t=Adjustment(full=True)) == [2]


@pytest.mark.parametrize(("starved", "test", "again"), [(True, "assert False", True), (True, "1 / 1", False), (False, "0", False)])
def test_a_starved_notebook_is_worth_another_try_only_where_points_were_lost(starved, test, again):
    assert examined(graded("t", test, 1), kernel=Kernel(starved=starved)).starved is again


@pytest.mark.parametrize("got", [0.0, 0.5, 1.5, 2.0])
def test_nbgrader_reads_the_points_of_a_verdict_from_the_cell(got):
    cell = graded("t", "assert True", 2)
    write(cell, Verdict("t", got, 2.0, "partial", "because"), printed="seen")
    assert determine_grade(cell) == (got, 2)


def test_an_open_cell_of_the_instructors_is_no_students():
    opened = source_notebook().cells[7]
    added = opened.copy()
    added.metadata = {"proctor": {"role": ADDED}}
    added.source = "x = 5"
    assert points(added, graded("t", "assert x == 5", 1)) == [0]


class Pool:
    """Gives for each job what ``results`` has for the student and its notebooks, in turn.

    An exception is raised.
    """

    def __init__(self, **results):
        self.results, self.jobs = results, []

    def submit(self, job):
        self.jobs.append((job.student, job.notebooks))
        future: Future = Future()
        found = self.results[job.student].pop(0)
        if isinstance(found, BaseException):
            future.set_exception(found)
        else:
            future.set_result(found)
        return future


@pytest.fixture
def two(tmp_path):
    for name in ("first", "second"):
        write_notebook(source_notebook(), tmp_path / "source" / f"{name}.ipynb")
        write_notebook(right(), tmp_path / "ada" / f"{name}.ipynb")
    return Job("ada", "toys", tmp_path / "source", tmp_path / "ada", QUICK)


def one(name, got):
    return Graded("ada", "toys", [GradedNotebook(name, "", [Verdict("t", got, 9.0, "passed")], [], True)])


def got(result):
    return {sheet.name: sum(verdict.points for verdict in sheet.verdicts) for sheet in result.notebooks}


def test_a_worker_that_dies_costs_the_notebook_it_was_at(two):
    dead = ProcessExpired("died")
    pool: Any = Pool(ada=[dead, one("first", 5), dead])
    ((job, result),) = list(Results([two], pool))
    assert pool.jobs == [("ada", ()), ("ada", ("first",)), ("ada", ("second",))]
    assert (job.student, job.notebooks) == ("ada", ())
    assert got(result) == {"first": 5, "second": 0}


def test_a_reason_why_there_is_no_grade_stays_one(two):
    pool: Any = Pool(ada=[ProcessExpired("died"), one("first", 5), ValueError("no such file")])
    ((_, result),) = list(Results([two], pool))
    assert result == "ValueError: no such file"


def test_a_starved_job_counts_as_its_second_try_says(two):
    first, second = one("first", 1), one("first", 4)
    first.notebooks[0].starved = True
    ((_, result),) = list(Results([two], Pool(ada=[first, second])))  # type: ignore[arg-type]
    assert got(result) == {"first": 4}


class Quiet:
    def __getattr__(self, name):
        return lambda *_, **__: None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_who_is_graded_and_what_for(course):  # noqa: F811
    for student in ("ada", "cy"):
        hand_in(course, student, right())
    with course.gradebook() as gradebook:
        save(course, gradebook, grading(course, "ada", {}), None, cause="first")
        made = schedule.plan(course, QUICK, gradebook)
        assert ([job.student for job in made.jobs], made.skipped) == (["cy"], ["ada"])
        assert [job.student for job in schedule.plan(course, QUICK, gradebook, force=True).jobs] == ["ada", "cy"]
        assert [job.student for job in schedule.plan(course, QUICK, gradebook, ["cy"], force=True).jobs] == ["cy"]
        course.adjustments.parent.mkdir(exist_ok=True)
        course.adjustments.write_text('{"test_double": {"full": true}}')
        made = schedule.plan(course, QUICK, gradebook)
        assert {job.student: dict(job.adjustments) for job in made.jobs} == {
            student: {"test_double": Adjustment(full=True)} for student in ("ada", "cy")
        }


def test_an_interruption_keeps_what_was_done(course, monkeypatch):  # noqa: F811
    for student in ("ada", "cy"):
        hand_in(course, student, right())

    class Interrupted(Results):
        def __init__(self):
            unused: Any = None
            super().__init__([], unused)

        def __iter__(self):
            yield jobs[0], grading(course, "ada", {})
            raise KeyboardInterrupt

        def finished(self):
            yield jobs[1], grading(course, "cy", {"test_shift": 0.0})

    jobs: list[Job] = []

    class Pools:
        def __init__(self, planned, *_):
            jobs.extend(planned)

        def __enter__(self):
            return Interrupted

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(schedule, "pool_for", Pools)
    quiet: Any = Quiet()
    outcome = schedule.run(course, Settings(), progress=quiet)
    assert (outcome.graded, outcome.interrupted) == (["ada", "cy"], True)
    assert [row(course, student, "test_shift")[0] for student in ("ada", "cy")] == [2, 0]
