"""Grades for nbgrader courses that cannot be forged.

A course adds two lines to its ``nbgrader_config.py``::

    import proctor
    proctor.configure(c, packages=["course_library"])

From then on nbgrader's own commands, its formgrader and ``proctor grade`` grade alike: the
instructor's notebook is rebuilt with the student's answers in it, these run in a confined kernel,
the tests ask from outside, and what they see is turned into points once.
"""

from collections.abc import Sequence
from typing import Any

from proctor.compat import alembic

__version__ = "2.0.0"


def configure(
    c: Any, *, packages: Sequence[str] = (), test_packages: Sequence[str] = (), preload: Sequence[str] = ()
) -> None:
    """Make proctor the way of grading in a traitlets configuration ``c``.

    ``packages`` are importable packages of the course that students' kernels may see, beside what
    is installed as a library; ``test_packages`` are those that hidden tests import and no student
    sees (a change in one makes grades stale); ``preload`` are modules that most notebooks import,
    loaded once before kernels are forked.
    """
    alembic.put_on_path()
    c.Autograde.exporter_class = "proctor.nbgrader.AnyFileExporter"
    c.Autograde.sanitize_preprocessors = [
        "proctor.nbgrader.Rebuild",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.DeduplicateIds",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        "proctor.nbgrader.Examine",
        "nbgrader.preprocessors.LimitOutput",
        "proctor.nbgrader.SaveResult",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "proctor.nbgrader.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.HTMLExporter.preprocessors = ["proctor.nbgrader.ShowToReader"]
    c.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "proctor.nbgrader.PlainDataOnly",
        "nbgrader.preprocessors.LockCells",
        "nbgrader.preprocessors.ClearSolutions",
        "proctor.nbgrader.DropModelPictures",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.SaveCells",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Proctor.packages = list(packages)
    c.Proctor.test_packages = list(test_packages)
    c.Proctor.preload = list(preload)
