"""Held-out answers to the exercises of section 6.3."""

import math
from typing import Any

import numpy as np
import pandas as pd

from answer_key.held_out import HeldOutAnswer


def leave(what: str, change: Any = lambda a, **o: {}, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `leave_one_out` with other rows, spread or year.

    Or its results are changed by ``change``.
    """
    rows, spread, year = more.pop("rows", None), more.pop("spread", None), more.pop("year", None)

    def leave_one_out(returns: pd.DataFrame, asset: Any, *, target_volatility: float = 0.10, periods_per_year: float = 252) -> Any:
        frame = returns[returns.notna().all(axis=1)]
        if rows:
            frame = rows(returns, frame)
        scaled = frame / (frame.std() if spread is None else spread(frame))
        answer: dict[str, Any] = {}
        root = math.sqrt(year or periods_per_year)
        for name, columns in (("all", list(frame)), ("without", [c for c in frame if c != asset])):
            total = scaled[columns].sum(axis=1)
            total *= target_volatility / root / total.std()
            answer[f"sharpe_{name}"] = total.mean() / total.std() * root
            answer[f"volatility_{name}"] = total.std() * root
        answer["sharpe_change"] = answer["sharpe_without"] - answer["sharpe_all"]
        return answer | change(answer, periods=periods_per_year, n=len(frame))

    return HeldOutAnswer("leave_one_out", what, leave_one_out, means, **more)


def look(what: str, change: Any = lambda row, **o: {}, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `compare_lookbacks` with another sample, average, window or return.

    Or its rows are changed by ``change``.
    """
    first, average, window, move = more.pop("first", None), more.pop("average", None), more.pop("window", 60), more.pop("move", None)
    frame_of = more.pop("frame", lambda frame: frame)

    def compare_lookbacks(prices: pd.Series, lookbacks: Any) -> pd.DataFrame:
        closes = pd.Series(prices.to_numpy())
        daily = closes / closes.shift() - 1 if move is None else move(closes)
        risk = daily.rolling(window).std()
        start = max([60, *lookbacks]) + 1 if first is None else first(lookbacks)
        table = {}
        for n in lookbacks:
            mean = closes.rolling(n).mean() if average is None else average(closes, n)
            side = np.sign(closes - mean).shift()
            gain = (side * daily / risk.shift())[start:]
            row = {
                "sharpe": gain.mean() / gain.std() * math.sqrt(252),
                "n_days": len(gain),
                "flips": int((side[start:].diff()[1:] != 0).sum()),
            }
            table[n] = row | change(row, gain=gain, side=side[start:], total=len(closes))
        return frame_of(pd.DataFrame(table).T)

    return HeldOutAnswer("compare_lookbacks", what, compare_lookbacks, means, **more)


def twins(what: str, share: Any = lambda rho, over: 0.5, means: tuple[str, ...] = (), **more: Any) -> HeldOutAnswer:
    """An answer to `correlation_filter` that scales the weight of an asset with twins.

    The factor is the ``share`` of its correlations.
    """
    lag, final, strict = more.pop("lag", 0), more.pop("final", lambda w, base: w), more.pop("measure", None)

    def correlation_filter(returns: pd.DataFrame, base_weights: pd.Series, *, window: int = 60, threshold: float = 0.7) -> Any:
        weights = pd.DataFrame([base_weights.to_numpy(dtype=float)] * len(returns), index=range(len(returns)), columns=returns.columns)
        for t in range(window, len(returns)):
            past = returns.iloc[t - window + lag : t + lag]
            rho = (past.corr() if strict is None else strict(past)).to_numpy().copy()
            np.fill_diagonal(rho, -2)
            for j, name in enumerate(returns.columns):
                over = rho[j] > threshold
                if over.any():
                    weights.loc[t, name] *= share(rho[j], over)
        return final(weights.set_axis(returns.index), base_weights)

    return HeldOutAnswer("correlation_filter", what, correlation_filter, means, **more)


SHARPES = ("sharpe_all", "sharpe_without", "sharpe_change")
ANSWERS = (
    leave("a right one", right=True),
    leave("a right one, ddof 0", lambda a, n, **o: {k: a[k] * math.sqrt(n / (n - 1)) for k in SHARPES}, right=True),
    leave("365 days", lambda a, periods, **o: {k: a[k] * math.sqrt(365 / 252) for k in SHARPES}, ("scaled by √(365/252)",)),
    leave("ratios in percent", lambda a, **o: {k: 100 * a[k] for k in SHARPES}, ("a hundred times too large",)),
    leave("ratios rounded", lambda a, **o: {k: round(a[k], 1) for k in SHARPES}, ("rounded",)),
    leave(
        "change negated, other code",
        lambda a, **o: {"sharpe_change": a["sharpe_all"] - a["sharpe_without"]},
        ("change with the wrong sign", "sign turned round"),
        listed=True,
    ),
    leave(
        "ratios of a day, other code",
        lambda a, periods, **o: {k: a[k] / math.sqrt(periods) for k in SHARPES},
        ("daily Sharpe ratio",),
        listed=True,
    ),
    leave(
        "volatility in percent",
        lambda a, **o: {k: 100 * a[k] for k in ("volatility_all", "volatility_without")},
        ("a hundred times too large",),
    ),
    leave(
        "daily volatility",
        lambda a, periods, **o: {k: a[k] / math.sqrt(periods) for k in ("volatility_all", "volatility_without")},
        ("not annualised",),
    ),
    leave("mean absolute deviation", spread=lambda frame: (frame - frame.mean()).abs().mean()),
    leave("the first row lost", rows=lambda raw, frame: frame.iloc[1:].iloc[: len(frame) // 2]),
    leave("gaps filled forward", rows=lambda raw, frame: raw.ffill().dropna()),
    leave(
        "gaps filled with zeros, other code",
        rows=lambda raw, frame: raw.where(raw.notna(), 0.0),
        means=("fills missing returns with 0",),
        listed=True,
    ),
    look("a right one", right=True),
    look("a right one, ddof 0", lambda row, gain, **o: {"sharpe": gain.mean() / gain.std(ddof=0) * 252**0.5}, right=True),
    look("365 days", lambda row, **o: {"sharpe": row["sharpe"] * math.sqrt(365 / 252)}, ("scaled by √(365/252)",)),
    look(
        "ratio of a day, other code", lambda row, **o: {"sharpe": row["sharpe"] / math.sqrt(252)}, ("daily Sharpe ratio",), listed=True
    ),
    look("ratio negated", lambda row, **o: {"sharpe": -row["sharpe"]}, ("sign turned round", "signal upside down")),
    look("exponential average, other code", average=lambda c, n: c.ewm(span=n).mean(), means=("exponential average",), listed=True),
    look("exponential average by half-life", average=lambda c, n: c.ewm(halflife=n).mean(), means=("exponential average",)),
    look("window of 61", window=61),
    look("window of 20", window=20),
    look(
        "log returns, other code", move=lambda c: np.log(c).diff(), means=("log returns", "logarithm for a simple return"), listed=True
    ),
    look("days and flips exchanged", lambda row, **o: {"n_days": row["flips"], "flips": row["n_days"]}),
    look("days one too many", lambda row, **o: {"n_days": row["n_days"] + 1}, ("starts a day early", "one too many"), listed=True),
    look("days of the whole market", lambda row, total, **o: {"n_days": total}, ("counts the warm-up",), listed=True),
    look("days one too few", lambda row, **o: {"n_days": row["n_days"] - 1}, ("starts a day late", "one too few"), listed=True),
    look("flips doubled, other code", lambda row, **o: {"flips": 2 * row["flips"]}, ("a flip counts twice",), listed=True),
    look("flips per year", lambda row, **o: {"flips": row["flips"] / row["n_days"] * 252}),
    look("rows sorted", frame=lambda frame: frame.sort_index(), means=("sorted",)),
    twins("a right one", right=True),
    twins("a right one by excess", lambda rho, over: max(0.2, 1.3 - rho[over].max()), right=True),
    twins("a right one by count", lambda rho, over: max(0.2, 1 / (1 + over.sum())), right=True),
    twins("today in the window, other code", lag=1, means=("today's return is in the window",), listed=True),
    twins(
        "today in the window, by count",
        lambda rho, over: max(0.2, 1 / (1 + over.sum())),
        lag=1,
        means=("today's return is in the window",),
        listed=True,
    ),
    twins("a tenth of the weight", lambda rho, over: 0.1),
    twins("nothing at all", lambda rho, over: 0.0, means=("twins are removed",), listed=True),
    twins("hardly anything cut", lambda rho, over: 0.999999, means=("hardly cut",)),
    twins("mean correlation with twins", lambda rho, over: max(0.2, 1.4 - rho[over].mean()), means=("mean correlation of the twins",)),
    twins(
        "scaled up again",
        final=lambda w, base: w.mul(base.sum() / w.sum(axis=1), axis=0),
        means=("weights are renormalised",),
        listed=True,
    ),
    twins("absolute correlation", measure=lambda past: past.corr().abs(), means=("hedges are cut",), listed=True),
    twins("Spearman correlation", measure=lambda past: past.rank().corr()),
    twins("weights in percent", final=lambda w, base: 100 * w, means=("a hundred times too large",)),
    twins("window off by one", lag=-1, means=("lags twice",), listed=True),
    twins("shifted once more", final=lambda w, base: w.shift(1).fillna(base), means=("lags twice", "one place late"), listed=True),
)
