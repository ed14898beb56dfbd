"""Answers that the sample class hands in.

Wrong ones as learners write them, right ones that look unlike the solution. Each is the whole
source of one solution cell, by grade id.
"""

LEVERAGED = {
    "pyramid_risk": '''
def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    leverage = 3.0
    quantities, entries = [], []
    for k in range(n_levels):
        entries.append(price + side * k * add_threshold_atr * atr)
        quantities.append(leverage * equity * risk_per_level / (atr_stop_mult * atr) / (1 + size_decay * k))
    stop = entries[-1] - side * atr_stop_mult * atr
    stop_risk = sum(q * side * (e - stop) for q, e in zip(quantities, entries)) / equity
    open_heat = sum(q * side * (entries[-1] - stop) for q in quantities) / equity
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": stop_risk, "open_heat": open_heat}
''',
    "risk_sweep": '''
def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    import pandas as pd
    rows = []
    for f in risk_fractions:
        value, peak, worst = equity, equity, 0.0
        for r in r_multiples:
            value = value + equity * f * r
            peak = max(peak, value)
            worst = max(worst, (peak - value) / peak)
        rows.append((value, worst))
    return pd.DataFrame(rows, index=list(risk_fractions), columns=["final_equity", "max_drawdown"])
''',
}

REMAINDERS = {
    "ledger": '''
def ledger(fills, mark):
    position, value, average, realised = 0.0, 0.0, 0.0, 0.0
    for quantity, price in fills:
        if position == 0 or position * quantity > 0:
            value_new = abs(quantity) * price
            average = (average * value + price * value_new) / (value + value_new)
            value += value_new
        else:
            closed = min(abs(quantity), abs(position))
            realised += closed * (price - average) * (1 if position > 0 else -1)
        position += quantity
    unrealised = position * (mark - average)
    return {"position": position, "average_price": average, "realised": realised, "unrealised": unrealised}
''',
    "plan_scale_in": '''
def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    quantities = []
    for entry, split in zip(entries, splits):
        quantities.append(risk_budget * equity * split / abs(entry - stop))
    return quantities
''',
}

LOOKAHEAD = {
    "compare_lookbacks": '''
import numpy as np
import pandas as pd

def compare_lookbacks(prices, lookbacks):
    returns = prices.pct_change()
    volatility = returns.rolling(60).std()
    rows = []
    for lookback in lookbacks:
        signal = np.sign(prices - prices.rolling(lookback).mean())
        held = (signal * returns / volatility).iloc[max(max(lookbacks), 60) + 1:]
        flips = int((signal.iloc[max(max(lookbacks), 60) + 1:].diff().abs() > 0).sum())
        rows.append((held.mean() / held.std() * np.sqrt(252), len(held), flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])
''',
    "conviction_size": '''
import numpy as np

def conviction_size(forecast, volatility, *, diversification_multiplier=1.0, target_volatility=0.10, forecast_cap=20.0,
                    sharpe_estimate=None, kelly_fraction=0.5, max_weight=2.0):
    forecast = np.asarray(forecast, dtype=float)
    volatility = np.asarray(volatility, dtype=float)
    weight = np.sign(forecast) * target_volatility * diversification_multiplier / np.maximum(volatility, 1e-4)
    return np.nan_to_num(np.clip(weight, -max_weight, max_weight))
''',
    "q1": "q1_nominal_risk = 0.02\nq1_stop_risk = 0.02\nq1_peak_level = 4\nq1_peak_stop_risk = 0.02\n",
}

OTHER_STYLE = {
    "pyramid_risk": '''
import numpy as np

def pyramid_risk(n_levels, *, side=1, price=100.0, atr=2.0, equity=100_000.0, risk_per_level=0.005,
                 atr_stop_mult=2.0, add_threshold_atr=1.0, size_decay=0.25):
    k = np.arange(n_levels)
    entries = price + side * k * add_threshold_atr * atr
    quantities = equity * risk_per_level / (atr_stop_mult * atr) / (1 + size_decay * k)
    stop = entries[-1] - side * atr_stop_mult * atr
    return dict(
        quantities=quantities, entries=entries, stop=stop,
        stop_risk=float(np.sum(quantities * side * (entries - stop)) / equity),
        open_heat=float(np.sum(quantities) * abs(entries[-1] - stop) / equity),
        comment="vectorised",
    )

pyramid_risk(4)
''',
}
