"""The toy course is imported as `making`; kernels come from one fork server."""

import sys
from pathlib import Path

import pytest
from proctor.sandbox import fork_server
from proctor.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)


@pytest.fixture(scope="session")
def server():
    """A fork server for the whole run; None where kernels start cold."""
    made = fork_server.shared(QUICK)
    yield made
    fork_server.close_shared()
