"""Pyramiding and scaling: markets, strategies, measures, plots and explorers of the unit."""
