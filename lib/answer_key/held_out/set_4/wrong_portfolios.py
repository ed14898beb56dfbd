"""Wrong answers of the fourth set to exercises of portfolios and of sizes by conviction."""

WRONG = (
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
