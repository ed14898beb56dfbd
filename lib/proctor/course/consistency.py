"""Whether the gradebook knows the same cells and points as the source used for grading."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from proctor.course.folders import Course
from proctor.errors import CannotGrade

MOST = 8
"""Differences that a message lists."""
Cells = dict[tuple[str, str], float | None]


def source_cells(path: Path) -> Cells:
    """Cells of a source notebook that nbgrader knows, by (kind, grade id), with their points.

    Cells that give none have None. Kinds are "graded", "answer" and "task"; a written answer is
    both graded and an answer. Raises CannotGrade for a notebook that cannot be read or is in
    another language than Python, and for a cell without points or a name.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        marks = [dict(cell["metadata"].get("nbgrader") or {}) for cell in notebook["cells"]]
        need_python(str(path), dict(notebook.get("metadata") or {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise CannotGrade(f"{path} cannot be read as a notebook of format 4 ({why})") from error
    found: Cells = {}
    for place, known in enumerate(marks, start=1):
        kinds = [kind for kind, key in (("graded", "grade"), ("answer", "solution"), ("task", "task")) if known.get(key)]
        if "task" in kinds:
            kinds = ["task"]
        for kind in kinds:
            name = known.get("grade_id")
            if not name:
                raise CannotGrade(f"cell {place} of {path} has no grade id; give it one in the Create Assignment toolbar")
            if (kind, name) in found:
                raise CannotGrade(f"two cells of {path} have the grade id {name!r}; give one of them another")
            if kind == "answer":
                found[kind, name] = None
                continue
            try:
                found[kind, name] = float(known["points"])
            except (KeyError, TypeError, ValueError):
                raise CannotGrade(
                    f"cell {name!r} of {path} is graded and has no points; give it some in the Create Assignment toolbar"
                ) from None
    return found


def need_python(what: str, metadata: Mapping[str, object]) -> None:
    """Raise CannotGrade for a notebook whose metadata names another language than Python."""
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        said = metadata.get(key)
        language = said.get(name) if isinstance(said, Mapping) else None
        if isinstance(language, str) and language:
            if not re.fullmatch(r"i?python\d*", language.lower()):
                raise CannotGrade(f"{what} is a notebook in {language}; proctor grades Python. Grade this course with nbgrader alone")
            return


def gradebook_cells(gradebook: Gradebook, assignment: str, notebook: str) -> Cells | None:
    """The same as the gradebook has it; None when it has no such notebook."""
    try:
        known = gradebook.find_notebook(notebook, assignment)
    except MissingEntry:
        return None
    return {
        **{("graded", cell.name): float(cell.max_score) for cell in known.grade_cells},
        **{("answer", cell.name): None for cell in known.solution_cells},
        **{("task", cell.name): float(cell.max_score) for cell in known.task_cells},
    }


@dataclass
class Differences:
    """How the gradebook differs from a source, one sentence each.

    ``cells`` are there on one side only; ``points`` differ where a cell is there on both, which
    nbgrader mends whenever it generates.
    """

    cells: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)

    def add(self, name: str, source: Cells, known: Cells | None) -> None:
        """Add those of one notebook."""
        if known is None:
            self.cells.append(f"notebook {name} is not in the gradebook")
            return
        new, gone = sorted(source.keys() - known.keys()), sorted(known.keys() - source.keys())
        self.cells += [f"{kind} cell {cell!r} of {name} is not in the gradebook" for kind, cell in new]
        self.cells += [f"{kind} cell {cell!r} of {name} is no longer in the source" for kind, cell in gone]
        self.points += [
            f"cell {cell!r} of {name} has {source[kind, cell]:g} points in the source and {known[kind, cell]:g} in the gradebook"
            for kind, cell in sorted(source.keys() & known.keys())
            if source[kind, cell] != known[kind, cell]
        ]


def check_notebook(gradebook: Gradebook, source: Path, assignment: str) -> None:
    """Raise CannotGrade when the gradebook differs from the source of one notebook."""
    found = Differences()
    found.add(source.stem, source_cells(source), gradebook_cells(gradebook, assignment, source.stem))
    refuse(found, gradebook, assignment)


def check(course: Course, gradebook: Gradebook) -> None:
    """Raise CannotGrade when gradebook and source of an assignment differ.

    The message holds the command that mends it.
    """
    found = Differences()
    for path in sorted(course.source.glob("*.ipynb")):
        found.add(path.stem, source_cells(path), gradebook_cells(gradebook, course.assignment, path.stem))
    found.cells += _removed(course, gradebook)
    refuse(found, gradebook, course.assignment)


def _removed(course: Course, gradebook: Gradebook) -> list[str]:
    there = {notebook.name for notebook in gradebook.find_assignment(course.assignment).notebooks}
    return [f"notebook {name} is no longer in the source" for name in sorted(there - set(course.notebooks))]


def refuse(found: Differences, gradebook: Gradebook, assignment: str) -> None:
    """Raise CannotGrade with the differences, if there are any, and what mends them.

    That is another command where cells differ and the gradebook has submissions: nbgrader then
    neither adds nor removes one.
    """
    if not found.cells and not found.points:
        return
    told = "source and gradebook differ, so points would be wrong:\n  " + "\n  ".join(_listed(found.cells + found.points))
    stuck = found.cells and gradebook.find_assignment(assignment).submissions
    raise CannotGrade(f"{told}\n{_way_out(assignment) if stuck else f'Bring them together with: {_generate(assignment)}'}")


def need_same_cells(course: Course, gradebook: Gradebook) -> None:
    """Raise CannotGrade where nbgrader would not generate, to be asked before a release is removed.

    That is where there are submissions, and cells or notebooks were added, removed or renamed.
    """
    try:
        there = gradebook.find_assignment(course.assignment).submissions
    except MissingEntry:
        return
    found = Differences()
    for path in sorted(course.source.glob("*.ipynb")) if there else ():
        source, known = source_cells(path), gradebook_cells(gradebook, course.assignment, path.stem)
        found.add(path.stem, source, known)
        if known is not None:
            entry, locked = gradebook.find_notebook(path.stem, course.assignment), _locked_cells(path)
            kept = {cell.name for cell in entry.source_cells}
            found.cells += [f"locked cell {cell!r} of {path.stem} is not in the gradebook" for cell in sorted(locked - kept)]
            gone = kept - locked - {cell for _, cell in (*source, *known)}
            found.cells += [f"locked cell {cell!r} of {path.stem} is no longer in the source" for cell in sorted(gone)]
    found.cells += _removed(course, gradebook) if there else []
    if found.cells:
        begun = "nothing is generated, and what was released stays; there are submissions, and"
        raise CannotGrade("\n  ".join([begun, *_listed(found.cells)]) + f"\n{_way_out(course.assignment)}")


def _locked_cells(path: Path) -> set[str]:
    """Grade ids of the locked cells of a source notebook that give no points."""
    cells = [cell["metadata"].get("nbgrader") or {} for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    others = ("grade", "solution", "task")
    return {str(one["grade_id"]) for one in cells if one.get("locked") and one.get("grade_id") and not any(map(one.get, others))}


def _listed(found: list[str]) -> list[str]:
    return [*found[:MOST], *([f"and {len(found) - MOST} more"] if len(found) > MOST else [])]


def _generate(assignment: str) -> str:
    return f"nbgrader generate_assignment {assignment} --force"


def _way_out(assignment: str) -> str:
    """What to do where cells changed and there are submissions."""
    return (
        "With submissions in the gradebook, nbgrader adds and removes no cell. Keep to the cells that there were: give a renamed one "
        "its old name, put a new test into a cell that is there, and let one that should go count nothing "
        f"(proctor regrade {assignment} --void CELL --apply). Or begin anew, which loses marks and comments by hand, due date and "
        f"extensions; proctor export {assignment} --format questions writes the marks down first:\n"
        f"  nbgrader db assignment remove {assignment} --force\n  {_generate(assignment)}\n  proctor grade {assignment}"
    )
