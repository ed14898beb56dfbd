"""``proctor``: grade, feedback, report, export, doctor. Reads the course's ``nbgrader_config.py`` as nbgrader does.

What a command needs is imported when it is run: a grading run has its workers import at the same time.
"""

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor import commands
from proctor.batch import workers

if TYPE_CHECKING:
    from traitlets.config import Config

    from proctor.course.folders import Course
    from proctor.settings import Settings

FORMATS = ("csv", "canvas", "moodle")


def configuration() -> "Config":
    """The configuration that nbgrader would find from the working folder."""
    from nbgrader.apps.baseapp import NbGrader

    app = NbGrader()
    app.load_config_file()
    return app.config


def course_of(config: "Config", assignment: str) -> "tuple[Course, Settings]":
    """Folders and settings of an assignment."""
    from nbgrader.coursedir import CourseDirectory

    from proctor.course.folders import Course
    from proctor.settings import Proctor

    return Course.of(CourseDirectory(config=config), assignment), Proctor(config=config).settings()


def begin_early(*, cold: bool) -> None:
    """Have other processes import what grading needs, before this one does so itself."""
    from jupyter_core.application import JupyterApp

    from proctor.sandbox import fork_server
    from proctor.settings import Proctor

    class Course(JupyterApp):
        """Reads nbgrader's configuration without importing nbgrader."""

        name = "nbgrader"
        load_cwd_config = True

    workers.prepare()
    workers.leave_out_unused()
    course = Course()
    course.load_config_file()
    settings = Proctor(config=course.config).settings()
    fork_server.shared(dataclasses.replace(settings, warm=settings.warm and not cold))


def grade(arguments: argparse.Namespace) -> int:
    """Grade an assignment; 1 when a submission could not be graded."""
    from nbgrader.preprocessors import AssignLatePenalties

    from proctor.batch.schedule import run

    config = configuration()
    course, settings = course_of(config, arguments.assignment)
    unconfined, warm = settings.unconfined or arguments.unconfined, settings.warm and not arguments.cold
    settings = dataclasses.replace(settings, unconfined=unconfined, warm=warm)
    if settings.unconfined:
        print("WITHOUT CONFINEMENT: students' code runs with your rights; every grade says so.", file=sys.stderr)
    late = AssignLatePenalties(config=config)
    late.init_plugin()
    outcome = run(
        course,
        settings,
        students=arguments.student,
        workers=arguments.workers,
        force=arguments.force,
        scheduler=arguments.scheduler,
        penalty=late.plugin_inst.late_submission_penalty,
    )
    for student, reason in outcome.failed.items():
        print(f"not graded: {student}: {reason}", file=sys.stderr)
    print(f"{len(outcome.graded)} graded, {len(outcome.skipped)} unchanged, {len(outcome.failed)} not graded")
    return 1 if outcome.failed else 0


def feedback(arguments: argparse.Namespace) -> int:
    """Write every student's feedback pages, and pack them for the learning platform."""
    from proctor.reports.feedback import FeedbackPages, write_all, write_zip

    config = configuration()
    course, _ = course_of(config, arguments.assignment)
    print(f"{write_all(course, FeedbackPages(config=config).lesson_address)} feedback pages in {course.feedback}")
    if arguments.zip is not None:
        target = arguments.zip if arguments.zip.name else course.report / f"{course.assignment}-feedback.zip"
        print(f"{write_zip(course, target)} of them in {target}")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Write the class report."""
    from proctor.reports.report import write_report

    course, _ = course_of(configuration(), arguments.assignment)
    print(f"class report: {write_report(course)}")
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the marks as a table."""
    from proctor.reports.export import write_export

    course, _ = course_of(configuration(), arguments.assignment)
    target = arguments.to or course.report / f"grades-{arguments.format}.csv"
    print(f"{write_export(course, arguments.format, target)} students in {target}")
    return 0


def doctor(_: argparse.Namespace) -> int:
    """Say what confinement this machine supports."""
    from proctor.sandbox import probe as examination

    print(examination.report())
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="proctor", description="Grades for nbgrader courses that cannot be forged.")
    known = top.add_subparsers(required=True, metavar="command")

    def command(name: str, action: Any, about: str, *, assignment: bool = True) -> argparse.ArgumentParser:
        added = known.add_parser(name, help=about, description=about)
        added.set_defaults(action=action)
        if assignment:
            added.add_argument("assignment", help="name of the assignment, such as the folder's in source/")
        return added

    one = command("grade", grade, "grade what lies in submitted/; unchanged submissions that are graded already are skipped")
    one.add_argument("--student", action="append", default=[], help="only this student; may be given several times")
    one.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, help="processes (default: the cores, %(default)s)")
    one.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster whose workers share the course folder")
    one.add_argument("--force", action="store_true", help="grade again what is unchanged")
    one.add_argument("--cold", action="store_true", help="start every kernel anew instead of forking it")
    one.add_argument("--unconfined", action="store_true", help="run students' code with your rights; every grade then says so")
    pages = command("feedback", feedback, "write each student's pages into feedback/")
    packed = "also pack them for upload to the learning platform (default: report/ASSIGNMENT-feedback.zip)"
    pages.add_argument("--zip", nargs="?", const=Path(), type=Path, metavar="FILE", help=packed)
    command("report", report, "write the class report")
    out = command("export", export, "write the marks as a table")
    out.add_argument("--format", choices=FORMATS, default="csv")
    out.add_argument("--to", type=Path, help="file to write (default: report/grades-FORMAT.csv)")
    commands.add(command)
    command("doctor", doctor, "say what confinement this machine supports and what each layer does", assignment=False)
    return top


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of workers; expected at least 1")
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 when all went well, 1 when something could not be graded, 2 when it could not begin."""
    arguments = parser().parse_args(argv)
    if arguments.action is grade and not arguments.scheduler:
        begin_early(cold=arguments.cold)
    from proctor.errors import CannotGrade

    try:
        return int(arguments.action(arguments))
    except CannotGrade as error:
        print(f"proctor: {error}", file=sys.stderr)
        return 2
