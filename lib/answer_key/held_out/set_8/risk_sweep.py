"""The eighth set on ``risk_sweep``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "risk_sweep",
        "cumulative products on the whole table; zero from the first trade that loses everything",
        (
            (
                """\
    out = {"final_equity": [], "max_drawdown": []}
    for f in risk_fractions:
        curve = np.array(list(path(f)))
        peaks = np.maximum.accumulate(curve)
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append(np.max(1 - curve / peaks))
    return pd.DataFrame(out, index=list(risk_fractions))
""",
                """\
    growth = 1 + np.outer(np.array(risk_fractions, float), results)
    alive = np.minimum.accumulate(growth > 0, axis=1)
    curves = np.cumprod(np.where(alive, growth, 0.0), axis=1)
    curves = equity * np.column_stack([np.ones(len(growth)), curves])
    falls = 1 - curves / np.maximum.accumulate(curves, axis=1)
    return pd.DataFrame({"final_equity": curves[:, -1], "max_drawdown": falls.max(axis=1)},
                        index=np.array(risk_fractions, float))
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "pandas: expanding maximum and pct; rows as tuples",
        (
            (
                """\
    out = {"final_equity": [], "max_drawdown": []}
    for f in risk_fractions:
        curve = np.array(list(path(f)))
        peaks = np.maximum.accumulate(curve)
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append(np.max(1 - curve / peaks))
    return pd.DataFrame(out, index=list(risk_fractions))
""",
                """\
    rows = []
    for f in risk_fractions:
        curve = pd.Series(path(f))
        rows.append((curve.iloc[-1], -(curve / curve.expanding().max() - 1).min()))
    return pd.DataFrame(rows, columns=["final_equity", "max_drawdown"], index=pd.Index(risk_fractions))
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "works in units of the starting equity and stops early at ruin, with 0 and 1 noted",
        (
            (
                """\
        value = float(equity)
        yield value
        for r in results:
            value = max(0.0, value * (1 + f * r))
            yield value
""",
                """\
        value = 1.0
        yield value
        for r in results:
            value += f * r * value
            if value <= 0:
                yield 0.0
                return
            yield value
""",
            ),
            (
                "append(curve[-1])",
                "append(equity * curve[-1])",
            ),
        ),
    ),
    (
        "risk_sweep",
        "rounding noise of 1e-12 in the money and in the drawdown",
        (
            (
                "append(curve[-1])",
                "append(curve[-1] * (1 - 1e-12))",
            ),
            (
                "append(np.max(1 - curve / peaks))",
                "append(np.float64(np.max(1 - curve / peaks)) * (1 - 1e-12))",
            ),
        ),
    ),
)
WRONG = (
    (
        "risk_sweep",
        "the fraction of the starting equity in every trade",
        (
            (
                "value * (1 + f * r)",
                "value + equity * f * r",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown measured from the starting equity",
        (
            (
                "np.max(1 - curve / peaks)",
                "max(0.0, 1 - curve.min() / equity)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown in money",
        (
            (
                "np.max(1 - curve / peaks)",
                "np.max(peaks - curve)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "no trade can lose more than it risked",
        (
            (
                "(1 + f * r)",
                "(1 + f * max(r, -1.0))",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the first peak is the equity after the first trade",
        (
            (
                """\
        peaks = np.maximum.accumulate(curve)
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append(np.max(1 - curve / peaks))
""",
                """\
        traded = pd.Series(curve[1:])
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append((1 - traded / traded.cummax()).fillna(1.0).max())
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "no floor: equity goes below 0 and may come back",
        (
            (
                "max(0.0, value * (1 + f * r))",
                "value * (1 + f * r)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "a cumulative product, cut at 0 afterwards, so that two ruins make a fortune",
        (
            (
                "np.array(list(path(f)))",
                "np.maximum(equity * np.cumprod(np.r_[1.0, 1 + f * results]), 0.0)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "rows sorted by the fraction",
        (
            (
                "for f in risk_fractions:",
                "for f in sorted(risk_fractions):",
            ),
            (
                "list(risk_fractions)",
                "sorted(risk_fractions)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown at the end, not the largest",
        (
            (
                "np.max(1 - curve / peaks)",
                "1 - curve[-1] / peaks[-1]",
            ),
        ),
    ),
    (
        "risk_sweep",
        "continuous compounding: exp(f R)",
        (
            (
                "(1 + f * r)",
                "np.exp(f * r)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the account goes on from one fraction to the next",
        (
            (
                """\
    def path(f):
""",
                """\
    value = float(equity)

    def path(f):
""",
            ),
            (
                """\
        value = float(equity)
        yield""",
                """\
        nonlocal value
        yield""",
            ),
            (
                "1 - curve / peaks)",
                "1 - curve / np.where(peaks > 0, peaks, np.inf))",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown as a negative number",
        (
            (
                "np.max(1 - curve / peaks)",
                "np.min(curve / peaks - 1)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "lowest over highest equity, whichever came first",
        (
            (
                "np.max(1 - curve / peaks)",
                "1 - curve.min() / curve.max()",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the fractions taken as percent",
        (
            (
                "(1 + f * r)",
                "(1 + f / 100 * r)",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdown on a sum of trade returns, not on the compounded equity",
        (
            (
                """\
        peaks = np.maximum.accumulate(curve)
""",
                """\
        added = 1 + np.cumsum(np.r_[0.0, f * results])
        peaks = np.maximum.accumulate(added)
""",
            ),
            (
                "np.max(1 - curve / peaks)",
                "min(1.0, np.max((peaks - added) / peaks))",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "risk_sweep",
        "the first trade is skipped, as if it were the start",
        (
            (
                "for r in results:",
                "for r in results[1:]:",
            ),
        ),
    ),
    (
        "risk_sweep",
        "at ruin the loop is left before the zero is noted",
        (
            (
                """\
            value = max(0.0, value * (1 + f * r))
            yield value
""",
                """\
            value = max(0.0, value * (1 + f * r))
            if value == 0:
                break
            yield value
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the worst fall is not put back to 0 for the next fraction",
        (
            (
                """\
    for f in risk_fractions:
""",
                """\
    worst = 0.0
    for f in risk_fractions:
""",
            ),
            (
                """\
        out["max_drawdown"].append(np.max(1 - curve / peaks))
""",
                """\
        worst = max(worst, np.max(1 - curve / peaks))
        out["max_drawdown"].append(worst)
""",
            ),
        ),
    ),
    (
        "risk_sweep",
        "the drawdowns are put in at the front of their list, the equities at the end",
        (
            (
                'out["max_drawdown"].append(',
                'out["max_drawdown"].insert(0, ',
            ),
        ),
    ),
    (
        "risk_sweep",
        "the running peak taken down the fractions instead of along the trades",
        (
            (
                """\
    out = {"final_equity": [], "max_drawdown": []}
    for f in risk_fractions:
        curve = np.array(list(path(f)))
        peaks = np.maximum.accumulate(curve)
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append(np.max(1 - curve / peaks))
    return pd.DataFrame(out, index=list(risk_fractions))
""",
                """\
    curves = np.array([list(path(f)) for f in risk_fractions])
    peaks = np.maximum.accumulate(curves, axis=0)
    falls = 1 - curves / np.where(peaks > 0, peaks, 1.0)
    return pd.DataFrame({"final_equity": curves[:, -1], "max_drawdown": falls.max(axis=1)},
                        index=list(risk_fractions))
""",
            ),
        ),
    ),
)
