"""Right answers of the fifth held-out set, one for each exercise.

Written from the prompts alone, in a beginner's style. np, pd, run_pyramid_backtest and
max_drawdown are the names an answer may use.
"""

RIGHT = {}

RIGHT["pyramid_risk"] = """\
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0,
                 risk_per_level=0.005, atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    stop_distance = atr_stop_mult * atr
    step = add_threshold_atr * atr
    first_quantity = equity * risk_per_level / stop_distance
    quantities = []
    entries = []
    for k in range(n_levels):
        entry = price + side * k * step
        entries.append(entry)
        quantity = first_quantity / (1 + size_decay * k)
        quantities.append(quantity)
    last_entry = entries[-1]
    stop = last_entry - side * stop_distance
    total_loss = 0.0
    give_back = 0.0
    for i in range(0, n_levels):
        total_loss += quantities[i] * side * (entries[i] - stop)
        give_back += quantities[i] * side * (last_entry - stop)
    return {
        "quantities": quantities,
        "entries": entries,
        "stop": stop,
        "stop_risk": total_loss / equity,
        "open_heat": give_back / equity,
    }
"""

RIGHT["levels_experiment"] = """\
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    total_returns = []
    drawdowns = []
    for number in max_levels:
        result = run_pyramid_backtest(prices, max_levels=number, leverage=leverage)
        equity = result.equity
        first = equity.iloc[0]
        last = equity.iloc[-1]
        total_returns.append(last / first - 1)
        peak = first
        worst = 0.0
        for value in equity:
            if value > peak:
                peak = value
            fall = (peak - value) / peak
            if fall > worst:
                worst = fall
        drawdowns.append(worst)
    table = pd.DataFrame(index=list(max_levels))
    table["total_return"] = total_returns
    table["max_drawdown"] = drawdowns
    return table
"""

RIGHT["risk_sweep"] = """\
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    trades = list(r_multiples)
    finals = []
    drawdowns = []
    for f in risk_fractions:
        balance = equity
        peak = equity
        worst = 0.0
        for r in trades:
            balance = balance * (1 + f * r)
            if balance <= 0:
                balance = 0.0
            if balance > peak:
                peak = balance
            fall = (peak - balance) / peak
            if fall > worst:
                worst = fall
        finals.append(balance)
        drawdowns.append(worst)
    table = {"final_equity": finals, "max_drawdown": drawdowns}
    return pd.DataFrame(table, index=list(risk_fractions))
"""

RIGHT["scale_out"] = """\
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    left = quantity
    realised = 0.0
    fills = []
    pnl = []
    waiting = list(range(len(targets)))
    for bar in range(len(close)):
        if side == 1:
            best, worst = high[bar], low[bar]
        else:
            best, worst = low[bar], high[bar]
        # 1. the open
        if bar > 0:
            still = []
            for i in waiting:
                reached = side * open_[bar] >= side * targets[i]
                if reached:
                    amount = min(fractions[i] * quantity, left)
                    if amount > 0:
                        fills.append((bar, open_[bar], amount))
                        realised += side * (open_[bar] - entry) * amount
                        left -= amount
                else:
                    still.append(i)
            waiting = still
        # 2. the stop
        stopped = side * worst <= side * stop
        if stopped:
            exit_price = stop
            if side * open_[bar] < side * stop:
                exit_price = open_[bar]
            if left > 0:
                fills.append((bar, exit_price, left))
                realised += side * (exit_price - entry) * left
            left = 0.0
            waiting = []
        else:
            # 3. the targets
            still = []
            for i in waiting:
                touched = side * best >= side * targets[i]
                if touched:
                    amount = min(fractions[i] * quantity, left)
                    if amount > 0:
                        fills.append((bar, targets[i], amount))
                        realised += side * (targets[i] - entry) * amount
                        left -= amount
                else:
                    still.append(i)
            waiting = still
        if left < 1e-9 * quantity:
            left = 0.0
        pnl.append(realised + side * (close[bar] - entry) * left)
    return {"fills": fills, "pnl": pnl, "position": left}
"""

RIGHT["ledger"] = """\
def ledger(fills, mark):
    position = 0.0
    average = 0.0
    realised = 0.0
    for quantity, price in fills:
        adds = position == 0 or (position > 0 and quantity > 0) or (position < 0 and quantity < 0)
        if adds:
            old_value = abs(position) * average
            new_value = abs(quantity) * price
            average = (old_value + new_value) / (abs(position) + abs(quantity))
            position = position + quantity
        else:
            side = 1 if position > 0 else -1
            before = abs(position)
            closed = min(abs(quantity), before)
            realised = realised + side * closed * (price - average)
            position = position + quantity
            if position == 0:
                average = 0.0
            elif abs(quantity) > before:
                average = price
    unrealised = position * (mark - average)
    return {
        "position": position,
        "average_price": average,
        "realised": realised,
        "unrealised": unrealised,
    }
"""

RIGHT["plan_scale_in"] = """\
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    budget = risk_budget * equity
    total_split = sum(splits)
    shares = []
    for split in splits:
        shares.append(split / total_split)
    loss_per_unit = 0.0
    value_per_unit = 0.0
    for i in range(len(entries)):
        distance = side * (entries[i] - stop)
        loss_per_unit += shares[i] * distance
        value_per_unit += shares[i] * entries[i]
    units = budget / loss_per_unit
    notional = units * value_per_unit
    cap = max_leverage * equity
    if notional > cap:
        units = units * cap / notional
    plan = []
    for share in shares:
        plan.append(units * share)
    return plan
"""

RIGHT["leave_one_out"] = """\
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    rows = returns.dropna()
    scaled = rows / rows.std()
    year = np.sqrt(periods_per_year)
    everything = scaled.sum(axis=1)
    others = scaled.drop(columns=[asset])
    without = others.sum(axis=1)
    factor_all = target_volatility / (everything.std() * year)
    factor_without = target_volatility / (without.std() * year)
    everything = everything * factor_all
    without = without * factor_without
    volatility_all = everything.std() * year
    volatility_without = without.std() * year
    sharpe_all = everything.mean() / everything.std() * year
    sharpe_without = without.mean() / without.std() * year
    return {
        "sharpe_all": sharpe_all,
        "volatility_all": volatility_all,
        "sharpe_without": sharpe_without,
        "volatility_without": volatility_without,
        "sharpe_change": sharpe_without - sharpe_all,
    }
"""

RIGHT["compare_lookbacks"] = """\
def compare_lookbacks(prices, lookbacks):
    moves = prices.pct_change()
    wild = moves.rolling(60).std()
    begin = max(max(lookbacks), 60) + 1
    sharpes = []
    days = []
    flips = []
    for lookback in lookbacks:
        average = prices.rolling(lookback).mean()
        signal = np.sign(prices - average)
        held = signal.shift(1)
        result = held * moves / wild.shift(1)
        part = result.iloc[begin:]
        sharpes.append(part.mean() / part.std() * np.sqrt(252))
        days.append(len(part))
        held_part = held.iloc[begin:]
        changes = 0
        for i in range(1, len(held_part)):
            if held_part.iloc[i] != held_part.iloc[i - 1]:
                changes += 1
        flips.append(changes)
    table = pd.DataFrame(index=list(lookbacks))
    table["sharpe"] = sharpes
    table["n_days"] = days
    table["flips"] = flips
    return table
"""

RIGHT["correlation_filter"] = """\
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    n = len(returns.columns)
    base = [float(w) for w in base_weights]
    rows = []
    for t in range(len(returns)):
        today = list(base)
        if t >= window:
            past = returns.iloc[t - window:t]
            table = past.corr().to_numpy()
            for i in range(n):
                twins = 0
                for j in range(n):
                    if i != j and table[i, j] > threshold:
                        twins += 1
                if twins > 0:
                    share = max(0.2, 1 / (1 + twins))
                    today[i] = base[i] * share
        rows.append(today)
    return pd.DataFrame(rows, index=returns.index, columns=returns.columns)
"""

RIGHT["conviction_size"] = """\
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0,
                    target_volatility=0.10, forecast_cap=20.0, sharpe_estimate=None,
                    kelly_fraction=0.5, max_weight=2.0):
    single = np.ndim(forecast) == 0 and np.ndim(volatility) == 0
    forecasts = np.atleast_1d(np.asarray(forecast, dtype=float))
    wilds = np.atleast_1d(np.asarray(volatility, dtype=float))
    if np.ndim(forecast) == 0:
        forecasts = np.repeat(forecasts, len(wilds))
    if np.ndim(volatility) == 0:
        wilds = np.repeat(wilds, len(forecasts))
    tau = target_volatility
    if sharpe_estimate is not None:
        kelly = kelly_fraction * sharpe_estimate
        if kelly < tau:
            tau = kelly
        if tau < 0:
            tau = 0.0
    weights = []
    for f, v in zip(forecasts, wilds):
        if np.isnan(f) or np.isnan(v):
            weights.append(0.0)
            continue
        if f > forecast_cap:
            f = forecast_cap
        if f < -forecast_cap:
            f = -forecast_cap
        if v < 0.0001:
            v = 0.0001
        w = f / 10 * tau * diversification_multiplier / v
        if w > max_weight:
            w = max_weight
        if w < -max_weight:
            w = -max_weight
        weights.append(w)
    if single:
        return weights[0]
    return np.array(weights)
"""
