"""Section 6.5: a weight from the forecast, the market's volatility and trust in the edge."""

from answer_key.conviction.conviction_size import CONVICTION_SIZE

__all__ = ["CONVICTION_SIZE", "EXERCISES"]

EXERCISES = (CONVICTION_SIZE,)
