"""Saves one graded submission.

Its notebooks, then the gradebook, then the result record that says it is done. Killed between two
steps, the record is missing or old, and the next run saves all of it again.
"""

import datetime
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from proctor.course.folders import Course, replacing, share
from proctor.course.gradebook import Penalty, moment, patiently, save_grades
from proctor.course.kept import Kept, keeping
from proctor.course.results import Change, NotebookResult, ResultRecord, read_result, write_result
from proctor.grading.answers import answer_digests
from proctor.grading.grade import Graded
from proctor.grading.rebuild import content_of
from proctor.grading.verdict import Verdict

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
"""nbgrader's exchange gives feedback back to whoever knows this."""
SMALL = 10_000
LARGEST_FILE, MOST_BYTES, MOST_FILES = 10_000_000, 50_000_000, 100
"""Bounds of what is kept of a submission beside its notebooks, for whoever reads it."""


def timestamp_of(course: Course, student: str) -> str | None:
    """The time stamp of a submission as it was written.

    None when there is none that can be read.
    """
    stamp = content_of(course.submitted / student / course.assignment / TIMESTAMP, SMALL)
    return stamp.decode(errors="replace").strip() or None if stamp else None


def previous_result(course: Course, student: str) -> ResultRecord | None:
    """What the last grading found.

    The record, or what the graded notebooks say where a grading left none.
    """
    record = read_result(course, student)
    folder = course.autograded / student / course.assignment
    if record is not None or not folder.is_dir():
        return record
    found = []
    for name in course.notebooks:
        try:
            notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
            cells = [cell.metadata["proctor"] for cell in notebook.cells if "points" in cell.metadata.get("proctor", {})]
            verdicts = tuple(Verdict(**cell) for cell in cells)
            found.append(NotebookResult(name, verdicts=verdicts, answers=answer_digests(notebook)))
        except Exception:  # what another program wrote may hold anything; then nothing is known of it
            continue
    return ResultRecord(student, course.assignment, tuple(found)) if found else None


def changes(previous: ResultRecord | None, record: ResultRecord, cause: str) -> tuple[Change, ...]:
    """Cells whose points changed since the last grading."""
    now, found = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"), []
    for notebook in record.notebooks:
        before = previous.notebook(notebook.name) if previous else None
        for verdict in notebook.verdicts:
            old = before.verdict(verdict.name) if before else None
            if old is not None and old.points != verdict.points:
                found.append(
                    Change(now, cause, notebook.name, verdict.name, old.points, verdict.points, old.message, verdict.message)
                )
    return tuple(found)


def save(
    course: Course,
    gradebook: Gradebook,
    graded: Graded,
    penalty: Penalty | None = None,
    *,
    cause: str = "",
    say: Callable[[str], None] = print,
    kept: Kept | None = None,
    by_hand: Sequence[Change] = (),
) -> None:
    """Save one graded submission; what was there of this student before is replaced as a whole.

    ``kept`` says which of its verdicts later gradings keep; by default those that earlier ones kept
    are put into it. ``by_hand`` are changes of marks by hand, for the journal. Raises OSError where
    a folder cannot be written.
    """
    previous = previous_result(course, graded.student)
    if kept is None:
        graded, kept = keeping(previous, graded)
    record = ResultRecord.of(graded).keeping(kept)
    history = previous.history if previous else ()
    told = {(change.notebook, change.cell) for change in by_hand}
    found = [change for change in changes(previous, record, cause) if (change.notebook, change.cell) not in told]
    record = replace(record, history=(*history, *found, *by_hand))
    _write_notebooks(course, graded)
    timestamp = timestamp_of(course, graded.student)
    patiently(lambda: save_grades(gradebook, record, previous, timestamp=timestamp, penalty=penalty), say)
    write_result(course, record)


def save_failure(course: Course, student: str, reason: str) -> None:
    """Keep the reason why a submission could not be graded beside what was found before.

    Raises OSError.
    """
    before = read_result(course, student) or ResultRecord(student, course.assignment)
    write_result(course, replace(before, failure=reason))


def save_notebook(
    course: Course,
    gradebook: Gradebook,
    student: str,
    result: NotebookResult,
    penalty: Penalty | None,
    *,
    absent: Collection[NotebookResult] = (),
    confined: bool = True,
) -> None:
    """Save one notebook that nbgrader's own command graded, whose files nbgrader writes.

    ``absent`` are results of notebooks that were not handed in.
    """
    previous = previous_result(course, student)
    record = replace(previous or ResultRecord(student, course.assignment), failure="", confined=confined).with_notebook(result)
    for other in absent:
        record = record.with_notebook(other)
    names = {result.name, *(other.name for other in absent)}
    record = replace(record, history=(*record.history, *changes(previous, record, "graded by nbgrader")))
    timestamp = timestamp_of(course, student)
    patiently(lambda: save_grades(gradebook, record, previous, timestamp=timestamp, penalty=penalty, notebooks=names))
    write_result(course, record)


def _write_notebooks(course: Course, graded: Graded) -> None:
    """Replace the folder of graded notebooks.

    The student's other files lie beside them, for whoever reads.
    """
    with replacing(course.autograded / graded.student / course.assignment) as fresh:
        _copy_small_files(course.submitted / graded.student / course.assignment, fresh)
        for notebook in graded.notebooks:
            target = fresh / f"{notebook.name}.ipynb"
            target.write_text(notebook.content, encoding="utf-8", errors="backslashreplace")
            share(target)


def _copy_small_files(submitted: Path, target: Path) -> None:
    """Regular files right in a submission's folder but notebooks, within bounds.

    nbgrader needs the time stamp and the secret.
    """
    left, names = MOST_BYTES, os.listdir(submitted) if submitted.is_dir() and not submitted.is_symlink() else []  # noqa: PTH208
    for name in sorted(names, key=lambda name: (name not in {TIMESTAMP, SECRET}, name))[:MOST_FILES]:
        if name.startswith(".") or name.lower().endswith(".ipynb") or not name.isprintable():
            continue
        content = content_of(submitted / name, min(LARGEST_FILE, left))
        if content is None or (name == TIMESTAMP and moment(content.decode(errors="replace").strip()) is None):
            continue
        left -= len(content)
        (target / name).write_bytes(content)
        share(target / name)
