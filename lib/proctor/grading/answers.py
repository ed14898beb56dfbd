"""Which answer a graded cell was marked for, as a digest, so that a changed answer is noticed."""

import hashlib

from nbformat import NotebookNode
from nbgrader import utils

from proctor.grading.matching import grade_id


def answer_digests(notebook: NotebookNode) -> dict[str, str]:
    """Digest of the student's answer by grade id of each cell that gives points.

    An answer is everything that a student may write from one solution or task cell to the next:
    the cell itself, cells of their own below it, and cells that the instructor left open.
    """
    blocks: list[list[str]] = [[]]
    block_of: dict[str, int] = {}
    for cell in notebook.cells:
        if utils.is_solution(cell) or utils.is_task(cell):
            blocks.append([])
        if not utils.is_locked(cell) and not utils.is_task(cell):
            blocks[-1].append(cell.source)
        name = grade_id(cell)
        if name and (utils.is_grade(cell) or utils.is_task(cell)):
            block_of[name] = len(blocks) - 1
    digests = [hashlib.sha256("\0".join(block).encode(errors="replace")).hexdigest() for block in blocks]
    return {name: digests[place] for name, place in block_of.items()}
