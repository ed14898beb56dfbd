"""Section 6.2: a ledger by the average-cost method, and tranches sized from one risk budget."""

from answer_key.scaling.ledger import LEDGER
from answer_key.scaling.plan_scale_in import PLAN_SCALE_IN

__all__ = ["EXERCISES", "LEDGER", "PLAN_SCALE_IN"]

EXERCISES = (LEDGER, PLAN_SCALE_IN)
