"""Times a fresh set-up against installing the same lock with pip.

The set-up is `make setup` in a clone with a warm package cache.

    python benchmarks/fresh_setup.py [--runs 1]

Prints both times and their ratio, and what a second `make setup` costs.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


def timed(command: list[str], folder: Path) -> float:
    """Seconds a command takes in a folder; raises CalledProcessError when it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def with_pip(clone: Path) -> float:
    """Seconds for venv and pip with the same lock."""
    python = str(clone / "pip-environment" / "bin" / "python")
    began = timed([sys.executable, "-m", "venv", "pip-environment"], clone)
    return began + timed(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", "requirements.lock"],
        clone,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1)
    runs = parser.parse_args().runs
    ours, second, pip = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
            ours.append(timed(["make", "setup"], clone))
            second.append(timed(["make", "setup"], clone))
            shutil.rmtree(clone / ".venv")
            pip.append(with_pip(clone))
    print(f"fresh set-up {median(ours):6.1f} s   (runs: {runs})")
    print(f"second call  {median(second):6.2f} s")
    print(f"pip, no more {median(pip):6.1f} s   ratio pip / set-up {median(pip) / median(ours):.1f}")
    return median(ours) > 60


if __name__ == "__main__":
    sys.exit(main())
