"""The seventh set on ``compare_lookbacks``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "compare_lookbacks",
        "standard deviations that divide by n, flips by comparing with the row before",
        (
            ("sample.std()", "sample.std(ddof=0)"),
            (
                """\
        turns = held.iloc[first:].diff().iloc[1:]
        flips = int((turns != 0).sum())
""",
                """\
        view = held.iloc[first:].to_numpy()
        flips = int((view[1:] != view[:-1]).sum())
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "on arrays with a loop over the rows of the sample",
        (
            (
                """\
        average = prices.rolling(days).mean()
        signal = np.sign(prices - average)
        held = signal.shift(1)
        earned = held * moves / known_vol
        sample = earned.iloc[first:]
        ratio = sample.mean() / sample.std() * np.sqrt(252)
        turns = held.iloc[first:].diff().iloc[1:]
        flips = int((turns != 0).sum())
""",
                """\
        p = prices.to_numpy(dtype=float)
        views, sample = [], []
        for t in range(first, len(p)):
            view = np.sign(p[t - 1] - p[t - days:t].mean())
            past = p[t - 60:t] / p[t - 61:t - 1] - 1
            views.append(view)
            sample.append(view * (p[t] / p[t - 1] - 1) / past.std(ddof=1))
        ratio = np.mean(sample) / np.std(sample, ddof=1) * 252 ** 0.5
        flips = sum(a != b for a, b in zip(views, views[1:]))
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "signal over volatility lagged as one position, with annual volatility, a dict of columns",
        (
            (
                """\
    vol = moves.rolling(60).std()
""",
                """\
    vol = moves.rolling(60).std() * np.sqrt(252)
""",
            ),
            (
                """\
    known_vol = vol.shift(1)
""",
                "",
            ),
            (
                """\
        earned = held * moves / known_vol
""",
                """\
        earned = (signal / vol).shift(1) * prices.pct_change()
""",
            ),
            (
                '    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])',
                """\
    columns = dict(zip(["sharpe", "n_days", "flips"], zip(*rows)))
    return pd.DataFrame(columns, index=list(lookbacks))""",
            ),
        ),
    ),
)

WRONG = (
    (
        "compare_lookbacks",
        "today's signal earns today's return",
        (
            (
                """\
        held = signal.shift(1)
""",
                """\
        held = signal
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "an exponential average in place of the simple one",
        (
            (
                """\
        average = prices.rolling(days).mean()
""",
                """\
        average = prices.ewm(span=days, adjust=False).mean()
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "volatility over the lookback in place of 60 days",
        (
            (
                """\
        held = signal.shift(1)
""",
                """\
        held = signal.shift(1)
        known_vol = moves.rolling(days).std().shift(1)
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "returns not divided by the volatility",
        (
            (
                """\
        earned = held * moves / known_vol
""",
                """\
        earned = held * moves
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "flips as the sum of the changes, two for each turn",
        (
            (
                """\
        flips = int((turns != 0).sum())
""",
                """\
        flips = int(turns.abs().sum())
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "every lookback starts its own sample",
        (
            (
                """\
        sample = earned.iloc[first:]
""",
                """\
        first = max(days, 60) + 1
        sample = earned.iloc[first:]
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the sample begins one row early",
        (
            (
                """\
    first = max(longest, 60) + 1
""",
                """\
    first = max(longest, 60)
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the volatility is not lagged",
        (
            (
                """\
    known_vol = vol.shift(1)
""",
                """\
    known_vol = vol
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the 60 rows of the volatility forgotten in the start of the sample",
        (
            (
                """\
    first = max(longest, 60) + 1
""",
                """\
    first = longest + 1
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "flips counted over the whole history",
        (
            (
                """\
        turns = held.iloc[first:].diff().iloc[1:]
""",
                """\
        turns = held.dropna().diff().iloc[1:]
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "all rows counted, the warm-up as days with a return of 0",
        (
            (
                """\
        sample = earned.iloc[first:]
""",
                """\
        sample = earned.fillna(0.0)
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "long or flat: no short below the average",
        (
            (
                """\
        signal = np.sign(prices - average)
""",
                """\
        signal = (prices > average).astype(float)
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the average leaves out the row's own close",
        (
            (
                """\
        average = prices.rolling(days).mean()
""",
                """\
        average = prices.rolling(days).mean().shift(1)
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the sign of the price's change over the lookback",
        (
            (
                """\
        signal = np.sign(prices - average)
""",
                """\
        signal = np.sign(prices - prices.shift(days))
""",
            ),
        ),
    ),
    (
        "compare_lookbacks",
        "the ratio not annualised",
        (
            (
                """\
        ratio = sample.mean() / sample.std() * np.sqrt(252)
""",
                """\
        ratio = sample.mean() / sample.std()
""",
            ),
        ),
    ),
)
