"""The seventh set on ``plan_scale_in``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "plan_scale_in",
        "arrays, the loss by the weighted average entry",
        (
            (
                """\
    loss_per_unit = 0.0
    value_per_unit = 0.0
    for w, e in zip(shares, entries):
        loss_per_unit += w * side * (e - stop)
        value_per_unit += w * e
""",
                """\
    average = np.average(np.array(entries, float), weights=np.array(splits, float))
    loss_per_unit = abs(average - stop)
    value_per_unit = average
""",
            ),
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = units * np.array(shares)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the plan by risk first, then shrunk by one factor where its notional is too large",
        (
            (
                """\
    units = min(by_risk, by_cap)
""",
                """\
    units = by_risk
""",
            ),
            (
                """\
    return quantities
""",
                """\
    notional = sum(q * e for q, e in zip(quantities, entries))
    if notional > limit:
        quantities = [q * limit / notional for q in quantities]
    return quantities
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "without shares: multiples of the splits as they were given; a Series",
        (
            (
                """\
    shares = [s / whole for s in splits]
""",
                """\
    shares = [float(s) for s in splits]
""",
            ),
            (
                """\
    whole = sum(splits)
""",
                "",
            ),
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = pd.Series([w * units for w in shares])
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "plan_scale_in",
        "splits are shares of the money",
        (
            (
                """\
    whole = sum(splits)
    shares = [s / whole for s in splits]
""",
                """\
    whole = sum(s / e for s, e in zip(splits, entries))
    shares = [s / e / whole for s, e in zip(splits, entries)]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "splits are shares of the risk budget",
        (
            (
                """\
    whole = sum(splits)
    shares = [s / whole for s in splits]
""",
                """\
    risks = [s / abs(e - stop) for s, e in zip(splits, entries)]
    shares = [r / sum(risks) for r in risks]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the loss of a unit from the plain mean of the entries",
        (
            (
                """\
    budget = risk_budget * equity
""",
                """\
    loss_per_unit = side * (sum(entries) / len(entries) - stop)
    budget = risk_budget * equity
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "whole units only, rounded down",
        (
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = [float(int(units * w)) for w in shares]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "leverage multiplies the size that follows from the risk",
        (
            (
                """\
    by_risk = budget / loss_per_unit
""",
                """\
    by_risk = max_leverage * budget / loss_per_unit
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "splits taken as they are, not divided by their sum",
        (
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = [units * s for s in splits]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "no cap on notional",
        (
            (
                """\
    units = min(by_risk, by_cap)
""",
                """\
    units = by_risk
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the cap is used up: the larger of the two sizes",
        (
            (
                """\
    units = min(by_risk, by_cap)
""",
                """\
    units = max(by_risk, by_cap)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "every entry on its own is held under the cap, not all together",
        (
            (
                """\
    units = min(by_risk, by_cap)
""",
                """\
    units = by_risk
""",
            ),
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = [min(units * w, limit / e) for w, e in zip(shares, entries)]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "quantities of a short are negative",
        (
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = [side * units * w for w in shares]
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the distance to the stop as a fraction of the entry",
        (
            (
                """\
        loss_per_unit += w * side * (e - stop)
""",
                """\
        loss_per_unit += w * side * (e - stop) / e
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the loss of a unit from the first entry alone",
        (
            (
                """\
    budget = risk_budget * equity
""",
                """\
    loss_per_unit = side * (entries[0] - stop)
    budget = risk_budget * equity
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "entries sorted first, so the splits go to others",
        (
            (
                """\
    whole = sum(splits)
""",
                """\
    whole = sum(splits)
    entries = sorted(entries, reverse=side == 1)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "bought in order until the cap is reached, the last entries get less",
        (
            (
                """\
    units = min(by_risk, by_cap)
""",
                """\
    units = by_risk
""",
            ),
            (
                """\
    quantities = [units * w for w in shares]
""",
                """\
    quantities = []
    for w, e in zip(shares, entries):
        q = min(units * w, limit / e)
        limit -= q * e
        quantities.append(q)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "notional counted at the price of the first entry",
        (
            (
                """\
        value_per_unit += w * e
""",
                """\
        value_per_unit += w * entries[0]
""",
            ),
        ),
    ),
)
