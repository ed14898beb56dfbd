"""Files that students handed in, as a learning platform's downloads hold them.

Folders, zips, zips in zips.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

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
    try:
        yield from _found_in(path, room)
    except OSError as error:
        yield Unreadable((_normal(path.name),), str(error.strerror or error))


def _found_in(path: Path, room: _Room) -> Iterator[Incoming | Unreadable]:
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
    except Exception as error:  # the reader raises what it likes for a damaged directory of entries
        yield Unreadable(way, f"not a zip that can be read ({error})")
        return
    with archive:
        for entry in archive.infolist():
            name = _normal(_name(entry))
            if name.endswith("/") or LITTER.search(name):
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
