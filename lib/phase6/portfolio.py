"""A diversified trend-following portfolio: signal, size by volatility known yesterday, scale to a target, measure.

The return of day t on asset i is weight[t − lag, i] · return[t, i] with

    weight[t, i] = signal[t, i] · (target / n) / volatility[t, i] · diversification multiplier[t]

capped at ``leverage_cap`` / n. Volatility is the 60-day standard deviation (Moskowitz, Ooi and Pedersen 2012, "Time series momentum",
Journal of Financial Economics 104, size by volatility known at t − 1); the multiplier 1/√(wᵀρw), for risk shares w and correlations
ρ, makes the sum of imperfectly correlated risks reach the target (Carver 2015, *Systematic Trading*, ch. 11). ``lag`` = 1 is right;
``lag`` = 0 lets today's signal and volatility size today's return, to see look-ahead appear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.metrics import sharpe, sharpe_standard_error, volatility

DAYS = 252
VOLATILITY_FLOOR = 1e-4
"""Annual volatility below which an asset counts as flat and gets no weight."""
SIZINGS = ("volatility", "equal_dollar")
SIGNALS = ("sign", "forecast")
MULTIPLIER_CAP = 2.5
"""Largest diversification multiplier, as in Carver (2015)."""


def check_prices(prices: pd.DataFrame | Mapping[str, pd.DataFrame], *, min_rows: int = 2) -> pd.DataFrame:
    """A frame of finite positive closes on increasing dates, one column an asset (of a universe of OHLCV frames, its closes)."""
    if isinstance(prices, Mapping) and not isinstance(prices, pd.DataFrame):
        for name, frame in prices.items():
            if not isinstance(frame, pd.DataFrame) or "close" not in frame.columns:
                raise ValueError(f"{name} has no column close; expected a DataFrame of bars for each asset")
        prices = pd.DataFrame({name: frame["close"] for name, frame in prices.items()})
    if not isinstance(prices, pd.DataFrame) or not len(prices.columns):
        raise ValueError(f"prices are a {type(prices).__name__}; expected a DataFrame with one column of closes per asset")
    if len(prices) < min_rows:
        raise ValueError(f"prices have {len(prices)} rows; expected at least {min_rows}")
    if not prices.index.is_monotonic_increasing or not prices.index.is_unique:
        raise ValueError("the prices' dates do not increase; expected each row later than the one before")
    values = prices.to_numpy(dtype=float)
    sound = np.isfinite(values) & (values > 0)
    if not sound.all():
        row, column = np.argwhere(~sound)[0]
        raise ValueError(
            f"{prices.columns[column]} is {values[row, column]} at {prices.index[row]}; expected finite prices above 0"
        )
    return prices


def trend_signal(prices: pd.Series | pd.DataFrame, lookback: int = 100) -> pd.Series | pd.DataFrame:
    """Sign of price − simple moving average over ``lookback`` rows: +1, −1, 0 on the average, NaN while it is warming up."""
    lookback = valid.count("lookback", lookback)
    return (prices - prices.rolling(lookback).mean()).apply(np.sign)


def trend_forecast(prices: pd.Series | pd.DataFrame, lookback: int = 100, *, cap: float = 20.0) -> pd.Series | pd.DataFrame:
    """A forecast of the trend's strength, about 10 in absolute mean and capped at ±``cap`` (Carver's scale).

    The distance of the price from its average, in units of the daily volatility over ``lookback`` rows times √(lookback/3) (the
    standard deviation of that distance for a random walk), scaled by 10/0.8 since E|z| = 0.8 for a standard normal.
    """
    lookback = valid.count("lookback", lookback, at_least=2)
    logs = prices.apply(np.log)
    spread = logs.diff().rolling(lookback).std() * np.sqrt(lookback / 3.0)
    distance = logs - logs.rolling(lookback).mean()
    forecast = 10.0 / np.sqrt(2.0 / np.pi) * distance / spread.where(spread > VOLATILITY_FLOOR / DAYS)
    flat = spread <= VOLATILITY_FLOOR / DAYS
    return forecast.mask(flat, 0.0).clip(-cap, cap)


def volatility_weights(
    returns: pd.DataFrame, *, window: int = 60, target: float = 0.10, leverage_cap: float = 3.0
) -> pd.DataFrame:
    """Weight of each asset for an equal share of the target: (target/n)/volatility, at most leverage_cap/n, known at that row.

    ``target`` annual fraction. A flat asset gets 0; rows before the first full window are NaN. Use it on the next row's return.
    """
    valid.number("target", target, above=0)
    valid.number("leverage_cap", leverage_cap, above=0)
    count = len(returns.columns)
    risk = returns.rolling(valid.count("window", window, at_least=2)).std() * np.sqrt(DAYS)
    weights = (target / count) / risk.clip(lower=VOLATILITY_FLOOR)
    return weights.clip(upper=leverage_cap / count).where(~(risk < VOLATILITY_FLOOR), 0.0).where(risk.notna())


def risk_shares(
    weights: Sequence[float] | np.ndarray, volatilities: Sequence[float] | np.ndarray, correlation: np.ndarray | float = 0.0
) -> np.ndarray:
    """Share of the portfolio's variance that each asset brings: x_i (Cx)_i / xᵀCx with x = weight · volatility; they sum to 1.

    ``correlation`` is a matrix, or one number for every pair.
    """
    exposure = np.asarray(weights, dtype=float) * np.asarray(volatilities, dtype=float)
    pull = _matrix(correlation, len(exposure)) @ exposure
    total = float(exposure @ pull)
    if total <= 0:
        raise ValueError(f"the portfolio's variance is {total}; expected at least one weight and volatility above 0")
    return exposure * pull / total


def effective_bets(shares: Sequence[float] | np.ndarray) -> float:
    """Number of equal bets that would be as concentrated: 1/Σ share² (inverse Herfindahl index)."""
    values = np.asarray(shares, dtype=float)
    if not values.sum() > 0:
        raise ValueError(f"shares add up to {values.sum()}; expected a sum above 0")
    return float(1.0 / np.sum((values / values.sum()) ** 2))


def _matrix(correlation: np.ndarray | float, count: int) -> np.ndarray:
    if np.ndim(correlation) == 0:
        valid.number("correlation", correlation, at_least=-1, at_most=1)
        return np.full((count, count), float(correlation)) + (1.0 - float(correlation)) * np.eye(count)
    matrix = np.asarray(correlation, dtype=float)
    if matrix.shape != (count, count):
        raise ValueError(f"correlation has shape {matrix.shape}; expected ({count}, {count})")
    if not (np.abs(matrix) <= 1 + 1e-9).all():
        raise ValueError("correlation has an entry outside −1 to 1; expected a matrix of correlations")
    return matrix


def diversification_multiplier(
    weights: Sequence[float] | np.ndarray, correlation: np.ndarray | float, *, cap: float = MULTIPLIER_CAP
) -> float:
    """1/√(wᵀρw) for risk weights scaled to sum 1, negative correlations counted as 0, at most ``cap`` (Carver 2015, ch. 11)."""
    risk = np.abs(np.asarray(weights, dtype=float))
    if not risk.sum() > 0:
        raise ValueError(f"weights are {list(risk)}; expected at least one that is not 0")
    risk = risk / risk.sum()
    variance = float(risk @ np.maximum(_matrix(correlation, len(risk)), 0.0) @ risk)
    return min(cap, 1.0 / np.sqrt(variance))


def portfolio_sharpe(sharpe_each: float, count: int, correlation: float = 0.0) -> float:
    """Sharpe ratio of ``count`` equally good assets with one correlation ρ, above −1/(n − 1): S·√(n/(1 + (n − 1)ρ))."""
    count = valid.count("count", count)
    valid.number("correlation", correlation, at_most=1, above=-1.0 / (count - 1) if count > 1 else None)
    return sharpe_each * float(np.sqrt(count / (1.0 + (count - 1) * correlation)))


def rolling_sharpe(returns: pd.Series, window: int = 126) -> pd.DataFrame:
    """Rolling annualised Sharpe ratio with a band of one standard error: columns sharpe, low, high; NaN before a full window."""
    window = valid.count("window", window, at_least=2)
    spread = returns.rolling(window).std()
    ratio = returns.rolling(window).mean() / spread.where(spread > 0) * np.sqrt(DAYS)
    error = np.sqrt((1.0 + ratio**2 / (2.0 * DAYS)) / (window / DAYS))
    return pd.DataFrame({"sharpe": ratio, "low": ratio - error, "high": ratio + error})


@dataclass(frozen=True)
class PortfolioResult:
    """A portfolio's life after its warm-up; frames and Series on the price frame's own dates.

    ``asset_returns`` simple daily returns; ``weights`` held over each day (fractions of equity, signed); ``strategy_returns`` =
    weights · asset returns, before costs; ``costs`` a day as a fraction of equity; ``returns`` of the whole after costs.
    """

    asset_returns: pd.DataFrame
    weights: pd.DataFrame
    strategy_returns: pd.DataFrame
    costs: pd.Series
    target_volatility: float

    @cached_property
    def returns(self) -> pd.Series:
        """Daily return of the portfolio, after costs."""
        return (self.strategy_returns.sum(axis=1) - self.costs).rename("return")

    @cached_property
    def equity(self) -> pd.Series:
        """Growth of 1, compounded daily; stays at 0 once there."""
        growth = (1.0 + self.returns).clip(lower=0.0)
        return growth.cumprod().rename("equity")

    @property
    def volatility(self) -> float:
        """Annual volatility that was delivered."""
        return volatility(self.returns)

    @property
    def sharpe(self) -> float:
        """Annualised Sharpe ratio over the days after the warm-up."""
        return sharpe(self.returns)

    @property
    def years(self) -> float:
        """Length of the sample after the warm-up."""
        return len(self.returns) / DAYS

    @property
    def sharpe_error(self) -> float:
        """Standard error of the Sharpe ratio."""
        return sharpe_standard_error(self.sharpe if np.isfinite(self.sharpe) else 0.0, self.years)

    @property
    def turnover(self) -> float:
        """Value traded a year over equity, counting both sides."""
        return float(self.weights.diff().abs().sum(axis=1).mean() * DAYS)

    @property
    def correlation(self) -> pd.DataFrame:
        """Correlation of the assets' returns (not of the strategies')."""
        return self.asset_returns.corr()

    @property
    def strategy_correlation(self) -> pd.DataFrame:
        """Correlation of the returns that the strategy earned on each asset."""
        return self.strategy_returns.corr()


def run_trend_portfolio(
    prices: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    lookback: int = 100,
    vol_window: int = 60,
    target_volatility: float = 0.10,
    leverage_cap: float = 3.0,
    lag: int = 1,
    cost_bps: float = 0.0,
    sizing: str = "volatility",
    signal: str = "sign",
    correlation: float | None = None,
    diversify: bool = True,
    start: int | None = None,
) -> PortfolioResult:
    """Run the trend portfolio of the module's text on closes (a frame, or a universe of OHLCV frames).

    ``lookback`` and ``vol_window`` in days; ``target_volatility`` annual; ``leverage_cap`` times equity for the whole, an n-th for
    each asset; ``cost_bps`` per side on the value traded; ``sizing`` "volatility" or "equal_dollar" (as much in
    each); ``signal`` "sign" or "forecast" (capped, /10). ``correlation`` assumed in the diversification multiplier: a number for every
    pair, or None for the average of the last 250 days of the strategies' own returns, floored at 0 and lagged; ``diversify`` False
    leaves the multiplier out, as the published notebook did. ``start`` is the first row of the sample (default: the first that every
    rule is warmed up for); the warm-up is left out, never counted as zeros. Raises ValueError for bad prices or values out of range.
    """
    lookback = valid.count("lookback", lookback, at_least=2)
    vol_window = valid.count("vol_window", vol_window, at_least=2)
    lag = valid.count("lag", lag, at_least=0)
    target = valid.number("target_volatility", target_volatility, above=0)
    cap = valid.number("leverage_cap", leverage_cap, above=0)
    rate = valid.number("cost_bps", cost_bps, at_least=0) / 10_000
    valid.choice("sizing", sizing, SIZINGS)
    valid.choice("signal", signal, SIGNALS)
    warm = max(lookback, vol_window) + max(lag, 1)
    first = warm if start is None else valid.count("start", start)
    if first < warm:
        raise ValueError(f"start is {start}; expected at least {warm}, when every rule is warmed up")
    closes = check_prices(prices, min_rows=first + 2)
    count = len(closes.columns)
    values = closes.to_numpy(dtype=float)
    returns = np.full_like(values, np.nan)
    returns[1:] = values[1:] / values[:-1] - 1.0
    frame = pd.DataFrame(returns, index=closes.index, columns=closes.columns)
    risk = frame.rolling(vol_window).std().to_numpy() * np.sqrt(DAYS)
    if signal == "sign":
        view = trend_signal(closes, lookback).to_numpy()
    else:
        view = trend_forecast(closes, lookback).to_numpy() / 10.0
    live = risk >= VOLATILITY_FLOOR
    if sizing == "volatility":
        size = (target / count) / np.where(live, risk, np.inf)
    else:
        variance = np.where(live, risk, 0.0) ** 2
        average = np.sqrt(variance.sum(axis=1, keepdims=True) / np.maximum(live.sum(axis=1, keepdims=True), 1))
        size = np.where(live, (target / count) / np.maximum(average, VOLATILITY_FLOOR), 0.0)
    weights = view * size
    if diversify:
        weights = weights * _multipliers(weights, returns, correlation, lag)[:, None]
    weights = np.clip(weights, -cap / count, cap / count)
    held = np.full_like(weights, np.nan)
    held[lag:] = weights[: len(weights) - lag]
    held = np.nan_to_num(held[first:])
    traded = np.abs(np.diff(held, axis=0, prepend=np.zeros((1, count)))).sum(axis=1)
    index = closes.index[first:]
    kept = pd.DataFrame(held, index=index, columns=closes.columns)
    sample = frame.iloc[first:]
    return PortfolioResult(sample, kept, kept * sample, pd.Series(rate * traded, index=index, name="costs"), target)


CORRELATION_WINDOW = 250
"""Days over which the portfolio estimates its own diversification."""


def _multipliers(weights: np.ndarray, returns: np.ndarray, correlation: float | None, lag: int) -> np.ndarray:
    """Diversification multiplier of every row, from what is known at that row; 1 while too little is known."""
    days, count = weights.shape
    if correlation is not None:
        valid.number("correlation", correlation, at_least=-1, at_most=1)
        return np.full(days, diversification_multiplier(np.ones(count), correlation))
    held = np.zeros_like(weights)
    held[max(lag, 1) :] = np.nan_to_num(weights[: days - max(lag, 1)])
    earned = held * np.nan_to_num(returns)
    whole = pd.Series(earned.sum(axis=1))
    parts = pd.DataFrame(earned)
    window, least = CORRELATION_WINDOW, 60
    single = np.sqrt((parts**2).rolling(window, min_periods=least).mean().to_numpy()).sum(axis=1)
    joint = np.sqrt((whole**2).rolling(window, min_periods=least).mean().to_numpy())
    known = (joint > 0) & (single > 0)
    multiplier = np.where(known, single / np.where(known, joint, 1.0), 1.0)
    return np.clip(multiplier, 1.0, MULTIPLIER_CAP)
