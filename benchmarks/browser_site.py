"""Times the browser site.

From a click to an explorer that follows a key, and its sliders, beside JupyterLab's in the same
run.

    python benchmarks/browser_site.py [--site dist/site] [--presses 40] [--runs 3] [--save]

A cold start has an empty profile folder; a warm one opens the lesson again in the same profile,
once the first page has been open for a while, as somebody who comes back does.
JupyterLab's is timed from its page's address to the same moment, server already running. With
`--save` the site's own figures go to `website/seconds.json`, from where the next build of the front
page takes them. Exits with 1 when a figure misses its goal.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sliders import FIRST, SECOND, Hand

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, Page  # noqa: E402

from tests.browser import labbing  # noqa: E402
from website.server import serving  # noqa: E402

GOALS = {"first": 15.0, "again": 6.0, "p50": 60.0, "p95": 120.0}
SLIDER = ".phase6-explorer .p6-controls input[type=range]"
PICTURE = ".phase6-explorer .p6-picture"
ROUND = ".jp-OutputArea:has(> * .phase6-explorer)"
PATIENCE = 300_000
STAYS = 15_000
"""Milliseconds that a page stays open: the browser keeps files and compiled code meanwhile."""
LISTEN = """
window.steps = [];
new BroadcastChannel('course-python').onmessage = ({ data }) => window.steps.push([performance.now(), data.fraction]);
"""
STEPS = {0.0: "JupyterLab's page", 0.7: "files of Python fetched", 0.9: "Python running"}


def lesson() -> str:
    """Name of the lesson that is opened."""
    return next(path.name for path in (ROOT / "notebooks").glob("6.1*.ipynb"))


def until_it_moves(page: Page) -> None:
    """Wait for the first explorer and press a key until its picture follows."""
    page.wait_for_selector(f"{PICTURE} svg", timeout=PATIENCE)
    before = page.evaluate("picture => document.querySelector(picture).innerHTML", PICTURE)
    page.locator(SLIDER).first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([picture, before]) => document.querySelector(picture).innerHTML !== before", arg=[PICTURE, before], timeout=PATIENCE
    )


def opened(context: BrowserContext, address: str) -> tuple[Page, float, dict[str, float]]:
    """The lesson's page, seconds until its explorer moves, and seconds at each step's end."""
    page = context.new_page()
    page.add_init_script(LISTEN)
    began = time.perf_counter()
    page.goto(f"{address}notebooks/index.html?path=notebooks/{lesson()}")
    until_it_moves(page)
    taken = time.perf_counter() - began
    reached: dict[str, float] = {}
    for at, fraction in page.evaluate("window.steps"):
        for share, step in STEPS.items():
            if fraction >= share:
                reached.setdefault(step, at / 1000)
    return page, taken, reached


def in_lab(browser: Browser) -> float:
    """Seconds from the address to an explorer that moves in JupyterLab."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "notebooks" / lesson(), folder)
        with labbing.Lab(Path(folder)) as lab:
            began = time.perf_counter()
            notebook = labbing.OpenNotebook(browser, lab, lesson())
            notebook.page.evaluate(
                """() => {
                    const { content } = jupyterapp.shell.currentWidget;
                    content.activeCellIndex = content.widgets.findIndex(cell => cell.model.sharedModel.source.includes('Explorer('));
                    void jupyterapp.commands.execute('notebook:run-cell');
                }"""
            )
            until_it_moves(notebook.page)
            taken = time.perf_counter() - began
            notebook.close()
    return taken


@contextlib.contextmanager
def profile(browser: Browser, path: str) -> Iterator[BrowserContext]:
    """A profile in a new folder, as a student has one: a private window keeps no compiled code."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browser.browser_type.launch_persistent_context(
            folder, executable_path=path, args=labbing.FLAGS, viewport={"width": 1366, "height": 768}
        ) as context,
    ):
        yield context


class Opened:
    """A page as `Hand` wants it."""

    def __init__(self, page: Page) -> None:
        self.page = page


def loaded(page: Page, address: str) -> list[str]:
    """Names of JupyterLab's scripts that a page has loaded and that change with their content."""
    seen: list[str] = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    names = {name.removeprefix(address) for name in seen}
    return sorted(name for name in names if re.match(r"(build|extensions)/.*\.[0-9a-f]{7,}\.js(\?|$)", name))


def pressed(page: Page, presses: int) -> list[float]:
    """Milliseconds from key presses to painted pictures."""
    hand = Hand(Opened(page), ROUND, ".phase6-explorer", (f".p6-set-{FIRST}", f".p6-set-{SECOND}"))
    taken = [hand.press("ArrowRight" if turn % 20 < 10 else "ArrowLeft") for turn in range(presses + 4)]
    return taken[4:]


def measure(browser: Browser, path: str, address: str, runs: int, presses: int) -> dict[str, Any]:
    """All figures: medians over the runs."""
    seen: dict[str, list[float]] = {"first": [], "again": [], "lab": []}
    steps: dict[str, dict[str, float]] = {}
    keys: list[float] = []
    scripts: list[str] = []
    for run in range(runs):
        with profile(browser, path) as context:
            for kind in ("first", "again"):
                page, taken, reached = opened(context, address)
                seen[kind].append(taken)
                steps[kind] = reached | {"the explorer moves": taken}
                if kind == "again" and run == runs - 1:
                    keys = pressed(page, presses)
                page.wait_for_timeout(STAYS)
                scripts = loaded(page, address)
                page.close()
        seen["lab"].append(in_lab(browser))
    figures: dict[str, Any] = {name: median(values) for name, values in seen.items()}
    return figures | {"p50": float(np.percentile(keys, 50)), "p95": float(np.percentile(keys, 95)), "steps": steps, "scripts": scripts}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "dist" / "site")
    parser.add_argument("--presses", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="keep the seconds for the front page, and the scripts' names")
    wanted = parser.parse_args()
    path = labbing.chromium()
    if path is None:
        print("NO CHROMIUM: nothing was measured", file=sys.stderr)
        return 1
    with serving(wanted.site) as address, labbing.open_browser(path) as browser:
        seen = measure(browser, path, address, wanted.runs, wanted.presses)
    for kind, said in (("first", "cold"), ("again", "warm")):
        print(f"{said} start, the last of {wanted.runs}:")
        before = 0.0
        for step, at in sorted(seen["steps"][kind].items(), key=lambda item: item[1]):
            print(f"  {step:28}{at:7.1f} s{at - before:8.1f} s more")
            before = at
    print(f"{'':52}{'site':>8}{'goal':>8}{'Lab':>8}{'ratio':>8}")
    for key, said in (("first", "cold start to an explorer that moves, median [s]"), ("again", "warm start, median [s]")):
        print(f"{said:52}{seen[key]:8.1f}{GOALS[key]:8.0f}{seen['lab']:8.1f}{seen[key] / seen['lab']:8.2f}")
    for key in ("p50", "p95"):
        print(f"{f'key press to painted picture, {key} [ms]':52}{seen[key]:8.0f}{GOALS[key]:8.0f}")
    print(f"{os.getloadavg()[0]:.1f} busy on {os.cpu_count()} cores")
    if wanted.save:
        kept = {key: round(seen[key], 1) for key in ("first", "again")}
        (ROOT / "website" / "seconds.json").write_text(json.dumps(kept) + "\n")
        (ROOT / "website" / "scripts.txt").write_text("\n".join([*seen["scripts"], ""]))
    return int(any(seen[key] > goal for key, goal in GOALS.items()))


if __name__ == "__main__":
    sys.exit(main())
