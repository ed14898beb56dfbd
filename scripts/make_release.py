"""Generates release/phase6 from source/phase6, and can check what is committed.

The check compares it with what would be generated.

    python scripts/make_release.py            write release/phase6, register the assignment
    python scripts/make_release.py --check    generate aside; exit 1, naming files that are stale
    python scripts/make_release.py toys       another assignment

COURSE_ROOT names the course folder whose source/ and release/ are meant (default: this repository).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COURSE = Path(os.environ.get("COURSE_ROOT") or ROOT).resolve()
ASSIGNMENT = "phase6"
FRAMES = re.compile(r"Traceback \(most recent call last\):\n(?: {6}.*\n)+|.*above traceback.*\n")
INSTRUCTORS_ONLY = (
    "BEGIN SOLUTION",
    "END SOLUTION",
    "BEGIN HIDDEN TESTS",
    "END HIDDEN TESTS",
    "BEGIN MARK SCHEME",
    "END MARK SCHEME",
    "answer_key",
)


def generate(course_root: Path, gradebook_url: str, assignment: str = ASSIGNMENT) -> None:
    """Run nbgrader's generator on ``course_root/source``.

    Raises RuntimeError with its log, less the frames of tracebacks, when it refuses.
    """
    environment = {**os.environ, "COURSE_ROOT": str(course_root), "GRADEBOOK_URL": gradebook_url}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment, "--force", "--create"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        log = FRAMES.sub("", run.stdout + run.stderr)
        raise RuntimeError(f"nbgrader generate_assignment refused {assignment}:\n{log}")


def practice_cases(*, check: bool) -> int:
    """Write the table of practice cases that the visible checks read, or look whether it is stale.

    Returns the exit code.
    """
    command = [sys.executable, "-m", "answer_key.practice", *(["--check"] if check else [])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def generate_aside(folder: Path, assignment: str = ASSIGNMENT, course: Path = ROOT, gradebook_url: str = "") -> Path:
    """Generate a course's assignment into a temporary course folder.

    Returns its folder in release/ there. Where none is named, the gradebook is one of the temporary
    folder.
    """
    shutil.copytree(course / "source", folder / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    generate(folder, gradebook_url or f"sqlite:///{folder / 'gradebook.db'}", assignment)
    return folder / "release" / assignment


def contents(folder: Path) -> dict[str, bytes]:
    """Relative path to bytes of every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def stale(committed: Path, generated: Path) -> list[str]:
    """Names of the files that differ, are missing, or should not be there."""
    here, fresh = contents(committed), contents(generated)
    return sorted(name for name in here.keys() | fresh.keys() if here.get(name) != fresh.get(name))


def leaks(folder: Path) -> list[str]:
    """What a student must not see, as `file: marker`."""
    return [
        f"{name}: {marker}"
        for name, content in contents(folder).items()
        for marker in INSTRUCTORS_ONLY
        if marker.encode() in content
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignment", nargs="?", default=ASSIGNMENT, help="name of the assignment (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when release/ is stale")
    arguments = parser.parse_args()
    assignment = arguments.assignment
    if not any((COURSE / "source" / assignment).glob("*.ipynb")):
        parser.error(f"there is no notebook in {COURSE / 'source' / assignment}")
    release = COURSE / "release" / assignment
    if assignment == ASSIGNMENT and (code := practice_cases(check=arguments.check)):
        return code
    with tempfile.TemporaryDirectory() as folder:
        gradebook_url = os.environ.get("GRADEBOOK_URL") or f"sqlite:///{COURSE / 'gradebook.db'}"
        try:
            fresh = generate_aside(Path(folder), assignment, COURSE, "" if arguments.check else gradebook_url)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 1
        if found := leaks(fresh):
            print("not released, for it would show students:", *found, sep="\n  ", file=sys.stderr)
            return 1
        differing = stale(release, fresh)
        if arguments.check:
            if differing:
                print("release/ is stale (make release):", *differing, sep="\n  ", file=sys.stderr)
            return bool(differing)
        from proctor.course.folders import replacing  # other scripts need this module's names alone, at once

        with replacing(release) as folder_to_fill:
            shutil.copytree(fresh, folder_to_fill, dirs_exist_ok=True)
    print(f"release/{assignment}: {len(contents(release))} files, {len(differing)} of them changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
