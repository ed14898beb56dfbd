"""Whether the gradebook knows the same cells and points as the source used for grading."""

import json
import re
from collections.abc import Mapping
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


def differences(name: str, source: Cells, known: Cells | None) -> list[str]:
    """How the gradebook differs from the source of one notebook, one sentence each."""
    if known is None:
        return [f"notebook {name} is not in the gradebook"]
    found = [f"{kind} cell {cell!r} of {name} is not in the gradebook" for kind, cell in sorted(source.keys() - known.keys())]
    found += [f"{kind} cell {cell!r} of {name} is no longer in the source" for kind, cell in sorted(known.keys() - source.keys())]
    return found + [
        f"cell {cell!r} of {name} has {source[kind, cell]:g} points in the source and {known[kind, cell]:g} in the gradebook"
        for kind, cell in sorted(source.keys() & known.keys())
        if source[kind, cell] != known[kind, cell]
    ]


def check_notebook(gradebook: Gradebook, source: Path, assignment: str) -> None:
    """Raise CannotGrade when the gradebook differs from the source of one notebook."""
    refuse(differences(source.stem, source_cells(source), gradebook_cells(gradebook, assignment, source.stem)), assignment)


def check(course: Course, gradebook: Gradebook) -> None:
    """Raise CannotGrade when gradebook and source of an assignment differ.

    The message holds the command that mends it.
    """
    found = []
    for path in sorted(course.source.glob("*.ipynb")):
        found += differences(path.stem, source_cells(path), gradebook_cells(gradebook, course.assignment, path.stem))
    there = {notebook.name for notebook in gradebook.find_assignment(course.assignment).notebooks}
    found += [f"notebook {name} is no longer in the source" for name in sorted(there - set(course.notebooks))]
    refuse(found, course.assignment)


def refuse(found: list[str], assignment: str) -> None:
    """Raise CannotGrade with the differences, if there are any, and the command that mends them."""
    if not found:
        return
    listed = [*found[:MOST], *([f"and {len(found) - MOST} more"] if len(found) > MOST else [])]
    raise CannotGrade(
        "source and gradebook differ, so points would be wrong:\n  "
        + "\n  ".join(listed)
        + f"\nBring them together with: nbgrader generate_assignment {assignment} --force"
    )
