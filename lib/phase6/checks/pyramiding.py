"""Section 6.1: what the four functions return, and the worked examples that their prompts print.

Each check takes the part that a test cell is about; without one it looks at everything. A figure
that follows from others, such as a risk from sizes and a stop, is compared with the printed one
only where those others are the printed ones.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from phase6.checks import _base as base
from phase6.checks._practice import case, practised
from phase6.market import trend_ohlcv
from phase6.progress import recorded

__all__ = ["case", "levels_experiment", "market", "pyramid_risk", "risk_sweep", "scale_out"]

RISK_ARGUMENTS = ("side", "price", "atr", "equity", "risk_per_level", "atr_stop_mult", "add_threshold_atr", "size_decay")
RISK_PARTS = {"sizes": ("quantities", "entries"), "stop": ("stop",), "risk": ("stop_risk", "open_heat")}
RISK_PRINTED: dict[str, Any] = {
    "quantities": (125.0, 100.0, 83.333333, 71.428571),
    "entries": (100.0, 102.0, 104.0, 106.0),
    "stop": 102.0,
    "stop_risk": 0.00202381,
    "open_heat": 0.01519048,
}
"""What the prompt of `pyramid_risk` prints for four levels and the defaults."""

MARKET_SEED, MARKET_BARS = 11, 300
LEVELS_PRINTED = {2: (-0.021821, 0.072373), 1: (-0.014436, 0.040578)}
"""What the prompt of `levels_experiment` prints: total return and drawdown by number of levels."""

SWEEP_RECORD, SWEEP_PRINTED = (1, -1, 2, -1, -1, 3), {0.1: (125_096.4, 0.19), 0.01: (102_959.00907, 0.0199)}
RUIN_RECORD, RUIN_PRINTED = (1, -4, 2), {0.3: (0.0, 1.0), 0.2: (33_600.0, 0.8)}
"""What the prompt of `risk_sweep` prints: final equity and drawdown for two records."""

SCALE_GIVEN: dict[str, Any] = {"side": 1, "quantity": 10, "stop": 98, "targets": (102, 104), "fractions": (0.5, 0.3)}
SCALE_ARGUMENTS = ("open_", "high", "low", "close", *SCALE_GIVEN)
SCALE_BARS = {
    "targets": ((100, 100.6, 102, 103), (101, 102.5, 103, 104.6), (99, 100.2, 101.5, 102.5), (100.5, 102.2, 102.8, 103.5)),
    "stop": ((100, 100.6, 102), (101, 102.5, 104.5), (99, 100.2, 97.5), (100.5, 102.2, 99)),
    "gaps": ((100, 102.7, 97), (101, 104.5, 97.4), (99, 102.4, 96), (100.5, 103, 96.5)),
}
SCALE_PRINTED: dict[str, dict[str, Any]] = {
    "targets": {"fills": ((1, 102, 5), (3, 104, 3)), "pnl": (5.0, 21.0, 24.0, 29.0), "position": 2.0},
    "stop": {"fills": ((1, 102, 5), (2, 98, 5)), "pnl": (5.0, 21.0, 0.0), "position": 0.0},
    "gaps": {"fills": ((1, 102.7, 5), (1, 104, 3), (2, 97, 2)), "pnl": (5.0, 31.5, 19.5), "position": 0.0},
}
"""What the prompt of `scale_out` prints for three short markets."""


def market() -> pd.DataFrame:
    """The market of this section's examples: 300 daily bars with a drift that persists."""
    return trend_ohlcv(MARKET_BARS, seed=MARKET_SEED)


def _same(mine: Any, printed: Any) -> bool:
    return np.shape(mine) == np.shape(printed) and bool(np.allclose(mine, printed, rtol=1e-5, atol=1e-6))


def _compare(example: str, name: str, mine: Any, printed: Any) -> None:
    base.need(
        _same(mine, printed),
        f"In the prompt's example, `{example}`, `{name}` is {base.shown(printed)}; yours is {base.shown(mine)}.",
    )


@recorded
@practised
def pyramid_risk(answer: Any, part: str | None = None) -> None:
    """Keys, lengths, a position of one level, and the prompt's example.

    ``part`` is one of sizes, stop and risk.
    """
    base.known_part("pyramid_risk", part, RISK_PARTS)
    base.need_function("pyramid_risk", answer, ("n_levels", *RISK_ARGUMENTS))
    wanted = [name for key, names in RISK_PARTS.items() if part in (None, key) for name in names]
    for levels, named in ((1, {"side": -1}), (4, {})):
        example = f"pyramid_risk({levels}{''.join(f', {key}={value}' for key, value in named.items())})"
        result = base.need_keys("pyramid_risk", base.call("pyramid_risk", answer, (levels,), named, example), wanted)
        mine = {name: _risk_figure(name, result[name], levels) for name in wanted}
    others_printed = True
    for key, names in RISK_PARTS.items():
        if part in (None, key):
            for name in names:
                if others_printed:
                    _compare("pyramid_risk(4)", name, mine[name], RISK_PRINTED[name])
        else:
            others_printed = others_printed and all(_risk_printed(result, name) for name in names)
    for name in RISK_PARTS[part] if part in ("stop", "risk") else ():
        for side in (1, -1):
            _risk_follows(answer, name, side)


def _risk_follows(answer: Any, name: str, side: int) -> None:
    """A figure of four levels is printed by the prompt, or follows from the answer's own others.

    Nothing is said where these cannot be read. Risk follows only from sizes above 0. A short risks
    what a long does.
    """
    example = f"pyramid_risk(4{', side=-1' if side == -1 else ''})"
    result = base.need_keys("pyramid_risk", base.call("pyramid_risk", answer, (4,), {"side": side}, example), (name,))
    mine = base.number(f"`{name}`", result[name])
    try:
        quantities, entries = (_risk_figure(key, result.get(key), 4) for key in RISK_PARTS["sizes"])
        stop = _risk_figure("stop", result.get("stop"), 4)
    except base.Hint:
        return
    if name == "stop":
        own = float(entries[-1]) - 4.0 * side
    elif _same(mine, RISK_PRINTED[name]):
        return
    else:
        _need_sizes(answer, side)
        own = float(np.sum(quantities * side * ((entries if name == "stop_risk" else entries[-1]) - stop))) / 100_000.0
    base.need(
        _same(mine, own),
        f"In `{example}`, `{name}` is {base.shown(own)} by the rule from your own "
        f"{'entries' if name == 'stop' else 'sizes, entries and stop'}; yours is {base.shown(mine)}.",
    )


def _need_sizes(answer: Any, side: int) -> None:
    example = f"pyramid_risk(6{', side=-1' if side == -1 else ''})"
    result = base.need_keys("pyramid_risk", base.call("pyramid_risk", answer, (6,), {"side": side}, example), ("quantities",))
    base.need(
        bool((_risk_figure("quantities", result["quantities"], 6) > 0).all()),
        f"In `{example}` your sizes are {base.shown(result['quantities'])}. Risk is judged by what follows from your own sizes as "
        "long as all of them are above 0.",
    )


def _risk_printed(result: Mapping[str, Any], name: str) -> bool:
    try:
        return _same(_risk_figure(name, result.get(name), 4), RISK_PRINTED[name])
    except base.Hint:
        return False


def _risk_figure(name: str, value: Any, levels: int) -> Any:
    return base.numbers(f"`{name}`", value, levels) if name in RISK_PARTS["sizes"] else base.number(f"`{name}`", value)


def _table_check(
    name: str, result: Any, printed: Mapping[Any, tuple[float, float]], columns: Mapping[str, int], example: str, *, ordered: bool
) -> None:
    """Index, numbers in both columns, and the printed figures of ``columns``.

    The order of the rows counts only if ``ordered``.
    """
    index = list(printed)
    if not ordered and isinstance(result, pd.DataFrame) and set(result.index) == set(index):
        result = result.loc[index]
    base.table(name, result, ("final_equity" if name == "risk_sweep" else "total_return", "max_drawdown"), index)
    for column, number in columns.items():
        mine = base.numbers(f"the column `{column}`", result[column], len(index))
        _compare(example, column, mine, [row[number] for row in printed.values()])


@recorded
@practised
def levels_experiment(answer: Any, part: str | None = None) -> None:
    """A table in the order asked for, untouched prices, and the prompt's example.

    ``part`` is return or drawdown.
    """
    base.known_part("levels_experiment", part, ("return", "drawdown"))
    base.need_function("levels_experiment", answer, ("prices", "max_levels", "leverage"))
    prices, levels = market(), tuple(LEVELS_PRINTED)
    given = prices.copy()
    example = f"levels_experiment(market, max_levels={levels})"
    result = base.call("levels_experiment", answer, (given,), {"max_levels": levels}, example)
    base.unchanged("levels_experiment", prices, given)
    columns = {"return": {"total_return": 0}, "drawdown": {"max_drawdown": 1}}.get(part or "", {"total_return": 0, "max_drawdown": 1})
    _table_check("levels_experiment", result, LEVELS_PRINTED, columns, example, ordered=part != "drawdown")


@recorded
@practised
def risk_sweep(answer: Any, part: str | None = None) -> None:
    """A table in the order asked for, untouched lists, and the prompt's two examples.

    ``part`` is equity, drawdown or ruin.
    """
    base.known_part("risk_sweep", part, ("equity", "drawdown", "ruin"))
    base.need_function("risk_sweep", answer, ("r_multiples", "risk_fractions", "equity"))
    both = {"final_equity": 0, "max_drawdown": 1}
    columns = {"equity": {"final_equity": 0}, "drawdown": {"max_drawdown": 1}}.get(part or "", both)
    for parts, record, printed in (
        ((None, "equity", "drawdown"), SWEEP_RECORD, SWEEP_PRINTED),
        ((None,), RUIN_RECORD, RUIN_PRINTED),
        (("ruin",), RUIN_RECORD, {0.3: RUIN_PRINTED[0.3]}),
    ):
        if part not in parts:
            continue
        given = [list(record), list(printed)]
        example = f"risk_sweep({given[0]}, {given[1]})"
        result = base.call("risk_sweep", answer, given, {}, example)
        base.unchanged("risk_sweep", [list(record), list(printed)], given)
        if part == "ruin" and isinstance(result, pd.DataFrame) and "max_drawdown" in result:
            result = result.assign(max_drawdown=result["max_drawdown"].abs())
        _table_check("risk_sweep", result, printed, columns, example, ordered=part in (None, "equity"))


@recorded
@practised
def scale_out(answer: Any, part: str | None = None) -> None:
    """Keys, fills of three numbers, one profit per bar, and the prompt's examples.

    ``part`` is targets, stop, gaps or account.
    """
    base.known_part("scale_out", part, (*SCALE_PRINTED, "account"))
    base.need_function("scale_out", answer, SCALE_ARGUMENTS)
    for example, printed in SCALE_PRINTED.items():
        if part not in (None, "account", example):
            continue
        bars = [list(column) for column in SCALE_BARS[example]]
        named = {key: list(value) if isinstance(value, tuple) else value for key, value in SCALE_GIVEN.items()}
        before = [list(column) for column in bars], {**named, "targets": list(named["targets"]), "fractions": list(named["fractions"])}
        call = f"scale_out({', '.join(map(str, bars))}, …)"
        result = base.call("scale_out", answer, bars, named, call)
        base.unchanged("scale_out", before, (bars, named))
        result = base.need_keys("scale_out", result, ("fills",) if part == example else ("fills", "pnl", "position"))
        fills_printed = _fills_check(result["fills"], printed["fills"], call, compare=part != "account")
        if part not in (None, "account"):
            continue
        pnl = base.numbers("`pnl`", result["pnl"], len(bars[0]))
        position = base.number("`position`", result["position"])
        if fills_printed:
            _compare(call, "pnl", pnl, printed["pnl"])
            _compare(call, "position", position, printed["position"])


def _fills_check(fills: Any, printed: tuple[tuple[float, ...], ...], call: str, *, compare: bool) -> bool:
    """Whether the fills are the printed ones, those at one price of one bar together.

    With ``compare`` anything else is a hint.
    """
    if isinstance(fills, pd.DataFrame):
        fills = fills.to_numpy()
    try:
        base.need(isinstance(fills, list | tuple | np.ndarray), f"`fills` is a {type(fills).__name__}; expected a list.")
        together: dict[tuple[int, float], float] = {}
        for fill in fills:
            bar, price, sold = base.numbers("a fill, (bar, price, quantity),", fill, 3)
            together[int(bar), round(float(price), 6)] = together.get((int(bar), round(float(price), 6)), 0.0) + float(sold)
    except base.Hint:
        if compare:
            raise
        return False
    sales = sorted((*key, sold) for key, sold in together.items() if not base.close(sold, 0.0))
    same = _same(sales, sorted(printed))
    if compare and not same:
        raise base.Hint(f"In the prompt's example, `{call}`, the fills are {base.shown(printed)}; yours are {base.shown(fills)}.")
    return same
