"""Cutting the weights of assets with highly correlated returns.

Reference, cases, the rules that weights are judged by, and other right answers.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from phase6.checks import _base as base
from phase6.checks import _practice

from answer_key.exercise import Case, Exercise, Fields, built
from answer_key.portfolio._statistics import windowed
from answer_key.portfolio.correlation_filter.ideas import CORRELATION_MISCONCEPTIONS

FLOOR = 0.2
"""Share of its base weight that an asset with one twin keeps at least."""
EXACT = 1e-6
SHOWN = 0.2
"""Share of the weights that are to be cut of which a case shows that anything is cut at all."""
MOST = 0.95
"""Share of its base weight that an asset with a twin keeps at most."""


@dataclass(frozen=True)
class Probe(Case):
    """A case of the filter.

    A ``kind`` says how it varies the case at position ``of``: future (from ``row`` on), more,
    order; or that unrelated assets move together in one ``row`` only: shock.
    """

    kind: str = ""
    of: int = -1
    row: int = 0


def correlation_filter_reference(
    returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """Row by row: cuts of 10 % at the threshold up to 60 % at a correlation of 1.

    The correlation is that with the nearest twin.
    """
    values = returns.to_numpy(dtype=float)
    base_row = np.array([float(base_weights[name]) for name in returns.columns])
    weights = np.tile(base_row, (len(values), 1))
    for row in range(window, len(values)):
        known = values[row - window : row]
        units = known - known.mean(axis=0)
        units /= np.sqrt((units**2).sum(axis=0))
        nearest = (units.T @ units - 2.0 * np.eye(len(base_row))).max(axis=1)
        excess = np.clip((nearest - threshold) / (1.0 - threshold), 0.0, 1.0)
        weights[row] *= np.where(nearest > threshold, 0.9 - 0.5 * excess, 1.0)
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)


SHOCKED, SHOCK, SHOCK_WINDOW = "returns = data.linked_returns(85, [(0,), (0,)]", 50, 20
"""Two unrelated assets, the row in which both rise at once, and the window that finds twins then.
"""


def _clear(code: str) -> bool:
    """Whether the shock makes twins in its window, and nothing else does by far.

    Prices, other than returns, look alike elsewhere too, so that correlating them is no matter of
    timing in any draw.
    """
    values = built(code)[0].to_numpy()
    related = windowed(values, SHOCK_WINDOW)[SHOCK_WINDOW:, 0, 1]
    prices = windowed(np.cumprod(1.0 + values, axis=0), SHOCK_WINDOW)[SHOCK_WINDOW:, 0, 1]
    seen = slice(SHOCK + 1 - SHOCK_WINDOW, SHOCK + 1)
    early = slice(0, SHOCK - 5 - SHOCK_WINDOW)
    return bool(related[seen].min() > 0.9 and np.delete(related, seen).max() < 0.5 and prices[early].max() > 0.85)


def correlation_filter_cases(rng: np.random.Generator) -> list[Case]:
    """Twins for a while, for one row, always, triplets, hedges, other windows and thresholds.

    The future, the columns and the twins are varied.
    """
    cases: list[Case] = []

    def seed() -> int:
        return int(rng.integers(2**31))

    def add(code: str, label: str, weights: pd.Series | None = None, **more: Any) -> int:
        varied = {key: more.pop(key) for key in ("kind", "of", "row") if key in more}
        returns, made = built(code)
        if weights is None:
            weights = pd.Series(rng.uniform(0.05, 0.5, len(returns.columns)), index=list(returns.columns))
        cases.append(Probe((returns, weights), more, label, made=made, **varied))
        return len(cases) - 1

    def joined(place: int, name: str, weight: float) -> pd.Series:
        return pd.concat([cases[place].args[1], pd.Series({name: weight})])

    passing = f"returns = data.linked_returns(90, [(0.98, 0.98), (0,), (0,)], span=(0.3, 0.65), seed={seed()})"
    first = add(passing, "A1 and A2 are twins for a third of the time", window=15)
    for row in (45, 75):
        code = f"{passing}\nreturns = data.another_future(returns, {row}, seed={seed()})"
        add(code, f"row {row} and later are changed", cases[first].args[1], window=15, kind="future", of=first, row=row)
    while not _clear(shock := f"{SHOCKED}, seed={seed()})\nreturns.iloc[{SHOCK}] = 0.3"):
        pass
    add(shock, f"two assets, unrelated but for row {SHOCK}", window=SHOCK_WINDOW, kind="shock", row=SHOCK)
    pair = f"returns = data.linked_returns(70, [(0.99, 0.97), (0,), (0,)], seed={seed()})"
    second = add(pair, "A1 and A2 are twins", window=20, threshold=0.75)
    more: dict[str, Any] = {"window": 20, "threshold": 0.75, "of": second}
    weaker = f'{pair}\nreturns = data.with_weaker_twin(returns, "A4", seed={seed()})'
    add(weaker, "A4, a weaker twin, has joined", joined(second, "A4", 0.2), kind="more", **more)
    wider = f'{pair}\nreturns = returns.assign(A3=3 * returns["A2"])'
    add(wider, "A3 = 3 · A2 has joined", joined(second, "A3", 0.3), kind="more", **more)
    turned = f"{pair}\nreturns = returns[returns.columns[::-1]]"
    add(turned, "the columns in another order", cases[second].args[1][::-1], kind="order", **more)
    triplets = f"returns = data.linked_returns(130, [(0.96, 0.96, 0.96), (0.97, -0.97), (0,)], seed={seed()})"
    add(triplets, "B2 is a hedge of B1, A1 to A3 are triplets")
    hedged = "100, [(0.95, -0.95), (0.99, 0.99), (0.85, 0.85)], span=(0, 0.6), shift=-0.004"
    code = f'returns = data.linked_returns({hedged}, index="numbers", seed={seed()})'
    add(code, "falling assets, an index of numbers", window=25, threshold=0.5)
    code = f"returns = data.linked_returns(80, [(0.93, 0.93), (0.995, 0.995), (0,)], seed={seed()})"
    add(code, "a high threshold", window=30, threshold=0.93)
    return cases


def correlation_filter_read(result: Any, case: Case) -> Fields:
    """The weights as an array, columns in the order of the returns."""
    returns = case.args[0]
    frame = base.table("correlation_filter", result, list(returns.columns), list(returns.index))
    columns = [base.numbers(f"column {name!r}", frame[name], len(returns), allow_nan=True) for name in returns.columns]
    return {"weights": np.column_stack(columns)}


Results = Sequence[tuple[Case, Fields]]
NOTHING_CUT = (
    "Hardly anything is cut, although there are twins whose returns are nearly the same. "
    "Compare the correlation of two columns over the last `window` rows with `threshold`; twins keep at most 95 %."
)


class _Seen:
    """An answer's weights in a case, and what the returns before each row say about each asset.

    ``related`` has shape (rows + 1, assets, assets), NaN before the first full window and on the
    diagonal; ``status`` (rows + 1, assets) is 1 where an asset has a twin, −1 where it has none, 0
    where rounding may decide. ``settled`` (rows, assets) marks the rows whose status is also that
    of the row before and the row after: there a formula is judged, elsewhere its timing.
    """

    def __init__(self, case: Case, fields: Fields) -> None:
        returns, weights = case.args
        options = {"window": 60, "threshold": 0.7} | dict(case.kwargs)
        self.case, self.window, self.threshold = case, int(options["window"]), float(options["threshold"])
        self.names = list(returns.columns)
        self.base = np.array([float(weights[name]) for name in self.names])
        self.weights = fields["weights"]
        self.kept = self.weights / self.base
        values = returns.to_numpy(dtype=float)
        count = len(self.names)
        self.related = windowed(values, self.window)
        self.related[:, range(count), range(count)] = np.nan
        self.over = self.related > self.threshold
        self.nearest = np.where(np.isnan(self.related), -1.0, self.related).max(axis=2)
        self.status = 1 * (self.nearest > self.threshold + EXACT) - 1 * (self.nearest < self.threshold - EXACT)
        self.status[: self.window] = 0
        same = (self.status[1:-1] == self.status[:-2]) & (self.status[1:-1] == self.status[2:])
        self.settled = np.vstack([np.zeros((1, count), dtype=bool), same])
        self.cut = (self.kept < MOST + EXACT) & (self.kept > -1e-9)
        self.base_kept = np.isclose(self.weights, self.base, rtol=EXACT, atol=1e-9)
        status = self.status[:-1]
        self.uncut = (status == 1) & ~self.cut
        self.idle = bool((status == 1).any()) and (self.cut & (status == 1)).sum() < SHOWN * (status == 1).sum()
        self.touched = (status == -1) & ~self.base_kept

    def at(self, row: int, place: int) -> str:
        """The case, the place in it and the weight there, as a student reads them."""
        label = f" ({self.case.label})" if self.case.label else ""
        weight, whole = base.shown(self.weights[row, place]), base.shown(self.base[place])
        where = f"In `{self.case.call('correlation_filter')}`{label}, row {row}"
        return f"{where}, the weight of {self.names[place]} is {weight}, its base weight {whole}"

    def reason(self, row: int, place: int) -> str:
        """What the rows before say about an asset."""
        last = f"Over rows {row - self.window} to {row - 1}"
        if self.status[row, place] == 1:
            twin = self.names[int(np.nanargmax(self.related[row, place]))]
            nearest = f"its correlation with {twin} is {self.nearest[row, place]:.4g}"
            return f"{last} {nearest}, above {self.threshold}: both keep at most 95 %."
        low = np.nanmin(self.related[row, place])
        return (
            f"{last} its correlations with the others lie between {low:.4g} and {self.nearest[row, place]:.4g}; "
            f"none is above {self.threshold}, so it stays untouched."
        )


def _first(wrong: np.ndarray) -> tuple[int, int] | None:
    found = np.argwhere(wrong)
    return (int(found[0][0]), int(found[0][1])) if len(found) else None


def _all_seen(got: Results) -> list[_Seen]:
    return [_Seen(case, fields) for case, fields in got]


def _begins_late(cases: Sequence[_Seen]) -> str | None:
    """A complaint where no twin is cut in its first row with a full window, and most in the next.

    Twins of one case alone may be cut from any row on, by whoever measures them in another way.
    """
    known = [
        (seen, int(place)) for seen in cases for place in np.flatnonzero((seen.status[seen.window : seen.window + 2] == 1).all(axis=0))
    ]
    late = [bool(seen.uncut[seen.window, place] and seen.cut[seen.window + 1, place]) for seen, place in known]
    if not known or any(seen.cut[seen.window, place] for seen, place in known) or 2 * sum(late) <= len(late):
        return None
    seen, place = known[late.index(True)]
    return f"{seen.at(seen.window, place)}. {seen.reason(seen.window, place)} It is the first row with a full window before it."


def judge_lag(got: Results) -> str | None:
    """A complaint unless each weight depends on the window of rows that ends before its own.

    Before the first full window, weights are base weights. When a window begins and ends is seen
    where unrelated assets move together in one row: whatever is cut, and how much, is no matter.
    """
    cases = _all_seen(got)
    for seen in cases:
        if place := _first(~seen.base_kept[: seen.window]):
            return f"{seen.at(*place)}. With fewer than {seen.window} rows before it, every asset keeps its base weight."
    if late := _begins_late(cases):
        return late
    for seen in cases:
        if isinstance(seen.case, Probe) and seen.case.kind == "future":
            end, before = seen.case.row + 1, cases[seen.case.of].weights
            same = np.isclose(seen.weights[:end], before[:end], rtol=EXACT, atol=1e-9, equal_nan=True)
            if place := _first(~same):
                was = base.shown(before[place])
                return f"{seen.at(*place)}; before the change the weight was {was}. The weights of row t use only rows before t."
    for seen in cases:
        if isinstance(seen.case, Probe) and seen.case.kind == "shock":
            _, cuts, onset, end = _practice.timing(seen.kept, seen.case.args[0], seen.window)
            if not cuts:
                return f"{NOTHING_CUT} See {seen.case.label}."
            row = seen.case.row + 1 + min(onset, 0) if onset else seen.case.row + seen.window + max(end, 0)
            if onset or end:
                return f"{seen.at(int(row), 0)}. {seen.reason(int(row), 0)} Does your window end with the row before?"
    return None


def judge_cut(got: Results) -> str | None:
    """A complaint unless twins are cut and a pair keeps the same share, a fifth or more.

    One more twin never raises a weight, and the order of columns changes nothing.
    """
    cases = _all_seen(got)
    strangers = sum(int((seen.status[:-1] == -1).sum()) for seen in cases)
    if sum(int(seen.touched.sum()) for seen in cases) > 0.9 * strangers:
        return "Every weight is cut, whether its asset has a twin or not. Who has one, in the last `window` rows?"
    for seen in cases:
        if place := _first(seen.uncut & seen.settled):
            return f"{seen.at(*place)}. {seen.reason(*place)}"
        if complaint := _pairs(seen):
            return complaint
    for seen in cases:
        kind = seen.case.kind if isinstance(seen.case, Probe) else ""
        if kind not in ("more", "order") or not isinstance(seen.case, Probe):
            continue
        before = cases[seen.case.of]
        places = [seen.names.index(name) for name in before.names]
        mine = seen.weights[:, places]
        if kind == "more":
            good, rule = (mine <= before.weights + 1e-9) | ~before.cut, "One more twin never raises a weight"
        else:
            good, rule = np.isclose(mine, before.weights, rtol=EXACT, atol=1e-9), "The order of the columns does not matter"
        good[: seen.window] = True
        if place := _first(~good):
            was = base.shown(before.weights[place])
            return f"{seen.at(place[0], places[place[1]])}; before the change the weight was {was}. {rule}."
    return next((f"{NOTHING_CUT} See {seen.case.label or 'a plain case'}." for seen in cases if seen.idle), None)


def _pairs(seen: _Seen) -> str | None:
    """A complaint about two assets that are twins of each other and of nobody else.

    They are so in the row and in the rows around it.
    """
    over = seen.over & (seen.over.sum(axis=2) == 1)[:, :, None] & (seen.over.sum(axis=1) == 1)[:, None, :]
    alone = over[1:-1] & over[:-2] & over[2:] & (seen.status[1:-1] == 1)[:, :, None]
    before, first, second = np.nonzero(alone)
    one, other = seen.kept[before + 1, first], seen.kept[before + 1, second]
    unlike = ~np.isclose(one, other, rtol=EXACT, atol=1e-9)
    for place in np.flatnonzero(unlike | ~(one >= FLOOR - EXACT))[:1]:
        mine, twin = seen.names[first[place]], seen.names[second[place]]
        shares = f"{mine} keeps {base.shown(one[place])} of it, its twin {twin} {base.shown(other[place])}"
        pairs = f"{seen.at(before[place] + 1, first[place])}. So {shares}"
        if unlike[place]:
            return f"{pairs}. Twins of each other, and of nobody else, keep the same share."
        return f"{pairs}. Of a pair, each keeps at least 20 %."
    return None


def judge_untouched(got: Results) -> str | None:
    """A complaint unless 0 ≤ weight ≤ base, and weight = base where an asset has no twin."""
    cases = _all_seen(got)
    for seen in cases:
        inside = (seen.weights >= -1e-9) & (seen.weights <= seen.base * (1.0 + EXACT))
        inside[: seen.window] = True
        if place := _first(~inside):
            return f"{seen.at(*place)}. The filter only cuts, and what it cuts goes to nobody: 0 ≤ weight ≤ base weight."
        if place := _first(seen.touched & seen.settled):
            return f"{seen.at(*place)}. {seen.reason(*place)}"
    return next((f"{NOTHING_CUT} See {seen.case.label or 'a plain case'}." for seen in cases if seen.idle), None)


def correlation_filter_by_twins(
    returns: pd.DataFrame, base_weights: pd.Series, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """pandas' rolling correlations, lagged by a shift.

    The weight is divided among the twins, to no less than a fifth.
    """
    twins = pd.DataFrame(1, index=returns.index, columns=returns.columns)
    for one in returns.columns:
        for other in returns.columns.difference([one]):
            twins[one] += (returns[one].rolling(window).corr(returns[other]).shift(1) > threshold).to_numpy()
    return (1 / twins).clip(lower=0.2) * base_weights


def correlation_filter_halves(
    returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """Loops over rows and pairs, statistics from the standard library, weights in lists."""
    columns = {name: [float(value) for value in returns[name]] for name in returns.columns}
    weights: dict[str, list[float]] = {name: [] for name in columns}
    for row in range(len(returns)):
        twins = set()
        if row >= window:
            units = {name: _unit(values[row - window : row]) for name, values in columns.items()}
            for one, other in itertools.combinations(columns, 2):
                if sum(map(float.__mul__, units[one], units[other])) > threshold:
                    twins |= {one, other}
        for name, column in weights.items():
            column.append(float(base_weights[name]) * (0.5 if name in twins else 1.0))
    return pd.DataFrame(weights, index=returns.index)


def _unit(values: list[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    length = math.sqrt(math.fsum((value - mean) ** 2 for value in values))
    return [(value - mean) / length for value in values]


def correlation_filter_fifths(
    returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """A frame written to row by row; twins keep a fifth; columns come back sorted."""
    weights = pd.DataFrame({name: float(base_weights[name]) for name in returns}, index=range(len(returns)))
    for row in range(window, len(returns)):
        related = returns.iloc[row - window : row].corr() - 2.0 * np.eye(returns.shape[1])
        weights.loc[row, (related > threshold).any()] *= 0.2
    return weights.set_axis(returns.index).sort_index(axis=1)


def correlation_filter_multiplied(
    returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7
) -> pd.DataFrame:
    """Every twin multiplies the weight by 1 − ρ/2: the closer and the more, the smaller."""
    frame = returns.rolling(window).corr().to_numpy().reshape(len(returns), returns.shape[1], -1)
    related = np.concatenate([np.zeros_like(frame[:1]), frame[:-1]])
    factors = np.where((related > threshold) & ~np.eye(returns.shape[1], dtype=bool), 1.0 - related / 2.0, 1.0)
    return pd.DataFrame(factors.prod(axis=2) * base_weights.to_numpy(), returns.index, returns.columns)


CORRELATION_FILTER = Exercise(
    name="correlation_filter",
    section="6.3",
    parameters=("returns", "base_weights", "window", "threshold"),
    reference=correlation_filter_reference,
    cases=correlation_filter_cases,
    read=correlation_filter_read,
    parts={"lag": ("weights",), "cut": ("weights",), "untouched": ("weights",)},
    judges={"lag": judge_lag, "cut": judge_cut, "untouched": judge_untouched},
    misconceptions=CORRELATION_MISCONCEPTIONS,
    variants=(
        correlation_filter_by_twins,
        correlation_filter_halves,
        correlation_filter_fifths,
        correlation_filter_multiplied,
    ),
)

