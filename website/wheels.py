"""Python packages made quick to load in a browser.

What nobody needs left out, modules compiled and imported beforehand. A page keeps neither between
two starts. Node runs the same Python as the page does, and does it here, once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from website.files import SourceError, sha256

COMPILER = Path(__file__).with_name("compile.mjs")
SNAPSHOT = Path(__file__).with_name("snapshot.mjs")
SNAPSHOT_FILES = ("memory.bin", "files.bin", "state.json")
LEFT_OUT = re.compile(
    r"""
      (^|/)tests?/ | \.pyi$ | \.(h|a|pyx|pxd|c|cpp|f|f90|map)$ | ^[^/]+\.data/
    | ^numpy/(f2py|_core/include|_core/lib|distutils|doc)/
    | ^numpy/_core/_(rational|umath|struct_ufunc|operand_flag)_tests\.cpython
    | ^matplotlib/mpl-data/(sample_data|images|plot_directive|fonts/(afm|pdfcorefonts))/
    | ^matplotlib/mpl-data/fonts/ttf/(?!DejaVu|LICENSE)
    | ^matplotlib/(sphinxext|testing)/ | ^matplotlib/(_ttconv|backends/_tkagg)\.cpython
    | ^matplotlib/backends/(web_backend|qt_editor)/
    | ^PIL/(_webp|_imagingft|_imagingtk|_imagingmorph)\.cpython
    | ^jedi/third_party/(django-stubs/|typeshed/third_party/)
    | ^ipywidgets/.*\.ipynb$ | ^anywidget/labextension/ | ^anywidget/nbextension/
    | ^[^/]+\.dist-info/(RECORD|licenses/.*)$
    """,
    re.VERBOSE,
)
"""Files that no lesson, check or explorer can need in a page. Type stubs are kept where completion
reads them.
"""
KEPT = re.compile(r"^jedi/third_party/typeshed/(stdlib|LICENSE)|^[^/]+\.dist-info/METADATA$")
WITH_SOURCE = ("phase6",)
"""Packages whose modules keep their source, so that a traceback shows their lines and ``??`` their
code.
"""


def trimmed(source: Path, target: Path) -> None:
    """Copy an archive without what nobody needs."""
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as rest:
        for name in whole.namelist():
            if not name.endswith("/") and (KEPT.search(name) or not LEFT_OUT.search(name)):
                rest.writestr(zipfile.ZipInfo(name), whole.read(name), zipfile.ZIP_DEFLATED)


def node() -> str:
    """Path of Node.js: the one that Playwright brings, else the system's.

    It compiles the site's Python modules. Raises SourceError where there is none.
    """
    playwright = importlib.util.find_spec("playwright")
    own = [Path(place, "driver", "node") for place in playwright.submodule_search_locations or ()] if playwright else []
    found = next((str(path) for path in own if path.is_file()), None) or shutil.which("node")
    if found is None:
        raise SourceError("Node.js was not found; it compiles the site's Python modules (make setup brings it with Playwright)")
    return found


class Compiler:
    """Trims and compiles archives of Python modules, and keeps what it made.

    Parameters
    ----------
    runtime : Path
        Folder with Pyodide's core files, whose Python compiles.
    cache : Path
        Folder for the results, by the hash of what they were made from.
    """

    def __init__(self, runtime: Path, cache: Path) -> None:
        self.runtime = runtime
        self.cache = cache
        rules = [LEFT_OUT.pattern, KEPT.pattern, *WITH_SOURCE, COMPILER.read_text()]
        self._recipe = hashlib.sha256("\n".join(rules).encode()).hexdigest()

    def compile(self, archives: Sequence[Path]) -> dict[str, Path]:
        """Path of the compiled archive, by the name of the original one."""
        results = {archive.name: self._place(archive) / archive.name for archive in archives}
        missing = [archive for archive in archives if not results[archive.name].is_file()]
        if missing:
            self._run([(archive, results[archive.name]) for archive in missing])
        return results

    def snapshot(self, folder: Path) -> list[Path]:
        """Paths of the files from which a page goes on.

        They hold Python as it is once it has imported what every lesson imports, from a folder with
        Python and its packages.
        """
        held = [f"{path.name} {sha256(path)}" for path in sorted(folder.iterdir())]
        recipe = "\n".join([*held, SNAPSHOT.read_text()])
        place = self.cache / hashlib.sha256(recipe.encode()).hexdigest()[:24]
        results = [place / name for name in SNAPSHOT_FILES]
        if not all(path.is_file() for path in results):
            command = [node(), str(SNAPSHOT), str(folder)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode:
                raise SourceError(f"Python with its packages could not be saved:\n{run.stderr[-1500:]}")
            place.mkdir(parents=True, exist_ok=True)
            for path in results:
                (folder / path.name).replace(path)
        return results

    def _place(self, archive: Path) -> Path:
        """Where the result goes: named by what the archive holds, whatever its files' dates."""
        with zipfile.ZipFile(archive) as whole:
            held = sorted((part.filename, part.CRC, part.file_size) for part in whole.infolist())
        return self.cache / hashlib.sha256(f"{held} {self._recipe}".encode()).hexdigest()[:24]

    def _run(self, jobs: list[tuple[Path, Path]]) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="compiling-", dir=self.cache) as work:
            given, made = Path(work, "in"), Path(work, "out")
            for folder in (given, made):
                folder.mkdir()
            for source, _target in jobs:
                trimmed(source, given / source.name)
            command = [node(), str(COMPILER), str(self.runtime), str(given), str(made), *WITH_SOURCE]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode:
                raise SourceError(f"compiling the site's Python modules failed:\n{run.stdout[-1500:]}{run.stderr[-1500:]}")
            for source, target in jobs:
                target.parent.mkdir(parents=True, exist_ok=True)
                (made / source.name).replace(target)


def canonical(name: str) -> str:
    """A distribution's name as Pyodide's lock spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_entry(wheel: Path, imports: list[str], depends: Iterable[str]) -> dict[str, object]:
    """What Pyodide's lock says about a pure Python wheel."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel),
        "package_type": "package",
        "imports": imports,
        "depends": list(depends),
        "unvendored_tests": False,
    }


def top_level(wheel: Path) -> list[str]:
    """Names that can be imported from a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        roots = {name.split("/")[0] for name in archive.namelist() if not re.match(r"[^/]+\.(dist-info|data)/", name)}
    return sorted({root.split(".")[0] for root in roots})


def write_lock(original: Path, target: Path, own: dict[str, dict[str, object]], left_out: Iterable[str]) -> None:
    """Write Pyodide's lock with the packages that the site holds.

    It has their hashes as compiled, and the course's own packages.
    """
    lock = json.loads(original.read_text())
    gone = set(left_out)
    packages: dict[str, dict[str, object]] = {}
    for name, entry in lock["packages"].items():
        file = target.parent / entry["file_name"]
        if name not in gone and file.is_file():
            depends = [each for each in entry["depends"] if canonical(each) not in gone]
            packages[name] = entry | {"sha256": sha256(file), "depends": depends}
    packages |= own
    known = set(packages)
    for name, entry in packages.items():
        unmet = {canonical(str(each)) for each in entry["depends"]} - known  # type: ignore[attr-defined]
        if unmet:
            raise SourceError(f"the site holds {name} but not {', '.join(sorted(unmet))}, which it needs")
    lock["packages"] = packages
    target.write_text(json.dumps(lock))
