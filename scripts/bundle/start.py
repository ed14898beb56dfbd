"""Makes the course's environment in .venv once, then opens JupyterLab on the first lesson.

    python3 start.py [--setup-only] [options of jupyter lab, such as --port 8890 or --no-browser]
"""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
READY = ENVIRONMENT / "installed"
OLDEST, NEWEST = (3, 11), (3, 14)

# Instructors' tools stay out of the menus, and no news pops up.
DISABLED = ("formgrader", "create-assignment", "course-list", "assignment-list")
VALIDATE = "from phase6.validate import configure\n\nconfigure(get_config())\n"
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


class SetUpFailed(Exception):
    """The environment could not be made; the message says what to do."""


def run(what: str, *command: object) -> None:
    """Run one step of the set-up; raises SetUpFailed with the end of what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetUpFailed(f"{what} failed:\n{(done.stdout + done.stderr)[-1500:]}")


def install() -> None:
    """Install the pinned packages and the course's own wheel.

    A set-up that was left half made begins anew.
    """
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    print("Setting up, once. This takes a minute or two, and needs the internet.", flush=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        hint = f"On Debian and Ubuntu: sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise SetUpFailed(f"Python could not make an environment in {ENVIRONMENT}: {error}\n{hint}") from error
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run("Installing the packages", *pip, "--require-hashes", "-r", HERE / "requirements.txt")
    run("Installing the course's library", *pip, "--no-deps", *HERE.glob("phase6-*.whl"))
    write(ENVIRONMENT / "share/jupyter/lab/settings/overrides.json", QUIET)
    disabled = {f"@jupyter/nbgrader:{name}": True for name in DISABLED}
    write(ENVIRONMENT / "etc/jupyter/labconfig/page_config.json", {"disabledExtensions": disabled})
    (ENVIRONMENT / "etc/jupyter/nbgrader_config.py").write_text(VALIDATE, encoding="utf-8")
    READY.touch()


def write(path: Path, settings: object) -> None:
    """Write a settings file of JupyterLab."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")


def main() -> int:
    options = [option for option in sys.argv[1:] if option != "--setup-only"]
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        print(f"This course needs Python 3.11 to 3.14; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    if not READY.exists():
        try:
            install()
        except SetUpFailed as failed:
            print(f"{failed}\n\nNothing of yours was changed. Mend this and run start.py again.", file=sys.stderr)
            return 1
    if "--setup-only" in sys.argv:
        return 0
    lab = [PYTHON, "-m", "jupyter", "lab", f"--notebook-dir={HERE}", *options, "notebooks/6.0-start-here.ipynb"]
    return subprocess.run([str(part) for part in lab], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
