"""Verdicts that stay although the tests changed, because an instructor said so.

``proctor regrade --never-lower`` lets nobody lose points, ``--only`` leaves other cells as they
were graded. Which cells of whom that concerned stands in the result record, and every later grading
of the same submission keeps to it, until a regrading names the cell. A new submission begins anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

import nbformat
from nbformat import NotebookNode

from proctor.course.results import NotebookResult, ResultRecord
from proctor.grading.adjustments import in_proportion
from proctor.grading.grade import SUBMISSION, Graded, GradedNotebook
from proctor.grading.matching import grade_id
from proctor.grading.verdict import Verdict, write

AT_LEAST, AS_GRADED = "at least", "as graded"
"""How a verdict is kept: its points may rise, or it stays as it is."""
Kept = Mapping[str, Mapping[str, str]]
"""By notebook and cell, how its verdict is kept."""


def named(names: Collection[str], notebook: str, cell: str) -> bool:
    """Whether a cell is among ``names``, which are those of cells or NOTEBOOK/CELL."""
    return cell in names or f"{notebook}/{cell}" in names


def still_kept(before: NotebookResult | None, now: NotebookResult, released: Collection[str] = ()) -> dict[str, tuple[Verdict, str]]:
    """Verdicts that an earlier regrading kept and that hold now, each with how it is kept.

    Those of another submission hold no longer, nor those of the cells that ``released`` names.
    """
    if before is None or not before.kept or before.inputs.get(SUBMISSION) != now.inputs.get(SUBMISSION):
        return {}
    found = {}
    for verdict in now.verdicts:
        how, old = before.kept.get(verdict.name), before.verdict(verdict.name)
        if how is None or old is None or named(released, now.name, verdict.name):
            continue
        old = in_proportion(old, verdict.most)
        if how == AS_GRADED or old.points > verdict.points:
            found[verdict.name] = old, how
        elif old.points == verdict.points:
            found[verdict.name] = verdict, how
    return found


def keeping(previous: ResultRecord | None, graded: Graded) -> tuple[Graded, Kept]:
    """A new grading with the verdicts that an earlier regrading kept, and which those are."""
    notebooks, kept = [], {}
    for notebook in graded.notebooks:
        before = previous.notebook(notebook.name) if previous else None
        held = still_kept(before, NotebookResult.of(notebook))
        kept[notebook.name] = {cell: how for cell, (_, how) in held.items()}
        notebooks.append(with_verdicts(notebook, {cell: verdict for cell, (verdict, _) in held.items()}))
    return replace(graded, notebooks=notebooks), kept


def keep_in(notebook: NotebookNode, previous: ResultRecord | None, result: NotebookResult) -> NotebookResult:
    """The same for one notebook whose file another program writes: ``notebook`` is changed."""
    held = still_kept(previous.notebook(result.name) if previous else None, result)
    verdicts = tuple(held[one.name][0] if one.name in held else one for one in result.verdicts)
    _write_into(notebook, {cell: verdict for cell, (verdict, _) in held.items()})
    return replace(result, verdicts=verdicts, kept={cell: how for cell, (_, how) in held.items()})


def with_verdicts(graded: GradedNotebook, kept: Mapping[str, Verdict]) -> GradedNotebook:
    """A graded notebook in which some cells have other verdicts."""
    if not kept:
        return graded
    notebook = nbformat.reads(graded.content, as_version=4)
    _write_into(notebook, kept)
    verdicts = [kept.get(verdict.name, verdict) for verdict in graded.verdicts]
    return replace(graded, content=nbformat.v4.writes(notebook), verdicts=verdicts)


def _write_into(notebook: NotebookNode, verdicts: Mapping[str, Verdict]) -> None:
    for cell in notebook.cells:
        found = verdicts.get(grade_id(cell) or "")
        if found is not None:
            write(cell, found)
