"""What the explorers of a single market share: which market, and which path."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from phase6.comparison import published_market
from phase6.explorers._controls import Control, Settings, choice, counter
from phase6.explorers._explorer import Explorer
from phase6.market import REALISTIC_TREND, regime_ohlcv
from phase6.plots.scenes import FrameT

PUBLISHED = "the original's"
MARKETS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "trend": ("trend", {"drift_sharpe": REALISTIC_TREND}),
    "strong trend": ("trend", {"drift_sharpe": 2.5}),
    "range": ("range", {"half_life": 60}),
    "tight range": ("range", {"half_life": 20}),
    "random walk": ("random walk", {}),
    "fat tails": ("fat tails", {}),
    "volatility clusters": ("volatility clusters", {}),
}
"""What the market control offers, as arguments of `phase6.market.regime_ohlcv`."""


@lru_cache(maxsize=32)
def market_of(name: str, seed: int) -> pd.DataFrame:
    """The 500 bars of a market that the explorers offer."""
    if name == PUBLISHED:
        return published_market(seed=seed)
    regime, options = MARKETS[name]
    return regime_ohlcv(regime, 500, seed=seed, **options)


class MarketExplorer(Explorer[FrameT]):
    """An explorer of one market, with its kind and its path among the controls."""

    def market_controls(self, market: str, seed: int) -> dict[str, Control]:
        """The controls of the market."""
        return {
            "market": choice("Market", [*MARKETS, PUBLISHED], market),
            "seed": counter("Path [seed]", seed),
        }

    def bars(self, settings: Settings) -> pd.DataFrame:
        """The market of the settings."""
        return market_of(settings["market"], settings["seed"])

    def market_code(self, settings: Settings) -> tuple[str, str]:
        """The import and the call that make the market of the settings."""
        if settings["market"] == PUBLISHED:
            return "from phase6.comparison import published_market", f"published_market(seed={settings['seed']})"
        regime, options = MARKETS[settings["market"]]
        chosen = "".join(f", {name}={value!r}" for name, value in options.items())
        return "from phase6.market import regime_ohlcv", f"regime_ohlcv({regime!r}, 500, seed={settings['seed']}{chosen})"
