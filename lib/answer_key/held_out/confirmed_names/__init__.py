"""Names given to held-out answers, read by hand and found true of the results."""

from answer_key.held_out.confirmed_names.portfolios import PORTFOLIOS
from answer_key.held_out.confirmed_names.positions import POSITIONS
from answer_key.held_out.confirmed_names.set_8 import SET_8

CONFIRMED = POSITIONS | PORTFOLIOS | SET_8
"""Exercise and answer, and after "as" the name that it was given."""
