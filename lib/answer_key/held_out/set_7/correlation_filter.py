"""The seventh set on ``correlation_filter``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "correlation_filter",
        "everybody who has a twin keeps 60 %, by NumPy's correlations",
        (
            (
                """\
        table = recent.corr().to_numpy()
""",
                """\
        table = np.corrcoef(recent.to_numpy(), rowvar=False)
""",
            ),
            (
                """\
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
                share[i] = 0.6
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "a third less for every twin, never below a fifth, written pair by pair",
        (
            (
                """\
        close = table > threshold
        close[np.arange(count), np.arange(count)] = False
        twins = close.sum(axis=1)
        share = np.ones(count)
        for i in range(count):
            if twins[i] > 0:
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
        share = np.ones(count)
        for i in range(count):
            for j in range(i + 1, count):
                if table[i, j] > threshold:
                    share[i] -= 1 / 3
                    share[j] -= 1 / 3
        share = np.maximum(share, 0.2)
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the cut deepens with the number of twins as one over the root, in a DataFrame filled row by row",
        (
            (
                """\
    weights = np.tile(base, (len(returns), 1))
""",
                """\
    weights = pd.DataFrame([base] * len(returns), index=returns.index, columns=returns.columns)
""",
            ),
            (
                """\
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
                share[i] = (1 + twins[i]) ** -0.5
""",
            ),
            (
                """\
        weights[t] = row
""",
                """\
        weights.iloc[t] = row
""",
            ),
            (
                """\
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)
""",
                """\
    return weights
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "correlation_filter",
        "a strong negative correlation counts as well",
        (
            (
                """\
        close = table > threshold
""",
                """\
        close = np.abs(table) > threshold
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "weights scaled back up to the sum of the base weights",
        (
            (
                """\
        row = base * share
""",
                """\
        row = base * share
        row = row * base.sum() / row.sum()
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "of a pair only the one with the smaller base weight is cut",
        (
            (
                """\
            if twins[i] > 0:
""",
                """\
            if twins[i] > 0 and base[i] < base[close[i]].max():
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "twins are sold altogether",
        (
            (
                """\
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
                share[i] = 0.0
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "once cut, an asset stays cut",
        (
            (
                """\
        row = base * share
""",
                """\
        row = np.minimum(base * share, weights[t - 1])
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the window ends with the row itself",
        (("returns.iloc[t - window:t]", "returns.iloc[t - window + 1:t + 1]"),),
    ),
    (
        "correlation_filter",
        "all rows from the first, not the last ones of the window",
        (("returns.iloc[t - window:t]", "returns.iloc[:t]"),),
    ),
    (
        "correlation_filter",
        "an asset counts as its own twin",
        (
            (
                """\
        close[np.arange(count), np.arange(count)] = False
""",
                "",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the first row with a full window is left out",
        (
            (
                """\
    for t in range(window, len(returns)):
""",
                """\
    for t in range(window + 1, len(returns)):
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "an asset is cut where its mean correlation with the others is above the threshold",
        (
            (
                """\
            if twins[i] > 0:
""",
                """\
            if (table[i].sum() - 1) / (count - 1) > threshold:
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "correlations of the price levels in place of the returns",
        (
            (
                """\
        table = recent.corr().to_numpy()
""",
                """\
        table = (1 + recent).cumprod().corr().to_numpy()
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "any pair of twins cuts every asset",
        (
            (
                """\
            if twins[i] > 0:
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
            if twins.max() > 0:
                share[i] = max(0.2, 1 / (1 + twins.max()))
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "the share is 1 minus the highest correlation",
        (
            (
                """\
                share[i] = max(0.2, 1 / (1 + twins[i]))
""",
                """\
                share[i] = 1 - table[i][close[i]].max()
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "0.7 whatever the threshold",
        (
            (
                """\
        close = table > threshold
""",
                """\
        close = table > 0.7
""",
            ),
        ),
    ),
    (
        "correlation_filter",
        "cuts in the first rows too, by whatever rows there are",
        (
            (
                """\
    for t in range(window, len(returns)):
""",
                """\
    for t in range(3, len(returns)):
""",
            ),
            ("returns.iloc[t - window:t]", "returns.iloc[max(t - window, 0):t]"),
        ),
    ),
)
