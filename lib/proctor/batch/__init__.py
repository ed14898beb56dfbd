"""A class: scheduling, workers, progress, locks, restart."""
