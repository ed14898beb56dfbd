"""One submission graded to the end, in memory: nothing is written and no gradebook is opened."""

import functools
import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from proctor.grading.adjustments import Adjustments, attach, detach, given
from proctor.grading.answers import answer_digests
from proctor.grading.flags import evidence
from proctor.grading.kernel import StudentKernel
from proctor.grading.matching import grade_id
from proctor.grading.notebook import examine, is_test
from proctor.grading.rebuild import Handed, Rebuilt, rebuild
from proctor.grading.submission import SubmittedFile, read_submission
from proctor.grading.verdict import Verdict, write
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings
from proctor.variants import keys_for

SUBMISSION = "submission"
"""Name of the input that is the submitted file."""
UNCONFINED = "Graded without confinement."


@dataclass(frozen=True)
class Job:
    """What to grade: the folders of an assignment's source and of one student's submission.

    The worker can read both. ``inputs`` are the digests that all submissions share; ``notebooks``
    names those to grade, all of the source when empty; ``adjustments`` are the instructor's
    decisions about test cells.
    """

    student: str
    assignment: str
    source: Path
    submitted: Path
    settings: Settings
    inputs: Mapping[str, str] = field(default_factory=dict)
    notebooks: tuple[str, ...] = ()
    adjustments: Adjustments = field(default_factory=dict)


@dataclass
class GradedNotebook:
    """One notebook of a submission after grading.

    The graded notebook as JSON, verdicts, notes, grade ids of answers that were given, digests of
    the answers by graded cell, evidence, and digests of all that the points depend on.
    """

    name: str
    content: str
    verdicts: list[Verdict]
    notes: list[str]
    handed_in: bool
    answered: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    starved: bool = False


@dataclass
class Graded:
    """A whole submission after grading."""

    student: str
    assignment: str
    notebooks: list[GradedNotebook] = field(default_factory=list)
    seconds: float = 0.0
    confined: bool = True

    @property
    def starved(self) -> bool:
        """Whether points may have been lost because others kept the machine busy.

        Such a job is worth doing once more, alone.
        """
        return any(notebook.starved for notebook in self.notebooks)


def seed_of(source: bytes, submitted: bytes | None) -> bytes:
    """What cases are drawn from.

    It is made from the two files, so that grading the same submission again asks the same
    questions.
    """
    return hashlib.sha256(source + b"\0" + (submitted or b"")).digest()


@dataclass(frozen=True)
class _Paper:
    """One notebook of a submission before it is examined."""

    name: str
    source: NotebookNode
    handed: Handed
    rebuilt: Rebuilt
    seed: bytes
    submitted: SubmittedFile


@functools.lru_cache(maxsize=32)
def _source(content: bytes) -> NotebookNode:
    """The instructor's notebook, the same for every submission; nobody changes it."""
    notebook: NotebookNode = nbformat.reads(content.decode("utf-8"), as_version=4)
    return notebook


def _paper(source: bytes, name: str, submitted: SubmittedFile, regions: str, adjustments: Adjustments) -> _Paper:
    notebook, handed = _source(source), submitted.parse()
    rebuilt = rebuild(notebook, handed, regions)
    if handed.there:
        attach(rebuilt.notebook, adjustments, name)
    return _Paper(name, notebook, handed, rebuilt, seed_of(source, submitted.content), submitted)


def _papers(job: Job) -> list[_Paper]:
    found = read_submission(job.source, job.submitted, job.notebooks)
    regions, decided = job.settings.regions, job.adjustments
    return [
        _paper((job.source / f"{name}.ipynb").read_bytes(), name, submitted, regions, decided) for name, submitted in found.items()
    ]


def _graded(job: Job, paper: _Paper, kernel: StudentKernel) -> GradedNotebook:
    answers = answer_digests(paper.rebuilt.notebook)
    keys = keys_for(job.student, job.settings.variants, job.settings.variant_secret)
    examined = examine(paper.rebuilt, job.settings, data=job.source, seed=paper.seed, kernel=kernel, keys=keys)
    notes = list(examined.notes)
    if job.settings.unconfined:
        notes.append(UNCONFINED)
    examined.notebook.metadata["proctor"]["notes"] = notes
    found = _result(job, paper, examined.notebook, examined.verdicts, notes, answers)
    found.starved = examined.starved
    return found


def _result(
    job: Job, paper: _Paper, notebook: NotebookNode, verdicts: list[Verdict], notes: list[str], answers: Mapping[str, str]
) -> GradedNotebook:
    return GradedNotebook(
        paper.name,
        nbformat.v4.writes(notebook),
        verdicts,
        notes,
        paper.handed.there,
        paper.rebuilt.answered,
        answers,
        (*_facts(verdicts), *evidence(paper.source, paper.handed.cells)),
        {**job.inputs, SUBMISSION: paper.submitted.digest},
    )


def _facts(verdicts: list[Verdict]) -> tuple[str, ...]:
    """What tests say for the instructor alone."""
    return tuple(dict.fromkeys(verdict.fact for verdict in verdicts if verdict.fact))


def rebuilt_paper(
    source: Path, submitted: SubmittedFile, inputs: Mapping[str, str], regions: str, adjustments: Adjustments
) -> NotebookNode:
    """The notebook to grade, with all that :func:`graded_paper` needs kept in its metadata.

    For graders that work in two steps.
    """
    paper = _paper(source.read_bytes(), source.stem, submitted, regions, adjustments)
    paper.rebuilt.notebook.metadata["proctor"].update(
        seed=paper.seed.hex(),
        handed_in=paper.handed.there,
        answered=sorted(paper.rebuilt.answered),
        answers=answer_digests(paper.rebuilt.notebook),
        evidence=evidence(paper.source, paper.handed.cells),
        inputs={**inputs, SUBMISSION: submitted.digest},
    )
    return paper.rebuilt.notebook


def graded_paper(name: str, notebook: NotebookNode) -> GradedNotebook:
    """The result of a notebook that :func:`rebuilt_paper` made and that was examined.

    Takes the rest out of its metadata.
    """
    known = notebook.metadata["proctor"]
    verdicts = [Verdict(**cell.metadata["proctor"]) for cell in notebook.cells if "points" in cell.metadata.get("proctor", {})]
    result = GradedNotebook(
        name,
        "",
        verdicts,
        list(known["notes"]),
        known.pop("handed_in"),
        frozenset(known.pop("answered")),
        dict(known.pop("answers")),
        (*_facts(verdicts), *known.pop("evidence")),
        dict(known.pop("inputs")),
    )
    known.pop("seed")
    return result


def not_examined(job: Job, reason: str = "missing", why: str = "") -> list[GradedNotebook]:
    """Results of the job's notebooks without running them: no points for their tests.

    ``reason`` and ``why`` go into the verdicts; by default that the notebook is missing, as its
    notes say.
    """
    found = []
    for paper in _papers(job):
        answers, verdicts, notes = answer_digests(paper.rebuilt.notebook), [], list(paper.rebuilt.notes)
        for cell in paper.rebuilt.notebook.cells:
            if cell.cell_type == "code" and is_test(cell):
                message = f"Not tested: {why}." if why else " ".join(notes)
                verdict = Verdict(grade_id(cell) or "", 0.0, float(cell.metadata.nbgrader["points"]), reason, message)
                verdict = given(verdict) if detach(cell).full else verdict
                write(cell, verdict)
                verdicts.append(verdict)
        if why:
            notes.append(f"Grading this notebook did not finish: {why}.")
        paper.rebuilt.notebook.metadata["proctor"]["notes"] = notes
        found.append(_result(job, paper, paper.rebuilt.notebook, verdicts, notes, answers))
    return found


def grade(job: Job, server: ForksKernels | None = None, watch: Callable[[], object] = lambda: None) -> Graded:
    """Grade one submission.

    Whatever it contains ends in verdicts; raises only when the machine cannot grade at all. While
    one notebook is examined, the kernel of the next is started, and that of the one before ended.
    ``watch`` is called before the submission is read, and before each notebook.
    """
    began = time.monotonic()
    graded = Graded(job.student, job.assignment, confined=not job.settings.unconfined)
    kernels: list[StudentKernel] = []
    with ThreadPoolExecutor(1) as aside:

        def kernel() -> StudentKernel:
            kernels.append(StudentKernel(job.settings, job.source, server, aside=aside, own=job.submitted))
            kernels[-1].begin()
            return kernels[-1]

        try:
            coming = kernel()
            watch()
            papers = _papers(job)
            for place, paper in enumerate(papers):
                watch()
                mine = coming
                if paper.rebuilt.readable and any(later.rebuilt.readable for later in papers[place + 1 :]):
                    coming = kernel()
                graded.notebooks.append(_graded(job, paper, mine))
        finally:
            aside.shutdown(cancel_futures=True)
            for one in kernels:
                one.stop()
    graded.seconds = time.monotonic() - began
    return graded
