"""The same class graded by plain nbgrader and by proctor.

Throughput, scores, memory, scaling, and what a class of 1,000 would take.

    python benchmarks/grading.py [--students 60] [--plain 12] [--json FILE]

Plain `nbgrader autograde` grades one student after another; with ``--plain N`` it is given the
first N students only, and its rate is taken from those (the command's own start counted once).
proctor grades all of them with 1 and with 2 workers. Everything is on the released assignment, in
temporary course folders, in one run, after the bytecode has been compiled.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook
from proctor.course.folders import Course
from proctor.course.results import results
from proctor.course.saving import save
from proctor.grading.grade import Graded, GradedNotebook

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from make_release import ASSIGNMENT  # noqa: E402
from sample_answers import LEVERAGED, LOOKAHEAD, OTHER_STYLE, REMAINDERS  # noqa: E402
from sample_class import Student, make_course  # noqa: E402

MIX: tuple[tuple[dict[str, str] | None, str], ...] = (
    ({}, "right"), (OTHER_STYLE, "right, other style"), (LEVERAGED, "two wrong"), (REMAINDERS, "two wrong"),
    (LOOKAHEAD, "several wrong"), (None, "blank"),
)
PLAIN = """
import os, sys
from pathlib import Path
c = get_config()
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
c.CourseDirectory.course_id = "pyramiding-and-scaling"
c.CourseDirectory.root = {root!r}
c.ExecutePreprocessor.timeout = 60
c.Execute.timeout = 60
"""


class Peak(threading.Thread):
    """Largest memory of a process's descendants, looked at once a second.

    Pages that they share are shared out among them.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.total, self.single, self.over = psutil.Process(pid), 0, 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(1.0):
            sizes = []
            for child in self.process.children(recursive=True):
                try:
                    used = child.memory_full_info()
                    sizes.append(used.pss if hasattr(used, "pss") else used.rss)
                except (psutil.Error, OSError):
                    continue
            self.total, self.single = max(self.total, sum(sizes)), max(self.single, *sizes, 0)


def scores(course: Path) -> dict[tuple[str, str], float | None]:
    """Automatic score by student and cell."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "pyramiding-and-scaling") as gradebook:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in gradebook.find_assignment(ASSIGNMENT).submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def timed(command: list[str], cwd: Path, environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, and the largest memory in all and of one process, in bytes.

    Raises RuntimeError with the log of a failure.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=log)
        peak = Peak(process.pid)
        peak.start()
        code = process.wait()
        peak.over.set()
        peak.join()
        log.seek(0)
        if code:
            raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{log.read().decode(errors='replace')[-3000:]}")
    return time.perf_counter() - began, peak.total, peak.single


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--plain", type=int, default=0, help="students that plain nbgrader grades (default: all)")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    mixed = (MIX[number % len(MIX)] for number in range(arguments.students))
    students = tuple(Student(f"s{number:03d}", story, answers) for number, (answers, story) in enumerate(mixed))
    plain_count = arguments.plain or len(students)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    found: dict[str, object] = {"students": len(students), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder) / "proctor", Path(folder) / "plain"
        print(f"a class of {len(students)} on {os.cpu_count()} cores", flush=True)
        make_course(ours, students)
        shutil.copytree(ours, plain)
        (plain / "nbgrader_config.py").write_text(PLAIN.format(root=str(plain)))
        for student in students[plain_count:]:
            shutil.rmtree(plain / "submitted" / student.name)
        seconds, total, single = timed([sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT], plain, environment)
        base = plain_count / seconds
        found["plain"] = {"students": plain_count, "seconds": seconds, "a_minute": 60 * base, "memory": total}
        print(f"{'plain nbgrader':<22}{plain_count:>5} students {seconds:8.1f} s {60 * base:8.1f} a minute", flush=True)
        settings = {**environment, "COURSE_ROOT": str(ours), "GRADEBOOK_URL": f"sqlite:///{ours / 'gradebook.db'}"}
        for workers in (1, 2):
            command = [sys.executable, "-m", "proctor", "grade", ASSIGNMENT, "--workers", str(workers), "--force"]
            seconds, total, single = timed(command, ROOT, settings)
            rate = len(students) / seconds
            measured = {"seconds": seconds, "a_minute": 60 * rate, "times_plain": rate / base, "memory": total}
            found[f"workers_{workers}"] = {**measured, "largest_process": single}
            print(f"{f'proctor, {workers} workers':<22}{len(students):>5} students {seconds:8.1f} s {60 * rate:8.1f} a minute "
                  f"{rate / base:6.1f} times plain; {total / 2**20:.0f} MB, {total / workers / 2**20:.0f} MB a worker", flush=True)
        mine, theirs = scores(ours), scores(plain)
        differing = {key: (theirs[key], mine.get(key)) for key in theirs if theirs[key] != mine.get(key)}
        found["scores"], found["differing"] = len(theirs), len(differing)
        print(f"automatic scores: {len(theirs)} compared, {len(differing)} differ")
        for key, values in sorted(differing.items())[:10]:
            print(f"  {key[0]} {key[1]}: plain {values[0]}, proctor {values[1]}")
        report_thousand(found, ours)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))
    return 1 if differing else 0


def report_thousand(found: dict[str, Any], course: Path) -> None:
    """A class of 1,000 from measured parts.

    The workers' time per student, and what only one process can do.
    """
    one, two = found["workers_1"], found["workers_2"]
    students = found["students"]
    kept = results(course_at(course))
    work = sum(record.seconds for record in kept) / max(len(kept), 1)
    writing = measured_writing(course)
    limit = work / writing
    print(f"one student takes a worker {work:.2f} s and the single writer {1000 * writing:.0f} ms; "
          f"1 → 2 workers: {one['seconds'] / two['seconds']:.2f} times as fast")
    for workers in (2, 4, 8, 16, 64):
        rate = min(workers / work, 1 / writing)
        bound = "workers" if workers / work < 1 / writing else "the gradebook's single writer"
        print(f"  a class of 1,000 with {workers:>2} cores: {1000 / rate / 60:5.1f} minutes (bound by {bound})")
    print(f"  beyond about {limit:.0f} cores the single writer saturates first; {students} students were measured")
    found["thousand"] = {"work": work, "writing": writing, "saturates_at": limit}


def course_at(folder: Path) -> Course:
    """The course that a benchmark made in a folder."""
    submitted, autograded, feedback, report = (folder / name for name in ("submitted", "autograded", "feedback", "report"))
    address = f"sqlite:///{folder / 'gradebook.db'}"
    source = folder / "source" / ASSIGNMENT
    return Course(source, submitted, autograded, feedback, report, address, "pyramiding-and-scaling", ASSIGNMENT)


def measured_writing(course: Path) -> float:
    """Seconds that writing one graded submission takes: files, one transaction, result record."""
    there, spent = course_at(course), []
    with there.gradebook() as gradebook:
        for record in results(there)[:20]:
            home = there.autograded / record.student / ASSIGNMENT
            notebooks = [
                GradedNotebook(one.name, (home / f"{one.name}.ipynb").read_text(), list(one.verdicts), list(one.notes), one.handed_in,
                               frozenset(one.answered), one.answers, one.evidence, one.inputs)
                for one in record.notebooks
            ]
            graded = Graded(record.student, ASSIGNMENT, notebooks, record.seconds, record.confined)
            began = time.perf_counter()
            save(there, gradebook, graded)
            spent.append(time.perf_counter() - began)
    return sorted(spent)[len(spent) // 2]


if __name__ == "__main__":
    sys.exit(main())
