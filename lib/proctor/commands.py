"""What each sub-command of ``proctor`` does: a function of the command line's arguments.

Each returns the exit code. They read the course's ``nbgrader_config.py`` as nbgrader does. What a
command needs is imported when it is run: a grading run has its workers import at the same time.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.batch import workers
from proctor.errors import CannotGrade
from proctor.settings import Proctor, Settings, read_config

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from proctor.course.folders import Course

INTERRUPTED = 130
"""Exit code of a run that the user interrupted."""


def directory_of(config: "Config") -> "CourseDirectory":
    """The folders of all assignments, as nbgrader's configuration names them."""
    from nbgrader.coursedir import CourseDirectory

    return CourseDirectory(config=config)


def course_of(config: "Config", assignment: str) -> "tuple[Course, Settings]":
    """Folders and settings of an assignment."""
    from proctor.course.folders import Course

    return Course.of(directory_of(config), assignment), Proctor(config=config).settings()


def begin_early(settings: Settings) -> None:
    """Have other processes import what grading needs, before this one does so itself."""
    from proctor.sandbox import fork_server

    workers.prepare()
    workers.leave_out_unused()
    fork_server.shared(settings)


def grading_settings(arguments: argparse.Namespace, settings: Settings) -> Settings:
    """Settings with what the command line says about kernels.

    Warns where students' code is not confined.
    """
    unconfined, warm = settings.unconfined or arguments.unconfined, settings.warm and not arguments.cold
    if unconfined:
        print("WITHOUT CONFINEMENT: students' code runs with your rights; every grade says so.", file=sys.stderr)
    return dataclasses.replace(settings, unconfined=unconfined, warm=warm)


def grade(arguments: argparse.Namespace) -> int:
    """Grade an assignment; 1 when a submission could not be graded, 130 when interrupted."""
    config = read_config()
    settings = grading_settings(arguments, Proctor(config=config).settings())
    if not arguments.scheduler:
        begin_early(settings)
    from proctor.batch.schedule import run
    from proctor.course.gradebook import penalty_of

    course, _ = course_of(config, arguments.assignment)
    outcome = run(
        course,
        settings,
        students=arguments.student,
        workers=arguments.workers,
        force=arguments.force,
        scheduler=arguments.scheduler,
        penalty=penalty_of(config=config),
    )
    for student, reason in outcome.failed.items():
        print(f"not graded: {student}: {reason}", file=sys.stderr)
    for student in outcome.penalised:
        print(f"late penalty set anew: {student}")
    print(f"{len(outcome.graded)} graded, {len(outcome.skipped)} unchanged, {len(outcome.failed)} not graded")
    if outcome.interrupted:
        print(f"interrupted; what is graded is kept. For the rest: proctor grade {arguments.assignment}", file=sys.stderr)
        return INTERRUPTED
    return 1 if outcome.failed else 0


def regrade(arguments: argparse.Namespace) -> int:
    """Say what regrading changes, and with --apply make it so.

    Returns 1 when a submission could not be graded, 130 when interrupted.
    """
    config = read_config()
    settings = grading_settings(arguments, Proctor(config=config).settings())
    if not arguments.scheduler:
        begin_early(settings)
    from proctor.batch.regrade import Options, check_cells
    from proctor.batch.regrade import regrade as run
    from proctor.course.gradebook import penalty_of
    from proctor.course.regrading import Wishes
    from proctor.reports.regrade import write_regrading

    course, _ = course_of(config, arguments.assignment)
    only = frozenset(arguments.only)
    points = _points_of(arguments.void, arguments.points)
    accept = tuple((cell, _test(code)) for cell, code in arguments.accept)
    check_cells(course, only)
    found = run(
        course,
        settings,
        Wishes(points, frozenset(arguments.full), accept),
        Options(only, arguments.never_lower, arguments.apply, arguments.why),
        students=arguments.student,
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        penalty=penalty_of(config=config),
    )
    page, table = write_regrading(course, found)
    for student, reason in found.failed.items():
        print(f"not graded: {student}: {reason}", file=sys.stderr)
    for one in found.students:
        print(f"{one.student}: {one.old_total:g} -> {one.new_total:g}")
    for cell, students in sorted(found.kept.items()):
        print(f"{cell} stays as an earlier regrading left it: {', '.join(sorted(students))} (to grade it anew: --only {cell})")
    if found.left_out:
        why = f"never graded, or handed in again since; for them: proctor grade {arguments.assignment}"
        print(f"left out: {', '.join(found.left_out)} ({why})", file=sys.stderr)
    verb = "changed" if found.applied else "would change"
    print(f"{len(found.students)} of {len(found.new_totals)} {verb}: {page} and {table.name}")
    if found.interrupted:
        return INTERRUPTED
    return 1 if found.failed else 0


def _test(code: str) -> str:
    """The code of a further test, which may be in a file."""
    if not code.endswith(".py"):
        return code
    try:
        return Path(code).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CannotGrade(f"{code} cannot be read ({why}); --accept takes Python code, or the name of a .py file") from error


def _points_of(void: Sequence[str], points: Sequence[Sequence[str]]) -> dict[str, float]:
    """The points that --void and --points give to cells.

    Raises CannotGrade where they give one cell different points.
    """
    found: dict[str, float] = {}
    for cell, value in [*((cell, 0.0) for cell in void), *((cell, _points(text)) for cell, text in points)]:
        if found.setdefault(cell, value) != value:
            both = f"{found[cell]:g} and {value:g} points"
            raise CannotGrade(f"cell {cell!r} cannot have {both}; give --void or --points once for a cell")
    return found


def _points(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise CannotGrade(f"{text!r} is not a number of points; expected 0 or more")
    return value


def status(arguments: argparse.Namespace) -> int:
    """Print where each student stands.

    Returns 0 when everything that was handed in has an up-to-date grade, 1 otherwise.
    """
    from proctor.course.gradebook import open_gradebook
    from proctor.course.status import FAILED, NOT_GRADED, STALE, STATES, statuses

    course, settings = course_of(read_config(), arguments.assignment)
    with open_gradebook(course) as gradebook:
        found = statuses(course, settings, gradebook)
    width = max((len(one.student) for one in found), default=0)
    for one in found:
        print(f"{one.student:<{width}}  {one.state}{': ' + one.why if one.why else ''}")
    counts = {state: sum(one.state == state for one in found) for state in STATES}
    print(", ".join(f"{count} {state}" for state, count in counts.items() if count) or "nobody is on the roster or handed in")
    return 1 if counts[FAILED] + counts[STALE] + counts[NOT_GRADED] else 0


def history(arguments: argparse.Namespace) -> int:
    """Print what changed in a student's points after the first grading."""
    from proctor.course.folders import Course, assignments
    from proctor.course.history import lines
    from proctor.course.results import read_result

    directory = directory_of(read_config())
    names = [arguments.assignment] if arguments.assignment else assignments(directory)
    records = [record for name in names if (record := read_result(Course.of(directory, name), arguments.student))]
    if not records:
        raise CannotGrade(f"no submission of {arguments.student!r} is graded in {' or '.join(names) or 'any assignment'}")
    found = [line for record in records for line in lines(record)]
    print("\n".join(found) or f"nothing changed in the points of {arguments.student} since they were first graded")
    return 0


def feedback(arguments: argparse.Namespace) -> int:
    """Write every student's feedback pages, and pack them for the learning platform."""
    from proctor.reports.export import about_stale
    from proctor.reports.feedback import FeedbackPages, write_all, write_zip

    config = read_config()
    course, _ = course_of(config, arguments.assignment)
    code, found = renew_penalties(config, course), write_all(course, FeedbackPages(config=config).lesson_address)
    if stale := about_stale(found, course.assignment):
        print(stale, file=sys.stderr)
    print(f"{len(found)} feedback pages in {course.feedback}")
    if arguments.zip is not None:
        target = arguments.zip if arguments.zip.name else course.report / f"{course.assignment}-feedback.zip"
        print(f"{write_zip(course, target)} of them in {target}")
    return code


def renew_penalties(config: "Config", course: "Course") -> int:
    """Set late penalties anew before marks go out; 1 where the course's rule fails for somebody."""
    from proctor.course.gradebook import penalties_before_marks_go_out, penalty_of

    failed = penalties_before_marks_go_out(course, penalty_of(config=config), lambda text: print(text, file=sys.stderr))
    for student, why in failed.items():
        print(f"the late penalty of {student} is as it was: {why}", file=sys.stderr)
    return 1 if failed else 0


def report(arguments: argparse.Namespace) -> int:
    """Write the class report."""
    from proctor.reports.report import write_report

    config = read_config()
    course, _ = course_of(config, arguments.assignment)
    code = renew_penalties(config, course)
    print(f"class report: {write_report(course)}")
    return code


def export(arguments: argparse.Namespace) -> int:
    """Write the marks as a table."""
    from proctor.reports.export import cautions, target_of, write_export

    config = read_config()
    course, _ = course_of(config, arguments.assignment)
    code = renew_penalties(config, course)
    target = arguments.to or target_of(course, arguments.format)
    found = write_export(course, arguments.format, target, partial=arguments.partial)
    for said in cautions(found, arguments.format, course.assignment, partial=arguments.partial):
        print(said, file=sys.stderr)
    print(f"{len(found)} students in {target}")
    return code


def doctor(_: argparse.Namespace) -> int:
    """Say what confinement this machine supports."""
    from proctor.sandbox import probe

    print(probe.report())
    return 0


def settings(_: argparse.Namespace) -> int:
    """List every setting with what it is for and its value in this course; no secret."""
    from proctor.reports.feedback import FeedbackPages

    config = read_config()
    grading = Proctor(config=config)
    grading.variant_secret = "(one is set)" if grading.variant_secret else ""
    for here in (grading, FeedbackPages(config=config)):
        print(type(here).class_get_help(here), end="\n\n")
    return 0


def class_list(directory: "CourseDirectory") -> "Gradebook":
    """The gradebook of a course, open, for what concerns no assignment."""
    from proctor.course.folders import gradebook_at

    return gradebook_at(directory.db_url, directory.course_id)


def roster(arguments: argparse.Namespace) -> int:
    """Enter a table of students, or list those that there are."""
    from proctor.course.roster import enter, people_of, read_roster

    with class_list(directory_of(read_config())) as gradebook:
        if arguments.file is None:
            people = people_of(gradebook)
            width = max((len(person.id) for person in people), default=0)
            for person in people:
                print(f"{person.id:<{width}}  {person.first} {person.last}  {person.email}".rstrip())
            print(f"{len(people)} on the roster")
            return 0
        entered = enter(gradebook, read_roster(arguments.file, arguments.id))
    for text, students in (("added", entered.added), ("changed", entered.changed)):
        for student in students:
            print(f"{text:<8} {student}")
    print(f"{len(entered.added)} added, {len(entered.changed)} changed, {entered.same} as before")
    if entered.missing:
        print(
            f"in the gradebook and not in {arguments.file}: {', '.join(entered.missing)}"
            " (to remove one with all grades: nbgrader db student remove ID)"
        )
    return 0


def codes(arguments: argparse.Namespace) -> int:
    """List ids and codes, separated by a tab; of the roster where nobody is named."""
    from proctor.course.roster import people_of
    from proctor.variants import key_of

    config, students = read_config(), list(arguments.student)
    if not students:
        with class_list(directory_of(config)) as gradebook:
            students = [person.id for person in people_of(gradebook)]
    secret = Proctor(config=config).settings().variant_secret
    for student in students:
        print(f"{student}\t{key_of(student, secret)}")
    return 0


def collect(arguments: argparse.Namespace) -> int:
    """Collect what was handed in; 1 when there is a file that could not be laid anywhere."""
    from proctor.course.collect import assignment_of, collect
    from proctor.course.folders import Course, assignments

    directory = directory_of(read_config())
    course = Course.of(directory, arguments.assignment or assignment_of(arguments.files, assignments(directory)))
    done = collect(
        course, arguments.files, dry_run=arguments.dry_run, keep=arguments.keep, received=arguments.received
    )
    for line in sorted(done.lines, key=lambda line: (not line.student, line.student, line.target)):
        print(line.text)
    for student, missing in done.absent.items():
        print(f"{'not there':<13}  {student}: {', '.join(missing)}")
    print(
        f"{len(done.students)} students; {done.count('new')} files new, {done.count('replaces')} replaced, "
        f"{done.count('unchanged')} unchanged, {done.count('not used')} not used, {done.count('not collected')} not collected"
        + (" (nothing is written: --dry-run)" if arguments.dry_run else "")
    )
    return 1 if done.count("not collected") else 0
