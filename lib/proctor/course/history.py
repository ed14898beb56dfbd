"""The journal: what changed in a student's points after the first grading, and why."""

from proctor.course.results import Change, ResultRecord

REGRADED = "regraded"
"""A cause that begins so is told to the student."""


def sentence(change: Change) -> str:
    """A change in words for the student."""
    return f"The points of `{change.cell}` were corrected on {change.when[:10]}: {change.old:g} before, {change.new:g} now."


def lines(record: ResultRecord) -> list[str]:
    """A student's journal of one assignment, one line a change, oldest first."""
    return [
        f"{change.when}  {record.assignment}/{change.notebook}/{change.cell}  {change.old:g} -> {change.new:g}  ({change.cause})"
        for change in record.history
    ]
