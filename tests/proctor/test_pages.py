"""Feedback and class report: what they say, what they never show, and that nothing in them runs."""

import base64
import csv
import io
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from making import SHIFT, released, right, source_notebook, write
from nbgrader.api import Gradebook
from proctor.batch.schedule import save
from proctor.course.folders import Course
from proctor.course.records import Part, Question, Record, Sheet, _resolved, records
from proctor.errors import CannotGrade
from proctor.grading.grade import Job, grade
from proctor.reports import feedback, report
from proctor.settings import Settings

SCRIPT = "<script>document.title = 'taken'</script>"
CLASS = {
    "ada": right(why=f"Because *risk* is bounded. {SCRIPT}"),
    "odd": right(double=f"print({SCRIPT!r})\nimport os\n# {SCRIPT}\ndef double(x):\n    return {SCRIPT!r}", shift=SHIFT + "\n1/0"),
    "zoe": released(),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory, server) -> Course:
    """The toy course with three students graded."""
    root = tmp_path_factory.mktemp("pages")
    source = write(source_notebook(), root / "source" / "toys" / "toys.ipynb").parent
    folders = (root / name for name in ("submitted", "autograded", "feedback", "report"))
    made = Course(source, *folders, f"sqlite:///{root / 'gradebook.db'}", "toys", "toys")
    with made.gradebook() as gradebook:
        fill(gradebook)
        for student, notebook in CLASS.items():
            write(notebook, made.submitted / student / "toys" / "toys.ipynb")
            job = Job(student, "toys", source, made.submitted / student / "toys", Settings(cell_timeout=5.0))
            save(made, gradebook, grade(job, server))
        gradebook.find_comment("why", "toys", "toys", "ada").manual_comment = f"Well argued. {SCRIPT}"
        gradebook.db.commit()
    feedback.write_all(made)
    return made


def fill(gradebook: Gradebook) -> None:
    """The assignment as `generate_assignment` enters it."""
    gradebook.add_assignment("toys")
    gradebook.add_notebook("toys", "toys")
    for name, points in (("test_double", 3), ("test_shift", 2), ("test_answer", 1)):
        gradebook.add_grade_cell(name, "toys", "toys", max_score=points, cell_type="code")
    gradebook.add_grade_cell("why", "toys", "toys", max_score=2, cell_type="markdown")
    for name in ("double", "shift", "answer", "why"):
        gradebook.add_solution_cell(name, "toys", "toys")


def page_of(course: Course, student: str) -> str:
    return (course.feedback / student / "toys" / "feedback.html").read_text()


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_page_tells_the_score_of_every_question(course):
    page = page_of(course, "ada")
    assert re.search(r'class="total">6 <small>of 8 points', page)
    assert "1 written answer is still to be read" in page
    assert page.count("Right.") == 3
    assert "Doubling" in page


def test_a_page_shows_the_hint_the_code_and_where_to_look_again(course):
    page = page_of(course, "odd")
    assert "double(2) is 4" in page
    assert "def double(x)" in page
    assert "ZeroDivisionError" in page
    assert '<a href="../../../notebooks/toys.ipynb">the lesson</a>' in page


def test_a_page_shows_the_comment_of_the_reader(course):
    assert "Well argued." in page_of(course, "ada")


@pytest.mark.parametrize("student", CLASS)
def test_no_page_shows_hidden_tests_schemes_or_paths(course, student):
    page = page_of(course, student)
    for secret in ("a secret rule", "the scheme", "HIDDEN", "MARK SCHEME", str(course.source), "site-packages", "proctor/"):
        assert secret not in page


@pytest.mark.parametrize("student", CLASS)
def test_nothing_of_a_page_runs_or_is_loaded(course, student):
    for tag, attributes in Tags(page_of(course, student)).found:
        assert tag not in {"script", "iframe", "object", "embed", "form", "base"}
        assert not [name for name in attributes if name.startswith("on")]
        assert not attributes.get("src", "data:").split("data:")[0]
    policies = [attributes["content"] for _, attributes in Tags(page_of(course, student)).found if "http-equiv" in attributes]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_a_link_to_a_lesson_leads_to_a_page_or_nowhere(course):
    for target, place in (
        ("../../notebooks/toys.ipynb#a", "notebooks/toys.ipynb#a"), ("https://example.org/x.ipynb", "https://example.org/x.ipynb"),
        ("javascript://%0aalert`1`//x.ipynb", ""), ("javascript:alert`1`//x.ipynb", ""), ("data:text/html,x.ipynb", ""),
    ):
        assert _resolved(course, target) == place


def test_records_hold_what_was_graded(course):
    found = {record.student: record for record in records(course)}
    assert {name: record.points for name, record in found.items()} == {"ada": 6, "odd": 3, "zoe": 0}
    assert found["odd"].evidence == []
    assert found["zoe"].waiting == 0


def test_the_report_of_a_graded_class_is_one_page_of_its_own(course):
    page = report.write_report(course).read_text()
    for tag, attributes in Tags(page).found:
        assert tag not in {"script", "iframe", "link"}
        assert not attributes.get("src", "data:").split("data:")[0]
    assert "3</b> students" in page


def made_up(student: str, points: list[float], idea: str | None = None, reason: str = "wrong", **about) -> Record:
    parts = [Part(f"test_{place}", value, 4.0, reason="passed" if value == 4 else reason) for place, value in enumerate(points)]
    if idea:
        parts[0].misconception, parts[0].message = idea, f"This is {idea}."
    return Record(student, student.title(), [Sheet("one", "One", [Question("q", "Q", parts=parts)], **about)])


STUDENTS = [
    made_up("ada", [4, 4, 4]),
    made_up("bob", [0, 4, 4], idea="off by one"),
    made_up("cid", [0, 0, 4], idea="off by one"),
    made_up("dot", [0, 0, 4], idea="percent", reason="lost"),
]


def test_difficulty_and_discrimination_are_the_textbooks():
    items = {item.name: item for item in report.items(STUDENTS)}
    assert items["test_0"].difficulty == 0.25
    assert items["test_2"].difficulty == 1.0
    assert items["test_2"].discrimination != items["test_2"].discrimination
    rest = [8, 8, 4, 4]
    own = [4, 0, 0, 0]
    mean = sum(rest) / 4
    covariance = sum((a - 1) * (b - mean) for a, b in zip(own, rest, strict=True)) / 4
    spread = (sum((a - 1) ** 2 for a in own) / 4) ** 0.5 * (sum((b - mean) ** 2 for b in rest) / 4) ** 0.5
    assert items["test_0"].discrimination == pytest.approx(covariance / spread)


def test_wrong_ideas_are_ranked_by_students():
    ranked = report.ideas(STUDENTS)
    assert [(idea.name, idea.students) for idea in ranked] == [("off by one", ["bob", "cid"]), ("percent", ["dot"])]


def test_conversations_name_who_and_why():
    talks = {record.student: reasons for record, reasons in report.conversations(STUDENTS)}
    assert set(talks) == {"cid", "dot"}
    assert any("never ended" in reason for reason in talks["dot"])
    absent = made_up("eva", [4, 4, 4], handed_in=False)
    assert report.conversations([absent])[0][1] == ["not handed in: one"]


def test_downloads_of_the_report_read_back(tmp_path):
    page = report.page(SimpleNamespace(assignment="toys"), STUDENTS)
    tables = re.findall(r'download="(\w+)\.csv" href="data:text/csv;base64,([^"]+)"', page)
    read = {name: list(csv.reader(io.StringIO(base64.b64decode(content).decode(), newline=""))) for name, content in tables}
    assert set(read) == {"misconceptions", "questions", "students"}
    assert read["misconceptions"][1][:3] == ["q", "off by one", "2"]
    assert [row[0] for row in read["students"]] == ["student_id", "ada", "bob", "cid", "dot"]
    assert read["questions"][1][3] == "0.2500"


def test_a_report_on_nobody_is_told(course, tmp_path):
    empty = Course(course.source, course.submitted, tmp_path, course.feedback, course.report, course.url, "toys", "toys")
    with pytest.raises(CannotGrade, match="nobody is graded"):
        report.write_report(empty)
