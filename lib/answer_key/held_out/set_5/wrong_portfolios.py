"""Wrong answers of the fifth set to exercises of portfolios and of sizes by conviction."""

WRONG = (
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
