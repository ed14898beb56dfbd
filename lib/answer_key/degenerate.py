"""A search for answers that pass a test without the idea behind it.

They are constants, extremes, noise, copies of arguments, one right row of many. Each is made from
what the reference returns, so that shape and names are right and only the figures are not. None may
pass any part of any exercise.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from answer_key.exercise import Answer, Exercise, Floats
from answer_key.pyramiding.scale_out.trades import Bars
from answer_key.value import Value

Leaf = Callable[[float, int, np.random.Generator], float]
CONSTANTS = (0.0, 1.0, -1.0, 1e30, -1e30, 1e-30, 1e-300, float("nan"))
LEAVES: dict[str, Leaf] = {
    **{f"always {constant:g}": lambda value, place, rng, constant=constant: constant for constant in CONSTANTS},  # type: ignore[misc]
    "the sign, next to nothing": lambda value, place, rng: 1e-30 * np.sign(value),
    "the sign, very large": lambda value, place, rng: 1e30 * np.sign(value),
    "noise": lambda value, place, rng: float(rng.normal()),
    "noise of the right size": lambda value, place, rng: value * float(rng.uniform(0.5, 2.0)),
    "their position": lambda value, place, rng: float(place),
}


def rewritten(result: Any, leaf: Leaf, rng: np.random.Generator) -> Any:
    """The result with every number replaced; whole numbers and counts too."""
    if isinstance(result, dict):
        return {key: rewritten(value, leaf, rng) for key, value in result.items()}
    if isinstance(result, pd.DataFrame):
        columns = [[leaf(float(value), place, rng) for place, value in enumerate(result.iloc[:, at])] for at in range(result.shape[1])]
        return pd.DataFrame(np.array(columns).T, index=result.index, columns=result.columns)
    if isinstance(result, list | tuple | np.ndarray):
        nested = any(isinstance(value, list | tuple) for value in result)
        return [rewritten(value, leaf, rng) if nested else leaf(float(value), place, rng) for place, value in enumerate(result)]
    return leaf(float(result), -1, rng)


def last_row_only(result: Any) -> Any:
    """Right figures in the last row or position, zeros before it."""
    if isinstance(result, dict):
        return {key: last_row_only(value) if isinstance(value, list | np.ndarray) else 0.0 for key, value in result.items()}
    if isinstance(result, pd.DataFrame):
        return result * (np.arange(len(result)) == len(result) - 1)[:, None]
    if isinstance(result, list | np.ndarray) and len(result) and not isinstance(result[0], tuple):
        return [0.0] * (len(result) - 1) + [result[-1]]
    return result[-1:] if isinstance(result, list) else 0.0


def _filters() -> Iterator[tuple[str, Answer]]:
    def tile(returns: pd.DataFrame, base_weights: pd.Series) -> pd.DataFrame:
        return pd.DataFrame(np.tile(base_weights.to_numpy(dtype=float), (len(returns), 1)), returns.index, returns.columns)

    def with_rows(rows: Callable[[int], Any], share: float, columns: slice = slice(None)) -> Answer:
        def answer(returns: pd.DataFrame, base_weights: pd.Series, **_: object) -> pd.DataFrame:
            weights = tile(returns, base_weights)
            weights.iloc[rows(len(weights)), columns] *= share
            return weights

        return answer

    yield "base weights copied", lambda returns, base_weights, **_: tile(returns, base_weights)
    yield "one weight cut in one row", with_rows(lambda rows: [rows - 1], 0.5, slice(0, 1))
    yield "the last row cut", with_rows(lambda rows: [rows - 1], 0.5)
    yield "everybody cut once the window is full", with_rows(lambda rows: slice(60, None), 0.5)
    yield "everybody cut", with_rows(lambda rows: slice(None), 0.5)
    yield "a tenth of a per mille cut", with_rows(lambda rows: slice(20, None), 0.9999)


def _trades() -> Iterator[tuple[str, Answer]]:
    def sold_at(bar: Callable[[int], int | None]) -> Answer:
        def answer(
            open_: Bars, high: Bars, low: Bars, close: Bars, *, side: int, quantity: float, **_: object
        ) -> dict[str, object]:
            at = bar(len(close))
            entry = open_[0]
            if at is None:
                return {"fills": [], "pnl": [side * quantity * (price - entry) for price in close], "position": quantity}
            price = open_[at]
            path = [side * quantity * ((close[i] if i < at else price) - entry) for i in range(len(close))]
            return {"fills": [(at, price, quantity)], "pnl": path, "position": 0.0}

        return answer

    yield "all sold at the first open", sold_at(lambda bars: 0)
    yield "all sold at the second open", sold_at(lambda bars: 1)
    yield "all sold at the last open", sold_at(lambda bars: bars - 1)
    yield "nothing sold", sold_at(lambda bars: None)


def _weights() -> Iterator[tuple[str, Answer]]:
    for size in (1e-30, 1e-9, 0.5, 1e6):

        def answer(forecast: ArrayLike, volatility: ArrayLike, size: float = size, **_: object) -> Floats:
            views, _risks = np.broadcast_arrays(np.atleast_1d(np.asarray(forecast, dtype=float)), volatility)
            return np.nan_to_num(size * np.asarray(np.sign(views)))

        yield f"{size:g} times the sign of the forecast", answer
    yield (
        "the forecast",
        lambda forecast, volatility, **_: np.atleast_1d(np.asarray(forecast, dtype=float)) + 0 * np.asarray(volatility),
    )
    yield (
        "the volatility",
        lambda forecast, volatility, **_: np.asarray(volatility) + 0 * np.atleast_1d(np.asarray(forecast, dtype=float)),
    )


OF_ONE_EXERCISE = {"correlation_filter": _filters, "scale_out": _trades, "conviction_size": _weights}


def degenerate(exercise: Exercise, rng: np.random.Generator) -> Iterator[tuple[str, Answer]]:
    """Answers without the idea, with what they do."""
    for name, leaf in LEAVES.items():
        yield name, lambda *args, leaf=leaf, **kwargs: rewritten(exercise.reference(*args, **kwargs), leaf, rng)
    yield "the last row alone", lambda *args, **kwargs: last_row_only(exercise.reference(*args, **kwargs))
    yield "the first argument", lambda *args, **kwargs: args[0]
    printed: dict[str, Any] = {}

    def example(*args: Any, **kwargs: Any) -> Any:
        """What was right for the first call, whatever is asked."""
        return printed.setdefault("first", exercise.reference(*args, **kwargs))

    yield "the first result again", example
    yield from OF_ONE_EXERCISE.get(exercise.name, lambda: iter(()))()


def search(item: Exercise | Value, seed: int) -> list[str]:
    """The degenerate answers that pass a part, as `what they do: part`.

    Empty when there are none.
    """
    if isinstance(item, Value):
        return [f"{constant:g}" for constant in CONSTANTS if not item.choices and item.is_right(constant)]
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        return [
            f"{name}: {part}" for name, answer in degenerate(item, rng) for part in item.parts if item.accepts(answer, part, seed)
        ]
