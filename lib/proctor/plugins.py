"""How proctor plugs into nbgrader: an exporter that reads any file, and preprocessors for autograding, feedback and generating."""

import copy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, NbGraderPreprocessor

from proctor.clean import clean_markdown, clean_output
from proctor.examine import examine
from proctor.grade import seed_of
from proctor.rebuild import Rebuilt, empty, read_handed, rebuild
from proctor.settings import Proctor, Settings


class AnyFileExporter(NotebookExporter):
    """Reads a notebook file whatever state it is in; one that cannot be read counts as empty."""

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """As in nbconvert, except that a damaged file never raises."""
        try:
            return super().from_filename(filename, resources=resources, **options)
        except (ValueError, KeyError, TypeError, AttributeError, nbformat.reader.NotJSONError, RecursionError):
            found = ResourcesDict() if resources is None else ResourcesDict(resources)
            found["metadata"] = ResourcesDict(name=Path(filename).stem, path=str(Path(filename).parent))
            return super().from_notebook_node(empty(), resources=found, **options)


def source_folder(preprocessor: NbGraderPreprocessor, assignment: str) -> Path:
    """Where the instructor's version of an assignment lies."""
    course = CourseDirectory(parent=preprocessor)
    return Path(course.format_path(course.source_directory, ".", assignment))


def submitted_file(preprocessor: NbGraderPreprocessor, resources: ResourcesDict) -> Path:
    """The notebook file that a student handed in."""
    course, about = CourseDirectory(parent=preprocessor), resources["nbgrader"]
    return Path(course.format_path(course.submitted_directory, about["student"], about["assignment"])) / f"{about['notebook']}.ipynb"


class Rebuild(NbGraderPreprocessor):
    """First sanitiser: the instructor's notebook with the student's answers and own cells laid into it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        source = source_folder(self, about["assignment"]) / f"{about['notebook']}.ipynb"
        handed = read_handed(submitted_file(self, resources))
        return rebuild(nbformat.read(source, as_version=4), handed).notebook, resources


class Examine(NbGraderPreprocessor):
    """In place of nbgrader's Execute: student's cells in a confined kernel, tests outside it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        settings = Proctor(parent=self).settings()
        source = source_folder(self, about["assignment"])
        seed = seed_of(source / f"{about['notebook']}.ipynb", submitted_file(self, resources))
        known = nb.metadata.get("proctor", {})
        rebuilt = Rebuilt(nb, tuple(known.get("notes", ())), frozenset(known.get("missing", ())), known.get("readable", True))
        examined = examine(rebuilt, settings, data=source, warm=warm_server(settings), seed=seed)
        return examined.notebook, resources


def warm_server(settings: Settings) -> Any:
    """The fork server of this process, or None where kernels are to be started cold."""
    if not settings.warm:
        return None
    from proctor import warm

    return warm.shared(settings)


class HideTests(NbGraderPreprocessor):
    """For feedback: takes hidden tests and mark schemes out and makes what a student wrote harmless to a browser."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        nb = copy.deepcopy(nb)
        for cell in nb.cells:
            if utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code":
                ClearHiddenTests()._remove_hidden_test_region(cell)
            if utils.is_solution(cell) or utils.is_task(cell):
                ClearMarkScheme()._remove_mark_scheme_region(cell)
            if cell.cell_type == "markdown" and not utils.is_locked(cell):
                cell.source = clean_markdown(cell.source)
            if cell.cell_type == "code":
                cell.outputs = [cleaned for output in cell.outputs if (cleaned := clean_output(output)) is not None]
        return nb, resources


class PlainDataOnly(NbGraderPreprocessor):
    """For generate: runs the instructor's answers against the tests from outside, so that a test which cannot work fails here."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        settings = Proctor(parent=self).settings()
        trial = Rebuilt(copy.deepcopy(nb), (), frozenset())
        examined = examine(trial, settings, data=source_folder(self, about["assignment"]), warm=warm_server(settings))
        failed = [verdict for verdict in examined.verdicts if verdict.points < verdict.most]
        if failed:
            told = "\n".join(f"  {verdict.name}: {verdict.message}" for verdict in failed)
            raise RuntimeError(
                f"In {about['notebook']} the instructor's own answers do not get every point when the tests run outside the "
                f"student's kernel. A test may use only what locked cells define, and pass and take plain data.\n{told}"
            )
        return nb, resources
