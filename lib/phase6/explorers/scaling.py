"""The explorer of section 6.2: a position built in parts and sold in parts, fill by fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

import ipywidgets as widgets

from phase6.explorers._explorer import Preset, Readout, View, choice, number, whole
from phase6.explorers._market import MarketExplorer
from phase6.plots.scaling import draw_scaling, scaling_scene
from phase6.scaling import ScalingResult, scale_in_out_simulation

ENTRIES: Mapping[str, tuple[float, ...]] = {
    "50, 30, 20 %": (0.50, 0.30, 0.20),
    "three thirds": (1 / 3, 1 / 3, 1 / 3),
    "20, 30, 50 %": (0.20, 0.30, 0.50),
    "five fifths": (0.2, 0.2, 0.2, 0.2, 0.2),
    "all at once": (1.0,),
}
TARGETS: Mapping[str, tuple[float, ...]] = {
    "3, 5, 8 %": (0.03, 0.05, 0.08),
    "1, 2, 3 %": (0.01, 0.02, 0.03),
    "5, 10, 20 %": (0.05, 0.10, 0.20),
    "one at 5 %": (0.05,),
    "none": (),
}
EXITS: Mapping[str, Mapping[int, tuple[float, ...]]] = {
    "a third each": {0: (), 1: (1.0,), 3: (0.33, 0.33, 0.34)},
    "most at the first": {0: (), 1: (1.0,), 3: (0.6, 0.25, 0.15)},
    "most at the last": {0: (), 1: (1.0,), 3: (0.15, 0.25, 0.6)},
}
SIDES = {"long": 1, "short": -1}


class ScalingExplorer(MarketExplorer):
    """How the parts are spaced, sized and sold on one side; fills, position and profit on the other."""

    heading = "What do parts buy?"
    question = (
        "The same risk at the stop, split into entries and exits. The stop is fixed when the plan is made, and the whole "
        "plan never loses more than its budget there, unless a bar opens beyond it."
    )
    presets: ClassVar[Mapping[str, Preset]] = {
        "Three in, three out": Preset("Follow the orange line: each fill moves the average entry by its quantity."),
        "Averaging down": Preset(
            "Cheaper and cheaper, until the stop. Every part is on when the loss comes.",
            {"averaging": "down", "entry_spacing": 0.02, "market": "trend", "seed": 5},
        ),
        "Adding up": Preset(
            "The same parts, bought only as the price confirms. What is on at the stop this time?",
            {"averaging": "up", "entry_spacing": 0.02, "market": "trend", "seed": 5},
        ),
        "Early profits": Preset(
            "Small targets are nearly always reached. Compare the profit with all at once, path after path.",
            {"targets": "1, 2, 3 %", "exits": "most at the first", "market": "strong trend"},
        ),
        "Five times leverage": Preset(
            "With a budget of a fifth of the capital the leverage binds. Now lower it, and watch the loss at the stop.",
            {"risk_budget": 0.20, "leverage": 5.0, "stop_loss": 0.02},
        ),
    }
    draw = staticmethod(draw_scaling)
    fresh_limits = frozenset({"market", "seed", "side", "start"})

    def make_controls(self) -> dict[str, widgets.Widget]:
        return {
            "entries": choice("Entries [share of the whole]", list(ENTRIES), "50, 30, 20 %"),
            "entry_spacing": number("Entry spacing [% of price]", 0.01, 0.0, 0.05, 0.0025, shown=".2%"),
            "averaging": choice("Add as the price goes", ["down", "up"], "down"),
            "targets": choice("Targets [gain on the average]", list(TARGETS), "3, 5, 8 %"),
            "exits": choice("Sold at the targets", list(EXITS), "a third each"),
            "stop_loss": number("Stop behind the last entry [%]", 0.02, 0.005, 0.10, 0.0025, shown=".2%"),
            "risk_budget": number("Risk budget [% of capital]", 0.02, 0.005, 0.20, 0.005, shown=".1%"),
            "leverage": number("Leverage [× capital, at most]", 5.0, 0.5, 10.0, 0.25),
            "side": choice("Side", list(SIDES), "long"),
            "start": whole("Plan made at bar", 100, 20, 380, step=5),
            **self.market_controls("trend", 12),
        }

    def plan(self, settings: Mapping[str, Any], **parts: Any) -> ScalingResult:
        """A trade with the settings' market, stop and budget."""
        return scale_in_out_simulation(
            self.bars(settings),
            settings["start"],
            direction=SIDES[settings["side"]],
            stop_loss_pct=settings["stop_loss"],
            risk_budget=settings["risk_budget"],
            leverage=settings["leverage"],
            **parts,
        )

    def scaled(self, settings: Mapping[str, Any]) -> ScalingResult:
        """The trade in parts."""
        gains = TARGETS[settings["targets"]]
        return self.plan(
            settings,
            entry_splits=ENTRIES[settings["entries"]],
            entry_spacing_pct=settings["entry_spacing"],
            averaging=settings["averaging"],
            exit_levels=gains,
            exit_splits=EXITS[settings["exits"]][len(gains)],
        )

    def at_once(self, settings: Mapping[str, Any]) -> ScalingResult:
        """The same budget put on at once and sold at the middle target."""
        gains = TARGETS[settings["targets"]]
        middle = gains[len(gains) // 2 : len(gains) // 2 + 1]
        return self.plan(settings, entry_splits=(1.0,), exit_levels=middle, exit_splits=(1.0,) * len(middle))

    def view(self, settings: Mapping[str, Any]) -> View:
        scaled = self.scaled(settings)
        return View(scaling_scene(self.bars(settings), scaled), self.told(scaled, self.at_once(settings)))

    def told(self, *plans: ScalingResult) -> Readout:
        """The figures of the trade in parts and of the one at once."""
        ways = [Counter(plan.fills["reason"].tolist()) for plan in plans]
        rows = {
            "Profit after 100 bars [$]": [f"{plan.equity.iloc[-1] - plan.capital:+,.0f}" for plan in plans],
            "of it realised [$]": [f"{plan.realised.iloc[-1]:+,.0f}" for plan in plans],
            "Lowest on the way [$]": [f"{plan.equity.min() - plan.capital:+,.0f}" for plan in plans],
            "Loss at the stop, all bought [$]": [f"{plan.plan.loss_at_stop:,.0f}" for plan in plans],
            "Largest notional [× capital]": [f"{plan.plan.notional / plan.capital:.2f}" for plan in plans],
            "Bought / sold / stopped [parts]": [
                " / ".join(str(way[name]) for name in ("entry", "target", "stop")) for way in ways
            ],
        }
        return Readout(["In parts", "All at once"], rows)

    def code(self, settings: Mapping[str, Any]) -> str:
        imported, made = self.market_code(settings)
        gains = TARGETS[settings["targets"]]
        return f"""{imported}
from phase6.plots import plot_scaling
from phase6.scaling import scale_in_out_simulation

bars = {made}
result = scale_in_out_simulation(
    bars,
    {settings["start"]},
    direction={SIDES[settings["side"]]},
    entry_splits={ENTRIES[settings["entries"]]!r},
    entry_spacing_pct={settings["entry_spacing"]!r},
    exit_levels={gains!r},
    exit_splits={EXITS[settings["exits"]][len(gains)]!r},
    stop_loss_pct={settings["stop_loss"]!r},
    leverage={settings["leverage"]!r},
    averaging={settings["averaging"]!r},
    risk_budget={settings["risk_budget"]!r},
)
plot_scaling(bars, result)"""
