"""Archives of Python modules are compiled once, whoever else builds the site at the same time."""

import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

from website import wheels

COPIES = """#!/bin/sh
sleep 0.2
exec cp "$3"/* "$4"
"""
"""In the place of Node: takes its time, and leaves every archive as it is."""


def test_two_builds_at_once_do_not_disturb_each_other(tmp_path, monkeypatch):
    copies = tmp_path / "copies"
    copies.write_text(COPIES)
    copies.chmod(0o700)
    monkeypatch.setattr(wheels, "node", lambda: str(copies))
    archive = tmp_path / "module.whl"
    with zipfile.ZipFile(archive, "w") as whole:
        whole.writestr("module.py", "x = 1\n")
    together = threading.Barrier(2)

    def build(_):
        together.wait()
        return wheels.Compiler(tmp_path, tmp_path / "cache").compile([archive])[archive.name]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(build, range(2))
    assert first == second
    assert zipfile.ZipFile(first).read("module.py") == b"x = 1\n"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [first.parent.name]
