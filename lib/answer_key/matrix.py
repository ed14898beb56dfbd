"""Every right and every wrong answer that the key knows against its tests, on fresh data.

    python -m answer_key.matrix --seeds 30 [--exercise NAME] [--first-seed SEED] [--workers N]

Right answers are the reference and its variants; wrong ones are the misconceptions. The exit code
is 0 only if every right answer passes every part, every wrong one is rejected on every seed, at
least nine of ten rejections name the idea that was wrong, and a search for answers without the idea
(on the first seed) finds none that passes a part. Comprehension values draw nothing, so they are
tried once, for every student's numbers. "Named before" counts the wrong ideas that the visible
check names before handing in.
"""

import argparse
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from phase6.checks import _practice, _values
from phase6.variants import COUNT

from answer_key import exercises
from answer_key.comprehension import questions
from answer_key.degenerate import search
from answer_key.evaluation import evaluate
from answer_key.exercise import Exercise, Misconception, WrongAnswer
from answer_key.held_out import sets
from answer_key.value import Value, WrongValue

Item = Exercise | Value
HINTS_NEEDED = 0.9


@dataclass
class Row:
    """What was counted for one exercise, over seeds.

    Texts tell the reader what went wrong.
    """

    name: str
    right: int = 0
    right_passed: int = 0
    wrong: int = 0
    wrong_rejected: int = 0
    named: int = 0
    ideas: int = 0
    named_before: int = 0
    failures: list[str] = field(default_factory=list)
    """Right answers that were rejected, and tests that broke."""
    survivors: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    """Answers without the idea that pass a part."""
    unnamed: dict[str, str] = field(default_factory=dict)
    """Rejected wrong ideas whose message names none, or another one; by idea."""

    def add(self, other: "Row") -> None:
        """Count the results of another seed."""
        for count in ("right", "right_passed", "wrong", "wrong_rejected", "named", "ideas", "named_before"):
            setattr(self, count, getattr(self, count) + getattr(other, count))
        self.failures += other.failures
        self.survivors += other.survivors
        self.idle += other.idle
        self.unnamed |= other.unnamed

    @property
    def holds(self) -> bool:
        """Whether right answers pass and wrong ones do not."""
        return not self.failures and not self.survivors and not self.idle


def right_answers(item: Item) -> dict[str, Any]:
    """The reference or the answer itself, and every variant, by label."""
    model = item.reference if isinstance(item, Exercise) else item.answer
    return {"reference": model, **{f"variant {place}": variant for place, variant in enumerate(item.variants, 1)}}


def wrong_answer(idea: Misconception | WrongValue) -> Any:
    """What someone with the idea hands in."""
    return idea.wrong if isinstance(idea, Misconception) else idea.value


def verdicts(item: Item, answer: Any, seed: int) -> dict[str, WrongAnswer]:
    """The refusals by part, in the order of the parts."""
    said = {}
    for part in item.parts:
        try:
            item.examine(answer, part=part, seed=seed)
        except WrongAnswer as error:
            said[part] = error
    return said


def versions(item: Item) -> list[Item]:
    """The item for every student's numbers, the standard ones first.

    Only the item itself where students have no numbers of their own.
    """
    known = [questions(number).get(item.name, item) for number in range(COUNT + 1)]
    return [item, *(other for other in known[1:] if isinstance(other, Value) and not other.choices and other is not item)]


def named_before(item: Item) -> tuple[int, int]:
    """How many wrong ideas the visible check names, and of how many.

    Checks say nothing about choices and counts.
    """
    if isinstance(item, Value):
        found = [_values.wrong_idea(item.name, float(idea.value)) for idea in item.misconceptions if not item.choices]
        return sum(map(bool, found)), len(found)
    names = 0
    for idea in item.misconceptions:
        named = _practice.Compared(item.name, idea.wrong).told.values()
        names += any(found is not None and found[0] == idea.name for found in named)
    return names, len(item.misconceptions)


def tried(item: Item, seed: int, *, degenerate: bool = False) -> Row:
    """One exercise on one seed, a value for every student's numbers.

    With ``degenerate`` also what one seed is enough for: the search for answers that pass a part
    without the idea, and the count of ideas that checks name.
    """
    row = Row(item.name)
    for version in versions(item):
        row.add(_tried_once(version, seed, degenerate=degenerate and version is item))
    return row


def _tried_once(item: Item, seed: int, *, degenerate: bool) -> Row:
    row = Row(item.name)
    if degenerate and item.name in known_to_checks():
        row.named_before, row.ideas = named_before(item)
    if degenerate:
        try:
            row.idle = [f"{found}, seed {seed}" for found in search(item, seed)]
        except Exception as error:
            row.failures.append(f"the search for answers without the idea, seed {seed}: {type(error).__name__}: {error}")
    for label, answer in right_answers(item).items():
        row.right += 1
        try:
            said = verdicts(item, answer, seed)
        except Exception as error:
            row.failures.append(f"{label}, seed {seed}: the test broke: {type(error).__name__}: {error}")
            continue
        row.right_passed += not said
        row.failures += [f"{label}, seed {seed}, {part}: {error}" for part, error in said.items()]
    for idea in item.misconceptions:
        row.wrong += 1
        try:
            said = verdicts(item, wrong_answer(idea), seed)
        except Exception as error:
            row.failures.append(f"{idea.name}, seed {seed}: the test broke: {type(error).__name__}: {error}")
            continue
        expected = idea.parts if isinstance(idea, Misconception) else ()
        passed = [part for part in expected if part not in said]
        if not said or passed:
            row.survivors.append(f"{idea.name}, seed {seed}" + (f": passes {', '.join(passed)}" if passed else ""))
            continue
        row.wrong_rejected += 1
        names = [error.misconception for error in said.values()]
        row.named += idea.name in names
        if idea.name not in names:
            row.unnamed[idea.name] = next((name for name in names if name), "no idea")
    return row


def _tried_by_name(job: tuple[str, int, bool]) -> Row:
    name, seed, degenerate = job
    return tried(exercises()[name], seed, degenerate=degenerate)


def known_to_checks() -> set[str]:
    """Names of what the table of practice cases is about."""
    table = _practice.table()
    return {*table["exercises"], *table["values"]}


def jobs_for(items: Mapping[str, Item], seeds: Sequence[int]) -> list[tuple[str, int, bool]]:
    """Names and seeds to be tried, seed by seed, each with whether to search.

    Degenerate answers are searched for on the first seed only.
    """
    return [
        (name, seed, place == 0)
        for place, seed in enumerate(seeds)
        for name, item in items.items()
        if place == 0 or isinstance(item, Exercise)
    ]


def run(items: Mapping[str, Item], seeds: Sequence[int], *, progress: Callable[[int, int], None] | None = None) -> list[Row]:
    """All items on all seeds, one after the other, here."""
    jobs = jobs_for(items, seeds)
    return _collected(items, (tried(items[name], seed, degenerate=first) for name, seed, first in jobs), len(jobs), progress)


def run_in_parallel(
    names: Sequence[str], seeds: Sequence[int], workers: int, *, progress: Callable[[int, int], None] | None = None
) -> list[Row]:
    """The course's exercises of these names on all seeds, in several processes."""
    known = exercises()
    jobs = jobs_for({name: known[name] for name in names}, seeds)
    with ProcessPoolExecutor(workers) as pool:
        return _collected(names, pool.map(_tried_by_name, jobs), len(jobs), progress)


def _collected(names: Iterable[str], rows: Iterator[Row], jobs: int, progress: Callable[[int, int], None] | None) -> list[Row]:
    found = {name: Row(name) for name in names}
    for done, row in enumerate(rows, 1):
        found[row.name].add(row)
        if progress is not None:
            progress(done, jobs)
    return list(found.values())


def total(rows: Iterable[Row]) -> Row:
    """All rows in one."""
    whole = Row("all")
    for row in rows:
        whole.add(row)
    return whole


def holds(rows: Sequence[Row]) -> bool:
    """Whether the goal is met: right 100 %, wrong 0 %, and enough of the hints name the idea."""
    whole = total(rows)
    return whole.right > 0 and whole.holds and whole.named >= HINTS_NEEDED * whole.wrong_rejected


def table(rows: Sequence[Row]) -> str:
    """Counts by exercise, all that went wrong, and the ideas that messages do not name."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'exercise':<{width}}  {'right passed':>14}  {'wrong rejected':>14}  {'idea named':>14}  {'named before':>14}"]
    for row in [*rows, total(rows)]:
        rejected = ((row.wrong_rejected, row.wrong), (row.named, row.wrong_rejected))
        counts = ((row.right_passed, row.right), *rejected, (row.named_before, row.ideas))
        cells = (f"{f'{part}/{whole}':>14}" for part, whole in counts)
        lines.append(f"{row.name:<{width}}  " + "  ".join(cells) + ("" if row.holds else "  ✗"))
    for row in rows:
        lines += [f"✗ {row.name}, a right answer fails: {text}" for text in row.failures]
        lines += [f"✗ {row.name}, a wrong answer passes: {text}" for text in row.survivors]
        lines += [f"✗ {row.name}, an answer without the idea passes: {text}" for text in row.idle]
        lines += [f"· {row.name}: “{idea}” is rejected, and the message names {other}" for idea, other in row.unnamed.items()]
    whole = total(rows)
    share = whole.named / whole.wrong_rejected if whole.wrong_rejected else 0.0
    verdict = "holds" if holds(rows) else "DOES NOT HOLD"
    lines.append(f"{verdict}: {share:.1%} of the rejections name their idea, {HINTS_NEEDED:.0%} are needed.")
    if whole.ideas:
        lines.append(f"Before handing in, checks name {whole.named_before / whole.ideas:.1%} of the wrong ideas.")
    return "\n".join(lines)


def _progress(done: int, jobs: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{jobs}", end="" if done < jobs else "\n", file=sys.stderr, flush=True)
    elif done == jobs or done % max(1, jobs // 10) == 0:
        print(f"{done}/{jobs}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m answer_key.matrix", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="number of fresh seeds (default: 5)")
    parser.add_argument("--exercise", metavar="NAME", help="this exercise only")
    parser.add_argument("--first-seed", type=int, metavar="SEED", help="repeat a run: seeds SEED, SEED + 1, …")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--held-out", action="store_true", help="also the held-out answers, before and after handing in")
    given = parser.parse_args(arguments)
    known = exercises()
    if given.seeds < 1:
        parser.error(f"--seeds is {given.seeds}; at least 1 is needed")
    if given.exercise is not None and given.exercise not in known:
        parser.error(f"there is no exercise {given.exercise!r}; there are {', '.join(known)}")
    names = list(known) if given.exercise is None else [given.exercise]
    first = random.SystemRandom().getrandbits(31) if given.first_seed is None else given.first_seed
    seeds = range(first, first + given.seeds)
    if given.workers > 1:
        rows = run_in_parallel(names, seeds, given.workers, progress=_progress)
    else:
        rows = run({name: known[name] for name in names}, seeds, progress=_progress)
    print(table(rows))
    if given.exercise is None and given.held_out:
        for name, answers in sets().items():
            print(f"{name}: {evaluate(first, answers)}")
    print(f"Seeds {first} to {first + given.seeds - 1}; --first-seed {first} repeats them.")
    return 0 if holds(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
