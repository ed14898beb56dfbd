"""What an instructor can set.

Limits on a student's kernel, what it may see, and how strict confinement is. In
``nbgrader_config.py``: ``c.Proctor.memory = 4 * 2**30``. :class:`Settings` is the same as plain
frozen data, for processes.
"""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from traitlets import Bool, Enum, Float, Int, List, Unicode
from traitlets.config import Config, Configurable

from proctor.errors import CannotGrade
from proctor.variants import MODES


@dataclass(frozen=True)
class Settings:
    """Limits and view of a student's kernel.

    See the traits of :class:`Proctor` for what each means.
    """

    memory: int = 2 * 2**30
    processes: int = 64
    file_size: int = 64 * 2**20
    scratch_size: int = 256 * 2**20
    open_files: int = 256
    output: int = 1_000_000
    notebook_output: int = 20_000_000
    answer: int = 16_000_000
    cell_timeout: float = 30.0
    notebook_timeout: float = 300.0
    worker_memory: int = 4 * 2**30
    packages: tuple[str, ...] = ()
    test_packages: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    preamble: str = ""
    regions: str = ""
    """nbgrader's own settings of delimiters and stubs, as JSON."""
    variants: str = "off"
    variant_secret: str = field(default="", repr=False)
    warm: bool = True
    unconfined: bool = False


def read_config() -> Config:
    """The configuration that nbgrader finds from the working folder, without importing it.

    Raises CannotGrade when ``nbgrader_config.py`` in the working folder cannot be run.
    """
    from jupyter_core.application import JupyterApp

    class Reader(JupyterApp):
        name = "nbgrader"
        raise_config_file_errors = True

    app = Reader()
    try:
        app.load_config_file()
        super(JupyterApp, app).load_config_file(app.config_file_name, path=str(Path.cwd()))
    except Exception as error:
        raise CannotGrade(f"{app.config_file_name}.py cannot be read: {type(error).__name__}: {error}") from error
    return app.config


class Proctor(Configurable):
    """Grading that rebuilds, confines, examines from outside and scores once."""

    memory = Int(Settings.memory, min=2**26, help="Bytes of memory that a student's kernel may use.").tag(config=True)
    processes = Int(Settings.processes, min=4, help="Processes and threads that a student's kernel may start.").tag(config=True)
    file_size = Int(Settings.file_size, min=4096, help="Bytes that one file of a student may hold.").tag(config=True)
    scratch_size = Int(Settings.scratch_size, min=4096, help="Bytes that a student's scratch folder may hold.").tag(config=True)
    open_files = Int(Settings.open_files, min=64, help="Files that a student's kernel may hold open.").tag(config=True)
    output = Int(Settings.output, min=1000, help="Bytes of output that are kept of one cell.").tag(config=True)
    notebook_output = Int(Settings.notebook_output, min=1000, help="Bytes of output that are kept of one notebook.").tag(config=True)
    answer = Int(Settings.answer, min=1000, help="Bytes that one answer of a student's function may take.").tag(config=True)
    cell_timeout = Float(Settings.cell_timeout, min=0.1, help="Seconds for one cell, or one call of a function.").tag(config=True)
    notebook_timeout = Float(Settings.notebook_timeout, min=1.0, help="Seconds for all of a notebook.").tag(config=True)
    worker_memory = Int(Settings.worker_memory, min=2**28, help="Bytes of memory of a process that grades.").tag(config=True)
    packages = List(Unicode(), help="The course's packages that a student's kernel may import.").tag(config=True)
    test_packages = List(Unicode(), help="Packages that hidden tests import and no student sees; a change makes grades stale.").tag(
        config=True
    )
    preload = List(Unicode(), help="Modules that are imported once, before kernels are forked.").tag(config=True)
    preamble = Unicode(help="Code that runs in the trusted process before each test cell.").tag(config=True)
    variants = Enum(
        MODES,
        Settings.variants,
        help="Whose numbers hidden tests may ask for (proctor.variants): the same for all, a student's own or those, or only the own.",
    ).tag(config=True)
    variant_secret = Unicode(help="Makes each student's numbers depend on a code that `proctor codes` lists; no student sees it.").tag(
        config=True
    )
    warm = Bool(Settings.warm, help="Fork kernels from a process that has imported `preload` already.").tag(config=True)
    unconfined = Bool(False, help="Run students' code also where it cannot be confined; grades then say so.").tag(config=True)

    def settings(self) -> Settings:
        """The traits as plain frozen data."""
        values: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(Settings) if one.name != "regions"}
        for name in ("packages", "test_packages", "preload"):
            values[name] = tuple(values[name])
        return Settings(**values, regions=self._regions())

    def _regions(self) -> str:
        """What the course has set of nbgrader's preprocessors that clear cells."""
        names = [name for name in ("ClearHiddenTests", "ClearMarkScheme", "ClearSolutions") if name in self.config]
        found = {name: {key: value for key, value in self.config[name].items() if isinstance(value, str | dict)} for name in names}
        return json.dumps(found, sort_keys=True) if found else ""
