"""Files that students handed in, as a learning platform's downloads hold them.

Folders, zips, zips in zips.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

DEEPEST = 4
"""Zips within zips, at most."""
LARGEST_FILE = 64 * 2**20
LARGEST_OF_ALL = 4 * 2**30
MOST_FILES = 200_000
ENCRYPTED = 0x1
UTF8 = 0x800
LITTER = re.compile(
    r"(^|/)(__MACOSX|\.ipynb_checkpoints|__pycache__|\.git|\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)(/|$)"
)
MOODLE = re.compile(r"^(?P<name>[^_/]+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?/?")
CANVAS = re.compile(r"^(?P<name>[^_/]+)(?:_LATE)?_(?P<id>\d+)_(?P<file>\d+)_(?=.)", re.I)


@dataclass(frozen=True)
class Incoming:
    """One file that was handed in.

    ``way`` are the names of the files and folders that lead to it, from the outermost; ``text`` is
    for the instructor to recognise it by.
    """

    way: tuple[str, ...]
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Where it was found."""
        return " → ".join(self.way)


@dataclass(frozen=True)
class Unreadable:
    """Something that was handed in and cannot be read, and why."""

    way: tuple[str, ...]
    why: str

    @property
    def text(self) -> str:
        """Where it was found."""
        return " → ".join(self.way)


class _Room:
    """How much may still be unpacked in all."""

    def __init__(self) -> None:
        self.bytes, self.files = LARGEST_OF_ALL, MOST_FILES


def contents(path: Path) -> Iterator[Incoming | Unreadable]:
    """Every file in a notebook, a zip, or a folder of them; zips in zips are opened.

    Names are in Unicode's composed form (NFC), whatever system packed them.
    """
    room = _Room()
    if path.is_dir():
        for inside in sorted(item for item in path.rglob("*") if item.is_file() and not item.is_symlink()):
            name = _normal(inside.relative_to(path).as_posix())
            if not LITTER.search(name):
                yield from _opened((path.name, name), inside, 0, room)
        return
    yield from _opened((_normal(path.name),), path, 0, room)


def _opened(way: tuple[str, ...], path: Path, depth: int, room: _Room) -> Iterator[Incoming | Unreadable]:
    try:
        if path.suffix.lower() == ".zip":
            with path.open("rb") as stream:
                yield from _unzipped(way, stream, depth, room)
        elif path.stat().st_size > LARGEST_FILE:
            yield Unreadable(way, f"larger than {LARGEST_FILE // 2**20} MB")
        else:
            yield Incoming(way, path.read_bytes())
    except OSError as error:
        yield Unreadable(way, str(error.strerror or error))


def _unzipped(
    way: tuple[str, ...], stream: "io.BufferedIOBase", depth: int, room: _Room
) -> Iterator[Incoming | Unreadable]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Unreadable(way, f"not a zip that can be read ({error})")
        return
    with archive:
        for entry in archive.infolist():
            name = _normal(_name(entry))
            if entry.is_dir() or LITTER.search(name):
                continue
            room.files -= 1
            if room.files < 0:
                yield Unreadable(way, f"more than {MOST_FILES:,} files")
                return
            yield from _entry((*way, name), archive, entry, depth, room)


def _entry(
    way: tuple[str, ...], archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int, room: _Room
) -> Iterator[Incoming | Unreadable]:
    if entry.flag_bits & ENCRYPTED:
        yield Unreadable(way, "protected by a password")
        return
    try:
        with archive.open(entry) as stream:
            content = stream.read(LARGEST_FILE + 1)
    except Exception as error:  # zlib, lzma and the reader itself raise what they like for damaged data
        yield Unreadable(way, f"damaged ({error})")
        return
    room.bytes -= len(content)
    if len(content) > LARGEST_FILE:
        yield Unreadable(way, f"larger than {LARGEST_FILE // 2**20} MB")
    elif room.bytes < 0:
        yield Unreadable(way, f"more than {LARGEST_OF_ALL // 2**30} GB in all")
    elif not way[-1].lower().endswith(".zip"):
        yield Incoming(way, content)
    elif depth + 1 >= DEEPEST:
        yield Unreadable(way, f"a zip within {DEEPEST} others")
    else:
        yield from _unzipped(way, io.BytesIO(content), depth + 1, room)


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name.

    macOS and Linux write UTF-8 without saying so, which the reader takes for code page 437.
    """
    if not entry.flag_bits & UTF8:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.filename


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as a download's name says, and which part of the path is theirs.

    ``key`` is a name or number that a roster may know; ``number`` is the platform's own; ``label``
    is the start of the name, which the platform wants back when feedback is uploaded.
    """

    platform: str
    key: str
    inner: str
    number: str = ""
    label: str = ""


def owners(found: Incoming | Unreadable, assignment: str) -> list[Owner]:
    """Whose file this may be, likeliest first, by the names that platforms and the site give.

    The platforms are Moodle and Canvas; the site is the course's own. Within a download the
    outermost name that says it comes first: the platform knows who uploaded, whatever is inside.
    What the download itself is called comes after. Empty when nothing says so.
    """
    inside, outside = range(1, len(found.way)), range(min(len(found.way), 1))
    said = [owner for place in (*inside, *outside) if (owner := _by_platform(found, place, assignment))]
    for place, name in enumerate(found.way):
        stem = re.sub(r"\s*\(\d+\)$", "", PurePosixPath(name).name.removesuffix(".zip"))
        if name.lower().endswith(".zip") and stem.lower().startswith(f"{assignment.lower()}-"):
            said.append(Owner("the course's site", stem[len(assignment) + 1 :], _inner("", found, place)))
    return said + _by_folder(found, assignment)


def _by_platform(found: Incoming | Unreadable, place: int, assignment: str) -> Owner | None:
    """The student whom a name of Moodle's or Canvas's says."""
    name = found.way[place]
    known = CANVAS.match(name)
    if known and known["name"].casefold() != assignment.casefold():
        return Owner("Canvas", known["name"], _inner(name[known.end() :], found, place), known["id"], known[0])
    for start in _starts(name):
        if known := MOODLE.match(start):
            inner = _inner(start[known.end() :] or PurePosixPath(name).name, found, place)
            return Owner("Moodle", known["name"].strip(), inner, known["id"], known[0].rstrip("/"))
    return None


def _by_folder(found: Incoming | Unreadable, assignment: str) -> list[Owner]:
    """The student of a file in a folder, or in a zip of all.

    Its path is ``student/file``, ``student/assignment/file`` or ``student.zip``.
    """
    parts = [
        part
        for name in found.way[1:]
        for part in PurePosixPath(name).parts
        if part not in {assignment, "submitted"}
    ]
    known = [Owner("a folder", parts[0].removesuffix(".zip"), "/".join(parts[1:]))] if len(parts) > 1 else []
    if len(found.way) > 1 and found.way[0].lower().endswith(".zip") and parts:
        known.append(Owner("a zip", found.way[0][: -len(".zip")], "/".join(parts)))
    return known


def _starts(name: str) -> list[str]:
    """The rests of a path that begin at a folder or at the file."""
    parts = PurePosixPath(name).parts
    return ["/".join(parts[place:]) for place in range(len(parts))]


def _inner(rest: str, found: Incoming | Unreadable, place: int) -> str:
    """The path within a student's own files: of the innermost archive where there is one."""
    return found.way[-1] if place + 1 < len(found.way) else rest
