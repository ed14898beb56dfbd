"""Wrong answers of the sixth set to the exercises on scaling in and out."""

WRONG = (
    (
        "scale_out",
        "fractions of what is left instead of the original quantity",
        (("min(fractions[i] * quantity, left)", "fractions[i] * left"),),
    ),
    (
        "scale_out",
        "targets within the bar come before the stop",
        (
            (
                "        # 2: the stop\n",
                """        for i, target in enumerate(targets):
            if not done[i] and side * (best - target) >= 0:
                amount = min(fractions[i] * quantity, left)
                left -= amount
                realised += side * (target - entry) * amount
                fills.append((bar, target, amount))
                done[i] = True
        # 2: the stop
""",
            ),
        ),
    ),
    (
        "scale_out",
        "targets passed by the open fill at their own price",
        (
            ("realised += side * (opening - entry) * amount", "realised += side * (target - entry) * amount"),
            ("fills.append((bar, opening, amount))", "fills.append((bar, target, amount))"),
        ),
    ),
    (
        "scale_out",
        "the stop fills at its price even when the open is beyond it",
        (("            if side * (opening - stop) < 0:\n                exit_price = opening\n", ""),),
    ),
    (
        "scale_out",
        "the stop fills at the lower of stop and open for shorts too",
        (("            if side * (opening - stop) < 0:\n", "            if opening < stop:\n"),),
    ),
    (
        "scale_out",
        "high and low are not exchanged for shorts",
        (("best, worst = low[bar], high[bar]", "best, worst = high[bar], low[bar]"),),
    ),
    (
        "scale_out",
        "profit counts only what is realised",
        (("pnl.append(realised + unrealised)", "pnl.append(realised)"),),
    ),
    (
        "scale_out",
        "profit counts only what is left, realised profit drops out",
        (("pnl.append(realised + unrealised)", "pnl.append(unrealised)"),),
    ),
    (
        "scale_out",
        "profit of the bar instead of since the entry",
        (('"pnl": pnl,', '"pnl": list(np.diff(pnl, prepend=0.0)),'),),
    ),
    (
        "scale_out",
        "nothing can fill in the bar of the entry",
        (
            (
                "        opening = open_[bar]\n",
                "        if bar == 0:\n            pnl.append(side * (close[0] - entry) * left)\n"
                "            continue\n"
                "        opening = open_[bar]\n",
            ),
        ),
    ),
    (
        "scale_out",
        "at most one target within a bar",
        (
            (
                "                    fills.append((bar, target, amount))\n                    done[i] = True\n",
                "                    fills.append((bar, target, amount))\n                    done[i] = True\n"
                "                    break\n",
            ),
        ),
    ),
    (
        "scale_out",
        "a target's quantity is not capped at what is left",
        (("min(fractions[i] * quantity, left)", "fractions[i] * quantity"),),
    ),
    (
        "scale_out",
        "a touch is not enough, the price must go beyond target or stop",
        (
            ("side * (opening - target) >= 0", "side * (opening - target) > 0"),
            ("side * (best - target) >= 0", "side * (best - target) > 0"),
            ("side * (worst - stop) <= 0", "side * (worst - stop) < 0"),
        ),
    ),
    (
        "scale_out",
        "side is forgotten in the profit of what is left",
        (("unrealised = side * (close[bar] - entry) * left", "unrealised = (close[bar] - entry) * left"),),
    ),
    (
        "scale_out",
        "a target filled at the open is not crossed off and fills again",
        (
            (
                "fills.append((bar, opening, amount))\n                    done[i] = True\n",
                "fills.append((bar, opening, amount))\n",
            ),
        ),
    ),
    (
        "ledger",
        "the average is the mean of the old average and the new price",
        (("(old_value + new_value) / (abs(position) + abs(quantity))", "(average + price) / 2"),),
    ),
    (
        "ledger",
        "a reduction moves the average",
        (
            (
                "            elif position * before < 0:\n                average = price\n",
                "            elif position * before < 0:\n                average = price\n"
                "            else:\n                average = (before * average + quantity * price) / position\n",
            ),
        ),
    ),
    (
        "ledger",
        "realised profit has a long's sign for shorts too",
        (("realised += closed * side * (price - average)", "realised += closed * (price - average)"),),
    ),
    (
        "ledger",
        "a flip realises on the whole fill, not only on what it closes",
        (("closed = min(abs(quantity), abs(before))", "closed = abs(quantity)"),),
    ),
    (
        "ledger",
        "a flip keeps the old average",
        (("            elif position * before < 0:\n                average = price\n", ""),),
    ),
    (
        "ledger",
        "the average stays when the position is closed",
        (
            (
                "            if position == 0:\n                average = 0.0\n            elif position * before < 0:\n",
                "            if position * before < 0:\n",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised profit has a long's sign for shorts too",
        (("unrealised = position * (mark - average)", "unrealised = abs(position) * (mark - average)"),),
    ),
    (
        "ledger",
        "first in, first out instead of average cost",
        (
            (
                """        if position == 0:
            position = quantity
            average = price
        elif position * quantity > 0:
            old_value = abs(position) * average
            new_value = abs(quantity) * price
            average = (old_value + new_value) / (abs(position) + abs(quantity))
            position = position + quantity
        else:
            side = 1 if position > 0 else -1
            before = position
            closed = min(abs(quantity), abs(before))
            realised += closed * side * (price - average)
            position = before + quantity
            if position == 0:
                average = 0.0
            elif position * before < 0:
                average = price
""",
                """        position = position + quantity
        while lots and lots[0][0] * quantity < 0:
            side = 1 if lots[0][0] > 0 else -1
            closed = min(abs(quantity), abs(lots[0][0]))
            realised += closed * side * (price - lots[0][1])
            lots[0][0] -= side * closed
            quantity += side * closed
            if lots[0][0] == 0:
                lots.pop(0)
        if quantity != 0:
            lots.append([quantity, price])
        average = sum(q * p for q, p in lots) / position if position != 0 else 0.0
""",
            ),
            ("    realised = 0.0\n", "    realised = 0.0\n    lots = []\n"),
        ),
    ),
    (
        "ledger",
        "the average price of a growing short comes out negative, one abs is missing",
        (
            (
                "            old_value = abs(position) * average\n            new_value = abs(quantity) * price\n",
                "            old_value = position * average\n            new_value = quantity * price\n",
            ),
        ),
    ),
    (
        "ledger",
        "only the last realised profit is kept, = in place of +=",
        (("realised += closed", "realised = closed"),),
    ),
    (
        "ledger",
        "realised profit starts again at 0 when the position is closed",
        (("                average = 0.0\n", "                average = 0.0\n                realised = 0.0\n"),),
    ),
    (
        "ledger",
        "after a flip the position is the whole fill",
        (
            (
                "            elif position * before < 0:\n                average = price\n",
                "            elif position * before < 0:\n                average = price\n                position = quantity\n",
            ),
        ),
    ),
    (
        "ledger",
        "a flip only closes, the rest of the fill is lost",
        (
            (
                "            elif position * before < 0:\n                average = price\n",
                "            elif position * before < 0:\n                position = 0.0\n                average = 0.0\n",
            ),
        ),
    ),
    (
        "ledger",
        "a flip restarts the average before the profit of what it closes is booked",
        (
            (
                "            realised += closed * side * (price - average)\n",
                "            if abs(quantity) > abs(before):\n                average = price\n"
                "            realised += closed * side * (price - average)\n",
            ),
        ),
    ),
    (
        "ledger",
        "every purchase moves the average, every sale realises: thought for longs only",
        (("elif position * quantity > 0:", "elif quantity > 0:"),),
    ),
    (
        "plan_scale_in",
        "the size is multiplied by the raw splits, which need not add up to 1",
        (("[units * share for share in shares]", "[units * split for split in splits]"),),
    ),
    (
        "plan_scale_in",
        "splits taken as shares of the money",
        (
            (
                "    shares = [split / total for split in splits]\n",
                "    parts = [split / total / entry for split, entry in zip(splits, entries)]\n"
                "    shares = [part / sum(parts) for part in parts]\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "splits taken as shares of the risk",
        (
            (
                "    shares = [split / total for split in splits]\n",
                "    parts = [split / total / abs(entry - stop) for split, entry in zip(splits, entries)]\n"
                "    shares = [part / sum(parts) for part in parts]\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "distance to the stop from the plain mean of the entries",
        (
            (
                "    units = budget / loss_per_unit\n",
                "    loss_per_unit = side * (sum(entries) / len(entries) - stop)\n    units = budget / loss_per_unit\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "distance to the stop from the first entry only",
        (("loss_per_unit += share * side * (entry - stop)", "loss_per_unit += share * side * (entries[0] - stop)"),),
    ),
    (
        "plan_scale_in",
        "the cap on notional is left out",
        (("    most_units = cap / value_per_unit\n    if units > most_units:\n        units = most_units\n", ""),),
    ),
    (
        "plan_scale_in",
        "the larger of the two sizes instead of the smaller",
        (("    if units > most_units:\n", "    if units < most_units:\n"),),
    ),
    (
        "plan_scale_in",
        "the cap is tested for each entry on its own",
        (
            ("    most_units = cap / value_per_unit\n    if units > most_units:\n        units = most_units\n", ""),
            (
                "[units * share for share in shares]",
                "[min(units * share, cap / entry) for share, entry in zip(shares, entries)]",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "notional from the plain mean of the entries",
        (("    most_units = cap / value_per_unit\n", "    most_units = cap / (sum(entries) / len(entries))\n"),),
    ),
    (
        "plan_scale_in",
        "side is forgotten in the loss, so shorts come out negative and are never capped",
        (("share * side * (entry - stop)", "share * (entry - stop)"),),
    ),
    (
        "plan_scale_in",
        "quantities are negative for shorts",
        (("[units * share for share in shares]", "[side * units * share for share in shares]"),),
    ),
    (
        "plan_scale_in",
        "the cap cuts the later entries first instead of all alike",
        (
            ("    most_units = cap / value_per_unit\n    if units > most_units:\n        units = most_units\n", ""),
            (
                "    quantities = [units * share for share in shares]\n",
                "    quantities = []\n    for share, entry in zip(shares, entries):\n"
                "        quantity = min(units * share, cap / entry)\n"
                "        quantities.append(quantity)\n        cap -= quantity * entry\n",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "whole units, rounded down",
        (("[units * share for share in shares]", "[int(units * share) for share in shares]"),),
    ),
    (
        "plan_scale_in",
        "the distance to the stop is a fraction of the entry, and is used as money per unit",
        (("share * side * (entry - stop)", "share * side * (entry - stop) / entry"),),
    ),
    (
        "plan_scale_in",
        "leverage multiplies the size instead of limiting it",
        (
            (
                "    most_units = cap / value_per_unit\n    if units > most_units:\n        units = most_units\n",
                "    units = units * max_leverage\n",
            ),
        ),
    ),
)
