"""Confinement of a student's process: what it sees, what it may use, and what becomes of it at the end.

:func:`confine` is called in a fresh child before any of the student's code runs. Each layer stops attacks that another lets pass:

===============  ================================================================================================================
layer            what it stops
===============  ================================================================================================================
own root         reading sources, keys, gradebooks, home folders and other students' work: the paths do not exist; read-only mounts
Landlock         the same without any privilege, and again should a mount be wrong; writing, linking and moving outside scratch
call filter      sockets other than Unix ones (TCP, UDP, netlink, vsock, raw), tracing, keys, mounts, new namespaces, io_uring
own network      abstract Unix sockets and every address, also of this machine
own processes    seeing, signalling, tracing others; outliving the kernel: with its first process the whole namespace ends
own IPC          shared memory, semaphores and message queues of others
own user         being root or the grader's user; makes the limit on processes count for this kernel alone
limits           filling memory, forking without end, huge files, core dumps, too many open files
memory group     filling memory with many small processes, or with files in scratch (cgroup; else a watch that ends the kernel)
scratch limit    filling the disk: scratch is a file system of its own, of limited size, gone with the kernel; links lead nowhere
===============  ================================================================================================================

Confinement fails closed: where what is left would not stop an attack, :class:`ConfinementError` names what is missing, unless the
instructor has said ``unconfined``. Where namespaces cannot be had (most containers), Landlock and the call filter alone suffice.
"""

import functools
import importlib.machinery
import importlib.util
import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from proctor.settings import Settings

SYSTEM = (
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/bin", "/bin", "/etc/ld.so.cache"),
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/usr/share/zoneinfo", "/etc/localtime"),
    *("/usr/share/locale", "/usr/share/misc", "/etc/mime.types"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "TZ", "LD_LIBRARY_PATH")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS")


class ConfinementError(RuntimeError):
    """A student's code would not be held; the message says what is missing."""


@dataclass(frozen=True)
class View:
    """What a student's process sees: it may write in ``scratch`` and read below ``readable``, and nothing else exists for it."""

    scratch: Path
    readable: tuple[Path, ...]


@dataclass(frozen=True)
class Layer:
    """One layer of confinement: its name, what it stops, whether this machine has it, and why not."""

    name: str
    what: str
    available: bool
    why: str = ""


def view_for(settings: Settings, scratch: Path) -> View:
    """The interpreter, installed libraries, system libraries, fonts, time zones, ``settings.packages`` and this package.

    Raises ValueError when a package of the settings is dotted or not found, and when ``scratch`` is not a folder.
    """
    scratch = Path(scratch)
    if not scratch.is_dir():
        raise ValueError(f"scratch is {str(scratch)!r}, but it has to be a folder that exists")
    return View(scratch.resolve(), _readable(tuple(settings.packages), os.environ.get("LD_LIBRARY_PATH", "")))


@functools.lru_cache(maxsize=8)
def _readable(packages: tuple[str, ...], library_path: str) -> tuple[Path, ...]:
    standard = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    programs = [f"{prefix}/{name}" for prefix in {sys.prefix, sys.exec_prefix} for name in ("bin", "pyvenv.cfg")]
    base = [f"{sys.base_prefix}/{name}" for name in ("bin", "lib", "lib64", "Python", "Resources")]
    libraries = [folder for folder in library_path.split(os.pathsep) if folder]
    course = [str(place) for name in packages for place in places_of(name)]
    everything = [*SYSTEM, *standard, *installed, *programs, *base, *libraries, *course, str(Path(__file__).resolve().parent)]
    return tuple(dict.fromkeys(Path(path) for path in everything if path and path != "/" and os.path.lexists(path)))


def places_of(package: str) -> list[Path]:
    """The folders of a package, or the file of a module; raises ValueError when there is none."""
    if not package.isidentifier():
        raise ValueError(f"packages names {package!r}, but each has to be the name of a top-level package")
    spec = importlib.util.find_spec(package)
    if spec is None or (spec.origin is None and not spec.submodule_search_locations):
        raise ValueError(f"packages names {package!r}, but there is no such package in this environment")
    if spec.submodule_search_locations:
        return [Path(place).resolve() for place in spec.submodule_search_locations]
    return [Path(str(spec.origin)).resolve()]


def clean_environment(scratch: Path) -> dict[str, str]:
    """The environment variables of a student's process: a short list, nothing of the grader's, all folders in scratch.

    A process's first environment can be read in /proc, so this has to be in place when the interpreter starts.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    folders = {"HOME": "", "IPYTHONDIR": ".ipython", "MPLCONFIGDIR": ".matplotlib", "TMPDIR": ".tmp"}
    folders |= {"XDG_CACHE_HOME": ".cache", "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local", "XDG_RUNTIME_DIR": ".run"}
    return {
        "LANG": "C.UTF-8",
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "2",
        **dict.fromkeys(THREADS, "1"),
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),
        **{name: str(scratch / folder) if folder else str(scratch) for name, folder in folders.items()},
    }


class Packages:
    """Finds the course's packages where they lie, also where the folder that holds them cannot be listed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.places = {name: places_of(name) for name in names}

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """The specification of a top-level package of the course; None for all other modules."""
        for place in self.places.get(name, ()):
            start = place / "__init__.py"
            if place.is_file():
                return importlib.util.spec_from_file_location(name, place)
            if start.is_file():
                return importlib.util.spec_from_file_location(name, start, submodule_search_locations=[str(place)])
        return None
