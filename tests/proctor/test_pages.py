"""Feedback and class report: what they say, what they never show, and that nothing in them runs."""

import base64
import csv
import dataclasses
import io
import json
import math
import os
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from nbgrader.api import Gradebook
from proctor.course.folders import Course
from proctor.course.records import Part, Question, Record, Sheet, _resolved, records
from proctor.course.saving import save
from proctor.course.status import FAILED, GRADED, NOT_HANDED_IN
from proctor.errors import CannotGrade
from proctor.grading.grade import Job, grade
from proctor.reports import feedback, report, statistics
from proctor.reports.statistics import correlation, mean_share, over_fifths
from proctor.settings import Settings

from tests.proctor import sample_pages
from tests.proctor.making import SHIFT, released, right, source_notebook, write

NOWHERE = Course(Path("none"), Path("none"), Path("none"), Path("none"), Path("none"), "", "", "toys")

SCRIPT = "<script>document.title = 'taken'</script>"
CLASS = {
    "ada": right(why=f"Because *risk* is bounded. {SCRIPT}"),
    "odd": right(
        double=f"print({SCRIPT!r})\nimport os\n# {SCRIPT}\ndef double(x):\n    return {SCRIPT!r}",
        shift=SHIFT + "\n1/0",
    ),
    "zoe": released(),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory, server) -> Course:
    """The toy course with three students graded."""
    root = tmp_path_factory.mktemp("pages")
    source = write(source_notebook(), root / "source" / "toys" / "toys.ipynb").parent
    submitted, autograded, for_students, for_teachers = (root / name for name in ("submitted", "autograded", "feedback", "report"))
    made = Course(source, submitted, autograded, for_students, for_teachers, f"sqlite:///{root / 'gradebook.db'}", "toys", "toys")
    with made.gradebook() as gradebook:
        fill(gradebook)
        for student, notebook in CLASS.items():
            write(notebook, made.submitted / student / "toys" / "toys.ipynb")
            job = Job(student, "toys", source, made.submitted / student / "toys", Settings(cell_timeout=5.0))
            save(made, gradebook, grade(job, server))
        gradebook.find_comment(
            "why", "toys", "toys", "ada"
        ).manual_comment = f"Well argued: $R \\le 1$, **mostly**. {SCRIPT}"
        gradebook.db.commit()
    (made.submitted / "ada" / "toys" / "submission_secret.txt").write_text("a secret")
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
    assert "Look again at the lesson (notebooks/toys.ipynb)." in page


def test_a_page_shows_the_comment_of_the_reader(course):
    page = page_of(course, "ada")
    assert "Well argued: <math" in page
    assert "<strong>mostly</strong>" in page


def test_a_page_for_each_notebook_is_there_for_the_exchange(course):
    folder = course.feedback / "odd" / "toys"
    assert (folder / "toys.html").read_text() == (folder / "feedback.html").read_text()
    assert (folder / "timestamp.txt").read_text() == ""
    unknown = (folder / "submission_secret.txt").read_text()
    assert len(unknown) == 64
    feedback.write_all(course)
    assert (folder / "submission_secret.txt").read_text() == unknown
    assert (course.feedback / "ada" / "toys" / "submission_secret.txt").read_text() == "a secret"


@pytest.mark.parametrize("student", CLASS)
def test_a_page_stands_alone(course, student):
    """Sent away, it links to itself and to the web only."""
    for _, attributes in Tags(page_of(course, student)).found:
        assert attributes.get("href", "#").startswith(("#", "https://", "http://", "mailto:"))


@pytest.mark.parametrize(
    ("lesson", "address", "place"),
    [
        (
            "notebooks/6.1.ipynb#What-it-is",
            "",
            feedback.Place("", "notebooks/6.1.ipynb, section “What it is”"),
        ),
        ("notebooks/6.1.ipynb", "", feedback.Place("", "notebooks/6.1.ipynb")),
        ("https://example.org/a.ipynb", "", feedback.Place("https://example.org/a.ipynb", "")),
        (
            "notebooks/6.1.ipynb#a",
            "https://x.org/{name}.html#{section}",
            feedback.Place("https://x.org/6.1.html#a", ""),
        ),
        (
            "notebooks/6.1.ipynb",
            "https://x.org/{path}#{section}",
            feedback.Place("https://x.org/notebooks/6.1.ipynb", ""),
        ),
    ],
)
def test_a_lesson_is_linked_where_the_course_says_it_is_and_named_otherwise(lesson, address, place):
    assert feedback.place_of(lesson, address) == place


def test_an_address_of_lessons_that_names_something_else_is_told():
    with pytest.raises(CannotGrade, match=r"it may name \{path\}"):
        feedback.place_of("a.ipynb", "https://x.org/{lesson}")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "less than a minute"),
        (60, "1 minute"),
        (3 * 3600 + 61, "3 hours 1 minute"),
        (200_000, "2 days 7 hours"),
    ],
)
def test_lateness_is_said_in_two_units(seconds, said):
    assert feedback.span(seconds) == said


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("The risk of $n$ levels", '<math display="inline"><mrow><mi>n</mi></mrow></math>'),
        ("*a* `b`", "<em>a</em> <code>b</code>"),
        ("<table><tr><td>x", "&lt;table&gt;"),
        ("<script>alert(1)</script>", ""),
        ("1. a list", "1. a list"),
    ],
)
def test_a_heading_is_one_line_with_its_formulas(title, shown):
    made = feedback.inline(title)
    assert shown in made
    assert "<script" not in made


def test_pages_are_packed_under_the_names_that_a_platform_takes_back(course, tmp_path):
    journal = course.submitted / ".collected" / "toys.json"
    journal.parent.mkdir()
    journal.write_text(
        json.dumps(
            {
                "ada": {
                    "platform": "Canvas",
                    "label": "lovelaceada_12_34_",
                    "name": "lovelaceada_12_34_toys-1.ipynb",
                },
                "odd": {
                    "platform": "Moodle",
                    "label": "Odd One_77_assignsubmission_file_",
                    "name": "Odd One_77_assignsubmission_file_/toys.ipynb",
                },
            }
        )
    )
    assert feedback.write_zip(course, tmp_path / "new" / "f.zip") == 3
    with zipfile.ZipFile(tmp_path / "new" / "f.zip") as archive:
        assert sorted(archive.namelist()) == [
            "Odd One_77_assignsubmission_file_/toys-feedback.html",
            "lovelaceada_12_34_toys-1-feedback.html",
            "zoe/toys-feedback.html",
        ]
        assert archive.read("zoe/toys-feedback.html").decode() == page_of(course, "zoe")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["f.zip"]
    with pytest.raises(CannotGrade, match="proctor feedback other"):
        feedback.write_zip(dataclasses.replace(course, assignment="other"), tmp_path / "g.zip")


class Outline(HTMLParser):
    """Headings, and of each table whether it has a caption and every head a scope."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.tables: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "table":
            self.tables.append([])
        if tag == "caption":
            self.tables[-1].append("caption")
        if tag == "th":
            self.tables[-1].append(dict(attrs).get("scope", "none"))


def test_tables_have_captions_and_scopes_and_no_heading_outranks_the_pages(course):
    for html in (page_of(course, "ada"), report.page(course, sample_pages.CLASS)):
        outline = Outline(html)
        assert outline.levels[0] == 1
        assert outline.levels.count(1) == 1
        assert outline.tables
        for table in outline.tables:
            assert table.count("caption") == 1
            assert set(table) <= {"caption", "col", "row"}


def test_a_students_headings_stand_below_the_pages():
    html = feedback.page(NOWHERE, sample_pages.CLASS[12])
    assert "<h4>The answer</h4>" in html
    assert Outline(html).levels.count(1) == 1


@pytest.mark.parametrize("student", CLASS)
def test_no_page_shows_hidden_tests_schemes_or_paths(course, student):
    page = page_of(course, student)
    for secret in (
        "a secret rule",
        "the scheme",
        "HIDDEN",
        "MARK SCHEME",
        str(course.source),
        "site-packages",
        "proctor/",
    ):
        assert secret not in page


@pytest.mark.parametrize("student", CLASS)
def test_nothing_of_a_page_runs_or_is_loaded(course, student):
    for tag, attributes in Tags(page_of(course, student)).found:
        assert tag not in {"script", "iframe", "object", "embed", "form", "base"}
        assert not [name for name in attributes if name.startswith("on")]
        assert not attributes.get("src", "data:").split("data:")[0]
    policies = [
        attributes["content"]
        for _, attributes in Tags(page_of(course, student)).found
        if "http-equiv" in attributes
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_a_link_to_a_lesson_leads_to_a_page_or_nowhere(course):
    for target, place in (
        ("../../notebooks/toys.ipynb#a", "notebooks/toys.ipynb#a"),
        ("https://example.org/x.ipynb", "https://example.org/x.ipynb"),
        ("javascript://%0aalert`1`//x.ipynb", ""),
        ("javascript:alert`1`//x.ipynb", ""),
        ("data:text/html,x.ipynb", ""),
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
    assert "3</b> graded<" in page


def made_up(
    student: str, points: list[float], idea: str | None = None, reason: str = "wrong", **about
) -> Record:
    parts = [
        Part(f"test_{place}", value, 4.0, reason="passed" if value == 4 else reason)
        for place, value in enumerate(points)
    ]
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
    items = {item.name: item for item in statistics.items(STUDENTS)}
    assert items["test_0"].difficulty.value == 0.25
    assert items["test_2"].difficulty.value == 1.0
    assert items["test_2"].never_failed
    assert not items["test_0"].never_failed
    assert math.isnan(items["test_2"].discrimination.value)
    rest = [8, 8, 4, 4]
    own = [4, 0, 0, 0]
    mean = sum(rest) / 4
    covariance = sum((a - 1) * (b - mean) for a, b in zip(own, rest, strict=True)) / 4
    spread = (sum((a - 1) ** 2 for a in own) / 4) ** 0.5 * (sum((b - mean) ** 2 for b in rest) / 4) ** 0.5
    assert items["test_0"].discrimination.value == pytest.approx(covariance / spread)


def test_wrong_ideas_are_ranked_by_students():
    ranked = statistics.ideas(STUDENTS)
    assert [(idea.name, idea.students) for idea in ranked] == [
        ("off by one", ["bob", "cid"]),
        ("percent", ["dot"]),
    ]


def test_a_student_counts_once_an_idea():
    twice = made_up("ada", [0, 4, 4], idea="off by one")
    twice.sheets[0].questions[0].parts[1].misconception = "off by one"
    assert [idea.students for idea in statistics.ideas([twice])] == [["ada"]]


@pytest.mark.parametrize(("number", "fifths"), [(9, []), (10, [1, 0.5, 0, 0, 0]), (23, [0.6, 0, 0, 0, 0])])
def test_an_idea_is_followed_over_the_fifths_of_the_class(number, fifths):
    found = [made_up(f"s{place}", [0.1 * place, 4]) for place in range(number)]
    assert over_fifths(found, {"s0", "s1", "s2"}) == pytest.approx(fifths)


def test_intervals_are_the_textbooks():
    half = mean_share([1] * 8 + [0] * 12)
    assert (half.value, half.low, half.high) == pytest.approx((0.4, 0.2188, 0.6134), abs=1e-4)
    assert mean_share([1.0] * 20).low == pytest.approx(0.8389, abs=1e-4)
    assert not mean_share([0.5] * 9).known
    rng = np.random.default_rng(1)
    own, rest = rng.normal(size=(2, 28))
    made = correlation(own, rest)
    z = np.arctanh(np.corrcoef(own, rest)[0, 1])
    assert (made.low, made.high) == pytest.approx(
        (np.tanh(z - 1.95996 / 5), np.tanh(z + 1.95996 / 5)), abs=1e-4
    )
    assert not correlation(own[:9], rest[:9]).known
    assert math.isnan(correlation([1, 1, 1], [1, 2, 3]).value)


def test_an_interval_covers_what_it_says():
    """Of many small classes, the interval holds the true share nearly as often as it says."""
    rng = np.random.default_rng(2)
    for true in (0.1, 0.5, 0.9):
        draws = [mean_share((rng.random(20) < true).astype(float).tolist()) for _ in range(2000)]
        assert sum(one.low <= true <= one.high for one in draws) / 2000 > 0.93


def test_a_cell_that_somebody_waits_for_has_no_figures_yet():
    found = [made_up(f"s{place}", [4, place % 2 * 4]) for place in range(12)]
    found[3].sheets[0].questions[0].parts[0].waiting = True
    first, second = statistics.items(found)
    assert (first.shares, first.rests, first.waiting) == ([], [], 1)
    assert len(second.shares) == 12
    assert "1 to read" in report.page(NOWHERE, found)


def test_who_did_not_hand_in_says_nothing_about_a_question():
    found = [made_up("ada", [4, 4]), made_up("eva", [0, 0], handed_in=False)]
    assert statistics.items(found)[0].shares == [1.0]


def test_late_penalties_do_not_count_against_a_question():
    rests = [item.rests for item in statistics.items([made_up("ada", [4, 2], penalty=3.0)])]
    assert rests == [[2], [4]]


@pytest.mark.parametrize(("points", "talks"), [([4, 0], set()), ([3.9, 0], {"ada"}), ([0, 0], {"ada"})])
def test_a_conversation_is_for_less_than_half_of_the_points(points, talks):
    assert {record.student for record, _ in report.conversations([made_up("ada", points)])} == talks


def test_what_is_not_read_yet_is_held_against_nobody():
    record = made_up("ada", [4, 0])
    record.sheets[0].questions[0].parts[1].waiting = True
    record.sheets[0].questions[0].parts[1].most = 40.0
    assert report.conversations([record]) == []


def unread(student):
    parts = [Part("why", 0.0, 4.0, by_hand=True, waiting=True)]
    return Record(student, student, [Sheet("one", "One", [Question("q", "Q", parts=parts)])])


def pointless(student, *parts):
    return Record(
        student, student, [Sheet("one", "One", [Question("q", "Q", parts=list(parts))] if parts else [])]
    )


KINDS = {
    "every answer waits for a reader": [unread("ada"), unread("bob")],
    "a survey without a graded cell": [pointless("ada"), pointless("bob")],
    "cells of no points": [pointless("ada", Part("a", 0.0, 0.0)), pointless("bob", Part("a", 0.0, 0.0))],
    "extra points beyond the most": [pointless("ada", Part("a", 4.0, 4.0, extra=3.0))],
    "one who could not be graded": [made_up("ada", [4, 4]), Record("bob", "Bob", [], state=FAILED, why="too large")],
    "one who handed nothing in": [made_up("ada", [4, 4]), Record("bob", "Bob", [], state=NOT_HANDED_IN)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_written_for_every_kind_of_assignment(kind):
    found = KINDS[kind]
    page = report.page(NOWHERE, found)
    for record in found:
        assert record.name in page
        if record.state != GRADED:
            assert record.why in page
            assert f">{record.state}" in page
    assert "nan" not in page
    for record in found:
        feedback.page(NOWHERE, record)


def test_conversations_name_who_and_why():
    talks = {record.student: reasons for record, reasons in report.conversations(STUDENTS)}
    assert set(talks) == {"cid", "dot"}
    assert any("never finished" in reason for reason in talks["dot"])
    absent = made_up("eva", [4, 4, 4], handed_in=False)
    assert report.conversations([absent])[0][1] == ["not handed in: one"]


def test_downloads_of_the_report_read_back(tmp_path):
    page = report.page(NOWHERE, STUDENTS)
    tables = re.findall(r'download="(\w+)\.csv" href="data:text/csv;base64,([^"]+)"', page)
    read = {
        name: list(csv.reader(io.StringIO(base64.b64decode(content).decode(), newline="")))
        for name, content in tables
    }
    assert set(read) == {"misconceptions", "questions", "students"}
    assert read["misconceptions"][1][:3] == ["q", "off by one", "2"]
    assert [row[0] for row in read["students"]] == ["student_id", "ada", "bob", "cid", "dot"]
    assert read["questions"][1][3:6] == ["4", "0.2500", "nan"]


def test_a_report_on_nobody_is_told(course, tmp_path):
    empty = Course(
        course.source, course.submitted, tmp_path, course.feedback, course.report, course.url, "toys", "toys"
    )
    with pytest.raises(CannotGrade, match="nobody is graded"):
        report.write_report(empty)


@pytest.mark.parametrize("how", ["pipe", "link", "huge"])
def test_what_stands_in_place_of_the_exchanges_receipt_is_not_read(how, tmp_path):
    from proctor.reports import feedback

    handed, pages = tmp_path / "handed", tmp_path / "pages"
    handed.mkdir()
    pages.mkdir()
    receipt = handed / "timestamp.txt"
    if how == "pipe":
        os.mkfifo(receipt)
    elif how == "link":
        (tmp_path / "secret").write_text("CANARY")
        receipt.symlink_to(tmp_path / "secret")
    else:
        with receipt.open("wb") as file:
            file.truncate(10**12)
    feedback._copy_receipt(handed, pages)
    assert (pages / "timestamp.txt").read_text() == ""
