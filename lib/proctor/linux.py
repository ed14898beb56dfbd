"""The few system calls of Linux that confinement needs and Python's library does not have, through ctypes.

Each function raises :class:`OSError` with the kernel's error where the call is refused, also on systems other than Linux.
Numbers and structures are those of ``mount.h``, ``sched.h``, ``prctl.h``, ``landlock.h`` and ``seccomp.h`` in ``linux/``.
"""

import ctypes
import errno
import os
import platform
import sys

NEWTIME, NEWNS, NEWCGROUP, NEWUTS = 0x80, 0x20000, 0x2000000, 0x4000000
NEWIPC, NEWUSER, NEWPID, NEWNET = 0x8000000, 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET | NEWTIME

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_NOSYMFOLLOW, MS_BIND, MS_REC, MS_PRIVATE = 32, 256, 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 22, 24, 38, 47
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: int | bytes | None, what: str) -> int:
    """One system call by its number; ``what`` names it in the error."""
    if _libc is None:
        raise OSError(errno.ENOSYS, f"{what}: only Linux has it")
    values = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *values), what)


def prctl(option: int, *arguments: int) -> int:
    """``prctl(2)``."""
    if _libc is None:
        raise OSError(errno.ENOSYS, "prctl: only Linux has it")
    values = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc.prctl(ctypes.c_int(option), *values), f"prctl {option}")


def unshare(flags: int) -> None:
    """``unshare(2)``: leave the namespaces of ``flags`` for new ones."""
    if _libc is None:
        raise OSError(errno.ENOSYS, "unshare: only Linux has it")
    _checked(_libc.unshare(ctypes.c_int(flags)), f"unshare {flags:#x}")


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """``mount(2)``."""
    if _libc is None:
        raise OSError(errno.ENOSYS, "mount: only Linux has it")
    text = kind.encode() if kind else None
    done = _libc.mount(os.fsencode(source), os.fsencode(target), text, ctypes.c_ulong(flags), data.encode() or None)
    _checked(done, f"mount {kind or source} on {target}")


def umount(target: str) -> None:
    """Detach a mount (``umount2(2)`` with ``MNT_DETACH``)."""
    if _libc is None:
        raise OSError(errno.ENOSYS, "umount: only Linux has it")
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def mount_read_only(target: str) -> None:
    """Make a mount and all below it read-only and without set-user-id programs (``mount_setattr``, Linux 5.12)."""
    attributes = (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID).to_bytes(8, sys.byteorder) + bytes(24)
    syscall(442, AT_FDCWD, os.fsencode(target), AT_RECURSIVE, attributes, len(attributes), what=f"mount_setattr {target}")


def pivot_root(root: str) -> None:
    """Make the mount at ``root`` the root folder, detach the old one, and go there."""
    os.chdir(root)
    syscall({"x86_64": 155}.get(platform.machine(), 41), b".", b".", what="pivot_root")
    umount(".")
    os.chdir("/")


def drop_capabilities() -> None:
    """Give up every capability of this process for ever: bounding, ambient, effective, permitted, inheritable."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:
                break
            if error.errno != errno.EPERM:
                raise
    try:
        prctl(PR_CAP_AMBIENT, 4)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    header = (0x20080522).to_bytes(4, sys.byteorder) + bytes(4)
    syscall({"x86_64": 126}.get(platform.machine(), 91), header, bytes(24), what="capset")
