"""The eighth set on ``correlation_filter``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "correlation_filter",
        "the share 1 / (1 + twins), never below 20 %",
        (
            (
                "0.25 + 0.5 / (1 + twins)",
                "np.maximum(0.2, 1 / (1 + twins))",
            ),
        ),
    ),
    (
        "correlation_filter",
        "60 % for everybody who has a twin",
        (
            (
                "0.25 + 0.5 / (1 + twins)",
                "0.6",
            ),
        ),
    ),
    (
        "correlation_filter",
        "pandas: the table of each window, the twins counted in loops over its cells",
        (
            (
                """\
        table = np.atleast_2d(np.corrcoef(rows, rowvar=False)).copy()
        np.fill_diagonal(table, -1.0)
        twins = (table > threshold).sum(axis=1)
        return""",
                """\
        table = pd.DataFrame(rows).corr()
        twins = np.array([sum(table.iat[i, j] > threshold for j in table if j != i) for i in table])
        return""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "rolling correlations of every pair, shifted by one row; each twin takes a quarter of what is left",
        (
            (
                """\
    out = np.tile(base, (len(data), 1))
    for t in range(window, len(data)):
        out[t] = base * shares(data[t - window:t])
""",
                """\
    plain = pd.DataFrame(data)
    out = np.tile(base, (len(data), 1))
    for i in plain:
        for j in plain:
            if i != j:
                pair = plain[i].rolling(window).corr(plain[j]).shift(1)
                out[:, i] *= np.where(pair.to_numpy() > threshold, 0.75, 1.0)
""",
            ),
        ),
    ),
)
WRONG = (
    (
        "correlation_filter",
        "a strong negative correlation is cut too",
        (
            (
                "(table > threshold)",
                "(abs(table) > threshold)",
            ),
            (
                "np.fill_diagonal(table, -1.0)",
                "np.fill_diagonal(table, 0.0)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the weights renormalised to their sum before the cut",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        out[t] = base * shares(data[t - window:t])
        out[t] *= base.sum() / out[t].sum()
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "of two twins only the one with the larger weight is cut",
        (
            (
                """\
        twins = (table > threshold).sum(axis=1)
""",
                """\
        smaller = base[None, :] <= base[:, None]
        twins = ((table > threshold) & smaller).sum(axis=1)
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "what is cut goes to the assets without a twin",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        kept = shares(data[t - window:t])
        out[t] = base * kept
        free = kept == 1
        if free.any():
            out[t, free] += (base - out[t]).sum() / free.sum()
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "an asset that was cut stays cut",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        out[t] = np.minimum(out[t - 1], base * shares(data[t - window:t]))
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the window ends with the row itself",
        (
            (
                "data[t - window:t]",
                "data[t - window + 1:t + 1]",
            ),
        ),
    ),
    (
        "correlation_filter",
        "before the first full window, the rows that there are",
        (
            (
                "for t in range(window, len(data)):",
                "for t in range(10, len(data)):",
            ),
            (
                "data[t - window:t]",
                "data[max(0, t - window):t]",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the share falls with the twins' average correlation, so a looser third twin raises it",
        (
            (
                """\
        return np.where(twins > 0, 0.25 + 0.5 / (1 + twins), 1.0)
""",
                """\
        close = np.where(table > threshold, table, 0.0).sum(axis=1) / np.maximum(twins, 1)
        return np.where(twins > 0, 1 - 0.75 * close, 1.0)
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the share is 1 minus the correlation, far below 20 % for close twins",
        (
            (
                "0.25 + 0.5 / (1 + twins)",
                "1 - table.max(axis=1)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "an asset counts as a twin of itself",
        (
            (
                """\
        np.fill_diagonal(table, -1.0)
""",
                "",
            ),
        ),
    ),
    (
        "correlation_filter",
        "one correlation table over all the data",
        (
            (
                "shares(data[t - window:t])",
                "shares(data)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "twins are paired off one by one, and who has a partner takes no second one",
        (
            (
                """\
        twins = (table > threshold).sum(axis=1)
""",
                """\
        twins = np.zeros(len(table), dtype=int)
        for i in range(len(table)):
            for j in range(i):
                if table[i, j] > threshold and twins[i] == 0 and twins[j] == 0:
                    twins[i] = twins[j] = 1
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the correlation of price levels instead of returns",
        (
            (
                "data = returns.to_numpy(dtype=float)",
                "data = (1 + returns).cumprod().to_numpy(dtype=float)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "an asset is cut when its average correlation with the others is above the threshold",
        (
            (
                """\
        twins = (table > threshold).sum(axis=1)
""",
                """\
        mean_with_others = (table.sum(axis=1) + 1.0) / max(len(table) - 1, 1)
        twins = (mean_with_others > threshold) * 1
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "rank correlations in place of Pearson's",
        (
            (
                "np.corrcoef(rows, rowvar=False)",
                'pd.DataFrame(rows).corr(method="spearman")',
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "correlation_filter",
        "the base weights are cut in place, so every further row cuts again",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        base *= shares(data[t - window:t])
        out[t] = base
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the loop ends one row early and leaves the last row uncut",
        (
            (
                "range(window, len(data))",
                "range(window, len(data) - 1)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the correlations on columns sorted by name, the shares put on the columns as given",
        (
            (
                "data = returns.to_numpy(dtype=float)",
                "data = returns.sort_index(axis=1).to_numpy(dtype=float)",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the table is made anew only once per window, and is stale in between",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        if (t - window) % window == 0:
            share = shares(data[t - window:t])
        out[t] = base * share
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "break in place of continue: at the first row without twins the loop is over",
        (
            (
                """\
        out[t] = base * shares(data[t - window:t])
""",
                """\
        share = shares(data[t - window:t])
        if (share == 1).all():
            break
        out[t] = base * share
""",
            ),
        ),
    ),
)
