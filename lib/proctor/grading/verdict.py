"""What a test came to: points, the reason, and words for the student."""

import math
import numbers
import sys
from dataclasses import asdict, dataclass
from decimal import Decimal

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from proctor.bridge.outputs import printable
from proctor.grading.link import NotPlainAnswer

LONGEST_FACT = 400
HINT = "student_message"
"""An exception with this attribute set is worded for the student; its text is shown as it is."""


@dataclass
class Verdict:
    """What a test cell came to.

    Points between 0 and the most there are, and for the student a message when points are missing.
    ``reason`` is "passed", "partial", "wrong", "missing", "lost" (the kernel died or took too long)
    or "odd" (an answer that is not plain data). ``misconception`` names the wrong idea where the
    test knows it; ``fact`` is a sentence for the instructor alone.
    """

    name: str
    points: float
    most: float
    reason: str
    message: str = ""
    misconception: str | None = None
    seconds: float = 0.0
    fact: str = ""


def describe_failure(error: BaseException) -> tuple[str, str, str | None, str]:
    """Reason, message for the student, misconception and fact of an exception that a test raised.

    No path, no test source.
    """
    misconception, fact = getattr(error, "misconception", None), getattr(error, "fact", "")
    if getattr(error, HINT, False):
        reason = "odd" if isinstance(error, NotPlainAnswer) else "wrong"
        known = misconception if isinstance(misconception, str) else None
        return reason, str(error), known, fact[:LONGEST_FACT] if isinstance(fact, str) else ""
    if getattr(error, "from_student", False):
        line = next((f" at {note}" for note in getattr(error, "__notes__", [])), "")
        return "wrong", f"Your code raised {type(error).__name__}: {error}{line}", None, ""
    if _is_assertion(error):
        return "wrong", str(error) or "The result is not what the question asks for.", None, ""
    return "wrong", f"Your answer could not be used: {type(error).__name__}: {str(error)[:300]}", None, ""


def line_of(error: BaseException) -> int:
    """The line of the test from which an exception came; 0 where it is none of the test's."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<test>" else line
        trace = trace.tb_next
    return line


def _is_assertion(error: BaseException) -> bool:
    """Whether a test says so that something does not hold, by ``assert`` or through pytest."""
    outcomes = sys.modules.get("_pytest.outcomes")
    return isinstance(error, AssertionError) or (outcomes is not None and isinstance(error, outcomes.OutcomeException))


def partial(value: object, most: float) -> float | None:
    """Points that a test cell's last value stands for, None where it stands for none.

    A number of any library, kept between 0 and the most. What is not finite is 0 points: it may be
    computed from a student's own NaN or infinity.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    kind = type(value)
    if kind is bool or not issubclass(kind, numbers.Real | Decimal):
        return None
    try:
        points = float(value)  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        return 0.0
    return min(max(points, 0.0), most) if math.isfinite(points) else 0.0


def write(cell: NotebookNode, verdict: Verdict, printed: str = "") -> None:
    """Put a verdict into a test cell's outputs, so that nbgrader's rule gives the same points."""
    cell.execution_count, printed = None, printable(printed)
    cell.metadata["proctor"] = {key: value for key, value in asdict(verdict).items() if key != "seconds"}
    if verdict.points >= verdict.most:
        cell.outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    elif verdict.points > 0:
        cell.outputs = [new_output("execute_result", data={"text/plain": repr(verdict.points)})]
    else:
        cell.outputs = [new_output("error", ename="Hint", evalue=verdict.message, traceback=[verdict.message])]
