"""Puts what a learning platform or the course's site gives into ``submitted/``.

The folders are ``submitted/<student>/<assignment>/``; a report says what was done. Nothing is lost:
a file that another one replaces is kept in ``submitted/.earlier/``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from proctor.course.archives import Incoming, Unreadable, contents
from proctor.course.folders import Course, write_whole
from proctor.course.laying import LAID, Line, Submission
from proctor.course.moments import own_stamp, stamp_of
from proctor.course.owners import Owner, Owners
from proctor.course.places import TIMESTAMP, Handed, Known, graded_cells, latest, place_of, without_canvas_numbers
from proctor.course.roster import Roster, people_of
from proctor.errors import CannotGrade


@dataclass
class Collected:
    """All that one run did, and the notebooks that are still not there, by student."""

    lines: list[Line] = field(default_factory=list)
    absent: dict[str, list[str]] = field(default_factory=dict)

    def count(self, *done: str) -> int:
        """How many files something was done with."""
        return sum(line.done in done for line in self.lines)

    @property
    def students(self) -> set[str]:
        """Who handed in something that could be read."""
        return {line.student for line in self.lines if line.done in LAID}


def collect(
    course: Course,
    files: Sequence[Path],
    *,
    dry_run: bool = False,
    keep: bool = False,
    received: str | None = None,
) -> Collected:
    """Lay what ``files`` (zips, notebooks, folders of them) hold into ``submitted/``.

    ``dry_run`` writes nothing. ``keep`` leaves a file that is there already as it is, where it
    differs. ``received`` is when all of this was handed in, for the due date; without it the time
    counts that the course's site wrote into its zip by the student's clock, if any. Raises
    CannotGrade for a file that is not there, or a time that cannot be read.
    """
    stamp = stamp_of(received) if received is not None else None
    for path in files:
        if not path.exists():
            raise CannotGrade(f"{path} is not there")
    with course.gradebook() as gradebook:
        roster = Roster(people_of(gradebook))
    known = graded_cells(course.source)
    done = Collected()
    if stamp is not None:
        done.lines.append(Line("received", stamp))
    laid: list[Handed] = []
    everything = [found for path in files for found in contents(path)]
    for student, handed in _by_student(course, everything, roster, known, done.lines).items():
        places: dict[str, list[Handed]] = {}
        for one in without_canvas_numbers(handed, course.submitted / student / course.assignment):
            places.setdefault(one.target, []).append(one)
        last = []
        for choices in places.values():
            chosen, others = latest(choices)
            last.append(chosen)
            done.lines += [Line(what, one.incoming.text, student, one.target, why) for one, what, why in others]
        lines = Submission(course, student, dry_run=dry_run, keep=keep).lay(last, stamp)
        done.lines += lines
        there = {line.target for line in lines if line.done in LAID}
        laid += [one for one in last if one.target in there]
    try:
        if not dry_run:
            _remember(course, laid)
    except OSError as error:
        why = f"the names for sending feedback back could not be noted ({error.strerror or error})"
        done.lines.append(Line("not collected", str(_journal(course).relative_to(course.root)), why=why))
    done.absent.update(_absent(course, known, [(one.student, one.target) for one in laid]))
    return done


def _by_student(
    course: Course, everything: Sequence[Incoming | Unreadable], roster: Roster, known: Known, lines: list[Line]
) -> dict[str, list[Handed]]:
    """The files of each student, with their places and the times that lay beside them.

    What is nobody's or has no place gets a line.
    """
    whose = Owners(course.assignment, roster, everything, course.students())
    owned: list[tuple[str, Owner, Incoming]] = []
    times: dict[tuple[str, tuple[str, ...]], dict[PurePosixPath, str]] = {}
    for found in everything:
        student, owner, why = whose.of(found)
        if owner is None or isinstance(found, Unreadable):
            lines.append(Line("not collected", found.text, why=found.why if isinstance(found, Unreadable) else why))
            continue
        path = PurePosixPath(found.way[-1])
        if path.name == TIMESTAMP and (said := own_stamp(found.content)):
            times.setdefault((student, found.way[:-1]), {})[path.parent] = said
        else:
            owned.append((student, owner, found))
    handed: dict[str, list[Handed]] = {}
    for student, owner, found in owned:
        path = PurePosixPath(found.way[-1])
        place = place_of(owner.inner or path.name, found.content, {course.assignment, owner.key}, known)
        if not place.target:
            lines.append(Line(place.done, found.text, student, why=place.why))
            continue
        beside = times.get((student, found.way[:-1]), {})
        only = next(iter(beside.values())) if len(beside) == 1 else None
        time = next((beside[folder] for folder in path.parents if folder in beside), only)
        handed.setdefault(student, []).append(Handed(student, place.target, place.copies, found, owner, time))
    return handed


def _absent(course: Course, known: Iterable[str], laid: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """By student, the notebooks neither in ``submitted/`` nor among the files laid there now."""
    absent = {}
    for student in sorted({who for who, _ in laid}):
        there = {path.name for path in (course.submitted / student / course.assignment).glob("*.ipynb")}
        there |= {target for who, target in laid if who == student}
        if missing := [name for name in known if f"{name}.ipynb" not in there]:
            absent[student] = missing
    return absent


def origins(course: Course) -> dict[str, dict[str, str]]:
    """By student, the platform and the name under which it gave out the submission.

    Only submissions that were collected are there.
    """
    try:
        found = json.loads(_journal(course).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _journal(course: Course) -> Path:
    return course.submitted / ".collected" / f"{course.assignment}.json"


def _remember(course: Course, laid: Iterable[Handed]) -> None:
    """Note the platform's name for each submission, so that feedback can be sent back.

    It is that of a notebook, where there is one.
    """
    known = origins(course)
    for one in sorted(laid, key=lambda one: one.notebook):
        if one.owner.label:
            name = one.incoming.way[one.owner.place]
            known[one.student] = {"platform": one.owner.platform, "label": one.owner.label, "name": name}
    if known:
        write_whole(_journal(course), json.dumps(known, indent=1, ensure_ascii=False))


def assignment_of(files: Sequence[Path], names: Sequence[str]) -> str:
    """The assignment, of those with ``names``, that files are for.

    The only one there is, or the one whose name stands in theirs. Raises CannotGrade where that is
    not clear.
    """
    if len(names) == 1:
        return names[0]
    said = {name for name in names for path in files if name.casefold() in path.name.casefold()}
    if len(said) == 1:
        return said.pop()
    raise CannotGrade(
        f"which assignment are these for? Name it with --assignment; those with a source are: {', '.join(names) or 'none'}"
    )
