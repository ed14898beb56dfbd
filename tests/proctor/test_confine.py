"""Confinement itself: what a student may see, the call filter, and failing closed.

Machines without namespaces are tried too.
"""

import errno
import json
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from proctor.sandbox import confine, linux, probe, supervisor
from proctor.sandbox.confine import clean_environment, view_for
from proctor.settings import Settings

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's")
ALLOW, KILL = 0x7FFF0000, 0x80000000


def refuse(number: int) -> int:
    return 0x50000 | number


def test_view_holds_the_interpreter_and_the_packages_but_not_their_neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lib/course", "lib/key", "scratch"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lib/course/__init__.py").touch()
    (tmp_path / "lib/single.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    view = view_for(Settings(packages=("course", "single")), tmp_path / "scratch")
    assert view.scratch == tmp_path / "scratch"

    def seen(path: Path | str) -> bool:
        return any(Path(path).is_relative_to(place) for place in view.readable)

    assert all(map(seen, (os.__file__, pytest.__file__, sys.executable, confine.__file__)))
    assert seen(tmp_path / "lib/course/__init__.py")
    assert seen(tmp_path / "lib/single.py")
    elsewhere = (__file__, Path.home(), "/etc/passwd", "/proc", "/tmp", sys.prefix)
    assert not any(seen(path) for path in (tmp_path, tmp_path / "lib", tmp_path / "lib/key", *elsewhere))


@pytest.mark.parametrize("package", ["no_such_package", "os.path", "../lib", ""])
def test_a_package_that_is_none_is_an_error(package: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="packages names"):
        view_for(Settings(packages=(package,)), tmp_path)


def test_scratch_has_to_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has to be a folder"):
        view_for(Settings(), tmp_path / "missing")


def test_environment_is_a_short_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADEBOOK_URL", "JPY_PARENT_PID", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "PYTHONPATH", "LD_PRELOAD"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    made = clean_environment(Path("/scratch"))
    assert "secret" not in made.values()
    assert made["TZ"] == "Asia/Kolkata"
    assert made["OMP_NUM_THREADS"] == "1"
    folders = ("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    assert all(made[name].startswith("/scratch") for name in folders)


def verdict(program: bytes, architecture: int, call: int, *arguments: int) -> int:
    """What the kernel would say to a call.

    A classic BPF machine with the instructions that a filter may use.
    """
    data = struct.pack("<IIQ6Q", call, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    at = held = 0
    while True:
        code, yes, no, k = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return int(k)
        if code == 0x20:
            (held,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            held &= k
        else:
            truth = {0x15: held == k, 0x35: held >= k, 0x45: bool(held & k)}[code]
            at += yes if truth else no


CALLS = ("read", "socket", "socketpair", "connect", "ptrace", "clone", "chmod", "prlimit")
MACHINES = {
    "x86_64": (0xC000003E, dict(zip(CALLS, (0, 41, 53, 42, 101, 56, 90, 302), strict=True))),
    "aarch64": (0xC00000B7, dict(zip(CALLS, (63, 198, 199, 203, 117, 220, 53, 261), strict=True))),
}


@on_linux
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("namespaces", [True, False])
def test_filter_of_calls(machine: str, namespaces: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    program = linux.filter_program(namespaces)
    architecture, calls = MACHINES[machine]

    def says(name: str, *arguments: int) -> int:
        return verdict(program, architecture, calls[name], *arguments)

    assert verdict(program, 0x40000003, 0) == KILL
    if machine == "x86_64":
        assert verdict(program, architecture, 0x40000000) == refuse(errno.ENOSYS)
    assert says("read") == ALLOW
    assert says("ptrace") == refuse(errno.EPERM)
    assert says("clone", 0x11) == says("clone", 0x3D0F00) == ALLOW
    assert all(says("clone", flag | 17) == refuse(errno.EPERM) for flag in (linux.NEWUSER, linux.NEWNET, linux.NEWPID, linux.NEWNS))
    assert verdict(program, architecture, 435) == verdict(program, architecture, 425) == refuse(errno.ENOSYS)
    assert says("socket", socket.AF_UNIX, 1 | 0o2000000) == says("socketpair", 1, 1) == ALLOW
    assert all(says("socket", family, 1) == refuse(errno.EPERM) for family in (2, 10, 17, 38, 40))
    assert says("socket", socket.AF_NETLINK, 3) == refuse(errno.EOPNOTSUPP)
    only = (lambda number: ALLOW) if namespaces else refuse
    assert says("socket", socket.AF_UNIX, 2) == says("connect") == says("prlimit", 1) == only(errno.EPERM)
    assert says("socketpair", 1, 2) == only(errno.EPERM)
    assert says("chmod") == only(0)
    assert says("prlimit", 0) == ALLOW


def test_refuses_nothing_on_a_machine_that_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert not linux.can_filter_calls()
    with pytest.raises(OSError, match="riscv64"):
        linux.filter_calls(True)


INSIDE = """
import contextlib, json, os, resource, socket, sys
from pathlib import Path
from proctor.sandbox import confine, probe, supervisor, linux
from proctor.settings import Settings

folder, without = Path(sys.argv[1]), sys.argv[2].split()
def refuse(flags):
    raise OSError(1, "no namespaces here")
if "namespaces" in without:
    linux.unshare = refuse
if "landlock" in without:
    linux.landlock_abi = lambda: 0
if "filter" in without:
    linux.can_filter_calls = lambda: False
settings = Settings(processes=8, scratch_size=2**20, file_size=2**20, unconfined="unconfined" in without)
parent = os.getppid()
view = confine.view_for(settings, folder / "scratch")
try:
    confine.confine(view, settings)
except confine.ConfinementError as error:
    print(json.dumps({"refused": str(error)}), flush=True)
    os._exit(0)
said = {"user": os.geteuid()}
def tries(name, act):
    try:
        said[name] = repr(act())
    except Exception as error:
        said[name] = type(error).__name__
secret = folder / "secret"
tries("read", secret.read_text)
tries("write", lambda: secret.write_text("forged"))
tries("truncate", lambda: os.truncate(secret, 0))
tries("remove", secret.unlink)
tries("mode", lambda: secret.chmod(0o777))
tries("times", lambda: os.utime(secret, (1, 1)))
tries("list", lambda: os.listdir(folder))
tries("kill", lambda: os.kill(parent, 0))
tries("limit", lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE))
tries("processes", lambda: [name for name in os.listdir("/proc") if name.isdigit() and int(name) > 9])
for name, address in (("named", str(folder / "socket")), ("abstract", b"\\0" + sys.argv[3].encode())):
    tries(name, lambda: socket.socket(socket.AF_UNIX).connect(address))
tries("datagram", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", str(folder / "socket")))
tries("internet", lambda: socket.socket())
tries("keep", lambda: Path("kept").write_text("kept"))
tries("imports", lambda: __import__("colorsys").__name__)
print(json.dumps(said), flush=True)
os._exit(0)
"""


def inside(folder: Path, without: str, *prefix: str) -> dict[str, str]:
    """What confined code finds when the machine lacks some of the layers.

    A socket listens in the folder, another abstractly.
    """
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_text("secret", "utf-8")
    name = f"proctor-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as abstract:
        os.chdir(folder)
        named.bind("socket")
        abstract.bind(b"\0" + name.encode())
        named.listen()
        abstract.listen()
        command = [*prefix, sys.executable, "-c", INSIDE, str(folder), without, name]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, env=clean_environment(folder / "scratch"))
    (folder / "socket").unlink()
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


DENIED = {"PermissionError", "FileNotFoundError", "ProcessLookupError", "OSError", "ConnectionRefusedError"}
ATTEMPTS = ("read", "write", "truncate", "remove", "kill", "named", "abstract", "datagram", "internet")


@on_linux
@pytest.mark.parametrize("without", ["", "landlock", "namespaces unconfined"])
def test_each_of_two_walls_holds_alone(without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = inside(tmp_path, without)
    if "refused" in said:
        pytest.skip(said["refused"])
    assert {name: said[name] for name in ATTEMPTS if said[name] not in DENIED} == {}
    assert said["list"] in {"['scratch']", *DENIED}
    assert said["keep"] == "4"
    assert said["imports"] == "'colorsys'"
    assert said["processes"] in {"[]", *DENIED}
    assert said["limit"] in DENIED
    secret = tmp_path / "secret"
    assert secret.read_text() == "secret"
    assert secret.stat().st_mode & 0o777 != 0o777
    assert secret.stat().st_mtime > 1


@on_linux
@pytest.mark.parametrize("without", ["filter", "namespaces landlock", "namespaces landlock filter"])
def test_fails_closed(without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = inside(tmp_path, without)
    assert "cannot hold" in said["refused"]
    if "filter" in without:
        assert "call filter" in said["refused"]
    if "namespaces" in without:
        assert "hides files" in said["refused"]
        assert "stops signals" in said["refused"]
    assert "refused" not in inside(tmp_path / "again", without + " unconfined")


def test_fails_closed_where_there_is_no_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confine.holes_left_by({}) == ["confinement needs Linux, and this is darwin"]
    with pytest.raises(OSError, match="only Linux"):
        monkeypatch.setattr(linux, "_libc", None)
        linux.unshare(linux.NEWNET)


ORDINARY = """
import os, sys
from pathlib import Path
from proctor.sandbox import linux
folder, command = Path(sys.argv[1]), sys.argv[2:]
linux.unshare(linux.NEWNS)
linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
for needed in dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(linux.__file__).parent), str(folder))):
    place = Path(needed)
    closed = [parent for parent in place.parents if not parent.stat().st_mode & 0o001]
    if closed:
        held = os.open(place, os.O_PATH)
        linux.mount(f"/proc/self/fd/{held}", "/mnt", None, linux.MS_BIND | linux.MS_REC)
        linux.mount("tmpfs", str(closed[-1]), "tmpfs", 0, "mode=755")
        place.mkdir(parents=True)
        linux.mount("/mnt", needed, None, linux.MS_BIND | linux.MS_REC)
os.setgroups([])
os.setresgid(12345, 12345, 12345)
os.setresuid(12345, 12345, 12345)
os.execv(command[0], command)
"""


@on_linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("without", ["", "namespaces"])
def test_holds_for_an_ordinary_user(without: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not in tmp_path: its parents are root's alone, and a test changes the mode of nothing that it
    # did not make.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        closed = [str(parent) for parent in folder.parents if not parent.stat().st_mode & 0o001]
        if closed:
            pytest.skip(f"other users cannot enter {closed[0]}; set TMPDIR to a folder that they can")
        folder.chmod(0o755)
        monkeypatch.chdir(folder)
        (folder / "scratch").mkdir()
        os.chown(folder / "scratch", 12345, 12345)
        said = inside(folder, without, sys.executable, "-c", ORDINARY, str(folder))
    if "refused" in said and not without:
        pytest.skip(said["refused"])
    assert "refused" not in said
    assert str(said["user"]) == "12345"
    assert {name: said[name] for name in ATTEMPTS if said[name] not in DENIED} == {}
    assert said["keep"] == "4"


@on_linux
def test_the_supervisor_counts_memory_and_scratch_space(tmp_path: Path) -> None:
    code = """
import os, sys, time
held = open(sys.argv[1], "wb")
held.write(bytes(3 * 2**20))
held.flush()
os.unlink(sys.argv[1])
if os.fork() == 0:
    grown = b"x" * (64 * 2**20)
    print("ready", flush=True)
time.sleep(60)
"""
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "held")], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    family = supervisor.descendants(child.pid)
    assert len(family) == 2

    def reason(memory: int, space: int) -> str:
        settings = Settings(memory=memory - space, scratch_size=space)
        return supervisor.Watch(settings, tmp_path, memory=True, own_scratch=False).reason(child.pid)

    try:
        assert reason(2**30, 2**25) == ""
        assert reason(2**26, 2**25) == "memory"
        assert reason(2**30, 2**21) == "scratch"
        (tmp_path / "more").write_bytes(bytes(2**22))
        assert reason(2**30, 6 * 2**20) == "scratch"
        assert reason(2**30, 12 * 2**20) == ""
    finally:
        for pid in family:
            os.kill(pid, 9)
        child.stdout.close()
        child.wait()


def test_doctor_tells_every_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    said = probe.report()
    for name, _ in probe.WHAT.values():
        assert name in said
    layers = probe.layers()
    assert len(layers) == len(probe.WHAT)
    assert all(layer.available or layer.why for layer in layers)
    assert ("cannot be confined" in said) == bool(probe.holes())
    monkeypatch.setattr(probe, "_probed", lambda: ({"landlock": "it is switched off"}, ["nothing hides files"]))
    said = probe.report()
    assert "because: it is switched off" in said
    assert "nothing hides files" in said
    assert "--unconfined" in said


@pytest.mark.parametrize(
    ("user", "abi", "values", "named"),
    [
        (1000, 4, {"kernel/apparmor_restrict_unprivileged_userns": "1"}, ["as root", "AppArmor", "Landlock 6", "Linux 6.8"]),
        (1000, 0, {"user/max_user_namespaces": "0"}, ["as root", "switched off", "max_user_namespaces", "Linux 6.12"]),
        (0, 7, {}, ["--cap-add", "--privileged"]),
    ],
)
def test_doctor_says_what_helps(user: int, abi: int, values: dict, named: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(linux, "landlock_abi", lambda: abi)
    monkeypatch.setattr(probe, "_setting", lambda name: values.get(name, ""))
    monkeypatch.setattr(platform, "release", lambda: "6.8.0-31-generic")
    monkeypatch.setattr(probe, "_probed", lambda: ({"landlock": "too old"}, ["nothing stops signals"]))
    said = " ".join(probe.report().split())
    for word in named:
        assert word in said


def test_asynchronous_input_and_output_is_absent_and_sessions_need_a_group() -> None:
    with_group, without = linux.filter_program(True), linux.filter_program(True, group=False)
    assert len(without) == len(with_group) + 16
    assert "io_setup" in linux._ABSENT
