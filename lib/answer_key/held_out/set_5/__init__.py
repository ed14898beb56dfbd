"""A fifth held-out set of student answers: edits of the texts in ``right.RIGHT``.

It was written from the exercise prompts, the lessons' titles and the public library alone, without
a look at the answer key, the checks, the tests or the earlier sets, to measure how well the course
names mistakes that nobody had in mind. In each exercise the first four wrong answers are small
slips, the other four misconceptions or misreadings, and ideas that an answer key lists were left
out on purpose: it says how much is named of what is rare.

Measured first, all 80 wrong answers were refused, 33 named before handing in and 38 after grading;
of 20 right ones none was refused. Four kinds of changes were added since: the last value but one,
the largest of a whole series, missing values as their mean, deviations of the losses alone.
"""

from answer_key.held_out import prepared
from answer_key.held_out.set_5 import wrong_portfolios as portfolios
from answer_key.held_out.set_5 import wrong_positions as positions
from answer_key.held_out.set_5.right import RIGHT

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "open heat from the total quantity, stop risk by way of the weighted average entry",
        (
            (
                "    for i in range(0, n_levels):\n"
                "        total_loss += quantities[i] * side * (entries[i] - stop)\n"
                "        give_back += quantities[i] * side * (last_entry - stop)\n",
                "    total = sum(quantities)\n"
                "    average = sum(q * e for q, e in zip(quantities, entries)) / total\n"
                "    total_loss = total * side * (average - stop)\n"
                "    give_back = total * stop_distance\n",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the library measures the drawdown",
        (("drawdowns.append(worst)", "drawdowns.append(max_drawdown(equity))"),),
    ),
    (
        "risk_sweep",
        "stops at ruin, with a drawdown of 1 set by hand",
        (
            (
                "                balance = 0.0\n            if",
                "                balance = 0.0\n                worst = 1.0\n                break\n            if",
            ),
        ),
    ),
    (
        "scale_out",
        "lists fills of 0 too, and gives the results as arrays",
        (
            ("if amount > 0:", "if amount >= 0:"),
            ('"pnl": pnl,', '"pnl": np.array(pnl),'),
        ),
    ),
    (
        "ledger",
        "a fill through zero is split into a close and an opening of the rest; an extra key",
        (
            (
                "            position = position + quantity\n            if position == 0:\n"
                "                average = 0.0\n            elif abs(quantity) > before:\n"
                "                average = price\n",
                "            rest = quantity + side * closed\n"
                "            position = position - side * closed\n"
                "            if position == 0:\n                average = 0.0\n"
                "                if rest != 0:\n                    position = rest\n"
                "                    average = price\n",
            ),
            ('"position": position,', '"fills": len(fills),\n        "position": position,'),
        ),
    ),
    (
        "plan_scale_in",
        "the smaller of two sizes, as an array",
        (
            (
                "    if notional > cap:\n        units = units * cap / notional\n",
                "    units = min(units, cap / value_per_unit)\n",
            ),
            ("    return plan\n", "    return np.array(plan)\n"),
        ),
    ),
    (
        "leave_one_out",
        "standard deviations divide by n",
        ((".std()", ".std(ddof=0)"),),
    ),
    (
        "compare_lookbacks",
        "flips by a difference, volatility and ratio divide by n",
        (
            (
                "        changes = 0\n        for i in range(1, len(held_part)):\n"
                "            if held_part.iloc[i] != held_part.iloc[i - 1]:\n"
                "                changes += 1\n",
                "        changes = int((held_part.diff().iloc[1:] != 0).sum())\n",
            ),
            (".std()", ".std(ddof=0)"),
        ),
    ),
    (
        "correlation_filter",
        "everybody who has a twin keeps 60 %",
        (("share = max(0.2, 1 / (1 + twins))", "share = 0.6"),),
    ),
    (
        "conviction_size",
        "Kelly's target in one line, and a list in place of an array",
        (
            (
                "        if kelly < tau:\n            tau = kelly\n        if tau < 0:\n            tau = 0.0\n",
                "        tau = min(tau, max(0.0, kelly))\n",
            ),
            ("return np.array(weights)", "return weights"),
        ),
    ),
)

WRONG = (*positions.WRONG, *portfolios.WRONG)


UNLISTED = frozenset(
    {
        "the sums over the levels begin at level 1, so the first entry is missing from both",
        "the divisor is applied to the level before, so the decay piles up",
        "once something was added, the stop goes to break-even of the first entry at least",
        "takes the ATR as a percentage of the price, so later and dearer levels are smaller",
        "the fall is divided by the highest equity of the whole run, not of the run so far",
        "the last value is taken one bar too early",
        "the peak is not reset: each run starts from the peak of the runs before",
        "keeps the latest fall from a peak, not the largest",
        "shares half a percent of risk among the levels, to make the comparison fair",
        "leaves the loop at ruin before the last fall is noted",
        "the peak is set once before the loop and carried from one fraction to the next",
        "notes the highest equity where the final one belongs",
        "risks the fraction of the highest equity so far, not of the equity before the trade",
        "stops trading for good once a fifth of the starting equity is lost",
        "takes drawdown for a losing streak: every winning trade starts a new peak",
        "after a gap through the stop sells at that bar's close instead of its open",
        "books the profit of a fill at the open as if it had been at the target",
        "values what is left from the bar's own open, not from the entry",
        "only one target can fill at an open; others that it passed fill at their own price",
        "the stop belongs to the targets that wait; what no target would sell has none and stays",
        "where the fractions add up to more than 1, all are scaled down in proportion",
        "no abs around the position in the average, so adding to a short gives a wrong one",
        "sets the new average before booking the profit when a fill goes through zero",
        "realised and unrealised are exchanged in the result",
        "a loss is booked only by the fill that closes the whole position",
        "takes units for whole contracts and rounds every quantity",
        "prudent accounting: of what is still held a loss counts, a gain only once it is closed",
        "notional is valued at the stop's price",
        "compares notional with equity instead of the cap, so the cap becomes a target",
        "the loss per unit is overwritten in the loop: that of the last entry alone",
        "shrinks twice where the cap binds",
        "borrows only against the equity that is left after the planned loss",
        "sorts the entries: the first split belongs to the entry that the market reaches first",
        "the ratio without the asset is annualised with 252 whatever the rows are",
        "fills missing returns with the asset's mean instead of leaving the rows out",
        "scales to the target as if the assets were uncorrelated: by the root of their number",
        "divides by the deviation known up to the day before, so as not to look ahead",
        "counts only the losing periods as risk in the ratio",
        "works through the lookbacks in ascending order and labels the rows as they were given",
        "the trend is today's price against the price so many days ago, not against the average",
        "multiplies by the root of the number of days in the sample: a t statistic",
        "charges ten basis points for every change of the position",
        "the first row that has a full window is still left alone",
        "cuts the base weight of the wrong column, that of the finished inner loop",
        "cuts only from two twins on, so a pair is left alone",
        "the window ends one row too early",
        "of two twins the wilder pays more: each share is cut again by its volatility",
        "trades slowly: each row's weights are the mean of yesterday's and of what the rule asks",
        "the floor of the volatility is mistyped as 0.001",
        "the lower cut of the forecast uses the cap on the weight",
        "scales the forecasts so that their own average size is 10, since 10 is an average buy",
        "takes the target for the portfolio's and divides it by the root of the number of assets",
        "takes Kelly's growth, half of it the square of the Sharpe ratio, for Kelly's volatility",
    }
)
"""What no list had, or not in this way, when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
