"""Marks as tables, checked by reading them back."""

import csv
import io

import pytest
from proctor.course.records import Part, Question, Record, Sheet
from proctor.reports.export import FORMATS, written


def record(student, name, points, waiting=False):
    parts = [Part("test_a", points, 10.0), Part("b", 0.0, 5.0, by_hand=True, waiting=waiting)]
    return Record(student, name, [Sheet("6.1-first", "First", [Question("a", "A", parts=parts)], penalty=0.5)])


CLASS = [
    record("ada", 'Ada "the first", Countess', 7.25),
    record("=cmd()", "=HYPERLINK(1)", 3.0, waiting=True),
    record("żółw", "Żaneta\nŻółw", 10.0),
]


def read_back(form):
    return list(csv.reader(io.StringIO(written(FORMATS[form]("phase6", CLASS)), newline="")))


def test_csv_has_every_student_and_every_notebook():
    rows = read_back("csv")
    assert rows[0] == ["student_id", "name", "6.1-first", "points", "max_points", "to_be_read", "confined"]
    assert rows[1] == ["ada", 'Ada "the first", Countess', "6.75", "6.75", "15", "0", "yes"]
    assert rows[3][1] == "Żaneta\nŻółw"
    assert rows[2][5] == "1"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_a_spreadsheet_would_run_is_text(form):
    assert not [cell for row in read_back(form) for cell in row if cell[:1] in {"=", "@", "+"}]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1", "'=1"), (" =1", "' =1"), ("＝1", "'＝1"), ("\n1", "'\n1"), ("-x", "'-x"),
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
    assert (first[2], first[-1]) == ("ada", "6.75")


def test_moodle_matches_by_id_number():
    head, first, *_ = read_back("moodle")
    assert head[0] == "ID number"
    assert (first[0], first[2]) == ("ada", "6.75")
    assert "6.1-first" in first[3]
