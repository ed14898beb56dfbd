"""Right variants and wrong ideas handed in as notebooks and graded for real.

The points and the wrong idea's name arrive. Student k of the wrong class has wrong idea k in every
exercise; student k of the right class has variant k. The answers are taken from the answer key
itself, which in this course folder (and in no other) students' kernels may import.
"""

import io
import os
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from answer_key import exercises
from answer_key.comprehension import questions
from answer_key.exercise import Exercise
from answer_key.value import Value
from phase6.variants import number_of
from proctor.batch.progress import Progress
from proctor.batch.schedule import run
from proctor.course.folders import Course
from proctor.course.results import results
from proctor.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from make_release import ASSIGNMENT  # noqa: E402
from sample_class import Student  # noqa: E402

KNOWN = exercises()
CODED = {name: item for name, item in KNOWN.items() if isinstance(item, Exercise)}
VALUES = {name: item for name, item in KNOWN.items() if not isinstance(item, Exercise)}
SETTINGS = Settings(
    packages=("phase6", "answer_key"), preload=("numpy", "pandas", "matplotlib.pyplot", "answer_key"), variants="offered"
)
SLIPPED = {
    "risk_sweep": ("lambda found: found.assign(final_equity=found.final_equity / 1000)", "a thousand times too small"),
    "conviction_size": ("lambda found: np.asarray(found) * 1000", "a thousand times too large"),
    "levels_experiment": ("lambda found: found.assign(total_return=-found.total_return)", "sign turned round"),
}
"""Slips that no list has: what is done to the right result, and the name by which it is told."""


def own(number: int) -> dict[str, Value]:
    """Values for the numbers of student ``number`` of the wrong class.

    Every other one works with the standard numbers.
    """
    return questions(number_of(f"wrong{number:02d}") if number % 2 else 0)


def wrong(number: int) -> dict[str, str]:
    """Answers with wrong idea ``number`` of every exercise, modulo how many there are."""
    mine = own(number)
    answers = {name: taken(name, "misconceptions", number % len(item.misconceptions), ".wrong") for name, item in CODED.items()}
    return answers | values({name: mine[name].misconceptions[number % len(mine[name].misconceptions)].value for name in VALUES})


def right(number: int) -> dict[str, str]:
    """Answers that hold right variant ``number`` of every exercise."""
    answers = {name: taken(name, "variants", number % len(item.variants), "") for name, item in CODED.items()}
    return answers | values({name: item.variants[number % len(item.variants)] if item.variants else item.answer
                             for name, item in VALUES.items()})


def slipped() -> dict[str, str]:
    """Right answers with a slip in what they return."""
    made = "import numpy as np\nfrom answer_key import exercises\n"
    return right(0) | {
        name: made + f"change = {code}\ndef {name}(*args, **kwargs):\n    "
        f"return change(exercises()[{name!r}].reference(*args, **kwargs))"
        for name, (code, _) in SLIPPED.items()
    }


def taken(name: str, kind: str, place: int, attribute: str) -> str:
    return f"from answer_key import exercises\n{name} = exercises()[{name!r}].{kind}[{place}]{attribute}"


def values(chosen: dict) -> dict[str, str]:
    """The cells of the comprehension questions."""
    cells: dict[str, str] = {}
    for name, value in chosen.items():
        question = name.split("_")[0]
        shown = repr(set(value) if isinstance(value, frozenset) else value)
        cells[question] = cells.get(question, "import numpy as np\n") + f"{name} = {shown}\n"
    return cells


def graded(folder: Path) -> dict[str, dict[str, list[dict]]]:
    """Verdicts by student and exercise, of a class that handed in."""
    submitted, autograded, feedback, report = (folder / name for name in ("submitted", "autograded", "feedback", "report"))
    address = f"sqlite:///{folder / 'gradebook.db'}"
    source = folder / "source" / ASSIGNMENT
    course = Course(source, submitted, autograded, feedback, report, address, "pyramiding-and-scaling", ASSIGNMENT)
    outcome = run(course, SETTINGS, workers=min(2, os.cpu_count() or 1), progress=Progress(0, stream=io.StringIO()))
    assert not outcome.failed
    found: dict[str, dict[str, list[dict]]] = {}
    for record in results(course):
        for notebook in record.notebooks:
            for verdict in notebook.verdicts:
                name = max((item for item in KNOWN if verdict.name.startswith(f"test_{item}")), key=len)
                found.setdefault(record.student, {}).setdefault(name, []).append(asdict(verdict))
    return found


def judge(found: dict[str, dict[str, list[dict]]], count: int) -> None:
    """Every wrong idea loses points; nine of ten are named."""
    named = total = 0
    unnamed = []
    for number in range(count):
        verdicts = found[f"wrong{number:02d}"]
        assert set(verdicts) == set(KNOWN)
        for name, item in KNOWN.items():
            idea = item.misconceptions[number % len(item.misconceptions)].name
            assert any(verdict["points"] < verdict["most"] for verdict in verdicts[name]), f"{name}: {idea} got every point"
            total += 1
            hit = any(verdict["misconception"] == idea for verdict in verdicts[name])
            named += hit
            unnamed += [] if hit else [f"{name}: {idea}"]
    assert named >= 0.9 * total, unnamed


@pytest.mark.long
@pytest.mark.timeout(600)
def test_right_and_wrong_answers_as_notebooks(course_with, tmp_path):
    students = (
        *(Student(f"right{number:02d}", "right", right(number)) for number in range(2)),
        *(Student(f"wrong{number:02d}", "wrong", wrong(number)) for number in range(2)),
        Student("slipped", "right but for slips", slipped()),
    )
    found = graded(course_with(tmp_path / "course", students))
    for student in ("right00", "right01"):
        lost = [(v["name"], v["message"]) for verdicts in found[student].values() for v in verdicts if v["points"] < v["most"]]
        assert lost == []
    for name, (_, slip) in SLIPPED.items():
        assert slip in {verdict["misconception"] for verdict in found["slipped"][name]}, name
    judge(found, 2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_wrong_idea_as_a_notebook(course_with, tmp_path):
    count = max(len(item.misconceptions) for item in KNOWN.values())
    students = tuple(Student(f"wrong{number:02d}", "wrong", wrong(number)) for number in range(count))
    judge(graded(course_with(tmp_path / "course", students)), count)
