"""Files from outside, each taken by its hash.

Pyodide's core, its packages, and pure Python wheels.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).with_name("files.lock.json")
FOLDER_SETTING = "PYODIDE_DIST"
DOWNLOADS = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
"""Where Pyodide's own files can be had by everybody."""


class SourceError(Exception):
    """A file that no source has, or whose content is not the one expected.

    The message is one line that names it.
    """


@dataclass(frozen=True)
class Lock:
    """What the site is made of: the version of Pyodide, and sha256 by file name."""

    version: str
    core: dict[str, str]
    packages: dict[str, str]

    @classmethod
    def read(cls, path: Path = LOCK) -> Lock:
        """The committed lock."""
        content = json.loads(path.read_text())
        return cls(content["pyodide"], content["core"], content["packages"])


def sha256(path: Path) -> str:
    """Hash of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked(path: Path, expected: str) -> Path:
    """The path of a file whose content has the expected hash; raises SourceError otherwise."""
    found = sha256(path)
    if found != expected:
        raise SourceError(f"{path} has the wrong content: its sha256 is {found}, expected {expected}")
    return path


class Store:
    """Takes files from the first source that has them and keeps what was downloaded.

    Parameters
    ----------
    cache : Path
        Folder for what was downloaded; a file in it is checked again at every use.
    folder : Path or None
        Folder that may hold some of the files; by default the one that PYODIDE_DIST names.
    downloads : str
        Address of the download site, with ``{version}`` and ``{name}``.
    """

    def __init__(self, cache: Path, folder: Path | None = None, downloads: str = DOWNLOADS) -> None:
        named = os.environ.get(FOLDER_SETTING)
        self.folder = folder or (Path(named) if named else None)
        if self.folder is not None and not self.folder.is_dir():
            raise SourceError(f"{FOLDER_SETTING} names {self.folder}, which is no folder")
        self.cache = cache
        self.downloads = downloads
        self.lock = Lock.read()
        cache.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, expected: str) -> Path:
        """Path of a file of Pyodide's.

        Raises SourceError when no source has it or a hash differs.
        """
        if self.folder is not None and (self.folder / name).is_file():
            return checked(self.folder / name, expected)
        kept = self.cache / name
        if kept.is_file() and sha256(kept) == expected:
            return kept
        self._download(name, kept)
        return checked(kept, expected)

    def core(self) -> list[Path]:
        """Paths of the files that make up Python itself.

        They come from npm's package where no folder has them.
        """
        wanted = self.lock.core
        have = {name for name in wanted if self.folder is not None and (self.folder / name).is_file()}
        have |= {name for name, expected in wanted.items() if self._kept(name, expected)}
        if have != set(wanted):
            self._unpack_from_npm()
        return [self.get(name, expected) for name, expected in wanted.items()]

    def packages(self) -> list[Path]:
        """Paths of the packages that were compiled for Pyodide."""
        return [self.get(name, expected) for name, expected in self.lock.packages.items()]

    def _kept(self, name: str, expected: str) -> bool:
        return (self.cache / name).is_file() and sha256(self.cache / name) == expected

    def _download(self, name: str, target: Path) -> None:
        address = self.downloads.format(version=self.lock.version, name=name)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            try:
                with urllib.request.urlopen(address, timeout=60) as answer:
                    shutil.copyfileobj(answer, part)
            except (urllib.error.URLError, OSError) as error:
                Path(part.name).unlink()
                where = f"neither {self.folder} nor" if self.folder else "not even"
                reason = getattr(error, "reason", error)
                raise SourceError(f"no source has {name}: {where} {address} ({reason})") from None
        Path(part.name).replace(target)

    def _unpack_from_npm(self) -> None:
        """Put the core files of npm's package into the cache; without npm, nothing happens."""
        npm = shutil.which("npm")
        if npm is None:
            return
        with tempfile.TemporaryDirectory() as scratch:
            command = [npm, "pack", "--silent", f"pyodide@{self.lock.version}"]
            run = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
            archives = list(Path(scratch).glob("*.tgz"))
            if run.returncode or not archives:
                return
            with tarfile.open(archives[0]) as archive:
                for name in self.lock.core:
                    member = archive.extractfile(f"package/{name}")
                    if member is not None:
                        (self.cache / name).write_bytes(member.read())


def pins(requirements: Path, names: tuple[str, ...]) -> str:
    """The lines of a lock of Python packages that pin ``names``, with their hashes."""
    text = requirements.read_text()
    found = []
    for name in names:
        match = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", text, re.M | re.S)
        if match is None:
            raise SourceError(f"{requirements.name} does not pin {name}")
        found.append(match.group())
    return "".join(found)


def pure_wheels(requirements: Path, names: tuple[str, ...], folder: Path) -> list[Path]:
    """Wheels of pure Python packages as a lock pins them.

    pip fetches them and checks their hashes. Raises SourceError when pip cannot get one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "requirements.txt"
    text = pins(requirements, names)
    if not (wanted.is_file() and wanted.read_text() == text):
        for wheel in folder.glob("*.whl"):
            wheel.unlink()
        wanted.write_text(text)
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != len(names):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--implementation", "py"]
        command += ["--abi", "none", "--platform", "any", "--python-version", "3.12"]
        command += ["--dest", str(folder), "-r", str(wanted)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            wanted.unlink()
            said = (run.stderr.strip() or run.stdout.strip()).splitlines()[-1:]
            raise SourceError(f"pip could not get {', '.join(names)}: {''.join(said)}")
        wheels = sorted(folder.glob("*.whl"))
    return wheels
