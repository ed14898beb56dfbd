"""Pictures of trend rules over many markets.

Speeds against turnover, stops by market, and how strong trends must be.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from phase6.plots import style
from phase6.plots.distributions import plot_estimates
from phase6.plots.pictures import Picture, new_picture


def _rows(frame: pd.DataFrame, needed: tuple[str, ...], source: str) -> None:
    missing = [name for name in (*needed, "estimate", "standard_error") if name not in frame.columns]
    if missing or not len(frame):
        raise ValueError(f"the frame has {len(frame)} rows and lacks {', '.join(missing) or 'rows'}; expected that of {source}")


def plot_speeds(frame: pd.DataFrame, market: str | None = None) -> Picture:
    """Sharpe ratio against turnover of each speed, of all together, and of all with a buffer.

    Filled marks are after costs, with two standard errors; hollow ones before costs.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`phase6.experiments.speeds_compared`.
    market : str, optional
        One of its markets; by default the first.

    Raises
    ------
    ValueError
        If the frame is another, or has no such market.
    """
    _rows(frame, ("market", "rule", "measure"), "speeds_compared")
    market = str(frame["market"].iloc[0]) if market is None else market
    part = frame[frame["market"] == market]
    if not len(part):
        raise ValueError(f"market is {market!r}; expected one of {', '.join(map(repr, frame['market'].unique()))}")
    table = part.pivot(index="rule", columns="measure", values=["estimate", "standard_error"]).reindex(part["rule"].unique())
    picture = new_picture({"speeds": 1.0}, height=360)
    axes = picture.panels["speeds"]
    said = []
    for (rule, row), (colour, _) in zip(table.iterrows(), style.SERIES, strict=False):
        turnover, net = row["estimate", "turnover"], row["estimate", "sharpe"]
        error = row["standard_error", "sharpe"]
        marker = {"together": "s", "with a buffer": "D"}.get(str(rule), "o")
        axes.errorbar([turnover], [net], [2.0 * error], fmt=marker, color=colour, markersize=7, elinewidth=1.6, label=str(rule))
        axes.plot([turnover], [row["estimate", "sharpe before costs"]], marker, color=colour, markersize=7, fillstyle="none")
        said.append(f"{rule}: turnover {turnover:.1f}, Sharpe ratio {net:.2f} ± {error:.2f}")
    axes.set_xlim(left=0.0)
    axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    style.entitle(axes, "Speeds together, traded only when it matters", pad=30)
    style.legend(axes, columns=6 if len(table) < 5 else 3, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(axes, x="Turnover [times equity a year]", y="Sharpe ratio [per √year]; hollow: before costs")
    picture.alt = f"Crossovers in {market}: {'; '.join(said)}. Hollow marks are before costs."
    return picture


def plot_stop_premium(frame: pd.DataFrame) -> Picture:
    """What a stop adds to the mean return, market by market.

    The rows "premium" of `stops_compared`.

    Raises
    ------
    ValueError
        If the frame is another.
    """
    _rows(frame, ("market", "stop", "measure"), "stops_compared")
    part = frame[frame["measure"] == "premium"]
    shown = part.assign(stop=[f"stop {each:.0%}" for each in part["stop"]])
    return plot_estimates(
        shown,
        ("market", "stop"),
        title="A stop earns where moves last, and nowhere else",
        unit="Stopped − held [% a year]",
        percent=True,
    )


def plot_calibration(frame: pd.DataFrame, sharpe: float | None = None, error: float = 0.0) -> Picture:
    """Sharpe ratio of the trend rule by the strength of trends, and that of real markets.

    Bands show two standard errors.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`phase6.experiments.trend_strengths`.
    sharpe, error : float, optional
        What real markets paid on average, and its standard error.

    Raises
    ------
    ValueError
        If the frame is another.
    """
    _rows(frame, ("strength",), "trend_strengths")
    picture = new_picture({"strength": 1.0}, height=340)
    axes = picture.panels["strength"]
    x, y = frame["strength"].to_numpy(float), frame["estimate"].to_numpy(float)
    reach = 2.0 * frame["standard_error"].to_numpy(float)
    axes.fill_between(x, y - reach, y + reach, color=style.SKY, alpha=0.45, linewidth=0)
    axes.plot(x, y, color=style.BLUE, marker="o", markersize=5, linewidth=1.6, label="simulated market, ± 2 s.e.")
    said = "; ".join(f"{at:g}: {value:.2f}" for at, value in zip(x, y, strict=True))
    picture.alt = f"Sharpe ratio of the 100-day rule on one market by strength of trends: {said}."
    if sharpe is not None:
        axes.axhspan(sharpe - 2.0 * error, sharpe + 2.0 * error, color=style.ORANGE, alpha=0.25, linewidth=0)
        axes.axhline(sharpe, color=style.ORANGE, linewidth=1.6, linestyle=style.DASHED, label="mean of real futures, ± 2 s.e.")
        at = float(np.interp(sharpe, y, x))
        axes.plot([at, at], [0.0, sharpe], color=style.QUIET, linewidth=1.0, linestyle=(0, (5, 3)))
        picture.alt += f" Real markets averaged {sharpe:.2f} ± {error:.2f}, that of a strength of {at:.2f}."
    axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    style.entitle(axes, "How strong must trends be to pay what real ones paid?", pad=18)
    style.legend(axes, columns=2, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(axes, x="Strength of trends [standard deviation of drift-Sharpe]", y="Sharpe ratio [per √year]")
    return picture


def plot_decades(frame: pd.DataFrame) -> Picture:
    """Sharpe ratio of the rule on real futures by decade, before and after costs.

    Bars show two standard errors.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`phase6.futures.trend_by_decade`.

    Raises
    ------
    ValueError
        If the frame is another.
    """
    _rows(frame, ("period", "measure"), "trend_by_decade")
    periods = list(frame["period"].unique())
    picture = new_picture({"decades": 1.0}, height=320)
    axes = picture.panels["decades"]
    looks = {"before costs": (style.SKY, "o", -0.08), "after costs": (style.BLUE, "s", 0.08)}
    for measure, (colour, marker, shift) in looks.items():
        part = frame[frame["measure"] == measure]
        at = np.array([periods.index(period) for period in part["period"]]) + shift
        reach = 2.0 * part["standard_error"].to_numpy(float)
        axes.errorbar(at, part["estimate"], reach, fmt=marker, color=colour, markersize=7, elinewidth=1.8, label=measure)
    axes.axhline(0.0, color=style.QUIET, linewidth=0.9, linestyle=(0, (5, 3)))
    axes.set_xticks(range(len(periods)), periods)
    axes.set_xlim(-0.5, len(periods) - 0.5)
    style.entitle(axes, "Real trends paid; since 2010, too little to be told from nothing", pad=18)
    style.legend(axes, columns=2, loc="lower left", bbox_to_anchor=(-0.01, 0.99))
    style.label_axes(axes, x="Years", y="Sharpe ratio [per √year]")
    after = frame[frame["measure"] == "after costs"]
    said = "; ".join(f"{row.period}: {row.estimate:.2f} ± {row.standard_error:.2f}" for row in after.itertuples())
    picture.alt = f"Sharpe ratio of the 100-day rule on real futures after costs. {said}."
    return picture
