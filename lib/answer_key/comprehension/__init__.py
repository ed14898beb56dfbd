"""Section 6.4: every right answer is computed from its rule, and so is the value that each wrong idea leads to."""

from answer_key.comprehension.q1 import PYRAMID
from answer_key.comprehension.q2 import SCALING
from answer_key.comprehension.q3 import DIVERSIFICATION
from answer_key.comprehension.q4 import HURTS
from answer_key.comprehension.q5 import EQUAL_DOLLARS
from answer_key.exercise import Value

EXERCISES: tuple[Value, ...] = (*PYRAMID, *SCALING, *DIVERSIFICATION, *HURTS, *EQUAL_DOLLARS)
