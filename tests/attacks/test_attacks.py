"""Hostile submissions gain nothing.

No point, no secret, no other submission touched, and the batch is completed. `make attacks` gives
plain nbgrader those that may be run unconfined, to show which work there, and prints the table.
"""

import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.attacks import hostile
from tests.attacks.hostile import BYSTANDERS, MEMORY, MOST, PROCTOR, Attack

pytestmark = pytest.mark.attack
ALL = [attack for attack in hostile.attacks() if attack.name in os.environ.get("ATTACK", attack.name).split()]
SLOW = {"many_cells", "slow_to_show", "slow_to_search"}
CHEAP = [attack for attack in ALL if attack.kind not in {"exhaust", "outlive"} and attack.name not in SLOW]
GRADE = [sys.executable, "-m", "proctor", "grade", "toys", "--workers", "2", *os.environ.get("GRADE_OPTIONS", "").split()]
PAGES = ("feedback", "report")
NOT_RUN = "not run: destructive"
ROW = "{:<26}{:<50}{:<40}{}"


def graded(folder: Path, handed_in: list[Attack]) -> dict[str, list[str]]:
    """Grade a class of attacks with proctor.

    What each achieved, and under "all" what cannot be laid at one door.
    """
    course = folder / "course"
    listeners = hostile.Listeners(folder)
    before = hostile.processes()
    with hostile.instructors(folder):
        hostile.make_course(course, PROCTOR)
        for attack in handed_in:
            hostile.hand_in(course, attack, listeners.names())
        kept = hostile.submitted(course)
        code, memory = hostile.run(course, GRADE, 60 + 30 * len(handed_in))
        together = [] if code == 0 else [f"the batch ended with {code}: {(course / 'log.txt').read_text()[-500:]}"]
        for page in PAGES:
            code, used = hostile.run(course, [sys.executable, "-m", "proctor", page, "toys"], 180)
            memory = max(memory, used)
            together += [] if code == 0 else [f"{page} ended with {code}: {(course / 'log.txt').read_text()[-500:]}"]
    time.sleep(1.0)
    found = {attack.name: hostile.gained(course, attack) for attack in handed_in}
    together += [f"left {path}" for path in hostile.canaries(course)] + [f"reached {name}" for name in listeners.heard]
    together += hostile.harmed(course, kept)
    together += [f"still runs: {line}" for number, line in hostile.processes().items() if number not in before and str(course) in line]
    together += [f"the grader took {memory} MB"] if memory > MEMORY else []
    listeners.close()
    subprocess.run(["rm", "-rf", course / "submitted"], check=True)  # some folders are too deep for others to remove
    return {**found, "all": together}


def template(folder: Path) -> Path:
    """A course in which plain nbgrader graded one honest student and one who left all blank."""
    course = folder / "template" / "course"
    hostile.make_course(course)
    hostile.hand_in(course, Attack("blank", "", "", True), {})
    for student in ("honest", "blank"):
        hostile.nbgrader(course, "autograde", "toys", "--student", student)
    hostile.nbgrader(course, "generate_feedback", "toys", "--student", "blank")
    return course


def under_nbgrader(made: Path, folder: Path, attack: Attack, always: frozenset[str]) -> list[str]:
    """What one attack achieves against plain nbgrader, in a copy of a course."""
    if not attack.unconfined:
        return [NOT_RUN]
    course = folder / attack.name / "course"
    shutil.copytree(made, course)
    listeners = hostile.Listeners(course.parent)
    with hostile.instructors(course.parent):
        hostile.hand_in(course, attack, listeners.names())
        before = hostile.submitted(course)
        code = hostile.nbgrader(course, "autograde", "toys", limit=45)
        hostile.nbgrader(course, "generate_feedback", "toys", "--student", attack.name, limit=45)
    done = hostile.gained(course, attack, always) + [f"left {Path(path).name}" for path in hostile.canaries(course)]
    done += [f"reached {name}" for name in listeners.heard] + hostile.harmed(course, before)
    done += ["the grader hangs"] if code is None else []
    listeners.close()
    subprocess.run(["rm", "-rf", course.parent], check=True)
    return list(dict.fromkeys(done))


def table(plain: dict[str, list[str]], found: dict[str, list[str]], always: frozenset[str]) -> str:
    """What is printed: a line or more an attack, and the counts."""
    lines = [ROW.format("attack", "the damage it tries", "plain nbgrader", "proctor")]
    for attack in ALL:
        cells = [
            textwrap.wrap(text, width) or [""]
            for text, width in (
                (attack.name, 25), (attack.damage, 48), ("; ".join(plain[attack.name]) or "nothing", 38),
                ("; ".join(found[attack.name]) or "nothing", 60),
            )
        ]
        for row in range(max(map(len, cells))):
            lines.append(ROW.format(*(cell[row] if row < len(cell) else "" for cell in cells)).rstrip())
    destructive = sum(plain[attack.name] == [NOT_RUN] for attack in ALL)
    succeed = sum(bool(plain[attack.name]) for attack in ALL) - destructive
    lines += [
        "",
        f"A hostile submission has earned 0 of {MOST} points; an honest one beside it should get {MOST}.",
        f"{len(ALL)} hostile submissions ({', '.join(f'{count} {kind}' for kind, count in Counter(a.kind for a in ALL).items())}).",
        f"With plain nbgrader {succeed} of the {len(ALL) - destructive} tried there succeed; {destructive} were not run there "
        "because they are destructive.",
        f"With proctor {sum(bool(found[attack.name]) for attack in ALL)} succeed; "
        f"to the class as a whole: {'; '.join(found['all']) or 'nothing'}.",
        f"Not counted: plain nbgrader's feedback shows everyone {' and '.join(hostile.NAMES[secret] for secret in sorted(always))}."
        if always else "",
    ]
    return "\n".join(lines)


def test_the_corpus_is_as_large_and_as_wide_as_promised():
    every = hostile.attacks()
    assert len(every) >= 40
    assert {attack.kind for attack in every} == set(hostile.KINDS)
    assert len({attack.name for attack in every}) == len(every)


@pytest.mark.timeout(900)
def test_cheap_attacks_gain_nothing(tmp_path):
    found = graded(tmp_path, CHEAP)
    assert {name: done for name, done in found.items() if done} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_attacks_gain_nothing(tmp_path, capsys):
    (tmp_path / "proctor").mkdir()
    found = graded(tmp_path / "proctor", ALL)
    made = template(tmp_path)
    always = frozenset(hostile.told(made, "blank"))
    assert [hostile.scores(made, name) for name in ("blank", *BYSTANDERS)] == [0, MOST, None]
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda attack: under_nbgrader(made, tmp_path, attack, always), ALL)
        plain = {attack.name: done for attack, done in zip(ALL, results, strict=True)}
    with capsys.disabled():
        print("\n" + table(plain, found, always))
    assert {name: done for name, done in found.items() if done} == {}
