"""One right answer per coded exercise, written from its prompt alone, each in another style."""

RIGHT = {
    "pyramid_risk": """
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    level = np.arange(n_levels)
    step = add_threshold_atr * atr
    stop_distance = atr_stop_mult * atr
    units = equity * risk_per_level / stop_distance / (1 + size_decay * level)
    entry = price + side * level * step
    last = entry[-1]
    stop = last - side * stop_distance
    stop_risk = np.sum(units * side * (entry - stop)) / equity
    open_heat = np.sum(units * side * (last - stop)) / equity
    return {
        "quantities": list(units),
        "entries": list(entry),
        "stop": stop,
        "stop_risk": stop_risk,
        "open_heat": open_heat,
    }
""",
    "levels_experiment": """
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    def one_run(levels):
        result = run_pyramid_backtest(prices, max_levels=levels, leverage=leverage)
        account = result.equity
        gain = account.iloc[-1] / account.iloc[0] - 1
        fall = max_drawdown(account)
        return {"total_return": gain, "max_drawdown": fall}

    table = pd.DataFrame([one_run(levels) for levels in max_levels])
    table.index = list(max_levels)
    return table
""",
    "risk_sweep": """
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    results = np.array(r_multiples, dtype=float)

    def path(f):
        \"\"\"Equity after 0, 1, 2 ... trades.\"\"\"
        value = float(equity)
        yield value
        for r in results:
            value = max(0.0, value * (1 + f * r))
            yield value

    out = {"final_equity": [], "max_drawdown": []}
    for f in risk_fractions:
        curve = np.array(list(path(f)))
        peaks = np.maximum.accumulate(curve)
        out["final_equity"].append(curve[-1])
        out["max_drawdown"].append(np.max(1 - curve / peaks))
    return pd.DataFrame(out, index=list(risk_fractions))
""",
    "scale_out": """
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    left = float(quantity)
    earned = 0.0
    fills, pnl = [], []
    waiting = [(target, share * quantity) for target, share in zip(targets, fractions)]

    def reached(price, level):
        return side * price >= side * level

    def sell(bar, price, amount):
        nonlocal left, earned
        amount = min(amount, left)
        if amount > 0:
            fills.append((bar, price, amount))
            earned += side * (price - entry) * amount
            left -= amount

    for bar in range(len(close)):
        best, worst = (high[bar], low[bar]) if side == 1 else (low[bar], high[bar])
        # 1. the open
        if bar > 0:
            while waiting and reached(open_[bar], waiting[0][0]):
                target, amount = waiting.pop(0)
                sell(bar, open_[bar], amount)
        # 2. the stop
        if reached(stop, worst):
            sell(bar, open_[bar] if reached(stop, open_[bar]) else stop, left)
            waiting.clear()
        # 3. the targets
        while waiting and reached(best, waiting[0][0]):
            target, amount = waiting.pop(0)
            sell(bar, target, amount)
        # the close
        pnl.append(earned + side * (close[bar] - entry) * left)
    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """
def ledger(fills, mark):
    pos = 0
    avg = 0.0
    banked = 0.0
    for qty, px in fills:
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
    paper = pos * (mark - avg)
    return dict(position=pos, average_price=avg, realised=banked, unrealised=paper)
""",
    "plan_scale_in": """
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    e = np.asarray(entries, float)
    w = np.asarray(splits, float)
    w = w / w.sum()
    unit_loss = (w * side * (e - stop)).sum()
    unit_value = (w * e).sum()
    by_risk = equity * risk_budget / unit_loss
    by_cap = equity * max_leverage / unit_value
    total = min(by_risk, by_cap)
    return total * w
""",
    "leave_one_out": """
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    year = np.sqrt(periods_per_year)
    common = returns.dropna()
    parity = common.div(common.std())

    def measure(columns):
        total = parity[columns].sum(axis=1)
        total = total * (target_volatility / (total.std() * year))
        return total.mean() / total.std() * year, total.std() * year

    everybody = list(returns.columns)
    others = [name for name in everybody if name != asset]
    sharpe_all, vol_all = measure(everybody)
    sharpe_rest, vol_rest = measure(others)
    return {
        "sharpe_all": sharpe_all,
        "volatility_all": vol_all,
        "sharpe_without": sharpe_rest,
        "volatility_without": vol_rest,
        "sharpe_change": sharpe_rest - sharpe_all,
    }
""",
    "compare_lookbacks": """
def compare_lookbacks(prices, lookbacks):
    p = np.asarray(prices, dtype=float)
    r = np.r_[np.nan, p[1:] / p[:-1] - 1]
    first = max(max(lookbacks), 60) + 1
    sample = range(first, len(p))

    def average(t, days):
        return p[t - days + 1:t + 1].mean()

    def volatility(t):
        return r[t - 59:t + 1].std(ddof=1)

    sharpes, counts, flips = [], [], []
    for days in lookbacks:
        held = [np.sign(p[t - 1] - average(t - 1, days)) for t in sample]
        earned = np.array([h * r[t] / volatility(t - 1) for h, t in zip(held, sample)])
        sharpes.append(earned.mean() / earned.std(ddof=1) * np.sqrt(252))
        counts.append(len(earned))
        flips.append(sum(a != b for a, b in zip(held, held[1:])))
    return pd.DataFrame({"sharpe": sharpes, "n_days": counts, "flips": flips}, index=list(lookbacks))
""",
    "correlation_filter": """
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    data = returns.to_numpy(dtype=float)
    base = base_weights.to_numpy(dtype=float).copy()

    def shares(rows):
        table = np.atleast_2d(np.corrcoef(rows, rowvar=False)).copy()
        np.fill_diagonal(table, -1.0)
        twins = (table > threshold).sum(axis=1)
        return np.where(twins > 0, 0.25 + 0.5 / (1 + twins), 1.0)

    out = np.tile(base, (len(data), 1))
    for t in range(window, len(data)):
        out[t] = base * shares(data[t - window:t])
    return pd.DataFrame(out, index=returns.index, columns=returns.columns)
""",
    "conviction_size": """
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    if sharpe_estimate is None:
        tau = target_volatility
    else:
        allowed = max(0.0, kelly_fraction * sharpe_estimate)
        tau = min(target_volatility, allowed)

    def one(view, risk):
        if np.isnan(view) or np.isnan(risk):
            return 0.0
        view = max(-forecast_cap, min(forecast_cap, view))
        risk = max(risk, 0.0001)
        raw = view / 10 * tau * diversification_multiplier / risk
        return max(-max_weight, min(max_weight, raw))

    views, risks = np.broadcast_arrays(np.asarray(forecast, float), np.asarray(volatility, float))
    if views.ndim == 0:
        return one(float(views), float(risks))
    return [one(view, risk) for view, risk in zip(views, risks)]
""",
}
