"""Generates release/phase6 from source/phase6, and can check that what is committed is what would be generated.

    python scripts/make_release.py            write release/phase6 and register the assignment in the gradebook
    python scripts/make_release.py --check    generate aside; exit 1 and name the files when release/ is stale
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "phase6"
INSTRUCTORS_ONLY = (
    "BEGIN SOLUTION",
    "END SOLUTION",
    "BEGIN HIDDEN TESTS",
    "END HIDDEN TESTS",
    "BEGIN MARK SCHEME",
    "END MARK SCHEME",
    "answer_key",
)


def generate(course_root: Path, gradebook_url: str) -> None:
    """Run nbgrader's generator on ``course_root/source``; raises RuntimeError with its log when it refuses."""
    environment = {**os.environ, "COURSE_ROOT": str(course_root), "GRADEBOOK_URL": gradebook_url}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT, "--force", "--create"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"nbgrader generate_assignment refused {ASSIGNMENT}:\n{run.stdout}{run.stderr}")


def generate_aside(folder: Path) -> Path:
    """Generate into a temporary course folder; returns its release/phase6."""
    shutil.copytree(ROOT / "source", folder / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    generate(folder, f"sqlite:///{folder / 'gradebook.db'}")
    return folder / "release" / ASSIGNMENT


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
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when release/ is stale")
    arguments = parser.parse_args()
    release = ROOT / "release" / ASSIGNMENT
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate_aside(Path(folder))
        if found := leaks(fresh):
            print("not released, for it would show students:", *found, sep="\n  ", file=sys.stderr)
            return 1
        differing = stale(release, fresh)
        if arguments.check:
            if differing:
                print("release/ is stale (make release):", *differing, sep="\n  ", file=sys.stderr)
            return bool(differing)
    generate(ROOT, os.environ.get("GRADEBOOK_URL") or f"sqlite:///{ROOT / 'gradebook.db'}")
    print(f"release/{ASSIGNMENT}: {len(contents(release))} files, {len(differing)} of them changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
