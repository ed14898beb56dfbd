"""What all tests share.

A browser, of which a process can have one; folders that are made once a run; and that under CI
nothing is left out unnoticed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.needs import missing

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ROOT.parent / "shared" / "pyodide"
sys.path.insert(0, str(ROOT / "scripts"))

OF_CONFINEMENT = {"test_confine.py", "test_provisioner.py", "test_attacks.py"}
NEEDS_ROOT = "only root can become somebody else"

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and Path(item.path).name in OF_CONFINEMENT:
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NEEDS_ROOT not in reason:
            report.outcome = "failed"
            report.longrepr = f"a test of confinement has to run under CI; it was skipped: {reason}"
    return report


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; where none can be had a failure under CI, else a skip that says so."""
    from tests.browser import labbing

    path = labbing.chromium()
    if path is None:
        missing("NO BROWSER: neither the system nor Playwright has a Chromium, so nothing was tested in one")
    with labbing.open_browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A function that gives a folder of some name, filled once for all processes of a run.

    Runs that follow one another share the folder that MADE_ONCE names.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    if "MADE_ONCE" in os.environ:
        shared = Path(os.environ["MADE_ONCE"])

    def give(name: str, fill: Callable[[Path], object]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                filled.touch()
        return folder

    return give


@pytest.fixture(scope="session")
def released_course(once) -> Path:
    """A course folder with the unit's source, release and gradebook; never to be changed."""
    from make_release import generate_aside

    return once("released-course", generate_aside)


@pytest.fixture(scope="session")
def course_with(released_course):
    """A function that makes such a folder in which students of the sample class have handed in."""
    from sample_class import hand_in

    def make(folder: Path, students) -> Path:
        shutil.copytree(released_course, folder)
        for student in students:
            hand_in(student, folder)
        return folder

    return make


@pytest.fixture(scope="session")
def site(once) -> Path:
    """Folder of a freshly built site, or the one that SITE names.

    It is built from the folder of Pyodide's packages beside the checkout, or from the download
    site.
    """
    if "SITE" in os.environ:
        return Path(os.environ["SITE"]).resolve()
    return once("site", build_site) / "site"


def build_site(folder: Path) -> None:
    """Build the site into a folder; where the files that it needs cannot be had, skip the test."""
    environment = dict(os.environ)
    if "PYODIDE_DIST" not in environment and BESIDE.is_dir():
        environment["PYODIDE_DIST"] = str(BESIDE)
    command = ["sh", str(ROOT / "scripts" / "site.sh"), "build", "--to", str(folder / "site")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode and "PYODIDE_DIST" not in environment and "no source has" in run.stderr:
        pytest.skip(f"NO SITE: Pyodide's packages could not be had, so nothing of the browser site was tested. {run.stderr.strip()}")
    assert run.returncode == 0, run.stdout + run.stderr
