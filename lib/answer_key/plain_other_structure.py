"""Coded exercises once more in another structure, as :mod:`answer_key.plain` has them.

A slip is one change of the code that a student has, whose structure may differ: what one text keeps
in a variable from round to round, another computes at once. Figures that are in both texts have the
same names.
"""
# mypy: ignore-errors
# ruff: noqa: B905, D103

import numpy as np
import pandas as pd

from answer_key.plain import backtest as backtest


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
    stop_distance = atr_stop_mult * atr
    first_quantity = equity * risk_per_level / stop_distance
    quantities, entries = [], []
    entry = price
    total_quantity = total_cost = 0.0
    for level in range(n_levels):
        quantity = first_quantity / (1 + size_decay * level)
        entry = price + side * level * add_threshold_atr * atr
        stop = entry - side * stop_distance
        total_quantity = total_quantity + quantity
        total_cost = total_cost + quantity * entry
        quantities.append(quantity)
        entries.append(entry)
    average_entry = total_cost / total_quantity
    stop_risk = total_quantity * side * (average_entry - stop) / equity
    open_heat = total_quantity * side * (entry - stop) / equity
    return {"quantities": quantities, "entries": entries, "stop": stop, "stop_risk": stop_risk, "open_heat": open_heat}


def levels_experiment(prices, *, max_levels=(1, 2, 4, 6), leverage=3.0):
    rows = []
    for levels in max_levels:
        equity_curve = backtest(prices, max_levels=levels, leverage=leverage)
        peak = equity_curve[0]
        max_drawdown = 0.0
        for current_equity in equity_curve:
            peak = max(peak, current_equity)
            fall = (peak - current_equity) / peak
            max_drawdown = max(max_drawdown, fall)
        total_return = equity_curve[-1] / equity_curve[0] - 1
        rows.append((total_return, max_drawdown))
    return pd.DataFrame(rows, index=list(max_levels), columns=["total_return", "max_drawdown"])


def risk_sweep(r_multiples, risk_fractions, equity=100_000.0):
    rows = []
    for fraction in risk_fractions:
        growth = np.maximum(1 + fraction * np.asarray(r_multiples, dtype=float), 0.0)
        equity_curve = equity * np.append(1.0, np.cumprod(growth))
        peak = np.maximum.accumulate(equity_curve)
        fall = (peak - equity_curve) / peak
        final_equity = equity_curve[-1]
        max_drawdown = np.max(fall)
        rows.append((final_equity, max_drawdown))
    return pd.DataFrame(rows, index=list(risk_fractions), columns=["final_equity", "max_drawdown"])


def scale_out(open_, high, low, close, *, side, quantity, stop, targets, fractions):
    entry = open_[0]
    quantity_left = quantity
    realised_profit = 0.0
    waiting = [True for target in targets]
    fills, pnl = [], []
    for bar in range(len(close)):
        best_price = high[bar] if side == 1 else low[bar]
        worst_price = low[bar] if side == 1 else high[bar]
        if bar > 0:
            for number in range(len(targets)):
                if waiting[number] and side * (open_[bar] - targets[number]) >= 0:
                    quantity_sold = min(fractions[number] * quantity, quantity_left)
                    fills.append((bar, open_[bar], quantity_sold))
                    realised_profit = realised_profit + side * (open_[bar] - entry) * quantity_sold
                    quantity_left = quantity_left - quantity_sold
                    waiting[number] = False
        if side * (worst_price - stop) <= 0:
            stop_price = stop
            if side * (open_[bar] - stop) < 0:
                stop_price = open_[bar]
            fills.append((bar, stop_price, quantity_left))
            realised_profit = realised_profit + side * (stop_price - entry) * quantity_left
            quantity_left = 0.0
        else:
            for number in range(len(targets)):
                if waiting[number] and side * (best_price - targets[number]) >= 0:
                    quantity_sold = min(fractions[number] * quantity, quantity_left)
                    fills.append((bar, targets[number], quantity_sold))
                    realised_profit = realised_profit + side * (targets[number] - entry) * quantity_sold
                    quantity_left = quantity_left - quantity_sold
                    waiting[number] = False
        unrealised_profit = side * (close[bar] - entry) * quantity_left
        pnl.append(realised_profit + unrealised_profit)
    position = quantity_left
    return {"fills": fills, "pnl": pnl, "position": position}


def ledger(fills, mark):
    position = average_price = realised = 0.0
    for quantity, price in fills:
        position_before = position
        position = position_before + quantity
        if position_before == 0:
            average_price = price
        elif position_before * quantity > 0:
            average_price = (abs(position_before) * average_price + abs(quantity) * price) / (abs(position_before) + abs(quantity))
        else:
            side = 1 if position_before > 0 else -1
            closed = min(abs(quantity), abs(position_before))
            realised = realised + side * closed * (price - average_price)
            if position == 0:
                average_price = 0.0
            elif position * position_before < 0:
                average_price = price
    unrealised = position * (mark - average_price)
    return {"position": position, "average_price": average_price, "realised": realised, "unrealised": unrealised}


def plan_scale_in(entries, splits, *, stop, side, equity, risk_budget, max_leverage=3.0):
    budget = risk_budget * equity
    cap = max_leverage * equity
    total_split = sum(splits)
    loss_per_unit = 0.0
    for split, entry in zip(splits, entries):
        distance = side * (entry - stop)
        loss_per_unit = loss_per_unit + split / total_split * distance
    size = budget / loss_per_unit
    quantities = [size * split / total_split for split in splits]
    notional = 0.0
    for quantity, entry in zip(quantities, entries):
        notional = notional + quantity * entry
    if notional > cap:
        quantities = [quantity * cap / notional for quantity in quantities]
    return quantities


def correlation_filter(returns, base_weights, *, window=60, threshold=0.7):
    daily_returns, base_weight = returns.to_numpy(), base_weights.to_numpy()
    weights = np.tile(base_weight, (len(daily_returns), 1))
    assets = range(len(base_weight))
    for row in range(window, len(daily_returns)):
        correlation = np.corrcoef(daily_returns[row - window : row].T)
        for asset in assets:
            twins = 0
            for other in assets:
                if other != asset and correlation[asset, other] > threshold:
                    twins = twins + 1
            if twins > 0:
                share = 1 / (1 + twins)
                weights[row, asset] = base_weight[asset] * share
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
    forecasts, volatilities = np.broadcast_arrays(np.asarray(forecast, dtype=float), np.asarray(volatility, dtype=float))
    target = target_volatility
    if sharpe_estimate is not None:
        target = min(target, kelly_fraction * sharpe_estimate)
        target = max(target, 0.0)
    weights = []
    for one_forecast, one_volatility in zip(forecasts.ravel(), volatilities.ravel()):
        if np.isnan(one_forecast) or np.isnan(one_volatility):
            weights.append(0.0)
            continue
        capped_forecast = min(max(one_forecast, -forecast_cap), forecast_cap)
        floored_volatility = max(one_volatility, 0.0001)
        weight = capped_forecast / 10 * target * diversification_multiplier / floored_volatility
        capped_weight = min(max(weight, -max_weight), max_weight)
        weights.append(capped_weight)
    return weights


PLAIN = (
    pyramid_risk,
    levels_experiment,
    risk_sweep,
    scale_out,
    ledger,
    plan_scale_in,
    correlation_filter,
    conviction_size,
)
