"""Regions of a cell that nbgrader takes out for students, one cell at a time.

Touches ``ClearHiddenTests._remove_hidden_test_region`` and
``ClearMarkScheme._remove_mark_scheme_region``. Tried with nbgrader 0.9.6.
"""

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from traitlets.config import Configurable


def remove_hidden_tests(cell: NotebookNode, parent: Configurable) -> None:
    """Take hidden tests out of a cell; ``parent`` holds the configuration with their delimiters."""
    ClearHiddenTests(parent=parent)._remove_hidden_test_region(cell)


def remove_mark_scheme(cell: NotebookNode, parent: Configurable) -> None:
    """Take the mark scheme out of a cell.

    ``parent`` holds the configuration with its delimiters.
    """
    ClearMarkScheme(parent=parent)._remove_mark_scheme_region(cell)
