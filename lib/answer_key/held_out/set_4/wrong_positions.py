"""Wrong answers of the fourth set to exercises of one position: pyramiding and scaling."""

WRONG = (
    (
        "pyramid_risk",
        "sizes shrink by a fixed factor from level to level (compounded decay)",
        (("(1 + size_decay * k)", "(1 + size_decay) ** k"),),
    ),
    (
        "pyramid_risk",
        "counts levels from 1 in the size, so that the first one is shrunk already",
        (("(1 + size_decay * k)", "(1 + size_decay * (k + 1))"),),
    ),
    (
        "pyramid_risk",
        "takes add_threshold_atr for a distance in price, without the ATR",
        (("step = add_threshold_atr * atr", "step = add_threshold_atr"),),
    ),
    (
        "pyramid_risk",
        "leaves the stop behind the first entry, where it was set at the start",
        (("newest - side * distance", "entries[0] - side * distance"),),
    ),
    (
        "pyramid_risk",
        "confuses two arguments: the stop is one add-on step behind the newest entry",
        (("newest - side * distance", "newest - side * step"),),
    ),
    ("pyramid_risk", "puts the stop below the newest entry for shorts as well", (("newest - side * distance", "newest - distance"),)),
    (
        "pyramid_risk",
        "adds up the distances to the stop without sign: a locked profit is risk",
        (("quantities * side * (entries - stop)", "quantities * np.abs(entries - stop)"),),
    ),
    (
        "pyramid_risk",
        "a risk cannot be below 0: levels in profit at the stop count as 0",
        (("quantities * side * (entries - stop)", "np.maximum(0.0, quantities * side * (entries - stop))"),),
    ),
    (
        "pyramid_risk",
        "open heat is that of the newest level alone, not of all the units held",
        (("quantities * side * (newest - stop)", "quantities[-1:] * side * (newest - stop)"),),
    ),
    (
        "pyramid_risk",
        "stop risk is the number of levels times the risk of one",
        (("float(lost.sum() / equity)", "float(n_levels * risk_per_level)"),),
    ),
    (
        "levels_experiment",
        "never hands the leverage on, so that every run has the default of 3",
        (("max_levels=count, leverage=leverage)", "max_levels=count)"),),
    ),
    (
        "levels_experiment",
        "reads max_levels as the number of add-ons and runs one level more",
        (("max_levels=count,", "max_levels=count + 1,"),),
    ),
    (
        "levels_experiment",
        "splits the total risk of 2 % among the levels 'to compare fairly'",
        (("leverage=leverage)", "leverage=leverage,\n                                   risk_per_level=0.02 / count)"),),
    ),
    (
        "levels_experiment",
        "one account runs through all the runs: each starts where the last ended",
        (
            ("    for row, count", "    money = 100_000.0\n    for row, count"),
            ("leverage=leverage)", "leverage=leverage, equity=money)"),
            ("account.iloc[0] - 1", "100_000.0 - 1"),
            ("        fall =", "        money = account.iloc[-1]\n        fall ="),
        ),
    ),
    (
        "levels_experiment",
        "gives the log return",
        (("account.iloc[-1] / account.iloc[0] - 1", "np.log(account.iloc[-1] / account.iloc[0])"),),
    ),
    (
        "levels_experiment",
        "counts closed trades only: a position open at the end earns nothing",
        (("account.iloc[-1] / account.iloc[0] - 1", 'run.trades["pnl"].sum() / account.iloc[0]'),),
    ),
    ("levels_experiment", "sorts the table by the number of levels", (("return table", "return table.sort_index()"),)),
    ("levels_experiment", "drawdown as a negative number", (("max_drawdown(account)", "(account / account.cummax() - 1).min()"),)),
    (
        "levels_experiment",
        "measures the fall from the money at the start, not from the peak",
        (("max_drawdown(account)", "max(0.0, 1 - account.min() / account.iloc[0])"),),
    ),
    (
        "levels_experiment",
        "highest and lowest value of the whole run, whichever came first",
        (("max_drawdown(account)", "1 - account.min() / account.max()"),),
    ),
    (
        "risk_sweep",
        "always risks the fraction of the starting equity: nothing compounds",
        (("value * (1 + f * multiple)", "value + equity * f * multiple"),),
    ),
    (
        "risk_sweep",
        "a loss cannot be larger than what was risked: no trade costs more than 1 R",
        (("(1 + f * multiple)", "(1 + f * max(-1.0, multiple))"),),
    ),
    ("risk_sweep", "compounds continuously, by exp(f R)", (("value * (1 + f * multiple)", "value * np.exp(f * multiple)"),)),
    (
        "risk_sweep",
        "the next fraction goes on with what the one before has left",
        (
            (
                "    def walk(f):\n        value, peak, worst = equity, equity, 0.0\n",
                "    money = equity\n\n    def walk(f):\n        nonlocal money\n        value, peak, worst = money, money, 0.0\n",
            ),
            ("                return 0.0, 1.0\n", "                money = 0.0\n                return 0.0, 1.0\n"),
            ("        return value, worst\n", "        money = value\n        return value, worst\n"),
        ),
    ),
    ("risk_sweep", "sorts the fractions first, from small to large", (("list(risk_fractions)", "sorted(risk_fractions)"),)),
    (
        "risk_sweep",
        "cuts at 0 only at the end: a second bad trade turns a debt into money again",
        (
            ("            if value <= 0:\n                return 0.0, 1.0\n", ""),
            ("return value, worst", "return max(0.0, value), min(1.0, worst)"),
        ),
    ),
    (
        "risk_sweep",
        "the first peak is the equity after the first trade",
        (("value, peak, worst = equity, equity, 0.0", "value, peak, worst = equity, 0.0, 0.0"),),
    ),
    (
        "risk_sweep",
        "after ruin it reports the worst fall before the trade that lost everything",
        (("return 0.0, 1.0", "return 0.0, worst"),),
    ),
    (
        "risk_sweep",
        "the drawdown is the largest loss of a single trade, not of a losing run",
        (
            ("            value = value * (1", "            before = value\n            value = value * (1"),
            ("(peak - value) / peak", "(before - value) / before"),
        ),
    ),
    ("risk_sweep", "divides the fall from the peak by the starting equity", (("(peak - value) / peak", "(peak - value) / equity"),)),
    (
        "scale_out",
        "each target sells its fraction of what is left, not of the original quantity",
        (("fractions[waiting] * quantity", "fractions[waiting] * left"),),
    ),
    (
        "scale_out",
        "sells more than is left where the fractions add up to more than 1",
        (("        amount = min(amount, left)\n        if amount > 0:", "        if amount != 0:"),),
    ),
    (
        "scale_out",
        "at most one target fills within a bar",
        (("            while waiting < len(targets) and side * best", "            if waiting < len(targets) and side * best"),),
    ),
    (
        "scale_out",
        "targets before the stop: in a bar that touches both, the target is filled first",
        (
            (
                "        if side * worst <= side * stop:\n"
                "            exit_price = o if side * o < side * stop else stop\n"
                "            sell(bar, exit_price, left)\n"
                "        else:\n"
                "            while waiting < len(targets) and side * best >= side * targets[waiting]:\n"
                "                sell(bar, targets[waiting], fractions[waiting] * quantity)\n"
                "                waiting += 1\n",
                "        while waiting < len(targets) and side * best >= side * targets[waiting]:\n"
                "            sell(bar, targets[waiting], fractions[waiting] * quantity)\n"
                "            waiting += 1\n"
                "        if side * worst <= side * stop:\n"
                "            exit_price = o if side * o < side * stop else stop\n"
                "            sell(bar, exit_price, left)\n",
            ),
        ),
    ),
    (
        "scale_out",
        "the stop is always filled at its price, also when the bar opens beyond it",
        (("o if side * o < side * stop else stop", "stop"),),
    ),
    (
        "scale_out",
        "moves the stop to the entry price once the first target is filled",
        (("        if side * worst", "        if waiting > 0:\n            stop = entry\n        if side * worst"),),
    ),
    (
        "scale_out",
        "only a close beyond the stop counts as a touch of it",
        (("if side * worst <= side * stop:", "if side * c <= side * stop:"),),
    ),
    (
        "scale_out",
        "a target that the open has passed is filled at the target's price",
        (("sell(bar, o, fractions", "sell(bar, targets[waiting], fractions"),),
    ),
    (
        "scale_out",
        "profit of what is open is counted on the whole original quantity",
        (("(c - entry) * left", "(c - entry) * quantity"),),
    ),
    (
        "scale_out",
        "sells what is left at the last close",
        (("        pnl.append(", "        if bar == len(close) - 1:\n            sell(bar, c, left)\n        pnl.append("),),
    ),
    (
        "ledger",
        "the average is the plain mean of the old average and the new price",
        (("cost / abs(after)", "(average + price) / 2 if held else price"),),
    ),
    (
        "ledger",
        "a sale lowers or raises the average too: net money paid over what is held",
        (
            (
                "                average = price\n",
                "                average = price\n            else:\n"
                "                average = (held * average + quantity * price) / after\n",
            ),
        ),
    ),
    (
        "ledger",
        "first in, first out in place of average cost",
        (
            ("    for quantity, price in fills:\n", "    lots = []\n    for quantity, price in fills:\n"),
            (
                "            average = cost / abs(after)\n",
                "            average = cost / abs(after)\n            lots.append([abs(quantity), price])\n",
            ),
            (
                "            realised += closed * side * (price - average)\n",
                "            while closed > 0:\n"
                "                part = min(closed, lots[0][0])\n"
                "                realised += part * side * (price - lots[0][1])\n"
                "                lots[0][0] -= part\n"
                "                closed -= part\n"
                "                if lots[0][0] == 0:\n"
                "                    lots.pop(0)\n"
                "            if lots:\n"
                "                average = sum(u * p for u, p in lots) / sum(u for u, _ in lots)\n",
            ),
            ("                average = price\n", "                average = price\n                lots = [[abs(after), price]]\n"),
        ),
    ),
    (
        "ledger",
        "after a flip the average of the old position is kept",
        (("                average = price\n", "                pass\n"),),
    ),
    (
        "ledger",
        "leaves the last average standing when the position is closed",
        (("            if after == 0:\n                average = 0.0\n            elif after", "            if after"),),
    ),
    ("ledger", "realises shorts like longs, price minus average", (("side = 1 if held > 0 else -1", "side = 1"),)),
    (
        "ledger",
        "a fill through zero realises its whole quantity, not only what it closes",
        (("min(abs(quantity), abs(held))", "abs(quantity)"),),
    ),
    ("ledger", "realised holds the profit of the last close only", (("realised += closed", "realised = closed"),)),
    (
        "ledger",
        "values what is held at the price of the last fill in place of the mark",
        (("    unrealised = held", "    if fills:\n        mark = fills[-1][1]\n    unrealised = held"),),
    ),
    (
        "ledger",
        "a fill through zero opens its whole quantity on the other side",
        (("                average = price\n", "                average = price\n                after = quantity\n"),),
    ),
    (
        "plan_scale_in",
        "splits the money: units go with share over entry price",
        (
            (
                "    total = sum(splits)\n",
                "    splits = [split / entry for split, entry in zip(splits, entries)]\n    total = sum(splits)\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "splits the risk: every entry has its share of the loss at the stop",
        (
            (
                "    total = sum(splits)\n",
                "    splits = [split / abs(entry - stop) for split, entry in zip(splits, entries)]\n    total = sum(splits)\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "sorts the entries, nearest to the market first, but not the splits",
        (("    total = sum(splits)\n", "    entries = sorted(entries, reverse=side > 0)\n    total = sum(splits)\n"),),
    ),
    (
        "plan_scale_in",
        "loss of a unit from the plain mean of the distances, splits left out",
        (
            (
                "sum(share * side * (entry - stop) for share, entry in zip(shares, entries))",
                "sum(side * (entry - stop) for entry in entries) / len(entries)",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "average percent distance to the stop times average entry for a unit's loss",
        (
            ("side * (entry - stop) for share, entry", "side * (entry - stop) / entry for share, entry"),
            ("equity / loss", "equity / (loss * value)"),
        ),
    ),
    (
        "plan_scale_in",
        "gives every entry the whole risk budget",
        (("risk_budget * equity / loss", "len(shares) * risk_budget * equity / loss"),),
    ),
    ("plan_scale_in", "returns short quantities with a minus", (("[units * share for", "[side * units * share for"),)),
    (
        "plan_scale_in",
        "caps every entry's notional on its own in place of their sum",
        (
            ("    cap = max_leverage * equity / value\n    if units > cap:\n        units = cap\n", ""),
            (
                "[units * share for share in shares]",
                "[min(units * share, max_leverage * equity / entry)\n            for share, entry in zip(shares, entries)]",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "over the cap it cuts the last entries and leaves the first ones whole",
        (
            (
                "    if units > cap:\n        units = cap\n",
                "    room = max_leverage * equity\n    plan = []\n"
                "    for share, entry in zip(shares, entries):\n"
                "        plan.append(min(units * share, room / entry))\n"
                "        room -= plan[-1] * entry\n",
            ),
            ("return [units * share for share in shares]", "return plan"),
        ),
    ),
    (
        "plan_scale_in",
        "takes max_leverage for the leverage to use: the cap is always reached",
        (("    if units > cap:\n        units = cap\n", "    units = cap\n"),),
    ),
)
