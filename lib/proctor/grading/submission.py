"""What a student handed in, read once: each notebook's bytes, and which file they came from."""

import difflib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from proctor.grading.own_files import digest_of_own_files
from proctor.grading.rebuild import ABSENT, MAX_BYTES, Handed, content_of, parse_handed

MOST_FILES = 100
"""Files of a submission that are looked at for a notebook that is not there by its name."""
NOTEBOOK = re.compile(r"\.ipynb|\.json$", re.IGNORECASE)
"""Names of notebook files, also as browsers save them (``toys.ipynb.txt``, ``toys.json``)."""
GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"\\]{1,200})"')
MOST_BYTES = 2 * MAX_BYTES
"""Bytes of these files that are read in all."""
DEPTH = 3
"""Folders below the submission's that are looked into for it."""


@dataclass(frozen=True)
class SubmittedFile:
    """One notebook file as it was read.

    ``path`` is None when there is none, ``content`` None when it cannot be read. ``note`` says so
    when the file has another name than the notebook's, or there is another such file; ``beside`` is
    the digest of the submission's other files.
    """

    path: Path | None = None
    content: bytes | None = None
    note: str = ""
    beside: str = ""

    @property
    def digest(self) -> str:
        """Digest of the file and of those beside it, or "absent" or "unreadable"."""
        if self.path is None:
            return "absent"
        own = "unreadable" if self.content is None else hashlib.sha256(self.content).hexdigest()
        return f"{own} {self.beside}".rstrip()

    def parse(self) -> Handed:
        """The notebook in it, read so that no file can stop the grading."""
        notes = (self.note,) if self.note else ()
        return replace(ABSENT, notes=(*ABSENT.notes, *notes)) if self.path is None else parse_handed(self.content, notes)


def read_file(path: Path, beside: str | None = None) -> SubmittedFile:
    """One notebook by its exact path."""
    if not os.path.isfile(path):  # noqa: PTH113 (Path's raises where a folder may not be entered)
        return SubmittedFile()
    return SubmittedFile(path, content_of(path), beside=digest_of_own_files(path.parent) if beside is None else beside)


def read_submission(source: Path, folder: Path, names: Iterable[str] = ()) -> dict[str, SubmittedFile]:
    """The notebooks of a submission, by the name of the source notebook.

    A notebook that is not there by its name is looked for: the same name in another Unicode form
    (archives made on macOS) or case, then a file in the folder or below it whose answer cells are
    this notebook's (``hello (1).ipynb``, ``hello.ipynb.txt``, a nested folder). Another file that
    has this notebook's cells is named in a note.

    Parameters
    ----------
    source
        Folder of the assignment's source.
    folder
        Folder of the submission.
    names
        Notebooks to read (default: all of the source).
    """
    wanted = sorted(path.stem for path in source.glob("*.ipynb"))
    beside = digest_of_own_files(folder)
    found = {name: read_file(folder / f"{name}.ipynb", beside) for name in wanted}
    there = {item.path for item in found.values()}
    others = [path for path in _notebooks_below(folder) if path not in there]
    cells = {name: frozenset(_ids((source / f"{name}.ipynb").read_bytes())) for name in wanted} if others else {}
    strays = _ids_of(others, frozenset[str]().union(*cells.values()))
    for name in cells:
        if found[name].path is None and (best := _best(name, cells[name], folder, strays)) is not None:
            del strays[best]
            expected = best.parent == folder and best.suffix == ".ipynb" and same_name(best.stem, name)
            note = "" if expected else f"The file `{_shown(best, folder)}` was read as `{name}.ipynb`."
            found[name] = SubmittedFile(best, content_of(best), note, beside)
    for name in cells:
        if found[name].path is not None and (other := _by_cells(name, cells[name], strays)) is not None:
            del strays[other]
            told = f"There is also the file `{_shown(other, folder)}` with cells of this notebook; it was not graded."
            found[name] = replace(found[name], note=f"{found[name].note} {told}".strip())
    for name in wanted if strays else ():
        if found[name].path is None:
            first = _shown(next(iter(strays)), folder)
            told = f"There is the file `{first}`, which has too few of this notebook's cells to be read as it."
            found[name] = SubmittedFile(note=told, beside=beside)
    chosen = set(names)
    return {name: item for name, item in found.items() if not chosen or name in chosen}


def _best(name: str, cells: frozenset[str], folder: Path, strays: Mapping[Path, frozenset[str]]) -> Path | None:
    """The file that stands for a notebook which is not there by its name."""
    same = (path for path in strays if path.parent == folder and same_name(path.stem, name))
    return next(same, None) or _by_cells(name, cells, strays)


def same_name(first: str, second: str) -> bool:
    """Whether two names are the same but for case and Unicode form."""
    return unicodedata.normalize("NFC", first).casefold() == unicodedata.normalize("NFC", second).casefold()


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)).encode(errors="replace").decode()


def _notebooks_below(folder: Path) -> list[Path]:
    """Regular notebook files in a folder and up to three folders below it; no link is followed."""

    def walk(place: Path, depth: int) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False) and depth < DEPTH:
                yield from walk(Path(entry.path), depth + 1)
            elif NOTEBOOK.search(entry.name) and entry.is_file(follow_symlinks=False):
                yield Path(entry.path)

    if folder.is_symlink():
        return []
    found = []
    for path in walk(folder, 0):
        found.append(path)
        if len(found) >= MOST_FILES:
            break
    return found


def _by_cells(name: str, cells: frozenset[str], strays: Mapping[Path, frozenset[str]]) -> Path | None:
    """The file that has most of a notebook's grade ids, if it has more than half.

    Of equals, the one whose name is most like the notebook's, and of those the first.
    """
    shared = {path: len(cells & ids) for path, ids in strays.items()}
    most = max(shared.values(), default=0)
    if most <= len(cells) / 2:
        return None
    like = difflib.SequenceMatcher(b=name, autojunk=False)

    def likeness(path: Path) -> float:
        like.set_seq1(path.stem)
        return like.ratio()

    return max((path for path in strays if shared[path] == most), key=likeness)


def _ids_of(paths: Iterable[Path], known: frozenset[str]) -> dict[Path, frozenset[str]]:
    """The ``known`` grade ids that stand in each file, as long as there is room to read it."""
    found, room = {}, MOST_BYTES
    for path in paths:
        content = content_of(path, min(MAX_BYTES, room)) or b""
        found[path], room = frozenset(name for name in _ids(content) if name in known), room - len(content)
    return found


def _ids(content: bytes) -> Iterator[str]:
    """Grade ids that stand in a notebook file, found without reading it as a notebook."""
    for match in GRADE_ID.finditer(content):
        yield match[1].decode(errors="replace")
