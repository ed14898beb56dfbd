"""Builds dist/phase6-course.zip with what a student needs and nothing else.

That is the lessons, the released exercises, a wheel of phase6 and how to start.

    python scripts/make_bundle.py [--to FOLDER]
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from make_release import ROOT, leaks

PACKAGES_FOR_STUDENTS = {"phase6"}


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
            archive.writestr(zipfile.ZipInfo.from_file(path, f"phase6-course/{name}"), content(path), zipfile.ZIP_DEFLATED)
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
