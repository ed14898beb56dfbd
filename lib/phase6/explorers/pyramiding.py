"""The explorer of section 6.1: what adding to winners does to return, drawdown and stop risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from phase6.comparison import enlarged, scaled_to_volatility, volatility_ratio
from phase6.explorers._controls import Control, Settings, number, whole
from phase6.explorers._explorer import Preset, Readout, View
from phase6.explorers._market import PUBLISHED, MarketExplorer
from phase6.explorers._tally import Race
from phase6.metrics import summarise
from phase6.plots.pyramiding import PyramidFrame, draw_pyramid, pyramid_scene
from phase6.pyramiding import PyramidResult, run_pyramid_backtest

UNCAPPED = 1e6
"""A leverage that binds nowhere."""
WELL_BELOW = 0.8
"""Share of the cap on leverage: a position that never exceeds it at a close was not cut by the cap.
"""


class PyramidExplorer(MarketExplorer[PyramidFrame]):
    """Levels, leverage, risk and market on one side; equity, levels and stop risk on the other."""

    heading = "Does adding to winners pay?"
    question = (
        "Thick green adds to winners. Thin blue is a single entry that risks as much at first; dashed purple is the same single "
        "entry, enlarged until it swings as much as green. Only green against purple is a fair race."
    )
    presets: ClassVar[Mapping[str, Preset]] = {
        "Four levels in a trend": Preset(
            "Compare green with blue, then with purple: how much of the gain is skill, and how much is size?"
        ),
        "The same in a range": Preset(
            "Every add-on is bought near the top of the range. Look at the levels just before each fall.",
            {"market": "tight range"},
        ),
        "Nothing to be found": Preset(
            "A random walk has no trend to ride. Press “100 new paths”: who wins, and by how much?",
            {"market": "random walk"},
        ),
        "The lucky seed": Preset(
            "The market of the original notebook. Press “100 new paths” for other seeds of the same recipe: was it luck?",
            {"market": PUBLISHED, "seed": 42},
        ),
        "Ten times leverage": Preset(
            "Nothing happens: size follows from the stop, and leverage is only a ceiling. Lower it until it binds.",
            {"leverage": 10.0},
        ),
        "Eight levels, cap out of reach": Preset(
            "The claim climbs with every level. The filled area, the loss if the stop is hit, turns back after the second.",
            {"max_levels": 8, "add_threshold_atr": 0.8, "max_total_risk": 0.05, "market": "strong trend"},
        ),
    }
    draw = staticmethod(draw_pyramid)
    fresh_limits = frozenset({"market", "seed"})
    race = Race("the pyramid", "the single entry of equal volatility", "return [% points]")

    def make_controls(self) -> dict[str, Control]:
        return {
            "max_levels": whole("Levels [at most]", 4, 1, 8),
            "leverage": number("Leverage [× equity, at most]", 3.0, 0.1, 10.0, 0.1, digits=1, noted=True),
            "risk_per_level": number("Risk per level [% of equity]", 0.005, 0.001, 0.02, 0.0005, unit="%"),
            "atr_stop_mult": number("Stop distance [ATR]", 2.0, 0.5, 5.0, 0.1, digits=1),
            "add_threshold_atr": number("Add after a move of [ATR]", 1.0, 0.2, 3.0, 0.1, digits=1),
            **self.market_controls("trend", 4),
            "max_total_risk": number("Total-risk cap [% of equity]", 0.02, 0.0025, 0.05, 0.0025, unit="%", rare=True),
            "cost_bps": number("Costs [basis points a side]", 5.0, 0.0, 30.0, 1.0, digits=0, rare=True),
        }

    def results(self, settings: Settings) -> tuple[PyramidResult, PyramidResult]:
        """The pyramid and the single entry of the settings."""
        bars, rules = self.bars(settings), self.rules(settings)
        return run_pyramid_backtest(bars, **rules), run_pyramid_backtest(bars, **{**rules, "max_levels": 1})

    def rules(self, settings: Settings) -> dict[str, Any]:
        """The settings that the engine takes."""
        return {name: value for name, value in settings.items() if name not in ("market", "seed")}

    def view(self, settings: Settings) -> View[PyramidFrame]:
        pyramid, single = self.results(settings)
        times = volatility_ratio(single.equity, pyramid.equity)
        matched = enlarged(single.equity, times)
        scene = pyramid_scene(
            {"pyramid": pyramid, "single, equal first risk": single, "single, equal volatility": matched},
            risk_per_level=settings["risk_per_level"],
            max_total_risk=settings["max_total_risk"],
        )
        return View(scene, self.told(pyramid, single, matched, times), {"leverage": self.what_leverage_does(settings, pyramid)})

    def compare(self, settings: Settings) -> tuple[float, float]:
        pyramid, single = self.results(settings)
        matched = scaled_to_volatility(single.equity, pyramid.equity)
        return summarise(pyramid.equity)["total_return"], summarise(matched)["total_return"]

    def what_leverage_does(self, settings: Settings, pyramid: PyramidResult) -> str:
        """Whether the cap on leverage changes the pyramid."""
        bars = self.bars(settings)
        held = float(np.max(pyramid.position.to_numpy() * bars["close"].to_numpy() / pyramid.equity.to_numpy()))
        if held > WELL_BELOW * settings["leverage"]:
            free = run_pyramid_backtest(bars, **self.rules({**settings, "leverage": UNCAPPED}))
            if not free.equity.equals(pyramid.equity):
                return "Binds: the stop would allow larger positions."
        return f"Changes nothing here: at most {held:.2f} × is held."

    def told(self, pyramid: PyramidResult, single: PyramidResult, matched: pd.Series, times: float) -> Readout:
        """The figures of the three equities."""
        measured = [summarise(equity) for equity in (pyramid.equity, single.equity, matched)]
        runs = (pyramid, single)
        multiples = [[trade.r_multiple for trade in run.trade_list] for run in runs]
        worst = [f"{min(of):+.2f}" if of else "none" for of in multiples]
        rows = {
            "Return [%]": [f"{100 * of['total_return']:+.1f}" for of in measured],
            "Largest drawdown [%]": [f"{100 * of['max_drawdown']:.1f}" for of in measured],
            "Volatility [% a year]": [f"{100 * of['volatility']:.1f}" for of in measured],
            "Highest stop risk [% of equity]": [
                *(f"{100 * run.stop_risk.max():.2f}" for run in runs),
                f"{100 * times * single.stop_risk.max():.2f}",
            ],
            "Worst trade [R]": [*worst, worst[1]],
        }
        return Readout(["Pyramid", "Single", f"Single × {times:.2f}"], rows)

    def code(self, settings: Settings) -> str:
        imported, made = self.market_code(settings)
        return f"""from phase6.comparison import scaled_to_volatility
{imported}
from phase6.plots import plot_equity_and_levels
from phase6.pyramiding import run_pyramid_backtest

bars = {made}
rules = dict(
    leverage={settings["leverage"]!r},
    risk_per_level={settings["risk_per_level"]!r},
    atr_stop_mult={settings["atr_stop_mult"]!r},
    add_threshold_atr={settings["add_threshold_atr"]!r},
    max_total_risk={settings["max_total_risk"]!r},
    cost_bps={settings["cost_bps"]!r},
)
pyramid = run_pyramid_backtest(bars, max_levels={settings["max_levels"]}, **rules)
single = run_pyramid_backtest(bars, max_levels=1, **rules)
plot_equity_and_levels(
    {{
        "pyramid": pyramid,
        "single, equal first risk": single,
        "single, equal volatility": scaled_to_volatility(single.equity, pyramid.equity),
    }},
    risk_per_level=rules["risk_per_level"],
    max_total_risk=rules["max_total_risk"],
)"""
