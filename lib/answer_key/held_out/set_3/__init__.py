"""A third set: right answers with one slip in each, written before the detector it measures.

Nobody looked at references, lists of ideas or cases while it was written, so ``UNLISTED`` was put
down afterwards, from the first measurement: of 82 wrong answers, 82 were refused and 53 named after
grading, none of the 30 that no list had; of 21 right ones none was refused. Two were named wrongly
by the table of practice cases, which was mended. The detector's first version named 18 of the 30,
none wrongly. Its author wrote this set before and had seen which answers were named by nothing, but
chose kinds of changes for the exercises in general; what was added after that measurement is that
elements of a list are scaled as an argument is, which makes 19. Two names that lists give to a part
fit its results and not the whole answer; they are left as namings that are not true.
"""

from answer_key.held_out import prepared
from answer_key.held_out.set_3.right import RIGHT

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "heat level by level, from the last entry",
        (("np.sum(quantities) * distance", "np.sum(quantities * side * (entries[-1] - stop))"),),
    ),
    (
        "pyramid_risk",
        "lists of floats",
        (("dict(quantities=quantities, entries=entries", "dict(quantities=quantities.tolist(), entries=list(entries)"),),
    ),
    ("levels_experiment", "drawdown from the library", (("np.max((top - curve) / top)", "max_drawdown(pd.Series(curve))"),)),
    ("risk_sweep", "growth through logarithms", (("np.cumprod(growth)", "np.exp(np.cumsum(np.log(np.maximum(growth, 1e-300))))"),)),
    (
        "scale_out",
        "stop and targets as distances",
        (("low[i] <= stop, open_[i] < stop", "entry - low[i] >= entry - stop, entry - open_[i] > entry - stop"),),
    ),
    (
        "ledger",
        "money spent over units held",
        (
            (
                "(held * average + quantity * price) / (held + quantity)",
                "sum((held * average, quantity * price)) / sum((held, quantity))",
            ),
        ),
    ),
    ("plan_scale_in", "shrunk by a factor", (("share * min(by_risk, by_cap)", "share * by_risk * min(1.0, by_cap / by_risk)"),)),
    ("leave_one_out", "the mean of the assets, not the sum", (("even[names].sum(axis=1)", "even[names].mean(axis=1)"),)),
    ("compare_lookbacks", "volatility of a year", (("rolling(60).std()", "rolling(60).std() * 252**0.5"),)),
    ("correlation_filter", "weights of twins are shared among them", (("max(0.2, 0.7 ** len(twins))", "1 / (1 + len(twins))"),)),
    (
        "conviction_size",
        "Kelly through a clip",
        (("min(target_volatility, kelly) if kelly > 0 else 0.0", "float(np.clip(kelly, 0.0, target_volatility))"),),
    ),
)

WRONG = (
    # pyramid_risk
    ("pyramid_risk", "size from one ATR, without the stop's multiple", (("risk_per_level / distance", "risk_per_level / atr"),)),
    ("pyramid_risk", "steps of points, not of ATR", (("add_threshold_atr * atr", "add_threshold_atr"),)),
    ("pyramid_risk", "the decay is subtracted", (("/ (1 + size_decay * k)", "* (1 - size_decay * k)"),)),
    (
        "pyramid_risk",
        "the stop belongs to the level before the newest",
        (("stop = entries[-1]", "stop = entries[max(len(entries) - 2, 0)]"),),
    ),
    ("pyramid_risk", "heat of the newest level alone", (("np.sum(quantities) * distance", "quantities[-1] * distance"),)),
    ("pyramid_risk", "the risk is shared among the levels", (("equity * risk_per_level", "equity * risk_per_level / n_levels"),)),
    ("pyramid_risk", "every distance counts as a loss", (("side * (entries - stop)", "abs(entries - stop)"),)),
    ("pyramid_risk", "one step more before each level", (("k = np.arange(n_levels)", "k = np.arange(1, n_levels + 1)"),)),
    # levels_experiment
    ("levels_experiment", "log return", (("curve[-1] / curve[0] - 1", "np.log(curve[-1] / curve[0])"),)),
    ("levels_experiment", "fall below the start alone", (("np.max((top - curve) / top)", "max(0.0, 1 - curve.min() / curve[0])"),)),
    ("levels_experiment", "highest to lowest, in any order", (("np.max((top - curve) / top)", "1 - curve.min() / curve.max()"),)),
    ("levels_experiment", "sum of the bars' returns", (("curve[-1] / curve[0] - 1", "np.sum(curve[1:] / curve[:-1] - 1)"),)),
    ("levels_experiment", "fall at the end", (("np.max((top - curve) / top)", "1 - curve[-1] / curve.max()"),)),
    ("levels_experiment", "levels in rising order", (("    table =", "    max_levels = sorted(max_levels)\n    table ="),)),
    # risk_sweep
    ("risk_sweep", "a loss beyond everything turns into a gain", (("np.maximum(1 + f * r, 0)", "np.abs(1 + f * r)"),)),
    (
        "risk_sweep",
        "0 once below, but two losses multiply to a gain",
        (
            ("np.maximum(1 + f * r, 0)", "1 + f * r"),
            ("equity * np.append(1.0, np.cumprod(growth))", "np.maximum(equity * np.append(1.0, np.cumprod(growth)), 0)"),
        ),
    ),
    ("risk_sweep", "the largest loss of one trade", (("np.max(1 - path / peak)", "max(0.0, 1 - np.min(growth))"),)),
    ("risk_sweep", "fractions read as percent", (("1 + f * r", "1 + f / 100 * r"),)),
    ("risk_sweep", "from the overall peak to the overall low", (("np.max(1 - path / peak)", "1 - path.min() / path.max()"),)),
    ("risk_sweep", "the first trade is left out", (("np.cumprod(growth)", "np.cumprod(growth[1:])"),)),
    ("risk_sweep", "half the fraction is at risk", (("1 + f * r", "1 + f / 2 * r"),)),
    # scale_out
    (
        "scale_out",
        "the stop moves to the entry after a target",
        (
            (
                "                    done[j] = True\n        earned",
                "                    done[j] = True\n                    stop = entry\n        earned",
            ),
        ),
    ),
    (
        "scale_out",
        "what is left is sold at the end",
        (
            (
                '    return {"fills"',
                '    if left > 0:\n        fills.append((len(close) - 1, close[-1], left))\n        left = 0\n    return {"fills"',
            ),
        ),
    ),
    (
        "scale_out",
        "the stop is judged by the close",
        (("low[i] <= stop", "close[i] <= stop"), ("high[i] >= stop", "close[i] >= stop")),
    ),
    (
        "scale_out",
        "a stop fills at the bar's worst price",
        (("open_[i] if opens_beyond else stop", "low[i] if side > 0 else high[i]"),),
    ),
    ("scale_out", "open profit on the whole quantity", (("(close[i] - entry) * left", "(close[i] - entry) * quantity"),)),
    (
        "scale_out",
        "a gapped target fills at its price",
        (("fills.append((i, open_[i], units))", "fills.append((i, targets[j], units))"),),
    ),
    (
        "scale_out",
        "nothing happens on the bar of the entry",
        (("        if left > 0 and touches_stop:", "        if i == 0:\n            pass\n        elif left > 0 and touches_stop:"),),
    ),
    (
        "scale_out",
        "one target a bar",
        (
            (
                "                    done[j] = True\n        earned",
                "                    done[j] = True\n                    break\n        earned",
            ),
        ),
    ),
    (
        "scale_out",
        "profit of what is closed, without the rest",
        (("pnl.append(earned + side * (close[i] - entry) * left)", "pnl.append(earned)"),),
    ),
    ("scale_out", "profits count from the first close", (("entry = open_[0]", "entry = close[0]"),)),
    # ledger
    (
        "ledger",
        "a flip keeps the old average",
        (("            held += quantity\n            average = price\n", "            held += quantity\n"),),
    ),
    (
        "ledger",
        "the rest is valued at the last fill",
        (("held * (mark - average)", "held * ((fills[-1][1] if len(fills) else mark) - average)"),),
    ),
    (
        "ledger",
        "shorts have a negative average",
        (('"average_price": average', '"average_price": average if held >= 0 else -average'),),
    ),
    (
        "ledger",
        "open profit is all the profit",
        (("unrealised = held * (mark - average)", "unrealised = realised + held * (mark - average)"),),
    ),
    (
        "ledger",
        "after a flip nothing is held",
        (
            (
                "            realised += held * (price - average)\n            held += quantity\n            average = price\n",
                "            realised += held * (price - average)\n            held = average = 0.0\n",
            ),
        ),
    ),
    (
        "ledger",
        "the average of all that was ever bought or sold that way",
        (
            (
                "            average = (held * average + quantity * price) / (held + quantity)\n",
                """            mine = [(abs(q), p) for q, p in fills if (q > 0) == (quantity > 0)]
            average = sum(q * p for q, p in mine) / sum(q for q, _ in mine)
""",
            ),
        ),
    ),
    (
        "ledger",
        "closing is measured at the mark",
        (("realised += -quantity * (price - average)", "realised += -quantity * (mark - average)"),),
    ),
    (
        "ledger",
        "a flip realises nothing",
        (("            realised += held * (price - average)\n            held", "            held"),),
    ),
    (
        "ledger",
        "closing is measured at the first fill of that side",
        (
            (
                "            realised += -quantity * (price - average)\n",
                """            first = next(p for q, p in fills if (q > 0) == (held > 0))
            realised += -quantity * (price - first)
""",
            ),
        ),
    ),
    # plan_scale_in
    (
        "plan_scale_in",
        "shares of the risk",
        (("share * min(by_risk, by_cap)", "share * risk_budget * equity / distance * min(1.0, by_cap / by_risk)"),),
    ),
    ("plan_scale_in", "the larger of the two sizes", (("min(by_risk, by_cap)", "max(by_risk, by_cap)"),)),
    (
        "plan_scale_in",
        "each entry has a cap of its own",
        (("share * min(by_risk, by_cap)", "np.minimum(share * by_risk, share * max_leverage * equity / entries)"),),
    ),
    ("plan_scale_in", "the loss from the last entry", (("np.sum(share * distance)", "distance[-1]"),)),
    ("plan_scale_in", "the cap is valued at the stop", (("np.sum(share * entries)", "stop"),)),
    ("plan_scale_in", "the cap is valued at the plain mean price", (("np.sum(share * entries)", "entries.mean()"),)),
    (
        "plan_scale_in",
        "entries are sorted first",
        (("entries = np.array(entries, dtype=float)", "entries = np.sort(np.array(entries, dtype=float))"),),
    ),
    ("plan_scale_in", "the loss from the entry farthest from the stop", (("np.sum(share * distance)", "distance.max()"),)),
    # leave_one_out
    ("leave_one_out", "returns without their mean", (("clean / clean.std()", "(clean - clean.mean()) / clean.std()"),)),
    (
        "leave_one_out",
        "the change as a ratio",
        (('out["sharpe_without"] - out["sharpe_all"]', 'out["sharpe_without"] / out["sharpe_all"] - 1'),),
    ),
    ("leave_one_out", "252 whatever the periods", (("np.sqrt(periods_per_year)", "np.sqrt(252)"),)),
    ("leave_one_out", "the asset alone", (("if name != asset", "if name == asset"),)),
    ("leave_one_out", "deviations over all rows", (("clean / clean.std()", "clean / returns.std()"),)),
    (
        "leave_one_out",
        "a compounded mean",
        (("book.mean() / book.std() * year", "((1 + book).prod() ** (periods_per_year / len(book)) - 1) / (book.std() * year)"),),
    ),
    ("leave_one_out", "log returns", (("    even =", "    clean = np.log1p(clean)\n    even ="),)),
    ("leave_one_out", "target of a day", (("target_volatility / (book.std() * year)", "target_volatility / book.std()"),)),
    # compare_lookbacks
    ("compare_lookbacks", "an exponential average", (("prices.rolling(n).mean()", "prices.ewm(span=n).mean()"),)),
    ("compare_lookbacks", "log returns", (("prices / prices.shift(1) - 1", "np.log(prices / prices.shift(1))"),)),
    ("compare_lookbacks", "an average without today", (("prices.rolling(n).mean()", "prices.shift(1).rolling(n).mean()"),)),
    ("compare_lookbacks", "the 60 is forgotten", (("max(max(lookbacks), 60) + 1", "max(lookbacks) + 1"),)),
    ("compare_lookbacks", "flips of the whole series", (("turns = held.iloc[first:]", "turns = held.dropna()"),)),
    ("compare_lookbacks", "only turns to long count", (("turns[1:] != turns[:-1]", "turns[1:] > turns[:-1]"),)),
    ("compare_lookbacks", "the signal of two days ago", (("held = signal.shift(1)", "held = signal.shift(2)"),)),
    ("compare_lookbacks", "no volatility", (("held * change / wild.shift(1)", "held * change"),)),
    ("compare_lookbacks", "the sample from the shortest lookback", (("max(max(lookbacks), 60)", "max(min(lookbacks), 60)"),)),
    # correlation_filter
    (
        "correlation_filter",
        "the correlation itself is cut off",
        (("max(0.2, 0.7 ** len(twins))", "(1 - max(matrix.loc[a, b] for b in twins))"),),
    ),
    (
        "correlation_filter",
        "one row too early",
        (("if t < window:", "if t < window - 1:"), ("returns.iloc[t - window : t]", "returns.iloc[max(0, t - window) : t]")),
    ),
    (
        "correlation_filter",
        "everybody is cut as soon as two are twins",
        (("if b != a and matrix.loc[a, b] > threshold]", "for c in names if b != c and matrix.loc[c, b] > threshold]"),),
    ),
    (
        "correlation_filter",
        "the smaller of two twins is cut",
        (("> threshold]", "> threshold and base_weights[b] > base_weights[a]]"),),
    ),
    ("correlation_filter", "twins have no weight", (("max(0.2, 0.7 ** len(twins))", "0.0"),)),
    (
        "correlation_filter",
        "correlation of summed returns",
        (("returns.iloc[t - window : t].corr()", "returns.iloc[t - window : t].cumsum().corr()"),),
    ),
    (
        "correlation_filter",
        "twins share one mean weight",
        (("base_weights[a] * max(0.2, 0.7 ** len(twins))", "0.5 * base_weights[[a, *twins]].mean()"),),
    ),
    ("correlation_filter", "the window has a row less", (("returns.iloc[t - window : t]", "returns.iloc[t - window + 1 : t]"),)),
    # conviction_size
    (
        "conviction_size",
        "the weight is cut above alone",
        (("np.clip(size, -max_weight, max_weight)", "np.minimum(size, max_weight)"),),
    ),
    ("conviction_size", "the estimate without its fraction", (("kelly_fraction * sharpe_estimate", "sharpe_estimate"),)),
    ("conviction_size", "the floor is added", (("np.where(sigma < 1e-4, 1e-4, sigma)", "sigma + 1e-4"),)),
    (
        "conviction_size",
        "the forecast as a share of its cap",
        (("-forecast_cap, forecast_cap) / 10", "-forecast_cap, forecast_cap) / forecast_cap"),),
    ),
    (
        "conviction_size",
        "an unknown volatility is the mean of the others",
        (("    known =", "    sigma = np.where(np.isnan(sigma), np.nanmean(sigma), sigma)\n    known ="),),
    ),
    (
        "conviction_size",
        "the multiplier after the cap",
        (
            ("strength * target * diversification_multiplier / sigma", "strength * target / sigma"),
            ("np.clip(size, -max_weight, max_weight)", "np.clip(size, -max_weight, max_weight) * diversification_multiplier"),
        ),
    ),
    (
        "conviction_size",
        "Kelly is a share of the target",
        (("kelly = kelly_fraction * sharpe_estimate", "kelly = target_volatility * kelly_fraction * sharpe_estimate"),),
    ),
    ("conviction_size", "a floor of one percent", (("np.where(sigma < 1e-4, 1e-4, sigma)", "np.where(sigma < 0.01, 0.01, sigma)"),)),
    (
        "conviction_size",
        "the multiplier below the fraction bar",
        (("target * diversification_multiplier / sigma", "target / diversification_multiplier / sigma"),),
    ),
)
UNLISTED = frozenset(
    {
        "steps of points, not of ATR",
        "the decay is subtracted",
        "the risk is shared among the levels",
        "one step more before each level",
        "log return",
        "sum of the bars' returns",
        "a loss beyond everything turns into a gain",
        "half the fraction is at risk",
        "what is left is sold at the end",
        "the stop is judged by the close",
        "a stop fills at the bar's worst price",
        "open profit on the whole quantity",
        "open profit is all the profit",
        "the average of all that was ever bought or sold that way",
        "closing is measured at the mark",
        "a flip realises nothing",
        "closing is measured at the first fill of that side",
        "the cap is valued at the stop",
        "entries are sorted first",
        "the loss from the entry farthest from the stop",
        "returns without their mean",
        "deviations over all rows",
        "a compounded mean",
        "the sample from the shortest lookback",
        "one row too early",
        "the smaller of two twins is cut",
        "correlation of summed returns",
        "twins share one mean weight",
        "the window has a row less",
        "an unknown volatility is the mean of the others",
    }
)
"""What no list had, or not in this way, when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
