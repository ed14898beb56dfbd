"""One right answer per coded exercise, written from the prompt alone, in a plain style."""

RIGHT = {
    "pyramid_risk": """
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    # how far the stop is away, how far apart the entries are, how large the first one is
    distance = atr_stop_mult * atr
    step = add_threshold_atr * atr
    first_size = equity * risk_per_level / distance

    quantities = []
    entries = []
    for k in range(n_levels):
        shrink = 1 + size_decay * k
        quantities.append(first_size / shrink)
        entries.append(price + side * k * step)

    newest = entries[-1]
    stop = newest - side * distance

    loss = 0.0
    give_back = 0.0
    for q, e in zip(quantities, entries):
        loss += q * side * (e - stop)
        give_back += q * side * (newest - stop)

    stop_risk = loss / equity
    open_heat = give_back / equity
    return {"quantities": quantities, "entries": entries, "stop": stop,
            "stop_risk": stop_risk, "open_heat": open_heat}
""",
    "levels_experiment": """
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    levels = list(max_levels)
    rows = []
    for n in levels:
        result = run_pyramid_backtest(prices, max_levels=n, leverage=leverage)
        equity = result.equity
        start = equity.iloc[0]
        end = equity.iloc[-1]
        total_return = end / start - 1
        peak = equity.cummax()
        fall = (peak - equity) / peak
        worst = fall.max()
        rows.append((total_return, worst))
    return pd.DataFrame(rows, index=levels, columns=["total_return", "max_drawdown"])
""",
    "risk_sweep": """
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    trades = [float(r) for r in r_multiples]
    fractions = list(risk_fractions)
    finals = []
    worsts = []
    for f in fractions:
        money = equity
        peak = equity
        worst = 0.0
        for r in trades:
            growth = 1 + f * r
            money = money * growth
            if money < 0:
                money = 0.0
            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
        finals.append(money)
        worsts.append(worst)
    return pd.DataFrame({"final_equity": finals, "max_drawdown": worsts}, index=fractions)
""",
    "scale_out": """
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    opens, highs, lows, closes = list(open_), list(high), list(low), list(close)
    entry = opens[0]
    left = quantity
    realised = 0.0
    fills = []
    pnl = []
    waiting = [(target, fraction * quantity) for target, fraction in zip(targets, fractions)]

    def sell(bar, price, amount):
        nonlocal left, realised
        amount = min(amount, left)
        if amount > 0:
            left = left - amount
            realised = realised + side * (price - entry) * amount
            fills.append((bar, price, amount))

    for bar in range(len(closes)):
        o, h, l, c = opens[bar], highs[bar], lows[bar], closes[bar]
        if side == 1:
            best, worst = h, l
        else:
            best, worst = l, h

        # 1. what the open has reached
        if bar > 0:
            later = []
            for target, amount in waiting:
                if side * (o - target) >= 0:
                    sell(bar, o, amount)
                else:
                    later.append((target, amount))
            waiting = later

        # 2. the stop, 3. otherwise the targets
        if side * (worst - stop) <= 0:
            out = stop
            if side * (o - stop) < 0:
                out = o
            sell(bar, out, left)
            waiting = []
        else:
            later = []
            for target, amount in waiting:
                if side * (best - target) >= 0:
                    sell(bar, target, amount)
                else:
                    later.append((target, amount))
            waiting = later

        unrealised = side * (c - entry) * left
        pnl.append(realised + unrealised)

    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """
def ledger(fills, mark):
    position = 0.0
    average = 0.0
    realised = 0.0
    for q, price in fills:
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
    unrealised = position * (mark - average)
    return {"position": position, "average_price": average, "realised": realised, "unrealised": unrealised}
""",
    "plan_scale_in": """
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    whole = sum(splits)
    shares = [s / whole for s in splits]
    # one unit of the whole plan
    loss_per_unit = 0.0
    value_per_unit = 0.0
    for w, e in zip(shares, entries):
        loss_per_unit += w * side * (e - stop)
        value_per_unit += w * e
    budget = risk_budget * equity
    limit = max_leverage * equity
    by_risk = budget / loss_per_unit
    by_cap = limit / value_per_unit
    units = min(by_risk, by_cap)
    quantities = [units * w for w in shares]
    return quantities
""",
    "leave_one_out": """
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    year = np.sqrt(periods_per_year)
    names = list(returns.columns)
    others = [name for name in names if name != asset]
    rows = returns.dropna()
    spread = rows.std()
    scaled = rows / spread

    def measure(columns):
        total = scaled[columns].sum(axis=1)
        factor = target_volatility / (total.std() * year)
        portfolio = total * factor
        mean = portfolio.mean()
        deviation = portfolio.std()
        ratio = mean / deviation * year
        return ratio, deviation * year

    sharpe_all, volatility_all = measure(names)
    sharpe_without, volatility_without = measure(others)
    change = sharpe_without - sharpe_all
    return {"sharpe_all": sharpe_all, "volatility_all": volatility_all,
            "sharpe_without": sharpe_without, "volatility_without": volatility_without,
            "sharpe_change": change}
""",
    "compare_lookbacks": """
def compare_lookbacks(prices, lookbacks):
    moves = prices / prices.shift(1) - 1
    vol = moves.rolling(60).std()
    known_vol = vol.shift(1)
    longest = max(lookbacks)
    first = max(longest, 60) + 1
    rows = []
    for days in lookbacks:
        average = prices.rolling(days).mean()
        signal = np.sign(prices - average)
        held = signal.shift(1)
        earned = held * moves / known_vol
        sample = earned.iloc[first:]
        ratio = sample.mean() / sample.std() * np.sqrt(252)
        turns = held.iloc[first:].diff().iloc[1:]
        flips = int((turns != 0).sum())
        rows.append((ratio, len(sample), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])
""",
    "correlation_filter": """
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    base = base_weights.to_numpy(dtype=float)
    count = len(base)
    weights = np.tile(base, (len(returns), 1))
    for t in range(window, len(returns)):
        recent = returns.iloc[t - window:t]
        table = recent.corr().to_numpy()
        close = table > threshold
        close[np.arange(count), np.arange(count)] = False
        twins = close.sum(axis=1)
        share = np.ones(count)
        for i in range(count):
            if twins[i] > 0:
                share[i] = max(0.2, 1 / (1 + twins[i]))
        row = base * share
        weights[t] = row
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)
""",
    "conviction_size": """
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    views = np.asarray(forecast, dtype=float)
    vols = np.asarray(volatility, dtype=float)
    unknown = np.isnan(views) | np.isnan(vols)

    tau = target_volatility
    if sharpe_estimate is not None:
        kelly = kelly_fraction * sharpe_estimate
        allowed = max(0.0, kelly)
        tau = min(target_volatility, allowed)

    capped = np.clip(views, -forecast_cap, forecast_cap)
    strength = capped / 10
    floored = np.maximum(vols, 0.0001)
    raw = strength * tau * diversification_multiplier / floored
    weights = np.clip(raw, -max_weight, max_weight)
    weights = np.where(unknown, 0.0, weights)
    if weights.ndim == 0:
        return float(weights)
    return weights
""",
}
