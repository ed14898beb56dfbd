"""Finds a Chromium and a Firefox for the browser tests, and installs them where it can.

Looks for the system's Chromium, then for Playwright's own; failing both, tries the system's package
manager (as root) and Playwright's download. Prints the path, or says on stderr that there is none
and exits with 1. With `--firefox` it gets Firefox too, from the system's package manager: only
tests of the browser site that are marked `long` use it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX = ("firefox-esr", "firefox")


def of_the_system() -> str | None:
    """Path of a Chromium on PATH, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def of_playwright() -> str | None:
    """Path of the Chromium that Playwright downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def attempt(*command: str) -> bool:
    """Whether a command could be run and ended well."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=900, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def from_packages(package: str) -> bool:
    """Whether the system's package manager could install a package."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    attempt("apt-get", "update", "-qq")
    return attempt("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)


def install() -> None:
    """Try to install a Chromium; failure is told by its absence afterwards."""
    if not from_packages("chromium"):
        attempt(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> int:
    if "--firefox" in sys.argv and not any(map(shutil.which, FIREFOX)) and not from_packages(FIREFOX[0]):
        print("NO FIREFOX: it could not be found or installed; the site's tests in it cannot run", file=sys.stderr)
    path = of_the_system() or of_playwright()
    if path is None:
        print("no Chromium here; trying to install one", file=sys.stderr)
        install()
        path = of_the_system() or of_playwright()
    if path is None:
        print("NO CHROMIUM: it could not be found or installed, so no browser test can run", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
