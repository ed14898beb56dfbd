"""Numbers for each student.

Hidden tests learn whose count from the id of the submission, and students never learn the secret.
"""

import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from proctor import variants
from proctor.cli import main
from proctor.course.inputs import common_inputs, reasons
from proctor.grading.grade import Job, grade
from proctor.grading.notebook import examine
from proctor.grading.rebuild import parse_handed, rebuild
from proctor.sandbox.confine import view_for
from proctor.sandbox.request import request
from proctor.settings import Proctor, Settings

from tests.proctor.making import graded, locked, solution, write
from tests.proctor.toy_class import command, course_at, place

SECRET = "correct horse battery staple"
QUICK = Settings(cell_timeout=5.0, notebook_timeout=40.0)
HIDDEN = """### BEGIN HIDDEN TESTS
from proctor.variants import keys

class Hint(AssertionError):
    student_message = True
    misconception = None
    fact = ""

if answer not in [len(key) for key in keys(STUDENT)]:
    wrong = Hint("not the length of your id")
    wrong.fact = f"the answer is {answer}"
    raise wrong
### END HIDDEN TESTS
assert answer is not None"""


def length_notebook(student: str = '""', answer: str = "### BEGIN SOLUTION\nanswer = len(STUDENT)\n### END SOLUTION"):
    """Asks for the length of the student's key; 0 is the standard."""
    test = graded("test_answer", HIDDEN, 2)
    test.metadata["tags"] = ["stub-may-pass"]
    return new_notebook(cells=[
        locked("preamble", "import math"),
        new_code_cell(f"STUDENT = {student}", id="student"),
        solution("answer", answer),
        test,
    ], metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}})


def job(tmp_path: Path, student: str, notebook, settings: Settings) -> Job:
    write(length_notebook(), tmp_path / "source" / "toys.ipynb")
    folder = tmp_path / "submitted" / student / "toys"
    write(notebook, folder / "toys.ipynb")
    return Job(student, "toys", tmp_path / "source", folder, settings)


def points(tmp_path: Path, server, student: str, notebook, **settings) -> float:
    found = grade(job(tmp_path, student, notebook, replace(QUICK, **settings)), server)
    return sum(verdict.points for one in found.notebooks for verdict in one.verdicts)


@pytest.mark.parametrize(("mode", "own", "standard", "anothers"), [("off", 0, 2, 0), ("offered", 2, 2, 0), ("required", 2, 0, 0)])
def test_whose_numbers_count(tmp_path, server, mode, own, standard, anothers):
    """The id decides; what is written into the notebook does not."""
    for written, answer, wanted in ((
        '"ada"', "answer = 3", own), ('""', "answer = 0", standard), ('"boris"', "answer = len(STUDENT)", anothers),
        ('"boris"', "answer = 3", own),
    ):
        assert points(tmp_path, server, "ada", length_notebook(written, answer), variants=mode) == wanted, (written, answer)


def test_with_a_secret_the_code_counts_and_the_id_does_not(tmp_path, server):
    assert points(tmp_path, server, "ada", length_notebook(answer="answer = 8"), variants="required", variant_secret=SECRET) == 2
    assert points(tmp_path, server, "ada", length_notebook(answer="answer = 3"), variants="required", variant_secret=SECRET) == 0
    code = variants.key_of("ada", SECRET)
    assert len(code) == 8 and set(code) <= set("0123456789abcdef")
    assert variants.keys_for("ada", "offered", SECRET) == (code, "")
    assert len({code, variants.key_of("ben", SECRET), variants.key_of("ada", "next term"), variants.key_of("ada")}) == 4
    with pytest.raises(ValueError, match="variants is 'on'; expected one of off, offered, required"):
        variants.keys_for("ada", "on")


def test_a_submission_without_the_cell_is_graded_as_ever(tmp_path, server):
    old = length_notebook(answer="answer = 0")
    del old.cells[1]
    assert points(tmp_path, server, "ada", old, variants="offered") == 2


def test_outside_grading_the_notebook_is_taken_at_its_word():
    assert variants.keys(" ada ") == ("ada", "")
    assert variants.keys("") == variants.keys(None) == ("", "")
    with variants.examining(("ben", "")):
        assert variants.keys("ada") == ("ben", "")
    assert variants.keys("ada") == ("ada", "")


def test_a_fact_reaches_the_result_whoever_grades(tmp_path, server):
    found = grade(job(tmp_path, "ada", length_notebook(answer="answer = 5"), replace(QUICK, variants="offered")), server)
    assert found.notebooks[0].evidence == ("the answer is 5",)
    assert found.notebooks[0].verdicts[0].fact == "the answer is 5"


def test_generating_and_trials_use_the_standard_numbers(server):
    notebook = length_notebook()
    handed = parse_handed(nbformat.writes(length_notebook(answer="answer = 0")).encode())
    examined = examine(rebuild(notebook, handed), replace(QUICK, variants="required"), server=server)
    assert [verdict.points for verdict in examined.verdicts] == [2]


def test_a_students_process_is_never_told_the_secret(tmp_path, server):
    settings = replace(QUICK, variants="required", variant_secret=SECRET)
    asked = request(view_for(settings, tmp_path), settings, {"ip": "x"}, None)
    assert SECRET.encode() not in asked
    assert json.loads(asked)["settings"]["variants"] == "off"
    assert SECRET not in repr(settings)
    spying = length_notebook(answer="""
import gc, os, sys
held = [o for o in gc.get_objects() if type(o).__name__ == "Settings"]
seen = [repr(o) + str(getattr(o, "variant_secret", "")) for o in held] + [str(dict(os.environ)), str(sys.argv)]
with open("/proc/self/environ", errors="replace") as file:
    seen.append(file.read())
print("looked into", len(seen))
print(*seen)
answer = 8
""")
    found = grade(job(tmp_path, "ada", spying, settings), server)
    assert "looked into" in found.notebooks[0].content
    assert SECRET not in found.notebooks[0].content
    assert variants.key_of("ada", SECRET) not in found.notebooks[0].content


def test_a_grade_is_stale_when_the_variants_change(tmp_path):
    before = common_inputs(tmp_path, QUICK)
    keyed = replace(QUICK, variant_secret=SECRET)
    for changed in (replace(QUICK, variants="offered"), replace(QUICK, variants="required"), keyed):
        assert reasons(before, common_inputs(tmp_path, changed)) == ["the settings changed"]
    one, two = (common_inputs(tmp_path, replace(QUICK, variant_secret=secret)) for secret in (SECRET, "next term"))
    assert reasons(one, two) == ["the settings changed"]
    assert SECRET not in str(one)


def test_codes_are_listed_for_the_roster(root):
    command(root, "nbgrader", "db", "student", "add", "ada")
    assert "ada\tada" in command(root, "proctor", "codes").stdout.splitlines()
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Proctor.variant_secret = {SECRET!r}\n")
    shown = command(root, "proctor", "codes").stdout
    assert f"ada\t{variants.key_of('ada', SECRET)}" in shown.splitlines()
    assert SECRET not in shown
    assert command(root, "proctor", "codes", "--student", "nobody").stdout == f"nobody\t{variants.key_of('nobody', SECRET)}\n"


def test_settings_are_listed_with_their_values_and_no_secret(tmp_path, monkeypatch, capsys):
    config = f"c = get_config()\nc.Proctor.variant_secret = {SECRET!r}\nc.Proctor.cell_timeout = 12.5\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    monkeypatch.chdir(tmp_path)
    assert main(["settings"]) == 0
    said = capsys.readouterr().out
    for name in Proctor.class_traits(config=True):
        assert f"--Proctor.{name}=" in said
    assert "Current: 12.5" in said
    assert "lesson_address" in said
    assert "one is set" in said
    assert SECRET not in said


@pytest.mark.parametrize("grader", [
    ("proctor", "grade", "toys", "--workers", "1"), pytest.param(("nbgrader", "autograde", "toys"), marks=pytest.mark.long)
])
def test_both_commands_grade_by_the_id_and_write_no_secret(tmp_path, grader):
    root = tmp_path / "toys"
    write(length_notebook(), root / "source" / "toys" / "toys.ipynb")
    for student, answer in (("ada", 3), ("ben", 0), ("cleo", 3)):
        write(length_notebook('"ada"', f"answer = {answer}"), root / "submitted" / student / "toys" / "toys.ipynb")
    place(root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Proctor.variants = 'offered'\n")
    command(root, "nbgrader", "generate_assignment", "toys", "--create")
    command(root, *grader)
    with course_at(root).gradebook() as gradebook:
        got = {one.student.id: one.score for one in gradebook.find_assignment("toys").submissions}
    assert got == {"ada": 2, "ben": 2, "cleo": 0}
    told = json.loads((root / "autograded" / ".proctor" / "toys" / "cleo.json").read_text())
    assert told["notebooks"][0]["evidence"] == ["the answer is 3"]
    command(root, "proctor", "report", "toys")
    page = (root / "report" / "toys.html").read_text()
    assert "Facts about submissions" in page and "the answer is 3" in page
