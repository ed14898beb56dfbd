"""Claims about faults: those of the published notebook, look-ahead, fitting and choosing."""

from phase6 import experiments as ex
from phase6.evidence.claims import Check, Claim, Topic, at, few, sure


def _growth() -> Topic:
    return Topic(
        "growth",
        "6.0",
        "Does the market grow as it says?",
        "The published one grows twice as fast: by a factor e^(σ²/2) too much",
        lambda effort: ex.growth_promised(samples=few(400_000, effort)),
        ("generator",),
        "Growth in a year [%]",
        claims=(
            Claim("published: e^(0.20 + 0.60²/2) − 1", {"generator": "published"}, 0.462, 1e-3),
            Claim("library: e^0.20 − 1", {"generator": "library"}, 0.221, 1e-3),
        ),
        percent=True,
    )


def _stop_outs() -> Topic:
    return Topic(
        "stop-outs",
        "6.1",
        "What does a stop cost that is tested at the close only?",
        "A fifth of R more than planned",
        lambda effort: ex.stop_outs(few(400, effort, least=40)),
        ("tested",),
        "Mean of a stop-out [R]",
        claims=(
            Claim("tested at the close", {"tested": "at the close", "measure": "mean"}, -1.23, 0.01, 0.01),
            Claim("tested inside the bar, no gaps", {"tested": "inside the bar", "measure": "mean"}, -1.0, 0.01),
        ),
        shown={"measure": "mean"},
        note="One level, the published markets on bars that can exist.",
    )


def _look_ahead() -> Topic:
    return Topic(
        "look-ahead",
        "6.3",
        "What is looking ahead worth where nothing can be earned?",
        "Today's volatility alone adds 0.07, today's signal 6",
        lambda effort: ex.look_ahead(universes=few(2_000, effort)),
        ("rule", "measure"),
        "Pooled Sharpe ratio",
        claims=(
            Claim("today's volatility, in pairs", {"rule": "today's volatility", "measure": "difference"}, 0.074, 1e-3, 0.001),
            Claim("the honest rule", {"rule": "honest", "measure": "sharpe"}, 0.0, 1e-3),
        ),
        checks=(
            Check(
                "today's signal makes a Sharpe ratio above 5 of nothing",
                lambda frame: at(frame, rule="today's signal and volatility", measure="sharpe") > 5,
            ),
        ),
        shown={"rule": ("honest", "today's volatility")},
    )


def _delivered() -> Topic:
    return Topic(
        "delivered",
        "6.3",
        "What does a target of 10 % deliver over eight markets?",
        "A third of it, unless the diversification multiplier makes up for what cancels",
        lambda effort: ex.volatility_delivered(universes=few(1_000, effort)),
        ("weights",),
        "Volatility [% a year]",
        claims=(Claim("published weights", {"weights": "published"}, 0.036, 1e-3),),
        checks=(
            Check(
                "with the multiplier, whose cap is 2.5 where √8 is wanted, at least 8.5 %",
                lambda frame: at(frame, weights="with the multiplier") > 0.085,
            ),
        ),
        percent=True,
    )


def _pairs() -> Topic:
    return Topic(
        "pairs",
        "6.3",
        "Are strategies correlated as their assets are?",
        "Far less: their signs differ",
        lambda effort: ex.strategies_correlation(universes=few(200, effort, least=20)),
        ("of",),
        "Mean correlation of pairs",
        claims=(Claim("assets, made with 0.6", {"of": "assets"}, 0.6, 0.01),),
        checks=(
            Check("the strategies' is less than half of it", lambda frame: at(frame, of="strategies") < 0.5 * at(frame, of="assets")),
        ),
    )


def _published_trends() -> Topic:
    def case(rule: str, measure: str) -> dict[str, str]:
        return {"rule": rule, "measure": measure}

    return Topic(
        "published-trends",
        "6.3",
        "Are there trends in the published markets?",
        "None: holding them earns seven times the Sharpe ratio of following them",
        lambda effort: ex.published_trends(universes=few(4_000, effort)),
        ("rule", "measure"),
        "Sharpe ratio",
        claims=(
            Claim("trend following", case("trend following", "sharpe"), 0.17, 0.01, 0.02),
            Claim("deviation of single runs", case("trend following", "deviation"), 0.83, 0.01, 0.02),
            Claim("buy and hold, equal risk", case("buy and hold", "sharpe"), 1.18, 0.01, 0.02),
        ),
        note="Eight random walks whose log price drifts by mu, as published; each asset at equal risk, two years.",
    )


def _autocorrelation() -> Topic:
    claimed = {0.0: 0.71, 0.1: 0.78, 0.2: 0.86, 0.3: 0.96}
    return Topic(
        "autocorrelation",
        "6.3, 6.4",
        "Is the error of a Sharpe ratio always 1/√years?",
        "Only where returns are independent: autocorrelation widens it",
        lambda effort: ex.autocorrelated_errors(samples=few(10_000, effort)),
        ("correlation",),
        "Deviation of a two-year Sharpe ratio",
        claims=tuple(Claim(f"first autocorrelation {rho:g}", {"correlation": rho}, figure, 0.01) for rho, figure in claimed.items()),
        note="Lo (2002), The statistics of Sharpe ratios: √((1 + ρ)/((1 − ρ)·years)) for an AR(1).",
    )


def _fitted() -> Topic:
    def case(market: str, days: str, rule: str) -> dict[str, str]:
        return {"market": market, "days": days, "rule": rule}

    return Topic(
        "fitted",
        "6.5",
        "Does it help to measure what each strength of forecast earns?",
        "On the days it was measured on; after them it has found nothing",
        lambda effort: ex.fitted_conviction(samples=few(1_000, effort)),
        ("market", "days", "rule"),
        "Pooled Sharpe ratio",
        claims=(Claim("random walk, on the days after", case("random walk", "after", "measured"), 0.0, 1e-3),),
        checks=(
            Check(
                "on random walks it shows more than 1.5 on its own days",
                lambda frame: at(frame, **case("random walk", "measured on", "measured")) > 1.5,
            ),
            Check(
                "in strong trends a straight line does better on the days after",
                lambda frame: (
                    at(frame, **case("strong trend", "after", "straight line"))
                    > at(frame, **case("strong trend", "after", "measured")) + 0.5
                ),
            ),
        ),
    )


def _best_bet() -> Topic:
    return Topic(
        "best-bet",
        "6.5",
        "Half Kelly on the best of ten backtests: is that careful?",
        "It shrinks by ten per cent a year; a target that caps it grows",
        lambda effort: ex.best_of_ten_bet(samples=few(40_000, effort)),
        ("chosen", "measure"),
        "Growth [% a year]",
        checks=(
            Check(
                "on the best of ten it shrinks, and faster than on one",
                lambda frame: (
                    sure(frame, 3.0, chosen="the best", measure="growth") == -1
                    and at(frame, chosen="the best", measure="growth") < at(frame, chosen="one", measure="growth")
                ),
            ),
            Check(
                "with the target at most 10 % both grow",
                lambda frame: all(
                    sure(frame, 3.0, chosen=chosen, measure="growth, target at most 10 %") == 1 for chosen in ("one", "the best")
                ),
            ),
        ),
        shown={"measure": ("growth", "growth, target at most 10 %")},
        percent=True,
        note="Every idea is worth a Sharpe ratio of 0.2; two years of data.",
    )


TOPICS = (
    _growth(),
    _stop_outs(),
    _look_ahead(),
    _delivered(),
    _pairs(),
    _published_trends(),
    _autocorrelation(),
    _fitted(),
    _best_bet(),
)
