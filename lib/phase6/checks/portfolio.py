"""Visible checks of section 6.3.

The data of the worked examples, and what the prompts print about them.
"""

from typing import Any

import numpy as np
import pandas as pd

from phase6.checks import _base as base
from phase6.checks._practice import case, practised
from phase6.progress import recorded

__all__ = ["case", "compare_lookbacks", "correlation_filter", "example_prices", "example_returns", "example_twins", "leave_one_out"]

LEAVE_ONE_OUT = {
    "sharpe_all": 2.064,
    "sharpe_without": 2.452,
    "volatility_all": 0.100,
    "volatility_without": 0.100,
    "sharpe_change": 0.388,
}
"""What the prompt prints of ``leave_one_out(example_returns(), "B")``."""
LOOKBACKS = {"sharpe": (0.251, 1.495), "n_days": (239, 239), "flips": (31, 9)}
"""What the prompt prints of ``compare_lookbacks(example_prices(), (20, 50))``."""
BASE_WEIGHTS = {"A": 0.4, "B": 0.2, "C": 0.3, "D": 0.1}
"""Base weights of the example of `correlation_filter`: A and B are twins.

D is a hedge of both, and C is correlated with none.
"""
WINDOW = 14


def example_returns() -> pd.DataFrame:
    """Daily returns of three assets on 240 days, made of waves; C has none on the first 20 days."""
    day = np.arange(240)
    waves = {
        "A": 0.0006 + 0.006 * np.sin(0.9 * day),
        "B": 0.0001 + 0.03 * np.sin(1.7 * day + 1.0),
        "C": 0.0007 + 0.010 * np.sin(0.9 * day + 1.2) + 0.004 * np.sin(2.3 * day),
    }
    returns = pd.DataFrame(waves, index=pd.bdate_range("2024-01-01", periods=240, name="date"))
    returns.loc[returns.index[:20], "C"] = np.nan
    return returns


def example_prices() -> pd.Series:
    """Closes of 300 days, made of waves: a slow one to follow and a fast one to be fooled by."""
    day = np.arange(300)
    logs = 0.0004 * day + 0.10 * np.sin(day / 25.0) + 0.02 * np.sin(1.1 * day) + 0.015 * np.sin(0.37 * day + 1.0)
    return pd.Series(100.0 * np.exp(logs), index=pd.bdate_range("2023-01-02", periods=300, name="date"), name="close")


def example_twins() -> pd.DataFrame:
    """Daily returns of 40 days, made of waves.

    B is nearly 2 · A, D nearly −A, and C is out of step with all.
    """
    day = np.arange(40)
    wave, ripple = 0.01 * np.sin(0.9 * day), 0.001 * np.sin(2.1 * day)
    twins = {"A": wave, "B": 2.0 * wave + ripple, "C": 0.012 * np.cos(0.9 * day), "D": -wave + ripple}
    return pd.DataFrame(twins, index=pd.bdate_range("2024-01-01", periods=40, name="date"))


@recorded
@practised
def leave_one_out(answer: Any, part: str | None = None) -> None:
    """Keys, numbers, inputs left alone, and the figures that the prompt prints.

    ``part`` "all" or "without" looks at its keys only.
    """
    base.known_part("leave_one_out", part, ("all", "without"))
    base.need_function("leave_one_out", answer, ("returns", "asset", "target_volatility", "periods_per_year"))
    example = 'leave_one_out(check.example_returns(), "B")'
    returns = example_returns()
    result = base.call("leave_one_out", answer, (returns, "B"), {}, example)
    base.unchanged("leave_one_out", example_returns(), returns)
    result = base.need_keys("leave_one_out", result, tuple(LEAVE_ONE_OUT))
    for key, printed in LEAVE_ONE_OUT.items():
        if part is None or key.endswith("_all") == (part == "all"):
            _printed(example, f"`{key}`", base.number(f"`{key}`", result[key]), printed)


@recorded
@practised
def compare_lookbacks(answer: Any, part: str | None = None) -> None:
    """Index, columns, inputs left alone, and the table that the prompt prints.

    ``part`` "sharpe", "sample" or "flips" limits it to one column.
    """
    base.known_part("compare_lookbacks", part, ("sharpe", "sample", "flips"))
    base.need_function("compare_lookbacks", answer, ("prices", "lookbacks"))
    example = "compare_lookbacks(check.example_prices(), (20, 50))"
    prices = example_prices()
    result = base.call("compare_lookbacks", answer, (prices, (20, 50)), {}, example)
    base.unchanged("compare_lookbacks", example_prices(), prices)
    frame = base.table("compare_lookbacks", result, tuple(LOOKBACKS), (20, 50))
    tolerance = {"sharpe": (0.005, 0.002), "n_days": (0.0, 0.0), "flips": (0.0, 1.0)}
    for column, printed in LOOKBACKS.items():
        if part is None or column == {"sample": "n_days"}.get(part, part):
            mine = base.numbers(f"column `{column}`", frame[column], 2)
            for lookback, got, wanted in zip((20, 50), mine, printed, strict=True):
                _printed(example, f"`{column}` of lookback {lookback}", got, wanted, *tolerance[column])


TWINS_EXAMPLE = f"correlation_filter(check.example_twins(), base_weights, window={WINDOW})"


@recorded
@practised
def correlation_filter(answer: Any, part: str | None = None) -> None:
    """Check index, columns and untouched inputs, and what the prompt says of its example.

    ``part`` is "lag", "cut" or "untouched".
    """
    base.known_part("correlation_filter", part, ("lag", "cut", "untouched"))
    base.need_function("correlation_filter", answer, ("returns", "base_weights", "window", "threshold"))
    kept = _kept(answer, example_twins())
    if part in (None, "lag"):
        later = example_twins()
        later.iloc[-1] = [0.05, -0.05, 0.05, 0.05]
        _need_lag(kept, _kept(answer, later))
    if part in (None, "cut"):
        _need_cut(kept[WINDOW + 2 :])
    if part in (None, "untouched"):
        _need_untouched(kept[WINDOW:])


def _kept(answer: Any, returns: pd.DataFrame) -> np.ndarray:
    """The answer's weights on the example as shares of the base weights, shape (rows, columns).

    Columns are in the order of the returns.
    """
    given, weights = returns.copy(), pd.Series(BASE_WEIGHTS)
    result = base.call("correlation_filter", answer, (given, weights), {"window": WINDOW}, TWINS_EXAMPLE)
    base.unchanged("correlation_filter", (returns, pd.Series(BASE_WEIGHTS)), (given, weights))
    frame = base.table("correlation_filter", result, list(returns.columns), list(returns.index))
    columns = [base.numbers(f"column {name!r}", frame[name], len(returns), allow_nan=True) for name in returns.columns]
    scales: np.ndarray = np.column_stack(columns) / np.array(list(BASE_WEIGHTS.values()))
    return scales


def _need_lag(kept: np.ndarray, again: np.ndarray) -> None:
    base.need(
        np.allclose(kept[:WINDOW], 1.0, rtol=1e-6),
        f"In `{TWINS_EXAMPLE}` the first {WINDOW} rows have too few rows before them and keep the base weights; yours do not.",
    )
    base.need(
        np.allclose(kept, again, rtol=1e-6, equal_nan=True),
        "When the last row of the returns changes, weights change too. The weights of a row may use the rows before it only.",
    )
    late = bool((kept[WINDOW + 2 :, :2] < 1.0 - 1e-7).all() and (kept[WINDOW, :2] > 1.0 - 1e-7).all())
    base.need(not late, f"In `{TWINS_EXAMPLE}` row {WINDOW} has {WINDOW} rows before it, so A and B are cut there already.")


def _need_cut(kept: np.ndarray) -> None:
    for name, mine in zip("AB", kept.T, strict=False):
        base.need(
            bool(((mine >= 0.2 - 1e-6) & (mine <= 0.95 + 1e-6)).all()),
            f"In `{TWINS_EXAMPLE}`, {name} has a twin in the later rows and keeps 20 % to 95 % of its base weight; "
            f"yours keeps {base.shown(mine.min())} to {base.shown(mine.max())} of it.",
        )
    base.need(np.allclose(kept[:, 0], kept[:, 1], rtol=1e-6), f"In `{TWINS_EXAMPLE}`, A and B keep the same share; yours do not.")


def _need_untouched(kept: np.ndarray) -> None:
    base.need(
        bool(((kept >= -1e-9) & (kept <= 1.0 + 1e-6)).all()),
        f"`{TWINS_EXAMPLE}` holds a weight that is below 0, above its base weight, or no number. The filter only cuts.",
    )
    for place, name in ((2, "C"), (3, "D")):
        base.need(
            np.allclose(kept[:, place], 1.0, rtol=1e-6),
            f"In `{TWINS_EXAMPLE}`, {name} has no twin and keeps its base weight; yours does not.",
        )


def _printed(example: str, what: str, got: float, printed: float, relative: float = 0.005, slack: float = 0.0) -> None:
    """The figure that the prompt prints, to three decimals, within the tolerance that it states."""
    base.need(
        abs(got - printed) <= max(relative * abs(printed), slack) + 0.0005,
        f"In the prompt's example, `{example}`, {what} is {printed:g}; yours is {base.shown(got)}.",
    )
