"""Right answers of the sixth set in other ways than ``right.RIGHT``."""

ALSO_RIGHT = (
    # pyramid_risk
    (
        "pyramid_risk",
        "arrays in place of the loops",
        (
            (
                """    quantities = []
    entries = []
    for k in range(n_levels):
        quantities.append(first_quantity / (1 + size_decay * k))
        entries.append(price + side * k * step)
""",
                """    k = np.arange(n_levels)
    quantities = first_quantity / (1 + size_decay * k)
    entries = price + side * k * step
""",
            ),
            (
                """    loss_at_stop = 0.0
    give_back = 0.0
    for quantity, entry in zip(quantities, entries):
        loss_at_stop += quantity * side * (entry - stop)
        give_back += quantity * side * (last_entry - stop)
""",
                """    loss_at_stop = (quantities * side * (entries - stop)).sum()
    give_back = quantities.sum() * stop_distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop from its closed formula, tuples, and the risk summed per level",
        (
            (
                "    stop = last_entry - side * stop_distance\n",
                "    stop = price + side * ((n_levels - 1) * add_threshold_atr - atr_stop_mult) * atr\n",
            ),
            (
                "    stop_risk = loss_at_stop / equity\n",
                "    stop_risk = sum(q / equity * side * (e - stop) for q, e in zip(quantities, entries))\n",
            ),
            (
                '"quantities": quantities, "entries": entries,',
                '"quantities": tuple(quantities), "entries": tuple(entries),',
            ),
        ),
    ),
    (
        "pyramid_risk",
        "each entry from the one before, and the nominal risk as an extra key",
        (
            (
                "        entries.append(price + side * k * step)\n",
                "        entries.append(price if k == 0 else entries[-1] + side * step)\n",
            ),
            (
                '            "open_heat": open_heat}',
                '            "open_heat": open_heat, "nominal": n_levels * risk_per_level}',
            ),
        ),
    ),
    # levels_experiment
    (
        "levels_experiment",
        "the library's drawdown",
        (
            (
                "        peak = account.cummax()\n        fall = (peak - account) / peak\n        worst = fall.max()\n",
                "        worst = max_drawdown(account)\n",
            ),
        ),
    ),
    (
        "levels_experiment",
        "a dict of columns, arrays, and 100,000 as the first value",
        (
            ("    rows = []\n", "    returns, falls = [], []\n"),
            ("        account = result.equity\n", "        account = result.equity.to_numpy()\n"),
            ("        first = account.iloc[0]\n        last = account.iloc[-1]\n", ""),
            ("        total_return = last / first - 1\n", "        returns.append(account[-1] / 100_000 - 1)\n"),
            (
                "        peak = account.cummax()\n        fall = (peak - account) / peak\n        worst = fall.max()\n",
                "        falls.append(np.max(1 - account / np.maximum.accumulate(account)))\n",
            ),
            ("        rows.append((total_return, worst))\n", ""),
            (
                '    return pd.DataFrame(rows, index=list(max_levels), columns=["total_return", "max_drawdown"])\n',
                '    return pd.DataFrame({"total_return": returns, "max_drawdown": falls}, index=pd.Index(max_levels))\n',
            ),
        ),
    ),
    # risk_sweep
    (
        "risk_sweep",
        "cumulative product of factors that are not below 0",
        (
            (
                """        money = equity
        peak = equity
        worst = 0.0
        for r in trades:
            money = money * (1 + f * r)
            if money < 0:
                money = 0.0
            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
""",
                """        factors = np.maximum(1 + f * np.array(trades, dtype=float), 0)
        path = equity * np.concatenate([[1.0], np.cumprod(factors)])
        peaks = np.maximum.accumulate(path)
        money = path[-1]
        worst = (1 - path / peaks).max()
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "stops at ruin, with a drawdown of 1",
        (
            (
                "            if money < 0:\n                money = 0.0\n",
                "            if money <= 0:\n                money = 0.0\n                worst = 1.0\n                break\n",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the path as a Series with the start in front",
        (
            ("        peak = equity\n        worst = 0.0\n", "        path = [equity]\n"),
            (
                """            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
""",
                """            path.append(money)
        path = pd.Series(path)
        worst = (1 - path / path.cummax()).max()
""",
            ),
        ),
    ),
    # scale_out
    (
        "scale_out",
        "prices times side, and a queue of the waiting targets",
        (
            ("    done = [False] * len(targets)\n    fills", "    waiting = list(zip(targets, fractions))\n    fills"),
            (
                """            for i, target in enumerate(targets):
                if not done[i] and side * (opening - target) >= 0:
                    amount = min(fractions[i] * quantity, left)
                    left -= amount
                    realised += side * (opening - entry) * amount
                    fills.append((bar, opening, amount))
                    done[i] = True
""",
                """            while waiting and side * opening >= side * waiting[0][0]:
                amount = min(waiting.pop(0)[1] * quantity, left)
                left -= amount
                realised += side * (opening - entry) * amount
                fills.append((bar, opening, amount))
""",
            ),
            ("            done = [True] * len(targets)\n", "            waiting = []\n"),
            (
                """            for i, target in enumerate(targets):
                if not done[i] and side * (best - target) >= 0:
                    amount = min(fractions[i] * quantity, left)
                    left -= amount
                    realised += side * (target - entry) * amount
                    fills.append((bar, target, amount))
                    done[i] = True
""",
                """            while waiting and side * best >= side * waiting[0][0]:
                target, fraction = waiting.pop(0)
                amount = min(fraction * quantity, left)
                left -= amount
                realised += side * (target - entry) * amount
                fills.append((bar, target, amount))
""",
            ),
        ),
    ),
    (
        "scale_out",
        "profit from the cash of the fills, as an array",
        (
            (
                "        unrealised = side * (close[bar] - entry) * left\n        pnl.append(realised + unrealised)\n",
                "        received = sum(amount * price for _, price, amount in fills)\n"
                "        pnl.append(side * (received + left * close[bar] - quantity * entry))\n",
            ),
            ('"pnl": pnl,', '"pnl": np.array(pnl),'),
        ),
    ),
    (
        "scale_out",
        "the stop price from max and min, quantities of 0 left out",
        (
            (
                "            exit_price = stop\n            if side * (opening - stop) < 0:\n                exit_price = opening\n",
                "            exit_price = min(stop, opening) if side == 1 else max(stop, opening)\n",
            ),
            (
                '    return {"fills": fills,',
                '    fills = [fill for fill in fills if fill[2] > 0]\n    return {"fills": fills,',
            ),
        ),
    ),
    # ledger
    (
        "ledger",
        "realised profit as what the cash shows beyond the position's cost",
        (
            ("    realised = 0.0\n", "    cash = 0.0\n"),
            (
                "    for quantity, price in fills:\n",
                "    for quantity, price in fills:\n        cash -= quantity * price\n",
            ),
            ("            side = 1 if position > 0 else -1\n", ""),
            (
                "            closed = min(abs(quantity), abs(before))\n            realised += closed * side * (price - average)\n",
                "",
            ),
            ("    unrealised =", "    realised = cash + position * average\n    unrealised ="),
        ),
    ),
    (
        "ledger",
        "a flip as two fills, one that closes and one that opens",
        (
            (
                "    for quantity, price in fills:\n",
                "    queue = list(fills)\n    while queue:\n        quantity, price = queue.pop(0)\n"
                "        if position * quantity < 0 and abs(quantity) > abs(position):\n"
                "            queue.insert(0, (quantity + position, price))\n            quantity = -position\n",
            ),
            ("            elif position * before < 0:\n                average = price\n", ""),
        ),
    ),
    (
        "ledger",
        "signed value in the average, NumPy's sign",
        (
            (
                "            old_value = abs(position) * average\n            new_value = abs(quantity) * price\n"
                "            average = (old_value + new_value) / (abs(position) + abs(quantity))\n",
                "            average = (position * average + quantity * price) / (position + quantity)\n",
            ),
            ("            side = 1 if position > 0 else -1\n", "            side = np.sign(position)\n"),
        ),
    ),
    # plan_scale_in
    (
        "plan_scale_in",
        "from the average entry, the smaller of two sizes, an array",
        (
            (
                "    loss_per_unit = 0.0\n    value_per_unit = 0.0\n    for share, entry in zip(shares, entries):\n"
                "        loss_per_unit += share * side * (entry - stop)\n        value_per_unit += share * entry\n",
                "    average = float(np.dot(shares, entries))\n",
            ),
            (
                "    units = budget / loss_per_unit\n    most_units = cap / value_per_unit\n"
                "    if units > most_units:\n        units = most_units\n",
                "    units = min(budget / abs(average - stop), cap / average)\n",
            ),
            ("    quantities = [units * share for share in shares]\n", "    quantities = units * np.array(shares)\n"),
        ),
    ),
    (
        "plan_scale_in",
        "quantities first, then shrunk by the factor of their notional",
        (
            ("    most_units = cap / value_per_unit\n    if units > most_units:\n        units = most_units\n", ""),
            (
                "    return quantities\n",
                "    notional = sum(quantity * entry for quantity, entry in zip(quantities, entries))\n"
                "    if notional > cap:\n"
                "        quantities = [quantity * cap / notional for quantity in quantities]\n"
                "    return tuple(quantities)\n",
            ),
        ),
    ),
    # leave_one_out
    ("leave_one_out", "deviations that divide by n", ((".std()", ".std(ddof=0)"),)),
    (
        "leave_one_out",
        "means in place of sums, Sharpe ratios before the target is applied",
        (
            ("scaled.sum(axis=1)", "scaled.mean(axis=1)"),
            ("rest.sum(axis=1)", "rest.mean(axis=1)"),
            ("with_it.mean() / with_it.std()", "sum_all.mean() / sum_all.std()"),
            ("without_it.mean() / without_it.std()", "sum_without.mean() / sum_without.std()"),
        ),
    ),
    (
        "leave_one_out",
        "each asset brought to the target first, as arrays, with an extra key",
        (
            (
                "    deviations = rows.std()\n",
                "    deviations = rows.std() * np.sqrt(periods_per_year) / target_volatility\n",
            ),
            (
                "    sum_all = scaled.sum(axis=1)\n    sum_without = rest.sum(axis=1)\n",
                "    sum_all = scaled.to_numpy().sum(axis=1)\n    sum_without = rest.to_numpy().sum(axis=1)\n",
            ),
            ('"sharpe_change": change}', '"sharpe_change": change, "n_rows": len(rows)}'),
        ),
    ),
    # compare_lookbacks
    (
        "compare_lookbacks",
        "deviations that divide by n, flips by comparing neighbours",
        (
            ("rolling(60).std()", "rolling(60).std(ddof=0)"),
            (
                "        changes = held_part.diff().iloc[1:]\n        flips = (changes != 0).sum()\n",
                "        before, after = held_part.to_numpy()[:-1], held_part.to_numpy()[1:]\n"
                "        flips = int(np.sum(before != after))\n",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the product is shifted as one, annual volatility, arrays in the end",
        (
            (
                "    wild = moves.rolling(60).std()\n    wild_before = wild.shift(1)\n",
                "    wild = moves.rolling(60).std() * np.sqrt(252)\n",
            ),
            ("        result = held * moves / wild_before\n", "        result = (signal / wild).shift(1) * moves\n"),
            (
                "        sharpe = part.mean() / part.std() * np.sqrt(252)\n",
                "        part = part.to_numpy()\n        sharpe = np.sqrt(252) * np.mean(part) / np.std(part)\n",
            ),
        ),
    ),
    # correlation_filter
    (
        "correlation_filter",
        "everybody who has a twin keeps 60 %",
        (("                share = max(0.2, 1 / (1 + twins))\n", "                share = 0.6\n"),),
    ),
    (
        "correlation_filter",
        "pair by pair, each time both keep 70 %",
        (
            (
                """        for i in range(n_assets):
            twins = 0
            for j in range(n_assets):
                if j != i and table[i, j] > threshold:
                    twins += 1
            if twins > 0:
                share = max(0.2, 1 / (1 + twins))
                weights[t, i] = base[i] * share
""",
                """        for i in range(n_assets):
            for j in range(i + 1, n_assets):
                if table[i, j] > threshold:
                    weights[t, i] *= 0.7
                    weights[t, j] *= 0.7
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "NumPy's table, counts at once, a cut of a fifth per twin",
        (
            (
                "        past = returns.iloc[t - window:t]\n        table = past.corr().to_numpy()\n",
                "        table = np.corrcoef(returns.to_numpy()[t - window:t], rowvar=False)\n",
            ),
            (
                """        for i in range(n_assets):
            twins = 0
            for j in range(n_assets):
                if j != i and table[i, j] > threshold:
                    twins += 1
            if twins > 0:
                share = max(0.2, 1 / (1 + twins))
                weights[t, i] = base[i] * share
""",
                """        twins = (table - 2 * np.eye(n_assets) > threshold).sum(axis=1)
        weights[t] = base * np.maximum(1 - 0.2 * twins, 0)
""",
            ),
        ),
    ),
    # conviction_size
    (
        "conviction_size",
        "asset by asset, a list",
        (
            (
                "    views = np.asarray(forecast, dtype=float)\n    wild = np.asarray(volatility, dtype=float)\n"
                "    unknown = np.isnan(views) | np.isnan(wild)\n",
                "    views, wild = np.broadcast_arrays(np.asarray(forecast, dtype=float), np.asarray(volatility, dtype=float))\n",
            ),
            (
                """    capped = np.clip(views, -forecast_cap, forecast_cap)
    floored = np.maximum(wild, 0.0001)
    weight = capped / 10 * tau * diversification_multiplier / floored
    weight = np.clip(weight, -max_weight, max_weight)
    weight = np.where(unknown, 0.0, weight)
    return float(weight) if weight.ndim == 0 else weight
""",
                """    weights = []
    for view, risk in zip(views.ravel(), wild.ravel()):
        if np.isnan(view) or np.isnan(risk):
            weights.append(0.0)
            continue
        view = max(-forecast_cap, min(forecast_cap, view))
        size = view / 10 * tau * diversification_multiplier / max(risk, 0.0001)
        weights.append(max(-max_weight, min(max_weight, size)))
    return weights[0] if views.ndim == 0 else weights
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "an estimate of 0 or less answered at once, NaN turned into 0 at the end",
        (
            (
                "        kelly = max(0.0, kelly_fraction * sharpe_estimate)\n        tau = min(target_volatility, kelly)\n",
                "        if sharpe_estimate <= 0:\n            tau = 0.0\n        else:\n"
                "            tau = min(target_volatility, kelly_fraction * sharpe_estimate)\n",
            ),
            ("    unknown = np.isnan(views) | np.isnan(wild)\n", ""),
            ("    weight = np.where(unknown, 0.0, weight)\n", "    weight = np.nan_to_num(weight)\n"),
        ),
    ),
    (
        "conviction_size",
        "caps with minimum and maximum, size and sign apart",
        (
            (
                "    capped = np.clip(views, -forecast_cap, forecast_cap)\n",
                "    direction = np.sign(views)\n    capped = np.minimum(np.abs(views), forecast_cap)\n",
            ),
            (
                "    weight = np.clip(weight, -max_weight, max_weight)\n",
                "    weight = direction * np.minimum(weight, max_weight)\n",
            ),
        ),
    ),
)
