"""Practice cases: the hashes of an answer's results compared with those of known ones.

Known are the results of right answers and of wrong ideas. ``practice.json`` beside this file is
written by ``make release``. It holds, per exercise, a few calls, and salted hashes of what right
answers and wrong ideas return for them, with the hints. A hash tells that two results are equal and
nothing else; no right figure and no way to compute one is in it. It also holds, for every single
change of the rule (:mod:`answer_key.mutations`), what that change is in words, sealed with the
results it leads to: only who has these results can read it. Fresh data decide the points.
"""

import base64
import functools
import hashlib
import itertools
import json
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from phase6.checks import _base as base
from phase6.checks import data
from phase6.checks._base import Hint
from phase6.market import trend_ohlcv

DIGITS = 6
NEAR = 0.02
"""A figure within this share of a step of a boundary between two quantised values counts as either.
"""
NOTHING = 1e-9
"""A figure nearer to 0 than this is 0: right ways differ in what rounding leaves."""
MOST = 4096
"""How many combinations of neighbours are tried."""
SEALED = "phase6:"
"""What a sealed text begins with, so that it is known when it has been opened."""
LEFT_ALONE, RAISED = 5.0, 6.0
"""Classes of weights that are not cut."""
Figures = dict[str, np.ndarray]
COARSE = {
    "sharpe_all": 0.01,
    "sharpe_without": 0.01,
    "sharpe_change": 0.01,
    "volatility_all": 1e-3,
    "volatility_without": 1e-3,
    "sharpe": 0.01,
}
"""Fields with a tolerance of half a per cent: the step of quantisation, and a wider neighbourhood.
"""


@functools.cache
def table() -> dict[str, Any]:
    """The table as it was released."""
    released: dict[str, Any] = json.loads(files("phase6.checks").joinpath("practice.json").read_text(encoding="utf-8"))
    return released


def built(case: Mapping[str, Any], name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments of a practice case, made anew from its lines."""
    names: dict[str, Any] = {
        "np": np,
        "pd": pd,
        "data": data,
        "trend_ohlcv": trend_ohlcv,
        name: lambda *args, **kwargs: (args, kwargs),
    }
    setup, _, call = case["lines"].rpartition("\n")
    exec(setup, names)
    arguments: tuple[tuple[Any, ...], dict[str, Any]] = eval(call, names)
    return arguments


# --------------------------------------------------------------------------- reading results


def figures(name: str, result: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Figures:
    """Named arrays of floats from a result of an exercise, whatever its kinds.

    What cannot be read is left out.
    """
    found: Figures = {}
    if name == "correlation_filter":
        return _classes(result, args[0], args[1], int(kwargs.get("window", 60)))
    if name == "scale_out" and isinstance(result, Mapping) and "fills" in result:
        found["fills"] = _fills(result["fills"], kwargs["quantity"])
    if isinstance(result, pd.DataFrame) and args:
        index = list(args[1]) if len(args) > 1 else list(kwargs.get("max_levels", (1, 2, 4, 6)))
        found["order"] = _array(list(result.index))
        if sorted(map(float, result.index)) == sorted(map(float, index)):
            aligned = result.set_axis([float(label) for label in result.index])
            result = aligned.loc[[float(label) for label in index]]
        result = {column: result[column] for column in result.columns}
    if isinstance(result, pd.Series) and name in ("pyramid_risk", "ledger", "leave_one_out"):
        result = result.to_dict()
    if not isinstance(result, Mapping):
        result = {"result": result}
    for key, value in result.items():
        if key not in found:
            try:
                found[str(key)] = _array(value)
            except (TypeError, ValueError):
                continue
    if name == "plan_scale_in" and "result" in found:
        total = found["result"].sum()
        found["shares"] = found["result"] / total if total else found["result"]
    return found


def _array(value: Any) -> np.ndarray:
    array = np.asarray(value, dtype=float)
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    return array.reshape(()) if array.size == 1 else array


def _fills(value: Any, quantity: float) -> np.ndarray:
    rows: dict[tuple[float, float], float] = {}
    for bar, price, sold in np.asarray(value, dtype=float).reshape(-1, 3).tolist():
        key = (bar, round(price, 6))
        rows[key] = rows.get(key, 0.0) + sold
    return np.array(sorted((*key, sold) for key, sold in rows.items() if abs(sold) > NOTHING * quantity)).reshape(-1)


def timing(kept: np.ndarray, returns: pd.DataFrame, window: int) -> np.ndarray:
    """When weights are cut, where unrelated assets move together in one row only.

    Four numbers: whether all rows before the first full window keep their weights, whether a cut is
    seen in the rows whose window holds that row, and by how many rows the cut begins and ends too
    late. The last two are 0 where cuts elsewhere show that the window is not what is wrong.
    """
    row, count = int(np.argmax(np.abs(returns.to_numpy()).max(axis=1))), len(returns)
    full = bool(np.isclose(kept[:window], 1.0, rtol=1e-6).all())
    cut: np.ndarray = np.any(kept < 1.0 - 1e-6, axis=1)
    places = np.flatnonzero(cut[window:]) + window
    seen = bool((kept[row + 1 : row + window + 1] < 0.95 + 1e-6).any())
    onset = end = 0
    if seen and places[0] > row - 3:
        onset = int(places[0]) - row - 1
        end = int(places[-1]) - row - window if places[-1] < min(row + window + 4, count) else 0
    return np.array([full, seen, onset, end], dtype=float)


def _classes(result: Any, returns: pd.DataFrame, base_weights: pd.Series, window: int) -> Figures:
    """What is done to each weight, as a class, and when.

    Left alone, cut as allowed, cut too much or too little, raised, unknown: but for the first row
    with a full window, since whether cuts begin there is another matter. Which are cut is told
    without the weights that are raised.
    """
    weights = np.column_stack([np.asarray(result[name], dtype=float) for name in returns.columns])
    kept = weights / np.array([float(base_weights[name]) for name in returns.columns])
    judged = np.delete(kept, window, axis=0)
    bounds = [-1e-9, 1e-9, 0.2 - 1e-6, 0.95 + 1e-6, 1 - 1e-9, 1 + 1e-9]
    classes = np.where(np.isnan(judged), 9.0, np.digitize(np.nan_to_num(judged), bounds).astype(float))
    cut = (classes >= 1) & (classes <= 4)
    spread = np.where(cut, judged, -np.inf).max(axis=1) - np.where(cut, judged, np.inf).min(axis=1)
    alike = np.where(cut.sum(axis=1) > 1, spread < 1e-6, 1.0)
    cuts = np.where(classes == RAISED, LEFT_ALONE, classes)
    found = {"classes": classes, "cuts": cuts, "alike": alike}
    return {name: values.astype(float).reshape(-1) for name, values in found.items()} | {"timing": timing(kept, returns, window)}


def tried(name: str, answer: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Figures:
    """Figures of an answer to a call; empty where it fails. Warnings are not shown."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            given, named = base.twin((args, kwargs))  # whoever changes them changes copies
            return figures(name, base.need_plain(name, answer(*given, **named)), args, kwargs)
    except Exception:  # what fails here is told by the check of the example
        return {}


# ------------------------------------------------------------------------------------ hashes


@functools.lru_cache(maxsize=2**15)
def hashed(salt: str, label: str, values: tuple[str, ...]) -> str:
    """Twelve hex digits of a salted hash of quantised values."""
    text = f"{salt}|{label}|{'|'.join(values)}".encode()
    for _ in range(50):
        text = hashlib.sha256(text).digest()
    return text.hex()[:12]


def quantised(name: str, values: np.ndarray, *, exact: bool = False) -> list[tuple[str, ...]]:
    """Every figure as its quantised value, where it stands near a boundary the other one as well.

    ``exact`` makes no step wider than its digits ask for.
    """
    flat = np.asarray(values, dtype=float).reshape(-1)
    flat = np.where(np.abs(flat) < NOTHING, 0.0, flat)
    finite = np.abs(flat[np.isfinite(flat)])
    largest = float(finite.max()) if finite.size else 0.0
    if name in COARSE and not exact:
        step, near = COARSE[name], 0.3
    else:
        step, near = (10.0 ** (math.floor(math.log10(largest * (1 + 1e-9))) - DIGITS) if largest else 1.0), NEAR
    cells: list[tuple[str, ...]] = []
    for value in flat.tolist():
        if not math.isfinite(value):
            cells.append((repr(value),))
            continue
        place = value / step
        low, nearest = math.floor(place), round(place)
        beside = abs(place - low - 0.5) < near
        cells.append((str(nearest), str(2 * low + 1 - nearest)) if beside else (str(nearest),))
    if name == "flips":
        return [(str(int(value)), str(int(value) - 1), str(int(value) + 1)) if value == value else ("nan",) for value in flat.tolist()]
    return [(f"{len(flat)} in steps of {step:.0e}",), *cells]


def _cells(found: Figures, fields: Sequence[str], *, exact: bool) -> list[tuple[str, ...]] | None:
    cells: list[tuple[str, ...]] = []
    for name in fields:
        if name not in found:
            return None
        cells += [(name,), *quantised(name, found[name], exact=exact)]
    return cells


def nearest(salt: str, label: str, found: Figures, fields: Sequence[str]) -> str | None:
    """The one hash of exact figures to their nearest steps; None when a field is missing."""
    cells = _cells(found, fields, exact=True)
    return hashed(salt, label, tuple(cell[0] for cell in cells)) if cells is not None else None


def hashes(salt: str, label: str, found: Figures, fields: Sequence[str], *, exact: bool = False) -> set[str] | None:
    """All hashes that the figures of some fields may have; None when a field is missing."""
    cells = _cells(found, fields, exact=exact)
    if cells is None:
        return None
    if math.prod(len(cell) for cell in cells) > MOST:
        cells = [cell[:1] for cell in cells]
    return {hashed(salt, label, choice) for choice in itertools.product(*cells)}


# ------------------------------------------------------------------------------- sealed texts


def tag(hashed: str, cases: int) -> str:
    """The start of a hash by which one of several cases is looked up."""
    return hashed[: 4 if cases < 8 else 2]


def sealed(text: str, opened_by: Sequence[str]) -> str:
    """A text that only the hashes of certain results open.

    Whoever has not computed these results cannot read what they show.
    """
    return base64.b85encode(_combined((SEALED + text).encode(), opened_by)).decode()


def unsealed(text: str, opened_by: Sequence[str]) -> str | None:
    """The text that was sealed; None when these are not the hashes that open it."""
    plain = _combined(base64.b85decode(text), opened_by)
    return plain.decode()[len(SEALED) :] if plain.startswith(SEALED.encode()) else None


def _combined(content: bytes, opened_by: Sequence[str]) -> bytes:
    """Each byte combined with one that follows from the hashes; done twice, it is as it was."""
    stream = hashlib.shake_256("|".join(opened_by).encode()).digest(len(content))
    return bytes(one ^ other for one, other in zip(content, stream, strict=True))


def one_change(words: str) -> tuple[str, str]:
    """Name and hint of a change of the rule that is these words."""
    return words.replace("`", ""), f"These are the results of the rule with one change: {words}."


# --------------------------------------------------------------------------------- comparing


class Compared:
    """An answer's results on the practice cases of an exercise, in hashes."""

    def __init__(self, name: str, answer: Callable[..., Any]) -> None:
        self.name, self.known = name, table()["exercises"][name]
        self._hashes: dict[tuple[str, tuple[str, ...], bool], list[tuple[int, set[str] | None]]] = {}
        self.found = [tried(name, answer, *built(case, name)) for case in self.known["cases"]]

    def of(self, part: str, fields: Sequence[str], *, exact: bool = False) -> list[tuple[int, set[str] | None]]:
        """Number of each case of a part, and the hashes of its fields."""
        key = (part, tuple(fields), exact)
        if key not in self._hashes:
            salt = table()["salt"]
            self._hashes[key] = [
                (place, hashes(salt, f"{self.name}|{part}|{place}", self.found[place], fields, exact=exact))
                for place, case in enumerate(self.known["cases"])
                if part in case["parts"]
            ]
        return self._hashes[key]

    def wrong_case(self, part: str) -> int | None:
        """The first practice case whose result is not a right one; None when all agree."""
        about = self.known["parts"][part]
        for place, mine in self.of(part, about["fields"]):
            if mine is None or not mine & set(about["right"][str(place)]):
                return place
        return None

    @functools.cached_property
    def wrong_parts(self) -> set[str]:
        """Parts with a wrong result."""
        return {part for part in self.known["parts"] if self.wrong_case(part) is not None}

    @functools.cached_property
    def told(self) -> dict[str, tuple[str, str] | None]:
        """What :meth:`idea` says of every part with a wrong result."""
        return {part: self.idea(part) for part in self.known["parts"] if part in self.wrong_parts}

    def idea(self, part: str) -> tuple[str, str] | None:
        """Name and hint of the wrong idea, change or slip that gives these results in the part.

        One that also accounts for every other part comes first.
        """
        hints = self.known["hints"]
        fields, fit = self._listed(part)
        if fit and hints[fit[0]][1][0].islower():  # a slip
            name, hint = hints[fit[0]]
            return name, f"Your {'result' if fields[0] == 'result' else f'`{fields[0]}`'} {hint}"
        for number in [*fit, *self._also(part)]:
            if self._parts_of(number) == self.wrong_parts and self._shown(number):
                return tuple(hints[number])
        words, accounts_for_all = self._changed(part)
        if fit and not (words and accounts_for_all):
            return tuple(hints[fit[0]])
        return one_change(words) if words else None

    def _fitting(self, part: str, fields: Sequence[str], ideas: Sequence[tuple[int, Mapping[str, str]]]) -> list[int]:
        """Ideas whose figures of some fields the answer has in every case of a part."""
        mine = self.of(part, fields)
        return [number for number, told in ideas if all(found and found & set(told[str(place)].split()) for place, found in mine)]

    def _listed(self, part: str) -> tuple[Sequence[str], list[int]]:
        """Fields of a part, and the ideas that fit them; slips only where one alone fits."""
        for fields, ideas in self.known["parts"][part]["ideas"]:
            fit = self._fitting(part, fields, ideas)
            hints = [self.known["hints"][number] for number in fit]
            if fit and (hints[0][1][0].isupper() or len({name for name, _ in hints}) == 1):
                return fields, fit
        return (), []

    def _also(self, part: str) -> list[int]:
        """Ideas about other parts that have the answer's figures in this one."""
        about = self.known["parts"][part]
        return self._fitting(part, about["fields"], about["also"])

    def _parts_of(self, number: int) -> set[str]:
        """Parts that an idea gets wrong."""
        return {
            part
            for part, about in self.known["parts"].items()
            for each, _ in [*about["ideas"][0][1], *about["also"]]
            if each == number
        }

    def _shown(self, number: int) -> bool:
        """Whether the answer has the figures of an idea in every part that the idea gets wrong."""
        parts = self.known["parts"]
        return all(number in [*self._fitting(part, *parts[part]["ideas"][0]), *self._also(part)] for part in self._parts_of(number))

    @functools.cached_property
    def _exact(self) -> dict[str, list[set[str]]]:
        """Hashes by part and case, of exact figures."""
        parts = self.known["parts"].items()
        return {part: [found or set() for _, found in self.of(part, about["fields"], exact=True)] for part, about in parts}

    def _changed(self, part: str) -> tuple[str | None, bool]:
        """The change of the rule that has the answer's results, and if it accounts for all parts.

        Those that account for all wrong parts count alone if there are any. None where there is no
        such change or more than one.
        """
        found = [
            (tags.keys() == self.wrong_parts, words)
            for tags, text in self.known["changes"]
            if part in tags and (words := self._opened(tags, text))
        ]
        best = any(whole for whole, _ in found)
        told = {words for whole, words in found if whole == best}
        return (told.pop() if len(told) == 1 else None), best

    def _opened(self, tags: Mapping[str, str], text: str) -> str | None:
        """The words of a change whose figures the answer has in all parts that it gets wrong."""
        fitting: list[list[str]] = []
        for part, told in tags.items():
            mine = self._exact[part]
            width = len(told) // len(mine)
            for place, found in enumerate(mine):
                fitting.append([each for each in found if each.startswith(told[width * place : width * (place + 1)])])
                if not fitting[-1]:
                    return None
        choices = itertools.islice(itertools.product(*fitting), 64)
        return next((words for choice in choices if (words := unsealed(text, choice)) is not None), None)


_failed: list[tuple[str, Mapping[str, Any]]] = []
"""The practice case that failed last."""


def case() -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments and keyword arguments of the practice case that a check refused last.

    Prints the lines that make it. Raises LookupError when no check has refused a practice case yet.
    """
    if not _failed:
        raise LookupError("no check has refused a practice case yet")
    name, failed = _failed[0]
    print(failed["lines"])
    return built(failed, name)


def compare(name: str, answer: Callable[..., Any], part: str | None, complaint: Hint | None) -> str | None:
    """Raise a hint that names the wrong idea, or shows a practice case that is wrong.

    Return when all agree. ``complaint`` is what the check of the prompt's example said, if it did.
    A part that follows from another one's figures is judged only where those are right; the other
    part is returned where they are not.
    """
    if name not in table()["exercises"] or (complaint is not None and isinstance(complaint.__cause__, NotImplementedError)):
        return None
    try:
        compared = Compared(name, answer)
    except Exception:
        return None
    wrong_before = None
    for each in compared.known["parts"] if part is None else [part]:
        about = compared.known["parts"][each]
        place = compared.wrong_case(each)
        if place is None:
            continue
        idea = compared.idea(each)
        follows = [other for other in about["follows"] if compared.wrong_case(other) is not None]
        if follows and complaint is None:
            wrong_before = follows[0]
            continue
        case = compared.known["cases"][place]
        _failed[:] = [(name, case)]
        said = Hint(_told(idea, complaint, case))
        said.misconception = idea[0] if idea else complaint.misconception if complaint else None
        said.lines = case["lines"]
        raise said
    return wrong_before


FROM_OWN = {
    ("pyramid_risk", "stop"): "entries",
    ("pyramid_risk", "risk"): "sizes, entries and stop",
    **{("conviction_size", part): "weights in a plain call" for part in ("unknown", "caps", "kelly")},
}
"""Parts whose check follows the rules from the answer's own figures, and these figures."""


def _passed(name: str, part: str | None, wrong_before: str | None) -> str:
    """What is said of a part in which nothing is wrong, as far as it can be judged."""
    if wrong_before is None:
        return "agrees with the example and on all practice cases"
    if own := FROM_OWN.get((name, part or "")):
        return f"follows by the rules from your own {own}, and is judged by them"
    return f"nothing wrong is seen in the example; practice cases are compared once `{wrong_before}` is right"


def _told(idea: tuple[str, str] | None, complaint: Hint | None, case: Mapping[str, Any]) -> str:
    what = f" ({case['label']})" if case["label"] else ""
    middle = str(complaint) if complaint else f"On a practice case{what} your result is wrong."
    text = f"{idea[1]} {middle}" if idea else middle
    return f"{text}{base.ANOTHER if complaint else base.AGAIN}{case['lines']}"


def practised(check: Callable[..., None]) -> Callable[..., None]:
    """A check of the prompt's example that also compares practice cases.

    It names the wrong idea where the results are those of a known one.
    """

    @functools.wraps(check)
    def both(answer: Any, part: str | None = None) -> None:
        complaint = wrong_before = None
        try:
            check(answer, part)
        except Hint as hint:
            complaint = hint
        if callable(answer) and base.cache_token(answer) is None:  # one that is examined from outside has met fresh data
            wrong_before = compare(check.__name__, answer, part, complaint)
        if complaint is not None:
            raise complaint
        what = f"{check.__name__}, {part}" if part else check.__name__
        print(f"✓ {what}: {_passed(check.__name__, part, wrong_before)}. Fresh data decide the points.")

    return both
