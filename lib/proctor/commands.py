"""Sub-commands of ``proctor`` about the class.

Who is on the roster, and what was handed in elsewhere.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

AddCommand = Callable[..., argparse.ArgumentParser]


def add(command: AddCommand) -> None:
    """Add the sub-commands to the command line.

    ``command`` makes one from its name, function and what it is for.
    """
    names = command(
        "roster",
        roster,
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
        codes,
        "list what each student enters for numbers of their own: a code where variants have a secret, else the id",
        assignment=False,
    )
    keys.add_argument("--student", action="append", default=[], help="only this student; may be given several times")
    handed = command(
        "collect",
        collect,
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


def _directory() -> "CourseDirectory":
    from nbgrader.coursedir import CourseDirectory

    from proctor.settings import read_config

    return CourseDirectory(config=read_config())


def roster(arguments: argparse.Namespace) -> int:
    """Enter a table of students, or list those that there are."""
    from nbgrader.api import Gradebook

    from proctor.compat import alembic
    from proctor.course.roster import enter, people_of, read_roster

    directory = _directory()
    alembic.put_on_path()
    with Gradebook(directory.db_url, directory.course_id or "default_course") as gradebook:
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
    from nbgrader.api import Gradebook

    from proctor.compat import alembic
    from proctor.course.roster import people_of
    from proctor.settings import Proctor, read_config
    from proctor.variants import key_of

    directory, students = _directory(), list(arguments.student)
    if not students:
        alembic.put_on_path()
        with Gradebook(directory.db_url, directory.course_id or "default_course") as gradebook:
            students = [person.id for person in people_of(gradebook)]
    secret = Proctor(config=read_config()).settings().variant_secret
    for student in students:
        print(f"{student}\t{key_of(student, secret)}")
    return 0


def collect(arguments: argparse.Namespace) -> int:
    """Collect what was handed in; 1 when there is a file that could not be laid anywhere."""
    from proctor.course.collect import assignment_of, collect
    from proctor.course.folders import Course

    directory = _directory()
    source = Path(directory.root) / directory.source_directory
    assignment = arguments.assignment or assignment_of(arguments.files, source)
    course = Course.of(directory, assignment)
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
