"""Faults put by hand where a mistake would change a grade, each tried against the fast tests.

    python tests/proctor/hand_faults.py             every fault; lists those that no test notices
    python tests/proctor/hand_faults.py --check     only that every fault can still be put in
    python tests/proctor/hand_faults.py --only grading/    only those in files whose name begins so

Each fault is put into a copy of proctor, in a process forked from one that has imported what all
need.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[1] / "lib" / "proctor"
TESTS = ("test_decisions.py", "test_grades_by_hand.py", "test_rebuild.py", "test_export.py")
SHARED = ("pytest", "numpy", "pandas", "matplotlib.figure", "nbformat", "nbconvert", "nbgrader.api", "nbgrader.apps")
LONGEST = 300
CAUGHT, MISSED = 0, 1


@dataclass(frozen=True)
class Fault:
    """In ``file`` of proctor, the text ``right`` becomes ``wrong``."""

    file: str
    right: str
    wrong: str


def _faults(file: str, *pairs: tuple[str, str]) -> list[Fault]:
    return [Fault(file, right, wrong) for right, wrong in pairs]


FAULTS = [
    *_faults(
        "course/gradebook.py",
        ('points.get(cell.name, None if cell.name in result.answered else 0.0)', 'points.get(cell.name, 0.0)'),
        ('points.get(cell.name, None if cell.name in result.answered else 0.0)', 'points.get(cell.name)'),
        ("grade.needs_manual_grade = grade.auto_score is None", "grade.needs_manual_grade = False"),
        ("bool(grade.needs_manual_grade) or cell.name in changed", "cell.name in changed"),
        ("bool(grade.needs_manual_grade) or cell.name in changed", "bool(grade.needs_manual_grade)"),
        ("bool(grade.needs_manual_grade) or cell.name in changed", "True"),
        ("if grade.manual_score is None:", "if True:"),
        ("verdict.name: verdict.points for verdict", "verdict.name: verdict.most for verdict"),
        ("max(min(cost, score), 0.0)", "max(cost, 0.0)"),
        ("max(min(cost, score), 0.0)", "min(cost, score)"),
        ("notebook.score, late) if late > 0 else None", "notebook.score, late) if late >= 0 else None"),
        ("late, student = submission.total_seconds_late,", "late, student = 0,"),
        ("        if notebook.late_submission_penalty != after:\n", "        if False:\n"),
        ("if cost is not None and math.isnan(cost):", "if False:"),
        ("submission.timestamp = moment(timestamp)", "moment(timestamp)"),
        ('None if cell.name in result.answered else "No response."', '"No response."'),
        ("known.get(cell) != answer", "known.get(cell) == answer"),
        ("known = before.answers if before else {}", "known = before.answers if before else notebook.answers"),
        ("        session.rollback()\n        raise\n\n\ndef moment", "        session.commit()\n        raise\n\n\ndef moment"),
        ("was_late or submission.total_seconds_late > 0", "submission.total_seconds_late > 0"),
        ("(notebook.name, grade.name): grade.auto_score", "(notebook.name, grade.name): grade.max_score"),
    ),
    *_faults(
        "course/saving.py",
        ("old.points != verdict.points", "old.points < verdict.points"),
        ("history=(*history, *found, *by_hand)", "history=(*found, *by_hand)"),
        ("patiently(lambda: save_grades(gradebook, record, previous, timestamp=timestamp, penalty=penalty), say)",
         "patiently(lambda: save_grades(gradebook, record, None, timestamp=timestamp, penalty=penalty), say)"),
        ("patiently(lambda: save_grades(gradebook, record, previous, timestamp=timestamp, penalty=penalty), say)",
         "patiently(lambda: save_grades(gradebook, record, previous, timestamp=timestamp), say)"),
        ("replace(before, failure=reason)", "replace(before, failure='')"),
        ("replace(before, failure=reason)", "replace(before, failure=reason, notebooks=())"),
        ("verdicts=verdicts, answers=answer_digests(notebook)", "answers=answer_digests(notebook)"),
        ("save_grades(gradebook, record, previous, timestamp=timestamp, penalty=penalty, notebooks=names)", "None"),
    ),
    *_faults(
        "course/status.py",
        ("    if record.failure:\n        return [record.failure]\n", ""),
        ("    if scores is None:\n", "    if False:\n"),
        ("found += reasons(result.inputs, inputs)", "pass"),
        ("scores.get((name, verdict.name)) != verdict.points", "scores.get((name, verdict.name)) is None"),
        ("is_file() and result.handed_in", "is_file() and False"),
        ("SUBMISSION: file.digest} for name", "SUBMISSION: ''} for name"),
        ("        elif unread:\n", "        elif False:\n"),
    ),
    *_faults(
        "course/inputs.py",
        ("for package in sorted({*settings.packages, *settings.test_packages})", "for package in sorted(settings.packages)"),
        ("for package in sorted({*settings.packages, *settings.test_packages})", "for package in sorted(settings.test_packages)"),
        ("old.get(name) != new.get(name)", "False"),
        ("+ content)", "+ content[:0])"),
        ('"settings": _text_digest(repr(sorted(limits.items())))', '"settings": ""'),
        ('if place.is_dir() else [place]:', 'if False else [place]:'),
    ),
    *_faults(
        "course/consistency.py",
        ("if source[kind, cell] != known[kind, cell]", "if False"),
        ("is not in the gradebook\" for kind, cell in new]", "is not in the gradebook\" for kind, cell in ()]"),
        ("for kind, cell in gone]", "for kind, cell in ()]"),
        ("for name in sorted(there - set(course.notebooks))]", "for name in ()]"),
        ("self.cells.append(f\"notebook {name} is not in the gradebook\")", "pass"),
    ),
    *_faults(
        "course/results.py",
        ("notebook.name != result.name]", "False]"),
        ("if verdict.name == cell), None)", "), None)"),
        ("tuple(sorted(graded.answered))", "()"),
    ),
    *_faults(
        "course/regrading.py",
        ("choice.names and not named(choice.names, notebook.name, name)", "choice.names and named(choice.names, notebook.name, name)"),
        ("old.points > verdict.points and choice.lets_nobody_lose", "old.points < verdict.points and choice.lets_nobody_lose"),
        ("return self.never_lower and not named(self.repointed, notebook, cell)", "return self.never_lower"),
        ("marks.get(cell, points.get(cell, grade.auto_score) or 0.0)", "(points.get(cell, grade.auto_score) or 0.0)"),
        ("+ (grade.extra_credit or 0.0)", ""),
        ("found += score - (cost or 0.0)", "found += score"),
        ("if penalty is not None and late > 0 else None", "if penalty is not None else None"),
        ("points.get(cell, grade.auto_score)", "grade.auto_score"),
        ("cell.max_score = wanted", "pass"),
        ("elif old is not None and old.points != verdict.points:", "elif old is not None and old.points < verdict.points:"),
        ("dict.fromkeys((*before.accept, code))", "dict.fromkeys((code,))"),
    ),
    *_faults(
        "course/kept.py",
        ("verdicts = [kept.get(verdict.name, verdict) for verdict in graded.verdicts]", "verdicts = list(graded.verdicts)"),
        ("            write(cell, found)\n", "            pass\n"),
        ("before.inputs.get(SUBMISSION) != now.inputs.get(SUBMISSION)", "False"),
        ("if how == AS_GRADED or old.points > verdict.points:", "if how == AS_GRADED:"),
    ),
    *_faults(
        "course/records.py",
        ("by_reader = grade.manual_score if grade.manual_score is not None else grade.auto_score", "by_reader = grade.auto_score"),
        ("part.waiting = bool(grade.needs_manual_grade)", "part.waiting = False"),
        ("part.extra = grade.extra_credit or 0.0", "part.extra = 0.0"),
        ("saved.late_submission_penalty or 0.0 if saved else 0.0", "0.0"),
    ),
    *_faults(
        "grading/answers.py",
        ("        if utils.is_solution(cell) or utils.is_task(cell):\n", "        if False:\n"),
        ("            blocks[-1].append(cell.source)\n", "            pass\n"),
    ),
    *_faults(
        "grading/submission.py",
        ("if most <= len(cells) / 2:", "if most <= 0:"),
        ('own = "unreadable" if self.content is None else', 'own = "unreadable" if self.content is None else "x" or'),
    ),
    *_faults(
        "grading/verdict.py",
        ("min(max(points, 0.0), most)", "max(points, 0.0)"),
        ("min(max(points, 0.0), most)", "min(points, most)"),
        ("if kind is bool or not", "if not"),
        ("if math.isfinite(points) else 0.0", ""),
        ("if verdict.points >= verdict.most:", "if verdict.points > 0:"),
        ("repr(verdict.points)", "repr(verdict.most)"),
    ),
    *_faults(
        "grading/notebook.py",
        ("utils.is_grade(cell) and not utils.is_solution(cell)", "utils.is_grade(cell)"),
        ("            self.lost = None\n", ""),
        ("return self.elapsed >= self.settings.notebook_timeout", "return False"),
        ('grade_id(cell) or "", 0.0, most, "lost"', 'grade_id(cell) or "", most, most, "lost"'),
        ("        self.done.append(cell.source)\n", ""),
        ("        self.verdicts.append(verdict)\n        if self.kernel.lost:", "        if self.kernel.lost:"),
        ("verdict = found if found.points > verdict.points else verdict", "verdict = found"),
        ("if decided.full:", "if False:"),
        ("any(verdict.points < verdict.most for", "any(verdict.points > verdict.most for"),
        ("self.trusted.expect(bound_names(solution))", "pass"),
        ('.get("role") != ADDED', '.get("role") == ADDED'),
    ),
    *_faults(
        "grading/test_cell.py",
        ('return verdict(most, "passed")', 'return verdict(0, "passed")'),
        ("return verdict(0, *describe_failure(error))", "return verdict(most, *describe_failure(error))"),
        ('return verdict(0, "lost", f"While', 'return verdict(most, "lost", f"While'),
        ("self._seed_random_numbers()", "pass"),
        ("self.put_back(self.link.changed)", "pass"),
        ("        if name in self.students:\n            return True\n        if name in self.instructors",
         "        if name in self.instructors"),
        ("        self.students -= binds\n        self.instructors |= binds\n", ""),
        ("            self.instructors.discard(name)\n            self.namespace.pop(name, None)\n", ""),
    ),
    *_faults(
        "batch/pool.py",
        ("if isinstance(found, Graded) and found.starved:", "if False:"),
        ("yield job, second if isinstance(second, Graded) else first", "yield job, first"),
        ("                found = _lost(part)\n", "                found = str(part)\n"),
        ("        if isinstance(part, str):\n            return part\n", ""),
        ("                self._by_notebook(job)\n", ""),
        ("for job, result in self.finished():", "for job, result in ():"),
    ),
    *_faults(
        "batch/schedule.py",
        ("if not why and not force:", "if not force:"),
        ("if not why and not force:", "if not why:"),
        ("adjustments=decided,", ""),
        ("[one for one in wanted if one not in misplaced] if wanted else there:", "there:"),
    ),
    *_faults(
        "grading/rebuild.py",
        ("if utils.is_locked(target) or utils.is_task(target):", "if utils.is_task(target):"),
        ("    target.source = cell[\"source\"]\n", "    pass\n"),
        ("            _add(after, found.before(position), cell)\n", "            pass\n"),
        ("        if _lay_in(target, cell):\n            found.changed.add(place)\n", "        _lay_in(target, cell)\n"),
        ("notebook, resources = ClearSolutions(config=config).preprocess(notebook, resources)", "pass"),
        ("notebook, resources = ClearMarkScheme(config=config).preprocess(notebook, resources)", "pass"),
        ("    if content is None or", "    if content is not None and"),
    ),
    *_faults(
        "grading/adjustments.py",
        ("return Adjustment(bool(found.get(\"full\")),", "return Adjustment(False,"),
        ("tuple(map(str, found.get(\"accept\", ())))", "()"),
    ),
    *_faults(
        "reports/export.py",
        ("return _number(record.points) if record.state == GRADED and record.sheets else \"\"", "return _number(record.most)"),
        ("return _number(record.points) if record.state == GRADED and record.sheets else \"\"", "return _number(record.points)"),
        ('row[place] = "" if record.waiting or record.again else row[place]', "pass"),
    ),
]


def stale(fault: Fault) -> str:
    """Why a fault cannot be put in; empty when it can."""
    count = (LIBRARY / fault.file).read_text(encoding="utf-8").count(fault.right)
    return "" if count == 1 else f"{fault.file} has {count} times {fault.right!r}"


def put_in(fault: Fault, folder: Path) -> None:
    """A copy of proctor with a fault.

    Raises ValueError when the right text is not there just once.
    """
    shutil.copytree(LIBRARY, folder / "proctor")
    path = folder / "proctor" / fault.file
    text = path.read_text(encoding="utf-8")
    if problem := stale(fault):
        raise ValueError(problem)
    path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")


def tried(fault: Fault | None) -> int:
    """Exit code of the fast tests with a fault; None for none."""
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        if fault is None:
            shutil.copytree(LIBRARY, Path(folder) / "proctor")
        else:
            put_in(fault, Path(folder))
        child = os.fork()
        if child == 0:
            _test(Path(folder))
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)


def _test(folder: Path) -> None:
    import pytest

    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    quiet = ["-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    options = ["-x", "-q", *quiet, f"--timeout={LONGEST}", f"--basetemp={folder / 'tests'}"]
    code = pytest.main([*options, *(str(HERE / name) for name in TESTS)])
    os._exit(int(code))


def main() -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only see that every fault can be put in")
    parser.add_argument("--only", default="", metavar="FILE", help="faults in files of proctor whose name begins so")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    if problems := [problem for fault in FAULTS if (problem := stale(fault))]:
        print("these faults cannot be put in any more:", *problems, sep="\n")
        return 1
    if arguments.check:
        print(f"{len(FAULTS)} faults can be put in")
        return 0
    for name in SHARED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOY_GRADEBOOK"] = str(Path(folder) / "gradebook.db")
        if tried(None) != 0:
            print("the tests fail without any fault")
            return 1
        return report([fault for fault in FAULTS if fault.file.startswith(arguments.only)], arguments.workers)


def report(faults: list[Fault], workers: int) -> int:
    """Try every fault and tell; 1 when fewer than 95 of 100 are caught."""
    survivors = []
    with ThreadPoolExecutor(workers) as pool:
        for number, (fault, code) in enumerate(zip(faults, pool.map(tried, faults), strict=True), start=1):
            if code == 0:
                survivors.append(fault)
            print(f"{number:>3} {'SURVIVES' if code == 0 else 'caught'}  {fault.file}: {fault.wrong.strip()[:90]!r}", flush=True)
    caught = len(faults) - len(survivors)
    print(f"{caught} of {len(faults)} faults caught ({100 * caught / len(faults):.1f} %)")
    for fault in survivors:
        print(f"survives: {fault.file}: {fault.right.strip()!r} -> {fault.wrong.strip()!r}")
    return 0 if caught >= 0.95 * len(faults) else 1


if __name__ == "__main__":
    sys.exit(main())
