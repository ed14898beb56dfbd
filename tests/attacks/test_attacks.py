"""Hostile submissions gain nothing: no point, no secret, no other submission touched, and the batch is completed.

`make attacks` gives plain nbgrader those that may be run unconfined, to show which work there, and prints the table.
"""

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hostile
import pytest
from hostile import BYSTANDERS, PROCTOR, Attack

pytestmark = pytest.mark.attack
ALL = hostile.attacks()
CHEAP = [attack for attack in ALL if attack.kind not in {"exhaust", "outlive"} and attack.name != "many_cells"]
GRADE = [sys.executable, "-m", "proctor", "grade", "toys", "--workers", "2", *os.environ.get("GRADE_OPTIONS", "").split()]
FEEDBACK = [sys.executable, "-m", "proctor", "feedback", "toys"]


def graded(folder: Path, handed_in: list[Attack]) -> dict[str, list[str]]:
    """Grade a class of attacks with proctor; what each achieved, and under "all" what cannot be laid at one door."""
    course = folder / "course"
    listeners = hostile.Listeners(folder)
    before = hostile.processes()
    with hostile.instructors(folder):
        hostile.make_course(course, handed_in, listeners.names(), PROCTOR)
        kept = {path: path.read_bytes() for name in BYSTANDERS for path in (course / "submitted" / name).rglob("*.ipynb")}
        code = hostile.run(course, GRADE, 60 + 30 * len(handed_in))
        hostile.run(course, FEEDBACK, 120)
    time.sleep(1.0)
    found = {attack.name: hostile.gained(course, attack) for attack in handed_in}
    together = [f"left {path}" for path in hostile.canaries(course)] + [f"reached {name}" for name in listeners.heard]
    together += [f"changed {path}" for path, content in kept.items() if not path.is_file() or path.read_bytes() != content]
    together += [f"{name} has {hostile.scores(course, name)} points" for name in BYSTANDERS if hostile.scores(course, name) != 6]
    together += [f"still runs: {line}" for number, line in hostile.processes().items() if number not in before and str(course) in line]
    if code != 0:
        together.append(f"the batch ended with {code}: {(course / 'log.txt').read_text()[-500:]}")
    listeners.close()
    return {**found, "all": together}


def under_nbgrader(folder: Path, attack: Attack) -> list[str]:
    """What one attack achieves against plain nbgrader, in a course of its own."""
    if not attack.unconfined:
        return ["not run unconfined"]
    (folder / attack.name).mkdir()
    course = folder / attack.name / "course"
    listeners = hostile.Listeners(folder / attack.name)
    (folder / attack.name / "instructors").mkdir()
    (folder / attack.name / "instructors" / "instructors_only.py").write_text("SECRET = 'CANARY-key'\n")
    hostile.make_course(course, [attack], listeners.names(), "")
    hostile.nbgrader(course, "autograde", "toys", limit=90)
    hostile.nbgrader(course, "generate_feedback", "toys", limit=60)
    done = hostile.gained(course, attack) + [f"left {Path(path).name}" for path in hostile.canaries(course)]
    done += [f"reached {name}" for name in listeners.heard]
    done += [f"{name} has {hostile.scores(course, name)} points" for name in BYSTANDERS if hostile.scores(course, name) != 6]
    listeners.close()
    shutil.rmtree(folder / attack.name, ignore_errors=True)
    return list(dict.fromkeys(done))


def test_the_corpus_is_as_large_and_as_wide_as_promised():
    assert len(ALL) >= 40
    assert {attack.kind for attack in ALL} == {"forge", "read", "write", "poison", "exhaust", "outlive", "network", "file"}
    assert len({attack.name for attack in ALL}) == len(ALL)


@pytest.mark.timeout(900)
def test_cheap_attacks_gain_nothing(tmp_path):
    found = graded(tmp_path, CHEAP)
    assert {name: done for name, done in found.items() if done} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_attacks_gain_nothing(tmp_path, capsys):
    with ThreadPoolExecutor(2) as pool:
        plain = dict(zip([attack.name for attack in ALL], pool.map(lambda attack: under_nbgrader(tmp_path, attack), ALL), strict=True))
    (tmp_path / "proctor").mkdir()
    found = graded(tmp_path / "proctor", ALL)
    with capsys.disabled():
        print(f"\n{'attack':<28}{'what it tries':<64}{'plain nbgrader':<44}proctor")
        for attack in ALL:
            told = "; ".join(plain[attack.name]) or "nothing"
            print(f"{attack.name:<28}{attack.damage[:62]:<64}{told[:42]:<44}{'; '.join(found[attack.name]) or 'nothing'}")
        tried = [attack for attack in ALL if attack.unconfined]
        worked = sum(bool(plain[attack.name]) for attack in tried)
        print(f"\nplain nbgrader: {worked} of {len(tried)} tried there achieve something; "
              f"proctor: {sum(bool(found[attack.name]) for attack in ALL)} of {len(ALL)}")
        print("to the class as a whole:", "; ".join(found["all"]) or "nothing")
    assert {name: done for name, done in found.items() if done} == {}
