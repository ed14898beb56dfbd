"""One right answer per coded exercise, each in another style, written from the prompts alone."""

RIGHT = {
    "pyramid_risk": """\
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    k = np.arange(n_levels)
    distance = atr_stop_mult * atr
    step = add_threshold_atr * atr
    quantities = equity * risk_per_level / distance / (1 + size_decay * k)
    entries = price + side * step * k
    newest = entries[-1]
    stop = newest - side * distance
    lost = quantities * side * (entries - stop)
    given_back = quantities * side * (newest - stop)
    return {
        "quantities": quantities.tolist(),
        "entries": entries.tolist(),
        "stop": float(stop),
        "stop_risk": float(lost.sum() / equity),
        "open_heat": float(given_back.sum() / equity),
    }
""",
    "levels_experiment": """\
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    names = ["total_return", "max_drawdown"]
    table = pd.DataFrame(index=list(max_levels), columns=names, dtype=float)
    for row, count in enumerate(max_levels):
        run = run_pyramid_backtest(prices, max_levels=count, leverage=leverage)
        account = run.equity
        gain = account.iloc[-1] / account.iloc[0] - 1
        fall = max_drawdown(account)
        table.iloc[row] = [gain, fall]
    return table
""",
    "risk_sweep": """\
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    def walk(f):
        value, peak, worst = equity, equity, 0.0
        for multiple in list(r_multiples):
            value = value * (1 + f * multiple)
            if value <= 0:
                return 0.0, 1.0
            peak = max(peak, value)
            worst = max(worst, (peak - value) / peak)
        return value, worst

    fractions = list(risk_fractions)
    rows = [walk(f) for f in fractions]
    return pd.DataFrame(rows, index=fractions, columns=["final_equity", "max_drawdown"])
""",
    "scale_out": """\
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry, left, earned = open_[0], quantity, 0.0
    fills, pnl = [], []
    waiting = 0                               # number of the nearest target not filled yet

    def sell(bar, price, amount):
        nonlocal left, earned
        amount = min(amount, left)
        if amount > 0:
            fills.append((bar, price, amount))
            earned += side * (price - entry) * amount
            left -= amount

    for bar, (o, h, l, c) in enumerate(zip(open_, high, low, close)):
        best, worst = (h, l) if side > 0 else (l, h)
        while bar > 0 and waiting < len(targets) and side * o >= side * targets[waiting]:
            sell(bar, o, fractions[waiting] * quantity)
            waiting += 1
        if side * worst <= side * stop:
            exit_price = o if side * o < side * stop else stop
            sell(bar, exit_price, left)
        else:
            while waiting < len(targets) and side * best >= side * targets[waiting]:
                sell(bar, targets[waiting], fractions[waiting] * quantity)
                waiting += 1
        pnl.append(earned + side * (c - entry) * left)
    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """\
def ledger(fills, mark):
    held, average, realised = 0.0, 0.0, 0.0
    for quantity, price in fills:
        after = held + quantity
        if held * quantity >= 0:              # opens or adds
            cost = average * abs(held) + price * abs(quantity)
            average = cost / abs(after)
        else:
            side = 1 if held > 0 else -1
            closed = min(abs(quantity), abs(held))
            realised += closed * side * (price - average)
            if after == 0:
                average = 0.0
            elif after * held < 0:            # through zero
                average = price
        held = after
    unrealised = held * (mark - average)
    return {"position": held, "average_price": average, "realised": realised,
            "unrealised": unrealised}
""",
    "plan_scale_in": """\
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    total = sum(splits)
    shares = [split / total for split in splits]
    loss = sum(share * side * (entry - stop) for share, entry in zip(shares, entries))
    value = sum(share * entry for share, entry in zip(shares, entries))
    units = risk_budget * equity / loss
    cap = max_leverage * equity / value
    if units > cap:
        units = cap
    return [units * share for share in shares]
""",
    "leave_one_out": """\
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    rows = returns.dropna()
    scaled = rows / rows.std()
    year = np.sqrt(periods_per_year)

    def judge(names):
        total = scaled[names].sum(axis=1)
        portfolio = total * (target_volatility / (total.std() * year))
        return portfolio.mean() / portfolio.std() * year, portfolio.std() * year

    everybody = list(returns.columns)
    others = [name for name in everybody if name != asset]
    sharpe_all, volatility_all = judge(everybody)
    sharpe_without, volatility_without = judge(others)
    return {
        "sharpe_all": sharpe_all,
        "volatility_all": volatility_all,
        "sharpe_without": sharpe_without,
        "volatility_without": volatility_without,
        "sharpe_change": sharpe_without - sharpe_all,
    }
""",
    "compare_lookbacks": """\
def compare_lookbacks(prices, lookbacks):
    from numpy.lib.stride_tricks import sliding_window_view

    p = prices.to_numpy(dtype=float)
    moves = np.full(len(p), np.nan)
    moves[1:] = p[1:] / p[:-1] - 1
    wild = np.full(len(p), np.nan)
    wild[60:] = sliding_window_view(moves[1:], 60).std(axis=1)
    begin = max(max(lookbacks), 60) + 1
    rows = []
    for days in lookbacks:
        average = np.full(len(p), np.nan)
        average[days - 1:] = sliding_window_view(p, days).mean(axis=1)
        signal = np.sign(p - average)
        held = signal[begin - 1:-1]
        result = held * moves[begin:] / wild[begin - 1:-1]
        flips = np.count_nonzero(held[1:] != held[:-1])
        rows.append((result.mean() / result.std() * np.sqrt(252), len(result), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])
""",
    "correlation_filter": """\
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    values = returns.to_numpy(dtype=float)
    base = base_weights.to_numpy(dtype=float)
    weights = np.tile(base, (len(values), 1))
    for t in range(window, len(values)):
        past = values[t - window:t]
        table = np.atleast_2d(np.corrcoef(past, rowvar=False))
        np.fill_diagonal(table, np.nan)
        twins = (table > threshold).sum(axis=1)
        share = np.where(twins > 0, np.maximum(0.2, 1 / (1 + twins)), 1.0)
        weights[t] = base * share
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)
""",
    "conviction_size": """\
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    cut = lambda x, bound: max(-bound, min(bound, x))
    tau = target_volatility
    if sharpe_estimate is not None:
        tau = max(0.0, min(target_volatility, kelly_fraction * sharpe_estimate))

    def one(view, wild):
        if np.isnan(view) or np.isnan(wild):
            return 0.0
        wild = max(wild, 0.0001)
        weight = cut(view, forecast_cap) / 10 * tau * diversification_multiplier / wild
        return cut(weight, max_weight)

    views, wilds = np.broadcast_arrays(np.asarray(forecast, float), np.asarray(volatility, float))
    weights = [one(view, wild) for view, wild in zip(views.ravel(), wilds.ravel())]
    return weights[0] if views.ndim == 0 else weights
""",
}
