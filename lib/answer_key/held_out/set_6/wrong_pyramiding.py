"""Wrong answers of the sixth set to the exercises on pyramiding."""

WRONG = (
    (
        "pyramid_risk",
        "the stop lies below the last entry for shorts too",
        (("stop = last_entry - side * stop_distance", "stop = last_entry - stop_distance"),),
    ),
    (
        "pyramid_risk",
        "the stop stays behind the first entry",
        (("stop = last_entry - side * stop_distance", "stop = entries[0] - side * stop_distance"),),
    ),
    (
        "pyramid_risk",
        "the stop risk is the claim: number of levels times the risk of one",
        (("    stop_risk = loss_at_stop / equity\n", "    stop_risk = n_levels * risk_per_level\n"),),
    ),
    (
        "pyramid_risk",
        "the stop risk is cut off at 0",
        (("    stop_risk = loss_at_stop / equity\n", "    stop_risk = max(0.0, loss_at_stop / equity)\n"),),
    ),
    (
        "pyramid_risk",
        "both risks are money, not divided by equity",
        (
            (
                "    stop_risk = loss_at_stop / equity\n    open_heat = give_back / equity\n",
                "    stop_risk = loss_at_stop\n    open_heat = give_back\n",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "side is forgotten in both sums of risk",
        (
            ("quantity * side * (entry - stop)", "quantity * (entry - stop)"),
            ("quantity * side * (last_entry - stop)", "quantity * (last_entry - stop)"),
        ),
    ),
    (
        "pyramid_risk",
        "shorts add on the way up: side is forgotten in the entries",
        (("entries.append(price + side * k * step)", "entries.append(price + k * step)"),),
    ),
    (
        "pyramid_risk",
        "each level is (1 - decay) times the one before",
        (("first_quantity / (1 + size_decay * k)", "first_quantity * (1 - size_decay) ** k"),),
    ),
    (
        "pyramid_risk",
        "the decay is compounded: divided by (1 + decay) to the power of k",
        (("first_quantity / (1 + size_decay * k)", "first_quantity / (1 + size_decay) ** k"),),
    ),
    (
        "pyramid_risk",
        "levels counted from 1 in the sizes, so the first is decayed too",
        (("first_quantity / (1 + size_decay * k)", "first_quantity / (1 + size_decay * (k + 1))"),),
    ),
    (
        "pyramid_risk",
        "the step is not multiplied by the ATR",
        (("step = add_threshold_atr * atr", "step = add_threshold_atr"),),
    ),
    (
        "pyramid_risk",
        "the quantity divides by one ATR, the stop's multiple is forgotten",
        (
            (
                "first_quantity = equity * risk_per_level / stop_distance",
                "first_quantity = equity * risk_per_level / atr",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "open heat counts the quantity of the newest level only",
        (
            (
                "    open_heat = give_back / equity\n",
                "    open_heat = quantities[-1] * side * (last_entry - stop) / equity\n",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "open heat from each level's own entry, copied from the stop risk",
        (("quantity * side * (last_entry - stop)", "quantity * side * (entry - stop)"),),
    ),
    (
        "pyramid_risk",
        "quantities are negative for shorts",
        (("quantities.append(first_quantity /", "quantities.append(side * first_quantity /"),),
    ),
    (
        "levels_experiment",
        "leverage is not passed on",
        (("max_levels=number, leverage=leverage)", "max_levels=number)"),),
    ),
    (
        "levels_experiment",
        "the number of levels is not passed on, every run has the default",
        (("(prices, max_levels=number, leverage=leverage)", "(prices, leverage=leverage)"),),
    ),
    ("levels_experiment", "the index is 0, 1, 2 …", (("rows, index=list(max_levels), columns", "rows, columns"),)),
    (
        "levels_experiment",
        "the rows are sorted by the number of levels",
        (('columns=["total_return", "max_drawdown"])\n', 'columns=["total_return", "max_drawdown"]).sort_index()\n'),),
    ),
    (
        "levels_experiment",
        "percent instead of fractions",
        (("rows.append((total_return, worst))", "rows.append((100 * total_return, 100 * worst))"),),
    ),
    ("levels_experiment", "the return is last over first, without minus 1", (("last / first - 1", "last / first"),)),
    ("levels_experiment", "the return is the profit in money", (("last / first - 1", "last - first"),)),
    ("levels_experiment", "the log return", (("last / first - 1", "np.log(last / first)"),)),
    (
        "levels_experiment",
        "the drawdown is negative",
        (
            (
                "        fall = (peak - account) / peak\n        worst = fall.max()\n",
                "        fall = account / peak - 1\n        worst = fall.min()\n",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the drawdown is measured from the starting equity",
        (("fall = (peak - account) / peak", "fall = (first - account) / first"),),
    ),
    (
        "levels_experiment",
        "highest against lowest value, whichever came first",
        (("peak = account.cummax()", "peak = account.max()"),),
    ),
    (
        "levels_experiment",
        "the fall from the peak at the last bar, not the largest",
        (("worst = fall.max()", "worst = fall.iloc[-1]"),),
    ),
    (
        "levels_experiment",
        "levels taken as add-ons, so one level too many",
        (("max_levels=number,", "max_levels=number + 1,"),),
    ),
    (
        "levels_experiment",
        "rounded to four digits",
        (("rows.append((total_return, worst))", "rows.append((round(total_return, 4), round(worst, 4)))"),),
    ),
    (
        "levels_experiment",
        "the return adds up the closed trades, what is open at the end is left out",
        (("total_return = last / first - 1", 'total_return = result.trades["pnl"].sum() / first'),),
    ),
    (
        "risk_sweep",
        "nothing compounds: each trade risks a fraction of the starting equity",
        (("money = money * (1 + f * r)", "money = money + equity * f * r"),),
    ),
    ("risk_sweep", "no floor at 0", (("            if money < 0:\n                money = 0.0\n", ""),)),
    (
        "risk_sweep",
        "the product runs on after ruin, only what is shown is cut at 0",
        (
            ("        money = equity\n", "        product = equity\n        money = equity\n"),
            (
                "            money = money * (1 + f * r)\n            if money < 0:\n                money = 0.0\n",
                "            product = product * (1 + f * r)\n            money = max(product, 0.0)\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the first peak is the equity after the first trade",
        (
            ("        peak = equity\n", "        peak = 0.0\n"),
            ("fall = (peak - money) / peak", "fall = (peak - money) / peak if peak > 0 else 0.0"),
        ),
    ),
    ("risk_sweep", "the drawdown is negative", (("rows.append((money, worst))", "rows.append((money, -worst))"),)),
    (
        "risk_sweep",
        "the drawdown is divided by the starting equity",
        (("fall = (peak - money) / peak", "fall = (peak - money) / equity"),),
    ),
    (
        "risk_sweep",
        "highest against lowest value, whichever came first",
        (
            ("        worst = 0.0\n", "        lowest = equity\n"),
            (
                "            fall = (peak - money) / peak\n            if fall > worst:\n                worst = fall\n",
                "            if money < lowest:\n                lowest = money\n        worst = (peak - lowest) / peak\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the equity is not reset for the next fraction",
        (
            (
                "    for f in risk_fractions:\n        money = equity\n",
                "    money = equity\n    for f in risk_fractions:\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "peak and worst fall are not reset for the next fraction",
        (
            (
                "    for f in risk_fractions:\n        money = equity\n        peak = equity\n        worst = 0.0\n",
                "    peak = equity\n    worst = 0.0\n    for f in risk_fractions:\n        money = equity\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the rows are sorted by the fraction",
        (
            (
                "    for f in risk_fractions:",
                "    risk_fractions = sorted(risk_fractions)\n    for f in risk_fractions:",
            ),
        ),
    ),
    ("risk_sweep", "the index is 0, 1, 2 …", (("rows, index=list(risk_fractions), columns", "rows, columns"),)),
    (
        "risk_sweep",
        "stops before the trade that ruins, and keeps the equity before it",
        (
            (
                "            money = money * (1 + f * r)\n            if money < 0:\n                money = 0.0\n",
                "            if money * (1 + f * r) <= 0:\n                break\n            money = money * (1 + f * r)\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "leaves the loop at ruin before the drawdown is updated",
        (
            (
                "            if money < 0:\n                money = 0.0\n",
                "            if money <= 0:\n                money = 0.0\n                break\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the profit instead of the final equity",
        (("rows.append((money, worst))", "rows.append((money - equity, worst))"),),
    ),
    (
        "risk_sweep",
        "no trade may lose more than it risked: R is cut at -1",
        (("money = money * (1 + f * r)", "money = money * (1 + f * max(r, -1))"),),
    ),
)
