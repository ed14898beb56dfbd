"""Section 6.5: a weight from how strong the forecast is, how wild the market is, and how far the edge is trusted."""

from answer_key.conviction.conviction_size import CONVICTION_SIZE

__all__ = ["CONVICTION_SIZE", "EXERCISES"]

EXERCISES = (CONVICTION_SIZE,)
