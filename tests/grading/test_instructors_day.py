"""docs/instructor-guide.md from the roster to the next term.

Every command in it is run, in its order, on a small class.
"""

import csv
import io
import os
import pwd
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from PIL import Image
from proctor.grading.matching import grade_id

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from sample_class import is_answer, lay, read, solutions  # noqa: E402

from tests.repository.fenced import blocks  # noqa: E402

pytestmark = pytest.mark.long

GUIDE = ROOT / "docs" / "instructor-guide.md"
ELSEWHERE = {"make formgrader": ROOT / "tests" / "browser" / "test_formgrader.py"}
"""Commands that another test runs, which looks at what they show."""
NOTEBOOKS = ("6.4-comprehension",)
WRITTEN = "Because the stop of *all* levels moves up, $R \\le R_0$."
DISPUTED = "test_q2_win_rate"
"""The test that Ada shows to be too narrow."""
ME = pwd.getpwuid(os.getuid()).pw_name
"""The student who uses the exchange, which goes by the system's user."""
ROSTER = (
    "\ufeffStudent;ID;SIS User ID;SIS Login ID;Section\n    Points Possible;;;;\n"
    f"User, System;11;{ME};me@example.org;A\nLovelace, Ada;12;ada;ada@example.org;A\nDent, Cy;13;cy;cy@example.org;A\n"
    "Dee, Never;14;dee;dee@example.org;A\nEve, Late;15;eve;eve@example.org;A\n"
)


class Day:
    """The course folder of the guide, and a student's home for the exchange."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "course", folder / "home"
        (self.root / "source" / "phase6").mkdir(parents=True)
        (self.root / "downloads").mkdir()
        self.home.mkdir()
        shutil.copy(ROOT / "nbgrader_config.py", self.root)
        for name in NOTEBOOKS:
            shutil.copy(ROOT / "source" / "phase6" / f"{name}.ipynb", self.root / "source" / "phase6")
        exchange = self.root / "exchange"
        exchange.mkdir()
        exchange.chmod(0o777)
        (self.home / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.Exchange.cache = {str(self.home / 'cache')!r}\n"
            "c.CourseDirectory.course_id = 'pyramiding-and-scaling'\n"
        )
        left_out = {"COURSE_ROOT", "GRADEBOOK_URL", "EXCHANGE_ROOT"}
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        self.environment = {**kept, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "HOME": str(self.home)}

    def sh(self, text: str, cwd: Path | None = None, **more: str) -> str:
        """What a shell prints for some lines; the test fails with it when one of them fails."""
        command, known = ["sh", "-eu", "-c", text], {**self.environment, **more}
        done = subprocess.run(command, cwd=cwd or self.root, env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{text}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout + done.stderr

    def answered(self, **answers: str) -> dict[str, nbformat.NotebookNode]:
        """The released notebooks with right answers, some replaced."""
        released = read(self.root / "release" / "phase6")
        cells = {grade_id(cell) for notebook in released.values() for cell in notebook.cells if is_answer(cell)}
        return lay(released, {name: text for name, text in {**solutions(ROOT), **answers}.items() if name in cells})

    def files(self, **answers: str) -> dict[str, bytes]:
        return {f"{name}.ipynb": nbformat.writes(notebook).encode() for name, notebook in self.answered(**answers).items()}

    def pack(self, name: str, files: dict[str, bytes]) -> None:
        with zipfile.ZipFile(self.root / "downloads" / name, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "pyramiding-and-scaling")

    def table(self, form: str) -> dict[str, dict[str, str]]:
        """An exported table, by student."""
        text = (self.root / "report" / f"phase6-grades-{form}.csv").read_text()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        key = {"canvas": "SIS User ID", "moodle": "ID number"}.get(form, "student_id")
        return {row[key]: row for row in rows}


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), "#D55E00").save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def day(tmp_path_factory) -> Day:
    return Day(tmp_path_factory.mktemp("day"))


def moodle(name: str, number: int, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}_{number}_assignsubmission_file_/{path}": content for path, content in files.items()}


def before(day: Day, heading: str) -> None:
    """What others do before the instructor comes to a section of the guide."""
    if heading == "Roster":
        (day.root / "roster.csv").write_text(ROSTER)
    if heading == "Collect":
        day.sh("nbgrader fetch_assignment phase6", cwd=day.home)
        for name, notebook in day.answered(q1_explain=WRITTEN).items():
            nbformat.write(notebook, day.home / "phase6" / f"{name}.ipynb")
        day.sh("nbgrader submit phase6", cwd=day.home)
        own = {"mine.png": png(), "helper.py": b"LEVELS = 4\n"}
        cy = {**day.files(q1_explain="Drawn: ![mine](mine.png)"), **own}
        ada = day.files(q1_explain=WRITTEN, q2=solutions(ROOT)["q2"].replace('q2_win_rate = "a"', 'q2_win_rate = "b"'))
        day.pack("phase6-moodle.zip", {**moodle("Ada Lovelace", 77, ada), **moodle("Cy Dent", 78, cy)})
        day.pack("late.zip", moodle("Late Eve", 79, day.files(q1_explain="")))
    if heading == "Feedback":
        with day.gradebook() as gradebook:  # as the formgrader does it
            for student in (ME, "ada"):
                for grade in gradebook.find_submission_notebook("6.4-comprehension", "phase6", student).grades:
                    if grade.needs_manual_grade:
                        grade.manual_score, grade.needs_manual_grade = grade.max_score / 2, False
                gradebook.find_comment("q1_explain", "6.4-comprehension", "phase6", student).manual_comment = "*Nearly*: $x^2$"
            gradebook.db.commit()
    if heading == "An appeal":
        path = day.root / "source" / "phase6" / "6.4-comprehension.ipynb"
        mended = nbformat.read(path, as_version=4)
        (cell,) = [cell for cell in mended.cells if grade_id(cell) == DISPUTED]
        cell.source = "assert q2_win_rate in {'a', 'b'}"
        nbformat.write(mended, path)
    if heading == "Next term":
        (day.root / "next-roster.csv").write_text("id,first_name,last_name\nfay,Fay,New\n")


def after_collect(day: Day) -> None:
    there = {path.parent.parent.name for path in day.root.glob("submitted/*/phase6/6.4-comprehension.ipynb")}
    assert there == {ME, "ada", "cy", "eve"}
    assert (day.root / "submitted" / "cy" / "phase6" / "mine.png").is_file()


def after_feedback(day: Day) -> None:
    with zipfile.ZipFile(day.root / "report" / "phase6-feedback.zip") as archive:
        assert sorted(archive.namelist()) == sorted([
            "Ada Lovelace_77_assignsubmission_file_/phase6-feedback.html", "Cy Dent_78_assignsubmission_file_/phase6-feedback.html",
            "Late Eve_79_assignsubmission_file_/phase6-feedback.html", f"{ME}/phase6-feedback.html",
        ])
        cy = archive.read("Cy Dent_78_assignsubmission_file_/phase6-feedback.html").decode()
    assert 'alt="mine"' in cy
    day.sh("nbgrader fetch_feedback phase6", cwd=day.home)
    (page,) = day.home.rglob("6.4-comprehension.html")
    assert "<em>Nearly</em>: <math" in page.read_text()


def after_marks(day: Day) -> None:
    plain, questions, canvas, platform = (day.table(form) for form in ("csv", "questions", "canvas", "moodle"))
    assert set(plain) == {ME, "ada", "cy", "dee", "eve"}
    assert (plain["dee"]["status"], plain["dee"]["points"]) == ("not handed in", "0")
    assert float(plain["eve"]["late_hours"]) == pytest.approx(33, abs=0.1)
    assert (plain["ada"]["lms_id"], plain["ada"]["email"], plain["ada"]["to_be_read"]) == ("12", "ada@example.org", "0")
    assert int(plain["cy"]["to_be_read"]) > 0
    assert questions["cy"]["6.4-comprehension/q1_explain"] == "to be read"
    assert float(questions["ada"]["6.4-comprehension/q1_explain"]) > 0
    assert canvas["cy"]["phase6"] == ""
    assert canvas["dee"]["phase6"] == ""
    assert canvas["ada"]["phase6"] == plain["ada"]["points"] == platform["ada"]["phase6"]
    assert (plain["ada"]["points"], plain["ada"]["max_points"]) == ("19.5", "25")  # every test but one, and half of what is read
    assert plain[ME]["points"] == "20"


def after_appeal(day: Day) -> None:
    assert "test_q2_win_rate  0 -> 0.5  (regraded: the test refused a right answer)" in day.sh("proctor history ada")
    day.sh("proctor export phase6")
    table = day.table("csv")
    assert (table["ada"]["points"], table[ME]["points"]) == ("20", "20")
    corrected = {
        student: "were corrected on" in (day.root / "feedback" / student / "phase6" / "feedback.html").read_text()
        for student in (ME, "ada", "cy", "eve")
    }
    assert corrected == {ME: False, "ada": True, "cy": False, "eve": False}
    assert (day.root / "report" / "phase6-regrade.html").is_file()


def after_next_term(day: Day) -> None:
    following = day.root.parent / "next-term"
    with Gradebook(f"sqlite:///{following / 'gradebook.db'}", "pyramiding-and-scaling") as gradebook:
        assert [student.id for student in gradebook.students] == ["fay"]
    assert len(list((following / "release" / "phase6").glob("*.ipynb"))) == len(NOTEBOOKS)
    with day.gradebook() as gradebook:
        assert len(gradebook.students) == 5


AFTER = {
    "Collect": after_collect, "Feedback": after_feedback, "Marks": after_marks, "An appeal": after_appeal,
    "Next term": after_next_term,
}


SECTIONS = [
    *("Roster", "Release", "Numbers for each student", "Collect", "Grade", "Mark by hand", "Feedback", "Marks"),
    *("An appeal", "Next term"),
]


def test_the_guide_has_these_sections_with_commands():
    assert list(dict.fromkeys(block.heading for block in blocks(GUIDE))) == SECTIONS
    assert {block.language for block in blocks(GUIDE)} == {"sh"}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_guide_section_by_section(day, heading):
    """Each builds on the ones before; the order is the guide's."""
    before(day, heading)
    for block in blocks(GUIDE):
        if block.heading != heading:
            continue
        for line in block.text.splitlines():
            if line in ELSEWHERE:
                assert ELSEWHERE[line].is_file()
            else:
                day.sh(line)
    AFTER.get(heading, lambda day: None)(day)


def test_a_resubmission_keeps_the_mark_and_asks_for_a_reader(day):
    day.pack("again.zip", moodle("Ada Lovelace", 77, day.files(q1_explain="Another answer altogether.")))
    said = day.sh("proctor collect downloads/again.zip")
    assert "0 files new, 1 replaced, 0 unchanged" in said
    assert len(list((day.root / "submitted" / ".earlier" / "ada").rglob("*.ipynb"))) == 1
    before_it = day.table("csv")
    day.sh("proctor grade phase6")
    with day.gradebook() as gradebook:
        grade = gradebook.find_grade("q1_explain", "6.4-comprehension", "phase6", "ada")
        assert grade.manual_score == grade.max_score / 2
        assert grade.needs_manual_grade
    day.sh("proctor export phase6")
    for student in (ME, "cy", "eve"):
        assert day.table("csv")[student] == before_it[student]


def test_the_other_ways_of_exporting_say_the_same(day):
    for form in ("Csv", "Questions", "Canvas", "Moodle"):
        target = day.root / f"{form}.csv"
        day.sh(f"nbgrader export --exporter proctor.reports.export.{form} --to {target}")
        day.sh(f"proctor export phase6 --format {form.lower()}")
        assert target.read_text() == (day.root / "report" / f"phase6-grades-{form.lower()}.csv").read_text()
