"""Section 6.3: leaving an asset out, comparing lookbacks, and cutting twins.

Lookbacks are compared on one sample; twins are assets with highly correlated returns.
"""

from answer_key.portfolio.compare_lookbacks import COMPARE_LOOKBACKS
from answer_key.portfolio.correlation_filter import CORRELATION_FILTER
from answer_key.portfolio.leave_one_out import LEAVE_ONE_OUT

__all__ = ["COMPARE_LOOKBACKS", "CORRELATION_FILTER", "EXERCISES", "LEAVE_ONE_OUT"]

EXERCISES = (LEAVE_ONE_OUT, COMPARE_LOOKBACKS, CORRELATION_FILTER)
