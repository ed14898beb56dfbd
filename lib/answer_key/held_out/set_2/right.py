"""A right answer to each exercise, as a student may write it.

The texts that the second set puts slips into.
"""

RIGHT = {
    "pyramid_risk": """
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    base = equity * risk_per_level / (atr_stop_mult * atr)
    quantities, entries = [], []
    for k in range(n_levels):
        quantities.append(base / (1 + size_decay * k))
        entries.append(price + side * k * add_threshold_atr * atr)
    stop = entries[-1] - side * atr_stop_mult * atr
    stop_risk = sum(q * side * (e - stop) for q, e in zip(quantities, entries)) / equity
    open_heat = sum(q * side * (entries[-1] - stop) for q in quantities) / equity
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": stop_risk, "open_heat": open_heat}
""",
    "levels_experiment": """
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    rows = []
    for n in max_levels:
        account = run_pyramid_backtest(prices, max_levels=n, leverage=leverage).equity
        rows.append({"total_return": account.iloc[-1] / account.iloc[0] - 1, "max_drawdown": max_drawdown(account)})
    return pd.DataFrame(rows, index=list(max_levels))
""",
    "risk_sweep": """
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    rows = []
    for f in risk_fractions:
        value, peak, worst = equity, equity, 0.0
        for r in np.asarray(r_multiples, dtype=float):
            value = max(0.0, value * (1 + f * r))
            peak = max(peak, value)
            worst = max(worst, (peak - value) / peak)
        rows.append((value, worst))
    return pd.DataFrame(rows, index=list(risk_fractions), columns=["final_equity", "max_drawdown"])
""",
    "scale_out": """
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry, left, earned = open_[0], quantity, 0.0
    waiting = list(zip(targets, fractions))
    fills, pnl = [], []
    def sell(bar, price, amount):
        nonlocal left, earned
        amount = min(amount, left)
        if amount > 0:
            fills.append((bar, price, amount))
            left -= amount
            earned += side * (price - entry) * amount
    for bar in range(len(close)):
        best, worst = (high[bar], low[bar]) if side == 1 else (low[bar], high[bar])
        if bar > 0:
            while waiting and side * open_[bar] >= side * waiting[0][0]:
                sell(bar, open_[bar], waiting.pop(0)[1] * quantity)
        if left > 0 and side * worst <= side * stop:
            sell(bar, open_[bar] if side * open_[bar] < side * stop else stop, left)
            waiting = []
        else:
            while waiting and side * best >= side * waiting[0][0]:
                target, part = waiting.pop(0)
                sell(bar, target, part * quantity)
        pnl.append(earned + side * (close[bar] - entry) * left)
    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """
def ledger(fills, mark):
    position = average = realised = 0.0
    for quantity, price in fills:
        if position * quantity >= 0:
            average = (average * abs(position) + price * abs(quantity)) / (abs(position) + abs(quantity))
            position += quantity
        else:
            side = 1 if position > 0 else -1
            closed = min(abs(quantity), abs(position))
            realised += side * closed * (price - average)
            before = position
            position += quantity
            if position == 0:
                average = 0.0
            elif before * position < 0:
                average = price
    return {"position": position, "average_price": average, "realised": realised, "unrealised": position * (mark - average)}
""",
    "plan_scale_in": """
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    total = sum(splits)
    weights = [share / total for share in splits]
    loss = sum(w * side * (e - stop) for w, e in zip(weights, entries))
    size = risk_budget * equity / loss
    notional = size * sum(w * e for w, e in zip(weights, entries))
    if notional > max_leverage * equity:
        size = size * max_leverage * equity / notional
    return [size * w for w in weights]
""",
    "leave_one_out": """
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    rows = returns.dropna()
    scaled = rows / rows.std()
    def measured(frame):
        total = frame.sum(axis=1)
        total = total * target_volatility / (total.std() * np.sqrt(periods_per_year))
        return total.mean() / total.std() * np.sqrt(periods_per_year), total.std() * np.sqrt(periods_per_year)
    sharpe_all, vol_all = measured(scaled)
    sharpe_without, vol_without = measured(scaled.drop(columns=asset))
    return {"sharpe_all": sharpe_all, "volatility_all": vol_all, "sharpe_without": sharpe_without,
            "volatility_without": vol_without, "sharpe_change": sharpe_without - sharpe_all}
""",
    "compare_lookbacks": """
def compare_lookbacks(prices, lookbacks):
    moves = prices.pct_change()
    vol = moves.rolling(60).std()
    start = max(max(lookbacks), 60) + 1
    rows = []
    for days in lookbacks:
        held = np.sign(prices - prices.rolling(days).mean()).shift(1)
        result = (held * moves / vol.shift(1)).iloc[start:]
        part = held.iloc[start:]
        flips = int((part.diff().iloc[1:] != 0).sum())
        rows.append((result.mean() / result.std() * np.sqrt(252), len(result), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])
""",
    "correlation_filter": """
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    weights = pd.DataFrame(np.tile(base_weights.to_numpy(dtype=float), (len(returns), 1)), index=returns.index,
                           columns=returns.columns)
    for t in range(window, len(returns)):
        table = returns.iloc[t - window : t].corr().to_numpy()
        twins = (table > threshold).sum(axis=1) - 1
        share = np.where(twins > 0, np.maximum(0.2, 1 / (1 + twins)), 1.0)
        weights.iloc[t] = base_weights.to_numpy() * share
    return weights
""",
    "conviction_size": """
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    f = np.asarray(forecast, dtype=float)
    v = np.asarray(volatility, dtype=float)
    tau = target_volatility
    if sharpe_estimate is not None:
        tau = min(tau, max(0.0, kelly_fraction * sharpe_estimate))
    f = np.clip(f, -forecast_cap, forecast_cap)
    w = f / 10 * tau * diversification_multiplier / np.maximum(v, 0.0001)
    w = np.clip(w, -max_weight, max_weight)
    return np.where(np.isnan(w), 0.0, w)
""",
}
