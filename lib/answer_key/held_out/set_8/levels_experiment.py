"""The eighth set on ``levels_experiment``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "levels_experiment",
        "the drawdown by NumPy, the return as a product of growth factors",
        (
            (
                "account.iloc[-1] / account.iloc[0] - 1",
                "float(np.prod(account.to_numpy()[1:] / account.to_numpy()[:-1])) - 1",
            ),
            (
                "fall = max_drawdown(account)",
                """\
values = account.to_numpy()
        fall = np.max(1 - values / np.maximum.accumulate(values))""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "columns collected in lists, a frame from a dict of lists, by position arguments",
        (
            (
                "run_pyramid_backtest(prices, max_levels=levels, leverage=leverage)",
                "run_pyramid_backtest(prices, 100_000, levels, leverage)",
            ),
            (
                """\
    table = pd.DataFrame([one_run(levels) for levels in max_levels])
    table.index = list(max_levels)
    return table
""",
                """\
    runs = list(map(one_run, max_levels))
    columns = {name: np.array([run[name] for run in runs]) for name in ("total_return", "max_drawdown")}
    return pd.DataFrame(columns, index=pd.Index(max_levels, name="levels"))
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "a loop over the bars in plain Python for peak and fall",
        (
            (
                "fall = max_drawdown(account)",
                """\
peak, fall = account.iloc[0], 0.0
        for value in account:
            peak = max(peak, value)
            fall = max(fall, (peak - value) / peak)""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "a copy of the bars, one Series per run, concatenated and transposed, floats as the index",
        (
            (
                "run_pyramid_backtest(prices,",
                "run_pyramid_backtest(prices.copy(),",
            ),
            (
                """\
    table = pd.DataFrame([one_run(levels) for levels in max_levels])
    table.index = list(max_levels)
    return table
""",
                """\
    parts = [pd.Series(one_run(levels)) for levels in max_levels]
    table = pd.concat(parts, axis=1, keys=range(len(parts))).T
    return table.set_index(np.array(max_levels, dtype=float))
""",
            ),
        ),
    ),
)
WRONG = (
    (
        "levels_experiment",
        "the return put on a yearly basis",
        (
            (
                """\
account.iloc[0] - 1
""",
                """\
account.iloc[0] - 1
        gain = (1 + gain) ** (252 / len(account)) - 1
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the largest fall in money over the starting capital",
        (
            (
                "max_drawdown(account)",
                "(account.cummax() - account).max() / account.iloc[0]",
            ),
        ),
    ),
    (
        "levels_experiment",
        "a fair comparison: the risk per level divided by the number of levels",
        (
            (
                "max_levels=levels, leverage=leverage)",
                "max_levels=levels, leverage=leverage, risk_per_level=0.005 / levels)",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the drawdown from closed trade to closed trade, open losses left out",
        (
            (
                """\
        fall = max_drawdown(account)
""",
                """\
        booked = account.iloc[0] + np.r_[0.0, np.cumsum(result.trades["pnl"])]
        fall = np.max(1 - booked / np.maximum.accumulate(booked))
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the fall from the highest value to the end",
        (
            (
                "max_drawdown(account)",
                "1 - account.iloc[-1] / account.max()",
            ),
        ),
    ),
    (
        "levels_experiment",
        "rows sorted by the number of levels",
        (
            (
                "for levels in max_levels]",
                "for levels in sorted(max_levels)]",
            ),
            (
                "list(max_levels)",
                "sorted(max_levels)",
            ),
        ),
    ),
    (
        "levels_experiment",
        "leverage not passed on",
        (
            (
                "max_levels=levels, leverage=leverage)",
                "max_levels=levels)",
            ),
        ),
    ),
    (
        "levels_experiment",
        "max_levels read as the number of add-ons after the first entry",
        (
            (
                "max_levels=levels, leverage",
                "max_levels=levels + 1, leverage",
            ),
        ),
    ),
    (
        "levels_experiment",
        "one account that goes on from run to run, its return measured on the first 100,000",
        (
            (
                """\
    def one_run(levels):
""",
                """\
    money = 100_000.0

    def one_run(levels):
        nonlocal money
""",
            ),
            (
                "run_pyramid_backtest(prices, max",
                "run_pyramid_backtest(prices, equity=money, max",
            ),
            (
                """\
account.iloc[-1] / account.iloc[0] - 1
""",
                """\
account.iloc[-1] / 100_000.0 - 1
        money = account.iloc[-1]
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the worst single bar in place of the drawdown",
        (
            (
                "max_drawdown(account)",
                "-account.pct_change().min()",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the returns of the bars added up",
        (
            (
                "account.iloc[-1] / account.iloc[0] - 1",
                "account.pct_change().sum()",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the return from the closed trades only, a position open at the end left out",
        (
            (
                "account.iloc[-1] / account.iloc[0] - 1",
                'sum(result.trades["pnl"]) / account.iloc[0]',
            ),
        ),
    ),
    (
        "levels_experiment",
        "a ranking: the best return on top",
        (
            (
                """\
    return table
""",
                """\
    return table.sort_values("total_return", ascending=False)
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "cost_bps=0 taken over from a lesson's cell",
        (
            (
                "max_levels=levels, leverage=leverage)",
                "max_levels=levels, leverage=leverage, cost_bps=0)",
            ),
        ),
    ),
    (
        "levels_experiment",
        "lowest value over highest value, whichever came first",
        (
            (
                "max_drawdown(account)",
                "1 - account.min() / account.max()",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "levels_experiment",
        "the row is measured before the run of its own number: every row shows the run before",
        (
            (
                """\
    table = pd.DataFrame([one_run(levels) for levels in max_levels])
""",
                """\
    rows = []
    done = one_run(max_levels[0])
    for levels in max_levels:
        rows.append(done)
        done = one_run(levels)
    table = pd.DataFrame(rows)
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the running peak is set once, before the first run, and goes on into the next",
        (
            (
                """\
    def one_run(levels):
""",
                """\
    peak = 0.0

    def one_run(levels):
        nonlocal peak
""",
            ),
            (
                """\
        fall = max_drawdown(account)
""",
                """\
        fall = 0.0
        for value in account:
            peak = max(peak, value)
            fall = max(fall, 1 - value / peak)
""",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the rows in the given order under a sorted index",
        (
            (
                "list(max_levels)",
                "sorted(max_levels)",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the last bar cut off by a slice to -1 before both measures",
        (
            (
                "account = result.equity",
                "account = result.equity.iloc[:-1]",
            ),
        ),
    ),
    (
        "levels_experiment",
        "the two arguments swapped: the number of levels as the leverage, 4 levels always",
        (
            (
                "max_levels=levels, leverage=leverage)",
                "leverage=levels)",
            ),
        ),
    ),
)
