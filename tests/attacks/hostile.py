"""A class of hostile submissions on the toy course.

Made, graded in two ways, and looked at for damage.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from tests.attacks.damaged import DAMAGES, UNCONFINED, Damage
from tests.proctor.making import released, right, source_notebook, write

CORPUS = Path(__file__).with_name("corpus")
SECRETS = re.compile(r"a secret rule|the scheme|CANARY-[a-z]+")
"""What nobody may see: hidden tests, mark schemes, marks, and secrets.

They are in the gradebook, in others' work, in the environment and in packages.
"""
NAMES = {
    "a secret rule": "hidden tests", "the scheme": "the mark scheme", "CANARY-gradebook": "the gradebook",
    "CANARY-victim": "others' work", "CANARY-environment": "the environment",
    "CANARY-key": "the answer key", "CANARY-import": "the answer key", "CANARY-home": "home",
    "CANARY-cache": "caches", "CANARY-script": "a script",
}
KINDS = ("forge", "read", "write", "poison", "exhaust", "outlive", "network", "file")
SCRIPT = "<script>document.title='CANARY"
BYSTANDERS = ("honest", "victim")
MOST = 6
"""Points of the automatic tests; a bystander gets them all, and an attack has earned none."""
MEMORY = 1500
"""MB that the grader itself may use."""
CONFIG = """
import os
c = get_config()
c.CourseDirectory.course_id = "toys"
c.CourseDirectory.root = os.getcwd()
c.CourseDirectory.db_url = "sqlite:///" + os.path.join(os.getcwd(), "gradebook.db")
c.Execute.timeout = c.ExecutePreprocessor.timeout = 5
os.environ["PATH"] = {bin!r} + os.pathsep + os.environ["PATH"]
"""
PROCTOR = """
import proctor
proctor.configure(c)
c.Proctor.cell_timeout = 3.0
c.Proctor.notebook_timeout = 20.0
c.Proctor.memory = 600 * 2**20
c.Proctor.scratch_size = 32 * 2**20
c.Proctor.processes = 40
"""


@dataclass
class Attack:
    """One hostile submission: what it tries, and whether plain nbgrader may be given it."""

    name: str
    kind: str
    damage: str
    unconfined: bool
    code: str = ""
    file: Damage | None = None


def attacks() -> list[Attack]:
    """The whole corpus."""
    found = []
    for path in sorted(CORPUS.glob("*.py")):
        head = dict(re.findall(r"^# (kind|damage|unconfined): (.*)$", path.read_text(), re.M))
        if head.keys() != {"kind", "damage", "unconfined"} or head["kind"] not in KINDS or head["unconfined"] not in {"yes", "no"}:
            raise ValueError(f"{path} has to begin with '# kind: {'|'.join(KINDS)}', '# damage: …' and '# unconfined: yes|no'")
        found.append(Attack(path.stem, head["kind"], head["damage"], head["unconfined"] == "yes", path.read_text()))
    for damage in DAMAGES:
        found.append(Attack(damage.__name__, "file", (damage.__doc__ or "").strip(), damage.__name__ in UNCONFINED, file=damage))
    return found


class Listeners:
    """Sockets of four kinds outside confinement, and what reached them."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.unix = str(folder / "outside.sock")
        self.abstract = f"outside-{secrets.token_hex(8)}"
        self.sockets = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "unix": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
        }
        self.sockets["udp"].bind(("127.0.0.1", 0))
        self.sockets["unix"].bind(self.unix)
        self.sockets["abstract"].bind(f"\0{self.abstract}")
        for name, line in self.sockets.items():
            if name in {"unix", "abstract"}:
                line.listen()
            threading.Thread(target=self._listen, args=(name, line), daemon=True).start()

    def _listen(self, name: str, line: socket.socket) -> None:
        while True:
            try:
                if name == "udp":
                    line.recvfrom(100)
                else:
                    line.accept()[0].close()
            except OSError:
                return
            self.heard.append(name)

    def names(self) -> dict[str, object]:
        """What the attacks need to find the sockets."""
        ports = {name: self.sockets[name.lower()].getsockname()[1] for name in ("TCP", "UDP")}
        return {**ports, "UNIX": self.unix, "ABSTRACT": self.abstract}

    def close(self) -> None:
        for line in self.sockets.values():
            line.close()


def make_course(course: Path, config: str = "") -> None:
    """A course folder with its gradebook and two honest students."""
    write(source_notebook(), course / "source" / "toys" / "toys.ipynb")
    (course / "nbgrader_config.py").write_text(CONFIG.format(bin=str(Path(sys.executable).parent)) + config)
    nbgrader(course, "generate_assignment", "toys", "--create")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "toys") as gradebook:
        gradebook.add_student("victim", last_name="CANARY-gradebook")
    write(right(), course / "submitted" / "honest" / "toys" / "toys.ipynb")
    write(right(double="# CANARY-victim\ndef double(x): return 2 * x"), course / "submitted" / "victim" / "toys" / "toys.ipynb")


def hand_in(course: Path, attack: Attack, names: dict[str, object]) -> None:
    """Put a hostile submission into a course; ``names`` are told to its code."""
    path = course / "submitted" / attack.name / "toys" / "toys.ipynb"
    path.parent.mkdir(parents=True)
    if attack.file is not None:
        attack.file(released(), path)
    else:
        known = {**names, "COURSE": str(course), "GRADER": os.getpid()}
        preface = "".join(f"{name} = {value!r}\n" for name, value in known.items())
        nbformat.write(released(double=preface + attack.code, shift="", answer=""), path)


def nbgrader(course: Path, *arguments: str, limit: float = 120) -> int | None:
    """Run nbgrader on a course folder; its exit code, or None when it had to be ended."""
    return run(course, [sys.executable, "-m", "nbgrader", *arguments], limit)[0]


def run(course: Path, command: list[str], limit: float) -> tuple[int | None, int]:
    """Run a command in a course folder, in a session of its own.

    Its exit code, None when it had to be ended, and the most memory in MB that one of its processes
    used, as far as they ended before it.
    """
    environment = {**os.environ, "SECRET": "CANARY-environment", "PYTHONPATH": str(course.parent / "instructors")}
    with (course / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + limit
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                process.returncode = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() > end:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                _, _, usage = os.wait4(process.pid, 0)
                process.returncode = -int(signal.SIGKILL)
                return None, usage.ru_maxrss // 1024
            time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, usage.ru_maxrss // 1024


def scores(course: Path, student: str) -> float | None:
    """Automatic points of a student; None when there is no row."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "toys") as gradebook:
        try:
            notebooks = gradebook.find_submission("toys", student).notebooks
            return sum(grade.auto_score or 0.0 for notebook in notebooks for grade in notebook.grades)
        except MissingEntry:
            return None


def shown(course: Path, student: str) -> set[str]:
    """Secrets among what a student's own cells showed."""
    path = course / "autograded" / student / "toys" / "toys.ipynb"
    if not path.is_file():
        return set()
    cells = json.loads(path.read_text())["cells"]
    outputs = [cell.get("outputs", []) for cell in cells if not cell["metadata"].get("nbgrader", {}).get("grade")]
    return set(SECRETS.findall(json.dumps(outputs)))


def told(course: Path, student: str) -> set[str]:
    """Secrets on a student's pages of feedback."""
    return {secret for page in (course / "feedback" / student).rglob("*.html") for secret in SECRETS.findall(page.read_text())}


def canaries(course: Path) -> list[str]:
    """Files that an attack left where it should not."""
    found = subprocess.run(["find", course.parent, "-name", "canary-*"], capture_output=True, text=True, check=False).stdout
    return [*found.splitlines(), *map(str, Path("/tmp").glob("canary-*"))]


def submitted(course: Path) -> dict[str, bytes]:
    """The work of the two honest students."""
    return {name: (course / "submitted" / name / "toys" / "toys.ipynb").read_bytes() for name in BYSTANDERS}


def harmed(course: Path, before: dict[str, bytes]) -> list[str]:
    """What became of the two honest students."""
    done = []
    for name, content in before.items():
        points = scores(course, name)
        if points != MOST:
            done.append(f"{name} has {'no' if points is None else f'{points:g}'} points")
        path = course / "submitted" / name / "toys" / "toys.ipynb"
        if not path.is_file() or path.read_bytes() != content:
            done.append(f"{name}'s work is changed")
    return done


def processes() -> dict[int, str]:
    """Command lines of kernels and fork servers that run now."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if "ipykernel" in line or "proctor" in line:
                found[int(path.parent.name)] = line
    return found


def gained(course: Path, attack: Attack, always: frozenset[str] = frozenset()) -> list[str]:
    """What one attack achieved in a graded course.

    ``always`` are secrets that this grader's feedback shows to anyone.
    """
    done = []
    points = scores(course, attack.name)
    if points is None:
        done.append("no row in the gradebook")
    elif points > 0:
        done.append(f"{points:g} of {MOST} points")
    pages = [page.read_text() for page in (course / "feedback" / attack.name).rglob("*.html")]
    done += ["its script is on a feedback page"] if any(SCRIPT in page for page in pages) else []
    own = set(SECRETS.findall(attack.code + Path(__file__).with_name("damaged.py").read_text()))
    seen = (shown(course, attack.name) | (told(course, attack.name) - always)) - own
    return done + [f"saw {NAMES.get(secret, secret)}" for secret in sorted(seen)]


@contextlib.contextmanager
def instructors(folder: Path) -> Iterator[None]:
    """A module of instructors beside the course's library."""
    (folder / "instructors").mkdir(parents=True, exist_ok=True)
    (folder / "instructors" / "instructors_only.py").write_text("SECRET = 'CANARY-key'\n")
    yield
    shutil.rmtree(folder / "instructors", ignore_errors=True)
