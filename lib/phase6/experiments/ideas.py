"""What can be put on trial.

A subclass of the pyramiding strategy, or a function of a frame that returns positions.
"""

import functools
import hashlib
import inspect
import math
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from phase6 import _validation as valid
from phase6.pyramiding import PyramidingStrategy, run_pyramid_backtest
from phase6.simulation.paths import Array

Positions = Callable[[pd.DataFrame], ArrayLike]
Idea = type[PyramidingStrategy] | Positions


def position_equity(frame: pd.DataFrame, positions: ArrayLike, *, equity: float = 100_000.0, cost_bps: float = 5.0) -> pd.Series:
    """Equity at each close of holding ``positions``, traded at the next open.

    The position decided at the close of row t is held from the next open to the one after it. An
    account that loses everything stays at 0.

    Parameters
    ----------
    frame : DataFrame
        OHLC bars.
    positions : array of shape (bars,)
        Decided at each close, fractions of equity.
    equity : float
        At the start, in account currency.
    cost_bps : float
        Basis points a side on what is traded.

    Raises
    ------
    ValueError
        For positions that are not one finite number a row, no equity, or costs below 0.
    """
    equity, cost_bps = valid.number("equity", equity, above=0), valid.number("cost_bps", cost_bps, at_least=0)
    wanted = _numbers(positions, len(frame))
    if unknown := np.flatnonzero(~np.isfinite(wanted)).tolist():
        raise ValueError(
            f"{len(unknown)} positions are not finite, the first in row {unknown[0]}; expected a finite number a row: 0 where nothing "
            "is known yet, for instance by .fillna(0)"
        )
    opens, closes = (frame[name].to_numpy(float)[:, None] for name in ("open", "close"))
    held = position_equity_paths(opens, closes, wanted[:, None], equity=equity, cost_bps=cost_bps)
    account = pd.Series(held[:, 0], index=frame.index, name="equity")
    account.attrs = {"bars_per_year": valid.bars_per_year(None, frame)}
    return account


def position_equity_paths(opens: Array, closes: Array, wanted: Array, *, equity: float = 100_000.0, cost_bps: float = 5.0) -> Array:
    """:func:`position_equity` down each column.

    Parameters
    ----------
    opens, closes : array of shape (bars, paths)
        Prices.
    wanted : array of that shape
        Finite positions, decided at each close, fractions of equity.
    equity, cost_bps
        As there.
    """
    nothing = np.zeros_like(wanted[:1])
    overnight, by_day = np.concatenate([nothing, nothing, wanted[:-2]]), np.concatenate([nothing, wanted[:-1]])
    gap = np.concatenate([nothing, opens[1:] / closes[:-1] - 1.0])
    growth = (1.0 + overnight * gap) * (1.0 - cost_bps / 10_000 * np.abs(by_day - overnight)) * (1.0 + by_day * (closes / opens - 1.0))
    alive = np.minimum.accumulate(growth > 0, axis=0)
    return np.asarray(equity * np.cumprod(np.where(alive, growth, 0.0), axis=0), dtype=np.float64)


def _numbers(positions: ArrayLike, rows: int) -> np.ndarray:
    try:
        found = np.asarray(positions, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"the positions are {positions!r:.60}; expected {rows} finite numbers, one a row") from None
    if found.shape != (rows,):
        raise ValueError(f"the positions have shape {found.shape}; expected {rows} finite numbers, one a row")
    return found


def check_no_look_ahead(idea: Positions, frame: pd.DataFrame) -> None:
    """Refuse an idea that looks at what it cannot know.

    It is run on the frame, on it again, and with later rows hidden.

    Raises
    ------
    ValueError
        If positions change, or are not one number a row.
    """
    whole, again = (_numbers(idea(frame.copy()), len(frame)) for _ in range(2))
    if not np.array_equal(whole, again, equal_nan=True):
        raise ValueError("asked twice about one market, the idea gives other positions; expected the same (a seed for its randomness)")
    for rows in (len(frame) // 2, len(frame) * 3 // 4, len(frame) - 1):
        part = _numbers(idea(frame.iloc[:rows].copy()), rows)
        changed = np.flatnonzero(~np.isclose(part, whole[:rows], rtol=1e-9, atol=1e-12, equal_nan=True))
        if changed.size:
            raise ValueError(
                f"the position of row {changed[0]} changes when rows from {rows} on are hidden; "
                "expected positions that depend on their own row and earlier ones only"
            )


def _watched(idea: type[PyramidingStrategy]) -> type[PyramidingStrategy]:
    """The same strategy; a side or a quantity that cannot be one is refused where it is given."""

    class Watched(idea):  # type: ignore[misc, valid-type]
        def should_enter(self, fast_ma: float, slow_ma: float) -> int:
            side: int = super().should_enter(fast_ma, slow_ma)
            if side not in (1, -1, 0):
                raise ValueError(f"should_enter returned {side!r}; expected +1 for long, -1 for short, or 0")
            return side

        def level_quantity(self, price: float, atr_val: float) -> float:
            quantity = super().level_quantity(price, atr_val)
            if not (isinstance(quantity, (int, float, np.number)) and 0 <= quantity < math.inf):
                raise ValueError(f"level_quantity returned {quantity!r}; expected a finite number, 0 or more")
            return float(quantity)

    Watched.__name__ = idea.__name__
    return Watched


def runner(idea: Idea, settings: Mapping[str, Any]) -> Callable[[pd.DataFrame], pd.Series]:
    """A function that runs the idea on an OHLC frame and gives its equity.

    Raises
    ------
    ValueError
        For what is no idea.
    """
    if inspect.isclass(idea):
        if not issubclass(idea, PyramidingStrategy):
            raise ValueError(f"{idea.__name__} is no PyramidingStrategy; expected a subclass of it, or a function of an OHLC frame")
        watched = _watched(idea)
        return lambda frame: run_pyramid_backtest(frame, **{**settings, "strategy": watched}).equity
    if not callable(idea):
        raise ValueError(f"the idea is {idea!r}; expected a subclass of PyramidingStrategy or a function of an OHLC frame")
    costs = {name: settings[name] for name in ("equity", "cost_bps") if name in settings}
    return lambda frame: position_equity(frame, idea(frame.copy()), **costs)


def fingerprint(idea: object) -> str:
    """A name for what an idea does.

    It is the same for the same code with the same values around it, another for other code.
    """
    return hashlib.sha256(repr(_parts(idea)).encode()).hexdigest()[:16]


def _parts(idea: object) -> object:
    if isinstance(idea, functools.partial):
        return ("partial", _parts(idea.func), repr(idea.args), repr(sorted(idea.keywords.items())))
    if inspect.isclass(idea):
        own = [name for name in sorted(vars(idea)) if not name.startswith("__") or name == "__init__"]
        members = {name: _parts(vars(idea)[name]) for name in own}
        return ("class", [base.__qualname__ for base in idea.__mro__], members)
    if isinstance(idea, types.FunctionType):
        around = [repr(cell.cell_contents) for cell in idea.__closure__ or ()]
        return ("function", _code(idea.__code__), repr(idea.__defaults__), repr(idea.__kwdefaults__), around)
    if isinstance(idea, types.MethodType):
        return ("method", _parts(idea.__func__), repr(idea.__self__))
    return repr(idea)


def _code(code: types.CodeType) -> object:
    constants = [_code(each) if isinstance(each, types.CodeType) else repr(each) for each in code.co_consts]
    return (code.co_code, constants, code.co_names, code.co_varnames)
