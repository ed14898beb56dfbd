"""One site for the session.

It is built from the folder of Pyodide's packages beside the checkout, or from the download site.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.site.siting import ROOT, visiting
from website.server import serving

BESIDE = ROOT.parent / "shared" / "pyodide"


@pytest.fixture(scope="session")
def site(once):
    """Folder of a freshly built site, or the one that SITE names."""
    if "SITE" in os.environ:
        return Path(os.environ["SITE"]).resolve()
    return once("site", build) / "site"


def build(folder: Path) -> None:
    """Build the site into a folder; where the files that it needs cannot be had, skip the test."""
    environment = dict(os.environ)
    if "PYODIDE_DIST" not in environment and BESIDE.is_dir():
        environment["PYODIDE_DIST"] = str(BESIDE)
    command = ["sh", str(ROOT / "scripts" / "site.sh"), "build", "--to", str(folder / "site")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode and "PYODIDE_DIST" not in environment and "no source has" in run.stderr:
        pytest.skip(f"NO SITE: Pyodide's packages could not be had, so nothing of the browser site was tested. {run.stderr.strip()}")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    with serving(site) as address:
        yield address


@pytest.fixture
def visitor(browser, address):
    """Somebody who visits the site for the first time."""
    with visiting(browser, address) as visitor:
        yield visitor
