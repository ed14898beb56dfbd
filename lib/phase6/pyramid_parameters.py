"""The parameters of a pyramid and of its backtest.

One frozen dataclass, checked where it is made.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from phase6 import _validation as valid

REENTRY = ("next_bar", "fresh_cross")
"""When a new entry is allowed after an exit: at the next open, or once the averages cross again."""


@dataclass(frozen=True)
class PyramidRules:
    """The parameters of a pyramid, checked.

    In the order in which :class:`PyramidingStrategy` takes them.

    Attributes
    ----------
    equity : float
        Money at the start.
    risk_per_level, max_total_risk : float
        Fractions of equity: what one level may lose at its stop, and what the whole position may.
    max_levels : int
        Levels of a full pyramid, the first entry included.
    atr_stop_mult, add_threshold_atr : float
        Multiples of ATR: from an entry to its stop, and from the newest entry to the close that
        adds.
    leverage : float
        Cap on notional, a multiple of equity.
    size_decay : float
        Level k (from 0) is divided by 1 + ``size_decay``·k.

    Raises
    ------
    ValueError
        For a value out of range.
    """

    equity: float = 100_000
    risk_per_level: float = 0.005
    max_levels: int = 4
    atr_stop_mult: float = 2.0
    add_threshold_atr: float = 1.0
    leverage: float = 3.0
    size_decay: float = field(default=0.25, kw_only=True)
    max_total_risk: float = field(default=0.02, kw_only=True)

    def __post_init__(self) -> None:
        self._keep("equity", valid.number("equity", self.equity, above=0))
        self._keep("risk_per_level", valid.number("risk_per_level", self.risk_per_level, above=0, below=1))
        self._keep("max_levels", valid.count("max_levels", self.max_levels))
        self._keep("atr_stop_mult", valid.number("atr_stop_mult", self.atr_stop_mult, above=0))
        self._keep("add_threshold_atr", valid.number("add_threshold_atr", self.add_threshold_atr, at_least=0))
        self._keep("leverage", valid.number("leverage", self.leverage, above=0))
        self._keep("size_decay", valid.number("size_decay", self.size_decay, at_least=0))
        self._keep("max_total_risk", valid.number("max_total_risk", self.max_total_risk, above=0, at_most=1))

    def _keep(self, name: str, value: float | str) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True)
class PyramidParameters(PyramidRules):
    """Everything that decides a pyramid backtest.

    Its rules, its costs, and the periods of what it looks at.

    Attributes
    ----------
    cost_bps : float
        Cost of a side in basis points of the value traded.
    funding_rate : float
        A year, on notional above equity.
    reentry : str
        One of `REENTRY`.
    fast, slow, atr_period : int
        Bars of the two averages and of the ATR.
    bars_per_year : float
        What a year's funding is divided by.
    """

    cost_bps: float = field(default=5.0, kw_only=True)
    funding_rate: float = field(default=0.0, kw_only=True)
    reentry: str = field(default="next_bar", kw_only=True)
    fast: int = field(default=20, kw_only=True)
    slow: int = field(default=50, kw_only=True)
    atr_period: int = field(default=14, kw_only=True)
    bars_per_year: float = field(default=valid.BARS_PER_YEAR, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._keep("slow", valid.count("slow", self.slow))
        self._keep("fast", valid.count("fast", self.fast))
        self._keep("atr_period", valid.count("atr_period", self.atr_period))
        if self.fast >= self.slow:
            raise ValueError(f"fast is {self.fast} and slow is {self.slow}; expected fast below slow")
        self._keep("reentry", valid.choice("reentry", self.reentry, REENTRY))
        self._keep("cost_bps", valid.number("cost_bps", self.cost_bps, at_least=0))
        self._keep("funding_rate", valid.number("funding_rate", self.funding_rate, at_least=0))
        self._keep("bars_per_year", valid.number("bars_per_year", self.bars_per_year, above=0))

    @property
    def rules(self) -> dict[str, Any]:
        """The arguments of the strategy among them, by name."""
        return {each.name: getattr(self, each.name) for each in fields(PyramidRules)}

    @property
    def warm_up(self) -> int:
        """The first bar whose close can decide an order."""
        return max(self.slow, self.atr_period) - 1

    @property
    def cost_rate(self) -> float:
        """Cost of a side as a fraction of the value traded."""
        return self.cost_bps / 10_000

    @property
    def funding(self) -> float:
        """Funding of one bar, a fraction of what is borrowed."""
        return self.funding_rate / self.bars_per_year
