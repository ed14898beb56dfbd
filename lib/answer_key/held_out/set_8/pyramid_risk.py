"""The eighth set on ``pyramid_risk``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "a loop with running totals; the risk from total quantity and average entry; tuples returned",
        (
            (
                """\
    units = equity * risk_per_level / stop_distance / (1 + size_decay * level)
    entry = price + side * level * step
""",
                """\
    units, entry = (), ()
    here = price
    for k in level:
        units += (equity * risk_per_level / (stop_distance * (1 + k * size_decay)),)
        entry += (here,)
        here += side * step
""",
            ),
            (
                "np.sum(units * side * (entry - stop)) / equity",
                "side * (sum(u * e for u, e in zip(units, entry)) - sum(units) * stop) / equity",
            ),
            (
                "np.sum(units * side * (last - stop)) / equity",
                "sum(units) * stop_distance / equity",
            ),
            (
                "list(units)",
                "units",
            ),
            (
                "list(entry)",
                "entry",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "Series with an index from 1; open heat as the stop risk plus the open profit at the newest entry",
        (
            (
                "np.sum(units * side * (last - stop)) / equity",
                "stop_risk + float(np.dot(units, side * (last - entry))) / equity",
            ),
            (
                "list(units)",
                "pd.Series(units, index=level + 1)",
            ),
            (
                "list(entry)",
                "pd.Series(entry, index=level + 1)",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "everything as fractions of equity first, built from the last level backwards",
        (
            (
                """\
    units = equity * risk_per_level / stop_distance / (1 + size_decay * level)
    entry = price + side * level * step
    last = entry[-1]
    stop = last - side * stop_distance
""",
                """\
    part = risk_per_level / (1 + size_decay * level)
    last = price + side * (n_levels - 1) * step
    entry = last - side * level[::-1] * step
    stop = last - side * stop_distance
    units = part * equity / stop_distance
""",
            ),
            (
                "np.sum(units * side * (entry - stop)) / equity",
                "sum(p * (1 - (n_levels - 1 - k) * step / stop_distance) for k, p in enumerate(part))",
            ),
            (
                "np.sum(units * side * (last - stop)) / equity",
                "part.sum()",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "NumPy arrays and numbers, with rounding noise of 1e-12",
        (
            (
                "list(units)",
                "units * (1 + 1e-12)",
            ),
            (
                "list(entry)",
                "entry * (1 - 1e-12)",
            ),
            (
                '"stop": stop',
                '"stop": np.float64(stop) * (1 + 1e-12)',
            ),
            (
                '"stop_risk": stop_risk',
                '"stop_risk": np.float64(stop_risk) + 1e-14',
            ),
        ),
    ),
)
WRONG = (
    (
        "pyramid_risk",
        "the risk of every level from a stop of its own, not from the common one",
        (
            (
                "np.sum(units * side * (entry - stop)) / equity",
                "np.sum(units * stop_distance) / equity",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "each level risks a fraction of what is left after the risk of the levels before",
        (
            (
                """\
    units = equity * risk_per_level / stop_distance / (1 + size_decay * level)
""",
                """\
    units = np.zeros(n_levels)
    free = equity
    for k in level:
        units[k] = free * risk_per_level / stop_distance / (1 + size_decay * k)
        free -= units[k] * stop_distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop stays behind the first entry",
        (
            (
                "stop = last - side * stop_distance",
                "stop = price - side * stop_distance",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "from the second level on, the stop goes to break-even, the average entry, if that is nearer",
        (
            (
                """\
    stop = last - side * stop_distance
""",
                """\
    stop = last - side * stop_distance
    if n_levels > 1:
        even = np.sum(units * entry) / np.sum(units)
        stop = max(stop, even) if side == 1 else min(stop, even)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "levels that are already in profit at the stop count as no risk",
        (
            (
                "np.sum(units * side * (entry - stop))",
                "np.sum(units * np.maximum(side * (entry - stop), 0))",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "a geometric decay: divided by (1 + decay) to the power k",
        (
            (
                "(1 + size_decay * level)",
                "(1 + size_decay) ** level",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "levels counted from 1 in the decay",
        (
            (
                "(1 + size_decay * level)",
                "(1 + size_decay * (level + 1))",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop below the last entry for shorts too",
        (
            (
                "stop = last - side * stop_distance",
                "stop = last - stop_distance",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the add-on threshold read as money, not as multiples of the ATR",
        (
            (
                "step = add_threshold_atr * atr",
                "step = add_threshold_atr",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the risk per level shared out among the levels",
        (
            (
                "equity * risk_per_level / stop_distance",
                "equity * (risk_per_level / n_levels) / stop_distance",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the library's leverage cap of three times equity built in, level by level",
        (
            (
                """\
    last = entry[-1]
""",
                """\
    held = 0.0
    for k in level:
        units[k] = min(units[k], max(3.0 * equity / entry[k] - held, 0.0))
        held += units[k]
    last = entry[-1]
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the library's cap on total risk built in: levels past 2 % of budgeted risk get no units",
        (
            (
                "    entry = price",
                """\
    budget = 0.0
    for k in level:
        budget += units[k] * stop_distance / equity
        if budget > 0.02:
            units[k] = 0.0
    entry = price""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop risk from the plain mean of the entries",
        (
            (
                "np.sum(units * side * (entry - stop)) / equity",
                "np.sum(units) * side * (np.mean(entry) - stop) / equity",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "open heat of the newest level only",
        (
            (
                "np.sum(units * side * (last - stop)) / equity",
                "units[-1] * side * (last - stop) / equity",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the published claim, number of levels times the risk per level",
        (
            (
                "np.sum(units * side * (entry - stop)) / equity",
                "len(units) * risk_per_level",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "pyramid_risk",
        "the steps themselves grow: a running sum of the level numbers",
        (
            (
                "entry = price + side * level * step",
                "entry = price + side * np.cumsum(level) * step",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the newest entry taken as the highest one, also for a short",
        (
            (
                "last = entry[-1]",
                "last = entry.max()",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the total not put back to 0 between stop risk and open heat",
        (
            (
                """\
    stop_risk = np.sum(units * side * (entry - stop)) / equity
    open_heat = np.sum(units * side * (last - stop)) / equity
""",
                """\
    total = 0.0
    for u, e in zip(units, entry):
        total += u * side * (e - stop)
    stop_risk = total / equity
    for u in units:
        total += u * side * (last - stop)
    open_heat = total / equity
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "each new quantity inserted at the front, so the quantities meet the entries the wrong way round",
        (
            (
                """\
    units = equity * risk_per_level / stop_distance / (1 + size_decay * level)
""",
                """\
    sizes = []
    for k in level:
        sizes.insert(0, equity * risk_per_level / stop_distance / (1 + size_decay * k))
    units = np.array(sizes)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the price variable of the loop has already moved one step past the last entry when the stop is set",
        (
            (
                """\
    entry = price + side * level * step
    last = entry[-1]
    stop = last - side * stop_distance
""",
                """\
    entry = np.zeros(n_levels)
    for k in level:
        entry[k] = price
        price += side * step
    last = entry[-1]
    stop = price - side * stop_distance
""",
            ),
        ),
    ),
)
