"""Grades a sample class.

A dozen submissions such as a real class hands in, made from the release and graded as any other.

    python scripts/sample_class.py [--workers N] [--to FOLDER] [--make-only]

The class lies in sandbox/sample-class (a course folder of its own, gradebook included), so nothing
of a real course is touched.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from make_release import ASSIGNMENT, ROOT, generate_aside
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from proctor.grading.matching import grade_id
from sample_answers import LEVERAGED, LOOKAHEAD, OTHER_STYLE, REMAINDERS

Notebooks = dict[str, NotebookNode]


def is_answer(cell: NotebookNode) -> bool:
    """Whether a student writes in this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def read(folder: Path) -> Notebooks:
    """The notebooks of a folder, by name without ending."""
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}


def solutions(course: Path) -> dict[str, str]:
    """The instructor's answers, by grade id, without the mark schemes of the written ones."""
    notebooks = read(course / "source" / ASSIGNMENT).values()
    return {
        name: cell.source.partition("=== BEGIN MARK SCHEME")[0]
        for notebook in notebooks for cell in notebook.cells if is_answer(cell) and (name := grade_id(cell))
    }


def lay(released: Notebooks, answers: Mapping[str, str]) -> Notebooks:
    """The released notebooks with answers in their solution cells.

    Raises KeyError for an answer without a cell.
    """
    unused = set(answers)
    for notebook in released.values():
        for cell in notebook.cells:
            name = grade_id(cell) or ""
            if is_answer(cell) and name in answers:
                cell.source = answers[name].strip("\n")
                unused.discard(name)
    if unused:
        raise KeyError(f"no solution cell for {sorted(unused)}")
    return released


def answer_cell(notebooks: Notebooks, name: str) -> tuple[NotebookNode, int]:
    """The notebook and position of a solution cell."""
    return next(
        (notebook, position)
        for notebook in notebooks.values()
        for position, cell in enumerate(notebook.cells)
        if grade_id(cell) == name and is_answer(cell)
    )


def prepend(name: str, code: str) -> Callable[[Notebooks], None]:
    """A change: code before everything else in a solution cell."""

    def change(notebooks: Notebooks) -> None:
        notebook, position = answer_cell(notebooks, name)
        notebook.cells[position].source = f"{code}\n{notebook.cells[position].source}"

    return change


def append(name: str, code: str) -> Callable[[Notebooks], None]:
    """A change: code after everything else in a solution cell."""

    def change(notebooks: Notebooks) -> None:
        notebook, position = answer_cell(notebooks, name)
        notebook.cells[position].source += f"\n{code}"

    return change


def scratch(name: str, code: str) -> Callable[[Notebooks], None]:
    """A change: a cell of the student's own before a solution cell."""

    def change(notebooks: Notebooks) -> None:
        notebook, position = answer_cell(notebooks, name)
        notebook.cells.insert(position, new_code_cell(code))

    return change


def twice(name: str) -> Callable[[Notebooks], None]:
    """A change: a solution cell copied below itself, grade id and all."""

    def change(notebooks: Notebooks) -> None:
        notebook, position = answer_cell(notebooks, name)
        again = notebook.cells[position].copy()
        again["id"] = f"{name}-again"
        notebook.cells.insert(position + 1, again)

    return change


def numbers_of(student: str) -> Callable[[Notebooks], None]:
    """A change: this id is entered for numbers of one's own, in the notebook that asks for it."""

    def change(notebooks: Notebooks) -> None:
        asking = [cell for notebook in notebooks.values() for cell in notebook.cells if cell.source.startswith("STUDENT =")]
        for cell in asking:
            cell.source = f"STUDENT = {student!r}"

    return change


def without(name: str) -> Callable[[Notebooks], None]:
    """A change: a notebook is not handed in."""

    def change(notebooks: Notebooks) -> None:
        del notebooks[name]

    return change


@dataclass(frozen=True)
class Student:
    """One member of the sample class.

    What is handed in, and what an instructor would expect of it.
    """

    name: str
    story: str
    answers: Mapping[str, str] | None = None
    changes: tuple[Callable[[Notebooks], None], ...] = ()
    truncated: str | None = None


CLASS = (
    Student("ada", "every answer right", {}),
    Student("bruno", "handed in as released, nothing filled in"),
    Student("chen", "leverage multiplies the risk; percentages of the starting equity", LEVERAGED),
    Student("dana", "every answer right for numbers of her own, with warnings, prints and a plot", {}, (
        numbers_of("dana"),
        prepend("pyramid_risk", "import warnings\nwarnings.warn('this is only a warning')"),
        append("ledger", "import sys\nprint('checked by hand', file=sys.stderr)\nprint(ledger([(1, 100.0)], 101.0))"),
        scratch("leave_one_out", "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]);"),
    )),
    Student("emil", "an average weighted by value; no notional cap; the numbers of dana", REMAINDERS, (numbers_of("dana"),)),
    Student("fatima", "every answer right, in another style, with helper cells", OTHER_STYLE, (
        scratch("ledger", "def sign(x):\n    return (x > 0) - (x < 0)"),
    )),
    Student("goran", "every answer right, but one file is cut off in the middle", {}, truncated="6.3-trend-portfolio"),
    Student("hana", "every answer right, but one notebook is not there", {}, (without("6.5-conviction-sizing"),)),
    Student("ivan", "every answer right but one, which never ends", {}, (append("ledger", "while True:\n    pass"),)),
    Student("jun", "every answer right but one, which kills its kernel", {}, (
        append("leave_one_out", "import os\nos._exit(1)"),
    )),
    Student("kira", "looks ahead; size by sign alone; adds up nominal risk", LOOKAHEAD, (twice("pyramid_risk"),)),
    Student("leo", "two exercises only, one of them right", {"scale_out": "scale_out = None"}, (
        without("6.2-scaling"), without("6.3-trend-portfolio"), without("6.5-conviction-sizing"),
    )),
)


def hand_in(student: Student, course: Path) -> None:
    """Write one student's submission into ``course/submitted``."""
    notebooks = read(course / "release" / ASSIGNMENT)
    if student.answers is not None:
        notebooks = lay(notebooks, {**solutions(course), **student.answers})
    for change in student.changes:
        change(notebooks)
    folder = course / "submitted" / student.name / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-15 12:00:00 UTC")
    for name, notebook in notebooks.items():
        text = nbformat.writes(notebook)
        (folder / f"{name}.ipynb").write_text(text[: len(text) // 2] if name == student.truncated else text)


def make_course(course: Path, students: tuple[Student, ...] = CLASS) -> None:
    """A course folder with source, release, gradebook and the submissions of ``students``."""
    generate_aside(course)
    for student in students:
        hand_in(student, course)


def proctor(course: Path, *arguments: str) -> None:
    """Run proctor's command line on a course folder; raises CalledProcessError when it fails."""
    environment = {**os.environ, "COURSE_ROOT": str(course), "GRADEBOOK_URL": f"sqlite:///{course / 'gradebook.db'}"}
    subprocess.run([sys.executable, "-m", "proctor", *arguments], cwd=ROOT, env=environment, check=True)


def score_table(course: Path) -> list[str]:
    """One line a student: automatic points by notebook, sum, and what was handed in."""
    from nbgrader.api import Gradebook, MissingEntry

    names = sorted(path.stem for path in (course / "release" / ASSIGNMENT).glob("*.ipynb"))
    lines = ["student   " + "".join(f"{name[:3]:>7}" for name in names) + "    sum   handed in"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student in CLASS:
            points = []
            for name in names:
                try:
                    grades = gradebook.find_submission_notebook(name, ASSIGNMENT, student.name).grades
                    points.append(sum(grade.auto_score or 0.0 for grade in grades))
                except MissingEntry:
                    points.append(0.0)
            row = "".join(f"{value:7.1f}" for value in points)
            lines.append(f"{student.name:<10}{row}{sum(points):7.1f}   {student.story}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--to", type=Path, default=ROOT / "sandbox" / "sample-class", help="a folder this may replace")
    parser.add_argument("--unconfined", action="store_true", help="grade also where students' code cannot be confined")
    parser.add_argument("--make-only", action="store_true", help="make the class, grade nothing")
    arguments = parser.parse_args()
    course = arguments.to.resolve()
    if course.exists():
        if course.parent != ROOT / "sandbox" and any(course.iterdir()):
            parser.error(f"{course} is not empty, and only folders in sandbox/ are replaced")
        shutil.rmtree(course)
    print(f"a class of {len(CLASS)} in {os.path.relpath(course)}", flush=True)
    try:
        make_course(course)
        if arguments.make_only:
            return 0
        how = ["--unconfined"] if arguments.unconfined else []
        proctor(course, "grade", ASSIGNMENT, "--workers", str(arguments.workers), *how)
        proctor(course, "feedback", ASSIGNMENT)
        proctor(course, "report", ASSIGNMENT)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:  # it has said why itself
        return error.returncode
    print("", *score_table(course), sep="\n")
    print(f"\nAutomatic points; the written answers wait for a reader (make formgrader).\n"
          f"feedback: {os.path.relpath(course / 'feedback')}/<student>/{ASSIGNMENT}/\n"
          f"report:   {os.path.relpath(course / 'report' / (ASSIGNMENT + '.html'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
