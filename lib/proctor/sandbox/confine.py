"""Confinement of a student's process.

What it sees, what it may use, and what becomes of it at the end. :func:`confine` is called in a
fresh child before any of the student's code runs. Each layer stops attacks that another lets pass:

own root
    Reading sources, keys, gradebooks, home folders and other students' work: the paths do not
    exist. Mounts are read-only.
Landlock
    The same without any privilege, and again should a mount be wrong; writing, linking and moving
    outside scratch.
call filter
    Sockets other than Unix ones (TCP, UDP, netlink, vsock, raw), tracing, keys, mounts, new
    namespaces, io_uring.
own network
    Abstract Unix sockets and every address, also of this machine.
own processes
    Seeing, signalling and tracing others; outliving the kernel: with its first process the whole
    namespace ends.
own IPC
    Shared memory, semaphores and message queues of others.
own user
    Being root or the grader's user; makes the limit on processes count for this kernel alone.
limits
    Filling memory, forking without end, huge files, core dumps, too many open files.
memory group
    Filling memory with many small processes, or with files in scratch (a control group; where none
    can be made, a watch that ends the kernel).
scratch limit
    Filling the disk: scratch is a file system of its own, of limited size, gone with the kernel;
    links lead nowhere.

Confinement fails closed: where what is left would not stop an attack, :class:`ConfinementError`
names what is missing, unless the instructor has said ``unconfined``. Where namespaces cannot be had
(most containers, and users other than root on distributions that restrict them), the call filter
and Landlock 6, which is Linux 6.12 or newer, have to stand in for them; older kernels fail closed.
"""

import contextlib
import errno
import functools
import importlib.machinery
import importlib.util
import os
import resource
import select
import signal
import site
import socket
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from proctor.sandbox import linux, root, supervisor
from proctor.settings import Settings

SYSTEM = (
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/bin", "/bin", "/etc/ld.so.cache"),
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/usr/share/zoneinfo", "/etc/localtime"),
    *("/usr/share/locale", "/usr/share/misc", "/etc/mime.types", "/etc/alternatives", "/usr/share/matplotlib", "/etc/matplotlibrc"),
    *("/nix/store", "/gnu/store"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "TZ", "LD_LIBRARY_PATH")
FIRST_USER = 0x70000000  # ids from here on belong to nobody; the supervisor's process id makes each one unique
ROOM_FOR_STACKS = 2**28
OWN_FILES = 96  # that the kernel itself holds open
ROOM_FOR_OTHERS = 256
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS")


class ConfinementError(RuntimeError):
    """A student's code would not be held; the message says what is missing."""


@dataclass(frozen=True)
class View:
    """What a student's process sees.

    It may write in ``scratch`` and read below ``readable``, and nothing else exists for it.
    ``steps`` make a root folder in which only that is.
    """

    scratch: Path
    readable: tuple[Path, ...]
    steps: tuple[root.Step, ...]


def view_for(settings: Settings, scratch: Path) -> View:
    """What a student's process may see besides ``scratch``.

    That is the interpreter, installed libraries, system libraries, fonts, time zones,
    ``settings.packages`` and this package. Raises ValueError when a package of the settings is
    dotted or not found, and when ``scratch`` is not a folder.
    """
    scratch = Path(scratch)
    if not scratch.is_dir():
        raise ValueError(f"scratch is {str(scratch)!r}, but it has to be a folder that exists")
    readable = _readable(tuple(settings.packages), os.environ.get("LD_LIBRARY_PATH", ""))
    return View(scratch.resolve(), readable, root.plan((*readable, *map(Path, DEVICES))))


@functools.lru_cache(maxsize=8)
def _readable(packages: tuple[str, ...], library_path: str) -> tuple[Path, ...]:
    standard = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    programs = [f"{prefix}/{name}" for prefix in {sys.prefix, sys.exec_prefix} for name in ("bin", "pyvenv.cfg")]
    base = [f"{sys.base_prefix}/{name}" for name in ("bin", "lib", "lib64", "Python", "Resources")]
    libraries = [folder for folder in library_path.split(os.pathsep) if folder]
    course = [str(place) for name in packages for place in places_of(name)]
    everything = [*SYSTEM, *standard, *installed, *programs, *base, *libraries, *course, str(Path(__file__).absolute().parents[1])]
    return tuple(dict.fromkeys(Path(path) for path in everything if path and path != "/" and os.path.lexists(path)))


def places_of(package: str) -> list[Path]:
    """The folders of a package, or the file of a module; raises ValueError when there is none."""
    if not package.isidentifier():
        raise ValueError(f"packages names {package!r}, but each has to be the name of a top-level package")
    spec = importlib.util.find_spec(package)
    if spec is None or (spec.origin is None and not spec.submodule_search_locations):
        raise ValueError(f"packages names {package!r}, but there is no such package in this environment")
    if spec.submodule_search_locations:
        return [Path(place).absolute() for place in spec.submodule_search_locations]
    return [Path(str(spec.origin)).absolute()]


def clean_environment(scratch: Path) -> dict[str, str]:
    """The environment variables of a student's process.

    A short list, nothing of the grader's, all folders in scratch. A process's first environment can
    be read in /proc, so this has to be in place when the interpreter starts.
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
        "PYDEVD_USE_FRAME_EVAL": "NO",
        **dict.fromkeys(THREADS, "1"),
        **({"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}),
        **{name: str(scratch / folder) if folder else str(scratch) for name, folder in folders.items()},
    }


class Packages:
    """Finds the course's packages where they lie.

    It does so also where the folder that holds them cannot be listed.
    """

    def __init__(self, names: tuple[str, ...], view: View) -> None:
        self.places = {name: [path for path in view.readable if path.stem == name] for name in names}

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """The specification of a top-level package of the course; None for all other modules."""
        for place in self.places.get(name, ()):
            start = place / "__init__.py"
            if place.is_file():
                return importlib.util.spec_from_file_location(name, place)
            if start.is_file():
                return importlib.util.spec_from_file_location(name, start, submodule_search_locations=[str(place)])
        return None


def confine(view: View, settings: Settings, line: socket.socket | None = None) -> None:
    """Confine this process before any of the student's code runs.

    It has to be a fresh process with a single thread. It forks once: the call returns in a new
    child, confined, in scratch; the calling process becomes its supervisor and ends with it.
    ``line`` leads to the process that asked: it is told the child's process id and is given an open
    file of the scratch folder; when its other end closes, all ends. The caller closes ``line`` in
    the child before the student's code runs. Raises :class:`ConfinementError` (mostly in the child)
    where what this machine has would not hold the student's code.
    """
    packages = Packages((*settings.packages, "proctor"), view)
    lacks = confined_child(view, settings, line)
    holes = holes_left_by(lacks)
    if holes and not settings.unconfined:
        raise ConfinementError("this machine cannot hold a student's code: " + "; ".join(holes))
    _settle(view, packages)


def confined_child(view: View, settings: Settings, line: socket.socket | None) -> dict[str, str]:
    """Return in a child to which every layer that can be had is applied.

    Returns the missing layers and why. This process becomes the child's supervisor.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    user = _nobody() if os.geteuid() == 0 else None
    lacks = _leave_processes(user)
    group = supervisor.Group(settings)
    if not group.bounds_memory:
        lacks["group"] = "no control group can be made here; the supervisor watches memory instead"
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(ours)
        group.take(child)
        os.write(theirs, b"!")
        watch = supervisor.Watch(settings, view.scratch, not group.bounds_memory, "processes" not in lacks)
        code = supervisor.supervise(child, group, watch, line)
        os._exit(code if code >= 0 else 128 - code)
    os.close(theirs)
    os.read(ours, 1)
    os.setsid()
    _apply(view, settings, lacks, user, line)
    _end_with_supervisor(ours)
    return lacks


def _leave_processes(user: int | None) -> dict[str, str]:
    """Own user namespace where we are not root, own process namespace for our children.

    Returns why, for each that was refused.
    """
    lacks: dict[str, str] = {}

    def own(name: str, flags: int) -> None:
        try:
            linux.unshare(flags)
        except OSError as error:
            lacks[name] = _reason(error)

    if user is None:
        group = os.getegid()
        user = os.geteuid()
        own("user", linux.NEWUSER)
        if "user" not in lacks:
            try:
                Path("/proc/self/setgroups").write_text("deny")
                Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
                Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
            except OSError as error:
                lacks["user"] = _reason(error)
    own("processes", linux.NEWPID)
    if "processes" in lacks:
        with contextlib.suppress(OSError):
            linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    return lacks


def _apply(view: View, settings: Settings, lacks: dict[str, str], user: int | None, line: socket.socket | None) -> None:
    """Apply every layer to this process; adds to ``lacks`` what is refused, and why."""

    def attempt(name: str, act: Callable[[], object]) -> None:
        try:
            act()
        except (OSError, ValueError) as error:
            lacks[name] = _reason(error)

    attempt("network", lambda: linux.unshare(linux.NEWNET))
    attempt("ipc", lambda: linux.unshare(linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP))
    attempt("root", lambda: linux.unshare(linux.NEWNS))
    scratch = _enter_root(view, settings, user, lacks)
    if scratch is None:
        os.chdir(view.scratch)
        scratch = os.open(view.scratch, os.O_RDONLY | os.O_DIRECTORY)
        if settings.unconfined:
            user = None  # nobody may be unable to reach the interpreter, and here that must not stop us
        if user is not None:
            attempt("reach", lambda: _give(view.scratch, user))
    supervisor.say(line, {"scratch": "root" not in lacks}, scratch)
    os.close(scratch)
    attempt("limits", lambda: _limit(settings, shared=user is None and "user" in lacks))
    attempt("user", lambda: _become(user))
    attempt("reach", lambda: _reach(view))
    attempt("calls", lambda: linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1))
    attempt("landlock", lambda: _landlock(view, "root" not in lacks))
    attempt("calls", lambda: linux.filter_calls(not lacks.keys() & {"network", "root", "processes"}, "group" not in lacks))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _enter_root(view: View, settings: Settings, user: int | None, lacks: dict[str, str]) -> int | None:
    if "root" in lacks or "processes" in lacks:
        lacks.setdefault("root", "it needs a process namespace")
        return None
    try:
        return root.enter(view.scratch, view.steps, settings.scratch_size, user)
    except OSError as error:
        lacks["root"] = _reason(error)
        with contextlib.suppress(OSError):
            linux.umount(str(view.scratch))
        return None


def holes_left_by(lacks: dict[str, str]) -> list[str]:
    """What the missing layers, each with its reason, leave open.

    Landlock and the call filter can stand in for namespaces.
    """
    abi = linux.landlock_abi()
    holes = []
    if sys.platform != "linux":
        return [f"confinement needs Linux, and this is {sys.platform}"]
    if "calls" in lacks:
        holes.append(f"the call filter is missing ({lacks['calls']})")
    if "root" in lacks and ("landlock" in lacks or abi < 3):
        holes.append(f"neither a root folder of its own ({lacks['root']}) nor Landlock 3 ({lacks.get('landlock', abi)}) hides files")
    if "processes" in lacks and ("landlock" in lacks or abi < 6):
        holes.append(f"neither a process namespace ({lacks['processes']}) nor Landlock 6 ({lacks.get('landlock', abi)}) stops signals")
    if "reach" in lacks:
        holes.append(lacks["reach"])
    if "limits" in lacks:
        holes.append(f"limits cannot be set ({lacks['limits']})")
    if os.geteuid() == 0:
        holes.append(f"it would run as root ({lacks.get('user', 'no other user')})")
    return holes


def _nobody() -> int:
    """A user id that no one has, and no other kernel of this machine."""
    wanted = (FIRST_USER + os.getpid(), 30000 + os.getpid() % 30000)
    with contextlib.suppress(OSError):
        ranges = [[int(number) for number in row.split()] for row in Path("/proc/self/uid_map").read_text().splitlines()]
        return next((user for user in wanted if any(first <= user < first + count for first, _, count in ranges)), wanted[1])
    return wanted[0]


def _give(folder: Path, user: int) -> None:
    """Let another user have the folder and all in it.

    Where the folder that holds it is ours, let them through that, too.
    """
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)
    mode = folder.parent.stat().st_mode
    if not mode & 0o001 and folder.parent.stat().st_uid == os.geteuid():
        folder.parent.chmod(mode & 0o7777 | 0o001)


def _reach(view: View) -> None:
    """Raises OSError where this user cannot reach the interpreter or the scratch folder."""
    for path, how in ((sys.executable, os.X_OK), (os.__file__, os.R_OK), (str(view.scratch), os.R_OK | os.W_OK | os.X_OK)):
        if not os.access(path, how):
            raise OSError(errno.EACCES, f"user {os.geteuid()}, as whom a student's code runs, cannot use {path}")


def _tasks() -> int:
    """How many processes and threads our user has."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            count += len(list((folder / "task").iterdir())) if folder.stat().st_uid == os.geteuid() else 0
    return count


def _limit(settings: Settings, shared: bool) -> None:
    """The limits that the kernel keeps for each process.

    Memory comes on top of what the interpreter has mapped already. ``shared``: other processes
    count for our user, too, so that the limit on processes has to leave room for them.
    """
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * supervisor.PAGE if Path("/proc/self/statm").exists() else 0
    seconds = int(2 * settings.notebook_timeout + 60)
    limits = {
        "RLIMIT_AS": mapped + settings.memory + ROOM_FOR_STACKS,
        "RLIMIT_NPROC": settings.processes + supervisor.OWN_TASKS + (_tasks() + ROOM_FOR_OTHERS if shared else 0),
        "RLIMIT_FSIZE": settings.file_size,
        "RLIMIT_NOFILE": settings.open_files + OWN_FILES,
        "RLIMIT_CPU": seconds,
        "RLIMIT_CORE": 1,  # with 0, a core_pattern that is a pipe would still run its program
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 2**20,
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    for name, value in limits.items():
        if hasattr(resource, name):
            which = getattr(resource, name)
            _, most = resource.getrlimit(which)
            bound = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(which, (bound, bound))


def _become(user: int | None) -> None:
    """Be an ordinary user without capabilities.

    As root take an id that no one has, so that no other process counts for its limits.
    """
    if sys.platform == "linux":
        linux.drop_bounding()
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    if sys.platform == "linux":
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_DUMPABLE, 1)


def _landlock(view: View, own_root: bool) -> None:
    if linux.landlock_abi() == 0:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock, or it is switched off")
    readable = {str(path): linux.FS_READ for path in view.readable}
    readable |= dict.fromkeys(DEVICES, linux.FS_READ_FILE | linux.FS_WRITE_FILE)
    readable |= {"/": linux.FS_READ_DIR, "/proc": linux.FS_READ} if own_root else {"/proc/self": linux.FS_READ}
    linux.landlock(readable, [str(view.scratch), *(["/dev/shm"] if own_root else [])], links=own_root)


def _end_with_supervisor(pipe: int) -> None:
    """Die with the supervisor, also when it died just now.

    Its end of the pipe is open for as long as it lives.
    """
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        poller = select.poll()
        poller.register(pipe, 0)
        if poller.poll(0):
            os._exit(1)
    os.close(pipe)


def _settle(view: View, packages: Packages) -> None:
    """A clean environment, folders in scratch, and imports from what can be seen.

    Scratch comes last and can shadow nothing.
    """
    os.environ.clear()
    os.environ.update(clean_environment(view.scratch))
    for name in ("TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"):
        Path(os.environ[name]).mkdir(exist_ok=True)
    os.umask(0o077)
    sys.dont_write_bytecode = True
    places = tuple(f"{place}{os.sep}" for place in view.readable)
    seen = [path for path in sys.path if path and f"{path}{os.sep}".startswith(places)]
    sys.path[:] = [*seen, str(view.scratch)]
    for path in set(sys.path_importer_cache) - set(seen):
        del sys.path_importer_cache[path]
    sys.meta_path.insert(0, packages)
