"""Slips that are in no list: exercise, part, a piece of a right text, another in its place, words.

The texts are those of the third set.
"""

UNLISTED = (
    ("pyramid_risk", "sizes", "equity * risk_per_level", "risk_per_level", "`equity` left out of `quantities`"),
    ("pyramid_risk", "risk", "(entries - stop)) / equity", "(entries - stop))", "`equity` left out of `stop_risk`"),
    ("levels_experiment", "drawdown", "np.max((top", "np.mean((top", "the mean in place of the largest, in `max_drawdown`"),
    ("levels_experiment", "return", "curve[0] - 1", "curve.mean() - 1", "the mean of the equity curve in place of the first"),
    ("risk_sweep", "equity", "1 + f * r", "1 + f * f * r", "each of `risk_fractions` squared"),
    ("risk_sweep", "equity", "1 + f * r", "1 + 2 * f * r", "each of `risk_fractions` doubled"),
    ("scale_out", "account", "(close[i] - entry)", "(high[i] - entry)", "`high` in place of `close`, in `pnl`"),
    ("scale_out", "gaps", "(i, open_[i], units)", "(i, close[i], units)", "`close` in place of `open_`"),
    ("ledger", "average", "average = price", "average = mark", "`mark` in place of the price, in `average_price`"),
    ("plan_scale_in", "cap", "max_leverage * equity", "max_leverage", "`equity` left out of the size by cap"),
    ("plan_scale_in", "risk", "np.sum(share * distance)", "distance.min()", "the smallest of the entry less `stop`"),
    ("leave_one_out", "all", "book.mean() / book.std()", "book.median() / book.std()", "the median in place of the mean"),
    ("compare_lookbacks", "sharpe", "rolling(60)", "rolling(61)", "61 in place of 60, in the volatility"),
    ("correlation_filter", "lag", "t - window : t", "t - window : t - 1", "the last row of the correlation one too early"),
    ("conviction_size", "size", "/ sigma", "/ sigma ** 0.5", "the root of the floored volatility in place of it"),
    ("conviction_size", "size", "forecast_cap) / 10", "forecast_cap) / 11", "11 in place of 10, in the weight"),
    # another form of the rule
    ("pyramid_risk", "sizes", "/ (1 + size_decay * k)", "* (1 - size_decay) ** k", "1 − x times the one before"),
    ("levels_experiment", "return", "curve[-1] / curve[0] - 1", "curve[-1] - curve[0]", "the difference a − b in place of a/b − 1"),
    ("plan_scale_in", "cap", "min(by_risk, by_cap)", "by_risk * max_leverage", "`max_leverage` as a factor of the size by risk"),
)
