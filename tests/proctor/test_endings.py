"""Whatever happens to a run, it ends well.

What is done is kept, and one submission's trouble costs nobody else anything.
"""

import contextlib
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from proctor.batch.progress import Progress
from proctor.batch.schedule import run
from proctor.course.results import read_result
from proctor.settings import Settings

from tests.marks import with_long
from tests.proctor import making
from tests.proctor.making import released, right, source_notebook, write
from tests.proctor.toy_class import CLASS, POINTS, command, course_at, grade, place, points

KILLER = "import os, signal\nif answer == 13:\n    os.kill(os.getpid(), signal.SIGKILL)\nassert answer == 42"
ENDLESS = "assert sum(range(numbers[0])) >= 0"
"""A large number makes this one call into C take an hour, and no exception stops it."""
LARGE = "numbers = [10**11]"
ENDLESS_MESSAGE = """
numbers = [0]
import time, zmq
part = zmq.Frame(bytes(20 << 20))
def send():
    socket = get_ipython().kernel.iopub_thread.socket
    for _ in range(100):
        socket.send(part, zmq.SNDMORE, copy=False)
    socket.send(b"")
get_ipython().kernel.iopub_thread.schedule(send)
time.sleep(6)
"""
"""One message of 2 GB, of which every part is within bounds."""
LONG_ANSWER = "numbers = [0] * 10**6"
MUCH_PRINTED = "numbers = [0]\nfor _ in range(100):\n    print('x' * 10**5)"


@pytest.fixture(scope="module")
def two_notebooks(fresh_course, tmp_path_factory):
    """A course with a second notebook, whose test ends its own process, or does not end."""
    root = tmp_path_factory.mktemp("two") / "toys"
    shutil.copytree(fresh_course, root)
    place(root)
    second = source_notebook()
    second.cells[9] = making.graded("test_answer", KILLER, 1)
    second.cells[3].source = "### BEGIN SOLUTION\nnumbers = [0]\n### END SOLUTION"
    second.cells[4] = making.graded("test_double", ENDLESS, 3)
    write(second, root / "source" / "toys" / "second.ipynb")
    command(root, "nbgrader", "generate_assignment", "toys", "--force")
    return root


@pytest.fixture
def two(two_notebooks, tmp_path):
    shutil.copytree(two_notebooks, tmp_path / "two")
    place(tmp_path / "two")
    return tmp_path / "two"


class LargestProcess:
    """The most memory that a process below this one takes while a block runs."""

    def __enter__(self):
        self.bytes, self.over = 0, threading.Event()
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()
        return self

    def watch(self):
        while not self.over.wait(0.2):
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    self.bytes = max(self.bytes, process.memory_info().rss)

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()


def hand_in(root, student, **answers):
    write(right(), root / "submitted" / student / "toys" / "toys.ipynb")
    write(right(**{"double": "numbers = [0]", **answers}), root / "submitted" / student / "toys" / "second.ipynb")


def run_two(root, seconds):
    settings = Settings(cell_timeout=5.0, notebook_timeout=seconds)
    quiet = Progress(0, stream=io.StringIO())
    return run(course_at(root), settings, students=["ada", "wrong"], workers=2, progress=quiet)


def lost_and_kept(root, seconds):
    """What a student got whose second notebook ended the worker, in each of the two notebooks."""
    lost, kept = read_result(course_at(root), "wrong").notebooks
    assert {verdict.reason for verdict in lost.verdicts} == {"lost"}
    assert f"died or took longer than {seconds:g} seconds" in lost.notes[-1]
    return [sum(verdict.points for verdict in one.verdicts) for one in (lost, kept)]


@pytest.mark.timeout(500)
def test_a_worker_that_dies_costs_that_notebook_only(two):
    hand_in(two, "ada")
    hand_in(two, "wrong", answer="answer = 13")
    outcome = run_two(two, 300)
    assert (sorted(outcome.graded), outcome.failed) == (["ada", "wrong"], {})
    assert lost_and_kept(two, 300) == [0, 6]
    assert points(two) == {"ada": 12, "wrong": 6}
    assert run_two(two, 300).skipped == ["ada", "wrong"]


@pytest.mark.long
@pytest.mark.timeout(500)
def test_a_worker_that_never_ends_costs_that_notebook_only(two):
    hand_in(two, "ada")
    hand_in(two, "wrong", double=LARGE)
    outcome = run_two(two, 8)
    assert (sorted(outcome.graded), outcome.failed) == (["ada", "wrong"], {})
    assert lost_and_kept(two, 8) == [0, 6]


@pytest.mark.timeout(500)
def test_what_is_larger_than_its_bound_costs_that_notebook_at_most(two):
    hand_in(two, "ada")
    hand_in(two, "blank", double=LONG_ANSWER)
    hand_in(two, "crash", double=MUCH_PRINTED)
    hand_in(two, "wrong", double=ENDLESS_MESSAGE)
    settings = Settings(cell_timeout=60.0, worker_memory=700 * 2**20, answer=100_000, output=10_000)
    quiet = Progress(0, stream=io.StringIO())
    with LargestProcess() as largest:
        outcome = run(course_at(two), settings, students=["ada", "blank", "crash", "wrong"], workers=2, progress=quiet)
    assert largest.bytes < settings.worker_memory + 300 * 2**20  # its libraries are no data
    assert (sorted(outcome.graded), outcome.failed) == (["ada", "blank", "crash", "wrong"], {})
    found = points(two)
    assert found.pop("wrong") in (6, 12)  # the message is refused, or the process that reads it ends
    assert found == {"ada": 12, "blank": 9, "crash": 12}
    long, _ = read_result(course_at(two), "blank").notebooks
    assert "2,000,007 characters; at most 100,000" in long.verdicts[0].message
    shown = (two / "autograded" / "crash" / "toys" / "second.ipynb").read_text()
    assert len(shown) < 40_000


@pytest.mark.timeout(300)
def test_an_interrupted_run_keeps_what_is_done_and_says_so(root):
    slow = right(double="import time\ntime.sleep(300)\n" + "def double(x):\n    return 2 * x")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Proctor.cell_timeout = 400\n")
    for number in range(12):
        write(slow if number else right(), root / "submitted" / f"s{number:02}" / "toys" / "toys.ipynb")
    short = tempfile.TemporaryDirectory(prefix="ctrl-c")
    began = subprocess.Popen(
        [sys.executable, "-m", "proctor", "grade", "toys", "--workers", "2"], cwd=root, env={**os.environ, "TMPDIR": short.name},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background has it ignored
    )
    course = course_at(root)
    while not list(course.results.glob("*.json")):
        assert began.poll() is None
        time.sleep(0.05)
    os.killpg(began.pid, signal.SIGINT)
    said, told = began.communicate(timeout=60)  # the cells that run would take minutes
    with short:
        assert list(Path(short.name).iterdir()) == []
    assert began.returncode == 130, told
    assert "interrupted; what is graded is kept. For the rest: proctor grade toys" in told
    assert "Traceback" not in told
    done = {path.stem for path in course.results.glob("*.json")}
    assert said.startswith(f"{len(done)} graded")
    assert set(points(root)) == done
    assert 0 < len(done) < 12 + len(CLASS)


@pytest.mark.timeout(120)
def test_a_locked_gradebook_is_waited_for_with_a_word(root):
    told, held, release = io.StringIO(), threading.Event(), threading.Event()

    def hold():
        other = sqlite3.connect(root / "gradebook.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        held.set()
        release.wait(60)
        other.execute("ROLLBACK")
        other.close()

    class Watched(Progress):
        def say(self, text):
            super().say(text)
            release.set()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    outcome = run(course_at(root), Settings(cell_timeout=5.0), students=["ada"], progress=Watched(0, stream=told))
    holder.join()
    assert outcome.graded == ["ada"]
    assert told.getvalue().count("the gradebook is locked by another program; waiting for it") == 1


def test_what_is_made_in_a_shared_folder_can_be_written_by_the_group(root):
    for folder in (root, root / "submitted"):
        folder.chmod(0o2775)
    before = os.umask(0o022)
    try:
        grade(root, students=["ada", "zoe"])
    finally:
        os.umask(before)
    made = list((root / "autograded").rglob("*"))
    assert len(made) > 6
    for path in [root / "autograded", *made]:
        assert path.stat().st_mode & 0o020, path
        assert not path.is_dir() or path.stat().st_mode & 0o2000, path


def test_what_is_made_elsewhere_is_the_owners(root):
    root.chmod(0o755)
    grade(root, students=["ada"])
    assert not [path for path in (root / "autograded").rglob("*") if path.stat().st_mode & 0o022]


@pytest.mark.long
def test_a_locale_of_another_encoding_stops_nobody(root):
    write(right(why="Żółw 🐢 zażółć"), root / "submitted" / "żółw" / "toys" / "toys.ipynb")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for name in ("grade", "feedback", "status"):
        done = subprocess.run(
            [sys.executable, "-m", "proctor", name, "toys"], cwd=root, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert points(root)["żółw"] == 6
    assert "🐢" in (root / "feedback" / "żółw" / "toys" / "feedback.html").read_text(encoding="utf-8")


SETTINGS = ["nobody else may read", "a long path to temporary files"]


@pytest.mark.parametrize("setting", with_long(SETTINGS, SETTINGS[1:]))
def test_an_odd_setting_of_the_account_stops_nobody(setting, root, tmp_path):
    """A new file is its owner's alone.

    The path to temporary files leaves a Unix socket's address no room.
    """
    long = tmp_path / ("x" * 120)
    long.mkdir()
    own = {"umask": 0o077} if setting == "nobody else may read" else {"env": {**os.environ, "TMPDIR": str(long)}}
    for name in ("grade", "status"):
        asked = [sys.executable, "-m", "proctor", name, "toys"]
        done = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False, **own)
        assert done.returncode == 0, done.stdout + done.stderr
    assert points(root) == POINTS


def test_a_blank_folder_and_a_stray_file_stop_nobody(root):
    (root / "submitted" / "empty" / "toys").mkdir(parents=True)
    (root / "submitted" / "stray.txt").write_text("x")
    (root / "autograded" / "zoe").mkdir(parents=True)
    (root / "autograded" / "zoe" / "toys").write_text("a file in the place of a folder")
    (root / "autograded" / "zoe" / ".toys.new").write_text("and another")
    write(released(), root / "submitted" / "blank" / "toys" / "toys.ipynb")
    outcome = grade(root, workers=2)
    assert (sorted(outcome.graded), outcome.failed) == (sorted([*CLASS, "empty"]), {})
    assert points(root) == {**POINTS, "empty": 0}
    assert sorted(path.name for path in (root / "autograded" / "zoe").iterdir()) == ["toys"]


ADDRESSES = {"no driver": "mysql://localhost/toys", "nothing there": "postgresql+psycopg://localhost:1/toys", "no address": "nonsense"}


@pytest.mark.parametrize("fault", ["no database", "a folder", *ADDRESSES])
@pytest.mark.parametrize("asked", ["grade", "status", "report", "feedback", "export"])
def test_a_gradebook_that_cannot_be_used_is_told_in_one_sentence(fault, asked, root, monkeypatch, capsys):
    from proctor import cli

    database = root / "gradebook.db"
    if fault == "no database":
        database.write_bytes(b"no database" * 500)
    elif fault == "a folder":
        database.unlink()
        database.mkdir()
    else:
        with (root / "nbgrader_config.py").open("a") as config:
            config.write(f"c.CourseDirectory.db_url = {ADDRESSES[fault]!r}\n")
    monkeypatch.chdir(root)
    assert cli.main([asked, "toys"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert "gradebook" in told[0] or asked in ("report", "export")
