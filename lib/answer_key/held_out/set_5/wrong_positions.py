"""Wrong answers of the fifth set to exercises of one position: pyramiding and scaling."""

WRONG = (
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
)
