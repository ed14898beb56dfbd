"""Builds dist/phase6-course.zip with what a student needs and nothing else.

That is the lessons, the released exercises, a wheel of phase6 and how to start.

    python scripts/make_bundle.py [--to FOLDER]
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from make_release import ROOT, leaks
from phase6.predict import HELD

PACKAGES_FOR_STUDENTS = {"phase6"}
ASKS = re.compile(r"\bpredict\.(?:choice|number)\(")
"""What a cell that asks for a guess calls."""
ANSWERED = "predict.summary("
"""In the cell that lists what the guesses were about and what happened."""
TO_ANSWER = "<p><em>Run this cell (Shift+Enter) to write your guess.</em></p>"


def tracked(folder: str) -> list[Path]:
    """Files of a folder that git tracks; without git, all that is no hidden or cache file."""
    listing = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    files = (ROOT / folder).rglob("*")
    return sorted(path for path in files if path.is_file() and not any(part.startswith((".", "__")) for part in path.parts))


def build_wheel(folder: Path) -> Path:
    """Build the wheel of phase6 from a source archive.

    So nothing left of an older build gets into it. Raises RuntimeError when it would hold any other
    package.
    """
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"the wheel could not be built:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    wheel = max(folder.glob("phase6-*.whl"), key=lambda path: path.stat().st_mtime)
    with zipfile.ZipFile(wheel) as archive:
        packages = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" not in name}
    if packages != PACKAGES_FOR_STUDENTS:
        raise RuntimeError(f"the wheel holds {sorted(packages)}; expected {sorted(PACKAGES_FOR_STUDENTS)}")
    return wheel


def content(path: Path) -> bytes:
    """A file as students get it.

    In the bundle the exercises lie in assignments/, not in release/.
    """
    data = path.read_bytes()
    return data.replace(b"(../release/phase6/", b"(../assignments/phase6/") if path.parent == ROOT / "notebooks" else data


def without_answers(lesson: bytes) -> bytes:
    """A lesson in which nobody can read the answer to a question before they have guessed.

    The result is taken out of the saved output of each question, and so is what the code cells
    below it print, up to the next text. Whoever runs the cells sees it all.
    """
    notebook = json.loads(lesson)
    asked = False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            asked = False
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if ASKS.search(source):
            asked = True
            for output in cell["outputs"]:
                if held := HELD.fullmatch("".join(output.get("data", {}).get("text/html", []))):
                    output["data"]["text/html"] = [held["question"] + TO_ANSWER]
        elif asked or ANSWERED in source:
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def to_run(path: Path) -> bytes:
    """The content of a file as students get it; a lesson holds its answers back."""
    data = content(path)
    return without_answers(data) if path.parent == ROOT / "notebooks" and path.suffix == ".ipynb" else data


def bundle(folder: Path) -> Path:
    """Write the bundle into ``folder``; returns its path.

    Raises RuntimeError when a student would see too much.
    """
    if found := leaks(ROOT / "release" / "phase6"):
        raise RuntimeError("release/ would show students: " + ", ".join(found))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "phase6-course.zip"
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        wheel = build_wheel(Path(scratch))
        contents = {
            "README.md": ROOT / "scripts" / "bundle" / "README.md",
            "start.py": ROOT / "scripts" / "bundle" / "start.py",
            "requirements.txt": ROOT / "requirements-student.lock",
            wheel.name: wheel,
        }
        contents |= {str(path.relative_to(ROOT)): path for path in tracked("notebooks")}
        contents |= {f"assignments/phase6/{path.name}": path for path in tracked("release/phase6")}
        for name, path in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo.from_file(path, f"phase6-course/{name}"), to_run(path), zipfile.ZIP_DEFLATED)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    target = bundle(parser.parse_args().to)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
    print(f"{target}: {len(names)} files, {target.stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
