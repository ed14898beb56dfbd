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
from proctor.batch.schedule import Plan, plan
from proctor.course.consistency import Differences, gradebook_cells, refuse, source_cells
from proctor.course.folders import Course, make_folder, write_whole
from proctor.course.gradebook import Penalty, open_gradebook, patiently
from proctor.course.history import REGRADED
from proctor.course.kept import named
from proctor.course.regrading import (
    Choice,
    Marks,
    Points,
    Regrading,
    StudentChange,
    Wishes,
    cell_changes,
    changed_marks,
    marks_by_hand,
    merged,
    points_of,
    points_of_cells,
    proper_name,
    set_max_scores,
    submission_of,
    total,
    value_of,
    wished_sources,
    wishes_as_words,
)
from proctor.course.results import ResultRecord, read_result
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
    say, students = progress.say if progress else print, tuple(students)
    if students and wishes.cells:
        raise CannotGrade(
            f"a decision about {', '.join(sorted(wishes.cells))} (--void, --points, --full, --accept) is about the whole class, "
            f"not {', '.join(students)}; leave out --student, or change that one mark in the formgrader"
        )
    wishes = wishes.checked(course)
    choice = Choice(
        frozenset(proper_name(course, cell) for cell in options.only), wishes.cells, frozenset(wishes.points), options.never_lower
    )
    with alone(course), open_gradebook(course, say) as gradebook:
        marks = patiently(lambda: marks_by_hand(gradebook, course.assignment, wishes.points), say)
        with _wished(course, gradebook, wishes, options.apply) as there:
            planned = patiently(lambda: _planned(there, settings, gradebook, students, choice), say)
            found = Regrading(course.assignment, options.apply, failed=dict(planned.failed))
            cause = f"{REGRADED}: {options.why or wishes_as_words(wishes) or 'the tests were corrected'}"
            told = progress or Progress(len(planned.jobs), len(planned.skipped))
            take = _Taker(course, gradebook, found, options, choice, marks, penalty, cause, told)
            jobs = [job for job in planned.jobs if _is_regrading(there, job, found) and take.is_there(job.student)]
            for student in planned.skipped:
                take.count_unchanged(student)
            with told:
                if jobs:
                    with pool_for(jobs, settings, workers, scheduler) as results:
                        found.interrupted = results().each(take)
    found.students.sort(key=lambda one: one.student)
    return found


def _planned(course: Course, settings: Settings, gradebook: Gradebook, students: Collection[str], choice: Choice) -> Plan:
    """Who has to be graded: those whose grade is stale, or was kept on a cell that is named now."""
    planned = plan(course, settings, gradebook, students)
    kept = [student for student in planned.skipped if _keeps(read_result(course, student), choice)]
    if kept:
        again = plan(course, settings, gradebook, kept, force=True)
        planned.jobs += again.jobs
        planned.skipped = [student for student in planned.skipped if student not in kept]
    return planned


def _keeps(record: ResultRecord | None, choice: Choice) -> bool:
    return record is not None and any(named(choice.names, one.name, cell) for one in record.notebooks for cell in one.kept)


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
    texts, before = wished_sources(course, wishes), read_adjustments(course.adjustments)
    adjustments = wishes.adjusted(before, points_of_cells(course))
    _check(course, gradebook, wishes)
    if apply:
        patiently(lambda: set_max_scores(gradebook, course.assignment, wishes.points))
        if adjustments != before:
            write_whole(course.adjustments, as_text(adjustments))
        for name, text in texts.items():
            write_whole(course.source / f"{name}.ipynb", text)
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
    found = Differences()
    for path in sorted(course.source.glob("*.ipynb")):
        source, known = source_cells(path), gradebook_cells(gradebook, course.assignment, path.stem)
        if known is not None:
            wished = {cell for _, cell in source if value_of(wishes.points, path.stem, cell) is not None}
            known = {key: source.get(key, points) if key[1] in wished else points for key, points in known.items()}
        found.add(path.stem, source, known)
    refuse(found, gradebook, course.assignment)


@dataclass
class _Taker:
    """Takes results as they come in: compares, and saves where that is wanted.

    What concerns one student alone stops nobody else.
    """

    course: Course
    gradebook: Gradebook
    found: Regrading
    options: Options
    choice: Choice
    marks: tuple[Marks, Marks]
    penalty: Penalty | None
    cause: str
    progress: Progress

    def __call__(self, job: Job, result: Graded | str) -> None:
        """Compare a result with what was there and save it, or keep why there is none."""
        previous = previous_result(self.course, job.student)
        if isinstance(result, Graded) and previous is not None:
            try:
                self._take(previous, result)
            except CannotGrade as error:
                result = str(error)
            except (ValueError, TypeError, OverflowError, OSError) as error:
                result = f"its grade cannot be saved: {type(error).__name__}: {error}"
        if isinstance(result, str):
            self.found.failed[job.student] = result
        self.progress.step(job.student, failed=isinstance(result, str))

    def is_there(self, student: str) -> bool:
        """Whether the gradebook has a grade of a student; what to do is said where not."""
        try:
            submission_of(self.gradebook, self.course.assignment, student)
        except CannotGrade as error:
            self.found.failed[student] = str(error)
            return False
        return True

    def count_unchanged(self, student: str) -> None:
        """Count a student whose grade is up to date."""
        try:
            points = self._total(student, {}, self.marks[0])
        except CannotGrade as error:
            self.found.failed[student] = str(error)
            return
        self.found.old_totals[student] = self.found.new_totals[student] = points

    def _total(self, student: str, points: Points, marks: Marks) -> float:
        return total(self.gradebook, self.course.assignment, student, self.penalty, points, marks.get(student, {}))

    def _take(self, previous: ResultRecord, result: Graded) -> None:
        graded, kept = merged(previous, result, self.choice)
        student, (old_marks, new_marks) = graded.student, self.marks
        old = self._total(student, points_of(previous.notebooks), old_marks)
        new = self._total(student, points_of(graded.notebooks), new_marks)
        cells = cell_changes(previous, graded, old_marks.get(student, {}), new_marks.get(student, {}))
        if self.options.apply:
            by_hand = changed_marks(cells, self.cause)
            save(
                self.course, self.gradebook, graded, self.penalty, cause=self.cause, say=self.progress.say, kept=kept, by_hand=by_hand
            )
        self.found.old_totals[student], self.found.new_totals[student] = old, new
        raw, made = points_of(result.notebooks), points_of(graded.notebooks)
        for notebook in previous.notebooks:
            for cell in notebook.kept.keys() & kept.get(notebook.name, {}).keys():
                if raw[notebook.name, cell] != made[notebook.name, cell]:
                    self.found.kept.setdefault(f"{notebook.name}/{cell}", []).append(student)
        if cells:
            entry = self.gradebook.find_student(student)
            name = " ".join(part for part in (entry.first_name, entry.last_name) if part) or student
            self.found.students.append(StudentChange(student, name, cells, old, new))


def check_cells(course: Course, names: Iterable[str]) -> None:
    """Raise CannotGrade for a name that is no cell with points, or of several."""
    for name in names:
        proper_name(course, name)
