"""The fourth held-out set: student answers that nobody has tuned the course's names against.

Written from the exercise prompts alone (the students' notebooks, the lessons and the public part of
the library), without a look at the answer key, at the checks or at the tests. The texts that the
pieces are replaced in are those of ``right.RIGHT``. Every entry is (exercise, what differs in
words, pairs of (old piece, new piece)), and the pairs are applied one after another by
`str.replace` on the whole text.

`ALSO_RIGHT` holds further right ways that the prompts allow. `WRONG` holds answers with one
misconception or slip each: they run, return the right shape, and differ on ordinary input.

Measured first, of 100 wrong answers 99 were refused and 86 named before handing in, and 100 refused
and 90 named after grading; of 27 right ones none was refused. One was named wrongly, by a change
that nobody makes (a mean weighted by what is the same for all entries), and such changes were left
out since.
"""

from answer_key.held_out import prepared
from answer_key.held_out.set_4 import wrong_portfolios as portfolios
from answer_key.held_out.set_4 import wrong_positions as positions
from answer_key.held_out.set_4.right import RIGHT

ALSO_RIGHT = (
    (
        "pyramid_risk",
        "stop from the first price, heat as all units times the distance",
        (
            ("newest - side * distance", "price + side * ((n_levels - 1) * step - distance)"),
            ("quantities * side * (newest - stop)", "quantities.sum() * np.array([distance])"),
        ),
    ),
    (
        "pyramid_risk",
        "returns arrays and a NumPy number, with an extra key for the nominal risk",
        (
            ("quantities.tolist()", "quantities"),
            ("entries.tolist()", "pd.Series(entries)"),
            ("float(stop),", 'stop,\n        "nominal_risk": n_levels * risk_per_level,'),
        ),
    ),
    ("levels_experiment", "the return over the 100,000 that the account starts with", (("account.iloc[0] - 1", "100_000 - 1"),)),
    (
        "levels_experiment",
        "the drawdown by hand, from the running maximum",
        (("max_drawdown(account)", "-(account / account.cummax() - 1).min()"),),
    ),
    (
        "risk_sweep",
        "factors cut at 0 and multiplied up, peaks by accumulate",
        (
            ("        value, peak, worst = equity, equity, 0.0\n", ""),
            (
                "        for multiple in list(r_multiples):\n"
                "            value = value * (1 + f * multiple)\n"
                "            if value <= 0:\n"
                "                return 0.0, 1.0\n"
                "            peak = max(peak, value)\n"
                "            worst = max(worst, (peak - value) / peak)\n"
                "        return value, worst\n",
                "        factors = np.maximum(0.0, 1 + f * np.asarray(r_multiples, dtype=float))\n"
                "        path = equity * np.concatenate([[1.0], np.cumprod(factors)])\n"
                "        peaks = np.maximum.accumulate(path)\n"
                "        return path[-1], (1 - path / peaks).max()\n",
            ),
        ),
    ),
    (
        "scale_out",
        "lists fills of 0 as well, each fill of a target on its own",
        (
            (
                "        if amount > 0:\n"
                "            fills.append((bar, price, amount))\n"
                "            earned += side * (price - entry) * amount\n"
                "            left -= amount\n",
                "        fills.append((bar, price, amount))\n"
                "        earned += side * (price - entry) * amount\n"
                "        left -= amount\n",
            ),
        ),
    ),
    (
        "scale_out",
        "profit from the fills each time, the stop's price by min and max",
        (
            ("o if side * o < side * stop else stop", "min(o, stop) if side > 0 else max(o, stop)"),
            (
                "pnl.append(earned + side * (c - entry) * left)",
                "done = sum(side * (p - entry) * q for _, p, q in fills)\n        pnl.append(done + side * (c - entry) * left)",
            ),
        ),
    ),
    (
        "ledger",
        "unrealised by side and size, the sign of the position by NumPy",
        (
            ("side = 1 if held > 0 else -1", "side = np.sign(held)"),
            ("held * (mark - average)", "abs(held) * np.sign(held) * (mark - average)"),
        ),
    ),
    (
        "ledger",
        "books by cost: the average is signed cost over signed units",
        (
            ("cost = average * abs(held) + price * abs(quantity)", "cost = average * held + price * quantity"),
            ("average = cost / abs(after)", "average = cost / after"),
        ),
    ),
    (
        "plan_scale_in",
        "the smaller of two sizes, returned as an array",
        (
            ("    if units > cap:\n        units = cap\n", "    units = min(units, cap)\n"),
            ("[units * share for share in shares]", "units * np.array(shares)"),
        ),
    ),
    (
        "plan_scale_in",
        "shrinks the finished quantities by one factor",
        (
            ("    if units > cap:\n        units = cap\n", ""),
            (
                "return [units * share for share in shares]",
                "factor = min(1.0, cap / units)\n    return tuple(units * share * factor for share in shares)",
            ),
        ),
    ),
    (
        "leave_one_out",
        "the mean over the assets in place of the sum: the target makes it the same",
        (("scaled[names].sum(axis=1)", "scaled[names].mean(axis=1)"),),
    ),
    (
        "leave_one_out",
        "picks the rows by hand and divides by n throughout",
        (("returns.dropna()", "returns[returns.notna().all(axis=1)]"), (".std()", ".std(ddof=0)")),
    ),
    (
        "compare_lookbacks",
        "pandas throughout: rolling, shift, diff",
        (
            ("    from numpy.lib.stride_tricks import sliding_window_view\n\n", ""),
            ("p = prices.to_numpy(dtype=float)", "p = prices.reset_index(drop=True).astype(float)"),
            ("    moves = np.full(len(p), np.nan)\n    moves[1:] = p[1:] / p[:-1] - 1\n", "    moves = p.pct_change()\n"),
            (
                "    wild = np.full(len(p), np.nan)\n    wild[60:] = sliding_window_view(moves[1:], 60).std(axis=1)\n",
                "    wild = moves.rolling(60).std()\n",
            ),
            (
                "        average = np.full(len(p), np.nan)\n        average[days - 1:] = sliding_window_view(p, days).mean(axis=1)\n",
                "        average = p.rolling(days).mean()\n",
            ),
            ("signal[begin - 1:-1]", "signal.shift(1).iloc[begin:]"),
            ("held * moves[begin:] / wild[begin - 1:-1]", "held * moves.iloc[begin:] / wild.shift(1).iloc[begin:]"),
            ("np.count_nonzero(held[1:] != held[:-1])", "int((held.diff().iloc[1:] != 0).sum())"),
        ),
    ),
    (
        "correlation_filter",
        "everybody keeps 60 % who has a twin, with the corr of pandas",
        (
            ("values[t - window:t]", "returns.iloc[t - window:t]"),
            ("np.atleast_2d(np.corrcoef(past, rowvar=False))", "past.corr().to_numpy(copy=True)"),
            ("np.maximum(0.2, 1 / (1 + twins))", "0.6"),
        ),
    ),
    (
        "correlation_filter",
        "a share that falls with the number of twins by a power, from 0.9",
        (("np.maximum(0.2, 1 / (1 + twins))", "0.9 ** twins"),),
    ),
    (
        "conviction_size",
        "on arrays with clip and where",
        (
            (
                "    def one(view, wild):\n"
                "        if np.isnan(view) or np.isnan(wild):\n"
                "            return 0.0\n"
                "        wild = max(wild, 0.0001)\n"
                "        weight = cut(view, forecast_cap) / 10 * tau * diversification_multiplier / wild\n"
                "        return cut(weight, max_weight)\n\n",
                "",
            ),
            (
                "    weights = [one(view, wild) for view, wild in zip(views.ravel(), wilds.ravel())]\n"
                "    return weights[0] if views.ndim == 0 else weights\n",
                "    known = ~(np.isnan(views) | np.isnan(wilds))\n"
                "    size = np.clip(views, -forecast_cap, forecast_cap) / 10 * tau\n"
                "    size = size * diversification_multiplier / np.maximum(wilds, 1e-4)\n"
                "    return np.where(known, np.clip(size, -max_weight, max_weight), 0.0)\n",
            ),
        ),
    ),
)

WRONG = (*positions.WRONG, *portfolios.WRONG)

UNLISTED = frozenset(
    {
        "takes add_threshold_atr for a distance in price, without the ATR",
        "one account runs through all the runs: each starts where the last ended",
        "gives the log return",
        "after ruin it reports the worst fall before the trade that lost everything",
        "only a close beyond the stop counts as a touch of it",
        "profit of what is open is counted on the whole original quantity",
        "sells what is left at the last close",
        "a fill through zero opens its whole quantity on the other side",
        "sorts the entries, nearest to the market first, but not the splits",
        "average percent distance to the stop times average entry for a unit's loss",
        "caps every entry's notional on its own in place of their sum",
        "deviations over each asset's whole history, rows dropped afterwards",
        "takes the target for the volatility of one period",
        "Sharpe ratio from the compound growth of a year",
        "compares the price with the one a lookback ago, no average",
        "the window ends with the day itself",
        "an unknown volatility is filled with the mean of the others",
        "max_weight caps the sum of all positions, which are scaled down together",
    }
)
"""What no list had, or not in this way, when the set was measured first."""
ANSWERS = prepared(RIGHT, ALSO_RIGHT, WRONG, UNLISTED)
