"""Held-out answers to the exercises of section 6.1."""

from typing import Any

import numpy as np
import pandas as pd
from phase6.metrics import max_drawdown
from phase6.pyramiding import run_pyramid_backtest

from answer_key.held_out import HeldOutAnswer


def _risk(n: int, o: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A right answer, step by step, with some figures replaced."""
    a = {"side": 1, "price": 100.0, "atr": 2.0, "equity": 1e5, "risk_per_level": 0.005, "atr_stop_mult": 2.0} | {
        "add_threshold_atr": 1.0,
        "size_decay": 0.25,
    }
    a |= o
    entries = [a["price"] + a["side"] * i * a["add_threshold_atr"] * a["atr"] for i in range(n)]
    sizes = [a["equity"] * a["risk_per_level"] / (a["atr_stop_mult"] * a["atr"]) / (1 + a["size_decay"] * i) for i in range(n)]
    stop = entries[-1] - a["side"] * a["atr_stop_mult"] * a["atr"]
    return {
        "quantities": sizes,
        "entries": entries,
        "stop": stop,
        "stop_risk": sum(q * a["side"] * (e - stop) for q, e in zip(sizes, entries, strict=True)) / a["equity"],
        "open_heat": sum(q * a["side"] * (entries[-1] - stop) for q in sizes) / a["equity"],
        "given": a,
    } | changed


def risk(what: str, change: Any, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `pyramid_risk` with results changed by ``change``."""
    def pyramid_risk(n_levels: int, **options: Any) -> dict[str, Any]:
        figures = _risk(n_levels, options)
        changed: dict[str, Any] = figures | change(figures, figures["given"])
        return changed

    return HeldOutAnswer("pyramid_risk", what, pyramid_risk, means, **more)


def _frame(rows: Any, index: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, index=list(index), columns=["final_equity", "max_drawdown"])


def _curve(record: Any, fraction: float, start: float) -> list[float]:
    curve = [start]
    for r in record:
        curve.append(max(curve[-1] * (1 + fraction * float(r)), 0.0))
    return curve


def _fall(curve: Any) -> float:
    peak, worst = curve[0], 0.0
    for value in curve:
        peak = max(peak, value)
        worst = max(worst, 1 - value / peak)
    return worst


def sweep(what: str, row: Any, means: tuple[str, ...] = (), index: Any = lambda given: given, **more: Any) -> HeldOutAnswer:
    """An answer to `risk_sweep` that computes each ``row`` and labels it in another way."""
    def risk_sweep(r_multiples: Any, risk_fractions: Any, equity: float = 100_000.0) -> pd.DataFrame:
        record = list(r_multiples)
        rows = [row(record, f, equity) for f in risk_fractions]
        return _frame(rows, index(risk_fractions))

    return HeldOutAnswer("risk_sweep", what, risk_sweep, means, **more)


def levels(what: str, change: Any, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `levels_experiment` with each row changed by ``change``."""
    def levels_experiment(prices: pd.DataFrame, *, max_levels: Any = (1, 2, 4, 6), leverage: float = 3.0) -> pd.DataFrame:
        rows = {}
        for n in max_levels:
            equity = run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity
            rows[n] = {"total_return": equity.iloc[-1] / equity.iloc[0] - 1, "max_drawdown": max_drawdown(equity)} | change(equity, n)
        return pd.DataFrame(rows).T

    return HeldOutAnswer("levels_experiment", what, levels_experiment, means, **more)


def exits(what: str, change: Any = lambda t, **o: t, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """Another simulation than the key's; ``change`` rewrites its results, options change a rule."""
    strict, lag, open_from = more.pop("strict", False), more.pop("lag", 0), more.pop("open_from", 1)

    def scale_out(
        open_: Any, high: Any, low: Any, close: Any, *, side: Any, quantity: Any, stop: Any, targets: Any, fractions: Any
    ) -> Any:
        todo = [(float(t), float(f) * quantity) for t, f in zip(targets, fractions, strict=True)]
        left, cash, fills, pnl = quantity, 0.0, [], []
        far, near = (high, low) if side > 0 else (low, high)

        def passed(price: float, level: float) -> bool:
            return bool(side * (price - level) > 0 if strict else side * (price - level) >= 0)

        def out(bar: int, price: float, amount: float) -> None:
            nonlocal left, cash
            amount = min(amount, left)
            if amount > 0:
                fills.append((bar, price, amount))
                cash += side * amount * (price - open_[0])
                left -= amount

        for i in range(len(close)):
            while i >= open_from and todo and passed(open_[i], todo[0][0]):
                out(i, open_[i], todo.pop(0)[1])
            if passed(-near[i], -stop):
                beyond = side * (open_[i] - stop) <= 0
                out(i, open_[i] if beyond else stop, left)
                todo = []
            while i >= lag and todo and passed(far[i], todo[0][0]):
                price, amount = todo.pop(0)
                out(i, price, amount)
            pnl.append(cash + side * left * (close[i] - open_[0]))
        result = {"fills": fills, "pnl": pnl, "position": left}
        return change(result, side=side, quantity=quantity, close=close, open_=open_, stop=stop)

    return HeldOutAnswer("scale_out", what, scale_out, means, **more)


PERCENT, HUNDREDTH = ("a hundred times too large", "percent"), ("a hundred times too small",)
SIGN, SHORTS = ("sign turned round",), ("sign turned round for shorts",)

ANSWERS: tuple[HeldOutAnswer, ...] = (
    risk("risk_per_level read as percent", lambda r, a: {"quantities": [q / 100 for q in r["quantities"]]}, HUNDREDTH),
    risk("quantities in percent of themselves", lambda r, a: {"quantities": [q * 100 for q in r["quantities"]]}, PERCENT),
    risk(
        "negative quantities for shorts",
        lambda r, a: {"quantities": [a["side"] * q for q in r["quantities"]]},
        (*SHORTS, "negative quantities for shorts"),
    ),
    risk("entries newest first", lambda r, a: {"entries": r["entries"][::-1]}, ("reversed",)),
    risk("entries sorted upwards", lambda r, a: {"entries": sorted(r["entries"])}, ("sorted",)),
    risk(
        "everything rounded to two digits",
        lambda r, a: {"quantities": [round(q, 2) for q in r["quantities"]], "entries": [round(e, 2) for e in r["entries"]]},
        ("rounded",),
    ),
    risk("stop rounded to whole dollars", lambda r, a: {"stop": round(r["stop"])}, ("rounded",)),
    risk("stop on the winning side", lambda r, a: {"stop": r["entries"][-1] + a["side"] * a["atr_stop_mult"] * a["atr"]}),
    risk("stop risk with the sign of profit", lambda r, a: {"stop_risk": -r["stop_risk"]}, (*SIGN, "profit and loss at the stop")),
    risk("heat negated", lambda r, a: {"open_heat": -r["open_heat"]}, (*SIGN, "profit and loss at the stop")),
    risk("stop risk in percent", lambda r, a: {"stop_risk": 100 * r["stop_risk"]}, (*PERCENT, "risk in percent")),
    risk("heat signed like longs", lambda r, a: {"open_heat": a["side"] * r["open_heat"]}, SHORTS),
    risk("quantities added up level by level", lambda r, a: {"quantities": list(np.cumsum(r["quantities"]))}, ("added up",)),
    risk("stop risk per level", lambda r, a: {"stop_risk": r["stop_risk"] / len(r["entries"])}, ("divided by the count",)),
    risk(
        "nominal risk, other code", lambda r, a: {"stop_risk": len(r["entries"]) * a["risk_per_level"]}, ("nominal risk",), listed=True
    ),
    risk(
        "leverage in the sizes, other code",
        lambda r, a: {"quantities": [3 * q for q in r["quantities"]]},
        ("leverage multiplies the risk budget",),
        listed=True,
    ),
    risk(
        "the stop stays, other code",
        lambda r, a: {"stop": a["price"] - a["side"] * a["atr_stop_mult"] * a["atr"]},
        ("the stop never moves",),
        listed=True,
    ),
    risk("a right one with helper figures", lambda r, a: {"levels": len(r["entries"])}, right=True),
    risk("a right one of arrays", lambda r, a: {k: np.array(r[k]) for k in ("quantities", "entries")}, right=True),
    sweep(
        "final equity in thousands",
        lambda r, f, e: (_curve(r, f, e)[-1] / 1000, _fall(_curve(r, f, e))),
        ("a thousand times too small",),
    ),
    sweep(
        "drawdown as log",
        lambda r, f, e: (_curve(r, f, e)[-1], -np.log(max(1 - _fall(_curve(r, f, e)), 1e-12))),
        ("logarithm for a simple return", "logarithm for a fall"),
    ),
    sweep("drawdown rounded", lambda r, f, e: (_curve(r, f, e)[-1], round(_fall(_curve(r, f, e)), 3)), ("rounded",)),
    sweep("equity rounded to dollars", lambda r, f, e: (round(_curve(r, f, e)[-1]), _fall(_curve(r, f, e))), ("rounded",)),
    sweep("stops at the first loss", lambda r, f, e: (_curve(r[:3], f, e)[-1], _fall(_curve(r[:3], f, e)))),
    sweep(
        "trades from last to first",
        lambda r, f, e: (_curve(r[::-1], f, e)[-2], _fall(_curve(r[::-1], f, e)[:-1])),
        ("first trade left out", "the start is no peak"),
    ),
    sweep("risk doubled", lambda r, f, e: (_curve(r, 2 * f, e)[-1], _fall(_curve(r, 2 * f, e)))),
    sweep(
        "start not among the peaks, other code",
        lambda r, f, e: (_curve(r, f, e)[-1], _fall(_curve(r, f, e)[1:])),
        ("the start is no peak",),
        listed=True,
    ),
    sweep(
        "drawdown below zero, other code",
        lambda r, f, e: (_curve(r, f, e)[-1], -_fall(_curve(r, f, e))),
        ("drawdown negative", *SIGN),
        listed=True,
    ),
    sweep(
        "NaN after ruin",
        lambda r, f, e: (
            np.nan if _curve(r, f, e)[-1] == 0 else _curve(r, f, e)[-1],
            np.nan if _curve(r, f, e)[-1] == 0 else _fall(_curve(r, f, e)),
        ),
    ),
    sweep("a right one", lambda r, f, e: (_curve(r, f, e)[-1], _fall(_curve(r, f, e))), right=True),
    levels("mean daily return", lambda equity, n: {"total_return": equity.pct_change().mean()}),
    levels("return without the last bar", lambda equity, n: {"total_return": equity.iloc[-2] / equity.iloc[0] - 1}),
    levels(
        "return in percent, other code",
        lambda equity, n: {"total_return": (equity.iloc[-1] - 1e5) / 1e3},
        ("return in percent", *PERCENT),
        listed=True,
    ),
    levels("drawdown rounded to a percent", lambda equity, n: {"max_drawdown": round(max_drawdown(equity), 2)}, ("rounded",)),
    levels(
        "drawdown of 60 bars",
        lambda equity, n: {"max_drawdown": (1 - equity / equity.rolling(60, min_periods=1).max()).max()},
        ("drawdown over 60 bars",),
    ),
    levels(
        "log return, other code",
        lambda equity, n: {"total_return": np.log(max(equity.iloc[-1], 1e-9) / 1e5)},
        ("log return", "logarithm for a simple return"),
        listed=True,
    ),
    levels("levels as columns of one frame", lambda equity, n: {"total_return": equity.iloc[-1] / 1e5 - 1}, right=True),
    exits("a right one"),
    exits("strict comparisons", means=("a touch is not enough",), strict=True),
    exits("no target in bar 0", means=("targets from the bar after the entry",), lag=1, listed=True),
    exits(
        "fills counted from one",
        lambda t, **o: t | {"fills": [(b + 1, p, q) for b, p, q in t["fills"]]},
        ("bars counted from one", "one place late"),
        listed=True,
    ),
    exits("profit rounded to cents", lambda t, **o: t | {"pnl": [round(x, 2) for x in t["pnl"]]}, ("rounded",)),
    exits("profit lacks its last bar", lambda t, **o: t | {"pnl": t["pnl"][:-1]}, ("last missing",)),
    exits(
        "profit of shorts negated",
        lambda t, side, **o: t | {"pnl": [side * x for x in t["pnl"]]},
        ("profit of shorts with the sign of longs", *SHORTS),
        listed=True,
    ),
    exits("quantities negative", lambda t, **o: t | {"fills": [(b, p, -q) for b, p, q in t["fills"]]}, SIGN),
    exits(
        "profit in percent of the entry",
        lambda t, quantity, open_, **o: t | {"pnl": [100 * x / quantity / open_[0] for x in t["pnl"]]},
    ),
    exits("fills per bar and price reversed", lambda t, **o: t | {"fills": t["fills"][::-1]}, right=True),
    exits(
        "position as a share",
        lambda t, quantity, **o: t | {"position": t["position"] / quantity},
        ("position as a fraction",),
        listed=True,
    ),
    exits("profit of each bar", lambda t, **o: t | {"pnl": list(np.diff([0.0, *t["pnl"]]))}, ("profit bar by bar",), listed=True),
    exits("profit a bar early", lambda t, **o: t | {"pnl": [*t["pnl"][1:], t["pnl"][-1]]}, ("one place early",)),
)
ANSWERS = tuple(
    a if a.what != "a right one" or a.exercise != "scale_out" else HeldOutAnswer("scale_out", a.what, a.answer, right=True)
    for a in ANSWERS
)
