"""Files are taken by their hash from the first source that has them.

What is wrong or missing is one line that names it.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from website.files import LOCK, Lock, SourceError, Store, pins
from website.server import serving

ROOT = Path(__file__).resolve().parents[2]

CONTENT = b"a wheel"
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def nowhere(monkeypatch):
    """No folder is named, and nothing can be downloaded."""
    monkeypatch.delenv("PYODIDE_DIST", raising=False)
    return "http://127.0.0.1:9/{version}/{name}"


@pytest.fixture
def mirror(tmp_path):
    """A download site on this machine that has one file."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "index.html").write_text("here")
    (folder / "a.whl").write_bytes(CONTENT)
    with serving(folder) as address:
        yield address + "{name}"


def test_a_folder_comes_first(tmp_path, nowhere):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.whl").write_bytes(CONTENT)
    store = Store(tmp_path / "cache", tmp_path / "here", nowhere)
    assert store.get("a.whl", HASH) == tmp_path / "here" / "a.whl"


def test_the_folder_is_the_one_that_the_environment_names(tmp_path, nowhere, monkeypatch):
    (tmp_path / "a.whl").write_bytes(CONTENT)
    monkeypatch.setenv("PYODIDE_DIST", str(tmp_path))
    assert Store(tmp_path / "cache", downloads=nowhere).get("a.whl", HASH) == tmp_path / "a.whl"
    monkeypatch.setenv("PYODIDE_DIST", str(tmp_path / "none"))
    with pytest.raises(SourceError, match=r"PYODIDE_DIST names .*none, which is no folder"):
        Store(tmp_path / "cache")


def test_a_download_is_checked_and_kept(tmp_path, nowhere, mirror):
    store = Store(tmp_path / "cache", downloads=mirror)
    assert store.get("a.whl", HASH).read_bytes() == CONTENT
    assert Store(tmp_path / "cache", downloads=nowhere).get("a.whl", HASH).read_bytes() == CONTENT


def test_a_kept_file_that_was_damaged_is_fetched_again(tmp_path, nowhere, mirror):
    store = Store(tmp_path / "cache", downloads=mirror)
    store.get("a.whl", HASH).write_bytes(b"damaged")
    assert store.get("a.whl", HASH).read_bytes() == CONTENT


@pytest.mark.parametrize("source", ["folder", "mirror"])
def test_a_wrong_hash_is_refused_and_named(tmp_path, nowhere, mirror, source):
    folder = tmp_path / "mirror" if source == "folder" else None
    with pytest.raises(SourceError, match=rf"a\.whl has the wrong content: its sha256 is {HASH}, expected 0000") as refused:
        Store(tmp_path / "cache", folder, mirror).get("a.whl", "0" * 64)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_named_with_where_it_was_looked_for(tmp_path, nowhere, mirror):
    (tmp_path / "here").mkdir()
    with pytest.raises(SourceError, match=r"no source has b\.whl: neither .*here nor http://127\.0\.0\.1:\d+/b\.whl") as missing:
        Store(tmp_path / "cache", tmp_path / "here", mirror).get("b.whl", HASH)
    assert "\n" not in str(missing.value)
    assert not list((tmp_path / "cache").iterdir())


def test_the_command_says_it_in_one_line(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "website", "serve", "--from", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == f"site: {tmp_path} holds no site; `make site` builds it\n"


def test_the_committed_lock_has_a_hash_for_every_file_and_names_no_address():
    lock = Lock.read()
    assert {"pyodide.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"} <= set(lock.core)
    assert {"numpy", "pandas", "matplotlib"} <= {name.split("-")[0] for name in lock.packages}
    assert all(len(each) == 64 for each in [*lock.core.values(), *lock.packages.values()])
    assert "//" not in json.dumps(json.loads(LOCK.read_text()))


def test_pins_are_taken_from_a_lock_with_their_hashes():
    text = pins(ROOT / "requirements-site.lock", ("comm", "ipywidgets"))
    assert text.startswith("comm==")
    assert text.count("--hash=sha256:") >= 2
    assert "jupyterlite" not in text
    with pytest.raises(SourceError, match="does not pin no-such-package"):
        pins(ROOT / "requirements-site.lock", ("no-such-package",))
