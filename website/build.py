"""Builds dist/site: everything that a web server has to show."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from website import front, lessons, lite, pages
from website.files import Store
from website.glossary import terms

ROOT = lite.ROOT
HERE = Path(__file__).parent
ASSIGNMENT = "phase6"
LESSONS, EXERCISES = "notebooks", f"assignments/{ASSIGNMENT}"
"""Folders of the site, as in the bundle that students install."""
CONTENTS = {LESSONS: ROOT / "notebooks", EXERCISES: ROOT / "release" / ASSIGNMENT}
GLOSSARY = ROOT / "notebooks" / "glossary.md"
CACHE = ROOT / "build" / "site"
SCRIPTS = HERE / "scripts.txt"


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
            f"{place}/{notebook.name}": lessons.ship(lite.to_run(notebook), contents / place / notebook.name)
            for place, folder in CONTENTS.items()
            for notebook in sorted(folder.glob("*.ipynb"))
        }
        place = lite.build(made, contents, python)
        say("front page and plain pages")
        found = front.sections(CONTENTS[LESSONS], CONTENTS[EXERCISES], (LESSONS, EXERCISES))
        front.write_front(made / "index.html", found, size_of(made / place))
        write_pages(made, found)
        finish(made)
        course = {
            "assignment": ASSIGNMENT,
            "place": EXERCISES,
            "notebooks": notebooks,
            "preload": to_preload(made, place),
            "keeper": f"{place}/{lite.KEPT.name}",
        }
        (made / "course.json").write_text(json.dumps(course, ensure_ascii=False, indent=1))
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    say(f"{target}: {size_of(target) / 2**20:.0f} MiB in {time.perf_counter() - began:.0f} s")


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def write_pages(made: Path, found: list[front.Section]) -> None:
    """Write every lesson's plain page, each with links to its neighbours, and the glossary's."""
    glossary = GLOSSARY.read_text()
    known = terms(glossary)
    for before, section, after in zip([None, *found], found, [*found[1:], None], strict=False):
        neighbours = {
            f"{word} {other.number} {other.title.split(':')[0]}": Path(other.page).name
            for word, other in (("Before:", before), ("Next:", after))
            if other is not None
        }
        notebook = nbformat.reads(lite.given_out(CONTENTS[LESSONS] / Path(section.lesson).name).decode(), as_version=4)
        title = f"{section.number} {section.title}"
        live = f"../notebooks/index.html?path={section.lesson}"
        pages.write_page(notebook, made / section.page, title, live, neighbours, known)
    pages.write_glossary(glossary, made / "read" / "glossary.html")


def finish(made: Path) -> None:
    """Add style and scripts of the pages, and put the course's service worker in front.

    It goes before JupyterLite's own.
    """
    style = (HERE / "templates" / "site.css").read_text()
    (made / "site.css").write_text(f"{style}{pages.style_of_code()}\n")
    shutil.copy(HERE / "front.js", made)
    shutil.copy(made / "lab" / "favicon.ico", made / "favicon.ico")
    (made / "service-worker.js").rename(made / "jupyterlite-service-worker.js")
    names = scripts(made)
    worker = (HERE / "service-worker.js").read_text()
    (made / "service-worker.js").write_text(worker.replace("const SCRIPTS = [];", f"const SCRIPTS = {json.dumps(names)};"))


def scripts(made: Path) -> list[str]:
    """Names of JupyterLab's scripts that a lesson loads, as `make bench-site` saw them.

    Those that another JupyterLite has not are left out.
    """
    return [name for name in SCRIPTS.read_text().split() if (made / name.split("?")[0]).is_file()]


def to_preload(made: Path, place: str) -> list[str]:
    """Files that the front page loads ahead.

    They are Python's. What is packed is kept unpacked, by `kept.js`, and the service worker keeps
    JupyterLab's scripts while it is being installed.
    """
    files = [path for path in (made / place).iterdir() if path.suffix != ".bin"]
    files.sort(key=lambda path: -path.stat().st_size)
    return [str(path.relative_to(made)) for path in files]
