"""Marks as tables, checked by reading them back."""

import csv
import io

import pytest
from proctor.course.records import Part, Question, Record, Sheet
from proctor.course.status import FAILED, NOT_GRADED, NOT_HANDED_IN
from proctor.reports.export import FORMATS, about_unread, table, written


def record(student, name, points, waiting=False, **about):
    parts = [Part("test_a", points, 10.0), Part("b", 0.0, 5.0, by_hand=True, waiting=waiting)]
    sheets = [Sheet("6.1-first", "First", [Question("a", "A", parts=parts)], penalty=0.5)]
    return Record(student, name, sheets, email=f"{student}@example.org", lms_id="7", **about)


CLASS = [
    record("ada", 'Ada "the first", Countess', 7.25),
    record("=cmd()", "=HYPERLINK(1)", 3.0, waiting=True),
    record("żółw", "Żaneta\nŻółw", 10.0, late=5400.0),
]
OTHERS = [
    Record("dee", "Dee", [], state=NOT_HANDED_IN), Record("eve", "Eve", [], state=FAILED, why="too large"),
    Record("fay", "Fay", [], state=NOT_GRADED),
]


def read_back(form, found=(*CLASS, *OTHERS), **options):
    return list(csv.reader(io.StringIO(written(table(form, "phase6", found, **options)), newline="")))


def by_student(form, **options):
    head, *rows = read_back(form, **options)
    key = {"canvas": "SIS User ID", "moodle": "ID number"}.get(form, "student_id")
    return {row[head.index(key)]: dict(zip(head, row, strict=True)) for row in rows}


def test_csv_has_every_student_and_every_notebook():
    rows = by_student("csv")
    assert rows["ada"] == {
        "student_id": "ada", "name": 'Ada "the first", Countess', "email": "ada@example.org", "lms_id": "7", "status": "graded",
        "6.1-first": "6.75", "late_hours": "0", "late_penalty": "0.5", "points": "6.75", "max_points": "15", "to_be_read": "0",
        "confined": "yes",
    }
    assert (rows["żółw"]["name"], rows["żółw"]["late_hours"]) == ("Żaneta\nŻółw", "1.5")
    assert rows["'=cmd()"]["to_be_read"] == "1"
    assert {name: (rows[name]["status"], rows[name]["points"]) for name in ("dee", "eve", "fay")} == {
        "dee": ("not handed in", "0"), "eve": (FAILED, ""), "fay": (NOT_GRADED, ""),
    }


def test_questions_have_a_column_each_and_say_what_is_not_read():
    rows = by_student("questions")
    assert (rows[""]["6.1-first/test_a"], rows[""]["6.1-first/b"], rows[""]["points"]) == ("10", "5", "15")
    assert (rows["ada"]["6.1-first/test_a"], rows["ada"]["6.1-first/b"], rows["ada"]["points"]) == ("7.25", "0", "6.75")
    assert rows["'=cmd()"]["6.1-first/b"] == "to be read"
    assert (rows["dee"]["6.1-first/test_a"], rows["dee"]["points"]) == ("", "")


def test_extra_points_count_with_their_cell():
    extra = record("ada", "Ada", 7.0)
    extra.sheets[0].questions[0].parts[0].extra = 2.0
    assert by_student("questions", found=[extra])["ada"]["6.1-first/test_a"] == "9"


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_a_platform_gets_no_mark_that_is_not_final(form):
    marks = {student: row["phase6"] for student, row in by_student(form).items() if student}
    assert marks == {"ada": "6.75", "'=cmd()": "", "żółw": "9.5", "dee": "", "eve": "", "fay": ""}
    assert by_student(form, partial=True)["'=cmd()"]["phase6"] == "2.5"


@pytest.mark.parametrize(
    ("form", "partial", "said"),
    [("canvas", False, "left out"), ("canvas", True, "count 0"), ("csv", False, "count 0"), ("questions", False, "count 0")],
)
def test_an_instructor_is_told_what_is_not_read(form, partial, said):
    told = about_unread(CLASS, form, partial=partial)
    assert "=cmd()" in told
    assert said in told
    assert about_unread(CLASS[:1], form, partial=partial) == ""


def test_the_points_possible_are_the_most_that_anybody_could_get():
    short = record("ada", "Ada", 1.0)
    short.sheets[0].questions[0].parts.pop()
    for found in ([short, CLASS[0]], [CLASS[0], short]):
        assert read_back("canvas", found)[1][-1] == "15"
        assert by_student("csv", found=found)["ada"]["max_points"] == "15"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_a_spreadsheet_would_run_is_text(form):
    assert not [cell for row in read_back(form) for cell in row if cell[:1] in {"=", "@", "+"}]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1", "'=1"), (" =1", "' =1"), ("＝1", "'＝1"), ("\n1", "'\n1"), ("-x", "'-x"),
        ("a;=1", "a;'=1"), ("a\n @1", "a\n' @1"), ("a; -b", "a;' -b"), ("a;b - c", "a;b - c"),
        ("-1.5", "-1.5"), ("1e-05", "1e-05"), ("a=1", "a=1"),
    ],
)
def test_formulas_become_text_in_every_table_and_numbers_stay(cell, kept):
    assert next(csv.reader(io.StringIO(written([[cell]]), newline=""))) == [kept]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_row_has_as_many_cells_as_the_head(form):
    rows = read_back(form)
    assert {len(row) for row in rows} == {len(rows[0])}


def test_canvas_has_its_columns_and_the_points_possible():
    head, possible, first, *_ = read_back("canvas")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "phase6"]
    assert possible[0].strip() == "Points Possible"
    assert possible[-1] == "15"
    assert (first[1], first[2], first[-1]) == ("7", "ada", "6.75")


def test_moodle_matches_by_id_number():
    head, first, *_ = read_back("moodle")
    assert head[0] == "ID number"
    assert (first[0], first[2], first[3]) == ("ada", "ada@example.org", "6.75")
    assert "6.1-first" in first[4]
