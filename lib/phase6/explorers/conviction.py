"""The explorer of section 6.5: how much to bet on an edge that one only thinks one knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from phase6.conviction import (
    MARKET_VOLATILITY,
    bet_outlook,
    chance_of_ever_falling_to,
    estimated_kelly_growth,
    expected_growth,
    forecast_to_weight,
    growth_share,
    kelly_target,
)
from phase6.explorers._controls import Control, Settings, number
from phase6.explorers._explorer import Explorer, Preset, Readout, View
from phase6.plots.conviction import ConvictionFrame, conviction_scene, draw_conviction


class ConvictionExplorer(Explorer[ConvictionFrame]):
    """The edge, what is known of it and the bet; growth, ruin and weights."""

    heading = "How much to bet?"
    question = (
        "The solid curve is the growth of a bet when the edge is known, the dashed one when it is estimated from as many years as "
        "you have. The dots are your bet."
    )
    presets: ClassVar[Mapping[str, Preset]] = {
        "Half Kelly": Preset("Three quarters of the growth, and one chance in eight of ever losing half."),
        "Full Kelly": Preset(
            "The top of the solid curve: the most growth, and an even chance of losing half on the way.",
            {"kelly_fraction": 1.0, "years": 10.0},
        ),
        "Twice Kelly": Preset("All growth is gone, and losing half is certain.", {"kelly_fraction": 2.0}),
        "Two years of data": Preset(
            "Full Kelly on an estimate: the dashed curve is below zero. Add years: when does it earn what the solid one promises?",
            {"kelly_fraction": 1.0, "years": 2.0},
        ),
        "A life of data": Preset(
            "Thirty years, and the dashed curve has still not reached the solid one.", {"kelly_fraction": 1.0, "years": 30.0}
        ),
        "No cap": Preset("A forecast of 40 is trusted like two of 20. What is known of such forecasts?", {"cap": 40.0}),
    }
    draw = staticmethod(draw_conviction)

    def make_controls(self) -> dict[str, Control]:
        return {
            "sharpe": number("True Sharpe ratio [a year]", 0.5, 0.1, 2.0, 0.05),
            "years": number("Data for the estimate [years]", 2.0, 0.5, 30.0, 0.5, digits=1),
            "kelly_fraction": number("Bet [× full Kelly]", 0.5, 0.05, 2.5, 0.05),
            "cap": number("Forecast cap [10 = average]", 20.0, 5.0, 40.0, 1.0, digits=0),
            "target_volatility": number("Volatility, at most [% a year]", 0.10, 0.02, 0.60, 0.01, digits=0, unit="%"),
        }

    def view(self, settings: Settings) -> View[ConvictionFrame]:
        return View(conviction_scene(bet_outlook(**settings)), self.told(settings))

    def told(self, settings: Settings) -> Readout:
        """The figures of the bet, and of half and full Kelly."""
        true, fraction, years = settings["sharpe"], settings["kelly_fraction"], settings["years"]
        target = min(settings["target_volatility"], kelly_target(true, fraction))
        columns = (fraction, 0.5, 1.0)
        weight = forecast_to_weight([10.0, 40.0], MARKET_VOLATILITY, target=target, cap=settings["cap"])
        rows = {
            "Growth, edge known [% a year]": [f"{100 * expected_growth(c * true, true):+.2f}" for c in columns],
            "Share of the most that can be had [%]": [f"{100 * growth_share(c):.0f}" for c in columns],
            "Growth, edge estimated [% a year]": [
                f"{100 * estimated_kelly_growth(c, true, years):+.2f}" for c in columns
            ],
            "Chance of ever losing half [%]": [f"{100 * chance_of_ever_falling_to(0.5, c):.1f}" for c in columns],
            "Volatility that Kelly allows [% a year]": [f"{100 * kelly_target(true, c):.0f}" for c in columns],
            "Weight at forecast 10 and 40 [% of equity]": [
                " and ".join(f"{100 * value:.0f}" for value in weight),
                "",
                "",
            ],
        }
        return Readout(["Your bet", "Half Kelly", "Full Kelly"], rows)

    def code(self, settings: Settings) -> str:
        return f"""from phase6.conviction import bet_outlook
from phase6.plots import plot_conviction

outlook = bet_outlook(
    {settings["sharpe"]!r},
    years={settings["years"]!r},
    kelly_fraction={settings["kelly_fraction"]!r},
    cap={settings["cap"]!r},
    target_volatility={settings["target_volatility"]!r},
)
plot_conviction(outlook)"""
