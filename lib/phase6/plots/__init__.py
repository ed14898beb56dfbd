"""Figure functions: they take results of the engines and return a figure.

They compute nothing about trading.
"""

from phase6.metrics import mean_and_error
from phase6.plots.charts import (
    plot_bars,
    plot_cumulative,
    plot_histogram,
    plot_histograms,
    plot_lines,
    plot_means,
    plot_shares,
)
from phase6.plots.conviction import plot_conviction, plot_forecast
from phase6.plots.distributions import plot_distributions, plot_estimates, plot_estimators
from phase6.plots.limits import plot_drawdown_control, plot_heat
from phase6.plots.pictures import alt_text
from phase6.plots.portfolio import plot_correlation, plot_growth, plot_portfolio
from phase6.plots.pyramiding import plot_equity_and_levels
from phase6.plots.scaling import plot_scaling
from phase6.plots.trends import plot_calibration, plot_decades, plot_speeds, plot_stop_premium

__all__ = [
    "alt_text",
    "mean_and_error",
    "plot_bars",
    "plot_calibration",
    "plot_conviction",
    "plot_correlation",
    "plot_cumulative",
    "plot_decades",
    "plot_distributions",
    "plot_drawdown_control",
    "plot_equity_and_levels",
    "plot_estimates",
    "plot_estimators",
    "plot_forecast",
    "plot_growth",
    "plot_heat",
    "plot_histogram",
    "plot_histograms",
    "plot_lines",
    "plot_means",
    "plot_portfolio",
    "plot_scaling",
    "plot_shares",
    "plot_speeds",
    "plot_stop_premium",
]
