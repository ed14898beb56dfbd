"""A root folder of a process's own.

Only what it may see is there, read-only, with a scratch file system of limited size. It needs a
mount namespace of its own, and with that the right to mount. Paths are the same inside as outside.
"""

import contextlib
import functools
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from proctor.sandbox import linux

SKELETON = "size=8m,mode=755"
Step = tuple[str, str, str]


def enter(scratch: Path, steps: Sequence[Step], size: int, user: int | None) -> int:
    """Make the root folder, copy what ``scratch`` holds into the new scratch, go there.

    Gives an open file of the new scratch. ``steps`` is a :func:`plan` of what else is there.
    ``size`` is in bytes. ``user`` is the user id that is to own scratch, None for our own. The new
    scratch also holds /dev/shm. Raises OSError where mounting is refused; what was mounted by then
    lies on ``scratch``. Raises ValueError where files do not fit.
    """
    os.umask(0o022)  # the student's user gets through the folders that are made here, whatever the grader's umask
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    given = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
    root = str(scratch)
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, SKELETON)
    _show(root, steps)
    for folder in (scratch, Path("/dev/shm"), Path("/proc")):
        Path(root + str(folder)).mkdir(parents=True, exist_ok=True)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        Path(f"{root}/dev/{name}").symlink_to(target)
    linux.mount_read_only(root)
    with contextlib.suppress(OSError):  # some containers refuse it; then there is no /proc, which most programs can do without
        linux.mount("proc", f"{root}/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC, "subset=pid")
    _mount_scratch(root, scratch, size, user)
    work = root + str(scratch)
    try:
        shutil.copytree(f"/proc/self/fd/{given}", work, symlinks=True, dirs_exist_ok=True)
    except OSError as error:
        raise ValueError(f"the files for the working folder cannot be copied into {size} bytes ({error})") from error
    os.close(given)
    if user is not None:
        for path in (Path(work), *Path(work).rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    linux.pivot_root(root)
    os.chdir(scratch)
    return os.open(scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _mount_scratch(root: str, scratch: Path, size: int, user: int | None) -> None:
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOSYMFOLLOW
    owner = f",uid={user},gid={user}" if user is not None else ""
    work = root + str(scratch)
    linux.mount("tmpfs", work, "tmpfs", flags, f"size={size},nr_inodes={max(1024, size // 4096)},mode=700{owner}")
    for name in ("work", "shm"):
        folder = Path(work) / name
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user, user)
    linux.mount(f"{work}/shm", f"{root}/dev/shm", None, linux.MS_BIND)
    linux.mount(f"{work}/work", work, None, linux.MS_BIND)


@functools.lru_cache(maxsize=8)
def plan(paths: tuple[Path, ...]) -> tuple[Step, ...]:
    """How to show paths of the old root in an empty one, with the links that lead to them.

    Steps of a kind, a path, and a link's end. A "folder" is made; a "link" is made; a "tree" is a
    folder of the old root, a "file" a file, that is bound there.
    """
    steps: dict[Step, None] = {}
    for path in sorted(paths, key=lambda path: len(path.parts)):
        _lead(path, steps)
    return tuple(steps)


def _lead(path: Path, steps: dict[Step, None]) -> None:
    at = Path("/")
    for part in path.parts[1:]:
        at = at / part
        name = str(at)
        if ("tree", name, "") in steps or ("file", name, "") in steps:
            return
        if at.is_symlink():
            end = at.readlink()
            steps["link", name, str(end)] = None
            _lead(Path(os.path.normpath(at.parent / end)) / path.relative_to(at), steps)
            return
        if not at.exists():
            return
        steps["folder" if at != path else "tree" if at.is_dir() else "file", name, ""] = None


def _show(root: str, steps: Iterable[Step]) -> None:
    for kind, path, end in steps:
        place = Path(root + path)
        if kind == "link":
            place.symlink_to(end)
        elif kind == "file":
            place.touch()
        else:
            place.mkdir(exist_ok=True)
        if kind in ("tree", "file"):
            linux.mount(path, root + path, None, linux.MS_BIND | linux.MS_REC)
