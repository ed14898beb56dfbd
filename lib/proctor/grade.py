"""One submission graded to the end, in memory: nothing is written and no gradebook is opened."""

import hashlib
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat

import proctor
from proctor.evidence import evidence
from proctor.examine import Verdict, examine
from proctor.rebuild import content_of, read_handed, rebuild
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


def grade(job: Job, warm: Any = None) -> Graded:
    """Grade one submission. Whatever it contains ends in verdicts; raises only when the machine cannot grade at all."""
    began = time.monotonic()
    graded = Graded(job.student, job.assignment, job.digest, confined=not job.settings.unconfined)
    for path in sorted(job.source.glob("*.ipynb")):
        source = nbformat.read(path, as_version=4)
        submitted = job.submitted / path.name
        handed = read_handed(submitted)
        rebuilt = rebuild(source, handed)
        examined = examine(rebuilt, job.settings, data=job.source, warm=warm, seed=seed_of(path, submitted))
        notes = list(examined.notes)
        if job.settings.unconfined:
            notes.append("Graded without confinement.")
        examined.notebook.metadata["proctor"]["notes"] = notes
        facts = tuple(evidence(source, handed.cells))
        content = nbformat.writes(examined.notebook)
        graded.notebooks.append(
            GradedNotebook(path.stem, content, examined.verdicts, notes, handed.there, rebuilt.answered, facts)
        )
    graded.seconds = time.monotonic() - began
    return graded
