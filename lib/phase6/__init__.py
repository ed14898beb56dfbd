"""Pyramiding and scaling: markets, strategies, measures, pictures and explorers of the course unit."""
