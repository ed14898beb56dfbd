"""Makes the course's environment in .venv the first time, then opens JupyterLab on the first lesson."""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
READY = ENVIRONMENT / "installed"


def install() -> None:
    """Install the pinned packages, then the course's own wheel."""
    print("Setting up, once. This takes a minute or two.")
    venv.create(ENVIRONMENT, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(HERE / "requirements.txt")], check=True)
    subprocess.run([*pip, "--no-deps", *map(str, HERE.glob("phase6-*.whl"))], check=True)
    READY.touch()


def main() -> int:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"This course needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    if not READY.exists():
        install()
    if "--setup-only" in sys.argv:
        return 0
    lab = [str(PYTHON), "-m", "jupyter", "lab", "--notebook-dir", str(HERE), "notebooks/6.0-start-here.ipynb"]
    return subprocess.run(lab, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
