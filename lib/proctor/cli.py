"""``proctor``: the command line. Reads the course's ``nbgrader_config.py`` as nbgrader does.

What a command needs is imported when it is run: a grading run has its workers import at the same
time.
"""

import argparse
import atexit
import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from proctor import commands
from proctor.batch import workers
from proctor.errors import CannotGrade
from proctor.settings import Proctor, Settings, read_config

if TYPE_CHECKING:
    from traitlets.config import Config

    from proctor.course.folders import Course

FORMATS = ("csv", "questions", "canvas", "moodle")
INTERRUPTED = 130


def course_of(config: "Config", assignment: str) -> "tuple[Course, Settings]":
    """Folders and settings of an assignment."""
    from nbgrader.coursedir import CourseDirectory

    from proctor.course.folders import Course

    return Course.of(CourseDirectory(config=config), assignment), Proctor(config=config).settings()


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
    points = {**dict.fromkeys(arguments.void, 0.0), **{cell: _points(text) for cell, text in arguments.points}}
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
    from proctor.course.history import lines
    from proctor.course.results import read_result

    config, found = read_config(), []
    for assignment in [arguments.assignment] if arguments.assignment else assignments(config):
        course, _ = course_of(config, assignment)
        record = read_result(course, arguments.student)
        found += lines(record) if record else []
    print("\n".join(found) or f"nothing changed in the points of {arguments.student} since they were first graded")
    return 0


def assignments(config: "Config") -> list[str]:
    """Names of all assignments that have a source."""
    from nbgrader.coursedir import CourseDirectory

    directory = CourseDirectory(config=config)
    pattern = Path(directory.format_path(directory.source_directory, ".", "*"))
    return sorted({path.name for path in pattern.parent.glob("*") if any(path.glob("*.ipynb"))})


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


def add_grading_options(command: argparse.ArgumentParser) -> None:
    """Options of every command that runs students' code."""
    command.add_argument("--student", action="append", default=[], help="only this student; may be given several times")
    command.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, help="processes (default: the cores, %(default)s)")
    command.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster whose workers share the course folder")
    command.add_argument("--cold", action="store_true", help="start every kernel anew instead of forking it")
    command.add_argument("--unconfined", action="store_true", help="run students' code with your rights; every grade then says so")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="proctor", description="Grades for nbgrader courses that cannot be forged.")
    known = top.add_subparsers(required=True, metavar="command")

    def command(
        name: str, action: Callable[[argparse.Namespace], int], about: str, *, assignment: bool = True
    ) -> argparse.ArgumentParser:
        added = known.add_parser(name, help=about, description=about)
        added.set_defaults(action=action)
        if assignment:
            added.add_argument("assignment", help="name of the assignment, such as the folder's in source/")
        return added

    one = command("grade", grade, "grade what lies in submitted/; submissions whose grade is up to date are skipped")
    add_grading_options(one)
    one.add_argument("--force", action="store_true", help="grade again also where nothing changed that the grade depends on")
    again = command("regrade", regrade, "say what grading against the present source would change; --apply makes it so")
    add_grading_options(again)
    how = again.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only write report/ASSIGNMENT-regrade.html and .csv (the default)")
    how.add_argument("--apply", action="store_true", help="change the grades, one student at a time, and keep a journal")
    again.epilog = "CELL is a cell's grade id, or NOTEBOOK/ID where several notebooks have one of that id."
    again.add_argument("--only", metavar="CELL", nargs="+", default=[], help="leave all other cells as they were graded")
    again.add_argument("--never-lower", action="store_true", help="nobody loses points on any cell")
    again.add_argument("--void", metavar="CELL", action="append", default=[], help="the cell gives no points to anybody, of 0")
    again.add_argument("--full", metavar="CELL", action="append", default=[], help="everybody who handed in gets the cell's points")
    pair: dict[str, Any] = {"nargs": 2, "action": "append", "default": []}
    again.add_argument("--points", metavar=("CELL", "POINTS"), help="the cell gives so many points", **pair)
    told = "passing this test is enough too: Python code, or the name of a .py file"
    again.add_argument("--accept", metavar=("CELL", "TEST"), help=told, **pair)
    again.add_argument("--why", default="", help="the reason, for the journal")
    command("status", status, "say per student: graded, stale and why, awaiting marks, failed, not handed in")
    past = command("history", history, "say what changed in a student's points after the first grading", assignment=False)
    past.add_argument("student", help="id of the student")
    past.add_argument("assignment", nargs="?", help="only this assignment (default: all)")
    pages = command("feedback", feedback, "write each student's pages into feedback/")
    packed = "also pack them for upload to the learning platform (default: report/ASSIGNMENT-feedback.zip)"
    pages.add_argument("--zip", nargs="?", const=Path(), type=Path, metavar="FILE", help=packed)
    command("report", report, "write the class report")
    out = command("export", export, "write the marks as a table")
    out.add_argument("--format", choices=FORMATS, default="csv")
    out.add_argument("--partial", action="store_true", help="for Canvas and Moodle, write marks also where answers are to be read")
    out.add_argument("--to", type=Path, help="file to write (default: report/ASSIGNMENT-grades-FORMAT.csv)")
    commands.add(command)
    command("settings", settings, "list what nbgrader_config.py can set, with the values in this course", assignment=False)
    command("doctor", doctor, "say what confinement this machine supports and what each layer does", assignment=False)
    return top


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of workers; expected at least 1")
    return value


def use_utf8(argv: Sequence[str] | None) -> None:
    """Begin again in Python's UTF-8 mode where the locale has another encoding.

    In that encoding names could not be read or shown.
    """
    import locale

    if argv is None and not sys.flags.utf8_mode and locale.getencoding().lower().replace("-", "") != "utf8":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "proctor", *sys.argv[1:]])


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    The exit code is 0 when all went well, 1 when something could not be graded, 2 when it could not
    begin.
    """
    use_utf8(argv)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.action(arguments))
    except CannotGrade as error:
        print(f"proctor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("proctor: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if not _of_database(error):
            raise
        told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        print(f"proctor: the gradebook (c.CourseDirectory.db_url) cannot be used: {told}", file=sys.stderr)
        return 2


def _of_database(error: Exception) -> bool:
    """Whether an error is the database's, or says that there is none or no driver for it."""
    library = sys.modules.get("sqlalchemy.exc")
    return library is not None and isinstance(error, library.SQLAlchemyError)


def run() -> NoReturn:
    """Run the command of the command line, and end the process.

    When a command is over, all that it wrote is closed. The interpreter would go on to take apart
    what was imported, for another second or more, while a user who interrupted a run waits.
    """
    code = main()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads, or the disk is full
        code = code or 1
    os._exit(code)
