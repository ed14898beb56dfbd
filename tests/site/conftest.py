"""Where the site of the session is served, and who visits it."""

import pytest

from tests.site.siting import EXERCISE, visiting
from website.server import serving


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


@pytest.fixture(scope="session")
def alive(browser, address):
    """An exercise of a visitor's with Python ready; each test leaves a Python that is idle."""
    with visiting(browser, address) as visitor:
        yield visitor.open(EXERCISE)
