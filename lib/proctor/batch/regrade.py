"""Regrades a class against the present source.

First as a trial that touches nothing, then for good, one student at a time.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.api import Gradebook

from proctor.batch.lock import alone
from proctor.batch.pool import pool_for
from proctor.batch.progress import Progress
from proctor.batch.schedule import plan
from proctor.course.consistency import differences, gradebook_cells, refuse, source_cells
from proctor.course.folders import Course, make_folder, write_whole
from proctor.course.gradebook import Penalty, open_gradebook, patiently
from proctor.course.history import REGRADED
from proctor.course.regrading import (
    Regrading,
    StudentChange,
    Wishes,
    cell_changes,
    merged,
    points_of,
    set_max_scores,
    total,
    wished_sources,
    wishes_as_words,
)
from proctor.course.results import ResultRecord
from proctor.course.saving import previous_result, save
from proctor.errors import CannotGrade
from proctor.grading.adjustments import as_text, read_adjustments
from proctor.grading.grade import SUBMISSION, Graded, Job
from proctor.grading.submission import read_submission
from proctor.settings import Settings


@dataclass(frozen=True)
class Options:
    """How to regrade.

    It names the cells (all when empty), and says whether points may fall, whether it is for good or
    a trial, and why, for the journal.
    """

    only: frozenset[str] = frozenset()
    never_lower: bool = False
    apply: bool = False
    why: str = ""


def regrade(
    course: Course,
    settings: Settings,
    wishes: Wishes,
    options: Options,
    *,
    students: Iterable[str] = (),
    workers: int = 1,
    scheduler: str | None = None,
    penalty: Penalty | None = None,
    progress: Progress | None = None,
) -> Regrading:
    """Grade those whose grade is stale, and say what changes.

    With ``options.apply``, save it, one transaction a student. Killed at any moment and started
    again with the same wishes, it ends the same: a student whose result record is new is done.
    Students who were never graded, or handed in again since, are left out; ``proctor grade`` is for
    them.

    Raises
    ------
    CannotGrade
        As :func:`proctor.batch.schedule.run`, and for a wish about a cell that is not there.
    """
    say = progress.say if progress else print
    with alone(course), open_gradebook(course, say) as gradebook, _wished(course, gradebook, wishes, options.apply) as there:
        planned = patiently(lambda: plan(there, settings, gradebook, students), say)
        found = Regrading(course.assignment, options.apply, failed=dict(planned.failed))
        jobs = [job for job in planned.jobs if _is_regrading(there, job, found)]
        for student in planned.skipped:
            found.old_totals[student] = found.new_totals[student] = total(gradebook, course.assignment, student, penalty, {})
        told = progress or Progress(len(jobs), len(planned.skipped))
        cause = f"{REGRADED}: {options.why or wishes_as_words(wishes) or 'the tests were corrected'}"
        with told:
            if jobs:
                with pool_for(jobs, settings, workers, scheduler) as results:
                    take = _Taker(course, gradebook, found, options, frozenset(wishes.points), penalty, cause, told)
                    found.interrupted = results().each(take)
    found.students.sort(key=lambda one: one.student)
    return found


def _is_regrading(course: Course, job: Job, found: Regrading) -> bool:
    """Whether a job grades again what was graded before, and not something new."""
    previous = previous_result(course, job.student)
    if previous is None or previous.failure:
        found.left_out.append(job.student)
        return False
    now = {name: file.digest for name, file in read_submission(job.source, job.submitted).items()}
    again = any(now.get(one.name, "") != one.inputs.get(SUBMISSION, now.get(one.name)) for one in previous.notebooks)
    if again:
        found.left_out.append(job.student)
    return not again


@contextlib.contextmanager
def _wished(course: Course, gradebook: Gradebook, wishes: Wishes, apply: bool) -> Iterator[Course]:
    """The course with what is wished: for good, or as a copy of its source that is thrown away."""
    texts = wished_sources(course, wishes)
    adjustments = wishes.adjusted(read_adjustments(course.adjustments))
    _check(course, gradebook, wishes)
    if apply:
        patiently(lambda: set_max_scores(gradebook, course.assignment, wishes.points))
        for name, text in texts.items():
            write_whole(course.source / f"{name}.ipynb", text)
        if adjustments:
            write_whole(course.adjustments, as_text(adjustments))
        yield course
        return
    home = make_folder(course.results.parent)
    with tempfile.TemporaryDirectory(prefix="trial-", dir=home) as folder:
        source = Path(folder) / "source"
        shutil.copytree(course.source, source)
        for name, text in texts.items():
            (source / f"{name}.ipynb").write_text(text, encoding="utf-8")
        there = replace(course, source=source, decisions=Path(folder) / "adjustments.json")
        if adjustments:
            there.adjustments.write_text(as_text(adjustments), encoding="utf-8")
        yield there


def _check(course: Course, gradebook: Gradebook, wishes: Wishes) -> None:
    """Raise CannotGrade when source and gradebook differ in more than the points wished for."""
    found = []
    for path in sorted(course.source.glob("*.ipynb")):
        source, known = source_cells(path), gradebook_cells(gradebook, course.assignment, path.stem)
        if known is not None:
            known = {key: source.get(key, points) if key[1] in wishes.points else points for key, points in known.items()}
        found += differences(path.stem, source, known)
    refuse(found, course.assignment)


@dataclass
class _Taker:
    """Takes results as they come in: compares, and saves where that is wanted."""

    course: Course
    gradebook: Gradebook
    found: Regrading
    options: Options
    wished: frozenset[str]
    penalty: Penalty | None
    cause: str
    progress: Progress

    def __call__(self, job: Job, result: Graded | str) -> None:
        previous = previous_result(self.course, job.student)
        if isinstance(result, Graded) and previous is not None:
            how = self.options
            result = merged(previous, result, how.only, never_lower=how.never_lower, wished=self.wished)
            self._compare(previous, result)
            if self.options.apply:
                try:
                    save(self.course, self.gradebook, result, self.penalty, cause=self.cause, say=self.progress.say)
                except OSError as error:
                    result = f"its grade cannot be saved: {error}"
        if isinstance(result, str):
            self.found.failed[job.student] = result
        self.progress.step(job.student, failed=isinstance(result, str))

    def _compare(self, previous: ResultRecord, graded: Graded) -> None:
        assignment, student = graded.assignment, graded.student
        old = total(self.gradebook, assignment, student, self.penalty, points_of(previous.notebooks))
        new = total(self.gradebook, assignment, student, self.penalty, points_of(graded.notebooks))
        self.found.old_totals[student], self.found.new_totals[student] = old, new
        cells = cell_changes(self.gradebook, previous, graded)
        if cells:
            entry = self.gradebook.find_student(student)
            name = " ".join(part for part in (entry.first_name, entry.last_name) if part) or student
            self.found.students.append(StudentChange(student, name, cells, old, new))


def known_cells(course: Course) -> Collection[str]:
    """Grade ids of all cells that give points.

    Raises CannotGrade for a source that cannot be read.
    """
    cells = [source_cells(path) for path in sorted(course.source.glob("*.ipynb"))]
    return sorted({name for one in cells for kind, name in one if kind != "answer"})


def check_cells(course: Course, names: Iterable[str]) -> None:
    """Raise CannotGrade for a name that is no cell with points."""
    known = known_cells(course)
    for name in names:
        if name not in known:
            raise CannotGrade(f"there is no graded cell {name!r}; there are {', '.join(known)}")
