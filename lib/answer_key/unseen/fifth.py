"""A fifth held-out set of student answers: edits of the texts in ``fifth_right.RIGHT``.

It was written from the exercise prompts, the lessons' titles and the public library alone, without
a look at the answer key, the checks, the tests or the earlier sets, to measure how well the course
names mistakes that nobody had in mind. In each exercise the first four wrong answers are small
slips, the other four misconceptions or misreadings, and ideas that an answer key lists were left
out on purpose: it says how much is named of what is rare.

Measured first, all 80 wrong answers were refused, 33 named before handing in and 38 after grading;
of 20 right ones none was refused. Four kinds of changes were added since: the last value but one,
the largest of a whole series, missing values as their mean, deviations of the losses alone.
"""

from answer_key.unseen import prepared
from answer_key.unseen.fifth_right import RIGHT

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

WRONG = (
    # ------------------------------------------------------------------ pyramid_risk
    (
        "pyramid_risk",
        "the sums over the levels begin at level 1, so the first entry is missing from both",
        (("for i in range(0, n_levels):", "for i in range(1, n_levels):"),),
    ),
    (
        "pyramid_risk",
        "open heat is overwritten in the loop instead of added up: the last level's alone",
        (("give_back += quantities", "give_back = quantities"),),
    ),
    (
        "pyramid_risk",
        "the stop stands one step behind the last entry, not one stop distance",
        (("stop = last_entry - side * stop_distance", "stop = last_entry - side * step"),),
    ),
    (
        "pyramid_risk",
        "the divisor is applied to the level before, so the decay piles up",
        (
            (
                "        quantity = first_quantity / (1 + size_decay * k)\n",
                "        first_quantity = first_quantity / (1 + size_decay * k)\n        quantity = first_quantity\n",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "stop risk from the plain mean of the entries, as if all levels were of one size",
        (
            (
                "total_loss += quantities[i] * side * (entries[i] - stop)",
                "total_loss += quantities[i] * side * (sum(entries) / n_levels - stop)",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "once something was added, the stop goes to break-even of the first entry at least",
        (
            (
                "    total_loss = 0.0\n",
                "    if n_levels > 1 and side * stop < side * price:\n        stop = price\n    total_loss = 0.0\n",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "adds after multiples of the first risk (1 R = the stop distance), not of the ATR",
        (("step = add_threshold_atr * atr", "step = add_threshold_atr * stop_distance"),),
    ),
    (
        "pyramid_risk",
        "takes the ATR as a percentage of the price, so later and dearer levels are smaller",
        (("quantities.append(quantity)", "quantities.append(quantity * price / entry)"),),
    ),
    # ------------------------------------------------------------------ levels_experiment
    (
        "levels_experiment",
        "the fall is divided by the highest equity of the whole run, not of the run so far",
        (("fall = (peak - value) / peak", "fall = (peak - value) / equity.max()"),),
    ),
    (
        "levels_experiment",
        "the last value is taken one bar too early",
        (("equity.iloc[-1]", "equity.iloc[-2]"),),
    ),
    (
        "levels_experiment",
        "the peak is not reset: each run starts from the peak of the runs before",
        (
            ("    drawdowns = []\n", "    drawdowns = []\n    peak = 0.0\n"),
            ("        peak = first\n", ""),
        ),
    ),
    (
        "levels_experiment",
        "keeps the latest fall from a peak, not the largest",
        (("            if fall > worst:", "            if fall > 0:"),),
    ),
    (
        "levels_experiment",
        "return from closed trades only; a position that is open at the end is left out",
        (
            (
                "total_returns.append(last / first - 1)",
                'total_returns.append(result.trades["pnl"].sum() / first)',
            ),
        ),
    ),
    (
        "levels_experiment",
        "runs the market without trading costs, to see the levels' own effect",
        (("leverage=leverage)", "leverage=leverage, cost_bps=0.0)"),),
    ),
    (
        "levels_experiment",
        "shares half a percent of risk among the levels, to make the comparison fair",
        (("leverage=leverage)", "leverage=leverage,\n            risk_per_level=0.005 / number)"),),
    ),
    (
        "levels_experiment",
        "adds the daily returns instead of comparing the last value with the first",
        (("append(last / first - 1)", "append(equity.pct_change().sum())"),),
    ),
    # ------------------------------------------------------------------ risk_sweep
    (
        "risk_sweep",
        "leaves the loop at ruin before the last fall is noted",
        (
            (
                "                balance = 0.0\n            if",
                "                balance = 0.0\n                break\n            if",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the peak is set once before the loop and carried from one fraction to the next",
        (
            ("    drawdowns = []\n", "    drawdowns = []\n    peak = equity\n"),
            ("        peak = equity\n        worst", "        worst"),
        ),
    ),
    (
        "risk_sweep",
        "notes the highest equity where the final one belongs",
        (("finals.append(balance)", "finals.append(peak)"),),
    ),
    (
        "risk_sweep",
        "takes the first trade for the starting point and begins with the second",
        (("for r in trades:", "for r in trades[1:]:"),),
    ),
    (
        "risk_sweep",
        "risks the fraction of the highest equity so far, not of the equity before the trade",
        (
            ("balance = balance * (1 + f * r)", "balance = balance + peak * f * r"),
            ("            if balance <= 0:", "            if balance <= 0 or worst == 1.0:"),
        ),
    ),
    (
        "risk_sweep",
        "compounds continuously: equity times exp(f R)",
        (("balance * (1 + f * r)", "balance * np.exp(f * r)"),),
    ),
    (
        "risk_sweep",
        "stops trading for good once a fifth of the starting equity is lost",
        (
            (
                "            balance = balance * (1 + f * r)\n",
                "            if balance < 0.8 * equity:\n                break\n            balance = balance * (1 + f * r)\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "takes drawdown for a losing streak: every winning trade starts a new peak",
        (("            if balance > peak:", "            if r > 0 and balance > 0:"),),
    ),
    # ------------------------------------------------------------------ scale_out
    (
        "scale_out",
        "after a gap through the stop sells at that bar's close instead of its open",
        (("exit_price = open_[bar]", "exit_price = close[bar]"),),
    ),
    (
        "scale_out",
        "books the profit of a fill at the open as if it had been at the target",
        (("realised += side * (open_[bar] - entry)", "realised += side * (targets[i] - entry)"),),
    ),
    (
        "scale_out",
        "values what is left from the bar's own open, not from the entry",
        (("side * (close[bar] - entry) * left", "side * (close[bar] - open_[bar]) * left"),),
    ),
    (
        "scale_out",
        "returns the quantity that was sold as the position",
        (('"position": left', '"position": quantity - left'),),
    ),
    (
        "scale_out",
        "only one target can fill at an open; others that it passed fill at their own price",
        (("if reached:", "if reached and (not fills or fills[-1][0] < bar):"),),
    ),
    (
        "scale_out",
        "the stop belongs to the targets that wait; what no target would sell has none and stays",
        (
            (
                "            if left > 0:\n                fills.append((bar, exit_price, left))\n"
                "                realised += side * (exit_price - entry) * left\n"
                "            left = 0.0\n",
                "            covered = min(left, quantity * sum(fractions[i] for i in waiting))\n"
                "            if covered > 0:\n"
                "                fills.append((bar, exit_price, covered))\n"
                "                realised += side * (exit_price - entry) * covered\n"
                "            left = left - covered\n",
            ),
        ),
    ),
    (
        "scale_out",
        "where the fractions add up to more than 1, all are scaled down in proportion",
        (
            (
                "    realised = 0.0\n",
                "    realised = 0.0\n    whole = max(1.0, sum(fractions))\n    fractions = [part / whole for part in fractions]\n",
            ),
        ),
    ),
    (
        "scale_out",
        "a target counts as touched only where the bar also closes at or beyond it",
        (("touched = side * best >=", "touched = side * close[bar] >="),),
    ),
    # ------------------------------------------------------------------ ledger
    (
        "ledger",
        "asks whether the fill is larger than the new position: a large sale restarts the average",
        (("elif abs(quantity) > before:", "elif abs(quantity) > abs(position):"),),
    ),
    (
        "ledger",
        "no abs around the position in the average, so adding to a short gives a wrong one",
        (("old_value = abs(position) * average", "old_value = position * average"),),
    ),
    (
        "ledger",
        "sets the new average before booking the profit when a fill goes through zero",
        (
            (
                "            realised = realised + side",
                "            if abs(quantity) > before:\n                average = price\n            realised = realised + side",
            ),
        ),
    ),
    (
        "ledger",
        "realised and unrealised are exchanged in the result",
        (
            ('"realised": realised', '"realised": UNREALISED'),
            ('"unrealised": unrealised', '"unrealised": realised'),
            ("UNREALISED", "unrealised"),
        ),
    ),
    (
        "ledger",
        "a loss is booked only by the fill that closes the whole position",
        (
            (
                "            realised = realised + side * closed * (price - average)\n",
                "            profit = side * closed * (price - average)\n"
                "            if profit > 0 or closed == before:\n"
                "                realised = realised + profit\n",
            ),
        ),
    ),
    (
        "ledger",
        "takes units for whole contracts and rounds every quantity",
        (("        adds = ", "        quantity = round(quantity)\n        adds = "),),
    ),
    (
        "ledger",
        "lowers the average by the profit taken so far, as a break-even price of what is left",
        (
            (
                "            elif abs(quantity) > before:\n                average = price\n",
                "            elif abs(quantity) > before:\n                average = price\n"
                "            else:\n"
                "                average = average - closed * (price - average) / abs(position)\n",
            ),
        ),
    ),
    (
        "ledger",
        "prudent accounting: of what is still held a loss counts, a gain only once it is closed",
        (("position * (mark - average)", "min(0.0, position * (mark - average))"),),
    ),
    # ------------------------------------------------------------------ plan_scale_in
    (
        "plan_scale_in",
        "notional is valued at the stop's price",
        (("shares[i] * entries[i]", "shares[i] * stop"),),
    ),
    (
        "plan_scale_in",
        "compares notional with equity instead of the cap, so the cap becomes a target",
        (("if notional > cap:", "if notional > equity:"),),
    ),
    (
        "plan_scale_in",
        "the loss per unit is overwritten in the loop: that of the last entry alone",
        (("loss_per_unit += shares", "loss_per_unit = shares"),),
    ),
    (
        "plan_scale_in",
        "shrinks twice where the cap binds",
        (("plan.append(units * share)", "plan.append(units * share * min(1.0, cap / notional))"),),
    ),
    (
        "plan_scale_in",
        "buys in the order of the entries until the cap is used up; only the last ones shrink",
        (
            (
                "    if notional > cap:\n        units = units * cap / notional\n"
                "    plan = []\n    for share in shares:\n        plan.append(units * share)\n",
                "    plan = []\n    for share, entry in zip(shares, entries):\n"
                "        amount = min(units * share, cap / entry)\n"
                "        plan.append(amount)\n        cap = cap - amount * entry\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "measures the loss from the plain mean of the entries",
        (
            (
                "    units = budget / loss_per_unit\n",
                "    units = budget / (side * (sum(entries) / len(entries) - stop))\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "borrows only against the equity that is left after the planned loss",
        (("cap = max_leverage * equity", "cap = max_leverage * (equity - budget)"),),
    ),
    (
        "plan_scale_in",
        "sorts the entries: the first split belongs to the entry that the market reaches first",
        (
            (
                "    budget = risk_budget * equity\n",
                "    budget = risk_budget * equity\n    entries = sorted(entries, reverse=(side == 1))\n",
            ),
        ),
    ),
    # ------------------------------------------------------------------ leave_one_out
    (
        "leave_one_out",
        "divides the assets by their variance",
        (("rows / rows.std()", "rows / rows.var()"),),
    ),
    (
        "leave_one_out",
        "the ratio without the asset is annualised with 252 whatever the rows are",
        (("without.mean() / without.std() * year", "without.mean() / without.std() * 252**0.5"),),
    ),
    (
        "leave_one_out",
        "drops the last column instead of the one asked for",
        (("scaled.drop(columns=[asset])", "scaled.iloc[:, :-1]"),),
    ),
    (
        "leave_one_out",
        "fills missing returns with the asset's mean instead of leaving the rows out",
        (("returns.dropna()", "returns.fillna(returns.mean())"),),
    ),
    (
        "leave_one_out",
        "takes the portfolio's Sharpe ratio for the mean of its assets' ratios",
        (
            ("everything.mean() / everything.std()", "(scaled.mean() / scaled.std()).mean()"),
            ("without.mean() / without.std()", "(others.mean() / others.std()).mean()"),
        ),
    ),
    (
        "leave_one_out",
        "scales to the target as if the assets were uncorrelated: by the root of their number",
        (
            ("(everything.std() * year)", "(np.sqrt(scaled.shape[1]) * year)"),
            ("(without.std() * year)", "(np.sqrt(others.shape[1]) * year)"),
        ),
    ),
    (
        "leave_one_out",
        "divides by the deviation known up to the day before, so as not to look ahead",
        (("rows / rows.std()", "(rows / rows.expanding(20).std().shift(1)).dropna()"),),
    ),
    (
        "leave_one_out",
        "counts only the losing periods as risk in the ratio",
        (
            ("mean() / everything.std()", "mean() / everything[everything < 0].std()"),
            ("mean() / without.std()", "mean() / without[without < 0].std()"),
        ),
    ),
    # ------------------------------------------------------------------ compare_lookbacks
    (
        "compare_lookbacks",
        "divides the returns by the variance of 60 days",
        (("moves.rolling(60).std()", "moves.rolling(60).var()"),),
    ),
    (
        "compare_lookbacks",
        "counts the flips over all rows that have a signal, not over the sample",
        (("held_part = held.iloc[begin:]", "held_part = held.dropna()"),),
    ),
    (
        "compare_lookbacks",
        "works through the lookbacks in ascending order and labels the rows as they were given",
        (("for lookback in lookbacks:", "for lookback in sorted(lookbacks):"),),
    ),
    (
        "compare_lookbacks",
        "counts only flips downwards",
        (("held_part.iloc[i] != held_part", "held_part.iloc[i] < held_part"),),
    ),
    (
        "compare_lookbacks",
        "the trend is today's price against the price so many days ago, not against the average",
        (("prices.rolling(lookback).mean()", "prices.shift(lookback)"),),
    ),
    (
        "compare_lookbacks",
        "the average and the volatility each need their days, so the warm-ups are added up",
        (("max(max(lookbacks), 60) + 1", "max(lookbacks) + 60 + 1"),),
    ),
    (
        "compare_lookbacks",
        "multiplies by the root of the number of days in the sample: a t statistic",
        (("np.sqrt(252)", "np.sqrt(len(part))"),),
    ),
    (
        "compare_lookbacks",
        "charges ten basis points for every change of the position",
        (
            (
                "        result = held * moves / wild.shift(1)\n",
                "        cost = 0.001 * held.diff().abs().fillna(0)\n        result = (held * moves - cost) / wild.shift(1)\n",
            ),
        ),
    ),
    # ------------------------------------------------------------------ correlation_filter
    (
        "correlation_filter",
        "the first row that has a full window is still left alone",
        (("if t >= window:", "if t > window:"),),
    ),
    (
        "correlation_filter",
        "cuts the base weight of the wrong column, that of the finished inner loop",
        (("today[i] = base[i] * share", "today[i] = base[j] * share"),),
    ),
    (
        "correlation_filter",
        "cuts only from two twins on, so a pair is left alone",
        (("if twins > 0:", "if twins > 1:"),),
    ),
    (
        "correlation_filter",
        "the window ends one row too early",
        (("returns.iloc[t - window:t]", "returns.iloc[max(0, t - window - 1):t - 1]"),),
    ),
    (
        "correlation_filter",
        "of two twins the wilder pays more: each share is cut again by its volatility",
        (
            (
                "share = max(0.2, 1 / (1 + twins))",
                "share = max(0.2, 1 / (1 + twins)) * past.std().min() / past.iloc[:, i].std()",
            ),
        ),
    ),
    (
        "correlation_filter",
        "correlates the price paths instead of the returns",
        (("table = past.corr()", "table = (1 + past).cumprod().corr()"),),
    ),
    (
        "correlation_filter",
        "the share is one less the highest correlation, which leaves close twins almost nothing",
        (
            (
                "share = max(0.2, 1 / (1 + twins))",
                "share = 1 - max(table[i, k] for k in range(n) if k != i)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "trades slowly: each row's weights are the mean of yesterday's and of what the rule asks",
        (
            (
                "        rows.append(today)\n",
                "        if t > window:\n"
                "            today = [(new + old) / 2 for new, old in zip(today, rows[-1])]\n"
                "        rows.append(today)\n",
            ),
        ),
    ),
    # ------------------------------------------------------------------ conviction_size
    (
        "conviction_size",
        "the floor of the volatility is mistyped as 0.001",
        (("0.0001", "0.001"),),
    ),
    (
        "conviction_size",
        "an unknown volatility is turned into 0, and so into the floor and a huge weight",
        (
            (
                "np.atleast_1d(np.asarray(volatility, dtype=float))",
                "np.atleast_1d(np.nan_to_num(np.asarray(volatility, dtype=float)))",
            ),
        ),
    ),
    (
        "conviction_size",
        "applies the diversification multiplier after the cap on the weight",
        (
            ("tau * diversification_multiplier / v", "tau / v"),
            ("weights.append(w)", "weights.append(w * diversification_multiplier)"),
        ),
    ),
    (
        "conviction_size",
        "the lower cut of the forecast uses the cap on the weight",
        (("f = -forecast_cap", "f = -max_weight"),),
    ),
    (
        "conviction_size",
        "scales the forecasts so that their own average size is 10, since 10 is an average buy",
        (
            (
                "    tau = target_volatility\n",
                "    known = np.abs(forecasts[~np.isnan(forecasts)])\n"
                "    if len(known) > 0 and known.mean() > 0:\n"
                "        forecasts = forecasts * 10 / known.mean()\n    tau = target_volatility\n",
            ),
        ),
    ),
    (
        "conviction_size",
        "takes the target for the portfolio's and divides it by the root of the number of assets",
        (("    weights = []\n", "    tau = tau / np.sqrt(len(forecasts))\n    weights = []\n"),),
    ),
    (
        "conviction_size",
        "takes Kelly's growth, half of it the square of the Sharpe ratio, for Kelly's volatility",
        (("kelly_fraction * sharpe_estimate", "kelly_fraction * sharpe_estimate ** 2"),),
    ),
    (
        "conviction_size",
        "where one weight is above the cap, all are scaled down together to keep the mix",
        (
            (
                "        if w > max_weight:\n            w = max_weight\n        if w < -max_weight:\n            w = -max_weight\n",
                "",
            ),
            (
                "    if single:\n",
                "    largest = max([abs(w) for w in weights], default=0.0)\n"
                "    if largest > max_weight:\n"
                "        weights = [w * max_weight / largest for w in weights]\n    if single:\n",
            ),
        ),
    ),
)


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
