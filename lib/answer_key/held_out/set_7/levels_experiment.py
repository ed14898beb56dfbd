"""The seventh set on ``levels_experiment``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "levels_experiment",
        "the library's drawdown, a dict of columns",
        (
            (
                """\
        worst = fall.max()
""",
                """\
        worst = max_drawdown(equity)
""",
            ),
            (
                """\
        peak = equity.cummax()
        fall = (peak - equity) / peak
""",
                "",
            ),
            (
                '    return pd.DataFrame(rows, index=levels, columns=["total_return", "max_drawdown"])',
                """\
    return pd.DataFrame({"total_return": [r for r, _ in rows], "max_drawdown": [d for _, d in rows]},
                        index=levels)""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the return as the product of the daily growth, the drawdown from the lowest ratio to the peak",
        (
            (
                """\
        total_return = end / start - 1
""",
                """\
        total_return = (1 + equity.pct_change().dropna()).prod() - 1
""",
            ),
            (
                """\
        worst = fall.max()
""",
                """\
        worst = 1 - (equity / peak).min()
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "plain Python over the list of values, on a copy of the prices",
        (
            ("run_pyramid_backtest(prices, ", "run_pyramid_backtest(prices.copy(), "),
            (
                """\
        peak = equity.cummax()
        fall = (peak - equity) / peak
        worst = fall.max()
""",
                """\
        peak, worst = 0.0, 0.0
        for value in equity.tolist():
            peak = max(peak, value)
            worst = max(worst, 1 - value / peak)
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "levels_experiment",
        "both numbers in percent",
        (
            (
                """\
        rows.append((total_return, worst))
""",
                """\
        rows.append((100 * total_return, 100 * worst))
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the return is annualised",
        (
            (
                """\
        total_return = end / start - 1
""",
                """\
        total_return = (end / start) ** (252 / len(equity)) - 1
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the return from the closed trades alone, a position that is open at the end forgotten",
        (
            (
                """\
        total_return = end / start - 1
""",
                """\
        total_return = result.trades["pnl"].sum() / start
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the drawdown in money",
        (
            (
                """\
        fall = (peak - equity) / peak
""",
                """\
        fall = peak - equity
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the drawdown from the highest to the lowest value, whichever came first",
        (
            (
                """\
        worst = fall.max()
""",
                """\
        worst = (equity.max() - equity.min()) / equity.max()
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the drawdown below 0",
        (
            (
                """\
        fall = (peak - equity) / peak
""",
                """\
        fall = equity / peak - 1
""",
            ),
            (
                """\
        worst = fall.max()
""",
                """\
        worst = fall.min()
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the table sorted by the number of levels",
        (
            (
                """\
    levels = list(max_levels)
""",
                """\
    levels = sorted(max_levels)
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the number taken for that of the add-ons, one more level run",
        (("max_levels=n, leverage", "max_levels=n + 1, leverage"),),
    ),
    (
        "levels_experiment",
        "the leverage not handed on",
        (("max_levels=n, leverage=leverage)", "max_levels=n)"),),
    ),
    (
        "levels_experiment",
        "the drawdown at the end instead of the largest",
        (
            (
                """\
        worst = fall.max()
""",
                """\
        worst = fall.iloc[-1]
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "rows in the given order, but labels sorted",
        (("index=levels,", "index=sorted(levels),"),),
    ),
    (
        "levels_experiment",
        "costs switched off, as in a cell of the lesson",
        (("leverage=leverage)", "leverage=leverage, cost_bps=0)"),),
    ),
    (
        "levels_experiment",
        "growth instead of return: 1 not subtracted",
        (
            (
                """\
        total_return = end / start - 1
""",
                """\
        total_return = end / start
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the fall as a fraction of the starting equity",
        (
            (
                """\
        fall = (peak - equity) / peak
""",
                """\
        fall = (peak - equity) / start
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the return as the sum of the daily returns",
        (
            (
                """\
        total_return = end / start - 1
""",
                """\
        total_return = equity.pct_change().sum()
""",
            ),
        ),
    ),
)
