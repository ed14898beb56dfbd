"""The roster: students from tables, and who is meant by a name in a download.

Canvas, Moodle and nbgrader write such tables.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from proctor.errors import CannotGrade

COLUMNS = {
    "first": ("first_name", "firstname", "first name", "given name", "vorname", "prénom", "nombre"),
    "last": (
        "last_name",
        "lastname",
        "last name",
        "surname",
        "family name",
        "nachname",
        "nom",
        "apellido(s)",
    ),
    "name": ("student", "name", "full name", "student name"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail"),
}
IDS = (
    "id",
    "student_id",
    "student id",
    "sis user id",
    "id number",
    "username",
    "user name",
    "login",
    "sis login id",
    "login id",
)
"""Columns that may hold the course's own id of a student, the first that is filled counts."""
LMS_IDS = ("lms_user_id", "lms user id", "canvas user id", "canvas id", "moodle user id", "user id")
CANVAS = {"student", "id", "sis user id"}
"""A table of Canvas's: there `ID` is Canvas's own number."""


NO_STUDENTS = {"pointspossible", "teststudent", "studenttest"}
"""Rows of a table of Canvas's that are no student."""


LONGEST_ID = 199
SAME_FOLDER = "name the same folder on many systems, which do not tell capitals from small letters; change one of them"
NOT_IN_ID = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\/\ud800-\udfff]")


@dataclass(frozen=True)
class Person:
    """A student on the roster."""

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    lms_id: str = ""


def read_roster(path: Path, id_column: str | None = None) -> list[Person]:
    """Students of a CSV file.

    Separated by commas, semicolons or tabs, in UTF-8 (with or without a mark), UTF-16 or
    Windows-1252. ``id_column`` names the column with the ids under which students hand in; without
    it the usual ones are looked for. Raises CannotGrade for a file without such a column, with an
    id twice, with two that differ only in case, or with one that cannot name a student's folder.
    """
    rows = _rows(path)
    if not rows:
        raise CannotGrade(f"{path} is empty; expected a table of students with a head row")
    head = [cell.strip().casefold() for cell in rows[0][1]]
    canvas = set(head) >= CANVAS
    ids = _wanted(head, path, id_column, canvas)
    people: dict[str, Person] = {}
    spellings: dict[str, str] = {}
    for number, row in rows[1:]:
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        first, last = _names(cells)
        key = next((cells[name] for name in ids if cells.get(name)), "")
        if not key and not (first or last):
            continue
        if canvas and plain(first + last) in NO_STUDENTS:
            continue
        if not key:
            raise CannotGrade(
                f"{path}, line {number}: {first} {last} has no id in {' or '.join(map(repr, ids))}"
            )
        if key in people:
            raise CannotGrade(f"{path}, line {number}: the id {key!r} is there twice")
        if why := unfit(key):
            who = f"{first} {last}".strip() or "no name"
            raise CannotGrade(f"{path}, line {number}: {key!r} ({who}) cannot be an id: {why}; --id COLUMN names another column")
        if (other := spellings.setdefault(same_spelling(key), key)) != key:
            raise CannotGrade(f"{path}, line {number}: the ids {other!r} and {key!r} {SAME_FOLDER}")
        lms = next((cells[name] for name in (("id",) if canvas else LMS_IDS) if cells.get(name)), "")
        mail = next((cells[name] for name in COLUMNS["email"] if cells.get(name)), "")
        login = cells.get("sis login id", "")
        people[key] = Person(key, first, last, mail or (login if "@" in login else ""), lms)
    return list(people.values())


def _wanted(head: Sequence[str], path: Path, column: str | None, canvas: bool) -> list[str]:
    """The columns that may hold a student's id."""
    if column is not None:
        if column.casefold() not in head:
            raise CannotGrade(f"{path} has no column {column!r}; there are {', '.join(map(repr, head))}")
        return [column.casefold()]
    found = [name for name in IDS if name in head and not (canvas and name == "id")]
    found += [name for name in ("id", *COLUMNS["email"]) if name in head and name not in found]
    if not found:
        expected = ", ".join(map(repr, IDS))
        raise CannotGrade(
            f"{path} has no column with students' ids; expected one of {expected}, or name it with --id"
        )
    return found


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, with the line in which each ends."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CannotGrade(f"{path} cannot be read: {error.strerror}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    text = text.lstrip("\ufeff")
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CannotGrade(f"{path}, line {reader.line_num}: not a table of comma-separated values ({error})") from error


def _names(cells: dict[str, str]) -> tuple[str, str]:
    first = next((cells[name] for name in COLUMNS["first"] if cells.get(name)), "")
    last = next((cells[name] for name in COLUMNS["last"] if cells.get(name)), "")
    whole = next((cells[name] for name in COLUMNS["name"] if cells.get(name)), "")
    if not first and not last and whole:
        if "," in whole:
            last, _, first = (part.strip() for part in whole.partition(","))
        else:
            first, _, last = whole.rpartition(" ")
    return first, last


@dataclass(frozen=True)
class Entered:
    """What entering a roster changed.

    Ids of students added and changed, and of those it does not name.
    """

    added: list[str]
    changed: list[str]
    missing: list[str]
    same: int


def enter(gradebook: Gradebook, people: Iterable[Person]) -> Entered:
    """Enter students into the gradebook.

    Nobody is removed, and an empty cell of the table overwrites nothing. Raises CannotGrade before
    anything is entered where an id differs only in case from that of somebody who is there.
    """
    known = {student.id: student for student in gradebook.students}
    people = list(people)
    spellings = {same_spelling(there): there for there in known}
    for person in people:
        other = spellings.setdefault(same_spelling(person.id), person.id)
        if other != person.id and person.id not in known:
            raise CannotGrade(f"the ids {other!r}, which is in the gradebook, and {person.id!r} {SAME_FOLDER}")
    added, changed, same = [], [], 0
    named = set()
    for person in people:
        named.add(person.id)
        given = {
            "first_name": person.first,
            "last_name": person.last,
            "email": person.email,
            "lms_user_id": person.lms_id,
        }
        given = {name: value for name, value in given.items() if value}
        before = known.get(person.id)
        if before is None:
            gradebook.add_student(person.id, **given)
            added.append(person.id)
        elif any(getattr(before, name) != value for name, value in given.items()):
            gradebook.update_or_create_student(person.id, **given)
            changed.append(person.id)
        else:
            same += 1
    return Entered(added, changed, sorted(known.keys() - named), same)


def people_of(gradebook: Gradebook) -> list[Person]:
    """The students of the gradebook, by id."""
    listed = gradebook.students
    found = [
        Person(one.id, one.first_name or "", one.last_name or "", one.email or "", one.lms_user_id or "")
        for one in listed
    ]
    return sorted(found, key=lambda person: person.id)


def unfit(key: str) -> str:
    """Why a text cannot be a student's id, which names a folder; "" where it can."""
    if not key or len(key.encode(errors="replace")) > LONGEST_ID:
        return f"an id has 1 to {LONGEST_ID} bytes"
    if key.startswith((".", "-")):
        return "an id begins with neither '.' nor '-'"
    if odd := NOT_IN_ID.search(key):
        return f"{odd[0]!r} is in it; an id names a folder, so it has none of / \\ : * ? \" < > | and no control character"
    return ""


def same_spelling(key: str) -> str:
    """What two ids have in common that are the same folder on a system that ignores case."""
    return unicodedata.normalize("NFC", key).casefold()


def plain(text: str) -> str:
    """Letters and digits of a name, without accents and case, as in platforms' file names."""
    apart = unicodedata.normalize("NFKD", text)
    return re.sub(
        r"[^\w]|_", "", "".join(letter for letter in apart if not unicodedata.combining(letter))
    ).casefold()


class Roster:
    """Finds the student whom a name, number or id in a download means."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = {person.id: person for person in people}
        self._found: dict[tuple[str, bool], list[Person]] = {}

    def find(self, key: str, *, name_first: bool = False) -> list[Person]:
        """Students that match best: by id, then by e-mail, whole name, an id spelled otherwise.

        With ``name_first`` the whole name comes before all, as for the names that platforms give.
        Several where it is not clear. An empty list where nobody matches.
        """
        if (key, name_first) not in self._found:
            self._found[key, name_first] = self._search(key, name_first)
        return self._found[key, name_first]

    def _search(self, key: str, name_first: bool) -> list[Person]:
        wanted, name = key.strip(), plain(key)

        def by_id(person: Person) -> bool:
            return person.id == wanted

        def by_mail(person: Person) -> bool:
            mail = person.email.casefold()
            return wanted.casefold() in {mail, mail.partition("@")[0]} - {""}

        def by_name(person: Person) -> bool:
            return bool(name) and name in {plain(person.first + person.last), plain(person.last + person.first)}

        def by_spelling(person: Person) -> bool:
            return bool(name) and plain(person.id) == name

        ways = (by_id, by_mail, by_name, by_spelling)
        for way in (by_name, *ways) if name_first else ways:
            if found := [person for person in self.people.values() if way(person)]:
                return found
        return []

    def numbered(self, number: str) -> list[Person]:
        """Students with this number of the learning platform."""
        return [person for person in self.people.values() if number and person.lms_id == number]
