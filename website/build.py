"""Builds dist/site: everything that a web server has to show."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from website import lessons, lite
from website.files import Store

ROOT = lite.ROOT
ASSIGNMENT = "phase6"
CONTENTS = {"notebooks": ROOT / "notebooks", f"assignments/{ASSIGNMENT}": ROOT / "release" / ASSIGNMENT}
CACHE = ROOT / "build" / "site"


def build(target: Path, say: Callable[[str], None] = print) -> None:
    """Build the site into a folder, which is replaced as a whole once everything is there."""
    began = time.perf_counter()
    store = Store(CACHE / "downloads")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made, contents, python = (Path(scratch) / name for name in ("site", "contents", "python"))
        say("Python and its packages")
        lite.python_files(python, store, CACHE)
        say("JupyterLite and the notebooks")
        notebooks = {
            f"{place}/{notebook.name}": lessons.ship(notebook, contents / place / notebook.name)
            for place, folder in CONTENTS.items()
            for notebook in sorted(folder.glob("*.ipynb"))
        }
        lite.build(made, contents, python)
        python.rename(made / "static" / "pyodide")
        shutil.copy(made / "lab" / "favicon.ico", made / "favicon.ico")
        course = {"assignment": ASSIGNMENT, "place": f"assignments/{ASSIGNMENT}", "notebooks": notebooks}
        (made / "course.json").write_text(json.dumps(course, ensure_ascii=False, indent=1))
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    say(f"{target}: {size / 2**20:.0f} MiB in {time.perf_counter() - began:.0f} s")
