"""What regrading a class would change.

Old and new points and messages by student and cell, totals, and who would lose.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import nbformat
from nbgrader.api import Gradebook

from proctor.course.folders import Course
from proctor.course.gradebook import Penalty, late_cost
from proctor.course.results import NotebookResult, ResultRecord
from proctor.errors import CannotGrade
from proctor.grading.adjustments import Adjustment
from proctor.grading.grade import Graded, GradedNotebook
from proctor.grading.matching import grade_id
from proctor.grading.verdict import Verdict, write

Points = Mapping[tuple[str, str], float]
"""Automatic points by (notebook, cell)."""


@dataclass(frozen=True)
class Wishes:
    """What to change beside the source as it stands.

    ``points`` gives cells another number of points (0 voids them), ``full`` gives everybody a
    cell's points, ``accept`` adds the code of a further test to a cell, of which passing one is
    enough.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    full: frozenset[str] = frozenset()
    accept: tuple[tuple[str, str], ...] = ()

    def adjusted(self, known: Mapping[str, Adjustment]) -> dict[str, Adjustment]:
        """The decisions about tests with these wishes added.

        A wish that is there already changes nothing.
        """
        found = dict(known)
        for cell in self.full:
            found[cell] = replace(found.get(cell, Adjustment()), full=True)
        for cell, code in self.accept:
            before = found.get(cell, Adjustment())
            found[cell] = replace(before, accept=tuple(dict.fromkeys((*before.accept, code))))
        return found


@dataclass(frozen=True)
class CellChange:
    """One cell of one student: points of how many before and after, and messages.

    ``overridden`` says that a reader's mark counts in place of either.
    """

    notebook: str
    cell: str
    old: float
    new: float
    old_message: str = ""
    new_message: str = ""
    overridden: bool = False


@dataclass(frozen=True)
class StudentChange:
    """What changes for one student."""

    student: str
    name: str
    cells: tuple[CellChange, ...]
    old_total: float
    new_total: float


@dataclass
class Regrading:
    """What regrading a class changes.

    Students concerned, and totals of everybody before and after, by student.
    """

    assignment: str
    applied: bool = False
    students: list[StudentChange] = field(default_factory=list)
    old_totals: dict[str, float] = field(default_factory=dict)
    new_totals: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def losers(self) -> list[StudentChange]:
        """Students whose total falls."""
        return [one for one in self.students if one.new_total < one.old_total]


def wished_sources(course: Course, wishes: Wishes) -> dict[str, str]:
    """The source notebooks that the wished points change, by name, as text.

    Raises CannotGrade for a cell that the source does not have or that is marked by hand.
    """
    texts, cells = {}, {}
    for name in course.notebooks:
        notebook = nbformat.read(course.source / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)
        changed = False
        for cell in notebook.cells:
            marks, known = cell.metadata.get("nbgrader", {}), grade_id(cell)
            if known and (marks.get("grade") or marks.get("task")):
                cells[known] = bool(marks.get("solution") or marks.get("task"))
                if known in wishes.points and float(marks.get("points", 0)) != wishes.points[known]:
                    wanted = wishes.points[known]
                    marks["points"] = int(wanted) if wanted == int(wanted) else wanted
                    changed = True
        if changed:
            texts[name] = nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
    for cell in [*wishes.points, *wishes.full, *(cell for cell, _ in wishes.accept)]:
        if cell not in cells:
            raise CannotGrade(f"there is no graded cell {cell!r}; there are {', '.join(sorted(cells))}")
        if cells[cell] and cell not in wishes.points:
            raise CannotGrade(f"{cell!r} is marked by hand: change its marks in the formgrader")
        if cells[cell] and not wishes.points[cell]:
            raise CannotGrade(f"{cell!r} is marked by hand, so it cannot be void while it has marks; give it points or remove it")
    return texts


def set_max_scores(gradebook: Gradebook, assignment: str, points: Mapping[str, float]) -> None:
    """Give cells another number of points in the gradebook, all in one transaction."""
    session = gradebook.db()
    try:
        for notebook in gradebook.find_assignment(assignment).notebooks:
            for cell in [*notebook.grade_cells, *notebook.task_cells]:
                if cell.name in points:
                    cell.max_score = points[cell.name]
        session.commit()
    except BaseException:
        session.rollback()
        raise


def merged(
    previous: ResultRecord, graded: Graded, only: Collection[str] = (), *, never_lower: bool = False, wished: Collection[str] = ()
) -> Graded:
    """A new grading in which some cells stay as they were.

    Those are cells not in ``only`` (none, when it is empty), and with ``never_lower`` those whose
    points fall; not the ``wished`` ones, whose number of points changes.
    """
    notebooks = []
    for notebook in graded.notebooks:
        before, kept = previous.notebook(notebook.name), {}
        for verdict in notebook.verdicts:
            old = before.verdict(verdict.name) if before and verdict.name not in wished else None
            if old is not None and ((only and verdict.name not in only) or (never_lower and old.points > verdict.points)):
                kept[verdict.name] = old
        notebooks.append(_with_verdicts(notebook, kept))
    return replace(graded, notebooks=notebooks)


def _with_verdicts(graded: GradedNotebook, kept: Mapping[str, Verdict]) -> GradedNotebook:
    if not kept:
        return graded
    notebook = nbformat.reads(graded.content, as_version=4)
    for cell in notebook.cells:
        found = kept.get(grade_id(cell) or "")
        if found is not None:
            write(cell, found)
    verdicts = [kept.get(verdict.name, verdict) for verdict in graded.verdicts]
    return replace(graded, content=nbformat.v4.writes(notebook), verdicts=verdicts)


def total(gradebook: Gradebook, assignment: str, student: str, penalty: Penalty | None, points: Points) -> float:
    """Points of a student, with the given automatic points, less late penalties.

    They take the place of those in the gradebook.
    """
    submission, found = gradebook.find_submission(assignment, student), 0.0
    late = submission.total_seconds_late
    for notebook in submission.notebooks:
        score = 0.0
        for grade in notebook.grades:
            automatic = points.get((notebook.name, grade.name), grade.auto_score)
            score += (grade.manual_score if grade.manual_score is not None else automatic or 0.0) + (grade.extra_credit or 0.0)
        cost = late_cost(penalty, student, score, late) if penalty is not None and late > 0 else None
        found += score - (cost or 0.0)
    return found


def points_of(notebooks: Sequence[GradedNotebook | NotebookResult]) -> dict[tuple[str, str], float]:
    """Automatic points of graded notebooks or their results."""
    return {(one.name, verdict.name): verdict.points for one in notebooks for verdict in one.verdicts}


def cell_changes(gradebook: Gradebook, previous: ResultRecord, graded: Graded) -> tuple[CellChange, ...]:
    """Cells whose automatic points differ between the last grading and a new one."""
    rows = {
        (notebook.name, grade.name): grade.manual_score
        for notebook in gradebook.find_submission(graded.assignment, graded.student).notebooks
        for grade in notebook.grades
    }
    found = []
    for notebook in graded.notebooks:
        before = previous.notebook(notebook.name)
        for verdict in notebook.verdicts:
            old = before.verdict(verdict.name) if before else None
            if old is not None and old.points != verdict.points:
                by_hand = rows.get((notebook.name, verdict.name)) is not None
                found.append(
                    CellChange(notebook.name, verdict.name, old.points, verdict.points, old.message, verdict.message, by_hand)
                )
    return tuple(found)


def wishes_as_words(wishes: Wishes) -> str:
    """What was wished, in a phrase for the journal."""
    said = [f"{cell} has {points:g} points" if points else f"{cell} is void" for cell, points in wishes.points.items()]
    said += [f"everybody has the points of {cell}" for cell in sorted(wishes.full)]
    said += [f"another answer to {cell} is right too: {json.dumps(code)[:80]}" for cell, code in wishes.accept]
    return "; ".join(said)
