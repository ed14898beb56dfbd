"""Small notes that are kept beside a student's notebooks: guesses, and which checks were passed.

They are never graded and never sent. A note that cannot be read is put aside, not overwritten; a
folder that cannot be written to (as in a grader's sandbox) is no error.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


class SideFile:
    """A JSON object in a file of the current folder, by name.

    Parameters
    ----------
    name : str
        Name of the file.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, folder: Path | None = None) -> dict[str, Any]:
        """What is kept in a folder (by default the current one).

        It is empty where nothing is readable.
        """
        path = (folder or Path()) / self.name
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def write(self, changes: Mapping[str, Any]) -> bool:
        """Keep changes in the current folder; None removes a key.

        Returns whether they could be kept.
        """
        path = Path(self.name)
        kept = self.read()
        try:
            if not kept and path.exists() and path.read_bytes().strip() not in (b"", b"{}"):
                _put_aside(path)
            merged = {key: value for key, value in {**kept, **changes}.items() if value is not None}
            _write_whole(path, json.dumps(merged, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        except OSError:
            return False
        return True


def _put_aside(path: Path) -> None:
    """Rename a file that is not ours to read, to a name that is free."""
    count = 1
    while (aside := path.with_name(f"{path.stem}-unreadable-{count}{path.suffix}")).exists():
        count += 1
    path.rename(aside)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it holds the old text or the new one, whenever the process is killed."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
