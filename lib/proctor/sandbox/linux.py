"""The system calls of Linux that confinement needs and Python lacks, through ctypes.

Each function raises :class:`OSError` with the kernel's error where the call is refused, also on
systems other than Linux. Numbers and structures are those of ``mount.h``, ``sched.h``, ``prctl.h``,
``landlock.h`` and ``seccomp.h`` in ``linux/``.
"""

import ctypes
import errno
import os
import platform
import socket
import sys
from pathlib import Path

NEWTIME, NEWNS, NEWCGROUP, NEWUTS = 0x80, 0x20000, 0x2000000, 0x4000000
NEWIPC, NEWUSER, NEWPID, NEWNET = 0x8000000, 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET | NEWTIME

_NAMESPACE_NAMES = {"user": NEWUSER, "process": NEWPID, "network": NEWNET, "mount": NEWNS, "IPC": NEWIPC}

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
    names = [name for name, flag in _NAMESPACE_NAMES.items() if flags & flag]
    _checked(_libc.unshare(ctypes.c_int(flags)), f"no new {' and '.join(names)} namespace")


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
    """Make a mount and all below it read-only and without set-user-id programs.

    Needs ``mount_setattr``, of Linux 5.12.
    """
    attributes = (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID).to_bytes(8, sys.byteorder) + bytes(24)
    syscall(442, AT_FDCWD, os.fsencode(target), AT_RECURSIVE, attributes, len(attributes), what=f"mount_setattr {target}")


def pivot_root(root: str) -> None:
    """Make the mount at ``root`` the root folder, detach the old one, and go there."""
    os.chdir(root)
    syscall({"x86_64": 155}.get(platform.machine(), 41), b".", b".", what="pivot_root")
    umount(".")
    os.chdir("/")


def drop_bounding() -> None:
    """Give up the chance ever to gain a capability again.

    Empty the bounding set, as far as this process may.
    """
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.EPERM):
                break
            raise


def drop_capabilities() -> None:
    """Give up every capability that this process has.

    Ambient, effective, permitted and inheritable.
    """
    try:
        prctl(PR_CAP_AMBIENT, 4)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    header = (0x20080522).to_bytes(4, sys.byteorder) + bytes(4)
    syscall({"x86_64": 126}.get(platform.machine(), 91), header, bytes(24), what="capset")


# Landlock: what a process may do to files, by folder, without any privilege.
FS_READ = 0b1101
FS_WRITE_FILE, FS_READ_FILE, FS_READ_DIR = 0b10, 0b100, 0b1000
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_FS_MAKE_LINK = 1 << 12
_FS_DEVICES = 1 << 6 | 1 << 11 | 1 << 15
_ONLY_FOR_FOLDERS = 0b11111111111000


def landlock_abi() -> int:
    """The version of Landlock's interface in this kernel; 0 where there is none."""
    try:
        return syscall(444, None, 0, 1, what="landlock_create_ruleset")
    except OSError:
        return 0


def landlock(readable: dict[str, int], writable: list[str], links: bool) -> None:
    """Deny this process and its children all files but those in ``readable`` and ``writable``.

    ``readable`` maps paths to ``FS_`` bits; all below the paths in ``writable`` may be written.
    ``links``: symbolic links may be made. Where the kernel can: deny TCP, and deny signals and
    abstract sockets to processes outside. Needs no_new_privs first.
    """
    abi = landlock_abi()
    handled = (1 << _FS_BITS.get(abi, 16)) - 1
    allowed = handled & ~(_FS_DEVICES if links else _FS_DEVICES | _FS_MAKE_LINK)
    attributes = [handled] + [0b11] * (abi >= 4) + [0b11] * (abi >= 6)
    packed = b"".join(value.to_bytes(8, sys.byteorder) for value in attributes)
    rules = syscall(444, packed, len(packed), 0, what="landlock_create_ruleset")
    try:
        for path, access in [*readable.items(), *((path, allowed) for path in writable)]:
            _landlock_rule(rules, path, access & handled)
        syscall(446, rules, 0, what="landlock_restrict_self")
    finally:
        os.close(rules)


def _landlock_rule(rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return
    try:
        if not Path(path).is_dir():
            access &= ~_ONLY_FOR_FOLDERS
        rule = access.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        syscall(445, rules, 1, rule, 0, what=f"landlock_add_rule {path}")
    finally:
        os.close(place)


# System calls by name: their numbers on x86_64 and on aarch64 (None: it has no such call).
_DENIED: dict[str, tuple[int, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "perf_event_open": (298, 241), "bpf": (321, 280), "userfaultfd": (323, 282),
    "fanotify_init": (300, 262), "syslog": (103, 116), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "personality": (135, 92), "vhangup": (153, 58), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "setns": (308, 268), "unshare": (272, 97), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "swapon": (167, 224),
    "swapoff": (168, 225), "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
}
_ABSENT: dict[str, tuple[int, int | None]] = {
    "clone3": (435, 435), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "io_setup": (206, 0),
}
_DENIED_WITHOUT_NAMESPACES: dict[str, tuple[int, int | None]] = {
    "connect": (42, 203), "setpriority": (141, 140), "ioprio_set": (251, 30), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "setxattr": (188, 5), "lsetxattr": (189, 6), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "truncate": (76, 45), "mq_open": (240, 180),
}
_SWALLOWED_WITHOUT_NAMESPACES: dict[str, tuple[int, int | None]] = {
    "chmod": (90, None), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None), "lchown": (94, None),
    "fchownat": (260, 54), "fchmod": (91, 52), "fchown": (93, 55), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
}
_SWALLOWED_WITHOUT_GROUP: dict[str, tuple[int, int | None]] = {"setsid": (112, 157)}
"""Calls that have no effect where no control group bounds a kernel's processor share.

Each of its sessions would get a share of its own.
"""
_SOCKET, _SOCKETPAIR, _CLONE, _PRLIMIT = (41, 198), (53, 199), (56, 220), (302, 261)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_KILL_PROCESS, _ERRNO, _ALLOW = 0x80000000, 0x50000, 0x7FFF0000
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06


def can_filter_calls() -> bool:
    """Whether the numbers of this machine's system calls are known."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES


def filter_program(namespaces: bool, group: bool = True) -> bytes:
    """The filter as classic BPF.

    Deny privileged and dangerous calls, all sockets but Unix ones, and new namespaces. Without
    ``namespaces`` of its own, the process is also denied calls that Landlock lets pass: connecting
    to any socket, and changing the mode, times or attributes of files or the scheduling and limits
    of other processes of the same user. Without a control ``group``, no session is made, though the
    process is told so.
    """
    column, architecture = _ARCHITECTURES[platform.machine()]
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL_PROCESS), (_LOAD, 0, 0, 0)]
    if column == 0:
        code += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]

    def refuse(calls: dict[str, tuple[int, int | None]], number: int) -> None:
        for numbers in calls.values():
            call = numbers[column]
            if call is not None:
                code.extend([(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _ERRNO | number)])

    def look_at(call: tuple[int, int], argument: int, tests: list[tuple[int, int, int, int]]) -> None:
        code.extend([(_EQUAL, 0, len(tests) + 1, call[column]), (_LOAD, 0, 0, 16 + 8 * argument), *tests])

    refuse(_DENIED, errno.EPERM)
    refuse(_ABSENT, errno.ENOSYS)
    if not group:
        refuse(_SWALLOWED_WITHOUT_GROUP, 0)
    allow, deny = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    look_at(_CLONE, 0, [(_ANY_BIT, 0, 1, NAMESPACES & ~NEWTIME), deny, allow])
    netlink = [(_EQUAL, 0, 1, socket.AF_NETLINK), (_RETURN, 0, 0, _ERRNO | errno.EOPNOTSUPP)]  # else ZeroMQ aborts the process
    if namespaces:
        look_at(_SOCKET, 0, [*netlink, (_EQUAL, 0, 1, socket.AF_UNIX), allow, deny])
    else:
        refuse(_DENIED_WITHOUT_NAMESPACES, errno.EPERM)
        refuse(_SWALLOWED_WITHOUT_NAMESPACES, 0)
        look_at(_PRLIMIT, 0, [(_EQUAL, 0, 1, 0), allow, deny])
        unix = [(_EQUAL, 1, 0, socket.AF_UNIX), deny]
        stream = [(_LOAD, 0, 0, 24), (_AND, 0, 0, 15), (_EQUAL, 0, 1, socket.SOCK_STREAM), allow, deny]
        look_at(_SOCKET, 0, [*netlink, *unix, *stream])
        look_at(_SOCKETPAIR, 0, [*unix, *stream])
    code.append(allow)
    return b"".join(ctypes.string_at(ctypes.byref(_Instruction(*line)), 8) for line in code)


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("code", ctypes.c_char_p))


def filter_calls(namespaces: bool, group: bool = True) -> None:
    """Put the filter on this process and all of its children, for ever.

    Needs no_new_privs first.
    """
    if not can_filter_calls():
        raise OSError(errno.ENOSYS, f"no table of system calls for {platform.machine()}")
    code = filter_program(namespaces, group)
    program = _Program(len(code) // 8, code)
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(program))
