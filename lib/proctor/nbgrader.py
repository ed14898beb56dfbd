"""How proctor plugs into nbgrader.

An exporter that reads any file, and preprocessors for autograding, generating, reading by hand and
feedback.
"""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearMarkScheme, NbGraderPreprocessor

from proctor.batch.lock import alone
from proctor.compat.nbgrader import remove_hidden_tests, remove_mark_scheme
from proctor.course.consistency import check_notebook, need_python, need_same_cells
from proctor.course.folders import Course
from proctor.course.gradebook import penalty_of
from proctor.course.inputs import course_inputs
from proctor.course.kept import keep_in
from proctor.course.results import NotebookResult
from proctor.course.saving import previous_result, save_failure, save_notebook
from proctor.errors import CannotGrade
from proctor.grading import trial
from proctor.grading.adjustments import read_adjustments
from proctor.grading.grade import UNCONFINED, Job, graded_paper, not_examined, rebuilt_paper
from proctor.grading.kernel import StudentKernel
from proctor.grading.matching import grade_id
from proctor.grading.notebook import examine, is_test
from proctor.grading.rebuild import Rebuilt, content_of, drop_unused_attachments, empty
from proctor.grading.submission import read_file
from proctor.reports.sanitize import Cleaner, files_beside, in_one_block
from proctor.sandbox import fork_server, probe
from proctor.settings import Proctor, Settings
from proctor.variants import keys_for

WAIT = 60.0
"""Seconds that nbgrader's command waits for another run to finish."""


class AnyFileExporter(NotebookExporter):
    """Reads a notebook file whatever state it is in; one that cannot be read counts as empty."""

    def from_filename(self, filename: str, resources: Any = None, **options: object) -> Any:
        """As in nbconvert, except that a damaged file never raises.

        What is not a regular file (link, pipe, device) is not opened.
        """
        try:
            if content_of(Path(filename)) is None:
                raise ValueError(f"{filename} cannot be read")
            return super().from_filename(filename, resources=resources, **options)
        except (ValueError, KeyError, TypeError, AttributeError, nbformat.reader.NotJSONError, RecursionError):
            found = ResourcesDict()
            found.update(resources or {})
            found["metadata"] = ResourcesDict(name=Path(filename).stem, path=str(Path(filename).parent))
            return super().from_notebook_node(empty(), resources=found, **options)


def source_folder(preprocessor: Preprocessor, assignment: str) -> Path:
    """Where the instructor's version of an assignment lies."""
    course = CourseDirectory(parent=preprocessor)
    return Path(course.format_path(course.source_directory, ".", assignment))


def submitted_file(preprocessor: NbGraderPreprocessor, resources: ResourcesDict) -> Path:
    """The notebook file that a student handed in."""
    about = resources["nbgrader"]
    return submitted_folder(preprocessor, about["student"], about["assignment"]) / f"{about['notebook']}.ipynb"


def submitted_folder(preprocessor: Preprocessor, student: str, assignment: str) -> Path:
    """Where a student's submission lies."""
    course = CourseDirectory(parent=preprocessor)
    return Path(course.format_path(course.submitted_directory, student, assignment))


class Rebuild(NbGraderPreprocessor):
    """First sanitiser: the instructor's notebook with the student's answers and own cells in it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        course = Course.of(CourseDirectory(parent=self), about["assignment"])
        source = course.source / f"{about['notebook']}.ipynb"
        with course.gradebook() as gradebook:
            check_notebook(gradebook, source, course.assignment)
        settings = Proctor(parent=self).settings()
        common, decided = course_inputs(course, settings), read_adjustments(course.adjustments)
        rebuilt = rebuilt_paper(source, read_file(submitted_file(self, resources)), common, settings.regions, decided)
        return rebuilt, resources


class Examine(NbGraderPreprocessor):
    """In place of nbgrader's Execute: student's cells in a confined kernel, tests outside it."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        settings = Proctor(parent=self).settings()
        source = source_folder(self, about["assignment"])
        known = nb.metadata["proctor"]
        released = nbformat.read(source / f"{about['notebook']}.ipynb", as_version=4)
        rebuilt = Rebuilt(nb, tuple(known["notes"]), frozenset(known["missing"]), known["readable"], source=released)
        seed = bytes.fromhex(known["seed"])
        try:
            keys = keys_for(about["student"], settings.variants, settings.variant_secret)
            server, own = fork_server.shared(settings), submitted_file(self, resources).parent
            kernel = StudentKernel(settings, source, server, own=own)
            examined = examine(rebuilt, settings, data=source, seed=seed, kernel=kernel, keys=keys)
        except Exception as error:
            course = Course.of(CourseDirectory(parent=self), about["assignment"])
            save_failure(course, about["student"], f"{type(error).__name__}: {error}")
            raise
        if settings.unconfined:
            examined.notebook.metadata["proctor"]["notes"] = [*known["notes"], UNCONFINED]
        return examined.notebook, resources


class SaveResult(NbGraderPreprocessor):
    """In place of nbgrader's SaveAutoGrades and AssignLatePenalties.

    Writes gradebook and result record as `proctor grade` does.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        course = Course.of(CourseDirectory(parent=self), about["assignment"])
        settings = Proctor(parent=self).settings()
        with alone(course, WAIT), course.gradebook() as gradebook:
            result = NotebookResult.of(graded_paper(about["notebook"], nb))
            save_notebook(
                course,
                gradebook,
                about["student"],
                keep_in(nb, previous_result(course, about["student"]), result),
                penalty_of(parent=self),
                absent=self._absent(course, settings, about["student"]),
                confined=not settings.unconfined,
            )
        return nb, resources

    def _absent(self, course: Course, settings: Settings, student: str) -> list[NotebookResult]:
        """Results of the notebooks that were not handed in, which nbgrader does not convert."""
        folder = course.submitted / student / course.assignment
        names = tuple(name for name in course.notebooks if not (folder / f"{name}.ipynb").is_file())
        if not names:
            return []
        job = Job(student, course.assignment, course.source, folder, settings, course_inputs(course, settings), names)
        return [NotebookResult.of(graded) for graded in not_examined(job)]


def make_harmless(nb: NotebookNode, folder: Path | None = None) -> None:
    """Of every cell that a student can write in, keep what is harmless in a browser.

    It can be shown without running or loading anything. ``folder`` is where the pictures that a
    text names lie, if anywhere.
    """
    cleaner = Cleaner(folder=folder)
    for cell in nb.cells:
        if cell.cell_type == "markdown" and not utils.is_locked(cell):
            cell.source = in_one_block(cleaner.markdown(cell.source, cell.pop("attachments", None)))
        if cell.cell_type == "raw" and not utils.is_locked(cell):
            cell.source = cleaner.html(cell.source)
        if cell.cell_type == "code":
            cell.outputs = [cleaned for output in cell.outputs if (cleaned := cleaner.output(output)) is not None]


class HideTests(NbGraderPreprocessor):
    """For feedback: takes out hidden tests and mark schemes.

    It makes what a student wrote harmless to a browser.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        nb = copy.deepcopy(nb)
        for cell in nb.cells:
            if cell.cell_type == "code" and is_test(cell):
                remove_hidden_tests(cell, self)
            if utils.is_task(cell):
                remove_mark_scheme(cell, self)
        about = resources.get("nbgrader")
        make_harmless(nb, submitted_folder(self, about["student"], about["assignment"]) if about else None)
        return nb, resources


class ShowToReader(Preprocessor):
    """For the formgrader's page of a submission.

    Shows the mark scheme before each answer that a reader marks. Nothing of the student's acts in
    the reader's browser, from where it could give points. Works on what is shown and on no file.
    Anything but the formgrader (feedback, other exports) passes as it is: only the formgrader's
    pages know the number of a submission in the gradebook.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        if "submission_id" not in resources:
            return nb, resources
        nb = copy.deepcopy(nb)
        student = resources.get("student")
        handed_in = submitted_folder(self, student, resources["assignment_id"]) if student else None
        make_harmless(nb, handed_in)
        source = source_folder(self, resources["assignment_id"]) / f"{resources['notebook_id']}.ipynb"
        schemes = mark_schemes(source, ClearMarkScheme(parent=self)) if source.is_file() else {}
        cells = []
        for cell in nb.cells:
            scheme = schemes.get(grade_id(cell) or "")
            if scheme is not None:
                text = f'<div class="alert alert-info">\n\n**Mark scheme.** {scheme}\n\n</div>'
                cells.append(_markdown_cell(text, "scheme", nb))
            cells.append(cell)
        if handed_in is not None and (files := files_beside(handed_in)):
            cells.append(_markdown_cell(in_one_block(files), "files", nb))
        nb.cells = cells
        return nb, resources


def _markdown_cell(text: str, role: str, nb: NotebookNode) -> NotebookNode:
    """A cell of the page's own that fits the notebook's format."""
    shown: NotebookNode = new_markdown_cell(text, metadata={"proctor": {"role": role}})
    if nb.nbformat_minor < 5:
        del shown["id"]
    return shown


def mark_schemes(source: Path, delimiters: ClearMarkScheme) -> dict[str, str]:
    """What the instructor's notebook says to whoever marks, by grade id.

    It is a model answer, where there is one, and the mark scheme.
    """
    found = {}
    for cell in nbformat.read(source, as_version=4).cells:
        name = grade_id(cell)
        if name is None or not (utils.is_task(cell) or (utils.is_grade(cell) and utils.is_solution(cell))):
            continue
        before, _, rest = cell.source.partition(delimiters.begin_mark_scheme_delimeter)
        scheme, _, _ = rest.partition(delimiters.end_mark_scheme_delimeter)
        answer = _without_last_line(before) if rest else before
        if cell.cell_type == "code":
            answer = f"```python\n{answer.strip()}\n```" if answer.strip() else ""
        scheme = "  \n".join(_without_last_line(scheme.partition("\n")[2]).strip().splitlines())
        parts = [scheme, f"**A model answer.** {answer.strip()}" if answer.strip() and not utils.is_task(cell) else ""]
        found[name] = "\n\n".join(part for part in parts if part) or "There is none."
    return found


def _without_last_line(text: str) -> str:
    """Text up to the line that holds a delimiter, which it ends in the middle of."""
    return text.rpartition("\n")[0]


class PlainDataOnly(NbGraderPreprocessor):
    """For generate: tries the tests on the instructor's answers and on stubs.

    So a test that cannot work fails here. The code that runs is the instructor's own; where it
    cannot be confined, it runs without.
    """

    def __init__(self, **options: Any) -> None:
        """As in nbgrader; made before the release of before is removed, it stops there if it must.

        Raises NbGraderException where cells changed and there are submissions.
        """
        super().__init__(**options)
        converter = getattr(self.parent, "parent", None)
        directory = getattr(converter, "coursedir", None)
        if directory is None or not directory.assignment_id or getattr(converter, "no_database", False):
            return
        course = Course.of(directory, directory.assignment_id)
        try:
            with course.gradebook() as gradebook:
                need_same_cells(course, gradebook)
        except CannotGrade as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        settings = Proctor(parent=self).settings()
        if probe.holes():
            settings = replace(settings, unconfined=True)
        folder = source_folder(self, about["assignment"])
        source = nbformat.read(folder / f"{about['notebook']}.ipynb", as_version=4)
        need_python(f"{about['notebook']}.ipynb", source.metadata)
        server = fork_server.shared(settings)
        found = list(trial.unsuitable(source)) or trial.problems(nb, settings, folder, server)
        if found:
            raise RuntimeError(trial.report(about["notebook"], found))
        return nb, resources


class DropModelPictures(NbGraderPreprocessor):
    """For generate, after solutions are cleared.

    Takes out pictures that were pasted into a model answer.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """As in nbconvert, for one cell."""
        if utils.is_solution(cell) and not utils.is_locked(cell):
            drop_unused_attachments(cell)
        return cell, resources
