"""The eighth set on ``leave_one_out``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "leave_one_out",
        "NumPy arrays, standard deviations that divide by n",
        (
            (
                """\
    common = returns.dropna()
    parity = common.div(common.std())
""",
                """\
    known = returns.notna().all(axis=1).to_numpy()
    values = returns.to_numpy(dtype=float)[known]
    values = values / values.std(axis=0)
    names = list(returns.columns)
""",
            ),
            (
                "parity[columns].sum(axis=1)",
                "sum(values[:, names.index(name)] for name in columns)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "from means, deviations and the correlation matrix, without forming a portfolio",
        (
            (
                """\
        total = parity[columns].sum(axis=1)
        total = total * (target_volatility / (total.std() * year))
        return total.mean() / total.std() * year, total.std() * year
""",
                """\
        ratios = (common.mean() / common.std())[columns]
        spread = common[columns].corr().to_numpy().sum() ** 0.5
        return ratios.sum() / spread * year, target_volatility
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the mean of the scaled assets instead of their sum, which rescaling undoes; extra keys",
        (
            (
                "parity[columns].sum(axis=1)",
                "parity.loc[:, columns].mean(axis=1)",
            ),
            (
                """\
        "sharpe_all": sharpe_all,
""",
                """\
        "asset": asset,
        "rows": len(common),
        "sharpe_all": sharpe_all,
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "numpy deviations with n in the ratio and n - 1 in the scaling; noise of 1e-12",
        (
            (
                "return total.mean() / total.std() * year",
                "return total.mean() / np.std(total.to_numpy()) * year",
            ),
            (
                '"volatility_all": vol_all',
                '"volatility_all": np.float64(vol_all) * (1 + 1e-12)',
            ),
        ),
    ),
)
WRONG = (
    (
        "leave_one_out",
        "equal dollars: the assets are not scaled",
        (
            (
                "common.div(common.std())",
                "common",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the compounded annual return over the volatility",
        (
            (
                "        return total.mean() / total.std() * year,",
                """\
        growth = (1 + total).prod() ** (periods_per_year / len(total)) - 1
        return growth / (total.std() * year),""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "each asset's volatility over all the days that it has",
        (
            (
                "common.div(common.std())",
                "common.div(returns.std())",
            ),
        ),
    ),
    (
        "leave_one_out",
        "2 % of cash subtracted in the Sharpe ratio",
        (
            (
                "total.mean() / total.std() * year,",
                "(total.mean() - 0.02 / periods_per_year) / total.std() * year,",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the portfolio without keeps the multiplier of the whole one",
        (
            (
                """\
        total = total * (target_volatility / (total.std() * year))
""",
                """\
        whole = parity.sum(axis=1)
        total = total * (target_volatility / (whole.std() * year))
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "a missing return counts as 0",
        (
            (
                "returns.dropna()",
                "returns.fillna(0.0)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the portfolio without uses every row in which the others have a return",
        (
            (
                """\
    common = returns.dropna()
    parity = common.div(common.std())

    def measure(columns):
        total""",
                """\
    def measure(columns):
        common = returns[columns].dropna()
        parity = common.div(common.std())
        total""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the change is all less without",
        (
            (
                "sharpe_rest - sharpe_all",
                "sharpe_all - sharpe_rest",
            ),
        ),
    ),
    (
        "leave_one_out",
        "252 rows a year whatever the argument says",
        (
            (
                "np.sqrt(periods_per_year)",
                "np.sqrt(252)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the Sharpe ratio of one period, not annual",
        (
            (
                "total.mean() / total.std() * year,",
                "total.mean() / total.std(),",
            ),
        ),
    ),
    (
        "leave_one_out",
        "scaled by yesterday's rolling volatility of 60 days, as in the lesson",
        (
            (
                "common.div(common.std())",
                "common.div(common.rolling(60).std().shift(1)).dropna()",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the lesson's weights: each asset gets an equal part of the target, the sum is not rescaled",
        (
            (
                """\
        total = total * (target_volatility / (total.std() * year))
""",
                """\
        total = total * (target_volatility / len(columns) / year)
""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "scaled by the variance",
        (
            (
                "common.div(common.std())",
                "common.div(common.var())",
            ),
        ),
    ),
    (
        "leave_one_out",
        "rows are dropped only where every asset is missing",
        (
            (
                "returns.dropna()",
                'returns.dropna(how="all")',
            ),
        ),
    ),
    (
        "leave_one_out",
        "the mean of the assets' own Sharpe ratios",
        (
            (
                "        return total.mean() / total.std() * year,",
                """\
        ratios = [parity[name].mean() / parity[name].std() * year for name in columns]
        return np.mean(ratios),""",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "leave_one_out",
        "the rest made by taking the unscaled asset off the portfolio that is already scaled to its target",
        (
            (
                """\
    def measure(columns):
        total = parity[columns].sum(axis=1)
        total = total""",
                """\
    whole = parity.sum(axis=1)
    whole = whole * (target_volatility / (whole.std() * year))

    def measure(columns):
        total = whole
        if asset not in columns:
            total = whole - common[asset]
        total = total""",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the wrong axis: each day divided by the deviation across the assets",
        (
            (
                "common.div(common.std())",
                "common.div(common.std(axis=1), axis=0)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the others chosen by a part of the name: Gold takes Gold_mini out as well",
        (
            (
                "if name != asset]",
                "if asset not in str(name)]",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the volatilities noted before the portfolio is scaled",
        (
            (
                """\
        total = total * (target_volatility / (total.std() * year))
""",
                """\
        swing = total.std() * year
        total = total * (target_volatility / swing)
""",
            ),
            (
                "total.std() * year, total.std() * year",
                "total.std() * year, swing",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the first row dropped once more out of habit",
        (
            (
                "returns.dropna()",
                "returns.dropna().iloc[1:]",
            ),
        ),
    ),
)
