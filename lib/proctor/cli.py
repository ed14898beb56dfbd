"""``proctor``: how its command line is read, and how a command ends.

What each command does is in :mod:`proctor.commands`.
"""

import argparse
import atexit
import contextlib
import os
import select
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from proctor import commands
from proctor.errors import CannotGrade

FORMATS = ("csv", "questions", "canvas", "moodle")
AddCommand = Callable[..., argparse.ArgumentParser]
UNREAD = 141
"""Exit code when nobody reads the output any more, as after ``| head``: that of a SIGPIPE."""


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

    one = command("grade", commands.grade, "grade what lies in submitted/; submissions whose grade is up to date are skipped")
    add_grading_options(one)
    one.add_argument("--force", action="store_true", help="grade again also where nothing changed that the grade depends on")
    again = command("regrade", commands.regrade, "say what grading against the present source would change; --apply makes it so")
    add_grading_options(again)
    how = again.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only write report/ASSIGNMENT-regrade.html and .csv (the default)")
    how.add_argument("--apply", action="store_true", help="change the grades, one student at a time, and keep a journal")
    again.epilog = "CELL is a cell's grade id, or NOTEBOOK/ID where several notebooks have one of that id."
    again.add_argument("--only", metavar="CELL", nargs="+", action="extend", default=[], help="leave other cells as they were graded")
    again.add_argument("--never-lower", action="store_true", help="nobody loses points on any cell")
    again.add_argument("--void", metavar="CELL", action="append", default=[], help="the cell gives no points to anybody, of 0")
    again.add_argument("--full", metavar="CELL", action="append", default=[], help="everybody who handed in gets the cell's points")
    pair: dict[str, Any] = {"nargs": 2, "action": "append", "default": []}
    again.add_argument("--points", metavar=("CELL", "POINTS"), help="the cell gives so many points", **pair)
    told = "passing this test is enough too: Python code, or the name of a .py file"
    again.add_argument("--accept", metavar=("CELL", "TEST"), help=told, **pair)
    again.add_argument("--why", default="", help="the reason, for the journal")
    command("status", commands.status, "say per student: graded, stale and why, awaiting marks, failed, not handed in")
    past = command("history", commands.history, "say what changed in a student's points after the first grading", assignment=False)
    past.add_argument("student", help="id of the student")
    past.add_argument("assignment", nargs="?", help="only this assignment (default: all)")
    pages = command("feedback", commands.feedback, "write each student's pages into feedback/")
    packed = "also pack them for upload to the learning platform (default: report/ASSIGNMENT-feedback.zip)"
    pages.add_argument("--zip", nargs="?", const=Path(), type=Path, metavar="FILE", help=packed)
    command("report", commands.report, "write the class report")
    out = command("export", commands.export, "write the marks as a table")
    out.add_argument("--format", choices=FORMATS, default="csv")
    out.add_argument("--partial", action="store_true", help="for Canvas and Moodle, write marks also where answers are to be read")
    out.add_argument("--to", type=Path, help="file to write (default: report/ASSIGNMENT-grades-FORMAT.csv)")
    add_class_commands(command)
    command("settings", commands.settings, "list what nbgrader_config.py can set, with the values in this course", assignment=False)
    command("doctor", commands.doctor, "say what confinement this machine supports and what each layer does", assignment=False)
    return top


def add_class_commands(command: AddCommand) -> None:
    """Add the sub-commands to the command line.

    ``command`` makes one from its name, function and what it is for.
    """
    names = command(
        "roster",
        commands.roster,
        "enter the students of a table into the gradebook; without a file, list them",
        assignment=False,
    )
    names.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="CSV with a head row: of Canvas, Moodle, nbgrader or your own",
    )
    names.add_argument(
        "--id",
        metavar="COLUMN",
        help="column with the ids under which students hand in (default: the usual names)",
    )
    keys = command(
        "codes",
        commands.codes,
        "list what each student enters for numbers of their own: a code where variants have a secret, else the id",
        assignment=False,
    )
    keys.add_argument("--student", action="append", default=[], help="only this student; may be given several times")
    handed = command(
        "collect",
        commands.collect,
        "lay what Moodle, Canvas or the course's site gives into submitted/",
        assignment=False,
    )
    handed.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="zip, notebook, or folder of them"
    )
    handed.add_argument(
        "--assignment", help="name of the assignment (default: the only one, or the one that the files name)"
    )
    handed.add_argument(
        "--received", metavar="TIME", help="when these were handed in, such as '2026-01-31 23:59 UTC'"
    )
    handed.add_argument("--keep", action="store_true", help="leave what is in submitted/ already as it is")
    handed.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")


def _positive(text: str) -> int:
    value = int(text) if text.isdecimal() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers; expected at least 1")
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
        return commands.INTERRUPTED
    except BrokenPipeError:
        if not _unread():
            raise
        return UNREAD
    except Exception as error:
        told = _explained(error)
        if not told:
            raise
        print(f"proctor: {told}", file=sys.stderr)
        return 2


def _unread() -> bool:
    """Whether nobody reads our output any more."""
    poller = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            poller.register(stream.fileno(), 0)
    return bool(poller.poll(0))


def _explained(error: Exception) -> str:
    """What an error of the database, its driver or a setting says, in one line; "" for others."""
    database, settings = sys.modules.get("sqlalchemy.exc"), sys.modules.get("traitlets")
    if database is not None and isinstance(error, database.SQLAlchemyError):
        told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return f"the gradebook (c.CourseDirectory.db_url) cannot be used: {told}"
    if settings is not None and isinstance(error, settings.TraitError):
        return f"nbgrader_config.py: {error}"
    return ""


def run() -> NoReturn:
    """Run the command of the command line, and end the process.

    When a command is over, all that it wrote is closed. The interpreter would go on to take apart
    what was imported, for another second or more, while a user who interrupted a run waits.
    """
    try:
        code = main()
    except SystemExit as ended:  # the parser's, after help or a wrong option
        code = ended.code if isinstance(ended.code, int) else 2
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:  # nobody reads, or the disk is full
        code = UNREAD if isinstance(error, BrokenPipeError) else code or 1
    os._exit(code)
