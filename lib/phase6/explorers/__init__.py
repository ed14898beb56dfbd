"""Explorers: move a control and see at once what it does to risk and return."""

from phase6.explorers.conviction import ConvictionExplorer
from phase6.explorers.portfolio import PortfolioExplorer
from phase6.explorers.pyramiding import PyramidExplorer
from phase6.explorers.scaling import ScalingExplorer

__all__ = ["ConvictionExplorer", "PortfolioExplorer", "PyramidExplorer", "ScalingExplorer"]
