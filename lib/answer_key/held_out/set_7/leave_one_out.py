"""The seventh set on ``leave_one_out``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "leave_one_out",
        "standard deviations that divide by n, on NumPy arrays",
        (
            (
                """\
    spread = rows.std()
""",
                """\
    spread = rows.std(ddof=0)
""",
            ),
            (
                """\
        total = scaled[columns].sum(axis=1)
""",
                """\
        total = scaled[columns].to_numpy().sum(axis=1)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the ratio before scaling to the target, which does not change it; the average in place of the sum",
        (
            (".sum(axis=1)", ".mean(axis=1)"),
            (
                """\
        mean = portfolio.mean()
""",
                "",
            ),
            (
                """\
        ratio = mean / deviation * year
""",
                """\
        ratio = total.mean() / total.std() * year
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "by means and the covariance matrix instead of the sums of each period",
        (
            (
                """\
        total = scaled[columns].sum(axis=1)
        factor = target_volatility / (total.std() * year)
        portfolio = total * factor
        mean = portfolio.mean()
        deviation = portfolio.std()
        ratio = mean / deviation * year
""",
                """\
        mean = scaled[columns].mean().sum()
        deviation = np.sqrt(scaled[columns].cov().to_numpy().sum())
        ratio = mean * periods_per_year / (deviation * year)
        deviation = deviation * (target_volatility / (deviation * year))
""",
            ),
            (
                """\
    rows = returns.dropna()
""",
                """\
    rows = returns[returns.notna().all(axis=1)]
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "leave_one_out",
        "raw returns added up, assets not brought to equal volatility",
        (
            (
                """\
    scaled = rows / spread
""",
                """\
    scaled = rows
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the ratio from the compound annual return",
        (
            (
                """\
        ratio = mean / deviation * year
""",
                """\
        grown = (1 + portfolio).prod() ** (periods_per_year / len(portfolio)) - 1
        ratio = grown / (deviation * year)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "two percent a year subtracted for cash",
        (
            (
                """\
        mean = portfolio.mean()
""",
                """\
        mean = portfolio.mean() - 0.02 / periods_per_year
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the change as what the asset adds: all minus without",
        (
            (
                """\
    change = sharpe_without - sharpe_all
""",
                """\
    change = sharpe_all - sharpe_without
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "weights by one over the variance",
        (
            (
                """\
    spread = rows.std()
""",
                """\
    spread = rows.var()
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the portfolio without the asset uses all rows that the others have",
        (
            (
                """\
        total = scaled[columns].sum(axis=1)
""",
                """\
        rows = returns[columns].dropna()
        total = (rows / rows.std()).sum(axis=1)
""",
            ),
            (
                """\
    rows = returns.dropna()
    spread = rows.std()
    scaled = rows / spread
""",
                "",
            ),
        ),
    ),
    (
        "leave_one_out",
        "missing returns set to 0 and kept",
        (
            (
                """\
    rows = returns.dropna()
""",
                """\
    rows = returns.fillna(0.0)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "both portfolios multiplied by the number of the first",
        (
            (
                """\
        factor = target_volatility / (total.std() * year)
""",
                """\
        factor = target_volatility / (scaled[names].sum(axis=1).std() * year)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "252 periods whatever the argument says",
        (
            (
                """\
    year = np.sqrt(periods_per_year)
""",
                """\
    year = np.sqrt(252)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "each asset's deviation over all of its own rows, before the rows are chosen",
        (
            (
                """\
    spread = rows.std()
""",
                """\
    spread = returns.std()
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the ratio not annualised",
        (
            (
                """\
        ratio = mean / deviation * year
""",
                """\
        ratio = mean / deviation
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the mean of the assets' own ratios",
        (
            (
                """\
        ratio = mean / deviation * year
""",
                """\
        ratio = (scaled[columns].mean() / scaled[columns].std()).mean() * year
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the rolling volatility of 60 days of the lesson, in place of one number an asset",
        (
            (
                """\
    scaled = rows / spread
""",
                """\
    scaled = (rows / rows.rolling(60).std().shift(1)).dropna()
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the change as a fraction of the ratio of all",
        (
            (
                """\
    change = sharpe_without - sharpe_all
""",
                """\
    change = sharpe_without / sharpe_all - 1
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "an annual target set against the volatility of a period",
        (
            (
                """\
        factor = target_volatility / (total.std() * year)
""",
                """\
        factor = target_volatility / total.std()
""",
            ),
        ),
    ),
)
