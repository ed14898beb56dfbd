"""A student's own function, run on a market and drawn: what a right answer is good for.

In an exercise notebook, below the checks::

    from phase6 import showcase

    showcase.show(pyramid_risk)

A function that is not written yet, or fails, is a sentence and no error, so that Run All reaches
the end. Where nobody looks (a run without a person) nothing is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from phase6._notebook import batch_run
from phase6.conviction import trend_forecast
from phase6.indicators import rolling_volatility
from phase6.market import close_prices, generate_universe, trend_ohlcv
from phase6.plots import plot_lines, plot_means
from phase6.plots.pictures import Picture
from phase6.portfolio import run_trend_portfolio

Answer = Callable[..., Any]

__all__ = ["DRAWINGS", "draw", "show"]


def show(answer: Answer) -> Picture | None:
    """Draw what an answer does on a market; None, with a sentence, where it cannot.

    Parameters
    ----------
    answer : callable
        A coded answer of the unit, under its own name.

    Returns
    -------
    Picture or None
        None also in a run without a person.
    """
    if batch_run():
        return None
    name = getattr(answer, "__name__", repr(answer))
    try:
        return draw(name, answer)
    except NotImplementedError:
        print(f"Once `{name}` is written, this cell runs it on a market and draws the result.")
    except Exception as error:
        print(f"`{name}` did not run on a whole market: {type(error).__name__}: {error}")
        print("See what its checks say, then run this cell again.")
    return None


def draw(name: str, answer: Answer) -> Picture:
    """The picture of one exercise's answer.

    Raises
    ------
    ValueError
        If there is no drawing of that name.
    Exception
        Whatever the answer raises.
    """
    if name not in DRAWINGS:
        raise ValueError(f"there is no drawing for {name!r}; there are {', '.join(DRAWINGS)}")
    return DRAWINGS[name](answer)


def _pyramid_risk(answer: Answer) -> Picture:
    levels = range(1, 9)
    lines = {
        f"a level every {spacing:g} ATR": pd.Series(
            [answer(n, add_threshold_atr=spacing)["stop_risk"] for n in levels], levels
        )
        for spacing in (0.5, 1.0, 2.0)
    }
    return plot_lines(
        lines,
        title="Your pyramid: what can be lost at the stop",
        x="Levels held",
        y="Share of equity [%]",
        percent="y",
        points=True,
    )


def _levels_experiment(answer: Answer) -> Picture:
    table = answer(trend_ohlcv(500, seed=4, drift_sharpe=1.25), max_levels=(1, 2, 3, 4, 5, 6))
    lines = {"total return": table["total_return"], "largest drawdown": table["max_drawdown"]}
    return plot_lines(
        lines,
        title="Your experiment, on one trending market",
        x="Levels at most",
        y="Share of equity [%]",
        percent="y",
        points=True,
    )


def _trades() -> np.ndarray:
    """R multiples of a hundred trades of a trend follower: four in ten win, 2.2 R on average."""
    rng = np.random.default_rng(6)
    return np.where(rng.random(100) < 0.4, rng.exponential(2.2, 100), -rng.uniform(0.6, 1.3, 100))


def _risk_sweep(answer: Answer) -> Picture:
    fractions = np.round(np.arange(0.005, 0.305, 0.005), 3)
    table = answer(_trades().tolist(), fractions.tolist())
    lines = {"growth": table["final_equity"] / 100_000 - 1, "largest drawdown": table["max_drawdown"]}
    lines = {label: pd.Series(line.to_numpy(), fractions) for label, line in lines.items()}
    return plot_lines(
        lines,
        title="Your sweep, over a hundred trades",
        x="Risk per trade [% of equity]",
        y="Share of the start [%]",
        percent="xy",
    )


def _scale_out(answer: Answer) -> Picture:
    bars = trend_ohlcv(160, seed=49, drift_sharpe=2.0).iloc[60:]
    entry = float(bars["open"].iloc[0])
    columns = [bars[name].tolist() for name in ("open", "high", "low", "close")]
    common = {"side": 1, "quantity": 100.0, "stop": 0.94 * entry}
    parts = answer(*columns, targets=[1.03 * entry, 1.06 * entry, 1.1 * entry], fractions=[0.33, 0.33, 0.34], **common)
    held = answer(*columns, targets=[10 * entry], fractions=[1.0], **common)
    lines = {"sold in thirds": pd.Series(parts["pnl"]), "held to the stop": pd.Series(held["pnl"])}
    sales = {f"sale {number}": float(bar) for number, (bar, _, _) in enumerate(parts["fills"], 1)}
    return plot_lines(lines, title="Your anti-pyramid, bar by bar", x="Bar", y="Profit [$]", upright=sales)


def _ledger(answer: Answer) -> Picture:
    prices = trend_ohlcv(120, seed=5, drift_sharpe=1.5)["close"].to_numpy()
    fills = [(quantity, float(prices[bar])) for quantity, bar in ((50, 0), (30, 20), (-40, 50), (-70, 80), (30, 110))]
    times = (0, 20, 50, 80, 110)
    kept = [answer(fills[: sum(bar <= now for bar in times)], float(prices[now])) for now in range(len(prices))]
    lines = {name: pd.Series([one[name] for one in kept]) for name in ("realised", "unrealised")}
    lines["together"] = lines["realised"] + lines["unrealised"]
    return plot_lines(
        lines,
        title="Your ledger, over five fills and a flip",
        x="Bar",
        y="Profit [$]",
        upright={f"fill {n}": t for n, t in enumerate(times, 1)},
    )


def _plan_scale_in(answer: Answer) -> Picture:
    budgets = np.round(np.arange(0.002, 0.1001, 0.002), 4)
    entries, stop = [100.0, 98.0, 95.0], 92.0

    def lost(budget: float) -> float:
        quantities = np.asarray(
            answer(entries, [0.5, 0.3, 0.2], stop=stop, side=1, equity=100_000.0, risk_budget=budget, max_leverage=0.5)
        )
        return float((quantities * (np.asarray(entries) - stop)).sum()) / 100_000

    lines = {
        "what your plan loses at the stop": pd.Series([lost(float(budget)) for budget in budgets], budgets),
        "the budget": pd.Series(budgets, budgets),
    }
    return plot_lines(
        lines,
        title="Your plan: where does the cap on leverage bind?",
        x="Risk budget [%]",
        y="Loss [% of equity]",
        percent="xy",
    )


def _universe(seed: int = 63) -> pd.DataFrame:
    return close_prices(
        generate_universe(756, drift_sharpe=1.25, correlation_regimes=[(0.6, 0.1), (0.4, 0.8)], seed=seed)
    )


def _leave_one_out(answer: Answer) -> Picture:
    universes = [run_trend_portfolio(_universe(seed)).strategy_returns for seed in range(63, 75)]
    changes = {
        name.replace("_", " "): [answer(returns, name)["sharpe_change"] for returns in universes] for name in universes[0]
    }
    return plot_means(
        {"": changes},
        title="Your question in twelve universes: what does leaving each one out change?",
        x="Change of the Sharpe ratio [per √year]",
    )


def _compare_lookbacks(answer: Answer) -> Picture:
    lookbacks, prices = [10, 20, 40, 60, 80, 100, 150, 200], _universe()
    lines = {
        name: pd.Series(answer(prices[name], lookbacks)["sharpe"].to_numpy(), lookbacks)
        for name in ("Gold", "BTC", "Bonds")
    }
    return plot_lines(
        lines, title="Your comparison, on three markets", x="Lookback [days]", y="Sharpe ratio [per √year]", points=True
    )


def _correlation_filter(answer: Answer) -> Picture:
    returns = _universe().pct_change().iloc[1:]
    weights = answer(returns, pd.Series(1 / returns.shape[1], index=returns.columns))
    return plot_lines(
        {"invested": weights.sum(axis=1)},
        title="Your filter: how much stays invested when markets begin to move together",
        x="Date",
        y="Sum of weights [%]",
        percent="y",
        limits=(0.0, 1.05),
    )


def _conviction_size(answer: Answer) -> Picture:
    prices = _universe()
    returns, views = prices.pct_change(), trend_forecast(prices)
    risk = rolling_volatility(returns, 60)
    weights = pd.DataFrame(
        [
            answer(view, wild, diversification_multiplier=2.0, target_volatility=0.0125)
            for view, wild in zip(views.to_numpy(), risk.to_numpy(), strict=True)
        ],
        prices.index,
        prices.columns,
    )
    earned = (weights.shift(1) * returns).sum(axis=1)
    lines = {
        "your portfolio": (1 + earned).cumprod(),
        "equal money, held": (1 + returns.mean(axis=1).fillna(0)).cumprod(),
    }
    return plot_lines(lines, title="Your sizing trades eight markets", x="Date", y="Growth of 1")


DRAWINGS: Mapping[str, Callable[[Answer], Picture]] = MappingProxyType(
    {
        "pyramid_risk": _pyramid_risk,
        "levels_experiment": _levels_experiment,
        "risk_sweep": _risk_sweep,
        "scale_out": _scale_out,
        "ledger": _ledger,
        "plan_scale_in": _plan_scale_in,
        "leave_one_out": _leave_one_out,
        "compare_lookbacks": _compare_lookbacks,
        "correlation_filter": _correlation_filter,
        "conviction_size": _conviction_size,
    }
)
