"""The seventh set on ``risk_sweep``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "risk_sweep",
        "a path as a list of factors of the start, multiplied by the equity at the end",
        (
            (
                """\
        money = equity
        peak = equity
""",
                """\
        money = 1.0
        peak = 1.0
""",
            ),
            (
                """\
        finals.append(money)
""",
                """\
        finals.append(equity * money)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "by NumPy: growth not below 0, cumulative product, running maximum",
        (
            (
                """\
        money = equity
        peak = equity
        worst = 0.0
        for r in trades:
            growth = 1 + f * r
            money = money * growth
            if money < 0:
                money = 0.0
            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
""",
                """\
        growth = np.maximum(1 + f * np.array(trades), 0)
        path = equity * np.concatenate([[1.0], np.cumprod(growth)])
        peaks = np.maximum.accumulate(path)
        money = path[-1]
        worst = np.max(1 - path / peaks)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "by sums of logarithms, minus infinity where all is lost",
        (
            (
                """\
        money = equity
        peak = equity
        worst = 0.0
        for r in trades:
            growth = 1 + f * r
            money = money * growth
            if money < 0:
                money = 0.0
            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
""",
                """\
        log_equity, log_peak, log_worst = 0.0, 0.0, 0.0
        for r in trades:
            log_equity += np.log(1 + f * r) if 1 + f * r > 0 else -np.inf
            log_peak = max(log_peak, log_equity)
            log_worst = min(log_worst, log_equity - log_peak)
        money = equity * np.exp(log_equity)
        worst = 1 - np.exp(log_worst)
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "risk_sweep",
        "always a fraction of the starting equity, nothing compounds",
        (
            (
                """\
            money = money * growth
""",
                """\
            money = money + equity * f * r if money > 0 else 0.0
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "a loss is never larger than what was risked, gaps cut to -1 R",
        (
            (
                """\
            growth = 1 + f * r
""",
                """\
            growth = 1 + f * max(r, -1.0)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "equity may go below 0 and come back",
        (
            (
                """\
            if money < 0:
                money = 0.0
""",
                "",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the fall as a fraction of the starting equity",
        (
            (
                """\
            fall = (peak - money) / peak
""",
                """\
            fall = (peak - money) / equity
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown is the largest loss of a single trade",
        (
            (
                """\
            fall = (peak - money) / peak
""",
                """\
            fall = min(-f * r, 1.0)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the first peak is the equity after the first trade, not the starting equity",
        (
            (
                """\
        peak = equity
""",
                """\
        peak = 0.0
""",
            ),
            (
                """\
            fall = (peak - money) / peak
""",
                """\
            fall = (peak - money) / peak if peak > 0 else 0.0
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "equity not reset: the next fraction goes on with what the last one left",
        (
            (
                """\
        money = equity
""",
                "",
            ),
            (
                """\
        peak = equity
""",
                """\
        peak = money if money > 0 else equity
""",
            ),
            (
                """\
    worsts = []
""",
                """\
    worsts = []
    money = equity
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the table sorted by fraction",
        (
            (
                """\
    fractions = list(risk_fractions)
""",
                """\
    fractions = sorted(risk_fractions)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "stops at ruin before it has noted the drawdown",
        (
            (
                """\
                money = 0.0
""",
                """\
                money = 0.0
                break
""",
            ),
            (
                """\
            if money < 0:
""",
                """\
            if money <= 0:
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown from the highest to the lowest equity, whichever came first",
        (
            (
                """\
        worst = 0.0
""",
                """\
        lowest = equity
""",
            ),
            (
                """\
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
""",
                """\
            lowest = min(lowest, money)
        worst = (peak - lowest) / peak
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "a trade multiplies by 1 + f to the power of R",
        (
            (
                """\
            growth = 1 + f * r
""",
                """\
            growth = (1 + f) ** r
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "equity set to 0 only at the end, after trading on with debts",
        (
            (
                """\
            if money < 0:
                money = 0.0
""",
                "",
            ),
            (
                """\
        finals.append(money)
        worsts.append(worst)
""",
                """\
        finals.append(max(money, 0.0))
        worsts.append(min(worst, 1.0))
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown below 0",
        (
            (
                """\
        worsts.append(worst)
""",
                """\
        worsts.append(-worst)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the total return in place of the final equity",
        (
            (
                """\
        finals.append(money)
""",
                """\
        finals.append(money / equity - 1)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the peak is not reset for the next fraction",
        (
            (
                """\
        peak = equity
""",
                "",
            ),
            (
                """\
    worsts = []
""",
                """\
    worsts = []
    peak = equity
""",
            ),
        ),
    ),
)
