"""Grades a class: many submissions at once, each whole or not at all, again only what changed.

Workers grade in memory. This process alone writes: the graded notebooks, then the gradebook in one
transaction, then the result record. Killed at any moment and started again, it finds the record
missing or old and grades that submission again, to the same end.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbgrader.api import Gradebook

from proctor.batch.lock import alone
from proctor.batch.pool import pool_for
from proctor.batch.progress import Progress
from proctor.course.consistency import check
from proctor.course.folders import Course
from proctor.course.gradebook import LatePenaltyError, Penalty, open_gradebook, patiently, renew_penalties, saved_scores
from proctor.course.inputs import course_inputs
from proctor.course.results import read_result
from proctor.course.saving import save, save_failure
from proctor.course.status import expected_inputs, stale_reasons
from proctor.errors import CannotGrade
from proctor.grading.adjustments import read_adjustments
from proctor.grading.grade import Graded, Job
from proctor.settings import Settings


@dataclass
class Outcome:
    """What a run did.

    Students graded now, students whose grade was up to date, for those that could not be graded the
    reason, students whose late penalty was set anew, and whether the run was interrupted.
    """

    graded: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    penalised: list[str] = field(default_factory=list)
    interrupted: bool = False


@dataclass
class Plan:
    """Jobs to do, each with its reason, and students for whom there is nothing to do.

    Their grade is up to date or cannot be found.
    """

    jobs: list[Job] = field(default_factory=list)
    causes: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def plan(course: Course, settings: Settings, gradebook: Gradebook, students: Iterable[str] = (), *, force: bool = False) -> Plan:
    """Who has to be graded; raises CannotGrade for a student who handed nothing in."""
    wanted, there, misplaced = list(dict.fromkeys(students)), course.students(), course.misplaced()
    unknown = sorted(set(wanted) - set(there) - set(misplaced))
    if unknown:
        raise CannotGrade(f"nothing was handed in by {', '.join(unknown)} in {course.submitted}")
    made, common = Plan(), course_inputs(course, settings)
    scores, decided = saved_scores(gradebook, course.assignment), read_adjustments(course.adjustments)
    made.failed.update({student: why for student, why in misplaced.items() if student in wanted or not wanted})
    for student in [one for one in wanted if one not in misplaced] if wanted else there:
        if not student.isprintable():
            made.failed[ascii(student)] = "the name of the folder has characters that cannot be shown; give it another one"
            continue
        expected = expected_inputs(course, student, common)
        why = stale_reasons(course, read_result(course, student), expected, scores.get(student))
        if not why and not force:
            made.skipped.append(student)
            continue
        made.causes[student] = "; ".join(why) or "graded again by request"
        made.jobs.append(
            Job(
                student,
                course.assignment,
                course.source,
                course.submitted / student / course.assignment,
                settings,
                common,
                adjustments=decided,
            )
        )
    return made


def run(
    course: Course,
    settings: Settings,
    *,
    students: Iterable[str] = (),
    workers: int = 1,
    force: bool = False,
    scheduler: str | None = None,
    penalty: Penalty | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Grade the submissions of an assignment; see the module's text for what is promised.

    Parameters
    ----------
    students
        Ids of those to grade (default: all).
    workers
        Number of processes.
    force
        Grade again what is up to date.
    scheduler
        Address of a Dask cluster whose workers share the course folder.
    penalty
        Rule for late penalties, as nbgrader's plugins give it.

    Raises
    ------
    CannotGrade
        Somebody named handed nothing in, another run is grading, the assignment is not in the
        gradebook or differs from the source, or students' code cannot be confined.
    """
    say = progress.say if progress else print
    with alone(course), open_gradebook(course, say) as gradebook:
        patiently(lambda: check(course, gradebook), say)
        planned = patiently(lambda: plan(course, settings, gradebook, students, force=force), say)
        outcome = Outcome(skipped=planned.skipped, failed=planned.failed)
        told = progress or Progress(len(planned.jobs), len(planned.skipped))
        saver = _Saver(course, gradebook, planned, outcome, penalty, told)
        with told:
            if planned.jobs:
                with pool_for(planned.jobs, settings, workers, scheduler) as results:
                    outcome.interrupted = results().each(saver.take)
        if penalty is not None and not outcome.interrupted:
            outcome.penalised, without = patiently(lambda: renew_penalties(gradebook, course.assignment, penalty), told.say)
            outcome.failed.update({student: why for student, why in without.items() if student not in outcome.failed})
    return outcome


@dataclass
class _Saver:
    """The single writer: saves results as they come in.

    Nothing of one submission may end the run for all.
    """

    course: Course
    gradebook: Gradebook
    planned: Plan
    outcome: Outcome
    penalty: Penalty | None
    progress: Progress

    def take(self, job: Job, result: Graded | str) -> None:
        """Save a result, or the reason why there is none."""
        student = job.student
        if isinstance(result, Graded):
            try:
                save(
                    self.course, self.gradebook, result, self.penalty, cause=self.planned.causes[student], say=self.progress.say
                )
            except (ValueError, TypeError, OverflowError, OSError, LatePenaltyError) as error:
                result = f"its grade cannot be saved: {type(error).__name__}: {error}"
        if isinstance(result, Graded):
            self.outcome.graded.append(student)
        else:
            self.outcome.failed[student] = result
            with contextlib.suppress(OSError):
                save_failure(self.course, student, result)
        self.progress.step(student, failed=not isinstance(result, Graded))
