"""The eighth set on ``ledger``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "ledger",
        "every fill split into a closing and an opening part",
        (
            (
                """\
        if pos * qty >= 0:
            # opening or adding
            avg = (abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))
            pos += qty
        elif abs(qty) <= abs(pos):
            # reducing, perhaps to nothing
            banked -= qty * (px - avg)
            pos += qty
            if pos == 0:
                avg = 0.0
        else:
            # through zero
            banked += pos * (px - avg)
            pos += qty
            avg = px
""",
                """\
        closing = 0.0
        if np.sign(qty) == -np.sign(pos):
            closing = np.sign(qty) * min(abs(qty), abs(pos))
        opening = qty - closing
        banked -= closing * (px - avg)
        pos += closing
        if pos == 0:
            avg = 0.0
        if opening != 0:
            avg = (pos * avg + opening * px) / (pos + opening)
            pos += opening
""",
            ),
        ),
    ),
    (
        "ledger",
        "realised as what is left of the whole profit (cash and value) after the unrealised one",
        (
            (
                """\
            banked -= qty * (px - avg)
""",
                "",
            ),
            (
                """\
            banked += pos * (px - avg)
""",
                "",
            ),
            (
                """\
        if pos * qty >= 0:
""",
                """\
        banked -= qty * px
        if pos * qty >= 0:
""",
            ),
            (
                """\
    paper = pos * (mark - avg)
""",
                """\
    paper = pos * (mark - avg)
    banked += pos * mark - paper
""",
            ),
        ),
    ),
    (
        "ledger",
        "unit by unit in quarters",
        (
            (
                """\
        if pos * qty >= 0:
            # opening or adding
            avg = (abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))
            pos += qty
        elif abs(qty) <= abs(pos):
            # reducing, perhaps to nothing
            banked -= qty * (px - avg)
            pos += qty
            if pos == 0:
                avg = 0.0
        else:
            # through zero
            banked += pos * (px - avg)
            pos += qty
            avg = px
""",
                """\
        piece = 0.25 if qty > 0 else -0.25
        for _ in range(int(round(abs(qty) * 4))):
            if pos * piece >= 0:
                avg = (pos * avg + piece * px) / (pos + piece)
            else:
                banked -= piece * (px - avg)
            pos += piece
            if pos == 0:
                avg = 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "NumPy floats with noise of 1e-12, an extra key",
        (
            (
                "dict(position=pos, average_price=avg, realised=banked, unrealised=paper)",
                """\
dict(position=np.float64(pos), average_price=np.float64(avg) * (1 + 1e-12), realised=banked * (1 - 1e-12),
                unrealised=paper, total=banked + paper)""",
            ),
        ),
    ),
)
WRONG = (
    (
        "ledger",
        "the average weighted by money instead of by units",
        (
            (
                "(abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))",
                "(abs(pos) * avg ** 2 + abs(qty) * px ** 2) / (abs(pos) * avg + abs(qty) * px)",
            ),
        ),
    ),
    (
        "ledger",
        "a sale lowers the average to the break-even price of the rest",
        (
            (
                """\
            banked -= qty * (px - avg)
            pos += qty
            if pos == 0:
                avg = 0.0
""",
                """\
            banked -= qty * (px - avg)
            avg = (pos * avg + qty * px) / (pos + qty) if pos + qty else 0.0
            pos += qty
""",
            ),
        ),
    ),
    (
        "ledger",
        "the profit of shorts counted as if they were longs",
        (
            (
                "banked -= qty * (px - avg)",
                "banked += abs(qty) * (px - avg)",
            ),
            (
                "banked += pos * (px - avg)",
                "banked += abs(pos) * (px - avg)",
            ),
        ),
    ),
    (
        "ledger",
        "first in, first out in place of the average cost",
        (
            (
                """\
        if pos * qty >= 0:
            # opening or adding
            avg = (abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))
            pos += qty
        elif abs(qty) <= abs(pos):
            # reducing, perhaps to nothing
            banked -= qty * (px - avg)
            pos += qty
            if pos == 0:
                avg = 0.0
        else:
            # through zero
            banked += pos * (px - avg)
            pos += qty
            avg = px
""",
                """\
        while qty and lots and lots[0][0] * qty < 0:
            size, cost = lots[0]
            closed = min(abs(size), abs(qty)) * np.sign(size)
            banked += closed * (px - cost)
            qty += closed
            lots[0] = (size - closed, cost)
            if lots[0][0] == 0:
                lots.pop(0)
        if qty:
            lots.append((qty, px))
    pos = sum(size for size, _ in lots)
    avg = sum(size * cost for size, cost in lots) / pos if pos else 0.0
""",
            ),
            (
                """\
    pos = 0
""",
                """\
    pos = 0
    lots = []
""",
            ),
        ),
    ),
    (
        "ledger",
        "a negative average price for shorts",
        (
            (
                "average_price=avg,",
                "average_price=-avg if pos < 0 else avg,",
            ),
        ),
    ),
    (
        "ledger",
        "after a flip the average goes on instead of starting at the fill",
        (
            (
                """\
            pos += qty
            avg = px
""",
                """\
            pos += qty
""",
            ),
        ),
    ),
    (
        "ledger",
        "the average is not put back to 0 when flat",
        (
            (
                """\
            if pos == 0:
                avg = 0.0
""",
                "",
            ),
        ),
    ),
    (
        "ledger",
        "a flip realises profit on the whole fill, not only on what was held",
        (
            (
                "banked += pos * (px - avg)",
                "banked -= qty * (px - avg)",
            ),
        ),
    ),
    (
        "ledger",
        "what is held is valued against the last fill, not against the average",
        (
            (
                """\
    paper = pos * (mark - avg)
""",
                """\
    paper = pos * (mark - fills[-1][1]) if fills else 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "realised holds the last closing only",
        (
            (
                "banked -= qty * (px - avg)",
                "banked = -qty * (px - avg)",
            ),
            (
                "banked += pos * (px - avg)",
                "banked = pos * (px - avg)",
            ),
        ),
    ),
    (
        "ledger",
        "the plain mean of the old average and the new price",
        (
            (
                "(abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))",
                "(avg + px) / 2 if pos else px",
            ),
        ),
    ),
    (
        "ledger",
        "a fill larger than the position only closes it",
        (
            (
                """\
            pos += qty
            avg = px
""",
                """\
            pos = 0
            avg = 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "the average of all entries since the first fill, kept over a flat account",
        (
            (
                """\
    pos = 0
""",
                """\
    pos = 0
    units = cost = 0.0
""",
            ),
            (
                """\
            avg = (abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))
""",
                """\
            units += abs(qty)
            cost += abs(qty) * px
            avg = cost / units
""",
            ),
            (
                """\
            pos += qty
            avg = px
""",
                """\
            pos += qty
            avg = px
            units, cost = abs(pos), abs(pos) * px
""",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised is the whole profit, with what was realised",
        (
            (
                "paper = pos * (mark - avg)",
                "paper = pos * (mark - avg) + banked",
            ),
        ),
    ),
    (
        "ledger",
        "reductions move the average too, as if every fill were an entry",
        (
            (
                """\
            banked -= qty * (px - avg)
            pos += qty
            if pos == 0:
""",
                """\
            banked -= qty * (px - avg)
            avg = (abs(pos) * avg + abs(qty) * px) / (abs(pos) + abs(qty))
            pos += qty
            if pos == 0:
""",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "ledger",
        "closing exactly is taken for a flip: flat, with the fill's price as the average",
        (
            (
                "elif abs(qty) <= abs(pos):",
                "elif abs(qty) < abs(pos):",
            ),
        ),
    ),
    (
        "ledger",
        "on a flip the position is updated first and its new size is realised",
        (
            (
                """\
            banked += pos * (px - avg)
            pos += qty
            avg = px
""",
                """\
            pos += qty
            banked += pos * (px - avg)
            avg = px
""",
            ),
        ),
    ),
    (
        "ledger",
        "the loop's variable is called mark too, so the last fill's price marks the rest",
        (
            (
                """\
for qty, px in fills:
""",
                """\
for qty, mark in fills:
        px = mark
""",
            ),
        ),
    ),
    (
        "ledger",
        "wrong indentation: the average is put to 0 after every reduction",
        (
            (
                """\
            if pos == 0:
                avg = 0.0
""",
                """\
            avg = 0.0
""",
            ),
        ),
    ),
    (
        "ledger",
        "after a flip the position is the whole fill",
        (
            (
                """\
            pos += qty
            avg = px
""",
                """\
            pos = qty
            avg = px
""",
            ),
        ),
    ),
)
