"""What the explorers of a single market share: which market, which path, and a button for the next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import pandas as pd

from phase6.comparison import published_market
from phase6.explorers._explorer import Explorer, choice, counter
from phase6.market import regime_ohlcv

PUBLISHED = "the original's seed 42"
LIKE_PUBLISHED = "the original's, other seeds"
MARKETS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "trend": ("trend", {"drift_sharpe": 1.5}),
    "strong trend": ("trend", {"drift_sharpe": 2.5}),
    "range": ("range", {"half_life": 60}),
    "tight range": ("range", {"half_life": 20}),
    "random walk": ("random walk", {}),
}
"""What the market control offers, as arguments of `phase6.market.regime_ohlcv`."""


@lru_cache(maxsize=32)
def market_of(name: str, seed: int) -> pd.DataFrame:
    """The 500 bars of a market that the explorers offer."""
    if name == PUBLISHED:
        return published_market()
    if name == LIKE_PUBLISHED:
        return published_market(seed=seed)
    regime, options = MARKETS[name]
    return regime_ohlcv(regime, 500, seed=seed, **options)


class MarketExplorer(Explorer):
    """An explorer of one market, with its kind and its path among the controls."""

    def __init__(self, **settings: Any) -> None:
        self.new_path = widgets.Button(description="New path", tooltip="The same kind of market, other luck")
        self.new_path.on_click(lambda _button: self.next_path())
        super().__init__(**settings)

    def next_path(self) -> None:
        """Go to the next seed; from the original's one seed, to the same generator with others."""
        market = self.controls["market"].value
        self.set(seed=self.controls["seed"].value + 1, market=LIKE_PUBLISHED if market == PUBLISHED else market)

    def market_controls(self, market: str, seed: int) -> dict[str, widgets.Widget]:
        """The controls of the market."""
        return {
            "market": choice("Market", [*MARKETS, PUBLISHED, LIKE_PUBLISHED], market),
            "seed": counter("Path [seed]", seed),
        }

    def buttons(self) -> list[widgets.Widget]:
        return [self.new_path]

    def bars(self, settings: Mapping[str, Any]) -> pd.DataFrame:
        """The market of the settings."""
        return market_of(settings["market"], settings["seed"])

    def market_code(self, settings: Mapping[str, Any]) -> tuple[str, str]:
        """The import and the call that make the market of the settings."""
        if settings["market"] in (PUBLISHED, LIKE_PUBLISHED):
            seed = f"seed={settings['seed']}" if settings["market"] == LIKE_PUBLISHED else ""
            return "from phase6.comparison import published_market", f"published_market({seed})"
        regime, options = MARKETS[settings["market"]]
        chosen = "".join(f", {name}={value!r}" for name, value in options.items())
        return (
            "from phase6.market import regime_ohlcv",
            f"regime_ohlcv({regime!r}, 500, seed={settings['seed']}{chosen})",
        )
