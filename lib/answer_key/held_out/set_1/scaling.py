"""Held-out answers to the exercises of section 6.2."""

import math
from typing import Any

import numpy as np

from answer_key.held_out import HeldOutAnswer

KEYS = ("position", "average_price", "realised", "unrealised")


def _books(fills: Any, mark: float, *, closing: Any = None, flat: Any = 0.0) -> dict[str, Any]:
    """A ledger over signed lots of cost; ``closing`` may change what a reduction earns."""
    held = cost = earned = 0.0
    for quantity, price in fills:
        if held == 0 or (held > 0) == (quantity > 0):
            held, cost = held + quantity, cost + quantity * price
            continue
        average = cost / held
        part = -math.copysign(min(abs(quantity), abs(held)), held)
        gain = -part * (price - average)
        earned += closing(gain, part, price, average) if closing else gain
        held, cost = held + part, cost + part * average
        rest = quantity - part
        if held == 0:
            cost = 0.0
        if rest:
            held, cost = rest, rest * price
    average = cost / held if held else flat
    return dict(zip(KEYS, (held, average, earned, held * mark - cost), strict=True))


def ledger(what: str, change: Any = lambda a, fills, mark: {}, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `ledger` that books a closing trade otherwise.

    Or its results are changed by ``change``.
    """
    options = {name: more.pop(name) for name in ("closing", "flat") if name in more}

    def answer(fills: Any, mark: float) -> dict[str, Any]:
        books = _books(list(fills), mark, **options)
        changed: dict[str, Any] = books | change(books, fills, mark)
        return changed

    return HeldOutAnswer("ledger", what, answer, means, **more)


def plan(what: str, change: Any = lambda q, **o: q, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `plan_scale_in` with another risk, cap or share.

    Or its quantities are changed by ``change``.
    """
    risk, cap, share = more.pop("risk", None), more.pop("cap", None), more.pop("share", None)

    def answer(
        entries: Any, splits: Any, *, stop: float, side: int, equity: float, risk_budget: float, max_leverage: float = 3.0
    ) -> Any:
        total = sum(splits)
        shares = [s / total for s in splits] if share is None else share(splits)
        loss = sum(w * side * (e - stop) for w, e in zip(shares, entries, strict=True))
        if risk:
            loss = risk(shares, entries, stop, side)
        size = risk_budget * equity / loss
        value = sum(w * e for w, e in zip(shares, entries, strict=True))
        limit = max_leverage * equity if cap is None else cap(equity, max_leverage)
        if size * value > limit:
            size = limit / value
        quantities = [size * w for w in shares]
        return change(quantities, entries=entries, stop=stop, side=side, equity=equity)

    return HeldOutAnswer("plan_scale_in", what, answer, means, **more)


ANSWERS = (
    ledger("a right one", right=True),
    ledger("a right one of NumPy scalars", lambda a, fills, mark: {k: np.float64(v) for k, v in a.items()}, right=True),
    ledger("None when flat", flat=None, means=("no number when flat",)),
    ledger("NaN when flat", flat=math.nan, means=("no number when flat",)),
    ledger("realised in cents", lambda a, fills, mark: {"realised": 100 * a["realised"]}, ("a hundred times too large",)),
    ledger("realised negated", lambda a, fills, mark: {"realised": -a["realised"]}, ("sign turned round",)),
    ledger("unrealised negated", lambda a, fills, mark: {"unrealised": -a["unrealised"]}, ("sign turned round",)),
    ledger("average rounded to cents", lambda a, fills, mark: {"average_price": round(a["average_price"], 2)}, ("rounded",)),
    ledger("everything rounded to units", lambda a, fills, mark: {k: float(round(v)) for k, v in a.items()}, ("rounded",)),
    ledger(
        "position without the last fill",
        lambda a, fills, mark: {"position": sum(q for q, _ in fills[:-1])},
        ("the last fill left out",),
    ),
    ledger("books without the first fill", lambda a, fills, mark: _books(list(fills)[1:], mark)),
    ledger("position negated", lambda a, fills, mark: {"position": -a["position"]}, ("sign turned round",)),
    ledger(
        "unrealised of shorts, other code",
        lambda a, fills, mark: {"unrealised": abs(a["position"]) * (mark - a["average_price"])},
        ("shorts are marked like longs", "sign turned round for shorts"),
        listed=True,
    ),
    ledger(
        "realised per unit closed",
        closing=lambda gain, part, price, average: gain / abs(part),
        means=("profit per unit",),
        listed=True,
    ),
    ledger("worth instead of profit", lambda a, fills, mark: {"unrealised": a["position"] * mark}, ("value as profit",), listed=True),
    ledger("a commission of ten basis points", closing=lambda gain, part, price, average: gain - 0.001 * abs(part) * price),
    ledger(
        "total in realised",
        lambda a, fills, mark: {"realised": a["realised"] + a["unrealised"]},
        ("realised contains the unrealised",),
        listed=True,
    ),
    plan("a right one", right=True),
    plan("a right tuple", lambda q, **o: tuple(q), right=True),
    plan("quantities in thousandths", lambda q, **o: [x / 1000 for x in q], ("a thousand times too small",)),
    plan(
        "quantities signed by side",
        lambda q, side, **o: [side * x for x in q],
        ("shorts in negative units", "sign turned round for shorts"),
        listed=True,
    ),
    plan("all negative", lambda q, **o: [-x for x in q], ("sign turned round",)),
    plan("order of entries turned round", lambda q, **o: q[::-1], ("splits in reverse", "reversed"), listed=True),
    plan("sorted", lambda q, **o: sorted(q), ("sorted",)),
    plan("rounded to units", lambda q, **o: [round(x) for x in q], ("rounded", "whole units")),
    plan("rounded to a tenth", lambda q, **o: [round(x, 1) for x in q], ("rounded",)),
    plan("cumulative", lambda q, **o: list(np.cumsum(q)), ("added up",)),
    plan("distance of the nearest entry", risk=lambda w, e, stop, side: min(abs(x - stop) for x in e)),
    plan("distance of the farthest entry", risk=lambda w, e, stop, side: max(abs(x - stop) for x in e)),
    plan(
        "distance of the middle",
        risk=lambda w, e, stop, side: abs(np.mean(e) - stop),
        means=("plain average of the entries",),
        listed=True,
    ),
    plan("cap at equity", cap=lambda equity, leverage: equity, means=("a cap of equity",), listed=True),
    plan("cap at half of it", cap=lambda equity, leverage: 0.5 * leverage * equity),
    plan("splits as they are, which does not matter by this formula", share=list, right=True),
    plan(
        "weights of money",
        lambda q, entries, equity, **o: [x * e / equity for x, e in zip(q, entries, strict=True)],
        ("money instead of units",),
    ),
)
