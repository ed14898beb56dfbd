"""Times of a hand-in, as an instructor or a student's archive writes them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from proctor.errors import CannotGrade

WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ]\s*(?P<clock>\d\d:\d\d(:\d\d(\.\d{1,6})?)?)\s*"
    r"(?P<zone>Z|UTC|[+-]\d\d:?\d\d|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)",
    re.ASCII,
)
EXPECTED = "a date, a time and a zone, such as '2026-01-31 23:59 UTC', '2026-01-31 23:59 +01:00' or '2026-01-31 23:59 Europe/Berlin'"
LONGEST = 80


def stamp_of(text: str) -> str:
    """A time as nbgrader writes it into a submission, in UTC.

    Raises CannotGrade for a text that is not a date in ISO's order with a time and a zone, and for
    a time that a zone's clocks show twice or never. Abbreviations such as CET are refused: they
    mean different things to different people.
    """
    if not (known := WRITTEN.fullmatch(text.strip())):
        raise CannotGrade(f"{text!r} is not a time that can only be read in one way; expected {EXPECTED}")
    try:
        local = datetime.fromisoformat(f"{known['day']}T{known['clock']}").replace(tzinfo=_zone(known["zone"]))
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            raise ValueError("the clocks are set then, so that it is there twice or not at all; write it in UTC")
        return f"{local.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'microseconds')} UTC"
    except (ValueError, OverflowError) as error:
        raise CannotGrade(f"{text!r} is not a time: {error}; expected {EXPECTED}") from error


def _zone(name: str) -> tzinfo:
    if name in {"Z", "UTC"}:
        return UTC
    if name[0] in "+-":
        ahead = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-ahead if name[0] == "-" else ahead)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no zone {name!r}") from error


def own_stamp(content: bytes) -> str | None:
    """The time in a file that a student's own clock or the exchange wrote, where it can be read."""
    if len(content) > LONGEST:
        return None
    try:
        return stamp_of(content.decode(errors="replace"))
    except CannotGrade:
        return None
