"""Every coded exercise once more, line by line as its prompt puts it.

:mod:`answer_key.mutations` changes these texts in one place at a time and describes each change by
the names in it, so a local variable has the name that the prompt has for the figure, every figure
that the prompt names has a line of its own, and there are no helpers. Types are left out, as in a
student's code.
"""
# mypy: ignore-errors
# ruff: noqa: B905, D103

import functools

import numpy as np
import pandas as pd
from phase6.pyramiding import run_pyramid_backtest


@functools.lru_cache(maxsize=64)
def _account(bars, columns, levels, leverage):
    prices = pd.DataFrame(np.frombuffer(bars).reshape(-1, len(columns)), columns=list(columns))
    return run_pyramid_backtest(prices, max_levels=levels, leverage=leverage).equity.to_numpy()


def backtest(prices, *, max_levels=4, leverage=3.0):
    """The account at each close; a run on the same bars is made once."""
    bars = np.ascontiguousarray(prices.to_numpy(dtype=float)).tobytes()
    return _account(bars, tuple(prices.columns), int(max_levels), float(leverage)).copy()


def pyramid_risk(
    n_levels,
    *,
    side=1,
    price=100.0,
    atr=2.0,
    equity=100_000.0,
    risk_per_level=0.005,
    atr_stop_mult=2.0,
    add_threshold_atr=1.0,
    size_decay=0.25,
):
    quantities, entries = [], []
    for level in range(n_levels):
        entries.append(price + side * level * add_threshold_atr * atr)
        quantities.append(equity * risk_per_level / (atr_stop_mult * atr) / (1 + size_decay * level))
    stop = entries[-1] - side * atr_stop_mult * atr
    stop_risk = sum(quantity * side * (entry - stop) for quantity, entry in zip(quantities, entries)) / equity
    open_heat = sum(quantity * side * (entries[-1] - stop) for quantity in quantities) / equity
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": stop_risk, "open_heat": open_heat}


def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    rows = []
    for levels in max_levels:
        equity_curve = backtest(prices, max_levels=levels, leverage=leverage)
        peak = np.maximum.accumulate(equity_curve)
        total_return = equity_curve[-1] / equity_curve[0] - 1
        max_drawdown = np.max((peak - equity_curve) / peak)
        rows.append((total_return, max_drawdown))
    return pd.DataFrame(rows, index=list(max_levels), columns=["total_return", "max_drawdown"])


def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    rows = []
    for fraction in risk_fractions:
        current_equity = peak = equity
        max_drawdown = 0.0
        for multiple in r_multiples:
            current_equity = max(0.0, current_equity * (1 + fraction * multiple))
            peak = max(peak, current_equity)
            fall = (peak - current_equity) / peak
            max_drawdown = max(max_drawdown, fall)
        final_equity = current_equity
        rows.append((final_equity, max_drawdown))
    return pd.DataFrame(rows, index=list(risk_fractions), columns=["final_equity", "max_drawdown"])


def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    quantity_left = quantity
    realised_profit = 0.0
    waiting_targets, waiting_fractions = list(targets), list(fractions)
    fills, pnl = [], []
    for bar in range(len(close)):
        best_price = high[bar] if side == 1 else low[bar]
        worst_price = low[bar] if side == 1 else high[bar]
        while bar > 0 and waiting_targets and side * open_[bar] >= side * waiting_targets[0]:
            gap_price = open_[bar]
            waiting_targets.pop(0)
            quantity_sold = min(waiting_fractions.pop(0) * quantity, quantity_left)
            fills.append((bar, gap_price, quantity_sold))
            realised_profit = realised_profit + side * (gap_price - entry) * quantity_sold
            quantity_left = quantity_left - quantity_sold
        if side * worst_price <= side * stop:
            stop_price = open_[bar] if side * open_[bar] < side * stop else stop
            fills.append((bar, stop_price, quantity_left))
            realised_profit = realised_profit + side * (stop_price - entry) * quantity_left
            quantity_left = 0.0
            waiting_targets = []
        while waiting_targets and side * best_price >= side * waiting_targets[0]:
            target_price = waiting_targets.pop(0)
            quantity_sold = min(waiting_fractions.pop(0) * quantity, quantity_left)
            fills.append((bar, target_price, quantity_sold))
            realised_profit = realised_profit + side * (target_price - entry) * quantity_sold
            quantity_left = quantity_left - quantity_sold
        pnl.append(realised_profit + side * (close[bar] - entry) * quantity_left)
    position = quantity_left
    return {"fills": fills, "pnl": pnl, "position": position}


def ledger(fills, mark):
    position = average_price = realised = 0.0
    for quantity, price in fills:
        if position * quantity >= 0:
            average_price = (position * average_price + quantity * price) / (position + quantity)
            position = position + quantity
        elif abs(quantity) <= abs(position):
            realised = realised - quantity * (price - average_price)
            position = position + quantity
            if position == 0:
                average_price = 0.0
        else:
            realised = realised + position * (price - average_price)
            position = position + quantity
            average_price = price
    unrealised = position * (mark - average_price)
    return {"position": position, "average_price": average_price, "realised": realised, "unrealised": unrealised}


def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    shares = [split / sum(splits) for split in splits]
    loss_per_unit = sum(share * side * (entry - stop) for share, entry in zip(shares, entries))
    value_per_unit = sum(share * entry for share, entry in zip(shares, entries))
    size_by_risk = risk_budget * equity / loss_per_unit
    size_by_cap = max_leverage * equity / value_per_unit
    size = min(size_by_risk, size_by_cap)
    quantities = [share * size for share in shares]
    return quantities


def leave_one_out(returns, asset, *, target_volatility=0.10, periods_per_year=252):
    complete_rows = returns.dropna()
    scaled_returns = complete_rows / complete_rows.std()
    results = {}
    for which, portfolio_returns in (
        ("all", scaled_returns.sum(axis=1)),
        ("without", scaled_returns.drop(columns=asset).sum(axis=1)),
    ):
        portfolio_returns = portfolio_returns * target_volatility / (portfolio_returns.std() * np.sqrt(periods_per_year))
        annual_volatility = portfolio_returns.std() * np.sqrt(periods_per_year)
        sharpe_ratio = portfolio_returns.mean() / portfolio_returns.std() * np.sqrt(periods_per_year)
        results["volatility_" + which] = annual_volatility
        results["sharpe_" + which] = sharpe_ratio
    sharpe_change = results["sharpe_without"] - results["sharpe_all"]
    return {**results, "sharpe_change": sharpe_change}


def compare_lookbacks(prices, lookbacks):
    rows = []
    simple_return = prices.pct_change()
    for lookback in lookbacks:
        volatility = simple_return.rolling(60).std()
        start = max(max(lookbacks), 60) + 1
        moving_average = prices.rolling(lookback).mean()
        signal = np.sign(prices - moving_average)
        held_signal = signal.shift(1)
        strategy_return = held_signal * simple_return / volatility.shift(1)
        sample = strategy_return.iloc[start:]
        held_sample = held_signal.iloc[start:]
        sharpe = sample.mean() / sample.std() * np.sqrt(252)
        n_days = len(sample)
        flips = (held_sample.diff().iloc[1:] != 0).sum()
        rows.append((sharpe, n_days, flips))
    return pd.DataFrame(rows, index=list(lookbacks), columns=["sharpe", "n_days", "flips"])


def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    daily_returns, base_weight = returns.to_numpy(), base_weights.to_numpy()
    weights = np.tile(base_weight, (len(daily_returns), 1))
    for row in range(window, len(daily_returns)):
        correlation = np.corrcoef(daily_returns[row - window : row].T)
        twins = (correlation > threshold).sum(axis=1) - 1
        weights[row] = np.where(twins > 0, 0.5 * base_weight, base_weight)
    return pd.DataFrame(weights, index=returns.index, columns=returns.columns)


def conviction_size(
    forecast,
    volatility,
    *,
    diversification_multiplier=1.0,
    target_volatility=0.10,
    forecast_cap=20.0,
    sharpe_estimate=None,
    kelly_fraction=0.5,
    max_weight=2.0,
):
    forecast, volatility = np.asarray(forecast, dtype=float), np.asarray(volatility, dtype=float)
    target = target_volatility
    if sharpe_estimate is not None:
        kelly_target = max(0.0, kelly_fraction * sharpe_estimate)
        target = min(target_volatility, kelly_target)
    capped_forecast = np.clip(forecast, -forecast_cap, forecast_cap)
    floored_volatility = np.maximum(volatility, 0.0001)
    weight = capped_forecast / 10 * target * diversification_multiplier / floored_volatility
    capped_weight = np.clip(weight, -max_weight, max_weight)
    return np.where(np.isnan(capped_weight), 0.0, capped_weight)


PLAIN = (
    pyramid_risk,
    levels_experiment,
    risk_sweep,
    scale_out,
    ledger,
    plan_scale_in,
    leave_one_out,
    compare_lookbacks,
    correlation_filter,
    conviction_size,
)
ALIKE = (
    "open_ high low close best_price worst_price gap_price stop_price target_price "
    "entry entries stop targets waiting_targets price average_price mark average_entry target",
    "quantity quantities quantity_left quantity_sold position first_quantity total_quantity position_before closed",
    "equity equity_curve current_equity final_equity peak",
    "fall max_drawdown",
    "risk_per_level risk_budget fraction",
    "atr_stop_mult add_threshold_atr size_decay",
    "split splits share shares",
    "loss_per_unit value_per_unit",
    "size_by_risk size_by_cap",
    "realised unrealised realised_profit unrealised_profit",
    "budget cap notional",
    "other asset",
    "one_forecast one_volatility",
    "returns complete_rows scaled_returns portfolio_returns simple_return strategy_return sample",
    "signal held_signal held_sample",
    "prices moving_average",
    "lookback lookbacks window periods_per_year n_days",
    "volatility floored_volatility target_volatility kelly_target target",
    "forecast capped_forecast",
    "weight capped_weight weights base_weight base_weights",
    "forecast_cap max_weight",
    "diversification_multiplier kelly_fraction sharpe_estimate",
)
"""Names of figures of one kind, one of which may be taken for another."""
