"""The toy course's class: who hands in what, the points they should get, and how tests grade it."""

import io
import json
import subprocess
import sys
from pathlib import Path

from proctor.batch.progress import Progress
from proctor.batch.schedule import run
from proctor.course.folders import Course
from proctor.course.saving import SECRET
from proctor.settings import Settings

from tests import commands
from tests.proctor.making import DOUBLE, released, right

CONFIG = """
import os, sys
import proctor
c = get_config()
c.CourseDirectory.course_id = "toys"
c.CourseDirectory.root = {root!r}
os.environ["PATH"] = {bin!r} + os.pathsep + os.environ["PATH"]
proctor.configure(c)
c.Proctor.cell_timeout = 5.0
"""
CLASS = {
    "ada": right(),
    "blank": released(),
    "crash": right(double=DOUBLE + "\nimport os\nos._exit(1)"),
    "wrong": right(double="def double(x):\n    return x + 2"),
    "zoe": right(shift="def shift(values, by=1):\n    return values"),
}
POINTS = {"ada": 6, "blank": 0, "crash": 3, "wrong": 3, "zoe": 4}


def place(root: Path) -> None:
    """Write down in a course's configuration where it lies."""
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root), bin=str(Path(sys.executable).parent)))


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    done = commands.run(*arguments, cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def course_at(root: Path) -> Course:
    submitted, autograded, feedback, report = (root / name for name in ("submitted", "autograded", "feedback", "report"))
    address = f"sqlite:///{root / 'gradebook.db'}"
    return Course(root / "source" / "toys", submitted, autograded, feedback, report, address, "toys", "toys")


def grade(root: Path, **options):
    return run(course_at(root), Settings(cell_timeout=5.0), progress=Progress(0, stream=io.StringIO()), **options)


def points(root: Path) -> dict[str, float]:
    with course_at(root).gradebook() as gradebook:
        return {
            submission.student.id: sum(grade.auto_score or 0 for notebook in submission.notebooks for grade in notebook.grades)
            for submission in gradebook.find_assignment("toys").submissions
        }


def everything(root: Path) -> dict:
    """All that a run leaves behind.

    Every row that matters, every graded notebook, every page and table.
    """
    with course_at(root).gradebook() as gradebook:
        rows = sorted(
            (submission.student.id, str(submission.timestamp), notebook.name, grade.name, grade.auto_score, grade.manual_score,
             grade.needs_manual_grade)
            for submission in gradebook.find_assignment("toys").submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        )
        comments = sorted(
            (submission.student.id, comment.name, comment.auto_comment, comment.manual_comment)
            for submission in gradebook.find_assignment("toys").submissions
            for notebook in submission.notebooks
            for comment in notebook.comments
        )
    files = {}
    for folder in ("autograded", "feedback", "report"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.name != ".proctor.lock":
                files[str(path.relative_to(root))] = settled(path)
    return {"rows": rows, "comments": comments, "files": files}


def settled(path: Path) -> str:
    """A file's content without what differs from run to run.

    Where cells were compiled, how long it took, secrets that are drawn.
    """
    if path.name == SECRET:
        return str(len(path.read_text()))
    if path.parent.parent.name == ".proctor":
        content = json.loads(path.read_text())
        content["seconds"] = 0
        for verdict in (verdict for notebook in content["notebooks"] for verdict in notebook["verdicts"]):
            verdict["seconds"] = 0
        return json.dumps(content)
    if path.suffix != ".ipynb":
        return path.read_text()
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            output.pop("traceback", None)
    return json.dumps(content)


def finish(root: Path) -> dict:
    command(root, "proctor", "grade", "toys", "--workers", "2")
    command(root, "proctor", "feedback", "toys")
    command(root, "proctor", "export", "toys")
    return everything(root)
