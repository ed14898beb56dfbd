"""Claims of lesson 6.1.

What a pyramid risks, what it adds at equal volatility, and what its parameters change.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from phase6 import experiments as ex
from phase6.evidence.claims import Check, Claim, Topic, at, few, only, sure

EQUAL_VOLATILITY: dict[str, Any] = {"comparison": "equal volatility", "measure": "difference"}
STOP_RISKS = (0.500, 0.650, 0.533, 0.202)
CLAIMED = {
    "random walk": (-0.0016, 0.0006),
    "trend 1.0": (0.0047, 0.0010),
    "trend 1.5": (0.0114, 0.0010),
    "trend 2.5": (0.0223, 0.0010),
    "range, 60 days": (-0.0102, 0.0006),
    "range, 20 days": (-0.0162, 0.0006),
}
CLAIMED_MARKETS = {name: ex.PYRAMID_MARKETS[name] for name in CLAIMED}
MILD_TREND = {"mild trend": ex.PYRAMID_MARKETS["trend 1.0"]}
RETURNS = {"measure": "total_return"}
SOME_MARKETS = {name: ex.PYRAMID_MARKETS[name] for name in ("random walk", "trend 1.5", "range, 60 days")}


def _width(frame: pd.DataFrame, **case: Any) -> float:
    return at(frame, "q95", **case) - at(frame, "q05", **case)


def _drawdowns(frame: pd.DataFrame, market: str) -> np.ndarray:
    """Mean largest drawdown of each rule in a market, in the order of the rules."""
    means: np.ndarray = only(frame, market=market, measure="max_drawdown")["estimate"].to_numpy()
    return means


def _stop_risk() -> Topic:
    return Topic(
        "stop-risk",
        "6.1",
        "What does a pyramid lose at its stop after 1 … 4 levels?",
        "The most after the second level: new stops relieve the levels before",
        lambda effort: ex.stop_risk_after_levels(paths=few(2_000, effort)),
        ("level", "measure"),
        "Loss at the stop [% of equity]",
        claims=(
            *(
                Claim(f"after level {level}, entries one ATR apart", {"level": level, "measure": "one ATR apart"}, risk / 100, 1e-5)
                for level, risk in enumerate(STOP_RISKS, start=1)
            ),
            Claim("given back from the peak to the stop, four levels", {"level": 4, "measure": "give-back"}, 0.0152, 1e-4),
        ),
        checks=(
            Check("it peaks at level 2", lambda frame: only(frame, measure="one ATR apart")["estimate"].argmax() == 1),
            Check(
                "so it does with entries as the market fills them, which lie further apart",
                lambda frame: only(frame, measure="as filled")["estimate"].argmax() == 1,
            ),
        ),
        percent=True,
        note="By the rule there is no chance in it; “as filled” are trending markets, where an add-on comes at the next open.",
    )


def _turtles() -> Topic:
    return Topic(
        "turtles",
        "6.1",
        "What did the Turtles' four units risk?",
        "Five N, not eight: every unit raises the stop of those before it",
        lambda effort: ex.turtle_stop_risk(),
        ("level",),
        "Stop risk [N]",
        claims=(Claim("four units, half an N apart, stops two N behind the newest", {"level": 4}, 5.0, 0.01),),
    )


def _published() -> Topic:
    return Topic(
        "published",
        "6.1",
        "Was the published result luck?",
        "On most seeds the pyramid loses to its single entry",
        lambda effort: ex.published_notebook(few(2_000, effort)),
        ("rule",),
        "Total return [%]",
        claims=(
            Claim("the pyramid beats the single entry", {"rule": "pyramid wins"}, 0.47, 0.01),
            Claim("median of the pyramid", {"rule": "pyramid", "measure": "median"}, -0.009, 0.001),
            Claim("median of the single entry", {"rule": "single", "measure": "median"}, 0.012, 0.001),
            Claim("mean of the pyramid", {"rule": "pyramid", "measure": "mean"}, 0.090, 0.001),
            Claim("mean of the single entry", {"rule": "single", "measure": "mean"}, 0.035, 0.001),
            Claim("5th percentile of the pyramid", {"rule": "pyramid", "measure": "5th percentile"}, -0.33, 0.01),
            Claim("5th percentile of the single entry", {"rule": "single", "measure": "5th percentile"}, -0.17, 0.01),
            Claim("seed 42 does better than this share of seeds", {"rule": "printed seed"}, 0.70, 0.01),
        ),
        shown={"measure": "mean"},
        percent=True,
        note="The published rules and data, faults and all, on seeds 0, 1, 2, …",
    )


def _equal_volatility() -> Topic:
    return Topic(
        "equal-volatility",
        "6.1, 6.4",
        "What does pyramiding add beyond more risk?",
        "At equal volatility: a little in trends, less than nothing in ranges",
        lambda effort: ex.pyramid_or_single(paths=few(20_000, effort)),
        ("market",),
        "Pyramid − single entry [% of equity]",
        claims=tuple(
            Claim(name, {**EQUAL_VOLATILITY, "market": name}, figure, 1e-4, error) for name, (figure, error) in CLAIMED.items()
        ),
        checks=(
            Check(
                "most of what it earns in trends is extra risk: at equal volatility less than half is left",
                lambda frame: all(
                    at(frame, market=name, **EQUAL_VOLATILITY)
                    < 0.5 * at(frame, market=name, comparison="equal initial risk", measure="difference")
                    for name in ("trend 1.0", "trend 1.5", "trend 2.5")
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
        note="Equal initial risk; the single entry's trades are enlarged to the pyramid's volatility. 500 bars, 5 bp a side.",
    )


def _enlarging() -> Topic:
    return Topic(
        "enlarging",
        "6.1",
        "Does it matter how the single entry is enlarged?",
        "It halves the figure in strong trends and leaves its sign; each market's own ratio is biased",
        lambda effort: ex.pyramid_or_single(CLAIMED_MARKETS, paths=few(5_000, effort), enlarge=("trades", "risk", "returns", "own")),
        ("market", "enlarged"),
        "Pyramid − single entry [% of equity]",
        claims=tuple(
            Claim(f"trend 2.5: {said}", {**EQUAL_VOLATILITY, "market": "trend 2.5", "enlarged": way}, figure, 1e-4, error)
            for way, said, figure, error in (
                ("trades", "trades enlarged, the course's meaning", 0.0240, 0.0008),
                ("risk", "risk raised in the engine", 0.0167, 0.0007),
                ("returns", "daily returns scaled", 0.0124, 0.0009),
            )
        ),
        checks=(
            Check(
                "risk raised in the engine gives the same signs",
                lambda frame: all(
                    sure(frame, market=name, enlarged="risk", **EQUAL_VOLATILITY)
                    * sure(frame, market=name, enlarged="trades", **EQUAL_VOLATILITY)
                    >= 0
                    for name in CLAIMED
                ),
            ),
            Check(
                "by each market's own ratio the pyramid looks worse, in every market",
                lambda frame: all(
                    at(frame, market=name, enlarged="own", **EQUAL_VOLATILITY)
                    < at(frame, market=name, enlarged="trades", **EQUAL_VOLATILITY)
                    for name in CLAIMED
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
    )


def _leverage() -> Topic:
    return Topic(
        "leverage",
        "6.1",
        "What does leverage 3 change?",
        "It multiplies the tails, and the sign stays",
        lambda effort: ex.leverage_compared(markets=CLAIMED_MARKETS, paths=few(10_000, effort)),
        ("market", "multiple"),
        "Pyramid − single entry [% of equity]",
        checks=(
            Check(
                "the sign never changes (where it is two standard errors from 0)",
                lambda frame: all(
                    len({sure(frame, market=name, multiple=multiple, **EQUAL_VOLATILITY) for multiple in (1.0, 3.0)} - {0}) < 2
                    for name in CLAIMED
                ),
            ),
            Check(
                "nine markets in ten lie at least twice as far apart",
                lambda frame: all(
                    _width(frame, market=name, multiple=3.0, **EQUAL_VOLATILITY)
                    > 2.0 * _width(frame, market=name, multiple=1.0, **EQUAL_VOLATILITY)
                    for name in CLAIMED
                ),
            ),
        ),
        shown=EQUAL_VOLATILITY,
        percent=True,
        note="Every position three times as large, as the published notebook's leverage made it; at equal volatility.",
    )


def _re_entry() -> Topic:
    def case(policy: str, measure: str) -> dict[str, str]:
        return {"rule": f"pyramid, {policy}", "measure": measure}

    return Topic(
        "re-entry",
        "6.1",
        "How much does the re-entry policy decide?",
        "Waiting for a fresh cross misses a part of the trend: half of the return",
        lambda effort: ex.reentries_compared(MILD_TREND, paths=few(20_000, effort), measures=("sharpe", "total_return")),
        ("rule",),
        "Pooled Sharpe ratio",
        claims=(
            Claim("entered again at the next bar", case("next bar", "sharpe"), 0.26, 0.01, 0.013),
            Claim("only after a fresh cross", case("fresh cross", "sharpe"), 0.17, 0.01, 0.01),
            Claim("its return: entered again at the next bar", case("next bar", "total_return"), 0.0304, 1e-4, 0.0015),
            Claim("its return: only after a fresh cross", case("fresh cross", "total_return"), 0.0134, 1e-4, 0.0008),
        ),
        checks=(
            Check(
                "the pyramid earns after a fresh cross as well, beyond doubt",
                lambda frame: sure(frame, 3.0, **case("fresh cross", "sharpe"), market="mild trend") == 1,
            ),
        ),
        shown={"measure": "sharpe"},
        note="Trends of drift-Sharpe 1.0, 500 bars. The mean of the markets' own ratios has another sign: see the next question.",
    )


def _estimators() -> Topic:
    def claims() -> Iterator[Claim]:
        ratios = {1: -0.017, 2: -0.034, 4: -0.083, 6: -0.112}
        for levels, related in {1: 0.20, 2: 0.42, 4: 0.70, 6: 0.79}.items():
            several = "1 level" if levels == 1 else f"{levels} levels"
            case: dict[str, object] = {"levels": levels}
            yield Claim(f"{several}: correlation", {**case, "measure": "correlation"}, related, 0.01, 0.01)
            yield Claim(f"{several}: mean of ratios", {**case, "measure": "mean of ratios"}, ratios[levels], 1e-3, 0.009)
            yield Claim(f"{several}: pooled", {**case, "measure": "pooled"}, -0.009, 1e-3, 0.009)

    return Topic(
        "estimators",
        "6.1",
        "How did this course fool itself?",
        "It averaged the markets' own Sharpe ratios: below 0 where nothing is lost",
        lambda effort: ex.estimators_compared(paths=few(10_000, effort)),
        ("levels", "measure"),
        "Sharpe ratio of a pyramid on random walks",
        claims=tuple(claims()),
        checks=(
            Check(
                "the mean of ratios is below 0 beyond doubt from four levels on",
                lambda frame: all(sure(frame, 3.0, levels=levels, measure="mean of ratios") == -1 for levels in (4, 6)),
            ),
            Check(
                "the pooled ratio is not told from 0 at any number of levels",
                lambda frame: all(sure(frame, 3.0, levels=levels, measure="pooled") == 0 for levels in (1, 2, 4, 6)),
            ),
        ),
        shown={"measure": ("mean of ratios", "pooled")},
        note="No costs, no drift: the truth is 0. The correlation of a market's volatility with its return grows with the levels.",
    )


def _levels() -> Topic:
    return Topic(
        "levels",
        "6.1",
        "Are more levels better?",
        "Each adds to gain in trends, to loss elsewhere; past four it is little",
        lambda effort: ex.levels_compared(markets=SOME_MARKETS, paths=few(10_000, effort)),
        ("market", "rule"),
        "Total return [%]",
        checks=(
            Check(
                "the drawdown grows from one level to two to four, in every market",
                lambda frame: all((np.diff(_drawdowns(frame, name))[:2] > 0).all() for name in SOME_MARKETS),
            ),
            Check(
                "without a trend the Sharpe ratio falls from one level to two to four",
                lambda frame: all(
                    (np.diff(only(frame, market=name, measure="sharpe")["estimate"][:3]) < 0).all()
                    for name in ("random walk", "range, 60 days")
                ),
            ),
            Check(
                "levels five and six change the drawdown by less than a tenth",
                lambda frame: all(abs(np.diff(np.log(_drawdowns(frame, name)))[2]) < 0.1 for name in SOME_MARKETS),
            ),
        ),
        shown=RETURNS,
        percent=True,
    )


def _risk_doubled() -> Topic:
    return Topic(
        "risk-doubled",
        "6.1",
        "What does twice the risk per level do?",
        "It doubles gain, loss and drawdown alike: the Sharpe ratio stays",
        lambda effort: ex.risks_compared(markets=SOME_MARKETS, paths=few(10_000, effort)),
        ("market", "rule"),
        "Total return [%]",
        checks=(
            Check(
                "the Sharpe ratio moves by less than 0.02 when risk is doubled",
                lambda frame: all(
                    np.ptp(only(frame, market=name, measure="sharpe")["estimate"].iloc[:2]) < 0.02 for name in SOME_MARKETS
                ),
            ),
            Check(
                "the drawdown grows by at least 1.8 times",
                lambda frame: all(_drawdowns(frame, name)[1] > 1.8 * _drawdowns(frame, name)[0] for name in SOME_MARKETS),
            ),
        ),
        shown=RETURNS,
        percent=True,
    )


def _heat() -> Topic:
    limited, first = "Turtle limits", "no limits"
    return Topic(
        "heat",
        "6.1",
        "What do the Turtles' unit limits change for pyramids in eight markets?",
        "Where markets move together, less heat and a better Sharpe ratio",
        lambda effort: ex.heat_compared(universes=few(150, effort, least=12)),
        ("correlation", "rule"),
        "Highest heat [% of equity]",
        checks=(
            Check(
                "no more than 12 units on a side, where without limits there are more",
                lambda frame: all(
                    at(frame, correlation=level, rule=limited, measure="most units")
                    <= 12
                    < at(frame, correlation=level, rule=first, measure="most units")
                    for level in (0.0, 0.6)
                ),
            ),
            Check(
                "heat and volatility fall",
                lambda frame: all(
                    at(frame, correlation=level, rule=limited, measure=measure)
                    < at(frame, correlation=level, rule=first, measure=measure)
                    for level in (0.0, 0.6)
                    for measure in ("highest heat", "volatility")
                ),
            ),
            Check(
                "at a correlation of 0.6 the Sharpe ratio rises, beyond doubt",
                lambda frame: sure(frame, 3.0, correlation=0.6, rule=limited, measure="sharpe less the first rule's") == 1,
            ),
        ),
        shown={"measure": "highest heat"},
        percent=True,
        note="Trends of drift-Sharpe 1.25 that are independent from market to market; only the daily shocks are shared. Heat: what is "
        "lost from the close if every stop is filled at its price.",
    )


TOPICS = (
    _stop_risk(),
    _turtles(),
    _published(),
    _equal_volatility(),
    _enlarging(),
    _leverage(),
    _re_entry(),
    _estimators(),
    _levels(),
    _risk_doubled(),
    _heat(),
)
