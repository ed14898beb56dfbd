"""The one store of results: what grading found for each submission, whoever started it.

A result record is a JSON file per student and assignment, below ``autograded/.proctor``. It is
written last, after the graded notebooks and the gradebook, so a record that is there is true.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from proctor.course.folders import Course, write_whole
from proctor.grading.grade import Graded, GradedNotebook
from proctor.grading.verdict import Verdict

VERSION = 2
"""Format of the files; one of another format counts as absent."""


@dataclass(frozen=True)
class NotebookResult:
    """What grading found in one notebook.

    ``inputs`` names what the points depend on, each with a digest; ``answers`` has a digest of the
    answer that each graded cell was marked for; ``answered`` lists the grade ids that the student
    wrote in; ``kept`` says how the verdicts are kept that later gradings keep
    (:mod:`proctor.course.kept`).
    """

    name: str
    handed_in: bool = True
    notes: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    evidence: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, graded: GradedNotebook) -> "NotebookResult":
        """The record of a notebook that was just graded."""
        return cls(
            graded.name,
            graded.handed_in,
            tuple(graded.notes),
            tuple(graded.verdicts),
            tuple(graded.evidence),
            tuple(sorted(graded.answered)),
            dict(graded.answers),
            dict(graded.inputs),
        )

    def verdict(self, cell: str) -> Verdict | None:
        """The verdict of a test cell; None when the cell is not known or is marked by hand."""
        return next((verdict for verdict in self.verdicts if verdict.name == cell), None)


@dataclass(frozen=True)
class Change:
    """One cell whose points or message changed when a submission was graded again."""

    when: str
    cause: str
    notebook: str
    cell: str
    old: float
    new: float
    old_message: str = ""
    new_message: str = ""


@dataclass(frozen=True)
class ResultRecord:
    """What grading found for one student's submission.

    ``failure`` says why the submission could not be graded the last time, "" when it was;
    ``history`` lists what changed since the first grading, oldest first.
    """

    student: str
    assignment: str
    notebooks: tuple[NotebookResult, ...] = ()
    failure: str = ""
    confined: bool = True
    seconds: float = 0.0
    history: tuple[Change, ...] = ()

    @classmethod
    def of(cls, graded: Graded) -> "ResultRecord":
        """The record of a submission that was just graded."""
        notebooks = tuple(NotebookResult.of(notebook) for notebook in graded.notebooks)
        return cls(graded.student, graded.assignment, notebooks, confined=graded.confined, seconds=round(graded.seconds, 3))

    def keeping(self, kept: Mapping[str, Mapping[str, str]]) -> "ResultRecord":
        """The same record with the cells, by notebook, whose verdicts later gradings keep."""
        notebooks = [replace(one, kept=dict(kept.get(one.name, {}))) for one in self.notebooks]
        return replace(self, notebooks=tuple(notebooks))

    def notebook(self, name: str) -> NotebookResult | None:
        """The result of one notebook; None when there is none."""
        return next((notebook for notebook in self.notebooks if notebook.name == name), None)

    def with_notebook(self, result: NotebookResult) -> "ResultRecord":
        """The same record with one notebook's result added or replaced.

        Notebooks stay sorted by name.
        """
        others = [notebook for notebook in self.notebooks if notebook.name != result.name]
        return replace(self, notebooks=tuple(sorted([*others, result], key=lambda notebook: notebook.name)))


def read_result(course: Course, student: str) -> ResultRecord | None:
    """The record of a student; None when there is none or it cannot be read."""
    try:
        return _from_json(json.loads(course.result_path(student).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_result(course: Course, record: ResultRecord) -> None:
    """Replace the record of a student; raises OSError where the folder cannot be written."""
    text = json.dumps({"version": VERSION, **asdict(record)}, indent=1)
    write_whole(course.result_path(record.student), text)


def results(course: Course) -> list[ResultRecord]:
    """The records of an assignment, by student."""
    students = sorted(path.stem for path in course.results.glob("*.json") if not path.name.startswith("."))
    return [record for student in students if (record := read_result(course, student)) is not None]


def _from_json(data: dict[str, Any]) -> ResultRecord:
    if data.pop("version") != VERSION:
        raise ValueError("a record of another format")
    data.pop("lateness", None)  # stands in records of before, and nothing reads it
    notebooks = tuple(map(_notebook_from_json, data.pop("notebooks")))
    history = tuple(Change(**change) for change in data.pop("history"))
    return ResultRecord(notebooks=notebooks, history=history, **data)


def _notebook_from_json(data: dict[str, Any]) -> NotebookResult:
    verdicts = tuple(Verdict(**verdict) for verdict in data.pop("verdicts"))
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return NotebookResult(verdicts=verdicts, **lists)
