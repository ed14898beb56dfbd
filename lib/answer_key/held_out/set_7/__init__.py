"""A seventh held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons and the public library alone: per exercise
fifteen likely mistakes, of students who know finance and little Python, who program and misread the
prompt, and who adapt an example badly.

Measured first, all 150 wrong answers were refused, 138 named before handing in and 140 after
grading; of 40 right ones none was refused. 18 were in no list, of which 8 were named; with the
lists switched off, 101 of the 150 were. Two namings are half true: *sorted* of rows whose labels
are, and *nothing is cut* where an average correlation cuts something else.
"""

from importlib import import_module

from answer_key.held_out import prepared
from answer_key.held_out.set_7.right import RIGHT

_SETS = [import_module(f"answer_key.held_out.set_7.{name}") for name in RIGHT]
ALSO_RIGHT = [answer for each in _SETS for answer in each.ALSO_RIGHT]
WRONG = [answer for each in _SETS for answer in each.WRONG]
UNLISTED = frozenset(
    {
        "after a flip the whole fill is held, not what was left of it",
        "an annual target set against the volatility of a period",
        "an estimate of 0 or less falls back on the target",
        "each asset's deviation over all of its own rows, before the rows are chosen",
        "entries sorted first, so the splits go to others",
        "every entry on its own is held under the cap, not all together",
        "of a pair only the one with the smaller base weight is cut",
        "rows in the given order, but labels sorted",
        "the average of a short comes out negative",
        "the cap on the weight holds for all weights together",
        "the peak is not reset for the next fraction",
        "the ratio from the compound annual return",
        "the return is annualised",
        "the rolling volatility of 60 days of the lesson, in place of one number an asset",
        "the sign of the price's change over the lookback",
        "the target divided by the number of assets, as in the trend portfolio",
        "the total return in place of the final equity",
        "two percent a year subtracted for cash",
    }
)
"""What no list had when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
