"""The first held-out set: functions, section by section, not texts with a slip in each."""

from answer_key.held_out.set_1 import conviction, portfolio, pyramiding, scaling

ANSWERS = (*pyramiding.ANSWERS, *scaling.ANSWERS, *portfolio.ANSWERS, *conviction.ANSWERS)
