"""Under CI a test of confinement that cannot run is a failure: nobody would notice that nothing was tried."""

import os
from pathlib import Path

import pytest

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
