"""The course's rules on many random markets at once.

Path by path, the results are equal to those of the engines that walk one market. ``paths`` makes
the markets, ``signals`` what the rules look at, ``engine`` runs the pyramid, ``run`` several rules
on the same markets. ``universes`` holds many markets of several assets and the trend portfolio on
them; ``exits`` the ways out of one trade; ``published`` the published notebook's rules.
"""

from phase6.simulation.engine import KEEPABLE, PyramidPaths, run_pyramids
from phase6.simulation.paths import REGIME_OPTIONS, Array, Market, Markets, Paths, make_paths
from phase6.simulation.run import Outcomes, Progress, progress_line, simulate
from phase6.simulation.signals import Signals, ema_paths, make_signals, rolling_mean_paths, true_range_paths

__all__ = [
    "KEEPABLE",
    "REGIME_OPTIONS",
    "Array",
    "Market",
    "Markets",
    "Outcomes",
    "Paths",
    "Progress",
    "PyramidPaths",
    "Signals",
    "ema_paths",
    "make_paths",
    "make_signals",
    "progress_line",
    "rolling_mean_paths",
    "run_pyramids",
    "simulate",
    "true_range_paths",
]
