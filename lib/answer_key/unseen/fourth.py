"""The fourth held-out set: student answers that nobody has tuned the course's names against.

Written from the exercise prompts alone (the students' notebooks, the lessons and the public part of
the library), without a look at the answer key, at the checks or at the tests. The texts that the
pieces are replaced in are those of `fourth_right.RIGHT`. Every entry is (exercise, what differs in
words, pairs of (old piece, new piece)), and the pairs are applied one after another by
`str.replace` on the whole text.

`ALSO_RIGHT` holds further right ways that the prompts allow. `WRONG` holds answers with one
misconception or slip each: they run, return the right shape, and differ on ordinary input.

Measured first, of 100 wrong answers 99 were refused and 86 named before handing in, and 100 refused
and 90 named after grading; of 27 right ones none was refused. One was named wrongly, by a change
that nobody makes (a mean weighted by what is the same for all entries), and such changes were left
out since.
"""

from answer_key.unseen import prepared
from answer_key.unseen.fourth_right import RIGHT

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "stop from the first price, heat as all units times the distance",
        (
            ("newest - side * distance", "price + side * ((n_levels - 1) * step - distance)"),
            ("quantities * side * (newest - stop)", "quantities.sum() * np.array([distance])"),
        ),
    ),
    (
        "pyramid_risk",
        "returns arrays and a NumPy number, with an extra key for the nominal risk",
        (
            ("quantities.tolist()", "quantities"),
            ("entries.tolist()", "pd.Series(entries)"),
            ("float(stop),", 'stop,\n        "nominal_risk": n_levels * risk_per_level,'),
        ),
    ),
    ("levels_experiment", "the return over the 100,000 that the account starts with", (("account.iloc[0] - 1", "100_000 - 1"),)),
    (
        "levels_experiment",
        "the drawdown by hand, from the running maximum",
        (("max_drawdown(account)", "-(account / account.cummax() - 1).min()"),),
    ),
    (
        "risk_sweep",
        "factors cut at 0 and multiplied up, peaks by accumulate",
        (
            ("        value, peak, worst = equity, equity, 0.0\n", ""),
            (
                "        for multiple in list(r_multiples):\n"
                "            value = value * (1 + f * multiple)\n"
                "            if value <= 0:\n"
                "                return 0.0, 1.0\n"
                "            peak = max(peak, value)\n"
                "            worst = max(worst, (peak - value) / peak)\n"
                "        return value, worst\n",
                "        factors = np.maximum(0.0, 1 + f * np.asarray(r_multiples, dtype=float))\n"
                "        path = equity * np.concatenate([[1.0], np.cumprod(factors)])\n"
                "        peaks = np.maximum.accumulate(path)\n"
                "        return path[-1], (1 - path / peaks).max()\n",
            ),
        ),
    ),
    (
        "scale_out",
        "lists fills of 0 as well, each fill of a target on its own",
        (
            (
                "        if amount > 0:\n"
                "            fills.append((bar, price, amount))\n"
                "            earned += side * (price - entry) * amount\n"
                "            left -= amount\n",
                "        fills.append((bar, price, amount))\n"
                "        earned += side * (price - entry) * amount\n"
                "        left -= amount\n",
            ),
        ),
    ),
    (
        "scale_out",
        "profit from the fills each time, the stop's price by min and max",
        (
            ("o if side * o < side * stop else stop", "min(o, stop) if side > 0 else max(o, stop)"),
            (
                "pnl.append(earned + side * (c - entry) * left)",
                "done = sum(side * (p - entry) * q for _, p, q in fills)\n        pnl.append(done + side * (c - entry) * left)",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised by side and size, the sign of the position by NumPy",
        (
            ("side = 1 if held > 0 else -1", "side = np.sign(held)"),
            ("held * (mark - average)", "abs(held) * np.sign(held) * (mark - average)"),
        ),
    ),
    (
        "ledger",
        "books by cost: the average is signed cost over signed units",
        (
            ("cost = average * abs(held) + price * abs(quantity)", "cost = average * held + price * quantity"),
            ("average = cost / abs(after)", "average = cost / after"),
        ),
    ),
    (
        "plan_scale_in",
        "the smaller of two sizes, returned as an array",
        (
            ("    if units > cap:\n        units = cap\n", "    units = min(units, cap)\n"),
            ("[units * share for share in shares]", "units * np.array(shares)"),
        ),
    ),
    (
        "plan_scale_in",
        "shrinks the finished quantities by one factor",
        (
            ("    if units > cap:\n        units = cap\n", ""),
            (
                "return [units * share for share in shares]",
                "factor = min(1.0, cap / units)\n    return tuple(units * share * factor for share in shares)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the mean over the assets in place of the sum: the target makes it the same",
        (("scaled[names].sum(axis=1)", "scaled[names].mean(axis=1)"),),
    ),
    (
        "leave_one_out",
        "picks the rows by hand and divides by n throughout",
        (("returns.dropna()", "returns[returns.notna().all(axis=1)]"), (".std()", ".std(ddof=0)")),
    ),
    (
        "compare_lookbacks",
        "pandas throughout: rolling, shift, diff",
        (
            ("    from numpy.lib.stride_tricks import sliding_window_view\n\n", ""),
            ("p = prices.to_numpy(dtype=float)", "p = prices.reset_index(drop=True).astype(float)"),
            ("    moves = np.full(len(p), np.nan)\n    moves[1:] = p[1:] / p[:-1] - 1\n", "    moves = p.pct_change()\n"),
            (
                "    wild = np.full(len(p), np.nan)\n    wild[60:] = sliding_window_view(moves[1:], 60).std(axis=1)\n",
                "    wild = moves.rolling(60).std()\n",
            ),
            (
                "        average = np.full(len(p), np.nan)\n        average[days - 1:] = sliding_window_view(p, days).mean(axis=1)\n",
                "        average = p.rolling(days).mean()\n",
            ),
            ("signal[begin - 1:-1]", "signal.shift(1).iloc[begin:]"),
            ("held * moves[begin:] / wild[begin - 1:-1]", "held * moves.iloc[begin:] / wild.shift(1).iloc[begin:]"),
            ("np.count_nonzero(held[1:] != held[:-1])", "int((held.diff().iloc[1:] != 0).sum())"),
        ),
    ),
    (
        "correlation_filter",
        "everybody keeps 60 % who has a twin, with the corr of pandas",
        (
            ("values[t - window:t]", "returns.iloc[t - window:t]"),
            ("np.atleast_2d(np.corrcoef(past, rowvar=False))", "past.corr().to_numpy(copy=True)"),
            ("np.maximum(0.2, 1 / (1 + twins))", "0.6"),
        ),
    ),
    (
        "correlation_filter",
        "a share that falls with the number of twins by a power, from 0.9",
        (("np.maximum(0.2, 1 / (1 + twins))", "0.9 ** twins"),),
    ),
    (
        "conviction_size",
        "on arrays with clip and where",
        (
            (
                "    def one(view, wild):\n"
                "        if np.isnan(view) or np.isnan(wild):\n"
                "            return 0.0\n"
                "        wild = max(wild, 0.0001)\n"
                "        weight = cut(view, forecast_cap) / 10 * tau * diversification_multiplier / wild\n"
                "        return cut(weight, max_weight)\n\n",
                "",
            ),
            (
                "    weights = [one(view, wild) for view, wild in zip(views.ravel(), wilds.ravel())]\n"
                "    return weights[0] if views.ndim == 0 else weights\n",
                "    known = ~(np.isnan(views) | np.isnan(wilds))\n"
                "    size = np.clip(views, -forecast_cap, forecast_cap) / 10 * tau\n"
                "    size = size * diversification_multiplier / np.maximum(wilds, 1e-4)\n"
                "    return np.where(known, np.clip(size, -max_weight, max_weight), 0.0)\n",
            ),
        ),
    ),
)

WRONG = (
    # 6.1, pyramid_risk
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
    # 6.1, levels_experiment
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
    # 6.1, risk_sweep
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
    # 6.1, scale_out
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
    # 6.2, ledger
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
    # 6.2, plan_scale_in
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
    # 6.3, leave_one_out
    ("leave_one_out", "a missing return is taken for 0", (("returns.dropna()", "returns.fillna(0.0)"),)),
    (
        "leave_one_out",
        "the portfolio without the asset uses every row that its own assets have",
        (
            (
                "        total = scaled[names].sum(axis=1)\n",
                "        own = returns[names].dropna()\n        total = (own / own.std()).sum(axis=1)\n",
            ),
        ),
    ),
    (
        "leave_one_out",
        "deviations over each asset's whole history, rows dropped afterwards",
        (("rows / rows.std()", "rows / returns.std()"),),
    ),
    ("leave_one_out", "adds up raw returns, no equal volatility", (("rows / rows.std()", "rows"),)),
    ("leave_one_out", "divides by the variance of each asset", (("rows / rows.std()", "rows / rows.var()"),)),
    (
        "leave_one_out",
        "one number for both: the portfolio without gets the multiplier of all",
        (("total * (target_volatility / (total.std() * year))", "total * (target_volatility / (scaled.sum(axis=1).std() * year))"),),
    ),
    (
        "leave_one_out",
        "takes the target for the volatility of one period",
        (("(target_volatility / (total.std() * year))", "(target_volatility / total.std())"),),
    ),
    ("leave_one_out", "annualises by 252 whatever periods_per_year says", (("np.sqrt(periods_per_year)", "np.sqrt(252)"),)),
    (
        "leave_one_out",
        "Sharpe ratio from the compound growth of a year",
        (
            (
                "return portfolio.mean() / portfolio.std() * year, portfolio.std() * year",
                "growth = (1 + portfolio).prod() ** (periods_per_year / len(portfolio)) - 1\n"
                "        return growth / (portfolio.std() * year), portfolio.std() * year",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the change the wrong way round, what the asset adds",
        (("sharpe_without - sharpe_all", "sharpe_all - sharpe_without"),),
    ),
    # 6.3, compare_lookbacks
    (
        "compare_lookbacks",
        "lookahead: the signal of a day earns that same day's return",
        (("held * moves[begin:]", "signal[begin:] * moves[begin:]"),),
    ),
    (
        "compare_lookbacks",
        "divides by the volatility of the same day, the return itself included",
        (("/ wild[begin - 1:-1]", "/ wild[begin:]"),),
    ),
    (
        "compare_lookbacks",
        "measures volatility over the lookback in place of 60 days",
        (("        held =", "        wild[days:] = sliding_window_view(moves[1:], days).std(axis=1)\n        held ="),),
    ),
    (
        "compare_lookbacks",
        "the average is over the closes before today's",
        (
            (
                "average[days - 1:] = sliding_window_view(p, days).mean(axis=1)",
                "average[days:] = sliding_window_view(p, days).mean(axis=1)[:-1]",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "compares the price with the one a lookback ago, no average",
        (("average[days - 1:] = sliding_window_view(p, days).mean(axis=1)", "average[days:] = p[:-days]"),),
    ),
    (
        "compare_lookbacks",
        "long or flat: below the average the signal is 0",
        (("np.sign(p - average)", "np.where(p > average, 1.0, 0.0)"),),
    ),
    (
        "compare_lookbacks",
        "every lookback has a sample of its own, as soon as it has a signal",
        (("        average = np", "        begin = max(days, 60) + 1\n        average = np"),),
    ),
    (
        "compare_lookbacks",
        "the sample begins at the longest lookback, the 60 days forgotten",
        (
            ("max(max(lookbacks), 60) + 1", "max(lookbacks) + 1"),
            ("result.mean() / result.std()", "np.nanmean(result) / np.nanstd(result)"),
        ),
    ),
    (
        "compare_lookbacks",
        "adds up the size of the changes: a turn from +1 to -1 counts twice",
        (("np.count_nonzero(held[1:] != held[:-1])", "int(np.abs(np.diff(held)).sum())"),),
    ),
    (
        "compare_lookbacks",
        "counts the flips of the whole history, before the sample too",
        (("np.count_nonzero(held[1:] != held[:-1])", "np.count_nonzero(np.diff(signal[days - 1:]))"),),
    ),
    # 6.3, correlation_filter
    ("correlation_filter", "the window ends with the day itself", (("values[t - window:t]", "values[t - window + 1:t + 1]"),)),
    (
        "correlation_filter",
        "no weights at all until the first window is full",
        (("np.tile(base, (len(values), 1))", "np.zeros((len(values), len(base)))"),),
    ),
    ("correlation_filter", "all rows since the start in place of the last window", (("values[t - window:t]", "values[:t]"),)),
    (
        "correlation_filter",
        "correlates prices (compounded returns) in place of returns",
        (("returns.to_numpy(dtype=float)", "(1 + returns).cumprod().to_numpy(dtype=float)"),),
    ),
    (
        "correlation_filter",
        "of two twins only the later column is cut",
        (("(table > threshold).sum(axis=1)", "np.tril(table > threshold).sum(axis=1)"),),
    ),
    (
        "correlation_filter",
        "keeps 1 minus the highest correlation, next to nothing for close twins",
        (("np.maximum(0.2, 1 / (1 + twins))", "1 - np.nanmax(table, axis=1)"),),
    ),
    (
        "correlation_filter",
        "shares one cut among the twins: who has more of them is cut less",
        (("np.maximum(0.2, 1 / (1 + twins))", "1 - 0.5 / np.maximum(twins, 1)"),),
    ),
    (
        "correlation_filter",
        "takes the size of the correlation, so that hedges are cut too",
        (("(table > threshold)", "(np.abs(table) > threshold)"),),
    ),
    (
        "correlation_filter",
        "renormalises: the weights add up to the sum of the base weights again",
        (("base * share", "base * share * base.sum() / (base * share).sum()"),),
    ),
    (
        "correlation_filter",
        "cuts yesterday's weights again, so that a cut is never taken back",
        (("base * share", "weights[t - 1] * share"),),
    ),
    # 6.5, conviction_size
    (
        "conviction_size",
        "an unknown volatility is filled with the mean of the others",
        (
            (
                "    weights = [",
                "    if not np.isnan(wilds).all():\n"
                "        wilds = np.where(np.isnan(wilds), np.nanmean(wilds), wilds)\n    weights = [",
            ),
        ),
    ),
    (
        "conviction_size",
        "no position where the volatility is below the floor",
        (("wild = max(wild, 0.0001)", "if wild < 0.0001:\n            return 0.0"),),
    ),
    (
        "conviction_size",
        "the forecast over the cap in place of over 10",
        (("cut(view, forecast_cap) / 10", "cut(view, forecast_cap) / forecast_cap"),),
    ),
    (
        "conviction_size",
        "divides by the variance, as in Kelly's formula",
        (("diversification_multiplier / wild", "diversification_multiplier / wild ** 2"),),
    ),
    (
        "conviction_size",
        "cuts the weight first and multiplies by the multiplier afterwards",
        (
            ("tau * diversification_multiplier / wild", "tau / wild"),
            ("return cut(weight, max_weight)", "return cut(weight, max_weight) * diversification_multiplier"),
        ),
    ),
    (
        "conviction_size",
        "cuts long weights only, a short may be of any size",
        (("return cut(weight, max_weight)", "return min(weight, max_weight)"),),
    ),
    (
        "conviction_size",
        "max_weight caps the sum of all positions, which are scaled down together",
        (
            ("return cut(weight, max_weight)", "return weight"),
            (
                "    return weights[0]",
                "    gross = sum(abs(weight) for weight in weights)\n"
                "    if gross > max_weight:\n"
                "        weights = [weight * max_weight / gross for weight in weights]\n"
                "    return weights[0]",
            ),
        ),
    ),
    (
        "conviction_size",
        "a negative estimate is not cut at 0 and turns every position round",
        (
            (
                "max(0.0, min(target_volatility, kelly_fraction * sharpe_estimate))",
                "min(target_volatility, kelly_fraction * sharpe_estimate)",
            ),
        ),
    ),
    ("conviction_size", "an estimate of 0 counts as no estimate", (("if sharpe_estimate is not None:", "if sharpe_estimate:"),)),
    (
        "conviction_size",
        "Kelly scales the target: target times fraction times estimate, no more",
        (
            (
                "min(target_volatility, kelly_fraction * sharpe_estimate)",
                "min(target_volatility, target_volatility * kelly_fraction * sharpe_estimate)",
            ),
        ),
    ),
)

UNLISTED = frozenset(
    {
        "takes add_threshold_atr for a distance in price, without the ATR",
        "one account runs through all the runs: each starts where the last ended",
        "gives the log return",
        "after ruin it reports the worst fall before the trade that lost everything",
        "only a close beyond the stop counts as a touch of it",
        "profit of what is open is counted on the whole original quantity",
        "sells what is left at the last close",
        "a fill through zero opens its whole quantity on the other side",
        "sorts the entries, nearest to the market first, but not the splits",
        "average percent distance to the stop times average entry for a unit's loss",
        "caps every entry's notional on its own in place of their sum",
        "deviations over each asset's whole history, rows dropped afterwards",
        "takes the target for the volatility of one period",
        "Sharpe ratio from the compound growth of a year",
        "compares the price with the one a lookback ago, no average",
        "the window ends with the day itself",
        "an unknown volatility is filled with the mean of the others",
        "max_weight caps the sum of all positions, which are scaled down together",
    }
)
"""What no list had, or not in this way, when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
