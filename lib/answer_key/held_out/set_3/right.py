"""A right answer to each exercise: the texts that the third set puts slips into."""

RIGHT = {
    "pyramid_risk": """
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    k = np.arange(n_levels)
    distance = atr_stop_mult * atr
    entries = price + side * k * add_threshold_atr * atr
    quantities = equity * risk_per_level / distance / (1 + size_decay * k)
    stop = entries[-1] - side * distance
    stop_risk = np.sum(quantities * side * (entries - stop)) / equity
    open_heat = np.sum(quantities) * distance / equity
    return dict(quantities=quantities, entries=entries, stop=stop, stop_risk=stop_risk, open_heat=open_heat)
""",
    "levels_experiment": """
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    table = pd.DataFrame(index=list(max_levels), columns=["total_return", "max_drawdown"], dtype=float)
    for i, n in enumerate(max_levels):
        curve = run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity.to_numpy()
        gain = curve[-1] / curve[0] - 1
        top = np.maximum.accumulate(curve)
        fall = np.max((top - curve) / top)
        table.iloc[i] = [gain, fall]
    return table
""",
    "risk_sweep": """
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    r = np.array(r_multiples, dtype=float)
    final, worst = [], []
    for f in risk_fractions:
        growth = np.maximum(1 + f * r, 0)
        path = equity * np.append(1.0, np.cumprod(growth))
        peak = np.maximum.accumulate(path)
        final.append(path[-1])
        worst.append(np.max(1 - path / peak))
    return pd.DataFrame({"final_equity": final, "max_drawdown": worst}, index=list(risk_fractions))
""",
    "scale_out": """
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    left = quantity
    done = [False] * len(targets)
    fills = []
    pnl = []
    for i in range(len(close)):
        if side > 0:
            touches_stop, opens_beyond = low[i] <= stop, open_[i] < stop
        else:
            touches_stop, opens_beyond = high[i] >= stop, open_[i] > stop
        for j in range(len(targets)):
            if i > 0 and not done[j] and side * (open_[i] - targets[j]) >= 0:
                units = min(fractions[j] * quantity, left)
                fills.append((i, open_[i], units))
                left = left - units
                done[j] = True
        if left > 0 and touches_stop:
            fills.append((i, open_[i] if opens_beyond else stop, left))
            left = 0
            done = [True] * len(targets)
        else:
            for j in range(len(targets)):
                reached = high[i] >= targets[j] if side > 0 else low[i] <= targets[j]
                if not done[j] and reached:
                    units = min(fractions[j] * quantity, left)
                    fills.append((i, targets[j], units))
                    left = left - units
                    done[j] = True
        earned = sum(side * (p - entry) * q for _, p, q in fills)
        pnl.append(earned + side * (close[i] - entry) * left)
    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """
def ledger(fills, mark):
    held, average, realised = 0.0, 0.0, 0.0
    for quantity, price in fills:
        same_way = held == 0 or (held > 0) == (quantity > 0)
        if same_way:
            average = (held * average + quantity * price) / (held + quantity)
            held += quantity
        elif abs(quantity) <= abs(held):
            realised += -quantity * (price - average)
            held += quantity
            if held == 0:
                average = 0.0
        else:
            realised += held * (price - average)
            held += quantity
            average = price
    unrealised = held * (mark - average)
    return {"position": held, "average_price": average, "realised": realised, "unrealised": unrealised}
""",
    "plan_scale_in": """
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    entries = np.array(entries, dtype=float)
    share = np.array(splits, dtype=float) / np.sum(splits)
    distance = side * (entries - stop)
    by_risk = risk_budget * equity / np.sum(share * distance)
    by_cap = max_leverage * equity / np.sum(share * entries)
    return share * min(by_risk, by_cap)
""",
    "leave_one_out": """
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    clean = returns[returns.notna().all(axis=1)]
    even = clean / clean.std()
    others = [name for name in returns.columns if name != asset]
    year = np.sqrt(periods_per_year)
    out = {}
    for label, names in (("all", list(returns.columns)), ("without", others)):
        book = even[names].sum(axis=1)
        book = book * (target_volatility / (book.std() * year))
        out["volatility_" + label] = book.std() * year
        out["sharpe_" + label] = book.mean() / book.std() * year
    out["sharpe_change"] = out["sharpe_without"] - out["sharpe_all"]
    return out
""",
    "compare_lookbacks": """
def compare_lookbacks(prices, lookbacks):
    change = prices / prices.shift(1) - 1
    wild = change.rolling(60).std()
    first = max(max(lookbacks), 60) + 1
    table = {}
    for n in lookbacks:
        signal = np.sign(prices - prices.rolling(n).mean())
        held = signal.shift(1)
        earned = held * change / wild.shift(1)
        sample = earned.iloc[first:]
        turns = held.iloc[first:].to_numpy()
        table[n] = {
            "sharpe": sample.mean() / sample.std() * 252**0.5,
            "n_days": len(sample),
            "flips": int(np.sum(turns[1:] != turns[:-1])),
        }
    return pd.DataFrame(table).T.loc[list(lookbacks)]
""",
    "correlation_filter": """
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    names = list(returns.columns)
    out = pd.DataFrame([base_weights.to_numpy(dtype=float)] * len(returns), index=returns.index, columns=names)
    for t in range(len(returns)):
        if t < window:
            continue
        matrix = returns.iloc[t - window : t].corr()
        for i, a in enumerate(names):
            twins = [b for b in names if b != a and matrix.loc[a, b] > threshold]
            if twins:
                out.iloc[t, i] = base_weights[a] * max(0.2, 0.7 ** len(twins))
    return out
""",
    "conviction_size": """
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    if sharpe_estimate is None:
        target = target_volatility
    else:
        kelly = kelly_fraction * sharpe_estimate
        target = min(target_volatility, kelly) if kelly > 0 else 0.0
    strength = np.clip(np.array(forecast, dtype=float), -forecast_cap, forecast_cap) / 10
    sigma = np.array(volatility, dtype=float)
    known = ~(np.isnan(strength) | np.isnan(sigma))
    sigma = np.where(sigma < 1e-4, 1e-4, sigma)
    size = strength * target * diversification_multiplier / sigma
    size = np.clip(size, -max_weight, max_weight)
    return np.where(known, size, 0.0)
""",
}
