"""Puts what a learning platform or the course's site gives into ``submitted/``.

The folders are ``submitted/<student>/<assignment>/``; a report says what was done. Nothing is lost:
a file that another one replaces is kept in ``submitted/.earlier/``.
"""

import json
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from proctor.course.archives import Incoming, Unreadable, contents
from proctor.course.folders import Course, write_whole
from proctor.course.moments import own_stamp, stamp_of
from proctor.course.owners import Owner, Owners
from proctor.course.roster import Roster, people_of, plain
from proctor.errors import CannotGrade

COPY = re.compile(r"(\s*\(\d+\)|-\d+|[-_ ]copy\d*|\s*-\s*kopie)+$", re.I)
"""What a browser, Canvas, JupyterLab or a desktop appends to the name of a second copy."""
COPY_OF = re.compile(r"^(copy of|kopie von|copie de)\s+", re.I)
TIMESTAMP = "timestamp.txt"
RESERVED = {TIMESTAMP, "submission_secret.txt", "proctor.json"}
"""Names that the grader reads or writes itself."""
UNFIT = re.compile(r"[\x00-\x1f<>:\"|?*\\]")
ALIKE = 0.5
"""Share of a notebook's graded cells that a file must have to be taken for that notebook."""


@dataclass(frozen=True)
class Line:
    """What was done with one file.

    ``done`` is "new", "replaces", "unchanged", "not used" or "not collected"; a line
    "received" says how the time was understood that was given for all.
    """

    done: str
    found: str
    student: str = ""
    target: str = ""
    why: str = ""

    @property
    def text(self) -> str:
        """The line as it is printed."""
        place = (
            f"{self.student}: {self.target}" if self.student and self.target else self.student or self.found
        )
        source = f"  (from {self.found})" if self.student else ""
        return f"{self.done:<13}  {place}{source}{f': {self.why}' if self.why else ''}"


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
        return {line.student for line in self.lines if line.done in {"new", "replaces", "unchanged"}}


@dataclass(frozen=True)
class _Handed:
    """A file with its student, place and where it came from."""

    student: str
    target: str
    incoming: Incoming
    owner: Owner


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
    known = _graded_cells(course)
    done = Collected()
    if stamp is not None:
        done.lines.append(Line("received", stamp))
    handed: dict[tuple[str, str], list[_Handed]] = {}
    times: dict[str, str] = {}
    everything = [found for path in files for found in contents(path)]
    whose = Owners(course.assignment, roster, everything, course.students())
    for found in everything:
        student, owner, why = whose.of(found)
        if owner is None or isinstance(found, Unreadable):
            done.lines.append(Line("not collected", found.text, why=found.why if isinstance(found, Unreadable) else why))
            continue
        if PurePosixPath(found.way[-1]).name == TIMESTAMP and (said := own_stamp(found.content)):
            times[student] = said
            continue
        target, why = _target(
            owner.inner or PurePosixPath(found.way[-1]).name, found.content, {course.assignment, owner.key}, known
        )
        if not target:
            done.lines.append(Line("not used", found.text, student, why=why))
            continue
        handed.setdefault((student, target), []).append(_Handed(student, target, found, owner))
    for choices in handed.values():
        chosen, *others = sorted(choices, key=_latest_first)
        done.lines += [
            Line("not used", one.incoming.text, one.student, one.target, _why_not(one, chosen))
            for one in others
        ]
        done.lines.append(_lay(course, chosen, dry_run=dry_run, keep=keep))
    if not dry_run:
        _remember(course, [choices[0] for choices in handed.values()])
        for student in {line.student for line in done.lines if line.done in {"new", "replaces"}}:
            _set_time(course.submitted / student / course.assignment, stamp or times.get(student))
    done.absent.update(_absent(course, known, list(handed)))
    return done


def _absent(course: Course, known: Iterable[str], laid: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """By student, the notebooks neither in ``submitted/`` nor among the files laid there now."""
    absent = {}
    for student in sorted({who for who, _ in laid}):
        there = {path.name for path in (course.submitted / student / course.assignment).glob("*.ipynb")}
        there |= {target for who, target in laid if who == student}
        if missing := [name for name in known if f"{name}.ipynb" not in there]:
            absent[student] = missing
    return absent


def _graded_cells(course: Course) -> dict[str, set[str]]:
    """Grade ids of each notebook of the source."""
    return {path.stem: _grade_ids(path.read_bytes()) for path in sorted(course.source.glob("*.ipynb"))}


def _grade_ids(content: bytes) -> set[str]:
    try:
        cells = json.loads(content)["cells"]
        about = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return {
            str(one["grade_id"])
            for one in about
            if one.get("grade_id") and (one.get("grade") or one.get("solution") or one.get("task"))
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def _target(inner: str, content: bytes, above: set[str], known: dict[str, set[str]]) -> tuple[str, str]:
    """Where a file goes within the submission; "" with the reason where it is not used."""
    parts = [part for part in PurePosixPath(inner).parts if part not in {"/", "..", "."}]
    while len(parts) > 1 and parts[0] in above | {"submitted"}:
        parts = parts[1:]
    if not parts or any(UNFIT.search(part) or len(part.encode()) > 200 for part in parts):
        return "", f"{inner!r} is not a name that a file can have everywhere"
    if parts[-1].lower().endswith(".ipynb"):
        name = _notebook_name(parts[-1][: -len(".ipynb")], content, known)
        return (
            (f"{name}.ipynb", "") if name else ("", "no notebook of the assignment by its name or its cells")
        )
    if parts[-1] in RESERVED or any(part.startswith(".") for part in parts):
        return "", "a name that is kept for the grader" if parts[-1] in RESERVED else "a hidden file"
    return "/".join(parts), ""


def _notebook_name(stem: str, content: bytes, known: dict[str, set[str]]) -> str | None:
    """The notebook of the assignment that a file is.

    It is known by its name, its name as a copy, or its cells.
    """
    plainly = {plain(name): name for name in known}
    for said in (stem, COPY.sub("", stem), COPY.sub("", COPY_OF.sub("", stem))):
        if said in known:
            return said
        if plain(said) in plainly:
            return plainly[plain(said)]
    own = _grade_ids(content)
    shares = {name: len(own & cells) / len(cells) for name, cells in known.items() if cells}
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= ALIKE else None


def _latest_first(one: _Handed) -> tuple[int, int, str]:
    """Sorts the files handed in for one notebook.

    What Canvas numbers higher is later, then what has a higher copy's number.
    """
    numbers = re.findall(r"\d+", one.owner.label)
    copy = re.search(r"(?:\((\d+)\)|-(\d+))\.\w+$", one.incoming.way[-1])
    return (-int(numbers[-1]) if numbers else 0, -int(copy[1] or copy[2]) if copy else 0, one.incoming.text)


def _why_not(one: _Handed, chosen: _Handed) -> str:
    if one.incoming.content == chosen.incoming.content:
        return "the same was handed in twice"
    return f"{chosen.incoming.text} is later"


def _lay(course: Course, handed: _Handed, *, dry_run: bool, keep: bool) -> Line:
    """Write one file, the one that it replaces kept aside."""
    folder = course.submitted / handed.student / course.assignment
    target = folder / handed.target
    found, content = handed.incoming.text, handed.incoming.content
    if not target.resolve().is_relative_to(course.submitted.resolve()):
        return Line("not collected", found, handed.student, handed.target, "a link leads out of submitted/")
    done, why = "new", ""
    if target.is_file():
        if target.read_bytes() == content:
            return Line("unchanged", found, handed.student, handed.target)
        if keep:
            return Line(
                "not used", found, handed.student, handed.target, "another one is there, which is kept"
            )
        aside = _aside(course, handed)
        done, why = "replaces", f"the one before is kept as {aside.relative_to(course.submitted.parent)}"
        if not dry_run:
            aside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target, aside)
    elif target.exists():
        return Line("not collected", found, handed.student, handed.target, "there is a folder of this name")
    if not dry_run:
        _write(target, content)
    return Line(done, found, handed.student, handed.target, why)


def _aside(course: Course, handed: _Handed) -> Path:
    """A place that is still free for a file that is replaced."""
    folder = course.submitted / ".earlier" / handed.student / course.assignment
    stamp = time.strftime("%Y-%m-%d")
    number = 1
    while (folder / f"{stamp}-{number}" / handed.target).exists():
        number += 1
    return folder / f"{stamp}-{number}" / handed.target


def _write(target: Path, content: bytes) -> None:
    """Write a file such that it is there complete, or as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.new")
    aside.write_bytes(content)
    aside.replace(target)


def _set_time(folder: Path, stamp: str | None) -> None:
    """Note when a submission was handed in; the time of one that was replaced is no longer true."""
    place = folder / TIMESTAMP
    if stamp is not None:
        _write(place, stamp.encode())
    elif place.is_file():
        place.unlink()


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


def _remember(course: Course, handed: Iterable[_Handed]) -> None:
    """Note the platform's name for each submission, so that feedback can be sent back."""
    known = origins(course)
    for one in handed:
        if one.owner.label:
            name = next(name for name in one.incoming.way if one.owner.label in name)
            known[one.student] = {"platform": one.owner.platform, "label": one.owner.label, "name": name}
    if known:
        write_whole(_journal(course), json.dumps(known, indent=1, ensure_ascii=False))


def assignment_of(files: Sequence[Path], source: Path) -> str:
    """The assignment that files are for.

    The only one there is, or the one whose name stands in theirs. Raises CannotGrade where that is
    not clear.
    """
    names = sorted(path.name for path in source.glob("*") if any(path.glob("*.ipynb")))
    if len(names) == 1:
        return names[0]
    said = {name for name in names for path in files if name.casefold() in path.name.casefold()}
    if len(said) == 1:
        return said.pop()
    raise CannotGrade(
        f"which assignment are these for? Name it with --assignment; there are {', '.join(names) or 'none'} in {source}"
    )
