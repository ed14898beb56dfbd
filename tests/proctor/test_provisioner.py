"""A confined kernel from inside.

What its code cannot see, reach, change, use up or outlive, started cold and started warm.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from proctor.sandbox import fork_server, probe, supervisor
from proctor.sandbox.process import StartError
from proctor.sandbox.provisioner import ConfinedProvisioner
from proctor.settings import Settings

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="confinement is Linux's"),
    pytest.mark.skipif(bool(sys.platform == "linux" and probe.holes()), reason="this machine cannot confine a student's code"),
]

SETTINGS = Settings(packages=("course",), memory=2**30, processes=12, file_size=2**20, scratch_size=4 * 2**20, open_files=128)
SECRET = "the-answer-is-7381"


class Manager(KernelManager):
    @property
    def kernel_spec(self) -> KernelSpec:
        metadata = {"kernel_provisioner": {"provisioner_name": "proctor", "config": {}}}
        return KernelSpec(argv=["unused"], display_name="student", language="python", metadata=metadata)


class Student:
    """A kernel of a student who tries things."""

    def __init__(self, folder: Path, settings: Settings = SETTINGS, server: fork_server.ForkServer | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "prices.csv").write_text("price\n100\n", "utf-8")
        self.manager = Manager(connection_file=str(folder.parent / f"{folder.name}.json"))
        self.manager.start_kernel(settings=settings, scratch=folder, server=server)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(10)
        assert isinstance(self.manager.provisioner, ConfinedProvisioner)
        self.provisioner = self.manager.provisioner
        assert self.provisioner.process is not None
        self.process = self.provisioner.process

    def run(self, code: str, timeout: float = 20.0) -> tuple[str, list[dict[str, Any]]]:
        """What a cell prints, and its messages."""
        messages: list[dict[str, Any]] = []
        self.client.execute_interactive(textwrap.dedent(code), timeout=timeout, output_hook=messages.append, allow_stdin=False)
        return "".join(m["content"].get("text", "") for m in messages if m["msg_type"] == "stream"), messages

    def tries(self, expression: str) -> str:
        """What an expression gives in the kernel, or the name of the error that it raises."""
        code = f"""
            try:
                _ = repr({expression})
            except BaseException as error:
                _ = type(error).__name__ + ": " + str(error)
            print(_)
        """
        return self.run(code)[0].strip()

    def stop(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        self.manager.context.destroy(linger=0)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course folder: a package of the course beside the key, a gradebook, a source folder.

    There is a secret in the environment, too.
    """
    folder = tmp_path_factory.mktemp("course")
    for name in ("lib/course", "lib/key", "source/unit"):
        (folder / name).mkdir(parents=True)
    (folder / "lib/course/__init__.py").write_text("from course.tools import double\n", "utf-8")
    (folder / "lib/course/tools.py").write_text("def double(x):\n    return 2 * x\n", "utf-8")
    for name in ("lib/key/__init__.py", "source/unit/unit.ipynb", "gradebook.db"):
        (folder / name).write_text(f"SECRET = '{SECRET}'\n", "utf-8")
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(folder / "lib"))
    patch.setenv("GRADEBOOK_URL", f"postgresql://teacher:{SECRET}@host/grades")
    patch.setenv("JPY_PARENT_PID", str(os.getpid()))
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def server(outside: Path) -> Iterator[fork_server.ForkServer]:
    with fork_server.ForkServer(SETTINGS) as started:
        yield started


@pytest.fixture(scope="module", params=["cold", "warm"])
def start(
    request: pytest.FixtureRequest, server: fork_server.ForkServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Student]]:
    """Starts a student's kernel, cold or warm."""
    students: list[Student] = []

    def starter(settings: Settings = SETTINGS) -> Student:
        student = Student(tmp_path_factory.mktemp("s") / "work", settings, server if request.param == "warm" else None)
        students.append(student)
        assert student.provisioner.forked == (request.param == "warm")
        return student

    yield starter
    for student in students:
        student.stop()


@pytest.fixture(scope="module")
def student(start: Callable[..., Student]) -> Student:
    """One kernel for all attempts that leave it as it was."""
    return start()


def test_reads_its_data_and_the_course_package(student: Student) -> None:
    assert student.tries("open('prices.csv').read()") == repr("price\n100\n")
    assert student.tries("__import__('course').double(21)") == "42"
    assert student.tries("__import__('proctor.bridge.codec').bridge.codec.__name__") == "'proctor.bridge.codec'"


def refused(said: str) -> bool:
    return said.startswith(("FileNotFoundError", "PermissionError", "OSError", "ModuleNotFoundError", "ConnectionRefusedError"))


def test_reads_nothing_else(student: Student, outside: Path) -> None:
    hidden = [outside / name for name in ("source/unit/unit.ipynb", "gradebook.db", "lib/key/__init__.py")]
    for path in (*hidden, Path(__file__), Path("/etc/shadow")):
        assert path.exists()
        assert refused(student.tries(f"open({str(path)!r}).read()"))
        if student.process.own_root:
            assert refused(student.tries(f"__import__('os').stat({str(path)!r})"))
    assert refused(student.tries("__import__('key')"))
    for folder in (outside, Path(__file__).parent, Path("/root"), Path("/tmp")):
        said = student.tries(f"__import__('os').listdir({str(folder)!r})")
        assert refused(said) or not {"source", "gradebook.db", Path(__file__).name, ".ssh"} & set(json.loads(said.replace("'", '"')))


def test_sees_no_variable_of_the_graders(student: Student) -> None:
    assert SECRET in os.environ["GRADEBOOK_URL"]
    said, _ = student.run("""
        import os, glob
        print(dict(os.environ))
        for path in glob.glob("/proc/*/environ") + ["/proc/self/environ"]:
            try:
                print(open(path).read())
            except OSError as error:
                print(error)
    """)
    assert "HOME" in said
    assert SECRET not in said
    assert "JPY_PARENT_PID" not in said


def test_sees_and_signals_no_other_process(student: Student) -> None:
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        said = student.tries("[name for name in __import__('os').listdir('/proc') if name.isdigit()]")
        assert said == "['1']" or refused(said)
        for pid in (victim.pid, os.getpid(), os.getppid()):
            own = student.tries(f"__import__('os').path.exists('/proc/self/task/{pid}')")  # in a container numbers are small
            answer = student.tries(f"__import__('os').kill({pid}, 15)") if own != "True" else "ProcessLookupError"
            assert answer.startswith(("ProcessLookupError", "PermissionError"))
        student.run("import os, signal\nfor call in (lambda: os.kill(-1, 15), lambda: os.kill(os.getppid() or 1, 15)):\n"
                    "    try: call()\n    except OSError: pass")
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()
    assert student.tries("6 * 7") == "42"


def test_writes_only_in_scratch(student: Student, outside: Path) -> None:
    package = outside / "lib/course"
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    unheard_of = f"new-{secrets.token_hex(8)}"
    elsewhere = [place / unheard_of for place in (Path("/tmp"), Path(sys.prefix), Path("/"))]
    for path in (outside / "gradebook.db", package / "__init__.py", package / "new.py", *elsewhere):
        assert refused(student.tries(f"open({str(path)!r}, 'w')"))
        assert refused(student.tries(f"__import__('os').remove({str(path)!r})"))
        assert refused(student.tries(f"__import__('os').link({str(path)!r}, 'linked')"))
        assert refused(student.tries(f"__import__('os').rename('prices.csv', {str(path)!r})"))
    student.run(f"import os; os.symlink({str(outside / 'gradebook.db')!r}, 'way-out')")
    assert refused(student.tries("open('way-out').read()"))
    assert refused(student.tries("open('way-out', 'w')"))
    assert before == {path: path.read_bytes() for path in before}
    assert student.tries("open('mine.txt', 'w').write('mine')") == "4"


def test_reaches_no_network_and_no_socket(student: Student, tmp_path: Path) -> None:
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    abstract, named = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    abstract.bind(b"\0proctor-" + str(os.getpid()).encode())
    path = f"/tmp/proctor-{os.getpid()}.sock"
    named.bind(path)
    try:
        for listening in (abstract, named):
            listening.listen()
        make = "__import__('socket').socket"
        assert refused(student.tries(f"{make}().connect({tcp.getsockname()})"))
        assert refused(student.tries(f"{make}(2, 2).sendto(b'x', {udp.getsockname()})"))
        assert refused(student.tries(f"{make}(1).connect({abstract.getsockname()!r})"))
        assert refused(student.tries(f"{make}(1).connect({path!r})"))
        for family, kind in ((2, 1), (2, 2), (2, 3), (10, 1), (16, 3), (17, 3), (40, 1)):
            assert refused(student.tries(f"{make}({family}, {kind})"))
        for waiting in (tcp, udp, abstract, named):
            waiting.settimeout(0.05)
            with pytest.raises(TimeoutError):
                waiting.recv(1) if waiting is udp else waiting.accept()
    finally:
        for sock in (tcp, udp, abstract, named):
            sock.close()
        Path(path).unlink()


def test_gains_no_privilege(student: Student) -> None:
    assert student.tries("__import__('os').geteuid()") != "0"
    assert refused(student.tries("__import__('os').setuid(0)"))
    assert refused(student.tries("__import__('proctor.sandbox.linux').sandbox.linux.unshare(0x10000000)"))
    assert refused(student.tries("__import__('proctor.sandbox.linux').sandbox.linux.mount('none', '/proc', 'tmpfs', 0)"))
    status = student.tries("open('/proc/self/status').read()")
    assert "CapEff:\\t0000000000000000" in status
    assert "NoNewPrivs:\\t1" in status


def test_files_in_scratch_are_bounded_and_shadow_nothing(student: Student) -> None:
    assert student.tries("open('large', 'wb').write(bytes(2**21))").startswith("OSError")
    if student.process.own_root:
        assert "No space left" in student.tries("[open(f'part{i}', 'wb').write(bytes(2**19)) for i in range(20)]")
    student.run("import os\nfor name in os.listdir():\n    if name.startswith(('part', 'large')): os.remove(name)")
    student.run("open('colorsys.py', 'w').write('stolen = True'); open('helper.py', 'w').write('kept = True')")
    assert student.tries("hasattr(__import__('colorsys'), 'stolen')") == "False"
    assert student.tries("__import__('helper').kept") == "True"


def test_libraries_work_and_a_plot_arrives(student: Student) -> None:
    said, messages = student.run("""
        import numpy as np
        import pandas as pd
        import matplotlib.pyplot as plt
        plt.plot(np.arange(3));
        print(pd.read_csv("prices.csv").price.sum())
    """, timeout=60)
    assert said == "100\n"
    pictures = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data"]
    assert len(pictures) == 1
    assert "image/png" in pictures[0]
    assert student.tries("plt.get_fignums()") == "[]"


def ended(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process of ours is gone, or a zombie, before long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_one_process_cannot_fill_memory(start: Callable[..., Student]) -> None:
    student = start()
    assert student.tries("len(bytearray(3 * 2**29))").startswith("MemoryError")
    assert student.tries("len(bytearray(2**28))") == str(2**28)


def test_many_processes_cannot_fill_memory(start: Callable[..., Student]) -> None:
    student = start(Settings(memory=2**27, scratch_size=2**22, processes=8))
    student.client.execute(textwrap.dedent("""
        import os, time
        for number in range(5):
            if os.fork() == 0:
                held = b"x" * (60 * 2**20)
                open(f"held{number}", "w").close()
                time.sleep(60)
                os._exit(0)
        while True:
            time.sleep(0.05)
            if os.waitpid(-1, os.WNOHANG)[0]:
                os._exit(3)
    """))
    student.process.wait(15.0)
    assert student.provisioner.why_ended() == "it used more memory than it may"


def test_a_storm_of_processes_and_threads_is_bounded(start: Callable[..., Student]) -> None:
    student = start()
    most = SETTINGS.processes + supervisor.OWN_TASKS
    said, _ = student.run(f"""
        import os, time, warnings
        warnings.simplefilter("ignore")  # from Python 3.12 on, of forking beside threads
        made = 0
        for _ in range({3 * most}):
            try:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
            except BlockingIOError:
                break
            made += 1
        print(made)
    """)
    assert 1 <= int(said) <= most
    assert student.tries("__import__('threading').Thread(target=print).start()").startswith("RuntimeError")
    family = supervisor.descendants(student.process.pid)
    assert len(family) == int(said) + 1
    student.stop()
    assert all(ended(pid) for pid in family)


def test_nothing_outlives_the_kernel(start: Callable[..., Student]) -> None:
    student = start()
    student.run("""
        import os, signal, subprocess, sys, time
        for number in range(1, 32):
            if number not in (9, 19):
                signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(120)
            os._exit(0)
        held = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], start_new_session=True)
    """)
    family = supervisor.descendants(student.process.pid)
    assert len(family) >= 3
    student.stop()
    assert all(ended(pid) for pid in family)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os._exit(0)", "the code ended the process itself"),
        ("import ctypes; ctypes.string_at(0)", "the interpreter crashed (SIGSEGV)"),
        ("import resource as r; r.setrlimit(r.RLIMIT_CPU, (1, 1))\nwhile True: pass", "something ended the process"),
    ],
)
def test_the_end_of_a_kernel_has_a_reason(start: Callable[..., Student], code: str, words: str) -> None:
    student = start()
    student.client.execute(code)
    student.process.wait(10.0)
    assert student.provisioner.why_ended() == words


def test_interrupts_and_restarts(start: Callable[..., Student]) -> None:
    student = start()
    asked = student.client.execute("while True: pass")
    time.sleep(0.2)
    student.manager.interrupt_kernel()
    while (reply := student.client.get_shell_msg(timeout=10))["parent_header"]["msg_id"] != asked:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    student.run("left = 1")
    first = student.process.pid
    student.manager.restart_kernel(now=True)
    student.client.stop_channels()
    student.client = student.manager.blocking_client()
    student.client.start_channels()
    student.client.wait_for_ready(10)
    assert ended(first)
    assert student.tries("left").startswith("NameError")
    assert student.tries("open('prices.csv').read(5)") == "'price'"


WORKER = """
import json, os, signal, sys
from pathlib import Path
from proctor.sandbox import confine, supervisor, fork_server
from proctor.sandbox import request
from proctor.sandbox.provisioner import started_cold
from proctor.settings import Settings
settings, scratch = Settings(), Path(sys.argv[2])
connection = dict(transport="ipc", ip="k", shell_port=1, iopub_port=2, stdin_port=3, control_port=4, hb_port=5, key="k")
asked = request.request(confine.view_for(settings, scratch), settings, connection, None)
server = None if sys.argv[1] == "cold" else fork_server.ForkServer(settings)
process = server.fork(asked) if server else started_cold(asked, scratch)
while not process.ready:
    assert process.poll() is None, process.error
print(json.dumps(supervisor.descendants(os.getpid())[1:]), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["cold", "warm"])
def test_kernels_end_with_a_grader_that_is_killed(how: str, tmp_path: Path) -> None:
    worker = subprocess.run([sys.executable, "-c", WORKER, how, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert worker.returncode == -9, worker.stderr
    family = json.loads(worker.stdout)
    assert len(family) >= 2
    assert all(ended(pid) for pid in family)


def test_cold_and_warm_kernels_start_alike(server: fork_server.ForkServer, tmp_path: Path) -> None:
    looks = """
        import os, random, sys, numpy, matplotlib
        for name in ("getcwd", "umask", "nice"):
            print(name, os.umask(0o077) if name == "umask" else os.nice(0) if name == "nice" else os.path.basename(os.getcwd()))
        print(sorted(name for name in os.environ))
        print([path for path in sys.path if "work" not in path], sys.flags, sys.argv, __name__)
        print(matplotlib.get_backend(), matplotlib.rcParams["figure.dpi"], In[-1][:10])
        print(sorted(name for name in os.listdir() if name[0] != "k"))
    """
    said = []
    draws = []
    for how in ("cold", "warm", "warm again"):
        student = Student(tmp_path / how / "work", SETTINGS, None if how == "cold" else server)
        said.append(student.run(looks)[0])
        draws.append(student.tries("(random.random(), numpy.random.random())"))
        student.stop()
    assert said[0] == said[1] == said[2]
    assert len(set(draws)) == 3


def test_a_server_that_cannot_serve_means_a_cold_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number, preload in enumerate([("no_such_module",), ()]):
        with fork_server.ForkServer(Settings(preload=preload)) as server:
            if not preload:
                server.wait()
                server._server.kill()
                server._server.wait()
                assert server.ended()
            student = Student(tmp_path / f"work{number}", Settings(), server)
            assert student.tries("6 * 7") == "42"
            assert not student.provisioner.forked
            student.stop()
    assert "no_such_module" in caplog.text


def test_without_arguments_it_takes_the_configuration_and_a_folder_of_its_own() -> None:
    manager = Manager()
    manager.config.Proctor.memory = 2**28
    manager.start_kernel()
    provisioner = manager.provisioner
    assert isinstance(provisioner, ConfinedProvisioner)
    assert provisioner._settings.memory == 2**28
    folder = provisioner._own_scratch
    assert folder is not None
    assert folder.is_dir()
    manager.shutdown_kernel(now=True)
    manager.context.destroy(linger=0)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [(Settings(scratch_size=4096), "cannot be copied into 4096 bytes"), (Settings(packages=("no_such_package",)), "no such package")],
)
def test_what_cannot_be_had_is_an_error_in_words(settings: Settings, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "large.csv").write_bytes(bytes(2**16))
    manager = Manager(connection_file=str(tmp_path / "c.json"))
    with pytest.raises((StartError, ValueError), match=complaint):
        manager.start_kernel(settings=settings, scratch=tmp_path / "work")
    assert not manager.has_kernel
    manager.cleanup_resources()
