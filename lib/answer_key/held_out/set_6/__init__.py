"""A sixth held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons and the public library alone: per exercise the
fifteen mistakes that a class would most likely make, misconceptions and slips in their natural
proportion.

Measured first, of 150 wrong answers 149 were refused and 129 named before handing in, and 149
refused and 132 named after grading; of the 27 that no list had 9 were named. Of 37 right ones one
was refused before handing in, for what rounding leaves of 0. No case had a price on its average,
so that nothing could refuse the answer that takes it for short; cases have it since.
"""

from answer_key.held_out import prepared
from answer_key.held_out.set_6 import wrong_portfolios as portfolios
from answer_key.held_out.set_6 import wrong_pyramiding as pyramiding
from answer_key.held_out.set_6 import wrong_scaling as scaling
from answer_key.held_out.set_6.right import RIGHT
from answer_key.held_out.set_6.right_more import ALSO_RIGHT

WRONG = (*pyramiding.WRONG, *scaling.WRONG, *portfolios.WRONG)
UNLISTED = frozenset(
    {
        "each level is (1 - decay) times the one before",
        "the index is 0, 1, 2 …",
        "the return is the profit in money",
        "the log return",
        "rounded to four digits",
        "peak and worst fall are not reset for the next fraction",
        "leaves the loop at ruin before the drawdown is updated",
        "high and low are not exchanged for shorts",
        "a target filled at the open is not crossed off and fills again",
        "the average price of a growing short comes out negative, one abs is missing",
        "realised profit starts again at 0 when the position is closed",
        "after a flip the position is the whole fill",
        "a flip restarts the average before the profit of what it closes is booked",
        "every purchase moves the average, every sale realises: thought for longs only",
        "the cap is tested for each entry on its own",
        "leverage multiplies the size instead of limiting it",
        "rows with missing returns are kept",
        "the portfolios are not brought to the target",
        "standard deviations from all rows, before incomplete ones are left out",
        "compound growth in place of the mean",
        "the annual target is applied to the deviation of one period",
        "momentum: today's price against the one a lookback ago",
        "a price on the average counts as short",
        "the share is threshold over correlation, hardly a cut",
        "the target is divided among the assets",
    }
)
"""What no list had, or not in this way, when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
