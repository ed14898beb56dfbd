"""The seventh set on ``pyramid_risk``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "arrays instead of loops, NumPy numbers and arrays returned",
        (
            (
                """\
    quantities = []
    entries = []
    for k in range(n_levels):
        shrink = 1 + size_decay * k
        quantities.append(first_size / shrink)
        entries.append(price + side * k * step)
""",
                """\
    k = np.arange(n_levels)
    quantities = first_size / (1 + size_decay * k)
    entries = price + side * step * k
""",
            ),
            (
                """\
    loss = 0.0
    give_back = 0.0
    for q, e in zip(quantities, entries):
        loss += q * side * (e - stop)
        give_back += q * side * (newest - stop)
""",
                """\
    loss = np.sum(quantities * side * (entries - stop))
    give_back = np.sum(quantities) * distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the risk by the average entry: total quantity times its distance to the stop",
        (
            (
                """\
    loss = 0.0
    give_back = 0.0
    for q, e in zip(quantities, entries):
        loss += q * side * (e - stop)
        give_back += q * side * (newest - stop)
""",
                """\
    held = sum(quantities)
    average = sum(q * e for q, e in zip(quantities, entries)) / held
    loss = held * side * (average - stop)
    give_back = held * side * (newest - stop)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop from the first price in one formula, the entries added up step by step, a tuple and a Series",
        (
            (
                """\
    stop = newest - side * distance
""",
                """\
    stop = price + side * ((n_levels - 1) * step - distance)
""",
            ),
            (
                """\
    entries = []
""",
                """\
    entries = []
    level = price
""",
            ),
            (
                """\
        entries.append(price + side * k * step)
""",
                """\
        entries.append(level)
        level += side * step
""",
            ),
            (
                '"quantities": quantities, "entries": entries',
                '"quantities": pd.Series(quantities), "entries": tuple(entries)',
            ),
        ),
    ),
)

WRONG = (
    (
        "pyramid_risk",
        "the stop lies below the newest entry for a short, too",
        (
            (
                """\
    stop = newest - side * distance
""",
                """\
    stop = newest - distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop stays behind the first entry",
        (
            (
                """\
    stop = newest - side * distance
""",
                """\
    stop = entries[0] - side * distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "a level with profit locked in counts as no risk instead of a gain",
        (
            (
                """\
        loss += q * side * (e - stop)
""",
                """\
        loss += max(q * side * (e - stop), 0.0)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop risk is the claim: levels times risk per level",
        (
            (
                """\
    stop_risk = loss / equity
""",
                """\
    stop_risk = n_levels * risk_per_level
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "every level has its own stop behind its own entry, so the risks add up",
        (
            (
                """\
        loss += q * side * (e - stop)
""",
                """\
        loss += q * distance
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "stop risk and open heat in money, not divided by equity",
        (
            (
                """\
    stop_risk = loss / equity
""",
                """\
    stop_risk = loss
""",
            ),
            (
                """\
    open_heat = give_back / equity
""",
                """\
    open_heat = give_back
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the open heat is that of the newest level alone",
        (
            (
                """\
        give_back += q * side * (newest - stop)
""",
                """\
        give_back = q * side * (newest - stop)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the stop risk as a whole is cut off at 0",
        (
            (
                """\
    stop_risk = loss / equity
""",
                """\
    stop_risk = max(loss / equity, 0.0)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "levels counted from 1 in the decay, so the first is smaller already",
        (
            (
                """\
        shrink = 1 + size_decay * k
""",
                """\
        shrink = 1 + size_decay * (k + 1)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "quantities carry the sign of the side",
        (('"quantities": quantities,', '"quantities": [side * q for q in quantities],'),),
    ),
    (
        "pyramid_risk",
        "sizes decay by a constant factor from level to level",
        (
            (
                """\
        shrink = 1 + size_decay * k
""",
                """\
        shrink = (1 + size_decay) ** k
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "sizes decay linearly: times 1 minus decay times the level",
        (
            (
                """\
        quantities.append(first_size / shrink)
""",
                """\
        quantities.append(first_size * (1 - size_decay * k))
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "levels always one ATR apart, the threshold forgotten",
        (
            (
                """\
    step = add_threshold_atr * atr
""",
                """\
    step = atr
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the risks of a long copied: no side in them",
        (
            (
                """\
        loss += q * side * (e - stop)
""",
                """\
        loss += q * (e - stop)
""",
            ),
            (
                """\
        give_back += q * side * (newest - stop)
""",
                """\
        give_back += q * (newest - stop)
""",
            ),
        ),
    ),
    (
        "pyramid_risk",
        "the multiple of the stop forgotten in the size",
        (
            (
                """\
    first_size = equity * risk_per_level / distance
""",
                """\
    first_size = equity * risk_per_level / atr
""",
            ),
        ),
    ),
)
