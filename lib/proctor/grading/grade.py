"""One submission graded to the end, in memory: nothing is written and no gradebook is opened."""

import functools
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import proctor
from proctor.grading.flags import evidence
from proctor.grading.kernel import StudentKernel
from proctor.grading.notebook import examine
from proctor.grading.rebuild import Handed, Rebuilt, content_of, read_handed, rebuild
from proctor.grading.verdict import Verdict
from proctor.sandbox.process import ForksKernels
from proctor.settings import Settings

STAMP = "timestamp.txt"


@dataclass(frozen=True)
class Job:
    """What to grade: folders of the assignment's source and of one student's submission, both readable by the worker."""

    student: str
    assignment: str
    source: Path
    submitted: Path
    settings: Settings
    digest: str = ""


@dataclass
class GradedNotebook:
    """One notebook of a submission: its name, the graded notebook as JSON, verdicts, notes, answers given, evidence."""

    name: str
    content: str
    verdicts: list[Verdict]
    notes: list[str]
    handed_in: bool
    answered: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()


@dataclass
class Graded:
    """A whole submission after grading."""

    student: str
    assignment: str
    digest: str
    notebooks: list[GradedNotebook] = field(default_factory=list)
    seconds: float = 0.0
    confined: bool = True

    def summary(self) -> dict[str, Any]:
        """What is kept beside the graded notebooks, as plain data."""
        return {
            "student": self.student,
            "assignment": self.assignment,
            "digest": self.digest,
            "seconds": round(self.seconds, 3),
            "confined": self.confined,
            "notebooks": [
                {
                    "name": notebook.name,
                    "handed_in": notebook.handed_in,
                    "notes": notebook.notes,
                    "evidence": list(notebook.evidence),
                    "verdicts": [asdict(verdict) for verdict in notebook.verdicts],
                }
                for notebook in self.notebooks
            ],
        }


def seed_of(source: Path, submitted: Path) -> bytes:
    """What cases are drawn from: the two files, so that grading the same submission again asks the same questions."""
    return hashlib.sha256(source.read_bytes() + b"\0" + (content_of(submitted) or b"")).digest()


def digest_of(source: Path, submitted: Path, settings: Settings) -> str:
    """What a grade depends on, in one string: the assignment's files, those of the submission that are looked at, the settings,
    this package's version."""
    total = hashlib.sha256(f"{proctor.__version__} {settings}".encode())
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink() and ".ipynb_checkpoints" not in path.parts:
            total.update(f"\0{path.relative_to(source)}\0".encode())
            total.update(path.read_bytes())
    for name in [*sorted(path.name for path in source.glob("*.ipynb")), STAMP]:
        content = content_of(submitted / name)
        total.update(f"\0{name} {'absent' if content is None else len(content)}\0".encode() + (content or b""))
    return total.hexdigest()


@dataclass(frozen=True)
class _Paper:
    """One notebook of a submission before it is examined."""

    path: Path
    source: NotebookNode
    handed: Handed
    rebuilt: Rebuilt


@functools.lru_cache(maxsize=32)
def _source(content: str) -> NotebookNode:
    """The instructor's notebook, the same for every submission; nobody changes it."""
    return nbformat.reads(content, as_version=4)


def _paper(job: Job, path: Path) -> _Paper:
    source, handed = _source(path.read_text(encoding="utf-8")), read_handed(job.submitted / path.name)
    return _Paper(path, source, handed, rebuild(source, handed))


def _graded(job: Job, paper: _Paper, kernel: StudentKernel) -> GradedNotebook:
    seed = seed_of(paper.path, job.submitted / paper.path.name)
    examined = examine(paper.rebuilt, job.settings, data=job.source, seed=seed, kernel=kernel)
    notes = list(examined.notes)
    if job.settings.unconfined:
        notes.append("Graded without confinement.")
    examined.notebook.metadata["proctor"]["notes"] = notes
    facts = tuple(evidence(paper.source, paper.handed.cells))
    content, answered = nbformat.v4.writes(examined.notebook), paper.rebuilt.answered
    return GradedNotebook(paper.path.stem, content, examined.verdicts, notes, paper.handed.there, answered, facts)


def grade(job: Job, server: ForksKernels | None = None) -> Graded:
    """Grade one submission. Whatever it contains ends in verdicts; raises only when the machine cannot grade at all.

    While one notebook is examined, the kernel of the next is started, and that of the one before ended.
    """
    began = time.monotonic()
    graded = Graded(job.student, job.assignment, job.digest, confined=not job.settings.unconfined)
    kernels: list[StudentKernel] = []
    with ThreadPoolExecutor(1) as aside:

        def kernel() -> StudentKernel:
            kernels.append(StudentKernel(job.settings, job.source, server, aside=aside))
            kernels[-1].begin()
            return kernels[-1]

        try:
            coming = kernel()
            papers = [_paper(job, path) for path in sorted(job.source.glob("*.ipynb"))]
            for place, paper in enumerate(papers):
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
