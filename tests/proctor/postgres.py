"""A PostgreSQL server of the tests' own.

Started on loopback in a folder that is thrown away, ended with the test. Its programs come from the
package `pgserver`, or from the system. PostgreSQL refuses to run as root; then it runs as `nobody`.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from proctor.sandbox import linux

USER = "grader"
CONFIG = (Path(__file__).resolve().parents[2] / "nbgrader_config.py").read_text(encoding="utf-8")
SCHEME = re.search(r"``(postgresql[^:]*)://user:password@host/", CONFIG)[1]
"""How the configuration tells instructors to begin an address."""
STARTED = 30.0


def installations() -> Iterator[Path]:
    """Folders that hold PostgreSQL's bin, lib and share."""
    found = importlib.util.find_spec("pgserver")
    if found is not None and found.origin is not None:
        yield Path(found.origin).parent / "pginstall"
    here = shutil.which("postgres")
    if here is not None:
        yield Path(here).resolve().parents[1]
    yield from sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True)


def installation() -> Path | None:
    """The first installation that is whole; None where there is none."""
    return next((place for place in installations() if all((place / "bin" / name).exists() for name in ("initdb", "postgres"))), None)


def _as_somebody() -> dict[str, Any]:
    """How to start a program such that it is not root's."""
    if os.geteuid() != 0:
        return {}
    somebody = pwd.getpwnam("nobody")
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def _end_with_the_test() -> None:
    """In the new process: the server ends when the test does, however the test ends."""
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGQUIT)


class Server:
    """A running server; a context manager.

    Raises RuntimeError, with what the server said, when it does not come up.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.password = secrets.token_hex(8)
        self.home = Path(tempfile.mkdtemp(prefix="postgres-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> "Server":
        if os.geteuid() == 0:
            shutil.chown(self.home, "nobody")
        data, password = self.home / "data", self.home / "password"
        password.write_text(self.password)
        password.chmod(0o644)
        as_told = ("-U", USER, f"--pwfile={password}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", data, *as_told)
        settings = ("listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=", "fsync=off")
        self.log = (self.home / "log").open("w+")
        self.process = subprocess.Popen(
            [self.place / "bin" / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd="/", preexec_fn=_end_with_the_test, **_as_somebody(),
        )
        until = time.monotonic() + STARTED
        while True:
            try:
                self.connect().close()
                return self
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    self.log.seek(0)
                    said = self.log.read()
                    self.__exit__()
                    raise RuntimeError(f"PostgreSQL did not start: {said}") from error
                time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def connect(self, database: str = "postgres") -> Any:
        """A connection to one of its databases."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname=database)

    def database(self, name: str, like: str = "template1") -> str:
        """The address of a new database: an empty one, or a copy of another one of this server."""
        with contextlib.closing(self.connect()) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return f"{SCHEME}://{USER}:{self.password}@127.0.0.1:{self.port}/{name}"

    def _copy_the_program(self) -> None:
        """A copy of what lies where only root may look, with the package's own libraries."""
        libraries = self.place.parents[1] / "pgserver.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, self.home / "program" / libraries.name)
        self.place = shutil.copytree(self.place, self.home / "program" / "pgserver" / self.place.name, symlinks=True)
        (self.home / "program").chmod(0o755)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.place / "bin" / program), *map(str, arguments)]
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **_as_somebody())
        except PermissionError:
            self._copy_the_program()
            return self._run(program, *arguments)
        if done.returncode:
            shutil.rmtree(self.home, ignore_errors=True)
            raise RuntimeError(f"{program} failed: {done.stderr}")
        return None
