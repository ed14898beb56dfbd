"""An eighth held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons and the public library alone: per exercise
fifteen likely mistakes, about a third of them of structure, and five ``UNUSUAL`` ones, natural but
such as an instructor's list would leave out. Two right answers whose author doubted that the prompt
allows them, arrays for two single numbers, were left out before anything was measured.

Measured first, of the 150 likely mistakes 147 were refused and 129 named before handing in, 149
refused and 144 named after grading; 26 were in no list, of which 20 were named. Of the 50 unusual
ones 49 were refused either way, 23 named before and 40 after; 37 were in no list, of which 27 were
named. Namings were read: one was half true, *nothing is cut* where an average correlation cuts, and
one was worded too narrowly, since reworded. One answer that its author took for right was refused,
and truly: its return is not a number once everything is lost.
"""

from importlib import import_module

from answer_key.held_out import prepared
from answer_key.held_out.set_8.right import RIGHT

_SETS = [import_module(f"answer_key.held_out.set_8.{name}") for name in RIGHT]
UNLISTED = frozenset(
    {
        "a bar that fills a target at the open is done: stop and targets are not looked at any more",
        "a forecast beyond the cap on either side is set to the cap, the sign lost",
        "after a flip the position is the whole fill",
        "an output array made like the splits: whole-number splits cut the quantities to whole numbers",
        "an output array of the forecast's type: whole-number forecasts give whole-number weights",
        "break in place of continue: at the first row without twins the loop is over",
        "closing exactly is taken for a flip: flat, with the fill's price as the average",
        "each new quantity inserted at the front, so the quantities meet the entries the wrong way round",
        "flips compared with the first signal instead of with the one before",
        "from the bar after the last unit is sold, pnl shows 0",
        "normalised only at the end, after loss and value were measured with the raw splits",
        "on a flip the position is updated first and its new size is realised",
        "the correlations on columns sorted by name, the shares put on the columns as given",
        "the entry's variable is overwritten by each exit, so the next profit counts from there",
        "the first row dropped once more out of habit",
        "the last bar cut off by a slice to -1 before both measures",
        "the list of held signals is not emptied for the next lookback",
        "the loop runs over the sorted lookbacks, the index has them as given",
        "the loss is measured on sorted entries, the quantities returned in the given order",
        "the multiplier is worked into the target inside the loop, once more for every asset",
        "the newest entry taken as the highest one, also for a short",
        "the price variable of the loop has already moved one step past the last entry when the stop is set",
        "the rest made by taking the unscaled asset off the portfolio that is already scaled to its target",
        "the row is measured before the run of its own number: every row shows the run before",
        "the rows in the given order under a sorted index",
        "the running peak is set once, before the first run, and goes on into the next",
        "the running peak taken down the fractions instead of along the trades",
        "the shrinking factor is applied twice, to the total and to the shares",
        "the simple return divided by the day's own price instead of the day before's",
        "the table is made anew only once per window, and is stale in between",
        "the two arguments swapped: the number of levels as the leverage, 4 levels always",
        "the volatilities noted before the portfolio is scaled",
        "the worst fall is not put back to 0 for the next fraction",
        "the wrong axis: each day divided by the deviation across the assets",
        "unknown assets are dropped and their zeros put at the end",
        "wrong indentation: the average is put to 0 after every reduction",
        "the others chosen by a part of the name: Gold takes Gold_mini out as well",
        "2 % of cash subtracted in the Sharpe ratio",
        "a fair comparison: the risk per level divided by the number of levels",
        "a ranking: the best return on top",
        "a trailing stop: it follows the closes at its first distance",
        "before the first full window, the rows that there are",
        "costs of 5 basis points on every exit",
        "each asset's volatility over all the days that it has",
        "each level risks a fraction of what is left after the risk of the levels before",
        "entries put in the order in which they fill before they meet their splits",
        "from the second level on, the stop goes to break-even, the average entry, if that is nearer",
        "max_weight as a limit on the sum of all weights",
        "one account that goes on from run to run, its return measured on the first 100,000",
        "scaled by yesterday's rolling volatility of 60 days, as in the lesson",
        "the average of all entries since the first fill, kept over a flat account",
        "the cap on what is left of equity after the planned loss",
        "the compounded annual return over the volatility",
        "the distance from the entry that is nearest to the stop, for the whole plan",
        "the library's cap on total risk built in: levels past 2 % of budgeted risk get no units",
        "the library's leverage cap of three times equity built in, level by level",
        "the return put on a yearly basis",
        "the share falls with the twins' average correlation, so a looser third twin raises it",
        "the target shared out equally among the assets",
        "the volatility of price changes in money",
        "twins are paired off one by one, and who has a partner takes no second one",
        "unrealised is the whole profit, with what was realised",
        "what is held is valued against the last fill, not against the average",
    }
)
"""What no list had when the set was measured first."""
RUINED = ("levels_experiment", "the drawdown by NumPy, the return as a product of growth factors")
"""Written as right; after a ruin it divides 0 by 0."""
_RIGHT = [answer for each in _SETS for answer in each.ALSO_RIGHT]
ALSO_RIGHT = [answer for answer in _RIGHT if answer[:2] != RUINED]
WRONG = [answer for each in _SETS for answer in each.WRONG] + [answer for answer in _RIGHT if answer[:2] == RUINED]
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
_UNUSUAL = [answer for each in _SETS for answer in each.UNUSUAL]
UNUSUAL = tuple(item for item in prepared(RIGHT, [], _UNUSUAL, UNLISTED) if not item.right)
