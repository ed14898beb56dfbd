"""What regrading a class would change.

Old and new points and messages by student and cell, totals, and who would lose.
"""

import ast
import datetime
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import nbformat
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from proctor.course.consistency import source_cells
from proctor.course.folders import Course
from proctor.course.gradebook import Penalty, late_cost
from proctor.course.kept import AS_GRADED, AT_LEAST, Kept, named, still_kept, with_verdicts
from proctor.course.results import Change, NotebookResult, ResultRecord
from proctor.errors import CannotGrade
from proctor.grading.adjustments import Adjustment
from proctor.grading.grade import Graded, GradedNotebook
from proctor.grading.matching import grade_id
from proctor.grading.source_code import compiled, python
from proctor.grading.verdict import Verdict

Points = Mapping[tuple[str, str], float]
"""Points by (notebook, cell)."""
Marks = dict[str, dict[tuple[str, str], float]]
"""Marks given by hand, by student and (notebook, cell)."""
PENDING = "test of another cell"
"""An input that no grading has: a record with it is stale."""
BY_HAND = "Marked by hand."


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

    def adjusted(self, known: Mapping[str, Adjustment], points: Mapping[str, float]) -> dict[str, Adjustment]:
        """The decisions about tests with these wishes added.

        A wish that is there already changes nothing. A test whose cell gets another number of
        points goes on counting in those that it had, the cells' ``points``.
        """
        found = dict(known)
        for cell in self.full:
            found[cell] = replace(found.get(cell, Adjustment()), full=True)
        for cell, code in self.accept:
            before = found.get(cell, Adjustment())
            found[cell] = replace(before, accept=tuple(dict.fromkeys((*before.accept, code))))
        for cell, wanted in self.points.items():
            before, now = found.pop(cell, Adjustment()), points.get(cell, wanted)
            counted = before.out_of if before.out_of and before.points == now else now
            after = replace(before, out_of=0.0, points=0.0) if counted == wanted else replace(before, out_of=counted, points=wanted)
            if after != Adjustment():
                found[cell] = after
        return found

    @property
    def cells(self) -> frozenset[str]:
        """The cells that something is wished for."""
        return frozenset({*self.points, *self.full, *(cell for cell, _ in self.accept)})

    def checked(self, course: Course) -> "Wishes":
        """The same with the names that cells go by.

        Raises CannotGrade for a name that is none or that several notebooks have, and for a test
        that is no Python or holds nothing.
        """
        names = {cell: proper_name(course, cell) for cell in self.cells}
        for cell, code in self.accept:
            check_test(cell, code)
        points = {names[cell]: value for cell, value in self.points.items()}
        return Wishes(points, frozenset(names[cell] for cell in self.full), tuple((names[cell], code) for cell, code in self.accept))


def check_test(cell: str, code: str) -> None:
    """Raise CannotGrade for a further test of a cell that is no Python, or that tests nothing."""
    try:
        compiled(code)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        shown = (code.splitlines() or [""])[min(line, len(code.splitlines()) or 1) - 1].strip()
        why = getattr(error, "msg", None) or error
        raise CannotGrade(f"the further test of {cell} is no Python, line {line}: {why}: {shown!r}") from error
    if not ast.parse(python(code)).body:
        raise CannotGrade(f"the further test of {cell} is empty, and everybody would pass it; expected Python code")


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

    Students concerned, totals of everybody before and after, by student, and by NOTEBOOK/CELL those
    who would have other points there had an earlier regrading not kept them.
    """

    assignment: str
    applied: bool = False
    students: list[StudentChange] = field(default_factory=list)
    old_totals: dict[str, float] = field(default_factory=dict)
    new_totals: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def losers(self) -> list[StudentChange]:
        """Students whose total falls."""
        return [one for one in self.students if one.new_total < one.old_total]


def cell_names(course: Course) -> dict[tuple[str, str], str]:
    """The cells with points, as (notebook, cell), each with the name that it goes by.

    That is NOTEBOOK/CELL where several notebooks have a cell of that name. Raises CannotGrade for a
    source that cannot be read.
    """
    sources = {path.stem: source_cells(path) for path in sorted(course.source.glob("*.ipynb"))}
    found = [(notebook, cell) for notebook, cells in sources.items() for kind, cell in cells if kind != "answer"]
    often = Counter(cell for _, cell in found)
    return {(notebook, cell): f"{notebook}/{cell}" if often[cell] > 1 else cell for notebook, cell in found}


def proper_name(course: Course, name: str) -> str:
    """The name that a cell goes by, from its grade id or NOTEBOOK/CELL.

    Raises CannotGrade for a name that no cell with points has, or that several notebooks have.
    """
    known = cell_names(course)
    found = [there for (notebook, cell), there in known.items() if name in (cell, f"{notebook}/{cell}")]
    if not found:
        raise CannotGrade(f"there is no graded cell {name!r}; there are {', '.join(sorted(known.values()))}")
    if len(found) > 1:
        raise CannotGrade(f"several notebooks have a graded cell {name!r}; name one of {', '.join(sorted(found))}")
    return found[0]


def points_of_cells(course: Course) -> dict[str, float]:
    """Points of the test cells in the source, by the name that a cell goes by."""
    names, found = cell_names(course), {}
    for path in sorted(course.source.glob("*.ipynb")):
        cells = source_cells(path)
        for (kind, cell), points in cells.items():
            if kind == "graded" and points is not None and ("answer", cell) not in cells:
                found[names[path.stem, cell]] = points
    return found


def wished_sources(course: Course, wishes: Wishes) -> dict[str, str]:
    """The source notebooks that the wished points change, by name, as text.

    Raises CannotGrade for a cell that the source does not have or that is marked by hand.
    """
    texts, cells, names = {}, {}, cell_names(course)
    for name in course.notebooks:
        notebook = nbformat.read(course.source / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)
        changed = False
        for cell in notebook.cells:
            marks, known = cell.metadata.get("nbgrader", {}), names.get((name, grade_id(cell) or ""))
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
    """Give cells another number of points in the gradebook, all in one transaction.

    Marks that were given by hand change in proportion; those of a cell without points are taken
    away.
    """
    session = gradebook.db()
    try:
        for notebook in gradebook.find_assignment(assignment).notebooks:
            for cell in [*notebook.grade_cells, *notebook.task_cells]:
                wanted = value_of(points, notebook.name, cell.name)
                if wanted is None:
                    continue
                for grade in cell.grades:
                    grade.manual_score = in_proportion(grade.manual_score, cell.max_score, wanted)
                cell.max_score = wanted
        session.commit()
    except BaseException:
        session.rollback()
        raise


def in_proportion(mark: float | None, old: float, new: float) -> float | None:
    """A mark by hand of a cell with ``old`` points when it has ``new`` ones; None without any."""
    if mark is None or not new:
        return None
    return mark * new / old if old else mark


def marks_by_hand(gradebook: Gradebook, assignment: str, points: Mapping[str, float]) -> tuple[Marks, Marks]:
    """Marks given by hand, by student, as they are and as they are with the wished ``points``."""
    found = gradebook.find_assignment(assignment)
    old = {submission.student.id: marks_of(submission) for submission in found.submissions}
    most = {(note.name, cell.name): cell.max_score for note in found.notebooks for cell in [*note.grade_cells, *note.task_cells]}
    new: Marks = {}
    for student, marks in old.items():
        new[student] = {}
        for cell, mark in marks.items():
            wanted = value_of(points, *cell)
            after = mark if wanted is None else in_proportion(mark, most[cell], wanted)
            if after is not None:
                new[student][cell] = after
    return old, new


def value_of(points: Mapping[str, float], notebook: str, cell: str) -> float | None:
    """What ``points``, by cell or NOTEBOOK/CELL, has for a cell; None when nothing."""
    return points.get(f"{notebook}/{cell}", points.get(cell))


@dataclass(frozen=True)
class Choice:
    """Which cells a new grading may change.

    They are all, or those that ``only`` names and those of decisions (``decided``). Decisions alone
    leave all other cells for a later grading; with ``only`` the others stay for good. Nobody loses
    points on a cell with ``never_lower``, except where the number of its points changes
    (``repointed``).
    """

    only: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()
    repointed: frozenset[str] = frozenset()
    never_lower: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The cells that are named; none when it is all."""
        return self.only | self.decided

    def lets_nobody_lose(self, notebook: str, cell: str) -> bool:
        """Whether points on a cell may not fall."""
        return self.never_lower and not named(self.repointed, notebook, cell)


def merged(previous: ResultRecord, graded: Graded, choice: Choice) -> tuple[Graded, Kept]:
    """A new grading in which some cells stay as they were, and which of them later gradings keep.

    Where decisions alone leave a cell as it was that would get other points now, the grade stays
    stale, so that the next grading looks at it.
    """
    notebooks, kept = [], {}
    for notebook in graded.notebooks:
        before = previous.notebook(notebook.name)
        verdicts, kept[notebook.name] = _held(before, notebook, choice)
        left = choice.decided and not choice.only
        pending = [
            one for one in notebook.verdicts
            if left and one.name in verdicts and one.name not in kept[notebook.name] and verdicts[one.name].points != one.points
        ]
        changed = with_verdicts(notebook, verdicts)
        notebooks.append(replace(changed, inputs={**changed.inputs, PENDING: "left"}) if pending else changed)
    return replace(graded, notebooks=notebooks), kept


def _held(before: NotebookResult | None, notebook: GradedNotebook, choice: Choice) -> tuple[dict[str, Verdict], dict[str, str]]:
    """Verdicts that stay as they were, and how those of them are kept that later gradings keep."""
    held, verdicts, kept = still_kept(before, NotebookResult.of(notebook), choice.names), {}, {}
    for verdict in notebook.verdicts:
        name = verdict.name
        old = before.verdict(name) if before else None
        if name in held:
            verdicts[name], kept[name] = held[name]
        elif old is not None and choice.names and not named(choice.names, notebook.name, name):
            verdicts[name] = old
            if old.points != verdict.points and choice.only:
                kept[name] = AS_GRADED
        elif old is not None and old.points > verdict.points and choice.lets_nobody_lose(notebook.name, name):
            verdicts[name], kept[name] = old, AT_LEAST
    return verdicts, kept


def total(
    gradebook: Gradebook, assignment: str, student: str, penalty: Penalty | None, points: Points, marks: Points | None = None
) -> float:
    """Points of a student, with the given automatic points, less late penalties.

    They take the place of those in the gradebook, and so do ``marks`` given by hand. Raises
    CannotGrade when the gradebook has no grade of the student.
    """
    submission, found = submission_of(gradebook, assignment, student), 0.0
    late, marks = submission.total_seconds_late, marks_of(submission) if marks is None else marks
    for notebook in submission.notebooks:
        score = 0.0
        for grade in notebook.grades:
            cell = (notebook.name, grade.name)
            score += marks.get(cell, points.get(cell, grade.auto_score) or 0.0) + (grade.extra_credit or 0.0)
        cost = late_cost(penalty, student, score, late) if penalty is not None and late > 0 else None
        found += score - (cost or 0.0)
    return found


def submission_of(gradebook: Gradebook, assignment: str, student: str) -> SubmittedAssignment:
    """What the gradebook has of a student; raises CannotGrade, with what to do, when nothing."""
    try:
        return gradebook.find_submission(assignment, student)
    except MissingEntry:
        pass
    try:
        gradebook.find_student(student)
    except MissingEntry:
        raise CannotGrade(
            f"{student} is not in the gradebook any more, and submitted/{student}/{assignment} is still there: remove that folder, "
            f"or add the student (nbgrader db student add {student}) and grade with: proctor grade {assignment} --student {student}"
        ) from None
    raise CannotGrade(f"the gradebook has no grade of it; grade with: proctor grade {assignment} --student {student}")


def marks_of(submission: SubmittedAssignment) -> dict[tuple[str, str], float]:
    """Marks given by hand, by (notebook, cell)."""
    return {
        (notebook.name, grade.name): grade.manual_score
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.manual_score is not None
    }


def points_of(notebooks: Sequence[GradedNotebook | NotebookResult]) -> dict[tuple[str, str], float]:
    """Automatic points of graded notebooks or their results."""
    return {(one.name, verdict.name): verdict.points for one in notebooks for verdict in one.verdicts}


def cell_changes(
    previous: ResultRecord, graded: Graded, old_marks: Points, new_marks: Points | None = None
) -> tuple[CellChange, ...]:
    """Cells whose points differ between the last grading and a new one.

    ``old_marks`` are those given by hand; ``new_marks`` are the same after a decision about the
    number of points.
    """
    new_marks, found = old_marks if new_marks is None else new_marks, []
    for notebook in graded.notebooks:
        before = previous.notebook(notebook.name)
        for verdict in notebook.verdicts:
            cell, old = (notebook.name, verdict.name), before.verdict(verdict.name) if before else None
            mark, after = old_marks.get(cell), new_marks.get(cell)
            if mark is not None and mark != after:
                found.append(CellChange(*cell, mark, verdict.points if after is None else after, BY_HAND, BY_HAND if after else ""))
            elif old is not None and old.points != verdict.points:
                found.append(CellChange(*cell, old.points, verdict.points, old.message, verdict.message, mark is not None))
    tests = {(notebook.name, verdict.name) for notebook in graded.notebooks for verdict in notebook.verdicts}
    read = [cell for cell in old_marks if cell not in tests and old_marks[cell] != new_marks.get(cell)]
    return (*found, *(CellChange(*cell, old_marks[cell], new_marks.get(cell, 0.0), BY_HAND, BY_HAND) for cell in read))


def changed_marks(cells: Sequence[CellChange], cause: str) -> list[Change]:
    """Changes of marks by hand, for the journal."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    found = [cell for cell in cells if cell.old_message == BY_HAND]
    return [Change(now, cause, one.notebook, one.cell, one.old, one.new, one.old_message, one.new_message) for one in found]


def wishes_as_words(wishes: Wishes) -> str:
    """What was wished, in a phrase for the journal."""
    said = [f"{cell} has {points:g} points" if points else f"{cell} is void" for cell, points in wishes.points.items()]
    said += [f"everybody has the points of {cell}" for cell in sorted(wishes.full)]
    said += [f"another answer to {cell} is right too: {json.dumps(code)[:80]}" for cell, code in wishes.accept]
    return "; ".join(said)
