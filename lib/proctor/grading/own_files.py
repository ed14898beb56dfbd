"""Files that a student handed in beside the notebooks: modules, data, pictures.

They are seen in the student's kernel alone.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 200
MOST_BYTES = 50_000_000
DEPTH = 4
NOT_THEIRS = frozenset({"timestamp.txt", "submission_secret.txt"})
"""What nbgrader puts beside a submission."""


def own_files(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a submission's files, in order, as long as there is room.

    No notebooks, no hidden files, and nothing that is not a regular file (link, pipe, device).
    """
    room, count = MOST_BYTES, 0
    for path in _below(folder, DEPTH) if folder is not None and not folder.is_symlink() else ():
        content = _content(path, room)
        if content is None:
            continue
        room, count = room - len(content), count + 1
        if count > MOST_FILES:
            return
        yield path.relative_to(str(folder)).as_posix(), content


def digest_of_own_files(folder: Path | None) -> str:
    """Digest of a submission's files beside the notebooks; empty when there are none."""
    total, found = hashlib.sha256(), False
    for name, content in own_files(folder):
        found = True
        total.update(f"\0{name}\0{len(content)}\0".encode(errors="surrogateescape") + content)
    return total.hexdigest() if found else ""


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries[: 5 * MOST_FILES]:
        if entry.name.startswith((".", "__pycache__")) or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth:
                yield from _below(Path(entry.path), depth - 1)
        elif entry.is_file(follow_symlinks=False) and not entry.name.lower().endswith(".ipynb") and entry.name not in NOT_THEIRS:
            yield Path(entry.path)


def _content(path: Path, most: int) -> bytes | None:
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as opened:
            return opened.read() if os.fstat(opened.fileno()).st_size <= most else None
    except OSError:
        return None
