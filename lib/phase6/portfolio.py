"""A diversified trend-following portfolio.

Signal, size by volatility known yesterday, scale to a target, measure. The return of day t on asset
i is weight[t − lag, i] · return[t, i] with

    weight[t, i] = signal[t, i] · (target / n) / volatility[t, i] · diversification multiplier[t]

capped at ``leverage_cap`` / n. Volatility is the 60-day standard deviation (Moskowitz, Ooi and
Pedersen 2012, "Time series momentum", Journal of Financial Economics 104, size by volatility known
at t − 1); the multiplier 1/√(wᵀρw), for risk shares w and correlations ρ, makes the sum of
imperfectly correlated risks reach the target (Carver 2015, *Systematic Trading*, ch. 11). ``lag`` =
1 is right; ``lag`` = 0 lets today's signal and volatility size today's return, to see look-ahead
appear.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd

from phase6 import _validation as valid
from phase6.diversification import (
    MULTIPLIER_CAP,
    diversification_multiplier,
    effective_bets,
    independent_bets,
    portfolio_sharpe,
    principal_bets,
    risk_shares,
)
from phase6.indicators import rolling_volatility
from phase6.market import close_prices
from phase6.metrics import rolling_sharpe, sharpe, sharpe_error, sharpe_standard_error, volatility

__all__ = [
    "CORRELATION_WINDOW",
    "MULTIPLIER_CAP",
    "PortfolioResult",
    "check_prices",
    "diversification_multiplier",
    "effective_bets",
    "independent_bets",
    "portfolio_sharpe",
    "principal_bets",
    "risk_shares",
    "rolling_sharpe",
    "run_trend_portfolio",
    "trend_forecast",
    "trend_signal",
    "volatility_weights",
]

Data = TypeVar("Data", pd.Series, pd.DataFrame)

VOLATILITY_FLOOR = 1e-4
"""Annual volatility below which an asset counts as flat and gets no weight."""
SIZINGS = ("volatility", "equal_dollar")
SIGNALS = ("sign", "forecast")


def check_prices(
    prices: pd.DataFrame | Mapping[str, pd.DataFrame], *, min_rows: int = 2, gaps: bool = False
) -> pd.DataFrame:
    """A frame of finite positive closes on increasing dates, one column an asset.

    Parameters
    ----------
    prices : DataFrame, or mapping of str to DataFrame
        Closes, or a universe of OHLCV frames, of which it takes the closes.
    min_rows : int
    gaps : bool
        Whether a price may be missing (NaN): before an asset's first, after its last, on its
        holidays. Each asset needs at least one.

    Raises
    ------
    ValueError
        For prices that are not so; it names the asset, the date and the rule.
    """
    if isinstance(prices, Mapping) and not isinstance(prices, pd.DataFrame):
        for name, frame in prices.items():
            if not isinstance(frame, pd.DataFrame) or "close" not in frame.columns:
                raise ValueError(f"{name} has no column close; expected a DataFrame of bars for each asset")
            valid.increasing(f"the dates of {name}", frame.index)
        prices = close_prices(prices) if prices else pd.DataFrame()
    if not isinstance(prices, pd.DataFrame) or not len(prices.columns):
        raise ValueError(f"prices are a {type(prices).__name__}; expected a DataFrame with one column of closes per asset")
    if len(prices) < min_rows:
        raise ValueError(f"prices have {len(prices)} rows; expected at least {min_rows}")
    valid.increasing("the prices' dates", prices.index)
    values = valid.floats(prices)
    sound = np.isfinite(values) & (values > 0)
    if gaps:
        empty = np.isnan(values).all(axis=0)
        if empty.any():
            raise ValueError(f"{prices.columns[int(empty.argmax())]} has no price at all; expected at least one")
        sound |= np.isnan(values)
    if not sound.all():
        row, column = np.argwhere(~sound)[0]
        raise ValueError(
            f"{prices.columns[column]} is {values[row, column]} at {prices.index[row]}; expected finite prices above 0"
        )
    return pd.DataFrame(values, index=prices.index, columns=prices.columns)


def trend_signal(prices: pd.Series | pd.DataFrame, lookback: int = 100) -> pd.Series | pd.DataFrame:
    """Sign of price − simple moving average over ``lookback`` rows.

    It is +1 above, −1 below, 0 on the average, NaN while it is warming up.

    Raises
    ------
    ValueError
        For a ``lookback`` below 1.
    """
    lookback = valid.count("lookback", lookback)
    return (prices - prices.rolling(lookback).mean()).apply(np.sign)


def trend_forecast(prices: pd.Series | pd.DataFrame, lookback: int = 100, *, cap: float = 20.0) -> pd.Series | pd.DataFrame:
    """A forecast of the trend's strength, about 10 in absolute mean (Carver's scale).

    The distance of the price from its average, in units of the daily volatility over ``lookback``
    rows times √(lookback/3) (the standard deviation of that distance for a random walk), scaled by
    10/0.8 since E|z| = 0.8 for a standard normal.

    Parameters
    ----------
    prices : Series or DataFrame
        Closes.
    lookback : int
        Rows, at least 2.
    cap : float
        Largest absolute forecast.

    Returns
    -------
    Series or DataFrame
        As ``prices``; NaN while it is warming up, 0 where the price does not move.

    Raises
    ------
    ValueError
        For a ``lookback`` below 2, or a cap not above 0.
    """
    lookback, cap = valid.count("lookback", lookback, at_least=2), valid.number("cap", cap, above=0)
    logs = prices.apply(np.log)
    spread = logs.diff().rolling(lookback).std() * np.sqrt(lookback / 3.0)
    distance = logs - logs.rolling(lookback).mean()
    forecast = 10.0 / np.sqrt(2.0 / np.pi) * distance / spread.where(spread > VOLATILITY_FLOOR / valid.BARS_PER_YEAR)
    flat = spread <= VOLATILITY_FLOOR / valid.BARS_PER_YEAR
    return forecast.mask(flat, 0.0).clip(-cap, cap)


def volatility_weights(
    returns: pd.DataFrame, *, window: int = 60, target: float = 0.10, leverage_cap: float = 3.0
) -> pd.DataFrame:
    """Weight of each asset for an equal share of the target, known at that row.

    (target/n)/volatility, at most leverage_cap/n. Use it on the next row's return.

    Parameters
    ----------
    returns : DataFrame
        Simple returns, one row a bar and one column an asset.
    window : int
        Rows of the volatility, at least 2.
    target : float
        Volatility of the whole, an annual fraction.
    leverage_cap : float
        Times equity, for the whole.

    Returns
    -------
    DataFrame
        A flat asset gets 0; rows before the first full window are NaN.

    Raises
    ------
    ValueError
        For a value out of range.
    """
    valid.number("target", target, above=0)
    valid.number("leverage_cap", leverage_cap, above=0)
    count = len(returns.columns)
    risk = rolling_volatility(returns, window)
    weights = (target / count) / risk.clip(lower=VOLATILITY_FLOOR)
    return weights.clip(upper=leverage_cap / count).where(~(risk < VOLATILITY_FLOOR), 0.0).where(risk.notna())


@dataclass(frozen=True)
class PortfolioResult:
    """A portfolio's life after its warm-up; frames and Series on the price frame's own dates.

    ``asset_returns`` simple returns, one row a bar (NaN where an asset has none); ``weights`` held
    over each bar (fractions of equity, signed); ``strategy_returns`` = weights · asset returns,
    before costs; ``costs`` a bar as a fraction of equity; ``returns`` of the whole after costs;
    ``before`` the date of the close at which the first position is taken.
    """

    asset_returns: pd.DataFrame
    weights: pd.DataFrame
    strategy_returns: pd.DataFrame
    costs: pd.Series
    target_volatility: float
    before: Hashable
    periods_per_year: float = valid.BARS_PER_YEAR

    @cached_property
    def returns(self) -> pd.Series:
        """Return of the portfolio each bar, after costs."""
        return self._with_year((self.strategy_returns.sum(axis=1) - self.costs).rename("return"))

    @cached_property
    def equity(self) -> pd.Series:
        """Growth of 1 from the close before the first return on, compounded; stays at 0 once there.

        There is one value more than returns.
        """
        growth = np.concatenate([[1.0], (1.0 + self.returns).clip(lower=0.0).to_numpy()])
        dates = self.returns.index.insert(0, self.before)
        return self._with_year(pd.Series(np.cumprod(growth), index=dates, name="equity"))

    @cached_property
    def alone(self) -> pd.DataFrame:
        """Returns each bar, before costs, of all the money in each strategy alone.

        The portfolio's is the mean of theirs.
        """
        return self._with_year(len(self.strategy_returns.columns) * self.strategy_returns)

    @cached_property
    def alone_equity(self) -> pd.DataFrame:
        """Growth of 1 in each strategy alone, before costs, on the dates of :attr:`equity`."""
        growth = np.maximum(1.0 + self.alone.to_numpy(dtype=float), 0.0)
        path = np.cumprod(np.vstack([np.ones((1, growth.shape[1])), growth]), axis=0)
        return self._with_year(pd.DataFrame(path, index=self.equity.index, columns=self.alone.columns))

    def _with_year(self, data: Data) -> Data:
        """The data, whose ``attrs`` now hold the bars a year by which measures annualise."""
        data.attrs = {"bars_per_year": self.periods_per_year}
        return data

    def rolling_sharpe(self, window: int = 126) -> pd.DataFrame:
        """:func:`phase6.metrics.rolling_sharpe` of the returns: columns sharpe, low, high."""
        return rolling_sharpe(self.returns, window, self.periods_per_year)

    @property
    def volatility(self) -> float:
        """Annual volatility that was delivered."""
        return volatility(self.returns, self.periods_per_year)

    @property
    def sharpe(self) -> float:
        """Annualised Sharpe ratio over the bars after the warm-up."""
        return sharpe(self.returns, self.periods_per_year)

    @property
    def years(self) -> float:
        """Length of the sample after the warm-up."""
        return len(self.returns) / self.periods_per_year

    @cached_property
    def sharpe_error(self) -> float:
        """Standard error of the Sharpe ratio, whatever the shape and memory of the returns."""
        error = sharpe_error(self.returns, self.periods_per_year)
        return error if np.isfinite(error) else sharpe_standard_error(0.0, self.years)

    @property
    def turnover(self) -> float:
        """Value traded a year over equity, counting both sides."""
        return float(self.weights.diff().abs().sum(axis=1).mean() * self.periods_per_year)

    @property
    def correlation(self) -> pd.DataFrame:
        """Correlation of the assets' returns (not of the strategies')."""
        return self.asset_returns.corr()

    @property
    def strategy_correlation(self) -> pd.DataFrame:
        """Correlation of the returns that the strategy earned on each asset."""
        return self.strategy_returns.corr()


def check_trend_rule(
    lookback: int,
    vol_window: int,
    target_volatility: float,
    leverage_cap: float,
    lag: int,
    cost_bps: float,
    sizing: str,
    signal: str,
    correlation: float | None,
) -> None:
    """Refuse a rule of the trend portfolio that is out of range.

    Parameters
    ----------
    lookback, vol_window, target_volatility, leverage_cap, lag, cost_bps
        As in :func:`run_trend_portfolio`.
    sizing, signal, correlation
        As there.

    Raises
    ------
    ValueError
        It names the value and the rule.
    """
    valid.count("lookback", lookback, at_least=2)
    valid.count("vol_window", vol_window, at_least=2)
    valid.number("target_volatility", target_volatility, above=0)
    valid.number("leverage_cap", leverage_cap, above=0)
    valid.count("lag", lag, at_least=0)
    valid.number("cost_bps", cost_bps, at_least=0)
    valid.choice("sizing", sizing, SIZINGS)
    valid.choice("signal", signal, SIGNALS)
    if correlation is not None:
        valid.number("correlation", correlation, at_least=-1, at_most=1)


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
    periods_per_year: float | None = None,
) -> PortfolioResult:
    """Run the trend portfolio of the module's text on closes or a universe of OHLCV frames.

    Missing prices are allowed. An asset joins when its own history is as long as the rules look
    back, and its share of the target is the others' until then; on its holidays its position is
    held and earns nothing; after its last price it leaves.

    Parameters
    ----------
    prices : DataFrame, or mapping of str to DataFrame
        Closes, one column an asset, or OHLCV frames by name.
    lookback, vol_window, lag : int
        In bars; a ``lag`` of 0 looks ahead.
    target_volatility, leverage_cap, cost_bps : float
        Annual fraction; times equity for the whole, an n-th for each of n assets; basis points a
        side of the value traded.
    sizing, signal : str
        "volatility" or "equal_dollar" (as much in each); "sign" or "forecast" (capped, /10).
    correlation : float, optional
        That of every pair, for the diversification multiplier. None takes it from the last 250 bars
        of the strategies' own returns so far; for the first 60, from the assets' in the warm-up.
    diversify : bool
        False leaves the multiplier out, as the published notebook did.
    start : int, optional
        First row of the sample, by default the first for which a rule is warmed up.
    periods_per_year : float, optional
        By default ``prices.attrs["bars_per_year"]`` (:func:`phase6.market.read_ohlcv`), else 252.

    Raises
    ------
    ValueError
        For bad prices or values out of range.
    """
    check_trend_rule(lookback, vol_window, target_volatility, leverage_cap, lag, cost_bps, sizing, signal, correlation)
    target, cap, rate = float(target_volatility), float(leverage_cap), cost_bps / 10_000
    year = valid.bars_per_year(periods_per_year, prices)
    needed, shift = max(lookback, vol_window), max(lag, 1)
    closes = check_prices(prices, min_rows=needed + shift + 2, gaps=True)
    warm = _warm_up(closes, needed, shift)
    first = warm if start is None else valid.count("start", start)
    if first < warm:
        raise ValueError(f"start is {start}; expected at least {warm}, when every rule is warmed up")
    if len(closes) < first + 2:
        raise ValueError(f"prices have {len(closes)} rows; expected at least {first + 2}")
    frame, known_risk, view = _history(closes, lookback, vol_window, signal, year)
    returns, risk = frame.to_numpy(), known_risk.to_numpy()
    joined = np.maximum((np.isfinite(risk) & np.isfinite(view.to_numpy())).sum(axis=1, keepdims=True), 1)
    weights = view.to_numpy() * _sizes(risk, target / joined, sizing)
    if diversify:
        weights = weights * _multipliers(weights, returns, correlation, lag)[:, None]
    weights = np.clip(weights, -cap / joined, cap / joined)
    held = np.nan_to_num(weights[first - lag : len(weights) - lag])
    traded = np.abs(np.diff(held, axis=0, prepend=np.zeros((1, held.shape[1])))).sum(axis=1)
    index = closes.index[first:]
    kept = pd.DataFrame(held, index=index, columns=closes.columns)
    sample = frame.iloc[first:]
    costs = pd.Series(rate * traded, index=index, name="costs")
    return PortfolioResult(sample, kept, kept * sample.fillna(0.0), costs, target, closes.index[first - 1], year)


def _warm_up(closes: pd.DataFrame, needed: int, lag: int) -> int:
    """First row at which an asset can be held: ``lag`` rows after its (``needed`` + 1)-th price."""
    counts = closes.notna().cumsum().to_numpy()
    longest = int(counts[-1].max())
    if longest <= needed:
        name = closes.columns[int(counts[-1].argmax())]
        raise ValueError(f"the longest history, of {name}, has {longest} prices; expected at least {needed + lag + 2}")
    return int((counts > needed).any(axis=1).argmax()) + lag


def _history(
    closes: pd.DataFrame, lookback: int, vol_window: int, signal: str, year: float
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return, annual volatility and view of each asset at each row.

    They come from the asset's own prices and its own bars a year.
    """
    if closes.isna().to_numpy().any():
        parts = []
        for name in closes:
            own = closes[[name]].dropna()
            rows = closes.index.get_indexer([own.index[0], own.index[-1]])
            share = len(own) / (rows[1] - rows[0] + 1)
            parts.append(_history(own, lookback, vol_window, signal, year * share))
        returns, risk, view = (pd.concat(each, axis=1, sort=True).reindex(closes.index) for each in zip(*parts, strict=True))
        lives = closes.notna()[::-1].cummax()[::-1]
        return returns, risk.ffill().where(lives), view.ffill().where(lives)
    returns = closes / closes.shift() - 1.0
    view = trend_signal(closes, lookback) if signal == "sign" else trend_forecast(closes, lookback) / 10.0
    return returns, rolling_volatility(returns, vol_window, year), view


def _sizes(risk: np.ndarray, share: np.ndarray, sizing: str) -> np.ndarray:
    """Size of each position from its volatility and its ``share`` of the target.

    It is 0 for a flat asset.
    """
    live = risk >= VOLATILITY_FLOOR
    if sizing == "volatility":
        return share / np.where(live, risk, np.inf)
    variance = np.where(live, risk, 0.0) ** 2
    average = np.sqrt(variance.sum(axis=1, keepdims=True) / np.maximum(live.sum(axis=1, keepdims=True), 1))
    return np.where(live, share / np.maximum(average, VOLATILITY_FLOOR), 0.0)


CORRELATION_WINDOW = 250
"""Days over which the portfolio estimates its own diversification."""
LEAST = 60
"""Days of its own that it needs for that; until then the assets' returns of the warm-up tell."""


def _multipliers(weights: np.ndarray, returns: np.ndarray, correlation: float | None, lag: int) -> np.ndarray:
    """Diversification multiplier of every row, from what is known at that row."""
    days, count = weights.shape
    if correlation is not None:
        return np.full(days, diversification_multiplier(np.ones(count), correlation))
    shift = max(lag, 1)
    held = np.full_like(weights, np.nan)
    held[shift:] = weights[: days - shift]
    begin = int(np.isfinite(held).any(axis=1).argmax())
    earned = np.nan_to_num(held) * np.nan_to_num(returns)
    earned[:begin] = np.nan
    parts, whole = pd.DataFrame(earned), pd.Series(earned.sum(axis=1))
    window = CORRELATION_WINDOW
    single = np.sqrt((parts**2).rolling(window, min_periods=LEAST).mean().to_numpy()).sum(axis=1)
    joint = np.sqrt((whole**2).rolling(window, min_periods=LEAST).mean().to_numpy())
    known = (joint > 0) & (single > 0)
    multiplier = np.where(known, single / np.where(known, joint, 1.0), _multiplier_of(returns[1 : begin - shift + 1]))
    return np.clip(multiplier, 1.0, MULTIPLIER_CAP)


def _multiplier_of(returns: np.ndarray) -> float:
    """Diversification multiplier of equal risks at the mean correlation of the assets.

    Negative correlations count as 0.
    """
    count = returns.shape[1]
    pairs = pd.DataFrame(returns).corr(min_periods=LEAST // 3).to_numpy()[~np.eye(count, dtype=bool)]
    pairs = np.maximum(pairs[np.isfinite(pairs)], 0.0)
    return diversification_multiplier(np.ones(count), min(1.0, float(pairs.mean()) if pairs.size else 1.0))
