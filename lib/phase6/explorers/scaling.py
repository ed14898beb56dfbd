"""The explorer of section 6.2: a position built in parts and sold in parts, fill by fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

from phase6.explorers._controls import Control, Settings, choice, number, whole
from phase6.explorers._explorer import Preset, Readout, View
from phase6.explorers._market import MarketExplorer
from phase6.explorers._tally import Race
from phase6.plots.scaling import ScalingFrame, draw_scaling, scaling_scene
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
WAYS = ("In parts", "All at once")
EqualPlans: TypeAlias = tuple[ScalingResult, ScalingResult, float]


class ScalingExplorer(MarketExplorer[ScalingFrame]):
    """How the parts are spaced, sized and sold; fills, position and profit."""

    heading = "What do parts buy?"
    question = (
        "A position bought and sold in parts (solid) against all at once (dashed purple): the same stop, the same loss "
        "if it is hit with everything bought. The stop is fixed when the plan is made."
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
            "Small targets are nearly always reached. Does that make the profit larger? Press “100 new paths”.",
            {"targets": "1, 2, 3 %", "exits": "most at the first", "market": "strong trend"},
        ),
        "Five times leverage": Preset(
            "With a budget of a fifth of the capital the leverage binds. Now lower it, and watch the loss at the stop.",
            {"risk_budget": 0.20, "leverage": 5.0, "stop_loss": 0.02},
        ),
    }
    draw = staticmethod(draw_scaling)
    fresh_limits = frozenset({"market", "seed", "side", "start"})
    race = Race("buying in parts", "all at once", "profit [% points of capital]")
    _last: tuple[Settings, EqualPlans] | None = None

    def make_controls(self) -> dict[str, Control]:
        return {
            "entries": choice("Entries [share of the whole]", list(ENTRIES), "50, 30, 20 %"),
            "entry_spacing": number("Entry spacing [% of price]", 0.01, 0.0, 0.05, 0.0025, unit="%"),
            "averaging": choice("Add as the price goes", ["down", "up"], "down"),
            "targets": choice("Targets [gain on the average]", list(TARGETS), "3, 5, 8 %"),
            "exits": choice("Sold at the targets", list(EXITS), "a third each"),
            "stop_loss": number("Stop behind the last entry [%]", 0.02, 0.005, 0.10, 0.0025, unit="%"),
            **self.market_controls("trend", 12),
            "risk_budget": number("Risk budget [% of capital]", 0.02, 0.005, 0.20, 0.005, digits=1, unit="%", rare=True),
            "leverage": number("Leverage [× capital, at most]", 5.0, 0.1, 10.0, 0.1, digits=1, rare=True, noted=True),
            "side": choice("Side", list(SIDES), "long", rare=True),
            "start": whole("Plan made at bar", 100, 20, 380, step=5, rare=True),
        }

    def plan(self, settings: Settings, *, stop_loss: float, risk_budget: float, **parts: Any) -> ScalingResult:
        """A trade with the settings' market."""
        return scale_in_out_simulation(
            self.bars(settings),
            settings["start"],
            direction=SIDES[settings["side"]],
            stop_loss_pct=stop_loss,
            risk_budget=risk_budget,
            leverage=settings["leverage"],
            **parts,
        )

    def plans(self, settings: Settings, risk_budget: float) -> tuple[ScalingResult, ScalingResult]:
        """The trade in parts, and the one at once with the same stop and the middle target."""
        gains = TARGETS[settings["targets"]]
        scaled = self.plan(
            settings,
            stop_loss=settings["stop_loss"],
            risk_budget=risk_budget,
            entry_splits=ENTRIES[settings["entries"]],
            entry_spacing_pct=settings["entry_spacing"],
            averaging=settings["averaging"],
            exit_levels=gains,
            exit_splits=EXITS[settings["exits"]][len(gains)],
        )
        middle = gains[len(gains) // 2 : len(gains) // 2 + 1]
        at_once = self.plan(
            settings,
            stop_loss=abs(1 - scaled.plan.stop / scaled.plan.entries[0]),
            risk_budget=risk_budget,
            entry_splits=(1.0,),
            exit_levels=middle,
            exit_splits=(1.0,) * len(middle),
        )
        return scaled, at_once

    def equal_plans(self, settings: Settings) -> EqualPlans:
        """Two plans that lose the same at the stop, and their risk budget.

        The budget is smaller than that of the settings where the cap on leverage does not allow as
        much to one of the two. The plans of the last settings are kept, because the picture and
        the code below it ask for the same ones.
        """
        last = self._last
        if last is None or last[0] != settings:
            last = self._last = dict(settings), self._equal_plans(settings)
        return last[1]

    def _equal_plans(self, settings: Settings) -> EqualPlans:
        budget = settings["risk_budget"]
        scaled, at_once = self.plans(settings, budget)
        if scaled.plan.cap_binds or at_once.plan.cap_binds:
            budget = min(each.plan.loss_at_stop / each.capital for each in (scaled, at_once))
            scaled, at_once = self.plans(settings, budget)
        return scaled, at_once, budget

    def view(self, settings: Settings) -> View[ScalingFrame]:
        scaled, at_once, budget = self.equal_plans(settings)
        notes = {"leverage": self.what_leverage_does(scaled, at_once, bound=budget < settings["risk_budget"])}
        return View(scaling_scene(self.bars(settings), scaled, at_once), self.told(scaled, at_once), notes)

    def compare(self, settings: Settings) -> tuple[float, float]:
        scaled, at_once, _budget = self.equal_plans(settings)
        ours, other = (float(plan.equity.iloc[-1] / plan.capital - 1) for plan in (scaled, at_once))
        return ours, other

    def what_leverage_does(self, *plans: ScalingResult, bound: bool) -> str:
        """Whether the cap on leverage changes the plans."""
        if bound:
            return "Binds: both would be larger."
        return f"Changes nothing here: at most {max(plan.plan.notional / plan.capital for plan in plans):.2f} × is held."

    def told(self, *plans: ScalingResult) -> Readout:
        """The figures of the trade in parts and of the one at once."""
        ways = [Counter(plan.fills["reason"].tolist()) for plan in plans]
        rows = {
            "Profit after 100 bars [$]": [f"{plan.equity.iloc[-1] - plan.capital:+,.0f}" for plan in plans],
            "Lowest on the way [$]": [f"{plan.equity.min() - plan.capital:+,.0f}" for plan in plans],
            "Loss at the stop, all bought [$]": [f"{plan.plan.loss_at_stop:,.0f}" for plan in plans],
            "of the profit realised [$]": [f"{plan.realised.iloc[-1]:+,.0f}" for plan in plans],
            "Largest notional [× capital]": [f"{plan.plan.notional / plan.capital:.2f}" for plan in plans],
            "Bought / sold / stopped [parts]": [
                " / ".join(str(way[name]) for name in ("entry", "target", "stop")) for way in ways
            ],
        }
        return Readout(WAYS, rows)

    def code(self, settings: Settings) -> str:
        imported, made = self.market_code(settings)
        *_, budget = self.equal_plans(settings)
        gains = TARGETS[settings["targets"]]
        middle = gains[len(gains) // 2 : len(gains) // 2 + 1]
        return f"""{imported}
from phase6.plots import plot_scaling
from phase6.scaling import scale_in_out_simulation

bars = {made}
common = dict(
    direction={SIDES[settings["side"]]},
    risk_budget={budget!r},
    leverage={settings["leverage"]!r},
)
in_parts = scale_in_out_simulation(
    bars,
    {settings["start"]},
    entry_splits={ENTRIES[settings["entries"]]!r},
    entry_spacing_pct={settings["entry_spacing"]!r},
    averaging={settings["averaging"]!r},
    exit_levels={gains!r},
    exit_splits={EXITS[settings["exits"]][len(gains)]!r},
    stop_loss_pct={settings["stop_loss"]!r},
    **common,
)
same_stop = abs(1 - in_parts.plan.stop / in_parts.plan.entries[0])
at_once = scale_in_out_simulation(
    bars,
    {settings["start"]},
    entry_splits=(1.0,),
    exit_levels={middle!r},
    exit_splits={(1.0,) * len(middle)!r},
    stop_loss_pct=same_stop,
    **common,
)
plot_scaling(bars, in_parts, at_once)"""
