"""Names a slip that is in no list by one change of a plain text that has the same results.

Every coded exercise has a plain text (:mod:`answer_key.plain`). A *mutant* is that text with one
change: an argument that is ignored, doubled or read as percent, a factor left out, one figure in
place of another, ``<`` for ``<=``, the smaller for the larger, a step left out … (mutation
analysis: DeMillo, Lipton and Sayward, 1978). :func:`mutants` lists them with what each is in words,
:func:`named` finds those whose results a student has on every case of a part. Only texts of the
answer key are run, a bounded number of them, each for a bounded number of rounds of its loops.
"""

import ast
import functools
import inspect
import itertools
import math
import re
import types
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from phase6.checks import _base as base
from phase6.checks import _practice

from answer_key import plain, plain_other_structure
from answer_key.changes import Change, changes
from answer_key.wording import AMOUNT

if TYPE_CHECKING:
    from answer_key.exercise import Answer, Case, Exercise, Fields

    Results = Sequence[tuple[Case, Fields]]

MOST = 2000
"""How many mutants of one text are tried at most."""
OTHER_CASES = 6
"""The seed of the cases on which mutants that fit are compared with each other."""
ROUNDS = 20_000
"""After how many rounds of its loops a mutant is given up."""
BY_CLASS = ("correlation_filter",)
"""Exercises of whose figures only the class is compared: left alone, cut, raised …."""


@dataclass(frozen=True)
class Mutant:
    """One change of a plain text, and the function that it makes."""

    change: Change
    run: "Answer"
    text: int = 0
    """Which of the exercise's texts it changes."""

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands among others with the same results: the lowest is chosen."""
        return self.change.rank, self.text


class _Rounds:
    """Counts the rounds of a mutant's loops, which a change may have made endless."""

    left = ROUNDS

    def __call__(self) -> bool:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError(f"more than {ROUNDS} rounds")
        return True


def _guarded(function: ast.FunctionDef) -> None:
    """Every loop begins its rounds by counting them."""
    for node in ast.walk(function):
        if isinstance(node, ast.While | ast.For):
            node.body.insert(0, ast.fix_missing_locations(ast.Expr(ast.Call(ast.Name("_round", ast.Load()), [], []))))


def _made(code: types.CodeType, name: str, used: Mapping[str, Any]) -> "Answer":
    """The function that compiled text defines; each call counts its rounds anew."""

    def run(*args: Any, **kwargs: Any) -> Any:
        names = {**used, "_round": _Rounds()}
        exec(code, names)
        return names[name](*args, **kwargs)

    return run


@functools.cache
def mutants(name: str) -> tuple[Mutant, ...]:
    """Every mutant of an exercise; none where the exercise has no plain text."""
    found = []
    for number, module in enumerate((plain, plain_other_structure)):
        text = next((function for function in module.PLAIN if function.__name__ == name), None)
        if text is not None:
            found += _mutants_of(text, number, vars(module))
    return tuple(found)


def _mutants_of(text: "Answer", number: int, names: Mapping[str, object]) -> list[Mutant]:
    """Mutants of one text, the likeliest first; ``names`` are what it uses."""
    module = ast.parse(inspect.getsource(text))
    function = module.body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"the plain text of {text.__name__} is no function")
    _guarded(function)
    found = []
    for change in sorted(changes(function, [kind.split() for kind in plain.ALIKE]), key=lambda change: change.rank)[:MOST]:
        if change.rank == AMOUNT and (number or (function.name in BY_CLASS and "weight" in change.words)):
            continue  # amounts are the same in every text
        if function.name in BY_CLASS and re.search(r"(multiplied|divided) by|taken off", change.words):
            continue  # a class does not show by how much
        with change.applied():
            found.append(Mutant(change, _made(compile(module, f"<{function.name}>", "exec"), function.name, names), number))
    return found


def _figures(exercise: "Exercise", fields: "Fields", case: "Case", names: Sequence[str]) -> list[np.ndarray]:
    """What is compared: the figures, or of a filter what is done to each weight."""
    if exercise.name in BY_CLASS:
        whole = np.array([float(case.args[1][name]) for name in case.args[0].columns])
        kept = np.asarray(fields["weights"], dtype=float) / whole
        return [np.where(np.isnan(kept), 9, np.digitize(np.nan_to_num(kept), [-1e-9, 1e-9, 1 - 1e-9, 1 + 1e-9]))]
    return [np.asarray(fields[name], dtype=float) for name in names]


def _same(first: Sequence[np.ndarray], second: Sequence[np.ndarray], factor: float = 1.0) -> bool:
    """Whether figures are equal but for rounding and a factor."""
    for one, two in zip(first, second, strict=True):
        if one.shape != two.shape:
            return False
        wanted = two * factor
        near = np.isfinite(wanted) & (np.abs(one - wanted) <= 1e-9 + 1e-7 * np.abs(wanted))
        equal = near | (one == wanted) | (np.isnan(one) & np.isnan(wanted))
        if not equal.all():
            return False
    return True


def _agree(exercise: "Exercise", case: "Case", mine: "Fields", other: "Fields", names: Sequence[str]) -> bool:
    """Whether fields are equal but for rounding; Sharpe ratios may divide by n or by n − 1.

    The tolerances of the fields allow for more than that, and would let neighbours pass.
    """
    plain_names = [name for name in names if not name.startswith("sharpe")]
    if not _same(_figures(exercise, mine, case, plain_names), _figures(exercise, other, case, plain_names)):
        return False
    ratios = [name for name in names if name.startswith("sharpe")]
    first, second = _figures(exercise, mine, case, ratios), _figures(exercise, other, case, ratios)
    if not ratios or _same(first, second):
        return True
    counts = {len(case.args[0]), len(case.args[0].dropna()), *map(int, np.ravel(other.get("n_days", ())))} - {0, 1}
    return any(_same(first, second, (count / (count - 1)) ** power) for count in counts for power in (0.5, -0.5))


def varied(figures: Sequence[ArrayLike]) -> bool:
    """Whether figures are not all the same: a constant is the result of many slips."""
    values = np.concatenate([np.ravel(np.asarray(each, dtype=float)) for each in figures] or [np.empty(0)])
    return len(np.unique(values[np.isfinite(values)])) > 1


class _Recent:
    """What mutants gave on the last few cases, which parts of one answer share."""

    def __init__(self, most: int = 6) -> None:
        self.most = most
        self.cases: dict[int, tuple[Case, dict[int, Fields | None]]] = {}

    def result(self, exercise: "Exercise", mutant: Mutant, case: "Case") -> "Fields":
        """Fields of a mutant on a case; raises ValueError where it fails."""
        if id(case) not in self.cases:
            self.cases = dict(list(self.cases.items())[1 - self.most :])
            self.cases[id(case)] = (case, {})
        known = self.cases[id(case)][1]
        if id(mutant) not in known:
            try:
                arguments = {key: base.twin(value) for key, value in case.kwargs.items()}
                known[id(mutant)] = exercise.read(mutant.run(*base.twin(case.args), **arguments), case)
            except Exception:  # a change may make a text that fails
                known[id(mutant)] = None
        fields = known[id(mutant)]
        if fields is None:
            raise ValueError("the changed text fails")
        return fields


_recent = _Recent()


def matching(exercise: "Exercise", part: str, got: "Results", wanted: "Results") -> list[Mutant]:
    """Mutants that give the student's results on every case of a part.

    Every other field must be the student's as well, or the right one where the student's is wrong
    for a reason of its own. Those that agree in all fields come alone if there are any.
    """
    own = exercise.parts[part]
    others = [name for name in dict.fromkeys(itertools.chain(*exercise.parts.values())) if name not in own]
    if any(name in fields.get("problems", {}) for _, fields in got for name in own):
        return []
    pairs = [(case, mine, right) for (case, mine), (_, right) in zip(got, wanted, strict=True)]
    off = [name for name in own if not all(_agree(exercise, case, mine, right, [name]) for case, mine, right in pairs)]
    if not any(varied([each for case, mine, _ in pairs for each in _figures(exercise, mine, case, [name])]) for name in off):
        return []
    right_too = {id(case): _agree(exercise, case, mine, right, own) for case, mine, right in pairs}
    pairs.sort(key=lambda pair: (right_too[id(pair[0])], math.prod(map(np.size, pair[0].args))))
    whole: list[Mutant] = []
    alike: list[Mutant] = []
    for mutant in mutants(exercise.name):
        every = True
        try:
            for case, mine, right in pairs:
                made = _recent.result(exercise, mutant, case)
                if not _agree(exercise, case, mine, made, own):
                    break
                same = {name: _agree(exercise, case, mine, made, [name]) for name in others}
                every = every and all(same.values())
                if not all(same[name] or _agree(exercise, case, right, made, [name]) for name in others):
                    break
            else:
                (whole if every else alike).append(mutant)
        except Exception:  # a change may make a text that fails
            continue
    return whole or alike


def one_behaviour(exercise: "Exercise", found: Sequence[Mutant]) -> bool:
    """Whether mutants give the same on other cases: one slip in several words."""
    names = list(dict.fromkeys(itertools.chain(*exercise.parts.values())))
    try:
        for case in exercise.cases(np.random.default_rng(OTHER_CASES)) if len(found) > 1 else ():
            first, *rest = [_recent.result(exercise, mutant, case) for mutant in found]
            if not all(_agree(exercise, case, first, other, names) for other in rest):
                return False
    except Exception:  # one of them fails where the others do not
        return False
    return True


def one_account(exercise: "Exercise", found: Sequence[Mutant]) -> str | None:
    """What mutants with the same results are in words; None where several may be meant.

    Several are one where they give the same results on other cases; the best description is given.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if not found or not one_behaviour(exercise, found):
            return None
    return min(found, key=lambda mutant: mutant.order).change.words


def named(
    exercise: "Exercise",
    part: str,
    got: "Results",
    wanted: "Results",
    everywhere: "Results" = (),
    further: Callable[[], "Results"] = tuple,
) -> tuple[str, str] | None:
    """Name and hint of the change with the student's results; None where several may be meant.

    Its results are those of a part's cases, and all of ``everywhere``. Where changes that other
    cases tell apart have them, the student's results on such cases, ``further``, decide.
    """
    names = list(dict.fromkeys(itertools.chain(*exercise.parts.values())))

    def giving(found: Sequence[Mutant], results: "Results", fields: Sequence[str]) -> list[Mutant]:
        return [mutant for mutant in found if _gives(exercise, mutant, results, fields)]

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = giving(matching(exercise, part, got, wanted), everywhere, names)
        account = one_account(exercise, found)
        if found and not account and (results := further()):
            account = one_account(exercise, giving(found, results, exercise.parts[part]))
    return _practice.one_change(account) if account else None


def _gives(exercise: "Exercise", mutant: Mutant, results: "Results", names: Sequence[str]) -> bool:
    """Whether a mutant gives some fields of results."""
    try:
        return all(_agree(exercise, case, mine, _recent.result(exercise, mutant, case), names) for case, mine in results)
    except Exception:  # a change may make a text that fails
        return False
