"""The notebook that this course replaces, as first published, faults and all.

It exists to be compared with. The code of its cells is kept, to the letter where it computes (names
of loop variables and line breaks apart), so that every figure it printed comes out again. Nothing
but lessons and tests imports it; `phase6.market`, `phase6.pyramiding`, `phase6.scaling` and
`phase6.portfolio` hold what is right.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, type-arg"

from dataclasses import dataclass

import numpy as np
import pandas as pd


def generate_ohlcv(n=500, mu=0.12, sigma=0.22, start=100.0, *, rng=np.random):
    """As published: mu used as log drift; open, high and low drawn beside the close.

    ``rng`` is where it draws from.
    """
    dt = 1 / 252
    returns = rng.normal(mu * dt, sigma * np.sqrt(dt), n)
    close = start * np.exp(np.cumsum(returns))
    noise = sigma * np.sqrt(dt) * 0.5
    dates = pd.date_range('2023-01-01', periods=n, freq='B')
    return pd.DataFrame(
        {
            'open': close * (1 + rng.normal(0, noise, n)),
            'high': close * (1 + np.abs(rng.normal(0, noise, n))),
            'low': close * (1 - np.abs(rng.normal(0, noise, n))),
            'close': close,
            'volume': rng.lognormal(10, 1, n).astype(int),
        },
        index=dates,
    )


def ema(s, p):
    """As published."""
    return s.ewm(span=p, adjust=False).mean()


def atr(df, p=14):
    """As published."""
    tr = pd.concat(
        [df['high'] - df['low'], abs(df['high'] - df['close'].shift()), abs(df['low'] - df['close'].shift())], axis=1
    ).max(axis=1)
    return tr.rolling(p).mean()


@dataclass
class PyramidLevel:
    """As published."""

    entry_price: float
    quantity: float
    stop_price: float


class PyramidingStrategy:
    """As published: leverage multiplies the risk-based size.

    ``total_risk_pct`` ignores where the stops stand.
    """

    def __init__(
        self,
        equity: float = 100_000,
        risk_per_level: float = 0.005,  # 0.5% risk per pyramid level
        max_levels: int = 4,  # max 4 add-ons
        atr_stop_mult: float = 2.0,  # ATR multiplier for stops
        add_threshold_atr: float = 1.0,  # add when price moves 1 ATR in favor
        leverage: float = 3.0,
    ):
        self.equity = equity
        self.risk_per_level = risk_per_level
        self.max_levels = max_levels
        self.atr_stop_mult = atr_stop_mult
        self.add_threshold_atr = add_threshold_atr
        self.leverage = leverage
        self.levels: list[PyramidLevel] = []
        self.side = 0  # 1=long, -1=short

    @property
    def total_quantity(self):
        return sum(level.quantity for level in self.levels)

    @property
    def avg_entry(self):
        if not self.levels:
            return 0
        total_cost = sum(level.entry_price * level.quantity for level in self.levels)
        return total_cost / self.total_quantity

    @property
    def total_risk_pct(self):
        return self.risk_per_level * len(self.levels)

    def should_enter(self, fast_ma, slow_ma) -> int:
        if fast_ma > slow_ma:
            return 1
        elif fast_ma < slow_ma:
            return -1
        return 0

    def should_add(self, price, atr_val) -> bool:
        if len(self.levels) >= self.max_levels:
            return False
        if not self.levels:
            return False
        last_entry = self.levels[-1].entry_price
        if self.side == 1 and price > last_entry + self.add_threshold_atr * atr_val:
            return True
        return bool(self.side == -1 and price < last_entry - self.add_threshold_atr * atr_val)

    def add_level(self, price, atr_val):
        risk_amount = self.equity * self.risk_per_level
        stop_distance = atr_val * self.atr_stop_mult
        quantity = (risk_amount / stop_distance) * self.leverage

        # Decreasing size: each level is smaller
        level_num = len(self.levels)
        scale = 1.0 / (1 + level_num * 0.25)  # 100%, 80%, 67%, 57%
        quantity *= scale

        stop = price - self.side * stop_distance
        self.levels.append(PyramidLevel(price, quantity, stop))

        # Move all stops to the tightest level
        if self.side == 1:
            best_stop = max(level.stop_price for level in self.levels)
            for level in self.levels:
                level.stop_price = best_stop
        else:
            best_stop = min(level.stop_price for level in self.levels)
            for level in self.levels:
                level.stop_price = best_stop

    def check_stop(self, price) -> bool:
        if not self.levels:
            return False
        if self.side == 1 and price <= self.levels[0].stop_price:
            return True
        return bool(self.side == -1 and price >= self.levels[0].stop_price)

    def close_all(self, price) -> float:
        pnl = sum(self.side * level.quantity * (price - level.entry_price) for level in self.levels)
        self.levels = []
        self.side = 0
        return pnl


def run_pyramid_backtest(df, equity=100_000, max_levels=4, leverage=3.0):
    """As published: stops on closes, re-entry on the same close, results dated 49 bars early."""
    strat = PyramidingStrategy(equity=equity, max_levels=max_levels, leverage=leverage)
    df = df.copy()
    df['fast_ma'] = ema(df['close'], 20)
    df['slow_ma'] = ema(df['close'], 50)
    df['atr'] = atr(df)

    equity_history = [equity]
    levels_history = [0]
    trades = []

    for i in range(50, len(df)):
        price = df['close'].iloc[i]
        atr_val = df['atr'].iloc[i]
        if np.isnan(atr_val):
            equity_history.append(strat.equity)
            levels_history.append(0)
            continue

        # Check stop
        if strat.check_stop(price):
            pnl = strat.close_all(price)
            strat.equity += pnl
            trades.append({'type': 'stop', 'pnl': pnl, 'levels': len(strat.levels)})

        # Check for new entry
        if strat.side == 0:
            signal = strat.should_enter(df['fast_ma'].iloc[i], df['slow_ma'].iloc[i])
            if signal != 0:
                strat.side = signal
                strat.add_level(price, atr_val)

        # Check for pyramid add-on
        elif strat.should_add(price, atr_val):
            strat.add_level(price, atr_val)

        # Check for trend reversal
        signal = strat.should_enter(df['fast_ma'].iloc[i], df['slow_ma'].iloc[i])
        if strat.side != 0 and signal != strat.side:
            pnl = strat.close_all(price)
            strat.equity += pnl
            trades.append({'type': 'reversal', 'pnl': pnl})

        # Track equity (including unrealized)
        unrealized = sum(strat.side * level.quantity * (price - level.entry_price) for level in strat.levels)
        equity_history.append(strat.equity + unrealized)
        levels_history.append(len(strat.levels))

    return (
        pd.Series(equity_history, index=df.index[: len(equity_history)]),
        pd.Series(levels_history, index=df.index[: len(levels_history)]),
        pd.DataFrame(trades),
    )


def scale_in_out_simulation(
    prices: pd.Series,
    entry_idx: int,
    direction: int = 1,
    # Scale-in: split entry into 3 tranches
    entry_splits: list | None = None,  # 50%, 30%, 20%
    entry_spacing_pct: float = 0.01,  # add 1% apart
    # Scale-out: take profits at levels
    exit_levels: list | None = None,  # 3%, 5%, 8%
    exit_splits: list | None = None,
    stop_loss_pct: float = 0.02,
    total_position: float = 10_000,
    leverage: float = 5.0,
) -> dict:
    """As published: drops realised profit, exits fractions of the remainder, averages by value."""
    if exit_splits is None:
        exit_splits = [0.33, 0.33, 0.34]
    if exit_levels is None:
        exit_levels = [0.03, 0.05, 0.08]
    if entry_splits is None:
        entry_splits = [0.5, 0.3, 0.2]
    entry_price = prices.iloc[entry_idx]
    entries = []
    exits = []
    position_value = 0
    avg_entry = 0
    entry_tranches_filled = 0
    exit_tranches_filled = 0
    equity_path = []

    # Calculate entry targets
    entry_targets = [entry_price * (1 - direction * i * entry_spacing_pct) for i in range(len(entry_splits))]

    for i in range(entry_idx, min(entry_idx + 100, len(prices))):
        price = prices.iloc[i]

        # Scale in
        if entry_tranches_filled < len(entry_splits):
            target = entry_targets[entry_tranches_filled]
            if (direction == 1 and price <= target) or (direction == -1 and price >= target):
                tranche_value = total_position * entry_splits[entry_tranches_filled] * leverage
                tranche_value / price
                entries.append({'price': price, 'value': tranche_value, 'idx': i})
                old_value = position_value
                position_value += tranche_value
                avg_entry = (avg_entry * old_value + price * tranche_value) / position_value if position_value > 0 else price
                entry_tranches_filled += 1

        # Track equity
        if position_value > 0:
            pnl = direction * position_value * (price - avg_entry) / avg_entry
            equity_path.append(total_position + pnl)
        else:
            equity_path.append(total_position)

        # Scale out
        if position_value > 0 and exit_tranches_filled < len(exit_levels):
            target_pct = exit_levels[exit_tranches_filled]
            gain = direction * (price - avg_entry) / avg_entry
            if gain >= target_pct:
                exit_value = position_value * exit_splits[exit_tranches_filled]
                exits.append({'price': price, 'value': exit_value, 'gain': gain, 'idx': i})
                position_value -= exit_value
                exit_tranches_filled += 1

        # Stop loss on remaining position
        if position_value > 0:
            loss = direction * (price - avg_entry) / avg_entry
            if loss <= -stop_loss_pct:
                exits.append({'price': price, 'value': position_value, 'gain': loss, 'idx': i})
                position_value = 0
                break

    return {
        'entries': entries,
        'exits': exits,
        'avg_entry': avg_entry,
        'equity_path': equity_path,
        'remaining_position': position_value,
    }


def trend_signal(prices, lookback=100):
    """As published: 0 for the first lookback − 1 rows."""
    ma = prices.rolling(lookback).mean()
    signal = pd.Series(0, index=prices.index)
    signal[prices > ma] = 1
    signal[prices < ma] = -1
    return signal


ASSETS = {
    "US_Equity": (0.10, 0.18),
    "EU_Equity": (0.07, 0.20),
    "Gold": (0.05, 0.15),
    "Oil": (0.03, 0.35),
    "BTC": (0.20, 0.60),
    "Bonds": (0.03, 0.08),
    "EM_Equity": (0.08, 0.25),
    "JPY": (0.01, 0.10),
}
"""(mu, sigma) of the eight assets, in the order in which the notebook drew them."""


def run_portfolio(assets: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.Series]:
    """Section 6.3 as published: (returns of each asset's strategy, their sum).

    Today's volatility sizes today's return.
    """
    target_risk = 0.10
    leverage_cap = 3.0
    individual_returns = pd.DataFrame()
    for name, data in assets.items():
        returns = data["close"].pct_change()
        vol = returns.rolling(60).std() * np.sqrt(252)
        signal = trend_signal(data["close"])
        weight = (target_risk / len(assets)) / vol
        weight = weight.clip(upper=leverage_cap / len(assets))
        individual_returns[name] = signal.shift(1) * returns * weight
    return individual_returns, individual_returns.sum(axis=1).dropna()


@dataclass(frozen=True)
class OriginalRun:
    """All that the notebook's cells made when run once in order.

    Its data, its results, and the figures it printed.
    """

    df: pd.DataFrame
    eq_pyramid: pd.Series
    levels: pd.Series
    pyramid_trades: pd.DataFrame
    eq_single: pd.Series
    single_trades: pd.DataFrame
    scaling: dict
    assets: dict[str, pd.DataFrame]
    individual_returns: pd.DataFrame
    portfolio_returns: pd.Series

    @property
    def printed(self) -> dict[str, float]:
        """The figures under the notebook's cells, unrounded."""
        annual_return = float(self.portfolio_returns.mean() * 252)
        annual_volatility = float(self.portfolio_returns.std() * np.sqrt(252))
        return {
            "candles": len(self.df),
            "pyramiding": float(self.eq_pyramid.iloc[-1]),
            "single entry": float(self.eq_single.iloc[-1]),
            "entries": len(self.scaling["entries"]),
            "exits": len(self.scaling["exits"]),
            "average entry": float(self.scaling["avg_entry"]),
            "portfolio return": annual_return,
            "portfolio volatility": annual_volatility,
            "portfolio sharpe": annual_return / annual_volatility,
        }


def run_all(seed: int = 42) -> OriginalRun:
    """Run the notebook's cells once, in order, from one seed, as a reader would have."""
    rng = np.random.RandomState(seed)
    df = generate_ohlcv(500, rng=rng)
    eq_pyramid, levels, pyramid_trades = run_pyramid_backtest(df, max_levels=4, leverage=3)
    eq_single, _, single_trades = run_pyramid_backtest(df, max_levels=1, leverage=3)
    scaling = scale_in_out_simulation(df["close"], entry_idx=100, direction=1)
    assets = {name: generate_ohlcv(500, mu=mu, sigma=sigma, rng=rng) for name, (mu, sigma) in ASSETS.items()}
    individual_returns, portfolio_returns = run_portfolio(assets)
    return OriginalRun(
        df, eq_pyramid, levels, pyramid_trades, eq_single, single_trades, scaling, assets, individual_returns, portfolio_returns
    )
