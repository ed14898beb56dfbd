"""A root folder of a process's own: only what it may see is there, read-only, with a scratch file system of limited size.

It needs a mount namespace of its own, and with that the right to mount. Paths are the same inside as outside.
"""

import contextlib
import os
import shutil
from pathlib import Path

from proctor import linux

SKELETON = "size=8m,mode=755"


def enter(scratch: Path, readable: tuple[Path, ...], devices: tuple[str, ...], size: int, user: int | None) -> int:
    """Make the root folder, copy what ``scratch`` holds into the new scratch, go there; gives an open file of the new scratch.

    ``size`` is in bytes. ``user`` is the user id that is to own scratch, None for our own. The new scratch also holds /dev/shm.
    Raises OSError where mounting is refused; what was mounted by then lies on ``scratch``. Raises ValueError where files do not fit.
    """
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    given = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY)
    root = str(scratch)
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, SKELETON)
    shown: set[Path] = set()
    for path in sorted([*readable, *map(Path, devices)], key=lambda path: len(path.parts)):
        _show(root, path, shown)
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


def _show(root: str, path: Path, shown: set[Path]) -> None:
    """Bind one path of the old root into the new one, with the links that lead to it."""
    at = Path("/")
    for part in path.parts[1:]:
        at = at / part
        if at in shown:
            return
        if at.is_symlink():
            link = Path(root + str(at))
            if not link.is_symlink():
                link.symlink_to(at.readlink())
            _show(root, Path(os.path.normpath(at.parent / at.readlink())) / path.relative_to(at), shown)
            return
        if not at.exists():
            return
        place = Path(root + str(at))
        if at == path:
            if at.is_dir():
                place.mkdir(exist_ok=True)
            else:
                place.touch()
            linux.mount(str(at), str(place), None, linux.MS_BIND | linux.MS_REC)
            shown.add(at)
        else:
            place.mkdir(exist_ok=True)
