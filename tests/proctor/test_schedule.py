"""A class is graded at once, whole or not at all, again only where something changed.

Killed at any moment, it ends the same.
"""

import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import types
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from proctor.batch.lock import alone
from proctor.batch.pool import Results
from proctor.batch.progress import Progress
from proctor.course.gradebook import moment
from proctor.course.saving import save
from proctor.errors import CannotGrade
from proctor.grading.grade import Graded, Job
from proctor.settings import Settings

from tests import commands
from tests.proctor.making import right, source_notebook, write
from tests.proctor.toy_class import CLASS, POINTS, command, course_at, finish, grade, points


def test_a_class_is_graded_and_nothing_unchanged_is_graded_again(graded):
    assert points(graded) == POINTS
    assert sorted(grade(graded).skipped) == sorted(CLASS)


def test_what_changed_is_graded_again(graded):
    write(right(), graded / "submitted" / "blank" / "toys" / "toys.ipynb")
    assert grade(graded).graded == ["blank"]
    assert points(graded) == {**POINTS, "blank": 6}
    source = source_notebook()
    source.cells[9].source = "assert answer == 43"
    write(source, graded / "source" / "toys" / "toys.ipynb")
    assert sorted(grade(graded).graded) == sorted(CLASS)
    assert points(graded)["ada"] == 5


def test_a_gradebook_that_lost_a_score_gets_it_back(graded):
    with course_at(graded).gradebook() as gradebook:
        gradebook.find_grade("test_double", "toys", "toys", "ada").auto_score = 1
        gradebook.db.commit()
    assert grade(graded).graded == ["ada"]
    assert points(graded) == POINTS


def test_marks_and_comments_by_hand_are_kept(graded):
    with course_at(graded).gradebook() as gradebook:
        mark = gradebook.find_grade("why", "toys", "toys", "ada")
        assert mark.needs_manual_grade
        mark.manual_score, mark.needs_manual_grade, mark.extra_credit = 1.5, False, 0.5
        gradebook.find_comment("why", "toys", "toys", "ada").manual_comment = "well argued"
        gradebook.db.commit()
    assert grade(graded, students=["ada", "blank"], force=True).graded == ["ada", "blank"]
    with course_at(graded).gradebook() as gradebook:
        mark = gradebook.find_grade("why", "toys", "toys", "ada")
        assert (mark.manual_score, mark.needs_manual_grade, mark.extra_credit) == (1.5, False, 0.5)
        assert gradebook.find_comment("why", "toys", "toys", "ada").manual_comment == "well argued"
        assert gradebook.find_grade("why", "toys", "toys", "blank").auto_score == 0


def test_one_student_can_be_graded_and_an_unknown_one_is_told(root):
    assert grade(root, students=["zoe"]).graded == ["zoe"]
    with pytest.raises(CannotGrade, match="nobody-of-this-name"):
        grade(root, students=["nobody-of-this-name"])


def test_two_runs_do_not_grade_at_once(root):
    course = course_at(root)
    with alone(course), pytest.raises(CannotGrade, match="another run"):
        grade(root)


def test_nbgraders_own_command_gives_the_same_scores(root):
    command(root, "nbgrader", "autograde", "toys")
    assert points(root) == POINTS


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::UserWarning")
def test_the_formgraders_button_grades_through_it(root, monkeypatch):
    from nbgrader.apps.baseapp import NbGrader
    from nbgrader.coursedir import CourseDirectory

    monkeypatch.chdir(root)
    app = NbGrader()
    app.load_config_file()
    interface = NbGraderAPI(CourseDirectory(config=app.config), config=app.config)
    outcome = interface.autograde("toys", "wrong")
    assert outcome["success"], outcome
    assert points(root)["wrong"] == POINTS["wrong"]


def killed_and_finished(root: Path, kills: int, seed: int) -> dict:
    """Kill grading runs at random moments, then let one finish."""
    rng = random.Random(seed)
    for _ in range(kills):
        if rng.random() < 0.3:
            shutil.rmtree(root / "autograded", ignore_errors=True)
            (root / "gradebook.db").write_bytes((root / "gradebook.fresh").read_bytes())
        process = subprocess.Popen(
            [sys.executable, "-m", "proctor", "grade", "toys", "--workers", "2"],
            cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(rng.uniform(0.3, 6.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        scores = points(root)
        assert all(scores[student] == POINTS[student] for student in scores), "a grade is there, and it is not whole"
    return finish(root)


def compare_killed(root: Path, graded: Path, kills: int) -> None:
    shutil.copy(root / "gradebook.db", root / "gradebook.fresh")
    calm = finish(graded)
    assert killed_and_finished(root, kills, seed=kills) == calm
    time.sleep(1)
    left = [line for path in Path("/proc").glob("[0-9]*/cmdline") if str(root) in (line := read_quietly(path))]
    assert left == []


def read_quietly(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.timeout(600)
def test_a_run_killed_at_random_moments_ends_as_if_it_had_not_been(root, graded):
    compare_killed(root, graded, 2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_run_killed_a_hundred_times_ends_as_if_it_had_not_been(root, graded):
    compare_killed(root, graded, 100)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("assert double(object())", "only plain data"),
        ("assert double(2) == 5, 'double(2) is 5'", "double(2) is 5"),
        ("assert hidden_helper(2) == 4", "`hidden_helper` is not defined"),
    ],
)
def test_generating_refuses_tests_that_cannot_work_from_outside(root, test, said):
    source = source_notebook()
    source.cells[4].source = test
    write(source, root / "source" / "toys" / "toys.ipynb")
    done = commands.run("nbgrader", "generate_assignment", "toys", "--force", cwd=root)
    assert done.returncode != 0
    assert "test_double" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize("name", ["b\udcffb", "two\nlines", "\x1b[2J"])
def test_a_folder_whose_name_cannot_be_shown_is_told_and_stops_nobody(root, name):
    shutil.copytree(root / "submitted" / "ada", root / "submitted" / name)
    outcome = grade(root, workers=2)
    assert sorted(outcome.graded) == sorted(CLASS)
    assert list(outcome.failed) == [ascii(name)]


def test_a_grade_that_cannot_be_saved_stops_nobody(root, monkeypatch):
    def refuse_ada(course, gradebook, graded, *others, **options):
        if graded.student == "ada":
            raise UnicodeEncodeError("utf-8", "x", 0, 1, "cannot be saved")
        return save(course, gradebook, graded, *others, **options)

    monkeypatch.setattr("proctor.batch.schedule.save", refuse_ada)
    outcome = grade(root, workers=2)
    assert (sorted(outcome.graded), list(outcome.failed)) == (sorted(set(CLASS) - {"ada"}), ["ada"])


@pytest.mark.parametrize("text", ["9" * 60, "", "soon", "0001-01-01 00:00 +2300", "2020-01-01 10:00 " + "9" * 30, "\ud800"])
def test_a_time_stamp_that_is_none_is_no_time(text):
    assert moment(text) is None


def test_progress_tells_done_failed_rate_and_time_left():
    now = [0.0]
    stream = io.StringIO()
    with Progress(4, 2, stream, lambda: now[0]) as progress:
        now[0] = 2.0
        progress.step("a")
        assert progress.line() == "1 of 4 graded, 30 a minute, 6 s left"
        progress.step("b", failed=True)
    told = stream.getvalue()
    assert "4 to grade, 2 already graded and unchanged" in told
    assert "1 failed" in told
    assert "\r" not in told


def test_an_assignment_that_is_not_there_is_told(root):
    done = commands.run("proctor", "grade", "nothing", cwd=root)
    assert done.returncode == 2
    assert "'nothing'" in done.stderr
    assert "Traceback" not in done.stderr
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        assert [assignment.name for assignment in gradebook.assignments] == ["toys"]


def test_the_first_ctrl_c_waits_for_a_step_and_the_second_does_not(request):
    """In the middle of a step somebody's lock may be held."""
    waiting: Future[Graded] = Future()
    unused: Any = types.SimpleNamespace(submit=lambda _: waiting)
    one = Job("ada", "toys", Path(), Path(), Settings())
    steps: list[str] = []

    class Saved(Results):
        def __iter__(self):
            yield one, "no result"
            yield from super().__iter__()

    def take(job, result):
        steps.append("begun")
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        steps.append("ended")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background has it ignored
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    assert Saved([one], unused).each(take)
    assert steps == ["begun", "ended"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def impatient(job, result):
        take(job, result)
        take(job, result)

    assert Saved([one], unused).each(impatient)
    assert steps == ["begun", "ended", "begun", "ended", "begun"]
