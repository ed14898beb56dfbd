"""Writes the table of practice cases that the visible checks compare with.

See :mod:`phase6.checks._practice`. ``python -m answer_key.practice`` writes
``lib/phase6/checks/practice.json``; with ``--check`` it exits with 1 when that is stale.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.checks import _practice as practice
from phase6.checks import _values as values
from phase6.checks._transform import Slip, slips
from phase6.variants import COUNT, Variant, variant

from answer_key import exercises
from answer_key.comprehension import questions
from answer_key.exercise import Answer, Case, Exercise, Misconception
from answer_key.mutations import Mutant, mutants, one_account, varied

SALT = "phase6 practice"
SEED = 20260
DIGITS = 7
"""Significant digits of the numbers that a practice case prints."""
TABLE = Path(practice.__file__).with_name("practice.json")
INDISTINCT = (
    *("weight times 1 − ρ", "twins share evenly", "more twins, smaller cut", "mean correlation of the twins"),
    "average correlation",
)
"""Ideas that the classes of weights do not tell from others."""
WITHOUT_RESULTS = ("changes its inputs", "keeps state between calls")
"""Ideas whose results depend on what was called before, so that no table can hold them."""
Choice = Callable[[Sequence[Case]], list[tuple[int, tuple[str, ...]]]]
Group = list[tuple[int, dict[str, str]]]
"""Numbers of hints, each with hashes by case."""


@dataclass(frozen=True)
class Plan:
    """What the table compares of an exercise's results.

    ``parts`` are the fields of each part, ``follows`` the parts that a part follows from, and
    ``choose`` selects cases, each with its parts. ``alike`` returns what else the figures of a
    wrong idea may be, where the prompt leaves a choice.
    """

    parts: Mapping[str, tuple[str, ...]]
    follows: Mapping[str, tuple[str, ...]]
    choose: Choice
    alike: Callable[[practice.Figures, Case], Sequence[practice.Figures]] = lambda found, case: ()


def _every(places: Sequence[int], parts: tuple[str, ...]) -> Choice:
    return lambda cases: [(place, parts) for place in places]


def _sweeps(cases: Sequence[Case]) -> list[tuple[int, tuple[str, ...]]]:
    """Cases in which a fraction loses everything test ruin, the others the rest."""
    chosen: list[tuple[int, tuple[str, ...]]] = []
    for place, case in enumerate(cases):
        records, fractions = (np.asarray(value, dtype=float) for value in case.args)
        lost = bool((1.0 + np.outer(fractions, records) <= 0).any())
        chosen.append((place, ("ruin",) if lost else ("equity", "drawdown")))
    return chosen


def _trades(cases: Sequence[Case]) -> list[tuple[int, tuple[str, ...]]]:
    from answer_key.pyramiding.scale_out import kind_of

    chosen: list[tuple[int, tuple[str, ...]]] = [(place, (kind_of(case), "account")) for place, case in enumerate(cases)]
    return [*chosen[:25], chosen[-1]]


def _by_parts(count: int) -> Choice:
    """The first cases of every part, of longs and of shorts where there are sides.

    Plain calls are left out, and those with the same numbers as another.
    """

    def choose(cases: Sequence[Case]) -> list[tuple[int, tuple[str, ...]]]:
        seen: Counter[tuple[str, int | None]] = Counter()
        chosen = []
        for place, case in enumerate(cases):
            side = case.kwargs.get("side")
            parts = tuple(part for part in case.parts if seen[part, side] < count)
            if parts and case.label not in ("a plain call", "no cap", "a cap out of reach", "lists", "Series"):
                chosen.append((place, parts))
                seen.update((part, side) for part in parts)
        return chosen

    return choose


def _other_deviations(found: practice.Figures, case: Case) -> list[practice.Figures]:
    """The same with standard deviations that divide by n − 1 in place of n, and the reverse."""
    ratios = [name for name in found if name.startswith("sharpe")]
    count = found.get("n_days", np.array(len(case.args[0].dropna())))
    factor = np.sqrt(1 - 1 / np.maximum(count, 2.0))
    return [found | {name: found[name] * factor**sign for name in ratios} for sign in (1, -1)]


RISK = {"sizes": ("quantities", "entries"), "stop": ("stop",), "risk": ("stop_risk", "open_heat")}
LEDGER = {"position": ("position",), "average": ("average_price",), "pnl": ("realised", "unrealised")}
WITHOUT = ("sharpe_without", "volatility_without", "sharpe_change")
FILLS = dict.fromkeys(("targets", "stop", "gaps"), ("fills",))
PLANS = {
    "pyramid_risk": Plan(RISK, {"stop": ("sizes",), "risk": ("sizes", "stop")}, _every((0, 2, 3, 4, 5, 6, 7, 8), tuple(RISK))),
    "levels_experiment": Plan(
        {"return": ("order", "total_return"), "drawdown": ("max_drawdown",)}, {}, _every((0, 1, 2, 3, 4), ("return", "drawdown"))
    ),
    "risk_sweep": Plan(
        {"equity": ("order", "final_equity"), "drawdown": ("max_drawdown",), "ruin": ("final_equity", "max_drawdown")},
        {"ruin": ("equity", "drawdown")},
        _sweeps,
    ),
    "scale_out": Plan({**FILLS, "account": ("pnl", "position")}, {"account": tuple(FILLS)}, _trades),
    "ledger": Plan(LEDGER, {}, _every((0, 2, 3, 5, 6, 8, 9, 10, 11, 12, 14, 17, 18, 21, 22, 24, 27, 28, 29), tuple(LEDGER))),
    "plan_scale_in": Plan(
        {"split": ("shares",), "risk": ("result",), "cap": ("result",)}, {"risk": ("split",), "cap": ("split", "risk")}, _by_parts(6)
    ),
    "leave_one_out": Plan(
        {"all": ("sharpe_all", "volatility_all"), "without": WITHOUT},
        {},
        _every((1, 2, 4, 5, 6, 7), ("all", "without")),
        alike=_other_deviations,
    ),
    "compare_lookbacks": Plan(
        {name: ("order", field) for name, field in (("sharpe", "sharpe"), ("sample", "n_days"), ("flips", "flips"))},
        {},
        _every((1, 2, 3, 4, 5), ("sharpe", "sample", "flips")),
        alike=_other_deviations,
    ),
    "correlation_filter": Plan(
        {"lag": ("timing",), "cut": ("cuts", "alike"), "untouched": ("classes",)},
        {"cut": ("lag",), "untouched": ("lag", "cut")},
        lambda cases: [(3, ("lag",)), (4, ("cut", "untouched")), (7, ("cut",)), (9, ("untouched",))],
    ),
    "conviction_size": Plan(
        dict.fromkeys(("unknown", "size", "caps", "kelly"), ("result",)),
        {"unknown": ("size", "caps", "kelly"), "caps": ("size", "kelly"), "kelly": ("size",)},
        _by_parts(12),
    ),
}


def to_be_typed(case: Case, parameters: Sequence[str]) -> Case:
    """The case with numbers of few digits, whose last ones no processor's rounding can change.

    Arguments that code makes are left as they are.
    """
    args = [value if name in case.made else _rounded(value) for name, value in zip(parameters, case.args, strict=False)]
    return replace(case, args=tuple(args), kwargs={name: _rounded(value) for name, value in case.kwargs.items()})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list | tuple):
        return type(value)(_rounded(each) for each in value)
    if isinstance(value, np.ndarray | pd.Series) and value.dtype.kind == "f":
        result = value.copy()
        result[:] = [_rounded(each) for each in value.tolist()]
        return result
    return value


class _Table:
    """The table of one exercise while it is made."""

    def __init__(self, exercise: Exercise, plan: Plan) -> None:
        self.exercise, self.plan = exercise, plan
        drawn = [to_be_typed(case, exercise.parameters) for case in exercise.cases(np.random.default_rng(SEED))]
        self.cases = [(drawn[place], parts) for place, parts in plan.choose(drawn)]
        self.lines = [case.lines(exercise.name, exercise.parameters) for case, _ in self.cases]
        self.calls = [practice.built({"lines": lines}, exercise.name) for lines in self.lines]
        self.hints: list[tuple[str, str]] = []

    def results(self, answer: Answer) -> list[practice.Figures]:
        """An answer's figures on every practice case; empty where it fails."""
        return [practice.tried(self.exercise.name, answer, *base.twin(call)) for call in self.calls]

    def hashes(self, part: str, fields: Sequence[str], found: Sequence[practice.Figures]) -> dict[str, str] | None:
        """Hashes by case of a part; None where a field is missing."""
        by_case = {}
        for place, (_, parts) in enumerate(self.cases):
            if part in parts:
                some = practice.hashes(SALT, f"{self.exercise.name}|{part}|{place}", found[place], fields)
                if some is None:
                    return None
                by_case[str(place)] = " ".join(sorted(some)[:64])
        return by_case

    def hint(self, name: str, text: str) -> int:
        """The number of a hint."""
        if (name, text) not in self.hints:
            self.hints.append((name, text))
        return self.hints.index((name, text))

    def part(
        self, part: str, right: Sequence[Sequence[practice.Figures]], ideas: Sequence[tuple[Misconception, Sequence[practice.Figures]]]
    ) -> dict[str, Any]:
        """Right hashes, and those of ideas and slips that differ from them."""
        fields = self.plan.parts[part]
        accepted: dict[str, set[str]] = {}
        for found in right:
            for place, some in (self.hashes(part, fields, found) or {}).items():
                accepted.setdefault(place, set()).update(some.split())

        def add(group: Group, number: int, by_case: dict[str, str] | None, is_right: Mapping[str, set[str]]) -> None:
            if not by_case or (number, by_case) in group:
                return
            if any(not set(some.split()) & is_right[place] for place, some in by_case.items()):
                group.append((number, by_case))

        groups: list[tuple[tuple[str, ...], Group]] = [(fields, [])]
        also: Group = []
        for idea, found in ideas:
            group = groups[0][1] if not idea.parts or part in idea.parts else also
            add(group, self.hint(idea.name, idea.hint), self.hashes(part, fields, found), accepted)
        subsets: list[tuple[str, ...]] = [fields, *((name,) for name in fields if len(fields) > 1)]
        for subset in subsets:
            if any(name in ("order", "classes", "alike", "timing", "n_days", "fills") for name in subset):
                continue
            mine: dict[str, set[str]] = {}
            for found in right:
                for place, hashes in (self.hashes(part, subset, found) or {}).items():
                    mine.setdefault(place, set()).update(hashes.split())
            groups.append((subset, []))
            for number, changed in self.slipped(subset, right[0]):
                add(groups[-1][1], number, self.hashes(part, subset, changed), mine)
        return {"fields": fields, "right": {place: sorted(some) for place, some in accepted.items()}, "ideas": groups, "also": also}

    def slipped(self, fields: Sequence[str], right: Sequence[practice.Figures]) -> list[tuple[int, list[practice.Figures]]]:
        """Right figures as every slip makes them.

        A slip counts where it can be made for all of the fields in every case. Where a slip makes
        figures that are all the same, or so small that a coarse hash takes them for 0, it would be
        named for every constant.
        """
        made: dict[int, list[practice.Figures]] = {}
        order: list[Slip] = []
        for (case, _), found in zip(self.cases, right, strict=True):
            given = dict(zip(self.exercise.parameters, case.args, strict=False)) | dict(case.kwargs)
            changed: dict[int, practice.Figures] = {}
            for name in fields:
                for place, (slip, figures) in enumerate(slips(found[name], given)):
                    too_small = figures is not None and bool((np.abs(figures) < practice.COARSE.get(name, 0.0)).all())
                    changed.setdefault(place, {})[name] = found[name] if figures is None or too_small else figures
                    if place == len(order):
                        order.append(slip)
            for place, whole in changed.items():
                made.setdefault(place, []).append(whole)
        telling = [place for place, wholes in made.items() if any(varied([whole[name] for whole in wholes]) for name in fields)]
        return [(self.hint(order[place].name, order[place].hint), made[place]) for place in telling]

    def whole(self) -> dict[str, Any]:
        """The exercise's entry."""
        exercise = self.exercise
        right = [self.results(answer) for answer in (exercise.reference, *exercise.variants)]
        named = [idea for idea in exercise.misconceptions if idea.name not in (*INDISTINCT, *WITHOUT_RESULTS)]
        ideas = [(idea, self.results(wrong)) for idea in named for wrong in (idea.wrong, *idea.alike)]
        ideas += [(idea, other) for idea, found in ideas for other in self.alike(found)]
        parts = {part: self.part(part, right, ideas) for part in self.plan.parts}
        for part, entry in parts.items():
            entry["follows"] = self.plan.follows.get(part, ())
        cases = [
            {"lines": lines, "label": case.label, "parts": tested}
            for lines, (case, tested) in zip(self.lines, self.cases, strict=True)
        ]
        return {"cases": cases, "hints": self.hints, "parts": parts, "changes": self.changes(parts)}

    def alike(self, found: Sequence[practice.Figures]) -> list[list[practice.Figures]]:
        """What else an answer's figures may be on every case, where the prompt leaves a choice."""
        return [
            list(other)
            for other in zip(*(self.plan.alike(one, case) for one, (case, _) in zip(found, self.cases, strict=True)), strict=True)
        ]

    def wrong_parts(self, parts: Mapping[str, Any], found: Sequence[practice.Figures]) -> dict[str, list[str]]:
        """Parts with a result that is not right, and the hashes of exact figures in each case.

        Empty where a figure is missing, or where all that are wrong are the same.
        """
        wrong: dict[str, list[str]] = {}
        off = []
        for part, about in parts.items():
            hashes = self.hashes(part, about["fields"], found)
            if hashes is None:
                return {}
            if any(not set(some.split()) & set(about["right"][place]) for place, some in hashes.items()):
                wrong[part] = [
                    practice.nearest(SALT, f"{self.exercise.name}|{part}|{place}", found[int(place)], about["fields"]) or ""
                    for place in hashes
                ]
                off += [found[int(place)][name] for place in hashes for name in about["fields"] if name != "order"]
        return wrong if off and varied(off) else {}

    def changes(self, parts: Mapping[str, Any]) -> list[tuple[dict[str, str], str]]:
        """Changes of the plain text that their results identify, sealed with these.

        Of changes with the same results the likeliest is kept, where it is one slip in several
        words.
        """
        groups: dict[tuple[tuple[str, tuple[str, ...]], ...], list[Mutant]] = {}
        for mutant in mutants(self.exercise.name):
            found = self.results(mutant.run)
            for figures in (found, *self.alike(found)) if all(found) else ():
                wrong = self.wrong_parts(parts, figures)
                if wrong:
                    groups.setdefault(tuple((part, tuple(hashes)) for part, hashes in wrong.items()), []).append(mutant)
        entries = []
        for wrong_parts, alike in groups.items():
            words = one_account(self.exercise, alike)
            if words:
                tags = {part: "".join(practice.tag(each, len(hashes)) for each in hashes) for part, hashes in wrong_parts}
                entries.append((tags, practice.sealed(words, [each for _, hashes in wrong_parts for each in hashes])))
        return sorted(entries, key=repr)


def gives_away(value: float, right: Sequence[float], factors: Sequence[float]) -> bool:
    """Whether a right value follows from this value of a wrong idea.

    It may follow by a factor, a root, a square or a difference.
    """
    for answer in right:
        made = [answer * factor for factor in factors] + [answer / factor for factor in factors] + [1 - answer, 1 / answer, -answer]
        made += [answer / (1 - answer) if answer != 1 else 0.0]
        made += [math.sqrt(abs(answer)), answer**2, answer + 1, answer - 1, 1 / math.sqrt(abs(answer))]
        if any(math.isclose(value, one, rel_tol=0.002) for one in made):
            return True
    return False


def factors_of(mine: Variant) -> list[float]:
    """Factors that lead from one figure of a variant to another.

    They are plain ones, and those of its own numbers.
    """
    assets = mine.assets
    own = [float(mine.pyramid.levels), float(assets.count), 1 - assets.correlation, 1 + (assets.count - 1) * assets.correlation]
    return [1.0, 2.0, 3.0, 4.0, 100.0, 252.0, 4 / 3, assets.sharpe, *own, *(math.sqrt(factor) for factor in (2.0, 252.0, *own))]


def telling(number: int) -> set[tuple[str, str]]:
    """Names of values and of their wrong ideas near a right value of a variant.

    Also those from which a right value could be worked out.
    """
    numbers = [item for item in questions(number).values() if not item.choices]
    right = [float(item.answer) for item in numbers if not float(item.answer).is_integer()]
    factors = factors_of(variant(number))
    return {
        (item.name, idea.name)
        for item in numbers
        for idea in item.misconceptions
        if math.isclose(float(idea.value), float(item.answer), rel_tol=max(0.05, 3 * item.relative))
        or gives_away(float(idea.value), right, factors)
    }


def value_entries() -> dict[str, Any]:
    """Hashes of wrong ideas about comprehension values, for every variant.

    An idea is left out where a right value of its variant follows from it, where one does so in
    most variants, and where it could be taken for an idea that is left out; so are small whole
    numbers.
    """
    by_variant = [telling(number) for number in range(COUNT + 1)]
    most = {pair for pair, times in Counter(pair for pairs in by_variant for pair in pairs).items() if 2 * times > len(by_variant)}
    entries: dict[str, Any] = {}
    for number, item in [(each, value) for each in range(COUNT + 1) for value in questions(each).values()]:
        if item.choices or float(item.answer).is_integer():
            continue
        entry = entries.setdefault(item.name, {"relative": item.relative, "hints": [], "ideas": {}})
        tells = [idea for idea in item.misconceptions if (item.name, idea.name) in most | by_variant[number]]
        withheld = {cell for idea in tells for cell in values.cells(float(idea.value), item.relative)}
        for idea in item.misconceptions:
            if idea in tells or withheld & set(values.cells(float(idea.value), item.relative)):
                continue
            if (idea.name, idea.hint) not in entry["hints"]:
                entry["hints"].append((idea.name, idea.hint))
            for cell in values.cells(float(idea.value), item.relative):
                entry["ideas"][values.hashed(SALT, f"{item.name}|{number}", cell)] = entry["hints"].index((idea.name, idea.hint))
    for entry in entries.values():
        entry["ideas"] = dict(sorted(entry["ideas"].items()))
    return entries


def entry(exercise: Exercise) -> dict[str, Any]:
    """What the table holds of one exercise; raises KeyError where it has no plan."""
    if exercise.name not in PLANS:
        raise KeyError(
            f"PLANS of answer_key.practice has no plan for {exercise.name!r}; "
            "a plan's fields are the names that phase6.checks._practice.figures gives its results"
        )
    return _Table(exercise, PLANS[exercise.name]).whole()


def spelt(entries: Mapping[str, Any]) -> str:
    """The table as text, with the entries of its exercises by name."""
    whole = {"salt": SALT, "exercises": entries, "values": value_entries()}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=list) + "\n"


def made() -> str:
    """The table as text, all of it computed: minutes, so each exercise is named on stderr."""
    entries = {}
    for name, item in exercises().items():
        if isinstance(item, Exercise):
            print(f"practice cases of {name}", file=sys.stderr, flush=True)
            entries[name] = entry(item)
    return spelt(entries)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m answer_key.practice", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is stale")
    given = parser.parse_args(arguments)
    text = made()
    if given.check:
        stale = not TABLE.is_file() or TABLE.read_text(encoding="utf-8") != text
        if stale:
            print(f"{TABLE.name} is stale; make release writes it again", file=sys.stderr)
        return int(stale)
    TABLE.write_text(text, encoding="utf-8")
    print(f"{TABLE.name}: {len(text) / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
