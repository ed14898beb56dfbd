"""The eighth set on ``plan_scale_in``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "plan_scale_in",
        "plain loops, shares never normalised since the factor cancels",
        (
            (
                """\
    w = w / w.sum()
    unit_loss = (w * side * (e - stop)).sum()
    unit_value = (w * e).sum()
""",
                """\
    unit_loss = unit_value = 0.0
    for price, share in zip(entries, splits):
        unit_loss += share * abs(price - stop)
        unit_value += share * price
""",
            ),
            (
                "return total * w",
                "return [total * share for share in splits]",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "sized by the budget first, then shrunk where the notional is too large; a tuple",
        (
            (
                """\
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    plan = by_risk * w
    notional = plan @ e
    if notional > max_leverage * equity:
        plan = plan * (max_leverage * equity / notional)
    return tuple(plan)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "from the average entry by quantity; a Series with the entries as its index",
        (
            (
                "(w * side * (e - stop)).sum()",
                "side * (np.average(e, weights=w) - stop)",
            ),
            (
                "return total * w",
                "return pd.Series(total * w, index=e)",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the shrinking factor as one number between 0 and 1, noise of 1e-12",
        (
            (
                "total = min(by_risk, by_cap)",
                "total = by_risk * float(np.clip(by_cap / by_risk, 0, 1))",
            ),
            (
                "return total * w",
                "return list(total * w * (1 - 1e-12))",
            ),
        ),
    ),
)
WRONG = (
    (
        "plan_scale_in",
        "the splits share out the risk",
        (
            (
                """\
    unit_loss = (w * side * (e - stop)).sum()
    unit_value = (w * e).sum()
    by_risk = equity * risk_budget / unit_loss
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    units = equity * risk_budget * w / (side * (e - stop))
    notional = (units * e).sum()
    return units * min(1.0, equity * max_leverage / notional)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the splits share out the money",
        (
            (
                """\
    w = w / w.sum()
""",
                """\
    w = w / e
    w = w / w.sum()
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "always the full leverage",
        (
            (
                "total = min(by_risk, by_cap)",
                "total = by_cap",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "negative quantities for a short",
        (
            (
                "return total * w",
                "return side * total * w",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "each entry capped on its own, with its share of the leverage",
        (
            (
                """\
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    room = equity * max_leverage * w / e
    return np.minimum(by_risk * w, room)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the cap on the position's value at the stop",
        (
            (
                "unit_value = (w * e).sum()",
                "unit_value = stop",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the distance to the stop from the plain mean of the entries",
        (
            (
                "(w * side * (e - stop)).sum()",
                "side * (e.mean() - stop)",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "notional with the first entry's price for all",
        (
            (
                "(w * e).sum()",
                "e[0]",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "entries put in the order in which they fill before they meet their splits",
        (
            (
                """\
    e = np.asarray(entries, float)
""",
                """\
    e = np.array(sorted(entries, reverse=side == 1), float)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "whole units only, rounded down",
        (
            (
                "return total * w",
                "return np.floor(total * w)",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the distance from the entry that is nearest to the stop, for the whole plan",
        (
            (
                "(w * side * (e - stop)).sum()",
                "(side * (e - stop)).min()",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the budget divided evenly by the number of entries",
        (
            (
                """\
    by_risk = equity * risk_budget / unit_loss
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    plan = np.array([equity * risk_budget / len(e) / (side * (price - stop)) for price in e])
    too_much = (plan * e).sum() / (equity * max_leverage)
    return plan / max(1.0, too_much)
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "as published: capital times share times leverage, by price",
        (
            (
                """\
    by_risk = equity * risk_budget / unit_loss
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    value = equity * w * max_leverage
    return value / e
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "entries are filled in order until the notional is used up, the last ones go short of it",
        (
            (
                """\
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    room = equity * max_leverage
    plan = []
    for price, share in zip(e, w):
        units = min(by_risk * share, room / price)
        plan.append(units)
        room -= units * price
    return plan
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the cap on what is left of equity after the planned loss",
        (
            (
                "equity * max_leverage",
                "equity * (1 - risk_budget) * max_leverage",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "plan_scale_in",
        "normalised only at the end, after loss and value were measured with the raw splits",
        (
            (
                """\
    w = w / w.sum()
""",
                "",
            ),
            (
                "return total * w",
                """\
w = w / w.sum()
    return total * w""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the loss is measured on sorted entries, the quantities returned in the given order",
        (
            (
                "(w * side * (e - stop)).sum()",
                "(w * side * (np.sort(e) - stop)).sum()",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "the shrinking factor is applied twice, to the total and to the shares",
        (
            (
                """\
    total = min(by_risk, by_cap)
    return total * w
""",
                """\
    shrink = min(1.0, by_cap / by_risk)
    w = w * shrink
    total = by_risk * shrink
    return total * w
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "an output array made like the splits: whole-number splits cut the quantities to whole numbers",
        (
            (
                """\
    return total * w
""",
                """\
    plan = np.zeros_like(np.asarray(splits))
    plan[:] = total * w
    return plan
""",
            ),
        ),
    ),
    (
        "plan_scale_in",
        "mean in place of sum for the loss of one unit",
        (
            (
                "(w * side * (e - stop)).sum()",
                "(w * side * (e - stop)).mean()",
            ),
        ),
    ),
)
