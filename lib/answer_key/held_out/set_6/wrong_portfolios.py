"""Wrong answers of the sixth set to the exercises on portfolios and conviction."""

WRONG = (
    ("leave_one_out", "rows with missing returns are kept", (("rows = returns.dropna()", "rows = returns"),)),
    (
        "leave_one_out",
        "the portfolio without the asset uses all rows in which the others have returns",
        (
            (
                "    rest = scaled.drop(columns=asset)\n",
                "    others = returns.drop(columns=asset).dropna()\n    rest = others / others.std()\n",
            ),
        ),
    ),
    ("leave_one_out", "a missing return counts as 0", (("returns.dropna()", "returns.fillna(0)"),)),
    ("leave_one_out", "assets are not scaled to equal volatility", (("scaled = rows / deviations", "scaled = rows"),)),
    (
        "leave_one_out",
        "one factor, that of the whole portfolio, for both",
        (("without_it = sum_without * factor_without", "without_it = sum_without * factor_all"),),
    ),
    (
        "leave_one_out",
        "the portfolios are not brought to the target",
        (
            ("with_it = sum_all * factor_all", "with_it = sum_all"),
            ("without_it = sum_without * factor_without", "without_it = sum_without"),
        ),
    ),
    ("leave_one_out", "252 periods whatever the argument says", (("np.sqrt(periods_per_year)", "np.sqrt(252)"),)),
    (
        "leave_one_out",
        "Sharpe ratios are not annualised",
        (
            ("with_it.mean() / with_it.std() * root", "with_it.mean() / with_it.std()"),
            ("without_it.mean() / without_it.std() * root", "without_it.mean() / without_it.std()"),
        ),
    ),
    (
        "leave_one_out",
        "Sharpe ratios times the number of periods instead of its root",
        (
            ("with_it.mean() / with_it.std() * root", "with_it.mean() / with_it.std() * periods_per_year"),
            ("without_it.mean() / without_it.std() * root", "without_it.mean() / without_it.std() * periods_per_year"),
        ),
    ),
    (
        "leave_one_out",
        "the change is all less without",
        (("sharpe_without - sharpe_all", "sharpe_all - sharpe_without"),),
    ),
    (
        "leave_one_out",
        "standard deviations from all rows, before incomplete ones are left out",
        (("deviations = rows.std()", "deviations = returns.std()"),),
    ),
    (
        "leave_one_out",
        "compound growth in place of the mean",
        (
            (
                "    sharpe_all = with_it.mean() / with_it.std() * root\n",
                "    years = len(rows) / periods_per_year\n"
                "    sharpe_all = ((1 + with_it).prod() ** (1 / years) - 1) / (with_it.std() * root)\n",
            ),
            (
                "    sharpe_without = without_it.mean() / without_it.std() * root\n",
                "    sharpe_without = ((1 + without_it).prod() ** (1 / years) - 1) / (without_it.std() * root)\n",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the annual target is applied to the deviation of one period",
        (
            ("target_volatility / (sum_all.std() * root)", "target_volatility / sum_all.std()"),
            ("target_volatility / (sum_without.std() * root)", "target_volatility / sum_without.std()"),
        ),
    ),
    (
        "leave_one_out",
        "the asset alone in place of the portfolio without it",
        (("rest = scaled.drop(columns=asset)", "rest = scaled[[asset]]"),),
    ),
    (
        "leave_one_out",
        "the change relative to the ratio of the whole portfolio",
        (("change = sharpe_without - sharpe_all", "change = sharpe_without / sharpe_all - 1"),),
    ),
    ("compare_lookbacks", "today's signal earns today's return", (("held = signal.shift(1)", "held = signal"),)),
    (
        "compare_lookbacks",
        "today's volatility instead of yesterday's",
        (("wild_before = wild.shift(1)", "wild_before = wild"),),
    ),
    (
        "compare_lookbacks",
        "each lookback has a sample of its own",
        (
            ("    longest = max(lookbacks)\n    begin = max(longest, 60) + 1\n", ""),
            ("    for days in lookbacks:\n", "    for days in lookbacks:\n        begin = max(days, 60) + 1\n"),
        ),
    ),
    (
        "compare_lookbacks",
        "the sample begins one row early",
        (("begin = max(longest, 60) + 1", "begin = max(longest, 60)"),),
    ),
    (
        "compare_lookbacks",
        "the 60 days are forgotten in the sample's begin",
        (("begin = max(longest, 60) + 1", "begin = longest + 1"),),
    ),
    (
        "compare_lookbacks",
        "flips are counted over the whole history",
        (("changes = held_part.diff().iloc[1:]", "changes = held.dropna().diff().iloc[1:]"),),
    ),
    (
        "compare_lookbacks",
        "from +1 to -1 counts as two flips",
        (("flips = (changes != 0).sum()", "flips = changes.abs().sum()"),),
    ),
    (
        "compare_lookbacks",
        "the Sharpe ratio is not annualised",
        (("part.mean() / part.std() * np.sqrt(252)", "part.mean() / part.std()"),),
    ),
    (
        "compare_lookbacks",
        "volatility over the lookback instead of 60 days",
        (
            ("    wild = moves.rolling(60).std()\n    wild_before = wild.shift(1)\n", ""),
            (
                "    for days in lookbacks:\n",
                "    for days in lookbacks:\n        wild = moves.rolling(days).std()\n        wild_before = wild.shift(1)\n",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "long or flat: the signal is 0 below the average",
        (("signal = np.sign(prices - average)", "signal = (prices > average).astype(float)"),),
    ),
    (
        "compare_lookbacks",
        "momentum: today's price against the one a lookback ago",
        (("average = prices.rolling(days).mean()", "average = prices.shift(days)"),),
    ),
    (
        "compare_lookbacks",
        "a price on the average counts as short",
        (
            (
                "signal = np.sign(prices - average)",
                "signal = pd.Series(np.where(prices > average, 1.0, -1.0), index=prices.index)",
            ),
        ),
    ),
    ("compare_lookbacks", "log returns", (("moves = prices.pct_change()", "moves = np.log(prices).diff()"),)),
    ("compare_lookbacks", "the index is 0, 1, 2 …", (("rows, index=list(lookbacks), columns", "rows, columns"),)),
    (
        "compare_lookbacks",
        "returns are not divided by volatility",
        (("result = held * moves / wild_before", "result = held * moves"),),
    ),
    (
        "correlation_filter",
        "the window includes the row itself",
        (("returns.iloc[t - window:t]", "returns.iloc[t - window + 1:t + 1]"),),
    ),
    ("correlation_filter", "one correlation table of the whole sample", (("returns.iloc[t - window:t]", "returns"),)),
    (
        "correlation_filter",
        "all rows so far instead of the last window",
        (("returns.iloc[t - window:t]", "returns.iloc[:t]"),),
    ),
    (
        "correlation_filter",
        "strong negative correlations are cut too",
        (("table[i, j] > threshold", "abs(table[i, j]) > threshold"),),
    ),
    ("correlation_filter", "every asset counts as its own twin", (("if j != i and table[i, j]", "if table[i, j]"),)),
    (
        "correlation_filter",
        "only the later one of a pair is cut",
        (("if j != i and table[i, j]", "if j < i and table[i, j]"),),
    ),
    (
        "correlation_filter",
        "the share is 1 less the highest correlation, almost nothing for close twins",
        (("share = max(0.2, 1 / (1 + twins))", "share = 1 - max(table[i, j] for j in range(n_assets) if j != i)"),),
    ),
    ("correlation_filter", "twins are taken out altogether", (("share = max(0.2, 1 / (1 + twins))", "share = 0.0"),)),
    (
        "correlation_filter",
        "weights are scaled back to the sum of the base weights",
        (
            (
                "                weights[t, i] = base[i] * share\n",
                "                weights[t, i] = base[i] * share\n        weights[t] = weights[t] / weights[t].sum() * base.sum()\n",
            ),
        ),
    ),
    (
        "correlation_filter",
        "an asset is cut by its mean correlation with the others",
        (
            (
                """            twins = 0
            for j in range(n_assets):
                if j != i and table[i, j] > threshold:
                    twins += 1
            if twins > 0:
                share = max(0.2, 1 / (1 + twins))
""",
                """            mean = (table[i].sum() - 1) / (n_assets - 1)
            if mean > threshold:
                share = 0.5
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "a cut is never lifted again",
        (("weights[t, i] = base[i] * share", "weights[t:, i] = base[i] * share"),),
    ),
    (
        "correlation_filter",
        "weight 0 before the first full window",
        (
            (
                "    weights = np.tile(base, (n_rows, 1))\n",
                "    weights = np.tile(base, (n_rows, 1))\n    weights[:window] = 0.0\n",
            ),
        ),
    ),
    (
        "correlation_filter",
        "one pair of twins cuts all assets",
        (
            (
                "        for i in range(n_assets):\n            twins = 0\n            for j in range(n_assets):\n"
                "                if j != i and table[i, j] > threshold:\n                    twins += 1\n",
                "        twins = 0\n        for i in range(n_assets):\n            for j in range(i):\n"
                "                if table[i, j] > threshold:\n                    twins += 1\n"
                "        for i in range(n_assets):\n",
            ),
        ),
    ),
    (
        "correlation_filter",
        "divided by the number of twins, so one twin cuts nothing",
        (("share = max(0.2, 1 / (1 + twins))", "share = max(0.2, 1 / twins)"),),
    ),
    (
        "correlation_filter",
        "the share is threshold over correlation, hardly a cut",
        (
            (
                "share = max(0.2, 1 / (1 + twins))",
                "share = threshold / max(table[i, j] for j in range(n_assets) if j != i)",
            ),
        ),
    ),
    (
        "conviction_size",
        "the forecast is not capped",
        (("capped = np.clip(views, -forecast_cap, forecast_cap)", "capped = views"),),
    ),
    (
        "conviction_size",
        "the weight is not capped",
        (("    weight = np.clip(weight, -max_weight, max_weight)\n", ""),),
    ),
    (
        "conviction_size",
        "the weight is capped for longs only",
        (("np.clip(weight, -max_weight, max_weight)", "np.minimum(weight, max_weight)"),),
    ),
    (
        "conviction_size",
        "divided by the cap of the forecast instead of 10",
        (("capped / 10 * tau", "capped / forecast_cap * tau"),),
    ),
    ("conviction_size", "the diversification multiplier is forgotten", ((" * diversification_multiplier", ""),)),
    (
        "conviction_size",
        "the diversification multiplier comes after the cap on the weight",
        (
            (" * diversification_multiplier", ""),
            (
                "np.clip(weight, -max_weight, max_weight)",
                "np.clip(weight, -max_weight, max_weight) * diversification_multiplier",
            ),
        ),
    ),
    (
        "conviction_size",
        "the larger of target and Kelly",
        (("min(target_volatility, kelly)", "max(target_volatility, kelly)"),),
    ),
    (
        "conviction_size",
        "an estimate below 0 turns the positions round",
        (("max(0.0, kelly_fraction * sharpe_estimate)", "kelly_fraction * sharpe_estimate"),),
    ),
    (
        "conviction_size",
        "an estimate of 0 is treated like none",
        (("if sharpe_estimate is not None:", "if sharpe_estimate:"),),
    ),
    (
        "conviction_size",
        "full Kelly, the fraction is forgotten",
        (("kelly_fraction * sharpe_estimate", "sharpe_estimate"),),
    ),
    (
        "conviction_size",
        "Kelly replaces the target even where it is larger",
        (("tau = min(target_volatility, kelly)", "tau = kelly"),),
    ),
    ("conviction_size", "unknown values stay NaN", (("    weight = np.where(unknown, 0.0, weight)\n", ""),)),
    (
        "conviction_size",
        "an unknown volatility is filled with 0, and then floored",
        (
            (
                "    unknown = np.isnan(views) | np.isnan(wild)\n",
                "    unknown = np.isnan(views)\n    wild = np.nan_to_num(wild)\n",
            ),
        ),
    ),
    (
        "conviction_size",
        "the target is divided among the assets",
        (("capped / 10 * tau *", "capped / 10 * tau / views.size *"),),
    ),
    (
        "conviction_size",
        "a volatility below the floor gives no position",
        (
            (
                "    weight = np.where(unknown, 0.0, weight)\n",
                "    weight = np.where(unknown | (wild < 0.0001), 0.0, weight)\n",
            ),
        ),
    ),
)
