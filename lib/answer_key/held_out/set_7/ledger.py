"""The seventh set on ``ledger``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "ledger",
        "realised as what the cash account says beyond the cost of what is held",
        (
            (
                """\
    realised = 0.0
""",
                """\
    cash = 0.0
""",
            ),
            (
                """\
        after = position + q
""",
                """\
        after = position + q
        cash -= q * price
""",
            ),
            (
                """\
            direction = 1 if position > 0 else -1
            closed = min(abs(q), abs(position))
            gain = closed * direction * (price - average)
            realised += gain
""",
                "",
            ),
            (
                "    unrealised = position",
                """\
    realised = cash + position * average
    unrealised = position""",
            ),
        ),
    ),
    (
        "ledger",
        "every fill split into a closing and an opening part, the cost of the position kept with its sign",
        (
            (
                """\
        after = position + q
        if position * q >= 0:
            # opens or adds
            cost = abs(position) * average + abs(q) * price
            average = cost / abs(after)
        else:
            # reduces, closes or flips
            direction = 1 if position > 0 else -1
            closed = min(abs(q), abs(position))
            gain = closed * direction * (price - average)
            realised += gain
            if abs(q) > abs(position):
                average = price
            elif after == 0:
                average = 0.0
        position = after
""",
                """\
        closing = 0.0
        if position > 0 > q:
            closing = max(q, -position)
        elif position < 0 < q:
            closing = min(q, -position)
        opening = q - closing
        realised += -closing * (price - average)
        cost = (position + closing) * average + opening * price
        position = position + closing + opening
        average = cost / position if position else 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "opening counted as a flip of nothing, the average moved by the new share, NumPy numbers",
        (
            (
                """\
        if position * q >= 0:
""",
                """\
        if position * q > 0:
""",
            ),
            (
                """\
            cost = abs(position) * average + abs(q) * price
            average = cost / abs(after)
""",
                """\
            average += (price - average) * q / after
""",
            ),
            (
                """\
    unrealised = position * (mark - average)
""",
                """\
    unrealised = np.float64(position) * (mark - average)
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "ledger",
        "a reduction moves the average, as in a break-even price",
        (
            (
                """\
            if abs(q) > abs(position):
                average = price
""",
                """\
            if abs(q) > abs(position):
                average = price
            elif after != 0:
                average = (position * average + q * price) / after
""",
            ),
        ),
    ),
    (
        "ledger",
        "adding takes the plain mean of the average and the new price",
        (
            (
                """\
            average = cost / abs(after)
""",
                """\
            average = (average + price) / 2 if position else price
""",
            ),
        ),
    ),
    (
        "ledger",
        "first in, first out instead of the average cost",
        (
            (
                """\
    average = 0.0
    realised""",
                """\
    average = 0.0
    lots = []
    realised""",
            ),
            (
                """\
        if position * q >= 0:
            # opens or adds
            cost = abs(position) * average + abs(q) * price
            average = cost / abs(after)
        else:
            # reduces, closes or flips
            direction = 1 if position > 0 else -1
            closed = min(abs(q), abs(position))
            gain = closed * direction * (price - average)
            realised += gain
            if abs(q) > abs(position):
                average = price
            elif after == 0:
                average = 0.0
        position = after
""",
                """\
        direction = 1 if position > 0 else -1
        rest = abs(q)
        while rest > 0 and position * q < 0 and lots:
            size, paid = lots[0]
            closed = min(rest, size)
            realised += closed * direction * (price - paid)
            rest -= closed
            lots[0] = (size - closed, paid)
            if lots[0][0] == 0:
                lots.pop(0)
        if rest > 0:
            lots.append((rest, price))
        position = after
        held = sum(size for size, _ in lots)
        average = sum(size * paid for size, paid in lots) / held if held else 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "profit realised on a short has the sign of a long's",
        (
            (
                """\
            gain = closed * direction * (price - average)
""",
                """\
            gain = closed * (price - average)
""",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised is the market value of what is held",
        (
            (
                """\
    unrealised = position * (mark - average)
""",
                """\
    unrealised = position * mark
""",
            ),
        ),
    ),
    (
        "ledger",
        "a flip realises its gain on the whole fill, not on what was closed",
        (
            (
                """\
            closed = min(abs(q), abs(position))
""",
                """\
            closed = abs(q)
""",
            ),
        ),
    ),
    (
        "ledger",
        "a fill that is larger than the position only closes it",
        (
            (
                """\
                average = price
""",
                """\
                average = 0.0
                after = 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "after a flip the whole fill is held, not what was left of it",
        (
            (
                """\
                average = price
""",
                """\
                average = price
                after = q
""",
            ),
        ),
    ),
    (
        "ledger",
        "realised is overwritten by the last gain instead of added up",
        (
            (
                """\
            realised += gain
""",
                """\
            realised = gain
""",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised of a short has the sign of a long's",
        (
            (
                """\
    unrealised = position * (mark - average)
""",
                """\
    unrealised = abs(position) * (mark - average)
""",
            ),
        ),
    ),
    (
        "ledger",
        "the average stays where it was when the position is closed",
        (
            (
                """\
            elif after == 0:
                average = 0.0
""",
                "",
            ),
        ),
    ),
    (
        "ledger",
        "the average does not restart when the position flips",
        (
            (
                """\
            if abs(q) > abs(position):
                average = price
            elif after == 0:
""",
                """\
            if after == 0:
""",
            ),
        ),
    ),
    (
        "ledger",
        "entries weighted by value instead of quantity",
        (
            (
                """\
            average = cost / abs(after)
""",
                """\
            held, new = abs(position) * average, abs(q) * price
            average = (held * average + new * price) / (held + new)
""",
            ),
        ),
    ),
    (
        "ledger",
        "the average of a short comes out negative",
        (
            (
                """\
            average = cost / abs(after)
""",
                """\
            average = cost / after
""",
            ),
            ("            cost = abs(position) * average +", "            cost = abs(position * average) +"),
        ),
    ),
    (
        "ledger",
        "every fill on the other side restarts the average at its price, a reduction too",
        (
            (
                """\
            if abs(q) > abs(position):
""",
                """\
            if after != 0:
""",
            ),
        ),
    ),
)
