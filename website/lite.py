"""Builds the JupyterLite part of the site.

The two views, the notebooks, Python with the course's packages.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from website.files import SourceError, Store, pure_wheels, sha256
from website.wheels import Compiler, canonical, lock_entry, top_level, write_lock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import make_bundle  # noqa: E402

ENVIRONMENT = ROOT / ".venv-site"
EXTENSION = Path(__file__).with_name("extension")
STARTER = Path(__file__).with_name("start.js")
EARLY = Path(__file__).with_name("early.js")
KEPT = Path(__file__).with_name("kept.js")
PURE = ("anywidget", "comm", "ipywidgets", "psygnal", "typing-extensions")
"""Packages from the lock that are not part of Pyodide."""
NEEDS = {
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "comm": ("traitlets",),
    "ipywidgets": ("comm", "ipython", "traitlets"),
    "ipykernel": ("comm", "ipython", "traitlets"),
    "phase6": ("anywidget", "ipywidgets", "matplotlib", "numpy", "pandas"),
    "piplite": ("micropip",),
    "pyodide-kernel": ("ipykernel", "ipython", "piplite"),
    "psygnal": ("typing-extensions",),
}
OF_THE_KERNEL = ("ipykernel", "piplite", "pyodide_kernel")
"""Wheels that the kernel's own extension brings."""
LEFT_OUT = ("fonttools", "openssl")
"""Packages whose only users are file formats and connections that a page does not have."""
EMPTY = ("ssl",)
"""Parts of Python's library that the kernel asks for and a page has no use for.

A page opens no sockets.
"""
PRELOADED = ["ssl", "sqlite3", "micropip", "piplite", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython", "phase6"]
KERNEL_PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"


def given_out(notebook: Path) -> bytes:
    """A notebook with links as the bundle has them, whose folders are those of the site."""
    return make_bundle.content(notebook)


def to_run(notebook: Path) -> bytes:
    """A notebook to be run, as the bundle has it; a lesson holds its answers back."""
    return make_bundle.to_run(notebook)


def empty_wheel(name: str, folder: Path) -> Path:
    """A wheel that holds nothing but its name."""
    wheel = folder / f"{name}-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        information = zipfile.ZipInfo(f"{name}-0.dist-info/METADATA")
        archive.writestr(information, f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n")
    return wheel


def python_files(target: Path, store: Store, cache: Path) -> None:
    """Lay Pyodide, and Python with all packages imported, into a folder of the site."""
    target.mkdir(parents=True)
    runtime = cache / "runtime"
    runtime.mkdir(parents=True, exist_ok=True)
    for path in store.core():
        shutil.copy(path, runtime / path.name)
        shutil.copy(path, target / path.name)
    original = target / "pyodide-lock.json"
    entries = json.loads(original.read_text())["packages"]
    unused = {entries[name]["file_name"] for name in (*LEFT_OUT, *EMPTY)}
    compiled_for_pyodide = [path for path in store.packages() if path.name not in unused]
    with tempfile.TemporaryDirectory() as scratch:
        own = [make_bundle.build_wheel(Path(scratch)), *pure_wheels(ROOT / "requirements-site.lock", PURE, cache / "pure")]
        own += [empty_wheel(name, Path(scratch)) for name in EMPTY]
        own += [_of_the_kernel(name) for name in OF_THE_KERNEL]
        compiler = Compiler(runtime, cache / "compiled")
        for name, path in compiler.compile([runtime / "python_stdlib.zip", *compiled_for_pyodide, *own]).items():
            shutil.copy(path, target / name)
        entries = {}
        for wheel in own:
            name = canonical(wheel.name.split("-")[0])
            entries[name] = lock_entry(target / wheel.name, top_level(wheel), NEEDS.get(name, ()))
    write_lock(original, original, entries, LEFT_OUT)
    for path in compiler.snapshot(target):
        shutil.copy(path, target / path.name)
    for path in (*target.glob("*.whl"), *target.glob("*.mjs")):
        path.unlink()
    for script in (STARTER, EARLY, KEPT):
        shutil.copy(script, target / script.name)


def _of_the_kernel(name: str) -> Path:
    folder = ENVIRONMENT / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    found = sorted(folder.glob(f"{name}-*.whl"))
    if not found:
        raise SourceError(f"no wheel of {name} in {folder}; run scripts/site.sh, which installs it")
    return found[-1]


def configuration(place: str, fetches: int) -> dict[str, Any]:
    """What `jupyter-lite.json` of the site says.

    Python lies in ``place`` and is loaded from ``fetches`` files.
    """
    kernel = {
        "pyodideUrl": f"./{place}/{STARTER.name}",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": PRELOADED, "fetches": fetches},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Phase 6",
            "collaborative": False,
            "exposeAppInBrowser": True,
            "litePluginSettings": {KERNEL_PLUGIN: kernel},
        },
    }


SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


def build(target: Path, contents: Path, python: Path) -> str:
    """Run JupyterLite's own builder and move Python into the site.

    Returns Python's place, named by its content. Raises SourceError with what the builder said when
    it fails.
    """
    files = sorted(python.iterdir())
    place = f"static/python-{hashlib.sha256(''.join(map(sha256, files)).encode()).hexdigest()[:12]}"
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch)
        (project / "jupyter-lite.json").write_text(json.dumps(configuration(place, len(files))))
        (project / "overrides.json").write_text(json.dumps(SETTINGS))
        own = {
            "LiteBuildConfig": {
                "lite_dir": str(project),
                "output_dir": str(target),
                "cache_dir": str(project / "cache"),
                "contents": [str(contents)],
                "apps": ["lab", "notebooks", "tree"],
                "no_sourcemaps": True,
                "no_unused_shared_packages": True,
            },
            "FederatedExtensionAddon": {"extra_labextensions_path": [str(EXTENSION)]},
        }
        (project / "jupyter_lite_config.json").write_text(json.dumps(own))
        command = [str(ENVIRONMENT / "bin" / "jupyter-lite"), "build"]
        run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SourceError(f"jupyter lite build failed:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    python.rename(target / place)
    return place
