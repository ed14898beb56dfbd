"""Errors whose message tells an instructor what to do."""

import contextlib
from collections.abc import Iterator
from pathlib import Path


class CannotGrade(RuntimeError):
    """Grading cannot begin; the message says what to do."""


@contextlib.contextmanager
def writing(target: Path) -> Iterator[None]:
    """While a file or folder is written: raise CannotGrade that names it where that fails."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise CannotGrade(f"{target} cannot be written ({why}); expected a place in a folder that you may write in") from error
