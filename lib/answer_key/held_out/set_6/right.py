"""One right answer per coded exercise, written from the prompt alone, in a plain style."""

RIGHT = {
    "pyramid_risk": """\
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    stop_distance = atr_stop_mult * atr
    step = add_threshold_atr * atr
    first_quantity = equity * risk_per_level / stop_distance
    quantities = []
    entries = []
    for k in range(n_levels):
        quantities.append(first_quantity / (1 + size_decay * k))
        entries.append(price + side * k * step)
    last_entry = entries[-1]
    stop = last_entry - side * stop_distance
    loss_at_stop = 0.0
    give_back = 0.0
    for quantity, entry in zip(quantities, entries):
        loss_at_stop += quantity * side * (entry - stop)
        give_back += quantity * side * (last_entry - stop)
    stop_risk = loss_at_stop / equity
    open_heat = give_back / equity
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": stop_risk,
            "open_heat": open_heat}
""",
    "levels_experiment": """\
def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    rows = []
    for number in max_levels:
        result = run_pyramid_backtest(prices, max_levels=number, leverage=leverage)
        account = result.equity
        first = account.iloc[0]
        last = account.iloc[-1]
        total_return = last / first - 1
        peak = account.cummax()
        fall = (peak - account) / peak
        worst = fall.max()
        rows.append((total_return, worst))
    return pd.DataFrame(rows, index=list(max_levels), columns=["total_return", "max_drawdown"])
""",
    "risk_sweep": """\
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    trades = list(r_multiples)
    rows = []
    for f in risk_fractions:
        money = equity
        peak = equity
        worst = 0.0
        for r in trades:
            money = money * (1 + f * r)
            if money < 0:
                money = 0.0
            if money > peak:
                peak = money
            fall = (peak - money) / peak
            if fall > worst:
                worst = fall
        rows.append((money, worst))
    return pd.DataFrame(rows, index=list(risk_fractions), columns=["final_equity", "max_drawdown"])
""",
    "scale_out": """\
def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    left = float(quantity)
    realised = 0.0
    done = [False] * len(targets)
    fills = []
    pnl = []
    for bar in range(len(close)):
        opening = open_[bar]
        if side == 1:
            best, worst = high[bar], low[bar]
        else:
            best, worst = low[bar], high[bar]
        # 1: targets that the open has reached
        if bar > 0:
            for i, target in enumerate(targets):
                if not done[i] and side * (opening - target) >= 0:
                    amount = min(fractions[i] * quantity, left)
                    left -= amount
                    realised += side * (opening - entry) * amount
                    fills.append((bar, opening, amount))
                    done[i] = True
        # 2: the stop
        if left > 0 and side * (worst - stop) <= 0:
            exit_price = stop
            if side * (opening - stop) < 0:
                exit_price = opening
            realised += side * (exit_price - entry) * left
            fills.append((bar, exit_price, left))
            left = 0.0
            done = [True] * len(targets)
        # 3: targets within the bar
        else:
            for i, target in enumerate(targets):
                if not done[i] and side * (best - target) >= 0:
                    amount = min(fractions[i] * quantity, left)
                    left -= amount
                    realised += side * (target - entry) * amount
                    fills.append((bar, target, amount))
                    done[i] = True
        unrealised = side * (close[bar] - entry) * left
        pnl.append(realised + unrealised)
    return {"fills": fills, "pnl": pnl, "position": left}
""",
    "ledger": """\
def ledger(fills, mark):
    position = 0.0
    average = 0.0
    realised = 0.0
    for quantity, price in fills:
        if position == 0:
            position = quantity
            average = price
        elif position * quantity > 0:
            old_value = abs(position) * average
            new_value = abs(quantity) * price
            average = (old_value + new_value) / (abs(position) + abs(quantity))
            position = position + quantity
        else:
            side = 1 if position > 0 else -1
            before = position
            closed = min(abs(quantity), abs(before))
            realised += closed * side * (price - average)
            position = before + quantity
            if position == 0:
                average = 0.0
            elif position * before < 0:
                average = price
    unrealised = position * (mark - average)
    return {"position": position, "average_price": average, "realised": realised, "unrealised": unrealised}
""",
    "plan_scale_in": """\
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    total = sum(splits)
    shares = [split / total for split in splits]
    budget = risk_budget * equity
    cap = max_leverage * equity
    loss_per_unit = 0.0
    value_per_unit = 0.0
    for share, entry in zip(shares, entries):
        loss_per_unit += share * side * (entry - stop)
        value_per_unit += share * entry
    units = budget / loss_per_unit
    most_units = cap / value_per_unit
    if units > most_units:
        units = most_units
    quantities = [units * share for share in shares]
    return quantities
""",
    "leave_one_out": """\
def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    rows = returns.dropna()
    deviations = rows.std()
    scaled = rows / deviations
    rest = scaled.drop(columns=asset)
    sum_all = scaled.sum(axis=1)
    sum_without = rest.sum(axis=1)
    root = np.sqrt(periods_per_year)
    factor_all = target_volatility / (sum_all.std() * root)
    factor_without = target_volatility / (sum_without.std() * root)
    with_it = sum_all * factor_all
    without_it = sum_without * factor_without
    sharpe_all = with_it.mean() / with_it.std() * root
    sharpe_without = without_it.mean() / without_it.std() * root
    volatility_all = with_it.std() * root
    volatility_without = without_it.std() * root
    change = sharpe_without - sharpe_all
    return {"sharpe_all": sharpe_all, "volatility_all": volatility_all, "sharpe_without": sharpe_without,
            "volatility_without": volatility_without, "sharpe_change": change}
""",
    "compare_lookbacks": """\
def compare_lookbacks(prices, lookbacks):
    longest = max(lookbacks)
    begin = max(longest, 60) + 1
    moves = prices.pct_change()
    wild = moves.rolling(60).std()
    wild_before = wild.shift(1)
    rows = []
    for days in lookbacks:
        average = prices.rolling(days).mean()
        signal = np.sign(prices - average)
        held = signal.shift(1)
        result = held * moves / wild_before
        part = result.iloc[begin:]
        held_part = held.iloc[begin:]
        sharpe = part.mean() / part.std() * np.sqrt(252)
        changes = held_part.diff().iloc[1:]
        flips = (changes != 0).sum()
        rows.append((sharpe, len(part), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])
""",
    "correlation_filter": """\
def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    base = base_weights.to_numpy(dtype=float)
    n_rows, n_assets = returns.shape
    weights = np.tile(base, (n_rows, 1))
    for t in range(window, n_rows):
        past = returns.iloc[t - window:t]
        table = past.corr().to_numpy()
        for i in range(n_assets):
            twins = 0
            for j in range(n_assets):
                if j != i and table[i, j] > threshold:
                    twins += 1
            if twins > 0:
                share = max(0.2, 1 / (1 + twins))
                weights[t, i] = base[i] * share
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)
""",
    "conviction_size": """\
def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10,
                    forecast_cap=20.0, sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    views = np.asarray(forecast, dtype=float)
    wild = np.asarray(volatility, dtype=float)
    unknown = np.isnan(views) | np.isnan(wild)
    tau = target_volatility
    if sharpe_estimate is not None:
        kelly = max(0.0, kelly_fraction * sharpe_estimate)
        tau = min(target_volatility, kelly)
    capped = np.clip(views, -forecast_cap, forecast_cap)
    floored = np.maximum(wild, 0.0001)
    weight = capped / 10 * tau * diversification_multiplier / floored
    weight = np.clip(weight, -max_weight, max_weight)
    weight = np.where(unknown, 0.0, weight)
    return float(weight) if weight.ndim == 0 else weight
""",
}
