"""What platforms give is laid where the grader looks, from names as they really come.

Nothing is lost and nothing is silent.
"""

import dataclasses
import io
import os
import shutil
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from proctor import cli
from proctor.course import archives
from proctor.course.archives import Incoming, Unreadable, contents
from proctor.course.collect import assignment_of, collect, origins
from proctor.course.folders import Course, assignments
from proctor.course.owners import owners
from proctor.course.roster import Person, Roster, enter, people_of, read_roster
from proctor.errors import CannotGrade
from traitlets.config import Config

from tests.proctor.making import right, source_notebook, write

PEOPLE = [
    Person("ada", "Ada", "Lovelace", "ada@example.org", "12345"),
    Person("4711", "José", "Núñez", "j.nunez@example.org", "12346"),
    Person("o'neil", "Mary-Ann", "O'Neil", "mao@example.org", "12347"),
    Person("sam1", "Sam", "Smith"),
    Person("sam2", "Sam", "Smith"),
]
GOOD = nbformat.writes(right()).encode()
OTHER = nbformat.writes(right(answer="answer = 41")).encode()


def packed(files, **options):
    """A zip's bytes; a dict among the files is a zip within."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, packed(content) if isinstance(content, dict) else content)
    return stream.getvalue()


@pytest.fixture(scope="module")
def gradebooks(tmp_path_factory):
    """An empty gradebook and one with a roster, as files."""
    folder = tmp_path_factory.mktemp("gradebooks")
    course = Course(folder, folder, folder, folder, folder, f"sqlite:///{folder / 'empty.db'}", "toys", "toys")
    with course.gradebook():
        pass
    shutil.copy(folder / "empty.db", folder / "full.db")
    with dataclasses.replace(course, url=f"sqlite:///{folder / 'full.db'}").gradebook() as gradebook:
        enter(gradebook, PEOPLE)
    return folder


@pytest.fixture
def course(tmp_path, gradebooks) -> Course:
    """The toy course with two notebooks and a roster, and nothing handed in."""
    shutil.copy(gradebooks / "full.db", tmp_path / "gradebook.db")
    write(source_notebook(), tmp_path / "source" / "toys" / "toys.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[]), tmp_path / "source" / "toys" / "6.2 más.ipynb")
    submitted, autograded, feedback, report = (tmp_path / name for name in ("submitted", "autograded", "feedback", "report"))
    return Course(
        tmp_path / "source" / "toys", submitted, autograded, feedback, report, f"sqlite:///{tmp_path / 'gradebook.db'}", "toys", "toys"
    )


@pytest.fixture
def without_roster(course, gradebooks) -> Course:
    shutil.copy(gradebooks / "empty.db", course.source.parent.parent / "gradebook.db")
    return course


def given(course, files, name="download.zip"):
    """A file as downloaded."""
    path = course.source.parent.parent / name
    path.write_bytes(packed(files) if isinstance(files, dict) else files)
    return path


def laid(course):
    """What lies in submitted/, without what the collector keeps for itself."""
    found = (
        path.relative_to(course.submitted).as_posix()
        for path in course.submitted.rglob("*")
        if path.is_file()
    )
    return sorted(name for name in found if not name.startswith("."))


def did(done):
    return sorted((line.done, line.student, line.target) for line in done.lines)


NAMES = {
    "Moodle, folders": "{person}_1234568_assignsubmission_file_/{file}",
    "Moodle, one folder": "{person}_1234568_assignsubmission_file_{file}",
    "Moodle, older": "{person}_1234568_assignsubmission_file/{file}",
}
CANVAS = {
    "Canvas": "{squashed}_{number}_678910_{file}",
    "Canvas, late": "{squashed}_LATE_{number}_678910_{file}",
}
WHO = [
    ("Ada Lovelace", "lovelaceada", "12345", "ada"),
    ("José Núñez", "nunezjose", "12346", "4711"),
    ("Mary-Ann O'Neil", "oneilmaryann", "12347", "o'neil"),
]


@pytest.mark.parametrize("names", [*NAMES, *CANVAS])
@pytest.mark.parametrize(
    "file",
    ["toys.ipynb", "toys (1).ipynb", "toys-2.ipynb", "toys-Copy1.ipynb", "Toys.ipynb", "Copy of toys.ipynb"],
)
def test_single_notebooks_find_their_student_and_place(course, names, file):
    pattern = {**NAMES, **CANVAS}[names]
    files = {pattern.format(person=a, squashed=b, number=c, file=file): GOOD for a, b, c, _ in WHO}
    done = collect(course, [given(course, files)])
    assert laid(course) == sorted(f"{student}/toys/toys.ipynb" for *_, student in WHO)
    assert did(done) == sorted(("new", student, "toys.ipynb") for *_, student in WHO)
    assert done.absent == {student: ["6.2 más"] for *_, student in WHO}


@pytest.mark.parametrize("names", [*NAMES, *CANVAS])
def test_zips_in_a_download_are_opened(course, names):
    pattern = {**NAMES, **CANVAS}[names]
    inner = {
        "toys/toys.ipynb": GOOD,
        "toys/data/my.csv": b"1\n",
        "__MACOSX/toys/._toys.ipynb": b"\0",
        "toys/.ipynb_checkpoints/toys-checkpoint.ipynb": OTHER,
        "toys/.DS_Store": b"\0",
    }
    name = pattern.format(person="Ada Lovelace", squashed="lovelaceada", number="12345", file="work.zip")
    collect(course, [given(course, {name: inner})])
    assert laid(course) == ["ada/toys/data/my.csv", "ada/toys/toys.ipynb"]


def test_decomposed_names_of_macos_are_found(course):
    name = unicodedata.normalize("NFD", "José Núñez_1234568_assignsubmission_file_/6.2 más.ipynb")
    collect(course, [given(course, {name: GOOD})])
    assert laid(course) == ["4711/toys/6.2 más.ipynb"]


def test_names_in_utf8_that_no_flag_announces_are_read(course):
    """As Archive Utility of macOS packs them."""
    path = given(course, {"Jos\u00e9 N\u00fa\u00f1ez_1_assignsubmission_file_/toys.ipynb": GOOD})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        data[place + flags : place + flags + 2] = b"\0\0"
    path.write_bytes(data)
    collect(course, [path])
    assert laid(course) == ["4711/toys/toys.ipynb"]


def test_the_sites_own_zip(course):
    files = {"phase6.txt": b"", "toys.ipynb": GOOD, "mine.png": b"\x89PNG"}
    collect(course, [given(course, files, "toys-ada.zip")])
    collect(
        course,
        [given(course, {f"toys/{name}": content for name, content in files.items()}, "toys-o'neil (1).zip")],
    )
    own = ["mine.png", "phase6.txt", "toys.ipynb"]
    assert laid(course) == [f"{student}/toys/{name}" for student in ("ada", "o'neil") for name in own]


def test_the_sites_zip_says_when_it_was_made(course):
    files = {"ada/toys/toys.ipynb": GOOD, "ada/toys/timestamp.txt": b"2026-01-15 10:00:00 UTC\n", "ada/toys/mine.png": b"\x89PNG"}
    done = collect(course, [given(course, files, "toys-ada.zip")])
    assert laid(course) == ["ada/toys/mine.png", "ada/toys/timestamp.txt", "ada/toys/toys.ipynb"]
    stamp = course.submitted / "ada" / "toys" / "timestamp.txt"
    assert stamp.read_text().startswith("2026-01-15 10:00:00")
    assert done.count("not used", "not collected") == 0
    files = {"ada/toys/toys.ipynb": OTHER, "ada/toys/timestamp.txt": b"2026-01-15 10:00:00 ../../etc/localtime"}
    collect(course, [given(course, files, "toys-ada.zip")])
    assert not stamp.exists()
    files = {"ada/toys/toys.ipynb": GOOD, "ada/toys/timestamp.txt": b"2026-01-15 10:00:00 UTC"}
    collect(course, [given(course, {"lovelaceada_12345_2_toys-ada.zip": files})], received="2026-01-20 12:00 UTC")
    assert stamp.read_text().startswith("2026-01-20 12:00:00")


def test_a_platform_knows_better_than_the_zip_inside_who_handed_in(course):
    collect(course, [given(course, {"lovelaceada_12345_9_toys-4711.zip": {"toys.ipynb": GOOD}})])
    assert laid(course) == ["ada/toys/toys.ipynb"]


@pytest.mark.parametrize(
    "path",
    [
        "ada/toys.ipynb",
        "ada/toys/toys.ipynb",
        "submitted/ada/toys/toys.ipynb",
        "ada.zip",
        "ada@example.org/toys.ipynb",
    ],
)
def test_folders_named_like_students(course, path):
    content = {"toys/toys.ipynb": GOOD} if path.endswith(".zip") else GOOD
    collect(course, [given(course, {path: content})])
    assert laid(course) == ["ada/toys/toys.ipynb"]
    folder = course.source.parent.parent / "unpacked"
    with zipfile.ZipFile(given(course, {path: content})) as archive:
        archive.extractall(folder)
    assert did(collect(course, [folder])) == [("unchanged", "ada", "toys.ipynb")]


def test_a_zip_named_like_its_student(course):
    collect(course, [given(course, {"toys.ipynb": GOOD, "data/x.csv": b"1"}, "ada.zip")])
    assert laid(course) == ["ada/toys/data/x.csv", "ada/toys/toys.ipynb"]


def test_a_renamed_notebook_is_known_by_its_cells(course):
    done = collect(
        course,
        [
            given(
                course,
                {
                    "lovelaceada_12345_9_final version.ipynb": GOOD,
                    "lovelaceada_12345_9_shopping.ipynb": b"{}",
                },
            )
        ],
    )
    assert laid(course) == ["ada/toys/toys.ipynb"]
    assert [line.why for line in done.lines if line.done == "not used"] == [
        "no notebook of the assignment by its name or its cells"
    ]


def test_without_a_roster_the_names_are_taken_as_they_stand(without_roster):
    files = {"lovelaceada_12345_9_toys.ipynb": GOOD, "Zoë Ford_1_assignsubmission_file_/toys.ipynb": GOOD}
    collect(
        without_roster,
        [given(without_roster, files), given(without_roster, {"toys.ipynb": GOOD}, "toys-bob.zip")],
    )
    assert laid(without_roster) == [
        "Zoë Ford/toys/toys.ipynb",
        "bob/toys/toys.ipynb",
        "lovelaceada/toys/toys.ipynb",
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Ada Lovelance_1_assignsubmission_file_/toys.ipynb", "near: Ada Lovelace, ada"),
        ("Sam Smith_1_assignsubmission_file_/toys.ipynb", "sam1 or sam2"),
        ("toys.ipynb", "nobody on the roster is called 'download'"),
        ("zzz/toys.ipynb", "nobody on the roster is called 'zzz'"),
    ],
)
def test_what_is_nobodys_is_told_and_not_laid(course, name, why):
    done = collect(course, [given(course, {name: GOOD})])
    assert laid(course) == []
    assert [line.done for line in done.lines] == ["not collected"]
    assert why in done.lines[0].text


def test_a_notebook_by_itself_does_not_say_whose_it_is(course):
    done = collect(course, [given(course, GOOD, "toys.ipynb")])
    assert "does not say whose" in done.lines[0].text


MOODLE_NAME = "{}_{}_assignsubmission_file/toys.ipynb"


def test_moodles_number_of_a_person_within_an_assignment_names_nobody_on_the_roster(course):
    """12346 is José's number on the roster; in Moodle's zip it is Ada's place in the assignment."""
    collect(course, [given(course, {MOODLE_NAME.format("Ada Lovelace", 12346): GOOD, MOODLE_NAME.format("José Núñez", 7): OTHER})])
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD
    assert (course.submitted / "4711" / "toys" / "toys.ipynb").read_bytes() == OTHER
    done = collect(course, [given(course, {MOODLE_NAME.format("Eve Adams", 12346): GOOD})])
    assert did(done) == [("not collected", "", "")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("lovelaceada_12346_9_toys.ipynb", "the name 'lovelaceada' is that of ada, the number 12346 that of 4711"),
        ("lovelaceada_999_9_toys.ipynb", "whose number on the roster is 12345, not 999"),
        ("adamseve_999_9_toys-ada.zip", "nobody on the roster is called 'adamseve'"),
        ("Eve Adams_901_assignsubmission_file_/toys-ada.zip", "nobody on the roster is called 'Eve Adams'"),
        ("Eve Adams_901_assignsubmission_file_/ada/toys.ipynb", "nobody on the roster is called 'Eve Adams'"),
    ],
)
def test_names_and_numbers_of_different_people_are_told_and_not_laid(course, name, why):
    done = collect(course, [given(course, {name: {"toys.ipynb": GOOD} if name.endswith(".zip") else GOOD})])
    assert laid(course) == []
    assert [line.done for line in done.lines] == ["not collected"]
    assert why in done.lines[0].why


def test_canvas_number_finds_a_student_under_another_name_and_one_of_namesakes(course):
    with course.gradebook() as gradebook:
        enter(gradebook, [Person("sam2", lms_id="12350"), Person("al", "Al", "Bo", lms_id="lti-9")])
    names = ("byronaugusta_12345_9_toys.ipynb", "smithsam_12350_9_toys.ipynb", "boal_77_9_toys.ipynb")
    collect(course, [given(course, dict.fromkeys(names, GOOD))])
    assert laid(course) == ["ada/toys/toys.ipynb", "al/toys/toys.ipynb", "sam2/toys/toys.ipynb"]


@pytest.mark.parametrize("numbers", [(901, 901), (901, 902)])
def test_two_people_of_one_name_in_a_download_are_not_taken_for_one(course, without_roster, numbers):
    first, second = (f"Ada Lovelace_{number}_assignsubmission_{n}" for n, number in zip(("file", "onlinetext"), numbers, strict=True))
    done = collect(course, [given(course, {f"{first}/toys.ipynb": GOOD, f"{second}/x.html": b"x"})])
    if numbers[0] == numbers[1]:
        assert laid(course) == ["Ada Lovelace/toys/toys.ipynb", "Ada Lovelace/toys/x.html"]
    else:
        assert laid(course) == []
        assert "several people here, with the numbers 901 and 902 of Moodle" in done.lines[0].why


def test_the_same_person_has_another_number_in_another_download(course):
    one = given(course, {MOODLE_NAME.format("Ada Lovelace", 901): GOOD}, "one.zip")
    two = given(course, {MOODLE_NAME.format("Ada Lovelace", 902): GOOD}, "two.zip")
    assert collect(course, [one, two]).count("not collected") == 0


@pytest.mark.parametrize("archive", ["toys-ada.zip", "toys-ada (1).zip", "ada.zip"])
@pytest.mark.parametrize("notebook", ["toys.ipynb", "toys/toys.ipynb", "ada/toys/toys.ipynb"])
@pytest.mark.parametrize("roster", [True, False])
def test_in_a_students_own_archive_no_name_is_a_platforms(course, gradebooks, archive, notebook, roster):
    if not roster:
        shutil.copy(gradebooks / "empty.db", course.source.parent.parent / "gradebook.db")
    data = "sales_2023_10_export.csv"
    if notebook.startswith("ada") and archive == "ada.zip":
        data = f"ada/{data}"
    collect(course, [given(course, {notebook: GOOD, data: b"1"}, archive)])
    assert laid(course) == ["ada/toys/sales_2023_10_export.csv", "ada/toys/toys.ipynb"]


def test_a_download_named_like_the_sites_zip_is_still_a_download(without_roster):
    files = {"lovelaceada_12345_9_toys.ipynb": GOOD, "lovelaceada_12345_10_sales.csv": b"1"}
    collect(without_roster, [given(without_roster, files, "toys-all.zip")])
    assert laid(without_roster) == ["lovelaceada/toys/sales.csv", "lovelaceada/toys/toys.ipynb"]


@pytest.mark.parametrize("name", ["toys-ada.zip", "ada.zip"])
def test_a_download_named_like_a_student_is_still_a_download(course, name):
    """Such as that of a section whose tutor has the name."""
    files = {"nunezjose_12346_9_toys.ipynb": GOOD, "lovelaceada_12345_9_toys.ipynb": OTHER}
    files[MOODLE_NAME.format("Mary-Ann O'Neil", 1)] = GOOD
    collect(course, [given(course, files, name)])
    assert laid(course) == ["4711/toys/toys.ipynb", "ada/toys/toys.ipynb", "o'neil/toys/toys.ipynb"]
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == OTHER


@pytest.mark.parametrize("name", ["toys-ada.zip", "ada.zip"])
@pytest.mark.parametrize("file", ["nunezjose_12346_9_toys.ipynb", MOODLE_NAME.format("José Núñez", 1)])
def test_an_archive_of_one_with_the_work_of_another_is_told(course, name, file):
    done = collect(course, [given(course, {file: GOOD}, name)])
    assert laid(course) == []
    assert done.lines[0].why == "the archive is called like ada, the file in it like 4711"


def test_a_second_download_of_one_student_is_not_another_students(course):
    with course.gradebook() as gradebook:
        enter(gradebook, [Person("ada1", "Eve", "Adams")])
    collect(course, [given(course, {"toys.ipynb": GOOD}, "ada (1).zip")])
    assert laid(course) == ["ada/toys/toys.ipynb"]


def test_ids_that_differ_in_case_are_not_laid_side_by_side(without_roster):
    done = collect(without_roster, [given(without_roster, {"ada/toys.ipynb": GOOD, "ADA/toys.ipynb": OTHER})])
    assert laid(without_roster) == ["ada/toys/toys.ipynb"] or laid(without_roster) == ["ADA/toys/toys.ipynb"]
    assert "the same folder on many systems" in "".join(line.why for line in done.lines)
    again = collect(without_roster, [given(without_roster, {"Ada/toys.ipynb": OTHER})])
    assert did(again) == [("not collected", "", "")]


# Nothing is lost


def hand_in(course, content, **options):
    return collect(course, [given(course, {"lovelaceada_12345_9_toys.ipynb": content})], **options)


def test_a_second_hand_in_replaces_the_first_which_is_kept(course):
    hand_in(course, GOOD)
    (course.submitted / "ada" / "toys" / "6.2 más.ipynb").write_text("from before")
    done = hand_in(course, OTHER)
    (line,) = done.lines
    assert line.done == "replaces"
    kept = course.submitted.parent / line.why.removeprefix("the one before is kept as ")
    assert kept.read_bytes() == GOOD
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == OTHER
    assert (course.submitted / "ada" / "toys" / "6.2 más.ipynb").read_text() == "from before"
    third = hand_in(course, GOOD).lines[0]
    assert third.why != line.why
    assert kept.read_bytes() == GOOD
    assert course.students() == ["ada"]
    assert did(hand_in(course, GOOD)) == [("unchanged", "ada", "toys.ipynb")]


def test_what_is_there_can_be_kept(course):
    hand_in(course, GOOD)
    done = hand_in(course, OTHER, keep=True)
    assert [line.done for line in done.lines] == ["not used"]
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD


def test_a_dry_run_writes_nothing_and_says_the_same(course):
    done = hand_in(course, GOOD, dry_run=True, received="2026-01-31 23:59 UTC")
    assert not course.submitted.exists()
    assert did(done) == did(hand_in(course, GOOD, received="2026-01-31 23:59 UTC"))


def test_of_two_files_for_one_notebook_the_later_counts_and_the_other_is_named(course):
    files = {"lovelaceada_12345_9_toys.ipynb": GOOD, "lovelaceada_12345_10_toys-1.ipynb": OTHER}
    done = collect(course, [given(course, files)])
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == OTHER
    assert [(line.done, line.why) for line in done.lines if line.done != "new"] == [
        ("not used", "download.zip → lovelaceada_12345_10_toys-1.ipynb is later"),
    ]


def test_the_time_of_a_hand_in_is_noted_when_it_is_known_and_forgotten_when_it_is_not(course):
    stamp = course.submitted / "ada" / "toys" / "timestamp.txt"
    hand_in(course, GOOD, received="2026-01-31 23:59 +01:00")
    assert stamp.read_text().startswith("2026-01-31 22:59:00")
    hand_in(course, GOOD)
    assert stamp.is_file()
    hand_in(course, OTHER)
    assert not stamp.exists()


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-01-31 23:59 UTC", "2026-01-31 23:59:00.000000 UTC"),
        ("2026-01-31T23:59:01Z", "2026-01-31 23:59:01.000000 UTC"),
        ("2026-01-31 23:59 +01:00", "2026-01-31 22:59:00.000000 UTC"),
        ("2026-01-31T23:59:00.25-0530", "2026-02-01 05:29:00.250000 UTC"),
        ("2026-01-31 23:59 Europe/Berlin", "2026-01-31 22:59:00.000000 UTC"),
        ("2026-07-31 23:59 America/New_York", "2026-08-01 03:59:00.000000 UTC"),
    ],
)
def test_times_with_a_zone_are_understood_and_told(course, text, stamp):
    done = hand_in(course, GOOD, received=text)
    assert done.lines[0].text == f"received       {stamp}"
    assert (course.submitted / "ada" / "toys" / "timestamp.txt").read_text() == stamp


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "", "31", "2026-01-31", "2026-01-31 23:59", "01.02.2026 12:00 UTC", "2026-02-30 12:00 UTC", "2026-01-31 24:10 UTC"),
        *("2026-01-31 23:59 PST", "2026-01-31 23:59 MESZ", "2026-01-31 23:59 CET", "2026-01-31 23:59 Europe/Berlinn"),
        *("2026-01-31 23:59 +25:00", "2026-01-31 23:59 America/Argentina", "0001-01-01 00:00 +10:00", "２026-01-31 23:59 UTC"),
        *("2026-10-25 02:30 Europe/Berlin", "2026-03-29 02:30 Europe/Berlin", "2026-01-31 23:59 +01:00 UTC"),
    ],
)
def test_times_that_can_be_read_in_two_ways_are_refused(course, text):
    with pytest.raises(CannotGrade, match="expected a date, a time and a zone, such as '2026-01-31 23:59 UTC'") as refused:
        hand_in(course, GOOD, received=text)
    assert repr(text) in str(refused.value)
    assert not course.submitted.exists()


def test_the_graders_own_names_and_hidden_files_are_not_taken_from_students(course):
    files = {
        f"lovelaceada_12345_9_work{n}.zip": {name: b"x"}
        for n, name in enumerate(
            ("timestamp.txt", "submission_secret.txt", "proctor.json", ".bashrc", "toys/.git/config")
        )
    }
    collect(course, [given(course, {**files, "lovelaceada_12345_9_toys.ipynb": GOOD})])
    assert laid(course) == ["ada/toys/toys.ipynb"]


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "..\\..\\evil.txt", "a/../../../../evil.txt", "C:\\evil.txt"]
)
def test_no_name_leads_out_of_the_submission(course, name):
    collect(course, [given(course, {"lovelaceada_12345_9_work.zip": {name: b"x", "toys.ipynb": GOOD}})])
    assert all(found.startswith("ada/toys/") for found in laid(course))
    assert not [
        path for path in course.source.parent.parent.rglob("evil.txt") if course.submitted not in path.parents
    ]


def test_a_link_in_the_way_is_not_followed(course, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (course.submitted / "ada").mkdir(parents=True)
    (course.submitted / "ada" / "toys").symlink_to(outside)
    assert [line.done for line in hand_in(course, GOOD).lines] == ["not collected"]
    assert list(outside.iterdir()) == []


def test_a_link_in_a_zip_is_a_file_like_any_other(course):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("lovelaceada_12345_9_secret.txt")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    collect(course, [given(course, stream.getvalue())])
    path = course.submitted / "ada" / "toys" / "secret.txt"
    assert not path.is_symlink()
    assert path.read_text() == "/etc/passwd"


def test_damaged_locked_and_endless_zips_are_told(course, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_FILE", 10_000)
    locked = bytearray(packed({"toys.ipynb": b"x"}))
    locked[6] |= 1
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    damaged = bytearray(packed({"toys.ipynb": GOOD}))
    damaged[40:60] = bytes(20)
    deep: Any = {"toys.ipynb": b"x"}
    for _ in range(6):
        deep = {"deeper.zip": deep}
    files = {
        "a_1_1_no.zip": b"not a zip",
        "a_1_2_locked.zip": bytes(locked),
        "a_1_3_damaged.zip": bytes(damaged),
        "a_1_4_large.zip": {"toys.ipynb": bytes(20_000)},
        "a_1_5_deep.zip": deep,
    }
    whys = {line.found.split(" → ")[1]: line.why for line in collect(course, [given(course, files)]).lines}
    for name, why in (
        ("a_1_1_no.zip", "not a zip"),
        ("a_1_2_locked.zip", "password"),
        ("a_1_3_damaged.zip", "damaged"),
        ("a_1_4_large.zip", "larger"),
        ("a_1_5_deep.zip", "within"),
    ):
        assert why in whys[name]


def test_unpacking_has_limits_in_all(tmp_path, monkeypatch):
    path = tmp_path / "many.zip"
    path.write_bytes(packed({f"a/{n}.txt": b"x" * 100 for n in range(50)}))
    monkeypatch.setattr(archives, "MOST_FILES", 20)
    found = list(contents(path))
    assert [type(item) for item in found] == [Incoming] * 20 + [Unreadable]
    monkeypatch.setattr(archives, "MOST_FILES", 100)
    monkeypatch.setattr(archives, "LARGEST_OF_ALL", 1000)
    assert sum(isinstance(item, Incoming) for item in contents(path)) == 10


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_cannot_be_read_is_told(tmp_path):
    path = tmp_path / "ada.zip"
    path.write_bytes(packed({"a": b""}))
    path.chmod(0)
    assert [type(item) for item in contents(path)] == [Unreadable]


def test_the_name_a_platform_wants_back_is_remembered(course):
    collect(
        course,
        [
            given(
                course,
                {
                    "lovelaceada_12345_9_toys.ipynb": GOOD,
                    "José Núñez_1234568_assignsubmission_file_/toys.ipynb": GOOD,
                    "o'neil/toys.ipynb": GOOD,
                },
            )
        ],
    )
    assert {student: (about["platform"], about["label"]) for student, about in origins(course).items()} == {
        "ada": ("Canvas", "lovelaceada_12345_9_"),
        "4711": ("Moodle", "José Núñez_1234568_assignsubmission_file_"),
    }


def test_student_files_that_look_like_a_downloads_are_not_taken_for_one():
    found = Incoming(("all.zip", "ada/plot_1_2_b.png"), b"")
    assert owners(found, "toys")[0].key == "ada"


@pytest.mark.parametrize("name", ["toys_2026_01_all.zip", "toys-all.zip", "week_3_7_all.zip"])
@pytest.mark.parametrize("path", ["lovelaceada_12345_9_toys.ipynb", "ada/toys/toys.ipynb"])
def test_what_a_download_is_called_hides_nobody(course, name, path):
    collect(course, [given(course, {path: GOOD}, name)])
    assert laid(course) == ["ada/toys/toys.ipynb"]


def test_the_assignment_is_recognised():
    assert assignment_of([Path("week2-ada.zip")], ["week1", "week2"]) == "week2"
    with pytest.raises(CannotGrade, match="week1, week2"):
        assignment_of([Path("download.zip")], ["week1", "week2"])
    assert assignment_of([Path("download.zip")], ["week1"]) == "week1"


def test_assignments_are_the_folders_with_notebooks_and_no_hidden_ones(course):
    for name in ("week1", ".ipynb_checkpoints"):
        write(source_notebook(), course.root / "source" / name / "toys.ipynb")
    (course.root / "source" / "drafts").mkdir()
    config = Config({"CourseDirectory": {"root": str(course.root)}})
    assert assignments(CourseDirectory(config=config)) == ["toys", "week1"]


# Which is the last, and when it was handed in


def attempt(answer, time=None, **others):
    """A zip of the site: a notebook, and its time."""
    stamp = {"timestamp.txt": time} if time else {}
    return packed({"toys.ipynb": nbformat.writes(right(answer=f"answer = {answer}")), **stamp, **others})


def answered(course):
    notebook = nbformat.read(course.submitted / "ada" / "toys" / "toys.ipynb", as_version=4)
    return next(cell.source for cell in notebook.cells if cell.source.startswith("answer = "))[-1]


ATTEMPTS = {"toys-ada.zip": (1, 1), "toys-ada (1).zip": (2, 2), "toys-ada (2).zip": (3, 10)}


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("swapped", [True, False])
def test_the_last_of_several_downloads_counts_with_its_own_time(course, timed, swapped):
    paths = []
    for name, (answer, day) in ATTEMPTS.items():
        time = f"2026-01-{11 - day if swapped else day:02} 10:00:00 UTC" if timed else None
        paths.append(given(course, attempt(answer, time), name))
    done = collect(course, paths[::-1])
    assert answered(course) == ("1" if timed and swapped else "3")
    assert done.count("not used") == 2
    stamp = course.submitted / "ada" / "toys" / "timestamp.txt"
    assert stamp.read_text().startswith("2026-01-10 10:00") if timed else not stamp.exists()


def test_of_many_downloads_the_tenth_is_after_the_ninth(course):
    collect(course, [given(course, attempt(number % 10), f"toys-ada ({number}).zip") for number in (8, 9, 10, 11)])
    assert answered(course) == "1"


def test_where_nothing_says_which_is_later_the_other_is_told_as_not_collected(course):
    first, second = given(course, attempt(1), "toys-ada.zip"), given(course, attempt(2), "ada.zip")
    done = collect(course, [first, second])
    assert sorted(line.done for line in done.lines) == ["new", "not collected"]
    assert "nothing says which is later" in next(line.why for line in done.lines if line.done == "not collected")


def test_each_notebook_of_an_archive_of_several_students_has_its_own_time(course):
    files = {
        "ada/toys/toys.ipynb": GOOD, "ada/toys/timestamp.txt": "2026-01-01 10:00:00.5 UTC",
        "o'neil/toys/toys.ipynb": GOOD, "o'neil/toys/timestamp.txt": "2026-01-02 10:00:00 Europe/Berlin",
    }
    collect(course, [given(course, files)])
    read = {student: (course.submitted / student / "toys" / "timestamp.txt").read_text() for student in ("ada", "o'neil")}
    assert read == {"ada": "2026-01-01 10:00:00.500000 UTC", "o'neil": "2026-01-02 09:00:00.000000 UTC"}


def test_the_later_time_holds_where_a_notebook_of_it_stays(course):
    collect(course, [given(course, attempt(1, "2026-01-09 10:00:00 UTC", **{"6.2 más.ipynb": GOOD}), "toys-ada.zip")])
    collect(course, [given(course, attempt(2, "2026-01-05 10:00:00 UTC"), "toys-ada.zip")])
    assert (course.submitted / "ada" / "toys" / "timestamp.txt").read_text().startswith("2026-01-09")


def test_a_time_given_later_is_noted_though_the_file_is_there(course):
    stamp = course.submitted / "ada" / "toys" / "timestamp.txt"
    hand_in(course, GOOD)
    assert not stamp.exists()
    hand_in(course, GOOD, received="2026-02-02 09:00 UTC", dry_run=True)
    assert not stamp.exists()
    hand_in(course, GOOD, received="2026-02-02 09:00 UTC")
    assert stamp.read_text() == "2026-02-02 09:00:00.000000 UTC"
    hand_in(course, GOOD, received="2026-02-03 09:00 UTC", keep=True)
    assert stamp.read_text() == "2026-02-02 09:00:00.000000 UTC"
    hand_in(course, GOOD, received="2026-02-03 09:00 UTC")
    assert stamp.read_text() == "2026-02-03 09:00:00.000000 UTC"
    (kept,) = (course.submitted / ".earlier").rglob("timestamp.txt")
    assert kept.read_text() == "2026-02-02 09:00:00.000000 UTC"


def test_a_file_beside_the_notebook_leaves_the_time(course):
    stamp = course.submitted / "ada" / "toys" / "timestamp.txt"
    hand_in(course, GOOD, received="2026-02-02 09:00 UTC")
    collect(course, [given(course, {"ada/data.csv": b"1"})])
    collect(course, [given(course, {"ada/data.csv": b"2"})])
    assert stamp.read_text() == "2026-02-02 09:00:00.000000 UTC"
    collect(course, [given(course, {"ada/toys.ipynb": OTHER})])
    assert not stamp.exists()
    (kept,) = (course.submitted / ".earlier").rglob("timestamp.txt")
    assert kept.read_text() == "2026-02-02 09:00:00.000000 UTC"
    assert (kept.parent / "toys.ipynb").read_bytes() == GOOD


@pytest.mark.parametrize("received", [None, "2026-02-02 09:00 UTC"])
@pytest.mark.parametrize("call", range(8))
def test_a_run_cut_off_anywhere_comes_to_the_same_end_when_it_is_repeated(course, monkeypatch, received, call):
    collect(course, [given(course, attempt(1, "2026-01-01 10:00:00 UTC"), "toys-ada.zip")])
    again = given(course, attempt(2, "2026-01-05 10:00:00 UTC", **{"x.csv": "1"}), "toys-ada.zip")
    calls = iter(range(100))

    def interrupting(function):
        def interrupted(*arguments, **options):
            if next(calls) == call:
                raise KeyboardInterrupt
            return function(*arguments, **options)

        return interrupted

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", interrupting(shutil.copy2))
        for name in ("write_bytes", "replace", "unlink"):
            patch.setattr(Path, name, interrupting(getattr(Path, name)))
        try:
            collect(course, [again], received=received)
        except KeyboardInterrupt:
            pass
        else:
            assert call > 6
    collect(course, [again], received=received)
    assert answered(course) == "2"
    assert laid(course) == ["ada/toys/timestamp.txt", "ada/toys/toys.ipynb", "ada/toys/x.csv"]
    expected = "2026-02-02 09:00:00" if received else "2026-01-05 10:00:00"
    assert (course.submitted / "ada" / "toys" / "timestamp.txt").read_text().startswith(expected)


# What cannot be laid hinders nobody else

ODD: dict[str, dict[str, str | bytes]] = {
    "a file and a folder of one name": {"data": b"x", "data/x.csv": b"1"},
    "a path beyond what a system takes": {"a/" * 2500 + "x.csv": b"1"},
    "a name beyond what a system takes": {"x" * 300 + ".csv": b"1"},
    "a name for no system": {"a:b.csv": b"1"},
    "a number beyond what Python reads": {"x_" + "1" * 5000 + "_1_y.csv": b"1"},
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("dry_run", [True, False])
def test_an_odd_file_is_told_and_hinders_nobody(course, kind, dry_run):
    files = {f"Ada Lovelace_1_assignsubmission_file/{name}": content for name, content in ODD[kind].items()}
    files["Ada Lovelace_1_assignsubmission_file/toys.ipynb"] = GOOD
    files["José Núñez_2_assignsubmission_file/toys.ipynb"] = GOOD
    if "number" in kind:
        files.update(ODD[kind])
    done = collect(course, [given(course, files)], received="2026-02-02 09:00 UTC", dry_run=dry_run)
    assert done.count("not collected") == (2 if "number" in kind else 1)
    if not dry_run:
        for student in ("ada", "4711"):
            assert {"timestamp.txt", "toys.ipynb"} <= {path.name for path in (course.submitted / student / "toys").iterdir()}
    assert all(len(line.text) < 1000 for line in done.lines)


def test_what_stands_in_the_way_is_told_and_hinders_nobody(course):
    folder = course.submitted / "ada" / "toys"
    (folder / "x.csv").mkdir(parents=True)
    (folder / "data").write_text("mine")
    (folder / "timestamp.txt").mkdir()
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "nowhere.csv").symlink_to(folder / "gone.csv")
    files = {f"ada/toys/{name}": b"1" for name in ("x.csv", "data/y.csv", "circle", "circle/z.csv", "nowhere.csv")}
    done = collect(
        course, [given(course, {**files, "ada/toys/toys.ipynb": GOOD, "sam1/toys.ipynb": GOOD})], received="2026-02-02 09:00 UTC"
    )
    assert {line.target for line in done.lines if line.done == "not collected"} == {
        "x.csv", "data/y.csv", "circle", "circle/z.csv", "nowhere.csv", "timestamp.txt",
    }
    assert (folder / "circle").is_symlink() and (folder / "nowhere.csv").is_symlink()
    assert (folder / "data").read_text() == "mine"
    assert (folder / "toys.ipynb").read_bytes() == GOOD
    assert (course.submitted / "sam1" / "toys" / "timestamp.txt").is_file()


def test_a_disk_that_fails_keeps_what_was_there(course, monkeypatch):
    hand_in(course, GOOD, received="2026-02-02 09:00 UTC")
    write_bytes = Path.write_bytes

    def full(path, content):
        if path.name.startswith(".toys.ipynb.") and path.suffix == ".new":
            raise OSError(28, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = hand_in(course, OTHER)
    assert [(line.done, line.why) for line in done.lines] == [("not collected", "No space left on device")]
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD
    assert (course.submitted / "ada" / "toys" / "timestamp.txt").read_text() == "2026-02-02 09:00:00.000000 UTC"


def test_a_folder_with_names_that_are_not_text_is_told(course, tmp_path):
    (tmp_path / "unpacked" / "ada").mkdir(parents=True)
    for name in (b"M\xfcller.csv", b"toys.ipynb"):
        (tmp_path / "unpacked" / "ada" / os.fsdecode(name)).write_bytes(GOOD)
    done = collect(course, [tmp_path / "unpacked"])
    assert laid(course) == ["ada/toys/toys.ipynb"]
    assert done.count("not collected") == 1
    assert all(line.text.encode() for line in done.lines)


@pytest.mark.parametrize("error", [struct.error("odd"), RecursionError("deep"), OSError(5, "Input/output error")])
def test_a_zip_that_its_reader_cannot_take_hinders_nobody(course, monkeypatch, error):
    reader = zipfile.ZipFile

    def failing(stream, *arguments):
        if getattr(stream, "name", "").endswith("bad.zip"):
            raise error
        return reader(stream, *arguments)

    paths = [given(course, GOOD, "bad.zip"), given(course, attempt(1), "toys-ada.zip")]
    monkeypatch.setattr(zipfile, "ZipFile", failing)
    assert sorted(line.done for line in collect(course, paths).lines) == ["new", "not collected"]


# Files that Canvas and browsers rename


@pytest.fixture
def numbered(course):
    """A course with the notebooks ex-1, ex-2 and ex-21 with the same cells, and no other."""
    for path in course.source.iterdir():
        path.unlink()
    for name in ("ex-1", "ex-2", "ex-21"):
        write(source_notebook(), course.source / f"{name}.ipynb")
    return course


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("ex-1", "ex-1"), ("ex-2", "ex-2"), ("ex-2-1", "ex-2"), ("ex-2-1-3", "ex-2"), ("ex-1-2", "ex-1"), ("ex-21-4", "ex-21"),
        ("ex-2 (1)", "ex-2"), ("ex-2-1 (4)", "ex-2"), ("ex-2-Copy1", "ex-2"), ("ex-2 - Copy", "ex-2"), ("EX-2-1", "ex-2"),
        ("Copy of ex-2", "ex-2"), ("Ex 2", "ex-2"), ("ex_21", "ex-21"),
    ],
)  # fmt: skip
def test_of_names_with_numbers_the_longest_that_is_known_counts(numbered, file, target):
    collect(numbered, [given(numbered, {f"lovelaceada_12345_905_{file}.ipynb": GOOD})])
    assert laid(numbered) == [f"ada/toys/{target}.ipynb"]


def test_the_copies_of_a_notebook_with_a_number_are_told_apart(numbered):
    files = {f"ada/toys/ex-2{mark}.ipynb": nbformat.writes(right(answer=f"answer = {n}")) for n, mark in enumerate(("", "-1", "-2"))}
    collect(numbered, [given(numbered, files)])
    assert b"answer = 2" in (numbered.submitted / "ada" / "toys" / "ex-2.ipynb").read_bytes()


def test_a_name_that_says_nothing_is_not_guessed_from_cells_that_fit_several(numbered):
    done = collect(numbered, [given(numbered, {"lovelaceada_12345_905_final.ipynb": GOOD})])
    assert [line.done for line in done.lines] == ["not collected"]
    assert "its cells fit ex-1 and ex-2 and ex-21 alike" in done.lines[0].why


def test_a_copy_whose_name_is_another_notebooks_is_known_by_its_cells(course):
    write(nbformat.v4.new_notebook(cells=[right().cells[3]]), course.source / "toys-2.ipynb")
    content = nbformat.writes(right(double="")).replace('"double"', '"other"')
    collect(course, [given(course, {"lovelaceada_12345_9_toys-2.ipynb": content})])
    assert laid(course) == ["ada/toys/toys.ipynb"]


def test_a_notebook_is_taken_out_of_any_folder(course):
    collect(course, [given(course, {"lovelaceada_12345_9_work.zip": {"C:\\my work\\toys.ipynb": GOOD}})])
    assert laid(course) == ["ada/toys/toys.ipynb"]


@pytest.mark.parametrize(
    ("notebook", "file", "target"),
    [
        ("toys-1", "helpers-1.py", "helpers.py"),
        ("toys-2", "data.tar-2.gz", "data.tar.gz"),
        ("toys-3", "before-1.csv", "before.csv"),
        ("toys", "helpers-1.py", "helpers-1.py"),
        ("toys-2", "helpers-1.py", "helpers-1.py"),
        ("toys (1)", "helpers-1.py", "helpers-1.py"),
        ("toys-1", "spoken-1.csv", "spoken-1.csv"),
        ("toys-1", "both-1.csv", "both-1.csv"),
        ("toys-1", "submission_secret-1.txt", "submission_secret-1.txt"),
    ],
)
def test_a_file_renamed_by_canvas_gets_its_name_back(course, notebook, file, target):
    collect(course, [given(course, {"ada/before.csv": b"0"})])
    content = nbformat.writes(right(double="read('spoken-1.csv')"))
    files = {f"{notebook}.ipynb": content, file: b"1", **({"both.csv": b"2"} if "both" in file else {})}
    download = {f"lovelaceada_12345_{911 + n}_{name}": content for n, (name, content) in enumerate(files.items())}
    collect(course, [given(course, download)])
    assert (course.submitted / "ada" / "toys" / target).read_bytes() == b"1"


def test_of_two_downloads_of_canvas_the_later_file_counts_under_its_old_name(course):
    first = given(course, {"lovelaceada_12345_901_toys.ipynb": OTHER, "lovelaceada_12345_902_helpers.py": b"1"}, "first.zip")
    second = given(course, {"lovelaceada_12345_911_toys-1.ipynb": GOOD, "lovelaceada_12345_912_helpers-1.py": b"2"}, "second.zip")
    collect(course, [second, first])
    assert laid(course) == ["ada/toys/helpers.py", "ada/toys/toys.ipynb"]
    assert (course.submitted / "ada" / "toys" / "helpers.py").read_bytes() == b"2"
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD
    assert origins(course)["ada"]["name"] == "lovelaceada_12345_911_toys-1.ipynb"


# The roster

TABLES = {
    "nbgrader": "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@x.org,7\n",
    "a mark, as a spreadsheet writes it": "\ufeffid,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@x.org,7\n",
    "semicolons": "Username;First name;Last name;E-mail;User ID\nada;Ada;Lovelace;ada@x.org;7\n",
    "tabs": "student id\tfull name\temail\tlms_user_id\nada\tAda Lovelace\tada@x.org\t7\n",
    "Canvas": "Student,ID,SIS User ID,SIS Login ID,Section,w (12)\n    Points Possible,,,,,2\n"
    '"Lovelace, Ada",7,ada,ada@x.org,S1,\n"Student, Test",99,,x,S1,\n',
    "Moodle": '"First name","Last name","ID number","Email address",Groups\nAda,Lovelace,ada,ada@x.org,\n',
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_tables_of_students_are_read(tmp_path, name, encoding):
    path = tmp_path / "roster.csv"
    path.write_text(TABLES[name], encoding=encoding)
    (person,) = read_roster(path)
    assert (person.id, person.first, person.last) == ("ada", "Ada", "Lovelace")
    assert person.email == "ada@x.org"
    assert person.lms_id == ("" if name == "Moodle" else "7")


def test_a_table_in_windows_encoding_and_a_column_of_ones_own(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("Matrikel;Vorname;Nachname\n17;Zoë;Müller\n", encoding="cp1252")
    assert read_roster(path, "matrikel") == [Person("17", "Zoë", "Müller")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "no column with students' ids"),
        ("id,first\nada,A\nada,B\n", "line 3: the id 'ada' is there twice"),
        ("id,first_name\n,Ada\n", "line 2: Ada  has no id"),
        ("\nid,first_name\n\nbob,Bob\n\n.x,Ada\n", "line 6: '.x' .* names another column"),
        ("id,first_name\nada," + "A" * 200_000, "line 2: not a table"),
    ],
)
def test_a_table_that_cannot_be_a_roster_is_told(tmp_path, text, message):
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(CannotGrade, match=message):
        read_roster(path)
    with pytest.raises(CannotGrade, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
    path.write_text("id\nada\n")
    with pytest.raises(CannotGrade, match="no column 'number'"):
        read_roster(path, "number")


UNFIT = ["2024/017", ".hid", "..", "-7", "a\\b", "a:b", "x" * 200, "é" * 100, "a\tb", "a*"]


@pytest.mark.parametrize("key", UNFIT)
def test_an_id_that_cannot_name_a_folder_is_refused_with_its_row(tmp_path, key):
    path = tmp_path / "roster.csv"
    path.write_text(f'id,first_name\nbob,Bob\n"{key}",Cy\n')
    with pytest.raises(CannotGrade) as refused:
        read_roster(path)
    assert str(refused.value).startswith(f"{path}, line 3: {key!r} (Cy) cannot be an id: ")


@pytest.mark.parametrize("key", UNFIT)
def test_the_same_ids_are_refused_by_collecting(course, key):
    """They may be in a gradebook already."""
    with course.gradebook() as gradebook:
        gradebook.add_student(key, first_name="Cy", last_name="Slash")
    done = collect(course, [given(course, {MOODLE_NAME.format("Cy Slash", 1): GOOD})])
    assert [line.done for line in done.lines] == ["not collected"]
    assert f"{key!r} cannot be a student's id" in done.lines[0].why
    assert laid(course) == []


@pytest.mark.parametrize("key", [key for key in UNFIT if not {"/", "\\"} & set(key)])
def test_the_same_ids_are_refused_without_a_roster(without_roster, key):
    done = collect(without_roster, [given(without_roster, {MOODLE_NAME.format(key, 1): GOOD})])
    assert [line.done for line in done.lines] == ["not collected"]
    assert laid(without_roster) == []


def test_ids_that_differ_in_case_are_refused_together(tmp_path, course):
    path = tmp_path / "roster.csv"
    path.write_text("id,first_name\nada,Ada\nADA,Ada2\n")
    with pytest.raises(CannotGrade, match="line 3: the ids 'ada' and 'ADA' name the same folder"):
        read_roster(path)
    with course.gradebook() as gradebook:
        with pytest.raises(CannotGrade, match="the ids 'ada', which is in the gradebook, and 'Ada' name the same folder"):
            enter(gradebook, [Person("new"), Person("Ada")])
        assert "new" not in {person.id for person in people_of(gradebook)}
        gradebook.add_student("ADA")
        assert enter(gradebook, [Person("ada", "Augusta"), Person("ADA", "Ada")]).changed == ["ada", "ADA"]


def test_entering_a_roster_adds_changes_and_removes_nobody(course):
    with course.gradebook() as gradebook:
        changed = enter(gradebook, [Person("ada", "Augusta", "", ""), Person("new", "Ne", "W"), PEOPLE[1]])
        assert (changed.added, changed.changed, changed.same) == (["new"], ["ada"], 1)
        assert changed.missing == ["o'neil", "sam1", "sam2"]
        people = {person.id: person for person in people_of(gradebook)}
    assert people["ada"] == Person("ada", "Augusta", "Lovelace", "ada@example.org", "12345")
    assert set(people) == {"ada", "4711", "o'neil", "sam1", "sam2", "new"}


def test_a_person_is_found_by_id_before_name():
    roster = Roster([Person("smith", "Ann", "Jones"), Person("x", "", "Smith")])
    assert [person.id for person in roster.find("smith")] == ["smith"]
    assert roster.find("") == roster.numbered("") == []
    assert [person.id for person in roster.find("smith", name_first=True)] == ["x"]


def test_a_zip_of_windows_with_its_folders_is_read(course):
    names = ["toys\\", "toys\\data\\", "toys\\data\\a.csv", "toys\\toys.ipynb"]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo("entry")
            entry.filename = name
            archive.writestr(entry, GOOD if name.endswith("ipynb") else b"")
    download = course.root / "ada.zip"
    download.write_bytes(stream.getvalue())
    done = collect(course, [download])
    assert laid(course) == ["ada/toys/data/a.csv", "ada/toys/toys.ipynb"]
    assert {line.done for line in done.lines} == {"new"}


def test_a_files_name_writes_no_line_of_its_own_and_no_control_character(course):
    done = collect(course, [given(course, {"ada/\x1b[2Jred\nnew            sam1: toys.ipynb.py": b"x"}, "all.zip")])
    (line,) = [line for line in done.lines if line.done == "not collected"]
    assert line.text.isprintable()
    assert r"\x1b[2Jred\nnew" in line.text


def test_a_journal_that_cannot_be_written_is_told_after_all_is_laid(course):
    course.submitted.mkdir(exist_ok=True)
    (course.submitted / ".collected").write_text("a file where a folder should be")
    done = collect(course, [given(course, {"lovelaceada_12345_9_toys.ipynb": GOOD}, "all.zip")])
    assert (course.submitted / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD
    assert [line.found for line in done.lines if line.done == "not collected"] == ["submitted/.collected/toys.json"]


# The commands


def test_commands_from_roster_to_submitted(tmp_path, monkeypatch, capsys, gradebooks):
    shutil.copy(gradebooks / "empty.db", tmp_path / "gradebook.db")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'toys'\n")
    write(source_notebook(), tmp_path / "source" / "toys" / "toys.ipynb")
    (tmp_path / "roster.csv").write_text(TABLES["Canvas"])
    (tmp_path / "d.zip").write_bytes(packed({"lovelaceada_7_9_toys-1.ipynb": GOOD, "x_8_9_toys.ipynb": GOOD}))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["roster", "roster.csv"]) == 0
    assert "1 added" in capsys.readouterr().out
    assert cli.main(["roster"]) == 0
    assert capsys.readouterr().out.splitlines() == ["ada  Ada Lovelace  ada@x.org", "1 on the roster"]
    assert cli.main(["collect", "d.zip", "--dry-run"]) == 1
    assert "nothing is written" in capsys.readouterr().out
    assert cli.main(["collect", "d.zip"]) == 1
    out = capsys.readouterr().out
    assert "new            ada: toys.ipynb  (from d.zip → lovelaceada_7_9_toys-1.ipynb)" in out
    assert "1 students; 1 files new, 0 replaced, 0 unchanged, 0 not used, 1 not collected" in out
    assert (tmp_path / "submitted" / "ada" / "toys" / "toys.ipynb").read_bytes() == GOOD
    assert cli.main(["collect", "none.zip"]) == 2
    assert "none.zip is not there" in capsys.readouterr().err
