"""The eighth set on ``compare_lookbacks``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "compare_lookbacks",
        "pandas with the prices' own index, rolling and shift",
        (
            (
                """\
        held = [np.sign(p[t - 1] - average(t - 1, days)) for t in sample]
        earned = np.array([h * r[t] / volatility(t - 1) for h, t in zip(held, sample)])
""",
                """\
        signal = (prices - prices.rolling(days).mean()).round(9).apply(np.sign).shift(1)
        moves = prices.pct_change()
        earned = (signal * moves / moves.rolling(60).std().shift(1)).iloc[first:].to_numpy()
        held = signal.iloc[first:].tolist()
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "deviations that divide by n everywhere, counts as floats",
        (
            (
                "std(ddof=1)",
                "std()",
            ),
            (
                "counts.append(len(earned))",
                "counts.append(float(len(earned)))",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "sliding windows of NumPy, a frame from a dict of rows",
        (
            (
                """\
    def average(t, days):
        return p[t - days + 1:t + 1].mean()

    def volatility(t):
        return r[t - 59:t + 1].std(ddof=1)
""",
                """\
    windows = np.lib.stride_tricks.sliding_window_view
    spread = windows(r, 60).std(axis=1, ddof=1)

    def average(t, days):
        return windows(p, days)[t - days + 1].mean()

    def volatility(t):
        return spread[t - 59]
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "annual volatility with a target of 10 %, which the ratio does not see; an extra column",
        (
            (
                "h * r[t] / volatility(t - 1)",
                "h * r[t] * 0.10 / (volatility(t - 1) * 252 ** 0.5)",
            ),
            (
                "earned.mean() / earned.std(ddof=1)",
                "(1 + 1e-12) * earned.mean() / earned.std(ddof=1)",
            ),
        ),
    ),
)
WRONG = (
    (
        "compare_lookbacks",
        "today's signal on today's return",
        (
            (
                "np.sign(p[t - 1] - average(t - 1, days))",
                "np.sign(p[t] - average(t, days))",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the average over the closes before, without the day's own",
        (
            (
                "p[t - days + 1:t + 1].mean()",
                "p[t - days:t].mean()",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the volatility over the lookback's own window",
        (
            (
                """\
    def volatility(t):
        return r[t - 59:t + 1]""",
                """\
    def volatility(t, days):
        return r[t - days + 1:t + 1]""",
            ),
            (
                "volatility(t - 1)",
                "volatility(t - 1, days)",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "long or flat, never short",
        (
            (
                "np.sign(p[t - 1] - average(t - 1, days))",
                "float(p[t - 1] > average(t - 1, days))",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "from +1 to -1 counts as two flips, a sale and a short sale",
        (
            (
                "sum(a != b for a, b",
                "sum(abs(a - b) for a, b",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "each lookback has a sample of its own",
        (
            (
                "        held = [",
                """\
        first = max(days, 60) + 1
        sample = range(first, len(p))
        held = [""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the position counted among the returns, whose first row is gone: one row too late",
        (
            (
                "max(max(lookbacks), 60) + 1",
                "max(max(lookbacks), 60) + 2",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the signal lagged by two days",
        (
            (
                "np.sign(p[t - 1] - average(t - 1, days))",
                "np.sign(p[t - 2] - average(t - 2, days))",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "today's volatility for today's position",
        (
            (
                "volatility(t - 1)",
                "volatility(t)",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the volatility of price changes in money",
        (
            (
                "return r[t - 59:t + 1].std(ddof=1)",
                "return np.diff(p[t - 60:t + 1]).std(ddof=1)",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "as published: the whole history, with zeros while warming up",
        (
            (
                "first = max(max(lookbacks), 60) + 1",
                "first = 1",
            ),
            (
                """\
    def average(t, days):
""",
                """\
    def average(t, days):
        if t < days - 1:
            return p[t]
""",
            ),
            (
                """\
    def volatility(t):
""",
                """\
    def volatility(t):
        if t < 60:
            return np.inf
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "an exponential average",
        (
            (
                """\
    def average(t, days):
        return p[t - days + 1:t + 1].mean()
""",
                """\
    smooth = {days: pd.Series(p).ewm(span=days, adjust=False).mean().to_numpy() for days in lookbacks}

    def average(t, days):
        return smooth[days][t]
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "not divided by volatility",
        (
            (
                "h * r[t] / volatility(t - 1)",
                "h * r[t]",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "annualised with 252, not with its root",
        (
            (
                "np.sqrt(252)",
                "252",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "flips over the whole history",
        (
            (
                """\
        flips.append(sum(a != b for a, b in zip(held, held[1:])))
""",
                """\
        ever = [np.sign(p[t] - average(t, days)) for t in range(days - 1, len(p) - 1)]
        flips.append(sum(a != b for a, b in zip(ever, ever[1:])))
""",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "compare_lookbacks",
        "the loop runs over the sorted lookbacks, the index has them as given",
        (
            (
                "for days in lookbacks:",
                "for days in sorted(lookbacks):",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the list of held signals is not emptied for the next lookback",
        (
            (
                """\
    sharpes, counts, flips = [], [], []
""",
                """\
    sharpes, counts, flips = [], [], []
    held = []
""",
            ),
            (
                "held = [np.sign(p[t - 1] - average(t - 1, days)) for t in sample]",
                "held += [np.sign(p[t - 1] - average(t - 1, days)) for t in sample]",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "flips compared with the first signal instead of with the one before",
        (
            (
                "sum(a != b for a, b in zip(held, held[1:]))",
                "sum(b != held[0] for b in held[1:])",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the simple return divided by the day's own price instead of the day before's",
        (
            (
                "p[1:] / p[:-1] - 1",
                "1 - p[:-1] / p[1:]",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the sample ends one row early",
        (
            (
                "range(first, len(p))",
                "range(first, len(p) - 1)",
            ),
        ),
    ),
)
