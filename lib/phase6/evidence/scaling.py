"""Claims of lesson 6.2: what an exit policy earns with an edge and without one."""

from phase6 import experiments as ex
from phase6.evidence.claims import Check, Claim, Topic, at, few, sure

R_MULTIPLE = {"measure": "R multiple"}
POLICIES = ("hold", "target", "quarter per ATR", "trailing")


def _exits() -> Topic:
    return Topic(
        "exits",
        "6.2, 6.4",
        "Which exit earns most?",
        "No edge, no gain; holding wins in trends, loses in ranges",
        lambda effort: ex.exit_policies(paths=few(40_000, effort)),
        ("market", "policy"),
        "Profit of a trade [R]",
        claims=(
            *(
                Claim(f"no edge: {policy}", {**R_MULTIPLE, "market": "random walk", "policy": policy}, 0.0, 1e-3)
                for policy in POLICIES
            ),
            Claim("strong trend: one exit", {**R_MULTIPLE, "market": "strong trend", "policy": "hold"}, 1.26, 0.01),
            Claim(
                "strong trend: a quarter per ATR", {**R_MULTIPLE, "market": "strong trend", "policy": "quarter per ATR"}, 0.23, 0.01
            ),
        ),
        checks=(
            Check(
                "scaling out wins more often than holding, in every market",
                lambda frame: all(
                    at(frame, market=name, policy="quarter per ATR", measure="win rate")
                    > at(frame, market=name, policy="hold", measure="win rate")
                    for name in ex.EXIT_MARKETS
                ),
            ),
            Check(
                "it varies less: its standard error is smaller on as many markets",
                lambda frame: all(
                    at(frame, "standard_error", market=name, policy="quarter per ATR", **R_MULTIPLE)
                    < at(frame, "standard_error", market=name, policy="hold", **R_MULTIPLE)
                    for name in ("random walk", "strong trend", "range, 60 days")
                ),
            ),
            Check(
                "it loses less in ranges",
                lambda frame: all(
                    sure(frame, 3.0, market=name, policy="quarter per ATR", measure="better than hold") > 0
                    for name in ("range, 60 days", "range, 20 days")
                ),
            ),
        ),
        shown=R_MULTIPLE,
        note="Stop 2 ATR away, held for at most 80 days, no costs; strong trend: drift-Sharpe 2.5. The claim states no horizon; "
        "what a single exit earns grows with it, what scaling out earns hardly does.",
    )


def _averaging() -> Topic:
    return Topic(
        "averaging",
        "6.2",
        "Buy more when it falls, or when it rises?",
        "Adding up earns more in strong trends, averaging down in tight ranges",
        lambda effort: ex.averaging_compared(paths=few(1_500, effort)),
        ("market", "measure"),
        "Profit of a plan [account currency]",
        claims=(
            Claim("strong trend: down less up", {"market": "strong trend", "measure": "down less up"}, -23.4, 0.1, 5.6),
            Claim("tight range: down less up", {"market": "tight range", "measure": "down less up"}, 34.6, 0.1, 6.2),
        ),
        checks=(
            Check(
                "averaging down ends with a gain more often, in every market",
                lambda frame: all(
                    at(frame, market=name, measure="wins, down") > at(frame, market=name, measure="wins, up")
                    for name in ex.TRANCHE_MARKETS
                ),
            ),
            Check(
                "in the random walk neither earns, nor is one told from the other",
                lambda frame: all(
                    sure(frame, 3.0, market="random walk", measure=measure) == 0 for measure in ("down", "up", "down less up")
                ),
            ),
        ),
        shown={"measure": "down less up"},
        note="Compared in pairs, on the same markets: their error is a quarter smaller than that of two means compared.",
    )


def _stops() -> Topic:
    return Topic(
        "stops",
        "6.2",
        "What does a stop on a held position earn?",
        "Nothing on a martingale, whatever its tails; something where moves last",
        lambda effort: ex.stops_compared(paths=few(8_000, effort, least=400)),
        ("market", "stop"),
        "Stopped − held [% a year]",
        claims=tuple(
            Claim(f"{market}, stop {stop:.0%}", {"market": market, "stop": stop, "measure": "premium"}, 0.0, 1e-3)
            for market in ("random walk", "fat tails", "volatility clusters")
            for stop in (0.05, 0.10)
        ),
        checks=(
            Check("it earns in trends", lambda frame: sure(frame, market="trend", stop=0.05, measure="premium") == 1),
            Check(
                "it loses in ranges, and under steady growth",
                lambda frame: all(
                    sure(frame, market=name, stop=0.05, measure="premium") == -1 for name in ("range, 60 days", "steady growth")
                ),
            ),
            Check(
                "it calms every market",
                lambda frame: bool((frame[frame["measure"] == "volatility"]["estimate"] < 0).all()),
            ),
        ),
        shown={"measure": "premium"},
        percent=True,
        note="Bought again 20 days after the stop. Kaminski and Lo (2014) call the difference the stopping premium.",
    )


TOPICS = (_exits(), _averaging(), _stops())
