"""Numbers for each student: whose numbers a hidden test examines.

A course whose questions have numbers that differ from student to student draws them from a key. A
hidden test asks for the keys that count for the submission it examines::

    from proctor.variants import keys

    examine(answer, students=keys(STUDENT))

They are made from the id under which the submission was handed in, and never from what is written
in it. Without a secret a student's key is that id. With one it is a code that only the instructor
can make, with ``proctor codes``, and hands out: the secret itself stays in the process that grades.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

STANDARD = ""
"""Key of the numbers that are the same for everybody."""
MODES = ("off", "offered", "required")
DIGITS = 8
"""Hexadecimal digits of a code."""
_examined: ContextVar[tuple[str, ...] | None] = ContextVar("keys of the submission that is examined", default=None)


def key_of(student: str, secret: str = "") -> str:
    """A student's own key: the id, or with a secret a code made from both.

    The code is HMAC-SHA-256 (RFC 2104), cut short.
    """
    if not secret:
        return student
    text = unicodedata.normalize("NFC", student).encode(errors="surrogatepass")
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:DIGITS]


def keys_for(student: str, mode: str, secret: str = "") -> tuple[str, ...]:
    """Keys whose numbers count for a student, the own one first.

    Raises ValueError for a mode that is not in :data:`MODES`.
    """
    if mode not in MODES:
        raise ValueError(f"variants is {mode!r}; expected one of {', '.join(MODES)}")
    own = key_of(student, secret)
    return {"off": (STANDARD,), "offered": (own, STANDARD), "required": (own,)}[mode]


@contextmanager
def examining(found: tuple[str, ...]) -> Iterator[None]:
    """While a submission's tests run: the keys that count for it."""
    token = _examined.set(found)
    try:
        yield
    finally:
        _examined.reset(token)


def keys(written: object = STANDARD) -> tuple[str, ...]:
    """Keys whose numbers count for the submission that is examined, the student's own first.

    Where nothing is examined, as in the instructor's own notebook, or where nbgrader grades without
    proctor, the notebook is taken at its word: ``written`` counts, and the standard numbers.
    """
    found = _examined.get()
    return (str(written or STANDARD).strip(), STANDARD) if found is None else found
