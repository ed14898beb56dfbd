"""What a student handed in, read once: each notebook's bytes, and which file they came from."""

import functools
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from proctor.grading.own_files import digest_of_own_files
from proctor.grading.rebuild import ABSENT, Handed, content_of, parse_handed

MOST_FILES = 100
"""Files of a submission that are looked at for a notebook that is not there by its name."""
DEPTH = 3
"""Folders below the submission's that are looked into for it."""


@dataclass(frozen=True)
class SubmittedFile:
    """One notebook file as it was read.

    ``path`` is None when there is none, ``content`` None when it cannot be read. ``note`` says so
    when the file has another name than the notebook's; ``beside`` is the digest of the submission's
    other files.
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
        return ABSENT if self.path is None else parse_handed(self.content, (self.note,) if self.note else ())


def read_file(path: Path, beside: str | None = None) -> SubmittedFile:
    """One notebook by its exact path."""
    if not os.path.isfile(path):  # noqa: PTH113 (Path's raises where a folder may not be entered)
        return SubmittedFile()
    return SubmittedFile(path, content_of(path), beside=digest_of_own_files(path.parent) if beside is None else beside)


def read_submission(source: Path, folder: Path, names: Iterable[str] = ()) -> dict[str, SubmittedFile]:
    """The notebooks of a submission, by the name of the source notebook.

    A notebook that is not there by its name is looked for: the same name in another Unicode form
    (archives made on macOS), then a file in the folder or below it whose answer cells are this
    notebook's (``hello (1).ipynb``, a nested folder).

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
    missing = [name for name in wanted if found[name].path is None]
    if missing:
        others = {name: item for name, item in found.items() if item.path is not None}
        found.update(_found_elsewhere(source, folder, missing, {item.path for item in others.values()}, beside))
    chosen = set(names)
    return {name: item for name, item in found.items() if not chosen or name in chosen}


def _found_elsewhere(source: Path, folder: Path, missing: list[str], taken: set[Path | None], beside: str) -> dict[str, SubmittedFile]:
    strays = [path for path in _notebooks_below(folder) if path not in taken]
    found: dict[str, SubmittedFile] = {}
    for name in missing:
        same = next((path for path in strays if unicodedata.normalize("NFC", path.stem) == unicodedata.normalize("NFC", name)), None)
        best = same if same is not None and same.parent == folder else _by_cells(source / f"{name}.ipynb", strays)
        if best is not None:
            strays.remove(best)
            shown = str(best.relative_to(folder)).encode(errors="replace").decode()
            note = "" if best.parent == folder and best is same else f"The file `{shown}` was read as `{name}.ipynb`."
            found[name] = SubmittedFile(best, content_of(best), note, beside)
    return found


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
            elif entry.name.endswith(".ipynb") and entry.is_file(follow_symlinks=False):
                yield Path(entry.path)

    if folder.is_symlink():
        return []
    found = []
    for path in walk(folder, 0):
        found.append(path)
        if len(found) >= MOST_FILES:
            break
    return found


def _by_cells(source: Path, candidates: list[Path]) -> Path | None:
    """The file that has most of a notebook's grade ids, if it has more than half.

    Of equals, the first.
    """
    wanted = _ids(source.read_bytes())
    best, most = None, len(wanted) / 2
    for path in candidates:
        shared = len(wanted & _ids(content_of(path) or b""))
        if shared > most:
            best, most = path, shared
    return best


@functools.lru_cache(maxsize=64)
def _ids(content: bytes) -> frozenset[str]:
    """Grade ids that stand in a notebook file, found without reading it as a notebook."""
    return frozenset(match.decode(errors="replace") for match in re.findall(rb'"grade_id"\s*:\s*"([^"\\]{1,200})"', content))
