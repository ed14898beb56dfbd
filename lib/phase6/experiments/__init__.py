"""Claims put to the test over thousands of markets.

Every function returns a tidy frame: columns that name the case, then `COLUMNS`. ``estimate`` and
``standard_error`` say what was found and how sure it is; ``q05`` … ``q95`` how single markets are
spread; ``n`` how many there were. Results depend on ``seed`` alone, an int, SeedSequence or
Generator; None draws others each time. Interrupted from the keyboard, those that walk the bars of
many markets return what is done. :mod:`phase6.plots.distributions` draws the frames;
:func:`experiment` puts an idea of one's own on trial.
"""

from phase6.experiments._tidy import COLUMNS
from phase6.experiments.calibration import STRENGTHS, strength_of, trend_strengths
from phase6.experiments.drawdowns import drawdown_control, drawdown_rules
from phase6.experiments.estimators import estimators_compared
from phase6.experiments.exits import EXIT_MARKETS, exit_policies, exit_samples
from phase6.experiments.faults import (
    autocorrelated_errors,
    best_of_ten_bet,
    fitted_conviction,
    growth_promised,
    look_ahead,
    published_trends,
    stop_outs,
    strategies_correlation,
    volatility_delivered,
)
from phase6.experiments.heat import HEAT_RULES, heat_compared
from phase6.experiments.kelly import best_of_many, kelly_estimated, kelly_fractions, position_rules
from phase6.experiments.portfolios import (
    asset_removed,
    bets_compared,
    lookbacks_compared,
    portfolio_sharpe_pooled,
    power_of_comparison,
    signals_compared,
    sizings_compared,
    square_root_law,
)
from phase6.experiments.published import published_notebook, published_returns, stop_risk_after_levels, turtle_stop_risk
from phase6.experiments.pyramids import (
    PYRAMID_MARKETS,
    levels_compared,
    leverage_compared,
    pyramid_or_single,
    reentries_compared,
    risks_compared,
    rules_compared,
)
from phase6.experiments.speeds import SPEED_MARKETS, speeds_compared
from phase6.experiments.stops import STOP_MARKETS, stops_compared
from phase6.experiments.tranches import TRANCHE_MARKETS, averaging_compared
from phase6.experiments.trial import Trial, experiment, forget_ideas, ideas_tried

__all__ = [
    "COLUMNS",
    "EXIT_MARKETS",
    "HEAT_RULES",
    "PYRAMID_MARKETS",
    "SPEED_MARKETS",
    "STOP_MARKETS",
    "STRENGTHS",
    "TRANCHE_MARKETS",
    "Trial",
    "asset_removed",
    "autocorrelated_errors",
    "averaging_compared",
    "best_of_many",
    "best_of_ten_bet",
    "bets_compared",
    "drawdown_control",
    "drawdown_rules",
    "estimators_compared",
    "exit_policies",
    "exit_samples",
    "experiment",
    "fitted_conviction",
    "forget_ideas",
    "growth_promised",
    "heat_compared",
    "ideas_tried",
    "kelly_estimated",
    "kelly_fractions",
    "levels_compared",
    "leverage_compared",
    "look_ahead",
    "lookbacks_compared",
    "portfolio_sharpe_pooled",
    "position_rules",
    "power_of_comparison",
    "published_notebook",
    "published_returns",
    "published_trends",
    "pyramid_or_single",
    "reentries_compared",
    "risks_compared",
    "rules_compared",
    "signals_compared",
    "sizings_compared",
    "speeds_compared",
    "square_root_law",
    "stop_outs",
    "stop_risk_after_levels",
    "stops_compared",
    "strategies_correlation",
    "strength_of",
    "trend_strengths",
    "turtle_stop_risk",
    "volatility_delivered",
]
