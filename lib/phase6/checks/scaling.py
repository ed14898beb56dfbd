"""Section 6.2: what `ledger` and `plan_scale_in` return, and the figures that their prompts print.

Each check takes the part that a test cell is about; without one it looks at everything. The cap on
notional is judged by the same function's plan with a cap out of reach, so a slip in the size fails
the part for the size alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from phase6.checks import _base as base
from phase6.checks._practice import case, practised
from phase6.progress import recorded

__all__ = ["case", "ledger", "plan_scale_in"]

LEDGER_KEYS = ("position", "average_price", "realised", "unrealised")
LEDGER_PARTS = {"pnl": ("realised", "unrealised"), "average": ("average_price",), "position": ("position",)}
LEDGER_FILLS = [(100, 50.0), (50, 53.0), (-60, 55.0), (-120, 52.0)]
LEDGER_MARK = 54.0
LEDGER_AFTER = ((100, 50.0, 0.0, 400.0), (150, 51.0, 0.0, 450.0), (90, 51.0, 240.0, 270.0), (-30, 52.0, 330.0, -60.0))
"""What the prompt of `ledger` prints after each of the fills.

Position, average price, realised and unrealised profit.
"""

PLAN_PARTS = ("split", "risk", "cap")
PLAN = {"stop": 92.0, "side": 1, "equity": 100_000.0, "risk_budget": 0.01}
PLAN_ENTRIES, PLAN_SPLITS = [100.0, 98.0, 95.0], [0.5, 0.3, 0.2]
PLAN_PRINTED = ((3.0, (78.125, 46.875, 31.25)), (0.123, (62.5, 37.5, 25.0)))
"""What the prompt of `plan_scale_in` prints: quantities at two values of max_leverage."""
OUT_OF_REACH = 1e6
"""A max_leverage that binds no plan."""


@recorded
@practised
def ledger(answer: Any, part: str | None = None) -> None:
    """Keys, numbers, untouched inputs, an empty list of fills, and the prompt's table.

    For the profits, conservation of money. ``part`` is pnl, average or position, and limits the
    figures to those of its keys.
    """
    base.known_part("ledger", part, LEDGER_PARTS)
    base.need_function("ledger", answer, ("fills", "mark"))
    wanted = LEDGER_PARTS[part] if part else LEDGER_KEYS
    for count, row in enumerate(LEDGER_AFTER, start=1):
        fills, printed = LEDGER_FILLS[:count], dict(zip(LEDGER_KEYS, row, strict=True))
        mine = _booked(answer, fills, LEDGER_MARK, wanted)
        shown = f"ledger({fills}, {LEDGER_MARK})"
        for key in wanted:
            base.need(
                base.close(mine[key], printed[key]),
                f"In the prompt's example, `{shown}`, `{key}` is {base.shown(printed[key])}; yours is {base.shown(mine[key])}.",
            )
    empty = _booked(answer, [], 10.0, wanted)
    for key in wanted:
        base.need(base.close(empty[key], 0.0), f"Without any fill everything is 0; your `{key}` is {base.shown(empty[key])}.")
    if part in (None, "pnl"):
        _conserved(answer)


def _conserved(answer: Any) -> None:
    record, mark = [(7.5, 20.0), (2.5, 26.0), (-4.0, 31.0), (5.0, 18.0)], 24.0
    mine = _booked(answer, record, mark, ("realised", "unrealised"))
    total, both = sum(quantity * (mark - price) for quantity, price in record), mine["realised"] + mine["unrealised"]
    base.need(
        base.close(both, total),
        f"Money is conserved: in `ledger({record}, {mark})` cash received less cash paid, plus the position at the mark, is "
        f"{base.shown(total)}; your `realised` and `unrealised` add up to {base.shown(both)}.",
    )


def _booked(answer: Any, fills: Sequence[tuple[float, float]], mark: float, keys: Sequence[str]) -> dict[str, float]:
    given = list(fills)
    result = base.call("ledger", answer, (given, mark), {}, f"ledger({fills}, {mark})")
    base.unchanged("ledger", fills, given)
    result = base.need_keys("ledger", result, LEDGER_KEYS)
    return {key: base.number(f"`{key}`", result[key]) for key in keys}


@recorded
@practised
def plan_scale_in(answer: Any, part: str | None = None) -> None:
    """One quantity per entry, untouched inputs, and the two plans that the prompt prints.

    ``part`` is split (shares of the total), risk (loss at the stop) or cap (notional); without it
    the quantities are compared too.
    """
    base.known_part("plan_scale_in", part, PLAN_PARTS)
    names = ("entries", "splits", "stop", "side", "equity", "risk_budget", "max_leverage")
    base.need_function("plan_scale_in", answer, names)
    plans = {leverage: _planned(answer, PLAN_ENTRIES, PLAN_SPLITS, _plan_named(leverage)) for leverage, _ in PLAN_PRINTED}
    if part in (None, "split"):
        for leverage, quantities in plans.items():
            _need_shares(leverage, quantities)
    if part in (None, "risk"):
        loss = float(np.dot(plans[3.0], np.subtract(PLAN_ENTRIES, PLAN["stop"])))
        _compare(3.0, "the loss at the stop", loss, PLAN["equity"] * PLAN["risk_budget"])
    if part in (None, "cap"):
        _need_cap(plans, _planned(answer, PLAN_ENTRIES, PLAN_SPLITS, _plan_named(OUT_OF_REACH)))
    if part is None:
        for leverage, printed in PLAN_PRINTED:
            for place, wanted in enumerate(printed):
                _compare(leverage, f"quantity {place} (counted from 0)", plans[leverage][place], wanted)
    short = _planned(answer, [40.0], [1.0], PLAN | {"side": -1, "stop": 41.0})
    positive = part == "split" or bool(short[0] > 0)
    base.need(positive, f"Your quantity of a short is {base.shown(short[0])}; quantities are positive for both sides.")


def _plan_named(leverage: float) -> dict[str, float]:
    return PLAN | ({} if leverage == 3.0 else {"max_leverage": leverage})


def _compare(leverage: float, what: str, mine: float, printed: float) -> None:
    base.need(
        base.close(mine, printed),
        f"In the prompt's example with max_leverage {leverage:g}, {what} is {base.shown(printed)}; yours is {base.shown(mine)}.",
    )


def _need_shares(leverage: float, quantities: base.Array) -> None:
    total = quantities.sum()
    base.need(total != 0, f"In the prompt's example with max_leverage {leverage:g} your quantities add up to 0.")
    for place, split in enumerate(PLAN_SPLITS):
        _compare(leverage, f"quantity {place} (counted from 0) as a share of the total", quantities[place] / total, split)


def _need_cap(plans: Mapping[float, base.Array], free: base.Array) -> None:
    equity, asked = PLAN["equity"], float(np.dot(free, PLAN_ENTRIES))
    example = f"In the prompt's example with max_leverage {OUT_OF_REACH:,.0f} your notional is {base.shown(asked)}."
    base.need(asked < 0.1 * OUT_OF_REACH * equity, f"{example} The cap is a limit, not a target.")
    for leverage, quantities in plans.items():
        mine, most = float(np.dot(quantities, PLAN_ENTRIES)), leverage * equity
        then = "all quantities shrink until it is just that" if asked > most else "it stays"
        base.need(
            base.close(mine, min(asked, most)),
            f"{example} With max_leverage {leverage:g} it may be {base.shown(most)} at most, so {then}; yours is {base.shown(mine)}.",
        )


def _planned(answer: Any, entries: list[float], splits: list[float], named: Mapping[str, float]) -> base.Array:
    given = (list(entries), list(splits))
    shown = ", ".join([str(entries), str(splits), *(f"{key}={value:g}" for key, value in named.items())])
    result = base.call("plan_scale_in", answer, given, named, f"plan_scale_in({shown})")
    base.unchanged("plan_scale_in", (entries, splits), given)
    return base.numbers("the result of `plan_scale_in`", result, len(entries))
