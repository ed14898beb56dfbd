"""The eighth set on ``scale_out``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "scale_out",
        "prices multiplied by the side, one set of comparisons; the books kept as cash",
        (
            (
                """\
    earned = 0.0
""",
                """\
    cash = 0.0
""",
            ),
            (
                "nonlocal left, earned",
                "nonlocal left, cash",
            ),
            (
                "earned += side * (price - entry) * amount",
                "cash += price * amount",
            ),
            (
                "best, worst = (high[bar], low[bar]) if side == 1 else (low[bar], high[bar])",
                "worst, best = sorted((high[bar], low[bar]), key=lambda price: side * price)",
            ),
            (
                "earned + side * (close[bar] - entry) * left",
                "side * (cash + close[bar] * left - entry * quantity)",
            ),
        ),
    ),
    (
        "scale_out",
        "a pointer to the next target, fills of zero listed too, pnl an array",
        (
            (
                """\
        if amount > 0:
            fills.append((bar, price, amount))
            earned += side * (price - entry) * amount
            left -= amount
""",
                """\
        fills.append((bar, float(price), amount))
        earned += side * (price - entry) * amount
        left -= amount
""",
            ),
            (
                '"pnl": pnl',
                '"pnl": np.array(pnl)',
            ),
        ),
    ),
    (
        "scale_out",
        "fills at one price in one bar listed as one; pnl worked out at the end from the fills",
        (
            (
                """\
            fills.append((bar, price, amount))
            earned += side * (price - entry) * amount
""",
                """\
            if fills and fills[-1][:2] == (bar, price):
                amount_before = fills.pop()[2]
                fills.append((bar, price, amount_before + amount))
            else:
                fills.append((bar, price, amount))
            earned += 0
""",
            ),
            (
                """\
        pnl.append(earned + side * (close[bar] - entry) * left)
""",
                "",
            ),
            (
                "    return {",
                """\
    for bar, last in enumerate(close):
        done = [(price, amount) for when, price, amount in fills if when <= bar]
        rest = quantity - sum(amount for _, amount in done)
        pnl.append(sum(side * (price - entry) * amount for price, amount in done) + side * (last - entry) * rest)
    return {""",
            ),
        ),
    ),
    (
        "scale_out",
        "each fill listed as two halves, with rounding noise; a NumPy number for the position",
        (
            (
                """\
            fills.append((bar, price, amount))
""",
                """\
            fills.append((bar, price, amount / 2))
            fills.append((bar, price, amount / 2 * (1 + 1e-12)))
""",
            ),
            (
                '"position": left',
                '"position": np.float64(left)',
            ),
        ),
    ),
)
WRONG = (
    (
        "scale_out",
        "within a bar the targets come before the stop",
        (
            (
                """\
        # 2. the stop
        if reached(stop, worst):
            sell(bar, open_[bar] if reached(stop, open_[bar]) else stop, left)
            waiting.clear()
        # 3. the targets
        while waiting and reached(best, waiting[0][0]):
            target, amount = waiting.pop(0)
            sell(bar, target, amount)
""",
                """\
        # 2. the targets
        while waiting and reached(best, waiting[0][0]):
            target, amount = waiting.pop(0)
            sell(bar, target, amount)
        # 3. the stop
        if reached(stop, worst):
            sell(bar, open_[bar] if reached(stop, open_[bar]) else stop, left)
            waiting.clear()
""",
            ),
        ),
    ),
    (
        "scale_out",
        "after the first target the stop goes to the entry",
        (
            (
                """\
        # the close
""",
                """\
        if fills:
            stop = entry
        # the close
""",
            ),
        ),
    ),
    (
        "scale_out",
        "fractions of what is left",
        (
            (
                "(target, share * quantity)",
                "(target, share)",
            ),
            (
                "sell(bar, open_[bar], amount)",
                "sell(bar, open_[bar], amount * left)",
            ),
            (
                "sell(bar, target, amount)",
                "sell(bar, target, amount * left)",
            ),
        ),
    ),
    (
        "scale_out",
        "a limit order fills at its price, also when the open has gone past it",
        (
            (
                "sell(bar, open_[bar], amount)",
                "sell(bar, target, amount)",
            ),
        ),
    ),
    (
        "scale_out",
        "the last target closes all that is left",
        (
            (
                """\
zip(targets, fractions)]
""",
                """\
zip(targets, fractions)]
    waiting[-1] = (targets[-1], quantity)
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the stop always fills at its price",
        (
            (
                "open_[bar] if reached(stop, open_[bar]) else stop, left",
                "stop, left",
            ),
        ),
    ),
    (
        "scale_out",
        "one target a bar at most in the third step",
        (
            (
                "while waiting and reached(best,",
                "if waiting and reached(best,",
            ),
        ),
    ),
    (
        "scale_out",
        "the bar of the entry cannot fill anything",
        (
            (
                """\
        # 2. the stop
        if reached(stop, worst):
""",
                """\
        # 2. the stop
        if bar == 0:
            pnl.append(side * (close[0] - entry) * left)
            continue
        if reached(stop, worst):
""",
            ),
        ),
    ),
    (
        "scale_out",
        "pnl as the change of each bar",
        (
            (
                '"pnl": pnl',
                '"pnl": list(np.diff(pnl, prepend=0.0))',
            ),
        ),
    ),
    (
        "scale_out",
        "a price that only touches does not count, it has to go through",
        (
            (
                "side * price >= side * level",
                "side * price > side * level",
            ),
        ),
    ),
    (
        "scale_out",
        "a long-only example: the high is the best and the low the worst for shorts too",
        (
            (
                "(high[bar], low[bar]) if side == 1 else (low[bar], high[bar])",
                "high[bar], low[bar]",
            ),
        ),
    ),
    (
        "scale_out",
        "no cap at what is left: fractions above 1 in sum oversell",
        (
            (
                """\
        amount = min(amount, left)
""",
                "",
            ),
        ),
    ),
    (
        "scale_out",
        "as published: the stop is tested at the close, and all is sold there",
        (
            (
                """\
        # 2. the stop
        if reached(stop, worst):
            sell(bar, open_[bar] if reached(stop, open_[bar]) else stop, left)
            waiting.clear()
""",
                "",
            ),
            (
                """\
        # the close
""",
                """\
        # the stop, at the close
        if reached(stop, close[bar]):
            sell(bar, close[bar], left)
            waiting.clear()
""",
            ),
        ),
    ),
    (
        "scale_out",
        "costs of 5 basis points on every exit",
        (
            (
                "(price - entry) * amount",
                "(price - entry) * amount - 0.0005 * price * amount",
            ),
        ),
    ),
    (
        "scale_out",
        "a trailing stop: it follows the closes at its first distance",
        (
            (
                """\
    earned = 0.0
""",
                """\
    earned = 0.0
    distance = side * (entry - stop)
""",
            ),
            (
                """\
        # the close
""",
                """\
        stop = side * max(side * stop, side * close[bar] - distance)
""",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "scale_out",
        "the list of targets is shortened while the loop walks over it, so every second touched one is missed",
        (
            (
                """\
        while waiting and reached(best, waiting[0][0]):
            target, amount = waiting.pop(0)
            sell(bar, target, amount)
        # the close
""",
                """\
        for order in waiting:
            if reached(best, order[0]):
                sell(bar, *order)
                waiting.remove(order)
        # the close
""",
            ),
        ),
    ),
    (
        "scale_out",
        "a bar that fills a target at the open is done: stop and targets are not looked at any more",
        (
            (
                """\
        if bar > 0:
""",
                """\
        filled_at_open = False
        if bar > 0:
""",
            ),
            (
                """\
                sell(bar, open_[bar], amount)
""",
                """\
                sell(bar, open_[bar], amount)
                filled_at_open = True
""",
            ),
            (
                """\
        if reached(stop, worst):
""",
                """\
        if filled_at_open:
            best = worst = open_[bar]
        if reached(stop, worst):
""",
            ),
        ),
    ),
    (
        "scale_out",
        "the rest is valued with the quantity noted at the top of the bar, before its fills",
        (
            (
                """\
        # 1. the open
""",
                """\
        held = left
""",
            ),
            (
                "(close[bar] - entry) * left)",
                "(close[bar] - entry) * held)",
            ),
        ),
    ),
    (
        "scale_out",
        "the entry's variable is overwritten by each exit, so the next profit counts from there",
        (
            (
                "nonlocal left, earned",
                "nonlocal left, earned, entry",
            ),
            (
                """\
            left -= amount
""",
                """\
            left -= amount
            entry = price
""",
            ),
        ),
    ),
    (
        "scale_out",
        "from the bar after the last unit is sold, pnl shows 0",
        (
            (
                """\
        # 1. the open
""",
                """\
        if left <= 0:
            pnl.append(0.0)
            continue
""",
            ),
        ),
    ),
)
