"""Who handed a file in, as the names in a download say, and whom of the roster that means."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from proctor.course.archives import Incoming, Unreadable
from proctor.course.roster import Person, Roster, plain, same_spelling, unfit

MOODLE = re.compile(r"^(?P<name>[^_/]+)_(?P<id>\d{1,20})_assignsubmission_(?P<kind>file|onlinetext)_?/?")
"""The number is that of the person within one assignment, not their number in Moodle."""
CANVAS = re.compile(r"^(?P<name>[^_/]+)(?:_LATE)?_(?P<id>\d{1,20})_(?P<file>\d{1,20})_(?=.)", re.I)
"""The first number is Canvas's own of the person, the second grows with each file uploaded."""
PLATFORMS = {"Moodle", "Canvas"}
SECOND = re.compile(r"(?<!\s)\s*\(\d+\)$")
"""What a browser appends to the name of a second download."""
HANDED = (".ipynb", ".zip")

Found = Incoming | Unreadable
Way = tuple[str, ...]


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as a download's name says, and which part of the path is theirs.

    ``key`` is a name or number that a roster may know; ``number`` is the platform's own of the
    person within this download; ``label`` is the start of the name, which the platform wants back
    when feedback is uploaded; ``file`` is Canvas's number of the upload. ``place`` tells which name
    on the way said it.
    """

    platform: str
    key: str
    inner: str
    number: str = ""
    label: str = ""
    file: int = 0
    place: int = 0


def owners(found: Found, assignment: str, own: frozenset[Way] = frozenset()) -> list[Owner]:
    """Whose file this may be, likeliest first, by the names that platforms and the site give.

    The platforms are Moodle and Canvas; the site is the course's own. Within a download the
    outermost name that says it decides alone: the platform knows who uploaded, whatever is inside.
    In the archives ``own``, each of one student, no name is a platform's. What the download itself
    is called comes last. Empty when nothing says so.
    """
    for place in range(1, len(found.way)):
        if found.way[:place] in own:
            break
        if owner := _by_platform(found, place, assignment):
            return [owner]
    said = []
    for place, name in enumerate(found.way):
        if key := _by_site(name, assignment):
            said.append(Owner("the course's site", key, _inner("", found, place), place=place))
    outside = _by_platform(found, 0, assignment) if found.way else None
    return ([outside] if outside else []) + said + _by_folder(found, assignment)


def _by_platform(found: Found, place: int, assignment: str) -> Owner | None:
    """The student whom a name of Moodle's or Canvas's says."""
    name = found.way[place]
    known = CANVAS.match(name)
    if known and known["name"].casefold() != assignment.casefold():
        inner = _inner(name[known.end() :], found, place)
        return Owner("Canvas", known["name"], inner, known["id"], known[0], int(known["file"]), place)
    for start in _starts(name):
        if known := MOODLE.match(start):
            inner = _inner(start[known.end() :] or PurePosixPath(name).name, found, place)
            label = known[0].rstrip("/")
            return Owner("Moodle", known["name"].strip(), inner, known["id"], label, place=place)
    return None


def _by_site(name: str, assignment: str) -> str:
    """The student whom the name of a zip of the course's site says; "" where it is none."""
    stem = _zip_stem(name)
    return stem[len(assignment) + 1 :] if stem.lower().startswith(f"{assignment.lower()}-") else ""


def _zip_stem(name: str) -> str:
    """The name of a zip without ending and copy's number; "" for another file."""
    last = PurePosixPath(name).name
    return SECOND.sub("", last[: -len(".zip")]) if last.lower().endswith(".zip") else ""


def _by_folder(found: Found, assignment: str) -> list[Owner]:
    """The student of a file in a folder, or in a zip of all.

    Its path is ``student/file``, ``student/assignment/file`` or ``student.zip``.
    """
    parts = [
        part
        for name in found.way[1:]
        for part in PurePosixPath(name).parts
        if part not in {assignment, "submitted"}
    ]
    known = []
    if len(parts) > 1:
        known.append(Owner("a folder", _zip_stem(parts[0]) or SECOND.sub("", parts[0]), "/".join(parts[1:])))
    if len(found.way) > 1 and parts and (stem := _zip_stem(found.way[0])):
        known.append(Owner("a zip", stem, "/".join(parts)))
    return known


def _starts(name: str) -> list[str]:
    """The rests of a path that begin at a folder or file that may be named by Moodle."""
    parts = PurePosixPath(name).parts
    return ["/".join(parts[place:]) for place, part in enumerate(parts) if "_assignsubmission_" in part]


def _inner(rest: str, found: Found, place: int) -> str:
    """The path within a student's own files: of the innermost archive where there is one."""
    return found.way[-1] if place + 1 < len(found.way) else rest


def archives_of_one(found: Iterable[Found], assignment: str, roster: Roster) -> frozenset[Way]:
    """The archives that hold one student's files, by their names; in them no name is a platform's.

    With a roster they are those called like somebody on it, if the notebooks and zips in them do
    not carry platforms' names of several people. Without one they are those called as the site
    calls them, or with a notebook as the assignment has it, if none in them has a platform's name.
    """
    archives: dict[Way, set[str]] = {}
    for one in found:
        for place in range(1, len(one.way)):
            archives.setdefault(one.way[:place], set()).add(one.way[place])
    return frozenset(way for way, names in archives.items() if _of_one(way[-1], names, assignment, roster))


def _of_one(archive: str, names: set[str], assignment: str, roster: Roster) -> bool:
    if not _zip_stem(archive):
        return False
    handed = [name for name in names if name.lower().endswith(HANDED)]
    named = [owner for name in handed if (owner := _by_platform(Incoming((archive, name), b""), 1, assignment))]
    if roster.people:
        called = _called(archive, assignment, roster)
        inside = {person.id for owner in named for person in _mentioned(owner, roster)}
        return bool(called) and (len(inside) < 2 or inside <= {person.id for person in called})
    loose = [name for name in handed if "/" not in name.removeprefix(f"{assignment}/")]
    return not named and bool(_by_site(archive, assignment) or loose)


def _called(archive: str, assignment: str, roster: Roster) -> list[Person]:
    """Those on the roster whom an archive is called like."""
    said = _by_site(archive, assignment)
    return roster.find(_zip_stem(archive)) or (roster.find(said) if said else [])


def _mentioned(owner: Owner, roster: Roster) -> list[Person]:
    """Everybody whom a platform's name may mean."""
    numbered = roster.numbered(owner.number) if owner.platform == "Canvas" else []
    return roster.find(owner.key, name_first=True) + numbered


class Owners:
    """Tells the students of a course whose file is whose, and never guesses."""

    def __init__(self, assignment: str, roster: Roster, found: Sequence[Found], folders: Iterable[str]) -> None:
        self.assignment, self.roster = assignment, roster
        self.own = archives_of_one(found, assignment, roster)
        self.spellings = {same_spelling(name): name for name in (*folders, *roster.people)}
        self.numbers = self._numbers(found)

    def of(self, found: Found) -> tuple[str, Owner | None, str]:
        """The student whose file it is with what the name says, or why that is not clear."""
        student, owner, why = self._said(found)
        if owner is None:
            return "", None, why
        if len(numbers := self.numbers.get(_group(found, owner, student), set())) > 1:
            several = " and ".join(sorted(numbers))
            why = f"{owner.key!r} is the name of several people here, with the numbers {several} of {owner.platform}"
            return "", None, f"{why}; lay their files into submitted/STUDENT/{self.assignment}/ by hand"
        if why := unfit(student):
            return "", None, f"{student!r} cannot be a student's id: {why}"
        spelling = self.spellings.setdefault(same_spelling(student), student)
        if not self.roster.people and spelling != student:
            return "", None, f"{student!r} and {spelling!r} are the same folder on many systems"
        return student, owner, ""

    def _numbers(self, found: Iterable[Found]) -> dict[tuple[Way, str, str], set[str]]:
        """The platform's numbers of those who are taken for one student within one download."""
        numbers: dict[tuple[Way, str, str], set[str]] = {}
        for one in found:
            student, owner, _ = self._said(one)
            if owner is not None and owner.number:
                numbers.setdefault(_group(one, owner, student), set()).add(owner.number)
        return numbers

    def _said(self, found: Found) -> tuple[str, Owner | None, str]:
        """The student whom the names mean."""
        candidates = owners(found, self.assignment, self.own)
        if not candidates:
            expected = f"a download of Moodle or Canvas, {self.assignment}-STUDENT.zip, or a folder named like the student"
            return "", None, f"its name does not say whose it is; expected {expected}"
        if not self.roster.people:
            return candidates[0].key, candidates[0], ""
        for owner in candidates:
            meant, why = _meant(owner, self.roster)
            if why:
                return "", None, why
            if meant is not None:
                other = self._another(found, meant)
                return ("", None, other) if other else (meant.id, owner, "")
        key = candidates[0].key
        near = _nearest(key, self.roster)
        return "", None, f"nobody on the roster is called {key!r}{near}; enter them with: proctor roster FILE"

    def _another(self, found: Found, meant: Person) -> str:
        """Why a file in a student's own archive is not clearly theirs; "" where it is."""
        for place in range(1, len(found.way)):
            said = _by_platform(found, place, self.assignment) if found.way[:place] in self.own else None
            people = _mentioned(said, self.roster) if said and found.way[place].lower().endswith(HANDED) else []
            if people and meant not in people:
                return f"the archive is called like {meant.id}, the file in it like {_several(people)}"
        return ""


def _group(found: Found, owner: Owner, student: str) -> tuple[Way, str, str]:
    above = found.way[owner.place].partition(owner.label)[0] if owner.label else ""
    return (*found.way[: owner.place], above), owner.platform, student


def _meant(owner: Owner, roster: Roster) -> tuple[Person | None, str]:
    """Whom on the roster a name means, nobody, or why it cannot be told.

    Canvas's number of a person is on the roster. Moodle's belongs to one assignment and says
    nothing about who it is.
    """
    named = roster.find(owner.key, name_first=owner.platform in PLATFORMS)
    if owner.platform == "Canvas" and (numbered := roster.numbered(owner.number)):
        matching = [person for person in numbered if person in named] or numbered
        if named and matching[0] not in named:
            who, other = _several(named), _several(numbered)
            return None, f"the name {owner.key!r} is that of {who}, the number {owner.number} that of {other}"
    elif owner.platform == "Canvas":
        matching = [person for person in named if not person.lms_id.isdecimal()]
        if named and not matching:
            numbers = " or ".join(person.lms_id for person in named)
            why = f"{owner.key!r} is {_several(named)} by name, whose number on the roster is {numbers}, not {owner.number}"
            return None, f"{why}; enter Canvas's numbers with: proctor roster FILE"
    else:
        matching = named
    if len(matching) > 1:
        return None, f"{owner.key!r} may be {_several(matching)}; the roster names both so"
    return (matching[0] if matching else None), ""


def _several(people: Iterable[Person]) -> str:
    return " or ".join(dict.fromkeys(person.id for person in people))


def _nearest(key: str, roster: Roster) -> str:
    names = {
        plain(name): person
        for person in roster.people.values()
        for name in (person.id, person.first + person.last, person.last + person.first)
    }
    near = get_close_matches(plain(key), list(names), n=1)
    return f" (near: {_described(names[near[0]])})" if near else ""


def _described(person: Person) -> str:
    name = f"{person.first} {person.last}".strip()
    return f"{name}, {person.id}" if name else person.id
