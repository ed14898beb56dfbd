"""What a backtest of a pyramid did: its fills, its trades, and its account bar by bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution: bar number, price, signed quantity, reason, level, cost.

    The level is the one it opened: 1 is the first, 0 stands for exits.
    """

    bar: int
    price: float
    quantity: float
    reason: str
    level: int
    cost: float


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip of a whole pyramid.

    ``pnl`` is after costs and funding, ``r_multiple`` is pnl over the first level's risk.
    """

    entry_bar: int
    exit_bar: int
    side: int
    levels: int
    quantity: float
    average_entry: float
    exit_price: float
    reason: str
    pnl: float
    r_multiple: float
    costs: float


COLUMNS = ("equity", "levels", "position", "stop", "stop_risk", "cash", "costs")
"""What is noted of every bar."""


@dataclass(frozen=True)
class PyramidResult:
    """What a backtest did, bar by bar; every Series has the market frame's own index.

    ``equity`` at the close; ``levels`` held; ``position`` signed quantity; ``stop`` price (NaN when
    flat); ``stop_risk`` fraction of equity; ``cash`` so that equity = cash + position · close;
    ``costs`` paid so far, funding included. ``trades`` and ``fills`` are frames. A position open at
    the end is marked, not sold. Iterates as (equity, levels, trades).
    """

    index: pd.Index
    close: np.ndarray
    columns: dict[str, list[float]]
    fill_list: tuple[Fill, ...]
    trade_list: tuple[Trade, ...]
    initial_equity: float
    bars_per_year: float

    def _series(self, name: str) -> pd.Series:
        return pd.Series(self.columns[name], index=self.index, name=name)

    @cached_property
    def equity(self) -> pd.Series:
        """Account value at each close.

        Its ``attrs`` hold ``bars_per_year``, by which measures annualise.
        """
        equity = self._series("equity")
        equity.attrs = {"bars_per_year": self.bars_per_year}
        return equity

    @cached_property
    def levels(self) -> pd.Series:
        """Number of levels held at each close."""
        return self._series("levels")

    @cached_property
    def position(self) -> pd.Series:
        """Signed quantity held at each close."""
        return self._series("position")

    @cached_property
    def stop(self) -> pd.Series:
        """Stop price at each close, NaN when flat."""
        return self._series("stop")

    @cached_property
    def stop_risk(self) -> pd.Series:
        """Loss if the stop were filled at its price, as a fraction of equity.

        Negative where profit is locked in.
        """
        return self._series("stop_risk")

    @cached_property
    def cash(self) -> pd.Series:
        """Equity less the position at market."""
        return self._series("cash")

    @cached_property
    def costs(self) -> pd.Series:
        """Trading costs and funding paid up to each close."""
        return self._series("costs")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Closed round trips, in order."""
        names = ("side", "levels", "quantity", "average_entry", "exit_price", "reason", "pnl", "r_multiple", "costs")
        data: dict[str, list[Any]] = {
            "entry_date": [self.index[trade.entry_bar] for trade in self.trade_list],
            "exit_date": [self.index[trade.exit_bar] for trade in self.trade_list],
        }
        data |= {name: [getattr(trade, name) for trade in self.trade_list] for name in names}
        return pd.DataFrame(data)

    @cached_property
    def fills(self) -> pd.DataFrame:
        """Executions, in order; quantity signed."""
        names = ("price", "quantity", "reason", "level", "cost")
        data: dict[str, list[Any]] = {"date": [self.index[fill.bar] for fill in self.fill_list]}
        data |= {name: [getattr(fill, name) for fill in self.fill_list] for name in names}
        return pd.DataFrame(data)

    def __iter__(self) -> Iterator[pd.Series | pd.DataFrame]:
        return iter((self.equity, self.levels, self.trades))
