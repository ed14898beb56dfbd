"""Section 6.2: what `ledger` and `plan_scale_in` return, and the figures that their prompts print."""

from collections.abc import Sequence
from typing import Any

from phase6.checks import _base as base

LEDGER_KEYS = ("position", "average_price", "realised", "unrealised")
LEDGER_FILLS = [(100, 50.0), (50, 53.0), (-60, 55.0), (-120, 52.0)]
LEDGER_MARK = 54.0
LEDGER_AFTER = ((100, 50.0, 0.0, 400.0), (150, 51.0, 0.0, 450.0), (90, 51.0, 240.0, 270.0), (-30, 52.0, 330.0, -60.0))
"""What the prompt of `ledger` prints: position, average price, realised and unrealised after each of the fills."""

PLAN = {"stop": 92.0, "side": 1, "equity": 100_000.0, "risk_budget": 0.01}
PLAN_ENTRIES, PLAN_SPLITS = [100.0, 98.0, 95.0], [0.5, 0.3, 0.2]
PLAN_PRINTED = ((3.0, (78.125, 46.875, 31.25)), (0.123, (62.5, 37.5, 25.0)))
"""What the prompt of `plan_scale_in` prints: quantities at two values of max_leverage."""


def ledger(answer: Any) -> None:
    """Keys, numbers, an empty list of fills, conservation of money, untouched inputs, and the prompt's table."""
    base.need_function("ledger", answer, ("fills", "mark"))
    for count, printed in enumerate(LEDGER_AFTER, start=1):
        fills = LEDGER_FILLS[:count]
        mine = _booked(answer, fills, LEDGER_MARK)
        shown = f"ledger({fills}, {LEDGER_MARK})"
        for key, wanted in zip(LEDGER_KEYS, printed, strict=True):
            base.need(
                base.close(mine[key], wanted),
                f"In the prompt's example, `{shown}`, `{key}` is {base.shown(wanted)}; yours is {base.shown(mine[key])}.",
            )
    empty = _booked(answer, [], 10.0)
    for key in LEDGER_KEYS:
        base.need(empty[key] == 0, f"Without any fill everything is 0; your `{key}` is {base.shown(empty[key])}.")
    record, mark = [(7.5, 20.0), (2.5, 26.0), (-4.0, 31.0), (5.0, 18.0)], 24.0
    mine = _booked(answer, record, mark)
    total, both = sum(quantity * (mark - price) for quantity, price in record), mine["realised"] + mine["unrealised"]
    base.need(
        base.close(both, total),
        f"Money is conserved: in `ledger({record}, {mark})` cash received less cash paid, plus the position at the mark, is "
        f"{base.shown(total)}; your `realised` and `unrealised` add up to {base.shown(both)}.",
    )
    print("✓ ledger: names, numbers and the worked example are right. Fresh data decide the points.")


def _booked(answer: Any, fills: Sequence[tuple[float, float]], mark: float) -> dict[str, float]:
    given = list(fills)
    result = base.call("ledger", answer, (given, mark), {}, f"ledger({fills}, {mark})")
    base.unchanged("ledger", fills, given)
    result = base.need_keys("ledger", result, LEDGER_KEYS)
    return {key: base.number(f"`{key}`", result[key]) for key in LEDGER_KEYS}


def plan_scale_in(answer: Any) -> None:
    """One positive quantity per entry, untouched inputs, and the two plans that the prompt prints."""
    names = ("entries", "splits", "stop", "side", "equity", "risk_budget", "max_leverage")
    base.need_function("plan_scale_in", answer, names)
    for leverage, printed in PLAN_PRINTED:
        named = PLAN | ({} if leverage == 3.0 else {"max_leverage": leverage})
        mine = _planned(answer, PLAN_ENTRIES, PLAN_SPLITS, named)
        for place, wanted in enumerate(printed):
            base.need(
                base.close(mine[place], wanted),
                f"In the prompt's example with max_leverage {leverage:g}, quantity {place} (counted from 0) is {base.shown(wanted)}; "
                f"yours is {base.shown(mine[place])}.",
            )
    _planned(answer, [40.0], [1.0], PLAN | {"side": -1, "stop": 41.0})
    print("✓ plan_scale_in: one quantity per entry, and the worked example is right. Fresh data decide the points.")


def _planned(answer: Any, entries: list[float], splits: list[float], named: dict[str, float]) -> base.Array:
    given = (list(entries), list(splits))
    shown = ", ".join([str(entries), str(splits), *(f"{key}={value:g}" for key, value in named.items())])
    result = base.call("plan_scale_in", answer, given, named, f"plan_scale_in({shown})")
    base.unchanged("plan_scale_in", (entries, splits), given)
    quantities = base.numbers("the result of `plan_scale_in`", result, len(entries))
    base.need(
        bool((quantities > 0).all()),
        f"`plan_scale_in({shown})` gives {base.shown(quantities)}; quantities are positive, for a short as well.",
    )
    return quantities
