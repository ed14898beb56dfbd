"""The wheels of the three packages, and an environment that has nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = {"phase6": ROOT, "proctor": ROOT / "lib" / "proctor", "answer_key": ROOT / "lib" / "answer_key"}


def run(*command: str | Path, **options) -> str:
    """What a command prints; the test fails with its output when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def wheels(once) -> dict[str, Path]:
    def build(folder: Path) -> None:
        for name, place in PROJECTS.items():
            if place != ROOT:  # a package's own folder stays as it is: other tests grade with it meanwhile
                left = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
                place = shutil.copytree(place, folder / "projects" / name, ignore=left)
            run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, place)

    folder = once("wheels", build)
    built = {path.name.split("-")[0]: path for path in folder.glob("*.whl")}
    built["answer_key"] = built.pop("phase6_answer_key")
    return built


@pytest.fixture(scope="session")
def clean() -> dict[str, str]:
    """Environment variables of a shell that knows nothing of this checkout."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV", "COURSE_ROOT"}}


@pytest.fixture(scope="session")
def installed(wheels, clean, once) -> Path:
    """An environment with the wheels and what they declare, at the versions of the lock."""
    return once("installed", lambda folder: install(folder, wheels, clean)) / "env"


def install(folder: Path, wheels: dict[str, Path], clean: dict[str, str]) -> None:
    """Make such an environment in a folder."""
    environment = folder / "env"
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "--quiet", "--python", sys.executable, environment, env=clean)
    python = environment / "bin" / "python"
    # Set-up has left what is needed in uv's cache.
    pins = [line.split(" \\")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line]
    (folder / "pins.txt").write_text("\n".join(pins))
    command: list[str | Path] = [*uv, "pip", "install", "--quiet", "--python", python, "-c", folder / "pins.txt", *wheels.values()]
    offline = subprocess.run([*map(str, command), "--offline"], capture_output=True, text=True, env=clean, check=False)
    if offline.returncode:
        run(*command, env=clean)
    run(*uv, "pip", "check", "--python", python, env=clean)
