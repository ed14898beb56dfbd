"""The seventh set on ``scale_out``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "scale_out",
        "profit by cash and position at market instead of realised and unrealised",
        (
            (
                """\
    realised = 0.0
""",
                """\
    cash = -side * quantity * entry
""",
            ),
            ("nonlocal left, realised", "nonlocal left, cash"),
            (
                """\
            realised = realised + side * (price - entry) * amount
""",
                """\
            cash = cash + side * price * amount
""",
            ),
            (
                """\
        unrealised = side * (c - entry) * left
        pnl.append(realised + unrealised)
""",
                """\
        pnl.append(cash + side * left * c)
""",
            ),
        ),
    ),
    (
        "scale_out",
        "prices multiplied by the side, so that a short is a long in negative prices; an array of profits",
        (
            (
                """\
        if side == 1:
            best, worst = h, l
        else:
            best, worst = l, h
""",
                """\
        best, worst = max(side * h, side * l), min(side * h, side * l)
""",
            ),
            ("side * (o - target) >= 0", "side * o >= side * target"),
            ("side * (worst - stop) <= 0", "worst <= side * stop"),
            ("side * (o - stop) < 0", "side * o < side * stop"),
            ("side * (best - target) >= 0", "best >= side * target"),
            ('"pnl": pnl', '"pnl": np.array(pnl)'),
        ),
    ),
    (
        "scale_out",
        "the profit added up from the fills anew in every bar, fills of 0 listed",
        (
            (
                """\
        if amount > 0:
            left = left - amount
            realised = realised + side * (price - entry) * amount
            fills.append((bar, price, amount))
""",
                """\
        left = left - amount
        fills.append((bar, price, amount))
""",
            ),
            (
                """\
    realised = 0.0
""",
                "",
            ),
            ("nonlocal left, realised", "nonlocal left"),
            (
                """\
        if side * (worst - stop) <= 0:
""",
                """\
        if left > 0 and side * (worst - stop) <= 0:
""",
            ),
            (
                "        unrealised = side",
                """\
        realised = sum(side * (p - entry) * q for _, p, q in fills)
        unrealised = side""",
            ),
        ),
    ),
)

WRONG = (
    (
        "scale_out",
        "the stop moves to the entry after the first target",
        (
            (
                """\
            fills.append((bar, price, amount))
""",
                """\
            fills.append((bar, price, amount))
            stop = entry
""",
            ),
            ("nonlocal left, realised", "nonlocal left, realised, stop"),
        ),
    ),
    (
        "scale_out",
        "each target sells its fraction of what is left",
        (
            ("[(target, fraction * quantity) for", "[(target, fraction) for"),
            ("sell(bar, o, amount)", "sell(bar, o, amount * left)"),
            ("sell(bar, target, amount)", "sell(bar, target, amount * left)"),
        ),
    ),
    (
        "scale_out",
        "the last target sells all that is left",
        (
            (
                "    def sell(",
                """\
    waiting[-1] = (targets[-1], quantity)

    def sell(""",
            ),
        ),
    ),
    (
        "scale_out",
        "the profit is that of what is still held; what was taken drops out",
        (
            (
                """\
        pnl.append(realised + unrealised)
""",
                """\
        pnl.append(unrealised)
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the stop always fills at its price, however far beyond it the bar opens",
        (
            (
                """\
            if side * (o - stop) < 0:
                out = o
""",
                "",
            ),
        ),
    ),
    (
        "scale_out",
        "targets the bar touches fill before the stop is looked at",
        (
            (
                """\
        if side * (worst - stop) <= 0:
            out = stop
            if side * (o - stop) < 0:
                out = o
            sell(bar, out, left)
            waiting = []
        else:
            later = []
            for target, amount in waiting:
                if side * (best - target) >= 0:
                    sell(bar, target, amount)
                else:
                    later.append((target, amount))
            waiting = later
""",
                """\
        later = []
        for target, amount in waiting:
            if side * (best - target) >= 0:
                sell(bar, target, amount)
            else:
                later.append((target, amount))
        waiting = later
        if side * (worst - stop) <= 0:
            out = stop
            if side * (o - stop) < 0:
                out = o
            sell(bar, out, left)
            waiting = []
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the stop is not looked at in the bar of the entry",
        (
            (
                """\
        if side * (worst - stop) <= 0:
""",
                """\
        if bar > 0 and side * (worst - stop) <= 0:
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the profit of the bar instead of that since the entry",
        (
            (
                '    return {"fills"',
                '''\
    pnl = [pnl[0]] + [b - a for a, b in zip(pnl, pnl[1:])]
    return {"fills"''',
            ),
        ),
    ),
    (
        "scale_out",
        "one target a bar within the bar, the next one has to wait",
        (
            (
                """\
                if side * (best - target) >= 0:
                    sell(bar, target, amount)
""",
                """\
                if side * (best - target) >= 0 and (target, amount) == waiting[0]:
                    sell(bar, target, amount)
""",
            ),
        ),
    ),
    (
        "scale_out",
        "a target has to be passed, touching it is not enough",
        (
            ("side * (o - target) >= 0", "side * (o - target) > 0"),
            ("side * (best - target) >= 0", "side * (best - target) > 0"),
        ),
    ),
    (
        "scale_out",
        "targets passed by the open fill at their own price",
        (
            (
                """\
                    sell(bar, o, amount)
""",
                """\
                    sell(bar, target, amount)
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the stop is looked at on the close",
        (
            (
                """\
        if side * (worst - stop) <= 0:
""",
                """\
        if side * (c - stop) <= 0:
""",
            ),
        ),
    ),
    (
        "scale_out",
        "a target filled at the open is not crossed out and fills again within the bar",
        (
            (
                """\
                if side * (o - target) >= 0:
                    sell(bar, o, amount)
                else:
                    later.append((target, amount))
            waiting = later

        # 2""",
                """\
                if side * (o - target) >= 0:
                    sell(bar, o, amount)

        # 2""",
            ),
        ),
    ),
    (
        "scale_out",
        "high and low not exchanged for a short",
        (
            (
                """\
            best, worst = l, h
""",
                """\
            best, worst = h, l
""",
            ),
        ),
    ),
    (
        "scale_out",
        "targets not limited to what is left, so the position turns negative",
        (
            (
                """\
        amount = min(amount, left)
""",
                "",
            ),
        ),
    ),
)
