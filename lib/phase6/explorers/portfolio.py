"""The explorer of section 6.3: what many markets do for a trend follower, and what they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pandas as pd

from phase6.explorers._controls import Control, Settings, counter, number, switch, whole
from phase6.explorers._explorer import Explorer, Preset, Readout, View
from phase6.explorers._tally import Race
from phase6.market import UNIVERSE, close_prices, generate_universe
from phase6.metrics import max_drawdown, sharpe, simple_returns, volatility
from phase6.plots.portfolio import PortfolioFrame, draw_portfolio, portfolio_scene
from phase6.portfolio import PortfolioResult, run_trend_portfolio

BARS = 756
BEGIN = "2023-01-02"
NAMES = tuple(UNIVERSE)


@lru_cache(maxsize=64)
def prices_of(correlation: float, drift_sharpe: float, seed: int) -> pd.DataFrame:
    """Three years of closes of the eight assets.

    Parameters
    ----------
    correlation : float
        Of every pair.
    drift_sharpe : float
        Strength of the trends.
    seed : int
    """
    return close_prices(generate_universe(BARS, correlation=correlation, drift_sharpe=drift_sharpe, seed=seed))


class PortfolioExplorer(Explorer[PortfolioFrame]):
    """Assets, lookback, target and correlation; growth, rolling Sharpe ratio and weights."""

    heading = "What does diversification give?"
    question = (
        "Thin lines: all the money in one of eight trend strategies. Thick line: the same money spread over all of them. "
        "The band around the rolling Sharpe ratio is one standard error wide on either side."
    )
    presets: ClassVar[Mapping[str, Preset]] = {
        "Eight that move alone": Preset("The thick line is smoother than nearly any thin one. Its Sharpe ratio still wanders."),
        "Eight that move together": Preset(
            "Same rules, correlation 0.8. The multiplier shrinks, and most of the smoothness is gone.",
            {"correlation": 0.8},
        ),
        "No trends at all": Preset(
            "Only the target volatility is delivered. Press “New path” again and again: how often does it still look good?",
            {"drift_sharpe": 0.0},
        ),
        "Look into the future": Preset(
            "Without trends and without costs, yet the Sharpe ratio is splendid: today's signal sizes today's return.",
            {"drift_sharpe": 0.0, "lagged": False, "cost_bps": 0.0},
        ),
        "Without BTC": Preset("Tick BTC on and off. It is sized by its volatility, so it is one bet like the others.", {"BTC": False}),
        "Slower trends": Preset(
            "A lookback of 200 days: fewer turns, less cost. Is it better, or only another sample?", {"lookback": 200}
        ),
    }
    draw = staticmethod(draw_portfolio)
    fresh_limits = frozenset({"seed"})
    race = Race("the portfolio", "the mean of its parts", "Sharpe ratio [a year]", percent=False)

    def make_controls(self) -> dict[str, Control]:
        return {
            **{name: switch(name.replace("_", " "), True) for name in NAMES},
            "lookback": whole("Lookback of the trend [days]", 100, 20, 250, step=10),
            "target_volatility": number("Target volatility [% a year]", 0.10, 0.02, 0.25, 0.01, digits=0, unit="%"),
            "correlation": number("Correlation of the assets [0–1]", 0.0, 0.0, 0.95, 0.05),
            "drift_sharpe": number("Strength of trends [Sharpe]", 1.5, 0.0, 3.0, 0.25),
            "seed": counter("Path [seed]", 3),
            "lagged": switch("Weights of the day before (lag)", True, rare=True),
            "leverage_cap": number("Leverage cap [× equity]", 3.0, 0.5, 8.0, 0.25, rare=True),
            "cost_bps": number("Costs [basis points a side]", 5.0, 0.0, 30.0, 1.0, digits=0, rare=True),
        }

    def result(self, settings: Settings) -> PortfolioResult:
        """The portfolio of the settings; raises ValueError if no asset is ticked."""
        kept = [name for name in NAMES if settings[name]]
        if not kept:
            raise ValueError("no asset is ticked; a portfolio has at least one")
        prices = prices_of(settings["correlation"], settings["drift_sharpe"], settings["seed"])
        return run_trend_portfolio(
            prices[kept],
            lookback=settings["lookback"],
            target_volatility=settings["target_volatility"],
            leverage_cap=settings["leverage_cap"],
            lag=int(settings["lagged"]),
            cost_bps=settings["cost_bps"],
        )

    def view(self, settings: Settings) -> View[PortfolioFrame]:
        result = self.result(settings)
        return View(portfolio_scene(result, names=NAMES, since=BEGIN), self.told(result))

    def compare(self, settings: Settings) -> tuple[float, float]:
        result = self.result(settings)
        alone = [sharpe(part) for _, part in result.alone.items()]
        return result.sharpe, float(np.mean(alone))

    def told(self, result: PortfolioResult) -> Readout:
        """The figures of the portfolio, and the means over its parts."""
        parts = [part for _, part in result.alone.items()]
        alone = [curve for _, curve in result.alone_equity.items()]
        rows = {
            "Sharpe ratio [a year]": [
                f"{result.sharpe:.2f} ± {result.sharpe_error:.2f}",
                f"{np.mean([sharpe(part) for part in parts]):.2f}",
            ],
            "Volatility [% a year]": [
                f"{100 * result.volatility:.1f}",
                f"{100 * np.mean([volatility(part) for part in parts]):.1f}",
            ],
            "Largest drawdown [%]": [
                f"{100 * max_drawdown(result.equity):.1f}",
                f"{100 * np.mean([max_drawdown(curve) for curve in alone]):.1f}",
            ],
            "Return [% a year]": [
                f"{100 * simple_returns(result.equity).mean() * result.periods_per_year:+.1f}",
                f"{100 * np.mean([part.mean() for part in parts]) * result.periods_per_year:+.1f}",
            ],
            "Costs [% a year]": [f"{100 * result.costs.mean() * result.periods_per_year:.1f}", "left out"],
            "Sample after the warm-up [years]": [f"{result.years:.2f}"] * 2,
        }
        return Readout(["Spread over all", "Mean of each alone"], rows)

    def code(self, settings: Settings) -> str:
        kept = [name for name in NAMES if settings[name]]
        return f"""from phase6.market import UNIVERSE, close_prices, generate_universe
from phase6.plots import plot_portfolio
from phase6.portfolio import run_trend_portfolio

universe = generate_universe(
    {BARS},
    correlation={settings["correlation"]!r},
    drift_sharpe={settings["drift_sharpe"]!r},
    seed={settings["seed"]},
)
assets = {kept!r}
result = run_trend_portfolio(
    close_prices(universe)[assets],
    lookback={settings["lookback"]},
    target_volatility={settings["target_volatility"]!r},
    leverage_cap={settings["leverage_cap"]!r},
    lag={int(settings["lagged"])},
    cost_bps={settings["cost_bps"]!r},
)
plot_portfolio(result, names=tuple(UNIVERSE), since={BEGIN!r})"""
