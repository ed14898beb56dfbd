"""What all tests share.

A browser, of which a process can have one, and that under CI nothing is left out unnoticed.
"""

import os
from pathlib import Path

import pytest

from tests.needs import missing

OF_CONFINEMENT = {"test_confine.py", "test_provisioner.py", "test_attacks.py"}
NEEDS_ROOT = "only root can become somebody else"


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
