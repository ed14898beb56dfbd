"""What a grade depends on.

Digests of the source, the submission, the settings, proctor and the course's packages. Two gradings
with the same inputs give the same points. Where an input differs, the grade is stale.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import proctor
from proctor.course.folders import Course
from proctor.grading.grade import SUBMISSION
from proctor.settings import Settings

MADE = re.compile(r"__pycache__|\.ipynb_checkpoints|.*\.egg-info")
"""Files and folders that Python, Jupyter and installing leave, and that nobody writes."""
WITHOUT_EFFECT = {"warm", "worker_memory"}
"""Settings that change how fast a submission is graded, and not what it gets."""
GRADES = ("bridge", "compat", "grading", "sandbox", "student", "variants.py")
"""What of proctor takes part in finding points."""
WORDS = {
    "source": "the source notebooks or the files beside them changed",
    "settings": "the settings changed",
    "proctor": "proctor itself changed",
    "adjustments": "the instructor's decisions about tests changed",
    SUBMISSION: "it was handed in again",
}


def common_inputs(source: Path, settings: Settings) -> dict[str, str]:
    """Digests of everything that all submissions of an assignment share.

    Parameters
    ----------
    source
        Folder of the assignment's source; every regular file in it counts.
    settings
        Their limits, and the files of ``packages`` and ``test_packages``, which hidden tests
        import.
    """
    limits = {name: value for name, value in dataclasses.asdict(settings).items() if name not in WITHOUT_EFFECT}
    found = {"source": _files_digest([source]), "settings": _text_digest(repr(sorted(limits.items()))), "proctor": _proctor_digest()}
    for package in sorted({*settings.packages, *settings.test_packages}):
        found[f"package {package}"] = _files_digest(_places(package))
    return found


def course_inputs(course: Course, settings: Settings) -> dict[str, str]:
    """The inputs that a course's assignment shares, with the instructor's decisions if any."""
    found = common_inputs(course.source, settings)
    if course.adjustments.is_file():
        found["adjustments"] = _files_digest([course.adjustments])
    return found


def reasons(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Why a grade with ``old`` inputs is stale, in words; empty when it is not."""
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [WORDS.get(name, f"the {name} changed") for name in changed]


def _places(package: str) -> list[Path]:
    """Folders or files of a package, without importing it; none for what cannot be found."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [Path(place) for place in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.origin and Path(spec.origin).is_file() else []


@functools.lru_cache(maxsize=1)
def _proctor_digest() -> str:
    """Digest of proctor's version and of the code that finds points."""
    home = Path(proctor.__file__).parent
    return _text_digest(proctor.__version__ + _files_digest(home / name for name in GRADES))


def _files_digest(places: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            named = path.relative_to(place).parts
            if path.is_symlink() or not path.is_file() or any(MADE.fullmatch(part) for part in named):
                continue
            if named[:1] == ("build",) and (place / "pyproject.toml").is_file():
                continue  # what making a wheel leaves in a package's folder that is its project's too
            content = path.read_bytes()
            total.update(f"\0{'/'.join(named)}\0{len(content)}\0".encode(errors="replace") + content)
    return total.hexdigest()


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
